#include "office/exchange/json_join.h"

#include <string.h>

#include "office/exchange/exchange_text.h"

static bool is_between(char c)
{
	return memchr(" \t\r\n,", c, 5) != NULL;
}

static bool opens(char c)
{
	return c == '{' || c == '[';
}

static bool closes(char c)
{
	return c == '}' || c == ']';
}

/* The bytes of the array or object that the text begins with; all of it where nothing ends it. */
static size_t value_length(struct span text, bool *ends)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];

		if (quoted) {
			i += c == '\\';
			quoted = c != '"';
		} else if (c == '"') {
			quoted = true;
		} else if (opens(c)) {
			depth++;
		} else if (closes(c) && --depth == 0) {
			*ends = true;
			return i + 1;
		}
	}
	*ends = false;
	return text.len;
}

static bool is_object(struct span line)
{
	return line.len > 1 && line.ptr[0] == '{' && line.ptr[line.len - 1] == '}';
}

/*
 * Whether lines are the objects: each is one, or, where a value does not end, at least two are and
 * half of all.
 */
static bool are_lines(struct span input, const struct json_values *values)
{
	size_t lines = 0, whole = 0;

	while (input.len > 0) {
		const char *stop = memchr(input.ptr, '\n', input.len);
		const size_t len = stop ? (size_t)(stop - input.ptr) : input.len;
		const struct span line = text_trim((struct span){ input.ptr, len });

		lines += line.len > 0;
		whole += is_object(line);
		input = (struct span){ input.ptr + len, input.len - len };
		(void)text_skip(&input, "\n");
	}
	return values->whole ? whole == values->count && lines == values->count
	                     : whole >= 2 && whole * 2 >= lines;
}

/* The next value and what stands before it; false at the end, or at what is no value. */
static bool next_value(struct span *input, struct span *before, struct span *value, bool *ends)
{
	size_t at = 0;

	while (at < input->len && is_between(input->ptr[at]))
		at++;
	*before = (struct span){ input->ptr, at };
	*input = (struct span){ input->ptr + at, input->len - at };
	if (input->len == 0 || !opens(input->ptr[0]))
		return false;
	*value = (struct span){ input->ptr, value_length(*input, ends) };
	*input = (struct span){ input->ptr + value->len, input->len - value->len };
	return true;
}

struct json_values json_values_count(struct span input)
{
	struct json_values values = { .whole = true };
	struct span rest = input, before, value;
	bool ends = true;

	while (next_value(&rest, &before, &value, &ends)) {
		values.count++;
		values.whole = values.whole && ends;
	}
	values.whole = values.whole && rest.len == 0;
	values.lines = are_lines(input, &values);
	return values;
}

void json_values_join(struct span input, struct buf *out)
{
	struct span before, value;
	bool ends;

	buf_append_char(out, '[');
	for (size_t count = 0; next_value(&input, &before, &value, &ends); count++) {
		for (size_t i = 0; i < before.len; i++)
			buf_append_char(out, before.ptr[i] == ',' ? ' ' : before.ptr[i]);
		buf_append_text(out, count > 0 ? "," : "");
		buf_append(out, value.ptr, value.len);
	}
	buf_append(out, input.ptr, input.len);
	buf_append_char(out, ']');
}

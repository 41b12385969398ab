#include "channels/onebot_cq.h"

static const char opening[] = "[CQ:";

enum { OPENING_BYTES = sizeof(opening) - 1 };

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The offset behind the word that begins at `at`. */
static size_t word_end(struct span text, size_t at)
{
	while (at < text.len && is_word(text.ptr[at]))
		at++;
	return at;
}

/* The offset behind `,name=value`; `at` itself where none stands there; *stuck is where it fails.
 */
static size_t parameter_end(struct span text, size_t at, size_t *stuck)
{
	const size_t name = at + 1;
	size_t end;

	*stuck = at;
	if (at >= text.len || text.ptr[at] != ',')
		return at;
	end = word_end(text, name);
	*stuck = end;
	if (end == name || end >= text.len || text.ptr[end] != '=')
		return at;
	end++;
	while (end < text.len && text.ptr[end] != ',' && text.ptr[end] != ']')
		end++;
	*stuck = end;
	return end;
}

/*
 * The length of the code that `text` begins with; 0 where it is none, and *stuck is where that
 * shows. No code begins between: it would run into the same place.
 */
static size_t code_length(struct span text, size_t *name_end, size_t *stuck)
{
	size_t at = word_end(text, OPENING_BYTES), next;

	*name_end = at;
	*stuck = at;
	if (at == OPENING_BYTES)
		return 0;
	for (;;) {
		next = parameter_end(text, at, stuck);
		if (next == at)
			break;
		at = next;
	}
	return at < text.len && text.ptr[at] == ']' ? at + 1 : 0;
}

static bool opens_at(struct span text, size_t at)
{
	return text.len - at >= OPENING_BYTES && memcmp(text.ptr + at, opening, OPENING_BYTES) == 0;
}

bool cq_next(struct span *rest, struct cq_part *out)
{
	const struct span text = *rest;
	size_t at = 0, length = 0, name_end = 0, stuck;

	if (text.len == 0)
		return false;
	while (at < text.len) {
		if (opens_at(text, at)) {
			length = code_length((struct span){ text.ptr + at, text.len - at },
			                     &name_end, &stuck);
			if (length > 0)
				break;
			at += stuck;
		} else {
			at++;
		}
	}
	if (at > 0) {
		*out = (struct cq_part){ .body = { text.ptr, at } };
		*rest = (struct span){ text.ptr + at, text.len - at };
		return true;
	}
	out->type = (struct span){ text.ptr + OPENING_BYTES, name_end - OPENING_BYTES };
	out->body = (struct span){ text.ptr + name_end, length - 1 - name_end };
	*rest = (struct span){ text.ptr + length, text.len - length };
	return true;
}

bool cq_parameter(struct span *parameters, struct span *name, struct span *value)
{
	const struct span text = *parameters;
	size_t stuck, equals;
	const size_t end = parameter_end(text, 0, &stuck);

	if (end == 0)
		return false;
	equals = word_end(text, 1);
	*name = (struct span){ text.ptr + 1, equals - 1 };
	*value = (struct span){ text.ptr + equals + 1, end - equals - 1 };
	*parameters = (struct span){ text.ptr + end, text.len - end };
	return true;
}

struct span cq_value(struct span parameters, const char *name)
{
	struct span found, value;

	while (cq_parameter(&parameters, &found, &value))
		if (span_equal(found, span_of(name)))
			return value;
	return (struct span){ NULL, 0 };
}

static const struct {
	char character;
	const char *escape;
} escapes[] = {
	{ '&', "&amp;" },
	{ '[', "&#91;" },
	{ ']', "&#93;" },
	{ ',', "&#44;" },
};

enum { ESCAPES = sizeof(escapes) / sizeof(escapes[0]), ESCAPE_BYTES = 5 };

void cq_unescape(struct span text, struct buf *out)
{
	for (size_t at = 0; at < text.len;) {
		size_t i = 0;

		while (i < ESCAPES && (text.len - at < ESCAPE_BYTES ||
		                       memcmp(text.ptr + at, escapes[i].escape, ESCAPE_BYTES) != 0))
			i++;
		buf_append_char(out, i < ESCAPES ? escapes[i].character : text.ptr[at]);
		at += i < ESCAPES ? ESCAPE_BYTES : 1;
	}
}

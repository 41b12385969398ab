#include "host/net/http_request.h"

#include <stdint.h>
#include <strings.h>

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool http_decode(struct span text, bool form, char *out, size_t size, struct span *decoded)
{
	size_t len = 0;

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.ptr[i];
		const int high = i + 2 < text.len ? digit_of(text.ptr[i + 1]) : -1;
		const int low = high >= 0 ? digit_of(text.ptr[i + 2]) : -1;

		if (len == size)
			return false;
		if (c == '%' && low >= 0) {
			out[len++] = (char)(high << 4 | low);
			i += 2;
		} else if (c == '%' && !form) {
			return false;
		} else {
			out[len++] = (char)(c == '+' && form ? ' ' : c);
		}
	}
	*decoded = (struct span){ out, len };
	return true;
}

static size_t length_before(struct span text, char end)
{
	const char *at = text.len > 0 ? memchr(text.ptr, end, text.len) : NULL;

	return at ? (size_t)(at - text.ptr) : text.len;
}

struct span http_request_query(const struct http_request *request, const char *name, char *text,
                               size_t size)
{
	const size_t name_len = strlen(name);
	struct span rest = request->query;
	struct span value;

	while (rest.len > 0) {
		const size_t len = length_before(rest, '&');

		if (len > name_len && memcmp(rest.ptr, name, name_len) == 0 &&
		    rest.ptr[name_len] == '=') {
			const struct span raw = { rest.ptr + name_len + 1, len - name_len - 1 };

			if (http_decode(raw, true, text, size, &value) &&
			    !memchr(value.ptr, '\0', value.len))
				return value;
			return (struct span){ NULL, 0 };
		}
		rest.ptr += len < rest.len ? len + 1 : len;
		rest.len -= len < rest.len ? len + 1 : len;
	}
	return (struct span){ NULL, 0 };
}

struct span http_trim(struct span text)
{
	while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t')) {
		text.ptr++;
		text.len--;
	}
	while (text.len > 0 && (text.ptr[text.len - 1] == ' ' || text.ptr[text.len - 1] == '\t'))
		text.len--;
	return text;
}

struct span http_request_bearer(const struct http_request *request)
{
	static const char scheme[] = "Bearer ";
	const size_t scheme_len = sizeof(scheme) - 1;
	const struct span field = request->authorization;

	if (!field.ptr)
		return (struct span){ NULL, 0 };
	/* Another scheme: something that is no token. */
	if (field.len <= scheme_len || strncasecmp(field.ptr, scheme, scheme_len) != 0)
		return span_of("-");
	return http_trim((struct span){ field.ptr + scheme_len, field.len - scheme_len });
}

bool http_request_is_last(const struct http_request *request)
{
	return request->close || (request->old && !request->keep_alive);
}

bool http_length_parse(struct span field, size_t *out)
{
	size_t value = 0;

	if (field.len == 0 || field.len > 18)
		return false;
	for (size_t i = 0; i < field.len; i++) {
		if (field.ptr[i] < '0' || field.ptr[i] > '9')
			return false;
		value = value * 10 + (size_t)(field.ptr[i] - '0');
	}
	*out = value;
	return true;
}

bool http_type_is(struct span field, const char *name)
{
	const struct span type = http_trim((struct span){ field.ptr, length_before(field, ';') });

	return type.len == strlen(name) && strncasecmp(type.ptr, name, type.len) == 0;
}

bool http_type_is_json(struct span field)
{
	return http_type_is(field, "application/json");
}

/* The next item of a list, which may be empty; false behind the last. */
static bool take_item(struct span *rest, struct span *item)
{
	const size_t len = length_before(*rest, ',');

	if (rest->len == 0)
		return false;
	*item = http_trim((struct span){ rest->ptr, len });
	rest->ptr += len < rest->len ? len + 1 : len;
	rest->len -= len < rest->len ? len + 1 : len;
	return true;
}

bool http_list_has(struct span field, const char *token)
{
	struct span rest = field, item;

	while (take_item(&rest, &item))
		if (span_equal(item, span_of(token)))
			return true;
	return false;
}

bool http_list_has_word(struct span field, const char *word)
{
	struct span rest = field, item;

	while (take_item(&rest, &item))
		if (item.len == strlen(word) && strncasecmp(item.ptr, word, item.len) == 0)
			return true;
	return false;
}

/* q=0, q=0.0, ...: not acceptable at all. */
static bool is_refused(struct span parameters)
{
	static const char name[] = "q=";
	const struct span q = http_trim(parameters);

	if (q.len < sizeof(name) || strncasecmp(q.ptr, name, sizeof(name) - 1) != 0)
		return false;
	for (size_t i = sizeof(name) - 1; i < q.len; i++)
		if (q.ptr[i] != '0' && q.ptr[i] != '.')
			return false;
	return true;
}

bool http_accepts(struct span field, const char *coding)
{
	const size_t coding_len = strlen(coding);
	struct span rest = field;
	bool any = false;

	while (rest.len > 0) {
		const size_t len = length_before(rest, ',');
		const size_t name_len = length_before((struct span){ rest.ptr, len }, ';');
		const struct span name = http_trim((struct span){ rest.ptr, name_len });
		const bool refused =
		        name_len < len &&
		        is_refused((struct span){ rest.ptr + name_len + 1, len - name_len - 1 });

		if (name.len == coding_len && strncasecmp(name.ptr, coding, coding_len) == 0)
			return !refused;
		any = any || (span_equal(name, span_of("*")) && !refused);
		rest.ptr += len < rest.len ? len + 1 : len;
		rest.len -= len < rest.len ? len + 1 : len;
	}
	return any;
}

/*
 * A text goes through json_parse() in three steps: size, UTF-8 and zero bytes; cJSON; and one walk
 * over what cJSON made, for what it lets pass: depth, a name that stands twice in one object, a
 * number that no double holds, and a zero byte written as an escape, which would cut a string
 * short. Where cJSON stops it says at which byte, and that gives the line.
 *
 * cJSON accepts a little that RFC 8259 does not have, such as a line break within a string or 01
 * for a number; that is left to it.
 *
 * Below that, json_check_object() compares an object with a table of members and reports what
 * does not fit.
 */
#include "base/json.h"

#include <assert.h>
#include <math.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/near.h"
#include "base/utf8.h"

enum {
	REASON_SIZE = 512,
	FIELD_SIZE = 1024,
	VALUE_SHOWN = 40, /* characters of one in a fault */
	PATH_SHOWN = 200, /* bytes of the path to a fault */
};

static unsigned line_at(struct span text, size_t at)
{
	unsigned line = 1;

	for (size_t i = 0; i < at && i < text.len; i++)
		line += text.ptr[i] == '\n';
	return line;
}

static struct span without_bom(struct span text)
{
	if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
		return (struct span){ text.ptr + 3, text.len - 3 };
	return text;
}

static size_t skip_space(struct span text, size_t at)
{
	while (at < text.len && memchr(" \t\r\n", text.ptr[at], 4))
		at++;
	return at;
}

/* --- before cJSON --- */

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* cJSON takes \u0000, and digits that are none, for a zero byte. */
static bool is_sound_unicode(struct span digits)
{
	if (digits.len < 4 || memcmp(digits.ptr, "0000", 4) == 0)
		return false;
	return is_hex(digits.ptr[0]) && is_hex(digits.ptr[1]) && is_hex(digits.ptr[2]) &&
	       is_hex(digits.ptr[3]);
}

/* The place of an escape that stands for no character, or text.len. */
static size_t find_unsound_escape(struct span text)
{
	size_t at = 0;

	for (;;) {
		const char *escape = memchr(text.ptr + at, '\\', text.len - at);

		if (!escape || text.ptr + text.len - escape < 2)
			return text.len;
		at = (size_t)(escape - text.ptr) + 2;
		if (escape[1] == 'u' &&
		    !is_sound_unicode((struct span){ text.ptr + at, text.len - at }))
			return at - 2;
	}
}

static enum status refuse(struct span text, size_t at, const char *file, struct faults *faults,
                          const char *reason)
{
	faults_add(faults, FAULT_ERROR, file, line_at(text, at), NULL, "%s", _(reason));
	return STATUS_INVALID;
}

static enum status check_text(struct span text, struct json_limits limits, const char *file,
                              struct faults *faults)
{
	size_t at;

	if (text.len > limits.bytes) {
		faults_add(faults, FAULT_ERROR, file, 0, NULL,
		           "%zu bytes are more than the %zu that are allowed", text.len,
		           limits.bytes);
		return STATUS_LIMIT;
	}
	at = utf8_fault_at(text);
	if (at < text.len) {
		faults_add(faults, FAULT_ERROR, file, line_at(text, at), NULL,
		           "not UTF-8 (byte 0x%02X)", (unsigned char)text.ptr[at]);
		return STATUS_INVALID;
	}
	at = strnlen(text.ptr, text.len);
	if (at < text.len)
		return refuse(text, at, file, faults, N_("a zero byte is not allowed"));
	at = find_unsound_escape(text);
	if (at < text.len)
		return refuse(text, at, file, faults,
		              N_("\\u needs four hexadecimal digits, and not 0000"));
	at = skip_space(without_bom(text), 0);
	if (at == without_bom(text).len)
		return refuse(text, text.len, file, faults,
		              N_("empty, but a JSON value was expected"));
	return STATUS_OK;
}

/* The number of \uXXXX at `at`; -1: none is there. */
static long escaped_unit(struct span text, size_t at)
{
	char digits[5] = "";

	if (at > text.len || text.len - at < 6 || memcmp(text.ptr + at, "\\u", 2) != 0)
		return -1;
	memcpy(digits, text.ptr + at + 2, 4);
	return strspn(digits, "0123456789abcdefABCDEF") == 4 ? strtol(digits, NULL, 16) : -1;
}

static bool is_high_surrogate(long unit)
{
	return unit >= 0xd800 && unit < 0xdc00;
}

static bool is_low_surrogate(long unit)
{
	return unit >= 0xdc00 && unit < 0xe000;
}

/* The bytes of the escape at `at`, of both where two make a character. */
static size_t escape_length(struct span text, size_t at)
{
	const long unit = escaped_unit(text, at);

	if (is_high_surrogate(unit) && is_low_surrogate(escaped_unit(text, at + 6)))
		return 12;
	if (unit >= 0)
		return 6;
	return text.len - at < 2 ? 1 : 2;
}

static bool is_broken_escape(struct span escape)
{
	const long unit = escaped_unit(escape, 0);

	return escape.len == 6 && (unit == 0 || is_high_surrogate(unit) || is_low_surrogate(unit));
}

void json_append_mended(struct buf *out, struct span text)
{
	size_t at = 0;

	while (at < text.len) {
		const char *found = memchr(text.ptr + at, '\\', text.len - at);
		const size_t start = found ? (size_t)(found - text.ptr) : text.len;
		struct span escape = { text.ptr + start, 0 };

		buf_append(out, text.ptr + at, start - at);
		if (found)
			escape.len = escape_length(text, start);
		if (is_broken_escape(escape))
			buf_append_text(out, "\\ufffd");
		else
			buf_append(out, escape.ptr, escape.len);
		at = start + escape.len;
	}
}

/* --- cJSON --- */

static bool opens(char c)
{
	return c == '[' || c == '{';
}

/* Whether cJSON stopped at byte `at` for the depth: it does not tell why it stops. */
static bool is_too_deep(struct span text, size_t at)
{
	size_t depth = 0;
	bool quoted = false;

	for (size_t i = 0; i < at; i++) {
		const char c = text.ptr[i];

		if (quoted && c == '\\')
			i++;
		else if (c == '"')
			quoted = !quoted;
		else if (!quoted && opens(c))
			depth++;
		else if (!quoted && (c == ']' || c == '}') && depth > 0)
			depth--;
	}
	return depth >= CJSON_NESTING_LIMIT && opens(text.ptr[at]);
}

static bool utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/* The part of a line around byte `at`. */
static struct span excerpt(struct span text, size_t at)
{
	size_t start = at, end = at;

	while (start > 0 && text.ptr[start - 1] != '\n' && at - start < VALUE_SHOWN)
		start--;
	while (end < text.len && text.ptr[end] != '\n' && end - at < VALUE_SHOWN)
		end++;
	while (start < end && utf8_continues(text.ptr[start]))
		start++;
	while (end > start && end < text.len && utf8_continues(text.ptr[end]))
		end--;
	return (struct span){ text.ptr + start, end - start };
}

static enum status refuse_from(struct span text, size_t at, const char *file, struct faults *faults)
{
	const struct span near = excerpt(text, at);

	if (is_too_deep(text, at)) {
		(void)refuse(text, at, file, faults, N_("arrays and objects are nested too deep"));
		return STATUS_LIMIT;
	}
	faults_add(faults, FAULT_ERROR, file, line_at(text, at), NULL,
	           "not JSON near %.*s: a comma, colon, bracket or quotation mark is missing or "
	           "too much",
	           (int)near.len, near.ptr);
	return STATUS_INVALID;
}

static enum status parse(cJSON **out, struct span text, const char *file, struct faults *faults)
{
	const char *end = NULL;
	cJSON *value = cJSON_ParseWithLengthOpts(text.ptr, text.len, &end, false);
	const size_t at = end ? (size_t)(end - text.ptr) : 0;

	assert(at <= text.len);
	if (!value)
		return refuse_from(text, at < text.len ? at : text.len - 1, file, faults);
	if (skip_space(text, at) < text.len) {
		cJSON_Delete(value);
		return refuse(text, skip_space(text, at), file, faults,
		              N_("something stands after the end of the value"));
	}
	*out = value;
	return STATUS_OK;
}

/* --- after cJSON --- */

/* The way to a value, from the inside out. */
struct step {
	const struct step *outer;
	const char *name; /* of a member, or NULL */
	size_t index;     /* of an item */
	unsigned depth;
};

struct walk {
	unsigned depth_most;
	const char *file;
	struct faults *faults;
};

static size_t write_path(const struct step *step, char path[PATH_SHOWN])
{
	size_t len = step->outer ? write_path(step->outer, path) : 0;
	int more = 0;

	if (step->outer && step->name)
		more = snprintf(path + len, PATH_SHOWN - len, "%s%s", len > 0 ? "." : "",
		                step->name);
	else if (step->outer)
		more = snprintf(path + len, PATH_SHOWN - len, "[%zu]", step->index);
	len += more > 0 ? (size_t)more : 0;
	return len < PATH_SHOWN ? len : PATH_SHOWN - 1;
}

static enum status refuse_value(const struct walk *walk, const struct step *step,
                                enum status status, const char *reason)
{
	char path[PATH_SHOWN] = "";
	size_t len = write_path(step, path);

	while (len > 0 && !utf8_valid((struct span){ path, len }))
		len--;
	path[len] = '\0';
	faults_add(walk->faults, FAULT_ERROR, walk->file, 0, path[0] ? path : NULL, "%s",
	           _(reason));
	return status;
}

static int compare_names(const void *left, const void *right)
{
	return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Sorted, so that an object of very many members takes no age. */
static enum status check_names(const struct walk *walk, const cJSON *object,
                               const struct step *step)
{
	const size_t count = (size_t)cJSON_GetArraySize(object);
	const char **names = calloc(count + 1, sizeof(*names));
	struct step at = { .outer = step };
	const cJSON *child;
	size_t i = 0;

	if (!names)
		return STATUS_NO_MEMORY;
	cJSON_ArrayForEach (child, object)
		names[i++] = child->string;
	assert(i == count);
	qsort(names, count, sizeof(*names), compare_names);
	for (i = 1; i < count && strcmp(names[i - 1], names[i]) != 0; i++)
		continue;
	at.name = i < count ? names[i] : NULL;
	free(names);
	return at.name ? refuse_value(walk, &at, STATUS_INVALID, N_("stands twice in one object"))
	               : STATUS_OK;
}

/* The recursion ends where cJSON's did. */
static enum status check_value_in(const struct walk *walk, const cJSON *value,
                                  const struct step *step)
{
	const bool object = cJSON_IsObject(value);
	struct step inner = { .outer = step, .depth = step->depth + 1 };
	enum status status = STATUS_OK;
	const cJSON *child;

	if (cJSON_IsNumber(value) && !isfinite(value->valuedouble))
		return refuse_value(walk, step, STATUS_INVALID, N_("a number is too large"));
	if (!object && !cJSON_IsArray(value))
		return STATUS_OK;
	if (step->depth >= walk->depth_most)
		return refuse_value(walk, step, STATUS_LIMIT,
		                    N_("arrays and objects are nested too deep"));
	if (object)
		status = check_names(walk, value, step);
	cJSON_ArrayForEach (child, value) {
		if (status != STATUS_OK)
			break;
		inner.name = child->string;
		status = check_value_in(walk, child, &inner);
		inner.index++;
	}
	return status;
}

enum status json_parse(cJSON **out, struct span text, struct json_limits limits, const char *file,
                       struct faults *faults)
{
	const struct walk walk = { limits.depth, file, faults };
	const struct step top = { .outer = NULL };
	cJSON *value = NULL;
	enum status status;

	*out = NULL;
	if (!text.ptr)
		text = span_of("");
	status = check_text(text, limits, file, faults);
	if (status == STATUS_OK)
		status = parse(&value, without_bom(text), file, faults);
	if (status == STATUS_OK)
		status = check_value_in(&walk, value, &top);
	if (status == STATUS_OK)
		*out = value;
	else
		cJSON_Delete(value);
	return status;
}

void json_fault(const struct json_place *place, enum fault_level level, const char *field,
                const char *format, ...)
{
	const char *path = place->path ? place->path : "";
	const char *name = field ? field : "";
	char whole[FIELD_SIZE];
	char reason[REASON_SIZE];
	va_list args;

	if (!place->faults)
		return;
	va_start(args, format);
	vsnprintf(reason, sizeof(reason), _(format), args);
	va_end(args);
	snprintf(whole, sizeof(whole), "%s%s%s", path, *path && *name ? "." : "", name);
	faults_add(place->faults, level, place->file, place->line, *whole ? whole : NULL, "%s",
	           reason);
}

static bool is_kind(const cJSON *value, enum json_kind kind)
{
	switch (kind) {
	case JSON_STRING:
		return cJSON_IsString(value);
	case JSON_NUMBER:
		return cJSON_IsNumber(value);
	case JSON_BOOL:
		return cJSON_IsBool(value);
	case JSON_ARRAY:
		return cJSON_IsArray(value);
	case JSON_OBJECT:
		return cJSON_IsObject(value);
	}
	return false;
}

static const char *kind_name(enum json_kind kind)
{
	switch (kind) {
	case JSON_STRING:
		return N_("a string");
	case JSON_NUMBER:
		return N_("a number");
	case JSON_BOOL:
		return N_("true or false");
	case JSON_ARRAY:
		return N_("an array");
	case JSON_OBJECT:
		return N_("an object");
	}
	return N_("something else");
}

static const struct json_member *find_member(const struct json_member *members, size_t count,
                                             const char *name)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(members[i].name, name) == 0)
			return &members[i];
	}
	return NULL;
}

static void refuse_unknown(const char *name, const struct json_member *members, size_t count,
                           const struct json_place *place)
{
	struct near near = { .wrong = name };

	for (size_t i = 0; i < count; i++)
		near_try(&near, members[i].name);
	if (near.best)
		json_fault(place, FAULT_ERROR, name, "no such member is known; is %s meant?",
		           near.best);
	else
		json_fault(place, FAULT_ERROR, name, "no such member is known");
}

/* Shows the value in the right form, where that is obvious. */
static void refuse_kind(const cJSON *value, const struct json_member *member,
                        const struct json_place *place)
{
	const char *kind = _(kind_name(member->kind));
	const char *text = cJSON_IsString(value) ? value->valuestring : "";
	const int shown = (int)utf8_prefix(span_of(text), VALUE_SHOWN);

	if (member->kind == JSON_ARRAY && cJSON_IsString(value))
		json_fault(place, FAULT_ERROR, member->name, "must be %s, such as [\"%.*s\"]", kind,
		           shown, text);
	else if (member->kind == JSON_ARRAY)
		json_fault(place, FAULT_ERROR, member->name,
		           "must be %s, in square brackets: [ … ]", kind);
	else if (member->kind == JSON_STRING && cJSON_IsNumber(value))
		json_fault(place, FAULT_ERROR, member->name, "must be %s, such as \"%.15g\"", kind,
		           value->valuedouble);
	else if (member->kind == JSON_NUMBER && cJSON_IsString(value))
		json_fault(place, FAULT_ERROR, member->name, "must be %s, without quotation marks",
		           kind);
	else
		json_fault(place, FAULT_ERROR, member->name, "must be %s", kind);
}

/* Says what is wrong with a value that is there. */
static bool check_value(const cJSON *value, const struct json_member *member,
                        const struct json_place *place)
{
	if (is_kind(value, member->kind) || (member->nullable && cJSON_IsNull(value)))
		return true;
	refuse_kind(value, member, place);
	return false;
}

enum status json_check_object(const cJSON *object, const struct json_member *members, size_t count,
                              const struct json_place *place)
{
	bool sound = true;
	const cJSON *value;

	if (!cJSON_IsObject(object)) {
		json_fault(place, FAULT_ERROR, NULL, "must be an object");
		return STATUS_INVALID;
	}
	cJSON_ArrayForEach (value, object) {
		const struct json_member *member = find_member(members, count, value->string);

		if (!member)
			refuse_unknown(value->string, members, count, place);
		if (!member || !check_value(value, member, place))
			sound = false;
	}
	for (size_t i = 0; i < count; i++) {
		value = cJSON_GetObjectItemCaseSensitive(object, members[i].name);
		if (members[i].required &&
		    (!value || (members[i].nullable && cJSON_IsNull(value)))) {
			json_fault(place, FAULT_ERROR, members[i].name, "is missing");
			sound = false;
		}
	}
	return sound ? STATUS_OK : STATUS_INVALID;
}

const char *json_string(const cJSON *object, const char *name, const char *fallback)
{
	const cJSON *value = cJSON_GetObjectItemCaseSensitive(object, name);

	return cJSON_IsString(value) ? value->valuestring : fallback;
}

void json_append(struct buf *out, const cJSON *value)
{
	char *text = value ? cJSON_PrintUnformatted(value) : NULL;

	if (text)
		buf_append_text(out, text);
	else if (out->status == STATUS_OK)
		out->status = STATUS_NO_MEMORY;
	cJSON_free(text);
}

void json_append_string(struct buf *out, const char *text)
{
	cJSON *string = cJSON_CreateStringReference(text);

	json_append(out, string);
	cJSON_Delete(string);
}

void json_append_span(struct buf *out, struct span text)
{
	struct buf copy;

	buf_init(&copy, text.len);
	buf_append(&copy, text.ptr, text.len);
	if (buf_status(&copy) == STATUS_OK)
		json_append_string(out, buf_text(&copy));
	else
		json_append(out, NULL);
	buf_wipe(&copy);
}

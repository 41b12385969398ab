/*
 * cJSON is lenient (control characters as white space, "+1", "01", "NaN", \u0000 that cuts a
 * string) and says little about where a fault is. So json_parse() goes through a text in three
 * steps:
 *
 * 1. Size and UTF-8.
 * 2. One strict scan over the grammar of RFC 8259, a function for each rule. It finds the line
 *    of a fault, limits the depth, and counts the names of members.
 * 3. cJSON parses what passed. The names of its objects are then sorted to find one that stands
 *    twice. A second scan stops at that name's place in the text, to tell the line.
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

#include "base/language.h"
#include "base/near.h"
#include "base/utf8.h"

enum {
	REASON_SIZE = 512,
	FIELD_SIZE = 1024,
	VALUE_SHOWN = 40, /* characters of one in a fault */
	NUMBER_MOST = 63, /* cJSON reads no more of a number */
};

/* The strict pass over the text. */
struct scan {
	const char *at;
	const char *end;
	unsigned depth_most;
	size_t keys;       /* names of members seen so far */
	size_t wanted;     /* number of a name, from 0, whose place is wanted */
	const char *found; /* its place */
	enum status status;
	const char *reason;
};

static bool scan_fail(struct scan *scan, enum status status, const char *reason)
{
	scan->status = status;
	scan->reason = reason;
	return false;
}

static bool scan_refuse(struct scan *scan, const char *reason)
{
	return scan_fail(scan, STATUS_INVALID,
	                 scan->at < scan->end ? reason : N_("ends too early"));
}

/* The byte at hand; 0 at the end, which no rule of the grammar accepts. */
static char peek(const struct scan *scan)
{
	assert(scan->at <= scan->end);
	return scan->at < scan->end ? *scan->at : '\0';
}

static bool take(struct scan *scan, char c)
{
	if (scan->at == scan->end || *scan->at != c)
		return false;
	scan->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static void skip_space(struct scan *scan)
{
	while (scan->at < scan->end && memchr(" \t\r\n", *scan->at, 4))
		scan->at++;
}

static size_t skip_digits(struct scan *scan)
{
	const char *start = scan->at;

	while (is_digit(peek(scan)))
		scan->at++;
	return (size_t)(scan->at - start);
}

/* Four hexadecimal digits; moves on only when they are there. */
static bool scan_hex(struct scan *scan, unsigned *unit)
{
	*unit = 0;
	if (scan->end - scan->at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		char c = scan->at[i];
		unsigned digit;

		if (is_digit(c))
			digit = (unsigned)(c - '0');
		else if (c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a') + 10;
		else if (c >= 'A' && c <= 'F')
			digit = (unsigned)(c - 'A') + 10;
		else
			return false;
		*unit = *unit << 4 | digit;
	}
	scan->at += 4;
	assert(*unit <= 0xffff);
	return true;
}

/* After "\u". */
static bool scan_unicode_escape(struct scan *scan)
{
	static const char lone[] = N_("half of a surrogate pair stands alone");
	unsigned unit, low;

	if (!scan_hex(scan, &unit))
		return scan_refuse(scan, "\\u needs four hexadecimal digits");
	if (unit == 0)
		return scan_fail(scan, STATUS_INVALID, "\\u0000 is not allowed");
	if (unit < 0xd800 || unit > 0xdfff)
		return true;
	if (unit >= 0xdc00 || !take(scan, '\\') || !take(scan, 'u') || !scan_hex(scan, &low))
		return scan_fail(scan, STATUS_INVALID, lone);
	if (low < 0xdc00 || low > 0xdfff)
		return scan_fail(scan, STATUS_INVALID, lone);
	return true;
}

static bool scan_string(struct scan *scan)
{
	if (!take(scan, '"'))
		return scan_refuse(scan, "text in double quotes was expected");
	while (scan->at < scan->end) {
		unsigned char c = (unsigned char)*scan->at;

		if (c < 0x20)
			return scan_refuse(scan,
			                   "a control character or line break in a text must be "
			                   "written as an escape such as \\n");
		scan->at++;
		if (c == '"')
			return true;
		if (c != '\\')
			continue;
		if (take(scan, 'u')) {
			if (!scan_unicode_escape(scan))
				return false;
			continue;
		}
		if (scan->at == scan->end || !memchr("\"\\/bfnrt", *scan->at, 8))
			return scan_refuse(scan, "no such escape in a text");
		scan->at++;
	}
	return scan_refuse(scan, "");
}

static bool scan_number(struct scan *scan)
{
	static const char malformed[] = N_("not a number of JSON");
	const char *start = scan->at;
	char digits[NUMBER_MOST + 1];
	size_t len;

	(void)take(scan, '-');
	if (!take(scan, '0') && skip_digits(scan) == 0)
		return scan_refuse(scan, malformed);
	if (is_digit(peek(scan)))
		return scan_refuse(scan, "a number must not begin with 0");
	if (take(scan, '.') && skip_digits(scan) == 0)
		return scan_refuse(scan, malformed);
	if (take(scan, 'e') || take(scan, 'E')) {
		if (!take(scan, '+'))
			(void)take(scan, '-');
		if (skip_digits(scan) == 0)
			return scan_refuse(scan, malformed);
	}
	len = (size_t)(scan->at - start);
	if (len > NUMBER_MOST)
		return scan_fail(scan, STATUS_INVALID, "a number has too many digits");
	assert(len > 0);
	memcpy(digits, start, len);
	digits[len] = '\0';
	if (!isfinite(strtod(digits, NULL)))
		return scan_fail(scan, STATUS_INVALID, "a number is too large");
	return true;
}

static bool scan_word(struct scan *scan, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(scan->end - scan->at) < len || memcmp(scan->at, word, len) != 0)
		return scan_fail(scan, STATUS_INVALID, "a value was expected");
	scan->at += len;
	return true;
}

static bool scan_value(struct scan *scan, unsigned depth);

static bool scan_array(struct scan *scan, unsigned depth)
{
	assert(*scan->at == '[');
	scan->at++;
	skip_space(scan);
	if (take(scan, ']'))
		return true;
	for (;;) {
		skip_space(scan);
		if (!scan_value(scan, depth))
			return false;
		skip_space(scan);
		if (take(scan, ']'))
			return true;
		if (!take(scan, ','))
			return scan_refuse(scan, "a comma or ] was expected");
	}
}

static bool scan_member(struct scan *scan, unsigned depth)
{
	assert(depth > 0);
	if (scan->keys == scan->wanted)
		scan->found = scan->at;
	scan->keys++;
	if (peek(scan) != '"')
		return scan_refuse(scan, "a member's name in double quotes was expected");
	if (!scan_string(scan))
		return false;
	skip_space(scan);
	if (!take(scan, ':'))
		return scan_refuse(scan, "a colon was expected after the member's name");
	skip_space(scan);
	return scan_value(scan, depth);
}

static bool scan_object(struct scan *scan, unsigned depth)
{
	assert(*scan->at == '{');
	scan->at++;
	skip_space(scan);
	if (take(scan, '}'))
		return true;
	for (;;) {
		skip_space(scan);
		if (!scan_member(scan, depth))
			return false;
		skip_space(scan);
		if (take(scan, '}'))
			return true;
		if (!take(scan, ','))
			return scan_refuse(scan, "a comma or } was expected");
	}
}

/* `depth`: arrays and objects that are open around the value. The recursion ends at depth_most. */
static bool scan_value(struct scan *scan, unsigned depth)
{
	char c = peek(scan);

	assert(depth <= scan->depth_most);
	if ((c == '{' || c == '[') && depth >= scan->depth_most)
		return scan_fail(scan, STATUS_LIMIT, "arrays and objects are nested too deep");
	if (c == '{')
		return scan_object(scan, depth + 1);
	if (c == '[')
		return scan_array(scan, depth + 1);
	if (c == '"')
		return scan_string(scan);
	if (c == '-' || is_digit(c))
		return scan_number(scan);
	if (c == 't')
		return scan_word(scan, "true");
	if (c == 'f')
		return scan_word(scan, "false");
	if (c == 'n')
		return scan_word(scan, "null");
	return scan_refuse(scan, "a value was expected");
}

static bool scan_text(struct scan *scan)
{
	skip_space(scan);
	if (scan->at == scan->end)
		return scan_fail(scan, STATUS_INVALID, "empty, but a JSON value was expected");
	if (!scan_value(scan, 0))
		return false;
	skip_space(scan);
	if (scan->at < scan->end)
		return scan_fail(scan, STATUS_INVALID,
		                 "something stands after the end of the value");
	return true;
}

static unsigned line_at(struct span text, const char *at)
{
	unsigned line = 1;

	for (const char *p = text.ptr; p < at; p++)
		line += *p == '\n';
	return line;
}

static struct span without_bom(struct span text)
{
	if (text.len >= 3 && memcmp(text.ptr, "\xef\xbb\xbf", 3) == 0)
		return (struct span){ text.ptr + 3, text.len - 3 };
	return text;
}

static struct scan scan_begin(struct span text, unsigned depth_most)
{
	return (struct scan){
		.at = text.ptr,
		.end = text.ptr + text.len,
		.depth_most = depth_most < CJSON_NESTING_LIMIT ? depth_most : CJSON_NESTING_LIMIT,
		.wanted = SIZE_MAX,
		.status = STATUS_OK,
	};
}

/* A member's name, the object it is in, and its index among all member names in the text. */
struct name {
	size_t object;
	const char *text;
	size_t ordinal;
};

struct names {
	struct name *items;
	size_t count;
	size_t capacity;
	size_t objects;
};

/* In the order of the text, as the scan counted them. */
static void gather_names(struct names *names, const cJSON *value)
{
	size_t object = 0;
	const cJSON *child;

	if (cJSON_IsObject(value)) {
		names->objects++;
		object = names->objects;
	}
	cJSON_ArrayForEach (child, value) {
		if (object > 0 && names->count < names->capacity) {
			names->items[names->count] =
			        (struct name){ object, child->string, names->count };
			names->count++;
		}
		gather_names(names, child);
	}
}

static int compare_names(const void *left, const void *right)
{
	const struct name *a = left, *b = right;
	int order;

	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	order = strcmp(a->text, b->text);
	if (order != 0)
		return order;
	return a->ordinal < b->ordinal ? -1 : a->ordinal > b->ordinal;
}

/* Finds the first name that stands a second time in its object; `text` is NULL if there is none. */
static enum status find_repeated(const cJSON *value, size_t keys, struct name *out)
{
	struct names names = { .capacity = keys };

	*out = (struct name){ .ordinal = SIZE_MAX };
	if (keys < 2)
		return STATUS_OK;
	names.items = calloc(keys, sizeof(*names.items));
	if (!names.items)
		return STATUS_NO_MEMORY;
	gather_names(&names, value);
	assert(names.count == keys); /* cJSON and the scan read the same text */
	qsort(names.items, names.count, sizeof(*names.items), compare_names);
	for (size_t i = 1; i < names.count; i++) {
		const struct name *name = &names.items[i];

		if (name[-1].object == name->object && strcmp(name[-1].text, name->text) == 0 &&
		    name->ordinal < out->ordinal)
			*out = *name;
	}
	free(names.items);
	return STATUS_OK;
}

static enum status refuse_repeated(const cJSON *value, struct span text, size_t keys,
                                   const char *file, struct faults *faults)
{
	struct scan scan = scan_begin(without_bom(text), CJSON_NESTING_LIMIT);
	struct name name;
	enum status status = find_repeated(value, keys, &name);

	if (status != STATUS_OK || !name.text)
		return status;
	scan.wanted = name.ordinal;
	(void)scan_text(&scan);
	assert(scan.found);
	faults_add(faults, FAULT_ERROR, file, line_at(text, scan.found), name.text,
	           "stands twice in one object");
	return STATUS_INVALID;
}

/* Size and UTF-8 first, then the grammar. *keys: how many members' names there are. */
static enum status check_text(struct span text, struct json_limits limits, size_t *keys,
                              const char *file, struct faults *faults)
{
	struct scan scan = scan_begin(without_bom(text), limits.depth);
	size_t fault_at;

	if (text.len > limits.bytes) {
		faults_add(faults, FAULT_ERROR, file, 0, NULL,
		           "%zu bytes are more than the %zu that are allowed", text.len,
		           limits.bytes);
		return STATUS_LIMIT;
	}
	fault_at = utf8_fault_at(text);
	if (fault_at < text.len) {
		faults_add(faults, FAULT_ERROR, file, line_at(text, text.ptr + fault_at), NULL,
		           "not UTF-8 (byte 0x%02X)", (unsigned char)text.ptr[fault_at]);
		return STATUS_INVALID;
	}
	if (!scan_text(&scan)) {
		faults_add(faults, FAULT_ERROR, file, line_at(text, scan.at), NULL, "%s",
		           scan.reason);
		return scan.status;
	}
	*keys = scan.keys;
	return STATUS_OK;
}

enum status json_parse(cJSON **out, struct span text, struct json_limits limits, const char *file,
                       struct faults *faults)
{
	struct span body;
	enum status status;
	size_t keys = 0;
	cJSON *value;

	*out = NULL;
	if (!text.ptr)
		text = span_of("");
	status = check_text(text, limits, &keys, file, faults);
	if (status != STATUS_OK)
		return status;
	body = without_bom(text);
	value = cJSON_ParseWithLengthOpts(body.ptr, body.len, NULL, false);
	if (!value)
		return STATUS_NO_MEMORY; /* the text is valid, so only memory can be the reason */
	status = refuse_repeated(value, text, keys, file, faults);
	if (status != STATUS_OK) {
		cJSON_Delete(value);
		return status;
	}
	*out = value;
	return STATUS_OK;
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

/*
 * JSON: texts from outside are parsed by cJSON behind limits and read by tables that report faults;
 * values are printed into buffers.
 */
#ifndef DAYI_BASE_JSON_H
#define DAYI_BASE_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

struct json_limits {
	size_t bytes;   /* of the whole text */
	unsigned depth; /* of nested arrays and objects */
};

/*
 * Parses one JSON text (RFC 8259), with what cJSON accepts beyond it: valid UTF-8, no zero byte,
 * not as an escape either, nothing after it but white space (a leading UTF-8 BOM is passed over),
 * no member twice in one object, no number that a double cannot hold. Never deeper than cJSON goes
 * (1000). STATUS_LIMIT for size or depth, STATUS_INVALID otherwise, STATUS_NO_MEMORY; a fault names
 * the file and the line, or the member. On success *out is the caller's, for cJSON_Delete().
 * `faults` may be NULL.
 */
MUST_CHECK enum status json_parse(cJSON **out, struct span text, struct json_limits limits,
                                  const char *file, struct faults *faults);

/*
 * Appends the text with U+FFFD for each escape that json_parse() refuses because no character is
 * behind it: \u0000, and half of a surrogate pair, as JSON.stringify() writes it where a text was
 * cut. Everything else, malformed or not, stays as it is, byte for byte.
 */
void json_append_mended(struct buf *out, struct span text);

/* The place of the object being read, for faults. */
struct json_place {
	const char *file;
	unsigned line;         /* 0 unless the file holds a text a line */
	const char *path;      /* of the object, such as `cases[1]`; "" for the top */
	struct faults *faults; /* may be NULL */
};

enum json_kind { JSON_STRING, JSON_NUMBER, JSON_BOOL, JSON_ARRAY, JSON_OBJECT };

struct json_member {
	const char *name;
	enum json_kind kind;
	bool required;
	bool nullable; /* null counts as absent; without it null is of the wrong type */
};

/*
 * Checks an object against the table of its members: unknown, missing, wrong type: a fault each.
 * STATUS_INVALID when there was any.
 */
MUST_CHECK enum status json_check_object(const cJSON *object, const struct json_member *members,
                                         size_t count, const struct json_place *place);

/* The member's string, borrowed from the object; `fallback` where it is absent, null or no string.
 */
const char *json_string(const cJSON *object, const char *name, const char *fallback);

/*
 * Appends the value, on one line; the text as a string, in quotes. Without memory, and for a value
 * that is NULL because none was left to make it, the buffer is marked.
 */
void json_append(struct buf *out, const cJSON *value);
void json_append_string(struct buf *out, const char *text);
void json_append_span(struct buf *out, struct span text); /* which holds no NUL */

/* Adds the fault  place.path.field: reason. */
void json_fault(const struct json_place *place, enum fault_level level, const char *field,
                const char *format, ...) PRINTF_LIKE(4, 5);

#endif

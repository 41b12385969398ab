/*
 * The functions that rules may call besides SQLite's own. Each reads its arguments, returns NULL
 * where one of them is NULL, and does work that is linear in their length. Memory for a call
 * comes from the scope's arena, which each call resets. `allowed` is the list that the sandbox's
 * authorizer asks for; every function added here must be in it.
 */
#include "engine/diagnose/functions.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/text/check_digit.h"
#include "engine/text/identify.h"

enum {
	NUMBER_BYTES_MOST = 256, /* of a text that may be an identifier: looking takes long */
	ID_DIGITS_LEAST = 14,    /* the old number with a digit left out */
	PERSON_DIGITS_LEAST = 9,
	CODE_LENGTH_LEAST = 8, /* an organisation code without its check character */
};

/*
 * Pure, and none whose cost grows faster than the texts it gets: LIKE and GLOB can take for ever,
 * printf() and the blob functions make large values, the date functions know the clock.
 */
static const char *const allowed[] = {
	"abs",    "coalesce", "count",       "group_concat", "ifnull",    "iif",    "instr",
	"length", "lower",    "ltrim",       "max",          "min",       "nullif", "replace",
	"round",  "rtrim",    "substr",      "sum",          "trim",      "upper",  "today",
	"said",   "plain",    "years_after", "days_between", "id_valid",  "id_old", "person",
	"masked", "some",     "first_true",  "first_false",  "same_code",
};

enum { ALLOWED_COUNT = sizeof(allowed) / sizeof(allowed[0]) };

bool function_allowed(const char *name)
{
	for (size_t i = 0; i < ALLOWED_COUNT; i++)
		if (sqlite3_stricmp(name, allowed[i]) == 0)
			return true;
	return false;
}

void functions_list(struct buf *out)
{
	for (size_t i = 0; i < ALLOWED_COUNT; i++)
		buf_append_format(out, "%s%s", i ? ", " : "", allowed[i]);
}

static const char *text_argument(sqlite3_value *value)
{
	return sqlite3_value_type(value) == SQLITE_NULL ? NULL
	                                                : (const char *)sqlite3_value_text(value);
}

/*
 * Memory for one call. It begins anew with each: a join of two relations makes some ten thousand
 * calls, and where memory ran out a right ID number would pass for a wrong one.
 */
static struct arena *scratch_of(sqlite3_context *context)
{
	const struct function_scope *scope = sqlite3_user_data(context);
	assert(scope->scratch);
	arena_reset(scope->scratch);
	return scope->scratch;
}

static bool read_day(sqlite3_value *value, struct day *out)
{
	const char *text = text_argument(value);
	return text && day_read(text, out);
}

static void call_today(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct function_scope *scope = sqlite3_user_data(context);
	(void)count;
	(void)values;
	if (scope->today[0])
		sqlite3_result_text(context, scope->today, -1, SQLITE_TRANSIENT);
}

static void call_years_after(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct day day;
	(void)count;
	if (!read_day(values[0], &day) || sqlite3_value_type(values[1]) != SQLITE_INTEGER)
		return;
	const int64_t years = sqlite3_value_int64(values[1]);
	if (years < -DAY_LAST_YEAR || years > DAY_LAST_YEAR)
		return;
	const struct day then = day_years_after(day, years);
	if (!day_exists(then))
		return;
	char text[DAY_SIZE];
	day_write(then, text);
	sqlite3_result_text(context, text, -1, SQLITE_TRANSIENT);
}

static void call_days_between(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct day from, to;
	(void)count;
	if (read_day(values[0], &from) && read_day(values[1], &to))
		sqlite3_result_int64(context, day_number(to) - day_number(from));
}

static void call_said(sqlite3_context *context, int count, sqlite3_value **values)
{
	const struct function_scope *scope = sqlite3_user_data(context);
	const char *fact = text_argument(values[0]);
	const char *value = NULL;
	(void)count;
	for (size_t i = 0; fact && i < scope->said_count; i++)
		if (scope->said[2 * i] && strcmp(scope->said[2 * i], fact) == 0)
			value = scope->said[2 * i + 1];
	if (value)
		sqlite3_result_text(context, value, -1, SQLITE_TRANSIENT);
}

static uint32_t fold_point(uint32_t point)
{
	if (point >= 0xFF01 && point <= 0xFF5E) /* full-width ASCII */
		point -= 0xFF01 - '!';
	if (point >= 'a' && point <= 'z')
		point -= 'a' - 'A';
	switch (point) {
	case '[':
	case '{':
	case 0x3010: /* 【 */
	case 0x3014: /* 〔 */
	case 0x3016: /* 〖 */
	case 0x2768: /* ❨ */
		return '(';
	case ']':
	case '}':
	case 0x3011:
	case 0x3015:
	case 0x3017:
	case 0x2769:
		return ')';
	default:
		return point;
	}
}

/* White space (Unicode's White_Space), and what has no width. */
static bool is_blank(uint32_t point)
{
	return (point >= 0x09 && point <= 0x0D) || point == ' ' || point == 0x85 || point == 0xA0 ||
	       point == 0x1680 || (point >= 0x2000 && point <= 0x200D) || point == 0x2028 ||
	       point == 0x2029 || point == 0x202F || point == 0x205F || point == 0x2060 ||
	       point == 0x3000 || point == 0xFEFF;
}

/* The text in its plain form, from the arena; NULL where it is too long. */
static const char *plain(const char *text, struct arena *arena)
{
	const struct span span = span_of(text);
	const char *copy = NULL;
	struct buf out;
	buf_init(&out, VALUE_BYTES_MOST);
	for (size_t at = 0; at < span.len;) {
		const uint32_t point = utf8_next(span, &at);
		if (!is_blank(point))
			buf_append_code_point(&out, fold_point(point));
	}
	if (buf_status(&out) == STATUS_OK)
		copy = arena_copy(arena, buf_span(&out));
	buf_deinit(&out);
	return copy;
}

/* The one identifier that the text is, blanks apart; false where it is none, or more than one. */
static bool is_identifier(const char *text, struct arena *arena, struct identifier *out)
{
	struct identifier_list found;
	const char *folded = strlen(text) <= NUMBER_BYTES_MOST ? plain(text, arena) : NULL;
	if (!folded || identify(span_of(folded), arena, &found) != STATUS_OK || found.count != 1)
		return false;
	*out = found.items[0];
	return out->start == 0 && out->end == strlen(folded);
}

static bool is_id_number(const struct identifier *id)
{
	return id->kind == IDENTIFIER_ID_NUMBER || id->kind == IDENTIFIER_ID_NUMBER_15;
}

static bool is_ascii_digit(uint32_t point)
{
	return point >= '0' && point <= '9';
}

static bool is_ascii_letter(uint32_t point)
{
	return point >= 'A' && point <= 'Z';
}

static bool is_han(uint32_t point)
{
	return (point >= 0x3400 && point <= 0x4DBF) || (point >= 0x4E00 && point <= 0x9FFF) ||
	       point >= 0x20000;
}

/* What a text in the plain form shows of the number that it holds. */
struct shown {
	size_t digits, letters, han;
	bool inner_x; /* an X that is not the last character */
	bool part;    /* 4199********2X, 4199XXXX2X, 4199----2X, 尾号1018: some of it is hidden */
};

static struct shown shown_of(const char *folded)
{
	static const char *const ends[] = { "尾", "末", "后" };
	const struct span span = span_of(folded);
	struct shown shown = { .part = false };
	uint32_t before = 0;
	for (size_t at = 0; at < span.len;) {
		const uint32_t point = utf8_next(span, &at);
		if (is_ascii_digit(point))
			shown.digits++;
		else if (is_ascii_letter(point))
			shown.letters++;
		else if (is_han(point))
			shown.han++;
		else if (point != '-' && point != '(' && point != ')')
			shown.part = true;
		shown.part = shown.part || ((point == 'X' || point == '-') && point == before);
		shown.inner_x = shown.inner_x || (point == 'X' && at < span.len);
		before = point;
	}
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		shown.part = shown.part || strstr(folded, ends[i]);
	return shown;
}

/* The plain form of the whole number that the text holds; NULL where it holds none. */
static const char *whole_number(const char *text, struct arena *arena, struct shown *shown)
{
	const char *folded = strlen(text) <= NUMBER_BYTES_MOST ? plain(text, arena) : NULL;
	if (!folded)
		return NULL;
	*shown = shown_of(folded);
	return shown->part || shown->digits == 0 ? NULL : folded;
}

/* Whether the text tells that an ID number is right or wrong: one digit may have been left out. */
static bool tells_id_number(const char *text, struct arena *arena)
{
	struct shown shown;
	return whole_number(text, arena, &shown) && shown.digits >= ID_DIGITS_LEAST &&
	       shown.han == 0 && !shown.inner_x;
}

/* Eight digits and no word of what they are may be a part of any number. */
static bool tells_person(const char *text, struct arena *arena)
{
	struct shown shown;
	return whole_number(text, arena, &shown) &&
	       (shown.digits >= PERSON_DIGITS_LEAST || shown.han > 0 || shown.letters > 0);
}

/* A sound code may have any letters: 91410000MA9XXX.... */
static bool tells_code(const char *text, struct arena *arena)
{
	struct identifier id;
	struct shown shown;
	if (is_identifier(text, arena, &id) && id.fault == IDENTIFIER_SOUND)
		return true;
	return whole_number(text, arena, &shown) &&
	       shown.digits + shown.letters >= CODE_LENGTH_LEAST;
}

static void call_id_valid(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena *scratch = scratch_of(context);
	const char *text = text_argument(values[0]);
	struct identifier id;
	(void)count;
	if (!text || !tells_id_number(text, scratch))
		return;
	const bool valid = is_identifier(text, scratch, &id) && is_id_number(&id) &&
	                   id.fault == IDENTIFIER_SOUND;
	sqlite3_result_int(context, valid);
}

static void call_id_old(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena *scratch = scratch_of(context);
	const char *text = text_argument(values[0]);
	struct identifier id;
	(void)count;
	if (text && tells_id_number(text, scratch))
		sqlite3_result_int(context, is_identifier(text, scratch, &id) &&
		                                    id.kind == IDENTIFIER_ID_NUMBER_15);
}

static void give_plain(sqlite3_context *context, const char *text, struct arena *scratch)
{
	const char *folded = plain(text, scratch);
	if (folded)
		sqlite3_result_text(context, folded, -1, SQLITE_TRANSIENT);
}

static void call_plain(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena *scratch = scratch_of(context);
	const char *text = text_argument(values[0]);
	(void)count;
	if (text)
		give_plain(context, text, scratch);
}

/* GB 11643-1999 made 18 digits of the 15: the century, which was 19, and a check digit. */
static void give_modern(sqlite3_context *context, const char *digits15)
{
	static const char checks[] = "0123456789X";
	char id[19];
	assert(strlen(digits15) == 15);
	memcpy(id, digits15, 6);
	memcpy(id + 6, "19", 2);
	memcpy(id + 8, digits15 + 6, 9);
	for (size_t i = 0; checks[i]; i++) {
		id[17] = checks[i];
		if (id_number_check((struct span){ id, 18 }))
			break;
	}
	sqlite3_result_text(context, id, 18, SQLITE_TRANSIENT);
}

static void call_person(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena *scratch = scratch_of(context);
	const char *text = text_argument(values[0]);
	struct identifier id;
	(void)count;
	if (!text || !tells_person(text, scratch))
		return;
	if (!is_identifier(text, scratch, &id) || !is_id_number(&id))
		give_plain(context, text, scratch);
	else if (id.kind == IDENTIFIER_ID_NUMBER_15)
		give_modern(context, id.canonical);
	else
		sqlite3_result_text(context, id.canonical, -1, SQLITE_TRANSIENT);
}

/* Whether `old`, MA9L1A2C-6 or MA9L1A2C6, is the organisation's code inside of `code`. */
static bool contains_code(const char *code, const char *old)
{
	enum { CODE_LENGTH = 18, OLD_FIRST = 8, OLD_LENGTH = 9 };
	size_t at = 0;
	if (strlen(code) != CODE_LENGTH)
		return false;
	for (; *old; old++) {
		if (*old == '-' && at == OLD_LENGTH - 1)
			continue;
		if (at == OLD_LENGTH || *old != code[OLD_FIRST + at])
			return false;
		at++;
	}
	assert(at <= OLD_LENGTH);
	return at == OLD_LENGTH;
}

static void call_same_code(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena *scratch = scratch_of(context);
	const char *left = text_argument(values[0]), *right = text_argument(values[1]);
	(void)count;
	if (!left || !right || !tells_code(left, scratch) || !tells_code(right, scratch))
		return;
	left = plain(left, scratch);
	right = plain(right, scratch);
	if (left && right)
		sqlite3_result_int(context, strcmp(left, right) == 0 ||
		                                    contains_code(left, right) ||
		                                    contains_code(right, left));
}

/* Four characters and the last two; nothing of a short text. */
static void append_ends(struct span text, struct buf *out)
{
	const size_t length = utf8_length(text);
	const size_t start = utf8_prefix(text, 4);
	if (length > 8)
		buf_append(out, text.ptr, start);
	buf_append_text(out, "****");
	if (length > 8)
		buf_append_text(out, text.ptr + utf8_prefix(text, length - 2));
}

/*
 * Identifiers that identify() knows are masked as everywhere else; of other texts only the ends
 * are shown.
 */
static void call_masked(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct arena *scratch = scratch_of(context);
	const char *text = text_argument(values[0]);
	struct identifier_list found;
	struct buf out;
	(void)count;
	if (!text)
		return;
	buf_init(&out, VALUE_BYTES_MOST);
	if (strlen(text) <= NUMBER_BYTES_MOST &&
	    identify(span_of(text), scratch, &found) == STATUS_OK && found.count > 0)
		mask(span_of(text), &found, &out);
	else
		append_ends(span_of(text), &out);
	if (buf_status(&out) == STATUS_OK)
		sqlite3_result_text(context, buf_text(&out), (int)out.len, SQLITE_TRANSIENT);
	buf_deinit(&out);
}

/* What some() saw of its rows so far. */
struct seen {
	bool true_one, unknown_one;
};

static void step_some(sqlite3_context *context, int count, sqlite3_value **values)
{
	struct seen *seen = sqlite3_aggregate_context(context, sizeof(*seen));
	(void)count;
	if (!seen)
		sqlite3_result_error_nomem(context);
	else if (sqlite3_value_type(values[0]) == SQLITE_NULL)
		seen->unknown_one = true;
	else if (sqlite3_value_double(values[0]) != 0)
		seen->true_one = true;
}

static void end_some(sqlite3_context *context)
{
	const struct seen *seen = sqlite3_aggregate_context(context, 0);
	if (seen && seen->unknown_one && !seen->true_one)
		sqlite3_result_null(context);
	else
		sqlite3_result_int(context, seen && seen->true_one);
}

/* 0 where it is `wanted`, 1 where it is NULL, 2 where it is the other. */
static void give_place(sqlite3_context *context, sqlite3_value *value, bool wanted)
{
	if (sqlite3_value_type(value) == SQLITE_NULL)
		sqlite3_result_int(context, 1);
	else
		sqlite3_result_int(context, (sqlite3_value_double(value) != 0) == wanted ? 0 : 2);
}

static void call_first_true(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	give_place(context, values[0], true);
}

static void call_first_false(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	give_place(context, values[0], false);
}

int functions_add(sqlite3 *db, struct function_scope *scope)
{
	static const struct {
		const char *name;
		int arguments;
		void (*call)(sqlite3_context *, int, sqlite3_value **);
	} functions[] = {
		{ "today", 0, call_today },
		{ "years_after", 2, call_years_after },
		{ "days_between", 2, call_days_between },
		{ "said", 1, call_said },
		{ "plain", 1, call_plain },
		{ "person", 1, call_person },
		{ "id_valid", 1, call_id_valid },
		{ "id_old", 1, call_id_old },
		{ "first_true", 1, call_first_true },
		{ "first_false", 1, call_first_false },
		{ "masked", 1, call_masked },
		{ "same_code", 2, call_same_code },
	};
	int result = sqlite3_create_function_v2(db, "some", 1, SQLITE_UTF8, scope, NULL, step_some,
	                                        end_some, NULL);
	for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		assert(function_allowed(functions[i].name)); /* else no rule could call it */
		if (result == SQLITE_OK)
			result = sqlite3_create_function_v2(
			        db, functions[i].name, functions[i].arguments, SQLITE_UTF8, scope,
			        functions[i].call, NULL, NULL, NULL);
	}
	return result;
}

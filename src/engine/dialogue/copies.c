#include "engine/dialogue/copies.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

enum { PARTS_MOST = 99, NUMBER_SIZE = 12 };

/* A case without advice says what is to be done in its situation. */
static const char *advice_of(const struct entry_case *one)
{
	return one->advice[0] ? one->advice : one->situation;
}

static void add_answer(const struct office *office, const struct entry *entry, const char *label,
                       struct buf *out)
{
	const bool bare = entry->case_count == 0;
	const char *answer =
	        !entry->answer[0] && bare ? office_text(office, "no_answer") : entry->answer;
	if (answer[0])
		BUF_JOIN(out, "\n", label, answer);
}

static void add_case(const struct entry_case *one, struct buf *out)
{
	BUF_JOIN(out, "\n", one->label, one->label[0] && one->situation[0] ? "：" : "",
	         one->situation);
	if (one->advice[0])
		BUF_JOIN(out, "\n建议：", one->advice);
}

void copy_full(const struct office *office, const struct entry *entry, struct buf *out)
{
	buf_append_text(out, entry->question);
	add_answer(office, entry, "答：", out);
	for (size_t i = 0; i < entry->case_count; i++)
		add_case(&entry->cases[i], out);
}

void copy_short(const struct office *office, const struct entry *entry,
                const struct entry_case *one, struct buf *out)
{
	assert(entry->cases || entry->case_count == 0);
	if (!one && entry->case_count == 1)
		one = &entry->cases[0];
	buf_append_text(out, entry->question);
	if (one) {
		BUF_JOIN(out, "\n", advice_of(one));
		return;
	}
	add_answer(office, entry, "", out);
	for (size_t i = 0; i < entry->case_count; i++)
		add_case(&entry->cases[i], out);
}

/* --- text messages --- */

static size_t units_of(uint32_t point)
{
	return point > 0xffff ? 2 : 1;
}

/* How good a place behind this point is to cut: 3 a sentence ends, 2 a part of one, 1 any. */
static int cut_behind(uint32_t point, uint32_t next)
{
	const bool word = point < 0x80 && point > ' ', goes_on = next < 0x80 && next > ' ';
	switch (point) {
	case 0x3002: /* 。 */
	case 0xff01: /* ！ */
	case 0xff1f: /* ？ */
	case 0xff1b: /* ； */
	case '\n':
		return 3;
	case 0xff0c: /* ， */
	case 0x3001: /* 、 */
	case 0xff1a: /* ： */
		return 2;
	default:
		return word && goes_on ? 0 : 1;
	}
}

/* Closing marks stay with what they close. */
static bool closes(uint32_t point)
{
	return point == 0x201d || point == 0xff09 || point == 0x300b || point == ')' ||
	       cut_behind(point, 0) >= 2;
}

/* Bytes of the text from `from` on that one part of so many units takes. */
static size_t part_length(struct span text, size_t from, size_t units)
{
	size_t best[4] = { 0 }, at = from, used = 0, whole = from;
	while (at < text.len) {
		const uint32_t point = utf8_next(text, &at);
		size_t ahead = at;
		const uint32_t next = at < text.len ? utf8_next(text, &ahead) : 0;
		used += units_of(point);
		if (used > units)
			break;
		whole = at;
		if (!closes(next) || cut_behind(point, next) == 0)
			best[cut_behind(point, next)] = at - from;
	}
	if (used <= units)
		return text.len - from;
	/* A sentence that ends in the first third would make many small parts. */
	for (int rank = 3; rank > 0; rank--)
		if (best[rank] > (whole - from) / 3)
			return best[rank];
	return whole > from ? whole - from : at - from;
}

static bool is_blank_at(struct span text, size_t at)
{
	return at < text.len && (text.ptr[at] == ' ' || text.ptr[at] == '\n');
}

/* With a number of so many digits before each part; the count, or 0 where that is too few. */
static size_t part_text(struct span text, int digits, struct span *parts)
{
	const size_t head = digits == 0 ? 0 : (size_t)(2 * digits + 2);
	size_t at = 0, count = 0;
	const size_t most = digits == 0 ? 1 : digits == 1 ? 9 : PARTS_MOST;
	for (; at < text.len; count++) {
		while (is_blank_at(text, at))
			at++;
		if (at >= text.len)
			break;
		if (count == most)
			return 0;
		size_t length = part_length(text, at, SMS_UNITS_MOST - head);
		parts[count].ptr = text.ptr + at;
		at += length;
		while (length > 0 &&
		       is_blank_at(text, (size_t)(parts[count].ptr - text.ptr) + length - 1))
			length--;
		parts[count].len = length;
	}
	return count;
}

enum status copy_sms(struct span text, struct arena *arena, const char *const **parts,
                     size_t *count)
{
	struct span *cut = arena_array(arena, PARTS_MOST, sizeof(*cut));
	const char **items = arena_array(arena, PARTS_MOST, sizeof(*items));
	*count = 0;
	if (!cut || !items)
		return STATUS_NO_MEMORY;
	for (int digits = 0; digits <= 2 && *count == 0; digits++)
		*count = part_text(text, digits, cut);
	for (size_t i = 0; i < *count; i++) {
		char number[NUMBER_SIZE] = "";
		if (*count > 1)
			snprintf(number, sizeof(number), *count > 9 ? "%02u/%02u " : "%u/%u ",
			         (unsigned)(i + 1) % 100, (unsigned)*count % 100);
		items[i] = arena_format(arena, "%s%.*s", number, SPAN_ARGS(cut[i]));
		if (!items[i])
			return STATUS_NO_MEMORY;
	}
	*parts = items;
	return *count > 0 || text.len == 0 ? STATUS_OK : STATUS_LIMIT;
}

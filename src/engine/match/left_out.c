#include "engine/match/left_out.h"

#include <string.h>

#include "engine/match/marks.h"
#include "engine/match/split.h"

enum {
	BEFORE_MOST = 4,  /* code points before a denial: 页面上没有提示 */
	BETWEEN_MOST = 2, /* between it and what shows: 没有再提示 */
	SHOWN_LEAST = 3,  /* that are shown */
	REST_LEAST = 4,   /* Han, letters and digits of what remains */
	REST_CEILING = 64 << 10,
};

/* Whether a clause is left out. */
typedef bool (*clause_test)(const struct reading *whole, struct clause clause);

/* Whether a popup stands to the letter that begins at one of these places; 有未办结 within
 * 没有未办结. */
static bool begins_popup(const struct reading *whole, size_t from, size_t to)
{
	for (size_t i = 0; i < whole->letter_count; i++)
		if (whole->letters[i].popup && whole->letters[i].start >= from &&
		    whole->letters[i].start <= to)
			return true;
	return false;
}

/* Code points of a word there like 提示 or 弹窗, or 0. */
static size_t shows_at(const struct reading *whole, size_t at)
{
	const struct marks *marks = whole->matcher->marks;
	const size_t shows = mark_at(marks, MARK_SHOWS, &whole->text, at);
	return shows > 0 ? shows : mark_at(marks, MARK_WINDOW, &whole->text, at);
}

/* Whether such a word stands close behind a place, and something behind it. */
static bool announces(const struct reading *whole, size_t at, size_t end)
{
	for (size_t place = at; place <= at + BETWEEN_MOST && place < end; place++) {
		const size_t word = shows_at(whole, place);
		if (word > 0 && place + word + SHOWN_LEAST <= end)
			return true;
	}
	return false;
}

/*
 * Whether the message says outside of a clause what is shown, or that only something is. 不显示成绩
 * by itself is a symptom.
 */
static bool shows_beside(const struct reading *whole, struct clause clause, bool only)
{
	const struct marks *marks = whole->matcher->marks;
	for (size_t at = 0; at < whole->text.count; at++) {
		if (at >= clause.start && at < clause.end)
			continue;
		const size_t word = mark_at(marks, MARK_ONLY, &whole->text, at);
		if (only ? word > 0 && announces(whole, at + word, whole->text.count)
		         : shows_at(whole, at) > 0 || begins_popup(whole, at, at))
			return true;
	}
	return false;
}

/*
 * 没有提示…，提示的是…; 没有未办结的事项，就是提示…; but not 有没有提示…, 是不是提示…
 */
static bool denies_popup(const struct reading *whole, struct clause clause)
{
	const struct text *text = &whole->text;
	for (size_t at = clause.start; at <= clause.start + BEFORE_MOST && at < clause.end; at++) {
		const size_t denial = mark_at(whole->matcher->marks, MARK_DENIES, text, at);
		if (denial == 0)
			continue;
		const size_t denied = at + denial;
		const uint32_t last = text->points[denied - 1];
		return (at == clause.start || text->points[at - 1] != last) &&
		       (begins_popup(whole, at + 1, denied + BETWEEN_MOST) ||
		        shows_beside(whole, clause, !announces(whole, denied, clause.end)));
	}
	return false;
}

static bool tells_purpose(const struct reading *whole, struct clause clause)
{
	return mark_before(whole->matcher->marks, MARK_PURPOSE, &whole->text, clause.end) > 0;
}

static bool begins_clause(const struct text *text, size_t at)
{
	return split_ends_clause(text->points[at - 1]) || split_begins_line(text, at) ||
	       split_follows_blank(text, at);
}

static size_t end_of_clause(const struct text *text, size_t start)
{
	size_t at = start + 1;
	while (at < text->count && !begins_clause(text, at))
		at++;
	return at;
}

static void keep(const struct text *text, struct clause clause, struct text *rest, uint32_t *points,
                 uint32_t *origins)
{
	const size_t count = clause.end - clause.start;
	memcpy(points + rest->count, text->points + clause.start, count * sizeof(*points));
	memcpy(origins + rest->count, text->origins + clause.start, count * sizeof(*origins));
	rest->count += count;
}

static bool says_something(const struct text *text)
{
	size_t meaning = 0;
	for (size_t i = 0; i < text->count; i++)
		meaning +=
		        code_point_is_han(text->points[i]) || code_point_is_word(text->points[i]);
	return meaning >= REST_LEAST;
}

static enum status leave_out(const struct reading *whole, clause_test test, struct text *rest)
{
	const struct text *text = &whole->text;
	*rest = (struct text){ .count = 0 };
	uint32_t *points = arena_room(whole->arena, text->count + 1, sizeof(*points));
	uint32_t *origins = arena_room(whole->arena, text->count + 1, sizeof(*origins));
	struct text kept = { .points = points, .origins = origins, .input = text->input };
	if (!points || !origins)
		return STATUS_NO_MEMORY;
	for (size_t start = 0, end; start < text->count; start = end) {
		end = end_of_clause(text, start);
		const bool marked = split_ends_clause(text->points[end - 1]);
		if (!test(whole, (struct clause){ start, end - marked }))
			keep(text, (struct clause){ start, end }, &kept, points, origins);
	}
	if (kept.count == text->count || !says_something(&kept))
		return STATUS_OK;
	return clause_cut(&kept, (struct clause){ 0, kept.count }, whole->arena, rest);
}

enum status left_out_denied(const struct reading *whole, struct text *rest)
{
	return leave_out(whole, denies_popup, rest);
}

enum status left_out_purpose(const struct reading *whole, struct text *rest)
{
	return leave_out(whole, tells_purpose, rest);
}

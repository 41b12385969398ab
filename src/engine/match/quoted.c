#include "engine/match/quoted.h"

#include <assert.h>

#include "base/buf.h"

enum {
	RUN_LEAST = 6,
	PIECE = 3, /* a run of RUN_LEAST and more holds one of the pieces that begin at every third
	            */
	POINTS_MOST = 200, /* a longer message is no phrase */
	PIECES_MOST = POINTS_MOST / PIECE,
	PIECE_CEILING = 64,
	BYTES_A_STEP = 8, /* that are searched for a piece */
};

struct piece {
	char bytes[4 * PIECE + 1];
	size_t len;
};

struct search {
	const struct normaliser *normaliser;
	struct budget *budget;
	struct arena *arena;
	uint32_t points[POINTS_MOST];
	size_t count;
	struct piece pieces[PIECES_MOST];
	size_t piece_count;
	const struct entry *best;
	size_t longest;
	bool tied;
};

static size_t keep_meaning(const struct text *text, uint32_t *out, size_t most)
{
	size_t kept = 0;
	for (size_t i = 0; i < text->count; i++) {
		const uint32_t point = text->points[i];
		if (!code_point_is_han(point) && !code_point_is_word(point))
			continue;
		if (kept == most)
			return most + 1;
		out[kept++] = point;
	}
	return kept;
}

static enum status cut_pieces(struct search *search)
{
	struct buf piece;
	buf_init(&piece, PIECE_CEILING);
	for (size_t at = 0; at + PIECE <= search->count; at += PIECE) {
		struct piece *one = &search->pieces[search->piece_count++];
		buf_clear(&piece);
		for (size_t i = 0; i < PIECE; i++)
			buf_append_code_point(&piece, search->points[at + i]);
		if (buf_status(&piece) != STATUS_OK)
			break;
		memcpy(one->bytes, piece.ptr, piece.len);
		one->len = piece.len;
	}
	const enum status status = buf_status(&piece);
	buf_deinit(&piece);
	return status;
}

static bool holds_piece(struct search *search, struct span text)
{
	for (size_t i = 0; i < search->piece_count; i++) {
		const struct piece *piece = &search->pieces[i];
		if (!budget_take(search->budget, 1 + text.len / BYTES_A_STEP))
			return false;
		if (memmem(text.ptr, text.len, piece->bytes, piece->len))
			return true;
	}
	return false;
}

/* The longest run that both have, by the lengths of the runs that end at each place. */
static size_t longest_run(const uint32_t *a, size_t a_count, const uint32_t *b, size_t b_count,
                          size_t *ends)
{
	size_t longest = 0;
	assert(a_count <= POINTS_MOST);
	memset(ends, 0, (a_count + 1) * sizeof(*ends));
	for (size_t j = 0; j < b_count; j++)
		for (size_t i = a_count; i > 0; i--) {
			ends[i] = a[i - 1] == b[j] ? ends[i - 1] + 1 : 0;
			longest = ends[i] > longest ? ends[i] : longest;
		}
	return longest;
}

static enum status compare(struct search *search, const struct entry *entry, const char *string)
{
	const struct span raw = span_of(string);
	size_t ends[POINTS_MOST + 1];
	struct text text;
	if (!raw.ptr || raw.len == 0 || !holds_piece(search, raw))
		return STATUS_OK;
	const enum status status = normalise(search->normaliser, raw, search->arena, &text);
	if (status != STATUS_OK)
		return status;
	uint32_t *points = arena_room(search->arena, text.count + 1, sizeof(*points));
	if (!points)
		return STATUS_NO_MEMORY;
	const size_t count = keep_meaning(&text, points, text.count);
	if (!budget_take(search->budget, count * search->count))
		return STATUS_OK;
	const size_t run = longest_run(search->points, search->count, points, count, ends);
	if (run > search->longest) {
		search->longest = run;
		search->best = entry;
		search->tied = false;
	} else if (run == search->longest && entry != search->best) {
		search->tied = true;
	}
	return STATUS_OK;
}

static enum status compare_entry(struct search *search, const struct entry *entry)
{
	enum status status = compare(search, entry, entry->answer);
	for (size_t i = 0; i < entry->case_count && status == STATUS_OK; i++) {
		status = compare(search, entry, entry->cases[i].situation);
		if (status == STATUS_OK)
			status = compare(search, entry, entry->cases[i].advice);
	}
	return status;
}

enum status quoted_find(const struct entry *const *entries, size_t count,
                        const struct normaliser *normaliser, const struct text *message,
                        struct budget *budget, struct arena *arena, struct quoted *out)
{
	*out = (struct quoted){ 0 };
	struct search *search = arena_alloc(arena, sizeof(*search));
	if (!search)
		return STATUS_NO_MEMORY;
	search->normaliser = normaliser;
	search->budget = budget;
	search->arena = arena;
	search->count = keep_meaning(message, search->points, POINTS_MOST);
	if (search->count < RUN_LEAST || search->count > POINTS_MOST)
		return STATUS_OK;
	enum status status = cut_pieces(search);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = compare_entry(search, entries[i]);
	if (status == STATUS_OK && search->longest >= RUN_LEAST && !search->tied) {
		out->entry = search->best;
		out->length = search->longest;
		out->share = (float)search->longest / (float)search->count;
	}
	return status;
}

/*
 * Which entry a row is about. A row with an id of its own names it. A document's rows have only
 * numbers, and these move when a question is put in between, or belong to quite another document.
 * So such rows are matched by their questions first. If enough of them are found, or the source is
 * the same, the document is a later version of what the folder has: the rest is matched by the
 * answer to the letter, and then by id and number where the question is alike, if no other row is
 * about that entry; these look reworded, which is told. If not, it is a second document: all of its
 * rows are new and get ids of their own.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/outline.h"
#include "office/exchange/update_parts.h"

enum { KNOWN_SHARE = 4 /* one row in so many must be known */, TRIES_MOST = 10000 };

static const char *question_of(const struct import_row *row)
{
	return json_string(row->object, "question", "");
}

/* The entry with the row's id, or, if only one has it, its number. */
static struct old *old_placed(struct update *update, const struct import_row *row)
{
	const char *id = json_string(row->object, "id", "");
	const cJSON *number = cJSON_GetObjectItemCaseSensitive(row->object, "number");
	const int64_t at = table_find(&update->ids, id);
	struct old *found = NULL;

	assert(update->olds || update->old_count == 0);
	if (at != TABLE_NONE) {
		assert((size_t)at < update->old_count);
		return &update->olds[at];
	}
	for (size_t i = 0; !row->named && cJSON_IsNumber(number) && i < update->old_count; i++) {
		if (update->olds[i].entry.number != number->valueint)
			continue;
		if (found)
			return NULL;
		found = &update->olds[i];
	}
	return found;
}

static bool same_source(const struct import_row *row, const struct old *old)
{
	const cJSON *source = cJSON_GetObjectItemCaseSensitive(row->object, "source");
	const char *document = json_string(source, "document", "");

	return document[0] && strcmp(document, old->entry.document) == 0;
}

/* Whether the document is a later version of what the folder has. */
static bool is_version(struct update *update, size_t unnamed)
{
	const struct import *import = update->import;
	size_t known = 0, clashes = 0;

	for (size_t i = 0; i < import->row_count; i++) {
		const struct import_row *row = &import->rows[i];
		const struct old *placed = row->named ? NULL : old_placed(update, row);
		const char *answer = json_string(row->object, "answer", "");

		if (row->named)
			continue;
		if (placed && same_source(row, placed))
			return true;
		clashes += placed != NULL;
		known += update->matches[i] != NULL ||
		         (placed && answer[0] && strcmp(answer, placed->entry.answer) == 0);
	}
	/* Rows that only go on with the numbers join what is there. */
	return clashes == 0 || known * KNOWN_SHARE >= unnamed;
}

static bool is_taken(const struct update *update, const char *id)
{
	if (table_find(&update->ids, id) != TABLE_NONE)
		return true;
	for (size_t i = 0; i < update->import->row_count; i++)
		if (strcmp(json_string(update->import->rows[i].object, "id", ""), id) == 0)
			return true;
	return false;
}

static void set_id(struct update *update, const struct import_row *row, const char *id)
{
	cJSON *value = id ? cJSON_CreateString(id) : NULL;

	if (!value || !cJSON_ReplaceItemInObjectCaseSensitive(row->object, "id", value)) {
		cJSON_Delete(value);
		update->status = STATUS_NO_MEMORY;
	}
}

/* A new question of a later version: its id may be that of another entry. */
static void give_id(struct update *update, const struct import_row *row)
{
	const char *id = json_string(row->object, "id", "");
	const char *free_id = id;

	if (table_find(&update->ids, id) != TABLE_NONE) {
		for (int i = 2; free_id && i < TRIES_MOST && is_taken(update, free_id); i++)
			free_id = arena_format(update->arena, "%s-%d", id, i);
		set_id(update, row, free_id);
	}
}

enum { PAIRS_MOST = 200 /* characters of a question that are compared */ };

static size_t read_points(const char *text, uint32_t points[PAIRS_MOST])
{
	const struct span span = span_of(text);
	size_t count = 0;

	for (size_t at = 0; at < span.len && count < PAIRS_MOST;)
		points[count++] = utf8_next(span, &at);
	return count;
}

/* Whether at least half of the pairs of neighbouring characters are common to both. */
static bool is_alike(const char *left, const char *right)
{
	uint32_t a[PAIRS_MOST], b[PAIRS_MOST];
	bool used[PAIRS_MOST] = { false };
	const size_t a_count = read_points(left, a), b_count = read_points(right, b);
	size_t common = 0;

	for (size_t i = 0; i + 1 < a_count; i++) {
		for (size_t k = 0; k + 1 < b_count; k++) {
			if (used[k] || a[i] != b[k] || a[i + 1] != b[k + 1])
				continue;
			used[k] = true;
			common++;
			break;
		}
	}
	return 4 * common + 2 >= a_count + b_count;
}

static void tell_reworded(struct update *update, const struct import_row *row,
                          const struct old *old)
{
	struct buf was, is;

	buf_init(&was, ENTRY_BYTES_MOST);
	buf_init(&is, ENTRY_BYTES_MOST);
	outline_words(span_of(old->entry.question), OUTLINE_WORDS, &was);
	outline_words(span_of(question_of(row)), OUTLINE_WORDS, &is);
	import_fault(update->import, FAULT_WARNING, row->line, "question",
	             "looks reworded: “%s” → “%s”, taken for the same entry (%s)", buf_text(&was),
	             buf_text(&is), old->entry.id);
	buf_deinit(&was);
	buf_deinit(&is);
}

static void take_match(struct update *update, size_t row, struct old *old)
{
	const struct import_row *now = &update->import->rows[row];

	update->matches[row] = old;
	old->matched = true;
	if (!now->named && question_of(now)[0] && old->entry.question[0] &&
	    strcmp(question_of(now), old->entry.question) != 0)
		tell_reworded(update, now, old);
}

enum { SEVERAL = -1 };

/* Whether the entry may be found by its answer. */
static bool is_open(const struct old *old)
{
	return !old->matched && old->entry.answer[0] != '\0';
}

/* Answers of entries that no row is about; SEVERAL where two have the same. */
static enum status index_answers(const struct update *update, struct table *found, int64_t *only)
{
	enum status status = table_init(found, update->arena, update->old_count + 1);

	for (size_t i = 0; i < update->old_count && status == STATUS_OK; i++) {
		const struct old *old = &update->olds[i];
		const int64_t at = is_open(old) ? table_find(found, old->entry.answer) : TABLE_NONE;

		only[i] = (int64_t)i;
		if (at != TABLE_NONE)
			only[at] = SEVERAL;
		else if (is_open(old))
			(void)table_add(found, old->entry.answer, i);
	}
	return status;
}

static int64_t find_answer(const struct update *update, size_t row, const struct table *found)
{
	const struct import_row *now = &update->import->rows[row];

	if (now->named || update->matches[row])
		return TABLE_NONE;
	return table_find(found, json_string(now->object, "answer", ""));
}

/* A question whose words changed: its answer is the same to the letter, and no other entry's. */
static void match_answers(struct update *update)
{
	const struct import *import = update->import;
	int64_t *only = arena_array(update->arena, update->old_count + 1, sizeof(*only));
	size_t *rows = arena_array(update->arena, update->old_count + 1, sizeof(*rows));
	struct table found;

	if (!only || !rows) {
		update->status = STATUS_NO_MEMORY;
		return;
	}
	update->status = index_answers(update, &found, only);
	for (int pass = 0; pass < 2; pass++) {
		for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
			const int64_t at = find_answer(update, i, &found);

			if (at == TABLE_NONE || only[at] == SEVERAL)
				continue;
			/* First those rows are counted that have the answer. */
			if (pass == 0)
				rows[at]++;
			else if (rows[at] == 1)
				take_match(update, i, &update->olds[at]);
		}
	}
}

/* Whether the row may be about the entry of its id or number: another question is another entry. */
static bool is_about(const struct import_row *row, const struct old *placed)
{
	const char *question = question_of(row);

	if (row->named)
		return true;
	/* Two rows about one entry are an error only where they name it. */
	return !placed->matched && (!question[0] || !placed->entry.question[0] ||
	                            is_alike(question, placed->entry.question));
}

static void match_version(struct update *update)
{
	const struct import *import = update->import;

	match_answers(update);
	for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
		const struct import_row *row = &import->rows[i];
		struct old *placed = update->matches[i] ? NULL : old_placed(update, row);

		if (update->matches[i])
			continue;
		if (placed && is_about(row, placed))
			take_match(update, i, placed);
		else if (!row->named)
			give_id(update, row);
	}
}

static bool has_collection(const struct update *update, const char *name)
{
	for (size_t i = 0; i < update->collection_count; i++)
		if (strcmp(update->collections[i], name) == 0)
			return true;
	return false;
}

/* Every row is new, in a collection of its own. */
static void match_second(struct update *update)
{
	const struct import *import = update->import;
	const char *name = import_collection;
	size_t again = 0;
	unsigned again_line = 0;

	for (int i = 2; name && i < TRIES_MOST && has_collection(update, name); i++)
		name = arena_format(update->arena, "%s-%d", import_collection, i);
	update->second = name;
	if (!name)
		update->status = STATUS_NO_MEMORY;
	for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
		const struct import_row *row = &import->rows[i];
		const char *id = json_string(row->object, "id", "");

		if (update->matches[i] && again++ == 0)
			again_line = row->line;
		update->matches[i] = NULL;
		if (table_find(&update->ids, id) != TABLE_NONE)
			set_id(update, row, arena_format(update->arena, "%s-%s", name, id));
	}
	if (again > 0)
		import_fault(update->import, FAULT_WARNING, again_line, "question",
		             "another document of the folder has it already: which answer counts? "
		             "(%zu)",
		             again);
}

/* Entries by question; those with the same one in their order. */
struct by_question {
	struct table first;
	size_t *next; /* with the question of this one, or the number of entries */
	size_t *turn; /* of the first ones: which is matched next */
};

static enum status group_by_question(const struct update *update, struct by_question *out)
{
	const size_t count = update->old_count;
	enum status status = table_init(&out->first, update->arena, count + 1);

	out->next = arena_array(update->arena, count + 1, sizeof(*out->next));
	out->turn = arena_array(update->arena, count + 1, sizeof(*out->turn));
	if (status == STATUS_OK && (!out->next || !out->turn))
		status = STATUS_NO_MEMORY;
	for (size_t i = count; i-- > 0 && status == STATUS_OK;) {
		const char *question = update->olds[i].entry.question;
		const int64_t at = table_find(&out->first, question);

		out->next[i] = count;
		if (at == TABLE_NONE) {
			out->turn[i] = i;
			(void)table_add(&out->first, question, i);
			continue;
		}
		/* From the last to the first, so this one goes before those that are known. */
		out->next[i] = out->turn[at];
		out->turn[at] = i;
	}
	return status;
}

static void match_questions(struct update *update)
{
	const struct import *import = update->import;
	struct by_question same;

	update->status = group_by_question(update, &same);
	for (size_t i = 0; i < import->row_count && update->status == STATUS_OK; i++) {
		const struct import_row *row = &import->rows[i];
		const int64_t at =
		        row->named ? TABLE_NONE : table_find(&same.first, question_of(row));
		struct old *old;

		if (at == TABLE_NONE || same.turn[at] == update->old_count)
			continue;
		old = &update->olds[same.turn[at]];
		same.turn[at] = same.next[same.turn[at]];
		update->matches[i] = old;
		old->matched = true;
	}
}

void update_match_rows(struct update *update)
{
	const struct import *import = update->import;
	size_t unnamed = 0;

	update->matches = arena_array(update->arena, import->row_count + 1, sizeof(struct old *));
	if (!update->matches) {
		update->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < import->row_count; i++)
		unnamed += !import->rows[i].named;
	match_questions(update);
	if (update->status != STATUS_OK)
		return;
	if (unnamed < import->row_count || is_version(update, unnamed))
		match_version(update);
	else
		match_second(update);
}

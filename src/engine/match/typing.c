#include "engine/match/typing.h"

#include <stdlib.h>

#include "base/buf.h"
#include "engine/match/fts.h"

enum {
	TEXT_MOST = 8,      /* characters, or initials, of a word of the table */
	PINYIN_MOST = 24,   /* letters */
	SENTENCE_MOST = 40, /* characters of a sentence that words begin at */
	ROW_CEILING = 4 << 20,
	ARENA_CEILING = 16 << 20,
	QUERY_SIZE = 128,
};

/* Precedes the first word of a sentence; the tokenizer of the table takes it as a letter. */
static const char beginning[] = "^";

/* Han, letters and digits count; marks do not. */
static bool is_typed(uint32_t point)
{
	return code_point_is_han(point) || code_point_is_word(point);
}

/* Adds the text from a point on, without marks. */
static void add_text(struct buf *words, const struct text *text, size_t from)
{
	size_t added = 0;
	for (size_t i = from; i < text->count && added < TEXT_MOST; i++) {
		if (!is_typed(text->points[i]))
			continue;
		buf_append_code_point(words, text->points[i]);
		added++;
	}
}

/* Adds the same in pinyin or initials, up to a character without pinyin. Letters stay as they are.
 */
static void add_pinyin(struct buf *words, const struct text *text, size_t from, bool initials)
{
	const size_t start = words->len, most = initials ? TEXT_MOST : PINYIN_MOST;
	for (size_t i = from; i < text->count && words->len - start < most; i++) {
		const uint32_t point = text->points[i];
		const char *pinyin = code_point_is_han(point) ? pinyin_of(point) : NULL;
		if (!is_typed(point))
			continue;
		if (pinyin && initials)
			buf_append_char(words, pinyin[0]);
		else if (pinyin)
			buf_append_text(words, pinyin);
		else if (point < 0x80)
			buf_append_char(words, (char)point);
		else
			break;
	}
}

static void add_pinyins(struct buf *words, const struct text *text, size_t from, const char *mark)
{
	buf_append_text(words, mark);
	add_pinyin(words, text, from, false);
	BUF_JOIN(words, " ", mark);
	add_pinyin(words, text, from, true);
	buf_append_char(words, ' ');
}

/* A word begins at every Han character and at the first letter or digit of a run. */
static enum status add_sentence(struct buf *words, const struct normaliser *normaliser,
                                struct arena *arena, const char *sentence)
{
	struct text text;
	arena_reset(arena);
	const enum status status = normalise(normaliser, span_of(sentence), arena, &text);
	bool first = true;
	for (size_t i = 0; status == STATUS_OK && i < text.count && i < SENTENCE_MOST; i++) {
		const bool inside = i > 0 && code_point_is_word(text.points[i - 1]) &&
		                    code_point_is_word(text.points[i]);
		if (!is_typed(text.points[i]) || inside)
			continue;
		if (first) {
			buf_append_text(words, beginning);
			add_text(words, &text, i);
			buf_append_char(words, ' ');
			add_pinyins(words, &text, i, beginning);
		}
		first = false;
		add_pinyins(words, &text, i, "");
	}
	return status == STATUS_OK ? buf_status(words) : status;
}

static enum status words_of(const struct entry *entry, const struct normaliser *normaliser,
                            struct arena *arena, struct buf *words)
{
	buf_clear(words);
	enum status status = add_sentence(words, normaliser, arena, entry->question);
	for (size_t i = 0; i < entry->prompts.count && status == STATUS_OK; i++)
		status = add_sentence(words, normaliser, arena, entry->prompts.items[i]);
	return status;
}

static enum status fill(sqlite3 *db, const struct knowledge *knowledge,
                        const struct normaliser *normaliser)
{
	struct buf words;
	struct arena *arena = NULL;
	sqlite3_stmt *insert = NULL;
	buf_init(&words, ROW_CEILING);
	enum status status = arena_create(&arena, ARENA_CEILING);
	if (status == STATUS_OK)
		status = fts_prepare(db, "INSERT INTO typing(rowid, words) VALUES (?1, ?2)",
		                     &insert);
	for (size_t row = 0; row < knowledge->entry_count && status == STATUS_OK; row++) {
		const struct entry *entry = &knowledge->entries[row];
		if (entry->kind != ENTRY_ANSWER || !entry->question[0])
			continue;
		status = words_of(entry, normaliser, arena, &words);
		if (status == STATUS_OK)
			status = fts_insert(insert, (uint32_t)row, buf_span(&words));
	}
	sqlite3_finalize(insert);
	arena_destroy(arena);
	buf_deinit(&words);
	return status;
}

enum status typing_build(const struct knowledge *knowledge, const struct normaliser *normaliser,
                         void **bytes, size_t *size)
{
	sqlite3 *db = NULL;
	*bytes = NULL;
	enum status status = fts_create(&db);
	if (status == STATUS_OK)
		status = fts_run(db, "CREATE VIRTUAL TABLE typing USING fts5(words, content='',"
		                     " detail=none, columnsize=0, prefix='1 2 3',"
		                     " tokenize=\"ascii tokenchars '^'\");"
		                     "BEGIN");
	if (status == STATUS_OK)
		status = fill(db, knowledge, normaliser);
	if (status == STATUS_OK)
		status = fts_run(db, "INSERT INTO typing(typing) VALUES ('optimize'); COMMIT");
	if (status == STATUS_OK)
		status = fts_finish(db, bytes, size);
	sqlite3_close(db);
	return status;
}

struct typing {
	sqlite3 *db;
	sqlite3_stmt *find;
};

enum status typing_open(const void *bytes, size_t size, struct typing **out)
{
	struct typing *typing = calloc(1, sizeof(*typing));
	*out = typing;
	if (!typing)
		return STATUS_NO_MEMORY;
	enum status status = fts_open(bytes, size, &typing->db);
	if (status == STATUS_OK)
		status = fts_begin(typing->db);
	if (status == STATUS_OK)
		status = fts_prepare(typing->db,
		                     "SELECT rowid FROM typing WHERE typing MATCH ?1 LIMIT ?2",
		                     &typing->find);
	if (status != STATUS_OK) {
		typing_close(typing);
		*out = NULL;
	}
	return status;
}

void typing_close(struct typing *typing)
{
	if (!typing)
		return;
	sqlite3_finalize(typing->find);
	sqlite3_close(typing->db);
	free(typing);
}

/*
 * Writes the query "what was typed"*, without marks: 未 办 and wei'ban occur while a word is typed.
 * False if nothing is left, or more than a word of the table has.
 */
static bool write_query(const struct text *typed, enum typing_where where, struct buf *query)
{
	size_t count = 0;
	bool han = false;
	buf_append_char(query, '"');
	if (where == TYPING_AT_BEGINNING)
		buf_append_text(query, beginning);
	for (size_t i = 0; i < typed->count && count <= PINYIN_MOST; i++) {
		if (!is_typed(typed->points[i]))
			continue;
		buf_append_code_point(query, typed->points[i]);
		han = han || code_point_is_han(typed->points[i]);
		count++;
	}
	buf_append_text(query, "\"*");
	return count > 0 && count <= (size_t)(han ? TEXT_MOST : PINYIN_MOST);
}

enum status typing_find(struct typing *typing, const struct text *typed, enum typing_where where,
                        uint32_t *rows, size_t most, size_t *count)
{
	struct buf query;
	*count = 0;
	buf_init(&query, QUERY_SIZE);
	const bool asks = write_query(typed, where, &query);
	enum status status = buf_status(&query);
	if (asks && status == STATUS_OK) {
		sqlite3_bind_text(typing->find, 1, query.ptr, (int)query.len, SQLITE_STATIC);
		sqlite3_bind_int64(typing->find, 2, (sqlite3_int64)most);
		int result = sqlite3_step(typing->find);
		for (; result == SQLITE_ROW && *count < most; result = sqlite3_step(typing->find))
			rows[(*count)++] = fts_row(sqlite3_column_int64(typing->find, 0));
		status = fts_status(result);
		sqlite3_reset(typing->find);
	}
	buf_deinit(&query);
	return status;
}

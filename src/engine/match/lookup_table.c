/*
 * How it works. A text gives one token a Han character, a run of letters or a run of digits. The
 * token of a Han character is that character and the Han character that follows it, marks left out,
 * or the character alone where none follows; it stands in the text where its first character does.
 * So a phrase of n characters is n - 1 pairs and the beginning of a pair, is found in the order of
 * its rarest pair, and highlight() marks exactly its characters. The prefix index serves single
 * characters, last characters, and the beginnings of words and numbers.
 *
 * Rows are inserted part by part, the best part first, so the first rows of any search are its best
 * ones, and a search for a common character may stop early. The question of entry number n has
 * rowid n + 1, whether the entry has one or not.
 *
 * In a query the tokenizer is given the tokens themselves, with blanks between them.
 */
#include "engine/match/lookup_table.h"

#include <assert.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "engine/match/fts.h"

enum {
	TEXT_ARENA_CEILING = 64 << 20, /* of the arena for one text's normal form */
	TOKEN_BYTES_MOST = 64,         /* of a run of letters or digits; the rest is cut off */
	QUERY_CEILING = 16 << 10,
	POINTS_MOST = 64, /* of what was typed: more is no look-up */
	LARGE = 1 << 20,  /* bytes of a table */
	OPENS = 1,        /* control characters are in no text of a knowledge */
	CLOSES = 2,
};

const char *lookup_part_name(enum lookup_part part)
{
	static const char *const names[LOOKUP_PART_COUNT] = {
		"question", "prompt", "also", "situation", "advice", "answer", "internal", "note",
	};
	assert((size_t)part < sizeof(names) / sizeof(names[0]));
	return names[part];
}

/* --- tokens --- */

typedef int emit_token(void *context, int flags, const char *token, int length, int start, int end);

struct cutter {
	const struct normaliser *normaliser;
	struct arena *arena;
};

static bool is_digit(uint32_t point)
{
	return point >= '0' && point <= '9';
}

/* The end of the run of letters, or of digits, that begins at `at`. */
static size_t word_end(const struct text *text, size_t at)
{
	const bool digits = is_digit(text->points[at]);
	size_t end = at + 1;
	while (end < text->count && code_point_is_word(text->points[end]) &&
	       is_digit(text->points[end]) == digits)
		end++;
	return end;
}

/* The Han character that follows on the line, marks left out; 0 where another thing follows. */
static uint32_t next_han(const struct text *text, size_t at)
{
	for (at++; at < text->count && text->points[at] != '\n'; at++) {
		if (code_point_is_han(text->points[at]))
			return text->points[at];
		if (code_point_is_word(text->points[at]))
			return 0;
	}
	return 0;
}

struct word {
	char name[TOKEN_BYTES_MOST];
	size_t length;
	size_t begin, end; /* points that it covers */
	bool han;
	bool paired; /* the name goes on with the next character */
};

static void append_point(struct word *token, uint32_t point)
{
	if (token->length + utf8_size(point) <= sizeof(token->name))
		token->length =
		        (size_t)(utf8_put(token->name + token->length, point) - token->name);
}

/* The first token from *at on; false where there is none. *at is then behind it. */
static bool next_token(const struct text *text, size_t *at, size_t end, struct word *out)
{
	while (*at < end && !code_point_is_han(text->points[*at]) &&
	       !code_point_is_word(text->points[*at]))
		(*at)++;
	if (*at >= end)
		return false;
	*out = (struct word){ .begin = *at, .han = code_point_is_han(text->points[*at]) };
	out->end = out->han ? *at + 1 : word_end(text, *at);
	for (size_t i = out->begin; i < out->end; i++)
		append_point(out, text->points[i]);
	*at = out->end;
	return true;
}

/* The byte behind the point in the text that was normalised. */
static size_t byte_end(const struct text *text, size_t point)
{
	size_t at = text->origins[point];
	if (at < text->input.len)
		(void)utf8_next(text->input, &at);
	return at;
}

static int emit_text(const struct text *text, void *context, emit_token *emit)
{
	struct word token;
	size_t last_end = 0;
	int result = SQLITE_OK;
	for (size_t at = 0; result == SQLITE_OK && next_token(text, &at, text->count, &token);) {
		const uint32_t next = token.han ? next_han(text, token.begin) : 0;
		size_t start = text->origins[token.begin], end = byte_end(text, token.end - 1);
		if (next)
			append_point(&token, next);
		/* One character may have become several: what follows begins behind it. */
		start = start < last_end ? last_end : start;
		end = end < start ? start : end;
		last_end = end;
		result = emit(context, 0, token.name, (int)token.length, (int)start, (int)end);
	}
	return result;
}

static int emit_names(struct span names, void *context, emit_token *emit)
{
	int result = SQLITE_OK;
	for (size_t at = 0; at < names.len && result == SQLITE_OK;) {
		const char *begin = names.ptr + at;
		const char *blank = memchr(begin, ' ', names.len - at);
		const size_t length = blank ? (size_t)(blank - begin) : names.len - at;
		if (length > 0)
			result = emit(context, 0, begin, (int)length, (int)at, (int)(at + length));
		at += length + 1;
	}
	return result;
}

static int create_tokenizer(void *context, const char **arguments, int count, Fts5Tokenizer **out)
{
	(void)arguments;
	(void)count;
	*out = context;
	return SQLITE_OK;
}

static void destroy_tokenizer(Fts5Tokenizer *tokenizer)
{
	(void)tokenizer;
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *bytes,
                    int length, emit_token *emit)
{
	struct cutter *cutter = (struct cutter *)tokenizer;
	const struct span span = { bytes, (size_t)length };
	struct text text;
	if (flags & FTS5_TOKENIZE_QUERY)
		return emit_names(span, context, emit);
	arena_reset(cutter->arena);
	const enum status status = normalise(cutter->normaliser, span, cutter->arena, &text);
	if (status == STATUS_NO_MEMORY)
		return SQLITE_NOMEM;
	return status == STATUS_OK ? emit_text(&text, context, emit) : SQLITE_OK;
}

static enum status cutter_init(struct cutter *cutter, const struct normaliser *normaliser)
{
	cutter->normaliser = normaliser;
	return arena_create(&cutter->arena, TEXT_ARENA_CEILING);
}

/* Before a table that names it is touched. */
static enum status register_tokenizer(sqlite3 *db, struct cutter *cutter)
{
	fts5_tokenizer tokenizer = { create_tokenizer, destroy_tokenizer, tokenize };
	return fts_register(db, "lookup", cutter, &tokenizer);
}

/* --- building --- */

struct filling {
	sqlite3_stmt *insert;
	sqlite3_int64 rowid; /* of the next row */
};

static enum status add(struct filling *filling, size_t row, enum lookup_part part, size_t item,
                       const char *text)
{
	sqlite3_stmt *insert = filling->insert;
	if (!text[0])
		return STATUS_OK;
	sqlite3_bind_int64(insert, 1, filling->rowid++);
	sqlite3_bind_text(insert, 2, text, -1, SQLITE_STATIC);
	sqlite3_bind_int64(insert, 3, (sqlite3_int64)row);
	sqlite3_bind_int(insert, 4, (int)part);
	sqlite3_bind_int64(insert, 5, (sqlite3_int64)item);
	const enum status status = fts_status(sqlite3_step(insert));
	sqlite3_reset(insert);
	sqlite3_clear_bindings(insert);
	return status;
}

static enum status add_strings(struct filling *filling, size_t row, enum lookup_part part,
                               const struct strings *strings)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < strings->count && status == STATUS_OK; i++)
		status = add(filling, row, part, i, strings->items[i]);
	return status;
}

static enum status add_cases(struct filling *filling, size_t row, enum lookup_part part,
                             const struct entry *entry)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < entry->case_count && status == STATUS_OK; i++) {
		const struct entry_case *one = &entry->cases[i];
		if (part == LOOKUP_ALSO)
			status = add_strings(filling, row, part, &one->also);
		else
			status = add(filling, row, part, i,
			             part == LOOKUP_SITUATION ? one->situation : one->advice);
	}
	return status;
}

static enum status add_part(struct filling *filling, size_t row, enum lookup_part part,
                            const struct entry *entry)
{
	enum status status = STATUS_OK;
	switch (part) {
	case LOOKUP_QUESTION:
		filling->rowid = (sqlite3_int64)row + 1;
		return add(filling, row, part, 0, entry->question);
	case LOOKUP_PROMPT:
		return add_strings(filling, row, part, &entry->prompts);
	case LOOKUP_ALSO:
		status = add_strings(filling, row, part, &entry->also);
		return status == STATUS_OK ? add_cases(filling, row, part, entry) : status;
	case LOOKUP_SITUATION:
	case LOOKUP_ADVICE:
		return add_cases(filling, row, part, entry);
	case LOOKUP_ANSWER:
		return add(filling, row, part, 0, entry->answer);
	case LOOKUP_INTERNAL:
		return add(filling, row, part, 0, entry->internal);
	case LOOKUP_NOTE:
		return add(filling, row, part, 0, entry->note);
	case LOOKUP_PART_COUNT:
		break;
	}
	return status;
}

/* What is put into a table: the entries of a knowledge, or texts. */
struct source {
	const struct knowledge *knowledge; /* or NULL */
	const struct span *texts;
	size_t count;
};

static enum status fill_entries(struct filling *filling, const struct knowledge *knowledge)
{
	enum status status = STATUS_OK;
	for (int part = 0; part < LOOKUP_PART_COUNT && status == STATUS_OK; part++) {
		for (size_t row = 0; row < knowledge->entry_count && status == STATUS_OK; row++) {
			const struct entry *entry = &knowledge->entries[row];
			if (entry->kind == ENTRY_ANSWER || entry->kind == ENTRY_REFERRAL)
				status = add_part(filling, row, (enum lookup_part)part, entry);
		}
		if (part == LOOKUP_QUESTION)
			filling->rowid = (sqlite3_int64)knowledge->entry_count + 1;
	}
	return status;
}

static enum status fill(sqlite3 *db, const struct source *source)
{
	struct filling filling = { .rowid = 1 };
	enum status status = fts_prepare(db,
	                                 "INSERT INTO lookup(rowid, text, entry, part, item)"
	                                 " VALUES (?1, ?2, ?3, ?4, ?5)",
	                                 &filling.insert);
	if (status == STATUS_OK && source->knowledge)
		status = fill_entries(&filling, source->knowledge);
	for (size_t row = 0; row < source->count && status == STATUS_OK; row++)
		status = add(&filling, row, LOOKUP_QUESTION, 0, source->texts[row].ptr);
	sqlite3_finalize(filling.insert);
	return status;
}

static enum status build(const struct source *source, const struct normaliser *normaliser,
                         void **bytes, size_t *size)
{
	static const char schema[] =
	        "CREATE VIRTUAL TABLE lookup USING fts5(text, entry UNINDEXED, part UNINDEXED,"
	        " item UNINDEXED, detail=full, columnsize=0, prefix='1', tokenize='lookup');"
	        "BEGIN";
	struct cutter cutter = { 0 };
	sqlite3 *db = NULL;
	*bytes = NULL;
	*size = 0;
	enum status status = cutter_init(&cutter, normaliser);
	if (status == STATUS_OK)
		status = fts_create(&db);
	if (status == STATUS_OK)
		status = register_tokenizer(db, &cutter);
	if (status == STATUS_OK)
		status = fts_run(db, schema);
	if (status == STATUS_OK)
		status = fill(db, source);
	if (status == STATUS_OK)
		status = fts_run(db, "INSERT INTO lookup(lookup) VALUES ('optimize'); COMMIT");
	if (status == STATUS_OK)
		status = fts_finish(db, bytes, size);
	sqlite3_close(db);
	arena_destroy(cutter.arena);
	if (*size > LARGE)
		(void)malloc_trim(0); /* building took several times what is kept */
	return status;
}

enum status lookup_table_build(const struct knowledge *knowledge,
                               const struct normaliser *normaliser, void **bytes, size_t *size)
{
	const struct source source = { .knowledge = knowledge };
	return build(&source, normaliser, bytes, size);
}

enum status lookup_table_build_texts(const struct span *texts, size_t count,
                                     const struct normaliser *normaliser, void **bytes,
                                     size_t *size)
{
	const struct source source = { .texts = texts, .count = count };
	return build(&source, normaliser, bytes, size);
}

/* --- finding --- */

struct lookup_table {
	sqlite3 *db;
	struct cutter cutter;
	sqlite3_stmt *find, *mark;
	struct buf query;
};

static enum status open_table(struct lookup_table *table, const void *bytes, size_t size,
                              const struct normaliser *normaliser)
{
	enum status status = cutter_init(&table->cutter, normaliser);
	buf_init(&table->query, QUERY_CEILING);
	if (status == STATUS_OK)
		status = fts_open(bytes, size, &table->db);
	if (status == STATUS_OK)
		status = register_tokenizer(table->db, &table->cutter);
	if (status == STATUS_OK)
		status = fts_begin(table->db);
	if (status == STATUS_OK)
		status = fts_prepare(table->db,
		                     "SELECT rowid, entry, part, item FROM lookup"
		                     " WHERE lookup MATCH ?1 LIMIT ?2",
		                     &table->find);
	if (status == STATUS_OK)
		status = fts_prepare(table->db,
		                     "SELECT highlight(lookup, 0, char(1), char(2)) FROM lookup"
		                     " WHERE lookup MATCH ?1 AND rowid = ?2",
		                     &table->mark);
	return status;
}

enum status lookup_table_open(const void *bytes, size_t size, const struct normaliser *normaliser,
                              struct lookup_table **out)
{
	struct lookup_table *table = calloc(1, sizeof(*table));
	enum status status = table ? open_table(table, bytes, size, normaliser) : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		lookup_table_close(table);
		table = NULL;
	}
	*out = table;
	return status;
}

void lookup_table_close(struct lookup_table *table)
{
	if (!table)
		return;
	sqlite3_finalize(table->find);
	sqlite3_finalize(table->mark);
	sqlite3_close(table->db);
	arena_destroy(table->cutter.arena);
	buf_deinit(&table->query);
	free(table);
}

/* Where what was typed has a blank, which the normal form may have left out beside Han. */
static bool is_parted(const struct text *typed, size_t point)
{
	if (point == 0)
		return false;
	const size_t from = byte_end(typed, point - 1), to = typed->origins[point];
	for (size_t at = from; at < to;) {
		const uint32_t one = utf8_next(typed->input, &at);
		if (one == ' ' || one == '\t' || one == '\n' || one == 0x3000)
			return true;
	}
	return typed->points[point] == ' ' || typed->points[point - 1] == ' ';
}

/* "a ab b"* of the points from `begin` on; false where they hold no token. */
static bool write_phrase(const struct text *typed, size_t begin, size_t end, struct buf *query)
{
	struct word token, next;
	size_t at = begin;
	if (!next_token(typed, &at, end, &token))
		return false;
	buf_append_char(query, '"');
	for (bool more = true; more; token = next) {
		more = next_token(typed, &at, end, &next);
		if (more && token.han && next.han)
			append_point(&token, typed->points[next.begin]);
		buf_append(query, token.name, token.length);
		if (more)
			buf_append_char(query, ' ');
	}
	buf_append_text(query, "\"*");
	return true;
}

struct terms {
	struct term {
		size_t begin, end;
	} items[LOOKUP_TERMS_MOST];
	size_t count;
};

static struct terms part_terms(const struct text *typed)
{
	struct terms terms = { .count = 0 };
	const size_t count = typed->count < POINTS_MOST ? typed->count : POINTS_MOST;
	struct word word;
	for (size_t begin = 0; begin < count && terms.count < LOOKUP_TERMS_MOST;) {
		size_t end = begin + 1;
		while (end < count && !is_parted(typed, end))
			end++;
		size_t at = begin;
		if (next_token(typed, &at, end, &word))
			terms.items[terms.count++] = (struct term){ begin, end };
		begin = end;
	}
	return terms;
}

static void write_terms(const struct text *typed, const struct term *terms, size_t count,
                        const char *between, struct buf *query)
{
	buf_clear(query);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			buf_append_text(query, between);
		(void)write_phrase(typed, terms[i].begin, terms[i].end, query);
	}
}

static bool is_listed(const struct lookup_hit *hits, size_t count, int64_t number)
{
	for (size_t i = 0; i < count; i++)
		if (hits[i].number == number)
			return true;
	return false;
}

/* The rows of the query, behind those that are listed. */
static enum status find_rows(struct lookup_table *table, bool all, struct lookup_hit *out,
                             size_t most, size_t *count)
{
	sqlite3_stmt *find = table->find;
	if (buf_status(&table->query) != STATUS_OK)
		return buf_status(&table->query);
	sqlite3_bind_text(find, 1, table->query.ptr, (int)table->query.len, SQLITE_STATIC);
	sqlite3_bind_int64(find, 2, (sqlite3_int64)most);
	int result = sqlite3_step(find);
	for (; result == SQLITE_ROW && *count < most; result = sqlite3_step(find)) {
		const int64_t number = sqlite3_column_int64(find, 0);
		const int part = sqlite3_column_int(find, 2);
		if (part < 0 || part >= LOOKUP_PART_COUNT || is_listed(out, *count, number))
			continue;
		out[(*count)++] = (struct lookup_hit){
			.row = (uint32_t)sqlite3_column_int64(find, 1),
			.part = (enum lookup_part)part,
			.item = (uint32_t)sqlite3_column_int64(find, 3),
			.all = all,
			.number = number,
		};
	}
	sqlite3_reset(find);
	return fts_status(result);
}

enum status lookup_table_find(struct lookup_table *table, const struct text *typed,
                              struct lookup_hit *out, size_t most, size_t *count)
{
	const struct terms terms = part_terms(typed);
	*count = 0;
	if (terms.count == 0)
		return STATUS_OK;
	write_terms(typed, terms.items, terms.count, " AND ", &table->query);
	enum status status = find_rows(table, true, out, most, count);
	for (size_t i = 0; terms.count > 1 && i < terms.count && status == STATUS_OK; i++) {
		write_terms(typed, &terms.items[i], 1, "", &table->query);
		status = find_rows(table, false, out, most, count);
	}
	return status;
}

/* --- marking --- */

/* What highlight() gave, in pieces; marks that touch are one. */
static enum status part_pieces(const char *marked, size_t length, struct arena *arena,
                               struct lookup_pieces *out)
{
	size_t count = 1, end = 0;
	for (size_t i = 0; i < length; i++)
		count += marked[i] == OPENS || marked[i] == CLOSES;
	const char **items = arena_array(arena, count, sizeof(*items));
	char *text = arena_array(arena, length + 1, 1);
	if (!items || !text)
		return STATUS_NO_MEMORY;
	*out = (struct lookup_pieces){ items, 1 };
	items[0] = text;
	for (size_t i = 0; i < length; i++) {
		if (marked[i] == CLOSES && i + 1 < length && marked[i + 1] == OPENS) {
			i++;
		} else if (marked[i] == OPENS || marked[i] == CLOSES) {
			text[end++] = '\0';
			items[out->count++] = text + end;
		} else {
			text[end++] = marked[i];
		}
	}
	return STATUS_OK;
}

/* STATUS_NOT_FOUND where the row does not match the query. */
static enum status mark_row(struct lookup_table *table, int64_t number, struct arena *arena,
                            struct lookup_pieces *out)
{
	sqlite3_stmt *mark = table->mark;
	enum status status = buf_status(&table->query);
	if (status != STATUS_OK)
		return status;
	sqlite3_bind_text(mark, 1, table->query.ptr, (int)table->query.len, SQLITE_STATIC);
	sqlite3_bind_int64(mark, 2, number);
	const int result = sqlite3_step(mark);
	status = fts_status(result);
	if (status == STATUS_OK && result != SQLITE_ROW)
		status = STATUS_NOT_FOUND;
	const char *text = status == STATUS_OK ? (const char *)sqlite3_column_text(mark, 0) : NULL;
	if (text)
		status = part_pieces(text, (size_t)sqlite3_column_bytes(mark, 0), arena, out);
	else if (status == STATUS_OK)
		status = STATUS_NO_MEMORY;
	sqlite3_reset(mark);
	return status;
}

enum status lookup_table_mark(struct lookup_table *table, const struct text *typed,
                              const struct lookup_hit *hit, struct arena *arena,
                              struct lookup_pieces *out)
{
	const struct terms terms = part_terms(typed);
	write_terms(typed, terms.items, terms.count, " OR ", &table->query);
	return mark_row(table, hit->number, arena, out);
}

/* Every pair of neighbouring Han characters, and every other word, each a phrase of its own. */
static void write_pairs(const struct text *typed, struct buf *query)
{
	const size_t count = typed->count < POINTS_MOST ? typed->count : POINTS_MOST;
	struct word token, next;
	size_t at = 0;
	buf_clear(query);
	bool there = next_token(typed, &at, count, &token);
	while (there) {
		const bool more = next_token(typed, &at, count, &next);
		const bool pair = more && token.han && next.han;
		if (pair || !token.han) {
			if (query->len > 0)
				buf_append_text(query, " OR ");
			(void)write_phrase(typed, token.begin, pair ? next.end : token.end, query);
		}
		token = next;
		there = more;
	}
}

enum status lookup_table_mark_question(struct lookup_table *table, const struct text *typed,
                                       uint32_t row, const char *question, struct arena *arena,
                                       struct lookup_pieces *out)
{
	write_pairs(typed, &table->query);
	const enum status status = table->query.len > 0
	                                   ? mark_row(table, (int64_t)row + 1, arena, out)
	                                   : STATUS_NOT_FOUND;
	return status == STATUS_NOT_FOUND ? part_pieces(question, strlen(question), arena, out)
	                                  : status;
}

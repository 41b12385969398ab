/*
 * How it works. The tables are contentless (`content=''`) and keep no positions (`detail=none`) and
 * no lengths (`columnsize=0`), because they only tell which rows have a gram. They are filled once,
 * merged into one segment each (`optimize`), and then read as immutable bytes (fts.h).
 *
 * A question is one MATCH string, "gram" OR "gram" ..., bound to a statement that was prepared
 * once. All rows are taken within one sqlite3_step(): the condition take(rowid) passes the row on
 * and is false, so the statement never returns a row.
 *
 * The tokenizer cuts a document into the tokens of text/tokens and names each as token_name() does.
 * In a query it takes a quoted string as such a name: the grams of a question were found and mended
 * before, and must not be cut again. Names are Han or hexadecimal, so none needs
 * escaping. The table `best` is given names only; SQLite's own "ascii" cuts them at blanks.
 */
#include "engine/match/candidates.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/utf8.h"
#include "engine/match/fts.h"
#include "engine/text/tokens.h"

enum {
	TOKENS_CEILING = 256 << 20, /* of the arena for one row's tokens */
	QUERY_SIZE = CANDIDATES_GRAMS_MOST * (TOKEN_NAME_SIZE + 8),
};

static const char tokenizer_name[] = "dayi";

/* --- the tokenizer --- */

typedef int emit_token(void *context, int flags, const char *token, int length, int start, int end);

/* The tokenizer was registered with its arena as the context. */
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

static enum status cut(struct arena *arena, struct span text, struct token_list *tokens)
{
	uint32_t *points = arena_room(arena, text.len + 1, sizeof(*points));
	size_t count = 0;
	if (!points)
		return STATUS_NO_MEMORY;
	for (size_t at = 0; at < text.len;)
		points[count++] = utf8_next(text, &at);
	return tokens_of(points, count, NULL, arena, tokens);
}

/* Reports no offsets: a table without positions has no use for them. */
static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *bytes,
                    int length, emit_token *emit)
{
	struct arena *arena = (struct arena *)tokenizer;
	struct token_list tokens;
	int result = SQLITE_OK;
	if (flags & FTS5_TOKENIZE_QUERY)
		return emit(context, 0, bytes, length, 0, length);
	arena_reset(arena);
	if (cut(arena, (struct span){ bytes, (size_t)length }, &tokens) != STATUS_OK)
		return SQLITE_NOMEM;
	for (size_t i = 0; i < tokens.count && result == SQLITE_OK; i++) {
		char name[TOKEN_NAME_SIZE];
		token_name(tokens.items[i].key, name);
		result = emit(context, 0, name, (int)strlen(name), 0, 0);
	}
	return result;
}

static enum status register_tokenizer(sqlite3 *db, struct arena *arena)
{
	fts5_tokenizer tokenizer = { create_tokenizer, destroy_tokenizer, tokenize };
	return fts_register(db, tokenizer_name, arena, &tokenizer);
}

/* --- building --- */

struct candidates_builder {
	sqlite3 *db;
	struct arena *arena; /* of the tokenizer */
	sqlite3_stmt *add_row, *add_best;
};

static enum status set_up_builder(struct candidates_builder *builder)
{
	static const char schema[] =
	        "CREATE VIRTUAL TABLE words USING fts5(text, content='', detail=none, columnsize=0,"
	        " tokenize='dayi');"
	        "CREATE VIRTUAL TABLE best USING fts5(names, content='', detail=none,"
	        " columnsize=0, tokenize='ascii');"
	        "BEGIN";
	enum status status = arena_create(&builder->arena, TOKENS_CEILING);
	if (status == STATUS_OK)
		status = fts_create(&builder->db);
	if (status == STATUS_OK)
		status = register_tokenizer(builder->db, builder->arena);
	if (status == STATUS_OK)
		status = fts_run(builder->db, schema);
	if (status == STATUS_OK)
		status = fts_prepare(builder->db, "INSERT INTO words(rowid, text) VALUES (?1, ?2)",
		                     &builder->add_row);
	if (status == STATUS_OK)
		status = fts_prepare(builder->db, "INSERT INTO best(rowid, names) VALUES (?1, ?2)",
		                     &builder->add_best);
	return status;
}

enum status candidates_builder_create(struct candidates_builder **out)
{
	struct candidates_builder *builder = calloc(1, sizeof(*builder));
	enum status status = builder ? set_up_builder(builder) : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		candidates_builder_destroy(builder);
		builder = NULL;
	}
	*out = builder;
	return status;
}

static void release_builder(struct candidates_builder *builder)
{
	sqlite3_finalize(builder->add_row);
	sqlite3_finalize(builder->add_best);
	sqlite3_close(builder->db);
	arena_destroy(builder->arena);
	*builder = (struct candidates_builder){ 0 };
}

void candidates_builder_destroy(struct candidates_builder *builder)
{
	if (!builder)
		return;
	release_builder(builder);
	free(builder);
}

enum status candidates_add_row(struct candidates_builder *builder, uint32_t row, struct span text)
{
	return fts_insert(builder->add_row, row, text);
}

enum status candidates_add_best(struct candidates_builder *builder, uint32_t row, struct span names)
{
	return fts_insert(builder->add_best, row, names);
}

enum status candidates_finish(struct candidates_builder *builder, void **bytes, size_t *size)
{
	enum status status = fts_run(builder->db, "INSERT INTO words(words) VALUES ('optimize');"
	                                          "INSERT INTO best(best) VALUES ('optimize');"
	                                          "COMMIT");
	*bytes = NULL;
	*size = 0;
	if (status == STATUS_OK)
		status = fts_finish(builder->db, bytes, size);
	release_builder(builder);
	return status;
}

/* --- finding --- */

struct candidates {
	sqlite3 *db;
	struct arena *arena;         /* of the tokenizer, which has nothing to cut in a query */
	sqlite3_stmt *statements[2]; /* by table */
	char query[QUERY_SIZE];
	take_row *take; /* of the question at hand */
	void *context;
};

/* Passes the row on. The result is false, so that the statement goes on to the next row. */
static void take(sqlite3_context *result, int count, sqlite3_value **values)
{
	struct candidates *candidates = sqlite3_user_data(result);
	(void)count;
	candidates->take(candidates->context, fts_row(sqlite3_value_int64(values[0])));
	sqlite3_result_int(result, 0);
}

static enum status open_image(struct candidates *candidates, const void *bytes, size_t size)
{
	static const char *const finding[] = {
		[CANDIDATES_WORDS] = "SELECT 1 FROM words WHERE words MATCH ?1 AND take(rowid)",
		[CANDIDATES_BEST] = "SELECT 1 FROM best WHERE best MATCH ?1 AND take(rowid)",
	};
	enum status status = arena_create(&candidates->arena, TOKENS_CEILING);
	if (status == STATUS_OK)
		status = fts_open(bytes, size, &candidates->db);
	if (status == STATUS_OK)
		status = register_tokenizer(candidates->db, candidates->arena);
	if (status == STATUS_OK)
		status = fts_begin(candidates->db);
	if (status == STATUS_OK)
		status = fts_status(sqlite3_create_function_v2(candidates->db, "take", 1,
		                                               SQLITE_UTF8 | SQLITE_DIRECTONLY,
		                                               candidates, take, NULL, NULL, NULL));
	for (int table = CANDIDATES_WORDS; table <= CANDIDATES_BEST && status == STATUS_OK; table++)
		status =
		        fts_prepare(candidates->db, finding[table], &candidates->statements[table]);
	return status;
}

enum status candidates_open(const void *bytes, size_t size, struct candidates **out)
{
	struct candidates *candidates = calloc(1, sizeof(*candidates));
	enum status status = candidates ? open_image(candidates, bytes, size) : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		candidates_close(candidates);
		candidates = NULL;
	}
	*out = candidates;
	return status;
}

void candidates_close(struct candidates *candidates)
{
	if (!candidates)
		return;
	sqlite3_finalize(candidates->statements[CANDIDATES_WORDS]);
	sqlite3_finalize(candidates->statements[CANDIDATES_BEST]);
	sqlite3_close(candidates->db);
	arena_destroy(candidates->arena);
	free(candidates);
}

static size_t write_query(char *out, const uint64_t *keys, size_t count)
{
	static const char between[] = " OR ";
	size_t length = 0;
	for (size_t i = 0; i < count; i++) {
		if (i > 0) {
			memcpy(out + length, between, sizeof(between) - 1);
			length += sizeof(between) - 1;
		}
		out[length++] = '"';
		token_name(keys[i], out + length);
		length += strlen(out + length);
		out[length++] = '"';
	}
	return length;
}

enum status candidates_find(struct candidates *candidates, enum candidates_table table,
                            const uint64_t *keys, size_t count, take_row *take_it, void *context)
{
	sqlite3_stmt *statement = candidates->statements[table];
	const size_t asked = count < CANDIDATES_GRAMS_MOST ? count : CANDIDATES_GRAMS_MOST;
	const size_t length = write_query(candidates->query, keys, asked);
	candidates->take = take_it;
	candidates->context = context;
	sqlite3_bind_text(statement, 1, candidates->query, (int)length, SQLITE_STATIC);
	const int result = sqlite3_step(statement);
	sqlite3_reset(statement);
	return fts_status(result);
}

#include "match/fts5_tokenizer.h"

#include "base/arena.h"
#include "base/utf8.h"
#include "text/tokens.h"

enum { DOCUMENT_CEILING = 256 << 20 };

/* FTS5 asks for an object of its own type; ours is an arena that each document reuses. */
static int create(void *context, const char **args, int count, Fts5Tokenizer **out)
{
	(void)context;
	(void)args;
	(void)count;
	struct arena *arena = NULL;
	if (arena_create(&arena, DOCUMENT_CEILING) != STATUS_OK)
		return SQLITE_NOMEM;
	*out = (Fts5Tokenizer *)arena;
	return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *tokenizer)
{
	arena_destroy((struct arena *)tokenizer);
}

typedef int emit_token(void *context, int flags, const char *token, int length, int start, int end);

static int tokenize_document(struct arena *arena, struct span text, void *context, emit_token *emit)
{
	arena_reset(arena);
	uint32_t *points = arena_array(arena, text.len + 1, sizeof(*points));
	uint32_t *offsets = arena_array(arena, text.len + 1, sizeof(*offsets));
	if (!points || !offsets)
		return SQLITE_NOMEM;
	size_t count = 0;
	for (size_t at = 0; at < text.len; count++) {
		offsets[count] = (uint32_t)at;
		points[count] = utf8_next(text, &at);
	}
	offsets[count] = (uint32_t)text.len;
	struct token_list tokens;
	if (tokens_of(points, count, NULL, arena, &tokens) != STATUS_OK)
		return SQLITE_NOMEM;
	int rc = SQLITE_OK;
	for (size_t i = 0; i < tokens.count && rc == SQLITE_OK; i++) {
		const struct token *token = &tokens.items[i];
		const int start = (int)offsets[token->start];
		const int end = (int)offsets[token->start + token->count];
		char name[TOKEN_NAME_SIZE];
		token_name(token->key, name);
		rc = emit(context, 0, name, (int)strlen(name), start, end);
	}
	return rc;
}

static int tokenize(Fts5Tokenizer *tokenizer, void *context, int flags, const char *bytes,
                    int length, emit_token *emit)
{
	if (flags & FTS5_TOKENIZE_QUERY)
		return emit(context, 0, bytes, length, 0, length);
	const struct span text = { bytes, length > 0 ? (size_t)length : 0 };
	return tokenize_document((struct arena *)tokenizer, text, context, emit);
}

static fts5_api *api_of(sqlite3 *db)
{
	fts5_api *api = NULL;
	sqlite3_stmt *statement = NULL;
	if (sqlite3_prepare_v2(db, "SELECT fts5(?1)", -1, &statement, NULL) == SQLITE_OK) {
		sqlite3_bind_pointer(statement, 1, &api, "fts5_api_ptr", NULL);
		sqlite3_step(statement);
	}
	sqlite3_finalize(statement);
	return api;
}

enum status fts5_tokenizer_register(sqlite3 *db)
{
	fts5_api *api = api_of(db);
	if (!api || api->iVersion < 2)
		return STATUS_INTERNAL;
	fts5_tokenizer tokenizer = { .xCreate = create, .xDelete = destroy, .xTokenize = tokenize };
	const int rc = api->xCreateTokenizer(api, "dayi", NULL, &tokenizer, NULL);
	return rc == SQLITE_OK ? STATUS_OK : STATUS_INTERNAL;
}

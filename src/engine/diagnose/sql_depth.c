#include "engine/diagnose/sql_depth.h"

#include <assert.h>
#include <string.h>
#include <strings.h>

#include "base/span.h"
#include "engine/diagnose/sql_tokens.h"

/* Behind a text or a name in quotes that begins here; `at` where none begins. */
static size_t behind_quotes(const char *sql, size_t at)
{
	size_t len = 0;
	if (sql[at] == '[')
		len = strcspn(sql + at, "]") + 1;
	else if (sql[at] && strchr("'\"`", sql[at]))
		len = sql_quoted_length(sql + at);
	else
		return at;
	/* One that does not end is refused by SQLite. */
	const size_t left = strlen(sql + at);
	return at + (len == 0 || len > left ? left : len);
}

/* What is between two parentheses. */
struct level {
	size_t depth; /* of a SELECT that begins here */
	bool in_from; /* behind a FROM, before what ends it */
};

static void take_keyword(struct span word, struct level *level, size_t *deepest)
{
	static const char *const openers[] = { "from", "join" };
	static const char *const closers[] = { "select", "where", "group", "having",
		                               "order",  "limit", "window" };
	for (size_t i = 0; i < sizeof(openers) / sizeof(openers[0]); i++)
		if (strlen(openers[i]) == word.len &&
		    strncasecmp(word.ptr, openers[i], word.len) == 0)
			level->in_from = true;
	for (size_t i = 0; i < sizeof(closers) / sizeof(closers[0]); i++)
		if (strlen(closers[i]) == word.len &&
		    strncasecmp(word.ptr, closers[i], word.len) == 0)
			level->in_from = false;
	if (word.len == strlen("select") && strncasecmp(word.ptr, "select", word.len) == 0 &&
	    level->depth > *deepest)
		*deepest = level->depth;
}

size_t sql_from_depth(const char *sql)
{
	struct level levels[SQL_DEPTH_MOST] = { { 0, false } };
	struct level *level = levels;
	size_t deepest = 0;
	for (size_t at = sql_skip_blanks(sql, 0); sql[at]; at = sql_skip_blanks(sql, at)) {
		const size_t behind = behind_quotes(sql, at);
		const size_t start = at;
		if (behind > at) {
			at = behind;
			continue;
		}
		at += sql_word_length(sql + at);
		if (at > start) {
			take_keyword((struct span){ sql + start, at - start }, level, &deepest);
			continue;
		}
		if (sql[at] == '(') {
			const size_t depth = level->depth + level->in_from;
			if (level == levels + SQL_DEPTH_MOST - 1)
				return SQL_DEPTH_MOST;
			*++level = (struct level){ depth, false };
			assert(level < levels + SQL_DEPTH_MOST);
		} else if (sql[at] == ')' && level > levels) {
			level--;
		} else if (sql[at] == ')') {
			/* Out of the FROM that stands around a pick. */
			level->in_from = true;
		}
		at++;
	}
	return deepest;
}

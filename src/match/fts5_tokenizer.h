/*
 * The project's tokens as an FTS5 tokenizer (sqlite.org/fts5.html, section 7.1), named "dayi".
 *
 * A document is tokenized by tokens_of(); it must already be normalised and rewritten. A query
 * string is one token as it stands, so that a phrase of the query is exactly one gram.
 */
#ifndef DAYI_MATCH_FTS5_TOKENIZER_H
#define DAYI_MATCH_FTS5_TOKENIZER_H

#include <sqlite3.h>

#include "base/status.h"

MUST_CHECK enum status fts5_tokenizer_register(sqlite3 *db);

#endif

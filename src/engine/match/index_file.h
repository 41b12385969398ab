/*
 * Index file: the index of a large folder, kept for the next start and for other processes.
 *
 * A folder of INDEX_KEPT_FROM answering entries or more has its index in a file that is named by a
 * hash of the knowledge's content and of the program that made it, so that it is never one of other
 * knowledge or of other code. A file that is not whole is made anew. The newest few are kept.
 */
#ifndef DAYI_MATCH_INDEX_FILE_H
#define DAYI_MATCH_INDEX_FILE_H

#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/index.h"
#include "engine/match/rewrite.h"
#include "engine/match/settings.h"
#include "engine/text/normalise.h"

enum { INDEX_KEPT_FROM = 5000 };

/*
 * The finished index of the knowledge: from the file in settings->index_folder where there is one,
 * else made, rehearsed and put there. Where the folder is NULL or empty, can not be made or written
 * to, the knowledge is small, or the settings leave something out, it is made in memory. Borrows
 * the knowledge. Any thread.
 */
MUST_CHECK enum status index_open(const struct knowledge *knowledge,
                                  const struct normaliser *normaliser,
                                  const struct rewriter *rewriter,
                                  const struct match_settings *settings, struct index **out);

#endif

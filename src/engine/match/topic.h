/*
 * Topic: what a short question begins with. In Chinese what is asked about comes first and what is
 * not known of it follows, so 会议室需要预约吗 is no way to ask 自习室需要预约吗.
 */
#ifndef DAYI_MATCH_TOPIC_H
#define DAYI_MATCH_TOPIC_H

#include <stdbool.h>
#include <stdint.h>

#include "engine/match/aspect.h"
#include "engine/match/query.h"
#include "engine/match/rank.h"
#include "engine/match/rewrite.h"
#include "engine/match/slot.h"

/* A rewritten text and the query that was made of it; both are borrowed. */
struct topic_text {
	const struct rewritten *text;
	const struct query *query;
};

/* What tells whether an entry, by its row, has heard of a topic, or the office has it in its name.
 */
struct topic_asker {
	const struct repairer *repairer;
	const struct slots *slots;
	const struct office *office;
	const struct ranker *ranker;
	uint32_t row;
	/* Where it is asked whether something may be done, of an entry of few sentences; else NULL.
	 */
	const struct aspects *may;
};

/* Whether a short message of one clause begins with words of which no answering entry has any. */
bool topic_is_unheard(const struct slots *slots, const struct topic_text *message);

/*
 * Whether the message is short and of one clause, so that it begins with its topic, and the entry
 * has not heard of that, or of a character further on where `may` is set. Cheap.
 */
bool topic_may_be_swapped(const struct topic_asker *asker, const struct topic_text *message);

/* The same of a topic that is a word: 馆长几点上班, but not 旧的那个呢. Cheap. */
bool topic_is_own(const struct topic_asker *asker, const struct topic_text *message);

/*
 * Whether a message that topic_may_be_swapped() says the same as the entry's sentence but for what
 * they begin with, of which the entry knows nothing; the sentence may begin with nothing
 * (博物馆开馆时间 beside 开馆时间). Where `may` is set, also what both have in their middle.
 */
bool topic_is_swapped(const struct topic_asker *asker, const struct topic_text *message,
                      const struct topic_text *sentence);

#endif

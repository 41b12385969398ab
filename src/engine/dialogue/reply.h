/*
 * Reply: what one turn says back, the same for every channel.
 */
#ifndef DAYI_DIALOGUE_REPLY_H
#define DAYI_DIALOGUE_REPLY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/diagnose/diagnosis.h"
#include "engine/dialogue/told.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/result.h"

enum outcome {
	OUTCOME_ANSWER,
	OUTCOME_CHOOSE,
	OUTCOME_ASK,
	OUTCOME_DECLINE,
	OUTCOME_SMALLTALK,
	OUTCOME_HANDOFF,
	OUTCOME_BUSY,
	OUTCOME_ERROR,
};

const char *outcome_name(enum outcome outcome);

enum { REPLY_ANSWERS_MOST = 3, REPLY_CHOICES_MOST = 3, RECEIPT_SIZE = 10 };

/*
 * The part of a reply's JSON that is the same for every reply with that entry. `cases` has no
 * verdicts.
 */
struct reply_parts {
	const char *id, *number, *question, *answer, *cases, *source, *related;
};

/*
 * One for each entry, in order; in the arena. In a large folder they would take as much memory as
 * the knowledge, so they are written for each reply instead.
 */
MUST_CHECK enum status reply_parts_create(const struct knowledge *knowledge, struct arena *arena,
                                          const struct reply_parts **out);

/* Borrows from the snapshot and from the arena of its turn. */
struct reply {
	enum outcome outcome;
	const char *reason; /* short code beside decline, handoff, busy, error: "referral",
	                       "too_long", … or NULL */
	size_t numbered; /* how many entries there are, where none has the number asked for; or 0 */
	const struct entry *pointed_at; /* has no case of the number that was said; or NULL */
	const struct entry *receipt_of; /* what the receipt that was typed was about; or NULL */
	const char *topic; /* id of the referral or small talk that was recognised, or NULL */
	struct match_candidate answers[REPLY_ANSWERS_MOST];
	size_t answer_count;
	/* What is known of the asker, an entry an answer; without cases where nothing judges it. */
	struct diagnosis diagnoses[REPLY_ANSWERS_MOST];
	const struct told *told;     /* the answers that the person gave so far; NULL: none */
	const struct question *next; /* asked of the person now, about the one answer; or NULL */
	size_t next_number;          /* which question of the self-check it is, from 1 */
	bool offers_person; /* the choices are the third round in a row without an answer */
	bool offers_check;  /* `next` only asks whether to begin the self-check */
	bool check_ended;   /* a self-check has nothing more to ask */
	bool may_sign_in;   /* signing in would let the record decide */
	bool no_record;     /* a case stays open, and part of the record was not read */
	unsigned wants; /* relations of a record that the rules would have read, (RELATION_BIT) */
	struct match_candidate choices[REPLY_CHOICES_MOST];
	size_t choice_count;
	const struct match_candidate *ranking; /* the best entries whatever the band */
	size_t ranking_count;
	const char *text; /* plain text for a channel without buttons */
	struct span
	        masked_question; /* what was typed, identifiers masked: fit for journal and log */
	const struct knowledge *knowledge; /* that answered; NULL for a refusal */
	/* Of its entries; NULL for a refusal, and where they are written for each reply anew. */
	const struct reply_parts *parts;
	char receipt[RECEIPT_SIZE]; /* short code of this answer, such as "A7KQ-2M9X" */
	bool masked;                /* something was masked in it */
	int64_t took_us;
};

struct reply_extras {
	struct span q;      /* member "q" when q.ptr is not NULL */
	size_t ranking_top; /* member "ranking" with that many; 0: none */
	const char *today;  /* the members of a diagnosis on its own, for that day; or NULL */
};

/* Fills an error or busy reply made without the engine. `text` is static or outlives the reply. */
void reply_refuse(struct reply *reply, enum outcome outcome, const char *reason, const char *text);

/* The case shown first in the answer; NULL if there is none. */
const struct entry_case *reply_case(const struct reply *reply, size_t index);

/* Appends the reply object of docs/openapi.yaml as one line of JSON. `extras` may be NULL. */
MUST_CHECK enum status reply_write_json(const struct reply *reply,
                                        const struct reply_extras *extras, struct buf *out);

#endif

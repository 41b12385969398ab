/*
 * What the parts of libdayi share. Private to api/; the face of the library is include/dayi.h.
 */
#ifndef DAYI_API_API_H
#define DAYI_API_API_H

#include <dayi.h>

#include <stdatomic.h>
#include <stdbool.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/log.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/conversation_state.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"

enum { API_TURN_CEILING = 32 << 20, API_REPLY_CEILING = 4 << 20 };

struct log_bridge;

struct dayi_model {
	atomic_uint references; /* the caller's, and one an engine */
	char *folder;           /* NULL: the FAQ that the library carries */
	char *index_folder;     /* or NULL */
	dayi_language language;
	struct match_settings settings;
	struct clock clock;
	struct log *log;           /* or NULL */
	struct log_bridge *bridge; /* that it goes over */
	struct normaliser *normaliser;
	struct snapshot *snapshot;
};

struct dayi_engine {
	struct dayi_model *model;
	struct scratch *scratch; /* of the model's snapshot */
	unsigned turns;          /* that use it */
	bool freed;              /* by the caller: the last turn frees it */
};

struct dayi_conversation {
	struct conversation *conversation;
	struct dayi_turn *turn; /* under way, or NULL */
	struct buf saved;       /* what dayi_conversation_save() gives */
};

struct dayi_facts {
	struct facts *facts;
	dayi_language language;
};

/* --- errors --- */

/*
 * What one public function does, from api_begin() to api_end(): it reads in the language of its
 * caller, and collects faults.
 */
struct api_call {
	dayi_error **error; /* may be NULL */
	dayi_language language;
	struct reader_language before;
};

struct api_call api_begin(dayi_error **error, dayi_language language);

/* The caller's language is known now. */
void api_speak(struct api_call *call, dayi_language language);

/*
 * The code of the status; makes the error object where that is no success. `faults`, which are
 * copied, may be NULL; so may `file`, what the call was about.
 */
dayi_code api_end(const struct api_call *call, enum status status, const struct faults *faults,
                  const char *file);

/* The caller broke a rule: `rule`, marked with N_(), says which. */
dayi_code api_misuse(const struct api_call *call, const char *rule);

/* --- structs with a size --- */

/*
 * Copies what the caller gave into `to`, of `size` bytes; what the caller lacks becomes 0. NULL
 * gives all 0. False where the caller sets something that is not known here, or no size.
 */
MUST_CHECK bool options_take(void *to, size_t size, const void *given);

/* Copies `from`, of `size` bytes, as far as the caller's struct goes. False as above. */
MUST_CHECK bool options_give(void *given, const void *from, size_t size);

/* --- replies --- */

/* The relations of the set (RELATION_BIT) by name, up to RELATIONS_MOST; how many. Borrowed. */
size_t relations_named(const struct relations *relations, unsigned set,
                       const char *names[RELATIONS_MOST]);

/*
 * Makes the reply of one turn, which it does not borrow from. `record`: the facts that the turn was
 * finished with, or NULL.
 */
MUST_CHECK enum status reply_make(const struct reply *reply, const struct reply_extras *extras,
                                  const struct diagnoser *diagnoser, const struct facts *record,
                                  struct dayi_reply **out);

#endif

/*
 * Suggest model: has a language model in the office's own network write wordings for entries, which
 * are tried as what people asked is (suggest.h). Waits for the model: for a command or a job.
 */
#ifndef DAYI_AUTHORING_SUGGEST_MODEL_H
#define DAYI_AUTHORING_SUGGEST_MODEL_H

#include "office/authoring/model_client.h"
#include "office/authoring/suggest.h"

enum { SUGGEST_MODEL_ENTRIES_MOST = 50 }; /* that it is asked for in a run */

/* Borrowed. */
struct suggest_model {
	struct model_settings settings;
	const char *name; /* of the model */
	const char *only; /* id of the one entry that it is asked for; NULL: those of which people
	                     ask */
	/* It gives no answer that can be used, and is not asked again. */
	void (*left_out)(void *context, const char *problem);
	/* So many of its wordings can be no alternates. */
	void (*refused)(void *context, const struct entry *entry, size_t count);
	void *context;
};

/*
 * After suggest_prepare(), before suggest_run(). STATUS_OK also where the model was left out, and
 * where `only` names no answer. STATUS_CLOSED, STATUS_NO_MEMORY.
 */
MUST_CHECK enum status suggest_ask_model(struct suggest *suggest,
                                         const struct suggest_model *model);

#endif

/*
 * Rasa's training data: examples of intents under `nlu`, texts under `responses`, and rules or
 * stories that name the response of an intent. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_RASA_H
#define DAYI_EXCHANGE_RASA_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/status.h"

enum rasa_loss {
	RASA_INTENT,   /* its name: without examples or a text */
	RASA_PART,     /* its name: a synonym, a regular expression, a look-up table */
	RASA_RESPONSE, /* its first text, or its name: no intent has it */
	RASA_VARIANT,  /* a text behind the first one of a response that was taken */
	RASA_EXTRA,    /* the title of a button, or the address of a picture */
};

/* The texts are borrowed for the call; `questions` becomes the callee's. */
struct rasa_taker {
	void (*take)(void *context, const char *intent, cJSON *questions, const char *answer);
	void (*leave)(void *context, enum rasa_loss loss, const char *text);
	void *context;
};

/*
 * Calls for each intent that has examples and a response with a text: utter_INTENT, or the action
 * that follows the intent in a rule or story. The arena holds what is needed for that. STATUS_OK,
 * or STATUS_NO_MEMORY.
 */
MUST_CHECK enum status rasa_read(const cJSON *document, struct arena *arena,
                                 const struct rasa_taker *taker);

#endif

/*
 * JSON shapes: questions and answers that are no two members of one object. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_JSON_SHAPES_H
#define DAYI_EXCHANGE_JSON_SHAPES_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/status.h"

/* The texts are borrowed for the call. */
struct json_taker {
	void (*take)(void *context, const char *question, const char *answer);
	void (*leave)(void *context, const char *said); /* of a talk, what belongs to no pair */
	void (*leave_instruction)(void *context, const char *said); /* where the input asks */
	void *context;
	enum status *status; /* set where memory is out */
};

/*
 * Calls for each question with its answer that the value itself holds: turns of a talk (role and
 * content, from and value), an instruction with its output, a Question of schema.org, or an object
 * whose names are questions. False where it is none of these.
 */
bool json_shape_read(const cJSON *value, const struct json_taker *taker);

#endif

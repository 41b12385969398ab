/*
 * Dayi, the engine: a folder of knowledge in, replies out. For programs that embed it without the
 * server. The reply object is described in docs/openapi.yaml.
 *
 * A handle and its conversations belong to one thread at a time.
 */
#ifndef DAYI_H
#define DAYI_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dayi dayi;
typedef struct dayi_conversation dayi_conversation;

enum dayi_result {
	DAYI_OK = 0,
	DAYI_INVALID_KNOWLEDGE = 1, /* dayi_problem() lists every fault, a line each */
	DAYI_FAILED = 2,            /* memory or a library failed */
};

/* Opens a knowledge folder. *out is set even on failure, for dayi_problem(); NULL without memory.
 */
enum dayi_result dayi_open(const char *folder, dayi **out);
void dayi_close(dayi *engine);

/* What went wrong last; "" when nothing did. Borrowed, valid until the next call. */
const char *dayi_problem(const dayi *engine);

/* A conversation must be ended before its engine is closed. */
enum dayi_result dayi_conversation_start(dayi *engine, dayi_conversation **out);
void dayi_conversation_end(dayi_conversation *conversation);

/*
 * One message (UTF-8, `length` bytes) in; *reply is one line of JSON, borrowed from the
 * conversation until its next call.
 */
enum dayi_result dayi_ask(dayi_conversation *conversation, const char *message, size_t length,
                          const char **reply);

#ifdef __cplusplus
}
#endif

#endif

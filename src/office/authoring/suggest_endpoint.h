/*
 * Suggest endpoint: what a language model in the office's own network is asked for, and how its
 * answer is read. Pure: whoever sends it (run/fetch.h) gives the answer's bytes back.
 *
 * The interface is that of OpenAI's chat completions, which vLLM, llama.cpp, Ollama and others
 * offer. What is sent: the standard question and the answer of one entry, and questions as the
 * journal keeps them, masked. Nothing in an answer is trusted: it gives wordings, which are tried
 * like any other.
 */
#ifndef DAYI_AUTHORING_SUGGEST_ENDPOINT_H
#define DAYI_AUTHORING_SUGGEST_ENDPOINT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"

enum {
	ENDPOINT_ANSWER_MOST = 256 * 1024, /* bytes */
	ENDPOINT_WORDINGS_MOST = 20,       /* of an answer: more are left out */
	ENDPOINT_EXAMPLES_MOST = 20,
	ENDPOINT_BODY_MOST = 64 * 1024,
};

/* Appends the body of POST …/chat/completions. Texts that are too long are cut. */
void endpoint_write(const struct entry *entry, const char *model, const struct span *examples,
                    size_t count, struct buf *out);

/*
 * The wordings in the answer, from the arena. STATUS_INVALID: it is no answer of that interface, or
 * holds no list of sentences; *problem then says why, for a person (static).
 */
MUST_CHECK enum status endpoint_read(struct span answer, struct arena *arena,
                                     struct span wordings[ENDPOINT_WORDINGS_MOST], size_t *count,
                                     const char **problem);

#endif

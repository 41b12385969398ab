/*
 * Render: a reply as plain text, as it reads in a group chat or on a terminal.
 * Its sentences are the office's (office_text()).
 */
#ifndef DAYI_DIALOGUE_RENDER_H
#define DAYI_DIALOGUE_RENDER_H

#include "base/arena.h"
#include "base/buf.h"
#include "engine/dialogue/reply.h"
#include "engine/knowledge/knowledge.h"

/* The word for it: 符合. */
const char *render_verdict(enum verdict verdict, const struct office *office);

/* Appends the next step, then, each after `indent`, who must act, where and when. */
void render_step(const struct step *step, const char *indent, const struct office *office,
                 struct buf *out);

/* From the arena; NULL without memory. Reads outcome, answers with what is known, next,
   choices and topic. */
const char *render_text(const struct reply *reply, const struct knowledge *knowledge,
                        struct arena *arena);

#endif

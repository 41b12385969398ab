/*
 * Render: a reply as plain text, as it reads in a group chat or on a terminal.
 */
#ifndef DAYI_DIALOGUE_RENDER_H
#define DAYI_DIALOGUE_RENDER_H

#include "base/arena.h"
#include "dialogue/reply.h"
#include "knowledge/knowledge.h"

/* From the arena; NULL without memory. Reads outcome, answers, choices and topic. */
const char *render_text(const struct reply *reply, const struct knowledge *knowledge,
                        struct arena *arena);

#endif

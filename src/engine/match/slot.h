/*
 * Slot: tells whether a message is about another thing than an entry: 会计证 instead of 安管证,
 * 盐田区 instead of 福田区.
 *
 * Both sides are read for compounds (compound.h). A compound of the message that the entry does not
 * have names another thing; unless so many entries have it that the whole folder is about it. Other
 * provinces than the office's own are told in the same way.
 */
#ifndef DAYI_MATCH_SLOT_H
#define DAYI_MATCH_SLOT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/image_file.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/match/compound.h"
#include "engine/match/rewrite.h"
#include "engine/text/normalise.h"

/* The compounds of every entry. Immutable. */
struct slots;

MUST_CHECK enum status slots_create(const struct knowledge *knowledge,
                                    const struct normaliser *normaliser,
                                    const struct rewriter *rewriter, struct slots **out);
/* Adds them to what is to be written, until when they must live; `rows` is how many entries. */
void slots_keep(const struct slots *slots, size_t rows, struct image_draft *draft);
/* Those of a file, which must outlive them. STATUS_INVALID where it has none. */
MUST_CHECK enum status slots_adopt(const struct image_file *file, size_t rows,
                                   const struct normaliser *normaliser, struct slots **out);
void slots_destroy(struct slots *slots);

/* The compounds of a rewritten message; those beyond COMPOUNDS_MOST are left out. */
void slots_read(const struct slots *slots, const struct rewritten *message, struct compounds *out);

/* An answering entry has one of the pairs of these code points, or there is no pair. */
bool slots_heard(const struct slots *slots, const uint32_t *points, size_t count);
/* Whether the entries have so many pairs that one which none has is telling. */
bool slots_heard_enough(const struct slots *slots);
/* What begins there tells for whom, when or where it is asked: 同事, 明天, 郑州. */
bool slots_no_topic(const struct slots *slots, const uint32_t *points, size_t count);
/* One of them is what somebody holds (身份证, 年卡), be it a name or by its end. */
bool slots_name_thing(const struct compounds *compounds);
/* One of them names another thing than the entry in this row is about. */
bool slots_differ(const struct slots *slots, const struct compounds *compounds, uint32_t row);

#endif

/* Typing suggestions. */
#include <string.h>

#include "engine/dialogue/turn.h"

/* 开始自查, 转人工: steers the conversation and asks nothing. */
static bool steers(enum cue kind)
{
	switch (kind) {
	case CUE_START:
	case CUE_RESUME:
	case CUE_SKIP:
	case CUE_BACK:
	case CUE_STOP:
	case CUE_AGAIN:
	case CUE_PERSON:
	case CUE_GREETING:
	case CUE_THANKS:
	case CUE_GOODBYE:
		return true;
	default:
		return false;
	}
}

/* For a steering word, keeps the questions that contain it: an office may write of 取消. */
static enum status keep_those_with(const struct snapshot *snapshot, struct arena *arena,
                                   const struct text *typed, struct match_candidate *out,
                                   size_t *count)
{
	enum status status = STATUS_OK;
	size_t kept = 0;
	for (size_t i = 0; i < *count && status == STATUS_OK; i++) {
		struct text question;
		status = normalise(snapshot->normaliser, span_of(out[i].entry->question), arena,
		                   &question);
		if (status == STATUS_OK &&
		    memmem(question.utf8.ptr, question.utf8.len, typed->utf8.ptr, typed->utf8.len))
			out[kept++] = out[i];
	}
	*count = kept;
	return status;
}

enum status turn_suggest(struct scratch *scratch, struct arena *arena, struct span typed,
                         struct match_candidate *out, size_t most, size_t *count)
{
	const struct snapshot *snapshot = scratch->snapshot;
	struct text text;
	*count = 0;
	if (turn_unfit(typed))
		return STATUS_OK;
	enum status status = normalise(snapshot->normaliser, typed, arena, &text);
	if (status != STATUS_OK || text.count > TURN_TEXT_MOST)
		return status;
	status = matcher_suggest(scratch->match, &text, arena, out, most, count);
	return status == STATUS_OK && steers(selection_read(snapshot->words, &text).kind)
	               ? keep_those_with(snapshot, arena, &text, out, count)
	               : status;
}

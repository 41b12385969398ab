#include "engine/match/case_sentences.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"

enum { TEXTS_CEILING = 1 << 30, SENTENCE_CEILING = 16 << 20 };

struct case_sentences {
	const struct index *index;
	struct arena *arena;
	struct case_sentence *items; /* by utterance */
	size_t count;
};

struct builder {
	struct case_sentences *sentences;
	const struct knowledge *knowledge;
	const struct normaliser *normaliser;
	struct pattern_scratch *scratch;
	struct arena *passing; /* of the text at hand */
};

/* Only its UTF-8 stays. */
static enum status keep_normal(const struct builder *builder, const char *written, struct span *out)
{
	struct text text;
	arena_reset(builder->passing);
	const enum status status =
	        normalise(builder->normaliser, span_of(written), builder->passing, &text);
	if (status != STATUS_OK)
		return status;
	*out = (struct span){ arena_copy(builder->sentences->arena, text.utf8), text.utf8.len };
	return out->ptr ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Whether the situation leaves an alternative: 过期或注销. */
static bool leaves_alternative(const struct lexicon *lexicon, const char *situation)
{
	struct cue_walk walk = { 0 };
	struct span word;
	while (lexicon_next_cue(lexicon, CUE_EITHER, &walk, &word))
		if (memmem(situation, strlen(situation), word.ptr, word.len))
			return true;
	return false;
}

/* A situation without an alternative counts like the sentence. */
static enum status find_halves(const struct builder *builder, const struct entry_case *spoken,
                               struct case_sentence *out)
{
	const struct lexicon *lexicon = &builder->knowledge->lexicon;
	bool *halves = arena_array(builder->sentences->arena, lexicon->opposite_count + 1,
	                           sizeof(*halves));
	if (!halves)
		return STATUS_NO_MEMORY;
	denial_halves(lexicon->opposites, lexicon->opposite_count, builder->scratch,
	              out->denied.text, halves);
	if (!leaves_alternative(lexicon, spoken->situation))
		denial_halves(lexicon->opposites, lexicon->opposite_count, builder->scratch,
		              span_of(spoken->situation), halves);
	out->halves = halves;
	return STATUS_OK;
}

static enum status read_sentence(const struct builder *builder, uint32_t utterance)
{
	struct case_sentences *sentences = builder->sentences;
	const struct index *index = sentences->index;
	const struct utterance *about = &index->utterances[utterance];
	const struct entry *entry = &builder->knowledge->entries[about->row];
	struct case_sentence *out = &sentences->items[sentences->count];
	struct span text;
	enum status status = keep_normal(builder, index_text(index, utterance), &text);
	if (status == STATUS_OK)
		status = keep_normal(builder, entry->question, &out->question);
	if (status != STATUS_OK)
		return status;
	sentences->count++;
	out->utterance = utterance;
	denial_find(&builder->knowledge->lexicon, builder->scratch, text, &out->denied);
	return find_halves(builder, &entry->cases[about->case_index], out);
}

static size_t count_of_row(const struct index *index, uint32_t row)
{
	size_t count = 0;
	for (uint32_t u = index->utterance_first[row]; u < index->utterance_first[row + 1]; u++)
		count += index->utterances[u].case_index != CASE_NONE;
	return count;
}

static enum status read_row(const struct builder *builder, uint32_t row)
{
	const struct index *index = builder->sentences->index;
	enum status status = STATUS_OK;
	for (uint32_t u = index->utterance_first[row];
	     u < index->utterance_first[row + 1] && status == STATUS_OK; u++)
		if (index->utterances[u].case_index != CASE_NONE)
			status = read_sentence(builder, u);
	return status;
}

static enum status read_all(const struct builder *builder)
{
	struct case_sentences *sentences = builder->sentences;
	const struct knowledge *knowledge = builder->knowledge;
	const size_t rich = knowledge_rich_count(knowledge);
	size_t count = 0;
	for (size_t i = 0; i < rich; i++)
		count += count_of_row(sentences->index, (uint32_t)(knowledge_rich(knowledge, i) -
		                                                   knowledge->entries));
	sentences->items = arena_array(sentences->arena, count + 1, sizeof(*sentences->items));
	enum status status = sentences->items ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < rich && status == STATUS_OK; i++)
		status = read_row(builder,
		                  (uint32_t)(knowledge_rich(knowledge, i) - knowledge->entries));
	return status;
}

enum status case_sentences_create(const struct index *index, const struct knowledge *knowledge,
                                  const struct normaliser *normaliser, struct case_sentences **out)
{
	struct case_sentences *sentences = calloc(1, sizeof(*sentences));
	struct builder builder = { sentences, knowledge, normaliser, NULL, NULL };
	*out = NULL;
	if (!sentences)
		return STATUS_NO_MEMORY;
	sentences->index = index;
	enum status status = arena_create(&sentences->arena, TEXTS_CEILING);
	if (status == STATUS_OK)
		status = arena_create(&builder.passing, SENTENCE_CEILING);
	if (status == STATUS_OK)
		status = pattern_scratch_create(&builder.scratch);
	if (status == STATUS_OK)
		status = read_all(&builder);
	pattern_scratch_destroy(builder.scratch);
	arena_destroy(builder.passing);
	if (status == STATUS_OK)
		*out = sentences;
	else
		case_sentences_destroy(sentences);
	return status;
}

void case_sentences_destroy(struct case_sentences *sentences)
{
	if (!sentences)
		return;
	arena_destroy(sentences->arena);
	free(sentences);
}

static int compare_utterance(const void *key, const void *item)
{
	const uint32_t number = *(const uint32_t *)key;
	const struct case_sentence *sentence = item;
	return number < sentence->utterance ? -1 : number > sentence->utterance;
}

const struct case_sentence *case_sentences_of(const struct case_sentences *sentences,
                                              const struct utterance *utterance)
{
	const uint32_t number = (uint32_t)(utterance - sentences->index->utterances);
	const struct case_sentence *found = bsearch(&number, sentences->items, sentences->count,
	                                            sizeof(*sentences->items), compare_utterance);
	assert(found);
	return found;
}

/*
 * How it works. index_build() cuts every sentence of every entry into grams (add_row()), measures
 * how rare each gram is (measure_rarity()), and lists the grams of each row with their BM25 weights
 * (make_rows()). An inverted list gives the utterances of each gram (invert()). learn() may then
 * change the weights. index_seal() rounds them to two bytes and finishes the full-text tables: one
 * of all rows, and one that finds the best rows of a gram that is too common to be read in full
 * (mark_best()).
 */
#include "engine/match/index.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/grow.h"
#include "engine/match/typing.h"
#include "engine/text/tokens.h"

/* BM25 (Robertson and Zaragoza 2009) and how its parts are weighed; docs/matching.md has the
 * figures. */
static const float saturation = 1.2F;             /* k1 */
static const float question_length_share = 0.75F; /* b over the questions */
static const float answer_length_share = 0.9F;    /* b over answers, which are long */
static const float bm25_share = 2.0F;             /* beside what was learnt, whose share is 1 */
static const float answer_share = 0.2F;           /* an answer's words beside a question's */
static const float bigram_weight = 0.6F;          /* beside a unigram's or word's 1 */

enum {
	ROW_CEILING = 64 << 20,
};

/* A gram of one row while the index is being built. */
struct occurrence {
	uint32_t gram;
	uint32_t row;
	uint32_t in_questions;
	uint32_t in_answer;
};

struct builder {
	struct index *index;
	const struct normaliser *normaliser;
	const struct rewriter *rewriter;
	struct arena *arena; /* of the row at hand */
	struct buf row_text; /* of the row at hand, as candidates.h takes it */
	uint32_t *row_grams; /* of the questions of the row at hand */
	size_t row_gram_count, row_gram_capacity;
	struct occurrence *occurrences;
	size_t occurrence_count, occurrence_capacity;
	size_t utterance_capacity, gram_count, gram_capacity;
	uint32_t *question_length, *answer_length; /* by row, in grams */
};

float gram_kind_weight(uint64_t key)
{
	return token_key_kind(key) == TOKEN_BIGRAM ? bigram_weight : 1.0F;
}

/* Doubles an array when it is full. */
static enum status make_room(void **items, size_t *capacity, size_t count, size_t size)
{
	void *grown = grow(*items, count, capacity, size, 1024);
	if (!grown)
		return STATUS_NO_MEMORY;
	*items = grown;
	return STATUS_OK;
}

/* Gives back what doubling left over. */
static void fit(void **items, size_t count, size_t size)
{
	void *fitted = reallocarray(*items, count + 1, size);
	if (fitted)
		*items = fitted;
}

static int compare_numbers(const void *a, const void *b)
{
	const uint32_t left = *(const uint32_t *)a;
	const uint32_t right = *(const uint32_t *)b;
	return left < right ? -1 : left > right;
}

struct gram_list {
	uint32_t *items; /* sorted; with repetitions */
	size_t count;
};

/* Grams do not cross fillers. */
static enum status add_text(struct builder *builder, const struct rewritten *text)
{
	for (size_t i = 0; i < text->count; i++)
		buf_append_code_point(&builder->row_text, text->filler[i] ? '\n' : text->points[i]);
	buf_append_char(&builder->row_text, '\n');
	return buf_status(&builder->row_text);
}

/*
 * The grams of a string, and where `bare` asks for it what is left without manners; new grams enter
 * the vocabulary. A gram that only counter-examples have finds no row.
 */
static enum status grams_of(struct builder *builder, const char *string, bool negative,
                            struct gram_list *out, uint32_t *bare)
{
	struct text normal;
	struct rewritten text;
	struct token_list tokens;
	enum status status =
	        normalise(builder->normaliser, span_of(string), builder->arena, &normal);
	if (status == STATUS_OK)
		status = rewrite(builder->rewriter, normal.points, normal.count, builder->arena,
		                 &text);
	if (status == STATUS_OK)
		status = tokens_of(text.points, text.count, text.filler, builder->arena, &tokens);
	if (status == STATUS_OK && !negative)
		status = add_text(builder, &text);
	if (status == STATUS_OK && bare)
		status = rewritten_bare(builder->rewriter, &text, builder->arena, bare);
	if (status != STATUS_OK)
		return status;
	out->count = 0;
	out->items = arena_array(builder->arena, tokens.count + 1, sizeof(*out->items));
	if (!out->items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < tokens.count && status == STATUS_OK; i++)
		status = vocabulary_add(builder->index->vocabulary, tokens.items[i].key,
		                        &out->items[out->count++]);
	qsort(out->items, out->count, sizeof(*out->items), compare_numbers);
	return status;
}

static enum status add_utterance(struct builder *builder, uint32_t row, int32_t case_index,
                                 bool negative, const char *string)
{
	struct index *index = builder->index;
	struct gram_list grams;
	uint32_t bare;
	enum status status = grams_of(builder, string, negative, &grams, &bare);
	if (status == STATUS_OK)
		status = make_room((void **)&index->utterances, &builder->utterance_capacity,
		                   index->utterance_count, sizeof(*index->utterances));
	if (status != STATUS_OK)
		return status;
	struct utterance *utterance = &index->utterances[index->utterance_count++];
	*utterance = (struct utterance){ .row = row,
		                         .case_index = case_index,
		                         .negative = negative,
		                         .bare = bare,
		                         .first = (uint32_t)builder->gram_count };
	for (size_t i = 0; i < grams.count; i++) {
		if (i > 0 && grams.items[i] == grams.items[i - 1])
			continue;
		status = make_room((void **)&index->grams, &builder->gram_capacity,
		                   builder->gram_count, sizeof(*index->grams));
		if (status != STATUS_OK)
			return status;
		index->grams[builder->gram_count++] = grams.items[i];
		utterance->count++;
	}
	for (size_t i = 0; i < grams.count && !negative && status == STATUS_OK; i++) {
		status = make_room((void **)&builder->row_grams, &builder->row_gram_capacity,
		                   builder->row_gram_count, sizeof(*builder->row_grams));
		if (status == STATUS_OK)
			builder->row_grams[builder->row_gram_count++] = grams.items[i];
	}
	return status;
}

static enum status add_strings(struct builder *builder, uint32_t row, int32_t case_index,
                               bool negative, const struct strings *strings)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < strings->count && status == STATUS_OK; i++)
		status = add_utterance(builder, row, case_index, negative, strings->items[i]);
	return status;
}

static enum status add_questions(struct builder *builder, uint32_t row, const struct entry *entry)
{
	enum status status = STATUS_OK;
	if (entry->question[0])
		status = add_utterance(builder, row, CASE_NONE, false, entry->question);
	if (status == STATUS_OK)
		status = add_strings(builder, row, CASE_NONE, false, &entry->prompts);
	if (status == STATUS_OK)
		status = add_strings(builder, row, CASE_NONE, false, &entry->also);
	for (size_t c = 0; c < entry->case_count && status == STATUS_OK; c++)
		status = add_strings(builder, row, (int32_t)c, false, &entry->cases[c].also);
	return status;
}

static enum status add_answer(struct builder *builder, const struct entry *entry,
                              struct gram_list *all)
{
	struct buf text;
	buf_init(&text, ROW_CEILING);
	buf_append_text(&text, entry->answer);
	for (size_t c = 0; c < entry->case_count; c++) {
		buf_append_char(&text, '\n');
		buf_append_text(&text, entry->cases[c].situation);
		buf_append_char(&text, '\n');
		buf_append_text(&text, entry->cases[c].advice);
	}
	enum status status = buf_status(&text);
	if (status == STATUS_OK)
		status = grams_of(builder, buf_text(&text), false, all, NULL);
	buf_deinit(&text);
	return status;
}

static enum status add_occurrence(struct builder *builder, struct occurrence occurrence)
{
	const enum status status =
	        make_room((void **)&builder->occurrences, &builder->occurrence_capacity,
	                  builder->occurrence_count, sizeof(*builder->occurrences));
	if (status == STATUS_OK)
		builder->occurrences[builder->occurrence_count++] = occurrence;
	return status;
}

/* Merges two sorted lists into one occurrence for each distinct gram. */
static enum status merge_grams(struct builder *builder, uint32_t row,
                               const struct gram_list *questions, const struct gram_list *answer)
{
	size_t q = 0, a = 0;
	enum status status = STATUS_OK;
	while ((q < questions->count || a < answer->count) && status == STATUS_OK) {
		uint32_t gram = UINT32_MAX;
		if (q < questions->count)
			gram = questions->items[q];
		if (a < answer->count && answer->items[a] < gram)
			gram = answer->items[a];
		struct occurrence occurrence = { .gram = gram, .row = row };
		for (; q < questions->count && questions->items[q] == gram; q++)
			occurrence.in_questions++;
		for (; a < answer->count && answer->items[a] == gram; a++)
			occurrence.in_answer++;
		status = add_occurrence(builder, occurrence);
	}
	return status;
}

static enum status add_row(struct builder *builder, uint32_t row)
{
	struct index *index = builder->index;
	const struct entry *entry = &index->knowledge->entries[row];
	struct gram_list answer = { 0 };
	arena_reset(builder->arena);
	buf_clear(&builder->row_text);
	builder->row_gram_count = 0;
	index->utterance_first[row] = index->utterance_count;
	enum status status = add_questions(builder, row, entry);
	if (status == STATUS_OK && entry->kind == ENTRY_ANSWER)
		status = add_answer(builder, entry, &answer);
	if (status != STATUS_OK)
		return status;
	const struct gram_list questions = { builder->row_grams, builder->row_gram_count };
	if (questions.count > 1)
		qsort(questions.items, questions.count, sizeof(*questions.items), compare_numbers);
	builder->question_length[row] = (uint32_t)questions.count;
	builder->answer_length[row] = (uint32_t)answer.count;
	status = merge_grams(builder, row, &questions, &answer);
	if (status == STATUS_OK)
		status = add_strings(builder, row, CASE_NONE, true, &entry->negatives);
	if (status == STATUS_OK)
		status = candidates_add_row(index->building, row, buf_span(&builder->row_text));
	return status;
}

/* The number of rows that have each gram, in questions and in answers. */
struct rarity {
	uint32_t *in_questions, *in_answers; /* rows, by gram */
	uint32_t rows_with_questions, rows_with_answers;
	float mean_question_length, mean_answer_length;
};

static float idf(uint32_t rows, uint32_t having)
{
	return logf(1.0F + ((float)rows - (float)having + 0.5F) / ((float)having + 0.5F));
}

static float mean_of(const uint32_t *lengths, uint32_t rows, uint32_t *present)
{
	uint64_t sum = 0;
	*present = 0;
	for (uint32_t row = 0; row < rows; row++) {
		sum += lengths[row];
		*present += lengths[row] > 0;
	}
	return *present ? (float)sum / (float)*present : 1.0F;
}

static enum status measure_rarity(const struct builder *builder, struct rarity *rarity)
{
	const size_t grams = vocabulary_count(builder->index->vocabulary);
	rarity->in_questions = calloc(grams + 1, sizeof(*rarity->in_questions));
	rarity->in_answers = calloc(grams + 1, sizeof(*rarity->in_answers));
	if (!rarity->in_questions || !rarity->in_answers)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < builder->occurrence_count; i++) {
		const struct occurrence *occurrence = &builder->occurrences[i];
		rarity->in_questions[occurrence->gram] += occurrence->in_questions > 0;
		rarity->in_answers[occurrence->gram] += occurrence->in_answer > 0;
	}
	const uint32_t rows = builder->index->row_count;
	rarity->mean_question_length =
	        mean_of(builder->question_length, rows, &rarity->rows_with_questions);
	rarity->mean_answer_length =
	        mean_of(builder->answer_length, rows, &rarity->rows_with_answers);
	return STATUS_OK;
}

static enum status weigh_grams(struct builder *builder, const struct rarity *rarity)
{
	struct index *index = builder->index;
	const uint32_t grams = vocabulary_count(index->vocabulary);
	const bool by_questions = rarity->rows_with_questions > 0;
	const uint32_t rows =
	        by_questions ? rarity->rows_with_questions : rarity->rows_with_answers;
	const uint32_t *having = by_questions ? rarity->in_questions : rarity->in_answers;
	index->gram_weight = calloc((size_t)grams + 1, sizeof(*index->gram_weight));
	if (!index->gram_weight)
		return STATUS_NO_MEMORY;
	for (uint32_t gram = 0; gram < grams; gram++)
		index->gram_weight[gram] =
		        gram_kind_weight(vocabulary_key(index->vocabulary, gram)) *
		        idf(rows, having[gram]);
	index->unknown_weight = idf(rows, 0);
	index->answers_only = !by_questions;
	for (uint32_t u = 0; u < index->utterance_count; u++) {
		struct utterance *utterance = &index->utterances[u];
		float sum = 0;
		for (uint32_t i = 0; i < utterance->count; i++) {
			const float weight = index->gram_weight[index->grams[utterance->first + i]];
			sum += weight * weight;
		}
		utterance->norm = sum > 0 ? sqrtf(sum) : 1.0F;
	}
	return STATUS_OK;
}

static float saturate(uint32_t count, float length, float mean, float length_share)
{
	const float n = (float)count;
	return n * (saturation + 1) /
	       (n + saturation * (1 - length_share + length_share * length / mean));
}

static float bm25(const struct builder *builder, const struct rarity *rarity,
                  const struct occurrence *occurrence)
{
	const uint32_t row = occurrence->row, gram = occurrence->gram;
	const float questions = (float)builder->question_length[row];
	const float kind = gram_kind_weight(vocabulary_key(builder->index->vocabulary, gram));
	float weight = 0;
	if (occurrence->in_questions)
		weight += idf(rarity->rows_with_questions, rarity->in_questions[gram]) *
		          saturate(occurrence->in_questions, questions,
		                   rarity->mean_question_length, question_length_share);
	if (occurrence->in_answer)
		weight += (questions > 0 ? answer_share : 1.0F) *
		          idf(rarity->rows_with_answers, rarity->in_answers[gram]) *
		          saturate(occurrence->in_answer, (float)builder->answer_length[row],
		                   rarity->mean_answer_length, answer_length_share);
	return kind * weight;
}

/* Occurrences are sorted by row and then by gram, as the forward lists are. */
static enum status make_rows(struct builder *builder, const struct rarity *rarity)
{
	struct index *index = builder->index;
	const size_t count = builder->occurrence_count;
	index->rows_with =
	        calloc((size_t)vocabulary_count(index->vocabulary) + 1, sizeof(*index->rows_with));
	index->row_first = calloc((size_t)index->row_count + 1, sizeof(*index->row_first));
	index->row_grams = calloc(count + 1, sizeof(*index->row_grams));
	index->row_weights = calloc(count + 1, sizeof(*index->row_weights));
	if (!index->rows_with || !index->row_first || !index->row_grams || !index->row_weights)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		const struct occurrence *occurrence = &builder->occurrences[i];
		index->rows_with[occurrence->gram]++;
		index->row_first[occurrence->row + 1]++;
		index->row_grams[i] = occurrence->gram;
		index->row_weights[i] = bm25_share * bm25(builder, rarity, occurrence);
	}
	for (uint32_t row = 0; row < index->row_count; row++)
		index->row_first[row + 1] += index->row_first[row];
	return STATUS_OK;
}

static bool is_looked_up(const struct index *index, const struct utterance *utterance)
{
	return !utterance->negative &&
	       (index_has_all_spoken(index) || index_is_talkative(index, utterance->row));
}

/* Makes the list of utterances of each gram from the grams of each utterance. */
static enum status invert(struct index *index)
{
	const uint32_t grams = vocabulary_count(index->vocabulary);
	index->spoken_first = calloc((size_t)grams + 2, sizeof(*index->spoken_first));
	if (!index->spoken_first)
		return STATUS_NO_MEMORY;
	for (uint32_t u = 0; u < index->utterance_count; u++) {
		const struct utterance *utterance = &index->utterances[u];
		for (uint32_t i = 0; i < utterance->count && is_looked_up(index, utterance); i++)
			index->spoken_first[index->grams[utterance->first + i] + 2]++;
	}
	for (uint32_t gram = 2; gram < grams + 2; gram++)
		index->spoken_first[gram] += index->spoken_first[gram - 1];
	index->spoken = calloc((size_t)index->spoken_first[grams + 1] + 1, sizeof(*index->spoken));
	if (!index->spoken)
		return STATUS_NO_MEMORY;
	for (uint32_t u = 0; u < index->utterance_count; u++) {
		const struct utterance *utterance = &index->utterances[u];
		for (uint32_t i = 0; i < utterance->count && is_looked_up(index, utterance); i++) {
			const uint32_t gram = index->grams[utterance->first + i];
			index->spoken[index->spoken_first[gram + 1]++] = u;
		}
	}
	assert(index->spoken_first[0] == 0 &&
	       index->spoken_first[grams] == index->spoken_first[grams + 1]);
	return STATUS_OK;
}

static enum status finish(struct builder *builder)
{
	struct index *index = builder->index;
	struct rarity rarity = { 0 };
	index->utterance_first[index->row_count] = index->utterance_count;
	enum status status = measure_rarity(builder, &rarity);
	if (status == STATUS_OK)
		status = weigh_grams(builder, &rarity);
	if (status == STATUS_OK)
		status = make_rows(builder, &rarity);
	if (status == STATUS_OK)
		status = invert(index);
	free(rarity.in_questions);
	free(rarity.in_answers);
	return status;
}

static enum status start(struct builder *builder)
{
	struct index *index = builder->index;
	const size_t rows = index->row_count;
	index->utterance_first = calloc(rows + 1, sizeof(*index->utterance_first));
	builder->question_length = calloc(rows + 1, sizeof(*builder->question_length));
	builder->answer_length = calloc(rows + 1, sizeof(*builder->answer_length));
	if (!index->utterance_first || !builder->question_length || !builder->answer_length)
		return STATUS_NO_MEMORY;
	buf_init(&builder->row_text, ROW_CEILING);
	enum status status = vocabulary_create(&index->vocabulary);
	if (status == STATUS_OK)
		status = candidates_builder_create(&index->building);
	if (status == STATUS_OK)
		status = arena_create(&builder->arena, ROW_CEILING);
	return status;
}

enum status index_build(const struct knowledge *knowledge, const struct normaliser *normaliser,
                        const struct rewriter *rewriter, struct index **out)
{
	struct builder builder = { .normaliser = normaliser, .rewriter = rewriter };
	*out = NULL;
	builder.index = calloc(1, sizeof(*builder.index));
	if (!builder.index)
		return STATUS_NO_MEMORY;
	builder.index->knowledge = knowledge;
	builder.index->row_count = (uint32_t)knowledge->entry_count;
	enum status status = start(&builder);
	for (uint32_t row = 0; row < builder.index->row_count && status == STATUS_OK; row++)
		status = add_row(&builder, row);
	if (status == STATUS_OK)
		status = finish(&builder);
	if (status == STATUS_OK) {
		fit((void **)&builder.index->utterances, builder.index->utterance_count,
		    sizeof(*builder.index->utterances));
		fit((void **)&builder.index->grams, builder.gram_count,
		    sizeof(*builder.index->grams));
	}
	free(builder.row_grams);
	free(builder.occurrences);
	free(builder.question_length);
	free(builder.answer_length);
	buf_deinit(&builder.row_text);
	arena_destroy(builder.arena);
	if (status == STATUS_OK)
		*out = builder.index;
	else
		index_destroy(builder.index);
	return status;
}

enum status columns_init(struct columns *columns, const struct index *index)
{
	const uint32_t grams = vocabulary_count(index->vocabulary);
	const size_t count = index->row_first[index->row_count];
	columns->first = calloc((size_t)grams + 2, sizeof(*columns->first));
	columns->rows = calloc(count + 1, sizeof(*columns->rows));
	columns->at = calloc(count + 1, sizeof(*columns->at));
	if (!columns->first || !columns->rows || !columns->at)
		return STATUS_NO_MEMORY;
	for (uint32_t gram = 0; gram < grams; gram++) /* where the next row of `gram` is put */
		columns->first[gram + 2] = columns->first[gram + 1] + index->rows_with[gram];
	for (uint32_t row = 0; row < index->row_count; row++)
		for (uint32_t at = index->row_first[row]; at < index->row_first[row + 1]; at++) {
			const uint32_t place = columns->first[index->row_grams[at] + 1]++;
			columns->rows[place] = row;
			columns->at[place] = at;
		}
	return STATUS_OK;
}

void columns_deinit(struct columns *columns)
{
	free(columns->first);
	free(columns->rows);
	free(columns->at);
	*columns = (struct columns){ 0 };
}

/* A row that has a common gram. */
struct weighed {
	uint32_t row;
	uint32_t at; /* in index->row_grams */
	float weight;
};

static uint32_t mix(uint32_t row)
{
	row = (row ^ row >> 16) * 0x45d9f3bU;
	return (row ^ row >> 16) * 0x45d9f3bU;
}

/* Breaks ties by hash, so that the place in the folder is no advantage. */
static bool is_heavier(const struct weighed *a, const struct weighed *b)
{
	return a->weight != b->weight ? a->weight > b->weight : mix(a->row) < mix(b->row);
}

/* Keeps the heaviest in order by insertion; nearly every row fails the first comparison. */
static void keep_heaviest(struct weighed *best, size_t *count, struct weighed one)
{
	if (*count == BEST_MOST && !is_heavier(&one, &best[BEST_MOST - 1]))
		return;
	size_t at = *count < BEST_MOST ? (*count)++ : BEST_MOST - 1;
	for (; at > 0 && is_heavier(&one, &best[at - 1]); at--)
		best[at] = best[at - 1];
	best[at] = one;
}

/* Marks the rows in which a common gram weighs most. */
static enum status mark_best(const struct index *index, bool *is_best)
{
	struct columns columns = { 0 };
	const enum status status = columns_init(&columns, index);
	for (uint32_t gram = 0; status == STATUS_OK && gram < vocabulary_count(index->vocabulary);
	     gram++) {
		struct weighed best[BEST_MOST];
		size_t count = 0;
		if (index->rows_with[gram] <= BEST_MOST)
			continue;
		for (uint32_t i = columns.first[gram]; i < columns.first[gram + 1]; i++)
			keep_heaviest(best, &count,
			              (struct weighed){ columns.rows[i], columns.at[i],
			                                index->row_weights[columns.at[i]] });
		for (size_t i = 0; i < count; i++)
			is_best[best[i].at] = true;
	}
	columns_deinit(&columns);
	return status;
}

static enum status add_best_of_row(struct index *index, uint32_t row, const bool *best,
                                   struct buf *names)
{
	buf_clear(names);
	for (uint32_t at = index->row_first[row]; at < index->row_first[row + 1]; at++) {
		char name[TOKEN_NAME_SIZE];
		if (!best[at])
			continue;
		token_name(vocabulary_key(index->vocabulary, index->row_grams[at]), name);
		BUF_JOIN(names, name, " ");
	}
	if (names->len == 0)
		return STATUS_OK;
	const enum status status = buf_status(names);
	return status == STATUS_OK ? candidates_add_best(index->building, row, buf_span(names))
	                           : status;
}

static enum status round_weights(struct index *index)
{
	const size_t count = index->row_first[index->row_count];
	const size_t grams = vocabulary_count(index->vocabulary);
	index->weights = calloc(count + 1, sizeof(*index->weights));
	index->weight_unit = calloc(grams + 1, sizeof(*index->weight_unit));
	if (!index->weights || !index->weight_unit)
		return STATUS_NO_MEMORY;
	for (size_t at = 0; at < count; at++) {
		float *most = &index->weight_unit[index->row_grams[at]];
		*most = fmaxf(*most, fabsf(index->row_weights[at]));
	}
	for (size_t gram = 0; gram < grams; gram++)
		index->weight_unit[gram] /= INT16_MAX;
	for (size_t at = 0; at < count; at++) {
		const float unit = index->weight_unit[index->row_grams[at]];
		const float units = unit > 0 ? roundf(index->row_weights[at] / unit) : 0;
		index->weights[at] = (int16_t)fmaxf(-INT16_MAX, fminf(units, INT16_MAX));
	}
	free(index->row_weights);
	index->row_weights = NULL;
	return STATUS_OK;
}

enum status index_seal(struct index *index, const struct normaliser *normaliser)
{
	struct buf names;
	bool *best = calloc((size_t)index->row_first[index->row_count] + 1, sizeof(*best));
	buf_init(&names, ROW_CEILING);
	enum status status = best ? mark_best(index, best) : STATUS_NO_MEMORY;
	for (uint32_t row = 0; row < index->row_count && status == STATUS_OK; row++)
		status = add_best_of_row(index, row, best, &names);
	if (status == STATUS_OK)
		status = round_weights(index);
	if (status == STATUS_OK)
		status = candidates_finish(index->building, &index->candidates,
		                           &index->candidates_size);
	if (status == STATUS_OK)
		status = typing_build(index->knowledge, normaliser, &index->typing,
		                      &index->typing_size);
	candidates_builder_destroy(index->building);
	index->building = NULL;
	buf_deinit(&names);
	free(best);
	return status;
}

/* The text of that number in the list; else NULL, and the number is reduced by the list's count. */
static const char *take_text(uint32_t *number, const struct strings *strings)
{
	if (*number < strings->count)
		return strings->items[*number];
	*number -= (uint32_t)strings->count;
	return NULL;
}

/* Utterances of a row are numbered in the order in which add_row() adds them. */
const char *index_text(const struct index *index, uint32_t utterance)
{
	assert(utterance < index->utterance_count);
	const uint32_t row = index->utterances[utterance].row;
	const struct entry *entry = &index->knowledge->entries[row];
	const struct strings question = { &entry->question, entry->question[0] != '\0' };
	uint32_t number = utterance - index->utterance_first[row];
	const char *text = take_text(&number, &question);
	if (!text)
		text = take_text(&number, &entry->prompts);
	if (!text)
		text = take_text(&number, &entry->also);
	for (size_t c = 0; c < entry->case_count && !text; c++)
		text = take_text(&number, &entry->cases[c].also);
	return text ? text : take_text(&number, &entry->negatives);
}

void index_destroy(struct index *index)
{
	if (!index)
		return;
	vocabulary_destroy(index->vocabulary);
	if (index->borrowed) {
		free(index);
		return;
	}
	habits_deinit(&index->habits);
	free(index->typing);
	free(index->lookup);
	free(index->gram_weight);
	free(index->rows_with);
	free(index->row_first);
	free(index->row_grams);
	free(index->row_weights);
	free(index->weights);
	free(index->weight_unit);
	free(index->candidates);
	candidates_builder_destroy(index->building);
	free(index->utterances);
	free(index->utterance_first);
	free(index->grams);
	free(index->spoken_first);
	free(index->spoken);
	free(index);
}

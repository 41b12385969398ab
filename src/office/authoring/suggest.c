/*
 * How it works. Askings are kept once each, with how often they were asked and what people chose
 * for them. suggest_prepare() asks all of them of the live model and then leaves them to
 * suggest_pick.c, which finds candidates; suggest_run() takes one candidate of each entry in turn,
 * and keeps those whose draft fits and helps more askings than the one before (suggest_trial.c).
 * What is kept stays in all later drafts, so that alternates are tried together.
 */
#include "office/authoring/suggest.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/self_check.h"
#include "office/authoring/suggest_parts.h"
#include "office/journal/asked.h"
#include "office/journal/traffic.h"

enum {
	ARENA_CEILING = 512 << 20,
	ASKING_CEILING = 32 << 20,
	TURNS_MOST = 1000000, /* of a journal */
	QUESTION_BYTES_MOST = 600,
	FIRST_ROOM = 256,
};

static const double keeps_least = 0.97; /* of the worth of all askings; less is no noise */

enum status suggest_create(struct suggest **out, const struct suggest_base *base)
{
	struct suggest *suggest = calloc(1, sizeof(*suggest));
	enum status status;

	*out = suggest;
	if (!suggest)
		return STATUS_NO_MEMORY;
	assert(base->each <= SUGGEST_EACH_MOST);
	suggest->base = *base;
	status = arena_create(&suggest->arena, ARENA_CEILING);
	if (status == STATUS_OK)
		status = arena_create(&suggest->asking_arena, ASKING_CEILING);
	if (status == STATUS_OK)
		status = hash_init(&suggest->table, SUGGEST_QUESTIONS_MOST, 0);
	if (status == STATUS_OK)
		status = tree_create(&suggest->tree, base->archive);
	if (status == STATUS_OK)
		status = scratch_create(base->live, &suggest->scratch);
	if (status == STATUS_OK) {
		const size_t answers = base->live->knowledge->answer_count;

		suggest->fields = arena_array(suggest->arena, answers + 1, sizeof(struct field));
		suggest->found = arena_array(suggest->arena, answers * base->each + 1,
		                             sizeof(*suggest->found));
		suggest->holds = arena_array(suggest->arena, HOLDS_MOST, sizeof(struct hold));
		if (!suggest->fields || !suggest->found || !suggest->holds)
			status = STATUS_NO_MEMORY;
	}
	if (status == STATUS_OK)
		return STATUS_OK;
	suggest_destroy(suggest);
	*out = NULL;
	return status;
}

void suggest_destroy(struct suggest *suggest)
{
	if (!suggest)
		return;
	scratch_destroy(suggest->scratch);
	tree_destroy(suggest->tree);
	hash_deinit(&suggest->table);
	arena_destroy(suggest->asking_arena);
	arena_destroy(suggest->arena);
	free(suggest->askings);
	free(suggest);
}

bool suggest_ended(const struct suggest *suggest)
{
	if (suggest->base.alive)
		suggest->base.alive(suggest->base.context);
	return suggest->base.ended && atomic_load(suggest->base.ended);
}

bool suggest_unwanted(const struct suggest *suggest, const struct entry *entry, const char *text)
{
	const struct suggest_base *base = &suggest->base;

	return base->unwanted && base->unwanted(base->context, entry, text);
}

/* --- what is known --- */

static struct asking *find(const struct suggest *suggest, struct span text, uint64_t hash)
{
	struct hash_link *link = hash_first(&suggest->table, hash);

	for (; link; link = hash_next(link)) {
		struct asking *asking = hash_item(link, struct asking, link);

		if (span_equal(asking->text, text))
			return asking;
	}
	return NULL;
}

static bool make_room(struct suggest *suggest)
{
	const size_t room = suggest->room > 0 ? 2 * suggest->room : FIRST_ROOM;
	struct asking **askings;

	if (suggest->count < suggest->room)
		return true;
	askings = reallocarray(suggest->askings, room,
	                       sizeof(*askings)); /* NOLINT(bugprone-sizeof-expression) */
	if (!askings)
		return false;
	suggest->askings = askings;
	suggest->room = room;
	return true;
}

static enum status find_word(const struct suggest *suggest, struct span question, bool *out)
{
	struct text text;
	enum status status;

	*out = false;
	arena_reset(suggest->asking_arena);
	status = normalise(suggest->base.live->normaliser, question, suggest->asking_arena, &text);
	if (status == STATUS_OK)
		*out = text_has_word(&text);
	return status;
}

/* The asking of that text, made where there is none; *out NULL: it is none, or there are too many.
 */
static enum status take(struct suggest *suggest, struct span text, struct asking **out)
{
	const uint64_t hash = hash_of(&suggest->table, text);
	struct asking *asking = find(suggest, text, hash);
	bool has_word;
	char *copy;
	enum status status;

	*out = asking;
	if (asking || text.len == 0 || text.len > QUESTION_BYTES_MOST || !utf8_valid(text) ||
	    suggest->count == SUGGEST_QUESTIONS_MOST)
		return STATUS_OK;
	status = find_word(suggest, text, &has_word);
	if (status != STATUS_OK || !has_word)
		return status;
	copy = arena_copy(suggest->arena, text);
	asking = arena_alloc(suggest->arena, sizeof(*asking));
	if (!copy || !asking || !make_room(suggest))
		return STATUS_NO_MEMORY;
	asking->text = (struct span){ copy, text.len };
	hash_add(&suggest->table, &asking->link, hash);
	suggest->askings[suggest->count++] = asking;
	*out = asking;
	return STATUS_OK;
}

enum status suggest_add_question(struct suggest *suggest, struct span text, int64_t asked)
{
	struct asking *asking;
	const enum status status = take(suggest, text, &asking);

	assert(!suggest->prepared);
	if (status == STATUS_OK && asking && asked > 0)
		asking->asked += (uint64_t)asked;
	return status;
}

enum status suggest_add_choice(struct suggest *suggest, struct span text, const char *entry,
                               int64_t times)
{
	const struct entry *chosen = knowledge_find(suggest->base.live->knowledge, entry);
	struct asking *asking;
	const enum status status = take(suggest, text, &asking);
	size_t i = 0;

	assert(!suggest->prepared);
	if (status != STATUS_OK || !asking || !chosen || chosen->kind != ENTRY_ANSWER || times <= 0)
		return status;
	while (i < asking->chosen_count && asking->chosen[i].entry != chosen)
		i++;
	if (i == CHOSEN_FEW)
		return STATUS_OK;
	if (i == asking->chosen_count)
		asking->chosen_count++;
	asking->chosen[i].entry = chosen;
	asking->chosen[i].times += (uint64_t)times;
	return STATUS_OK;
}

static enum status take_traffic(void *context, struct span question, int64_t asked)
{
	return suggest_add_question(context, question, asked);
}

static enum status take_choice(void *context, const struct asked_row *row)
{
	char entry[ENTRY_ID_SIZE];

	if (row->entries.len >= sizeof(entry))
		return STATUS_OK;
	memcpy(entry, row->entries.ptr, row->entries.len);
	entry[row->entries.len] = '\0';
	return suggest_add_choice(context, row->question, entry, row->count);
}

/* Choices first: with too many questions it is those that nobody chose for that are left out. */
enum status suggest_read(struct suggest *suggest, const struct journal_settings *journal,
                         int64_t since_ms, char problem[STORE_PROBLEM_SIZE])
{
	enum status status;

	problem[0] = '\0';
	status = journal_read_asked(journal, ASKED_CHOSEN, since_ms, take_choice, suggest);
	if (status == STATUS_OK)
		status = journal_read_traffic(journal->file, journal->busy_ms, since_ms, TURNS_MOST,
		                              take_traffic, suggest, problem);
	return status;
}

/* --- what it ends in today --- */

enum status suggest_ask(const struct diff_side *side, struct span text, struct ending *out)
{
	struct reply reply;
	const enum status status = diff_ask(side, text, &reply);

	*out = (struct ending){ .outcome = OUTCOME_ERROR };
	if (status != STATUS_OK)
		return status;
	out->outcome = reply.outcome;
	out->referred = reply.topic != NULL || reply.outcome == OUTCOME_SMALLTALK ||
	                reply.outcome == OUTCOME_HANDOFF;
	out->answer_count = reply.answer_count;
	out->offered_count = reply.choice_count;
	for (size_t i = 0; i < reply.answer_count; i++)
		out->answers[i] = reply.answers[i].entry->id;
	for (size_t i = 0; i < reply.choice_count; i++)
		out->offered[i] = reply.choices[i].entry->id;
	out->first = reply.ranking_count > 0 ? reply.ranking[0].entry->id : NULL;
	return STATUS_OK;
}

static bool names(const char *const *ids, size_t count, const struct entry *entry)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(ids[i], entry->id) == 0)
			return true;
	return false;
}

bool ending_answers(const struct ending *ending, const struct entry *entry)
{
	return names(ending->answers, ending->answer_count, entry);
}

bool ending_helps(const struct ending *ending, const struct entry *entry)
{
	return ending_answers(ending, entry) ||
	       names(ending->offered, ending->offered_count, entry);
}

/* What more than half of those took who chose. */
static const struct entry *label_of(const struct asking *asking)
{
	const struct entry *best = NULL;
	uint64_t most = 0, all = 0;

	for (size_t i = 0; i < asking->chosen_count; i++) {
		all += asking->chosen[i].times;
		if (asking->chosen[i].times > most) {
			most = asking->chosen[i].times;
			best = asking->chosen[i].entry;
		}
	}
	return 2 * most > all ? best : NULL;
}

static enum status look_at(struct suggest *suggest, struct asking *asking)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;
	const struct diff_side side = { suggest->base.live, suggest->scratch, suggest->asking_arena,
		                        &suggest->base.clock };
	struct ending ending;
	const enum status status = suggest_ask(&side, asking->text, &ending);

	if (status != STATUS_OK)
		return status;
	asking->label = label_of(asking);
	asking->first = ending.first ? knowledge_find(knowledge, ending.first) : NULL;
	asking->elsewhere = ending.answer_count == 0 && ending.referred;
	asking->open = ending.answer_count == 0 && !ending.referred;
	asking->near = asking->label;
	if (!asking->near && ending.answer_count == 1)
		asking->near = knowledge_find(knowledge, ending.answers[0]);
	asking->answered =
	        asking->near && ending.answer_count == 1 && ending_answers(&ending, asking->near);
	return STATUS_OK;
}

static int most_asked_first(const void *a, const void *b)
{
	const struct asking *const one = *(const struct asking *const *)a;
	const struct asking *const other = *(const struct asking *const *)b;

	if (one->asked != other->asked)
		return one->asked > other->asked ? -1 : 1;
	return strcmp(one->text.ptr, other->text.ptr);
}

enum status suggest_prepare(struct suggest *suggest)
{
	enum status status = STATUS_OK;

	assert(!suggest->prepared);
	suggest->prepared = true;
	if (suggest->count > 1)
		qsort(suggest->askings, suggest->count,
		      sizeof(*suggest->askings), /* NOLINT(bugprone-sizeof-expression) */
		      most_asked_first);
	for (size_t i = 0; status == STATUS_OK && i < suggest->count; i++)
		status = suggest_ended(suggest) ? STATUS_CLOSED
		                                : look_at(suggest, suggest->askings[i]);
	if (status == STATUS_OK)
		status = suggest_pick(suggest);
	if (status == STATUS_OK)
		status = suggest_hold(suggest);
	return status;
}

size_t suggest_askings(const struct suggest *suggest, const struct entry *entry, struct span *out,
                       size_t most)
{
	size_t count = 0;

	assert(suggest->prepared && entry->kind == ENTRY_ANSWER);
	for (int labelled = 1; labelled >= 0; labelled--)
		for (size_t i = 0; i < suggest->count && count < most; i++) {
			const struct asking *asking = suggest->askings[i];

			if (asking->near == entry && asking->tidy &&
			    (asking->label != NULL) == (labelled == 1))
				out[count++] = span_of(asking->tidy);
		}
	return count;
}

/* --- candidates --- */

static bool has_sentence(const struct strings *sentences, const char *text)
{
	for (size_t i = 0; i < sentences->count; i++)
		if (strcmp(sentences->items[i], text) == 0)
			return true;
	return false;
}

static bool stands_there(const struct entry *entry, const char *text)
{
	if (strcmp(entry->question, text) == 0 || has_sentence(&entry->also, text) ||
	    has_sentence(&entry->prompts, text))
		return true;
	for (size_t i = 0; i < entry->case_count; i++)
		if (has_sentence(&entry->cases[i].also, text))
			return true;
	return false;
}

enum status suggest_add_wording(struct suggest *suggest, const struct entry *entry,
                                struct span text)
{
	struct field *field = field_of(suggest, entry);
	const char *tidy;
	const enum status status = suggest_tidy(suggest, text, &tidy);

	assert(suggest->prepared && entry->kind == ENTRY_ANSWER);
	if (status != STATUS_OK)
		return status;
	if (!tidy)
		return STATUS_INVALID;
	for (size_t i = 0; i < field->candidate_count; i++)
		if (strcmp(field->candidates[i].text, tidy) == 0)
			return STATUS_OK;
	if (field->candidate_count < CANDIDATES_OF_ENTRY && !stands_there(entry, tidy) &&
	    !suggest_unwanted(suggest, entry, tidy))
		field->candidates[field->candidate_count++] =
		        (struct candidate){ .text = tidy, .written = true };
	return STATUS_OK;
}

/* What the last trial came to is what comes now. */
static void settle(struct suggest *suggest, const struct trial_end *end)
{
	suggest->worth = end->worth;
	suggest->sums.helped = end->helped;
	for (size_t i = 0; i < suggest->base.live->knowledge->answer_count; i++)
		suggest->fields[i].worth = suggest->fields[i].tried_worth;
}

static void keep(struct suggest *suggest, const struct entry *entry,
                 const struct candidate *candidate, uint64_t helped)
{
	suggest->found[suggest->found_count++] = (struct suggestion){ .entry = entry,
		                                                      .text = candidate->text,
		                                                      .written = candidate->written,
		                                                      .asked = candidate->asked,
		                                                      .helped = helped };
	field_of(suggest, entry)->kept++;
}

/* Its own entry's askings gain by it, and all together hardly lose. */
static bool pays(const struct suggest *suggest, const struct entry *entry,
                 const struct trial_end *end)
{
	const struct field *field = field_of(suggest, entry);

	return field->tried_worth > field->worth &&
	       (double)end->worth >= keeps_least * (double)suggest->worth;
}

static enum status try_candidate(struct suggest *suggest, const struct entry *entry,
                                 const struct candidate *candidate)
{
	struct trial_end end;
	enum status status;

	if (suggest->sums.trials >= suggest->base.trials) {
		suggest->sums.cut = true;
		return STATUS_OK;
	}
	suggest->sums.trials++;
	status = suggest_try(suggest, entry, candidate->text, &end);
	if (status != STATUS_OK)
		return status;
	if (suggest->base.tried)
		suggest->base.tried(suggest->base.context, suggest->sums.trials);
	if (end.fault == SUGGEST_FITS && !pays(suggest, entry, &end))
		end.fault = SUGGEST_IDLE;
	suggest->sums.refused[end.fault] += end.fault != SUGGEST_FITS;
	if (end.fault == SUGGEST_FITS) {
		keep(suggest, entry, candidate,
		     end.helped > suggest->sums.helped ? end.helped - suggest->sums.helped : 0);
		settle(suggest, &end);
	}
	return STATUS_OK;
}

static int most_chosen_first(const void *a, const void *b)
{
	const struct field *const one = *(const struct field *const *)a;
	const struct field *const other = *(const struct field *const *)b;

	if (one->asked != other->asked)
		return one->asked > other->asked ? -1 : 1;
	return one < other ? -1 : one > other;
}

/* One candidate of each entry in turn, then the next ones. */
static enum status try_all(struct suggest *suggest, struct field *const *order)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;
	enum status status = STATUS_OK;

	for (size_t rank = 0; rank < CANDIDATES_OF_ENTRY; rank++)
		for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i++) {
			const struct field *field = order[i];

			if (rank < field->candidate_count && field->kept < suggest->base.each)
				status = try_candidate(suggest,
				                       &knowledge->entries[field - suggest->fields],
				                       &field->candidates[rank]);
			if (suggest_ended(suggest))
				status = STATUS_CLOSED;
		}
	return status;
}

enum status suggest_run(struct suggest *suggest)
{
	const size_t answers = suggest->base.live->knowledge->answer_count;
	struct field **order = arena_array(suggest->arena, answers + 1,
	                                   sizeof(*order)); /* NOLINT(bugprone-sizeof-expression) */
	struct trial_end now = { .fault = SUGGEST_FITS };
	enum status status;

	assert(suggest->prepared && suggest->found_count == 0);
	if (!order)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < answers; i++)
		order[i] = &suggest->fields[i];
	if (answers > 1)
		qsort(order, answers, sizeof(*order),
		      most_chosen_first); /* NOLINT(bugprone-sizeof-expression) */
	status = suggest_try(suggest, NULL, NULL, &now);
	suggest->sums.helped_before = now.helped;
	settle(suggest, &now);
	return status == STATUS_OK ? try_all(suggest, order) : status;
}

enum status suggest_check(struct suggest *suggest, enum suggest_fault *fault, struct span *text)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;
	struct trial_end end;
	enum status status;

	assert(suggest->prepared && suggest->found_count == 0);
	/* What goes wrong without them is excused here as in suggest_run(). */
	status = suggest_try(suggest, NULL, NULL, &end);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < knowledge->answer_count; i++)
		for (size_t c = 0; c < suggest->fields[i].candidate_count &&
		                   suggest->fields[i].kept < suggest->base.each;
		     c++)
			keep(suggest, &knowledge->entries[i], &suggest->fields[i].candidates[c], 0);
	status = suggest_try(suggest, NULL, NULL, &end);
	*fault = end.fault;
	*text = end.text;
	return status;
}

const struct suggestion *suggest_found(const struct suggest *suggest, size_t *count)
{
	*count = suggest->found_count;
	return suggest->found;
}

const struct suggest_group *suggest_groups(const struct suggest *suggest, size_t *count)
{
	*count = suggest->group_count;
	return suggest->groups;
}

struct suggest_sums suggest_sums(const struct suggest *suggest)
{
	return suggest->sums;
}

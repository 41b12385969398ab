/*
 * How it works: the questions are shared out among threads, a chunk at a time; each thread has a
 * scratch of either model. A thread takes the hash of an ending (answer_diff.h) from what was kept
 * of an earlier run, or asks the live model, asks the draft, and compares. After that one thread
 * does the rest: the new endings are kept, the questions sorted, those at the top asked once more
 * for their replies, the golden questions checked and the records judged.
 *
 * What is kept is of one live version and one day, for dates are read against the day.
 */
#include "office/authoring/gate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "engine/diagnose/diagnosis.h"
#include "office/authoring/cause.h"

enum {
	CHUNK = 64,
	TURN_CEILING = 32 << 20,
	RESULT_CEILING = 1 << 30,
	KEPT_BYTES = 512, /* of a question, on an average */
	LINE_SIZE = 1024,
};

/* How a question ended in the live model. */
struct kept {
	struct hash_link link;
	struct span text;
	struct diff_ending ending;
};

struct gate {
	size_t most;
	char live[KNOWLEDGE_VERSION_SIZE], day[DAY_SIZE]; /* of all that is kept */
	struct hash_table table;
	struct arena *arena; /* what is kept, texts and all */
};

enum status gate_create(struct gate **out, size_t most)
{
	struct gate *gate = calloc(1, sizeof(*gate));
	enum status status;

	*out = NULL;
	if (!gate)
		return STATUS_NO_MEMORY;
	gate->most = most;
	status = hash_init(&gate->table, most, 0);
	if (status == STATUS_OK)
		status = arena_create(&gate->arena, most * KEPT_BYTES + KEPT_BYTES);
	if (status == STATUS_OK)
		*out = gate;
	else
		gate_destroy(gate);
	return status;
}

void gate_destroy(struct gate *gate)
{
	if (!gate)
		return;
	hash_deinit(&gate->table);
	arena_destroy(gate->arena);
	free(gate);
}

/* --- what is kept --- */

static enum status forget(struct gate *gate)
{
	hash_deinit(&gate->table);
	gate->table = (struct hash_table){ .slots = NULL };
	arena_reset(gate->arena);
	return hash_init(&gate->table, gate->most, 0);
}

/* Nothing of another version or day stays. */
static enum status enter(struct gate *gate, const struct gate_ask *ask)
{
	char day[DAY_SIZE];
	enum status status = STATUS_OK;

	day_in_china(clock_wall_ms(ask->clock), day);
	if (strcmp(gate->live, ask->live->knowledge->version) == 0 && strcmp(gate->day, day) == 0)
		return STATUS_OK;
	status = forget(gate);
	memcpy(gate->live, ask->live->knowledge->version, sizeof(gate->live));
	memcpy(gate->day, day, sizeof(gate->day));
	return status;
}

static const struct kept *find_kept(const struct gate *gate, struct span text)
{
	struct hash_link *link = hash_first(&gate->table, hash_of(&gate->table, text));

	for (; link; link = hash_next(link)) {
		const struct kept *kept = hash_item(link, struct kept, link);

		if (span_equal(kept->text, text))
			return kept;
	}
	return NULL;
}

/* What does not fit is asked again the next time. */
static void keep(struct gate *gate, struct span text, const struct diff_ending *ending)
{
	struct kept *kept;
	const char *copy;

	if (gate->table.count == gate->most)
		return;
	kept = arena_alloc(gate->arena, sizeof(*kept));
	copy = arena_copy(gate->arena, text);
	if (!kept || !copy)
		return;
	kept->text = (struct span){ copy, text.len };
	kept->ending = *ending;
	hash_add(&gate->table, &kept->link, hash_of(&gate->table, kept->text));
}

/* --- the replay --- */

struct replay {
	const struct gate *gate; /* only read meanwhile; or NULL */
	const struct gate_ask *ask;
	struct diff_question *questions;
	struct diff_ending *endings; /* of the live model, as the questions */
	bool *known;                 /* it was kept */
	size_t count;
	atomic_size_t next;
	atomic_bool failed;
	_Atomic enum status status;
};

static enum status open_side(const struct snapshot *snapshot, const struct clock *clock,
                             struct diff_side *side)
{
	enum status status;

	*side = (struct diff_side){ .snapshot = snapshot, .clock = clock };
	status = scratch_create(snapshot, &side->scratch);
	return status == STATUS_OK ? arena_create(&side->arena, TURN_CEILING) : status;
}

static void close_side(struct diff_side *side)
{
	scratch_destroy(side->scratch);
	arena_destroy(side->arena);
}

static enum status end_of(const struct diff_side *side, struct span text, struct diff_ending *out)
{
	struct reply reply;
	const enum status status = diff_ask(side, text, &reply);

	if (status == STATUS_OK)
		diff_ending_of(&reply, out);
	return status;
}

static enum status replay_one(struct replay *replay, const struct diff_side sides[2], size_t at)
{
	struct diff_question *question = &replay->questions[at];
	const struct kept *kept = replay->gate ? find_kept(replay->gate, question->text) : NULL;
	struct diff_ending after;
	enum status status = STATUS_OK;

	replay->known[at] = kept != NULL;
	if (kept)
		replay->endings[at] = kept->ending;
	else
		status = end_of(&sides[0], question->text, &replay->endings[at]);
	if (status == STATUS_OK)
		status = end_of(&sides[1], question->text, &after);
	if (status == STATUS_OK)
		question->kind = diff_compare_endings(&replay->endings[at], &after);
	return status;
}

static bool is_over(const struct replay *replay)
{
	return atomic_load(&replay->failed) || atomic_load(&replay->ask->progress->ended);
}

static void replay_part(void *context, unsigned member)
{
	struct replay *replay = context;
	struct diff_side sides[2] = { { .snapshot = NULL } };
	enum status status = open_side(replay->ask->live, replay->ask->clock, &sides[0]);

	(void)member;
	if (status == STATUS_OK)
		status = open_side(replay->ask->draft, replay->ask->clock, &sides[1]);
	while (status == STATUS_OK && !is_over(replay)) {
		const size_t first = atomic_fetch_add(&replay->next, CHUNK);
		const size_t end = first + CHUNK < replay->count ? first + CHUNK : replay->count;

		if (first >= replay->count)
			break;
		for (size_t i = first; status == STATUS_OK && i < end; i++)
			status = replay_one(replay, sides, i);
		atomic_fetch_add(&replay->ask->progress->done, end - first);
	}
	if (status != STATUS_OK) {
		atomic_store(&replay->status, status);
		atomic_store(&replay->failed, true);
	}
	close_side(&sides[0]);
	close_side(&sides[1]);
}

static enum status run_replay(struct gate *gate, const struct gate_ask *ask, size_t *kept)
{
	struct replay replay = { .gate = gate, .ask = ask };
	enum status status = STATUS_OK;

	replay.questions = question_set_items(ask->questions, &replay.count);
	atomic_store(&ask->progress->total, replay.count);
	if (strcmp(ask->live->knowledge->version, ask->draft->knowledge->version) == 0) {
		for (size_t i = 0; i < replay.count; i++)
			replay.questions[i].kind = DIFF_NONE;
		atomic_store(&ask->progress->done, replay.count);
		return STATUS_OK;
	}
	if (gate)
		status = enter(gate, ask);
	replay.endings = calloc(replay.count + 1, sizeof(*replay.endings));
	replay.known = calloc(replay.count + 1, sizeof(*replay.known));
	if (!replay.endings || !replay.known)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		team_run(&ask->team, replay_part, &replay);
		status = atomic_load(&replay.status);
	}
	if (status == STATUS_OK && atomic_load(&ask->progress->ended))
		status = STATUS_CLOSED;
	for (size_t i = 0; status == STATUS_OK && i < replay.count; i++) {
		*kept += replay.known[i];
		if (gate && !replay.known[i])
			keep(gate, replay.questions[i].text, &replay.endings[i]);
	}
	free(replay.endings);
	free(replay.known);
	return status;
}

/* --- what came of it --- */

/* NULL stays; without memory `failed`. */
static const char *copy_text(struct arena *arena, const char *text, bool *failed)
{
	const char *copy = text ? arena_copy(arena, span_of(text)) : NULL;

	*failed = *failed || (text && !copy);
	return copy;
}

static void copy_candidate(struct arena *arena, const struct match_candidate *candidate,
                           const struct entry_case *lead, const struct knowledge *other,
                           struct gate_candidate *out, bool *failed)
{
	*out = (struct gate_candidate){
		.entry = copy_text(arena, candidate->entry->id, failed),
		.question = copy_text(arena, candidate->entry->question, failed),
		.number = candidate->entry->number,
		.case_id = copy_text(arena, lead ? lead->id : NULL, failed),
		.case_label = copy_text(arena, lead ? lead->label : NULL, failed),
		.confidence = candidate->confidence,
		.by = match_by_name(candidate->by),
		.spoke = copy_text(arena, candidate->spoke, failed),
		.only_here = candidate->spoke && diff_spoke_anew(candidate, other),
	};
}

static void copy_reply(struct arena *arena, const struct reply *reply,
                       const struct knowledge *other, struct gate_reply *out, bool *failed)
{
	*out = (struct gate_reply){ .outcome = outcome_name(reply->outcome),
		                    .topic = copy_text(arena, reply->topic, failed),
		                    .answer_count = reply->answer_count,
		                    .choice_count = reply->choice_count };
	for (size_t i = 0; i < reply->answer_count; i++)
		copy_candidate(arena, &reply->answers[i], reply_case(reply, i), other,
		               &out->answers[i], failed);
	for (size_t i = 0; i < reply->choice_count; i++)
		copy_candidate(arena, &reply->choices[i], NULL, other, &out->choices[i], failed);
}

struct showing {
	const struct gate_ask *ask;
	struct gate_result *out;
	struct diff_side sides[2];
	struct causes *causes;
};

static enum status show_change(struct showing *showing, const struct diff_question *question,
                               struct gate_change *change)
{
	struct arena *arena = showing->out->arena;
	const char *text = arena_copy(arena, question->text);
	const struct difference *cause;
	struct reply before, after;
	bool failed = !text;
	enum status status = diff_ask(&showing->sides[0], question->text, &before);

	if (status == STATUS_OK)
		status = diff_ask(&showing->sides[1], question->text, &after);
	if (status != STATUS_OK)
		return status;
	*change = (struct gate_change){ .text = { text, question->text.len },
		                        .asked = question->asked,
		                        .kind = question->kind,
		                        .golden = question->golden };
	copy_reply(arena, &before, showing->ask->draft->knowledge, &change->before, &failed);
	copy_reply(arena, &after, showing->ask->live->knowledge, &change->after, &failed);
	cause = cause_find(showing->causes, question, &before, &after);
	if (cause)
		change->cause = (struct gate_cause){ copy_text(arena, cause->entry->id, &failed),
			                             copy_text(arena, cause->text, &failed),
			                             cause->member, cause->added };
	return failed ? STATUS_NO_MEMORY : STATUS_OK;
}

static void count_kinds(const struct diff_question *questions, size_t count,
                        struct gate_result *out)
{
	for (size_t i = 0; i < count; i++) {
		out->kinds[questions[i].kind].questions++;
		out->kinds[questions[i].kind].asked += questions[i].asked;
		out->all.questions++;
		out->all.asked += questions[i].asked;
		out->losses += diff_is_loss(&questions[i]);
	}
}

static enum status show_changes(struct showing *showing)
{
	struct gate_result *out = showing->out;
	struct gate_change *changes;
	size_t count, changed;
	struct diff_question *questions = question_set_items(showing->ask->questions, &count);
	enum status status = STATUS_OK;

	diff_sort(questions, count);
	count_kinds(questions, count, out);
	changed = out->all.questions - out->kinds[DIFF_NONE].questions;
	out->change_count =
	        changed < showing->ask->changes_most ? changed : showing->ask->changes_most;
	out->more = changed - out->change_count;
	changes = arena_array(out->arena, out->change_count + 1, sizeof(*changes));
	if (!changes)
		return STATUS_NO_MEMORY;
	out->changes = changes;
	for (size_t i = 0; status == STATUS_OK && i < out->change_count; i++) {
		if (atomic_load(&showing->ask->progress->ended))
			return STATUS_CLOSED;
		status = show_change(showing, &questions[i], &changes[i]);
	}
	return status;
}

static enum status keep_faults(struct gate_result *out, const struct faults *faults)
{
	const char **lines = arena_array(out->arena, faults_kept(faults) + 1, sizeof(*lines));
	char line[LINE_SIZE];

	if (!lines)
		return STATUS_NO_MEMORY;
	out->lost = lines;
	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);

		if (fault->level != FAULT_ERROR)
			continue;
		lines[out->lost_count] =
		        arena_copy(out->arena, span_of(fault_format(fault, line, sizeof(line))));
		if (!lines[out->lost_count++])
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

static enum status check_draft(const struct gate_ask *ask, struct gate_result *out)
{
	struct faults *faults = NULL;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = snapshot_check_golden(ask->draft, FAULT_ERROR, faults);
	if (status == STATUS_OK || status == STATUS_INVALID)
		status = keep_faults(out, faults);
	faults_destroy(faults);
	return status;
}

static enum status compare_all(struct showing *showing)
{
	const struct gate_ask *ask = showing->ask;
	struct gate_result *out = showing->out;
	struct differences differences;
	enum status status = differences_find(ask->live->knowledge, ask->draft->knowledge,
	                                      out->arena, &differences);

	if (status == STATUS_OK)
		status = causes_create(&showing->causes, &differences, ask->draft->normaliser);
	if (status == STATUS_OK)
		status = show_changes(showing);
	if (status == STATUS_OK)
		status = verdict_diff_run(&showing->sides[0], &showing->sides[1], ask->records,
		                          ask->record_count, &ask->progress->ended, out->arena,
		                          &out->verdicts);
	if (status == STATUS_OK)
		status = check_draft(ask, out);
	if (status != STATUS_OK)
		return status;
	out->passed = out->losses == 0 && out->lost_count == 0;
	out->trivial = differences.trivial;
	out->chooses_alike = out->passed && differences.finds_alike && out->verdicts.count == 0 &&
	                     out->kinds[DIFF_NONE].questions + out->kinds[DIFF_WORDS].questions ==
	                             out->all.questions;
	return STATUS_OK;
}

enum status gate_run(struct gate *gate, const struct gate_ask *ask, struct gate_result *out)
{
	struct showing showing = { .ask = ask, .out = out };
	const int64_t from_us = clock_monotonic_us(ask->clock);
	enum status status;

	assert(ask->progress);
	*out = (struct gate_result){ .change_count = 0 };
	memcpy(out->live, ask->live->knowledge->version, sizeof(out->live));
	memcpy(out->draft, ask->draft->knowledge->version, sizeof(out->draft));
	status = arena_create(&out->arena, RESULT_CEILING);
	if (status == STATUS_OK)
		status = run_replay(gate, ask, &out->kept);
	if (status == STATUS_OK)
		status = open_side(ask->live, ask->clock, &showing.sides[0]);
	if (status == STATUS_OK)
		status = open_side(ask->draft, ask->clock, &showing.sides[1]);
	if (status == STATUS_OK)
		status = compare_all(&showing);
	causes_destroy(showing.causes);
	close_side(&showing.sides[0]);
	close_side(&showing.sides[1]);
	out->took_us = clock_monotonic_us(ask->clock) - from_us;
	return status;
}

void gate_result_free(struct gate_result *result)
{
	arena_destroy(result->arena);
	*result = (struct gate_result){ .change_count = 0 };
}

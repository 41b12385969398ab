/*
 * How it works: entries whose rules and relations read the same in both folders cannot differ, and
 * are left out. For the others each record is put to both diagnosers, and their verdicts are
 * compared case by case: first the records that are given, then those that the atlas makes up of
 * what the rules of either side tell apart.
 */
#include "office/authoring/verdict_diff.h"

#include <stdio.h>
#include <string.h>

#include "engine/diagnose/atlas_walk.h"
#include "engine/diagnose/diagnosis.h"
#include "engine/facts/facts.h"
#include "office/authoring/difference.h"

enum {
	CASES_MOST = 64,          /* of an entry that are looked at */
	ATLAS_RECORDS = 500,      /* of a case and side */
	SPACE_CEILING = 64 << 20, /* of an entry's atlas */
};

struct comparison {
	const struct diff_side *sides[2];
	const struct entry *entries[2]; /* of one id; or NULL */
	const atomic_bool *ended;
	struct arena *arena;
	struct verdict_diff *out;
	struct verdict_change *changes;
	bool made_up;
	const char *today;  /* of the record that is tried */
	char now[DAY_SIZE]; /* of what is made up */
};

static const char none[] = "none";

/* The verdict of each case of the entry; all unknown where the facts are none of its relations. */
static enum status judge(const struct diff_side *side, const struct entry *entry, const char *today,
                         struct span json, enum verdict verdicts[CASES_MOST])
{
	char day[DAY_SIZE];
	struct diagnosis diagnosis = { .case_count = 0 };
	struct facts *facts = NULL;
	enum status status = facts_create(diagnoser_relations(side->snapshot->diagnoser), &facts);

	memset(verdicts, 0, CASES_MOST * sizeof(*verdicts));
	snprintf(day, sizeof(day), "%s", today);
	arena_reset(side->arena);
	if (status == STATUS_OK)
		status = facts_read_json(facts, json, "record", NULL);
	if (status == STATUS_OK)
		status = diagnoser_run(side->scratch->diagnosis, entry, facts, facts, day,
		                       side->arena, &diagnosis);
	for (size_t i = 0; status == STATUS_OK && i < diagnosis.case_count && i < CASES_MOST; i++)
		verdicts[i] = diagnosis.cases[i].verdict;
	facts_destroy(facts);
	return status == STATUS_INVALID ? STATUS_OK : status;
}

static const char *verdict_of(const struct entry *entry, const enum verdict verdicts[CASES_MOST],
                              const char *case_id)
{
	for (size_t i = 0; entry && i < entry->judged_count && i < CASES_MOST; i++)
		if (strcmp(entry->judged[i].id, case_id) == 0)
			return verdict_name(verdicts[i]);
	return none;
}

/* Appends those cases of `entries[side]` that turn, unless the other side has listed them. */
static void add_turns(const struct comparison *comparison, int side,
                      enum verdict verdicts[2][CASES_MOST], struct verdict_turn *turns,
                      size_t *count)
{
	const struct entry *entry = comparison->entries[side];

	for (size_t i = 0; entry && i < entry->judged_count && i < CASES_MOST; i++) {
		const struct verdict_turn turn = {
			.case_id = entry->judged[i].id,
			.before = verdict_of(comparison->entries[0], verdicts[0],
			                     entry->judged[i].id),
			.after = verdict_of(comparison->entries[1], verdicts[1],
			                    entry->judged[i].id),
		};

		if (strcmp(turn.before, turn.after) != 0 && (side == 0 || turn.before == none))
			turns[(*count)++] = turn;
	}
}

static bool same_turns(const struct verdict_change *change, const struct verdict_turn *turns,
                       size_t count)
{
	if (change->turn_count != count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(change->turns[i].case_id, turns[i].case_id) != 0 ||
		    strcmp(change->turns[i].before, turns[i].before) != 0 ||
		    strcmp(change->turns[i].after, turns[i].after) != 0)
			return false;
	return true;
}

/* Of what the atlas made up one record shows each kind of change. */
static struct verdict_change *find_alike(const struct comparison *comparison, const char *entry,
                                         const struct verdict_turn *turns, size_t count)
{
	for (size_t i = comparison->out->count; comparison->made_up && i-- > 0;) {
		struct verdict_change *change = &comparison->changes[i];

		if (!change->made_up || strcmp(change->entry, entry) != 0)
			return NULL;
		if (same_turns(change, turns, count))
			return change;
	}
	return NULL;
}

/* What a change holds must outlive the two models. */
static enum status keep_change(struct comparison *comparison, struct span facts,
                               const struct verdict_turn *turns, size_t count)
{
	const struct entry *entry =
	        comparison->entries[1] ? comparison->entries[1] : comparison->entries[0];
	struct verdict_change *change = find_alike(comparison, entry->id, turns, count);
	struct verdict_turn *copies;

	if (change) {
		change->records++;
		return STATUS_OK;
	}
	if (comparison->out->count == VERDICT_CHANGES_MOST) {
		comparison->out->more++;
		return STATUS_OK;
	}
	change = &comparison->changes[comparison->out->count];
	copies = arena_array(comparison->arena, count, sizeof(*copies));
	*change = (struct verdict_change){
		.entry = arena_copy(comparison->arena, span_of(entry->id)),
		.number = entry->number,
		.made_up = comparison->made_up,
		.today = arena_copy(comparison->arena, span_of(comparison->today)),
		.facts = arena_copy(comparison->arena, facts),
		.records = 1,
		.turns = copies,
		.turn_count = count,
	};
	if (!copies || !change->entry || !change->today || !change->facts)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++) {
		copies[i] = turns[i];
		copies[i].case_id = arena_copy(comparison->arena, span_of(turns[i].case_id));
		if (!copies[i].case_id)
			return STATUS_NO_MEMORY;
	}
	comparison->out->count++;
	return STATUS_OK;
}

static enum status try_record(void *context, struct span facts)
{
	struct comparison *comparison = context;
	enum verdict verdicts[2][CASES_MOST];
	struct verdict_turn turns[2 * CASES_MOST];
	size_t count = 0;
	enum status status = STATUS_OK;

	if (comparison->ended && atomic_load(comparison->ended))
		return STATUS_CLOSED;
	comparison->out->records++;
	for (int i = 0; status == STATUS_OK && i < 2; i++)
		if (comparison->entries[i])
			status = judge(comparison->sides[i], comparison->entries[i],
			               comparison->today, facts, verdicts[i]);
	if (status != STATUS_OK)
		return status;
	add_turns(comparison, 0, verdicts, turns, &count);
	add_turns(comparison, 1, verdicts, turns, &count);
	return count > 0 ? keep_change(comparison, facts, turns, count) : STATUS_OK;
}

static enum status try_samples(struct comparison *comparison, const struct knowledge *knowledge)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < knowledge->sample_count; i++) {
		comparison->today = knowledge->samples[i].today;
		status = try_record(comparison, span_of(knowledge->samples[i].facts));
	}
	return status;
}

static bool has_sample(const struct knowledge *knowledge, const struct sample_record *sample)
{
	for (size_t i = 0; i < knowledge->sample_count; i++)
		if (strcmp(knowledge->samples[i].facts, sample->facts) == 0 &&
		    strcmp(knowledge->samples[i].today, sample->today) == 0)
			return true;
	return false;
}

/* Those of `after`, and those that only `before` still has. */
static enum status try_all_samples(struct comparison *comparison,
                                   const struct verdict_record *records, size_t count)
{
	const struct knowledge *before = comparison->sides[0]->snapshot->knowledge;
	const struct knowledge *after = comparison->sides[1]->snapshot->knowledge;
	enum status status = try_samples(comparison, after);

	for (size_t i = 0; status == STATUS_OK && i < before->sample_count; i++) {
		if (has_sample(after, &before->samples[i]))
			continue;
		comparison->today = before->samples[i].today;
		status = try_record(comparison, span_of(before->samples[i].facts));
	}
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		comparison->today = records[i].today;
		status = try_record(comparison, records[i].facts);
	}
	return status;
}

static enum status try_atlas(struct comparison *comparison)
{
	struct atlas_settings settings = { .most = ATLAS_RECORDS };
	struct arena *space = NULL;
	enum status status = arena_create(&space, SPACE_CEILING);

	memcpy(settings.today, comparison->now, sizeof(settings.today));
	comparison->today = comparison->now;
	for (int i = 0; status == STATUS_OK && i < 2; i++) {
		const struct diff_side *side = comparison->sides[i];
		const struct entry *entry = comparison->entries[i];

		if (!entry || !diagnoser_judges(side->snapshot->diagnoser, entry))
			continue;
		arena_reset(space);
		status = atlas_walk(side->scratch->diagnosis, entry, &settings, space, try_record,
		                    comparison);
	}
	arena_destroy(space);
	return status;
}

static bool judges(const struct diff_side *side, const struct entry *entry)
{
	return entry && diagnoser_judges(side->snapshot->diagnoser, entry);
}

/* Whether the pair can judge anything otherwise. */
static bool may_turn(const struct comparison *comparison, bool same_relations)
{
	const struct entry *before = comparison->entries[0], *after = comparison->entries[1];

	if (!judges(comparison->sides[0], before) && !judges(comparison->sides[1], after))
		return false;
	return !same_relations || !before || !after || !entries_judge_alike(before, after);
}

typedef enum status (*entry_work)(struct comparison *comparison,
                                  const struct verdict_record *records, size_t count);

static enum status work_on_pairs(struct comparison *comparison, entry_work work,
                                 const struct verdict_record *records, size_t count)
{
	const struct knowledge *before = comparison->sides[0]->snapshot->knowledge;
	const struct knowledge *after = comparison->sides[1]->snapshot->knowledge;
	const bool same = span_equal(before->relations, after->relations);
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < after->answer_count; i++) {
		comparison->entries[1] = &after->entries[i];
		comparison->entries[0] = knowledge_find(before, after->entries[i].id);
		if (may_turn(comparison, same))
			status = work(comparison, records, count);
	}
	for (size_t i = 0; status == STATUS_OK && i < before->answer_count; i++) {
		comparison->entries[0] = &before->entries[i];
		comparison->entries[1] = NULL;
		if (!knowledge_find(after, before->entries[i].id) && may_turn(comparison, same))
			status = work(comparison, records, count);
	}
	return status;
}

static enum status atlas_work(struct comparison *comparison, const struct verdict_record *records,
                              size_t count)
{
	(void)records;
	(void)count;
	return try_atlas(comparison);
}

enum status verdict_diff_run(const struct diff_side *before, const struct diff_side *after,
                             const struct verdict_record *records, size_t count,
                             const atomic_bool *ended, struct arena *arena,
                             struct verdict_diff *out)
{
	struct comparison comparison = {
		.sides = { before, after }, .ended = ended, .arena = arena, .out = out
	};
	enum status status;

	*out = (struct verdict_diff){ .count = 0 };
	comparison.changes = arena_array(arena, VERDICT_CHANGES_MOST, sizeof(*comparison.changes));
	if (!comparison.changes)
		return STATUS_NO_MEMORY;
	out->changes = comparison.changes;
	day_in_china(clock_wall_ms(after->clock), comparison.now);
	status = work_on_pairs(&comparison, try_all_samples, records, count);
	comparison.made_up = true;
	if (status == STATUS_OK)
		status = work_on_pairs(&comparison, atlas_work, NULL, 0);
	return status;
}

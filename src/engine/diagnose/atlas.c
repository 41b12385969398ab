/*
 * Each case is judged on the records of its own parameters, once (atlas_judge.c). A record of all
 * cases then needs look-ups alone, unless it was not tried before.
 *
 * 1. Every record of each case (or what fits, see walk()): is it reached, is it decided, what
 *    do its sentences say (atlas_sentence.c), does a NULL decide.
 * 2. Every record of all cases together, or pairs: overlaps and gaps. Where that was not complete,
 *    records of two cases that apply are put together, too, and records that exclude.
 * 3. The findings are completed with the smallest records that show them (atlas_finding.c).
 */
#include "engine/diagnose/atlas.h"

#include <assert.h>
#include <stdlib.h>

#include "engine/diagnose/atlas_explorer.h"

/* --- one case --- */

/* A small generator: what is tried is the same on every machine. */
static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525U + 1013904223U;
	return *state >> 8;
}

/* Whether each thing that is not known could turn the verdict. */
static void try_nulls(struct explorer *explorer, size_t index, const struct record *record)
{
	const struct case_space *own = &explorer->space.cases[index];
	for (size_t i = 0; i < own->own_count; i++)
		if (explorer->space.parameters[own->own[i]].relation < RELATION_RECORDED &&
		    record->values[own->own[i]] != 0)
			return;
	if (explorer_judge(explorer, index, record).verdict == VERDICT_UNKNOWN)
		return;
	for (size_t i = 0; i < own->own_count; i++) {
		const size_t at = own->own[i];
		const struct parameter *one = &explorer->space.parameters[at];
		if (one->relation < RELATION_RECORDED || one->kind == PARAMETER_ANSWER)
			continue;
		for (size_t v = 0; v < one->count; v++) {
			struct claim claim = { FINDING_NULL_DECIDES, index, index, at, v };
			enum verdict after;
			if (v == record->values[at] ||
			    !explorer_null_decides(explorer, &claim, record, &after))
				continue;
			if (after == VERDICT_UNKNOWN)
				claim.kind = FINDING_UNSETTLED;
			explorer_find_claim(explorer, &claim, own, record, detail_for_all(""));
		}
	}
}

static void visit_case(struct explorer *explorer, size_t index, const struct record *record)
{
	(void)explorer_judge(explorer, index, record);
	try_nulls(explorer, index, record);
}

/* Rows enough for the cell, if it is one. */
static void make_alive(const struct space *space, struct record *record, size_t parameter)
{
	const struct parameter *one = &space->parameters[parameter];
	if (one->kind != PARAMETER_CELL)
		return;
	const size_t at = space->rows_of[one->relation];
	assert(at < space->parameter_count); /* a cell has the rows of its relation */
	const struct parameter *rows = &space->parameters[at];
	for (uint8_t i = 0; i < rows->count; i++)
		if (rows->rows[i] > (int)one->row &&
		    rows->rows[record->values[at]] <= (int)one->row)
			record->values[at] = i;
}

typedef void (*visit_record)(struct explorer *, size_t index, const struct record *);

static uint8_t any_value(const struct parameter *parameter, uint32_t *random)
{
	if (parameter->count == 0)
		return 0;
	return (uint8_t)(next_random(random) % parameter->count);
}

/* Every pair of values of two parameters, the others at random. */
static void walk_pairs(struct explorer *explorer, const struct case_space *of, size_t index,
                       visit_record visit)
{
	const struct space *space = &explorer->space;
	uint32_t random = 20231;
	for (size_t p = 0; p < of->own_count; p++)
		for (size_t q = 0; q < p; q++) {
			const struct parameter *first = &space->parameters[of->own[p]];
			const struct parameter *second = &space->parameters[of->own[q]];
			for (uint8_t v = 0; v < first->count; v++)
				for (uint8_t w = 0; w < second->count; w++) {
					struct record record = { { 0 } };
					for (size_t i = 0; i < of->own_count; i++)
						record.values[of->own[i]] = any_value(
						        &space->parameters[of->own[i]], &random);
					record.values[of->own[p]] = v;
					record.values[of->own[q]] = w;
					make_alive(space, &record, of->own[p]);
					make_alive(space, &record, of->own[q]);
					if (explorer->status != STATUS_OK)
						return;
					visit(explorer, index, &record);
				}
		}
}

static void walk_all(struct explorer *explorer, const struct case_space *of, int rows_most,
                     size_t index, visit_record visit)
{
	struct record record = { { 0 } };
	do
		visit(explorer, index, &record);
	while (explorer->status == STATUS_OK &&
	       space_next(&explorer->space, of, rows_most, &record));
}

/* True where every record was tried. */
static bool walk(struct explorer *explorer, const struct case_space *of, size_t most, size_t index,
                 visit_record visit)
{
	if (space_size(&explorer->space, of, SPACE_ROWS) <= most) {
		walk_all(explorer, of, SPACE_ROWS, index, visit);
		return true;
	}
	if (space_size(&explorer->space, of, 1) <= most)
		walk_all(explorer, of, 1, index, visit);
	walk_pairs(explorer, of, index, visit);
	return false;
}

/* --- all cases together --- */

static void visit_all(struct explorer *explorer, size_t index, const struct record *record)
{
	const struct case_space *all = &explorer->space.all;
	const size_t count = case_count(explorer);
	size_t open = count;
	bool applies[PARAMETERS_MOST] = { false }, any = false;
	assert(count <= PARAMETERS_MOST);
	(void)index;
	for (size_t i = 0; i < count; i++) {
		if (explorer->space.rule->cases[i].pick_count == 0)
			continue;
		const enum verdict verdict = explorer_judge(explorer, i, record).verdict;
		applies[i] = verdict == VERDICT_APPLIES;
		any = any || applies[i];
		if (verdict == VERDICT_UNKNOWN && open == count)
			open = i;
		for (size_t k = 0; k < i && applies[i]; k++)
			if (applies[k])
				explorer_find(explorer, FINDING_OVERLAP, k, i, all, record,
				              detail_for_all(""));
	}
	if (any || !record_is_known(&explorer->space, record))
		return;
	if (open == count)
		explorer_find(explorer, FINDING_GAP, 0, 0, all, record, detail_for_all(""));
	else if (record_is_answered(&explorer->space, record))
		explorer_find(explorer, FINDING_OPEN, open, open, all, record, detail_for_all(""));
}

/* `from` where the case reads it, else as it is. */
static void lay_over(const struct case_space *own, const struct record *from, struct record *to)
{
	for (size_t i = 0; i < own->own_count; i++)
		to->values[own->own[i]] = from->values[own->own[i]];
}

static bool is_found(const struct explorer *explorer, enum finding_kind kind, size_t first,
                     size_t second)
{
	for (size_t i = 0; i < explorer->out->finding_count; i++)
		if (explorer->findings[i].kind == kind && explorer->findings[i].first == first &&
		    explorer->findings[i].second == second)
			return true;
	return false;
}

/* Stops at the first one; the search for the smallest record follows. */
static void join_applying(struct explorer *explorer, size_t first, size_t second)
{
	const size_t less = first < second ? first : second;
	const struct kept *a = &explorer->applying[first], *b = &explorer->applying[second];
	for (size_t i = 0; i < a->count; i++)
		for (size_t k = 0; k < b->count && explorer->status == STATUS_OK; k++) {
			if (is_found(explorer, FINDING_OVERLAP, less, first + second - less))
				return;
			struct record record = { { 0 } };
			lay_over(&explorer->space.cases[second], &b->records[k], &record);
			lay_over(&explorer->space.cases[first], &a->records[i], &record);
			visit_all(explorer, 0, &record);
		}
}

/* Where not every record was tried: records that show one thing each, laid over one another. */
static void join_records(struct explorer *explorer)
{
	const size_t count = case_count(explorer);
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++)
			if (i != k)
				join_applying(explorer, i, k);
	for (size_t r = 0; r < KEPT_RECORDS * KEPT_RECORDS; r++) {
		struct record record = { { 0 } };
		uint32_t random = (uint32_t)r;
		for (size_t i = 0; i < count; i++) {
			const struct kept *kept = &explorer->excluding[i];
			if (kept->count > 0)
				lay_over(&explorer->space.cases[i],
				         &kept->records[next_random(&random) % kept->count],
				         &record);
		}
		if (explorer->status != STATUS_OK)
			return;
		visit_all(explorer, 0, &record);
	}
}

/* --- one entry --- */

/* A case with an unread atom may still be decided on a record that nobody thought of. */
static void find_never(struct explorer *explorer)
{
	for (size_t i = 0; i < case_count(explorer); i++) {
		if (explorer->space.rule->cases[i].pick_count == 0 ||
		    explorer->space.cases[i].unread > 0)
			continue;
		if (!explorer->decided[i])
			explorer_find(explorer, FINDING_NEVER_DECIDED, i, i, NULL, NULL,
			              detail_for_all(""));
		else if (!explorer->applied[i])
			explorer_find(explorer, FINDING_NEVER_APPLIES, i, i, NULL, NULL,
			              detail_for_all(""));
	}
}

static int by_kind(const void *a, const void *b)
{
	const struct finding *first = a, *second = b;
	if (first->kind != second->kind)
		return first->kind < second->kind ? -1 : 1;
	if (first->first != second->first)
		return first->first < second->first ? -1 : 1;
	return first->second < second->second ? -1 : first->second > second->second;
}

static void explore(struct explorer *explorer, size_t most)
{
	explorer->out->case_pairs = explorer->space.cut;
	for (size_t i = 0; i < case_count(explorer) && explorer->status == STATUS_OK; i++)
		if (explorer->space.rule->cases[i].pick_count > 0 &&
		    !walk(explorer, &explorer->space.cases[i], most, i, visit_case))
			explorer->out->case_pairs = true;
	if (explorer->status == STATUS_OK &&
	    !walk(explorer, &explorer->space.all, most, 0, visit_all)) {
		explorer->out->pairs = true;
		join_records(explorer);
	}
	find_never(explorer);
	/* A finding that is complete must not make room for the same one of a lesser record. */
	explorer->is_walked = true;
	const size_t count = explorer->out->finding_count;
	for (size_t i = 0; i < count && explorer->status == STATUS_OK; i++)
		explorer_complete(explorer, i);
	qsort(explorer->findings, count, sizeof(explorer->findings[0]), by_kind);
}

static enum status make_kept(struct arena *arena, struct kept **out, size_t count)
{
	*out = arena_array(arena, count + 1, sizeof(**out));
	for (size_t i = 0; *out && i < count; i++) {
		(*out)[i].records = arena_array(arena, KEPT_RECORDS, sizeof(struct record));
		if (!(*out)[i].records)
			return STATUS_NO_MEMORY;
	}
	return *out ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status make_explorer(struct explorer *explorer, const char *today)
{
	struct arena *arena = explorer->arena;
	const size_t count = explorer->out->entry->judged_count;
	enum status status =
	        space_make(explorer->rules, explorer->out->entry, today, arena, &explorer->space);
	if (status != STATUS_OK)
		return status;
	explorer->tables = arena_array(arena, count + 1, sizeof(*explorer->tables));
	explorer->applied = arena_array(arena, count + 1, sizeof(bool));
	explorer->decided = arena_array(arena, count + 1, sizeof(bool));
	explorer->sentences = arena_array(arena, SENTENCES_MOST, sizeof(*explorer->sentences));
	explorer->findings = arena_array(arena, FINDINGS_MOST, sizeof(*explorer->findings));
	explorer->witnesses = arena_array(arena, FINDINGS_MOST, sizeof(*explorer->witnesses));
	explorer->weights = arena_array(arena, FINDINGS_MOST, sizeof(*explorer->weights));
	explorer->parameters = arena_array(arena, FINDINGS_MOST, sizeof(size_t));
	explorer->values = arena_array(arena, FINDINGS_MOST, sizeof(size_t));
	if (!explorer->tables || !explorer->applied || !explorer->decided || !explorer->sentences ||
	    !explorer->findings || !explorer->witnesses || !explorer->weights ||
	    !explorer->parameters || !explorer->values)
		return STATUS_NO_MEMORY;
	status = make_kept(arena, &explorer->applying, count);
	if (status == STATUS_OK)
		status = make_kept(arena, &explorer->excluding, count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++)
		status = outcomes_make(&explorer->tables[i], OUTCOMES_FIRST,
		                       explorer->space.cases[i].own_count);
	explorer->out->findings = explorer->findings;
	return status;
}

enum status atlas_explore(struct diagnosis_scratch *rules, const struct entry *entry,
                          const struct atlas_settings *settings, struct arena *arena,
                          struct atlas *out)
{
	struct explorer explorer = { .rules = rules, .arena = arena, .out = out };
	*out = (struct atlas){ .entry = entry };
	if (!diagnoser_judges(rules->diagnoser, entry))
		return STATUS_OK;
	enum status status = arena_create(&explorer.scratch, 1 << 20);
	if (status == STATUS_OK)
		status = make_explorer(&explorer, settings->today);
	if (status == STATUS_OK)
		status = sandbox_load(rules->sandbox, NULL, NULL, settings->today);
	if (status == STATUS_OK) {
		for (size_t i = 0; i < entry->judged_count; i++) {
			out->atoms += explorer.space.cases[i].atom_count;
			out->unread += explorer.space.cases[i].unread;
		}
		explore(&explorer, settings->most);
		status = explorer.status;
	}
	/* The arena owns its texts. */
	const enum status emptied = sandbox_load(rules->sandbox, NULL, NULL, settings->today);
	for (size_t i = 0; explorer.tables && i < entry->judged_count; i++)
		outcomes_drop(&explorer.tables[i]);
	arena_destroy(explorer.scratch);
	return status == STATUS_OK ? emptied : status;
}

bool atlas_is_complete(const struct atlas *atlas)
{
	return atlas->unread == 0 && !atlas->case_pairs && !atlas->pairs;
}

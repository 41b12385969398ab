/*
 * A finding is a claim and the record that shows it. Of several records for one claim the lightest
 * is kept (explorer_find_claim()). When every record was tried, explorer_complete() makes it
 * smaller still: as long as the claim holds, a value becomes NULL, a row or a relation goes.
 */
#include <assert.h>
#include <string.h>

#include "base/language.h"
#include "engine/diagnose/atlas_explorer.h"

enum { WITNESS_CEILING = 64 << 10 };

struct detail detail_for_all(const char *text)
{
	return (struct detail){ text, text };
}

const char *detail_verdict(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_APPLIES:
		return _("applies");
	case VERDICT_EXCLUDED:
		return _("excluded");
	case VERDICT_UNKNOWN:
		break;
	}
	return _("unknown");
}

bool record_is_known(const struct space *space, const struct record *record)
{
	for (size_t i = 0; i < space->all.own_count; i++) {
		const struct parameter *one = &space->parameters[space->all.own[i]];
		if (one->kind == PARAMETER_ROWS && one->relation >= RELATION_RECORDED &&
		    space_rows(space, record, one->relation) < 0)
			return false;
		if (one->kind == PARAMETER_CELL && space_alive(space, record, space->all.own[i]) &&
		    !space_value(space, record, space->all.own[i]))
			return false;
	}
	return true;
}

bool record_is_answered(const struct space *space, const struct record *record)
{
	for (size_t i = 0; i < space->all.own_count; i++)
		if (space->parameters[space->all.own[i]].kind == PARAMETER_ANSWER &&
		    record->values[space->all.own[i]] == 0)
			return false;
	return true;
}

static bool none_applies(struct explorer *explorer, const struct record *record, size_t *open)
{
	*open = case_count(explorer);
	for (size_t i = 0; i < case_count(explorer); i++) {
		if (explorer->space.rule->cases[i].pick_count == 0)
			continue;
		const enum verdict verdict = explorer_judge(explorer, i, record).verdict;
		if (verdict == VERDICT_APPLIES)
			return false;
		if (verdict == VERDICT_UNKNOWN && *open == case_count(explorer))
			*open = i;
	}
	return true;
}

static bool of_null(enum finding_kind kind)
{
	return kind == FINDING_NULL_DECIDES || kind == FINDING_UNSETTLED;
}

bool explorer_null_decides(struct explorer *explorer, const struct claim *claim,
                           const struct record *record, enum verdict *after)
{
	const struct space *space = &explorer->space;
	const struct parameter *one = &space->parameters[claim->parameter];
	struct record known = *record;
	assert(claim->parameter < space->parameter_count);
	assert(claim->value < one->count);
	/* Ignore what was said and typed: a record may overrule it. */
	for (size_t i = 0; i < space->parameter_count; i++)
		if (space->parameters[i].relation < RELATION_RECORDED)
			known.values[i] = 0;
	const struct outcome before = explorer_judge(explorer, claim->first, &known);
	if (before.verdict == VERDICT_UNKNOWN)
		return false;
	if (one->kind == PARAMETER_ROWS ? space_rows(space, record, one->relation) >= 0
	                                : !space_alive(space, record, claim->parameter) ||
	                                          space_value(space, record, claim->parameter))
		return false;
	known.values[claim->parameter] = (uint8_t)claim->value;
	/* Cells of new rows are NULL. */
	for (size_t i = 0; one->kind == PARAMETER_ROWS && i < space->parameter_count; i++) {
		const struct parameter *cell = &space->parameters[i];
		if (cell->kind == PARAMETER_CELL && cell->relation == one->relation)
			known.values[i] = (uint8_t)(cell->count - 1);
	}
	*after = (enum verdict)explorer_judge(explorer, claim->first, &known).verdict;
	return *after != (enum verdict)before.verdict;
}

static bool holds(struct explorer *explorer, const struct claim *claim, const struct record *record)
{
	size_t open;
	enum verdict after;
	switch (claim->kind) {
	case FINDING_OVERLAP:
		return explorer_judge(explorer, claim->first, record).verdict == VERDICT_APPLIES &&
		       explorer_judge(explorer, claim->second, record).verdict == VERDICT_APPLIES;
	case FINDING_GAP:
		return record_is_known(&explorer->space, record) &&
		       none_applies(explorer, record, &open) && open == case_count(explorer);
	case FINDING_OPEN:
		return record_is_known(&explorer->space, record) &&
		       record_is_answered(&explorer->space, record) &&
		       none_applies(explorer, record, &open) && open == claim->first;
	case FINDING_NULL_DECIDES:
		return explorer_null_decides(explorer, claim, record, &after) &&
		       after != VERDICT_UNKNOWN;
	case FINDING_UNSETTLED:
		return explorer_null_decides(explorer, claim, record, &after) &&
		       after == VERDICT_UNKNOWN;
	default:
		return false;
	}
}

/* The parameters that matter for a finding. */
static const struct case_space *matters_for(const struct explorer *explorer,
                                            const struct finding *finding)
{
	const bool whole = finding->kind == FINDING_OVERLAP || finding->kind == FINDING_GAP ||
	                   finding->kind == FINDING_OPEN;
	return whole ? &explorer->space.all : &explorer->space.cases[finding->first];
}

/* The same column, in whichever row. */
static bool same_place(const struct explorer *explorer, size_t a, size_t b)
{
	const struct parameter *first = &explorer->space.parameters[a];
	const struct parameter *second = &explorer->space.parameters[b];
	return first->kind == second->kind && first->relation == second->relation &&
	       (first->kind != PARAMETER_CELL || first->column == second->column);
}

void explorer_find_claim(struct explorer *explorer, const struct claim *claim,
                         const struct case_space *of, const struct record *record,
                         struct detail detail)
{
	const unsigned weight = record ? space_weight(&explorer->space, of, record) : 0;
	size_t at = 0;
	if (explorer->is_walked)
		return;
	for (; at < explorer->out->finding_count; at++) {
		const struct finding *known = &explorer->findings[at];
		if (known->kind == claim->kind && known->first == claim->first &&
		    known->second == claim->second &&
		    (!of_null(claim->kind) ||
		     same_place(explorer, explorer->parameters[at], claim->parameter)) &&
		    (claim->kind != FINDING_NO_SENTENCE ||
		     strcmp(known->detail, detail.english) == 0))
			break;
	}
	if (at == FINDINGS_MOST ||
	    (at < explorer->out->finding_count && explorer->weights[at] <= weight))
		return;
	explorer->findings[at] = (struct finding){
		.kind = claim->kind,
		.first = claim->first,
		.second = claim->second,
		.witness = "",
		.detail = detail.english ? detail.english : "",
		.told = detail.told ? detail.told : "",
	};
	explorer->weights[at] = weight;
	explorer->parameters[at] = claim->parameter;
	explorer->values[at] = claim->value;
	if (record)
		explorer->witnesses[at] = *record;
	if (at == explorer->out->finding_count)
		explorer->out->finding_count++;
	assert(explorer->out->finding_count <= FINDINGS_MOST);
}

void explorer_find(struct explorer *explorer, enum finding_kind kind, size_t first, size_t second,
                   const struct case_space *of, const struct record *record, struct detail detail)
{
	const struct claim claim = { kind, first, second, 0, 0 };
	explorer_find_claim(explorer, &claim, of, record, detail);
}

/* --- the smallest record --- */

static bool lessen(struct explorer *explorer, const struct claim *claim, struct record *record,
                   size_t at)
{
	const struct parameter *one = &explorer->space.parameters[at];
	const uint8_t before = record->values[at];
	if (one->kind == PARAMETER_CELL) {
		if (!space_alive(&explorer->space, record, at) || before + 1 == one->count)
			return false;
		record->values[at] = (uint8_t)(one->count - 1);
		if (!one->values[one->count - 1] && holds(explorer, claim, record))
			return true;
		/* The plainest value reads best. */
		record->values[at] = 0;
		if (before > 0 && holds(explorer, claim, record))
			return true;
		record->values[at] = before;
		return false;
	}
	for (uint8_t v = 0; v < before; v++) {
		record->values[at] = v;
		if (holds(explorer, claim, record))
			return true;
	}
	record->values[at] = before;
	return false;
}

/* The second row in the place of the first, and one row less. */
static bool drop_first_row(struct explorer *explorer, const struct claim *claim,
                           struct record *record, size_t at)
{
	const struct parameter *rows = &explorer->space.parameters[at];
	struct record less = *record;
	if (rows->kind != PARAMETER_ROWS || rows->rows[record->values[at]] != SPACE_ROWS)
		return false;
	for (size_t i = 0; i < explorer->space.parameter_count; i++)
		for (size_t k = 0; k < explorer->space.parameter_count; k++) {
			const struct parameter *first = &explorer->space.parameters[i];
			const struct parameter *second = &explorer->space.parameters[k];
			if (first->kind == PARAMETER_CELL && second->kind == PARAMETER_CELL &&
			    first->relation == rows->relation &&
			    second->relation == rows->relation && first->row == 0 &&
			    second->row == 1 && first->column == second->column)
				less.values[i] = record->values[k];
		}
	less.values[at]--;
	if (!holds(explorer, claim, &less))
		return false;
	*record = less;
	return true;
}

static void whittle(struct explorer *explorer, const struct claim *claim, struct record *record)
{
	bool changed = true;
	if (!holds(explorer, claim, record))
		return;
	while (changed && explorer->status == STATUS_OK) {
		changed = false;
		for (size_t i = 0; i < explorer->space.parameter_count; i++)
			changed = lessen(explorer, claim, record, i) ||
			          drop_first_row(explorer, claim, record, i) || changed;
	}
}

static const char *why_accepted(const struct explorer *explorer, const struct finding *finding)
{
	const struct knowledge *knowledge = explorer->rules->diagnoser->knowledge;
	const struct entry *entry = explorer->space.entry;
	const char *first = entry->judged[finding->first].id;
	const char *second = entry->judged[finding->second].id;
	for (size_t i = 0; i < knowledge->accepted_count; i++) {
		const struct accepted *one = &knowledge->accepted[i];
		const struct strings *cases = &one->cases;
		if (strcmp(one->entry, entry->id) != 0 ||
		    strcmp(one->finding, finding_name(finding->kind)) != 0)
			continue;
		if (finding->kind == FINDING_GAP ||
		    (finding->kind == FINDING_OVERLAP && cases->count == 2 &&
		     ((strcmp(cases->items[0], first) == 0 &&
		       strcmp(cases->items[1], second) == 0) ||
		      (strcmp(cases->items[0], second) == 0 &&
		       strcmp(cases->items[1], first) == 0))) ||
		    (finding->kind != FINDING_OVERLAP && cases->count == 1 &&
		     strcmp(cases->items[0], first) == 0))
			return one->why;
	}
	return NULL;
}

static struct detail describe_null(struct explorer *explorer, const struct claim *claim,
                                   const struct record *record)
{
	const struct parameter *one = &explorer->space.parameters[claim->parameter];
	const struct relation_shape *shape =
	        relation_shape(explorer->space.relations, one->relation);
	const enum verdict verdict =
	        (enum verdict)explorer_judge(explorer, claim->first, record).verdict;
	struct arena *arena = explorer->arena;
	if (one->kind == PARAMETER_ROWS)
		return (struct detail){
			arena_format(arena, "is %s while %s is unknown, but not with %d rows of it",
			             verdict_name(verdict), shape->name, one->rows[claim->value]),
			arena_format(arena,
			             _("is %s while %s is unknown, but not with %d rows of it"),
			             detail_verdict(verdict), shape->name, one->rows[claim->value]),
		};
	const char *column = shape->columns[one->column].name;
	const char *value = one->values[claim->value] ? one->values[claim->value] : "NULL";
	return (struct detail){
		arena_format(arena, "is %s while %s[%zu].%s is unknown, but not where it is %s",
		             verdict_name(verdict), shape->name, one->row, column, value),
		arena_format(arena, _("is %s while %s[%zu].%s is unknown, but not where it is %s"),
		             detail_verdict(verdict), shape->name, one->row, column, value),
	};
}

void explorer_complete(struct explorer *explorer, size_t at)
{
	struct finding *finding = &explorer->findings[at];
	const struct claim claim = { finding->kind, finding->first, finding->second,
		                     explorer->parameters[at], explorer->values[at] };
	struct record *record = &explorer->witnesses[at];
	struct buf facts;
	finding->accepted = why_accepted(explorer, finding);
	if (finding->kind == FINDING_NEVER_APPLIES || finding->kind == FINDING_NEVER_DECIDED)
		return;
	whittle(explorer, &claim, record);
	if (of_null(finding->kind)) {
		const struct detail detail = describe_null(explorer, &claim, record);
		finding->detail = detail.english;
		finding->told = detail.told;
	}
	buf_init(&facts, WITNESS_CEILING);
	space_write_facts(&explorer->space, matters_for(explorer, finding), record, &facts);
	finding->witness = arena_copy(explorer->arena, buf_span(&facts));
	if (buf_status(&facts) != STATUS_OK || !finding->witness || !finding->detail ||
	    !finding->told) {
		finding->witness = finding->detail = finding->told = "";
		explorer->status = STATUS_NO_MEMORY;
	}
	buf_deinit(&facts);
}

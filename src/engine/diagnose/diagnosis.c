/*
 * A run loads the facts into the sandbox once. Each case is then judged by its picks in turn
 * (rules.c), and the deciding row gives its sentence and its steps. After that the same facts
 * are judged again in two ways: on the next days on which a date could turn a verdict
 * (foresee()), and with each possible answer supposed, to find a question that would decide an
 * open case (next_question()).
 */
#include "engine/diagnose/diagnosis.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "engine/diagnose/rules.h"

enum { SENTENCE_CEILING = 4096, DAYS_MOST = 6 /* on which an entry is judged again */ };

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = { "unknown", "applies", "excluded" };
	assert((size_t)verdict < sizeof(names) / sizeof(names[0]));
	assert((size_t)verdict < sizeof(names) / sizeof(names[0]));
	return names[verdict];
}

static enum status read_relations(struct diagnoser *diagnoser, struct faults *faults)
{
	const struct knowledge *knowledge = diagnoser->knowledge;
	return knowledge->relations_file
	               ? relations_read(&diagnoser->relations, knowledge->relations,
	                                knowledge->relations_file, faults)
	               : relations_create_default(&diagnoser->relations);
}

/* The rules are kept compiled by each scratch; only what they read is kept here. */
static enum status keep_reads(struct diagnoser *diagnoser, const struct entry *entry,
                              const struct entry_rule *rule)
{
	struct reads *sum = calloc(1, sizeof(*sum));
	if (!sum)
		return STATUS_NO_MEMORY;
	for (size_t c = 0; c < entry->judged_count; c++)
		for (size_t i = 0; i < RELATIONS_MOST; i++)
			sum->columns[i] |= rule->cases[c].reads.columns[i];
	diagnoser->reads[entry - diagnoser->knowledge->entries] = sum;
	return STATUS_OK;
}

static enum status try_rules(struct diagnoser *diagnoser, const struct entry *entry,
                             struct sandbox *sandbox, struct faults *faults)
{
	struct entry_rule rule;
	enum status status = entry_rule_init(&rule, entry, sandbox, faults);
	if (status == STATUS_OK && rule.cases)
		status = keep_reads(diagnoser, entry, &rule);
	entry_rule_deinit(&rule, entry);
	return status;
}

/* All of them, so that one run tells all faults. */
static enum status try_all_rules(struct diagnoser *diagnoser, struct faults *faults)
{
	const struct knowledge *knowledge = diagnoser->knowledge;
	struct sandbox *sandbox = NULL;
	enum status status = sandbox_create(&diagnoser->clock, diagnoser->relations, &sandbox);
	enum status worst = status;
	for (size_t i = 0;
	     sandbox && i < knowledge_rich_count(knowledge) && status != STATUS_NO_MEMORY; i++) {
		const struct entry *entry = knowledge_rich(knowledge, i);
		if (entry->kind != ENTRY_ANSWER)
			continue;
		status = try_rules(diagnoser, entry, sandbox, faults);
		if (status != STATUS_OK)
			worst = status;
	}
	sandbox_destroy(sandbox);
	return worst;
}

enum status diagnoser_create(const struct knowledge *knowledge, const struct clock *clock,
                             struct faults *faults, struct diagnoser **out)
{
	struct diagnoser *diagnoser = calloc(1, sizeof(*diagnoser));
	*out = NULL;
	if (!diagnoser)
		return STATUS_NO_MEMORY;
	diagnoser->knowledge = knowledge;
	diagnoser->clock = *clock;
	diagnoser->reads = calloc(knowledge->answer_count + 1, sizeof(*diagnoser->reads));
	enum status status =
	        diagnoser->reads ? read_relations(diagnoser, faults) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = try_all_rules(diagnoser, faults);
	if (status == STATUS_OK)
		*out = diagnoser;
	else
		diagnoser_destroy(diagnoser);
	return status;
}

void diagnoser_destroy(struct diagnoser *diagnoser)
{
	if (!diagnoser)
		return;
	const struct knowledge *knowledge = diagnoser->knowledge;
	for (size_t i = 0; diagnoser->reads && i < knowledge_rich_count(knowledge); i++) {
		const struct entry *entry = knowledge_rich(knowledge, i);
		if (entry->kind == ENTRY_ANSWER)
			free(diagnoser->reads[entry - knowledge->entries]);
	}
	free(diagnoser->reads);
	relations_release(diagnoser->relations);
	free(diagnoser);
}

struct relations *diagnoser_relations(const struct diagnoser *diagnoser)
{
	return diagnoser->relations;
}

/* --- what the rules read --- */

/* NULL where it has no rules. */
static const struct reads *reads_of(const struct diagnoser *diagnoser, const struct entry *entry)
{
	assert(entry >= diagnoser->knowledge->entries);
	assert(entry < diagnoser->knowledge->entries + diagnoser->knowledge->answer_count);
	return diagnoser->reads[entry - diagnoser->knowledge->entries];
}

bool diagnoser_judges(const struct diagnoser *diagnoser, const struct entry *entry)
{
	return entry->kind == ENTRY_ANSWER && reads_of(diagnoser, entry);
}

struct reads diagnoser_reads(const struct diagnoser *diagnoser, const struct entry *entry)
{
	if (!diagnoser_judges(diagnoser, entry))
		return (struct reads){ { 0 } };
	return *reads_of(diagnoser, entry);
}

unsigned diagnoser_wants(const struct diagnoser *diagnoser, const struct entry *entry)
{
	const struct reads reads = diagnoser_reads(diagnoser, entry);
	unsigned wanted = 0;
	for (int i = RELATION_RECORDED; i < RELATIONS_MOST; i++)
		if (reads.columns[i])
			wanted |= RELATION_BIT(i);
	return wanted;
}

/* --- the scratch --- */

enum status diagnosis_scratch_create(const struct diagnoser *diagnoser,
                                     struct diagnosis_scratch **out)
{
	struct diagnosis_scratch *scratch = calloc(1, sizeof(*scratch));
	*out = scratch;
	if (!scratch)
		return STATUS_NO_MEMORY;
	scratch->diagnoser = diagnoser;
	scratch->entries =
	        calloc(diagnoser->knowledge->answer_count + 1, sizeof(*scratch->entries));
	const enum status status =
	        scratch->entries
	                ? sandbox_create(&diagnoser->clock, diagnoser->relations, &scratch->sandbox)
	                : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		diagnosis_scratch_destroy(scratch);
		*out = NULL;
	}
	return status;
}

void diagnosis_scratch_destroy(struct diagnosis_scratch *scratch)
{
	if (!scratch)
		return;
	const struct knowledge *knowledge = scratch->diagnoser->knowledge;
	for (size_t i = 0; scratch->entries && i < knowledge_rich_count(knowledge); i++) {
		const struct entry *entry = knowledge_rich(knowledge, i);
		if (entry->kind == ENTRY_ANSWER)
			entry_rule_deinit(&scratch->entries[entry - knowledge->entries], entry);
	}
	free(scratch->entries);
	sandbox_destroy(scratch->sandbox);
	free(scratch);
}

enum status diagnosis_scratch_rule(struct diagnosis_scratch *scratch, const struct entry *entry,
                                   const struct entry_rule **out)
{
	struct entry_rule *rule = &scratch->entries[entry - scratch->diagnoser->knowledge->entries];
	*out = rule;
	assert(diagnoser_judges(scratch->diagnoser, entry));
	if (rule->cases)
		return STATUS_OK;
	const enum status status = entry_rule_init(rule, entry, scratch->sandbox, NULL);
	if (status == STATUS_OK)
		return STATUS_OK;
	entry_rule_deinit(rule, entry);
	*rule = (struct entry_rule){ NULL };
	/* It compiled in diagnoser_create(): only memory can be wanting. */
	return STATUS_NO_MEMORY;
}

/* --- one run --- */

struct run {
	const struct diagnoser *diagnoser;
	struct sandbox *sandbox;
	const struct entry_rule *rule; /* of the entry */
	const struct facts *record, *told;
	struct arena *arena;
	struct diagnosis *out;
	struct case_verdict *cases;
	enum status status; /* of memory; what is wrong with a rule is counted in `out` */
};

static void report(struct run *run, size_t index, const char *member, const char *problem)
{
	char field[RULE_FIELD_SIZE];
	run->out->failures++;
	if (run->out->failure)
		return;
	rule_field(field, run->out->entry, index, member);
	run->out->failure = arena_format(run->arena, "%s: %s", field, problem);
}

static const struct case_rule *case_rule_at(const struct run *run, size_t index)
{
	assert(index < run->out->entry->judged_count);
	return &run->rule->cases[index];
}

/* NULL where there is no such expression, or where it failed. */
static struct value evaluate(struct run *run, size_t index, const char *member,
                             struct expression *expression, const struct row *row)
{
	struct value value = { .kind = VALUE_NULL };
	char problem[SANDBOX_PROBLEM_SIZE];
	if (!expression)
		return value;
	const enum status status =
	        expression_evaluate(expression, row, run->arena, &value, problem);
	if (status == STATUS_NO_MEMORY)
		run->status = status;
	else if (status != STATUS_OK)
		report(run, index, member, problem);
	return value;
}

static struct judgement judge(struct run *run, size_t index)
{
	const struct case_rule *rule = case_rule_at(run, index);
	struct judgement judgement;
	char problem[SANDBOX_PROBLEM_SIZE], member[RULE_MEMBER_SIZE];
	const enum status status = case_judge(rule, run->arena, &judgement, problem);
	if (status == STATUS_OK)
		return judgement;
	if (status == STATUS_NO_MEMORY)
		run->status = status;
	pick_member(member, judgement.pick, "pick");
	if (status != STATUS_NO_MEMORY)
		report(run, index, member, problem);
	judgement.pick = rule->pick_count;
	return judgement;
}

static const char *text_or(struct run *run, size_t index, const char *member,
                           struct expression *expression, const struct row *row,
                           const char *otherwise)
{
	const struct value value = evaluate(run, index, member, expression, row);
	return value.kind == VALUE_TEXT ? value.text : otherwise;
}

static bool has_record(const struct facts *facts)
{
	for (size_t i = RELATION_RECORDED; facts && i < RELATIONS_MOST; i++)
		if (facts_present(facts, i))
			return true;
	return false;
}

/* Names what the record does not tell. "" if there is no record. */
static const char *why_unknown(struct run *run, size_t index)
{
	const struct case_rule *rule = case_rule_at(run, index);
	struct buf missing;
	if (rule->pick_count == 0 || !has_record(run->record))
		return "";
	buf_init(&missing, SENTENCE_CEILING);
	for (size_t i = RELATION_RECORDED; i < RELATIONS_MOST; i++)
		if (rule->reads.columns[i] && !facts_present(run->record, i))
			buf_append_format(&missing, "%s%s", missing.len ? "、" : "",
			                  relation_shape(run->diagnoser->relations, i)->label);
	const char *sentence = missing.len ? arena_format(run->arena, "暂时查不了%s，无法判断。",
	                                                  buf_text(&missing))
	                                   : "已有的记录还不足以判断。";
	buf_deinit(&missing);
	return sentence ? sentence : "";
}

static const char *day_or_null(struct run *run, size_t index, const char *member,
                               struct expression *expression, const struct row *row)
{
	const char *text = text_or(run, index, member, expression, row, NULL);
	return text && day_valid(text) ? text : NULL;
}

static void plan(struct run *run, size_t index, const struct row *row)
{
	struct case_verdict *verdict = &run->cases[index];
	struct step *steps = arena_array(run->arena, verdict->of->todo_count + 1, sizeof(*steps));
	if (!steps) {
		run->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < verdict->of->todo_count; i++) {
		const struct step_rule *step = &case_rule_at(run, index)->steps[i];
		const struct value fits = evaluate(run, index, "todo.if", step->condition, row);
		if (step->condition && !(fits.kind == VALUE_NUMBER && fits.number == 1))
			continue;
		steps[verdict->step_count++] = (struct step){
			.todo = &verdict->of->todo[i],
			.from = day_or_null(run, index, "todo.from", step->from, row),
			.until = day_or_null(run, index, "todo.until", step->until, row),
			.derived = !entry_prints(run->out->entry, verdict->of->todo[i].what),
		};
	}
	assert(verdict->step_count <= verdict->of->todo_count);
	verdict->steps = steps;
}

static const char *sentence(struct run *run, size_t index, const struct judgement *judgement)
{
	const struct case_rule *rule = case_rule_at(run, index);
	const struct pick_rule *pick = &rule->picks[judgement->pick];
	assert(judgement->pick <= rule->pick_count);
	assert(judgement->verdict == VERDICT_UNKNOWN || judgement->pick < rule->pick_count);
	if (judgement->pick == rule->pick_count)
		return "";
	switch (judgement->verdict) {
	case VERDICT_APPLIES:
		return text_or(run, index, "because", pick->because, &judgement->row, "");
	case VERDICT_EXCLUDED:
		return text_or(run, index, "because_not", pick->because_not, &judgement->row, "");
	default:
		return text_or(run, index, "because_unknown", pick->because_unknown,
		               &judgement->row, "");
	}
}

/* The entry for people whom this case excludes. */
static const struct entry *instead(struct run *run, size_t index, const struct row *row)
{
	const struct entry_case *one = &run->out->entry->judged[index];
	struct expression *condition = case_rule_at(run, index)->instead_if;
	const struct value meant = evaluate(run, index, "instead.if", condition, row);
	if (!one->instead[0] || (condition && !(meant.kind == VALUE_NUMBER && meant.number == 1)))
		return NULL;
	return knowledge_find(run->diagnoser->knowledge, one->instead);
}

static void decide(struct run *run, size_t index)
{
	struct case_verdict *verdict = &run->cases[index];
	const struct judgement judgement = judge(run, index);
	assert(index < run->out->case_count);
	verdict->of = &run->out->entry->judged[index];
	verdict->verdict = judgement.verdict;
	verdict->because = sentence(run, index, &judgement);
	if (verdict->verdict == VERDICT_UNKNOWN && !verdict->because[0])
		verdict->because = why_unknown(run, index);
	if (verdict->verdict == VERDICT_EXCLUDED)
		verdict->instead = instead(run, index, &judgement.row);
	if (verdict->verdict != VERDICT_APPLIES)
		return;
	plan(run, index, &judgement.row);
	if (!run->out->lead)
		run->out->lead = verdict;
}

/* --- what a date will change --- */

/* The nearest days, in order. */
struct days {
	char texts[DAYS_MOST][DAY_SIZE];
	size_t count;
};

static void add_day(struct days *days, struct day day, const char *today)
{
	char text[DAY_SIZE];
	size_t at = 0;
	if (!day_exists(day))
		return;
	day_write(day, text);
	while (at < days->count && strcmp(days->texts[at], text) < 0)
		at++;
	if (strcmp(text, today) <= 0 || at == DAYS_MOST ||
	    (at < days->count && strcmp(days->texts[at], text) == 0))
		return;
	if (days->count < DAYS_MOST)
		days->count++;
	assert(at < days->count);
	memmove(days->texts[at + 1], days->texts[at],
	        (days->count - at - 1) * sizeof(days->texts[0]));
	memcpy(days->texts[at], text, DAY_SIZE);
}

/* `<` turns one day after `<=`. */
static void add_boundaries(const struct run *run, size_t index, const char *today,
                           struct days *days)
{
	const struct case_rule *rule = case_rule_at(run, index);
	struct day day;
	for (size_t i = 0; i < rule->boundary_count; i++) {
		const struct boundary *one = &rule->boundaries[i];
		const size_t rows = facts_rows(run->record, one->relation);
		for (size_t row = 0; row < rows; row++) {
			const char *value =
			        facts_value(run->record, one->relation, row, one->column);
			if (!value || !day_read(value, &day))
				continue;
			day = day_shift(day_years_after(day, one->years), -one->days);
			add_day(days, day, today);
			add_day(days, day_shift(day, 1), today);
		}
	}
	for (size_t i = 0; i < rule->pick_count; i++) {
		if (day_read(rule->picks[i].from, &day))
			add_day(days, day, today);
		if (day_read(rule->picks[i].until, &day))
			add_day(days, day_shift(day, 1), today);
	}
}

/* Finds verdicts that time alone will turn into the opposite. */
static void foresee(struct run *run, const char *today)
{
	struct days days = { .count = 0 };
	if (!has_record(run->record))
		return;
	for (size_t i = 0; i < run->out->case_count; i++)
		if (run->cases[i].verdict != VERDICT_UNKNOWN)
			add_boundaries(run, i, today, &days);
	for (size_t d = 0; d < days.count; d++) {
		sandbox_move(run->sandbox, days.texts[d]);
		for (size_t i = 0; i < run->out->case_count; i++) {
			struct case_verdict *one = &run->cases[i];
			if (one->changes_on || one->verdict == VERDICT_UNKNOWN)
				continue;
			const enum verdict then = judge(run, i).verdict;
			if (then == VERDICT_UNKNOWN || then == one->verdict)
				continue;
			one->changes_on = arena_copy(run->arena, span_of(days.texts[d]));
			one->changes_to = then;
			if (!one->changes_on)
				run->status = STATUS_NO_MEMORY;
		}
	}
	assert(days.count <= DAYS_MOST);
	sandbox_move(run->sandbox, today);
}

static bool was_asked(const struct facts *facts, const char *fact)
{
	for (size_t i = 0; facts && i < facts_rows(facts, RELATION_SAID); i++) {
		const char *said = facts_value(facts, RELATION_SAID, i, 0);
		if (said && strcmp(said, fact) == 0)
			return true;
	}
	return false;
}

/* Whether the answer would decide a case that is open now. */
static bool decides(struct run *run, const char *fact, const char *answer)
{
	bool decided = false;
	if (sandbox_suppose(run->sandbox, fact, answer) != STATUS_OK)
		return false;
	for (size_t i = 0; i < run->out->case_count && !decided; i++)
		decided = run->cases[i].verdict == VERDICT_UNKNOWN &&
		          judge(run, i).verdict != VERDICT_UNKNOWN;
	return sandbox_forget(run->sandbox) == STATUS_OK && decided;
}

static const struct question *next_question(struct run *run)
{
	const struct entry *entry = run->out->entry;
	for (size_t q = 0; q < entry->question_count; q++) {
		const struct question *question = &entry->questions[q];
		if (was_asked(run->told, question->fact))
			continue;
		for (size_t o = 0; o < question->option_count; o++)
			if (decides(run, question->fact, question->options[o].value))
				return question;
	}
	return NULL;
}

enum status diagnoser_run(struct diagnosis_scratch *scratch, const struct entry *entry,
                          const struct facts *record, const struct facts *told,
                          const char today[DAY_SIZE], struct arena *arena, struct diagnosis *out)
{
	struct run run = { .diagnoser = scratch->diagnoser,
		           .sandbox = scratch->sandbox,
		           .record = record,
		           .told = told,
		           .arena = arena,
		           .out = out };
	*out = (struct diagnosis){ .entry = entry };
	if (record && !relations_same(facts_relations(record), scratch->diagnoser->relations))
		run.record = NULL;
	if (!diagnoser_judges(scratch->diagnoser, entry))
		return STATUS_OK;
	enum status status = diagnosis_scratch_rule(scratch, entry, &run.rule);
	if (status == STATUS_OK)
		status = sandbox_load(scratch->sandbox, run.record, told, today);
	if (status != STATUS_OK)
		return status;
	run.cases = arena_array(arena, entry->judged_count, sizeof(*run.cases));
	if (!run.cases)
		return STATUS_NO_MEMORY;
	out->cases = run.cases;
	out->case_count = entry->judged_count;
	for (size_t i = 0; i < out->case_count; i++)
		decide(&run, i);
	foresee(&run, today);
	out->question = next_question(&run);
	return run.status;
}

void day_in_china(int64_t wall_ms, char day[DAY_SIZE])
{
	const time_t seconds = (time_t)(wall_ms / 1000 + INT64_C(8) * 3600);
	struct tm parts;
	if (!gmtime_r(&seconds, &parts) || strftime(day, DAY_SIZE, "%Y-%m-%d", &parts) == 0)
		day[0] = '\0';
}

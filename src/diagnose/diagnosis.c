#include "diagnose/diagnosis.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "diagnose/rules.h"

enum { MEMBER_SIZE = 40, SENTENCE_CEILING = 4096 };

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[] = { "unknown", "applies", "excluded" };
	return names[verdict];
}

void rule_field(char field[RULE_FIELD_SIZE], const struct entry *entry, size_t index,
                const char *member)
{
	snprintf(field, RULE_FIELD_SIZE, "%s[%zu].%s",
	         entry->judged == entry->cases ? "cases" : "diagnosis", index, member);
}

/* --- compiling --- */

struct compiling {
	struct diagnoser *diagnoser;
	const struct entry *entry;
	struct faults *faults;
	size_t index; /* of the case */
	enum status status;
};

static struct expression *compile(struct compiling *compiling, const char *member, const char *sql)
{
	struct expression *expression = NULL;
	char problem[SANDBOX_PROBLEM_SIZE];
	if (!sql[0])
		return NULL;
	const enum status status =
	        sandbox_compile(compiling->diagnoser->sandbox, sql, problem, &expression);
	if (status == STATUS_OK)
		return expression;
	char field[RULE_FIELD_SIZE];
	rule_field(field, compiling->entry, compiling->index, member);
	if (status == STATUS_INVALID)
		faults_add(compiling->faults, FAULT_ERROR, compiling->entry->file,
		           compiling->entry->line, field, "%s", problem);
	compiling->status = status;
	return NULL;
}

static void compile_steps(struct compiling *compiling, const struct entry_case *one,
                          struct case_rule *rule)
{
	rule->steps = calloc(one->todo_count + 1, sizeof(*rule->steps));
	if (!rule->steps) {
		compiling->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < one->todo_count; i++) {
		char member[MEMBER_SIZE];
		snprintf(member, sizeof(member), "todo[%zu].if", i);
		rule->steps[i].condition = compile(compiling, member, one->todo[i].condition);
		snprintf(member, sizeof(member), "todo[%zu].from", i);
		rule->steps[i].from = compile(compiling, member, one->todo[i].from);
		snprintf(member, sizeof(member), "todo[%zu].until", i);
		rule->steps[i].until = compile(compiling, member, one->todo[i].until);
	}
}

static enum status compile_entry(struct diagnoser *diagnoser, size_t index, struct faults *faults)
{
	const struct entry *entry = &diagnoser->knowledge->entries[index];
	struct entry_rule *rule = &diagnoser->entries[index];
	struct compiling compiling = { diagnoser, entry, faults, 0, STATUS_OK };
	if (entry->judged_count == 0)
		return STATUS_OK;
	rule->cases = calloc(entry->judged_count, sizeof(*rule->cases));
	if (!rule->cases)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < entry->judged_count; i++) {
		const struct entry_case *one = &entry->judged[i];
		compiling.index = i;
		rule->cases[i].when = compile(&compiling, "when", one->when);
		rule->cases[i].because = compile(&compiling, "because", one->because);
		rule->cases[i].because_not = compile(&compiling, "because_not", one->because_not);
		compile_steps(&compiling, one, &rule->cases[i]);
	}
	return compiling.status;
}

static enum status read_relations(struct diagnoser *diagnoser, struct faults *faults)
{
	const struct knowledge *knowledge = diagnoser->knowledge;
	return knowledge->relations_file
	               ? relations_read(&diagnoser->relations, knowledge->relations,
	                                knowledge->relations_file, faults)
	               : relations_create_default(&diagnoser->relations);
}

enum status diagnoser_create(const struct knowledge *knowledge, const struct clock *clock,
                             struct faults *faults, struct diagnoser **out)
{
	struct diagnoser *diagnoser = calloc(1, sizeof(*diagnoser));
	*out = NULL;
	if (!diagnoser)
		return STATUS_NO_MEMORY;
	diagnoser->knowledge = knowledge;
	diagnoser->entries = calloc(knowledge->answer_count + 1, sizeof(*diagnoser->entries));
	enum status status =
	        diagnoser->entries ? read_relations(diagnoser, faults) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = sandbox_create(clock, diagnoser->relations, &diagnoser->sandbox);
	enum status worst = status;
	for (size_t i = 0;
	     diagnoser->sandbox && i < knowledge->answer_count && status != STATUS_NO_MEMORY; i++) {
		status = compile_entry(diagnoser, i, faults);
		if (status != STATUS_OK)
			worst = status;
	}
	if (worst == STATUS_OK)
		*out = diagnoser;
	else
		diagnoser_destroy(diagnoser);
	return worst;
}

static void destroy_case(struct case_rule *rule, size_t step_count)
{
	expression_destroy(rule->when);
	expression_destroy(rule->because);
	expression_destroy(rule->because_not);
	for (size_t i = 0; rule->steps && i < step_count; i++) {
		expression_destroy(rule->steps[i].condition);
		expression_destroy(rule->steps[i].from);
		expression_destroy(rule->steps[i].until);
	}
	free(rule->steps);
}

void diagnoser_destroy(struct diagnoser *diagnoser)
{
	if (!diagnoser)
		return;
	for (size_t i = 0; diagnoser->entries && i < diagnoser->knowledge->answer_count; i++) {
		const struct entry *entry = &diagnoser->knowledge->entries[i];
		struct entry_rule *rule = &diagnoser->entries[i];
		for (size_t c = 0; rule->cases && c < entry->judged_count; c++)
			destroy_case(&rule->cases[c], entry->judged[c].todo_count);
		free(rule->cases);
	}
	free(diagnoser->entries);
	sandbox_destroy(diagnoser->sandbox);
	relations_release(diagnoser->relations);
	free(diagnoser);
}

struct relations *diagnoser_relations(const struct diagnoser *diagnoser)
{
	return diagnoser->relations;
}

/* --- what the rules read --- */

static const struct entry_rule *rule_of(const struct diagnoser *diagnoser,
                                        const struct entry *entry)
{
	return &diagnoser->entries[entry - diagnoser->knowledge->entries];
}

bool diagnoser_judges(const struct diagnoser *diagnoser, const struct entry *entry)
{
	return entry->kind == ENTRY_ANSWER && rule_of(diagnoser, entry)->cases;
}

static void add_reads(struct reads *sum, const struct expression *expression)
{
	if (!expression)
		return;
	const struct reads *reads = expression_reads(expression);
	for (int i = 0; i < RELATIONS_MOST; i++)
		sum->columns[i] |= reads->columns[i];
}

struct reads diagnoser_reads(const struct diagnoser *diagnoser, const struct entry *entry)
{
	struct reads sum = { { 0 } };
	if (!diagnoser_judges(diagnoser, entry))
		return sum;
	const struct entry_rule *rule = rule_of(diagnoser, entry);
	for (size_t c = 0; c < entry->judged_count; c++) {
		const struct case_rule *one = &rule->cases[c];
		add_reads(&sum, one->when);
		add_reads(&sum, one->because);
		add_reads(&sum, one->because_not);
		for (size_t i = 0; i < entry->judged[c].todo_count; i++) {
			add_reads(&sum, one->steps[i].condition);
			add_reads(&sum, one->steps[i].from);
			add_reads(&sum, one->steps[i].until);
		}
	}
	return sum;
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

/* --- one run --- */

struct run {
	struct diagnoser *diagnoser;
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

/* NULL where there is no such expression, or where it failed. */
static struct value evaluate(struct run *run, size_t index, const char *member,
                             struct expression *expression)
{
	struct value value = { .kind = VALUE_NULL };
	char problem[SANDBOX_PROBLEM_SIZE];
	if (!expression)
		return value;
	const enum status status = expression_evaluate(expression, run->arena, &value, problem);
	if (status == STATUS_NO_MEMORY)
		run->status = status;
	else if (status != STATUS_OK)
		report(run, index, member, problem);
	return value;
}

static enum verdict judge(struct run *run, size_t index)
{
	const struct case_rule *rule = &rule_of(run->diagnoser, run->out->entry)->cases[index];
	const struct value value = evaluate(run, index, "when", rule->when);
	if (value.kind == VALUE_NULL)
		return VERDICT_UNKNOWN;
	if (value.kind == VALUE_NUMBER && (value.number == 0 || value.number == 1))
		return value.number ? VERDICT_APPLIES : VERDICT_EXCLUDED;
	report(run, index, "when", "is neither true, false nor NULL");
	return VERDICT_UNKNOWN;
}

static const char *text_or(struct run *run, size_t index, const char *member,
                           struct expression *expression, const char *otherwise)
{
	const struct value value = evaluate(run, index, member, expression);
	return value.kind == VALUE_TEXT ? value.text : otherwise;
}

static bool has_record(const struct facts *facts)
{
	for (size_t i = RELATION_RECORDED; facts && i < RELATIONS_MOST; i++)
		if (facts_present(facts, i))
			return true;
	return false;
}

/* What the record does not tell; nothing where there is no record to speak of. */
static const char *why_unknown(struct run *run, size_t index)
{
	const struct case_rule *rule = &rule_of(run->diagnoser, run->out->entry)->cases[index];
	struct buf missing;
	if (!rule->when || !has_record(run->record))
		return "";
	buf_init(&missing, SENTENCE_CEILING);
	for (size_t i = RELATION_RECORDED; i < RELATIONS_MOST; i++)
		if (expression_reads(rule->when)->columns[i] && !facts_present(run->record, i))
			buf_append_format(&missing, "%s%s", missing.len ? "、" : "",
			                  relation_shape(run->diagnoser->relations, i)->label);
	const char *sentence = missing.len ? arena_format(run->arena, "暂时没有查到%s，无法判断。",
	                                                  buf_text(&missing))
	                                   : "已有的记录还不足以判断。";
	buf_deinit(&missing);
	return sentence ? sentence : "";
}

static const char *day_or_null(struct run *run, size_t index, const char *member,
                               struct expression *expression)
{
	const char *text = text_or(run, index, member, expression, NULL);
	return text && day_valid(text) ? text : NULL;
}

static void plan(struct run *run, size_t index)
{
	struct case_verdict *verdict = &run->cases[index];
	const struct case_rule *rule = &rule_of(run->diagnoser, run->out->entry)->cases[index];
	struct step *steps = arena_array(run->arena, verdict->of->todo_count + 1, sizeof(*steps));
	if (!steps) {
		run->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < verdict->of->todo_count; i++) {
		const struct step_rule *step = &rule->steps[i];
		const struct value fits = evaluate(run, index, "todo.if", step->condition);
		if (step->condition && !(fits.kind == VALUE_NUMBER && fits.number == 1))
			continue;
		steps[verdict->step_count++] = (struct step){
			.todo = &verdict->of->todo[i],
			.from = day_or_null(run, index, "todo.from", step->from),
			.until = day_or_null(run, index, "todo.until", step->until),
		};
	}
	verdict->steps = steps;
}

static void decide(struct run *run, size_t index)
{
	struct case_verdict *verdict = &run->cases[index];
	const struct case_rule *rule = &rule_of(run->diagnoser, run->out->entry)->cases[index];
	verdict->of = &run->out->entry->judged[index];
	verdict->verdict = judge(run, index);
	switch (verdict->verdict) {
	case VERDICT_APPLIES:
		verdict->because = text_or(run, index, "because", rule->because, "");
		plan(run, index);
		if (!run->out->lead)
			run->out->lead = verdict;
		break;
	case VERDICT_EXCLUDED:
		verdict->because = text_or(run, index, "because_not", rule->because_not, "");
		break;
	default:
		verdict->because = why_unknown(run, index);
		break;
	}
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
	if (sandbox_suppose(run->diagnoser->sandbox, fact, answer) != STATUS_OK)
		return false;
	for (size_t i = 0; i < run->out->case_count && !decided; i++)
		decided = run->cases[i].verdict == VERDICT_UNKNOWN &&
		          judge(run, i) != VERDICT_UNKNOWN;
	return sandbox_forget(run->diagnoser->sandbox) == STATUS_OK && decided;
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

enum status diagnoser_run(struct diagnoser *diagnoser, const struct entry *entry,
                          const struct facts *record, const struct facts *told,
                          const char today[DAY_SIZE], struct arena *arena, struct diagnosis *out)
{
	struct run run = {
		.diagnoser = diagnoser, .record = record, .told = told, .arena = arena, .out = out
	};
	*out = (struct diagnosis){ .entry = entry };
	if (record && !relations_same(facts_relations(record), diagnoser->relations))
		run.record = NULL;
	if (!diagnoser_judges(diagnoser, entry))
		return STATUS_OK;
	enum status status = sandbox_load(diagnoser->sandbox, run.record, told, today);
	if (status != STATUS_OK)
		return status;
	run.cases = arena_array(arena, entry->judged_count, sizeof(*run.cases));
	if (!run.cases)
		return STATUS_NO_MEMORY;
	out->cases = run.cases;
	out->case_count = entry->judged_count;
	for (size_t i = 0; i < out->case_count; i++)
		decide(&run, i);
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

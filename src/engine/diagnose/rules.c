/*
 * Compiling: each pick of a case becomes a query, its sentences become expressions over the
 * query's columns, and the steps and `instead` become expressions over the columns of all picks
 * together. The atoms of the picks give the dates around which a verdict may change. Faults of
 * all cases are reported in one run.
 *
 * Judging: the picks are run in order. The first whose verdict is true or false decides; if none
 * does, the first unknown one that has a sentence for it explains why.
 */
#include "engine/diagnose/rules.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "engine/diagnose/atoms.h"

enum {
	BOUNDARIES_MOST = 32,
	ATOMS_CEILING = 4 << 20, /* of one pick */
	MISREAD_SHOWN = 60,      /* code points */
};

void rule_field(char field[RULE_FIELD_SIZE], const struct entry *entry, size_t index,
                const char *member)
{
	snprintf(field, RULE_FIELD_SIZE, "%s[%zu].%s",
	         entry->judged == entry->cases ? "cases" : "diagnosis", index, member);
}

void pick_member(char member[RULE_MEMBER_SIZE], size_t pick, const char *name)
{
	if (pick == 0)
		snprintf(member, RULE_MEMBER_SIZE, "%s", name);
	else
		snprintf(member, RULE_MEMBER_SIZE, "otherwise[%zu].%s", pick - 1, name);
}

/* --- compiling --- */

/* One case of an entry. */
struct compiling {
	struct sandbox *sandbox;
	const struct entry *entry;
	size_t index;
	struct faults *faults;
	enum status status;
};

static void complain(struct compiling *compiling, enum status status, const char *member,
                     const char *problem)
{
	char field[RULE_FIELD_SIZE];
	rule_field(field, compiling->entry, compiling->index, member);
	if (status == STATUS_INVALID)
		faults_add(compiling->faults, FAULT_ERROR, compiling->entry->file,
		           compiling->entry->line, field, "%s", _(problem));
	if (compiling->status != STATUS_NO_MEMORY)
		compiling->status = status;
}

static struct expression *compile_expression(struct compiling *compiling, const char *member,
                                             const char *sql, const struct row_columns *columns)
{
	struct expression *expression = NULL;
	char problem[SANDBOX_PROBLEM_SIZE];
	if (!sql[0])
		return NULL;
	const enum status status =
	        sandbox_compile_expression(compiling->sandbox, sql, columns, problem, &expression);
	if (status != STATUS_OK)
		complain(compiling, status, member, problem);
	return expression;
}

static void compile_pick(struct compiling *compiling, const struct pick *pick, size_t index,
                         struct pick_rule *out)
{
	char member[RULE_MEMBER_SIZE], problem[SANDBOX_PROBLEM_SIZE];
	const struct {
		const char *name, *sql;
		struct expression **out;
	} sentences[] = {
		{ "because", pick->because, &out->because },
		{ "because_not", pick->because_not, &out->because_not },
		{ "because_unknown", pick->because_unknown, &out->because_unknown },
	};
	const enum status status =
	        sandbox_compile_query(compiling->sandbox, pick->select, problem, &out->query);
	if (status != STATUS_OK) {
		pick_member(member, index, "pick");
		complain(compiling, status, member, problem);
		return;
	}
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		pick_member(member, index, sentences[i].name);
		*sentences[i].out = compile_expression(compiling, member, sentences[i].sql,
		                                       query_columns(out->query));
	}
}

static bool has_column(const struct row_columns *columns, const char *name)
{
	for (size_t i = 0; i < columns->count; i++)
		if (strcmp(columns->names[i], name) == 0)
			return true;
	return false;
}

/* False where there are more columns than a row may have. */
static bool add_columns(struct row_columns *sum, const struct row_columns *columns)
{
	for (size_t i = 0; i < columns->count; i++) {
		if (has_column(sum, columns->names[i]))
			continue;
		if (sum->count == ROW_COLUMNS_MOST)
			return false;
		sum->names[sum->count++] = columns->names[i];
	}
	return true;
}

static void add_reads(struct reads *sum, const struct reads *reads)
{
	for (size_t i = 0; i < RELATIONS_MOST; i++)
		sum->columns[i] |= reads->columns[i];
}

/* False where one of the SELECTs does not compile. */
static bool compile_picks(struct compiling *compiling, const struct entry_case *one,
                          struct case_rule *rule)
{
	bool sound = true;
	rule->picks = calloc(one->pick_count + 1, sizeof(*rule->picks));
	if (!rule->picks) {
		compiling->status = STATUS_NO_MEMORY;
		return false;
	}
	assert(rule->pick_count == 0); /* compiled once */
	rule->pick_count = one->pick_count;
	for (size_t i = 0; i < one->pick_count; i++) {
		struct pick_rule *pick = &rule->picks[i];
		pick->from = one->picks[i].from;
		pick->until = one->picks[i].until;
		compile_pick(compiling, &one->picks[i], i, pick);
		sound = sound && pick->query;
		if (!pick->query)
			continue;
		add_reads(&rule->reads, query_reads(pick->query));
		if (!add_columns(&rule->columns, query_columns(pick->query)))
			complain(compiling, STATUS_INVALID, "otherwise",
			         "the picks of a case may give 16 columns in all");
	}
	return sound;
}

static void add_boundaries(struct case_rule *rule, const struct atoms *atoms)
{
	for (size_t i = 0; i < atoms->count && rule->boundary_count < BOUNDARIES_MOST; i++) {
		const struct atom *atom = &atoms->items[i];
		const struct boundary one = { atom->left.relation, atom->left.column, atom->years,
			                      atom->days };
		bool known = atom->kind != ATOM_DAY || atom->day[0] ||
		             atom->left.relation < RELATION_RECORDED;
		for (size_t k = 0; k < rule->boundary_count && !known; k++) {
			const struct boundary *other = &rule->boundaries[k];
			known = other->relation == one.relation && other->column == one.column &&
			        other->years == one.years && other->days == one.days;
		}
		if (!known)
			rule->boundaries[rule->boundary_count++] = one;
	}
	assert(rule->boundary_count <= BOUNDARIES_MOST);
}

static void complain_of_misread(struct compiling *compiling, size_t pick, struct misread misread)
{
	static const char *const reasons[] = {
		[MISREAD_TEXT] = N_("takes a text for a number, so that '9' is more than '100' and "
		                    "缺考 is 0; give its column \"type\": \"number\" in "
		                    "relations.json"),
		[MISREAD_DAY] = N_("takes a day for a number; use days_between() or years_after(), "
		                   "or write a day, '2026-11-23'"),
		[MISREAD_MIXED] =
		        N_("takes a number and a text together, which tells nothing: write "
		           "numbers without quotes, keep them in columns of the type "
		           "number, and put no plain(), said() or other function that "
		           "gives a text around them"),
	};
	char member[RULE_MEMBER_SIZE], field[RULE_FIELD_SIZE];
	pick_member(member, pick, "pick");
	rule_field(field, compiling->entry, compiling->index, member);
	faults_add(compiling->faults, FAULT_ERROR, compiling->entry->file, compiling->entry->line,
	           field, "%.*s: %s", (int)utf8_prefix(misread.source, MISREAD_SHOWN),
	           misread.source.ptr, _(reasons[misread.kind]));
	if (compiling->status != STATUS_NO_MEMORY)
		compiling->status = STATUS_INVALID;
}

/* The days around which the verdict may change. */
static enum status read_boundaries(struct compiling *compiling, const struct entry_case *one,
                                   struct case_rule *rule)
{
	struct arena *arena = NULL;
	enum status status = arena_create(&arena, ATOMS_CEILING);
	rule->boundaries = calloc(BOUNDARIES_MOST, sizeof(*rule->boundaries));
	if (status == STATUS_OK && !rule->boundaries)
		status = STATUS_NO_MEMORY;
	for (size_t i = 0; i < one->pick_count && status == STATUS_OK; i++) {
		struct atoms atoms;
		arena_reset(arena);
		status = atoms_read(one->picks[i].select, sandbox_relations(compiling->sandbox),
		                    arena, &atoms);
		if (status == STATUS_OK && atoms.misread.kind != MISREAD_NOTHING)
			complain_of_misread(compiling, i, atoms.misread);
		if (status == STATUS_OK)
			add_boundaries(rule, &atoms);
	}
	arena_destroy(arena);
	return status;
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
		char member[RULE_MEMBER_SIZE];
		const struct todo *todo = &one->todo[i];
		snprintf(member, sizeof(member), "todo[%zu].if", i);
		rule->steps[i].condition =
		        compile_expression(compiling, member, todo->condition, &rule->columns);
		snprintf(member, sizeof(member), "todo[%zu].from", i);
		rule->steps[i].from =
		        compile_expression(compiling, member, todo->from, &rule->columns);
		snprintf(member, sizeof(member), "todo[%zu].until", i);
		rule->steps[i].until =
		        compile_expression(compiling, member, todo->until, &rule->columns);
	}
}

enum status entry_rule_init(struct entry_rule *rule, const struct entry *entry,
                            struct sandbox *sandbox, struct faults *faults)
{
	struct compiling compiling = { sandbox, entry, 0, faults, STATUS_OK };
	*rule = (struct entry_rule){ NULL };
	if (entry->judged_count == 0)
		return STATUS_OK;
	rule->cases = calloc(entry->judged_count, sizeof(*rule->cases));
	if (!rule->cases)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < entry->judged_count; i++) {
		compiling.index = i;
		/* A pick that does not compile has no columns for the steps. */
		if (!compile_picks(&compiling, &entry->judged[i], &rule->cases[i]))
			continue;
		compile_steps(&compiling, &entry->judged[i], &rule->cases[i]);
		if (read_boundaries(&compiling, &entry->judged[i], &rule->cases[i]) != STATUS_OK)
			compiling.status = STATUS_NO_MEMORY;
		rule->cases[i].instead_if =
		        compile_expression(&compiling, "instead.if", entry->judged[i].instead_if,
		                           &rule->cases[i].columns);
	}
	return compiling.status;
}

static void deinit_case(struct case_rule *rule, size_t step_count)
{
	for (size_t i = 0; i < rule->pick_count; i++) {
		query_destroy(rule->picks[i].query);
		expression_destroy(rule->picks[i].because);
		expression_destroy(rule->picks[i].because_not);
		expression_destroy(rule->picks[i].because_unknown);
	}
	for (size_t i = 0; rule->steps && i < step_count; i++) {
		expression_destroy(rule->steps[i].condition);
		expression_destroy(rule->steps[i].from);
		expression_destroy(rule->steps[i].until);
	}
	expression_destroy(rule->instead_if);
	free(rule->boundaries);
	free(rule->picks);
	free(rule->steps);
}

void entry_rule_deinit(struct entry_rule *rule, const struct entry *entry)
{
	for (size_t i = 0; rule->cases && i < entry->judged_count; i++)
		deinit_case(&rule->cases[i], entry->judged[i].todo_count);
	free(rule->cases);
}

/* --- judging --- */

static enum status read_verdict(const struct value *value, enum verdict *out,
                                char problem[SANDBOX_PROBLEM_SIZE])
{
	*out = VERDICT_UNKNOWN;
	if (value->kind == VALUE_NULL)
		return STATUS_OK;
	if (value->kind == VALUE_NUMBER && (value->number == 0 || value->number == 1)) {
		*out = value->number ? VERDICT_APPLIES : VERDICT_EXCLUDED;
		return STATUS_OK;
	}
	snprintf(problem, SANDBOX_PROBLEM_SIZE, "%s",
	         value->kind == VALUE_TEXT ? _("the verdict is neither true, false nor NULL, but a "
	                                       "text: compare it with something")
	                                   : _("the verdict is neither true, false nor NULL, but a "
	                                       "number: compare it with something"));
	return STATUS_INVALID;
}

static bool counts_today(const struct pick_rule *pick)
{
	const char *today = query_today(pick->query);
	return !(pick->from[0] && strcmp(today, pick->from) < 0) &&
	       !(pick->until[0] && strcmp(today, pick->until) > 0);
}

enum status case_judge(const struct case_rule *rule, struct arena *arena, struct judgement *out,
                       char problem[SANDBOX_PROBLEM_SIZE])
{
	struct row row;
	*out = (struct judgement){ .verdict = VERDICT_UNKNOWN, .pick = rule->pick_count };
	for (size_t i = 0; i < rule->pick_count; i++) {
		const struct pick_rule *pick = &rule->picks[i];
		if (!counts_today(pick))
			continue;
		enum status status = query_run(pick->query, arena, &row, problem);
		if (status == STATUS_OK && row.found)
			status = read_verdict(&row.verdict, &out->verdict, problem);
		if (status != STATUS_OK) {
			out->pick = i;
			return status;
		}
		if (!row.found)
			continue;
		const bool decides = out->verdict != VERDICT_UNKNOWN;
		assert(row.columns == query_columns(pick->query));
		if (decides || (out->pick == rule->pick_count && pick->because_unknown)) {
			out->pick = i;
			out->row = row;
		}
		if (decides)
			return STATUS_OK;
	}
	return STATUS_OK;
}

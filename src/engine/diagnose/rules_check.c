/*
 * A *situation* is a sample record, or nothing, plus a choice for each question. try_situation()
 * loads one, judges all cases and keeps what a person would see as an outcome; comparing
 * outcomes shows what a rule or an answer changes. In turn are tried: nothing known; every
 * combination of answers; each sample record, alone, with single answers, and without each
 * relation. What was never reached, decided, or told apart becomes a warning. A query or
 * expression that has caused a fault once is not reported again (`accused`).
 */
#include "engine/diagnose/rules_check.h"

#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/language.h"
#include "engine/diagnose/rules.h"

enum {
	KEEP = -1, /* choice: as the sample record has it */
	SKIP = 0,  /* choice: not answered; from 1: the option */
	CHECK_BYTES_MOST = 64 << 20,
	WORDS_CEILING = 64 << 10,
	PLACE_CEILING = 1024,
	TYPED_RELATIONS = 1U << RELATION_SAID | 1U << RELATION_TYPED,
};

/* What the rules say about one situation. */
struct outcome {
	const enum verdict *verdicts; /* as entry->judged */
	const char *words;            /* verdicts, sentences and steps: all that a person sees */
};

/* What the answers to one question were seen to change. */
struct question_tally {
	bool decides; /* a verdict */
	bool *heard;  /* by option: anything at all */
	bool *apart;  /* by pair of options: anything at all */
};

/* One entry at a time. */
struct check {
	struct diagnosis_scratch *scratch;
	struct faults *faults;
	struct faults *doubts; /* as `faults`, or NULL where only errors count */
	enum fault_level lost;
	struct arena *arena; /* of the entry */
	const struct entry *entry;
	const struct entry_rule *rule;
	/* The situation at hand. */
	const struct sample_record *sample; /* NULL: nothing is known but the answers */
	const struct facts *facts;          /* of the sample */
	int *choices;                       /* by question */
	/* What was seen. */
	const void **accused; /* one fault an expression or a query is enough */
	size_t accused_count;
	bool *reached, *decided; /* by case */
	bool *differ;            /* by pair of cases */
	struct question_tally *questions;
	enum status status; /* what is no fault of the knowledge */
};

static size_t case_count(const struct check *check)
{
	return check->entry->judged_count;
}

/* --- faults --- */

/* "records.jsonl, line 3, with popup = no" */
static void describe_situation(const struct check *check, struct buf *out)
{
	if (check->sample)
		buf_append_format(out, _("sample record in line %u"), check->sample->line);
	else
		buf_append_text(out, _("nothing known"));
	for (size_t q = 0; q < check->entry->question_count; q++) {
		const struct question *question = &check->entry->questions[q];
		if (check->choices[q] > SKIP)
			buf_append_format(out, ", %s = %s", question->fact,
			                  question->options[check->choices[q] - 1].value);
	}
}

static bool is_accused(const struct check *check, const void *rule)
{
	for (size_t i = 0; i < check->accused_count; i++)
		if (check->accused[i] == rule)
			return true;
	return false;
}

static bool is_case_accused(const struct check *check, size_t index)
{
	const struct case_rule *rule = &check->rule->cases[index];
	for (size_t i = 0; i < rule->pick_count; i++)
		if (is_accused(check, rule->picks[i].query))
			return true;
	return false;
}

/* A query or an expression of the entry. */
struct probe {
	size_t index; /* of the case */
	const char *member;
	const void *rule; /* NULL where the case has none */
};

static void accuse(struct check *check, const struct probe *probe, enum fault_level level,
                   const char *what)
{
	char field[RULE_FIELD_SIZE];
	struct buf place;
	if (is_accused(check, probe->rule) || (level < FAULT_ERROR && !check->doubts))
		return;
	check->accused[check->accused_count++] = probe->rule;
	rule_field(field, check->entry, probe->index, probe->member);
	buf_init(&place, PLACE_CEILING);
	describe_situation(check, &place);
	faults_add(check->faults, level, check->entry->file, check->entry->line, field, "%s (%s)",
	           _(what), buf_text(&place));
	buf_deinit(&place);
}

/* --- one situation --- */

static void accuse_failure(struct check *check, const struct probe *probe, const char *problem)
{
	char what[SANDBOX_PROBLEM_SIZE + 16];
	snprintf(what, sizeof(what), _("fails: %s"), problem);
	accuse(check, probe, FAULT_ERROR, what);
}

/* NULL where there is no such expression, or where it failed. */
static struct value evaluate(struct check *check, size_t index, const char *member,
                             struct expression *expression, const struct row *row)
{
	const struct probe probe = { index, member, expression };
	struct value value = { .kind = VALUE_NULL };
	char problem[SANDBOX_PROBLEM_SIZE];
	if (!expression)
		return value;
	enum status status = expression_evaluate(expression, row, check->arena, &value, problem);
	/* On a busy machine the time may have gone to others. */
	if (status == STATUS_LIMIT)
		status = expression_evaluate(expression, row, check->arena, &value, problem);
	if (status == STATUS_NO_MEMORY)
		check->status = status;
	else if (status != STATUS_OK)
		accuse_failure(check, &probe, problem);
	return value;
}

static struct judgement run_picks(struct check *check, size_t index)
{
	const struct case_rule *rule = &check->rule->cases[index];
	struct judgement judgement;
	char problem[SANDBOX_PROBLEM_SIZE], member[RULE_MEMBER_SIZE];
	enum status status = case_judge(rule, check->arena, &judgement, problem);
	if (status == STATUS_LIMIT)
		status = case_judge(rule, check->arena, &judgement, problem);
	if (status == STATUS_OK)
		return judgement;
	if (status == STATUS_NO_MEMORY) {
		check->status = status;
	} else {
		const struct probe probe = { index, member, rule->picks[judgement.pick].query };
		pick_member(member, judgement.pick, "pick");
		accuse_failure(check, &probe, problem);
	}
	judgement.pick = rule->pick_count;
	return judgement;
}

static void add_sentence(struct check *check, const struct probe *probe,
                         struct expression *expression, const struct row *row,
                         enum fault_level level, const char *what, struct buf *words)
{
	const struct value value = evaluate(check, probe->index, probe->member, expression, row);
	if (value.kind == VALUE_TEXT && value.text[0])
		buf_append_text(words, value.text);
	else if (check->status == STATUS_OK)
		accuse(check, probe, level, what);
}

static void add_day(struct check *check, size_t index, const char *member,
                    struct expression *expression, const struct row *row, struct buf *words)
{
	const struct probe probe = { index, member, expression };
	const struct value value = evaluate(check, index, member, expression, row);
	if (value.kind == VALUE_NULL)
		return;
	if (value.kind == VALUE_TEXT && day_valid(value.text))
		buf_append_text(words, value.text);
	else
		accuse(check, &probe, FAULT_ERROR, "is neither a day such as 2026-11-23 nor NULL");
}

/* Whether the step is meant for this row. */
static bool step_fits(struct check *check, size_t index, const char *member,
                      struct expression *condition, const struct row *row)
{
	const struct probe probe = { index, member, condition };
	if (!condition)
		return true;
	const struct value value = evaluate(check, index, member, condition, row);
	if (value.kind == VALUE_NULL)
		return false;
	if (value.kind == VALUE_NUMBER && (value.number == 0 || value.number == 1))
		return value.number == 1;
	accuse(check, &probe, FAULT_ERROR,
	       value.kind == VALUE_TEXT ? "is neither true, false nor NULL, but a text"
	                                : "is neither true, false nor NULL, but a number");
	return false;
}

static void add_steps(struct check *check, size_t index, const struct row *row, struct buf *words)
{
	const struct case_rule *rule = &check->rule->cases[index];
	for (size_t i = 0; i < check->entry->judged[index].todo_count; i++) {
		char member[RULE_MEMBER_SIZE];
		const struct step_rule *step = &rule->steps[i];
		snprintf(member, sizeof(member), "todo[%zu].if", i);
		if (!step_fits(check, index, member, step->condition, row))
			continue;
		buf_append_format(words, "\n%zu ", i);
		snprintf(member, sizeof(member), "todo[%zu].from", i);
		add_day(check, index, member, step->from, row, words);
		buf_append_char(words, ' ');
		snprintf(member, sizeof(member), "todo[%zu].until", i);
		add_day(check, index, member, step->until, row, words);
	}
}

static enum verdict judge(struct check *check, size_t index, struct buf *words)
{
	const struct judgement judgement = run_picks(check, index);
	char member[RULE_MEMBER_SIZE];
	struct probe probe = { index, member, NULL };
	buf_append_format(words, "\n%s ", verdict_name(judgement.verdict));
	if (judgement.verdict == VERDICT_UNKNOWN)
		return VERDICT_UNKNOWN;
	const struct pick_rule *pick = &check->rule->cases[index].picks[judgement.pick];
	const bool applies = judgement.verdict == VERDICT_APPLIES;
	struct expression *sentence = applies ? pick->because : pick->because_not;
	/* If the sentence is missing, blame the query. */
	probe.rule = sentence ? (const void *)sentence : pick->query;
	pick_member(member, judgement.pick, applies ? "because" : "because_not");
	if (applies) {
		add_sentence(check, &probe, sentence, &judgement.row, FAULT_ERROR,
		             N_("yields no text for a case that applies"), words);
		add_steps(check, index, &judgement.row, words);
	} else {
		add_sentence(check, &probe, sentence, &judgement.row, FAULT_WARNING,
		             N_("yields no text for a case that is excluded"), words);
	}
	return judgement.verdict;
}

static void count_in(struct check *check, const struct outcome *outcome)
{
	const size_t count = case_count(check);
	for (size_t i = 0; i < count; i++) {
		check->reached[i] |= outcome->verdicts[i] == VERDICT_APPLIES;
		check->decided[i] |= outcome->verdicts[i] != VERDICT_UNKNOWN;
		for (size_t k = 0; k < i; k++)
			check->differ[i * count + k] |=
			        outcome->verdicts[i] != outcome->verdicts[k];
	}
}

static void copy_rows(const struct facts *from, struct facts *to, size_t relation,
                      enum status *status)
{
	if (*status != STATUS_OK || !facts_present(from, relation))
		return;
	facts_open(to, relation);
	for (size_t row = 0; row < facts_rows(from, relation) && *status == STATUS_OK; row++) {
		const char *values[RELATION_COLUMNS_MOST];
		for (size_t i = 0;
		     i < relation_shape(facts_relations(from), relation)->column_count; i++)
			values[i] = facts_value(from, relation, row, i);
		*status = facts_add_row(to, relation, values);
	}
}

static bool is_chosen(const struct check *check, const char *fact)
{
	for (size_t q = 0; q < check->entry->question_count; q++)
		if (fact && strcmp(check->entry->questions[q].fact, fact) == 0)
			return check->choices[q] != KEEP;
	return false;
}

/*
 * Adds what the person said: the answers of the sample record, except where a choice replaces
 * one.
 */
static void add_answers(const struct check *check, struct facts *told, enum status *status)
{
	const struct facts *facts = check->facts;
	const size_t rows = check->sample ? facts_rows(facts, RELATION_SAID) : 0;
	if (check->sample && facts_present(facts, RELATION_SAID))
		facts_open(told, RELATION_SAID);
	for (size_t row = 0; row < rows && *status == STATUS_OK; row++) {
		const char *values[] = { facts_value(facts, RELATION_SAID, row, 0),
			                 facts_value(facts, RELATION_SAID, row, 1) };
		if (!is_chosen(check, values[0]))
			*status = facts_add_row(told, RELATION_SAID, values);
	}
	for (size_t q = 0; q < check->entry->question_count && *status == STATUS_OK; q++) {
		const struct question *question = &check->entry->questions[q];
		if (check->choices[q] <= SKIP)
			continue;
		const char *values[] = { question->fact,
			                 question->options[check->choices[q] - 1].value };
		*status = facts_add_row(told, RELATION_SAID, values);
	}
}

static const char *today_of(const struct check *check)
{
	return check->sample ? check->sample->today : "2026-11-23";
}

static void load_situation(struct check *check)
{
	struct facts *told = NULL;
	enum status status = facts_create(check->scratch->diagnoser->relations, &told);
	if (status == STATUS_OK) {
		add_answers(check, told, &status);
		if (check->sample) {
			copy_rows(check->facts, told, RELATION_TYPED, &status);
			copy_rows(check->facts, told, RELATION_CLIENT, &status);
		}
	}
	if (status == STATUS_OK)
		status = sandbox_load(check->scratch->sandbox, check->sample ? check->facts : NULL,
		                      told, today_of(check));
	facts_destroy(told);
	if (status != STATUS_OK)
		check->status = status;
}

/* The situation's outcome, from the arena of the entry. */
static struct outcome try_situation(struct check *check)
{
	enum verdict *verdicts = arena_array(check->arena, case_count(check), sizeof(*verdicts));
	struct outcome outcome = { verdicts, "" };
	struct buf words;
	load_situation(check);
	buf_init(&words, WORDS_CEILING);
	for (size_t i = 0; verdicts && check->status == STATUS_OK && i < case_count(check); i++)
		verdicts[i] = judge(check, i, &words);
	outcome.words = arena_copy(check->arena, buf_span(&words));
	if (buf_status(&words) != STATUS_OK)
		check->status = buf_status(&words);
	else if (!verdicts || !outcome.words)
		check->status = STATUS_NO_MEMORY;
	if (check->status == STATUS_OK)
		count_in(check, &outcome);
	buf_deinit(&words);
	return outcome;
}

static void choose_all(struct check *check, int choice)
{
	for (size_t q = 0; q < check->entry->question_count; q++)
		check->choices[q] = choice;
}

/* --- what a question's answers change --- */

/* `outcomes`: without an answer, then by option. */
static void compare_answers(struct check *check, size_t index, const struct outcome *outcomes)
{
	const size_t count = check->entry->questions[index].option_count;
	struct question_tally *tally = &check->questions[index];
	for (size_t i = 1; i <= count; i++) {
		tally->decides |= memcmp(outcomes[i].verdicts, outcomes[0].verdicts,
		                         case_count(check) * sizeof(enum verdict)) != 0;
		tally->heard[i - 1] |= strcmp(outcomes[i].words, outcomes[0].words) != 0;
		for (size_t k = 1; k < i; k++)
			tally->apart[(i - 1) * count + k - 1] |=
			        strcmp(outcomes[i].words, outcomes[k].words) != 0;
	}
}

/* Each answer by itself, over the sample record. */
static void try_single_answers(struct check *check)
{
	for (size_t q = 0; q < check->entry->question_count; q++) {
		const size_t count = check->entry->questions[q].option_count;
		struct outcome *outcomes = arena_array(check->arena, count + 1, sizeof(*outcomes));
		if (!outcomes)
			check->status = STATUS_NO_MEMORY;
		for (size_t i = 0; i <= count && check->status == STATUS_OK; i++) {
			check->choices[q] = (int)i;
			outcomes[i] = try_situation(check);
		}
		if (check->status != STATUS_OK)
			return;
		compare_answers(check, q, outcomes);
		check->choices[q] = KEEP;
	}
}

/* How many ways there are to answer or skip the questions, those before `end`. */
static size_t combinations(const struct entry *entry, size_t end)
{
	size_t product = 1;
	for (size_t q = 0; q < end && product <= COMBINATIONS_MOST; q++)
		product *= entry->questions[q].option_count + 1;
	return product;
}

static void compare_combinations(struct check *check, const struct outcome *outcomes, size_t total)
{
	for (size_t q = 0; q < check->entry->question_count; q++) {
		const size_t stride = combinations(check->entry, q);
		const size_t count = check->entry->questions[q].option_count;
		struct outcome *own = arena_array(check->arena, count + 1, sizeof(*own));
		if (!own) {
			check->status = STATUS_NO_MEMORY;
			return;
		}
		for (size_t at = 0; at < total; at++) {
			if (at / stride % (count + 1) != 0)
				continue;
			for (size_t i = 0; i <= count; i++)
				own[i] = outcomes[at + i * stride];
			compare_answers(check, q, own);
		}
	}
}

/* Every combination of answers while nothing else is known. True when all were tried. */
static bool try_combinations(struct check *check)
{
	const size_t all = combinations(check->entry, check->entry->question_count);
	const size_t total = all < COMBINATIONS_MOST ? all : COMBINATIONS_MOST;
	struct outcome *outcomes = arena_array(check->arena, total, sizeof(*outcomes));
	if (!outcomes)
		check->status = STATUS_NO_MEMORY;
	for (size_t at = 0; at < total && check->status == STATUS_OK; at++) {
		size_t rest = at;
		for (size_t q = 0; q < check->entry->question_count; q++) {
			const size_t ways = check->entry->questions[q].option_count + 1;
			check->choices[q] = (int)(rest % ways);
			rest /= ways;
		}
		outcomes[at] = try_situation(check);
	}
	if (all == total && check->status == STATUS_OK)
		compare_combinations(check, outcomes, total);
	return all == total;
}

/* --- what is concluded from nothing --- */

static void accuse_pick(struct check *check, size_t index, size_t pick, const char *what)
{
	char member[RULE_MEMBER_SIZE];
	const struct probe probe = { index, member, check->rule->cases[index].picks[pick].query };
	pick_member(member, pick, "pick");
	accuse(check, &probe, FAULT_ERROR, what);
}

static void check_nothing_known(struct check *check)
{
	const enum status status =
	        sandbox_load(check->scratch->sandbox, NULL, NULL, today_of(check));
	if (status != STATUS_OK)
		check->status = status;
	for (size_t i = 0; i < case_count(check) && check->status == STATUS_OK; i++) {
		const struct judgement judgement = run_picks(check, i);
		if (judgement.verdict != VERDICT_UNKNOWN)
			accuse_pick(
			        check, i, judgement.pick,
			        "decides although nothing is known; EXISTS, count(*), IS NULL and "
			        "a "
			        "condition behind WHERE take what is unknown for an answer: write "
			        "(SELECT some(condition) FROM relation)");
	}
}

/* The verdicts on the sample record without these relations; into `verdicts`. */
static void judge_without(struct check *check, unsigned relations, enum verdict *verdicts)
{
	struct facts *facts = NULL;
	enum status status = facts_create(check->scratch->diagnoser->relations, &facts);
	for (size_t i = 0; i < RELATIONS_MOST && status == STATUS_OK; i++)
		if (!(relations & 1U << i))
			copy_rows(check->facts, facts, i, &status);
	if (status == STATUS_OK)
		status = sandbox_load(check->scratch->sandbox, facts, facts, today_of(check));
	facts_destroy(facts);
	if (status != STATUS_OK)
		check->status = status;
	for (size_t i = 0; i < case_count(check) && check->status == STATUS_OK; i++)
		verdicts[i] = run_picks(check, i).verdict;
}

/*
 * With less known, a rule may decide less, but never something else. What the person said or
 * typed is left out: a record may overrule it.
 */
static void check_single_relations(struct check *check)
{
	enum verdict *whole = arena_array(check->arena, case_count(check), sizeof(*whole));
	enum verdict *part = arena_array(check->arena, case_count(check), sizeof(*part));
	if (!whole || !part) {
		check->status = STATUS_NO_MEMORY;
		return;
	}
	judge_without(check, TYPED_RELATIONS, whole);
	for (size_t r = 0; r < RELATIONS_MOST && check->status == STATUS_OK; r++) {
		if (TYPED_RELATIONS & 1U << r || !facts_present(check->facts, r))
			continue;
		judge_without(check, TYPED_RELATIONS | 1U << r, part);
		for (size_t i = 0; i < case_count(check); i++) {
			char what[256];
			if (part[i] == VERDICT_UNKNOWN || part[i] == whole[i])
				continue;
			snprintf(what, sizeof(what),
			         _("is %s while %s is unknown, but %s once it is known"),
			         verdict_name(part[i]),
			         relation_shape(check->scratch->diagnoser->relations, r)->name,
			         verdict_name(whole[i]));
			accuse_pick(check, i, 0, what);
		}
	}
}

/* --- the sample records --- */

static enum status read_facts(struct check *check, const struct sample_record *sample,
                              struct facts *out)
{
	struct faults *found = NULL;
	enum status status = faults_create(&found);
	if (status != STATUS_OK)
		return status;
	status = facts_read_json(out, span_of(sample->facts), sample->file, found);
	for (size_t i = 0; i < faults_kept(found); i++) {
		const struct fault *fault = faults_at(found, i);
		if (fault->level < FAULT_ERROR && !check->doubts)
			continue;
		const char *field =
		        arena_format(check->arena, "facts.%s", fault->field ? fault->field : "");
		faults_add(check->faults, fault->level, sample->file, sample->line, field, "%s",
		           fault->reason);
	}
	faults_destroy(found);
	return status;
}

static void compare_verdicts(struct check *check, const struct outcome *outcome)
{
	const struct sample_record *sample = check->sample;
	for (size_t e = 0; e < sample->expected_count; e++) {
		const struct expectation *expected = &sample->expected[e];
		for (size_t i = 0; i < case_count(check); i++) {
			const char *is = verdict_name(outcome->verdicts[i]);
			if (strcmp(check->entry->judged[i].id, expected->case_id) != 0 ||
			    strcmp(is, expected->verdict) == 0 || is_case_accused(check, i))
				continue;
			const char *field =
			        arena_format(check->arena, "expect.%s", expected->case_id);
			faults_add(check->faults, check->lost, sample->file, sample->line, field,
			           "lost its verdict: %s must be %s, but is %s", check->entry->id,
			           expected->verdict, is);
		}
	}
}

static void check_sample(struct check *check, const struct sample_record *sample)
{
	struct facts *facts = NULL;
	enum status status = facts_create(check->scratch->diagnoser->relations, &facts);
	if (status == STATUS_OK)
		status = read_facts(check, sample, facts);
	if (status == STATUS_OK) {
		check->sample = sample;
		check->facts = facts;
		choose_all(check, KEEP);
		const struct outcome outcome = try_situation(check);
		if (check->status == STATUS_OK)
			compare_verdicts(check, &outcome);
		if (check->status == STATUS_OK)
			check_single_relations(check);
		if (check->status == STATUS_OK && check->doubts)
			try_single_answers(check);
		check->sample = NULL;
		check->facts = NULL;
	} else if (status != STATUS_INVALID) {
		check->status = status;
	}
	facts_destroy(facts);
}

static void check_samples(struct check *check)
{
	const struct knowledge *knowledge = check->scratch->diagnoser->knowledge;
	for (size_t i = 0; i < knowledge->sample_count && check->status == STATUS_OK; i++)
		if (strcmp(knowledge->samples[i].entry, check->entry->id) == 0)
			check_sample(check, &knowledge->samples[i]);
}

/* --- what was never seen --- */

static void doubt_cases(struct check *check)
{
	const size_t count = case_count(check);
	for (size_t i = 0; i < count; i++) {
		char field[RULE_FIELD_SIZE], other[RULE_FIELD_SIZE];
		rule_field(field, check->entry, i, "pick");
		if (check->rule->cases[i].pick_count == 0 || is_case_accused(check, i))
			continue;
		if (!check->reached[i])
			faults_add(check->doubts, FAULT_WARNING, check->entry->file,
			           check->entry->line, field,
			           "no sample record and no combination of answers reaches this "
			           "case: add a record to records.jsonl to which it applies");
		for (size_t k = 0; k < i; k++) {
			if (check->differ[i * count + k] || !check->decided[i] ||
			    check->rule->cases[k].pick_count == 0)
				continue;
			rule_field(other, check->entry, k, "pick");
			faults_add(check->doubts, FAULT_WARNING, check->entry->file,
			           check->entry->line, field,
			           "never differs from %s, whatever the sample record and the "
			           "answers: mend one of them, or add a record that tells them "
			           "apart",
			           other);
		}
	}
}

static void doubt_answer(struct check *check, size_t index, size_t option)
{
	const struct question *question = &check->entry->questions[index];
	const struct question_tally *tally = &check->questions[index];
	const char *value = question->options[option].value;
	const char *field =
	        arena_format(check->arena, "ask[%zu].options[%zu].value", index, option);
	if (!tally->heard[option]) {
		faults_add(check->doubts, FAULT_WARNING, check->entry->file, check->entry->line,
		           field, "no rule reads \"%s\": it changes nothing", value);
		return;
	}
	for (size_t k = 0; k < option; k++)
		if (!tally->apart[option * question->option_count + k])
			faults_add(check->doubts, FAULT_WARNING, check->entry->file,
			           check->entry->line, field,
			           "no rule tells \"%s\" from \"%s\": make them one answer, or "
			           "look for a misspelt value",
			           value, question->options[k].value);
}

static void doubt_questions(struct check *check)
{
	for (size_t q = 0; q < check->entry->question_count; q++) {
		const char *field = arena_format(check->arena, "ask[%zu].fact", q);
		if (!check->questions[q].decides) {
			faults_add(check->doubts, FAULT_WARNING, check->entry->file,
			           check->entry->line, field,
			           "no answer to this question ever decides anything: no rule "
			           "uses said('%s')",
			           check->entry->questions[q].fact);
			continue;
		}
		for (size_t i = 0; i < check->entry->questions[q].option_count; i++)
			doubt_answer(check, q, i);
	}
}

static void raise_doubts(struct check *check)
{
	const bool all_tried = try_combinations(check);
	if (check->status != STATUS_OK)
		return;
	doubt_cases(check);
	if (all_tried)
		doubt_questions(check);
	else
		faults_add(
		        check->doubts, FAULT_NOTE, check->entry->file, check->entry->line, "ask",
		        "only the first %d combinations of answers were tried, and the questions "
		        "were not checked",
		        COMBINATIONS_MOST);
}

/* --- one entry --- */

static void *give(struct check *check, size_t count, size_t size)
{
	void *memory = arena_array(check->arena, count, size);
	if (!memory)
		check->status = STATUS_NO_MEMORY;
	return memory;
}

static size_t count_expressions(const struct entry *entry)
{
	size_t count = 0;
	for (size_t i = 0; i < entry->judged_count; i++)
		count += 4 * entry->judged[i].pick_count + 3 * entry->judged[i].todo_count;
	return count;
}

static void begin_entry(struct check *check, size_t index)
{
	const struct entry *entry = &check->scratch->diagnoser->knowledge->entries[index];
	const size_t cases = entry->judged_count;
	arena_reset(check->arena);
	check->entry = entry;
	check->choices = give(check, entry->question_count, sizeof(int));
	check->accused = give(check, count_expressions(entry), sizeof(*check->accused));
	check->accused_count = 0;
	check->reached = give(check, cases, sizeof(bool));
	check->decided = give(check, cases, sizeof(bool));
	check->differ = give(check, cases * cases, sizeof(bool));
	check->questions = give(check, entry->question_count, sizeof(*check->questions));
	for (size_t q = 0; check->questions && q < entry->question_count; q++) {
		const size_t options = entry->questions[q].option_count;
		check->questions[q].heard = give(check, options, sizeof(bool));
		check->questions[q].apart = give(check, options * options, sizeof(bool));
	}
}

static void check_entry(struct check *check, size_t index)
{
	begin_entry(check, index);
	if (check->status == STATUS_OK)
		check->status = diagnosis_scratch_rule(check->scratch, check->entry, &check->rule);
	if (check->status == STATUS_OK)
		check_nothing_known(check);
	if (check->status == STATUS_OK)
		check_samples(check);
	if (check->status == STATUS_OK && check->doubts)
		raise_doubts(check);
}

static enum status run(struct check *check)
{
	const struct knowledge *knowledge = check->scratch->diagnoser->knowledge;
	check->status = arena_create(&check->arena, CHECK_BYTES_MOST);
	for (size_t i = 0; i < knowledge_rich_count(knowledge) && check->status == STATUS_OK; i++) {
		const struct entry *entry = knowledge_rich(knowledge, i);
		if (entry->kind == ENTRY_ANSWER && entry->judged_count > 0)
			check_entry(check, (size_t)(entry - knowledge->entries));
	}
	arena_destroy(check->arena);
	return check->status;
}

enum status rules_check(struct diagnosis_scratch *scratch, struct faults *faults)
{
	struct check check = {
		.scratch = scratch, .faults = faults, .doubts = faults, .lost = FAULT_ERROR
	};
	return run(&check);
}

enum status rules_check_fitness(struct diagnosis_scratch *scratch, enum fault_level lost,
                                struct faults *faults)
{
	struct check check = { .scratch = scratch, .faults = faults, .lost = lost };
	return run(&check);
}

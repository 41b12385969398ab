/*
 * Checks that need a rehearsal: every sentence of the knowledge is asked and must find its own
 * entry (questions, alternates, prompts, golden questions, examples of the page), and the sample
 * records must get their verdicts.
 */
#include "engine/dialogue/snapshot.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/language.h"
#include "engine/diagnose/rules_check.h"
#include "engine/dialogue/pattern_check.h"
#include "engine/dialogue/popup_check.h"
#include "engine/dialogue/siblings.h"

enum {
	QUESTION_CEILING = 16 << 20,
	PREFIX_SIZE = 48,
	FIELD_SIZE = PREFIX_SIZE + 24,
	NAMES_CEILING = 4096
};

struct checker {
	const struct snapshot *snapshot;
	struct scratch *scratch;
	struct arena *arena;
	struct faults *faults;
	enum fault_level golden_level;
	struct day today;
};

struct asked {
	struct text text;
	struct date_list dates;
	struct match_result result;
};

static enum status ask(struct checker *checker, const char *question, struct asked *asked)
{
	arena_reset(checker->arena);
	enum status status = normalise(checker->snapshot->normaliser, span_of(question),
	                               checker->arena, &asked->text);
	if (status == STATUS_OK)
		status = matcher_match(checker->scratch->match, &asked->text, NULL, checker->arena,
		                       &asked->result);
	if (status != STATUS_OK)
		return status;
	dates_find(&checker->snapshot->subjects, asked->text.utf8, checker->today, &asked->dates);
	const struct sibling_input input = { .snapshot = checker->snapshot,
		                             .scratch = checker->scratch,
		                             .arena = checker->arena,
		                             .text = &asked->text,
		                             .dates = &asked->dates };
	return siblings_prefer(&input, &asked->result);
}

/* Dates in the sentences are resolved against today. */
static struct day day_of_check(void)
{
	const struct clock clock = clock_system();
	char text[DAY_SIZE];
	struct day day = { 2026, 1, 1 };
	day_in_china(clock_wall_ms(&clock), text);
	(void)day_read(text, &day);
	return day;
}

static enum status check_sentence(struct checker *checker, const struct entry *entry,
                                  const char *field, const char *sentence)
{
	struct asked asked;
	const enum status status = ask(checker, sentence, &asked);
	if (status != STATUS_OK)
		return status;
	const struct entry *winner = match_winner(&asked.result);
	char place[2 * FIELD_SIZE];
	if (winner != entry)
		faults_add(checker->faults, FAULT_WARNING, entry->file, entry->line,
		           entry_member(checker->snapshot->knowledge, entry, field, place,
		                        sizeof(place)),
		           "\"%s\" is won by %s: reword it, or add it to that entry's `not`",
		           sentence, winner ? winner->id : _("no entry"));
	return STATUS_OK;
}

static enum status check_sentences(struct checker *checker, const struct entry *entry,
                                   const char *prefix, const struct strings *sentences)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < sentences->count && status == STATUS_OK; i++) {
		char field[FIELD_SIZE];
		snprintf(field, sizeof(field), "%s[%zu]", prefix, i);
		status = check_sentence(checker, entry, field, sentences->items[i]);
	}
	return status;
}

/* Names the first few of many. */
enum { NAMED_MOST = 8 };

static bool lacks_alternates(const struct entry *entry)
{
	return entry->question[0] && entry->also.count == 0;
}

/* An entry may have no answer if an editor's note says that this is intended. */
static bool lacks_answer(const struct entry *entry)
{
	return !entry->answer[0] && entry->case_count == 0 && !entry->note[0];
}

static bool lacks_both(const struct entry *entry)
{
	return lacks_alternates(entry) && lacks_answer(entry);
}

static bool lacks_alternates_only(const struct entry *entry)
{
	return lacks_alternates(entry) && !lacks_answer(entry);
}

static bool lacks_answer_only(const struct entry *entry)
{
	return lacks_answer(entry) && !lacks_alternates(entry);
}

static size_t name_entries(const struct knowledge *knowledge,
                           bool (*lacks)(const struct entry *entry), struct buf *names)
{
	size_t count = 0;
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		if (!lacks(entry))
			continue;
		if (count < NAMED_MOST)
			buf_append_format(names, "%s%s", count > 0 ? ", " : "", entry->id);
		count++;
	}
	if (count > NAMED_MOST)
		buf_append_text(names, ", …");
	return count;
}

/* Missing texts: one line for each kind, because a fresh import has many of them. */
static void check_unwritten(const struct knowledge *knowledge, struct faults *faults)
{
	struct buf names;
	buf_init(&names, NAMES_CEILING);
	size_t count = name_entries(knowledge, lacks_both, &names);
	if (count > 0)
		faults_add(faults, FAULT_WARNING, NULL, 0, NULL,
		           "entries with neither alternates nor an answer: %zu (%s)", count,
		           buf_text(&names));
	buf_clear(&names);
	count = name_entries(knowledge, lacks_answer_only, &names);
	if (count > 0)
		faults_add(faults, FAULT_NOTE, NULL, 0, NULL,
		           "entries without an answer: %zu (%s); write one, or a `note` that says "
		           "why there is none",
		           count, buf_text(&names));
	buf_clear(&names);
	count = name_entries(knowledge, lacks_alternates_only, &names);
	if (count > 0 && 2 * count > knowledge->answer_count)
		faults_add(
		        faults, FAULT_WARNING, NULL, 0, NULL,
		        "%zu of %zu entries have no alternates (%s): most questions that people "
		        "ask in their own words will be declined; write two to five alternates of "
		        "each, those that are asked most first",
		        count, knowledge->answer_count, buf_text(&names));
	else if (count > 0)
		faults_add(faults, FAULT_NOTE, NULL, 0, NULL,
		           "entries without alternates: %zu (%s); they are found by the words of "
		           "their own questions only",
		           count, buf_text(&names));
	buf_deinit(&names);
}

static enum status check_entry(struct checker *checker, const struct entry *entry)
{
	enum status status = STATUS_OK;
	if (entry->kind == ENTRY_ANSWER && !entry->question[0] && entry->also.count == 0)
		faults_add(checker->faults, FAULT_WARNING, entry->file, entry->line, "question",
		           "no question and no alternate: it is found by its answer alone");
	if (entry->kind == ENTRY_ANSWER && entry->question[0])
		status = check_sentence(checker, entry, "question", entry->question);
	if (status == STATUS_OK)
		status = check_sentences(checker, entry, "prompts", &entry->prompts);
	if (status == STATUS_OK)
		status = check_sentences(checker, entry, "also", &entry->also);
	for (size_t c = 0; c < entry->case_count && status == STATUS_OK; c++) {
		char prefix[PREFIX_SIZE];
		snprintf(prefix, sizeof(prefix), "cases[%zu].also", c);
		status = check_sentences(checker, entry, prefix, &entry->cases[c].also);
	}
	return status;
}

static const char *outcome_of(const struct match_result *result)
{
	if (result->band == BAND_ANSWER)
		return "answer";
	if (result->band == BAND_CHOOSE)
		return "choose";
	if (!result->other || result->other->kind == ENTRY_REFERRAL)
		return "decline";
	return result->other->kind == ENTRY_SMALLTALK ? "smalltalk" : "handoff";
}

/* The reply of a conversation that begins with the question; siblings are told apart as there. */
static enum status reply_of(struct checker *checker, struct asked *asked, struct reply *reply)
{
	const struct match_result *result = &asked->result;
	struct told told = { 0 };
	char today[DAY_SIZE];
	day_write(checker->today, today);
	*reply = (struct reply){ .knowledge = checker->snapshot->knowledge,
		                 .ranking = result->ranking,
		                 .ranking_count = result->ranking_count };
	reply->outcome = result->band == BAND_ANSWER   ? OUTCOME_ANSWER
	                 : result->band == BAND_CHOOSE ? OUTCOME_CHOOSE
	                                               : OUTCOME_DECLINE;
	for (size_t i = 0; i < result->answer_count && i < REPLY_ANSWERS_MOST; i++)
		reply->answers[reply->answer_count++] = result->answers[i];
	for (size_t i = 0; i < result->choice_count && i < REPLY_CHOICES_MOST; i++)
		reply->choices[reply->choice_count++] = result->choices[i];
	const struct sibling_input input = { .snapshot = checker->snapshot,
		                             .scratch = checker->scratch,
		                             .arena = checker->arena,
		                             .text = &asked->text,
		                             .dates = &asked->dates,
		                             .told = &told,
		                             .today = today };
	return siblings_resolve(&input, reply);
}

/* Whether the entry is among the answers or, if choices are allowed, among those. */
static bool keeps(const struct reply *reply, const char *id, bool may_choose)
{
	for (size_t i = 0; i < reply->answer_count; i++)
		if (strcmp(reply->answers[i].entry->id, id) == 0)
			return true;
	for (size_t i = 0; may_choose && i < reply->choice_count; i++)
		if (strcmp(reply->choices[i].entry->id, id) == 0)
			return true;
	return false;
}

/* False if `id` is answered with another case than `case_id`, or with none. */
static bool names_case(const struct reply *reply, const char *id, const char *case_id)
{
	for (size_t i = 0; i < reply->answer_count; i++) {
		const struct match_candidate *answer = &reply->answers[i];
		if (strcmp(answer->entry->id, id) == 0)
			return answer->named_case && strcmp(answer->named_case->id, case_id) == 0;
	}
	return true;
}

static enum status check_golden(struct checker *checker, const struct golden *golden)
{
	struct asked asked;
	struct reply reply;
	enum status status = ask(checker, golden->question, &asked);
	if (status == STATUS_OK)
		status = reply_of(checker, &asked, &reply);
	if (status != STATUS_OK)
		return status;
	char field[FIELD_SIZE];
	snprintf(field, sizeof(field), "golden[%u].q", golden->index);
	const char *outcome = reply.outcome == OUTCOME_DECLINE ? outcome_of(&asked.result)
	                                                       : outcome_name(reply.outcome);
	const struct entry *winner = match_winner(&asked.result);
	const bool may_choose = golden->outcome && golden->entry;
	if (golden->outcome && !may_choose && strcmp(outcome, golden->outcome) != 0)
		faults_add(checker->faults, checker->golden_level,
		           checker->snapshot->knowledge->golden_file, 0, field,
		           "\"%s\" must end in %s, but ends in %s", golden->question,
		           golden->outcome, outcome);
	if (!golden->entry)
		return STATUS_OK;
	if (!keeps(&reply, golden->entry, may_choose))
		faults_add(checker->faults, checker->golden_level,
		           checker->snapshot->knowledge->golden_file, 0, field,
		           "\"%s\" lost its answer %s: it now ends in %s, with %s first",
		           golden->question, golden->entry, outcome,
		           winner ? winner->id : _("no entry"));
	else if (golden->case_id && !names_case(&reply, golden->entry, golden->case_id))
		faults_add(checker->faults, checker->golden_level,
		           checker->snapshot->knowledge->golden_file, 0, field,
		           "\"%s\" no longer names case %s of %s", golden->question,
		           golden->case_id, golden->entry);
	return STATUS_OK;
}

static enum status check_all_golden(struct checker *checker)
{
	const struct knowledge *knowledge = checker->snapshot->knowledge;
	enum status status = STATUS_OK;
	for (size_t i = 0; i < knowledge->golden_count && status == STATUS_OK; i++)
		status = check_golden(checker, &knowledge->golden[i]);
	return status;
}

/* Examples of the page must be answered directly: a tap on one is a first impression. */
static enum status check_examples(struct checker *checker, const struct strings *examples)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < examples->count && status == STATUS_OK; i++) {
		struct asked asked;
		char field[FIELD_SIZE];
		status = ask(checker, examples->items[i], &asked);
		if (status != STATUS_OK || asked.result.band == BAND_ANSWER)
			continue;
		snprintf(field, sizeof(field), "examples[%zu]", i);
		faults_add(checker->faults, FAULT_WARNING,
		           checker->snapshot->knowledge->office_file, 0, field,
		           "\"%s\" is not answered, it ends in %s: reword it, or add it to the "
		           "`also` of its entry",
		           examples->items[i], outcome_of(&asked.result));
	}
	return status;
}

static void check_contacts(const struct knowledge *knowledge, struct faults *faults)
{
	if (knowledge->office.contact_count == 0)
		faults_add(faults, FAULT_WARNING, knowledge->office_file, 0, "contacts",
		           "there are none, so that neither a decline nor 转人工 can tell where to "
		           "turn: write at least one, such as {\"kind\": \"phone\", \"label\": "
		           "\"咨询电话\", \"value\": \"0371-12345678\"}");
}

enum status snapshot_check(const struct snapshot *snapshot, struct faults *faults)
{
	struct checker checker = { .snapshot = snapshot,
		                   .faults = faults,
		                   .golden_level = FAULT_ERROR,
		                   .today = day_of_check() };
	const struct knowledge *knowledge = snapshot->knowledge;
	enum status status = arena_create(&checker.arena, QUESTION_CEILING);
	if (status == STATUS_OK)
		status = scratch_create(snapshot, &checker.scratch);
	for (size_t i = 0; i < knowledge->entry_count && status == STATUS_OK; i++)
		status = check_entry(&checker, &knowledge->entries[i]);
	if (status == STATUS_OK)
		status = check_all_golden(&checker);
	if (status == STATUS_OK)
		status = check_examples(&checker, &knowledge->office.examples);
	if (status == STATUS_OK)
		status = patterns_check(snapshot, checker.scratch->match, faults);
	check_contacts(knowledge, faults);
	check_unwritten(knowledge, faults);
	if (status == STATUS_OK)
		status = popups_check(snapshot, checker.arena, faults);
	if (status == STATUS_OK)
		status = rules_check(checker.scratch->diagnosis, faults);
	scratch_destroy(checker.scratch);
	arena_destroy(checker.arena);
	if (status == STATUS_OK && faults_count(faults, FAULT_ERROR) > 0)
		status = STATUS_INVALID;
	return status;
}

enum status snapshot_check_golden(const struct snapshot *snapshot, enum fault_level level,
                                  struct faults *faults)
{
	struct checker checker = { .snapshot = snapshot,
		                   .faults = faults,
		                   .golden_level = level,
		                   .today = day_of_check() };
	const size_t before = faults_count(faults, FAULT_ERROR);
	enum status status = arena_create(&checker.arena, QUESTION_CEILING);
	if (status == STATUS_OK)
		status = scratch_create(snapshot, &checker.scratch);
	if (status == STATUS_OK)
		status = check_all_golden(&checker);
	if (status == STATUS_OK)
		status = rules_check_fitness(checker.scratch->diagnosis, level, faults);
	scratch_destroy(checker.scratch);
	arena_destroy(checker.arena);
	if (status == STATUS_OK && faults_count(faults, FAULT_ERROR) > before)
		status = STATUS_INVALID;
	return status;
}

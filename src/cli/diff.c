/*
 * Both folders are opened, a set of questions is gathered (the sentences of both, golden questions,
 * files, the journal), each question is asked of both, and those that end otherwise are shown, the
 * gravest first. Replies are not kept: what is shown is asked once more.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "office/authoring/answer_diff.h"
#include "office/authoring/question_set.h"
#include "office/journal/traffic.h"

enum {
	KEY_JSON = 0x100,
	KEY_TODAY,
	KEY_DAYS,
	KEY_MOST,
	FILE_CEILING = 256 << 20,
	LINE_BYTES_MOST = 1 << 20,
	LINE_DEPTH_MOST = 16,
	QUESTIONS_MOST = 1 << 20,
	TURNS_MOST = 1000000,
	FILES_MOST = 64,
	DAYS_USUAL = 90,
	DAYS_MOST = 36500,
	SHOWN_USUAL = 100,
	SHOWN_MOST = QUESTIONS_MOST,
	BUSY_MS = 5000,
	DAY_MS = 86400000,
};

struct options {
	const char *folders[2];
	const char *journal;
	const char *files[FILES_MOST];
	size_t file_count;
	char today[DAY_SIZE];
	long days, most;
	bool json;
};

static const struct argp_option option_table[] = {
	{ "journal", 'j', "FILE", 0,
	  N_("Try what people asked, too: a journal, or the URL of the PostgreSQL that holds it"),
	  0 },
	{ "days", KEY_DAYS, "N", 0, N_("Of the journal: the last N days (default: 90)"), 0 },
	{ "questions", 'q', "FILE", 0,
	  N_("Try these, too: a line each, {\"q\":…}, with \"asked\": N where it was asked so "
	     "often"),
	  0 },
	{ "most", KEY_MOST, "N", 0, N_("Show the N gravest changes (default: 100)"), 0 },
	{ "today", KEY_TODAY, "YYYY-MM-DD", 0,
	  N_("The day of the questions (default: today in China)"), 0 },
	{ "json", KEY_JSON, NULL, 0, N_("Print every change as an object a line"), 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->journal = value;
		return 0;
	case 'q':
		if (options->file_count == FILES_MOST)
			argp_error(state, _("at most %d files of questions"), FILES_MOST);
		options->files[options->file_count++] = value;
		return 0;
	case KEY_DAYS:
		if (!read_number(value, 1, DAYS_MOST, &options->days))
			argp_error(state, _("--days takes a number from 1 to %d"), DAYS_MOST);
		return 0;
	case KEY_MOST:
		if (!read_number(value, 0, SHOWN_MOST, &options->most))
			argp_error(state, _("--most takes a number from 0 to %d"), SHOWN_MOST);
		return 0;
	case KEY_TODAY:
		read_today(value, options->today, state);
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 1)
			argp_error(state, "%s", _("two folders: dayi diff OLD NEW"));
		options->folders[state->arg_num] = value;
		return 0;
	case ARGP_KEY_END:
		if (state->arg_num < 2)
			argp_error(state, "%s", _("two folders: dayi diff OLD NEW"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.args_doc = "OLD NEW",
	.doc = N_(
	        "Asks questions of two knowledge folders, and shows which of them end otherwise: "
	        "lost (no longer answered), entry (answered by another), case (another 情形), "
	        "gained (answered now), offered (other choices, or another way of not answering), "
	        "words (the same entry in other words).\v"
	        "The questions are the sentences of both folders, the golden questions, and what "
	        "--journal and --questions give. Each is asked alone, of somebody of whom nothing "
	        "is known. Exit status 1 when a golden question is lost: one of NEW does not end "
	        "as it says, or one of OLD that NEW no longer has ends otherwise."),
};

struct comparison {
	const struct options *options;
	struct engine engines[2];
	struct question_set *set;
	size_t askings[DIFF_KINDS], questions[DIFF_KINDS], losses;
};

static enum status take_asked(void *context, struct span question, int64_t asked)
{
	struct comparison *comparison = context;

	return question_set_add(comparison->set, question, asked > 0 ? (uint64_t)asked : 0, false);
}

static enum status read_journal(struct comparison *comparison)
{
	const struct options *options = comparison->options;
	const int64_t now_ms = clock_wall_ms(&comparison->engines[1].clock);
	char problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	const enum status status =
	        journal_read_traffic(options->journal, BUSY_MS, now_ms - options->days * DAY_MS,
	                             TURNS_MOST, take_asked, comparison, problem);

	if (status == STATUS_NOT_FOUND)
		fprintf(stderr, _("dayi diff: there is no journal %s\n"),
		        store_name(options->journal, name));
	else if (status != STATUS_OK)
		fprintf(stderr, "dayi diff: %s: %s\n", store_name(options->journal, name),
		        problem[0] ? problem : status_text(status));
	return status;
}

static enum status take_line(struct comparison *comparison, struct span line, const char *file,
                             unsigned number)
{
	const struct json_limits limits = { LINE_BYTES_MOST, LINE_DEPTH_MOST };
	struct faults *faults = NULL;
	const cJSON *asked;
	cJSON *row = NULL;
	const char *text;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = json_parse(&row, line, limits, file, faults);
	text = json_string(row, "q", json_string(row, "query", NULL));
	if (status == STATUS_OK && !text) {
		faults_add(faults, FAULT_ERROR, file, 0, "q", "must be a string: the question");
		status = STATUS_INVALID;
	}
	asked = cJSON_GetObjectItemCaseSensitive(row, "asked");
	if (status == STATUS_OK)
		status = take_asked(comparison, span_of(text),
		                    cJSON_IsNumber(asked) ? asked->valueint : 1);
	if (status == STATUS_INVALID)
		fprintf(stderr, _("dayi diff: line %u of %s is no question:\n"), number, file);
	faults_print(faults, stderr);
	faults_destroy(faults);
	cJSON_Delete(row);
	return status;
}

static enum status read_questions(struct comparison *comparison, const char *file)
{
	struct buf text;
	struct span rest;
	unsigned number = 0;
	enum status status;

	buf_init(&text, FILE_CEILING);
	status = file_read(file, &text);
	if (status != STATUS_OK)
		fprintf(stderr, "dayi diff: %s: %s\n", file, file_failure(status));
	rest = buf_span(&text);
	while (rest.len > 0 && status == STATUS_OK) {
		const char *end = memchr(rest.ptr, '\n', rest.len);
		const struct span line = { rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len };

		number++;
		if (line.len > 0)
			status = take_line(comparison, line, file, number);
		rest.ptr += line.len + (end != NULL);
		rest.len -= line.len + (end != NULL);
	}
	buf_deinit(&text);
	return status;
}

static enum status gather(struct comparison *comparison)
{
	const struct options *options = comparison->options;
	const struct knowledge *old = comparison->engines[0].snapshot->knowledge;
	const struct knowledge *new = comparison->engines[1].snapshot->knowledge;
	enum status status = question_set_create(&comparison->set, QUESTIONS_MOST);

	if (status == STATUS_OK)
		status = question_set_add_golden(comparison->set, old, new);
	if (status == STATUS_OK)
		status = question_set_add_entries(comparison->set, old);
	if (status == STATUS_OK)
		status = question_set_add_entries(comparison->set, new);
	for (size_t i = 0; status == STATUS_OK && i < options->file_count; i++)
		status = read_questions(comparison, options->files[i]);
	if (status == STATUS_OK && options->journal)
		status = read_journal(comparison);
	if (status == STATUS_LIMIT)
		fprintf(stderr, _("dayi diff: more than %d different questions\n"), QUESTIONS_MOST);
	return status;
}

static struct diff_side side_of(const struct engine *engine)
{
	return (struct diff_side){ engine->snapshot, engine->scratch, engine->arena,
		                   &engine->clock };
}

/* --- for people --- */

static const char *kind_in_words(enum diff_kind kind)
{
	static const char *const words[DIFF_KINDS] = {
		[DIFF_WORDS] = N_("the same entry in other words"),
		[DIFF_OFFERED] = N_("not answered, but otherwise"),
		[DIFF_GAINED] = N_("answered now"),
		[DIFF_CASE] = N_("another case of the same entry"),
		[DIFF_ENTRY] = N_("another entry"),
		[DIFF_LOST] = N_("no longer answered"),
	};

	return _(words[kind]);
}

static void print_candidate(const char *sign, const struct match_candidate *candidate,
                            const struct entry_case *lead, const struct knowledge *other)
{
	const struct entry *entry = candidate->entry;

	printf("      %s ", sign);
	if (entry->number > 0)
		printf("%d ", entry->number);
	print_plain(span_of(entry->question[0] ? entry->question : entry->id));
	if (lead)
		printf(" %s", lead->label);
	printf("  (%.2f", candidate->confidence);
	if (candidate->spoke) {
		printf(diff_spoke_anew(candidate, other) ? _("; only here: ") : "; ");
		print_plain(span_of(candidate->spoke));
	}
	puts(")");
}

static void print_reply(const char *sign, const struct reply *reply, const struct knowledge *other)
{
	for (size_t i = 0; i < reply->answer_count; i++)
		print_candidate(sign, &reply->answers[i], reply_case(reply, i), other);
	if (reply->answer_count > 0)
		return;
	printf("      %s %s%s%s\n", sign, _(outcome_name(reply->outcome)), reply->topic ? " " : "",
	       reply->topic ? reply->topic : "");
	for (size_t i = 0; i < reply->choice_count; i++)
		print_candidate("   ?", &reply->choices[i], NULL, other);
}

static void print_change(const struct diff_question *question, const struct reply replies[2],
                         const struct comparison *comparison)
{
	if (question->asked > 0)
		printf("%" PRIu64 "×  ", question->asked);
	print_plain(question->text);
	printf("  %s%s\n", kind_in_words(question->kind),
	       diff_is_loss(question) ? _("; GOLDEN") : "");
	print_reply("-", &replies[0], comparison->engines[1].snapshot->knowledge);
	print_reply("+", &replies[1], comparison->engines[0].snapshot->knowledge);
}

static void print_sums(const struct comparison *comparison)
{
	size_t changed = 0, all = comparison->questions[DIFF_NONE];

	for (int kind = DIFF_KINDS - 1; kind > DIFF_NONE; kind--)
		changed += comparison->questions[kind];
	all += changed;
	printf(_("%zu of %zu questions end otherwise"), changed, all);
	puts(changed > 0 ? _(":") : "");
	for (int kind = DIFF_KINDS - 1; kind > DIFF_NONE; kind--)
		if (comparison->questions[kind] > 0)
			printf(_("  %6zu %s (asked %zu times)\n"), comparison->questions[kind],
			       kind_in_words((enum diff_kind)kind), comparison->askings[kind]);
}

/* --- for programs --- */

static cJSON *candidate_object(const struct match_candidate *candidate,
                               const struct entry_case *lead, const struct knowledge *other)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "entry", candidate->entry->id);
	if (lead)
		cJSON_AddStringToObject(object, "case", lead->id);
	cJSON_AddNumberToObject(object, "confidence", candidate->confidence);
	cJSON_AddStringToObject(object, "by", match_by_name(candidate->by));
	if (candidate->spoke)
		cJSON_AddStringToObject(object, "spoke", candidate->spoke);
	if (candidate->spoke)
		cJSON_AddBoolToObject(object, "only_here", diff_spoke_anew(candidate, other));
	return object;
}

static cJSON *reply_object(const struct reply *reply, const struct knowledge *other)
{
	cJSON *object = cJSON_CreateObject(), *answers, *choices;

	cJSON_AddStringToObject(object, "outcome", outcome_name(reply->outcome));
	if (reply->topic)
		cJSON_AddStringToObject(object, "topic", reply->topic);
	answers = cJSON_AddArrayToObject(object, "answers");
	for (size_t i = 0; i < reply->answer_count; i++)
		cJSON_AddItemToArray(
		        answers, candidate_object(&reply->answers[i], reply_case(reply, i), other));
	choices = cJSON_AddArrayToObject(object, "choices");
	for (size_t i = 0; i < reply->choice_count; i++)
		cJSON_AddItemToArray(choices, candidate_object(&reply->choices[i], NULL, other));
	return object;
}

static enum status print_object(const struct diff_question *question, const struct reply replies[2],
                                const struct comparison *comparison)
{
	cJSON *object = cJSON_CreateObject();
	char *text;

	cJSON_AddStringToObject(object, "q", question->text.ptr);
	cJSON_AddNumberToObject(object, "asked", (double)question->asked);
	cJSON_AddStringToObject(object, "change", diff_kind_name(question->kind));
	cJSON_AddBoolToObject(object, "golden", question->golden);
	for (int i = 0; i < 2; i++)
		cJSON_AddItemToObject(
		        object, i == 0 ? "old" : "new",
		        reply_object(&replies[i], comparison->engines[1 - i].snapshot->knowledge));
	text = cJSON_PrintUnformatted(object);
	if (text)
		puts(text);
	cJSON_free(text);
	cJSON_Delete(object);
	return text ? STATUS_OK : STATUS_NO_MEMORY;
}

/* --- */

static enum status show(struct comparison *comparison, const struct diff_question *question)
{
	struct reply replies[2];
	enum status status = STATUS_OK;

	for (int i = 0; status == STATUS_OK && i < 2; i++) {
		const struct diff_side side = side_of(&comparison->engines[i]);

		status = diff_ask(&side, question->text, &replies[i]);
	}
	if (status != STATUS_OK)
		return status;
	if (comparison->options->json)
		return print_object(question, replies, comparison);
	print_change(question, replies, comparison);
	return STATUS_OK;
}

static enum status show_all(struct comparison *comparison, const struct diff_question *questions,
                            size_t count)
{
	const size_t most = comparison->options->json ? count : (size_t)comparison->options->most;
	enum status status = STATUS_OK;
	size_t shown = 0;

	for (size_t i = 0; i < count; i++) {
		comparison->questions[questions[i].kind]++;
		comparison->askings[questions[i].kind] += questions[i].asked;
		comparison->losses += diff_is_loss(&questions[i]);
	}
	if (!comparison->options->json)
		print_sums(comparison);
	while (status == STATUS_OK && shown < count && shown < most &&
	       questions[shown].kind != DIFF_NONE)
		status = show(comparison, &questions[shown++]);
	if (!comparison->options->json && shown < count && questions[shown].kind != DIFF_NONE)
		puts(_("… (more with --most or --json)"));
	return status;
}

static enum status compare(struct comparison *comparison)
{
	const struct diff_side old = side_of(&comparison->engines[0]);
	const struct diff_side new = side_of(&comparison->engines[1]);
	struct diff_question *questions;
	size_t count;
	enum status status = gather(comparison);

	if (status != STATUS_OK)
		return status;
	questions = question_set_items(comparison->set, &count);
	status = diff_judge(&old, &new, questions, count);
	if (status != STATUS_OK)
		return status;
	diff_sort(questions, count);
	return show_all(comparison, questions, count);
}

/* That NEW's golden questions end as they say. */
static enum status check_golden(const struct comparison *comparison)
{
	struct faults *faults = NULL;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status =
		        snapshot_check_golden(comparison->engines[1].snapshot, FAULT_ERROR, faults);
	faults_print(faults, stderr);
	faults_destroy(faults);
	if (status == STATUS_OK && comparison->losses > 0) {
		fprintf(stderr,
		        _("dayi diff: %zu golden questions that NEW no longer has end "
		          "otherwise\n"),
		        comparison->losses);
		status = STATUS_INVALID;
	}
	return status;
}

int cli_diff(int argc, char **argv)
{
	struct options options = { .days = DAYS_USUAL, .most = SHOWN_USUAL };
	struct comparison comparison = { .options = &options };
	int result = EXIT_DONE;
	enum status status;

	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	for (int i = 0; result == EXIT_DONE && i < 2; i++) {
		result = engine_open(&comparison.engines[i], options.folders[i], NULL, NULL);
		if (options.today[0])
			engine_set_today(&comparison.engines[i], options.today);
	}
	if (result == EXIT_DONE) {
		status = compare(&comparison);
		if (status == STATUS_OK)
			status = check_golden(&comparison);
		if (status != STATUS_OK && exit_of(status) == EXIT_MACHINE)
			(void)engine_fail(_("comparing"), status);
		result = exit_of(status);
	}
	question_set_destroy(comparison.set);
	engine_close(&comparison.engines[0]);
	engine_close(&comparison.engines[1]);
	return result;
}

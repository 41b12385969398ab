/*
 * Both folders are opened, a set of questions is gathered (the sentences of both, golden questions,
 * files, the journal) and records, and the gate (office/authoring/gate.h) puts all of it to both.
 * What ends otherwise is shown, the gravest first.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/grow.h"
#include "base/json.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "office/authoring/gate.h"
#include "office/authoring/gate_json.h"
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
	const char *journal, *config;
	const char *files[FILES_MOST], *records[FILES_MOST];
	size_t file_count, record_count;
	char today[DAY_SIZE];
	long days, most;
	bool json;
};

static const struct argp_option option_table[] = {
	SETTINGS_OPTION,
	{ "journal", 'j', "FILE", 0,
	  N_("Try what people asked, too: a journal, or the URL of the PostgreSQL that holds it"),
	  0 },
	{ "days", KEY_DAYS, "N", 0, N_("Of the journal: the last N days (default: 90)"), 0 },
	{ "questions", 'q', "FILE", 0,
	  N_("Try these, too: a line each, {\"q\":…}, with \"asked\": N where it was asked so "
	     "often"),
	  0 },
	{ "records", 'r', "FILE", 0,
	  N_("Judge these records, too: a line each, {\"facts\":…}, with \"today\": YYYY-MM-DD"),
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
	case 'c':
		options->config = value;
		return 0;
	case 'j':
		options->journal = value;
		return 0;
	case 'q':
		if (options->file_count == FILES_MOST)
			argp_error(state, _("at most %d files of questions"), FILES_MOST);
		options->files[options->file_count++] = value;
		return 0;
	case 'r':
		if (options->record_count == FILES_MOST)
			argp_error(state, _("at most %d files of records"), FILES_MOST);
		options->records[options->record_count++] = value;
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
		if (state->arg_num == 1 && options->config)
			options->folders[1] = options->folders[0];
		else if (state->arg_num < 2)
			argp_error(state, "%s", _("two folders: dayi diff OLD NEW"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.args_doc = "OLD NEW\n--config FILE NEW",
	.doc = N_(
	        "Asks questions of two knowledge folders, and shows which of them end otherwise: "
	        "lost (no longer answered), entry (answered by another), case (another 情形), "
	        "gained (answered now), offered (other choices, or another way of not answering), "
	        "words (the same entry in other words).\v"
	        "The questions are the sentences of both folders, the golden questions, and what "
	        "--journal and --questions give. Each is asked alone, of somebody of whom nothing "
	        "is known. Where rules changed, records are judged by both: the sample records, "
	        "what --records gives, and records made up of what the rules tell apart. Exit "
	        "status 1 when a golden question is lost: one of NEW does not end as it says, or "
	        "one of OLD that NEW no longer has ends otherwise; and when a sample record of NEW "
	        "has another verdict than it must keep. With --config and one folder, OLD is the "
	        "knowledge folder of the settings."),
};

struct records {
	struct verdict_record *items;
	size_t count, capacity;
	struct arena *arena;
};

struct comparison {
	const struct options *options;
	struct engine engines[2];
	struct question_set *set;
	struct records records;
	struct gate_result result;
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

typedef enum status (*row_taker)(struct comparison *comparison, const cJSON *row, const char *file,
                                 struct faults *faults);

static enum status take_question(struct comparison *comparison, const cJSON *row, const char *file,
                                 struct faults *faults)
{
	const cJSON *asked = cJSON_GetObjectItemCaseSensitive(row, "asked");
	const char *text = json_string(row, "q", json_string(row, "query", NULL));

	if (!text) {
		faults_add(faults, FAULT_ERROR, file, 0, "q", "must be a string: the question");
		return STATUS_INVALID;
	}
	return take_asked(comparison, span_of(text), cJSON_IsNumber(asked) ? asked->valueint : 1);
}

static struct verdict_record *new_record(struct records *records)
{
	struct verdict_record *items =
	        grow(records->items, records->count, &records->capacity, sizeof(*items), 64);

	if (!items)
		return NULL;
	records->items = items;
	return &records->items[records->count++];
}

static enum status take_record(struct comparison *comparison, const cJSON *row, const char *file,
                               struct faults *faults)
{
	const cJSON *facts = cJSON_GetObjectItemCaseSensitive(row, "facts");
	const char *today = json_string(row, "today", comparison->options->today);
	struct verdict_record *record;
	char day[DAY_SIZE];
	char *text;

	day_in_china(clock_wall_ms(&comparison->engines[1].clock), day);
	if (!today[0])
		today = day;
	if (!cJSON_IsObject(facts) || !day_valid(today)) {
		faults_add(faults, FAULT_ERROR, file, 0, cJSON_IsObject(facts) ? "today" : "facts",
		           cJSON_IsObject(facts) ? "must be a day such as 2026-11-23"
		                                 : "must be an object: relation to rows");
		return STATUS_INVALID;
	}
	record = new_record(&comparison->records);
	text = cJSON_PrintUnformatted(facts);
	if (record && text) {
		record->facts = (struct span){ arena_copy(comparison->records.arena, span_of(text)),
			                       strlen(text) };
		record->today = arena_copy(comparison->records.arena, span_of(today));
	}
	cJSON_free(text);
	return record && record->facts.ptr && record->today ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status take_line(struct comparison *comparison, struct span line, const char *file,
                             unsigned number, row_taker take)
{
	const struct json_limits limits = { LINE_BYTES_MOST, LINE_DEPTH_MOST };
	struct faults *faults = NULL;
	cJSON *row = NULL;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = json_parse(&row, line, limits, file, faults);
	if (status == STATUS_OK)
		status = take(comparison, row, file, faults);
	if (status == STATUS_INVALID && take == take_question)
		fprintf(stderr, _("dayi diff: line %u of %s is no question:\n"), number, file);
	else if (status == STATUS_INVALID)
		fprintf(stderr, _("dayi diff: line %u of %s is no record:\n"), number, file);
	faults_print(faults, stderr);
	faults_destroy(faults);
	cJSON_Delete(row);
	return status;
}

static enum status read_lines(struct comparison *comparison, const char *file, row_taker take)
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
			status = take_line(comparison, line, file, number, take);
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
		status = read_lines(comparison, options->files[i], take_question);
	if (status == STATUS_OK)
		status = arena_create(&comparison->records.arena, FILE_CEILING);
	for (size_t i = 0; status == STATUS_OK && i < options->record_count; i++)
		status = read_lines(comparison, options->records[i], take_record);
	if (status == STATUS_OK && options->journal)
		status = read_journal(comparison);
	if (status == STATUS_LIMIT)
		fprintf(stderr, _("dayi diff: more than %d different questions\n"), QUESTIONS_MOST);
	return status;
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

static void print_candidate(const char *sign, const struct gate_candidate *candidate)
{
	printf("      %s ", sign);
	if (candidate->number > 0)
		printf("%d ", candidate->number);
	print_plain(span_of(candidate->question[0] ? candidate->question : candidate->entry));
	if (candidate->case_label)
		printf(" %s", candidate->case_label);
	printf("  (%.2f", candidate->confidence);
	if (candidate->spoke) {
		fputs(candidate->only_here ? _("; only here: ") : "; ", stdout);
		print_plain(span_of(candidate->spoke));
	}
	puts(")");
}

static void print_reply(const char *sign, const struct gate_reply *reply)
{
	for (size_t i = 0; i < reply->answer_count; i++)
		print_candidate(sign, &reply->answers[i]);
	if (reply->answer_count > 0)
		return;
	printf("      %s %s%s%s\n", sign, _(reply->outcome), reply->topic ? " " : "",
	       reply->topic ? reply->topic : "");
	for (size_t i = 0; i < reply->choice_count; i++)
		print_candidate("   ?", &reply->choices[i]);
}

static void print_cause(const struct gate_cause *cause)
{
	if (!cause->text)
		return;
	printf(cause->added ? _("      because of %s, which is new: ")
	                    : _("      because of %s, which is gone: "),
	       cause->entry);
	print_plain(span_of(cause->text));
	putchar('\n');
}

static void print_change(const struct gate_change *change)
{
	if (change->asked > 0)
		printf("%" PRIu64 "×  ", change->asked);
	print_plain(change->text);
	printf("  %s%s\n", kind_in_words(change->kind),
	       change->golden && change->kind > DIFF_WORDS ? _("; GOLDEN") : "");
	print_reply("-", &change->before);
	print_reply("+", &change->after);
	print_cause(&change->cause);
}

static void print_sums(const struct gate_result *result)
{
	const size_t changed = result->all.questions - result->kinds[DIFF_NONE].questions;

	printf(_("%zu of %zu questions end otherwise"), changed, result->all.questions);
	puts(changed > 0 ? _(":") : "");
	for (int kind = DIFF_KINDS - 1; kind > DIFF_NONE; kind--)
		if (result->kinds[kind].questions > 0)
			printf(_("  %6zu %s (asked %zu times)\n"), result->kinds[kind].questions,
			       kind_in_words((enum diff_kind)kind),
			       (size_t)result->kinds[kind].asked);
}

static void print_verdict(const struct verdict_change *change)
{
	printf(change->made_up ? _("%s, %zu made-up records: ") : _("%s, a record: "),
	       change->entry, change->records);
	for (size_t i = 0; i < change->turn_count; i++)
		printf(_("%scase %s was %s, is %s"), i > 0 ? "; " : "", change->turns[i].case_id,
		       _(change->turns[i].before), _(change->turns[i].after));
	printf("\n      %s ", change->today);
	print_plain(span_of(change->facts));
	putchar('\n');
}

static void print_verdicts(const struct verdict_diff *verdicts, size_t most)
{
	if (verdicts->count == 0)
		return;
	printf(_("Verdicts that change, of %zu tried:\n"), verdicts->records);
	for (size_t i = 0; i < verdicts->count && i < most; i++)
		print_verdict(&verdicts->changes[i]);
	if (verdicts->more > 0 || verdicts->count > most)
		puts(_("… (more with --most or --json)"));
}

static void print_result(const struct gate_result *result, size_t most)
{
	print_sums(result);
	for (size_t i = 0; i < result->change_count; i++)
		print_change(&result->changes[i]);
	if (result->more > 0)
		puts(_("… (more with --most or --json)"));
	print_verdicts(&result->verdicts, most);
}

/* --- for programs --- */

/* Takes the object. */
static enum status print_line(cJSON *object)
{
	char *text = cJSON_PrintUnformatted(object);
	const enum status status = text ? STATUS_OK : STATUS_NO_MEMORY;

	if (text)
		puts(text);
	cJSON_free(text);
	cJSON_Delete(object);
	return status;
}

static enum status print_verdict_object(const struct verdict_change *change)
{
	cJSON *object = gate_verdict_object(change);

	cJSON_AddStringToObject(object, "kind", "verdict");
	return print_line(object);
}

static enum status print_objects(const struct gate_result *result)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < result->change_count; i++)
		status = print_line(gate_change_object(&result->changes[i]));
	for (size_t i = 0; status == STATUS_OK && i < result->verdicts.count; i++)
		status = print_verdict_object(&result->verdicts.changes[i]);
	return status;
}

/* --- */

static enum status compare(struct comparison *comparison)
{
	const struct options *options = comparison->options;
	struct gate_progress progress = { 0 };
	struct gate_ask ask = {
		.live = comparison->engines[0].snapshot,
		.draft = comparison->engines[1].snapshot,
		.clock = &comparison->engines[1].clock,
		.team = { team_processors(), false },
		.changes_most = options->json ? SIZE_MAX : (size_t)options->most,
		.progress = &progress,
	};
	enum status status = gather(comparison);

	if (status != STATUS_OK)
		return status;
	ask.questions = comparison->set;
	ask.records = comparison->records.items;
	ask.record_count = comparison->records.count;
	status = gate_run(NULL, &ask, &comparison->result);
	if (status == STATUS_OK && options->json)
		status = print_objects(&comparison->result);
	else if (status == STATUS_OK)
		print_result(&comparison->result, (size_t)options->most);
	return status;
}

/* Checks that nothing is lost that must be kept. */
static enum status check_lost(const struct gate_result *result)
{
	for (size_t i = 0; i < result->lost_count; i++)
		fprintf(stderr, "%s\n", result->lost[i]);
	if (result->losses > 0)
		fprintf(stderr,
		        _("dayi diff: %zu golden questions that NEW no longer has end "
		          "otherwise\n"),
		        result->losses);
	return result->passed ? STATUS_OK : STATUS_INVALID;
}

int cli_diff(int argc, char **argv)
{
	struct options options = { .days = DAYS_USUAL, .most = SHOWN_USUAL };
	struct comparison comparison = { .options = &options };
	struct named_settings named = { 0 };
	int result = EXIT_DONE;
	enum status status;

	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	result = exit_of(named_settings_open(&named, options.config));
	if (result == EXIT_DONE && options.folders[0] == options.folders[1] && named.given)
		result = exit_of(named_knowledge(&named, &options.folders[0]));
	for (int i = 0; result == EXIT_DONE && i < 2; i++) {
		result = engine_open(&comparison.engines[i], options.folders[i],
		                     named_match(&named), NULL);
		if (options.today[0])
			engine_set_today(&comparison.engines[i], options.today);
	}
	if (result == EXIT_DONE) {
		status = compare(&comparison);
		if (status == STATUS_OK)
			status = check_lost(&comparison.result);
		if (status != STATUS_OK && exit_of(status) == EXIT_MACHINE)
			(void)engine_fail(_("comparing"), status);
		result = exit_of(status);
	}
	gate_result_free(&comparison.result);
	question_set_destroy(comparison.set);
	arena_destroy(comparison.records.arena);
	free(comparison.records.items);
	engine_close(&comparison.engines[0]);
	engine_close(&comparison.engines[1]);
	named_settings_close(&named);
	return result;
}

/*
 * Two commands in one. Without --accept the folder is packed and opened, the journal read, and
 * office/authoring/suggest.h does the rest; what it found is shown, and written to a file of
 * proposals, from which a person takes out what is wrong. With --accept such a file is tried as a
 * whole once more and written into the folder, as an import of its entries' alternates.
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
#include "cli/with_settings.h"
#include "office/authoring/suggest.h"
#include "office/authoring/suggest_model.h"
#include "office/authoring/tree.h"
#include "office/exchange/exchange.h"
#include "office/versions/archive.h"

enum {
	KEY_DAYS = 0x100,
	KEY_EACH,
	KEY_TRIALS,
	KEY_ACCEPT,
	KEY_TODAY,
	KEY_JSON,
	DAYS_USUAL = 90,
	DAYS_MOST = 36500,
	BUSY_MS = 5000,
	DAY_MS = 86400000,
	ARENA_BYTES = 64 << 20,
	PROPOSALS_BYTES = 16 << 20,
	LINE_BYTES_MOST = 64 * 1024,
	LINE_DEPTH_MOST = 8,
	ROWS_CEILING = 64 << 20,
	GROUPS_SHOWN = 20,
};

struct options {
	const char *folder, *journal, *config, *out, *accept;
	char today[DAY_SIZE];
	long days, each, trials;
	bool json;
};

static const struct argp_option option_table[] = {
	{ "journal", 'j', "FILE", 0,
	  N_("What people asked: a journal, or the URL of the PostgreSQL that holds it"), 0 },
	{ "config", 'c', "FILE", 0,
	  N_("The server's settings: its folder, its journal, and suggest.url where a model in the "
	     "office's network writes wordings, too"),
	  0 },
	{ "days", KEY_DAYS, "N", 0, N_("Of the journal: the last N days (default: 90)"), 0 },
	{ "each", KEY_EACH, "N", 0, N_("At most N alternates for an entry (default: 4)"), 0 },
	{ "trials", KEY_TRIALS, "N", 0, N_("Try N drafts at the most (default: 200)"), 0 },
	{ "out", 'o', "FILE", 0, N_("Write the proposals to FILE, one a line"), 0 },
	{ "accept", KEY_ACCEPT, "FILE", 0,
	  N_("Write the proposals of FILE into the folder, after you have taken out the wrong "
	     "ones"),
	  0 },
	{ "today", KEY_TODAY, "YYYY-MM-DD", 0,
	  N_("The day of the questions (default: today in China)"), 0 },
	{ "json", KEY_JSON, NULL, 0, N_("Print every proposal as an object a line"), 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'j':
		options->journal = value;
		return 0;
	case 'c':
		options->config = value;
		return 0;
	case 'o':
		options->out = value;
		return 0;
	case KEY_ACCEPT:
		options->accept = value;
		return 0;
	case KEY_DAYS:
		if (!read_number(value, 1, DAYS_MOST, &options->days))
			argp_error(state, _("--days takes a number from 1 to %d"), DAYS_MOST);
		return 0;
	case KEY_EACH:
		if (!read_number(value, 1, SUGGEST_EACH_MOST, &options->each))
			argp_error(state, _("--each takes a number from 1 to %d"),
			           SUGGEST_EACH_MOST);
		return 0;
	case KEY_TRIALS:
		if (!read_number(value, 1, SUGGEST_TRIALS_MOST, &options->trials))
			argp_error(state, _("--trials takes a number from 1 to %d"),
			           SUGGEST_TRIALS_MOST);
		return 0;
	case KEY_TODAY:
		read_today(value, options->today, state);
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->folder)
			argp_error(state, "%s", _("one folder: dayi suggest [DIR]"));
		options->folder = value;
		return 0;
	case ARGP_KEY_END:
		if (!options->accept && !options->journal && !options->config)
			argp_error(state, "%s",
			           _("what did people ask? Name the journal with --journal, or the "
			             "settings with --config"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.args_doc = "[DIR]",
	.doc = N_(
	        "Drafts alternates for the entries of a knowledge folder out of what people asked: "
	        "questions from whose list somebody chose an entry, and what is like them. Each is "
	        "tried with the whole folder before it is shown: golden questions and the "
	        "sentences "
	        "of all entries keep their answers, and nothing is answered that nobody's choice "
	        "speaks for.\v"
	        "Nothing is written into the folder until you accept: look at the proposals, take "
	        "out lines that are wrong, and give the file to --accept. Questions that get no "
	        "answer and that nobody's choice speaks for are listed, like ones together: they "
	        "may need an entry or a referral of their own."),
};

struct work {
	const struct options *options;
	const char *folder;
	struct config *config; /* NULL: none was named */
	struct arena *arena;
	struct engine engine;
	struct buf archive;
	struct suggest *suggest;
};

static enum status complain(const char *text)
{
	fprintf(stderr, "dayi suggest: %s\n", text);
	return STATUS_INVALID;
}

/* --- a model's wordings --- */

static void say_left_out(void *context, const char *problem)
{
	(void)context;
	fprintf(stderr, _("dayi suggest: suggest.url is left out: %s\n"), problem);
}

static void say_refused(void *context, const struct entry *entry, size_t count)
{
	(void)context;
	fprintf(stderr, _("dayi suggest: %zu wordings for %s are no alternates\n"), count,
	        entry->id);
}

static enum status ask_model(struct work *work)
{
	struct suggest_model model;

	if (!work->config || !work->config->suggest.url[0])
		return STATUS_OK;
	model = (struct suggest_model){
		.settings = { work->config->suggest.url, work->config->suggest.key_file,
		              work->config->fetch.ca_file, work->config->suggest.timeout_s, NULL },
		.name = work->config->suggest.model,
		.left_out = say_left_out,
		.refused = say_refused,
	};
	return suggest_ask_model(work->suggest, &model);
}

/* --- proposals --- */

static cJSON *proposal_object(const struct suggestion *suggestion)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "entry", suggestion->entry->id);
	if (suggestion->entry->number > 0)
		cJSON_AddNumberToObject(object, "number", suggestion->entry->number);
	cJSON_AddStringToObject(object, "alternate", suggestion->text);
	cJSON_AddStringToObject(object, "from", suggestion->written ? "model" : "journal");
	cJSON_AddNumberToObject(object, "asked", (double)suggestion->asked);
	cJSON_AddNumberToObject(object, "helped", (double)suggestion->helped);
	return object;
}

static void append_proposals(const struct suggest *suggest, struct buf *out)
{
	size_t count;
	const struct suggestion *found = suggest_found(suggest, &count);

	for (size_t i = 0; i < count; i++) {
		cJSON *object = proposal_object(&found[i]);

		json_append(out, object);
		buf_append_char(out, '\n');
		cJSON_Delete(object);
	}
}

static enum status write_proposals(const struct work *work)
{
	const char *path = work->options->out;
	struct buf out;
	enum status status;

	buf_init(&out, PROPOSALS_BYTES);
	append_proposals(work->suggest, &out);
	status = buf_status(&out);
	if (status == STATUS_OK && work->options->json)
		fwrite(buf_text(&out), 1, out.len, stdout);
	if (status == STATUS_OK && path)
		status = file_write(path, buf_span(&out));
	if (status != STATUS_OK)
		fprintf(stderr, "dayi suggest: %s: %s\n", path ? path : "-", file_failure(status));
	buf_deinit(&out);
	return status == STATUS_NOT_FOUND ? STATUS_IO : status;
}

static void print_entry(const struct entry *entry)
{
	if (entry->number > 0)
		printf("%d ", entry->number);
	print_plain(span_of(entry->question[0] ? entry->question : entry->id));
}

/* The entries in the order of the folder. */
static void print_found(const struct work *work)
{
	const struct knowledge *knowledge = work->engine.snapshot->knowledge;
	size_t count;
	const struct suggestion *found = suggest_found(work->suggest, &count);

	for (size_t e = 0; e < knowledge->answer_count; e++) {
		const struct entry *entry = &knowledge->entries[e];
		bool named = false;

		for (size_t i = 0; i < count; i++) {
			if (found[i].entry != entry)
				continue;
			if (!named)
				print_entry(entry);
			puts("");
			named = true;
			fputs("  + ", stdout);
			print_plain(span_of(found[i].text));
			if (found[i].written)
				printf(_("  (a model's; %" PRIu64
				         " more askings find their entry)"),
				       found[i].helped);
			else
				printf(_("  (asked like this %" PRIu64 " times; %" PRIu64
				         " more askings find their entry)"),
				       found[i].asked, found[i].helped);
		}
		if (named)
			puts("");
	}
}

static void print_groups(const struct work *work)
{
	size_t count;
	const struct suggest_group *groups = suggest_groups(work->suggest, &count);

	if (count > 0)
		puts(_("\nNot answered, and nobody's choice speaks for an entry:"));
	for (size_t i = 0; i < count && i < GROUPS_SHOWN; i++) {
		printf("%5" PRIu64 "×  ", groups[i].asked);
		print_plain(groups[i].question);
		if (groups[i].wordings > 1)
			printf(_("  (%zu wordings)"), groups[i].wordings);
		if (groups[i].guess) {
			fputs(_("  perhaps: "), stdout);
			print_entry(groups[i].guess);
		}
		puts("");
	}
	if (count > GROUPS_SHOWN)
		printf(_("… and %zu more\n"), count - GROUPS_SHOWN);
}

static void print_sums(const struct work *work)
{
	const struct suggest_sums sums = suggest_sums(work->suggest);
	size_t count;

	(void)suggest_found(work->suggest, &count);
	printf(_("%zu different questions; for %zu somebody chose an entry, and %zu are like one "
	         "of "
	         "these\n"),
	       sums.questions, sums.chosen, sums.alike);
	printf(_("%zu drafts tried, %zu proposals: of %" PRIu64 " askings whose entry is known "
	         "%" PRIu64 " find it, and %" PRIu64 " with them\n"),
	       sums.trials, count, sums.asked, sums.helped_before, sums.helped);
	if (sums.cut)
		puts(_("not all candidates were tried (more with --trials)"));
}

/* --- what the command works on --- */

static enum status open_folder(struct work *work)
{
	const int result = engine_open(&work->engine, work->folder, NULL, NULL);

	if (result != EXIT_DONE)
		return result == EXIT_FAULTS ? STATUS_INVALID : STATUS_IO;
	if (work->options->today[0])
		engine_set_today(&work->engine, work->options->today);
	return archive_pack(work->folder, &work->archive);
}

static enum status begin(struct work *work, size_t each)
{
	struct suggest_base base;
	enum status status = open_folder(work);

	if (status != STATUS_OK)
		return status;
	base = (struct suggest_base){ .live = work->engine.snapshot,
		                      .clock = work->engine.clock,
		                      .archive = buf_span(&work->archive),
		                      .each = each,
		                      .trials = (size_t)work->options->trials };
	return suggest_create(&work->suggest, &base);
}

static enum status read_journal(struct work *work)
{
	const struct options *options = work->options;
	const struct journal_settings journal = {
		.file = options->journal ? options->journal : work->config->journal.file,
		.busy_ms = BUSY_MS,
	};
	const struct clock clock = clock_system();
	char problem[STORE_PROBLEM_SIZE] = "", name[STORE_NAME_SIZE];
	enum status status;

	if (!journal.file[0])
		return complain(_("the settings keep no journal (journal.file)"));
	status = suggest_read(work->suggest, &journal,
	                      clock_wall_ms(&clock) - options->days * DAY_MS, problem);
	if (status == STATUS_NOT_FOUND)
		fprintf(stderr, _("dayi suggest: there is no journal %s\n"),
		        store_name(journal.file, name));
	else if (status != STATUS_OK)
		fprintf(stderr, "dayi suggest: %s: %s\n", store_name(journal.file, name),
		        problem[0] ? problem : status_text(status));
	return status;
}

static enum status propose(struct work *work)
{
	enum status status = begin(work, (size_t)work->options->each);

	if (status == STATUS_OK)
		status = read_journal(work);
	if (status == STATUS_OK)
		status = suggest_prepare(work->suggest);
	if (status == STATUS_OK)
		status = ask_model(work);
	if (status == STATUS_OK)
		status = suggest_run(work->suggest);
	if (status == STATUS_OK && (work->options->out || work->options->json))
		status = write_proposals(work);
	if (status == STATUS_OK && !work->options->json) {
		print_sums(work);
		print_found(work);
		print_groups(work);
	}
	return status;
}

/* --- accepting --- */

static enum status take_proposal(struct work *work, struct span line, unsigned number)
{
	const struct json_limits limits = { LINE_BYTES_MOST, LINE_DEPTH_MOST };
	const char *file = work->options->accept, *text, *id;
	const struct entry *entry;
	struct faults *faults = NULL;
	cJSON *row = NULL;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = json_parse(&row, line, limits, file, faults);
	id = json_string(row, "entry", NULL);
	text = json_string(row, "alternate", NULL);
	entry = id ? engine_find_entry(&work->engine, id) : NULL;
	if (status == STATUS_OK && (!entry || !text)) {
		faults_add(faults, FAULT_ERROR, file, number, entry ? "alternate" : "entry", "%s",
		           entry ? N_("must be a string: the sentence")
		                 : N_("must name an entry of the folder"));
		status = STATUS_INVALID;
	}
	if (status == STATUS_OK) {
		status = suggest_add_wording(work->suggest, entry, span_of(text));
		if (status == STATUS_INVALID)
			faults_add(faults, FAULT_ERROR, file, number, "alternate",
			           "is no alternate: a question of 4 to 40 characters, without "
			           "numbers, links and what is masked");
	}
	faults_print(faults, stderr);
	faults_destroy(faults);
	cJSON_Delete(row);
	return status;
}

static enum status read_proposals(struct work *work)
{
	struct buf text;
	struct span rest;
	unsigned number = 0;
	enum status status;

	buf_init(&text, PROPOSALS_BYTES);
	status = file_read(work->options->accept, &text);
	if (status != STATUS_OK)
		fprintf(stderr, "dayi suggest: %s: %s\n", work->options->accept,
		        file_failure(status));
	rest = buf_span(&text);
	while (rest.len > 0 && status == STATUS_OK) {
		const char *end = memchr(rest.ptr, '\n', rest.len);
		const struct span line = { rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len };

		number++;
		if (line.len > 0)
			status = take_proposal(work, line, number);
		rest.ptr += line.len + (end != NULL);
		rest.len -= line.len + (end != NULL);
	}
	buf_deinit(&text);
	return status;
}

static const char *fault_in_words(enum suggest_fault fault)
{
	static const char *const words[SUGGEST_FAULTS] = {
		[SUGGEST_FITS] = "",
		[SUGGEST_UNFIT] = N_("the folder would be invalid with them"),
		[SUGGEST_GOLDEN] = N_("a golden question would lose its answer"),
		[SUGGEST_ITSELF] = N_("this alternate would not be given to its entry"),
		[SUGGEST_TAKES] = N_("this sentence would go to another entry"),
		[SUGGEST_GRASPS] = N_("this question would be answered"),
		[SUGGEST_IDLE] = "",
	};

	return _(words[fault]);
}

static enum status try_together(struct work *work)
{
	enum suggest_fault fault;
	struct span text;
	const enum status status = suggest_check(work->suggest, &fault, &text);

	if (status != STATUS_OK || fault == SUGGEST_FITS)
		return status;
	fprintf(stderr, "dayi suggest: %s%s%.*s\n", fault_in_words(fault), text.len > 0 ? ": " : "",
	        (int)text.len, text.ptr);
	return STATUS_INVALID;
}

/* A row for each entry: its alternates as they are written, and behind them the new ones. */
static enum status append_rows(const struct work *work, struct buf *rows)
{
	const struct knowledge *knowledge = work->engine.snapshot->knowledge;
	struct tree *tree = NULL;
	size_t count;
	const struct suggestion *found = suggest_found(work->suggest, &count);
	enum status status = tree_create(&tree, buf_span(&work->archive));

	for (size_t e = 0; e < knowledge->answer_count && status == STATUS_OK; e++) {
		const struct entry *entry = &knowledge->entries[e];
		const struct tree_document document = tree_find(tree, entry->id);
		const cJSON *also = cJSON_GetObjectItemCaseSensitive(document.object, "also");
		cJSON *row = cJSON_CreateObject();
		cJSON *list = also ? cJSON_Duplicate(also, true) : cJSON_CreateArray();
		size_t added = 0;

		for (size_t i = 0; i < count; i++)
			if (found[i].entry == entry &&
			    cJSON_AddItemToArray(list, cJSON_CreateString(found[i].text)))
				added++;
		cJSON_AddStringToObject(row, "id", entry->id);
		if (!cJSON_AddItemToObject(row, "alternates", list)) {
			cJSON_Delete(list);
			status = STATUS_NO_MEMORY;
		}
		if (added > 0) {
			json_append(rows, row);
			buf_append_char(rows, '\n');
		}
		cJSON_Delete(row);
	}
	tree_destroy(tree);
	return status == STATUS_OK ? buf_status(rows) : status;
}

static enum status write_folder(struct work *work)
{
	const struct exchange_options options = { .format = EXCHANGE_JSONL,
		                                  .folder = work->folder };
	struct exchange_counts counts = { 0 };
	struct faults *faults = NULL;
	struct buf rows;
	size_t count;
	enum status status = faults_create(&faults);

	(void)suggest_found(work->suggest, &count);
	buf_init(&rows, ROWS_CEILING);
	if (status == STATUS_OK)
		status = append_rows(work, &rows);
	if (status == STATUS_OK && rows.len > 0)
		status = exchange_import(buf_span(&rows), work->options->accept, &options, faults,
		                         &counts);
	faults_print(faults, stderr);
	if (status == STATUS_OK)
		printf(_("%s: %zu alternates added to %zu entries\n"), work->folder, count,
		       counts.changed);
	else
		say_unwritten("dayi suggest", status);
	faults_destroy(faults);
	buf_deinit(&rows);
	return status;
}

static enum status accept(struct work *work)
{
	enum status status = begin(work, SUGGEST_EACH_MOST);

	if (status == STATUS_OK)
		status = suggest_prepare(work->suggest);
	if (status == STATUS_OK)
		status = read_proposals(work);
	if (status == STATUS_OK)
		status = try_together(work);
	return status == STATUS_OK ? write_folder(work) : status;
}

/* --- */

static enum status find_folder(struct work *work, struct named_settings *named,
                               char path[PLACE_SIZE])
{
	const struct options *options = work->options;
	enum status status = named_settings_open(named, options->config);

	if (status != STATUS_OK)
		return status;
	if (named->given)
		work->config = &named->config;
	work->folder = options->folder;
	if (!work->folder && options->accept && named->given &&
	    strcmp(named->config.knowledge.from, "store") == 0)
		return complain(_("what is served comes from the store: name the folder that the "
		                  "proposals are to be written into, and publish it afterwards"));
	if (!work->folder)
		status = named_knowledge(named, &work->folder);
	if (status == STATUS_OK && !work->folder)
		work->folder = engine_folder(NULL, path);
	return status;
}

int cli_suggest(int argc, char **argv)
{
	struct options options = { .days = DAYS_USUAL,
		                   .each = SUGGEST_EACH_USUAL,
		                   .trials = SUGGEST_TRIALS_USUAL };
	struct work work = { .options = &options };
	char path[PLACE_SIZE];
	struct named_settings named = { 0 };
	enum status status;

	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	buf_init(&work.archive, ARCHIVE_BYTES_MOST);
	status = arena_create(&work.arena, ARENA_BYTES);
	if (status == STATUS_OK)
		status = find_folder(&work, &named, path);
	if (status == STATUS_OK)
		status = options.accept ? accept(&work) : propose(&work);
	if (status != STATUS_OK && exit_of(status) == EXIT_MACHINE)
		(void)engine_fail(_("suggesting"), status);
	suggest_destroy(work.suggest);
	engine_close(&work.engine);
	buf_deinit(&work.archive);
	arena_destroy(work.arena);
	named_settings_close(&named);
	return exit_of(status);
}

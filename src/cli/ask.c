#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"

enum {
	KEY_JSON = 0x100,
	KEY_BATCH,
	KEY_TOP,
	KEY_TODAY,
	KEY_WITHOUT,
	LINE_BYTES_MOST = 1 << 20,
	LINE_DEPTH_MOST = 16,
	REPLY_CEILING = 4 << 20,
	TOP_MOST = 100,
};

struct options {
	const char *knowledge, *config;
	char today[DAY_SIZE]; /* "": by the clock */
	bool json, batch;
	size_t top;
	struct match_settings match;
	struct buf text;
};

static const struct argp_option option_table[] = {
	{ "knowledge", 'k', "DIR", 0,
	  N_("Knowledge folder (default: knowledge, else the one beside the program)"), 0 },
	SETTINGS_OPTION,
	{ "json", KEY_JSON, NULL, 0, N_("Print the reply object instead of its text"), 0 },
	{ "batch", KEY_BATCH, NULL, 0,
	  N_("Read lines {\"q\":...} from standard input, write a reply object a line"), 0 },
	{ "top", KEY_TOP, "K", 0, N_("Add the K best entries and their evidence as \"ranking\""),
	  0 },
	{ "today", KEY_TODAY, "YYYY-MM-DD", 0,
	  N_("The day of the question (default: today in China)"), 0 },
	/* For script/ablate; no part of what the program promises. */
	{ "without", KEY_WITHOUT, "PART", OPTION_HIDDEN, NULL, 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	long top;
	switch (key) {
	case 'k':
		options->knowledge = value;
		return 0;
	case 'c':
		options->config = value;
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case KEY_BATCH:
		options->batch = true;
		return 0;
	case KEY_TOP:
		if (!read_number(value, 1, TOP_MOST, &top))
			argp_error(state, _("--top takes a number from 1 to %d"), TOP_MOST);
		options->top = (size_t)top;
		return 0;
	case KEY_TODAY:
		read_today(value, options->today, state);
		return 0;
	case KEY_WITHOUT:
		options->match.without |= match_part_named(value);
		if (match_part_named(value) == 0)
			argp_error(state, "no such part: %s", value);
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			buf_append_char(&options->text, ' ');
		buf_append_text(&options->text, value);
		return 0;
	case ARGP_KEY_END:
		if (options->batch && state->arg_num > 0)
			argp_error(state, "%s",
			           _("--batch reads its questions from standard input"));
		if (!options->batch && state->arg_num == 0)
			argp_error(state, "%s", _("no question: dayi ask 证书过期还可以延续吗"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	option_table,
	parse,
	"TEXT...",
	N_("Answers one question, as a new conversation and without anybody's record."),
	NULL,
	NULL,
	NULL
};

/* Prints the reply to one question; the exit status. */
static int answer(struct engine *engine, const struct options *options, struct span question,
                  struct buf *line)
{
	struct reply reply;
	const struct reply_extras extras = { .q = options->batch ? question : (struct span){ 0 },
		                             .ranking_top = options->top };
	enum status status = engine_ask(engine, question, &reply);
	buf_clear(line);
	if (status == STATUS_OK && (options->json || options->batch))
		status = reply_write_json(&reply, &extras, line);
	else if (status == STATUS_OK)
		buf_append_text(line, reply.text);
	if (status == STATUS_OK)
		status = buf_status(line);
	if (status != STATUS_OK)
		return engine_fail(_("answering"), status);
	puts(buf_text(line));
	return EXIT_DONE;
}

/* The `q` (or `query`) of one input line. */
static int answer_line(struct engine *engine, const struct options *options, struct span line,
                       unsigned number, struct buf *out)
{
	const struct json_limits limits = { LINE_BYTES_MOST, LINE_DEPTH_MOST };
	struct faults *faults = NULL;
	cJSON *row = NULL;
	int result = EXIT_FAULTS;
	if (faults_create(&faults) != STATUS_OK)
		return engine_fail(_("reading"), STATUS_NO_MEMORY);
	const enum status status = json_parse(&row, line, limits, _("standard input"), faults);
	const char *question =
	        json_string(row, "q", status == STATUS_OK ? json_string(row, "query", NULL) : NULL);
	if (status == STATUS_OK && !question)
		faults_add(faults, FAULT_ERROR, _("standard input"), number, "q",
		           "must be a string: the question");
	if (question)
		result = answer(engine, options, span_of(question), out);
	else
		fprintf(stderr, _("dayi ask: line %u of standard input is no question:\n"), number);
	faults_print(faults, stderr);
	cJSON_Delete(row);
	faults_destroy(faults);
	return result;
}

static int answer_batch(struct engine *engine, const struct options *options, struct buf *out)
{
	char *line = NULL;
	size_t capacity = 0;
	int result = EXIT_DONE;
	unsigned number = 0;
	ssize_t length = getline(&line, &capacity, stdin);
	while (length >= 0 && result == EXIT_DONE) {
		number++;
		const struct span row = { line, (size_t)length };
		if (strspn(line, " \t\r\n") != row.len)
			result = answer_line(engine, options, row, number, out);
		length = getline(&line, &capacity, stdin);
	}
	free(line);
	return result;
}

/* With the settings, a question is answered as `dayi serve` does. */
static int open_engine(struct engine *engine, const struct options *options,
                       struct named_settings *named, char path[PLACE_SIZE])
{
	struct match_settings match = named->given ? *named_match(named) : options->match;
	const char *folder = options->knowledge;
	enum status status = STATUS_OK;

	match.without = options->match.without;
	if (!folder)
		status = named_knowledge(named, &folder);
	if (status != STATUS_OK)
		return exit_of(status);
	return engine_open(engine, engine_folder(folder, path), &match, NULL);
}

int cli_ask(int argc, char **argv)
{
	struct options options = { .match = match_settings_default() };
	struct named_settings named = { 0 };
	struct engine engine = { 0 };
	char path[PLACE_SIZE];
	struct buf out;
	buf_init(&options.text, LINE_BYTES_MOST);
	buf_init(&out, REPLY_CEILING);
	int result = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		result = exit_of(named_settings_open(&named, options.config));
	if (result == EXIT_DONE)
		result = open_engine(&engine, &options, &named, path);
	if (options.today[0])
		engine_set_today(&engine, options.today);
	if (result == EXIT_DONE && options.batch)
		result = answer_batch(&engine, &options, &out);
	else if (result == EXIT_DONE)
		result = answer(&engine, &options, buf_span(&options.text), &out);
	engine_close(&engine);
	named_settings_close(&named);
	buf_deinit(&options.text);
	buf_deinit(&out);
	return result;
}

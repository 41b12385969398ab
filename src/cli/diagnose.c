#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "dialogue/conversation.h"
#include "dialogue/script.h"

enum {
	KEY_FACTS = 0x100,
	KEY_TODAY,
	KEY_JSON,
	KEY_SCRIPT,
	FACTS_BYTES = 8 << 20,
	OUTPUT_CEILING = 4 << 20,
};

struct options {
	const char *knowledge, *facts, *entry;
	char today[DAY_SIZE];
	bool json, script;
};

static const struct argp_option option_table[] = {
	{ "knowledge", 'k', "DIR", 0, "Knowledge folder (default: " DEFAULT_KNOWLEDGE ")", 0 },
	{ "entry", 'e', "ID|NUMBER", 0, "The entry whose cases are judged", 0 },
	{ "facts", KEY_FACTS, "FILE", 0, "Facts as JSON: an object of relation -> rows", 0 },
	{ "today", KEY_TODAY, "YYYY-MM-DD", 0, "The day to judge on (default: today in China)", 0 },
	{ "json", KEY_JSON, NULL, 0, "Print the reply object instead of its text", 0 },
	{ "script", KEY_SCRIPT, NULL, 0, "Print what an operator looks up and asks, in which order",
	  0 },
	{ 0 },
};

static void read_today(struct options *options, const char *value, struct argp_state *state)
{
	static const struct column date = { "", "", COLUMN_DATE };
	if (!column_accepts(&date, value))
		argp_error(state, "--today takes a day such as 2026-11-23, not %s", value);
	snprintf(options->today, sizeof(options->today), "%s", value);
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'k':
		options->knowledge = value;
		return 0;
	case 'e':
		options->entry = value;
		return 0;
	case KEY_FACTS:
		options->facts = value;
		return 0;
	case KEY_TODAY:
		read_today(options, value, state);
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case KEY_SCRIPT:
		options->script = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "too many arguments: %s", value);
		return 0;
	case ARGP_KEY_END:
		if (!options->entry)
			argp_error(state, "--entry is missing: --entry 7, or --entry ID");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.doc = "Tells which cases of an entry apply to an applicant, why, and what to do.\v"
	       "A relation that FILE does not name is unknown; an empty list is known to be "
	       "empty. Without --facts nothing is known.",
};

static const struct entry *find_entry(const struct knowledge *knowledge, const char *name)
{
	char *end;
	const long number = strtol(name, &end, 10);
	const struct entry *entry = knowledge_find(knowledge, name);
	if (!entry && *end == '\0' && number > 0 && number <= INT32_MAX)
		entry = knowledge_numbered(knowledge, (int)number);
	return entry && entry->kind == ENTRY_ANSWER ? entry : NULL;
}

static enum status read_facts(const char *file, struct faults *faults, struct facts *facts)
{
	struct buf text;
	buf_init(&text, FACTS_BYTES);
	enum status status = file_read(file, &text);
	if (status == STATUS_OK)
		status = facts_read_json(facts, buf_span(&text), file, faults);
	else
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "can not be read: %s",
		           status_text(status));
	buf_deinit(&text);
	return status;
}

static enum status print(struct engine *engine, const struct options *options,
                         const struct entry *entry, const struct facts *facts)
{
	struct reply reply;
	struct buf out;
	buf_init(&out, OUTPUT_CEILING);
	enum status status = turn_diagnose(engine->snapshot, entry, facts, facts, options->today,
	                                   engine->arena, &reply);
	const struct reply_extras extras = { .today = options->today };
	if (status == STATUS_OK && options->script)
		script_write(engine->snapshot, &reply.diagnoses[0], &out);
	else if (status == STATUS_OK && options->json)
		status = reply_write_json(&reply, &extras, &out);
	else if (status == STATUS_OK)
		buf_append_text(&out, reply.text);
	if (status == STATUS_OK)
		status = buf_status(&out);
	if (status == STATUS_OK)
		puts(buf_text(&out));
	if (status == STATUS_OK && reply.diagnoses[0].failure)
		fprintf(stderr, "dayi diagnose: a rule failed: %s\n", reply.diagnoses[0].failure);
	buf_deinit(&out);
	return status;
}

static int diagnose(struct engine *engine, struct options *options, struct faults *faults)
{
	const struct entry *entry = find_entry(engine->snapshot->knowledge, options->entry);
	struct facts *facts = NULL;
	if (!entry) {
		fprintf(stderr, "dayi diagnose: %s: no such entry; give its id or number\n",
		        options->entry);
		return EXIT_USAGE;
	}
	if (!options->today[0])
		day_in_china(clock_wall_ms(&engine->clock), options->today);
	enum status status = facts_create(&facts);
	if (status == STATUS_OK && options->facts)
		status = read_facts(options->facts, faults, facts);
	faults_print(faults, stderr);
	if (status == STATUS_OK) {
		status = print(engine, options, entry, facts);
		if (status != STATUS_OK)
			(void)engine_fail("diagnosing", status);
	}
	facts_destroy(facts);
	return exit_of(status);
}

int cli_diagnose(int argc, char **argv)
{
	struct options options = { .knowledge = DEFAULT_KNOWLEDGE };
	struct engine engine = { 0 };
	struct faults *faults = NULL;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	if (faults_create(&faults) != STATUS_OK)
		return engine_fail("starting", STATUS_NO_MEMORY);
	int result = engine_open(&engine, options.knowledge, NULL, NULL);
	if (result == EXIT_DONE)
		result = diagnose(&engine, &options, faults);
	engine_close(&engine);
	faults_destroy(faults);
	return result;
}

#include <argp.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/engine.h"

static error_t parse(int key, char *value, struct argp_state *state)
{
	const char **folder = state->input;
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (state->arg_num > 0)
		argp_error(state, "one folder at a time");
	*folder = value;
	return 0;
}

static const struct argp argp = {
	NULL,
	parse,
	"[DIR]",
	"Reports every fault of a knowledge folder in one run: its files, their members, its "
	"patterns, "
	"alternates that another entry wins, golden questions that lost their answers, rules that "
	"decide what they should not, sample records that lost their verdicts."
	"\vDIR is " DEFAULT_KNOWLEDGE
	" where it is not given. Exit status 1 when there was an error; "
	"warnings and notes leave it 0.",
	NULL,
	NULL,
	NULL
};

/* `knowledge` is NULL where it could not be read. */
static void print_summary(const char *folder, const struct faults *faults,
                          const struct knowledge *knowledge)
{
	const size_t errors = faults_count(faults, FAULT_ERROR);
	const size_t warnings = faults_count(faults, FAULT_WARNING) - errors;
	printf("%s: %zu %s, %zu %s", folder, errors, noun(errors, "error", "errors"), warnings,
	       noun(warnings, "warning", "warnings"));
	if (knowledge)
		printf("; %zu %s, %zu golden %s, %zu sample %s, version %s",
		       knowledge->answer_count, noun(knowledge->answer_count, "entry", "entries"),
		       knowledge->golden_count,
		       noun(knowledge->golden_count, "question", "questions"),
		       knowledge->sample_count, noun(knowledge->sample_count, "record", "records"),
		       knowledge->version);
	putchar('\n');
}

int cli_check(int argc, char **argv)
{
	const char *folder = DEFAULT_KNOWLEDGE;
	struct engine engine = { 0 };
	struct faults *faults = NULL;
	if (argp_parse(&argp, argc, argv, 0, NULL, &folder) != 0)
		return EXIT_USAGE;
	if (faults_create(&faults) != STATUS_OK)
		return engine_fail("checking", STATUS_NO_MEMORY);
	int result = engine_open(&engine, folder, NULL, faults);
	if (result == EXIT_DONE) {
		const enum status status = snapshot_check(engine.snapshot, faults);
		if (status == STATUS_INVALID)
			result = EXIT_FAULTS;
		else if (status != STATUS_OK)
			result = engine_fail("checking", status);
	}
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	print_summary(folder, faults, engine.snapshot ? engine.snapshot->knowledge : NULL);
	engine_close(&engine);
	faults_destroy(faults);
	return result;
}

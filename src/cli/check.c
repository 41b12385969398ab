#include <argp.h>
#include <stdio.h>

#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"

static error_t parse(int key, char *value, struct argp_state *state)
{
	const char **folder = state->input;
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (state->arg_num > 0)
		argp_error(state, "%s", _("one folder at a time"));
	*folder = value;
	return 0;
}

static const struct argp argp = {
	NULL,
	parse,
	"[DIR]",
	N_("Reports every fault of a knowledge folder in one run: its files, their members, its "
	   "patterns, "
	   "alternates that another entry wins, golden questions that lost their answers, rules "
	   "that "
	   "decide what they should not, sample records that lost their verdicts."
	   "\vWithout DIR it is the folder knowledge here, else the one beside the program. Exit "
	   "status 1 when there was an error; "
	   "warnings and notes leave it 0."),
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
	printf("%s: ", folder);
	printf(_N("%zu error, ", "%zu errors, ", errors), errors);
	printf(_N("%zu warning", "%zu warnings", warnings), warnings);
	if (knowledge) {
		printf(_N("; %zu entry, ", "; %zu entries, ", knowledge->answer_count),
		       knowledge->answer_count);
		printf(_N("%zu golden question, ", "%zu golden questions, ",
		          knowledge->golden_count),
		       knowledge->golden_count);
		printf(_N("%zu sample record, ", "%zu sample records, ", knowledge->sample_count),
		       knowledge->sample_count);
		printf(_("version %s"), knowledge->version);
	}
	putchar('\n');
}

int cli_check(int argc, char **argv)
{
	const char *folder = NULL;
	char path[PLACE_SIZE];
	struct engine engine = { 0 };
	struct faults *faults = NULL;
	if (argp_parse(&argp, argc, argv, 0, NULL, &folder) != 0)
		return EXIT_USAGE;
	if (faults_create(&faults) != STATUS_OK)
		return engine_fail(_("checking"), STATUS_NO_MEMORY);
	/* The summary names it. */
	if (!folder)
		folder = place_find(&place_knowledge, path);
	int result = engine_open(&engine, folder, NULL, faults);
	if (result == EXIT_DONE) {
		const enum status status = snapshot_check(engine.snapshot, faults);
		if (status == STATUS_INVALID)
			result = EXIT_FAULTS;
		else if (status != STATUS_OK)
			result = engine_fail(_("checking"), status);
	}
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	print_summary(folder, faults, engine.snapshot ? engine.snapshot->knowledge : NULL);
	engine_close(&engine);
	faults_destroy(faults);
	return result;
}

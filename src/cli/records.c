#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "record/import.h"

struct options {
	const char *out, *folder;
};

static const struct argp_option option_table[] = {
	{ "out", 'o', "FILE", 0, N_("SQLite database to make; an existing one is replaced"), 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'o':
		options->out = value;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num == 0 && strcmp(value, "import") != 0)
			argp_error(state, _("no such command: %s"), value);
		if (state->arg_num > 1)
			argp_error(state, "%s", _("one folder at a time"));
		if (state->arg_num == 1)
			options->folder = value;
		return 0;
	case ARGP_KEY_END:
		if (!options->out || !options->folder)
			argp_error(state, "%s", _("--out and FOLDER are needed"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	option_table,
	parse,
	"import FOLDER",
	N_("Makes the embedded database of records from FOLDER, which holds one CSV file a "
	   "relation "
	   "(exam.csv, ...). Every bad row is reported; nothing is written when there is one."),
	NULL,
	NULL,
	NULL
};

int cli_records(int argc, char **argv)
{
	struct options options = { 0 };
	struct record_import_counts counts = { 0, 0 };
	struct faults *faults = NULL;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = record_import(options.folder, options.out, faults, &counts);
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	if (status == STATUS_OK)
		printf(_N("%s: %zu row of %zu relations\n", "%s: %zu rows of %zu relations\n",
		          counts.rows),
		       options.out, counts.rows, counts.relations);
	else
		say_unwritten("dayi records import", status);
	faults_destroy(faults);
	return exit_of(status);
}

#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "office/records/import.h"

struct options {
	const char *out, *folder;
	const char *knowledge; /* NULL: the usual folder, or, if it does not exist, the shipped
	                          relations */
};

static const struct argp_option option_table[] = {
	{ "out", 'o', "FILE", 0, N_("SQLite database to make; an existing one is replaced"), 0 },
	{ "knowledge", 'k', "DIR", 0,
	  N_("Knowledge folder whose relations.json names the relations and the words of their "
	     "columns; the shipped ones where there is none"),
	  0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'o':
		options->out = value;
		return 0;
	case 'k':
		options->knowledge = value;
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
	   "relation (exam.csv, ...). Every bad row is reported; nothing is written when there is "
	   "one. A word that its column does not know is a warning, and stored as unknown."),
	NULL,
	NULL,
	NULL
};

static enum status find_relations(const struct options *options, struct faults *faults,
                                  struct relations **out)
{
	char path[PLACE_SIZE];
	const char *folder = engine_folder(options->knowledge, path);
	if (options->knowledge || file_kind(folder) == FILE_FOLDER)
		return relations_load(out, folder, faults);
	return relations_create_default(out);
}

int cli_records(int argc, char **argv)
{
	struct options options = { 0 };
	struct record_import_counts counts = { 0, 0 };
	struct relations *relations = NULL;
	struct faults *faults = NULL;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = find_relations(&options, faults, &relations);
	if (status == STATUS_OK)
		status = record_import(relations, options.folder, options.out, faults, &counts);
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	if (status == STATUS_OK)
		printf(_N("%s: %zu row of %zu relations\n", "%s: %zu rows of %zu relations\n",
		          counts.rows),
		       options.out, counts.rows, counts.relations);
	else
		say_unwritten("dayi records import", status);
	relations_release(relations);
	faults_destroy(faults);
	return exit_of(status);
}

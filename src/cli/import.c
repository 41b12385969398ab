#include <argp.h>
#include <stdio.h>

#include "base/file.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "office/exchange/exchange.h"

enum { KEY_REPLACE = 0x100, KEY_DRY_RUN, FILE_CEILING = 64 << 20, OUTLINE_CEILING = 16 << 20 };

struct options {
	const char *file;
	struct exchange_options exchange;
};

static const struct argp_option option_table[] = {
	{ "format", 'f', "FORMAT", 0,
	  N_("text (an FAQ document), csv, json, jsonl, yaml, docx or xlsx; without it the program "
	     "looks"),
	  0 },
	{ "out", 'o', "DIR", 0, N_("Knowledge folder to make, or whose entries are updated"), 0 },
	{ "replace", KEY_REPLACE, NULL, 0,
	  N_("Remove the entries of DIR that came from an earlier version of FILE and that FILE "
	     "does "
	     "not have any more; without it they stay"),
	  0 },
	{ "dry-run", KEY_DRY_RUN, NULL, 0,
	  N_("Write nothing: show how FILE is understood, and each entry's first words; with "
	     "--out, "
	     "also what it would change there"),
	  0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'f':
		if (!exchange_input_named(value, &options->exchange.format))
			argp_error(
			        state,
			        _("--format is text, csv, json, jsonl, yaml, docx or xlsx, not %s"),
			        value);
		return 0;
	case 'o':
		options->exchange.folder = value;
		return 0;
	case KEY_REPLACE:
		options->exchange.replace = true;
		return 0;
	case KEY_DRY_RUN:
		options->exchange.dry_run = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->file)
			argp_error(state, "%s", _("one file at a time"));
		options->file = value;
		return 0;
	case ARGP_KEY_END:
		if (!options->file || (!options->exchange.folder && !options->exchange.dry_run))
			argp_error(state, "%s",
			           _("FILE is needed, and --out DIR unless --dry-run is given"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = { option_table,
	                          parse,
	                          "FILE",
	                          N_("Makes a knowledge folder from FILE (text, Markdown, HTML, "
	                             "Word, Excel, CSV, JSON or YAML), or updates one: entries "
	                             "that FILE names by id, or has the question of, take over "
	                             "what it says of them, others are added, and everything else "
	                             "in DIR stays as it is. Nothing is "
	                             "written when FILE has an error."),
	                          NULL,
	                          NULL,
	                          NULL };

static void print_counts(const char *folder, const struct exchange_counts *counts)
{
	printf(_N("%s: %zu entry", "%s: %zu entries", counts->entries), folder, counts->entries);
	if (counts->added < counts->entries || counts->removed > 0)
		printf(_("; %zu changed, %zu added, %zu removed, %zu as they were"),
		       counts->changed, counts->added, counts->removed, counts->kept);
	putchar('\n');
}

int cli_import(int argc, char **argv)
{
	struct options options = { .exchange = { .format = EXCHANGE_ANY } };
	struct faults *faults = NULL;
	struct buf input, outline;
	struct exchange_counts counts = { 0 };
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	buf_init(&input, FILE_CEILING);
	buf_init(&outline, OUTLINE_CEILING);
	options.exchange.outline = &outline;
	enum status status = faults_create(&faults);
	if (status == STATUS_OK) {
		status = file_read(options.file, &input);
		if (status == STATUS_LIMIT)
			faults_add(faults, FAULT_ERROR, options.file, 0, NULL,
			           "is larger than %d MiB: split it, or take the pictures out",
			           FILE_CEILING >> 20);
		else if (status != STATUS_OK)
			faults_add(faults, FAULT_ERROR, options.file, 0, NULL, "%s",
			           file_failure(status));
	}
	if (status == STATUS_OK)
		status = exchange_import(buf_span(&input), options.file, &options.exchange, faults,
		                         &counts);
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	if (status == STATUS_OK || options.exchange.dry_run)
		fputs(buf_text(&outline), stdout);
	if (status == STATUS_OK && options.exchange.dry_run)
		puts(_("nothing was written (--dry-run)"));
	else if (status == STATUS_OK)
		print_counts(options.exchange.folder, &counts);
	else
		say_unwritten("dayi import", status);
	buf_deinit(&input);
	buf_deinit(&outline);
	faults_destroy(faults);
	return exit_of(status);
}

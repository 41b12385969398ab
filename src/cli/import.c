#include <argp.h>
#include <stdio.h>

#include "base/file.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "knowledge/exchange.h"

enum { FILE_CEILING = 1 << 30 };

struct options {
	const char *format, *out, *file;
	enum exchange_format kind;
};

static const struct argp_option option_table[] = {
	{ "format", 'f', "FORMAT", 0, "jsonl, csv or text (a numbered FAQ document)", 0 },
	{ "out", 'o', "DIR", 0, "Knowledge folder to make or to add a collection to", 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'f':
		options->format = value;
		if (!exchange_format_named(value, &options->kind))
			argp_error(state, "--format is jsonl, csv or text, not %s", value);
		return 0;
	case 'o':
		options->out = value;
		return 0;
	case ARGP_KEY_ARG:
		if (options->file)
			argp_error(state, "one file at a time");
		options->file = value;
		return 0;
	case ARGP_KEY_END:
		if (!options->format || !options->out || !options->file)
			argp_error(state, "--format, --out and FILE are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	option_table,
	parse,
	"FILE",
	"Makes a knowledge folder from FILE. Nothing is written when FILE has an error.",
	NULL,
	NULL,
	NULL
};

int cli_import(int argc, char **argv)
{
	struct options options = { 0 };
	struct faults *faults = NULL;
	struct buf input;
	size_t entries = 0;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	buf_init(&input, FILE_CEILING);
	enum status status = faults_create(&faults);
	if (status == STATUS_OK) {
		status = file_read(options.file, &input);
		if (status != STATUS_OK)
			faults_add(faults, FAULT_ERROR, options.file, 0, NULL, "%s",
			           status_text(status));
	}
	if (status == STATUS_OK)
		status = exchange_import(buf_span(&input), options.file, options.kind, options.out,
		                         faults, &entries);
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	if (status == STATUS_OK)
		printf("%s: %zu %s\n", options.out, entries, noun(entries, "entry", "entries"));
	else
		say_unwritten("dayi import", status);
	buf_deinit(&input);
	faults_destroy(faults);
	return exit_of(status);
}

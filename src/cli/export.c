#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "office/exchange/exchange.h"

enum { EXPORT_CEILING = 1 << 30 };

struct options {
	const char *folder, *file;
	enum exchange_format kind;
};

static const struct argp_option option_table[] = {
	{ "format", 'f', "FORMAT", 0, N_("jsonl (default), csv, text, xlsx or docx"), 0 },
	{ "out", 'o', "FILE", 0,
	  N_("Write to FILE; standard output without it, or where FILE is -"), 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'f':
		if (!exchange_format_named(value, &options->kind))
			argp_error(state, _("--format is jsonl, csv, text, xlsx or docx, not %s"),
			           value);
		return 0;
	case 'o':
		options->file = strcmp(value, "-") == 0 ? NULL : value;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "%s", _("one folder at a time"));
		options->folder = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	option_table,
	parse,
	"[DIR]",
	N_("Writes the entries of a knowledge folder in a form that 'dayi import' reads back."),
	NULL,
	NULL,
	NULL
};

static enum status write_file(const char *path, struct span bytes, struct faults *faults)
{
	const enum status status = file_write(path, bytes);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "cannot be written: %s",
		           file_failure(status));
	return status == STATUS_NOT_FOUND ? STATUS_IO : status;
}

/* Not "export": clang-format takes that for a word of C++. */
static enum status write_folder(const struct options *options, struct faults *faults)
{
	struct knowledge *knowledge = NULL;
	char path[PLACE_SIZE];
	struct buf out;
	buf_init(&out, EXPORT_CEILING);
	enum status status =
	        knowledge_load(engine_folder(options->folder, path), faults, &knowledge);
	if (status == STATUS_OK)
		status = exchange_export(knowledge, options->kind, &out, faults);
	if (status == STATUS_OK && options->file)
		status = write_file(options->file, buf_span(&out), faults);
	else if (status == STATUS_OK && fwrite(buf_text(&out), 1, out.len, stdout) != out.len)
		status = STATUS_IO;
	knowledge_destroy(knowledge);
	buf_deinit(&out);
	return status;
}

int cli_export(int argc, char **argv)
{
	struct options options = { .kind = EXCHANGE_JSONL };
	struct faults *faults = NULL;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = write_folder(&options, faults);
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	if (status != STATUS_OK)
		say_unwritten("dayi export", status);
	faults_destroy(faults);
	return exit_of(status);
}

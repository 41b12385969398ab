#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "office/journal/audit.h"
#include "store/store.h"

enum { KEY_ID_NUMBER = 256, KEY_SINCE, KEY_NOTED };

struct options {
	const char *file, *key, *config;
	const char *noted;
	struct audit_filter filter;
	bool list;
};

static const struct argp_option argp_options[] = {
	{ "file", 'f', "FILE", 0,
	  N_("The audit, or the URL of the PostgreSQL that holds it; var/audit.db where it is not "
	     "given"),
	  0 },
	{ "key", 'k', "FILE", 0, N_("Its key; var/audit.key where it is not given"), 0 },
	SETTINGS_OPTION,
	{ "noted", KEY_NOTED, "HASH", 0,
	  N_("verify: the newest hash of an earlier day must be there"), 0 },
	{ "id-number", KEY_ID_NUMBER, "N", 0, N_("list: reads of this person's record only"), 0 },
	{ "since", KEY_SINCE, "DATE", 0, N_("list: from this day (YYYY-MM-DD) on"), 0 },
	{ 0 },
};

/* The start of that day, in China. */
static bool parse_date(const char *text, int64_t *out)
{
	const struct day epoch = { 1970, 1, 1 };
	struct day day;

	if (!day_read(text, &day))
		return false;
	*out = ((day_number(day) - day_number(epoch)) * 24 - 8) * 3600 * 1000;
	return true;
}

static void parse_action(const char *value, struct options *options, struct argp_state *state)
{
	options->list = strcmp(value, "list") == 0;
	if (state->arg_num > 0 || (!options->list && strcmp(value, "verify") != 0))
		argp_error(state, _("verify or list is expected, not: %s"), value);
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'f':
		options->file = value;
		return 0;
	case 'k':
		options->key = value;
		return 0;
	case 'c':
		options->config = value;
		return 0;
	case KEY_NOTED:
		options->noted = value;
		return 0;
	case KEY_ID_NUMBER:
		options->filter.id_number = value;
		return 0;
	case KEY_SINCE:
		if (!parse_date(value, &options->filter.since_ms))
			argp_error(state, _("not a date such as 2026-11-23: %s"), value);
		return 0;
	case ARGP_KEY_ARG:
		parse_action(value, options, state);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "%s", _("verify or list is expected"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "verify|list",
	.doc = N_(
	        "Check that no row of the audit of record reads was changed, removed, reordered or "
	        "inserted, or list who read whose record.\v"
	        "Exit status 1 when something was found."),
};

static void print_finding(const struct audit_finding *finding, const char *what)
{
	if (finding->count == 1)
		printf(_("  row %lld %s\n"), (long long)finding->first, what);
	else if (finding->count > 1)
		printf(_("  %lld rows %s, the first is row %lld\n"), (long long)finding->count,
		       what, (long long)finding->first);
}

static void print_findings(const struct audit_report *report)
{
	print_finding(&report->changed, _("changed after writing"));
	print_finding(&report->removed, _("removed"));
	print_finding(&report->moved, _("moved from another place"));
	print_finding(&report->inserted, _("inserted, not written by dayi"));
	print_finding(&report->unlinked, _("not written after the row that now stands before"));
	if (report->head == AUDIT_HEAD_MISSING)
		puts(_("  the record of the newest row is missing: rows may be missing at the "
		       "end"));
	if (report->head == AUDIT_HEAD_WRONG)
		puts(_("  the record of the newest row does not fit: it was changed, is an old "
		       "one, "
		       "or the key is another"));
}

static enum status verify(const struct options *options, struct faults *faults)
{
	struct audit_report report;
	enum status status =
	        audit_verify(options->file, options->key, options->noted, &report, faults);
	const bool sound = audit_report_sound(&report);
	const bool noted = !options->noted || report.noted;
	char name[STORE_NAME_SIZE];

	if (status != STATUS_OK)
		return status;
	printf(_("%s: %lld rows; %s\n"), store_name(options->file, name), (long long)report.rows,
	       sound && noted ? _("nothing was changed, removed, reordered or inserted")
	                      : _("FOUND:"));
	print_findings(&report);
	if (!noted)
		puts(_("  no row has the hash that was noted: rows were removed, or all of it "
		       "replaced"));
	if (sound)
		printf(_("newest hash, to be noted elsewhere: %s\n"), report.newest);
	return sound && noted ? STATUS_OK : STATUS_INVALID;
}

static void print_column(struct span text)
{
	putchar('\t');
	print_plain(text);
}

static void print_row(void *context, const struct audit_row *row, bool genuine)
{
	size_t *count = context;
	char text[CHINA_TIME_SIZE];

	china_time_write(row->at_ms, text);
	printf("%" PRId64 "\t%s", row->seq, text);
	print_column(row->who);
	print_column(row->relations);
	print_column(row->why);
	puts(genuine ? "" : _("\tCHANGED"));
	*count += 1;
}

static enum status list(const struct options *options, struct faults *faults)
{
	size_t count = 0;
	const enum status status = audit_list(options->file, options->key, &options->filter,
	                                      print_row, &count, faults);

	if (status == STATUS_OK)
		fprintf(stderr, _N("%zu row\n", "%zu rows\n", count), count);
	return status;
}

int cli_audit(int argc, char **argv)
{
	struct options options = { 0 };
	struct named_settings named;
	struct faults *faults = NULL;
	char file[PLACE_SIZE], key[PLACE_SIZE];
	enum status status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	status = named_settings_open(&named, options.config);
	if (status != STATUS_OK)
		goto cleanup;
	if (!options.file)
		options.file =
		        named.given ? named.config.audit.file : place_state("audit.db", file);
	if (!options.key)
		options.key =
		        named.given ? named.config.audit.key_file : place_state("audit.key", key);
	status = faults_create(&faults);
	if (status == STATUS_OK)
		status = options.list ? list(&options, faults) : verify(&options, faults);
	else
		(void)engine_fail(_("audit"), status);
	faults_print(faults, stderr);
cleanup:
	faults_destroy(faults);
	named_settings_close(&named);
	return exit_of(status);
}

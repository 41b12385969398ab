#include <argp.h>
#include <stdio.h>

#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "engine/diagnose/atlas.h"
#include "engine/diagnose/atlas_cover.h"

enum {
	KEY_TODAY = 0x100,
	KEY_JSON,
	KEY_MOST,
	KEY_COVER,
	ATLAS_BYTES_MOST = 256 << 20,
	OUTPUT_CEILING = 16 << 20,
};

struct options {
	const char *config, *knowledge, *entry;
	struct atlas_settings settings;
	bool json, cover;
};

static const struct argp_option option_table[] = {
	SETTINGS_OPTION,
	{ "knowledge", 'k', "DIR", 0, N_("Knowledge folder"), 0 },
	{ "today", KEY_TODAY, "YYYY-MM-DD", 0, N_("The day to judge on (default: today in China)"),
	  0 },
	{ "most", KEY_MOST, "N", 0,
	  N_("Try all pairs of values where there are more records than this (default: 200000)"),
	  0 },
	{ "json", KEY_JSON, NULL, 0, N_("Print an object of JSON a line, one for each entry"), 0 },
	{ "cover", KEY_COVER, NULL, 0,
	  N_("Print the lines that records.jsonl lacks to show each condition change a verdict by "
	     "itself"),
	  0 },
	{ 0 },
};

static void read_most(struct options *options, const char *value, struct argp_state *state)
{
	long most;

	if (!read_number(value, 1, 10 * ATLAS_RECORDS_MOST, &most))
		argp_error(state, _("--most takes a number from 1 to %d, not %s"),
		           10 * ATLAS_RECORDS_MOST, value);
	options->settings.most = (size_t)most;
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case 'k':
		options->knowledge = value;
		return 0;
	case KEY_TODAY:
		if (!day_valid(value))
			argp_error(state, _("--today takes a day such as 2026-11-23, not %s"),
			           value);
		snprintf(options->settings.today, sizeof(options->settings.today), "%s", value);
		return 0;
	case KEY_MOST:
		read_most(options, value, state);
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case KEY_COVER:
		options->cover = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->entry)
			argp_error(state, "%s", _("one entry at a time"));
		options->entry = value;
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.args_doc = "[ENTRY]",
	.doc = N_("Tries the rules of an entry, or of all, on every record that they can tell "
	          "apart, and reports with the smallest record each: cases that apply at once, "
	          "records that no case fits, cases that never apply, and rules that take what is "
	          "unknown for an answer."
	          "\vENTRY is an id or a number. A record can be tried with dayi diagnose --facts. "
	          "What the office has accepted stands in accepted.jsonl. Exit status 1 when a "
	          "rule is at fault."),
};

struct totals {
	size_t atoms, unread, findings, defects;
};

static enum status print_entry(struct engine *engine, const struct entry *entry,
                               const struct options *options, struct totals *totals)
{
	struct arena *arena = NULL;
	struct atlas atlas;
	struct buf out;
	buf_init(&out, OUTPUT_CEILING);
	enum status status = arena_create(&arena, ATLAS_BYTES_MOST);
	if (status == STATUS_OK)
		status = atlas_explore(engine->scratch->diagnosis, entry, &options->settings, arena,
		                       &atlas);
	if (status == STATUS_OK && options->json)
		status = atlas_write_json(&atlas, &out);
	else if (status == STATUS_OK)
		atlas_write_text(&atlas, &out);
	if (status == STATUS_OK)
		status = buf_status(&out);
	if (status == STATUS_OK) {
		printf(options->json ? "%s\n" : "%s", buf_text(&out));
		totals->atoms += atlas.atoms;
		totals->unread += atlas.unread;
		totals->findings += atlas.finding_count;
		for (size_t i = 0; i < atlas.finding_count; i++)
			totals->defects += finding_is_defect(atlas.findings[i].kind) &&
			                   !atlas.findings[i].accepted;
	}
	buf_deinit(&out);
	arena_destroy(arena);
	return status;
}

static int print_all(struct engine *engine, const struct options *options, const struct entry *only)
{
	const struct knowledge *knowledge = engine->snapshot->knowledge;
	struct totals totals = { 0 };
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		if ((only && entry != only) ||
		    !diagnoser_judges(engine->snapshot->diagnoser, entry))
			continue;
		const enum status status = print_entry(engine, entry, options, &totals);
		if (status != STATUS_OK)
			return engine_fail(_("exploring"), status);
	}
	if (!options->json)
		printf(_N("%zu of %zu atoms read; %zu finding, %zu of them faults of a rule\n",
		          "%zu of %zu atoms read; %zu findings, %zu of them faults of a rule\n",
		          totals.findings),
		       totals.atoms - totals.unread, totals.atoms, totals.findings, totals.defects);
	return totals.defects > 0 ? EXIT_FAULTS : EXIT_DONE;
}

static enum status cover_entry(struct engine *engine, const struct entry *entry,
                               const struct options *options, struct cover *sum)
{
	struct arena *arena = NULL;
	struct cover cover;
	struct buf lines;
	buf_init(&lines, OUTPUT_CEILING);
	enum status status = arena_create(&arena, ATLAS_BYTES_MOST);
	if (status == STATUS_OK)
		status = cover_explore(engine->scratch->diagnosis, entry, options->settings.today,
		                       arena, &lines, &cover);
	if (status == STATUS_OK) {
		fputs(buf_text(&lines), stdout);
		sum->decisions += cover.decisions;
		sum->shown += cover.shown;
		sum->missing += cover.missing;
	}
	buf_deinit(&lines);
	arena_destroy(arena);
	return status;
}

/* The lines alone on standard output: they are there to be appended to a file. */
static int cover_all(struct engine *engine, const struct options *options, const struct entry *only)
{
	const struct knowledge *knowledge = engine->snapshot->knowledge;
	struct cover sum = { 0, 0, 0 };
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		if ((only && entry != only) ||
		    !diagnoser_judges(engine->snapshot->diagnoser, entry))
			continue;
		const enum status status = cover_entry(engine, entry, options, &sum);
		if (status != STATUS_OK)
			return engine_fail(_("exploring"), status);
	}
	fprintf(stderr,
	        _("%zu decisions (each side of each condition of a case): records.jsonl shows %zu, "
	          "the lines show %zu more, %zu change no verdict by themselves in what was "
	          "tried\n"),
	        sum.decisions, sum.shown, sum.missing, sum.decisions - sum.shown - sum.missing);
	return EXIT_DONE;
}

static int explore(struct engine *engine, struct options *options)
{
	const struct entry *only = NULL;
	if (!options->settings.today[0])
		day_in_china(clock_wall_ms(&engine->clock), options->settings.today);
	if (options->entry) {
		only = engine_find_entry(engine, options->entry);
		if (!only || !diagnoser_judges(engine->snapshot->diagnoser, only)) {
			fprintf(stderr, _("dayi atlas: %s: no such entry, or it has no rules\n"),
			        options->entry);
			return EXIT_USAGE;
		}
	}
	return options->cover ? cover_all(engine, options, only) : print_all(engine, options, only);
}

int cli_atlas(int argc, char **argv)
{
	struct options options = { .settings = { .most = ATLAS_RECORDS_MOST } };
	struct named_settings named = { 0 };
	struct engine engine = { 0 };
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	int result = engine_open_named(&engine, &named, options.config, options.knowledge);
	if (result == EXIT_DONE)
		result = explore(&engine, &options);
	engine_close(&engine);
	named_settings_close(&named);
	return result;
}

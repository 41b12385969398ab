#include <argp.h>
#include <stdio.h>

#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/links.h"
#include "cli/with_settings.h"
#include "engine/diagnose/atlas.h"
#include "office/authoring/stale.h"

enum { ATLAS_BYTES_MOST = 256 << 20, CHECK_RECORDS_MOST = 10000, REASON_CEILING = 8192 };

struct options {
	const char *folder, *config;
	bool links;
};

static const struct argp_option option_table[] = {
	SETTINGS_OPTION,
	{ "links", 'l', NULL, 0,
	  N_("Also ask for every address that the texts name, at most 500 of them, and warn of "
	     "those "
	     "that are gone or do not answer"),
	  0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	if (key == 'l') {
		options->links = true;
		return 0;
	}
	if (key == 'c') {
		options->config = value;
		return 0;
	}
	if (key != ARGP_KEY_ARG)
		return ARGP_ERR_UNKNOWN;
	if (state->arg_num > 0)
		argp_error(state, "%s", _("one folder at a time"));
	options->folder = value;
	return 0;
}

static const struct argp argp = {
	option_table,
	parse,
	"[DIR]",
	N_("Reports every fault of a knowledge folder in one run: its files, their members, its "
	   "patterns, "
	   "alternates that another entry wins, golden questions that lost their answers, rules "
	   "that "
	   "decide what they should not, sample records that lost their verdicts, entries that "
	   "are to be looked at again, and what the "
	   "case "
	   "atlas finds wrong with a rule."
	   "\vWithout DIR it is the folder of --config, else the folder knowledge here, else the "
	   "one beside the program. Exit "
	   "status 1 when there was an error; "
	   "warnings and notes leave it 0."),
	NULL,
	NULL,
	NULL
};

/* What the atlas found of all entries. */
struct survey {
	size_t entries, atoms, unread, complete;
	size_t overlaps, gaps, others, accepted;
};

static void count_finding(struct survey *survey, const struct finding *finding)
{
	if (finding->kind == FINDING_OVERLAP)
		survey->overlaps++;
	else if (finding->kind == FINDING_GAP)
		survey->gaps++;
	else
		survey->others++;
	survey->accepted += finding->accepted != NULL;
}

static void report_defect(const struct atlas *atlas, const struct finding *finding,
                          struct faults *faults)
{
	struct buf reason;
	buf_init(&reason, REASON_CEILING);
	finding_write(atlas, finding, &reason);
	if (finding->witness[0])
		BUF_JOIN(&reason, _("; on the record "), finding->witness);
	faults_add(faults, FAULT_WARNING, atlas->entry->file, atlas->entry->line,
	           atlas->entry->judged == atlas->entry->cases ? "cases" : "diagnosis",
	           "the atlas finds that %s", buf_text(&reason));
	buf_deinit(&reason);
}

static enum status survey_entry(struct engine *engine, const struct entry *entry,
                                const struct atlas_settings *settings, struct faults *faults,
                                struct survey *survey)
{
	struct arena *arena = NULL;
	struct atlas atlas;
	enum status status = arena_create(&arena, ATLAS_BYTES_MOST);
	if (status == STATUS_OK)
		status = atlas_explore(engine->scratch->diagnosis, entry, settings, arena, &atlas);
	if (status == STATUS_OK) {
		survey->entries++;
		survey->atoms += atlas.atoms;
		survey->unread += atlas.unread;
		survey->complete += atlas_is_complete(&atlas);
		for (size_t i = 0; i < atlas.finding_count; i++) {
			const struct finding *finding = &atlas.findings[i];
			count_finding(survey, finding);
			if (finding_is_defect(finding->kind) && !finding->accepted)
				report_defect(&atlas, finding, faults);
		}
	}
	arena_destroy(arena);
	return status;
}

/* Skip the atlas while rules fail: they have to be fixed first. */
static enum status take_survey(struct engine *engine, struct faults *faults, struct survey *survey)
{
	const struct knowledge *knowledge = engine->snapshot->knowledge;
	struct atlas_settings settings = { .most = CHECK_RECORDS_MOST };
	enum status status = STATUS_OK;
	day_in_china(clock_wall_ms(&engine->clock), settings.today);
	for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i++)
		if (diagnoser_judges(engine->snapshot->diagnoser, &knowledge->entries[i]))
			status = survey_entry(engine, &knowledge->entries[i], &settings, faults,
			                      survey);
	return status;
}

static void print_survey(const struct survey *survey)
{
	if (survey->entries == 0)
		return;
	printf(_("atlas: atoms read: %zu of %zu; entries tried completely: %zu of %zu; overlaps: "
	         "%zu, gaps: %zu, others: %zu; accepted: %zu (dayi atlas shows them)\n"),
	       survey->atoms - survey->unread, survey->atoms, survey->complete, survey->entries,
	       survey->overlaps, survey->gaps, survey->others, survey->accepted);
}

static void report_stale(void *context, const struct stale *stale)
{
	struct faults *faults = context;
	const struct entry *entry = stale->entry;
	const char *owner = entry->owner[0] ? entry->owner : _("nobody");
	if (stale->of)
		faults_add(faults, FAULT_NOTE, entry->file, entry->line, "cases",
		           "no rule of %s holds any more: the last one did until %s",
		           stale->of->label[0] ? stale->of->label : stale->of->id, stale->day);
	else
		faults_add(faults, FAULT_WARNING, entry->file, entry->line, "review_by",
		           "%s has passed, %lld days ago; %s is to look at it again", stale->day,
		           (long long)stale->days, owner);
}

static void find_stale(struct engine *engine, struct faults *faults)
{
	char today[DAY_SIZE];
	day_in_china(clock_wall_ms(&engine->clock), today);
	stale_find(engine->snapshot->knowledge, today, report_stale, faults);
}

/* `knowledge` is NULL if it could not be read. */
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
	struct options options = { .folder = NULL };
	struct links_tried tried = { 0 };
	char path[PLACE_SIZE];
	struct named_settings named = { 0 };
	struct engine engine = { 0 };
	struct faults *faults = NULL;
	struct survey survey = { 0 };
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	const char *folder = options.folder;
	enum status read = named_settings_open(&named, options.config);
	if (read == STATUS_OK && !folder)
		read = named_knowledge(&named, &folder);
	if (read != STATUS_OK || faults_create(&faults) != STATUS_OK) {
		named_settings_close(&named);
		return read != STATUS_OK ? exit_of(read)
		                         : engine_fail(_("checking"), STATUS_NO_MEMORY);
	}
	/* The summary names it. */
	if (!folder)
		folder = place_find(&place_knowledge, path);
	int result = engine_open(&engine, folder, named_match(&named), faults);
	if (result == EXIT_DONE) {
		enum status status = snapshot_check(engine.snapshot, faults);
		find_stale(&engine, faults);
		if (options.links && (status == STATUS_OK || status == STATUS_INVALID)) {
			const enum status links =
			        links_try(engine.snapshot->knowledge, faults, &tried);
			status = links == STATUS_OK ? status : links;
		}
		if (status == STATUS_OK)
			status = take_survey(&engine, faults, &survey);
		if (status == STATUS_INVALID)
			result = EXIT_FAULTS;
		else if (status != STATUS_OK)
			result = engine_fail(_("checking"), status);
	}
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	print_summary(folder, faults, engine.snapshot ? engine.snapshot->knowledge : NULL);
	print_survey(&survey);
	if (options.links)
		printf(_("links: %zu are there, %zu are gone, %zu are not answered, %zu were not "
		         "tried\n"),
		       tried.fine, tried.broken, tried.silent, tried.more);
	engine_close(&engine);
	faults_destroy(faults);
	named_settings_close(&named);
	return result;
}

#include <argp.h>
#include <stdio.h>

#include "cli/cli.h"
#include "cli/engine.h"
#include "diagnose/atlas.h"

enum { ATLAS_BYTES_MOST = 256 << 20, CHECK_RECORDS_MOST = 10000, REASON_CEILING = 8192 };

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
	"decide what they should not, sample records that lost their verdicts, and what the case "
	"atlas "
	"finds wrong with a rule."
	"\vDIR is " DEFAULT_KNOWLEDGE
	" where it is not given. Exit status 1 when there was an error; "
	"warnings and notes leave it 0.",
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
		BUF_JOIN(&reason, "; on the record ", finding->witness);
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
		status = atlas_explore(engine->snapshot->diagnoser, entry, settings, arena, &atlas);
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

/* A folder whose rules fail the rehearsal is mended first. */
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
	printf("atlas: %zu of %zu atoms read in %zu %s, %zu of them tried completely; %zu %s, %zu "
	       "%s, "
	       "%zu %s; %zu accepted (dayi atlas shows them)\n",
	       survey->atoms - survey->unread, survey->atoms, survey->entries,
	       noun(survey->entries, "entry", "entries"), survey->complete, survey->overlaps,
	       noun(survey->overlaps, "overlap", "overlaps"), survey->gaps,
	       noun(survey->gaps, "gap", "gaps"), survey->others,
	       noun(survey->others, "other finding", "other findings"), survey->accepted);
}

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
	struct survey survey = { 0 };
	if (argp_parse(&argp, argc, argv, 0, NULL, &folder) != 0)
		return EXIT_USAGE;
	if (faults_create(&faults) != STATUS_OK)
		return engine_fail("checking", STATUS_NO_MEMORY);
	int result = engine_open(&engine, folder, NULL, faults);
	if (result == EXIT_DONE) {
		enum status status = snapshot_check(engine.snapshot, faults);
		if (status == STATUS_OK)
			status = take_survey(&engine, faults, &survey);
		if (status == STATUS_INVALID)
			result = EXIT_FAULTS;
		else if (status != STATUS_OK)
			result = engine_fail("checking", status);
	}
	if (faults_kept(faults) > 0)
		faults_print(faults, stderr);
	print_summary(folder, faults, engine.snapshot ? engine.snapshot->knowledge : NULL);
	print_survey(&survey);
	engine_close(&engine);
	faults_destroy(faults);
	return result;
}

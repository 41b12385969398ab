/*
 * Each line of a file of labelled questions is parsed, its labels are resolved to entries, and
 * the question is asked in a conversation of its own. A tally per kind counts the
 * outcomes. The confidence of the best entry is kept separately for questions in and out of scope;
 * the AUROC is computed from them at the end. With any faulty line the run reports all faults and
 * scores nothing.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/json.h"
#include "base/language.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"

enum {
	FILE_CEILING = 256 << 20,
	LINE_BYTES_MOST = 1 << 20,
	LINE_DEPTH_MOST = 16,
	KINDS_MOST = 64,
	KIND_SIZE = 32,
	EXPECTED_MOST = 64, /* of one question */
	NAME_SHOWN = 128,   /* bytes of one in a fault */
};

struct tally {
	char kind[KIND_SIZE];
	bool in_scope; /* of the sums: which */
	unsigned questions, top1, helped, direct, wrong, choose, decline;
};

struct labelled {
	const char *question;
	const char *kind;
	const struct entry *expected[EXPECTED_MOST];
	size_t expected_count;
};

struct scorer {
	struct engine *engine;
	struct tally kinds[KINDS_MOST];
	size_t kind_count;
	double *in_scope, *out_of_scope; /* the best entry's confidence */
	size_t in_count, out_count, capacity;
};

static bool is_expected(const struct labelled *labelled, const struct entry *entry)
{
	for (size_t i = 0; i < labelled->expected_count; i++)
		if (labelled->expected[i] == entry)
			return true;
	return false;
}

static unsigned count_expected(const struct labelled *labelled,
                               const struct match_candidate *candidates, size_t count)
{
	unsigned found = 0;
	for (size_t i = 0; i < count; i++)
		found += is_expected(labelled, candidates[i].entry);
	return found;
}

static struct tally *tally_for(struct scorer *scorer, const char *kind, bool in_scope)
{
	for (size_t i = 0; i < scorer->kind_count; i++)
		if (strncmp(scorer->kinds[i].kind, kind, KIND_SIZE - 1) == 0)
			return &scorer->kinds[i];
	if (scorer->kind_count == KINDS_MOST)
		return &scorer->kinds[KINDS_MOST - 1];
	struct tally *tally = &scorer->kinds[scorer->kind_count++];
	*tally = (struct tally){ .in_scope = in_scope };
	snprintf(tally->kind, sizeof(tally->kind), "%s", kind);
	return tally;
}

static void count_reply(struct tally *tally, const struct labelled *labelled,
                        const struct reply *reply)
{
	const size_t expected = labelled->expected_count;
	const size_t needed = expected == 0                          ? 0
	                      : strcmp(labelled->kind, "multi") == 0 ? expected
	                                                             : 1;
	const unsigned answered = count_expected(labelled, reply->answers, reply->answer_count);
	const unsigned offered =
	        answered + count_expected(labelled, reply->choices, reply->choice_count);
	tally->questions++;
	tally->choose += reply->outcome == OUTCOME_CHOOSE;
	tally->decline += reply->outcome == OUTCOME_DECLINE;
	tally->wrong += reply->answer_count > 0 && answered == 0;
	if (expected == 0)
		return;
	tally->top1 += reply->ranking_count > 0 && is_expected(labelled, reply->ranking[0].entry);
	tally->helped += offered >= needed;
	tally->direct += answered >= needed;
}

static enum status keep_confidence(struct scorer *scorer, bool in_scope, double confidence)
{
	if (scorer->in_count == scorer->capacity || scorer->out_count == scorer->capacity) {
		const size_t capacity = scorer->capacity ? scorer->capacity * 2 : 1024;
		double *in = reallocarray(scorer->in_scope, capacity, sizeof(*in));
		if (in)
			scorer->in_scope = in;
		double *out = reallocarray(scorer->out_of_scope, capacity, sizeof(*out));
		if (out)
			scorer->out_of_scope = out;
		if (!in || !out)
			return STATUS_NO_MEMORY;
		scorer->capacity = capacity;
	}
	if (in_scope)
		scorer->in_scope[scorer->in_count++] = confidence;
	else
		scorer->out_of_scope[scorer->out_count++] = confidence;
	return STATUS_OK;
}

static enum status score(struct scorer *scorer, const struct labelled *labelled)
{
	struct reply reply;
	const bool in_scope = labelled->expected_count > 0;
	enum status status = engine_ask(scorer->engine, span_of(labelled->question), &reply);
	if (status != STATUS_OK)
		return status;
	count_reply(tally_for(scorer, labelled->kind, in_scope), labelled, &reply);
	count_reply(tally_for(scorer, in_scope ? "in scope" : "out of scope", in_scope), labelled,
	            &reply);
	return keep_confidence(scorer, in_scope,
	                       reply.ranking_count ? reply.ranking[0].confidence : 0);
}

/* Where a label stands. */
struct label_place {
	const char *file;
	unsigned line;
	struct faults *faults;
};

static bool is_shared(const struct engine *engine, int number)
{
	const struct knowledge *knowledge = engine->snapshot->knowledge;
	size_t found = 0;
	for (size_t i = 0; i < knowledge->answer_count && number > 0; i++)
		found += knowledge->entries[i].number == number;
	return found > 1;
}

/* An entry is named by its id or its number, which may be written as a text. */
static const struct entry *read_name(const struct engine *engine, const cJSON *name,
                                     const char *field, const struct label_place *place)
{
	char text[NAME_SHOWN] = "";
	const struct entry *entry = NULL;
	if (cJSON_IsString(name))
		snprintf(text, sizeof(text), "%.*s",
		         (int)utf8_prefix(span_of(name->valuestring), NAME_SHOWN / 4 - 1),
		         name->valuestring);
	else if (cJSON_IsNumber(name))
		snprintf(text, sizeof(text), "%.15g", name->valuedouble);
	if (cJSON_IsString(name))
		entry = engine_find_entry(engine, name->valuestring);
	else if (cJSON_IsNumber(name))
		entry = engine_find_entry(engine, text);
	if (entry && strcmp(text, entry->id) != 0 && is_shared(engine, entry->number)) {
		faults_add(place->faults, FAULT_ERROR, place->file, place->line, field,
		           "several collections have an entry %s: write its id, such as \"%s\"",
		           text, entry->id);
		return NULL;
	}
	if (entry)
		return entry;
	if (text[0])
		faults_add(place->faults, FAULT_ERROR, place->file, place->line, field,
		           "there is no entry \"%s\" in this knowledge folder: write the number or "
		           "the id of one (dayi export shows them), or [] where none answers",
		           text);
	else
		faults_add(place->faults, FAULT_ERROR, place->file, place->line, field,
		           "must name an entry: its number, such as 1, or its id, such as "
		           "\"item-01\"");
	return NULL;
}

static bool read_expected(const struct engine *engine, const cJSON *list, const char *name,
                          const struct label_place *place, struct labelled *out)
{
	bool sound = true;
	size_t index = 0;
	const cJSON *item;
	cJSON_ArrayForEach (item, list) {
		char field[NAME_SHOWN];
		snprintf(field, sizeof(field), "%s[%zu]", name, index++);
		const struct entry *entry = read_name(engine, item, field, place);
		if (!entry)
			sound = false;
		else if (out->expected_count == EXPECTED_MOST) {
			faults_add(place->faults, FAULT_ERROR, place->file, place->line, name,
			           "more than %d entries", EXPECTED_MOST);
			return false;
		} else if (!is_expected(out, entry))
			out->expected[out->expected_count++] = entry;
	}
	return sound;
}

/* A row carries q and expect, or query and relevant. */
static bool read_label(const struct engine *engine, const cJSON *row,
                       const struct label_place *place, struct labelled *out)
{
	const char *name = cJSON_HasObjectItem(row, "expect") ? "expect" : "relevant";
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(row, name);
	*out = (struct labelled){ 0 };
	out->question = json_string(row, "q", json_string(row, "query", NULL));
	out->kind = json_string(row, "kind", json_string(row, "tag", "all"));
	if (out->question && cJSON_IsArray(list))
		return read_expected(engine, list, name, place, out);
	faults_add(place->faults, FAULT_ERROR, place->file, place->line, NULL,
	           "needs q and expect, or query and relevant: {\"q\":\"…\",\"expect\":[1]}");
	return false;
}

/* json_parse() counts lines from the given one. */
static cJSON *parse_line(struct span line, const struct label_place *place)
{
	const struct json_limits limits = { LINE_BYTES_MOST, LINE_DEPTH_MOST };
	struct faults *found = NULL;
	cJSON *row = NULL;
	if (faults_create(&found) != STATUS_OK)
		return NULL;
	if (json_parse(&row, line, limits, place->file, found) == STATUS_NO_MEMORY)
		row = NULL;
	for (size_t i = 0; i < faults_kept(found); i++)
		faults_add(place->faults, FAULT_ERROR, place->file, place->line,
		           faults_at(found, i)->field, "%s", faults_at(found, i)->reason);
	faults_destroy(found);
	return row;
}

/* Skips a line with a fault and reads the others, so that all faults are reported. */
static enum status score_line(struct scorer *scorer, struct span line,
                              const struct label_place *place)
{
	struct labelled labelled;
	enum status status = STATUS_OK;
	cJSON *row = parse_line(line, place);
	if (row && read_label(scorer->engine, row, place, &labelled) &&
	    faults_count(place->faults, FAULT_ERROR) == 0)
		status = score(scorer, &labelled);
	cJSON_Delete(row);
	return status;
}

static int by_value(const void *a, const void *b)
{
	const double left = *(const double *)a;
	const double right = *(const double *)b;
	return left < right ? -1 : left > right;
}

/* The chance that an in-scope question gets more confidence than an out-of-scope one. */
static double auroc(struct scorer *scorer)
{
	double wins = 0;
	size_t below = 0, equal = 0;
	qsort(scorer->in_scope, scorer->in_count, sizeof(double), by_value);
	qsort(scorer->out_of_scope, scorer->out_count, sizeof(double), by_value);
	for (size_t i = 0; i < scorer->in_count; i++) {
		const double confidence = scorer->in_scope[i];
		while (below < scorer->out_count && scorer->out_of_scope[below] < confidence)
			below++;
		equal = below;
		while (equal < scorer->out_count && scorer->out_of_scope[equal] <= confidence)
			equal++;
		wins += (double)below + (double)(equal - below) / 2;
	}
	return wins / ((double)scorer->in_count * (double)scorer->out_count);
}

static void print_tally(const struct tally *tally)
{
	const double n = tally->questions;
	printf("%-14s n=%-6u", tally->kind, tally->questions);
	if (tally->in_scope)
		printf(" top1 %.4f  helped %.4f  direct %.4f ", tally->top1 / n, tally->helped / n,
		       tally->direct / n);
	printf(" wrong %.4f  choose %.4f  decline %.4f\n", tally->wrong / n, tally->choose / n,
	       tally->decline / n);
}

static void print_scores(const char *file, struct scorer *scorer)
{
	printf("%s\n", file);
	for (size_t i = 0; i < scorer->kind_count; i++)
		print_tally(&scorer->kinds[i]);
	if (scorer->in_count > 0 && scorer->out_count > 0)
		printf("auroc %.4f\n", auroc(scorer));
}

static int score_file(struct engine *engine, const char *file)
{
	struct scorer scorer = { .engine = engine };
	struct faults *faults = NULL;
	struct buf text;
	unsigned number = 0;
	buf_init(&text, FILE_CEILING);
	enum status status = faults_create(&faults);
	if (status == STATUS_OK) {
		status = file_read(file, &text);
		if (status != STATUS_OK)
			faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", file_failure(status));
	}
	struct span rest = buf_span(&text);
	while (rest.len > 0 && status == STATUS_OK) {
		const char *end = memchr(rest.ptr, '\n', rest.len);
		const struct span line = { rest.ptr, end ? (size_t)(end - rest.ptr) : rest.len };
		number++;
		if (line.len > 0)
			status = score_line(&scorer, line,
			                    &(struct label_place){ file, number, faults });
		rest.ptr += line.len + (end ? 1 : 0);
		rest.len -= line.len + (end ? 1 : 0);
	}
	if (status == STATUS_OK && faults_count(faults, FAULT_ERROR) > 0)
		status = STATUS_INVALID;
	if (status == STATUS_OK)
		print_scores(file, &scorer);
	faults_print(faults, stderr);
	faults_destroy(faults);
	free(scorer.in_scope);
	free(scorer.out_of_scope);
	buf_deinit(&text);
	return exit_of(status);
}

enum { KEY_TODAY = 0x100 };

struct options {
	const char *config, *knowledge;
	char today[DAY_SIZE]; /* "": by the clock */
	char **files;
	int file_count;
};

static const struct argp_option option_table[] = {
	SETTINGS_OPTION,
	{ "knowledge", 'k', "DIR", 0,
	  N_("Knowledge folder (default: knowledge, else the one beside the program)"), 0 },
	{ "today", KEY_TODAY, "YYYY-MM-DD", 0,
	  N_("The day of the questions (default: today in China)"), 0 },
	{ 0 },
};

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
		read_today(value, options->today, state);
		return 0;
	case ARGP_KEY_ARGS:
		options->files = state->argv + state->next;
		options->file_count = state->argc - state->next;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "%s", _("no file of questions"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	option_table,
	parse,
	"FILE...",
	N_("Scores labelled questions, a line each: {\"q\",\"expect\":[…],\"kind\"} or "
	   "{\"query\",\"relevant\":[…],\"tag\"}; the list names entries by number or id and is "
	   "empty where none answers."
	   "\vtop1: the best-ranked entry is an expected one. helped: an expected one is among the "
	   "answers or choices (kind multi: all of them). direct: among the answers. wrong: "
	   "answered, "
	   "and no expected one in it."),
	NULL,
	NULL,
	NULL
};

int cli_eval(int argc, char **argv)
{
	struct options options = { 0 };
	struct named_settings named = { 0 };
	struct engine engine = { 0 };
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	int result = engine_open_named(&engine, &named, options.config, options.knowledge);
	if (options.today[0])
		engine_set_today(&engine, options.today);
	for (int i = 0; i < options.file_count && result == EXIT_DONE; i++)
		result = score_file(&engine, options.files[i]);
	engine_close(&engine);
	named_settings_close(&named);
	return result;
}

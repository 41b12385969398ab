/*
 * How it works. A model holds a snapshot, which does not change after it was built, and counts its
 * users: the caller and every engine. An engine adds the scratch of one thread (scratch.h). The
 * normaliser, the clock and the log are the model's, and the last user frees all of it, in whatever
 * thread. Options are copied as far as the caller's struct goes, checked, and turned into the
 * engine's own settings before anything is opened.
 */
#include "engine/api/api.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "engine/api/shipped.h"

#define STRING_OF(token_) #token_
#define TEXT_OF(token_)   STRING_OF(token_)

const char *dayi_version(void)
{
	return TEXT_OF(DAYI_VERSION_MAJOR) "." TEXT_OF(DAYI_VERSION_MINOR) "." TEXT_OF(
	        DAYI_VERSION_PATCH);
}

/* --- options --- */

static enum log_level log_level_of(int64_t level)
{
	switch (level) {
	case DAYI_LEVEL_DEBUG:
		return LOG_DEBUG;
	case DAYI_LEVEL_WARNING:
		return LOG_WARN;
	case DAYI_LEVEL_ERROR:
		return LOG_ERROR;
	default:
		return LOG_INFO;
	}
}

static dayi_level level_of(enum log_level level)
{
	switch (level) {
	case LOG_DEBUG:
		return DAYI_LEVEL_DEBUG;
	case LOG_INFO:
		return DAYI_LEVEL_INFO;
	case LOG_WARN:
		return DAYI_LEVEL_WARNING;
	case LOG_ERROR:
		break;
	}
	return DAYI_LEVEL_ERROR;
}

static bool is_share(double value)
{
	return isfinite(value) && value >= 0 && value <= 1;
}

/* The rule that they break, or NULL. */
static const char *broken_rule(const dayi_model_options *options)
{
	if (!is_share(options->answer_at) || !is_share(options->choose_at))
		return N_("answer_at and choose_at are numbers from 0 to 1");
	if (!isfinite(options->clear_by) || options->clear_by > 20)
		return N_("clear_by is a number, 20 at most");
	if (!options->wall_ms != !options->monotonic_us)
		return N_("wall_ms and monotonic_us are set both, or none of them");
	if (options->language != DAYI_ENGLISH && options->language != DAYI_CHINESE)
		return N_("language is DAYI_ENGLISH or DAYI_CHINESE");
	if (options->log_from < DAYI_LEVEL_DEFAULT || options->log_from > DAYI_LEVEL_ERROR)
		return N_("log_from is a DAYI_LEVEL");
	return NULL;
}

static void take_thresholds(struct match_settings *settings, const dayi_model_options *options)
{
	*settings = match_settings_default();
	if (options->answer_at > 0)
		settings->answer_at = options->answer_at;
	if (options->choose_at > 0)
		settings->choose_at = options->choose_at;
	if (options->clear_by < 0)
		settings->clear_by = 0;
	else if (options->clear_by > 0)
		settings->clear_by = options->clear_by;
}

/* --- log --- */

/* What a line of the log becomes for the embedder. */
struct log_bridge {
	void (*log)(void *context, dayi_level level, const char *line);
	void *context;
};

static void take_line(void *context, enum log_level level, const char *line)
{
	const struct log_bridge *bridge = context;

	bridge->log(bridge->context, level_of(level), line);
}

static enum status open_log(struct dayi_model *model, const dayi_model_options *options)
{
	if (!options->log)
		return STATUS_OK;
	model->bridge = calloc(1, sizeof(*model->bridge));
	if (!model->bridge)
		return STATUS_NO_MEMORY;
	*model->bridge = (struct log_bridge){ options->log, options->log_context };
	return log_create_to(&model->log, (struct log_sink){ take_line, model->bridge },
	                     log_level_of(options->log_from), model->clock);
}

/* Warnings of a folder that is fit to serve; its errors are the caller's. */
static void log_faults(const struct dayi_model *model, const struct faults *faults)
{
	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);

		log_event(model->log, fault->level == FAULT_NOTE ? LOG_INFO : LOG_WARN, "fault",
		          LOG_TEXT("file", fault->file), LOG_NUMBER("line", fault->line),
		          LOG_TEXT("member", fault->field), LOG_TEXT("reason", fault->reason));
	}
}

/* --- a model --- */

static enum status take_options(struct dayi_model *model, const dayi_model_options *options)
{
	model->language = (dayi_language)options->language;
	model->clock = options->wall_ms ? (struct clock){ options->wall_ms, options->monotonic_us,
		                                          options->clock_context }
	                                : clock_system();
	take_thresholds(&model->settings, options);
	if (options->folder) {
		model->folder = strdup(options->folder);
		if (!model->folder)
			return STATUS_NO_MEMORY;
	}
	if (options->index_folder) {
		model->index_folder = strdup(options->index_folder);
		model->settings.index_folder = model->index_folder;
		if (!model->index_folder)
			return STATUS_NO_MEMORY;
	}
	return open_log(model, options);
}

/* Of the folder, or of the FAQ that the library carries. */
static enum status build_snapshot(const struct dayi_model *model, struct faults *faults,
                                  struct snapshot **out)
{
	struct knowledge *knowledge = NULL;

	if (model->folder)
		return snapshot_build(model->folder, model->normaliser, &model->settings, faults,
		                      out);
	const enum status status = knowledge_load_embedded(
	        shipped_knowledge, shipped_knowledge_count, faults, &knowledge);
	return status == STATUS_OK ? snapshot_build_of(knowledge, model->normaliser,
	                                               &model->settings, faults, out)
	                           : status;
}

static enum status build(struct dayi_model *model, struct faults *faults)
{
	const int64_t start_us = clock_monotonic_us(&model->clock);
	enum status status = normaliser_create(&model->normaliser);

	if (status == STATUS_OK)
		status = build_snapshot(model, faults, &model->snapshot);
	if (status != STATUS_OK)
		return status;
	log_faults(model, faults);
	log_event(model->log, LOG_INFO, "model_open", LOG_TEXT("folder", model->folder),
	          LOG_TEXT("version", model->snapshot->knowledge->version),
	          LOG_NUMBER("entries", model->snapshot->knowledge->answer_count),
	          LOG_NUMBER("took_us", clock_monotonic_us(&model->clock) - start_us));
	return STATUS_OK;
}

dayi_code dayi_model_open(dayi_model **out, const dayi_model_options *options, dayi_error **error)
{
	dayi_model_options taken;
	struct faults *faults = NULL;
	struct dayi_model *model = NULL;
	struct api_call call = api_begin(error, DAYI_ENGLISH);

	if (!out)
		return api_misuse(&call, N_("there must be a place for what is opened"));
	*out = NULL;
	if (!options_take(&taken, sizeof(taken), options))
		return api_misuse(&call, N_("the options have no size, or set what this version of "
		                            "libdayi does not know"));
	const char *rule = broken_rule(&taken);
	if (rule)
		return api_misuse(&call, rule);
	api_speak(&call, (dayi_language)taken.language);
	enum status status = faults_create(&faults);
	model = calloc(1, sizeof(*model));
	if (!model && status == STATUS_OK)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		atomic_init(&model->references, 1);
		status = take_options(model, &taken);
	}
	if (status == STATUS_OK)
		status = build(model, faults);
	const dayi_code code = api_end(&call, status, faults, taken.folder);
	faults_destroy(faults);
	if (code == DAYI_OK)
		*out = model;
	else
		dayi_model_free(model);
	return code;
}

/* One more engine uses the model. */
static struct dayi_model *model_keep(struct dayi_model *model)
{
	atomic_fetch_add(&model->references, 1);
	return model;
}

void dayi_model_free(dayi_model *model)
{
	if (!model || atomic_fetch_sub(&model->references, 1) > 1)
		return;
	snapshot_destroy(model->snapshot);
	normaliser_destroy(model->normaliser);
	log_destroy(model->log);
	free(model->bridge);
	free(model->folder);
	free(model->index_folder);
	free(model);
}

/* --- what it knows --- */

const char *dayi_model_version(const dayi_model *model)
{
	return model ? model->snapshot->knowledge->version : "";
}

size_t dayi_model_entry_count(const dayi_model *model)
{
	return model ? model->snapshot->knowledge->answer_count : 0;
}

static const struct relations *relations_of(const struct dayi_model *model)
{
	return diagnoser_relations(model->snapshot->diagnoser);
}

size_t dayi_model_relation_count(const dayi_model *model)
{
	return model ? relations_count(relations_of(model)) - RELATION_RECORDED : 0;
}

static const struct relation_shape *shape_of(const struct dayi_model *model, size_t relation)
{
	return relation < dayi_model_relation_count(model)
	               ? relation_shape(relations_of(model), relation + RELATION_RECORDED)
	               : NULL;
}

const char *dayi_model_relation(const dayi_model *model, size_t relation)
{
	const struct relation_shape *shape = shape_of(model, relation);

	return shape ? shape->name : NULL;
}

const char *dayi_model_column(const dayi_model *model, size_t relation, size_t column)
{
	const struct relation_shape *shape = shape_of(model, relation);

	return shape && column < shape->column_count ? shape->columns[column].name : NULL;
}

/* --- engine --- */

dayi_code dayi_engine_open(dayi_engine **out, dayi_model *model, dayi_error **error)
{
	struct api_call call = api_begin(error, model ? model->language : DAYI_ENGLISH);

	if (out)
		*out = NULL;
	if (!out || !model)
		return api_misuse(&call,
		                  N_("there must be a place for what is opened, and a model"));
	struct dayi_engine *engine = calloc(1, sizeof(*engine));
	enum status status = engine ? STATUS_OK : STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		engine->model = model_keep(model);
		status = scratch_create(model->snapshot, &engine->scratch);
	}
	if (status == STATUS_OK)
		*out = engine;
	else
		dayi_engine_free(engine);
	return api_end(&call, status, NULL, NULL);
}

void dayi_engine_free(dayi_engine *engine)
{
	if (!engine)
		return;
	engine->freed = true;
	if (engine->turns > 0)
		return;
	scratch_destroy(engine->scratch);
	dayi_model_free(engine->model);
	free(engine);
}

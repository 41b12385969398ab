/*
 * What both databases share: the table of kinds, the report of each relation, the matching of
 * column names, and the taking of values. A backend reads relation by relation through
 * reading_wants(), reading_match(), reading_add_row(), and ends each by reading_done() or
 * reading_fail(). What has no outcome at the end was not read in time. Only changes of a
 * relation's outcome are logged.
 */
#include "office/records/source.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/records/backend.h"

static const char *const outcome_texts[RECORD_OUTCOME_COUNT] = {
	[RECORD_NOT_ASKED] = N_("not_asked"),     [RECORD_READ] = N_("read"),
	[RECORD_NOT_MAPPED] = N_("not_mapped"),   [RECORD_WRONG_SCHEMA] = N_("wrong_schema"),
	[RECORD_UNREACHABLE] = N_("unreachable"), [RECORD_FAILED] = N_("failed"),
	[RECORD_TOO_LARGE] = N_("too_large"),     [RECORD_TIMED_OUT] = N_("timed_out"),
	[RECORD_RESTING] = N_("resting"),         [RECORD_FORBIDDEN] = N_("forbidden"),
	[RECORD_STOPPED] = N_("stopped"),
};

static const struct kind {
	const char *name;
	const struct backend *backend;
	const char *parameter;
} kinds[] = {
	{ "none", NULL, "" },
	{ "sqlite", &backend_sqlite, "?1" },
	{ "postgresql", &backend_postgres, "$1" },
};

const char *record_outcome_text(enum record_outcome outcome)
{
	assert((unsigned)outcome < RECORD_OUTCOME_COUNT);
	return outcome_texts[outcome];
}

const char *record_relations_text(const struct relations *among, unsigned relations,
                                  char text[RELATIONS_TEXT_SIZE])
{
	size_t len = 0;

	text[0] = '\0';
	for (size_t i = RELATION_RECORDED; i < relations_count(among); i++)
		if (relations & RELATION_BIT(i))
			len += (size_t)snprintf(text + len, RELATIONS_TEXT_SIZE - len, "%s%s",
			                        len ? " " : "", relation_shape(among, i)->name);
	assert(len < RELATIONS_TEXT_SIZE);
	return text;
}

void record_report_all(struct record_report *report, unsigned relations,
                       enum record_outcome outcome)
{
	for (size_t r = 0; r < RELATIONS_MOST; r++)
		report->relations[r] = relations & RELATION_BIT(r) ? outcome : RECORD_NOT_ASKED;
	report->unusable = 0;
}

/* --- making one --- */

static const struct kind *kind_named(const char *name)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (name && strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

static enum status open_backend(struct record_source *source, const struct kind *kind,
                                struct faults *faults)
{
	const struct record_settings *settings = &source->settings;
	source->backend = kind->backend;
	if (!kind->backend)
		return STATUS_OK;
	const enum status status = record_mapping_read(&source->mapping, source->relations,
	                                               settings->mapping, kind->parameter, faults);
	if (status != STATUS_OK)
		return status;
	const char *problem = kind->backend->problem(settings);
	if (problem) {
		faults_add(faults, FAULT_ERROR, NULL, 0, "record", "%s", problem);
		return STATUS_INVALID;
	}
	source->state = kind->backend->open(source);
	return source->state ? STATUS_OK : STATUS_NO_MEMORY;
}

enum status record_source_create(struct record_source **out, const struct record_settings *settings,
                                 struct relations *relations, struct log *log, struct clock clock,
                                 struct faults *faults)
{
	const struct kind *kind = kind_named(settings->kind);
	if (!kind) {
		faults_add(faults, FAULT_ERROR, NULL, 0, "record.kind",
		           "must be none, sqlite or postgresql");
		return STATUS_INVALID;
	}
	struct record_source *source = calloc(1, sizeof(*source));
	if (!source)
		return STATUS_NO_MEMORY;
	source->settings = *settings;
	assert(relations_count(relations) <= RELATIONS_MOST);
	source->relations = relations_keep(relations);
	source->log = log;
	source->clock = clock;
	for (size_t r = 0; r < RELATIONS_MOST; r++)
		source->last[r] = RECORD_READ;
	const enum status status = open_backend(source, kind, faults);
	if (status != STATUS_OK) {
		record_source_destroy(source);
		return status;
	}
	*out = source;
	return STATUS_OK;
}

void record_source_destroy(struct record_source *source)
{
	if (!source)
		return;
	if (source->state)
		source->backend->close(source->state);
	record_mapping_destroy(source->mapping);
	relations_release(source->relations);
	free(source);
}

/* --- reading --- */

static void log_mapping(const struct record_source *source, const struct faults *faults)
{
	char text[512] = "";
	if (faults && faults_kept(faults) > 0)
		fault_format(faults_at(faults, 0), text, sizeof(text));
	log_event(
	        source->log, LOG_ERROR, "record_mapping_unfit", LOG_TEXT("fault", text),
	        LOG_TEXT("hint", _("the knowledge's relations have changed: mend record.mapping "
	                           "and start the server again; until then records are unknown")));
}

/* Reads the mapping again: the knowledge has other relations now. */
static void map_anew(struct record_source *source, struct relations *relations)
{
	const struct kind *kind = kind_named(source->settings.kind);
	struct faults *faults = NULL;
	assert(kind); /* record_source_create() knew it */
	source->backend->disconnect(source->state);
	record_mapping_destroy(source->mapping);
	source->mapping = NULL;
	relations_keep(relations);
	relations_release(source->relations);
	source->relations = relations;
	for (size_t r = 0; r < RELATIONS_MOST; r++)
		source->last[r] = RECORD_READ;
	memset(source->unusable, 0, sizeof(source->unusable));
	if (faults_create(&faults) != STATUS_OK)
		faults = NULL;
	if (record_mapping_read(&source->mapping, relations, source->settings.mapping,
	                        kind->parameter, faults) != STATUS_OK)
		log_mapping(source, faults);
	faults_destroy(faults);
}

static enum record_outcome outcome_unread(const struct record_source *source, size_t relation)
{
	if (!source->backend)
		return RECORD_NOT_MAPPED;
	if (!source->mapping)
		return RECORD_WRONG_SCHEMA;
	return record_mapping_statement(source->mapping, relation) ? RECORD_NOT_ASKED
	                                                           : RECORD_NOT_MAPPED;
}

void record_source_read(struct record_source *source, const char *id_number, unsigned relations,
                        int64_t deadline_us, struct facts *facts, struct record_report *report)
{
	struct reading reading = { source, id_number, relations, deadline_us, facts, report };
	record_report_all(report, relations, RECORD_NOT_ASKED);
	if (source->backend && !relations_same(source->relations, facts_relations(facts)))
		map_anew(source, facts_relations(facts));
	for (size_t r = RELATION_RECORDED; r < relations_count(facts_relations(facts)); r++)
		if (relations & RELATION_BIT(r))
			report->relations[r] = outcome_unread(source, r);
	if (source->backend && source->mapping && reading_left_ms(&reading) > 0)
		source->backend->read(source->state, &reading);
	reading_lose(&reading, RECORD_TIMED_OUT, "", NULL);
}

void record_source_find(struct record_source *source, enum record_find find,
                        const char *const *values, int64_t deadline_us, struct record_found *out)
{
	struct reading reading = { .source = source, .deadline_us = deadline_us };
	const struct finding finding = {
		.find = find,
		.sql = source->mapping ? record_mapping_find(source->mapping, find) : NULL,
		.values = values,
		.count = record_find_values(find),
		.out = out,
	};
	*out = (struct record_found){ .outcome = RECORD_NOT_MAPPED };
	if (!source->backend || !finding.sql)
		return;
	const enum record_outcome outcome =
	        reading_left_ms(&reading) > 0
	                ? source->backend->find(source->state, &reading, &finding)
	                : RECORD_TIMED_OUT;
	if (outcome != RECORD_READ)
		*out = (struct record_found){ .outcome = outcome };
	out->outcome = outcome;
}

static void take_text(struct span value, char *to, size_t size)
{
	size_t len = utf8_valid(value) && value.ptr ? value.len : 0;
	if (len >= size)
		len = size - 1;
	while (len < value.len && len > 0 && ((unsigned char)value.ptr[len] & 0xc0) == 0x80)
		len--;
	if (len > 0)
		memcpy(to, value.ptr, len);
	to[len] = '\0';
}

void finding_add(const struct finding *finding, const struct span values[FINDING_COLUMNS])
{
	struct record_found *out = finding->out;
	const struct span id = values[0];
	if (!id.ptr || id.len == 0 || id.len >= RECORD_ID_SIZE || !utf8_valid(id))
		return;
	for (size_t i = 0; i < out->count; i++)
		if (span_equal(span_of(out->people[i].id_number), id))
			return;
	if (out->count == RECORD_FOUND_MOST) {
		out->more = true;
		return;
	}
	struct record_found_one *one = &out->people[out->count++];
	take_text(id, one->id_number, sizeof(one->id_number));
	take_text(values[1], one->name, sizeof(one->name));
	take_text(values[2], one->company, sizeof(one->company));
}

void finding_log(const struct reading *reading, const struct finding *finding, const char *code,
                 const char *message)
{
	log_event(reading->source->log, LOG_WARN, "record_find_failed",
	          LOG_TEXT("find", record_find_name(finding->find)), LOG_TEXT("code", code),
	          LOG_TEXT("message", message));
}

int64_t reading_left_ms(const struct reading *reading)
{
	const int64_t left_us = reading->deadline_us - clock_monotonic_us(&reading->source->clock);
	return left_us > 0 ? (left_us + 999) / 1000 : 0;
}

bool reading_wants(const struct reading *reading, size_t relation)
{
	return (reading->relations & RELATION_BIT(relation)) &&
	       reading->report->relations[relation] == RECORD_NOT_ASKED;
}

static void log_relation(struct record_source *source, size_t relation, enum record_outcome outcome,
                         const char *code, const char *message)
{
	const struct relation_shape *shape = relation_shape(source->relations, relation);
	if (source->last[relation] == outcome)
		return;
	source->last[relation] = outcome;
	if (outcome == RECORD_READ)
		log_event(source->log, LOG_INFO, "record_relation_recovered",
		          LOG_TEXT("relation", shape->name));
	else
		log_event(source->log, LOG_WARN, "record_relation_failed",
		          LOG_TEXT("relation", shape->name),
		          LOG_TEXT("reason", record_outcome_text(outcome)), LOG_TEXT("code", code),
		          LOG_TEXT("message", message));
}

void reading_fail(struct reading *reading, size_t relation, enum record_outcome outcome,
                  const char *code, const char *message)
{
	assert(outcome != RECORD_NOT_ASKED);
	assert(outcome != RECORD_READ);
	facts_forget(reading->facts, relation);
	reading->report->relations[relation] = outcome;
	log_relation(reading->source, relation, outcome, code, message);
}

/* All of them at once: one line in the log is enough. */
static void log_unreachable(struct record_source *source, const char *code, const char *message)
{
	if (!source->unreachable)
		log_event(source->log, LOG_WARN, "record_source_unreachable",
		          LOG_TEXT("kind", source->settings.kind), LOG_TEXT("code", code),
		          LOG_TEXT("message", message));
	source->unreachable = true;
}

void reading_lose(struct reading *reading, enum record_outcome outcome, const char *code,
                  const char *message)
{
	if (outcome == RECORD_UNREACHABLE)
		log_unreachable(reading->source, code, message);
	for (size_t r = RELATION_RECORDED; r < relations_count(reading->source->relations); r++) {
		if (!reading_wants(reading, r))
			continue;
		if (outcome == RECORD_UNREACHABLE)
			reading->source->last[r] = outcome;
		reading_fail(reading, r, outcome, code, message);
	}
}

bool reading_match(struct reading *reading, size_t relation, const char *const *names, size_t count,
                   struct result_columns *out)
{
	const struct relation_shape *shape = relation_shape(reading->source->relations, relation);
	bool seen[RELATION_COLUMNS_MOST] = { false };
	char message[128];
	assert(reading_wants(reading, relation));
	for (size_t i = 0; i < count; i++) {
		const size_t column = column_named(shape, span_of(names[i]));
		const bool known = column < shape->column_count;
		if (known && !seen[column]) {
			seen[column] = true;
			out->columns[i] = column;
			continue;
		}
		snprintf(message, sizeof(message), "%s: %.80s",
		         known ? "column given twice" : "no such column in this relation",
		         names[i]);
		reading_fail(reading, relation, RECORD_WRONG_SCHEMA, "", message);
		return false;
	}
	assert(count <= shape->column_count);
	out->count = count;
	return true;
}

static const char *flag_text(const char *text)
{
	if (strcmp(text, "t") == 0)
		return "1";
	return strcmp(text, "f") == 0 ? "0" : text;
}

static const char *misfit(enum fit fit)
{
	switch (fit) {
	case FIT_EMPTY:
		return "empty";
	case FIT_NO_WORD:
		return "unknown_word";
	default:
		return "form";
	}
}

static void note_unusable(struct reading *reading, size_t relation, size_t column,
                          const char *reason)
{
	struct record_source *source = reading->source;
	const struct relation_shape *shape = relation_shape(source->relations, relation);
	assert(column < shape->column_count);
	reading->report->unusable++;
	if (source->unusable[relation] & 1U << column)
		return;
	source->unusable[relation] |= 1U << column;
	log_event(source->log, LOG_WARN, "record_value_unusable", LOG_TEXT("relation", shape->name),
	          LOG_TEXT("column", shape->columns[column].name), LOG_TEXT("reason", reason));
}

/* The value as facts hold it; NULL: unknown. */
static const char *usable(struct reading *reading, size_t relation, size_t column,
                          struct span value)
{
	const struct column *about =
	        &relation_shape(reading->source->relations, relation)->columns[column];
	const char *text = value.ptr;
	if (!text)
		return NULL;
	if (memchr(value.ptr, '\0', value.len) || !utf8_valid(value)) {
		note_unusable(reading, relation, column, "form");
		return NULL;
	}
	if (about->type == COLUMN_FLAG)
		text = flag_text(text);
	char number[NUMBER_TEXT_SIZE];
	const enum fit fit = column_take(about, text, number, &text);
	if (fit != FIT_GOOD)
		note_unusable(reading, relation, column, misfit(fit));
	/* facts_add_row() folds a number. */
	return text == number ? value.ptr : text;
}

bool reading_add_row(struct reading *reading, size_t relation, const struct result_columns *columns,
                     const struct span *values)
{
	const char *row[RELATION_COLUMNS_MOST] = { NULL };
	assert(columns->count <= RELATION_COLUMNS_MOST);
	for (size_t i = 0; i < columns->count; i++)
		row[columns->columns[i]] =
		        usable(reading, relation, columns->columns[i], values[i]);
	if (facts_add_row(reading->facts, relation, row) == STATUS_OK)
		return true;
	reading_fail(reading, relation, RECORD_TOO_LARGE, "", NULL);
	return false;
}

void reading_done(struct reading *reading, size_t relation)
{
	struct record_source *source = reading->source;
	assert(reading_wants(reading, relation));
	assert(facts_present(reading->facts, relation));
	reading->report->relations[relation] = RECORD_READ;
	log_relation(source, relation, RECORD_READ, "", NULL);
	if (source->unreachable)
		log_event(source->log, LOG_INFO, "record_source_recovered",
		          LOG_TEXT("kind", source->settings.kind));
	source->unreachable = false;
}

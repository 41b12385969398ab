#include "service/records.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/key_file.h"
#include "base/language.h"
#include "store/store.h"

enum { WHOM_BYTES = 512 };

struct records {
	struct clock clock;
	struct log *log;
	struct token_verifier *verifier; /* NULL: nobody can sign in */
	struct audit *audit;
	const char *audit_file;
	atomic_bool audit_gone;   /* at the last look */
	struct record_pool *pool; /* NULL: there is no source */
};

/* Told once when it begins and once when it ends. */
void records_look(struct records *records)
{
	char name[STORE_NAME_SIZE];
	bool gone;

	if (!records || !records->audit)
		return;
	gone = !audit_in_place(records->audit);
	if (atomic_exchange(&records->audit_gone, gone) == gone)
		return;
	if (gone)
		log_event(
		        records->log, LOG_ERROR, "audit_moved",
		        LOG_TEXT("file", store_name(records->audit_file, name)),
		        LOG_TEXT("hint",
		                 _("the audit was renamed, removed or exchanged: no record is read "
		                   "until it is back. Find out who did it and bring it back; "
		                   "a restart refuses to begin another one under the same key")));
	else
		log_event(records->log, LOG_WARN, "audit_back",
		          LOG_TEXT("file", store_name(records->audit_file, name)),
		          LOG_TEXT("hint", _("check it with dayi audit verify")));
}

/* --- in the jobs --- */

_Static_assert(RELATIONS_TEXT_SIZE <= AUDIT_TEXT_BYTES + 1,
               "an entry that is too long for the audit would keep every record from being read");

static enum status audit_reading(void *context, const struct record_request *request)
{
	struct records *records = context;
	char relations[RELATIONS_TEXT_SIZE], whom[WHOM_BYTES];
	const struct audit_entry entry = {
		.at_ms = clock_wall_ms(&records->clock),
		.who = request->who,
		.id_number = request->finds ? whom : request->id_number,
		.relations = request->finds ? "@person_find"
		                            : record_relations_text(request->among,
		                                                    request->relations, relations),
		.why = request->why,
	};
	enum status status;

	/* Whom it will be is not known yet: the hash is of what was typed. */
	if (request->finds)
		snprintf(whom, sizeof(whom), "%s %s", request->values[0], request->values[1]);
	status = audit_append(records->audit, &entry);
	if (status == STATUS_NOT_FOUND)
		records_look(records);
	if (status != STATUS_OK)
		log_event(records->log, LOG_ERROR, "audit_failed",
		          LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("hint", _("no record is read until audit.file can be written")));
	return status;
}

/* --- setting up --- */

static void log_faults(struct log *log, const char *event, const struct faults *faults)
{
	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);
		char text[512];

		log_event(log, fault->level == FAULT_ERROR ? LOG_ERROR : LOG_WARN, event,
		          LOG_TEXT("fault", fault_format(fault, text, sizeof(text))));
	}
}

/* A secret of one's own is made where none is: a portal's public key cannot be. */
static enum status open_verifier(struct records *records, const struct token_settings *settings,
                                 struct faults *faults)
{
	if (strcmp(settings->algorithm, "off") == 0)
		return STATUS_OK;
	if (strcmp(settings->algorithm, "HS256") == 0 &&
	    file_kind(settings->key_file) == FILE_NONE) {
		const enum status status = key_file_make(settings->key_file);

		if (status != STATUS_OK) {
			faults_add(faults, FAULT_ERROR, settings->key_file, 0, NULL,
			           "cannot be made: %s", file_failure(status));
			return status;
		}
		log_event(records->log, LOG_INFO, "token_key_made",
		          LOG_TEXT("file", settings->key_file));
	}
	return token_verifier_create(&records->verifier, settings, faults);
}

static bool has_source(const struct record_settings *record, struct log *log)
{
	if (strcmp(record->kind, "none") == 0)
		return false;
	if (strcmp(record->kind, "sqlite") != 0 || file_kind(record->file) != FILE_NONE)
		return true;
	log_event(
	        log, LOG_WARN, "no_records", LOG_TEXT("file", record->file),
	        LOG_TEXT("hint", _("make it with dayi records import, or set record.source = none; "
	                           "until a restart then no applicant can sign in")));
	return false;
}

/* What is logged here can be compared later: see docs/sign-in.md. */
static enum status open_audit(struct records *records, const struct audit_settings *settings,
                              struct faults *faults)
{
	const enum status status = audit_open(&records->audit, settings, faults);
	struct audit_newest newest;

	if (status != STATUS_OK)
		return status;
	records->audit_file = settings->file;
	newest = audit_newest_at_open(records->audit);
	log_event(records->log, LOG_INFO, "audit_opened", LOG_TEXT("file", settings->file),
	          LOG_NUMBER("rows", newest.rows), LOG_TEXT("newest", newest.hash));
	return STATUS_OK;
}

static enum status open_parts(struct records *records, const struct records_settings *settings,
                              struct relations *relations, struct jobs *jobs, struct faults *faults)
{
	const struct record_hooks hooks = { audit_reading, records };
	enum status status;

	if (!has_source(&settings->record, records->log))
		return STATUS_OK;
	status = open_verifier(records, &settings->sign_in, faults);
	if (status == STATUS_OK)
		status = open_audit(records, &settings->audit, faults);
	if (status == STATUS_OK)
		status = record_pool_create(&records->pool, &settings->record, relations, &hooks,
		                            jobs, records->log, records->clock, faults);
	return status;
}

enum status records_open(struct records **out, const struct records_settings *settings,
                         struct relations *relations, struct jobs *jobs, struct log *log,
                         struct clock clock)
{
	struct records *records = calloc(1, sizeof(*records));
	struct faults *faults = NULL;
	enum status status = records ? faults_create(&faults) : STATUS_NO_MEMORY;

	*out = records;
	if (status != STATUS_OK)
		return status;
	records->log = log;
	records->clock = clock;
	status = open_parts(records, settings, relations, jobs, faults);
	log_faults(log, "records_fault", faults);
	faults_destroy(faults);
	return status;
}

struct job_limits records_limits(const struct records_settings *settings)
{
	if (strcmp(settings->record.kind, "none") == 0)
		return (struct job_limits){ 0 };
	return record_pool_limits(&settings->record);
}

void records_stop(struct records *records)
{
	if (records && records->pool)
		record_pool_stop(records->pool);
}

void records_close(struct records *records)
{
	if (!records)
		return;
	record_pool_destroy(records->pool);
	audit_close(records->audit);
	token_verifier_destroy(records->verifier);
	free(records);
}

bool records_readable(const struct records *records)
{
	return records->pool && records->verifier;
}

bool records_there(const struct records *records)
{
	return records->pool != NULL;
}

enum token_refusal records_verify(const struct records *records, struct span token,
                                  struct identity *out)
{
	*out = (struct identity){ 0 };
	if (!records_readable(records))
		return TOKEN_ALGORITHM;
	return token_verify(records->verifier, token, &records->clock, out);
}

enum status records_ask(struct records *records, const struct record_request *request)
{
	return record_pool_ask(records->pool, request);
}

struct record_counts records_counts(struct records *records)
{
	return record_pool_counts(records ? records->pool : NULL);
}

/*
 * Records: whose record may be read, from where, and that every reading is audited first.
 *
 * Jobs read; the audit's row is on the disk before they do. Nothing of a record is
 * logged or counted but which relations could be read.
 */
#ifndef DAYI_SERVICE_RECORDS_H
#define DAYI_SERVICE_RECORDS_H

#include "base/span.h"
#include "base/status.h"
#include "office/identity/token.h"
#include "office/journal/audit.h"
#include "office/records/pool.h"

struct records;

/* What is borrowed here must outlive it. */
struct records_settings {
	struct record_settings record;
	struct token_settings sign_in;
	struct audit_settings audit;
};

/*
 * As configured: without a source, or without the file of a SQLite one, there is nothing to read
 * and nobody can sign in (*out is set all the same). The mapping must fit the relations. What
 * hinders is logged; STATUS_INVALID or STATUS_IO then. The jobs are borrowed.
 */
MUST_CHECK enum status records_open(struct records **out, const struct records_settings *settings,
                                    struct relations *relations, struct jobs *jobs, struct log *log,
                                    struct clock clock);

/* What the jobs must allow the class JOB_RECORDS. */
struct job_limits records_limits(const struct records_settings *settings);

/* As record_pool_stop(); takes NULL. */
void records_stop(struct records *records);

/* As record_pool_destroy(). */
void records_close(struct records *records);

/* Whether a signed-in person's record could be read at all. */
bool records_readable(const struct records *records);

/* Whether there is a source at all. */
bool records_there(const struct records *records);

/* Who a token names; TOKEN_ALGORITHM where signing in is switched off. */
MUST_CHECK enum token_refusal records_verify(const struct records *records, struct span token,
                                             struct identity *out);

/* As record_pool_ask(); the reading is audited. */
MUST_CHECK enum status records_ask(struct records *records, const struct record_request *request);

/* Looks whether the audit is still in its place, and logs it when it goes and comes. Any thread. */
void records_look(struct records *records);

struct record_counts records_counts(struct records *records);

#endif

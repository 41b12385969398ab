/*
 * Audit: who read whose record, when and why. Rows are only ever added, and each is bound to all
 * before it by a keyed hash, so that audit_verify() finds what was changed afterwards.
 *
 * docs/sign-in.md tells the table, and what this cannot find.
 */
#ifndef DAYI_JOURNAL_AUDIT_H
#define DAYI_JOURNAL_AUDIT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"

struct audit;

struct audit_settings {
	const char *file;     /* made with mode 0600, and its folder with 0700, when missing; or
	                         the URL of a PostgreSQL (store.h), which several processes share */
	const char *key_file; /* made when both it and the rows are missing */
	int64_t busy_ms;      /* how long a file locked by another process is waited for */
};

/*
 * Opens or makes file and key. A fault says what is wrong: STATUS_INVALID when a later version or
 * another program wrote the file, its newest row is not of this key or not the one that the head
 * names, or the key is too short; STATUS_NOT_FOUND when there are rows and no key, or a key and no
 * rows; STATUS_IO, STATUS_BUSY, STATUS_NO_MEMORY.
 */
MUST_CHECK enum status audit_open(struct audit **out, const struct audit_settings *settings,
                                  struct faults *faults);

/* No thread may be appending. Takes NULL. */
void audit_close(struct audit *audit);

/* The newest row when it was opened, to be noted elsewhere. */
struct audit_newest {
	int64_t rows;
	char hash[DIGEST_HEX_SIZE];
};

struct audit_newest audit_newest_at_open(const struct audit *audit);

/* As store_in_place(). While it is false audit_append() fails. Any thread. */
bool audit_in_place(const struct audit *audit);

enum { AUDIT_TEXT_BYTES = 640 /* the names of all relations that an office may declare */ };

/* Texts of at most AUDIT_TEXT_BYTES, UTF-8 without control characters, and no identifiers in them.
 */
struct audit_entry {
	int64_t at_ms;         /* since 1970, UTC */
	const char *who;       /* "applicant", "operator:NAME", "account:NAME" */
	const char *id_number; /* of the person whose record it is, or the name of the account; only
	                          its keyed hash is kept */
	const char *relations; /* names of what is read, parted by blanks; or what was done to an
	                          account, with an @ in front */
	const char *why;
};

/*
 * Returns STATUS_OK only once the row is on the disk, so it waits: not for the event loop. With any
 * other status the record must not be used: STATUS_INVALID when the entry breaks a rule above or
 * the file was tampered with, STATUS_NOT_FOUND when it was renamed, removed or exchanged since it
 * was opened, STATUS_BUSY, STATUS_IO, STATUS_NO_MEMORY. Any thread; those that wait at the same
 * time share one commit. Several processes may append to one file.
 */
MUST_CHECK enum status audit_append(struct audit *audit, const struct audit_entry *entry);

/* Places of the chain, by their number. */
struct audit_finding {
	int64_t count;
	int64_t first; /* 0: none */
};

enum audit_head { AUDIT_HEAD_SOUND, AUDIT_HEAD_MISSING, AUDIT_HEAD_WRONG };

struct audit_report {
	int64_t rows;
	char newest[DIGEST_HEX_SIZE]; /* hash of the last row; note it elsewhere */
	enum audit_head head;         /* the keyed record of how many rows there are */
	struct audit_finding changed;
	struct audit_finding removed;
	struct audit_finding moved;    /* at another place than they were written */
	struct audit_finding inserted; /* not written by Dayi */
	struct audit_finding unlinked; /* genuine, but not after the row that now stands before */
	bool noted;                    /* the hash that was looked for is that of a genuine row */
};

bool audit_report_sound(const struct audit_report *report);

/*
 * Reads every row, as of one moment; the file may be in use. `noted` is a hash that was noted
 * elsewhere, or NULL. STATUS_NOT_FOUND, STATUS_INVALID when it is no audit or of a later version,
 * STATUS_IO when it cannot be read, with a fault.
 */
MUST_CHECK enum status audit_verify(const char *file, const char *key_file, const char *noted,
                                    struct audit_report *report, struct faults *faults);

/*
 * As audit_verify(), of the rows in a dump of a PostgreSQL (store/dump.h), without a database.
 * *found: the dump has exactly one audit; otherwise nothing is verified.
 */
MUST_CHECK enum status audit_verify_dump(const char *dump, const char *key_file, bool *found,
                                         struct audit_report *report, struct faults *faults);

struct audit_row {
	int64_t seq; /* from 1 */
	int64_t at_ms;
	struct span who, whom, relations, why;
	struct span previous, hash;
};

struct audit_filter {
	const char *id_number; /* NULL: of anybody */
	int64_t since_ms;
};

/* Calls `row` for each that fits, in order; `genuine`: its hash is right. Errors as audit_verify().
 */
MUST_CHECK enum status audit_list(const char *file, const char *key_file,
                                  const struct audit_filter *filter,
                                  void (*row)(void *context, const struct audit_row *row,
                                              bool genuine),
                                  void *context, struct faults *faults);

/* One reading of a person's record by somebody of the office. */
struct audit_look {
	int64_t at_ms;
	char who[AUDIT_TEXT_BYTES + 1], why[AUDIT_TEXT_BYTES + 1]; /* as in audit_entry */
};

enum { AUDIT_LOOKS_MOST = 100 };

/*
 * What accounts of the console and operators at the prompt have read, or had unmasked, of this
 * person's record: the latest first, AUDIT_LOOKS_MOST at most, *more where there are earlier ones.
 * What the person and the program looked up for the person is none. Waits for the disk; any thread.
 * Errors as audit_verify().
 */
MUST_CHECK enum status audit_looks(const struct audit_settings *settings, const char *id_number,
                                   struct audit_look looks[AUDIT_LOOKS_MOST], size_t *count,
                                   bool *more, struct faults *faults);

#endif

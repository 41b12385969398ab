/*
 * Audit chain: what the audit's keyed hashes are of, and its file's schema.
 *
 * Every hash is HMAC-SHA-256 over fields with their lengths in front (digest_add_field()), the
 * first of them a word that says what is hashed. Numbers are 8 bytes, big-endian.
 */
#ifndef DAYI_JOURNAL_AUDIT_CHAIN_H
#define DAYI_JOURNAL_AUDIT_CHAIN_H

#include "office/journal/audit.h"
#include "store/store.h"

extern const struct store_schema audit_schema;

/* `previous` of the first row. */
extern const char audit_nothing[DIGEST_HEX_SIZE];

struct audit_head_record {
	int64_t seq; /* of the newest row; 0: none yet */
	char hash[DIGEST_HEX_SIZE];
};

/* All fields but `hash`. */
MUST_CHECK enum status audit_hash_row(struct span key, const struct audit_row *row,
                                      char hex[DIGEST_HEX_SIZE]);
MUST_CHECK enum status audit_hash_person(struct span key, const char *id_number,
                                         char hex[DIGEST_HEX_SIZE]);

/* STATUS_NOT_FOUND when there is no record, STATUS_INVALID when it was not made with this key. */
MUST_CHECK enum status audit_head_read(struct tx *tx, struct span key,
                                       struct audit_head_record *out);

/*
 * STATUS_INVALID unless the newest row is genuine and the one that the head names, or there is none
 * and the head says so.
 */
MUST_CHECK enum status audit_head_check(struct tx *tx, struct span key,
                                        const struct audit_head_record *head);

/* Makes the record, or moves it forward. */
MUST_CHECK enum status audit_head_write(struct tx *tx, struct span key,
                                        const struct audit_head_record *head);

/* Of the columns that a statement which selects AUDIT_COLUMNS gives; borrowed as they are. */
#define AUDIT_COLUMNS "seq, at, who, whom, relations, why, previous, hash"
void audit_row_read(const struct cell *columns, struct audit_row *out);

/* Whether the row's hash is that of its fields. */
MUST_CHECK enum status audit_row_check(struct span key, const struct audit_row *row, bool *genuine);

#endif

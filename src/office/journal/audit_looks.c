#include <stdio.h>

#include "base/key_file.h"
#include "office/journal/audit_chain.h"

enum { KEY_CEILING = 4096 };

struct looking {
	struct audit_look *looks;
	size_t count;
	bool more;
};

static void copy(struct span from, char to[AUDIT_TEXT_BYTES + 1])
{
	snprintf(to, AUDIT_TEXT_BYTES + 1, "%.*s", SPAN_ARGS(from));
}

static enum status take_row(void *context, const struct cell *columns)
{
	struct looking *looking = context;
	struct audit_row row;
	struct audit_look *look;

	if (looking->count == AUDIT_LOOKS_MOST) {
		looking->more = true;
		return STATUS_OK;
	}
	audit_row_read(columns, &row);
	look = &looking->looks[looking->count++];
	look->at_ms = row.at_ms;
	copy(row.who, look->who);
	copy(row.why, look->why);
	return STATUS_OK;
}

/* One more than are told, to know whether there are. */
static enum status query(struct store *store, const char *whom, struct looking *looking)
{
	static const char sql[] = "SELECT " AUDIT_COLUMNS " FROM record_read WHERE whom = $1"
	                          " AND (who LIKE 'account:%' OR who LIKE 'operator:%')"
	                          " AND (relations NOT LIKE '@%' OR relations = '@person_reveal')"
	                          " ORDER BY seq DESC LIMIT $2";
	const struct cell values[] = { cell_text(whom), cell_integer(AUDIT_LOOKS_MOST + 1) };
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	return tx_end(tx, tx_query(tx, sql, values, 2, take_row, looking, NULL));
}

enum status audit_looks(const struct audit_settings *settings, const char *id_number,
                        struct audit_look looks[AUDIT_LOOKS_MOST], size_t *count, bool *more,
                        struct faults *faults)
{
	const struct store_settings store = { .url = settings->file,
		                              .busy_ms = settings->busy_ms,
		                              .read_only = true };
	struct looking looking = { .looks = looks };
	char problem[STORE_PROBLEM_SIZE] = "", whom[DIGEST_HEX_SIZE], name[STORE_NAME_SIZE];
	struct store *opened = NULL;
	struct buf key;
	enum status status;

	buf_init(&key, KEY_CEILING);
	status = key_file_read(settings->key_file, KEY_SECRET, &key, faults);
	if (status == STATUS_OK)
		status = audit_hash_person(buf_span(&key), id_number, whom);
	if (status == STATUS_OK)
		status = store_open(&opened, &store, &audit_schema, problem);
	if (status == STATUS_OK)
		status = query(opened, whom, &looking);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, store_name(settings->file, name), 0, NULL, "%s",
		           problem[0] ? problem : status_text(status));
	store_close(opened);
	buf_wipe(&key);
	*count = looking.count;
	*more = looking.more;
	return status;
}

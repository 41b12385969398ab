/*
 * How it works: the rows of the dump's two tables go into an audit of its own, a file in a folder
 * for that, and that one is verified. The file has no triggers, so that it takes rows as they are,
 * in the order of the dump, which need not be theirs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "office/journal/audit_chain.h"
#include "store/dump.h"

enum { ROW_FIELDS = 8, HEAD_FIELDS = 4 };

static const char insert_row[] =
        "INSERT INTO record_read (" AUDIT_COLUMNS ") VALUES ($1,$2,$3,$4,$5,$6,$7,$8)";
static const char insert_head[] = "INSERT INTO head (one, seq, hash, mark) VALUES ($1,$2,$3,$4)";

struct copying {
	struct tx *tx;
	const char *sql;
	size_t fields, numbers; /* the first of them are numbers */
};

static bool read_number(struct span text, int64_t *out)
{
	char digits[24], *end;

	if (text.len == 0 || text.len >= sizeof(digits))
		return false;
	memcpy(digits, text.ptr, text.len);
	digits[text.len] = '\0';
	*out = strtoll(digits, &end, 10);
	return *end == '\0';
}

static enum status copy_row(void *context, const struct span *fields, size_t count)
{
	const struct copying *copying = context;
	struct cell cells[ROW_FIELDS];

	if (count != copying->fields)
		return STATUS_INVALID;
	for (size_t i = 0; i < count; i++) {
		int64_t number = 0;

		if (!fields[i].ptr)
			return STATUS_INVALID;
		if (i < copying->numbers && !read_number(fields[i], &number))
			return STATUS_INVALID;
		cells[i] = i < copying->numbers ? cell_integer(number) : cell_span(fields[i]);
	}
	return tx_run(copying->tx, copying->sql, cells, count, NULL);
}

static enum status drop_triggers(struct tx *tx)
{
	static const char *const all[] = {
		"DROP TRIGGER record_read_next", "DROP TRIGGER record_read_fixed",
		"DROP TRIGGER record_read_kept", "DROP TRIGGER head_forward",
		"DROP TRIGGER head_kept",
	};
	enum status status = STATUS_OK;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]) && status == STATUS_OK; i++)
		status = tx_run(tx, all[i], NULL, 0, NULL);
	return status;
}

static enum status copy_tables(struct tx *tx, const char *dump, size_t *tables,
                               char problem[STORE_PROBLEM_SIZE])
{
	struct copying rows = { tx, insert_row, ROW_FIELDS, 2 };
	struct copying head = { tx, insert_head, HEAD_FIELDS, 2 };
	size_t heads;
	enum status status = drop_triggers(tx);

	if (status == STATUS_OK)
		status = store_dump_table(dump, "record_read", copy_row, &rows, tables, problem);
	if (status == STATUS_OK && *tables == 1)
		status = store_dump_table(dump, "head", copy_row, &head, &heads, problem);
	return status;
}

static enum status copy(const char *dump, const char *file, size_t *tables,
                        char problem[STORE_PROBLEM_SIZE])
{
	const struct store_settings settings = { .url = file };
	struct store *store = NULL;
	struct tx *tx = NULL;
	enum status status = store_open(&store, &settings, &audit_schema, problem);

	if (status == STATUS_OK)
		status = store_begin(store, TX_WRITE, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, copy_tables(tx, dump, tables, problem));
	store_close(store);
	return status;
}

enum status audit_verify_dump(const char *dump, const char *key_file, bool *found,
                              struct audit_report *report, struct faults *faults)
{
	char folder[] = "/tmp/dayi-audit-XXXXXX", file[sizeof(folder) + sizeof("/audit.db")];
	char problem[STORE_PROBLEM_SIZE] = "";
	size_t tables = 0;
	enum status status;

	*found = false;
	*report = (struct audit_report){ 0 };
	if (!mkdtemp(folder)) {
		faults_add(faults, FAULT_ERROR, dump, 0, NULL, "%s", file_failure(STATUS_IO));
		return STATUS_IO;
	}
	snprintf(file, sizeof(file), "%s/audit.db", folder);
	status = copy(dump, file, &tables, problem);
	*found = status == STATUS_OK && tables == 1;
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, dump, 0, "record_read", "%s",
		           problem[0] ? problem : "the audit in it is damaged");
	if (*found)
		status = audit_verify(file, key_file, NULL, report, faults);
	file_remove_tree(folder);
	return status;
}

#include "office/journal/audit_chain.h"

#include <assert.h>
#include <string.h>

const char audit_nothing[DIGEST_HEX_SIZE] =
        "0000000000000000000000000000000000000000000000000000000000000000";

/* The triggers stop slips, not whoever can write the file: against those stand the hashes. */
static const char schema[] =
        "CREATE TABLE record_read ("
        " seq INTEGER PRIMARY KEY,"
        " at INTEGER NOT NULL," /* milliseconds since 1970, UTC */
        " who TEXT NOT NULL,"
        " whom TEXT NOT NULL," /* keyed hash of the ID number */
        " relations TEXT NOT NULL,"
        " why TEXT NOT NULL,"
        " previous TEXT NOT NULL,"
        " hash TEXT NOT NULL"
        ") STRICT;"
        "CREATE INDEX record_read_whom ON record_read (whom, seq);"
        "CREATE TABLE head ("
        " one INTEGER PRIMARY KEY CHECK (one = 1),"
        " seq INTEGER NOT NULL,"
        " hash TEXT NOT NULL,"
        " mark TEXT NOT NULL" /* keyed hash of the two */
        ") STRICT;"
        "CREATE TRIGGER record_read_next BEFORE INSERT ON record_read"
        " WHEN new.seq <> (SELECT ifnull(max(seq), 0) + 1 FROM record_read)"
        " BEGIN SELECT RAISE(ABORT, 'rows are only added at the end'); END;"
        "CREATE TRIGGER record_read_fixed BEFORE UPDATE ON record_read"
        " BEGIN SELECT RAISE(ABORT, 'rows never change'); END;"
        "CREATE TRIGGER record_read_kept BEFORE DELETE ON record_read"
        " BEGIN SELECT RAISE(ABORT, 'rows are never removed'); END;"
        "CREATE TRIGGER head_forward BEFORE UPDATE ON head WHEN new.seq <= old.seq"
        " BEGIN SELECT RAISE(ABORT, 'the head only goes forward'); END;"
        "CREATE TRIGGER head_kept BEFORE DELETE ON head"
        " BEGIN SELECT RAISE(ABORT, 'the head is never removed'); END;";

static const char schema_postgres[] =
        "CREATE TABLE record_read ("
        " seq BIGINT PRIMARY KEY,"
        " at BIGINT NOT NULL,"
        " who TEXT NOT NULL,"
        " whom TEXT NOT NULL,"
        " relations TEXT NOT NULL,"
        " why TEXT NOT NULL,"
        " previous TEXT NOT NULL,"
        " hash TEXT NOT NULL"
        ");"
        "CREATE INDEX record_read_whom ON record_read (whom, seq);"
        "CREATE TABLE head ("
        " one BIGINT PRIMARY KEY CHECK (one = 1),"
        " seq BIGINT NOT NULL,"
        " hash TEXT NOT NULL,"
        " mark TEXT NOT NULL"
        ");"
        "CREATE FUNCTION record_read_refuse() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION '%', tg_argv[0] USING ERRCODE = 'integrity_constraint_violation';"
        " END $$;"
        "CREATE FUNCTION record_read_check() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF new.seq <> (SELECT coalesce(max(seq), 0) + 1 FROM record_read) THEN"
        " RAISE EXCEPTION 'rows are only added at the end'"
        " USING ERRCODE = 'integrity_constraint_violation';"
        " END IF; RETURN new; END $$;"
        "CREATE TRIGGER record_read_next BEFORE INSERT ON record_read"
        " FOR EACH ROW EXECUTE FUNCTION record_read_check();"
        "CREATE TRIGGER record_read_fixed BEFORE UPDATE ON record_read"
        " FOR EACH ROW EXECUTE FUNCTION record_read_refuse('rows never change');"
        "CREATE TRIGGER record_read_kept BEFORE DELETE OR TRUNCATE ON record_read"
        " FOR EACH STATEMENT EXECUTE FUNCTION record_read_refuse('rows are never removed');"
        "CREATE TRIGGER head_forward BEFORE UPDATE ON head"
        " FOR EACH ROW WHEN (new.seq <= old.seq)"
        " EXECUTE FUNCTION record_read_refuse('the head only goes forward');"
        "CREATE TRIGGER head_kept BEFORE DELETE OR TRUNCATE ON head"
        " FOR EACH STATEMENT EXECUTE FUNCTION record_read_refuse('the head is never removed')";

static const char *const steps[] = { schema };
static const char *const steps_postgres[] = { schema_postgres };

const struct store_schema audit_schema = {
	.table = "record_read",
	.steps = steps,
	.version = sizeof(steps) / sizeof(steps[0]),
	.postgres = steps_postgres,
};

static void add_text(struct digest *digest, const char *text)
{
	digest_add_field(digest, span_of(text));
}

static void add_number(struct digest *digest, int64_t number)
{
	char bytes[8];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (char)((uint64_t)number >> (56 - 8 * i));
	digest_add_field(digest, (struct span){ bytes, sizeof(bytes) });
}

enum status audit_hash_row(struct span key, const struct audit_row *row, char hex[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;
	enum status status = digest_create_keyed(&digest, key);

	assert(key.len > 0);
	if (status != STATUS_OK)
		return status;
	add_text(digest, "row");
	add_number(digest, row->seq);
	add_number(digest, row->at_ms);
	digest_add_field(digest, row->who);
	digest_add_field(digest, row->whom);
	digest_add_field(digest, row->relations);
	digest_add_field(digest, row->why);
	digest_add_field(digest, row->previous);
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	return status;
}

enum status audit_hash_person(struct span key, const char *id_number, char hex[DIGEST_HEX_SIZE])
{
	const struct span id = span_of(id_number);
	struct digest *digest = NULL;
	enum status status = digest_create_keyed(&digest, key);

	if (status != STATUS_OK)
		return status;
	add_text(digest, "person");
	/* One person under either spelling of the check digit X. */
	if (id.len > 0 && id.ptr[id.len - 1] == 'x') {
		char upper[AUDIT_TEXT_BYTES];
		const size_t len = id.len < sizeof(upper) ? id.len : sizeof(upper);

		memcpy(upper, id.ptr, len);
		upper[len - 1] = 'X';
		digest_add_field(digest, (struct span){ upper, len });
	} else {
		digest_add_field(digest, id);
	}
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	return status;
}

static enum status hash_head(struct span key, const struct audit_head_record *head,
                             char hex[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;
	enum status status = digest_create_keyed(&digest, key);

	if (status != STATUS_OK)
		return status;
	add_text(digest, "head");
	add_number(digest, head->seq);
	add_text(digest, head->hash);
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	return status;
}

static bool copy_hash(struct span from, char to[DIGEST_HEX_SIZE])
{
	if (from.len != DIGEST_HEX_SIZE - 1)
		return false;
	memcpy(to, from.ptr, from.len);
	to[from.len] = '\0';
	return true;
}

struct head_reading {
	struct span key;
	struct audit_head_record *out;
};

static enum status head_of_row(void *context, const struct cell *columns)
{
	const struct head_reading *reading = context;
	struct audit_head_record *out = reading->out;
	char mark[DIGEST_HEX_SIZE], expected[DIGEST_HEX_SIZE];
	enum status status;

	out->seq = cell_as_integer(&columns[0]);
	if (!copy_hash(cell_as_span(&columns[1]), out->hash) ||
	    !copy_hash(cell_as_span(&columns[2]), mark))
		return STATUS_INVALID;
	status = hash_head(reading->key, out, expected);
	if (status != STATUS_OK)
		return status;
	return digest_equal(mark, expected) ? STATUS_OK : STATUS_INVALID;
}

enum status audit_head_read(struct tx *tx, struct span key, struct audit_head_record *out)
{
	static const char sql[] = "SELECT seq, hash, mark FROM head";
	struct head_reading reading = { key, out };
	size_t seen;
	enum status status;

	*out = (struct audit_head_record){ 0 };
	status = tx_query(tx, sql, NULL, 0, head_of_row, &reading, &seen);
	return status == STATUS_OK && seen == 0 ? STATUS_NOT_FOUND : status;
}

enum status audit_head_write(struct tx *tx, struct span key, const struct audit_head_record *head)
{
	static const char sql[] =
	        "INSERT INTO head (one, seq, hash, mark) VALUES (1, $1, $2, $3)"
	        " ON CONFLICT (one) DO UPDATE"
	        " SET seq = excluded.seq, hash = excluded.hash, mark = excluded.mark";
	char mark[DIGEST_HEX_SIZE];
	const enum status status = hash_head(key, head, mark);
	const struct cell values[] = {
		cell_integer(head->seq),
		cell_text(head->hash),
		cell_text(mark),
	};

	return status == STATUS_OK ? tx_run(tx, sql, values, 3, NULL) : status;
}

void audit_row_read(const struct cell *columns, struct audit_row *out)
{
	out->seq = cell_as_integer(&columns[0]);
	out->at_ms = cell_as_integer(&columns[1]);
	out->who = cell_as_span(&columns[2]);
	out->whom = cell_as_span(&columns[3]);
	out->relations = cell_as_span(&columns[4]);
	out->why = cell_as_span(&columns[5]);
	out->previous = cell_as_span(&columns[6]);
	out->hash = cell_as_span(&columns[7]);
}

enum status audit_row_check(struct span key, const struct audit_row *row, bool *genuine)
{
	char hash[DIGEST_HEX_SIZE], expected[DIGEST_HEX_SIZE];
	enum status status = audit_hash_row(key, row, expected);

	*genuine =
	        status == STATUS_OK && copy_hash(row->hash, hash) && digest_equal(hash, expected);
	return status;
}

struct newest_check {
	struct span key;
	const struct audit_head_record *head;
};

static enum status check_newest(void *context, const struct cell *columns)
{
	const struct newest_check *check = context;
	struct audit_row row;
	bool genuine;
	enum status status;

	audit_row_read(columns, &row);
	status = audit_row_check(check->key, &row, &genuine);
	if (status != STATUS_OK)
		return status;
	return genuine && row.seq == check->head->seq &&
	                       span_equal(row.hash, span_of(check->head->hash))
	               ? STATUS_OK
	               : STATUS_INVALID;
}

enum status audit_head_check(struct tx *tx, struct span key, const struct audit_head_record *head)
{
	static const char sql[] =
	        "SELECT " AUDIT_COLUMNS " FROM record_read ORDER BY seq DESC LIMIT 1";
	struct newest_check check = { key, head };
	size_t seen;
	const enum status status = tx_query(tx, sql, NULL, 0, check_newest, &check, &seen);

	if (status != STATUS_OK || seen > 0)
		return status;
	return head->seq == 0 && strcmp(head->hash, audit_nothing) == 0 ? STATUS_OK
	                                                                : STATUS_INVALID;
}

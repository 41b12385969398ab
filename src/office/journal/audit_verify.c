/*
 * The rows are read in order of their numbers. A row whose keyed hash fits its fields is
 * genuine; it must also name the hash of the row before. A number without a row, or with a row
 * that is not genuine, becomes a *place*, up to PLACES_MOST of them; beyond that only counts are
 * kept. Then each suspicious row is tried at every place: where it is genuine under that number,
 * it was moved. What is left was changed, removed or inserted.
 */
#include <assert.h>
#include <string.h>

#include "base/file.h"
#include "base/key_file.h"
#include "office/journal/audit_chain.h"

enum {
	KEY_CEILING = 4096,
	BUSY_MS = 5000,
	PLACES_MOST = 512, /* that are looked into: each row is tried at each place */
};

/* An audit opened to be read. */
struct reading {
	sqlite3 *db;
	struct buf key;
};

/* A place of the chain without its genuine row. */
struct place {
	int64_t seq;
	bool occupied; /* by a row that is not its own */
	bool found;    /* its row stands elsewhere, or was changed where it is */
};

struct check {
	struct span key;
	struct audit_report *report;
	int64_t newest_seq;           /* as the head says, else of the last row */
	int64_t next_seq;             /* expected */
	char before[DIGEST_HEX_SIZE]; /* hash of the row before; "" when that is not genuine */
	const char *noted;
	struct place places[PLACES_MOST];
	size_t place_count;
	struct audit_finding lost; /* places without a row that found no room above */
};

bool audit_report_sound(const struct audit_report *report)
{
	return report->head == AUDIT_HEAD_SOUND && report->changed.count == 0 &&
	       report->removed.count == 0 && report->moved.count == 0 &&
	       report->inserted.count == 0 && report->unlinked.count == 0;
}

static void find(struct audit_finding *finding, int64_t seq)
{
	if (finding->count == 0 || seq < finding->first)
		finding->first = seq;
	finding->count++;
	assert(finding->first <= seq);
}

static enum status refuse(struct faults *faults, const char *file, enum status status,
                          const char *reason)
{
	faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", reason);
	return status;
}

static enum status begin_reading(struct reading *reading, const char *file, const char *key_file,
                                 struct faults *faults)
{
	const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX;
	enum status status;

	reading->db = NULL;
	buf_init(&reading->key, KEY_CEILING);
	if (file_kind(file) != FILE_REGULAR)
		return refuse(
		        faults, file, STATUS_NOT_FOUND,
		        file_kind(key_file) == FILE_NONE
		                ? "there is no such file"
		                : "there is no such file, but its key is there: the audit was "
		                  "removed or moved away");
	status = key_file_read(key_file, KEY_SECRET, &reading->key, faults);
	if (status != STATUS_OK)
		return status;
	status = database_status(sqlite3_open_v2(file, &reading->db, flags, NULL));
	if (status == STATUS_OK)
		status = database_status(sqlite3_busy_timeout(reading->db, BUSY_MS));
	if (status == STATUS_OK)
		status = database_run(reading->db, "PRAGMA trusted_schema = OFF; BEGIN");
	if (status != STATUS_OK)
		return refuse(faults, file, status, sqlite3_errmsg(reading->db));
	if (database_version(reading->db) != audit_form.version)
		return refuse(faults, file, STATUS_INVALID,
		              "is no audit, or one of another version");
	return STATUS_OK;
}

static void end_reading(struct reading *reading)
{
	sqlite3_close(reading->db);
	buf_deinit(&reading->key);
}

static void add_place(struct check *check, int64_t seq, bool occupied)
{
	if (check->place_count < PLACES_MOST) {
		check->places[check->place_count] =
		        (struct place){ .seq = seq, .occupied = occupied };
		check->place_count++;
	} else {
		find(occupied ? &check->report->changed : &check->lost, seq);
	}
}

/* Places from the one expected up to this without a row; there may be very many. */
static void add_gap(struct check *check, int64_t end)
{
	while (check->next_seq < end && check->place_count < PLACES_MOST) {
		add_place(check, check->next_seq, false);
		check->next_seq++;
	}
	if (check->next_seq < end) {
		find(&check->lost, check->next_seq);
		check->lost.count += end - check->next_seq - 1;
		check->next_seq = end;
	}
	assert(check->place_count <= PLACES_MOST);
}

static bool is_hash(struct span text, const char *hash)
{
	return span_equal(text, span_of(hash));
}

static void take_genuine(struct check *check, const struct audit_row *row)
{
	struct audit_report *report = check->report;

	if (check->before[0] && !is_hash(row->previous, check->before))
		find(&report->unlinked, row->seq);
	assert(row->hash.len == DIGEST_HEX_SIZE - 1);
	memcpy(check->before, row->hash.ptr, DIGEST_HEX_SIZE - 1);
	memcpy(report->newest, check->before, sizeof(report->newest));
	if (check->noted && is_hash(row->hash, check->noted))
		report->noted = true;
}

static enum status take_row(struct check *check, const struct audit_row *row)
{
	bool genuine;
	const enum status status = audit_row_check(check->key, row, &genuine);

	check->report->rows++;
	if (status != STATUS_OK)
		return status;
	if (row->seq > check->next_seq) {
		add_gap(check, row->seq <= check->newest_seq ? row->seq : check->newest_seq + 1);
		check->before[0] = '\0';
	}
	if (genuine) {
		take_genuine(check, row);
	} else {
		add_place(check, row->seq, true);
		check->before[0] = '\0';
	}
	if (row->seq >= check->next_seq && row->seq < INT64_MAX)
		check->next_seq = row->seq + 1;
	return STATUS_OK;
}

static enum status read_rows(sqlite3 *db, struct check *check)
{
	struct audit_row row;
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(
	        db, "SELECT " AUDIT_COLUMNS " FROM record_read ORDER BY seq", -1, &statement, NULL);
	enum status status = database_status(result);

	while (status == STATUS_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		audit_row_read(statement, &row);
		status = take_row(check, &row);
	}
	if (status == STATUS_OK)
		status = database_status(result);
	sqlite3_finalize(statement);
	return status;
}

/* The place that the row was written for, if it is among those that miss theirs; else NULL. */
static enum status find_home(struct check *check, struct audit_row *row, struct place **home)
{
	*home = NULL;
	for (size_t i = 0; i < check->place_count; i++) {
		enum status status;
		bool genuine;

		row->seq = check->places[i].seq;
		status = audit_row_check(check->key, row, &genuine);
		if (status != STATUS_OK)
			return status;
		if (genuine && !check->places[i].found) {
			*home = &check->places[i];
			return STATUS_OK;
		}
	}
	return STATUS_OK;
}

/* Whose place is found again by then: moved, the rest stay suspect. */
static enum status find_moved(sqlite3 *db, struct check *check, bool *moved)
{
	sqlite3_stmt *statement = NULL;
	enum status status = database_status(
	        sqlite3_prepare_v2(db, "SELECT " AUDIT_COLUMNS " FROM record_read WHERE seq = ?",
	                           -1, &statement, NULL));

	for (size_t i = 0; status == STATUS_OK && i < check->place_count; i++) {
		struct audit_row row;
		struct place *home = NULL;

		if (!check->places[i].occupied)
			continue;
		sqlite3_bind_int64(statement, 1, check->places[i].seq);
		if (sqlite3_step(statement) == SQLITE_ROW) {
			audit_row_read(statement, &row);
			status = find_home(check, &row, &home);
		}
		(void)sqlite3_reset(statement);
		moved[i] = home != NULL;
		if (home) {
			assert(home != &check->places[i]); /* it is not genuine where it stands */
			home->found = true;
			find(&check->report->moved, check->places[i].seq);
		}
	}
	sqlite3_finalize(statement);
	return status;
}

static bool belongs(const struct check *check, int64_t seq)
{
	return seq >= 1 && seq <= check->newest_seq;
}

/* What is neither in its place nor found elsewhere. */
static void judge_places(struct check *check, const bool *moved)
{
	struct audit_report *report = check->report;

	for (size_t i = 0; i < check->place_count; i++) {
		struct place *place = &check->places[i];

		if (place->occupied && !moved[i] && (place->found || !belongs(check, place->seq))) {
			find(&report->inserted, place->seq);
		} else if (place->occupied && !moved[i]) {
			find(&report->changed, place->seq);
			place->found = true;
		}
		if (!place->found && belongs(check, place->seq))
			find(&report->removed, place->seq);
	}
	if (report->removed.count == 0)
		report->removed.first = check->lost.first;
	report->removed.count += check->lost.count;
}

static int64_t last_seq(sqlite3 *db)
{
	sqlite3_stmt *statement = NULL;
	int64_t seq = 0;

	if (sqlite3_prepare_v2(db, "SELECT max(seq) FROM record_read", -1, &statement, NULL) ==
	            SQLITE_OK &&
	    sqlite3_step(statement) == SQLITE_ROW)
		seq = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return seq;
}

static enum status read_head(struct reading *reading, struct check *check,
                             struct audit_head_record *head)
{
	enum status status = audit_head_read(reading->db, check->key, head);

	if (status == STATUS_NOT_FOUND)
		check->report->head = AUDIT_HEAD_MISSING;
	else if (status == STATUS_INVALID)
		check->report->head = AUDIT_HEAD_WRONG;
	else if (status != STATUS_OK)
		return status;
	check->newest_seq = status == STATUS_OK ? head->seq : last_seq(reading->db);
	return STATUS_OK;
}

/* A genuine last row must be the head's. One beyond it: an old head was put back. */
static bool fits_head(const struct check *check, const struct audit_head_record *head)
{
	const int64_t last = check->next_seq - 1;

	if (!check->before[0] || last < head->seq)
		return true; /* told as changed or removed */
	return last == head->seq && strcmp(head->hash, check->before) == 0;
}

static enum status verify(struct reading *reading, struct check *check)
{
	struct audit_report *report = check->report;
	bool moved[PLACES_MOST] = { false };
	struct audit_head_record head;
	enum status status = read_head(reading, check, &head);

	if (status == STATUS_OK)
		status = read_rows(reading->db, check);
	if (status != STATUS_OK)
		return status;
	if (report->head == AUDIT_HEAD_SOUND && !fits_head(check, &head))
		report->head = AUDIT_HEAD_WRONG;
	add_gap(check, check->newest_seq + 1);
	status = find_moved(reading->db, check, moved);
	if (status == STATUS_OK)
		judge_places(check, moved);
	return status;
}

enum status audit_verify(const char *file, const char *key_file, const char *noted,
                         struct audit_report *report, struct faults *faults)
{
	struct check check = { .report = report, .next_seq = 1, .noted = noted };
	struct reading reading;
	enum status status = begin_reading(&reading, file, key_file, faults);

	*report = (struct audit_report){ 0 };
	memcpy(report->newest, audit_nothing, sizeof(report->newest));
	memcpy(check.before, audit_nothing, sizeof(check.before));
	if (status == STATUS_OK) {
		check.key = buf_span(&reading.key);
		status = verify(&reading, &check);
		if (status != STATUS_OK)
			faults_add(faults, FAULT_ERROR, file, 0, NULL, "can not be read: %s",
			           sqlite3_errmsg(reading.db));
	}
	end_reading(&reading);
	return status;
}

static enum status list_rows(struct reading *reading, const struct audit_filter *filter,
                             void (*call)(void *context, const struct audit_row *row, bool genuine),
                             void *context)
{
	static const char sql[] = "SELECT " AUDIT_COLUMNS " FROM record_read"
	                          " WHERE at >= ?1 AND (?2 = '' OR whom = ?2) ORDER BY seq";
	const struct span key = buf_span(&reading->key);
	char whom[DIGEST_HEX_SIZE] = "";
	sqlite3_stmt *statement = NULL;
	enum status status = STATUS_OK;
	int result = SQLITE_OK;

	if (filter->id_number)
		status = audit_hash_person(key, filter->id_number, whom);
	if (status == STATUS_OK)
		status =
		        database_status(sqlite3_prepare_v2(reading->db, sql, -1, &statement, NULL));
	if (status != STATUS_OK)
		return status;
	sqlite3_bind_int64(statement, 1, filter->since_ms);
	sqlite3_bind_text(statement, 2, whom, -1, SQLITE_STATIC);
	while (status == STATUS_OK && (result = sqlite3_step(statement)) == SQLITE_ROW) {
		struct audit_row row;
		bool genuine;

		audit_row_read(statement, &row);
		status = audit_row_check(key, &row, &genuine);
		if (status == STATUS_OK)
			call(context, &row, genuine);
	}
	sqlite3_finalize(statement);
	return status == STATUS_OK ? database_status(result) : status;
}

enum status audit_list(const char *file, const char *key_file, const struct audit_filter *filter,
                       void (*row)(void *context, const struct audit_row *row, bool genuine),
                       void *context, struct faults *faults)
{
	struct reading reading;
	enum status status = begin_reading(&reading, file, key_file, faults);

	if (status == STATUS_OK) {
		status = list_rows(&reading, filter, row, context);
		if (status != STATUS_OK)
			faults_add(faults, FAULT_ERROR, file, 0, NULL, "can not be read: %s",
			           sqlite3_errmsg(reading.db));
	}
	end_reading(&reading);
	return status;
}

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
	PAGE_ROWS = 1000,
	FILTER_VALUES = 2,
};

#define PAGE_ROWS_TEXT "1000"

/* An audit opened to be read. */
struct reading {
	struct store *store;
	struct tx *tx; /* as of one moment */
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
	char name[STORE_NAME_SIZE];

	faults_add(faults, FAULT_ERROR, store_name(file, name), 0, NULL, "%s", reason);
	return status;
}

static void say_unreadable(struct faults *faults, const char *file, const struct reading *reading)
{
	char name[STORE_NAME_SIZE];

	faults_add(faults, FAULT_ERROR, store_name(file, name), 0, NULL, "cannot be read: %s",
	           store_problem(reading->store));
}

static enum status begin_reading(struct reading *reading, const char *file, const char *key_file,
                                 struct faults *faults)
{
	const struct store_settings settings = { .url = file,
		                                 .busy_ms = BUSY_MS,
		                                 .read_only = true };
	char problem[STORE_PROBLEM_SIZE];
	enum status status;

	reading->store = NULL;
	reading->tx = NULL;
	buf_init(&reading->key, KEY_CEILING);
	if (!store_is_shared(file) && file_kind(file) != FILE_REGULAR)
		return refuse(
		        faults, file, STATUS_NOT_FOUND,
		        file_kind(key_file) == FILE_NONE
		                ? "there is no such file"
		                : "there is no such file, but its key is there: the audit was "
		                  "removed or moved away");
	status = key_file_read(key_file, KEY_SECRET, &reading->key, faults);
	if (status != STATUS_OK)
		return status;
	status = store_open(&reading->store, &settings, &audit_schema, problem);
	if (status == STATUS_INVALID ||
	    (status == STATUS_OK && store_version(reading->store) != audit_schema.version))
		return refuse(faults, file, STATUS_INVALID,
		              "is no audit, or one of another version");
	if (status != STATUS_OK)
		return refuse(faults, file, status, problem);
	status = store_begin(reading->store, TX_READ, &reading->tx);
	return status == STATUS_OK ? STATUS_OK
	                           : refuse(faults, file, status, store_problem(reading->store));
}

static void end_reading(struct reading *reading)
{
	if (reading->tx)
		tx_rollback(reading->tx);
	store_close(reading->store);
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

static enum status take_row(void *context, const struct cell *columns)
{
	struct check *check = context;
	struct audit_row row;
	bool genuine;
	enum status status;

	audit_row_read(columns, &row);
	status = audit_row_check(check->key, &row, &genuine);

	check->report->rows++;
	if (status != STATUS_OK)
		return status;
	if (row.seq > check->next_seq) {
		add_gap(check, row.seq <= check->newest_seq ? row.seq : check->newest_seq + 1);
		check->before[0] = '\0';
	}
	if (genuine) {
		take_genuine(check, &row);
	} else {
		add_place(check, row.seq, true);
		check->before[0] = '\0';
	}
	if (row.seq >= check->next_seq && row.seq < INT64_MAX)
		check->next_seq = row.seq + 1;
	return STATUS_OK;
}

/* Rows in order, a page at a time: a large audit does not fit into memory at once. */
struct pages {
	row_visitor visit;
	void *context;
	int64_t last; /* number of the last row that was shown */
};

static enum status show_row(void *context, const struct cell *columns)
{
	struct pages *pages = context;

	pages->last = cell_as_integer(&columns[0]);
	return pages->visit(pages->context, columns);
}

/* $1 is the number after which a page begins; `values` are for $2 and on. */
static enum status read_pages(struct tx *tx, const char *sql, const struct cell *values,
                              size_t count, struct pages *pages)
{
	struct cell all[FILTER_VALUES + 1];
	enum status status;
	size_t seen;

	assert(count <= FILTER_VALUES);
	for (size_t i = 0; i < count; i++)
		all[i + 1] = values[i];
	do {
		all[0] = cell_integer(pages->last);
		status = tx_query(tx, sql, all, count + 1, show_row, pages, &seen);
	} while (status == STATUS_OK && seen == PAGE_ROWS);
	return status;
}

static enum status read_rows(struct tx *tx, struct check *check)
{
	static const char sql[] = "SELECT " AUDIT_COLUMNS " FROM record_read WHERE seq > $1"
	                          " ORDER BY seq LIMIT " PAGE_ROWS_TEXT;
	struct pages pages = { take_row, check, INT64_MIN };

	return read_pages(tx, sql, NULL, 0, &pages);
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

/* One row that stands in a place which is not its own. */
struct stray {
	struct check *check;
	struct place *home; /* where it belongs, once that is known */
};

static enum status look_for_home(void *context, const struct cell *columns)
{
	struct stray *stray = context;
	struct audit_row row;

	audit_row_read(columns, &row);
	return find_home(stray->check, &row, &stray->home);
}

/* Whose place is found again by then: moved, the rest stay suspect. */
static enum status find_moved(struct tx *tx, struct check *check, bool *moved)
{
	static const char sql[] = "SELECT " AUDIT_COLUMNS " FROM record_read WHERE seq = $1";
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < check->place_count; i++) {
		const struct cell seq = cell_integer(check->places[i].seq);
		struct stray stray = { check, NULL };

		if (!check->places[i].occupied)
			continue;
		status = tx_query(tx, sql, &seq, 1, look_for_home, &stray, NULL);
		moved[i] = stray.home != NULL;
		if (stray.home) {
			assert(stray.home != &check->places[i]); /* not genuine where it stands */
			stray.home->found = true;
			find(&check->report->moved, check->places[i].seq);
		}
	}
	return status;
}

static bool belongs(const struct check *check, int64_t seq)
{
	return seq >= 1 && seq <= check->newest_seq;
}

/* Rows that are neither in their place nor found elsewhere. */
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

static enum status note_integer(void *context, const struct cell *columns)
{
	int64_t *out = context;

	*out = cell_as_integer(&columns[0]);
	return STATUS_OK;
}

static int64_t last_seq(struct tx *tx)
{
	int64_t seq = 0;

	return tx_query(tx, "SELECT max(seq) FROM record_read", NULL, 0, note_integer, &seq,
	                NULL) == STATUS_OK
	               ? seq
	               : 0;
}

static enum status read_head(struct reading *reading, struct check *check,
                             struct audit_head_record *head)
{
	enum status status = audit_head_read(reading->tx, check->key, head);

	if (status == STATUS_NOT_FOUND)
		check->report->head = AUDIT_HEAD_MISSING;
	else if (status == STATUS_INVALID)
		check->report->head = AUDIT_HEAD_WRONG;
	else if (status != STATUS_OK)
		return status;
	check->newest_seq = status == STATUS_OK ? head->seq : last_seq(reading->tx);
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
		status = read_rows(reading->tx, check);
	if (status != STATUS_OK)
		return status;
	if (report->head == AUDIT_HEAD_SOUND && !fits_head(check, &head))
		report->head = AUDIT_HEAD_WRONG;
	add_gap(check, check->newest_seq + 1);
	status = find_moved(reading->tx, check, moved);
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
			say_unreadable(faults, file, &reading);
	}
	end_reading(&reading);
	return status;
}

struct listing {
	struct span key;
	void (*call)(void *context, const struct audit_row *row, bool genuine);
	void *context;
};

static enum status list_row(void *context, const struct cell *columns)
{
	const struct listing *listing = context;
	struct audit_row row;
	bool genuine;
	enum status status;

	audit_row_read(columns, &row);
	status = audit_row_check(listing->key, &row, &genuine);
	if (status == STATUS_OK)
		listing->call(listing->context, &row, genuine);
	return status;
}

static enum status list_rows(struct reading *reading, const struct audit_filter *filter,
                             struct listing *listing)
{
	static const char sql[] = "SELECT " AUDIT_COLUMNS " FROM record_read"
	                          " WHERE seq > $1 AND at >= $2 AND ($3 = '' OR whom = $3)"
	                          " ORDER BY seq LIMIT " PAGE_ROWS_TEXT;
	struct pages pages = { list_row, listing, INT64_MIN };
	char whom[DIGEST_HEX_SIZE] = "";
	enum status status = STATUS_OK;

	if (filter->id_number)
		status = audit_hash_person(listing->key, filter->id_number, whom);
	if (status != STATUS_OK)
		return status;
	const struct cell values[] = { cell_integer(filter->since_ms), cell_text(whom) };

	return read_pages(reading->tx, sql, values, 2, &pages);
}

enum status audit_list(const char *file, const char *key_file, const struct audit_filter *filter,
                       void (*row)(void *context, const struct audit_row *row, bool genuine),
                       void *context, struct faults *faults)
{
	struct reading reading;
	enum status status = begin_reading(&reading, file, key_file, faults);

	if (status == STATUS_OK) {
		struct listing listing = { buf_span(&reading.key), row, context };

		status = list_rows(&reading, filter, &listing);
		if (status != STATUS_OK)
			say_unreadable(faults, file, &reading);
	}
	end_reading(&reading);
	return status;
}

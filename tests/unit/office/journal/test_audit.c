#include "office/journal/audit.h"

#include <inttypes.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "base/file.h"
#include "database.h"
#include "office/journal/audit_chain.h"

enum { THREADS = 8, EACH = 20 };

#define APPLICANT "11010519491231002X"
#define OTHER     "440524188001010014"

struct place {
	struct database *database;
	char folder[PATH_SIZE];
	char file[PATH_SIZE * 2]; /* or what PostgreSQL is connected to with */
	char key[PATH_SIZE * 2];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	void *database = *state;

	assert_non_null(place);
	assert_int_equal(database_begin(&database), 0);
	place->database = database;
	snprintf(place->folder, sizeof(place->folder), "%s", place->database->scratch.folder);
	snprintf(place->file, sizeof(place->file), "%s", place->database->url);
	if (!place->database->postgres) {
		snprintf(place->file, sizeof(place->file), "%s/audit.db", place->folder);
		scratch_path(&place->database->scratch, "audit.db", place->database->file);
	}
	snprintf(place->key, sizeof(place->key), "%s/audit.key", place->folder);
	*state = place;
	return 0;
}

static int remove_place(void **state)
{
	struct place *place = *state;
	void *database = place->database;

	free(place);
	return database_end(&database);
}

static enum status open_with(struct audit **out, const struct place *place, int64_t busy_ms)
{
	const struct audit_settings settings = { place->file, place->key, busy_ms };

	return audit_open(out, &settings, NULL);
}

static struct audit *opened(const struct place *place)
{
	struct audit *audit = NULL;

	assert_int_equal(open_with(&audit, place, 5000), STATUS_OK);
	return audit;
}

static struct audit_entry entry_of(const char *id_number)
{
	return (struct audit_entry){
		.at_ms = 1800000000123,
		.who = "operator:王五",
		.id_number = id_number,
		.relations = "certificate exam",
		.why = "来电咨询",
	};
}

static enum status append(struct audit *audit, const char *id_number)
{
	const struct audit_entry entry = entry_of(id_number);

	return audit_append(audit, &entry);
}

/* Five rows, the second and the fourth of another person, and the file closed. */
static void write_five(const struct place *place)
{
	struct audit *audit = opened(place);

	for (int i = 1; i <= 5; i++)
		assert_int_equal(append(audit, i % 2 ? APPLICANT : OTHER), STATUS_OK);
	audit_close(audit);
}

static void run_sql(const struct place *place, const char *sql)
{
	database_run(place->database, sql);
}

/* As whoever can write the file would: the triggers are no hindrance. */
static void tamper(const struct place *place, const char *sql)
{
	if (place->database->postgres)
		run_sql(place, "ALTER TABLE record_read DISABLE TRIGGER ALL;"
		               "ALTER TABLE head DISABLE TRIGGER ALL");
	else
		run_sql(place, "DROP TRIGGER record_read_next; DROP TRIGGER record_read_fixed;"
		               "DROP TRIGGER record_read_kept; DROP TRIGGER head_forward;"
		               "DROP TRIGGER head_kept");
	run_sql(place, sql);
}

static bool refuses(const struct place *place, const char *sql)
{
	return database_refuses(place->database, sql);
}

/* The first column of the first row, as text. */
static const char *look_up(const struct place *place, const char *sql, char *text, size_t size)
{
	return database_ask(place->database, sql, text, size);
}

static void remove_audit(const struct place *place)
{
	char path[PATH_SIZE];

	unlink(place->key);
	if (place->database->postgres) {
		run_sql(place, "DROP TABLE record_read, head; DELETE FROM dayi_schema;"
		               "DROP FUNCTION record_read_refuse(); DROP FUNCTION"
		               " record_read_check()");
		return;
	}
	unlink(place->file);
	unlink(scratch_path(&place->database->scratch, "audit.db-wal", path));
	unlink(scratch_path(&place->database->scratch, "audit.db-shm", path));
}

static struct audit_report verified(const struct place *place, const char *noted)
{
	struct audit_report report;

	assert_int_equal(audit_verify(place->file, place->key, noted, &report, NULL), STATUS_OK);
	return report;
}

static void assert_found(const struct audit_finding *finding, int64_t count, int64_t first)
{
	assert_int_equal(finding->count, count);
	assert_int_equal(finding->first, first);
}

struct expected {
	struct audit_finding changed, removed, moved, inserted, unlinked;
	enum audit_head head;
};

static void check(const struct place *place, const struct expected *expected)
{
	const struct audit_report report = verified(place, NULL);

	assert_found(&report.changed, expected->changed.count, expected->changed.first);
	assert_found(&report.removed, expected->removed.count, expected->removed.first);
	assert_found(&report.moved, expected->moved.count, expected->moved.first);
	assert_found(&report.inserted, expected->inserted.count, expected->inserted.first);
	assert_found(&report.unlinked, expected->unlinked.count, expected->unlinked.first);
	assert_int_equal(report.head, expected->head);
	assert_false(audit_report_sound(&report));
}

static void rows_are_numbered_and_kept_with_all_but_the_number(void **state)
{
	const struct place *place = *state;
	char text[512];

	write_five(place);
	assert_string_equal(
	        look_up(place,
	                "SELECT seq || '|' || at || '|' || who || '|' || relations || '|' || why"
	                " FROM record_read ORDER BY seq DESC",
	                text, sizeof(text)),
	        "5|1800000000123|operator:王五|certificate exam|来电咨询");
	assert_string_equal(look_up(place,
	                            "SELECT count(DISTINCT whom) || ' ' || min(length(whom))"
	                            " FROM record_read",
	                            text, sizeof(text)),
	                    "2 64");
}

/* HMAC-SHA-256 of what audit_chain.h describes, worked out apart with Python's hmac. */
static void the_hash_is_that_of_the_described_encoding(void **state)
{
	const struct place *place = *state;
	const struct store_settings settings = { .url = place->file, .busy_ms = 50 };
	char problem[STORE_PROBLEM_SIZE];
	const struct span key = span_of("0123456789abcdef0123456789abcdef");
	const char person[] = "bd76e9dced90b2f0b254e37b0259eceda9d84f51a76b47937187547e111ec056";
	const struct audit_row row = { .seq = 1,
		                       .at_ms = 1,
		                       .who = span_of("applicant"),
		                       .whom = span_of(person),
		                       .relations = span_of("exam"),
		                       .why = span_of("chat"),
		                       .previous = span_of(audit_nothing) };
	struct audit_head_record head = { .seq = 1 };
	char text[DIGEST_HEX_SIZE];
	struct store *store;
	struct tx *tx;

	assert_int_equal(audit_hash_person(key, "11010519491231002x", text), STATUS_OK);
	assert_string_equal(text, person);
	assert_int_equal(audit_hash_row(key, &row, head.hash), STATUS_OK);
	assert_string_equal(head.hash,
	                    "8d3b2ae16505fba87c1d1824839778a8a92fbfc3a2091d750fd9b0501b0a3e06");
	assert_int_equal(store_open(&store, &settings, &audit_schema, problem), STATUS_OK);
	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(audit_head_write(tx, key, &head), STATUS_OK);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	store_close(store);
	assert_string_equal(look_up(place, "SELECT mark FROM head", text, sizeof(text)),
	                    "fff745896f112f4d7ea35cb46961866f502c8ebc8b57f0f21dd68ecb61774081");
}

static void file_and_key_are_for_their_owner_only(void **state)
{
	const struct place *place = *state;
	struct stat info;

	write_five(place);
	assert_int_equal(stat(place->file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	assert_int_equal(stat(place->key, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
}

static void an_untouched_audit_is_sound_and_its_newest_hash_can_be_noted(void **state)
{
	const struct place *place = *state;
	struct audit_report report;
	char text[256], noted[DIGEST_HEX_SIZE];

	write_five(place);
	report = verified(place, NULL);
	assert_true(audit_report_sound(&report));
	assert_int_equal(report.rows, 5);
	assert_string_equal(
	        report.newest,
	        look_up(place, "SELECT hash FROM record_read WHERE seq = 5", text, sizeof(text)));
	memcpy(noted, report.newest, sizeof(noted));
	write_five(place);
	report = verified(place, noted);
	assert_true(audit_report_sound(&report));
	assert_int_equal(report.rows, 10);
	assert_true(report.noted);
}

static void an_empty_audit_is_sound(void **state)
{
	const struct place *place = *state;
	struct audit_report report;

	audit_close(opened(place));
	report = verified(place, NULL);
	assert_true(audit_report_sound(&report));
	assert_int_equal(report.rows, 0);
}

static void the_triggers_stop_slips(void **state)
{
	const struct place *place = *state;

	write_five(place);
	assert_true(refuses(place, "UPDATE record_read SET why = 'x' WHERE seq = 2"));
	assert_true(refuses(place, "DELETE FROM record_read WHERE seq = 5"));
	if (place->database->postgres)
		assert_true(refuses(place, "TRUNCATE record_read"));
	else
		assert_true(refuses(place, "INSERT OR REPLACE INTO record_read SELECT * FROM"
		                           " record_read WHERE seq = 2"));
	assert_true(refuses(place, "INSERT INTO record_read SELECT 9, at, who, whom, relations,"
	                           " why, previous, hash FROM record_read WHERE seq = 2"));
	assert_true(refuses(place, "UPDATE head SET seq = 4"));
	assert_true(refuses(place, "DELETE FROM head"));
}

static void a_changed_field_is_found(void **state)
{
	const char *const changes[] = {
		"UPDATE record_read SET who = 'applicant' WHERE seq = 3",
		"UPDATE record_read SET why = why || ' ' WHERE seq = 3",
		"UPDATE record_read SET at = at + 1 WHERE seq = 3",
		/* The same bytes, parted elsewhere. */
		"UPDATE record_read SET relations = 'certificate', why = ' exam' || why"
		" WHERE seq = 3",
		"UPDATE record_read SET whom = (SELECT whom FROM record_read WHERE seq = 2)"
		" WHERE seq = 3",
		"UPDATE record_read SET previous = hash WHERE seq = 3",
		"UPDATE record_read SET hash = '' WHERE seq = 3",
		"UPDATE record_read SET hash = upper(hash) WHERE seq = 3",
	};
	const struct place *place = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		write_five(place);
		tamper(place, changes[i]);
		check(place, &(struct expected){ .changed = { 1, 3 } });
		remove_audit(place);
	}
}

static void a_row_removed_from_the_middle_is_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "DELETE FROM record_read WHERE seq IN (2, 3)");
	check(place, &(struct expected){ .removed = { 2, 2 } });
}

static void a_row_removed_and_the_rest_numbered_anew_is_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "DELETE FROM record_read WHERE seq = 3;"
	              "UPDATE record_read SET seq = 3 WHERE seq = 4;"
	              "UPDATE record_read SET seq = 4 WHERE seq = 5");
	check(place, &(struct expected){ .removed = { 1, 3 }, .moved = { 2, 3 } });
}

static void the_newest_row_removed_is_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "DELETE FROM record_read WHERE seq = 5");
	check(place, &(struct expected){ .removed = { 1, 5 } });
}

static void the_newest_row_and_the_head_made_to_fit_is_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "DELETE FROM record_read WHERE seq = 5;"
	              "UPDATE head SET (seq, hash) ="
	              " (SELECT seq, hash FROM record_read WHERE seq = 4)");
	check(place, &(struct expected){ .head = AUDIT_HEAD_WRONG });
}

static void a_head_that_is_gone_is_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "DELETE FROM head");
	check(place, &(struct expected){ .head = AUDIT_HEAD_MISSING });
}

static void an_old_head_put_back_is_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	run_sql(place, "CREATE TABLE kept AS SELECT * FROM head");
	write_five(place);
	tamper(place, "DELETE FROM head; INSERT INTO head SELECT * FROM kept");
	check(place, &(struct expected){ .head = AUDIT_HEAD_WRONG });
}

static void all_rows_gone_is_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "DELETE FROM record_read");
	check(place, &(struct expected){ .removed = { 5, 1 } });
}

static void two_rows_that_changed_places_are_found(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "UPDATE record_read SET seq = -1 WHERE seq = 2;"
	              "UPDATE record_read SET seq = 2 WHERE seq = 4;"
	              "UPDATE record_read SET seq = 4 WHERE seq = -1");
	check(place, &(struct expected){ .moved = { 2, 2 } });
}

static void an_inserted_row_is_found_in_the_middle_and_at_the_end(void **state)
{
	const struct place *place = *state;

	write_five(place);
	tamper(place, "INSERT INTO record_read SELECT 6, at, who, whom, relations, why, hash, hash"
	              " FROM record_read WHERE seq = 5");
	check(place, &(struct expected){ .inserted = { 1, 6 } });
	run_sql(place, "DELETE FROM record_read WHERE seq = 6;"
	               "UPDATE record_read SET seq = 6 WHERE seq = 5;"
	               "UPDATE record_read SET seq = 5 WHERE seq = 4;"
	               "INSERT INTO record_read SELECT 4, at, 'applicant', whom, relations, why,"
	               " previous, hash FROM record_read WHERE seq = 2");
	check(place, &(struct expected){ .moved = { 2, 5 }, .inserted = { 1, 4 } });
}

static void copy_file(const char *from, const char *to)
{
	struct buf bytes;

	buf_init(&bytes, 1 << 20);
	assert_int_equal(file_read(from, &bytes), STATUS_OK);
	assert_int_equal(file_write(to, buf_span(&bytes)), STATUS_OK);
	buf_deinit(&bytes);
}

static void append_one(const struct place *place, const char *id_number)
{
	struct audit *audit = opened(place);

	assert_int_equal(append(audit, id_number), STATUS_OK);
	audit_close(audit);
}

/* Dayi wrote both sixth rows, in two histories: a backup was put back in between. */
static void a_genuine_row_of_another_history_is_found(void **state)
{
	const struct place *place = *state;
	char backup[PATH_SIZE * 3], other[PATH_SIZE * 3], sql[PATH_SIZE * 5];

	snprintf(backup, sizeof(backup), "%s/backup.db", place->folder);
	snprintf(other, sizeof(other), "%s/other.db", place->folder);
	write_five(place);
	copy_file(place->file, backup);
	append_one(place, APPLICANT);
	copy_file(place->file, other);
	copy_file(backup, place->file);
	append_one(place, OTHER);
	append_one(place, OTHER);
	snprintf(sql, sizeof(sql),
	         "ATTACH '%s' AS other; DELETE FROM record_read WHERE seq = 6;"
	         "INSERT INTO record_read SELECT * FROM other.record_read WHERE seq = 6",
	         other);
	tamper(place, sql);
	check(place, &(struct expected){ .unlinked = { 1, 7 } });
	unlink(backup);
	unlink(other);
}

static void a_foreign_key_fits_nothing(void **state)
{
	const struct place *place = *state;
	struct audit_report report;
	char other[PATH_SIZE * 2];

	write_five(place);
	snprintf(other, sizeof(other), "%s/other.key", place->folder);
	assert_int_equal(file_make_private(other, span_of("another secret of thirty-two byt")),
	                 STATUS_OK);
	assert_int_equal(audit_verify(place->file, other, NULL, &report, NULL), STATUS_OK);
	assert_int_equal(report.head, AUDIT_HEAD_WRONG);
	assert_int_equal(report.changed.count, 5);
}

static void a_lost_key_is_not_made_anew(void **state)
{
	const struct place *place = *state;
	struct audit *audit = NULL;

	write_five(place);
	unlink(place->key);
	assert_int_equal(open_with(&audit, place, 50), STATUS_NOT_FOUND);
	assert_null(audit);
	assert_int_equal(file_kind(place->key), FILE_NONE);
	assert_int_equal(file_make_private(place->key, span_of("another secret of thirty-two byt")),
	                 STATUS_OK);
	assert_int_equal(open_with(&audit, place, 50), STATUS_INVALID);
}

static void nothing_is_appended_to_a_file_that_was_tampered_with(void **state)
{
	const struct place *place = *state;
	struct audit *audit;
	char text[64];

	write_five(place);
	audit = opened(place);
	tamper(place, "UPDATE head SET seq = 4");
	assert_int_equal(append(audit, APPLICANT), STATUS_INVALID);
	audit_close(audit);
	assert_string_equal(look_up(place, "SELECT count(*) FROM record_read", text, sizeof(text)),
	                    "5");
}

/* --- the audit taken away --- */

static void name_of(const struct place *place, const char *name, char path[PATH_SIZE * 3])
{
	snprintf(path, PATH_SIZE * 3, "%s/%s", place->folder, name);
}

static void make_empty(const char *path)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
}

static void a_key_without_its_audit_begins_no_other_one(void **state)
{
	const struct place *place = *state;
	const struct audit_settings settings = { place->file, place->key, 50 };
	struct audit_report report;
	struct faults *faults;
	struct audit *audit = NULL;
	char wal[PATH_SIZE * 3];

	write_five(place);
	unlink(place->file);
	name_of(place, "audit.db-wal", wal);
	unlink(wal);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(audit_open(&audit, &settings, faults), STATUS_NOT_FOUND);
	assert_null(audit);
	assert_non_null(strstr(faults_at(faults, 0)->reason, "removed"));
	assert_int_equal(file_kind(place->file), FILE_NONE);
	assert_int_equal(audit_verify(place->file, place->key, NULL, &report, faults),
	                 STATUS_NOT_FOUND);
	assert_non_null(strstr(faults_at(faults, 1)->reason, "its key is there"));
	faults_destroy(faults);
	make_empty(place->file);
	assert_int_equal(open_with(&audit, place, 50), STATUS_NOT_FOUND);
	assert_int_equal(audit_verify(place->file, place->key, NULL, &report, NULL), STATUS_OK);
	assert_int_equal(report.head, AUDIT_HEAD_MISSING);
	unlink(place->key);
	audit_close(opened(place));
}

static void an_audit_whose_head_does_not_fit_its_newest_row_is_not_opened(void **state)
{
	const char *const changes[] = {
		"DELETE FROM record_read WHERE seq = 5",
		"DELETE FROM record_read",
		"DELETE FROM head",
		"DELETE FROM head; DELETE FROM record_read WHERE seq > 1",
		"UPDATE record_read SET why = 'x' WHERE seq = 5",
		"INSERT INTO record_read VALUES (6, 1, 'x', '', '', '', '', '')",
		"UPDATE head SET (seq, hash) = (SELECT seq, hash FROM record_read WHERE seq = 4)",
	};
	const struct place *place = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct audit *audit = NULL;

		write_five(place);
		tamper(place, changes[i]);
		assert_int_equal(open_with(&audit, place, 50), STATUS_INVALID);
		assert_null(audit);
		remove_audit(place);
	}
}

/* With the head and the newest row of the day before: only whoever has noted a hash can tell. */
static void an_open_audit_tells_its_newest_row_to_be_noted(void **state)
{
	const struct place *place = *state;
	struct audit *audit = opened(place);
	struct audit_newest newest = audit_newest_at_open(audit);

	assert_int_equal(newest.rows, 0);
	assert_string_equal(newest.hash, audit_nothing);
	audit_close(audit);
	write_five(place);
	audit = opened(place);
	newest = audit_newest_at_open(audit);
	audit_close(audit);
	assert_int_equal(newest.rows, 5);
	assert_true(verified(place, newest.hash).noted);
}

static void nothing_is_appended_while_the_audit_is_not_in_its_place(void **state)
{
	const struct place *place = *state;
	char away[PATH_SIZE * 3], copy[PATH_SIZE * 3];
	struct audit_report report;
	struct audit *audit;

	write_five(place);
	name_of(place, "other.key", away); /* removed with the place */
	name_of(place, "copy", copy);
	copy_file(place->file, copy);
	audit = opened(place);
	assert_int_equal(append(audit, APPLICANT), STATUS_OK);
	assert_true(audit_in_place(audit));
	/* Renamed. */
	assert_int_equal(rename(place->file, away), 0);
	assert_false(audit_in_place(audit));
	assert_int_equal(append(audit, APPLICANT), STATUS_NOT_FOUND);
	/* Exchanged, for an empty one and for what it was. */
	make_empty(place->file);
	assert_int_equal(append(audit, APPLICANT), STATUS_NOT_FOUND);
	assert_int_equal(rename(copy, place->file), 0);
	assert_int_equal(append(audit, APPLICANT), STATUS_NOT_FOUND);
	/* Back. */
	assert_int_equal(rename(away, place->file), 0);
	assert_int_equal(append(audit, APPLICANT), STATUS_OK);
	/* Removed. */
	unlink(place->file);
	assert_int_equal(append(audit, APPLICANT), STATUS_NOT_FOUND);
	audit_close(audit);
	assert_int_equal(audit_verify(place->file, place->key, NULL, &report, NULL),
	                 STATUS_NOT_FOUND);
}

static void what_was_appended_before_a_rename_stands_in_the_renamed_file(void **state)
{
	const struct place *place = *state;
	char away[PATH_SIZE * 3];
	struct audit_report report;
	struct audit *audit = opened(place);

	name_of(place, "other.key", away);
	for (int i = 0; i < 3; i++)
		assert_int_equal(append(audit, APPLICANT), STATUS_OK);
	assert_int_equal(rename(place->file, away), 0);
	audit_close(audit);
	assert_int_equal(audit_verify(away, place->key, NULL, &report, NULL), STATUS_OK);
	assert_true(audit_report_sound(&report));
	assert_int_equal(report.rows, 3);
}

static void a_file_of_a_later_version_is_left_alone(void **state)
{
	const struct place *place = *state;
	struct audit_report report;
	struct audit *audit = NULL;

	write_five(place);
	run_sql(place, "PRAGMA user_version = 2");
	assert_int_equal(open_with(&audit, place, 50), STATUS_INVALID);
	assert_int_equal(audit_verify(place->file, place->key, NULL, &report, NULL),
	                 STATUS_INVALID);
}

static void what_is_no_audit_is_not_verified(void **state)
{
	const struct place *place = *state;
	struct audit_report report;

	assert_int_equal(audit_verify(place->file, place->key, NULL, &report, NULL),
	                 STATUS_NOT_FOUND);
	assert_int_equal(file_make_private(place->file, span_of("no database at all, just text")),
	                 STATUS_OK);
	assert_int_equal(file_make_private(place->key, span_of("0123456789abcdef0123456789abcdef")),
	                 STATUS_OK);
	assert_int_not_equal(audit_verify(place->file, place->key, NULL, &report, NULL), STATUS_OK);
}

static void an_entry_with_control_characters_or_too_long_is_refused(void **state)
{
	const struct place *place = *state;
	struct audit *audit = opened(place);
	struct audit_entry entry = entry_of(APPLICANT);
	char text[AUDIT_TEXT_BYTES + 2];

	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	entry.why = text;
	assert_int_equal(audit_append(audit, &entry), STATUS_INVALID);
	entry.why = "a\nb";
	assert_int_equal(audit_append(audit, &entry), STATUS_INVALID);
	entry.why = "\xff";
	assert_int_equal(audit_append(audit, &entry), STATUS_INVALID);
	entry = entry_of("");
	assert_int_equal(audit_append(audit, &entry), STATUS_INVALID);
	text[AUDIT_TEXT_BYTES] = '\0';
	entry = entry_of(APPLICANT);
	entry.why = text;
	assert_int_equal(audit_append(audit, &entry), STATUS_OK);
	audit_close(audit);
}

/* An office may declare sixteen relations, with names of 32 bytes each. */
static void a_reading_of_many_relations_with_long_names_can_be_audited(void **state)
{
	enum { RELATIONS = 16, NAME_BYTES = 32 };
	const struct place *place = *state;
	struct audit *audit = opened(place);
	struct audit_entry entry = entry_of(APPLICANT);
	char names[RELATIONS * (NAME_BYTES + 1)];

	memset(names, 'n', sizeof(names));
	for (size_t i = 1; i < RELATIONS; i++)
		names[i * (NAME_BYTES + 1) - 1] = ' ';
	names[sizeof(names) - 1] = '\0';
	entry.relations = names;
	assert_int_equal(audit_append(audit, &entry), STATUS_OK);
	audit_close(audit);
}

struct writer {
	struct audit *audit;
	pthread_t thread;
	int times;
	int failed;
};

static void *write_rows(void *context)
{
	struct writer *writer = context;

	for (int i = 0; i < writer->times; i++)
		writer->failed += append(writer->audit, i % 2 ? APPLICANT : OTHER) != STATUS_OK;
	return NULL;
}

static void threads_and_two_handles_make_one_chain(void **state)
{
	const struct place *place = *state;
	struct audit *handles[2] = { opened(place), opened(place) };
	struct writer writers[THREADS] = { 0 };
	struct audit_report report;

	for (int i = 0; i < THREADS; i++) {
		writers[i].audit = handles[i % 2];
		writers[i].times = EACH;
		assert_int_equal(pthread_create(&writers[i].thread, NULL, write_rows, &writers[i]),
		                 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(writers[i].thread, NULL);
		assert_int_equal(writers[i].failed, 0);
	}
	report = verified(place, NULL);
	assert_true(audit_report_sound(&report));
	assert_int_equal(report.rows, THREADS * EACH);
	audit_close(handles[0]);
	audit_close(handles[1]);
}

/* Frames of the write-ahead log; every commit writes the pages of the table and of the head. */
static int frames(sqlite3 *db)
{
	int in_log = 0, moved = 0;

	assert_int_equal(
	        sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &in_log, &moved),
	        SQLITE_OK);
	return in_log;
}

static void those_that_wait_share_a_commit(void **state)
{
	const struct timespec pause = { .tv_nsec = 300000000 };
	const struct place *place = *state;
	struct audit *audit = opened(place);
	struct writer writers[THREADS] = { 0 };
	sqlite3 *other;

	assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "PRAGMA wal_checkpoint(TRUNCATE); BEGIN IMMEDIATE",
	                              NULL, NULL, NULL),
	                 SQLITE_OK);
	for (int i = 0; i < THREADS; i++) {
		writers[i].audit = audit;
		writers[i].times = 1;
		assert_int_equal(pthread_create(&writers[i].thread, NULL, write_rows, &writers[i]),
		                 0);
	}
	nanosleep(&pause, NULL);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	for (int i = 0; i < THREADS; i++) {
		pthread_join(writers[i].thread, NULL);
		assert_int_equal(writers[i].failed, 0);
	}
	/* Table, index and head: 3 pages a commit, 24 for eight; two commits write 6. */
	assert_in_range(frames(other), 3, 12);
	sqlite3_close(other);
	audit_close(audit);
}

static void a_file_locked_by_another_program_is_busy(void **state)
{
	const struct place *place = *state;
	struct audit *audit = NULL;
	sqlite3 *other;

	assert_int_equal(open_with(&audit, place, 50), STATUS_OK);
	assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	assert_int_equal(append(audit, APPLICANT), STATUS_BUSY);
	assert_int_equal(sqlite3_exec(other, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_int_equal(append(audit, APPLICANT), STATUS_OK);
	audit_close(audit);
}

/* The process may write no file beyond so many bytes: as if the disk were full. */
static void a_full_disk_gives_a_status_and_the_audit_goes_on_after(void **state)
{
	const struct place *place = *state;
	struct audit *audit = opened(place);
	struct audit_report report;
	struct rlimit usual, small;
	enum status status;
	char wal[PATH_SIZE * 3];
	struct stat info;

	assert_int_equal(append(audit, APPLICANT), STATUS_OK);
	snprintf(wal, sizeof(wal), "%s-wal", place->file);
	assert_int_equal(stat(wal, &info), 0);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &usual), 0);
	small = usual;
	small.rlim_cur = (rlim_t)info.st_size + 100;
	assert_true(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	status = append(audit, APPLICANT);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &usual), 0);
	assert_int_equal(status, STATUS_IO);
	assert_int_equal(append(audit, APPLICANT), STATUS_OK);
	audit_close(audit);
	report = verified(place, NULL);
	assert_true(audit_report_sound(&report));
	assert_int_equal(report.rows, 2);
}

static void a_file_that_may_only_be_read_is_not_opened(void **state)
{
	const struct place *place = *state;
	struct audit *audit = NULL;
	enum status status;

	write_five(place);
	assert_int_equal(chmod(place->file, 0444), 0);
	assert_int_equal(chmod(place->folder, 0755), 0);
	/* root may write everything, so be nobody for a moment. */
	if (geteuid() == 0)
		assert_int_equal(seteuid(65534), 0);
	status = open_with(&audit, place, 50);
	if (getuid() == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(status, STATUS_IO);
	assert_null(audit);
}

struct listing {
	char text[1024];
	size_t genuine;
};

static void note_row(void *context, const struct audit_row *row, bool genuine)
{
	struct listing *listing = context;
	const size_t len = strlen(listing->text);

	snprintf(listing->text + len, sizeof(listing->text) - len, "%" PRId64 " ", row->seq);
	listing->genuine += genuine;
}

static struct listing listed(const struct place *place, const char *id_number, int64_t since_ms)
{
	const struct audit_filter filter = { id_number, since_ms };
	struct listing listing = { 0 };

	assert_int_equal(audit_list(place->file, place->key, &filter, note_row, &listing, NULL),
	                 STATUS_OK);
	return listing;
}

static void a_person_learns_who_looked(void **state)
{
	const struct place *place = *state;

	write_five(place);
	assert_string_equal(listed(place, NULL, 0).text, "1 2 3 4 5 ");
	assert_string_equal(listed(place, OTHER, 0).text, "2 4 ");
	assert_string_equal(listed(place, "11010519491231002x", 0).text, "1 3 5 ");
	assert_string_equal(listed(place, "110105194912310021", 0).text, "");
	assert_string_equal(listed(place, NULL, 1800000000123).text, "1 2 3 4 5 ");
	assert_string_equal(listed(place, NULL, 1800000000124).text, "");
	assert_int_equal(listed(place, NULL, 0).genuine, 5);
	tamper(place, "UPDATE record_read SET who = 'x' WHERE seq = 3");
	assert_int_equal(listed(place, NULL, 0).genuine, 4);
}

/* A reading by `who`, at the minute `at`. */
static void append_look(struct audit *audit, const char *who, const char *relations, int64_t at)
{
	struct audit_entry entry = entry_of(APPLICANT);

	entry.at_ms = at;
	entry.who = who;
	entry.relations = relations;
	assert_int_equal(audit_append(audit, &entry), STATUS_OK);
}

static void looks_are_those_of_the_office_the_latest_first(void **state)
{
	const struct place *place = *state;
	const struct audit_settings settings = { place->file, place->key, 5000 };
	static struct audit_look looks[AUDIT_LOOKS_MOST];
	struct audit *audit = opened(place);
	size_t count;
	bool more;

	append_look(audit, "account:王晓", "certificate exam", 1000);
	append_look(audit, "applicant", "certificate", 2000);
	append_look(audit, "somebody", "applicant certificate", 3000);
	append_look(audit, "account:王晓", "@person_find", 4000);
	append_look(audit, "account:李雷", "@person_reveal", 5000);
	append_look(audit, "account:李雷", "@person_reveal_refused", 6000);
	append_look(audit, "operator:uid-0", "exam", 7000);
	assert_int_equal(append(audit, OTHER), STATUS_OK);
	/* While it is open for writing. */
	assert_int_equal(audit_looks(&settings, APPLICANT, looks, &count, &more, NULL), STATUS_OK);
	assert_int_equal(count, 3);
	assert_false(more);
	assert_string_equal(looks[0].who, "operator:uid-0");
	assert_string_equal(looks[1].who, "account:李雷");
	assert_string_equal(looks[2].who, "account:王晓");
	assert_string_equal(looks[2].why, "来电咨询");
	assert_int_equal(looks[2].at_ms, 1000);
	for (int64_t i = 0; i < AUDIT_LOOKS_MOST; i++)
		append_look(audit, "account:王晓", "exam", 10000 + i);
	assert_int_equal(audit_looks(&settings, APPLICANT, looks, &count, &more, NULL), STATUS_OK);
	assert_int_equal(count, AUDIT_LOOKS_MOST);
	assert_true(more);
	assert_int_equal(looks[0].at_ms, 10000 + AUDIT_LOOKS_MOST - 1);
	assert_int_equal(audit_looks(&settings, "000000000000000000", looks, &count, &more, NULL),
	                 STATUS_OK);
	assert_int_equal(count, 0);
	audit_close(audit);
}

#define OVER(test_, database_)                                                                     \
	{                                                                                          \
		.name = #test_ " (" database_ ")", .test_func = (test_), .setup_func = make_place, \
		.teardown_func = remove_place                                                      \
	}
#define OVER_SQLITE_HERE(test_)   OVER(test_, "SQLite")
#define OVER_POSTGRES_HERE(test_) OVER(test_, "PostgreSQL")
#define OVER_BOTH(over_)                                                                           \
	over_(rows_are_numbered_and_kept_with_all_but_the_number),                                 \
	        over_(the_hash_is_that_of_the_described_encoding),                                 \
	        over_(an_untouched_audit_is_sound_and_its_newest_hash_can_be_noted),               \
	        over_(an_empty_audit_is_sound), over_(the_triggers_stop_slips),                    \
	        over_(a_changed_field_is_found), over_(a_row_removed_from_the_middle_is_found),    \
	        over_(a_row_removed_and_the_rest_numbered_anew_is_found),                          \
	        over_(the_newest_row_removed_is_found),                                            \
	        over_(the_newest_row_and_the_head_made_to_fit_is_found),                           \
	        over_(a_head_that_is_gone_is_found), over_(an_old_head_put_back_is_found),         \
	        over_(all_rows_gone_is_found), over_(two_rows_that_changed_places_are_found),      \
	        over_(an_inserted_row_is_found_in_the_middle_and_at_the_end),                      \
	        over_(a_foreign_key_fits_nothing), over_(a_lost_key_is_not_made_anew),             \
	        over_(nothing_is_appended_to_a_file_that_was_tampered_with),                       \
	        over_(an_audit_whose_head_does_not_fit_its_newest_row_is_not_opened),              \
	        over_(an_open_audit_tells_its_newest_row_to_be_noted),                             \
	        over_(an_entry_with_control_characters_or_too_long_is_refused),                    \
	        over_(a_reading_of_many_relations_with_long_names_can_be_audited),                 \
	        over_(threads_and_two_handles_make_one_chain), over_(a_person_learns_who_looked),  \
	        over_(looks_are_those_of_the_office_the_latest_first)

int main(void)
{
	const struct CMUnitTest sqlite[] = {
		OVER_BOTH(OVER_SQLITE_HERE),
		OVER_SQLITE_HERE(file_and_key_are_for_their_owner_only),
		OVER_SQLITE_HERE(a_genuine_row_of_another_history_is_found),
		OVER_SQLITE_HERE(a_key_without_its_audit_begins_no_other_one),
		OVER_SQLITE_HERE(nothing_is_appended_while_the_audit_is_not_in_its_place),
		OVER_SQLITE_HERE(what_was_appended_before_a_rename_stands_in_the_renamed_file),
		OVER_SQLITE_HERE(a_file_of_a_later_version_is_left_alone),
		OVER_SQLITE_HERE(what_is_no_audit_is_not_verified),
		OVER_SQLITE_HERE(those_that_wait_share_a_commit),
		OVER_SQLITE_HERE(a_file_locked_by_another_program_is_busy),
		OVER_SQLITE_HERE(a_full_disk_gives_a_status_and_the_audit_goes_on_after),
		OVER_SQLITE_HERE(a_file_that_may_only_be_read_is_not_opened),
	};
	const struct CMUnitTest postgres[] = { OVER_BOTH(OVER_POSTGRES_HERE) };
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}

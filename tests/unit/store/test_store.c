#include "store/store.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

enum { PATH_SIZE = 128 };

struct place {
	char folder[PATH_SIZE];
	char file[PATH_SIZE * 2];
};

static int make_place(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-store-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/inner/notes.db", place->folder);
	*state = place;
	return 0;
}

static void remove_file(const char *file)
{
	const char *const endings[] = { "", "-wal", "-shm" };
	char path[PATH_SIZE * 3];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", file, endings[i]);
		unlink(path);
	}
}

static int remove_place(void **state)
{
	struct place *place = *state;
	char path[PATH_SIZE * 3];

	remove_file(place->file);
	snprintf(path, sizeof(path), "%s.moved", place->file);
	remove_file(path);
	snprintf(path, sizeof(path), "%s/inner", place->folder);
	rmdir(path);
	rmdir(place->folder);
	free(place);
	return 0;
}

static const char *const steps[] = {
	"CREATE TABLE note (id INTEGER PRIMARY KEY, said TEXT, weight REAL, seal BLOB) STRICT",
	"ALTER TABLE note ADD COLUMN author TEXT NOT NULL DEFAULT 'nobody'",
};

static const struct store_schema first = { .table = "note", .steps = steps, .version = 1 };
static const struct store_schema second = { .table = "note", .steps = steps, .version = 2 };

static enum status try_to_open(const char *file, const struct store_schema *schema, bool read_only,
                               struct store **out)
{
	const struct store_settings settings = { .file = file,
		                                 .busy_ms = 50,
		                                 .read_only = read_only };
	char problem[STORE_PROBLEM_SIZE];
	const enum status status = store_open(out, &settings, schema, problem);

	assert_int_equal(status == STATUS_OK, problem[0] == '\0');
	assert_int_equal(status == STATUS_OK, *out != NULL);
	return status;
}

static struct store *opened(const struct place *place)
{
	struct store *store;

	assert_int_equal(try_to_open(place->file, &second, false, &store), STATUS_OK);
	return store;
}

static void write_note(struct store *store, const char *said)
{
	const struct cell value = cell_text(said);
	struct tx *tx;
	size_t changed;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ($1)", &value, 1, &changed),
	                 STATUS_OK);
	assert_int_equal(changed, 1);
	assert_int_equal(tx_commit(tx), STATUS_OK);
}

static size_t count_notes(struct store *store)
{
	struct tx *tx;
	size_t seen;

	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_query(tx, "SELECT id FROM note", NULL, 0, NULL, NULL, &seen),
	                 STATUS_OK);
	tx_rollback(tx);
	return seen;
}

static enum status check_kinds(void *context, const struct cell *columns)
{
	(void)context;
	assert_int_equal(cell_as_integer(&columns[0]), INT64_MIN);
	assert_string_equal(cell_as_text(&columns[1]), "证书");
	assert_int_equal(cell_as_span(&columns[1]).len, strlen("证书"));
	assert_true(cell_as_real(&columns[2]) == 0.25);
	assert_int_equal(columns[3].kind, CELL_BYTES);
	assert_memory_equal(cell_as_span(&columns[3]).ptr, "a\0b", 3);
	assert_int_equal(cell_as_span(&columns[3]).len, 3);
	/* What it is not, it is read as nothing of that kind. */
	assert_int_equal(cell_as_integer(&columns[1]), 0);
	assert_null(cell_as_text(&columns[4]));
	assert_int_equal(columns[4].kind, CELL_NULL);
	return STATUS_OK;
}

static void values_come_back_as_they_went_in_whatever_the_order_of_parameters(void **state)
{
	struct store *store = opened(*state);
	const struct cell values[] = {
		cell_integer(INT64_MIN),
		cell_text("证书"),
		cell_real(0.25),
		cell_bytes((struct span){ "a\0b", 3 }),
	};
	struct tx *tx;
	size_t seen;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx,
	                        "INSERT INTO note (seal, weight, said, id) VALUES ($4, $3, $2, $1)",
	                        values, 4, NULL),
	                 STATUS_OK);
	assert_int_equal(tx_query(tx,
	                          "SELECT id, said, weight, seal, NULL FROM note WHERE said = $2"
	                          " AND id = $1",
	                          values, 2, check_kinds, NULL, &seen),
	                 STATUS_OK);
	assert_int_equal(seen, 1);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	store_close(store);
}

static void a_statement_used_again_forgets_the_values_of_the_last_time(void **state)
{
	static const char sql[] = "SELECT 1 WHERE $1 IS NULL";
	struct store *store = opened(*state);
	const struct cell set = cell_integer(1), none = cell_null();
	struct tx *tx;
	size_t seen;

	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_query(tx, sql, &set, 1, NULL, NULL, &seen), STATUS_OK);
	assert_int_equal(seen, 0);
	assert_int_equal(tx_query(tx, sql, &none, 1, NULL, NULL, &seen), STATUS_OK);
	assert_int_equal(seen, 1);
	tx_rollback(tx);
	store_close(store);
}

static enum status stop_at_two(void *context, const struct cell *columns)
{
	size_t *rows = context;

	(void)columns;
	(*rows)++;
	return *rows == 2 ? STATUS_NOT_FOUND : STATUS_OK;
}

static void a_visitor_ends_the_query_and_the_statement_can_be_used_again(void **state)
{
	static const char sql[] = "SELECT id FROM note";
	struct store *store = opened(*state);
	struct tx *tx;
	size_t rows = 0, seen;

	for (int i = 0; i < 3; i++)
		write_note(store, "x");
	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_query(tx, sql, NULL, 0, stop_at_two, &rows, &seen), STATUS_NOT_FOUND);
	assert_int_equal(seen, 2);
	assert_int_equal(tx_query(tx, sql, NULL, 0, NULL, NULL, &seen), STATUS_OK);
	assert_int_equal(seen, 3);
	tx_rollback(tx);
	store_close(store);
}

static void more_statements_than_are_kept_work_all_the_same(void **state)
{
	static char sql[100][32];
	struct store *store = opened(*state);
	struct tx *tx;
	size_t seen;

	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 100; i++) {
			snprintf(sql[i], sizeof(sql[i]), "SELECT %d", i);
			assert_int_equal(tx_query(tx, sql[i], NULL, 0, NULL, NULL, &seen),
			                 STATUS_OK);
			assert_int_equal(seen, 1);
		}
	}
	tx_rollback(tx);
	store_close(store);
}

static enum status run_many(void *context, const struct cell *columns)
{
	static char sql[100][32];
	size_t seen;

	(void)columns;
	for (int i = 0; i < 100; i++) {
		snprintf(sql[i], sizeof(sql[i]), "SELECT -%d", i);
		assert_int_equal(tx_query(context, sql[i], NULL, 0, NULL, NULL, &seen), STATUS_OK);
	}
	return STATUS_OK;
}

static void a_visitor_may_run_more_statements_than_are_kept(void **state)
{
	struct store *store = opened(*state);
	struct tx *tx;
	size_t seen;

	for (int i = 0; i < 3; i++)
		write_note(store, "x");
	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_query(tx, "SELECT id FROM note", NULL, 0, run_many, tx, &seen),
	                 STATUS_OK);
	assert_int_equal(seen, 3);
	tx_rollback(tx);
	store_close(store);
}

static void what_was_rolled_back_is_not_there_and_what_was_committed_is(void **state)
{
	struct store *store = opened(*state);
	struct tx *tx;

	write_note(store, "kept");
	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (said) VALUES ('gone')", NULL, 0, NULL),
	                 STATUS_OK);
	assert_int_equal(tx_end(tx, STATUS_INVALID), STATUS_INVALID);
	assert_int_equal(count_notes(store), 1);
	store_close(store);
	store = opened(*state);
	assert_int_equal(count_notes(store), 1);
	store_close(store);
}

static void a_row_that_the_tables_do_not_take_is_invalid(void **state)
{
	struct store *store = opened(*state);
	const struct cell text = cell_text("no number");
	struct tx *tx;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_run(tx, "INSERT INTO note (weight) VALUES ($1)", &text, 1, NULL),
	                 STATUS_INVALID);
	tx_rollback(tx);
	store_close(store);
}

static void the_file_and_what_is_beside_it_are_for_the_owner_only(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place);
	char path[PATH_SIZE * 3];
	struct stat info;

	write_note(store, "x");
	assert_int_equal(stat(place->file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	snprintf(path, sizeof(path), "%s-wal", place->file);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0600);
	store_close(store);
}

static void a_file_that_everybody_could_read_is_closed_and_the_group_keeps_what_it_has(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place);
	char path[PATH_SIZE * 3];
	struct stat info;

	store_close(store);
	assert_int_equal(chmod(place->file, 0644), 0);
	store = opened(place);
	write_note(store, "x");
	assert_int_equal(stat(place->file, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
	snprintf(path, sizeof(path), "%s-wal", place->file);
	assert_int_equal(stat(path, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0640);
	store_close(store);
}

static enum status copy_author(void *context, const struct cell *columns)
{
	snprintf(context, 16, "%s", cell_as_text(&columns[0]));
	return STATUS_OK;
}

static void an_earlier_version_takes_the_missing_steps_and_keeps_its_rows(void **state)
{
	const struct place *place = *state;
	struct store *store;
	struct tx *tx;
	char author[16] = "";

	assert_int_equal(try_to_open(place->file, &first, false, &store), STATUS_OK);
	assert_int_equal(store_version(store), 1);
	write_note(store, "old");
	store_close(store);
	store = opened(place);
	assert_int_equal(store_version(store), 2);
	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_query(tx, "SELECT author FROM note WHERE said = 'old'", NULL, 0,
	                          copy_author, author, NULL),
	                 STATUS_OK);
	tx_rollback(tx);
	assert_string_equal(author, "nobody");
	store_close(store);
}

static void a_later_version_is_left_alone_but_may_be_read(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place);

	write_note(store, "x");
	store_close(store);
	assert_int_equal(try_to_open(place->file, &first, false, &store), STATUS_INVALID);
	assert_int_equal(try_to_open(place->file, &first, true, &store), STATUS_OK);
	assert_int_equal(store_version(store), 2);
	assert_int_equal(count_notes(store), 1);
	store_close(store);
}

/* A step that fails leaves the version, and all of the step undone. */
static void a_migration_is_taken_whole_or_not_at_all(void **state)
{
	static const char *const broken_steps[] = {
		"CREATE TABLE note (id INTEGER PRIMARY KEY) STRICT",
		"CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT; nonsense",
	};
	const struct store_schema one = { "note", broken_steps, 1 };
	const struct store_schema two = { "note", broken_steps, 2 };
	const struct place *place = *state;
	struct store *store;
	struct tx *tx;

	assert_int_equal(try_to_open(place->file, &one, false, &store), STATUS_OK);
	store_close(store);
	assert_int_not_equal(try_to_open(place->file, &two, false, &store), STATUS_OK);
	assert_int_equal(try_to_open(place->file, &one, false, &store), STATUS_OK);
	assert_int_equal(store_begin(store, TX_READ, &tx), STATUS_OK);
	assert_int_not_equal(tx_query(tx, "SELECT * FROM more", NULL, 0, NULL, NULL, NULL),
	                     STATUS_OK);
	tx_rollback(tx);
	store_close(store);
}

static void a_database_of_another_program_is_neither_changed_nor_read(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place);
	sqlite3 *other;

	store_close(store); /* for the folder */
	assert_int_equal(unlink(place->file), 0);
	assert_int_equal(sqlite3_open(place->file, &other), SQLITE_OK);
	assert_int_equal(sqlite3_exec(other, "CREATE TABLE exam (x)", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(other);
	assert_int_equal(try_to_open(place->file, &second, false, &store), STATUS_INVALID);
	assert_int_equal(try_to_open(place->file, &second, true, &store), STATUS_INVALID);
}

static void a_reader_makes_nothing_and_changes_nothing(void **state)
{
	const struct place *place = *state;
	struct store *store, *reader;
	struct stat info;
	struct tx *tx;

	assert_int_equal(try_to_open(place->file, &second, true, &store), STATUS_NOT_FOUND);
	assert_int_not_equal(stat(place->file, &info), 0);
	store = opened(place);
	write_note(store, "x");
	assert_int_equal(try_to_open(place->file, &second, true, &reader), STATUS_OK);
	assert_int_equal(count_notes(reader), 1);
	assert_int_equal(store_begin(reader, TX_READ, &tx), STATUS_OK);
	assert_int_not_equal(tx_run(tx, "DELETE FROM note", NULL, 0, NULL), STATUS_OK);
	tx_rollback(tx);
	store_close(reader);
	assert_int_equal(count_notes(store), 1);
	store_close(store);
}

static void a_reading_transaction_sees_one_moment(void **state)
{
	struct store *writer = opened(*state), *reader = opened(*state);
	struct tx *tx;
	size_t seen;

	write_note(writer, "x");
	assert_int_equal(store_begin(reader, TX_READ, &tx), STATUS_OK);
	assert_int_equal(tx_query(tx, "SELECT id FROM note", NULL, 0, NULL, NULL, &seen),
	                 STATUS_OK);
	assert_int_equal(seen, 1);
	write_note(writer, "y");
	assert_int_equal(tx_query(tx, "SELECT id FROM note", NULL, 0, NULL, NULL, &seen),
	                 STATUS_OK);
	assert_int_equal(seen, 1);
	tx_rollback(tx);
	assert_int_equal(count_notes(reader), 2);
	store_close(reader);
	store_close(writer);
}

static void two_writers_wait_for_each_other_and_then_say_busy(void **state)
{
	struct store *one = opened(*state), *two = opened(*state);
	struct tx *tx, *other;

	assert_int_equal(store_begin(one, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(store_begin(two, TX_WRITE, &other), STATUS_BUSY);
	assert_null(other);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	assert_int_equal(store_begin(two, TX_WRITE, &other), STATUS_OK);
	tx_rollback(other);
	store_close(two);
	store_close(one);
}

static void a_file_that_was_moved_is_noticed_and_settled(void **state)
{
	const struct place *place = *state;
	struct store *store = opened(place), *moved;
	char path[PATH_SIZE * 3];

	write_note(store, "x");
	assert_true(store_in_place(store));
	snprintf(path, sizeof(path), "%s.moved", place->file);
	assert_int_equal(rename(place->file, path), 0);
	assert_false(store_in_place(store));
	assert_int_equal(store_settle(store), STATUS_OK);
	store_close(store);
	remove_file(place->file); /* what was left beside it */
	assert_int_equal(try_to_open(path, &second, true, &moved), STATUS_OK);
	assert_int_equal(count_notes(moved), 1);
	store_close(moved);
}

static bool lease(struct store *store, const char *name, int64_t ttl_ms)
{
	struct tx *tx;
	bool got = false;

	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_lease(tx, name, ttl_ms, &got), STATUS_OK);
	assert_int_equal(tx_commit(tx), STATUS_OK);
	return got;
}

static void a_lease_is_held_by_one_renewed_by_it_and_taken_over_when_it_ran_out(void **state)
{
	struct store *one = opened(*state), *two = opened(*state);

	assert_true(lease(one, "clean", 3600000));
	assert_false(lease(two, "clean", 3600000));
	assert_true(lease(two, "count", 3600000));
	/* Renewed for no time: it has run out by the next look. */
	assert_true(lease(one, "clean", -1));
	assert_true(lease(two, "clean", 3600000));
	assert_false(lease(one, "clean", 3600000));
	store_close(two);
	store_close(one);
}

static void a_place_that_can_not_be_written_is_an_error_and_a_folder_is_left_as_it_is(void **state)
{
	const struct place *place = *state;
	struct store *store;
	struct stat info;

	assert_int_equal(try_to_open("/proc/none/notes.db", &second, false, &store), STATUS_IO);
	assert_int_equal(chmod(place->folder, 0755), 0);
	assert_int_equal(try_to_open(place->folder, &second, false, &store), STATUS_IO);
	assert_int_equal(stat(place->folder, &info), 0);
	assert_int_equal(info.st_mode & 0777, 0755);
}

int main(void)
{
#define IN_PLACE(test_) cmocka_unit_test_setup_teardown(test_, make_place, remove_place)
	const struct CMUnitTest tests[] = {
		IN_PLACE(values_come_back_as_they_went_in_whatever_the_order_of_parameters),
		IN_PLACE(a_statement_used_again_forgets_the_values_of_the_last_time),
		IN_PLACE(a_visitor_ends_the_query_and_the_statement_can_be_used_again),
		IN_PLACE(more_statements_than_are_kept_work_all_the_same),
		IN_PLACE(a_visitor_may_run_more_statements_than_are_kept),
		IN_PLACE(what_was_rolled_back_is_not_there_and_what_was_committed_is),
		IN_PLACE(a_row_that_the_tables_do_not_take_is_invalid),
		IN_PLACE(the_file_and_what_is_beside_it_are_for_the_owner_only),
		IN_PLACE(
		        a_file_that_everybody_could_read_is_closed_and_the_group_keeps_what_it_has),
		IN_PLACE(an_earlier_version_takes_the_missing_steps_and_keeps_its_rows),
		IN_PLACE(a_later_version_is_left_alone_but_may_be_read),
		IN_PLACE(a_migration_is_taken_whole_or_not_at_all),
		IN_PLACE(a_database_of_another_program_is_neither_changed_nor_read),
		IN_PLACE(a_reader_makes_nothing_and_changes_nothing),
		IN_PLACE(a_reading_transaction_sees_one_moment),
		IN_PLACE(two_writers_wait_for_each_other_and_then_say_busy),
		IN_PLACE(a_file_that_was_moved_is_noticed_and_settled),
		IN_PLACE(a_lease_is_held_by_one_renewed_by_it_and_taken_over_when_it_ran_out),
		IN_PLACE(a_place_that_can_not_be_written_is_an_error_and_a_folder_is_left_as_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "office/versions/versions.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/file.h"
#include "database.h"
#include "office/versions/archive.h"

static struct store *opened(const struct database *database)
{
	const struct store_settings settings = { .url = database->url, .busy_ms = 5000 };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;

	if (store_open(&store, &settings, &versions_schema, problem) != STATUS_OK)
		fail_msg("%s", problem);
	return store;
}

/* A folder of one file, packed. */
struct sample {
	struct buf files;
	char hash[DIGEST_HEX_SIZE];
	struct versions_new version;
};

static void make_sample(const struct database *database, const char *text, struct sample *sample)
{
	char path[PATH_SIZE];

	scratch_path(&database->scratch, "folder", path);
	(void)mkdir(path, 0700);
	scratch_path(&database->scratch, "folder/office.json", path);
	assert_int_equal(file_write(path, span_of(text)), STATUS_OK);
	buf_init(&sample->files, 1 << 20);
	assert_int_equal(
	        archive_pack(scratch_path(&database->scratch, "folder", path), &sample->files),
	        STATUS_OK);
	assert_int_equal(archive_hash(buf_span(&sample->files), sample->hash), STATUS_OK);
	sample->version = (struct versions_new){ sample->hash, buf_span(&sample->files), "王五",
		                                 "新题库", 0 };
}

static int64_t offer(struct store *store, const struct sample *sample)
{
	int64_t number = 0;

	assert_int_equal(versions_offer(store, &sample->version, &number), STATUS_OK);
	return number;
}

static void see(void *context, const struct versions_replica *replica)
{
	char *text = context;
	const size_t len = strlen(text);

	snprintf(text + len, 256 - len, "%s:%s;", replica->name, replica->reason);
}

static enum versions_outcome step(struct store *store, const struct sample *sample, int64_t number,
                                  bool last, char seen[256])
{
	enum versions_outcome outcome;

	seen[0] = '\0';
	assert_int_equal(versions_step(store, number, last, &sample->version, see, seen, &outcome),
	                 STATUS_OK);
	return outcome;
}

static struct versions_pointer renew(struct store *store, const char *name, int64_t loaded,
                                     int64_t prepared, int64_t refused, bool expected_expired)
{
	const struct versions_replica replica = { name, loaded, prepared, refused,
		                                  refused ? "太旧" : "" };
	struct versions_pointer pointer;
	bool expired;

	assert_int_equal(versions_renew(store, &replica, &expired, &pointer), STATUS_OK);
	assert_int_equal(expired, expected_expired);
	return pointer;
}

static void expect_pointer(struct versions_pointer pointer, int64_t current, int64_t offered)
{
	assert_int_equal(pointer.current, current);
	assert_int_equal(pointer.offered, offered);
}

static void without_replicas_a_version_is_current_at_once(void **state)
{
	struct store *store = opened(*state);
	struct versions_pointer pointer;
	struct sample sample;
	char seen[256];

	make_sample(*state, "{}", &sample);
	assert_int_equal(versions_current(store, &pointer), STATUS_OK);
	expect_pointer(pointer, 0, 0);
	assert_int_equal(offer(store, &sample), 1);
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_TAKEN);
	assert_string_equal(seen, "");
	assert_int_equal(versions_current(store, &pointer), STATUS_OK);
	expect_pointer(pointer, 1, 0);
	buf_deinit(&sample.files);
	store_close(store);
}

/* Two are made of one version: the second one would undo the first. */
static void what_was_made_of_an_earlier_version_is_not_offered(void **state)
{
	struct store *store = opened(*state);
	struct sample first, second, third;
	char seen[256];
	int64_t number;

	make_sample(*state, "{}", &first);
	make_sample(*state, "{ }", &second);
	make_sample(*state, "{  }", &third);
	assert_int_equal(offer(store, &first), 1);
	assert_int_equal(step(store, &first, 1, false, seen), VERSIONS_TAKEN);
	second.version.upon = third.version.upon = 1;
	assert_int_equal(offer(store, &second), 2);
	assert_int_equal(step(store, &second, 2, false, seen), VERSIONS_TAKEN);
	assert_int_equal(versions_offer(store, &third.version, &number), STATUS_BUSY);
	third.version.upon = 2;
	assert_int_equal(offer(store, &third), 3);
	assert_int_equal(step(store, &third, 3, false, seen), VERSIONS_TAKEN);
	buf_deinit(&first.files);
	buf_deinit(&second.files);
	buf_deinit(&third.files);
	store_close(store);
}

/* The commit fails, after all was decided. */
static void a_step_that_was_not_written_decides_nothing(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	enum versions_outcome outcome;
	struct sample sample;
	char seen[256] = "";

	make_sample(database, "{}", &sample);
	assert_int_equal(offer(store, &sample), 1);
	database_run(database,
	             "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
	             " RAISE EXCEPTION 'no'; END $$");
	database_run(database, "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON knowledge_move"
	                       " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
	                       " EXECUTE FUNCTION refuse()");
	assert_int_not_equal(versions_step(store, 1, false, &sample.version, see, seen, &outcome),
	                     STATUS_OK);
	assert_int_equal(outcome, VERSIONS_WAITS);
	database_run(database, "DROP TRIGGER refuse ON knowledge_move");
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_TAKEN);
	buf_deinit(&sample.files);
	store_close(store);
}

static void the_pointer_moves_once_all_live_replicas_are_prepared(void **state)
{
	struct store *store = opened(*state);
	struct sample sample;
	char seen[256];

	make_sample(*state, "{}", &sample);
	expect_pointer(renew(store, "a", 0, 0, 0, true), 0, 0);
	expect_pointer(renew(store, "b", 0, 0, 0, true), 0, 0);
	assert_int_equal(offer(store, &sample), 1);
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_WAITS);
	expect_pointer(renew(store, "a", 0, 1, 0, false), 0, 1);
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_WAITS);
	expect_pointer(renew(store, "b", 0, 1, 0, false), 0, 1);
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_TAKEN);
	expect_pointer(renew(store, "a", 0, 1, 0, false), 1, 0);
	/* Told again, it stays so. */
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_TAKEN);
	buf_deinit(&sample.files);
	store_close(store);
}

static void a_refusal_of_one_withdraws_it_for_all_and_tells_which_and_why(void **state)
{
	struct store *store = opened(*state);
	struct sample sample;
	char seen[256];

	make_sample(*state, "{}", &sample);
	renew(store, "a", 0, 0, 0, true);
	renew(store, "b", 0, 0, 0, true);
	assert_int_equal(offer(store, &sample), 1);
	renew(store, "a", 0, 1, 0, false);
	renew(store, "b", 0, 0, 1, false);
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_REFUSED);
	assert_non_null(strstr(seen, "b:太旧;"));
	expect_pointer(renew(store, "a", 0, 1, 0, false), 0, 0);
	/* It may be tried again. */
	assert_int_equal(offer(store, &sample), 1);
	renew(store, "b", 0, 1, 0, false);
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_TAKEN);
	buf_deinit(&sample.files);
	store_close(store);
}

static void a_replica_that_says_nothing_withdraws_it_when_the_time_is_over(void **state)
{
	struct store *store = opened(*state);
	struct sample sample;
	char seen[256];

	make_sample(*state, "{}", &sample);
	renew(store, "a", 0, 0, 0, true);
	assert_int_equal(offer(store, &sample), 1);
	assert_int_equal(step(store, &sample, 1, true, seen), VERSIONS_LATE);
	assert_int_equal(step(store, &sample, 1, true, seen), VERSIONS_WITHDRAWN);
	expect_pointer(renew(store, "a", 0, 0, 0, false), 0, 0);
	buf_deinit(&sample.files);
	store_close(store);
}

static void a_replica_whose_lease_ran_out_does_not_count_and_learns_it(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct sample sample;
	char seen[256];

	make_sample(database, "{}", &sample);
	renew(store, "a", 0, 0, 0, true);
	renew(store, "b", 0, 0, 0, true);
	database_run(database, "UPDATE replica SET until = 1000000000000 WHERE name = 'b'");
	assert_int_equal(offer(store, &sample), 1);
	renew(store, "a", 0, 1, 0, false);
	assert_int_equal(step(store, &sample, 1, false, seen), VERSIONS_TAKEN);
	assert_string_equal(seen, "a:;");
	/* Long silent: its row was removed by the time the other one comes. */
	expect_pointer(renew(store, "c", 0, 0, 0, true), 1, 0);
	expect_pointer(renew(store, "b", 0, 0, 0, true), 1, 0);
	assert_int_equal(versions_leave(store, "c"), STATUS_OK);
	expect_pointer(renew(store, "c", 0, 0, 0, true), 1, 0);
	buf_deinit(&sample.files);
	store_close(store);
}

static void a_second_version_is_not_offered_beside_the_first(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct sample first, second;
	int64_t number;
	char seen[256];

	make_sample(database, "{}", &first);
	make_sample(database, "[]", &second);
	renew(store, "a", 0, 0, 0, true);
	assert_int_equal(offer(store, &first), 1);
	assert_int_equal(versions_offer(store, &second.version, &number), STATUS_BUSY);
	/* Whoever offered it is gone. */
	database_run(database, "UPDATE knowledge_pointer SET offered_until = 1000000000000");
	expect_pointer(renew(store, "a", 0, 1, 0, false), 0, 0);
	assert_int_equal(offer(store, &second), 2);
	assert_int_equal(step(store, &first, 1, false, seen), VERSIONS_WITHDRAWN);
	renew(store, "a", 0, 2, 0, false);
	assert_int_equal(step(store, &second, 2, false, seen), VERSIONS_TAKEN);
	buf_deinit(&first.files);
	buf_deinit(&second.files);
	store_close(store);
}

static void one_content_is_stored_once_and_each_move_is_noted(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct sample first, second;
	char seen[256], text[256];

	make_sample(database, "{}", &first);
	make_sample(database, "[]", &second);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(offer(store, &first), 1);
		assert_int_equal(step(store, &first, 1, false, seen), VERSIONS_TAKEN);
		assert_int_equal(offer(store, &second), 2);
		assert_int_equal(step(store, &second, 2, false, seen), VERSIONS_TAKEN);
	}
	assert_string_equal(database_ask(database, "SELECT count(*) FROM knowledge_version", text,
	                                 sizeof(text)),
	                    "2");
	assert_string_equal(
	        database_ask(database,
	                     "SELECT version || who || why FROM knowledge_move WHERE number = 3",
	                     text, sizeof(text)),
	        "1王五新题库");
	assert_string_equal(database_ask(database, "SELECT max(number) FROM knowledge_move", text,
	                                 sizeof(text)),
	                    "4");
	buf_deinit(&first.files);
	buf_deinit(&second.files);
	store_close(store);
}

static enum status keep_move(void *context, const struct versions_move *move)
{
	char *text = context;
	const size_t len = strlen(text);

	snprintf(text + len, 256 - len, "%d%s ", (int)move->version, move->kept ? "" : "-");
	return STATUS_OK;
}

static void assert_moves(struct store *store, const char *expected)
{
	char text[256] = "";

	assert_int_equal(versions_moves(store, 20, keep_move, text), STATUS_OK);
	assert_string_equal(text, expected);
}

static void publish(struct store *store, const struct sample *sample, int64_t expected)
{
	char seen[256];

	assert_int_equal(offer(store, sample), expected);
	assert_int_equal(step(store, sample, expected, false, seen), VERSIONS_TAKEN);
}

static void old_versions_lose_their_files_and_keep_their_place_in_history(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct sample samples[5];
	char hash[DIGEST_HEX_SIZE];
	struct buf files;
	size_t deleted;
	char text[16];

	for (int i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "{\"v\":%d}", i);
		make_sample(database, text, &samples[i]);
		publish(store, &samples[i], i + 1);
	}
	/* All of them today: none is old. */
	assert_int_equal(versions_retain(store, 1000000, &deleted), STATUS_OK);
	assert_int_equal(deleted, 0);
	/* 1 and 2 ten hours ago, 3 nine hours ago, 4 and 5 now: with three hours, 3 was served
	 * when they began. */
	database_run(database, "UPDATE knowledge_version SET at = at - 36000000 WHERE number < 4");
	database_run(database, "UPDATE knowledge_move SET at = at - 36000000 WHERE version < 3");
	database_run(database, "UPDATE knowledge_move SET at = at - 32400000 WHERE version = 3");
	assert_int_equal(renew(store, "b", 2, 0, 0, true).current, 5);
	assert_int_equal(versions_retain(store, 10800000, &deleted), STATUS_OK);
	assert_int_equal(deleted, 1); /* 2 is loaded by a replica */
	assert_int_equal(versions_leave(store, "b"), STATUS_OK);
	assert_int_equal(versions_retain(store, 10800000, &deleted), STATUS_OK);
	assert_int_equal(deleted, 1);
	assert_moves(store, "5 4 3 2- 1- ");
	buf_init(&files, 1 << 20);
	assert_int_equal(versions_files(store, 1, &files, hash), STATUS_NOT_FOUND);
	/* Published again it has its files again, under the same number. */
	publish(store, &samples[0], 1);
	buf_clear(&files);
	assert_int_equal(versions_files(store, 1, &files, hash), STATUS_OK);
	assert_moves(store, "1 5 4 3 2- 1 ");
	/* However old: the current one and the one before stay. */
	database_run(database, "UPDATE knowledge_version SET at = 1000");
	database_run(database, "UPDATE knowledge_move SET at = 1000");
	assert_int_equal(versions_retain(store, 1, &deleted), STATUS_OK);
	assert_moves(store, "1 5 4- 3- 2- 1 ");
	buf_deinit(&files);
	for (int i = 0; i < 5; i++)
		buf_deinit(&samples[i].files);
	store_close(store);
}

static void what_a_second_roll_back_leads_to_keeps_its_files(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct sample samples[4];
	size_t deleted;
	char text[16];

	for (int i = 0; i < 4; i++) {
		snprintf(text, sizeof(text), "{\"v\":%d}", i);
		make_sample(database, text, &samples[i]);
		publish(store, &samples[i], i + 1);
	}
	publish(store, &samples[2], 3);
	database_run(database, "UPDATE knowledge_version SET at = 1000");
	database_run(database, "UPDATE knowledge_move SET at = 1000");
	assert_int_equal(versions_retain(store, 1, &deleted), STATUS_OK);
	assert_moves(store, "3 4 3 2 1- ");
	for (int i = 0; i < 4; i++)
		buf_deinit(&samples[i].files);
	store_close(store);
}

static void a_version_is_unpacked_once_and_again_where_it_was_changed(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct sample sample;
	struct stat first, second;
	char folder[PATH_SIZE], path[PATH_SIZE * 2], file[PATH_SIZE * 3];
	struct buf text;

	make_sample(database, "{\"name\": \"办公室\"}", &sample);
	offer(store, &sample);
	scratch_path(&database->scratch, "var/versions", folder);
	assert_int_equal(versions_unpack(store, 2, folder, path, sizeof(path)), STATUS_NOT_FOUND);
	assert_int_equal(versions_unpack(store, 1, folder, path, sizeof(path)), STATUS_OK);
	assert_non_null(strstr(path, sample.hash));
	snprintf(file, sizeof(file), "%s/office.json", path);
	assert_int_equal(stat(file, &first), 0);
	assert_int_equal(versions_unpack(store, 1, folder, path, sizeof(path)), STATUS_OK);
	assert_int_equal(stat(file, &second), 0);
	assert_int_equal(first.st_ino, second.st_ino);
	assert_int_equal(file_write(file, span_of("{}")), STATUS_OK);
	assert_int_equal(versions_unpack(store, 1, folder, path, sizeof(path)), STATUS_OK);
	buf_init(&text, 1000);
	assert_int_equal(file_read(file, &text), STATUS_OK);
	assert_string_equal(buf_text(&text), "{\"name\": \"办公室\"}");
	buf_deinit(&text);
	buf_deinit(&sample.files);
	store_close(store);
}

static void files_that_do_not_have_their_hash_are_not_given_out(void **state)
{
	const struct database *database = *state;
	struct store *store = opened(database);
	struct sample sample;
	char hash[DIGEST_HEX_SIZE];
	struct buf files;

	make_sample(database, "{}", &sample);
	offer(store, &sample);
	database_run(database, "UPDATE knowledge_version SET hash = 'x' WHERE number = 1");
	buf_init(&files, 1 << 20);
	assert_int_equal(versions_files(store, 1, &files, hash), STATUS_INVALID);
	buf_deinit(&files);
	buf_deinit(&sample.files);
	store_close(store);
}

#define OVER_BOTH(over_)                                                                           \
	over_(without_replicas_a_version_is_current_at_once),                                      \
	        over_(what_was_made_of_an_earlier_version_is_not_offered),                         \
	        over_(the_pointer_moves_once_all_live_replicas_are_prepared),                      \
	        over_(a_refusal_of_one_withdraws_it_for_all_and_tells_which_and_why),              \
	        over_(a_replica_that_says_nothing_withdraws_it_when_the_time_is_over),             \
	        over_(a_replica_whose_lease_ran_out_does_not_count_and_learns_it),                 \
	        over_(a_second_version_is_not_offered_beside_the_first),                           \
	        over_(one_content_is_stored_once_and_each_move_is_noted),                          \
	        over_(old_versions_lose_their_files_and_keep_their_place_in_history),              \
	        over_(what_a_second_roll_back_leads_to_keeps_its_files),                           \
	        over_(a_version_is_unpacked_once_and_again_where_it_was_changed),                  \
	        over_(files_that_do_not_have_their_hash_are_not_given_out)

int main(void)
{
	const struct CMUnitTest sqlite[] = { OVER_BOTH(OVER_SQLITE) };
	const struct CMUnitTest postgres[] = {
		OVER_BOTH(OVER_POSTGRES),
		OVER_POSTGRES(a_step_that_was_not_written_decides_nothing),
	};
	const int failed = cmocka_run_group_tests(sqlite, NULL, NULL);

	return failed + run_over_postgres(postgres);
}

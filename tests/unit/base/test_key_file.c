#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/key_file.h"

enum { KEY_CEILING = 1024, MAKERS = 8, DIGITS = 64 };

struct place {
	char folder[64];
	char file[80];
	struct faults *faults;
	struct buf key;
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-key-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/k", place->folder);
	buf_init(&place->key, KEY_CEILING);
	*state = place;
	return faults_create(&place->faults) == STATUS_OK ? 0 : -1;
}

static int leave(void **state)
{
	struct place *place = *state;

	unlink(place->file);
	rmdir(place->folder);
	faults_destroy(place->faults);
	buf_deinit(&place->key);
	free(place);
	return 0;
}

static void write_key(const struct place *place, const char *text, mode_t mode)
{
	assert_int_equal(file_make_private(place->file, span_of(text)), STATUS_OK);
	assert_int_equal(chmod(place->file, mode), 0);
}

static enum status read_key(struct place *place, enum key_kind kind)
{
	return key_file_read(place->file, kind, &place->key, place->faults);
}

static void a_made_key_is_64_hex_digits_for_its_owner_only(void **state)
{
	struct place *place = *state;
	struct stat about;

	assert_int_equal(key_file_make(place->file), STATUS_OK);
	assert_int_equal(stat(place->file, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	assert_int_equal(read_key(place, KEY_SECRET), STATUS_OK);
	assert_int_equal(place->key.len, DIGITS);
	assert_int_equal(strspn(buf_text(&place->key), "0123456789abcdef"), DIGITS);
	assert_int_equal(faults_count(place->faults, FAULT_NOTE), 0);
}

static void a_key_that_is_there_stays(void **state)
{
	struct place *place = *state;
	char first[DIGITS + 1];

	assert_int_equal(key_file_make(place->file), STATUS_OK);
	assert_int_equal(read_key(place, KEY_SECRET), STATUS_OK);
	snprintf(first, sizeof(first), "%s", buf_text(&place->key));
	assert_int_equal(key_file_make(place->file), STATUS_OK);
	buf_clear(&place->key);
	assert_int_equal(read_key(place, KEY_SECRET), STATUS_OK);
	assert_string_equal(buf_text(&place->key), first);
}

struct maker {
	const char *file;
	pthread_t thread;
	enum status status;
	char found[DIGITS + 1];
};

static void *make_and_read(void *context)
{
	struct maker *maker = context;
	struct buf key;

	buf_init(&key, KEY_CEILING);
	maker->status = key_file_make(maker->file);
	if (maker->status == STATUS_OK)
		maker->status = key_file_read(maker->file, KEY_SECRET, &key, NULL);
	snprintf(maker->found, sizeof(maker->found), "%s", buf_text(&key));
	buf_deinit(&key);
	return NULL;
}

static void many_makers_at_once_agree_on_one_key(void **state)
{
	const struct place *place = *state;
	struct maker makers[MAKERS] = { 0 };

	for (int i = 0; i < MAKERS; i++) {
		makers[i].file = place->file;
		assert_int_equal(pthread_create(&makers[i].thread, NULL, make_and_read, &makers[i]),
		                 0);
	}
	for (int i = 0; i < MAKERS; i++)
		pthread_join(makers[i].thread, NULL);
	for (int i = 0; i < MAKERS; i++) {
		assert_int_equal(makers[i].status, STATUS_OK);
		assert_string_equal(makers[i].found, makers[0].found);
	}
}

static void a_secret_that_others_may_read_is_warned_of(void **state)
{
	struct place *place = *state;

	write_key(place, "0123456789abcdef0123456789abcdef\n", 0640);
	assert_int_equal(read_key(place, KEY_SECRET), STATUS_OK);
	assert_int_equal(place->key.len, 32);
	assert_int_equal(faults_count(place->faults, FAULT_WARNING), 1);
	assert_non_null(strstr(faults_at(place->faults, 0)->reason, "mode 640"));
}

static void a_public_key_may_be_read_by_all_but_not_written(void **state)
{
	struct place *place = *state;

	write_key(place, "short", 0644);
	assert_int_equal(read_key(place, KEY_PUBLIC), STATUS_OK);
	assert_int_equal(faults_count(place->faults, FAULT_NOTE), 0);
	assert_int_equal(chmod(place->file, 0664), 0);
	assert_int_equal(read_key(place, KEY_PUBLIC), STATUS_OK);
	assert_int_equal(faults_count(place->faults, FAULT_WARNING), 1);
}

static void a_secret_of_31_bytes_is_refused(void **state)
{
	struct place *place = *state;

	write_key(place, "0123456789abcdef0123456789abcde\r\n", 0600);
	assert_int_equal(read_key(place, KEY_SECRET), STATUS_INVALID);
	assert_int_equal(faults_count(place->faults, FAULT_ERROR), 1);
}

/* Platforms give secrets of any length. */
static void a_given_secret_may_be_short_but_not_empty_or_of_two_lines(void **state)
{
	struct place *place = *state;

	write_key(place, "QDG6eK\n", 0644);
	assert_int_equal(read_key(place, KEY_GIVEN), STATUS_OK);
	assert_string_equal(buf_text(&place->key), "QDG6eK");
	assert_int_equal(faults_count(place->faults, FAULT_WARNING), 1);
	assert_int_equal(unlink(place->file), 0);
	write_key(place, "\r\n", 0600);
	assert_int_equal(read_key(place, KEY_GIVEN), STATUS_INVALID);
	assert_int_equal(unlink(place->file), 0);
	write_key(place, "one\ntwo\n", 0600);
	assert_int_equal(read_key(place, KEY_GIVEN), STATUS_INVALID);
	assert_int_equal(faults_count(place->faults, FAULT_ERROR), 2);
}

static void a_key_that_is_not_there_is_named(void **state)
{
	struct place *place = *state;

	assert_int_equal(read_key(place, KEY_SECRET), STATUS_NOT_FOUND);
	assert_string_equal(faults_at(place->faults, 0)->file, place->file);
}

int main(void)
{
#define IN_PLACE(test_) cmocka_unit_test_setup_teardown(test_, enter, leave)
	const struct CMUnitTest tests[] = {
		IN_PLACE(a_made_key_is_64_hex_digits_for_its_owner_only),
		IN_PLACE(a_key_that_is_there_stays),
		IN_PLACE(many_makers_at_once_agree_on_one_key),
		IN_PLACE(a_secret_that_others_may_read_is_warned_of),
		IN_PLACE(a_public_key_may_be_read_by_all_but_not_written),
		IN_PLACE(a_secret_of_31_bytes_is_refused),
		IN_PLACE(a_given_secret_may_be_short_but_not_empty_or_of_two_lines),
		IN_PLACE(a_key_that_is_not_there_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "cli/cli.h"
#include "office/journal/audit.h"

enum { PATH_SIZE = 128, WORDS_MOST = 12 };

#define APPLICANT "11010519491231002X"
#define OTHER     "440524188001010014"

struct place {
	char folder[PATH_SIZE];
	char file[PATH_SIZE * 2];
	char key[PATH_SIZE * 2];
	char *text; /* what was printed last */
};

/* Three rows, two of the applicant, on 2027-01-15 and the day after. */
static int make_audit(void **state)
{
	struct place *place = calloc(1, sizeof(*place));
	struct audit_settings settings;
	struct audit *audit = NULL;

	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-cli-audit-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/audit.db", place->folder);
	snprintf(place->key, sizeof(place->key), "%s/audit.key", place->folder);
	assert_int_equal(setenv("TZ", "UTC", 1), 0);
	settings = (struct audit_settings){ place->file, place->key, 1000 };
	assert_int_equal(audit_open(&audit, &settings, NULL), STATUS_OK);
	for (int i = 0; i < 3; i++) {
		const struct audit_entry entry = {
			.at_ms = INT64_C(1800000000000) + i * INT64_C(86400000) / 2,
			.who = i == 0 ? "applicant" : "operator:王五",
			.id_number = i == 1 ? OTHER : APPLICANT,
			.relations = "certificate exam",
			.why = "来电咨询",
		};

		assert_int_equal(audit_append(audit, &entry), STATUS_OK);
	}
	audit_close(audit);
	*state = place;
	return 0;
}

static int remove_audit(void **state)
{
	struct place *place = *state;

	const char *const endings[] = { "", "-wal", "-shm" };
	char path[PATH_SIZE * 3];

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", place->file, endings[i]);
		unlink(path);
	}
	unlink(place->key);
	rmdir(place->folder);
	free(place->text);
	free(place);
	return 0;
}

/* `dayi audit ACTION --file --key` and up to two more words; what it prints is in place->text. */
static int run(struct place *place, const char *action, const char *option, const char *value)
{
	const char *const given[] = { "dayi audit", action,     "--file", place->file,
		                      "--key",      place->key, option,   value };
	FILE *const usual = stdout;
	char *words[WORDS_MOST] = { NULL };
	size_t size;
	int result;
	int count = 0;

	while (count < (option ? 8 : 6)) {
		words[count] = strdup(given[count]);
		count++;
	}
	free(place->text);
	stdout = open_memstream(&place->text, &size);
	result = cli_audit(count, words);
	fclose(stdout);
	stdout = usual;
	for (int i = 0; i < count; i++)
		free(words[i]);
	return result;
}

static void tamper(const struct place *place, const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(place->file, &db), SQLITE_OK);
	assert_int_equal(
	        sqlite3_exec(db, "DROP TRIGGER record_read_fixed; DROP TRIGGER record_read_kept",
	                     NULL, NULL, NULL),
	        SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

static void a_sound_audit_tells_its_rows_and_newest_hash(void **state)
{
	struct place *place = *state;
	char *hash;

	assert_int_equal(run(place, "verify", NULL, NULL), EXIT_DONE);
	assert_non_null(strstr(place->text, ": 3 rows; nothing was changed"));
	hash = strstr(place->text, "elsewhere: ");
	assert_non_null(hash);
	hash = strdup(hash + strlen("elsewhere: "));
	hash[64] = '\0';
	assert_int_equal(strspn(hash, "0123456789abcdef"), 64);
	assert_int_equal(run(place, "verify", "--noted", hash), EXIT_DONE);
	hash[0] = hash[0] == '0' ? '1' : '0';
	assert_int_equal(run(place, "verify", "--noted", hash), EXIT_FAULTS);
	assert_non_null(strstr(place->text, "no row has the hash that was noted"));
	free(hash);
}

static void a_changed_row_is_named(void **state)
{
	struct place *place = *state;

	tamper(place, "UPDATE record_read SET who = 'applicant' WHERE seq = 2");
	assert_int_equal(run(place, "verify", NULL, NULL), EXIT_FAULTS);
	assert_non_null(strstr(place->text, "row 2 changed after writing"));
	assert_null(strstr(place->text, "newest hash"));
}

static void removed_rows_are_counted_and_the_first_is_named(void **state)
{
	struct place *place = *state;

	tamper(place, "DELETE FROM record_read WHERE seq > 1");
	assert_int_equal(run(place, "verify", NULL, NULL), EXIT_FAULTS);
	assert_non_null(strstr(place->text, "2 rows removed, the first is row 2"));
}

static void a_list_tells_who_looked_at_one_person(void **state)
{
	struct place *place = *state;

	assert_int_equal(run(place, "list", "--id-number", APPLICANT), EXIT_DONE);
	assert_string_equal(
	        place->text,
	        "1\t2027-01-15 16:00:00 +0800\tapplicant\tcertificate exam\t来电咨询\n"
	        "3\t2027-01-16 16:00:00 +0800\toperator:王五\tcertificate exam\t来电咨询\n");
	assert_int_equal(run(place, "list", "--since", "2027-01-16"), EXIT_DONE);
	assert_null(strstr(place->text, "2027-01-15"));
	assert_non_null(strstr(place->text, "2027-01-16"));
}

static void a_changed_row_is_marked_in_the_list_and_stays_one_line(void **state)
{
	struct place *place = *state;

	tamper(place, "UPDATE record_read SET why = 'a' || char(10) || 'b' WHERE seq = 1");
	assert_int_equal(run(place, "list", "--id-number", APPLICANT), EXIT_DONE);
	assert_non_null(strstr(place->text, "\ta?b\tCHANGED\n3\t"));
}

int main(void)
{
#define WITH_AUDIT(test_) cmocka_unit_test_setup_teardown(test_, make_audit, remove_audit)
	const struct CMUnitTest tests[] = {
		WITH_AUDIT(a_sound_audit_tells_its_rows_and_newest_hash),
		WITH_AUDIT(a_changed_row_is_named),
		WITH_AUDIT(removed_rows_are_counted_and_the_first_is_named),
		WITH_AUDIT(a_list_tells_who_looked_at_one_person),
		WITH_AUDIT(a_changed_row_is_marked_in_the_list_and_stays_one_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

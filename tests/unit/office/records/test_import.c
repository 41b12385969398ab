#include "office/records/import.h"

#include "support.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

enum { LINE_SIZE = 512 };

#define HOLDER "419900198603120010"
#define ROUNDED                                                                                            \
	"a spreadsheet has rounded this number: mark the column, choose 设置单元格格式 > 数字 > " \
	"文本 in Excel or WPS, then bring the numbers in again from where they came: the lost "          \
	"digits are in no cell any more"

static void ask_file(const char *file, const char *sql, char *value, size_t size)
{
	sqlite3_stmt *statement;
	sqlite3 *db;

	assert_int_equal(sqlite3_open_v2(file, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &statement, NULL), SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	const char *text = (const char *)sqlite3_column_text(statement, 0);
	snprintf(value, size, "%s", text ? text : "NULL");
	sqlite3_finalize(statement);
	sqlite3_close(db);
}

static void expect(const char *file, const char *sql, const char *expected)
{
	char value[LINE_SIZE];

	ask_file(file, sql, value, sizeof(value));
	assert_string_equal(value, expected);
}

/* Imports the scratch folder into records.db in it. */
static enum status import(const struct scratch_folder *scratch, char file[PATH_SIZE],
                          struct faults *faults)
{
	struct record_import_counts counts;
	struct relations *relations = shipped_relations();
	struct faults *own = NULL;

	assert_int_equal(faults_create(&own), STATUS_OK);
	scratch_path(scratch, "records.db", file);
	const enum status status =
	        record_import(relations, scratch->folder, file, faults ? faults : own, &counts);
	faults_destroy(own);
	relations_release(relations);
	return status;
}

static void the_samples_have_no_fault_and_right_check_digits(void **state)
{
	struct record_import_counts counts;
	struct relations *relations = shipped_relations();
	struct faults *faults = NULL;
	struct scratch_folder scratch;
	struct stat about;
	char file[PATH_SIZE];

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	scratch_path(&scratch, "records.db", file);
	assert_int_equal(record_import(relations, SAMPLES, file, faults, &counts), STATUS_OK);
	relations_release(relations);
	assert_int_equal(faults_count(faults, FAULT_NOTE), 0);
	assert_int_equal(stat(file, &about), 0);
	assert_int_equal(about.st_mode & 0777, 0600);
	expect(file, "SELECT name FROM applicant WHERE applicant_id = '" HOLDER "'", "张安一");
	expect(file, "PRAGMA user_version", "2");
	faults_destroy(faults);
	scratch_remove(&scratch);
}

static void what_excel_saves_is_read(void **state)
{
	struct scratch_folder scratch;
	char file[PATH_SIZE];

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "exam.csv",
	              "\xef\xbb\xbftaken_on,applicant_id,kind\r\n"
	              "2023/5/6," HOLDER ",\"首次\r\n取证\"\r\n,,\r\n"
	              "," HOLDER ",继续教育\r\n");
	assert_int_equal(import(&scratch, file, NULL), STATUS_OK);
	expect(file, "SELECT taken_on FROM exam WHERE rowid = 1", "2023-05-06");
	expect(file, "SELECT kind FROM exam WHERE rowid = 1", "首次取证");
	expect(file, "SELECT taken_on FROM exam WHERE rowid = 2", "NULL");
	expect(file, "SELECT result FROM exam WHERE rowid = 2", "NULL");
	expect(file, "SELECT count(*) FROM exam", "2");
	scratch_remove(&scratch);
}

static void a_relation_without_a_file_has_no_table(void **state)
{
	struct scratch_folder scratch;
	char file[PATH_SIZE];

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "exam.csv", "applicant_id\n");
	assert_int_equal(import(&scratch, file, NULL), STATUS_OK);
	expect(file, "SELECT group_concat(name) FROM sqlite_schema WHERE type = 'table'", "exam");
	scratch_remove(&scratch);
}

static void write_faulty_files(const struct scratch_folder *scratch)
{
	scratch_write(scratch, "applicant.csv",
	              "applicant_id,name,blacklisted\n" HOLDER ",张安一,0\n" HOLDER ",张安一,0\n"
	              "4.199E+17,李管二,0\n"
	              ",王考三,也许\n");
	scratch_write(scratch, "exam.csv",
	              "applicant_id,taken_on,score,taken_on\n" HOLDER ",2023-05-06,1,2023-05-06\n");
	scratch_write(scratch, "company.csv", "name\n中原样例建筑有限公司\n");
	scratch_write(scratch, "constructor.csv",
	              "applicant_id,birth_date,id_number\n" HOLDER ",1986-02-30,\n" HOLDER ",\n"
	              "\"" HOLDER "\"x,,\n" HOLDER ",,4.199E+17\n");
	scratch_write(scratch, "exams.csv", "applicant_id\n");
	scratch_write(scratch, "qualification.csv", "applicant_id,kind\n" HOLDER ",\xb7\xbf\n");
}

static const char *const expected_faults[] = {
	"applicant.csv:3: applicant_id: this applicant has a row already",
	"applicant.csv:4: applicant_id: " ROUNDED,
	"applicant.csv:5: applicant_id: must be an ID number: digits, and a capital X where it "
	"ends "
	"with one",
	"applicant.csv:5: blacklisted: must be 0 or 1, or empty",
	"company.csv:1: applicant_id: the first row must name this column: the applicant's ID "
	"number",
	"constructor.csv:2: birth_date: must be a day such as 2026-11-23, or empty",
	"constructor.csv:3: the row has 2 cells, the header 3",
	"constructor.csv:4: a quotation mark stands where none may: a cell that holds one is put "
	"in "
	"quotes, and the mark is doubled",
	"constructor.csv:5: id_number: " ROUNDED,
	"exam.csv:1: column 3: there is no column \"score\" in this relation; there are "
	"applicant_id, "
	"kind, id_number, result, taken_on",
	"exam.csv:1: taken_on: the column is there twice",
	"exams.csv: there is no relation \"exams\"; there are applicant, certificate, exam, "
	"application, company, qualification, constructor; is exam meant?",
	"qualification.csv:2: not UTF-8; in Excel save it as \"CSV UTF-8\"",
};

static size_t files_in(const struct scratch_folder *scratch)
{
	struct file_list list;
	struct arena *arena = NULL;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(file_list(scratch->folder, arena, &list), STATUS_OK);
	arena_destroy(arena);
	return list.count;
}

static void every_bad_row_is_reported_in_one_run_and_nothing_is_written(void **state)
{
	const size_t count = sizeof(expected_faults) / sizeof(expected_faults[0]);
	char file[PATH_SIZE], line[LINE_SIZE];
	struct faults *faults = NULL;
	struct scratch_folder scratch;

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "applicant.csv", "applicant_id,name\n" HOLDER ",before\n");
	assert_int_equal(import(&scratch, file, NULL), STATUS_OK);
	write_faulty_files(&scratch);
	const size_t files = files_in(&scratch);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(import(&scratch, file, faults), STATUS_INVALID);
	for (size_t i = 0; i < count && i < faults_kept(faults); i++) {
		fault_format(faults_at(faults, i), line, sizeof(line));
		assert_memory_equal(line, scratch.folder, strlen(scratch.folder));
		assert_string_equal(line + strlen(scratch.folder) + 1, expected_faults[i]);
	}
	assert_int_equal(faults_kept(faults), count);
	expect(file, "SELECT name FROM applicant", "before");
	assert_int_equal(files_in(&scratch), files);
	faults_destroy(faults);
	scratch_remove(&scratch);
}

static void a_wrong_check_digit_is_a_warning_since_such_records_exist(void **state)
{
	struct faults *faults = NULL;
	struct scratch_folder scratch;
	char file[PATH_SIZE];

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "exam.csv", "applicant_id\n419900198603120011\n");
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(import(&scratch, file, faults), STATUS_OK);
	assert_int_equal(faults_count(faults, FAULT_WARNING), 1);
	faults_destroy(faults);
	scratch_remove(&scratch);
}

static void a_relation_may_be_named_after_another_one_and_the_key(void **state)
{
	static const char json[] =
	        "{\"relations\":{\"exam\":{\"label\":\"甲\",\"columns\":{\"a\":{\"label\":\"乙\"}}}"
	        ","
	        "\"exam_applicant_id\":{\"label\":\"丙\",\"columns\":{\"a\":{\"label\":\"乙\"}}}}}";
	struct record_import_counts counts;
	struct relations *relations = NULL;
	struct faults *faults = NULL;
	char file[PATH_SIZE];
	struct scratch_folder scratch;

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "exam.csv", "applicant_id,a\n" HOLDER ",x\n");
	scratch_write(&scratch, "exam_applicant_id.csv", "applicant_id,a\n" HOLDER ",y\n");
	assert_int_equal(relations_read(&relations, span_of(json), "r.json", NULL), STATUS_OK);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	scratch_path(&scratch, "records.db", file);
	assert_int_equal(record_import(relations, scratch.folder, file, faults, &counts),
	                 STATUS_OK);
	expect(file, "SELECT a FROM exam_applicant_id", "y");
	faults_destroy(faults);
	relations_release(relations);
	scratch_remove(&scratch);
}

/* A limit of the size of files stands in for the full disk. */
static void a_full_disk_leaves_nothing_behind(void **state)
{
	struct rlimit before, small;
	struct file_list left;
	struct faults *faults = NULL;
	struct arena *arena = NULL;
	struct scratch_folder scratch;
	char file[PATH_SIZE];
	struct buf text;

	(void)state;
	scratch_make(&scratch);
	buf_init(&text, 4 << 20);
	buf_append_text(&text, "applicant_id,kind\n");
	for (int i = 0; i < 40000; i++)
		buf_append_format(&text, "4199001986%08d,首次取证\n", i);
	scratch_write(&scratch, "exam.csv", buf_text(&text));
	buf_deinit(&text);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	small = before;
	small.rlim_cur = 64 << 10;
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	const enum status status = import(&scratch, file, faults);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(status, STATUS_IO);
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(file_list(scratch.folder, arena, &left), STATUS_OK);
	assert_int_equal(left.count, 1);
	arena_destroy(arena);
	faults_destroy(faults);
	scratch_remove(&scratch);
}

static void a_folder_without_any_relation_is_a_fault(void **state)
{
	struct scratch_folder scratch;
	char file[PATH_SIZE];

	(void)state;
	scratch_make(&scratch);
	assert_int_equal(import(&scratch, file, NULL), STATUS_INVALID);
	assert_int_equal(file_kind(file), FILE_NONE);
	scratch_remove(&scratch);
}

static void a_table_that_can_not_be_read_is_no_fault_of_the_database(void **state)
{
	char file[PATH_SIZE], path[PATH_SIZE], line[LINE_SIZE];
	struct faults *faults = NULL;
	struct scratch_folder scratch;

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "exams.csv", "applicant_id\n");
	assert_int_equal(mkdir(scratch_path(&scratch, "exam.csv", path), 0700), 0);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(import(&scratch, file, faults), STATUS_INVALID);
	assert_int_equal(faults_kept(faults), 2);
	fault_format(faults_at(faults, 0), line, sizeof(line));
	assert_memory_equal(line, path, strlen(path));
	faults_destroy(faults);
	rmdir(path);
	scratch_remove(&scratch);
}

static void a_table_without_a_header_does_not_bring_a_record_into_the_faults(void **state)
{
	char file[PATH_SIZE], line[LINE_SIZE];
	struct faults *faults = NULL;
	struct scratch_folder scratch;

	(void)state;
	scratch_make(&scratch);
	scratch_write(&scratch, "applicant.csv", HOLDER ",张安一,0\n" HOLDER ",张安一,0\n");
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(import(&scratch, file, faults), STATUS_INVALID);
	assert_int_not_equal(faults_kept(faults), 0);
	for (size_t i = 0; i < faults_kept(faults); i++) {
		fault_format(faults_at(faults, i), line, sizeof(line));
		assert_null(strstr(line, HOLDER));
		assert_null(strstr(line, "张安一"));
	}
	fault_format(faults_at(faults, 1), line, sizeof(line));
	assert_non_null(
	        strstr(line, "applicant.csv:1: column 2: the first row must name the columns"));
	faults_destroy(faults);
	scratch_remove(&scratch);
}

/* Imports these files, each a name and its text, and fills `lines` with what is reported. */
static size_t import_files(struct scratch_folder *scratch, const char *const files[][2],
                           size_t count, enum status expected, char lines[][LINE_SIZE], size_t most)
{
	struct faults *faults = NULL;
	char file[PATH_SIZE];

	scratch_make(scratch);
	for (size_t i = 0; i < count; i++)
		scratch_write(scratch, files[i][0], files[i][1]);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(import(scratch, file, faults), expected);
	const size_t kept = faults_kept(faults);
	for (size_t i = 0; i < kept && i < most; i++) {
		char line[LINE_SIZE];

		fault_format(faults_at(faults, i), line, sizeof(line));
		assert_memory_equal(line, scratch->folder, strlen(scratch->folder));
		snprintf(lines[i], LINE_SIZE, "%s", line + strlen(scratch->folder));
	}
	faults_destroy(faults);
	return kept;
}

static void a_word_that_no_rule_knows_is_a_warning_and_stored_as_unknown(void **state)
{
	static const char *const files[][2] = {
		{ "exam.csv",
		  "applicant_id,kind,result\n" HOLDER ",首次,及格\n" HOLDER ",继续教育,作弊\n" },
	};
	char lines[2][LINE_SIZE], file[PATH_SIZE];
	struct scratch_folder scratch;

	(void)state;
	assert_int_equal(import_files(&scratch, files, 1, STATUS_OK, lines, 2), 1);
	assert_string_equal(lines[0], "/exam.csv:3: warning: result: 作弊 is none of 合格, 不合格: "
	                              "stored as unknown; say in relations.json what it stands "
	                              "for");
	scratch_path(&scratch, "records.db", file);
	expect(file, "SELECT kind || result FROM exam WHERE rowid = 1", "首次取证合格");
	expect(file, "SELECT result FROM exam WHERE rowid = 2", "NULL");
	scratch_remove(&scratch);
}

static void empty_cells_of_a_column_with_words_are_told_once_with_the_first_line(void **state)
{
	static const char *const files[][2] = {
		{ "exam.csv",
		  "applicant_id,kind,result,taken_on\n" HOLDER ",首次取证,合格,\n" HOLDER
		  ",首次取证,,2026-05-01\n" HOLDER ",继续教育,  ,\n" },
	};
	char lines[2][LINE_SIZE], file[PATH_SIZE];
	struct scratch_folder scratch;

	(void)state;
	assert_int_equal(import_files(&scratch, files, 1, STATUS_OK, lines, 2), 1);
	assert_string_equal(lines[0],
	                    "/exam.csv:3: warning: result: empty cells: 2, the first here; "
	                    "stored as unknown");
	scratch_path(&scratch, "records.db", file);
	expect(file, "SELECT result FROM exam WHERE rowid = 2", "NULL");
	expect(file, "SELECT result FROM exam WHERE rowid = 3", "NULL");
	scratch_remove(&scratch);
}

/* A register of a hundred thousand rows must not bury what else is wrong. */
static void odd_words_of_one_column_are_named_twenty_times_and_then_counted(void **state)
{
	char lines[22][LINE_SIZE];
	struct scratch_folder scratch;
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 16);
	buf_append_text(&text, "applicant_id,result\n");
	for (int i = 0; i < 25; i++)
		buf_append_text(&text, HOLDER ",作弊\n");
	const char *const files[][2] = { { "exam.csv", buf_text(&text) } };
	assert_int_equal(import_files(&scratch, files, 1, STATUS_OK, lines, 22), 21);
	assert_non_null(strstr(lines[19], "/exam.csv:21: warning: result: 作弊 is none of"));
	assert_string_equal(lines[20], "/exam.csv: warning: result: 5 more values are doubtful");
	buf_deinit(&text);
	scratch_remove(&scratch);
}

/* What Excel, WPS and their likes leave of 419900198603120010 in a cell of numbers. */
static void a_rounded_number_is_refused_in_every_form(void **state)
{
	static const char *const forms[] = { "4.19900198603120E+17",
		                             "4.2E+17",
		                             "4.2e+17",
		                             "419900198603120000.00",
		                             "419900198603120000.0",
		                             "\"419,900,198,603,120,000\"" };

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char text[LINE_SIZE], lines[1][LINE_SIZE];
		struct scratch_folder scratch;

		snprintf(text, sizeof(text), "applicant_id,id_number\n" HOLDER ",%s\n", forms[i]);
		const char *const files[][2] = { { "exam.csv", text } };
		assert_int_equal(import_files(&scratch, files, 1, STATUS_INVALID, lines, 1), 1);
		assert_string_equal(lines[0], "/exam.csv:2: id_number: " ROUNDED);
		scratch_remove(&scratch);
	}
}

/* A column of numbers keeps 15 digits; with three zeros behind, the check digit fails. */
static void a_column_of_numbers_that_end_in_zeros_is_refused(void **state)
{
	static const char *const files[][2] = {
		{ "exam.csv", "applicant_id,id_number\n" HOLDER ",419900198603120000\n" HOLDER
		              ",419900199007250024\n" HOLDER ",419900198801190000\n" },
		{ "certificate.csv",
		  "applicant_id,number\n419900198603120000,\n419900198801190000,\n" },
	};
	char lines[8][LINE_SIZE];
	struct scratch_folder scratch;

	(void)state;
	const size_t count = import_files(&scratch, files, 2, STATUS_INVALID, lines, 8);
	assert_int_equal(count, 4);
	assert_non_null(
	        strstr(lines[0], "/certificate.csv:2: warning: applicant_id: no ID number"));
	assert_non_null(strstr(lines[2], "/certificate.csv:2: applicant_id: a spreadsheet has "
	                                 "rounded these numbers: 2 of 2 end in zeros; mark the "
	                                 "column, choose 设置单元格格式 > 数字 > 文本"));
	assert_non_null(strstr(lines[3], "/exam.csv:2: id_number: a spreadsheet has rounded these "
	                                 "numbers: 2 of 3 end in zeros"));
	scratch_remove(&scratch);
}

/* More rows than faults are kept. */
static void what_is_wrong_with_every_row_does_not_bury_what_it_comes_from(void **state)
{
	char lines[23][LINE_SIZE];
	struct scratch_folder scratch;
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_append_text(&text, "applicant_id\n");
	for (int i = 0; i < 3000; i++)
		buf_append_format(&text, "4199001986%02d%02d0000\n", i % 12 + 1, i % 28 + 1);
	const char *const files[][2] = { { "exam.csv", buf_text(&text) } };
	const size_t count = import_files(&scratch, files, 1, STATUS_INVALID, lines, 23);
	assert_true(count <= 23);
	assert_non_null(strstr(lines[count - 1], "a spreadsheet has rounded these numbers"));
	buf_deinit(&text);
	scratch_remove(&scratch);
}

/* A wrong number of one person, among right ones, is what the records are to show. */
static void one_number_that_ends_in_zeros_is_somebodys_wrong_one(void **state)
{
	static const char *const files[][2] = {
		{ "exam.csv", "applicant_id,id_number\n" HOLDER ",419900198603120000\n" HOLDER
		              ",419900199007250024\n" HOLDER ",419900860312001\n" },
	};
	char lines[1][LINE_SIZE];
	struct scratch_folder scratch;

	(void)state;
	assert_int_equal(import_files(&scratch, files, 1, STATUS_OK, lines, 1), 0);
	scratch_remove(&scratch);
}

#define THREE_HOLDERS HOLDER "\n419900199007250024\n419900198801190044\n"

static void a_relation_whose_people_no_other_file_knows_is_pointed_out(void **state)
{
	static const char *const files[][2] = {
		{ "applicant.csv", "applicant_id\n" THREE_HOLDERS "419900198309300053\n" },
		{ "exam.csv",
		  "applicant_id\n419900199009090167\n419900198702280078\n" HOLDER "\n" },
	};
	char lines[8][LINE_SIZE];
	struct scratch_folder scratch;
	size_t found = 0;

	(void)state;
	const size_t count = import_files(&scratch, files, 2, STATUS_OK, lines, 8);
	for (size_t i = 0; i < count && i < 8; i++)
		found +=
		        strcmp(lines[i], ": warning: exam: 2 of its 3 applicants stand in no other "
		                         "file: is applicant_id the number under which they sign "
		                         "in, with all its digits?") == 0;
	assert_int_equal(found, 1);
	for (size_t i = 0; i < count && i < 8; i++)
		assert_null(strstr(lines[i], "applicant: "));
	scratch_remove(&scratch);
}

/* Most people of a register have no exam this year. */
static void the_largest_relation_may_have_people_of_its_own(void **state)
{
	static const char *const files[][2] = {
		{ "applicant.csv", "applicant_id\n" THREE_HOLDERS },
		{ "exam.csv", "applicant_id\n" HOLDER "\n" },
	};
	char lines[1][LINE_SIZE];
	struct scratch_folder scratch;

	(void)state;
	assert_int_equal(import_files(&scratch, files, 2, STATUS_OK, lines, 1), 0);
	scratch_remove(&scratch);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_samples_have_no_fault_and_right_check_digits),
		cmocka_unit_test(what_excel_saves_is_read),
		cmocka_unit_test(a_relation_without_a_file_has_no_table),
		cmocka_unit_test(every_bad_row_is_reported_in_one_run_and_nothing_is_written),
		cmocka_unit_test(a_wrong_check_digit_is_a_warning_since_such_records_exist),
		cmocka_unit_test(a_relation_may_be_named_after_another_one_and_the_key),
		cmocka_unit_test(a_full_disk_leaves_nothing_behind),
		cmocka_unit_test(a_folder_without_any_relation_is_a_fault),
		cmocka_unit_test(a_table_that_can_not_be_read_is_no_fault_of_the_database),
		cmocka_unit_test(a_word_that_no_rule_knows_is_a_warning_and_stored_as_unknown),
		cmocka_unit_test(
		        empty_cells_of_a_column_with_words_are_told_once_with_the_first_line),
		cmocka_unit_test(odd_words_of_one_column_are_named_twenty_times_and_then_counted),
		cmocka_unit_test(a_rounded_number_is_refused_in_every_form),
		cmocka_unit_test(a_column_of_numbers_that_end_in_zeros_is_refused),
		cmocka_unit_test(what_is_wrong_with_every_row_does_not_bury_what_it_comes_from),
		cmocka_unit_test(one_number_that_ends_in_zeros_is_somebodys_wrong_one),
		cmocka_unit_test(a_relation_whose_people_no_other_file_knows_is_pointed_out),
		cmocka_unit_test(the_largest_relation_may_have_people_of_its_own),
		cmocka_unit_test(a_table_without_a_header_does_not_bring_a_record_into_the_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

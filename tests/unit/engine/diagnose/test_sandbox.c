#include "support.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "engine/diagnose/sandbox.h"

static const char facts_json[] =
        "{\"applicant\":[{\"id_number\":\"11010519491231002X\",\"name\":\"张三\",\"blacklisted\":0}"
        "],"
        "\"exam\":[{\"kind\":\"首次取证\",\"result\":\"合格\",\"taken_on\":\"2024-02-29\"},"
        "{\"kind\":\"继续教育\",\"result\":null,\"taken_on\":\"2025-01-31\"}],"
        "\"application\":[],\"said\":[{\"fact\":\"popup\",\"value\":\"no\"}]}";

static int open_sandbox(void **state)
{
	static struct sandbox *sandbox;
	const struct clock clock = clock_system();
	struct facts *facts = facts_of(facts_json);
	assert_int_equal(sandbox_create(&clock, facts_relations(facts), &sandbox), STATUS_OK);
	assert_int_equal(sandbox_load(sandbox, facts, facts, "2026-11-25"), STATUS_OK);
	facts_destroy(facts);
	*state = sandbox;
	return 0;
}

static int close_sandbox(void **state)
{
	sandbox_destroy(*state);
	return 0;
}

/* "NULL", the number, or the text in quotes; "!" and the problem where it fails. Static. */
static const char *shown(enum status status, const struct value *value, const char *problem)
{
	static char text[SANDBOX_PROBLEM_SIZE + 2];
	if (status != STATUS_OK)
		snprintf(text, sizeof(text), "!%s", problem);
	else if (value->kind == VALUE_NULL)
		snprintf(text, sizeof(text), "NULL");
	else if (value->kind == VALUE_NUMBER)
		snprintf(text, sizeof(text), "%lld", (long long)value->number);
	else
		snprintf(text, sizeof(text), "'%s'", value->text);
	return text;
}

/* The verdict of a query, "no row" where it found none. */
static const char *verdict_of(struct sandbox *sandbox, const char *sql)
{
	char problem[SANDBOX_PROBLEM_SIZE];
	struct query *query = NULL;
	struct arena *arena = NULL;
	struct row row = { .found = false };
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	enum status status = sandbox_compile_query(sandbox, sql, problem, &query);
	if (status == STATUS_OK)
		status = query_run(query, arena, &row, problem);
	const char *text =
	        status == STATUS_OK && !row.found ? "no row" : shown(status, &row.verdict, problem);
	query_destroy(query);
	arena_destroy(arena);
	return text;
}

/* The value of an expression over the facts. */
static const char *value_of(struct sandbox *sandbox, const char *sql)
{
	static char query[2 * EXPRESSION_BYTES_MOST];
	snprintf(query, sizeof(query), "SELECT (%s\n) AS verdict", sql);
	return verdict_of(sandbox, query);
}

/* The value of a sentence over the row that a query found. */
static const char *sentence_of(struct sandbox *sandbox, const char *sql, const char *sentence)
{
	char problem[SANDBOX_PROBLEM_SIZE];
	struct query *query = NULL;
	struct expression *expression = NULL;
	struct arena *arena = NULL;
	struct row row;
	struct value value = { .kind = VALUE_NULL };
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(sandbox_compile_query(sandbox, sql, problem, &query), STATUS_OK);
	assert_int_equal(query_run(query, arena, &row, problem), STATUS_OK);
	assert_true(row.found);
	enum status status = sandbox_compile_expression(sandbox, sentence, query_columns(query),
	                                                problem, &expression);
	if (status == STATUS_OK)
		status = expression_evaluate(expression, &row, arena, &value, problem);
	const char *text = shown(status, &value, problem);
	expression_destroy(expression);
	query_destroy(query);
	arena_destroy(arena);
	return text;
}

static void a_condition_on_rows_is_true_false_or_unknown(void **state)
{
	/* One row passed; the result of the other is not known. */
	assert_string_equal(value_of(*state, "(SELECT some(result = '合格') FROM exam)"), "1");
	assert_string_equal(value_of(*state, "(SELECT some(result = '不合格') FROM exam)"), "NULL");
	assert_string_equal(value_of(*state, "(SELECT some(kind = '其他') FROM exam)"), "0");
}

/* SQL's three-valued OR over the rows, as the standard's <existential> ANY is defined. */
static void some_is_the_or_of_its_rows(void **state)
{
	static const struct {
		const char *rows, *expected;
	} truths[] = {
		{ "SELECT 1 AS c WHERE 0", "0" },
		{ "SELECT 0 AS c", "0" },
		{ "SELECT NULL AS c", "NULL" },
		{ "SELECT 1 AS c", "1" },
		{ "SELECT 0 AS c UNION ALL SELECT NULL", "NULL" },
		{ "SELECT NULL AS c UNION ALL SELECT 1", "1" },
		{ "SELECT 1 AS c UNION ALL SELECT 0 UNION ALL SELECT NULL", "1" },
		{ "SELECT 0 AS c UNION ALL SELECT 0", "0" },
		{ "SELECT 2 AS c", "1" },
		{ "SELECT 'no number' AS c", "0" },
	};
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++) {
		char sql[256];
		snprintf(sql, sizeof(sql), "SELECT some(c) FROM (%s)", truths[i].rows);
		assert_string_equal(value_of(*state, sql), truths[i].expected);
	}
}

static void what_was_known_is_forgotten_by_the_next_load(void **state)
{
	static const char passed[] = "(SELECT some(result = '合格') FROM exam)";
	assert_string_equal(value_of(*state, passed), "1");
	assert_int_equal(sandbox_load(*state, NULL, NULL, "2026-11-23"), STATUS_OK);
	assert_string_equal(value_of(*state, passed), "NULL");
	assert_int_equal(sandbox_suppose(*state, "expired", "yes"), STATUS_OK);
	assert_int_equal(sandbox_load(*state, NULL, NULL, "2026-11-23"), STATUS_OK);
	assert_string_equal(value_of(*state, "said('expired')"), "NULL");
	assert_string_equal(value_of(*state, "(SELECT some(value = 'yes') FROM said)"), "NULL");
}

/* SQLite takes the whole transaction back where its memory runs out. */
static void what_a_failed_load_left_is_forgotten_by_the_next_one(void **state)
{
	static const char passed[] = "(SELECT some(result = '合格') FROM exam)";
	static char json[128 << 10];
	char matter[901];
	memset(matter, 'x', sizeof(matter) - 1);
	matter[sizeof(matter) - 1] = '\0';
	size_t len = (size_t)snprintf(json, sizeof(json), "{\"application\":[");
	for (int i = 0; i < 100; i++)
		len += (size_t)snprintf(json + len, sizeof(json) - len, "%s{\"matter\":\"%s\"}",
		                        i ? "," : "", matter);
	snprintf(json + len, sizeof(json) - len, "]}");
	struct facts *facts = facts_of(json);
	assert_string_equal(value_of(*state, passed), "1");
	const sqlite3_int64 limit = sqlite3_hard_heap_limit64(sqlite3_memory_used() + (48 << 10));
	const enum status status = sandbox_load(*state, facts, NULL, "2026-11-23");
	sqlite3_hard_heap_limit64(limit);
	facts_destroy(facts);
	assert_int_equal(status, STATUS_NO_MEMORY);
	assert_int_equal(sandbox_load(*state, NULL, NULL, "2026-11-23"), STATUS_OK);
	assert_string_equal(value_of(*state, passed), "NULL");
}

static void an_absent_relation_is_unknown_and_an_empty_one_is_not(void **state)
{
	assert_string_equal(value_of(*state, "(SELECT some(status = '有效') FROM certificate)"),
	                    "NULL");
	assert_string_equal(value_of(*state, "(SELECT some(status = '在办') FROM application)"),
	                    "0");
}

/* Civil code, article 202: where the month has no such day, the period ends with its last day. */
static void years_are_counted_by_the_calendar(void **state)
{
	assert_string_equal(value_of(*state, "years_after('2023-05-06', 2)"), "'2025-05-06'");
	assert_string_equal(value_of(*state, "years_after('2024-02-29', 2)"), "'2026-03-01'");
	assert_string_equal(value_of(*state, "years_after('2024-02-29', 4)"), "'2028-02-29'");
	assert_string_equal(value_of(*state, "years_after('2026-02-30', 1)"), "NULL");
	assert_string_equal(value_of(*state, "years_after(NULL, 1)"), "NULL");
	assert_string_equal(value_of(*state, "years_after('9999-01-01', 1)"), "NULL");
	assert_string_equal(value_of(*state, "years_after('2020-01-01', 9223372036854775807)"),
	                    "NULL");
	assert_string_equal(value_of(*state, "years_after('2020-01-01', -9223372036854775807 - 1)"),
	                    "NULL");
}

static void days_are_counted_over_leap_days_and_centuries(void **state)
{
	assert_string_equal(value_of(*state, "days_between('2024-02-28', '2024-03-01')"), "2");
	assert_string_equal(value_of(*state, "days_between('1900-02-28', '1900-03-01')"), "1");
	assert_string_equal(value_of(*state, "days_between('2000-01-01', '2001-01-01')"), "366");
	assert_string_equal(value_of(*state, "days_between('2026-03-01', '2026-02-28')"), "-1");
	assert_string_equal(value_of(*state, "today()"), "'2026-11-25'");
}

/* The examples of GB 11643-1999 and of its predecessor. */
static void id_numbers_are_checked(void **state)
{
	assert_string_equal(value_of(*state, "id_valid('11010519491231002X')"), "1");
	assert_string_equal(value_of(*state, "id_valid('11010519491231002x')"), "1");
	assert_string_equal(value_of(*state, "id_valid('110105194912310021')"), "0");
	assert_string_equal(value_of(*state, "id_valid('110105491231002')"), "1");
	assert_string_equal(value_of(*state, "id_valid('110105491331002')"), "0"); /* no month 13 */
	assert_string_equal(value_of(*state, "id_valid('１１０１０５ 19491231 002Ｘ')"), "1");
	assert_string_equal(value_of(*state, "id_old('110105491231002')"), "1");
	assert_string_equal(value_of(*state, "id_old('11010519491231002X')"), "0");
	assert_string_equal(value_of(*state, "id_valid(' 11010519491231002X\u3000')"), "1");
	assert_string_equal(value_of(*state, "id_old('\t110105491231002 ')"), "1");
	/* What hides the number, or is none, does not tell that it is wrong. */
	assert_string_equal(value_of(*state, "id_valid('1101**********002X')"), "NULL");
	assert_string_equal(value_of(*state, "id_old('1101**********002X')"), "NULL");
	assert_string_equal(value_of(*state, "person('1101＊＊＊＊002X')"), "NULL");
	assert_string_equal(value_of(*state, "same_code('91410000********6X', 'MA9L1A2C6')"),
	                    "NULL");
	assert_string_equal(value_of(*state, "id_valid('待补')"), "NULL");
	assert_string_equal(value_of(*state, "id_valid(NULL)"), "NULL");
}

/* What hides a part of a number, whatever the sign, tells neither that it is wrong nor whose it is.
 */
static void a_number_of_which_a_part_is_hidden_is_unknown(void **state)
{
	static const char *const ids[] = {
		"419900XXXXXXXX1018",
		"419900xxxxxxxx1018",
		"419900########1018",
		"419900＃＃＃＃1018",
		"419900□□□□1018",
		"419900○○○○1018",
		"419900----1018",
		"419900....1018",
		"419900…1018",
		"419900____1018",
		"尾号1018",
		"后四位1018",
		"1018",
		"1018结尾",
		"419900??????1018",
	};
	static const char *const codes[] = {
		"9141990XXXXXXXXX0N", "9141990####0N", "9141990----0N",
		"9141990…0N",         "尾号1000N",     "A1000N",
	};
	char sql[200];
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
		static const char *const calls[] = { "id_valid", "id_old", "person" };
		for (size_t k = 0; k < 3; k++) {
			snprintf(sql, sizeof(sql), "%s('%s')", calls[k], ids[i]);
			if (strcmp(value_of(*state, sql), "NULL") != 0)
				fail_msg("%s is known", sql);
		}
	}
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		snprintf(sql, sizeof(sql), "same_code('91419900MA9X1A2B9Q', '%s')", codes[i]);
		if (strcmp(value_of(*state, sql), "NULL") != 0)
			fail_msg("%s is known", sql);
	}
	/* An X inside, or a word beside it, is no number that can be checked. */
	assert_string_equal(value_of(*state, "id_valid('1101051949X231002X')"), "NULL");
	assert_string_equal(value_of(*state, "id_valid('身份证110105194912310021')"), "NULL");
	/* Wrong: a digit too few, too many, a letter for a digit, a wrong check digit. */
	assert_string_equal(value_of(*state, "id_valid('1101051949123102X')"), "0");
	assert_string_equal(value_of(*state, "id_valid('1101051949123100021')"), "0");
	assert_string_equal(value_of(*state, "id_valid('11O10519491231002X')"), "0");
	assert_string_equal(value_of(*state, "id_valid('110105-19491231-0021')"), "0");
	/* Codes: full ones, and an old one by itself. */
	assert_string_equal(value_of(*state, "same_code('91419900MA9X1A2B9Q', 'MA9X1A2B-9')"), "1");
	assert_string_equal(value_of(*state, "same_code('91419900MA9X1A2B9Q', 'MA9X1A2C-9')"), "0");
	assert_string_equal(
	        value_of(*state, "same_code('91419900MA9X1A2B9Q', '91419900MA9X1A2B9P')"), "0");
}

static void numbers_are_masked_in_sentences(void **state)
{
	assert_null(strstr(value_of(*state, "masked('11010519491231002X')"), "19491231"));
	assert_null(strstr(value_of(*state, "masked('110105491231002')"), "491231"));
	assert_string_equal(value_of(*state, "masked('1234567')"), "'****'");
}

static void names_and_numbers_are_compared_plainly(void **state)
{
	static const struct {
		const char *text, *plain;
	} forms[] = {
		{ "河南云溪（集团）有限公司", "'河南云溪(集团)有限公司'" },
		{ "河南云溪 (集团)有限公司", "'河南云溪(集团)有限公司'" },
		{ "河南云溪【集团】有限公司\u3000", "'河南云溪(集团)有限公司'" },
		{ "河南云溪〔集团〕有限\u200b公司", "'河南云溪(集团)有限公司'" },
		{ "９１４１９９００ma9x1a2b9q", "'91419900MA9X1A2B9Q'" },
		{ "", "''" },
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		char sql[256];
		snprintf(sql, sizeof(sql), "plain('%s')", forms[i].text);
		assert_string_equal(value_of(*state, sql), forms[i].plain);
	}
	assert_string_equal(value_of(*state, "plain(NULL)"), "NULL");
}

/* The examples of GB 11643-1999: the same person's number before and after. */
static void the_old_and_the_new_number_of_one_person_are_one(void **state)
{
	assert_string_equal(value_of(*state, "person('110105491231002')"), "'11010519491231002X'");
	assert_string_equal(value_of(*state, "person('１１０１０５ 491231 002')"),
	                    "'11010519491231002X'");
	assert_string_equal(value_of(*state, "person('11010519491231002x')"),
	                    "'11010519491231002X'");
	assert_string_equal(value_of(*state, "person('110105194912310021')"),
	                    "'110105194912310021'");
	assert_string_equal(value_of(*state, "person('护照 e1')"), "'护照E1'");
	assert_string_equal(value_of(*state, "person(NULL)"), "NULL");
}

static void a_query_gives_the_row_that_decides(void **state)
{
	/* 继续教育 2025-01-31 has no result: it may have failed. */
	static const char failed[] = "SELECT result = '不合格' AS verdict, kind FROM exam "
	                             "ORDER BY first_true(verdict) LIMIT 1";
	static const char passed[] = "SELECT result = '合格' AS verdict, kind FROM exam "
	                             "ORDER BY first_true(verdict) LIMIT 1";
	static const char all_passed[] = "SELECT result = '合格' AS verdict, kind FROM exam "
	                                 "ORDER BY first_false(verdict) LIMIT 1";
	assert_string_equal(verdict_of(*state, failed), "NULL");
	assert_string_equal(sentence_of(*state, failed, "'您的' || kind"), "'您的继续教育'");
	assert_string_equal(verdict_of(*state, passed), "1");
	assert_string_equal(sentence_of(*state, passed, "'您的' || kind"), "'您的首次取证'");
	assert_string_equal(verdict_of(*state, all_passed), "NULL");
	assert_string_equal(verdict_of(*state, "SELECT 1 AS verdict FROM application"), "no row");
	/* Absent is not empty: one row of NULLs stands for the unknown. */
	assert_string_equal(
	        verdict_of(*state, "SELECT status = '有效' AS verdict FROM certificate"), "NULL");
}

static void a_query_that_gives_two_rows_fails(void **state)
{
	assert_string_equal(verdict_of(*state, "SELECT 1 AS verdict FROM exam"),
	                    "!gives more than one row: end it in ORDER BY ... LIMIT 1");
}

static void a_query_needs_a_verdict_and_names(void **state)
{
	assert_string_equal(verdict_of(*state, "SELECT kind FROM exam LIMIT 1"),
	                    "!gives no verdict: write SELECT condition AS verdict, ...");
	assert_non_null(
	        strstr(verdict_of(*state, "SELECT 1 AS verdict, kind || '' FROM exam LIMIT 1"),
	               "a column without a name"));
	assert_non_null(strstr(verdict_of(*state, "SELECT 1 AS verdict, 2 AS \"a\"\"b\""),
	                       "a column without a name"));
}

static void a_sentence_sees_nothing_but_the_row(void **state)
{
	static const char query[] = "SELECT 1 AS verdict, name FROM applicant";
	assert_string_equal(sentence_of(*state, query, "name || '，您好'"), "'张三，您好'");
	assert_string_equal(sentence_of(*state, query, "(SELECT max(kind) FROM exam)"),
	                    "!SQLite says: access to exam.kind is prohibited; a sentence speaks of "
	                    "the row that "
	                    "decided; the pick gives verdict, name");
	assert_non_null(strstr(sentence_of(*state, query, "(SELECT count(*) FROM exam)"), "!"));
	assert_non_null(strstr(sentence_of(*state, query, "said('popup')"),
	                       "the pick gives verdict, name"));
	assert_non_null(strstr(sentence_of(*state, query, "kind"), "the pick gives verdict, name"));
	assert_non_null(strstr(sentence_of(*state, query, "?1"), "!must not have parameters"));
	assert_non_null(strstr(sentence_of(*state, query, "@a"), "!must not have parameters"));
}

static void what_is_masked_is_cut_between_characters(void **state)
{
	assert_string_equal(value_of(*state, "masked('河南云溪建筑工程公司')"),
	                    "'河南云溪****公司'");
	assert_string_equal(value_of(*state, "masked('河南云溪建筑工程')"), "'****'");
}

static void what_was_said_is_read_and_can_be_supposed(void **state)
{
	struct sandbox *sandbox = *state;
	assert_string_equal(value_of(sandbox, "said('popup')"), "'no'");
	assert_string_equal(value_of(sandbox, "said('other')"), "NULL");
	assert_int_equal(sandbox_suppose(sandbox, "other", "yes"), STATUS_OK);
	assert_string_equal(value_of(sandbox, "said('other')"), "'yes'");
	assert_string_equal(value_of(sandbox, "(SELECT value FROM said WHERE fact = 'other')"),
	                    "'yes'");
	assert_int_equal(sandbox_forget(sandbox), STATUS_OK);
	assert_string_equal(value_of(sandbox, "said('other')"), "NULL");
	assert_string_equal(value_of(sandbox, "(SELECT count(*) FROM said)"), "1");
}

static void a_fault_is_told_in_sqlites_words(void **state)
{
	assert_string_equal(
	        value_of(*state, "(SELECT socre FROM exam)"),
	        "!SQLite says: no such column: socre; exam has kind, id_number, result, taken_on");
	assert_non_null(strstr(value_of(*state, "1 +"), "!"));
}

/* Each is refused, fails, or yields a value; none changes anything or takes long. */
static const char *const hostile[] = {
	"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n)",
	"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i FROM n) SELECT count(*) FROM n)",
	("(WITH RECURSIVE n(s) AS (SELECT 'a' UNION ALL SELECT s || s FROM n) SELECT "
	 "length(max(s)) "
	 "FROM n)"),
	("(WITH a AS (SELECT 1 x UNION ALL SELECT 2) SELECT count(*) FROM a a1, a a2, a a3, a a4, "
	 "a "
	 "a5, a a6)"),
	"zeroblob(1000000000)",
	"hex(zeroblob(100000000))",
	"randomblob(1000000000)",
	"random()",
	"replace(hex(randomblob(1000000)), '0', 'aaaaaaaaaaaaaaaa')",
	"printf('%.*c', 1000000000, 'x')",
	"format('%1000000000d', 1)",
	"printf('%s', name)",
	"char(0, 0, 0)",
	"quote(zeroblob(1000000))",
	"unicode('x')",
	"soundex('x')",
	"load_extension('/tmp/evil.so')",
	"load_extension('libm.so.6', 'sqlite3_extension_init')",
	"readfile('/etc/passwd')",
	"writefile('/tmp/dayi-hostile', 'x')",
	"edit('x')",
	"fts3_tokenizer('simple')",
	"fts5(1)",
	"sqlite_version()",
	"sqlite_source_id()",
	"sqlite_compileoption_get(1)",
	"last_insert_rowid()",
	"changes()",
	"total_changes()",
	"sqlite_offset(name)",
	"date('now')",
	"datetime('now')",
	"strftime('%s', 'now')",
	"julianday('now')",
	"time()",
	"CURRENT_TIMESTAMP",
	"CURRENT_DATE",
	"unixepoch()",
	"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' LIKE '%a%a%a%a%a%a%a%a%a%a%a%a%a%b'",
	"'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' GLOB '*a*a*a*a*a*a*a*a*a*a*a*a*a*b'",
	"'a' REGEXP '(a+)+$'",
	"'a' MATCH 'a'",
	"like('%a%a%b', 'aaaa')",
	"glob('*a*b', 'aaaa')",
	"1; DROP TABLE exam",
	"1); DROP TABLE exam; --",
	"1) ; DELETE FROM exam; SELECT (1",
	"1;",
	"1; ATTACH '/tmp/dayi-hostile' AS x",
	"1); ATTACH ':memory:' AS x; SELECT (1",
	"1); PRAGMA writable_schema = 1; SELECT (1",
	"1); VACUUM INTO '/tmp/dayi-hostile'; SELECT (1",
	"1), (2",
	"1, 2",
	"(SELECT 1, 2)",
	"*",
	"(SELECT * FROM exam)",
	"?1",
	":name",
	"@name",
	"$name",
	"(INSERT INTO exam VALUES (1))",
	"(DELETE FROM exam RETURNING 1)",
	"(UPDATE exam SET kind = 1)",
	"(ATTACH 'x' AS y)",
	"(PRAGMA user_version)",
	"(SELECT user_version FROM pragma_user_version)",
	"(SELECT sql FROM sqlite_master)",
	"(SELECT name FROM sqlite_schema)",
	"(SELECT 1 FROM sqlite_temp_master)",
	"(SELECT name FROM pragma_table_info('exam'))",
	"(SELECT file FROM pragma_database_list)",
	"(SELECT name FROM pragma_function_list LIMIT 1)",
	"(SELECT value FROM json_each('[1,2]'))",
	"json_group_array(1)",
	"json('[')",
	"json_extract('{}', '$')",
	"(SELECT max(value) FROM generate_series(1, 1000000000))",
	"(SELECT 1 FROM dbstat)",
	"(SELECT 1 FROM sqlite_stmt)",
	"(SELECT 1 FROM bytecode('SELECT 1'))",
	"(SELECT 1 FROM nowhere)",
	("(SELECT count(*) FROM exam a, exam b, exam c, exam d, exam e, exam f, exam g, exam h, "
	 "exam i, exam j, exam k, exam l, exam m, exam n, exam o, exam p, exam q, exam r, exam s, "
	 "exam t, exam u, exam v, exam w, exam x, exam y, exam z)"),
	("(SELECT count(*) FROM exam a, exam b, exam c, exam d, exam e, exam f, exam g, exam h, "
	 "exam i, exam j, exam k, exam l, exam m, exam n, exam o, exam p, exam q, exam r, exam s, "
	 "exam t WHERE a.kind || b.kind || c.kind || d.kind = 'x')"),
	("(SELECT group_concat(a.kind || b.kind || c.kind || d.kind || e.kind || f.kind || g.kind "
	 "|| h.kind || i.kind || j.kind) FROM exam a, exam b, exam c, exam d, exam e, exam f, exam "
	 "g, exam h, exam i, exam j)"),
	("(SELECT max(length(replace(replace(replace(replace(a.kind, '', 'x'), '首', "
	 "'首首首首首首首首首'), '首', '首首首首首首首首首'), '首', '首首首首首首首首首'))) FROM "
	 "exam a)"),
	"(SELECT sum(9223372036854775807) FROM exam a, exam b)",
	"abs(-9223372036854775807 - 1)",
	("(SELECT DISTINCT a.kind || b.kind || c.kind || d.kind || e.kind || f.kind FROM exam a, "
	 "exam b, exam c, exam d, exam e, exam f, exam g, exam h, exam i, exam j, exam k, exam l, "
	 "exam m, exam n, exam o, exam p ORDER BY 1 DESC LIMIT 1)"),
	("(SELECT a.kind FROM exam a, exam b, exam c, exam d, exam e, exam f, exam g, exam h, exam "
	 "i, exam j, exam k, exam l, exam m, exam n, exam o, exam p, exam q, exam r GROUP BY "
	 "a.kind "
	 "|| b.kind || c.kind || d.kind || e.kind || f.kind || g.kind || h.kind || i.kind || "
	 "j.kind "
	 "HAVING count(*) > 1000000)"),
	("instr((SELECT group_concat(a.kind) FROM exam a, exam b, exam c, exam d, exam e, exam f, "
	 "exam g), 'x')"),
	("((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((1))))))))))))))))))))))))"
	 ")"
	 ")))))))))))))))))))))))))))))))))))))))"),
	"CASE WHEN 1 THEN RAISE(ABORT, 'x') END",
	"RAISE(IGNORE)",
	"CAST(zeroblob(100000000) AS TEXT)",
	"substr(zeroblob(1000000), 1, 1)",
	"1 IN (VALUES (1), (2), (3))",
	"(VALUES (load_extension('x')))",
	"(SELECT 1 WHERE 1 = (SELECT writefile('x', 'y')))",
	"iif(1, load_extension('x'), 0)",
	"coalesce(NULL, random())",
	"max(randomblob(1), 1)",
	"(SELECT rowid FROM exam)",
	"(SELECT oid FROM said)",
	"\"main\".exam",
	"[exam]",
	"x'00'",
	"",
	" ",
	"--",
	"/*",
	"'",
	"\"",
	"SELECT",
	"\\",
	"1 \n; \n SELECT 2",
	"(SELECT ntile(1) OVER () FROM exam)",
	"(SELECT row_number() OVER (ORDER BY kind) FROM exam LIMIT 1)",
	"likely(1)",
	"unlikely(1)",
	"likelihood(1, 0.5)",
	"subtype(1)",
	"nullif(1, zeroblob(1))",
	"typeof(zeroblob(1000000000))",
	"geopoly_area('x')",
	"rtreecheck('exam')",
	"sha1('x')",
	"decimal('1')",
	"percentile(1, 1)",
	"regexpi('a', 'a')",
	"years_after('2020-01-01', 9223372036854775807)",
	("(SELECT max(masked(replace(replace('aaaaaaaaaaaaaaaa', 'a', 'aaaaaaaaaaaaaaaa'), 'a', "
	 "'123456789012345') || a.kind)) FROM exam a, exam b, exam c, exam d, exam e, exam f, exam "
	 "g)"),
	("(WITH a AS (SELECT kind x FROM exam), b AS (SELECT x FROM a UNION ALL SELECT x FROM a), "
	 "c AS (SELECT x FROM b UNION ALL SELECT x FROM b), d AS (SELECT x FROM c UNION ALL SELECT "
	 "x FROM c), e AS (SELECT x FROM d UNION ALL SELECT x FROM d), f AS (SELECT x FROM e UNION "
	 "ALL SELECT x FROM e), g AS (SELECT x FROM f UNION ALL SELECT x FROM f) SELECT count(*) "
	 "FROM g)"),
/* Each column stands for sixteen of the one below it. */
#define SIXTEEN(from)                                                                              \
	"SELECT coalesce(a, a, a, a, a, a, a, a, a, a, a, a, a, a, a, a) a FROM (" from ")"
	"(" SIXTEEN(SIXTEEN(SIXTEEN(SIXTEEN(SIXTEEN(SIXTEEN("SELECT kind a FROM exam")))))) ")",
	"(" SIXTEEN("SELECT * FROM (" SIXTEEN("SELECT * FROM (" SIXTEEN(
	        SIXTEEN(SIXTEEN(SIXTEEN("SELECT kind a FROM exam")))) ")") ")") ")",
	"(SELECT max(x.a) FROM exam, (" SIXTEEN(
	        SIXTEEN(SIXTEEN(SIXTEEN(SIXTEEN(SIXTEEN("SELECT kind a FROM exam")))))) ") AS x)",
	"(SELECT 1 FROM exam AS o JOIN (" SIXTEEN(SIXTEEN(SIXTEEN(
	        SIXTEEN(SIXTEEN(SIXTEEN("SELECT kind a FROM exam")))))) ") AS x ON x.a = o.kind)",
};

static int64_t now_ms(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * INT64_C(1000) + time.tv_nsec / 1000000;
}

static void hostile_expressions_change_nothing(void **state)
{
	struct sandbox *sandbox = *state;
	enum { HOSTILE_LEAST = 100, SANE_MS = 5000 };
	const size_t count = sizeof(hostile) / sizeof(hostile[0]);
	assert_true(count >= HOSTILE_LEAST);
	for (size_t i = 0; i < count; i++) {
		const int64_t start_ms = now_ms();
		(void)value_of(sandbox, hostile[i]);
		/* Far above the sandbox's own limit: only a hang is a fault here, not a slow
		 * machine. */
		assert_true(now_ms() - start_ms < SANE_MS);
		assert_string_equal(value_of(sandbox, "(SELECT count(*) FROM exam)"), "2");
		assert_string_equal(value_of(sandbox, "(SELECT count(*) FROM said)"), "1");
		assert_string_equal(value_of(sandbox, "(SELECT name FROM applicant)"), "'张三'");
	}
	assert_int_equal(access("/tmp/dayi-hostile", F_OK), -1);
}

/* The limits themselves, with a clock that jumps: no waiting, no dependence on the machine. */
struct jumping {
	int64_t now_us;
};

static int64_t jump(void *context)
{
	struct jumping *jumping = context;
	return jumping->now_us += 30000;
}

static void an_expression_that_runs_over_its_time_is_stopped(void **state)
{
	struct jumping jumping = { 0 };
	const struct clock clock = { jump, jump, &jumping };
	struct sandbox *sandbox = NULL;
	struct facts *facts = facts_of(facts_json);
	(void)state;
	assert_int_equal(sandbox_create(&clock, facts_relations(facts), &sandbox), STATUS_OK);
	assert_int_equal(sandbox_load(sandbox, facts, facts, "2026-11-25"), STATUS_OK);
	assert_string_equal(
	        value_of(sandbox, "(SELECT count(*) FROM exam a, exam b, exam c, exam d, exam e, "
	                          "exam f, exam g, exam h)"),
	        "!takes too many steps or too much memory");
	assert_string_equal(value_of(sandbox, "1"), "1");
	facts_destroy(facts);
	sandbox_destroy(sandbox);
}

static int64_t stand_still(void *context)
{
	(void)context;
	return 0;
}

/* `"name":[{row},…]` with as many rows as a relation may have. */
static void append_full_relation(struct buf *out, const char *name, const char *row)
{
	buf_append_format(out, "\"%s\":[", name);
	for (int i = 0; i < FACTS_ROWS_MOST; i++)
		buf_append_format(out, "%s%s", i ? "," : "", row);
	buf_append_text(out, "]");
}

static void two_full_relations_can_be_joined(void **state)
{
	const struct clock clock = { stand_still, stand_still, NULL };
	struct sandbox *sandbox = NULL;
	struct buf json;
	(void)state;
	buf_init(&json, 1 << 20);
	buf_append_text(&json, "{");
	append_full_relation(&json, "certificate", "{\"category\":\"B\",\"status\":\"有效\"}");
	buf_append_text(&json, ",");
	append_full_relation(&json, "exam", "{\"kind\":\"首次取证\",\"result\":\"合格\"}");
	buf_append_text(&json, "}");
	struct facts *facts = facts_of(buf_text(&json));
	assert_int_equal(sandbox_create(&clock, facts_relations(facts), &sandbox), STATUS_OK);
	assert_int_equal(sandbox_load(sandbox, facts, NULL, "2026-11-25"), STATUS_OK);
	assert_string_equal(value_of(sandbox, "(SELECT count(*) FROM certificate c JOIN exam e"
	                                      " ON e.kind = c.category)"),
	                    "0");
	assert_string_equal(value_of(sandbox, "(SELECT count(*) FROM certificate c JOIN exam e"
	                                      " ON e.result <> c.status)"),
	                    "40000");
	facts_destroy(facts);
	sandbox_destroy(sandbox);
	buf_deinit(&json);
}

static void dangerous_functions_do_not_compile(void **state)
{
	static const char *const refused[] = {
		"random()",
		"load_extension('x')",
		"zeroblob(1)",
		"randomblob(1)",
		"date('now')",
		"printf('x')",
		"'a' LIKE 'a'",
		"(SELECT sql FROM sqlite_master)",
		"?1",
		"1; SELECT 2",
		"(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT 1 FROM n)",
		/* Written on to the letter z, it takes SQLite seconds to compile. */
		("(wItH a AS (SELECT kind FROM exam), b AS (SELECT * FROM a UNION ALL SELECT * "
		 "FROM "
		 "a) SELECT count(*) FROM b)"),
		"CURRENT_TIMESTAMP",
	};
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++) {
		char problem[SANDBOX_PROBLEM_SIZE];
		struct query *query = NULL;
		char sql[512];
		snprintf(sql, sizeof(sql), "SELECT (%s) AS verdict", refused[i]);
		assert_int_equal(sandbox_compile_query(*state, sql, problem, &query),
		                 STATUS_INVALID);
		assert_null(query);
		assert_true(problem[0] != '\0');
	}
}

static void a_record_of_other_relations_is_unknown_not_misread(void **state)
{
	static const char other[] = "{\"relations\":{\"exam\":{\"label\":\"成绩\",\"columns\":{"
	                            "\"result\":{\"label\":\"结果\"}}}}}";
	struct relations *relations = NULL;
	struct facts *facts = NULL;
	assert_int_equal(relations_read(&relations, span_of(other), "r", NULL), STATUS_OK);
	assert_int_equal(facts_create(relations, &facts), STATUS_OK);
	assert_int_equal(facts_read_json(facts, span_of("{\"exam\":[]}"), "f", NULL), STATUS_OK);
	assert_int_equal(sandbox_load(*state, facts, NULL, "2026-11-25"), STATUS_OK);
	assert_string_equal(value_of(*state, "(SELECT some(result = '合格') FROM exam)"), "NULL");
	assert_string_equal(value_of(*state, "(SELECT some(blacklisted) FROM applicant)"), "NULL");
	facts_destroy(facts);
	relations_release(relations);
}

static void the_columns_that_a_query_reads_are_known(void **state)
{
	char problem[SANDBOX_PROBLEM_SIZE];
	struct query *query = NULL;
	assert_int_equal(sandbox_compile_query(*state,
	                                       "SELECT some(result = '合格') AS verdict FROM exam",
	                                       problem, &query),
	                 STATUS_OK);
	const struct reads *reads = query_reads(query);
	struct relations *relations = shipped_relations();
	const struct relation_shape *exam = relation_shape(relations, RELATION_EXAM);
	for (size_t i = 0; i < RELATIONS_MOST; i++)
		assert_int_equal(reads->columns[i],
		                 i == RELATION_EXAM ? 1 << column_named(exam, span_of("result"))
		                                    : 0);
	relations_release(relations);
	query_destroy(query);
}

static int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

/* A hundred and forty rows, joined with themselves: 19,600 numbers are looked at, all of them
 * right. */
static void however_many_numbers_are_looked_at_none_is_taken_for_a_wrong_one(void **state)
{
	const struct clock stopped = { .monotonic_us = no_time, .wall_ms = no_time };
	static const char row[] = "{\"kind\":\"首次取证\",\"id_number\":\"11010519491231002X\"}";
	struct sandbox *sandbox = NULL;
	char json[140 * sizeof(row) + 20] = "{\"exam\":[";
	(void)state;
	for (int i = 0; i < 140; i++) {
		strcat(json, i ? "," : "");
		strcat(json, row);
	}
	strcat(json, "]}");
	struct facts *facts = facts_of(json);
	assert_int_equal(sandbox_create(&stopped, facts_relations(facts), &sandbox), STATUS_OK);
	assert_int_equal(sandbox_load(sandbox, facts, facts, "2026-11-25"), STATUS_OK);
	assert_string_equal(value_of(sandbox, "(SELECT count(*) FROM exam a, exam b WHERE "
	                                      "id_valid(a.id_number) AND id_valid(b.id_number))"),
	                    "19600");
	assert_string_equal(value_of(sandbox, "(SELECT some(person(b.id_number) <> b.id_number "
	                                      "AND a.kind = b.kind) FROM exam a, exam b)"),
	                    "0");
	facts_destroy(facts);
	sandbox_destroy(sandbox);
}

int main(void)
{
#define SANDBOXED(test_) cmocka_unit_test_setup_teardown(test_, open_sandbox, close_sandbox)
	const struct CMUnitTest tests[] = {
		SANDBOXED(a_condition_on_rows_is_true_false_or_unknown),
		SANDBOXED(some_is_the_or_of_its_rows),
		SANDBOXED(what_was_known_is_forgotten_by_the_next_load),
		SANDBOXED(what_a_failed_load_left_is_forgotten_by_the_next_one),
		SANDBOXED(an_absent_relation_is_unknown_and_an_empty_one_is_not),
		SANDBOXED(years_are_counted_by_the_calendar),
		SANDBOXED(days_are_counted_over_leap_days_and_centuries),
		SANDBOXED(id_numbers_are_checked),
		cmocka_unit_test(however_many_numbers_are_looked_at_none_is_taken_for_a_wrong_one),
		SANDBOXED(a_number_of_which_a_part_is_hidden_is_unknown),
		SANDBOXED(numbers_are_masked_in_sentences),
		SANDBOXED(what_is_masked_is_cut_between_characters),
		SANDBOXED(what_was_said_is_read_and_can_be_supposed),
		SANDBOXED(a_fault_is_told_in_sqlites_words),
		SANDBOXED(hostile_expressions_change_nothing),
		cmocka_unit_test(an_expression_that_runs_over_its_time_is_stopped),
		cmocka_unit_test(two_full_relations_can_be_joined),
		SANDBOXED(dangerous_functions_do_not_compile),
		SANDBOXED(the_columns_that_a_query_reads_are_known),
		SANDBOXED(names_and_numbers_are_compared_plainly),
		SANDBOXED(the_old_and_the_new_number_of_one_person_are_one),
		SANDBOXED(a_query_gives_the_row_that_decides),
		SANDBOXED(a_query_that_gives_two_rows_fails),
		SANDBOXED(a_query_needs_a_verdict_and_names),
		SANDBOXED(a_sentence_sees_nothing_but_the_row),
		SANDBOXED(a_record_of_other_relations_is_unknown_not_misread),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#include "support.h"

#include <stdlib.h>

#include "engine/diagnose/atoms.h"
#include "engine/diagnose/sql_depth.h"

/* What an atom is, in a line: its kind, columns, words and offsets. */
static void show(const struct atom *atom, const struct relations *relations, char *out, size_t size)
{
	static const char *const kinds[] = { "word", "flag", "day",  "number", "pair",
		                             "id",   "null", "said", "rows",   "unread" };
	static const char *const signs[] = { "=", "<>", "<", "<=", ">", ">=", "is", "is not" };
	size_t len = (size_t)snprintf(out, size, "%s", kinds[atom->kind]);
	const struct column_ref columns[] = { atom->left, atom->right };
	for (size_t i = 0; i < 2; i++) {
		if (columns[i].relation >= relations_count(relations))
			continue;
		const struct relation_shape *shape = relation_shape(relations, columns[i].relation);
		len += (size_t)snprintf(out + len, size - len, " %s", shape->name);
		if (columns[i].column < shape->column_count)
			len += (size_t)snprintf(out + len, size - len, ".%s",
			                        shape->columns[columns[i].column].name);
	}
	if (atom->years)
		len += (size_t)snprintf(out + len, size - len, " +%dy", (int)atom->years);
	if (atom->kind == ATOM_DAY)
		len += (size_t)snprintf(out + len, size - len, " %s %s%+d", signs[atom->comparison],
		                        atom->day[0] ? atom->day : "today", (int)atom->days);
	if (atom->kind == ATOM_SAID)
		len += (size_t)snprintf(out + len, size - len, " %s", atom->fact);
	for (size_t i = 0; i < atom->word_count; i++)
		len += (size_t)snprintf(out + len, size - len, " '%s'", atom->words[i]);
}

static const struct reading {
	const char *sql;
	const char *atoms; /* "; " between them */
} readings[] = {
	{ "SELECT result = '不合格' AS verdict FROM exam", "word exam.result '不合格'" },
	{ "SELECT e.kind NOT IN ('首次取证', '继续教育') AS verdict FROM exam AS e",
	  "word exam.kind '首次取证' '继续教育'" },
	{ "SELECT blacklisted AS verdict FROM applicant", "flag applicant.blacklisted" },
	{ "SELECT blacklisted = 0 AS verdict FROM applicant", "flag applicant.blacklisted" },
	{ "SELECT expires_on < today() AS verdict FROM certificate",
	  "day certificate.expires_on < today+0" },
	{ "SELECT today() > expires_on AS verdict FROM certificate",
	  "day certificate.expires_on < today+0" },
	{ "SELECT years_after(taken_on, 3) <= today() AS verdict FROM exam",
	  "day exam.taken_on +3y <= today+0" },
	{ "SELECT years_after(taken_on, iif(kind = '首次取证', 2, 3)) <= today() AS verdict FROM "
	  "exam",
	  "word exam.kind '首次取证'; day exam.taken_on +2y <= today+0; "
	  "day exam.taken_on +3y <= today+0" },
	{ "SELECT days_between(today(), expires_on) < 90 AS verdict FROM certificate",
	  "day certificate.expires_on < today+90" },
	{ "SELECT days_between(issued_on, today()) > 30 AS verdict FROM certificate",
	  "day certificate.issued_on > today-30" },
	{ "SELECT issued_on >= '2023-09-01' AS verdict FROM certificate",
	  "day certificate.issued_on >= 2023-09-01+0" },
	{ "SELECT plain(c.employer) <> plain(k.name) AS verdict FROM certificate c, company k",
	  "pair certificate.employer company.name" },
	{ "SELECT person(id_number) <> person((SELECT id_number FROM applicant)) AS verdict "
	  "FROM constructor",
	  "pair constructor.id_number applicant.id_number" },
	{ "SELECT NOT id_valid(id_number) OR id_old(id_number) AS verdict FROM exam",
	  "id exam.id_number; id exam.id_number" },
	{ "SELECT 0 AS verdict WHERE (SELECT count(*) FROM exam) = 0", "rows exam" },
	{ "SELECT EXISTS (SELECT 1 FROM exam WHERE result = '合格') AS verdict",
	  "rows exam; word exam.result '合格'" },
	{ "SELECT (SELECT some(result = '合格') FROM exam) = 0 AS verdict",
	  "word exam.result '合格'" },
	{ "SELECT former_number IS NULL AS verdict FROM certificate",
	  "null certificate.former_number" },
	{ "SELECT said('score') = 'good' AS verdict", "said score 'good'" },
	{ "SELECT CASE said('score') WHEN 'good' THEN 0 WHEN 'late' THEN 1 END AS verdict",
	  "said score 'good'; said score 'late'" },
	{ "SELECT said('score') IN ('good', 'late') AS verdict", "said score 'good' 'late'" },
	{ "SELECT 1 AS verdict FROM typed t WHERE t.kind = 'date' AND t.valid = 0",
	  "word typed.kind 'date'; flag typed.valid" },
	{ "SELECT verdict, own FROM (SELECT result = '合格' AS verdict, 'a' AS own FROM exam "
	  "UNION ALL SELECT status = '有效', 'b' FROM certificate) ORDER BY first_true(verdict), "
	  "own = 'a' LIMIT 1",
	  "word exam.result '合格'; word certificate.status '有效'" },
	{ "SELECT NOT (SELECT some(d.status = '有效' AND d.category = c.category) FROM certificate "
	  "d) "
	  "AS verdict FROM certificate c",
	  "word certificate.status '有效'; pair certificate.category certificate.category" },
	/* The columns for sentences ask nothing; what orders the rows does. */
	{ "SELECT result = '合格' AS verdict, kind = '首次取证' AS first FROM exam "
	  "ORDER BY first_true(verdict), first_true(taken_on >= today()), taken_on DESC LIMIT 1",
	  "word exam.result '合格'; day exam.taken_on >= today+0" },
	{ "SELECT length(kind) = 4 AS verdict FROM exam", "unread" },
	/* Of two sides, one that was read does not make up for one that was not. */
	{ "SELECT length(kind) = (result = '合格') AS verdict FROM exam",
	  "word exam.result '合格'; unread" },
	{ "SELECT blacklisted = (name = '张三') AS verdict FROM applicant",
	  "word applicant.name '张三'; unread" },
	{ "SELECT taken_on + 1 > 5 AS verdict FROM exam", "unread" },
	{ "SELECT result AS verdict FROM exam", "unread exam.result" },
	{ "SELECT (result = '合格' AS verdict FROM exam", "unread" },
	{ "", "unread" },
	/* Beyond the calendar, whichever way. */
	{ "SELECT days_between(today(), expires_on) < -9223372036854775808 AS verdict FROM "
	  "certificate",
	  "day certificate.expires_on < today-4000000" },
	{ "SELECT days_between(issued_on, today()) > -9223372036854775808 AS verdict FROM "
	  "certificate",
	  "day certificate.issued_on > today+4000000" },
	{ "SELECT years_after(years_after(issued_on, 9223372036854775807), 9223372036854775807) < "
	  "today() AS verdict FROM certificate",
	  "day certificate.issued_on +8000000y < today+0" },
};

static struct misread misread_of(const char *sql, struct arena *arena, struct relations *relations)
{
	struct atoms atoms;
	assert_int_equal(atoms_read(sql, relations, arena, &atoms), STATUS_OK);
	return atoms.misread;
}

/* The shipped relations and a test with a `score`, a text, and `points`, numbers. */
static struct relations *relations_with_points(void)
{
	static const char json[] =
	        "{\"relations\":{\"certificate\":{\"label\":\"证书\",\"columns\":{"
	        "\"number\":{\"label\":\"编号\"},"
	        "\"expires_on\":{\"label\":\"到期\",\"type\":\"date\"}}},"
	        "\"test\":{\"label\":\"考试\",\"columns\":{\"score\":{\"label\":\"成绩\"},"
	        "\"missed\":{\"label\":\"缺考\",\"type\":\"flag\"},"
	        "\"points\":{\"label\":\"分数\",\"type\":\"number\"}}}}}";
	struct relations *relations = NULL;
	assert_int_equal(relations_read(&relations, span_of(json), "r.json", NULL), STATUS_OK);
	return relations;
}

static void what_takes_a_text_for_a_number_is_named(void **state)
{
	static const struct {
		const char *condition, *place;
		enum misread_kind kind;
	} faulty[] = {
		{ "score < 60", "score < 60", MISREAD_TEXT },
		{ "60 >= score", "60 >= score", MISREAD_TEXT },
		{ "score < -1", "score < -1", MISREAD_TEXT },
		{ "score < 6e1", "score < 6e1", MISREAD_TEXT },
		{ "score < 30 + 30", "score < 30 + 30", MISREAD_TEXT },
		{ "score < '60'", "score < '60'", MISREAD_TEXT },
		{ "score BETWEEN 0 AND 59", "score BETWEEN 0", MISREAD_TEXT },
		{ "score + 0 > 90", "score + 0", MISREAD_TEXT },
		{ "abs(score) < 60", "abs(score)", MISREAD_TEXT },
		{ "CAST(score AS INTEGER) < 60", "CAST(score AS INTEGER)", MISREAD_TEXT },
		{ "-score > -60", "-score", MISREAD_TEXT },
		{ "+score < 60", "+score < 60", MISREAD_MIXED },
		{ "score & 1 = 1", "score & 1", MISREAD_TEXT },
		{ "sum(score) < 60", "sum(score)", MISREAD_TEXT },
		{ "points < score", "points < score", MISREAD_TEXT },
		{ "score > length(score)", "score > length(score)", MISREAD_TEXT },
		{ "max(score, 60) = 60", "max(score, 60)", MISREAD_TEXT },
		{ "coalesce(score, '0') < 60", "coalesce(score, '0') < 60", MISREAD_MIXED },
		{ "(SELECT t.score FROM test t) < 60", "(SELECT t.score FROM test t) < 60",
		  MISREAD_TEXT },
		{ "expires_on + 90 > today()", "expires_on + 90", MISREAD_DAY },
		{ "expires_on < 20261231", "expires_on < 20261231", MISREAD_DAY },
		{ "expires_on = 2026", "expires_on = 2026", MISREAD_DAY },
		{ "today() - 90 > expires_on", "today() - 90", MISREAD_DAY },
		{ "points < 'abc'", "points < 'abc'", MISREAD_MIXED },
		{ "points = '缺考'", "points = '缺考'", MISREAD_MIXED },
		{ "points IN (60, '缺考')", "points IN (60, '缺考')", MISREAD_MIXED },
		{ "plain(points) < 60", "plain(points) < 60", MISREAD_MIXED },
		{ "plain(points) = 60", "plain(points) = 60", MISREAD_MIXED },
		{ "coalesce(points, '') + 0 < 60", "coalesce(points, '') + 0", MISREAD_MIXED },
		{ "said('age') > 60", "said('age') > 60", MISREAD_MIXED },
		{ "said('count') = 1", "said('count') = 1", MISREAD_MIXED },
		{ "missed = '是'", "missed = '是'", MISREAD_MIXED },
		{ "days_between(today(), expires_on) < '90'",
		  "days_between(today(), expires_on) < '90'", MISREAD_MIXED },
		{ "CASE score WHEN 'a' THEN 1 ELSE score < 60 END", "score < 60", MISREAD_TEXT },
	};
	struct relations *relations = relations_with_points();
	struct arena *arena = NULL;
	char sql[200];
	(void)state;
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	for (size_t i = 0; i < sizeof(faulty) / sizeof(faulty[0]); i++) {
		snprintf(sql, sizeof(sql), "SELECT %s AS verdict FROM test, certificate",
		         faulty[i].condition);
		const struct misread found = misread_of(sql, arena, relations);
		if (found.kind != faulty[i].kind ||
		    !span_equal(found.source, span_of(faulty[i].place)))
			fail_msg("%s: %d %.*s", sql, (int)found.kind, SPAN_ARGS(found.source));
	}
	arena_destroy(arena);
	relations_release(relations);
}

static void what_compares_like_with_like_is_sound(void **state)
{
	static const char *const sound[] = {
		"score = 90",
		"number < 'B'",
		"number < score",
		"points < 60",
		"points < '60'",
		"points < -1",
		"-points > -60",
		"points + 1 < abs(points - 60) / 2",
		"points = score",
		"points IS NULL",
		"coalesce(points, '') = ''",
		"coalesce(points, 0) < 60",
		"max(points, 60) = 60",
		"missed = 0",
		"sum(score = '缺考') > 1",
		"expires_on < '2026-12-31'",
		"expires_on >= '2026'",
		"substr(expires_on, 1, 4) >= '2023'",
		"CAST(substr(number, 7, 4) AS INTEGER) < 1966",
		"days_between(today(), expires_on) < 90",
		"number || 'a' = 'b'",
		"CASE said('x') WHEN 'a' THEN 1 WHEN 'b' THEN 0 END",
		"iif(points < 60, '差', '好') = '差'",
	};
	struct relations *relations = relations_with_points();
	struct arena *arena = NULL;
	char sql[200];
	(void)state;
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	for (size_t i = 0; i < sizeof(sound) / sizeof(sound[0]); i++) {
		snprintf(sql, sizeof(sql), "SELECT %s AS verdict FROM test, certificate", sound[i]);
		if (misread_of(sql, arena, relations).kind != MISREAD_NOTHING)
			fail_msg("%s is sound", sql);
	}
	arena_destroy(arena);
	relations_release(relations);
}

/* What the sentences use, what orders the rows, and what stands in a FROM. */
static void a_misreading_is_found_wherever_it_stands(void **state)
{
	static const char *const picks[] = {
		"SELECT 1 AS verdict, score < 60 AS low FROM test",
		"SELECT 1 AS verdict FROM test WHERE score < 60",
		"SELECT 1 AS verdict FROM test ORDER BY score + 0 LIMIT 1",
		"SELECT verdict FROM (SELECT score < 60 AS verdict FROM test)",
		"SELECT s < 60 AS verdict FROM (SELECT score AS s FROM test)",
		"SELECT 1 AS verdict UNION ALL SELECT score < 60 FROM test",
		"SELECT EXISTS (SELECT 1 FROM test WHERE score < 60) AS verdict",
	};
	struct relations *relations = relations_with_points();
	struct arena *arena = NULL;
	(void)state;
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	for (size_t i = 0; i < sizeof(picks) / sizeof(picks[0]); i++)
		assert_int_equal(misread_of(picks[i], arena, relations).kind, MISREAD_TEXT);
	arena_destroy(arena);
	relations_release(relations);
}

static void a_number_is_read_however_it_is_written(void **state)
{
	static const char *const conditions[][2] = {
		{ "points < -1", "-1" },       { "points < - -1", "1" },
		{ "points < 30 + 30", "60" },  { "points < 7 / 2", "3" },
		{ "points < 7.0 / 2", "3.5" }, { "points < 2 * (3 - 5)", "-4" },
		{ "points < 7 % 4", "3" },     { "points < 6e1", "60" },
		{ "points < .5", "0.5" },
	};
	struct relations *relations = relations_with_points();
	struct arena *arena = NULL;
	(void)state;
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	for (size_t i = 0; i < sizeof(conditions) / sizeof(conditions[0]); i++) {
		struct atoms atoms;
		char sql[100];
		snprintf(sql, sizeof(sql), "SELECT %s AS verdict FROM test", conditions[i][0]);
		assert_int_equal(atoms_read(sql, relations, arena, &atoms), STATUS_OK);
		assert_int_equal(atoms.count, 1);
		assert_int_equal(atoms.items[0].kind, ATOM_NUMBER);
		assert_float_equal(strtod(atoms.items[0].words[0], NULL),
		                   strtod(conditions[i][1], NULL), 0);
	}
	arena_destroy(arena);
	relations_release(relations);
}

static void each_pick_is_read_into_its_atoms(void **state)
{
	struct relations *relations = NULL;
	struct arena *arena = NULL;
	(void)state;
	assert_int_equal(relations_create_default(&relations), STATUS_OK);
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
		struct atoms atoms;
		char all[1000] = "", one[300];
		size_t unread = 0;
		assert_int_equal(atoms_read(readings[i].sql, relations, arena, &atoms), STATUS_OK);
		for (size_t k = 0; k < atoms.count; k++) {
			show(&atoms.items[k], relations, one, sizeof(one));
			const size_t len = strlen(all);
			snprintf(all + len, sizeof(all) - len, "%s%s", k ? "; " : "", one);
			unread += atoms.items[k].kind == ATOM_UNREAD;
		}
		if (strcmp(all, readings[i].atoms) != 0)
			print_error("%s\n", readings[i].sql);
		assert_string_equal(all, readings[i].atoms);
		assert_int_equal(atoms.unread, unread);
	}
	arena_destroy(arena);
	relations_release(relations);
}

static void a_tower_of_parentheses_is_not_read_and_ends(void **state)
{
	struct relations *relations = NULL;
	struct arena *arena = NULL;
	struct atoms atoms;
	char sql[3000] = "SELECT ";
	(void)state;
	memset(sql + 7, '(', 2500);
	assert_int_equal(relations_create_default(&relations), STATUS_OK);
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	assert_int_equal(atoms_read(sql, relations, arena, &atoms), STATUS_OK);
	assert_int_equal(atoms.unread, 1);
	arena_destroy(arena);
	relations_release(relations);
}

/* Eight ways down at each of ten levels: a thousand million, were each of them walked. */
static void names_that_stand_for_ever_more_of_the_same_are_given_up(void **state)
{
	struct relations *relations = NULL;
	struct arena *arena = NULL;
	struct atoms atoms;
	char sql[2000] = "SELECT kind AS a FROM exam", outer[2000];
	(void)state;
	for (int i = 0; i < 10; i++) {
		snprintf(outer, sizeof(outer), "SELECT a=a=a=a=a=a=a=a AS a FROM (%.1800s)", sql);
		memcpy(sql, outer, sizeof(sql));
	}
	snprintf(outer, sizeof(outer), "SELECT a AS verdict FROM (%.1800s)", sql);
	assert_int_equal(relations_create_default(&relations), STATUS_OK);
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	assert_int_equal(atoms_read(outer, relations, arena, &atoms), STATUS_OK);
	assert_true(atoms.unread > 0);
	arena_destroy(arena);
	relations_release(relations);
}

/* Whoever reasons from the atoms must know that they are not all. */
static void atoms_that_find_no_room_count_as_unread(void **state)
{
	struct relations *relations = NULL;
	struct arena *arena = NULL;
	struct atoms atoms;
	char sql[6000] = "SELECT 0";
	size_t len = strlen(sql);
	(void)state;
	for (int i = 0; i <= ATOMS_MOST; i++)
		len += (size_t)snprintf(sql + len, sizeof(sql) - len, " OR kind = '%d'", i);
	snprintf(sql + len, sizeof(sql) - len, " AS verdict FROM exam");
	assert_int_equal(relations_create_default(&relations), STATUS_OK);
	assert_int_equal(arena_create(&arena, 8 << 20), STATUS_OK);
	assert_int_equal(atoms_read(sql, relations, arena, &atoms), STATUS_OK);
	assert_int_equal(atoms.count, ATOMS_MOST);
	assert_int_equal(atoms.unread, 1);
	arena_destroy(arena);
	relations_release(relations);
}

static void selects_in_from_are_counted_and_others_are_not(void **state)
{
	static const struct {
		const char *sql;
		size_t depth;
	} cases[] = {
		{ "", 0 },
		{ "SELECT kind FROM exam", 0 },
		{ "SELECT (SELECT max(a) FROM exam) FROM exam WHERE x IN (SELECT 1)", 0 },
		{ "SELECT a FROM (SELECT kind a FROM exam)", 1 },
		{ "select a from((select kind a from exam))", 1 },
		{ "SELECT a FROM exam, (SELECT 1), (SELECT 2)", 1 },
		{ "SELECT a FROM exam JOIN (SELECT b FROM (SELECT 1 b))", 2 },
		{ "SELECT (SELECT a FROM (SELECT b FROM (SELECT 1 b)))", 2 },
		{ "SELECT a FROM exam UNION SELECT a FROM (SELECT 1 a)", 1 },
		{ "SELECT 'FROM (SELECT', \"FROM (SELECT\", [FROM (SELECT] -- FROM (SELECT", 0 },
		{ "SELECT a AS [)] FROM (SELECT a AS `)` FROM (SELECT 1 a /* ) */))", 2 },
		/* Beyond the parenthesis around a pick. */
		{ "SELECT 1) AS x, (SELECT a FROM (SELECT 1 a)", 2 },
		{ "SELECT 'open FROM (SELECT", 0 },
	};
	char tower[3000] = "SELECT ";
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (sql_from_depth(cases[i].sql) != cases[i].depth)
			print_error("%s\n", cases[i].sql);
		assert_int_equal(sql_from_depth(cases[i].sql), cases[i].depth);
	}
	memset(tower + 7, '(', 2500);
	assert_int_equal(sql_from_depth(tower), SQL_DEPTH_MOST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_pick_is_read_into_its_atoms),
		cmocka_unit_test(what_takes_a_text_for_a_number_is_named),
		cmocka_unit_test(what_compares_like_with_like_is_sound),
		cmocka_unit_test(a_misreading_is_found_wherever_it_stands),
		cmocka_unit_test(a_number_is_read_however_it_is_written),
		cmocka_unit_test(a_tower_of_parentheses_is_not_read_and_ends),
		cmocka_unit_test(names_that_stand_for_ever_more_of_the_same_are_given_up),
		cmocka_unit_test(atoms_that_find_no_room_count_as_unread),
		cmocka_unit_test(selects_in_from_are_counted_and_others_are_not),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

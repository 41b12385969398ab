#include "support.h"

#include "base/buf.h"
#include "base/file.h"
#include "engine/diagnose/rules_check.h"

#define RULES_BROKEN DAYI_SOURCE_DIR "/tests/fixtures/rules-broken"

/*
 * Every folder of tests/fixtures/rules-broken is sound but for the one defect that it is named
 * after. The place and the words are written down by hand from the fixture.
 */
struct defect {
	const char *name;
	const char *place; /* file, line and field as the fault prints them, from the fixture on */
	const char *words;
};

static const struct defect defects[] = {
	{ "answer-changes-nothing",
	  "/faq/01.json: warning: ask[0].options[2].value: ", "\"unsure\"" },
	{ "answers-alike",
	  "/faq/01.json: warning: ask[0].options[3].value: ", "\"none\" from \"good\"" },
	{ "because-not-without-text", "/faq/01.json: warning: cases[1].because_not: ",
	  "no text for a case that is excluded (sample record in line 1)" },
	{ "because-without-text", "/faq/01.json: cases[0].because: ",
	  "no text for a case that applies (sample record in line 1)" },
	{ "case-never-reached", "/faq/01.json: warning: cases[2].pick: ", "reaches this case" },
	{ "cases-never-differ",
	  "/faq/01.json: warning: cases[2].pick: ", "never differs from cases[1].pick" },
	{ "concludes-from-absence",
	  "/faq/01.json: cases[0].pick: ", "applies while certificate is unknown, but excluded" },
	{ "decides-from-nothing",
	  "/faq/01.json: cases[0].pick: ", "(SELECT some(condition) FROM relation)" },
	{ "does-not-compile", "/faq/01.json: cases[1].pick: ", "incomplete input" },
	{ "first-day-is-no-day", "/faq/01.json: cases[0].todo[0].from: ", "a day such as" },
	{ "function-not-allowed", "/faq/01.json: cases[0].pick: ", "random; allowed are abs, " },
	{ "last-day-is-no-day", "/faq/01.json: cases[0].todo[0].until: ", "a day such as" },
	{ "more-than-one-row", "/faq/01.json: cases[0].pick: ", "ORDER BY ... LIMIT 1" },
	{ "question-decides-nothing",
	  "/faq/01.json: warning: ask[1].fact: ", "no rule uses said('taken')" },
	{ "record-lost-verdict",
	  "/records.jsonl:2: expect.1: ", "must be applies, but is excluded" },
	{ "record-with-unknown-column",
	  "/records.jsonl:3: facts.exam[0].score: ", "there is no column \"score\"" },
	{ "rule-fails", "/faq/01.json: cases[0].pick: ", "too many steps" },
	{ "sentence-of-another-row",
	  "/faq/01.json: cases[0].because: ", "the pick gives verdict, kind" },
	{ "step-condition-is-text", "/faq/01.json: cases[0].todo[0].if: ", "but a text" },
	{ "too-many-combinations", "/faq/01.json: note: ask: ", "only the first 2000" },
	{ "unknown-column", "/faq/01.json: cases[0].pick: ",
	  "no such column: score; exam has kind, id_number, result, taken_on" },
	{ "unknown-relation", "/faq/01.json: cases[0].pick: ",
	  "exams; the relations are applicant, certificate, exam, " },

	{ "verdict-is-a-number", "/faq/01.json: cases[0].pick: ", "but a number" },
	{ "verdict-is-a-text", "/faq/01.json: cases[1].pick: ", "but a text" },
};

enum { DEFECT_COUNT = sizeof(defects) / sizeof(defects[0]) };

/* What is told about the rules of a folder whose files can be read. */
static struct faults *examine(const char *folder)
{
	const struct clock clock = clock_system();
	struct clinic clinic = { NULL };
	struct faults *faults = NULL;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(knowledge_load(folder, faults, &clinic.knowledge), STATUS_OK);
	if (diagnoser_create(clinic.knowledge, &clock, faults, &clinic.diagnoser) == STATUS_OK) {
		assert_int_equal(diagnosis_scratch_create(clinic.diagnoser, &clinic.scratch),
		                 STATUS_OK);
		assert_int_equal(rules_check(clinic.scratch, faults), STATUS_OK);
		diagnosis_scratch_destroy(clinic.scratch);
	}
	diagnoser_destroy(clinic.diagnoser);
	knowledge_destroy(clinic.knowledge);
	return faults;
}

static const char *fault_text(const struct faults *faults, size_t index)
{
	static char line[1200];
	if (index >= faults_kept(faults))
		return "";
	return fault_format(faults_at(faults, index), line, sizeof(line));
}

static void check_defect(const struct defect *defect)
{
	char folder[400], start[600];
	snprintf(folder, sizeof(folder), RULES_BROKEN "/%s", defect->name);
	snprintf(start, sizeof(start), "%s%s", folder, defect->place);
	struct faults *faults = examine(folder);
	if (faults_kept(faults) != 1 || strncmp(fault_text(faults, 0), start, strlen(start)) != 0 ||
	    !strstr(fault_text(faults, 0) + strlen(start), defect->words)) {
		print_error("%s: expected one fault, %s ... %s\n", defect->name, start,
		            defect->words);
		faults_print(faults, stderr);
		fail();
	}
	faults_destroy(faults);
}

static void every_fixture_has_exactly_the_fault_it_is_named_after(void **state)
{
	(void)state;
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		check_defect(&defects[i]);
}

static void every_fixture_is_in_the_table(void **state)
{
	struct file_list fixtures;
	struct arena *arena = NULL;
	(void)state;
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(file_list(RULES_BROKEN, arena, &fixtures), STATUS_OK);
	assert_int_equal(fixtures.count, DEFECT_COUNT);
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		assert_string_equal(fixtures.names[i], defects[i].name);
	arena_destroy(arena);
}

static void every_rule_that_does_not_compile_is_told_in_one_run(void **state)
{
	static const char entries[] =
	        "{\"id\":\"one\",\"question\":\"a\",\"diagnosis\":["
	        "{\"claim\":\"a\",\"pick\":\"SELECT e.taken_on AS verdict FROM exam e\","
	        "\"because\":\"printf('a')\",\"todo\":[{\"what\":\"a\",\"who\":\"b\","
	        "\"if\":\"1 +\",\"from\":\"date()\"}]},"
	        "{\"claim\":\"b\",\"pick\":\"SELECT status = '有效' AS verdict\","
	        "\"otherwise\":[{\"pick\":\"SELECT e.socre AS verdict FROM exam e\"}]}]}\n"
	        "{\"id\":\"two\",\"question\":\"b\",\"diagnosis\":["
	        "{\"claim\":\"a\",\"pick\":\"SELECT 1 AS verdict; DROP TABLE exam\"}]}\n";
	static const char *const places[] = {
		"entries.jsonl:1: diagnosis[0].because: SQLite says: not authorized to use "
		"function: printf; "
		"allowed are ",
		"entries.jsonl:1: diagnosis[0].todo[0].if: ",
		"entries.jsonl:1: diagnosis[0].todo[0].from: SQLite says: not authorized to use "
		"function: "
		"date; ",
		"entries.jsonl:1: diagnosis[1].pick: SQLite says: no such column: status; a column "
		"needs its "
		"FROM ",
		"entries.jsonl:1: diagnosis[1].otherwise[0].pick: SQLite says: no such column: "
		"e.socre; exam "
		"has kind, ",
		"entries.jsonl:2: diagnosis[0].pick: ",
	};
	(void)state;
	assert_int_equal(file_make_folder(DAYI_BINARY_DIR "/rules_check/faq"), STATUS_OK);
	assert_int_equal(
	        file_write(DAYI_BINARY_DIR "/rules_check/faq/entries.jsonl", span_of(entries)),
	        STATUS_OK);
	struct faults *faults = examine(DAYI_BINARY_DIR "/rules_check");
	assert_int_equal(faults_kept(faults), sizeof(places) / sizeof(places[0]));
	for (size_t i = 0; i < faults_kept(faults); i++)
		assert_non_null(strstr(fault_text(faults, i), places[i]));
	faults_destroy(faults);
}

static void the_rules_of_the_real_knowledge_have_no_fault(void **state)
{
	(void)state;
	struct faults *faults = examine(DAYI_SOURCE_DIR "/knowledge");
	faults_print(faults, stderr);
	assert_int_equal(faults_count(faults, FAULT_NOTE), 0);
	faults_destroy(faults);
}

static bool is_expected(const struct knowledge *knowledge, const struct entry *entry,
                        const char *case_id, const char *verdict)
{
	for (size_t i = 0; i < knowledge->sample_count; i++) {
		const struct sample_record *sample = &knowledge->samples[i];
		for (size_t e = 0; e < sample->expected_count; e++)
			if (strcmp(sample->entry, entry->id) == 0 &&
			    strcmp(sample->expected[e].case_id, case_id) == 0 &&
			    strcmp(sample->expected[e].verdict, verdict) == 0)
				return true;
	}
	return false;
}

static void the_sample_records_hold_each_case_to_applies_and_to_excluded(void **state)
{
	struct clinic clinic;
	(void)state;
	open_clinic(&clinic, DAYI_SOURCE_DIR "/knowledge");
	for (size_t i = 0; i < clinic.knowledge->answer_count; i++) {
		const struct entry *entry = &clinic.knowledge->entries[i];
		for (size_t c = 0; c < entry->judged_count; c++) {
			const char *id = entry->judged[c].id;
			assert_true(is_expected(clinic.knowledge, entry, id, "applies"));
			assert_true(is_expected(clinic.knowledge, entry, id, "excluded"));
		}
	}
	close_clinic(&clinic);
}

static void what_makes_a_folder_unfit_leaves_the_doubts_out(void **state)
{
	struct clinic clinic;
	struct faults *faults = NULL;
	(void)state;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	open_clinic(&clinic, RULES_BROKEN "/cases-never-differ");
	assert_int_equal(rules_check_fitness(clinic.scratch, FAULT_ERROR, faults), STATUS_OK);
	close_clinic(&clinic);
	assert_int_equal(faults_count(faults, FAULT_NOTE), 0);
	open_clinic(&clinic, RULES_BROKEN "/decides-from-nothing");
	assert_int_equal(rules_check_fitness(clinic.scratch, FAULT_WARNING, faults), STATUS_OK);
	close_clinic(&clinic);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 1);
	faults_destroy(faults);
}

/* 256 SELECTs in one another's arguments: as many as the 4,000 bytes of a pick hold. */
static void append_large_pick(struct buf *out)
{
	buf_append_text(out, "\"pick\":\"SELECT coalesce(");
	for (int i = 0; i < 16; i++) {
		buf_append_text(out, i ? ",coalesce(" : "coalesce(");
		for (int k = 0; k < 16; k++)
			buf_append_text(out, k ? ",(SELECT NULL)" : "(SELECT NULL)");
		buf_append_char(out, ')');
	}
	buf_append_text(out, ") = 1 AS verdict\"");
}

static void a_case_may_have_six_picks_as_large_as_a_pick_may_be(void **state)
{
	const struct clock clock = clock_system();
	struct clinic clinic = { NULL };
	struct buf entries;
	(void)state;
	buf_init(&entries, 1 << 20);
	buf_append_text(&entries, "{\"id\":\"one\",\"question\":\"a\",\"diagnosis\":[{"
	                          "\"claim\":\"a\",");
	append_large_pick(&entries);
	for (int i = 0; i < 5; i++) {
		buf_append_text(&entries, i ? ",{" : ",\"otherwise\":[{");
		append_large_pick(&entries);
		buf_append_char(&entries, '}');
	}
	buf_append_text(&entries, "]}]}\n");
	assert_int_equal(file_make_folder(DAYI_BINARY_DIR "/rules_large/faq"), STATUS_OK);
	assert_int_equal(
	        file_write(DAYI_BINARY_DIR "/rules_large/faq/entries.jsonl", buf_span(&entries)),
	        STATUS_OK);
	buf_deinit(&entries);
	assert_int_equal(knowledge_load(DAYI_BINARY_DIR "/rules_large", NULL, &clinic.knowledge),
	                 STATUS_OK);
	assert_int_equal(diagnoser_create(clinic.knowledge, &clock, NULL, &clinic.diagnoser),
	                 STATUS_OK);
	diagnoser_destroy(clinic.diagnoser);
	knowledge_destroy(clinic.knowledge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fixture_has_exactly_the_fault_it_is_named_after),
		cmocka_unit_test(every_fixture_is_in_the_table),
		cmocka_unit_test(every_rule_that_does_not_compile_is_told_in_one_run),
		cmocka_unit_test(the_rules_of_the_real_knowledge_have_no_fault),
		cmocka_unit_test(the_sample_records_hold_each_case_to_applies_and_to_excluded),
		cmocka_unit_test(what_makes_a_folder_unfit_leaves_the_doubts_out),
		cmocka_unit_test(a_case_may_have_six_picks_as_large_as_a_pick_may_be),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

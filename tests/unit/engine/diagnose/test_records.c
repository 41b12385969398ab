/*
 * tests/diagnose/records.jsonl: invented records and the verdicts that a clerk gives on them,
 * written from the FAQ and the facts' description by somebody who had not seen the rules.
 */
#include "support.h"

#include <cjson/cJSON.h>
#include <stdlib.h>

#include "base/file.h"

enum { LINES_LEAST = 120 };

struct tally {
	size_t lines, wrong;
	size_t given[14][8][3]; /* expected verdicts, by number of entry and case */
};

static enum verdict verdict_named(const char *name)
{
	for (int i = 0; i < 3; i++)
		if (strcmp(verdict_name((enum verdict)i), name) == 0)
			return (enum verdict)i;
	fail_msg("no verdict: %s", name);
	return VERDICT_UNKNOWN;
}

static const struct case_verdict *case_named(const struct diagnosis *diagnosis, const char *id)
{
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (strcmp(diagnosis->cases[i].of->id, id) == 0)
			return &diagnosis->cases[i];
	return NULL;
}

static void compare_verdicts(const struct diagnosis *diagnosis, const cJSON *row,
                             struct tally *tally)
{
	const int number = diagnosis->entry->number;
	const cJSON *expected;
	cJSON_ArrayForEach (expected, cJSON_GetObjectItem(row, "expect")) {
		const enum verdict wanted = verdict_named(expected->valuestring);
		const struct case_verdict *got = case_named(diagnosis, expected->string);
		tally->given[number][atoi(expected->string)][wanted]++;
		if (got && got->verdict == wanted)
			continue;
		tally->wrong++;
		print_error("%s: entry %d, case %s: %s was expected, not %s\n",
		            cJSON_GetObjectItem(row, "name")->valuestring, number, expected->string,
		            expected->valuestring, got ? verdict_name(got->verdict) : "nothing");
	}
}

static void check_row(struct clinic *clinic, const cJSON *row, struct tally *tally)
{
	char *json = cJSON_PrintUnformatted(cJSON_GetObjectItem(row, "facts"));
	struct facts *facts = facts_of(json);
	struct diagnosis diagnosis;
	const struct entry *entry =
	        knowledge_numbered(clinic->knowledge, cJSON_GetObjectItem(row, "entry")->valueint);
	assert_non_null(entry);
	arena_reset(clinic->arena);
	assert_int_equal(diagnoser_run(clinic->scratch, entry, facts, facts,
	                               cJSON_GetObjectItem(row, "today")->valuestring,
	                               clinic->arena, &diagnosis),
	                 STATUS_OK);
	if (diagnosis.failures > 0) {
		tally->wrong++;
		print_error("%s: a rule failed: %s\n",
		            cJSON_GetObjectItem(row, "name")->valuestring, diagnosis.failure);
	}
	compare_verdicts(&diagnosis, row, tally);
	/* A verdict says why; only the unknown may have nothing to say. */
	for (size_t i = 0; i < diagnosis.case_count; i++)
		if (diagnosis.cases[i].verdict != VERDICT_UNKNOWN &&
		    !diagnosis.cases[i].because[0]) {
			tally->wrong++;
			print_error("%s: entry %d, case %s: %s without a reason\n",
			            cJSON_GetObjectItem(row, "name")->valuestring, entry->number,
			            diagnosis.cases[i].of->id,
			            verdict_name(diagnosis.cases[i].verdict));
		}
	tally->lines++;
	facts_destroy(facts);
	free(json);
}

static void every_record_gets_the_verdicts_that_a_clerk_gives(void **state)
{
	struct clinic clinic;
	struct tally tally = { 0 };
	struct buf text;
	(void)state;
	open_clinic(&clinic, DAYI_SOURCE_DIR "/knowledge");
	buf_init(&text, 8 << 20);
	assert_int_equal(file_read(DAYI_SOURCE_DIR "/tests/diagnose/records.jsonl", &text),
	                 STATUS_OK);
	char *rest = NULL;
	for (char *line = strtok_r(text.ptr, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		cJSON *row = cJSON_Parse(line);
		assert_non_null(row);
		check_row(&clinic, row, &tally);
		cJSON_Delete(row);
	}
	assert_true(tally.lines >= LINES_LEAST);
	assert_int_equal(tally.wrong, 0);
	/* Every case of every judged entry was seen with each of the three verdicts. */
	for (size_t e = 0; e < clinic.knowledge->answer_count; e++) {
		const struct entry *entry = &clinic.knowledge->entries[e];
		for (size_t c = 0; c < entry->judged_count; c++)
			for (int v = 0; v < 3; v++)
				if (tally.given[entry->number][atoi(entry->judged[c].id)][v] == 0)
					fail_msg("entry %d, case %s is never expected as %s",
					         entry->number, entry->judged[c].id,
					         verdict_name((enum verdict)v));
	}
	buf_deinit(&text);
	close_clinic(&clinic);
}

/* What is known of the record decides, though a value that its usual reason names is missing. */
static void a_reason_does_not_claim_an_answer_that_nobody_gave(void **state)
{
	static const struct {
		int number;
		const char *case_id, *facts;
	} rows[] = {
		{ 3, "1",
		  "{\"certificate\":[{\"employer_code\":\"91419900MA9L1A2C0N\",\"status\":\"有效\"}"
		  "],"
		  "\"company\":[{\"name\":\"甲公司\",\"code\":\"91419900MA9L1A2C1L\"}]}" },
		{ 3, "2",
		  "{\"certificate\":[],\"company\":[{\"code\":\"91419900MA9L1A2C1L\"}],"
		  "\"application\":[{\"company_code\":\"91419900MA9L1A2C0N\",\"status\":\"在办\"}]"
		  "}" },
		{ 4, "2", "{\"company\":[{\"filed_under\":\"org_code\"}]}" },
		{ 5, "1",
		  "{\"company\":[{\"name\":\"甲公司\"}],\"qualification\":[{\"holder\":\"甲公司\"},"
		  "{\"holder\":\"乙公司\"}]}" },
		{ 5, "3",
		  "{\"company\":[{\"name\":\"甲公司\"}],\"qualification\":[{\"holder\":\"乙公司\"}]"
		  "}" },
		{ 7, "2", "{\"exam\":[{\"result\":\"合格\",\"taken_on\":\"2023-05-06\"}]}" },
		{ 12, "1",
		  "{\"certificate\":[{\"category\":\"B\",\"status\":\"有效\"}],\"constructor\":[]"
		  "}" },
	};
	struct clinic clinic;

	(void)state;
	open_clinic(&clinic, DAYI_SOURCE_DIR "/knowledge");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct facts *facts = facts_of(rows[i].facts);
		struct diagnosis diagnosis;

		assert_int_equal(diagnoser_run(clinic.scratch,
		                               knowledge_numbered(clinic.knowledge, rows[i].number),
		                               facts, facts, "2026-11-25", clinic.arena,
		                               &diagnosis),
		                 STATUS_OK);
		const struct case_verdict *one = case_named(&diagnosis, rows[i].case_id);
		assert_int_equal(one->verdict, VERDICT_APPLIES);
		if (!one->because[0] || strstr(one->because, "您说"))
			fail_msg("entry %d, case %s: \"%s\"", rows[i].number, rows[i].case_id,
			         one->because);
		facts_destroy(facts);
	}
	close_clinic(&clinic);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_reason_does_not_claim_an_answer_that_nobody_gave),
		cmocka_unit_test(every_record_gets_the_verdicts_that_a_clerk_gives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

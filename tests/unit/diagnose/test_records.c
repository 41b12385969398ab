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
	assert_int_equal(diagnoser_run(clinic->diagnoser, entry, facts, facts,
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_record_gets_the_verdicts_that_a_clerk_gives),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

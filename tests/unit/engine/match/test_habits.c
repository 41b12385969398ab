/* Habits: how an entry is usually asked for. */
#include "indexed.h"

#include <stdio.h>
#include <stdlib.h>

#include "engine/match/habits.h"
#include "engine/match/matcher_open.h"
#include "engine/match/rehearsal.h"

enum { ENTRIES = 64, SENTENCES = 3, SIZE = 64 };

/* Of each topic: the even entry tells how it is opened, the odd one why it failed. */
struct folder {
	char sentences[ENTRIES][SENTENCES][SIZE];
	const char *also[ENTRIES][SENTENCES - 1];
	struct entry entries[ENTRIES];
	struct knowledge knowledge;
	struct indexed indexed;
};

static void write_entry(struct folder *folder, unsigned at)
{
	static const char *const before[2][SENTENCES] = { { "", "想开通", "" },
		                                          { "", "", "开通" } };
	static const char *const behind[2][SENTENCES] = {
		{ "怎么开通", "", "的开通流程" },
		{ "开通失败", "没开通成功怎么回事", "提示错误" },
	};
	for (unsigned i = 0; i < SENTENCES; i++)
		snprintf(folder->sentences[at][i], SIZE, "%s%u号业务%s", before[at % 2][i],
		         at / 2 + 100, behind[at % 2][i]);
	folder->also[at][0] = folder->sentences[at][1];
	folder->also[at][1] = folder->sentences[at][2];
	folder->entries[at] = (struct entry){ .id = folder->sentences[at][0],
		                              .question = folder->sentences[at][0],
		                              .answer = "",
		                              .internal = "",
		                              .note = "",
		                              .also = { folder->also[at], SENTENCES - 1 } };
}

static struct folder *make(unsigned entries)
{
	struct folder *folder = calloc(1, sizeof(*folder));
	assert_non_null(folder);
	for (unsigned i = 0; i < entries; i++)
		write_entry(folder, i);
	folder->knowledge = (struct knowledge){ .entries = folder->entries,
		                                .entry_count = entries,
		                                .answer_count = entries };
	indexed_open(&folder->indexed, &folder->knowledge);
	assert_int_equal(habits_build(folder->indexed.index, habits_tell(&folder->knowledge)),
	                 STATUS_OK);
	return folder;
}

static void destroy(struct folder *folder)
{
	indexed_close(&folder->indexed);
	free(folder);
}

/* The traits of the sentence itself, as those of a message that says it. */
static uint64_t traits_of(const struct index *index, unsigned entry, unsigned sentence)
{
	const struct utterance *said = &index->utterances[index->utterance_first[entry] + sentence];
	struct query_gram grams[SIZE];
	for (uint32_t i = 0; i < said->count; i++)
		grams[i] = (struct query_gram){ .gram = index->grams[said->first + i], .share = 1 };
	const struct query query = { .grams = grams, .count = said->count };
	return habits_of(index, &query);
}

static void who_tells_of_a_failure_does_not_ask_how(void **state)
{
	struct folder *folder = make(ENTRIES);
	const struct index *index = folder->indexed.index;
	(void)state;
	const uint64_t how = traits_of(index, 0, 1), failed = traits_of(index, 1, 1);
	assert_true(habits_weigh(index, 0, how) > habits_weigh(index, 1, how));
	assert_true(habits_weigh(index, 1, failed) > habits_weigh(index, 0, failed));
	assert_int_equal(habits_apart(index, &index->utterances[index->utterance_first[0]], how),
	                 0);
	assert_int_equal(habits_apart(index, &index->utterances[index->utterance_first[0]], failed),
	                 1);
	destroy(folder);
}

static void a_folder_of_few_answers_has_no_habits(void **state)
{
	struct folder *folder = make(ENTRIES - 1);
	(void)state;
	assert_true(traits_of(folder->indexed.index, 1, 1) == 0);
	assert_true(habits_weigh(folder->indexed.index, 1, UINT64_MAX) == 0);
	destroy(folder);
}

/* What speaks for the best entry by its habits. */
static float habits_of_answer(const struct folder *folder, const char *message)
{
	struct matcher *matcher = NULL;
	struct match_scratch *scratch = NULL;
	struct match_result result;
	struct text text;
	assert_int_equal(
	        matcher_open(&folder->knowledge, folder->indexed.normaliser, NULL, NULL, &matcher),
	        STATUS_OK);
	assert_int_equal(match_scratch_create(matcher, &scratch), STATUS_OK);
	assert_int_equal(normalise(folder->indexed.normaliser, span_of(message),
	                           folder->indexed.arena, &text),
	                 STATUS_OK);
	assert_int_equal(matcher_match(scratch, &text, NULL, folder->indexed.arena, &result),
	                 STATUS_OK);
	assert_true(result.ranking_count > 0);
	match_scratch_destroy(scratch);
	matcher_destroy(matcher);
	return result.ranking[0].evidence.habits;
}

static void a_matcher_has_habits_where_its_folder_is_large_enough(void **state)
{
	struct folder *large = make(ENTRIES), *small = make(ENTRIES - 1);
	(void)state;
	assert_true(habits_of_answer(large, "100号业务没开通成功") > 0);
	assert_true(habits_of_answer(small, "100号业务没开通成功") == 0);
	destroy(large);
	destroy(small);
}

static struct calibration rehearsed(const struct folder *folder, unsigned without)
{
	struct calibration calibration;
	struct match_settings settings = match_settings_default();
	settings.without = without;
	assert_int_equal(
	        rehearse(&folder->knowledge, folder->indexed.normaliser, &settings, &calibration),
	        STATUS_OK);
	return calibration;
}

/* The folder that a rehearsal asks is smaller than the one whose confidence it fits. */
static void a_folder_with_habits_is_rehearsed_with_them(void **state)
{
	struct folder *folder = make(ENTRIES);
	(void)state;
	assert_true(habits_tell(&folder->knowledge));
	const struct calibration with = rehearsed(folder, 0);
	const struct calibration without = rehearsed(folder, PART_HABITS);
	assert_memory_not_equal(&with, &without, sizeof(with));
	destroy(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_tells_of_a_failure_does_not_ask_how),
		cmocka_unit_test(a_folder_of_few_answers_has_no_habits),
		cmocka_unit_test(a_matcher_has_habits_where_its_folder_is_large_enough),
		cmocka_unit_test(a_folder_with_habits_is_rehearsed_with_them),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

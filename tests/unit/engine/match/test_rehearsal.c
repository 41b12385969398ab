#include "engine/match/rehearsal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ENTRIES = 24, ALTERNATES = 3, TEXT_SIZE = 96 };

/* Words that share no character, so that an entry is found by its own or not at all. */
static const char *const topics[ENTRIES] = {
	"退款", "开户", "改密", "挂失", "汇率", "贷款", "年费", "积分",
	"短信", "限额", "理财", "基金", "保险", "工资", "外币", "网银",
	"柜台", "排队", "流水", "存单", "利息", "黄金", "债券", "车位",
};

struct folder {
	char texts[ENTRIES][ALTERNATES + 1][TEXT_SIZE];
	char ids[ENTRIES][16];
	const char *also[ENTRIES][ALTERNATES];
	struct entry entries[ENTRIES];
	struct knowledge knowledge;
};

/* Each entry asks in four ways; `apart`: about its own topic, else all about the same few. */
static void fill(struct folder *folder, bool apart)
{
	static const char *const before[ALTERNATES + 1] = { "", "", "想问", "" };
	static const char *const after[ALTERNATES + 1] = { "怎么办理", "要带哪些东西", "在何处能弄",
		                                           "需等几日" };
	memset(folder, 0, sizeof(*folder));
	for (int e = 0; e < ENTRIES; e++) {
		for (int i = 0; i <= ALTERNATES; i++)
			snprintf(folder->texts[e][i], TEXT_SIZE, "%s%s%s", before[i],
			         topics[apart ? e : i], after[i]);
		for (int i = 0; i < ALTERNATES; i++)
			folder->also[e][i] = folder->texts[e][i + 1];
		snprintf(folder->ids[e], sizeof(folder->ids[e]), "entry-%d", e);
		folder->entries[e] = (struct entry){
			.id = folder->ids[e],
			.question = folder->texts[e][0],
			.answer = "",
			.also = { folder->also[e], ALTERNATES },
		};
	}
	folder->knowledge = (struct knowledge){ .entries = folder->entries,
		                                .entry_count = ENTRIES,
		                                .answer_count = ENTRIES };
}

static struct calibration rehearsed(bool apart)
{
	static struct folder folder;
	struct normaliser *normaliser = NULL;
	struct calibration calibration;
	const struct match_settings settings = match_settings_default();
	fill(&folder, apart);
	assert_int_equal(normaliser_create(&normaliser), STATUS_OK);
	assert_int_equal(rehearse(&folder.knowledge, normaliser, &settings, &calibration),
	                 STATUS_OK);
	normaliser_destroy(normaliser);
	return calibration;
}

/* As sure as that where nothing is known of the shares. */
static double confidence(const struct calibration *calibration, double strength, double lead)
{
	const struct calibration_shares usual = calibration_usual_shares();
	return calibration_confidence(calibration, strength, lead, &usual);
}

static void a_folder_whose_entries_are_alike_is_less_sure_of_itself(void **state)
{
	(void)state;
	const struct calibration apart = rehearsed(true), alike = rehearsed(false);
	assert_true(confidence(&alike, 2, 0.1) < confidence(&apart, 2, 0.1));
	const struct calibration_shares usual = calibration_usual_shares();
	assert_true(calibration_offer(&alike, 2, &usual) < calibration_offer(&apart, 2, &usual));
}

static void the_same_folder_gives_the_same_calibration(void **state)
{
	(void)state;
	const struct calibration first = rehearsed(true), second = rehearsed(true);
	assert_memory_equal(&first, &second, sizeof(first));
}

static void an_empty_folder_is_calibrated_as_usual(void **state)
{
	struct normaliser *normaliser = NULL;
	struct calibration calibration;
	const struct calibration usual = calibration_usual();
	const struct match_settings settings = match_settings_default();
	const struct knowledge empty = { 0 };
	(void)state;
	assert_int_equal(normaliser_create(&normaliser), STATUS_OK);
	assert_int_equal(rehearse(&empty, normaliser, &settings, &calibration), STATUS_OK);
	assert_memory_equal(&calibration, &usual, sizeof(usual));
	normaliser_destroy(normaliser);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_folder_whose_entries_are_alike_is_less_sure_of_itself),
		cmocka_unit_test(the_same_folder_gives_the_same_calibration),
		cmocka_unit_test(an_empty_folder_is_calibrated_as_usual),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

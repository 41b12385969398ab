/* What an author may change alone: no reader may read another word, number or sign. */
#include "office/authoring/difference.h"

#include "knowledge_fixture.h"

/* One entry in a folder of its own; `more` are members of it. */
static struct knowledge *made(struct place *place, const char *folder, const char *answer,
                              const char *more)
{
	char path[64], text[1024];

	snprintf(path, sizeof(path), "%s/faq/1.json", folder);
	snprintf(text, sizeof(text),
	         "{\"id\": \"e\", \"question\": \"几分合格？\", \"answer\": \"%s\"%s}\n", answer,
	         more);
	write_text(path, text);
	return load(place, folder);
}

static struct differences between(struct place *place, const char *const answers[2],
                                  const char *const more[2])
{
	struct knowledge *before = made(place, "before", answers[0], more[0]);
	struct knowledge *after = made(place, "after", answers[1], more[1]);
	struct differences out;
	struct arena *arena;

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(differences_find(before, after, arena, &out), STATUS_OK);
	out.items = NULL;
	arena_destroy(arena);
	knowledge_destroy(before);
	knowledge_destroy(after);
	return out;
}

static bool is_trivial(struct place *place, const char *before, const char *after)
{
	const char *const answers[] = { before, after }, *const more[] = { "", "" };
	const struct differences found = between(place, answers, more);

	assert_int_equal(found.count, strcmp(before, after) == 0 ? 0 : 2);
	return found.trivial;
}

static void what_parts_sentences_says_nothing(void **state)
{
	static const char *const pairs[][2] = {
		{ "成绩合格，可以报名。", "成绩合格可以报名" },
		{ "成绩合格,可以报名.", "成绩合格， 可以 报名。" },
		{ "见《办法》（试行）", "见“办法”(试行)" },
		{ "先登录；再申请……", "先登录、再申请！" },
		{ "登录 OA 系统", "登录OA系统" },
		{ "共5人，可以", "共5人可以" },
		{ "请看  a b", "请看 a  b" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (!is_trivial(*state, pairs[i][0], pairs[i][1]))
			fail_msg("%s / %s", pairs[i][0], pairs[i][1]);
}

static void every_other_sign_says_something(void **state)
{
	static const char *const pairs[][2] = {
		{ "成绩≥60分合格", "成绩<60分合格" },
		{ "缴5%", "缴5‰" },
		{ "缴5%", "缴5" },
		{ "已办（√）", "已办（×）" },
		{ "气温-5度", "气温5度" },
		{ "面积10²", "面积102" },
		{ "2.5倍", "25倍" },
		{ "2.5倍", "2 5倍" },
		{ "2 5倍", "25倍" },
		{ "共.5倍", "共5倍" },
		{ "1. 5人", "1.5人" },
		{ "5+3", "5 3" },
		{ "a.b", "ab" },
		{ "甲→乙", "甲乙" },
		{ "第①项", "第1项" },
		{ "見面", "见面" },
	};

	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (is_trivial(*state, pairs[i][0], pairs[i][1]))
			fail_msg("%s / %s", pairs[i][0], pairs[i][1]);
}

static void what_stands_beneath_an_answer_is_read_too(void **state)
{
	static const char *const more[] = {
		", \"source\": {\"document\": \"甲\", \"item\": 1}, \"reviewed\": \"2026-01-01\"",
		", \"source\": {\"document\": \"乙\", \"item\": 1}, \"reviewed\": \"2026-01-01\"",
		", \"source\": {\"document\": \"甲\", \"item\": 2}, \"reviewed\": \"2026-01-01\"",
		", \"source\": {\"document\": \"甲\", \"item\": 1}, \"reviewed\": \"2026-01-02\"",
	};
	const char *const answers[] = { "六十分。", "六十分。" };

	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		const char *const both[] = { more[0], more[i] };
		const struct differences found = between(*state, answers, both);

		assert_int_equal(found.count, 0);
		assert_true(found.finds_alike);
		assert_int_equal(found.trivial, i == 0);
	}
}

int main(void)
{
#define T(test_) cmocka_unit_test_setup_teardown(test_, enter, leave)
	const struct CMUnitTest tests[] = {
		T(what_parts_sentences_says_nothing),
		T(every_other_sign_says_something),
		T(what_stands_beneath_an_answer_is_read_too),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

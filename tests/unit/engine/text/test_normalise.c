#include "text_fixture.h"

#include <string.h>

static struct text normalised(const struct fixture *f, struct span input)
{
	struct text text;

	assert_int_equal(normalise(f->normaliser, input, f->arena, &text), STATUS_OK);
	assert_int_equal(text.utf8.ptr[text.utf8.len], '\0');
	assert_int_equal(strlen(text.utf8.ptr), text.utf8.len);
	return text;
}

static void assert_becomes(const struct fixture *f, const char *input, const char *expected)
{
	assert_string_equal(normalised(f, span_of(input)).utf8.ptr, expected);
}

static void full_width_letters_and_digits_become_half_width_lower_case(void **state)
{
	assert_becomes(*state, "ＩＥ１１浏览器 Chrome", "ie11浏览器chrome");
	assert_becomes(*state, "①⑵ Ⅳ ㎏ Straße", "1(2) iv kg strasse");
}

static void traditional_characters_become_simplified(void **state)
{
	assert_becomes(*state, "後裡證", "后里证");
	assert_becomes(*state, "資訊", "资讯");
	assert_becomes(*state, "怎麼", "怎么");
	assert_becomes(*state, "審核證書為什麽無法獲取", "审核证书为什么无法获取");
	assert_becomes(*state, "註銷覈對檔案賬號帳號", "注销核对档案账号帐号");
	assert_becomes(*state, "點擊登錄與駁回", "点击登录与驳回");
}

static void what_is_simplified_already_stays(void **state)
{
	static const char *const sentences[] = {
		"亊吋幺只乾著藉",
		"您尚有未办结的申请事项",
		"成绩不存在或已过期",
		"只有安全生产考核合格证书才能延续",
		"单位变更后重新申报还是被退回怎么办",
		"里面后面干部制度复核系统",
		"苎麻姊妹具体俱乐部",
	};

	for (size_t i = 0; i < sizeof sentences / sizeof *sentences; i++)
		assert_becomes(*state, sentences[i], sentences[i]);
}

static void the_result_stays_the_same_when_normalised_again(void **state)
{
	const struct fixture *f = *state;
	struct arena *arena;
	char input[5];

	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	for (uint32_t c = 1; c < 0x10000; c++) {
		struct text once, twice;

		if (c >= 0xD800 && c < 0xE000)
			continue;
		arena_reset(arena);
		input[0] = (char)(c < 0x80 ? c : c < 0x800 ? 0xC0 | (c >> 6) : 0xE0 | (c >> 12));
		input[1] = (char)(c < 0x800 ? 0x80 | (c & 63) : 0x80 | ((c >> 6) & 63));
		input[2] = (char)(0x80 | (c & 63));
		input[c < 0x80 ? 1 : c < 0x800 ? 2 : 3] = '\0';
		assert_int_equal(normalise(f->normaliser, span_of(input), arena, &once), STATUS_OK);
		assert_int_equal(normalise(f->normaliser, once.utf8, arena, &twice), STATUS_OK);
		if (!span_equal(once.utf8, twice.utf8))
			fail_msg("U+%04X: \"%s\" becomes \"%s\"", c, once.utf8.ptr, twice.utf8.ptr);
	}
	arena_destroy(arena);
}

static void radicals_out_of_a_pdf_become_letters(void **state)
{
	assert_becomes(*state, "⻓期⻔户⻚面⻛险", "长期门户页面风险");
	assert_becomes(*state, "⽇⽉", "日月"); /* Kangxi radicals: NFKC */
}

static void quotes_of_every_shape_are_one(void **state)
{
	assert_becomes(*state, "“甲”„乙‟「丙」『丁』＂戊\"", "\"甲\"\"乙\"\"丙\"\"丁\"\"戊\"");
	assert_becomes(*state, "‘甲’`乙＇", "'甲''乙'");
}

static void brackets_of_a_family_are_one(void **state)
{
	assert_becomes(*state, "（甲）(乙)", "(甲)(乙)");
	assert_becomes(*state, "〔甲〕［乙］【丙】[丁]", "[甲][乙][丙][丁]");
	assert_becomes(*state, "《甲》〈乙〉＜丙＞", "<甲><乙><丙>");
	assert_becomes(*state, "｛甲｝", "{甲}");
}

static void stops_and_dashes_are_one(void **state)
{
	assert_becomes(*state, "甲—乙–丙−丁ー戊－己～", "甲-乙-丙-丁-戊-己~");
	assert_becomes(*state, "甲，乙、丙。丁？戊！己：庚；｡", "甲,乙,丙.丁?戊!己:庚;.");
}

static void white_space_beside_han_goes(void **state)
{
	assert_becomes(*state, "照 片　上 传", "照片上传");
	assert_becomes(*state, "用 IE 11 打开", "用ie 11打开");
	assert_becomes(*state, "甲\r\n\r\n乙", "甲乙");
}

static void other_white_space_is_one_blank(void **state)
{
	assert_becomes(*state, "a \t\n\xC2\xA0 b\r\nc", "a b c");
	assert_becomes(*state, "a , b", "a , b");
	assert_becomes(*state, "  a  ", "a");
	assert_becomes(*state, " \n　", "");
	assert_becomes(*state, "", "");
}

static void what_has_no_width_goes(void **state)
{
	/* U+200B, U+FEFF, U+00AD, U+202E, U+FE0F, BEL, U+E000, U+2060. */
	assert_becomes(*state, "证\u200B书\uFEFF过\u00AD期\u202E了\uFE0F吗\a\uE000\u2060",
	               "证书过期了吗");
	assert_becomes(*state, "a \u200B b", "a b");
	assert_becomes(*state, "\u200B", "");
	assert_becomes(*state, "1\uFE0F\u20E3", "1");
}

static void letters_compose_with_their_marks(void **state)
{
	assert_becomes(*state, "cafe\u0301", "caf\u00E9");
	assert_becomes(*state, "CAFE\u0301 A\u030A", "caf\u00E9 \u00E5");
	/* A character of no width does not part them. */
	assert_becomes(*state, "e\u200B\u0301x", "\u00E9x");
	/* Marks are put in order: dot below before acute. */
	assert_becomes(*state, "q\u0301\u0323", "q\u0323\u0301");
	assert_becomes(*state, "\u1112\u1161\u11AB", "\uD55C");
	assert_becomes(*state, "か\u3099", "が");
}

static void decoration_on_han_goes(void **state)
{
	assert_becomes(*state, "证\u035B\u0301书\u0489", "证书");
}

static void many_marks_on_a_letter_are_no_harm(void **state)
{
	static char input[600002];
	struct text text;

	input[0] = 'q';
	for (size_t i = 1; i + 3 < sizeof input; i += 4)
		memcpy(input + i, "\u0301\u0323", 4);
	text = normalised(*state, span_of(input));
	assert_int_equal(text.points[0], 'q');
	assert_int_equal(text.count, 1 + (strlen(input) - 1) / 2);
}

static void ill_formed_bytes_become_replacement_characters(void **state)
{
	assert_becomes(*state, "证\xFF书\xE4", "证\uFFFD书\uFFFD");
	assert_becomes(*state, "\xC0\x80", "\uFFFD\uFFFD");
}

static void origins_point_to_the_source(void **state)
{
	struct text text = normalised(*state, span_of("  證㎏ e\u0301"));
	struct text blank = normalised(*state, span_of("a \t b"));

	/* "证", "k", "g" from bytes 2, 5, 5, a blank from 8 and é from 9. */
	assert_int_equal(text.count, 5);
	assert_int_equal(text.origins[0], 2);
	assert_int_equal(text.origins[1], 5);
	assert_int_equal(text.origins[2], 5);
	assert_int_equal(text.origins[3], 8);
	assert_int_equal(text.origins[4], 9);
	assert_int_equal(blank.count, 3);
	assert_int_equal(blank.origins[1], 1);
	assert_int_equal(blank.origins[2], 4);
}

static void the_longest_expansion_is_whole(void **state)
{
	/* U+FDFA becomes 18 code points, with three blanks among them. */
	struct text text = normalised(*state, span_of("\uFDFA\uFDFA"));

	assert_int_equal(text.count, 36);
	assert_int_equal(text.origins[17], 0);
	assert_int_equal(text.origins[18], 3);
}

static void more_than_a_mebibyte_is_refused(void **state)
{
	const struct fixture *f = *state;
	static char input[(1 << 20) + 2];
	struct text text;
	struct span span = { input, 1 << 20 };

	memset(input, 'a', sizeof input - 1);
	assert_int_equal(normalise(f->normaliser, span, f->arena, &text), STATUS_OK);
	assert_int_equal(text.count, 1 << 20);
	span.len++;
	assert_int_equal(normalise(f->normaliser, span, f->arena, &text), STATUS_LIMIT);
}

static void an_exhausted_arena_is_said(void **state)
{
	const struct fixture *f = *state;
	struct arena *small;
	struct text text;

	assert_int_equal(arena_create(&small, 64), STATUS_OK);
	assert_int_equal(
	        normalise(f->normaliser, span_of("您尚有未办结的申请事项请等待办结"), small, &text),
	        STATUS_NO_MEMORY);
	arena_destroy(small);
}

static void han_and_words_are_told_apart(void **state)
{
	(void)state;
	assert_true(code_point_is_han(0x8BC1));  /* 证 */
	assert_true(code_point_is_han(0x3007));  /* 〇 */
	assert_true(code_point_is_han(0x3400));  /* extension A */
	assert_true(code_point_is_han(0x20000)); /* extension B */
	assert_false(code_point_is_han(0x3005)); /* 々 */
	assert_false(code_point_is_han(0x3021)); /* Suzhou numeral one */
	assert_false(code_point_is_han('a'));
	assert_true(code_point_is_word('a'));
	assert_true(code_point_is_word('7'));
	assert_true(code_point_is_word(0xE9));
	assert_true(code_point_is_word(0x3042)); /* あ */
	assert_false(code_point_is_word(0x8BC1));
	assert_false(code_point_is_word(' '));
	assert_false(code_point_is_word('-'));
	assert_false(code_point_is_word(0x110000));
	assert_false(code_point_is_han(0xFFFFFFFF));
}

static void the_block_of_han_is_all_han(void **state)
{
	(void)state;
	for (uint32_t point = CODE_POINT_HAN_FIRST; point <= CODE_POINT_HAN_LAST; point++) {
		assert_true(code_point_is_han_by_table(point));
		assert_false(code_point_is_word_by_table(point));
	}
}

static void destroying_nothing_is_allowed(void **state)
{
	(void)state;
	normaliser_destroy(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(full_width_letters_and_digits_become_half_width_lower_case),
		cmocka_unit_test(traditional_characters_become_simplified),
		cmocka_unit_test(what_is_simplified_already_stays),
		cmocka_unit_test(the_result_stays_the_same_when_normalised_again),
		cmocka_unit_test(radicals_out_of_a_pdf_become_letters),
		cmocka_unit_test(quotes_of_every_shape_are_one),
		cmocka_unit_test(brackets_of_a_family_are_one),
		cmocka_unit_test(stops_and_dashes_are_one),
		cmocka_unit_test(white_space_beside_han_goes),
		cmocka_unit_test(other_white_space_is_one_blank),
		cmocka_unit_test(what_has_no_width_goes),
		cmocka_unit_test(letters_compose_with_their_marks),
		cmocka_unit_test(decoration_on_han_goes),
		cmocka_unit_test(many_marks_on_a_letter_are_no_harm),
		cmocka_unit_test(ill_formed_bytes_become_replacement_characters),
		cmocka_unit_test(origins_point_to_the_source),
		cmocka_unit_test(the_longest_expansion_is_whole),
		cmocka_unit_test(more_than_a_mebibyte_is_refused),
		cmocka_unit_test(an_exhausted_arena_is_said),
		cmocka_unit_test(han_and_words_are_told_apart),
		cmocka_unit_test(the_block_of_han_is_all_han),
		cmocka_unit_test(destroying_nothing_is_allowed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

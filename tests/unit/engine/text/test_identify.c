#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/text/check_digit.h"
#include "engine/text/identify.h"

static int set_up(void **state)
{
	static struct arena *arena;

	assert_int_equal(arena_create(&arena, 64 << 20), STATUS_OK);
	*state = arena;
	return 0;
}

static int tear_down(void **state)
{
	arena_destroy(*state);
	return 0;
}

static struct identifier_list found_in(void **state, const char *text)
{
	struct identifier_list list;

	assert_int_equal(identify(span_of(text), *state, &list), STATUS_OK);
	return list;
}

/* Exactly one identifier, from `value` of the text. */
static void assert_finds(void **state, const char *text, enum identifier_kind kind,
                         enum identifier_fault fault, const char *value, const char *canonical)
{
	struct identifier_list list = found_in(state, text);
	const char *at = strstr(text, value);

	if (list.count != 1)
		fail_msg("%zu in %s", list.count, text);
	assert_string_equal(identifier_name(list.items[0].kind), identifier_name(kind));
	if (list.items[0].fault != fault)
		fail_msg("fault %d of %s", (int)list.items[0].fault, text);
	assert_non_null(at);
	assert_int_equal(list.items[0].start, at - text);
	assert_int_equal(list.items[0].end, list.items[0].start + strlen(value));
	assert_true(span_equal(list.items[0].value, span_of(value)));
	assert_string_equal(list.items[0].canonical, canonical);
}

static void assert_finds_nothing(void **state, const char *text)
{
	struct identifier_list list = found_in(state, text);

	if (list.count != 0)
		fail_msg("%s in %s", list.items[0].canonical, text);
}

static void assert_masks(void **state, const char *text, const char *expected)
{
	struct identifier_list list = found_in(state, text);
	struct buf out;

	buf_init(&out, 1 << 20);
	mask(span_of(text), &list, &out);
	assert_int_equal(buf_status(&out), STATUS_OK);
	assert_string_equal(buf_text(&out), expected);
	buf_deinit(&out);
}

static void examples_printed_in_the_id_standard_fit(void **state)
{
	(void)state;
	assert_true(id_number_check(span_of("11010519491231002X")));
	assert_true(id_number_check(span_of("11010519491231002x")));
	assert_true(id_number_check(span_of("440524188001010014")));
}

/*
 * 41010319900101001: 4*7 + 1*9 + 1*5 + 3*4 + 1*2 + 9*1 + 9*6 + 1*9 + 1*5 + 1*2 = 135 = 3 mod 11,
 * for which ISO 7064 MOD 11-2 has 9.
 */
static void an_id_check_digit_by_hand_fits_and_no_other_does(void **state)
{
	char digits[] = "410103199001010010";

	(void)state;
	for (const char *c = "0123456789X"; *c; c++) {
		digits[17] = *c;
		assert_int_equal(id_number_check(span_of(digits)), *c == '9');
	}
	assert_false(id_number_check(span_of("41010319900101001")));
	assert_false(id_number_check(span_of("4101031990010100199")));
	assert_false(id_number_check(span_of("41010319900101O019")));
}

/*
 * The example of GB 32100: 9*1 + 1*3 + 3*9 + 5*27 + 1*26 + 21*20 (M) + 1*8 + 30*30 (Y) + 4*28 =
 * 1640 = 28 mod 31, and 31 - 28 = 3.
 */
static void a_credit_code_check_by_hand_fits_and_no_other_does(void **state)
{
	char code[] = "91350100M000100Y40";

	(void)state;
	for (const char *c = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"; *c; c++) {
		code[17] = *c;
		assert_int_equal(credit_code_check(span_of(code)), *c == '3');
	}
	assert_true(credit_code_check(span_of("91350100m000100y43")));
	assert_false(credit_code_check(span_of("91350100M000100Y4")));
	assert_false(credit_code_check(span_of("9135010OM000100Y43")));
}

/*
 * GB 11714: 13*3 (D) + 2*7 + 1*9 + 4*10 + 3*5 + 5*8 + 6*4 + 9*2 = 199 = 1 mod 11; 11 - 1 = 10: X.
 * 12345678: 3 + 14 + 27 + 40 + 25 + 48 + 28 + 16 = 201 = 3 mod 11; 8.
 */
static void an_organisation_code_check_by_hand_fits_and_no_other_does(void **state)
{
	(void)state;
	assert_true(organisation_code_check(span_of("D2143569-X")));
	assert_true(organisation_code_check(span_of("D2143569X")));
	assert_true(organisation_code_check(span_of("d2143569x")));
	assert_true(organisation_code_check(span_of("12345678-8")));
	assert_false(organisation_code_check(span_of("12345678-9")));
	assert_false(organisation_code_check(span_of("D2143569-1")));
	assert_false(organisation_code_check(span_of("D2143569")));
	assert_false(organisation_code_check(span_of("D214356-9X")));
}

static void an_id_number_is_found_amid_text(void **state)
{
	assert_finds(state, "我的身份证号是410103199001010019，查一下", IDENTIFIER_ID_NUMBER,
	             IDENTIFIER_SOUND, "410103199001010019", "410103199001010019");
	assert_finds(state, "ID410103199001010019ok", IDENTIFIER_ID_NUMBER, IDENTIFIER_SOUND,
	             "410103199001010019", "410103199001010019");
}

static void an_id_number_in_groups_is_found(void **state)
{
	static const char *const ways[] = { "4101 0319 9001 0100 19", "410103 19900101 0019",
		                            "410103-19900101-0019", "410103　19900101　0019" };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		assert_finds(state, ways[i], IDENTIFIER_ID_NUMBER, IDENTIFIER_SOUND, ways[i],
		             "410103199001010019");
}

static void an_id_number_in_full_width_digits_is_found(void **state)
{
	assert_finds(state, "号：４１０１０３１９９００１０１００１９。", IDENTIFIER_ID_NUMBER,
	             IDENTIFIER_SOUND, "４１０１０３１９９００１０１００１９",
	             "410103199001010019");
	assert_finds(state, "１１０１０５１９４９１２３１００２ｘ", IDENTIFIER_ID_NUMBER,
	             IDENTIFIER_SOUND, "１１０１０５１９４９１２３１００２ｘ",
	             "11010519491231002X");
}

static void a_lower_case_x_or_a_times_sign_is_a_check_digit(void **state)
{
	assert_finds(state, "11010519491231002x", IDENTIFIER_ID_NUMBER, IDENTIFIER_SOUND,
	             "11010519491231002x", "11010519491231002X");
	assert_finds(state, "11010519491231002×", IDENTIFIER_ID_NUMBER, IDENTIFIER_SOUND,
	             "11010519491231002×", "11010519491231002X");
}

static void characters_of_no_width_do_not_hide_an_id_number(void **state)
{
	assert_finds(state, "4101\u200B03199001\uFEFF010019", IDENTIFIER_ID_NUMBER,
	             IDENTIFIER_SOUND, "4101\u200B03199001\uFEFF010019", "410103199001010019");
}

static void a_wrong_check_digit_is_noticed(void **state)
{
	assert_finds(state, "410103199001010017", IDENTIFIER_ID_NUMBER, IDENTIFIER_WRONG_CHECK,
	             "410103199001010017", "410103199001010017");
	assert_finds(state, "4101 0319 9001 0100 17", IDENTIFIER_ID_NUMBER, IDENTIFIER_WRONG_CHECK,
	             "4101 0319 9001 0100 17", "410103199001010017");
}

/* 41010319900230001: 28 + 9 + 5 + 12 + 2 + 9 + 54 + 18 + 30 + 2 = 169 = 4 mod 11: check digit 8. */
static void the_thirtieth_of_february_is_noticed(void **state)
{
	assert_finds(state, "410103199002300018", IDENTIFIER_ID_NUMBER, IDENTIFIER_WRONG_DATE,
	             "410103199002300018", "410103199002300018");
	assert_finds(state, "4101 0319 9002 3000 18", IDENTIFIER_ID_NUMBER, IDENTIFIER_WRONG_DATE,
	             "4101 0319 9002 3000 18", "410103199002300018");
}

static void leap_days_are_known(void **state)
{
	struct identifier_list list;

	list = found_in(state, "410103200002290010 410103190002290010 410103199602290010");
	assert_int_equal(list.count, 3);
	assert_int_not_equal(list.items[0].fault, IDENTIFIER_WRONG_DATE);
	assert_int_equal(list.items[1].fault, IDENTIFIER_WRONG_DATE);
	assert_int_not_equal(list.items[2].fault, IDENTIFIER_WRONG_DATE);
}

static void longer_and_shorter_runs_of_digits_are_nothing(void **state)
{
	assert_finds_nothing(state, "41010319900101001");
	assert_finds_nothing(state, "4101031990010100199");
	assert_finds_nothing(state, "订单20231123410103199001010019");
	assert_finds_nothing(state, "卡号6222020200001234567");
	assert_finds_nothing(state, "2019-01-01至2023-12-31");
	assert_finds_nothing(state, "2019-01-01 2020-01-01 12");
	assert_finds_nothing(state, "1234 5678 9012 345678");
}

static void groups_end_at_a_line_break(void **state)
{
	assert_finds_nothing(state, "4101 0319\n9001 0100 19");
}

static void a_15_digit_id_number_is_found(void **state)
{
	assert_finds(state, "旧号410103900101001。", IDENTIFIER_ID_NUMBER_15, IDENTIFIER_SOUND,
	             "410103900101001", "410103900101001");
	assert_finds(state, "410103 900101 001", IDENTIFIER_ID_NUMBER_15, IDENTIFIER_SOUND,
	             "410103 900101 001", "410103900101001");
}

static void a_15_digit_id_number_with_no_such_date_is_noticed(void **state)
{
	assert_finds(state, "410103901301001", IDENTIFIER_ID_NUMBER_15, IDENTIFIER_WRONG_DATE,
	             "410103901301001", "410103901301001");
	assert_finds(state, "410103910229001", IDENTIFIER_ID_NUMBER_15, IDENTIFIER_WRONG_DATE,
	             "410103910229001", "410103910229001");
}

static void fifteen_digits_of_no_province_are_nothing(void **state)
{
	assert_finds_nothing(state, "990103900101001");
	assert_finds_nothing(state, "410103 901301 001");
}

static void a_credit_code_is_found(void **state)
{
	assert_finds(state, "统一社会信用代码91350100M000100Y43", IDENTIFIER_CREDIT_CODE,
	             IDENTIFIER_SOUND, "91350100M000100Y43", "91350100M000100Y43");
	assert_finds(state, "91350100 m000100y43", IDENTIFIER_CREDIT_CODE, IDENTIFIER_SOUND,
	             "91350100 m000100y43", "91350100M000100Y43");
}

static void a_wrong_check_character_of_a_credit_code_is_noticed(void **state)
{
	assert_finds(state, "91350100M000100Y44", IDENTIFIER_CREDIT_CODE, IDENTIFIER_WRONG_CHECK,
	             "91350100M000100Y44", "91350100M000100Y44");
}

/* GB 32100 has no O: somebody typed it for a zero. */
static void a_letter_that_no_credit_code_has_is_noticed(void **state)
{
	assert_finds(state, "91350100MO00100Y43", IDENTIFIER_CREDIT_CODE, IDENTIFIER_WRONG_CHECK,
	             "91350100MO00100Y43", "91350100MO00100Y43");
	assert_finds_nothing(state, "81350100MO00100Y43");
	assert_finds_nothing(state, "9135010OM000100Y43");
}

static void words_are_no_credit_code(void **state)
{
	assert_finds_nothing(state, "ABCDEFGHJKLMNPQRTU");
	assert_finds_nothing(state, "2023-11-23 UPDATE PATCH 12");
	assert_finds_nothing(state, "91350100M000100Y433");
}

static void an_organisation_code_is_found(void **state)
{
	assert_finds(state, "代码证D2143569-X", IDENTIFIER_ORGANISATION_CODE, IDENTIFIER_SOUND,
	             "D2143569-X", "D2143569X");
	assert_finds(state, "d2143569x", IDENTIFIER_ORGANISATION_CODE, IDENTIFIER_SOUND,
	             "d2143569x", "D2143569X");
}

static void an_organisation_code_that_does_not_fit_needs_an_introduction(void **state)
{
	assert_finds(state, "组织机构代码：12345678-9", IDENTIFIER_ORGANISATION_CODE,
	             IDENTIFIER_WRONG_CHECK, "12345678-9", "123456789");
	assert_finds_nothing(state, "编号：12345678-9");
	assert_finds_nothing(state, "123456789");
}

static void a_qq_number_is_no_organisation_code(void **state)
{
	assert_finds(state, "编号123456788", IDENTIFIER_ORGANISATION_CODE, IDENTIFIER_SOUND,
	             "123456788", "123456788");
	assert_finds_nothing(state, "QQ群：123456788");
	assert_finds_nothing(state, "qq 123456788");
}

static void a_certificate_number_is_found_in_every_class(void **state)
{
	static const char *const classes[] = { "A", "B", "C", "C1", "C2", "C3" };
	char text[64], canonical[64];

	for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
		strcpy(text, "豫建安");
		strcat(strcat(text, classes[i]), "（2019）0012345");
		strcpy(canonical, "豫建安");
		strcat(strcat(canonical, classes[i]), "(2019)0012345");
		assert_finds(state, text, IDENTIFIER_CERTIFICATE_NUMBER, IDENTIFIER_SOUND, text,
		             canonical);
	}
}

static void a_certificate_number_of_another_province_is_found(void **state)
{
	assert_finds(state, "证书粤建安C3（2021）0000001号", IDENTIFIER_CERTIFICATE_NUMBER,
	             IDENTIFIER_SOUND, "粤建安C3（2021）0000001", "粤建安C3(2021)0000001");
	assert_finds(state, "编号是建安B（2021）0000001", IDENTIFIER_CERTIFICATE_NUMBER,
	             IDENTIFIER_SOUND, "建安B（2021）0000001", "建安B(2021)0000001");
}

static void a_half_width_bracket_in_a_certificate_number_is_noticed(void **state)
{
	assert_finds(state, "豫建安B(2019)0012345", IDENTIFIER_CERTIFICATE_NUMBER,
	             IDENTIFIER_HALF_BRACKET, "豫建安B(2019)0012345", "豫建安B(2019)0012345");
}

static void mixed_and_other_brackets_in_a_certificate_number_are_noticed(void **state)
{
	static const char *const ways[] = {
		"豫建安B（2019)0012345", "豫建安B(2019）0012345",  "豫建安B〔2019〕0012345",
		"豫建安B[2019]0012345",  "豫建安B【2019】0012345", "豫建安B（20190012345",
	};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		assert_finds(state, ways[i], IDENTIFIER_CERTIFICATE_NUMBER,
		             IDENTIFIER_MIXED_BRACKET, ways[i], "豫建安B(2019)0012345");
}

static void missing_brackets_in_a_certificate_number_are_noticed(void **state)
{
	assert_finds(state, "豫建安B20190012345", IDENTIFIER_CERTIFICATE_NUMBER,
	             IDENTIFIER_NO_BRACKET, "豫建安B20190012345", "豫建安B(2019)0012345");
	assert_finds(state, "豫建安C220190012345", IDENTIFIER_CERTIFICATE_NUMBER,
	             IDENTIFIER_NO_BRACKET, "豫建安C220190012345", "豫建安C2(2019)0012345");
	assert_finds(state, "豫建安B-2019-0012345", IDENTIFIER_CERTIFICATE_NUMBER,
	             IDENTIFIER_NO_BRACKET, "豫建安B-2019-0012345", "豫建安B(2019)0012345");
}

static void blanks_and_small_letters_in_a_certificate_number_are_allowed(void **state)
{
	assert_finds(state, "豫 建安 ｂ （ ２０１９ ） 001 2345", IDENTIFIER_CERTIFICATE_NUMBER,
	             IDENTIFIER_SOUND, "豫 建安 ｂ （ ２０１９ ） 001 2345",
	             "豫建安B(2019)0012345");
}

static void a_certificate_number_does_not_swallow_what_follows(void **state)
{
	struct identifier_list list = found_in(state, "豫建安B（2019）0012345 13800000017");

	assert_int_equal(list.count, 2);
	assert_string_equal(list.items[0].canonical, "豫建安B(2019)0012345");
	assert_string_equal(list.items[1].canonical, "13800000017");
}

static void what_only_speaks_of_the_certificate_is_nothing(void **state)
{
	assert_finds_nothing(state, "豫建安B证2019年到期");
	assert_finds_nothing(state, "建安三类人员2019");
	assert_finds_nothing(state, "豫建安B（2019）12");
}

static void a_mobile_number_is_found_in_every_form(void **state)
{
	static const char *const ways[] = {
		"13800000017",       "138-0000-0017",
		"138 0000 0017",     "１３８００００００１７",
		"+86 138 0000 0017", "+8613800000017",
		"008613800000017",   "86-13800000017",
		"013800000017",      "138\u200B00000017",
	};

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		assert_finds(state, ways[i], IDENTIFIER_MOBILE, IDENTIFIER_SOUND, ways[i],
		             "13800000017");
	assert_finds(state, "电话13800000017谢谢", IDENTIFIER_MOBILE, IDENTIFIER_SOUND,
	             "13800000017", "13800000017");
}

static void eleven_digits_of_no_mobile_network_are_nothing(void **state)
{
	assert_finds_nothing(state, "12800000017");
	assert_finds_nothing(state, "23800000017");
	assert_finds_nothing(state, "1380000001");
	assert_finds_nothing(state, "138000000171");
}

static void a_landline_number_is_found_in_every_form(void **state)
{
	static const char *const ways[] = { "0371-65250866",  "037165250866",     "0371 65250866",
		                            "(0371)65250866", "（0371）65250866", "0371－65250866",
		                            "0371-6525 0866" };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		assert_finds(state, ways[i], IDENTIFIER_LANDLINE, IDENTIFIER_SOUND, ways[i],
		             "037165250866");
	assert_finds(state, "010-12345678", IDENTIFIER_LANDLINE, IDENTIFIER_SOUND, "010-12345678",
	             "01012345678");
	assert_finds(state, "0398-2345678", IDENTIFIER_LANDLINE, IDENTIFIER_SOUND, "0398-2345678",
	             "03982345678");
}

static void a_number_without_area_code_is_nothing(void **state)
{
	assert_finds_nothing(state, "65250866");
	assert_finds_nothing(state, "2020-01-01 08:30");
}

static void several_are_found_in_order(void **state)
{
	struct identifier_list list = found_in(
	        state, "410103199001010019 138 0000 0044 豫建安A（2020）0000123、0371-65250866 "
	               "91350100M000100Y43");
	static const enum identifier_kind kinds[] = { IDENTIFIER_ID_NUMBER, IDENTIFIER_MOBILE,
		                                      IDENTIFIER_CERTIFICATE_NUMBER,
		                                      IDENTIFIER_LANDLINE, IDENTIFIER_CREDIT_CODE };

	assert_int_equal(list.count, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_int_equal(list.items[i].kind, kinds[i]);
		if (i > 0)
			assert_true(list.items[i].start >= list.items[i - 1].end);
	}
}

static void stars_for_emphasis_hide_nothing(void **state)
{
	assert_finds(state, "**13800000017**", IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000017",
	             "13800000017");
	assert_finds(state, "****13800000017", IDENTIFIER_MOBILE, IDENTIFIER_SOUND, "13800000017",
	             "13800000017");
}

static void ill_formed_text_is_passed_over(void **state)
{
	assert_finds(state, "\xFF\xE8 13800000017\xE4", IDENTIFIER_MOBILE, IDENTIFIER_SOUND,
	             "13800000017", "13800000017");
	assert_finds_nothing(state, "");
	assert_finds_nothing(state, "1380000\xFF"
	                            "0017");
}

static void names_are_those_of_the_facts(void **state)
{
	(void)state;
	assert_string_equal(identifier_name(IDENTIFIER_ID_NUMBER), "id_number");
	assert_string_equal(identifier_name(IDENTIFIER_CERTIFICATE_NUMBER), "certificate_number");
}

static void a_mask_keeps_three_and_two_characters_at_most(void **state)
{
	assert_masks(state, "号410103199001010019。", "号410*************19。");
	assert_masks(state, "手机138 0000 0017", "手机138******17");
	assert_masks(state, "+8613800000017", "138******17");
	assert_masks(state, "410103900101001", "410**********01");
	assert_masks(state, "91350100M000100Y43", "913*************43");
	assert_masks(state, "0371-65250866", "037*******66");
	assert_masks(state, "D2143569-X", "D2******X");
	assert_masks(state, "没有号码", "没有号码");
	assert_masks(state, "", "");
}

static void a_masked_certificate_number_keeps_class_and_brackets(void **state)
{
	assert_masks(state, "豫建安B（2019）0012345", "豫建安B（****）*****45");
	assert_masks(state, "豫建安c1(2019)0012345号", "豫建安c1(****)*****45号");
	assert_masks(state, "豫建安C220190012345", "豫建安C2*********45");
	assert_masks(state, "豫建安A〔2019〕 123", "豫建安A〔****〕***");
}

/* A small generator: tests must not differ from run to run. */
static uint32_t next_random(uint32_t *seed, uint32_t below)
{
	*seed = *seed * 1664525U + 1013904223U;
	return (*seed >> 8) % below;
}

static void assert_nothing_is_left(void **state, struct span text, bool no_value_twice)
{
	struct identifier_list list, again;
	struct buf out;

	assert_int_equal(identify(text, *state, &list), STATUS_OK);
	buf_init(&out, 1 << 20);
	mask(text, &list, &out);
	assert_int_equal(buf_status(&out), STATUS_OK);
	for (size_t i = 0; no_value_twice && i < list.count; i++) {
		struct span value = list.items[i].value;

		if (memmem(buf_text(&out), out.len, value.ptr, value.len))
			fail_msg("%.*s is left in %s", SPAN_ARGS(value), buf_text(&out));
	}
	assert_int_equal(identify(buf_span(&out), *state, &again), STATUS_OK);
	if (again.count > 0)
		fail_msg("%s of %.*s became %s", again.items[0].canonical, SPAN_ARGS(text),
		         buf_text(&out));
	buf_deinit(&out);
}

static void nothing_sensitive_is_left_in_masked_sentences(void **state)
{
	static const char *const parts[] = {
		"410103199001010019",
		"4101 0319 9001 0100 17",
		"11010519491231002x",
		"13800000017",
		"+86 139-0000-0044",
		"豫建安B（2019）0012345",
		"豫建安c3(2020)1234567",
		"0371-65250866",
		"91350100M000100Y43",
		"D2143569-X",
		"机构代码12345678-9",
		"410103900101001",
		"我的证书",
		"，",
		" ",
		"\n",
		"-",
		"电话：",
		"QQ群",
		"12",
		"2019-01-01",
		"abc",
		"***",
		"（",
		")",
	};
	uint32_t seed = 2019;

	for (int round = 0; round < 20000; round++) {
		char text[512] = "";
		uint32_t count = 1 + next_random(&seed, 8);

		for (uint32_t i = 0; i < count; i++)
			strcat(text, parts[next_random(&seed, sizeof parts / sizeof *parts)]);
		assert_nothing_is_left(state, span_of(text), false);
		arena_reset(*state);
	}
}

static void no_value_is_left_in_a_masked_list(void **state)
{
	static const char *const parts[] = {
		"410103199001010019",
		"4101 0319 9001 0100 17",
		"11010519491231002x",
		"13800000017",
		"+86 139-0000-0044",
		"豫建安B（2019）0012345",
		"豫建安c3(2020)1234567",
		"0371-65250866",
		"91350100M000100Y43",
		"D2143569-X",
		"４１０１０３１９９００１０１００１９",
	};
	static const char *const between[] = { "，", "\n", "、", "和", "；电话", "。" };
	uint32_t seed = 7;

	for (int round = 0; round < 5000; round++) {
		char text[512] = "";
		struct identifier_list list;
		uint32_t count = 1 + next_random(&seed, 6);

		for (uint32_t i = 0; i < count; i++) {
			strcat(text, parts[next_random(&seed, sizeof parts / sizeof *parts)]);
			strcat(text, between[next_random(&seed, sizeof between / sizeof *between)]);
		}
		list = found_in(state, text);
		assert_int_equal(list.count, count);
		assert_nothing_is_left(state, span_of(text), true);
		arena_reset(*state);
	}
}

static void nothing_sensitive_is_left_in_masked_noise(void **state)
{
	static const char *const parts[] = { "0",   "1",  "1",      "3",    "8",        "9",
		                             "4",   "2",  "2019",   "1990", "0101",     "x",
		                             "B",   "M",  "-",      " ",    "*",        "**",
		                             "(",   "）", "豫",     "建安", "机构代码", "QQ",
		                             "+86", "，", "410103", "138",  "0371",     "000000" };
	uint32_t seed = 42;

	for (int round = 0; round < 200000; round++) {
		char text[1024] = "";
		uint32_t count = 4 + next_random(&seed, 24);
		size_t length = 0;

		for (uint32_t i = 0; i < count; i++) {
			const char *part = parts[next_random(&seed, sizeof parts / sizeof *parts)];

			strcpy(text + length, part);
			length += strlen(part);
		}
		assert_nothing_is_left(state, span_of(text), false);
		arena_reset(*state);
	}
}

static void a_mebibyte_of_digits_takes_linear_time(void **state)
{
	static char text[(1 << 20) + 1];
	static const char pattern[] = "4 1 0 1-0 3 1 9 9";
	struct identifier_list list;
	struct span span = { text, 1 << 20 };

	for (size_t i = 0; i < sizeof text - 1; i++)
		text[i] = pattern[i % (sizeof pattern - 1)];
	assert_int_equal(identify(span, *state, &list), STATUS_OK);
	span.len++;
	assert_int_equal(identify(span, *state, &list), STATUS_LIMIT);
	arena_reset(*state);
}

static void an_exhausted_arena_is_said(void **state)
{
	struct arena *small;
	struct identifier_list list;

	(void)state;
	assert_int_equal(arena_create(&small, 64), STATUS_OK);
	assert_int_equal(identify(span_of("身份证410103199001010019"), small, &list),
	                 STATUS_NO_MEMORY);
	arena_destroy(small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(examples_printed_in_the_id_standard_fit),
		cmocka_unit_test(an_id_check_digit_by_hand_fits_and_no_other_does),
		cmocka_unit_test(a_credit_code_check_by_hand_fits_and_no_other_does),
		cmocka_unit_test(an_organisation_code_check_by_hand_fits_and_no_other_does),
		cmocka_unit_test(an_id_number_is_found_amid_text),
		cmocka_unit_test(an_id_number_in_groups_is_found),
		cmocka_unit_test(an_id_number_in_full_width_digits_is_found),
		cmocka_unit_test(a_lower_case_x_or_a_times_sign_is_a_check_digit),
		cmocka_unit_test(characters_of_no_width_do_not_hide_an_id_number),
		cmocka_unit_test(a_wrong_check_digit_is_noticed),
		cmocka_unit_test(the_thirtieth_of_february_is_noticed),
		cmocka_unit_test(leap_days_are_known),
		cmocka_unit_test(longer_and_shorter_runs_of_digits_are_nothing),
		cmocka_unit_test(groups_end_at_a_line_break),
		cmocka_unit_test(a_15_digit_id_number_is_found),
		cmocka_unit_test(a_15_digit_id_number_with_no_such_date_is_noticed),
		cmocka_unit_test(fifteen_digits_of_no_province_are_nothing),
		cmocka_unit_test(a_credit_code_is_found),
		cmocka_unit_test(a_wrong_check_character_of_a_credit_code_is_noticed),
		cmocka_unit_test(a_letter_that_no_credit_code_has_is_noticed),
		cmocka_unit_test(words_are_no_credit_code),
		cmocka_unit_test(an_organisation_code_is_found),
		cmocka_unit_test(an_organisation_code_that_does_not_fit_needs_an_introduction),
		cmocka_unit_test(a_qq_number_is_no_organisation_code),
		cmocka_unit_test(a_certificate_number_is_found_in_every_class),
		cmocka_unit_test(a_certificate_number_of_another_province_is_found),
		cmocka_unit_test(a_half_width_bracket_in_a_certificate_number_is_noticed),
		cmocka_unit_test(mixed_and_other_brackets_in_a_certificate_number_are_noticed),
		cmocka_unit_test(missing_brackets_in_a_certificate_number_are_noticed),
		cmocka_unit_test(blanks_and_small_letters_in_a_certificate_number_are_allowed),
		cmocka_unit_test(a_certificate_number_does_not_swallow_what_follows),
		cmocka_unit_test(what_only_speaks_of_the_certificate_is_nothing),
		cmocka_unit_test(a_mobile_number_is_found_in_every_form),
		cmocka_unit_test(eleven_digits_of_no_mobile_network_are_nothing),
		cmocka_unit_test(a_landline_number_is_found_in_every_form),
		cmocka_unit_test(a_number_without_area_code_is_nothing),
		cmocka_unit_test(several_are_found_in_order),
		cmocka_unit_test(stars_for_emphasis_hide_nothing),
		cmocka_unit_test(ill_formed_text_is_passed_over),
		cmocka_unit_test(names_are_those_of_the_facts),
		cmocka_unit_test(a_mask_keeps_three_and_two_characters_at_most),
		cmocka_unit_test(a_masked_certificate_number_keeps_class_and_brackets),
		cmocka_unit_test(nothing_sensitive_is_left_in_masked_sentences),
		cmocka_unit_test(no_value_is_left_in_a_masked_list),
		cmocka_unit_test(nothing_sensitive_is_left_in_masked_noise),
		cmocka_unit_test(a_mebibyte_of_digits_takes_linear_time),
		cmocka_unit_test(an_exhausted_arena_is_said),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}

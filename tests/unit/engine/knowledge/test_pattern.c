#include "knowledge_fixture.h"

#include "engine/knowledge/pattern.h"

static struct pattern *compile(const char *source)
{
	struct pattern_fault fault;
	struct pattern *pattern = NULL;
	enum status status = pattern_compile(source, &fault, &pattern);

	if (status != STATUS_OK)
		print_error("%s: %s\n", source, fault.reason);
	assert_int_equal(status, STATUS_OK);
	return pattern;
}

/* Where the pattern is found, as "start-end", or "none". */
static void find(const char *source, const char *text, const char *expected)
{
	struct pattern *pattern = compile(source);
	struct pattern_scratch *scratch = NULL;
	size_t start = 99, end = 99;
	char found[64] = "none";

	assert_int_equal(pattern_scratch_create(&scratch), STATUS_OK);
	if (pattern_find(pattern, scratch, span_of(text), &start, &end)) {
		snprintf(found, sizeof(found), "%zu-%zu", start, end);
	}
	if (strcmp(found, expected) != 0)
		print_error("%s in %s\n", source, text);
	assert_string_equal(found, expected);
	assert_int_equal(pattern_scratch_limit_hits(scratch), 0);
	pattern_scratch_destroy(scratch);
	pattern_destroy(pattern);
}

static void a_pattern_is_found_in_bytes_of_utf8(void **state)
{
	(void)state;
	find("成绩.{0,4}过期", "查成绩已过期", "3-18");
	find("成绩", "查分数", "none");
}

static void matching_knows_no_case_and_no_ascii_limits(void **state)
{
	(void)state;
	find("ie11", "下载IE11吧", "6-10");
	find("\\w+é", "xCAFÉ", "0-6");
	find("^.$", "问", "0-3");
	find("a", "", "none");
}

static void an_empty_text_without_pointer_is_no_trouble(void **state)
{
	struct pattern *pattern = compile("a");
	struct pattern_scratch *scratch = NULL;
	size_t start, end;

	(void)state;
	assert_int_equal(pattern_scratch_create(&scratch), STATUS_OK);
	assert_false(pattern_find(pattern, scratch, (struct span){ NULL, 0 }, &start, &end));
	pattern_scratch_destroy(scratch);
	pattern_destroy(pattern);
	pattern_destroy(NULL);
	pattern_scratch_destroy(NULL);
}

/* The words that a pattern asks for: sets parted by blanks, their words by |. */
static void ask_for(const char *source, const char *expected)
{
	struct pattern *pattern = compile(source);
	const struct pattern_literals *literals = pattern_literals(pattern);
	char told[512] = "";

	for (size_t s = 0; s < literals->count; s++) {
		const char *word = literals->sets[s].words;

		for (size_t i = 0; i < literals->sets[s].count; i++, word += strlen(word) + 1) {
			strcat(told, i > 0 ? "|" : s > 0 ? " " : "");
			strcat(told, word);
		}
	}
	if (strcmp(told, expected) != 0)
		print_error("%s asks for %s\n", source, told);
	assert_string_equal(told, expected);
	pattern_destroy(pattern);
}

static void plain_text_of_a_pattern_is_asked_for_the_longest_first(void **state)
{
	(void)state;
	ask_for("45009", "45009");
	ask_for("聘[用请].{0,8}不一致", "不一致 聘");
	ask_for("(?:延续|续期|延期).{0,20}(?:成绩|分数)", "成绩|分数 延续|续期|延期");
	ask_for("证书|营业执照", "证书|营业执照");
	ask_for("错误\\.Code=.*IE11", "错误.code= ie11");
	ask_for("a(?:b(?:cd|efg)|hij)k", "cd|efg|hij a k");
	ask_for("(证书){2}号", "证书 号");
	ask_for("甲乙丙丁[[:space:]]+戊[]x]己", "甲乙丙丁 戊 己");
}

static void what_may_be_missing_is_not_asked_for(void **state)
{
	(void)state;
	ask_for("照片?传", "照 传");
	ask_for("(?:照片)*传", "传");
	ask_for("过(?!期)去", "过 去");
	ask_for("(?=.*甲)乙", "乙");
	ask_for("甲|乙丙?|\\d", "");
	ask_for("甲(?:乙|)丙", "甲 丙");
	ask_for("a{0}b", "b");
	ask_for("ab{0,3}c", "a c");
	ask_for("[^证]", "");
	ask_for("\\d{4}", "");
	ask_for("Ärger", "rger");
}

static void syntax_that_hides_what_is_needed_asks_for_nothing(void **state)
{
	static const char *const sources[] = {
		"a(?#comment)?b",
		"\\Qa\\E?b",
		"(?x) a ?b",
		"a(*ACCEPT)b",
		"(?(DEFINE)(?<x>z))b",
		"\\x{61}?b",
		"(a)\\1?b",
		"(?<x>a)(?P>x)",
		"a{,3}b",
		"[\\Q]\\E]?b",
		"[\\c]]?b",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		ask_for(sources[i], "");
}

static void a_group_of_very_many_words_asks_for_nothing(void **state)
{
	enum { WORDS = 1200 };
	char source[WORDS * 6 + 8] = "甲";
	size_t len = strlen(source);

	(void)state;
	for (int i = 0; i < WORDS; i++)
		len += (size_t)sprintf(source + len, "%cw%d", i == 0 ? '(' : '|', i % 1000);
	strcpy(source + len, ")");
	ask_for(source, "甲");
}

static void the_source_is_kept(void **state)
{
	struct pattern *pattern = compile("延.?续");

	(void)state;
	assert_string_equal(pattern_source(pattern), "延.?续");
	pattern_destroy(pattern);
}

/* What is refused, and at which byte. */
static void refuse(const char *source, size_t offset, const char *words)
{
	struct pattern_fault fault;
	struct pattern *pattern = NULL;

	if (pattern_compile(source, &fault, &pattern) != STATUS_INVALID) {
		print_error("not refused: %s\n", source);
		fail();
	}
	assert_null(pattern);
	if (!strstr(fault.reason, words) || fault.offset != offset)
		print_error("%s: %s (%zu)\n", source, fault.reason, fault.offset);
	assert_non_null(strstr(fault.reason, words));
	assert_int_equal(fault.offset, offset);
}

static void what_does_not_compile_says_where(void **state)
{
	(void)state;
	refuse("ab(c", 4, "parenthesis");
	refuse("a[b", 3, "character class");
	refuse("", 0, "empty");
	refuse("\xff", 0, "UTF-8");
	refuse("a\\Cb", 3, "\\C");
}

static void what_matches_an_empty_text_is_refused(void **state)
{
	(void)state;
	refuse("a*", 0, "empty text");
	refuse("a?|b", 0, "empty text");
	refuse("^", 0, "empty text");
	refuse("(?!x)", 0, "empty text");
}

static void a_repeated_group_that_matches_in_two_ways_is_refused(void **state)
{
	static const char *const sources[] = {
		"(a+)+b",
		"(?:a|aa)+b",
		"(?:a|A)+b",
		"(?:[a-f]|d)+x",
		"(?:\\d|[5-7])+x",
		"(?:a.{0,5}){2,}x",
		"(?:a+){0,100}x",
		"(?:(?:ab)+)+c",
		"(?i)(?<name>a+)+b",
		"\\Q(\\E(a+)+b",
		"[(](a+)+b",
		"(?#()(a+)+b",
		"(?x) # (\n (a+)+b",
		"(a{0,50}){0,50}b",
		"((a|b){1,9}){1,9}c",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		refuse(sources[i], 0, "too slow");
}

/* 60 times 60 times 60 ways from each 证; a recursion that never takes a character. */
static void a_pattern_that_could_use_up_a_turn_is_refused(void **state)
{
	(void)state;
	refuse("证.{0,60}信.{0,60}息.{0,60}错", 0, "too slow");
	refuse("x(?:.*a)(?:.*b)(?:.*c)", 0, "too slow");
	refuse("(?:.{0,30}a){3}b", 0, "too slow");
	refuse("(?P<n>|(?P>n))\\s", 0, "without an end");
}

static void what_only_looks_like_it_is_accepted(void **state)
{
	static const char *const sources[] = {
		"(?:ab|cd)+",      "(?:ab|ac)+x",    "(?:[^,]*+,)*x",
		"(?:a+)++b",       "(?>a+)+b",       "(?:abc)+",
		"(a+)?b",          "\\(a+\\)+",      "(?:[^,]*,)*x",
		"[(a+)+]",         "\\Q(a+)+\\E",    "(.)\\1+",
		"(?:all |any )*x", "(?:一|二|三)+x", "(?:\\d|[a-c]|，)+x",
		"(?:a{3}|b)+x",    "(?:a|b){1,5}c",  "^(?!.{0,200}(?:甲|乙)).{0,200}丙",
		"(*pla:x)x+",      "a{,3}b",         "a{x}",
		"(?i:ab|cd)+",     "(?>(a+)+)b",     "(?:是|是否)*x",
		"(?:x(?:a|ab))+y",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		pattern_destroy(compile(sources[i]));
}

/* Gaps without a bound between plain pieces: the first place of a piece is as good as any. */
static void plain_text_with_many_gaps_takes_no_longer_for_them(void **state)
{
	enum { LENGTH = 4000 };
	static const char *const sources[] = { "x.*a.*b.*c", "a.*a.*a.*a.*a.*b",
		                               "x[[:space:]]+.*a.*\\s+b" };
	struct pattern_scratch *scratch = NULL;
	char text[LENGTH];
	size_t start, end;

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_int_equal(pattern_scratch_create(&scratch), STATUS_OK);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		struct pattern *pattern = compile(sources[i]);

		assert_false(pattern_find(pattern, scratch, (struct span){ text, LENGTH }, &start,
		                          &end));
		pattern_destroy(pattern);
	}
	assert_int_equal(pattern_scratch_limit_hits(scratch), 0);
	pattern_scratch_destroy(scratch);
	find("x.*a.*b.*c", "1x2b3a4a5b6c7c8", "1-12");
	find("x.*a.*b.*c", "xbca", "none");
	find("x.*a\\s+b.*c", "xa b1a  b2c", "0-11");
	find("x\\s+.*\\s+b.*c", "x  bc", "0-5");
	find(".*a.*b", "12a3b4", "2-5");
}

static bool is_doubtful(const char *source)
{
	struct pattern_fault fault;
	struct pattern *pattern = NULL;

	assert_int_equal(pattern_compile(source, &fault, &pattern), STATUS_OK);
	assert_true(fault.doubtful == (fault.reason[0] != '\0'));
	pattern_destroy(pattern);
	return fault.doubtful;
}

static void a_pattern_that_a_long_message_may_have_to_go_without_is_doubtful(void **state)
{
	(void)state;
	assert_true(is_doubtful("证.{0,120}信.{0,120}错"));
	assert_false(is_doubtful("证.{0,20}信.{0,20}错"));
	assert_false(is_doubtful("x.*a"));
	assert_false(is_doubtful("x\\s+a\\s+b\\s+c\\s+d"));
	assert_false(is_doubtful("x.{0,9}a.{0,9}b.{0,9}c"));
}

/* From each of 1,500 places 60 characters and more would have to be gone through. */
static void a_limit_that_is_hit_is_counted_and_not_found(void **state)
{
	enum { LENGTH = 3000 };
	struct pattern *pattern = compile("x.{0,20}(?:x|y).{0,20}(?:x|z).{0,20}b");
	struct pattern_scratch *scratch = NULL;
	char text[LENGTH];
	struct budget budget = { 100000, 0 };
	struct pattern_search search = {
		.text = { text, LENGTH }, .starts = LENGTH, .budget = &budget, .slow = true
	};
	size_t start, end;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[LENGTH - 2] = '\n';
	text[LENGTH - 1] = 'b';
	assert_int_equal(pattern_scratch_create(&scratch), STATUS_OK);
	assert_false(pattern_search(pattern, scratch, &search));
	assert_true(pattern_scratch_limit_hits(scratch) >= 1);
	assert_false(search.slow); /* the text asks for too much, the pattern is as it was tried */
	assert_true(budget.left < 100000);
	assert_true(pattern_find(pattern, scratch, span_of("xxxxb"), &start, &end));
	assert_int_equal(end, 5);
	pattern_scratch_destroy(scratch);
	pattern_destroy(pattern);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_pattern_is_found_in_bytes_of_utf8),
		cmocka_unit_test(matching_knows_no_case_and_no_ascii_limits),
		cmocka_unit_test(an_empty_text_without_pointer_is_no_trouble),
		cmocka_unit_test(plain_text_of_a_pattern_is_asked_for_the_longest_first),
		cmocka_unit_test(what_may_be_missing_is_not_asked_for),
		cmocka_unit_test(a_group_of_very_many_words_asks_for_nothing),
		cmocka_unit_test(syntax_that_hides_what_is_needed_asks_for_nothing),
		cmocka_unit_test(the_source_is_kept),
		cmocka_unit_test(what_does_not_compile_says_where),
		cmocka_unit_test(what_matches_an_empty_text_is_refused),
		cmocka_unit_test(a_repeated_group_that_matches_in_two_ways_is_refused),
		cmocka_unit_test(what_only_looks_like_it_is_accepted),
		cmocka_unit_test(a_pattern_that_could_use_up_a_turn_is_refused),
		cmocka_unit_test(plain_text_with_many_gaps_takes_no_longer_for_them),
		cmocka_unit_test(a_pattern_that_a_long_message_may_have_to_go_without_is_doubtful),
		cmocka_unit_test(a_limit_that_is_hit_is_counted_and_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

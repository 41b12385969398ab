#include "support.h"

#include "engine/diagnose/atlas.h"
#include "engine/diagnose/atlas_cover.h"

#define FOLDER DAYI_SOURCE_DIR "/tests/fixtures/atlas"

/* What is odd about the rules of tests/fixtures/atlas, worked out by hand from each entry. */
struct expected {
	const char *entry;
	enum finding_kind kind;
	size_t first, second;
	const char *witness; /* NULL: any */
};

static const struct expected expected[] = {
	{ "overlap", FINDING_OVERLAP, 0, 1,
	  "{\"exam\":[{\"kind\":\"首次取证\",\"result\":\"不合格\"}]}" },
	{ "overlap", FINDING_GAP, 0, 0,
	  "{\"exam\":[{\"kind\":\"继续教育\",\"result\":\"合格\"}]}" },
	{ "overlap", FINDING_OPEN, 0, 0, "{\"exam\":[]}" },
	{ "gap-and-open", FINDING_GAP, 0, 0, "{\"exam\":[{\"result\":\"合格\"}]}" },
	{ "gap-and-open", FINDING_OPEN, 0, 0, "{\"exam\":[]}" },
	{ "never-applies", FINDING_NEVER_APPLIES, 0, 0, "" },
	{ "never-applies", FINDING_GAP, 0, 0, NULL },
	{ "never-applies", FINDING_OPEN, 0, 0, "{\"exam\":[]}" },
	{ "never-decided", FINDING_NEVER_DECIDED, 1, 1, "" },
	{ "never-decided", FINDING_OPEN, 0, 0, "{\"exam\":[]}" },
	{ "never-decided", FINDING_OPEN, 1, 1, "{\"exam\":[{\"result\":\"合格\"}]}" },
	/* The result is not known, and it says that it is not 合格. */
	{ "null-decides", FINDING_NULL_DECIDES, 0, 0, NULL },
	{ "same-sentence", FINDING_SAME_SENTENCE, 0, 0, NULL },
	{ "foreign-date", FINDING_FOREIGN_DATE, 0, 0, "{\"applicant\":[{\"blacklisted\":1}]}" },
	/* Two years before 2026-11-25, on the day. */
	{ "one-day", FINDING_OVERLAP, 0, 1, "{\"exam\":[{\"taken_on\":\"2024-11-25\"}]}" },
	{ "without-sentence", FINDING_NO_SENTENCE, 0, 0, "{\"applicant\":[{\"blacklisted\":1}]}" },
	{ "answers", FINDING_GAP, 0, 0, "{\"said\":[{\"fact\":\"score\",\"value\":\"good\"}]}" },
};

static const struct finding *find(const struct atlas *atlas, enum finding_kind kind, size_t first,
                                  size_t second)
{
	for (size_t i = 0; i < atlas->finding_count; i++)
		if (atlas->findings[i].kind == kind && atlas->findings[i].first == first &&
		    atlas->findings[i].second == second)
			return &atlas->findings[i];
	return NULL;
}

static struct atlas explore(struct clinic *clinic, const char *id, const char *today, size_t most)
{
	struct atlas_settings settings = { .most = most };
	struct atlas atlas;
	const struct entry *entry = knowledge_find(clinic->knowledge, id);
	assert_non_null(entry);
	snprintf(settings.today, sizeof(settings.today), "%s", today);
	assert_int_equal(atlas_explore(clinic->scratch, entry, &settings, clinic->arena, &atlas),
	                 STATUS_OK);
	return atlas;
}

static int open_folder(void **state)
{
	static struct clinic clinic;
	open_clinic(&clinic, FOLDER);
	arena_destroy(clinic.arena);
	assert_int_equal(arena_create(&clinic.arena, 256 << 20), STATUS_OK);
	*state = &clinic;
	return 0;
}

static int close_folder(void **state)
{
	close_clinic(*state);
	return 0;
}

static void each_oddity_is_found_with_its_smallest_record(void **state)
{
	for (size_t i = 0; i < sizeof(expected) / sizeof(expected[0]); i++) {
		const struct expected *one = &expected[i];
		const struct atlas atlas =
		        explore(*state, one->entry, "2026-11-25", ATLAS_RECORDS_MOST);
		const struct finding *finding = find(&atlas, one->kind, one->first, one->second);
		if (!finding) {
			fail_msg("%s: no %s", one->entry, finding_name(one->kind));
			continue;
		}
		if (one->witness)
			assert_string_equal(finding->witness, one->witness);
		arena_reset(((struct clinic *)*state)->arena);
	}
}

static void nothing_else_is_found(void **state)
{
	static const struct {
		const char *entry;
		size_t defects, others;
	} counts[] = {
		{ "overlap", 0, 3 },       { "gap-and-open", 0, 2 },  { "never-applies", 1, 2 },
		{ "never-decided", 1, 2 }, { "one-day", 0, 2 },       { "answers", 0, 1 },
		{ "folded", 0, 2 },        { "same-sentence", 1, 2 }, { "foreign-date", 1, 2 },
	};
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		const struct atlas atlas =
		        explore(*state, counts[i].entry, "2026-11-25", ATLAS_RECORDS_MOST);
		size_t defects = 0;
		for (size_t k = 0; k < atlas.finding_count; k++)
			defects += finding_is_defect(atlas.findings[k].kind);
		if (defects != counts[i].defects ||
		    atlas.finding_count - defects != counts[i].others) {
			struct buf text;
			buf_init(&text, 1 << 16);
			atlas_write_text(&atlas, &text);
			print_error("%s", buf_text(&text));
			buf_deinit(&text);
			fail_msg("%s", counts[i].entry);
		}
		arena_reset(((struct clinic *)*state)->arena);
	}
}

/* 29 February 2024 becomes 1 March 2026, so on that day both it and 1 March 2024 are the day. */
static void a_leap_day_is_among_the_days_around_a_boundary(void **state)
{
	const struct atlas atlas = explore(*state, "one-day", "2026-03-01", ATLAS_RECORDS_MOST);
	const struct finding *overlap = find(&atlas, FINDING_OVERLAP, 0, 1);
	assert_non_null(overlap);
	assert_string_equal(overlap->witness, "{\"exam\":[{\"taken_on\":\"2024-02-29\"}]}");
	arena_reset(((struct clinic *)*state)->arena);
}

/* The cases that only a folded name, or a number's older form, can reach are reached. */
static void names_and_numbers_have_the_forms_that_rules_tell_apart(void **state)
{
	static const char *const entries[] = { "folded", "old-number" };
	for (size_t i = 0; i < 2; i++) {
		const struct atlas atlas =
		        explore(*state, entries[i], "2026-11-25", ATLAS_RECORDS_MOST);
		assert_null(find(&atlas, FINDING_NEVER_APPLIES, 0, 0));
		assert_null(find(&atlas, FINDING_NEVER_DECIDED, 0, 0));
		arena_reset(((struct clinic *)*state)->arena);
	}
}

static void an_atom_that_is_not_read_leaves_nothing_proven(void **state)
{
	const struct atlas unread =
	        explore(*state, "unread-atom", "2026-11-25", ATLAS_RECORDS_MOST);
	struct buf text;
	assert_int_equal(unread.atoms, 1);
	assert_int_equal(unread.unread, 1);
	assert_false(atlas_is_complete(&unread));
	buf_init(&text, 1 << 16);
	atlas_write_text(&unread, &text);
	assert_non_null(strstr(buf_text(&text), "not proven"));
	assert_null(strstr(buf_text(&text), "complete"));
	buf_deinit(&text);
	/* A number of more than 30 characters would bring this one out, and none is tried. */
	const struct atlas number =
	        explore(*state, "unread-number", "2026-11-25", ATLAS_RECORDS_MOST);
	assert_int_equal(number.unread, 1);
	assert_null(find(&number, FINDING_NEVER_APPLIES, 0, 0));
	assert_null(find(&number, FINDING_NEVER_DECIDED, 0, 0));
	const struct atlas read = explore(*state, "one-day", "2026-11-25", ATLAS_RECORDS_MOST);
	assert_true(atlas_is_complete(&read));
	arena_reset(((struct clinic *)*state)->arena);
}

static void too_many_records_are_tried_in_pairs_and_it_says_so(void **state)
{
	const struct atlas atlas = explore(*state, "overlap", "2026-11-25", 3);
	struct buf text;
	assert_true(atlas.pairs);
	assert_false(atlas_is_complete(&atlas));
	buf_init(&text, 1 << 16);
	atlas_write_text(&atlas, &text);
	assert_non_null(strstr(buf_text(&text), "pairwise"));
	buf_deinit(&text);
	assert_non_null(find(&atlas, FINDING_OVERLAP, 0, 1));
	arena_reset(((struct clinic *)*state)->arena);
}

static void what_the_office_accepted_bears_its_reason(void **state)
{
	const struct atlas atlas =
	        explore(*state, "gap-and-open", "2026-11-25", ATLAS_RECORDS_MOST);
	assert_string_equal(find(&atlas, FINDING_OPEN, 0, 0)->accepted,
	                    "没有查到成绩的，请其咨询。");
	assert_null(find(&atlas, FINDING_GAP, 0, 0)->accepted);
	arena_reset(((struct clinic *)*state)->arena);
}

/* One condition: a record on either side of it, in which the other word changes the verdict. */
static void the_lines_that_are_missing_show_each_side_of_a_condition(void **state)
{
	struct clinic *clinic = *state;
	struct cover cover;
	struct buf lines;
	buf_init(&lines, 1 << 16);
	assert_int_equal(cover_explore(clinic->scratch,
	                               knowledge_find(clinic->knowledge, "gap-and-open"),
	                               "2026-11-25", clinic->arena, &lines, &cover),
	                 STATUS_OK);
	assert_int_equal(cover.decisions, 2);
	assert_int_equal(cover.shown, 0);
	assert_int_equal(cover.missing, 2);
	assert_non_null(
	        strstr(buf_text(&lines),
	               "{\"entry\":\"gap-and-open\",\"today\":\"2026-11-25\",\"facts\":"
	               "{\"exam\":[{\"result\":\"不合格\"}]},\"expect\":{\"1\":\"applies\"}}\n"));
	assert_non_null(
	        strstr(buf_text(&lines),
	               "{\"entry\":\"gap-and-open\",\"today\":\"2026-11-25\",\"facts\":"
	               "{\"exam\":[{\"result\":\"合格\"}]},\"expect\":{\"1\":\"excluded\"}}\n"));
	buf_deinit(&lines);
	/* 合格 and 不合格 at once: neither half changes the verdict by itself. */
	buf_init(&lines, 1 << 16);
	assert_int_equal(cover_explore(clinic->scratch,
	                               knowledge_find(clinic->knowledge, "never-applies"),
	                               "2026-11-25", clinic->arena, &lines, &cover),
	                 STATUS_OK);
	assert_int_equal(cover.decisions, 4);
	assert_int_equal(cover.missing, 0);
	buf_deinit(&lines);
	arena_reset(clinic->arena);
}

/* Its first answer says to nothing what it is of; the second one shows the side where it holds. */
static void a_sample_with_an_answer_to_no_question_is_gone_through(void **state)
{
	struct clinic *clinic = *state;
	struct cover cover;
	struct buf lines;
	buf_init(&lines, 1 << 16);
	assert_int_equal(cover_explore(clinic->scratch,
	                               knowledge_find(clinic->knowledge, "answers"), "2026-11-25",
	                               clinic->arena, &lines, &cover),
	                 STATUS_OK);
	assert_int_equal(cover.decisions, 4);
	assert_int_equal(cover.shown, 1);
	buf_deinit(&lines);
	arena_reset(clinic->arena);
}

/* Nine days and their neighbours are 27 values, four more than a column may have. */
static void values_that_find_no_room_leave_the_atlas_unproven(void **state)
{
	const struct atlas atlas = explore(*state, "many-days", "2026-11-25", ATLAS_RECORDS_MOST);
	assert_int_equal(atlas.unread, 0);
	assert_false(atlas_is_complete(&atlas));
	arena_reset(((struct clinic *)*state)->arena);
}

/* Whittling tries records that the walk left out; what it finds there undoes no other finding. */
static void each_finding_keeps_its_witness_where_not_every_record_was_tried(void **state)
{
	struct clinic *clinic = *state;
	for (size_t i = 0; i < clinic->knowledge->answer_count; i++) {
		const char *id = clinic->knowledge->entries[i].id;
		const struct atlas atlas = explore(clinic, id, "2026-11-25", 1);
		for (size_t k = 0; k < atlas.finding_count; k++) {
			const struct finding *one = &atlas.findings[k];
			if (one->kind == FINDING_NEVER_APPLIES ||
			    one->kind == FINDING_NEVER_DECIDED)
				continue;
			if (!one->witness[0])
				fail_msg("%s: %s without a witness", id, finding_name(one->kind));
		}
		arena_reset(clinic->arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_oddity_is_found_with_its_smallest_record),
		cmocka_unit_test(nothing_else_is_found),
		cmocka_unit_test(a_leap_day_is_among_the_days_around_a_boundary),
		cmocka_unit_test(names_and_numbers_have_the_forms_that_rules_tell_apart),
		cmocka_unit_test(an_atom_that_is_not_read_leaves_nothing_proven),
		cmocka_unit_test(too_many_records_are_tried_in_pairs_and_it_says_so),
		cmocka_unit_test(what_the_office_accepted_bears_its_reason),
		cmocka_unit_test(the_lines_that_are_missing_show_each_side_of_a_condition),
		cmocka_unit_test(a_sample_with_an_answer_to_no_question_is_gone_through),
		cmocka_unit_test(values_that_find_no_room_leave_the_atlas_unproven),
		cmocka_unit_test(each_finding_keeps_its_witness_where_not_every_record_was_tried),
	};
	return cmocka_run_group_tests(tests, open_folder, close_folder);
}

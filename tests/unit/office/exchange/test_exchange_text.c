#include "knowledge_fixture.h"

#include "office/exchange/document_reading.h"
#include "office/exchange/exchange.h"

/* Imports the document and loads what it became. */
static struct knowledge *read_document(struct place *place, const char *text, const char *name)
{
	const struct exchange_options options = { .format = EXCHANGE_TEXT, .folder = "k" };
	struct exchange_counts counts = { 0 };
	enum status status = exchange_import(span_of(text), name, &options, place->faults, &counts);

	if (status != STATUS_OK)
		faults_print(place->faults, stderr);
	assert_int_equal(status, STATUS_OK);
	return load(place, "k");
}

static char *read_file(const char *path)
{
	struct buf text;

	buf_init(&text, 1 << 20);
	if (file_read(path, &text) != STATUS_OK) {
		buf_deinit(&text);
		return NULL;
	}
	return text.ptr;
}

/* tests/fixtures/exchange/small.txt, written by hand to hold every shape of the form. */
static void every_shape_of_a_document_is_read(void **state)
{
	struct place *place = *state;
	char *text = read_file(FIXTURES "/exchange/small.txt");
	struct knowledge *knowledge = read_document(place, text, "docs/small.txt");
	const struct entry *entries = knowledge->entries;

	free(text);
	assert_int_equal(knowledge->answer_count, 6);
	assert_string_equal(entries[0].id, "item-01");
	assert_string_equal(entries[0].question, "能批量申请吗？");
	assert_string_equal(entries[0].answer, "不可以。\n\n一人一次。");
	assert_string_equal(entries[0].document, "某业务常见问题");
	assert_int_equal(entries[0].item, 1);
	assert_string_equal(entries[1].question, "提示“尚未办结”或“请等待”？");
	assert_int_equal(entries[1].prompts.count, 2);
	assert_string_equal(entries[1].prompts.items[0], "尚未办结");
	assert_string_equal(entries[1].prompts.items[1], "请等待");
	assert_string_equal(entries[1].answer,
	                    "（1）先查看；\n（2）再等待。\n2023.8版以后不再出现。");
	assert_string_equal(entries[2].question, "点击“提交”没有反应？");
	assert_int_equal(entries[2].prompts.count, 0);
	assert_string_equal(entries[2].answer, "按下列步骤：\n1、关闭窗口\n2、重新登录\n3、再提交");
	assert_int_equal(entries[3].case_count, 3);
	assert_string_equal(entries[3].answer, "请排查：");
	assert_string_equal(entries[3].cases[0].id, "1");
	assert_string_equal(entries[3].cases[0].label, "情形1");
	assert_string_equal(entries[3].cases[0].situation, "照片太大。\n超过1M。");
	assert_string_equal(entries[3].cases[0].advice, "压缩。\n再上传。");
	assert_string_equal(entries[3].cases[1].situation, "照片太大。\n超过1M。");
	assert_string_equal(entries[3].cases[2].advice, "");
	assert_string_equal(entries[4].answer, "");
	assert_int_equal(entries[5].number, 7);
	assert_string_equal(entries[5].answer, "情形1：不是情形\n\\1、照旧");
	knowledge_destroy(knowledge);
	assert_true(has_fault(place, "small.txt:1: note: the title"));
	assert_true(has_fault(place, "small.txt:2: warning: belongs to no item"));
	assert_true(has_fault(place, "small.txt:25: warning: “照片传不上去”: before 情形2"));
	assert_true(has_fault(place, "small.txt:28: warning: “照片传不上去”: 情形3 has no advice"));
	assert_true(has_fault(place, "small.txt:29: warning: answer: item 5 has none"));
	assert_true(has_fault(place, "small.txt:30: warning: item 7 follows item 5"));
	assert_true(has_fault(place, "small.txt:4: warning: answer that holds an empty line"));
	assert_int_equal(faults_kept(place->faults), 7);
}

static void expect_source(struct place *place, const char *text, const char *document)
{
	struct knowledge *knowledge = read_document(place, text, "docs/faq.txt");

	assert_string_equal(knowledge->entries[0].document, document);
	assert_int_equal(knowledge->entries[0].item, 1);
	knowledge_destroy(knowledge);
}

static void without_a_title_the_source_is_the_name_of_the_file(void **state)
{
	struct place *place = *state;

	expect_source(place, "1、甲？\n答：a\n", "faq.txt");
	assert_int_equal(faults_kept(place->faults), 0);
}

static void a_line_too_long_for_a_title_is_none(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge;
	struct buf text;

	buf_init(&text, 1000);
	for (int i = 0; i < 81; i++)
		buf_append_text(&text, "题");
	buf_append_text(&text, "\n1、甲？\n答：a\n");
	expect_source(place, buf_text(&text), "faq.txt");
	buf_deinit(&text);
	assert_true(has_fault(place, "faq.txt:1: warning: belongs to no item"));
	assert_int_equal(faults_kept(place->faults), 1);
	knowledge = load(place, "k");
	assert_string_equal(knowledge->office.title, "常见问题答疑");
	knowledge_destroy(knowledge);
}

static void refuse(struct place *place, const char *text, const char *fault)
{
	const struct exchange_options options = { .format = EXCHANGE_TEXT, .folder = "k" };
	struct exchange_counts counts;

	assert_int_equal(exchange_import(span_of(text), "f", &options, place->faults, &counts),
	                 STATUS_INVALID);
	if (!has_fault(place, fault))
		faults_print(place->faults, stderr);
	assert_true(has_fault(place, fault));
	assert_int_equal(file_kind("k"), FILE_NONE);
}

static void a_document_out_of_shape_is_refused(void **state)
{
	struct place *place = *state;

	refuse(place, "只有一行\n",
	       "f: holds no entries: a question begins with its number or mark at the start of a "
	       "line");
	refuse(place, "1、甲？\n答：a\n乙\n答：b\n", "f:4: item 1 has an answer already");
	refuse(place, "答：a\n1、甲？\n答：b\n", "f:1: an answer stands here without a question");
	refuse(place, "1、甲？\n建议：a\n", "f:2: item 1: a 建议 needs a 情形");
	refuse(place, "1、\n2、乙？\n答：b\n", "f:1: needs a question or an answer");
	refuse(place, "1、甲？\n情形1：a\n建议：b\n情形1：c\n建议：d\n",
	       "f:1: cases[1].id: \"1\" is taken already");
}

/* Its lines would take many times its size. */
static void a_text_of_too_many_lines_is_looked_at_no_further(void **state)
{
	struct buf text;

	(void)state;
	buf_init(&text, 1 << 20);
	buf_append_text(&text, "1、甲？\n答：a\n");
	for (int i = 2; i < DOCUMENT_LINES_MOST; i++)
		buf_append_char(&text, '\n');
	assert_int_equal(buf_status(&text), STATUS_OK);
	assert_false(document_is_too_long(buf_span(&text)));
	assert_true(document_is_exported(buf_span(&text)));
	buf_append_char(&text, '\r');
	assert_true(document_is_too_long(buf_span(&text)));
	assert_false(document_is_exported(buf_span(&text)));
	buf_deinit(&text);
}

static void a_number_out_of_order_is_kept_and_told(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge =
	        read_document(place, "1、甲？\n答：a\n3、乙？\n答：b\n3、丙？\n答：c\n", "f");

	assert_int_equal(knowledge->answer_count, 3);
	assert_string_equal(knowledge->entries[2].question, "丙？");
	assert_string_equal(knowledge->entries[2].id, "item-03-again-1");
	assert_int_equal(knowledge->entries[2].number, 3);
	assert_int_equal(knowledge->entries[2].item, 3);
	knowledge_destroy(knowledge);
	assert_true(has_fault(place, "f:3: warning: item 3 follows item 1"));
	assert_true(has_fault(place, "f:5: warning: item 3 stands behind item 3"));
}

static void a_question_without_a_mark_before_an_answer_is_taken_and_told(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge =
	        read_document(place, "1、甲？\n答：a\n乙？\n答：b\n2、丙？\n答：c\n", "f");

	assert_int_equal(knowledge->answer_count, 3);
	assert_string_equal(knowledge->entries[0].answer, "a");
	assert_string_equal(knowledge->entries[1].question, "乙？");
	assert_string_equal(knowledge->entries[1].answer, "b");
	assert_string_equal(knowledge->entries[2].id, "item-02");
	knowledge_destroy(knowledge);
	assert_true(has_fault(place, "f:3: warning: taken for a question without a mark"));
}

static void a_signature_is_no_answer_of_the_last_question(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge = read_document(
	        place, "1、甲？\n答：a\n2、乙？\n\n某某市登记服务中心\n2026年9月1日\n", "f");

	assert_int_equal(knowledge->answer_count, 2);
	assert_string_equal(knowledge->entries[1].answer, "");
	knowledge_destroy(knowledge);
	assert_true(has_fault(place,
	                      "f:5: warning: signature or date, left out: “某某市登记服务中心” "
	                      "and 1 line more"));
}

static void what_stands_behind_a_heading_without_a_question_is_left_out_and_told(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge = read_document(
	        place, "停车问答\n怎么停？\n停好。\n# 说明\n情形1：甲\n建议：乙\n1、付钱\n",
	        "d.txt");

	assert_int_equal(knowledge->answer_count, 1);
	assert_string_equal(knowledge->entries[0].answer, "停好。");
	assert_true(has_fault(place, "d.txt:5: warning: belongs to no item and is left out: "
	                             "“情形1：甲” and 2 lines more"));
	knowledge_destroy(knowledge);
}

static void items_in_brackets_are_items_where_the_first_one_is(void **state)
{
	struct knowledge *knowledge =
	        read_document(*state, "（1）甲？\n答：a\n1、步骤\n(2) 乙？\r\n答: b\r\n", "f");

	assert_int_equal(knowledge->answer_count, 2);
	assert_string_equal(knowledge->entries[0].answer, "a\n1、步骤");
	assert_string_equal(knowledge->entries[1].question, "乙？");
	assert_string_equal(knowledge->entries[1].answer, "b");
	knowledge_destroy(knowledge);
}

static char *export_document(struct place *place, const char *folder)
{
	struct knowledge *knowledge = load(place, folder);
	struct buf out;

	buf_init(&out, 1 << 20);
	assert_int_equal(exchange_export(knowledge, EXCHANGE_TEXT, &out, place->faults), STATUS_OK);
	knowledge_destroy(knowledge);
	return out.ptr;
}

static void a_document_is_written_as_offices_write_it(void **state)
{
	struct place *place = *state;
	char *text;

	write_text("k/a/1.json",
	           "{\"id\":\"item-07\",\"number\":7,\"question\":\"甲？\",\"answer\":\"a\\n8、b\","
	           "\"cases\":[{\"id\":\"1\",\"label\":\"情形1\",\"situation\":\"s\",\"advice\":"
	           "\"t\"}]}");
	write_text("k/a/2.json", "{\"id\":\"item-09\",\"number\":9,\"question\":\"乙？\"}");
	text = export_document(place, "k");
	assert_string_equal(text, "7、甲？\n答：a\n\\8、b\n情形1：s\n建议：t\n9、乙？\n答：\n");
	free(text);
	assert_int_equal(faults_kept(place->faults), 0);
}

static void what_the_form_can_not_carry_is_named(void **state)
{
	struct place *place = *state;
	char *text;

	write_text("k/a/1.json",
	           "{\"id\":\"one\",\"question\":\"a\\nb\",\"also\":[\"c\"],\"answer\":\"d \\n\","
	           "\"note\":\"n\",\"patterns\":[\"p\"]}");
	text = export_document(place, "k");
	assert_string_equal(text, "1、a b\n答：d\n");
	free(text);
	assert_true(has_fault(place, "k/a/1.json: warning: question: the text form cannot carry"));
	assert_true(has_fault(place, "k/a/1.json: warning: answer: the text form cannot carry"));
	assert_true(has_fault(place,
	                      "note: id: the text form does not carry it (in 1 of the entries)"));
	assert_true(has_fault(place, "note: number: "));
	assert_true(has_fault(place, "note: also: "));
	assert_true(has_fault(place, "note: patterns: "));
	assert_true(has_fault(place, "note: note: "));
	assert_int_equal(faults_kept(place->faults), 7);
}

/* ------------------------------------------------------------------ the real document */

static void check_faq(const struct knowledge *knowledge)
{
	static const size_t cases[13] = { 0, 0, 0, 4, 3, 3, 3, 5, 0, 0, 0, 0, 0 };
	const struct entry *entries = knowledge->entries;

	assert_int_equal(knowledge->answer_count, 13);
	for (int i = 0; i < 13; i++) {
		char id[16];

		snprintf(id, sizeof(id), "item-%02d", i + 1);
		assert_string_equal(entries[i].id, id);
		assert_int_equal(entries[i].number, i + 1);
		assert_int_equal(entries[i].item, i + 1);
		assert_int_equal(entries[i].case_count, cases[i]);
		assert_true((entries[i].answer[0] == '\0') == (i + 1 == 13));
	}
	assert_string_equal(entries[0].question, "安管人员考核事项可以多人批量申请吗？");
	assert_string_equal(entries[0].answer, "不可以。必须一人一事项分别申请。");
	assert_string_equal(entries[1].prompts.items[0],
	                    "您尚有未办结的申请事项，请等待办结后再进行申报");
	assert_string_equal(
	        entries[2].answer,
	        "（1）如在线表单中的“聘用企业信息”有误，请先申请“企业信息变更”事项再办理相关事项；"
	        "\n"
	        "（2）如在线表单中的“聘用企业信息”正确，点击“关闭”按钮关闭表单，返回上一步。检查"
	        "“基本信息”—“申报单位”信息是否有误。如有异常，请联系0371-65250866或QQ群：1092242364"
	        "申请更正；\n“聘用企业信息”与“申报单位”信息一致后，即可正常办理相关事项。");
	assert_int_equal(entries[3].prompts.count, 0);
	assert_string_equal(entries[4].cases[0].situation, "查询结果是新的信息。");
	assert_string_equal(entries[4].cases[1].situation, "查询结果是新的信息。");
	assert_string_equal(entries[4].cases[2].situation, "查询结果是旧的信息。");
	assert_string_equal(entries[5].cases[2].advice, "");
	assert_string_equal(entries[6].question, "获取不到成绩,或提示“成绩不存在或已过期”？");
	assert_string_equal(entries[6].prompts.items[0], "成绩不存在或已过期");
	assert_string_equal(entries[7].cases[3].advice, "首先申请建造师个人信息变更；");
	assert_string_equal(entries[12].question,
	                    "安管人员考核业务办结后怎么查询？"
	                    "为什么在河南建筑市场监管公共服务平台上查不到或信息有误？");
}

static void the_real_document_gives_its_thirteen_entries(void **state)
{
	struct place *place = *state;
	char *text = read_file(DAYI_SOURCE_DIR "/../shared/faq-source.txt");
	struct knowledge *knowledge;

	if (!text) {
		print_message("faq-source.txt is absent: nothing to check\n");
		skip();
	}
	knowledge = read_document(place, text, "faq-source.txt");
	free(text);
	check_faq(knowledge);
	knowledge_destroy(knowledge);
	assert_true(has_fault(place, "faq-source.txt:1: note: the title"));
	assert_true(has_fault(place, "”: before 情形2 a case has the same"));
	assert_true(has_fault(place, "”: 情形3 has no advice"));
	assert_true(has_fault(place, "faq-source.txt:64: warning: answer: item 13 has none"));
	assert_int_equal(faults_kept(place->faults), 4);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_shape_of_a_document_is_read),
		TEST(without_a_title_the_source_is_the_name_of_the_file),
		TEST(a_line_too_long_for_a_title_is_none),
		TEST(a_document_out_of_shape_is_refused),
		TEST(a_text_of_too_many_lines_is_looked_at_no_further),
		TEST(a_number_out_of_order_is_kept_and_told),
		TEST(a_question_without_a_mark_before_an_answer_is_taken_and_told),
		TEST(a_signature_is_no_answer_of_the_last_question),
		TEST(what_stands_behind_a_heading_without_a_question_is_left_out_and_told),
		TEST(items_in_brackets_are_items_where_the_first_one_is),
		TEST(a_document_is_written_as_offices_write_it),
		TEST(what_the_form_can_not_carry_is_named),
		TEST(the_real_document_gives_its_thirteen_entries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

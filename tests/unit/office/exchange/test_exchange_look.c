#include "knowledge_fixture.h"

#include "base/json.h"
#include "office/exchange/exchange_look.h"

/* What was seen, a line each: sign, id, what it is like. */
struct notes {
	struct buf text;
};

static enum status note(void *context, const struct exchange_seen *seen)
{
	static const char signs[] = { [EXCHANGE_SAME] = '=',
		                      [EXCHANGE_NEW] = '+',
		                      [EXCHANGE_CHANGED] = '~',
		                      [EXCHANGE_MISSING] = '?' };
	struct notes *notes = context;
	const cJSON *also = cJSON_GetObjectItemCaseSensitive(seen->object, "also");

	buf_append_format(&notes->text, "%c %s/%s line %u: %s, %d alternates", signs[seen->change],
	                  seen->collection, seen->id, seen->line,
	                  json_string(seen->object, "answer", "?"), cJSON_GetArraySize(also));
	if (seen->live)
		buf_append_format(&notes->text, ", was %s", json_string(seen->live, "answer", "?"));
	if (seen->same_as)
		buf_append_format(&notes->text, ", as %s%s", seen->same_as,
		                  seen->same_in_input ? " of the input" : "");
	buf_append_char(&notes->text, '\n');
	return STATUS_OK;
}

static cJSON *parse(const char *text)
{
	const struct json_limits limits = { 1 << 20, 16 };
	cJSON *object = NULL;

	assert_int_equal(json_parse(&object, span_of(text), limits, NULL, NULL), STATUS_OK);
	return object;
}

static enum status look(struct place *place, const char *input, enum exchange_format *format,
                        struct notes *notes, struct exchange_counts *counts)
{
	static const char *const texts[] = {
		"{\"id\":\"a\",\"number\":1,\"question\":\"甲？\",\"also\":[\"丙\",\"丙丙\"],"
		"\"patterns\":[\"<书>馆\"],\"answer\":\"旧\"}",
		"{\"id\":\"b\",\"number\":2,\"question\":\"丁？\",\"answer\":\"戊\"}",
		"{\"id\":\"c\",\"number\":3,\"question\":\"壬？\",\"answer\":\"癸\"}",
	};
	struct exchange_live live[3];
	struct exchange_look asked = {
		.input = span_of(input),
		.file = "neu.csv",
		.format = EXCHANGE_ANY,
		.live = live,
		.live_count = 3,
		.lexicon = span_of("{\"classes\":{\"书\":[\"图书\",\"书籍\"]}}"),
		.see = note,
		.context = notes,
	};
	cJSON *objects[3];
	enum status status;

	buf_init(&notes->text, 1 << 16);
	for (size_t i = 0; i < 3; i++) {
		objects[i] = parse(texts[i]);
		live[i] = (struct exchange_live){ "faq", objects[i] };
	}
	status = exchange_look(&asked, place->faults, format, counts);
	for (size_t i = 0; i < 3; i++)
		cJSON_Delete(objects[i]);
	return status;
}

static void what_is_new_changed_and_missing_is_seen_in_the_order_of_the_input(void **state)
{
	enum exchange_format format;
	struct exchange_counts counts;
	struct notes notes;

	assert_int_equal(look(*state, "问题,答案\n己？,庚\n甲？,新\n己？,辛\n丁？,戊\n", &format,
	                      &notes, &counts),
	                 STATUS_OK);
	assert_int_equal(format, EXCHANGE_CSV);
	assert_int_equal(counts.added, 2);
	assert_int_equal(counts.changed, 1);
	assert_int_equal(counts.kept, 2);
	assert_int_equal(counts.removed, 0);
	assert_string_equal(buf_text(&notes.text),
	                    "+ faq/row-0001 line 2: 庚, 0 alternates\n"
	                    "~ faq/a line 3: 新, 2 alternates, was 旧\n"
	                    "+ faq/row-0003 line 4: 辛, 0 alternates, as row-0001 of the input\n"
	                    "= faq/b line 5: 戊, 0 alternates, was 戊\n"
	                    "? faq/c line 0: 癸, 0 alternates, was 癸\n");
	buf_deinit(&notes.text);
}

static void the_same_question_under_another_id_is_told(void **state)
{
	enum exchange_format format;
	struct exchange_counts counts;
	struct notes notes;

	assert_int_equal(
	        look(*state, "id,question,answer\nz,丁？,另答\n", &format, &notes, &counts),
	        STATUS_OK);
	assert_string_equal(buf_text(&notes.text),
	                    "+ imported/z line 2: 另答, 0 alternates, as b\n");
	buf_deinit(&notes.text);
}

/* Whoever types a question anew may type other marks, and in another width. */
static void the_same_question_with_other_marks_is_told(void **state)
{
	enum exchange_format format;
	struct exchange_counts counts;
	struct notes notes;

	assert_int_equal(look(*state,
	                      "id,question,answer\nu,办C证！,一\nv,办Ｃ证？,二\nw,丁?,三\n"
	                      "x,办C+证？,四\n",
	                      &format, &notes, &counts),
	                 STATUS_OK);
	assert_string_equal(buf_text(&notes.text),
	                    "+ imported/u line 2: 一, 0 alternates\n"
	                    "+ imported/v line 3: 二, 0 alternates, as u of the input\n"
	                    "+ imported/w line 4: 三, 0 alternates, as b\n"
	                    "+ imported/x line 5: 四, 0 alternates\n");
	buf_deinit(&notes.text);
}

static void an_input_with_a_fault_is_told_and_nothing_is_seen(void **state)
{
	struct place *place = *state;
	enum exchange_format format;
	struct exchange_counts counts;
	struct notes notes;

	assert_int_equal(look(place, "{\"id\":\"a\",\"question\":1}\n", &format, &notes, &counts),
	                 STATUS_INVALID);
	assert_int_equal(notes.text.len, 0);
	assert_true(faults_count(place->faults, FAULT_ERROR) > 0);
	assert_int_equal(counts.added + counts.changed, 0);
	buf_deinit(&notes.text);
	assert_int_equal(look(place, "\xff\xfe\xff", &format, &notes, &counts), STATUS_INVALID);
	buf_deinit(&notes.text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_is_new_changed_and_missing_is_seen_in_the_order_of_the_input),
		TEST(the_same_question_under_another_id_is_told),
		TEST(the_same_question_with_other_marks_is_told),
		TEST(an_input_with_a_fault_is_told_and_nothing_is_seen),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

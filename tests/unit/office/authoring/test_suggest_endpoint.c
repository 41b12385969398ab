/* What a language model answers: the shape of OpenAI's chat completions, and what else may come. */
#include "office/authoring/suggest_endpoint.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

enum { CEILING = 4 << 20 };

#define ANSWER(content_)                                                                           \
	"{\"choices\":[{\"message\":{\"role\":\"assistant\",\"content\":" content_ "}}]}"

struct read {
	struct arena *arena;
	struct span wordings[ENDPOINT_WORDINGS_MOST];
	size_t count;
	const char *problem;
	enum status status;
};

static struct read read_answer(struct span answer)
{
	struct read read;

	assert_int_equal(arena_create(&read.arena, CEILING), STATUS_OK);
	read.status = endpoint_read(answer, read.arena, read.wordings, &read.count, &read.problem);
	return read;
}

static void a_list_of_sentences_is_read(void **state)
{
	static const char *const answers[] = {
		ANSWER("\"[\\\"照片怎么传\\\", \\\"相片放不上去\\\"]\""),
		ANSWER("\"```json\\n[\\\"照片怎么传\\\", \\\"相片放不上去\\\"]\\n```\""),
		ANSWER("\"<think>[1] "
		       "想想</think>[\\\"照片怎么传\\\",7,\\\"\\\",\\\"相片放不上去\\\"]\""),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct read read = read_answer(span_of(answers[i]));

		assert_int_equal(read.status, STATUS_OK);
		assert_int_equal(read.count, 2);
		assert_string_equal(read.wordings[0].ptr, "照片怎么传");
		assert_string_equal(read.wordings[1].ptr, "相片放不上去");
		arena_destroy(read.arena);
	}
}

static void what_is_no_answer_is_refused_with_a_reason(void **state)
{
	static const char *const answers[] = {
		"",
		"{",
		"null",
		"[]",
		"<html>502</html>",
		"{\"choices\":[]}",
		"{\"choices\":{}}",
		"{\"choices\":[{\"message\":\"x\"}]}",
		ANSWER("null"),
		ANSWER("7"),
		ANSWER("\"\""),
		ANSWER("\"][\""),
		ANSWER("\"[\\\"没有完\""),
		ANSWER("\"[]\""),
		ANSWER("\"[1,2,{}]\""),
		ANSWER("\"[\\u0000]\""),
		"{\"choices\":[{\"message\":{\"content\":\"[\\\"\xff\\\"]\"}}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct read read = read_answer(span_of(answers[i]));

		assert_int_equal(read.status, STATUS_INVALID);
		assert_int_equal(read.count, 0);
		assert_true(strlen(read.problem) > 0);
		arena_destroy(read.arena);
	}
}

static void more_than_was_asked_for_is_left_out(void **state)
{
	struct read read;
	struct buf out;

	(void)state;
	buf_init(&out, ENDPOINT_ANSWER_MOST * 2);
	buf_append_text(&out, "{\"choices\":[{\"message\":{\"content\":\"[");
	for (int i = 0; i < 3 * ENDPOINT_WORDINGS_MOST; i++)
		buf_append_format(&out, "%s\\\"第%d句怎么说\\\"", i > 0 ? "," : "", i);
	buf_append_text(&out, "]\"}}]}");
	read = read_answer(buf_span(&out));
	assert_int_equal(read.status, STATUS_OK);
	assert_int_equal(read.count, ENDPOINT_WORDINGS_MOST);
	arena_destroy(read.arena);
	while (out.len <= ENDPOINT_ANSWER_MOST)
		buf_append_text(&out, "          ");
	read = read_answer(buf_span(&out));
	assert_int_equal(read.status, STATUS_INVALID);
	arena_destroy(read.arena);
	buf_deinit(&out);
}

static void what_is_sent_is_the_entry_and_examples(void **state)
{
	const struct entry entry = { .question = "“照片”怎么传？", .answer = "换浏览器。\n再试。" };
	const struct span examples[] = { { "相片放不上去", strlen("相片放不上去") } };
	const struct json_limits limits = { ENDPOINT_BODY_MOST, 16 };
	const cJSON *messages;
	cJSON *body;
	struct buf out;

	(void)state;
	buf_init(&out, ENDPOINT_BODY_MOST);
	endpoint_write(&entry, "small", examples, 1, &out);
	assert_int_equal(buf_status(&out), STATUS_OK);
	assert_int_equal(json_parse(&body, buf_span(&out), limits, NULL, NULL), STATUS_OK);
	assert_string_equal(json_string(body, "model", ""), "small");
	messages = cJSON_GetObjectItemCaseSensitive(body, "messages");
	assert_int_equal(cJSON_GetArraySize(messages), 2);
	assert_string_equal(json_string(cJSON_GetArrayItem(messages, 1), "content", ""),
	                    "标准问题：“照片”怎么传？\n答复：换浏览器。\n再试。\n群众问过：\n- "
	                    "相片放不上去\n");
	cJSON_Delete(body);
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_of_sentences_is_read),
		cmocka_unit_test(what_is_no_answer_is_refused_with_a_reason),
		cmocka_unit_test(more_than_was_asked_for_is_left_out),
		cmocka_unit_test(what_is_sent_is_the_entry_and_examples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

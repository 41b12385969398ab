/*
 * Two threads answer from one model, each with an engine and conversations of its own, while a
 * third one opens and frees others. The tsan preset looks for races.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <dayi.h>

#define KNOWLEDGE DAYI_SOURCE_DIR "/knowledge"

enum { THREADS = 2, ROUNDS = 3 };

static const char *const talk[] = { "获取不到成绩",
	                            "2",
	                            "照片传不上去咋办",
	                            "企业信息",
	                            "1",
	                            "你好",
	                            "证书过期还能延续吗",
	                            "怎么申请居住证",
	                            "转人工",
	                            "zhaopian" };
enum { TALK = sizeof(talk) / sizeof(talk[0]) };

static const char exam[] = "{\"exam\":[{\"kind\":\"首次取证\",\"result\":\"不合格\"}]}";

struct talker {
	dayi_model *model;
	char *texts[TALK]; /* of the replies, the last time */
	int failed;        /* calls; cmocka's assertions belong to the first thread */
};

/* One conversation from its beginning. */
static void talk_once(struct talker *talker, dayi_engine *engine, const dayi_facts *facts)
{
	dayi_conversation *conversation = NULL;
	talker->failed += dayi_conversation_open(&conversation, NULL) != DAYI_OK;
	for (size_t i = 0; i < TALK; i++) {
		dayi_reply *reply = NULL;
		talker->failed += dayi_ask(&reply, engine, conversation, talk[i], strlen(talk[i]),
		                           NULL, i % 2 ? facts : NULL, NULL) != DAYI_OK;
		free(talker->texts[i]);
		talker->texts[i] = strdup(dayi_reply_text(reply));
		dayi_reply_free(reply);
	}
	dayi_conversation_free(conversation);
}

static void *run(void *context)
{
	struct talker *talker = context;
	dayi_engine *engine = NULL;
	dayi_facts *facts = NULL;
	dayi_suggestions *suggestions = NULL;
	talker->failed += dayi_engine_open(&engine, talker->model, NULL) != DAYI_OK;
	talker->failed += dayi_facts_open(&facts, talker->model, NULL) != DAYI_OK;
	talker->failed += dayi_facts_read(facts, exam, strlen(exam), NULL, NULL) != DAYI_OK;
	for (int round = 0; round < ROUNDS; round++)
		talk_once(talker, engine, facts);
	talker->failed += dayi_suggest(&suggestions, engine, "zs", 2, 5, NULL) != DAYI_OK;
	dayi_suggestions_free(suggestions);
	dayi_facts_free(facts);
	dayi_engine_free(engine);
	return NULL;
}

static void *open_engines(void *context)
{
	struct talker *talker = context;
	for (int i = 0; i < ROUNDS; i++) {
		dayi_engine *engine = NULL;
		talker->failed += dayi_engine_open(&engine, talker->model, NULL) != DAYI_OK;
		dayi_engine_free(engine);
	}
	return NULL;
}

static void two_threads_answer_from_one_model_as_one_does(void **state)
{
	struct talker alone = { .failed = 0 }, talkers[THREADS + 1] = { { .failed = 0 } };
	pthread_t threads[THREADS + 1];
	dayi_model *model = NULL;
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	(void)state;
	options.folder = KNOWLEDGE;
	assert_int_equal(dayi_model_open(&model, &options, NULL), DAYI_OK);
	alone.model = model;
	(void)run(&alone);
	for (int i = 0; i <= THREADS; i++) {
		talkers[i].model = model;
		assert_int_equal(pthread_create(&threads[i], NULL, i < THREADS ? run : open_engines,
		                                &talkers[i]),
		                 0);
	}
	for (int i = 0; i <= THREADS; i++) {
		assert_int_equal(pthread_join(threads[i], NULL), 0);
		assert_int_equal(talkers[i].failed, 0);
	}
	for (int i = 0; i < THREADS; i++)
		for (size_t t = 0; t < TALK; t++) {
			assert_true(strlen(alone.texts[t]) > 0);
			assert_string_equal(talkers[i].texts[t], alone.texts[t]);
			free(talkers[i].texts[t]);
		}
	for (size_t t = 0; t < TALK; t++)
		free(alone.texts[t]);
	dayi_model_free(model);
}

/* Each keeps the model that it began with; the caller freed it long ago. */
static void the_last_user_of_a_model_frees_it(void **state)
{
	struct talker talkers[THREADS] = { { .failed = 0 } };
	dayi_engine *engines[THREADS] = { NULL };
	dayi_model *model = NULL;
	(void)state;
	assert_int_equal(dayi_model_open(&model, NULL, NULL), DAYI_OK);
	for (int i = 0; i < THREADS; i++)
		assert_int_equal(dayi_engine_open(&engines[i], model, NULL), DAYI_OK);
	dayi_model_free(model);
	for (int i = 0; i < THREADS; i++) {
		talk_once(&talkers[i], engines[i], NULL);
		assert_int_equal(talkers[i].failed, 0);
		for (size_t t = 0; t < TALK; t++)
			free(talkers[i].texts[t]);
		dayi_engine_free(engines[i]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_threads_answer_from_one_model_as_one_does),
		cmocka_unit_test(the_last_user_of_a_model_frees_it),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

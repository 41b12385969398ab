/*
 * Threads that answer from one snapshot, each with a scratch of its own, and what one thread alone
 * answers. `cmake --preset tsan` shows what they share that changes.
 */
#include "talk.h"

#include <pthread.h>
#include <stdlib.h>

#include <cjson/cJSON.h>

#include "base/buf.h"
#include "base/file.h"

#define QUESTIONS DAYI_SOURCE_DIR "/tests/questions"
#define RECORDS   DAYI_SOURCE_DIR "/tests/diagnose/records.jsonl"

enum {
	ITEMS_MOST = 2048,
	TURNS_MOST = 32,
	THREADS_MOST = 4,
	REPLIES_CEILING = 1 << 22,
	QUESTIONS_LEAST = 500, /* in tests/questions */
	DIALOGUES_LEAST = 40,
	RECORDS_LEAST = 120,
};

/* A conversation, and, with a record, the diagnosis of its entry. */
struct item {
	const char *said[TURNS_MOST];
	size_t count;
	const struct entry *entry; /* NULL: nobody is signed in */
	struct facts *facts;
	const char *today;
	char *expected; /* the replies that one thread gives */
};

struct work {
	struct world world;
	struct item items[ITEMS_MOST];
	cJSON *rows[ITEMS_MOST];
	size_t count;
};

/* cmocka's assertions are for the thread of the test: the others report. */
struct worker {
	pthread_t thread;
	const struct work *work;
	size_t first; /* item to begin with */
	enum status status;
	size_t answered, different;
	const struct item *one; /* of those that are different */
};

/* --- what is asked --- */

static struct item *add_item(struct work *work, cJSON *row)
{
	assert_true(work->count < ITEMS_MOST);
	work->rows[work->count] = row;
	return &work->items[work->count++];
}

static void add_dialogue(struct item *item, const cJSON *turns)
{
	const cJSON *turn;
	cJSON_ArrayForEach (turn, turns) {
		assert_true(item->count < TURNS_MOST);
		item->said[item->count++] = cJSON_GetObjectItem(turn, "say")->valuestring;
	}
}

static void add_record(struct work *work, struct item *item, const cJSON *row)
{
	const struct snapshot *snapshot = work->world.snapshot;
	char *json = cJSON_PrintUnformatted(cJSON_GetObjectItem(row, "facts"));
	assert_int_equal(facts_create(diagnoser_relations(snapshot->diagnoser), &item->facts),
	                 STATUS_OK);
	assert_int_equal(facts_read_json(item->facts, span_of(json), "facts", NULL), STATUS_OK);
	cJSON_free(json);
	item->entry = knowledge_numbered(snapshot->knowledge,
	                                 cJSON_GetObjectItem(row, "entry")->valueint);
	assert_non_null(item->entry);
	item->today = cJSON_GetObjectItem(row, "today")->valuestring;
	item->said[item->count++] = item->entry->question;
}

static size_t read_items(struct work *work, const char *file)
{
	struct buf text;
	char *rest = NULL;
	const size_t before = work->count;
	buf_init(&text, 1 << 24);
	assert_int_equal(file_read(file, &text), STATUS_OK);
	for (char *line = strtok_r(text.ptr, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		cJSON *row = cJSON_Parse(line);
		assert_non_null(row);
		struct item *item = add_item(work, row);
		if (cJSON_HasObjectItem(row, "turns"))
			add_dialogue(item, cJSON_GetObjectItem(row, "turns"));
		else if (cJSON_HasObjectItem(row, "facts"))
			add_record(work, item, row);
		else
			item->said[item->count++] = cJSON_GetObjectItem(row, "q")->valuestring;
	}
	buf_deinit(&text);
	return work->count - before;
}

/* --- answering --- */

static enum status append_reply(const struct reply *reply, struct buf *out)
{
	const struct reply_extras extras = { .ranking_top = 5 };
	const enum status status = reply_write_json(reply, &extras, out);
	buf_append_char(out, '\n');
	return status;
}

/* All that is said to an item. */
static enum status answer(const struct snapshot *snapshot, struct scratch *scratch,
                          const struct item *item, struct arena *arena, struct buf *out)
{
	const struct asker asker = { .record = item->facts, .signed_in = item->facts != NULL };
	struct conversation *conversation = NULL;
	struct reply reply;
	buf_clear(out);
	enum status status = conversation_create(&conversation, 1);
	for (size_t i = 0; i < item->count && status == STATUS_OK; i++) {
		const struct turn_input input = { span_of(item->said[i]), &asker, &still, arena };
		arena_reset(arena);
		status = turn_take(snapshot, scratch, conversation, &input, &reply);
		if (status == STATUS_OK)
			status = append_reply(&reply, out);
	}
	arena_reset(arena);
	if (status == STATUS_OK && item->facts)
		status = turn_diagnose(scratch, item->entry, item->facts, item->facts, item->today,
		                       arena, &reply);
	if (status == STATUS_OK && item->facts)
		status = append_reply(&reply, out);
	conversation_destroy(conversation);
	return status == STATUS_OK ? buf_status(out) : status;
}

/* Every item, beginning at one of its own, so that no two threads ask the same in the same order.
 */
static void *work_on(void *context)
{
	struct worker *worker = context;
	const struct work *work = worker->work;
	struct scratch *scratch = NULL;
	struct arena *arena = NULL;
	struct buf out;
	buf_init(&out, REPLIES_CEILING);
	worker->status = scratch_create(work->world.snapshot, &scratch);
	if (worker->status == STATUS_OK)
		worker->status = arena_create(&arena, 16 << 20);
	for (size_t i = 0; i < work->count && worker->status == STATUS_OK; i++) {
		const struct item *item = &work->items[(worker->first + i) % work->count];
		worker->status = answer(work->world.snapshot, scratch, item, arena, &out);
		if (worker->status != STATUS_OK)
			break;
		worker->answered++;
		if (strcmp(buf_text(&out), item->expected) != 0) {
			worker->different++;
			worker->one = item;
		}
	}
	buf_deinit(&out);
	arena_destroy(arena);
	scratch_destroy(scratch);
	return NULL;
}

static int open_work(void **state)
{
	static struct work work;
	struct buf out;
	open_world(&work.world, SHIPPED_KNOWLEDGE, NULL);
	assert_true(read_items(&work, QUESTIONS "/own.jsonl") +
	                    read_items(&work, QUESTIONS "/things.jsonl") >=
	            QUESTIONS_LEAST);
	assert_true(read_items(&work, QUESTIONS "/dialogues.jsonl") >= DIALOGUES_LEAST);
	assert_true(read_items(&work, RECORDS) >= RECORDS_LEAST);
	buf_init(&out, REPLIES_CEILING);
	for (size_t i = 0; i < work.count; i++) {
		assert_int_equal(answer(work.world.snapshot, work.world.scratch, &work.items[i],
		                        work.world.arena, &out),
		                 STATUS_OK);
		work.items[i].expected = strdup(buf_text(&out));
		assert_non_null(work.items[i].expected);
	}
	buf_deinit(&out);
	*state = &work;
	return 0;
}

static int close_work(void **state)
{
	struct work *work = *state;
	for (size_t i = 0; i < work->count; i++) {
		free(work->items[i].expected);
		facts_destroy(work->items[i].facts);
		cJSON_Delete(work->rows[i]);
	}
	close_world(&work->world);
	return 0;
}

static void expect_same_replies(const struct work *work, size_t threads)
{
	struct worker workers[THREADS_MOST];
	for (size_t i = 0; i < threads; i++) {
		workers[i] = (struct worker){ .work = work, .first = i * work->count / threads };
		assert_int_equal(pthread_create(&workers[i].thread, NULL, work_on, &workers[i]), 0);
	}
	for (size_t i = 0; i < threads; i++)
		assert_int_equal(pthread_join(workers[i].thread, NULL), 0);
	for (size_t i = 0; i < threads; i++) {
		assert_int_equal(workers[i].status, STATUS_OK);
		assert_int_equal(workers[i].answered, work->count);
		if (workers[i].different > 0)
			fail_msg("thread %zu: %zu replies differ, that to \"%s\" is one", i,
			         workers[i].different, workers[i].one->said[0]);
	}
}

static void two_threads_answer_what_one_does(void **state)
{
	expect_same_replies(*state, 2);
}

static void four_threads_answer_what_one_does(void **state)
{
	expect_same_replies(*state, 4);
}

/* --- a reload --- */

struct building {
	const struct normaliser *normaliser;
	struct snapshot *snapshot;
	enum status status;
};

static void *build(void *context)
{
	struct building *building = context;
	building->status = snapshot_build(SMALL_KNOWLEDGE, building->normaliser, NULL, NULL,
	                                  &building->snapshot);
	return NULL;
}

static void threads_answer_while_another_snapshot_is_built(void **state)
{
	struct work *work = *state;
	struct building building = { .normaliser = work->world.normaliser };
	pthread_t builder;
	assert_int_equal(pthread_create(&builder, NULL, build, &building), 0);
	expect_same_replies(work, 2);
	assert_int_equal(pthread_join(builder, NULL), 0);
	assert_int_equal(building.status, STATUS_OK);
	snapshot_destroy(building.snapshot);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_threads_answer_what_one_does),
		cmocka_unit_test(four_threads_answer_what_one_does),
		cmocka_unit_test(threads_answer_while_another_snapshot_is_built),
	};
	return cmocka_run_group_tests(tests, open_work, close_work);
}

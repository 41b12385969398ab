#include "office/handover/handover.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "database.h"

#define FIRST  "1111111111111111111111111111111111111111111111111111111111111111"
#define SECOND "2222222222222222222222222222222222222222222222222222222222222222"
#define THIRD  "3333333333333333333333333333333333333333333333333333333333333333"

static const struct handover_operator wang = { "id-wang", "王晓" }, li = { "id-li", "李明" };

struct fixture {
	void *database; /* of database.h */
	char key[PATH_SIZE * 2];
	struct handover *handover;
	struct arena *arena;
};

static struct handover *open_one(const struct fixture *fixture)
{
	const struct handover_settings settings = {
		.store = { .url = ((const struct database *)fixture->database)->url,
		           .busy_ms = 5000 },
		.key_file = fixture->key,
	};
	char problem[STORE_PROBLEM_SIZE];
	struct handover *handover;

	assert_int_equal(handover_open(&handover, &settings, problem), STATUS_OK);
	return handover;
}

static int set_up(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	assert_non_null(fixture);
	fixture->database = *state;
	assert_int_equal(database_begin(&fixture->database), 0);
	snprintf(fixture->key, sizeof(fixture->key), "%s/chats.key",
	         ((const struct database *)fixture->database)->scratch.folder);
	fixture->handover = open_one(fixture);
	assert_int_equal(arena_create(&fixture->arena, (size_t)64 << 20), STATUS_OK);
	*state = fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;
	int failed;

	handover_close(fixture->handover);
	arena_destroy(fixture->arena);
	failed = database_end(&fixture->database);
	free(fixture);
	return failed;
}

static struct handover_said said(const char *ref, const char *text)
{
	return (struct handover_said){ ref, span_of(text), span_of(text) };
}

static void asks(struct fixture *fixture, const char *conversation)
{
	const struct handover_said text = said(NULL, "转人工");
	struct handover_case row;

	assert_int_equal(handover_ask(fixture->handover, conversation, &text, NULL, &row),
	                 STATUS_OK);
	assert_int_equal(row.state, HANDOVER_WAITING);
}

static struct handover_case takes(struct fixture *fixture, const struct handover_operator *who)
{
	struct handover_case row;

	assert_int_equal(handover_take(fixture->handover, who, NULL, &row), STATUS_OK);
	assert_int_equal(row.state, HANDOVER_WITH);
	assert_string_equal(row.holder, who->id);
	return row;
}

static struct handover_events reads(struct fixture *fixture, const char *conversation,
                                    int64_t after, const char *operator_id)
{
	struct handover_events events;

	assert_int_equal(handover_events(fixture->handover, conversation, after,
	                                 HANDOVER_EVENTS_MOST, operator_id, fixture->arena,
	                                 &events),
	                 STATUS_OK);
	return events;
}

/* As if so much time had gone by for the leases. */
static void pass(struct fixture *fixture, int ms)
{
	char sql[128];

	snprintf(sql, sizeof(sql),
	         "UPDATE handover SET lease_until = lease_until - %d,"
	         " wanted_until = wanted_until - %d WHERE state = 1 OR state = 2",
	         ms, ms);
	database_run(fixture->database, sql);
}

/* Makes the order of waiting plain, whatever the clock's grain is. */
static void waits_since(struct fixture *fixture, const char *conversation, int ms)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "UPDATE handover SET since = %d WHERE conversation = '%s'", ms,
	         conversation);
	database_run(fixture->database, sql);
}

static void who_waits_longest_is_taken_first_and_once(void **state)
{
	struct fixture *fixture = *state;
	const struct handover_case *queue;
	struct handover_case row;
	size_t count;

	asks(fixture, SECOND);
	asks(fixture, FIRST);
	asks(fixture, THIRD);
	waits_since(fixture, SECOND, 1000);
	waits_since(fixture, FIRST, 2000);
	waits_since(fixture, THIRD, 3000);
	assert_int_equal(handover_queue(fixture->handover, fixture->arena, &queue, &count),
	                 STATUS_OK);
	assert_int_equal(count, 3);
	assert_string_equal(queue[1].conversation, FIRST);
	assert_int_equal(queue[1].place, 2);
	assert_int_equal(reads(fixture, THIRD, 0, NULL).of.place, 3);

	assert_string_equal(takes(fixture, &wang).conversation, SECOND);
	assert_string_equal(takes(fixture, &li).conversation, FIRST);
	assert_int_equal(reads(fixture, THIRD, 0, NULL).of.place, 1);
	assert_string_equal(takes(fixture, &wang).conversation, THIRD);
	assert_int_equal(handover_take(fixture->handover, &li, NULL, &row), STATUS_NOT_FOUND);
}

static void a_silent_operators_chat_waits_again_at_its_old_place(void **state)
{
	struct fixture *fixture = *state;
	struct handover_case held;
	struct handover_events events;
	size_t count;

	asks(fixture, FIRST);
	waits_since(fixture, FIRST, 1000);
	held = takes(fixture, &wang);
	asks(fixture, SECOND);
	waits_since(fixture, SECOND, 2000);

	pass(fixture, HANDOVER_LEASE_MS - 3000);
	assert_int_equal(handover_beat(fixture->handover, &wang), STATUS_OK);
	pass(fixture, HANDOVER_LEASE_MS - 3000);
	assert_int_equal(handover_lapse(fixture->handover, &count), STATUS_OK);
	assert_int_equal(count, 0);

	pass(fixture, 3001);
	assert_int_equal(handover_lapse(fixture->handover, &count), STATUS_OK);
	assert_int_equal(count, 1);
	events = reads(fixture, FIRST, held.n, NULL);
	assert_int_equal(events.of.state, HANDOVER_WAITING);
	assert_int_equal(events.of.place, 1);
	assert_int_equal(events.count, 1);
	assert_int_equal(events.items[0].kind, HANDOVER_DROPPED);
	assert_string_equal(events.items[0].who, wang.name);
	assert_string_equal(takes(fixture, &li).conversation, FIRST);
}

static void a_late_write_of_the_old_holder_is_refused(void **state)
{
	struct fixture *fixture = *state;
	const struct handover_said text = said("r1", "您好"), late = said("r2", "稍等");
	struct handover_case held, row;
	size_t count;

	asks(fixture, FIRST);
	held = takes(fixture, &wang);
	assert_int_equal(handover_say(fixture->handover, &wang, FIRST, held.epoch, &text, &row),
	                 STATUS_OK);
	/* Over, though nobody has looked yet. */
	pass(fixture, HANDOVER_LEASE_MS + 1000);
	assert_int_equal(handover_say(fixture->handover, &wang, FIRST, held.epoch, &late, &row),
	                 STATUS_CLOSED);
	assert_int_equal(handover_beat(fixture->handover, &wang), STATUS_OK);
	assert_int_equal(handover_lapse(fixture->handover, &count), STATUS_OK);
	assert_int_equal(count, 1);

	/* The same operator holds it again: what was meant for then is late all the same. */
	assert_int_not_equal(takes(fixture, &wang).epoch, held.epoch);
	assert_int_equal(handover_say(fixture->handover, &wang, FIRST, held.epoch, &late, &row),
	                 STATUS_CLOSED);
	assert_int_equal(handover_give(fixture->handover, &wang, FIRST, held.epoch, HANDOVER_TO_BOT,
	                               NULL, &row),
	                 STATUS_CLOSED);
	assert_int_equal(handover_end(fixture->handover, &wang, FIRST, held.epoch, "solved", &row),
	                 STATUS_CLOSED);
	/* asked, queued, taken, said, dropped, taken */
	assert_int_equal(reads(fixture, FIRST, 0, NULL).of.n, 6);

	/* What had been written in time is acknowledged when it is sent again, and not doubled. */
	assert_int_equal(handover_say(fixture->handover, &wang, FIRST, held.epoch, &text, &row),
	                 STATUS_OK);
	assert_int_equal(reads(fixture, FIRST, 0, NULL).of.n, 6);
}

/* As if their pages had been away for so long. */
static void leave(struct fixture *fixture, int ms)
{
	char sql[128];

	snprintf(sql, sizeof(sql), "UPDATE handover_duty SET seen = seen - %d", ms);
	database_run(fixture->database, sql);
}

static void a_colleagues_chat_is_theirs_for_a_minute(void **state)
{
	struct fixture *fixture = *state;
	struct handover_case held, row;

	asks(fixture, FIRST);
	held = takes(fixture, &wang);
	assert_int_equal(handover_beat(fixture->handover, &li), STATUS_OK);
	assert_int_equal(handover_give(fixture->handover, &wang, FIRST, held.epoch,
	                               HANDOVER_TO_COLLEAGUE, li.name, &row),
	                 STATUS_OK);
	assert_int_equal(handover_take(fixture->handover, &wang, NULL, &row), STATUS_NOT_FOUND);
	held = takes(fixture, &li);
	assert_int_equal(handover_give(fixture->handover, &li, FIRST, held.epoch,
	                               HANDOVER_TO_COLLEAGUE, wang.name, &row),
	                 STATUS_OK);
	assert_int_equal(handover_take(fixture->handover, &li, NULL, &row), STATUS_NOT_FOUND);
	pass(fixture, HANDOVER_WANTED_MS + 1000);
	assert_string_equal(takes(fixture, &li).conversation, FIRST);
}

static void nothing_is_given_to_who_has_gone_home(void **state)
{
	struct fixture *fixture = *state;
	const struct handover_colleague *colleagues;
	struct handover_case held, row;
	size_t count;

	asks(fixture, FIRST);
	assert_int_equal(handover_beat(fixture->handover, &li), STATUS_OK);
	held = takes(fixture, &wang);
	assert_int_equal(
	        handover_colleagues(fixture->handover, li.id, fixture->arena, &colleagues, &count),
	        STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(colleagues[0].name, wang.name);
	assert_int_equal(colleagues[0].held, 1);

	/* Handed to Li, who leaves: Wang need not wait for the minute to be over. */
	assert_int_equal(handover_give(fixture->handover, &wang, FIRST, held.epoch,
	                               HANDOVER_TO_COLLEAGUE, li.name, &row),
	                 STATUS_OK);
	leave(fixture, HANDOVER_DUTY_MS + 1000);
	held = takes(fixture, &wang);
	assert_int_equal(handover_give(fixture->handover, &wang, FIRST, held.epoch,
	                               HANDOVER_TO_COLLEAGUE, li.name, &row),
	                 STATUS_NOT_FOUND);
	assert_int_equal(handover_colleagues(fixture->handover, wang.id, fixture->arena,
	                                     &colleagues, &count),
	                 STATUS_OK);
	assert_int_equal(count, 0);

	/* Closed and asked for again it is whoever's takes it. */
	assert_int_equal(handover_end(fixture->handover, &wang, FIRST, held.epoch, "solved", &row),
	                 STATUS_OK);
	asks(fixture, FIRST);
	assert_string_equal(takes(fixture, &li).conversation, FIRST);
}

static void one_of_those_that_wait_can_be_chosen(void **state)
{
	struct fixture *fixture = *state;
	struct handover_case row;

	asks(fixture, FIRST);
	asks(fixture, SECOND);
	waits_since(fixture, FIRST, 1000);
	waits_since(fixture, SECOND, 2000);
	assert_int_equal(handover_take(fixture->handover, &wang, SECOND, &row), STATUS_OK);
	assert_string_equal(row.conversation, SECOND);
	assert_int_equal(handover_take(fixture->handover, &li, SECOND, &row), STATUS_NOT_FOUND);
	assert_string_equal(takes(fixture, &li).conversation, FIRST);
}

static void outside_working_hours_nobody_begins_to_wait(void **state)
{
	struct fixture *fixture = *state;
	const struct handover_said text = said("a", "转人工");
	struct handover_events events;
	struct handover_case row;

	assert_int_equal(handover_ask(fixture->handover, FIRST, &text, "周一 9:00-12:00", &row),
	                 STATUS_OK);
	assert_int_equal(row.state, HANDOVER_BOT);
	events = reads(fixture, FIRST, 0, NULL);
	assert_int_equal(events.count, 2);
	assert_string_equal(events.items[0].ref, "a");
	assert_int_equal(events.items[1].kind, HANDOVER_OFF_HOURS);
	assert_true(span_equal(events.items[1].text, span_of("周一 9:00-12:00")));
	assert_null(reads(fixture, FIRST, 0, li.id).items[0].ref);
	assert_int_equal(handover_take(fixture->handover, &wang, NULL, &row), STATUS_NOT_FOUND);
}

static void a_number_is_sealed_and_gone_once_it_was_called(void **state)
{
	struct fixture *fixture = *state;
	const struct span typed = span_of("138-1234-5678"), about = span_of("证书延续");
	const struct handover_call_back *calls;
	char number[HANDOVER_NUMBER_SIZE], found[64];
	struct handover_case row;
	size_t count;

	assert_int_equal(handover_leave(fixture->handover, FIRST, typed, about, &row),
	                 STATUS_NOT_FOUND);
	asks(fixture, FIRST);
	assert_int_equal(handover_leave(fixture->handover, FIRST, span_of("12345"), about, &row),
	                 STATUS_LIMIT);
	assert_int_equal(handover_leave(fixture->handover, FIRST, typed, about, &row), STATUS_OK);
	assert_int_equal(row.call, HANDOVER_CALL_OPEN);
	assert_int_equal(handover_calls(fixture->handover, fixture->arena, &calls, &count),
	                 STATUS_OK);
	assert_int_equal(count, 1);
	assert_string_equal(calls[0].text, "证书延续");
	database_ask(fixture->database,
	             "SELECT count(*) FROM handover_call WHERE length(number) > 13", found,
	             sizeof(found));
	assert_string_equal(found, "1");
	assert_int_equal(handover_number(fixture->handover, FIRST, number), STATUS_OK);
	assert_string_equal(number, "138-1234-5678");

	assert_int_equal(handover_called(fixture->handover, &li, FIRST, "reached", &row),
	                 STATUS_OK);
	assert_int_equal(row.call, HANDOVER_CALL_CLOSED);
	assert_int_equal(handover_number(fixture->handover, FIRST, number), STATUS_NOT_FOUND);
	assert_int_equal(handover_called(fixture->handover, &li, FIRST, "reached", &row),
	                 STATUS_NOT_FOUND);
	database_ask(fixture->database, "SELECT count(*) FROM handover_call", found, sizeof(found));
	assert_string_equal(found, "0");

	/* And with the case. */
	assert_int_equal(handover_leave(fixture->handover, FIRST, typed, about, &row), STATUS_OK);
	database_run(fixture->database, "UPDATE handover SET changed = changed - 3600001");
	assert_int_equal(handover_expire(fixture->handover, 3600000, &count), STATUS_OK);
	database_ask(fixture->database, "SELECT count(*) FROM handover_call", found, sizeof(found));
	assert_string_equal(found, "0");
}

static void what_is_no_telephone_number_is_refused(void **state)
{
	static const char *const numbers[] = { "0371-65250866", "+86 138 0013 8000",
		                               "(0371)6525086", "1234567" };
	static const char *const others[] = { "",
		                              "123456",
		                              "1234567890123456",
		                              "1380013800x",
		                              "1+38001380",
		                              "+--------------------------------1234567" };

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		assert_true(handover_is_number(span_of(numbers[i])));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_false(handover_is_number(span_of(others[i])));
}

static void what_was_typed_is_the_holders_until_they_have_read_it(void **state)
{
	struct fixture *fixture = *state;
	const struct handover_said text = { NULL, span_of("我的身份证号是410102199003074512"),
		                            span_of("我的身份证号是410***12") };
	struct handover_events events;
	struct handover_case row;
	char found[256];

	assert_int_equal(handover_ask(fixture->handover, FIRST, &text, NULL, &row), STATUS_OK);
	database_ask(fixture->database, "SELECT body FROM handover_event WHERE n = 1", found,
	             sizeof(found));
	assert_string_equal(found, "我的身份证号是410***12");
	row = takes(fixture, &wang);

	/* The applicant's other window, and another operator, see it masked. */
	events = reads(fixture, FIRST, 0, NULL);
	assert_true(span_equal(events.items[0].text, text.masked));
	assert_true(events.items[0].masked);
	events = reads(fixture, FIRST, 0, li.id);
	assert_true(span_equal(events.items[0].text, text.masked));

	events = reads(fixture, FIRST, 0, wang.id);
	assert_true(span_equal(events.items[0].text, text.text));
	assert_false(events.items[0].masked);
	/* The answer was lost on its way: they ask again. */
	events = reads(fixture, FIRST, 0, wang.id);
	assert_true(span_equal(events.items[0].text, text.text));
	(void)reads(fixture, FIRST, events.of.n, wang.id);
	events = reads(fixture, FIRST, 0, wang.id);
	assert_true(span_equal(events.items[0].text, text.masked));
	database_ask(fixture->database, "SELECT count(typed) FROM handover_event", found,
	             sizeof(found));
	assert_string_equal(found, "0");
}

static void what_an_operator_types_is_the_applicants_until_they_have_read_it(void **state)
{
	struct fixture *fixture = *state;
	const struct handover_said asks = { NULL, span_of("转人工"), span_of("转人工") };
	const struct handover_said text = { NULL, span_of("我是王晓，请拨13812345678"),
		                            span_of("我是王*，请拨138***78") };
	struct handover_events events;
	struct handover_case row;
	int64_t n;

	assert_int_equal(handover_ask(fixture->handover, FIRST, &asks, NULL, &row), STATUS_OK);
	row = takes(fixture, &wang);
	assert_int_equal(handover_say(fixture->handover, &wang, FIRST, row.epoch, &text, &row),
	                 STATUS_OK);
	n = row.n;
	/* Their own words read again do not take them from the applicant. */
	(void)reads(fixture, FIRST, n, wang.id);
	events = reads(fixture, FIRST, n - 1, li.id);
	assert_true(span_equal(events.items[0].text, text.masked));
	events = reads(fixture, FIRST, n - 1, NULL);
	assert_true(span_equal(events.items[0].text, text.text));
	assert_false(events.items[0].masked);
	(void)reads(fixture, FIRST, n, NULL);
	events = reads(fixture, FIRST, n - 1, NULL);
	assert_true(span_equal(events.items[0].text, text.masked));
}

static void nothing_typed_is_left_when_a_case_ends(void **state)
{
	struct fixture *fixture = *state;
	const struct handover_said text = { NULL, span_of("13812345678"), span_of("138***78") };
	struct handover_case held, row;
	char found[16];

	asks(fixture, FIRST);
	held = takes(fixture, &wang);
	assert_int_equal(handover_write(fixture->handover, FIRST, &text, &row), STATUS_OK);
	database_ask(fixture->database, "SELECT count(typed) FROM handover_event", found,
	             sizeof(found));
	assert_string_equal(found, "1");
	assert_int_equal(handover_end(fixture->handover, &wang, FIRST, held.epoch, "solved", &row),
	                 STATUS_OK);
	database_ask(fixture->database, "SELECT count(typed) FROM handover_event", found,
	             sizeof(found));
	assert_string_equal(found, "0");
	assert_int_equal(handover_write(fixture->handover, FIRST, &text, &row), STATUS_NOT_FOUND);
}

static void who_waits_in_vain_for_an_hour_is_the_robots_again(void **state)
{
	struct fixture *fixture = *state;
	struct handover_events events;
	struct handover_case row;
	size_t count;

	asks(fixture, FIRST);
	database_run(fixture->database, "UPDATE handover SET changed = changed - 3500000");
	assert_int_equal(handover_lapse(fixture->handover, &count), STATUS_OK);
	assert_int_equal(count, 0);
	database_run(fixture->database, "UPDATE handover SET changed = changed - 100001");
	assert_int_equal(handover_lapse(fixture->handover, &count), STATUS_OK);
	assert_int_equal(count, 1);
	events = reads(fixture, FIRST, 2, NULL);
	assert_int_equal(events.of.state, HANDOVER_BOT);
	assert_int_equal(events.count, 1);
	assert_int_equal(events.items[0].kind, HANDOVER_GIVEN_UP);
	assert_int_equal(handover_take(fixture->handover, &wang, NULL, &row), STATUS_NOT_FOUND);
	asks(fixture, FIRST);
	assert_string_equal(takes(fixture, &wang).conversation, FIRST);
}

static void an_old_case_is_deleted_with_its_events(void **state)
{
	struct fixture *fixture = *state;
	char found[16];
	size_t count;

	asks(fixture, FIRST);
	database_run(fixture->database, "UPDATE handover SET changed = changed - 3000000");
	assert_int_equal(handover_expire(fixture->handover, 3600000, &count), STATUS_OK);
	assert_int_equal(count, 0);
	database_run(fixture->database, "UPDATE handover SET changed = changed - 600001");
	assert_int_equal(handover_expire(fixture->handover, 3600000, &count), STATUS_OK);
	assert_int_equal(count, 1);
	database_ask(fixture->database, "SELECT count(*) FROM handover_event", found,
	             sizeof(found));
	assert_string_equal(found, "0");
}

/* --- forty events, cut at each of them --- */

enum act { ASK, WRITE, TAKE, SAY, TO_QUEUE, END };

enum { ACTS = 39, SCRIPT_EVENTS = ACTS + 1, TEXT_SIZE = 32 };

/*
 * ASK makes two events (asked, queued), each other act one. Wang answers until the case is handed
 * back to the queue, Li then.
 */
static enum act act_at(int at)
{
	switch (at) {
	case 0:
		return ASK;
	case 2:
	case 20:
		return TAKE;
	case 19:
		return TO_QUEUE;
	case ACTS - 1:
		return END;
	default:
		return at == 1 || at % 3 == 0 ? WRITE : SAY;
	}
}

static const struct handover_operator *operator_at(int at)
{
	return at < 20 ? &wang : &li;
}

/* One act, as a client does it that may have done it before: its answer was lost. */
static void act(struct fixture *fixture, const char *conversation, int at, int64_t *epoch)
{
	const struct handover_operator *who = operator_at(at);
	char ref[TEXT_SIZE], text[TEXT_SIZE];
	const struct handover_case *held;
	struct handover_case row;
	enum status status = STATUS_OK;
	size_t count;

	snprintf(ref, sizeof(ref), "ref %d", at);
	snprintf(text, sizeof(text), "第%d句", at);
	const struct handover_said one = said(ref, text);

	switch (act_at(at)) {
	case ASK:
		status = handover_ask(fixture->handover, conversation, &one, NULL, &row);
		break;
	case WRITE:
		status = handover_write(fixture->handover, conversation, &one, &row);
		break;
	case SAY:
		status = handover_say(fixture->handover, who, conversation, *epoch, &one, &row);
		break;
	case TAKE:
		status = handover_held(fixture->handover, who->id, fixture->arena, &held, &count);
		assert_int_equal(status, STATUS_OK);
		if (count == 0)
			status = handover_take(fixture->handover, who, NULL, &row);
		else
			row = held[0];
		assert_string_equal(row.conversation, conversation);
		*epoch = row.epoch;
		break;
	case TO_QUEUE:
		status = handover_give(fixture->handover, who, conversation, *epoch,
		                       HANDOVER_TO_QUEUE, NULL, &row);
		break;
	case END:
		status = handover_end(fixture->handover, who, conversation, *epoch, "solved", &row);
		break;
	}
	if (status == STATUS_CLOSED)
		assert_true(act_at(at) == TO_QUEUE || act_at(at) == END); /* it was done */
	else
		assert_int_equal(status, STATUS_OK);
}

static void expect(const struct handover_event *event, int64_t n, enum handover_kind kind, int at)
{
	char text[TEXT_SIZE] = "";

	if (kind == HANDOVER_ASKED || kind == HANDOVER_SAID)
		snprintf(text, sizeof(text), "第%d句", at);
	else if (kind == HANDOVER_ENDED)
		snprintf(text, sizeof(text), "solved");
	assert_int_equal(event->n, n);
	assert_int_equal(event->kind, kind);
	assert_true(span_equal(event->text, span_of(text)));
	if (kind == HANDOVER_ASKED || kind == HANDOVER_QUEUED)
		assert_string_equal(event->who, "");
	else
		assert_string_equal(event->who, operator_at(at)->name);
}

/* What one side has received, each from where it was. */
struct received {
	struct handover_event items[SCRIPT_EVENTS * 2];
	size_t count;
};

static void receive(struct fixture *fixture, const char *conversation, const char *operator_id,
                    struct received *received)
{
	const int64_t after = received->count ? received->items[received->count - 1].n : 0;
	const struct handover_events events = reads(fixture, conversation, after, operator_id);

	for (size_t i = 0; i < events.count; i++) {
		assert_true(received->count < SCRIPT_EVENTS * 2);
		received->items[received->count++] = events.items[i];
	}
}

static void all_of_it(const struct received *received)
{
	static const enum handover_kind kinds[] = {
		[ASK] = HANDOVER_ASKED, [WRITE] = HANDOVER_ASKED,       [TAKE] = HANDOVER_TAKEN,
		[SAY] = HANDOVER_SAID,  [TO_QUEUE] = HANDOVER_TO_QUEUE, [END] = HANDOVER_ENDED,
	};
	size_t at = 0;

	for (int i = 0; i < ACTS; i++) {
		assert_true(at < received->count);
		expect(&received->items[at], (int64_t)at + 1, kinds[act_at(i)], i);
		at++;
		if (act_at(i) != ASK)
			continue;
		assert_true(at < received->count);
		expect(&received->items[at], (int64_t)at + 1, HANDOVER_QUEUED, i);
		at++;
	}
	assert_int_equal(at, SCRIPT_EVENTS);
	assert_int_equal(received->count, at);
}

static void nothing_is_lost_or_doubled_wherever_it_is_cut(void **state)
{
	struct fixture *fixture = *state;

	for (int cut = 0; cut < ACTS; cut++) {
		struct received applicant = { .count = 0 }, operator= { .count = 0 };
		struct handover_events end;
		char conversation[DIGEST_HEX_SIZE];
		int64_t epoch = 0;

		arena_reset(fixture->arena);
		snprintf(conversation, sizeof(conversation), "%064d", cut);
		for (int at = 0; at < ACTS; at++) {
			act(fixture, conversation, at, &epoch);
			if (at == cut) {
				/* Written, but nobody heard of it: all is opened anew, sent once
				 * more and read from where each side was. */
				handover_close(fixture->handover);
				fixture->handover = open_one(fixture);
				act(fixture, conversation, at, &epoch);
			}
			receive(fixture, conversation, NULL, &applicant);
			receive(fixture, conversation, operator_at(at)->id, &operator);
		}
		all_of_it(&applicant);
		all_of_it(&operator);
		end = reads(fixture, conversation, 0, NULL);
		assert_int_equal(end.of.state, HANDOVER_CLOSED);
		assert_string_equal(end.of.outcome, "solved");
		assert_string_equal(end.of.holder, "");
	}
}

static void two_replicas_agree_on_the_holder_and_the_numbers(void **state)
{
	struct fixture *fixture = *state;
	struct handover *other = open_one(fixture);
	struct handover_case held, row;
	struct handover_events events;

	asks(fixture, FIRST);
	held = takes(fixture, &wang);
	assert_int_equal(handover_take(other, &li, NULL, &row), STATUS_NOT_FOUND);
	for (int i = 0; i < 20; i++) {
		const struct handover_said text = said(NULL, "好的");

		assert_int_equal(
		        handover_write(i % 2 ? other : fixture->handover, FIRST, &text, &row),
		        STATUS_OK);
		assert_int_equal(row.n, held.n + 1 + i);
	}
	assert_int_equal(handover_end(other, &wang, FIRST, held.epoch, "solved", &row), STATUS_OK);
	events = reads(fixture, FIRST, 0, NULL);
	assert_int_equal(events.count, 3 + 20 + 1);
	for (size_t i = 0; i < events.count; i++)
		assert_int_equal(events.items[i].n, (int64_t)i + 1);
	handover_close(other);
}

/* Version 1, as it was published; a case that waits, and one that was closed. */
static const char version_1[] =
        "CREATE TABLE handover (conversation TEXT PRIMARY KEY, state INTEGER NOT NULL,"
        " n INTEGER NOT NULL, epoch INTEGER NOT NULL, holder TEXT NOT NULL,"
        " holder_name TEXT NOT NULL, lease_until INTEGER NOT NULL, wanted TEXT NOT NULL,"
        " wanted_until INTEGER NOT NULL, since INTEGER NOT NULL, changed INTEGER NOT NULL,"
        " outcome TEXT NOT NULL) STRICT;"
        "CREATE INDEX handover_state ON handover (state, since);"
        "CREATE TABLE handover_event (conversation TEXT NOT NULL, n INTEGER NOT NULL,"
        " kind INTEGER NOT NULL, author TEXT NOT NULL, who TEXT NOT NULL, ref TEXT,"
        " body TEXT NOT NULL, typed BLOB, masked INTEGER NOT NULL, happened INTEGER NOT NULL,"
        " PRIMARY KEY (conversation, n)) STRICT, WITHOUT ROWID;"
        "CREATE UNIQUE INDEX handover_event_ref ON handover_event (conversation, author, ref);"
        "INSERT INTO handover VALUES ('" FIRST "', 1, 2, 1, '', '', 0, '', 0, 1000, 1000, '');"
        "INSERT INTO handover VALUES ('" SECOND
        "', 3, 0, 4, '', '', 0, '', 0, 500, 1000, 'solved');"
        "INSERT INTO handover_event VALUES"
        " ('" FIRST "', 1, 0, '', '', 'a', '转人工', NULL, 0, 1000),"
        " ('" FIRST "', 2, 2, '', '', NULL, '', NULL, 0, 1000);"
        "PRAGMA user_version = 1";

static void cases_of_version_1_go_on(void **state)
{
	struct fixture *fixture = *state;
	const struct database *database = fixture->database;
	const struct handover_said again = said("a", "转人工");
	struct handover_events events;
	struct handover_case row;
	char number[HANDOVER_NUMBER_SIZE], text[32];

	handover_close(fixture->handover);
	assert_int_equal(unlink(database->file), 0);
	database_run(database, version_1);
	fixture->handover = open_one(fixture);
	assert_string_equal(database_ask(database, "PRAGMA user_version", text, sizeof(text)), "2");
	events = reads(fixture, FIRST, 0, NULL);
	assert_int_equal(events.count, 2);
	assert_int_equal(events.of.state, HANDOVER_WAITING);
	assert_int_equal(events.of.place, 1);
	assert_int_equal(events.of.call, HANDOVER_CALL_NONE);
	assert_true(span_equal(events.items[0].text, span_of("转人工")));
	assert_int_equal(handover_ask(fixture->handover, FIRST, &again, NULL, &row), STATUS_OK);
	assert_int_equal(row.n, 2);
	assert_int_equal(takes(fixture, &wang).n, 3);
	/* What is new of version 2 works on them. */
	assert_int_equal(handover_leave(fixture->handover, SECOND, span_of("037112345678"),
	                                span_of(""), &row),
	                 STATUS_OK);
	assert_int_equal(row.state, HANDOVER_CLOSED);
	assert_string_equal(row.outcome, "solved");
	assert_int_equal(handover_number(fixture->handover, SECOND, number), STATUS_OK);
	assert_string_equal(number, "037112345678");
}

#define TEST_OVER(over_, test_)                                                                    \
	{                                                                                          \
		.name = #test_ over_, .test_func = (test_), .setup_func = set_up,                  \
		.teardown_func = tear_down                                                         \
	}

#define TESTS(over_)                                                                               \
	TEST_OVER(over_, who_waits_longest_is_taken_first_and_once),                               \
	        TEST_OVER(over_, a_silent_operators_chat_waits_again_at_its_old_place),            \
	        TEST_OVER(over_, a_late_write_of_the_old_holder_is_refused),                       \
	        TEST_OVER(over_, a_colleagues_chat_is_theirs_for_a_minute),                        \
	        TEST_OVER(over_, nothing_is_given_to_who_has_gone_home),                           \
	        TEST_OVER(over_, one_of_those_that_wait_can_be_chosen),                            \
	        TEST_OVER(over_, outside_working_hours_nobody_begins_to_wait),                     \
	        TEST_OVER(over_, a_number_is_sealed_and_gone_once_it_was_called),                  \
	        TEST_OVER(over_, what_is_no_telephone_number_is_refused),                          \
	        TEST_OVER(over_, what_was_typed_is_the_holders_until_they_have_read_it),           \
	        TEST_OVER(over_,                                                                   \
	                  what_an_operator_types_is_the_applicants_until_they_have_read_it),       \
	        TEST_OVER(over_, nothing_typed_is_left_when_a_case_ends),                          \
	        TEST_OVER(over_, who_waits_in_vain_for_an_hour_is_the_robots_again),               \
	        TEST_OVER(over_, an_old_case_is_deleted_with_its_events),                          \
	        TEST_OVER(over_, nothing_is_lost_or_doubled_wherever_it_is_cut),                   \
	        TEST_OVER(over_, two_replicas_agree_on_the_holder_and_the_numbers)

int main(void)
{
	const struct CMUnitTest over_a_file[] = {
		TESTS(" (SQLite)"), TEST_OVER(" (SQLite)", cases_of_version_1_go_on)
	};
	const struct CMUnitTest over_postgres[] = { TESTS(" (PostgreSQL)") };
	const int failed = cmocka_run_group_tests(over_a_file, NULL, NULL);

	return run_over_postgres(over_postgres) + failed;
}

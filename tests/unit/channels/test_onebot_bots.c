#include "channels/onebot_bots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ACTION_MS = 30000, PROBE_MS = 60000, KEEP_MS = 120000, OUTCOMES_MOST = 64 };

/* The owner of a link. */
struct owner {
	bool writable, behind;
	const char *ended;
};

/* Its hooks write here. */
struct world {
	struct onebot_bots *bots;
	struct buf frame;
	int64_t now_ms;
	struct {
		uint64_t id;
		size_t parts;
		enum onebot_outcome outcome;
	} outcomes[OUTCOMES_MOST];
	size_t outcome_count;
	size_t reached, fresh;
};

static void on_write(void *owner)
{
	((struct owner *)owner)->writable = true;
}

static void on_end(void *owner, const char *reason)
{
	assert_null(((struct owner *)owner)->ended);
	((struct owner *)owner)->ended = reason;
}

static bool is_behind(void *owner)
{
	return ((struct owner *)owner)->behind;
}

static void on_sent(void *context, uint64_t id, size_t parts, enum onebot_outcome outcome)
{
	struct world *world = context;

	assert_true(world->outcome_count < OUTCOMES_MOST);
	world->outcomes[world->outcome_count].id = id;
	world->outcomes[world->outcome_count].parts = parts;
	world->outcomes[world->outcome_count++].outcome = outcome;
}

static void setup(struct world *world)
{
	const struct onebot_limits limits = { .action_ms = ACTION_MS,
		                              .probe_ms = PROBE_MS,
		                              .keep_ms = KEEP_MS,
		                              .answers = 8,
		                              .bots = 4 };
	const struct onebot_hooks hooks = { .write = on_write,
		                            .end = on_end,
		                            .behind = is_behind,
		                            .sent = on_sent,
		                            .context = world };

	*world = (struct world){ .now_ms = 1000 };
	buf_init(&world->frame, ONEBOT_FRAME_BYTES);
	assert_int_equal(onebot_bots_create(&world->bots, &limits, &hooks), STATUS_OK);
}

static void teardown(struct world *world)
{
	onebot_bots_destroy(world->bots);
	buf_deinit(&world->frame);
}

static struct onebot_link *open_as(struct world *world, enum onebot_role role, const char *self,
                                   struct owner *owner)
{
	struct onebot_link *link;

	assert_int_equal(
	        onebot_link_open(world->bots, role, span_of(self), owner, world->now_ms, &link),
	        STATUS_OK);
	return link;
}

static void send_parts(struct world *world, uint64_t id, const char *one, const char *two)
{
	const struct span parts[] = { span_of(one), span_of(two ? two : "") };
	const struct onebot_answer answer = {
		.id = id,
		.self = "9",
		.to = { .group = { "1", true }, .user = { "2", true }, .at = true },
		.parts = parts,
		.part_count = two ? 2 : 1,
	};

	assert_int_equal(onebot_bots_send(world->bots, &answer, world->now_ms), STATUS_OK);
}

/* The echo of the frame that the link writes next, in which `text` must stand. */
static const char *expect_frame(struct world *world, struct onebot_link *link, const char *text)
{
	static char echo[ONEBOT_ECHO_SIZE];
	const char *at;

	assert_true(onebot_link_next(link, world->now_ms, &world->frame));
	if (!strstr(buf_text(&world->frame), text))
		fail_msg("%s is not in %s", text, buf_text(&world->frame));
	at = strstr(buf_text(&world->frame), "\"echo\":\"");
	assert_non_null(at);
	assert_int_equal(sscanf(at, "\"echo\":\"%47[^\"]", echo), 1);
	return echo;
}

static void expect_none(struct world *world, struct onebot_link *link)
{
	if (onebot_link_next(link, world->now_ms, &world->frame))
		fail_msg("unexpected: %s", buf_text(&world->frame));
}

static void take(struct world *world, struct onebot_link *link, const char *json)
{
	struct onebot_frame frame;

	assert_int_equal(onebot_frame_read(span_of(json), &frame), STATUS_OK);
	onebot_link_take(link, &frame, world->now_ms);
	onebot_frame_release(&frame);
}

static void respond(struct world *world, struct onebot_link *link, const char *echo,
                    const char *rest)
{
	char json[256];

	snprintf(json, sizeof(json), "{%s,\"echo\":\"%s\"}", rest, echo);
	take(world, link, json);
}

#define DONE "\"status\":\"ok\",\"retcode\":0,\"data\":{\"message_id\":71}"

static void expect_outcome(const struct world *world, size_t at, uint64_t id, size_t parts,
                           enum onebot_outcome outcome)
{
	assert_true(at < world->outcome_count);
	assert_int_equal(world->outcomes[at].id, id);
	assert_int_equal(world->outcomes[at].parts, parts);
	assert_int_equal(world->outcomes[at].outcome, outcome);
}

static void pass(struct world *world, int64_t ms)
{
	world->now_ms += ms;
	onebot_bots_tick(world->bots, world->now_ms);
}

/* --- who gets what --- */

static void an_answer_goes_to_its_bot_and_its_outcome_comes_back(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	expect_none(&world, link);
	send_parts(&world, 5, "照片", NULL);
	assert_true(owner.writable);
	respond(&world, link, expect_frame(&world, link, "照片"), DONE);
	expect_outcome(&world, 0, 5, 1, ONEBOT_DONE);
	assert_true(onebot_bots_sent(world.bots, "9", &(struct onebot_id){ "71", false }));
	assert_false(onebot_bots_sent(world.bots, "8", &(struct onebot_id){ "71", false }));
	assert_false(onebot_bots_sent(world.bots, "9", &(struct onebot_id){ "72", false }));
	assert_false(onebot_bots_sent(world.bots, "9", &(struct onebot_id){ "", false }));
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void the_late_close_of_an_old_link_leaves_the_new_one(void **state)
{
	(void)state;
	for (int round = 0; round < 10; round++) {
		struct world world;
		struct owner a = { 0 }, b = { 0 };
		struct onebot_link *old, *new;

		setup(&world);
		old = open_as(&world, ONEBOT_UNIVERSAL, "9", &a);
		new = open_as(&world, ONEBOT_UNIVERSAL, "9", &b);
		send_parts(&world, 1, "照片", NULL);
		expect_none(&world, old);
		onebot_link_close(old, world.now_ms);
		respond(&world, new, expect_frame(&world, new, "照片"), DONE);
		expect_outcome(&world, 0, 1, 1, ONEBOT_DONE);
		onebot_link_close(new, world.now_ms);
		teardown(&world);
	}
}

static void the_older_link_serves_again_when_the_newer_one_goes(void **state)
{
	struct world world;
	struct owner a = { 0 }, b = { 0 };
	struct onebot_link *old, *new;

	(void)state;
	setup(&world);
	old = open_as(&world, ONEBOT_UNIVERSAL, "9", &a);
	new = open_as(&world, ONEBOT_UNIVERSAL, "9", &b);
	onebot_link_close(new, world.now_ms);
	send_parts(&world, 1, "照片", NULL);
	expect_frame(&world, old, "照片");
	onebot_link_close(old, world.now_ms);
	teardown(&world);
}

static void actions_go_over_the_api_link_of_a_split_pair(void **state)
{
	struct world world;
	struct owner a = { 0 }, b = { 0 };
	struct onebot_link *api, *events;

	(void)state;
	setup(&world);
	api = open_as(&world, ONEBOT_API, "9", &a);
	events = open_as(&world, ONEBOT_EVENTS, "9", &b);
	send_parts(&world, 1, "照片", NULL);
	expect_none(&world, events);
	respond(&world, api, expect_frame(&world, api, "照片"), DONE);
	expect_outcome(&world, 0, 1, 1, ONEBOT_DONE);
	onebot_link_close(api, world.now_ms);
	onebot_link_close(events, world.now_ms);
	teardown(&world);
}

static void bots_do_not_get_each_others_answers(void **state)
{
	struct world world;
	struct owner a = { 0 }, b = { 0 };
	struct onebot_link *nine, *eight;

	(void)state;
	setup(&world);
	nine = open_as(&world, ONEBOT_UNIVERSAL, "9", &a);
	eight = open_as(&world, ONEBOT_UNIVERSAL, "8", &b);
	send_parts(&world, 1, "照片", NULL);
	expect_none(&world, eight);
	respond(&world, eight, expect_frame(&world, nine, "照片"), DONE);
	assert_int_equal(world.outcome_count, 0);
	onebot_link_close(nine, world.now_ms);
	onebot_link_close(eight, world.now_ms);
	teardown(&world);
}

static void a_link_without_an_id_learns_it_from_an_event_or_a_response(void **state)
{
	struct world world;
	struct owner a = { 0 }, b = { 0 };
	struct onebot_link *link, *other;
	char json[256];

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "", &a);
	assert_true(a.writable);
	assert_string_equal(onebot_link_self(link), "");
	snprintf(json, sizeof(json),
	         "{\"status\":\"ok\",\"retcode\":0,\"data\":{\"user_id\":9},\"echo\":\"%s\"}",
	         expect_frame(&world, link, "get_login_info"));
	take(&world, link, json);
	assert_string_equal(onebot_link_self(link), "9");
	other = open_as(&world, ONEBOT_UNIVERSAL, "", &b);
	take(&world, other, "{\"post_type\":\"notice\",\"self_id\":\"8\"}");
	assert_string_equal(onebot_link_self(other), "8");
	onebot_link_close(link, world.now_ms);
	onebot_link_close(other, world.now_ms);
	teardown(&world);
}

/* --- parts --- */

static void the_next_part_waits_for_the_response_to_the_one_before(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;
	char first[ONEBOT_ECHO_SIZE];

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	send_parts(&world, 1, "前半", "后半");
	send_parts(&world, 2, "另一条", NULL);
	snprintf(first, sizeof(first), "%s", expect_frame(&world, link, "前半"));
	assert_non_null(strstr(buf_text(&world.frame), "\"at\""));
	expect_frame(&world, link, "另一条");
	expect_none(&world, link);
	respond(&world, link, first, DONE);
	respond(&world, link, expect_frame(&world, link, "后半"),
	        "\"status\":\"failed\",\"retcode\":102");
	assert_null(strstr(buf_text(&world.frame), "\"at\""));
	expect_outcome(&world, 0, 1, 1, ONEBOT_FAILED);
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

/* --- what is unknown is not sent again --- */

static void an_action_without_a_response_is_unknown_and_not_sent_again(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;
	char echo[ONEBOT_ECHO_SIZE];

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	send_parts(&world, 1, "照片", NULL);
	snprintf(echo, sizeof(echo), "%s", expect_frame(&world, link, "照片"));
	pass(&world, ACTION_MS - 1);
	assert_int_equal(world.outcome_count, 0);
	pass(&world, 1);
	expect_outcome(&world, 0, 1, 0, ONEBOT_UNKNOWN);
	/* Late, it changes nothing any more. */
	respond(&world, link, echo, DONE);
	assert_int_equal(world.outcome_count, 1);
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void a_time_out_of_the_peer_is_unknown(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	send_parts(&world, 1, "照片", NULL);
	respond(&world, link, expect_frame(&world, link, "照片"),
	        "\"status\":\"failed\",\"retcode\":1200");
	expect_outcome(&world, 0, 1, 0, ONEBOT_UNKNOWN);
	expect_none(&world, link);
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void what_was_written_to_a_link_that_ends_is_unknown_and_the_rest_goes_over_the_next(
        void **state)
{
	struct world world;
	struct owner a = { 0 }, b = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &a);
	send_parts(&world, 1, "甲", NULL);
	send_parts(&world, 2, "乙", NULL);
	expect_frame(&world, link, "甲");
	onebot_link_close(link, world.now_ms);
	expect_outcome(&world, 0, 1, 0, ONEBOT_UNKNOWN);
	assert_int_equal(onebot_bots_waiting(world.bots), 1);
	pass(&world, 3000);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &b);
	assert_true(b.writable);
	respond(&world, link, expect_frame(&world, link, "乙"), DONE);
	expect_outcome(&world, 1, 2, 1, ONEBOT_DONE);
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void an_answer_that_cannot_be_written_for_long_is_dropped(void **state)
{
	struct world world;
	struct owner owner = { 0 };

	(void)state;
	setup(&world);
	onebot_link_close(open_as(&world, ONEBOT_UNIVERSAL, "9", &owner), world.now_ms);
	send_parts(&world, 1, "照片", NULL);
	pass(&world, KEEP_MS);
	expect_outcome(&world, 0, 1, 0, ONEBOT_FAILED);
	teardown(&world);
}

/* --- dead links --- */

static void a_half_dead_link_is_found_by_a_probe(void **state)
{
	struct world world;
	struct owner a = { 0 }, b = { 0 };
	struct onebot_link *link, *next;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &a);
	send_parts(&world, 1, "甲", NULL);
	expect_frame(&world, link, "甲");
	/* Events come all the time, and heartbeats. */
	pass(&world, ACTION_MS);
	take(&world, link,
	     "{\"post_type\":\"meta_event\",\"meta_event_type\":\"heartbeat\",\"self_id\":9,"
	     "\"interval\":60000}");
	send_parts(&world, 2, "乙", NULL);
	expect_frame(&world, link, "get_status");
	/* Nothing is risked on it meanwhile. */
	expect_none(&world, link);
	pass(&world, 9999);
	assert_null(a.ended);
	pass(&world, 1);
	assert_string_equal(a.ended, "no_response");
	expect_none(&world, link);
	next = open_as(&world, ONEBOT_UNIVERSAL, "9", &b);
	expect_frame(&world, next, "乙");
	onebot_link_close(link, world.now_ms);
	onebot_link_close(next, world.now_ms);
	teardown(&world);
}

static void a_slow_link_that_responds_to_the_probe_stays(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	send_parts(&world, 1, "甲", NULL);
	expect_frame(&world, link, "甲");
	pass(&world, ACTION_MS);
	send_parts(&world, 2, "乙", NULL);
	/* An implementation that does not know it is alive as well. */
	respond(&world, link, expect_frame(&world, link, "get_status"),
	        "\"status\":\"failed\",\"retcode\":1404");
	expect_frame(&world, link, "乙");
	pass(&world, 11000);
	assert_null(owner.ended);
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void a_silent_link_is_probed_and_ended_if_it_responded_before(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	pass(&world, PROBE_MS);
	respond(&world, link, expect_frame(&world, link, "get_status"),
	        "\"status\":\"ok\",\"retcode\":0,\"data\":{\"online\":true}");
	pass(&world, PROBE_MS);
	expect_frame(&world, link, "get_status");
	pass(&world, 10000);
	assert_string_equal(owner.ended, "no_response");
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void a_link_that_never_responds_to_probes_is_left_alone(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	pass(&world, PROBE_MS);
	expect_frame(&world, link, "get_status");
	pass(&world, 10000);
	assert_null(owner.ended);
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void a_link_whose_heartbeats_stop_is_ended(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_EVENTS, "9", &owner);
	take(&world, link,
	     "{\"post_type\":\"meta_event\",\"meta_event_type\":\"heartbeat\",\"self_id\":9,"
	     "\"interval\":5000}");
	pass(&world, 16000);
	assert_null(owner.ended);
	pass(&world, 1);
	assert_string_equal(owner.ended, "no_heartbeat");
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

static void a_response_that_was_not_read_yet_is_not_missing(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;
	const char *echo;

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	pass(&world, 1);
	send_parts(&world, 1, "照片", NULL);
	echo = expect_frame(&world, link, "照片");
	owner.behind = true;
	for (int second = 0; second < 100; second++)
		pass(&world, 1000);
	assert_int_equal(world.outcome_count, 0);
	assert_null(owner.ended);
	owner.behind = false;
	pass(&world, ACTION_MS - 1);
	assert_int_equal(world.outcome_count, 0);
	respond(&world, link, echo, DONE);
	expect_outcome(&world, 0, 1, 1, ONEBOT_DONE);
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

/* --- limits --- */

static void a_bot_keeps_no_more_answers_than_it_may(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	const struct span part = span_of("a");
	const struct onebot_answer answer = {
		.id = 9, .self = "9", .parts = &part, .part_count = 1
	};
	const struct onebot_answer stray = {
		.id = 9, .self = "7", .parts = &part, .part_count = 1
	};

	(void)state;
	setup(&world);
	onebot_link_close(open_as(&world, ONEBOT_UNIVERSAL, "9", &owner), world.now_ms);
	for (uint64_t i = 1; i <= 8; i++)
		send_parts(&world, i, "a", NULL);
	assert_int_equal(onebot_bots_send(world.bots, &answer, world.now_ms), STATUS_LIMIT);
	assert_int_equal(onebot_bots_send(world.bots, &stray, world.now_ms), STATUS_NOT_FOUND);
	teardown(&world);
}

static void there_are_no_more_bots_than_may_be(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;

	(void)state;
	setup(&world);
	for (int i = 0; i < 4; i++) {
		const char self[] = { (char)('a' + i), '\0' };

		onebot_link_close(open_as(&world, ONEBOT_UNIVERSAL, self, &owner), world.now_ms);
	}
	assert_int_equal(onebot_link_open(world.bots, ONEBOT_UNIVERSAL, span_of("e"), &owner,
	                                  world.now_ms, &link),
	                 STATUS_LIMIT);
	teardown(&world);
}

static void roles_are_read_in_any_case(void **state)
{
	enum onebot_role role;

	(void)state;
	assert_true(onebot_role_read(span_of("api"), &role));
	assert_int_equal(role, ONEBOT_API);
	assert_true(onebot_role_read(span_of("Event"), &role));
	assert_int_equal(role, ONEBOT_EVENTS);
	assert_true(onebot_role_read((struct span){ NULL, 0 }, &role));
	assert_int_equal(role, ONEBOT_UNIVERSAL);
	assert_false(onebot_role_read(span_of("Events"), &role));
}

/* --- of several processes --- */

static void on_reached(void *context, const char *self, bool fresh)
{
	struct world *world = context;

	assert_string_equal(self, "9");
	world->reached++;
	world->fresh += fresh;
}

static void answers_of_a_bot_that_no_link_leads_to_are_given_back_after_a_while(void **state)
{
	const struct onebot_limits limits = { .action_ms = ACTION_MS,
		                              .probe_ms = PROBE_MS,
		                              .keep_ms = KEEP_MS,
		                              .answers = 8,
		                              .bots = 4,
		                              .give_back_ms = 2000 };
	struct onebot_hooks hooks = { .write = on_write,
		                      .end = on_end,
		                      .behind = is_behind,
		                      .sent = on_sent,
		                      .reached = on_reached };
	const struct span part = span_of("照片");
	const struct onebot_answer answer = {
		.id = 8, .self = "9", .parts = &part, .part_count = 1
	};
	struct owner owner = { 0 };
	struct world world = { .now_ms = 1000 };
	struct onebot_link *link;

	(void)state;
	hooks.context = &world;
	buf_init(&world.frame, ONEBOT_FRAME_BYTES);
	assert_int_equal(onebot_bots_create(&world.bots, &limits, &hooks), STATUS_OK);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	assert_int_equal(world.fresh, 1);
	pass(&world, 1000);
	assert_int_equal(world.reached, 2);
	assert_int_equal(world.fresh, 1);
	send_parts(&world, 5, "成绩", "证书");
	respond(&world, link, expect_frame(&world, link, "成绩"), DONE);
	onebot_link_close(link, world.now_ms);
	send_parts(&world, 6, "考试", NULL);
	/* A program that comes back soon gets them. */
	pass(&world, 1999);
	assert_int_equal(world.outcome_count, 0);
	/* One that comes when they are about to be given back does not overtake them. */
	world.now_ms++;
	send_parts(&world, 7, "延续", NULL);
	assert_int_equal(world.outcome_count, 0);
	pass(&world, 0);
	expect_outcome(&world, 0, 5, 1, ONEBOT_UNREACHED);
	expect_outcome(&world, 1, 6, 0, ONEBOT_UNREACHED);
	expect_outcome(&world, 2, 7, 0, ONEBOT_UNREACHED);
	assert_int_equal(onebot_bots_send(world.bots, &answer, world.now_ms), STATUS_NOT_FOUND);
	assert_int_equal(world.reached, 2);
	teardown(&world);
}

static void what_is_not_under_way_ends_when_the_channel_is_off(void **state)
{
	struct world world;
	struct owner owner = { 0 };
	struct onebot_link *link;
	char echo[ONEBOT_ECHO_SIZE];

	(void)state;
	setup(&world);
	link = open_as(&world, ONEBOT_UNIVERSAL, "9", &owner);
	send_parts(&world, 1, "照片", "二寸");
	send_parts(&world, 2, "成绩", NULL);
	snprintf(echo, sizeof(echo), "%s", expect_frame(&world, link, "照片"));
	onebot_bots_hush(world.bots, true);
	assert_int_equal(world.outcome_count, 1);
	expect_outcome(&world, 0, 2, 0, ONEBOT_UNREACHED);
	expect_none(&world, link);
	/* What was written comes to its end, and the rest of it does not follow. */
	respond(&world, link, echo, DONE);
	expect_outcome(&world, 1, 1, 1, ONEBOT_UNREACHED);
	send_parts(&world, 3, "证书", NULL);
	expect_none(&world, link);
	onebot_bots_hush(world.bots, false);
	(void)expect_frame(&world, link, "证书");
	onebot_link_close(link, world.now_ms);
	teardown(&world);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_goes_to_its_bot_and_its_outcome_comes_back),
		cmocka_unit_test(the_late_close_of_an_old_link_leaves_the_new_one),
		cmocka_unit_test(the_older_link_serves_again_when_the_newer_one_goes),
		cmocka_unit_test(actions_go_over_the_api_link_of_a_split_pair),
		cmocka_unit_test(bots_do_not_get_each_others_answers),
		cmocka_unit_test(a_link_without_an_id_learns_it_from_an_event_or_a_response),
		cmocka_unit_test(the_next_part_waits_for_the_response_to_the_one_before),
		cmocka_unit_test(an_action_without_a_response_is_unknown_and_not_sent_again),
		cmocka_unit_test(a_time_out_of_the_peer_is_unknown),
		cmocka_unit_test(
		        what_was_written_to_a_link_that_ends_is_unknown_and_the_rest_goes_over_the_next),
		cmocka_unit_test(an_answer_that_cannot_be_written_for_long_is_dropped),
		cmocka_unit_test(
		        answers_of_a_bot_that_no_link_leads_to_are_given_back_after_a_while),
		cmocka_unit_test(what_is_not_under_way_ends_when_the_channel_is_off),
		cmocka_unit_test(a_half_dead_link_is_found_by_a_probe),
		cmocka_unit_test(a_slow_link_that_responds_to_the_probe_stays),
		cmocka_unit_test(a_silent_link_is_probed_and_ended_if_it_responded_before),
		cmocka_unit_test(a_link_that_never_responds_to_probes_is_left_alone),
		cmocka_unit_test(a_link_whose_heartbeats_stop_is_ended),
		cmocka_unit_test(a_response_that_was_not_read_yet_is_not_missing),
		cmocka_unit_test(a_bot_keeps_no_more_answers_than_it_may),
		cmocka_unit_test(there_are_no_more_bots_than_may_be),
		cmocka_unit_test(roles_are_read_in_any_case),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * The service with a channel that only writes down what it is told to send: no socket, and a loop
 * that runs when a test says so.
 */
#include "service/service.h"

#include "office/records/support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/buf.h"
#include "run/fake_loop.h"
#include "service/state.h"

#define PLAIN     "安管人员考核事项可以多人批量申请吗" /* entry 1, which no record decides */
#define OF_RECORD "获取不到成绩"                       /* entry 7, which a record does */
#define WHO       "419900198603120010"                 /* 张安一 of samples/records */

enum {
	SENT_MOST = 32,
	START_S = 1795910400, /* 2026-11-29T00:00:00Z */
	FAILURES = 3,
};

/* What one line was told. */
struct line_end {
	struct return_address address;
	size_t count;
	struct sent {
		enum outgoing_kind kind;
		enum refusal refusal;
		char to[16], conversation[40], text[256], object[16384], receipt[RECEIPT_SIZE];
		bool resumed, signed_in;
	} sent[SENT_MOST];
};

struct setting {
	struct scratch_folder scratch;
	char records[PATH_SIZE], journal[PATH_SIZE], sessions[PATH_SIZE], session_key[PATH_SIZE],
	        audit[PATH_SIZE], audit_key[PATH_SIZE], token_key[PATH_SIZE];
	struct fake_loop fake;
	struct jobs *jobs;
	struct metrics metrics;
	struct service_settings settings;
	struct service *service;
	struct line_end a, b;
	bool stopped;
};

static void copy_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void write_down(void *line, const struct outgoing *outgoing)
{
	struct line_end *end = line;

	assert_true(end->count < SENT_MOST);
	struct sent *sent = &end->sent[end->count++];

	sent->kind = outgoing->kind;
	sent->refusal = outgoing->refusal;
	sent->resumed = outgoing->resumed;
	sent->signed_in = outgoing->signed_in;
	copy_text(sent->to, sizeof(sent->to), outgoing->to);
	copy_text(sent->conversation, sizeof(sent->conversation), outgoing->conversation);
	copy_text(sent->text, sizeof(sent->text), outgoing->text);
	copy_text(sent->receipt, sizeof(sent->receipt), outgoing->receipt);
	assert_true(outgoing->object.len < sizeof(sent->object));
	if (outgoing->object.len > 0)
		memcpy(sent->object, outgoing->object.ptr, outgoing->object.len);
}

static const struct channel lasting = { "web", CHANNEL_LASTING, write_down };
static const struct channel passing = { "http", 0, write_down };

static bool fill_random(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static void start(struct setting *setting)
{
	struct job_limits limits[JOB_CLASSES];

	service_job_limits(&setting->settings, limits);
	assert_int_equal(jobs_create(&setting->jobs, setting->fake.loop, limits), STATUS_OK);
	const struct service_tools tools = { .loop = setting->fake.loop,
		                             .jobs = setting->jobs,
		                             .metrics = &setting->metrics,
		                             .clock = fake_loop_clock(&setting->fake),
		                             .random = fill_random };

	assert_int_equal(service_create(&setting->service, &setting->settings, &tools), STATUS_OK);
}

static int set_up_with(void **state, const char *knowledge)
{
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	scratch_make(&setting->scratch);
	import_samples(scratch_path(&setting->scratch, "records.db", setting->records));
	setting->settings = (struct service_settings){
		.knowledge = { .folder = knowledge,
		               .match = match_settings_default(),
		               .golden_level = FAULT_WARNING },
		.journal = { .file = scratch_path(&setting->scratch, "journal.db",
		                                  setting->journal),
		             .queue = 100,
		             .batch_rows = 100,
		             .busy_ms = 20 },
		.records = { .record = { .kind = "sqlite",
		                         .file = setting->records,
		                         .mapping = "",
		                         .conninfo = "",
		                         .deadline_ms = 20000,
		                         .threads = 2,
		                         .queue = 16,
		                         .retry_ms = 2000 },
		             .sign_in = { .algorithm = "HS256",
		                          .key_file = scratch_path(&setting->scratch, "token.key",
		                                                   setting->token_key),
		                          .issuer = "portal",
		                          .audience = "dayi",
		                          .id_claim = "sub",
		                          .name_claim = "name",
		                          .leeway_s = 30,
		                          .longest_s = 3600 },
		             .audit = { .file = scratch_path(&setting->scratch, "audit.db",
		                                             setting->audit),
		                        .key_file = scratch_path(&setting->scratch, "audit.key",
		                                                 setting->audit_key),
		                        .busy_ms = 2000 } },
		.record_keep_s = 300,
		.sessions = { .kept = 100, .bytes = 1 << 20, .keep_us = INT64_C(1800000000) },
		.self = { .allowed = true, .failures = FAILURES, .lock_s = 900, .keys = 64 },
	};
	fake_loop_make(&setting->fake);
	setting->fake.now_us = START_S * INT64_C(1000000);
	start(setting);
	*state = setting;
	return 0;
}

/* The FAQ itself, with rules that read records. */
static int set_up(void **state)
{
	return set_up_with(state, DAYI_SOURCE_DIR "/knowledge");
}

/* A few entries without rules: faster. */
static int set_up_small(void **state)
{
	return set_up_with(state, DAYI_SOURCE_DIR "/tests/fixtures/knowledge-small");
}

static void stop(struct setting *setting)
{
	if (setting->stopped)
		return;
	setting->stopped = true;
	service_stop(setting->service);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
}

static int tear_down(void **state)
{
	struct setting *setting = *state;

	stop(setting);
	service_destroy(setting->service);
	jobs_destroy(setting->jobs);
	fake_loop_end(&setting->fake);
	scratch_remove(&setting->scratch);
	free(setting);
	return 0;
}

static void open_line_at(struct setting *setting, const struct channel *channel,
                         struct line_end *end, const char *origin)
{
	assert_int_equal(
	        service_open(setting->service, channel, end, span_of(origin), &end->address),
	        STATUS_OK);
}

static void open_line(struct setting *setting, const struct channel *channel, struct line_end *end)
{
	open_line_at(setting, channel, end, "10.0.0.1");
}

static void ask_as(struct setting *setting, struct line_end *end, const char *id, const char *text,
                   const char *conversation, const struct identity *who)
{
	/* Copied: what the caller has may go. */
	char copy[256];
	const struct message message = { .from = end->address,
		                         .conversation = conversation,
		                         .id = id,
		                         .text = { copy, strlen(text) },
		                         .who = who };

	memcpy(copy, text, strlen(text));
	service_take(setting->service, &message);
	memset(copy, 0, sizeof(copy));
}

static void ask(struct setting *setting, struct line_end *end, const char *id, const char *text)
{
	ask_as(setting, end, id, text, NULL, NULL);
}

static const struct sent *last(const struct line_end *end)
{
	assert_true(end->count > 0);
	return &end->sent[end->count - 1];
}

static void expect(const struct sent *sent, const char *id, const char *outcome)
{
	char head[64];

	assert_int_equal(sent->kind, OUTGOING_REPLY);
	assert_string_equal(sent->to, id);
	snprintf(head, sizeof(head), "{\"outcome\":\"%s\"", outcome);
	assert_memory_equal(sent->object, head, strlen(head));
}

static void sign_in(struct setting *setting, struct line_end *end)
{
	const struct identity identity = { .id_number = WHO, .name = "张安一" };
	const struct clock clock = fake_loop_clock(&setting->fake);
	struct faults *faults;
	struct buf token;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	buf_init(&token, TOKEN_BYTES);
	assert_int_equal(token_sign(&setting->settings.records.sign_in, &identity, &clock, 600,
	                            &token, faults),
	                 STATUS_OK);
	service_hello(setting->service, end->address, NULL, buf_text(&token));
	assert_int_equal(last(end)->kind, OUTGOING_WELCOME);
	assert_true(last(end)->signed_in);
	buf_deinit(&token);
	faults_destroy(faults);
}

/* Until as much was sent to the line. */
static struct line_end *awaited;
static size_t awaited_count;

static bool has_come(void *context)
{
	(void)context;
	return awaited->count >= awaited_count;
}

static void await_sent(struct setting *setting, struct line_end *end, size_t count)
{
	awaited = end;
	awaited_count = count;
	assert_true(fake_loop_until(&setting->fake, has_come, NULL));
	assert_int_equal(end->count, count);
}

/* --- asks --- */

static void an_ask_is_answered_with_the_reply_object_and_nothing_of_a_channel(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	ask(setting, &setting->a, "1", PLAIN);
	assert_int_equal(setting->a.count, 1);
	expect(&setting->a.sent[0], "1", "answer");
	assert_int_equal(strlen(setting->a.sent[0].conversation), 32);
	assert_null(strstr(setting->a.sent[0].object, "\"type\""));
	assert_null(strstr(setting->a.sent[0].object, "\"session\""));
	assert_non_null(strstr(setting->a.sent[0].object, "不可以。必须一人一事项分别申请。"));
}

static void the_same_id_again_gets_the_same_reply_whatever_channel_it_comes_by(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	open_line(setting, &passing, &setting->b);
	ask(setting, &setting->a, "1", PLAIN);
	ask(setting, &setting->a, "1", PLAIN);
	ask_as(setting, &setting->b, "1", PLAIN, setting->a.sent[0].conversation, NULL);
	assert_string_equal(setting->a.sent[1].object, setting->a.sent[0].object);
	assert_string_equal(setting->b.sent[0].object, setting->a.sent[0].object);
	assert_string_equal(setting->b.sent[0].conversation, setting->a.sent[0].conversation);
	assert_int_equal(setting->metrics.repeated, 2);
	assert_int_equal(setting->metrics.turns[OUTCOME_ANSWER], 1);
}

static void a_passing_line_names_its_conversation_or_begins_one(void **state)
{
	struct setting *setting = *state;
	char first[40];

	open_line(setting, &passing, &setting->a);
	ask(setting, &setting->a, NULL, PLAIN);
	snprintf(first, sizeof(first), "%s", last(&setting->a)->conversation);
	ask_as(setting, &setting->a, NULL, "谢谢", first, NULL);
	assert_string_equal(last(&setting->a)->conversation, first);
	expect(last(&setting->a), "", "smalltalk");
	ask(setting, &setting->a, NULL, PLAIN);
	assert_string_not_equal(last(&setting->a)->conversation, first);
}

static void what_is_too_long_is_refused_as_a_reply(void **state)
{
	struct setting *setting = *state;
	char *text = malloc(TURN_TEXT_MOST + 1);
	struct message message;

	assert_non_null(text);
	memset(text, 'a', TURN_TEXT_MOST + 1);
	open_line(setting, &lasting, &setting->a);
	message = (struct message){ .from = setting->a.address,
		                    .id = "1",
		                    .text = { text, TURN_TEXT_MOST + 1 } };
	service_take(setting->service, &message);
	expect(last(&setting->a), "1", "error");
	assert_int_equal(last(&setting->a)->refusal, REFUSAL_TOO_LONG);
	free(text);
}

static void what_a_channel_refuses_is_a_reply_too_and_is_counted(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	service_refuse(setting->service, setting->a.address, "1", REFUSAL_RATE);
	expect(last(&setting->a), "1", "busy");
	assert_int_equal(setting->metrics.refusals[REFUSAL_RATE], 1);
}

/* --- records --- */

static void an_ask_waits_for_its_record_and_those_behind_it_wait_with_it(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	open_line(setting, &lasting, &setting->b);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "waits", OF_RECORD);
	ask(setting, &setting->a, "behind", PLAIN);
	assert_int_equal(setting->a.count, 1);
	assert_int_equal(service_waiting(setting->service, setting->a.address), 2);
	ask(setting, &setting->b, "other", PLAIN);
	expect(last(&setting->b), "other", "answer");
	await_sent(setting, &setting->a, 3);
	expect(&setting->a.sent[1], "waits", "answer");
	assert_non_null(strstr(setting->a.sent[1].object, "\"verdict\":\"excluded\""));
	expect(&setting->a.sent[2], "behind", "answer");
	assert_int_equal(service_waiting(setting->service, setting->a.address), 0);
	/* It is kept: the next one does not wait. */
	ask(setting, &setting->a, "again", OF_RECORD);
	expect(last(&setting->a), "again", "answer");
}

static void the_same_id_while_its_ask_waits_is_one_turn(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	for (int i = 0; i < 3; i++)
		ask(setting, &setting->a, "once", OF_RECORD);
	await_sent(setting, &setting->a, 4);
	assert_string_equal(setting->a.sent[2].object, setting->a.sent[1].object);
	assert_string_equal(setting->a.sent[3].object, setting->a.sent[1].object);
	assert_int_equal(setting->metrics.turns[OUTCOME_ANSWER], 1);
}

static void a_ninth_ask_that_would_wait_is_told_busy(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "1", OF_RECORD);
	for (int i = 2; i <= 8; i++)
		ask(setting, &setting->a, "more", PLAIN);
	assert_int_equal(setting->a.count, 1);
	ask(setting, &setting->a, "9", PLAIN);
	expect(last(&setting->a), "9", "busy");
	assert_int_equal(last(&setting->a)->refusal, REFUSAL_QUEUE_FULL);
	await_sent(setting, &setting->a, 10);
}

static void what_is_sent_to_a_closed_address_goes_nowhere(void **state)
{
	struct setting *setting = *state;
	struct return_address old;

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "1", OF_RECORD);
	old = setting->a.address;
	service_close(setting->service, old);
	open_line(setting, &lasting, &setting->b);
	assert_int_equal(setting->b.address.id, old.id);
	assert_int_not_equal(setting->b.address.generation, old.generation);
	setting->a.address = old;
	ask(setting, &setting->a, "2", PLAIN);
	service_refuse(setting->service, old, "3", REFUSAL_RATE);
	service_close(setting->service, old);
	stop(setting);
	assert_int_equal(setting->a.count, 1);
	assert_int_equal(setting->b.count, 0);
}

static void in_a_group_nothing_of_a_record_is_read_or_said(void **state)
{
	struct setting *setting = *state;
	struct metrics_gauges gauges = { 0 };
	struct message message;

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	message = (struct message){
		.from = setting->a.address, .id = "1", .text = span_of(OF_RECORD), .in_group = true
	};
	service_take(setting->service, &message);
	expect(last(&setting->a), "1", "answer");
	assert_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
	service_gauges(setting->service, &gauges);
	assert_int_equal(gauges.records.asked, 0);
	/* Nor where the record is there already. */
	ask(setting, &setting->a, "2", OF_RECORD);
	await_sent(setting, &setting->a, 3);
	assert_non_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
	message.id = "3";
	service_take(setting->service, &message);
	assert_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
}

static void what_a_person_was_told_alone_is_not_repeated_in_a_group(void **state)
{
	struct setting *setting = *state;
	struct message message;

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "1", OF_RECORD);
	await_sent(setting, &setting->a, 2);
	assert_non_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
	message = (struct message){
		.from = setting->a.address, .id = "1", .text = span_of(OF_RECORD), .in_group = true
	};
	service_take(setting->service, &message);
	expect(last(&setting->a), "1", "answer");
	assert_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
	/* Each is kept for its own. */
	ask(setting, &setting->a, "1", OF_RECORD);
	assert_non_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
	assert_int_equal(setting->metrics.repeated, 1);
}

static void write_line(void *context, struct span question, struct buf *out)
{
	*(struct span *)context = question;
	buf_append_text(out, "\nhttps://example.com/p/1");
}

static void an_id_number_in_a_group_is_to_be_withdrawn_and_reaches_nobody(void **state)
{
	static const char *const texts[] = { WHO, ("身份证" WHO "，成绩查不到"),
		                             "419900198603120011成绩查不到", "419900860312001",
		                             "419900/1986/0312/0010" };
	struct setting *setting = *state;
	struct metrics_gauges gauges = { 0 };
	struct span question = { NULL, 0 };
	struct message message;

	setting->service->private_links = (struct private_links){ write_line, &question };
	open_line(setting, &passing, &setting->a);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		message = (struct message){ .from = setting->a.address,
			                    .id = "1",
			                    .text = span_of(texts[i]),
			                    .in_group = true };
		service_take(setting->service, &message);
		expect(last(&setting->a), "1", "decline");
		assert_non_null(strstr(last(&setting->a)->object, "\"reason\":\"withdraw\""));
		assert_non_null(strstr(last(&setting->a)->object, "撤回"));
		assert_non_null(strstr(last(&setting->a)->object, "https://example.com/p/1"));
		assert_null(strstr(last(&setting->a)->object, "4199"));
		assert_true(span_equal(question, span_of(texts[i])));
	}
	/* Alone with the bot it is masked, and a question like any other. */
	message.in_group = false;
	message.text = span_of(texts[1]);
	service_take(setting->service, &message);
	expect(last(&setting->a), "1", "answer");
	assert_null(strstr(last(&setting->a)->object, "撤回"));
	/* What looks like one and is none. */
	message.in_group = true;
	message.text = span_of("手机13812345678，" PLAIN);
	service_take(setting->service, &message);
	expect(last(&setting->a), "1", "answer");
	stop(setting);
	service_gauges(setting->service, &gauges);
	assert_int_equal(gauges.journal.written, 2);
}

static void whoever_comes_back_finds_the_record_that_was_looked_up_meanwhile(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "1", OF_RECORD);
	service_close(setting->service, setting->a.address);
	open_line(setting, &lasting, &setting->b);
	service_hello(setting->service, setting->b.address, setting->a.sent[0].conversation, NULL);
	assert_true(setting->b.sent[0].resumed);
	ask(setting, &setting->b, "1", OF_RECORD);
	await_sent(setting, &setting->b, 2);
	expect(&setting->b.sent[1], "1", "answer");
	assert_int_equal(setting->metrics.turns[OUTCOME_ANSWER], 1);
}

/* --- who it is --- */

static const struct identify_claim claim = { .id = "i",
	                                     .id_number = WHO,
	                                     .name = "张安一",
	                                     .certificate_number = "豫建安A（2025）9900001" };

static void whoever_names_three_things_that_belong_together_is_signed_in(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	service_identify(setting->service, setting->a.address, &claim);
	assert_int_equal(service_waiting(setting->service, setting->a.address), 1);
	await_sent(setting, &setting->a, 1);
	assert_int_equal(setting->a.sent[0].kind, OUTGOING_IDENTIFIED);
	assert_string_equal(setting->a.sent[0].to, "i");
	assert_true(setting->a.sent[0].signed_in);
}

static void blanks_and_the_width_of_brackets_do_not_count(void **state)
{
	struct setting *setting = *state;
	struct identify_claim typed = claim;

	typed.name = "张　安一 ";
	typed.certificate_number = " 豫建安a(2025) 9900001";
	open_line(setting, &lasting, &setting->a);
	service_identify(setting->service, setting->a.address, &typed);
	await_sent(setting, &setting->a, 1);
	assert_true(setting->a.sent[0].signed_in);
	/* But every digit does. */
	typed.certificate_number = "豫建安A（2025）990001";
	service_identify(setting->service, setting->a.address, &typed);
	await_sent(setting, &setting->a, 2);
	assert_false(setting->a.sent[1].signed_in);
}

static void whoever_guesses_is_locked_out(void **state)
{
	struct setting *setting = *state;
	struct identify_claim wrong = claim;

	wrong.name = "张安二";
	open_line(setting, &lasting, &setting->a);
	for (size_t i = 1; i <= FAILURES; i++) {
		service_identify(setting->service, setting->a.address, &wrong);
		await_sent(setting, &setting->a, i);
		assert_false(setting->a.sent[i - 1].signed_in);
	}
	service_identify(setting->service, setting->a.address, &claim);
	assert_int_equal(setting->a.count, FAILURES + 1);
	assert_false(last(&setting->a)->signed_in);
	assert_non_null(strstr(last(&setting->a)->text, "失败的次数太多"));
}

static void whoever_knows_an_id_number_does_not_lock_its_owner_out(void **state)
{
	struct setting *setting = *state;
	struct identify_claim wrong = claim;

	wrong.name = "张安二";
	open_line(setting, &lasting, &setting->a);
	for (size_t i = 1; i <= FAILURES; i++) {
		service_identify(setting->service, setting->a.address, &wrong);
		await_sent(setting, &setting->a, i);
	}
	/* From elsewhere one wrong guess may be made, and no second one. */
	open_line_at(setting, &lasting, &setting->b, "10.0.0.2");
	service_identify(setting->service, setting->b.address, &wrong);
	await_sent(setting, &setting->b, 1);
	service_identify(setting->service, setting->b.address, &claim);
	assert_non_null(strstr(last(&setting->b)->text, "失败的次数太多"));
	service_close(setting->service, setting->b.address);
	open_line_at(setting, &lasting, &setting->b, "10.0.0.3");
	service_identify(setting->service, setting->b.address, &claim);
	await_sent(setting, &setting->b, 3);
	assert_true(last(&setting->b)->signed_in);
}

static void somebody_elses_conversation_is_left_alone(void **state)
{
	struct setting *setting = *state;
	const struct identity other = { .id_number = "419900199007250024", .until_s = INT64_MAX };

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	open_line(setting, &passing, &setting->b);
	ask_as(setting, &setting->b, "1", PLAIN, setting->a.sent[0].conversation, &other);
	expect(last(&setting->b), "1", "answer");
	assert_string_not_equal(last(&setting->b)->conversation, setting->a.sent[0].conversation);
}

static void a_reply_of_the_record_is_not_repeated_once_the_person_is_signed_out(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "1", OF_RECORD);
	await_sent(setting, &setting->a, 2);
	assert_non_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
	service_hello(setting->service, setting->a.address, NULL, "no.token.this");
	assert_false(last(&setting->a)->signed_in);
	ask(setting, &setting->a, "1", OF_RECORD);
	expect(last(&setting->a), "1", "answer");
	assert_null(strstr(last(&setting->a)->object, "\"verdict\":\"excluded\""));
	assert_int_equal(setting->metrics.repeated, 0);
}

/* --- ratings --- */

static void read_receipt(const struct sent *sent, char receipt[RECEIPT_SIZE])
{
	const char *at = strstr(sent->object, "\"receipt\":\"");

	assert_non_null(at);
	snprintf(receipt, RECEIPT_SIZE, "%s", at + strlen("\"receipt\":\""));
}

static void a_rating_is_told_once_it_is_on_the_disk(void **state)
{
	struct setting *setting = *state;
	char receipt[RECEIPT_SIZE];
	const struct rating rating = { receipt, RATING_UP, NULL };

	open_line(setting, &lasting, &setting->a);
	ask(setting, &setting->a, "1", PLAIN);
	read_receipt(&setting->a.sent[0], receipt);
	service_rate(setting->service, setting->a.address, NULL, &rating, "r");
	assert_int_equal(setting->a.count, 1);
	assert_int_equal(service_waiting(setting->service, setting->a.address), 1);
	await_sent(setting, &setting->a, 2);
	assert_int_equal(setting->a.sent[1].kind, OUTGOING_RATED);
	assert_string_equal(setting->a.sent[1].to, "r");
	assert_string_equal(setting->a.sent[1].receipt, receipt);
	assert_int_equal(setting->metrics.ratings[RATING_UP], 1);
}

static void nobody_rates_what_others_were_answered(void **state)
{
	struct setting *setting = *state;
	char receipt[RECEIPT_SIZE];
	const struct rating rating = { receipt, RATING_UP, NULL };

	open_line(setting, &lasting, &setting->a);
	open_line(setting, &lasting, &setting->b);
	ask(setting, &setting->a, "1", PLAIN);
	read_receipt(&setting->a.sent[0], receipt);
	ask(setting, &setting->b, "1", PLAIN);
	service_rate(setting->service, setting->b.address, NULL, &rating, "r");
	assert_int_equal(last(&setting->b)->kind, OUTGOING_REFUSAL);
	assert_int_equal(last(&setting->b)->refusal, REFUSAL_RECEIPT);
}

/* --- the end --- */

static void a_drain_answers_what_waits_and_refuses_what_comes(void **state)
{
	struct setting *setting = *state;
	const struct rating rating = { "AAAA-AAAA", RATING_UP, NULL };

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "waits", OF_RECORD);
	service_drain(setting->service);
	ask(setting, &setting->a, "late", PLAIN);
	expect(last(&setting->a), "late", "busy");
	assert_int_equal(last(&setting->a)->refusal, REFUSAL_DRAINING);
	service_rate(setting->service, setting->a.address, NULL, &rating, "r");
	assert_int_equal(last(&setting->a)->kind, OUTGOING_REFUSAL);
	assert_int_equal(last(&setting->a)->refusal, REFUSAL_DRAINING);
	await_sent(setting, &setting->a, 4);
	expect(last(&setting->a), "waits", "answer");
}

static void a_stop_answers_nobody_and_forgets_nothing_of_the_journal(void **state)
{
	struct setting *setting = *state;
	struct metrics_gauges gauges = { 0 };

	open_line(setting, &lasting, &setting->a);
	sign_in(setting, &setting->a);
	ask(setting, &setting->a, "plain", PLAIN);
	ask(setting, &setting->a, "waits", OF_RECORD);
	stop(setting);
	assert_int_equal(setting->a.count, 2);
	service_gauges(setting->service, &gauges);
	assert_int_equal(gauges.journal.written, 1);
	assert_int_equal(gauges.asks_waiting, 0);
}

static bool is_reloaded(void *context)
{
	return ((struct setting *)context)->metrics.reloads == 1;
}

static void a_reload_exchanges_the_knowledge_under_a_conversation(void **state)
{
	struct setting *setting = *state;
	const struct knowledge *before = service_knowledge(setting->service);

	open_line(setting, &lasting, &setting->a);
	ask(setting, &setting->a, "1", PLAIN);
	service_reload(setting->service);
	assert_true(fake_loop_until(&setting->fake, is_reloaded, setting));
	assert_ptr_not_equal(service_knowledge(setting->service), before);
	ask(setting, &setting->a, "2", "谢谢");
	expect(last(&setting->a), "2", "smalltalk");
}

/* --- sessions that outlive the service --- */

static int set_up_kept(void **state)
{
	struct setting *setting;

	assert_int_equal(set_up_small(state), 0);
	setting = *state;
	stop(setting);
	service_destroy(setting->service);
	jobs_destroy(setting->jobs);
	setting->settings.store.file =
	        scratch_path(&setting->scratch, "sessions.db", setting->sessions);
	setting->settings.store.key_file =
	        scratch_path(&setting->scratch, "session.key", setting->session_key);
	setting->settings.store.busy_ms = 2000;
	setting->stopped = false;
	start(setting);
	return 0;
}

/* What it had in memory is gone. */
static void start_again(struct setting *setting)
{
	stop(setting);
	service_destroy(setting->service);
	jobs_destroy(setting->jobs);
	setting->stopped = false;
	start(setting);
	setting->a.count = setting->b.count = 0;
}

/* The name of a conversation that was begun before the last start. */
static const char *earlier(struct setting *setting)
{
	static char name[40];

	open_line(setting, &lasting, &setting->a);
	service_hello(setting->service, setting->a.address, NULL, NULL);
	ask(setting, &setting->a, "before", PLAIN);
	copy_text(name, sizeof(name), last(&setting->a)->conversation);
	start_again(setting);
	return name;
}

static void what_comes_while_a_session_is_read_keeps_its_order(void **state)
{
	struct setting *setting = *state;
	const char *name = earlier(setting);

	open_line(setting, &lasting, &setting->a);
	service_hello(setting->service, setting->a.address, name, NULL);
	ask(setting, &setting->a, "before", PLAIN);
	ask(setting, &setting->a, "1", "谢谢");
	ask(setting, &setting->a, "2", PLAIN);
	assert_int_equal(setting->a.count, 0);
	assert_int_equal(service_waiting(setting->service, setting->a.address), 4);
	/* Others do not wait. */
	open_line(setting, &lasting, &setting->b);
	ask(setting, &setting->b, "1", PLAIN);
	expect(last(&setting->b), "1", "answer");
	await_sent(setting, &setting->a, 4);
	assert_int_equal(setting->a.sent[0].kind, OUTGOING_WELCOME);
	assert_true(setting->a.sent[0].resumed);
	assert_string_equal(setting->a.sent[0].conversation, name);
	expect(&setting->a.sent[1], "before", "answer");
	expect(&setting->a.sent[2], "1", "smalltalk");
	expect(&setting->a.sent[3], "2", "answer");
	assert_int_equal(setting->metrics.repeated, 1);
	assert_int_equal(service_waiting(setting->service, setting->a.address), 0);
}

static void eight_messages_may_wait_for_a_session_that_is_read(void **state)
{
	struct setting *setting = *state;
	const char *name = earlier(setting);

	open_line(setting, &passing, &setting->a);
	for (int i = 0; i < 9; i++) {
		char id[8];

		snprintf(id, sizeof(id), "%d", i);
		ask_as(setting, &setting->a, id, PLAIN, name, NULL);
	}
	assert_int_equal(setting->a.count, 1);
	assert_int_equal(last(&setting->a)->refusal, REFUSAL_QUEUE_FULL);
	await_sent(setting, &setting->a, 9);
	for (int i = 1; i < 9; i++)
		assert_string_equal(setting->a.sent[i].conversation, name);
}

static void a_line_that_closes_while_its_session_is_read_is_told_nothing(void **state)
{
	struct setting *setting = *state;
	const char *name = earlier(setting);

	open_line(setting, &lasting, &setting->a);
	service_hello(setting->service, setting->a.address, name, NULL);
	service_close(setting->service, setting->a.address);
	open_line(setting, &lasting, &setting->b);
	service_hello(setting->service, setting->b.address, name, NULL);
	await_sent(setting, &setting->b, 1);
	assert_true(last(&setting->b)->resumed);
	assert_int_equal(setting->a.count, 0);
}

static void a_name_that_nobody_has_begins_a_conversation(void **state)
{
	struct setting *setting = *state;

	open_line(setting, &lasting, &setting->a);
	service_hello(setting->service, setting->a.address, "0123456789abcdef0123456789abcdef",
	              NULL);
	await_sent(setting, &setting->a, 1);
	assert_false(last(&setting->a)->resumed);
	ask(setting, &setting->a, "1", PLAIN);
	expect(last(&setting->a), "1", "answer");
}

static void a_stop_while_a_session_is_read_leaves_nothing_behind(void **state)
{
	struct setting *setting = *state;
	const char *name = earlier(setting);

	open_line(setting, &lasting, &setting->a);
	service_hello(setting->service, setting->a.address, name, NULL);
	ask(setting, &setting->a, "1", PLAIN);
	stop(setting);
	assert_int_equal(setting->a.count, 0);
}

#define KEPT(name)  cmocka_unit_test_setup_teardown(name, set_up_kept, tear_down)
#define TEST(name)  cmocka_unit_test_setup_teardown(name, set_up, tear_down)
#define SMALL(name) cmocka_unit_test_setup_teardown(name, set_up_small, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		SMALL(an_ask_is_answered_with_the_reply_object_and_nothing_of_a_channel),
		SMALL(the_same_id_again_gets_the_same_reply_whatever_channel_it_comes_by),
		SMALL(a_passing_line_names_its_conversation_or_begins_one),
		SMALL(what_is_too_long_is_refused_as_a_reply),
		SMALL(what_a_channel_refuses_is_a_reply_too_and_is_counted),
		TEST(an_ask_waits_for_its_record_and_those_behind_it_wait_with_it),
		TEST(the_same_id_while_its_ask_waits_is_one_turn),
		TEST(a_ninth_ask_that_would_wait_is_told_busy),
		TEST(what_is_sent_to_a_closed_address_goes_nowhere),
		TEST(in_a_group_nothing_of_a_record_is_read_or_said),
		TEST(what_a_person_was_told_alone_is_not_repeated_in_a_group),
		TEST(an_id_number_in_a_group_is_to_be_withdrawn_and_reaches_nobody),
		TEST(whoever_comes_back_finds_the_record_that_was_looked_up_meanwhile),
		SMALL(whoever_names_three_things_that_belong_together_is_signed_in),
		SMALL(blanks_and_the_width_of_brackets_do_not_count),
		SMALL(whoever_guesses_is_locked_out),
		SMALL(whoever_knows_an_id_number_does_not_lock_its_owner_out),
		SMALL(somebody_elses_conversation_is_left_alone),
		TEST(a_reply_of_the_record_is_not_repeated_once_the_person_is_signed_out),
		SMALL(a_rating_is_told_once_it_is_on_the_disk),
		SMALL(nobody_rates_what_others_were_answered),
		TEST(a_drain_answers_what_waits_and_refuses_what_comes),
		TEST(a_stop_answers_nobody_and_forgets_nothing_of_the_journal),
		SMALL(a_reload_exchanges_the_knowledge_under_a_conversation),
		KEPT(what_comes_while_a_session_is_read_keeps_its_order),
		KEPT(eight_messages_may_wait_for_a_session_that_is_read),
		KEPT(a_line_that_closes_while_its_session_is_read_is_told_nothing),
		KEPT(a_name_that_nobody_has_begins_a_conversation),
		KEPT(a_stop_while_a_session_is_read_leaves_nothing_behind),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

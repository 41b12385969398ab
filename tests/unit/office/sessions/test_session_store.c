/* Sessions that outlive the process: each life has its own sessions, loop and jobs, on one file. */
#include "office/sessions/session_store.h"

#include "office/records/support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/buf.h"
#include "database.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/scratch.h"
#include "run/fake_loop.h"

#define SMALL DAYI_SOURCE_DIR "/tests/fixtures/knowledge-small"

enum { START_S = 1795910400 /* 2026-11-29T00:00:00Z */, KEEP_S = 1800, KEPT = 4 };

/* What is served, for all tests. */
static struct {
	struct normaliser *normaliser;
	struct snapshot *snapshot;
	struct scratch *scratch;
	struct arena *arena;
} here;

struct place {
	const struct database *database;
	char key[PATH_SIZE];
};

struct life {
	struct place *place;
	struct fake_loop fake;
	struct jobs *jobs;
	struct sessions *sessions;
	struct session_store *store;
	struct captured_log log;
	/* What a recall brought. */
	bool told;
	struct session *recalled;
};

static bool fill_random(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static void load_knowledge(void)
{
	assert_int_equal(normaliser_create(&here.normaliser), STATUS_OK);
	assert_int_equal(arena_create(&here.arena, 16 << 20), STATUS_OK);
	assert_int_equal(snapshot_build(SMALL, here.normaliser, NULL, NULL, &here.snapshot),
	                 STATUS_OK);
	assert_int_equal(scratch_create(here.snapshot, &here.scratch), STATUS_OK);
}

static void release_knowledge(void)
{
	scratch_destroy(here.scratch);
	snapshot_destroy(here.snapshot);
	normaliser_destroy(here.normaliser);
	arena_destroy(here.arena);
}

static struct place *place_of(void **state)
{
	static struct place place;

	place.database = *state;
	scratch_path(&place.database->scratch, "session.key", place.key);
	return &place;
}

static struct life *begin_at(struct place *place, int64_t after_s)
{
	const struct sessions_limits limits = { .kept = KEPT,
		                                .bytes = 1 << 20,
		                                .keep_us = KEEP_S * INT64_C(1000000) };
	const struct session_store_settings settings = { .file = place->database->url,
		                                         .key_file = place->key,
		                                         .busy_ms = 20,
		                                         .keep_s = KEEP_S,
		                                         .lock_s = 86400 };
	const struct job_limits jobs[JOB_CLASSES] = { [JOB_SESSIONS] = session_store_limits(
		                                              place->database->url) };
	struct life *life = calloc(1, sizeof(*life));

	assert_non_null(life);
	life->place = place;
	captured_log_open(&life->log);
	fake_loop_make(&life->fake);
	life->fake.now_us = (START_S + after_s) * INT64_C(1000000);
	assert_int_equal(jobs_create(&life->jobs, life->fake.loop, jobs), STATUS_OK);
	assert_int_equal(sessions_create(&life->sessions, limits, fill_random), STATUS_OK);
	const struct session_store_tools tools = { .sessions = life->sessions,
		                                   .loop = life->fake.loop,
		                                   .jobs = life->jobs,
		                                   .log = life->log.log,
		                                   .clock = fake_loop_clock(&life->fake),
		                                   .random = fill_random };

	assert_int_equal(session_store_open(&life->store, &settings, &tools), STATUS_OK);
	session_store_use(life->store, here.snapshot);
	return life;
}

static struct life *begin(struct place *place)
{
	return begin_at(place, 0);
}

/* Nothing more is written: what waits is lost. */
static void end_without(struct life *life)
{
	fake_loop_stop_jobs(&life->fake, life->jobs);
	session_store_close(life->store);
	sessions_destroy(life->sessions);
	jobs_destroy(life->jobs);
	fake_loop_end(&life->fake);
	captured_log_close(&life->log);
	free(life);
}

static void end(struct life *life)
{
	session_store_stop(life->store);
	end_without(life);
}

static struct session *open_one(struct life *life, const char *origin)
{
	struct session *session;

	assert_int_equal(
	        sessions_open(life->sessions, span_of(origin), life->fake.now_us, &session),
	        STATUS_OK);
	return session;
}

static struct reply reply_to(struct life *life, struct session *session, const char *text)
{
	const struct clock clock = fake_loop_clock(&life->fake);
	const struct turn_input input = { .text = span_of(text),
		                          .clock = &clock,
		                          .arena = here.arena };
	struct reply reply;

	arena_reset(here.arena);
	assert_int_equal(
	        turn_take(here.snapshot, here.scratch, session->conversation, &input, &reply),
	        STATUS_OK);
	return reply;
}

static void say(struct life *life, struct session *session, const char *text)
{
	ratables_add(&session->ratables, reply_to(life, session, text).receipt);
	session_store_mark(life->store, session);
}

static bool nothing_waits(void *context)
{
	const struct life *life = context;

	return session_store_waiting(life->store) == 0;
}

/* Time passes until all is written. A batch may bring about another one. */
static void await_written(struct life *life)
{
	for (int i = 0; i < 5; i++) {
		fake_loop_run(&life->fake, SESSION_STORE_PAUSE_MS + SESSION_STORE_DELAY_MS);
		if (session_store_waiting(life->store) == 0)
			return;
		assert_true(fake_loop_await(&life->fake));
		fake_loop_run(&life->fake, 0);
	}
	fail_msg("something waits still");
}

static void take(void *context, struct session *session)
{
	struct life *life = context;

	life->told = true;
	life->recalled = session;
}

static bool was_told(void *context)
{
	return ((struct life *)context)->told;
}

static struct session *recall(struct life *life, const char *id)
{
	life->told = false;
	assert_int_equal(session_store_recall(life->store, id, take, life), STATUS_OK);
	assert_false(life->told);
	assert_true(fake_loop_until(&life->fake, was_told, life));
	return life->recalled;
}

static int64_t count(const struct place *place, const char *sql)
{
	char text[32];

	return strtoll(database_ask(place->database, sql, text, sizeof(text)), NULL, 10);
}

static void run_sql(const struct place *place, const char *sql)
{
	database_run(place->database, sql);
}

/* So much time passes for the database: its rows are that much older. */
static void age(const struct place *place, int64_t by_s)
{
	char sql[256];

	snprintf(sql, sizeof(sql), "UPDATE session SET used_at = used_at - %lld",
	         (long long)by_s * 1000);
	run_sql(place, sql);
	snprintf(sql, sizeof(sql),
	         "UPDATE lockout SET failed_at = failed_at - %lld,"
	         " until = CASE WHEN until > 0 THEN until - %lld ELSE 0 END",
	         (long long)by_s * 1000, (long long)by_s * 1000);
	run_sql(place, sql);
}

static const struct identity zhang = { "419900198603120010", "张安一", START_S + 600 };

static void a_session_goes_on_in_the_next_life(void **state)
{
	struct place *place = place_of(state);
	struct life *first = begin(place);
	struct session *session = open_one(first, "10.0.0.1");
	char id[SESSION_ID_SIZE], receipt[RECEIPT_SIZE];

	assert_true(session_sign_in(session, &zhang));
	say(first, session, "能不能批量申请");
	session_keep_reply(session, "a", span_of("{\"of\":\"a\"}"), false);
	session_keep_reply(session, "b", span_of("{\"of\":\"b\"}"), true);
	memcpy(id, session->id, sizeof(id));
	memcpy(receipt, session->ratables.items[0].receipt, sizeof(receipt));
	session->ratables.items[0].value = RATING_DOWN;
	await_written(first);
	end_without(first);

	struct life *second = begin_at(place, 60);
	struct session *again = recall(second, id);

	assert_non_null(again);
	assert_ptr_equal(sessions_peek(second->sessions, id), again);
	assert_string_equal(again->id, id);
	assert_string_equal(again->identity.id_number, zhang.id_number);
	assert_string_equal(again->identity.name, zhang.name);
	assert_int_equal(again->identity.until_s, zhang.until_s);
	assert_true(again->signed_in);
	assert_null(again->record);
	assert_true(span_equal(session_origin(again), span_of("10.0.0.1")));
	assert_true(span_equal(session_reply(again, "a"), span_of("{\"of\":\"a\"}")));
	assert_true(span_equal(session_reply(again, "b"), span_of("{\"of\":\"b\"}")));
	assert_non_null(ratables_find(&again->ratables, receipt));
	assert_int_equal(ratables_find(&again->ratables, receipt)->value, RATING_DOWN);
	assert_int_equal(again->next_reply, 2);
	/* What was made from a record is still known to be. */
	session_sign_out(again);
	assert_null(session_reply(again, "b").ptr);
	/* The last receipt is known, and the next one is another. */
	const struct reply reply = reply_to(second, again, receipt);

	assert_string_equal(reply.reason, "receipt_here");
	assert_string_not_equal(reply.receipt, receipt);
	end(second);
}

/* Version 2 is what there was before rows had a writer. */
static void a_session_of_version_2_goes_on(void **state)
{
	struct place *place = place_of(state);
	struct life *first = begin(place);
	struct session *session = open_one(first, "");
	char id[SESSION_ID_SIZE];

	assert_true(session_sign_in(session, &zhang));
	say(first, session, "能不能批量申请");
	session_keep_reply(session, "a", span_of("{\"of\":\"a\"}"), false);
	memcpy(id, session->id, sizeof(id));
	await_written(first);
	end(first);
	run_sql(place, "ALTER TABLE session DROP COLUMN writer; PRAGMA user_version = 2");

	struct life *second = begin(place);
	struct session *again = recall(second, id);

	assert_non_null(again);
	assert_int_equal(count(place, "PRAGMA user_version"), 3);
	assert_int_equal(count(place, "SELECT writer FROM session"), 0);
	assert_string_equal(again->identity.id_number, zhang.id_number);
	assert_true(span_equal(session_reply(again, "a"), span_of("{\"of\":\"a\"}")));
	say(second, again, "能不能批量申请");
	await_written(second);
	assert_int_equal(count(place, "SELECT n FROM session"), 2);
	assert_int_equal(count(place, "SELECT count(*) FROM session WHERE writer > 0"), 1);
	end(second);
}

static void what_waits_is_written_when_it_stops(void **state)
{
	struct place *place = place_of(state);
	struct life *first = begin(place);
	struct session *session = open_one(first, "");
	char id[SESSION_ID_SIZE];

	say(first, session, "能不能批量申请");
	memcpy(id, session->id, sizeof(id));
	end(first);
	struct life *second = begin(place);

	assert_non_null(recall(second, id));
	end(second);
}

static void a_session_is_written_at_most_once_in_a_while(void **state)
{
	struct life *life = begin(place_of(state));
	struct session *session = open_one(life, "");

	say(life, session, "能不能批量申请");
	assert_int_equal(session->row.n, 0);
	fake_loop_run(&life->fake, SESSION_STORE_DELAY_MS - 1);
	assert_int_equal(session->row.n, 0);
	fake_loop_run(&life->fake, 1);
	assert_int_equal(session->row.n, 1);
	assert_true(fake_loop_until(&life->fake, nothing_waits, life));
	for (int i = 0; i < 3; i++) {
		say(life, session, "能不能批量申请");
		fake_loop_run(&life->fake, SESSION_STORE_DELAY_MS);
		assert_int_equal(session->row.n, 1);
	}
	fake_loop_run(&life->fake, SESSION_STORE_PAUSE_MS);
	assert_int_equal(session->row.n, 2);
	assert_true(fake_loop_until(&life->fake, nothing_waits, life));
	end(life);
}

static void a_reply_that_went_goes_from_the_store_too(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);
	struct session *session = open_one(life, "");

	assert_true(session_sign_in(session, &zhang));
	session_keep_reply(session, "plain", span_of("{}"), false);
	session_keep_reply(session, "record", span_of("{}"), true);
	session_store_mark(life->store, session);
	await_written(life);
	assert_int_equal(count(place, "SELECT count(*) FROM session_reply"), 2);
	session_sign_out(session);
	session_store_mark(life->store, session);
	await_written(life);
	assert_int_equal(count(place, "SELECT count(*) FROM session_reply"), 1);
	end(life);
}

static void rows_go_with_their_session(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);

	/* One more than may be kept: the first makes room. */
	for (int i = 0; i < KEPT + 1; i++) {
		struct session *session = open_one(life, "");

		session_keep_reply(session, "a", span_of("{}"), false);
		session_store_mark(life->store, session);
		await_written(life);
	}
	fake_loop_run(&life->fake, SESSION_STORE_DELAY_MS);
	end(life);
	assert_int_equal(count(place, "SELECT count(*) FROM session"), KEPT);
	assert_int_equal(count(place, "SELECT count(*) FROM session_reply"), KEPT);
}

static void a_session_that_was_silent_too_long_is_not_recalled(void **state)
{
	struct place *place = place_of(state);
	struct life *first = begin(place);
	struct session *session = open_one(first, "");
	char id[SESSION_ID_SIZE];

	say(first, session, "能不能批量申请");
	memcpy(id, session->id, sizeof(id));
	end(first);
	age(place, KEEP_S - 60);
	struct life *early = begin_at(place, KEEP_S);

	assert_non_null(recall(early, id));
	end_without(early);
	age(place, 61);
	struct life *late = begin_at(place, 0);

	assert_null(recall(late, id));
	end(late);
}

static bool is_expired(void *context)
{
	return count(context, "SELECT count(*) FROM session") == 0;
}

static void rows_of_an_earlier_life_expire(void **state)
{
	struct place *place = place_of(state);
	struct life *first = begin(place);
	struct session *session = open_one(first, "");

	session_keep_reply(session, "a", span_of("{}"), false);
	session_store_mark(first->store, session);
	end(first);
	age(place, KEEP_S + 1);
	struct life *second = begin(place);

	fake_loop_run(&second->fake, 60000);
	assert_true(fake_loop_until(&second->fake, is_expired, place));
	assert_int_equal(count(place, "SELECT count(*) FROM session_reply"), 0);
	end(second);
}

static void a_session_in_use_does_not_expire(void **state)
{
	const struct clock clock = clock_system();
	const int64_t begun_ms = clock_wall_ms(&clock);
	struct place *place = place_of(state);
	struct life *life = begin(place);
	struct session *session = open_one(life, "");

	session->connections = 1;
	say(life, session, "能不能批量申请");
	await_written(life);
	for (int i = 0; i < 3; i++) {
		age(place, KEEP_S * 6 / 10);
		life->fake.now_us += KEEP_S * INT64_C(600000);
		for (int look = 0; look < 60; look++)
			session_store_look(life->store);
		await_written(life);
	}
	/* But for the seconds for which the loop's clock let the last write wait. */
	assert_true(count(place, "SELECT min(used_at) FROM session") >= begun_ms - 60000);
	session->connections = 0;
	end(life);
}

static void what_is_no_session_is_none(void **state)
{
	struct life *life = begin(place_of(state));

	for (size_t i = 0; i < 2; i++) {
		const char *const ids[] = { "", "0123456789ABCDEF0123456789ABCDEF" };

		assert_int_equal(session_store_recall(life->store, ids[i], take, life),
		                 STATUS_NOT_FOUND);
	}
	assert_int_equal(session_store_recall(NULL, "0123456789abcdef0123456789abcdef", take, life),
	                 STATUS_NOT_FOUND);
	assert_null(recall(life, "0123456789abcdef0123456789abcdef"));
	end(life);
}

static void a_row_that_was_exchanged_or_changed_is_not_taken(void **state)
{
	static const char *const harm[] = {
		/* Both sessions' states, and an older state under a newer number. */
		"CREATE TEMP TABLE was AS SELECT name, state FROM session;"
		"UPDATE session SET state = (SELECT state FROM was WHERE was.name <> session.name)",
		"UPDATE session SET n = n + 1",
		"UPDATE session SET state = CAST(state || x'00' AS BLOB)",
		"UPDATE session SET state = x''",
	};
	struct place *place = place_of(state);

	for (size_t i = 0; i < sizeof(harm) / sizeof(harm[0]); i++) {
		struct life *first = begin(place);
		struct session *one = open_one(first, ""), *other = open_one(first, "");
		char id[SESSION_ID_SIZE];

		say(first, one, "能不能批量申请");
		say(first, other, "能不能批量申请");
		memcpy(id, one->id, sizeof(id));
		end(first);
		run_sql(place, harm[i]);
		struct life *second = begin(place);

		assert_null(recall(second, id));
		assert_true(captured_log_holds(&second->log, "session_not_read"));
		end(second);
		run_sql(place, "DELETE FROM session");
	}
}

static void a_locked_file_is_written_when_it_is_free(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);
	struct session *session = open_one(life, "");
	sqlite3 *db;

	session_keep_reply(session, "a", span_of("{}"), false);
	session_store_mark(life->store, session);
	assert_int_equal(sqlite3_open(place->database->file, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL), SQLITE_OK);
	fake_loop_run(&life->fake, SESSION_STORE_DELAY_MS);
	assert_true(fake_loop_await(&life->fake));
	fake_loop_run(&life->fake, 0);
	assert_int_equal(session_store_waiting(life->store), 1);
	assert_true(captured_log_holds(&life->log, "sessions_write_failed"));
	assert_int_equal(sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
	await_written(life);
	assert_int_equal(count(place, "SELECT count(*) FROM session_reply"), 1);
	assert_true(captured_log_holds(&life->log, "sessions_recovered"));
	end(life);
}

static void a_file_that_was_taken_away_is_made_again_with_all_sessions(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);
	struct session *silent = open_one(life, ""), *busy = open_one(life, "");
	char moved[PATH_SIZE * 2 + 8];

	session_keep_reply(silent, "a", span_of("{}"), false);
	say(life, silent, "能不能批量申请");
	say(life, busy, "能不能批量申请");
	await_written(life);
	snprintf(moved, sizeof(moved), "%s.moved", place->database->file);
	assert_int_equal(rename(place->database->file, moved), 0);
	say(life, busy, "能不能批量申请");
	await_written(life);
	assert_int_equal(count(place, "SELECT count(*) FROM session"), 2);
	assert_int_equal(count(place, "SELECT count(*) FROM session_reply"), 1);
	end(life);
	unlink(moved);
}

static struct lockout *make_lockout(struct life *life)
{
	const struct lockout_settings settings = {
		.failures = 2, .lock_s = 900, .longest_s = 86400, .keys = 64, .seed = 1
	};
	struct lockout *lockout;

	(void)life;
	assert_int_equal(lockout_create(&lockout, &settings), STATUS_OK);
	return lockout;
}

static void keep_lock(void *context, const struct lockout_row *row)
{
	session_store_lock(((struct life *)context)->store, row);
}

static void a_lock_outlives_the_process(void **state)
{
	struct place *place = place_of(state);
	struct life *first = begin(place);
	const struct lockout_settings settings = { .failures = 2,
		                                   .lock_s = 900,
		                                   .longest_s = 86400,
		                                   .keys = 64,
		                                   .seed = 7,
		                                   .changed = keep_lock,
		                                   .context = first };
	struct lockout *lockout;

	assert_int_equal(lockout_create(&lockout, &settings), STATUS_OK);
	for (int i = 0; i < 2; i++)
		assert_int_equal(lockout_attempt(lockout, span_of("guesser"), first->fake.now_us),
		                 0);
	assert_int_equal(lockout_attempt(lockout, span_of("once"), first->fake.now_us), 0);
	assert_int_equal(lockout_attempt(lockout, span_of("forgiven"), first->fake.now_us), 0);
	fake_loop_run(&first->fake, SESSION_STORE_DELAY_MS);
	lockout_forget(lockout, span_of("forgiven"));
	lockout_destroy(lockout);
	end(first);
	assert_int_equal(count(place, "SELECT count(*) FROM lockout"), 2);

	/* 600 seconds later 300 of the 900 are left, whatever the process's own clocks say. */
	age(place, 600);
	struct life *second = begin_at(place, 86400);
	struct lockout *again = make_lockout(second);

	assert_int_equal(session_store_recall_locks(second->store, again, 64), STATUS_OK);
	assert_in_range(lockout_attempt(again, span_of("guesser"), second->fake.now_us), 299, 301);
	assert_true(lockout_counts(again, span_of("once"), second->fake.now_us));
	assert_false(lockout_counts(again, span_of("forgiven"), second->fake.now_us));
	lockout_destroy(again);
	end(second);
}

static void secrets_for_other_purposes_stay_the_same(void **state)
{
	char one[DIGEST_HEX_SIZE], same[DIGEST_HEX_SIZE], other[DIGEST_HEX_SIZE];
	struct life *life = begin(place_of(state));

	assert_int_equal(session_store_derive(life->store, "a", one), STATUS_OK);
	assert_int_equal(session_store_derive(life->store, "b", other), STATUS_OK);
	end(life);
	life = begin(place_of(state));
	assert_int_equal(session_store_derive(life->store, "a", same), STATUS_OK);
	assert_string_equal(one, same);
	assert_string_not_equal(one, other);
	end(life);
}

/* --- a shared store: two processes at the same time --- */

static bool committed;
static enum session_commit came;

static void take_commit(void *context, enum session_commit commit)
{
	(void)context;
	committed = true;
	came = commit;
}

static bool is_committed(void *context)
{
	(void)context;
	return committed;
}

static enum session_commit commit(struct life *life, struct session *session)
{
	committed = false;
	assert_int_equal(session_store_commit(life->store, session, take_commit, NULL), STATUS_OK);
	assert_true(fake_loop_until(&life->fake, is_committed, NULL));
	return came;
}

static void a_session_that_went_on_elsewhere_is_brought_up_to_date(void **state)
{
	struct place *place = place_of(state);
	struct life *one = begin(place), *other = begin(place);
	struct session *here_first = open_one(one, "10.0.0.1"), *there;
	char id[SESSION_ID_SIZE];

	memcpy(id, here_first->id, sizeof(id));
	session_keep_reply(here_first, "a", span_of("{\"of\":\"a\"}"), false);
	assert_int_equal(commit(one, here_first), SESSION_KEPT);
	there = recall(other, id);
	assert_non_null(there);
	assert_true(span_equal(session_reply(there, "a"), span_of("{\"of\":\"a\"}")));
	session_keep_reply(there, "b", span_of("{\"of\":\"b\"}"), false);
	assert_int_equal(commit(other, there), SESSION_KEPT);

	/* What the first one says now is not kept: it did not know of the second. */
	session_keep_reply(here_first, "c", span_of("{\"of\":\"c\"}"), false);
	assert_int_equal(commit(one, here_first), SESSION_MOVED);
	assert_ptr_equal(recall(one, id), here_first);
	assert_null(session_reply(here_first, "c").ptr);
	assert_true(span_equal(session_reply(here_first, "b"), span_of("{\"of\":\"b\"}")));
	session_keep_reply(here_first, "c", span_of("{\"of\":\"c\"}"), false);
	assert_int_equal(commit(one, here_first), SESSION_KEPT);

	/* Nothing was lost on the way. */
	assert_ptr_equal(recall(other, id), there);
	for (const char *name = "abc"; *name; name++)
		assert_non_null(session_reply(there, (const char[]){ *name, '\0' }).ptr);
	end(one);
	end(other);
}

/* Two people with one conversation, each at another process: what is known of one stays there. */
static void a_record_is_not_shown_to_who_signed_in_elsewhere(void **state)
{
	static const struct identity li = { "110101199003070011", "李二", START_S + 600 };
	struct place *place = place_of(state);
	struct life *one = begin(place), *other = begin(place);
	struct session *here_first = open_one(one, "10.0.0.1"), *there;
	struct facts *record;
	char id[SESSION_ID_SIZE];

	memcpy(id, here_first->id, sizeof(id));
	assert_int_equal(commit(one, here_first), SESSION_KEPT);
	there = recall(other, id);
	assert_true(session_sign_in(there, &li));
	assert_int_equal(commit(other, there), SESSION_KEPT);
	assert_true(session_sign_in(here_first, &zhang));
	assert_int_equal(facts_create(diagnoser_relations(here.snapshot->diagnoser), &record),
	                 STATUS_OK);
	session_keep_record(here_first, record, 1, INT64_MAX);
	assert_int_equal(commit(one, here_first), SESSION_MOVED);
	assert_ptr_equal(recall(one, id), here_first);
	assert_string_equal(here_first->identity.id_number, li.id_number);
	assert_null(here_first->record);
	assert_int_equal(here_first->looked_up, 0);
	end(one);
	end(other);
}

/* A commit is asked for while a batch with the session is under way. */
static enum session_commit commit_beside_a_batch(struct life *life, struct session *session)
{
	session_store_mark(life->store, session);
	fake_loop_run(&life->fake, SESSION_STORE_PAUSE_MS + SESSION_STORE_DELAY_MS);
	assert_int_equal(session_store_waiting(life->store), 1);
	return commit(life, session);
}

static void a_commit_waits_for_the_batch_that_has_its_session(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);
	struct session *session = open_one(life, "10.0.0.1");

	assert_int_equal(commit(life, session), SESSION_KEPT);
	assert_int_equal(commit_beside_a_batch(life, session), SESSION_KEPT);
	assert_int_equal(count(place, "SELECT n FROM session"), 3);
	assert_int_equal(session_store_waiting(life->store), 0);
	end(life);
}

/* Where both failed, the next number is still the one behind the row's, and no reply is left out.
 */
static void a_session_is_kept_again_when_batch_and_commit_have_failed(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);
	struct session *session = open_one(life, "10.0.0.1");
	char id[SESSION_ID_SIZE];

	assert_int_equal(commit(life, session), SESSION_KEPT);
	session_keep_reply(session, "a", span_of("{\"of\":\"a\"}"), false);
	run_sql(place, "ALTER TABLE session RENAME TO away");
	assert_int_equal(commit_beside_a_batch(life, session), SESSION_AWAY);
	assert_int_equal(commit(life, session), SESSION_AWAY);
	run_sql(place, "ALTER TABLE away RENAME TO session");
	assert_int_equal(commit(life, session), SESSION_KEPT);
	assert_int_equal(count(place, "SELECT n FROM session"), 2);
	memcpy(id, session->id, sizeof(id));
	end(life);

	struct life *second = begin(place);
	struct session *there = recall(second, id);

	assert_non_null(there);
	assert_true(span_equal(session_reply(there, "a"), span_of("{\"of\":\"a\"}")));
	end(second);
}

/* The row was written, but the process was told of a lost connection: it stays where it was. */
static void lose_answers(struct session *session, unsigned count)
{
	session->row.n -= count;
	session->row.replies = UINT32_MAX;
}

static void a_commit_whose_answer_was_lost_is_recognised(void **state)
{
	struct place *place = place_of(state);
	struct life *one = begin(place), *other = begin(place);
	struct session *session = open_one(one, "10.0.0.1"), *there;
	char id[SESSION_ID_SIZE];

	memcpy(id, session->id, sizeof(id));
	assert_int_equal(commit(one, session), SESSION_KEPT);
	session_keep_reply(session, "a", span_of("{\"of\":\"a\"}"), false);
	assert_int_equal(commit(one, session), SESSION_KEPT);
	assert_int_equal(count(place, "SELECT n FROM session"), 2);

	/* What was said since is neither lost nor taken for another process's. */
	lose_answers(session, 1);
	session_keep_reply(session, "b", span_of("{\"of\":\"b\"}"), false);
	assert_int_equal(commit(one, session), SESSION_KEPT);
	assert_int_equal(count(place, "SELECT n FROM session"), 3);
	lose_answers(session, 2);
	session_keep_reply(session, "c", span_of("{\"of\":\"c\"}"), false);
	session_store_mark(one->store, session);
	await_written(one);
	assert_int_equal(count(place, "SELECT n FROM session"), 4);
	assert_int_equal(session->row.n, 4);
	there = recall(other, id);
	assert_non_null(there);
	for (const char *name = "abc"; *name; name++)
		assert_non_null(session_reply(there, (const char[]){ *name, '\0' }).ptr);

	/* Where another one went on meanwhile, that one's stays. */
	assert_int_equal(commit(other, there), SESSION_KEPT);
	lose_answers(session, 1);
	assert_int_equal(commit(one, session), SESSION_MOVED);
	assert_int_equal(count(place, "SELECT n FROM session"), 5);
	end(one);
	end(other);
}

static void no_batch_takes_a_session_that_is_being_committed(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);
	struct session *session = open_one(life, "10.0.0.1");

	committed = false;
	assert_int_equal(session_store_commit(life->store, session, take_commit, NULL), STATUS_OK);
	session_store_mark(life->store, session);
	/* Its time has come, but it waits; that the commit is done is not told before the next run.
	 */
	life->fake.now_us += SESSION_STORE_PAUSE_MS * INT64_C(1000);
	assert_true(fake_loop_until(&life->fake, is_committed, NULL));
	assert_int_equal(came, SESSION_KEPT);
	await_written(life);
	assert_int_equal(count(place, "SELECT n FROM session"), 2);
	end(life);
}

static void a_row_stays_where_another_process_may_have_its_session(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);

	for (int i = 0; i < KEPT + 1; i++)
		assert_int_equal(commit(life, open_one(life, "")), SESSION_KEPT);
	assert_int_equal(sessions_count(life->sessions), KEPT);
	end(life);
	assert_int_equal(count(place, "SELECT count(*) FROM session"), KEPT + 1);
}

static void a_file_that_a_server_has_open_is_left_to_it(void **state)
{
	struct place *place = place_of(state);
	struct life *life = begin(place);
	const struct session_store_settings settings = { .file = place->database->url,
		                                         .key_file = place->key,
		                                         .keep_s = KEEP_S };
	const struct session_store_tools tools = { .sessions = life->sessions,
		                                   .loop = life->fake.loop,
		                                   .jobs = life->jobs,
		                                   .log = life->log.log,
		                                   .clock = fake_loop_clock(&life->fake),
		                                   .random = fill_random };
	struct session_store *second = NULL;

	assert_int_equal(session_store_open(&second, &settings, &tools), STATUS_IO);
	assert_null(second);
	assert_true(captured_log_holds(&life->log, "sessions_in_use"));
	end(life);
	end(begin(place));
}

#define OVER_BOTH(over_)                                                                           \
	over_(a_session_goes_on_in_the_next_life), over_(what_waits_is_written_when_it_stops),     \
	        over_(a_session_is_written_at_most_once_in_a_while),                               \
	        over_(a_reply_that_went_goes_from_the_store_too),                                  \
	        over_(a_session_that_was_silent_too_long_is_not_recalled),                         \
	        over_(rows_of_an_earlier_life_expire), over_(a_session_in_use_does_not_expire),    \
	        over_(what_is_no_session_is_none), over_(a_lock_outlives_the_process),             \
	        over_(secrets_for_other_purposes_stay_the_same)

int main(void)
{
	const struct CMUnitTest sqlite[] = {
		OVER_BOTH(OVER_SQLITE),
		OVER_SQLITE(a_session_of_version_2_goes_on),
		OVER_SQLITE(rows_go_with_their_session),
		OVER_SQLITE(a_row_that_was_exchanged_or_changed_is_not_taken),
		OVER_SQLITE(a_locked_file_is_written_when_it_is_free),
		OVER_SQLITE(a_file_that_a_server_has_open_is_left_to_it),
		OVER_SQLITE(a_file_that_was_taken_away_is_made_again_with_all_sessions),
	};
	const struct CMUnitTest postgres[] = {
		OVER_BOTH(OVER_POSTGRES),
		OVER_POSTGRES(a_session_that_went_on_elsewhere_is_brought_up_to_date),
		OVER_POSTGRES(a_record_is_not_shown_to_who_signed_in_elsewhere),
		OVER_POSTGRES(a_commit_waits_for_the_batch_that_has_its_session),
		OVER_POSTGRES(a_session_is_kept_again_when_batch_and_commit_have_failed),
		OVER_POSTGRES(a_commit_whose_answer_was_lost_is_recognised),
		OVER_POSTGRES(no_batch_takes_a_session_that_is_being_committed),
		OVER_POSTGRES(a_row_stays_where_another_process_may_have_its_session),
	};
	int failed;

	load_knowledge();
	failed = cmocka_run_group_tests(sqlite, NULL, NULL);
	failed += run_over_postgres(postgres);
	release_knowledge();
	return failed;
}

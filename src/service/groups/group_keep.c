/*
 * How it works: a request becomes an errand at the end of a list. One job at a time takes the list,
 * or the beginning of a long one, and does it in one transaction, as much of it as others can wait
 * for; meanwhile the list grows. A transaction that fails has done nothing: errands that only write
 * come again with the next tick, a few times, and the others are told. The tick also reads
 * the switches, holds the turns of this process, and now and then removes what has expired.
 */
#include "service/groups/group_keep.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"

enum {
	TICK_MS = 2000,
	EXPIRE_TICKS = 300,
	TRIES_MOST = 30,
	ERRANDS_MOST = 20000,
	BATCH_MOST = 200, /* in one transaction, */
	BATCH_PART = 8,   /* which takes no longer than that part of what others wait for it, */
	BATCH_MS = 50,    /* or that */
	BUSY_TRIES = 3,
	KEY_SIZE = 129,
	ERRAND_TURN_SIZE = KEY_SIZE,
	TEXT_MOST = 4 << 20,
	/* A process that ended without a word holds its turns for so long. */
	TURN_MS = 15000,
};

/* A message is known for longer than any platform sends it again (8 hours are asked for). */
static const int64_t messages_ms = INT64_C(24) * 3600 * 1000;
static const int64_t parked_ms = GROUP_PARKED_S * INT64_C(1000);
static const int64_t answers_ms = INT64_C(30) * 24 * 3600 * 1000;

enum kind {
	CLAIM,
	FETCH,
	HEARD,
	FIND_ANSWER,
	LOOK_LINK,
	TAKE_LINK,
	WRITE_ANSWER,
	WRITE_LINK,
	LOOK,
	END_TURN,
	END_WAIT,
	PARK,
	TAKE_ORDER,
	NOTE_ORDER,
};

struct errand {
	enum kind kind;
	struct errand *next;
	char key[KEY_SIZE];
	struct buf text; /* to be written, or found */
	/* WRITE_LINK: how long it is valid; LOOK: expire as well; CLAIM: how; PARK: since when,
	 * 0: now; TAKE_ORDER: also for whichever bot; NOTE_ORDER: its state */
	int64_t number;
	int64_t place;               /* PARK; NOTE_ORDER: its id; FETCH, HEARD: written_ms */
	char turn[ERRAND_TURN_SIZE]; /* CLAIM, PARK; TAKE_ORDER: the bot */
	group_keep_done done;
	void *context;
	struct group_kept kept;
	unsigned tries;
};

struct group_keep {
	struct group_keep_settings settings;
	struct group_keep_tools tools;
	struct store *store; /* the job's, once it runs */
	bool has_server;     /* of the store, with a clock for all */
	struct errand *first, **end;
	struct errand *taken;              /* by the job */
	struct errand *left;               /* of these, the first that it had no time for */
	struct errand *again, **again_end; /* until the next tick */
	size_t count;
	struct job job;
	bool under_way, stopping, failing;
	bool last; /* the job takes all: there is none behind it */
	struct timer *tick;
	unsigned ticks;
	uint64_t failures;
	struct group_switches off, read;
	int64_t orders; /* that wait */
};

/* --- in the job --- */

static enum status look(struct group_keep *keep, struct tx *tx, const struct errand *errand,
                        int64_t now_ms)
{
	enum status status = group_row_switches(tx, &keep->read);

	if (status == STATUS_OK)
		status = group_row_orders_wait(tx, now_ms, &keep->orders);
	if (status == STATUS_OK && keep->settings.holder[0])
		status = group_row_turns_hold(tx, keep->settings.holder, now_ms, now_ms + TURN_MS);
	if (status == STATUS_OK && errand->number)
		status = group_rows_expire(tx, now_ms - messages_ms, now_ms - answers_ms, now_ms);
	return status;
}

/* A turn comes with what is parked of it: that is older than the message. */
static enum status claim(const struct group_keep *keep, struct tx *tx, struct errand *errand,
                         int64_t now_ms)
{
	const struct group_turn_ask ask = { .name = errand->turn,
		                            .holder = keep->settings.holder,
		                            .key = errand->key,
		                            .now_ms = now_ms,
		                            .until_ms = now_ms + TURN_MS,
		                            .force = errand->number == GROUP_CLAIM_FORCED,
		                            .noted = errand->number == GROUP_CLAIM_AGAIN };
	struct group_kept *kept = &errand->kept;
	enum status status;
	size_t count;

	if (!errand->turn[0])
		return group_row_claim(tx, errand->key, now_ms, &kept->first_ms);
	status = group_row_claimed(tx, errand->key, &kept->first_ms);
	if (status != STATUS_OK || kept->first_ms != 0)
		return status;
	status = group_row_turn_take(tx, &ask, &kept->turn);
	if (status != STATUS_OK || kept->turn != GROUP_TURN_TAKEN)
		return status;
	status = group_row_unpark_turn(tx, errand->turn, now_ms - parked_ms, GROUP_PARKED_MOST,
	                               &errand->text, &count);
	return status == STATUS_OK ? group_row_claim(tx, errand->key, now_ms, &kept->first_ms)
	                           : status;
}

static enum status note_heard(const struct group_keep *keep, struct tx *tx, struct errand *errand,
                              int64_t now_ms)
{
	const struct group_way way = { .bot = errand->key,
		                       .holder = keep->settings.holder,
		                       .written_ms = errand->place,
		                       .until_ms = now_ms + TURN_MS };
	const enum status status = group_row_way_note(tx, &way);

	return status == STATUS_OK ? group_row_way_others(tx, way.bot, way.holder, now_ms,
	                                                  &errand->kept.others_ms)
	                           : status;
}

static enum status fetch(const struct group_keep *keep, struct tx *tx, struct errand *errand,
                         int64_t now_ms)
{
	size_t count = 0;
	enum status status = note_heard(keep, tx, errand, now_ms);

	if (status == STATUS_OK)
		status = group_row_unpark_bot(tx, errand->key, keep->settings.holder, now_ms,
		                              now_ms + TURN_MS, now_ms - parked_ms,
		                              GROUP_PARKED_MOST, &errand->text, &count);
	errand->kept.more = count == GROUP_PARKED_MOST;
	return status;
}

static enum status park(struct tx *tx, const struct errand *errand, int64_t now_ms)
{
	const struct group_parked parked = { .turn = span_of(errand->turn),
		                             .bot = span_of(errand->key),
		                             .answer = buf_span(&errand->text),
		                             .since_ms = errand->number ? errand->number : now_ms,
		                             .place = errand->place };

	return group_row_park(tx, &parked);
}

static enum status act(struct group_keep *keep, struct tx *tx, struct errand *errand,
                       int64_t now_ms)
{
	switch (errand->kind) {
	case CLAIM:
		return claim(keep, tx, errand, now_ms);
	case FETCH:
		return fetch(keep, tx, errand, now_ms);
	case HEARD:
		return note_heard(keep, tx, errand, now_ms);
	case END_TURN:
		return group_row_turn_end(tx, errand->key, keep->settings.holder);
	case END_WAIT:
		return group_row_wait_end(tx, errand->key, keep->settings.holder);
	case PARK:
		return park(tx, errand, now_ms);
	case TAKE_ORDER:
		return group_row_order_take(tx, errand->key, errand->turn, errand->number != 0,
		                            now_ms, &errand->text);
	case NOTE_ORDER:
		return group_row_order_note(tx, errand->place,
		                            (enum group_order_state)errand->number);
	case FIND_ANSWER:
		return group_row_answer_find(tx, errand->key, now_ms - answers_ms, &errand->text);
	case LOOK_LINK:
		return group_row_link_look(tx, errand->key, now_ms);
	case TAKE_LINK:
		return group_row_link_take(tx, errand->key, now_ms, &errand->text);
	case WRITE_ANSWER:
		return group_row_answer_write(tx, errand->key, buf_text(&errand->text), now_ms);
	case WRITE_LINK:
		return group_row_link_write(tx, errand->key, buf_text(&errand->text),
		                            now_ms + errand->number);
	case LOOK:
		return look(keep, tx, errand, now_ms);
	}
	return STATUS_INTERNAL;
}

/* A file has no clock of its own: it is this machine's, as that of all who share the file. */
static enum status read_now(const struct group_keep *keep, struct tx *tx, int64_t *now_ms)
{
	if (keep->has_server)
		return tx_now(tx, now_ms);
	*now_ms = clock_wall_ms(&keep->tools.clock);
	return STATUS_OK;
}

static enum status act_all(struct group_keep *keep, struct tx *tx)
{
	const struct clock *clock = &keep->tools.clock;
	const int64_t part_ms = keep->settings.busy_ms / BATCH_PART;
	const int64_t until_us =
	        clock_monotonic_us(clock) + (part_ms > BATCH_MS ? part_ms : BATCH_MS) * 1000;
	int64_t now_ms;
	enum status status = read_now(keep, tx, &now_ms);

	for (struct errand *at = keep->taken; at && status == STATUS_OK; at = at->next) {
		if (at != keep->taken && !keep->last && clock_monotonic_us(clock) >= until_us) {
			keep->left = at;
			break;
		}
		at->kept.now_ms = now_ms;
		at->kept.status = act(keep, tx, at, now_ms);
		if (at->kept.status != STATUS_NOT_FOUND)
			status = at->kept.status;
	}
	return status;
}

static void run(void *context, unsigned lane)
{
	struct group_keep *keep = context;
	struct tx *tx;
	enum status status = store_begin(keep->store, TX_WRITE, &tx);

	(void)lane;
	keep->left = NULL;
	if (status == STATUS_OK)
		status = tx_end(tx, act_all(keep, tx));
	if (status != STATUS_OK)
		keep->left = NULL;
	for (struct errand *at = keep->taken; at && status != STATUS_OK; at = at->next)
		at->kept.status = status;
}

/* --- in the loop --- */

static void begin(struct group_keep *keep);

static void release(struct group_keep *keep, struct errand *errand)
{
	buf_deinit(&errand->text);
	free(errand);
	assert(keep->count > 0);
	keep->count--;
}

static void append(struct group_keep *keep, struct errand *errand)
{
	errand->next = NULL;
	*keep->end = errand;
	keep->end = &errand->next;
}

static void take_again(struct group_keep *keep)
{
	while (keep->again) {
		struct errand *errand = keep->again;

		keep->again = errand->next;
		append(keep, errand);
	}
	keep->again_end = &keep->again;
}

static bool comes_again(const struct group_keep *keep, struct errand *errand)
{
	return !errand->done && errand->kind != LOOK && errand->kind != PARK &&
	       errand->kept.status != STATUS_INVALID && !keep->stopping &&
	       ++errand->tries < TRIES_MOST;
}

/* Another process had the store for long: a claim that is not made is a second answer, an answer
 * that is not parked is none. */
static bool comes_at_once(const struct group_keep *keep, struct errand *errand)
{
	return (errand->kind == CLAIM || errand->kind == PARK) &&
	       errand->kept.status == STATUS_BUSY && !keep->stopping &&
	       ++errand->tries < BUSY_TRIES;
}

/* Before what came meanwhile: what is parked keeps its order, and its turn ends behind it. */
static struct errand **come_first(struct group_keep *keep, struct errand *errand,
                                  struct errand **at)
{
	errand->kept = (struct group_kept){ 0 };
	if (errand->kind == CLAIM)
		buf_clear(&errand->text);
	errand->next = *at;
	*at = errand;
	if (!errand->next)
		keep->end = &errand->next;
	return &errand->next;
}

/* What was not looked at, before all that came meanwhile; returns the others. */
static struct errand *put_left_back(struct group_keep *keep, struct errand *errands)
{
	struct errand **at = &errands, **first = &keep->first;

	while (*at && *at != keep->left)
		at = &(*at)->next;
	while (*at) {
		struct errand *errand = *at;

		*at = errand->next;
		first = come_first(keep, errand, first);
	}
	keep->left = NULL;
	return errands;
}

/* Of these, what comes at once; returns the others. No errand is told of anything meanwhile, for
 * that may begin the next job. */
static struct errand *take_at_once(struct group_keep *keep, struct errand *errands)
{
	struct errand **first = &keep->first, **at = &errands;

	while (*at) {
		struct errand *errand = *at;

		if (comes_at_once(keep, errand)) {
			*at = errand->next;
			first = come_first(keep, errand, first);
		} else {
			at = &errand->next;
		}
	}
	return errands;
}

static void settle(struct group_keep *keep, struct errand *errand)
{
	const bool failed =
	        errand->kept.status != STATUS_OK && errand->kept.status != STATUS_NOT_FOUND;

	if (failed && comes_again(keep, errand)) {
		errand->next = NULL;
		*keep->again_end = errand;
		keep->again_end = &errand->next;
		return;
	}
	if (errand->kind == LOOK && !failed)
		keep->off = keep->read;
	if (errand->done) {
		errand->kept.text = failed ? (struct span){ NULL, 0 } : buf_span(&errand->text);
		errand->done(errand->context, &errand->kept);
	}
	release(keep, errand);
}

/* Once for each time that it goes away. */
static void note_failure(struct group_keep *keep, enum status status)
{
	const bool failed = status != STATUS_OK && status != STATUS_NOT_FOUND;

	if (failed && !keep->failing)
		log_event(keep->tools.log, LOG_ERROR, "group_store_away",
		          LOG_TEXT("status", status_text(status)));
	keep->failures += failed;
	keep->failing = failed;
}

static void done(void *context)
{
	struct group_keep *keep = context;
	struct errand *errand = keep->taken;
	bool looked = false;

	keep->under_way = false;
	keep->taken = NULL;
	if (errand)
		note_failure(keep, errand->kept.status);
	errand = take_at_once(keep, put_left_back(keep, errand));
	while (errand) {
		struct errand *next = errand->next;

		looked = looked || errand->kind == LOOK;
		settle(keep, errand);
		errand = next;
	}
	if (looked && keep->settings.looked)
		keep->settings.looked(keep->settings.context);
	begin(keep);
}

/* No more than others can wait for. */
static void take_some(struct group_keep *keep)
{
	struct errand **at = &keep->first;

	for (size_t i = 0; *at && (keep->last || i < BATCH_MOST); i++)
		at = &(*at)->next;
	keep->taken = keep->first;
	keep->first = *at;
	*at = NULL;
	if (!keep->first)
		keep->end = &keep->first;
}

static void begin(struct group_keep *keep)
{
	if (keep->under_way || !keep->first)
		return;
	keep->job = (struct job){ .run = run, .done = done, .context = keep };
	keep->last = keep->stopping;
	take_some(keep);
	keep->under_way = true;
	if (jobs_add(keep->tools.jobs, JOB_GROUPS, &keep->job) == STATUS_OK)
		return;
	for (struct errand *at = keep->taken; at; at = at->next)
		at->kept.status = STATUS_BUSY;
	keep->stopping = true; /* it is full with one job only when jobs were stopped */
	done(keep);
}

static struct errand *create(struct group_keep *keep, enum kind kind, const char *key)
{
	struct errand *errand;

	if (keep->stopping || keep->count >= ERRANDS_MOST || strlen(key) >= KEY_SIZE)
		return NULL;
	errand = calloc(1, sizeof(*errand));
	if (!errand)
		return NULL;
	errand->kind = kind;
	memcpy(errand->key, key, strlen(key) + 1);
	buf_init(&errand->text, TEXT_MOST);
	keep->count++;
	return errand;
}

/* Takes the errand; NULL: there was no room for it. */
static enum status put(struct group_keep *keep, struct errand *errand, group_keep_done done_,
                       void *context)
{
	if (!errand)
		return STATUS_BUSY;
	errand->done = done_;
	errand->context = context;
	append(keep, errand);
	begin(keep);
	return STATUS_OK;
}

static enum status ask(struct group_keep *keep, enum kind kind, const char *key,
                       group_keep_done done_, void *context)
{
	return put(keep, create(keep, kind, key), done_, context);
}

/* Takes an errand that nobody waits for; NULL, or one without its text: it is counted as failed. */
static bool put_behind(struct group_keep *keep, struct errand *errand)
{
	if (errand && buf_status(&errand->text) == STATUS_OK)
		return put(keep, errand, NULL, NULL) == STATUS_OK;
	keep->failures++;
	if (errand)
		release(keep, errand);
	return false;
}

enum status group_keep_claim(struct group_keep *keep, const char *key, const char *turn,
                             enum group_claiming how, group_keep_done done_, void *context)
{
	struct errand *errand = create(keep, CLAIM, key);

	if (errand) {
		snprintf(errand->turn, sizeof(errand->turn), "%s", turn);
		errand->number = how;
	}
	return put(keep, errand, done_, context);
}

static enum status ask_heard(struct group_keep *keep, enum kind kind, const char *bot,
                             int64_t written_ms, group_keep_done done_, void *context)
{
	struct errand *errand = create(keep, kind, bot);

	if (errand)
		errand->place = written_ms;
	return put(keep, errand, done_, context);
}

enum status group_keep_note_heard(struct group_keep *keep, const char *bot, int64_t written_ms,
                                  group_keep_done done_, void *context)
{
	return ask_heard(keep, HEARD, bot, written_ms, done_, context);
}

enum status group_keep_fetch(struct group_keep *keep, const char *bot, int64_t written_ms,
                             group_keep_done done_, void *context)
{
	return ask_heard(keep, FETCH, bot, written_ms, done_, context);
}

enum status group_keep_find_answer(struct group_keep *keep, const char *receipt,
                                   group_keep_done done_, void *context)
{
	return ask(keep, FIND_ANSWER, receipt, done_, context);
}

enum status group_keep_look_link(struct group_keep *keep, const char *token_hash,
                                 group_keep_done done_, void *context)
{
	return ask(keep, LOOK_LINK, token_hash, done_, context);
}

enum status group_keep_take_link(struct group_keep *keep, const char *token_hash,
                                 group_keep_done done_, void *context)
{
	return ask(keep, TAKE_LINK, token_hash, done_, context);
}

static bool write_behind(struct group_keep *keep, enum kind kind, const char *key, const char *text,
                         int64_t number)
{
	struct errand *errand = create(keep, kind, key);

	if (errand) {
		buf_append_text(&errand->text, text);
		errand->number = number;
	}
	return put_behind(keep, errand);
}

void group_keep_answer(struct group_keep *keep, const char *receipt, const char *entries)
{
	(void)write_behind(keep, WRITE_ANSWER, receipt, entries, 0);
}

enum status group_keep_take_order(struct group_keep *keep, const char *channel, const char *bot,
                                  bool any, group_keep_done done_, void *context)
{
	struct errand *errand =
	        strlen(bot) < ERRAND_TURN_SIZE ? create(keep, TAKE_ORDER, channel) : NULL;

	if (errand) {
		(void)snprintf(errand->turn, sizeof(errand->turn), "%s", bot);
		errand->number = any;
	}
	return put(keep, errand, done_, context);
}

bool group_keep_has_orders(const struct group_keep *keep)
{
	return keep->orders > 0;
}

void group_keep_note_order(struct group_keep *keep, int64_t id, enum group_order_state state)
{
	struct errand *errand = create(keep, NOTE_ORDER, "");

	if (errand) {
		errand->place = id;
		errand->number = state;
	}
	(void)put_behind(keep, errand);
}

void group_keep_end_turn(struct group_keep *keep, const char *turn)
{
	(void)write_behind(keep, END_TURN, turn, "", 0);
}

void group_keep_end_wait(struct group_keep *keep, const char *key)
{
	(void)write_behind(keep, END_WAIT, key, "", 0);
}

bool group_keep_park(struct group_keep *keep, const struct group_parked *parked)
{
	char bot[DIGEST_HEX_SIZE];
	struct errand *errand;

	assert(parked->bot.len < sizeof(bot) && parked->turn.len < sizeof(errand->turn));
	(void)snprintf(bot, sizeof(bot), "%.*s", SPAN_ARGS(parked->bot));
	errand = parked->answer.len <= GROUP_PARKED_BYTES ? create(keep, PARK, bot) : NULL;
	if (errand) {
		(void)snprintf(errand->turn, sizeof(errand->turn), "%.*s", SPAN_ARGS(parked->turn));
		errand->number = parked->since_ms;
		errand->place = parked->place;
		buf_append(&errand->text, parked->answer.ptr, parked->answer.len);
	}
	return put_behind(keep, errand);
}

void group_keep_link(struct group_keep *keep, const char *token_hash, const char *question,
                     int64_t valid_ms)
{
	(void)write_behind(keep, WRITE_LINK, token_hash, question, valid_ms);
}

/* Before what others wait for: a turn that is not held in time is another process's. */
static void look_first(struct group_keep *keep, bool expire)
{
	struct errand *errand = create(keep, LOOK, "");

	if (!errand) {
		keep->failures++;
		return;
	}
	errand->number = expire;
	(void)come_first(keep, errand, &keep->first);
	begin(keep);
}

void group_keep_look(struct group_keep *keep)
{
	look_first(keep, false);
}

bool group_keep_is_off(const struct group_keep *keep, const char *channel)
{
	for (size_t i = 0; i < keep->off.count; i++)
		if (strcmp(keep->off.off[i].channel, channel) == 0)
			return true;
	return false;
}

uint64_t group_keep_failures(const struct group_keep *keep)
{
	return keep->failures;
}

/* --- opening and ending --- */

static void tick(void *context)
{
	struct group_keep *keep = context;

	keep->tick = NULL;
	if (keep->stopping)
		return;
	take_again(keep);
	look_first(keep, keep->ticks++ % EXPIRE_TICKS == 0);
	keep->tick = loop_after(keep->tools.loop, TICK_MS, tick, keep);
	if (!keep->tick)
		log_event(keep->tools.log, LOG_ERROR, "group_store_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
}

static enum status read_switches(struct group_keep *keep)
{
	struct tx *tx;
	enum status status = store_begin(keep->store, TX_READ, &tx);

	return status == STATUS_OK ? tx_end(tx, group_row_switches(tx, &keep->off)) : status;
}

enum status group_keep_open(struct group_keep **out, const struct group_keep_settings *settings,
                            const struct group_keep_tools *tools)
{
	const struct store_settings store = { .url = settings->store,
		                              .busy_ms = settings->busy_ms };
	struct group_keep *keep = calloc(1, sizeof(*keep));
	char problem[STORE_PROBLEM_SIZE] = "", name[STORE_NAME_SIZE];
	enum status status;

	*out = keep;
	if (!keep)
		return STATUS_NO_MEMORY;
	keep->settings = *settings;
	keep->has_server = store_is_shared(settings->store);
	keep->tools = *tools;
	keep->end = &keep->first;
	keep->again_end = &keep->again;
	status = store_open(&keep->store, &store, &groups_schema, problem);
	if (status == STATUS_OK)
		status = read_switches(keep);
	if (status == STATUS_OK) {
		keep->tick = loop_after(keep->tools.loop, TICK_MS, tick, keep);
		return keep->tick ? STATUS_OK : STATUS_NO_MEMORY;
	}
	log_event(tools->log, LOG_ERROR, "group_store_refused",
	          LOG_TEXT("store", store_name(settings->store, name)),
	          LOG_TEXT("reason", problem[0] ? problem : status_text(status)));
	return STATUS_IO;
}

void group_keep_stop(struct group_keep *keep)
{
	if (!keep || keep->stopping)
		return;
	timer_cancel(keep->tick);
	keep->tick = NULL;
	take_again(keep);
	keep->stopping = true;
	begin(keep);
}

static void drop_all(struct group_keep *keep, struct errand *errand)
{
	while (errand) {
		struct errand *next = errand->next;

		release(keep, errand);
		errand = next;
	}
}

void group_keep_close(struct group_keep *keep)
{
	if (!keep)
		return;
	assert(!keep->under_way);
	timer_cancel(keep->tick);
	drop_all(keep, keep->first);
	drop_all(keep, keep->again);
	store_close(keep->store);
	free(keep);
}

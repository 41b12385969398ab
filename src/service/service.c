/*
 * How it works: a message comes by service_take() with the address that its answer goes to. asks.c
 * finds whether it must wait behind another of its session or for a record, answer.c takes the
 * turn and writes the reply object, and service_send() gives that to the address's channel, unless
 * the address was closed meanwhile: an address is the index of a line and the line's generation,
 * which goes up when the line is freed.
 *
 * This file makes and ends all that the others work with, keeps the lines and what they are bound
 * to, and exchanges the knowledge when a reload brings another one.
 */
#include "service/service.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/language.h"
#include "engine/dialogue/conversation.h"
#include "service/asks.h"
#include "service/bulletin.h"
#include "service/chats.h"
#include "service/recall.h"
#include "service/retention.h"
#include "service/state.h"
#include "store/store.h"

enum {
	RECALLED_MOST = 50000, /* turns that are read for what was popular before */
	LOCK_LONGEST_S = 86400,
	HOUSEKEEPING_MS = 1000,
};

static const size_t object_bytes_most = (size_t)4 * 1024 * 1024;

/* --- the knowledge --- */

static struct reload_settings reload_settings(const struct service *service)
{
	return (struct reload_settings){
		.folder = service->settings.knowledge.folder,
		.normaliser = service->normaliser,
		.match = service->settings.knowledge.match,
		.golden_level = service->settings.knowledge.golden_level,
		.watch_s = service->settings.knowledge.watch_s,
		.log = service->tools.log,
		.clock = service->tools.clock,
	};
}

/* Refuses to begin where hints do not come: the other machines are found by them. */
static enum status try_store(const struct service *service)
{
	const char *url = service->settings.shared;
	char problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	struct hints *hints;
	enum status status;

	if (!url)
		return STATUS_OK;
	status = store_listen(&hints, url, "dayi_trial", problem);
	if (status == STATUS_OK)
		hints_close(hints);
	else
		log_event(service->tools.log, LOG_ERROR, "store_refused",
		          LOG_TEXT("store", store_name(url, name)), LOG_TEXT("reason", problem),
		          LOG_TEXT("hint", _("see store.url")));
	return status == STATUS_OK ? STATUS_OK : STATUS_IO;
}

static bool from_store(const struct service_settings *settings)
{
	return settings->knowledge.from_store;
}

/* What is served at first comes from there, too. */
static enum status open_follower(struct service *service, struct reload_settings *settings)
{
	const struct follower_settings follower = {
		.url = service->settings.shared,
		.folder = service->settings.knowledge.versions,
		.reload = *settings,
	};
	const enum status status = follower_open(&service->follower, &follower, service->version);

	settings->folder = service->version;
	return status;
}

static enum status load_knowledge(struct service *service, struct watch *watch)
{
	const int64_t start_us = service_now_us(service);
	struct reload_settings settings;
	struct served loaded;

	if (normaliser_create(&service->normaliser) != STATUS_OK)
		return STATUS_NO_MEMORY;
	settings = reload_settings(service);
	if (from_store(&service->settings) && open_follower(service, &settings) != STATUS_OK)
		return STATUS_IO;
	if (reload_build(&settings, watch, &loaded) != STATUS_OK)
		return STATUS_INVALID;
	service->snapshot = loaded.snapshot;
	service->scratch = loaded.scratch;
	session_store_use(service->store, service->snapshot);
	service->loaded_at_ms = service_wall_ms(service);
	log_event(service->tools.log, LOG_INFO, "loaded", LOG_TEXT("folder", settings.folder),
	          LOG_TEXT("knowledge", service->snapshot->knowledge->version),
	          LOG_NUMBER("entries", service->snapshot->knowledge->answer_count),
	          LOG_NUMBER("took_us", service_now_us(service) - start_us));
	return STATUS_OK;
}

void service_take_reloaded(void *context, const struct reloaded *reloaded)
{
	struct service *service = context;
	const struct served old = { service->snapshot, service->scratch };
	struct snapshot *new = reloaded->served.snapshot;

	if (!new) {
		service->tools.metrics->reloads_refused++;
		log_event(
		        service->tools.log, LOG_ERROR, "reload_refused",
		        LOG_TEXT("kept", old.snapshot->knowledge->version),
		        LOG_TEXT("hint", _("the knowledge in use stays; the folder is tried again "
		                           "when it changes or SIGHUP comes")));
		return;
	}
	service->snapshot = new;
	service->scratch = reloaded->served.scratch;
	service->loading++;
	session_store_use(service->store, new);
	popular_move(service->popular, new->knowledge);
	service->loaded_at_ms = service_wall_ms(service);
	service->tools.metrics->reloads++;
	log_event(service->tools.log, LOG_INFO, "reloaded",
	          LOG_TEXT("knowledge", new->knowledge->version),
	          LOG_NUMBER("entries", new->knowledge->answer_count),
	          LOG_NUMBER("took_us", reloaded->took_us));
	reloader_retire(service->reloader, &old);
}

void service_reload(struct service *service)
{
	if (service->follower)
		follower_look(service->follower);
	else
		reloader_reload(service->reloader);
}

bool service_ready(const struct service *service)
{
	return follower_ready(service->follower);
}

/* --- making and ending --- */

void service_job_limits(const struct service_settings *settings,
                        struct job_limits limits[JOB_CLASSES])
{
	for (size_t i = 0; i < JOB_CLASSES; i++)
		limits[i] = (struct job_limits){ 0 };
	limits[JOB_KNOWLEDGE] = reload_limits();
	limits[JOB_RECORDS] = records_limits(&settings->records);
	limits[JOB_JOURNAL] = journal_limits();
	limits[JOB_SESSIONS] = session_store_limits(settings->store.file);
	limits[JOB_VERSIONS] = from_store(settings) ? follower_limits() : (struct job_limits){ 0 };
	chats_job_limits(&settings->console, limits);
	keys_job_limits(&settings->keys, limits);
	notify_job_limits(&settings->notify, limits);
	bulletin_job_limits(settings, limits);
}

/* What is counted has to outlive a restart under the same names. */
static enum status make_person_key(struct service *service)
{
	unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];

	if (service->store)
		return session_store_derive(service->store, "lockout", service->person_key);
	if (!service->tools.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), service->person_key);
	return STATUS_OK;
}

static void keep_lock(void *context, const struct lockout_row *row)
{
	const struct service *service = context;

	session_store_lock(service->store, row);
}

static enum status create_lockout(struct service *service)
{
	struct lockout_settings settings = {
		.failures = service->settings.self.failures,
		.lock_s = service->settings.self.lock_s,
		.longest_s = LOCK_LONGEST_S,
		.keys = service->settings.self.keys,
		.changed = keep_lock,
		.context = service,
	};
	enum status status = make_person_key(service);

	if (status == STATUS_OK && !service->tools.random(&settings.seed, sizeof(settings.seed)))
		status = STATUS_IO;
	if (status == STATUS_OK)
		status = lockout_create(&service->lockout, &settings);
	if (status == STATUS_OK)
		status = session_store_recall_locks(service->store, service->lockout,
		                                    (int64_t)settings.keys);
	return status;
}

static enum status open_store(struct service *service)
{
	const struct service_settings *settings = &service->settings;
	const struct service_tools *tools = &service->tools;
	const struct session_store_settings store = {
		.file = settings->store.file,
		.key_file = settings->store.key_file,
		.busy_ms = settings->store.busy_ms,
		.keep_s = settings->sessions.keep_us / 1000000,
		.lock_s = LOCK_LONGEST_S,
	};
	const struct session_store_tools work = {
		.sessions = service->sessions,
		.loop = tools->loop,
		.jobs = tools->jobs,
		.log = tools->log,
		.clock = tools->clock,
		.random = tools->random,
	};

	if (!settings->store.file || settings->store.file[0] == '\0')
		return STATUS_OK;
	return session_store_open(&service->store, &store, &work);
}

static enum status create_tables(struct service *service)
{
	const random_function fill = service->tools.random;
	enum status status = arena_create(&service->arena, TURN_BYTES_MOST);

	buf_init(&service->object, object_bytes_most);
	if (status == STATUS_OK)
		status = sessions_create(&service->sessions, service->settings.sessions, fill);
	if (status == STATUS_OK)
		status = open_store(service);
	if (status == STATUS_OK)
		status = create_lockout(service);
	return status;
}

static enum status open_journal(struct service *service)
{
	const struct journal_settings *settings = &service->settings.journal;
	const struct service_tools *tools = &service->tools;

	if (settings->file[0] == '\0')
		return STATUS_OK;
	return journal_open(&service->journal, settings, tools->loop, tools->jobs, tools->log) ==
	                       STATUS_OK
	               ? STATUS_OK
	               : STATUS_IO;
}

static void recall_hit(void *context, int64_t at_ms, const char *entries)
{
	popular_hit(context, entries, at_ms);
}

/* What was popular before the start. A journal that cannot be read now is no reason to stop. */
static enum status recall_hits(struct service *service)
{
	const int64_t now_ms = service_wall_ms(service);
	enum status status =
	        popular_create(&service->popular, service->snapshot->knowledge, now_ms);

	if (status != STATUS_OK || !service->journal)
		return status;
	status = journal_recall(&service->settings.journal,
	                        now_ms - POPULAR_DAYS * INT64_C(86400000), RECALLED_MOST,
	                        recall_hit, service->popular, service->tools.log);
	if (status != STATUS_OK)
		log_event(service->tools.log, LOG_WARN, "hits_unknown",
		          LOG_TEXT("status", status_text(status)));
	return STATUS_OK;
}

static enum status open_records(struct service *service)
{
	const struct service_tools *tools = &service->tools;

	return records_open(&service->records, &service->settings.records,
	                    service_relations(service), tools->jobs, tools->log,
	                    tools->clock) == STATUS_OK
	               ? STATUS_OK
	               : STATUS_IO;
}

static void keep_house(void *context)
{
	struct service *service = context;

	if (service->stopped)
		return;
	sessions_expire(service->sessions, service_now_us(service));
	session_store_look(service->store);
	records_look(service->records);
	if (!loop_after(service->tools.loop, HOUSEKEEPING_MS, keep_house, service))
		log_event(service->tools.log, LOG_ERROR, "housekeeping_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
}

static enum status start(struct service *service, const struct watch *watch)
{
	const struct reload_receiver receiver = { service_take_reloaded, service };
	struct reload_settings settings = reload_settings(service);
	struct jobs *jobs = service->tools.jobs;
	enum status status;

	keep_house(service);
	if (service->follower)
		settings.watch_s = 0; /* versions do not change */
	status = reloader_create(&service->reloader, &settings, watch, jobs, &receiver);
	if (status == STATUS_OK && service->follower)
		status = follower_start(service->follower, jobs, service->reloader, &receiver);
	return status;
}

enum status service_create(struct service **out, const struct service_settings *settings,
                           const struct service_tools *tools)
{
	struct service *service = calloc(1, sizeof(*service));
	struct watch watch = { 0 };
	enum status status;

	*out = service;
	if (!service)
		return STATUS_NO_MEMORY;
	service->settings = *settings;
	service->tools = *tools;
	status = create_tables(service);
	if (status == STATUS_OK)
		status = try_store(service);
	if (status == STATUS_OK)
		status = load_knowledge(service, &watch);
	if (status == STATUS_OK)
		status = open_journal(service);
	if (status == STATUS_OK)
		status = recall_hits(service);
	if (status == STATUS_OK)
		status = open_records(service);
	if (status == STATUS_OK)
		status = keys_open(service);
	if (status == STATUS_OK)
		status = retention_open(service);
	if (status == STATUS_OK)
		status = bulletin_open(service);
	if (status == STATUS_OK)
		status = start(service, &watch);
	return status;
}

void service_drain(struct service *service)
{
	service->draining = true;
}

void service_stop(struct service *service)
{
	if (!service)
		return;
	service->stopped = true;
	notify_stop(service);
	chats_stop(service);
	bulletin_stop(service);
	reloader_stop(service->reloader);
	follower_stop(service->follower);
	records_stop(service->records);
	session_store_stop(service->store);
	journal_stop(service->journal);
}

void service_destroy(struct service *service)
{
	if (!service)
		return;
	assert(!service->look_ups && !service->recalls && service->kept_turns == 0);
	follower_destroy(service->follower);
	reloader_destroy(service->reloader);
	journal_close(service->journal);
	records_close(service->records);
	notify_close(service);
	chats_close(service);
	retention_close(service);
	keys_close(service);
	bulletin_close(service);
	popular_destroy(service->popular);
	scratch_destroy(service->scratch);
	snapshot_destroy(service->snapshot);
	normaliser_destroy(service->normaliser);
	lockout_destroy(service->lockout);
	session_store_close(service->store);
	sessions_destroy(service->sessions);
	arena_destroy(service->arena);
	buf_deinit(&service->object);
	free(service->lines);
	free(service);
}

/* --- addresses --- */

/* The free ones lead to each other; the last to the count. */
static enum status grow_lines(struct service *service)
{
	const size_t count = service->line_count ? service->line_count * 2 : 64;
	struct line *lines;

	if (count > UINT32_MAX)
		return STATUS_NO_MEMORY;
	lines = realloc(service->lines, count * sizeof(*lines));
	if (!lines)
		return STATUS_NO_MEMORY;
	for (size_t i = service->line_count; i < count; i++)
		lines[i] = (struct line){ .next_free = (uint32_t)(i + 1) };
	service->free_line = (uint32_t)service->line_count;
	service->lines = lines;
	service->line_count = count;
	return STATUS_OK;
}

enum status service_open(struct service *service, const struct channel *channel, void *context,
                         struct span origin, struct return_address *out)
{
	struct line *line;

	if (service->free_line == service->line_count && grow_lines(service) != STATUS_OK)
		return STATUS_NO_MEMORY;
	*out = (struct return_address){ .channel = channel, .id = service->free_line };
	line = &service->lines[out->id];
	assert(!line->channel && !line->session && line->waiting == 0);
	service->free_line = line->next_free;
	out->generation = line->generation;
	line->channel = channel;
	line->context = context;
	line->origin_len = origin.len < ORIGIN_BYTES ? origin.len : ORIGIN_BYTES;
	if (line->origin_len > 0)
		memcpy(line->origin, origin.ptr, line->origin_len);
	return STATUS_OK;
}

struct line *service_line(const struct service *service, struct return_address address)
{
	struct line *line;

	if (!address.channel || address.id >= service->line_count)
		return NULL;
	line = &service->lines[address.id];
	return line->channel == address.channel && line->generation == address.generation ? line
	                                                                                  : NULL;
}

static void leave_session(struct service *service, struct line *line)
{
	if (!line->session)
		return;
	assert(line->session->connections > 0);
	line->session->connections--;
	session_touch(service->sessions, line->session, service_now_us(service));
	line->session = NULL;
}

void service_close(struct service *service, struct return_address address)
{
	struct line *line = service_line(service, address);

	if (!line)
		return;
	asks_forget(service, address);
	chats_leave(line);
	leave_session(service, line);
	line->recall = NULL;
	line->channel = NULL;
	line->waiting = 0;
	line->generation++;
	line->next_free = service->free_line;
	service->free_line = address.id;
}

size_t service_waiting(const struct service *service, struct return_address address)
{
	const struct line *line = service_line(service, address);

	return line ? line->waiting : 0;
}

void service_begin_waiting(struct service *service, struct return_address address)
{
	struct line *line = service_line(service, address);

	if (line)
		line->waiting++;
}

void service_end_waiting(struct service *service, struct return_address address)
{
	struct line *line = service_line(service, address);

	assert(!line || line->waiting > 0);
	if (line)
		line->waiting--;
}

void service_send(const struct service *service, struct return_address to,
                  const struct outgoing *outgoing)
{
	const struct line *line = service_line(service, to);
	struct outgoing told = *outgoing;

	told.notice = bulletin_notice(service);
	if (line)
		line->channel->send(line->context, &told);
}

void service_send_refusal(struct service *service, struct return_address to, const char *id,
                          enum refusal refusal)
{
	const struct outgoing outgoing = { .kind = OUTGOING_REFUSAL, .to = id, .refusal = refusal };

	metrics_refuse(service->tools.metrics, refusal);
	service_send(service, to, &outgoing);
}

/* --- conversations --- */

static void enter_session(struct service *service, struct line *line, struct session *session)
{
	/* First: the one that is left must not be what makes room. */
	session->connections++;
	leave_session(service, line);
	line->session = session;
}

struct session *service_session(struct service *service, struct line *line)
{
	struct session *session;

	if (!line->session && sessions_open(service->sessions, line_origin(line),
	                                    service_now_us(service), &session) == STATUS_OK)
		enter_session(service, line, session);
	return line->session;
}

bool service_bind(struct service *service, struct line *line, const struct identity *identity)
{
	if (!service_session(service, line))
		return false;
	if (session_sign_in(line->session, identity))
		return true;
	leave_session(service, line);
	return service_session(service, line) && session_sign_in(line->session, identity);
}

static enum token_refusal verify(struct service *service, struct span token, struct identity *out)
{
	const enum token_refusal refusal = records_verify(service->records, token, out);

	if (refusal == TOKEN_ACCEPTED) {
		service->tools.metrics->tokens_accepted++;
		return refusal;
	}
	service->tools.metrics->tokens_refused++;
	log_event(service->tools.log, LOG_WARN, "token_refused",
	          LOG_TEXT("reason", token_refusal_text(refusal)));
	return refusal;
}

enum refusal service_verify(struct service *service, struct span token, struct identity *out)
{
	return verify(service, token, out) == TOKEN_ACCEPTED ? REFUSAL_NONE : REFUSAL_TOKEN;
}

/* Whoever shows a token that does not count is not signed in, whatever an earlier one said. */
static enum token_refusal sign_in(struct service *service, struct line *line, const char *token)
{
	struct identity identity;
	const enum token_refusal refusal = verify(service, span_of(token), &identity);

	if (refusal == TOKEN_ACCEPTED)
		return service_bind(service, line, &identity) ? TOKEN_ACCEPTED : TOKEN_FAILED;
	session_sign_out(line->session);
	return refusal;
}

void service_hello(struct service *service, struct return_address from, const char *resume,
                   const char *token)
{
	const struct line *line = service_line(service, from);

	if (!line)
		return;
	assert(line->channel->abilities & CHANNEL_LASTING);
	if (service->draining)
		service_send_refusal(service, from, NULL, REFUSAL_DRAINING);
	else if (!recall_hello(service, from, resume, token))
		service_hello_now(service, from, resume, token);
}

void service_hello_now(struct service *service, struct return_address from, const char *resume,
                       const char *token)
{
	struct line *line = service_line(service, from);
	enum token_refusal refusal = TOKEN_ACCEPTED;
	struct session *known = NULL;

	if (!line)
		return;
	if (resume)
		known = sessions_find(service->sessions, resume, service_now_us(service));
	if (known)
		enter_session(service, line, known);
	if (service_session(service, line) && token)
		refusal = sign_in(service, line, token);
	if (!line->session) {
		service_send_refusal(service, from, NULL, REFUSAL_CONNECTIONS);
		return;
	}
	session_refresh(line->session, service_relations(service), service_wall_ms(service),
	                service_now_us(service));
	if (token || line->session->row.replies)
		session_store_mark(service->store, line->session);
	const struct outgoing welcome = {
		.kind = OUTGOING_WELCOME,
		.conversation = line->session->id,
		/* By name: room for another session may have been made where this one was. */
		.resumed = resume && strcmp(resume, line->session->id) == 0,
		.signed_in = line->session->signed_in,
		.knowledge = service->snapshot->knowledge->version,
		.text = refusal == TOKEN_ACCEPTED ? NULL : token_refusal_sentence(refusal),
	};

	service_send(service, from, &welcome);
	chats_follow(service, from, welcome.resumed);
}

/* --- what it says of itself --- */

const struct knowledge *service_knowledge(const struct service *service)
{
	return service->snapshot->knowledge;
}

enum status service_suggest(struct service *service, struct span typed, struct match_candidate *out,
                            size_t most, size_t *count)
{
	arena_reset(service->arena);
	return turn_suggest(service->scratch, service->arena, typed, out, most, count);
}

enum status service_look_up(struct service *service, struct span typed, struct lookup_answer *out)
{
	arena_reset(service->arena);
	return lookup_run(service->scratch, typed, service->arena, out);
}

enum status service_show(struct service *service, const char *entry, struct lookup_entry *out)
{
	arena_reset(service->arena);
	return lookup_show(service->snapshot, entry, service->arena, out);
}

size_t service_popular(const struct service *service, const char *out[POPULAR_MOST])
{
	return popular_questions(service->popular, service_wall_ms(service),
	                         service->snapshot->meant, out);
}

void service_gauges(const struct service *service, struct metrics_gauges *gauges)
{
	const struct knowledge *knowledge = service->snapshot->knowledge;

	gauges->asks_waiting = service->asks_waiting;
	gauges->sessions = sessions_count(service->sessions);
	gauges->session_bytes = sessions_bytes(service->sessions);
	gauges->sessions_unwritten = session_store_waiting(service->store);
	gauges->knowledge = knowledge->version;
	gauges->entries = knowledge->answer_count;
	gauges->loaded_at_ms = service->loaded_at_ms;
	gauges->journal = journal_counts(service->journal);
	gauges->records = records_counts(service->records);
}

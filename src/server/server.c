#include "server/server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>

#include "base/core_dumps.h"
#include "base/language.h"
#include "base/place.h"
#include "channels/chat.h"
#include "server/asks.h"
#include "server/connection.h"
#include "server/handle_chat.h"
#include "server/handle_http.h"
#include "server/identify.h"
#include "server/library_log.h"
#include "server/listener.h"
#include "server/lockout.h"
#include "server/popular.h"
#include "server/records.h"
#include "server/signals.h"
#include "server/state.h"

enum {
	HOUSEKEEPING_US = 1000000,
	RX_BYTES = 2048,      /* a piece of a message; a usual question comes in one */
	TX_BYTES = 64 * 1024, /* the most that one send may take */
	HEADER_BYTES = 1024,  /* of one request, as the door hands it on */
	HEADER_S = 10,        /* the headers must be here by then */
	KEEPALIVE_S = 15,
	TIMEOUT_S = 20,
	SPARE_FILES = 256,   /* descriptors beside the connections */
	FILES_LATER = 16,    /* of them, what is opened when clients come already */
	FILES_A_LOOK_UP = 4, /* what a thread of the record's source holds */
	FILES_LOOKED_AT = 4096,
	RECALLED_MOST = 50000, /* turns that are read for what was popular before */
	LOCK_LONGEST_S = 86400,
};

static const size_t turn_bytes_most = (size_t)32 * 1024 * 1024;
static const size_t reply_bytes_most = (size_t)4 * 1024 * 1024;

static const struct lws_protocols protocols[] = {
	/* First: what a request without a known subprotocol gets. */
	{ .name = "http",
	  .callback = handle_http,
	  .rx_buffer_size = RX_BYTES,
	  .tx_packet_size = TX_BYTES },
	{ .name = CHAT_SUBPROTOCOL,
	  .callback = handle_chat,
	  .rx_buffer_size = RX_BYTES,
	  .tx_packet_size = TX_BYTES },
	{ .name = LISTENER_PROTOCOL, .callback = handle_listener },
	{ .name = NULL },
};

static bool random_bytes(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

/* --- called in other threads --- */

static void notify(void *context)
{
	const struct server *server = context;

	lws_cancel_service(server->loop.context);
}

static void on_reload(void *context)
{
	struct server *server = context;

	log_event(server->log, LOG_INFO, "reload_asked", LOG_TEXT("by", "signal"));
	worker_reload(server->worker);
}

static void on_terminate(void *context)
{
	struct server *server = context;

	server->terminations++;
	lws_cancel_service(server->loop.context);
}

/* --- the loop --- */

static void stop(struct server *server)
{
	server->stopped = true;
	event_loop_stop(&server->loop);
}

static bool response_under_way(const struct server *server)
{
	for (const struct connection *at = server->connections; at; at = at->next)
		if (!at->chat && at->http.active)
			return true;
	return false;
}

/* Whoever waits for a record or a commit gets the reply first. */
static void say_byes(const struct server *server)
{
	for (struct connection *at = server->connections; at; at = at->next)
		if (at->chat && !at->close_code && at->asks_waiting == 0 &&
		    at->ratings_waiting == 0)
			chat_say_bye(at);
}

static void drain(struct server *server)
{
	server->draining = true;
	server->drain_until_us =
	        server_now_us(server) + server->config->server.drain_s * INT64_C(1000000);
	log_event(server->log, LOG_INFO, "draining", LOG_NUMBER("chats", server->chat_count),
	          LOG_NUMBER("deadline_s", server->config->server.drain_s));
	say_byes(server);
}

static void look_at_drain(struct server *server)
{
	if (!server->draining || server->stopped)
		return;
	if (server->chat_count == 0 && !response_under_way(server)) {
		log_event(server->log, LOG_INFO, "drained", LOG_NUMBER("chats", 0));
		stop(server);
	} else if (server_now_us(server) >= server->drain_until_us) {
		log_event(server->log, LOG_WARN, "drain_deadline",
		          LOG_NUMBER("chats", server->chat_count));
		stop(server);
	}
}

static void swap_snapshot(struct server *server, const struct reload *reload)
{
	struct snapshot *old = server->snapshot;

	if (!reload->snapshot) {
		server->metrics.reloads_refused++;
		log_event(
		        server->log, LOG_ERROR, "reload_refused",
		        LOG_TEXT("kept", old->knowledge->version),
		        LOG_TEXT("hint", _("the knowledge in use stays; the folder is tried again "
		                           "when it changes or SIGHUP comes")));
		return;
	}
	server->snapshot = reload->snapshot;
	popular_move(server->popular, reload->snapshot->knowledge);
	server->loaded_at_ms = clock_wall_ms(&server->clock);
	server->metrics.reloads++;
	log_event(server->log, LOG_INFO, "reloaded",
	          LOG_TEXT("knowledge", reload->snapshot->knowledge->version),
	          LOG_NUMBER("entries", reload->snapshot->knowledge->answer_count),
	          LOG_NUMBER("took_us", reload->took_us));
	worker_retire(server->worker, old);
}

static void take_records(struct server *server)
{
	struct record_result result;

	while (records_take(server->records, &result)) {
		if (asks_wake(server, &result))
			continue;
		/* Otherwise nobody's any more: its connection has ended. */
		(void)identify_wake(server, &result);
		facts_destroy(result.facts);
	}
}

void server_wake(struct server *server)
{
	struct reload reload;

	while (server->worker && worker_take(server->worker, &reload))
		swap_snapshot(server, &reload);
	take_records(server);
	ratings_wake(server);
	if (server->draining)
		say_byes(server);
	if (server->terminations > 1) {
		log_event(server->log, LOG_WARN, "stopped_at_once",
		          LOG_NUMBER("chats", server->chat_count));
		stop(server);
	} else if (server->terminations == 1 && !server->draining) {
		drain(server);
	}
	look_at_drain(server);
}

/* A body that comes too slowly: every piece moves the library's own deadline on. */
static void end_slow_bodies(const struct server *server, int64_t now_us)
{
	for (const struct connection *at = server->connections; at; at = at->next)
		if (at->http.active && !at->http.ready && now_us >= at->http.body_until_us)
			lws_set_timeout(at->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
			                LWS_TO_KILL_ASYNC);
}

static void keep_house(lws_sorted_usec_list_t *sul)
{
	struct server *server = lws_container_of(sul, struct server, housekeeping);
	const int64_t now_us = server_now_us(server);

	sessions_expire(server->sessions, now_us);
	end_slow_bodies(server, now_us);
	records_look(server->records);
	look_at_drain(server);
	if (!server->stopped)
		lws_sul_schedule(server->loop.context, 0, &server->housekeeping, keep_house,
		                 HOUSEKEEPING_US);
}

/* --- setting up --- */

static size_t open_files(rlim_t allowed)
{
	const int most = allowed < FILES_LOOKED_AT ? (int)allowed : FILES_LOOKED_AT;
	size_t count = 0;

	for (int fd = 0; fd < most; fd++)
		count += fcntl(fd, F_GETFD) != -1;
	return count;
}

/* Fewer connections than configured, where there are not descriptors enough. */
static void fit_connections(struct server *server, rlim_t allowed, rlim_t wanted)
{
	const size_t taken = open_files(allowed) + FILES_LATER +
	                     (size_t)server->config->record.threads * FILES_A_LOOK_UP;
	const size_t room = allowed > taken + 2 ? (size_t)allowed - taken : 2;

	server->connections_extra = room / 4 < 1 ? 1 : room / 4;
	if (server->connections_extra > EXTRA_CONNECTIONS)
		server->connections_extra = EXTRA_CONNECTIONS;
	if (server->connections_most > room - server->connections_extra)
		server->connections_most = room - server->connections_extra;
	log_event(server->log, LOG_WARN, "few_open_files", LOG_NUMBER("allowed", allowed),
	          LOG_NUMBER("wanted", wanted), LOG_NUMBER("connections", server->connections_most),
	          LOG_TEXT("hint", _("clients above that number are told 503; allow more open "
	                             "files (ulimit -n, LimitNOFILE=)")));
}

/*
 * The library makes its tables as large as the limit of open files, which is beyond reason in some
 * containers and too small for our connections elsewhere.
 */
static void limit_files(struct server *server)
{
	const rlim_t wanted =
	        (rlim_t)server->config->limits.connections + EXTRA_CONNECTIONS + SPARE_FILES;
	struct rlimit limit;

	server->connections_most = (size_t)server->config->limits.connections;
	server->connections_extra = EXTRA_CONNECTIONS;
	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || wanted <= limit.rlim_max
	                         ? wanted
	                         : limit.rlim_max;
	if (setrlimit(RLIMIT_NOFILE, &limit) != 0 && getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return;
	if (limit.rlim_cur < wanted)
		fit_connections(server, limit.rlim_cur, wanted);
}

static enum status read_trusted(struct server *server)
{
	const struct setting_list *list = &server->config->http.trusted_proxies;

	server->trusted = calloc(list->count + 1, sizeof(*server->trusted));
	if (!server->trusted)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < list->count; i++)
		if (ip_range_parse(list->items[i], &server->trusted[server->trusted_count]))
			server->trusted_count++;
	return STATUS_OK;
}

static enum status create_tables(struct server *server)
{
	const struct config *config = server->config;
	const struct bucket_rate per_address = { config->limits.rate_per_address,
		                                 config->limits.burst_per_address };
	const struct sessions_limits sessions = {
		.kept = (size_t)config->session.kept,
		.bytes = (size_t)config->session.memory_mib * 1024 * 1024,
		.keep_us = config->session.keep_s * 1000000,
	};
	enum status status = read_trusted(server);

	server->connection_rate = (struct bucket_rate){ config->limits.rate_per_connection,
		                                        config->limits.burst_per_connection };
	buf_init(&server->reply, reply_bytes_most);
	if (status == STATUS_OK)
		status = arena_create(&server->arena, turn_bytes_most);
	if (status == STATUS_OK)
		status = address_table_create(&server->addresses, (size_t)config->limits.addresses,
		                              per_address);
	if (status == STATUS_OK)
		status = sessions_create(&server->sessions, sessions, random_bytes);
	return status;
}

static enum status load_page(struct server *server)
{
	const char *folder = server->config->web.folder;
	char packed[PLACE_SIZE];
	enum status status;

	if (folder[0] == '\0')
		return STATUS_OK;
	status = files_load(folder, place_shared("packed", packed), &server->files);
	if (status == STATUS_OK)
		log_event(server->log, LOG_INFO, "page_loaded", LOG_TEXT("folder", folder),
		          LOG_NUMBER("files", files_count(server->files)));
	else
		log_event(server->log, LOG_ERROR, "page_refused", LOG_TEXT("folder", folder),
		          LOG_TEXT("reason", status_text(status)));
	return status == STATUS_OK ? STATUS_OK : STATUS_IO;
}

static enum status load_knowledge(struct server *server, struct worker_settings *settings,
                                  struct watch *watch)
{
	const int64_t start_us = server_now_us(server);
	enum status status = normaliser_create(&server->normaliser);

	if (status != STATUS_OK)
		return status;
	*settings = (struct worker_settings){
		.folder = server->config->knowledge.folder,
		.normaliser = server->normaliser,
		.match = server->config->match,
		.golden_level = strcmp(server->config->knowledge.golden, "warn") == 0
		                        ? FAULT_WARNING
		                        : FAULT_ERROR,
		.watch_s = server->config->watch_s,
		.log = server->log,
		.clock = server->clock,
		.notify = notify,
		.context = server,
	};
	status = worker_build(settings, watch, &server->snapshot);
	if (status != STATUS_OK)
		return STATUS_INVALID;
	server->loaded_at_ms = clock_wall_ms(&server->clock);
	log_event(server->log, LOG_INFO, "loaded", LOG_TEXT("folder", settings->folder),
	          LOG_TEXT("knowledge", server->snapshot->knowledge->version),
	          LOG_NUMBER("entries", server->snapshot->knowledge->answer_count),
	          LOG_NUMBER("took_us", server_now_us(server) - start_us));
	return STATUS_OK;
}

static enum status open_journal(struct server *server)
{
	const struct journal_settings *settings = &server->config->journal;
	const struct journal_hooks hooks = { notify, server };

	if (settings->file[0] == '\0')
		return STATUS_OK;
	return journal_open(&server->journal, settings, hooks, server->log) == STATUS_OK
	               ? STATUS_OK
	               : STATUS_IO;
}

static void recall_hit(void *context, int64_t at_ms, const char *entries)
{
	popular_hit(context, entries, at_ms);
}

/* What was popular before the start. A journal that can not be read now is no reason to stop. */
static enum status recall_hits(struct server *server)
{
	const struct journal_settings *settings = &server->config->journal;
	const int64_t now_ms = clock_wall_ms(&server->clock);
	enum status status = popular_create(&server->popular, server->snapshot->knowledge, now_ms);

	if (status != STATUS_OK || !server->journal)
		return status;
	status = journal_recall(settings, now_ms - POPULAR_DAYS * INT64_C(86400000), RECALLED_MOST,
	                        recall_hit, server->popular, server->log);
	if (status != STATUS_OK)
		log_event(server->log, LOG_WARN, "hits_unknown",
		          LOG_TEXT("status", status_text(status)));
	return STATUS_OK;
}

static enum status open_records(struct server *server)
{
	struct lockout_settings settings = {
		.failures = server->config->self.failures,
		.lock_s = server->config->self.lock_s,
		.longest_s = LOCK_LONGEST_S,
		.keys = (size_t)server->config->limits.addresses,
	};
	enum status status = conversation_create(&server->before, 0);

	if (status == STATUS_OK && (!random_bytes(&settings.seed, sizeof(settings.seed)) ||
	                            !random_bytes(server->person_key, sizeof(server->person_key))))
		status = STATUS_IO;
	if (status == STATUS_OK)
		status = lockout_create(&server->lockout, &settings);
	if (status != STATUS_OK)
		return status;
	return records_open(&server->records, server->config, server_relations(server), notify,
	                    server, server->log, server->clock) == STATUS_OK
	               ? STATUS_OK
	               : STATUS_IO;
}

static enum status create_context(struct server *server)
{
	struct lws_context_creation_info info = {
		.options = LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
		           LWS_SERVER_OPTION_SKIP_SERVER_CANONICAL_NAME,
		.user = server,
		.timeout_secs = TIMEOUT_S,
		.max_http_header_data2 = HEADER_BYTES,
		.max_http_header_pool2 =
		        (unsigned)(server->connections_most + server->connections_extra),
		.pt_serv_buf_size = 16 * 1024,
		.gid = -1,
		.uid = -1,
	};

	return event_loop_open(&server->loop, &info, server->log);
}

static struct lws_vhost *create_vhost(struct server *server, lws_retry_bo_t *idle)
{
	const struct lws_context_creation_info info = {
		.port = CONTEXT_PORT_NO_LISTEN_SERVER,
		.protocols = protocols,
		.vhost_name = "dayi",
		.keepalive_timeout = KEEPALIVE_S,
		.timeout_secs_ah_idle = HEADER_S,
		.retry_and_idle_policy = idle,
		.alpn = "http/1.1",
	};

	idle->secs_since_valid_ping = (uint16_t)server->config->server.ping_s;
	idle->secs_since_valid_hangup = (uint16_t)(server->config->server.ping_s * 3 / 2);
	return lws_create_vhost(server->loop.context, &info);
}

static bool admit(void *context, const struct sockaddr *peer)
{
	return connection_filter(context, peer);
}

static enum status listen_on(struct server *server, lws_retry_bo_t *idle)
{
	const struct config *config = server->config;
	const char *reason = NULL;
	enum status status;

	limit_files(server);
	server->listener =
	        (struct listener){ .log = server->log, .admit = admit, .context = server };
	status = listener_open(&server->listener, config->server.host,
	                       (uint16_t)config->server.port, &reason);
	if (status != STATUS_OK) {
		log_event(server->log, LOG_ERROR, "listen_failed",
		          LOG_TEXT("host", config->server.host),
		          LOG_NUMBER("port", config->server.port), LOG_TEXT("reason", reason));
		return status;
	}
	status = doors_open();
	if (status == STATUS_OK)
		status = create_context(server);
	if (status == STATUS_OK)
		server->vhost = create_vhost(server, idle);
	if (status == STATUS_OK && !server->vhost)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = listener_start(&server->listener, server->vhost);
	server->origins = (struct origin_policy){
		.listed = config->http.origins,
		.without = config->http.without_origin,
		.host = config->server.host,
		.port = server->listener.port,
	};
	return status;
}

static void run_loop(struct server *server)
{
	log_event(server->log, LOG_INFO, "listening", LOG_NUMBER("port", server->origins.port),
	          LOG_TEXT("host", server->config->server.host));
	lws_sul_schedule(server->loop.context, 0, &server->housekeeping, keep_house,
	                 HOUSEKEEPING_US);
	event_loop_run(&server->loop, &server->stopped);
	lws_sul_cancel(&server->housekeeping);
}

/* The other threads run only as long as the context: they wake it. */
static enum status serve(struct server *server, const struct worker_settings *settings,
                         const struct watch *watch)
{
	const struct signals_receiver receiver = { on_reload, on_terminate, server };
	struct signals *signals = NULL;
	enum status status = worker_start(&server->worker, settings, watch);

	if (status == STATUS_OK)
		status = signals_start(&signals, &receiver);
	if (status == STATUS_OK)
		run_loop(server);
	asks_drop_look_ups(server);
	signals_stop(signals);
	worker_stop(server->worker);
	server->worker = NULL;
	records_stop(server->records);
	return status;
}

static void tear_down(struct server *server)
{
	/* Its thread wakes the loop, so it ends before the context. */
	journal_close(server->journal);
	server->journal = NULL;
	listener_close(&server->listener);
	event_loop_close(&server->loop);
	doors_close();
	library_log_stop();
	ratings_drop(server);
	records_close(server->records);
	popular_destroy(server->popular);
	snapshot_destroy(server->snapshot);
	normaliser_destroy(server->normaliser);
	conversation_destroy(server->before);
	lockout_destroy(server->lockout);
	sessions_destroy(server->sessions);
	address_table_destroy(server->addresses);
	files_destroy(server->files);
	arena_destroy(server->arena);
	buf_deinit(&server->reply);
	free(server->trusted);
	free(server);
}

enum status server_run(const struct config *config, struct log *log, struct clock clock)
{
	struct server *server = calloc(1, sizeof(*server));
	struct worker_settings settings;
	struct watch watch = { 0 };
	lws_retry_bo_t idle = { 0 };
	enum status status;

	if (!server)
		return STATUS_NO_MEMORY;
	server->config = config;
	server->log = log;
	server->clock = clock;
	server->listener = (struct listener){ .fd = -1, .spare = -1 };
	signals_block();
	if (core_dumps_off() != STATUS_OK)
		log_event(log, LOG_WARN, "core_dumps_on", LOG_TEXT("reason", strerror(errno)),
		          LOG_TEXT("hint",
		                   "a crash may write what people asked, their records and "
		                   "keys into a file; switch core dumps off for this user"));
	library_log_start(log, clock);
	status = create_tables(server);
	if (status == STATUS_OK)
		status = load_page(server);
	if (status == STATUS_OK)
		status = load_knowledge(server, &settings, &watch);
	if (status == STATUS_OK)
		status = open_journal(server);
	if (status == STATUS_OK)
		status = recall_hits(server);
	if (status == STATUS_OK)
		status = open_records(server);
	if (status == STATUS_OK)
		status = listen_on(server, &idle);
	if (status == STATUS_OK)
		status = serve(server, &settings, &watch);
	tear_down(server);
	log_event(log, LOG_INFO, "stopped", LOG_TEXT("status", status_text(status)));
	return status;
}

/*
 * How it works: server_run() sets up tables, page, service and sockets in this order, serves, and
 * tears all of it down, also after a failure half way. Everything runs in the loop's thread; other
 * threads only post to it (run/loop.h). The first SIGTERM drains: no new work, a bye for each chat
 * once its answers are sent, and an end when nobody is left or at the deadline. The second one
 * stops at once. keep_house() looks every second at what must not wait for an event.
 */
#include "host/serve/server.h"

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
#include "host/net/library_log.h"
#include "host/net/listener.h"
#include "host/serve/caller.h"
#include "host/serve/connection.h"
#include "host/serve/handle_chat.h"
#include "host/serve/handle_http.h"
#include "host/serve/handle_onebot.h"
#include "host/serve/handle_vendors.h"
#include "host/serve/signals.h"
#include "host/serve/state.h"
#include "service/bulletin.h"
#include "service/console/console.h"
#include "service/groups/group.h"
#include "store/store.h"

enum {
	HOUSEKEEPING_MS = 1000,
	STUCK_US = 1000000,   /* without progress, a response may be cut off */
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
	FETCHES_MOST = 1024, /* under way and waiting */
	PROXY_NOT_BYTES = 16384,
};

static const size_t scratch_bytes_most = (size_t)16 * 1024 * 1024;

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
	{ .name = ONEBOT_CLIENT_PROTOCOL,
	  .callback = handle_onebot_client,
	  .rx_buffer_size = RX_BYTES,
	  .tx_packet_size = TX_BYTES },
	{ .name = LISTENER_PROTOCOL, .callback = handle_listener },
	{ .name = NULL },
};

static bool random_bytes(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

/* --- the loop --- */

static void stop(struct server *server)
{
	server->stopped = true;
	event_loop_stop(&server->events);
}

static bool response_under_way(const struct server *server)
{
	for (const struct connection *at = server->connections; at; at = at->next)
		if (!at->chat && at->http.active)
			return true;
	return false;
}

/* A chat that waits for a record or a commit gets its answer first: see send_frame(). */
static void say_byes(const struct server *server)
{
	for (struct connection *at = server->connections; at; at = at->next)
		if (at->chat && !at->close_code && service_waiting(server->service, at->from) == 0)
			chat_say_bye(at);
}

static void drain(struct server *server)
{
	server->draining = true;
	server->drain_until_us =
	        server_now_us(server) + server->config->server.drain_s * INT64_C(1000000);
	log_event(server->log, LOG_INFO, "draining", LOG_NUMBER("chats", server->chat_count),
	          LOG_NUMBER("deadline_s", server->config->server.drain_s));
	service_drain(server->service);
	onebot_drain(server->onebot);
	say_byes(server);
}

void server_look_at_drain(void *context)
{
	struct server *server = context;

	if (!server->draining || server->stopped)
		return;
	if (server->chat_count == 0 && !response_under_way(server) &&
	    onebot_is_done(server->onebot) && vendors_are_done(server->vendors)) {
		log_event(server->log, LOG_INFO, "drained", LOG_NUMBER("chats", 0));
		stop(server);
	} else if (server_now_us(server) >= server->drain_until_us) {
		log_event(server->log, LOG_WARN, "drain_deadline",
		          LOG_NUMBER("chats", server->chat_count));
		stop(server);
	}
}

static void on_reload(void *context)
{
	struct server *server = context;

	log_event(server->log, LOG_INFO, "reload_asked", LOG_TEXT("by", "signal"));
	service_reload(server->service);
	groups_reload(server->groups);
}

static void on_terminate(void *context)
{
	struct server *server = context;

	server->terminations++;
	if (server->terminations > 1) {
		log_event(server->log, LOG_WARN, "stopped_at_once",
		          LOG_NUMBER("chats", server->chat_count));
		stop(server);
		return;
	}
	drain(server);
	server_look_at_drain(server);
}

/* The body comes too slowly. The library extends its own deadline with every piece. */
static bool is_slow(const struct connection *connection, int64_t now_us)
{
	return !connection->http.ready && now_us >= connection->http.body_until_us;
}

/* The client reads nothing of its response and keeps the loop awake. */
static bool is_pushing(struct connection *connection, int64_t now_us)
{
	return connection->http.ready && now_us - connection->http.moved_us >= STUCK_US &&
	       door_is_pressed(&connection->door);
}

static void end_bad_exchanges(const struct server *server, int64_t now_us)
{
	for (struct connection *at = server->connections; at; at = at->next)
		if (at->http.active && (is_slow(at, now_us) || is_pushing(at, now_us)))
			lws_set_timeout(at->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
			                LWS_TO_KILL_ASYNC);
}

static void keep_house(void *context)
{
	struct server *server = context;
	const int64_t now_us = server_now_us(server);

	end_bad_exchanges(server, now_us);
	server_look_at_drain(server);
	if (!server->stopped && !loop_after(server->loop.loop, HOUSEKEEPING_MS, keep_house, server))
		log_event(server->log, LOG_ERROR, "housekeeping_ended",
		          LOG_TEXT("status", status_text(STATUS_NO_MEMORY)));
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

/* Lowers the number of connections to what the descriptors allow. */
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
 * The library sizes its tables by the limit of open files, which is huge in some containers and too
 * small for our connections elsewhere.
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
	enum status status = read_trusted(server);

	server->connection_rate = (struct bucket_rate){ config->limits.rate_per_connection,
		                                        config->limits.burst_per_connection };
	buf_init(&server->scratch, scratch_bytes_most);
	if (status == STATUS_OK)
		status = address_table_create(&server->addresses, (size_t)config->limits.addresses,
		                              per_address);
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

/* As `dayi channel list` has it. */
static unsigned configured_channels(const struct config *config)
{
	unsigned bits = 0;

	for (size_t i = 0; i < BULLETIN_CHANNELS; i++)
		if (config_has_channel(config, bulletin_channel(i)))
			bits |= 1U << i;
	return bits;
}

static struct console_settings console_settings(const struct config *config)
{
	return (struct console_settings){
		.enabled = config->console.enabled,
		.accounts = {
			.store = { .url = config->console.store,
			           .busy_ms = config->console.busy_ms },
			.key_file = config->console.key_file,
			.cost = config->console.cost,
			.idle_s = config->console.idle_s,
			.longest_s = config->console.longest_s,
			.link_s = config->console.link_s,
		},
		.audit = config->audit,
		.failures = config->console.failures,
		.chats = config->console.chats,
		.links = config->console.links,
		.model = { config->suggest.url, config->suggest.model, config->suggest.key_file,
		           config->fetch.ca_file, config->suggest.timeout_s },
		.chat_days = config->console.chat_days,
		.hours = config->console.hours,
		.lock_s = config->console.lock_s,
		.keys = (size_t)config->limits.addresses,
	};
}

static struct service_settings service_settings(const struct config *config)
{
	return (struct service_settings){
		.shared = config->store.url[0] ? config->store.url : NULL,
		.knowledge = {
			.folder = config->knowledge.folder,
			.match = config->match,
			.golden_level = strcmp(config->knowledge.golden, "warn") == 0
			                        ? FAULT_WARNING
			                        : FAULT_ERROR,
			.watch_s = config->watch_s,
			.from_store = strcmp(config->knowledge.from, "store") == 0,
			.versions = config->knowledge.versions,
			.keep_versions_days = config->knowledge.keep_versions,
		},
		.journal = config->journal,
		.records = { config->record, config->sign_in, config->audit },
		.record_keep_s = config->record_keep_s,
		.sessions = {
			.kept = (size_t)config->session.kept,
			.bytes = (size_t)config->session.memory_mib * 1024 * 1024,
			.keep_us = config->session.keep_s * 1000000,
		},
		.store = {
			.file = config->session.file,
			.key_file = config->session.key_file,
			.busy_ms = config->session.busy_ms,
		},
		.self = {
			.allowed = config->self.allowed,
			.failures = config->self.failures,
			.lock_s = config->self.lock_s,
			.keys = (size_t)config->limits.addresses,
		},
		.console = console_settings(config),
		.notify = { .url = config->events.url,
		            .key_file = config->events.key_file,
		            .accounts = config->console.store,
		            .busy_ms = config->console.busy_ms },
		.bulletin = { .store = config->groups.store,
		              .busy_ms = config->groups.busy_ms,
		              .configured = configured_channels(config) },
		.keys = { .accounts = config->console.store, .busy_ms = config->console.busy_ms },
	};
}

/* For calls to other servers, whoever makes them. */
static struct fetch_settings fetch_settings(const struct config *config, const char *proxy_not)
{
	return (struct fetch_settings){
		.lanes = (unsigned)config->fetch.lanes,
		.per_peer = (unsigned)config->fetch.lanes / 2,
		.most = FETCHES_MOST,
		.ca_file = config->fetch.ca_file,
		.proxy = config->fetch.proxy,
		.proxy_not = proxy_not,
	};
}

/* Whether anything is set up that asks other servers. */
static bool wants_fetcher(const struct config *config)
{
	return config->events.url[0] || config->onebot.api[0] || vendors_wanted(config) ||
	       (config->console.enabled && config->console.links);
}

static enum status create_fetcher(struct server *server)
{
	const struct setting_list *hosts = &server->config->fetch.proxy_not;
	struct fetch_settings settings;
	struct buf list;
	enum status status;

	buf_init(&list, PROXY_NOT_BYTES);
	for (size_t i = 0; i < hosts->count; i++)
		BUF_JOIN(&list, i > 0 ? "," : "", hosts->items[i]);
	settings = fetch_settings(server->config, buf_text(&list));
	status = buf_status(&list);
	if (status == STATUS_OK)
		status = fetcher_create(&server->fetcher, server->loop.loop, server->jobs,
		                        server->log, server->clock, &settings);
	buf_deinit(&list);
	if (status != STATUS_OK)
		log_event(server->log, LOG_ERROR, "fetch_refused",
		          LOG_TEXT("reason", status_text(status)),
		          LOG_TEXT("hint", _("see fetch.ca_file and fetch.proxy")));
	return status;
}

/* Whether there is a channel to group chats, or links for what a program asks in one. */
static bool wants_groups(const struct config *config)
{
	return config->onebot.path[0] || config->onebot.connect[0] || vendors_wanted(config) ||
	       config->groups.public_url[0];
}

static struct groups_settings groups_settings(const struct config *config)
{
	return (struct groups_settings){
		.store = config->groups.store,
		.busy_ms = config->groups.busy_ms,
		.file = config->groups.file,
		.public_url = config->groups.public_url,
		.gather_ms = config->groups.gather_ms,
		.shared = store_is_shared(config->groups.store),
	};
}

static void look_at_groups(void *context)
{
	const struct server *server = context;

	groups_look(server->groups);
}

/* After the service. */
static enum status start_groups(struct server *server)
{
	const struct groups_settings settings = groups_settings(server->config);
	const struct groups_tools tools = {
		.service = server->service,
		.loop = server->loop.loop,
		.jobs = server->jobs,
		.log = server->log,
		.clock = server->clock,
		.random = server->random,
	};
	enum status status;

	if (!wants_groups(server->config))
		return STATUS_OK;
	status = groups_create(&server->groups, &settings, &tools);
	if (status == STATUS_OK)
		status = onebot_create(server);
	if (status == STATUS_OK)
		bulletin_on_switch(server->service, look_at_groups, server);
	return status == STATUS_OK ? vendors_create(server) : status;
}

static enum status start_service(struct server *server)
{
	const struct groups_settings groups = groups_settings(server->config);
	const struct fetch_settings fetch = fetch_settings(server->config, NULL);
	const struct service_settings settings = service_settings(server->config);
	struct job_limits limits[JOB_CLASSES];
	struct service_tools tools = {
		.metrics = &server->metrics,
		.log = server->log,
		.clock = server->clock,
		.random = server->random,
	};
	enum status status = loop_lws_init(&server->loop, server->clock);

	service_job_limits(&settings, limits);
	console_job_limits(&settings.console, limits);
	if (wants_fetcher(server->config))
		fetcher_job_limits(&fetch, limits);
	limits[JOB_GROUPS] = wants_groups(server->config) ? groups_job_limits(&groups)
	                                                  : (struct job_limits){ 0 };
	limits[JOB_NAMES] = server->config->onebot.connect[0] ? (struct job_limits){ 1, 1 }
	                                                      : (struct job_limits){ 0 };
	tools.loop = server->loop.loop;
	if (status == STATUS_OK)
		status = jobs_create(&server->jobs, tools.loop, limits);
	tools.jobs = server->jobs;
	if (status == STATUS_OK && wants_fetcher(server->config))
		status = create_fetcher(server);
	tools.fetcher = server->fetcher;
	if (status == STATUS_OK)
		status = service_create(&server->service, &settings, &tools);
	return status == STATUS_OK ? console_open(server->service) : status;
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

	struct config_socket socket;

	/* As client only: TLS in front of this program is a proxy's. */
	if (config_socket_read(server->config->onebot.connect, &socket) && socket.secure)
		info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	return event_loop_open(&server->events, &info, server->log);
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
	return lws_create_vhost(server->events.context, &info);
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
	origin_hint_log(&server->origins, server->log);
	keep_house(server);
	if (server->onebot)
		onebot_start(server->onebot);
	loop_lws_attach(&server->loop, server->events.context);
	event_loop_run(&server->events, &server->stopped);
	server->stopped = true;
}

static enum status serve(struct server *server)
{
	const struct signals_receiver receiver = { on_reload, on_terminate, server };
	struct signals *signals = NULL;
	const enum status status = signals_start(&signals, server->loop.loop, &receiver);

	if (status == STATUS_OK)
		run_loop(server);
	signals_stop(signals);
	return status;
}

/* Finishes what was begun: the journal writes, and every job calls `done`. */
static void end_jobs(struct server *server)
{
	server->stopped = true;
	if (!server->jobs)
		return;
	onebot_stop(server->onebot);
	vendors_stop(server->vendors);
	groups_stop(server->groups);
	fetcher_stop(server->fetcher);
	console_stop(server->service);
	service_stop(server->service);
	jobs_stop(server->jobs);
	loop_run(server->loop.loop);
	loop_lws_detach(&server->loop);
}

static void tear_down(struct server *server)
{
	end_jobs(server);
	listener_close(&server->listener);
	event_loop_close(&server->events);
	doors_close();
	library_log_stop();
	onebot_destroy(server->onebot);
	vendors_destroy(server->vendors);
	groups_destroy(server->groups);
	console_close(server->service);
	service_destroy(server->service);
	callers_destroy(server);
	fetcher_destroy(server->fetcher);
	jobs_destroy(server->jobs);
	loop_lws_deinit(&server->loop);
	address_table_destroy(server->addresses);
	files_destroy(server->files);
	buf_deinit(&server->scratch);
	free(server->trusted);
	free(server);
}

enum status server_run(const struct config *config, struct log *log, struct clock clock)
{
	struct server *server = calloc(1, sizeof(*server));
	lws_retry_bo_t idle = { 0 };
	enum status status;

	if (!server)
		return STATUS_NO_MEMORY;
	server->config = config;
	server->log = log;
	server->clock = clock;
	server->random = random_bytes;
	server->listener = (struct listener){ .fd = -1, .spare = -1 };
	signals_block();
	if (core_dumps_off() != STATUS_OK)
		log_event(log, LOG_WARN, "core_dumps_on", LOG_TEXT("reason", strerror(errno)),
		          LOG_TEXT("hint",
		                   _("a crash may write what people asked, their records and "
		                     "keys into a file; switch core dumps off for this user")));
	library_log_start(log, clock);
	status = create_tables(server);
	if (status == STATUS_OK)
		status = load_page(server);
	if (status == STATUS_OK)
		status = start_service(server);
	if (status == STATUS_OK)
		status = start_groups(server);
	if (status == STATUS_OK)
		status = listen_on(server, &idle);
	if (status == STATUS_OK)
		status = serve(server);
	tear_down(server);
	log_event(log, LOG_INFO, "stopped", LOG_TEXT("status", status_text(status)));
	return status;
}

/*
 * Against a server of the test's own, on the loopback: a thread that takes one connection after the
 * other and does with each request what its script says.
 */
#include "run/fetch.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "run/fake_loop.h"

#define OK_HELLO                                                                                   \
	"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello"

enum { REQUEST_SIZE = 16384, LONG_MS = 600000 };

enum then { KEEP, CLOSE, HOLD /* until the client closes */ };

struct step {
	const char *answer; /* NULL: none */
	enum then then;
};

struct server {
	int listener;
	uint16_t port;
	pthread_t thread;
	const struct step *steps;
	size_t step_count;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	unsigned requests, connections;
	char last[REQUEST_SIZE];
};

/* A request with its body; false when the client closed. */
static bool read_request(int fd, char *out)
{
	size_t len = 0, wanted = 0;

	while (wanted == 0 || len < wanted) {
		const ssize_t got = read(fd, out + len, REQUEST_SIZE - 1 - len);
		const char *end, *length;

		if (got <= 0)
			return false;
		len += (size_t)got;
		out[len] = '\0';
		end = strstr(out, "\r\n\r\n");
		if (!end || wanted > 0)
			continue;
		length = strstr(out, "Content-Length: ");
		wanted = (size_t)(end + 4 - out) +
		         (length && length < end ? (size_t)strtoul(length + 16, NULL, 10) : 0);
	}
	return true;
}

static void hold(int fd)
{
	char byte;

	while (read(fd, &byte, 1) > 0)
		;
}

static void serve(struct server *server, int fd)
{
	static const struct step nothing = { NULL, CLOSE };
	char request[REQUEST_SIZE];

	while (read_request(fd, request)) {
		const struct step *step;

		pthread_mutex_lock(&server->mutex);
		/* One more than the script knows is counted, and told nothing. */
		step = server->requests < server->step_count ? &server->steps[server->requests]
		                                             : &nothing;
		server->requests++;
		memcpy(server->last, request, sizeof(request));
		pthread_cond_broadcast(&server->changed);
		pthread_mutex_unlock(&server->mutex);
		if (step->answer && send(fd, step->answer, strlen(step->answer), MSG_NOSIGNAL) < 0)
			return;
		if (step->then == HOLD)
			hold(fd);
		if (step->then != KEEP)
			return;
	}
}

static void *run_server(void *context)
{
	struct server *server = context;
	int fd;

	while ((fd = accept(server->listener, NULL, NULL)) >= 0) {
		pthread_mutex_lock(&server->mutex);
		server->connections++;
		pthread_mutex_unlock(&server->mutex);
		serve(server, fd);
		close(fd);
	}
	return NULL;
}

static int bind_loopback(uint16_t *port)
{
	struct sockaddr_in address = { .sin_family = AF_INET,
		                       .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof(address);
	const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
	*port = ntohs(address.sin_port);
	return fd;
}

static void server_start(struct server *server, const struct step *steps, size_t count)
{
	*server = (struct server){ .steps = steps, .step_count = count };
	assert_int_equal(pthread_mutex_init(&server->mutex, NULL), 0);
	assert_int_equal(pthread_cond_init(&server->changed, NULL), 0);
	server->listener = bind_loopback(&server->port);
	assert_int_equal(listen(server->listener, 16), 0);
	assert_int_equal(pthread_create(&server->thread, NULL, run_server, server), 0);
}

static void server_await(struct server *server, unsigned requests)
{
	pthread_mutex_lock(&server->mutex);
	while (server->requests < requests)
		pthread_cond_wait(&server->changed, &server->mutex);
	pthread_mutex_unlock(&server->mutex);
}

static unsigned server_end(struct server *server)
{
	shutdown(server->listener, SHUT_RDWR);
	pthread_join(server->thread, NULL);
	close(server->listener);
	pthread_cond_destroy(&server->changed);
	pthread_mutex_destroy(&server->mutex);
	return server->requests;
}

#define SERVE(server_, ...)                                                                        \
	static const struct step server_##_steps[] = { __VA_ARGS__ };                              \
	struct server server_;                                                                     \
	server_start(&server_, server_##_steps, sizeof(server_##_steps) / sizeof(struct step))

/* --- the fetcher --- */

struct setting {
	struct fake_loop fake;
	struct jobs *jobs;
	struct fetcher *fetcher;
	struct log *log;
	char lines[8192];
	char url[64];
};

/* What was told of one. */
struct told {
	unsigned times;
	enum fetch_outcome outcome;
	int status;
	int64_t retry_after_s;
	char body[64], reason[128], content_type[64];
};

static void note(void *context, const struct fetch_answer *answer)
{
	struct told *told = context;

	told->times++;
	told->outcome = answer->outcome;
	told->status = answer->status;
	told->retry_after_s = answer->retry_after_s;
	(void)snprintf(told->body, sizeof(told->body), "%s", answer->body.ptr);
	(void)snprintf(told->reason, sizeof(told->reason), "%s", answer->reason);
	(void)snprintf(told->content_type, sizeof(told->content_type), "%s", answer->content_type);
}

static void take_line(void *context, enum log_level level, const char *line)
{
	struct setting *setting = context;
	const size_t len = strlen(setting->lines);

	(void)level;
	(void)snprintf(setting->lines + len, sizeof(setting->lines) - len, "%s\n", line);
}

static void set_up_with(struct setting *setting, const struct fetch_settings *settings)
{
	struct job_limits limits[JOB_CLASSES] = { 0 };
	const struct log_sink sink = { take_line, setting };

	fake_loop_make(&setting->fake);
	fetcher_job_limits(settings, limits);
	assert_int_equal(jobs_create(&setting->jobs, setting->fake.loop, limits), STATUS_OK);
	assert_int_equal(log_create_to(&setting->log, sink, LOG_DEBUG, clock_system()), STATUS_OK);
	assert_int_equal(fetcher_create(&setting->fetcher, setting->fake.loop, setting->jobs,
	                                setting->log, fake_loop_clock(&setting->fake), settings),
	                 STATUS_OK);
}

static int set_up(void **state)
{
	const struct fetch_settings settings = { .lanes = 2, .per_peer = 1, .most = 4 };
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	set_up_with(setting, &settings);
	*state = setting;
	return 0;
}

static void end(struct setting *setting)
{
	fetcher_stop(setting->fetcher);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	fetcher_destroy(setting->fetcher);
	jobs_destroy(setting->jobs);
	log_destroy(setting->log);
	fake_loop_end(&setting->fake);
}

static int tear_down(void **state)
{
	end(*state);
	free(*state);
	return 0;
}

static const char *url_of(struct setting *setting, uint16_t port, const char *path)
{
	(void)snprintf(setting->url, sizeof(setting->url), "http://127.0.0.1:%u%s", port, path);
	return setting->url;
}

static struct fetch_request get(struct setting *setting, uint16_t port)
{
	return (struct fetch_request){ .what = "test",
		                       .url = url_of(setting, port, "/path?key=secret"),
		                       .deadline_ms = LONG_MS,
		                       .answer_most = 32 };
}

static bool was_told(void *context)
{
	return ((const struct told *)context)->times > 0;
}

static struct told fetch(struct setting *setting, const struct fetch_request *request)
{
	struct told told = { 0 };

	assert_int_equal(fetch_add(setting->fetcher, request, note, &told), STATUS_OK);
	assert_true(fake_loop_until(&setting->fake, was_told, &told));
	assert_int_equal(told.times, 1);
	return told;
}

/* --- tests --- */

static void an_answer_has_its_status_body_and_type(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { "HTTP/1.1 429 Slow\r\nContent-Type: text/plain\r\nRetry-After: 7\r\n"
	                "Content-Length: 3\r\n\r\nlow",
	                CLOSE });
	const struct fetch_request request = get(setting, server.port);
	const struct told told = fetch(setting, &request);

	assert_int_equal(told.outcome, FETCH_ANSWERED);
	assert_int_equal(told.status, 429);
	assert_int_equal(told.retry_after_s, 7);
	assert_string_equal(told.body, "low");
	assert_string_equal(told.content_type, "text/plain");
	assert_string_equal(told.reason, "");
	assert_int_equal(server_end(&server), 1);
	assert_non_null(strstr(server.last, "GET /path?key=secret HTTP/1.1\r\n"));
}

static void a_post_carries_its_headers_and_body_and_nothing_of_libcurls(void **state)
{
	struct setting *setting = *state;
	static const struct fetch_header headers[] = { { "X-Signature", "sha256=00" },
		                                       { "X-Empty", "" } };
	SERVE(server, { OK_HELLO, CLOSE });
	struct fetch_request request = get(setting, server.port);

	request.headers = headers;
	request.header_count = 2;
	request.body = span_of("{\"a\":1}");
	assert_int_equal(fetch(setting, &request).outcome, FETCH_ANSWERED);
	assert_int_equal(server_end(&server), 1);
	assert_non_null(strstr(server.last, "POST /path?key=secret HTTP/1.1\r\n"));
	assert_non_null(strstr(server.last, "\r\nX-Signature: sha256=00\r\n"));
	assert_non_null(strstr(server.last, "\r\nX-Empty:\r\n"));
	assert_non_null(strstr(server.last, "\r\n\r\n{\"a\":1}"));
	assert_null(strstr(server.last, "Expect"));
	assert_null(strstr(server.last, "urlencoded"));
}

static void a_port_where_nobody_listens_is_not_sent(void **state)
{
	struct setting *setting = *state;
	uint16_t port;
	const int fd = bind_loopback(&port); /* bound and not listening: refused */
	const struct fetch_request request = get(setting, port);
	const struct told told = fetch(setting, &request);

	assert_int_equal(told.outcome, FETCH_NOT_SENT);
	assert_int_equal(told.status, 0);
	close(fd);
}

static void a_server_that_speaks_no_tls_is_sent_nothing(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { NULL, CLOSE });
	struct fetch_request request = get(setting, server.port);
	char url[64];

	/* A ClientHello has no empty line, which ends a request of this server: it waits. */
	(void)snprintf(url, sizeof(url), "https://127.0.0.1:%u/", server.port);
	request.url = url;
	request.deadline_ms = 300;
	assert_int_equal(fetch(setting, &request).outcome, FETCH_NOT_SENT);
	assert_int_equal(server_end(&server), 0);
}

static void a_server_that_takes_the_request_and_closes_leaves_it_unknown(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { NULL, CLOSE });
	const struct fetch_request request = get(setting, server.port);
	const struct told told = fetch(setting, &request);

	assert_int_equal(told.outcome, FETCH_UNKNOWN);
	assert_string_not_equal(told.reason, "");
	assert_int_equal(server_end(&server), 1);
}

static void an_answer_that_breaks_off_is_unknown(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\nhalf", CLOSE });
	const struct fetch_request request = get(setting, server.port);
	const struct told told = fetch(setting, &request);

	assert_int_equal(told.outcome, FETCH_UNKNOWN);
	assert_int_equal(told.status, 200);
	assert_string_equal(told.body, "");
	server_end(&server);
}

static void a_slow_answer_is_unknown_at_the_deadline(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { "HTTP/1.1 200 OK\r\n", HOLD });
	struct fetch_request request = get(setting, server.port);

	request.deadline_ms = 200;
	assert_int_equal(fetch(setting, &request).outcome, FETCH_UNKNOWN);
	assert_int_equal(server_end(&server), 1);
}

static void an_answer_over_its_limit_is_unknown_and_not_given(void **state)
{
	struct setting *setting = *state;
	SERVE(server,
	      { "HTTP/1.1 200 OK\r\nContent-Length: 33\r\n\r\n"
	        "123456789012345678901234567890123",
	        CLOSE },
	      { "HTTP/1.1 200 OK\r\nContent-Length: 32\r\n\r\n12345678901234567890123456789012",
	        CLOSE });
	const struct fetch_request request = get(setting, server.port);
	struct told told = fetch(setting, &request);

	assert_int_equal(told.outcome, FETCH_UNKNOWN);
	assert_string_equal(told.body, "");
	assert_string_equal(told.reason, "the answer is too long");
	told = fetch(setting, &request);
	assert_int_equal(told.outcome, FETCH_ANSWERED);
	assert_string_equal(told.body, "12345678901234567890123456789012");
	server_end(&server);
}

static void headers_without_end_are_cut_off(void **state)
{
	struct setting *setting = *state;
	static char answer[FETCH_HEADS_MOST + 4096];
	struct step step = { answer, CLOSE };
	struct server server;
	struct fetch_request request;
	struct told told;
	size_t len = (size_t)snprintf(answer, sizeof(answer), "HTTP/1.1 200 OK\r\n");

	while (len < FETCH_HEADS_MOST + 1024)
		len += (size_t)snprintf(answer + len, sizeof(answer) - len, "X-A: %0100d\r\n", 0);
	(void)snprintf(answer + len, sizeof(answer) - len, "Content-Length: 0\r\n\r\n");
	server_start(&server, &step, 1);
	request = get(setting, server.port);
	told = fetch(setting, &request);
	assert_int_equal(told.outcome, FETCH_UNKNOWN);
	assert_string_equal(told.reason, "the answer is too long");
	server_end(&server);
}

/* libcurl would send again what an open connection swallowed. */
static void nothing_is_sent_twice_where_an_open_connection_is_closed(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { OK_HELLO, KEEP }, { NULL, CLOSE }, { OK_HELLO, CLOSE });
	struct fetch_request request = get(setting, server.port);

	request.body = span_of("{}");
	assert_int_equal(fetch(setting, &request).outcome, FETCH_ANSWERED);
	assert_int_equal(fetch(setting, &request).outcome, FETCH_UNKNOWN);
	assert_int_equal(server_end(&server), 2);
}

static void what_may_be_repeated_uses_an_open_connection_again(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { OK_HELLO, KEEP }, { NULL, CLOSE }, { OK_HELLO, CLOSE });
	struct fetch_request request = get(setting, server.port);

	request.repeatable = true;
	assert_int_equal(fetch(setting, &request).outcome, FETCH_ANSWERED);
	assert_int_equal(fetch(setting, &request).outcome, FETCH_ANSWERED);
	assert_int_equal(server_end(&server), 3);
	assert_int_equal(server.connections, 2);
}

static void a_redirect_is_an_answer_unless_it_is_to_be_followed(void **state)
{
	struct setting *setting = *state;
	SERVE(server,
	      { "HTTP/1.1 302 There\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n", CLOSE },
	      { "HTTP/1.1 302 There\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n", CLOSE },
	      { OK_HELLO, CLOSE },
	      { "HTTP/1.1 302 There\r\nLocation: file:///etc/hostname\r\nContent-Length: 0\r\n\r\n",
	        CLOSE });
	struct fetch_request request = get(setting, server.port);
	struct told told = fetch(setting, &request);

	assert_int_equal(told.outcome, FETCH_ANSWERED);
	assert_int_equal(told.status, 302);
	request.redirects_most = 1;
	told = fetch(setting, &request);
	assert_int_equal(told.status, 200);
	assert_string_equal(told.body, "hello");
	assert_non_null(strstr(server.last, "GET /there HTTP/1.1\r\n"));
	told = fetch(setting, &request);
	assert_int_equal(told.outcome, FETCH_UNKNOWN);
	assert_string_equal(told.body, "");
	server_end(&server);
}

static void a_slow_peer_leaves_a_lane_to_others_and_its_own_wait(void **state)
{
	struct setting *setting = *state;
	struct told held = { 0 }, behind = { 0 };
	SERVE(slow, { NULL, HOLD });
	SERVE(good, { OK_HELLO, CLOSE }, { OK_HELLO, CLOSE });
	struct fetch_request request = get(setting, slow.port);

	assert_int_equal(fetch_add(setting->fetcher, &request, note, &held), STATUS_OK);
	server_await(&slow, 1);
	request.deadline_ms = 5000;
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &behind), STATUS_OK);
	request = get(setting, good.port);
	assert_int_equal(fetch(setting, &request).outcome, FETCH_ANSWERED);
	assert_int_equal(fetch(setting, &request).outcome, FETCH_ANSWERED);
	assert_int_equal(behind.times, 0);
	/* Its own deadline ends its waiting. */
	fake_loop_run(&setting->fake, 4999);
	assert_int_equal(behind.times, 0);
	fake_loop_run(&setting->fake, 1);
	assert_int_equal(behind.times, 1);
	assert_int_equal(behind.outcome, FETCH_NOT_SENT);
	assert_int_equal(held.times, 0);
	fetcher_stop(setting->fetcher);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	assert_int_equal(held.times, 1);
	assert_int_equal(held.outcome, FETCH_UNKNOWN);
	assert_int_equal(server_end(&slow), 1);
	assert_int_equal(server_end(&good), 2);
}

static bool is_on(void *context)
{
	return ((const struct told *)context)->status != -1;
}

static void what_is_not_wanted_any_more_when_its_turn_comes_is_not_sent(void **state)
{
	struct setting *setting = *state;
	struct told first = { 0 }, second = { .status = -1 }, third = { 0 };
	SERVE(good, { OK_HELLO, CLOSE }, { OK_HELLO, CLOSE });
	struct fetch_request request = get(setting, good.port);

	request.wanted = is_on;
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &first), STATUS_OK);
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &second), STATUS_OK);
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &third), STATUS_OK);
	assert_int_equal(second.times, 0);
	assert_true(fake_loop_until(&setting->fake, was_told, &third));
	assert_int_equal(first.outcome, FETCH_ANSWERED);
	assert_int_equal(second.times, 1);
	assert_int_equal(second.outcome, FETCH_NOT_SENT);
	assert_int_equal(third.outcome, FETCH_ANSWERED);
	assert_int_equal(server_end(&good), 2);
}

static void a_stop_breaks_off_what_is_under_way_and_sends_nothing_more(void **state)
{
	struct setting *setting = *state;
	struct told held = { 0 }, behind = { 0 }, late = { 0 };
	SERVE(slow, { NULL, HOLD });
	const struct fetch_request request = get(setting, slow.port);

	assert_int_equal(fetch_add(setting->fetcher, &request, note, &held), STATUS_OK);
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &behind), STATUS_OK);
	server_await(&slow, 1);
	assert_int_equal(fetcher_count(setting->fetcher), 2);
	fetcher_stop(setting->fetcher);
	assert_int_equal(behind.outcome, FETCH_NOT_SENT);
	assert_int_equal(behind.times, 1);
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &late), STATUS_CLOSED);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	assert_int_equal(held.outcome, FETCH_UNKNOWN);
	assert_string_equal(held.reason, "stopped");
	assert_int_equal(fetcher_count(setting->fetcher), 0);
	assert_int_equal(late.times, 0);
	assert_int_equal(server_end(&slow), 1);
}

static void more_than_the_limit_is_busy(void **state)
{
	struct setting *setting = *state;
	struct told told[5] = { { 0 } };
	SERVE(slow, { NULL, HOLD });
	const struct fetch_request request = get(setting, slow.port);

	for (size_t i = 0; i < 4; i++)
		assert_int_equal(fetch_add(setting->fetcher, &request, note, &told[i]), STATUS_OK);
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &told[4]), STATUS_BUSY);
	server_await(&slow, 1);
	fetcher_stop(setting->fetcher);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	for (size_t i = 0; i < 4; i++)
		assert_int_equal(told[i].times, 1);
	assert_int_equal(told[4].times, 0);
	server_end(&slow);
}

static void the_log_names_the_peer_and_no_secret(void **state)
{
	struct setting *setting = *state;
	static const struct fetch_header headers[] = { { "Authorization", "Bearer secret" } };
	SERVE(server, { NULL, CLOSE });
	struct fetch_request request = get(setting, server.port);

	request.headers = headers;
	request.header_count = 1;
	request.body = span_of("secret");
	assert_int_equal(fetch(setting, &request).outcome, FETCH_UNKNOWN);
	server_end(&server);
	assert_non_null(strstr(setting->lines, "what=\"test\""));
	assert_non_null(strstr(setting->lines, "peer=\"127.0.0.1:"));
	assert_non_null(strstr(setting->lines, "outcome=\"unknown\""));
	assert_null(strstr(setting->lines, "secret"));
}

static void a_request_that_cannot_be_sent_is_refused_at_once(void **state)
{
	struct setting *setting = *state;
	static const char *const urls[] = { "",
		                            "ftp://h/",
		                            "file:///etc/passwd",
		                            "http://",
		                            "http://user:pass@h/",
		                            "http://h/a b",
		                            "http://h/a\r\nX: y",
		                            "no url",
		                            "http://h:99999/" };
	static const struct fetch_header bad[] = {
		{ "X-A", "a\r\nX-B: b" }, { "X A", "a" }, { "", "a" }, { "X-A:", "a" }
	};
	struct told told = { 0 };
	struct fetch_request request = get(setting, 1);

	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		request.url = urls[i];
		assert_int_equal(fetch_add(setting->fetcher, &request, note, &told),
		                 STATUS_INVALID);
	}
	request = get(setting, 1);
	request.header_count = 1;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		request.headers = &bad[i];
		assert_int_equal(fetch_add(setting->fetcher, &request, note, &told),
		                 STATUS_INVALID);
	}
	request = get(setting, 1);
	request.method = "GET /x HTTP/1.1\r\nX:";
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &told), STATUS_INVALID);
	request = get(setting, 1);
	request.deadline_ms = 0;
	assert_int_equal(fetch_add(setting->fetcher, &request, note, &told), STATUS_INVALID);
	assert_int_equal(told.times, 0);
	assert_int_equal(fetcher_count(setting->fetcher), 0);
}

static void a_peer_is_the_host_in_lower_case_and_the_port(void **state)
{
	char peer[FETCH_PEER_SIZE];
	bool secure;

	(void)state;
	assert_true(
	        fetch_peer("https://OAPI.DingTalk.com/robot/send?access_token=x", peer, &secure));
	assert_string_equal(peer, "oapi.dingtalk.com:443");
	assert_true(secure);
	assert_true(fetch_peer("http://[::1]:8080", peer, &secure));
	assert_string_equal(peer, "[::1]:8080");
	assert_false(secure);
	assert_false(fetch_peer("https://oapi.dingtalk.com@evil.example/", peer, &secure));
	assert_false(fetch_peer(NULL, peer, &secure));
}

/* A proxy gets the whole URL in the first line; the environment's is not asked. */
static void the_configured_proxy_is_asked_and_the_environments_is_not(void **state)
{
	struct setting setting = { .lines = "" };
	char proxy[64], line[96];
	SERVE(server, { OK_HELLO, CLOSE });
	struct fetch_settings settings = { .lanes = 1, .most = 1, .proxy = proxy };
	struct fetch_request request;

	(void)state;
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("no_proxy", "*", 1);
	(void)snprintf(proxy, sizeof(proxy), "http://127.0.0.1:%u", server.port);
	set_up_with(&setting, &settings);
	request = get(&setting, 1);
	assert_int_equal(fetch(&setting, &request).outcome, FETCH_ANSWERED);
	end(&setting);
	assert_int_equal(server_end(&server), 1);
	(void)snprintf(line, sizeof(line), "GET http://127.0.0.1:1/path?key=secret HTTP/1.1\r\n");
	assert_non_null(strstr(server.last, line));
	unsetenv("no_proxy");
}

static void without_a_configured_proxy_the_environments_is_not_asked(void **state)
{
	struct setting *setting = *state;
	SERVE(server, { OK_HELLO, CLOSE });
	const struct fetch_request request = get(setting, server.port);

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	assert_int_equal(fetch(setting, &request).outcome, FETCH_ANSWERED);
	unsetenv("http_proxy");
	assert_int_equal(server_end(&server), 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_answer_has_its_status_body_and_type),
		TEST(a_post_carries_its_headers_and_body_and_nothing_of_libcurls),
		TEST(a_port_where_nobody_listens_is_not_sent),
		TEST(a_server_that_speaks_no_tls_is_sent_nothing),
		TEST(a_server_that_takes_the_request_and_closes_leaves_it_unknown),
		TEST(an_answer_that_breaks_off_is_unknown),
		TEST(a_slow_answer_is_unknown_at_the_deadline),
		TEST(an_answer_over_its_limit_is_unknown_and_not_given),
		TEST(headers_without_end_are_cut_off),
		TEST(nothing_is_sent_twice_where_an_open_connection_is_closed),
		TEST(what_may_be_repeated_uses_an_open_connection_again),
		TEST(a_redirect_is_an_answer_unless_it_is_to_be_followed),
		TEST(a_slow_peer_leaves_a_lane_to_others_and_its_own_wait),
		TEST(what_is_not_wanted_any_more_when_its_turn_comes_is_not_sent),
		TEST(a_stop_breaks_off_what_is_under_way_and_sends_nothing_more),
		TEST(more_than_the_limit_is_busy),
		TEST(the_log_names_the_peer_and_no_secret),
		TEST(a_request_that_cannot_be_sent_is_refused_at_once),
		cmocka_unit_test(a_peer_is_the_host_in_lower_case_and_the_port),
		cmocka_unit_test(the_configured_proxy_is_asked_and_the_environments_is_not),
		TEST(without_a_configured_proxy_the_environments_is_not_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

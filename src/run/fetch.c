/*
 * How it works: what is added waits in a list of the loop's. Whenever a lane is free, the first
 * whose peer has room becomes a job of JOB_FETCH; so jobs.c's own queue stays empty, and the order
 * within a peer is kept as far as its room of one allows. A timer ends the waiting of each at its
 * deadline.
 *
 * A lane has an easy handle of libcurl's, which keeps connections, names and the parsed CA store
 * from one request to the next. docs/decisions/0028 tells why not one multi handle.
 *
 * Whether a byte left is known from libcurl's pre-request callback: it comes when the connection
 * stands and nothing of the request was sent. What fails before it was not sent, what fails after
 * it may have been received. On an open connection that the other side closes without an answer,
 * libcurl sends the request again by itself: so a request that is not repeatable gets a connection
 * of its own, and a second pre-request callback breaks it off.
 */
#include "run/fetch.h"

#include <assert.h>
#include <ctype.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include <curl/curl.h>

#include "base/buf.h"

enum {
	CONNECT_MOST_MS = 10000, /* name, connection, TLS */
	KEEP_S = 60,             /* a connection that is not used */
	CONNECTIONS_MOST = 4,    /* open, a lane */
	HEADER_BYTES_MOST = 8192,
};

struct fetch {
	struct job job;
	struct fetcher *fetcher;
	struct fetch *next;
	struct timer *timer; /* while it waits */
	void (*done)(void *context, const struct fetch_answer *answer);
	bool (*wanted)(void *context);
	void *context;

	const char *what;
	char *method, *url;
	struct curl_slist *headers;
	char *body;
	size_t body_len;
	bool has_body, repeatable;
	unsigned redirects_most;
	char peer[FETCH_PEER_SIZE];
	int64_t added_us, until_us;

	/* The worker's: */
	bool sent;
	size_t head_bytes;
	struct buf answer;
	char content_type[128];
	struct fetch_answer told;
};

struct fetcher {
	struct loop *loop;
	struct jobs *jobs;
	struct log *log;
	struct clock clock;
	unsigned lanes, per_peer;
	size_t most, count;
	char *ca_file, *proxy, *proxy_not;
	struct fetch *waiting, **end;
	struct fetch *running; /* at most `lanes` */
	unsigned running_count;
	atomic_bool stopped;
	CURL *handles[]; /* a lane each */
};

const char *fetch_outcome_text(enum fetch_outcome outcome)
{
	static const char *const texts[] = { "answered", "not_sent", "unknown" };

	assert((size_t)outcome < sizeof(texts) / sizeof(texts[0]));
	return texts[outcome];
}

/* --- what may be sent --- */

static bool copy_part(CURLU *parts, CURLUPart which, unsigned flags, char *out, size_t size)
{
	char *text = NULL;
	int len = -1;

	if (curl_url_get(parts, which, &text, flags) == CURLUE_OK)
		len = snprintf(out, size, "%s", text);
	curl_free(text);
	return len > 0 && (size_t)len < size;
}

bool fetch_peer(const char *url, char peer[FETCH_PEER_SIZE], bool *secure)
{
	char scheme[8], host[256], port[8], *user = NULL;
	CURLU *parts = NULL;
	bool taken;

	if (!url || strlen(url) > FETCH_URL_MOST)
		return false;
	for (const char *at = url; *at; at++)
		if ((unsigned char)*at <= ' ' || *at == 0x7f)
			return false;
	parts = curl_url();
	taken = parts && curl_url_set(parts, CURLUPART_URL, url, 0) == CURLUE_OK &&
	        copy_part(parts, CURLUPART_SCHEME, 0, scheme, sizeof(scheme)) &&
	        copy_part(parts, CURLUPART_HOST, 0, host, sizeof(host)) &&
	        copy_part(parts, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof(port)) &&
	        curl_url_get(parts, CURLUPART_USER, &user, 0) == CURLUE_NO_USER;
	curl_free(user);
	curl_url_cleanup(parts);
	if (!taken || (strcmp(scheme, "http") != 0 && strcmp(scheme, "https") != 0))
		return false;
	for (char *at = host; *at; at++)
		*at = (char)tolower((unsigned char)*at);
	*secure = scheme[4] == 's';
	return snprintf(peer, FETCH_PEER_SIZE, "%s:%s", host, port) < FETCH_PEER_SIZE;
}

static bool is_token(const char *text)
{
	if (!*text)
		return false;
	for (; *text; text++)
		if (!isalnum((unsigned char)*text) && !strchr("!#$%&'*+-.^_`|~", *text))
			return false;
	return true;
}

static bool is_value(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool may_be_sent(const struct fetch_request *request)
{
	if ((request->method && !is_token(request->method)) || request->deadline_ms <= 0 ||
	    request->body.len > FETCH_BODY_MOST || request->header_count > FETCH_HEADERS_MOST)
		return false;
	for (size_t i = 0; i < request->header_count; i++)
		if (!is_token(request->headers[i].name) || !is_value(request->headers[i].value))
			return false;
	return true;
}

/* --- copying a request --- */

static bool add_header(struct curl_slist **list, const char *line)
{
	struct curl_slist *longer = curl_slist_append(*list, line);

	if (longer)
		*list = longer;
	return longer;
}

static enum status copy_headers(struct fetch *fetch, const struct fetch_request *request)
{
	/* Without a value: libcurl would send them by itself. */
	bool added = add_header(&fetch->headers, "Expect:"), typed = false;
	struct buf line;

	buf_init(&line, HEADER_BYTES_MOST);
	for (size_t i = 0; added && i < request->header_count; i++) {
		const struct fetch_header *header = &request->headers[i];

		buf_clear(&line);
		/* An empty value is written so; "Name:" would take the header away. */
		BUF_JOIN(&line, header->name, *header->value ? ": " : ";", header->value);
		added = line.status == STATUS_OK && add_header(&fetch->headers, buf_text(&line));
		typed = typed || strcasecmp(header->name, "Content-Type") == 0;
	}
	if (added && !typed)
		added = add_header(&fetch->headers, "Content-Type:");
	const bool too_long = line.status == STATUS_LIMIT;

	buf_deinit(&line);
	return added ? STATUS_OK : too_long ? STATUS_INVALID : STATUS_NO_MEMORY;
}

static void free_fetch(struct fetch *fetch)
{
	if (!fetch)
		return;
	curl_slist_free_all(fetch->headers);
	free(fetch->method);
	free(fetch->url);
	free(fetch->body);
	buf_deinit(&fetch->answer);
	free(fetch);
}

static enum status copy_request(struct fetch **out, const struct fetch_request *request)
{
	struct fetch *fetch = calloc(1, sizeof(*fetch));
	enum status status = STATUS_NO_MEMORY;

	if (!fetch)
		return STATUS_NO_MEMORY;
	buf_init(&fetch->answer, request->answer_most);
	/* A POST of nothing has a length, too. */
	fetch->has_body =
	        request->body.ptr || (request->method && strcmp(request->method, "POST") == 0);
	fetch->method = strdup(request->method   ? request->method
	                       : fetch->has_body ? "POST"
	                                         : "GET");
	fetch->url = strdup(request->url);
	fetch->body = malloc(request->body.len + 1);
	if (!fetch->method || !fetch->url || !fetch->body)
		goto cleanup;
	if (request->body.ptr)
		memcpy(fetch->body, request->body.ptr, request->body.len);
	fetch->body_len = request->body.len;
	fetch->what = request->what ? request->what : "";
	fetch->repeatable = request->repeatable;
	fetch->wanted = request->wanted;
	if (strcmp(fetch->method, "GET") == 0 && !fetch->has_body)
		fetch->redirects_most = request->redirects_most;
	status = copy_headers(fetch, request);
cleanup:
	if (status != STATUS_OK) {
		free_fetch(fetch);
		return status;
	}
	*out = fetch;
	return STATUS_OK;
}

/* --- in a job --- */

static size_t take_body(char *bytes, size_t size, size_t count, void *context)
{
	struct fetch *fetch = context;

	buf_append(&fetch->answer, bytes, size * count);
	return fetch->answer.status == STATUS_OK ? size * count : 0;
}

static size_t take_head(char *bytes, size_t size, size_t count, void *context)
{
	struct fetch *fetch = context;

	(void)bytes;
	fetch->head_bytes += size * count;
	return fetch->head_bytes <= FETCH_HEADS_MOST ? size * count : 0;
}

static int before_sending(void *context, char *ip, char *local_ip, int port, int local_port)
{
	struct fetch *fetch = context;

	(void)ip;
	(void)local_ip;
	(void)port;
	(void)local_port;
	if (fetch->sent && !fetch->repeatable && fetch->redirects_most == 0)
		return CURL_PREREQFUNC_ABORT;
	fetch->sent = true;
	return CURL_PREREQFUNC_OK;
}

/* Called about once a second while nothing moves. */
static int look_at_stop(void *context, curl_off_t down, curl_off_t down_now, curl_off_t up,
                        curl_off_t up_now)
{
	const struct fetch *fetch = context;

	(void)down;
	(void)down_now;
	(void)up;
	(void)up_now;
	return atomic_load(&fetch->fetcher->stopped);
}

static CURLcode set_connection(CURL *curl, const struct fetcher *fetcher)
{
	CURLcode code = CURLE_OK;

/* The first that is refused counts: a setting that does not hold must not be left out. */
#define SET(option_, value_) (code = code ? code : curl_easy_setopt(curl, (option_), (value_)))
	SET(CURLOPT_NOSIGNAL, 1L);
	SET(CURLOPT_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
	SET(CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	SET(CURLOPT_SSL_VERIFYPEER, 1L);
	SET(CURLOPT_SSL_VERIFYHOST, 2L);
	SET(CURLOPT_MAXCONNECTS, (long)CONNECTIONS_MOST);
	SET(CURLOPT_MAXAGE_CONN, (long)KEEP_S);
	/* A name server that hangs must not outlast the deadline. */
	SET(CURLOPT_QUICK_EXIT, 1L);
	/* "": none, whatever the environment says. */
	SET(CURLOPT_PROXY, fetcher->proxy);
	SET(CURLOPT_NOPROXY, fetcher->proxy_not);
	if (*fetcher->ca_file) {
		SET(CURLOPT_CAINFO, fetcher->ca_file);
		SET(CURLOPT_CAPATH, NULL);
	}
	SET(CURLOPT_USERAGENT, "dayi");
	return code;
}

static CURLcode set_request(CURL *curl, struct fetch *fetch, int64_t left_ms)
{
	CURLcode code = CURLE_OK;

	SET(CURLOPT_URL, fetch->url);
	if (fetch->has_body) {
		SET(CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)fetch->body_len);
		SET(CURLOPT_POSTFIELDS, fetch->body);
	}
	if (strcmp(fetch->method, "HEAD") == 0)
		SET(CURLOPT_NOBODY, 1L);
	else
		SET(CURLOPT_CUSTOMREQUEST, fetch->method);
	SET(CURLOPT_HTTPHEADER, fetch->headers);
	SET(CURLOPT_TIMEOUT_MS, (long)left_ms);
	SET(CURLOPT_CONNECTTIMEOUT_MS,
	    (long)(left_ms < CONNECT_MOST_MS ? left_ms : CONNECT_MOST_MS));
	SET(CURLOPT_FRESH_CONNECT, fetch->repeatable ? 0L : 1L);
	SET(CURLOPT_FORBID_REUSE, fetch->repeatable ? 0L : 1L);
	SET(CURLOPT_FOLLOWLOCATION, fetch->redirects_most > 0 ? 1L : 0L);
	SET(CURLOPT_MAXREDIRS, (long)fetch->redirects_most);
	SET(CURLOPT_WRITEFUNCTION, take_body);
	SET(CURLOPT_WRITEDATA, fetch);
	SET(CURLOPT_HEADERFUNCTION, take_head);
	SET(CURLOPT_HEADERDATA, fetch);
	SET(CURLOPT_PREREQFUNCTION, before_sending);
	SET(CURLOPT_PREREQDATA, fetch);
	SET(CURLOPT_XFERINFOFUNCTION, look_at_stop);
	SET(CURLOPT_XFERINFODATA, fetch);
	SET(CURLOPT_NOPROGRESS, 0L);
	return code;
#undef SET
}

/* What the answer says beside its body. */
static void read_head(CURL *curl, struct fetch *fetch)
{
	const char *type = NULL;
	curl_off_t retry_after = 0;
	long status = 0;

	if (curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status) == CURLE_OK)
		fetch->told.status = (int)status;
	if (curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type) == CURLE_OK && type)
		(void)snprintf(fetch->content_type, sizeof(fetch->content_type), "%s", type);
	if (curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK &&
	    retry_after > 0)
		fetch->told.retry_after_s = retry_after;
}

static void conclude(struct fetch *fetch, CURLcode code)
{
	struct fetch_answer *told = &fetch->told;

	if (code == CURLE_OK && fetch->answer.status == STATUS_OK) {
		told->outcome = FETCH_ANSWERED;
		told->reason = "";
		return;
	}
	told->outcome = fetch->sent ? FETCH_UNKNOWN : FETCH_NOT_SENT;
	if (atomic_load(&fetch->fetcher->stopped))
		told->reason = "stopped";
	else if (fetch->answer.status != STATUS_OK || fetch->head_bytes > FETCH_HEADS_MOST)
		told->reason = "the answer is too long";
	else if (code == CURLE_ABORTED_BY_CALLBACK)
		told->reason = "the connection was closed without an answer";
	else
		told->reason = curl_easy_strerror(code);
}

static void run_fetch(void *context, unsigned lane)
{
	struct fetch *fetch = context;
	struct fetcher *fetcher = fetch->fetcher;
	CURL *curl = fetcher->handles[lane];
	const int64_t left_ms = (fetch->until_us - clock_monotonic_us(&fetcher->clock)) / 1000;
	CURLcode code;

	fetch->told.outcome = FETCH_NOT_SENT;
	if (left_ms <= 0) {
		fetch->told.reason = "its deadline passed while it waited";
		return;
	}
	curl_easy_reset(curl);
	code = set_connection(curl, fetcher);
	if (code == CURLE_OK)
		code = set_request(curl, fetch, left_ms);
	if (code == CURLE_OK)
		code = curl_easy_perform(curl);
	if (fetch->sent)
		read_head(curl, fetch);
	conclude(fetch, code);
}

/* --- in the loop --- */

/* Neither path nor query: access tokens and keys of robots stand there. */
static void log_fetch(struct fetcher *fetcher, const struct fetch *fetch)
{
	const struct fetch_answer *told = &fetch->told;

	log_event(fetcher->log, told->outcome == FETCH_ANSWERED ? LOG_DEBUG : LOG_WARN, "fetch",
	          LOG_TEXT("what", fetch->what), LOG_TEXT("method", fetch->method),
	          LOG_TEXT("peer", fetch->peer),
	          LOG_TEXT("outcome", fetch_outcome_text(told->outcome)),
	          LOG_NUMBER("status", told->status), LOG_TEXT("reason", told->reason),
	          LOG_NUMBER("sent_bytes", fetch->body_len),
	          LOG_NUMBER("received_bytes", fetch->answer.len),
	          LOG_NUMBER("took_ms",
	                     (clock_monotonic_us(&fetcher->clock) - fetch->added_us) / 1000));
}

static void tell(struct fetch *fetch)
{
	struct fetcher *fetcher = fetch->fetcher;
	struct fetch_answer *told = &fetch->told;

	fetcher->count--;
	told->content_type = fetch->content_type;
	told->body = told->outcome == FETCH_ANSWERED
	                     ? (struct span){ buf_text(&fetch->answer), fetch->answer.len }
	                     : span_of("");
	log_fetch(fetcher, fetch);
	fetch->done(fetch->context, told);
	free_fetch(fetch);
}

static void tell_not_sent(struct fetch *fetch, const char *reason)
{
	fetch->told.outcome = FETCH_NOT_SENT;
	fetch->told.reason = reason;
	tell(fetch);
}

/* Takes it out of the list that it is in. */
static void take_out(struct fetch **list, struct fetch *fetch)
{
	while (*list != fetch)
		list = &(*list)->next;
	*list = fetch->next;
	fetch->next = NULL;
}

static void take_from_waiting(struct fetcher *fetcher, struct fetch *fetch)
{
	take_out(&fetcher->waiting, fetch);
	fetcher->end = &fetcher->waiting;
	while (*fetcher->end)
		fetcher->end = &(*fetcher->end)->next;
	timer_cancel(fetch->timer);
	fetch->timer = NULL;
}

static bool peer_has_room(const struct fetcher *fetcher, const struct fetch *fetch)
{
	unsigned count = 0;

	for (const struct fetch *at = fetcher->running; at; at = at->next)
		count += strcmp(at->peer, fetch->peer) == 0;
	return count < fetcher->per_peer;
}

/* `asks`: whether they are wanted, which may end some; not inside fetch_add(), where only what was
 * added can have room. */
static void begin_those_with_room(struct fetcher *fetcher, bool asks)
{
	struct fetch *fetch = fetcher->waiting;

	while (fetch && fetcher->running_count < fetcher->lanes) {
		struct fetch *next = fetch->next;

		if (asks && fetch->wanted && !fetch->wanted(fetch->context)) {
			take_from_waiting(fetcher, fetch);
			tell_not_sent(fetch, "not wanted any more");
			next = fetcher->waiting; /* `done` may have added */
		} else if (peer_has_room(fetcher, fetch)) {
			take_from_waiting(fetcher, fetch);
			/* The class has room for as many as there are lanes. */
			if (jobs_add(fetcher->jobs, JOB_FETCH, &fetch->job) == STATUS_OK) {
				fetch->next = fetcher->running;
				fetcher->running = fetch;
				fetcher->running_count++;
			} else {
				tell_not_sent(fetch, "stopped");
				next = fetcher->waiting; /* `done` may have added */
			}
		}
		fetch = next;
	}
}

static void done_fetch(void *context)
{
	struct fetch *fetch = context;
	struct fetcher *fetcher = fetch->fetcher;

	take_out(&fetcher->running, fetch);
	fetcher->running_count--;
	/* First: what `done` adds comes behind what waits. */
	begin_those_with_room(fetcher, true);
	tell(fetch);
}

static void end_waiting(void *context)
{
	struct fetch *fetch = context;

	fetch->timer = NULL; /* it fired */
	take_from_waiting(fetch->fetcher, fetch);
	tell_not_sent(fetch, "its deadline passed while it waited");
}

enum status fetch_add(struct fetcher *fetcher, const struct fetch_request *request,
                      void (*done)(void *context, const struct fetch_answer *answer), void *context)
{
	char peer[FETCH_PEER_SIZE];
	struct fetch *fetch = NULL;
	enum status status;
	bool secure;

	if (atomic_load(&fetcher->stopped))
		return STATUS_CLOSED;
	if (!fetch_peer(request->url, peer, &secure) || !may_be_sent(request))
		return STATUS_INVALID;
	if (fetcher->count >= fetcher->most)
		return STATUS_BUSY;
	status = copy_request(&fetch, request);
	if (status != STATUS_OK)
		return status;
	memcpy(fetch->peer, peer, sizeof(peer));
	fetch->fetcher = fetcher;
	fetch->done = done;
	fetch->context = context;
	fetch->job = (struct job){ .run = run_fetch, .done = done_fetch, .context = fetch };
	fetch->added_us = clock_monotonic_us(&fetcher->clock);
	fetch->until_us = fetch->added_us + request->deadline_ms * 1000;
	fetch->timer = loop_after(fetcher->loop, request->deadline_ms, end_waiting, fetch);
	if (!fetch->timer) {
		free_fetch(fetch);
		return STATUS_NO_MEMORY;
	}
	fetcher->count++;
	*fetcher->end = fetch;
	fetcher->end = &fetch->next;
	begin_those_with_room(fetcher, false);
	return STATUS_OK;
}

size_t fetcher_count(const struct fetcher *fetcher)
{
	return fetcher->count;
}

/* --- making and ending --- */

void fetcher_job_limits(const struct fetch_settings *settings,
                        struct job_limits limits[JOB_CLASSES])
{
	limits[JOB_FETCH] = (struct job_limits){ settings->lanes, settings->lanes };
}

static char *copy_text(const char *text)
{
	return strdup(text ? text : "");
}

static enum status make_handles(struct fetcher *fetcher)
{
	for (unsigned i = 0; i < fetcher->lanes; i++) {
		fetcher->handles[i] = curl_easy_init();
		if (!fetcher->handles[i])
			return STATUS_NO_MEMORY;
	}
	return set_connection(fetcher->handles[0], fetcher) == CURLE_OK ? STATUS_OK
	                                                                : STATUS_INVALID;
}

enum status fetcher_create(struct fetcher **out, struct loop *loop, struct jobs *jobs,
                           struct log *log, struct clock clock,
                           const struct fetch_settings *settings)
{
	const unsigned lanes = settings->lanes;
	struct fetcher *fetcher;
	enum status status = STATUS_NO_MEMORY;

	assert(lanes > 0);
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return STATUS_INTERNAL;
	fetcher = calloc(1, sizeof(*fetcher) + lanes * sizeof(fetcher->handles[0]));
	if (!fetcher) {
		curl_global_cleanup();
		return STATUS_NO_MEMORY;
	}
	fetcher->loop = loop;
	fetcher->jobs = jobs;
	fetcher->log = log;
	fetcher->clock = clock;
	fetcher->lanes = lanes;
	fetcher->per_peer = settings->per_peer > 0 ? settings->per_peer : lanes;
	fetcher->most = settings->most;
	fetcher->end = &fetcher->waiting;
	fetcher->ca_file = copy_text(settings->ca_file);
	fetcher->proxy = copy_text(settings->proxy);
	fetcher->proxy_not = copy_text(settings->proxy_not);
	if (fetcher->ca_file && fetcher->proxy && fetcher->proxy_not)
		status = make_handles(fetcher);
	if (status != STATUS_OK) {
		fetcher_destroy(fetcher);
		return status;
	}
	*out = fetcher;
	return STATUS_OK;
}

void fetcher_stop(struct fetcher *fetcher)
{
	if (!fetcher)
		return;
	atomic_store(&fetcher->stopped, true);
	while (fetcher->waiting) {
		struct fetch *fetch = fetcher->waiting;

		take_from_waiting(fetcher, fetch);
		tell_not_sent(fetch, "stopped");
	}
}

void fetcher_destroy(struct fetcher *fetcher)
{
	if (!fetcher)
		return;
	assert(fetcher->count == 0);
	for (unsigned i = 0; i < fetcher->lanes; i++)
		curl_easy_cleanup(fetcher->handles[i]);
	free(fetcher->ca_file);
	free(fetcher->proxy);
	free(fetcher->proxy_not);
	free(fetcher);
	curl_global_cleanup();
}

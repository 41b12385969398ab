/*
 * How it works: handle_console() serves the paths below /console/. Requests to its interface are
 * checked for their origin and for the address of the client, their head and body are read into a
 * console_ask, and the service answers through console_send(). All other paths are files of the
 * page.
 */
#include "host/serve/handle_console.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "channels/authoring_json.h"
#include "channels/chats_json.h"
#include "channels/console.h"
#include "channels/message.h"
#include "host/net/browser.h"
#include "host/serve/connection.h"
#include "host/serve/console_asked.h"
#include "host/serve/exchange.h"
#include "host/serve/handle_page.h"

/* Of a sign-in: it takes a hash, and a row of the audit. */
enum {
	COST_SIGN_IN = 5 * COST_MESSAGE,
	COST_FILE = 5 * COST_MESSAGE, /* read or written as a whole */
	COST_LOOK_UP = COST_SUGGESTION / 2,
	COST_POLL = COST_SUGGESTION / 4 /* what a page asks by itself, each second or so */
};

enum { FORMAT_SIZE = 16, UPLOADS_MOST = 4 /* at once, of all operators */ };

static const char root[] = "/console";

struct console_route {
	const char *path; /* behind the root; "/x/" stands for what is below it as well */
	enum http_method method;
	enum console_kind kind;
	int64_t cost;
};

static const struct console_route routes[] = {
	{ "/api/v1/sign-in", HTTP_POST, CONSOLE_SIGN_IN, COST_SIGN_IN },
	{ "/api/v1/sign-in/link", HTTP_POST, CONSOLE_SIGN_IN_BY_LINK, COST_SIGN_IN },
	{ "/api/v1/sign-out", HTTP_POST, CONSOLE_SIGN_OUT, COST_MESSAGE },
	{ "/api/v1/me", HTTP_GET, CONSOLE_ME, COST_LOOK_UP },
	{ "/api/v1/who", HTTP_GET, CONSOLE_WHO, COST_LOOK_UP },
	{ "/api/v1/sessions", HTTP_GET, CONSOLE_SESSIONS, COST_LOOK_UP },
	{ "/api/v1/sessions/", HTTP_DELETE, CONSOLE_END_SESSION, COST_MESSAGE },
	{ "/api/v1/password", HTTP_POST, CONSOLE_PASSWORD, COST_SIGN_IN },
	{ "/api/v1/totp", HTTP_POST, CONSOLE_TOTP_BEGIN, COST_MESSAGE },
	{ "/api/v1/lookup", HTTP_GET, CONSOLE_LOOK_UP, COST_LOOK_UP },
	{ "/api/v1/entries/", HTTP_GET, CONSOLE_SHOW, COST_LOOK_UP },
	{ "/api/v1/receipts/", HTTP_GET, CONSOLE_RECEIPT, COST_MESSAGE },
	{ "/api/v1/person", HTTP_POST, CONSOLE_PERSON, COST_MESSAGE },
	{ "/api/v1/person/said", HTTP_POST, CONSOLE_PERSON_SAID, COST_LOOK_UP },
	{ "/api/v1/person/reveal", HTTP_POST, CONSOLE_PERSON_REVEAL, COST_MESSAGE },
	{ "/api/v1/today", HTTP_GET, CONSOLE_TODAY, COST_MESSAGE },
	{ "/api/v1/channels", HTTP_GET, CONSOLE_CHANNELS, COST_LOOK_UP },
	{ "/api/v1/channels/switch", HTTP_POST, CONSOLE_SWITCH, COST_MESSAGE },
	{ "/api/v1/notice", HTTP_POST, CONSOLE_NOTICE, COST_MESSAGE },
	{ "/api/v1/notice/end", HTTP_POST, CONSOLE_NOTICE_END, COST_MESSAGE },
	{ "/api/v1/queue", HTTP_GET, CONSOLE_QUEUE, COST_POLL },
	{ "/api/v1/take", HTTP_POST, CONSOLE_TAKE, COST_LOOK_UP },
	{ "/api/v1/say", HTTP_POST, CONSOLE_SAY, COST_LOOK_UP },
	{ "/api/v1/hand-back", HTTP_POST, CONSOLE_HAND_BACK, COST_LOOK_UP },
	{ "/api/v1/close", HTTP_POST, CONSOLE_CLOSE, COST_LOOK_UP },
	{ "/api/v1/typing", HTTP_POST, CONSOLE_TYPING, COST_POLL },
	{ "/api/v1/heartbeat", HTTP_POST, CONSOLE_BEAT, COST_POLL },
	{ "/api/v1/transcript", HTTP_GET, CONSOLE_TRANSCRIPT, COST_LOOK_UP },
	{ "/api/v1/colleagues", HTTP_GET, CONSOLE_COLLEAGUES, COST_POLL },
	{ "/api/v1/call-backs", HTTP_GET, CONSOLE_CALL_BACKS, COST_POLL },
	{ "/api/v1/call-backs/number", HTTP_POST, CONSOLE_CALL_NUMBER, COST_LOOK_UP },
	{ "/api/v1/call-backs/close", HTTP_POST, CONSOLE_CALL_CLOSE, COST_LOOK_UP },
	{ "/api/v1/events", HTTP_GET, CONSOLE_EVENTS, COST_POLL },
	{ "/api/v1/asked/", HTTP_GET, CONSOLE_ASKED, COST_MESSAGE },
	{ "/api/v1/authoring", HTTP_GET, CONSOLE_AUTHORING, COST_LOOK_UP },
	{ "/api/v1/authoring/entries/", HTTP_GET, CONSOLE_FORM, COST_LOOK_UP },
	{ "/api/v1/authoring/history/", HTTP_GET, CONSOLE_HISTORY, COST_LOOK_UP },
	{ "/api/v1/authoring/save", HTTP_POST, CONSOLE_SAVE, COST_MESSAGE },
	{ "/api/v1/authoring/delete", HTTP_POST, CONSOLE_DELETE, COST_MESSAGE },
	{ "/api/v1/authoring/discard", HTTP_POST, CONSOLE_DISCARD, COST_MESSAGE },
	{ "/api/v1/authoring/check", HTTP_POST, CONSOLE_CHECK, COST_LOOK_UP },
	{ "/api/v1/authoring/preview", HTTP_POST, CONSOLE_PREVIEW, COST_LOOK_UP },
	{ "/api/v1/authoring/try", HTTP_POST, CONSOLE_TRY, COST_LOOK_UP },
	{ "/api/v1/authoring/gate", HTTP_POST, CONSOLE_DRAFT_GATE, COST_MESSAGE },
	{ "/api/v1/authoring/replay", HTTP_POST, CONSOLE_REPLAY, COST_MESSAGE },
	{ "/api/v1/authoring/replayed", HTTP_GET, CONSOLE_REPLAYED, COST_POLL },
	{ "/api/v1/authoring/submit", HTTP_POST, CONSOLE_SUBMIT, COST_MESSAGE },
	{ "/api/v1/authoring/decide", HTTP_POST, CONSOLE_DECIDE, COST_MESSAGE },
	{ "/api/v1/authoring/publish", HTTP_POST, CONSOLE_PUBLISH, COST_MESSAGE },
	{ "/api/v1/authoring/roll-back", HTTP_POST, CONSOLE_ROLL_BACK, COST_MESSAGE },
	{ "/api/v1/authoring/versions/", HTTP_GET, CONSOLE_VERSION, COST_LOOK_UP },
	{ "/api/v1/authoring/versions", HTTP_GET, CONSOLE_VERSIONS, COST_LOOK_UP },
	{ "/api/v1/authoring/import", HTTP_POST, CONSOLE_IMPORT_LOOK, COST_FILE },
	{ "/api/v1/authoring/import/take", HTTP_POST, CONSOLE_IMPORT_TAKE, COST_FILE },
	{ "/api/v1/authoring/export", HTTP_GET, CONSOLE_EXPORT, COST_FILE },
	{ "/api/v1/authoring/suggest", HTTP_POST, CONSOLE_SUGGEST, COST_FILE },
	{ "/api/v1/authoring/suggested", HTTP_GET, CONSOLE_SUGGESTED, COST_POLL },
	{ "/api/v1/authoring/suggest/take", HTTP_POST, CONSOLE_SUGGEST_TAKE, COST_MESSAGE },
	{ "/api/v1/authoring/suggest/dismiss", HTTP_POST, CONSOLE_SUGGEST_DISMISS, COST_MESSAGE },
	{ "/api/v1/authoring/suggest/restore", HTTP_POST, CONSOLE_SUGGEST_RESTORE, COST_MESSAGE },
	{ "/api/v1/authoring/links", HTTP_POST, CONSOLE_LINKS, COST_FILE },
	{ "/api/v1/authoring/stale", HTTP_GET, CONSOLE_STALE, COST_MESSAGE },
};

bool console_has(struct span path)
{
	const size_t len = sizeof(root) - 1;

	return path.len >= len && memcmp(path.ptr, root, len) == 0 &&
	       (path.len == len || path.ptr[len] == '/');
}

static struct span below_root(const struct http_request *request)
{
	const size_t len = sizeof(root) - 1;

	return (struct span){ request->path.ptr + len, request->path.len - len };
}

static bool begins_with(struct span text, const char *start)
{
	return text.len >= strlen(start) && memcmp(text.ptr, start, strlen(start)) == 0;
}

static bool is_of(struct span path, const char *route)
{
	const size_t len = strlen(route);

	if (route[len - 1] != '/')
		return span_equal(path, span_of(route));
	return path.len > len && begins_with(path, route) &&
	       !memchr(path.ptr + len, '/', path.len - len);
}

/* NULL: there is none. */
static const struct console_route *route_of(const struct http_request *request)
{
	const struct span path = below_root(request);

	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (is_of(path, routes[i].path))
			return &routes[i];
	return NULL;
}

/* --- who may ask at all --- */

/*
 * A page of the console: one under a listed origin or, on this machine, under the listening
 * address. Never compared with Host.
 */
static bool is_own_origin(const struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	const struct origin_policy listed = { .listed = server->config->console.origins };
	const struct origin_policy own = { .host = server->origins.host,
		                           .port = server->origins.port };

	if (request->origin.len == 0)
		return false;
	return origin_listed(&listed, request->origin) ||
	       (exchange_is_local(connection, request) && origin_allowed(&own, request->origin));
}

/* A browser says where a request comes from; what changes something must say so (Origin). */
static enum refusal check_origin(const struct connection *connection,
                                 const struct http_request *request)
{
	const bool reads = request->method == HTTP_GET;

	if (request->fetch_site.len > 0 &&
	    !span_equal(request->fetch_site, span_of("same-origin")) &&
	    !(reads && span_equal(request->fetch_site, span_of("none"))))
		return REFUSAL_CONSOLE_ORIGIN;
	if (reads && request->origin.len == 0)
		return REFUSAL_NONE;
	return is_own_origin(connection, request) ? REFUSAL_NONE : REFUSAL_CONSOLE_ORIGIN;
}

/* Beyond this machine it is reached only where the office has said under which address. */
static enum refusal check_reach(const struct connection *connection,
                                const struct http_request *request)
{
	const struct config *config = connection->server->config;

	if (!config->console.enabled)
		return REFUSAL_NOT_FOUND;
	if (config->console.origins.count == 0 && !exchange_is_local(connection, request))
		return REFUSAL_CONSOLE_REMOTE;
	return REFUSAL_NONE;
}

/* --- the interface --- */

static bool is_secure(const struct http_request *request)
{
	return begins_with(request->origin, "https://");
}

/* A text of the request, with an end: false where it is too long for its place. */
static bool copy(struct span from, char *to, size_t size)
{
	return (size_t)snprintf(to, size, "%.*s", SPAN_ARGS(from)) < size && strlen(to) == from.len;
}

static struct span behind(const struct http_request *request, const struct console_route *route)
{
	const struct span path = below_root(request);
	const size_t len = strlen(route->path);

	return (struct span){ path.ptr + len, path.len - len };
}

enum { CURSORS_BYTES = CONSOLE_CURSORS_MOST * (DIGEST_HEX_SIZE + 17) };

struct console_texts {
	char token[ACCOUNT_TOKEN_SIZE], csrf[DIGEST_HEX_SIZE], address[IP_TEXT_SIZE];
	char below[CONSOLE_ENTRY_BYTES + 1]; /* what stands in the path behind the route */
	char query[CONSOLE_QUERY_BYTES + 1];
	char after[CURSORS_BYTES];
	struct console_cursor cursors[CONSOLE_CURSORS_MOST];
	char file_name[AUTHORING_NAME_BYTES + 1], format[FORMAT_SIZE], live[DIGEST_HEX_SIZE];
};

/* A number above 0 in decimal digits. */
static bool read_number(const char *text, int64_t *out)
{
	char *end;

	errno = 0;
	*out = strtoll(text, &end, 10);
	return *text >= '1' && *text <= '9' && !*end && errno == 0;
}

/* Reads the part of the path behind the route; one that is too long names nothing. */
static enum refusal read_below(const struct http_request *request,
                               const struct console_route *route, struct console_texts *texts,
                               struct console_ask *ask)
{
	const char *version = NULL;
	const struct {
		enum console_kind kind;
		size_t size;
		enum refusal none;
		const char **member;
	} named[] = {
		{ CONSOLE_END_SESSION, ACCOUNT_SESSION_ID_SIZE, REFUSAL_NO_SESSION, &ask->session },
		{ CONSOLE_SHOW, sizeof(texts->below), REFUSAL_NOT_FOUND, &ask->entry },
		{ CONSOLE_RECEIPT, sizeof(texts->below), REFUSAL_NO_RECEIPT, &ask->receipt },
		{ CONSOLE_FORM, sizeof(texts->below), REFUSAL_NOT_FOUND, &ask->authoring.entry },
		{ CONSOLE_HISTORY, sizeof(texts->below), REFUSAL_NOT_FOUND, &ask->authoring.entry },
		{ CONSOLE_VERSION, sizeof(texts->below), REFUSAL_NO_VERSION, &version },
	};

	for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
		if (named[i].kind != route->kind)
			continue;
		if (!copy(behind(request, route), texts->below, named[i].size))
			return named[i].none;
		*named[i].member = texts->below;
	}
	if (version && !read_number(version, &ask->authoring.version))
		return REFUSAL_NO_VERSION;
	return REFUSAL_NONE;
}

static bool is_upload(enum console_kind kind)
{
	return kind == CONSOLE_IMPORT_LOOK || kind == CONSOLE_IMPORT_TAKE;
}

/* A text of the query, with an end; false where it is too long, or no text. */
static bool read_query(const struct http_request *request, const char *name, char *to, size_t size,
                       const char **out)
{
	const struct span value = http_request_query(request, name, to, size - 1);

	*out = NULL;
	if (!value.ptr)
		return true;
	to[value.len] = '\0';
	*out = to;
	return utf8_valid(value) && strlen(to) == value.len;
}

/* The name and the format of a file. */
static enum refusal read_file_query(const struct http_request *request, struct console_texts *texts,
                                    struct console_ask *ask)
{
	struct authoring_ask *said = &ask->authoring;
	const bool out = ask->kind == CONSOLE_EXPORT;
	const char *format;

	said->format = EXCHANGE_ANY;
	if (!read_query(request, "name", texts->file_name, sizeof(texts->file_name),
	                &said->file_name) ||
	    !read_query(request, "format", texts->format, sizeof(texts->format), &format) ||
	    !read_query(request, "live", texts->live, sizeof(texts->live), &said->live_hash))
		return REFUSAL_BAD_MEMBER;
	for (const char *at = said->file_name ? said->file_name : ""; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			return REFUSAL_BAD_MEMBER;
	if (out ? !format || !exchange_format_named(format, &said->format)
	        : format && !exchange_input_named(format, &said->format))
		return REFUSAL_BAD_MEMBER;
	if (!said->file_name)
		said->file_name = out ? exchange_format_name(said->format) : "upload";
	return REFUSAL_NONE;
}

static enum refusal read_look_up(const struct http_request *request, struct console_texts *texts,
                                 struct console_ask *ask)
{
	const struct span query =
	        http_request_query(request, "q", texts->query, sizeof(texts->query) - 1);

	if (!query.ptr)
		return REFUSAL_BAD_QUERY;
	texts->query[query.len] = '\0';
	ask->query = texts->query;
	return utf8_valid(query) ? REFUSAL_NONE : REFUSAL_NOT_UTF8;
}

static enum refusal read_transcript(const struct http_request *request, struct console_texts *texts,
                                    struct console_ask *ask)
{
	const struct span chat =
	        http_request_query(request, "chat", texts->query, sizeof(texts->query) - 1);

	if (!chat.ptr)
		return REFUSAL_BAD_MEMBER;
	texts->query[chat.len] = '\0';
	ask->chat = texts->query;
	return chats_is_chat((struct span){ texts->query, chat.len }) ? REFUSAL_NONE
	                                                              : REFUSAL_BAD_MEMBER;
}

static enum refusal read_events(const struct http_request *request, struct console_texts *texts,
                                struct console_ask *ask)
{
	const struct span after =
	        http_request_query(request, "after", texts->after, sizeof(texts->after));
	const struct span waiting =
	        http_request_query(request, "waiting", texts->query, sizeof(texts->query) - 1);

	ask->cursors = texts->cursors;
	ask->waiting = -1;
	if (waiting.ptr && !chats_read_number(waiting, &ask->waiting))
		return REFUSAL_BAD_MEMBER;
	if (after.ptr && !chats_read_cursors(after, texts->cursors, &ask->cursor_count))
		return REFUSAL_BAD_MEMBER;
	return REFUSAL_NONE;
}

static enum refusal read_by_kind(const struct http_request *request,
                                 const struct console_route *route, struct console_texts *texts,
                                 struct console_ask *ask)
{
	if (is_upload(route->kind) || route->kind == CONSOLE_EXPORT)
		return read_file_query(request, texts, ask);
	switch (route->kind) {
	case CONSOLE_LOOK_UP:
		return read_look_up(request, texts, ask);
	case CONSOLE_ASKED:
		return console_asked_read(request, behind(request, route), texts->query,
		                          sizeof(texts->query), ask);
	case CONSOLE_TRANSCRIPT:
		return read_transcript(request, texts, ask);
	case CONSOLE_EVENTS:
		return read_events(request, texts, ask);
	default:
		return REFUSAL_NONE;
	}
}

/* Reads the head; texts are put into `texts`. */
static enum refusal read_head(const struct connection *connection,
                              const struct http_request *request, struct console_texts *texts,
                              struct console_ask *ask)
{
	const struct console_route *route = route_of(request);
	enum refusal refusal;

	ask->kind = route->kind;
	ask->from = connection->from;
	ask->origin = (struct span){ (const char *)connection->http.client.bytes,
		                     sizeof(connection->http.client.bytes) };
	ask->address = ip_format(&connection->http.client, texts->address);
	ask->browser = connection->browser;
	if (console_cookie_read(request->cookie, texts->token))
		ask->token = texts->token;
	if (copy(request->csrf_token, texts->csrf, sizeof(texts->csrf)))
		ask->csrf = texts->csrf;
	refusal = read_below(request, route, texts, ask);
	return refusal == REFUSAL_NONE ? read_by_kind(request, route, texts, ask) : refusal;
}

/* Nobody reads again what a password was sent in. */
static void forget_body(struct connection *connection)
{
	struct buf *body = &connection->http.body;

	connection->server->uploads -= connection->http.uploads;
	connection->http.uploads = false;
	buf_wipe(body);
	buf_init(body, MESSAGE_BYTES);
}

/* The strings of a body lie in the tree by themselves. */
static void forget_tree(cJSON *json)
{
	for (cJSON *member = json ? json->child : NULL; member; member = member->next)
		if (cJSON_IsString(member))
			explicit_bzero(member->valuestring, strlen(member->valuestring));
	cJSON_Delete(json);
}

static void finish_console(struct connection *connection)
{
	const struct http_request *request = connection->door.request;
	struct console_texts texts = { .token = "" };
	struct console_ask ask = { .kind = CONSOLE_ME };
	cJSON *json = NULL;
	enum refusal refusal = exchange_address(connection);

	if (refusal == REFUSAL_NONE)
		refusal = read_head(connection, request, &texts, &ask);
	if (refusal == REFUSAL_NONE && is_upload(ask.kind))
		ask.authoring.upload = buf_span(&connection->http.body);
	else if (refusal == REFUSAL_NONE && request->method == HTTP_POST)
		refusal = console_read(buf_span(&connection->http.body), &ask, &json);
	if (refusal == REFUSAL_NONE) {
		service_console(connection->server->service, &ask);
	} else {
		exchange_refuse(connection, request, refusal, NULL);
		exchange_ready(connection);
	}
	forget_body(connection);
	forget_tree(json);
	explicit_bzero(&texts, sizeof(texts));
}

/* Nobody who has no session sends a file. Whether it holds is seen when the file is here. */
static enum refusal accept_file(const struct connection *connection,
                                const struct http_request *request)
{
	char token[ACCOUNT_TOKEN_SIZE];
	const bool signed_in = console_cookie_read(request->cookie, token);
	const enum refusal refusal = exchange_service_state(connection->server);

	explicit_bzero(token, sizeof(token));
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!signed_in)
		return REFUSAL_SIGNED_OUT;
	if (!http_type_is(request->content_type, "application/octet-stream"))
		return REFUSAL_MEDIA_TYPE;
	if (request->body_length > AUTHORING_FILE_BYTES)
		return REFUSAL_FILE_TOO_LARGE;
	return connection->server->uploads < UPLOADS_MOST ? REFUSAL_NONE : REFUSAL_QUEUE_FULL;
}

/* A draft has room for an entry with all of its rules. */
static enum refusal accept_body(struct connection *connection, const struct http_request *request,
                                const struct console_route *route)
{
	enum refusal refusal;
	size_t most;

	if (!authoring_has(route->kind))
		return exchange_accept_body(connection, request);
	most = is_upload(route->kind) ? AUTHORING_FILE_BYTES : AUTHORING_BODY_BYTES;
	refusal = is_upload(route->kind) ? accept_file(connection, request)
	                                 : exchange_accept_long_body(connection, request, most);
	if (refusal != REFUSAL_NONE)
		return refusal;
	connection->http.uploads = is_upload(route->kind);
	connection->server->uploads += connection->http.uploads;
	buf_wipe(&connection->http.body);
	buf_init(&connection->http.body, most);
	return REFUSAL_NONE;
}

static enum refusal handle_api(struct connection *connection, const struct http_request *request,
                               const char **allow)
{
	const struct console_route *route = route_of(request);
	const struct address *address;
	enum refusal refusal;

	if (!route)
		return REFUSAL_NOT_FOUND;
	*allow = route->method == HTTP_POST     ? "POST"
	         : route->method == HTTP_DELETE ? "DELETE"
	                                        : "GET";
	if (request->method != route->method)
		return REFUSAL_METHOD;
	if (request->has_body && route->method != HTTP_POST)
		return REFUSAL_BAD_REQUEST;
	refusal = check_origin(connection, request);
	if (refusal == REFUSAL_NONE)
		refusal = exchange_pay(connection, request, route->cost);
	if (refusal == REFUSAL_NONE && route->method == HTTP_POST)
		refusal = accept_body(connection, request, route);
	if (refusal != REFUSAL_NONE)
		return refusal;
	address = connection_address(connection, request);
	connection->http.client = address ? address->ip : connection_client(connection, request);
	connection->browser = browser_name(request->user_agent);
	connection->http.finish = finish_console;
	return REFUSAL_NONE;
}

static void describe_file(enum exchange_format format, struct http_response *response)
{
	static const struct {
		const char *type, *name;
	} files[] = {
		[EXCHANGE_JSONL] = { "application/jsonl; charset=utf-8", "dayi-faq.jsonl" },
		[EXCHANGE_CSV] = { "text/csv; charset=utf-8", "dayi-faq.csv" },
		[EXCHANGE_TEXT] = { "text/plain; charset=utf-8", "dayi-faq.txt" },
		[EXCHANGE_XLSX] = { "application/vnd.openxmlformats-officedocument.spreadsheetml."
		                    "sheet",
		                    "dayi-faq.xlsx" },
		[EXCHANGE_DOCX] = { "application/vnd.openxmlformats-officedocument."
		                    "wordprocessingml.document",
		                    "dayi-faq.docx" },
	};

	assert((unsigned)format <= EXCHANGE_DOCX);
	response->type = files[format].type;
	response->attachment = files[format].name;
}

void console_send(struct connection *connection, const struct outgoing *outgoing)
{
	const struct http_request *request = connection->door.request;
	const struct console_answer *answer = outgoing->console;
	struct buf *scratch = &connection->server->scratch;
	struct http_response response = { .status = 204 };
	struct buf cookie;

	buf_init(&cookie, 512);
	if (answer->token) {
		console_cookie_write(answer->token, is_secure(request), &cookie);
		response.cookie = buf_text(&cookie);
	}
	buf_clear(scratch);
	if (console_write(answer, scratch) != STATUS_OK || buf_status(&cookie) != STATUS_OK) {
		exchange_refuse(connection, request, REFUSAL_INTERNAL, NULL);
	} else {
		if (scratch->len > 0) {
			response.status = 200;
			response.type = answer->csv ? "text/csv; charset=utf-8" : exchange_json;
			if (answer->kind == CONSOLE_EXPORT)
				describe_file(answer->format, &response);
			response.length = scratch->len;
		}
		exchange_respond(connection, request, &response, buf_span(scratch));
	}
	if (cookie.ptr)
		explicit_bzero(cookie.ptr, cookie.len);
	buf_deinit(&cookie);
	exchange_ready(connection);
}

/* --- the page --- */

/* Where web.folder has none. */
static const char no_page[] =
        "<!doctype html><html lang=\"zh-CN\"><meta charset=\"utf-8\"><title>答疑工作台</title>"
        "<h1>答疑工作台</h1><p>没有找到工作台的页面文件（web.folder 下的 console 文件夹）。"
        "请运行 script/build-page 生成。</p></html>";

static void answer_with(struct connection *connection, const struct http_request *request,
                        struct http_response *response, struct span content)
{
	struct page_head page = { .console = true };

	response->page = &page;
	response->length = content.len;
	exchange_respond(connection, request, response, content);
}

static enum refusal handle_files(struct connection *connection, const struct http_request *request,
                                 const char **allow)
{
	const struct page_file *file = files_find(connection->server->files, request->path);
	struct http_response response = { .status = 200, .type = "text/html; charset=utf-8" };
	struct page_head page = { .console = true };

	*allow = "GET, HEAD";
	if (request->method != HTTP_GET && request->method != HTTP_HEAD)
		return REFUSAL_METHOD;
	if (request->has_body)
		return REFUSAL_BAD_REQUEST;
	if (span_equal(request->path, span_of(root))) {
		response = (struct http_response){ .status = 308, .location = "/console/" };
		answer_with(connection, request, &response, (struct span){ "", 0 });
	} else if (file) {
		return page_serve(connection, request, file, &page);
	} else if (span_equal(request->path, span_of("/console/"))) {
		answer_with(connection, request, &response, span_of(no_page));
	} else {
		return REFUSAL_NOT_FOUND;
	}
	return REFUSAL_NONE;
}

enum refusal handle_console(struct connection *connection, const struct http_request *request,
                            const char **allow)
{
	const enum refusal refusal = check_reach(connection, request);

	if (refusal != REFUSAL_NONE)
		return refusal;
	if (begins_with(below_root(request), "/api/"))
		return handle_api(connection, request, allow);
	return handle_files(connection, request, allow);
}

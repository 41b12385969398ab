#include "host/serve/handle_answer_page.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "channels/answer_page.h"
#include "host/serve/exchange.h"
#include "service/groups/group.h"

enum { BODY_MOST = 1024, NAME_SIZE = 64 };

static const char style_path[] = "/a/style.css";
static const char html[] = "text/html; charset=utf-8";

/* A look into the store, which may outlive its connection. */
struct page_look {
	struct connection *connection; /* NULL: it is gone */
	bool of_answer, uses, begun;
	struct http_request request; /* no more than its method */
	char name[NAME_SIZE];        /* receipt or token; a longer one is none */
};

/* The kind of the page, and what stands behind it in the path. */
static bool is_below(struct span path, const char *folder, struct span *rest)
{
	const size_t len = strlen(folder);

	if (path.len < len || memcmp(path.ptr, folder, len) != 0)
		return false;
	*rest = (struct span){ path.ptr + len, path.len - len };
	return true;
}

bool answer_page_has(const struct server *server, struct span path)
{
	struct span rest;

	return server->groups && (is_below(path, "/a/", &rest) || is_below(path, "/p/", &rest));
}

static void respond(struct connection *connection, const struct http_request *request, int status,
                    const char *type, struct span content)
{
	struct page_head page = { .plain = true };
	struct http_response response = {
		.status = status, .type = type, .length = content.len, .page = &page
	};

	exchange_respond(connection, request, &response, content);
}

static void respond_gone(struct connection *connection, const struct http_request *request)
{
	struct buf *scratch = &connection->server->scratch;

	buf_clear(scratch);
	answer_page_write_gone(service_knowledge(connection->server->service), scratch);
	respond(connection, request, 404, html, buf_span(scratch));
}

static void respond_chat(struct connection *connection, const struct http_request *request,
                         struct span question)
{
	struct buf *scratch = &connection->server->scratch;
	struct page_head page = { .plain = true };
	struct http_response response = { .status = 303, .page = &page };

	buf_clear(scratch);
	answer_page_write_chat(question, scratch);
	response.location = buf_text(scratch);
	exchange_respond(connection, request, &response, (struct span){ NULL, 0 });
}

static void respond_found(struct connection *connection, const struct page_look *look,
                          struct span text)
{
	const struct knowledge *knowledge = service_knowledge(connection->server->service);
	struct buf *scratch = &connection->server->scratch;

	if (look->uses) {
		respond_chat(connection, &look->request, text);
		return;
	}
	buf_clear(scratch);
	if (!look->of_answer)
		answer_page_write_way(knowledge, scratch);
	else if (!answer_page_write(knowledge, text, scratch)) {
		respond_gone(connection, &look->request);
		return;
	}
	respond(connection, &look->request, 200, html, buf_span(scratch));
}

static void take_found(void *context, enum status status, struct span text)
{
	struct page_look *look = context;
	struct connection *connection = look->connection;

	if (connection) {
		connection->page_look = NULL;
		if (status == STATUS_OK)
			respond_found(connection, look, text);
		else if (status == STATUS_NOT_FOUND)
			respond_gone(connection, &look->request);
		else
			exchange_refuse(connection, &look->request, REFUSAL_QUEUE_FULL, NULL);
		exchange_ready(connection);
	}
	free(look);
}

static enum status begin_look(struct page_look *look)
{
	struct groups *groups = look->connection->server->groups;
	const struct span name = span_of(look->name);

	if (look->of_answer)
		return groups_find_answer(groups, name, take_found, look);
	return look->uses ? groups_take_link(groups, name, take_found, look)
	                  : groups_look_link(groups, name, take_found, look);
}

/* Once the request is here, with its body. */
static void finish(struct connection *connection)
{
	struct page_look *look = connection->page_look;
	enum status status;

	buf_clear(&connection->http.body);
	look->begun = true;
	status = begin_look(look);
	if (status == STATUS_OK)
		return;
	connection->page_look = NULL;
	if (status == STATUS_NOT_FOUND)
		respond_gone(connection, &look->request);
	else
		exchange_refuse(connection, &look->request, REFUSAL_QUEUE_FULL, NULL);
	free(look);
	exchange_ready(connection);
}

static enum refusal plan_look(struct connection *connection, const struct http_request *request)
{
	struct page_look *look = calloc(1, sizeof(*look));
	struct span name;

	if (!look)
		return REFUSAL_INTERNAL;
	look->connection = connection;
	look->request.method = request->method;
	look->uses = request->method == HTTP_POST;
	look->of_answer = is_below(request->path, "/a/", &name);
	if (look->of_answer || is_below(request->path, "/p/", &name))
		snprintf(look->name, sizeof(look->name), "%.*s", SPAN_ARGS(name));
	answer_page_forget(connection);
	connection->page_look = look;
	connection->http.finish = finish;
	return REFUSAL_NONE;
}

enum refusal handle_answer_page(struct connection *connection, const struct http_request *request,
                                const char **allow)
{
	const bool is_style = span_equal(request->path, span_of(style_path));
	struct span rest;
	enum refusal refusal;

	*allow = is_below(request->path, "/p/", &rest) ? "GET, HEAD, POST" : "GET, HEAD";
	if (request->method != HTTP_GET && request->method != HTTP_HEAD &&
	    (request->method != HTTP_POST || !is_below(request->path, "/p/", &rest)))
		return REFUSAL_METHOD;
	if (connection->server->draining)
		return REFUSAL_DRAINING;
	if (request->body_length > BODY_MOST)
		return REFUSAL_TOO_LARGE;
	if (request->has_body && request->method != HTTP_POST)
		return REFUSAL_BAD_REQUEST;
	refusal = exchange_pay(connection, request, is_style ? COST_SUGGESTION : COST_MESSAGE);
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!is_style)
		return plan_look(connection, request);
	respond(connection, request, 200, "text/css; charset=utf-8", span_of(answer_page_style));
	return REFUSAL_NONE;
}

void answer_page_forget(struct connection *connection)
{
	struct page_look *look = connection->page_look;

	connection->page_look = NULL;
	if (look && look->begun)
		look->connection = NULL;
	else
		free(look);
}

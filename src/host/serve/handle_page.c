#include "host/serve/handle_page.h"

#include "host/serve/exchange.h"

/* Packed, where the client takes that; the encoding's name is left in *encoding, else NULL. */
static const struct page_file *choose_packed(const struct page_file *file,
                                             const struct http_request *request,
                                             const char **encoding)
{
	const struct {
		const struct page_file *file;
		const char *name;
	} choices[] = { { file->brotli, "br" }, { file->gzip, "gzip" } };

	for (size_t i = 0; i < sizeof(choices) / sizeof(choices[0]); i++) {
		if (choices[i].file && http_accepts(request->accept_encoding, choices[i].name)) {
			*encoding = choices[i].name;
			return choices[i].file;
		}
	}
	*encoding = NULL;
	return file;
}

enum refusal page_serve(struct connection *connection, const struct http_request *request,
                        const struct page_file *file, struct page_head *page)
{
	const struct page_file *form = choose_packed(file, request, &page->encoding);
	struct http_response response = { .status = 200, .page = page };
	struct span content = { NULL, 0 };

	page->varies = file->gzip || file->brotli;
	page->immutable = file->immutable;
	response.type = file->type;
	response.length = form->size;
	response.etag = form->etag;
	if (etag_matches(request->if_none_match, form->etag)) {
		response.status = 304;
		response.type = NULL;
		page->encoding = NULL;
	} else if (request->method != HTTP_HEAD) {
		if (files_content(connection->server->files, form, &content) != STATUS_OK)
			return REFUSAL_INTERNAL;
	}
	connection->http.file = content;
	exchange_respond(connection, request, &response, (struct span){ NULL, 0 });
	return REFUSAL_NONE;
}

/* To a person, who came by a wrong or an old address. */
static enum refusal respond_nothing_here(struct connection *connection,
                                         const struct http_request *request)
{
	static const char text[] =
	        "<!DOCTYPE html>\n<html lang=\"zh-CN\"><head><meta charset=\"utf-8\">"
	        "<meta name=\"viewport\" content=\"width=device-width\">"
	        "<title>没有这个网页</title></head>\n"
	        "<body><h1>没有这个网页</h1><p>网址可能写错了，或者已经不用了。</p>"
	        "<p><a href=\"/\">回到首页提问</a></p></body></html>\n";
	struct page_head page = { .plain = true };
	struct http_response response = { .status = 404,
		                          .type = "text/html; charset=utf-8",
		                          .length = sizeof(text) - 1,
		                          .page = &page };

	metrics_refuse(&connection->server->metrics, REFUSAL_NOT_FOUND);
	exchange_respond(connection, request, &response, span_of(text));
	return REFUSAL_NONE;
}

enum refusal handle_page(struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	const struct page_file *file = files_find(server->files, request->path);
	char sockets[ORIGIN_SOCKETS_SIZE];
	struct page_head page = { .embed_origins = &server->config->web.embed_origins,
		                  .sockets = sockets };

	if (!file && request->reads_html)
		return respond_nothing_here(connection, request);
	if (!file)
		return REFUSAL_NOT_FOUND;
	origin_sockets(&server->origins, request->host, sockets);
	page.shared = file->shared;
	return page_serve(connection, request, file, &page);
}

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

enum refusal handle_page(struct connection *connection, const struct http_request *request)
{
	const struct server *server = connection->server;
	const struct page_file *file = files_find(server->files, request->path);
	char sockets[ORIGIN_SOCKETS_SIZE];
	struct page_head page = { .embed_origins = &server->config->web.embed_origins,
		                  .sockets = sockets };

	if (!file)
		return REFUSAL_NOT_FOUND;
	origin_sockets(&server->origins, request->host, sockets);
	page.shared = file->shared;
	return page_serve(connection, request, file, &page);
}

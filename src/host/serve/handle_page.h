/*
 * Handle page: the files of the chat page. The loop's thread only.
 */
#ifndef DAYI_SERVE_HANDLE_PAGE_H
#define DAYI_SERVE_HANDLE_PAGE_H

#include "host/net/http_request.h"
#include "host/net/http_response.h"
#include "host/serve/state.h"

/* REFUSAL_NOT_FOUND, REFUSAL_INTERNAL. */
MUST_CHECK enum refusal handle_page(struct connection *connection,
                                    const struct http_request *request);

/*
 * Answers with this file, packed if the client takes that, or says that it has not changed.
 * REFUSAL_INTERNAL without memory to unpack it.
 */
MUST_CHECK enum refusal page_serve(struct connection *connection,
                                   const struct http_request *request, const struct page_file *file,
                                   struct page_head *page);

#endif

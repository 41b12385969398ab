/*
 * Handle answer page: the pages behind the links in group chats, /a/RECEIPT and /p/TOKEN
 * (channels/answer_page.h). A GET of a private link only shows a button, for the chat platforms
 * fetch what is linked to show a preview; the POST of the button uses the link up and leads to the
 * chat page.
 */
#ifndef DAYI_SERVE_HANDLE_ANSWER_PAGE_H
#define DAYI_SERVE_HANDLE_ANSWER_PAGE_H

#include <stdbool.h>

#include "host/net/http_request.h"
#include "host/serve/state.h"

/* Whether the path is one of these pages, and there are any. */
bool answer_page_has(const struct server *server, struct span path);

/* *allow is for REFUSAL_METHOD. */
MUST_CHECK enum refusal handle_answer_page(struct connection *connection,
                                           const struct http_request *request, const char **allow);

/* The connection ends: what it waits for is not for it any more. */
void answer_page_forget(struct connection *connection);

#endif

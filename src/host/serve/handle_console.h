/*
 * Handle console: requests for /console and what is below it.
 */
#ifndef DAYI_SERVE_HANDLE_CONSOLE_H
#define DAYI_SERVE_HANDLE_CONSOLE_H

#include "host/net/http_request.h"
#include "host/serve/state.h"

/* Whether the path is the console's. */
bool console_has(struct span path);

/* As the handlers of a route; *allow is set for REFUSAL_METHOD. */
MUST_CHECK enum refusal handle_console(struct connection *connection,
                                       const struct http_request *request, const char **allow);

/* What came of it: OUTGOING_CONSOLE. */
void console_send(struct connection *connection, const struct outgoing *outgoing);

#endif

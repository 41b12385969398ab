/* Who looked at my record: GET /api/v1/looked-at, with the portal's token. The loop's thread only.
 */
#ifndef DAYI_SERVE_HANDLE_LOOKED_AT_H
#define DAYI_SERVE_HANDLE_LOOKED_AT_H

#include "host/serve/exchange.h"

MUST_CHECK enum refusal handle_looked_at(struct connection *connection,
                                         const struct http_request *request);

#endif

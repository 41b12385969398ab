/*
 * Server: the chat, the HTTP interface and the page, on one loop thread. docs/server.md tells how.
 */
#ifndef DAYI_SERVE_SERVER_H
#define DAYI_SERVE_SERVER_H

#include "base/clock.h"
#include "base/log.h"
#include "base/status.h"
#include "host/config/config.h"

/*
 * Serves until SIGTERM or SIGINT, and then drains; a second signal ends it at once. SIGHUP reloads
 * the knowledge. Call from the main thread, before any other is started: it blocks these signals.
 *
 * STATUS_INVALID when the knowledge is not fit to serve, STATUS_IO when the journal, the page or
 * the port cannot be opened: logged. STATUS_OK after a drain, complete or not.
 */
MUST_CHECK enum status server_run(const struct config *config, struct log *log, struct clock clock);

#endif

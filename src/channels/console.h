/*
 * Console: the bodies and the cookie of the operators' interface (docs/openapi.yaml), without the
 * socket.
 */
#ifndef DAYI_CHANNELS_CONSOLE_H
#define DAYI_CHANNELS_CONSOLE_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/span.h"
#include "service/console/console.h"
#include "service/refusal.h"

/*
 * Reads the body of what was posted for `ask->kind` into it; CONSOLE_TOTP_BEGIN stands for all of
 * the second step, and becomes the one that is asked for. Borrows from *json, which is for
 * cJSON_Delete() in every case and may be NULL.
 */
MUST_CHECK enum refusal console_read(struct span body, struct console_ask *ask, cJSON **json);

/*
 * The token of the session in a Cookie field. False where there is none that could be one, and
 * where there are two: who put the other one there is not known.
 */
MUST_CHECK bool console_cookie_read(struct span field, char token[ACCOUNT_TOKEN_SIZE]);

/* Appends the value of Set-Cookie; `token` "" takes it back. */
void console_cookie_write(const char *token, bool secure, struct buf *out);

/* Appends the object of the answer: nothing where it has no content. */
MUST_CHECK enum status console_write(const struct console_answer *answer, struct buf *out);

#endif

/*
 * Session image: a session as it is to be written, copied in the loop, so that a job can seal and
 * write it while the session goes on. Private to sessions/.
 */
#ifndef DAYI_SESSIONS_SESSION_IMAGE_H
#define DAYI_SESSIONS_SESSION_IMAGE_H

#include "base/arena.h"
#include "office/sessions/session_rows.h"

/*
 * What changed of it, in the clear, in the arena. `knowledge` as in conversation_save().
 * STATUS_NO_MEMORY, STATUS_LIMIT, STATUS_INTERNAL.
 */
MUST_CHECK enum status session_image_take(const struct session *session,
                                          const struct knowledge *knowledge, struct arena *arena,
                                          struct session_image *image);

#endif

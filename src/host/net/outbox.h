/*
 * Outbox: frames that wait until one connection can be written to. Capped in frames and bytes.
 *
 * Frames lie behind each other in one buffer, each after `headroom` bytes that the library writes
 * its own header into. In the usual case there is one, and the buffer is used again and again.
 */
#ifndef DAYI_NET_OUTBOX_H
#define DAYI_NET_OUTBOX_H

#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

struct outbox {
	unsigned char *ptr;
	size_t capacity;
	size_t start; /* of the first frame's record */
	size_t end;   /* of the last one's */
	size_t frames;
	size_t headroom;
	size_t most_frames, most_bytes;
};

void outbox_init(struct outbox *outbox, size_t headroom, size_t most_frames, size_t most_bytes);
void outbox_deinit(struct outbox *outbox);

/* STATUS_LIMIT when it holds as much as it may. */
MUST_CHECK enum status outbox_add(struct outbox *outbox, struct span frame);

/*
 * The first frame, with `headroom` writable bytes before it; NULL when there is none. Borrowed
 * until the next outbox_add().
 */
unsigned char *outbox_first(struct outbox *outbox, size_t *len);

/* Takes the first frame out. */
void outbox_drop_first(struct outbox *outbox);

#endif

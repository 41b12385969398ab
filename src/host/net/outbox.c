#include "host/net/outbox.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* A record: the length, the headroom, the frame. */
enum { LENGTH_SIZE = sizeof(size_t), KEPT_BYTES = 4096 };

void outbox_init(struct outbox *outbox, size_t headroom, size_t most_frames, size_t most_bytes)
{
	*outbox = (struct outbox){ .headroom = headroom,
		                   .most_frames = most_frames,
		                   .most_bytes = most_bytes };
}

void outbox_deinit(struct outbox *outbox)
{
	free(outbox->ptr);
	outbox->ptr = NULL;
	outbox->capacity = outbox->start = outbox->end = outbox->frames = 0;
}

static enum status make_room(struct outbox *outbox, size_t size)
{
	size_t used = outbox->end - outbox->start;
	size_t wanted = outbox->capacity ? outbox->capacity : 1024;
	unsigned char *grown;

	if (outbox->capacity - outbox->end >= size)
		return STATUS_OK;
	if (outbox->start > 0) {
		memmove(outbox->ptr, outbox->ptr + outbox->start, used);
		outbox->start = 0;
		outbox->end = used;
	}
	while (wanted - used < size)
		wanted *= 2;
	if (wanted == outbox->capacity)
		return STATUS_OK;
	grown = realloc(outbox->ptr, wanted);
	if (!grown)
		return STATUS_NO_MEMORY;
	outbox->ptr = grown;
	outbox->capacity = wanted;
	return STATUS_OK;
}

enum status outbox_add(struct outbox *outbox, struct span frame)
{
	size_t size = LENGTH_SIZE + outbox->headroom + frame.len;
	enum status status;
	unsigned char *at;

	if (outbox->frames >= outbox->most_frames || size > outbox->most_bytes ||
	    outbox->end - outbox->start > outbox->most_bytes - size)
		return STATUS_LIMIT;
	status = make_room(outbox, size);
	if (status != STATUS_OK)
		return status;
	at = outbox->ptr + outbox->end;
	memcpy(at, &frame.len, LENGTH_SIZE);
	if (frame.len > 0)
		memcpy(at + LENGTH_SIZE + outbox->headroom, frame.ptr, frame.len);
	outbox->end += size;
	outbox->frames++;
	return STATUS_OK;
}

unsigned char *outbox_first(struct outbox *outbox, size_t *len)
{
	unsigned char *at;

	if (outbox->frames == 0)
		return NULL;
	at = outbox->ptr + outbox->start;
	memcpy(len, at, LENGTH_SIZE);
	return at + LENGTH_SIZE + outbox->headroom;
}

/* Forgets all frames. */
static void clear(struct outbox *outbox)
{
	outbox->start = outbox->end = outbox->frames = 0;
	/* One long reply must not hold its memory as long as the connection lives. */
	if (outbox->capacity > KEPT_BYTES)
		outbox_deinit(outbox);
}

void outbox_drop_first(struct outbox *outbox)
{
	size_t len;

	if (!outbox_first(outbox, &len))
		return;
	outbox->start += LENGTH_SIZE + outbox->headroom + len;
	assert(outbox->frames > 0);
	outbox->frames--;
	assert(outbox->start <= outbox->end &&
	       (outbox->frames > 0 || outbox->start == outbox->end));
	if (outbox->frames == 0)
		clear(outbox);
}

/*
 * Frame guard: what RFC 6455 demands of a client's frames, but for the text in them. It walks over
 * the bytes that a connection receives, before libwebsockets (4.1) parses them, which does not
 * check masks and close codes, and which, after a fault that it found, drops the connection over
 * the next bytes before it has told the close code. Pure; one of them a connection.
 */
#ifndef DAYI_NET_FRAME_GUARD_H
#define DAYI_NET_FRAME_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_HEAD_MOST = 14,        /* bytes: two, a length of eight, the mask */
	FRAME_CARRY = 2 + 4 + 125,   /* the longest that is held back: a close frame */
	FRAME_PROTOCOL_ERROR = 1002, /* close codes: RFC 6455, 7.4.1 */
	FRAME_INVALID_PAYLOAD = 1007,
	FRAME_TOO_LARGE = 1009,
};

/* All zero but for `most` at the beginning of the first frame. */
struct frame_guard {
	uint64_t left; /* of the payload under way */
	uint64_t most; /* that a frame's payload may be long; a message of several is not counted */
	bool within;   /* a message that is not finished */
	bool closed;   /* a close frame has come */
	size_t carried;
	unsigned char carry[FRAME_CARRY]; /* the beginning of a frame, until it can be judged */
};

/* Puts what was held back in front of what is received next; returns its length. */
size_t frame_guard_resume(struct frame_guard *guard, unsigned char carry[FRAME_CARRY]);

/*
 * Walks on over `bytes`, which begin with what frame_guard_resume() gave. The first *pass of them
 * may be parsed. 0, and the rest is held back for the next call; or the code to close with, and the
 * rest must be thrown away, like all that follows. Behind FRAME_TOO_LARGE alone it can walk on, to
 * see `closed`.
 */
int frame_guard_walk(struct frame_guard *guard, const unsigned char *bytes, size_t len,
                     size_t *pass);

#endif

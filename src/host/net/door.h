/*
 * Door: what a connection receives, before libwebsockets gets it. Heads of requests are collected,
 * read by http_head.h and handed on as plain ones; bodies and frames go through, frames under the
 * eyes of frame_guard.h. The loop's thread only.
 *
 * libwebsockets (4.1) has no hook between socket and parser, so this file defines recv(), which the
 * library calls: docs/decisions/0016-bytes-are-read-before-the-library.md tells why.
 */
#ifndef DAYI_NET_DOOR_H
#define DAYI_NET_DOOR_H

#include <libwebsockets.h>

#include "base/buf.h"
#include "base/status.h"
#include "host/net/frame_guard.h"
#include "host/net/http_head.h"

enum door_state {
	DOOR_HEAD,    /* the head of a request is awaited */
	DOOR_BODY,    /* and its body */
	DOOR_ANSWER,  /* it is here; the next one has to wait until it is answered */
	DOOR_FRAMES,  /* a WebSocket */
	DOOR_CLOSING, /* one that we close: its close frame is awaited, and no other */
	DOOR_SHUT,    /* what comes is thrown away */
};

struct door {
	struct lws *wsi;
	int fd;
	enum door_state state;
	struct buf head;
	struct http_request *request; /* read from it; NULL while there is none */
	size_t body_left;
	bool answer_ready; /* it is about to be written */
	bool held;         /* what waits in the socket does not wake the loop, unless it is much */
	bool unpolled;     /* not even then */
	bool unread;       /* between door_wait() and door_answer() */
	lws_sorted_usec_list_t probe; /* whether who has ended its side still reads */
	int64_t probe_us;             /* until the next look at it; 0: not probed yet */
	int violation;                /* the close code of a frame that may not be; 0: none */
	struct frame_guard frames;
};

/* In the thread of the loop, before the first connection. */
MUST_CHECK enum status doors_open(void);
void doors_close(void);

/* From here on what the library reads from this socket comes through the door. */
MUST_CHECK enum status door_open(struct door *door, struct lws *wsi);
void door_close(struct door *door);

/* The answer is written: reads the next request. */
void door_next(struct door *door);

/* No request will follow: frames will, or nothing. Forgets the request. */
void door_finish(struct door *door, enum door_state state);

/* While an answer is under way for longer: what is sent meanwhile must not wake the loop. */
void door_hold(struct door *door);

/*
 * The answer to a request without a body comes later. Until then the library does not read the
 * socket, and would be woken by it without end; the door looks whether the client is still there.
 */
void door_wait(struct door *door);

/* Ends door_wait(): the answer is about to be written. */
void door_answer(struct door *door);

/*
 * Of an answer that does not move: whether the client has ended its side, or sends much before it
 * has read it, and so wakes the loop although the door is held, as it is from here on.
 */
bool door_is_pressed(struct door *door);

#endif

/*
 * Fetch: outgoing HTTP and HTTPS, as jobs over libcurl.
 *
 * A request is sent once. What became of it is told apart, because only the caller knows what a
 * second one would do: it was answered, it was never sent, or nobody knows. Connections, TLS and
 * names are libcurl's; proxy and CA store are settings and not taken from the environment.
 *
 * A peer is a host with its port. At most `per_peer` requests to one are under way at the same
 * time, so that one that is slow leaves lanes to the others; the rest wait, in their order, no
 * longer than their own deadline.
 *
 * All of this is for the loop's thread.
 */
#ifndef DAYI_RUN_FETCH_H
#define DAYI_RUN_FETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "run/jobs.h"
#include "run/loop.h"

enum {
	FETCH_PEER_SIZE = 264,     /* a host of 255 bytes, its port, and the end */
	FETCH_URL_MOST = 2048,     /* bytes */
	FETCH_HEADERS_MOST = 16,   /* of a request */
	FETCH_HEADS_MOST = 65536,  /* bytes of an answer's status lines and headers */
	FETCH_BODY_MOST = 1 << 20, /* bytes of a request's body */
};

enum fetch_outcome {
	FETCH_ANSWERED, /* the whole answer is here; its status may still be a refusal */
	FETCH_NOT_SENT, /* not a byte of the request left: it may be sent again */
	FETCH_UNKNOWN,  /* it may have been received and acted upon, wholly or not at all */
};

struct fetch_header {
	const char *name, *value; /* no control character in either */
};

/* What is asked; copied by fetch_add(). */
struct fetch_request {
	const char *what;   /* in the log: what it is for, such as "events". Static; no secret */
	const char *method; /* upper case; NULL: GET, or POST with a body */
	const char *url;    /* http or https, without user and password */
	const struct fetch_header *headers;
	size_t header_count;
	struct span body;    /* ptr NULL: none. Give its Content-Type as a header */
	int64_t deadline_ms; /* from fetch_add() to the last byte of the answer, more than 0 */
	size_t answer_most;  /* bytes of the answer's body; more is FETCH_UNKNOWN */
	/* How many redirects are followed, only for GET: 0 gives the redirect as the answer. */
	unsigned redirects_most;
	/*
	 * Sending it twice does no harm: an open connection may be used again, on which libcurl
	 * itself sends once more what the other side closed without an answer.
	 */
	bool repeatable;
	/* Asked of one that has waited for a lane, with the context of `done`: false, it is not
	 * sent. It may call nothing of this header. NULL: always wanted. */
	bool (*wanted)(void *context);
};

/* Borrowed until `done` returns. */
struct fetch_answer {
	enum fetch_outcome outcome;
	const char *reason;       /* why it is no answer, for a log; "" for FETCH_ANSWERED */
	int status;               /* of HTTP; 0 unless it is known */
	struct span body;         /* terminated; never NULL; empty unless FETCH_ANSWERED */
	const char *content_type; /* "" where none was given */
	int64_t retry_after_s;    /* as the answer asks; 0: it does not */
};

struct fetch_settings {
	unsigned lanes;        /* requests under way at the same time, threads that is */
	unsigned per_peer;     /* of them to one peer; 0: all */
	size_t most;           /* requests under way and waiting */
	const char *ca_file;   /* PEM; NULL or "": the system's store */
	const char *proxy;     /* URL; NULL or "": none */
	const char *proxy_not; /* hosts that need no proxy, with commas between; NULL: none */
};

struct fetcher;

/* The limits of JOB_FETCH that these settings need. */
void fetcher_job_limits(const struct fetch_settings *settings,
                        struct job_limits limits[JOB_CLASSES]);

/*
 * What is given must outlive it; the settings are copied. STATUS_NO_MEMORY; STATUS_INVALID where
 * libcurl does not take a setting; STATUS_INTERNAL.
 */
MUST_CHECK enum status fetcher_create(struct fetcher **out, struct loop *loop, struct jobs *jobs,
                                      struct log *log, struct clock clock,
                                      const struct fetch_settings *settings);

/*
 * Sends it; `done` is called in the loop exactly once, unless this does not return STATUS_OK:
 * STATUS_BUSY when `most` are under way, STATUS_INVALID for a request that cannot be sent,
 * STATUS_CLOSED after fetcher_stop(), STATUS_NO_MEMORY.
 */
MUST_CHECK enum status fetch_add(struct fetcher *fetcher, const struct fetch_request *request,
                                 void (*done)(void *context, const struct fetch_answer *answer),
                                 void *context);

/*
 * Tells what waits that it is not sent, and breaks off what is under way, within about a second.
 * Call it before jobs_stop(). Takes NULL.
 */
void fetcher_stop(struct fetcher *fetcher);

/* After fetcher_stop(), jobs_stop() and a loop_run(). Takes NULL. */
void fetcher_destroy(struct fetcher *fetcher);

/* How many requests are under way or wait. */
size_t fetcher_count(const struct fetcher *fetcher);

/*
 * The peer that a URL names: host in lower case and port, such as "oapi.dingtalk.com:443".
 * `secure`: by https. False for what fetch_add() would refuse as a URL. Any thread.
 */
MUST_CHECK bool fetch_peer(const char *url, char peer[FETCH_PEER_SIZE], bool *secure);

/* The name of an outcome in logs: "answered", "not_sent" or "unknown". Static. */
const char *fetch_outcome_text(enum fetch_outcome outcome);

#endif

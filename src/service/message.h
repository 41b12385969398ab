/*
 * Message: what comes to the service from a channel, and what goes back. No connection is named
 * here, and no bytes of any channel: those are the channel's.
 *
 * An address outlives what it leads to. What is sent to one that is closed goes nowhere.
 */
#ifndef DAYI_SERVICE_MESSAGE_H
#define DAYI_SERVICE_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "office/identity/token.h"
#include "service/refusal.h"

struct outgoing;
struct console_answer;
struct handover_event;
struct handover_events;
struct chats_state;
struct looked_at;
struct office_notice;

enum {
	/* An address stays with one person, so it keeps its conversation from one message to the
	 * next. Without this every message names its own, or begins one. */
	CHANNEL_LASTING = 1 << 0,
	/* It gathers what it asks: what it had taken is answered during a drain, too. It takes
	 * nothing new then. */
	CHANNEL_GATHERS = 1 << 1,
};

/* One kind of door. Static. */
struct channel {
	const char *name; /* "web", "http", a key's: for the rules and the journal */
	unsigned abilities;
	/*
	 * Sends to a living address; `line` is what service_open() was given for it. Every outcome
	 * of a message, a refusal too, comes here once. *outgoing is borrowed for the call. It must
	 * not call the service, but for service_waiting().
	 */
	void (*send)(void *line, const struct outgoing *outgoing);
};

/* Where an answer goes. A plain value; all zero: nowhere. */
struct return_address {
	const struct channel *channel;
	uint32_t id;
	uint32_t generation; /* another one has the same id later */
};

/* An ask. All of it is borrowed for the call. */
struct message {
	struct return_address from;
	const char *conversation; /* where the channel is not lasting: name of one, or NULL */
	const char *id;           /* the asker's own name for it, or NULL */
	/* The channel derives the names of its conversations, unguessable, by itself: one that is
	 * not kept begins under its name. Else a new one gets a name. */
	bool own_name;
	struct span text;
	const struct identity *who; /* that a token came with it names; NULL: none came */
	const char *browser;        /* static, or NULL where it is not known */
	/* Where the channel is not lasting: who sent it, as in service_open(). */
	struct span origin;
	/* Others read along: nothing of a record is said, whoever is signed in. A conversation is
	 * held in a group or apart from it, never in both. */
	bool in_group;
};

enum outgoing_kind {
	OUTGOING_REPLY,      /* to an ask */
	OUTGOING_WELCOME,    /* to a hello */
	OUTGOING_IDENTIFIED, /* to an identification */
	OUTGOING_RATED,      /* to a rating that is kept */
	OUTGOING_REFUSAL,    /* to anything but an ask */
	OUTGOING_CONSOLE,    /* to what an operator asked of the console */
	OUTGOING_EVENTS,     /* to an applicant who waits for what an operator says */
	OUTGOING_EVENT,      /* to a line that follows: one of them, */
	OUTGOING_STATE,      /* and how it stands */
	OUTGOING_CALL_BACK,  /* to a call-back that is kept */
	OUTGOING_TYPING,     /* to a line that follows: who answers is typing */
	OUTGOING_NOTICE,     /* to every line, when the notice has changed */
	OUTGOING_LOOKED_AT,  /* to a person who asks who has read their record */
};

struct outgoing {
	enum outgoing_kind kind;
	const char *to;           /* id of the message, or NULL */
	const char *conversation; /* its name, or NULL where there is none */
	enum refusal refusal;     /* of OUTGOING_REFUSAL, and of a reply that is one */
	/* OUTGOING_REPLY: the reply object of docs/openapi.yaml as JSON, without any channel's
	 * members. It begins with '{' and has members. */
	struct span object;
	bool resumed;          /* OUTGOING_WELCOME: the conversation was known */
	bool signed_in;        /* OUTGOING_WELCOME, OUTGOING_IDENTIFIED */
	const char *knowledge; /* OUTGOING_WELCOME: version */
	const char *text;    /* for the person: why a token did not count, or NULL; what came of an
	                        identification */
	const char *receipt; /* OUTGOING_RATED */
	const struct handover_events *events; /* OUTGOING_EVENTS: see handover.h */
	const struct handover_event *event;   /* OUTGOING_EVENT */
	const struct chats_state *state;      /* OUTGOING_EVENTS, OUTGOING_STATE: see chats.h */
	const struct console_answer *console; /* OUTGOING_CONSOLE: see console.h */
	const struct office_notice *notice;   /* that all are to see now, or NULL; in all kinds */
	const struct looked_at *looked_at;    /* OUTGOING_LOOKED_AT: see looked_at.h */
	int64_t retry_s; /* OUTGOING_REFUSAL: when trying again helps; 0: it is not known */
};

#endif

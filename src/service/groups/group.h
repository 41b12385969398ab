/*
 * Group: what all group chats share, between a channel (OneBot, WeCom, DingTalk, Feishu) and the
 * service. A channel hands over each message of its platform; this decides whether it is answered,
 * when, and with what: spoken to or not, the group's own settings, quiet hours, quotas, messages
 * that came twice, several short ones that are one question, whose conversation it is, how a long
 * answer is cut, what may be said where others read along. The channel gets the outcome by its
 * send(), as a value, and alone makes bytes of it.
 *
 * No socket and no wire format is known here. All of it is for the loop's thread.
 *
 * Ids are texts, as the platform writes them, GROUP_ID_MOST bytes at most: a number beyond 32 bits
 * is its decimal digits. Whether it was a number on the wire is the channel's to remember (in the
 * address, say).
 */
#ifndef DAYI_SERVICE_GROUP_H
#define DAYI_SERVICE_GROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/span.h"
#include "base/status.h"
#include "office/sessions/sessions.h"
#include "run/jobs.h"

struct service;
struct groups;     /* all of them, one a process */
struct group_door; /* one channel, once it is opened */

enum {
	GROUP_ID_MOST = 128,       /* bytes of an id; a longer one is refused with silence */
	GROUP_ADDRESS_MOST = 1024, /* bytes */
	GROUP_PARTS_MOST = 8,
};

/* --- the channel's side: what it is, and what it gets --- */

enum {
	GROUP_MENTIONS = 1 << 0, /* can @ a person */
	GROUP_QUOTES = 1 << 1,   /* can quote a message */
	GROUP_MARKDOWN = 1 << 2, /* parts are Markdown, unless an answer says otherwise */
	GROUP_CARDS = 1 << 3,    /* can show choices as buttons: uses `options` */
	/* The answer goes into the response to the message, and the platform sends a message again
	 * because that did not arrive: a repeat gets the same answer again. Without this it gets
	 * silence. */
	GROUP_IN_RESPONSE = 1 << 4,
	/* An answer may come later by another way, when the deadline has passed. */
	GROUP_LATE = 1 << 5,
};

enum group_answer_kind {
	/* Nothing is to be said: not spoken to, came twice, part of a question that a later message
	 * answers, switched off ... A platform that waits for a response gets its empty one. */
	GROUP_SILENCE,
	GROUP_ANSWER,
	/* The deadline is near, and the answer is not there: the parts say that it is being looked
	 * up. The answer, or silence, comes behind it. Only to a channel with GROUP_LATE. */
	GROUP_WAIT,
};

/* One thing to tap: typing `say` is the same. */
struct group_option {
	const char *label;
	const char *say; /* "1" */
};

/* All of it is borrowed for the call. */
struct group_answer {
	enum group_answer_kind kind;
	/* For group_sent(); 0: of GROUP_SILENCE and GROUP_WAIT, whose outcome is not asked for. */
	uint64_t id;
	struct span address; /* as the channel gave it with the message */
	const char *self;    /* likewise */
	const char *chat;    /* NULL: a single chat */
	const char *person;
	const char *mention; /* whom to @, in the first part; NULL: nobody */
	const char *quote;   /* id of the message to quote with the first part; NULL: none */
	/* The text, cut within the channel's limits; the last part holds the link, too. UTF-8, with
	 * "\n" between lines. Markdown where `markdown` is set. */
	const struct span *parts;
	size_t part_count;
	bool markdown;
	/* For cards. The parts say the same. */
	const struct group_option *options;
	size_t option_count;
	const char *link_label, *link_url; /* NULL: none */
	bool late;                         /* the deadline has passed: by the other way */
	bool again;                        /* the second and last attempt, after GROUP_FAILED */
};

/* One kind of channel. Static, or living as long as the door. */
struct group_kind {
	const char *name; /* "onebot": in settings, journal, metrics and `dayi channel` */
	unsigned abilities;
	/* Of one message of the platform; `part_bytes` of UTF-8. What the channel wraps around a
	 * part (the @, its own markup) is the channel's to leave room for. */
	size_t part_chars, part_bytes;
	size_t parts_most; /* 1 … GROUP_PARTS_MOST; what is longer ends with the link */
	/* Within that time after group_take() send() is called; 0: there is no deadline. The
	 * channel leaves itself the time that the way takes. */
	int64_t answer_ms;
	/*
	 * For each message that was handed over exactly one GROUP_ANSWER or GROUP_SILENCE, perhaps
	 * with a GROUP_WAIT before it; and one GROUP_ANSWER more, with `again` set, where the
	 * first was reported as failed. It may be called before group_take() returns, and may call
	 * group_sent(), but nothing else of this header.
	 */
	void (*send)(void *context, const struct group_answer *answer);
};

/* One message of the platform. All of it is borrowed for the call. */
struct group_message {
	const char *self;    /* the bot's own id */
	const char *chat;    /* id of the group; NULL: a single chat */
	const char *person;  /* id of who wrote it */
	const char *id;      /* the message's own; NULL: the platform gives none */
	struct span text;    /* without the bot's at, or any markup; may be empty */
	bool spoken_to;      /* the bot is @-ed, by id; "everybody" does not count */
	bool quotes_us;      /* it quotes a message that the bot sent: spoken to as well */
	struct span address; /* the channel's own, given back; GROUP_ADDRESS_MOST bytes */
	int64_t expires_ms;  /* no answer can be sent to it later, wall clock; 0: always */
};

/* What came of sending. */
enum group_outcome {
	GROUP_SENT,
	GROUP_FAILED,  /* the platform says that it did not take it: tried once more, if at all */
	GROUP_UNKNOWN, /* time-out, link lost, "retcode 1200": never sent again */
	/* Nothing of what is left was sent, for this process has no way to the platform (where
	 * group_shares()): another one may have, or this one later, see group_fetch(). */
	GROUP_UNREACHED,
};

/*
 * Opens a door. `context` is for send(). STATUS_NO_MEMORY, STATUS_INVALID (a limit of the kind
 * makes no sense, or the name is taken). Owned by the groups.
 */
MUST_CHECK enum status group_open(struct groups *groups, const struct group_kind *kind,
                                  void *context, struct group_door **out);

/* Forgets what is not answered yet, without a send(). Takes NULL. */
void group_close(struct group_door *door);

/* Takes a message. Copies what it keeps of it. */
void group_take(struct group_door *door, const struct group_message *message);

/*
 * What came of an answer's parts: `parts_sent` of them went out, and the next one, if any, ended
 * so. Once for each send() with an id; later or from inside it. An id that is not waited for any
 * more is passed over.
 */
void group_sent(struct group_door *door, uint64_t id, size_t parts_sent,
                enum group_outcome outcome);

/*
 * Whether other processes may answer in the same groups: then one at a time does in each, so that
 * answers keep their order, and what cannot be sent here is handed to who can.
 */
bool group_shares(const struct group_door *door);

/*
 * There is a way to the platform for the bot `self`: answers that were parked for it are sent,
 * those of other processes as well. Every second or so while there is, and when there is a new one
 * (`fresh`): then what other processes heard over theirs has a moment to come first.
 */
void group_fetch(struct group_door *door, const char *self, bool fresh);

/* Whether the channel is on. Off, every message gets silence, and what waits is not sent. */
bool group_is_on(const struct group_door *door);

/* Questions that were taken and have no last word yet. */
size_t group_under_way(const struct group_door *door);

/* --- the host's side --- */

/* Texts are borrowed and must outlive the groups. */
struct groups_settings {
	const char *store;      /* database, see store.h; "": in memory, for this process alone */
	int64_t busy_ms;        /* how long a locked file is waited for, per attempt */
	const char *file;       /* the groups' own settings (docs/groups.md); "": none */
	const char *public_url; /* "https://host/path": base of links; "": none is sent */
	int64_t gather_ms;      /* several messages of one person within it are one question */
	bool shared;            /* other processes use the store, and know the sessions' key */
};

/* All of it must outlive the groups. */
struct groups_tools {
	struct service *service;
	struct loop *loop;
	struct jobs *jobs; /* with groups_job_limits() */
	struct log *log;
	struct clock clock;
	random_function random;
};

/* Of JOB_GROUPS. */
struct job_limits groups_job_limits(const struct groups_settings *settings);

/* Faults of the file of settings, each with its line; as groups_create() finds them. */
MUST_CHECK enum status groups_check(const struct groups_settings *settings, struct faults *faults);

/* STATUS_INVALID for a file with faults, STATUS_IO for a store that cannot be used, both logged. */
MUST_CHECK enum status groups_create(struct groups **out, const struct groups_settings *settings,
                                     const struct groups_tools *tools);

/* Reads the file of settings again; one with faults, which are logged, changes nothing. Takes NULL.
 */
void groups_reload(struct groups *groups);

/* Before service_stop() and jobs_stop(): nothing more is sent. Takes NULL. */
void groups_stop(struct groups *groups);

/* After jobs_stop() and a loop_run(), before service_destroy(). Takes NULL. */
void groups_destroy(struct groups *groups);

/*
 * A kill switch in the store may have changed (bulletin_on_switch() tells): reads them now, and not
 * only with the next tick. Takes NULL.
 */
void groups_look(struct groups *groups);

/*
 * What is behind a link, for the pages /a/RECEIPT and /p/TOKEN: the ids of an answer's entries,
 * parted by blanks; of a private link its question, when it is used up. With STATUS_OK `done` is
 * called later, once, with STATUS_OK, STATUS_NOT_FOUND, STATUS_BUSY or STATUS_IO; the text is
 * borrowed. Else it is not called: STATUS_NOT_FOUND (no link looks like that), STATUS_BUSY.
 */
typedef void (*group_found)(void *context, enum status status, struct span text);
MUST_CHECK enum status groups_find_answer(struct groups *groups, struct span receipt,
                                          group_found done, void *context);
MUST_CHECK enum status groups_look_link(struct groups *groups, struct span token, group_found done,
                                        void *context);
/* Uses it up. */
MUST_CHECK enum status groups_take_link(struct groups *groups, struct span token, group_found done,
                                        void *context);

/* Appends the metrics of each channel (Prometheus). Takes NULL. */
void groups_write_metrics(const struct groups *groups, struct buf *out);

#endif

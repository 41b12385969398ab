/*
 * Refusal: why a request was not served. One table holds, for each reason, the code for
 * programs, the Chinese sentence for people, and the HTTP status.
 */
#ifndef DAYI_SERVICE_REFUSAL_H
#define DAYI_SERVICE_REFUSAL_H

#include "base/buf.h"
#include "base/status.h"
#include "engine/dialogue/reply.h"

enum refusal {
	REFUSAL_NONE = 0,
	/* what was sent */
	REFUSAL_TOO_LONG,  /* more than TURN_TEXT_MOST characters */
	REFUSAL_TOO_LARGE, /* more bytes than a message may have */
	REFUSAL_NOT_UTF8,
	REFUSAL_BINARY,
	REFUSAL_NOT_JSON,
	REFUSAL_TOO_DEEP,
	REFUSAL_UNKNOWN_TYPE,
	REFUSAL_BAD_MEMBER, /* missing or of the wrong type */
	REFUSAL_RECEIPT,    /* to be rated, but none of the last answers of the session */
	/* how much and how often */
	REFUSAL_RATE,
	REFUSAL_QUEUE_FULL,  /* replies wait to be read */
	REFUSAL_SLOW_READER, /* more of them than may wait */
	REFUSAL_CONNECTIONS,
	REFUSAL_ADDRESS_CONNECTIONS,
	/* HTTP */
	REFUSAL_BAD_REQUEST,
	REFUSAL_HEAD_TOO_LARGE,
	REFUSAL_FRAME,          /* of WebSocket: no such frame may come */
	REFUSAL_FILE_TOO_LARGE, /* an upload, or more entries than are taken at once */
	REFUSAL_LIVE_MOVED,     /* what is live is not what was looked at */
	REFUSAL_BAD_QUERY,      /* /api/v1/suggest without q, or with one too long to be read */
	REFUSAL_ORIGIN,
	REFUSAL_NOT_FOUND,
	REFUSAL_LOOPBACK, /* for this machine only */
	REFUSAL_NO_TOKEN, /* of a chat platform: it shows nothing that proves who it is */
	REFUSAL_METHOD,
	REFUSAL_NO_LENGTH,
	REFUSAL_MEDIA_TYPE,
	REFUSAL_UPGRADE, /* /chat without an upgrade */
	REFUSAL_SUBPROTOCOL,
	REFUSAL_TOKEN,    /* expired, or not to be trusted */
	REFUSAL_KEY,      /* of a program: none, unknown, revoked or ended */
	REFUSAL_SCOPE,    /* its key is not for that */
	REFUSAL_UNPROVEN, /* of a chat platform: what is wrong with it is not told */
	/* the console */
	REFUSAL_SIGNED_OUT, /* no session, or one that has ended */
	REFUSAL_SIGN_IN,    /* name, password or code: which is wrong is not told */
	REFUSAL_CODE_NEEDED,
	REFUSAL_LINK,
	REFUSAL_LOCKED,
	REFUSAL_PASSWORDS_BUSY,
	REFUSAL_MAY_NOT,
	REFUSAL_CSRF,
	REFUSAL_PASSWORD, /* the present one, on the way to a new one */
	REFUSAL_WEAK,     /* the new one */
	REFUSAL_CODE,
	REFUSAL_NO_RECEIPT,
	REFUSAL_RECEIPT_UNWRITTEN, /* no such receipt, but the latest turns are not written yet */
	REFUSAL_REASON,            /* why a record is read is not told */
	REFUSAL_ID_NUMBER,         /* to read a record by: it is none */
	REFUSAL_NO_RECORDS,        /* there is no source, or no way to find people so */
	REFUSAL_RECORDS_AWAY,      /* nothing could be read now */
	REFUSAL_NOBODY,            /* was found */
	REFUSAL_NO_PERSON,         /* no record is open in this session */
	REFUSAL_NO_FIELD,          /* of the record, or no such question */
	REFUSAL_NO_SESSION,        /* to be ended, of this account */
	REFUSAL_NO_CHAT,           /* waits to be taken */
	REFUSAL_NOT_HELD,          /* a chat, by this operator any more */
	REFUSAL_COLLEAGUE_AWAY,
	REFUSAL_NOT_ASKED,   /* for a person, in this conversation */
	REFUSAL_BAD_NUMBER,  /* of a telephone */
	REFUSAL_NO_DRAFT,    /* of that entry */
	REFUSAL_DRAFT_MOVED, /* somebody did something to it since it was read */
	REFUSAL_DRAFT_STATE, /* it is not in review, or not approved */
	REFUSAL_OWN_DRAFT,   /* to be approved by one of its authors */
	REFUSAL_INVALID_DRAFT,
	REFUSAL_NUMBER_TAKEN,
	REFUSAL_LOST_GOLDEN,   /* a golden question, or the verdict of a sample record */
	REFUSAL_CONFLICT,      /* with what went live meanwhile */
	REFUSAL_ENTRY_TAKEN,   /* the id of a new one */
	REFUSAL_NOT_TAKEN,     /* a version, by a replica or the folder */
	REFUSAL_NO_PUBLISHING, /* from here */
	REFUSAL_PUBLISHING,    /* another version */
	REFUSAL_NO_VERSION,
	REFUSAL_OTHER_FAQ, /* what is live and a version: they have no entry in common */
	REFUSAL_CONSOLE_REMOTE,
	REFUSAL_CONSOLE_ORIGIN,
	/* the state of the service */
	REFUSAL_DRAINING,
	REFUSAL_CHANNEL_OFF,
	REFUSAL_BEHIND,   /* of /readyz: another version of the knowledge is to be loaded first */
	REFUSAL_NOT_KEPT, /* a rating: the journal cannot be written now */
	REFUSAL_INTERNAL,
	REFUSAL_COUNT,
};

/* "too_long"; static. */
const char *refusal_code(enum refusal refusal);

/* The Chinese sentence; static. */
const char *refusal_text(enum refusal refusal);

int refusal_http_status(enum refusal refusal);

/* The refusal with that code, REFUSAL_NONE when there is none. */
enum refusal refusal_of_code(const char *code);

/* The reply that says so: outcome "busy" where trying later helps, else "error". */
void refusal_reply(enum refusal refusal, struct reply *out);

/* Appends its reply object. */
MUST_CHECK enum status refusal_write(enum refusal refusal, struct buf *out);

#endif

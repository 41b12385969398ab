/*
 * May: the only place that decides who may do what. Pure; any thread.
 */
#ifndef DAYI_IDENTITY_MAY_H
#define DAYI_IDENTITY_MAY_H

#include <stdbool.h>
#include <stddef.h>

/* Bits: somebody may have several. */
enum role {
	ROLE_APPLICANT = 1,
	ROLE_OPERATOR = 2,
	ROLE_EDITOR = 4,
	ROLE_REVIEWER = 8,
	ROLE_ADMINISTRATOR = 16,
};

enum { ROLE_COUNT = 5 };

/* Who wants something. */
struct principal {
	const char *account; /* its id, NULL where there is none; borrowed */
	unsigned roles;      /* 0: nobody who signed in */
};

enum action {
	ACTION_OWN_ACCOUNT,  /* see and change one's own account, end one's own sessions */
	ACTION_LOOK_UP,      /* entries, with their internal notes */
	ACTION_READ_RECEIPT, /* what was shown under a receipt */
	ACTION_READ_RECORD,  /* a person's, with a reason */
	ACTION_HOLD_CHAT,    /* take a waiting chat, write to the applicant */
	ACTION_READ_ASKED,   /* what people asked, masked and in sums */
	ACTION_SEE_TODAY,    /* what waits, what was declined, how the sources are */
	ACTION_READ_DRAFT,   /* and try it out */
	ACTION_EDIT_DRAFT,
	ACTION_REVIEW_DRAFT, /* of somebody else */
	ACTION_PUBLISH,
	ACTION_SWITCH_CHANNEL, /* off and on; put up and take down the emergency notice */
	ACTION_MANAGE_ACCOUNTS,
	ACTION_READ_AUDIT,
	ACTION_COUNT,
};

/* What it is done to. */
struct resource {
	const char *owner; /* id of the account whose it is; NULL: nobody's */
};

/* `resource` NULL: no particular one; then whether it may be done to any at all. */
bool may(const struct principal *principal, enum action action, const struct resource *resource);

/* "look_up"; static. */
const char *action_name(enum action action);

/* "operator" by the index of its bit, below ROLE_COUNT; static. */
const char *role_name(size_t index);

/* The bits of names parted by commas; 0 where one is none, or there is none. Not of applicants:
 * they have no account. */
unsigned roles_read(const char *names);

#endif

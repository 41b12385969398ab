/*
 * Asks: what people ask. One whose answer hangs on a record that was not read yet waits until it
 * was; every other one is answered at once.
 *
 * Asks of one session are answered in the order in which they came: those behind a waiting one wait
 * with it. A line that ends takes its waiting asks with it; the client asks again, and finds the
 * record that was being looked up for it.
 */
#ifndef DAYI_SERVICE_ASKS_H
#define DAYI_SERVICE_ASKS_H

#include "base/digest.h"
#include "service/state.h"

/* One ask, once it is known whose it is. */
struct ask {
	struct return_address from;
	struct session *session;
	const char *id; /* the asker's own name for it, or NULL */
	struct span text;
	const char *browser; /* static, or NULL where it is not known */
	bool in_group;       /* others read along */
};

/*
 * The name under which the reply of an ask is kept: its id and its words, for a program that counts
 * anew after a restart uses an id twice, and must not get the answer to another question; and who
 * reads along, for what one person was told is not for a group. Messages
 * of group chats go by the id alone: a platform repeats one of several that were one question.
 * Borrowed from the ask or from `room`; NULL: nothing is kept.
 */
const char *ask_name(const struct ask *ask, char room[DIGEST_HEX_SIZE]);

/* The address is closed: its asks are forgotten. */
void asks_forget(struct service *service, struct return_address address);

#endif

/*
 * Identify: who can not sign in at the portal says who they are with three things that belong
 * together: ID number, name, and the number of a certificate. Off unless sign_in.self says
 * otherwise; guessing locks the address and the ID number out (lockout.h).
 *
 * The answer never tells which of the three did not fit.
 */
#ifndef DAYI_SERVER_IDENTIFY_H
#define DAYI_SERVER_IDENTIFY_H

#include <stdbool.h>

#include "server/state.h"

struct identify_claim {
	const char *id; /* the frame's, or NULL */
	const char *id_number, *name, *certificate_number;
};

/* Answers at once, or after the record was read. Not 0: the connection must end. */
MUST_CHECK int identify_take(struct connection *connection, const struct identify_claim *claim);

/* The connection ends. */
void identify_forget(struct server *server, const struct connection *connection);

#endif

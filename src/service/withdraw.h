/*
 * Withdraw: a message that holds somebody's ID number, where others read along. It reaches neither
 * the engine nor the journal, and whoever wrote it is asked to withdraw it from the group.
 */
#ifndef DAYI_SERVICE_WITHDRAW_H
#define DAYI_SERVICE_WITHDRAW_H

#include "service/state.h"

/*
 * Whether an ID number of 15 or 18 digits stands in the text, right or wrong, and however its parts
 * are divided. A text that cannot be read holds one. Resets the service's arena.
 */
bool withdraw_is_due(struct service *service, struct span text);

/*
 * The reply object that asks for it, with a line that leads out of the group where links are given.
 * It lives until the next turn. Resets the service's arena.
 */
MUST_CHECK struct span withdraw_reply(struct service *service, struct span text);

#endif

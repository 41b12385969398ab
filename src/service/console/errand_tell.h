/*
 * Errand, answered: what was found or done goes to the channel that asked. Loop thread.
 */
#ifndef DAYI_SERVICE_ERRAND_TELL_H
#define DAYI_SERVICE_ERRAND_TELL_H

#include "base/status.h"
#include "service/message.h"

struct errand;
struct service;

/*
 * Sends the result. Where that fails it sets errand->refusal, which must be REFUSAL_NONE before,
 * and sends nothing.
 */
MUST_CHECK enum status errand_tell(struct errand *errand);

/* Sends errand->refusal to the channel that asked. */
void errand_refuse(struct errand *errand);

/* Answers CONSOLE_WHO where nobody is signed in. */
void errand_tell_nobody(struct service *service, struct return_address to);

#endif

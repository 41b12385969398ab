/*
 * Errand, answered: what was found or done goes to the channel that asked. Loop thread.
 */
#ifndef DAYI_SERVICE_ERRAND_TELL_H
#define DAYI_SERVICE_ERRAND_TELL_H

#include "base/status.h"
#include "service/message.h"

struct errand;
struct service;

/* Sends what came of it, or leaves a refusal in the errand, which has none before. */
MUST_CHECK enum status errand_tell(struct errand *errand);

/* Sends errand->refusal. */
void errand_refuse(struct errand *errand);

/* Of CONSOLE_WHO: nobody is signed in. */
void errand_tell_nobody(struct service *service, struct return_address to);

#endif

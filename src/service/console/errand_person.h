/*
 * Errand, about a person's record (service/console/person.h): why it is read, and whose it is. Loop
 * thread.
 */
#ifndef DAYI_SERVICE_ERRAND_PERSON_H
#define DAYI_SERVICE_ERRAND_PERSON_H

#include "service/console/person.h"

struct errand;

/* Masks the reason that was given: the audit has no identifiers. REFUSAL_REASON. */
MUST_CHECK enum refusal errand_mask_reason(struct errand *errand);

/* Calls person_open() for what the errand asks; `done` gets the errand as its context. */
MUST_CHECK enum refusal errand_open_person(struct errand *errand, person_done done);

/* Reads the value of errand->field into the errand, and whose it is, for the audit. */
MUST_CHECK enum refusal errand_find_field(struct errand *errand);

#endif

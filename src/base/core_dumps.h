/*
 * Core dumps: a crash must not write questions, records and keys into a file.
 */
#ifndef DAYI_BASE_CORE_DUMPS_H
#define DAYI_BASE_CORE_DUMPS_H

#include "base/status.h"

/*
 * Switches core dumps off for this process, including those that the system pipes into a
 * program. Other processes of the same user cannot read its memory either. STATUS_IO, with
 * errno, when the system refuses.
 */
MUST_CHECK enum status core_dumps_off(void);

#endif

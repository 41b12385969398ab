/*
 * Core dumps: a crash must not write questions, records and keys into a file.
 */
#ifndef DAYI_BASE_CORE_DUMPS_H
#define DAYI_BASE_CORE_DUMPS_H

#include "base/status.h"

/*
 * Switches them off for this process, those that the system hands to a program included; other
 * processes of the same user can not read its memory either. STATUS_IO, with errno, when the system
 * refuses.
 */
MUST_CHECK enum status core_dumps_off(void);

#endif

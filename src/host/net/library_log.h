/*
 * Library log: libwebsockets' own messages, as lines of ours.
 */
#ifndef DAYI_NET_LIBRARY_LOG_H
#define DAYI_NET_LIBRARY_LOG_H

#include <stdbool.h>

#include "base/clock.h"
#include "base/log.h"

/* Until library_log_stop(); `log` is borrowed meanwhile. One server a process. */
void library_log_start(struct log *log, struct clock clock);
void library_log_stop(void);

/* Whether its messages are dropped, while something is tried that may fail. */
void library_log_mute(bool mute);

#endif

/*
 * With settings: what the commands share that work on what `dayi serve` keeps. They read its
 * settings, act, and report faults.
 */
#ifndef DAYI_CLI_WITH_SETTINGS_H
#define DAYI_CLI_WITH_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "host/config/config.h"

struct with_settings {
	const char *file;     /* of the settings; NULL: the usual places */
	size_t arena_bytes;   /* at most, for the settings and for `act` */
	const char *doing;    /* as engine_fail() takes it, where no fault tells what failed */
	bool invalid_is_told; /* `act` itself tells why it returns STATUS_INVALID */
	/* Everything but `context` is borrowed until it returns. */
	enum status (*act)(void *context, const struct config *config, struct arena *arena,
	                   struct faults *faults);
	void *context;
};

/* The status of the settings or of `act`. Faults are on standard error then. */
enum status with_settings(const struct with_settings *with);

#endif

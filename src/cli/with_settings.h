/*
 * With settings: what the commands share that work on what `dayi serve` keeps. They read its
 * settings, act, and report faults.
 */
#ifndef DAYI_CLI_WITH_SETTINGS_H
#define DAYI_CLI_WITH_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/fault.h"
#include "base/language.h"
#include "base/place.h"
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

/* The option, of the commands that take from the settings what their other options do not name. The
 * text is that of user.c: po/update does not read headers. */
#define SETTINGS_OPTION                                                                            \
	{                                                                                          \
		"config", 'c', "FILE", 0, N_("Read the settings from FILE, as `dayi serve` does"), \
		        0                                                                          \
	}

enum { NAMED_FOLDER_SIZE = 64 };

/* What such a command was given; zeros where it was not. */
struct named_settings {
	struct arena *arena;
	struct config config;
	bool given;
	char unpacked[NAMED_FOLDER_SIZE]; /* of a version of the store, until it is closed; "" */
	char path[PLACE_SIZE];            /* of the knowledge in it */
};

/*
 * Reads them; with `file` NULL, does nothing. Faults are on standard error then.
 * named_settings_close() is due in either case.
 */
MUST_CHECK enum status named_settings_open(struct named_settings *named, const char *file);
void named_settings_close(struct named_settings *named);

/*
 * What they say is served: knowledge.folder, or with knowledge.from = store the version that is
 * current there, unpacked for this run, which is said on standard error. *folder is borrowed, and
 * NULL where none were given. Unless STATUS_OK standard error says why.
 */
MUST_CHECK enum status named_knowledge(struct named_settings *named, const char **folder);

struct engine;

/*
 * Both, and the engine: the folder that was given, else that of the settings in `file`, else the
 * one that is found. EXIT_DONE, or another exit status after saying why. Closing both is due in
 * either case, the engine first.
 */
int engine_open_named(struct engine *engine, struct named_settings *named, const char *file,
                      const char *folder);

/* How to match, else NULL. Borrowed. */
const struct match_settings *named_match(const struct named_settings *named);

#endif

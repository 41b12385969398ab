/*
 * What the sub-commands share: a snapshot opened for one run, with its complaints on stderr.
 */
#ifndef DAYI_CLI_ENGINE_H
#define DAYI_CLI_ENGINE_H

#include <argp.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/day.h"
#include "base/fault.h"
#include "base/place.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/scratch.h"
#include "engine/dialogue/snapshot.h"

struct engine {
	struct normaliser *normaliser;
	struct snapshot *snapshot;
	struct scratch *scratch; /* of the snapshot */
	struct arena *arena;
	struct clock clock;
	int64_t today_ms; /* what the clock says where a day was set: see engine_set_today() */
};

/* The folder given, or else the one that is found (base/place.h), which is said on stderr. */
const char *engine_folder(const char *given, char path[PLACE_SIZE]);

/*
 * EXIT_DONE, or another exit status after saying why on stderr. Faults go to `faults` when it is
 * given, else errors are printed. engine_close() is due in either case.
 */
int engine_open(struct engine *engine, const char *folder, const struct match_settings *settings,
                struct faults *faults);
void engine_close(struct engine *engine);

/* The entry of that id or number that answers; NULL where there is none. */
const struct entry *engine_find_entry(const struct engine *engine, const char *name);

/* "dayi: doing: reason" on stderr; returns EXIT_MACHINE. */
int engine_fail(const char *doing, enum status status);

enum { CHINA_TIME_SIZE = 32 };

/* "2026-11-23 15:04:05 +0800": the time in China, as the pages show it; "?" beyond the calendar. */
void china_time_write(int64_t at_ms, char text[CHINA_TIME_SIZE]);

/* The exit status for a status: 1 where the input is at fault, 3 where the machine is. */
int exit_of(enum status status);

/* "COMMAND: nothing written: reason" on stderr, where the faults have been printed. */
void say_unwritten(const char *command, enum status status);

/* From now on that day, YYYY-MM-DD, at noon in China; an option's value, for argp. */
void engine_set_today(struct engine *engine, const char *today);

/* False unless the whole value is a number, and from `least` to `most`. */
MUST_CHECK bool read_number(const char *value, long least, long most, long *out);

/* Checks the value of --today and copies it. */
void read_today(const char *value, char today[DAY_SIZE], struct argp_state *state);

/* On standard output, with ? for control characters: what people wrote stays on its line. */
void print_plain(struct span text);

/* One question in a conversation of its own. */
MUST_CHECK enum status engine_ask(struct engine *engine, struct span question, struct reply *reply);

#endif

#include "cli/engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/language.h"
#include "base/utf8.h"
#include "cli/cli.h"

enum { TURN_CEILING = 32 << 20, CHINA_AHEAD_S = 8 * 3600 };

int engine_fail(const char *doing, enum status status)
{
	fprintf(stderr, "dayi: %s: %s\n", doing, status_text(status));
	return EXIT_MACHINE;
}

int exit_of(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return EXIT_DONE;
	case STATUS_INVALID:
	case STATUS_LIMIT:
	case STATUS_NOT_FOUND:
		return EXIT_FAULTS;
	default:
		return EXIT_MACHINE;
	}
}

void say_unwritten(const char *command, enum status status)
{
	fprintf(stderr, _("%s: nothing written: %s\n"), command,
	        status == STATUS_INVALID ? _("mend the errors above first") : status_text(status));
}

const char *engine_folder(const char *given, char path[PLACE_SIZE])
{
	const char *folder = given ? given : place_find(&place_knowledge, path);
	if (!given)
		fprintf(stderr, _("dayi: the knowledge is taken from %s\n"), folder);
	return folder;
}

/* A command shares the server's index files, where there is a folder of the server's state. */
static struct match_settings settings_here(char path[PLACE_SIZE])
{
	struct match_settings settings = match_settings_default();
	(void)place_state("index", path);
	char *name = strrchr(path, '/');
	if (!name)
		return settings;
	*name = '\0';
	if (file_kind(path) == FILE_FOLDER)
		settings.index_folder = path;
	*name = '/';
	return settings;
}

static int open_parts(struct engine *engine, const char *folder,
                      const struct match_settings *settings, struct faults *faults)
{
	char path[PLACE_SIZE];
	const struct match_settings here = settings_here(path);
	enum status status = normaliser_create(&engine->normaliser);
	if (status == STATUS_OK)
		status = arena_create(&engine->arena, TURN_CEILING);
	if (status != STATUS_OK)
		return engine_fail(_("starting"), status);
	status = snapshot_build(folder, engine->normaliser, settings ? settings : &here, faults,
	                        &engine->snapshot);
	if (status == STATUS_OK)
		status = scratch_create(engine->snapshot, &engine->scratch);
	if (status == STATUS_OK)
		return EXIT_DONE;
	if (faults_count(faults, FAULT_ERROR) == 0)
		return engine_fail(folder, status);
	return EXIT_FAULTS;
}

int engine_open(struct engine *engine, const char *folder, const struct match_settings *settings,
                struct faults *faults)
{
	struct faults *own = NULL;
	*engine = (struct engine){ .clock = clock_system() };
	if (faults)
		return open_parts(engine, folder, settings, faults);
	const enum status status = faults_create(&own);
	if (status != STATUS_OK)
		return engine_fail(_("starting"), status);
	const int result = open_parts(engine, folder, settings, own);
	if (result == EXIT_FAULTS)
		faults_print(own, stderr);
	faults_destroy(own);
	return result;
}

void engine_close(struct engine *engine)
{
	scratch_destroy(engine->scratch);
	snapshot_destroy(engine->snapshot);
	normaliser_destroy(engine->normaliser);
	arena_destroy(engine->arena);
	*engine = (struct engine){ 0 };
}

static int64_t set_wall_ms(void *context)
{
	return *(const int64_t *)context;
}

void engine_set_today(struct engine *engine, const char *today)
{
	const struct day epoch = { 1970, 1, 1 };
	struct day day;
	if (!day_read(today, &day))
		return;
	/* 04:00 UTC is noon in China. */
	engine->today_ms =
	        (day_number(day) - day_number(epoch)) * 86400000 + (int64_t)4 * 3600 * 1000;
	engine->clock.wall_ms = set_wall_ms;
	engine->clock.context = &engine->today_ms;
}

void china_time_write(int64_t at_ms, char text[CHINA_TIME_SIZE])
{
	const time_t there = (time_t)(at_ms / 1000) + CHINA_AHEAD_S;
	struct tm parts;

	if (!gmtime_r(&there, &parts) ||
	    strftime(text, CHINA_TIME_SIZE, "%Y-%m-%d %H:%M:%S +0800", &parts) == 0)
		snprintf(text, CHINA_TIME_SIZE, "?");
}

bool read_number(const char *value, long least, long most, long *out)
{
	char *end;

	*out = strtol(value, &end, 10);
	return *value != '\0' && *end == '\0' && *out >= least && *out <= most;
}

void read_today(const char *value, char today[DAY_SIZE], struct argp_state *state)
{
	if (!day_valid(value))
		argp_error(state, _("--today takes a day such as 2026-11-23, not %s"), value);
	snprintf(today, DAY_SIZE, "%s", value);
}

enum status engine_ask(struct engine *engine, struct span question, struct reply *reply)
{
	const struct turn_input input = { .text = question,
		                          .clock = &engine->clock,
		                          .arena = engine->arena };

	arena_reset(engine->arena);
	return turn_take_alone(engine->snapshot, engine->scratch, &input, reply);
}

const struct entry *engine_find_entry(const struct engine *engine, const char *name)
{
	const struct knowledge *knowledge = engine->snapshot->knowledge;
	const struct entry *entry = knowledge_find(knowledge, name);
	long number;

	if (!entry && read_number(name, 1, INT32_MAX, &number))
		entry = knowledge_numbered(knowledge, (int)number);
	return entry && entry->kind == ENTRY_ANSWER ? entry : NULL;
}

void print_plain(struct span text)
{
	for (size_t at = 0; at < text.len;) {
		const size_t start = at;
		if (utf8_is_control(utf8_next(text, &at)))
			putchar('?');
		else
			fwrite(text.ptr + start, 1, at - start, stdout);
	}
}

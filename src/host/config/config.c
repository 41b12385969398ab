/*
 * How it works: one table of settings (config_table.c) drives the parser, its limits and defaults,
 * `--help`, and docs/configuration.md (base/settings.h). config_load() reads the file over the
 * defaults and finds the folders that the program comes with (find_places()). config_check.c looks
 * at what the values mean together, and at what they name.
 */
#include "host/config/config.h"

#include <stdio.h>
#include <string.h>

#include "base/place.h"
#include "host/config/config_check.h"

/* A path that the program finds by itself, unless the file sets it. */
struct found {
	const char **setting; /* in the configuration */
	const char *preset;   /* what it was before the file was read */
};

static enum status take_found(struct found found, const char *path, struct arena *arena)
{
	if (*found.setting != found.preset)
		return STATUS_OK;
	*found.setting = arena_copy(arena, span_of(path));
	return *found.setting ? STATUS_OK : STATUS_NO_MEMORY;
}

/* In server.var where the file sets it, else where the program finds it by itself. */
static enum status take_state(struct found found, const struct found *var, const char *name,
                              struct arena *arena)
{
	char path[PLACE_SIZE];

	if (*var->setting == var->preset)
		return take_found(found, place_state(name, path), arena);
	if (snprintf(path, sizeof(path), "%s/%s", *var->setting, name) >= (int)sizeof(path))
		return STATUS_LIMIT;
	return take_found(found, path, arena);
}

/*
 * Finds the folders that come with the program and those that it writes, here or beside the
 * program. With a knowledge folder of one's own, state is written here unless server.var is set.
 */
static enum status find_places(struct config *config, const struct config *presets,
                               const char *knowledge, struct arena *arena)
{
	const struct found folder = { &config->knowledge.folder, presets->knowledge.folder };
	const struct found page = { &config->web.folder, presets->web.folder };
	const struct {
		struct found found;
		const char *name;
	} states[] = {
		{ { &config->journal.file, presets->journal.file }, "journal.db" },
		{ { &config->record.file, presets->record.file }, "records.db" },
		{ { &config->sign_in.key_file, presets->sign_in.key_file }, "token.key" },
		{ { &config->session.file, presets->session.file }, "sessions.db" },
		{ { &config->session.key_file, presets->session.key_file }, "session.key" },
		{ { &config->audit.file, presets->audit.file }, "audit.db" },
		{ { &config->audit.key_file, presets->audit.key_file }, "audit.key" },
		{ { &config->console.store, presets->console.store }, "accounts.db" },
		{ { &config->groups.store, presets->groups.store }, "groups.db" },
		{ { &config->console.key_file, presets->console.key_file }, "console.key" },
		{ { &config->events.key_file, presets->events.key_file }, "events.key" },
		{ { &config->match.index_folder, presets->match.index_folder }, "index" },
		{ { &config->knowledge.versions, presets->knowledge.versions }, "versions" },
	};
	const struct found var = { &config->server.var, presets->server.var };
	const bool own = (knowledge || config->knowledge.folder != presets->knowledge.folder) &&
	                 *var.setting == var.preset;
	char path[PLACE_SIZE];
	enum status status = take_found(page, place_find(&place_page, path), arena);

	if (knowledge)
		config->knowledge.folder = knowledge;
	else if (status == STATUS_OK)
		status = take_found(folder, place_find(&place_knowledge, path), arena);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]) && !own; i++)
		if (status == STATUS_OK)
			status = take_state(states[i].found, &var, states[i].name, arena);
	return status;
}

/* A journal or sessions that are switched off stay so. */
static void share_store(struct config *config)
{
	if (config->store.url[0] == '\0')
		return;
	if (config->journal.file[0])
		config->journal.file = config->store.url;
	if (config->session.file[0])
		config->session.file = config->store.url;
	config->audit.file = config->store.url;
	config->console.store = config->store.url;
	config->groups.store = config->store.url;
}

enum status config_load(const struct config_given *given, struct arena *arena,
                        struct faults *faults, struct config *out)
{
	size_t count;
	const struct setting *settings = config_table(&count);
	struct config presets;
	enum status status, sound = STATUS_OK;

	*out = (struct config){ 0 };
	status = settings_defaults(settings, count, out, arena);
	presets = *out;
	if (status == STATUS_OK && given->file) {
		unsigned *lines = arena_array(arena, count, sizeof(*lines));

		if (!lines)
			return STATUS_NO_MEMORY;
		out->source = given->file;
		out->lines = lines;
		sound = settings_read(settings, count, out, arena, given->file, lines, faults);
	}
	if (status == STATUS_OK && (sound == STATUS_OK || sound == STATUS_INVALID))
		status = find_places(out, &presets, given->knowledge, arena);
	share_store(out);
	if (given->port >= 0)
		out->server.port = given->port;
	return status == STATUS_OK ? sound : status;
}

bool config_level_find(const char *name, enum log_level *out)
{
	static const char *const names[] = { "debug", "info", "warn", "error" };

	*out = LOG_INFO;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(name, names[i]) == 0) {
			*out = (enum log_level)i;
			return true;
		}
	return false;
}

enum log_level config_log_level(const struct config *config)
{
	enum log_level level;

	config_level_find(config->log_level, &level);
	return level;
}

bool config_has_channel(const struct config *config, const char *name)
{
	const struct {
		const char *name;
		bool set_up;
	} channels[] = {
		{ "web", true },
		{ "http", true },
		{ "onebot", config->onebot.path[0] || config->onebot.connect[0] },
		{ "wecom_bot", config->wecom_bot.path[0] },
		{ "wecom_app", config->wecom_app.path[0] },
		{ "dingtalk", config->dingtalk.path[0] },
		{ "feishu", config->feishu.path[0] },
	};

	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
		if (strcmp(channels[i].name, name) == 0)
			return channels[i].set_up;
	return false;
}

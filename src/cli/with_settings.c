#include "cli/with_settings.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "cli/engine.h"
#include "office/versions/versions.h"

enum { NAMED_BYTES = 1 << 20, BUSY_MS = 5000 };

enum status with_settings(const struct with_settings *with)
{
	const struct config_given given = { with->file, NULL, -1 };
	struct arena *arena = NULL;
	struct faults *faults = NULL;
	struct config config;
	enum status status = arena_create(&arena, with->arena_bytes);

	if (status == STATUS_OK)
		status = faults_create(&faults);
	if (status == STATUS_OK)
		status = config_load(&given, arena, faults, &config);
	if (status == STATUS_OK)
		status = with->act(with->context, &config, arena, faults);
	faults_print(faults, stderr);
	if (status != STATUS_OK && !(status == STATUS_INVALID && with->invalid_is_told) &&
	    faults_count(faults, FAULT_ERROR) == 0)
		(void)engine_fail(with->doing, status);
	faults_destroy(faults);
	arena_destroy(arena);
	return status;
}

enum status named_settings_open(struct named_settings *named, const char *file)
{
	const struct config_given given = { file, NULL, -1 };
	struct faults *faults = NULL;
	enum status status;

	*named = (struct named_settings){ .given = file != NULL };
	if (!file)
		return STATUS_OK;
	status = arena_create(&named->arena, NAMED_BYTES);
	if (status == STATUS_OK)
		status = faults_create(&faults);
	if (status == STATUS_OK)
		status = config_load(&given, named->arena, faults, &named->config);
	faults_print(faults, stderr);
	if (status != STATUS_OK && faults_count(faults, FAULT_ERROR) == 0)
		(void)engine_fail(file, status);
	faults_destroy(faults);
	return status;
}

void named_settings_close(struct named_settings *named)
{
	if (named->unpacked[0])
		file_remove_tree(named->unpacked);
	arena_destroy(named->arena);
	*named = (struct named_settings){ 0 };
}

/* Not where the server has its own: that may belong to another user. */
static enum status unpack(struct named_settings *named, struct store *store,
                          struct versions_pointer *pointer)
{
	const char *all = getenv("TMPDIR");
	const int len = snprintf(named->unpacked, sizeof(named->unpacked), "%s/dayi-XXXXXX",
	                         all && *all ? all : "/tmp");
	enum status status = versions_current(store, pointer);

	if (len < 0 || (size_t)len >= sizeof(named->unpacked) || !mkdtemp(named->unpacked)) {
		named->unpacked[0] = '\0';
		return STATUS_IO;
	}
	if (status == STATUS_OK && pointer->current == 0)
		status = STATUS_NOT_FOUND;
	if (status == STATUS_OK)
		status = versions_unpack(store, pointer->current, named->unpacked, named->path,
		                         sizeof(named->path));
	return status;
}

static enum status take_version(struct named_settings *named)
{
	const char *url = named->config.store.url;
	const struct store_settings settings = { .url = url,
		                                 .busy_ms = BUSY_MS,
		                                 .read_only = true };
	char problem[STORE_PROBLEM_SIZE] = "", name[STORE_NAME_SIZE];
	struct versions_pointer pointer = { 0 };
	struct store *store = NULL;
	enum status status = store_open(&store, &settings, &versions_schema, problem);

	if (status == STATUS_OK)
		status = unpack(named, store, &pointer);
	store_close(store);
	if (status == STATUS_OK)
		fprintf(stderr, _("dayi: the knowledge is version %" PRId64 " of %s\n"),
		        pointer.current, store_name(url, name));
	else
		fprintf(stderr, "dayi: %s: %s\n", store_name(url, name),
		        status == STATUS_NOT_FOUND ? _("no version was published yet")
		        : problem[0]               ? problem
		                                   : status_text(status));
	return status;
}

enum status named_knowledge(struct named_settings *named, const char **folder)
{
	enum status status = STATUS_OK;

	*folder = NULL;
	if (!named->given)
		return STATUS_OK;
	if (strcmp(named->config.knowledge.from, "store") != 0) {
		*folder = named->config.knowledge.folder;
		return STATUS_OK;
	}
	if (!named->path[0])
		status = take_version(named);
	*folder = named->path;
	return status;
}

const struct match_settings *named_match(const struct named_settings *named)
{
	return named->given ? &named->config.match : NULL;
}

int engine_open_named(struct engine *engine, struct named_settings *named, const char *file,
                      const char *folder)
{
	char path[PLACE_SIZE];
	enum status status = named_settings_open(named, file);

	if (status == STATUS_OK && !folder)
		status = named_knowledge(named, &folder);
	if (status != STATUS_OK)
		return exit_of(status);
	return engine_open(engine, engine_folder(folder, path), named_match(named), NULL);
}

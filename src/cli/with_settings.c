#include "cli/with_settings.h"

#include <stdio.h>

#include "cli/engine.h"

enum { NAMED_BYTES = 1 << 20 };

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
	arena_destroy(named->arena);
	*named = (struct named_settings){ 0 };
}

const char *named_knowledge(const struct named_settings *named)
{
	return named->given ? named->config.knowledge.folder : NULL;
}

const struct match_settings *named_match(const struct named_settings *named)
{
	return named->given ? &named->config.match : NULL;
}

#include "cli/with_settings.h"

#include <stdio.h>

#include "cli/engine.h"

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

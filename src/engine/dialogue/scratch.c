#include "engine/dialogue/scratch.h"

#include <stdlib.h>

enum status scratch_create(const struct snapshot *snapshot, struct scratch **out)
{
	struct scratch *scratch = calloc(1, sizeof(*scratch));
	*out = scratch;
	if (!scratch)
		return STATUS_NO_MEMORY;
	scratch->snapshot = snapshot;
	enum status status = match_scratch_create(snapshot->matcher, &scratch->match);
	if (status == STATUS_OK)
		status = diagnosis_scratch_create(snapshot->diagnoser, &scratch->diagnosis);
	if (status != STATUS_OK) {
		scratch_destroy(scratch);
		*out = NULL;
	}
	return status;
}

void scratch_destroy(struct scratch *scratch)
{
	if (!scratch)
		return;
	match_scratch_destroy(scratch->match);
	diagnosis_scratch_destroy(scratch->diagnosis);
	free(scratch);
}

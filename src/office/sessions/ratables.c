#include "office/sessions/ratables.h"

#include <stdio.h>
#include <string.h>

void ratables_add(struct ratables *ratables, const char *receipt)
{
	struct ratable *ratable = &ratables->items[ratables->next];

	ratables->next = (ratables->next + 1) % RATABLE_MOST;
	ratable->value = RATING_NONE;
	snprintf(ratable->receipt, sizeof(ratable->receipt), "%s", receipt);
}

struct ratable *ratables_find(struct ratables *ratables, const char *receipt)
{
	for (size_t i = 0; receipt[0] && i < RATABLE_MOST; i++)
		if (strcmp(ratables->items[i].receipt, receipt) == 0)
			return &ratables->items[i];
	return NULL;
}

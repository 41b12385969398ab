#include "service/console/asking.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/console/console.h"
#include "service/state.h"

enum { WAITING_MOST = 16, PROMPTS_CEILING = 256 << 20 };

struct asking {
	struct arena *arena; /* the popups of the knowledge */
	struct strings prompts;
	struct marks *marks;
	char query[CONSOLE_QUERY_BYTES + 1];
	struct journal_settings journal;
	struct asked_ask ask;
	struct asked *asked;
	bool csv;
};

struct job_limits asking_job_limits(void)
{
	return (struct job_limits){ 1, WAITING_MOST };
}

/* The knowledge may be exchanged while the job runs. */
static enum status copy_prompts(struct asking *asking, const struct knowledge *knowledge)
{
	const char **items;
	size_t count = 0;

	for (size_t i = 0; i < knowledge->answer_count; i++)
		count += knowledge->entries[i].prompts.count;
	items = arena_array(asking->arena, count + 1, sizeof(*items));
	if (!items)
		return STATUS_NO_MEMORY;
	asking->prompts.items = items;
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct strings *prompts = &knowledge->entries[i].prompts;

		for (size_t k = 0; k < prompts->count; k++) {
			items[asking->prompts.count] =
			        arena_copy(asking->arena, span_of(prompts->items[k]));
			if (!items[asking->prompts.count++])
				return STATUS_NO_MEMORY;
		}
	}
	return STATUS_OK;
}

static bool needs_prompts(enum asked_view view)
{
	return view == ASKED_VIEW_QUESTIONS || view == ASKED_VIEW_POPUPS;
}

enum refusal asking_create(struct asking **out, struct service *service,
                           const struct console_ask *ask)
{
	const struct asking_ask *said = &ask->asked;
	struct asking *asking = calloc(1, sizeof(*asking));
	enum status status = asking ? STATUS_OK : STATUS_NO_MEMORY;

	*out = asking;
	if (status == STATUS_OK)
		status = arena_create(&asking->arena, PROMPTS_CEILING);
	if (status == STATUS_OK && needs_prompts(said->view))
		status = copy_prompts(asking, service_knowledge(service));
	if (status == STATUS_OK && needs_prompts(said->view))
		status = marks_create(&service_knowledge(service)->lexicon, service->normaliser,
		                      &asking->marks);
	if (status != STATUS_OK)
		return REFUSAL_INTERNAL;
	snprintf(asking->query, sizeof(asking->query), "%s", ask->query ? ask->query : "");
	asking->journal = service->settings.journal;
	asking->csv = said->csv;
	asking->ask = (struct asked_ask){
		.view = said->view,
		.days = said->days > 0 ? said->days : ASKED_DAYS_USUAL,
		.kind = said->kind,
		.query = asking->query,
		.now_ms = service_wall_ms(service),
		.journal = &asking->journal,
		.normaliser = service->normaliser,
		.prompts = &asking->prompts,
		.marks = asking->marks,
	};
	return REFUSAL_NONE;
}

void asking_destroy(struct asking *asking)
{
	if (!asking)
		return;
	asked_destroy(asking->asked);
	marks_destroy(asking->marks);
	arena_destroy(asking->arena);
	free(asking);
}

enum status asking_run(struct asking *asking)
{
	return asked_read(&asking->asked, &asking->ask);
}

const struct asked *asking_answer(const struct asking *asking, bool *csv)
{
	*csv = asking->csv;
	return asking->asked;
}

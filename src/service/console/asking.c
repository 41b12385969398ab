#include "service/console/asking.h"

#include <stdio.h>
#include <stdlib.h>

#include "office/authoring/asked_json.h"
#include "service/console/console.h"
#include "service/state.h"

enum { WAITING_MOST = 16, COPIED_BYTES = 256 << 20, ANSWER_BYTES = 64 << 20 };

struct asking {
	struct arena *arena; /* of what is copied of the knowledge */
	struct asked_names names;
	struct strings prompts;
	struct marks *marks;
	char query[CONSOLE_QUERY_BYTES + 1];
	struct journal_settings journal;
	struct asked_ask ask;
	bool csv;
	struct buf answer;
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

static bool names_entries(enum asked_view view)
{
	return view != ASKED_VIEW_POPUPS && view != ASKED_VIEW_OUTCOMES;
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
	if (asking)
		buf_init(&asking->answer, ANSWER_BYTES);
	if (status == STATUS_OK)
		status = arena_create(&asking->arena, COPIED_BYTES);
	if (status == STATUS_OK && needs_prompts(said->view))
		status = copy_prompts(asking, service_knowledge(service));
	if (status == STATUS_OK && needs_prompts(said->view))
		status = marks_create(&service_knowledge(service)->lexicon, service->normaliser,
		                      &asking->marks);
	if (status == STATUS_OK && names_entries(said->view))
		status =
		        asked_names_copy(&asking->names, service_knowledge(service), asking->arena);
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
	marks_destroy(asking->marks);
	buf_deinit(&asking->answer);
	arena_destroy(asking->arena);
	free(asking);
}

enum status asking_run(struct asking *asking)
{
	struct asked *asked = NULL;
	enum status status = asked_read(&asked, &asking->ask);

	if (status == STATUS_OK) {
		asked_names_sort(&asking->names);
		status = asking->csv ? asked_write_csv(asked, &asking->names, &asking->answer)
		                     : asked_write_json(asked, &asking->names, &asking->answer);
	}
	asked_destroy(asked);
	return status;
}

struct span asking_answer(const struct asking *asking, bool *csv)
{
	*csv = asking->csv;
	return buf_span(&asking->answer);
}

#include "office/authoring/suggest_model.h"

#include <string.h>

#include "base/language.h"
#include "office/authoring/suggest_endpoint.h"
#include "office/authoring/suggest_parts.h"

enum { ARENA_BYTES = 4 << 20, PROBLEM_SIZE = 512 };

struct asking_model {
	struct suggest *suggest;
	const struct suggest_model *model;
	struct model_client *client;
	struct arena *arena; /* of one answer */
};

/* What the model wrote for one entry; a wording that is no alternate is passed over. */
static enum status add_wordings(const struct asking_model *asking, const struct entry *entry,
                                struct span answer)
{
	const struct suggest_model *model = asking->model;
	struct span wordings[ENDPOINT_WORDINGS_MOST];
	const char *problem = "";
	size_t count, refused = 0;
	enum status status = endpoint_read(answer, asking->arena, wordings, &count, &problem);

	if (status == STATUS_INVALID)
		model->left_out(model->context, _(problem));
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		status = suggest_add_wording(asking->suggest, entry, wordings[i]);
		if (status == STATUS_INVALID) {
			refused++;
			status = STATUS_OK;
		}
	}
	if (refused > 0)
		model->refused(model->context, entry, refused);
	return status;
}

static enum status ask(const struct asking_model *asking, const struct entry *entry,
                       const struct span *examples, size_t count)
{
	const struct suggest_model *model = asking->model;
	struct buf body, answer;
	const char *problem = "";
	enum status status;

	buf_init(&body, ENDPOINT_BODY_MOST);
	buf_init(&answer, ENDPOINT_ANSWER_MOST);
	endpoint_write(entry, model->name, examples, count, &body);
	status = buf_status(&body);
	if (status == STATUS_OK)
		status = model_ask(asking->client, buf_span(&body), &answer, &problem);
	if (status == STATUS_INVALID)
		model->left_out(model->context, problem);
	if (status == STATUS_OK)
		status = add_wordings(asking, entry, buf_span(&answer));
	buf_deinit(&body);
	buf_deinit(&answer);
	arena_reset(asking->arena);
	return status;
}

/* The first answer that is none ends it. */
static enum status ask_for_entries(const struct asking_model *asking)
{
	const struct knowledge *knowledge = asking->suggest->base.live->knowledge;
	const char *only = asking->model->only;
	enum status status = STATUS_OK;
	size_t asked = 0;

	for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i++) {
		const struct entry *entry = &knowledge->entries[i];
		struct span examples[ENDPOINT_EXAMPLES_MOST];
		size_t count;

		if (suggest_ended(asking->suggest))
			return STATUS_CLOSED;
		if (asked == SUGGEST_MODEL_ENTRIES_MOST || (only && strcmp(entry->id, only) != 0))
			continue;
		count = suggest_askings(asking->suggest, entry, examples, ENDPOINT_EXAMPLES_MOST);
		if (count == 0 && !only)
			continue;
		status = ask(asking, entry, examples, count);
		asked++;
	}
	return status;
}

static void tell_faults(const struct suggest_model *model, const struct faults *faults)
{
	char text[PROBLEM_SIZE];

	if (!faults || faults_kept(faults) == 0)
		return;
	fault_format(faults_at(faults, 0), text, sizeof(text));
	model->left_out(model->context, text);
}

enum status suggest_ask_model(struct suggest *suggest, const struct suggest_model *model)
{
	struct asking_model asking = { .suggest = suggest, .model = model };
	struct faults *faults = NULL;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = arena_create(&asking.arena, ARENA_BYTES);
	if (status == STATUS_OK)
		status = model_open(&asking.client, &model->settings, faults);
	tell_faults(model, faults);
	if (status == STATUS_OK)
		status = ask_for_entries(&asking);
	model_close(asking.client);
	arena_destroy(asking.arena);
	faults_destroy(faults);
	return status == STATUS_INVALID ? STATUS_OK : status;
}

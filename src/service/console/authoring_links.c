/*
 * The links of what is live are tried on demand. A job reads which there are, and takes the run in
 * the store (office/authoring/finding.h), unless another replica has it; then the loop asks for
 * them (office/authoring/link_check.h), long after the answer to who wanted it. What came of it is
 * written to the store every few seconds and at the end, by jobs of JOB_AUTHORING, so that every
 * replica tells it beside what else is stale.
 */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/authoring/finding.h"
#include "office/authoring/link_check.h"
#include "office/authoring/stale.h"
#include "service/console/authoring_parts.h"

enum {
	ARENA_BYTES = 8 << 20,
	AT_ONCE = 2, /* the lanes are there for others, too */
	LINK_REASON_SIZE = 96,
	WRITE_EVERY_US = 2000000,
};

/* What came of trying a link. */
struct link_seen {
	enum link_state state;
	int status;
	char reason[LINK_REASON_SIZE];
	bool tried;
};

/* The loop's, but for what a job has meanwhile. */
struct link_review {
	struct service *service;
	struct arena *arena;
	const char **urls;
	struct link_seen *seen;
	size_t count;
	struct link_check *check;
	int64_t run, written_us;
	bool ended;   /* all are tried */
	bool settled; /* and the store knows it, or need not or cannot be told */
	bool again;   /* there is more to be written than the job has */
	bool lost;    /* the run was given up for dead, and another one has begun */
	struct job job;
	/* The job's, while it is under way. */
	bool writes, last, beat_lost;
	struct buf text;
	enum status status;
};

void link_review_destroy(struct link_review *review)
{
	if (!review)
		return;
	link_check_destroy(review->check);
	arena_destroy(review->arena);
	buf_deinit(&review->text);
	free(review);
}

static const char *state_name(enum link_state state)
{
	static const char *const names[] = {
		[LINK_FINE] = "fine", [LINK_BROKEN] = "broken", [LINK_SILENT] = "silent"
	};

	assert(state <= LINK_SILENT);
	return names[state];
}

/* --- what came of it, into the store --- */

static void print_seen(const struct link_review *review, struct buf *out)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < review->count; i++) {
		const struct link_seen *seen = &review->seen[i];
		cJSON *one;

		if (!seen->tried)
			continue;
		one = cJSON_CreateObject();
		cJSON_AddStringToObject(one, "url", review->urls[i]);
		cJSON_AddStringToObject(one, "state", state_name(seen->state));
		cJSON_AddNumberToObject(one, "status", seen->status);
		cJSON_AddStringToObject(one, "reason", seen->reason);
		cJSON_AddItemToArray(array, one);
	}
	json_append(out, array);
	cJSON_Delete(array);
}

static void run_write(void *context, unsigned lane)
{
	struct link_review *review = context;
	struct authoring_lane *own = &review->service->authoring->lanes[lane];
	const struct span text = buf_span(&review->text);

	review->status = authoring_open_lane(review->service, own);
	if (review->status == STATUS_OK && review->last)
		review->status = finding_end(own->drafts, FINDING_LINKS, review->run, true, text);
	else if (review->status == STATUS_OK)
		review->status = finding_beat(own->drafts, FINDING_LINKS, review->run, text,
		                              &review->beat_lost);
}

static void write_soon(struct link_review *review);

static void done_write(void *context)
{
	struct link_review *review = context;
	const bool again = review->again;

	review->writes = review->again = false;
	if (review->status != STATUS_OK)
		log_event(review->service->tools.log, LOG_ERROR, "links_not_kept",
		          LOG_TEXT("status", status_text(review->status)));
	review->settled = review->last;
	review->lost = review->beat_lost;
	/* What is under way goes on, and no more is begun. */
	if (review->lost && !review->ended)
		link_check_stop(review->check);
	if ((again || review->lost) && !review->settled)
		write_soon(review);
}

static void write_soon(struct link_review *review)
{
	const struct service *service = review->service;

	if (service->stopped || review->lost) {
		review->settled = review->ended && !review->writes;
		return;
	}
	if (review->writes) {
		review->again = true;
		return;
	}
	review->written_us = service_now_us(service);
	review->last = review->ended;
	buf_clear(&review->text);
	print_seen(review, &review->text);
	review->job = (struct job){ .run = run_write, .done = done_write, .context = review };
	review->writes = buf_status(&review->text) == STATUS_OK &&
	                 jobs_add(service->tools.jobs, JOB_AUTHORING, &review->job) == STATUS_OK;
	/* Then it counts as given up, after a while. */
	if (!review->writes && review->last)
		review->settled = true;
}

static void take_result(void *context, size_t index, const struct link_result *result)
{
	struct link_review *review = context;
	struct link_seen *seen = &review->seen[index];

	seen->state = result->state;
	seen->status = result->status;
	snprintf(seen->reason, sizeof(seen->reason), "%s", result->reason);
	seen->tried = true;
	if (service_now_us(review->service) - review->written_us >= WRITE_EVERY_US)
		write_soon(review);
}

static void take_end(void *context)
{
	struct link_review *review = context;

	review->ended = true;
	write_soon(review);
}

/* --- in the loop, before a job --- */

enum refusal authoring_links_begin(struct writing *writing)
{
	return writing->service->settings.console.links && writing->service->tools.fetcher
	               ? REFUSAL_NONE
	               : REFUSAL_NOT_FOUND;
}

/* --- in the job --- */

enum status authoring_links(struct writing *writing)
{
	const struct knowledge *knowledge = NULL;
	struct stale_link *links = NULL;
	size_t count = 0, more;
	cJSON *object;
	enum status status = authoring_live_knowledge(writing, &knowledge);

	if (status == STATUS_OK)
		status = stale_links(knowledge, writing->arena, &links, &count, &more);
	if (status == STATUS_OK) {
		writing->urls = arena_array(writing->arena, count + 1, sizeof(*writing->urls));
		status = writing->urls ? STATUS_OK : STATUS_NO_MEMORY;
	}
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		writing->urls[writing->url_count] =
		        arena_copy(writing->arena, span_of(links[i].url));
		if (!writing->urls[writing->url_count++])
			status = STATUS_NO_MEMORY;
	}
	if (status == STATUS_OK)
		status = finding_begin(writing->lane->drafts, FINDING_LINKS, writing->who->name,
		                       &writing->links_run);
	if (status != STATUS_OK)
		return status;
	object = cJSON_CreateObject();
	cJSON_AddNumberToObject(object, "links", (double)count);
	return authoring_answer(writing, object);
}

static int by_url(const void *left, const void *right)
{
	return strcmp(json_string(*(cJSON *const *)left, "url", ""),
	              json_string(*(cJSON *const *)right, "url", ""));
}

static int url_of(const void *url, const void *one)
{
	return strcmp(url, json_string(*(cJSON *const *)one, "url", ""));
}

static enum status sort_seen(struct writing *writing, struct links_told *told)
{
	const size_t count = (size_t)cJSON_GetArraySize(told->seen);
	cJSON *one;

	told->sorted = arena_array(writing->arena, count + 1,
	                           sizeof(*told->sorted)); /* NOLINT(bugprone-sizeof-expression) */
	if (!told->sorted)
		return STATUS_NO_MEMORY;
	cJSON_ArrayForEach (one, told->seen)
		told->sorted[told->count++] = one;
	qsort(told->sorted, told->count,
	      sizeof(*told->sorted), /* NOLINT(bugprone-sizeof-expression) */
	      by_url);
	return STATUS_OK;
}

enum status authoring_links_read(struct writing *writing, struct links_told *out)
{
	struct finding finding;
	enum status status =
	        finding_read(writing->lane->drafts, FINDING_LINKS, writing->arena, &finding);

	*out = (struct links_told){ .under_way = finding.state == FINDING_RUNNING,
		                    .ended_ms = finding.ended_ms };
	if (status == STATUS_OK)
		status = document_parse(finding.result, &out->seen);
	return status == STATUS_OK ? sort_seen(writing, out) : status;
}

void authoring_links_add(const struct links_told *told, const char *url, cJSON *object)
{
	cJSON *const *found =
	        bsearch(url, told->sorted, told->count,
	                sizeof(*told->sorted), /* NOLINT(bugprone-sizeof-expression) */
	                url_of);
	const cJSON *seen = found ? *found : NULL;
	const cJSON *status = cJSON_GetObjectItemCaseSensitive(seen, "status");

	cJSON_AddItemToObject(object, "state",
	                      seen ? cJSON_CreateString(json_string(seen, "state", "silent"))
	                           : cJSON_CreateNull());
	cJSON_AddItemToObject(object, "status",
	                      cJSON_IsNumber(status) && status->valueint > 0
	                              ? cJSON_CreateNumber(status->valueint)
	                              : cJSON_CreateNull());
	cJSON_AddStringToObject(object, "reason", json_string(seen, "reason", ""));
}

/* --- in the loop, after it --- */

static enum status start(const struct writing *writing, int64_t run, struct link_review *review)
{
	struct link_check_settings settings = {
		.fetcher = writing->service->tools.fetcher,
		.at_once = AT_ONCE,
		.tried = take_result,
		.done = take_end,
		.context = review,
	};
	const enum status status = arena_create(&review->arena, ARENA_BYTES);

	if (status != STATUS_OK)
		return status;
	review->service = writing->service;
	review->run = run;
	review->written_us = service_now_us(writing->service);
	buf_init(&review->text, FINDING_BYTES);
	review->urls = arena_array(review->arena, writing->url_count + 1, sizeof(*review->urls));
	review->seen = arena_array(review->arena, writing->url_count + 1, sizeof(*review->seen));
	if (!review->urls || !review->seen)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < writing->url_count; i++) {
		review->urls[i] = arena_copy(review->arena, span_of(writing->urls[i]));
		if (!review->urls[i])
			return STATUS_NO_MEMORY;
	}
	review->count = writing->url_count;
	settings.urls = review->urls;
	settings.count = review->count;
	return link_check_start(&review->check, &settings);
}

static enum status begin(const struct writing *writing, int64_t run)
{
	struct authoring *authoring = writing->authoring;
	struct link_review *review;
	enum status status;

	if (writing->service->stopped)
		return STATUS_CLOSED;
	/* Requests of one that was lost are still under way. */
	if (authoring->links && !authoring->links->settled)
		return STATUS_BUSY;
	review = calloc(1, sizeof(*review));
	status = review ? start(writing, run, review) : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		link_review_destroy(review);
		return status;
	}
	link_review_destroy(authoring->links);
	authoring->links = review;
	return STATUS_OK;
}

/* One that is under way, here or elsewhere, goes on, and is the answer to this one as well. */
void authoring_links_end(struct writing *writing, bool well)
{
	const int64_t run = writing->links_run;
	enum status status;

	writing->links_run = 0;
	if (run == 0)
		return;
	status = well ? begin(writing, run) : STATUS_CLOSED;
	if (status == STATUS_OK)
		return;
	authoring_forsake(writing->service, FINDING_LINKS, run);
	log_event(writing->service->tools.log, LOG_ERROR, "links_not_checked",
	          LOG_TEXT("status", status_text(status)));
}

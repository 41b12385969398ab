/*
 * The links of what is live are tried on demand. A job reads which there are; then the loop asks
 * for them (office/authoring/link_check.h), long after the answer to who wanted it. What came of it
 * is kept in this process until the next time, and told beside what else is stale.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "office/authoring/link_check.h"
#include "office/authoring/stale.h"
#include "service/console/authoring_parts.h"

enum { ARENA_BYTES = 8 << 20, AT_ONCE = 2 /* the lanes are there for others, too */ };

/* The loop's. */
struct link_review {
	struct service *service;
	struct arena *arena;
	const char **urls;
	struct link_seen *seen;
	size_t count;
	struct link_check *check;
	bool under_way;
	int64_t ended_ms; /* 0: not yet */
};

void link_review_destroy(struct link_review *review)
{
	if (!review)
		return;
	link_check_destroy(review->check);
	arena_destroy(review->arena);
	free(review);
}

static void take_result(void *context, size_t index, const struct link_result *result)
{
	struct link_review *review = context;
	struct link_seen *seen = &review->seen[index];

	seen->state = result->state;
	seen->status = result->status;
	snprintf(seen->reason, sizeof(seen->reason), "%s", result->reason);
	seen->tried = true;
}

static void take_end(void *context)
{
	struct link_review *review = context;

	review->under_way = false;
	review->ended_ms = service_wall_ms(review->service);
}

/* --- in the loop, before a job --- */

enum refusal authoring_links_begin(struct writing *writing)
{
	const struct link_review *review = writing->authoring->links;

	if (writing->kind == CONSOLE_LINKS &&
	    (!writing->service->settings.console.links || !writing->service->tools.fetcher))
		return REFUSAL_NOT_FOUND;
	if (!review)
		return REFUSAL_NONE;
	writing->links_under_way = review->under_way;
	writing->links_ended_ms = review->ended_ms;
	writing->seen = arena_array(writing->arena, review->count + 1, sizeof(*writing->seen));
	if (!writing->seen)
		return REFUSAL_INTERNAL;
	for (size_t i = 0; i < review->count; i++) {
		struct link_seen *seen = &writing->seen[writing->seen_count];

		if (!review->seen[i].tried)
			continue;
		*seen = review->seen[i];
		seen->url = arena_copy(writing->arena, span_of(review->urls[i]));
		if (!seen->url)
			return REFUSAL_INTERNAL;
		writing->seen_count++;
	}
	return REFUSAL_NONE;
}

const struct link_seen *authoring_link_seen(const struct writing *writing, const char *url)
{
	for (size_t i = 0; i < writing->seen_count; i++)
		if (strcmp(writing->seen[i].url, url) == 0)
			return &writing->seen[i];
	return NULL;
}

/* --- in the job --- */

enum status authoring_links(struct writing *writing)
{
	char hash[DIGEST_HEX_SIZE];
	struct knowledge *knowledge = NULL;
	struct tree *tree = NULL;
	struct stale_link *links = NULL;
	size_t count = 0, more;
	cJSON *object;
	enum status status = authoring_live_tree(writing, &tree, hash);

	if (status == STATUS_OK)
		status = tree_knowledge(tree, NULL, &knowledge);
	if (status == STATUS_OK)
		status = stale_links(knowledge, writing->arena, &links, &count, &more);
	if (status == STATUS_OK) {
		writing->urls = arena_array(writing->arena, count + 1, sizeof(*writing->urls));
		status = writing->urls ? STATUS_OK : STATUS_NO_MEMORY;
	}
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		writing->urls[writing->url_count++] = links[i].url;
	knowledge_destroy(knowledge);
	tree_destroy(tree);
	if (status != STATUS_OK)
		return status;
	object = cJSON_CreateObject();
	cJSON_AddNumberToObject(object, "links", (double)count);
	return authoring_answer(writing, object);
}

/* --- in the loop, after it --- */

static enum status start(struct writing *writing, struct link_review *review)
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
	review->under_way = true;
	settings.urls = review->urls;
	settings.count = review->count;
	return link_check_start(&review->check, &settings);
}

/* One that is under way goes on, and is the answer to this one as well. */
void authoring_links_end(struct writing *writing)
{
	struct authoring *authoring = writing->authoring;
	struct link_review *review;
	enum status status;

	if (writing->kind != CONSOLE_LINKS || writing->refusal != REFUSAL_NONE || !writing->urls ||
	    writing->service->stopped || (authoring->links && authoring->links->under_way))
		return;
	review = calloc(1, sizeof(*review));
	status = review ? start(writing, review) : STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		link_review_destroy(authoring->links);
		authoring->links = review;
		return;
	}
	link_review_destroy(review);
	log_event(writing->service->tools.log, LOG_ERROR, "links_not_checked",
	          LOG_TEXT("status", status_text(status)));
}

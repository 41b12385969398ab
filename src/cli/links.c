#include "cli/links.h"

#include "office/authoring/link_check.h"
#include "office/authoring/stale.h"
#include "run/fetching.h"

enum { ARENA_BYTES = 64 << 20, LANES = 8, A_PEER = 4 };

struct tries {
	const struct stale_link *links;
	struct faults *faults;
	struct links_tried *tried;
	bool done;
};

static void take_result(void *context, size_t index, const struct link_result *result)
{
	struct tries *tries = context;
	const struct stale_link *link = &tries->links[index];
	const struct entry *entry = link->entries[0];

	tries->tried->fine += result->state == LINK_FINE;
	tries->tried->broken += result->state == LINK_BROKEN;
	tries->tried->silent += result->state == LINK_SILENT;
	if (result->state == LINK_BROKEN)
		faults_add(tries->faults, FAULT_WARNING, entry->file, entry->line, NULL,
		           "the link %s is answered with %d", link->url, result->status);
	else if (result->state == LINK_SILENT)
		faults_add(tries->faults, FAULT_WARNING, entry->file, entry->line, NULL,
		           "the link %s is not answered: %s", link->url, result->reason);
}

static void take_end(void *context)
{
	((struct tries *)context)->done = true;
}

static enum status try_all(struct tries *tries, const char *const *urls, size_t count)
{
	const struct fetch_settings fetches = { .lanes = LANES,
		                                .per_peer = A_PEER,
		                                .most = 2 * LINK_CHECK_AT_ONCE_MOST };
	struct link_check_settings settings = {
		.urls = urls,
		.count = count,
		.at_once = LINK_CHECK_AT_ONCE_MOST,
		.tried = take_result,
		.done = take_end,
		.context = tries,
	};
	struct fetching *fetching = NULL;
	struct link_check *check = NULL;
	enum status status = fetching_open(&fetching, &fetches);

	if (status == STATUS_OK) {
		settings.fetcher = fetching_fetcher(fetching);
		status = link_check_start(&check, &settings);
	}
	if (status == STATUS_OK)
		(void)fetching_wait(fetching, &tries->done, NULL);
	link_check_destroy(check);
	fetching_close(fetching);
	return status;
}

enum status links_try(const struct knowledge *knowledge, struct faults *faults,
                      struct links_tried *tried)
{
	struct tries tries = { .faults = faults, .tried = tried };
	struct arena *arena = NULL;
	struct stale_link *links = NULL;
	const char **urls = NULL;
	size_t count = 0;
	enum status status = arena_create(&arena, ARENA_BYTES);

	*tried = (struct links_tried){ 0 };
	if (status == STATUS_OK)
		status = stale_links(knowledge, arena, &links, &count, &tried->more);
	if (status == STATUS_OK) {
		urls = arena_array(arena, count + 1, sizeof(*urls));
		status = urls ? STATUS_OK : STATUS_NO_MEMORY;
	}
	for (size_t i = 0; i < count && urls; i++)
		urls[i] = links[i].url;
	tries.links = links;
	if (status == STATUS_OK && count > 0)
		status = try_all(&tries, urls, count);
	arena_destroy(arena);
	return status;
}

#include "office/authoring/link_check.h"

#include <assert.h>
#include <stdlib.h>

enum { ANSWER_BYTES = 256 * 1024, REDIRECTS = 5 };

/* A request under way. */
struct slot {
	struct link_check *check;
	size_t index;
	bool taken;
};

struct link_check {
	struct link_check_settings settings;
	struct slot slots[LINK_CHECK_AT_ONCE_MOST];
	size_t next, under_way;
};

/* 401 and the like say that something is there. */
static bool is_there(int status)
{
	return (status >= 200 && status < 400) || status == 401 || status == 403 || status == 405 ||
	       status == 407 || status == 416 || status == 429;
}

static struct link_result judge(const struct fetch_answer *answer)
{
	/* More than a page was sent, though only a byte was asked for. */
	const bool cut =
	        answer->outcome == FETCH_UNKNOWN && answer->status >= 200 && answer->status < 300;
	struct link_result result = { .state = LINK_SILENT, .reason = answer->reason };

	if (answer->outcome != FETCH_ANSWERED && !cut)
		return result;
	result.status = answer->status;
	result.reason = "";
	result.state = is_there(answer->status) ? LINK_FINE : LINK_BROKEN;
	return result;
}

static void fill(struct link_check *check);

static void take_answer(void *context, const struct fetch_answer *answer)
{
	struct slot *slot = context;
	struct link_check *check = slot->check;
	const struct link_result result = judge(answer);

	assert(slot->taken && check->under_way > 0);
	slot->taken = false;
	check->under_way--;
	check->settings.tried(check->settings.context, slot->index, &result);
	fill(check);
}

static struct slot *free_slot(struct link_check *check)
{
	for (size_t i = 0; i < check->settings.at_once; i++)
		if (!check->slots[i].taken)
			return &check->slots[i];
	return NULL;
}

static const char *why_not(enum status status)
{
	switch (status) {
	case STATUS_INVALID:
		return "it is no address that can be asked";
	case STATUS_BUSY:
		return "too much is under way";
	case STATUS_CLOSED:
		return "stopped";
	default:
		return status_text(status);
	}
}

/* False where it has to wait for one that is under way. */
static bool try_next(struct link_check *check, struct slot *slot)
{
	static const struct fetch_header headers[] = { { "Range", "bytes=0-0" } };
	const struct fetch_request request = {
		.what = "link",
		.url = check->settings.urls[check->next],
		.headers = headers,
		.header_count = 1,
		.deadline_ms = LINK_DEADLINE_MS,
		.answer_most = ANSWER_BYTES,
		.redirects_most = REDIRECTS,
	};
	struct link_result result = { .state = LINK_SILENT };
	enum status status;

	*slot = (struct slot){ check, check->next, true };
	status = fetch_add(check->settings.fetcher, &request, take_answer, slot);
	if (status == STATUS_OK) {
		check->next++;
		check->under_way++;
		return true;
	}
	slot->taken = false;
	if (status == STATUS_BUSY && check->under_way > 0)
		return false;
	result.reason = why_not(status);
	check->settings.tried(check->settings.context, check->next++, &result);
	return true;
}

static void fill(struct link_check *check)
{
	bool goes_on = true;

	while (goes_on && check->next < check->settings.count) {
		struct slot *slot = free_slot(check);

		goes_on = slot && try_next(check, slot);
	}
	/* The last thing that is done: it may be destroyed in there. */
	if (check->next == check->settings.count && check->under_way == 0)
		check->settings.done(check->settings.context);
}

enum status link_check_start(struct link_check **out, const struct link_check_settings *settings)
{
	struct link_check *check = calloc(1, sizeof(*check));

	assert(settings->at_once > 0 && settings->at_once <= LINK_CHECK_AT_ONCE_MOST);
	*out = check;
	if (!check)
		return STATUS_NO_MEMORY;
	check->settings = *settings;
	fill(check);
	return STATUS_OK;
}

void link_check_stop(struct link_check *check)
{
	assert(check->under_way > 0);
	check->settings.count = check->next;
}

void link_check_destroy(struct link_check *check)
{
	assert(!check || check->under_way == 0);
	free(check);
}

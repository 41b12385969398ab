#include <stdlib.h>
#include <string.h>

#include "office/authoring/stale.h"
#include "service/console/authoring_parts.h"

enum { DUE_DAYS = 30, LINK_ENTRIES_TOLD = 20 };

struct list {
	cJSON *overdue, *rules;
};

static void add_text(cJSON *object, const char *name, const char *text)
{
	cJSON_AddItemToObject(object, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static cJSON *entry_object(const struct entry *entry)
{
	cJSON *object = cJSON_CreateObject();

	add_text(object, "entry", entry->id);
	add_text(object, "question", entry->question);
	return object;
}

static cJSON *due_object(const struct entry *entry, int64_t days)
{
	cJSON *object = entry_object(entry);

	add_text(object, "owner", entry->owner[0] ? entry->owner : NULL);
	add_text(object, "review_by", entry->review_by);
	cJSON_AddNumberToObject(object, "days", (double)days);
	return object;
}

static void take_stale(void *context, const struct stale *stale)
{
	const struct list *list = context;
	cJSON *object;

	if (!stale->of) {
		cJSON_AddItemToArray(list->overdue, due_object(stale->entry, stale->days));
		return;
	}
	object = entry_object(stale->entry);
	add_text(object, "case", stale->of->id);
	add_text(object, "until", stale->day);
	cJSON_AddNumberToObject(object, "days", (double)stale->days);
	cJSON_AddItemToArray(list->rules, object);
}

static double days_of(const cJSON *object)
{
	return cJSON_GetObjectItemCaseSensitive(object, "days")->valuedouble;
}

static int by_days(const void *left, const void *right)
{
	const double a = days_of(*(cJSON *const *)left), b = days_of(*(cJSON *const *)right);

	return (a < b) - (a > b);
}

/* The most days first; what has as many in the order of the folder would be nicer, and no more. */
static enum status sort_by_days(cJSON *array)
{
	const size_t count = (size_t)cJSON_GetArraySize(array);
	cJSON **items = calloc(count + 1, sizeof(cJSON *));

	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		items[i] = cJSON_DetachItemFromArray(array, 0);
	qsort(items, count, sizeof(cJSON *), by_days);
	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, items[i]);
	free(items);
	return STATUS_OK;
}

/* Those that come up, and how many have no owner or day. */
static void add_coming(cJSON *object, const struct knowledge *knowledge, const char *today)
{
	cJSON *due = cJSON_AddArrayToObject(object, "due");
	size_t unowned = 0, undated = 0;
	struct day now, then;
	const bool known = day_read(today, &now);

	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];

		unowned += !entry->owner[0];
		undated += !entry->review_by[0];
		if (!known || !entry->review_by[0] || !day_read(entry->review_by, &then))
			continue;
		const int64_t days = day_number(now) - day_number(then);

		if (days <= 0 && days >= -DUE_DAYS)
			cJSON_AddItemToArray(due, due_object(entry, days));
	}
	cJSON_AddNumberToObject(object, "unowned", (double)unowned);
	cJSON_AddNumberToObject(object, "undated", (double)undated);
}

static enum status add_links(struct writing *writing, cJSON *object,
                             const struct knowledge *knowledge)
{
	cJSON *array = cJSON_AddArrayToObject(object, "links");
	struct links_told told;
	struct stale_link *links = NULL;
	size_t count = 0, more = 0;
	enum status status = authoring_links_read(writing, &told);

	authoring_add_time(object, "links_checked", told.ended_ms);
	cJSON_AddBoolToObject(object, "links_under_way", told.under_way);
	if (status == STATUS_OK)
		status = stale_links(knowledge, writing->arena, &links, &count, &more);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		cJSON *one = cJSON_CreateObject(), *entries;

		add_text(one, "url", links[i].url);
		authoring_links_add(&told, links[i].url, one);
		entries = cJSON_AddArrayToObject(one, "entries");
		for (size_t e = 0; e < links[i].entry_count && e < LINK_ENTRIES_TOLD; e++)
			cJSON_AddItemToArray(entries, cJSON_CreateString(links[i].entries[e]->id));
		cJSON_AddItemToArray(array, one);
	}
	cJSON_Delete(told.seen);
	cJSON_AddNumberToObject(object, "links_more", status == STATUS_OK ? (double)more : 0);
	return status;
}

static enum status tell(struct writing *writing, const struct knowledge *knowledge)
{
	cJSON *object = cJSON_CreateObject();
	char today[DAY_SIZE];
	struct list list;
	enum status status;

	day_in_china(writing->who->at_ms, today);
	add_text(object, "today", today);
	list.overdue = cJSON_AddArrayToObject(object, "overdue");
	list.rules = cJSON_AddArrayToObject(object, "rules");
	if (!list.overdue || !list.rules) {
		cJSON_Delete(object);
		return STATUS_NO_MEMORY;
	}
	stale_find(knowledge, today, take_stale, &list);
	add_coming(object, knowledge, today);
	status = sort_by_days(list.overdue);
	if (status == STATUS_OK)
		status = sort_by_days(cJSON_GetObjectItemCaseSensitive(object, "due"));
	if (status == STATUS_OK)
		status = add_links(writing, object, knowledge);
	if (status == STATUS_OK)
		return authoring_answer(writing, object);
	cJSON_Delete(object);
	return status;
}

enum status authoring_stale(struct writing *writing)
{
	const struct knowledge *knowledge = NULL;
	const enum status status = authoring_live_knowledge(writing, &knowledge);

	return status == STATUS_OK ? tell(writing, knowledge) : status;
}

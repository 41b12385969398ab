#include "service/console/today.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "service/state.h"

static const size_t bytes_most = (size_t)8 * 1024 * 1024;

enum { ID_SIZE = 129 };

enum status today_read(struct today **out, const struct journal_settings *journal, int64_t wall_ms)
{
	struct today *today = calloc(1, sizeof(*today));
	enum status status;

	*out = today;
	if (!today)
		return STATUS_NO_MEMORY;
	status = arena_create(&today->arena, bytes_most);
	if (status != STATUS_OK)
		return status;
	today->since_ms = day_begin(wall_ms);
	today->journal_kept = journal->file[0] != '\0';
	if (!today->journal_kept)
		return STATUS_OK;
	today->journal_status = journal_read_day(journal->file, journal->busy_ms, today->since_ms,
	                                         today->arena, &today->day);
	return today->journal_status == STATUS_NO_MEMORY ? STATUS_NO_MEMORY : STATUS_OK;
}

/* ASCII, CJK and general punctuation; width is folded before. */
static bool is_mark(uint32_t point)
{
	if (point < 0x80)
		return !(point >= '0' && point <= '9') && !(point >= 'a' && point <= 'z') &&
		       !(point >= 'A' && point <= 'Z');
	return (point >= 0x2000 && point <= 0x206f) || (point >= 0x3000 && point <= 0x303f);
}

/* Punctuation, blanks and width make no difference. */
static enum status fold(const struct service *service, struct arena *arena, struct span question,
                        struct span *out)
{
	struct text text;
	const enum status status = normalise(service->normaliser, question, arena, &text);
	char *folded = status == STATUS_OK ? arena_alloc(arena, text.utf8.len + 1) : NULL;
	size_t len = 0;

	*out = question;
	if (!folded)
		return status == STATUS_OK ? STATUS_NO_MEMORY : status;
	for (size_t at = 0; at < text.utf8.len;) {
		const size_t start = at;

		if (is_mark(utf8_next(text.utf8, &at)))
			continue;
		memcpy(folded + len, text.utf8.ptr + start, at - start);
		len += at - start;
	}
	*out = (struct span){ folded, len };
	return STATUS_OK;
}

static enum status group_declined(struct today *today, const struct service *service)
{
	struct span *keys = arena_array(today->arena, TODAY_GROUPS_MOST, sizeof(*keys));

	if (!keys)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < today->day.declined_count; i++) {
		const struct day_declined *one = &today->day.declined[i];
		size_t at = 0;
		struct span key;
		const enum status status = fold(service, today->arena, one->question, &key);

		if (status != STATUS_OK)
			return status;
		while (at < today->declined_count && !span_equal(keys[at], key))
			at++;
		if (at == TODAY_GROUPS_MOST) {
			today->declined_more++;
			continue;
		}
		if (at == today->declined_count) {
			keys[today->declined_count++] = key;
			today->declined[at] = (struct today_declined){ .question = one->question,
				                                       .reason = one->reason,
				                                       .topic = one->topic };
		}
		today->declined[at].count += one->count;
		if (one->last_ms > today->declined[at].last_ms)
			today->declined[at].last_ms = one->last_ms;
	}
	return STATUS_OK;
}

static int by_count(const void *a, const void *b)
{
	const struct today_declined *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	return (one->last_ms < other->last_ms) - (one->last_ms > other->last_ms);
}

/* By the first entry of the answer, which is what was shown at the top. */
static void group_disliked(struct today *today, const struct knowledge *knowledge)
{
	for (size_t i = 0; i < today->day.disliked_count; i++) {
		const struct day_disliked *one = &today->day.disliked[i];
		const char *end = memchr(one->entries.ptr, ' ', one->entries.len);
		const struct span id = { one->entries.ptr, end ? (size_t)(end - one->entries.ptr)
			                                       : one->entries.len };
		struct today_disliked *group;
		size_t at = 0;
		char text[ID_SIZE];

		while (at < today->disliked_count && !span_equal(today->disliked[at].id, id))
			at++;
		if (at == TODAY_ENTRIES_MOST)
			continue;
		group = &today->disliked[at];
		if (at == today->disliked_count) {
			today->disliked_count++;
			snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(id));
			*group =
			        (struct today_disliked){ .id = id,
				                         .entry = knowledge_find(knowledge, text) };
		}
		group->count++;
		if (one->reason.len > 0 && group->reason_count < TODAY_REASONS_MOST)
			group->reasons[group->reason_count++] = one->reason;
	}
}

static int by_dislikes(const void *a, const void *b)
{
	const struct today_disliked *one = a, *other = b;

	return (one->count < other->count) - (one->count > other->count);
}

enum status today_complete(struct today *today, const struct service *service)
{
	enum status status;

	service_gauges(service, &today->gauges);
	today->records = records_there(service->records);
	status = group_declined(today, service);
	if (status != STATUS_OK)
		return status;
	group_disliked(today, service->snapshot->knowledge);
	qsort(today->declined, today->declined_count, sizeof(today->declined[0]), by_count);
	qsort(today->disliked, today->disliked_count, sizeof(today->disliked[0]), by_dislikes);
	return STATUS_OK;
}

void today_destroy(struct today *today)
{
	if (!today)
		return;
	arena_destroy(today->arena);
	free(today);
}

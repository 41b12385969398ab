/*
 * How it works: the rows of the journal (office/journal/asked.h) are summed up in a table by text;
 * then, where it is about questions or popups, the texts are sorted by how often they were asked
 * and grouped (likeness.h). A search puts the texts into a full-text table of their own and keeps
 * the groups that have a hit: the journal may be in a database that has no FTS5. asked_popups.c
 * finds the popups in a text; asked_counts.c makes the views that group nothing.
 */
#include "office/authoring/asked.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "engine/match/lookup_table.h"
#include "office/authoring/asked_parts.h"
#include "office/authoring/likeness.h"

enum {
	ARENA_CEILING = 512 << 20,
	TEXT_CEILING = 16 << 20,
	TABLE_EXPECTED = 4096,
	HITS_MOST = 2000, /* of a search: the most asked ones */
};

static const char *view_name(enum asked_view view)
{
	static const char *const names[ASKED_VIEWS] = { "questions", "popups", "choices", "entries",
		                                        "outcomes" };

	assert((unsigned)view < ASKED_VIEWS);
	assert((size_t)view < sizeof(names) / sizeof(names[0]));
	return names[view];
}

bool asked_view_read(struct span name, enum asked_view *out)
{
	for (int view = 0; view < ASKED_VIEWS; view++)
		if (span_equal(name, span_of(view_name((enum asked_view)view)))) {
			*out = (enum asked_view)view;
			return true;
		}
	return false;
}

const char *const *asked_heads(enum asked_view view)
{
	static const char *const heads[ASKED_VIEWS][10] = {
		[ASKED_VIEW_QUESTIONS] = { N_("Group"), N_("Times in the group"), N_("Unanswered"),
		                           N_("Disliked"), N_("First"), N_("Last"), N_("New popup"),
		                           N_("Question"), N_("Times asked") },
		[ASKED_VIEW_POPUPS] = { N_("New popup"), N_("Times seen"), N_("First"), N_("Last"),
		                        N_("Question") },
		[ASKED_VIEW_CHOICES] = { N_("Question"), N_("Entry"), N_("Number"), N_("Chosen"),
		                         N_("Times chosen") },
		[ASKED_VIEW_ENTRIES] = { N_("Entry"), N_("Number"), N_("Question"), N_("Answered"),
		                         N_("Offered"), N_("Times chosen"), N_("Helped"),
		                         N_("Did not help"), N_("Last") },
		[ASKED_VIEW_OUTCOMES] = { N_("Day"), N_("Channel"), N_("Outcome"), N_("Turns") },
	};

	assert((unsigned)view < ASKED_VIEWS);
	return heads[view];
}

static struct asked_item *find(const struct asked_reading *reading, struct span text, uint64_t hash)
{
	struct hash_link *link = hash_first(&reading->table, hash);

	for (; link; link = hash_next(link)) {
		struct asked_item *item = hash_item(link, struct asked_item, link);

		if (span_equal(item->text, text))
			return item;
	}
	return NULL;
}

int64_t *asked_make_counts(struct asked *asked)
{
	return arena_array(asked->arena, asked->days + 1, sizeof(int64_t));
}

struct asked_item *asked_item_of(struct asked_reading *reading, struct span text)
{
	const uint64_t hash = hash_of(&reading->table, text);
	struct asked_item *item = find(reading, text, hash);
	const char *copy;

	if (item)
		return item;
	item = arena_alloc(reading->asked->arena, sizeof(*item));
	copy = arena_copy(reading->asked->arena, text);
	if (!item || !copy)
		return NULL;
	item->text = (struct span){ copy, text.len };
	hash_add(&reading->table, &item->link, hash);
	item->next = reading->items;
	reading->items = item;
	reading->count++;
	return item;
}

void asked_count_day(const struct asked *asked, int64_t *counts, int64_t day, int64_t count)
{
	const int64_t at = day - asked->first_day;

	if (at >= 0 && at < (int64_t)asked->days)
		counts[at] += count;
}

static void count_days(const struct asked *asked, int64_t *counts, const struct asked_item *item)
{
	for (const struct day_count *one = item->days; one; one = one->next)
		asked_count_day(asked, counts, one->day, one->count);
}

enum status asked_count_row(const struct asked *asked, struct asked_item *item,
                            const struct asked_row *row)
{
	struct day_count *day = arena_alloc(asked->arena, sizeof(*day));

	if (!day)
		return STATUS_NO_MEMORY;
	*day = (struct day_count){ item->days, row->day, row->count };
	item->days = day;
	item->count += row->count;
	if (item->first_ms == 0 || row->first_ms < item->first_ms)
		item->first_ms = row->first_ms;
	if (row->last_ms > item->last_ms)
		item->last_ms = row->last_ms;
	return STATUS_OK;
}

void asked_count_entry(struct asked_count *entries, size_t *count, size_t most, struct span id,
                       int64_t times)
{
	for (size_t i = 0; i < *count; i++)
		if (span_equal(entries[i].text, id)) {
			entries[i].count += times;
			return;
		}
	if (*count < most)
		entries[(*count)++] = (struct asked_count){ id, times };
}

struct span asked_cut_id(struct span *ids)
{
	const char *blank = memchr(ids->ptr, ' ', ids->len);
	const struct span id = { ids->ptr, blank ? (size_t)(blank - ids->ptr) : ids->len };

	ids->ptr += id.len + (blank != NULL);
	ids->len -= id.len + (blank != NULL);
	return id;
}

enum status asked_keep(const struct asked_reading *reading, struct span text, struct span *out)
{
	const char *copy = arena_copy(reading->asked->arena, text);

	*out = (struct span){ copy ? copy : "", copy ? text.len : 0 };
	return copy ? STATUS_OK : STATUS_NO_MEMORY;
}

/* --- questions --- */

/* False for signs and emoji alone: no entry can be written for them. */
static enum status find_word(const struct asked_reading *reading, struct span question, bool *out)
{
	struct text text;
	enum status status;

	*out = false;
	arena_reset(reading->scratch);
	status = normalise(reading->ask->normaliser, question, reading->scratch, &text);
	if (status == STATUS_OK)
		*out = text_has_word(&text);
	return status;
}

static enum status take_question(void *context, const struct asked_row *row)
{
	struct asked_reading *reading = context;
	struct asked_item *item;
	struct span ids = row->entries;
	bool has_word;
	enum status status = find_word(reading, row->question, &has_word);

	if (status != STATUS_OK || !has_word)
		return status;
	item = asked_item_of(reading, row->question);
	status = item ? asked_count_row(reading->asked, item, row) : STATUS_NO_MEMORY;
	if (status != STATUS_OK)
		return status;
	*(reading->bad ? &item->disliked : &item->unanswered) += row->count;
	while (status == STATUS_OK && ids.len > 0) {
		struct span id;

		status = asked_keep(reading, asked_cut_id(&ids), &id);
		asked_count_entry(item->entries, &item->entry_count, ASKED_FEW, id, row->count);
	}
	if (status == STATUS_OK && row->reason.len > 0 && item->reason_count < ASKED_FEW)
		status = asked_keep(reading, row->reason, &item->reasons[item->reason_count++]);
	return status;
}

/* The more often and, as often, the later asked first; 0: the same in both. */
static int by_times(int64_t one, int64_t one_last_ms, int64_t other, int64_t other_last_ms)
{
	const int order = (one < other) - (one > other);

	return order != 0 ? order : (one_last_ms < other_last_ms) - (one_last_ms > other_last_ms);
}

static int by_weight(const void *a, const void *b)
{
	const struct asked_item *one = *(struct asked_item *const *)a,
	                        *other = *(struct asked_item *const *)b;
	const size_t least = one->text.len < other->text.len ? one->text.len : other->text.len;
	int order = by_times(one->count, one->last_ms, other->count, other->last_ms);

	if (order == 0)
		order = memcmp(one->text.ptr, other->text.ptr, least);
	return order != 0 ? order : (one->text.len > least) - (other->text.len > least);
}

enum status asked_sort_items(struct asked_reading *reading, struct asked_item ***out)
{
	struct asked_item **items =
	        arena_array(reading->asked->arena, reading->count + 1, sizeof(*items));
	size_t count = 0;

	if (!items)
		return STATUS_NO_MEMORY;
	for (struct asked_item *item = reading->items; item; item = item->next)
		items[count++] = item;
	qsort(items, count, sizeof(*items), by_weight);
	if (count > ASKED_GROUPED_MOST) {
		count = ASKED_GROUPED_MOST;
		reading->asked->cut = true;
	}
	reading->count = count;
	reading->asked->looked_at = count;
	*out = items;
	return STATUS_OK;
}

static enum status find_hits(const struct asked_reading *reading, struct asked_item *const *items,
                             struct lookup_table *table)
{
	struct lookup_hit *hits = calloc(HITS_MOST, sizeof(*hits));
	struct text typed;
	size_t count = 0;
	enum status status = hits ? STATUS_OK : STATUS_NO_MEMORY;

	arena_reset(reading->scratch);
	if (status == STATUS_OK)
		status = normalise(reading->ask->normaliser, span_of(reading->ask->query),
		                   reading->scratch, &typed);
	if (status == STATUS_OK)
		status = lookup_table_find(table, &typed, hits, HITS_MOST, &count);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		if (hits[i].all && hits[i].row < reading->count)
			items[hits[i].row]->found = true;
	free(hits);
	return status;
}

/* Marks the items with the words that were typed. */
static enum status search(const struct asked_reading *reading, struct asked_item *const *items)
{
	struct span *texts = arena_array(reading->asked->arena, reading->count + 1, sizeof(*texts));
	struct lookup_table *table = NULL;
	void *bytes = NULL;
	size_t size = 0;
	enum status status = texts ? STATUS_OK : STATUS_NO_MEMORY;

	for (size_t i = 0; status == STATUS_OK && i < reading->count; i++)
		texts[i] = items[i]->text;
	if (status == STATUS_OK)
		status = lookup_table_build_texts(texts, reading->count, reading->ask->normaliser,
		                                  &bytes, &size);
	if (status == STATUS_OK)
		status = lookup_table_open(bytes, size, reading->ask->normaliser, &table);
	if (status == STATUS_OK)
		status = find_hits(reading, items, table);
	lookup_table_close(table);
	free(bytes);
	return status;
}

/* --- the groups --- */

static void join_group(const struct asked *asked, struct asked_group *group,
                       const struct asked_item *item)
{
	group->count += item->count;
	group->unanswered += item->unanswered;
	group->disliked += item->disliked;
	if (group->first_ms == 0 || item->first_ms < group->first_ms)
		group->first_ms = item->first_ms;
	if (item->last_ms > group->last_ms)
		group->last_ms = item->last_ms;
	count_days(asked, group->counts, item);
	if (group->wording_count < ASKED_WORDINGS_MOST)
		group->wordings[group->wording_count] =
		        (struct asked_count){ item->text, item->count };
	group->wording_count++;
	for (size_t i = 0; i < item->entry_count; i++)
		asked_count_entry(group->entries, &group->entry_count, ASKED_FEW,
		                  item->entries[i].text, item->entries[i].count);
	for (size_t i = 0; i < item->reason_count && group->reason_count < ASKED_FEW; i++)
		group->reasons[group->reason_count++] = item->reasons[i];
}

static int by_group(const void *a, const void *b)
{
	const struct asked_group *one = a, *other = b;
	const int order = by_times(one->count, one->last_ms, other->count, other->last_ms);

	return order != 0 ? order : strcmp(one->question.ptr, other->question.ptr);
}

int asked_by_count(const void *a, const void *b)
{
	const struct asked_count *one = a, *other = b;

	return (one->count < other->count) - (one->count > other->count);
}

/* The first of its wordings that quotes something new. */
static enum status find_new_popup(const struct asked_reading *reading,
                                  const struct asked_known *known, struct asked_group *group)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < group->wording_count &&
	                   i < ASKED_WORDINGS_MOST && group->popup.len == 0;
	     i++) {
		bool old = false;
		struct span popup;

		status = asked_find_popup(reading, group->wordings[i].text, &popup);
		if (status == STATUS_OK && popup.len > 0)
			status = asked_is_known(reading, known, popup, &old);
		if (status == STATUS_OK && popup.len > 0 && !old)
			group->popup = popup;
	}
	return status;
}

static enum status finish_groups(struct asked_reading *reading)
{
	struct asked *asked = reading->asked;
	struct asked_known known = { .count = 0 };
	enum status status = asked_read_known(reading, &known);

	qsort(asked->groups, asked->group_count, sizeof(*asked->groups), by_group);
	if (asked->group_count > ASKED_LISTED_MOST) {
		asked->more = asked->group_count - ASKED_LISTED_MOST;
		asked->group_count = ASKED_LISTED_MOST;
	}
	for (size_t i = 0; status == STATUS_OK && i < asked->group_count; i++) {
		struct asked_group *group = &asked->groups[i];

		qsort(group->entries, group->entry_count, sizeof(group->entries[0]),
		      asked_by_count);
		status = find_new_popup(reading, &known, group);
	}
	return status;
}

static enum status make_groups(struct asked_reading *reading, struct asked_item **items)
{
	struct asked *asked = reading->asked;
	const size_t count = reading->count;
	struct span *texts = arena_array(asked->arena, count + 1, sizeof(*texts));
	uint32_t *leaders = arena_array(asked->arena, count + 1, sizeof(*leaders));
	size_t *places = arena_array(asked->arena, count + 1, sizeof(*places));
	bool *found = arena_array(asked->arena, count + 1, sizeof(*found));
	enum status status;

	asked->groups = arena_array(asked->arena, count + 1, sizeof(*asked->groups));
	if (!texts || !leaders || !places || !found || !asked->groups)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		texts[i] = items[i]->text;
	status = likeness_group(texts, count, reading->ask->normaliser, asked->arena, leaders);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		found[leaders[i]] = found[leaders[i]] || items[i]->found;
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		if (reading->ask->query[0] && !found[leaders[i]])
			continue;
		if (leaders[i] == i) {
			places[i] = asked->group_count;
			asked->groups[asked->group_count] =
			        (struct asked_group){ .question = items[i]->text,
				                      .counts = asked_make_counts(asked),
				                      .popup = { "", 0 } };
			if (!asked->groups[asked->group_count++].counts)
				return STATUS_NO_MEMORY;
		}
		join_group(asked, &asked->groups[places[leaders[i]]], items[i]);
	}
	return status == STATUS_OK ? finish_groups(reading) : status;
}

enum status asked_read_table(struct asked_reading *reading, enum asked_table table,
                             asked_visitor visit)
{
	const struct asked *asked = reading->asked;
	/* Days in China begin 8 hours before those of UTC. */
	const int64_t since_ms = asked->first_day * 86400000 - INT64_C(8) * 3600000;

	return journal_read_asked(reading->ask->journal, table, since_ms, visit, reading);
}

static enum status read_questions(struct asked_reading *reading)
{
	const struct asked_ask *ask = reading->ask;
	struct asked_item **items = NULL;
	enum status status = STATUS_OK;

	if (ask->kind != ASKED_ONLY_DISLIKED)
		status = asked_read_table(reading, ASKED_UNANSWERED, take_question);
	reading->bad = true;
	if (status == STATUS_OK && ask->kind != ASKED_ONLY_UNANSWERED)
		status = asked_read_table(reading, ASKED_DISLIKED, take_question);
	if (status == STATUS_OK)
		status = asked_sort_items(reading, &items);
	if (status == STATUS_OK && ask->query[0])
		status = search(reading, items);
	return status == STATUS_OK ? make_groups(reading, items) : status;
}

/* By what it quotes; `reasons[0]` is the most frequent question with it, `disliked` how often. */
static enum status take_quoting(void *context, const struct asked_row *row)
{
	struct asked_reading *reading = context;
	struct asked_item *item;
	struct span popup;
	enum status status = asked_find_popup(reading, row->question, &popup);

	if (status != STATUS_OK || popup.len == 0)
		return status;
	item = asked_item_of(reading, popup);
	status = item ? asked_count_row(reading->asked, item, row) : STATUS_NO_MEMORY;
	if (status != STATUS_OK || row->count <= item->disliked)
		return status;
	item->disliked = row->count;
	return asked_keep(reading, row->question, &item->reasons[0]);
}

static int by_popup(const void *a, const void *b)
{
	const struct asked_popup *one = a, *other = b;
	const int order = by_times(one->count, one->last_ms, other->count, other->last_ms);

	return order != 0 ? order : strcmp(one->text.ptr, other->text.ptr);
}

/* Nothing where a popup of the knowledge is the same. */
static enum status begin_popup(const struct asked_reading *reading, const struct asked_known *known,
                               const struct asked_item *item, bool *old)
{
	struct asked *asked = reading->asked;
	const enum status status = asked_is_known(reading, known, item->text, old);

	if (status != STATUS_OK || *old)
		return status;
	asked->popups[asked->popup_count] = (struct asked_popup){
		.text = item->text, .question = item->reasons[0], .counts = asked_make_counts(asked)
	};
	return asked->popups[asked->popup_count++].counts ? STATUS_OK : STATUS_NO_MEMORY;
}

static void join_popup(const struct asked *asked, struct asked_popup *popup,
                       const struct asked_item *item)
{
	popup->count += item->count;
	if (popup->first_ms == 0 || item->first_ms < popup->first_ms)
		popup->first_ms = item->first_ms;
	if (item->last_ms > popup->last_ms)
		popup->last_ms = item->last_ms;
	count_days(asked, popup->counts, item);
}

static enum status make_popups(struct asked_reading *reading, struct asked_item **items)
{
	struct asked *asked = reading->asked;
	const size_t count = reading->count;
	struct span *texts = arena_array(asked->arena, count + 1, sizeof(*texts));
	uint32_t *leaders = arena_array(asked->arena, count + 1, sizeof(*leaders));
	size_t *places = arena_array(asked->arena, count + 1, sizeof(*places));
	bool *old = arena_array(asked->arena, count + 1, sizeof(*old));
	struct asked_known known = { .count = 0 };
	enum status status = asked_read_known(reading, &known);

	asked->popups = arena_array(asked->arena, count + 1, sizeof(*asked->popups));
	if (!texts || !leaders || !places || !old || !asked->popups)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		texts[i] = items[i]->text;
	if (status == STATUS_OK)
		status = likeness_group(texts, count, reading->ask->normaliser, asked->arena,
		                        leaders);
	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		if (leaders[i] == i) {
			places[i] = asked->popup_count;
			status = begin_popup(reading, &known, items[i], &old[i]);
		}
		if (status == STATUS_OK && !old[leaders[i]])
			join_popup(asked, &asked->popups[places[leaders[i]]], items[i]);
	}
	qsort(asked->popups, asked->popup_count, sizeof(*asked->popups), by_popup);
	if (asked->popup_count > ASKED_LISTED_MOST) {
		asked->more = asked->popup_count - ASKED_LISTED_MOST;
		asked->popup_count = ASKED_LISTED_MOST;
	}
	return status;
}

static enum status read_popups(struct asked_reading *reading)
{
	struct asked_item **items = NULL;
	enum status status = asked_read_table(reading, ASKED_ALL, take_quoting);

	if (status == STATUS_OK)
		status = asked_sort_items(reading, &items);
	return status == STATUS_OK ? make_popups(reading, items) : status;
}

static enum status read_view(struct asked_reading *reading)
{
	switch (reading->ask->view) {
	case ASKED_VIEW_QUESTIONS:
		return read_questions(reading);
	case ASKED_VIEW_POPUPS:
		return read_popups(reading);
	case ASKED_VIEW_CHOICES:
		return asked_read_choices(reading);
	case ASKED_VIEW_ENTRIES:
		return asked_read_entries(reading);
	case ASKED_VIEW_OUTCOMES:
		return asked_read_outcomes(reading);
	default:
		return STATUS_INTERNAL;
	}
}

enum status asked_read(struct asked **out, const struct asked_ask *ask)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct asked_reading reading = { .ask = ask, .asked = asked };
	enum status status;

	*out = asked;
	if (!asked)
		return STATUS_NO_MEMORY;
	assert(ask->days >= 1 && ask->days <= ASKED_DAYS_MOST);
	asked->view = ask->view;
	asked->days = (size_t)ask->days;
	asked->first_day = asked_day(ask->now_ms) - ask->days + 1;
	asked->kept = ask->journal->file[0] != '\0';
	status = arena_create(&asked->arena, ARENA_CEILING);
	if (status != STATUS_OK || !asked->kept)
		return status;
	status = arena_create(&reading.scratch, TEXT_CEILING);
	if (status == STATUS_OK)
		status = hash_init(&reading.table, TABLE_EXPECTED, 0);
	if (status == STATUS_OK)
		status = read_view(&reading);
	hash_deinit(&reading.table);
	arena_destroy(reading.scratch);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

void asked_destroy(struct asked *asked)
{
	if (!asked)
		return;
	arena_destroy(asked->arena);
	free(asked);
}

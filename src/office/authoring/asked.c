/*
 * How it works: the rows of the journal (office/journal/asked.h) are summed up in a table by text;
 * then, where it is about questions or popups, the texts are sorted by how often they were asked
 * and grouped (likeness.h). A search puts the texts into a full-text table of their own and keeps
 * the groups that have a hit: the journal may be in a database that has no FTS5.
 */
#include "office/authoring/asked.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/language.h"
#include "base/utf8.h"
#include "engine/match/lookup_table.h"
#include "engine/match/prompts.h"
#include "engine/text/tokens.h"
#include "office/authoring/likeness.h"
#include "office/journal/asked.h"

enum {
	ARENA_CEILING = 512 << 20,
	TEXT_CEILING = 16 << 20,
	TABLE_EXPECTED = 4096,
	HITS_MOST = 2000, /* of a search: the most asked ones */
	POPUP_LEAST = 4,  /* code points of one */
	POPUP_MOST = 80,
	KEYS_MOST = 256,
};

static const double known_enough = 0.6; /* likeness with a popup of the knowledge */

const char *asked_view_name(enum asked_view view)
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
		if (span_equal(name, span_of(asked_view_name((enum asked_view)view)))) {
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

struct day_count {
	struct day_count *next;
	int64_t day, count;
};

/* One text of the journal, summed up. */
struct item {
	struct hash_link link;
	struct item *next; /* of all */
	struct span text;
	int64_t count, unanswered, disliked, first_ms, last_ms;
	struct day_count *days;
	struct asked_count entries[ASKED_FEW];
	size_t entry_count;
	struct span reasons[ASKED_FEW];
	size_t reason_count;
	bool found; /* by the search */
	struct asked_hits *hits;
	struct asked_choice *choice;
};

struct reading {
	const struct asked_ask *ask;
	struct asked *asked;
	struct arena *scratch; /* of one text */
	struct hash_table table;
	struct item *items;
	size_t count;
	bool bad; /* ratings are read, not questions without an answer */
};

static struct item *find(const struct reading *reading, struct span text, uint64_t hash)
{
	struct hash_link *link = hash_first(&reading->table, hash);

	for (; link; link = hash_next(link)) {
		struct item *item = hash_item(link, struct item, link);

		if (span_equal(item->text, text))
			return item;
	}
	return NULL;
}

static int64_t *make_counts(struct asked *asked)
{
	return arena_array(asked->arena, asked->days + 1, sizeof(int64_t));
}

/* The item of that text; NULL without memory. */
static struct item *item_of(struct reading *reading, struct span text)
{
	const uint64_t hash = hash_of(&reading->table, text);
	struct item *item = find(reading, text, hash);
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

static void count_day(const struct asked *asked, int64_t *counts, int64_t day, int64_t count)
{
	const int64_t at = day - asked->first_day;

	if (at >= 0 && at < (int64_t)asked->days)
		counts[at] += count;
}

static void count_days(const struct asked *asked, int64_t *counts, const struct item *item)
{
	for (const struct day_count *one = item->days; one; one = one->next)
		count_day(asked, counts, one->day, one->count);
}

static enum status count_row(const struct asked *asked, struct item *item,
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

/* The few most frequent ones only. */
static void count_entry(struct asked_count *entries, size_t *count, size_t most, struct span id,
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

/* The first of ids that are parted by blanks, and the rest. */
static struct span cut_id(struct span *ids)
{
	const char *blank = memchr(ids->ptr, ' ', ids->len);
	const struct span id = { ids->ptr, blank ? (size_t)(blank - ids->ptr) : ids->len };

	ids->ptr += id.len + (blank != NULL);
	ids->len -= id.len + (blank != NULL);
	return id;
}

static enum status keep(const struct reading *reading, struct span text, struct span *out)
{
	const char *copy = arena_copy(reading->asked->arena, text);

	*out = (struct span){ copy ? copy : "", copy ? text.len : 0 };
	return copy ? STATUS_OK : STATUS_NO_MEMORY;
}

/* --- questions --- */

static enum status take_question(void *context, const struct asked_row *row)
{
	struct reading *reading = context;
	struct item *item = item_of(reading, row->question);
	struct span ids = row->entries;
	enum status status = item ? count_row(reading->asked, item, row) : STATUS_NO_MEMORY;

	if (status != STATUS_OK)
		return status;
	*(reading->bad ? &item->disliked : &item->unanswered) += row->count;
	while (status == STATUS_OK && ids.len > 0) {
		struct span id;

		status = keep(reading, cut_id(&ids), &id);
		count_entry(item->entries, &item->entry_count, ASKED_FEW, id, row->count);
	}
	if (status == STATUS_OK && row->reason.len > 0 && item->reason_count < ASKED_FEW)
		status = keep(reading, row->reason, &item->reasons[item->reason_count++]);
	return status;
}

static int by_weight(const void *a, const void *b)
{
	const struct item *one = *(struct item *const *)a, *other = *(struct item *const *)b;
	const size_t least = one->text.len < other->text.len ? one->text.len : other->text.len;
	int order;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	if (one->last_ms != other->last_ms)
		return one->last_ms < other->last_ms ? 1 : -1;
	order = memcmp(one->text.ptr, other->text.ptr, least);
	return order != 0 ? order : (one->text.len > least) - (other->text.len > least);
}

/* The most asked first; what has no room is left out. */
static enum status sort_items(struct reading *reading, struct item ***out)
{
	struct item **items =
	        arena_array(reading->asked->arena, reading->count + 1, sizeof(*items));
	size_t count = 0;

	if (!items)
		return STATUS_NO_MEMORY;
	for (struct item *item = reading->items; item; item = item->next)
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

static enum status find_hits(const struct reading *reading, struct item *const *items,
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
static enum status search(const struct reading *reading, struct item *const *items)
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

/* --- popups --- */

/* [start, end) of what stands in square brackets, which 【】 are once normalised. */
static bool find_bracketed(const struct text *text, size_t *start, size_t *end)
{
	for (size_t i = 0; i < text->count; i++) {
		if (text->points[i] == '[')
			*start = i + 1;
		if (text->points[i] == ']' && *start > 0 && i - *start >= POPUP_LEAST) {
			*end = i;
			return true;
		}
	}
	return false;
}

/* A word of ours such as an office's sign has few characters; a popup is a sentence. */
static bool is_sentence(const struct text *text, size_t start, size_t end)
{
	size_t han = 0;

	for (size_t i = start; i < end; i++)
		han += code_point_is_han(text->points[i]);
	return han >= POPUP_LEAST && end - start <= POPUP_MOST;
}

/* What the text quotes, as it was written; empty where that is nothing. */
static enum status find_popup(const struct reading *reading, struct span written, struct span *out)
{
	struct text text;
	size_t start = 0, end = 0, from, to;
	enum status status;

	*out = (struct span){ "", 0 };
	arena_reset(reading->scratch);
	status = normalise(reading->ask->normaliser, written, reading->scratch, &text);
	if (status != STATUS_OK ||
	    (!prompts_quoted(reading->ask->marks, &text, false, &start, &end) &&
	     !find_bracketed(&text, &start, &end)) ||
	    end <= start || !is_sentence(&text, start, end))
		return status;
	from = text.origins[start];
	to = end < text.count ? text.origins[end] : written.len;
	*out = (struct span){ written.ptr + from, to > from ? to - from : 0 };
	return STATUS_OK;
}

struct keys {
	uint64_t items[KEYS_MOST];
	size_t count;
};

static int by_key(const void *a, const void *b)
{
	const uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

	return (one > other) - (one < other);
}

/* The pairs of characters, sorted. */
static enum status read_keys(const struct reading *reading, struct span written, struct keys *out)
{
	struct token_list tokens;
	struct text text;
	enum status status;

	out->count = 0;
	arena_reset(reading->scratch);
	status = normalise(reading->ask->normaliser, written, reading->scratch, &text);
	if (status == STATUS_OK)
		status = tokens_of(text.points, text.count, NULL, reading->scratch, &tokens);
	for (size_t i = 0; status == STATUS_OK && i < tokens.count && out->count < KEYS_MOST; i++)
		if (tokens.items[i].kind != TOKEN_UNIGRAM)
			out->items[out->count++] = tokens.items[i].key;
	qsort(out->items, out->count, sizeof(*out->items), by_key);
	return status;
}

/* Dice's coefficient. */
static double alike(const struct keys *one, const struct keys *other)
{
	size_t shared = 0;

	for (size_t i = 0, k = 0; i < one->count && k < other->count;) {
		if (one->items[i] == other->items[k]) {
			shared++;
			i++;
			k++;
		} else if (one->items[i] < other->items[k]) {
			i++;
		} else {
			k++;
		}
	}
	return one->count + other->count > 0
	               ? 2 * (double)shared / (double)(one->count + other->count)
	               : 0;
}

struct known {
	struct keys *prompts;
	size_t count;
};

static enum status read_known(const struct reading *reading, struct known *out)
{
	const struct strings *prompts = reading->ask->prompts;
	enum status status = STATUS_OK;

	out->prompts =
	        arena_array(reading->asked->arena, prompts->count + 1, sizeof(*out->prompts));
	if (!out->prompts)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; status == STATUS_OK && i < prompts->count; i++)
		status =
		        read_keys(reading, span_of(prompts->items[i]), &out->prompts[out->count++]);
	return status;
}

static enum status is_known(const struct reading *reading, const struct known *known,
                            struct span popup, bool *out)
{
	struct keys keys;
	const enum status status = read_keys(reading, popup, &keys);

	*out = false;
	for (size_t i = 0; status == STATUS_OK && i < known->count && !*out; i++)
		*out = alike(&keys, &known->prompts[i]) >= known_enough;
	return status;
}

/* --- the groups --- */

static void join_group(const struct asked *asked, struct asked_group *group,
                       const struct item *item)
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
		count_entry(group->entries, &group->entry_count, ASKED_FEW, item->entries[i].text,
		            item->entries[i].count);
	for (size_t i = 0; i < item->reason_count && group->reason_count < ASKED_FEW; i++)
		group->reasons[group->reason_count++] = item->reasons[i];
}

static int by_group(const void *a, const void *b)
{
	const struct asked_group *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	if (one->last_ms != other->last_ms)
		return one->last_ms < other->last_ms ? 1 : -1;
	return strcmp(one->question.ptr, other->question.ptr);
}

static int by_count(const void *a, const void *b)
{
	const struct asked_count *one = a, *other = b;

	return (one->count < other->count) - (one->count > other->count);
}

/* The first of its wordings that quotes something new. */
static enum status find_new_popup(const struct reading *reading, const struct known *known,
                                  struct asked_group *group)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < group->wording_count &&
	                   i < ASKED_WORDINGS_MOST && group->popup.len == 0;
	     i++) {
		bool old = false;
		struct span popup;

		status = find_popup(reading, group->wordings[i].text, &popup);
		if (status == STATUS_OK && popup.len > 0)
			status = is_known(reading, known, popup, &old);
		if (status == STATUS_OK && popup.len > 0 && !old)
			group->popup = popup;
	}
	return status;
}

static enum status finish_groups(struct reading *reading)
{
	struct asked *asked = reading->asked;
	struct known known = { .count = 0 };
	enum status status = read_known(reading, &known);

	qsort(asked->groups, asked->group_count, sizeof(*asked->groups), by_group);
	if (asked->group_count > ASKED_LISTED_MOST) {
		asked->more = asked->group_count - ASKED_LISTED_MOST;
		asked->group_count = ASKED_LISTED_MOST;
	}
	for (size_t i = 0; status == STATUS_OK && i < asked->group_count; i++) {
		struct asked_group *group = &asked->groups[i];

		qsort(group->entries, group->entry_count, sizeof(group->entries[0]), by_count);
		status = find_new_popup(reading, &known, group);
	}
	return status;
}

static enum status make_groups(struct reading *reading, struct item **items)
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
				                      .counts = make_counts(asked),
				                      .popup = { "", 0 } };
			if (!asked->groups[asked->group_count++].counts)
				return STATUS_NO_MEMORY;
		}
		join_group(asked, &asked->groups[places[leaders[i]]], items[i]);
	}
	return status == STATUS_OK ? finish_groups(reading) : status;
}

static enum status read_table(struct reading *reading, enum asked_table table, asked_visitor visit)
{
	const struct asked *asked = reading->asked;
	/* Days in China begin 8 hours before those of UTC. */
	const int64_t since_ms = asked->first_day * 86400000 - INT64_C(8) * 3600000;

	return journal_read_asked(reading->ask->journal, table, since_ms, visit, reading);
}

static enum status read_questions(struct reading *reading)
{
	const struct asked_ask *ask = reading->ask;
	struct item **items = NULL;
	enum status status = STATUS_OK;

	if (ask->kind != ASKED_ONLY_DISLIKED)
		status = read_table(reading, ASKED_UNANSWERED, take_question);
	reading->bad = true;
	if (status == STATUS_OK && ask->kind != ASKED_ONLY_UNANSWERED)
		status = read_table(reading, ASKED_DISLIKED, take_question);
	if (status == STATUS_OK)
		status = sort_items(reading, &items);
	if (status == STATUS_OK && ask->query[0])
		status = search(reading, items);
	return status == STATUS_OK ? make_groups(reading, items) : status;
}

/* By what it quotes; `reasons[0]` is the most frequent question with it, `disliked` how often. */
static enum status take_quoting(void *context, const struct asked_row *row)
{
	struct reading *reading = context;
	struct item *item;
	struct span popup;
	enum status status = find_popup(reading, row->question, &popup);

	if (status != STATUS_OK || popup.len == 0)
		return status;
	item = item_of(reading, popup);
	status = item ? count_row(reading->asked, item, row) : STATUS_NO_MEMORY;
	if (status != STATUS_OK || row->count <= item->disliked)
		return status;
	item->disliked = row->count;
	return keep(reading, row->question, &item->reasons[0]);
}

static int by_popup(const void *a, const void *b)
{
	const struct asked_popup *one = a, *other = b;

	if (one->count != other->count)
		return one->count < other->count ? 1 : -1;
	if (one->last_ms != other->last_ms)
		return one->last_ms < other->last_ms ? 1 : -1;
	return strcmp(one->text.ptr, other->text.ptr);
}

/* Nothing where a popup of the knowledge is the same. */
static enum status begin_popup(const struct reading *reading, const struct known *known,
                               const struct item *item, bool *old)
{
	struct asked *asked = reading->asked;
	const enum status status = is_known(reading, known, item->text, old);

	if (status != STATUS_OK || *old)
		return status;
	asked->popups[asked->popup_count] = (struct asked_popup){ .text = item->text,
		                                                  .question = item->reasons[0],
		                                                  .counts = make_counts(asked) };
	return asked->popups[asked->popup_count++].counts ? STATUS_OK : STATUS_NO_MEMORY;
}

static void join_popup(const struct asked *asked, struct asked_popup *popup,
                       const struct item *item)
{
	popup->count += item->count;
	if (popup->first_ms == 0 || item->first_ms < popup->first_ms)
		popup->first_ms = item->first_ms;
	if (item->last_ms > popup->last_ms)
		popup->last_ms = item->last_ms;
	count_days(asked, popup->counts, item);
}

static enum status make_popups(struct reading *reading, struct item **items)
{
	struct asked *asked = reading->asked;
	const size_t count = reading->count;
	struct span *texts = arena_array(asked->arena, count + 1, sizeof(*texts));
	uint32_t *leaders = arena_array(asked->arena, count + 1, sizeof(*leaders));
	size_t *places = arena_array(asked->arena, count + 1, sizeof(*places));
	bool *old = arena_array(asked->arena, count + 1, sizeof(*old));
	struct known known = { .count = 0 };
	enum status status = read_known(reading, &known);

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

static enum status read_popups(struct reading *reading)
{
	struct item **items = NULL;
	enum status status = read_table(reading, ASKED_QUOTING, take_quoting);

	if (status == STATUS_OK)
		status = sort_items(reading, &items);
	return status == STATUS_OK ? make_popups(reading, items) : status;
}

/* --- choices --- */

static enum status take_choice(void *context, const struct asked_row *row)
{
	struct reading *reading = context;
	struct item *item = item_of(reading, row->question);
	struct span id;
	enum status status = item ? count_row(reading->asked, item, row) : STATUS_NO_MEMORY;

	if (status != STATUS_OK)
		return status;
	if (!item->choice)
		item->choice = arena_alloc(reading->asked->arena, sizeof(*item->choice));
	status = item->choice ? keep(reading, row->entries, &id) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		count_entry(item->choice->chosen, &item->choice->chosen_count, ASKED_CHOSEN_MOST,
		            id, row->count);
	return status;
}

static enum status read_choices(struct reading *reading)
{
	struct asked *asked = reading->asked;
	struct item **items = NULL;
	enum status status = read_table(reading, ASKED_CHOSEN, take_choice);

	if (status == STATUS_OK)
		status = sort_items(reading, &items);
	if (status != STATUS_OK)
		return status;
	asked->choices = arena_array(asked->arena, ASKED_LISTED_MOST, sizeof(*asked->choices));
	if (!asked->choices)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < reading->count && i < ASKED_LISTED_MOST; i++) {
		struct asked_choice *choice = &asked->choices[asked->choice_count++];

		*choice = *items[i]->choice;
		choice->question = items[i]->text;
		choice->count = items[i]->count;
		choice->last_ms = items[i]->last_ms;
		qsort(choice->chosen, choice->chosen_count, sizeof(choice->chosen[0]), by_count);
	}
	asked->more = reading->count - asked->choice_count;
	return STATUS_OK;
}

/* --- entries --- */

/* NULL without memory. */
static struct asked_hits *hits_of(struct reading *reading, struct span id)
{
	struct item *item = item_of(reading, id);

	if (item && !item->hits) {
		item->hits = arena_alloc(reading->asked->arena, sizeof(*item->hits));
		if (item->hits) {
			item->hits->entry = item->text;
			item->hits->counts = make_counts(reading->asked);
		}
	}
	return item && item->hits && item->hits->counts ? item->hits : NULL;
}

static enum status take_given(void *context, const struct asked_row *row)
{
	struct reading *reading = context;
	struct span ids = row->entries;

	while (ids.len > 0) {
		struct asked_hits *hits = hits_of(reading, cut_id(&ids));

		if (!hits)
			return STATUS_NO_MEMORY;
		if (span_equal(row->outcome, span_of("choose"))) {
			hits->offered += row->count;
			continue;
		}
		hits->answered += row->count;
		count_day(reading->asked, hits->counts, row->day, row->count);
		if (row->last_ms > hits->last_ms)
			hits->last_ms = row->last_ms;
	}
	return STATUS_OK;
}

static enum status take_chosen(void *context, const struct asked_row *row)
{
	struct asked_hits *hits = hits_of(context, row->entries);

	if (!hits)
		return STATUS_NO_MEMORY;
	hits->chosen += row->count;
	return STATUS_OK;
}

/* Of the first entry of an answer, which is what was shown at the top. */
static enum status take_rated(void *context, const struct asked_row *row)
{
	struct span ids = row->entries;
	const struct span id = cut_id(&ids);
	struct asked_hits *hits = id.len > 0 ? hits_of(context, id) : NULL;

	if (id.len == 0)
		return STATUS_OK;
	if (!hits)
		return STATUS_NO_MEMORY;
	*(span_equal(row->outcome, span_of("up")) ? &hits->up : &hits->down) += row->count;
	return STATUS_OK;
}

static enum status read_entries(struct reading *reading)
{
	struct asked *asked = reading->asked;
	enum status status = read_table(reading, ASKED_ANSWERED, take_given);

	if (status == STATUS_OK)
		status = read_table(reading, ASKED_CHOSEN, take_chosen);
	if (status == STATUS_OK)
		status = read_table(reading, ASKED_RATED, take_rated);
	if (status != STATUS_OK)
		return status;
	asked->hits = arena_array(asked->arena, reading->count + 1, sizeof(*asked->hits));
	if (!asked->hits)
		return STATUS_NO_MEMORY;
	for (const struct item *item = reading->items; item; item = item->next)
		asked->hits[asked->hit_count++] = *item->hits;
	return STATUS_OK;
}

/* --- outcomes --- */

static enum status take_outcome(void *context, const struct asked_row *row)
{
	struct reading *reading = context;
	struct asked *asked = reading->asked;
	struct asked_outcome *outcome;
	enum status status;
	size_t at = 0;

	while (at < asked->outcome_count &&
	       !(span_equal(asked->outcomes[at].channel, row->channel) &&
	         span_equal(asked->outcomes[at].outcome, row->outcome)))
		at++;
	outcome = &asked->outcomes[at];
	if (at == ASKED_LISTED_MOST) {
		asked->more++;
		return STATUS_OK;
	}
	if (at == asked->outcome_count) {
		status = keep(reading, row->channel, &outcome->channel);
		if (status == STATUS_OK)
			status = keep(reading, row->outcome, &outcome->outcome);
		outcome->counts = make_counts(asked);
		if (status != STATUS_OK || !outcome->counts)
			return STATUS_NO_MEMORY;
		asked->outcome_count++;
	}
	outcome->count += row->count;
	count_day(asked, outcome->counts, row->day, row->count);
	return STATUS_OK;
}

static int by_channel(const void *a, const void *b)
{
	const struct asked_outcome *one = a, *other = b;
	const int order = strcmp(one->channel.ptr, other->channel.ptr);

	return order != 0 ? order : strcmp(one->outcome.ptr, other->outcome.ptr);
}

static enum status read_outcomes(struct reading *reading)
{
	struct asked *asked = reading->asked;
	enum status status;

	asked->outcomes =
	        arena_array(asked->arena, ASKED_LISTED_MOST + 1, sizeof(*asked->outcomes));
	if (!asked->outcomes)
		return STATUS_NO_MEMORY;
	status = read_table(reading, ASKED_OUTCOMES, take_outcome);
	qsort(asked->outcomes, asked->outcome_count, sizeof(*asked->outcomes), by_channel);
	return status;
}

/* --- */

static enum status read_view(struct reading *reading)
{
	switch (reading->ask->view) {
	case ASKED_VIEW_QUESTIONS:
		return read_questions(reading);
	case ASKED_VIEW_POPUPS:
		return read_popups(reading);
	case ASKED_VIEW_CHOICES:
		return read_choices(reading);
	case ASKED_VIEW_ENTRIES:
		return read_entries(reading);
	case ASKED_VIEW_OUTCOMES:
		return read_outcomes(reading);
	default:
		return STATUS_INTERNAL;
	}
}

enum status asked_read(struct asked **out, const struct asked_ask *ask)
{
	struct asked *asked = calloc(1, sizeof(*asked));
	struct reading reading = { .ask = ask, .asked = asked };
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

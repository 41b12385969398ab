#include <stdlib.h>
#include <string.h>

#include "office/authoring/asked_parts.h"

/* --- choices --- */

static enum status take_choice(void *context, const struct asked_row *row)
{
	struct asked_reading *reading = context;
	struct asked_item *item = asked_item_of(reading, row->question);
	struct span id;
	enum status status = item ? asked_count_row(reading->asked, item, row) : STATUS_NO_MEMORY;

	if (status != STATUS_OK)
		return status;
	if (!item->choice)
		item->choice = arena_alloc(reading->asked->arena, sizeof(*item->choice));
	status = item->choice ? asked_keep(reading, row->entries, &id) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		asked_count_entry(item->choice->chosen, &item->choice->chosen_count,
		                  ASKED_CHOSEN_MOST, id, row->count);
	return status;
}

enum status asked_read_choices(struct asked_reading *reading)
{
	struct asked *asked = reading->asked;
	struct asked_item **items = NULL;
	enum status status = asked_read_table(reading, ASKED_CHOSEN, take_choice);

	if (status == STATUS_OK)
		status = asked_sort_items(reading, &items);
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
		qsort(choice->chosen, choice->chosen_count, sizeof(choice->chosen[0]),
		      asked_by_count);
	}
	asked->more = reading->count - asked->choice_count;
	return STATUS_OK;
}

/* --- entries --- */

/* NULL without memory. */
static struct asked_hits *hits_of(struct asked_reading *reading, struct span id)
{
	struct asked_item *item = asked_item_of(reading, id);

	if (item && !item->hits) {
		item->hits = arena_alloc(reading->asked->arena, sizeof(*item->hits));
		if (item->hits) {
			item->hits->entry = item->text;
			item->hits->counts = asked_make_counts(reading->asked);
		}
	}
	return item && item->hits && item->hits->counts ? item->hits : NULL;
}

static enum status take_given(void *context, const struct asked_row *row)
{
	struct asked_reading *reading = context;
	struct span ids = row->entries;

	while (ids.len > 0) {
		struct asked_hits *hits = hits_of(reading, asked_cut_id(&ids));

		if (!hits)
			return STATUS_NO_MEMORY;
		if (span_equal(row->outcome, span_of("choose"))) {
			hits->offered += row->count;
			continue;
		}
		hits->answered += row->count;
		asked_count_day(reading->asked, hits->counts, row->day, row->count);
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
	const struct span id = asked_cut_id(&ids);
	struct asked_hits *hits = id.len > 0 ? hits_of(context, id) : NULL;

	if (id.len == 0)
		return STATUS_OK;
	if (!hits)
		return STATUS_NO_MEMORY;
	*(span_equal(row->outcome, span_of("up")) ? &hits->up : &hits->down) += row->count;
	return STATUS_OK;
}

enum status asked_read_entries(struct asked_reading *reading)
{
	struct asked *asked = reading->asked;
	enum status status = asked_read_table(reading, ASKED_ANSWERED, take_given);

	if (status == STATUS_OK)
		status = asked_read_table(reading, ASKED_CHOSEN, take_chosen);
	if (status == STATUS_OK)
		status = asked_read_table(reading, ASKED_RATED, take_rated);
	if (status != STATUS_OK)
		return status;
	asked->hits = arena_array(asked->arena, reading->count + 1, sizeof(*asked->hits));
	if (!asked->hits)
		return STATUS_NO_MEMORY;
	for (const struct asked_item *item = reading->items; item; item = item->next)
		asked->hits[asked->hit_count++] = *item->hits;
	return STATUS_OK;
}

/* --- outcomes --- */

static enum status take_outcome(void *context, const struct asked_row *row)
{
	struct asked_reading *reading = context;
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
		status = asked_keep(reading, row->channel, &outcome->channel);
		if (status == STATUS_OK)
			status = asked_keep(reading, row->outcome, &outcome->outcome);
		outcome->counts = asked_make_counts(asked);
		if (status != STATUS_OK || !outcome->counts)
			return STATUS_NO_MEMORY;
		asked->outcome_count++;
	}
	outcome->count += row->count;
	asked_count_day(asked, outcome->counts, row->day, row->count);
	return STATUS_OK;
}

static int by_channel(const void *a, const void *b)
{
	const struct asked_outcome *one = a, *other = b;
	const int order = strcmp(one->channel.ptr, other->channel.ptr);

	return order != 0 ? order : strcmp(one->outcome.ptr, other->outcome.ptr);
}

enum status asked_read_outcomes(struct asked_reading *reading)
{
	struct asked *asked = reading->asked;
	enum status status;

	asked->outcomes =
	        arena_array(asked->arena, ASKED_LISTED_MOST + 1, sizeof(*asked->outcomes));
	if (!asked->outcomes)
		return STATUS_NO_MEMORY;
	status = asked_read_table(reading, ASKED_OUTCOMES, take_outcome);
	qsort(asked->outcomes, asked->outcome_count, sizeof(*asked->outcomes), by_channel);
	return status;
}

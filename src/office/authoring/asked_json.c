/*
 * How it works: a function a view and form. In JSON a count by day is an array beside the days; the
 * file has a row for each day that has any, so that a pivot table can take it.
 */
#include "office/authoring/asked_json.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/csv.h"
#include "base/day.h"
#include "base/json.h"
#include "base/language.h"

enum { NUMBER_SIZE = 32, TIME_SIZE = 32, COUNTS_BYTES = 64 * 1024 };

/* --- names --- */

static int by_id(const void *left, const void *right)
{
	const struct asked_name *a = left, *b = right;

	return strcmp(a->id, b->id);
}

enum status asked_names_copy(struct asked_names *out, const struct knowledge *knowledge,
                             struct arena *arena)
{
	const size_t count = knowledge->entry_count;
	struct asked_name *items = arena_array(arena, count + 1, sizeof(*items));

	*out = (struct asked_names){ .items = items, .count = count };
	for (size_t i = 0; items && i < count; i++) {
		const struct entry *entry = &knowledge->entries[i];

		items[i] = (struct asked_name){
			.id = arena_copy(arena, span_of(entry->id)),
			.question = arena_copy(arena, span_of(entry->question)),
			.number = entry->number,
			.place = i,
			.answers = i < knowledge->answer_count,
		};
		if (!items[i].id || !items[i].question)
			return STATUS_NO_MEMORY;
	}
	return items ? STATUS_OK : STATUS_NO_MEMORY;
}

void asked_names_sort(struct asked_names *names)
{
	if (names->count > 0)
		qsort(names->items, names->count, sizeof(names->items[0]), by_id);
}

/* NULL: there is none any more. */
static const struct asked_name *entry_of(const struct asked_names *names, struct span id)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		const struct span own = span_of(names->items[middle].id);
		const size_t len = own.len < id.len ? own.len : id.len;
		int order = len > 0 ? memcmp(own.ptr, id.ptr, len) : 0;

		if (order == 0 && own.len == id.len)
			return &names->items[middle];
		if (order == 0)
			order = own.len < id.len ? -1 : 1;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

/* The day so many behind the first one. */
static void write_day(const struct asked *asked, size_t at, char day[DAY_SIZE])
{
	const struct day epoch = { 1970, 1, 1 };

	day_write(day_shift(epoch, asked->first_day + (int64_t)at), day);
}

/* --- JSON --- */

static void add_span(cJSON *object, const char *name, struct span text)
{
	char *copy = strndup(text.ptr, text.len);

	cJSON_AddStringToObject(object, name, copy ? copy : "");
	free(copy);
}

static void add_number(cJSON *object, const char *name, int64_t number)
{
	cJSON_AddNumberToObject(object, name, (double)number);
}

static void add_time(cJSON *object, const char *name, int64_t at_ms)
{
	const time_t at = (time_t)(at_ms / 1000);
	char text[TIME_SIZE] = "";
	struct tm utc;

	if (gmtime_r(&at, &utc))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	cJSON_AddStringToObject(object, name, text);
}

/* Of thousands of entries: printed at once, and no value of cJSON for each day. */
static void add_counts(cJSON *object, const struct asked *asked, const int64_t *counts)
{
	struct buf text;

	buf_init(&text, COUNTS_BYTES);
	buf_append_char(&text, '[');
	for (size_t i = 0; counts && i < asked->days; i++)
		buf_append_format(&text, "%s%" PRId64, i > 0 ? "," : "", counts[i]);
	buf_append_char(&text, ']');
	if (buf_status(&text) == STATUS_OK)
		cJSON_AddRawToObject(object, "counts", buf_text(&text));
	buf_deinit(&text);
}

static void add_entry(cJSON *object, const struct asked_names *names, struct span id)
{
	const struct asked_name *entry = entry_of(names, id);

	add_span(object, "entry", id);
	if (entry && entry->number > 0)
		cJSON_AddNumberToObject(object, "number", entry->number);
	else
		cJSON_AddNullToObject(object, "number");
	if (entry)
		cJSON_AddStringToObject(object, "question", entry->question);
	else
		cJSON_AddNullToObject(object, "question");
}

static void add_entry_counts(cJSON *object, const char *name, const struct asked_names *names,
                             const struct asked_count *counts, size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);

	for (size_t i = 0; i < count; i++) {
		cJSON *one = cJSON_CreateObject();

		add_entry(one, names, counts[i].text);
		add_number(one, "count", counts[i].count);
		cJSON_AddItemToArray(array, one);
	}
}

static void add_wordings(cJSON *object, const struct asked_group *group)
{
	cJSON *array = cJSON_AddArrayToObject(object, "wordings");

	for (size_t i = 0; i < group->wording_count && i < ASKED_WORDINGS_MOST; i++) {
		cJSON *one = cJSON_CreateObject();

		add_span(one, "question", group->wordings[i].text);
		add_number(one, "count", group->wordings[i].count);
		cJSON_AddItemToArray(array, one);
	}
	add_number(object, "wording_count", (int64_t)group->wording_count);
}

static cJSON *object_of_group(const struct asked *asked, const struct asked_names *names,
                              const struct asked_group *group)
{
	cJSON *object = cJSON_CreateObject(), *reasons;

	add_span(object, "question", group->question);
	add_number(object, "count", group->count);
	add_number(object, "unanswered", group->unanswered);
	add_number(object, "disliked", group->disliked);
	add_time(object, "first", group->first_ms);
	add_time(object, "last", group->last_ms);
	add_counts(object, asked, group->counts);
	add_wordings(object, group);
	if (group->popup.len > 0)
		add_span(object, "popup", group->popup);
	else
		cJSON_AddNullToObject(object, "popup");
	add_entry_counts(object, "entries", names, group->entries, group->entry_count);
	reasons = cJSON_AddArrayToObject(object, "reasons");
	for (size_t i = 0; i < group->reason_count; i++) {
		char *copy = strndup(group->reasons[i].ptr, group->reasons[i].len);

		cJSON_AddItemToArray(reasons, cJSON_CreateString(copy ? copy : ""));
		free(copy);
	}
	return object;
}

static cJSON *object_of_popup(const struct asked *asked, const struct asked_popup *popup)
{
	cJSON *object = cJSON_CreateObject();

	add_span(object, "text", popup->text);
	add_number(object, "count", popup->count);
	add_time(object, "first", popup->first_ms);
	add_time(object, "last", popup->last_ms);
	add_counts(object, asked, popup->counts);
	add_span(object, "question", popup->question);
	return object;
}

static cJSON *object_of_choice(const struct asked_names *names, const struct asked_choice *choice)
{
	cJSON *object = cJSON_CreateObject();

	add_span(object, "question", choice->question);
	add_number(object, "count", choice->count);
	add_time(object, "last", choice->last_ms);
	add_entry_counts(object, "chosen", names, choice->chosen, choice->chosen_count);
	return object;
}

static cJSON *object_of_outcome(const struct asked *asked, const struct asked_outcome *outcome)
{
	cJSON *object = cJSON_CreateObject();

	add_span(object, "channel", outcome->channel);
	add_span(object, "outcome", outcome->outcome);
	add_number(object, "count", outcome->count);
	add_counts(object, asked, outcome->counts);
	return object;
}

static cJSON *object_of_hits(const struct asked *asked, const struct asked_names *names,
                             const struct asked_hits *hits)
{
	cJSON *object = cJSON_CreateObject();

	add_entry(object, names, hits->entry);
	add_number(object, "answered", hits->answered);
	add_number(object, "offered", hits->offered);
	add_number(object, "chosen", hits->chosen);
	add_number(object, "up", hits->up);
	add_number(object, "down", hits->down);
	if (hits->last_ms > 0)
		add_time(object, "last", hits->last_ms);
	else
		cJSON_AddNullToObject(object, "last");
	add_counts(object, asked, hits->answered > 0 ? hits->counts : NULL);
	return object;
}

typedef enum status (*hits_visitor)(void *context, const struct asked_hits *hits);

/* Every entry of the knowledge, given or not, in its order; then those that it does not have any
 * more.
 */
static enum status visit_hits(const struct asked *asked, const struct asked_names *names,
                              hits_visitor visit, void *context)
{
	const struct asked_name **in_order = calloc(names->count + 1, sizeof(*in_order));
	const struct asked_hits **of = calloc(names->count + 1, sizeof(*of));
	enum status status = of && in_order ? STATUS_OK : STATUS_NO_MEMORY;

	for (size_t i = 0; status == STATUS_OK && i < names->count; i++)
		in_order[names->items[i].place] = &names->items[i];
	for (size_t i = 0; status == STATUS_OK && i < asked->hit_count; i++) {
		const struct asked_name *entry = entry_of(names, asked->hits[i].entry);

		if (entry)
			of[entry->place] = &asked->hits[i];
	}
	for (size_t i = 0; status == STATUS_OK && i < names->count && in_order[i]->answers; i++) {
		const struct asked_hits none = { .entry = span_of(in_order[i]->id) };

		status = visit(context, of[i] ? of[i] : &none);
	}
	for (size_t i = 0; status == STATUS_OK && i < asked->hit_count; i++)
		if (!entry_of(names, asked->hits[i].entry))
			status = visit(context, &asked->hits[i]);
	free(in_order);
	free(of);
	return status;
}

struct writing_json {
	const struct asked *asked;
	const struct asked_names *names;
	cJSON *array;
};

static enum status add_hits(void *context, const struct asked_hits *hits)
{
	const struct writing_json *writing = context;

	cJSON_AddItemToArray(writing->array, object_of_hits(writing->asked, writing->names, hits));
	return STATUS_OK;
}

static enum status fill_view(struct writing_json *writing)
{
	const struct asked *asked = writing->asked;

	for (size_t i = 0; i < asked->group_count; i++)
		cJSON_AddItemToArray(writing->array,
		                     object_of_group(asked, writing->names, &asked->groups[i]));
	for (size_t i = 0; i < asked->popup_count; i++)
		cJSON_AddItemToArray(writing->array, object_of_popup(asked, &asked->popups[i]));
	for (size_t i = 0; i < asked->choice_count; i++)
		cJSON_AddItemToArray(writing->array,
		                     object_of_choice(writing->names, &asked->choices[i]));
	for (size_t i = 0; i < asked->outcome_count; i++)
		cJSON_AddItemToArray(writing->array, object_of_outcome(asked, &asked->outcomes[i]));
	if (asked->view == ASKED_VIEW_ENTRIES)
		return visit_hits(asked, writing->names, add_hits, writing);
	return STATUS_OK;
}

enum status asked_write_json(const struct asked *asked, const struct asked_names *names,
                             struct buf *out)
{
	static const char *const lists[ASKED_VIEWS] = { "groups", "popups", "choices", "entries",
		                                        "outcomes" };
	cJSON *object = cJSON_CreateObject();
	cJSON *days = cJSON_AddArrayToObject(object, "days");
	struct writing_json writing = { asked, names, NULL };
	enum status status;

	for (size_t i = 0; i < asked->days; i++) {
		char day[DAY_SIZE];

		write_day(asked, i, day);
		cJSON_AddItemToArray(days, cJSON_CreateString(day));
	}
	cJSON_AddBoolToObject(object, "journal", asked->kept);
	writing.array = cJSON_AddArrayToObject(object, lists[asked->view]);
	status = fill_view(&writing);
	add_number(object, "looked_at", (int64_t)asked->looked_at);
	cJSON_AddBoolToObject(object, "cut", asked->cut);
	add_number(object, "more", (int64_t)asked->more);
	json_append(out, object);
	cJSON_Delete(object);
	return status == STATUS_OK ? buf_status(out) : status;
}

/* --- CSV --- */

static void cell(struct buf *out, const char *before, struct span text)
{
	buf_append_text(out, before);
	csv_append_cell(text, out);
}

static void cell_number(struct buf *out, int64_t number)
{
	char text[NUMBER_SIZE];

	snprintf(text, sizeof(text), "%" PRId64, number);
	cell(out, ",", span_of(text));
}

/* The moment in China, as a spreadsheet reads it. */
static void cell_time(struct buf *out, int64_t at_ms)
{
	const time_t at = (time_t)(at_ms / 1000 + 8 * 3600);
	char text[TIME_SIZE] = "";
	struct tm there;

	if (at_ms > 0 && gmtime_r(&at, &there))
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &there);
	cell(out, ",", span_of(text));
}

static void end_row(struct buf *out)
{
	buf_append_text(out, "\r\n");
}

/* In the language of the process. */
static void write_heads(struct buf *out, enum asked_view view)
{
	const char *const *names = asked_heads(view);

	for (size_t i = 0; names[i]; i++)
		cell(out, i > 0 ? "," : "", span_of(_(names[i])));
	end_row(out);
}

static void cell_entry(struct buf *out, const char *before, const struct asked_names *names,
                       struct span id)
{
	const struct asked_name *entry = entry_of(names, id);
	char number[NUMBER_SIZE] = "";

	if (entry && entry->number > 0)
		snprintf(number, sizeof(number), "%d", entry->number);
	cell(out, before, id);
	cell(out, ",", span_of(number));
	cell(out, ",", span_of(entry ? entry->question : ""));
}

/* One row a wording: the group is named by its first one. */
static void write_groups(const struct asked *asked, struct buf *out)
{
	write_heads(out, asked->view);
	for (size_t i = 0; i < asked->group_count; i++) {
		const struct asked_group *group = &asked->groups[i];

		for (size_t k = 0; k < group->wording_count && k < ASKED_WORDINGS_MOST; k++) {
			cell(out, "", group->question);
			cell_number(out, group->count);
			cell_number(out, group->unanswered);
			cell_number(out, group->disliked);
			cell_time(out, group->first_ms);
			cell_time(out, group->last_ms);
			cell(out, ",", group->popup);
			cell(out, ",", group->wordings[k].text);
			cell_number(out, group->wordings[k].count);
			end_row(out);
		}
	}
}

static void write_popups(const struct asked *asked, struct buf *out)
{
	write_heads(out, asked->view);
	for (size_t i = 0; i < asked->popup_count; i++) {
		cell(out, "", asked->popups[i].text);
		cell_number(out, asked->popups[i].count);
		cell_time(out, asked->popups[i].first_ms);
		cell_time(out, asked->popups[i].last_ms);
		cell(out, ",", asked->popups[i].question);
		end_row(out);
	}
}

static void write_choices(const struct asked *asked, const struct asked_names *names,
                          struct buf *out)
{
	write_heads(out, asked->view);
	for (size_t i = 0; i < asked->choice_count; i++) {
		const struct asked_choice *choice = &asked->choices[i];

		for (size_t k = 0; k < choice->chosen_count; k++) {
			cell(out, "", choice->question);
			cell_entry(out, ",", names, choice->chosen[k].text);
			cell_number(out, choice->chosen[k].count);
			end_row(out);
		}
	}
}

struct writing_csv {
	const struct asked_names *names;
	struct buf *out;
};

static enum status write_hits(void *context, const struct asked_hits *hits)
{
	const struct writing_csv *writing = context;

	cell_entry(writing->out, "", writing->names, hits->entry);
	cell_number(writing->out, hits->answered);
	cell_number(writing->out, hits->offered);
	cell_number(writing->out, hits->chosen);
	cell_number(writing->out, hits->up);
	cell_number(writing->out, hits->down);
	cell_time(writing->out, hits->last_ms);
	end_row(writing->out);
	return buf_status(writing->out);
}

static enum status write_entries(const struct asked *asked, const struct asked_names *names,
                                 struct buf *out)
{
	struct writing_csv writing = { names, out };

	write_heads(out, asked->view);
	return visit_hits(asked, names, write_hits, &writing);
}

static void write_outcomes(const struct asked *asked, struct buf *out)
{
	write_heads(out, asked->view);
	for (size_t i = 0; i < asked->outcome_count; i++)
		for (size_t d = 0; d < asked->days; d++) {
			const struct asked_outcome *outcome = &asked->outcomes[i];
			char day[DAY_SIZE];

			if (outcome->counts[d] == 0)
				continue;
			write_day(asked, d, day);
			cell(out, "", span_of(day));
			cell(out, ",", outcome->channel);
			cell(out, ",", outcome->outcome);
			cell_number(out, outcome->counts[d]);
			end_row(out);
		}
}

enum status asked_write_csv(const struct asked *asked, const struct asked_names *names,
                            struct buf *out)
{
	/* Excel takes a file without it for one in its own encoding. */
	buf_append_text(out, "\xef\xbb\xbf");
	switch (asked->view) {
	case ASKED_VIEW_QUESTIONS:
		write_groups(asked, out);
		break;
	case ASKED_VIEW_POPUPS:
		write_popups(asked, out);
		break;
	case ASKED_VIEW_CHOICES:
		write_choices(asked, names, out);
		break;
	case ASKED_VIEW_ENTRIES:
		return write_entries(asked, names, out);
	default:
		write_outcomes(asked, out);
		break;
	}
	return buf_status(out);
}

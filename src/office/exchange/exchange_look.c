#include "office/exchange/exchange_look.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/text/normalise.h"
#include "office/exchange/update_parts.h"

enum { SCRATCH_BYTES = 64 << 20 };

static void take_live(struct update *update, const struct exchange_look *look)
{
	update->collections =
	        arena_array(update->arena, look->live_count + 1, sizeof(*update->collections));
	if (!update->collections)
		update->status = STATUS_NO_MEMORY;
	for (size_t i = 0; i < look->live_count && update->status == STATUS_OK; i++) {
		const struct exchange_live *one = &look->live[i];
		cJSON *raw = cJSON_Duplicate(one->object, true);
		size_t at = 0;

		if (!raw) {
			update->status = STATUS_NO_MEMORY;
			break;
		}
		while (at < update->collection_count &&
		       strcmp(update->collections[at], one->collection) != 0)
			at++;
		if (at == update->collection_count)
			update->collections[update->collection_count++] = one->collection;
		/* The same pointer for each entry of a collection, as update_read_folder() has it.
		 */
		update_take_old(update, raw, update->collections[at], "", one->collection, 0);
	}
	if (update->status == STATUS_OK)
		update_index_olds(update);
}

/* The entry as a file of its own. */
static enum status object_of(const struct entry *entry, cJSON **out)
{
	const struct json_limits limits = { ENTRY_BYTES_MOST, ENTRY_DEPTH_MOST };
	struct buf text;
	enum status status;

	buf_init(&text, ENTRY_BYTES_MOST);
	entry_print(entry, ENTRY_FILE, &text);
	status = buf_status(&text);
	if (status == STATUS_OK)
		status = json_parse(out, buf_span(&text), limits, NULL, NULL);
	buf_deinit(&text);
	return status;
}

/* Entries by the words of their question: of those that are there, and of the input. */
struct questions {
	struct table live, input;
	const char **keys; /* of the input */
};

/* Marks and blanks that part sentences; what else is no word, such as + or %, tells two apart. */
static bool is_mark(uint32_t point)
{
	static const uint32_t marks[] = { ' ',    '?',    '!',    '.',    ',',    ';',    ':',
		                          '"',    '\'',   0x3001, 0x3002, 0x2018, 0x2019, 0x201C,
		                          0x201D, 0x300C, 0x300D, 0x2026, '\n',   '\t' };

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (marks[i] == point)
			return true;
	return false;
}

/* Of one input. */
struct keying {
	struct normaliser *normaliser;
	struct arena *scratch, *arena;
};

/* The question without marks, in one width and case; of marks alone as it is. NULL without memory.
 */
static const char *key_of(const struct keying *keying, const char *question)
{
	struct text text;
	char *key, *end;

	arena_reset(keying->scratch);
	if (normalise(keying->normaliser, span_of(question), keying->scratch, &text) != STATUS_OK)
		return NULL;
	key = end = arena_array(keying->scratch, text.utf8.len + 1, 1);
	if (!key)
		return NULL;
	for (size_t i = 0; i < text.count; i++)
		if (!is_mark(text.points[i]))
			end = utf8_put(end, text.points[i]);
	return arena_copy(keying->arena, end > key ? (struct span){ key, (size_t)(end - key) }
	                                           : span_of(question));
}

static enum status index_questions(const struct update *update, const struct keying *keying,
                                   struct questions *out)
{
	const size_t olds = update->old_count, added = update->added.count;
	enum status status = table_init(&out->live, update->arena, olds + 1);

	if (status == STATUS_OK)
		status = table_init(&out->input, update->arena, added + 1);
	out->keys = arena_array(update->arena, added + 1, sizeof(*out->keys));
	if (!out->keys)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < olds && status == STATUS_OK; i++) {
		const char *key = key_of(keying, update->olds[i].entry.question);

		if (!key)
			return STATUS_NO_MEMORY;
		(void)table_add(&out->live, key, i);
	}
	for (size_t i = 0; i < added && status == STATUS_OK; i++) {
		out->keys[i] = key_of(keying, update->added.items[i].question);
		if (!out->keys[i])
			return STATUS_NO_MEMORY;
		(void)table_add(&out->input, out->keys[i], i);
	}
	return status;
}

static enum status read_questions(const struct update *update, struct questions *out)
{
	struct keying keying = { .arena = update->arena };
	enum status status = normaliser_create(&keying.normaliser);

	if (status == STATUS_OK)
		status = arena_create(&keying.scratch, SCRATCH_BYTES);
	if (status == STATUS_OK)
		status = index_questions(update, &keying, out);
	arena_destroy(keying.scratch);
	normaliser_destroy(keying.normaliser);
	return status;
}

/* Another one than the added one with its question: first of those that are there. */
static void find_same(const struct update *update, const struct questions *questions, size_t added,
                      struct exchange_seen *seen)
{
	const char *key = questions->keys[added];
	int64_t at = key[0] ? table_find(&questions->live, key) : TABLE_NONE;

	if (at != TABLE_NONE) {
		seen->same_as = update->olds[at].entry.id;
		return;
	}
	at = key[0] ? table_find(&questions->input, key) : TABLE_NONE;
	if (at == TABLE_NONE || (size_t)at == added)
		return;
	seen->same_as = update->added.items[at].id;
	seen->same_in_input = true;
}

static enum status see_added(const struct update *update, const struct exchange_look *look,
                             const struct questions *questions, size_t added, unsigned line)
{
	const struct entry *entry = &update->added.items[added];
	struct exchange_seen seen = {
		.change = EXCHANGE_NEW, .id = entry->id, .collection = update->target, .line = line
	};
	cJSON *object = NULL;
	enum status status = object_of(entry, &object);

	seen.object = object;
	find_same(update, questions, added, &seen);
	if (status == STATUS_OK)
		status = look->see(look->context, &seen);
	cJSON_Delete(object);
	return status;
}

static enum status see_old(const struct update *update, const struct exchange_look *look,
                           const struct old *old, enum exchange_change change, unsigned line)
{
	const struct exchange_seen seen = {
		.change = change,
		.id = old->entry.id,
		.collection = old->collection,
		.line = line,
		.object = old->raw,
		.live = look->live[old - update->olds].object,
	};

	return look->see(look->context, &seen);
}

static enum status see_all(const struct update *update, const struct exchange_look *look)
{
	const struct import *import = update->import;
	struct questions questions;
	size_t added = 0;
	enum status status = read_questions(update, &questions);

	for (size_t i = 0; i < import->row_count && status == STATUS_OK; i++) {
		const struct old *old = update->matches[i];
		const unsigned line = import->rows[i].line;

		if (old)
			status = see_old(update, look, old,
			                 old->changed ? EXCHANGE_CHANGED : EXCHANGE_SAME, line);
		else
			status = see_added(update, look, &questions, added++, line);
	}
	for (size_t i = 0; i < update->old_count && status == STATUS_OK; i++)
		if (update->olds[i].changed && !update->olds[i].row_line)
			status = see_old(update, look, &update->olds[i], EXCHANGE_CHANGED, 0);
		else if (!update->olds[i].row_line && update->olds[i].of_document)
			status = see_old(update, look, &update->olds[i], EXCHANGE_MISSING, 0);
	return status;
}

static void look_at(struct update *update, const struct exchange_look *look,
                    enum exchange_format *format, struct exchange_counts *counts)
{
	const size_t before = faults_count(update->faults, FAULT_ERROR);

	update->status = import_read(update->import, look->input, format);
	if (update->status == STATUS_OK && look->lexicon.ptr)
		update_take_classes(update, look->lexicon, "lexicon.json");
	if (update->status == STATUS_OK)
		take_live(update, look);
	if (update->status == STATUS_OK)
		update_join(update);
	if (update->status == STATUS_OK && faults_count(update->faults, FAULT_ERROR) > before)
		update->status = STATUS_INVALID;
	if (update->status == STATUS_OK)
		update_count(update, counts);
	if (update->status == STATUS_OK)
		update->status = see_all(update, look);
}

enum status exchange_look(const struct exchange_look *look, struct faults *faults,
                          enum exchange_format *format, struct exchange_counts *counts)
{
	struct import import;
	enum status status = import_begin(&import, look->file, faults);

	*format = look->format;
	*counts = (struct exchange_counts){ 0 };
	if (status != STATUS_OK)
		return status;
	import.keeps_rows = true;
	import.outline = look->outline;
	struct update update = { .import = &import,
		                 .folder = "",
		                 .arena = import.reader.memory->arena,
		                 .faults = faults };

	look_at(&update, look, format, counts);
	for (size_t i = 0; i < update.old_count; i++)
		cJSON_Delete(update.olds[i].raw);
	free(update.olds);
	entry_list_deinit(&update.added);
	import_end(&import);
	return update.status;
}

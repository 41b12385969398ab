/*
 * How it works: entries are read once for compounds (read_entry), which are kept row by row, those
 * of many entries apart; and for every two neighbouring characters, which tell a thing's name that
 * was never heard (会计) from a word of everyday use.
 *
 * A place is another one where the office names places of one line, in its own texts or in several
 * entries, and not of this.
 */
#include "engine/match/slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"
#include "base/utf8.h"
#include "engine/match/vocabulary.h"
#include "engine/text/tokens.h"

enum {
	TEXT_CEILING = 64 << 20,
	COMMON_TENTHS = 2, /* of the entries: a compound that so many have is the folder's own */
	COMMON_NAME_TENTHS = 3,
	HEARD_LEAST = 1000, /* pairs; a folder with fewer has heard of too little */
};

struct known {
	struct compound compound;
	uint32_t row;
};

struct slots {
	struct compound_reader *reader;
	struct known *known; /* by row, then by end */
	size_t known_count, capacity;
	uint32_t *first;      /* by row, one more than there are rows */
	struct known *common; /* compounds that many entries have; row is not used */
	size_t common_count;
	struct vocabulary *pairs; /* every two characters in a row that an answering entry has */
	bool borrowed;            /* known, first, common and what pairs has lie in an image file */
};

static bool is_known_pair(const struct slots *slots, uint32_t first, uint32_t second)
{
	return vocabulary_find(slots->pairs, token_key_bigram(first, second)) != GRAM_NONE;
}

bool slots_no_topic(const struct slots *slots, const uint32_t *points, size_t count)
{
	return compound_no_topic(slots->reader, points, count);
}

void slots_read(const struct slots *slots, const struct rewritten *message, struct compounds *out)
{
	compounds_read(slots->reader, message, out);
}

bool slots_heard(const struct slots *slots, const uint32_t *points, size_t count)
{
	for (size_t at = 1; at < count; at++)
		if (is_known_pair(slots, points[at - 1], points[at]))
			return true;
	return count < 2;
}

bool slots_heard_enough(const struct slots *slots)
{
	return vocabulary_count(slots->pairs) >= HEARD_LEAST;
}

/* `own` may be the end of a longer compound, `asked` may not: 护照 is 出国护照, 电工证 is no 工证.
 */
static bool is_same(const struct compound *own, const struct compound *asked)
{
	return own->end == asked->end && own->next == asked->next && (asked->told || !own->told) &&
	       (own->before == asked->before || asked->before == 0);
}

/* Whether no answering entry has the word before the end: 会计 in 会计证. */
static bool is_unheard(const struct slots *slots, const struct compound *compound)
{
	const uint64_t pair = compound->before ? token_key_bigram(compound->before, compound->next)
	                                       : token_key_bigram(compound->next, compound->end);
	return code_point_is_han(compound->next) &&
	       vocabulary_find(slots->pairs, pair) == GRAM_NONE;
}

static bool has_common(const struct slots *slots, const struct compound *compound)
{
	bool found = false;
	for (size_t i = 0; i < slots->common_count && !found; i++)
		found = is_same(&slots->common[i].compound, compound);
	return found;
}

/* The office is of one place; the last of the common ones, as they are sorted. */
static bool has_home(const struct slots *slots)
{
	return slots->common_count > 0 &&
	       slots->common[slots->common_count - 1].compound.end == COMPOUND_PLACE;
}

/* Of a compound that the entry does not have; `has_end`: it has another one with that end. */
static bool names_another(const struct slots *slots, const struct compound *compound, bool has_end)
{
	switch (compound->end) {
	case COMPOUND_NAME:
		return true;
	case COMPOUND_HOLDER:
		return has_end;
	case COMPOUND_PLACE:
		return !compound->told && has_home(slots);
	default:
		return compound->thing ? is_unheard(slots, compound) : has_end;
	}
}

static bool differs_by(const struct slots *slots, const struct compound *compound, uint32_t row)
{
	bool has_end = false;
	if (has_common(slots, compound))
		return false;
	for (uint32_t k = slots->first[row]; k < slots->first[row + 1]; k++) {
		const struct compound *own = &slots->known[k].compound;
		if (is_same(own, compound))
			return false;
		has_end = has_end || own->end == compound->end;
	}
	return names_another(slots, compound, has_end);
}

bool slots_name_thing(const struct compounds *compounds)
{
	size_t at = 0;
	while (at < compounds->count && !compounds->items[at].thing &&
	       compounds->items[at].end != COMPOUND_NAME)
		at++;
	return at < compounds->count;
}

bool slots_differ(const struct slots *slots, const struct compounds *compounds, uint32_t row)
{
	bool differ = false;
	for (size_t i = 0; i < compounds->count && !differ; i++)
		differ = differs_by(slots, &compounds->items[i], row);
	return differ;
}

struct builder {
	struct slots *slots;
	const struct normaliser *normaliser;
	const struct rewriter *rewriter;
	struct arena *arena; /* of the text at hand */
	uint32_t row;
	bool answers; /* the row is no referral or small talk */
};

static int order_of(const struct compound *left, const struct compound *right)
{
	if (left->end != right->end)
		return left->end < right->end ? -1 : 1;
	if (left->next != right->next)
		return left->next < right->next ? -1 : 1;
	return left->before < right->before ? -1 : left->before > right->before;
}

static enum status keep(struct slots *slots, const struct compound *compound, uint32_t row)
{
	for (size_t i = slots->first[row]; i < slots->known_count; i++)
		if (order_of(&slots->known[i].compound, compound) == 0) {
			slots->known[i].compound.told &= compound->told;
			return STATUS_OK;
		}
	struct known *known =
	        grow(slots->known, slots->known_count, &slots->capacity, sizeof(*known), 256);
	if (!known)
		return STATUS_NO_MEMORY;
	slots->known = known;
	slots->known[slots->known_count++] = (struct known){ *compound, row };
	return STATUS_OK;
}

/* Answers name things to bring along; only questions tell what an entry is about. */
static enum status read_text(struct builder *builder, const char *string, bool asked)
{
	const struct compound_reader *reader = builder->slots->reader;
	struct text text;
	struct rewritten rewritten;
	arena_reset(builder->arena);
	enum status status = normalise(builder->normaliser, span_of(string), builder->arena, &text);
	if (status == STATUS_OK)
		status = rewrite(builder->rewriter, text.points, text.count, builder->arena,
		                 &rewritten);
	if (status != STATUS_OK)
		return status;
	const size_t last = rewritten_last_clause(&rewritten);
	size_t width;
	for (size_t at = 0; at < rewritten.count && status == STATUS_OK; at += width) {
		struct compound compound = { 0 };
		const size_t name = compound_name_at(reader, &rewritten, at, &compound);
		const bool place = compound.end == COMPOUND_PLACE;
		width = name > 0 ? name : 1;
		if (name == 0 || (!asked && !place))
			continue;
		compound.told = at < last && !place;
		status = keep(builder->slots, &compound, builder->row);
	}
	for (size_t at = 1; at < rewritten.count && status == STATUS_OK; at++) {
		struct compound compound;
		uint32_t number;
		if (builder->answers)
			status = vocabulary_add(
			        builder->slots->pairs,
			        token_key_bigram(rewritten.points[at - 1], rewritten.points[at]),
			        &number);
		if (status != STATUS_OK)
			break;
		memset(&compound, 0, sizeof(compound));
		if (compound_end_at(reader, &rewritten, at, &compound))
			status = keep(builder->slots, &compound, builder->row);
	}
	return status;
}

static enum status read_list(struct builder *builder, const struct strings *list)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < list->count && status == STATUS_OK; i++)
		status = read_text(builder, list->items[i], true);
	return status;
}

static enum status read_entry(struct builder *builder, const struct entry *entry)
{
	enum status status = read_text(builder, entry->question, true);
	if (status == STATUS_OK)
		status = read_text(builder, entry->answer, !entry->question[0]);
	if (status == STATUS_OK)
		status = read_list(builder, &entry->prompts);
	if (status == STATUS_OK)
		status = read_list(builder, &entry->also);
	for (size_t c = 0; c < entry->case_count && status == STATUS_OK; c++) {
		status = read_text(builder, entry->cases[c].situation, true);
		if (status == STATUS_OK)
			status = read_text(builder, entry->cases[c].advice, false);
		if (status == STATUS_OK)
			status = read_list(builder, &entry->cases[c].also);
	}
	return status;
}

/* The places in what the office says of itself, in a row behind those of the entries. */
static enum status read_office(struct builder *builder, const struct knowledge *knowledge)
{
	const struct office *office = &knowledge->office;
	const char *const texts[] = { office->name, office->system, office->title };
	enum status status = STATUS_OK;
	builder->row = (uint32_t)knowledge->entry_count;
	builder->answers = false;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]) && status == STATUS_OK; i++)
		if (texts[i])
			status = read_text(builder, texts[i], false);
	for (size_t i = 0; i < office->contact_count && status == STATUS_OK; i++)
		if (strcmp(office->contacts[i].kind, "address") == 0)
			status = read_text(builder, office->contacts[i].value, false);
	return status;
}

static int by_compound(const void *a, const void *b)
{
	return order_of(&((const struct known *)a)->compound, &((const struct known *)b)->compound);
}

/* Whether so many entries have it, or the office itself, that it is the folder's own. */
static bool is_common(const struct compound *compound, size_t entries, size_t of, bool office)
{
	if (compound->end == COMPOUND_PLACE)
		return entries > 1 || office;
	const size_t tenths = compound->end >= COMPOUND_NAME ? COMMON_NAME_TENTHS : COMMON_TENTHS;
	return entries * 10 >= of * tenths && entries > 1;
}

/* Of an entry that answers, or a place of the office. */
static bool may_be_common(const struct knowledge *knowledge, const struct known *known)
{
	return known->row == knowledge->entry_count
	               ? known->compound.end == COMPOUND_PLACE
	               : knowledge->entries[known->row].kind == ENTRY_ANSWER;
}

/* Finds compounds that many entries have, in a sorted copy of all. */
static enum status find_common(struct slots *slots, const struct knowledge *knowledge)
{
	struct known *all = calloc(slots->known_count + 1, sizeof(*all));
	if (!all)
		return STATUS_NO_MEMORY;
	size_t count = 0, kept = 0;
	for (size_t i = 0; i < slots->known_count; i++)
		if (may_be_common(knowledge, &slots->known[i]))
			all[count++] = slots->known[i];
	qsort(all, count, sizeof(*all), by_compound);
	bool office = false;
	for (size_t i = 0, same = 1; i < count; i++, same++) {
		office = office || all[i].row == knowledge->entry_count;
		if (i + 1 < count && by_compound(&all[i], &all[i + 1]) == 0)
			continue;
		if (is_common(&all[i].compound, same, knowledge->answer_count, office))
			all[kept++] = all[i];
		same = 0;
		office = false;
	}
	/* An office that names places of several parts of the country is of none. */
	if (kept > 1 && all[kept - 2].compound.end == COMPOUND_PLACE)
		while (kept > 0 && all[kept - 1].compound.end == COMPOUND_PLACE)
			kept--;
	slots->common = all;
	slots->common_count = kept;
	return STATUS_OK;
}

/* Whether any entry has a question: answers alone do not tell what entries are about. */
static bool has_questions(const struct knowledge *knowledge)
{
	bool found = false;
	for (size_t i = 0; i < knowledge->entry_count && !found; i++)
		found = knowledge->entries[i].kind == ENTRY_ANSWER &&
		        knowledge->entries[i].question[0];
	return found;
}

enum status slots_create(const struct knowledge *knowledge, const struct normaliser *normaliser,
                         const struct rewriter *rewriter, struct slots **out)
{
	struct slots *slots = calloc(1, sizeof(*slots));
	struct builder builder = { .slots = slots, .normaliser = normaliser, .rewriter = rewriter };
	*out = NULL;
	enum status status = slots ? arena_create(&builder.arena, TEXT_CEILING) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = vocabulary_create(&slots->pairs);
	if (status == STATUS_OK) {
		slots->first = calloc(knowledge->entry_count + 1, sizeof(*slots->first));
		status = slots->first ? compound_reader_create(normaliser, rewriter, &slots->reader)
		                      : STATUS_NO_MEMORY;
	}
	if (status == STATUS_OK && !has_questions(knowledge))
		compound_reader_forget_names(slots->reader);
	for (size_t i = 0; i < knowledge->entry_count && status == STATUS_OK; i++) {
		builder.row = (uint32_t)i;
		builder.answers = knowledge->entries[i].kind == ENTRY_ANSWER;
		slots->first[i] = (uint32_t)slots->known_count;
		status = read_entry(&builder, &knowledge->entries[i]);
		slots->first[i + 1] = (uint32_t)slots->known_count;
	}
	const size_t of_entries = slots ? slots->known_count : 0;
	if (status == STATUS_OK)
		status = read_office(&builder, knowledge);
	if (status == STATUS_OK)
		status = find_common(slots, knowledge);
	if (status == STATUS_OK)
		slots->known_count = of_entries;
	arena_destroy(builder.arena);
	if (status == STATUS_OK)
		*out = slots;
	else
		slots_destroy(slots);
	return status;
}

void slots_keep(const struct slots *slots, size_t rows, struct image_draft *draft)
{
	const struct vocabulary_arrays pairs = vocabulary_arrays(slots->pairs);
	image_draft_add(draft, "slots.known", slots->known, slots->known_count,
	                sizeof(*slots->known));
	image_draft_add(draft, "slots.first", slots->first, rows + 1, sizeof(*slots->first));
	image_draft_add(draft, "slots.common", slots->common, slots->common_count,
	                sizeof(*slots->common));
	compound_reader_keep(slots->reader, draft);
	image_draft_add(draft, "slots.pairs", pairs.keys, pairs.count, sizeof(*pairs.keys));
	image_draft_add(draft, "slots.pair_slots", pairs.slots, pairs.slot_count,
	                sizeof(*pairs.slots));
}

static enum status borrow_arrays(struct slots *slots, size_t rows, const struct image_file *file)
{
	struct vocabulary_arrays pairs;
	size_t count;
	const void *known =
	        image_file_items(file, "slots.known", sizeof(*slots->known), &slots->known_count);
	const void *common = image_file_items(file, "slots.common", sizeof(*slots->common),
	                                      &slots->common_count);
	const void *first = image_file_array(file, "slots.first", sizeof(*slots->first), rows + 1);
	pairs.keys = image_file_items(file, "slots.pairs", sizeof(*pairs.keys), &count);
	pairs.slots =
	        image_file_items(file, "slots.pair_slots", sizeof(*pairs.slots), &pairs.slot_count);
	pairs.count = (uint32_t)count;
	slots->known = (void *)(uintptr_t)known;
	slots->common = (void *)(uintptr_t)common;
	slots->first = (void *)(uintptr_t)first;
	return known && common && first && pairs.keys && pairs.slots
	               ? vocabulary_borrow(&pairs, &slots->pairs)
	               : STATUS_INVALID;
}

enum status slots_adopt(const struct image_file *file, size_t rows,
                        const struct normaliser *normaliser, struct slots **out)
{
	struct slots *slots = calloc(1, sizeof(*slots));
	*out = NULL;
	if (!slots)
		return STATUS_NO_MEMORY;
	slots->borrowed = true;
	enum status status = compound_reader_adopt(file, normaliser, &slots->reader);
	if (status == STATUS_OK)
		status = borrow_arrays(slots, rows, file);
	if (status == STATUS_OK)
		*out = slots;
	else
		slots_destroy(slots);
	return status;
}

void slots_destroy(struct slots *slots)
{
	if (!slots)
		return;
	vocabulary_destroy(slots->pairs);
	compound_reader_destroy(slots->reader);
	if (!slots->borrowed) {
		free(slots->known);
		free(slots->first);
		free(slots->common);
	}
	free(slots);
}

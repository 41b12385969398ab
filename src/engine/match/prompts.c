/*
 * How it works: message and popups are reduced to Han, letters and digits, look-alikes folded
 * (reduce()). One pass finds the popups that stand in the message to the letter (find_letters()).
 * The others are aligned with it (align()), if they share enough characters: a short message as a
 * whole, a long one only where pairs of the popup's characters stand close together (sow(),
 * find_stretch()). Alignment draws on the turn's budget.
 */
#include "engine/match/prompts.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/bit_filter.h"
#include "base/budget.h"
#include "base/lower_bound.h"
#include "base/utf8.h"
#include "engine/knowledge/knowledge_pack.h"
#include "engine/match/many.h"

enum {
	EDIT_COST = 6,   /* insert, delete, replace */
	SOUND_COST = 2,  /* replace by a character that sounds the same */
	PIECE_LEAST = 4, /* code points of a message that may be a piece of a prompt */
	PROMPT_LEAST = 3,
	LETTER_LEAST = 6, /* code points of one that says enough wherever it stands */
	LETTERS_MOST = 32,
	WHOLE_MOST = 16, /* times its length: a longer text is only aligned where it looks alike */
	SEEDS_LEAST = 2, /* pairs of characters that look alike there */
	SEEDS_MOST = 4096,       /* of a message */
	PROMPT_MOST = 1000,      /* a longer one is passed over; knowledge allows no longer ones */
	CHAIN_MOST = 8,          /* look-alikes of look-alikes */
	TABLE_CEILING = 1 << 30, /* of the popups of all entries */
	SCRATCH_CEILING = 1 << 20,
	SIMILARITY_LEAST_PERCENT = 60,
};

struct prompt {
	uint32_t row;
	const uint32_t *points;
	size_t count;
	const char *text;
	const struct prompt *same; /* another row's prompt of the same points, or NULL */
};

struct fold {
	uint32_t from;
	uint32_t to;
	size_t order; /* in the lexicon */
};

/* Two characters in a row of a prompt. */
struct seed {
	uint64_t pair;
	uint32_t prompt;
};

struct prompt_table {
	const struct normaliser *normaliser;
	struct arena *arena;
	struct prompt *prompts;
	size_t count;
	size_t longest, shortest; /* code points of one that is compared */
	struct fold *folds;       /* sorted by `from`, which is distinct */
	size_t fold_count;
	struct bit_filter may_fold;      /* each `from` */
	struct many *letters;            /* those of LETTER_LEAST and more */
	const struct prompt **by_letter; /* by number in `letters` */
	struct seed *seeds;              /* sorted by pair */
	size_t seed_count;
	struct bit_filter may_be_seed;
	bool borrowed; /* prompts, by_letter and seeds lie in an image file */
};

/* Of a table in a file, all that is no array. */
struct kept_table {
	uint64_t prompts, by_letter; /* places of the pack */
	uint64_t count, longest, shortest, letter_count;
	struct bit_filter may_be_seed;
};

static int compare_folds(const void *a, const void *b)
{
	const struct fold *left = a;
	const struct fold *right = b;
	return left->from < right->from ? -1 : left->from > right->from;
}

static int compare_folds_and_order(const void *a, const void *b)
{
	const int by_point = compare_folds(a, b);
	const struct fold *left = a;
	const struct fold *right = b;
	return by_point ? by_point : left->order < right->order ? -1 : left->order > right->order;
}

/* A bit filter rejects most characters, which no fold begins with. */
static uint32_t folded(const struct prompt_table *table, uint32_t point)
{
	const struct fold key = { .from = point };
	if (!bit_filter_may_have(&table->may_fold, point))
		return point;
	const struct fold *found = bsearch(&key, table->folds, table->fold_count,
	                                   sizeof(*table->folds), compare_folds);
	return found ? found->to : point;
}

/*
 * Keeps Han, letters and digits, with look-alikes folded, and returns their number. `from`, which
 * may be NULL, receives the place of each.
 */
static size_t reduce(const struct prompt_table *table, const uint32_t *points, size_t count,
                     uint32_t *out, uint32_t *from)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		if (!code_point_is_han(points[i]) && !code_point_is_word(points[i]))
			continue;
		if (from)
			from[kept] = (uint32_t)i;
		out[kept++] = folded(table, points[i]);
	}
	return kept;
}

static enum status add_prompt(struct prompt_table *table, uint32_t row, const char *string,
                              struct arena *scratch)
{
	struct text text;
	arena_reset(scratch);
	const enum status status = normalise(table->normaliser, span_of(string), scratch, &text);
	if (status != STATUS_OK)
		return status;
	uint32_t *reduced = arena_array(scratch, text.count + 1, sizeof(*reduced));
	if (!reduced)
		return STATUS_NO_MEMORY;
	const size_t count = reduce(table, text.points, text.count, reduced, NULL);
	if (count < PROMPT_LEAST || count > PROMPT_MOST)
		return STATUS_OK;
	uint32_t *points = arena_room(table->arena, count, sizeof(*points));
	if (!points)
		return STATUS_NO_MEMORY;
	memcpy(points, reduced, count * sizeof(*points));
	table->prompts[table->count++] = (struct prompt){ row, points, count, string, NULL };
	if (count > table->longest)
		table->longest = count;
	if (table->shortest == 0 || count < table->shortest)
		table->shortest = count;
	return STATUS_OK;
}

/*
 * Look-alikes may form a ring (未 for 末 and 末 for 未). Its least member stands for the ring and
 * for everything that leads into it.
 */
static uint32_t end_of_chain(const struct prompt_table *table, uint32_t point)
{
	for (int step = 0; step < CHAIN_MOST; step++)
		point = folded(table, point);
	uint32_t least = point;
	for (int step = 0; step < CHAIN_MOST; step++) {
		point = folded(table, point);
		if (point < least)
			least = point;
	}
	return least;
}

/* Of several folds of one character, the first in the lexicon counts. */
static void settle_folds(struct prompt_table *table)
{
	size_t kept = 0;
	qsort(table->folds, table->fold_count, sizeof(*table->folds), compare_folds_and_order);
	for (size_t i = 0; i < table->fold_count; i++)
		if (kept == 0 || table->folds[kept - 1].from != table->folds[i].from)
			table->folds[kept++] = table->folds[i];
	table->fold_count = kept;
	for (size_t i = 0; i < kept; i++)
		bit_filter_add(&table->may_fold, table->folds[i].from);
	for (size_t i = 0; i < kept; i++)
		table->folds[i].to = end_of_chain(table, table->folds[i].from);
}

static enum status gather_folds(struct prompt_table *table, const struct lexicon *lexicon)
{
	size_t most = 1;
	for (size_t i = 0; i < lexicon->confusable_count; i++)
		most += strlen(lexicon->confusables[i].right);
	table->folds = calloc(most, sizeof(*table->folds));
	if (!table->folds)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < lexicon->confusable_count; i++) {
		const struct span right = span_of(lexicon->confusables[i].left);
		const struct span wrong = span_of(lexicon->confusables[i].right);
		size_t at = 0;
		const uint32_t to = right.len ? utf8_next(right, &at) : 0;
		if (right.len == 0 || at != right.len)
			continue;
		for (at = 0; at < wrong.len;)
			table->folds[table->fold_count++] =
			        (struct fold){ utf8_next(wrong, &at), to, i };
	}
	settle_folds(table);
	return STATUS_OK;
}

static enum status gather_prompts(struct prompt_table *table, const struct knowledge *knowledge)
{
	const size_t rich = knowledge_rich_count(knowledge);
	size_t most = 1;
	for (size_t i = 0; i < rich; i++)
		most += knowledge_rich(knowledge, i)->prompts.count;
	table->prompts = calloc(most, sizeof(*table->prompts));
	if (!table->prompts)
		return STATUS_NO_MEMORY;
	struct arena *scratch = NULL;
	enum status status = arena_create(&scratch, SCRATCH_CEILING);
	for (size_t r = 0; r < rich && status == STATUS_OK; r++) {
		const struct entry *entry = knowledge_rich(knowledge, r);
		const uint32_t row = (uint32_t)(entry - knowledge->entries);
		for (size_t i = 0; i < entry->prompts.count && status == STATUS_OK; i++)
			status = add_prompt(table, row, entry->prompts.items[i], scratch);
	}
	arena_destroy(scratch);
	return status;
}

static enum status gather_letters(struct prompt_table *table)
{
	table->by_letter = calloc(table->count + 1, sizeof(struct prompt *));
	enum status status = table->by_letter ? many_create(&table->letters) : STATUS_NO_MEMORY;
	for (size_t i = 0; i < table->count && status == STATUS_OK; i++) {
		struct prompt *prompt = &table->prompts[i];
		uint32_t id;
		if (prompt->count < LETTER_LEAST)
			continue;
		status = many_add(table->letters, prompt->points, prompt->count, &id);
		if (status != STATUS_OK)
			break;
		prompt->same = table->by_letter[id];
		table->by_letter[id] = prompt;
	}
	return status == STATUS_OK ? many_settle(table->letters) : status;
}

static uint64_t pair_of(const uint32_t *points)
{
	return (uint64_t)points[0] << 32 | points[1];
}

static int compare_seeds(const void *a, const void *b)
{
	const struct seed *left = a;
	const struct seed *right = b;
	if (left->pair != right->pair)
		return left->pair < right->pair ? -1 : 1;
	return left->prompt < right->prompt ? -1 : left->prompt > right->prompt;
}

static enum status gather_seeds(struct prompt_table *table)
{
	size_t most = 1;
	for (size_t p = 0; p < table->count; p++)
		most += table->prompts[p].count;
	table->seeds = calloc(most, sizeof(*table->seeds));
	if (!table->seeds)
		return STATUS_NO_MEMORY;
	for (size_t p = 0; p < table->count; p++)
		for (size_t i = 0; i + 1 < table->prompts[p].count; i++)
			table->seeds[table->seed_count++] =
			        (struct seed){ pair_of(&table->prompts[p].points[i]), (uint32_t)p };
	qsort(table->seeds, table->seed_count, sizeof(*table->seeds), compare_seeds);
	for (size_t i = 0; i < table->seed_count; i++)
		bit_filter_add(&table->may_be_seed, table->seeds[i].pair);
	return STATUS_OK;
}

static void keep_prompts(const struct prompt_table *table, const struct knowledge *knowledge,
                         struct image_draft *draft, size_t first)
{
	struct pack *pack = draft->pack;
	for (size_t i = 0; i < table->count; i++) {
		const struct prompt *prompt = &table->prompts[i];
		const size_t place = first + i * sizeof(*prompt);
		const struct prompt plain = { .row = prompt->row, .count = prompt->count };
		pack_set(pack, place, &plain, sizeof(plain));
		pack_point(pack, place + offsetof(struct prompt, points),
		           pack_add(pack, prompt->points, prompt->count * sizeof(*prompt->points)));
		pack_point(pack, place + offsetof(struct prompt, text),
		           knowledge_kept_prompt(draft, knowledge, prompt->row, prompt->text));
		if (prompt->same)
			pack_point(pack, place + offsetof(struct prompt, same),
			           first + (size_t)(prompt->same - table->prompts) *
			                           sizeof(*prompt));
	}
}

enum status prompt_table_keep(const struct prompt_table *table, const struct knowledge *knowledge,
                              struct image_draft *draft)
{
	struct kept_table kept = { .count = table->count,
		                   .longest = table->longest,
		                   .shortest = table->shortest,
		                   .letter_count = many_count(table->letters),
		                   .may_be_seed = table->may_be_seed };
	struct pack *pack = draft->pack;
	kept.prompts = pack_add(pack, NULL, table->count * sizeof(*table->prompts));
	keep_prompts(table, knowledge, draft, (size_t)kept.prompts);
	kept.by_letter = pack_add(pack, NULL, (size_t)kept.letter_count * sizeof(void *));
	for (size_t id = 0; id < kept.letter_count; id++)
		pack_point(pack, (size_t)kept.by_letter + id * sizeof(void *),
		           (size_t)kept.prompts + (size_t)(table->by_letter[id] - table->prompts) *
		                                          sizeof(*table->prompts));
	image_draft_add(draft, "prompts.seeds", table->seeds, table->seed_count,
	                sizeof(*table->seeds));
	many_keep(table->letters, "prompts.nodes", "prompts.slots", draft);
	const enum status status = image_draft_copy(draft, "prompts", &kept, sizeof(kept));
	return status == STATUS_OK ? pack_status(pack) : status;
}

static enum status borrow_table(struct prompt_table *table, const struct image_file *file)
{
	const struct kept_table *kept = image_file_array(file, "prompts", sizeof(*kept), 1);
	table->borrowed = true;
	if (!kept)
		return STATUS_INVALID;
	table->count = (size_t)kept->count;
	table->longest = (size_t)kept->longest;
	table->shortest = (size_t)kept->shortest;
	table->may_be_seed = kept->may_be_seed;
	table->prompts = (void *)(uintptr_t)image_file_packed(
	        file, (size_t)kept->prompts, table->count * sizeof(*table->prompts));
	table->by_letter = (void *)(uintptr_t)image_file_packed(
	        file, (size_t)kept->by_letter, (size_t)kept->letter_count * sizeof(void *));
	table->seeds = (void *)(uintptr_t)image_file_items(
	        file, "prompts.seeds", sizeof(*table->seeds), &table->seed_count);
	if (!table->prompts || !table->by_letter || !table->seeds)
		return STATUS_INVALID;
	return many_adopt(file, "prompts.nodes", "prompts.slots", (uint32_t)kept->letter_count,
	                  &table->letters);
}

static enum status make_table(struct prompt_table *table, const struct knowledge *knowledge)
{
	enum status status = gather_prompts(table, knowledge);
	if (status == STATUS_OK)
		status = gather_letters(table);
	if (status == STATUS_OK)
		status = gather_seeds(table);
	return status;
}

enum status prompt_table_create(const struct knowledge *knowledge,
                                const struct normaliser *normaliser, const struct image_file *kept,
                                struct prompt_table **out)
{
	struct prompt_table *table = calloc(1, sizeof(*table));
	if (!table)
		return STATUS_NO_MEMORY;
	table->normaliser = normaliser;
	enum status status = arena_create(&table->arena, TABLE_CEILING);
	if (status == STATUS_OK)
		status = gather_folds(table, &knowledge->lexicon);
	if (status == STATUS_OK)
		status = kept ? borrow_table(table, kept) : make_table(table, knowledge);
	if (status != STATUS_OK) {
		prompt_table_destroy(table);
		table = NULL;
	}
	*out = table;
	return status;
}

void prompt_table_destroy(struct prompt_table *table)
{
	if (!table)
		return;
	arena_destroy(table->arena);
	many_destroy(table->letters);
	if (!table->borrowed) {
		free(table->by_letter);
		free(table->seeds);
		free(table->prompts);
	}
	free(table->folds);
	free(table);
}

static int replace_cost(uint32_t a, uint32_t b)
{
	if (a == b)
		return 0;
	const uint16_t sound = pinyin_number(a);
	return sound && sound == pinyin_number(b) ? SOUND_COST : EDIT_COST;
}

/*
 * Least cost of turning `pattern` into some stretch of `text` (Sellers 1980): a column a code
 * point of the text, the first row free.
 */
static int align(const uint32_t *pattern, size_t pattern_count, const uint32_t *text,
                 size_t text_count, int *column)
{
	assert(pattern_count > 0 && pattern_count <= PROMPT_MOST);
	for (size_t i = 0; i <= pattern_count; i++)
		column[i] = (int)i * EDIT_COST;
	int best = column[pattern_count];
	for (size_t t = 0; t < text_count; t++) {
		int diagonal = 0;
		for (size_t i = 1; i <= pattern_count; i++) {
			int cost = diagonal;
			if (pattern[i - 1] != text[t])
				cost += replace_cost(pattern[i - 1], text[t]);
			diagonal = column[i];
			if (column[i] + EDIT_COST < cost)
				cost = column[i] + EDIT_COST;
			if (column[i - 1] + EDIT_COST < cost)
				cost = column[i - 1] + EDIT_COST;
			column[i] = cost;
		}
		if (column[pattern_count] < best)
			best = column[pattern_count];
	}
	return best;
}

/* Counts shared characters, an upper bound for an alignment that rejects most prompts. */
static size_t shared_points(const uint32_t *a, size_t a_count, const uint64_t *present)
{
	size_t shared = 0;
	for (size_t i = 0; i < a_count; i++)
		shared += (present[(a[i] >> 6) & 63] >> (a[i] & 63)) & 1;
	return shared;
}

static float compare_prompt(const struct prompt *prompt, const uint32_t *points, size_t count,
                            int *column, float *share)
{
	const bool piece = count < prompt->count;
	const size_t shorter = piece ? count : prompt->count;
	if (piece && count < PIECE_LEAST)
		return 0;
	const int cost = piece ? align(points, count, prompt->points, prompt->count, column)
	                       : align(prompt->points, prompt->count, points, count, column);
	const float similarity = 1.0F - (float)cost / ((float)shorter * EDIT_COST);
	*share = similarity * (float)shorter / (float)prompt->count;
	return similarity;
}

static float likeness(const struct prompt_hit *hit)
{
	return hit->similarity * hit->share;
}

/* Keeps the best hit of each row, and of these the best `most`. */
static void keep_hit(struct prompt_hit *hits, size_t most, size_t *count, struct prompt_hit hit)
{
	size_t worst = 0;
	for (size_t i = 0; i < *count; i++) {
		if (hits[i].row == hit.row) {
			if (likeness(&hits[i]) < likeness(&hit))
				hits[i] = hit;
			return;
		}
		if (likeness(&hits[i]) <= likeness(&hits[worst]))
			worst = i;
	}
	if (*count < most)
		hits[(*count)++] = hit;
	else if (most > 0 && likeness(&hits[worst]) < likeness(&hit))
		hits[worst] = hit;
}

static int best_hit_first(const void *a, const void *b)
{
	const struct prompt_hit *left = a;
	const struct prompt_hit *right = b;
	if (likeness(left) != likeness(right))
		return likeness(left) > likeness(right) ? -1 : 1;
	return left->row < right->row ? -1 : left->row > right->row;
}

struct letter {
	uint32_t id;
	size_t start, end; /* of the reduced text */
};

struct letters {
	const struct prompt_table *table;
	struct letter items[LETTERS_MOST]; /* the first of each */
	size_t count;
};

static void note_letter(void *context, uint32_t id, size_t end)
{
	struct letters *letters = context;
	for (size_t i = 0; i < letters->count; i++)
		if (letters->items[i].id == id)
			return;
	assert(end >= letters->table->by_letter[id]->count);
	if (letters->count < LETTERS_MOST)
		letters->items[letters->count++] =
		        (struct letter){ id, end - letters->table->by_letter[id]->count, end };
}

/* Whether the popup lies within a longer one, and so does not count. */
static bool is_within(const struct letters *letters, const struct letter *letter)
{
	for (size_t i = 0; i < letters->count; i++) {
		const struct letter *other = &letters->items[i];
		if (other->start <= letter->start && other->end >= letter->end &&
		    other->end - other->start > letter->end - letter->start)
			return true;
	}
	return false;
}

static void find_letters(const struct prompt_table *table, const uint32_t *reduced,
                         const uint32_t *from, size_t kept, struct prompt_hit *hits, size_t most,
                         size_t *hit_count)
{
	struct letters letters = { .table = table };
	many_find(table->letters, reduced, kept, note_letter, &letters);
	for (size_t i = 0; i < letters.count; i++) {
		const struct letter *letter = &letters.items[i];
		if (is_within(&letters, letter))
			continue;
		for (const struct prompt *prompt = table->by_letter[letter->id]; prompt;
		     prompt = prompt->same)
			keep_hit(hits, most, hit_count,
			         (struct prompt_hit){ .row = prompt->row,
			                              .similarity = 1,
			                              .share = 1,
			                              .exact = true,
			                              .start = from[letter->start],
			                              .end = from[letter->end - 1] + 1U,
			                              .prompt = prompt->text });
	}
}

/* The place of a pair of a prompt in a message. */
struct sown {
	uint32_t prompt;
	uint32_t at;
};

static int compare_sown(const void *a, const void *b)
{
	const struct sown *left = a;
	const struct sown *right = b;
	if (left->prompt != right->prompt)
		return left->prompt < right->prompt ? -1 : 1;
	return left->at < right->at ? -1 : left->at > right->at;
}

static int compare_pair(const void *key, const void *item)
{
	const uint64_t pair = *(const uint64_t *)key;
	const struct seed *seed = item;
	return pair < seed->pair ? -1 : pair > seed->pair;
}

static size_t first_seed(const struct prompt_table *table, uint64_t pair)
{
	return lower_bound(&pair, table->seeds, table->seed_count, sizeof(*table->seeds),
	                   compare_pair);
}

/* Finds pairs of prompts in a message, sorted by prompt and place. Returns their number. */
static size_t sow(const struct prompt_table *table, const uint32_t *reduced, size_t kept,
                  struct sown *sown)
{
	size_t count = 0;
	for (size_t at = 0; at + 1 < kept; at++) {
		const uint64_t pair = pair_of(reduced + at);
		if (!bit_filter_may_have(&table->may_be_seed, pair))
			continue;
		for (size_t s = first_seed(table, pair);
		     s < table->seed_count && table->seeds[s].pair == pair && count < SEEDS_MOST;
		     s++)
			sown[count++] = (struct sown){ table->seeds[s].prompt, (uint32_t)at };
	}
	if (count > 1)
		qsort(sown, count, sizeof(*sown), compare_sown);
	return count;
}

/*
 * The stretch of a long message with the most pairs of the prompt, and room for slips on both
 * sides; false if nothing looks alike.
 */
static bool find_stretch(const struct prompt *prompt, const struct sown *sown, size_t count,
                         size_t kept, size_t *start, size_t *end)
{
	const size_t reach = prompt->count + prompt->count / 2;
	size_t first = 0, best = 0;
	for (size_t last = 0; last < count; last++) {
		while (sown[last].at - sown[first].at > reach)
			first++;
		if (last - first + 1 <= best)
			continue;
		best = last - first + 1;
		*start = sown[first].at;
		*end = sown[last].at + 2;
	}
	if (best < SEEDS_LEAST)
		return false;
	*start = *start > prompt->count ? *start - prompt->count : 0;
	*end = *end + prompt->count < kept ? *end + prompt->count : kept;
	return true;
}

/* A message that is compared. */
struct reduced {
	const uint32_t *points;
	size_t count;
	uint64_t present[64];
	struct sown *sown; /* of one that is long beside some prompt */
	size_t sown_count;
	int *column;
};

/* The part of the message to align with the prompt; false if there is none. */
static bool choose_stretch(const struct reduced *message, const struct prompt *prompt,
                           uint32_t number, size_t *start, size_t *end)
{
	const size_t shorter = message->count < prompt->count ? message->count : prompt->count;
	const size_t shared = shared_points(prompt->points, prompt->count, message->present);
	*start = 0;
	*end = message->count;
	if (shared * 100 < shorter * SIMILARITY_LEAST_PERCENT)
		return false;
	if (message->count <= WHOLE_MOST * prompt->count)
		return true;
	const struct sown begin = { number, 0 };
	const size_t from = lower_bound(&begin, message->sown, message->sown_count,
	                                sizeof(*message->sown), compare_sown);
	size_t to = from;
	while (to < message->sown_count && message->sown[to].prompt == number)
		to++;
	return find_stretch(prompt, message->sown + from, to - from, message->count, start, end);
}

static void align_prompts(const struct prompt_table *table, struct reduced *message,
                          struct budget *budget, struct prompt_hit *hits, size_t most,
                          size_t *hit_count)
{
	for (size_t i = 0; i < message->count; i++)
		message->present[(message->points[i] >> 6) & 63] |= UINT64_C(1)
		                                                    << (message->points[i] & 63);
	if (message->count > WHOLE_MOST * table->shortest)
		message->sown_count = sow(table, message->points, message->count, message->sown);
	for (size_t p = 0; p < table->count; p++) {
		const struct prompt *prompt = &table->prompts[p];
		size_t start, end;
		if (!choose_stretch(message, prompt, (uint32_t)p, &start, &end) ||
		    !budget_take(budget, (uint64_t)(end - start) * prompt->count))
			continue;
		struct prompt_hit hit = { .row = prompt->row, .prompt = prompt->text };
		hit.similarity = compare_prompt(prompt, message->points + start, end - start,
		                                message->column, &hit.share);
		if (hit.similarity * 100 >= SIMILARITY_LEAST_PERCENT)
			keep_hit(hits, most, hit_count, hit);
	}
}

enum status prompts_find(const struct prompt_table *table, const uint32_t *points, size_t count,
                         struct budget *budget, struct arena *arena, struct prompt_hit *hits,
                         size_t most, size_t *hit_count)
{
	*hit_count = 0;
	if (table->count == 0)
		return STATUS_OK;
	uint32_t *reduced = arena_room(arena, count + 1, sizeof(*reduced));
	uint32_t *from = arena_room(arena, count + 1, sizeof(*from));
	struct reduced message = { .points = reduced };
	message.column = arena_room(arena, table->longest + 1, sizeof(*message.column));
	message.sown = arena_room(arena, SEEDS_MOST, sizeof(*message.sown));
	if (!reduced || !from || !message.column || !message.sown)
		return STATUS_NO_MEMORY;
	message.count = reduce(table, points, count, reduced, from);
	find_letters(table, reduced, from, message.count, hits, most, hit_count);
	align_prompts(table, &message, budget, hits, most, hit_count);
	qsort(hits, *hit_count, sizeof(*hits), best_hit_first);
	return STATUS_OK;
}

/*
 * How it works: every literal word that a pattern needs has a number in one automaton (many.h). A
 * posting says that a word belongs to a set of a pattern. A pass notes which words were seen, how
 * often and, if patterns begin with them, at which bytes. Then the postings of these words set a
 * bit for each set, and a pattern with all its bits is a candidate. Words and postings belong to
 * the spotter, which never changes. Marks belong to the spotting, and carry the number of their
 * pass, so that nothing has to be cleared between two messages.
 */
#include "engine/match/spot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/match/many.h"

enum {
	WORD_POINTS_MOST = 64,
	SIGHTINGS_MOST = 8192, /* of words in one text whose places are kept */
	PLACES_MOST = 256,     /* of one pattern */
	OWN_WORD_LEAST = 6,    /* code points of a word that says as much as a popup */
	OWN_CODE_LEAST = 4,    /* the same of a code: ASCII, a digit among it */
};

static const uint32_t no_row = UINT32_MAX;
static const uint32_t shared_row = UINT32_MAX - 1;

/* By the number of the pattern. */
struct target {
	const struct pattern *pattern; /* NULL: none of an entry */
	uint32_t row;
	uint8_t sets;                  /* how many it asks for */
	uint8_t all;                   /* a bit for each */
	size_t first_lead, lead_words; /* of `leads` */
	uint8_t lead;                  /* the set that it begins with; LITERAL_SETS_MOST: none */
	bool finds;                    /* an entry is found by it */
	float own;                     /* see spotter_own() */
};

/* A word is in a set of a pattern. */
struct posting {
	uint32_t word;
	uint32_t target;
	uint8_t set;
};

/* A word that patterns begin with, in the text. */
struct sighting {
	uint32_t at;   /* in bytes */
	uint32_t next; /* the one before of the same word, from 1; 0: none */
};

struct spotter {
	struct many *words;
	struct target *targets;
	uint32_t target_count;
	struct posting *postings; /* sorted by word */
	size_t posting_count, posting_room;
	size_t *first;       /* by word: its first posting; one more at the end */
	uint32_t *word_row;  /* by word: the only row that asks for it, or shared_row */
	uint8_t *word_bytes; /* by word; 0: no pattern begins with it */
	uint32_t *leads;     /* words that targets begin with: see struct target */
	size_t lead_count, lead_room;
	struct spotted *always; /* ask for nothing */
	size_t always_count;
};

struct spotting {
	const struct spotter *spotter;
	bool *aside, *named; /* by target: see spotting_set_aside() and spotting_name_aside() */
	size_t unnamed;      /* targets that are set aside */
	/* Of the last pass. */
	uint32_t pass;
	uint32_t *word_count; /* by word: how often it was seen */
	uint32_t *seen;       /* the words that were */
	size_t seen_count, text_points;
	const struct text *text;        /* while it is read */
	size_t read_points, read_bytes; /* of it so far */
	uint32_t *last_sighting;        /* by word, from 1; of the words of `seen` */
	struct sighting *sightings;
	size_t sighting_count;
	uint32_t places[PLACES_MOST];
	uint32_t *target_seen;  /* by target: the pass that its bits are of */
	uint8_t *bits;          /* by target: the sets that were seen */
	uint32_t *starts;       /* by target: places of a word that it begins with */
	uint32_t *target_noted; /* by target: the pass that its spot is of */
	struct spot *spots;     /* by target */
	struct spotted *list;
	size_t list_count;
};

/* ------------------------------------------------------------------ building */

typedef enum status visit_pattern(struct spotter *spotter, const struct pattern *pattern,
                                  uint32_t row, bool finds);

static enum status visit_list(struct spotter *spotter, const struct pattern_list *patterns,
                              uint32_t row, bool finds, visit_pattern *visit)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < patterns->count && status == STATUS_OK; i++)
		status = visit(spotter, patterns->items[i], row, finds);
	return status;
}

static enum status visit_all(struct spotter *spotter, const struct knowledge *knowledge,
                             visit_pattern *visit)
{
	enum status status = STATUS_OK;
	for (size_t r = 0; r < knowledge_rich_count(knowledge) && status == STATUS_OK; r++) {
		const struct entry *entry = knowledge_rich(knowledge, r);
		const uint32_t row = (uint32_t)(entry - knowledge->entries);
		status = visit_list(spotter, &entry->patterns, row, true, visit);
		if (status == STATUS_OK)
			status = visit_list(spotter, &entry->unless, row, false, visit);
		for (size_t i = 0; i < entry->case_count && status == STATUS_OK; i++)
			status = visit_list(spotter, &entry->cases[i].patterns, row, true, visit);
	}
	return status;
}

static enum status count_target(struct spotter *spotter, const struct pattern *pattern,
                                uint32_t row, bool finds)
{
	(void)row;
	(void)finds;
	if (pattern_number(pattern) >= spotter->target_count)
		spotter->target_count = pattern_number(pattern) + 1;
	return STATUS_OK;
}

static enum status add_posting(struct spotter *spotter, struct posting posting)
{
	if (spotter->posting_count == spotter->posting_room) {
		const size_t room = spotter->posting_room ? spotter->posting_room * 2 : 256;
		struct posting *postings = reallocarray(spotter->postings, room, sizeof(*postings));
		if (!postings)
			return STATUS_NO_MEMORY;
		spotter->postings = postings;
		spotter->posting_room = room;
	}
	spotter->postings[spotter->posting_count++] = posting;
	return STATUS_OK;
}

static enum status add_lead(struct spotter *spotter, uint32_t word)
{
	if (spotter->lead_count == spotter->lead_room) {
		const size_t room = spotter->lead_room ? spotter->lead_room * 2 : 256;
		uint32_t *leads = reallocarray(spotter->leads, room, sizeof(*leads));
		if (!leads)
			return STATUS_NO_MEMORY;
		spotter->leads = leads;
		spotter->lead_room = room;
	}
	spotter->leads[spotter->lead_count++] = word;
	return STATUS_OK;
}

static enum status add_word(struct spotter *spotter, struct span word, uint32_t target, uint8_t set)
{
	uint32_t points[WORD_POINTS_MOST];
	size_t count = 0;
	struct posting posting = { .target = target, .set = set };
	for (size_t at = 0; at < word.len && count < WORD_POINTS_MOST;)
		points[count++] = utf8_next(word, &at);
	enum status status = many_add(spotter->words, points, count, &posting.word);
	if (status == STATUS_OK)
		status = add_posting(spotter, posting);
	if (status == STATUS_OK && set == spotter->targets[target].lead)
		status = add_lead(spotter, posting.word);
	return status;
}

static enum status add_target(struct spotter *spotter, const struct pattern *pattern, uint32_t row,
                              bool finds)
{
	const struct pattern_literals *literals = pattern_literals(pattern);
	const uint32_t number = pattern_number(pattern);
	struct target *target = &spotter->targets[number];
	enum status status = STATUS_OK;
	*target = (struct target){ .pattern = pattern,
		                   .row = row,
		                   .lead = LITERAL_SETS_MOST,
		                   .finds = finds,
		                   .sets = (uint8_t)literals->count,
		                   .all = (uint8_t)((1U << literals->count) - 1) };
	target->first_lead = spotter->lead_count;
	for (size_t s = 0; s < literals->count; s++)
		if (literals->sets[s].leads)
			target->lead = (uint8_t)s;
	for (size_t s = 0; s < literals->count; s++) {
		const char *word = literals->sets[s].words;
		for (size_t i = 0; i < literals->sets[s].count && status == STATUS_OK; i++) {
			status = add_word(spotter, span_of(word), number, (uint8_t)s);
			word += strlen(word) + 1;
		}
	}
	target->lead_words = spotter->lead_count - target->first_lead;
	return status;
}

static int by_word(const void *a, const void *b)
{
	const struct posting *left = a;
	const struct posting *right = b;
	if (left->word != right->word)
		return left->word < right->word ? -1 : 1;
	return left->target < right->target ? -1 : left->target > right->target;
}

static bool is_code(struct span word)
{
	bool digit = false;
	for (size_t i = 0; i < word.len; i++) {
		const char c = word.ptr[i];
		const bool is_digit = c >= '0' && c <= '9';
		if (!is_digit && !(c >= 'a' && c <= 'z') && c != '-' && c != '_')
			return false;
		digit = digit || is_digit;
	}
	return digit && word.len >= OWN_CODE_LEAST;
}

static float weight_of(const struct literal_set *set)
{
	const char *word = set->words;
	bool codes = true;
	for (size_t i = 0; i < set->count; i++) {
		codes = codes && is_code(span_of(word));
		word += strlen(word) + 1;
	}
	return codes ? 1.0F : set->least >= OWN_WORD_LEAST ? 0.5F : 0.0F;
}

/* Finds sets of words that no other row asks for. */
static void settle_own(struct spotter *spotter)
{
	for (size_t i = 0; i < spotter->posting_count; i++) {
		const struct posting *posting = &spotter->postings[i];
		const uint32_t row = spotter->targets[posting->target].row;
		uint32_t *word_row = &spotter->word_row[posting->word];
		*word_row = *word_row == no_row || *word_row == row ? row : shared_row;
	}
	for (uint32_t t = 0; t < spotter->target_count; t++) {
		struct target *target = &spotter->targets[t];
		const struct pattern_literals *literals =
		        target->pattern ? pattern_literals(target->pattern) : NULL;
		target->own = literals && literals->count > 0 ? weight_of(&literals->sets[0]) : 0;
	}
	for (size_t i = 0; i < spotter->posting_count; i++)
		if (spotter->postings[i].set == 0 &&
		    spotter->word_row[spotter->postings[i].word] == shared_row)
			spotter->targets[spotter->postings[i].target].own = 0;
}

/* Measures the words that targets begin with. */
static void measure_words(struct spotter *spotter)
{
	for (uint32_t t = 0; t < spotter->target_count; t++) {
		const struct target *target = &spotter->targets[t];
		if (!target->pattern || target->lead == LITERAL_SETS_MOST)
			continue;
		const char *word = pattern_literals(target->pattern)->sets[target->lead].words;
		for (size_t i = 0; i < target->lead_words; i++) {
			const struct span span = span_of(word);
			spotter->word_bytes[spotter->leads[target->first_lead + i]] =
			        (uint8_t)utf8_prefix(span, WORD_POINTS_MOST);
			word += span.len + 1;
		}
	}
}

static enum status make_room(struct spotter *spotter)
{
	const size_t words = (size_t)many_count(spotter->words) + 1;
	const size_t targets = (size_t)spotter->target_count + 1;
	spotter->first = calloc(words + 1, sizeof(*spotter->first));
	spotter->word_row = calloc(words, sizeof(*spotter->word_row));
	spotter->word_bytes = calloc(words, sizeof(*spotter->word_bytes));
	spotter->always = calloc(targets, sizeof(*spotter->always));
	return spotter->first && spotter->word_row && spotter->word_bytes && spotter->always
	               ? STATUS_OK
	               : STATUS_NO_MEMORY;
}

static void settle_lists(struct spotter *spotter)
{
	const uint32_t words = many_count(spotter->words);
	if (spotter->posting_count > 1)
		qsort(spotter->postings, spotter->posting_count, sizeof(*spotter->postings),
		      by_word);
	for (size_t i = 0; i < spotter->posting_count; i++)
		spotter->first[spotter->postings[i].word + 1]++;
	for (uint32_t w = 0; w < words; w++) {
		spotter->first[w + 1] += spotter->first[w];
		spotter->word_row[w] = no_row;
	}
	for (uint32_t t = 0; t < spotter->target_count; t++) {
		const struct target *target = &spotter->targets[t];
		if (target->pattern && target->finds && target->sets == 0)
			spotter->always[spotter->always_count++] =
			        (struct spotted){ target->pattern, target->row };
	}
	measure_words(spotter);
	settle_own(spotter);
}

enum status spotter_create(const struct knowledge *knowledge, struct spotter **out)
{
	struct spotter *spotter = calloc(1, sizeof(*spotter));
	*out = spotter;
	if (!spotter)
		return STATUS_NO_MEMORY;
	enum status status = many_create(&spotter->words);
	if (status == STATUS_OK)
		status = visit_all(spotter, knowledge, count_target);
	spotter->targets = calloc((size_t)spotter->target_count + 1, sizeof(*spotter->targets));
	if (!spotter->targets)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = visit_all(spotter, knowledge, add_target);
	if (status == STATUS_OK)
		status = many_settle(spotter->words);
	if (status == STATUS_OK)
		status = make_room(spotter);
	if (status == STATUS_OK) {
		settle_lists(spotter);
		return STATUS_OK;
	}
	spotter_destroy(spotter);
	*out = NULL;
	return status;
}

void spotter_destroy(struct spotter *spotter)
{
	if (!spotter)
		return;
	many_destroy(spotter->words);
	free(spotter->targets);
	free(spotter->postings);
	free(spotter->first);
	free(spotter->word_row);
	free(spotter->word_bytes);
	free(spotter->leads);
	free(spotter->always);
	free(spotter);
}

/* ------------------------------------------------------------------ the marks */

enum status spotting_create(const struct spotter *spotter, struct spotting **out)
{
	struct spotting *spotting = calloc(1, sizeof(*spotting));
	const size_t words = (size_t)many_count(spotter->words) + 1;
	const size_t targets = (size_t)spotter->target_count + 1;
	*out = spotting;
	if (!spotting)
		return STATUS_NO_MEMORY;
	spotting->spotter = spotter;
	spotting->aside = calloc(targets, sizeof(*spotting->aside));
	spotting->named = calloc(targets, sizeof(*spotting->named));
	spotting->word_count = calloc(words, sizeof(*spotting->word_count));
	spotting->seen = calloc(words, sizeof(*spotting->seen));
	spotting->last_sighting = calloc(words, sizeof(*spotting->last_sighting));
	spotting->sightings = calloc(SIGHTINGS_MOST, sizeof(*spotting->sightings));
	spotting->starts = calloc(targets, sizeof(*spotting->starts));
	spotting->target_seen = calloc(targets, sizeof(*spotting->target_seen));
	spotting->bits = calloc(targets, sizeof(*spotting->bits));
	spotting->target_noted = calloc(targets, sizeof(*spotting->target_noted));
	spotting->spots = calloc(targets, sizeof(*spotting->spots));
	spotting->list = calloc(targets, sizeof(*spotting->list));
	if (spotting->aside && spotting->named && spotting->word_count && spotting->seen &&
	    spotting->last_sighting && spotting->sightings && spotting->starts &&
	    spotting->target_seen && spotting->bits && spotting->target_noted && spotting->spots &&
	    spotting->list)
		return STATUS_OK;
	spotting_destroy(spotting);
	*out = NULL;
	return STATUS_NO_MEMORY;
}

void spotting_destroy(struct spotting *spotting)
{
	if (!spotting)
		return;
	free(spotting->aside);
	free(spotting->named);
	free(spotting->word_count);
	free(spotting->seen);
	free(spotting->last_sighting);
	free(spotting->sightings);
	free(spotting->starts);
	free(spotting->target_seen);
	free(spotting->bits);
	free(spotting->target_noted);
	free(spotting->spots);
	free(spotting->list);
	free(spotting);
}

/* ------------------------------------------------------------------ a pass */

/* The byte offset of code point `end`, which never decreases during a pass. */
static size_t bytes_to(struct spotting *spotting, size_t end)
{
	for (; spotting->read_points < end; spotting->read_points++) {
		const uint32_t point = spotting->text->points[spotting->read_points];
		spotting->read_bytes += point < 0x80      ? 1
		                        : point < 0x800   ? 2
		                        : point < 0x10000 ? 3
		                                          : 4;
	}
	return spotting->read_bytes;
}

static void see_word(void *context, uint32_t word, size_t end)
{
	struct spotting *spotting = context;
	if (spotting->word_count[word]++ == 0) {
		spotting->seen[spotting->seen_count++] = word;
		spotting->last_sighting[word] = 0;
	}
	if (spotting->spotter->word_bytes[word] == 0 || spotting->sighting_count == SIGHTINGS_MOST)
		return;
	spotting->sightings[spotting->sighting_count++] = (struct sighting){
		.at = (uint32_t)(bytes_to(spotting, end) - spotting->spotter->word_bytes[word]),
		.next = spotting->last_sighting[word],
	};
	spotting->last_sighting[word] = (uint32_t)spotting->sighting_count;
}

/* Notes that a word of one of the target's sets was seen. */
static void see_set(struct spotting *spotting, const struct posting *posting, uint32_t times)
{
	const struct target *target = &spotting->spotter->targets[posting->target];
	uint8_t *bits = &spotting->bits[posting->target];
	const uint8_t bit = (uint8_t)(1U << posting->set);
	if (spotting->target_seen[posting->target] != spotting->pass) {
		spotting->target_seen[posting->target] = spotting->pass;
		spotting->starts[posting->target] = 0;
		*bits = 0;
	}
	if (posting->set == target->lead)
		spotting->starts[posting->target] += times;
	if (*bits & bit)
		return;
	*bits |= bit;
	assert((target->all & bit) != 0);
	if (*bits == target->all && target->finds && !spotting->aside[posting->target])
		spotting->list[spotting->list_count++] =
		        (struct spotted){ target->pattern, target->row };
}

static size_t least_of(const struct spotted *one)
{
	return pattern_literals(one->pattern)->sets[0].least;
}

static int longest_first(const void *a, const void *b)
{
	const size_t left = least_of(a), right = least_of(b);
	const uint32_t one = pattern_number(((const struct spotted *)a)->pattern);
	const uint32_t other = pattern_number(((const struct spotted *)b)->pattern);
	if (left != right)
		return left > right ? -1 : 1;
	return one < other ? -1 : one > other;
}

void spotting_read(struct spotting *spotting, const struct text *text)
{
	const struct spotter *spotter = spotting->spotter;
	spotting->list_count = 0;
	spotting->text_points = text->count;
	spotting->text = text;
	spotting->read_points = spotting->read_bytes = spotting->sighting_count = 0;
	for (size_t w = 0; w < spotting->seen_count; w++)
		spotting->word_count[spotting->seen[w]] = 0;
	spotting->seen_count = 0;
	spotting->pass++;
	if (spotting->pass == 0) { /* once in four thousand million passes */
		memset(spotting->target_seen, 0,
		       (size_t)spotter->target_count * sizeof(*spotting->target_seen));
		memset(spotting->target_noted, 0,
		       (size_t)spotter->target_count * sizeof(*spotting->target_noted));
		spotting->pass = 1;
	}
	many_find(spotter->words, text->points, text->count, see_word, spotting);
	for (size_t w = 0; w < spotting->seen_count; w++) {
		const uint32_t word = spotting->seen[w];
		for (size_t i = spotter->first[word]; i < spotter->first[word + 1]; i++)
			see_set(spotting, &spotter->postings[i], spotting->word_count[word]);
	}
	spotting->text = NULL;
	if (spotting->list_count > 1)
		qsort(spotting->list, spotting->list_count, sizeof(*spotting->list), longest_first);
	memcpy(spotting->list + spotting->list_count, spotter->always,
	       spotter->always_count * sizeof(*spotter->always));
	spotting->list_count += spotter->always_count;
}

const struct spotted *spotting_list(const struct spotting *spotting, size_t *count)
{
	*count = spotting->list_count;
	return spotting->list;
}

bool spotting_may_find(const struct spotting *spotting, const struct pattern *pattern)
{
	const uint32_t number = pattern_number(pattern);
	const struct target *target = &spotting->spotter->targets[number];
	if (spotting->aside[number])
		return false;
	return target->sets == 0 || (spotting->target_seen[number] == spotting->pass &&
	                             spotting->bits[number] == target->all);
}

size_t spotting_starts(const struct spotting *spotting, const struct pattern *pattern)
{
	const uint32_t number = pattern_number(pattern);
	return spotting->spotter->targets[number].lead == LITERAL_SETS_MOST
	               ? spotting->text_points
	               : spotting->starts[number];
}

const uint32_t *spotting_places(struct spotting *spotting, const struct pattern *pattern,
                                size_t *count)
{
	const struct spotter *spotter = spotting->spotter;
	const struct target *target = &spotter->targets[pattern_number(pattern)];
	*count = 0;
	if (target->lead == LITERAL_SETS_MOST || spotting->sighting_count == SIGHTINGS_MOST ||
	    spotting_starts(spotting, pattern) > PLACES_MOST)
		return NULL;
	for (size_t i = 0; i < target->lead_words; i++) {
		const uint32_t word = spotter->leads[target->first_lead + i];
		if (spotting->word_count[word] == 0)
			continue;
		for (uint32_t s = spotting->last_sighting[word]; s != 0 && *count < PLACES_MOST;
		     s = spotting->sightings[s - 1].next)
			spotting->places[(*count)++] = spotting->sightings[s - 1].at;
	}
	return spotting->places;
}

void spotting_note(struct spotting *spotting, const struct pattern *pattern, struct spot spot)
{
	const uint32_t number = pattern_number(pattern);
	spotting->target_noted[number] = spotting->pass;
	spotting->spots[number] = spot;
}

const struct spot *spotting_noted(const struct spotting *spotting, const struct pattern *pattern)
{
	const uint32_t number = pattern_number(pattern);
	return spotting->target_noted[number] == spotting->pass ? &spotting->spots[number] : NULL;
}

void spotting_set_aside(struct spotting *spotting, const struct pattern *pattern)
{
	const uint32_t number = pattern_number(pattern);
	spotting->unnamed += !spotting->aside[number];
	spotting->aside[number] = true;
}

const struct pattern *spotting_name_aside(struct spotting *spotting)
{
	const struct spotter *spotter = spotting->spotter;
	for (uint32_t t = 0; t < spotter->target_count && spotting->unnamed > 0; t++) {
		if (!spotting->aside[t] || spotting->named[t])
			continue;
		spotting->named[t] = true;
		spotting->unnamed--;
		return spotter->targets[t].pattern;
	}
	return NULL;
}

float spotter_own(const struct spotter *spotter, const struct pattern *pattern)
{
	return spotter->targets[pattern_number(pattern)].own;
}

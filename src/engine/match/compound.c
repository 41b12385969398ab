/*
 * How it works: generic.txt lists ends (证, 区) and open words. compound_end_at() looks whether an
 * end stands at a place of a text, unless it is part of an open word (照 in 照片) or stands behind
 * one (办证): what is left is a compound of the end and the two characters before it; where an open
 * word or a boundary stands between them, of one.
 *
 * Names of things, holders and places are known as a whole. They are compounds with an end of their
 * own kind and the number of their line. The characters of a place are one only beside a boundary
 * or a word of generic.txt (成都 in 换成都传不上去 is none).
 */
#include "engine/match/compound.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bit_filter.h"
#include "base/utf8.h"
#include "engine/match/generic.h"
#include "engine/text/tokens.h"

enum {
	TEXT_CEILING = 64 << 20,
	WORDS_MOST = 1024,
	NAMES_MOST = 1024,
	NAME_MOST = 8,      /* code points of a name */
	NAME_BUCKETS = 256, /* by a name's first code point */
	WORD_MOST = 4,      /* code points of an end or an open word */
	LOOK_BACK = 8,      /* code points before an end where a word of having may stand */
};

/* An end or an open word, as code points. */
struct word {
	uint32_t points[WORD_MOST];
	uint32_t count;
	enum generic_part part;
};

/* A thing or a holder by its whole name: 社保, 老人. */
struct name {
	uint32_t points[NAME_MOST];
	uint32_t count;
	uint32_t group; /* what is said for the same thing has one number */
	uint32_t end;   /* COMPOUND_NAME … COMPOUND_PLACE */
	uint16_t next;  /* of the same bucket, the longer ones first; NAMES_MOST: the last */
};

struct compound_reader {
	struct word words[WORDS_MOST]; /* the ends, then the open words and those beside places */
	size_t word_count, end_count;
	struct bit_filter may_begin_end; /* characters */
	struct bit_filter open_pairs;    /* pairs of characters in open words */
	struct bit_filter open_lasts;    /* what open words end with */
	struct name names[NAMES_MOST];
	size_t name_count;
	uint16_t bucket[NAME_BUCKETS];
};

static enum status add_word(struct compound_reader *reader, const struct normaliser *normaliser,
                            struct arena *arena, const struct generic_word *generic)
{
	struct text text;
	const enum status status = normalise(normaliser, generic->word, arena, &text);
	if (status != STATUS_OK || text.count == 0)
		return status;
	assert(text.count <= WORD_MOST && reader->word_count < WORDS_MOST);
	struct word *word = &reader->words[reader->word_count++];
	word->part = generic->part;
	if (generic->part == GENERIC_THINGS || generic->part == GENERIC_SLOTS) {
		reader->end_count = reader->word_count; /* the parts read first */
		bit_filter_add(&reader->may_begin_end, text.points[0]);
	}
	word->count = (uint32_t)text.count;
	memcpy(word->points, text.points, text.count * sizeof(*word->points));
	if (generic->part == GENERIC_OPEN) {
		bit_filter_add(&reader->open_lasts, text.points[text.count - 1]);
		for (size_t i = 1; i < text.count; i++)
			bit_filter_add(&reader->open_pairs,
			               token_key_bigram(text.points[i - 1], text.points[i]));
	}
	return STATUS_OK;
}

/* Whether an open word may hold the point at `at` and the one before it. */
static bool may_be_open_pair(const struct compound_reader *reader, const struct rewritten *text,
                             size_t at)
{
	return at > 0 && at < text->count &&
	       bit_filter_may_have(&reader->open_pairs,
	                           token_key_bigram(text->points[at - 1], text->points[at]));
}

/* In its bucket behind those that are as long or longer. */
static void enter_name(struct compound_reader *reader, uint16_t number)
{
	struct name *name = &reader->names[number];
	assert(number < NAMES_MOST && name->count > 0);
	uint16_t *at = &reader->bucket[name->points[0] % NAME_BUCKETS];
	while (*at != NAMES_MOST && reader->names[*at].count >= name->count)
		at = &reader->names[*at].next;
	name->next = *at;
	*at = number;
}

/* The name as it appears in messages: rewritten by the lexicon. */
static enum status add_name(struct compound_reader *reader, const struct normaliser *normaliser,
                            const struct rewriter *rewriter, struct arena *arena, struct span word,
                            uint32_t group, uint32_t end)
{
	struct text text;
	struct rewritten rewritten = { 0 };
	enum status status = normalise(normaliser, word, arena, &text);
	if (status == STATUS_OK)
		status = rewrite(rewriter, text.points, text.count, arena, &rewritten);
	/* A folder's lexicon may make it longer than any that is looked for. */
	if (status != STATUS_OK || rewritten.count == 0 || rewritten.count > NAME_MOST)
		return status;
	assert(reader->name_count < NAMES_MOST);
	struct name *name = &reader->names[reader->name_count];
	*name = (struct name){ .count = (uint32_t)rewritten.count, .group = group, .end = end };
	memcpy(name->points, rewritten.points, rewritten.count * sizeof(*rewritten.points));
	enter_name(reader, (uint16_t)reader->name_count++);
	return STATUS_OK;
}

void compound_reader_forget_names(struct compound_reader *reader)
{
	for (size_t i = 0; i < NAME_BUCKETS; i++)
		reader->bucket[i] = NAMES_MOST;
}

/* 0 for a part that has no names. */
static uint32_t end_of_names(enum generic_part part)
{
	switch (part) {
	case GENERIC_NAMES:
		return COMPOUND_NAME;
	case GENERIC_HOLDERS:
		return COMPOUND_HOLDER;
	case GENERIC_PLACES:
		return COMPOUND_PLACE;
	default:
		return 0;
	}
}

/* All words of a line name one thing. */
static enum status gather_names(struct compound_reader *reader, const struct normaliser *normaliser,
                                const struct rewriter *rewriter, struct arena *arena)
{
	struct generic_reader table = generic_read(GENERIC_NAMES, GENERIC_PLACES);
	struct generic_word generic;
	const char *head = NULL;
	uint32_t group = 0;
	enum status status = STATUS_OK;
	compound_reader_forget_names(reader);
	while (status == STATUS_OK && generic_next(&table, &generic)) {
		const uint32_t end = end_of_names(generic.part);
		if (!end)
			continue;
		group += generic.head.ptr != head;
		head = generic.head.ptr;
		status = add_name(reader, normaliser, rewriter, arena, generic.word, group, end);
	}
	return status;
}

static enum status gather_words(struct compound_reader *reader, const struct normaliser *normaliser,
                                struct arena *arena)
{
	struct generic_reader table = generic_read(GENERIC_THINGS, GENERIC_NO_TOPIC);
	struct generic_word generic;
	enum status status = STATUS_OK;
	while (status == STATUS_OK && generic_next(&table, &generic))
		status = add_word(reader, normaliser, arena, &generic);
	return status;
}

static bool has_word_at(const struct word *word, const uint32_t *points, size_t count)
{
	return word->count <= count && word->points[0] == points[0] &&
	       memcmp(word->points, points, word->count * sizeof(*points)) == 0;
}

/* Whether the point at `at` is part of an open word of two characters or more: 照 in 照片. */
static bool is_in_open_word(const struct compound_reader *reader, const struct rewritten *text,
                            size_t at)
{
	if (!may_be_open_pair(reader, text, at) && !may_be_open_pair(reader, text, at + 1))
		return false;
	for (size_t i = 0; i < reader->word_count; i++) {
		const struct word *word = &reader->words[i];
		if (word->part != GENERIC_OPEN || word->count < 2)
			continue;
		for (size_t back = 0; back < word->count && back <= at; back++)
			if (has_word_at(word, text->points + at - back, text->count - at + back))
				return true;
	}
	return false;
}

/* Whether what precedes `at` names nothing: a lone open character, or an open word. */
static bool is_open_before(const struct compound_reader *reader, const struct rewritten *text,
                           size_t at)
{
	if (at == 0 || !bit_filter_may_have(&reader->open_lasts, text->points[at - 1]))
		return false;
	for (size_t i = 0; i < reader->word_count; i++) {
		const struct word *word = &reader->words[i];
		if (word->part == GENERIC_OPEN && word->count <= at &&
		    has_word_at(word, text->points + at - word->count, word->count))
			return true;
	}
	return false;
}

/* 我有二建证 tells a circumstance; the message asks for something else. */
static bool is_had(const struct rewritten *text, size_t at)
{
	for (size_t back = 1; back <= LOOK_BACK && back <= at; back++) {
		const uint32_t point = text->points[at - back];
		if (!code_point_is_han(point) && !code_point_is_word(point))
			return false;
		if (point == 0x6709 /* 有 */ || point == 0x6301 /* 持 */)
			return true;
	}
	return false;
}

static const struct word *end_at(const struct compound_reader *reader, const struct rewritten *text,
                                 size_t at)
{
	if (!bit_filter_may_have(&reader->may_begin_end, text->points[at]))
		return NULL;
	for (size_t i = 0; i < reader->end_count; i++)
		if (has_word_at(&reader->words[i], text->points + at, text->count - at))
			return &reader->words[i];
	return NULL;
}

bool compound_end_at(const struct compound_reader *reader, const struct rewritten *text, size_t at,
                     struct compound *out)
{
	const struct word *end = end_at(reader, text, at);
	if (!end || at == 0 || is_in_open_word(reader, text, at) ||
	    is_open_before(reader, text, at))
		return false;
	const uint32_t next = text->points[at - 1];
	const uint32_t before = at > 1 ? text->points[at - 2] : 0;
	if (!code_point_is_han(next) && !code_point_is_word(next))
		return false;
	const bool whole = !code_point_is_han(next) || !code_point_is_han(before) ||
	                   is_open_before(reader, text, at - 1);
	*out = (struct compound){ .before = whole ? 0 : before,
		                  .next = next,
		                  .end = end->points[end->count - 1],
		                  .thing = end->part == GENERIC_THINGS };
	return true;
}

/* Whether an open word continues the name: 生育证明 is no 生育证. 身份证号 names a number. */
static bool goes_on(const struct compound_reader *reader, const struct rewritten *text, size_t end)
{
	if (end == text->count)
		return false;
	if (text->points[end] == 0x53F7 /* 号 */)
		return true;
	for (size_t i = reader->end_count; i < reader->word_count; i++) {
		const struct word *word = &reader->words[i];
		if (word->part == GENERIC_OPEN && word->count == 2 &&
		    has_word_at(word, text->points + end - 1, text->count - end + 1))
			return true;
	}
	return false;
}

/* Code points of a word of that part which begins at `at`; 0 where none does. */
static size_t part_at(const struct compound_reader *reader, const struct rewritten *text, size_t at,
                      enum generic_part part)
{
	size_t most = 0;
	for (size_t i = reader->end_count; i < reader->word_count && at < text->count; i++) {
		const struct word *word = &reader->words[i];
		if (word->part == part && word->count > most &&
		    has_word_at(word, text->points + at, text->count - at))
			most = word->count;
	}
	return most;
}

static bool has_part_before(const struct compound_reader *reader, const struct rewritten *text,
                            size_t end, enum generic_part part)
{
	for (size_t i = reader->end_count; i < reader->word_count; i++) {
		const struct word *word = &reader->words[i];
		if (word->part == part && word->count <= end &&
		    has_word_at(word, text->points + end - word->count, word->count))
			return true;
	}
	return false;
}

/* 北京出差, 户口在山东, 身份证是四川的: where somebody is or comes from, not what is asked about.
 */
static bool is_circumstance(const struct compound_reader *reader, const struct rewritten *text,
                            size_t at, size_t end)
{
	return has_part_before(reader, text, at, GENERIC_STAYING) ||
	       part_at(reader, text, end, GENERIC_BELONGING) > 0;
}

/* 换成都传不上去 names no 成都, 北京时间 no 北京. */
static bool is_place(const struct compound_reader *reader, const struct rewritten *text, size_t at,
                     size_t end)
{
	if (part_at(reader, text, end, GENERIC_NO_PLACE) > 0)
		return false;
	return at == 0 ||
	       !(code_point_is_han(text->points[at - 1]) ||
	         code_point_is_word(text->points[at - 1])) ||
	       text->points[at - 1] == 0x7684 /* 的 */ || is_circumstance(reader, text, at, end) ||
	       part_at(reader, text, end, GENERIC_OF_PLACE) > 0;
}

/* The longest name that begins at `at`. */
static const struct name *name_at(const struct compound_reader *reader,
                                  const struct rewritten *text, size_t at)
{
	uint16_t number = reader->bucket[text->points[at] % NAME_BUCKETS];
	for (; number != NAMES_MOST; number = reader->names[number].next) {
		const struct name *name = &reader->names[number];
		const size_t end = at + name->count;
		if (end > text->count || memcmp(name->points, text->points + at,
		                                name->count * sizeof(*name->points)) != 0)
			continue;
		const bool other = name->end == COMPOUND_PLACE && !is_place(reader, text, at, end);
		return other || goes_on(reader, text, end) ? NULL : name;
	}
	return NULL;
}

/* 户口在山东, 身份证是四川的: a thing that only tells where somebody is from. */
static bool tells_origin(const struct compound_reader *reader, const struct rewritten *text,
                         size_t end)
{
	if (end + 1 >= text->count || !has_part_before(reader, text, end + 1, GENERIC_STAYING))
		return false;
	const struct name *place = name_at(reader, text, end + 1);
	return place && place->end == COMPOUND_PLACE;
}

size_t compound_name_at(const struct compound_reader *reader, const struct rewritten *text,
                        size_t at, struct compound *out)
{
	const struct name *name = name_at(reader, text, at);
	if (!name)
		return 0;
	*out = (struct compound){ .next = name->group, .end = name->end };
	return name->count;
}

/* 〇零一二三四五六七八九十 */
static bool is_numeral(uint32_t point)
{
	static const uint32_t numerals[] = { 0x3007, 0x96F6, 0x4E00, 0x4E8C, 0x4E09, 0x56DB,
		                             0x4E94, 0x516D, 0x4E03, 0x516B, 0x4E5D, 0x5341 };
	for (size_t i = 0; i < sizeof(numerals) / sizeof(numerals[0]); i++)
		if (numerals[i] == point)
			return true;
	return false;
}

bool compound_no_topic(const struct compound_reader *reader, const uint32_t *points, size_t count)
{
	if (count == 0 || is_numeral(points[0])) /* 三月 */
		return true;
	uint16_t number = reader->bucket[points[0] % NAME_BUCKETS];
	for (; number != NAMES_MOST; number = reader->names[number].next) {
		const struct name *name = &reader->names[number];
		if (name->end == COMPOUND_PLACE && name->count <= count &&
		    memcmp(name->points, points, name->count * sizeof(*points)) == 0)
			return true;
	}
	for (size_t i = reader->end_count; i < reader->word_count; i++)
		if (reader->words[i].part == GENERIC_NO_TOPIC &&
		    has_word_at(&reader->words[i], points, count))
			return true;
	return false;
}

/*
 * A place of which the message tells as a circumstance is told wherever it stands. Returns how many
 * code points behind it belong to it: 户口 in 四川户口 is no thing that is asked about.
 */
static size_t read_origin(const struct compound_reader *reader, const struct rewritten *message,
                          size_t at, struct compound *compound, size_t width)
{
	if (compound->end != COMPOUND_PLACE)
		return 0;
	compound->told = compound->told || is_circumstance(reader, message, at, at + width);
	return part_at(reader, message, at + width, GENERIC_BELONGING);
}

void compounds_read(const struct compound_reader *reader, const struct rewritten *message,
                    struct compounds *out)
{
	const size_t asked = rewritten_last_clause(message);
	size_t width;
	out->count = 0;
	for (size_t at = 0; at < message->count && out->count < COMPOUNDS_MOST; at += width) {
		struct compound compound;
		const size_t name = compound_name_at(reader, message, at, &compound);
		width = name > 0 ? name : 1;
		if (name > 0) {
			compound.told = at < asked;
			width += read_origin(reader, message, at, &compound, width);
		}
		if ((name > 0 || compound_end_at(reader, message, at, &compound)) &&
		    !is_had(message, at) &&
		    !(name > 0 && tells_origin(reader, message, at + width)))
			out->items[out->count++] = compound;
	}
}

static enum status copy_names(struct compound_reader *reader, const struct image_file *file)
{
	const struct name *names =
	        image_file_items(file, "slots.names", sizeof(*reader->names), &reader->name_count);
	const uint16_t *bucket =
	        image_file_array(file, "slots.bucket", sizeof(*reader->bucket), NAME_BUCKETS);

	if (!names || !bucket || reader->name_count > NAMES_MOST)
		return STATUS_INVALID;
	memcpy(reader->names, names, reader->name_count * sizeof(*names));
	memcpy(reader->bucket, bucket, sizeof(reader->bucket));
	return STATUS_OK;
}

/* With the names of the file, or, where that is NULL, of generic.txt. */
static enum status make_reader(const struct normaliser *normaliser, const struct rewriter *rewriter,
                               const struct image_file *file, struct compound_reader **out)
{
	struct compound_reader *reader = calloc(1, sizeof(*reader));
	struct arena *arena = NULL;
	*out = NULL;
	enum status status = reader ? arena_create(&arena, TEXT_CEILING) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = gather_words(reader, normaliser, arena);
	if (status == STATUS_OK)
		status = file ? copy_names(reader, file)
		              : gather_names(reader, normaliser, rewriter, arena);
	arena_destroy(arena);
	if (status == STATUS_OK)
		*out = reader;
	else
		compound_reader_destroy(reader);
	return status;
}

enum status compound_reader_create(const struct normaliser *normaliser,
                                   const struct rewriter *rewriter, struct compound_reader **out)
{
	return make_reader(normaliser, rewriter, NULL, out);
}

enum status compound_reader_adopt(const struct image_file *file,
                                  const struct normaliser *normaliser, struct compound_reader **out)
{
	return make_reader(normaliser, NULL, file, out);
}

void compound_reader_keep(const struct compound_reader *reader, struct image_draft *draft)
{
	image_draft_add(draft, "slots.names", reader->names, reader->name_count,
	                sizeof(*reader->names));
	image_draft_add(draft, "slots.bucket", reader->bucket, NAME_BUCKETS,
	                sizeof(*reader->bucket));
}

void compound_reader_destroy(struct compound_reader *reader)
{
	free(reader);
}

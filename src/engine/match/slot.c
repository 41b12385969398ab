/*
 * How it works: generic.txt lists ends (证, 区) and open words. find_compound() looks at every
 * place of a text where an end stands, unless it is part of an open word (照 in 照片) or stands
 * behind one (办证): what is left is a compound of the end and the two characters before it; where
 * an open word or a boundary stands between them, of one. Entries are read once (read_entry), the
 * compounds kept row by row, those of many entries apart; and every two neighbouring characters,
 * which tell a thing's name that was never heard (会计) from a word of everyday use.
 *
 * Names of things, holders and places are known as a whole. They are kept like compounds, with an
 * end of their own kind and the number of their line. The characters of a place are one only beside
 * a boundary or a word of generic.txt (成都 in 换成都传不上去 is none). A place is another one
 * where the office names places of one line, in its own texts or in several entries, and not of
 * this.
 */
#include "engine/match/slot.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/bit_filter.h"
#include "base/utf8.h"
#include "engine/match/generic.h"
#include "engine/match/vocabulary.h"
#include "engine/text/tokens.h"

enum {
	TEXT_CEILING = 64 << 20,
	WORDS_MOST = 1024,
	NAMES_MOST = 1024,
	NAME_MOST = 8,       /* code points of a name */
	NAME_BUCKETS = 256,  /* by a name's first code point */
	NAME_END = 0x110000, /* stands for an end where a compound is a name; beyond Unicode */
	HOLDER_END = 0x110001,
	PLACE_END = 0x110003,
	WORD_MOST = 4,     /* code points of an end or an open word */
	LOOK_BACK = 8,     /* code points before an end where a word of having may stand */
	COMMON_TENTHS = 2, /* of the entries: a compound that so many have is the folder's own */
	COMMON_NAME_TENTHS = 3,
	HEARD_LEAST = 1000, /* pairs; a folder with fewer has heard of too little */
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
	uint32_t end;   /* NAME_END … PLACE_END */
	uint16_t next;  /* of the same bucket, the longer ones first; NAMES_MOST: the last */
};

struct known {
	struct compound compound;
	uint32_t row;
};

struct slots {
	struct word words[WORDS_MOST]; /* the ends, then the open words and those beside places */
	size_t word_count, end_count;
	struct bit_filter may_begin_end; /* characters */
	struct bit_filter open_pairs;    /* pairs of characters in open words */
	struct bit_filter open_lasts;    /* what open words end with */
	struct name names[NAMES_MOST];
	size_t name_count;
	uint16_t bucket[NAME_BUCKETS];
	struct known *known; /* by row, then by end */
	size_t known_count, capacity;
	uint32_t *first;      /* by row, one more than there are rows */
	struct known *common; /* compounds that many entries have; row is not used */
	size_t common_count;
	struct vocabulary *pairs; /* every two characters in a row that an answering entry has */
	bool borrowed;            /* known, first, common and what pairs has lie in an image file */
};

static enum status add_word(struct slots *slots, const struct normaliser *normaliser,
                            struct arena *arena, const struct generic_word *generic)
{
	struct text text;
	const enum status status = normalise(normaliser, generic->word, arena, &text);
	if (status != STATUS_OK || text.count == 0)
		return status;
	assert(text.count <= WORD_MOST && slots->word_count < WORDS_MOST);
	struct word *word = &slots->words[slots->word_count++];
	word->part = generic->part;
	if (generic->part == GENERIC_THINGS || generic->part == GENERIC_SLOTS) {
		slots->end_count = slots->word_count; /* the parts read first */
		bit_filter_add(&slots->may_begin_end, text.points[0]);
	}
	word->count = (uint32_t)text.count;
	memcpy(word->points, text.points, text.count * sizeof(*word->points));
	if (generic->part == GENERIC_OPEN) {
		bit_filter_add(&slots->open_lasts, text.points[text.count - 1]);
		for (size_t i = 1; i < text.count; i++)
			bit_filter_add(&slots->open_pairs,
			               token_key_bigram(text.points[i - 1], text.points[i]));
	}
	return STATUS_OK;
}

/* Whether an open word may hold the point at `at` and the one before it. */
static bool may_be_open_pair(const struct slots *slots, const struct rewritten *text, size_t at)
{
	return at > 0 && at < text->count &&
	       bit_filter_may_have(&slots->open_pairs,
	                           token_key_bigram(text->points[at - 1], text->points[at]));
}

/* In its bucket behind those that are as long or longer. */
static void enter_name(struct slots *slots, uint16_t number)
{
	struct name *name = &slots->names[number];
	assert(number < NAMES_MOST && name->count > 0);
	uint16_t *at = &slots->bucket[name->points[0] % NAME_BUCKETS];
	while (*at != NAMES_MOST && slots->names[*at].count >= name->count)
		at = &slots->names[*at].next;
	name->next = *at;
	*at = number;
}

/* The name as it appears in messages: rewritten by the lexicon. */
static enum status add_name(struct slots *slots, const struct normaliser *normaliser,
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
	assert(slots->name_count < NAMES_MOST);
	struct name *name = &slots->names[slots->name_count];
	*name = (struct name){ .count = (uint32_t)rewritten.count, .group = group, .end = end };
	memcpy(name->points, rewritten.points, rewritten.count * sizeof(*rewritten.points));
	enter_name(slots, (uint16_t)slots->name_count++);
	return STATUS_OK;
}

static void forget_names(struct slots *slots)
{
	for (size_t i = 0; i < NAME_BUCKETS; i++)
		slots->bucket[i] = NAMES_MOST;
}

/* 0 for a part that has no names. */
static uint32_t end_of_names(enum generic_part part)
{
	switch (part) {
	case GENERIC_NAMES:
		return NAME_END;
	case GENERIC_HOLDERS:
		return HOLDER_END;
	case GENERIC_PLACES:
		return PLACE_END;
	default:
		return 0;
	}
}

/* All words of a line name one thing. */
static enum status gather_names(struct slots *slots, const struct normaliser *normaliser,
                                const struct rewriter *rewriter, struct arena *arena)
{
	struct generic_reader reader = generic_read(GENERIC_NAMES, GENERIC_PLACES);
	struct generic_word generic;
	const char *head = NULL;
	uint32_t group = 0;
	enum status status = STATUS_OK;
	forget_names(slots);
	while (status == STATUS_OK && generic_next(&reader, &generic)) {
		const uint32_t end = end_of_names(generic.part);
		if (!end)
			continue;
		group += generic.head.ptr != head;
		head = generic.head.ptr;
		status = add_name(slots, normaliser, rewriter, arena, generic.word, group, end);
	}
	return status;
}

static enum status gather_words(struct slots *slots, const struct normaliser *normaliser,
                                struct arena *arena)
{
	struct generic_reader reader = generic_read(GENERIC_THINGS, GENERIC_NO_TOPIC);
	struct generic_word generic;
	enum status status = STATUS_OK;
	while (status == STATUS_OK && generic_next(&reader, &generic))
		status = add_word(slots, normaliser, arena, &generic);
	return status;
}

static bool has_word_at(const struct word *word, const uint32_t *points, size_t count)
{
	return word->count <= count && word->points[0] == points[0] &&
	       memcmp(word->points, points, word->count * sizeof(*points)) == 0;
}

/* Whether the point at `at` is part of an open word of two characters or more: 照 in 照片. */
static bool is_in_open_word(const struct slots *slots, const struct rewritten *text, size_t at)
{
	if (!may_be_open_pair(slots, text, at) && !may_be_open_pair(slots, text, at + 1))
		return false;
	for (size_t i = 0; i < slots->word_count; i++) {
		const struct word *word = &slots->words[i];
		if (word->part != GENERIC_OPEN || word->count < 2)
			continue;
		for (size_t back = 0; back < word->count && back <= at; back++)
			if (has_word_at(word, text->points + at - back, text->count - at + back))
				return true;
	}
	return false;
}

/* Whether what precedes `at` names nothing: a lone open character, or an open word. */
static bool is_open_before(const struct slots *slots, const struct rewritten *text, size_t at)
{
	if (at == 0 || !bit_filter_may_have(&slots->open_lasts, text->points[at - 1]))
		return false;
	for (size_t i = 0; i < slots->word_count; i++) {
		const struct word *word = &slots->words[i];
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

static const struct word *end_at(const struct slots *slots, const struct rewritten *text, size_t at)
{
	if (!bit_filter_may_have(&slots->may_begin_end, text->points[at]))
		return NULL;
	for (size_t i = 0; i < slots->end_count; i++)
		if (has_word_at(&slots->words[i], text->points + at, text->count - at))
			return &slots->words[i];
	return NULL;
}

static bool find_compound(const struct slots *slots, const struct rewritten *text, size_t at,
                          struct compound *out)
{
	const struct word *end = end_at(slots, text, at);
	if (!end || at == 0 || is_in_open_word(slots, text, at) || is_open_before(slots, text, at))
		return false;
	const uint32_t next = text->points[at - 1];
	const uint32_t before = at > 1 ? text->points[at - 2] : 0;
	if (!code_point_is_han(next) && !code_point_is_word(next))
		return false;
	const bool whole = !code_point_is_han(next) || !code_point_is_han(before) ||
	                   is_open_before(slots, text, at - 1);
	*out = (struct compound){ .before = whole ? 0 : before,
		                  .next = next,
		                  .end = end->points[end->count - 1],
		                  .thing = end->part == GENERIC_THINGS };
	return true;
}

/* Whether an open word continues the name: 生育证明 is no 生育证. 身份证号 names a number. */
static bool goes_on(const struct slots *slots, const struct rewritten *text, size_t end)
{
	if (end == text->count)
		return false;
	if (text->points[end] == 0x53F7 /* 号 */)
		return true;
	for (size_t i = slots->end_count; i < slots->word_count; i++) {
		const struct word *word = &slots->words[i];
		if (word->part == GENERIC_OPEN && word->count == 2 &&
		    has_word_at(word, text->points + end - 1, text->count - end + 1))
			return true;
	}
	return false;
}

/* Code points of a word of that part which begins at `at`; 0 where none does. */
static size_t part_at(const struct slots *slots, const struct rewritten *text, size_t at,
                      enum generic_part part)
{
	size_t most = 0;
	for (size_t i = slots->end_count; i < slots->word_count && at < text->count; i++) {
		const struct word *word = &slots->words[i];
		if (word->part == part && word->count > most &&
		    has_word_at(word, text->points + at, text->count - at))
			most = word->count;
	}
	return most;
}

static bool has_part_before(const struct slots *slots, const struct rewritten *text, size_t end,
                            enum generic_part part)
{
	for (size_t i = slots->end_count; i < slots->word_count; i++) {
		const struct word *word = &slots->words[i];
		if (word->part == part && word->count <= end &&
		    has_word_at(word, text->points + end - word->count, word->count))
			return true;
	}
	return false;
}

/* 北京出差, 户口在山东, 身份证是四川的: where somebody is or comes from, not what is asked about.
 */
static bool is_circumstance(const struct slots *slots, const struct rewritten *text, size_t at,
                            size_t end)
{
	return has_part_before(slots, text, at, GENERIC_STAYING) ||
	       part_at(slots, text, end, GENERIC_BELONGING) > 0;
}

/* 换成都传不上去 names no 成都, 北京时间 no 北京. */
static bool is_place(const struct slots *slots, const struct rewritten *text, size_t at, size_t end)
{
	if (part_at(slots, text, end, GENERIC_NO_PLACE) > 0)
		return false;
	return at == 0 ||
	       !(code_point_is_han(text->points[at - 1]) ||
	         code_point_is_word(text->points[at - 1])) ||
	       text->points[at - 1] == 0x7684 /* 的 */ || is_circumstance(slots, text, at, end) ||
	       part_at(slots, text, end, GENERIC_OF_PLACE) > 0;
}

/* The longest name that begins at `at`. */
static const struct name *name_at(const struct slots *slots, const struct rewritten *text,
                                  size_t at)
{
	uint16_t number = slots->bucket[text->points[at] % NAME_BUCKETS];
	for (; number != NAMES_MOST; number = slots->names[number].next) {
		const struct name *name = &slots->names[number];
		const size_t end = at + name->count;
		if (end > text->count || memcmp(name->points, text->points + at,
		                                name->count * sizeof(*name->points)) != 0)
			continue;
		const bool other = name->end == PLACE_END && !is_place(slots, text, at, end);
		return other || goes_on(slots, text, end) ? NULL : name;
	}
	return NULL;
}

/* 户口在山东, 身份证是四川的: a thing that only tells where somebody is from. */
static bool tells_origin(const struct slots *slots, const struct rewritten *text, size_t end)
{
	if (end + 1 >= text->count || !has_part_before(slots, text, end + 1, GENERIC_STAYING))
		return false;
	const struct name *place = name_at(slots, text, end + 1);
	return place && place->end == PLACE_END;
}

static struct compound compound_of(const struct name *name, bool told)
{
	return (struct compound){ .next = name->group, .end = name->end, .told = told };
}

static bool is_known_pair(const struct slots *slots, uint32_t first, uint32_t second)
{
	return vocabulary_find(slots->pairs, token_key_bigram(first, second)) != GRAM_NONE;
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

bool slots_no_topic(const struct slots *slots, const uint32_t *points, size_t count)
{
	if (count == 0 || is_numeral(points[0])) /* 三月 */
		return true;
	uint16_t number = slots->bucket[points[0] % NAME_BUCKETS];
	for (; number != NAMES_MOST; number = slots->names[number].next) {
		const struct name *name = &slots->names[number];
		if (name->end == PLACE_END && name->count <= count &&
		    memcmp(name->points, points, name->count * sizeof(*points)) == 0)
			return true;
	}
	for (size_t i = slots->end_count; i < slots->word_count; i++)
		if (slots->words[i].part == GENERIC_NO_TOPIC &&
		    has_word_at(&slots->words[i], points, count))
			return true;
	return false;
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

/*
 * A place of which the message tells as a circumstance is told wherever it stands. Returns how many
 * code points behind it belong to it: 户口 in 四川户口 is no thing that is asked about.
 */
static size_t read_origin(const struct slots *slots, const struct rewritten *message, size_t at,
                          struct compound *compound, size_t width)
{
	if (compound->end != PLACE_END)
		return 0;
	compound->told = compound->told || is_circumstance(slots, message, at, at + width);
	return part_at(slots, message, at + width, GENERIC_BELONGING);
}

void slots_read(const struct slots *slots, const struct rewritten *message, struct compounds *out)
{
	const size_t asked = rewritten_last_clause(message);
	size_t width;
	out->count = 0;
	for (size_t at = 0; at < message->count && out->count < SLOT_COMPOUNDS_MOST; at += width) {
		const struct name *name = name_at(slots, message, at);
		struct compound compound;
		width = name ? name->count : 1;
		if (name) {
			compound = compound_of(name, at < asked);
			width += read_origin(slots, message, at, &compound, width);
		}
		if ((name || find_compound(slots, message, at, &compound)) &&
		    !is_had(message, at) && !(name && tells_origin(slots, message, at + width)))
			out->items[out->count++] = compound;
	}
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
	       slots->common[slots->common_count - 1].compound.end == PLACE_END;
}

/* Of a compound that the entry does not have; `has_end`: it has another one with that end. */
static bool names_another(const struct slots *slots, const struct compound *compound, bool has_end)
{
	switch (compound->end) {
	case NAME_END:
		return true;
	case HOLDER_END:
		return has_end;
	case PLACE_END:
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
	       compounds->items[at].end != NAME_END)
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
	if (slots->known_count == slots->capacity) {
		const size_t capacity = slots->capacity ? slots->capacity * 2 : 256;
		struct known *known = reallocarray(slots->known, capacity, sizeof(*known));
		if (!known)
			return STATUS_NO_MEMORY;
		slots->known = known;
		slots->capacity = capacity;
	}
	slots->known[slots->known_count++] = (struct known){ *compound, row };
	return STATUS_OK;
}

/* Answers name things to bring along; only questions tell what an entry is about. */
static enum status read_text(struct builder *builder, const char *string, bool asked)
{
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
		const struct name *name = name_at(builder->slots, &rewritten, at);
		const bool place = name && name->end == PLACE_END;
		width = name ? name->count : 1;
		if (!name || (!asked && !place))
			continue;
		const struct compound compound = compound_of(name, at < last && !place);
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
		if (find_compound(builder->slots, &rewritten, at, &compound))
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
	if (compound->end == PLACE_END)
		return entries > 1 || office;
	const size_t tenths = compound->end >= NAME_END ? COMMON_NAME_TENTHS : COMMON_TENTHS;
	return entries * 10 >= of * tenths && entries > 1;
}

/* Of an entry that answers, or a place of the office. */
static bool may_be_common(const struct knowledge *knowledge, const struct known *known)
{
	return known->row == knowledge->entry_count
	               ? known->compound.end == PLACE_END
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
	if (kept > 1 && all[kept - 2].compound.end == PLACE_END)
		while (kept > 0 && all[kept - 1].compound.end == PLACE_END)
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
		status = slots->first ? gather_words(slots, normaliser, builder.arena)
		                      : STATUS_NO_MEMORY;
	}
	if (status == STATUS_OK)
		status = gather_names(slots, normaliser, rewriter, builder.arena);
	if (status == STATUS_OK && !has_questions(knowledge))
		forget_names(slots);
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
	image_draft_add(draft, "slots.names", slots->names, slots->name_count,
	                sizeof(*slots->names));
	image_draft_add(draft, "slots.bucket", slots->bucket, NAME_BUCKETS, sizeof(*slots->bucket));
	image_draft_add(draft, "slots.pairs", pairs.keys, pairs.count, sizeof(*pairs.keys));
	image_draft_add(draft, "slots.pair_slots", pairs.slots, pairs.slot_count,
	                sizeof(*pairs.slots));
}

static enum status copy_names(struct slots *slots, const struct image_file *file)
{
	const struct name *names =
	        image_file_items(file, "slots.names", sizeof(*slots->names), &slots->name_count);
	const uint16_t *bucket =
	        image_file_array(file, "slots.bucket", sizeof(*slots->bucket), NAME_BUCKETS);

	if (!names || !bucket || slots->name_count > NAMES_MOST)
		return STATUS_INVALID;
	memcpy(slots->names, names, slots->name_count * sizeof(*names));
	memcpy(slots->bucket, bucket, sizeof(slots->bucket));
	return STATUS_OK;
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
	struct arena *arena = NULL;
	*out = NULL;
	if (!slots)
		return STATUS_NO_MEMORY;
	slots->borrowed = true;
	enum status status = arena_create(&arena, TEXT_CEILING);
	if (status == STATUS_OK)
		status = gather_words(slots, normaliser, arena);
	if (status == STATUS_OK)
		status = copy_names(slots, file);
	if (status == STATUS_OK)
		status = borrow_arrays(slots, rows, file);
	arena_destroy(arena);
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
	if (!slots->borrowed) {
		free(slots->known);
		free(slots->first);
		free(slots->common);
	}
	free(slots);
}

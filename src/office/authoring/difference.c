/*
 * How it works: every sentence of `before` is put into a table under entry, member and text, and
 * every one of `after` is looked up there; then the other way round. Whether a pair that is left
 * differs by commas only is seen by the same tables over texts without their marks.
 */
#include "office/authoring/difference.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/utf8.h"
#include "engine/text/normalise.h"

enum { KEY_CEILING = 4 << 20, TEXT_CEILING = 64 << 20 };

const char *difference_member_name(enum difference_member member)
{
	static const char *const names[DIFFERENCE_MEMBERS] = {
		[DIFFERENCE_QUESTION] = "question",
		[DIFFERENCE_ALTERNATE] = "alternate",
		[DIFFERENCE_PROMPT] = "prompt",
		[DIFFERENCE_PATTERN] = "pattern",
		[DIFFERENCE_UNLESS] = "unless",
		[DIFFERENCE_COUNTER_EXAMPLE] = "counter_example",
		[DIFFERENCE_CASE_ALTERNATE] = "case_alternate",
		[DIFFERENCE_CASE_PATTERN] = "case_pattern",
		[DIFFERENCE_SITUATION] = "situation",
		[DIFFERENCE_ADVICE] = "advice",
		[DIFFERENCE_ANSWER] = "answer",
	};

	assert((unsigned)member < DIFFERENCE_MEMBERS);
	assert((size_t)member < sizeof(names) / sizeof(names[0]));
	return names[member];
}

/* --- every sentence of a knowledge --- */

struct sentence {
	const struct entry *entry;
	size_t in; /* the case that it stands in, from 1; 0: the entry itself */
	enum difference_member member;
	const char *text;
	const struct pattern *pattern;
};

typedef enum status (*sentence_visitor)(void *context, const struct sentence *sentence);

struct walk {
	sentence_visitor visit;
	void *context;
	struct sentence at;
	enum status status;
};

static void see(struct walk *walk, enum difference_member member, const char *text)
{
	if (walk->status != STATUS_OK || !text[0])
		return;
	walk->at.member = member;
	walk->at.text = text;
	walk->status = walk->visit(walk->context, &walk->at);
}

static void see_all(struct walk *walk, enum difference_member member, const struct strings *texts)
{
	for (size_t i = 0; i < texts->count; i++)
		see(walk, member, texts->items[i]);
}

static void see_patterns(struct walk *walk, enum difference_member member,
                         const struct pattern_list *patterns)
{
	for (size_t i = 0; i < patterns->count; i++) {
		walk->at.pattern = patterns->items[i];
		see(walk, member, pattern_source(patterns->items[i]));
	}
	walk->at.pattern = NULL;
}

static void see_case(struct walk *walk, const struct entry_case *of)
{
	see_all(walk, DIFFERENCE_CASE_ALTERNATE, &of->also);
	see_patterns(walk, DIFFERENCE_CASE_PATTERN, &of->patterns);
	see(walk, DIFFERENCE_SITUATION, of->situation);
	see(walk, DIFFERENCE_ADVICE, of->advice);
}

static enum status walk_sentences(const struct knowledge *knowledge, sentence_visitor visit,
                                  void *context)
{
	struct walk walk = { .visit = visit, .context = context };

	for (size_t i = 0; walk.status == STATUS_OK && i < knowledge->entry_count; i++) {
		const struct entry *entry = &knowledge->entries[i];

		walk.at = (struct sentence){ .entry = entry };
		see(&walk, DIFFERENCE_QUESTION, entry->question);
		see_all(&walk, DIFFERENCE_ALTERNATE, &entry->also);
		see_all(&walk, DIFFERENCE_PROMPT, &entry->prompts);
		see_patterns(&walk, DIFFERENCE_PATTERN, &entry->patterns);
		see_patterns(&walk, DIFFERENCE_UNLESS, &entry->unless);
		see_all(&walk, DIFFERENCE_COUNTER_EXAMPLE, &entry->negatives);
		see(&walk, DIFFERENCE_ANSWER, entry->answer);
		for (size_t c = 0; c < entry->case_count; c++) {
			walk.at.in = c + 1;
			see_case(&walk, &entry->cases[c]);
		}
	}
	return walk.status;
}

/* --- those that only one has --- */

struct place {
	struct hash_link link;
	struct span key;
};

struct gathering {
	struct arena *arena;     /* of the differences */
	struct arena *own;       /* of the tables */
	struct hash_table table; /* of the other knowledge */
	bool folded;             /* texts are compared without marks */
	bool added;
	struct buf key;
	struct difference *items;
	size_t count, capacity;
};

static bool is_blank(uint32_t point)
{
	return (point >= '\t' && point <= '\r') || point == ' ' || point == 0xa0 || point == 0x3000;
}

/* Whether it says nothing by itself: what parts sentences and their parts. */
static bool is_silent(uint32_t point)
{
	static const uint32_t marks[] = {
		'.',    ',',    ';',    ':',    '!',    '?',    '"',    '\'',   '(',    ')',
		'[',    ']',    '{',    '}',    0x2018, 0x2019, 0x201c, 0x201d, 0x2026, 0x3001,
		0x3002, 0x3008, 0x3009, 0x300a, 0x300b, 0x300c, 0x300d, 0x300e, 0x300f, 0x3010,
		0x3011, 0x3014, 0x3015, 0xff01, 0xff02, 0xff07, 0xff08, 0xff09, 0xff0c, 0xff0e,
		0xff1a, 0xff1b, 0xff1f, 0xff3b, 0xff3d, 0xff5b, 0xff5d, 0xff61, 0xff64,
	};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (marks[i] == point)
			return true;
	return is_blank(point);
}

/*
 * What stands between two words or numbers does say something: 2.5 is not 25, nor is 2 5. Only how
 * many blanks does not.
 */
static void append_joint(struct buf *key, struct span run)
{
	bool blank = false;

	for (size_t at = 0; at < run.len;) {
		const size_t start = at;
		const bool again = blank;

		blank = is_blank(utf8_next(run, &at));
		if (!blank)
			buf_append(key, run.ptr + start, at - start);
		else if (!again)
			buf_append_char(key, ' ');
	}
}

/* 0.5 without its zero. */
static bool ends_with_point(struct span run)
{
	return run.len > 0 &&
	       (run.ptr[run.len - 1] == '.' ||
	        (run.len >= 3 && memcmp(run.ptr + run.len - 3, "\xef\xbc\x8e", 3) == 0));
}

/*
 * Without the marks that say nothing. As it is written: a normalised text would make 102 of 10².
 */
static void append_folded(struct buf *key, struct span written)
{
	uint32_t last = 0;
	size_t run = 0; /* where the marks began that were passed over */

	for (size_t at = 0; at < written.len;) {
		const size_t start = at;
		const uint32_t point = utf8_next(written, &at);
		const struct span marks = { written.ptr + run, start - run };

		if (is_silent(point))
			continue;
		if (marks.len > 0 && code_point_is_word(point) &&
		    (code_point_is_word(last) || ends_with_point(marks)))
			append_joint(key, marks);
		buf_append(key, written.ptr + start, at - start);
		last = point;
		run = at;
	}
}

static enum status write_key(struct gathering *gathering, const struct sentence *sentence)
{
	buf_clear(&gathering->key);
	buf_append_format(&gathering->key, "%s\n%zu\n%d\n", sentence->entry->id, sentence->in,
	                  (int)sentence->member);
	if (gathering->folded && !sentence->pattern && sentence->member != DIFFERENCE_PROMPT)
		append_folded(&gathering->key, span_of(sentence->text));
	else
		buf_append_text(&gathering->key, sentence->text);
	return buf_status(&gathering->key);
}

static bool is_known(const struct gathering *gathering, uint64_t hash)
{
	struct hash_link *link = hash_first(&gathering->table, hash);

	for (; link; link = hash_next(link))
		if (span_equal(hash_item(link, struct place, link)->key, buf_span(&gathering->key)))
			return true;
	return false;
}

static enum status note(void *context, const struct sentence *sentence)
{
	struct gathering *gathering = context;
	const enum status status = write_key(gathering, sentence);
	struct place *place;
	const char *copy;

	if (status != STATUS_OK)
		return status;
	place = arena_alloc(gathering->own, sizeof(*place));
	copy = arena_copy(gathering->own, buf_span(&gathering->key));
	if (!place || !copy)
		return STATUS_NO_MEMORY;
	place->key = (struct span){ copy, gathering->key.len };
	hash_add(&gathering->table, &place->link, hash_of(&gathering->table, place->key));
	return STATUS_OK;
}

static enum status add_item(struct gathering *gathering, const struct sentence *sentence)
{
	if (gathering->count == gathering->capacity) {
		const size_t capacity = gathering->capacity > 0 ? 2 * gathering->capacity : 64;
		struct difference *items = arena_array(gathering->arena, capacity, sizeof(*items));

		if (!items)
			return STATUS_NO_MEMORY;
		if (gathering->count > 0)
			memcpy(items, gathering->items, gathering->count * sizeof(*items));
		gathering->items = items;
		gathering->capacity = capacity;
	}
	gathering->items[gathering->count++] = (struct difference){
		sentence->entry,   sentence->member, sentence->text,
		sentence->pattern, gathering->added,
	};
	return STATUS_OK;
}

static enum status compare(void *context, const struct sentence *sentence)
{
	struct gathering *gathering = context;
	const enum status status = write_key(gathering, sentence);

	if (status != STATUS_OK ||
	    is_known(gathering, hash_of(&gathering->table, buf_span(&gathering->key))))
		return status;
	return add_item(gathering, sentence);
}

/* Adds what `has` says and `lacks` does not. */
static enum status gather(struct gathering *gathering, const struct knowledge *has,
                          const struct knowledge *lacks, bool added)
{
	enum status status = hash_init(&gathering->table, lacks->entry_count * 8 + 64, 0);

	arena_reset(gathering->own);
	gathering->added = added;
	if (status == STATUS_OK)
		status = walk_sentences(lacks, note, gathering);
	if (status == STATUS_OK)
		status = walk_sentences(has, compare, gathering);
	hash_deinit(&gathering->table);
	gathering->table = (struct hash_table){ .slots = NULL };
	return status;
}

static enum status gather_both(struct gathering *gathering, const struct knowledge *before,
                               const struct knowledge *after, bool folded)
{
	enum status status;

	gathering->folded = folded;
	gathering->items = NULL;
	gathering->count = gathering->capacity = 0;
	status = gather(gathering, before, after, false);
	return status == STATUS_OK ? gather(gathering, after, before, true) : status;
}

/* --- what is no sentence --- */

static bool same_strings(const struct strings *one, const struct strings *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(one->items[i], other->items[i]) != 0)
			return false;
	return true;
}

static bool same_patterns(const struct pattern_list *one, const struct pattern_list *other)
{
	if (one->count != other->count)
		return false;
	for (size_t i = 0; i < one->count; i++)
		if (strcmp(pattern_source(one->items[i]), pattern_source(other->items[i])) != 0)
			return false;
	return true;
}

static bool same_pairs(const struct word_pair *one, size_t count, const struct word_pair *other,
                       size_t other_count)
{
	if (count != other_count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (strcmp(one[i].left, other[i].left) != 0 ||
		    strcmp(one[i].right, other[i].right) != 0)
			return false;
	return true;
}

static bool same_dates(const struct lexicon *one, const struct lexicon *other)
{
	if (one->date_count != other->date_count)
		return false;
	for (size_t i = 0; i < one->date_count; i++)
		if (strcmp(one->dates[i].of, other->dates[i].of) != 0 ||
		    !same_strings(&one->dates[i].words, &other->dates[i].words) ||
		    !same_strings(&one->dates[i].past, &other->dates[i].past))
			return false;
	for (size_t i = 0; i < DATE_CUE_COUNT; i++)
		if (!same_strings(&one->date_cues[i], &other->date_cues[i]))
			return false;
	return true;
}

static bool same_opposites(const struct lexicon *one, const struct lexicon *other)
{
	if (one->opposite_count != other->opposite_count)
		return false;
	for (size_t i = 0; i < one->opposite_count; i++)
		if (!same_patterns(&one->opposites[i].said, &other->opposites[i].said) ||
		    !same_patterns(&one->opposites[i].denies, &other->opposites[i].denies))
			return false;
	return true;
}

static bool same_synonyms(const struct lexicon *one, const struct lexicon *other)
{
	if (one->synonym_count != other->synonym_count)
		return false;
	for (size_t i = 0; i < one->synonym_count; i++)
		if (strcmp(one->synonyms[i].word, other->synonyms[i].word) != 0 ||
		    !same_strings(&one->synonyms[i].variants, &other->synonyms[i].variants))
			return false;
	return true;
}

static bool same_classes(const struct lexicon *one, const struct lexicon *other)
{
	if (one->classes.count != other->classes.count)
		return false;
	for (size_t i = 0; i < one->classes.count; i++)
		if (strcmp(one->classes.items[i].name, other->classes.items[i].name) != 0 ||
		    !same_strings(&one->classes.items[i].words, &other->classes.items[i].words))
			return false;
	return true;
}

static bool same_lexicon(const struct lexicon *one, const struct lexicon *other)
{
	for (size_t i = 0; i < CUE_COUNT; i++)
		if (!same_strings(&one->cues[i], &other->cues[i]))
			return false;
	return one->usual_cues_off == other->usual_cues_off && same_classes(one, other) &&
	       same_synonyms(one, other) && same_strings(&one->fillers, &other->fillers) &&
	       same_pairs(one->confusables, one->confusable_count, other->confusables,
	                  other->confusable_count) &&
	       same_pairs(one->english, one->english_count, other->english, other->english_count) &&
	       same_patterns(&one->denials, &other->denials) && same_opposites(one, other) &&
	       same_dates(one, other);
}

static bool same_relations(const struct knowledge *one, const struct knowledge *other)
{
	return span_equal(one->relations, other->relations);
}

static bool same_office(const struct office *one, const struct office *other)
{
	if (one->contact_count != other->contact_count || strcmp(one->name, other->name) != 0 ||
	    strcmp(one->system, other->system) != 0 || strcmp(one->title, other->title) != 0)
		return false;
	for (size_t i = 0; i < one->contact_count; i++)
		if (strcmp(one->contacts[i].kind, other->contacts[i].kind) != 0 ||
		    strcmp(one->contacts[i].label, other->contacts[i].label) != 0 ||
		    strcmp(one->contacts[i].value, other->contacts[i].value) != 0)
			return false;
	return same_strings(&one->examples, &other->examples) &&
	       same_pairs(one->texts, one->text_count, other->texts, other->text_count);
}

static bool same_text(const char *one, const char *other)
{
	return strcmp(one ? one : "", other ? other : "") == 0;
}

static bool same_pick(const struct pick *one, const struct pick *other)
{
	return same_text(one->select, other->select) && same_text(one->from, other->from) &&
	       same_text(one->until, other->until);
}

bool entries_judge_alike(const struct entry *one, const struct entry *other)
{
	if (one->judged_count != other->judged_count)
		return false;
	for (size_t i = 0; i < one->judged_count; i++) {
		const struct entry_case *a = &one->judged[i], *b = &other->judged[i];

		if (strcmp(a->id, b->id) != 0 || a->pick_count != b->pick_count)
			return false;
		for (size_t p = 0; p < a->pick_count; p++)
			if (!same_pick(&a->picks[p], &b->picks[p]))
				return false;
	}
	return true;
}

static bool same_todo(const struct entry_case *one, const struct entry_case *other)
{
	if (one->todo_count != other->todo_count)
		return false;
	for (size_t i = 0; i < one->todo_count; i++) {
		const struct todo *a = &one->todo[i], *b = &other->todo[i];

		if (!same_text(a->what, b->what) || !same_text(a->who, b->who) ||
		    !same_text(a->where, b->where) || !same_text(a->condition, b->condition) ||
		    !same_text(a->from, b->from) || !same_text(a->until, b->until))
			return false;
	}
	return true;
}

/* What the person reads of a case beside situation and advice. */
static bool same_case_words(const struct entry_case *one, const struct entry_case *other)
{
	for (size_t i = 0; i < one->pick_count; i++) {
		const struct pick *a = &one->picks[i], *b = &other->picks[i];

		if (!same_text(a->because, b->because) ||
		    !same_text(a->because_not, b->because_not) ||
		    !same_text(a->because_unknown, b->because_unknown))
			return false;
	}
	return same_text(one->label, other->label) && same_text(one->instead, other->instead) &&
	       same_text(one->instead_if, other->instead_if) && same_todo(one, other);
}

static bool same_option(const struct question_option *one, const struct question_option *other)
{
	if (one->since_count != other->since_count)
		return false;
	for (size_t i = 0; i < one->since_count; i++)
		if (!same_text(one->since[i].of, other->since[i].of) ||
		    one->since[i].years != other->since[i].years)
			return false;
	return same_text(one->label, other->label) && same_text(one->value, other->value) &&
	       same_strings(&one->words, &other->words) && one->has_range == other->has_range &&
	       one->least == other->least && one->most == other->most &&
	       same_patterns(&one->patterns, &other->patterns) &&
	       one->leaves_open == other->leaves_open && one->yields == other->yields &&
	       one->mixes == other->mixes;
}

static bool same_questions(const struct entry *one, const struct entry *other)
{
	if (one->question_count != other->question_count)
		return false;
	for (size_t i = 0; i < one->question_count; i++) {
		const struct question *a = &one->questions[i], *b = &other->questions[i];

		if (!same_text(a->fact, b->fact) || !same_text(a->text, b->text) ||
		    !same_text(a->why, b->why) || !same_strings(&a->about, &b->about) ||
		    a->option_count != b->option_count)
			return false;
		for (size_t o = 0; o < a->option_count; o++)
			if (!same_option(&a->options[o], &b->options[o]))
				return false;
	}
	return true;
}

/* All of an entry that is no sentence and still reaches people. */
static bool same_frame(const struct entry *one, const struct entry *other)
{
	if (one->kind != other->kind || one->number != other->number || one->cue != other->cue ||
	    one->rejects != other->rejects || one->case_count != other->case_count ||
	    !same_strings(&one->related, &other->related) ||
	    !same_text(one->collection, other->collection) || !same_questions(one, other) ||
	    !entries_judge_alike(one, other))
		return false;
	for (size_t i = 0; i < one->case_count; i++)
		if (!same_text(one->cases[i].id, other->cases[i].id) ||
		    !same_text(one->cases[i].label, other->cases[i].label))
			return false;
	for (size_t i = 0; i < one->judged_count; i++)
		if (!same_case_words(&one->judged[i], &other->judged[i]))
			return false;
	return same_text(one->apart.fact, other->apart.fact) &&
	       same_text(one->apart.is, other->apart.is) &&
	       same_text(one->apart.of, other->apart.of) && one->apart.lies == other->apart.lies &&
	       same_patterns(&one->apart.words, &other->apart.words);
}

static bool same_frames(const struct knowledge *before, const struct knowledge *after)
{
	if (before->entry_count != after->entry_count ||
	    before->answer_count != after->answer_count)
		return false;
	/* The order decides between equals. */
	for (size_t i = 0; i < before->entry_count; i++)
		if (strcmp(before->entries[i].id, after->entries[i].id) != 0 ||
		    !same_frame(&before->entries[i], &after->entries[i]))
			return false;
	return true;
}

/* What stands beneath an answer. Of two whose frames are the same. */
static bool same_sources(const struct knowledge *before, const struct knowledge *after)
{
	for (size_t i = 0; i < before->entry_count; i++) {
		const struct entry *one = &before->entries[i], *other = &after->entries[i];

		if (!same_text(one->document, other->document) || one->item != other->item ||
		    !same_text(one->reviewed, other->reviewed))
			return false;
	}
	return true;
}

static bool is_read(enum difference_member member)
{
	return member == DIFFERENCE_ANSWER || member == DIFFERENCE_SITUATION ||
	       member == DIFFERENCE_ADVICE;
}

enum status differences_find(const struct knowledge *before, const struct knowledge *after,
                             struct arena *arena, struct differences *out)
{
	struct gathering gathering = { .arena = arena };
	bool alike;
	enum status status;

	*out = (struct differences){ .items = NULL };
	buf_init(&gathering.key, KEY_CEILING);
	status = arena_create(&gathering.own, TEXT_CEILING);
	if (status == STATUS_OK)
		status = gather_both(&gathering, before, after, true);
	alike = status == STATUS_OK && same_frames(before, after) &&
	        same_lexicon(&before->lexicon, &after->lexicon) && same_relations(before, after);
	out->trivial = alike && gathering.count == 0 && same_sources(before, after) &&
	               same_office(&before->office, &after->office);
	for (size_t i = 0; i < gathering.count; i++)
		alike = alike && is_read(gathering.items[i].member);
	out->finds_alike = alike;
	if (status == STATUS_OK)
		status = gather_both(&gathering, before, after, false);
	out->items = gathering.items;
	out->count = gathering.count;
	arena_destroy(gathering.own);
	buf_deinit(&gathering.key);
	return status;
}

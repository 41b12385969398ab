/*
 * How it works: finds the subject of a date, and the side of today that words without a date tell.
 *
 * A word of a subject belongs to the date that it follows (后天过期), or that follows it with only
 * a joint between them (有效期至后天). Nearly every message has a word of 办理, so any other
 * subject that is as near takes precedence.
 *
 * A word without a date may tell the side by itself: 过期 lies behind and 到期 on neither side,
 * unless the words right before it (没, 快, 已经) or behind it (前, 后) say something else.
 */
#include "engine/text/dates_read.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/text/dates_words.h"

#define COUNT(table_) (sizeof(table_) / sizeof((table_)[0]))

enum {
	REACH = 8,      /* code points between a date and the word behind it */
	REACH_WEAK = 4, /* of a weak subject; and how much farther a better one may stand */
	STRIPS_MOST = 8,
	CLAUSE_REACH = 144, /* bytes on either side: no word is looked for farther away */
};

struct date_subjects date_subjects_builtin(void)
{
	static const struct date_subject items[] = {
		{ "到期", date_words_expiry, date_words_expired, false, false },
		{ "继续教育", date_words_education, NULL, true, false },
		{ "考试", date_words_exam, NULL, true, false },
		{ "出生", date_words_birth, NULL, true, false },
		{ "发证", date_words_issue, NULL, true, false },
		{ "延续", date_words_renewal, NULL, false, false },
		{ "办理", date_words_filing, NULL, false, true },
	};
	return (struct date_subjects){ .items = items, .count = COUNT(items) };
}

static const char *const cue_names[DATE_CUE_COUNT] = {
	[DATE_CUE_AHEAD] = "ahead",           [DATE_CUE_BEHIND] = "behind",
	[DATE_CUE_ASKED] = "asked",           [DATE_CUE_SUPPOSED] = "supposed",
	[DATE_CUE_SPAN_AHEAD] = "span_ahead", [DATE_CUE_SPAN_BEHIND] = "span_behind",
};

enum date_cue date_cue_of_name(const char *name)
{
	enum date_cue cue = 0;
	while (cue < DATE_CUE_COUNT && strcmp(cue_names[cue], name) != 0)
		cue++;
	return cue;
}

/* ------------------------------------------------------------------ words */

enum date_tag tag_before(const struct tag_table *table, struct span text, size_t end,
                         size_t *length)
{
	enum date_tag tag = TAG_NONE;
	*length = 0;
	for (size_t i = 0; i < table->count; i++)
		for (const char *const *word = table->lists[i].words; *word; word++) {
			const size_t own = strlen(*word);
			if (own > *length && stands_before(text, end, *word)) {
				*length = own;
				tag = table->lists[i].tag;
			}
		}
	return tag;
}

enum date_tag tag_after(const struct tag_table *table, struct span text, size_t start,
                        size_t *length)
{
	enum date_tag tag = TAG_NONE;
	*length = 0;
	for (size_t i = 0; i < table->count; i++)
		for (const char *const *word = table->lists[i].words; *word; word++) {
			if (!stands_at(text, start, *word))
				continue;
			const size_t own = strlen(*word);
			if (own > *length) {
				*length = own;
				tag = table->lists[i].tag;
			}
		}
	return tag;
}

static bool ends_clause(struct span text, size_t at)
{
	return strchr(",;!?.\"", text.ptr[at]) != NULL &&
	       !(text.ptr[at] == '.' && at + 1 < text.len && text.ptr[at + 1] >= '0' &&
	         text.ptr[at + 1] <= '9' && at > 0 && text.ptr[at - 1] >= '0' &&
	         text.ptr[at - 1] <= '9');
}

size_t clause_start(struct span text, size_t at)
{
	const size_t least = at > CLAUSE_REACH ? at - CLAUSE_REACH : 0;
	while (at > least && !ends_clause(text, at - 1))
		at--;
	return at;
}

size_t clause_end(struct span text, size_t at)
{
	const size_t most = text.len - at > CLAUSE_REACH ? at + CLAUSE_REACH : text.len;
	while (at < most && !ends_clause(text, at))
		at++;
	return at;
}

static uint32_t bit_of(size_t subject)
{
	return UINT32_C(1) << subject % 32;
}

/* Of the first character, mostly Han, which takes three bytes. */
static unsigned slot_of(const char *bytes)
{
	const unsigned char *at = (const unsigned char *)bytes;
	return (at[0] * 31U + at[1] * 7U + at[2]) % SUBJECT_SLOTS;
}

static void note_words(const char *const *words, size_t subject, struct subject_table *out)
{
	for (; words && *words; words++) {
		const size_t length = strlen(*words);
		if (length < HAN_BYTES) {
			out->first.anywhere |= bit_of(subject);
			out->last.anywhere |= bit_of(subject);
			continue;
		}
		out->first.slots[slot_of(*words)] |= bit_of(subject);
		out->last.slots[slot_of(*words + length - HAN_BYTES)] |= bit_of(subject);
	}
}

static const char *const blank[] = { " ", NULL };

/* Adds a folder's own words, if it has any. */
static void add_cues(struct tag_table *table, const char *const *words, enum date_tag tag)
{
	assert(table->count < TAGGED_MOST);
	if (words)
		table->lists[table->count++] = (struct tagged_words){ words, tag };
}

static void fill_cues(struct subject_table *table, const struct date_subjects *subjects)
{
	table->before = (struct tag_table){ {
		                                    { date_words_ahead, TAG_AHEAD },
		                                    { date_words_behind, TAG_BEHIND },
		                                    { date_words_asked, TAG_OPEN },
		                                    { date_words_supposed, TAG_SUPPOSED },
		                                    { date_words_between, TAG_FILL },
		                            },
		                            5 };
	table->before_span = (struct tag_table){ {
		                                         { date_words_span_ahead, TAG_AHEAD },
		                                         { date_words_span_behind, TAG_BEHIND },
		                                         { date_words_span_exact, TAG_EXACT },
		                                         { date_words_span_below, TAG_BELOW },
		                                         { date_words_span_since, TAG_SINCE },
		                                         { date_words_span_between, TAG_FILL },
		                                         { blank, TAG_FILL },
		                                 },
		                                 7 };
	add_cues(&table->before, subjects->cues[DATE_CUE_AHEAD], TAG_AHEAD);
	add_cues(&table->before, subjects->cues[DATE_CUE_BEHIND], TAG_BEHIND);
	add_cues(&table->before, subjects->cues[DATE_CUE_ASKED], TAG_OPEN);
	add_cues(&table->before, subjects->cues[DATE_CUE_SUPPOSED], TAG_SUPPOSED);
	add_cues(&table->before_span, subjects->cues[DATE_CUE_SPAN_AHEAD], TAG_AHEAD);
	add_cues(&table->before_span, subjects->cues[DATE_CUE_SPAN_BEHIND], TAG_BEHIND);
}

struct subject_table subject_table(const struct date_subjects *subjects)
{
	struct subject_table table = { .items = subjects->items, .count = subjects->count };
	for (size_t i = 0; i < table.count; i++) {
		note_words(table.items[i].words, i, &table);
		note_words(table.items[i].past, i, &table);
	}
	fill_cues(&table, subjects);
	return table;
}

/* The subjects of which a word may begin at the place, or end there. */
static uint32_t subjects_at(const struct subject_table *table, struct span text, size_t at,
                            bool before)
{
	const struct subject_filter *filter = before ? &table->last : &table->first;
	if (before ? at < HAN_BYTES : text.len - at < HAN_BYTES)
		return filter->anywhere;
	return filter->anywhere | filter->slots[slot_of(text.ptr + at - (before ? HAN_BYTES : 0))];
}

static void try_words(const char *const *words, const struct date_subject *subject, bool past,
                      struct span text, size_t at, bool before, struct subject_word *found)
{
	for (; words && *words; words++) {
		if (before ? !stands_before(text, at, *words) : !stands_at(text, at, *words))
			continue;
		const size_t length = strlen(*words);
		if (length <= found->end - found->start)
			continue;
		const size_t start = before ? at - length : at;
		*found = (struct subject_word){
			.subject = subject,
			.start = start,
			.end = start + length,
			.last = start,
			.past = past,
		};
	}
}

static struct subject_word find_word(const struct subject_table *subjects, struct span text,
                                     size_t at, bool before)
{
	struct subject_word found = { .start = at, .end = at };
	const uint32_t possible = subjects_at(subjects, text, at, before);
	for (size_t i = 0; possible != 0 && i < subjects->count; i++) {
		const struct date_subject *one = &subjects->items[i];
		if ((possible & bit_of(i)) == 0)
			continue;
		try_words(one->words, one, false, text, at, before, &found);
		try_words(one->past, one, true, text, at, before, &found);
	}
	return found;
}

struct subject_word subject_at(const struct subject_table *subjects, struct span text, size_t at)
{
	return find_word(subjects, text, at, false);
}

/* 有效期截止, 有效期到期: adjoining words of one subject count as one word. */
struct subject_word subject_before(const struct subject_table *subjects, struct span text,
                                   size_t end)
{
	struct subject_word word = find_word(subjects, text, end, true);
	while (word.subject) {
		const struct subject_word before = find_word(subjects, text, word.start, true);
		if (before.subject != word.subject)
			break;
		word.start = before.start;
		word.past = word.past || before.past;
	}
	return word;
}

/* ------------------------------------------------------------------ the subject */

/* The first word behind the date; a better one a little farther away wins over a weak one. */
static struct subject_word find_behind(const struct subject_table *subjects, struct span text,
                                       size_t end)
{
	const size_t last = clause_end(text, end);
	struct subject_word weak = { 0 };
	size_t at = end;
	for (int gap = 0; gap <= REACH && at < last; gap++) {
		const struct subject_word word = subject_at(subjects, text, at);
		if (word.subject && !word.subject->weak)
			return word;
		if (word.subject && !weak.subject)
			weak = word;
		if (weak.subject && gap >= REACH_WEAK)
			break;
		utf8_next(text, &at);
	}
	return weak;
}

/* B证, 我的证, 安全员证: the paper itself, and no part of another word (办证, 保证). */
static bool is_paper(struct span text, size_t start)
{
	return start == clause_start(text, start) || (unsigned char)text.ptr[start - 1] < 0x80 ||
	       one_before(date_words_paper_before, text, start) != NULL;
}

/* 证到10月1日才拿到, 证到10月1日了: the day on which it came, or by which something is done. */
static bool tells_arrival(struct span text, size_t end)
{
	end = skip_word(text, end, " ");
	for (const char *const *word = date_words_arrival_between; *word; word++)
		end = skip_word(text, end, *word);
	return one_at(date_words_arrival, text, end) != NULL;
}

/*
 * 证到12月31号: what a certificate goes to is its end. `to`: where 到 begins; `end`: of the date.
 */
static struct subject_word find_certificate(const struct subject_table *subjects, struct span text,
                                            size_t to, size_t end)
{
	struct subject_word word = { 0 };
	if (!stands_at(text, to, "到") || tells_arrival(text, end))
		return word;
	for (const char *const *one = date_words_paper; *one && word.end == 0; one++)
		if (stands_before(text, to, *one) && is_paper(text, to - strlen(*one)))
			word = (struct subject_word){ .start = to - strlen(*one), .end = to };
	for (size_t i = 0; i < subjects->count && word.end > 0 && !word.subject; i++)
		if (strcmp(subjects->items[i].of, "到期") == 0)
			word.subject = &subjects->items[i];
	return word;
}

/* 有效期至, 考试时间是, 到期日为: a word with only joints between it and the date. */
static struct subject_word find_ahead(const struct subject_table *subjects, struct span text,
                                      size_t start, size_t end, size_t claimed)
{
	static const struct tag_table joints = {
		{ { date_words_joint, TAG_FILL }, { blank, TAG_FILL } }, 2
	};
	size_t at = start, length = 0;
	for (int i = 0; i < STRIPS_MOST; i++) {
		const struct subject_word word = subject_before(subjects, text, at);
		/* 过期今天: a word of the past needs a joint. */
		if (word.subject && word.start >= claimed && !(word.past && at == start))
			return word;
		if (tag_before(&joints, text, at, &length) == TAG_NONE)
			break;
		at -= length;
		const struct subject_word paper = find_certificate(subjects, text, at, end);
		if (paper.subject && paper.start >= claimed)
			return paper;
	}
	return (struct subject_word){ 0 };
}

/* 1958年生: the word may begin with the last character of the date. */
static struct subject_word find_right_behind(const struct subject_table *subjects, struct span text,
                                             size_t end)
{
	if (stands_before(text, end, "年")) {
		const struct subject_word word = subject_at(subjects, text, end - strlen("年"));
		if (word.subject && word.end > end)
			return word;
	}
	return end < text.len ? subject_at(subjects, text, end) : (struct subject_word){ 0 };
}

struct subject_word subject_of(const struct subject_table *subjects, struct span text, size_t start,
                               size_t end, size_t claimed)
{
	const struct subject_word ahead = find_ahead(subjects, text, start, end, claimed);
	const struct subject_word direct = find_right_behind(subjects, text, end);
	/* 取证是2021年考的: a past event right behind the date is its subject. */
	if (direct.subject && direct.subject->behind && (!ahead.subject || ahead.subject->behind))
		return direct;
	if (ahead.subject && !ahead.subject->weak)
		return ahead;
	const struct subject_word behind = find_behind(subjects, text, end);
	return behind.subject || !ahead.subject ? behind : ahead;
}

/* ------------------------------------------------------------------ side of today */

static const struct tag_table after = {
	{
	        { date_words_ahead_after, TAG_AHEAD },
	        { date_words_behind_after, TAG_BEHIND },
	        { date_words_asked_after, TAG_OPEN },
	},
	3,
};

/* 过期没, 过期了吗: whether the clause ends as a question. */
static bool is_asked(struct span text, size_t end)
{
	const size_t at = skip_word(text, end, "了");
	const char *const tail = one_at(date_words_asked_end, text, at);
	return tail && (at + strlen(tail) == text.len || ends_clause(text, at + strlen(tail)));
}

/* 过期没过期: whether the word stands twice, with a denial between. */
static bool is_doubled(struct span text, const struct subject_word *word)
{
	const struct span own = { text.ptr + word->start, word->end - word->start };
	for (const char *const *denial = date_words_asked_middle; *denial; denial++) {
		const size_t length = strlen(*denial);
		const size_t behind = word->end + length, before = own.len + length;
		if (stands_at(text, word->end, *denial) && behind + own.len <= text.len &&
		    memcmp(text.ptr + behind, own.ptr, own.len) == 0)
			return true;
		if (stands_before(text, word->start, *denial) && before <= word->start &&
		    memcmp(text.ptr + word->start - before, own.ptr, own.len) == 0)
			return true;
	}
	return false;
}

/* 到期没续, 到期未办: something was not done in time. */
static bool is_missed(struct span text, size_t end)
{
	return stands_at(text, end, "没") || stands_at(text, end, "未") ||
	       stands_at(text, end, "忘");
}

/* 不是没过期 */
static bool is_denied_twice(struct span text, size_t denial)
{
	return stands_before(text, denial, "不是") && !stands_before(text, denial, "是不是");
}

static enum date_tag side_before(const struct subject_table *subjects, struct span text,
                                 size_t start, bool *supposed)
{
	size_t at = start, length;
	for (int i = 0; i < STRIPS_MOST; i++) {
		const enum date_tag tag = tag_before(&subjects->before, text, at, &length);
		if (tag == TAG_NONE)
			return TAG_NONE;
		if (tag == TAG_SUPPOSED)
			*supposed = true;
		else if (tag != TAG_FILL)
			return tag == TAG_AHEAD && is_denied_twice(text, at - length) ? TAG_BEHIND
			                                                              : tag;
		at -= length;
	}
	return TAG_NONE;
}

enum date_tag side_of(const struct subject_table *subjects, struct span text,
                      const struct subject_word *word, bool *supposed)
{
	size_t length = 0;
	*supposed = false;
	const enum date_tag ahead = side_before(subjects, text, word->start, supposed);
	const enum date_tag behind = tag_after(&after, text, word->end, &length);
	if (ahead == TAG_OPEN || behind == TAG_OPEN || is_asked(text, word->end) ||
	    is_doubled(text, word))
		return TAG_OPEN;
	/* 不在有效期内 */
	const bool left = one_before(date_words_left, text, word->start) != NULL;
	if (behind != TAG_NONE)
		return behind == TAG_AHEAD && left ? TAG_BEHIND : behind;
	if (ahead != TAG_NONE)
		return ahead;
	if (is_missed(text, word->end))
		return TAG_BEHIND;
	/* 证书过期还能延续吗 asks about anybody's, 证书过期了 is said of one's own. */
	*supposed = *supposed || !stands_at(text, word->end, "了");
	return word->past ? TAG_BEHIND : TAG_NONE;
}

bool is_led_by_popup(struct span text, size_t at)
{
	const size_t start = clause_start(text, at);
	return one_in(date_words_popup, (struct span){ text.ptr + start, at - start });
}

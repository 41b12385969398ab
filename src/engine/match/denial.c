#include "engine/match/denial.h"

#include <assert.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "engine/text/normalise.h"

enum {
	REACH = 4,  /* code points that a word of denial reaches */
	AHEAD = 64, /* bytes behind a word's start that it may have to see */
	TEXT_CEILING = 64 << 10,
};

static bool is_part_of_clause(uint32_t point)
{
	return code_point_is_han(point) || code_point_is_word(point);
}

/* 没管被强制注销: a denial does not reach beyond 被. */
static bool begins_anew(const struct lexicon *lexicon, struct span text, size_t at)
{
	struct cue_walk walk = { 0 };
	struct span word;
	while (lexicon_next_cue(lexicon, CUE_ANEW, &walk, &word))
		if (word.len <= text.len - at && memcmp(text.ptr + at, word.ptr, word.len) == 0)
			return true;
	return false;
}

static size_t reach_forward(const struct lexicon *lexicon, struct span text, size_t from)
{
	size_t at = from;
	for (int i = 0; i < REACH && at < text.len; i++) {
		size_t next = at;
		const uint32_t point = utf8_next(text, &next);
		if (!is_part_of_clause(point) || (i > 0 && begins_anew(lexicon, text, at)))
			break;
		at = next;
	}
	return at;
}

static size_t reach_back(struct span text, size_t from)
{
	size_t at = from;
	for (int i = 0; i < REACH && at > 0; i++) {
		const size_t before = utf8_before(text, at);
		size_t next = before;
		if (!is_part_of_clause(utf8_next(text, &next)))
			break;
		at = before;
	}
	return at;
}

static bool find_first(const struct pattern_list *words, struct pattern_scratch *scratch,
                       struct span text, struct denial *out)
{
	bool found = false;
	for (size_t i = 0; i < words->count; i++) {
		size_t start, end;
		if (!pattern_find(words->items[i], scratch, text, &start, &end) ||
		    (found && start >= out->word_start))
			continue;
		*out = (struct denial){ .word_start = start, .word_end = end };
		found = true;
		/* Another word of denial counts only before this one. */
		size_t len = start + AHEAD;
		while (len < text.len && ((unsigned char)text.ptr[len] & 0xc0) == 0x80)
			len++;
		text.len = len < text.len ? len : text.len;
	}
	return found;
}

void denial_find(const struct lexicon *lexicon, struct pattern_scratch *scratch, struct span text,
                 struct denied_text *out)
{
	size_t offset = 0;
	*out = (struct denied_text){ .text = text };
	while (out->count < DENIALS_MOST && offset < text.len) {
		const struct span rest = { text.ptr + offset, text.len - offset };
		struct denial denial;
		if (!find_first(&lexicon->denials, scratch, rest, &denial))
			return;
		denial.word_start += offset;
		denial.word_end += offset;
		denial.start = denial.word_end;
		denial.end = reach_forward(lexicon, text, denial.word_end);
		/* 弹窗都没有: at the end, the word denies what precedes it. */
		if (denial.end == denial.start) {
			denial.start = reach_back(text, denial.word_start);
			denial.end = denial.word_start;
		}
		out->items[out->count++] = denial;
		offset = denial.word_end;
	}
}

static bool is_denied(const struct denied_text *denied, size_t start, size_t end)
{
	for (size_t i = 0; i < denied->count; i++)
		if (denied->items[i].start <= start && end <= denied->items[i].end)
			return true;
	return false;
}

/* Whether the word occurs, and nowhere denied. */
static bool affirms(const struct denied_text *denied, struct span word)
{
	bool found = false;
	for (size_t at = 0; at + word.len <= denied->text.len; at++) {
		if (memcmp(denied->text.ptr + at, word.ptr, word.len) != 0)
			continue;
		if (is_denied(denied, at, at + word.len))
			return false;
		found = true;
	}
	return found;
}

/* 企业信息 in 无企业信息: the entry is about the absence of it, in whatever words. */
static bool is_symptom(struct span question, struct span word)
{
	static const char *const absent[] = { "无", "未", "没", "不" };
	for (size_t at = 0; at + word.len <= question.len; at++) {
		if (memcmp(question.ptr + at, word.ptr, word.len) != 0)
			continue;
		const size_t from = reach_back(question, at);
		const struct span before = { question.ptr + from, at - from };
		for (size_t i = 0; i < sizeof(absent) / sizeof(absent[0]); i++)
			if (memmem(before.ptr, before.len, absent[i], strlen(absent[i])))
				return true;
	}
	return false;
}

/* Two code points from `at`, or the last one; *next is the start of the second. */
static struct span word_at(struct span text, size_t at, size_t end, size_t *next)
{
	*next = at;
	utf8_next(text, next);
	size_t word_end = *next;
	if (word_end < end)
		utf8_next(text, &word_end);
	return (struct span){ text.ptr + at, word_end - at };
}

bool denial_between(const struct denied_text *message, const struct denied_text *sentence,
                    struct span question)
{
	for (size_t i = 0; i < message->count; i++) {
		const struct denial *denial = &message->items[i];
		size_t next;
		for (size_t at = denial->start; at < denial->end; at = next) {
			const struct span word = word_at(message->text, at, denial->end, &next);
			if (next == denial->end && at > denial->start)
				break;
			if (affirms(sentence, word) && !is_symptom(question, word))
				return true;
		}
	}
	return false;
}

/* 有弹窗, 是房建: whether the text asserts the word, and nowhere denies it. */
static bool asserts(const struct denied_text *text, struct span word)
{
	static const char *const before[] = { "有", "是" };
	if (!affirms(text, word))
		return false;
	for (size_t at = 0; at + word.len <= text->text.len; at++)
		for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
			const size_t length = strlen(before[i]);
			if (at >= length && memcmp(text->text.ptr + at, word.ptr, word.len) == 0 &&
			    memcmp(text->text.ptr + at - length, before[i], length) == 0)
				return true;
		}
	return false;
}

bool denial_of_assertion(const struct denied_text *message, const struct denied_text *sentence,
                         struct span question)
{
	if (message->count > 0)
		return false;
	for (size_t i = 0; i < sentence->count; i++) {
		const struct denial *denial = &sentence->items[i];
		size_t next;
		for (size_t at = denial->start; at < denial->end; at = next) {
			const struct span word = word_at(sentence->text, at, denial->end, &next);
			if (asserts(message, word) && !is_symptom(question, word))
				return true;
		}
	}
	return false;
}

/* Whether the denial is what the entry is about, or tells nothing. */
static bool is_idle(const struct denied_text *message, const struct denial *denial,
                    struct span question)
{
	size_t next;
	return denial->end == denial->start ||
	       is_symptom(question, word_at(message->text, denial->start, denial->end, &next));
}

/* 不是旧的 without its denial is 是旧的. */
static size_t start_of_denying(struct span text, const struct denial *denial)
{
	const struct span is = span_of("是");
	const size_t length = denial->word_end - denial->word_start;
	const bool ends_so = length > is.len &&
	                     memcmp(text.ptr + denial->word_end - is.len, is.ptr, is.len) == 0;
	return ends_so ? denial->word_end - is.len : denial->word_end;
}

/* Appends the text from *from to `start`, and sets *from to `end`. */
static void leave_out(struct span text, size_t *from, size_t start, size_t end, struct buf *out)
{
	assert(start <= end && end <= text.len);
	if (start > *from)
		buf_append(out, text.ptr + *from, start - *from);
	if (end > *from)
		*from = end;
}

bool denial_of_pattern(const struct denied_text *message, const struct pattern *pattern,
                       struct pattern_scratch *scratch, struct span question)
{
	struct buf affirmed, silent; /* without the words of denial; without what they deny */
	size_t affirmed_from = 0, silent_from = 0, start, end;
	buf_init(&affirmed, TEXT_CEILING);
	buf_init(&silent, TEXT_CEILING);
	for (size_t i = 0; i < message->count; i++) {
		const struct denial *denial = &message->items[i];
		if (is_idle(message, denial, question))
			continue;
		leave_out(message->text, &affirmed_from, denial->word_start,
		          start_of_denying(message->text, denial), &affirmed);
		leave_out(message->text, &silent_from, denial->start, denial->end, &silent);
	}
	leave_out(message->text, &affirmed_from, message->text.len, message->text.len, &affirmed);
	leave_out(message->text, &silent_from, message->text.len, message->text.len, &silent);
	const bool denied = pattern_find(pattern, scratch, buf_span(&affirmed), &start, &end) &&
	                    !pattern_find(pattern, scratch, buf_span(&silent), &start, &end);
	buf_deinit(&affirmed);
	buf_deinit(&silent);
	return denied;
}

static bool finds_any(const struct pattern_list *patterns, struct pattern_scratch *scratch,
                      struct span text)
{
	size_t start, end;
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_find(patterns->items[i], scratch, text, &start, &end))
			return true;
	return false;
}

/* Whether a pattern is found in the text without what it denies: 没错 leaves no 错. */
static bool affirms_any(const struct denied_text *text, const struct pattern_list *patterns,
                        struct pattern_scratch *scratch)
{
	struct buf silent;
	size_t from = 0;
	buf_init(&silent, TEXT_CEILING);
	for (size_t i = 0; i < text->count; i++)
		leave_out(text->text, &from, text->items[i].word_start, text->items[i].end,
		          &silent);
	leave_out(text->text, &from, text->text.len, text->text.len, &silent);
	const bool found = finds_any(patterns, scratch, buf_span(&silent));
	buf_deinit(&silent);
	return found;
}

void denial_halves(const struct opposite *opposites, size_t count, struct pattern_scratch *scratch,
                   struct span sentence, bool *has)
{
	for (size_t i = 0; i < count; i++)
		has[i] = has[i] || finds_any(&opposites[i].denies, scratch, sentence);
}

bool denial_by_opposite(const struct opposite *opposites, size_t count,
                        struct pattern_scratch *scratch, const struct denied_text *message,
                        const bool *has)
{
	for (size_t i = 0; i < count; i++)
		if (has[i] && finds_any(&opposites[i].said, scratch, message->text) &&
		    !affirms_any(message, &opposites[i].denies, scratch))
			return true;
	return false;
}

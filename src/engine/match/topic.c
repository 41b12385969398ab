#include "engine/match/topic.h"

#include <string.h>

#include "base/utf8.h"

enum {
	UNHEARD_LEAST = 3, /* pairs of characters in a row */
	HEAD_MOST = 5,     /* code points of a topic */
	SAME_LEAST = 3,    /* code points in a row that follow both topics */
	BEFORE_LEAST = 2,  /* code points before what differs in the middle */
	AROUND_LEAST = 4,  /* those and what stands behind it */
	MESSAGE_MOST =
	        16, /* code points that mean something; a longer one tells circumstances first */
	SENTENCE_MOST = 40,
};

/* A text without its fillers, blanks and marks. */
struct words {
	uint32_t points[SENTENCE_MOST];
	bool framed[SENTENCE_MOST];
	size_t at[SENTENCE_MOST]; /* of each, in the text */
	size_t count;
	const struct query *query;
};

/* Leaves out what is beyond the most. */
static void read_words(const struct topic_text *from, struct words *out)
{
	const struct rewritten *text = from->text;
	out->query = from->query;
	for (size_t at = 0; at < text->count && out->count < SENTENCE_MOST; at++) {
		const uint32_t point = text->points[at];
		if (text->filler[at] || (!code_point_is_han(point) && !code_point_is_word(point)))
			continue;
		out->points[out->count] = point;
		out->at[out->count] = at;
		out->framed[out->count++] = from->query->framed[at];
	}
}

static bool is_letter(const struct words *words, size_t at)
{
	const uint32_t point = words->points[at];
	return code_point_is_word(point) && !(point >= '0' && point <= '9');
}

/* Han, or one of several letters in a row: CT, but neither the i of i问财 nor a digit. */
static bool is_of_a_name(const struct words *words, size_t at)
{
	return code_point_is_han(words->points[at]) ||
	       (is_letter(words, at) && ((at > 0 && is_letter(words, at - 1)) ||
	                                 (at + 1 < words->count && is_letter(words, at + 1))));
}

/*
 * Code points before the first word of the frame that stand in a row; none where that tells for
 * whom or when it is asked (同事, 明天).
 */
static size_t head_of(const struct topic_asker *asker, const struct words *words)
{
	size_t head = 0;
	if (slots_no_topic(asker->slots, words->points, words->count))
		return 0;
	while (head < words->count && head < HEAD_MOST && !words->framed[head] &&
	       is_of_a_name(words, head) && words->at[head] == words->at[0] + head)
		head++;
	return head;
}

static bool has_any(const uint32_t *points, size_t count, const uint32_t *of, size_t of_count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < of_count; k++)
			if (points[i] == of[k])
				return true;
	return false;
}

/* 正书 for 证书: a slip of the pen. */
static bool is_slip(const struct repairer *repairer, const uint32_t *typed, const uint32_t *meant,
                    size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!repairer_confuses(repairer, typed[i], meant[i]))
			return false;
	return true;
}

static bool stands_in(const char *text, uint32_t first, uint32_t second)
{
	char pair[2 * 4 + 1];
	*utf8_put(utf8_put(pair, first), second) = '\0';
	return text && strstr(text, pair);
}

/*
 * Whether the entry knows a pair of the topic, that with the character behind it among them, or a
 * word of the message in letters, or the office's name has a pair: 图书馆几点开门 asks
 * the library itself.
 */
static bool is_heard(const struct topic_asker *asker, const struct words *message, size_t head)
{
	bool heard = false;
	for (size_t i = 0; i < head && i + 1 < message->count && !heard; i++) {
		const uint32_t first = message->points[i], second = message->points[i + 1];
		heard = (code_point_is_han(first)
		                 ? rank_has_pair(asker->ranker, asker->row, first, second)
		                 : rank_has_word(asker->ranker, message->query, asker->row)) ||
		        stands_in(asker->office->name, first, second) ||
		        stands_in(asker->office->system, first, second);
	}
	return heard;
}

static bool is_all_framed(const struct words *words, size_t from, size_t end)
{
	while (from < end && words->framed[from])
		from++;
	return from >= end;
}

static size_t same_from(const struct words *a, size_t at, const struct words *b, size_t bt)
{
	size_t same = 0;
	while (at + same < a->count && bt + same < b->count &&
	       a->points[at + same] == b->points[bt + same])
		same++;
	return same;
}

/* Whether the two go on alike behind topics of these lengths. */
static bool differ_by_heads(const struct topic_asker *asker, const struct words *message,
                            size_t head, const struct words *sentence, size_t own)
{
	const size_t same = same_from(message, head, sentence, own);
	if (same < SAME_LEAST || has_any(message->points, head, sentence->points, own) ||
	    is_heard(asker, message, head))
		return false;
	/* What other entries have heard of may tell more of the same: 盖章页照片传不上去. */
	if (own == 0)
		return head > 1 && !slots_heard(asker->slots, message->points, head) &&
		       is_all_framed(message, head + same, message->count) &&
		       is_all_framed(sentence, same, sentence->count);
	return !is_all_framed(sentence, 0, own) &&
	       !(head == own && is_slip(asker->repairer, message->points, sentence->points, head));
}

/* A stretch [start, end) of Han outside the frame, which tells neither for whom nor when. */
static bool is_content(const struct topic_asker *asker, const struct words *words, size_t start,
                       size_t end)
{
	if (start >= end || slots_no_topic(asker->slots, words->points + start, end - start))
		return false;
	while (start < end && code_point_is_han(words->points[start]) && !words->framed[start])
		start++;
	return start == end;
}

/* Whether the entry has heard none of the characters, and one is no everyday one (进去, 进来). */
static bool is_new(const struct topic_asker *asker, const struct words *words, size_t start,
                   size_t end)
{
	bool tells = false;
	for (size_t i = start; i < end; i++) {
		if (rank_has_character(asker->ranker, asker->row, words->points[i]))
			return false;
		tells = tells || !aspects_is_everyday(asker->may, words->points[i]);
	}
	return tells;
}

/*
 * 可以带电脑进去吗 and 可以带食物和水进去吗: both begin and end alike, around things of their own.
 * Of other questions the middle may be a verb, which people say in many ways.
 */
static bool differ_in_the_middle(const struct topic_asker *asker, const struct words *message,
                                 const struct words *sentence)
{
	size_t before = 0, behind = 0;
	while (before < message->count && before < sentence->count &&
	       message->points[before] == sentence->points[before])
		before++;
	while (before + behind < message->count && before + behind < sentence->count &&
	       message->points[message->count - 1 - behind] ==
	               sentence->points[sentence->count - 1 - behind])
		behind++;
	const size_t end = message->count - behind, own_end = sentence->count - behind;
	return before >= BEFORE_LEAST && behind > 0 && before + behind >= AROUND_LEAST &&
	       end - before <= HEAD_MOST && own_end > before &&
	       is_content(asker, message, before, end) && is_new(asker, message, before, end) &&
	       !is_all_framed(sentence, before, own_end) &&
	       !(end == own_end && is_slip(asker->repairer, message->points + before,
	                                   sentence->points + before, end - before));
}

static bool is_short(const struct topic_text *message)
{
	return message->query->meaning <= MESSAGE_MOST && rewritten_last_clause(message->text) == 0;
}

bool topic_is_unheard(const struct slots *slots, const struct topic_text *message)
{
	struct words asked = { .count = 0 };
	size_t run = 0;
	if (!is_short(message) || !slots_heard_enough(slots))
		return false;
	read_words(message, &asked);
	/* 二〇二六年八月到期 is a circumstance. */
	if (asked.count > 1 && slots_no_topic(slots, asked.points, 1) &&
	    slots_no_topic(slots, asked.points + 1, 1))
		return false;
	while (run + 1 < asked.count && asked.at[run + 1] == asked.at[run] + 1 &&
	       code_point_is_han(asked.points[run]) && code_point_is_han(asked.points[run + 1]) &&
	       !slots_heard(slots, asked.points + run, 2))
		run++;
	return run >= UNHEARD_LEAST;
}

bool topic_is_own(const struct topic_asker *asker, const struct topic_text *message)
{
	struct words asked = { .count = 0 };
	if (!is_short(message))
		return false;
	read_words(message, &asked);
	return head_of(asker, &asked) > 1 && !is_heard(asker, &asked, 1);
}

bool topic_may_be_swapped(const struct topic_asker *asker, const struct topic_text *message)
{
	struct words asked = { .count = 0 };
	if (!is_short(message))
		return false;
	read_words(message, &asked);
	if (head_of(asker, &asked) > 0 && !is_heard(asker, &asked, 1))
		return true;
	for (size_t i = BEFORE_LEAST; asker->may && i < asked.count; i++)
		if (is_content(asker, &asked, i, i + 1) && is_new(asker, &asked, i, i + 1))
			return true;
	return false;
}

bool topic_is_swapped(const struct topic_asker *asker, const struct topic_text *message,
                      const struct topic_text *sentence)
{
	struct words asked = { .count = 0 }, said = { .count = 0 };
	read_words(message, &asked);
	read_words(sentence, &said);
	if (asker->may && differ_in_the_middle(asker, &asked, &said))
		return true;
	const size_t most = head_of(asker, &asked);
	for (size_t head = 1; head <= most; head++)
		for (size_t own = 0; own <= HEAD_MOST; own++)
			if (differ_by_heads(asker, &asked, head, &said, own))
				return true;
	return false;
}

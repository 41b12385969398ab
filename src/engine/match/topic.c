#include "engine/match/topic.h"

#include "base/utf8.h"

enum {
	HEAD_LEAST = 2, /* code points of a topic */
	HEAD_MOST = 5,
	SAME_LEAST = 3, /* code points in a row that follow both topics */
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
};

/* Leaves out what is beyond the most. */
static void read_words(const struct topic_text *from, struct words *out)
{
	const struct rewritten *text = from->text;
	out->count = 0;
	for (size_t at = 0; at < text->count && out->count < SENTENCE_MOST; at++) {
		const uint32_t point = text->points[at];
		if (text->filler[at] || (!code_point_is_han(point) && !code_point_is_word(point)))
			continue;
		out->points[out->count] = point;
		out->at[out->count] = at;
		out->framed[out->count++] = from->query->framed[at];
	}
}

/*
 * Code points before the first word of the frame, and before the first pair that is known; none
 * where that tells for whom or when it is asked (同事, 明天).
 */
static size_t unheard_head(const struct slots *slots, const struct words *words)
{
	size_t head = 0;
	if (slots_no_topic(slots, words->points, words->count))
		return 0;
	while (head < words->count && head <= HEAD_MOST && code_point_is_han(words->points[head]) &&
	       !words->framed[head] && words->at[head] == words->at[0] + head &&
	       (head == 0 || !slots_heard(slots, words->points + head - 1, 2)))
		head++;
	return head;
}

bool topic_is_unheard(const struct slots *slots, const struct topic_text *message)
{
	struct words words;
	if (message->query->meaning > MESSAGE_MOST || rewritten_last_clause(message->text) > 0)
		return false;
	read_words(message, &words);
	return unheard_head(slots, &words) >= HEAD_LEAST;
}

static bool has_any(const uint32_t *points, size_t count, const uint32_t *of, size_t of_count)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < of_count; k++)
			if (points[i] == of[k])
				return true;
	return false;
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
static bool differ_by_heads(const struct words *message, size_t head, const struct words *sentence,
                            size_t own)
{
	const size_t same = same_from(message, head, sentence, own);
	if (same < SAME_LEAST || has_any(message->points, head, sentence->points, own))
		return false;
	if (own == 0)
		return is_all_framed(message, head + same, message->count) &&
		       is_all_framed(sentence, same, sentence->count);
	return own >= HEAD_LEAST && !is_all_framed(sentence, 0, own);
}

bool topic_is_swapped(const struct slots *slots, const struct topic_text *message,
                      const struct topic_text *sentence)
{
	struct words asked, said;
	read_words(message, &asked);
	read_words(sentence, &said);
	const size_t unheard = unheard_head(slots, &asked);
	for (size_t head = HEAD_LEAST; head <= unheard && head <= HEAD_MOST; head++)
		for (size_t own = 0; own <= HEAD_MOST; own++)
			if (differ_by_heads(&asked, head, &said, own))
				return true;
	return false;
}

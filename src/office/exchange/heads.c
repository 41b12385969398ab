#include "office/exchange/heads.h"

#include <string.h>

#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"

enum { HEAD_SIZE = 64, STATE_BYTES_MOST = 24 /* 知识库发布状态; a longer text is a sentence */ };

const char *const column_names[COLUMN_COUNT] = {
	"id",       "number", "question",  "alternates", "prompts",         "patterns",
	"unless",   "not",    "answer",    "cases",      "diagnosis",       "ask",
	"apart",    "note",   "internal",  "related",    "source_document", "source_item",
	"reviewed", "owner",  "review_by",
};

static const struct {
	const char *const *words;
	enum column column;
} others[] = {
	{ words_head_id, COLUMN_ID },
	{ words_head_number, COLUMN_NUMBER },
	{ words_head_question, COLUMN_QUESTION },
	{ words_head_answer, COLUMN_ANSWER },
	{ words_head_alternates, COLUMN_ALTERNATES },
	{ words_head_not, COLUMN_NOT },
	{ words_head_internal, COLUMN_INTERNAL },
	{ words_head_owner, COLUMN_OWNER },
	{ words_head_title, COLUMN_TITLE },
	{ words_head_group, COLUMN_GROUP },
	{ words_head_content, COLUMN_CONTENT },
	{ words_head_live, COLUMN_LIVE },
	{ words_head_off, COLUMN_OFF },
	{ words_head_state, COLUMN_STATE },
};

/* Heads of two words: 来信 and 内容, 办理 and 结果. */
static const struct {
	const char *const *first, *const *second;
	enum column column;
} pairs[] = {
	{ words_head_ask, words_head_ask_what, COLUMN_QUESTION },
	{ words_head_ask, words_head_ask_detail, COLUMN_DETAIL },
	{ words_head_ask, words_head_ask_title, COLUMN_TITLE },
	{ words_head_reply, words_head_reply_what, COLUMN_ANSWER },
};

struct span head_name(struct span head)
{
	static const char *const ends[] = { "（", "(", "【", "[", ":", "：" };

	text_skip_blanks(&head);
	while (text_skip(&head, "*") || text_skip(&head, "＊"))
		text_skip_blanks(&head);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		const char *at = memmem(head.ptr, head.len, ends[i], strlen(ends[i]));

		if (at && at > head.ptr)
			head.len = (size_t)(at - head.ptr);
	}
	head = text_drop_end(head);
	while (text_ends_with(head, "*"))
		head = text_drop_end((struct span){ head.ptr, head.len - 1 });
	return head;
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

/* The text in lower case; false where it is empty or too long. */
static bool lower(struct span text, char *out)
{
	if (text.len == 0 || text.len >= HEAD_SIZE)
		return false;
	for (size_t i = 0; i < text.len; i++)
		out[i] = is_upper(text.ptr[i]) ? (char)(text.ptr[i] - 'A' + 'a') : text.ptr[i];
	out[text.len] = '\0';
	return true;
}

/* Its name in lower case, without a number behind it; false where it is too long. */
static bool simplify(struct span head, char *out)
{
	head = head_name(head);
	/* 相似问1 */
	while (head.len > 1 && head.ptr[head.len - 1] >= '0' && head.ptr[head.len - 1] <= '9')
		head = text_drop_end((struct span){ head.ptr, head.len - 1 });
	return lower(head, out);
}

/* Similar_Questions, similar-questions and similar questions are one. */
static void drop_parting(char *head)
{
	char *to = head;

	for (const char *at = head; *at; at++)
		if (!strchr(" _-", *at))
			*to++ = *at;
	*to = '\0';
}

/* The next word of faqQuestion, question_text or Answer Text, in lower case. */
static bool next_word(const char **at, char *word)
{
	size_t len = 0;
	const char *text = *at;

	while (*text && strchr(" _-", *text))
		text++;
	while (*text && !strchr(" _-", *text) && len + 1 < HEAD_SIZE &&
	       !(len > 0 && is_upper(*text) && !is_upper(text[-1])))
		word[len++] = is_upper(*text) ? (char)(*text++ - 'A' + 'a') : *text++;
	word[len] = '\0';
	*at = text;
	return len > 0;
}

static bool is_word(const char *word, const char *const *list)
{
	for (; *list; list++)
		if (strcmp(*list, word) == 0)
			return true;
	return false;
}

/* A head of several English words, one of which says question or answer. */
static enum column read_words(struct span head)
{
	char text[HEAD_SIZE], word[HEAD_SIZE];
	const char *at = text;
	enum column column = COLUMN_UNKNOWN;
	size_t words = 0;
	bool of_article = false;

	if (head.len >= HEAD_SIZE)
		return COLUMN_UNKNOWN;
	memcpy(text, head.ptr, head.len);
	text[head.len] = '\0';
	for (; next_word(&at, word); words++) {
		if (is_word(word, words_head_stop))
			return COLUMN_UNKNOWN;
		if (words == 0)
			of_article = is_word(word, words_head_article);
		if (is_word(word, words_head_ask_word))
			column = COLUMN_QUESTION;
		else if (is_word(word, words_head_answer_word))
			column = COLUMN_ANSWER;
		else if (of_article && words == 1 && is_word(word, words_head_title))
			column = COLUMN_TITLE;
		else if (of_article && words == 1 && is_word(word, words_head_content))
			column = COLUMN_CONTENT;
	}
	return words > 1 ? column : COLUMN_UNKNOWN;
}

enum column head_read(struct span head)
{
	char simple[HEAD_SIZE];

	if (!simplify(head, simple))
		return COLUMN_UNKNOWN;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (strcmp(column_names[i], simple) == 0)
			return (enum column)i;
	drop_parting(simple);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		for (const char *const *word = others[i].words; *word; word++)
			if (strcmp(*word, simple) == 0)
				return others[i].column;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct span rest = span_of(simple);

		if (text_skip_one(&rest, pairs[i].first) && text_skip_one(&rest, pairs[i].second) &&
		    rest.len == 0)
			return pairs[i].column;
	}
	if (strlen(simple) <= STATE_BYTES_MOST &&
	    text_ends_with_one(span_of(simple), words_head_state_end))
		return COLUMN_STATE;
	if (text_ends_with_one(span_of(simple), words_head_question_end))
		return COLUMN_QUESTION;
	if (text_ends_with_one(span_of(simple), words_head_answer_end))
		return COLUMN_ANSWER;
	return read_words(text_trim(head));
}

void heads_settle(enum column *columns, size_t count)
{
	bool question = false, title = false, answer = false;

	for (size_t i = 0; i < count; i++) {
		question |= columns[i] == COLUMN_QUESTION;
		title |= columns[i] == COLUMN_TITLE;
		answer |= columns[i] == COLUMN_ANSWER;
	}
	for (size_t i = 0; i < count; i++) {
		if (columns[i] != COLUMN_DETAIL)
			continue;
		if (title && !question)
			continue;
		columns[i] = question ? COLUMN_UNKNOWN : COLUMN_QUESTION;
		question |= columns[i] == COLUMN_QUESTION;
	}
	for (size_t i = 0; i < count; i++) {
		if (columns[i] != COLUMN_CONTENT)
			continue;
		columns[i] = !answer ? COLUMN_ANSWER : !question ? COLUMN_QUESTION : COLUMN_UNKNOWN;
		question |= columns[i] == COLUMN_QUESTION;
		answer |= columns[i] == COLUMN_ANSWER;
	}
}

bool head_says_state(enum column column)
{
	return column == COLUMN_LIVE || column == COLUMN_OFF || column == COLUMN_STATE;
}

/* 0 and 1 under a head such as status may mean either. */
static bool is_code(const char *word)
{
	return word[0] >= '0' && word[0] <= '9';
}

static const struct {
	const char *const *words;
	enum head_state state, of_off; /* under other heads, and under COLUMN_OFF */
} values[] = {
	{ words_value_off, STATE_OFF, STATE_OFF },
	{ words_value_on, STATE_LIVE, STATE_LIVE },
	{ words_value_no, STATE_OFF, STATE_LIVE },
	{ words_value_yes, STATE_LIVE, STATE_OFF },
};

static enum head_state state_of_word(enum column column, const char *word)
{
	if (column == COLUMN_STATE && is_code(word))
		return STATE_UNKNOWN;
	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (is_word(word, values[i].words))
			return column == COLUMN_OFF ? values[i].of_off : values[i].state;
	return STATE_UNKNOWN;
}

enum head_state head_state_of(enum column column, struct span value)
{
	char simple[HEAD_SIZE];

	if (!head_says_state(column) || text_trim(value).len == 0)
		return STATE_UNSAID;
	if (!lower(text_trim(value), simple))
		return STATE_UNKNOWN;
	drop_parting(simple);
	return state_of_word(column, simple);
}

bool head_makes_entry(enum column column)
{
	switch (column) {
	case COLUMN_UNKNOWN:
	case COLUMN_NUMBER:
	case COLUMN_INTERNAL:
	case COLUMN_NOTE:
	case COLUMN_OWNER:
		return false;
	default:
		return !head_says_state(column);
	}
}

#include "office/exchange/heads.h"

#include <stdbool.h>
#include <string.h>

#include "office/exchange/exchange_text.h"

enum { HEAD_SIZE = 64 };

const char *const column_names[COLUMN_COUNT] = {
	"id",       "number",  "question",        "alternates",  "prompts",  "patterns", "unless",
	"not",      "answer",  "cases",           "diagnosis",   "ask",      "apart",    "note",
	"internal", "related", "source_document", "source_item", "reviewed",
};

static const struct {
	const char *head;
	enum column column;
} others[] = {
	{ "序号", COLUMN_NUMBER },
	{ "编号", COLUMN_NUMBER },
	{ "no", COLUMN_NUMBER },
	{ "no.", COLUMN_NUMBER },
	{ "知识id", COLUMN_ID },
	{ "问题id", COLUMN_ID },
	{ "faqid", COLUMN_ID },
	{ "问题", COLUMN_QUESTION },
	{ "标准问", COLUMN_QUESTION },
	{ "标准问题", COLUMN_QUESTION },
	{ "标准问法", COLUMN_QUESTION },
	{ "主问题", COLUMN_QUESTION },
	{ "问题标题", COLUMN_QUESTION },
	{ "问题名称", COLUMN_QUESTION },
	{ "问题内容", COLUMN_QUESTION },
	{ "知识标题", COLUMN_QUESTION },
	{ "问", COLUMN_QUESTION },
	{ "用户问题", COLUMN_QUESTION },
	{ "常见问题", COLUMN_QUESTION },
	{ "提问", COLUMN_QUESTION },
	{ "q", COLUMN_QUESTION },
	{ "questions", COLUMN_QUESTION },
	{ "query", COLUMN_QUESTION },
	{ "standard question", COLUMN_QUESTION },
	{ "standard_question", COLUMN_QUESTION },
	{ "prompt", COLUMN_QUESTION },
	{ "答案", COLUMN_ANSWER },
	{ "回答", COLUMN_ANSWER },
	{ "答复", COLUMN_ANSWER },
	{ "回复", COLUMN_ANSWER },
	{ "答", COLUMN_ANSWER },
	{ "解答", COLUMN_ANSWER },
	{ "标准答案", COLUMN_ANSWER },
	{ "答案内容", COLUMN_ANSWER },
	{ "问题答案", COLUMN_ANSWER },
	{ "机器人回答", COLUMN_ANSWER },
	{ "机器人答案", COLUMN_ANSWER },
	{ "回答内容", COLUMN_ANSWER },
	{ "回复内容", COLUMN_ANSWER },
	{ "答复内容", COLUMN_ANSWER },
	{ "知识内容", COLUMN_ANSWER },
	{ "a", COLUMN_ANSWER },
	{ "answers", COLUMN_ANSWER },
	{ "response", COLUMN_ANSWER },
	{ "reply", COLUMN_ANSWER },
	{ "completion", COLUMN_ANSWER },
	{ "分段内容", COLUMN_ANSWER },
	{ "content", COLUMN_ANSWER },
	{ "相似问", COLUMN_ALTERNATES },
	{ "相似问题", COLUMN_ALTERNATES },
	{ "相似问法", COLUMN_ALTERNATES },
	{ "扩展问", COLUMN_ALTERNATES },
	{ "扩展问题", COLUMN_ALTERNATES },
	{ "其他问法", COLUMN_ALTERNATES },
	{ "同义问", COLUMN_ALTERNATES },
	{ "同义问法", COLUMN_ALTERNATES },
	{ "问法", COLUMN_ALTERNATES },
	{ "索引", COLUMN_ALTERNATES },
	{ "indexes", COLUMN_ALTERNATES },
	{ "index", COLUMN_ALTERNATES },
	{ "similar", COLUMN_ALTERNATES },
	{ "similar_questions", COLUMN_ALTERNATES },
	{ "similar questions", COLUMN_ALTERNATES },
	{ "similarquestions", COLUMN_ALTERNATES },
	{ "alternative_questions", COLUMN_ALTERNATES },
	{ "also", COLUMN_ALTERNATES },
	{ "problem_list", COLUMN_ALTERNATES },
	{ "problems", COLUMN_ALTERNATES },
	{ "反例", COLUMN_NOT },
	{ "反例问", COLUMN_NOT },
	{ "反例问题", COLUMN_NOT },
	{ "negative", COLUMN_NOT },
	{ "备注", COLUMN_INTERNAL },
	{ "分段标题", COLUMN_TITLE },
	{ "标题", COLUMN_TITLE },
	{ "title", COLUMN_TITLE },
	{ "qnaid", COLUMN_GROUP },
};

/* Lower case, without blanks, stars and what stands in brackets; false where it is too long. */
static bool simplify(struct span head, char *out)
{
	static const char *const ends[] = { "（", "(", "【", "[", ":", "：" };
	size_t len = 0;

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
	/* 相似问1 */
	while (head.len > 1 && head.ptr[head.len - 1] >= '0' && head.ptr[head.len - 1] <= '9')
		head = text_drop_end((struct span){ head.ptr, head.len - 1 });
	if (head.len == 0 || head.len >= HEAD_SIZE)
		return false;
	for (; len < head.len; len++)
		out[len] = head.ptr[len] >= 'A' && head.ptr[len] <= 'Z'
		                   ? (char)(head.ptr[len] - 'A' + 'a')
		                   : head.ptr[len];
	out[len] = '\0';
	return true;
}

enum column head_read(struct span head)
{
	char simple[HEAD_SIZE];

	if (!simplify(head, simple))
		return COLUMN_UNKNOWN;
	for (size_t i = 0; i < COLUMN_COUNT; i++)
		if (strcmp(column_names[i], simple) == 0)
			return (enum column)i;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (strcmp(others[i].head, simple) == 0)
			return others[i].column;
	return COLUMN_UNKNOWN;
}

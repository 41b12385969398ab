#include "knowledge/knowledge.h"

#include <string.h>

#include "knowledge/read.h"

struct sentence {
	const char *key;
	const char *text;
};

static const struct sentence sentences[] = {
	{ "welcome", "您好，请说说您遇到的问题，或者把系统弹出的提示原文发给我。" },
	{ "decline", "抱歉，这个问题本问答里没有收录，我不敢乱答。请联系工作人员咨询。" },
	{ "handoff", "请联系工作人员，由他们为您解答。" },
	{ "choose", "您想问的是下面哪一个？" },
	{ "choose_how", "回复序号就行；都不是的话，请回复“都不是”。" },
	{ "choose_invalid", "没有这个序号。请回复上面列出的序号，或者直接说您的问题。" },
	{ "choose_case", "这里有几种情形，您是下面哪一种？回复序号就行。" },
	{ "none_of_these", "都不是" },
	{ "none_chosen", "好的，都不是。请换个说法，或者把系统提示原文发给我。" },
	{ "all_cases", "都看看" },
	{ "cases_intro", "请对照排查以下情况：" },
	{ "case_unknown", "不清楚" },
	{ "no_answer", "这个问题已经列入常见问题，但还没有给出解答。请联系工作人员咨询。" },
	{ "no_answer_printed",
	  "这个问题已经列入常见问题，但原文没有给出解答。请联系工作人员咨询。" },
	{ "provenance", "以上内容出自本单位的常见问题解答。" },
	{ "disclaimer", "解答仅供参考，具体以受理部门的要求为准。" },
	{ "privacy", "请不要输入身份证号、手机号、密码等个人信息，说清情况就行。" },
	{ "privacy_noticed",
	  "您刚才发的内容里像是有个人信息，我已隐去。请不要输入身份证号、手机号、密码。" },
	{ "placeholder", "请输入您的问题，或粘贴系统提示" },
	{ "empty", "您还没有输入内容。请说说遇到的情况，或者把系统提示原文发给我。" },
	{ "not_utf8", "抱歉，您发来的内容是乱码，我没法读。请重新输入一遍。" },
	{ "too_long", "内容有点长，我没法一次看完。请挑要紧的说，或者只发系统提示的那一句。" },
	{ "too_many", "您发得有点快，请稍等一会儿再试。" },
	{ "busy", "现在问的人比较多，请稍等一会儿再试。" },
	{ "error", "抱歉，系统出了点问题，没能答上来。请稍后再试。" },
	{ "not_covered", "抱歉，这个问题本问答里没有收录，我不敢乱答。请联系工作人员咨询。" },
	{ "not_understood", "抱歉，我没看懂。请换个说法，或者把系统弹出的提示原文发给我。" },
	{ "not_understood_again", "还是没能明白您的意思。请直接联系工作人员。" },
	{ "fruitless", "几次都没能帮上您，请直接联系工作人员。" },
	{ "ask_more", "为了说得准一点，想再问您一句：" },
	{ "partly", "您问的几件事里，我能回答的是：" },
	{ "see_also", "您也可以看看：" },
	{ "suggest", "大家常问：" },
	{ "follow_up", "这样说清楚了吗？没解决的话，您接着说。" },
	{ "resolved", "好的，祝您办事顺利。" },
	{ "unresolved", "抱歉没帮上忙。请把提示原文和已经试过的办法告诉工作人员。" },
	{ "feedback_thanks", "谢谢，您的反馈已经记下。" },
	{ "helpful", "有帮助" },
	{ "unhelpful", "没帮助" },
	{ "contact_title", "联系工作人员" },
	{ "new_conversation", "重新开始" },
	{ "new_conversation_done", "好的，咱们重新开始。请说说您的问题。" },
	{ "expired", "隔得有点久，刚才的对话已经结束。请重新说一下您的问题。" },
	{ "offline", "网络断开了，正在重新连接。" },
	{ "loading", "正在查找……" },
};

enum { SENTENCE_COUNT = sizeof(sentences) / sizeof(sentences[0]) };

size_t office_text_count(void)
{
	return SENTENCE_COUNT;
}

const char *office_text_key(size_t index)
{
	return sentences[index].key;
}

const char *office_text(const struct office *office, const char *key)
{
	for (size_t i = 0; i < office->text_count; i++) {
		if (strcmp(office->texts[i].left, key) == 0)
			return office->texts[i].right;
	}
	for (size_t i = 0; i < SENTENCE_COUNT; i++) {
		if (strcmp(sentences[i].key, key) == 0)
			return sentences[i].text;
	}
	return "";
}

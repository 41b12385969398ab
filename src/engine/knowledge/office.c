#include "engine/knowledge/knowledge.h"

#include <stdlib.h>
#include <string.h>

#include "engine/knowledge/read.h"

struct sentence {
	const char *key;
	const char *text;
};

/* By key. */
static const struct sentence sentences[] = {
	{ "apart_how", "回复序号就行；不清楚请回复“不清楚”。" },
	{ "applies", "符合" },
	{ "asked_case", "您问的是" },
	{ "asker_addressed", "您" },
	{ "asker_named", "申请人" },
	{ "check_again", "答错了可以回复“上一题”或“改第1题”重新回答。" },
	{ "check_begin", "回复“自查”就开始。" },
	{ "check_how", "回复序号就行；不清楚请回复“跳过”，改上一个答案请回复“上一题”，"
	               "不想查了请回复“结束自查”。" },
	{ "check_more", "如果情况对不上，我可以再一步步问您。" },
	{ "check_none", "按目前掌握的信息，这一条说的情况您都不符合。" },
	{ "check_none_how", "问题还没解决的话，请联系工作人员咨询。" },
	{ "check_nothing", "还没有可以核对的问题。请先说说遇到的情况，或者把系统提示原文发给我。" },
	{ "check_offer", "想核对一下自己是哪种情况吗？我可以一步步问您。" },
	{ "check_offer_one", "想核对一下这一条适不适用于您吗？我可以一步步问您。" },
	{ "check_open",
	  "按目前知道的，还不能确定是哪种情况。请对照下面的说明排查，或联系工作人员咨询。" },
	{ "check_sign_in", "登录办事大厅后再问，可以直接按您的记录核对，不用逐项回答。" },
	{ "check_start", "开始自查" },
	{ "check_stopped", "好的，自查到这里。想接着查，回复“自查”就行。" },
	{ "check_why", "只有几个小问题，点一下就能回答，不清楚的可以跳过。" },
	{ "choose", "您想问的是下面哪一个？" },
	{ "choose_how", "回复序号就行；都不是的话，请回复“都不是”。" },
	{ "choose_one", "您想问的是这个吗？" },
	{ "choose_one_how", "是的话请回复1；不是的话，请回复“都不是”。" },
	{ "choose_person", "想找工作人员的话，请回复“转人工”。" },
	{ "decline", "抱歉，这个问题本问答里没有收录，我不敢乱答。请联系工作人员咨询。" },
	{ "did_not_help", "这一条的办法您已经试过了，我这里没有别的办法。请把办的事项、系统提示原文"
	                  "和试过的办法告诉工作人员。" },
	{ "empty", "您还没有输入内容。请说说遇到的情况，或者把系统提示原文发给我。" },
	{ "excluded", "不符合" },
	{ "fruitless", "几次都没能帮上您，请直接联系工作人员。" },
	{ "group_at", "（回复时请@我）" },
	{ "group_failed", "群加不进去的话，请用别的方式联系工作人员。" },
	{ "group_full", "查看全文" },
	{ "group_id_number", "您刚发的消息里有身份证号，为免被别人看到，请马上撤回这条消息。办事咨"
	                     "询不需要在这里发身份证号，这条消息我没有保存，也没有查询。" },
	{ "group_late", "这会儿查得有点慢，请过一会儿把问题再发一次。" },
	{ "group_private", "涉及个人情况的，请打开这个链接单独咨询（只能用一次，15分钟内有效）：" },
	{ "group_rate", "问得太快了，请稍后再试。" },
	{ "group_rate_day", "今天能问的次数已经用完了，请明天再问，或者直接联系工作人员。" },
	{ "group_rest", "（内容较长，没有发完，请联系工作人员或到咨询网页上查看。）" },
	{ "group_short", "答复较长，没能发到群里。" },
	{ "group_wait", "正在查，请稍等。" },
	{ "handoff", "请联系工作人员，由他们为您解答。" },
	{ "handover_away", "现在没有工作人员在线，有人上线后会在这里回复。请先用下面的方式联系：" },
	{ "handover_call_back", "也可以在这里留下电话号码和问题，由工作人员给您回电。" },
	{ "handover_closed", "现在不是人工服务时间，没有工作人员在线。人工服务时间：" },
	{ "handover_how", "想让工作人员在这里回复的话，请发送“转人工”。" },
	{ "handover_queued", "您已在排队，工作人员会在这里回复；可以接着把情况写下来。" },
	{ "handover_waits", "已为您转人工，工作人员会在这里回复，请稍等；可以先把情况写下来。" },
	{ "in_general", "常见问题里的统一答复：" },
	{ "instead", "您的情况请看：" },
	{ "named_case", "按您说的，可先看" },
	{ "no_answer", "这个问题已经列入常见问题，但还没有给出解答。请联系工作人员咨询。" },
	{ "no_contact", "这里没有登记联系方式，请查看受理单位公布的电话，或者到办事窗口询问。" },
	{ "no_record", "您的部分记录暂时查不了，还不能判断的情形请自行对照。" },
	{ "no_such_case", "请说是第几种，或者直接说您的情况。" },
	{ "no_such_option", "没有这一项，请从下面选。" },
	{ "none_of_these",
	  "抱歉没答对。请换个说法，或者把系统弹出的提示原文发给我；也可以联系工作人员咨询。" },
	{ "not_utf8", "抱歉，您发来的内容是乱码，我没法读。请重新输入一遍。" },
	{ "notice", "【通知】" },
	{ "page_answer", "以上是常见问题的统一答复，按现在的内容显示，不含任何人的个人情况。" },
	{ "page_ask", "到咨询网页上提问" },
	{ "page_gone", "这个链接没有对应的内容，可能已经用过、已经过期，或者内容已经撤下。请到咨询"
	               "网页上重新提问。" },
	{ "page_private", "点下面的按钮，到咨询网页上接着问，别人看不到。这个链接只能用一次。" },
	{ "page_private_go", "打开咨询网页" },
	{ "phone_failed",
	  "电话打不通的话，可能正忙，请换个时间再试，或者用别的方式联系工作人员。" },
	{ "receipt_elsewhere",
	  "这像是一次答复的凭证号，但不是这次对话里给出的。为保护个人信息，这里"
	  "查不到别的对话。" },
	{ "receipt_here", "这是这次对话里一次答复的凭证号。" },
	{ "receipt_use", "打电话或到窗口咨询时报出它，工作人员就能查到当时的问和答，不用从头再说。"
	                 "要问别的，请直接说事情。" },
	{ "result", "核对结果" },
	{ "script_ask", "二、记录定不了的，依次问对方" },
	{ "script_cases", "三、按结果答复" },
	{ "script_look_up", "一、先查记录" },
	{ "script_no_ask", "二、没有要问对方的" },
	{ "script_no_look_up", "一、不用查记录" },
	{ "script_read", "照读：" },
	{ "script_title", "电话口径：" },
	{ "script_to_do", "下一步：" },
	{ "talk_fine", "好的。要是还有别的问题，您接着说就行。" },
	{ "talk_goodbye", "再见，祝您办事顺利。" },
	{ "talk_greeting",
	  "您好，我是自动答疑程序。请说说遇到的情况，或者把系统弹出的提示原文发给我。" },
	{ "talk_stop", "好的，那先到这里。要是还有别的问题，您接着说就行。" },
	{ "talk_thanks", "不客气。以后遇到问题随时来问。" },
	{ "talk_trouble",
	  "请说具体一点：办的是什么事项，系统提示了什么。也可以把提示原文发给我。" },
	{ "to_do", "接下来：" },
	{ "to_do_derived", "提示（非常见问题原文）：" },
	{ "to_do_from", "最早办理日期：" },
	{ "to_do_until", "最晚办理日期：" },
	{ "to_do_where", "办理渠道：" },
	{ "to_do_who", "办理人：" },
	{ "too_long", "内容有点长，我没法一次看完。请挑要紧的说，或者只发系统提示的那一句。" },
	{ "unknown", "还不能判断" },
	{ "welcome", "可以直接说事情，也可以把系统弹出的提示原文粘贴进来。我是自动答疑程序，只按收"
	             "录的常见问题回复。" },
	{ "which_one", "请说是哪一个。" },
	{ "which_question", "您指的是哪个问题？请把问题说一下，或者把弹窗提示粘贴过来。" },
};

static const char usual_title[] = "常见问题答疑";

enum { SENTENCE_COUNT = sizeof(sentences) / sizeof(sentences[0]) };

size_t office_text_count(void)
{
	return SENTENCE_COUNT;
}

const char *office_text_key(size_t index)
{
	return sentences[index].key;
}

const char *office_own_text(const struct office *office, const char *key)
{
	for (size_t i = 0; i < office->text_count; i++) {
		if (strcmp(office->texts[i].left, key) == 0)
			return office->texts[i].right;
	}
	return NULL;
}

static int compare_key(const void *key, const void *sentence)
{
	return strcmp(key, ((const struct sentence *)sentence)->key);
}

const char *office_text(const struct office *office, const char *key)
{
	const char *own = office_own_text(office, key);

	if (own)
		return own;
	const struct sentence *usual =
	        bsearch(key, sentences, SENTENCE_COUNT, sizeof(sentences[0]), compare_key);
	return usual ? usual->text : "";
}

const char *office_title(const struct office *office)
{
	if (office->title[0])
		return office->title;
	return office->system[0] ? office->system : usual_title;
}

size_t knowledge_examples(const struct knowledge *knowledge, const char *out[EXAMPLES_MOST])
{
	const struct strings *own = &knowledge->office.examples;
	size_t count = 0;

	for (; count < own->count && count < EXAMPLES_MOST; count++)
		out[count] = own->items[count];
	if (count > 0)
		return count;
	for (size_t i = 0; i < knowledge->answer_count && count < EXAMPLES_USUAL; i++) {
		if (knowledge->entries[i].question[0]) {
			out[count] = knowledge->entries[i].question;
			count++;
		}
	}
	return count;
}

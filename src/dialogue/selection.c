#include "dialogue/selection.h"

enum { CASE_MESSAGE_MOST = 24 }; /* a longer message has a subject of its own */

/* Walks over a normalised text; UTF-8 can not match inside of a character. */
struct cursor {
	const char *at;
};

static bool skip_any(struct cursor *cursor, const char *const *strings, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = 0;
		while (strings[i][length] && cursor->at[length] == strings[i][length])
			length++;
		if (!strings[i][length]) {
			cursor->at += length;
			return true;
		}
	}
	return false;
}

#define SKIP(cursor_, ...)                                                                         \
	skip_any((cursor_), (const char *const[]){ __VA_ARGS__ },                                  \
	         sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

/* 1 to 10 as a digit or a Han numeral; 0 where there is none. */
static int read_number(struct cursor *cursor)
{
	static const char *const numerals[] = { "一", "二", "三", "四", "五",
		                                "六", "七", "八", "九", "十" };
	int number = 0;
	while (*cursor->at >= '0' && *cursor->at <= '9' && number < 100)
		number = number * 10 + (*cursor->at++ - '0');
	if (number)
		return number;
	for (int i = 0; i < 10; i++)
		if (skip_any(cursor, &numerals[i], 1))
			return i + 1;
	return SKIP(cursor, "两") ? 2 : 0;
}

static void skip_tail(struct cursor *cursor)
{
	while (SKIP(cursor, ".", ",", "!", "吧", "呢", "啊", "哦", " ", "谢谢", "这个", "那个",
	            "个", "项", "条", "号", ")"))
		;
}

/* 都不是, 还不对, 这些都不是我要的, 没有一个是: the whole message says that nothing fitted. */
static bool is_none(struct cursor cursor)
{
	while (SKIP(&cursor, "以上", "上面", "这些", "这几个", "里面", "还是", "还", "也", "都",
	            "全", "一个都"))
		;
	if (!SKIP(&cursor, "不是", "不对", "不符合", "不沾边", "没有一个是", "没有一个对",
	          "没一个是", "没一个对", "没有", "none of these", "none of them", "none"))
		return false;
	SKIP(&cursor, "这些", "我要问的", "我想问的", "我问的", "我要的", "我要找的");
	skip_tail(&cursor);
	return !*cursor.at;
}

/* The whole message is a number with its trimmings. */
static int item_number(struct cursor cursor)
{
	while (SKIP(&cursor, "我", "要", "想", "问", "选", "择", "是", "就", "看", "(", "no", "第",
	            " "))
		;
	const int number = read_number(&cursor);
	if (number)
		skip_tail(&cursor);
	return number && !*cursor.at ? number : 0;
}

/* 情况一直, 情况两年, 情形3个: the numeral belongs to the word that goes on behind it. */
static bool goes_on(struct cursor cursor)
{
	return SKIP(&cursor, "直", "般", "样", "下", "些", "定", "旦", "起", "切", "致", "并", "律",
	            "分", "个", "年", "月", "日", "天", "次", "人", "位", "家", "本", "张", "份",
	            "点", "级", "类");
}

/* 情形3, 第三种情况, 第3种: anywhere in the message. */
static int case_number(const char *text)
{
	for (; *text; text++) {
		struct cursor cursor = { text };
		if (SKIP(&cursor, "情形", "情况")) {
			const int number = read_number(&cursor);
			if (number && !goes_on(cursor))
				return number;
		}
		cursor.at = text;
		if (SKIP(&cursor, "第")) {
			const int number = read_number(&cursor);
			if (number && SKIP(&cursor, "种", "个情形", "个情况", "类", "情形"))
				return number;
		}
	}
	return 0;
}

/* The whole message is one of these, with its trimmings. */
static bool is_word(struct cursor cursor, const char *const *words, size_t count)
{
	if (!skip_any(&cursor, words, count))
		return false;
	skip_tail(&cursor);
	return !*cursor.at;
}

static enum selection_kind word_kind(struct cursor cursor)
{
	static const char *const start[] = { "开始自查", "我要自查", "自查一下", "自查",
		                             "开始核对", "帮我核对", "核对一下", "逐项核对" };
	static const char *const skip[] = { "跳过",   "不清楚",   "不知道", "不确定", "说不准",
		                            "不晓得", "不太清楚", "下一题", "skip" };
	static const char *const back[] = {
		"上一题", "上一步", "返回上一题", "返回", "后退", "back"
	};
	static const char *const stop[] = { "结束自查", "退出自查", "停止自查",
		                            "不查了",   "不自查了", "退出" };
	static const char *const handoff[] = { "转人工客服", "转人工", "人工客服", "人工服务",
		                               "人工",       "找人工", "我要人工" };
	static const char *const courtesy[] = {
		"好的谢谢", "好的,谢谢", "谢谢老师",  "谢谢您", "谢谢你", "谢谢",
		"谢了",     "多谢",      "感谢",      "辛苦了", "老师好", "你好老师",
		"老师您好", "老师你好",  "你好",      "您好",   "在吗",   "再见",
		"拜拜",     "thanks",    "thank you", "hello",
	};
	static const struct {
		enum selection_kind kind;
		const char *const *words;
		size_t count;
	} kinds[] = {
		{ SELECTION_START, start, sizeof(start) / sizeof(start[0]) },
		{ SELECTION_SKIP, skip, sizeof(skip) / sizeof(skip[0]) },
		{ SELECTION_BACK, back, sizeof(back) / sizeof(back[0]) },
		{ SELECTION_STOP, stop, sizeof(stop) / sizeof(stop[0]) },
		{ SELECTION_HANDOFF, handoff, sizeof(handoff) / sizeof(handoff[0]) },
		{ SELECTION_COURTESY, courtesy, sizeof(courtesy) / sizeof(courtesy[0]) },
	};
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (is_word(cursor, kinds[i].words, kinds[i].count))
			return kinds[i].kind;
	return SELECTION_NOTHING;
}

/* 改第2题, 修改第二题, 重新回答第1题. */
static int changed_question(struct cursor cursor)
{
	if (!SKIP(&cursor, "修改", "重新回答", "重答", "改一下", "改"))
		return 0;
	(void)SKIP(&cursor, "第");
	const int number = read_number(&cursor);
	if (!number || !SKIP(&cursor, "题", "个问题", "个答案", "问"))
		return 0;
	skip_tail(&cursor);
	return !*cursor.at ? number : 0;
}

struct selection selection_read(const struct text *text)
{
	const struct cursor cursor = { text->utf8.ptr };
	if (is_none(cursor))
		return (struct selection){ SELECTION_NONE, 0 };
	const enum selection_kind word = word_kind(cursor);
	if (word != SELECTION_NOTHING)
		return (struct selection){ word, 0 };
	int number = changed_question(cursor);
	if (number)
		return (struct selection){ SELECTION_CHANGE, number };
	number = item_number(cursor);
	if (number)
		return (struct selection){ SELECTION_ITEM, number };
	number = text->count <= CASE_MESSAGE_MOST ? case_number(text->utf8.ptr) : 0;
	if (number)
		return (struct selection){ SELECTION_CASE, number };
	return (struct selection){ SELECTION_NOTHING, 0 };
}

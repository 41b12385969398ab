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

#include <string.h>

#include "base/utf8.h"

#define COUNT(table_) (sizeof(table_) / sizeof((table_)[0]))

enum {
	REACH = 8,      /* code points between a date and the word behind it */
	REACH_WEAK = 4, /* of a weak subject; and how much farther a better one may stand */
	STRIPS_MOST = 8,
	CLAUSE_REACH = 144, /* bytes on either side: no word is looked for farther away */
};

static const char *const expiry[] = { "到期", "期满",   "满期",     "到日子", "到时间",
	                              "到头", "有效期", "有效期限", "为止",   "截止",
	                              "截至", "到限",   "有效日",   "到有效", "到的期" };
static const char *const expired[] = {
	"过期",       "逾期",     "超期",       "失效",   "过了期",   "过有效期", "过了有效期",
	"超过有效期", "超有效期", "超了有效期", "超了期", "过了日子", "过了截止", "过截止",
	"超过截止",   "过了有效", "过了时间",   "过的期", "过了到期",
};
static const char *const exam[] = { "考试", "考的", "考过", "考完", "考了",
	                            "考取", "成绩", "参加", "考",   "首次取证" };
static const char *const education[] = { "继续教育", "继教", "学完", "培训" };
static const char *const birth[] = { "出生", "生日", "生于", "生的",
	                             "生人", "出世", "年生", "年生人" };
static const char *const issue[] = { "发证",   "领证", "拿证", "下证",  "取证",
	                             "办下来", "签发", "生效", "年生效" };
static const char *const renewal[] = { "延续", "续期", "续证", "延期", "续办", "续上", "能续" };
static const char *const filing[] = { "办理", "申请", "提交", "申报", "报",
	                              "办",   "交",   "做的", "弄的" };

struct date_subjects date_subjects_builtin(void)
{
	static const struct date_subject items[] = {
		{ "到期", expiry, COUNT(expiry), expired, COUNT(expired), false, false },
		{ "继续教育", education, COUNT(education), NULL, 0, true, false },
		{ "考试", exam, COUNT(exam), NULL, 0, true, false },
		{ "出生", birth, COUNT(birth), NULL, 0, true, false },
		{ "发证", issue, COUNT(issue), NULL, 0, true, false },
		{ "延续", renewal, COUNT(renewal), NULL, 0, false, false },
		{ "办理", filing, COUNT(filing), NULL, 0, false, true },
	};
	return (struct date_subjects){ items, COUNT(items) };
}

/* ------------------------------------------------------------------ words */

bool stands_before(struct span text, size_t end, const char *word)
{
	const size_t length = strlen(word);
	return length <= end && memcmp(text.ptr + end - length, word, length) == 0;
}

enum date_tag tag_before(const struct date_word *words, size_t count, struct span text, size_t end,
                         size_t *length)
{
	enum date_tag tag = TAG_NONE;
	*length = 0;
	for (size_t i = 0; i < count; i++) {
		const size_t own = strlen(words[i].word);
		if (own > *length && stands_before(text, end, words[i].word)) {
			*length = own;
			tag = words[i].tag;
		}
	}
	return tag;
}

enum date_tag tag_after(const struct date_word *words, size_t count, struct span text, size_t start,
                        size_t *length)
{
	enum date_tag tag = TAG_NONE;
	*length = 0;
	for (size_t i = 0; i < count; i++) {
		if (!stands_at(text, start, words[i].word))
			continue;
		const size_t own = strlen(words[i].word);
		if (own > *length) {
			*length = own;
			tag = words[i].tag;
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

static void note_words(const char *const *words, size_t count, size_t subject,
                       struct subject_table *out)
{
	for (size_t i = 0; i < count; i++) {
		const size_t length = strlen(words[i]);
		if (length < HAN_BYTES) {
			out->first.anywhere |= bit_of(subject);
			out->last.anywhere |= bit_of(subject);
			continue;
		}
		out->first.slots[slot_of(words[i])] |= bit_of(subject);
		out->last.slots[slot_of(words[i] + length - HAN_BYTES)] |= bit_of(subject);
	}
}

struct subject_table subject_table(const struct date_subjects *subjects)
{
	struct subject_table table = { .items = subjects->items, .count = subjects->count };
	for (size_t i = 0; i < table.count; i++) {
		note_words(table.items[i].words, table.items[i].word_count, i, &table);
		note_words(table.items[i].past, table.items[i].past_count, i, &table);
	}
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

static void try_words(const char *const *words, size_t count, const struct date_subject *subject,
                      bool past, struct span text, size_t at, bool before,
                      struct subject_word *found)
{
	for (size_t i = 0; i < count; i++) {
		if (before ? !stands_before(text, at, words[i]) : !stands_at(text, at, words[i]))
			continue;
		const size_t length = strlen(words[i]);
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
		try_words(one->words, one->word_count, one, false, text, at, before, &found);
		try_words(one->past, one->past_count, one, true, text, at, before, &found);
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
	static const char *const owners[] = { "我", "你", "他", "她", "的", "个", "张", "这", "那",
		                              "类", "员", "师", "管", "格", "全", "建", "册" };
	if (start == clause_start(text, start) || (unsigned char)text.ptr[start - 1] < 0x80)
		return true;
	for (size_t i = 0; i < COUNT(owners); i++)
		if (stands_before(text, start, owners[i]))
			return true;
	return false;
}

/* 证到10月1日才拿到, 证到10月1日了: the day on which it came, or by which something is done. */
static bool tells_arrival(struct span text, size_t end)
{
	static const char *const words[] = { "才", "了", "前", "之前", "以前", "办", "交",  "领",
		                             "拿", "发", "取", "寄",   "送",   "收", "下来" };
	static const char *const fills[] = { " ",  "那天", "当天", "这天", "就",
		                             "都", "已经", "已",   "刚" };
	for (size_t i = 0; i < COUNT(fills); i++)
		end = skip_word(text, end, fills[i]);
	for (size_t i = 0; i < COUNT(words); i++)
		if (has_word(text, end, words[i]))
			return true;
	return false;
}

/*
 * 证到12月31号: what a certificate goes to is its end. `to`: where 到 begins; `end`: of the date.
 */
static struct subject_word find_certificate(const struct subject_table *subjects, struct span text,
                                            size_t to, size_t end)
{
	static const char *const papers[] = { "证书", "证件", "证本", "本本", "证" };
	struct subject_word word = { 0 };
	if (!stands_at(text, to, "到") || tells_arrival(text, end))
		return word;
	for (size_t i = 0; i < COUNT(papers) && word.end == 0; i++)
		if (stands_before(text, to, papers[i]) && is_paper(text, to - strlen(papers[i])))
			word = (struct subject_word){ .start = to - strlen(papers[i]), .end = to };
	for (size_t i = 0; i < subjects->count && word.end > 0 && !word.subject; i++)
		if (strcmp(subjects->items[i].of, "到期") == 0)
			word.subject = &subjects->items[i];
	return word;
}

/* 有效期至, 考试时间是, 到期日为: a word with only joints between it and the date. */
static struct subject_word find_ahead(const struct subject_table *subjects, struct span text,
                                      size_t start, size_t end, size_t claimed)
{
	static const struct date_word joints[] = {
		{ "是", TAG_FILL },   { "为", TAG_FILL }, { "至", TAG_FILL },
		{ "止", TAG_FILL },   { "到", TAG_FILL }, { "于", TAG_FILL },
		{ "在", TAG_FILL },   { ":", TAG_FILL },  { "日期", TAG_FILL },
		{ "时间", TAG_FILL }, { "日", TAG_FILL }, { "截止", TAG_FILL },
		{ "截至", TAG_FILL }, { " ", TAG_FILL },  { "写的", TAG_FILL },
		{ "写", TAG_FILL },   { "的", TAG_FILL }, { "就", TAG_FILL },
		{ "只", TAG_FILL },   { "都", TAG_FILL }, { "了", TAG_FILL },
		{ "将", TAG_FILL },   { "(", TAG_FILL },  { "期", TAG_FILL },
		{ "还", TAG_FILL },
	};
	size_t at = start, length = 0;
	for (int i = 0; i < STRIPS_MOST; i++) {
		const struct subject_word word = subject_before(subjects, text, at);
		/* 过期今天: a word of the past needs a joint. */
		if (word.subject && word.start >= claimed && !(word.past && at == start))
			return word;
		if (tag_before(joints, COUNT(joints), text, at, &length) == TAG_NONE)
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

static const struct date_word before_words[] = {
	{ "没", TAG_AHEAD },       { "没有", TAG_AHEAD },    { "未", TAG_AHEAD },
	{ "不是", TAG_AHEAD },     { "不到", TAG_AHEAD },    { "不会", TAG_AHEAD },
	{ "冇", TAG_AHEAD },       { "木", TAG_AHEAD },      { "木有", TAG_AHEAD },
	{ "快", TAG_AHEAD },       { "快要", TAG_AHEAD },    { "马上", TAG_AHEAD },
	{ "即将", TAG_AHEAD },     { "将", TAG_AHEAD },      { "要", TAG_AHEAD },
	{ "将近", TAG_AHEAD },     { "眼看", TAG_AHEAD },    { "眼看着", TAG_AHEAD },
	{ "眼瞅着", TAG_AHEAD },   { "眼瞅", TAG_AHEAD },    { "临近", TAG_AHEAD },
	{ "接近", TAG_AHEAD },     { "临", TAG_AHEAD },      { "离", TAG_AHEAD },
	{ "距离", TAG_AHEAD },     { "距", TAG_AHEAD },      { "怕", TAG_AHEAD },
	{ "担心", TAG_AHEAD },     { "以免", TAG_AHEAD },    { "免得", TAG_AHEAD },
	{ "省得", TAG_AHEAD },     { "避免", TAG_AHEAD },    { "防止", TAG_AHEAD },
	{ "别", TAG_AHEAD },       { "别等", TAG_AHEAD },    { "没等", TAG_AHEAD },
	{ "差点", TAG_AHEAD },     { "快该", TAG_AHEAD },    { "该", TAG_AHEAD },
	{ "赶在", TAG_AHEAD },     { "过几天", TAG_AHEAD },  { "没几天", TAG_AHEAD },
	{ "还在", TAG_AHEAD },     { "仍在", TAG_AHEAD },    { "尚在", TAG_AHEAD },
	{ "明明在", TAG_AHEAD },   { "不算", TAG_AHEAD },    { "哪里", TAG_AHEAD },
	{ "并非", TAG_AHEAD },     { "已", TAG_BEHIND },     { "已经", TAG_BEHIND },
	{ "早", TAG_BEHIND },      { "早就", TAG_BEHIND },   { "早已", TAG_BEHIND },
	{ "刚", TAG_BEHIND },      { "刚刚", TAG_BEHIND },   { "刚好", TAG_FILL },
	{ "不是已经", TAG_AHEAD }, { "有没有", TAG_OPEN },   { "有没", TAG_OPEN },
	{ "是否", TAG_OPEN },      { "是不是", TAG_OPEN },   { "会不会", TAG_OPEN },
	{ "不知道", TAG_OPEN },    { "不清楚", TAG_OPEN },   { "不晓得", TAG_OPEN },
	{ "不确定", TAG_OPEN },    { "不知", TAG_OPEN },     { "过没", TAG_OPEN },
	{ "到没", TAG_OPEN },      { "过不", TAG_OPEN },     { "什么时候", TAG_OPEN },
	{ "啥时候", TAG_OPEN },    { "啥时", TAG_OPEN },     { "何时", TAG_OPEN },
	{ "哪天", TAG_OPEN },      { "几号", TAG_OPEN },     { "几时", TAG_OPEN },
	{ "多久", TAG_OPEN },      { "多会儿", TAG_OPEN },   { "哪年", TAG_OPEN },
	{ "几月", TAG_OPEN },      { "如果", TAG_SUPPOSED }, { "要是", TAG_SUPPOSED },
	{ "万一", TAG_SUPPOSED },  { "假如", TAG_SUPPOSED }, { "一旦", TAG_SUPPOSED },
	{ "若", TAG_SUPPOSED },    { "若是", TAG_SUPPOSED }, { "倘若", TAG_SUPPOSED },
	{ "等", TAG_SUPPOSED },    { "一", TAG_SUPPOSED },   { "就", TAG_FILL },
	{ "也", TAG_FILL },        { "还", TAG_FILL },       { "的", TAG_FILL },
	{ "是", TAG_FILL },        { "又", TAG_FILL },       { "都", TAG_FILL },
	{ "全", TAG_FILL },        { "全都", TAG_FILL },     { "给", TAG_FILL },
	{ "应该", TAG_FILL },      { "应", TAG_FILL },       { "需要", TAG_FILL },
	{ "主要", TAG_FILL },      { "只要", TAG_FILL },     { "我", TAG_FILL },
	{ "证", TAG_FILL },        { "证书", TAG_FILL },     { "书", TAG_FILL },
	{ "本", TAG_FILL },        { "说", TAG_FILL },       { "怎么", TAG_FILL },
	{ "算", TAG_FILL },        { "有", TAG_FILL },       { "完全", TAG_FILL },
	{ "根本", TAG_FILL },      { "才", TAG_FILL },       { "这", TAG_FILL },
	{ "么快", TAG_FILL },      { "真", TAG_FILL },       { "特别", TAG_FILL },
	{ "分别", TAG_FILL },      { "这么快", TAG_FILL },
};

static const struct date_word after_words[] = {
	{ "前", TAG_AHEAD },      { "之前", TAG_AHEAD },    { "以前", TAG_AHEAD },
	{ "日前", TAG_AHEAD },    { "日之前", TAG_AHEAD },  { "日期前", TAG_AHEAD },
	{ "内", TAG_AHEAD },      { "以内", TAG_AHEAD },    { "之内", TAG_AHEAD },
	{ "里", TAG_AHEAD },      { "后", TAG_BEHIND },     { "之后", TAG_BEHIND },
	{ "以后", TAG_BEHIND },   { "日后", TAG_BEHIND },   { "已过", TAG_BEHIND },
	{ "过了", TAG_BEHIND },   { "已经过", TAG_BEHIND }, { "早过", TAG_BEHIND },
	{ "都过", TAG_BEHIND },   { "刚过", TAG_BEHIND },   { "没过", TAG_AHEAD },
	{ "还没过", TAG_AHEAD },  { "未过", TAG_AHEAD },    { "没到", TAG_AHEAD },
	{ "还没到", TAG_AHEAD },  { "未到", TAG_AHEAD },    { "快到", TAG_AHEAD },
	{ "要到", TAG_AHEAD },    { "将至", TAG_AHEAD },    { "快过", TAG_AHEAD },
	{ "要过", TAG_AHEAD },    { "还有", TAG_AHEAD },    { "只剩", TAG_AHEAD },
	{ "就剩", TAG_AHEAD },    { "与否", TAG_OPEN },     { "过没过", TAG_OPEN },
	{ "过没", TAG_OPEN },     { "到没到", TAG_OPEN },   { "是几", TAG_OPEN },
	{ "几年", TAG_OPEN },     { "多久", TAG_OPEN },     { "没有过", TAG_AHEAD },
	{ "没有到", TAG_AHEAD },  { "未满", TAG_AHEAD },    { "没满", TAG_AHEAD },
	{ "还没满", TAG_AHEAD },  { "快满", TAG_AHEAD },    { "要满", TAG_AHEAD },
	{ "将满", TAG_AHEAD },    { "已满", TAG_BEHIND },   { "满了", TAG_BEHIND },
	{ "已经满", TAG_BEHIND },
};

/* 过期没, 过期了吗: whether the clause ends as a question. */
static bool is_asked(struct span text, size_t end)
{
	static const char *const tails[] = { "没有", "没", "吗", "么", "不", "否" };
	size_t at = end;
	if (at < text.len && stands_at(text, at, "了"))
		at += strlen("了");
	for (size_t i = 0; i < COUNT(tails); i++)
		if (at < text.len && stands_at(text, at, tails[i])) {
			const size_t behind = at + strlen(tails[i]);
			return behind == text.len || ends_clause(text, behind);
		}
	return false;
}

/* 过期没过期: whether the word stands twice, with a denial between. */
static bool is_doubled(struct span text, const struct subject_word *word)
{
	static const char *const denials[] = { "没", "没有", "不", "还是没" };
	const struct span own = { text.ptr + word->start, word->end - word->start };
	for (size_t i = 0; i < COUNT(denials); i++) {
		const size_t length = strlen(denials[i]);
		const size_t behind = word->end + length, before = own.len + length;
		if (word->end < text.len && stands_at(text, word->end, denials[i]) &&
		    behind + own.len <= text.len &&
		    memcmp(text.ptr + behind, own.ptr, own.len) == 0)
			return true;
		if (stands_before(text, word->start, denials[i]) && before <= word->start &&
		    memcmp(text.ptr + word->start - before, own.ptr, own.len) == 0)
			return true;
	}
	return false;
}

/* 到期没续, 到期未办: something was not done in time. */
static bool is_missed(struct span text, size_t end)
{
	return end < text.len && (stands_at(text, end, "没") || stands_at(text, end, "未") ||
	                          stands_at(text, end, "忘"));
}

/* 不在有效期内 */
static bool is_left(struct span text, size_t start)
{
	static const char *const words[] = { "不在", "没在", "超出", "超过", "过了", "不再在" };
	for (size_t i = 0; i < COUNT(words); i++)
		if (stands_before(text, start, words[i]))
			return true;
	return false;
}

/* 不是没过期 */
static bool is_denied_twice(struct span text, size_t denial)
{
	return stands_before(text, denial, "不是") && !stands_before(text, denial, "是不是");
}

static enum date_tag side_before(struct span text, size_t start, bool *supposed)
{
	size_t at = start, length;
	for (int i = 0; i < STRIPS_MOST; i++) {
		const enum date_tag tag =
		        tag_before(before_words, COUNT(before_words), text, at, &length);
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

enum date_tag side_of(struct span text, const struct subject_word *word, bool *supposed)
{
	size_t length = 0;
	*supposed = false;
	const enum date_tag before = side_before(text, word->start, supposed);
	const enum date_tag after =
	        word->end < text.len
	                ? tag_after(after_words, COUNT(after_words), text, word->end, &length)
	                : TAG_NONE;
	if (before == TAG_OPEN || after == TAG_OPEN || is_asked(text, word->end) ||
	    is_doubled(text, word))
		return TAG_OPEN;
	if (after != TAG_NONE)
		return after == TAG_AHEAD && is_left(text, word->start) ? TAG_BEHIND : after;
	if (before != TAG_NONE)
		return before;
	if (is_missed(text, word->end))
		return TAG_BEHIND;
	/* 证书过期还能延续吗 asks about anybody's, 证书过期了 is said of one's own. */
	*supposed = *supposed || !(word->end < text.len && stands_at(text, word->end, "了"));
	return word->past ? TAG_BEHIND : TAG_NONE;
}

bool is_led_by_popup(struct span text, size_t at)
{
	static const char *const leads[] = { "提示", "显示",   "弹出", "弹窗",
		                             "报错", "系统说", "非说" };
	const size_t start = clause_start(text, at);
	for (size_t i = 0; i < COUNT(leads); i++)
		if (memmem(text.ptr + start, at - start, leads[i], strlen(leads[i])))
			return true;
	return false;
}

#include "engine/text/aside.h"

#include "base/utf8.h"
#include "engine/text/normalise.h"

enum { NAME_LEAST = 4, NAME_MOST = 24, BRANCH_MOST = 8 }; /* code points */
enum { FULL_WIDTH_BRACKET = 0xFF08 };

#define COUNT(array_) (sizeof(array_) / sizeof((array_)[0]))

static bool stands_at(struct span text, size_t at, const char *word)
{
	const size_t length = strlen(word);
	return length <= text.len - at && memcmp(text.ptr + at, word, length) == 0;
}

/* Length of the word among `words` that ends at `end`, or 0; the longer ones come first. */
static size_t word_before(struct span text, size_t end, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const size_t length = strlen(words[i]);
		if (length <= end && stands_at(text, end - length, words[i]))
			return length;
	}
	return 0;
}

static void blank(char *bare, size_t start, size_t end)
{
	memset(bare + start, ' ', end - start);
}

static bool is_labelled_by(enum identifier_kind kind)
{
	return kind == IDENTIFIER_ID_NUMBER || kind == IDENTIFIER_ID_NUMBER_15 ||
	       kind == IDENTIFIER_CREDIT_CODE || kind == IDENTIFIER_MOBILE ||
	       kind == IDENTIFIER_LANDLINE;
}

static bool is_between_clauses(uint32_t point)
{
	return !code_point_is_han(point) && !code_point_is_word(point);
}

/* In 老身份证4101… the words say something about the number. */
static bool begins_clause(struct span text, size_t at)
{
	if (at == 0)
		return true;
	size_t before = utf8_before(text, at);
	return is_between_clauses(utf8_next(text, &before));
}

/* Whether the clause ends: 身份证4101…登记错了 goes on about the number, 身份证4101…，没成绩 does
 * not. */
static bool closes_clause(struct span text, size_t end)
{
	if (end == text.len)
		return true;
	const uint32_t next = utf8_next(text, &end);
	return is_between_clauses(next) && next != '(' && next != FULL_WIDTH_BRACKET;
}

static size_t label_before(struct span text, size_t end, enum identifier_kind kind)
{
	static const char *const of_person[] = { "公民身份号码", "身份证号码", "身份证号",
		                                 "证件号码",     "证件号",     "身份证" };
	static const char *const of_company[] = { "统一社会信用代码", "社会信用代码",
		                                  "统一信用代码", "信用代码" };
	static const char *const of_phone[] = { "联系电话", "手机号码", "电话号码",
		                                "手机号",   "电话",     "手机" };
	switch (kind) {
	case IDENTIFIER_CREDIT_CODE:
		return word_before(text, end, of_company, COUNT(of_company));
	case IDENTIFIER_MOBILE:
	case IDENTIFIER_LANDLINE:
		return word_before(text, end, of_phone, COUNT(of_phone));
	default:
		return word_before(text, end, of_person, COUNT(of_person));
	}
}

static size_t start_of_label(struct span text, size_t number, enum identifier_kind kind)
{
	static const char *const links[] = { "：", "是", "为", ":", " " };
	static const char *const owners[] = { "我们公司的", "我公司的", "我单位的", "公司的",
		                              "单位的",     "企业的",   "我们的",   "我们公司",
		                              "我公司",     "我单位",   "公司",     "单位",
		                              "企业",       "我们",     "我的",     "本人",
		                              "我" };
	size_t at = number, link;
	do {
		link = word_before(text, at, links, COUNT(links));
		at -= link;
	} while (link > 0);
	const size_t label = label_before(text, at, kind);
	at -= label;
	at -= word_before(text, at, owners, COUNT(owners));
	return label > 0 && begins_clause(text, at) ? at : number;
}

static void blank_identifiers(struct span text, const struct identifier_list *found, char *bare)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct identifier *item = &found->items[i];
		const bool is_labelled =
		        is_labelled_by(item->kind) && closes_clause(text, item->end);
		blank(bare,
		      is_labelled ? start_of_label(text, item->start, item->kind) : item->start,
		      item->end);
	}
}

static bool is_of_name(uint32_t point)
{
	return code_point_is_han(point) || point == '(' || point == ')' ||
	       point == FULL_WIDTH_BRACKET || point == FULL_WIDTH_BRACKET + 1;
}

/* The start of the name that ends before `end`; `end` if it is too short for a name. */
static size_t start_of_name(struct span text, size_t end)
{
	/* Words that introduce a name and are part of none. */
	static const char *const before[] = { "单位", "公司", "企业", "名称", "我", "们", "俺",
		                              "咱",   "是",   "在",   "叫",   "给", "从", "把",
		                              "被",   "跟",   "的",   "系",   "替", "帮" };
	size_t at = end;
	int length = 0;
	while (at > 0 && length < NAME_MOST) {
		const size_t start = utf8_before(text, at);
		size_t next = start;
		if (!is_of_name(utf8_next(text, &next)) ||
		    word_before(text, at, before, COUNT(before)) > 0)
			break;
		at = start;
		length++;
	}
	return length >= NAME_LEAST ? at : end;
}

/* The end of `word` if it follows within a few Han characters; else `at`. */
static size_t end_of_branch(struct span text, size_t at, const char *word)
{
	size_t end = at;
	for (int i = 0; i <= BRANCH_MOST && end < text.len; i++) {
		if (stands_at(text, end, word))
			return end + strlen(word);
		if (!code_point_is_han(utf8_next(text, &end)))
			break;
	}
	return at;
}

/* The end of the words at `at` that end the name of a company; `at` if there are none. */
static size_t end_of_form(struct span text, size_t at)
{
	static const char *const forms[] = { "有限责任公司", "有限公司" };
	for (size_t i = 0; i < COUNT(forms); i++)
		if (stands_at(text, at, forms[i]))
			return end_of_branch(text, at + strlen(forms[i]), "分公司");
	const size_t group = strlen("集团");
	if (!stands_at(text, at, "集团"))
		return at;
	const size_t end = end_of_branch(text, at + group, "公司");
	return end > at + group ? end : at;
}

static void blank_companies(struct span text, char *bare)
{
	for (size_t at = 0; at < text.len;) {
		const size_t end = end_of_form(text, at);
		const size_t start = end > at ? start_of_name(text, at) : at;
		if (start < at)
			blank(bare, start, end);
		if (end > at)
			at = end;
		else
			utf8_next(text, &at);
	}
}

enum status aside_blank(struct span text, const struct identifier_list *found, struct arena *arena,
                        struct span *out)
{
	char *bare = arena_copy(arena, text);
	if (!bare)
		return STATUS_NO_MEMORY;
	blank_identifiers(text, found, bare);
	blank_companies(text, bare);
	*out = (struct span){ bare, text.len };
	return STATUS_OK;
}

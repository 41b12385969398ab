#include "engine/text/aside.h"

#include "base/utf8.h"
#include "engine/text/aside_words.h"
#include "engine/text/normalise.h"
#include "engine/text/word_list.h"

enum { NAME_LEAST = 4, NAME_MOST = 24, BRANCH_MOST = 8 }; /* code points */
enum { FULL_WIDTH_BRACKET = 0xFF08 };

/* The bytes of the word of a list that stands there; 0: none does. */
static size_t length_of(const char *word)
{
	return word ? strlen(word) : 0;
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
	switch (kind) {
	case IDENTIFIER_CREDIT_CODE:
		return length_of(one_before(aside_words_of_company, text, end));
	case IDENTIFIER_MOBILE:
	case IDENTIFIER_LANDLINE:
		return length_of(one_before(aside_words_of_phone, text, end));
	default:
		return length_of(one_before(aside_words_of_person, text, end));
	}
}

static size_t start_of_label(struct span text, size_t number, enum identifier_kind kind)
{
	size_t at = number, link;
	do {
		link = at > 0 && text.ptr[at - 1] == ' '
		               ? 1
		               : length_of(one_before(aside_words_link, text, at));
		at -= link;
	} while (link > 0);
	const size_t label = label_before(text, at, kind);
	at -= label;
	at -= length_of(one_before(aside_words_owner, text, at));
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
	size_t at = end;
	int length = 0;
	while (at > 0 && length < NAME_MOST) {
		const size_t start = utf8_before(text, at);
		size_t next = start;
		if (!is_of_name(utf8_next(text, &next)) ||
		    one_before(aside_words_before_name, text, at))
			break;
		at = start;
		length++;
	}
	return length >= NAME_LEAST ? at : end;
}

/* The end of the word if one follows within a few Han characters; else `at`. */
static size_t end_of_branch(struct span text, size_t at, const char *const *words)
{
	size_t end = at;
	for (int i = 0; i <= BRANCH_MOST && end < text.len; i++) {
		const size_t length = length_of(one_at(words, text, end));
		if (length > 0)
			return end + length;
		if (!code_point_is_han(utf8_next(text, &end)))
			break;
	}
	return at;
}

/* The end of the words at `at` that end the name of a company; `at` if there are none. */
static size_t end_of_form(struct span text, size_t at)
{
	const size_t form = length_of(one_at(aside_words_company_form, text, at));
	if (form > 0)
		return end_of_branch(text, at + form, aside_words_branch);
	const size_t group = length_of(one_at(aside_words_group, text, at));
	if (group == 0)
		return at;
	const size_t end = end_of_branch(text, at + group, aside_words_company);
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

#include "engine/match/split.h"

#include <limits.h>

#include "base/buf.h"
#include "base/span.h"
#include "base/utf8.h"

enum {
	CLAUSE_LEAST = 4, /* Han, letters or digits that a question needs */
	CLAUSE_CEILING = 64 << 10,
};

/* Words that begin a further question. */
static const char *const further[] = {
	"另外",     "而且",
	"并且",     "以及",
	"外加",     "再就是",
	"还有",     "再问",
	"再者",     "其次",
	"顺便",     "二是",
	"三是",     "第二,",
	"再一个",   "还想问",
	"然后问",   "一个是",
	"不能的话", "不行的话",
	"also ",    "another question",
	"besides",
};

/* Words that announce several questions. */
static const char *const several[] = {
	"两个问题", "两个事", "两件事", "几个问题", "三个问题", "分别", "都怎么", "都咋",
	"都该怎么", "一是",   "一个是", "俩问题",   "两点",     "又说", "一并",
};

static bool starts_with_any(const char *at, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t length = 0;
		while (words[i][length] && at[length] == words[i][length])
			length++;
		if (!words[i][length])
			return true;
	}
	return false;
}

/* 还有一个月到期, 还有没办完的: 还有 tells what is left and begins no further question. */
static bool tells_what_is_left(const char *at)
{
	static const char *const left[] = { "一个", "一笔", "一项", "一件", "几", "半", "多", "两",
		                            "三",   "没",   "未",   "不",   "0",  "1",  "2",  "3",
		                            "4",    "5",    "6",    "7",    "8",  "9" };
	const size_t length = strlen("还有");
	return strncmp(at, "还有", length) == 0 &&
	       starts_with_any(at + length, left, sizeof(left) / sizeof(left[0]));
}

/* A hash of the first character at `at`. */
static unsigned char start_of(const char *at)
{
	const unsigned char *bytes = (const unsigned char *)at;
	return bytes[0] < 0x80 ? bytes[0] : (unsigned char)(bytes[1] * 7U + bytes[2] * 3U);
}

static void note_starts_of_further(bool starts[UCHAR_MAX + 1])
{
	for (size_t i = 0; i < sizeof(further) / sizeof(further[0]); i++)
		starts[start_of(further[i])] = true;
}

static bool announces_another(const char *at, const bool starts[UCHAR_MAX + 1])
{
	return starts[start_of(at)] &&
	       starts_with_any(at, further, sizeof(further) / sizeof(further[0])) &&
	       !tells_what_is_left(at);
}

static bool holds_any(const char *text, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strstr(text, words[i]))
			return true;
	return false;
}

/* "1." "2)" "3、": whether a single digit numbers what follows. */
static bool is_numbering(const struct text *text, size_t at)
{
	const uint32_t *points = text->points;
	if (points[at] < '1' || points[at] > '9' || at + 2 >= text->count)
		return false;
	if (at > 0 && code_point_is_word(points[at - 1]) && !code_point_is_han(points[at - 1]))
		return false;
	const uint32_t mark = points[at + 1];
	return (mark == '.' || mark == ')' || mark == ',') &&
	       !(points[at + 2] >= '0' && points[at + 2] <= '9');
}

/* A full stop between letters or digits belongs to a number, a file or an address. */
static bool is_end(const struct text *text, size_t at, bool at_commas)
{
	const uint32_t point = text->points[at];
	if (point == '?' || point == '!' || point == ';')
		return true;
	if (point == ',')
		return at_commas;
	if (point != '.')
		return false;
	return at + 1 == text->count || code_point_is_han(text->points[at + 1]) ||
	       text->points[at + 1] == ' ';
}

bool split_begins_line(const struct text *text, size_t at)
{
	if (at == 0)
		return false;
	for (size_t i = text->origins[at - 1]; i < text->origins[at]; i++)
		if (text->input.ptr[i] == '\n' || text->input.ptr[i] == '\r')
			return true;
	return false;
}

static bool has_lines(const struct text *text)
{
	return text->input.len > 0 && (memchr(text->input.ptr, '\n', text->input.len) ||
	                               memchr(text->input.ptr, '\r', text->input.len));
}

static void add_clause(const struct text *text, struct clauses *clauses, size_t start, size_t end)
{
	size_t meaning = 0;
	for (size_t i = start; i < end && meaning < CLAUSE_LEAST; i++)
		meaning +=
		        code_point_is_han(text->points[i]) || code_point_is_word(text->points[i]);
	if (meaning >= CLAUSE_LEAST && clauses->count < CLAUSES_MOST)
		clauses->items[clauses->count++] = (struct clause){ start, end };
}

void split_questions(const struct text *text, bool at_every_comma, struct clauses *out)
{
	const char *utf8 = text->utf8.ptr;
	const bool at_commas =
	        at_every_comma || (memchr(utf8, ',', text->utf8.len) &&
	                           holds_any(utf8, several, sizeof(several) / sizeof(several[0])));
	bool starts[UCHAR_MAX + 1] = { false };
	const bool lines = has_lines(text);
	size_t start = 0, offset = 0;
	note_starts_of_further(starts);
	*out = (struct clauses){ .lines = lines };
	for (size_t at = 0; at < text->count && out->count < CLAUSES_MOST; at++) {
		const bool begins = is_numbering(text, at) ||
		                    (lines && split_begins_line(text, at)) ||
		                    announces_another(utf8 + offset, starts);
		if (begins || is_end(text, at, at_commas)) {
			add_clause(text, out, start, at);
			start = begins ? at : at + 1;
		}
		offset += utf8_size(text->points[at]);
	}
	add_clause(text, out, start, text->count);
}

bool split_at_joint(const struct text *text, size_t *at, struct clauses *out)
{
	/* 与 is a word of popups (聘用企业与申报企业), and joins no questions. */
	static const uint32_t joints[] = { 0x548C /* 和 */, 0x8DDF /* 跟 */ };
	for (size_t i = *at; i < text->count; i++)
		for (size_t j = 0; j < sizeof(joints) / sizeof(joints[0]); j++) {
			if (text->points[i] != joints[j])
				continue;
			*out = (struct clauses){ .lines = has_lines(text) };
			add_clause(text, out, 0, i);
			add_clause(text, out, i + 1, text->count);
			*at = i + 1;
			if (out->count == 2)
				return true;
		}
	return false;
}

enum status clause_cut(const struct text *text, struct clause clause, struct arena *arena,
                       struct text *out)
{
	struct buf utf8;
	buf_init(&utf8, CLAUSE_CEILING);
	for (size_t i = clause.start; i < clause.end; i++)
		buf_append_code_point(&utf8, text->points[i]);
	const char *copy =
	        buf_status(&utf8) == STATUS_OK ? arena_copy(arena, buf_span(&utf8)) : NULL;
	*out = (struct text){ .points = text->points + clause.start,
		              .origins = text->origins + clause.start,
		              .count = clause.end - clause.start,
		              .utf8 = { copy, utf8.len },
		              .input = text->input };
	buf_deinit(&utf8);
	return copy ? STATUS_OK : STATUS_NO_MEMORY;
}

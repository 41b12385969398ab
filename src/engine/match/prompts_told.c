/* Popups that a message tells of by its own words, whether or not the FAQ has them. */
#include "engine/match/prompts.h"

#include "engine/match/marks.h"
#include "engine/match/split.h"

enum {
	QUOTED_LEAST = 4,    /* code points of a quoted popup; less is a word or a button */
	ANNOUNCED_MOST = 4,  /* code points between the word that announces it and the quote */
	RETOLD_GAP_MOST = 2, /* between 弹窗 and 显示: 弹窗里显示 */
};

/* 提示"…", 弹窗里说:"…" */
static bool is_announced(const struct marks *marks, const struct text *text, size_t quote)
{
	for (size_t gap = 0; gap <= ANNOUNCED_MOST && gap <= quote; gap++)
		if (mark_before(marks, MARK_POPUP, text, quote - gap) > 0)
			return true;
	return false;
}

static bool find_quoted(const struct marks *marks, const struct text *text, size_t *start,
                        size_t *end)
{
	for (size_t at = 0; at < text->count; at++) {
		size_t close = at + 1;
		if (text->points[at] != '"')
			continue;
		while (close < text->count && text->points[close] != '"')
			close++;
		if (close == text->count)
			return false;
		if (close - at > QUOTED_LEAST && is_announced(marks, text, at)) {
			*start = at + 1;
			*end = close;
			return true;
		}
		at = close;
	}
	return false;
}

static size_t end_of_line(const struct text *text, size_t at)
{
	do
		at++;
	while (at < text->count && !split_begins_line(text, at));
	return at;
}

/* The rest of a line after 提示. */
static bool find_announced(const struct marks *marks, const struct text *text, size_t first,
                           size_t last, size_t *start)
{
	for (size_t at = first + 2; at + QUOTED_LEAST < last; at++)
		if (mark_before(marks, MARK_SHOWS, text, at) > 0) {
			*start = at;
			return true;
		}
	return false;
}

/* The line above the button of a window's text, or in a chat what follows 提示. */
static bool find_in_lines(const struct marks *marks, const struct text *text, size_t *start,
                          size_t *end)
{
	size_t above = 0, above_end = 0;
	bool announced = false;
	for (size_t first = 0, last; first < text->count; first = last) {
		last = end_of_line(text, first);
		const bool button = mark_at(marks, MARK_BUTTON, text, first) == last - first;
		if (button && above_end > above + QUOTED_LEAST) {
			*start = above;
			*end = above_end;
			return true;
		}
		above = first;
		above_end = last;
		if (!announced && find_announced(marks, text, first, last, start)) {
			announced = true;
			*end = last;
		}
	}
	return announced;
}

/* The end of the clause that a code point is in. */
static size_t end_of_clause(const struct text *text, size_t at)
{
	while (at < text->count && !split_begins_line(text, at) &&
	       !split_ends_clause(text->points[at]))
		at++;
	return at;
}

bool prompts_retold(const struct marks *marks, const struct text *text, size_t *start, size_t *end)
{
	for (size_t at = 0; at < text->count; at++) {
		const size_t window = mark_at(marks, MARK_WINDOW, text, at);
		for (size_t gap = 0; window > 0 && gap <= RETOLD_GAP_MOST; gap++) {
			const size_t says = at + window + gap;
			const size_t shows =
			        says < text->count ? mark_at(marks, MARK_SHOWS, text, says) : 0;
			if (shows == 0)
				continue;
			*start = says + shows;
			*end = end_of_clause(text, *start);
			return *end - *start >= QUOTED_LEAST;
		}
	}
	return false;
}

/* The end of a popup that begins at a code point: of its sentence or line, or before a button. */
static size_t end_of_popup(const struct text *text, size_t start)
{
	size_t at = start;
	while (at < text->count && text->points[at] != '[' &&
	       (text->points[at] == ',' || !split_ends_clause(text->points[at])) &&
	       (at == start || !split_begins_line(text, at)))
		at++;
	return at;
}

/* 系统提示:验证码错误,请重新输入; 保存失败:名称不能为空 */
static bool find_behind_colon(const struct marks *marks, const struct text *text, size_t *start,
                              size_t *end)
{
	for (size_t at = 1; at < text->count; at++) {
		if (text->points[at] != ':' || mark_before(marks, MARK_ANNOUNCES, text, at) == 0)
			continue;
		*start = at + 1;
		*end = end_of_popup(text, *start);
		if (*end - *start >= QUOTED_LEAST)
			return true;
	}
	return false;
}

/* 验证码错误,请重新输入[确定]: the line before a button in brackets. */
static bool find_before_button(const struct marks *marks, const struct text *text, size_t *start,
                               size_t *end)
{
	size_t line = 0;
	for (size_t at = 0; at + 1 < text->count; at++) {
		if (split_begins_line(text, at))
			line = at;
		if (text->points[at] != '[')
			continue;
		const size_t close = at + 1 + mark_at(marks, MARK_BUTTON, text, at + 1);
		if (close == at + 1 || close == text->count || text->points[close] != ']' ||
		    at - line < QUOTED_LEAST)
			continue;
		*start = line;
		*end = at;
		return true;
	}
	return false;
}

bool prompts_quoted(const struct marks *marks, const struct text *text, bool in_lines,
                    size_t *start, size_t *end)
{
	return find_quoted(marks, text, start, end) ||
	       (in_lines ? find_in_lines(marks, text, start, end)
	                 : find_behind_colon(marks, text, start, end) ||
	                           find_before_button(marks, text, start, end));
}

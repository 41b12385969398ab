/*
 * Behind the last question, each line could be the first one that is no text of the answer. What
 * stands there is weighed: for it counts what only the end of a document has (dates, offices, who
 * wrote it, links to other pages) and how the line is parted from the text above; against it,
 * sentences and parts of lists. The cut that is worth most is taken if it is worth enough; a line
 * that could be the end and stays is told.
 */
#include "office/exchange/document_closing.h"

#include <stdint.h>
#include <string.h>

#include "base/utf8.h"
#include "office/exchange/document_furniture.h"
#include "office/exchange/document_words.h"

enum {
	ITEMS_LEAST = 5,   /* whose answers show whether answers hold empty lines */
	BLANKS_LEAST = 2,  /* more empty lines than stand before any line of an answer */
	HEADING_MOST = 20, /* characters of a line that heads others */
	TAIL_MOST = 400,   /* lines that are weighed */
};

/* What a line is worth as a part of the end of the document, and as its first line. */
enum {
	WORTH_SURE = 4,    /* a date, a closing remark, a link of the page */
	WORTH_CREDIT = 3,  /* who wrote or publishes it, an annex, a signature */
	WORTH_CONTACT = 2, /* could as well be a line of an answer */
	WORTH_REMARK = 1,  /* 如有疑问，请…; a short line that ends no sentence */
	WORTH_SENTENCE = -1,
	WORTH_LIST = -3,
	PARTED_ONCE = 6, /* by an empty line, and no other answer holds one */
	PARTED_WIDE = 3, /* by more empty lines than elsewhere, or by a rule */
	PARTED_NOT = -1,
	INTRODUCED = -6, /* the line above ends with a colon */
	CUT_LEAST = 3,
};

/* How empty lines stand within the answers before the last one. */
struct gaps {
	size_t items; /* that hold one */
	size_t most;  /* in a row */
};

static bool is_part_of_answer(const struct line *line)
{
	return line->role == ROLE_TEXT || line->role == ROLE_ANSWER || line->role == ROLE_CASE ||
	       line->role == ROLE_ADVICE;
}

static struct gaps find_gaps(const struct line *lines, size_t last)
{
	struct gaps gaps = { 0 };
	size_t blanks = 0;
	bool text = false, held = false;

	for (size_t i = 0; i < last; i++) {
		const struct line *line = &lines[i];

		if (line->text.len == 0) {
			blanks++;
		} else if (line->role == ROLE_QUESTION) {
			gaps.items += held;
			held = false;
			text = line->answered_inside;
			blanks = 0;
		} else if (!is_part_of_answer(line)) {
			text = false;
			blanks = 0;
		} else {
			if (text && blanks > 0) {
				held = true;
				gaps.most = blanks > gaps.most ? blanks : gaps.most;
			}
			text |= line->role == ROLE_TEXT || line->rest.len > 0;
			blanks = 0;
		}
	}
	gaps.items += held;
	return gaps;
}

/* 注：本问答…, as 本问答… alone. */
static bool is_closing_remark(struct span text)
{
	text_skip_blanks(&text);
	return text_skip_label(&text, words_last_line_label) &&
	       special_read(text) == SPECIAL_CLOSING;
}

/* What its kind says, before its words. */
static int worth_of_special(enum special special)
{
	switch (special) {
	case SPECIAL_DATE:
	case SPECIAL_WEB:
	case SPECIAL_CLOSING:
		return WORTH_SURE;
	case SPECIAL_ANNEX:
	case SPECIAL_RUNNING:
	case SPECIAL_FIELD:
		return WORTH_CREDIT;
	case SPECIAL_CONTACT:
		return WORTH_CONTACT;
	default:
		return 0;
	}
}

static int worth_of(const struct line *line)
{
	const bool bullet = line->mark.style == STYLE_BULLET;
	const struct span text = text_trim(bullet ? line->mark.rest : line->text);
	const bool ends = ends_a_sentence(text);
	const int worth = worth_of_special(bullet ? special_read(text) : line->special);

	if (is_closing_remark(text))
		return WORTH_SURE;
	if (worth < WORTH_CREDIT &&
	    (is_credit(text) || is_office_name(text) || (is_far_right(line->text) && !ends)))
		return WORTH_CREDIT;
	if (worth > 0)
		return worth;
	if (line->mark.style != STYLE_NONE && line->mark.style != STYLE_STRONG)
		return WORTH_LIST;
	if (could_close(text))
		return WORTH_REMARK;
	if (ends || asks_plainly(text))
		return WORTH_SENTENCE;
	return utf8_length(text) <= HEADING_MOST ? WORTH_REMARK : 0;
}

/* How the line is parted from the text above it; *once: as no line of an answer is. */
static int parting_of(const struct reading_result *read, const struct gaps *gaps, size_t index,
                      bool *once)
{
	const size_t above = text_line_before(read->lines, index);
	size_t blanks = 0;
	bool rule = false;

	for (size_t i = above + 1; i < index; i++) {
		blanks += read->lines[i].text.len == 0;
		rule |= read->lines[i].special == SPECIAL_RULE ||
		        (read->lines[i].role == ROLE_RUNNING && asks_plainly(read->lines[i].text));
	}
	*once = false;
	if (text_ends_with(read->lines[above].text, "：") ||
	    text_ends_with(read->lines[above].text, ":"))
		return INTRODUCED;
	*once = blanks > 0 && gaps->items == 0 && read->items >= ITEMS_LEAST;
	if (*once)
		return PARTED_ONCE;
	if (rule || blanks > gaps->most + BLANKS_LEAST - 1)
		return PARTED_WIDE;
	return blanks > 0 ? 0 : PARTED_NOT;
}

/*
 * Where the last answer would begin, somebody signs over a date, or a list of phone numbers begins
 * under a heading of its own: it has none.
 */
static bool is_signed(const struct reading_result *read, size_t index)
{
	const size_t behind = text_line_behind(read->lines, read->count, index);

	if (behind == read->count)
		return false;
	return (read->lines[index].special == SPECIAL_ANNEX &&
	        read->lines[behind].special == SPECIAL_CONTACT) ||
	       (read->lines[index - 1].text.len == 0 &&
	        worth_of(&read->lines[index]) >= WORTH_CREDIT &&
	        read->lines[behind].special == SPECIAL_DATE);
}

/* The lines behind the last answer's first one that could be cut off; false where none can. */
static bool find_tail(const struct reading_result *read, size_t *first)
{
	size_t last = read->count, at;

	while (last > 0 && read->lines[last - 1].role != ROLE_QUESTION)
		last--;
	if (last == 0 || read->lines[last - 1].row != ROLE_BLANK)
		return false;
	at = text_line_behind(read->lines, read->count, last - 1);
	/* The answer keeps a line. */
	while (at < read->count &&
	       (read->lines[at].role == ROLE_QUESTION_MORE ||
	        (read->lines[at].role == ROLE_ANSWER && text_trim(read->lines[at].rest).len == 0)))
		at = text_line_behind(read->lines, read->count, at);
	if (at < read->count && !read->lines[last - 1].answered_inside && !is_signed(read, at))
		at = text_line_behind(read->lines, read->count, at);
	*first = at;
	return at < read->count;
}

/* Behind the phone numbers of which the answer itself is a list. */
static size_t skip_own_list(const struct reading_result *read, size_t first)
{
	const size_t above = text_line_before(read->lines, first);

	if (above == SIZE_MAX ||
	    special_read(text_trim(read->lines[above].rest)) != SPECIAL_CONTACT)
		return first;
	for (size_t i = above; first == i + 1 && first < read->count; i++)
		if (read->lines[first].special == SPECIAL_CONTACT)
			first++;
	return first;
}

/* Nothing parts what was cut off from the text above, which may be of the end, too. */
static void doubt_above(const struct reading_result *read, size_t first, size_t cut)
{
	const size_t above = text_line_before(read->lines, cut);

	if (above != SIZE_MAX && above >= first && read->lines[above].role == ROLE_TEXT &&
	    read->lines[above].mark.style == STYLE_NONE)
		read->lines[above].doubt = DOUBT_CLOSING;
}

/* How a line that was cut off is told. */
static enum role role_of(const struct line *line)
{
	static const enum role roles[] = {
		[SPECIAL_DATE] = ROLE_SIGNATURE,  [SPECIAL_ANNEX] = ROLE_ANNEX,
		[SPECIAL_CONTACT] = ROLE_CONTACT, [SPECIAL_WEB] = ROLE_WEB,
		[SPECIAL_RULE] = ROLE_CLOSING,    [SPECIAL_FIELD] = ROLE_CLOSING,
	};
	const enum role role = roles[line->special];

	if (role == ROLE_BLANK)
		return is_office_name(line->text) ? ROLE_SIGNATURE : ROLE_CLOSING;
	return role;
}

/* Whether rows of a table, and nothing else, stand right below the line. */
static bool heads_table(const struct reading_result *read, size_t index)
{
	size_t rows = 0;

	for (index++; index < read->count && read->lines[index].text.len > 0; index++) {
		const struct span text = text_trim(read->lines[index].text);

		if (!memchr(text.ptr, '\t', text.len))
			return false;
		rows++;
	}
	return rows > 1;
}

/* Where the cut that is worth most lies; SIZE_MAX for nowhere. */
static size_t find_cut(const struct reading_result *read, const struct gaps *gaps, size_t first)
{
	int sum = 0, best = CUT_LEAST - 1, sentences = 0, listed = 0;
	size_t cut = SIZE_MAX;

	for (size_t i = read->count; i > first && read->count - i < TAIL_MOST; i--) {
		const struct line *line = &read->lines[i - 1];
		int worth, parting;
		bool once;

		if (line_is_furniture(line) || line->role == ROLE_HEAD ||
		    line->role == ROLE_CHAPTER)
			continue;
		if (line->role != ROLE_TEXT || line->escaped)
			break;
		worth = worth_of(line);
		if (line->special == SPECIAL_ANNEX && heads_table(read, i - 1))
			worth = WORTH_SURE;
		/* The list right below is of the annexes. */
		if (line->special == SPECIAL_ANNEX) {
			sum -= listed;
			sentences -= listed;
		}
		listed = worth == WORTH_LIST ? listed + worth : 0;
		sum += worth;
		sentences += worth == WORTH_SENTENCE || worth == WORTH_LIST ? worth : 0;
		parting = parting_of(read, gaps, i - 1, &once);
		/* What is parted as no answer is counts as a whole, whatever it says. */
		parting += sum - (once && worth != WORTH_LIST ? sentences : 0);
		/* The first of several such parts takes the ones behind it along. */
		if (parting > best || (once && parting == best)) {
			best = parting;
			cut = i - 1;
		}
	}
	return cut;
}

void closing_leave_out(struct reading_result *out)
{
	size_t first, cut;
	struct gaps gaps;
	bool once;

	if (!find_tail(out, &first))
		return;
	gaps = find_gaps(out->lines, first);
	first = skip_own_list(out, first);
	cut = find_cut(out, &gaps, first);
	if (cut == SIZE_MAX)
		return;
	if (parting_of(out, &gaps, cut, &once) == PARTED_NOT)
		doubt_above(out, first, cut);
	for (size_t i = cut; i < out->count; i++)
		if (!line_is_furniture(&out->lines[i]) && out->lines[i].role == ROLE_TEXT)
			out->lines[i].role = role_of(&out->lines[i]);
}

void closing_doubt(struct reading_result *out)
{
	const size_t last = text_line_before(out->lines, out->count);
	struct line *line = last == SIZE_MAX ? NULL : &out->lines[last];
	size_t first;

	if (find_tail(out, &first) && skip_own_list(out, first) > last)
		return;
	if (!line || line->role != ROLE_TEXT || line->escaped || line->doubt != DOUBT_NONE ||
	    line_is_first_of_answer(out->lines, last) || line_is_introduced(out->lines, last))
		return;
	if (worth_of(line) >= WORTH_CONTACT || could_close(line->text))
		line->doubt = DOUBT_CLOSING;
}

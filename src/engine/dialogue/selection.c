/*
 * A short message is cut into cues by dynamic programming: the cut with the least cost wins, where
 * a character that no cue explains costs more than any number of cues, and one cue less than two.
 * The kinds of its cues together say what the message is. A number with what belongs to it (第2个,
 * 情形3, (1)) is a cue as well.
 */
#include "engine/dialogue/selection.h"

#include <assert.h>

#include "base/utf8.h"

enum {
	PARTS_TEXT_MOST = 40,   /* code points: a longer message has a subject of its own */
	CASE_MESSAGE_MOST = 24, /* the same, for a case that is named in it */
	SIGNS_MOST = 360,       /* bytes in which signs are looked for */
	BYTES_MOST = 4 * PARTS_TEXT_MOST,
	COST_CUE = 10,
	COST_FILLER = 11,
	COST_UNKNOWN = 1000,
	NUMBER_MOST = 9999,
	DENIAL_REACH = 3, /* code points of a word of denial */
};

#define BIT(cue_) (UINT64_C(1) << (cue_))

static const uint64_t numbers =
        BIT(CUE_ITEM) | BIT(CUE_ENTRY) | BIT(CUE_CASE) | BIT(CUE_CHECK_ITEM);
/* Beside these cues, a word like 办 is no subject. */
static const uint64_t bears_vague = BIT(CUE_PERSON) | BIT(CUE_RESUME) | BIT(CUE_BACK) |
                                    BIT(CUE_START) | BIT(CUE_AGAIN) | BIT(CUE_FOLLOW) |
                                    BIT(CUE_THANKS) | BIT(CUE_GOODBYE) | BIT(CUE_REMARK) |
                                    BIT(CUE_CASE) | BIT(CUE_ENTRY);
/* Cues that may precede the actual message: 不对，是企业的. */
static const uint64_t opens = BIT(CUE_REJECT) | BIT(CUE_YES) | BIT(CUE_FINE) | BIT(CUE_FIRST) |
                              BIT(CUE_LAST) | BIT(CUE_ITEM) | BIT(CUE_CASE) | BIT(CUE_ENTRY);

/* A place in the text, and the last piece of the best cut up to it. */
struct place {
	unsigned cost;
	size_t from;
	uint64_t kinds;
	int number;
	bool known, in_brackets, bare;
};

/* A text while it is cut. */
struct cut {
	const struct words *words;
	struct span text;
	bool may_name_case; /* 情形 or 第 stands in it, or Latin words that may hold one */
	struct place places[BYTES_MOST + 1];
};

static bool starts_with(struct span text, size_t at, const char *start)
{
	const size_t length = strlen(start);
	return length <= text.len - at && memcmp(text.ptr + at, start, length) == 0;
}

/* The longest word of the kind at the place; returns its end, or `at`. */
static size_t longest(const struct words *words, struct span text, size_t at, enum cue kind)
{
	size_t best = at, next = 0, end;
	const struct word *word;
	while ((word = words_next(&words->cues, text, at, &next, &end)))
		if (word->meaning == (uint32_t)kind && end > best)
			best = end;
	return best;
}

/* 1 to 99 in Han numerals, else digits; 0 where there is none. */
static int read_number(struct span text, size_t *at)
{
	static const char *const numerals[] = {
		"一", "二", "三", "四", "五", "六", "七", "八", "九"
	};
	int number = 0, tens = -1, digit = 0;
	while (*at < text.len && text.ptr[*at] >= '0' && text.ptr[*at] <= '9' &&
	       number <= NUMBER_MOST)
		number = number * 10 + (text.ptr[(*at)++] - '0');
	if (number)
		return number;
	for (bool more = true; more;) {
		more = false;
		if (tens < 0 && starts_with(text, *at, "十")) {
			tens = digit ? digit : 1;
			digit = 0;
			*at += strlen("十");
			more = true;
		}
		for (int i = 0; i < 9 && digit == 0; i++)
			if (starts_with(text, *at, numerals[i])) {
				digit = i + 1;
				*at += strlen(numerals[i]);
				more = true;
				break;
			}
	}
	if (digit == 0 && tens < 0 && starts_with(text, *at, "两")) {
		*at += strlen("两");
		return 2;
	}
	return (tens > 0 ? 10 * tens : 0) + digit;
}

static void reach(struct cut *cut, size_t end, struct place way)
{
	struct place *place = &cut->places[end];
	if (way.cost >= place->cost)
		return;
	*place = way;
}

static void reach_number(struct cut *cut, size_t from, size_t end, enum cue kind, int number,
                         bool in_brackets, bool bare)
{
	reach(cut, end,
	      (struct place){ .cost = cut->places[from].cost + COST_CUE,
	                      .from = from,
	                      .kinds = BIT(kind),
	                      .number = number,
	                      .known = true,
	                      .in_brackets = in_brackets,
	                      .bare = bare });
}

static bool may_be_number(unsigned char byte)
{
	/* First bytes of the Han numerals. */
	return (byte >= '0' && byte <= '9') || byte == 0xE4 || byte == 0xE5;
}

/*
 * 第2个, 2号, 第七条, 情形三, 第三种情况, 第(2)步, (1), 2. `named` and `ordered` are the ends of
 * a 情形 or 第 that begins here, or `from`.
 */
static void try_number(struct cut *cut, size_t from, size_t named, size_t ordered)
{
	const struct span text = cut->text;
	size_t at = named > from ? named : ordered;
	const bool ordinal = at > from;
	const bool in_brackets = at < text.len && text.ptr[at] == '(';
	at += in_brackets;
	if (at >= text.len || !may_be_number((unsigned char)text.ptr[at]))
		return;
	const int number = read_number(text, &at);
	if (!number || number > NUMBER_MOST)
		return;
	if (in_brackets && (at == text.len || text.ptr[at] != ')'))
		return;
	at += in_brackets;
	if (named > from) {
		if (longest(cut->words, text, at, CUE_NUMBER_PREFIX) == at)
			reach_number(cut, from, at, CUE_CASE, number, in_brackets, false);
		return;
	}
	for (enum cue kind = CUE_ITEM; kind <= CUE_CHECK_ITEM; kind++) {
		const size_t end = longest(cut->words, text, at, kind);
		if (end > at && (ordinal || in_brackets || kind == CUE_ITEM || kind == CUE_ENTRY))
			reach_number(cut, from, end, kind, number, in_brackets, false);
	}
	if (number <= SELECTION_BARE_MOST)
		reach_number(cut, from, at, CUE_ITEM, number, in_brackets,
		             !ordinal && !in_brackets);
}

static bool is_mark(uint32_t point)
{
	return !code_point_is_han(point) && !code_point_is_word(point);
}

/* Latin letters and digits belong together: "no" is no part of "know". */
static bool divides_word(struct span text, size_t at)
{
	size_t next = at;
	if (at == 0 || at >= text.len)
		return false;
	const size_t before = utf8_before(text, at);
	size_t behind = before;
	return code_point_is_word(utf8_next(text, &behind)) &&
	       code_point_is_word(utf8_next(text, &next));
}

static void note_sign(enum cue kind, struct span text, size_t from, size_t end,
                      struct selection *out)
{
	const bool at_start = from == 0, at_end = end == text.len;
	out->asks = out->asks || kind == CUE_ASKS;
	out->negates = out->negates || kind == CUE_DENIES || kind == CUE_REJECT || kind == CUE_NO;
	out->unhelped = out->unhelped || kind == CUE_UNHELPED;
	out->phone_failed = out->phone_failed || kind == CUE_PHONE_FAILED;
	out->group_failed = out->group_failed || kind == CUE_GROUP_FAILED;
	out->takes_note = out->takes_note || kind == CUE_NOTED;
	if (kind == CUE_REMARK_START && at_start) {
		out->remarks = true;
		out->remark_end = end > out->remark_end ? end : out->remark_end;
	}
	out->thanks_at_end = out->thanks_at_end || (kind == CUE_THANKS && at_end);
	if (kind == CUE_UNSURE && (out->unsure.len == 0 || out->unsure.ptr == text.ptr + from))
		out->unsure = (struct span){ text.ptr + from, end - from };
}

/* Looks for signs in a text that is too long to be cut. */
static void read_signs(const struct words *words, struct span text, struct selection *out)
{
	for (size_t place = 0; place < text.len && place < SIGNS_MOST;) {
		size_t at = 0, end;
		const struct word *word;
		while ((word = words_next(&words->cues, text, place, &at, &end)))
			if (!word->whole)
				note_sign((enum cue)word->meaning, text, place, end, out);
		(void)utf8_next(text, &place);
	}
}

/* Whether a word of denial ends there. */
static bool is_denied(const struct cut *cut, size_t from)
{
	size_t at = from;
	for (int i = 0; i < DENIAL_REACH && at > 0; i++) {
		at = utf8_before(cut->text, at);
		if (longest(cut->words, cut->text, at, CUE_DENIES) == from)
			return true;
	}
	return false;
}

static void try_cues(struct cut *cut, size_t from, struct selection *out)
{
	size_t named = from, ordered = from;
	const struct place here = cut->places[from];
	size_t at = 0, end;
	const struct word *word;
	while ((word = words_next(&cut->words->cues, cut->text, from, &at, &end))) {
		const enum cue kind = (enum cue)word->meaning;
		const unsigned cost = kind == CUE_FILLER ? COST_FILLER : COST_CUE;
		struct place *place = &cut->places[end];
		assert(end > from && end <= cut->text.len);
		cut->may_name_case =
		        cut->may_name_case || kind == CUE_CASE_NAME || kind == CUE_ORDINAL;
		if (word->whole && (from > 0 || end < cut->text.len))
			continue;
		note_sign(kind, cut->text, from, end, out);
		/* 有一个没改 is no wish to change an answer. */
		if (kind == CUE_CHANGE && is_denied(cut, from))
			continue;
		if (kind == CUE_CASE_NAME && end > named)
			named = end;
		if (kind == CUE_ORDINAL && end > ordered)
			ordered = end;
		if (kind >= CUE_ASKS || word->tail_len > 0 || divides_word(cut->text, end))
			continue;
		/* One word of several kinds counts as each of them. */
		if (place->known && place->from == from && place->cost <= here.cost + cost) {
			place->kinds |= BIT(kind);
			continue;
		}
		reach(cut, end,
		      (struct place){ .cost = here.cost + cost,
		                      .from = from,
		                      .kinds = BIT(kind),
		                      .known = true });
	}
	try_number(cut, from, named, ordered);
}

static void cut_up(struct cut *cut, struct selection *out)
{
	for (size_t i = 0; i <= cut->text.len; i++)
		cut->places[i] = (struct place){ .cost = UINT32_MAX };
	cut->places[0].cost = 0;
	for (size_t at = 0, next; at < cut->text.len; at = next) {
		next = at;
		const uint32_t point = utf8_next(cut->text, &next);
		const bool mark = is_mark(point);
		reach(cut, next,
		      (struct place){ .cost = cut->places[at].cost + (mark ? 1 : COST_UNKNOWN),
		                      .from = at,
		                      .known = mark });
		if (divides_word(cut->text, at))
			cut->may_name_case = true;
		else
			try_cues(cut, at, out);
	}
}

/* What the cues of a message mean together. */
static enum cue judge(uint64_t kinds)
{
	static const enum cue order[] = {
		CUE_PERSON, CUE_RESUME,  CUE_BACK,   CUE_STOP,    CUE_START,
		CUE_SKIP,   CUE_AGAIN,   CUE_ENTRY,  CUE_CASE,    CUE_CHECK_ITEM,
		CUE_ITEM,   CUE_ALL,     CUE_FIRST,  CUE_LAST,    CUE_REJECT,
		CUE_FOLLOW, CUE_TROUBLE, CUE_THANKS, CUE_GOODBYE, CUE_NO,
		CUE_YES,    CUE_GO_ON,   CUE_REMARK, CUE_FINE,    CUE_GREETING,
	};
	if ((kinds & BIT(CUE_CHANGE)) && (kinds & numbers))
		return CUE_CHANGE;
	if ((kinds & BIT(CUE_VAGUE)) && !(kinds & bears_vague))
		return CUE_NOTHING;
	/* 情形四啥意思 names the case. */
	if (kinds & numbers)
		kinds &= ~BIT(CUE_AGAIN);
	/* 填错了怎么改, 不清楚去哪办 are questions. */
	if (kinds & BIT(CUE_FOLLOW))
		kinds &= ~(BIT(CUE_BACK) | BIT(CUE_SKIP) | BIT(CUE_STOP));
	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (kinds & BIT(order[i]))
			return order[i];
	return CUE_NOTHING;
}

/* Adds the run of unknown characters that ends at `end`, and returns its start. */
static size_t add_subject(const struct cut *cut, size_t end, struct selection *out)
{
	size_t from = end;
	while (from > 0 && !cut->places[from].known)
		from = cut->places[from].from;
	const struct span subject = { cut->text.ptr + from, end - from };
	if (out->subject_count < SELECTION_SUBJECTS_MOST)
		out->subjects[out->subject_count++] = subject;
	out->subject_length += utf8_length(subject);
	return from;
}

/* 不是临时建造师: the word denies what follows it and does not reject the reply. */
static bool denies_on(const struct cut *cut, size_t end)
{
	size_t next = end;
	return end < cut->text.len && !is_mark(utf8_next(cut->text, &next)) &&
	       longest(cut->words, cut->text, cut->places[end].from, CUE_DENIES) == end;
}

static void take_opening(const struct cut *cut, size_t end, struct selection *out)
{
	for (size_t at = end; at > 0; at = cut->places[at].from) {
		const struct place *place = &cut->places[at];
		const bool denies = denies_on(cut, at);
		out->denies = out->denies || (denies && (place->kinds & BIT(CUE_REJECT)));
		if (!place->known || (place->kinds & opens) == 0 || denies)
			continue;
		out->opening = judge(place->kinds & opens);
		out->opening_number = place->number;
		out->opening_end = at;
	}
}

static bool is_single(const struct cut *cut, size_t end)
{
	const struct place *place = &cut->places[end];
	const struct span piece = { cut->text.ptr + place->from, end - place->from };
	return place->number == 0 && place->kinds != 0 && utf8_length(piece) == 1;
}

/*
 * Walks back through the table, from the last piece to the first. A word of one character (是, 没,
 * 过) says something about the whole message only if it stands alone, but for particles behind it.
 */
static void read_pieces(const struct cut *cut, struct selection *out)
{
	static const uint64_t in_any_place = BIT(CUE_FILLER) | BIT(CUE_VAGUE) | BIT(CUE_FOLLOW) |
	                                     BIT(CUE_WHAT_TO_DO) | BIT(CUE_CHANGE);
	uint64_t kinds = 0, alone_kinds = 0;
	bool others = false;               /* single characters beside the first one */
	size_t known_from = cut->text.len; /* all before it is known */
	for (size_t at = cut->text.len; at > 0;) {
		const struct place *place = &cut->places[at];
		assert(place->cost != UINT32_MAX && place->from < at); /* the cut leads back to 0 */
		if (!place->known) {
			at = add_subject(cut, at, out);
			known_from = at;
			continue;
		}
		out->asks_details = out->asks_details || ((place->kinds & BIT(CUE_FOLLOW)) &&
		                                          !(place->kinds & BIT(CUE_WHAT_TO_DO)));
		if (!is_single(cut, at)) {
			kinds |= place->kinds;
		} else {
			const uint64_t kept = place->kinds & in_any_place;
			const bool alone =
			        place->from == 0 && !others && (kinds & ~BIT(CUE_FILLER)) == 0;
			if (alone)
				alone_kinds = place->kinds & ~BIT(CUE_VAGUE);
			others = others || kept == 0;
			if (!alone || alone_kinds == 0 || (alone_kinds & ~in_any_place) == 0)
				kinds |= kept;
		}
		if ((place->kinds & BIT(CUE_CASE)) && place->number)
			out->case_number = place->number;
		if ((place->kinds & numbers) && place->number) {
			out->number = place->number;
			out->in_brackets = place->in_brackets;
			out->bare = place->bare;
		}
		at = place->from;
	}
	out->follows = (kinds & BIT(CUE_FOLLOW)) != 0;
	if (out->subject_count == 0)
		out->kind = judge((kinds & ~BIT(CUE_FILLER)) ? kinds : alone_kinds);
	else
		take_opening(cut, known_from, out);
	/* 第七条情形2, 第3条(1): the first number is that of the entry, the other one that of its
	 * case. */
	if (out->kind == CUE_CASE)
		out->number = out->case_number;
}

/* 第3条(1), 第七条情形2: the first of two numbers is that of the entry. */
static void pair_numbers(const struct cut *cut, struct selection *out)
{
	int entry = 0, other = 0;
	if (out->kind != CUE_ENTRY)
		return;
	for (size_t at = cut->text.len; at > 0; at = cut->places[at].from) {
		const struct place *place = &cut->places[at];
		if (place->kinds & BIT(CUE_ENTRY) && place->number)
			entry = place->number;
		else if ((place->kinds & numbers) && place->number)
			other = place->number;
	}
	out->number = entry;
	out->case_number = other;
}

/* The number of 情形3, 第三种情况 anywhere in the message, or 0. */
static int case_anywhere(const struct words *words, struct span text)
{
	for (size_t place = 0; place < text.len; (void)utf8_next(text, &place)) {
		size_t at = longest(words, text, place, CUE_CASE_NAME);
		int number = at > place ? read_number(text, &at) : 0;
		if (number && longest(words, text, at, CUE_NUMBER_PREFIX) == at)
			return number;
		at = longest(words, text, place, CUE_ORDINAL);
		number = at > place ? read_number(text, &at) : 0;
		if (number && longest(words, text, at, CUE_CASE) > at)
			return number;
	}
	return 0;
}

/* Whether a mark precedes, or a blank that normalising removed. */
static bool breaks_before(const struct text *text, size_t at)
{
	const struct span before = { text->utf8.ptr, at };
	const size_t index = utf8_length(before);
	if (index == 0 || index >= text->count)
		return false;
	size_t next = text->origins[index - 1];
	(void)utf8_next(text->input, &next);
	return is_mark(text->points[index - 1]) || next < text->origins[index];
}

/* 不是照片，是成绩: where what is meant instead begins, or 0. 不是…，是不是… asks. */
static size_t find_instead(const struct words *words, const struct text *text)
{
	const struct span utf8 = text->utf8;
	const size_t denial = longest(words, utf8, 0, CUE_CORRECTS);
	if (denial == 0 || longest(words, utf8, 0, CUE_DENIES) != denial)
		return 0;
	for (size_t at = denial; at < utf8.len; (void)utf8_next(utf8, &at)) {
		if (at == denial || !breaks_before(text, at) || starts_with(utf8, at, "是不是"))
			continue;
		const size_t yes = longest(words, utf8, at, CUE_YES);
		if (yes > at && yes < utf8.len && starts_with(utf8, at, "是"))
			return at;
	}
	return 0;
}

/* 成绩过期了，不对，是证书过期了; 我的意思是名字是旧的: where the correction begins, or 0. */
static size_t find_correction(const struct words *words, const struct text *text)
{
	const struct span utf8 = text->utf8;
	size_t from = longest(words, utf8, 0, CUE_RESTATES), at = 0;
	for ((void)utf8_next(utf8, &at); at < utf8.len; (void)utf8_next(utf8, &at)) {
		if (!breaks_before(text, at))
			continue;
		const size_t restated = longest(words, utf8, at, CUE_RESTATES);
		size_t end = longest(words, utf8, at, CUE_CORRECTS), next = end;
		if (restated > at)
			from = restated;
		if (end == at)
			continue;
		while (next < utf8.len && is_mark(utf8_next(utf8, &next)))
			end = next;
		const size_t yes = longest(words, utf8, end, CUE_YES);
		const size_t filler = longest(words, utf8, end, CUE_FILLER);
		if ((yes > end || filler > end) && yes < utf8.len)
			from = end;
	}
	return from > 0 ? from : find_instead(words, text);
}

/* What a correction takes back is no subject of the message. */
static void drop_corrected(const struct text *text, struct selection *out)
{
	size_t kept = 0;
	if (out->corrected_from == 0)
		return;
	for (size_t i = 0; i < out->subject_count; i++) {
		const struct span subject = out->subjects[i];
		if ((size_t)(subject.ptr - text->utf8.ptr) >= out->corrected_from)
			out->subjects[kept++] = subject;
		else
			out->subject_length -= utf8_length(subject);
	}
	out->subject_count = kept;
	out->instead = out->denies;
	out->denies = false;
}

/* 中吧那我找台电脑 agrees and repeats what the answer told to do. */
static bool remarks_behind(const struct words *words, struct span text,
                           const struct selection *selection)
{
	size_t at = selection->opening_end, next = at;
	if (selection->opening != CUE_FINE && selection->opening != CUE_YES)
		return false;
	while (next < text.len && is_mark(utf8_next(text, &next)))
		at = next;
	return at < text.len && longest(words, text, at, CUE_REMARK_START) > at;
}

/* Even a message of symbols may be a cue: 👍. */
static enum cue read_symbols(const struct words *words, struct span text)
{
	static const enum cue kinds[] = { CUE_THANKS, CUE_FINE, CUE_REMARK };
	for (size_t at = 0; at < text.len; (void)utf8_next(text, &at))
		for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
			if (longest(words, text, at, kinds[i]) > at)
				return kinds[i];
	return CUE_NOTHING;
}

static bool is_all_marks(const struct text *text)
{
	size_t i = 0;
	while (i < text->count && is_mark(text->points[i]))
		i++;
	return i == text->count;
}

struct selection selection_read(const struct words *words, const struct text *text)
{
	struct selection out = { .kind = CUE_NOTHING };
	if (text->count > PARTS_TEXT_MOST)
		read_signs(words, text->utf8, &out);
	if (text->count > PARTS_TEXT_MOST || text->count == 0)
		return out;
	assert(text->utf8.len <= BYTES_MOST);
	struct cut cut; /* its table is filled as far as the text goes */
	cut.words = words;
	cut.text = text->utf8;
	cut.may_name_case = false;
	cut_up(&cut, &out);
	out.short_enough = true;
	out.corrected_from = find_correction(words, text);
	out.turns_from = longest(words, text->utf8, 0, CUE_TURNS_TO);
	out.defines = longest(words, text->utf8, 0, CUE_DEFINES) > 0;
	read_pieces(&cut, &out);
	drop_corrected(text, &out);
	pair_numbers(&cut, &out);
	if (is_all_marks(text))
		out.kind = read_symbols(words, text->utf8);
	out.remarks = out.remarks || remarks_behind(words, text->utf8, &out);
	/* 都核对过了还是不行 does not ask for a self-check. */
	if (out.unhelped && (out.kind == CUE_START || out.kind == CUE_NO))
		out.kind = CUE_NOTHING;
	if (out.kind == CUE_NOTHING && out.subject_count > 0 && cut.may_name_case &&
	    text->count <= CASE_MESSAGE_MOST) {
		const int number = case_anywhere(words, text->utf8);
		if (number) {
			out.kind = CUE_CASE;
			out.number = number;
		}
	}
	return out;
}

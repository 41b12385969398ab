/*
 * How it works. The candidates are ranked by strength; from the lead of the best one, what it knows
 * of the message's subject and what else competes (referrals, small talk) follows whether it
 * answers, is offered beside others, or is declined. A popup that the message tells of is looked at
 * before that: where the best entry knows too little of it, the FAQ is about another one.
 */
#include "engine/match/band.h"

#include <assert.h>

#include "base/sort.h"
#include "engine/match/calibrate.h"
#include "engine/match/split.h"

enum {
	CHOICES_MOST = 3,
	LONE_MOST = 3,   /* characters that mean something */
	LEAD_LEAST = 4,  /* code points before 失败: */
	LINES_LEAST = 3, /* breaks; most lines of such a text are circumstances */
};
static const double lone_ahead_by = 2.5; /* log-odds, of a lone word */
/* Of the lead over a referral or small talk; less where alternates of its own were rehearsed. */
static const double among_answers = 0.7, rehearsed = 0.4;
static const double as_good_within = 0.25; /* log-odds; words of a topic fit both alike */
static const double choices_within = 3.0;
static const float popup_known_from = 0.75F;
static const float rest_known_from = 0.5F;   /* by its subject */
static const float retold_known_from = 0.5F; /* in the person's own words */
/* Share of a message that is known by characters: of the best entry, and of those beside it. */
static const float first_offered_from = 0.2F;
static const float offered_from = 0.5F;
/* Share of the subject, or of the message, that a referral knows which is told. */
static const float referral_knows_subject = 0.15F, referral_known_from = 0.35F;

/*
 * 职业病鉴定需要什么材料: in a small folder, words of asking are as rare as a subject. An entry
 * that knows none of the subject does not answer the message.
 */
static bool knows_subject(const struct reading *reading, const struct match_candidate *candidate)
{
	return candidate_is_spoken_for(candidate) ||
	       matcher_leaves_out(reading->matcher, PART_SUBJECT) ||
	       rank_subject(reading->scratch->ranker, &reading->query,
	                    matcher_row_of(reading->matcher, candidate->entry)) > 0;
}

/* Whether an answer leads clearly enough over the next entry, or over a referral. */
static bool is_ahead(const struct reading *reading)
{
	const struct match_candidate *best = reading->candidates;
	double needed = reading->matcher->settings.clear_by;
	if (reading->count == 1)
		return true;
	if (best[1].entry->kind == ENTRY_ANSWER)
		needed *= best->entry->also.count > 0 ? rehearsed : among_answers;
	return best[0].strength - best[1].strength >= needed;
}

bool band_is_clear(const struct reading *reading, double from)
{
	const struct match_candidate *best = reading->candidates;
	return reading->count > 0 && best->confidence >= from && !best->differs &&
	       knows_subject(reading, best) && is_ahead(reading);
}

/* 证书, 成绩: a single word that another entry knows as well is a topic, not a question. */
static bool is_lone_topic(const struct reading *reading)
{
	return reading->query.meaning <= LONE_MOST && reading->shares.ahead <= 0 &&
	       reading_lead(reading, 0) < lone_ahead_by;
}

bool band_is_of_lines(const struct reading *reading)
{
	return reading->text.count > STORY_LEAST &&
	       split_lines_begun(&reading->text, LINES_LEAST) == LINES_LEAST;
}

enum status band_rank(const struct reading *reading, struct match_result *result)
{
	struct match_candidate *ranking =
	        arena_array(reading->arena, reading->count + 1, sizeof(*ranking));
	if (!ranking)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < reading->count; i++)
		if (reading->candidates[i].entry->kind == ENTRY_ANSWER) {
			if (result->ranking_count == 0)
				result->lead = reading_lead(reading, i);
			ranking[result->ranking_count++] = reading->candidates[i];
		}
	result->ranking = ranking;
	result->shares = reading->shares;
	return STATUS_OK;
}

/* Whether the right entry is likely enough among the first three, led by this one. */
static bool is_worth_offering(const struct reading *reading, const struct match_candidate *best)
{
	return calibration_offer(&reading->matcher->index->calibration, best->strength,
	                         &reading->shares) >= reading->matcher->settings.choose_at;
}

/*
 * Whether a referral or small talk leads. A wrong decline costs less than a wrong answer, so a
 * smaller lead is enough.
 */
static bool leads_elsewhere(const struct reading *reading)
{
	const struct match_candidate *best = reading->candidates;
	size_t at = 0;
	while (at < reading->count && best[at].entry->kind != ENTRY_ANSWER)
		at++;
	return at > 0 && is_worth_offering(reading, best) &&
	       (at == reading->count ||
	        best->strength - best[at].strength >= reading->matcher->settings.clear_by);
}

/*
 * 会计证过期了 shares single characters with anything (脑残设计): where no answer is near, a
 * referral that knows next to nothing of the subject leads by that. It is not told then.
 */
static bool is_meant(const struct reading *reading, const struct match_candidate *other)
{
	struct ranker *ranker = reading->scratch->ranker;
	const uint32_t row = matcher_row_of(reading->matcher, other->entry);
	return other->entry->kind != ENTRY_REFERRAL || candidate_is_spoken_for(other) ||
	       matcher_leaves_out(reading->matcher, PART_SUBJECT) ||
	       rank_subject(ranker, &reading->query, row) >= referral_knows_subject ||
	       reading->query.coverage * rank_known(ranker, &reading->query, row) >=
	               referral_known_from;
}

static int in_the_document(const void *a, const void *b)
{
	const struct match_candidate *left = a;
	const struct match_candidate *right = b;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/*
 * 周六能办吗: words of asking alone do not make a choice. An entry without any bigram of the
 * subject may know it by its characters (新冠 for 新型冠状病毒), but then has to know some of the
 * message, and most of it beside a better one.
 */
static bool is_offered(const struct reading *reading, const struct match_candidate *candidate,
                       float from)
{
	struct ranker *ranker = reading->scratch->ranker;
	const struct query *query = &reading->query;
	const uint32_t row = matcher_row_of(reading->matcher, candidate->entry);
	return candidate_is_spoken_for(candidate) ||
	       matcher_leaves_out(reading->matcher, PART_SUBJECT) ||
	       (query->subject > 0 && rank_subject(ranker, query, row) > 0) ||
	       query->coverage * rank_known(ranker, query, row) >= from;
}

enum status band_offer(const struct reading *reading, struct match_result *result)
{
	struct match_candidate *choices =
	        arena_array(reading->arena, CHOICES_MOST, sizeof(*choices));
	size_t as_good = 0;
	result->band = BAND_DECLINE;
	result->answer_count = 0;
	if (!choices)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < result->ranking_count && result->choice_count < CHOICES_MOST; i++) {
		const double behind = result->ranking[0].strength - result->ranking[i].strength;
		if (behind > choices_within)
			break;
		if (!is_offered(reading, &result->ranking[i],
		                i == 0 ? first_offered_from : offered_from))
			continue;
		choices[result->choice_count++] = result->ranking[i];
		as_good += behind <= as_good_within;
	}
	assert(as_good <= result->choice_count);
	sort_few(choices, as_good, sizeof(*choices), in_the_document);
	if (result->choice_count == 0)
		return STATUS_OK;
	result->band = BAND_CHOOSE;
	result->choices = choices;
	return STATUS_OK;
}

enum status band_choose(const struct reading *reading, struct match_result *result)
{
	const struct match_settings *settings = &reading->matcher->settings;
	const struct match_candidate *best = reading->candidates;
	result->band = BAND_DECLINE;
	if (reading->count == 0)
		return STATUS_OK;
	if (best->entry->kind != ENTRY_ANSWER && is_worth_offering(reading, best) &&
	    is_meant(reading, best))
		result->other = best->entry;
	if (leads_elsewhere(reading))
		return STATUS_OK;
	if (best->entry->kind == ENTRY_ANSWER && band_is_clear(reading, settings->answer_at) &&
	    !is_lone_topic(reading) &&
	    (candidate_is_spoken_for(best) || !band_is_of_lines(reading))) {
		result->band = BAND_ANSWER;
		result->answers = result->ranking;
		result->answer_count = 1;
		return STATUS_OK;
	}
	if (result->ranking_count == 0 || !is_worth_offering(reading, &result->ranking[0]))
		return STATUS_OK;
	return band_offer(reading, result);
}

static enum status read_part(const struct reading *reading, struct clause part, struct query *out)
{
	struct text text;
	struct rewritten rewritten;
	enum status status = clause_cut(&reading->text, part, reading->arena, &text);
	if (status == STATUS_OK)
		status = matcher_make_query(reading->scratch, &text, reading->arena, &rewritten,
		                            out);
	return status;
}

/* Whether the best entry knows so much of the popup, or one for which more than words speaks. */
static bool knows_popup(const struct reading *reading, const struct query *popup, float from)
{
	bool known = false;
	for (size_t i = 0; i < reading->count && !known; i++) {
		const struct match_candidate *one = &reading->candidates[i];
		const uint32_t row = matcher_row_of(reading->matcher, one->entry);
		known = (i == 0 || candidate_is_spoken_for(one)) &&
		        popup->coverage * rank_known(reading->scratch->ranker, popup, row) >= from;
	}
	return known;
}

/* 弹窗显示未知错误，照片也传不上: beside the popup, the message asks for the best entry. */
static enum status knows_rest(const struct reading *reading, struct clause popup, bool *known)
{
	const struct text *text = &reading->text;
	struct clause before = { 0, popup.start };
	while (before.end > 0 && !split_ends_clause(text->points[before.end - 1]))
		before.end--;
	const struct clause rest = before.end > text->count - popup.end
	                                   ? before
	                                   : (struct clause){ popup.end, text->count };
	struct query query;
	*known = false;
	if (rest.start == rest.end)
		return STATUS_OK;
	const enum status status = read_part(reading, rest, &query);
	*known = status == STATUS_OK && query.subject > 0 &&
	         rank_subject(reading->scratch->ranker, &query,
	                      matcher_row_of(reading->matcher, reading->candidates[0].entry)) >=
	                 rest_known_from;
	return status;
}

/* Whether the best entry knows what a stretch of the message says. */
static enum status knows_stretch(const struct reading *reading, struct clause stretch, float from,
                                 bool *known)
{
	struct query query;
	const enum status status = read_part(reading, stretch, &query);
	*known = status == STATUS_OK && query.subject > 0 && knows_popup(reading, &query, from);
	return status;
}

/* 无法上传照片,请检查浏览器: it knows the popup, or the clause before what is to be done. */
static enum status knows_said(const struct reading *reading, struct clause popup, float from,
                              bool *known)
{
	struct clause first = { popup.start, popup.start };
	const enum status status = knows_stretch(reading, popup, from, known);
	while (first.end < popup.end && !split_ends_clause(reading->text.points[first.end]))
		first.end++;
	if (status != STATUS_OK || *known || first.end == popup.end || first.end == first.start)
		return status;
	return knows_stretch(reading, first, from, known);
}

/* 照片上传失败:文件过大: what announces the popup asks for the best entry. */
static enum status knows_lead(const struct reading *reading, struct clause popup, bool *known)
{
	const struct text *text = &reading->text;
	const size_t colon = popup.start > 0 ? popup.start - 1 : 0;
	struct clause lead = { colon, colon };
	*known = false;
	if (text->points[colon] != ':')
		return STATUS_OK;
	lead.end -= mark_before(reading->matcher->marks, MARK_ANNOUNCES, text, colon);
	lead.start = lead.end;
	while (lead.start > 0 && !split_ends_clause(text->points[lead.start - 1]))
		lead.start--;
	if (lead.end - lead.start < LEAD_LEAST)
		return STATUS_OK;
	return knows_stretch(reading, lead, popup_known_from, known);
}

enum status band_is_foreign_popup(const struct reading *reading, bool *foreign)
{
	const struct matcher *matcher = reading->matcher;
	const struct match_evidence *evidence = &reading->candidates[0].evidence;
	const bool lines = band_is_of_lines(reading);
	struct clause popup;
	bool known = false;
	*foreign = false;
	if (evidence->exact > 0 || evidence->prompt > 0 || evidence->letter > 0 ||
	    (evidence->pattern > 0 && !lines) || leads_elsewhere(reading))
		return STATUS_OK;
	const bool quoted =
	        prompts_quoted(matcher->marks, &reading->text, lines, &popup.start, &popup.end);
	if (!quoted && !prompts_retold(matcher->marks, &reading->text, &popup.start, &popup.end))
		return STATUS_OK;
	enum status status = knows_rest(reading, popup, &known);
	if (status == STATUS_OK && !known)
		status = knows_lead(reading, popup, &known);
	if (status == STATUS_OK && !known)
		status = knows_said(reading, popup, quoted ? popup_known_from : retold_known_from,
		                    &known);
	*foreign = status == STATUS_OK && !known;
	return status;
}

bool band_is_sure(const struct reading *reading, const struct match_candidate *one)
{
	const struct match_settings *settings = &reading->matcher->settings;
	const struct calibration_shares usual = calibration_usual_shares();
	return one->entry->kind == ENTRY_ANSWER &&
	       (one->evidence.letter >= 1 ||
	        calibration_confidence(&reading->matcher->index->calibration, one->strength,
	                               settings->clear_by, &usual) >= settings->answer_at);
}

void band_answer(const struct match_candidate *answers, size_t count, struct match_result *result)
{
	result->band = BAND_ANSWER;
	result->answers = answers;
	result->answer_count = count;
	result->choice_count = 0;
	result->other = NULL;
}

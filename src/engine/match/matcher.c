#include "engine/match/matcher.h"

#include <math.h>
#include <stdlib.h>

#include "base/budget.h"
#include "base/buf.h"
#include "base/sort.h"
#include "base/utf8.h"
#include "engine/match/calibrate.h"
#include "engine/match/confidence.h"
#include "engine/match/denial.h"
#include "engine/match/index.h"
#include "engine/match/index_file.h"
#include "engine/match/prompts.h"
#include "engine/match/query.h"
#include "engine/match/quoted.h"
#include "engine/match/rank.h"
#include "engine/match/rehearsal.h"
#include "engine/match/rewrite.h"
#include "engine/match/slot.h"
#include "engine/match/split.h"
#include "engine/match/spot.h"
#include "engine/match/typing.h"

enum {
	RANKED_MOST = 24, /* rows that patterns are tried on */
	PROMPTS_MOST = 8,
	LETTERS_MOST = 2 * PROMPTS_MOST,
	CANDIDATES_MOST = RANKED_MOST + PROMPTS_MOST,
	CHOICES_MOST = 3,
	SUGGESTED_MOST = 16,
	ANSWERS_MOST = 3,
	CLAUSE_CEILING = 64 << 10,
	SEARCHED_MOST = 300, /* answers that are all searched for what a message quotes */
	QUOTED_LEAST = 8,    /* Han, letters and digits that an answer has word for word */
	STORY_LEAST = 60,    /* code points: a longer message tells a story */
	SHORT_MOST = 10,     /* Han, letters and digits of a message that may be too vague */
	LEANING_MOST =
	        10, /* Han, letters and digits of a message that may lean on the one before */
};
static const double leaning_bonus = 1.0;   /* log-odds */
static const double another_thing = 2.5;   /* log-odds that a thing in another's slot costs */
static const double told_apart_by = 2.5;   /* log-odds */
static const double as_good_within = 0.25; /* log-odds; words of a topic fit both alike */
static const double choices_within = 3.0;  /* log-odds; what is further behind only pads the list */
static const float popup_known_from = 0.6F;    /* share of a quoted popup that its entry knows */
static const float talk_known_from = 0.5F;     /* share of a subject that small talk knows */
static const float subject_known_from = 0.25F; /* share of a subject that its entry knows */
static const float blurred_from = 0.7F; /* likeness to a popup whose slips come from a scan */
static const float quoted_from =
        0.75F; /* share of what is said that an answer holds to the letter */
static const double letter_least = 3.0; /* log-odds of what stands in the message to the letter */
static const float exact_from =
        0.999F; /* cosine; rounding keeps equal sentences a little below 1 */

struct matcher {
	const struct knowledge *knowledge;
	const struct normaliser *normaliser;
	struct match_settings settings;
	struct rewriter *rewriter;
	struct index *index;
	struct repairer *repairer;
	struct slots *slots;
	struct ranker *ranker;
	struct prompt_table *prompts;
	struct spotter *spotter;
	struct pattern_scratch *scratch;
	struct typing *typing;
	struct budget budget;            /* of the turn at hand */
	const struct pattern *set_aside; /* not named yet, or NULL */
};

struct match_settings match_settings_default(void)
{
	return (struct match_settings){
		.answer_at = 0.70, .choose_at = 0.20, .clear_by = 0.9, .candidates = 0
	};
}

const char *match_by_name(enum match_by by)
{
	static const char *const names[] = { "prompt", "pattern", "search", "choice" };
	return names[by];
}

unsigned match_part_named(const char *name)
{
	static const char *const names[] = {
		"learnt",  "generic",     "sentences", "prompts",     "patterns",
		"slots",   "calibration", "clear",     "told_apart",  "popup",
		"denials", "clauses",     "commas",    "last_clause", "subject",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return 1U << i;
	return 0;
}

static bool leaves_out(const struct matcher *matcher, enum match_part part)
{
	return (matcher->settings.without & (unsigned)part) != 0;
}

static enum status build(struct matcher *matcher)
{
	const struct lexicon *lexicon = &matcher->knowledge->lexicon;
	enum status status =
	        rewriter_create(matcher->knowledge, matcher->normaliser,
	                        !leaves_out(matcher, PART_GENERIC), &matcher->rewriter);
	if (status == STATUS_OK)
		status = index_open(matcher->knowledge, matcher->normaliser, matcher->rewriter,
		                    &matcher->settings, &matcher->index);
	if (status == STATUS_OK)
		status = repairer_create(matcher->index, matcher->normaliser, lexicon,
		                         &matcher->repairer);
	if (status == STATUS_OK)
		status = ranker_create(matcher->index, (size_t)matcher->settings.candidates,
		                       &matcher->ranker);
	if (status == STATUS_OK)
		status = slots_create(matcher->knowledge, matcher->normaliser, matcher->rewriter,
		                      &matcher->slots);
	if (status == STATUS_OK)
		status = prompt_table_create(matcher->knowledge, matcher->normaliser,
		                             &matcher->prompts);
	if (status == STATUS_OK)
		status = spotter_create(matcher->knowledge, &matcher->spotter);
	if (status == STATUS_OK)
		status = typing_open(matcher->index->typing, matcher->index->typing_size,
		                     &matcher->typing);
	if (status == STATUS_OK)
		status = pattern_scratch_create(&matcher->scratch);
	return status;
}

enum status matcher_create(const struct knowledge *knowledge, const struct normaliser *normaliser,
                           const struct match_settings *settings, struct matcher **out)
{
	struct matcher *matcher = calloc(1, sizeof(*matcher));
	*out = matcher;
	if (!matcher)
		return STATUS_NO_MEMORY;
	matcher->knowledge = knowledge;
	matcher->normaliser = normaliser;
	matcher->settings = settings ? *settings : match_settings_default();
	if (leaves_out(matcher, PART_CLEAR))
		matcher->settings.clear_by = 0;
	const enum status status = build(matcher);
	matcher->settings.index_folder = NULL; /* may not outlive the call */
	if (status != STATUS_OK) {
		matcher_destroy(matcher);
		*out = NULL;
	}
	return status;
}

const struct rewriter *matcher_rewriter(const struct matcher *matcher)
{
	return matcher->rewriter;
}

void matcher_destroy(struct matcher *matcher)
{
	if (!matcher)
		return;
	pattern_scratch_destroy(matcher->scratch);
	spotter_destroy(matcher->spotter);
	typing_close(matcher->typing);
	prompt_table_destroy(matcher->prompts);
	ranker_destroy(matcher->ranker);
	slots_destroy(matcher->slots);
	repairer_destroy(matcher->repairer);
	index_destroy(matcher->index);
	rewriter_destroy(matcher->rewriter);
	free(matcher);
}

/* What stands in the message to the letter: [start, end) in code points. */
struct letter {
	const struct entry *entry;
	size_t start, end;
	bool popup; /* one of the entry's popups, not a word of a pattern */
};

/* One question's way through the evidence. */
struct reading {
	struct matcher *matcher;
	struct arena *arena;
	struct text text;
	const struct entry *leaning; /* what the conversation is about, or NULL */
	struct denied_text denied;   /* see denials_of() */
	bool denials_found;
	struct query query;
	struct compounds compounds; /* what the message names */
	struct match_candidate candidates[CANDIDATES_MOST];
	size_t count;
	struct letter letters[LETTERS_MOST];
	size_t letter_count;
};

static uint32_t row_of(const struct matcher *matcher, const struct entry *entry)
{
	return (uint32_t)(entry - matcher->knowledge->entries);
}

static struct match_candidate *find_candidate(struct match_candidate *candidates, size_t count,
                                              const struct entry *entry)
{
	for (size_t i = 0; i < count; i++)
		if (candidates[i].entry == entry)
			return &candidates[i];
	return NULL;
}

static struct match_candidate *candidate_for(struct reading *reading, uint32_t row)
{
	const struct entry *entry = &reading->matcher->knowledge->entries[row];
	struct match_candidate *found = find_candidate(reading->candidates, reading->count, entry);
	if (found)
		return found;
	if (reading->count == CANDIDATES_MOST)
		return NULL;
	struct match_candidate *candidate = &reading->candidates[reading->count++];
	*candidate = (struct match_candidate){ .entry = entry, .by = MATCH_BY_SEARCH };
	return candidate;
}

/* What the message denies: looked for when a case is about to be named, which few messages do. */
static const struct denied_text *denials_of(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	if (!reading->denials_found && !leaves_out(matcher, PART_DENIALS))
		denial_find(&matcher->knowledge->lexicon.denials, matcher->scratch,
		            reading->text.utf8, &reading->denied);
	reading->denials_found = true;
	return &reading->denied;
}

/* The candidate's log-odds by the evidence that was gathered so far. */
static void weigh(struct match_candidate *candidate)
{
	candidate->strength = confidence_strength(&candidate->evidence);
}

static enum status make_query(const struct matcher *matcher, const struct text *text,
                              struct arena *arena, struct rewritten *rewritten, struct query *out)
{
	const enum status status =
	        rewrite(matcher->rewriter, text->points, text->count, arena, rewritten);
	return status == STATUS_OK
	               ? query_make(matcher->index, matcher->repairer, rewritten, arena, out)
	               : status;
}

static enum status search(struct reading *reading)
{
	struct ranked ranked[RANKED_MOST];
	size_t count = 0;
	const enum status status =
	        rank_rows(reading->matcher->ranker, &reading->query, ranked, RANKED_MOST, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = candidate_for(reading, ranked[i].row);
		candidate->evidence.score = ranked[i].score;
		candidate->evidence.coverage = reading->query.coverage;
		weigh(candidate);
	}
	return status;
}

/* The best log-odds so far: a candidate that can not reach them any more is spared further work. */
static double best_strength(const struct reading *reading)
{
	double best = -HUGE_VAL;
	for (size_t i = 0; i < reading->count; i++)
		best = fmax(best, reading->candidates[i].strength);
	return best;
}

static enum status question_of(const struct reading *reading, const struct entry *entry,
                               struct text *out)
{
	return normalise(reading->matcher->normaliser, span_of(entry->question), reading->arena,
	                 out);
}

/* The nearest sentence gives its case away, unless the message denies what it says. */
static enum status name_case(struct reading *reading, struct match_candidate *candidate,
                             const struct nearest *nearest)
{
	const struct matcher *matcher = reading->matcher;
	const struct entry_case *spoken = &candidate->entry->cases[nearest->utterance->case_index];
	const struct denied_text *denied = denials_of(reading);
	struct denied_text sentence;
	struct text text, question;
	enum status status =
	        normalise(matcher->normaliser, span_of(nearest->text), reading->arena, &text);
	if (status == STATUS_OK)
		status = question_of(reading, candidate->entry, &question);
	if (status != STATUS_OK)
		return status;
	denial_find(&matcher->knowledge->lexicon.denials, matcher->scratch, text.utf8, &sentence);
	/* What the one denies the other says, either way; 或 in a situation leaves another way. */
	const struct lexicon *lexicon = &matcher->knowledge->lexicon;
	const bool single = !strstr(spoken->situation, "或");
	if (!denial_between(denied, &sentence, question.utf8) &&
	    !denial_of_assertion(denied, &sentence, question.utf8) &&
	    !denial_by_opposite(lexicon->opposites, lexicon->opposite_count, matcher->scratch,
	                        denied, text.utf8) &&
	    !(single && denial_by_opposite(lexicon->opposites, lexicon->opposite_count,
	                                   matcher->scratch, denied, span_of(spoken->situation))))
		candidate->named_case = spoken;
	return STATUS_OK;
}

static enum status compare_sentences(struct reading *reading)
{
	enum status status = STATUS_OK;
	const double needed = best_strength(reading) - confidence_of_sentences() -
	                      confidence_of_patterns() - reading->matcher->settings.clear_by;
	for (size_t i = 0; i < reading->count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		struct nearest nearest;
		if (candidate->strength < needed)
			continue;
		rank_nearest(reading->matcher->ranker, &reading->query,
		             row_of(reading->matcher, candidate->entry), &nearest);
		if (!nearest.utterance)
			continue;
		candidate->evidence.similarity = nearest.similarity;
		candidate->evidence.exact = nearest.similarity > exact_from;
		weigh(candidate);
		if (candidate->by == MATCH_BY_SEARCH)
			candidate->spoke = nearest.text;
		if (nearest.utterance->case_index != CASE_NONE)
			status = name_case(reading, candidate, &nearest);
	}
	return status;
}

static void add_letter(struct reading *reading, struct match_candidate *candidate, float weight,
                       struct letter letter)
{
	candidate->evidence.letter = weight;
	if (weight >= 1 && reading->letter_count < LETTERS_MOST)
		reading->letters[reading->letter_count++] = letter;
}

static bool is_in_letter(const struct reading *reading, size_t start, size_t end)
{
	for (size_t i = 0; i < reading->letter_count; i++)
		if (reading->letters[i].start <= start && end <= reading->letters[i].end)
			return true;
	return false;
}

/* Byte offsets: a popup that the message quotes holds all of it. */
static bool is_of_a_popup(const struct reading *reading, size_t start, size_t end)
{
	start = utf8_length((struct span){ reading->text.utf8.ptr, start });
	end = utf8_length((struct span){ reading->text.utf8.ptr, end });
	for (size_t i = 0; i < reading->letter_count; i++)
		if (reading->letters[i].popup && reading->letters[i].start <= start &&
		    end <= reading->letters[i].end)
			return true;
	return false;
}

/* The message holds a popup of the entry with slips of a scan in it, and the popup has the pattern.
 */
static enum status is_of_a_blurred_popup(const struct reading *reading,
                                         const struct match_candidate *candidate,
                                         const struct pattern *pattern, bool *out)
{
	const struct matcher *matcher = reading->matcher;
	struct text popup;
	size_t start, end;
	*out = false;
	if (candidate->by != MATCH_BY_PROMPT || candidate->evidence.prompt < blurred_from ||
	    candidate->evidence.prompt >= exact_from)
		return STATUS_OK;
	const enum status status =
	        normalise(matcher->normaliser, span_of(candidate->spoke), reading->arena, &popup);
	*out = status == STATUS_OK &&
	       pattern_find(pattern, matcher->scratch, popup.utf8, &start, &end);
	return status;
}

static enum status find_prompts(struct reading *reading)
{
	struct prompt_hit hits[PROMPTS_MOST];
	size_t count = 0;
	const enum status status =
	        prompts_find(reading->matcher->prompts, reading->text.points, reading->text.count,
	                     &reading->matcher->budget, reading->arena, hits, PROMPTS_MOST, &count);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = candidate_for(reading, hits[i].row);
		if (!candidate)
			break;
		candidate->evidence.coverage = reading->query.coverage;
		candidate->evidence.prompt = hits[i].similarity * hits[i].share;
		weigh(candidate);
		candidate->by = MATCH_BY_PROMPT;
		candidate->spoke = hits[i].prompt;
		if (hits[i].exact)
			add_letter(reading, candidate, 1,
			           (struct letter){ candidate->entry, hits[i].start, hits[i].end,
			                            true });
	}
	return status;
}

/* False as well where the turn can not pay for it. */
static bool finds_at(const struct reading *reading, const struct pattern *pattern, size_t *start,
                     size_t *end)
{
	struct matcher *matcher = reading->matcher;
	struct pattern_search search = { .text = reading->text.utf8, .budget = &matcher->budget };
	if (!spotter_may_find(matcher->spotter, pattern))
		return false;
	search.places = spotter_places(matcher->spotter, pattern, &search.starts);
	if (!search.places)
		search.starts = spotter_starts(matcher->spotter, pattern);
	const bool found = pattern_search(pattern, matcher->scratch, &search);
	if (search.slow) {
		spotter_set_aside(matcher->spotter, pattern);
		matcher->set_aside = pattern;
	}
	*start = search.start;
	*end = search.end;
	return found;
}

static bool finds(const struct reading *reading, const struct pattern *pattern)
{
	size_t start, end;
	return finds_at(reading, pattern, &start, &end);
}

static const struct pattern *first_hit(const struct reading *reading,
                                       const struct pattern_list *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (finds(reading, patterns->items[i]))
			return patterns->items[i];
	return NULL;
}

bool matcher_finds(struct matcher *matcher, const struct pattern_list *patterns, struct span text)
{
	size_t start, end;
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_find(patterns->items[i], matcher->scratch, text, &start, &end))
			return true;
	return false;
}

/* The message denies what the pattern, which is found in it, says of the entry. */
static enum status is_denied(struct reading *reading, const struct entry *entry,
                             const struct pattern *pattern, bool *denied)
{
	struct text question;
	*denied = false;
	if (denials_of(reading)->count == 0)
		return STATUS_OK;
	const enum status status = question_of(reading, entry, &question);
	if (status == STATUS_OK)
		*denied = denial_of_pattern(&reading->denied, pattern, reading->matcher->scratch,
		                            question.utf8);
	return status;
}

/*
 * A pattern of the case that is found goes to *hit. It is a sign of the case, which becomes the
 * named one, unless the message denies it: then no sentence may name the case either. The words of
 * a popup are the system's, and tell nothing of the asker's case.
 */
static enum status try_case(struct reading *reading, struct match_candidate *candidate,
                            const struct entry_case *entry_case, const struct pattern **hit)
{
	bool denied = false;
	enum status status = STATUS_OK;
	for (size_t i = 0; i < entry_case->patterns.count && status == STATUS_OK; i++) {
		const struct pattern *pattern = entry_case->patterns.items[i];
		size_t start, end;
		if (!finds_at(reading, pattern, &start, &end))
			continue;
		*hit = pattern;
		bool blurred = false;
		if (is_of_a_popup(reading, start, end))
			continue;
		status = is_of_a_blurred_popup(reading, candidate, pattern, &blurred);
		if (status != STATUS_OK || blurred)
			continue;
		status = is_denied(reading, candidate->entry, pattern, &denied);
		if (!denied) {
			candidate->named_case = entry_case;
			return status;
		}
	}
	if (denied && candidate->named_case == entry_case)
		candidate->named_case = NULL;
	return status;
}

/* The first case with a sign of it becomes the named one; *hit is its pattern. */
static enum status find_case_pattern(struct reading *reading, struct match_candidate *candidate,
                                     const struct pattern **hit)
{
	const struct entry *entry = candidate->entry;
	enum status status = STATUS_OK;
	for (size_t c = 0; c < entry->case_count && status == STATUS_OK; c++) {
		const struct pattern *own = NULL;
		status = try_case(reading, candidate, &entry->cases[c], &own);
		if (own)
			*hit = own;
		if (own && candidate->named_case == &entry->cases[c])
			break;
	}
	return status;
}

static enum status find_patterns(struct reading *reading)
{
	enum status status = STATUS_OK;
	const double needed = best_strength(reading) - confidence_of_patterns() -
	                      reading->matcher->settings.clear_by;
	for (size_t i = 0; i < reading->count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		if (candidate->strength < needed)
			continue;
		const struct pattern *hit = first_hit(reading, &candidate->entry->patterns);
		status = find_case_pattern(reading, candidate, &hit);
		if (!hit || first_hit(reading, &candidate->entry->unless))
			continue;
		candidate->evidence.pattern = 1;
		weigh(candidate);
		if (candidate->by == MATCH_BY_SEARCH) {
			candidate->by = MATCH_BY_PATTERN;
			candidate->spoke = pattern_source(hit);
		}
	}
	return status;
}

/*
 * The words of a pattern that stand in the message make its entry a candidate, whatever the rest
 * of it says. One by a long word or a code of its own is as good as a popup to the letter.
 */
static void find_by_patterns(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	size_t count;
	const struct spotted *spotted = spotter_list(matcher->spotter, &count);
	for (size_t i = 0; i < count; i++) {
		const struct pattern *pattern = spotted[i].pattern;
		const struct entry *entry = &matcher->knowledge->entries[spotted[i].row];
		struct match_candidate *candidate =
		        find_candidate(reading->candidates, reading->count, entry);
		const float own = spotter_own(matcher->spotter, pattern);
		const bool tells = own > (candidate ? candidate->evidence.letter : 0);
		size_t start, end;
		if ((candidate && !tells) || (!candidate && reading->count == CANDIDATES_MOST) ||
		    !finds_at(reading, pattern, &start, &end) || first_hit(reading, &entry->unless))
			continue;
		candidate = candidate_for(reading, spotted[i].row);
		candidate->evidence.coverage = reading->query.coverage;
		candidate->evidence.pattern = 1;
		start = utf8_length((struct span){ reading->text.utf8.ptr, start });
		end = utf8_length((struct span){ reading->text.utf8.ptr, end });
		if (tells && !is_in_letter(reading, start, end))
			add_letter(reading, candidate, own,
			           (struct letter){ candidate->entry, start, end, false });
		weigh(candidate);
		if (candidate->by == MATCH_BY_SEARCH) {
			candidate->by = MATCH_BY_PATTERN;
			candidate->spoke = pattern_source(pattern);
		}
	}
}

/* Of patterns that are found, a long word tells no more than the others'. */
static bool is_lifted(const struct reading *reading, const struct match_candidate *candidate)
{
	bool lifted = candidate->evidence.letter > 0;
	for (size_t i = 0; i < reading->count && candidate->evidence.letter < 1; i++) {
		const struct match_candidate *other = &reading->candidates[i];
		if (other != candidate &&
		    (other->evidence.pattern > 0 || other->evidence.letter > 0))
			lifted = false;
	}
	return lifted;
}

/* What stands in the message to the letter is sure, and ahead of what words alone suggest. */
static void lift_letters(struct reading *reading)
{
	double best = letter_least;
	for (size_t i = 0; i < reading->count; i++)
		if (!is_lifted(reading, &reading->candidates[i]))
			best = fmax(best, reading->candidates[i].strength +
			                          reading->matcher->settings.clear_by);
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		if (is_lifted(reading, candidate))
			candidate->strength = fmax(candidate->strength, best);
	}
}

static int surest_first(const void *a, const void *b)
{
	const struct match_candidate *left = a;
	const struct match_candidate *right = b;
	if (left->strength != right->strength)
		return left->strength > right->strength ? -1 : 1;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* Log-odds by which a sorted candidate is ahead of the next, or below 0: behind the first. */
static double lead_of(const struct reading *reading, size_t at)
{
	const struct match_candidate *candidates = reading->candidates;
	if (at > 0)
		return candidates[at].strength - candidates[0].strength;
	return reading->count > 1 ? candidates[0].strength - candidates[1].strength : HUGE_VAL;
}

/* A short message may lean on the entry before: that one, or one that an editor related to it. */
static bool is_leant_on(const struct reading *reading, const struct entry *entry)
{
	const struct entry *leaning = reading->leaning;
	if (!leaning || reading->query.meaning > LEANING_MOST)
		return false;
	bool related = entry == leaning;
	for (size_t i = 0; i < leaning->related.count && !related; i++)
		related = strcmp(leaning->related.items[i], entry->id) == 0;
	return related;
}

static enum status begin_reading(struct matcher *matcher, const struct text *text,
                                 const struct entry *leaning, struct arena *arena,
                                 struct reading *reading)
{
	*reading = (struct reading){
		.matcher = matcher,
		.arena = arena,
		.text = *text,
		.leaning = leaning,
	};
	spotter_read(matcher->spotter, text);
	struct rewritten rewritten;
	const enum status status = make_query(matcher, text, arena, &rewritten, &reading->query);
	if (status == STATUS_OK && !leaves_out(matcher, PART_SLOTS))
		slots_read(matcher->slots, &rewritten, &reading->compounds);
	return status;
}

/* The message has another thing in the entry's slot; a popup or its very question outweighs that.
 */
static bool is_about_another(const struct reading *reading, const struct match_candidate *candidate)
{
	return candidate->entry->kind == ENTRY_ANSWER &&
	       reading->query.meaning <= STORY_LEAST / 2 && candidate->evidence.exact == 0 &&
	       candidate->evidence.prompt == 0 &&
	       slots_differ(reading->matcher->slots, &reading->compounds,
	                    row_of(reading->matcher, candidate->entry));
}

/* More than shared words speaks for it. */
static bool is_spoken_for(const struct match_candidate *candidate)
{
	return candidate->evidence.exact > 0 || candidate->evidence.pattern > 0 ||
	       candidate->evidence.prompt > 0 || candidate->evidence.letter > 0;
}

/* 证书不见了: small talk (再见) that knows little of the subject is not what is said. */
static bool is_beside_the_talk(const struct reading *reading,
                               const struct match_candidate *candidate)
{
	return candidate->entry->kind == ENTRY_SMALLTALK && !is_spoken_for(candidate) &&
	       !leaves_out(reading->matcher, PART_SUBJECT) &&
	       rank_subject(reading->matcher->ranker, &reading->query,
	                    row_of(reading->matcher, candidate->entry)) < talk_known_from;
}

/* Gathers all evidence for one question. */
static enum status read_question(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	enum status status = search(reading);
	if (status == STATUS_OK && !leaves_out(matcher, PART_PROMPTS))
		status = find_prompts(reading);
	if (status == STATUS_OK && !leaves_out(matcher, PART_PATTERNS))
		find_by_patterns(reading);
	if (status == STATUS_OK && !leaves_out(matcher, PART_SENTENCES))
		status = compare_sentences(reading);
	if (status == STATUS_OK && !leaves_out(matcher, PART_PATTERNS))
		status = find_patterns(reading);
	lift_letters(reading);
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		if (is_leant_on(reading, candidate->entry))
			candidate->strength += leaning_bonus;
		candidate->differs = is_about_another(reading, candidate);
		if (candidate->differs || is_beside_the_talk(reading, candidate))
			candidate->strength -= another_thing;
	}
	sort_few(reading->candidates, reading->count, sizeof(*reading->candidates), surest_first);
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		candidate->confidence =
		        calibration_confidence(&reading->matcher->index->calibration,
		                               candidate->strength, lead_of(reading, i));
	}
	return status;
}

/*
 * 职业病鉴定需要什么材料: in a small folder the words of asking are as rare as a subject is, but an
 * entry that knows none of the subject does not answer it. Of an entry that is written in a single
 * sentence nobody said how else it may be asked: it has to know more.
 */
static bool knows_subject(const struct reading *reading, const struct match_candidate *candidate)
{
	const struct index *index = reading->matcher->index;
	const uint32_t row = row_of(reading->matcher, candidate->entry);
	const bool single = index->utterance_first[row + 1] - index->utterance_first[row] == 1;
	if (is_spoken_for(candidate) || leaves_out(reading->matcher, PART_SUBJECT))
		return true;
	const float known = rank_subject(reading->matcher->ranker, &reading->query, row);
	return known > 0 && (!single || known >= subject_known_from);
}

/* The best candidate is sure enough and well ahead of the second. */
static bool is_clear(const struct reading *reading, double from)
{
	const struct match_candidate *best = reading->candidates;
	return reading->count > 0 && best->confidence >= from && !best->differs &&
	       knows_subject(reading, best) &&
	       (reading->count == 1 ||
	        best[0].strength - best[1].strength >= reading->matcher->settings.clear_by);
}

/*
 * A rival that knows every word of the message as the best does is told from it by weights alone:
 * 证书 and 成绩 may mean several entries. It has to be further behind, unless more than words
 * spoke.
 */
static bool is_told_apart(const struct reading *reading)
{
	const struct ranker *ranker = reading->matcher->ranker;
	const struct match_candidate *best = reading->candidates;
	if (is_spoken_for(best) || reading->query.meaning > SHORT_MOST ||
	    leaves_out(reading->matcher, PART_TOLD_APART))
		return true;
	const float known =
	        rank_known(ranker, &reading->query, row_of(reading->matcher, best->entry));
	for (size_t i = 1; i < reading->count; i++) {
		const struct match_candidate *rival = &reading->candidates[i];
		if (best->strength - rival->strength >= told_apart_by)
			break;
		if (rank_known(ranker, &reading->query, row_of(reading->matcher, rival->entry)) >=
		    known)
			return false;
	}
	return true;
}

/* The office's own entries of a reading, best first, into the arena. */
static enum status rank_answers(const struct reading *reading, struct match_result *result)
{
	struct match_candidate *ranking =
	        arena_array(reading->arena, reading->count + 1, sizeof(*ranking));
	if (!ranking)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < reading->count; i++)
		if (reading->candidates[i].entry->kind == ENTRY_ANSWER) {
			if (result->ranking_count == 0)
				result->lead = lead_of(reading, i);
			ranking[result->ranking_count++] = reading->candidates[i];
		}
	result->ranking = ranking;
	return STATUS_OK;
}

/* With it at the head, the right entry is likely enough among the first three. */
static bool is_worth_offering(const struct reading *reading, const struct match_candidate *best)
{
	return calibration_offer(&reading->matcher->index->calibration, best->strength) >=
	       reading->matcher->settings.choose_at;
}

/*
 * A referral or small talk is ahead. To decline wrongly costs less than to answer wrongly, so less
 * is asked of these.
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

static int in_the_document(const void *a, const void *b)
{
	const struct match_candidate *left = a;
	const struct match_candidate *right = b;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* The best few, to choose from. Those that are as good as the best stand as in the document. */
static enum status offer_choices(const struct reading *reading, struct match_result *result)
{
	struct match_candidate *choices =
	        arena_array(reading->arena, CHOICES_MOST, sizeof(*choices));
	size_t as_good = 0;
	if (!choices)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < result->ranking_count && i < CHOICES_MOST; i++) {
		const double behind = result->ranking[0].strength - result->ranking[i].strength;
		if (behind > choices_within)
			break;
		choices[result->choice_count++] = result->ranking[i];
		as_good += behind <= as_good_within;
	}
	sort_few(choices, as_good, sizeof(*choices), in_the_document);
	result->band = BAND_CHOOSE;
	result->choices = choices;
	return STATUS_OK;
}

static enum status choose_band(const struct reading *reading, struct match_result *result)
{
	const struct match_settings *settings = &reading->matcher->settings;
	const struct match_candidate *best = reading->candidates;
	result->band = BAND_DECLINE;
	if (reading->count == 0)
		return STATUS_OK;
	if (best->entry->kind != ENTRY_ANSWER && is_worth_offering(reading, best))
		result->other = best->entry;
	if (leads_elsewhere(reading))
		return STATUS_OK;
	if (best->entry->kind == ENTRY_ANSWER && is_clear(reading, settings->answer_at) &&
	    is_told_apart(reading)) {
		result->band = BAND_ANSWER;
		result->answers = result->ranking;
		result->answer_count = 1;
		return STATUS_OK;
	}
	if (result->ranking_count == 0 || !is_worth_offering(reading, &result->ranking[0]))
		return STATUS_OK;
	return offer_choices(reading, result);
}

/* The part of a text that is one of its clauses. */
static enum status cut(const struct text *text, struct clause clause, struct arena *arena,
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

/*
 * A popup that the message quotes and that its best entry hardly knows is one of which nobody
 * wrote: 提示 and 错误 are in many. Patterns, prompts and the very question are above that doubt.
 */
static enum status is_foreign_popup(const struct reading *reading, bool *foreign)
{
	const struct matcher *matcher = reading->matcher;
	const struct match_candidate *best = reading->candidates;
	struct clause clause;
	struct text popup;
	struct rewritten rewritten;
	struct query query;
	*foreign = false;
	if (is_spoken_for(best) || leads_elsewhere(reading) ||
	    !prompts_quoted(&reading->text, &clause.start, &clause.end))
		return STATUS_OK;
	enum status status = cut(&reading->text, clause, reading->arena, &popup);
	if (status == STATUS_OK)
		status = make_query(matcher, &popup, reading->arena, &rewritten, &query);
	if (status == STATUS_OK)
		*foreign = query.coverage * rank_known(matcher->ranker, &query,
		                                       row_of(matcher, best->entry)) <
		           popup_known_from;
	return status;
}

/* It would be answered, were the others not there: two questions in a message are rivals. */
static bool is_sure_answer(const struct reading *reading, const struct match_candidate *one)
{
	return one->entry->kind == ENTRY_ANSWER &&
	       calibration_confidence(&reading->matcher->index->calibration, one->strength,
	                              reading->matcher->settings.clear_by) >=
	               reading->matcher->settings.answer_at;
}

/*
 * A clause between commas may be a circumstance of the rest, and then its words alone mean little:
 * something surer has to speak for it, and the whole message for its entry too.
 */
static bool is_question_of_its_own(const struct reading *part, struct reading *whole)
{
	const struct match_candidate *best = part->candidates;
	const struct match_candidate *in_whole =
	        find_candidate(whole->candidates, whole->count, best->entry);
	return is_spoken_for(best) && in_whole && is_sure_answer(whole, in_whole);
}

/* A long text that quotes a popup, or of many lines: most of its lines are circumstances. */
static bool is_story_around(const struct reading *whole, const struct clauses *clauses)
{
	return whole->text.count > STORY_LEAST && (whole->letter_count > 0 || clauses->lines);
}

/* Whether is_question_of_its_own() may be true of two clauses, as far as the message tells. */
static bool holds_several(const struct reading *whole)
{
	const bool story = whole->text.count > STORY_LEAST;
	size_t count = 0;
	for (size_t i = 0; i < whole->count; i++) {
		const struct match_candidate *one = &whole->candidates[i];
		count += is_sure_answer(whole, one) && (!story || is_spoken_for(one));
	}
	return count > 1;
}

static bool finds_pattern_of(const struct reading *reading, const struct entry *entry)
{
	bool found = first_hit(reading, &entry->patterns) != NULL;
	for (size_t i = 0; i < entry->case_count && !found; i++)
		found = first_hit(reading, &entry->cases[i].patterns) != NULL;
	return found;
}

static bool is_sentence_of(const struct reading *reading, const struct entry *entry)
{
	struct ranker *ranker = reading->matcher->ranker;
	const uint32_t row = row_of(reading->matcher, entry);
	struct nearest nearest;
	if (rank_reach(ranker, &reading->query, row) <= exact_from)
		return false;
	rank_nearest(ranker, &reading->query, row, &nearest);
	return nearest.similarity > exact_from;
}

/*
 * Whether is_question_of_its_own() may be true of the clause. To read every clause in full is dear,
 * and most are circumstances of which nothing surer speaks.
 */
static enum status may_be_spoken_for(const struct reading *part, const struct reading *whole,
                                     bool *may)
{
	struct prompt_hit hit;
	size_t hits;
	const enum status status =
	        prompts_find(part->matcher->prompts, part->text.points, part->text.count,
	                     &part->matcher->budget, part->arena, &hit, 1, &hits);
	*may = status == STATUS_OK && hits > 0;
	for (size_t i = 0; i < whole->count && status == STATUS_OK && !*may; i++) {
		const struct match_candidate *one = &whole->candidates[i];
		*may = is_sure_answer(whole, one) &&
		       (finds_pattern_of(part, one->entry) || is_sentence_of(part, one->entry));
	}
	return status;
}

static void give_answers(const struct match_candidate *answers, size_t count,
                         struct match_result *result)
{
	result->band = BAND_ANSWER;
	result->answers = answers;
	result->answer_count = count;
	result->choice_count = 0;
	result->other = NULL;
}

/*
 * Reads each clause for itself. Several clear answers make the message several questions; the
 * whole message's best entry must be one of them, or the clauses were only its circumstances.
 */
static enum status answer_clauses(struct matcher *matcher, struct reading *whole,
                                  const struct clauses *clauses, bool at_every_comma,
                                  struct match_result *result)
{
	struct arena *arena = whole->arena;
	struct match_candidate *answers = arena_array(arena, ANSWERS_MOST, sizeof(*answers));
	struct reading *part = arena_room(arena, 1, sizeof(*part));
	const bool story = is_story_around(whole, clauses);
	size_t count = 0;
	enum status status = answers && part ? STATUS_OK : STATUS_NO_MEMORY;
	for (size_t i = 0; i < clauses->count && count < ANSWERS_MOST && status == STATUS_OK; i++) {
		struct text text;
		if (count + clauses->count - i < 2)
			break; /* what is left can not make it two */
		if (!budget_take(&matcher->budget,
		                 (clauses->items[i].end - clauses->items[i].start) *
		                         BUDGET_OF_A_READ_POINT))
			continue;
		status = cut(&whole->text, clauses->items[i], arena, &text);
		if (status == STATUS_OK)
			status = begin_reading(matcher, &text, NULL, arena, part);
		bool may = true;
		if (status == STATUS_OK && at_every_comma)
			status = may_be_spoken_for(part, whole, &may);
		if (!may)
			continue;
		if (status == STATUS_OK)
			status = read_question(part);
		if (status == STATUS_OK && is_clear(part, matcher->settings.answer_at) &&
		    part->candidates[0].entry->kind == ENTRY_ANSWER &&
		    (!at_every_comma || is_question_of_its_own(part, whole)) &&
		    (!story || is_spoken_for(part->candidates)) &&
		    !find_candidate(answers, count, part->candidates[0].entry))
			answers[count++] = part->candidates[0];
	}
	if (status == STATUS_OK && count > 1 &&
	    find_candidate(answers, count, whole->candidates[0].entry))
		give_answers(answers, count, result);
	return status;
}

static bool clauses_equal(const struct clauses *a, const struct clauses *b)
{
	return a->count == b->count &&
	       memcmp(a->items, b->items, a->count * sizeof(*a->items)) == 0;
}

static int first_letter_first(const void *a, const void *b)
{
	const struct letter *left = a;
	const struct letter *right = b;
	if (left->start != right->start)
		return left->start < right->start ? -1 : 1;
	return left->entry < right->entry ? -1 : left->entry > right->entry;
}

/* Several popups or codes of different entries are each answered, in their order. */
static enum status answer_letters(struct reading *whole, struct match_result *result)
{
	struct match_candidate *answers = arena_array(whole->arena, ANSWERS_MOST, sizeof(*answers));
	size_t count = 0;
	if (!answers)
		return STATUS_NO_MEMORY;
	sort_few(whole->letters, whole->letter_count, sizeof(*whole->letters), first_letter_first);
	for (size_t i = 0; i < whole->letter_count && count < ANSWERS_MOST; i++) {
		const struct match_candidate *one =
		        find_candidate(whole->candidates, whole->count, whole->letters[i].entry);
		if (one && is_sure_answer(whole, one) &&
		    !find_candidate(answers, count, one->entry))
			answers[count++] = *one;
	}
	if (count > 1)
		give_answers(answers, count, result);
	return STATUS_OK;
}

/* A message may hold several questions: in its sentences or, surer signs given, between commas. */
static enum status find_several(struct matcher *matcher, struct reading *whole,
                                struct match_result *result)
{
	struct clauses sentences, clauses;
	enum status status = answer_letters(whole, result);
	if (status != STATUS_OK || result->answer_count > 1)
		return status;
	split_questions(&whole->text, false, &sentences);
	if (sentences.count > 1)
		status = answer_clauses(matcher, whole, &sentences, false, result);
	if (status != STATUS_OK || result->answer_count > 1 || leaves_out(matcher, PART_COMMAS) ||
	    !memchr(whole->text.utf8.ptr, ',', whole->text.utf8.len))
		return status;
	split_questions(&whole->text, true, &clauses);
	return !clauses_equal(&clauses, &sentences) && holds_several(whole)
	               ? answer_clauses(matcher, whole, &clauses, true, result)
	               : STATUS_OK;
}

/* All that answer; in a large folder those that the words found, answers among the texts. */
static const struct entry **entries_to_search(const struct reading *reading, size_t *count)
{
	const struct knowledge *knowledge = reading->matcher->knowledge;
	const bool all = knowledge->answer_count <= SEARCHED_MOST;
	const size_t most = all ? knowledge->answer_count : reading->count;
	const struct entry **entries =
	        arena_array(reading->arena, most + 1, sizeof(const struct entry *));
	for (size_t i = 0; entries && i < most; i++) {
		const struct entry *entry =
		        all ? &knowledge->entries[i] : reading->candidates[i].entry;
		if (entry->kind == ENTRY_ANSWER)
			entries[(*count)++] = entry;
	}
	return entries;
}

/*
 * Where no question is near, answers are searched: for the popup that the message quotes, or for
 * all of it. One that holds most of that, and more than words of the trade (获取不到信息), is
 * answered; one that holds less is offered.
 */
static enum status find_in_answers(struct reading *reading, struct match_result *result)
{
	const struct matcher *matcher = reading->matcher;
	struct clause clause;
	struct text part = reading->text;
	struct quoted quoted = { .entry = NULL };
	enum status status = STATUS_OK;
	if (result->band == BAND_ANSWER || result->other ||
	    (reading->count > 0 && is_spoken_for(reading->candidates)))
		return STATUS_OK;
	if (prompts_quoted(&reading->text, &clause.start, &clause.end))
		status = cut(&reading->text, clause, reading->arena, &part);
	size_t count = 0;
	const struct entry **entries =
	        status == STATUS_OK ? entries_to_search(reading, &count) : NULL;
	if (status == STATUS_OK && !entries)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = quoted_find(entries, count, matcher->normaliser, &part,
		                     &reading->matcher->budget, reading->arena, &quoted);
	const bool sure = quoted.share >= quoted_from && quoted.length >= QUOTED_LEAST;
	if (status != STATUS_OK || !quoted.entry || (result->band != BAND_DECLINE && !sure))
		return status;
	struct match_candidate *found = arena_alloc(reading->arena, sizeof(*found));
	if (!found)
		return STATUS_NO_MEMORY;
	const struct match_candidate *known =
	        find_candidate(reading->candidates, reading->count, quoted.entry);
	*found = known ? *known : (struct match_candidate){ .entry = quoted.entry };
	found->by = MATCH_BY_SEARCH;
	if (sure) {
		found->evidence.letter = 1;
		found->strength = fmax(found->strength, letter_least);
		found->confidence = confidence_of(found->strength);
		give_answers(found, 1, result);
		return STATUS_OK;
	}
	found->confidence = fmax(found->confidence, matcher->settings.choose_at);
	result->band = BAND_CHOOSE;
	result->choices = found;
	result->choice_count = 1;
	return STATUS_OK;
}

/* A referral or small talk is the best candidate or its rival. */
static bool is_drawn_elsewhere(const struct reading *reading)
{
	for (size_t i = 0; i < reading->count && i < 2; i++)
		if (reading->candidates[i].entry->kind != ENTRY_ANSWER)
			return true;
	return false;
}

/*
 * 公司投标要用，成绩查不到: circumstances come first and what is asked last. A referral that
 * the circumstances draw to does not swallow a last clause that is an entry's for itself: by a
 * pattern, a popup or word for word.
 */
static enum status find_last_clause(struct matcher *matcher, const struct reading *whole,
                                    struct match_result *result)
{
	struct clauses clauses;
	split_questions(&whole->text, true, &clauses);
	if (clauses.count < 2)
		return STATUS_OK;
	struct match_candidate *answer = arena_array(whole->arena, 1, sizeof(*answer));
	struct reading *part = arena_room(whole->arena, 1, sizeof(*part));
	struct text text;
	enum status status = answer && part ? STATUS_OK : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = cut(&whole->text, clauses.items[clauses.count - 1], whole->arena, &text);
	if (status == STATUS_OK)
		status = begin_reading(matcher, &text, NULL, whole->arena, part);
	if (status == STATUS_OK)
		status = read_question(part);
	if (status != STATUS_OK || !is_clear(part, matcher->settings.answer_at) ||
	    !is_spoken_for(&part->candidates[0]) || part->candidates[0].entry->kind != ENTRY_ANSWER)
		return status;
	*answer = part->candidates[0];
	result->band = BAND_ANSWER;
	result->answers = answer;
	result->answer_count = 1;
	result->other = NULL;
	return STATUS_OK;
}

enum status matcher_match(struct matcher *matcher, const struct text *message,
                          const struct entry *leaning, struct arena *arena,
                          struct match_result *out)
{
	*out = (struct match_result){ .band = BAND_DECLINE };
	matcher->budget = (struct budget){ BUDGET_OF_A_TURN, 0 };
	struct reading *reading = arena_room(arena, 1, sizeof(*reading));
	if (!reading)
		return STATUS_NO_MEMORY;
	enum status status = begin_reading(matcher, message, leaning, arena, reading);
	if (status == STATUS_OK)
		status = read_question(reading);
	if (status == STATUS_OK)
		status = rank_answers(reading, out);
	if (status != STATUS_OK)
		return status;
	bool foreign = false;
	if (reading->count > 0 && !leaves_out(matcher, PART_POPUP))
		status = is_foreign_popup(reading, &foreign);
	if (status == STATUS_OK && !foreign) {
		status = choose_band(reading, out);
		if (status == STATUS_OK && reading->count > 0 && !leaves_out(matcher, PART_CLAUSES))
			status = find_several(matcher, reading, out);
		if (status == STATUS_OK && out->answer_count == 0 && is_drawn_elsewhere(reading) &&
		    !leaves_out(matcher, PART_LAST_CLAUSE))
			status = find_last_clause(matcher, reading, out);
	}
	return status == STATUS_OK ? find_in_answers(reading, out) : status;
}

double matcher_confidence(const struct matcher *matcher, double strength, double lead)
{
	return calibration_confidence(&matcher->index->calibration, strength, lead);
}

const char *matcher_set_aside(struct matcher *matcher)
{
	const struct pattern *pattern = matcher->set_aside;
	matcher->set_aside = NULL;
	return pattern ? pattern_source(pattern) : NULL;
}

static void suggest(const struct match_candidate *one, struct match_candidate *out, size_t most,
                    size_t *count)
{
	if (*count < most && one->entry->question[0] && !find_candidate(out, *count, one->entry))
		out[(*count)++] = *one;
}

static enum status suggest_typed(struct matcher *matcher, const struct text *typed,
                                 enum typing_where where, struct match_candidate *out, size_t most,
                                 size_t *count)
{
	uint32_t rows[SUGGESTED_MOST];
	size_t found = 0;
	const enum status status =
	        typing_find(matcher->typing, typed, where, rows, SUGGESTED_MOST, &found);
	for (size_t i = 0; i < found && status == STATUS_OK; i++) {
		const struct match_candidate one = { .entry = &matcher->knowledge->entries[rows[i]],
			                             .by = MATCH_BY_SEARCH };
		suggest(&one, out, most, count);
	}
	return status;
}

/*
 * What begins as typed comes first. Letters are pinyin or initials, of which the ranking knows less
 * than the table; Han the ranking understands better, also where the words stand apart.
 */
enum status matcher_suggest(struct matcher *matcher, const struct text *typed, struct arena *arena,
                            struct match_candidate *out, size_t most, size_t *count)
{
	struct match_result result = { .ranking_count = 0 };
	const bool han = typed->count > 0 && code_point_is_han(typed->points[0]);
	*count = 0;
	enum status status = suggest_typed(matcher, typed, TYPING_AT_BEGINNING, out, most, count);
	if (status == STATUS_OK && !han)
		status = suggest_typed(matcher, typed, TYPING_ANYWHERE, out, most, count);
	if (status == STATUS_OK && *count < most)
		status = matcher_match(matcher, typed, NULL, arena, &result);
	for (size_t i = 0; i < result.ranking_count && status == STATUS_OK; i++)
		suggest(&result.ranking[i], out, most, count);
	return status;
}

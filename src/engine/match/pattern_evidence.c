#include "engine/match/pattern_evidence.h"

#include "base/utf8.h"
#include "engine/match/letters.h"
#include "engine/match/matcher.h"

enum { ALONE_MOST = 24 /* code points of a message that may be one word of a pattern alone */ };

/* A pattern also counts as not found if the budget of the turn is spent. */
static struct spot search_for(struct match_scratch *scratch, struct span text,
                              const struct pattern *pattern)
{
	struct pattern_search search = { .text = text, .budget = &scratch->budget };
	search.places = spotting_places(scratch->spotting, pattern, &search.starts);
	if (!search.places)
		search.starts = spotting_starts(scratch->spotting, pattern);
	const bool found = pattern_search(pattern, scratch->patterns, &search);
	if (search.slow)
		spotting_set_aside(scratch->spotting, pattern);
	return (struct spot){ found, search.start, search.end };
}

/* The spotter must have read the text of this reading last. */
static bool finds_at(const struct reading *reading, const struct pattern *pattern, size_t *start,
                     size_t *end)
{
	struct spotting *spotting = reading->scratch->spotting;
	if (!spotting_may_find(spotting, pattern))
		return false;
	const struct spot *noted = spotting_noted(spotting, pattern);
	const struct spot spot =
	        noted ? *noted : search_for(reading->scratch, reading->text.utf8, pattern);
	if (!noted)
		spotting_note(spotting, pattern, spot);
	*start = spot.start;
	*end = spot.end;
	return spot.found;
}

static bool finds(const struct reading *reading, const struct pattern *pattern)
{
	size_t start, end;
	return finds_at(reading, pattern, &start, &end);
}

const struct pattern *patterns_first(const struct reading *reading,
                                     const struct pattern_list *patterns)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (finds(reading, patterns->items[i]))
			return patterns->items[i];
	return NULL;
}

bool matcher_finds(struct match_scratch *scratch, const struct pattern_list *patterns,
                   struct span text)
{
	size_t start, end;
	for (size_t i = 0; i < patterns->count; i++)
		if (pattern_find(patterns->items[i], scratch->patterns, text, &start, &end))
			return true;
	return false;
}

/* Whether the message denies what the pattern that was found says of the entry. */
static enum status is_denied(struct reading *reading, const struct entry *entry,
                             const struct pattern *pattern, bool *denied)
{
	struct text question;
	*denied = false;
	if (reading_denials(reading)->count == 0)
		return STATUS_OK;
	const enum status status = reading_question_of(reading, entry, &question);
	if (status == STATUS_OK)
		*denied = denial_of_pattern(&reading->denied, pattern, reading->scratch->patterns,
		                            question.utf8);
	return status;
}

/*
 * A pattern of the case that is found goes to *hit, and names the case, unless the message denies
 * it: then no sentence may name the case either. The words of a popup are those of the system and
 * tell nothing about the case of the person.
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
		if (letters_popup_holds(reading, start, end))
			continue;
		status = letters_blurred_popup_holds(reading, candidate, pattern, &blurred);
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

/* The first case with such a pattern becomes the named one; *hit is the pattern. */
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

enum status patterns_try(struct reading *reading)
{
	enum status status = STATUS_OK;
	const double needed = reading_best_strength(reading) - confidence_of_patterns() -
	                      reading->matcher->settings.clear_by;
	for (size_t i = 0; i < reading->count && status == STATUS_OK; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		if (candidate->strength < needed)
			continue;
		const struct pattern *hit = patterns_first(reading, &candidate->entry->patterns);
		status = find_case_pattern(reading, candidate, &hit);
		if (!hit || patterns_first(reading, &candidate->entry->unless))
			continue;
		candidate->evidence.pattern = 1;
		candidate_weigh(candidate);
		if (candidate->by == MATCH_BY_SEARCH) {
			candidate->by = MATCH_BY_PATTERN;
			candidate->spoke = pattern_source(hit);
		}
	}
	return status;
}

static bool is_word_at(const struct text *text, size_t index)
{
	return code_point_is_han(text->points[index]) || code_point_is_word(text->points[index]);
}

/*
 * vpn, java: the message is nothing but what the pattern finds, and the pattern asks for one word,
 * or one of several, and hardly more. `start` and `end` in code points.
 */
static bool is_all_said(const struct reading *reading, const struct pattern *pattern, size_t start,
                        size_t end)
{
	const struct pattern_literals *literals = pattern_literals(pattern);
	const struct text *text = &reading->text;
	if (literals->count != 1 || !literals->sets[0].leads ||
	    2 * literals->sets[0].least < end - start)
		return false;
	for (size_t i = 0; i < text->count; i++)
		if ((i < start || i >= end) && is_word_at(text, i))
			return false;
	return true;
}

void patterns_find_entries(struct reading *reading)
{
	const struct matcher *matcher = reading->matcher;
	size_t count;
	const struct spotted *spotted = spotting_list(reading->scratch->spotting, &count);
	for (size_t i = 0; i < count; i++) {
		const struct pattern *pattern = spotted[i].pattern;
		const struct entry *entry = &matcher->knowledge->entries[spotted[i].row];
		struct match_candidate *candidate =
		        candidate_find(reading->candidates, reading->count, entry);
		const float known = candidate ? candidate->evidence.letter : 0;
		float own = spotter_own(matcher->spotter, pattern);
		size_t start, end;
		if ((candidate && own <= known && reading->text.count > ALONE_MOST) ||
		    (!candidate && reading->count == CANDIDATES_MOST) ||
		    !finds_at(reading, pattern, &start, &end))
			continue;
		start = utf8_length_well_formed((struct span){ reading->text.utf8.ptr, start });
		end = utf8_length_well_formed((struct span){ reading->text.utf8.ptr, end });
		if (is_all_said(reading, pattern, start, end))
			own = 1;
		if ((candidate && own <= known) || patterns_first(reading, &entry->unless))
			continue;
		candidate = reading_candidate(reading, spotted[i].row);
		candidate->evidence.coverage = reading->query.coverage;
		candidate->evidence.pattern = 1;
		if (own > known && !letters_hold(reading, start, end))
			letters_add(reading, candidate, own,
			            (struct letter){ candidate->entry, start, end, false });
		candidate_weigh(candidate);
		if (candidate->by == MATCH_BY_SEARCH) {
			candidate->by = MATCH_BY_PATTERN;
			candidate->spoke = pattern_source(pattern);
		}
	}
}

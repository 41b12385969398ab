#include "engine/match/letters.h"

#include "base/utf8.h"

static const float blurred_from = 0.7F; /* likeness to a popup whose slips come from a scan */

void letters_add(struct reading *reading, struct match_candidate *candidate, float weight,
                 struct letter letter)
{
	candidate->evidence.letter = weight;
	if (weight >= 1 && reading->letter_count < LETTERS_MOST)
		reading->letters[reading->letter_count++] = letter;
}

bool letters_hold(const struct reading *reading, size_t start, size_t end)
{
	for (size_t i = 0; i < reading->letter_count; i++)
		if (reading->letters[i].start <= start && end <= reading->letters[i].end)
			return true;
	return false;
}

bool letters_popup_holds(const struct reading *reading, size_t start, size_t end)
{
	const char *utf8 = reading->text.utf8.ptr;
	const size_t length = utf8_length_well_formed((struct span){ utf8 + start, end - start });
	start = utf8_length_well_formed((struct span){ utf8, start });
	end = start + length;
	for (size_t i = 0; i < reading->letter_count; i++)
		if (reading->letters[i].popup && reading->letters[i].start <= start &&
		    end <= reading->letters[i].end)
			return true;
	return false;
}

enum status letters_blurred_popup_holds(const struct reading *reading,
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
	       pattern_find(pattern, reading->scratch->patterns, popup.utf8, &start, &end);
	return status;
}

static bool speaks(const struct match_candidate *candidate)
{
	return candidate->evidence.pattern > 0 || candidate->evidence.letter > 0;
}

/* If several patterns speak, a long word of one tells no more than the others. */
static bool is_lifted(const struct match_candidate *candidate, size_t speaking)
{
	return candidate->evidence.letter >= 1 || (candidate->evidence.letter > 0 && speaking == 1);
}

void letters_lift(struct reading *reading)
{
	double best = letter_least;
	size_t speaking = 0, by_letter = 0;
	for (size_t i = 0; i < reading->count; i++) {
		speaking += speaks(&reading->candidates[i]);
		by_letter += reading->candidates[i].evidence.letter > 0;
	}
	if (by_letter == 0)
		return;
	for (size_t i = 0; i < reading->count; i++)
		if (!is_lifted(&reading->candidates[i], speaking))
			best = fmax(best, reading->candidates[i].strength +
			                          reading->matcher->settings.clear_by);
	for (size_t i = 0; i < reading->count; i++) {
		struct match_candidate *candidate = &reading->candidates[i];
		if (is_lifted(candidate, speaking))
			candidate->strength = fmax(candidate->strength, best);
	}
}

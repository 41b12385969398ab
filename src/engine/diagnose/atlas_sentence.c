/* What the sentences of a decided case say: nothing, the same for two verdicts, a foreign day. */
#include <assert.h>
#include <string.h>

#include "base/language.h"
#include "engine/diagnose/atlas_explorer.h"

static bool row_has_day(const struct row *row, const char *day)
{
	for (size_t i = 0; i < row->columns->count; i++)
		if (row->values[i].kind == VALUE_TEXT && strstr(row->values[i].text, day))
			return true;
	return false;
}

/* A day in the sentence that is in no column of the row; "" where there is none. */
static void foreign_day(const char *sentence, const struct row *row, const char *today,
                        char day[DAY_SIZE])
{
	day[0] = '\0';
	for (size_t i = 0; strlen(sentence + i) >= DAY_SIZE - 1; i++) {
		char text[DAY_SIZE];
		memcpy(text, sentence + i, DAY_SIZE - 1);
		text[DAY_SIZE - 1] = '\0';
		if (day_valid(text) && strcmp(text, today) != 0 && !row_has_day(row, text)) {
			memcpy(day, text, DAY_SIZE);
			return;
		}
	}
}

static void remember_sentence(struct explorer *explorer, size_t index, enum verdict verdict,
                              const char *text, const struct record *record)
{
	for (size_t i = 0; i < explorer->sentence_count; i++) {
		const struct seen_sentence *seen = &explorer->sentences[i];
		if (seen->index != index || strcmp(seen->text, text) != 0)
			continue;
		if (seen->verdict != verdict) {
			const struct detail detail = {
				arena_format(explorer->arena, "%s where it is %s, and %s", text,
				             verdict_name(seen->verdict), verdict_name(verdict)),
				arena_format(explorer->arena, _("%s where it is %s, and %s"), text,
				             detail_verdict(seen->verdict),
				             detail_verdict(verdict)),
			};
			explorer_find(explorer, FINDING_SAME_SENTENCE, index, index,
			              &explorer->space.cases[index], record, detail);
		}
		return;
	}
	assert(explorer->sentence_count <= SENTENCES_MOST);
	if (explorer->sentence_count == SENTENCES_MOST)
		return;
	const char *copy = arena_copy(explorer->arena, span_of(text));
	if (!copy) {
		explorer->status = STATUS_NO_MEMORY;
		return;
	}
	explorer->sentences[explorer->sentence_count++] =
	        (struct seen_sentence){ copy, index, verdict, *record };
}

void explorer_read_sentence(struct explorer *explorer, size_t index,
                            const struct judgement *judgement, const struct record *record)
{
	const struct pick_rule *pick = &explorer->space.rule->cases[index].picks[judgement->pick];
	const struct case_space *own = &explorer->space.cases[index];
	char problem[SANDBOX_PROBLEM_SIZE], day[DAY_SIZE];
	struct value value = { .kind = VALUE_NULL };
	struct expression *sentence =
	        judgement->verdict == VERDICT_APPLIES ? pick->because : pick->because_not;
	if (judgement->verdict == VERDICT_UNKNOWN)
		return;
	assert(judgement->pick < explorer->space.rule->cases[index].pick_count);
	if (sentence && expression_evaluate(sentence, &judgement->row, explorer->scratch, &value,
	                                    problem) != STATUS_OK) {
		explorer_find(explorer, FINDING_FAILS, index, index, own, record,
		              detail_for_all(arena_format(explorer->arena, "%s", problem)));
		return;
	}
	if (value.kind != VALUE_TEXT || !value.text[0]) {
		const struct detail detail = { verdict_name(judgement->verdict),
			                       detail_verdict(judgement->verdict) };
		explorer_find(explorer, FINDING_NO_SENTENCE, index, index, own, record, detail);
		return;
	}
	foreign_day(value.text, &judgement->row, explorer->space.today, day);
	if (day[0])
		explorer_find(explorer, FINDING_FOREIGN_DATE, index, index, own, record,
		              detail_for_all(arena_format(explorer->arena, "%s", day)));
	remember_sentence(explorer, index, judgement->verdict, value.text, record);
}

/*
 * A draft is the live folder with all alternates that are kept and the one that is tried, loaded
 * like any folder. Asked of it are, in this order, so that what fails soon is cheap: the golden
 * questions; the alternates themselves, which must be given to their entries; the folder's own
 * sentences and texts (questions, alternates, popups; what the answers say), which must not go to
 * another entry; and what people asked:
 *
 *   somebody chose an entry for it,
 *   or one answers it today          no other entry may answer it
 *   a referral or small talk today   no entry may answer it
 *   nothing of that                  an entry may answer it only if it is like something that
 *                                    people chose that entry for: else the draft grasps at words
 *
 * Offering is no harm. What goes wrong without any suggestion is excused. What counts for a draft
 * is how many askings, of those whose entry is known, get it answered or offered.
 */
#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/fault.h"
#include "base/utf8.h"
#include "office/authoring/suggest_parts.h"

enum { TEXT_LEAST = 6, TEXT_MOST = 80 /* code points of what an answer says */ };

/* Of confidence, below the bound of an answer: what is asked next is not as like as what was. */
static const double margin = 0.1;

/* --- what must stay --- */

static enum status hold(struct suggest *suggest, const struct entry *owner, struct span text)
{
	const struct diff_side side = { suggest->base.live, suggest->scratch, suggest->asking_arena,
		                        &suggest->base.clock };
	struct hold *one = &suggest->holds[suggest->hold_count];
	struct ending ending;
	enum status status;

	if (suggest->hold_count == HOLDS_MOST || text.len == 0)
		return STATUS_OK;
	status = suggest_ask(&side, text, &ending);
	if (status != STATUS_OK)
		return status;
	*one = (struct hold){ .text = text, .owner = owner };
	one->answered = ending_answers(&ending, owner);
	suggest->hold_count++;
	return STATUS_OK;
}

static enum status hold_all(struct suggest *suggest, const struct entry *owner,
                            const struct strings *sentences)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < sentences->count && status == STATUS_OK; i++)
		status = hold(suggest, owner, span_of(sentences->items[i]));
	return status;
}

/* What an answer says, a sentence at a time. */
static enum status hold_text(struct suggest *suggest, const struct entry *owner, const char *text)
{
	static const char *const ends[] = { "。", "；", "\n" };
	enum status status = STATUS_OK;

	while (*text && status == STATUS_OK) {
		size_t len = strlen(text), behind = len;
		struct span sentence;

		for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
			const char *end = strstr(text, ends[i]);

			if (end && (size_t)(end - text) < len) {
				len = (size_t)(end - text);
				behind = len + strlen(ends[i]);
			}
		}
		sentence = (struct span){ text, len };
		if (utf8_length(sentence) >= TEXT_LEAST && utf8_length(sentence) <= TEXT_MOST)
			status = hold(suggest, owner, sentence);
		text += behind;
	}
	return status;
}

static enum status hold_entry(struct suggest *suggest, const struct entry *entry)
{
	enum status status = hold(suggest, entry, span_of(entry->question));

	if (status == STATUS_OK)
		status = hold_all(suggest, entry, &entry->also);
	if (status == STATUS_OK)
		status = hold_all(suggest, entry, &entry->prompts);
	if (status == STATUS_OK)
		status = hold_text(suggest, entry, entry->answer);
	for (size_t i = 0; i < entry->case_count && status == STATUS_OK; i++) {
		status = hold_all(suggest, entry, &entry->cases[i].also);
		if (status == STATUS_OK)
			status = hold_text(suggest, entry, entry->cases[i].situation);
		if (status == STATUS_OK)
			status = hold_text(suggest, entry, entry->cases[i].advice);
	}
	return status;
}

enum status suggest_hold(struct suggest *suggest)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;
	struct faults *faults = NULL;
	enum status status = faults_create(&faults);

	if (status == STATUS_OK)
		status = snapshot_check_golden(suggest->base.live, FAULT_ERROR, faults);
	faults_destroy(faults);
	suggest->golden = status == STATUS_OK;
	if (status == STATUS_INVALID)
		status = STATUS_OK;
	for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i++)
		status = suggest_ended(suggest) ? STATUS_CLOSED
		                                : hold_entry(suggest, &knowledge->entries[i]);
	return status;
}

/* --- a draft --- */

struct trial {
	struct suggest *suggest;
	struct snapshot *snapshot;
	struct scratch *scratch;
	struct diff_side side;
	const struct entry *entry; /* of what is tried, and */
	const char *text;          /* what it is; NULL */
	struct trial_end *end;
};

/* The entry's object with its new alternates; NULL without memory, or where it is not there. */
static cJSON *written(const struct trial *trial, const struct entry *entry)
{
	const struct suggest *suggest = trial->suggest;
	const struct tree_document document = tree_find(suggest->tree, entry->id);
	cJSON *object = document.object ? cJSON_Duplicate(document.object, true) : NULL;
	cJSON *also = cJSON_GetObjectItemCaseSensitive(object, "also");

	if (object && !also)
		also = cJSON_AddArrayToObject(object, "also");
	for (size_t i = 0; also && i < suggest->found_count; i++)
		if (suggest->found[i].entry == entry)
			cJSON_AddItemToArray(also, cJSON_CreateString(suggest->found[i].text));
	if (also && trial->entry == entry)
		cJSON_AddItemToArray(also, cJSON_CreateString(trial->text));
	if (object && !also) {
		cJSON_Delete(object);
		return NULL;
	}
	return object;
}

static enum status put(const struct trial *trial, struct tree *tree, const struct entry *entry)
{
	cJSON *object = written(trial, entry);
	const enum status status =
	        object ? tree_put(tree, entry->id, entry->collection, object) : STATUS_NO_MEMORY;

	cJSON_Delete(object);
	return status;
}

/* STATUS_INVALID: the folder would not be fit to serve. */
static enum status build(struct trial *trial)
{
	const struct suggest *suggest = trial->suggest;
	struct match_settings settings = suggest->base.live->settings;
	struct knowledge *knowledge = NULL;
	struct faults *faults = NULL;
	struct tree *tree = NULL;
	enum status status = tree_create(&tree, suggest->base.archive);

	for (size_t i = 0; i < suggest->found_count && status == STATUS_OK; i++)
		status = put(trial, tree, suggest->found[i].entry);
	if (status == STATUS_OK && trial->entry)
		status = put(trial, tree, trial->entry);
	if (status == STATUS_OK)
		status = faults_create(&faults);
	if (status == STATUS_OK)
		status = tree_knowledge(tree, faults, &knowledge);
	settings.index_folder = NULL;
	settings.answer_at = fmax(0, settings.answer_at - margin);
	if (status == STATUS_OK)
		status = snapshot_build_of(knowledge, suggest->base.live->normaliser, &settings,
		                           faults, &trial->snapshot);
	if (status == STATUS_OK)
		status = scratch_create(trial->snapshot, &trial->scratch);
	trial->side = (struct diff_side){ trial->snapshot, trial->scratch, suggest->asking_arena,
		                          &suggest->base.clock };
	faults_destroy(faults);
	tree_destroy(tree);
	return status;
}

static void refuse(const struct trial *trial, enum suggest_fault fault, struct span text)
{
	trial->end->fault = fault;
	trial->end->text = text;
}

static bool is_first(const struct trial *trial)
{
	return !trial->entry && trial->suggest->found_count == 0;
}

static bool fits(const struct trial *trial)
{
	return trial->end->fault == SUGGEST_FITS;
}

static enum status check_golden(const struct trial *trial)
{
	struct faults *faults = NULL;
	enum status status = STATUS_OK;

	if (!trial->suggest->golden)
		return STATUS_OK;
	status = faults_create(&faults);
	if (status == STATUS_OK)
		status = snapshot_check_golden(trial->snapshot, FAULT_ERROR, faults);
	faults_destroy(faults);
	if (status != STATUS_INVALID)
		return status;
	refuse(trial, SUGGEST_GOLDEN, (struct span){ "", 0 });
	return STATUS_OK;
}

static enum status check_one(const struct trial *trial, const struct entry *entry, const char *text)
{
	struct ending ending;
	const enum status status = suggest_ask(&trial->side, span_of(text), &ending);

	if (status == STATUS_OK && (ending.answer_count != 1 || !ending_answers(&ending, entry)))
		refuse(trial, SUGGEST_ITSELF, span_of(text));
	return status;
}

static enum status check_alternates(const struct trial *trial)
{
	const struct suggest *suggest = trial->suggest;
	enum status status = STATUS_OK;

	if (trial->entry)
		status = check_one(trial, trial->entry, trial->text);
	for (size_t i = 0; i < suggest->found_count && status == STATUS_OK && fits(trial); i++)
		status = check_one(trial, suggest->found[i].entry, suggest->found[i].text);
	return status;
}

/* What goes wrong in the first trial, which has no suggestion, is excused in all others. */
static void object(const struct trial *trial, bool *excused, enum suggest_fault fault,
                   struct span text)
{
	if (is_first(trial))
		*excused = true;
	else if (!*excused)
		refuse(trial, fault, text);
}

static enum status check_holds(const struct trial *trial)
{
	const struct suggest *suggest = trial->suggest;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < suggest->hold_count && status == STATUS_OK && fits(trial); i++) {
		struct hold *one = &suggest->holds[i];
		struct ending ending;

		if (one->excused)
			continue;
		status = suggest_ask(&trial->side, one->text, &ending);
		if (status == STATUS_OK &&
		    ((ending.answer_count > 0 && !ending_answers(&ending, one->owner)) ||
		     (one->answered && !ending_helps(&ending, one->owner))))
			object(trial, &one->excused, SUGGEST_TAKES, one->text);
	}
	return status;
}

/* Whether each answer is like what people chose that entry for. */
static bool is_expected(const struct suggest *suggest, const struct asking *asking,
                        const struct ending *ending)
{
	const struct knowledge *knowledge = suggest->base.live->knowledge;

	for (size_t i = 0; i < ending->answer_count; i++) {
		const struct entry *entry = knowledge_find(knowledge, ending->answers[i]);

		if (!entry || suggest_likeness(suggest, asking, entry) < means_the_same)
			return false;
	}
	return true;
}

/* An answer is worth more than an offer. */
static void weigh(const struct trial *trial, const struct asking *asking,
                  const struct ending *ending)
{
	const struct suggest *suggest = trial->suggest;
	uint64_t worth;

	if (!asking->near || !ending_helps(ending, asking->near))
		return;
	trial->end->helped += asking->asked;
	worth = asking->asked * (ending_answers(ending, asking->near) ? 2 : 1);
	trial->end->worth += worth;
	field_of(suggest, asking->near)->tried_worth += worth;
}

static enum status check_askings(const struct trial *trial)
{
	const struct suggest *suggest = trial->suggest;
	enum status status = STATUS_OK;

	for (size_t i = 0; i < suggest->count && status == STATUS_OK && fits(trial); i++) {
		struct asking *asking = suggest->askings[i];
		struct ending ending;

		status = suggest_ask(&trial->side, asking->text, &ending);
		if (status != STATUS_OK)
			return status;
		weigh(trial, asking, &ending);
		if (ending.answer_count == 0)
			continue;
		if (asking->elsewhere)
			object(trial, &asking->excused, SUGGEST_GRASPS, asking->text);
		else if (asking->label || asking->answered) {
			if (!ending_answers(&ending, asking->near))
				object(trial, &asking->excused, SUGGEST_TAKES, asking->text);
		} else if (asking->open && !is_expected(suggest, asking, &ending))
			object(trial, &asking->excused, SUGGEST_GRASPS, asking->text);
	}
	return status;
}

enum status suggest_try(struct suggest *suggest, const struct entry *entry, const char *text,
                        struct trial_end *out)
{
	struct trial trial = { .suggest = suggest, .entry = entry, .text = text, .end = out };
	enum status status;

	assert(suggest->prepared && !entry == !text);
	*out = (struct trial_end){ .fault = SUGGEST_FITS };
	for (size_t i = 0; i < suggest->base.live->knowledge->answer_count; i++)
		suggest->fields[i].tried_worth = 0;
	status = build(&trial);
	if (status == STATUS_INVALID || status == STATUS_LIMIT) {
		refuse(&trial, SUGGEST_UNFIT, span_of(text ? text : ""));
		status = STATUS_OK;
		goto cleanup;
	}
	if (status == STATUS_OK)
		status = check_golden(&trial);
	if (status == STATUS_OK && fits(&trial))
		status = check_alternates(&trial);
	if (status == STATUS_OK && fits(&trial))
		status = check_holds(&trial);
	if (status == STATUS_OK && fits(&trial))
		status = check_askings(&trial);
cleanup:
	scratch_destroy(trial.scratch);
	snapshot_destroy(trial.snapshot);
	return status;
}

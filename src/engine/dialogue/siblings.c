/*
 * How it works: the matching has made a reply. Where one of its answers or choices has siblings,
 * what the message says of their fact is read (`meaning`: by date, else by words), and
 *
 *   a single answer    becomes the sibling meant, or known from facts; several where the message
 *                      speaks of several; the question where nothing tells
 *   several answers    keep their places; one of the family becomes the one meant
 *   choices            keep one of the family; if the family leads, that is the answer, or the
 *                      question is asked
 */
#include "engine/dialogue/siblings.h"

#include <math.h>
#include <string.h>

enum { SEVERAL_MOST = REPLY_ANSWERS_MOST };

/* The lead of one sibling over the other, in log-odds, from which the words alone may decide. */
static const double told_by_words = 2.5;

/* What a message says of the fact. */
struct meaning {
	const struct entry *meant[SIBLINGS_MOST]; /* in the order of the family */
	size_t count;
	bool open;   /* a date that may lie on either side */
	bool stated; /* said of the person's own case: worth to be remembered */
};

struct family {
	const struct entry *members[SIBLINGS_MOST];
	size_t count;
};

static bool holds(const struct family *family, const struct entry *entry)
{
	for (size_t i = 0; i < family->count; i++)
		if (family->members[i] == entry)
			return true;
	return false;
}

static bool lies(const struct date *date, enum side side, struct day today)
{
	return side == SIDE_AHEAD    ? day_number(date->from) >= day_number(today)
	       : side == SIDE_BEHIND ? day_number(date->to) < day_number(today)
	                             : false;
}

/* Whether a date of the message means this sibling; *undecided if one only may. */
static bool means_by_date(const struct sibling_input *input, const struct entry *entry, bool asked,
                          bool *undecided, bool *stated)
{
	const struct apart *apart = &entry->apart;
	const struct day today = input->dates->today;
	bool means = false;
	for (size_t i = 0; i < input->dates->count; i++) {
		const struct date *date = &input->dates->items[i];
		/*
		 * 还有仨月 without a subject counts as an answer to the question only, and
		 * 上周去过大厅 does not.
		 */
		if (date->of ? strcmp(date->of, apart->of) != 0 : !asked || !input->dates_alone)
			continue;
		if (lies(date, apart->lies, today)) {
			means = true;
			*stated = *stated || !date->supposed;
		} else if (!lies(date, SIDE_AHEAD, today) && !lies(date, SIDE_BEHIND, today)) {
			*undecided = true;
		}
	}
	return means;
}

static struct meaning read_meaning(const struct sibling_input *input, const struct family *family,
                                   bool asked)
{
	struct meaning meaning = { .count = 0 };
	for (size_t i = 0; i < family->count; i++)
		if (means_by_date(input, family->members[i], asked, &meaning.open, &meaning.stated))
			meaning.meant[meaning.count++] = family->members[i];
	for (size_t i = 0; i < family->count && meaning.count == 0 && !meaning.open; i++)
		if (matcher_finds(input->scratch->match, &family->members[i]->apart.words,
		                  input->text->utf8)) {
			meaning.meant[0] = family->members[i];
			meaning.count = 1;
		}
	return meaning;
}

/* The single sibling whose diagnosis applies, by the record and what was told; or NULL. */
static enum status find_by_facts(const struct sibling_input *input, const struct family *family,
                                 struct reply *reply, const struct entry **out)
{
	const struct diagnoser *diagnoser = input->snapshot->diagnoser;
	struct facts *told = NULL;
	size_t applying = 0;
	enum status status = told_facts(input->told, diagnoser_relations(diagnoser), input->browser,
	                                input->channel, &told);
	*out = NULL;
	for (size_t i = 0; i < family->count && status == STATUS_OK; i++) {
		const struct entry *entry = family->members[i];
		struct diagnosis diagnosis = { 0 };
		if (!diagnoser_judges(diagnoser, entry))
			continue;
		if (input->signed_in)
			reply->wants |= diagnoser_wants(diagnoser, entry);
		status = diagnoser_run(input->scratch->diagnosis, entry, input->record, told,
		                       input->today, input->arena, &diagnosis);
		if (status == STATUS_OK && diagnosis.lead) {
			*out = entry;
			applying++;
		}
	}
	if (applying > 1)
		*out = NULL;
	facts_destroy(told);
	return status;
}

static const struct entry *find_by_value(const struct family *family, const char *value)
{
	for (size_t i = 0; value && i < family->count; i++) {
		const struct entry *member = family->members[i];
		if (member && strcmp(member->apart.is, value) == 0)
			return member;
	}
	return NULL;
}

/* The sibling known from facts, or else from what was said in passing; or NULL. */
static enum status find_known(const struct sibling_input *input, const struct family *family,
                              struct reply *reply, const struct entry **out)
{
	const struct entry *first = family->members[0];
	const enum status status = find_by_facts(input, family, reply, out);
	if (status == STATUS_OK && !*out && first)
		*out = find_by_value(family, told_heard(input->told, first->apart.fact));
	return status;
}

static const struct match_candidate *ranked(const struct reply *reply, const struct entry *entry)
{
	for (size_t i = 0; i < reply->ranking_count; i++)
		if (reply->ranking[i].entry == entry)
			return &reply->ranking[i];
	return NULL;
}

/*
 * The words speak for this sibling alone: it is the message's own sentence, or far ahead by a word
 * that the others do not know. 证书能不能续 is nearer to 过了期能不能续 by words of asking only.
 */
static enum status find_by_words(const struct sibling_input *input, const struct family *family,
                                 const struct reply *reply, bool *told)
{
	const struct match_candidate *answer = &reply->answers[0];
	enum status status = STATUS_OK;
	*told = true;
	if (answer->by == MATCH_BY_PROMPT || answer->evidence.exact > 0)
		return STATUS_OK;
	for (size_t i = 0; i < family->count && *told && status == STATUS_OK; i++) {
		const struct match_candidate *rival = ranked(reply, family->members[i]);
		if (!rival || rival->entry == answer->entry)
			continue;
		*told = answer->strength - rival->strength >= told_by_words;
		if (*told)
			status = matcher_knows_beyond(input->scratch->match, input->text,
			                              answer->entry, rival->entry, input->arena,
			                              told);
	}
	return status;
}

static void put(struct match_candidate *candidate, const struct reply *reply,
                const struct entry *entry)
{
	const struct match_candidate *own = ranked(reply, entry);
	const double confidence = candidate->confidence;
	if (candidate->entry == entry)
		return;
	if (own)
		*candidate = *own;
	candidate->entry = entry;
	candidate->named_case = own ? own->named_case : NULL;
	candidate->confidence = confidence;
}

/* Puts the known sibling where the first of the family stands in the ranking. */
static enum status rank_first(const struct sibling_input *input, const struct family *family,
                              const struct entry *known, struct reply *reply)
{
	size_t first = 0, own = 0;
	while (first < reply->ranking_count && !holds(family, reply->ranking[first].entry))
		first++;
	while (own < reply->ranking_count && reply->ranking[own].entry != known)
		own++;
	if (own == reply->ranking_count || own <= first)
		return STATUS_OK;
	struct match_candidate *ranking =
	        arena_array(input->arena, reply->ranking_count, sizeof(*ranking));
	if (!ranking)
		return STATUS_NO_MEMORY;
	memcpy(ranking, reply->ranking, reply->ranking_count * sizeof(*ranking));
	/* The confidence stays with the place. */
	ranking[first] = reply->ranking[own];
	ranking[first].confidence = reply->ranking[first].confidence;
	ranking[first].strength = reply->ranking[first].strength;
	ranking[own] = reply->ranking[first];
	ranking[own].confidence = reply->ranking[own].confidence;
	ranking[own].strength = reply->ranking[own].strength;
	reply->ranking = ranking;
	return STATUS_OK;
}

/* Asks the question instead of guessing. The siblings become choices, in the order of its options.
 */
static void ask(const struct sibling_input *input, const struct family *family, struct reply *reply,
                double confidence)
{
	reply->outcome = OUTCOME_ASK;
	reply->reason = NULL;
	reply->answer_count = reply->choice_count = 0;
	for (size_t i = 0; i < family->count && i < REPLY_CHOICES_MOST; i++)
		reply->choices[reply->choice_count++] =
		        (struct match_candidate){ .entry = family->members[i],
			                          .confidence = confidence };
	reply->next = entry_apart_question(input->snapshot->knowledge, family->members[0]);
	reply->next_number = 0;
	reply->may_sign_in = input->may_sign_in;
	for (size_t i = 0; i < family->count && reply->may_sign_in; i++)
		reply->may_sign_in =
		        diagnoser_wants(input->snapshot->diagnoser, family->members[i]) != 0;
}

/* 没过期能不能续，过期了呢 asks about both. */
static void answer_several(const struct meaning *meaning, struct reply *reply)
{
	const struct match_candidate answer = reply->answers[0];
	reply->answer_count = 0;
	for (size_t i = 0; i < meaning->count && i < SEVERAL_MOST; i++) {
		struct match_candidate *one = &reply->answers[reply->answer_count++];
		*one = answer;
		put(one, reply, meaning->meant[i]);
	}
}

static enum status resolve_answer(const struct sibling_input *input, const struct family *family,
                                  const struct meaning *meaning, struct reply *reply)
{
	struct match_candidate *answer = &reply->answers[0];
	const struct entry *known = meaning->count == 1 ? meaning->meant[0] : NULL;
	enum status status = STATUS_OK;
	if (meaning->count > 1) {
		answer_several(meaning, reply);
		return STATUS_OK;
	}
	if (!known)
		status = find_known(input, family, reply, &known);
	if (status != STATUS_OK)
		return status;
	if (known) {
		put(answer, reply, known);
		return rank_first(input, family, known, reply);
	}
	bool told = false;
	if (!meaning->open)
		status = find_by_words(input, family, reply, &told);
	if (status == STATUS_OK && !told)
		ask(input, family, reply, answer->confidence);
	return status;
}

/* Replaces the only answer of the family by the sibling that the message means. */
static void resolve_answers(const struct family *family, const struct meaning *meaning,
                            struct reply *reply)
{
	size_t members = 0;
	for (size_t i = 0; i < reply->answer_count; i++)
		members += holds(family, reply->answers[i].entry);
	if (members != 1 || meaning->count != 1)
		return;
	for (size_t i = 0; i < reply->answer_count; i++)
		if (holds(family, reply->answers[i].entry))
			put(&reply->answers[i], reply, meaning->meant[0]);
}

static void remove_choice(struct reply *reply, size_t at)
{
	reply->choice_count--;
	memmove(&reply->choices[at], &reply->choices[at + 1],
	        (reply->choice_count - at) * sizeof(reply->choices[0]));
}

/* How the choices stand to the family. */
struct standing {
	size_t members;  /* among the choices */
	double together; /* the confidence that one of them is meant, whichever it is */
	bool leads;      /* they are clearly ahead of every other choice */
	bool differs;    /* the message names another thing than they do */
};

static struct standing stand(const struct sibling_input *input, const struct family *family,
                             const struct reply *reply)
{
	const struct match_candidate *best = &reply->choices[0];
	struct standing standing = { .leads = holds(family, best->entry),
		                     .differs = best->differs };
	double lead = HUGE_VAL;
	for (size_t i = 0; i < reply->choice_count; i++) {
		const struct match_candidate *choice = &reply->choices[i];
		if (holds(family, choice->entry)) {
			standing.together += choice->confidence;
			standing.members++;
		} else {
			lead = fmin(lead, best->strength - choice->strength);
		}
	}
	standing.leads = standing.leads && lead >= input->snapshot->settings.clear_by;
	standing.together = fmax(standing.together, matcher_confidence(input->snapshot->matcher,
	                                                               best->strength, lead));
	return standing;
}

/* Leaves one of the family among the choices: the known one. */
static void keep_known(const struct family *family, const struct entry *known, struct reply *reply)
{
	bool kept = false;
	for (size_t i = 0; i < reply->choice_count;) {
		struct match_candidate *choice = &reply->choices[i];
		const bool member = holds(family, choice->entry);
		if (member && kept) {
			remove_choice(reply, i);
			continue;
		}
		if (member)
			put(choice, reply, known);
		kept = kept || member;
		i++;
	}
}

/* Siblings are not offered as choices: the fact decides, or the reply asks for it. */
static enum status resolve_choices(const struct sibling_input *input, const struct family *family,
                                   const struct meaning *meaning, struct reply *reply)
{
	const struct entry *known = meaning->count == 1 ? meaning->meant[0] : NULL;
	const struct standing standing = stand(input, family, reply);
	enum status status = STATUS_OK;
	if (!known && meaning->count == 0)
		status = find_known(input, family, reply, &known);
	if (status != STATUS_OK)
		return status;
	if (!known) {
		if (standing.leads && meaning->count == 0 &&
		    (standing.members > 1 || standing.members == reply->choice_count) &&
		    !standing.differs)
			ask(input, family, reply, reply->choices[0].confidence);
		return STATUS_OK;
	}
	keep_known(family, known, reply);
	status = rank_first(input, family, known, reply);
	if (standing.leads && !standing.differs && !input->referred &&
	    standing.together >= input->snapshot->settings.answer_at) {
		reply->outcome = OUTCOME_ANSWER;
		reply->answers[0] = reply->choices[0];
		reply->answer_count = 1;
		reply->choice_count = 0;
	}
	return status;
}

static const struct entry *first_of_a_family(const struct reply *reply)
{
	for (size_t i = 0; i < reply->answer_count; i++)
		if (reply->answers[i].entry->apart.fact[0])
			return reply->answers[i].entry;
	for (size_t i = 0; i < reply->choice_count; i++)
		if (reply->choices[i].entry->apart.fact[0])
			return reply->choices[i].entry;
	return NULL;
}

/* 明年才到期, after 过期了 was the answer: what is stated last counts. */
static void hear(struct told *told, const char *fact, const char *value)
{
	const char *said = told_value(told, fact);
	told_hear(told, fact, value);
	if (said && said[0] && strcmp(said, value) != 0)
		told_say(told, fact, value);
}

enum status siblings_resolve(const struct sibling_input *input, struct reply *reply)
{
	const struct entry *entry = first_of_a_family(reply);
	struct family family;
	if (!entry)
		return STATUS_OK;
	family.count = entry_siblings(input->snapshot->knowledge, entry, family.members);
	if (family.count == 0)
		return STATUS_OK;
	const bool goes_on = input->last && holds(&family, input->last);
	const struct meaning meaning = read_meaning(input, &family, goes_on);
	if (meaning.count == 1 && meaning.stated)
		hear(input->told, entry->apart.fact, meaning.meant[0]->apart.is);
	if (reply->answer_count > 1)
		resolve_answers(&family, &meaning, reply);
	else if (reply->answer_count == 1)
		return resolve_answer(input, &family, &meaning, reply);
	else
		return resolve_choices(input, &family, &meaning, reply);
	return STATUS_OK;
}

unsigned siblings_wants(const struct sibling_input *input, const struct reply *reply)
{
	const struct entry *entry = first_of_a_family(reply);
	struct family family;
	unsigned wants = 0;
	if (!entry)
		return 0;
	family.count = entry_siblings(input->snapshot->knowledge, entry, family.members);
	for (size_t i = 0; i < family.count; i++)
		wants |= diagnoser_wants(input->snapshot->diagnoser, family.members[i]);
	return wants;
}

const struct entry *siblings_answered(const struct sibling_input *input, const struct entry *entry,
                                      const char *fact)
{
	struct family family;
	if (!entry->apart.fact[0] || strcmp(entry->apart.fact, fact) != 0)
		return NULL;
	family.count = entry_siblings(input->snapshot->knowledge, entry, family.members);
	const struct meaning meaning = read_meaning(input, &family, true);
	if (meaning.count != 1)
		return NULL;
	told_say(input->told, fact, meaning.meant[0]->apart.is);
	return meaning.meant[0];
}

enum status siblings_prefer(const struct sibling_input *input, struct match_result *result)
{
	struct reply reply = { .ranking = result->ranking, .ranking_count = result->ranking_count };
	struct family family;
	if (result->ranking_count == 0 || !result->ranking[0].entry->apart.fact[0])
		return STATUS_OK;
	family.count = entry_siblings(input->snapshot->knowledge, result->ranking[0].entry,
	                              family.members);
	const struct meaning meaning = read_meaning(input, &family, false);
	if (meaning.count != 1)
		return STATUS_OK;
	const enum status status = rank_first(input, &family, meaning.meant[0], &reply);
	if (result->band == BAND_ANSWER && result->answer_count == 1)
		result->answers = reply.ranking;
	result->ranking = reply.ranking;
	return status;
}

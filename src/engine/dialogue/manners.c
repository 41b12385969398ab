/*
 * Manners: messages that ask nothing (a greeting, a remark), that ask on without a subject
 * (去哪办), that tell a circumstance of what was answered (身份证号没错), or that say that an
 * answer or a contact did not help. They are read together with what was found for the message: if
 * the folder has the message word for word, it is answered as a question.
 */
#include "base/utf8.h"
#include "engine/dialogue/option.h"
#include "engine/dialogue/turn.h"

enum {
	CIRCUMSTANCE_MOST = 20, /* code points of a message that only tells a circumstance */
	REMARK_MOST = 12,
	VAGUE_LEAST = 2, /* characters of a word that a referral may be about */
	LOST_MOST = 2,   /* characters of a subject that may be nobody's: 找谁解除 */
	FAILED_MOST = 16,
	LOST_FOLLOWING_MOST = 12,
	LEANING_MOST = 6,
};
static const double leans_from = 0.2; /* confidence */
static const float known_from = 0.7F; /* cosine, and share of the message that is known */

static const struct entry *own_talk(const struct knowledge *knowledge, enum cue cue)
{
	for (size_t i = knowledge->answer_count; i < knowledge->entry_count; i++)
		if (knowledge->entries[i].cue == cue)
			return &knowledge->entries[i];
	return NULL;
}

/* The key of the built-in sentence. */
static const char *talk_key(enum cue cue)
{
	switch (cue) {
	case CUE_GREETING:
		return "talk_greeting";
	case CUE_THANKS:
		return "talk_thanks";
	case CUE_GOODBYE:
		return "talk_goodbye";
	case CUE_STOP:
		return "talk_stop";
	case CUE_REJECT:
		return "none_of_these";
	case CUE_TROUBLE:
	case CUE_SKIP:
	case CUE_FOLLOW:
		return "talk_trouble";
	default:
		return "talk_fine";
	}
}

void turn_talk(struct turn *turn, enum cue cue)
{
	const struct entry *own = own_talk(turn->snapshot->knowledge, cue);
	struct reply *reply = turn->reply;
	const bool handoff = own ? own->kind == ENTRY_HANDOFF : cue == CUE_PERSON;
	reply->outcome = handoff ? OUTCOME_HANDOFF : OUTCOME_SMALLTALK;
	reply->reason = own || handoff ? NULL : talk_key(cue);
	reply->topic = own ? own->id : NULL;
}

/* Whether more than shared words speaks for what was found. */
static bool is_spoken_for(const struct match_candidate *found)
{
	return found->evidence.exact > 0 || found->evidence.prompt > 0 ||
	       found->evidence.pattern > 0;
}

static bool is_word_for_word(const struct match_result *found)
{
	return found->band == BAND_ANSWER &&
	       (found->answers[0].evidence.exact > 0 || found->answers[0].evidence.prompt > 0);
}

/* Whether the folder has a sentence like the message: an office may answer 你是人工吗. */
static bool is_known(const struct match_result *found)
{
	return found->ranking_count > 0 && found->ranking[0].evidence.similarity >= known_from &&
	       found->ranking[0].evidence.coverage >= known_from;
}

/* Whether the message clearly asks for another entry than the last one. */
static bool is_elsewhere(const struct match_result *found, const struct entry *last)
{
	if (found->band != BAND_ANSWER)
		return false;
	return found->answer_count > 1 ||
	       (found->answers[0].entry != last && is_spoken_for(&found->answers[0]));
}

static bool hears(const struct turn *turn, const struct entry *entry, const struct text *text)
{
	const struct words *words = turn->snapshot->words;
	for (size_t i = 0; i < entry->question_count; i++)
		if (option_overheard(words, entry, &entry->questions[i], &turn->selection,
		                     text->utf8, false) ||
		    (turn->selection.denies &&
		     option_touched(words, entry, &entry->questions[i], text->utf8)))
			return true;
	return false;
}

/* Whether a pick of the entry names what dates are said of: of = '到期'. */
static bool picks_name(const struct entry *entry, const char *of)
{
	char literal[QUESTION_FACT_SIZE + 2];
	snprintf(literal, sizeof(literal), "'%s'", of);
	for (size_t i = 0; i < entry->judged_count; i++)
		for (size_t p = 0; p < entry->judged[i].pick_count; p++)
			if (strstr(entry->judged[i].picks[p].select, literal))
				return true;
	return false;
}

/*
 * 是2022年做的, 他是59年的: only a date, and one that the entry's rules or options may read. After
 * an answer about results, 我证还有五天到期 is about something else.
 */
static bool tells_date(const struct turn *turn, const struct entry *entry)
{
	const struct reads reads = diagnoser_reads(turn->snapshot->diagnoser, entry);
	bool is_read = false;
	size_t days = 0;
	for (size_t i = 0; i < turn->dates.count; i++) {
		const struct date *date = &turn->dates.items[i];
		days += !date->stated;
		is_read = is_read || (reads.columns[RELATION_TYPED] != 0 &&
		                      (!date->of || picks_name(entry, date->of)));
	}
	for (size_t q = 0; q < entry->question_count && !is_read; q++)
		is_read = option_since(&entry->questions[q], &turn->dates, true) != NULL;
	return days > 0 && is_read && turn_is_all_dates(turn);
}

/* 我2023年考的首次取证 states the day of something that a question of the entry asks about. */
static bool tells_dated_circumstance(const struct turn *turn, const struct entry *entry)
{
	const struct selection *selection = &turn->selection;
	if (!selection->short_enough || selection->asks || selection->follows)
		return false;
	for (size_t i = 0; i < turn->dates.count; i++)
		for (size_t q = 0; q < entry->question_count; q++)
			if (!turn->dates.items[i].stated &&
			    option_dates(&entry->questions[q], turn->dates.items[i].of))
				return true;
	return false;
}

/* 昨天转入的钱 begins with a date and is none. */
static bool goes_beyond_its_date(const struct turn *turn, struct span part)
{
	const struct date *date = turn_date_under(turn, part);
	return date && part.ptr + part.len > turn->normal.utf8.ptr + date->end;
}

/* 12月能办吗, 都三天了: dates alone, and of nothing but what is done or was talked of before. */
static bool is_of_days(const struct turn *turn)
{
	for (size_t i = 0; i < turn->dates.count; i++) {
		const struct date *date = &turn->dates.items[i];
		const struct date_subject *subject = turn_date_subject(turn, date->of);
		if (date->stated || (turn->dated && subject && !subject->weak))
			return false;
	}
	if (turn->dates.count == 0 || !turn_is_all_dates(turn))
		return false;
	for (size_t i = 0; i < turn->selection.subject_count; i++)
		if (goes_beyond_its_date(turn, turn->selection.subjects[i]))
			return false;
	return true;
}

/*
 * 12月能办吗: when something may be done, and not what. 下半年什么时候能报 may be an entry's
 * question.
 */
static bool plans_only(const struct turn *turn, const struct text *text)
{
	return text->count <= LOST_FOLLOWING_MOST && !turn->selection.asks_details &&
	       is_of_days(turn) && turn->dates.items[0].of;
}

static bool is_in(struct turn *turn, const char *written, struct span subject)
{
	struct text text;
	return turn_normalise(turn, span_of(written), &text) &&
	       memmem(text.utf8.ptr, text.utf8.len, subject.ptr, subject.len);
}

static bool speaks_of(struct turn *turn, const struct entry *entry, struct span subject)
{
	if (is_in(turn, entry->question, subject) || is_in(turn, entry->answer, subject))
		return true;
	for (size_t i = 0; i < entry->case_count; i++)
		if (is_in(turn, entry->cases[i].situation, subject) ||
		    is_in(turn, entry->cases[i].advice, subject))
			return true;
	return false;
}

/* Whether a referral is about the subject: 报名, 补考. */
static bool is_topic(struct turn *turn, struct span subject)
{
	const struct knowledge *knowledge = turn->snapshot->knowledge;
	if (utf8_length(subject) < 2)
		return false;
	for (size_t i = knowledge->answer_count; i < knowledge->entry_count; i++)
		if (knowledge->entries[i].kind == ENTRY_REFERRAL &&
		    is_in(turn, knowledge->entries[i].question, subject))
			return true;
	return false;
}

/* 解除 is a word of this folder, 充值 is none. */
static bool is_heard(struct turn *turn, struct span subject)
{
	struct text text;
	bool heard = false;
	return turn_normalise(turn, subject, &text) &&
	       turn_did(turn,
	                matcher_has_heard(turn->snapshot->matcher, &text, turn->arena, &heard)) &&
	       heard;
}

static bool is_thing(struct turn *turn, struct span subject)
{
	struct text text;
	bool thing = false;
	return turn_normalise(turn, subject, &text) &&
	       turn_did(turn,
	                matcher_names_thing(turn->snapshot->matcher, &text, turn->arena, &thing)) &&
	       thing;
}

/* The message begins with it. */
static bool begins(const struct turn *turn, struct span subject)
{
	return subject.ptr == turn->normal.utf8.ptr;
}

/* Whether the referral covers all subjects of the message. */
static bool names_all(struct turn *turn, const struct entry *referral,
                      const struct selection *selection)
{
	for (size_t i = 0; i < selection->subject_count; i++)
		if (!is_in(turn, referral->question, selection->subjects[i]))
			return false;
	return true;
}

/*
 * 考试时间是什么时候, after an answer about results: a topic of the referral stands in the message
 * as it is, and the last entry does not speak of it.
 */
static bool states_topic(struct turn *turn, const struct entry *referral, const struct entry *last)
{
	static const char mark[] = "、";
	struct text topic;
	for (const char *at = referral->question, *end; *at; at = end) {
		end = strstr(at, mark);
		const struct span part = { at, end ? (size_t)(end - at) : strlen(at) };
		end = end ? end + strlen(mark) : at + part.len;
		if (utf8_length(part) > LOST_MOST && turn_normalise(turn, part, &topic) &&
		    memmem(turn->bare.utf8.ptr, turn->bare.utf8.len, topic.utf8.ptr,
		           topic.utf8.len) &&
		    !speaks_of(turn, last, topic.utf8))
			return true;
	}
	return false;
}

/* 会不会没同步: drops the denial, because the entry may have another one. */
static struct span without_denial(const struct turn *turn, struct span subject)
{
	size_t longest = 0, at = 0, end;
	const struct word *word;
	while ((word = words_next(&turn->snapshot->words->cues, subject, 0, &at, &end)))
		if (word->meaning == CUE_DENIES && end < subject.len && end > longest)
			longest = end;
	return (struct span){ subject.ptr + longest, subject.len - longest };
}

bool turn_speaks_of_all(struct turn *turn, const struct entry *entry)
{
	const struct selection *selection = &turn->selection;
	for (size_t i = 0; i < selection->subject_count; i++)
		if (!speaks_of(turn, entry, without_denial(turn, selection->subjects[i])))
			return false;
	return true;
}

/* Whether the last entry has every subject of the message and the best match none. */
static bool speaks_of_all(struct turn *turn, const struct entry *last,
                          const struct match_result *found)
{
	const struct selection *selection = &turn->selection;
	const struct entry *first = found->ranking_count > 0 ? found->ranking[0].entry : last;
	if (!turn_speaks_of_all(turn, last))
		return false;
	for (size_t i = 0; i < selection->subject_count && first != last; i++)
		if (is_in(turn, first->question, selection->subjects[i]))
			return false;
	return true;
}

static bool stands_in(struct span part, struct span text)
{
	return memmem(text.ptr, text.len, part.ptr, part.len) != NULL;
}

/*
 * 身份证丢, of a question about 借书证丢, begins with another thing, and the question has the rest.
 * Bytes of the thing; 0 where it does not.
 */
static size_t other_thing(struct span subject, const struct thing_ends *ends, struct span question)
{
	for (size_t at = 0; at < subject.len;) {
		const uint32_t point = utf8_next(subject, &at);
		const struct span thing = { subject.ptr, at };
		const struct span rest = { subject.ptr + at, subject.len - at };
		for (size_t i = 0; i < ends->count; i++)
			if (ends->items[i] == point && !stands_in(thing, question) &&
			    stands_in(rest, question))
				return at;
	}
	return 0;
}

/*
 * 身份证怎么补办, after an answer about 借书证: the entry's own question with another thing in it,
 * even if the answer speaks of that thing. 身份证忘带了, 居住证行吗 ask about what the answer says.
 */
bool turn_is_about_another(struct turn *turn, const struct entry *entry)
{
	struct text question;
	struct thing_ends ends;
	bool another = false, shares = turn->selection.asks_details;
	if (!turn_normalise(turn, span_of(entry->question), &question) ||
	    !turn_did(turn,
	              matcher_thing_ends(turn->snapshot->matcher, &question, turn->arena, &ends)))
		return false;
	for (size_t i = 0; i < turn->selection.subject_count; i++) {
		const struct span subject = turn->selection.subjects[i];
		if (stands_in(subject, question.utf8)) {
			shares = true;
			continue;
		}
		const size_t thing = other_thing(subject, &ends, question.utf8);
		if (thing == 0)
			return false;
		shares = shares || thing < subject.len;
		another = true;
	}
	return another && shares;
}

/* The referral that would be named besides; NULL for none. */
static const struct entry *referral_of(const struct match_result *found)
{
	return found->other && found->other->kind == ENTRY_REFERRAL ? found->other : NULL;
}

/* Whether a referral, or an answer of another entry, has what the message asks about. */
static bool is_asked_elsewhere(struct turn *turn, const struct entry *last,
                               const struct match_result *found, const struct entry *referral)
{
	const struct selection *selection = &turn->selection;
	if (referral && selection->subject_count > 1 &&
	    !(selection->follows && !names_all(turn, referral, selection)))
		return true;
	return found->band == BAND_ANSWER && found->answers[0].entry != last && !selection->follows;
}

/*
 * 延续需要交什么材料, after an answer that tells of no 材料: a word that is vague by itself is what
 * a referral is about.
 */
static bool asks_of_referred(struct turn *turn, const struct entry *referral,
                             const struct entry *last)
{
	const struct words *words = turn->snapshot->words;
	const struct span text = turn->bare.utf8;
	bool asks = false;
	for (size_t place = 0; place < text.len && !asks; (void)utf8_next(text, &place)) {
		size_t at = 0, end;
		const struct word *word;
		while (!asks && (word = words_next(&words->cues, text, place, &at, &end))) {
			const struct span vague = { text.ptr + place, end - place };
			asks = word->meaning == CUE_VAGUE && utf8_length(vague) >= VAGUE_LEAST &&
			       is_in(turn, referral->question, vague) &&
			       !speaks_of(turn, last, vague);
		}
	}
	return asks;
}

/* Whether the message says what the referral is about, and the last entry is not. */
static bool asks_for_referral(struct turn *turn, const struct entry *referral,
                              const struct entry *last)
{
	return states_topic(turn, referral, last) || asks_of_referred(turn, referral, last);
}

/* 找谁解除, after an answer that does not say 解除: one short word that is nobody's. */
static bool follows_with_lost_word(struct turn *turn, const struct entry *last)
{
	const struct selection *selection = &turn->selection;
	return selection->follows && selection->subject_count == 1 &&
	       selection->subject_length <= LOST_MOST &&
	       !speaks_of(turn, last, selection->subjects[0]);
}

/* Whether the message asks only about what the last entry speaks of. */
static bool asks_on(struct turn *turn, const struct entry *last, const struct match_result *found)
{
	const struct selection *selection = &turn->selection;
	if (!selection->short_enough || (!selection->follows && !selection->asks) ||
	    turn_is_about_another(turn, last))
		return false;
	const struct entry *referral = referral_of(found);
	if (referral && asks_for_referral(turn, referral, last))
		return false;
	if (selection->subject_count == 0)
		return selection->kind == CUE_FOLLOW || !referral;
	if (is_asked_elsewhere(turn, last, found, referral))
		return false;
	if (follows_with_lost_word(turn, last))
		return !referral && !is_topic(turn, selection->subjects[0]) &&
		       is_heard(turn, selection->subjects[0]);
	return speaks_of_all(turn, last, found);
}

/* Few words, none of which asks anything or says that they follow. */
static bool only_names(const struct selection *selection, const struct text *text)
{
	return selection->kind == CUE_NOTHING && !selection->asks && !selection->follows &&
	       text->count <= LEANING_MOST;
}

/* 继续教育的: only says which of what the last entry speaks of. */
static bool tells_which(struct turn *turn, const struct entry *last, const struct text *text)
{
	const struct selection *selection = &turn->selection;
	static const char of[] = "的";
	const size_t length = sizeof(of) - 1;
	return only_names(selection, text) && !selection->denies && selection->subject_count > 0 &&
	       text->utf8.len > length &&
	       memcmp(text->utf8.ptr + text->utf8.len - length, of, length) == 0 &&
	       turn_speaks_of_all(turn, last);
}

static bool names_topic(struct turn *turn)
{
	for (size_t i = 0; i < turn->selection.subject_count; i++)
		if (is_topic(turn, turn->selection.subjects[i]))
			return true;
	return false;
}

/* Nothing answers the message but a referral, and of the entries the last one is the nearest. */
static bool is_nearest_to(const struct match_result *found, const struct entry *last)
{
	return found->band == BAND_DECLINE && referral_of(found) && found->ranking_count > 0 &&
	       found->ranking[0].entry == last && found->ranking[0].confidence >= leans_from;
}

/* Few words, shared by a referral and by the last entry, are about the last entry. */
static bool leans(struct turn *turn, const struct entry *last, const struct match_result *found,
                  const struct text *text)
{
	if (!is_elsewhere(found, last) && tells_which(turn, last, text))
		return true;
	return !names_topic(turn) && only_names(&turn->selection, text) &&
	       is_nearest_to(found, last) && turn_speaks_of_all(turn, last);
}

static bool take_failed_contact(struct turn *turn, const struct text *text)
{
	const struct selection *selection = &turn->selection;
	if (text->count > FAILED_MOST || (!selection->phone_failed && !selection->group_failed))
		return false;
	turn->reply->outcome = OUTCOME_HANDOFF;
	turn->reply->reason = selection->phone_failed ? "phone_failed" : "group_failed";
	return true;
}

/* 还是不行, after an answer: do not repeat the answer. */
static bool take_unhelped(struct turn *turn, const struct entry *last,
                          const struct match_result *found)
{
	if (!turn->selection.unhelped || is_elsewhere(found, last))
		return false;
	if (found->band == BAND_ANSWER && found->answers[0].named_case)
		return false;
	turn_decline(turn, "did_not_help");
	return true;
}

/*
 * 那我该找谁, after a decline: an answer from before is not meant, least of all one that did not
 * help.
 */
static bool take_lost(struct turn *turn, const struct text *text)
{
	const struct conversation *conversation = turn->conversation;
	if (turn->selection.kind != CUE_FOLLOW || text->count > LOST_FOLLOWING_MOST ||
	    conversation->fruitless == 0 || conversation->offered_count > 0)
		return false;
	turn_talk(turn, CUE_PERSON);
	return true;
}

/* The case of the entry that the message names, or NULL. */
static const struct entry_case *case_in(const struct match_result *found, const struct entry *entry)
{
	for (size_t i = 0; i < found->ranking_count; i++)
		if (found->ranking[i].entry == entry)
			return found->ranking[i].named_case;
	return NULL;
}

static bool stay(struct turn *turn, const struct entry *last, const struct entry_case *named_case)
{
	if (last == turn_last(turn) && !named_case)
		return turn_repeat(turn);
	turn_answer(turn, last, named_case);
	return true;
}

/* The thing that the subject names, without what stands around it: 他身份证号 names 身份证. */
static struct span thing_in(struct turn *turn, struct span subject)
{
	struct span thing = subject;
	for (struct span part = thing; part.len > 0 && is_thing(turn, part);
	     part.len = utf8_before(part, part.len))
		thing = part;
	for (struct span part = thing; part.len > 0 && is_thing(turn, part);) {
		size_t next = 0;
		thing = part;
		(void)utf8_next(part, &next);
		part = (struct span){ part.ptr + next, part.len - next };
	}
	return thing;
}

/*
 * 身份证过期了, after an answer about 证书过期: what is told is told of another thing, or of what
 * no entry speaks of.
 */
static bool tells_of_another(struct turn *turn, const struct entry *last)
{
	for (size_t i = 0; i < turn->selection.subject_count; i++) {
		const struct span subject = turn->selection.subjects[i];
		if (is_thing(turn, subject) ? !speaks_of(turn, last, thing_in(turn, subject))
		                            : begins(turn, subject) && !is_heard(turn, subject))
			return true;
	}
	return false;
}

/* The message tells a circumstance that the last entry asks about, and asks for no other entry. */
static bool tells_circumstance(struct turn *turn, const struct entry *last,
                               const struct match_result *found, const struct text *text)
{
	const struct selection *selection = &turn->selection;
	if (!hears(turn, last, text) || tells_of_another(turn, last) ||
	    (selection->asks && referral_of(found)))
		return false;
	return selection->asks || selection->corrected_from > 0 ? !is_elsewhere(found, last)
	                                                        : !is_word_for_word(found);
}

/* Whether what is said stays with the last entry, and not only what is told. */
static bool stays(struct turn *turn, const struct entry *last, const struct match_result *found)
{
	const enum cue kind = turn->selection.kind;
	return (kind == CUE_FOLLOW || kind == CUE_NOTHING) && !is_elsewhere(found, last) &&
	       asks_on(turn, last, found);
}

/* A follow-up that stays with the entry of the last answer. */
static bool take_follow_up(struct turn *turn, const struct entry *last,
                           const struct match_result *found, const struct text *text)
{
	const struct entry *named = turn_named(turn);
	if (named && !is_elsewhere(found, named)) {
		turn_answer(turn, named, NULL);
		return true;
	}
	if (!last)
		return false;
	const bool brief = text->count <= CIRCUMSTANCE_MOST;
	if (brief && (tells_date(turn, last) || tells_dated_circumstance(turn, last))) {
		turn->follows = true;
		turn_answer(turn, last, NULL);
		turn->searched = last->apart.fact[0] != '\0'; /* its sibling may be meant by it */
		return true;
	}
	if (brief && tells_circumstance(turn, last, found, text)) {
		turn->follows = true;
		turn_answer(turn, last, NULL);
		return true;
	}
	if (is_of_days(turn) && !is_elsewhere(found, last))
		return stay(turn, last, NULL);
	if (stays(turn, last, found)) {
		turn->follows = true;
		return stay(turn, last, case_in(found, last));
	}
	if (!leans(turn, last, found, text))
		return false;
	turn_answer(turn, last, NULL);
	return true;
}

bool turn_repeat_referral(struct turn *turn)
{
	const char *id = turn->conversation->referral;
	if (!id[0] || !knowledge_find(turn->snapshot->knowledge, id))
		return false;
	turn_decline(turn, "referral");
	turn->reply->topic = knowledge_find(turn->snapshot->knowledge, id)->id;
	return true;
}

static bool is_talk(enum cue kind)
{
	switch (kind) {
	case CUE_YES:
	case CUE_FINE:
	case CUE_GO_ON:
	case CUE_SKIP:
	case CUE_GREETING:
	case CUE_THANKS:
	case CUE_GOODBYE:
	case CUE_REMARK:
	case CUE_TROUBLE:
		return true;
	default:
		return false;
	}
}

/* Small talk, unless the knowledge has the message as a question. */
static bool take_plain_talk(struct turn *turn, const struct match_result *found)
{
	const enum cue kind = turn->selection.kind;
	if (is_known(found))
		return false;
	if (is_talk(kind)) {
		turn_talk(turn, kind);
		return true;
	}
	if (kind == CUE_PERSON && !(found->other && found->other->kind == ENTRY_HANDOFF)) {
		turn_talk(turn, CUE_PERSON);
		return true;
	}
	if (kind == CUE_AGAIN) {
		turn->reply->outcome = OUTCOME_SMALLTALK;
		turn->reply->reason = "which_question";
		return true;
	}
	return false;
}

/* 我去年办的证 begins with no 我去. */
static bool remarks(const struct turn *turn)
{
	const size_t end = turn->selection.remark_end;
	for (size_t i = 0; i < turn->dates.count; i++)
		if (turn->dates.items[i].start < end && end < turn->dates.items[i].end)
			return false;
	return turn->selection.remarks;
}

/* 不是照片的问题 does not say what the problem is, and 不是我，是我同事 only whose it is. */
static bool names_no_trouble(const struct turn *turn, const struct match_result *found)
{
	return turn->selection.denies ||
	       (turn->selection.instead && found->band != BAND_ANSWER && !found->other &&
	        turn->dates.count == 0 && turn->conversation->offered_count == 0);
}

/* The small talk in a longer message: CUE_THANKS, CUE_TROUBLE, CUE_REMARK, or CUE_NOTHING. */
static enum cue talk_in(const struct turn *turn, const struct match_result *found,
                        const struct text *text)
{
	const struct selection *selection = &turn->selection;
	const bool agrees = selection->opening == CUE_FINE || selection->opening == CUE_YES;
	const struct entry *about = turn_about(turn);
	if (selection->thanks_at_end && agrees)
		return CUE_THANKS;
	if (text->count > REMARK_MOST)
		return CUE_NOTHING;
	if (names_no_trouble(turn, found) && !(about && hears(turn, about, text)))
		return CUE_TROUBLE;
	return remarks(turn) && (agrees || found->band != BAND_ANSWER) ? CUE_REMARK : CUE_NOTHING;
}

static bool take_talk(struct turn *turn, const struct match_result *found, const struct text *text)
{
	const struct selection *selection = &turn->selection;
	const bool open = found->band != BAND_ANSWER || !is_spoken_for(&found->answers[0]) ||
	                  selection->denies;
	if (take_plain_talk(turn, found))
		return true;
	if (!open || selection->asks)
		return false;
	const enum cue talk = talk_in(turn, found, text);
	if (talk != CUE_NOTHING)
		turn_talk(turn, talk);
	return talk != CUE_NOTHING;
}

/* 12月能办吗, without an answer before it: asks what is meant. */
static bool take_plan(struct turn *turn, const struct match_result *found, const struct text *text)
{
	if (!plans_only(turn, text) || turn->conversation->asked_apart || is_known(found))
		return false;
	turn_talk(turn, CUE_FOLLOW);
	return true;
}

/* A follow-up of nothing that was answered or found. */
static bool take_bare_follow_up(struct turn *turn, const struct entry *last,
                                const struct match_result *found)
{
	if (turn->selection.kind != CUE_FOLLOW || found->band == BAND_ANSWER || found->other ||
	    is_known(found))
		return false;
	/* 今天报行不行, under choices, does not tell which of them it is about. */
	if (!last && turn_offer_again(turn, NULL))
		return true;
	turn_talk(turn, CUE_FOLLOW);
	return true;
}

bool turn_take_manners(struct turn *turn, const struct match_result *found, const struct text *text)
{
	const struct entry *last = turn_about(turn);
	if (is_word_for_word(found))
		return false;
	if (take_failed_contact(turn, text))
		return true;
	if (last && turn->selection.kind != CUE_THANKS && take_unhelped(turn, last, found))
		return true;
	if (take_talk(turn, found, text))
		return true;
	if (turn->selection.kind == CUE_FOLLOW && turn_repeat_referral(turn))
		return true;
	if (last && take_lost(turn, text))
		return true;
	if (take_follow_up(turn, last, found, text))
		return true;
	if (!last && take_plan(turn, found, text))
		return true;
	return take_bare_follow_up(turn, last, found);
}

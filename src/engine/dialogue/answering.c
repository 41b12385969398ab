/*
 * Answering: a message that answers what the last reply asked, be it a question of the self-check
 * or the one that tells siblings apart.
 *
 * self_check.c reads the message as an answer. If that leaves open whether it is one
 * (CHECK_UNCLEAR), the message is matched like any question, and turn_settle() decides afterwards:
 * a clear question of its own pauses the self-check, anything else is taken as the answer.
 */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "engine/dialogue/turn.h"

enum { SIBLING_ANSWER_MOST = 24 /* code points: a longer message is a question of its own */ };

static const double sure_from = 0.9; /* confidence */

/* Two questions are the same whatever marks they end with. */
static struct span without_end(struct span text)
{
	while (text.len > 0 && memchr("?!., ", text.ptr[text.len - 1], 5))
		text.len--;
	return text;
}

void turn_note_question(struct turn *turn, const struct text *text)
{
	struct conversation *conversation = turn->conversation;
	const struct span question = without_end(text->utf8);
	const size_t len = question.len < ASKED_SIZE ? question.len : 0;
	memcpy(conversation->asked, question.ptr, len);
	conversation->asked[len] = '\0';
}

/*
 * Until the person begins the self-check, its first question only stands in the reply. 获取不到成绩
 * sent again, or 证书过期还可以延续吗, is then a question and not an option.
 */
static bool is_question(const struct turn *turn, const struct text *text)
{
	const struct conversation *conversation = turn->conversation;
	const struct selection *selection = &turn->selection;
	return !conversation->check.running && !conversation->asked_apart &&
	       ((selection->asks &&
	         (selection->kind == CUE_NOTHING || selection->kind == CUE_FOLLOW)) ||
	        (conversation->asked[0] &&
	         span_equal(without_end(text->utf8), span_of(conversation->asked))));
}

/* Discards what was found for the message. */
static void forget_found(struct turn *turn)
{
	struct reply *reply = turn->reply;
	reply->reason = NULL;
	reply->topic = NULL;
	reply->next = NULL;
	reply->may_sign_in = false;
	reply->choice_count = 0;
	turn->rejects = turn->gives_up = false;
}

/*
 * The reply becomes the question of the self-check once more. After a few misses in a row it offers
 * a person, and the question waits.
 */
static void ask_again(struct turn *turn, const struct check_move *move)
{
	struct reply *reply = turn->reply;
	forget_found(turn);
	if (self_check_missed(&turn->conversation->check)) {
		self_check_pause(&turn->conversation->check);
		reply->answer_count = 0;
		reply->outcome = OUTCOME_HANDOFF;
		reply->reason = "fruitless";
		turn->keeps_check = true;
		return;
	}
	reply->reason = "no_such_option";
	turn->again = move->again;
	turn_answer(turn, move->entry, NULL);
}

/* True when the message belongs to a self-check; the reply is then begun. */
static bool take_check(struct turn *turn, const struct text *text, struct check_move *move)
{
	struct conversation *conversation = turn->conversation;
	const struct entry *asked =
	        conversation->check.entry[0]
	                ? knowledge_find(turn->snapshot->knowledge, conversation->check.entry)
	                : NULL;
	turn->answered = asked && conversation->check.fact[0]
	                         ? entry_question(asked, conversation->check.fact)
	                         : NULL;
	*move = self_check_read(&conversation->check, &conversation->told, turn->snapshot, text,
	                        &turn->dates, turn->dates_alone, &turn->selection, turn_last(turn),
	                        turn->arena);
	if (move->kind == CHECK_NO_MOVE || move->kind == CHECK_UNCLEAR)
		return false;
	turn->in_check = true;
	turn->again = move->again;
	switch (move->kind) {
	case CHECK_STOPPED:
	case CHECK_NOTHING:
		turn->reply->outcome = OUTCOME_SMALLTALK;
		turn->reply->reason =
		        move->kind == CHECK_STOPPED ? "check_stopped" : "check_nothing";
		break;
	case CHECK_NO_SUCH_OPTION:
		ask_again(turn, move);
		break;
	default:
		turn_answer(turn, move->entry, NULL);
		break;
	}
	return true;
}

/* The question that tells siblings apart is stored like one of a self-check. */
void turn_await_sibling(struct turn *turn)
{
	struct self_check *check = &turn->conversation->check;
	const struct reply *reply = turn->reply;
	assert(reply->next && reply->choice_count > 0);
	self_check_leave(check);
	for (size_t i = 0; i < reply->choice_count; i++)
		if (entry_question(reply->choices[i].entry, reply->next->fact) == reply->next)
			snprintf(check->entry, sizeof(check->entry), "%s",
			         reply->choices[i].entry->id);
	snprintf(check->fact, sizeof(check->fact), "%s", reply->next->fact);
}

bool turn_take_sibling(struct turn *turn)
{
	struct self_check *check = &turn->conversation->check;
	const struct sibling_input input = turn_sibling_input(turn);
	const struct entry *asked =
	        turn->normal.count <= SIBLING_ANSWER_MOST && check->fact[0] &&
	                        (turn->conversation->asked_apart ||
	                         turn->move.kind == CHECK_UNCLEAR)
	                ? knowledge_find(turn->snapshot->knowledge, check->entry)
	                : NULL;
	const struct entry *meant = asked ? siblings_answered(&input, asked, check->fact) : NULL;
	if (!meant)
		return false;
	self_check_leave(check);
	turn_answer(turn, meant, NULL);
	return true;
}

/* 我去年10月办的证: dates of another thing, and nothing that is asked. */
static bool tells_other_dates(const struct turn *turn)
{
	bool others = turn->selection.short_enough && !turn->selection.asks &&
	              !turn->selection.follows && turn->dates.count > 0;
	for (size_t i = 0; i < turn->dates.count && others; i++)
		others = turn->dates.items[i].of != NULL;
	return others;
}

bool turn_ask_sibling_again(struct turn *turn)
{
	const struct conversation *conversation = turn->conversation;
	const struct entry *members[SIBLINGS_MOST], *asked;
	struct reply *reply = turn->reply;
	if (!conversation->asked_apart || turn->dates.count == 0 ||
	    !(turn_is_all_dates(turn) || tells_other_dates(turn)))
		return false;
	asked = knowledge_find(turn->snapshot->knowledge, conversation->check.entry);
	const size_t count = asked ? entry_siblings(turn->snapshot->knowledge, asked, members) : 0;
	for (size_t i = 0; i < count && i < REPLY_CHOICES_MOST; i++)
		reply->choices[reply->choice_count++] =
		        (struct match_candidate){ .entry = members[i] };
	if (count == 0)
		return false;
	reply->outcome = OUTCOME_CHOOSE;
	turn->searched = true;
	return true;
}

/* Answers the sibling of the option that was taken; all siblings if the question was skipped. */
static void answer_siblings(struct turn *turn, const struct entry *asked)
{
	const struct entry *members[SIBLINGS_MOST];
	struct reply *reply = turn->reply;
	const size_t count = entry_siblings(turn->snapshot->knowledge, asked, members);
	const char *value = told_value(&turn->conversation->told, asked->apart.fact);
	self_check_leave(&turn->conversation->check);
	turn_answer(turn, asked, NULL);
	size_t kept = 0;
	for (size_t i = 0; i < count && kept < REPLY_ANSWERS_MOST; i++) {
		if (value && value[0] && strcmp(members[i]->apart.is, value) != 0)
			continue;
		reply->answers[kept] = reply->answers[0];
		reply->answers[kept++].entry = members[i];
	}
	reply->answer_count = kept > 0 ? kept : 1;
}

bool turn_take_answer(struct turn *turn, const struct text *text)
{
	struct check_move move;
	if (is_question(turn, text))
		return false;
	if (!take_check(turn, text, &move)) {
		turn->move = move;
		return false;
	}
	if (turn->conversation->asked_apart && move.kind == CHECK_ON)
		answer_siblings(turn, move.entry);
	return true;
}

/*
 * The message asks for a person or for one of siblings, or more than shared words speaks for one
 * entry.
 */
static bool asks_clearly(const struct reply *reply, bool asks)
{
	const struct match_candidate *answer = &reply->answers[0];
	return reply->outcome == OUTCOME_HANDOFF || (reply->outcome == OUTCOME_ASK && asks) ||
	       (reply->outcome == OUTCOME_ANSWER &&
	        (answer->by != MATCH_BY_SEARCH || answer->evidence.exact > 0 ||
	         (asks && answer->confidence >= sure_from)));
}

/*
 * 提示您尚有未办结的申请事项 contains a word of an option, but it is a sentence of another entry,
 * or certainly about another entry.
 */
static bool states_else(const struct turn *turn, const struct check_move *move)
{
	const struct reply *reply = turn->reply;
	const struct match_candidate *answer = &reply->answers[0];
	assert(move->option);
	if (reply->outcome != OUTCOME_ANSWER || reply->answer_count != 1 ||
	    answer->entry == move->entry || answer->by == MATCH_BY_CHOICE)
		return false;
	/* 房建那个改了，市政那个没改: a message with two options is about the question. */
	return answer->evidence.exact > 0 || answer->evidence.prompt > 0 ||
	       (answer->confidence >= sure_from && !move->option->mixes && turn->dates.count == 0 &&
	        !words_stand(&words_of(turn->snapshot->words, move->entry, move->again)->about,
	                     turn->normal.utf8, turn->normal.utf8.len));
}

/*
 * Whether the message asks something else than the self-check did. If it names an option as well,
 * it does so only when another entry answers it: 先不说过没过期，照片传不上去怎么办.
 */
static bool asks_else(const struct turn *turn, const struct check_move *move)
{
	const struct reply *reply = turn->reply;
	/* 啊？ finds the same entry once more: not another question. */
	const struct match_candidate *answer = &reply->answers[0];
	if (!move->option)
		return asks_clearly(reply, turn->selection.asks) &&
		       !(reply->answer_count == 1 && answer->entry == move->entry &&
		         answer->by == MATCH_BY_CHOICE && !turn->selection.follows);
	if (!turn->selection.asks)
		return states_else(turn, move);
	const struct match_candidate *found =
	        reply->answer_count > 0 ? reply->answers : reply->choices;
	return reply->outcome == OUTCOME_HANDOFF || reply->answer_count > 1 ||
	       (reply->answer_count + reply->choice_count > 0 && found->entry != move->entry);
}

enum status turn_settle(struct turn *turn)
{
	struct check_move move = turn->move;
	const struct sibling_input input = turn_sibling_input(turn);
	const enum status status =
	        turn->searched ? siblings_resolve(&input, turn->reply) : STATUS_OK;
	if (status != STATUS_OK || move.kind != CHECK_UNCLEAR)
		return status;
	assert(move.entry && move.again); /* what is unclear is an answer to some question */
	if (turn->selection.defines && !asks_clearly(turn->reply, false)) {
		/* What a word of the question means: the question again, with its reason. */
		forget_found(turn);
		turn->in_check = true;
		turn->again = move.again;
		turn_answer(turn, move.entry, NULL);
	} else if (turn->selected || asks_else(turn, &move)) {
		self_check_pause(&turn->conversation->check);
	} else if (move.option) {
		forget_found(turn);
		turn->in_check = true;
		self_check_answer(&turn->conversation->check, &turn->conversation->told, &move);
		turn_answer(turn, move.entry, NULL);
	} else {
		ask_again(turn, &move);
	}
	return STATUS_OK;
}

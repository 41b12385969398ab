/*
 * How it works: visit_conversation() visits every member in one order, and serves both for writing
 * and for reading (base/codec.h); there is no second list of members to keep in step. The state
 * begins with the number of the format and the version of the knowledge.
 *
 * Add a member: visit it at the end of the part that it belongs to, and raise FORMAT. States of
 * another format are refused: the conversation begins anew.
 */
#include "engine/dialogue/conversation_state.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "engine/dialogue/turn.h"

enum {
	FORMAT = 1,
	CASES_MOST = 64,   /* that struct self_check can remember */
	CASE_ID_SIZE = 64, /* a longer id is not found again in another version */
};

/* Nothing is longer as bytes than it is in the struct, but for the lengths. */
_Static_assert(sizeof(struct conversation) + CASES_MOST * CASE_ID_SIZE + 1024 <=
                       CONVERSATION_STATE_MOST,
               "a conversation fits");

/* What a conversation remembers by place, here by name. */
struct places {
	char version[KNOWLEDGE_VERSION_SIZE];
	char last_case[CASE_ID_SIZE];
	char before[CASES_MOST][CASE_ID_SIZE]; /* cases of the self-check's entry that applied */
	size_t before_count;
};

/* --- the parts of a conversation --- */

static void visit_ids(struct codec *codec, char ids[][ENTRY_ID_SIZE], size_t *count, size_t most)
{
	codec_count(codec, count, most);
	for (size_t i = 0; i < *count; i++)
		codec_text(codec, ids[i], ENTRY_ID_SIZE);
}

static void visit_told(struct codec *codec, struct told *told)
{
	codec_count(codec, &told->said_count, TOLD_SAID_MOST);
	for (size_t i = 0; i < told->said_count; i++) {
		codec_text(codec, told->said[i].fact, sizeof(told->said[i].fact));
		codec_text(codec, told->said[i].value, sizeof(told->said[i].value));
		codec_flag(codec, &told->said[i].open);
	}
	codec_count(codec, &told->typed_count, TOLD_TYPED_MOST);
	for (size_t i = 0; i < told->typed_count; i++) {
		told->typed[i].kind = (enum identifier_kind)codec_number(codec, told->typed[i].kind,
		                                                         IDENTIFIER_LANDLINE);
		codec_flag(codec, &told->typed[i].valid);
		codec_text(codec, told->typed[i].value, sizeof(told->typed[i].value));
	}
	codec_count(codec, &told->date_count, TOLD_DATES_MOST);
	for (size_t i = 0; i < told->date_count; i++) {
		codec_text(codec, told->dates[i].value, sizeof(told->dates[i].value));
		codec_text(codec, told->dates[i].of, sizeof(told->dates[i].of));
		codec_text(codec, told->dates[i].from, DAY_SIZE);
		codec_text(codec, told->dates[i].to, DAY_SIZE);
	}
	codec_count(codec, &told->heard_count, TOLD_HEARD_MOST);
	for (size_t i = 0; i < told->heard_count; i++) {
		codec_text(codec, told->heard[i].fact, sizeof(told->heard[i].fact));
		codec_text(codec, told->heard[i].value, sizeof(told->heard[i].value));
	}
}

static void visit_check(struct codec *codec, struct self_check *check)
{
	codec_text(codec, check->entry, sizeof(check->entry));
	codec_text(codec, check->fact, sizeof(check->fact));
	codec_flag(codec, &check->offered);
	codec_flag(codec, &check->running);
	codec_flag(codec, &check->begins);
	codec_flag(codec, &check->stays_open);
	check->before = codec_number(codec, check->before, UINT64_MAX);
	check->missed = (unsigned)codec_number(codec, check->missed, CHECK_MISSED_MOST);
	codec_text(codec, check->left, sizeof(check->left));
}

static void visit_receipts(struct codec *codec, struct receipts *receipts)
{
	for (size_t i = 0; i < RECEIPTS_KEPT; i++) {
		codec_text(codec, receipts->items[i].receipt, sizeof(receipts->items[i].receipt));
		codec_text(codec, receipts->items[i].entry, sizeof(receipts->items[i].entry));
	}
	codec_count(codec, &receipts->next, RECEIPTS_KEPT - 1);
}

static void visit_conversation(struct codec *codec, struct conversation *conversation)
{
	conversation->random = codec_number(codec, conversation->random, UINT64_MAX);
	codec_text(codec, conversation->last, sizeof(conversation->last));
	codec_text(codec, conversation->asked, sizeof(conversation->asked));
	visit_ids(codec, conversation->offered, &conversation->offered_count, REPLY_CHOICES_MOST);
	for (size_t i = 0; i < conversation->offered_count; i++)
		codec_real(codec, &conversation->offered_confidence[i]);
	visit_ids(codec, conversation->answered, &conversation->answered_count, REPLY_ANSWERS_MOST);
	conversation->last_case =
	        (int)codec_number(codec, (uint64_t)conversation->last_case, INT32_MAX);
	visit_ids(codec, conversation->listed, &conversation->listed_count, REPLY_ANSWERS_MOST);
	codec_flag(codec, &conversation->listed_choices);
	codec_flag(codec, &conversation->by_place);
	codec_flag(codec, &conversation->listed_by_place);
	codec_text(codec, conversation->date_of, sizeof(conversation->date_of));
	codec_text(codec, conversation->referral, sizeof(conversation->referral));
	conversation->fruitless =
	        (unsigned)codec_number(codec, conversation->fruitless, UINT32_MAX);
	visit_told(codec, &conversation->told);
	codec_text(codec, conversation->tail.digits, sizeof(conversation->tail.digits));
	visit_check(codec, &conversation->check);
	codec_flag(codec, &conversation->asked_apart);
	visit_receipts(codec, &conversation->receipts);
}

static void visit_places(struct codec *codec, struct places *places)
{
	codec_text(codec, places->version, sizeof(places->version));
	codec_text(codec, places->last_case, sizeof(places->last_case));
	codec_count(codec, &places->before_count, CASES_MOST);
	for (size_t i = 0; i < places->before_count; i++)
		codec_text(codec, places->before[i], CASE_ID_SIZE);
}

/* --- what is remembered by place --- */

/* The cases that a number from 1 counts. */
static const struct entry_case *cases_of(const struct entry *entry, size_t *count)
{
	*count = entry->case_count > 0 ? entry->case_count : entry->judged_count;
	return entry->case_count > 0 ? entry->cases : entry->judged;
}

static void note_case(char id[CASE_ID_SIZE], const struct entry_case *one)
{
	if (strlen(one->id) < CASE_ID_SIZE)
		snprintf(id, CASE_ID_SIZE, "%s", one->id);
}

static void note_places(const struct conversation *conversation, const struct knowledge *knowledge,
                        struct places *places)
{
	const struct entry *last = knowledge_find(knowledge, conversation->last);
	const struct entry *checked = knowledge_find(knowledge, conversation->check.entry);
	*places = (struct places){ 0 };
	snprintf(places->version, sizeof(places->version), "%s", knowledge->version);
	if (last && conversation->last_case > 0) {
		size_t count;
		const struct entry_case *cases = cases_of(last, &count);
		if ((size_t)conversation->last_case <= count)
			note_case(places->last_case, &cases[conversation->last_case - 1]);
	}
	for (size_t i = 0; checked && i < checked->judged_count && i < CASES_MOST; i++)
		if (conversation->check.before >> i & 1)
			note_case(places->before[places->before_count++], &checked->judged[i]);
}

/* The number of the case of that id, from 1, or 0. */
static size_t case_number_of(const struct entry_case *cases, size_t count, const char *id)
{
	for (size_t i = 0; i < count && id[0]; i++)
		if (strcmp(cases[i].id, id) == 0)
			return i + 1;
	return 0;
}

/* --- another version of the knowledge --- */

static bool is_entry(const struct knowledge *knowledge, const char *id)
{
	return id[0] && knowledge_find(knowledge, id);
}

static void drop_id(const struct knowledge *knowledge, char *id)
{
	if (!is_entry(knowledge, id))
		id[0] = '\0';
}

/* 第三个 stays the third one: a missing entry leaves its place empty. */
static void drop_ids(const struct knowledge *knowledge, char ids[][ENTRY_ID_SIZE], size_t *count)
{
	bool any = false;
	for (size_t i = 0; i < *count; i++) {
		drop_id(knowledge, ids[i]);
		any = any || ids[i][0];
	}
	if (!any)
		*count = 0;
}

/* Whether a question has that answer; it may have been skipped. */
static bool is_answer(const struct knowledge *knowledge, const char *fact, const char *value)
{
	for (size_t i = 0; i < knowledge_rich_count(knowledge); i++) {
		const struct question *question =
		        entry_question(knowledge_rich(knowledge, i), fact);
		if (question && !value[0])
			return true;
		for (size_t k = 0; question && k < question->option_count; k++)
			if (strcmp(question->options[k].value, value) == 0)
				return true;
	}
	return false;
}

/* Whether an entry is told apart from its siblings by it. */
static bool is_apart(const struct knowledge *knowledge, const char *fact, const char *is)
{
	for (size_t i = 0; i < knowledge_rich_count(knowledge); i++) {
		const struct apart *apart = &knowledge_rich(knowledge, i)->apart;
		if (apart->fact && strcmp(apart->fact, fact) == 0 && strcmp(apart->is, is) == 0)
			return true;
	}
	return false;
}

static bool is_subject(const struct date_subjects *subjects, const char *of)
{
	for (size_t i = 0; i < subjects->count; i++)
		if (strcmp(subjects->items[i].of, of) == 0)
			return true;
	return false;
}

static void drop_told(const struct snapshot *snapshot, struct told *told)
{
	const struct knowledge *knowledge = snapshot->knowledge;
	size_t kept = 0;
	for (size_t i = 0; i < told->said_count; i++)
		if (is_answer(knowledge, told->said[i].fact, told->said[i].value))
			told->said[kept++] = told->said[i];
	told->said_count = kept;
	kept = 0;
	for (size_t i = 0; i < told->date_count; i++)
		if (!told->dates[i].of[0] || is_subject(&snapshot->subjects, told->dates[i].of))
			told->dates[kept++] = told->dates[i];
	told->date_count = kept;
	kept = 0;
	for (size_t i = 0; i < told->heard_count; i++)
		if (is_apart(knowledge, told->heard[i].fact, told->heard[i].value))
			told->heard[kept++] = told->heard[i];
	told->heard_count = kept;
}

static void drop_check(const struct knowledge *knowledge, const struct places *places,
                       struct self_check *check)
{
	const struct entry *entry = knowledge_find(knowledge, check->entry);
	drop_id(knowledge, check->left);
	if (!entry) {
		self_check_leave(check);
		return;
	}
	check->before = 0;
	for (size_t i = 0; i < places->before_count; i++) {
		const size_t number =
		        case_number_of(entry->judged, entry->judged_count, places->before[i]);
		if (number > 0 && number <= CASES_MOST)
			check->before |= UINT64_C(1) << (number - 1);
	}
	if (check->fact[0] && !entry_question(entry, check->fact)) {
		self_check_pause(check);
		check->fact[0] = '\0';
	}
}

static void drop_gone(const struct snapshot *snapshot, const struct places *places,
                      struct conversation *conversation)
{
	const struct knowledge *knowledge = snapshot->knowledge;
	drop_id(knowledge, conversation->last);
	drop_id(knowledge, conversation->referral);
	drop_ids(knowledge, conversation->offered, &conversation->offered_count);
	drop_ids(knowledge, conversation->answered, &conversation->answered_count);
	drop_ids(knowledge, conversation->listed, &conversation->listed_count);
	conversation->last_case = 0;
	if (conversation->last[0]) {
		const struct entry *last = knowledge_find(knowledge, conversation->last);
		size_t count;
		const struct entry_case *cases = cases_of(last, &count);
		conversation->last_case = (int)case_number_of(cases, count, places->last_case);
	}
	if (!is_subject(&snapshot->subjects, conversation->date_of))
		conversation->date_of[0] = '\0';
	drop_told(snapshot, &conversation->told);
	drop_check(knowledge, places, &conversation->check);
	if (!conversation->check.entry[0])
		conversation->asked_apart = false;
	for (size_t i = 0; i < RECEIPTS_KEPT; i++)
		drop_id(knowledge, conversation->receipts.items[i].entry);
}

/* --- all of it --- */

enum status conversation_save(const struct conversation *conversation,
                              const struct knowledge *knowledge, struct buf *out)
{
	struct codec codec = { .out = out };
	struct conversation copy = *conversation;
	struct places places;
	const size_t before = out->len;
	note_places(conversation, knowledge, &places);
	codec_number(&codec, FORMAT, FORMAT);
	visit_places(&codec, &places);
	visit_conversation(&codec, &copy);
	assert(out->len - before <= CONVERSATION_STATE_MOST);
	return buf_status(out);
}

enum status conversation_restore(struct conversation *conversation, const struct snapshot *snapshot,
                                 struct span bytes)
{
	struct codec codec = { .in = bytes };
	struct conversation read = { 0 };
	struct places places = { 0 };
	if (bytes.len > CONVERSATION_STATE_MOST || codec_number(&codec, FORMAT, FORMAT) != FORMAT)
		return STATUS_INVALID;
	visit_places(&codec, &places);
	visit_conversation(&codec, &read);
	if (!codec_ended(&codec))
		return STATUS_INVALID;
	if (strcmp(places.version, snapshot->knowledge->version) != 0)
		drop_gone(snapshot, &places, &read);
	*conversation = read;
	return STATUS_OK;
}

void conversation_reseed(struct conversation *conversation, uint64_t seed)
{
	conversation->random = seed;
}

/*
 * How it works: a question is in the list of all and in three hashes: by its conversation, by its
 * group, and, once it was sent, by the id under which its outcome is told. It may stand in one
 * queue besides. question_free() ends all of that, and what was begun for it elsewhere; while the
 * store still has a claim of it, it only marks it as over.
 */
#include "service/groups/group_parts.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "service/groups/group_recent.h"
#include "service/state.h"

enum { OBJECT_MOST = 4 << 20 };

struct group_ask *question_create(struct group_door *door)
{
	struct group_ask *question = calloc(1, sizeof(*question));

	if (!question)
		return NULL;
	question->groups = door->groups;
	question->door = door;
	buf_init(&question->text, (size_t)GROUP_TEXT_MOST * (GROUP_PIECES_MOST + 1));
	buf_init(&question->object, OBJECT_MOST);
	buf_init(&question->sent, OBJECT_MOST);
	return question;
}

uint64_t groups_hash_conversation(const struct groups *groups, const char *conversation)
{
	return hash_of(&groups->by_conversation, span_of(conversation));
}

uint64_t groups_hash_id(const struct groups *groups, uint64_t id)
{
	return hash_of(&groups->by_id, (struct span){ (const char *)&id, sizeof(id) });
}

void question_link(struct group_ask *question)
{
	struct groups *groups = question->groups;

	question->order = groups->next_order++;
	hash_add(&groups->by_conversation, &question->by_conversation,
	         groups_hash_conversation(groups, question->conversation));
	hash_add(&groups->by_chat, &question->by_chat,
	         hash_of(&groups->by_chat, span_of(question->chat)));
	question->at = groups->end;
	*groups->end = question;
	groups->end = &question->next;
	groups->question_count++;
}

struct hash_link *question_chat(const struct group_ask *question)
{
	const struct groups *groups = question->groups;

	return hash_first(&groups->by_chat, hash_of(&groups->by_chat, span_of(question->chat)));
}

struct group_ask *question_in_chat(const struct group_ask *question, struct hash_link *at)
{
	for (; at; at = hash_next(at)) {
		struct group_ask *other = hash_item(at, struct group_ask, by_chat);

		if (other->door == question->door && other->single == question->single &&
		    strcmp(other->chat, question->chat) == 0 &&
		    strcmp(other->self, question->self) == 0)
			return other;
	}
	return NULL;
}

void question_enqueue(struct group_ask *question, struct question_queue *queue)
{
	assert(!question->queue);
	question->queue = queue;
	*queue->end = question;
	queue->end = &question->next_queued;
}

void question_dequeue(struct group_ask *question)
{
	struct question_queue *queue = question->queue;
	struct group_ask **at;

	if (!queue)
		return;
	at = &queue->first;
	while (*at != question)
		at = &(*at)->next_queued;
	*at = question->next_queued;
	if (!*at)
		queue->end = at;
	question->next_queued = NULL;
	question->queue = NULL;
}

static void unlink_question(struct group_ask *question)
{
	struct groups *groups = question->groups;

	question_dequeue(question);
	hash_remove(&groups->by_conversation, &question->by_conversation);
	hash_remove(&groups->by_chat, &question->by_chat);
	if (question->id != 0)
		hash_remove(&groups->by_id, &question->by_id);
	*question->at = question->next;
	if (question->next)
		question->next->at = question->at;
	else
		groups->end = question->at;
	assert(groups->question_count > 0);
	groups->question_count--;
}

void question_free(struct group_ask *question)
{
	bool waited;

	timer_cancel(question->timer);
	timer_cancel(question->deadline);
	question->timer = question->deadline = NULL;
	if (question->claims > 0 && !question->groups->stopped) {
		question->state = QUESTION_OVER;
		question->told = true;
		return;
	}
	if (question->line.channel)
		service_close(question->groups->tools.service, question->line);
	question_note_order(question, GROUP_ORDER_UNKNOWN);
	question_let_next_go(question);
	waited =
	        question->state == QUESTION_WAITING && question->door && !question->groups->stopped;
	unlink_question(question);
	question_end_turn(question);
	/* They waited behind it. */
	if (waited)
		question_wake_others(question);
	for (size_t i = 0; i < question->piece_count; i++) {
		explicit_bzero(question->pieces[i].text, question->pieces[i].len);
		free(question->pieces[i].text);
	}
	buf_wipe(&question->text);
	buf_deinit(&question->object);
	buf_deinit(&question->sent);
	free(question);
}

void question_note_late(const struct group_ask *question)
{
	for (size_t i = 0; i < question->piece_count; i++)
		recent_note_late(question->groups->recent, question->pieces[i].key);
}

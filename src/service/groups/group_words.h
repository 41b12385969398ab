/*
 * Group words: what counts of a reply object for a group chat.
 */
#ifndef DAYI_SERVICE_GROUP_WORDS_H
#define DAYI_SERVICE_GROUP_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/json.h"
#include "service/groups/group.h"

enum { GROUP_OPTIONS_MOST = 9, GROUP_ENTRIES_SIZE = 400 };

/* Texts are borrowed from the object. */
struct group_reply {
	cJSON *object;
	const char *outcome, *text, *receipt; /* "" where it has none */
	double confidence;                    /* of the first answer; 0: there is none */
	bool open;          /* of a case nothing is known: the person's record would tell */
	bool begun;         /* the person has answered something of it */
	const char *chosen; /* the question of the entry that was picked from a list; "" */
	char entries[GROUP_ENTRIES_SIZE]; /* ids of the answers, parted by blanks */
	struct group_option options[GROUP_OPTIONS_MOST];
	size_t option_count;
};

/* STATUS_INVALID, STATUS_NO_MEMORY. To be released in any case. */
MUST_CHECK enum status group_reply_read(struct span object, struct group_reply *out);
void group_reply_release(struct group_reply *reply);

/* Whether the person may answer it, by a number or a word. */
bool group_reply_invites(const struct group_reply *reply);

/*
 * Where a case was picked by number: the text without the other cases, appended. False where none
 * was, or the text is not made as expected: then all of it is to be said.
 */
MUST_CHECK bool group_reply_write_case(const struct group_reply *reply, struct buf *out);

bool group_reply_is(const struct group_reply *reply, const char *outcome);

#endif

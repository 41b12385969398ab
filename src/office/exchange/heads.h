/*
 * Heads: what the columns of a table, or the members of another system's JSON, mean. Chinese and
 * English names in any case, also with （必填） behind them. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_HEADS_H
#define DAYI_EXCHANGE_HEADS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum column {
	COLUMN_ID,
	COLUMN_NUMBER,
	COLUMN_QUESTION,
	COLUMN_ALTERNATES,
	COLUMN_PROMPTS,
	COLUMN_PATTERNS,
	COLUMN_UNLESS,
	COLUMN_NOT,
	COLUMN_ANSWER,
	COLUMN_CASES,
	COLUMN_DIAGNOSIS,
	COLUMN_ASK,
	COLUMN_APART,
	COLUMN_NOTE,
	COLUMN_INTERNAL,
	COLUMN_RELATED,
	COLUMN_DOCUMENT,
	COLUMN_ITEM,
	COLUMN_REVIEWED,
	COLUMN_OWNER,
	COLUMN_REVIEW_BY,
	COLUMN_COUNT,
	/* Of other systems only: */
	COLUMN_TITLE = COLUMN_COUNT, /* the question, where none of the questions is better */
	COLUMN_GROUP,                /* rows of the same value are one entry */
	/* What they are depends on the others, heads_settle(): */
	COLUMN_DETAIL,  /* the question; beside a title, where it asks and that does not */
	COLUMN_CONTENT, /* the answer, or beside one the question */
	/* Whether the other system gives the entry out, head_state_of(): */
	COLUMN_LIVE,  /* 是否启用: no means that it does not */
	COLUMN_OFF,   /* 已停用: yes means that it does not */
	COLUMN_STATE, /* 状态: 草稿, 已下架 */
	COLUMN_UNKNOWN,
};

/* The name of a column as export writes it. */
extern const char *const column_names[COLUMN_COUNT];

/* The head without blanks, stars and what stands in brackets behind it. */
struct span head_name(struct span head);

/* COLUMN_UNKNOWN where the head says nothing. */
enum column head_read(struct span head);

/*
 * What a content or detail is in the company of the other heads of its row or object: a content is
 * the answer where no other is there; else either is the question where none is there; else it is
 * unknown. A detail beside a title stays one.
 */
void heads_settle(enum column *columns, size_t count);

/* Whether the column says that the other system gives the entry out, or does not. */
bool head_says_state(enum column column);

enum head_state {
	STATE_UNSAID, /* no value, or the head says no state */
	STATE_LIVE,
	STATE_OFF,    /* switched off, a draft or withdrawn */
	STATE_UNKNOWN /* none of the words that are known */
};

/* What a value under the head says of its entry. */
enum head_state head_state_of(enum column column, struct span value);

/* Whether a cell of the column alone makes an entry, and does not only describe one. */
bool head_makes_entry(enum column column);

#endif

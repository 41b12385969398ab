/*
 * Document reading: finds out how an FAQ document is built. A reading says how its questions are
 * marked; under it every line has one role. Several readings are tried, and the one under which
 * the numbers run, most questions look like questions and most lines belong is taken. Private to
 * exchange/.
 */
#ifndef DAYI_EXCHANGE_DOCUMENT_READING_H
#define DAYI_EXCHANGE_DOCUMENT_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/document_special.h"
#include "office/exchange/exchange_text.h"

enum role {
	ROLE_BLANK,
	ROLE_TITLE,
	ROLE_CHAPTER,
	ROLE_QUESTION,      /* begins an item */
	ROLE_QUESTION_MORE, /* goes on with its question */
	ROLE_ANSWER,        /* begins the answer with a mark */
	ROLE_TEXT,          /* of whatever part is at hand */
	ROLE_CASE,
	ROLE_ADVICE,
	ROLE_SECOND_ANSWER, /* a second mark of an answer within an item: an error */
	ROLE_LOST_ADVICE,   /* advice without a case: an error */
	/* Left out: */
	ROLE_HEAD, /* before the first item */
	ROLE_PAGE,
	ROLE_RUNNING,
	ROLE_TOC,
	ROLE_SIGNATURE,
	ROLE_CONTACT,
	ROLE_ANNEX,
	ROLE_CLOSING, /* behind the last answer, and not of it */
	ROLE_WEB,
	ROLE_TALK,  /* said by others than who asks and who answers */
	ROLE_STAMP, /* who spoke, and when */
	ROLE_FIELD, /* of a record, such as its number and when it was written */
	ROLE_COUNT,
};

/* What is doubtful about a line, for a fault. */
enum doubt {
	DOUBT_NONE,
	DOUBT_GAP,      /* the item follows a smaller number than the one before it */
	DOUBT_AGAIN,    /* its number was there already */
	DOUBT_BACK,     /* its number is smaller than the one before */
	DOUBT_UNMARKED, /* a question without a mark among marked ones */
	DOUBT_CLOSING,  /* the end of the last answer, which may be the end of the document */
	DOUBT_LIST,     /* looks like a question, and is taken for a part of the answer */
	DOUBT_ASKS,     /* the same, without a number */
	DOUBT_STYLE,    /* the next item, but marked in another way than the ones before */
};

struct line {
	struct span text;      /* without blanks at the end */
	unsigned source;       /* its number in the input, from 1 */
	struct item_mark mark; /* STYLE_NONE where an escape stands before it */
	struct mark part;      /* 答, 情形, 建议 */
	enum special special;
	int level;            /* of a heading; 0: none */
	bool strong;          /* bold as a whole */
	bool escaped;         /* a backslash stands before it: it is text, whatever it looks like */
	bool listed;          /* the table of contents names it */
	enum role row;        /* what it is as a part of a table; ROLE_BLANK: it stands in none */
	bool code;            /* a line of code, which is text, whatever it looks like */
	bool answered_inside; /* the line holds question and answer: */
	struct span question, answer;
	/* Under the reading: */
	enum role role;
	enum doubt doubt;
	int number;       /* of the item */
	int restart;      /* how often the numbers had begun again before it */
	int before;       /* number of the item before, with a doubt */
	struct span rest; /* what the mark leaves of the line */
};

struct reading {
	enum style style;
	int level; /* of headings */
};

static inline bool reading_is_unmarked(struct reading reading)
{
	return reading.style == STYLE_PLAIN || reading.style == STYLE_LEAD;
}

struct reading_result {
	struct reading reading;
	struct line *lines; /* owned */
	size_t count;
	char *joined; /* owned; texts of lines that were broken in the input */
	size_t joins; /* line breaks that were taken away */
	size_t items;
	struct span example; /* the mark of the first item, as shown; empty without one */
	/* Another reading that fits hardly worse, and its first mark; without items, there is none.
	 */
	size_t second_items;
	struct span second_example;
	enum style seen; /* where there are no items: the style that most lines have */
	bool answers_marked;
	bool joined_behind; /* the answers stood behind all questions */
	bool exported;      /* as export writes it, so that nothing was guessed */
};

enum { DOCUMENT_LINES_MOST = 100000 };

/*
 * Begin lines that page.c makes of the rows of a table whose columns are known: such a line is what
 * its sign says under every reading, and its marks count for nothing.
 */
#define ROW_QUESTION                                                                               \
	"\x1c"                                                                                     \
	"q"
#define ROW_QUESTION_MORE                                                                          \
	"\x1c"                                                                                     \
	"m"
#define ROW_ANSWER                                                                                 \
	"\x1c"                                                                                     \
	"a"
#define ROW_TEXT                                                                                   \
	"\x1c"                                                                                     \
	"t"
/* The same before a line of code. */
#define CODE_LINE                                                                                  \
	"\x1c"                                                                                     \
	"c"

/* A text of more lines is no document: its lines take many times its size. */
bool document_is_too_long(struct span input);

/*
 * Whether the text is a document as export writes it, where every line says what it is; nothing of
 * its texts makes it a table or YAML then. False, too, when memory is out, and of
 * one that is too long.
 */
bool document_is_exported(struct span input);

/*
 * The spans borrow from the input and the result. STATUS_NO_MEMORY, or STATUS_OK, also without
 * items; reading_deinit() in either case.
 */
MUST_CHECK enum status document_read(struct span input, struct reading_result *out);
void reading_deinit(struct reading_result *read);

#endif

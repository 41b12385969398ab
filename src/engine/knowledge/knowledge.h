/*
 * Knowledge: one folder of entries, read, checked and immutable.
 *
 * Everything that can answer a message is an `entry`, told apart by its kind: the office's own
 * entries, the referrals (near topics that the FAQ does not answer) and the small talk. They
 * compete in one ranking, so that a question about a referral is not won by a neighbouring entry.
 *
 * knowledge/schema/ holds the JSON Schema of each file.
 */
#ifndef DAYI_KNOWLEDGE_KNOWLEDGE_H
#define DAYI_KNOWLEDGE_KNOWLEDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/embedded.h"
#include "base/fault.h"
#include "base/span.h"
#include "base/status.h"
#include "engine/knowledge/cues.h"
#include "engine/knowledge/pattern.h"
#include "engine/text/dates.h"

/* NULL-free, terminated UTF-8 strings. */
struct strings {
	const char *const *items;
	size_t count;
};

struct pattern_list {
	struct pattern *const *items;
	size_t count;
};

/*
 * A step that resolves a case: what to do, who must act, and where. The three expressions are SQL
 * (docs/diagnosis.md), "" if absent: whether the step is needed, and the first and last day on
 * which it is possible.
 */
struct todo {
	const char *what;
	const char *who;   /* 本人, 企业, 原单位, 考试组织机构, 主管部门 */
	const char *where; /* a place, link or telephone; "" where the FAQ gives none */
	const char *condition, *from, *until;
};

enum { QUESTION_FACT_SIZE = 32 }; /* of a fact's name and of an option's value, with terminator */

/* What only the person knows: one tap answers it. */
struct question {
	const char *fact; /* the name under which the rules find the answer: said('fact') */
	const char *text;
	const char *why;      /* what hangs on it, for the person */
	struct strings about; /* 证书: with one of them, the words of an option count unasked */
	const struct question_option {
		const char *label;    /* as shown */
		const char *value;    /* as the rules read it */
		struct strings words; /* in which people give this answer when asked */
		bool has_range;       /* so does a number from `least` to `most` */
		int least, most;
		struct question_since { /* so does a date of `of` more than `years` years ago */
			const char *of;
			int years;
		} * since;
		size_t since_count;
		struct pattern_list patterns; /* of a message that gives this answer unasked */
		bool leaves_open; /* a case that it brings out does not end the self-check */
		bool yields;      /* 都没有: counts only where no other option is heard */
		bool mixes;       /* 有新有旧: is meant where two others are heard */
	} * options;
	size_t option_count;
};

/*
 * One way to decide a case, as SQL (docs/diagnosis.md); "" where a member is missing. `select`
 * gives one row at most: the verdict, and the columns that the sentences may use.
 */
struct pick {
	const char *select;
	const char *because, *because_not, *because_unknown;
	const char *from,
	        *until; /* YYYY-MM-DD: the first and the last day on which it counts; or "" */
};

struct entry_case {
	const char *id;              /* "2", unique in its entry */
	const char *label;           /* as printed: "情形2" */
	const char *situation;       /* verbatim; "" where the FAQ has none */
	const char *advice;          /* verbatim; "" where the FAQ has none */
	struct strings also;         /* alternates that give this case away */
	struct strings also_written; /* with <name> where a word class was put in */
	struct pattern_list patterns;
	const struct pick *picks; /* the first that gives a verdict decides; none: no rule */
	size_t pick_count;
	const char *instead;    /* id of the entry for whom the case is excluded; or "" */
	const char *instead_if; /* SQL over the row: who among them is meant; "" for all */
	const struct todo *todo;
	size_t todo_count;
};

/*
 * Entries of a collection with the same `fact` are one question with several answers. The fact
 * selects one of them: this entry answers those for whom the fact `is` that value. A message states
 * the value by `words`, or by a date `of` a thing that lies on one side of today. Otherwise earlier
 * messages, the record (the entry's diagnosis applies) or the question about that fact decide.
 */
enum side { SIDE_NONE, SIDE_AHEAD, SIDE_BEHIND }; /* of today: from today on, or before it */

struct apart {
	const char *fact; /* "" where the entry has no sibling */
	const char *is;   /* the value of an option of the question */
	struct pattern_list words;
	const char *of; /* "" where no date means so */
	enum side lies;
};

enum entry_kind {
	ENTRY_ANSWER,    /* of the office's FAQ */
	ENTRY_REFERRAL,  /* not answered here; says where to turn: outcome `decline` */
	ENTRY_SMALLTALK, /* outcome `smalltalk` */
	ENTRY_HANDOFF,   /* asks for a person: outcome `handoff` */
};

struct entry {
	enum entry_kind kind;
	const char *id;         /* unique in the whole folder */
	const char *collection; /* name of the folder it is in; "" for referrals and small talk */
	int number;             /* 0 where it has none */
	const char *question;   /* standard question; a referral's topic; "" allowed if there is an
	                           answer */
	const char *answer;     /* verbatim; "" where the FAQ prints none; a referral's reply */
	struct strings prompts; /* popup texts, verbatim */
	struct pattern_list patterns;
	struct pattern_list
	        unless;           /* where one of these is found, no pattern of the entry counts */
	struct strings also;      /* alternates */
	struct strings negatives; /* counter-examples (`not`) */
	/* Both as the editor wrote them, with <name> for a word class. */
	struct strings also_written, negatives_written;
	const struct entry_case *cases;
	size_t case_count;
	/*
	 * What a record can judge: the cases, if one of them has a rule; for an entry without 情形,
	 * cases numbered from 1 whose label is their claim; else none.
	 */
	const struct entry_case *judged;
	size_t judged_count;
	const struct question *questions; /* in the order in which they are asked */
	size_t question_count;
	struct apart apart;
	bool rejects;           /* small talk: says that what was answered or offered is not it */
	enum cue cue;           /* small talk: what is said when this cue comes; or CUE_NOTHING */
	const char *note;       /* editor's; "" where there is none */
	const char *internal;   /* for operators alone, never for the public; "" likewise */
	struct strings related; /* ids of entries */
	const char *document;   /* source; "" where it is not given */
	int item;               /* source item; 0 where it is not given */
	const char *reviewed;   /* YYYY-MM-DD or "" */
	const char *owner;      /* who keeps it right, or "" */
	const char *review_by;  /* when it is to be looked at again: YYYY-MM-DD or "" */
	const char *file;       /* where it was read from, for faults */
	unsigned line;          /* of a .jsonl collection; else 0 */
};

struct synonym {
	const char *word;
	struct strings variants;
};

struct word_pair { /* confusable: right/wrong; english: phrase/word */
	const char *left;
	const char *right;
};

/* Plain words that a pattern or an alternate names together, as <name>: word_classes.h. */
struct word_class {
	const char *name;
	struct strings words; /* one at least; the first stands for the class in an alternate */
	const char *group;    /* (?:w1|w2|…), the longest word first */
};

struct word_classes {
	const struct word_class *items;
	size_t count;
};

/*
 * Subjects of dates: words of the folder, in addition to the built-in ones (engine/text/dates.h).
 */
struct date_words {
	const char *of;
	struct strings words; /* 到期: tell no side of today */
	struct strings past;  /* 过期: lies behind */
};

/* Where a message says the one, it denies the other: 是对的, 有误. */
struct opposite {
	struct pattern_list said, denies;
};

struct lexicon {
	struct word_classes classes;
	const struct synonym *synonyms;
	size_t synonym_count;
	struct strings fillers;
	const struct word_pair *confusables; /* left: the right characters; right: the wrong ones */
	size_t confusable_count;
	const struct word_pair *english; /* left: English phrase; right: Chinese words */
	size_t english_count;
	struct pattern_list denials;    /* words that deny what stands behind them */
	struct strings cues[CUE_COUNT]; /* the folder's own words, beside cue_usual() */
	bool usual_cues_off;            /* they stand in place of the built-in ones */
	const struct opposite *opposites;
	size_t opposite_count;
	const struct date_words *dates;
	size_t date_count;
	struct strings date_cues[DATE_CUE_COUNT]; /* beside the built-in ones */
};

/* A place among the words of a kind; begin with { 0 }. */
struct cue_walk {
	const char *usual;
	size_t own;
};

/*
 * The next word of the kind: the built-in ones first, unless the folder leaves them out. False at
 * the end.
 */
bool lexicon_next_cue(const struct lexicon *lexicon, enum cue cue, struct cue_walk *walk,
                      struct span *word);

struct contact {
	const char *kind; /* phone, qq, wechat, url, address, hours */
	const char *label;
	const char *value;
};

struct office {
	const char *name;
	const char *system;
	const char *title;       /* of the page: see office_title() */
	struct strings examples; /* questions that the page offers: see knowledge_examples() */
	const struct contact *contacts;
	size_t contact_count;
	const struct word_pair *texts; /* left: key; right: the sentence */
	size_t text_count;
};

struct golden {
	const char *question;
	const char *entry;   /* id; NULL when another `outcome` than choose is given */
	const char *case_id; /* or NULL */
	const char *outcome; /* or NULL */
	unsigned index;      /* in the file, for faults */
};

/* Facts about an invented applicant, with the verdicts expected. */
struct sample_record {
	const char *entry; /* id of a judged entry */
	const char *today; /* YYYY-MM-DD */
	const char *facts; /* JSON: relation -> rows; parsed by engine/facts/facts.h */
	const struct expectation {
		const char *case_id;
		const char *verdict; /* applies, excluded or unknown */
	} * expected;
	size_t expected_count; /* one at least */
	const char *file;
	unsigned line;
};

/* A finding of the case atlas about an entry that the office has accepted. */
struct accepted {
	const char *entry;   /* id of a judged entry */
	const char *finding; /* engine/diagnose/atlas.h: overlap, gap, open, … */
	struct strings cases;
	const char *why; /* for people */
	const char *file;
	unsigned line;
};

enum { KNOWLEDGE_VERSION_SIZE = 17 }; /* 16 hex digits and the terminator */

struct knowledge {
	const struct entry
	        *entries; /* answers first, in order of file name; then referrals, small talk */
	size_t entry_count;
	size_t answer_count;
	struct lexicon lexicon;
	const char *office_file,
	        *golden_file; /* DIR/office.json, for faults; whether there or not */
	struct office office; /* empty where the folder has none: see office_text() */
	const struct golden *golden;
	size_t golden_count;
	const struct sample_record *samples;
	size_t sample_count;
	const struct accepted *accepted;
	size_t accepted_count;
	const char *relations_file; /* NULL where the folder has none */
	struct span relations;      /* its JSON: what it says is read by engine/facts/relations.h */
	const uint32_t *rich;       /* see knowledge_rich(); NULL where it was not looked for */
	size_t rich_count;
	char version[KNOWLEDGE_VERSION_SIZE]; /* hash of names and contents of all files read */
	struct knowledge_memory *memory;
};

/*
 * Reads and checks DIR: every sub-folder but `schema` is a collection, its *.json files hold one
 * entry each, its *.jsonl files one entry a line. Every fault of the folder is reported; one
 * error makes the whole STATUS_INVALID. Owned by the caller. Any thread; no shared state.
 * STATUS_NOT_FOUND or STATUS_IO, with a fault, when DIR itself cannot be read. `faults` may be
 * NULL.
 *
 * The version is the start of the SHA-256 of, for each file read, in order of name: its name within
 * DIR, a zero byte, its size in decimal, a zero byte, its bytes.
 */
MUST_CHECK enum status knowledge_load(const char *folder, struct faults *faults,
                                      struct knowledge **out);

/*
 * The same for files embedded in the program, named by their paths within the folder "knowledge"
 * and sorted by byte.
 */
MUST_CHECK enum status knowledge_load_embedded(const struct embedded_file *files, size_t count,
                                               struct faults *faults, struct knowledge **out);
void knowledge_destroy(struct knowledge *knowledge);

/*
 * The entries with more than a question and an answer: prompts, patterns, questions, cases that
 * sentences name or that are judged, or siblings. All entries, unless they were sorted out.
 */
size_t knowledge_rich_count(const struct knowledge *knowledge);
const struct entry *knowledge_rich(const struct knowledge *knowledge, size_t index);

/* NULL if there is none; the first one if several collections have that number. */
const struct entry *knowledge_find(const struct knowledge *knowledge, const char *id);
const struct entry *knowledge_numbered(const struct knowledge *knowledge, int number);

/*
 * Writes the name of a member of the entry, for faults, into `text` and returns it: "also[4]", or
 * where a file holds several entries "smalltalk[3].also[4]".
 */
const char *entry_member(const struct knowledge *knowledge, const struct entry *entry,
                         const char *member, char *text, size_t size);

/*
 * Whether the text occurs in the office's own words (answer, situations, advice), ignoring
 * punctuation and blanks. If not, it is derived and marked as such.
 */
bool entry_prints(const struct entry *entry, const char *text);

/* The entry's question for a fact; NULL where it asks for none. */
const struct question *entry_question(const struct entry *entry, const char *fact);

/*
 * Fills in the entry and its siblings, in the order of the question's options, up to SIBLINGS_MOST.
 * Returns 0 for an entry without siblings.
 */
enum { SIBLINGS_MOST = 6 };
size_t entry_siblings(const struct knowledge *knowledge, const struct entry *entry,
                      const struct entry *out[SIBLINGS_MOST]);

/*
 * The question that tells the siblings apart, from the entry or a sibling. Never NULL if there are
 * siblings.
 */
const struct question *entry_apart_question(const struct knowledge *knowledge,
                                            const struct entry *entry);

/* The sentence that the office itself wrote for `key`, or NULL. */
const char *office_own_text(const struct office *office, const char *key);

/* The office's sentence for `key`, else the built-in Chinese one; "" for an unknown key. */
const char *office_text(const struct office *office, const char *key);

/*
 * The title of the page: the office's title, else the name of its system, else a built-in Chinese
 * one.
 */
const char *office_title(const struct office *office);

/*
 * The questions that the page offers: the office's examples or, without any, the first
 * EXAMPLES_USUAL standard questions. Fills `out` and returns how many there are.
 */
enum { EXAMPLES_USUAL = 6, EXAMPLES_MOST = 12 };
size_t knowledge_examples(const struct knowledge *knowledge, const char *out[EXAMPLES_MOST]);

const char *entry_kind_name(enum entry_kind kind);

#endif

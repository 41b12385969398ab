/*
 * Reading one file's objects into the entry model. Private to knowledge/: knowledge_load() and
 * exchange_import() read entries by the same rules.
 */
#ifndef DAYI_KNOWLEDGE_READ_H
#define DAYI_KNOWLEDGE_READ_H

#include <cjson/cJSON.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/status.h"
#include "engine/knowledge/knowledge.h"
#include "engine/knowledge/table.h"

/* Ceilings; characters unless said otherwise. */
enum {
	ID_BYTES_MOST = 128,
	CASE_ID_BYTES_MOST = 64,
	QUESTION_MOST = 1000, /* also prompts, alternates and counter-examples */
	ANSWER_MOST = 20000,  /* also advice */
	SITUATION_MOST = 4000,
	NOTE_MOST = 4000,
	LABEL_MOST = 100,
	NAME_MOST = 400,
	PATTERN_MOST = 2000,
	LIST_MOST = 1000,
	PATTERNS_MOST = 100,
	CASES_MOST = 50,
	RULE_BYTES_MOST = 4000, /* of one SQL expression */
	STEPS_MOST = 20,
	PICKS_MOST = 6, /* of a case */
	QUESTIONS_MOST = 20,
	OPTIONS_MOST = 9, /* one digit chooses */
	ENTRY_BYTES_MOST = 1024 * 1024,
	LINE_BYTES_MOST = 256 * 1024,
	SHARED_BYTES_MOST = 8 * 1024 * 1024, /* lexicon, referrals, golden questions */
	ENTRY_DEPTH_MOST = 16,
};

/* A vector of entries; the items come from malloc. */
struct entry_list {
	struct entry *items;
	size_t count;
	size_t capacity;
};

void entry_list_deinit(struct entry_list *list);
MUST_CHECK enum status entry_list_add(struct entry_list *list, const struct entry *entry);

struct pattern_node {
	struct pattern_node *next;
	struct pattern *pattern;
};

struct knowledge_memory {
	struct arena *arena;
	struct pattern_node *patterns;    /* every compiled pattern, to be destroyed */
	struct adopted_patterns *adopted; /* of an image file, which has all else; or NULL */
	struct table ids;                 /* of all entries, by position */
};

MUST_CHECK enum status knowledge_memory_create(struct knowledge_memory **out);
void knowledge_memory_destroy(struct knowledge_memory *memory);

/*
 * The context of every read_...() function. Invalid input becomes a fault and reading goes on;
 * `status` keeps any other failure (STATUS_NO_MEMORY).
 */
struct reader {
	struct knowledge_memory *memory;
	struct faults *faults; /* not NULL */
	const char *also;      /* what a list of alternates is called: "also" or "alternates" */
	enum status status;
	struct word_classes classes; /* that patterns, alternates and synonyms may name */
};

/* All strings are copied; nothing of `object` is needed after. `file` must outlive the entry. */
void read_entry(struct reader *reader, const cJSON *object, const char *file, unsigned line,
                const char *collection, struct entry *out);
void read_referrals(struct reader *reader, const cJSON *object, const char *file,
                    struct entry_list *out);
void read_smalltalk(struct reader *reader, const cJSON *object, const char *file,
                    struct entry_list *out);
/*
 * Reads the word classes of a lexicon. Call before reading anything that may name them. Invalid
 * classes are left out.
 */
void read_classes(struct reader *reader, const cJSON *object, const char *file);

/* With its classes. */
void read_lexicon(struct reader *reader, const cJSON *object, const char *file,
                  struct lexicon *out);
void read_office(struct reader *reader, const cJSON *object, const char *file, struct office *out);
void read_golden(struct reader *reader, const cJSON *object, const char *file,
                 struct golden **items, size_t *count);

/* One line of records.jsonl. */
void read_record(struct reader *reader, const cJSON *object, const char *file, unsigned line,
                 struct sample_record *out);

/* One line of accepted.jsonl. */
void read_accepted(struct reader *reader, const cJSON *object, const char *file, unsigned line,
                   struct accepted *out);

/*
 * Parses the text of one line of `file`; faults name the line. NULL with a fault, or with
 * reader->status.
 */
cJSON *read_line_json(struct reader *reader, struct span line, const char *file, unsigned number);

/*
 * Duplicate ids, duplicate numbers within a collection, unknown related entries. Fills
 * memory->ids, which borrows the ids.
 */
MUST_CHECK enum status check_entries(struct knowledge_memory *memory, const struct entry *entries,
                                     size_t count, struct faults *faults);

/* That every golden question names an entry and case that exist. */
void check_golden(const struct knowledge *knowledge, const char *file, struct faults *faults);

/* That every sample record names a judged entry and its cases. */
void check_records(const struct knowledge *knowledge, struct faults *faults);
void check_accepted(const struct knowledge *knowledge, struct faults *faults);

/* The built-in sentences: their count, and the key of one. */
size_t office_text_count(void);
const char *office_text_key(size_t index);

#endif

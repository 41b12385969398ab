/*
 * libdayi: the engine of Dayi for other programs. A folder of knowledge and a message in, a reply
 * out; docs/library.md is the guide.
 *
 * Objects
 *   dayi_model         the knowledge and all that is compiled from it; never changes
 *   dayi_engine        what one thread answers with
 *   dayi_conversation  what one person said so far; can be saved and restored
 *   dayi_facts         what is known about the asker
 *   dayi_turn          a message at work, that may wait for facts
 *   dayi_reply         what is said to it
 *   dayi_error         what went wrong, where, and what to do
 *
 * Ownership. What a function returns is borrowed from its argument. What comes through a first
 * argument `T **out` belongs to the caller, who frees it with dayi_T_free(). These take NULL. A
 * function that fails sets *out to NULL. Objects may be freed in any order: an engine keeps its
 * model, a turn and a conversation that was freed under it know of each other.
 *
 * Errors. A function that can fail returns a code, and makes an error object where `error` is not
 * NULL; the caller frees it. On success *error is NULL.
 *
 * Threads. A model may be used by any number of threads at a time, and be freed in any. Every other
 * object is used by one thread at a time; it may be handed to another one. Different objects do not
 * disturb each other, except that a turn uses its engine and its conversation until it is finished
 * or freed. Open an engine a thread.
 *
 * The library has no global state, starts no thread, writes to no standard stream, never ends the
 * process on bad input, and sets neither the locale nor the environment. Texts are UTF-8.
 *
 * Structs. Each begins with its `size`, which the caller sets to sizeof: use DAYI_INIT. Later
 * versions only append members, and 0 always means the default. The library takes a smaller struct
 * of an older header: what it lacks has its default. It takes a larger one of a newer header as
 * long as what it does not know is 0, and refuses it with DAYI_MISUSE otherwise. Of a struct that
 * the library fills, it sets the members that lie within `size`, and zeroes what it does not know.
 */
#ifndef DAYI_H
#define DAYI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define DAYI_API        __attribute__((visibility("default")))
#define DAYI_MUST_CHECK __attribute__((warn_unused_result))
#else
#define DAYI_API
#define DAYI_MUST_CHECK
#endif

#define DAYI_VERSION_MAJOR 0
#define DAYI_VERSION_MINOR 1
#define DAYI_VERSION_PATCH 0

/* dayi_model_options options = DAYI_INIT(dayi_model_options); every other member is 0. */
/* clang-format off */
#ifdef __cplusplus
#define DAYI_INIT(type_) { sizeof(type_) }
#else
#define DAYI_INIT(type_) { .size = sizeof(type_) }
#endif
/* clang-format on */

typedef struct dayi_model dayi_model;
typedef struct dayi_engine dayi_engine;
typedef struct dayi_conversation dayi_conversation;
typedef struct dayi_facts dayi_facts;
typedef struct dayi_turn dayi_turn;
typedef struct dayi_reply dayi_reply;
typedef struct dayi_suggestions dayi_suggestions;
typedef struct dayi_error dayi_error;

/* Of the library that is loaded, such as "0.1.0". */
DAYI_API const char *dayi_version(void);

/* --- errors --- */

typedef enum dayi_code {
	DAYI_OK = 0,
	DAYI_INVALID = 1,   /* a folder, facts or saved bytes break a rule: see the faults */
	DAYI_NOT_FOUND = 2, /* no such folder, entry, relation or column */
	DAYI_IO = 3,        /* the system refused to read or write */
	DAYI_LIMIT = 4,     /* the input, or the work that it makes, exceeds a ceiling */
	DAYI_NO_MEMORY = 5,
	DAYI_MISUSE = 6,   /* the call breaks what this header says */
	DAYI_INTERNAL = 7, /* a library failed in a way that its manual does not foresee */
} dayi_code;

typedef enum dayi_language {
	DAYI_ENGLISH = 0,
	DAYI_CHINESE = 1,
} dayi_language;

typedef enum dayi_level {
	DAYI_LEVEL_DEFAULT = 0,
	DAYI_LEVEL_DEBUG = 1,
	DAYI_LEVEL_INFO = 2,
	DAYI_LEVEL_WARNING = 3,
	DAYI_LEVEL_ERROR = 4,
} dayi_level;

/* One thing that is wrong with what a person wrote. The texts are borrowed from the error. */
typedef struct dayi_fault {
	size_t size;
	int64_t level;      /* DAYI_LEVEL_INFO, _WARNING or _ERROR */
	const char *file;   /* or NULL */
	int64_t line;       /* from 1; 0: not known */
	const char *member; /* such as "cases[1].pick"; NULL: the file as a whole */
	const char *text;   /* what is wrong and, where it is not plain, what to do */
} dayi_fault;

/* Of NULL: DAYI_OK, "" and no faults. The texts are in the language of the model. */
DAYI_API dayi_code dayi_error_code(const dayi_error *error);
/* The code in a word that stays the same: "invalid", "not_found" … */
DAYI_API const char *dayi_error_name(const dayi_error *error);
/* What failed, in one line: the first fault, where there are any. */
DAYI_API const char *dayi_error_text(const dayi_error *error);
/* What to do about it. */
DAYI_API const char *dayi_error_remedy(const dayi_error *error);
/* All errors and warnings; of a broken folder the first thousand. */
DAYI_API size_t dayi_error_fault_count(const dayi_error *error);
/* DAYI_NOT_FOUND where there is no fault of that index. */
DAYI_API dayi_code dayi_error_fault(const dayi_error *error, size_t index, dayi_fault *out);
DAYI_API void dayi_error_free(dayi_error *error);

/* --- model --- */

typedef struct dayi_model_options {
	size_t size;
	const char *folder; /* the knowledge folder; NULL: the FAQ that the library carries */
	int64_t language;   /* dayi_language of errors and of the log's sentences */

	/* When to answer, each above 0 and at most 1; 0: the default. See docs/matching.md. */
	double answer_at; /* confidence from which an entry is answered outright */
	double choose_at; /* probability from which the best three are offered */
	double clear_by;  /* the lead in log-odds that an answer needs, 0 to 20; below 0: none */

	/* A folder that keeps what was built of 5,000 entries or more; NULL: none is kept. */
	const char *index_folder;

	/*
	 * Milliseconds since 1970 (UTC), and microseconds since some moment. NULL: the system's
	 * clocks. Called in the thread that answers. Rules judge by the day in China.
	 */
	int64_t (*wall_ms)(void *context);
	int64_t (*monotonic_us)(void *context);
	void *clock_context;

	/*
	 * Takes one line without its end: `2026-11-23T08:30:00.125Z warn fault file="…" …`. It
	 * holds no text of those who ask. Called in the thread that caused it, one line at a time
	 * of a model; it must not call the library. NULL: there is no log.
	 */
	void (*log)(void *context, dayi_level level, const char *line);
	void *log_context;
	int64_t log_from; /* dayi_level; default: DAYI_LEVEL_INFO */
} dayi_model_options;

/*
 * Reads, checks and compiles the folder. `options` NULL: all defaults. Texts of the options are
 * copied. To load a changed folder, open another model, give each thread a new engine of it, and
 * free the old one: conversations go on with the new one.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_model_open(dayi_model **out,
                                                   const dayi_model_options *options,
                                                   dayi_error **error);
DAYI_API void dayi_model_free(dayi_model *model);

/* A hash of the content of the folder; replies name it as "knowledge". */
DAYI_API const char *dayi_model_version(const dayi_model *model);
/* Entries that are answered. */
DAYI_API size_t dayi_model_entry_count(const dayi_model *model);

/* The relations that facts may fill, and their columns. NULL above the last. */
DAYI_API size_t dayi_model_relation_count(const dayi_model *model);
DAYI_API const char *dayi_model_relation(const dayi_model *model, size_t relation);
DAYI_API const char *dayi_model_column(const dayi_model *model, size_t relation, size_t column);

/* --- engine --- */

DAYI_API DAYI_MUST_CHECK dayi_code dayi_engine_open(dayi_engine **out, dayi_model *model,
                                                    dayi_error **error);
DAYI_API void dayi_engine_free(dayi_engine *engine);

/* --- conversation --- */

DAYI_API DAYI_MUST_CHECK dayi_code dayi_conversation_open(dayi_conversation **out,
                                                          dayi_error **error);
DAYI_API void dayi_conversation_free(dayi_conversation *conversation);

/*
 * The conversation as bytes, 16 KiB at most, to go on in another process. `model` is the one that
 * answered last. The bytes are borrowed until the next call with this conversation. They hold what
 * the person typed of numbers and dates: encrypt them before they are stored. Not while a turn is
 * under way.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_conversation_save(const void **out, size_t *length,
                                                          dayi_conversation *conversation,
                                                          const dayi_model *model,
                                                          dayi_error **error);
/*
 * Any bytes may be given: DAYI_INVALID where they are no conversation, or of a format that is not
 * known. With a model of another version, what is no longer there is dropped. The same bytes give
 * the same receipts: restore them once.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_conversation_restore(dayi_conversation **out,
                                                             const dayi_model *model,
                                                             const void *bytes, size_t length,
                                                             dayi_error **error);

/* --- facts about the asker --- */

/* Every relation is absent, which is unknown. The facts go with models of the same relations. */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_facts_open(dayi_facts **out, const dayi_model *model,
                                                   dayi_error **error);
DAYI_API void dayi_facts_free(dayi_facts *facts);

/*
 * Adds {"exam":[{"kind":"首次取证", …}, …], …} as `dayi diagnose --facts` reads it. A relation with
 * an empty list is known to be empty. `file` names the text in faults, or NULL.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_facts_read(dayi_facts *facts, const char *json,
                                                   size_t length, const char *file,
                                                   dayi_error **error);

/* The relation is present: known to be empty, unless rows are added. */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_facts_present(dayi_facts *facts, const char *relation,
                                                      dayi_error **error);
/* The relation is absent again: its source failed half-way. */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_facts_absent(dayi_facts *facts, const char *relation,
                                                     dayi_error **error);
/* A row of `count` columns that are named; a value NULL, and a column not named, is unknown. */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_facts_row(dayi_facts *facts, const char *relation,
                                                  const char *const *columns,
                                                  const char *const *values, size_t count,
                                                  dayi_error **error);

/* --- asking --- */

typedef struct dayi_turn_options {
	size_t size;
	int64_t signed_in;   /* not 0: facts about the asker can be had */
	int64_t may_sign_in; /* not 0: they could, if the asker signed in */
	const char *browser; /* "IE11", "Chrome" …; NULL: unknown */
	const char *channel; /* "web" …; NULL: unknown */
	uint64_t ranking;    /* adds the best entries, so many, to the JSON */
} dayi_turn_options;

/*
 * One message, of `length` bytes: begins a turn and finishes it. Facts that are given count as
 * signed in. `options` and `facts` may be NULL.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_ask(dayi_reply **out, dayi_engine *engine,
                                            dayi_conversation *conversation, const char *message,
                                            size_t length, const dayi_turn_options *options,
                                            const dayi_facts *facts, dayi_error **error);

/*
 * The same in two steps, to read of a record only what the answer hangs on: begin, look what it
 * wants, fetch that, finish. A conversation has one turn at a time: DAYI_MISUSE for a second. One
 * that is freed without being finished never was.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_turn_begin(dayi_turn **out, dayi_engine *engine,
                                                   dayi_conversation *conversation,
                                                   const char *message, size_t length,
                                                   const dayi_turn_options *options,
                                                   dayi_error **error);
/* The relations that the answer may read; none unless signed_in. */
DAYI_API size_t dayi_turn_want_count(const dayi_turn *turn);
DAYI_API const char *dayi_turn_want(const dayi_turn *turn, size_t index);
/* Once a turn, whose freeing stays the caller's. */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_turn_finish(dayi_reply **out, dayi_turn *turn,
                                                    const dayi_facts *facts, dayi_error **error);
DAYI_API void dayi_turn_free(dayi_turn *turn);

/*
 * The verdicts on the cases of one entry, by its id or number, outside of a conversation. `day` is
 * YYYY-MM-DD, or NULL: today by the model's clock.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_diagnose(dayi_reply **out, dayi_engine *engine,
                                                 const char *entry, const dayi_facts *facts,
                                                 const char *day, dayi_error **error);

/* --- reply: needs nothing that it was made of, and goes on when that was freed --- */

/* The reply object of docs/openapi.yaml, as one line. Everything below is in it, and more. */
DAYI_API const char *dayi_reply_json(const dayi_reply *reply);
/* "answer", "choose", "ask", "decline", "smalltalk", "handoff" or "error". */
DAYI_API const char *dayi_reply_outcome(const dayi_reply *reply);
/* The whole reply as plain text. */
DAYI_API const char *dayi_reply_text(const dayi_reply *reply);

typedef struct dayi_answer {
	size_t size;
	const char *entry;
	int64_t number; /* 0: the entry has none */
	const char *question;
	const char *answer; /* the office's words; NULL for a choice */
	double confidence;  /* 0 to 1 */
	const char *by;     /* "prompt", "pattern", "search", "choice"; NULL for a choice */
	const char *case_;  /* id of the case that is the asker's; or NULL */
} dayi_answer;

/* DAYI_NOT_FOUND above the last. The texts are borrowed from the reply. */
DAYI_API size_t dayi_reply_answer_count(const dayi_reply *reply);
DAYI_API dayi_code dayi_reply_answer(const dayi_reply *reply, size_t index, dayi_answer *out);
DAYI_API size_t dayi_reply_choice_count(const dayi_reply *reply);
DAYI_API dayi_code dayi_reply_choice(const dayi_reply *reply, size_t index, dayi_answer *out);

/* What is asked of the person now, and the messages that answer it; NULL: nothing. */
DAYI_API const char *dayi_reply_question(const dayi_reply *reply);
DAYI_API const char *dayi_reply_option(const dayi_reply *reply, size_t index);

/* The relations that would have told more, but that no facts were given of. NULL above the last. */
DAYI_API const char *dayi_reply_want(const dayi_reply *reply, size_t index);

DAYI_API void dayi_reply_free(dayi_reply *reply);

/* --- while typing --- */

/* Up to `most` standard questions, 20 at most, for what was typed so far: text, pinyin, initials.
 */
DAYI_API DAYI_MUST_CHECK dayi_code dayi_suggest(dayi_suggestions **out, dayi_engine *engine,
                                                const char *typed, size_t length, size_t most,
                                                dayi_error **error);
DAYI_API size_t dayi_suggestions_count(const dayi_suggestions *suggestions);
/* NULL above the last. */
DAYI_API const char *dayi_suggestions_entry(const dayi_suggestions *suggestions, size_t index);
DAYI_API const char *dayi_suggestions_question(const dayi_suggestions *suggestions, size_t index);
DAYI_API void dayi_suggestions_free(dayi_suggestions *suggestions);

#ifdef __cplusplus
}
#endif

#endif

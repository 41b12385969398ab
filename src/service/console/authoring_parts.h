/*
 * Authoring, parts: what its files share. authoring.c opens the stores and takes an ask through its
 * steps, authoring_draft.c keeps drafts, authoring_try.c tries them out, authoring_publish.c makes
 * them live, authoring_versions.c tells what was, authoring_files.c is imports and exports. One
 * thread has a lane at a time.
 */
#ifndef DAYI_SERVICE_AUTHORING_PARTS_H
#define DAYI_SERVICE_AUTHORING_PARTS_H

#include <stdatomic.h>

#include "base/json.h"
#include "engine/dialogue/scratch.h"
#include "office/authoring/standing.h"
#include "office/versions/versions.h"
#include "service/console/authoring.h"
#include "service/console/authoring_replay.h"
#include "service/console/authoring_suggest.h"
#include "service/console/console.h"
#include "service/state.h"

enum { AUTHORING_LANES = 2, DAY_MS = 86400000 };

/* A model of a folder in memory, kept for the next ask of the same files. */
struct trial {
	char hash[DIGEST_HEX_SIZE]; /* of the files; "": there is none */
	struct tree *tree;
	struct faults *faults;
	struct snapshot *snapshot; /* NULL: it is not fit to answer */
	struct scratch *scratch;
	struct arena *arena;
	bool golden_kept;
	bool checked; /* `faults` has all that `dayi check` would say but for the atlas */
};

struct authoring_lane {
	struct store *drafts, *versions;
	struct trial live, draft;
	/* Of what was live last, for authoring_live_knowledge(); or NULL. */
	struct knowledge *knowledge;
	char knowledge_hash[DIGEST_HEX_SIZE];
};

struct link_review;

struct authoring {
	struct service *service;
	struct link_review *links; /* the loop's; NULL: none were tried yet */
	struct authoring_lane lanes[AUTHORING_LANES + 1]; /* the last one publishes */
	bool publishing;                                  /* the loop's */
	struct replays *replays;                          /* likewise */
	struct suggestions *suggestions;
	struct job retention; /* of versions, and of what was asked */
	atomic_bool stopped;
};

/* What goes live. */
struct publication {
	struct buf files, before; /* archives: of what is to be live, and of what was */
	char hash[DIGEST_HEX_SIZE], before_hash[DIGEST_HEX_SIZE];
	const char **entries; /* those of it that had drafts; in the arena */
	int64_t *revisions;
	const char **texts; /* as they are in `files`, "": gone */
	size_t count;
	const struct draft_change *changes; /* of a roll-back; in the arena */
	size_t change_count;
	bool ready; /* to be made live */
	/* The model of `files`, to be used at once; NULL: what is live is read again. */
	struct served served;
	int64_t took_us; /* to build it */
	bool done;
	int64_t number;
};

struct writing {
	struct service *service;
	struct authoring *authoring;
	enum console_kind kind;
	char entry[DRAFT_ENTRY_BYTES + 1];
	int64_t revision;
	char live_hash[DIGEST_HEX_SIZE];
	char why[DRAFT_WHY_BYTES + 1];
	char collection[DRAFT_ENTRY_BYTES + 1];
	char today[DAY_SIZE];
	bool referral, approve, all;
	int64_t version;
	struct buf upload;
	char file_name[AUTHORING_NAME_BYTES + 1];
	enum exchange_format format;
	/* Links that are to be tried, in a run of that number; 0: somebody is at it. */
	const char **urls;
	size_t url_count;
	int64_t links_run;
	cJSON *members, *facts, *entries;
	char *text;
	bool holds; /* the right to publish */
	int64_t latest;
	struct replay *replay;         /* to be begun; or NULL */
	char account[ACCOUNT_ID_SIZE]; /* whose replay it is */
	int64_t suggest_run; /* of that number, to be begun over `suggest_from`; 0: none */
	int64_t days;
	bool model; /* writes wordings, too: for `entry`, or where that is "" for all */
	struct buf suggest_from; /* an archive */

	struct arena *arena;
	struct buf answer;
	struct publication publication;

	/* Of the run. */
	struct authoring_lane *lane;
	const struct writer *who;
	enum refusal refusal;
	int64_t live_version; /* that authoring_live() read last; 0: it reads a folder */
};

/* The files that are live: an archive and its hash. */
MUST_CHECK enum status authoring_live(struct writing *writing, struct buf *archive,
                                      char hash[DIGEST_HEX_SIZE]);
/* The same as a tree, for the caller to destroy. */
MUST_CHECK enum status authoring_live_tree(struct writing *writing, struct tree **out,
                                           char hash[DIGEST_HEX_SIZE]);

/*
 * What is live, loaded; borrowed from the lane, until the next call. It is kept, so that whoever
 * asks again and again costs no more than reading the files.
 */
MUST_CHECK enum status authoring_live_knowledge(struct writing *writing,
                                                const struct knowledge **out);

/* The lane's connections; for a job of JOB_AUTHORING. */
MUST_CHECK enum status authoring_open_lane(struct service *service, struct authoring_lane *lane);
/* A connection to the drafts, for a job that has no lane. */
MUST_CHECK enum status authoring_open_drafts(struct service *service, struct store **out);

/*
 * A run of a finding that was taken and will not be: the store hears that it failed, soon. In the
 * loop. `name` is static. What cannot be told counts as given up after FINDING_SILENT_MS.
 */
void authoring_forsake(struct service *service, const char *name, int64_t run);

/* RFC 3339, in UTC; null where it never was (0). */
void authoring_add_time(cJSON *object, const char *name, int64_t at_ms);

/* The entry's number; null where it has none. */
void authoring_add_number(cJSON *object, const struct entry *entry);

/* Becomes the answer, and is deleted. */
MUST_CHECK enum status authoring_answer(struct writing *writing, cJSON *object);

/* The draft of the entry beside what is live. standing_end() is to be called in every case. */
MUST_CHECK enum status authoring_stand(struct writing *writing, const struct tree *tree,
                                       const char *entry, struct standing *out);

/* As standing_follow_numbers(), of the entry that is at hand and the drafts of the store. */
MUST_CHECK enum status authoring_follow_numbers(struct writing *writing, struct tree *tree);

/* The act of who runs it. */
struct draft_act authoring_act(const struct writing *writing);

/* --- authoring_draft.c --- */

MUST_CHECK enum status authoring_list(struct writing *writing);
MUST_CHECK enum status authoring_form(struct writing *writing);
MUST_CHECK enum status authoring_history(struct writing *writing);
MUST_CHECK enum status authoring_save(struct writing *writing);
MUST_CHECK enum status authoring_delete(struct writing *writing);
MUST_CHECK enum status authoring_discard(struct writing *writing);
MUST_CHECK enum status authoring_submit(struct writing *writing);

/* Whether the members have the id that the ask names; those of a file have none. */
bool authoring_is_named(const struct writing *writing);

/* The state of the entry now, as the answer. */
MUST_CHECK enum status authoring_tell(struct writing *writing);

/* Adds entry, kind, number and question; `collection` as of struct tree_document. */
void authoring_add_title(cJSON *object, const char *entry, const char *collection, const cJSON *of);

/* --- authoring_versions.c --- */

MUST_CHECK enum status authoring_versions(struct writing *writing);
/* What rolling back to writing->version would change. */
MUST_CHECK enum status authoring_version(struct writing *writing);

/* --- authoring_files.c --- */

/* Looks at an upload, or makes drafts of it. */
MUST_CHECK enum status authoring_import(struct writing *writing);
MUST_CHECK enum status authoring_export(struct writing *writing);

/* What of it is to be looked at again. */
MUST_CHECK enum status authoring_stale(struct writing *writing);

/* --- authoring_links.c --- */

/* In the loop, before the job. */
MUST_CHECK enum refusal authoring_links_begin(struct writing *writing);
/* In the job. */
MUST_CHECK enum status authoring_links(struct writing *writing);
/* In the loop, after it: they are asked for from now on, if the ask went `well`. */
void authoring_links_end(struct writing *writing, bool well);
/* What the store knows of them; `seen` is the caller's. In a job. */
struct links_told {
	cJSON *seen;
	cJSON **sorted; /* what is in it, by address; in the writing's arena */
	size_t count;
	bool under_way;
	int64_t ended_ms; /* 0: not yet */
};
MUST_CHECK enum status authoring_links_read(struct writing *writing, struct links_told *out);
/* Adds state, status and reason of that address. */
void authoring_links_add(const struct links_told *told, const char *url, cJSON *object);
/* After fetcher_stop(), jobs_stop() and a loop_run(). Takes NULL. */
void link_review_destroy(struct link_review *review);

/* --- authoring_suggest.c --- */

MUST_CHECK enum status authoring_suggest(struct writing *writing);
MUST_CHECK enum status authoring_suggested(struct writing *writing);
MUST_CHECK enum status authoring_suggest_take(struct writing *writing);
MUST_CHECK enum status authoring_suggest_dismiss(struct writing *writing);
MUST_CHECK enum status authoring_suggest_restore(struct writing *writing);
/* In the loop, at the end: the run begins, if the ask went `well`. */
void authoring_suggest_end(struct writing *writing, bool well);

/* --- authoring_try.c --- */

/* The model of an archive; `given_up` outlives it, or is NULL. STATUS_INVALID, STATUS_LIMIT: it is
 * not fit to answer. */
MUST_CHECK enum status authoring_model(struct service *service, struct span archive,
                                       const atomic_bool *given_up, struct snapshot **out);

MUST_CHECK enum status authoring_check(struct writing *writing);
MUST_CHECK enum status authoring_preview(struct writing *writing);
MUST_CHECK enum status authoring_gate(struct writing *writing);
MUST_CHECK enum status authoring_try(struct writing *writing);

/* Leaves writing->replay, which is begun at the end. */
MUST_CHECK enum status authoring_replay(struct writing *writing);

/*
 * Makes the model of these files, and takes the tree in every case. One that is not fit to answer
 * is STATUS_OK, too: it has no snapshot. STATUS_CLOSED when the service ends.
 */
MUST_CHECK enum status trial_make(struct writing *writing, struct trial *trial, struct tree *tree);
void trial_clear(struct trial *trial);

/* The array of AuthoringFault; `entry` NULL: of all. */
cJSON *trial_faults(const struct trial *trial);

/*
 * Whether the draft needs no second person: the gate finds it trivial, and that it chooses alike.
 * Of lane->live and lane->draft, which can answer.
 */
MUST_CHECK enum status trial_goes_alone(struct writing *writing, bool *alone);

/* --- authoring_publish.c --- */

MUST_CHECK enum status authoring_decide(struct writing *writing);
MUST_CHECK enum status authoring_publish(struct writing *writing);
MUST_CHECK enum status authoring_roll_back(struct writing *writing);
MUST_CHECK enum status authoring_place(struct writing *writing);

/* Whether this server can publish at all. */
bool authoring_can_publish(const struct service *service);

#endif

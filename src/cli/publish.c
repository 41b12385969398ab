/*
 * The folder is packed and checked here first, as `dayi serve` would, and packed again: what was
 * checked is what is stored. Then it is offered, and asked once a second, or at a hint, what the
 * replicas say, until all are prepared, one refuses, or the time is over.
 */
#include <argp.h>
#include <inttypes.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "host/config/config.h"
#include "office/authoring/tree.h"
#include "office/versions/archive.h"
#include "office/versions/versions.h"

enum {
	KEY_STORE = 256,
	KEY_WHY,
	KEY_WHO,
	KEY_UNCHECKED,
	KEY_OTHER_FAQ,
	ARENA_BYTES = 1024 * 1024,
	BUSY_MS = 5000
};

struct options {
	const char *folder, *config, *store, *who, *why;
	long wait_s;
	bool unchecked, other_faq;
};

static const struct argp_option argp_options[] = {
	{ "config", 'c', "FILE", 0, N_("Take store.url from the settings in FILE"), 0 },
	{ "store", KEY_STORE, "URL", 0, N_("The store, in place of store.url"), 0 },
	{ "why", KEY_WHY, "TEXT", 0, N_("What is new, kept with the version"), 0 },
	{ "who", KEY_WHO, "NAME", 0, N_("Who publishes it; the user's name where not given"), 0 },
	{ "wait", 'w', "SECONDS", 0, N_("How long the replicas may take (default: 60)"), 0 },
	{ "unchecked", KEY_UNCHECKED, NULL, 0, N_("Leave the check to the replicas"), 0 },
	{ "other-faq", KEY_OTHER_FAQ, NULL, 0,
	  N_("Also a folder that has no entry in common with what is served"), 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case KEY_STORE:
		options->store = value;
		return 0;
	case KEY_WHY:
		options->why = value;
		return 0;
	case KEY_WHO:
		options->who = value;
		return 0;
	case 'w':
		if (!read_number(value, 1, 3600, &options->wait_s))
			argp_error(state, _("not a number of seconds: %s"), value);
		return 0;
	case KEY_UNCHECKED:
		options->unchecked = true;
		return 0;
	case KEY_OTHER_FAQ:
		options->other_faq = true;
		return 0;
	case ARGP_KEY_ARG:
		if (options->folder)
			argp_error(state, "%s", _("too many arguments"));
		options->folder = value;
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "%s", _("a folder is expected"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = "DIR",
	.doc = N_(
	        "Store a knowledge folder as one version, and have all replicas that take their "
	        "knowledge from the store serve it: all of them or none.\v"
	        "Exit status 1 when the folder has faults or a replica refused it: what was served "
	        "goes on being served."),
};

/* --- the folder --- */

static int pack(const char *folder, struct buf *files, char hash[DIGEST_HEX_SIZE])
{
	enum status status = archive_pack(folder, files);

	if (status == STATUS_OK)
		status = archive_hash(buf_span(files), hash);
	if (status == STATUS_OK)
		return EXIT_DONE;
	(void)engine_fail(folder, status);
	return exit_of(status);
}

static int check(const char *folder)
{
	struct engine engine = { 0 };
	struct faults *faults = NULL;
	int result;

	if (faults_create(&faults) != STATUS_OK)
		return engine_fail(_("checking"), STATUS_NO_MEMORY);
	result = engine_open(&engine, folder, NULL, faults);
	if (result == EXIT_DONE)
		result = exit_of(snapshot_check_golden(engine.snapshot, FAULT_ERROR, faults));
	faults_print(faults, stderr);
	engine_close(&engine);
	faults_destroy(faults);
	if (result == EXIT_FAULTS)
		fprintf(stderr, _("dayi publish: nothing was published; mend the errors above\n"));
	return result;
}

/* Packs what was checked, and nothing that was written meanwhile. */
static int pack_checked(const struct options *options, struct buf *files,
                        char hash[DIGEST_HEX_SIZE])
{
	char before[DIGEST_HEX_SIZE];
	int result = pack(options->folder, files, before);

	if (result != EXIT_DONE || options->unchecked) {
		memcpy(hash, before, sizeof(before));
		return result;
	}
	result = check(options->folder);
	if (result != EXIT_DONE)
		return result;
	buf_clear(files);
	result = pack(options->folder, files, hash);
	if (result != EXIT_DONE || strcmp(hash, before) == 0)
		return result;
	fprintf(stderr, _("dayi publish: the folder changed while it was checked; try again\n"));
	return EXIT_FAULTS;
}

/* --- the replicas --- */

/* What the last step saw. */
struct seen {
	int64_t number;
	struct buf prepared, others; /* names, and what hinders them; lines */
	size_t count;
};

static void see_replica(void *context, const struct versions_replica *replica)
{
	struct seen *seen = context;

	seen->count++;
	if (replica->refused == seen->number)
		buf_append_format(&seen->others, _("  %s refused it: %s\n"), replica->name,
		                  replica->reason);
	else if (replica->prepared == seen->number || replica->loaded == seen->number)
		buf_append_format(&seen->prepared, "  %s\n", replica->name);
	else
		buf_append_format(&seen->others, _("  %s had not answered yet\n"), replica->name);
}

static enum status step(struct store *store, const struct versions_new *version, struct seen *seen,
                        bool last, enum versions_outcome *outcome)
{
	seen->count = 0;
	buf_clear(&seen->prepared);
	buf_clear(&seen->others);
	return versions_step(store, seen->number, last, version, see_replica, seen, outcome);
}

/* A store that is away for a moment is asked again, until the time is over. */
static enum status ask_replicas(struct store *store, struct hints *hints, long wait_s,
                                const struct versions_new *version, struct seen *seen,
                                enum versions_outcome *outcome)
{
	const struct clock clock = clock_system();
	const int64_t until_us = clock_monotonic_us(&clock) + wait_s * INT64_C(1000000);
	enum status status = STATUS_OK;
	bool last = false;

	*outcome = VERSIONS_WAITS;
	while (!last && *outcome == VERSIONS_WAITS) {
		last = clock_monotonic_us(&clock) >= until_us;
		status = step(store, version, seen, last, outcome);
		if (*outcome == VERSIONS_WAITS && !last)
			(void)hints_wait(hints, VERSIONS_POLL_MS);
	}
	return status;
}

static int tell(const struct seen *seen, enum versions_outcome outcome)
{
	const long long number = (long long)seen->number;

	if (outcome == VERSIONS_TAKEN) {
		printf(_N("version %lld is served by %zu replica\n",
		          "version %lld is served by %zu replicas\n", seen->count),
		       number, seen->count);
		fputs(buf_text(&seen->prepared), stdout);
		return EXIT_DONE;
	}
	if (outcome == VERSIONS_WITHDRAWN)
		fprintf(stderr, _("dayi publish: version %lld was withdrawn: the offer ran out\n"),
		        number);
	else
		fprintf(stderr,
		        _("dayi publish: version %lld was withdrawn; what was served goes on\n%s"),
		        number, buf_text(&seen->others));
	return EXIT_FAULTS;
}

static int say_store(const char *url, enum status status, const char *problem)
{
	char name[STORE_NAME_SIZE];

	fprintf(stderr, "dayi publish: %s: %s\n", store_name(url, name), problem);
	return exit_of(status);
}

/* A store that was named by mistake serves another FAQ. *other: nothing is published. */
static enum status compare(struct store *store, const struct versions_new *version, bool *other)
{
	struct versions_pointer pointer;
	char hash[DIGEST_HEX_SIZE];
	struct tree *served = NULL, *tree = NULL;
	struct buf files;
	enum status status = versions_current(store, &pointer);

	*other = false;
	if (status != STATUS_OK || pointer.current == 0)
		return status;
	buf_init(&files, ARCHIVE_BYTES_MOST);
	status = versions_files(store, pointer.current, &files, hash);
	if (status == STATUS_OK)
		status = tree_create(&served, buf_span(&files));
	if (status == STATUS_OK)
		status = tree_create(&tree, version->files);
	*other = status == STATUS_OK && tree_is_of_another(served, tree);
	tree_destroy(tree);
	tree_destroy(served);
	buf_deinit(&files);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

static int offer(const struct options *options, struct store *store, struct hints *hints,
                 const struct versions_new *version)
{
	struct seen seen = { 0 };
	enum versions_outcome outcome;
	bool other = false;
	enum status status = options->other_faq ? STATUS_OK : compare(store, version, &other);
	int result;

	if (other) {
		fputs(_("dayi publish: the folder has no entry in common with what is served: is "
		        "it "
		        "another FAQ? Nothing was published; --other-faq publishes it\n"),
		      stderr);
		return EXIT_FAULTS;
	}
	if (status == STATUS_OK)
		status = versions_offer(store, version, &seen.number);

	if (status == STATUS_BUSY)
		return say_store(options->store, status,
		                 _("another version is being published; try again in a moment"));
	if (status != STATUS_OK)
		return say_store(options->store, status, store_problem(store));
	printf(_("version %lld: %.12s\n"), (long long)seen.number, version->hash);
	fflush(stdout);
	buf_init(&seen.prepared, ARENA_BYTES);
	buf_init(&seen.others, ARENA_BYTES);
	status = ask_replicas(store, hints, options->wait_s, version, &seen, &outcome);
	result = status == STATUS_OK ? tell(&seen, outcome)
	                             : say_store(options->store, status, store_problem(store));
	buf_deinit(&seen.prepared);
	buf_deinit(&seen.others);
	return result;
}

static int publish(const struct options *options, const struct versions_new *version)
{
	const struct store_settings settings = { .url = options->store, .busy_ms = BUSY_MS };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store = NULL;
	struct hints *hints = NULL;
	enum status status = store_listen(&hints, options->store, VERSIONS_HINT, problem);
	int result;

	if (status == STATUS_OK)
		status = store_open(&store, &settings, &versions_schema, problem);
	result = status == STATUS_OK ? offer(options, store, hints, version)
	                             : say_store(options->store, status, problem);
	store_close(store);
	hints_close(hints);
	return result;
}

/* --- who, and where --- */

/* store.url of the settings; false after saying why there is none. */
static bool find_store(struct options *options, struct arena *arena)
{
	const struct config_given given = { .file = options->config, .port = -1 };
	struct faults *faults = NULL;
	struct config config;
	enum status status = STATUS_OK;

	if (!options->store && options->config) {
		if (faults_create(&faults) != STATUS_OK)
			return false;
		status = config_load(&given, arena, faults, &config);
		faults_print(faults, stderr);
		faults_destroy(faults);
		options->store = status == STATUS_OK ? config.store.url : NULL;
	}
	if (options->store && options->store[0])
		return true;
	if (status == STATUS_OK)
		fputs(_("dayi publish: where is the store? Name it with --store, or the settings "
		        "with --config\n"),
		      stderr);
	return false;
}

static const char *user_name(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user ? user->pw_name : "unknown";
}

int cli_publish(int argc, char **argv)
{
	struct options options = { .wait_s = 60, .why = "" };
	char hash[DIGEST_HEX_SIZE];
	struct arena *arena = NULL;
	struct buf files;
	int result = EXIT_FAULTS;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (!options.who)
		options.who = user_name();
	if (arena_create(&arena, ARENA_BYTES) != STATUS_OK)
		return engine_fail(_("starting"), STATUS_NO_MEMORY);
	buf_init(&files, ARCHIVE_BYTES_MOST);
	if (find_store(&options, arena))
		result = pack_checked(&options, &files, hash);
	if (result == EXIT_DONE) {
		const struct versions_new version = { hash, buf_span(&files), options.who,
			                              options.why, 0 };

		result = publish(&options, &version);
	}
	buf_deinit(&files);
	arena_destroy(arena);
	return result;
}

/*
 * How it works: the configuration says what is live and where drafts are, as for `dayi serve`.
 *
 * `export` writes what would be live if all drafts were, into a folder that has what is live, such
 * as a working copy: only files that differ are written. `import` compares such a folder with what
 * is live, entry by entry, and saves each difference as a draft, merged with the draft that is
 * there. The folder's other files are no drafts; those that differ are named.
 */
#include <argp.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "host/config/config.h"
#include "office/authoring/merge.h"
#include "office/authoring/standing.h"
#include "office/journal/audit.h"
#include "office/versions/archive.h"
#include "office/versions/versions.h"

enum { KEY_APPROVED = 256, KEY_WHY, ARENA_BYTES = 512 << 20, BUSY_MS = 5000 };

struct options {
	const char *config, *action, *folder, *why;
	bool approved;
};

struct work {
	const struct options *options;
	const struct config *config;
	struct store *drafts;
	struct audit *audit;
	struct arena *arena;
	struct buf live; /* an archive */
	struct tree *tree;
	struct draft *list;
	size_t count;
	struct draft_act act;
	char account[32];
	size_t saved, conflicts;
};

static const struct argp_option argp_options[] = {
	{ "config", 'c', "FILE", 0, N_("Take the settings from FILE"), 0 },
	{ "approved", KEY_APPROVED, NULL, 0, N_("export: only drafts that were approved"), 0 },
	{ "why", KEY_WHY, "TEXT", 0, N_("import: what is new, kept with each draft"), 0 },
	{ 0 },
};

static void check_arguments(const struct options *options, struct argp_state *state)
{
	const char *action = options->action ? options->action : "";
	const bool lists = strcmp(action, "list") == 0;

	if (!lists && strcmp(action, "export") != 0 && strcmp(action, "import") != 0)
		argp_error(state, "%s", _("list, export or import is expected"));
	if (lists == (options->folder != NULL))
		argp_error(state, "%s", _("export and import take a folder, list none"));
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case KEY_APPROVED:
		options->approved = true;
		return 0;
	case KEY_WHY:
		if (strlen(value) > DRAFT_WHY_BYTES)
			argp_error(state, "%s", _("the text of --why is too long"));
		options->why = value;
		return 0;
	case ARGP_KEY_ARG:
		if (!options->action)
			options->action = value;
		else if (!options->folder)
			options->folder = value;
		else
			argp_error(state, "%s", _("too many arguments"));
		return 0;
	case ARGP_KEY_END:
		check_arguments(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = N_("list\nexport DIR\nimport DIR"),
	.doc = N_("Bring drafts of the console into a knowledge folder, and a folder's changes "
	          "into drafts.\v"
	          "export writes the files that drafts change, and no other, into DIR, which has "
	          "what is live: a working copy of the folder. import saves what differs in DIR "
	          "from what is live as drafts, to be reviewed in the console; exit status 1 when "
	          "one of them contradicts a draft that is there. The server need not be stopped."),
};

/* --- opening --- */

static enum status complain(const char *what, const char *reason)
{
	fprintf(stderr, "dayi draft: %s: %s\n", what, reason);
	return STATUS_INVALID;
}

static enum status open_store(const char *url, const struct store_schema *schema,
                              struct store **out)
{
	const struct store_settings settings = { .url = url, .busy_ms = BUSY_MS };
	char problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	const enum status status = store_open(out, &settings, schema, problem);

	if (status != STATUS_OK)
		(void)complain(store_name(url, name), problem);
	return status;
}

static enum status open_drafts(struct work *work)
{
	char url[PLACE_SIZE];

	if (!store_beside(work->config->console.store, "drafts.db", url, sizeof(url)))
		return STATUS_LIMIT;
	return open_store(url, &drafts_schema, &work->drafts);
}

static enum status read_version(struct work *work)
{
	struct versions_pointer pointer = { 0 };
	char hash[DIGEST_HEX_SIZE];
	struct store *store = NULL;
	enum status status = open_store(work->config->store.url, &versions_schema, &store);

	if (status == STATUS_OK)
		status = versions_current(store, &pointer);
	if (status == STATUS_OK)
		status = versions_files(store, pointer.current, &work->live, hash);
	store_close(store);
	return status;
}

static enum status read_live(struct work *work)
{
	enum status status = strcmp(work->config->knowledge.from, "store") == 0
	                             ? read_version(work)
	                             : archive_pack(work->config->knowledge.folder, &work->live);

	if (status == STATUS_OK)
		status = tree_create(&work->tree, buf_span(&work->live));
	return status == STATUS_OK
	               ? draft_list(work->drafts, work->arena, &work->list, &work->count)
	               : status;
}

static const struct draft *draft_of(const struct work *work, const char *entry)
{
	for (size_t i = 0; i < work->count; i++)
		if (strcmp(work->list[i].entry, entry) == 0)
			return &work->list[i];
	return NULL;
}

/* --- list and export --- */

static enum status list(struct work *work)
{
	for (size_t i = 0; i < work->count; i++) {
		const struct draft *draft = &work->list[i];

		print_plain(span_of(draft->entry));
		printf("\t%s\t", draft_state_name(draft->state));
		print_plain(span_of(draft->by));
		putchar('\n');
	}
	return STATUS_OK;
}

static enum status export_drafts(struct work *work)
{
	size_t exported = 0, conflicts = 0;
	struct buf after;
	enum status status = STATUS_OK;

	for (size_t i = 0; status == STATUS_OK && i < work->count; i++) {
		const struct draft *draft = &work->list[i];
		struct standing standing;

		if (work->options->approved && draft->state != DRAFT_APPROVED)
			continue;
		status = standing_make(work->tree, draft->entry, draft, &standing);
		if (status == STATUS_OK && cJSON_GetArraySize(standing.conflicts) > 0) {
			conflicts++;
			(void)complain(draft->entry,
			               _("it contradicts what is live, and was left out"));
		} else if (status == STATUS_OK) {
			exported++;
			status = standing_apply(work->tree, draft->entry, &standing);
		}
		standing_end(&standing);
	}
	buf_init(&after, ARCHIVE_BYTES_MOST);
	if (status == STATUS_OK)
		status = tree_pack(work->tree, &after);
	if (status == STATUS_OK && file_kind(work->options->folder) != FILE_FOLDER)
		status = archive_unpack(buf_span(&after), work->options->folder);
	else if (status == STATUS_OK)
		status = archive_change(work->options->folder, buf_span(&work->live),
		                        buf_span(&after));
	buf_deinit(&after);
	if (status == STATUS_OK)
		printf(_N("%zu draft exported\n", "%zu drafts exported\n", exported), exported);
	return status == STATUS_OK && conflicts > 0 ? STATUS_INVALID : status;
}

/* --- import --- */

static enum status write_audit(struct work *work, const char *entry)
{
	char who[48], why[128];
	const struct audit_entry row = { .at_ms = work->act.at_ms,
		                         .who = who,
		                         .id_number = entry,
		                         .relations = "@draft_imported",
		                         .why = why };

	snprintf(who, sizeof(who), "operator:uid-%u", (unsigned)getuid());
	snprintf(why, sizeof(why), "dayi draft: %.80s", entry);
	return audit_append(work->audit, &row);
}

/* NULL: it is to be deleted. */
static enum status save(struct work *work, const char *entry, const char *collection,
                        const cJSON *live, const cJSON *members, int64_t upon)
{
	struct draft draft = { .entry = entry, .collection = collection };
	int64_t revision;
	bool moved = false;
	enum status status = document_print(members, work->arena, &draft.text);

	if (status == STATUS_OK && strlen(draft.text) > DRAFT_TEXT_BYTES)
		return complain(entry, _("it is too large for a draft"));
	if (status == STATUS_OK)
		status = document_print(live, work->arena, &draft.base);
	if (status == STATUS_OK)
		status = write_audit(work, entry);
	if (status == STATUS_OK)
		status = draft_save(work->drafts, &draft, upon, members ? "saved" : "deleted",
		                    &work->act, &revision, &moved);
	if (status == STATUS_OK && moved)
		return complain(entry, _("somebody changed its draft meanwhile; try again"));
	work->saved += status == STATUS_OK;
	return status;
}

/* What the folder has of it, NULL where it has nothing, beside live and draft. */
static enum status import_one(struct work *work, const char *entry, const char *collection,
                              const cJSON *object)
{
	const cJSON *live = tree_find(work->tree, entry).object;
	const struct draft *there = draft_of(work, entry);
	cJSON *conflicts = cJSON_CreateArray(), *merged = NULL;
	struct standing standing = { .has_draft = false };
	enum status status = STATUS_OK;

	if (merge_same(live, object))
		goto cleanup;
	status = standing_make(work->tree, entry, there, &standing);
	if (status == STATUS_OK)
		status = merge_three(live, object, standing.members, conflicts, &merged);
	if (status == STATUS_OK && cJSON_GetArraySize(conflicts) > 0) {
		work->conflicts++;
		(void)complain(entry,
		               _("it contradicts the draft that is there, and was left out"));
	} else if (status == STATUS_OK && !(there && merge_same(merged, standing.members))) {
		status = save(work, entry, collection, live, merged, there ? there->revision : 0);
	}
cleanup:
	cJSON_Delete(conflicts);
	cJSON_Delete(merged);
	standing_end(&standing);
	return status;
}

/* Files that are no drafts. */
static enum status name_others(struct work *work, struct span from)
{
	struct embedded_file *files;
	size_t count;
	enum status status = archive_list(from, work->arena, &files, &count);

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		const struct span live = tree_file(work->tree, files[i].name);

		if (!strchr(files[i].name, '/') && strcmp(files[i].name, "referrals.json") != 0 &&
		    !tree_is_file(files[i].name) &&
		    !(live.ptr && span_equal(live, files[i].content)))
			(void)complain(files[i].name, _("it differs, and is no draft: left out"));
	}
	return status;
}

static enum status import_drafts(struct work *work)
{
	struct buf from;
	struct tree *tree = NULL;
	enum status status;

	buf_init(&from, ARCHIVE_BYTES_MOST);
	status = archive_pack(work->options->folder, &from);
	if (status == STATUS_OK)
		status = tree_create(&tree, buf_span(&from));
	if (status == STATUS_OK && tree_count(tree) == 0)
		status = complain(work->options->folder, _("there are no entries in it"));
	for (size_t i = 0; status == STATUS_OK && i < tree_count(tree); i++) {
		const struct tree_document one = tree_at(tree, i);

		if (strlen(one.id) <= DRAFT_ENTRY_BYTES)
			status = import_one(work, one.id, one.collection, one.object);
	}
	for (size_t i = 0; status == STATUS_OK && i < tree_count(work->tree); i++) {
		const struct tree_document one = tree_at(work->tree, i);

		if (!tree_find(tree, one.id).object && !tree_is_file(one.id))
			status = import_one(work, one.id, one.collection, NULL);
	}
	if (status == STATUS_OK)
		status = name_others(work, buf_span(&from));
	tree_destroy(tree);
	buf_deinit(&from);
	if (status == STATUS_OK)
		printf(_N("%zu draft saved\n", "%zu drafts saved\n", work->saved), work->saved);
	return status == STATUS_OK && work->conflicts > 0 ? STATUS_INVALID : status;
}

/* --- the command --- */

static const char *user_name(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user ? user->pw_name : "unknown";
}

static enum status act(struct work *work, struct faults *faults)
{
	const struct options *options = work->options;
	const struct clock clock = clock_system();
	enum status status = open_drafts(work);

	snprintf(work->account, sizeof(work->account), "uid-%u", (unsigned)getuid());
	work->act = (struct draft_act){ work->account, user_name(), options->why,
		                        clock_wall_ms(&clock) };
	if (status == STATUS_OK && strcmp(options->action, "import") == 0)
		status = audit_open(&work->audit, &work->config->audit, faults);
	if (status == STATUS_OK)
		status = read_live(work);
	if (status == STATUS_OK)
		status = strcmp(options->action, "list") == 0     ? list(work)
		         : strcmp(options->action, "export") == 0 ? export_drafts(work)
		                                                  : import_drafts(work);
	audit_close(work->audit);
	tree_destroy(work->tree);
	store_close(work->drafts);
	return status;
}

static enum status run(const struct options *options)
{
	const struct config_given given = { options->config, NULL, -1 };
	struct work work = { .options = options };
	struct faults *faults = NULL;
	struct config config;
	enum status status = arena_create(&work.arena, ARENA_BYTES);

	work.config = &config;
	buf_init(&work.live, ARCHIVE_BYTES_MOST);
	if (status == STATUS_OK)
		status = faults_create(&faults);
	if (status == STATUS_OK)
		status = config_load(&given, work.arena, faults, &config);
	if (status == STATUS_OK)
		status = act(&work, faults);
	faults_print(faults, stderr);
	/* Faults were reported where they were found. */
	if (status != STATUS_OK && status != STATUS_INVALID &&
	    faults_count(faults, FAULT_ERROR) == 0)
		(void)engine_fail(_("drafts"), status);
	faults_destroy(faults);
	buf_deinit(&work.live);
	arena_destroy(work.arena);
	return status;
}

int cli_draft(int argc, char **argv)
{
	struct options options = { .why = "" };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	return exit_of(run(&options));
}

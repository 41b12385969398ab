/*
 * Two commands over the same list of items, which the settings name. A backup is checked in full
 * before anything of it is put back: the hashes of its files, the chain of its audit, and the
 * golden questions of its knowledge.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/file.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "host/config/config.h"
#include "office/authoring/draft.h"
#include "office/backup/backup.h"
#include "office/groups/group_rows.h"
#include "office/handover/handover_rows.h"
#include "office/handover/notices.h"
#include "office/identity/account_rows.h"
#include "office/identity/key.h"
#include "office/journal/audit.h"
#include "office/journal/audit_chain.h"
#include "office/journal/journal.h"
#include "office/sessions/session_rows.h"
#include "office/versions/archive.h"
#include "office/versions/versions.h"
#include "store/store.h"

enum {
	KEY_REPLACE = 256,
	KEY_CHECK,
	KEY_NO_KEYS,
	ARENA_BYTES = 1 << 20,
	ITEMS_MOST = 32,
	BUSY_MS = 5000,
	STAMP_SIZE = 32,
};

struct options {
	const char *config, *folder;
	bool replace, check, no_keys;
};

static const struct argp_option backup_options[] = {
	{ "config", 'c', "FILE", 0, N_("The settings of the server"), 0 },
	{ "no-keys", KEY_NO_KEYS, NULL, 0, N_("Leave the keys out, where they are kept elsewhere"),
	  0 },
	{ 0 },
};

static const struct argp_option restore_options[] = {
	{ "config", 'c', "FILE", 0, N_("The settings of the server"), 0 },
	{ "replace", KEY_REPLACE, NULL, 0,
	  N_("Keep what is there under another name, instead of refusing"), 0 },
	{ "check", KEY_CHECK, NULL, 0, N_("Only say whether the backup could be put back"), 0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case KEY_REPLACE:
		options->replace = true;
		return 0;
	case KEY_CHECK:
		options->check = true;
		return 0;
	case KEY_NO_KEYS:
		options->no_keys = true;
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

static const struct argp backup_argp = {
	.options = backup_options,
	.parser = parse_option,
	.args_doc = "DIR",
	.doc = N_(
	        "Copies what the server keeps into a new folder DIR: journal, audit, sessions, "
	        "accounts, the other databases, keys, the knowledge and the settings. The server "
	        "need not be stopped.\v"
	        "Without the keys nothing that is sealed can be read again, and the audit cannot "
	        "be verified; with them, keep DIR as safe as this machine. A PostgreSQL is copied "
	        "by pg_dump. The records of applicants are their own system's, and not in it."),
};

static const struct argp restore_argp = {
	.options = restore_options,
	.parser = parse_option,
	.args_doc = "DIR",
	.doc = N_(
	        "Checks a backup (its hashes, the chain of its audit, the golden questions of its "
	        "knowledge) and puts it where the settings say. The server must be stopped.\v"
	        "The settings themselves are not put back: they are dayi.ini in DIR. Exit status "
	        "1 when the backup is not sound, or something is in its way."),
};

/* --- what there is --- */

struct items {
	struct backup_item list[ITEMS_MOST];
	size_t count;
	const struct store_schema *schemas[ITEMS_MOST + 1]; /* of all stores; the last is NULL */
	size_t schema_count;
	const char *audit; /* where it is: a file or a PostgreSQL */
	bool begun;        /* places may have changed */
};

static struct backup_item *find(struct items *items, const char *name)
{
	for (size_t i = 0; i < items->count; i++)
		if (strcmp(items->list[i].name, name) == 0)
			return &items->list[i];
	return NULL;
}

static void add(struct items *items, const char *name, enum backup_kind kind, const char *place)
{
	if (place && items->count < ITEMS_MOST)
		items->list[items->count++] =
		        (struct backup_item){ .name = name, .kind = kind, .place = place };
}

/* A PostgreSQL that several settings name is one item. */
static void add_store(struct items *items, const char *name, const struct store_schema *schema,
                      const char *url)
{
	static const char *const servers[] = { "postgresql.dump", "postgresql-2.dump",
		                               "postgresql-3.dump", "postgresql-4.dump" };
	struct backup_item *item;
	size_t known = 0;

	if (items->schema_count < ITEMS_MOST)
		items->schemas[items->schema_count++] = schema;
	if (!store_is_shared(url)) {
		add(items, name, BACKUP_DATABASE, url);
		item = find(items, name);
		if (item)
			item->schema = schema;
		return;
	}
	for (size_t i = 0; i < items->count; i++) {
		if (items->list[i].kind != BACKUP_SERVER)
			continue;
		if (strcmp(items->list[i].place, url) == 0)
			return;
		known++;
	}
	if (known == sizeof(servers) / sizeof(servers[0]))
		return;
	add(items, servers[known], BACKUP_SERVER, url);
	item = find(items, servers[known]);
	if (item)
		item->schemas = items->schemas;
}

/* A database that lies beside the accounts. */
static void add_beside(struct items *items, const char *name, const struct store_schema *schema,
                       const char *accounts, struct arena *arena)
{
	char url[PLACE_SIZE];

	if (store_is_shared(accounts))
		add_store(items, name, schema, accounts);
	else if (store_beside(accounts, name, url, sizeof(url)))
		add_store(items, name, schema, arena_copy(arena, span_of(url)));
}

/* A file that need not be configured. */
static void add_named(struct items *items, const char *name, const char *file)
{
	if (file[0])
		add(items, name, BACKUP_FILE, file);
}

/* What the platforms of group chats and this server show each other. */
static void add_channel_secrets(struct items *items, const struct config *config)
{
	add_named(items, "onebot-token.key", config->onebot.token_file);
	add_named(items, "onebot-secret.key", config->onebot.secret_file);
	add_named(items, "wecom-bot-token.key", config->wecom_bot.token_file);
	add_named(items, "wecom-bot-aes.key", config->wecom_bot.key_file);
	add_named(items, "wecom-app-token.key", config->wecom_app.token_file);
	add_named(items, "wecom-app-aes.key", config->wecom_app.key_file);
	add_named(items, "dingtalk-secret.key", config->dingtalk.secret_file);
	add_named(items, "feishu-secret.key", config->feishu.secret_file);
	add_named(items, "feishu-encrypt.key", config->feishu.encrypt_key_file);
	add_named(items, "feishu-token.key", config->feishu.token_file);
}

/* Names of what stands beside a folder are made by adding to its own. */
static const char *without_slash(struct arena *arena, const char *folder)
{
	size_t len = strlen(folder);

	while (len > 1 && folder[len - 1] == '/')
		len--;
	return arena_copy(arena, (struct span){ folder, len });
}

static void add_keys(struct items *items, const struct config *config)
{
	add(items, "audit.key", BACKUP_FILE, config->audit.key_file);
	add(items, "session.key", BACKUP_FILE, config->session.key_file);
	add(items, "console.key", BACKUP_FILE, config->console.key_file);
	add(items, "events.key", BACKUP_FILE, config->events.key_file);
	add(items, "token.key", BACKUP_FILE, config->sign_in.key_file);
}

static void list_items(const struct options *options, const struct config *config,
                       struct arena *arena, struct items *items)
{
	add_store(items, "journal.db", &journal_schema, config->journal.file);
	items->audit = config->audit.file;
	add_store(items, "audit.db", &audit_schema, config->audit.file);
	add_store(items, "sessions.db", &session_schema, config->session.file);
	add_store(items, "accounts.db", &accounts_schema, config->console.store);
	add_beside(items, "chats.db", &handover_schema, config->console.store, arena);
	add_beside(items, "drafts.db", &drafts_schema, config->console.store, arena);
	add_beside(items, "versions.db", &versions_schema, config->console.store, arena);
	add_beside(items, "keys.db", &keys_schema, config->console.store, arena);
	add_beside(items, "notices.db", &notices_schema, config->console.store, arena);
	add_store(items, "groups.db", &groups_schema, config->groups.store);
	if (!options->no_keys) {
		add_keys(items, config);
		add_channel_secrets(items, config);
	}
	add_named(items, "groups.conf", config->groups.file);
	add(items, "knowledge.archive", BACKUP_FOLDER,
	    without_slash(arena, config->knowledge.folder));
	add(items, "dayi.ini", BACKUP_FILE, config->source);
}

static bool is_there(struct items *items, const char *name)
{
	const struct backup_item *item = find(items, name);

	return item && item->there;
}

/* --- making --- */

static void write_now(char text[STAMP_SIZE])
{
	const time_t now = time(NULL);
	struct tm utc;

	text[0] = '\0';
	if (gmtime_r(&now, &utc))
		strftime(text, STAMP_SIZE, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* The same as a part of a file's name. */
static void write_stamp(char text[STAMP_SIZE])
{
	char now[STAMP_SIZE];
	size_t len = 0;

	write_now(now);
	for (const char *at = now; *at; at++)
		if (*at != '-' && *at != ':')
			text[len++] = *at;
	text[len] = '\0';
}

static void print_items(const struct items *items)
{
	char name[STORE_NAME_SIZE];

	for (size_t i = 0; i < items->count; i++)
		printf("  %-18s %s %s\n", items->list[i].name, items->list[i].there ? "<-" : "--",
		       items->list[i].kind == BACKUP_SERVER ? store_name(items->list[i].place, name)
		                                            : items->list[i].place);
}

static enum status make(const struct options *options, struct items *items, struct arena *arena,
                        struct faults *faults)
{
	char made[STAMP_SIZE];
	const struct backup_head head = { made, DAYI_VERSION };
	enum status status;

	(void)arena;
	write_now(made);
	status = backup_make(options->folder, &head, items->list, items->count, BUSY_MS, faults);
	if (status != STATUS_OK)
		return status;
	printf(_("%s: backed up (-- is not there)\n"), options->folder);
	print_items(items);
	puts(options->no_keys ? _("The keys are not in it: keep them elsewhere.")
	                      : _("The keys are in it: keep it as safe as this machine."));
	return STATUS_OK;
}

/* --- checking and putting back --- */

/* The file, or the dump that it is in; NULL: the backup has no audit. */
static struct backup_item *find_audit(struct items *items)
{
	if (is_there(items, "audit.db"))
		return find(items, "audit.db");
	for (size_t i = 0; i < items->count; i++)
		if (items->list[i].kind == BACKUP_SERVER && items->list[i].there &&
		    strcmp(items->list[i].place, items->audit) == 0)
			return &items->list[i];
	return NULL;
}

static enum status judge_audit(const struct backup_item *item, const char *file, const char *key,
                               const struct audit_report *report, struct faults *faults)
{
	if (audit_report_sound(report)) {
		printf(_("audit: %lld rows, unbroken\n"), (long long)report->rows);
		return STATUS_OK;
	}
	if (item->kind == BACKUP_SERVER)
		faults_add(faults, FAULT_ERROR, file, 0, "record_read",
		           "rows were changed, removed or inserted: take an earlier backup, or put "
		           "it back with pg_restore and see which (dayi audit verify)");
	else
		faults_add(faults, FAULT_ERROR, file, 0, NULL,
		           "rows were changed, removed or inserted: dayi audit verify --file %s "
		           "--key %s tells which",
		           file, key);
	return STATUS_INVALID;
}

static enum status check_audit(const struct options *options, struct items *items,
                               struct arena *arena, struct faults *faults)
{
	const struct backup_item *item = find_audit(items);
	struct audit_report report;
	const char *file, *key;
	bool found = true;
	enum status status;

	if (!item)
		return STATUS_OK;
	file = backup_path(arena, options->folder, item);
	/* One that is kept elsewhere stands at its place already. */
	key = is_there(items, "audit.key")
	              ? backup_path(arena, options->folder, find(items, "audit.key"))
	              : find(items, "audit.key")->place;
	if (!file || !key)
		return STATUS_NO_MEMORY;
	status = item->kind == BACKUP_SERVER ? audit_verify_dump(file, key, &found, &report, faults)
	                                     : audit_verify(file, key, NULL, &report, faults);
	return status == STATUS_OK && found ? judge_audit(item, file, key, &report, faults)
	                                    : status;
}

static enum status replay(const char *folder, struct faults *faults)
{
	struct engine engine = { 0 };
	enum status status = STATUS_INVALID;

	if (engine_open(&engine, folder, NULL, faults) == EXIT_DONE)
		status = snapshot_check_golden(engine.snapshot, FAULT_ERROR, faults);
	if (status == STATUS_OK)
		printf(_N("knowledge: %zu golden question ends as it says\n",
		          "knowledge: %zu golden questions end as they say\n",
		          engine.snapshot->knowledge->golden_count),
		       engine.snapshot->knowledge->golden_count);
	engine_close(&engine);
	return status;
}

static enum status check_knowledge(const struct options *options, struct items *items,
                                   struct arena *arena, struct faults *faults)
{
	char base[] = "/tmp/dayi-restore-XXXXXX";
	const char *folder, *file;
	struct buf bytes;
	enum status status;

	if (!is_there(items, "knowledge.archive"))
		return STATUS_OK;
	file = backup_path(arena, options->folder, find(items, "knowledge.archive"));
	if (!file || !mkdtemp(base))
		return STATUS_IO;
	folder = file_join(arena, base, "knowledge");
	buf_init(&bytes, ARCHIVE_BYTES_MOST);
	status = folder ? file_read(file, &bytes) : STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		status = archive_unpack(buf_span(&bytes), folder);
		if (status == STATUS_INVALID)
			faults_add(faults, FAULT_ERROR, file, 0, NULL,
			           "is no folder of knowledge that this version can read");
	}
	if (status == STATUS_OK)
		status = replay(folder, faults);
	buf_deinit(&bytes);
	file_remove_tree(base);
	return status;
}

static enum status put_back(const struct options *options, struct items *items, struct arena *arena,
                            struct faults *faults)
{
	struct backup_item *settings = find(items, "dayi.ini");
	struct backup_head head;
	char stamp[STAMP_SIZE];
	enum status status;

	if (!settings) {
		add(items, "dayi.ini", BACKUP_FILE, "");
		settings = find(items, "dayi.ini");
	}
	status = backup_check(options->folder, arena, &head, items->list, items->count, faults);
	if (status == STATUS_OK)
		printf(_("%s: made %s by dayi %s\n"), options->folder, head.made, head.program);
	if (status == STATUS_OK)
		status = check_audit(options, items, arena, faults);
	if (status == STATUS_OK)
		status = check_knowledge(options, items, arena, faults);
	settings->there = false;
	if (status != STATUS_OK || options->check)
		return status;
	write_stamp(stamp);
	items->begun = true;
	status = backup_restore(options->folder, stamp, options->replace, items->list, items->count,
	                        faults);
	if (status != STATUS_OK)
		return status;
	puts(_("put back (-- is not in the backup):"));
	print_items(items);
	return STATUS_OK;
}

struct task {
	const struct options *options;
	struct items items;
	enum status (*act)(const struct options *, struct items *, struct arena *, struct faults *);
};

static enum status list_and_act(void *context, const struct config *config, struct arena *arena,
                                struct faults *faults)
{
	struct task *task = context;

	list_items(task->options, config, arena, &task->items);
	return task->act(task->options, &task->items, arena, faults);
}

static int run(const struct options *options,
               enum status (*act)(const struct options *, struct items *, struct arena *,
                                  struct faults *),
               const char *doing)
{
	struct task task = { .options = options, .act = act };
	const struct with_settings with = { .file = options->config,
		                            .arena_bytes = ARENA_BYTES,
		                            .doing = doing,
		                            .act = list_and_act,
		                            .context = &task };
	const enum status status = with_settings(&with);

	/* Below all reasons, where whoever restores in a hurry looks. What was begun says itself
	 * how far it came. */
	if (act == put_back && !options->check && status != STATUS_OK &&
	    (!task.items.begun || status == STATUS_INVALID))
		fputs(_("Nothing was restored.\n"), stderr);
	return exit_of(status);
}

int cli_backup(int argc, char **argv)
{
	struct options options = { 0 };

	argp_parse(&backup_argp, argc, argv, 0, NULL, &options);
	return run(&options, make, _("backing up"));
}

int cli_restore(int argc, char **argv)
{
	struct options options = { 0 };

	argp_parse(&restore_argp, argc, argv, 0, NULL, &options);
	return run(&options, put_back, _("restoring"));
}

/*
 * Config: everything that an operator can set, in one table.
 */
#ifndef DAYI_CONFIG_CONFIG_H
#define DAYI_CONFIG_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/status.h"
#include "engine/match/settings.h"
#include "office/identity/password.h"
#include "office/identity/token.h"
#include "office/journal/audit.h"
#include "office/journal/journal.h"
#include "office/records/source.h"

struct config {
	struct {
		const char *host;
		int64_t port; /* 0: any free one; the log names it */
		int64_t drain_s;
		int64_t reconnect_s;
		int64_t ping_s;
		const char *var; /* folder of the state that no setting of its own places */
	} server;
	struct {
		const char *folder;
		const char *golden;    /* refuse or warn */
		const char *from;      /* folder or store */
		int64_t keep_versions; /* days; 0: for ever */
		const char *versions;  /* folder of those that were taken from the store */
	} knowledge;
	struct {
		const char *url; /* "": SQLite files; else journal.file, audit.file and
		                    console.store name it */
	} store;
	struct {
		const char *folder; /* "" serves no page */
		struct setting_list embed_origins;
	} web;
	struct {
		struct setting_list origins; /* empty: the listening address's own names */
		bool without_origin;
		struct setting_list trusted_proxies;
		bool key_required; /* of asks, see dayi key */
		bool metrics_open; /* /metrics answers others than this machine */
	} http;
	struct {
		int64_t connections, connections_per_address;
		int64_t rate_per_connection, burst_per_connection; /* messages; rate 0: no limit */
		int64_t rate_per_address, burst_per_address;
		int64_t addresses;
		int64_t outbox_frames, outbox_bytes;
	} limits;
	struct {
		int64_t keep_s;
		int64_t kept;
		int64_t memory_mib;
		const char *file; /* "" keeps them in memory only */
		const char *key_file;
		int64_t busy_ms;
	} session;
	int64_t watch_s; /* 0: the folder is not watched */
	struct journal_settings journal;
	struct record_settings record;
	int64_t record_keep_s;
	struct token_settings sign_in;
	struct audit_settings audit;
	struct {
		bool allowed;
		int64_t failures, lock_s;
	} self; /* identification without the portal */
	struct {
		bool enabled;
		const char *store, *key_file, *hours;
		struct setting_list origins; /* empty: for this machine only */
		bool plain_http, chats, links;
		int64_t chat_days;
		int64_t idle_s, longest_s, link_s;
		int64_t failures, lock_s;
		struct password_cost cost;
		int64_t busy_ms;
	} console;
	struct {
		const char *ca_file, *proxy;
		struct setting_list proxy_not;
		int64_t lanes;
	} fetch;
	struct {
		const char *store, *file, *public_url;
		int64_t gather_ms, busy_ms;
	} groups;
	struct {
		const char *path;        /* "": nobody connects or posts */
		const char *token_file;  /* "": none */
		const char *secret_file; /* "": the token signs */
		const char *connect;     /* ws://...; "": nowhere */
		const char *api;         /* http://...; "": none */
		struct setting_list aliases;
		int64_t action_s;
	} onebot;
	struct {
		const char *path; /* "": off; so for the next ones */
		const char *token_file, *key_file;
		const char *name; /* as an at is written; "": not known */
	} wecom_bot;
	struct {
		const char *path, *token_file, *key_file, *corp_id;
	} wecom_app;
	struct {
		const char *path, *secret_file;
		const char *webhook; /* what an address of a conversation begins with; "": none is
		                        called */
		const char *answer;  /* response or webhook */
	} dingtalk;
	struct {
		const char *path, *app_id, *bot_id;
		const char *secret_file, *encrypt_key_file, *token_file;
		const char *api;
	} feishu;
	struct {
		const char *url, *key_file;
	} events;
	struct {
		const char *url; /* "": no model is asked */
		const char *model, *key_file;
		int64_t timeout_s;
	} suggest;
	const char *log_level;
	struct match_settings match;
	const char *source;    /* the file; NULL without one */
	const unsigned *lines; /* of the file, one for each of the table; 0: not given there */
};

/* What the command line says. */
struct config_given {
	const char *file;      /* NULL: none */
	const char *knowledge; /* NULL: as configured */
	int64_t port;          /* -1: as configured */
};

/* For settings_print(). Static. */
const struct setting *config_table(size_t *count);

/*
 * The defaults and, over them, the file and the command line. Folders and files that neither of
 * them names are found as base/place.h tells. Texts live in the arena. STATUS_INVALID when the file
 * has faults; *out then holds what is sound, and both checks below can go on with it.
 */
MUST_CHECK enum status config_load(const struct config_given *given, struct arena *arena,
                                   struct faults *faults, struct config *out);

/* STATUS_INVALID with a fault, with its line, for each setting that does not make sense. */
MUST_CHECK enum status config_check(const struct config *config, struct faults *faults);

/* The same for each file and folder that must be there and is not, or cannot be used. */
MUST_CHECK enum status config_check_files(const struct config *config, struct faults *faults);

/*
 * The same for each store in a PostgreSQL: connects to it, and tries out whether hints come, as a
 * start does. May take seconds.
 */
MUST_CHECK enum status config_check_reach(const struct config *config, struct faults *faults);

/* An address of a WebSocket that this program opens. */
struct config_socket {
	char host[254];
	bool named;  /* the host is a name, to be looked up, and no IP address */
	bool secure; /* over TLS; then it is named, for certificates are given to names */
	int port;
	char path[256];
};

/* Of ws://HOST:PORT/PATH or wss://NAME:PORT/PATH, the port 80 or 443 and the path / where they are
 * not given. */
MUST_CHECK bool config_socket_read(const char *url, struct config_socket *out);

/*
 * Whether a channel of that name (bulletin_channel()) is set up: chat page and HTTP interface
 * always are.
 */
bool config_has_channel(const struct config *config, const char *name);

/* The level named by log_level; LOG_INFO for a wrong name. */
enum log_level config_log_level(const struct config *config);

#endif

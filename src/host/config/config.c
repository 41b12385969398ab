/*
 * How it works: one table of settings drives the parser, its limits and defaults, `--help`, and
 * docs/configuration.md (base/settings.h). config_load() reads the file over the defaults and finds
 * the folders that the program comes with (find_places()). config_check() checks what the values
 * mean together, config_check_files() what they name; both report every fault, with its line.
 */
#include "host/config/config.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/key_file.h"
#include "base/language.h"
#include "base/place.h"
#include "host/config/config_vendors.h"
#include "host/net/ip.h"
#include "host/net/origin.h"
#include "office/handover/hours.h"
#include "office/records/mapping.h"
#include "run/fetch.h"
#include "service/groups/group.h"
#include "store/store.h"

#define TEXT(key_, field_, preset_, help_)                                                         \
	{                                                                                          \
		.key = (key_), .type = SETTING_TEXT, .offset = offsetof(struct config, field_),    \
		.preset = (preset_), .help = (help_)                                               \
	}
#define NUMBER(key_, field_, least_, most_, preset_, unit_, help_)                                 \
	{                                                                                          \
		.key = (key_), .type = SETTING_NUMBER, .offset = offsetof(struct config, field_),  \
		.least = (least_), .most = (most_), .preset = (preset_), .unit = (unit_),          \
		.help = (help_)                                                                    \
	}
#define RATIO(key_, field_, most_, preset_, help_)                                                 \
	{                                                                                          \
		.key = (key_), .type = SETTING_RATIO, .offset = offsetof(struct config, field_),   \
		.least = 0, .most = (most_), .preset = (preset_), .help = (help_)                  \
	}
#define FLAG(key_, field_, preset_, help_)                                                         \
	{                                                                                          \
		.key = (key_), .type = SETTING_FLAG, .offset = offsetof(struct config, field_),    \
		.preset = (preset_), .help = (help_)                                               \
	}
#define LIST(key_, field_, help_)                                                                  \
	{                                                                                          \
		.key = (key_), .type = SETTING_LIST, .offset = offsetof(struct config, field_),    \
		.preset = "", .help = (help_)                                                      \
	}

static const struct setting table[] = {
	TEXT("server.host", server.host, "127.0.0.1",
	     "IP address to listen on; 0.0.0.0 for every IPv4 address, :: for every address."),
	NUMBER("server.port", server.port, 0, 65535, "8080", NULL,
	       "Port to listen on; 0 takes any free one and logs it."),
	NUMBER("server.drain_s", server.drain_s, 0, 600, "20", "s",
	       "How long a stop waits for connections to end."),
	NUMBER("server.reconnect_s", server.reconnect_s, 0, 600, "5", "s",
	       "Over how long chats come back after a stop: each bye names a random time of it, "
	       "so that they do not come all at once."),
	NUMBER("server.ping_s", server.ping_s, 5, 3600, "45", "s",
	       "Idle time after which a chat connection is pinged; it is cut after half as much "
	       "again."),
	TEXT("server.var", server.var, "var",
	     "Folder of all that the server writes: every default below that begins with var/ then "
	     "lies there. Each server of a machine needs its own."),
	TEXT("knowledge.folder", knowledge.folder, "knowledge", "Folder of the knowledge served."),
	TEXT("knowledge.golden", knowledge.golden, "refuse",
	     "What to do with a folder in which a golden question lost its answer, or a sample "
	     "record its verdict, at start and at a reload: refuse it, or warn and serve it."),
	TEXT("knowledge.from", knowledge.from, "folder",
	     "What is served: knowledge.folder, or with `store` the version that dayi publish put "
	     "into the store."),
	TEXT("knowledge.versions", knowledge.versions, "var/versions",
	     "Folder in which versions from the store are unpacked."),
	NUMBER("knowledge.keep_versions", knowledge.keep_versions, 0, 36500, "0", "d",
	       "Days after which the files of a published version that is served no more are "
	       "deleted; the one before the current version stays. 0 keeps all. Needs the "
	       "console."),
	TEXT("store.url", store.url, "",
	     "PostgreSQL that several machines share, host=... dbname=... user=... or a "
	     "postgresql:// address: journal, audit, conversations and accounts lie there in place "
	     "of their "
	     "files. Empty: SQLite files."),
	TEXT("web.folder", web.folder, "web/dist",
	     "Folder of the chat page, read at start; empty serves no page."),
	LIST("web.embed_origins", web.embed_origins,
	     "Origins of pages that may show the chat in a frame, such as "
	     "https://portal.example.cn; empty: only pages of this server."),
	LIST("http.origins", http.origins,
	     "Origins of pages that may use the service, such as https://portal.example.cn; empty: "
	     "only pages of this server under its listening address (localhost for a loopback "
	     "one)."),
	FLAG("http.without_origin", http.without_origin, "yes",
	     "Whether asks and chats without an Origin are served, as programs other than browsers "
	     "send them."),
	LIST("http.trusted_proxies", http.trusted_proxies,
	     "Addresses or ranges (10.0.0.0/8) whose X-Forwarded-For is believed."),
	FLAG("http.key_required", http.key_required, "no",
	     "Whether /api/v1/ask and /api/v1/events want a key that dayi key made. The chat page "
	     "then needs its WebSocket."),
	FLAG("http.metrics_open", http.metrics_open, "no",
	     "Whether /metrics answers every address; else only this machine's own (the "
	     "loopback)."),
	NUMBER("limits.connections", limits.connections, 1, 100000, "4096", NULL,
	       "Open connections in all."),
	NUMBER("limits.connections_per_address", limits.connections_per_address, 1, 100000, "256",
	       NULL, "Open connections of one address; offices share one, so be generous."),
	NUMBER("limits.rate_per_connection", limits.rate_per_connection, 0, 1000000, "3", "/s",
	       "Messages a second that one connection may send on average; a long text counts as "
	       "several. 0 for no limit."),
	NUMBER("limits.burst_per_connection", limits.burst_per_connection, 1, 1000000, "20", NULL,
	       "Messages that one connection may send at once."),
	NUMBER("limits.rate_per_address", limits.rate_per_address, 0, 1000000, "50", "/s",
	       "Messages a second of one address on average, counted alike; 0 for no limit."),
	NUMBER("limits.burst_per_address", limits.burst_per_address, 1, 1000000, "200", NULL,
	       "Messages that one address may send at once."),
	NUMBER("limits.addresses", limits.addresses, 1, 1000000, "20000", NULL,
	       "Addresses that are remembered for these limits."),
	NUMBER("limits.outbox_frames", limits.outbox_frames, 4, 1000, "64", NULL,
	       "Replies that may wait for one slow reader before it is cut off."),
	NUMBER("limits.outbox_bytes", limits.outbox_bytes, 65536, 16777216, "1048576", "bytes",
	       "The same in bytes."),
	NUMBER("session.keep_s", session.keep_s, 1, 86400, "1800", "s",
	       "How long a conversation can be taken up again after it fell silent."),
	NUMBER("session.kept", session.kept, 1, 1000000, "10000", NULL,
	       "Conversations kept at once; above, the one silent for longest goes."),
	NUMBER("session.memory_mib", session.memory_mib, 1, 4096, "64", "MiB",
	       "Memory for the replies kept for reconnecting clients."),
	TEXT("session.file", session.file, "var/sessions.db",
	     "SQLite file, sealed, from which conversations go on after a restart; empty: a "
	     "restart "
	     "ends them."),
	TEXT("session.key_file", session.key_file, "var/session.key",
	     "Secret of its seals, made when missing; keep it where the file's readers cannot."),
	NUMBER("session.busy_ms", session.busy_ms, 0, 60000, "2000", "ms",
	       "How long a file locked by another program is waited for, per attempt."),
	NUMBER("reload.watch_s", watch_s, 0, 3600, "5", "s",
	       "How often the knowledge folder is looked at for changes; 0 leaves it to SIGHUP."),
	TEXT("journal.file", journal.file, "var/journal.db",
	     "SQLite file of the turns and ratings; empty keeps no journal."),
	NUMBER("journal.queue", journal.queue, 1, 1000000, "10000", NULL,
	       "Turns that may wait to be written; more are dropped and counted."),
	NUMBER("journal.batch_rows", journal.batch_rows, 1, 1000, "500", NULL,
	       "Turns after which the journal commits."),
	NUMBER("journal.batch_ms", journal.batch_ms, 0, 60000, "200", "ms",
	       "Time after which it commits; kill -9 can lose that much."),
	NUMBER("journal.busy_ms", journal.busy_ms, 0, 60000, "2000", "ms",
	       "How long one attempt waits for a lock of another program; turns are tried again."),
	NUMBER("journal.keep_turns", journal.keep.turns, 0, 36500, "0", "d",
	       "Days after which questions and their answers are deleted; 0 keeps them."),
	NUMBER("journal.keep_choices", journal.keep.choices, 0, 36500, "0", "d",
	       "The same for what was chosen from a list, which is kept without the conversation."),
	NUMBER("journal.keep_ratings", journal.keep.ratings, 0, 36500, "0", "d",
	       "The same for ratings."),
	TEXT("record.source", record.kind, "sqlite",
	     "Where applicants' records are read from: none, sqlite or postgresql."),
	TEXT("record.file", record.file, "var/records.db",
	     "SQLite file of the records; until it exists no applicant can sign in."),
	TEXT("record.connect", record.conninfo, "",
	     "PostgreSQL: host=... dbname=... user=..., or a postgresql:// address."),
	TEXT("record.mapping", record.mapping, "",
	     "File with the SELECTs that map the office's own tables; empty: the tables of dayi "
	     "records import."),
	NUMBER("record.deadline_ms", record.deadline_ms, 50, 60000, "2000", "ms",
	       "How long a look-up may take, waiting included; what is not there then is unknown."),
	NUMBER("record.threads", record.threads, 1, 64, "4", NULL,
	       "Look-ups that may run at the same time."),
	NUMBER("record.queue", record.queue, 1, 100000, "4096", NULL,
	       "Look-ups that may be under way or wait; more are answered without the record."),
	NUMBER("record.retry_ms", record.retry_ms, 0, 600000, "2000", "ms",
	       "How long a source that failed is left alone."),
	NUMBER("record.keep_s", record_keep_s, 1, 3600, "300", "s",
	       "How long a record that was read serves its conversation."),
	TEXT("sign_in.algorithm", sign_in.algorithm, "HS256",
	     "Signature of the portal's tokens: RS256, ES256 or HS256; off: nobody signs in."),
	TEXT("sign_in.key_file", sign_in.key_file, "var/token.key",
	     "Public key (PEM) that checks it; for HS256 the secret, made when missing."),
	TEXT("sign_in.issuer", sign_in.issuer, "portal", "What `iss` of a token must be."),
	TEXT("sign_in.audience", sign_in.audience, "dayi",
	     "What `aud` of a token must be or hold."),
	TEXT("sign_in.id_claim", sign_in.id_claim, "sub", "Claim that holds the ID number."),
	TEXT("sign_in.name_claim", sign_in.name_claim, "name",
	     "Claim that holds the name; empty: none is read."),
	NUMBER("sign_in.leeway_s", sign_in.leeway_s, 0, 300, "30", "s",
	       "By how much the portal's clock may differ."),
	NUMBER("sign_in.longest_s", sign_in.longest_s, 60, 86400, "3600", "s",
	       "How long a token may be valid at most."),
	FLAG("sign_in.self", self.allowed, "no",
	     "Whether ID number, name and certificate number together identify a person, too."),
	NUMBER("sign_in.self_failures", self.failures, 1, 1000, "5", NULL,
	       "Failures of one address, or for one ID number, that lock it out."),
	NUMBER("sign_in.self_lock_s", self.lock_s, 1, 86400, "900", "s",
	       "For how long at first; every further lock is twice as long, up to a day."),
	TEXT("audit.file", audit.file, "var/audit.db",
	     "SQLite file in which every reading of a record is written down first."),
	TEXT("audit.key_file", audit.key_file, "var/audit.key",
	     "Secret of its hashes, made when missing; keep it where the file's readers cannot."),
	NUMBER("audit.busy_ms", audit.busy_ms, 0, 60000, "2000", "ms",
	       "How long an audit locked by another program is waited for."),
	FLAG("console.enabled", console.enabled, "yes",
	     "Whether operators can sign in at /console/."),
	TEXT("console.store", console.store, "var/accounts.db",
	     "SQLite file of the operators' accounts and sessions; dayi user makes them."),
	TEXT("console.key_file", console.key_file, "var/console.key",
	     "Secret that seals the second steps of sign-ins, made when missing; the same on every "
	     "machine that shares the accounts."),
	LIST("console.origins", console.origins,
	     "Addresses under which operators on other computers open the console, such as "
	     "https://faq.example.cn; empty: only this machine's own pages."),
	FLAG("console.plain_http", console.plain_http, "no",
	     "Whether one of them may be http: passwords then cross the network in the clear."),
	NUMBER("console.idle_s", console.idle_s, 1, 86400, "1800", "s",
	       "Time without anything done after which a session ends."),
	NUMBER("console.longest_s", console.longest_s, 1, 604800, "43200", "s",
	       "How long a session lasts at most."),
	NUMBER("console.link_s", console.link_s, 1, 604800, "900", "s",
	       "How long a sign-in link can be used, once."),
	NUMBER("console.failures", console.failures, 1, 1000, "5", NULL,
	       "Failed sign-ins of one address, or for one account, that lock it out."),
	NUMBER("console.lock_s", console.lock_s, 1, 86400, "900", "s",
	       "For how long at first; every further lock is twice as long, up to a day."),
	NUMBER("console.hash_mib", console.cost.memory_mib, 8, 1024, "64", "MiB",
	       "Memory that hashing a password takes (Argon2id); two are hashed at once."),
	NUMBER("console.hash_passes", console.cost.passes, 1, 64, "3", NULL,
	       "Passes over it; passwords are hashed anew at their next sign-in."),
	FLAG("console.chats", console.chats, "yes",
	     "Whether who asks for a person waits for an operator, in the console's view of the "
	     "chats, as long as an account may answer; cases are kept in chats.db beside "
	     "console.store, or in store.url."),
	NUMBER("console.chat_days", console.chat_days, 1, 3650, "30", "days",
	       "How long a case in which nothing happens any more is kept."),
	TEXT("console.hours", console.hours, "",
	     "When operators answer, in China time: days of the week (1 is Monday) and times, "
	     "such as 1-5 8:30-12:00,14:30-18:00; 6 9:00-12:00. Outside of them nobody begins to "
	     "wait. Empty: always."),
	FLAG("console.links", console.links, "no",
	     "Whether this server asks, when an editor wants it, for each address that the "
	     "entries name: whether it is still there. See fetch.proxy."),
	NUMBER("console.busy_ms", console.busy_ms, 0, 60000, "2000", "ms",
	       "How long a file of accounts locked by another program is waited for."),
	TEXT("fetch.ca_file", fetch.ca_file, "",
	     "File of the certificates (PEM) that servers which this one calls are checked with; "
	     "empty: the system's."),
	TEXT("fetch.proxy", fetch.proxy, "",
	     "Proxy for calls to other servers, such as http://10.0.0.3:3128; empty: none, "
	     "whatever "
	     "the environment says."),
	LIST("fetch.proxy_not", fetch.proxy_not, "Hosts that are called without the proxy."),
	NUMBER("fetch.lanes", fetch.lanes, 2, 32, "4", NULL,
	       "Calls to other servers that may be under way at the same time, half of them to one "
	       "server."),
	TEXT("groups.store", groups.store, "var/groups.db",
	     "SQLite file of what group chats share: which messages were answered, and which "
	     "channels are switched off; it outlives a restart. Used once a channel is "
	     "configured."),
	TEXT("groups.file", groups.file, "",
	     "File with a line for each group, person or channel that is to be served otherwise "
	     "than by default (docs/groups.md); empty: none."),
	TEXT("groups.public_url", groups.public_url, "",
	     "Address of this server as people in a group reach it, such as "
	     "https://faq.example.cn: links to whole answers and to the private chat begin with "
	     "it; empty: none are sent."),
	NUMBER("groups.gather_ms", groups.gather_ms, 0, 10000, "1500", "ms",
	       "Messages that one person sends within that time are one question."),
	NUMBER("groups.busy_ms", groups.busy_ms, 0, 60000, "2000", "ms",
	       "How long a groups.store locked by another program is waited for, per attempt."),
	TEXT("onebot.path", onebot.path, "",
	     "Path at which programs that speak OneBot v11 (NapCat and others) connect by "
	     "WebSocket, or post events to, such as /onebot/v11/ws; empty: none can."),
	TEXT("onebot.token_file", onebot.token_file, "",
	     "File of the access token (32 characters at least, one line) that both sides show, "
	     "made when missing; needed unless only this machine's programs can connect."),
	TEXT("onebot.secret_file", onebot.secret_file, "",
	     "File of the secret that signs posted events (X-Signature), made when missing; empty: "
	     "the token signs them."),
	TEXT("onebot.connect", onebot.connect, "",
	     "Address of a program's own WebSocket that this one connects to, such as "
	     "ws://127.0.0.1:3001/ or wss://bot.example/; empty: none. With wss:// its certificate "
	     "must be good for that name, by fetch.ca_file or the system's authorities."),
	TEXT("onebot.api", onebot.api, "",
	     "Address of a program's HTTP API through which every answer is sent, such as "
	     "http://127.0.0.1:3000; empty: answers go back the way the question came."),
	LIST("onebot.aliases", onebot.aliases,
	     "Further ids by which the bot is called by @, where a program uses others than its "
	     "own."),
	NUMBER("onebot.action_s", onebot.action_s, 1, 300, "30", "s",
	       "How long a program may take to say whether it sent an answer; then that is "
	       "unknown, and the answer is not sent again."),
	TEXT("wecom_bot.path", wecom_bot.path, "",
	     "Path that WeCom calls for a bot in groups (docs/wecom.md), such as /hooks/wecom-bot; "
	     "empty: off."),
	TEXT("wecom_bot.token_file", wecom_bot.token_file, "",
	     "File of the bot's Token, one line."),
	TEXT("wecom_bot.key_file", wecom_bot.key_file, "",
	     "File of the bot's EncodingAESKey, one line."),
	TEXT("wecom_bot.name", wecom_bot.name, "",
	     "Name of the bot, where it has blanks in it: it is taken off what people write."),
	TEXT("wecom_app.path", wecom_app.path, "",
	     "Path that WeCom calls for an application of the enterprise, such as "
	     "/hooks/wecom-app; "
	     "empty: off."),
	TEXT("wecom_app.token_file", wecom_app.token_file, "",
	     "File of the application's Token, one line."),
	TEXT("wecom_app.key_file", wecom_app.key_file, "",
	     "File of the application's EncodingAESKey, one line."),
	TEXT("wecom_app.corp_id", wecom_app.corp_id, "",
	     "Id of the enterprise, such as wx5823bf96d3bd56c7."),
	TEXT("dingtalk.path", dingtalk.path, "",
	     "Path that DingTalk calls for a bot in HTTP mode (docs/dingtalk.md), such as "
	     "/hooks/dingtalk; empty: off."),
	TEXT("dingtalk.secret_file", dingtalk.secret_file, "",
	     "File of the application's AppSecret, one line."),
	TEXT("dingtalk.webhook", dingtalk.webhook, "",
	     "Where late answers may be sent to: what the address that a message names must begin "
	     "with, such as https://oapi.dingtalk.com/robot/; empty: none is sent."),
	TEXT("dingtalk.answer", dingtalk.answer, "response",
	     "How DingTalk is answered: in the response, or with `webhook` always at the address "
	     "that the message names."),
	TEXT("feishu.path", feishu.path, "",
	     "Path that Feishu calls for an application (docs/feishu.md), such as /hooks/feishu; "
	     "empty: "
	     "off."),
	TEXT("feishu.app_id", feishu.app_id, "", "App ID of the application, cli_..."),
	TEXT("feishu.bot_id", feishu.bot_id, "",
	     "open_id of its bot, ou_..., by which an @ of it is known."),
	TEXT("feishu.secret_file", feishu.secret_file, "",
	     "File of the application's App Secret, one line."),
	TEXT("feishu.encrypt_key_file", feishu.encrypt_key_file, "",
	     "File of its Encrypt Key, one line."),
	TEXT("feishu.token_file", feishu.token_file, "",
	     "File of its Verification Token, one line."),
	TEXT("feishu.api", feishu.api, "https://open.feishu.cn",
	     "Address of Feishu's API, through which answers are sent."),
	TEXT("events.url", events.url, "",
	     "Address that is told by POST when a person is asked for, and when such a case is "
	     "closed (docs/embedding.md); empty: none."),
	TEXT("events.key_file", events.key_file, "var/events.key",
	     "Secret of the signatures of what is told, made when missing; the receiver needs it."),
	TEXT("suggest.url", suggest.url, "",
	     "Address of a language model in the office's network that dayi suggest, and editors "
	     "in the console, ask for wordings, by the interface of OpenAI's chat completions, "
	     "such as "
	     "http://10.0.0.5:8000/v1; empty: none is asked. It is sent the question and the "
	     "answer "
	     "of entries, and masked questions of the journal; never through fetch.proxy."),
	TEXT("suggest.model", suggest.model, "", "Name of the model at suggest.url."),
	TEXT("suggest.key_file", suggest.key_file, "",
	     "File of the key that suggest.url wants (Authorization: Bearer); empty: none."),
	NUMBER("suggest.timeout_s", suggest.timeout_s, 1, 600, "60", "s",
	       "How long an answer of suggest.url is waited for."),
	TEXT("log.level", log_level, "info",
	     "Least level that is logged: debug, info, warn or error."),
	RATIO("match.answer_at", match.answer_at, 1, "0.68",
	      "Confidence from which an entry is answered outright."),
	RATIO("match.choose_at", match.choose_at, 1, "0.20",
	      "Probability that the right entry is among the three offered, from which they are."),
	RATIO("match.clear_by", match.clear_by, 20, "0.9",
	      "Lead over the runner-up, in log-odds, that an answer needs."),
	TEXT("match.index", match.index_folder, "var/index",
	     "Folder that keeps the index of 5,000 entries or more for the next start; empty keeps"
	     " none."),
	NUMBER("match.candidates", match.candidates, 0, 100000000, "0", NULL,
	       "Entries that a message's rare words may find; 0: as suits the folder's size."),
};

enum { SECRET_MOST = 4096 };

static const char *const level_names[] = { "debug", "info", "warn", "error" };

enum { LEVEL_COUNT = sizeof(level_names) / sizeof(level_names[0]) };

const struct setting *config_table(size_t *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}

/* A path that the program finds by itself, unless the file sets it. */
struct found {
	const char **setting; /* in the configuration */
	const char *preset;   /* what it was before the file was read */
};

static enum status take_found(struct found found, const char *path, struct arena *arena)
{
	if (*found.setting != found.preset)
		return STATUS_OK;
	*found.setting = arena_copy(arena, span_of(path));
	return *found.setting ? STATUS_OK : STATUS_NO_MEMORY;
}

/* In server.var where the file sets it, else where the program finds it by itself. */
static enum status take_state(struct found found, const struct found *var, const char *name,
                              struct arena *arena)
{
	char path[PLACE_SIZE];

	if (*var->setting == var->preset)
		return take_found(found, place_state(name, path), arena);
	if (snprintf(path, sizeof(path), "%s/%s", *var->setting, name) >= (int)sizeof(path))
		return STATUS_LIMIT;
	return take_found(found, path, arena);
}

/*
 * Finds the folders that come with the program and those that it writes, here or beside the
 * program. With a knowledge folder of one's own, state is written here unless server.var is set.
 */
static enum status find_places(struct config *config, const struct config *presets,
                               const char *knowledge, struct arena *arena)
{
	const struct found folder = { &config->knowledge.folder, presets->knowledge.folder };
	const struct found page = { &config->web.folder, presets->web.folder };
	const struct {
		struct found found;
		const char *name;
	} states[] = {
		{ { &config->journal.file, presets->journal.file }, "journal.db" },
		{ { &config->record.file, presets->record.file }, "records.db" },
		{ { &config->sign_in.key_file, presets->sign_in.key_file }, "token.key" },
		{ { &config->session.file, presets->session.file }, "sessions.db" },
		{ { &config->session.key_file, presets->session.key_file }, "session.key" },
		{ { &config->audit.file, presets->audit.file }, "audit.db" },
		{ { &config->audit.key_file, presets->audit.key_file }, "audit.key" },
		{ { &config->console.store, presets->console.store }, "accounts.db" },
		{ { &config->groups.store, presets->groups.store }, "groups.db" },
		{ { &config->console.key_file, presets->console.key_file }, "console.key" },
		{ { &config->events.key_file, presets->events.key_file }, "events.key" },
		{ { &config->match.index_folder, presets->match.index_folder }, "index" },
		{ { &config->knowledge.versions, presets->knowledge.versions }, "versions" },
	};
	const struct found var = { &config->server.var, presets->server.var };
	const bool own = (knowledge || config->knowledge.folder != presets->knowledge.folder) &&
	                 *var.setting == var.preset;
	char path[PLACE_SIZE];
	enum status status = take_found(page, place_find(&place_page, path), arena);

	if (knowledge)
		config->knowledge.folder = knowledge;
	else if (status == STATUS_OK)
		status = take_found(folder, place_find(&place_knowledge, path), arena);
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]) && !own; i++)
		if (status == STATUS_OK)
			status = take_state(states[i].found, &var, states[i].name, arena);
	return status;
}

/* A journal or sessions that are switched off stay so. */
static void share_store(struct config *config)
{
	if (config->store.url[0] == '\0')
		return;
	if (config->journal.file[0])
		config->journal.file = config->store.url;
	if (config->session.file[0])
		config->session.file = config->store.url;
	config->audit.file = config->store.url;
	config->console.store = config->store.url;
	config->groups.store = config->store.url;
}

enum status config_load(const struct config_given *given, struct arena *arena,
                        struct faults *faults, struct config *out)
{
	size_t count;
	const struct setting *settings = config_table(&count);
	struct config presets;
	enum status status, sound = STATUS_OK;

	*out = (struct config){ 0 };
	status = settings_defaults(settings, count, out, arena);
	presets = *out;
	if (status == STATUS_OK && given->file) {
		unsigned *lines = arena_array(arena, count, sizeof(*lines));

		if (!lines)
			return STATUS_NO_MEMORY;
		out->source = given->file;
		out->lines = lines;
		sound = settings_read(settings, count, out, arena, given->file, lines, faults);
	}
	if (status == STATUS_OK && (sound == STATUS_OK || sound == STATUS_INVALID))
		status = find_places(out, &presets, given->knowledge, arena);
	share_store(out);
	if (given->port >= 0)
		out->server.port = given->port;
	return status == STATUS_OK ? sound : status;
}

enum log_level config_log_level(const struct config *config)
{
	for (int i = 0; i < LEVEL_COUNT; i++)
		if (strcmp(config->log_level, level_names[i]) == 0)
			return (enum log_level)i;
	return LOG_INFO;
}

/* The line that gave it; 0 where it is the default's or the command line's. */
static unsigned line_of(const struct config *config, const char *key)
{
	for (size_t i = 0; config->lines && i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].key, key) == 0)
			return config->lines[i];
	return 0;
}

static void refuse(struct faults *faults, const struct config *config, const char *key,
                   const char *value, const char *reason)
{
	const unsigned line = line_of(config, key);

	faults_add(faults, FAULT_ERROR, line ? config->source : _("configuration"), line, key,
	           "%s%s%s", value, *value ? ": " : "", _(reason));
}

void config_refuse(struct faults *faults, const struct config *config, const char *key,
                   const char *value, const char *reason)
{
	refuse(faults, config, key, value, reason);
}

static void check_origins(const struct config *config, const struct setting_list *origins,
                          const char *key, struct faults *faults)
{
	for (size_t i = 0; i < origins->count; i++)
		if (!origin_well_formed(span_of(origins->items[i])))
			refuse(faults, config, key, origins->items[i],
			       "must be scheme://host or scheme://host:port, and no more");
}

static void check_lists(const struct config *config, struct faults *faults)
{
	check_origins(config, &config->http.origins, "http.origins", faults);
	check_origins(config, &config->web.embed_origins, "web.embed_origins", faults);
	for (size_t i = 0; i < config->http.trusted_proxies.count; i++) {
		const char *range = config->http.trusted_proxies.items[i];
		struct ip_range parsed;

		if (!ip_range_parse(range, &parsed))
			refuse(faults, config, "http.trusted_proxies", range,
			       "must be an address or a range such as 10.0.0.0/8");
	}
}

/* Whether it is an address of this machine: nothing sent there crosses a network. */
static bool is_loopback_origin(const char *origin)
{
	static const char *const hosts[] = { "http://127.0.0.1", "http://localhost",
		                             "http://[::1]" };

	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		const size_t len = strlen(hosts[i]);

		if (strncmp(origin, hosts[i], len) == 0 &&
		    (origin[len] == '\0' || origin[len] == ':'))
			return true;
	}
	return false;
}

static void check_console(const struct config *config, struct faults *faults)
{
	const struct setting_list *origins = &config->console.origins;
	struct hours hours;

	check_origins(config, origins, "console.origins", faults);
	for (size_t i = 0; i < origins->count && !config->console.plain_http; i++)
		if (strncmp(origins->items[i], "http://", 7) == 0 &&
		    !is_loopback_origin(origins->items[i]))
			refuse(faults, config, "console.origins", origins->items[i],
			       "must be https, or passwords cross the network in the clear; "
			       "console.plain_http = yes allows it all the same");
	if (config->console.enabled && config->console.store[0] == '\0')
		refuse(faults, config, "console.store", "", "must name a file");
	if (config->console.enabled && config->console.key_file[0] == '\0')
		refuse(faults, config, "console.key_file", "", "must name a file");
	if (config->console.enabled &&
	    (config->audit.file[0] == '\0' || config->audit.key_file[0] == '\0'))
		refuse(faults, config, "console.enabled", "",
		       "nobody signs in without an audit: name audit.file and audit.key_file");
	if (config->console.idle_s > config->console.longest_s)
		refuse(faults, config, "console.idle_s", "", "must not be above console.longest_s");
	if (!hours_read(config->console.hours, &hours))
		refuse(faults, config, "console.hours", config->console.hours,
		       "must be days and times, such as 1-5 8:30-12:00,14:30-18:00; 6 9:00-12:00");
}

static bool is_one_of(const char *value, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(value, words[i]) == 0)
			return true;
	return false;
}

static void check_records(const struct config *config, struct faults *faults)
{
	static const char *const sources[] = { "none", "sqlite", "postgresql" };
	static const char *const algorithms[] = { "off", "HS256", "RS256", "ES256" };

	if (!is_one_of(config->record.kind, sources, 3))
		refuse(faults, config, "record.source", config->record.kind,
		       "must be none, sqlite or postgresql");
	if (strcmp(config->record.kind, "postgresql") == 0 && config->record.conninfo[0] == '\0')
		refuse(faults, config, "record.connect", "", "must say where PostgreSQL is");
	if (!is_one_of(config->sign_in.algorithm, algorithms, 4))
		refuse(faults, config, "sign_in.algorithm", config->sign_in.algorithm,
		       "must be RS256, ES256, HS256 or off");
	if (config->audit.file[0] == '\0' || config->audit.key_file[0] == '\0')
		refuse(faults, config, "audit.file", "",
		       "no record is read without an audit: name audit.file and audit.key_file");
}

/* Reading a key of that name would drop SQLite's locks on the database (store/store.h). */
static void check_state_files(const struct config *config, struct faults *faults)
{
	const struct {
		const char *key, *file;
	} files[] = {
		{ "journal.file", config->journal.file },
		{ "audit.file", config->audit.file },
		{ "audit.key_file", config->audit.key_file },
		{ "session.file", config->session.file },
		{ "session.key_file", config->session.key_file },
		{ "record.file", config->record.file },
		{ "record.mapping", config->record.mapping },
		{ "sign_in.key_file", config->sign_in.key_file },
		{ "console.store", config->console.store },
		{ "console.key_file", config->console.key_file },
		{ "events.key_file", config->events.key_file },
		{ "groups.store", config->groups.store },
		{ "groups.file", config->groups.file },
		{ "onebot.token_file", config->onebot.token_file },
		{ "onebot.secret_file", config->onebot.secret_file },
	};
	const size_t count = sizeof(files) / sizeof(files[0]);

	for (size_t i = 0; i < count; i++)
		for (size_t j = i + 1; j < count; j++)
			if (files[i].file[0] && !store_is_shared(files[i].file) &&
			    strcmp(files[i].file, files[j].file) == 0)
				refuse(faults, config, files[j].key, files[j].file,
				       "must be another file than the other settings name");
}

static void check_fetch(const struct config *config, struct faults *faults)
{
	char peer[FETCH_PEER_SIZE];
	bool secure;

	/* Its value may hold a password, which is refused as well. */
	if (config->fetch.proxy[0] && !fetch_peer(config->fetch.proxy, peer, &secure))
		refuse(faults, config, "fetch.proxy", "",
		       "must be http://host:port or https://host:port");
	if (config->events.url[0] && !fetch_peer(config->events.url, peer, &secure))
		refuse(faults, config, "events.url", "",
		       "must be an address with http:// or https://, without user and password");
	if (config->suggest.url[0] &&
	    (!fetch_peer(config->suggest.url, peer, &secure) || strpbrk(config->suggest.url, "?#")))
		refuse(faults, config, "suggest.url", "",
		       "must be an address with http:// or https://, without user, password, ? and "
		       "#");
	if (config->suggest.url[0] && config->suggest.model[0] == '\0')
		refuse(faults, config, "suggest.model", "", "must name a model");
	if (config->events.url[0] && config->events.key_file[0] == '\0')
		refuse(faults, config, "events.key_file", "", "must name a file");
	if (config->events.url[0] && !(config->console.enabled && config->console.chats))
		refuse(faults, config, "events.url", "",
		       "nobody can be asked for: console.enabled or console.chats is no");
}

static int port_of(const char *digits, size_t len)
{
	int port = 0;

	for (size_t i = 0; i < len; i++) {
		if (digits[i] < '0' || digits[i] > '9' || port > 65535)
			return 0;
		port = port * 10 + (digits[i] - '0');
	}
	return port <= 65535 ? port : 0;
}

/* Labels of letters, digits and hyphens, the last of which has a letter: else it would be a number
 * that is no address. */
static bool is_host_name(const char *host, size_t len)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
	const char *label = host;
	bool lettered = false;

	for (size_t i = 0; i <= len; i++) {
		if (i == len || host[i] == '.') {
			const size_t size = (size_t)(host + i - label);

			if (size == 0 || size > 63 || label[0] == '-' || host[i - 1] == '-')
				return false;
			label = host + i + 1;
			if (i < len)
				lettered = false;
		} else if (strchr(letters, host[i])) {
			lettered = true;
		} else if (host[i] != '-' && (host[i] < '0' || host[i] > '9')) {
			return false;
		}
	}
	return lettered;
}

bool config_socket_read(const char *url, struct config_socket *out)
{
	static const char plain[] = "ws://", tls[] = "wss://";
	const char *host, *behind, *path;
	size_t len;
	struct ip ip;

	*out = (struct config_socket){ .secure = strncmp(url, tls, sizeof(tls) - 1) == 0 };
	if (!out->secure && strncmp(url, plain, sizeof(plain) - 1) != 0)
		return false;
	out->port = out->secure ? 443 : 80;
	host = url + (out->secure ? sizeof(tls) : sizeof(plain)) - 1;
	path = strchr(host, '/');
	if (!path)
		path = host + strlen(host);
	behind = memchr(host, *host == '[' ? ']' : ':', (size_t)(path - host));
	if (*host == '[' && !behind)
		return false;
	host += *host == '[';
	len = (size_t)((behind ? behind : path) - host);
	if (behind && *behind == ']')
		behind++;
	if (behind && behind < path)
		out->port = *behind == ':' ? port_of(behind + 1, (size_t)(path - behind - 1)) : 0;
	if (len >= sizeof(out->host) || strlen(path) >= sizeof(out->path) || out->port == 0)
		return false;
	out->named = !ip_parse((struct span){ host, len }, &ip);
	if (out->named ? !is_host_name(host, len) : out->secure)
		return false;
	memcpy(out->host, host, len);
	memcpy(out->path, *path ? path : "/", strlen(*path ? path : "/") + 1);
	return true;
}

/*
 * Open ports of such programs were taken over in numbers, so only programs on this machine come in
 * without a token: not from beyond it, and not through a proxy on it.
 */
static void check_onebot(const struct config *config, struct faults *faults)
{
	const char *path = config->onebot.path;
	char peer[FETCH_PEER_SIZE];
	struct config_socket socket;
	struct ip host;
	bool secure;

	if (path[0] && (path[0] != '/' || strpbrk(path, "?#% ")))
		refuse(faults, config, "onebot.path", path,
		       "must be a path such as /onebot/v11/ws");
	if (path[0] && config->onebot.token_file[0] == '\0' &&
	    ((ip_parse(span_of(config->server.host), &host) && !ip_is_loopback(&host)) ||
	     config->http.trusted_proxies.count > 0))
		refuse(faults, config, "onebot.path", path,
		       "needs a token, for not only this machine's programs can connect: name a "
		       "file with onebot.token_file, or listen on 127.0.0.1 without "
		       "http.trusted_proxies");
	if (config->onebot.connect[0] && !config_socket_read(config->onebot.connect, &socket))
		refuse(faults, config, "onebot.connect", config->onebot.connect,
		       "must be ws://HOST:PORT/PATH, or wss://NAME:PORT/PATH with the name that "
		       "stands in the certificate");
	/* Its value may hold a password, which is refused as well. */
	if (config->onebot.api[0] && !fetch_peer(config->onebot.api, peer, &secure))
		refuse(faults, config, "onebot.api", "", "must be http://host:port");
	if (config->onebot.api[0] && path[0] == '\0' && config->onebot.connect[0] == '\0')
		refuse(faults, config, "onebot.api", "",
		       "sends answers only: questions need onebot.path or onebot.connect");
}

/* "https://host/path": no more than links can be made of. */
static void check_groups(const struct config *config, struct faults *faults)
{
	const char *url = config->groups.public_url;
	char peer[FETCH_PEER_SIZE];
	bool secure;

	if (url[0] && (!fetch_peer(url, peer, &secure) || strpbrk(url, "?#")))
		refuse(faults, config, "groups.public_url", url,
		       "must be http:// or https:// with a host, and no query");
}

static void check_store(const struct config *config, struct faults *faults)
{
	static const char *const sources[] = { "folder", "store" };
	const char *url = config->store.url;
	const char *problem = store_url_problem(url);

	/* Its value may hold a password. */
	if (url[0] && !store_is_shared(url))
		refuse(faults, config, "store.url", "",
		       "must name a PostgreSQL, such as host=10.0.0.5 dbname=dayi user=dayi; empty "
		       "keeps SQLite files");
	else if (problem)
		refuse(faults, config, "store.url", "", problem);
	if (!is_one_of(config->knowledge.from, sources, 2))
		refuse(faults, config, "knowledge.from", config->knowledge.from,
		       "must be folder or store");
	else if (strcmp(config->knowledge.from, "store") == 0 && url[0] == '\0')
		refuse(faults, config, "knowledge.from", config->knowledge.from, "needs store.url");
}

/* Versions are deleted where they are made live. */
static void check_versions(const struct config *config, struct faults *faults)
{
	static const char key[] = "knowledge.keep_versions";
	const unsigned line = line_of(config, key);

	if (config->knowledge.keep_versions > 0 && !config->console.enabled)
		faults_add(faults, FAULT_WARNING, line ? config->source : _("configuration"), line,
		           key, "without the console this process deletes no versions");
}

enum status config_check(const struct config *config, struct faults *faults)
{
	size_t before = faults_count(faults, FAULT_ERROR);
	struct ip host;

	if (!ip_parse(span_of(config->server.host), &host))
		refuse(faults, config, "server.host", config->server.host, "must be an IP address");
	if (!is_one_of(config->log_level, level_names, LEVEL_COUNT))
		refuse(faults, config, "log.level", config->log_level,
		       "must be debug, info, warn or error");
	if (config->knowledge.folder[0] == '\0')
		refuse(faults, config, "knowledge.folder", "", "must name a folder");
	if (strcmp(config->knowledge.golden, "refuse") != 0 &&
	    strcmp(config->knowledge.golden, "warn") != 0)
		refuse(faults, config, "knowledge.golden", config->knowledge.golden,
		       "must be refuse or warn");
	if (config->server.var[0] == '\0')
		refuse(faults, config, "server.var", "", "must name a folder");
	if (config->match.choose_at > config->match.answer_at)
		refuse(faults, config, "match.choose_at", "", "must not be above match.answer_at");
	check_lists(config, faults);
	check_store(config, faults);
	check_versions(config, faults);
	check_fetch(config, faults);
	check_groups(config, faults);
	check_onebot(config, faults);
	config_check_vendors(config, faults);
	check_records(config, faults);
	if (config->session.file[0] && config->session.key_file[0] == '\0')
		refuse(faults, config, "session.key_file", "",
		       "must name a file: conversations are kept sealed only");
	check_console(config, faults);
	check_state_files(config, faults);
	return faults_count(faults, FAULT_ERROR) == before ? STATUS_OK : STATUS_INVALID;
}

/* Files that others have to bring; what the server itself makes may be missing. */
static void check_key(const struct config *config, struct faults *faults)
{
	const struct token_settings *sign_in = &config->sign_in;
	struct token_verifier *verifier = NULL;

	if (strcmp(sign_in->algorithm, "off") == 0 ||
	    (strcmp(sign_in->algorithm, "HS256") == 0 && file_kind(sign_in->key_file) == FILE_NONE))
		return;
	/* It says what is wrong. */
	if (token_verifier_create(&verifier, sign_in, faults) == STATUS_OK)
		token_verifier_destroy(verifier);
}

/* Checks the file of a chat platform's secret; the server makes one that is missing. */
static void check_secret(const struct config *config, const char *key, const char *file,
                         struct faults *faults)
{
	struct buf secret;
	enum status status = STATUS_OK;

	if (file[0] == '\0')
		return;
	if (file_kind(file) == FILE_NONE) {
		const unsigned line = line_of(config, key);

		faults_add(faults, FAULT_WARNING, line ? config->source : _("configuration"), line,
		           key,
		           "%s: there is no such file; the server makes it, with a new secret "
		           "that the chat platform must then be given",
		           file);
		return;
	}
	buf_init(&secret, SECRET_MOST);
	/* It says what is wrong. */
	status = key_file_read(file, KEY_SECRET, &secret, faults);
	if (status == STATUS_NO_MEMORY)
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", status_text(status));
	else if (status != STATUS_OK)
		refuse(faults, config, key, file,
		       "cannot be used as it is: put a longer random text into it, or name a file "
		       "that is not there yet, which is then made");
	buf_deinit(&secret);
}

static void check_mapping(const struct config *config, struct faults *faults)
{
	const bool postgres = strcmp(config->record.kind, "postgresql") == 0;
	struct record_mapping *mapping = NULL;
	struct relations *relations = NULL;

	if (strcmp(config->record.kind, "none") == 0 || config->record.mapping[0] == '\0')
		return;
	/* Both say what is wrong. */
	if (relations_load(&relations, config->knowledge.folder, faults) == STATUS_OK &&
	    record_mapping_read(&mapping, relations, config->record.mapping, postgres ? "$1" : "?1",
	                        faults) == STATUS_OK)
		record_mapping_destroy(mapping);
	relations_release(relations);
}

enum status config_check_files(const struct config *config, struct faults *faults)
{
	size_t before = faults_count(faults, FAULT_ERROR);
	const bool stored = strcmp(config->knowledge.from, "store") == 0;

	if (!stored && config->knowledge.folder[0] &&
	    file_kind(config->knowledge.folder) != FILE_FOLDER)
		refuse(faults, config, "knowledge.folder", config->knowledge.folder,
		       "there is no such folder; name one with knowledge.folder or --knowledge");
	if (config->web.folder[0] && file_kind(config->web.folder) != FILE_FOLDER)
		refuse(faults, config, "web.folder", config->web.folder,
		       "there is no such folder; script/build-page makes it, and an empty value "
		       "serves none");
	if (config->fetch.ca_file[0] && file_kind(config->fetch.ca_file) != FILE_REGULAR)
		refuse(faults, config, "fetch.ca_file", config->fetch.ca_file,
		       "there is no such file");
	check_secret(config, "onebot.token_file", config->onebot.token_file, faults);
	check_secret(config, "onebot.secret_file", config->onebot.secret_file, faults);
	if (config->groups.file[0] && file_kind(config->groups.file) == FILE_NONE) {
		refuse(faults, config, "groups.file", config->groups.file, "there is no such file");
	} else if (config->groups.file[0]) {
		const struct groups_settings groups = { .file = config->groups.file };

		/* It says what is wrong. */
		if (groups_check(&groups, faults) == STATUS_NO_MEMORY)
			return STATUS_NO_MEMORY;
	}
	config_check_vendor_files(config, faults);
	if (!stored)
		check_mapping(config, faults);
	if (strcmp(config->record.kind, "none") != 0)
		check_key(config, faults);
	return faults_count(faults, FAULT_ERROR) == before ? STATUS_OK : STATUS_INVALID;
}

static bool is_reached(const char *url, char problem[STORE_PROBLEM_SIZE])
{
	struct hints *hints;

	if (store_listen(&hints, url, "dayi_trial", problem) != STATUS_OK)
		return false;
	hints_close(hints);
	return true;
}

enum status config_check_reach(const struct config *config, struct faults *faults)
{
	const struct {
		const char *key, *url;
	} stores[] = {
		{ "store.url", config->store.url },
		{ "journal.file", config->journal.file },
		{ "audit.file", config->audit.file },
		{ "session.file", config->session.file },
		{ "console.store", config->console.store },
		{ "groups.store", config->groups.store },
	};
	const size_t before = faults_count(faults, FAULT_ERROR);
	char problem[STORE_PROBLEM_SIZE];

	for (size_t i = 0; i < sizeof(stores) / sizeof(stores[0]); i++) {
		size_t first = 0;

		while (strcmp(stores[first].url, stores[i].url) != 0)
			first++;
		if (first == i && store_is_shared(stores[i].url) &&
		    !is_reached(stores[i].url, problem))
			refuse(faults, config, stores[i].key, "", problem);
	}
	return faults_count(faults, FAULT_ERROR) == before ? STATUS_OK : STATUS_INVALID;
}

bool config_has_channel(const struct config *config, const char *name)
{
	const struct {
		const char *name;
		bool set_up;
	} channels[] = {
		{ "web", true },
		{ "http", true },
		{ "onebot", config->onebot.path[0] || config->onebot.connect[0] },
		{ "wecom_bot", config->wecom_bot.path[0] },
		{ "wecom_app", config->wecom_app.path[0] },
		{ "dingtalk", config->dingtalk.path[0] },
		{ "feishu", config->feishu.path[0] },
	};

	for (size_t i = 0; i < sizeof(channels) / sizeof(channels[0]); i++)
		if (strcmp(channels[i].name, name) == 0)
			return channels[i].set_up;
	return false;
}

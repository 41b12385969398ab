/*
 * How it works: a row is a setting: where it lies in struct config, its type, limits and default,
 * and what `--help` and docs/configuration.md say of it.
 */
#include "host/config/config.h"

#include <stddef.h>

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

const struct setting *config_table(size_t *count)
{
	*count = sizeof(table) / sizeof(table[0]);
	return table;
}

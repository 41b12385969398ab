/*
 * How it works: config_check() looks at what the values mean together, config_check_files() at the
 * files that they name, config_check_reach() at the stores. Each reports every fault, with the line
 * of its key.
 */
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/key_file.h"
#include "base/language.h"
#include "host/config/config_check.h"
#include "host/net/ip.h"
#include "host/net/origin.h"
#include "office/handover/hours.h"
#include "office/records/mapping.h"
#include "run/fetch.h"
#include "service/groups/group.h"
#include "store/store.h"

enum { SECRET_MOST = 4096 };

/* The line that gave it; 0 where it is the default's or the command line's. */
static unsigned line_of(const struct config *config, const char *key)
{
	size_t count;
	const struct setting *table = config_table(&count);

	for (size_t i = 0; config->lines && i < count; i++)
		if (strcmp(table[i].key, key) == 0)
			return config->lines[i];
	return 0;
}

void config_refuse(struct faults *faults, const struct config *config, const char *key,
                   const char *value, const char *reason)
{
	const unsigned line = line_of(config, key);

	faults_add(faults, FAULT_ERROR, line ? config->source : _("configuration"), line, key,
	           "%s%s%s", value, *value ? ": " : "", _(reason));
}

void config_refuse_missing(struct faults *faults, const struct config *config, const char *by,
                           const char *key)
{
	const unsigned line = line_of(config, key) ? line_of(config, key) : line_of(config, by);

	faults_add(faults, FAULT_ERROR, line ? config->source : _("configuration"), line, key, "%s",
	           N_("the channel is on and needs this"));
}

static void check_origins(const struct config *config, const struct setting_list *origins,
                          const char *key, struct faults *faults)
{
	for (size_t i = 0; i < origins->count; i++)
		if (!origin_well_formed(span_of(origins->items[i])))
			config_refuse(faults, config, key, origins->items[i],
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
			config_refuse(faults, config, "http.trusted_proxies", range,
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
			config_refuse(faults, config, "console.origins", origins->items[i],
			              "must be https, or passwords cross the network in the clear; "
			              "console.plain_http = yes allows it all the same");
	if (config->console.enabled && config->console.store[0] == '\0')
		config_refuse(faults, config, "console.store", "", "must name a file");
	if (config->console.enabled && config->console.key_file[0] == '\0')
		config_refuse(faults, config, "console.key_file", "", "must name a file");
	if (config->console.enabled &&
	    (config->audit.file[0] == '\0' || config->audit.key_file[0] == '\0'))
		config_refuse(
		        faults, config, "console.enabled", "",
		        "nobody signs in without an audit: name audit.file and audit.key_file");
	if (config->console.idle_s > config->console.longest_s)
		config_refuse(faults, config, "console.idle_s", "",
		              "must not be above console.longest_s");
	if (!hours_read(config->console.hours, &hours))
		config_refuse(
		        faults, config, "console.hours", config->console.hours,
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
		config_refuse(faults, config, "record.source", config->record.kind,
		              "must be none, sqlite or postgresql");
	if (strcmp(config->record.kind, "postgresql") == 0 && config->record.conninfo[0] == '\0')
		config_refuse(faults, config, "record.connect", "", "must say where PostgreSQL is");
	if (!is_one_of(config->sign_in.algorithm, algorithms, 4))
		config_refuse(faults, config, "sign_in.algorithm", config->sign_in.algorithm,
		              "must be RS256, ES256, HS256 or off");
	if (config->audit.file[0] == '\0' || config->audit.key_file[0] == '\0')
		config_refuse(
		        faults, config, "audit.file", "",
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
				config_refuse(faults, config, files[j].key, files[j].file,
				              "must be another file than the other settings name");
}

static void check_fetch(const struct config *config, struct faults *faults)
{
	char peer[FETCH_PEER_SIZE];
	bool secure;

	/* Its value may hold a password, which is refused as well. */
	if (config->fetch.proxy[0] && !fetch_peer(config->fetch.proxy, peer, &secure))
		config_refuse(faults, config, "fetch.proxy", "",
		              "must be http://host:port or https://host:port");
	if (config->events.url[0] && !fetch_peer(config->events.url, peer, &secure))
		config_refuse(
		        faults, config, "events.url", "",
		        "must be an address with http:// or https://, without user and password");
	if (config->suggest.url[0] &&
	    (!fetch_peer(config->suggest.url, peer, &secure) || strpbrk(config->suggest.url, "?#")))
		config_refuse(faults, config, "suggest.url", "",
		              "must be an address with http:// or https://, without user, "
		              "password, ? and "
		              "#");
	if (config->suggest.url[0] && config->suggest.model[0] == '\0')
		config_refuse(faults, config, "suggest.model", "", "must name a model");
	if (config->events.url[0] && config->events.key_file[0] == '\0')
		config_refuse(faults, config, "events.key_file", "", "must name a file");
	if (config->events.url[0] && !(config->console.enabled && config->console.chats))
		config_refuse(faults, config, "events.url", "",
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
		config_refuse(faults, config, "onebot.path", path,
		              "must be a path such as /onebot/v11/ws");
	if (path[0] && config->onebot.token_file[0] == '\0' &&
	    ((ip_parse(span_of(config->server.host), &host) && !ip_is_loopback(&host)) ||
	     config->http.trusted_proxies.count > 0))
		config_refuse(
		        faults, config, "onebot.path", path,
		        "needs a token, for not only this machine's programs can connect: name a "
		        "file with onebot.token_file, or listen on 127.0.0.1 without "
		        "http.trusted_proxies");
	if (config->onebot.connect[0] && !config_socket_read(config->onebot.connect, &socket))
		config_refuse(
		        faults, config, "onebot.connect", config->onebot.connect,
		        "must be ws://HOST:PORT/PATH, or wss://NAME:PORT/PATH with the name that "
		        "stands in the certificate");
	/* Its value may hold a password, which is refused as well. */
	if (config->onebot.api[0] && !fetch_peer(config->onebot.api, peer, &secure))
		config_refuse(faults, config, "onebot.api", "", "must be http://host:port");
	if (config->onebot.api[0] && path[0] == '\0' && config->onebot.connect[0] == '\0')
		config_refuse(faults, config, "onebot.api", "",
		              "sends answers only: questions need onebot.path or onebot.connect");
}

/* "https://host/path": no more than links can be made of. */
static void check_groups(const struct config *config, struct faults *faults)
{
	const char *url = config->groups.public_url;
	char peer[FETCH_PEER_SIZE];
	bool secure;

	if (url[0] && (!fetch_peer(url, peer, &secure) || strpbrk(url, "?#")))
		config_refuse(faults, config, "groups.public_url", url,
		              "must be http:// or https:// with a host, and no query");
}

static void check_store(const struct config *config, struct faults *faults)
{
	static const char *const sources[] = { "folder", "store" };
	const char *url = config->store.url;
	const char *problem = store_url_problem(url);

	/* Its value may hold a password. */
	if (url[0] && !store_is_shared(url))
		config_refuse(faults, config, "store.url", "",
		              "must name a PostgreSQL, such as host=10.0.0.5 dbname=dayi "
		              "user=dayi; empty "
		              "keeps SQLite files");
	else if (problem)
		config_refuse(faults, config, "store.url", "", problem);
	if (!is_one_of(config->knowledge.from, sources, 2))
		config_refuse(faults, config, "knowledge.from", config->knowledge.from,
		              "must be folder or store");
	else if (strcmp(config->knowledge.from, "store") == 0 && url[0] == '\0')
		config_refuse(faults, config, "knowledge.from", config->knowledge.from,
		              "needs store.url");
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
	enum log_level level;

	if (!ip_parse(span_of(config->server.host), &host))
		config_refuse(faults, config, "server.host", config->server.host,
		              "must be an IP address");
	if (!config_level_find(config->log_level, &level))
		config_refuse(faults, config, "log.level", config->log_level,
		              "must be debug, info, warn or error");
	if (config->knowledge.folder[0] == '\0')
		config_refuse(faults, config, "knowledge.folder", "", "must name a folder");
	if (strcmp(config->knowledge.golden, "refuse") != 0 &&
	    strcmp(config->knowledge.golden, "warn") != 0)
		config_refuse(faults, config, "knowledge.golden", config->knowledge.golden,
		              "must be refuse or warn");
	if (config->server.var[0] == '\0')
		config_refuse(faults, config, "server.var", "", "must name a folder");
	if (config->match.choose_at > config->match.answer_at)
		config_refuse(faults, config, "match.choose_at", "",
		              "must not be above match.answer_at");
	check_lists(config, faults);
	check_store(config, faults);
	check_versions(config, faults);
	check_fetch(config, faults);
	check_groups(config, faults);
	check_onebot(config, faults);
	config_check_vendors(config, faults);
	check_records(config, faults);
	if (config->session.file[0] && config->session.key_file[0] == '\0')
		config_refuse(faults, config, "session.key_file", "",
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
		config_refuse(
		        faults, config, key, file,
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
		config_refuse(
		        faults, config, "knowledge.folder", config->knowledge.folder,
		        "there is no such folder; name one with knowledge.folder or --knowledge");
	if (config->web.folder[0] && file_kind(config->web.folder) != FILE_FOLDER)
		config_refuse(
		        faults, config, "web.folder", config->web.folder,
		        "there is no such folder; script/build-page makes it, and an empty value "
		        "serves none");
	if (config->fetch.ca_file[0] && file_kind(config->fetch.ca_file) != FILE_REGULAR)
		config_refuse(faults, config, "fetch.ca_file", config->fetch.ca_file,
		              "there is no such file");
	check_secret(config, "onebot.token_file", config->onebot.token_file, faults);
	check_secret(config, "onebot.secret_file", config->onebot.secret_file, faults);
	if (config->groups.file[0] && file_kind(config->groups.file) == FILE_NONE) {
		config_refuse(faults, config, "groups.file", config->groups.file,
		              "there is no such file");
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
			config_refuse(faults, config, stores[i].key, "", problem);
	}
	return faults_count(faults, FAULT_ERROR) == before ? STATUS_OK : STATUS_INVALID;
}

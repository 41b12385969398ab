#include "host/config/config_check.h"

#include <string.h>

#include "base/key_file.h"
#include "channels/wecom.h"
#include "host/net/ip.h"
#include "run/fetch.h"

enum { SECRET_BYTES = 512 };

enum { PATHS = 5 };

struct named {
	const char *key, *value;
};

/* Paths that the server itself has. */
static bool is_taken(const char *path)
{
	static const char *const exact[] = { "/", "/chat", "/healthz", "/readyz", "/metrics" };
	static const char *const below[] = { "/api/", "/console", "/a/", "/p/" };

	for (size_t i = 0; i < sizeof(exact) / sizeof(exact[0]); i++)
		if (strcmp(path, exact[i]) == 0)
			return true;
	for (size_t i = 0; i < sizeof(below) / sizeof(below[0]); i++)
		if (strncmp(path, below[i], strlen(below[i])) == 0)
			return true;
	return false;
}

static void check_paths(const struct config *config, struct faults *faults)
{
	const struct named paths[PATHS] = {
		{ "onebot.path", config->onebot.path },
		{ "wecom_bot.path", config->wecom_bot.path },
		{ "wecom_app.path", config->wecom_app.path },
		{ "dingtalk.path", config->dingtalk.path },
		{ "feishu.path", config->feishu.path },
	};

	for (size_t i = 0; i < PATHS; i++) {
		const char *path = paths[i].value;

		if (path[0] == '\0')
			continue;
		/* The form of the first is looked at elsewhere. */
		if (i > 0 && (path[0] != '/' || strpbrk(path, "?#% ") || strstr(path, "//") ||
		              strstr(path, "/.")))
			config_refuse(faults, config, paths[i].key, path,
			              "must be a path such as /hooks/wecom-bot");
		else if (is_taken(path))
			config_refuse(faults, config, paths[i].key, path,
			              "is a path of this server's own");
		for (size_t k = 0; k < i; k++)
			if (strcmp(path, paths[k].value) == 0)
				config_refuse(faults, config, paths[i].key, path,
				              "must be another path than the other channels have");
	}
}

/* Checks that a channel that is on has the settings that it needs. */
static void check_needed(const struct config *config, struct faults *faults)
{
	const struct {
		struct named path, named;
	} needed[] = {
		{ { "wecom_bot.path", config->wecom_bot.path },
		  { "wecom_bot.token_file", config->wecom_bot.token_file } },
		{ { "wecom_bot.path", config->wecom_bot.path },
		  { "wecom_bot.key_file", config->wecom_bot.key_file } },
		{ { "wecom_app.path", config->wecom_app.path },
		  { "wecom_app.token_file", config->wecom_app.token_file } },
		{ { "wecom_app.path", config->wecom_app.path },
		  { "wecom_app.key_file", config->wecom_app.key_file } },
		{ { "wecom_app.path", config->wecom_app.path },
		  { "wecom_app.corp_id", config->wecom_app.corp_id } },
		{ { "dingtalk.path", config->dingtalk.path },
		  { "dingtalk.secret_file", config->dingtalk.secret_file } },
		{ { "feishu.path", config->feishu.path },
		  { "feishu.app_id", config->feishu.app_id } },
		{ { "feishu.path", config->feishu.path },
		  { "feishu.bot_id", config->feishu.bot_id } },
		{ { "feishu.path", config->feishu.path },
		  { "feishu.secret_file", config->feishu.secret_file } },
		{ { "feishu.path", config->feishu.path },
		  { "feishu.encrypt_key_file", config->feishu.encrypt_key_file } },
		{ { "feishu.path", config->feishu.path },
		  { "feishu.token_file", config->feishu.token_file } },
	};

	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++)
		if (needed[i].path.value[0] && needed[i].named.value[0] == '\0')
			config_refuse_missing(faults, config, needed[i].path.key,
			                      needed[i].named.key);
}

/* Secrets go there: by https, or to a program on this machine. */
static bool is_safe(const char *url)
{
	char peer[FETCH_PEER_SIZE];
	struct ip ip;
	bool secure;
	char *port;

	if (!fetch_peer(url, peer, &secure) || strpbrk(url, "?#"))
		return false;
	port = strrchr(peer, ':');
	if (secure || !port)
		return secure;
	*port = '\0';
	return strcmp(peer, "localhost") == 0 ||
	       (ip_parse(span_of(peer), &ip) && ip_is_loopback(&ip));
}

void config_check_vendors(const struct config *config, struct faults *faults)
{
	const char *webhook = config->dingtalk.webhook, *api = config->feishu.api;
	const bool by_webhook = strcmp(config->dingtalk.answer, "webhook") == 0;

	check_paths(config, faults);
	check_needed(config, faults);
	if (webhook[0] && (!is_safe(webhook) || webhook[strlen(webhook) - 1] != '/'))
		config_refuse(faults, config, "dingtalk.webhook", webhook,
		              "must begin with https:// and end with /");
	if (!by_webhook && strcmp(config->dingtalk.answer, "response") != 0)
		config_refuse(faults, config, "dingtalk.answer", config->dingtalk.answer,
		              "must be response or webhook");
	if (config->dingtalk.path[0] && by_webhook && webhook[0] == '\0')
		config_refuse(faults, config, "dingtalk.answer", config->dingtalk.answer,
		              "needs dingtalk.webhook");
	if (config->feishu.path[0] && (!is_safe(api) || api[strlen(api) - 1] == '/'))
		config_refuse(faults, config, "feishu.api", api,
		              "must begin with https:// and not end with /");
}

void config_check_vendor_files(const struct config *config, struct faults *faults)
{
	const struct {
		const char *path;
		struct named file;
		bool encodes; /* it holds an EncodingAESKey */
	} files[] = {
		{ config->wecom_bot.path,
		  { "wecom_bot.token_file", config->wecom_bot.token_file },
		  false },
		{ config->wecom_bot.path,
		  { "wecom_bot.key_file", config->wecom_bot.key_file },
		  true },
		{ config->wecom_app.path,
		  { "wecom_app.token_file", config->wecom_app.token_file },
		  false },
		{ config->wecom_app.path,
		  { "wecom_app.key_file", config->wecom_app.key_file },
		  true },
		{ config->dingtalk.path,
		  { "dingtalk.secret_file", config->dingtalk.secret_file },
		  false },
		{ config->feishu.path,
		  { "feishu.secret_file", config->feishu.secret_file },
		  false },
		{ config->feishu.path,
		  { "feishu.encrypt_key_file", config->feishu.encrypt_key_file },
		  false },
		{ config->feishu.path, { "feishu.token_file", config->feishu.token_file }, false },
	};
	struct wecom_keys keys = { 0 };
	struct buf secret;

	buf_init(&secret, SECRET_BYTES);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const struct named *file = &files[i].file;

		buf_clear(&secret);
		if (files[i].path[0] == '\0' || file->value[0] == '\0')
			continue;
		if (key_file_read(file->value, KEY_GIVEN, &secret, faults) != STATUS_OK)
			config_refuse(faults, config, file->key, file->value,
			              "the channel is on and needs this");
		else if (files[i].encodes && wecom_keys_init(&keys, span_of(""), buf_span(&secret),
		                                             span_of("")) != STATUS_OK)
			config_refuse(faults, config, file->key, file->value,
			              "must hold an EncodingAESKey of 43 characters");
	}
	buf_wipe(&secret);
	explicit_bzero(&keys, sizeof(keys));
}

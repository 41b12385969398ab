/*
 * Vendor lines: what wecom.h and feishu.h make of envelopes, for a test that compares them with the
 * vendors' own libraries (tests/integration/vendors-oracle.test.js). A JSON object a line comes in,
 * with "do" and the texts; a line goes out for each: a JSON string, or null for what is refused.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "channels/bot.h"
#include "channels/feishu.h"
#include "channels/wecom.h"

enum { LINE_MOST = 1 << 20 };

static struct span text_of(const cJSON *line, const char *name)
{
	return span_of(json_string(line, name, ""));
}

static bool keys_of(const cJSON *line, struct wecom_keys *keys)
{
	return wecom_keys_init(keys, text_of(line, "token"), text_of(line, "key"),
	                       text_of(line, "receiver")) == STATUS_OK;
}

static bool wecom(const cJSON *line, bool opens, struct buf *out)
{
	const struct wecom_signed with = { text_of(line, "signature"), text_of(line, "timestamp"),
		                           text_of(line, "nonce") };
	struct wecom_keys keys;
	int64_t now_s;

	if (!keys_of(line, &keys) || !bot_read_number(with.timestamp, &now_s))
		return false;
	if (opens)
		return wecom_open(&keys, &with, now_s, text_of(line, "text"), out) == REFUSAL_NONE;
	const struct span random = text_of(line, "random");

	return random.len == WECOM_RANDOM_BYTES &&
	       wecom_close(&keys, text_of(line, "text"), (const unsigned char *)random.ptr, out) ==
	               STATUS_OK;
}

static bool wecom_signature(const cJSON *line, struct buf *out)
{
	char hex[MAC_HEX_SIZE];
	struct wecom_keys keys;

	if (!keys_of(line, &keys) ||
	    wecom_sign(&keys, text_of(line, "timestamp"), text_of(line, "nonce"),
	               text_of(line, "text"), hex) != STATUS_OK)
		return false;
	buf_append_text(out, hex);
	return true;
}

static bool feishu_signature(const cJSON *line, struct buf *out)
{
	const struct feishu_signed with = { text_of(line, "timestamp"),
		                            text_of(line, "nonce"),
		                            { NULL, 0 } };
	char hex[MAC_HEX_SIZE];

	if (feishu_sign(text_of(line, "key"), &with, text_of(line, "text"), hex) != STATUS_OK)
		return false;
	buf_append_text(out, hex);
	return true;
}

static bool answer(const cJSON *line, struct buf *out)
{
	const char *what = json_string(line, "do", "");

	if (strcmp(what, "wecom-open") == 0)
		return wecom(line, true, out);
	if (strcmp(what, "wecom-close") == 0)
		return wecom(line, false, out);
	if (strcmp(what, "wecom-sign") == 0)
		return wecom_signature(line, out);
	if (strcmp(what, "feishu-sign") == 0)
		return feishu_signature(line, out);
	if (strcmp(what, "feishu-open") == 0)
		return feishu_decrypt(text_of(line, "key"), text_of(line, "text"), out) ==
		       STATUS_OK;
	return false;
}

int main(void)
{
	const struct json_limits limits = { LINE_MOST, 4 };
	char *line = NULL;
	size_t room = 0;
	ssize_t len;

	while ((len = getline(&line, &room, stdin)) > 0) {
		struct buf out, printed;
		cJSON *json = NULL;

		buf_init(&out, LINE_MOST);
		buf_init(&printed, LINE_MOST);
		if (json_parse(&json, (struct span){ line, (size_t)len }, limits, "line", NULL) ==
		            STATUS_OK &&
		    answer(json, &out))
			json_append_string(&printed, buf_text(&out));
		else
			buf_append_text(&printed, "null");
		puts(buf_text(&printed));
		cJSON_Delete(json);
		buf_deinit(&out);
		buf_deinit(&printed);
	}
	free(line);
	return 0;
}

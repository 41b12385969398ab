#include "channels/console.h"

#include <assert.h>
#include <string.h>
#include <time.h>

#include "channels/lookup_json.h"
#include "channels/message.h"

static const char cookie_name[] = "dayi_console";

enum { CODE_BYTES_MOST = 16, TOKEN_LEN = ACCOUNT_TOKEN_SIZE - 1, TIME_SIZE = 32 };

/* --- what is asked --- */

/* A string no longer than that; absent and null are left NULL. */
static bool read_text(const cJSON *object, const char *name, size_t most, const char **out)
{
	return message_string(object, name, out) && (!*out || strlen(*out) <= most);
}

static bool read_needed(const cJSON *object, const char *name, size_t most, const char **out)
{
	return read_text(object, name, most, out) && *out;
}

static bool is_token(const char *text, size_t len)
{
	return len == TOKEN_LEN && strspn(text, "0123456789abcdef") >= len;
}

static bool read_totp(const cJSON *object, struct console_ask *ask)
{
	static const struct {
		const char *name;
		enum console_kind kind;
	} steps[] = { { "begin", CONSOLE_TOTP_BEGIN },
		      { "confirm", CONSOLE_TOTP_CONFIRM },
		      { "remove", CONSOLE_TOTP_REMOVE } };
	const char *step;

	if (!read_needed(object, "step", TIME_SIZE, &step) ||
	    !read_text(object, "code", CODE_BYTES_MOST, &ask->code))
		return false;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		if (strcmp(step, steps[i].name) != 0)
			continue;
		ask->kind = steps[i].kind;
		return ask->kind == CONSOLE_TOTP_BEGIN || ask->code;
	}
	return false;
}

static bool read_members(const cJSON *object, struct console_ask *ask)
{
	switch (ask->kind) {
	case CONSOLE_SIGN_IN:
		return read_needed(object, "name", ACCOUNT_NAME_SIZE - 1, &ask->name) &&
		       read_needed(object, "password", PASSWORD_BYTES_MOST, &ask->password) &&
		       read_text(object, "totp", CODE_BYTES_MOST, &ask->code);
	case CONSOLE_SIGN_IN_BY_LINK:
		return read_needed(object, "token", TOKEN_LEN, &ask->link) &&
		       is_token(ask->link, strlen(ask->link));
	case CONSOLE_PASSWORD:
		return read_text(object, "present", PASSWORD_BYTES_MOST, &ask->password) &&
		       read_needed(object, "new", PASSWORD_BYTES_MOST, &ask->new_password);
	case CONSOLE_TOTP_BEGIN:
		return read_totp(object, ask);
	default:
		return true;
	}
}

enum refusal console_read(struct span body, struct console_ask *ask, cJSON **json)
{
	const enum refusal refusal = message_parse(body, json);

	if (refusal != REFUSAL_NONE)
		return refusal;
	return read_members(*json, ask) ? REFUSAL_NONE : REFUSAL_BAD_MEMBER;
}

/* --- the cookie --- */

bool console_cookie_read(struct span field, char token[ACCOUNT_TOKEN_SIZE])
{
	const size_t name_len = sizeof(cookie_name) - 1;
	size_t found = 0;

	token[0] = '\0';
	while (field.len > 0) {
		const char *end = memchr(field.ptr, ';', field.len);
		const size_t len = end ? (size_t)(end - field.ptr) : field.len;
		struct span pair = { field.ptr, len };

		field.ptr += end ? len + 1 : len;
		field.len -= end ? len + 1 : len;
		for (; pair.len > 0 && *pair.ptr == ' '; pair.len--)
			pair.ptr++;
		if (pair.len <= name_len || memcmp(pair.ptr, cookie_name, name_len) != 0 ||
		    pair.ptr[name_len] != '=')
			continue;
		found++;
		if (pair.len - name_len - 1 != TOKEN_LEN)
			continue;
		memcpy(token, pair.ptr + name_len + 1, TOKEN_LEN);
		token[TOKEN_LEN] = '\0';
	}
	return found == 1 && is_token(token, strlen(token));
}

void console_cookie_write(const char *token, bool secure, struct buf *out)
{
	BUF_JOIN(out, cookie_name, "=", token, "; Path=/console; HttpOnly; SameSite=Strict",
	         secure ? "; Secure" : "", token[0] ? "" : "; Max-Age=0");
}

/* --- what it is answered with --- */

static void add_names(cJSON *object, const char *name, const char *const *names, size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(names[i]));
}

static cJSON *object_of_me(const struct console_me *me)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "name", me->name);
	add_names(object, "roles", me->roles, me->role_count);
	add_names(object, "may", me->actions, me->action_count);
	cJSON_AddStringToObject(object, "csrf", me->csrf);
	cJSON_AddBoolToObject(object, "password", me->password);
	cJSON_AddBoolToObject(object, "totp", me->totp);
	cJSON_AddNumberToObject(object, "idle_s", (double)me->idle_s);
	cJSON_AddNumberToObject(object, "expires_s", (double)me->expires_s);
	cJSON_AddStringToObject(object, "office", me->office);
	cJSON_AddStringToObject(object, "knowledge", me->knowledge);
	return object;
}

/* RFC 3339, in UTC. */
static void add_time(cJSON *object, const char *name, int64_t at_ms)
{
	const time_t at = (time_t)(at_ms / 1000);
	char text[TIME_SIZE] = "";
	struct tm utc;

	if (gmtime_r(&at, &utc))
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	cJSON_AddStringToObject(object, name, text);
}

static cJSON *object_of_session(const struct console_session *session)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "id", session->session.id);
	cJSON_AddBoolToObject(object, "current", session->current);
	add_time(object, "since", session->session.since_ms);
	add_time(object, "seen", session->session.seen_ms);
	cJSON_AddStringToObject(object, "address", session->session.address);
	cJSON_AddStringToObject(object, "browser", session->session.browser);
	return object;
}

static cJSON *object_of_sessions(const struct console_answer *answer)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *array = cJSON_AddArrayToObject(object, "sessions");

	for (size_t i = 0; i < answer->session_count; i++)
		cJSON_AddItemToArray(array, object_of_session(&answer->sessions[i]));
	return object;
}

static cJSON *object_of_secret(const struct console_answer *answer)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "secret", answer->secret);
	cJSON_AddStringToObject(object, "uri", answer->uri);
	return object;
}

/* Prints the value and deletes it. */
static enum status print(cJSON *value, struct buf *out)
{
	char *text = cJSON_PrintUnformatted(value);

	cJSON_Delete(value);
	if (!text)
		return STATUS_NO_MEMORY;
	buf_append_text(out, text);
	cJSON_free(text);
	return buf_status(out);
}

enum status console_write(const struct console_answer *answer, struct buf *out)
{
	switch (answer->kind) {
	case CONSOLE_ME:
		return print(object_of_me(answer->me), out);
	case CONSOLE_SESSIONS:
		return print(object_of_sessions(answer), out);
	case CONSOLE_TOTP_BEGIN:
		return print(object_of_secret(answer), out);
	case CONSOLE_LOOK_UP:
		return lookup_write_answer(answer->knowledge, answer->typed, answer->found, out);
	case CONSOLE_SHOW:
		return lookup_write_entry(answer->shown, out);
	default:
		return STATUS_OK;
	}
}

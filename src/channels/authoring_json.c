#include "channels/authoring_json.h"

#include <string.h>

#include "base/day.h"
#include "channels/message.h"
#include "office/authoring/draft.h"
#include "office/authoring/tree.h"
#include "service/console/authoring_replay.h"
#include "service/console/authoring_suggest.h"

enum {
	PUBLISHED_MOST = 64,
	HASH_LEN = DIGEST_HEX_SIZE - 1,
	TEXT_BYTES = 16000,
	DRAFT_WORD_BYTES = 16,
	ALTERNATES_MOST = 64,
	ALTERNATE_BYTES = 1024,
};

bool authoring_has(enum console_kind kind)
{
	return kind >= CONSOLE_AUTHORING && kind <= CONSOLE_STALE;
}

static bool read_text(const cJSON *object, const char *name, size_t most, const char **out)
{
	return message_string(object, name, out) && (!*out || strlen(*out) <= most);
}

/* NULL where it is absent or null. */
static bool read_object(const cJSON *object, const char *name, const cJSON **out)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	*out = cJSON_IsObject(member) ? member : NULL;
	return !member || cJSON_IsNull(member) || *out;
}

/* 0 where it is absent or null. */
static bool read_number(const cJSON *object, const char *name, int64_t *out)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	*out = 0;
	if (!member || cJSON_IsNull(member))
		return true;
	if (!cJSON_IsNumber(member) || !(member->valuedouble >= 0 && member->valuedouble <= 1e15))
		return false;
	*out = (int64_t)member->valuedouble;
	return (double)*out == member->valuedouble;
}

/* A name of one line: it becomes one of a file, and stands in logs. */
static bool is_name(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			return false;
	return true;
}

static bool read_entry(const cJSON *object, struct authoring_ask *ask)
{
	return read_text(object, "entry", DRAFT_ENTRY_BYTES, &ask->entry) &&
	       (!ask->entry || (*ask->entry && is_name(ask->entry)));
}

static bool read_kind(const cJSON *object, struct authoring_ask *ask)
{
	const char *kind;

	if (!read_text(object, "kind", DRAFT_WORD_BYTES, &kind))
		return false;
	ask->referral = kind && strcmp(kind, "referral") == 0;
	return (!kind || ask->referral || strcmp(kind, "answer") == 0 ||
	        (strcmp(kind, "file") == 0 && ask->entry && tree_is_file(ask->entry))) &&
	       read_text(object, "collection", DRAFT_ENTRY_BYTES, &ask->collection) &&
	       (!ask->collection || (*ask->collection && is_name(ask->collection)));
}

static bool read_members(const cJSON *object, struct authoring_ask *ask)
{
	return read_object(object, "members", &ask->members) && (!ask->members || ask->entry);
}

/* What a trial is of. */
static bool read_trial(const cJSON *object, struct authoring_ask *ask)
{
	return read_entry(object, ask) && read_members(object, ask) && read_kind(object, ask);
}

/* A step with the draft that was seen. */
static bool read_step(const cJSON *object, struct authoring_ask *ask)
{
	const cJSON *revision = cJSON_GetObjectItemCaseSensitive(object, "revision");

	return read_entry(object, ask) && ask->entry && cJSON_IsNumber(revision) &&
	       read_number(object, "revision", &ask->revision) &&
	       read_text(object, "why", DRAFT_WHY_BYTES, &ask->why);
}

static bool read_save(const cJSON *object, struct authoring_ask *ask)
{
	return read_step(object, ask) && read_trial(object, ask) && ask->members &&
	       read_text(object, "live_hash", HASH_LEN, &ask->live_hash);
}

static bool read_decision(const cJSON *object, struct authoring_ask *ask)
{
	const char *decision;

	if (!read_step(object, ask) ||
	    !read_text(object, "decision", DRAFT_WORD_BYTES, &decision) || !decision)
		return false;
	ask->approve = strcmp(decision, "approve") == 0;
	return ask->approve || strcmp(decision, "refuse") == 0;
}

static bool read_entries(const cJSON *object, struct authoring_ask *ask)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, "entries"), *item;

	if (!member || cJSON_IsNull(member))
		return true;
	if (!cJSON_IsArray(member) || cJSON_GetArraySize(member) > PUBLISHED_MOST)
		return false;
	cJSON_ArrayForEach (item, member)
		if (!cJSON_IsString(item))
			return false;
	ask->entries = member;
	return true;
}

static bool read_try(const cJSON *object, struct authoring_ask *ask)
{
	return read_entry(object, ask) && ask->entry && read_members(object, ask) &&
	       read_object(object, "facts", &ask->facts) &&
	       read_text(object, "today", AUTHORING_DAY_BYTES, &ask->today) &&
	       (!ask->today || day_valid(ask->today));
}

/* Absent, it is all that may be. */
static bool read_latest(const cJSON *object, int64_t *out)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, "latest");

	if (!read_number(object, "latest", out) || *out > REPLAY_LATEST_MOST)
		return false;
	if (!member || cJSON_IsNull(member))
		*out = REPLAY_LATEST_MOST;
	return true;
}

static bool read_days(const cJSON *object, int64_t *out)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, "days");

	*out = SUGGEST_DAYS_USUAL;
	if (!member || cJSON_IsNull(member))
		return true;
	return read_number(object, "days", out) && *out >= 1 && *out <= SUGGEST_DAYS_MOST;
}

/* Whether a model is to be asked, too. */
static bool read_model(const cJSON *object, struct authoring_ask *ask)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, "model");

	ask->model = cJSON_IsTrue(member);
	return !member || cJSON_IsNull(member) || cJSON_IsBool(member);
}

static bool read_alternates(const cJSON *object, struct authoring_ask *ask)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, "alternates"), *item;
	const int count = cJSON_GetArraySize(member);

	if (!read_entry(object, ask) || !ask->entry || !cJSON_IsArray(member) || count < 1 ||
	    count > ALTERNATES_MOST)
		return false;
	cJSON_ArrayForEach (item, member)
		if (!cJSON_IsString(item) || !*item->valuestring ||
		    strlen(item->valuestring) > ALTERNATE_BYTES || !is_name(item->valuestring))
			return false;
	ask->entries = member;
	return read_text(object, "why", DRAFT_WHY_BYTES, &ask->why);
}

bool authoring_read(const cJSON *object, struct console_ask *ask)
{
	struct authoring_ask *said = &ask->authoring;

	switch (ask->kind) {
	case CONSOLE_LINKS:
	case CONSOLE_SUGGEST_RESTORE:
		return true;
	case CONSOLE_SAVE:
		return read_save(object, said);
	case CONSOLE_CHECK:
	case CONSOLE_DRAFT_GATE:
		return read_trial(object, said);
	case CONSOLE_SUGGEST:
		return read_days(object, &said->days) && read_entry(object, said) &&
		       read_model(object, said) && (!said->entry || said->model);
	case CONSOLE_SUGGEST_TAKE:
	case CONSOLE_SUGGEST_DISMISS:
		return read_alternates(object, said);
	case CONSOLE_REPLAY:
		return read_trial(object, said) && read_latest(object, &said->latest);
	case CONSOLE_PREVIEW:
		return read_trial(object, said) &&
		       read_text(object, "text", TEXT_BYTES, &said->text) && said->text;
	case CONSOLE_TRY:
		return read_try(object, said);
	case CONSOLE_DELETE:
	case CONSOLE_DISCARD:
	case CONSOLE_SUBMIT:
		return read_step(object, said);
	case CONSOLE_DECIDE:
		return read_decision(object, said);
	case CONSOLE_PUBLISH:
		return read_entries(object, said) &&
		       read_text(object, "why", DRAFT_WHY_BYTES, &said->why);
	case CONSOLE_ROLL_BACK:
		return read_number(object, "version", &said->version) &&
		       read_text(object, "why", DRAFT_WHY_BYTES, &said->why);
	default:
		return false;
	}
}

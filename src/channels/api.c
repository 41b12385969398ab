#include "channels/api.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "channels/chats_json.h"
#include "channels/message.h"
#include "service/console/looked_at.h"

/* An absent member and null are false. */
static bool read_flag(const cJSON *object, const char *name, bool *out)
{
	const cJSON *member = cJSON_GetObjectItemCaseSensitive(object, name);

	*out = cJSON_IsTrue(member);
	return !member || cJSON_IsNull(member) || cJSON_IsBool(member);
}

/* It goes on with one conversation, by one of its names; one in a group has no session to name. */
static bool is_one_conversation(const struct api_ask *ask)
{
	if (ask->session)
		return !ask->conversation && !ask->in_group;
	return !ask->conversation || (ask->conversation[0] != '\0' &&
	                              strlen(ask->conversation) <= API_CONVERSATION_BYTES);
}

enum refusal api_ask_read(struct span body, struct api_ask *out)
{
	enum refusal refusal;

	*out = (struct api_ask){ 0 };
	refusal = message_parse(body, &out->json);
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!message_string(out->json, "text", &out->text) || !out->text ||
	    !message_string(out->json, "session", &out->session) ||
	    !message_string(out->json, "conversation", &out->conversation) ||
	    !read_flag(out->json, "in_group", &out->in_group) || !message_id(out->json, &out->id) ||
	    !is_one_conversation(out))
		return REFUSAL_BAD_MEMBER;
	return REFUSAL_NONE;
}

void api_ask_release(struct api_ask *ask)
{
	cJSON_Delete(ask->json);
	ask->json = NULL;
}

enum refusal api_rate_read(struct span body, struct api_rate *out)
{
	enum refusal refusal;

	*out = (struct api_rate){ 0 };
	refusal = message_parse(body, &out->json);
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!message_string(out->json, "session", &out->session) || !out->session ||
	    !rating_read(out->json, &out->rating))
		return REFUSAL_BAD_MEMBER;
	return REFUSAL_NONE;
}

void api_rate_release(struct api_rate *rate)
{
	cJSON_Delete(rate->json);
	rate->json = NULL;
}

enum refusal api_call_back_read(struct span body, struct api_call_back *out)
{
	enum refusal refusal;

	*out = (struct api_call_back){ 0 };
	refusal = message_parse(body, &out->json);
	if (refusal != REFUSAL_NONE)
		return refusal;
	if (!message_string(out->json, "session", &out->claim.conversation) ||
	    !out->claim.conversation)
		return REFUSAL_BAD_MEMBER;
	return chats_read_call_back(out->json, &out->claim);
}

void api_call_back_release(struct api_call_back *call_back)
{
	cJSON_Delete(call_back->json);
	call_back->json = NULL;
}

static cJSON *suggestion_of(const struct entry *entry)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "entry", entry->id);
	if (entry->number > 0)
		cJSON_AddNumberToObject(object, "number", entry->number);
	else
		cJSON_AddNullToObject(object, "number");
	cJSON_AddStringToObject(object, "question", entry->question);
	return object;
}

enum status api_write_suggestions(const struct match_candidate *candidates, size_t count,
                                  struct buf *out)
{
	cJSON *array = cJSON_CreateArray();

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, suggestion_of(candidates[i].entry));
	return message_write(array, out);
}

static int number_of(const struct entry *entry)
{
	return entry->number > 0 ? entry->number : INT_MAX;
}

/* Equal ones keep their order in the knowledge, which is one array. */
static int compare_entries(const void *a, const void *b)
{
	const struct entry *const left = *(const struct entry *const *)a;
	const struct entry *const right = *(const struct entry *const *)b;
	const int collections = strcmp(left->collection, right->collection);

	if (collections != 0)
		return collections;
	if (number_of(left) != number_of(right))
		return number_of(left) < number_of(right) ? -1 : 1;
	return left < right ? -1 : left > right;
}

enum status api_write_entries(const struct knowledge *knowledge, struct buf *out)
{
	const struct entry **asked = calloc(knowledge->answer_count + 1, sizeof(*asked));
	size_t count = 0;
	cJSON *object, *array;

	if (!asked)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < knowledge->answer_count; i++)
		if (knowledge->entries[i].question[0])
			asked[count++] = &knowledge->entries[i];
	assert(count <= knowledge->answer_count);
	qsort(asked, count, sizeof(*asked), compare_entries);
	object = cJSON_CreateObject();
	cJSON_AddNumberToObject(object, "total", (double)count);
	array = cJSON_AddArrayToObject(object, "entries");
	for (size_t i = 0; i < count && i < API_ENTRIES_MOST; i++)
		cJSON_AddItemToArray(array, suggestion_of(asked[i]));
	cJSON_AddStringToObject(object, "knowledge", knowledge->version);
	free(asked);
	return message_write(object, out);
}

enum status api_write_reply(const char *to, const char *session, const struct office_notice *notice,
                            struct span object, struct buf *out)
{
	const struct message_envelope envelope = { .to = to, .session = session, .notice = notice };

	return message_write_reply(&envelope, object, out);
}

enum status api_write_rated(const char *receipt, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "receipt", receipt);
	return message_write(object, out);
}

enum status api_write_looked_at(const struct looked_at *looked_at, struct buf *out)
{
	cJSON *object = cJSON_CreateObject();
	cJSON *array = cJSON_AddArrayToObject(object, "looks");

	for (size_t i = 0; i < looked_at->count; i++) {
		const struct look *look = &looked_at->looks[i];
		cJSON *one = cJSON_CreateObject();

		message_add_time(one, "at", look->at_ms);
		if (look->who)
			cJSON_AddStringToObject(one, "who", look->who);
		else
			cJSON_AddNullToObject(one, "who");
		cJSON_AddStringToObject(one, "why", look->why);
		cJSON_AddItemToArray(array, one);
	}
	cJSON_AddBoolToObject(object, "more", looked_at->more);
	return message_write(object, out);
}

static void add_contacts(cJSON *object, const struct office *office)
{
	cJSON *array = cJSON_AddArrayToObject(object, "contacts");

	for (size_t i = 0; i < office->contact_count; i++) {
		const struct contact *contact = &office->contacts[i];
		cJSON *one = cJSON_CreateObject();

		cJSON_AddStringToObject(one, "kind", contact->kind);
		cJSON_AddStringToObject(one, "label", contact->label);
		cJSON_AddStringToObject(one, "value", contact->value);
		cJSON_AddItemToArray(array, one);
	}
}

static void add_strings(cJSON *object, const char *name, const char *const *strings, size_t count)
{
	cJSON *array = cJSON_AddArrayToObject(object, name);

	for (size_t i = 0; i < count; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(strings[i]));
}

static void add_examples(cJSON *object, const struct knowledge *knowledge)
{
	const char *examples[EXAMPLES_MOST];
	const size_t count = knowledge_examples(knowledge, examples);

	assert(count <= EXAMPLES_MOST);

	add_strings(object, "examples", examples, count);
}

enum status api_write_office(const struct knowledge *knowledge, const struct api_office *more,
                             struct buf *out)
{
	const struct office *office = &knowledge->office;
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "name", office->name);
	cJSON_AddStringToObject(object, "title", office_title(office));
	cJSON_AddStringToObject(object, "welcome", office_text(office, "welcome"));
	add_contacts(object, office);
	add_examples(object, knowledge);
	add_strings(object, "popular", more->popular, more->popular_count);
	add_strings(object, "embed_origins", more->embed_origins->items,
	            more->embed_origins->count);
	cJSON_AddStringToObject(object, "knowledge", knowledge->version);
	message_add_notice(object, more->notice);
	return message_write(object, out);
}

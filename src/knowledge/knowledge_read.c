#include "knowledge/read.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
	FIELD_SIZE = 64,
	REFERRALS_MOST = 10000,
	WORDS_MOST = 20000,
	GOLDEN_MOST = 20000,
	NUMBER_MOST = 1000000000,
};

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static void *give(struct reader *reader, size_t count, size_t size)
{
	void *memory = arena_array(reader->memory->arena, count, size);

	if (!memory)
		reader->status = STATUS_NO_MEMORY;
	return memory;
}

static const char *copy(struct reader *reader, const char *text)
{
	char *made = *text ? arena_copy(reader->memory->arena, span_of(text)) : NULL;

	if (*text && !made)
		reader->status = STATUS_NO_MEMORY;
	return made ? made : "";
}

static struct json_place place_in(const struct json_place *outer, const char *path)
{
	return (struct json_place){ outer->file, outer->line, path, outer->faults };
}

/* The faults tell what is wrong; what is sound is read all the same, to find more of them. */
static void check_object(const cJSON *object, const struct json_member *members, size_t count,
                         const struct json_place *place)
{
	enum status status = json_check_object(object, members, count, place);

	(void)status;
}

static const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* White space alone is no text: ASCII blanks and the ideographic one. */
static bool is_blank(const char *text)
{
	for (;;) {
		text += strspn(text, " \t\r\n");
		if (strncmp(text, "\xe3\x80\x80", 3) != 0)
			return *text == '\0';
		text += 3;
	}
}

static void check_length(const struct json_place *place, const char *field, const char *text,
                         size_t most)
{
	size_t length = strlen(text) > most ? utf8_length(span_of(text)) : 0;

	if (length > most)
		json_fault(place, FAULT_ERROR, field,
		           "%zu characters are more than the %zu that are allowed", length, most);
}

/* A member's text; "" where it is absent or of the wrong type, which was reported before. */
static const char *read_text(struct reader *reader, const struct json_place *place,
                             const cJSON *object, const char *name, size_t most)
{
	const char *text = json_string(object, name, "");

	check_length(place, name, text, most);
	return copy(reader, text);
}

/* As read_text(), for a text that must say something wherever it is written down. */
static const char *read_word(struct reader *reader, const struct json_place *place,
                             const cJSON *object, const char *name, size_t most)
{
	if (is_blank(json_string(object, name, "-")))
		json_fault(place, FAULT_ERROR, name, "must not be empty");
	return read_text(reader, place, object, name, most);
}

static bool is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point < 0xa0);
}

static const char *read_id(struct reader *reader, const struct json_place *place,
                           const cJSON *object, size_t bytes_most)
{
	const char *text = json_string(object, "id", "");
	struct span id = span_of(text);
	size_t offset = 0;

	if (cJSON_IsString(member(object, "id")) && is_blank(text)) {
		json_fault(place, FAULT_ERROR, "id", "must not be empty");
		return "";
	}
	if (id.len > bytes_most)
		json_fault(place, FAULT_ERROR, "id",
		           "%zu bytes are more than the %zu that are allowed", id.len, bytes_most);
	while (offset < id.len) {
		if (is_control(utf8_next(id, &offset))) {
			json_fault(place, FAULT_ERROR, "id",
			           "must not hold a line break or another control character");
			break;
		}
	}
	return copy(reader, text);
}

/* A whole number from 1; 0 where it is absent. */
static int read_number(const struct json_place *place, const cJSON *object, const char *name)
{
	const cJSON *value = member(object, name);

	if (!cJSON_IsNumber(value))
		return 0;
	if (value->valuedouble >= 1 && value->valuedouble <= NUMBER_MOST &&
	    value->valuedouble == (double)value->valueint)
		return value->valueint;
	json_fault(place, FAULT_ERROR, name, "must be a whole number from 1");
	return 0;
}

/* The items of a list, and how many to read of them. */
static const cJSON *open_list(const struct json_place *place, const cJSON *object, const char *name,
                              size_t most, size_t *count)
{
	const cJSON *list = member(object, name);
	const cJSON *item;

	*count = 0;
	if (!cJSON_IsArray(list))
		return NULL;
	cJSON_ArrayForEach (item, list)
		*count += 1;
	if (*count <= most)
		return list->child;
	json_fault(place, FAULT_ERROR, name, "%zu items are more than the %zu that are allowed",
	           *count, most);
	*count = 0;
	return NULL;
}

/* The item's text, or NULL with a fault. */
static const char *item_text(const struct json_place *place, const cJSON *item, const char *name,
                             size_t index, size_t most)
{
	char field[FIELD_SIZE];

	snprintf(field, sizeof(field), "%s[%zu]", name, index);
	if (!cJSON_IsString(item)) {
		json_fault(place, FAULT_ERROR, field, "must be a string");
		return NULL;
	}
	if (is_blank(item->valuestring)) {
		json_fault(place, FAULT_ERROR, field, "must not be empty");
		return NULL;
	}
	check_length(place, field, item->valuestring, most);
	return item->valuestring;
}

static struct strings read_strings(struct reader *reader, const struct json_place *place,
                                   const cJSON *object, const char *name, size_t most,
                                   size_t length_most)
{
	struct strings strings = { 0 };
	size_t count;
	const cJSON *item = open_list(place, object, name, most, &count);
	const char **items = item ? give(reader, count, sizeof(*items)) : NULL;

	for (size_t i = 0; items && item; item = item->next, i++) {
		const char *text = item_text(place, item, name, i, length_most);

		if (text) {
			items[strings.count] = copy(reader, text);
			strings.count++;
		}
	}
	strings.items = items;
	return strings;
}

/* Compiles and hands the pattern to the memory; NULL with a fault or the reader's status. */
static struct pattern *read_pattern(struct reader *reader, const struct json_place *place,
                                    const char *name, size_t index, const char *source)
{
	struct pattern_node *node = give(reader, 1, sizeof(*node));
	struct pattern_fault fault;
	enum status status;
	char field[FIELD_SIZE];

	if (!node)
		return NULL;
	status = pattern_compile(source, &fault, &node->pattern);
	if (status == STATUS_NO_MEMORY)
		reader->status = status;
	snprintf(field, sizeof(field), "%s[%zu]", name, index);
	if (status != STATUS_OK || fault.doubtful)
		json_fault(place, status == STATUS_OK ? FAULT_WARNING : FAULT_ERROR, field,
		           "%s (at byte %zu)", fault.reason, fault.offset);
	if (status != STATUS_OK)
		return NULL;
	node->next = reader->memory->patterns;
	reader->memory->patterns = node;
	return node->pattern;
}

static struct pattern_list read_patterns(struct reader *reader, const struct json_place *place,
                                         const cJSON *object, const char *name)
{
	struct pattern_list list = { 0 };
	size_t count;
	const cJSON *item = open_list(place, object, name, PATTERNS_MOST, &count);
	struct pattern **items = item ? give(reader, count, sizeof(*items)) : NULL;

	for (size_t i = 0; items && item; item = item->next, i++) {
		const char *source = item_text(place, item, name, i, PATTERN_MOST);
		struct pattern *pattern =
		        source ? read_pattern(reader, place, name, i, source) : NULL;

		if (pattern) {
			items[list.count] = pattern;
			list.count++;
		}
	}
	list.items = items;
	return list;
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool is_date(const char *text)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int year, month, day, most;

	if (strlen(text) != 10 || strspn(text, "0123456789") != 4 || text[4] != '-' ||
	    strspn(text + 5, "0123456789") != 2 || text[7] != '-' ||
	    strspn(text + 8, "0123456789") != 2)
		return false;
	year = (int)strtol(text, NULL, 10);
	month = (int)strtol(text + 5, NULL, 10);
	day = (int)strtol(text + 8, NULL, 10);
	if (year == 0 || month < 1 || month > 12)
		return false;
	most = days[month - 1] + (month == 2 && is_leap(year));
	return day >= 1 && day <= most;
}

static const char *read_date(struct reader *reader, const struct json_place *place,
                             const cJSON *object, const char *name)
{
	const char *text = json_string(object, name, NULL);

	if (!text)
		return "";
	if (!is_date(text))
		json_fault(place, FAULT_ERROR, name, "must be a date such as 2026-11-23");
	return copy(reader, text);
}

static void read_case(struct reader *reader, const struct json_place *outer, const cJSON *object,
                      size_t index, struct entry_case *out)
{
	static const struct json_member members[] = {
		{ "id", JSON_STRING, true, false },
		{ "label", JSON_STRING, false, false },
		{ "situation", JSON_STRING, false, false },
		{ "advice", JSON_STRING, false, false },
		{ "also", JSON_ARRAY, false, false },
		{ "patterns", JSON_ARRAY, false, false },
	};
	char path[FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);

	snprintf(path, sizeof(path), "cases[%zu]", index);
	*out = (struct entry_case){ .id = "", .label = "", .situation = "", .advice = "" };
	check_object(object, members, COUNT(members), &place);
	if (!cJSON_IsObject(object))
		return;
	out->id = read_id(reader, &place, object, CASE_ID_BYTES_MOST);
	out->label = read_word(reader, &place, object, "label", LABEL_MOST);
	out->situation = read_text(reader, &place, object, "situation", SITUATION_MOST);
	out->advice = read_text(reader, &place, object, "advice", ANSWER_MOST);
	if (is_blank(out->situation) && is_blank(out->advice))
		json_fault(&place, FAULT_ERROR, NULL, "needs a situation or an advice");
	out->also = read_strings(reader, &place, object, "also", LIST_MOST, QUESTION_MOST);
	out->patterns = read_patterns(reader, &place, object, "patterns");
	if (!out->label[0]) {
		out->label = arena_format(reader->memory->arena, "情形%s", out->id);
		if (!out->label) {
			out->label = "";
			reader->status = STATUS_NO_MEMORY;
		}
	}
}

/* CASES_MOST keeps this short enough for two loops. */
static void check_case_ids(const struct json_place *place, const struct entry *entry)
{
	for (size_t i = 1; entry->cases && i < entry->case_count; i++) {
		for (size_t k = 0; k < i; k++) {
			char field[FIELD_SIZE];

			if (!entry->cases[i].id[0] ||
			    strcmp(entry->cases[i].id, entry->cases[k].id) != 0)
				continue;
			snprintf(field, sizeof(field), "cases[%zu].id", i);
			json_fault(place, FAULT_ERROR, field, "\"%s\" is taken already: cases[%zu]",
			           entry->cases[i].id, k);
			break;
		}
	}
}

static void read_cases(struct reader *reader, const struct json_place *place, const cJSON *object,
                       struct entry *out)
{
	size_t count;
	const cJSON *item = open_list(place, object, "cases", CASES_MOST, &count);
	struct entry_case *cases = item ? give(reader, count, sizeof(*cases)) : NULL;

	for (; cases && item; item = item->next) {
		read_case(reader, place, item, out->case_count, &cases[out->case_count]);
		out->case_count++;
	}
	out->cases = cases;
	check_case_ids(place, out);
}

static void read_source(struct reader *reader, const struct json_place *outer, const cJSON *object,
                        struct entry *out)
{
	static const struct json_member members[] = {
		{ "document", JSON_STRING, true, false },
		{ "item", JSON_NUMBER, false, false },
	};
	const cJSON *source = member(object, "source");
	struct json_place place = place_in(outer, "source");

	if (!cJSON_IsObject(source))
		return;
	check_object(source, members, COUNT(members), &place);
	out->document = read_word(reader, &place, source, "document", NAME_MOST);
	out->item = read_number(&place, source, "item");
}

static struct entry empty_entry(enum entry_kind kind, const struct json_place *place)
{
	return (struct entry){
		.kind = kind,
		.id = "",
		.collection = "",
		.question = "",
		.answer = "",
		.note = "",
		.document = "",
		.reviewed = "",
		.file = place->file,
		.line = place->line,
	};
}

static void check_members(const struct reader *reader, const cJSON *object,
                          const struct json_place *place)
{
	const struct json_member members[] = {
		{ "$schema", JSON_STRING, false, false },
		{ "id", JSON_STRING, true, false },
		{ "number", JSON_NUMBER, false, false },
		{ "question", JSON_STRING, false, false },
		{ "prompts", JSON_ARRAY, false, false },
		{ "patterns", JSON_ARRAY, false, false },
		{ reader->also, JSON_ARRAY, false, false },
		{ "not", JSON_ARRAY, false, false },
		{ "answer", JSON_STRING, false, false },
		{ "cases", JSON_ARRAY, false, false },
		{ "note", JSON_STRING, false, false },
		{ "related", JSON_ARRAY, false, false },
		{ "source", JSON_OBJECT, false, false },
		{ "reviewed", JSON_STRING, false, false },
		{ "unless", JSON_ARRAY, false, false },
	};

	check_object(object, members, COUNT(members), place);
}

void read_entry(struct reader *reader, const cJSON *object, const char *file, unsigned line,
                const char *collection, struct entry *out)
{
	const struct json_place place = { file, line, "", reader->faults };

	*out = empty_entry(ENTRY_ANSWER, &place);
	out->collection = collection;
	check_members(reader, object, &place);
	if (!cJSON_IsObject(object))
		return;
	out->id = read_id(reader, &place, object, ID_BYTES_MOST);
	out->number = read_number(&place, object, "number");
	out->question = read_text(reader, &place, object, "question", QUESTION_MOST);
	out->answer = read_text(reader, &place, object, "answer", ANSWER_MOST);
	if (is_blank(out->question) && is_blank(out->answer))
		json_fault(&place, FAULT_ERROR, NULL, "needs a question or an answer");
	out->prompts = read_strings(reader, &place, object, "prompts", LIST_MOST, QUESTION_MOST);
	out->patterns = read_patterns(reader, &place, object, "patterns");
	out->unless = read_patterns(reader, &place, object, "unless");
	out->also = read_strings(reader, &place, object, reader->also, LIST_MOST, QUESTION_MOST);
	out->negatives = read_strings(reader, &place, object, "not", LIST_MOST, QUESTION_MOST);
	read_cases(reader, &place, object, out);
	out->note = read_text(reader, &place, object, "note", NOTE_MOST);
	out->related = read_strings(reader, &place, object, "related", LIST_MOST, QUESTION_MOST);
	read_source(reader, &place, object, out);
	out->reviewed = read_date(reader, &place, object, "reviewed");
}

/* The top of a file that holds one list: its items, or NULL. */
static const cJSON *open_file(const struct json_place *place, const cJSON *object, const char *name,
                              size_t most)
{
	const struct json_member members[] = {
		{ "$schema", JSON_STRING, false, false },
		{ name, JSON_ARRAY, true, false },
	};
	size_t count;

	check_object(object, members, COUNT(members), place);
	return open_list(place, object, name, most, &count);
}

static void read_referral(struct reader *reader, const struct json_place *place,
                          const cJSON *object, struct entry *out)
{
	static const struct json_member members[] = {
		{ "id", JSON_STRING, true, false },     { "topic", JSON_STRING, true, false },
		{ "also", JSON_ARRAY, false, false },   { "patterns", JSON_ARRAY, false, false },
		{ "not", JSON_ARRAY, false, false },    { "reply", JSON_STRING, true, false },
		{ "unless", JSON_ARRAY, false, false },
	};

	*out = empty_entry(ENTRY_REFERRAL, place);
	check_object(object, members, COUNT(members), place);
	if (!cJSON_IsObject(object))
		return;
	out->id = read_id(reader, place, object, ID_BYTES_MOST);
	out->question = read_word(reader, place, object, "topic", QUESTION_MOST);
	out->also = read_strings(reader, place, object, "also", LIST_MOST, QUESTION_MOST);
	out->patterns = read_patterns(reader, place, object, "patterns");
	out->unless = read_patterns(reader, place, object, "unless");
	out->negatives = read_strings(reader, place, object, "not", LIST_MOST, QUESTION_MOST);
	out->answer = read_word(reader, place, object, "reply", ANSWER_MOST);
}

static void add_to(struct reader *reader, struct entry_list *list, const struct entry *entry)
{
	enum status status = entry_list_add(list, entry);

	if (status != STATUS_OK)
		reader->status = status;
}

void read_referrals(struct reader *reader, const cJSON *object, const char *file,
                    struct entry_list *out)
{
	const struct json_place top = { file, 0, "", reader->faults };
	const cJSON *item = open_file(&top, object, "referrals", REFERRALS_MOST);

	for (size_t i = 0; item; item = item->next, i++) {
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(&top, path);
		struct entry entry;

		snprintf(path, sizeof(path), "referrals[%zu]", i);
		read_referral(reader, &place, item, &entry);
		add_to(reader, out, &entry);
	}
}

static void read_talk(struct reader *reader, const struct json_place *place, const cJSON *object,
                      struct entry *out)
{
	static const struct json_member members[] = {
		{ "id", JSON_STRING, true, false },     { "outcome", JSON_STRING, true, false },
		{ "also", JSON_ARRAY, false, false },   { "patterns", JSON_ARRAY, false, false },
		{ "reply", JSON_STRING, true, false },  { "unless", JSON_ARRAY, false, false },
		{ "rejects", JSON_BOOL, false, false },
	};
	const char *outcome = json_string(object, "outcome", "smalltalk");

	*out = empty_entry(ENTRY_SMALLTALK, place);
	check_object(object, members, COUNT(members), place);
	if (!cJSON_IsObject(object))
		return;
	if (strcmp(outcome, "handoff") == 0)
		out->kind = ENTRY_HANDOFF;
	else if (strcmp(outcome, "smalltalk") != 0)
		json_fault(place, FAULT_ERROR, "outcome", "must be smalltalk or handoff");
	out->id = read_id(reader, place, object, ID_BYTES_MOST);
	out->also = read_strings(reader, place, object, "also", LIST_MOST, QUESTION_MOST);
	out->patterns = read_patterns(reader, place, object, "patterns");
	out->unless = read_patterns(reader, place, object, "unless");
	out->rejects = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "rejects"));
	out->answer = read_word(reader, place, object, "reply", ANSWER_MOST);
}

void read_smalltalk(struct reader *reader, const cJSON *object, const char *file,
                    struct entry_list *out)
{
	const struct json_place top = { file, 0, "", reader->faults };
	const cJSON *item = open_file(&top, object, "smalltalk", REFERRALS_MOST);

	for (size_t i = 0; item; item = item->next, i++) {
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(&top, path);
		struct entry entry;

		snprintf(path, sizeof(path), "smalltalk[%zu]", i);
		read_talk(reader, &place, item, &entry);
		add_to(reader, out, &entry);
	}
}

static const struct synonym *read_synonyms(struct reader *reader, const struct json_place *top,
                                           const cJSON *object, size_t *count)
{
	static const struct json_member members[] = {
		{ "word", JSON_STRING, true, false },
		{ "variants", JSON_ARRAY, true, false },
	};
	const cJSON *item = open_list(top, object, "synonyms", WORDS_MOST, count);
	struct synonym *synonyms = item ? give(reader, *count, sizeof(*synonyms)) : NULL;

	for (size_t i = 0; synonyms && item; item = item->next, i++) {
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(top, path);

		snprintf(path, sizeof(path), "synonyms[%zu]", i);
		check_object(item, members, COUNT(members), &place);
		synonyms[i].word = read_word(reader, &place, item, "word", NAME_MOST);
		synonyms[i].variants =
		        read_strings(reader, &place, item, "variants", LIST_MOST, NAME_MOST);
	}
	return synonyms;
}

/* A list of objects with two texts each, the members `left` and `right`. */
static const struct word_pair *read_pairs(struct reader *reader, const struct json_place *top,
                                          const cJSON *object, const char *name, const char *left,
                                          const char *right, size_t *count)
{
	const struct json_member members[] = {
		{ left, JSON_STRING, true, false },
		{ right, JSON_STRING, true, false },
	};
	const cJSON *item = open_list(top, object, name, WORDS_MOST, count);
	struct word_pair *pairs = item ? give(reader, *count, sizeof(*pairs)) : NULL;

	for (size_t i = 0; pairs && item; item = item->next, i++) {
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(top, path);

		snprintf(path, sizeof(path), "%s[%zu]", name, i);
		check_object(item, members, COUNT(members), &place);
		pairs[i].left = read_word(reader, &place, item, left, NAME_MOST);
		pairs[i].right = read_word(reader, &place, item, right, NAME_MOST);
	}
	return pairs;
}

static void check_confusables(const struct json_place *top, const struct lexicon *lexicon)
{
	for (size_t i = 0; i < lexicon->confusable_count; i++) {
		char field[FIELD_SIZE];

		snprintf(field, sizeof(field), "confusables[%zu].right", i);
		if (utf8_length(span_of(lexicon->confusables[i].left)) > 1)
			json_fault(top, FAULT_ERROR, field, "must be one character");
	}
}

void read_lexicon(struct reader *reader, const cJSON *object, const char *file, struct lexicon *out)
{
	static const struct json_member members[] = {
		{ "$schema", JSON_STRING, false, false },
		{ "synonyms", JSON_ARRAY, false, false },
		{ "fillers", JSON_ARRAY, false, false },
		{ "confusables", JSON_ARRAY, false, false },
		{ "english", JSON_ARRAY, false, false },
		{ "denials", JSON_ARRAY, false, false },
	};
	const struct json_place top = { file, 0, "", reader->faults };

	*out = (struct lexicon){ 0 };
	check_object(object, members, COUNT(members), &top);
	if (!cJSON_IsObject(object))
		return;
	out->synonyms = read_synonyms(reader, &top, object, &out->synonym_count);
	out->fillers = read_strings(reader, &top, object, "fillers", WORDS_MOST, NAME_MOST);
	out->confusables = read_pairs(reader, &top, object, "confusables", "right", "wrong",
	                              &out->confusable_count);
	check_confusables(&top, out);
	out->denials = read_patterns(reader, &top, object, "denials");
	out->english =
	        read_pairs(reader, &top, object, "english", "phrase", "word", &out->english_count);
}

static bool is_contact_kind(const char *kind)
{
	static const char *const kinds[] = { "phone", "qq", "url", "address", "hours" };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	}
	return false;
}

static void read_contacts(struct reader *reader, const struct json_place *top, const cJSON *object,
                          struct office *out)
{
	static const struct json_member members[] = {
		{ "kind", JSON_STRING, true, false },
		{ "label", JSON_STRING, true, false },
		{ "value", JSON_STRING, true, false },
	};
	const cJSON *item = open_list(top, object, "contacts", LIST_MOST, &out->contact_count);
	struct contact *contacts =
	        item ? give(reader, out->contact_count, sizeof(*contacts)) : NULL;

	for (size_t i = 0; contacts && item; item = item->next, i++) {
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(top, path);

		snprintf(path, sizeof(path), "contacts[%zu]", i);
		check_object(item, members, COUNT(members), &place);
		if (!is_contact_kind(json_string(item, "kind", "phone")))
			json_fault(&place, FAULT_ERROR, "kind",
			           "must be phone, qq, url, address or hours");
		contacts[i].kind = read_text(reader, &place, item, "kind", NAME_MOST);
		contacts[i].label = read_word(reader, &place, item, "label", NAME_MOST);
		contacts[i].value = read_word(reader, &place, item, "value", NAME_MOST);
	}
	out->contacts = contacts;
}

static bool is_sentence(const char *key)
{
	for (size_t i = 0; i < office_text_count(); i++) {
		if (strcmp(office_text_key(i), key) == 0)
			return true;
	}
	return false;
}

static void add_sentence(struct reader *reader, const struct json_place *place, const cJSON *value,
                         struct word_pair *texts, size_t *count)
{
	if (!cJSON_IsString(value)) {
		json_fault(place, FAULT_ERROR, value->string, "must be a string");
		return;
	}
	if (is_blank(value->valuestring))
		json_fault(place, FAULT_ERROR, value->string, "must not be empty");
	check_length(place, value->string, value->valuestring, ANSWER_MOST);
	texts[*count].left = copy(reader, value->string);
	texts[*count].right = copy(reader, value->valuestring);
	*count += 1;
}

/*
 * Sentences stand at the top or in `texts`. One that the program does not know does no harm, so a
 * folder of a newer program still loads: a warning.
 */
static void read_sentences(struct reader *reader, const struct json_place *top, const cJSON *object,
                           struct office *out)
{
	const struct json_place place = place_in(top, "texts");
	const cJSON *list = member(object, "texts");
	size_t most = (size_t)cJSON_GetArraySize(object) + (size_t)cJSON_GetArraySize(list);
	struct word_pair *texts = give(reader, most, sizeof(*texts));
	const cJSON *value;

	if (!texts)
		return;
	cJSON_ArrayForEach (value, object) {
		if (is_sentence(value->string))
			add_sentence(reader, top, value, texts, &out->text_count);
	}
	if (!cJSON_IsObject(list))
		list = NULL;
	cJSON_ArrayForEach (value, list) {
		if (!is_sentence(value->string))
			json_fault(&place, FAULT_WARNING, value->string,
			           "no such sentence is used");
		add_sentence(reader, &place, value, texts, &out->text_count);
	}
	out->texts = texts;
}

static void check_office_members(struct reader *reader, const struct json_place *place,
                                 const cJSON *object)
{
	static const struct json_member own[] = {
		{ "$schema", JSON_STRING, false, false }, { "name", JSON_STRING, false, false },
		{ "system", JSON_STRING, false, false },  { "contacts", JSON_ARRAY, false, false },
		{ "texts", JSON_OBJECT, false, false },
	};
	size_t sentences = office_text_count();
	struct json_member *members = give(reader, COUNT(own) + sentences, sizeof(*members));

	if (!members)
		return;
	memcpy(members, own, sizeof(own));
	for (size_t i = 0; i < sentences; i++)
		members[COUNT(own) + i] =
		        (struct json_member){ office_text_key(i), JSON_STRING, false, false };
	check_object(object, members, COUNT(own) + sentences, place);
}

void read_office(struct reader *reader, const cJSON *object, const char *file, struct office *out)
{
	const struct json_place top = { file, 0, "", reader->faults };

	*out = (struct office){ .name = "", .system = "" };
	check_office_members(reader, &top, object);
	if (!cJSON_IsObject(object))
		return;
	out->name = read_word(reader, &top, object, "name", NAME_MOST);
	out->system = read_word(reader, &top, object, "system", NAME_MOST);
	read_contacts(reader, &top, object, out);
	read_sentences(reader, &top, object, out);
}

static const char *optional(struct reader *reader, const struct json_place *place,
                            const cJSON *object, const char *name)
{
	if (!cJSON_IsString(member(object, name)))
		return NULL;
	return read_word(reader, place, object, name, QUESTION_MOST);
}

static void read_golden_item(struct reader *reader, const struct json_place *place,
                             const cJSON *object, struct golden *out)
{
	static const struct json_member members[] = {
		{ "q", JSON_STRING, true, false },
		{ "entry", JSON_STRING, false, false },
		{ "case", JSON_STRING, false, false },
		{ "outcome", JSON_STRING, false, false },
	};

	check_object(object, members, COUNT(members), place);
	out->question = read_word(reader, place, object, "q", SITUATION_MOST);
	out->entry = optional(reader, place, object, "entry");
	out->case_id = optional(reader, place, object, "case");
	out->outcome = optional(reader, place, object, "outcome");
	if (!cJSON_IsObject(object))
		return;
	if (!member(object, "entry") == !member(object, "outcome"))
		json_fault(place, FAULT_ERROR, NULL, "needs either an entry or an outcome");
	if (member(object, "case") && !member(object, "entry"))
		json_fault(place, FAULT_ERROR, "case", "needs its entry");
	if (out->outcome && strcmp(out->outcome, "decline") != 0 &&
	    strcmp(out->outcome, "smalltalk") != 0 && strcmp(out->outcome, "handoff") != 0)
		json_fault(place, FAULT_ERROR, "outcome", "must be decline, smalltalk or handoff");
}

void read_golden(struct reader *reader, const cJSON *object, const char *file,
                 struct golden **items, size_t *count)
{
	const struct json_place top = { file, 0, "", reader->faults };
	const cJSON *item = open_file(&top, object, "golden", GOLDEN_MOST);
	size_t most = item ? (size_t)cJSON_GetArraySize(member(object, "golden")) : 0;

	*items = give(reader, most, sizeof(**items));
	*count = 0;
	for (; *items && item; item = item->next) {
		struct golden *golden = &(*items)[*count];
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(&top, path);

		snprintf(path, sizeof(path), "golden[%zu]", *count);
		read_golden_item(reader, &place, item, golden);
		golden->index = (unsigned)*count;
		*count += 1;
	}
}

cJSON *read_line_json(struct reader *reader, struct span line, const char *file, unsigned number)
{
	const struct json_limits limits = { LINE_BYTES_MOST, ENTRY_DEPTH_MOST };
	struct faults *faults = NULL;
	cJSON *value = NULL;
	enum status status = json_parse(&value, line, limits, file, NULL);

	if (status == STATUS_OK)
		return value;
	if (status != STATUS_NO_MEMORY)
		status = faults_create(&faults);
	if (status != STATUS_OK) {
		reader->status = status;
		return NULL;
	}
	/* Once more, now that it is known to be faulty: the parser counts lines from this one. */
	if (json_parse(&value, line, limits, file, faults) == STATUS_OK)
		cJSON_Delete(value);
	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);

		faults_add(reader->faults, fault->level, file, number, fault->field, "%s",
		           fault->reason);
	}
	faults_destroy(faults);
	return NULL;
}

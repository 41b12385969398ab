/*
 * How it works: reads the files beside the collections: referrals, small talk, lexicon, office and
 * golden questions. Each read_…() checks an object against a table of its members and reads the
 * lists in it; a fault names file and member, and reading goes on with the next item.
 */
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/knowledge/knowledge_read.h"

enum {
	REFERRALS_MOST = 10000,
	WORDS_MOST = 20000,
	GOLDEN_MOST = 20000,
};

/* The items of a file that holds one list, or NULL. */
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
	out->also = read_alternates(reader, place, object, "also", &out->also_written);
	out->patterns = read_patterns(reader, place, object, "patterns");
	out->unless = read_patterns(reader, place, object, "unless");
	out->negatives = read_alternates(reader, place, object, "not", &out->negatives_written);
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
		{ "rejects", JSON_BOOL, false, false }, { "cue", JSON_STRING, false, false },
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
	out->also = read_alternates(reader, place, object, "also", &out->also_written);
	out->patterns = read_patterns(reader, place, object, "patterns");
	out->unless = read_patterns(reader, place, object, "unless");
	out->rejects = cJSON_IsTrue(member(object, "rejects"));
	out->cue = cue_of_name(json_string(object, "cue", ""));
	if (member(object, "cue") && out->cue == CUE_NOTHING)
		json_fault(place, FAULT_ERROR, "cue", "no such cue is known");
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
		const char *word = read_word(reader, &place, item, "word", NAME_MOST);
		const struct strings variants =
		        read_strings(reader, &place, item, "variants", LIST_MOST, NAME_MOST);

		synonyms[i].word = put_first_words(reader, &place, "word", word);
		synonyms[i].variants = put_words_in(reader, &place, synonyms[i].word, &variants);
	}
	return synonyms;
}

/* Reads a list of objects with two texts each, the members `left` and `right`. */
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

/* Reads the words of one kind; where it is not `known`, says so. */
static struct strings read_kind(struct reader *reader, const struct json_place *place,
                                const cJSON *kinds, const cJSON *list, bool known)
{
	if (!known)
		json_fault(place, FAULT_ERROR, list->string, "no such cue is known");
	else if (!cJSON_IsArray(list))
		json_fault(place, FAULT_ERROR, list->string, "must be an array");
	else
		return read_strings(reader, place, kinds, list->string, LIST_MOST, NAME_MOST);
	return (struct strings){ 0 };
}

/* Each is an object with a list of words for each kind of cue. */
static void read_cues(struct reader *reader, const struct json_place *top, const cJSON *object,
                      struct lexicon *out)
{
	const struct json_place place = place_in(top, "cues");
	const struct json_place date_place = place_in(top, "date_cues");
	const cJSON *cues = member(object, "cues"), *date_cues = member(object, "date_cues"), *list;

	cJSON_ArrayForEach (list, cues) {
		const enum cue cue = cue_of_name(list->string);
		out->cues[cue] = read_kind(reader, &place, cues, list, cue != CUE_NOTHING);
	}
	cJSON_ArrayForEach (list, date_cues) {
		const enum date_cue cue = date_cue_of_name(list->string);
		const bool known = cue != DATE_CUE_COUNT;
		const struct strings words = read_kind(reader, &date_place, date_cues, list, known);
		if (known)
			out->date_cues[cue] = words;
	}
}

static const struct opposite *read_opposites(struct reader *reader, const struct json_place *top,
                                             const cJSON *object, size_t *count)
{
	static const struct json_member members[] = {
		{ "said", JSON_ARRAY, true, false },
		{ "denies", JSON_ARRAY, true, false },
	};
	const cJSON *item = open_list(top, object, "opposites", WORDS_MOST, count);
	struct opposite *opposites = item ? give(reader, *count, sizeof(*opposites)) : NULL;

	for (size_t i = 0; opposites && item; item = item->next, i++) {
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(top, path);

		snprintf(path, sizeof(path), "opposites[%zu]", i);
		check_object(item, members, COUNT(members), &place);
		opposites[i].said = read_patterns(reader, &place, item, "said");
		opposites[i].denies = read_patterns(reader, &place, item, "denies");
	}
	return opposites;
}

static const struct date_words *read_date_words(struct reader *reader, const struct json_place *top,
                                                const cJSON *object, size_t *count)
{
	static const struct json_member members[] = {
		{ "of", JSON_STRING, true, false },
		{ "words", JSON_ARRAY, false, false },
		{ "past", JSON_ARRAY, false, false },
	};
	const cJSON *item = open_list(top, object, "dates", WORDS_MOST, count);
	struct date_words *dates = item ? give(reader, *count, sizeof(*dates)) : NULL;

	for (size_t i = 0; dates && item; item = item->next, i++) {
		char path[FIELD_SIZE] = "";
		struct json_place place = place_in(top, path);

		snprintf(path, sizeof(path), "dates[%zu]", i);
		check_object(item, members, COUNT(members), &place);
		dates[i].of = read_word(reader, &place, item, "of", NAME_MOST);
		dates[i].words = read_strings(reader, &place, item, "words", LIST_MOST, NAME_MOST);
		dates[i].past = read_strings(reader, &place, item, "past", LIST_MOST, NAME_MOST);
		if (strlen(dates[i].of) >= QUESTION_FACT_SIZE)
			json_fault(&place, FAULT_ERROR, "of", "is longer than 31 bytes");
	}
	return dates;
}

void read_lexicon(struct reader *reader, const cJSON *object, const char *file, struct lexicon *out)
{
	static const struct json_member members[] = {
		{ "$schema", JSON_STRING, false, false },
		{ "classes", JSON_OBJECT, false, false },
		{ "synonyms", JSON_ARRAY, false, false },
		{ "fillers", JSON_ARRAY, false, false },
		{ "confusables", JSON_ARRAY, false, false },
		{ "english", JSON_ARRAY, false, false },
		{ "denials", JSON_ARRAY, false, false },
		{ "cues", JSON_OBJECT, false, false },
		{ "usual_cues", JSON_BOOL, false, false },
		{ "opposites", JSON_ARRAY, false, false },
		{ "dates", JSON_ARRAY, false, false },
		{ "date_cues", JSON_OBJECT, false, false },
	};
	const struct json_place top = { file, 0, "", reader->faults };

	*out = (struct lexicon){ 0 };
	check_object(object, members, COUNT(members), &top);
	if (!cJSON_IsObject(object))
		return;
	read_classes(reader, object, file);
	out->classes = reader->classes;
	out->synonyms = read_synonyms(reader, &top, object, &out->synonym_count);
	out->fillers = read_strings(reader, &top, object, "fillers", WORDS_MOST, NAME_MOST);
	out->confusables = read_pairs(reader, &top, object, "confusables", "right", "wrong",
	                              &out->confusable_count);
	check_confusables(&top, out);
	read_cues(reader, &top, object, out);
	out->usual_cues_off = cJSON_IsFalse(member(object, "usual_cues"));
	out->denials = read_patterns(reader, &top, object, "denials");
	out->opposites = read_opposites(reader, &top, object, &out->opposite_count);
	out->dates = read_date_words(reader, &top, object, &out->date_count);
	out->english =
	        read_pairs(reader, &top, object, "english", "phrase", "word", &out->english_count);
}

static bool is_contact_kind(const char *kind)
{
	static const char *const kinds[] = { "phone", "qq", "wechat", "url", "address", "hours" };

	for (size_t i = 0; i < COUNT(kinds); i++) {
		if (strcmp(kind, kinds[i]) == 0)
			return true;
	}
	return false;
}

/* The page makes a link of it, so it must not be an address that runs code. */
static bool is_web_address(const char *value)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < COUNT(schemes); i++) {
		const size_t len = strlen(schemes[i]);

		if (strncmp(value, schemes[i], len) == 0)
			return value[len] != '\0' && !strpbrk(value, " \t\r\n\"<>");
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
			           "must be phone, qq, wechat, url, address or hours");
		contacts[i].kind = read_text(reader, &place, item, "kind", NAME_MOST);
		contacts[i].label = read_word(reader, &place, item, "label", NAME_MOST);
		contacts[i].value = read_word(reader, &place, item, "value", NAME_MOST);
		if (strcmp(contacts[i].kind, "url") == 0 && contacts[i].value[0] &&
		    !is_web_address(contacts[i].value))
			json_fault(&place, FAULT_ERROR, "value",
			           "must be a web address: http:// or https://, no blanks in it");
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
 * Sentences are members of the top or of `texts`. An unknown one is only a warning, so that a
 * folder for a newer program still loads.
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
		{ "texts", JSON_OBJECT, false, false },   { "title", JSON_STRING, false, false },
		{ "examples", JSON_ARRAY, false, false },
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

	*out = (struct office){ .name = "", .system = "", .title = "" };
	check_office_members(reader, &top, object);
	if (!cJSON_IsObject(object))
		return;
	out->name = read_word(reader, &top, object, "name", NAME_MOST);
	out->system = read_word(reader, &top, object, "system", NAME_MOST);
	out->title = read_word(reader, &top, object, "title", NAME_MOST);
	out->examples =
	        read_strings(reader, &top, object, "examples", EXAMPLES_MOST, QUESTION_MOST);
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
	const bool choose = out->outcome && strcmp(out->outcome, "choose") == 0;
	if (choose ? !member(object, "entry")
	           : !member(object, "entry") == !member(object, "outcome"))
		json_fault(place, FAULT_ERROR, NULL, "needs either an entry or an outcome");
	if (member(object, "case") && !member(object, "entry"))
		json_fault(place, FAULT_ERROR, "case", "needs its entry");
	if (out->outcome && !choose && strcmp(out->outcome, "decline") != 0 &&
	    strcmp(out->outcome, "smalltalk") != 0 && strcmp(out->outcome, "handoff") != 0)
		json_fault(place, FAULT_ERROR, "outcome",
		           "must be decline, smalltalk, handoff or, beside an entry, choose");
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

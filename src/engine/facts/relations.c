/*
 * The office's file is read into one arena, which the object owns together with the
 * file's text (by which two of them are compared). Every word of a column and every other form of
 * it becomes a `word_form`, folded; a text is folded in the same way, and the whole forms are tried
 * before those that only tell how a text begins, the longest of these first.
 */
#include "engine/facts/relations.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <sqlite3.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/file.h"
#include "base/json.h"
#include "base/language.h"
#include "base/near.h"
#include "base/utf8.h"
#include "engine/facts/default_relations.h"
#include "engine/facts/facts.h"

enum {
	FILE_BYTES_MOST = 256 << 10,
	MEMORY_MOST = 4 << 20,
	DEPTH_MOST = 8,
	NUMBER_DIGITS_MOST = 15,
	LABEL_MOST = 100, /* characters */
	WORDS_MOST = 50,  /* of one column */
	FLAG_FORMS = 4,
	FORMS_MOST = 500,      /* of one word */
	WORD_BYTES_MOST = 120, /* also of a form */
	FOLDED_SIZE = 256,     /* of a text that may be a word; a longer one is none */
	PATH_SIZE = 160,       /* of a member, for faults */
	EXPLAINED_WORDS_MOST = 12,
	EXPLAINED_CEILING = 4096,
};

#define FILE_NAME    "relations.json"
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

struct relations {
	atomic_uint references;
	struct arena *arena;
	struct span text; /* of the file */
	struct relation_shape shapes[RELATIONS_MOST];
	size_t count;
};

/* --- the engine's own --- */

static const struct column said[] = {
	{ .name = "fact", .label = "问题" },
	{ .name = "value", .label = "回答", .may_be_empty = true },
};
static const struct column typed[] = {
	{ .name = "kind", .label = "种类" },
	{ .name = "value", .label = "原样", .may_be_empty = true },
	{ .name = "valid", .label = "是否有效", .type = COLUMN_FLAG },
	/* Of a day that was typed: what it was said of, and the first and last day it may mean. */
	{ .name = "of", .label = "说的是什么的日期" },
	{ .name = "from", .label = "最早哪天", .type = COLUMN_DATE },
	{ .name = "to", .label = "最晚哪天", .type = COLUMN_DATE },
};
static const struct column client[] = {
	{ .name = "browser", .label = "浏览器" },
	{ .name = "channel", .label = "渠道" },
};

static const struct relation_shape own[RELATION_RECORDED] = {
	[RELATION_SAID] = { "said", "您的回答", FACTS_ROWS_MOST, said, COUNT(said) },
	[RELATION_TYPED] = { "typed", "您输入的号码", FACTS_ROWS_MOST, typed, COUNT(typed) },
	[RELATION_CLIENT] = { "client", "您用的浏览器", 1, client, COUNT(client) },
};

/* --- folding --- */

static bool is_ignored(uint32_t point)
{
	return point <= ' ' || point == 0xA0 || point == 0x3000 || point == 0xFEFF ||
	       (point >= 0x2000 && point <= 0x200F);
}

/* Full width becomes half width, capitals small letters; blanks go. False where it is too long. */
static bool fold(struct span text, char folded[FOLDED_SIZE])
{
	size_t len = 0;
	for (size_t at = 0; at < text.len;) {
		const size_t start = at;
		uint32_t point = utf8_next(text, &at);
		if (point >= 0xFF01 && point <= 0xFF5E)
			point -= 0xFEE0;
		if (is_ignored(point))
			continue;
		if (len + (at - start) >= FOLDED_SIZE)
			return false;
		if (point < 0x80) {
			folded[len++] = (char)(point >= 'A' && point <= 'Z' ? point + 32 : point);
			continue;
		}
		memcpy(folded + len, text.ptr + start, at - start);
		len += at - start;
	}
	assert(len < FOLDED_SIZE);
	folded[len] = '\0';
	return true;
}

static bool is_blank(struct span text)
{
	for (size_t at = 0; at < text.len;)
		if (!is_ignored(utf8_next(text, &at)))
			return false;
	return true;
}

/* --- reading --- */

struct reading {
	struct relations *relations;
	const char *file;
	struct faults *faults;
	size_t faults_before;
	enum status status; /* what is no fault of the text */
};

static void *give(struct reading *reading, size_t count, size_t size)
{
	void *memory = arena_array(reading->relations->arena, count ? count : 1, size);
	if (!memory)
		reading->status = STATUS_NO_MEMORY;
	return memory;
}

static const char *copy(struct reading *reading, const char *text)
{
	const char *made = arena_copy(reading->relations->arena, span_of(text));
	if (!made)
		reading->status = STATUS_NO_MEMORY;
	return made ? made : "";
}

static struct json_place place_at(const struct reading *reading, const char *path)
{
	return (struct json_place){ reading->file, 0, path, reading->faults };
}

static bool is_name(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
	const size_t len = strlen(name);
	return len > 0 && len <= RELATION_NAME_MOST && name[0] >= 'a' && name[0] <= 'z' &&
	       strspn(name, letters) == len;
}

/* Rules write names as they are, so none may mean something else in SQL. */
static void check_name(const struct json_place *place, const char *name)
{
	static const char *const taken[] = { RELATION_KEY, "rowid", "oid" };
	if (!is_name(name))
		json_fault(place, FAULT_ERROR, name,
		           "a name is made of a to z, 0 to 9 and _, begins with a letter, and has "
		           "%d bytes at most; write Chinese as its label",
		           RELATION_NAME_MOST);
	else if (sqlite3_keyword_check(name, (int)strlen(name)))
		json_fault(place, FAULT_ERROR, name, "is a word of SQL: choose another name");
	for (size_t i = 0; i < COUNT(taken); i++)
		if (strcmp(name, taken[i]) == 0)
			json_fault(place, FAULT_ERROR, name, "this name is taken by the program");
	if (strncmp(name, "sqlite_", strlen("sqlite_")) == 0)
		json_fault(place, FAULT_ERROR, name, "this name is taken by SQLite");
}

static const char *read_label(struct reading *reading, const struct json_place *place,
                              const cJSON *object)
{
	const char *label = json_string(object, "label", NULL);
	if (!label)
		return "";
	if (is_blank(span_of(label)))
		json_fault(place, FAULT_ERROR, "label", "must not be empty");
	if (utf8_length(span_of(label)) > LABEL_MOST)
		json_fault(place, FAULT_ERROR, "label", "has more than %d characters", LABEL_MOST);
	return copy(reading, label);
}

/* --- the words of a column --- */

static const struct word_form *same_form(const struct column *column, const struct word_form *form)
{
	for (size_t i = 0; i < column->form_count; i++)
		if (column->forms[i].begins == form->begins &&
		    strcmp(column->forms[i].folded, form->folded) == 0)
			return &column->forms[i];
	return NULL;
}

/* `text` is the word itself or another form of it; one that ends in * tells how texts begin. */
static void add_form(struct reading *reading, const struct json_place *place, struct column *column,
                     struct word_form *forms, const char *word, const char *text)
{
	char folded[FOLDED_SIZE];
	struct span span = span_of(text);
	struct word_form form = { .word = word };
	if (strcmp(word, text) != 0 && span.len > 1 && span.ptr[span.len - 1] == '*') {
		form.begins = true;
		span.len--;
	}
	if (span.len > WORD_BYTES_MOST || !fold(span, folded) || !folded[0]) {
		json_fault(place, FAULT_ERROR, word,
		           "a word and its forms have 1 to %d bytes, and not only blanks",
		           WORD_BYTES_MOST);
		return;
	}
	form.folded = folded;
	const struct word_form *other = same_form(column, &form);
	if (other) {
		if (strcmp(other->word, word) != 0)
			json_fault(place, FAULT_ERROR, word, "\"%s\" is a form of \"%s\" already",
			           text, other->word);
		return;
	}
	form.folded = copy(reading, folded);
	forms[column->form_count++] = form;
}

static void read_forms(struct reading *reading, const struct json_place *place,
                       struct column *column, struct word_form *forms, const char *word,
                       const cJSON *list)
{
	add_form(reading, place, column, forms, word, word);
	if (!cJSON_IsArray(list)) {
		json_fault(place, FAULT_ERROR, word,
		           "must be the list of what else is written for the word; [] for nothing");
		return;
	}
	const cJSON *item;
	cJSON_ArrayForEach (item, list) {
		if (cJSON_IsString(item))
			add_form(reading, place, column, forms, word, item->valuestring);
		else
			json_fault(place, FAULT_ERROR, word, "every form must be a text");
	}
}

/* How many forms there may be; 0 where there are too many. */
static size_t count_forms(const struct json_place *place, const cJSON *words)
{
	size_t count = 0, sum = 0;
	const cJSON *word;
	cJSON_ArrayForEach (word, words) {
		const size_t forms = (size_t)cJSON_GetArraySize(word);
		if (forms > FORMS_MOST)
			json_fault(place, FAULT_ERROR, word->string, "%zu forms are more than %d",
			           forms, FORMS_MOST);
		sum += forms <= FORMS_MOST ? forms + 1 : 1;
		count++;
	}
	if (count > WORDS_MOST)
		json_fault(place, FAULT_ERROR, NULL, "%zu words are more than %d", count,
		           WORDS_MOST);
	return count > WORDS_MOST ? 0 : sum;
}

/* A flag has two words whatever the file says. */
static void add_flag_forms(struct reading *reading, const struct json_place *place,
                           struct column *column, struct word_form *forms)
{
	static const char *const flags[FLAG_FORMS][2] = {
		{ "0", "0" }, { "0", "否" }, { "1", "1" }, { "1", "是" }
	};
	for (size_t i = 0; i < COUNT(flags); i++)
		add_form(reading, place, column, forms, flags[i][0], flags[i][1]);
}

static void read_words(struct reading *reading, const char *path, struct column *column,
                       const cJSON *words)
{
	char words_path[PATH_SIZE + sizeof(".words")];
	snprintf(words_path, sizeof(words_path), "%s.words", path);
	const struct json_place place = place_at(reading, words_path);
	const size_t most = count_forms(&place, words);
	if ((column->type == COLUMN_DATE || column->type == COLUMN_NUMBER) && words) {
		json_fault(&place, FAULT_ERROR, NULL,
		           column->type == COLUMN_DATE ? "a day has no words"
		                                       : "a number has no words");
		return;
	}
	struct word_form *forms = give(reading, most + FLAG_FORMS, sizeof(*forms));
	const char **names = give(reading, WORDS_MOST, sizeof(*names));
	if (!forms || !names)
		return;
	column->forms = forms;
	if (column->type == COLUMN_FLAG)
		add_flag_forms(reading, &place, column, forms);
	const cJSON *word;
	cJSON_ArrayForEach (word, words) {
		if (most == 0 || reading->status != STATUS_OK)
			return;
		const char *name = copy(reading, word->string);
		if (column->type == COLUMN_FLAG && strcmp(name, "0") != 0 && strcmp(name, "1") != 0)
			json_fault(&place, FAULT_ERROR, name, "the words of a flag are 0 and 1");
		if (cJSON_GetArraySize(word) <= FORMS_MOST)
			read_forms(reading, &place, column, forms, name, word);
		if (column->type == COLUMN_TEXT)
			names[column->word_count++] = name;
	}
	assert(column->word_count <= WORDS_MOST);
	assert(column->form_count <= most + FLAG_FORMS);
	column->words = names;
}

/* --- relations and columns --- */

static enum column_type read_type(const struct json_place *place, const cJSON *object)
{
	static const char *const names[] = { "text", "date", "flag", "number" };
	const char *name = json_string(object, "type", names[COLUMN_TEXT]);
	for (size_t i = 0; i < COUNT(names); i++)
		if (strcmp(names[i], name) == 0)
			return (enum column_type)i;
	json_fault(place, FAULT_ERROR, "type", "must be text, date, flag or number");
	return COLUMN_TEXT;
}

static void read_column(struct reading *reading, const char *path, const cJSON *object,
                        struct column *out)
{
	static const struct json_member members[] = {
		{ "label", JSON_STRING, true, false },  { "type", JSON_STRING, false, false },
		{ "empty", JSON_BOOL, false, false },   { "private", JSON_BOOL, false, false },
		{ "words", JSON_OBJECT, false, false }, { "past", JSON_BOOL, false, false },
	};
	const struct json_place place = place_at(reading, path);
	*out = (struct column){ .name = copy(reading, object->string) };
	if (json_check_object(object, members, COUNT(members), &place) != STATUS_OK)
		return;
	out->label = read_label(reading, &place, object);
	out->type = read_type(&place, object);
	const cJSON *words = cJSON_GetObjectItemCaseSensitive(object, "words");
	out->may_be_empty = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "empty"));
	out->past = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "past"));
	out->hidden = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "private"));
	if (out->may_be_empty && (out->type != COLUMN_TEXT || words))
		json_fault(&place, FAULT_ERROR, "empty", "only a text without words may be empty");
	if (out->past && out->type != COLUMN_DATE)
		json_fault(&place, FAULT_ERROR, "past", "only a day may be past");
	if (words && !words->child)
		json_fault(&place, FAULT_ERROR, "words", "must name one word at least");
	if (words || out->type == COLUMN_FLAG)
		read_words(reading, path, out, words);
}

static void read_columns(struct reading *reading, const char *relation_path, const cJSON *object,
                         struct relation_shape *out)
{
	char columns_path[PATH_SIZE / 2], path[PATH_SIZE];
	snprintf(columns_path, sizeof(columns_path), "%s.columns", relation_path);
	const struct json_place place = place_at(reading, columns_path);
	struct column *columns = give(reading, RELATION_COLUMNS_MOST, sizeof(*columns));
	const size_t count = (size_t)cJSON_GetArraySize(object);
	if (count == 0 || count > RELATION_COLUMNS_MOST) {
		json_fault(&place, FAULT_ERROR, NULL, "a relation has 1 to %d columns",
		           RELATION_COLUMNS_MOST);
		return;
	}
	const cJSON *item;
	cJSON_ArrayForEach (item, object) {
		if (reading->status != STATUS_OK)
			return;
		check_name(&place, item->string);
		snprintf(path, sizeof(path), "%s.%.*s", columns_path, RELATION_NAME_MOST,
		         item->string);
		read_column(reading, path, item, &columns[out->column_count++]);
	}
	assert(out->column_count <= count);
	out->columns = columns;
}

static void read_relation(struct reading *reading, const cJSON *object)
{
	static const struct json_member members[] = {
		{ "label", JSON_STRING, true, false },
		{ "one_row", JSON_BOOL, false, false },
		{ "columns", JSON_OBJECT, true, false },
	};
	struct relations *relations = reading->relations;
	char path[PATH_SIZE / 3];
	const struct json_place all = place_at(reading, "relations");
	snprintf(path, sizeof(path), "relations.%.*s", RELATION_NAME_MOST, object->string);
	const struct json_place place = place_at(reading, path);
	check_name(&all, object->string);
	if (relation_named(relations, span_of(object->string)) < RELATION_RECORDED)
		json_fault(&all, FAULT_ERROR, object->string,
		           "said, typed and client are the program's own");
	if (json_check_object(object, members, COUNT(members), &place) != STATUS_OK)
		return;
	assert(relations->count < RELATIONS_MOST);
	struct relation_shape *shape = &relations->shapes[relations->count++];
	*shape = (struct relation_shape){ .name = copy(reading, object->string),
		                          .label = read_label(reading, &place, object) };
	shape->rows_most = cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(object, "one_row"))
	                           ? 1
	                           : FACTS_ROWS_MOST;
	read_columns(reading, path, cJSON_GetObjectItemCaseSensitive(object, "columns"), shape);
}

static void read_root(struct reading *reading, const cJSON *root)
{
	static const struct json_member members[] = {
		{ "$schema", JSON_STRING, false, false },
		{ "relations", JSON_OBJECT, true, false },
	};
	const struct json_place top = place_at(reading, "");
	if (json_check_object(root, members, COUNT(members), &top) != STATUS_OK)
		return;
	const cJSON *list = cJSON_GetObjectItemCaseSensitive(root, "relations");
	const size_t most = RELATIONS_MOST - RELATION_RECORDED;
	if ((size_t)cJSON_GetArraySize(list) > most) {
		json_fault(&top, FAULT_ERROR, "relations", "there may be %zu at most", most);
		return;
	}
	const cJSON *item;
	cJSON_ArrayForEach (item, list) {
		if (reading->status == STATUS_OK)
			read_relation(reading, item);
	}
}

static enum status read_text(struct relations *relations, struct span json, const char *file,
                             struct faults *faults)
{
	const struct json_limits limits = { FILE_BYTES_MOST, DEPTH_MOST };
	struct reading reading = { relations, file, faults, faults_count(faults, FAULT_ERROR),
		                   STATUS_OK };
	cJSON *root = NULL;
	const char *text = arena_copy(relations->arena, json);
	if (!text)
		return STATUS_NO_MEMORY;
	relations->text = (struct span){ text, json.len };
	const enum status status = json_parse(&root, json, limits, file, faults);
	if (status != STATUS_OK)
		return status;
	read_root(&reading, root);
	cJSON_Delete(root);
	if (reading.status != STATUS_OK)
		return reading.status;
	return faults_count(faults, FAULT_ERROR) > reading.faults_before ? STATUS_INVALID
	                                                                 : STATUS_OK;
}

enum status relations_read(struct relations **out, struct span json, const char *file,
                           struct faults *faults)
{
	struct relations *relations = calloc(1, sizeof(*relations));
	struct faults *counted = NULL;
	enum status status = relations ? STATUS_OK : STATUS_NO_MEMORY;
	*out = NULL;
	/* Faults are counted, whether the caller wants to see them or not. */
	if (status == STATUS_OK && !faults)
		status = faults_create(&counted);
	if (status == STATUS_OK)
		status = arena_create(&relations->arena, MEMORY_MOST);
	if (status == STATUS_OK) {
		relations->references = 1;
		memcpy(relations->shapes, own, sizeof(own));
		relations->count = RELATION_RECORDED;
		status = read_text(relations, json, file, faults ? faults : counted);
	}
	if (status == STATUS_OK) {
		*out = relations;
	} else if (relations) {
		arena_destroy(relations->arena);
		free(relations);
	}
	faults_destroy(counted);
	return status;
}

enum status relations_create_default(struct relations **out)
{
	return relations_read(out, default_relations[0].content, FILE_NAME, NULL);
}

enum status relations_load(struct relations **out, const char *folder, struct faults *faults)
{
	char *path = NULL;
	struct buf text;
	*out = NULL;
	if (file_kind(folder) != FILE_FOLDER) {
		faults_add(faults, FAULT_ERROR, folder, 0, NULL, "there is no such folder");
		return STATUS_NOT_FOUND;
	}
	if (asprintf(&path, "%s/" FILE_NAME, folder) < 0)
		return STATUS_NO_MEMORY;
	buf_init(&text, FILE_BYTES_MOST);
	enum status status = file_kind(path) == FILE_NONE ? relations_create_default(out)
	                                                  : file_read(path, &text);
	if (status == STATUS_OK && !*out)
		status = relations_read(out, buf_span(&text), path, faults);
	else if (status != STATUS_OK && status != STATUS_NO_MEMORY)
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "%s", file_failure(status));
	buf_deinit(&text);
	free(path);
	return status;
}

/* --- keeping --- */

struct relations *relations_keep(struct relations *relations)
{
	const unsigned before = atomic_fetch_add(&relations->references, 1);
	assert(before > 0); /* only a holder of a reference can make another one */
	return relations;
}

void relations_release(struct relations *relations)
{
	if (!relations)
		return;
	const unsigned before = atomic_fetch_sub(&relations->references, 1);
	assert(before > 0);
	if (before > 1)
		return;
	arena_destroy(relations->arena);
	free(relations);
}

bool relations_same(const struct relations *a, const struct relations *b)
{
	return a == b || span_equal(a->text, b->text);
}

/* --- asking --- */

size_t relations_count(const struct relations *relations)
{
	return relations->count;
}

const struct relation_shape *relation_shape(const struct relations *relations, size_t relation)
{
	assert(relation < relations->count);
	return &relations->shapes[relation];
}

size_t relation_named(const struct relations *relations, struct span name)
{
	size_t at = 0;
	while (at < relations->count && !span_equal(span_of(relations->shapes[at].name), name))
		at++;
	return at;
}

size_t column_named(const struct relation_shape *shape, struct span name)
{
	size_t at = 0;
	while (at < shape->column_count && !span_equal(span_of(shape->columns[at].name), name))
		at++;
	return at;
}

unsigned relations_recorded(const struct relations *relations)
{
	return (RELATION_BIT(relations->count) - 1) & ~(RELATION_BIT(RELATION_RECORDED) - 1);
}

static const char *word_of(const struct column *column, const char *folded)
{
	const char *found = NULL;
	size_t longest = 0;
	for (size_t i = 0; i < column->form_count; i++) {
		const struct word_form *form = &column->forms[i];
		const size_t len = strlen(form->folded);
		if (!form->begins && strcmp(form->folded, folded) == 0)
			return form->word;
		if (form->begins && len > longest && strncmp(form->folded, folded, len) == 0) {
			longest = len;
			found = form->word;
		}
	}
	return found;
}

/* Full width becomes half width, and the blanks around it go; false where it cannot be a number. */
static bool fold_number(struct span text, char folded[NUMBER_TEXT_SIZE])
{
	size_t len = 0;
	bool ended = false;
	for (size_t at = 0; at < text.len;) {
		uint32_t point = utf8_next(text, &at);
		if (point >= 0xFF01 && point <= 0xFF5E)
			point -= 0xFEE0;
		if (is_ignored(point)) {
			ended = len > 0;
			continue;
		}
		if (ended || point >= 0x80 || len + 1 == NUMBER_TEXT_SIZE)
			return false;
		folded[len++] = (char)point;
	}
	assert(len < NUMBER_TEXT_SIZE);
	folded[len] = '\0';
	return true;
}

/* -12, 95.5: digits that no conversion loses. */
static bool is_number(const char *text)
{
	const size_t sign = text[0] == '-';
	const size_t whole = strspn(text + sign, "0123456789");
	const char *end = text + sign + whole;
	size_t counting = 0;
	if (whole > 0 && *end == '.' && end[1])
		end += 1 + strspn(end + 1, "0123456789");
	for (const char *digit = text + sign; digit < end; digit++)
		counting += *digit != '.' && (counting > 0 || *digit != '0');
	return whole > 0 && counting <= NUMBER_DIGITS_MOST && !*end;
}

enum fit column_take(const struct column *column, const char *text, char number[NUMBER_TEXT_SIZE],
                     const char **out)
{
	char folded[FOLDED_SIZE];
	*out = NULL;
	if (is_blank(span_of(text)) && !(column->may_be_empty && !*text))
		return FIT_EMPTY;
	if (column->type == COLUMN_DATE) {
		*out = day_valid(text) ? text : NULL;
		return *out ? FIT_GOOD : FIT_NO_DAY;
	}
	if (column->type == COLUMN_NUMBER) {
		*out = fold_number(span_of(text), number) && is_number(number) ? number : NULL;
		return *out ? FIT_GOOD : FIT_NO_NUMBER;
	}
	assert(column->word_count == 0 || column->type == COLUMN_TEXT);
	const bool plain = column->type == COLUMN_FLAG
	                           ? strcmp(text, "0") == 0 || strcmp(text, "1") == 0
	                           : column->word_count == 0;
	if (plain) {
		*out = text;
		return FIT_GOOD;
	}
	*out = fold(span_of(text), folded) ? word_of(column, folded) : NULL;
	if (*out)
		return FIT_GOOD;
	return column->type == COLUMN_FLAG ? FIT_NO_FLAG : FIT_NO_WORD;
}

static void list_words(const struct column *column, struct buf *out)
{
	for (size_t i = 0; i < column->word_count && i < EXPLAINED_WORDS_MOST; i++)
		buf_append_format(out, "%s%s", i ? ", " : "", column->words[i]);
	if (column->word_count > EXPLAINED_WORDS_MOST)
		buf_append_text(out, ", …");
}

void column_explain(const struct column *column, enum fit fit, struct buf *out)
{
	switch (fit) {
	case FIT_GOOD:
		break;
	case FIT_EMPTY:
		buf_append_text(out, _("is empty"));
		break;
	case FIT_NO_DAY:
		buf_append_text(out, _("must be a day such as 2026-11-23"));
		break;
	case FIT_NO_FLAG:
		buf_append_text(out, _("must be 0 or 1"));
		break;
	case FIT_NO_NUMBER:
		buf_append_text(out, _("is no number such as 90 or 87.5"));
		break;
	case FIT_NO_WORD:
		buf_append_text(out, _("is none of "));
		list_words(column, out);
		break;
	}
}

/* --- what people misspell --- */

enum { NAME_SHOWN = 20 /* characters of what there is none of */ };

struct known {
	struct buf names;
	struct near near;
	char wrong[FOLDED_SIZE];
};

static void begin_known(struct known *known, struct span name)
{
	*known = (struct known){ .near = { .wrong = known->wrong } };
	buf_init(&known->names, EXPLAINED_CEILING);
	snprintf(known->wrong, sizeof(known->wrong), "%.*s", SPAN_ARGS(name));
}

/* A label that equals the wrong word names the relation or column, too. */
static void add_known(struct known *known, const char *name, const char *label)
{
	buf_append_format(&known->names, "%s%s", known->names.len ? ", " : "", name);
	near_try(&known->near, name);
	if (label && strcmp(label, known->wrong) == 0) {
		known->near.best = name;
		known->near.distance = 0;
	}
}

static void end_known(struct known *known, struct buf *out)
{
	buf_append_format(out, _("; there are %s"), buf_text(&known->names));
	if (known->near.best)
		buf_append_format(out, _("; is %s meant?"), known->near.best);
	buf_deinit(&known->names);
}

void relations_explain(const struct relations *relations, size_t first, struct span name,
                       struct buf *out)
{
	struct known known;
	begin_known(&known, name);
	for (size_t i = first; i < relations->count; i++)
		add_known(&known, relations->shapes[i].name, relations->shapes[i].label);
	buf_append_format(out, _("there is no relation \"%.*s\""),
	                  (int)utf8_prefix(name, NAME_SHOWN), name.ptr);
	end_known(&known, out);
}

void columns_explain(const struct relation_shape *shape, const char *key, struct span name,
                     struct buf *out)
{
	struct known known;
	begin_known(&known, name);
	if (key)
		add_known(&known, key, NULL);
	for (size_t i = 0; i < shape->column_count; i++)
		add_known(&known, shape->columns[i].name, shape->columns[i].label);
	buf_append_format(out, _("there is no column \"%.*s\" in this relation"),
	                  (int)utf8_prefix(name, NAME_SHOWN), name.ptr);
	end_known(&known, out);
}

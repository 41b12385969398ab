#include <stdio.h>

#include "base/utf8.h"
#include "engine/knowledge/knowledge_members.h"
#include "engine/knowledge/word_classes.h"

enum { GROUP_CEILING = 1 << 20, VARIANT_CEILING = 1 << 16 };

/* Whether the word is plain; else adds a fault. */
static bool is_plain(const struct json_place *place, const char *field, const char *word)
{
	const char special = word_class_special(word);

	if (special > ' ')
		json_fault(place, FAULT_ERROR, field,
		           "\"%s\" has a %c: a class holds plain words only; write each form as a "
		           "word of its own, or the rest into the pattern",
		           word, special);
	else if (special)
		json_fault(place, FAULT_ERROR, field, "must not hold a line break or a tab");
	return special == '\0';
}

static const char *group_of(struct reader *reader, const struct strings *words)
{
	struct buf group;
	const char *text;

	buf_init(&group, GROUP_CEILING);
	word_class_append_group(words, &group);
	if (buf_status(&group) != STATUS_OK)
		reader->status = buf_status(&group);
	text = copy(reader, buf_text(&group));
	buf_deinit(&group);
	return text;
}

/* The plain words of the list; *characters is the length of all its words. */
static struct strings read_words(struct reader *reader, const struct json_place *place,
                                 const cJSON *classes, const char *name, size_t *characters)
{
	const struct strings words =
	        read_strings(reader, place, classes, name, CLASS_WORDS_MOST, CLASS_WORD_MOST);
	const char **items = words.count > 0 ? give(reader, words.count, sizeof(*items)) : NULL;
	struct strings plain = { items, 0 };

	for (size_t i = 0; items && i < words.count; i++) {
		char field[FIELD_SIZE + 24];

		snprintf(field, sizeof(field), "%.*s[%zu]", FIELD_SIZE, name, i);
		*characters += utf8_length(span_of(words.items[i]));
		if (is_plain(place, field, words.items[i]))
			items[plain.count++] = words.items[i];
	}
	return plain;
}

/* False, with a fault, for a class that cannot be used. */
static bool read_class(struct reader *reader, const struct json_place *place, const cJSON *classes,
                       const cJSON *list, size_t *characters, struct word_class *out)
{
	const char *name = list->string;

	if (!word_class_name_valid(span_of(name)))
		json_fault(place, FAULT_ERROR, name,
		           "a class is called by 1 to %d letters, digits or Han characters",
		           CLASS_NAME_MOST);
	else if (!cJSON_IsArray(list) || cJSON_GetArraySize(list) == 0)
		json_fault(place, FAULT_ERROR, name, "must be a list of words");
	else
		*out = (struct word_class){
			copy(reader, name),
			read_words(reader, place, classes, name, characters),
			"",
		};
	if (out->words.count > 0)
		out->group = group_of(reader, &out->words);
	return out->words.count > 0;
}

void read_classes(struct reader *reader, const cJSON *object, const char *file)
{
	const struct json_place top = { file, 0, "", reader->faults };
	const struct json_place place = place_in(&top, "classes");
	const cJSON *classes = member(object, "classes"), *list;
	const size_t count = cJSON_IsObject(classes) ? (size_t)cJSON_GetArraySize(classes) : 0;
	struct word_class *items = count > 0 ? give(reader, count, sizeof(*items)) : NULL;
	size_t characters = 0;

	reader->classes = (struct word_classes){ 0 };
	if (!items)
		return;
	if (count > CLASSES_MOST) {
		json_fault(&top, FAULT_ERROR, "classes",
		           "%zu items are more than the %zu that are allowed", count,
		           (size_t)CLASSES_MOST);
		return;
	}
	cJSON_ArrayForEach (list, classes) {
		struct word_class *one = &items[reader->classes.count];

		*one = (struct word_class){ 0 };
		reader->classes.count +=
		        read_class(reader, &place, classes, list, &characters, one);
	}
	reader->classes.items = items;
	if (characters > CLASSES_CHARACTERS_MOST)
		json_fault(&top, FAULT_ERROR, "classes",
		           "%zu characters in all words are more than the %d that are allowed: a "
		           "class that no pattern needs can go",
		           characters, CLASSES_CHARACTERS_MOST);
}

/* Adds a variant for each word of the class that it names, except the synonym's own word. */
static void add_variants(struct reader *reader, const struct word_class *class, struct span variant,
                         struct span reference, const char *word, const char **items, size_t *count)
{
	const size_t before = (size_t)(reference.ptr - variant.ptr);
	struct buf text;

	buf_init(&text, VARIANT_CEILING);
	for (size_t i = 0; i < class->words.count; i++) {
		buf_clear(&text);
		buf_append(&text, variant.ptr, before);
		buf_append_text(&text, class->words.items[i]);
		buf_append_text(&text, reference.ptr + reference.len);
		if (strcmp(buf_text(&text), word) != 0)
			items[(*count)++] = copy(reader, buf_text(&text));
	}
	buf_deinit(&text);
}

/* A variant may name one class only: two would multiply. */
struct strings put_words_in(struct reader *reader, const struct json_place *place, const char *word,
                            const struct strings *variants)
{
	struct strings expanded = { 0 };
	size_t most = variants->count;
	struct span at;

	for (size_t i = 0; i < variants->count; i++) {
		const struct word_class *class =
		        word_class_in(&reader->classes, span_of(variants->items[i]), &at);

		most += class ? class->words.count : 0;
	}
	const char **items = most > 0 ? give(reader, most, sizeof(*items)) : NULL;
	for (size_t i = 0; items && i < variants->count; i++) {
		const struct span variant = span_of(variants->items[i]);
		const struct word_class *class = word_class_in(&reader->classes, variant, &at);
		struct span second;
		char field[FIELD_SIZE];

		snprintf(field, sizeof(field), "variants[%zu]", i);
		if (!class)
			items[expanded.count++] =
			        put_first_words(reader, place, field, variants->items[i]);
		else if (word_class_in(&reader->classes, span_of(at.ptr + at.len), &second))
			json_fault(place, FAULT_ERROR, field, "names more than one word class");
		else
			add_variants(reader, class, variant, at, word, items, &expanded.count);
	}
	expanded.items = items;
	return expanded;
}

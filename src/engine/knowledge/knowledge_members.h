/*
 * Members: how one member of an object is read. Private to the readers of knowledge/: of entries
 * (knowledge_read.c), of their rules (knowledge_read_rules.c) and of the files beside the
 * collections (knowledge_read_shared.c).
 *
 * * An invalid member becomes a fault, and a harmless value is returned: "", 0, or an empty list.
 */
#ifndef DAYI_KNOWLEDGE_KNOWLEDGE_MEMBERS_H
#define DAYI_KNOWLEDGE_KNOWLEDGE_MEMBERS_H

#include <string.h>

#include "engine/knowledge/read.h"

enum { FIELD_SIZE = 64 };

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static inline void *give(struct reader *reader, size_t count, size_t size)
{
	void *memory = arena_array(reader->memory->arena, count, size);

	if (!memory)
		reader->status = STATUS_NO_MEMORY;
	return memory;
}

static inline const char *copy(struct reader *reader, const char *text)
{
	char *made = *text ? arena_copy(reader->memory->arena, span_of(text)) : NULL;

	if (*text && !made)
		reader->status = STATUS_NO_MEMORY;
	return made ? made : "";
}

static inline struct json_place place_in(const struct json_place *outer, const char *path)
{
	return (struct json_place){ outer->file, outer->line, path, outer->faults };
}

/* Reports faults. Sound members are read all the same, to find more faults. */
static inline void check_object(const cJSON *object, const struct json_member *members,
                                size_t count, const struct json_place *place)
{
	enum status status = json_check_object(object, members, count, place);

	(void)status;
}

static inline const cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

/* Whether the text is white space only: ASCII blanks and the ideographic one. */
static inline bool is_blank(const char *text)
{
	for (;;) {
		text += strspn(text, " \t\r\n");
		if (strncmp(text, "\xe3\x80\x80", 3) != 0)
			return *text == '\0';
		text += 3;
	}
}

void check_length(const struct json_place *place, const char *field, const char *text, size_t most);

/* Returns a member's text; "" if it is absent, blank, or of the wrong type (reported before). */
const char *read_text(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name, size_t most);

/* As read_text(), for a member that must not be blank if present. */
const char *read_word(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name, size_t most);

/* A date; "" where it is absent. */
const char *read_date(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name);

const char *read_id(struct reader *reader, const struct json_place *place, const cJSON *object,
                    size_t bytes_most);

/* The items of a list, and how many to read of them. */
const cJSON *open_list(const struct json_place *place, const cJSON *object, const char *name,
                       size_t most, size_t *count);

struct strings read_strings(struct reader *reader, const struct json_place *place,
                            const cJSON *object, const char *name, size_t most, size_t length_most);

/*
 * Reads alternates and counter-examples, replacing each <name> by the first word of its class.
 * *written has them as in the file.
 */
struct strings read_alternates(struct reader *reader, const struct json_place *place,
                               const cJSON *object, const char *name, struct strings *written);

/*
 * Replaces each class name in `text` by the first word of the class. Returns `text` itself, with a
 * fault, if a class is unknown.
 */
const char *put_first_words(struct reader *reader, const struct json_place *place,
                            const char *field, const char *text);

/*
 * Expands a synonym's variants: one that names a class becomes one for each word of the class
 * except `word`.
 */
struct strings put_words_in(struct reader *reader, const struct json_place *place, const char *word,
                            const struct strings *variants);

struct pattern_list read_patterns(struct reader *reader, const struct json_place *place,
                                  const cJSON *object, const char *name);

#endif

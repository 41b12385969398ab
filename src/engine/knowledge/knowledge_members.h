/*
 * Members: how one member of an object is read. Private to the readers of knowledge/: of entries
 * (knowledge_read.c), of their rules (knowledge_read_rules.c) and of the files beside the
 * collections (knowledge_read_shared.c).
 *
 * What is wrong becomes a fault, and something harmless is returned: "", 0, or an empty list.
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

/* The faults tell what is wrong; what is sound is read all the same, to find more of them. */
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

/* White space alone is no text: ASCII blanks and the ideographic one. */
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

/* A member's text; "" where it is absent or of the wrong type, which was reported before. */
const char *read_text(struct reader *reader, const struct json_place *place, const cJSON *object,
                      const char *name, size_t most);

/* As read_text(), for a text that must say something wherever it is written down. */
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
 * Alternates and counter-examples: each <name> is read as the first word of its class; *written has
 * them as they stand in the file.
 */
struct strings read_alternates(struct reader *reader, const struct json_place *place,
                               const cJSON *object, const char *name, struct strings *written);

/* `text` with the first word of each class that it names; itself, with a fault, where one is
 * unknown.
 */
const char *put_first_words(struct reader *reader, const struct json_place *place,
                            const char *field, const char *text);

/* A synonym's variants: one that names a class becomes one for each of its words but `word`. */
struct strings put_words_in(struct reader *reader, const struct json_place *place, const char *word,
                            const struct strings *variants);

struct pattern_list read_patterns(struct reader *reader, const struct json_place *place,
                                  const cJSON *object, const char *name);

#endif

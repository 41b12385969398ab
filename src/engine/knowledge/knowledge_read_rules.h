/*
 * Reading rules: what an entry judges and asks. Private to the readers of knowledge/.
 */
#ifndef DAYI_KNOWLEDGE_KNOWLEDGE_READ_RULES_H
#define DAYI_KNOWLEDGE_KNOWLEDGE_READ_RULES_H

#include "engine/knowledge/knowledge_members.h"

/* Reads the rule of one case: the members of RULE_MEMBERS of a checked object. */
void read_rule(struct reader *reader, const struct json_place *place, const cJSON *object,
               struct entry_case *out);

/*
 * Reads the entry's `diagnosis` and `ask`, and sets what is judged. The cases must have been read.
 */
void read_judged(struct reader *reader, const struct json_place *place, const cJSON *object,
                 struct entry *out);

#define PICK_MEMBERS                                                                               \
	{ "pick", JSON_STRING, false, false }, { "because", JSON_STRING, false, false },           \
	        { "because_not", JSON_STRING, false, false },                                      \
	        { "because_unknown", JSON_STRING, false, false },                                  \
	        { "from", JSON_STRING, false, false },                                             \
	{                                                                                          \
		"until", JSON_STRING, false, false                                                 \
	}

/* `when` is the form of old: it is refused with a hint. */
#define RULE_MEMBERS                                                                               \
	PICK_MEMBERS, { "otherwise", JSON_ARRAY, false, false },                                   \
	        { "instead", JSON_OBJECT, false, false }, { "when", JSON_STRING, false, false },   \
	{                                                                                          \
		"todo", JSON_ARRAY, false, false                                                   \
	}

/* What tells the entry from its siblings. */
void read_apart(struct reader *reader, const struct json_place *outer, const cJSON *object,
                struct entry *out);

static inline struct entry_case empty_case(void)
{
	return (struct entry_case){
		.id = "",
		.label = "",
		.situation = "",
		.advice = "",
		.instead = "",
		.instead_if = "",
	};
}

#endif

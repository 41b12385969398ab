/*
 * Group rules: the settings of single groups and persons, from a file with a JSON object a line
 * (docs/groups.md), and the defaults where it says nothing. Immutable.
 */
#ifndef DAYI_SERVICE_GROUP_RULES_H
#define DAYI_SERVICE_GROUP_RULES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/status.h"
#include "service/groups/group_limit.h"

enum group_manner {
	GROUP_NEVER,   /* not at all */
	GROUP_ASKED,   /* when it is spoken to */
	GROUP_UNASKED, /* and without, when it is sure enough */
	GROUP_MANNERS,
};

struct group_rule {
	enum group_manner manner;
	double confidence;            /* of an answer that nobody asked for */
	int quiet_from, quiet_to;     /* minutes of the day, China time; the same: never quiet */
	struct group_rate all;        /* of the group; of a single chat not looked at */
	struct group_rate one_person; /* of each person in it */
};

struct group_rules;

/*
 * `file` "": the defaults for everybody. STATUS_INVALID with a fault, with its line, for each thing
 * wrong; STATUS_NOT_FOUND, STATUS_IO, STATUS_NO_MEMORY. Owned by the caller; NULL unless STATUS_OK.
 */
MUST_CHECK enum status group_rules_load(struct group_rules **out, const char *file,
                                        struct faults *faults);
void group_rules_destroy(struct group_rules *rules);

/* Of a group, or with `chat` NULL of a person's single chat. Borrowed. */
const struct group_rule *group_rules_find(const struct group_rules *rules, const char *channel,
                                          const char *chat, const char *person);

/* The channels that rows name, each once; NULL behind the last. Borrowed. */
const char *group_rules_channel(const struct group_rules *rules, size_t index);

bool group_rule_is_quiet(const struct group_rule *rule, int64_t wall_ms);

/* The number of the day in China. */
int64_t group_rules_day(int64_t wall_ms);

#endif

/*
 * Which lists of another system's JSON hold its entries. Lists whose objects are pairs of a
 * question and an answer are, at any depth; where there are none, pairs that are members of
 * objects; where there are none either, lists of titles with texts. What is less than the best is
 * beside it: a log or a set of settings. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_JSON_LISTS_H
#define DAYI_EXCHANGE_JSON_LISTS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

enum { JSON_LIST_NAMES_MOST = 16 };

/* The names are borrowed from the document. */
struct json_lists {
	bool lists, members; /* of pairs */
	/* Of members that hold lists of pairs: titles with texts in lists of that name are entries.
	 */
	const char *names[JSON_LIST_NAMES_MOST];
	size_t name_count;
};

enum json_lists_kind {
	JSON_ENTRY,
	JSON_BESIDE, /* looks like an entry, but the document has better ones */
	JSON_OTHER,
};

void json_lists_read(const cJSON *document, struct json_lists *lists);

/* `value` holds the child; `name` is that of the innermost member around it, "" without one. */
enum json_lists_kind json_lists_kind_of(const struct json_lists *lists, const cJSON *value,
                                        const cJSON *child, const char *name);

/* Whether children of the array or object are entries, so that what is none stands beside one. */
bool json_lists_holds_entries(const struct json_lists *lists, const cJSON *value);

#endif

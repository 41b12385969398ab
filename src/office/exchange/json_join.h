/*
 * Several JSON texts in one file, one after another, as a program writes them that adds to a file:
 * they become one array. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_JSON_JOIN_H
#define DAYI_EXCHANGE_JSON_JOIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/span.h"

struct json_values {
	size_t count; /* arrays and objects that are not within another one */
	bool whole;   /* each of them ends, and nothing else stands there */
	bool lines;   /* an object a line, of which some may be broken */
};

/* By brackets and strings alone: the values need not be sound. */
struct json_values json_values_count(struct span input);

/*
 * Appends an array of the values. A comma between two of them may be there or not. Lines keep their
 * numbers, so that faults name them.
 */
void json_values_join(struct span input, struct buf *out);

#endif

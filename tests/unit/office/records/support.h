/*
 * What the tests of records share: scratch folders, a log that can be looked into, and a real
 * PostgreSQL.
 */
#ifndef DAYI_TESTS_RECORD_SUPPORT_H
#define DAYI_TESTS_RECORD_SUPPORT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include <cmocka.h>

#include "base/log.h"
#include "office/records/source.h"
#include "postgres.h"
#include "shipped_relations.h"

#define SAMPLES DAYI_SOURCE_DIR "/samples/records"

void scratch_write(const struct scratch_folder *scratch, const char *name, const char *text);

/* A mapping of that one relation, or of two. The SELECTs must not need escapes in JSON. */
const char *scratch_mapping(const struct scratch_folder *scratch, char path[PATH_SIZE],
                            const char *first, const char *first_select, const char *second,
                            const char *second_select);

/* samples/records as a SQLite file. */
void import_samples(const char *file);

struct captured_log {
	char *text;
	size_t size;
	FILE *stream;
	struct log *log;
};

void captured_log_open(struct captured_log *captured);
void captured_log_close(struct captured_log *captured);
bool captured_log_holds(struct captured_log *captured, const char *text);

/* The tables of dayi records import, with dates and booleans, and the samples in them. */
void postgres_load_samples(const struct postgres *postgres);

#endif

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
#include "shipped_relations.h"

#define SAMPLES DAYI_SOURCE_DIR "/samples/records"

enum { PATH_SIZE = 128 };

struct scratch_folder {
	char folder[64];
};

void scratch_make(struct scratch_folder *scratch);
void scratch_remove(struct scratch_folder *scratch);
/* folder/name into `path`; returns it. */
const char *scratch_path(const struct scratch_folder *scratch, const char *name,
                         char path[PATH_SIZE]);
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

/* Nobody listens on its socket until it was started; started again, it has what it had. */
struct postgres {
	struct scratch_folder scratch;
	pid_t pid;
	char conninfo[PATH_SIZE];
};

void postgres_make(struct postgres *postgres);
void postgres_start(struct postgres *postgres);
/* At once, as a crash would. */
void postgres_stop(struct postgres *postgres);
void postgres_remove(struct postgres *postgres);
void postgres_run(const struct postgres *postgres, const char *sql);
/* The first value of the first row, "" where there is none; borrowed until the next call. */
const char *postgres_ask(const struct postgres *postgres, const char *sql, char *value,
                         size_t size);
/* The tables of dayi records import, with dates and booleans, and the samples in them. */
void postgres_load_samples(const struct postgres *postgres);

#endif

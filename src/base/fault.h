/*
 * Faults: what is wrong with something a person wrote, so that the person can fix it.
 *
 * A collector gathers every fault of one run, up to a ceiling (it then counts only).
 * A fault prints as  `knowledge/anguan/07.json:12: cases[1].advice: must be a string`;
 * `warning: ` or `note: ` stands before the field where it is no error.
 */
#ifndef DAYI_BASE_FAULT_H
#define DAYI_BASE_FAULT_H

#include <stdio.h>

#include "base/status.h"

enum fault_level {
	FAULT_NOTE,    /* worth knowing */
	FAULT_WARNING, /* doubtful, but usable */
	FAULT_ERROR,   /* not usable */
};

struct fault {
	enum fault_level level;
	const char *file;   /* NULL where it is no file's */
	unsigned line;      /* from 1; 0 where it is not known */
	const char *field;  /* a path such as `cases[1].pick`; NULL for the file as a whole */
	const char *reason; /* what is wrong and, where it is not plain, what to do */
};

struct faults;

MUST_CHECK enum status faults_create(struct faults **out);
void faults_destroy(struct faults *faults);

/*
 * Copies its arguments; out of memory is counted, not reported. `faults` NULL: nothing is kept.
 * The format, or where it is "%s" the text itself, is looked up in the reader's language.
 */
void faults_add(struct faults *faults, enum fault_level level, const char *file, unsigned line,
                const char *field, const char *format, ...) PRINTF_LIKE(6, 7);

/* How many of at least that level were added, kept or not. */
size_t faults_count(const struct faults *faults, enum fault_level at_least);

/* How many are kept, and the kept ones in the order they came; borrowed until the next add. */
size_t faults_kept(const struct faults *faults);
const struct fault *faults_at(const struct faults *faults, size_t index);

/*
 * Puts the kept ones in the order of their files' names and lines; those of a file without a line,
 * and those that stand in one line, keep their order.
 */
void faults_sort(struct faults *faults);

/* One line into `text`, control characters shown as \xNN, cut to `size`. Returns text. */
const char *fault_format(const struct fault *fault, char *text, size_t size);

/* Every kept fault, a line each, and how many more there were. */
void faults_print(const struct faults *faults, FILE *stream);

#endif

/*
 * Settings: one table of {key, type, range, default, help} reads a configuration file, prints
 * --help and writes docs/configuration.md.
 *
 * The file is INI in UTF-8: `[section]`, `key = value`, comments from `;` or `#` at a line's start
 * (behind a value they are a fault). A line holds 198 bytes at most (Debian's inih); a list may go
 * on in indented lines. A key of the table is written `section.key` and has 99 bytes at most.
 */
#ifndef DAYI_BASE_SETTINGS_H
#define DAYI_BASE_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/status.h"

enum setting_type {
	SETTING_TEXT,   /* const char * */
	SETTING_NUMBER, /* int64_t */
	SETTING_RATIO,  /* double */
	SETTING_FLAG,   /* bool: yes/no, true/false, on/off, 1/0; any case */
	SETTING_LIST,   /* struct setting_list: items parted by commas or blanks */
};

struct setting_list {
	const char *const *items;
	size_t count;
};

struct setting {
	const char *key; /* "server.port" */
	enum setting_type type;
	size_t offset;      /* of the field in the caller's struct */
	double least, most; /* range of a number or ratio, both allowed */
	const char *preset; /* default, as it would be written in the file */
	const char *unit;   /* "ms", "bytes", or NULL */
	const char *help;   /* one English sentence, looked up in the reader's language */
};

/*
 * Fills `target` from the presets. Texts come from the arena. STATUS_NO_MEMORY, or STATUS_INTERNAL
 * when a preset of the table breaks the table's own rules.
 */
MUST_CHECK enum status settings_defaults(const struct setting *table, size_t count, void *target,
                                         struct arena *arena);

/*
 * Reads `path` over what `target` holds. Every fault is reported with its line: unknown key (with
 * the nearest known one), key given twice, wrong type, out of range. STATUS_INVALID when there was
 * any; what is sound has been stored then, too. STATUS_NOT_FOUND or STATUS_IO, with a fault, when
 * the file cannot be read. `lines`, unless it is NULL, has an item for each of the table: the line
 * that gave it, or 0.
 */
MUST_CHECK enum status settings_read(const struct setting *table, size_t count, void *target,
                                     struct arena *arena, const char *path, unsigned *lines,
                                     struct faults *faults);

/* A commented file holding every key with its default; a Markdown table when `markdown`. */
void settings_print(const struct setting *table, size_t count, bool markdown, FILE *stream);

#endif

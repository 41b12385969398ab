/*
 * A growing buffer that is born with its ceiling.
 *
 * A failed append marks the buffer; the mark stays until buf_clear(), so that a run of
 * appends needs one look at the end. What was appended before the failure remains.
 */
#ifndef DAYI_BASE_BUF_H
#define DAYI_BASE_BUF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

struct buf {
	char *ptr; /* always terminated once something was appended; NULL before */
	size_t len;
	size_t capacity;
	size_t ceiling;
	enum status status; /* STATUS_OK, STATUS_NO_MEMORY or STATUS_LIMIT */
};

/* Allocates nothing yet. Beyond `ceiling` bytes an append fails with STATUS_LIMIT. */
void buf_init(struct buf *buf, size_t ceiling);
/* Frees the memory; the buffer is empty then, with the same ceiling, and may be used again. */
void buf_deinit(struct buf *buf);

/* As buf_deinit(), for secrets: its memory is overwritten before it is freed. */
void buf_wipe(struct buf *buf);

/* Empties it and takes the failure mark away; keeps the memory. */
void buf_clear(struct buf *buf);

void buf_append(struct buf *buf, const void *bytes, size_t len);
void buf_append_text(struct buf *buf, const char *string);
/* The strings one behind the other: BUF_JOIN(&out, "建议：", advice). */
#define BUF_JOIN(buf, ...) buf_join((buf), (const char *const[]){ __VA_ARGS__, NULL })
void buf_join(struct buf *buf, const char *const *strings);

void buf_append_char(struct buf *buf, char c);
void buf_append_format(struct buf *buf, const char *format, ...) PRINTF_LIKE(2, 3);

/* One code point as UTF-8; a surrogate or an out-of-range value is written as U+FFFD. */
void buf_append_code_point(struct buf *buf, uint32_t code_point);

/* STATUS_OK, or why the first append that failed since buf_clear() did. */
MUST_CHECK enum status buf_status(const struct buf *buf);

/* The text appended so far; valid until the next append. Terminated and never NULL. */
const char *buf_text(const struct buf *buf);
struct span buf_span(const struct buf *buf);

#endif

/*
 * Log: one sink, lines of  time level event key=value ...
 *
 *   2026-11-23T08:30:00.125Z info reload version="4f2a" entries=13
 *
 * Texts stand in double quotes, escaped (\n, \", \\, other control characters and ill-formed bytes
 * as \xNN) and cut after 256 bytes with a mark, so a line is always one line. Text of users must be
 * masked before it comes here. Any thread may log.
 */
#ifndef DAYI_BASE_LOG_H
#define DAYI_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/span.h"
#include "base/status.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

struct log;

/* Writes to `stream` (borrowed) what is at least `level`, with the times of `clock`. */
MUST_CHECK enum status log_create(struct log **out, FILE *stream, enum log_level level,
                                  struct clock clock);

/*
 * Where lines go to another program: each without its end, one at a time, in the thread that logs.
 * It must not log itself.
 */
struct log_sink {
	void (*take)(void *context, enum log_level level, const char *line);
	void *context;
};
MUST_CHECK enum status log_create_to(struct log **out, struct log_sink sink, enum log_level level,
                                     struct clock clock);
void log_destroy(struct log *log);

struct log_field {
	const char *key;
	struct span text; /* used when text.ptr is not NULL */
	int64_t number;   /* otherwise */
};

/* NULL is logged as an empty text. */
static inline struct log_field log_text_field(const char *key, const char *string)
{
	return (struct log_field){ .key = key, .text = span_of(string ? string : "") };
}

#define LOG_TEXT(key_, string_) log_text_field((key_), (string_))
#define LOG_SPAN(key_, span_)   ((struct log_field){ .key = (key_), .text = (span_) })
#define LOG_NUMBER(key_, number_)                                                                  \
	((struct log_field){ .key = (key_), .number = (int64_t)(number_) })

/* `log` NULL: nothing is written. */
void log_write(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count);

/* log_event(log, LOG_INFO, "reload", LOG_TEXT("version", v), LOG_NUMBER("entries", n)) */
#define log_event(log_, level_, event_, ...)                                                       \
	log_write((log_), (level_), (event_), (const struct log_field[]){ __VA_ARGS__ },           \
	          sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

#endif

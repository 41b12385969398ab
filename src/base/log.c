#include "base/log.h"

#include <assert.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"
#include "base/utf8.h"

enum {
	TEXT_MOST = 256,
	LINE_MOST = 64 * 1024,
};

struct log {
	pthread_mutex_t mutex;
	FILE *stream; /* or */
	struct log_sink sink;
	enum log_level level;
	struct clock clock;
	struct buf line;
};

static enum status create(struct log **out, enum log_level level, struct clock clock)
{
	struct log *log = calloc(1, sizeof(*log));

	if (!log)
		return STATUS_NO_MEMORY;
	if (pthread_mutex_init(&log->mutex, NULL) != 0) {
		free(log);
		return STATUS_NO_MEMORY;
	}
	log->level = level;
	log->clock = clock;
	buf_init(&log->line, LINE_MOST);
	*out = log;
	return STATUS_OK;
}

enum status log_create(struct log **out, FILE *stream, enum log_level level, struct clock clock)
{
	const enum status status = create(out, level, clock);

	if (status == STATUS_OK)
		(*out)->stream = stream;
	return status;
}

enum status log_create_to(struct log **out, struct log_sink sink, enum log_level level,
                          struct clock clock)
{
	const enum status status = create(out, level, clock);

	if (status == STATUS_OK)
		(*out)->sink = sink;
	return status;
}

void log_destroy(struct log *log)
{
	if (!log)
		return;
	buf_deinit(&log->line);
	pthread_mutex_destroy(&log->mutex);
	free(log);
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_DEBUG:
		return "debug";
	case LOG_INFO:
		return "info";
	case LOG_WARN:
		return "warn";
	case LOG_ERROR:
		return "error";
	}
	return "unknown";
}

static void append_time(struct buf *line, int64_t wall_ms)
{
	int64_t ms = wall_ms % 1000;
	time_t seconds = (time_t)(wall_ms / 1000);
	struct tm utc = { 0 };
	char text[32];

	if (ms < 0) {
		ms += 1000;
		seconds--;
	}
	if (!gmtime_r(&seconds, &utc) ||
	    strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &utc) == 0) {
		buf_append_text(line, "-");
		return;
	}
	buf_append_format(line, "%s.%03dZ", text, (int)ms);
}

/* The length to cut to: TEXT_MOST bytes at most, without splitting a character. */
static size_t cut_length(struct span text)
{
	size_t end = 0;

	if (text.len <= TEXT_MOST)
		return text.len;
	while (end < TEXT_MOST) {
		size_t next = end;

		(void)utf8_next(text, &next);
		if (next > TEXT_MOST)
			break;
		end = next;
	}
	return end;
}

static void append_escaped(struct buf *line, struct span text)
{
	size_t end = cut_length(text);
	size_t next = 0;

	for (size_t at = 0; at < end; at = next) {
		uint32_t point = utf8_next(text, &next);
		bool ill_formed = point == 0xfffd && next - at == 1;

		if (point == '\n') {
			buf_append_text(line, "\\n");
		} else if (point == '"' || point == '\\') {
			buf_append_char(line, '\\');
			buf_append_char(line, (char)point);
		} else if (ill_formed || utf8_is_control(point)) {
			for (size_t i = at; i < next; i++)
				buf_append_format(line, "\\x%02X", (unsigned char)text.ptr[i]);
		} else {
			buf_append(line, text.ptr + at, next - at);
		}
	}
	assert(end <= TEXT_MOST);
	if (end < text.len)
		buf_append_text(line, "…");
}

static void append_field(struct buf *line, const struct log_field *field)
{
	assert(field->key);
	buf_append_char(line, ' ');
	buf_append_text(line, field->key);
	buf_append_char(line, '=');
	if (!field->text.ptr) {
		buf_append_format(line, "%" PRId64, field->number);
		return;
	}
	buf_append_char(line, '"');
	append_escaped(line, field->text);
	buf_append_char(line, '"');
}

/* A whole line; of a sink it loses its end. */
static void hand_on(struct log *log, enum log_level level, struct buf *line)
{
	if (log->sink.take) {
		line->ptr[line->len - 1] = '\0';
		log->sink.take(log->sink.context, level, line->ptr);
		return;
	}
	fwrite(line->ptr, 1, line->len, log->stream);
	fflush(log->stream);
}

void log_write(struct log *log, enum log_level level, const char *event,
               const struct log_field *fields, size_t count)
{
	struct buf *line;

	if (!log || level < log->level)
		return;
	line = &log->line;
	pthread_mutex_lock(&log->mutex);
	buf_clear(line);
	append_time(line, clock_wall_ms(&log->clock));
	buf_append_format(line, " %s %s", level_name(level), event);
	for (size_t i = 0; i < count; i++)
		append_field(line, &fields[i]);
	buf_append_char(line, '\n');
	/* A line over the ceiling is cut, but still ends in a line feed. */
	if (buf_status(line) != STATUS_OK && line->len > 0)
		line->ptr[line->len - 1] = '\n';
	if (line->len > 0) {
		assert(line->ptr[line->len - 1] == '\n');
		hand_on(log, level, line);
	}
	pthread_mutex_unlock(&log->mutex);
}

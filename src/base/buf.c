#include "base/buf.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { CAPACITY_LEAST = 64 };

void buf_init(struct buf *buf, size_t ceiling)
{
	*buf = (struct buf){ .ceiling = ceiling };
}

void buf_deinit(struct buf *buf)
{
	free(buf->ptr);
	*buf = (struct buf){ .ceiling = buf->ceiling };
}

void buf_wipe(struct buf *buf)
{
	if (buf->ptr)
		explicit_bzero(buf->ptr, buf->capacity);
	buf_deinit(buf);
}

void buf_clear(struct buf *buf)
{
	buf->len = 0;
	buf->status = STATUS_OK;
	if (buf->ptr)
		buf->ptr[0] = '\0';
}

/* Makes room for `more` bytes and the terminator, or marks the buffer. */
static bool reserve(struct buf *buf, size_t more)
{
	size_t needed, capacity;
	char *ptr;

	assert(buf->len <= buf->ceiling);
	assert(!buf->ptr || buf->len < buf->capacity);
	if (buf->status != STATUS_OK)
		return false;
	if (more > buf->ceiling - buf->len) {
		buf->status = STATUS_LIMIT;
		return false;
	}
	if (__builtin_add_overflow(buf->len + more, (size_t)1, &needed)) {
		buf->status = STATUS_NO_MEMORY;
		return false;
	}
	if (needed <= buf->capacity)
		return true;
	capacity = buf->capacity <= SIZE_MAX / 2 ? buf->capacity * 2 : SIZE_MAX;
	if (capacity < CAPACITY_LEAST)
		capacity = CAPACITY_LEAST;
	if (capacity - 1 > buf->ceiling)
		capacity = buf->ceiling + 1;
	if (capacity < needed)
		capacity = needed;
	ptr = realloc(buf->ptr, capacity);
	if (!ptr) {
		buf->status = STATUS_NO_MEMORY;
		return false;
	}
	buf->ptr = ptr;
	buf->capacity = capacity;
	assert(buf->len + more < buf->capacity);
	return true;
}

void buf_append(struct buf *buf, const void *bytes, size_t len)
{
	if (!reserve(buf, len))
		return;
	if (len > 0)
		memcpy(buf->ptr + buf->len, bytes, len);
	buf->len += len;
	buf->ptr[buf->len] = '\0';
}

void buf_append_text(struct buf *buf, const char *string)
{
	buf_append(buf, string, strlen(string));
}

void buf_join(struct buf *buf, const char *const *strings)
{
	for (; *strings; strings++)
		buf_append_text(buf, *strings);
}

void buf_append_char(struct buf *buf, char c)
{
	buf_append(buf, &c, 1);
}

/* Formats behind the end as far as there is room. Returns the full length, or -1. */
static int format_behind(struct buf *buf, const char *format, va_list args)
{
	char *end = buf->ptr ? buf->ptr + buf->len : NULL;

	return vsnprintf(end, buf->capacity - buf->len, format, args);
}

void buf_append_format(struct buf *buf, const char *format, ...)
{
	va_list args, again;
	int len;
	bool fits;

	if (buf->status != STATUS_OK)
		return;
	va_start(args, format);
	va_copy(again, args);
	len = format_behind(buf, format, args);
	fits = len >= 0 && (size_t)len < buf->capacity - buf->len;
	/* The C library refuses more than INT_MAX bytes. */
	if (len < 0)
		buf->status = STATUS_LIMIT;
	else if (reserve(buf, (size_t)len)) {
		if (!fits)
			format_behind(buf, format, again);
		buf->len += (size_t)len;
		assert(buf->len < buf->capacity);
	}
	if (buf->ptr)
		buf->ptr[buf->len] = '\0';
	va_end(again);
	va_end(args);
}

void buf_append_code_point(struct buf *buf, uint32_t code_point)
{
	unsigned char bytes[4];
	size_t len;

	if (code_point > 0x10ffff || (code_point >= 0xd800 && code_point <= 0xdfff))
		code_point = 0xfffd;
	if (code_point < 0x80) {
		bytes[0] = (unsigned char)code_point;
		len = 1;
	} else if (code_point < 0x800) {
		bytes[0] = (unsigned char)(0xc0 | code_point >> 6);
		bytes[1] = (unsigned char)(0x80 | (code_point & 0x3f));
		len = 2;
	} else if (code_point < 0x10000) {
		bytes[0] = (unsigned char)(0xe0 | code_point >> 12);
		bytes[1] = (unsigned char)(0x80 | (code_point >> 6 & 0x3f));
		bytes[2] = (unsigned char)(0x80 | (code_point & 0x3f));
		len = 3;
	} else {
		bytes[0] = (unsigned char)(0xf0 | code_point >> 18);
		bytes[1] = (unsigned char)(0x80 | (code_point >> 12 & 0x3f));
		bytes[2] = (unsigned char)(0x80 | (code_point >> 6 & 0x3f));
		bytes[3] = (unsigned char)(0x80 | (code_point & 0x3f));
		len = 4;
	}
	assert(len <= sizeof(bytes));
	buf_append(buf, bytes, len);
}

enum status buf_status(const struct buf *buf)
{
	return buf->status;
}

const char *buf_text(const struct buf *buf)
{
	return buf->ptr ? buf->ptr : "";
}

struct span buf_span(const struct buf *buf)
{
	return (struct span){ buf_text(buf), buf->len };
}

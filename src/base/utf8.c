#include "base/utf8.h"

#include <assert.h>

/* Bytes of the well-formed sequence at `offset` (RFC 3629, section 4), or 0. */
static size_t sequence_length(struct span text, size_t offset)
{
	const unsigned char *at = (const unsigned char *)text.ptr + offset;
	size_t left = text.len - offset;
	unsigned char least = 0x80, most = 0xbf; /* of the second byte */
	size_t len;

	assert(offset < text.len);
	if (at[0] < 0x80)
		return 1;
	if (utf8_is_plain_three(text, offset))
		return 3;
	if (at[0] >= 0xc2 && at[0] <= 0xdf)
		len = 2;
	else if (at[0] >= 0xe0 && at[0] <= 0xef)
		len = 3;
	else if (at[0] >= 0xf0 && at[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (at[0] == 0xe0)
		least = 0xa0;
	else if (at[0] == 0xed)
		most = 0x9f;
	else if (at[0] == 0xf0)
		least = 0x90;
	else if (at[0] == 0xf4)
		most = 0x8f;
	if (left < len || at[1] < least || at[1] > most)
		return 0;
	for (size_t i = 2; i < len; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	return len;
}

static size_t step_length(struct span text, size_t offset)
{
	size_t len = sequence_length(text, offset);

	return len ? len : 1;
}

size_t utf8_fault_at(struct span text)
{
	size_t offset = 0;

	while (offset < text.len) {
		size_t len = sequence_length(text, offset);

		if (len == 0)
			break;
		offset += len;
	}
	return offset;
}

bool utf8_valid(struct span text)
{
	return utf8_fault_at(text) == text.len;
}

uint32_t utf8_next_other(struct span text, size_t *offset)
{
	static const unsigned char lead_mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	const unsigned char *at = (const unsigned char *)text.ptr + *offset;
	size_t len = sequence_length(text, *offset);
	uint32_t point;

	if (len == 0) {
		*offset += 1;
		return 0xfffd;
	}
	point = at[0] & lead_mask[len];
	for (size_t i = 1; i < len; i++)
		point = point << 6 | (at[i] & 0x3fu);
	*offset += len;
	return point;
}

size_t utf8_before(struct span text, size_t end)
{
	size_t at = end - 1;

	assert(end > 0);
	assert(end <= text.len);
	while (at > 0 && ((unsigned char)text.ptr[at] & 0xC0) == 0x80)
		at--;
	return at;
}

size_t utf8_length(struct span text)
{
	size_t count = 0;

	for (size_t offset = 0; offset < text.len; offset += step_length(text, offset))
		count++;
	return count;
}

/* A loop without branches, which the compiler makes one over many bytes at a time. */
size_t utf8_length_well_formed(struct span text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++)
		count += ((unsigned char)text.ptr[i] & 0xc0) != 0x80;
	return count;
}

size_t utf8_prefix(struct span text, size_t code_points)
{
	size_t offset = 0;

	for (size_t i = 0; i < code_points && offset < text.len; i++)
		offset += step_length(text, offset);
	return offset;
}

bool utf8_is_control(uint32_t point)
{
	return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0x2028 ||
	       point == 0x2029;
}

static char continuation(uint32_t bits)
{
	return (char)(0x80 | (bits & 0x3f));
}

char *utf8_put_other(char *to, uint32_t point)
{
	assert(point >= 0x80 && (point < 0x800 || point >= 0x10000));
	if (point < 0x800) {
		*to++ = (char)(0xc0 | point >> 6);
	} else {
		*to++ = (char)(0xf0 | point >> 18);
		*to++ = continuation(point >> 12);
		*to++ = continuation(point >> 6);
	}
	*to++ = continuation(point);
	return to;
}

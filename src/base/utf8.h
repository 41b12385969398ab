/*
 * UTF-8 (RFC 3629): check and step.
 */
#ifndef DAYI_BASE_UTF8_H
#define DAYI_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

/* True when well-formed: no overlong form, no surrogate, nothing above U+10FFFF. */
bool utf8_valid(struct span text);

/* Offset of the first byte that is not well-formed, or text.len. */
size_t utf8_fault_at(struct span text);

/* Nearly all Han: a first byte that takes any two continuation bytes. */
static inline bool utf8_is_plain_three(struct span text, size_t offset)
{
	const unsigned char *at = (const unsigned char *)text.ptr + offset;

	return text.len - offset >= 3 && at[0] > 0xe0 && at[0] < 0xed && (at[1] & 0xc0) == 0x80 &&
	       (at[2] & 0xc0) == 0x80;
}

/* utf8_next() for what is neither ASCII nor a plain three. */
uint32_t utf8_next_other(struct span text, size_t *offset);

/*
 * Decodes at *offset and moves it on; an ill-formed byte gives U+FFFD and moves by one.
 * *offset must be below text.len.
 */
static inline uint32_t utf8_next(struct span text, size_t *offset)
{
	const unsigned char *at = (const unsigned char *)text.ptr + *offset;

	if (at[0] < 0x80) {
		*offset += 1;
		return at[0];
	}
	if (!utf8_is_plain_three(text, *offset))
		return utf8_next_other(text, offset);
	*offset += 3;
	return (at[0] & 0x0fU) << 12 | (at[1] & 0x3fU) << 6 | (at[2] & 0x3fU);
}

/* Whether it is a control character or ends a line: C0, DEL, C1, U+2028 and U+2029. */
bool utf8_is_control(uint32_t point);

/* Where the code point of a well-formed text begins that ends at `end`, which is above 0. */
size_t utf8_before(struct span text, size_t end);

/* Number of code points; ill-formed bytes count one each. */
size_t utf8_length(struct span text);

/* The same for a well-formed text, and much faster; of another text at most utf8_length(). */
size_t utf8_length_well_formed(struct span text);

/* Bytes of a code point, 1 to 4. */
static inline size_t utf8_size(uint32_t point)
{
	return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/* utf8_put() for what takes two or four bytes. */
char *utf8_put_other(char *to, uint32_t point);

/* Writes it and returns where it ends. */
static inline char *utf8_put(char *to, uint32_t point)
{
	if (point < 0x80) {
		to[0] = (char)point;
		return to + 1;
	}
	if (point < 0x800 || point >= 0x10000)
		return utf8_put_other(to, point);
	to[0] = (char)(0xe0 | point >> 12);
	to[1] = (char)(0x80 | (point >> 6 & 0x3f));
	to[2] = (char)(0x80 | (point & 0x3f));
	return to + 3;
}

/* Length in bytes of at most `code_points` from the start. */
size_t utf8_prefix(struct span text, size_t code_points);

#endif

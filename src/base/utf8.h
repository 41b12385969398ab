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

/* Bytes of a code point, 1 to 4. */
size_t utf8_size(uint32_t point);

/* Writes it and returns where it ends. */
char *utf8_put(char *to, uint32_t point);

/* Length in bytes of at most `code_points` from the start. */
size_t utf8_prefix(struct span text, size_t code_points);

#endif

/*
 * Hexadecimal digits, lower case.
 */
#ifndef DAYI_BASE_HEX_H
#define DAYI_BASE_HEX_H

#include <stddef.h>

/* Two digits a byte into `out`, which has room for them and for the terminator. */
static inline void hex_write(const unsigned char *bytes, size_t count, char *out)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < count; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 0x0f];
	}
	out[2 * count] = '\0';
}

#endif

#include "base/base64.h"

#include <stdint.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_write(struct span bytes, struct buf *out)
{
	const unsigned char *from = (const unsigned char *)bytes.ptr;

	for (size_t at = 0; at < bytes.len; at += 3) {
		const size_t left = bytes.len - at;
		const uint32_t three = (uint32_t)from[at] << 16 |
		                       (uint32_t)(left > 1 ? from[at + 1] : 0) << 8 |
		                       (uint32_t)(left > 2 ? from[at + 2] : 0);
		const char four[4] = {
			alphabet[three >> 18],
			alphabet[three >> 12 & 63],
			left > 1 ? alphabet[three >> 6 & 63] : '=',
			left > 2 ? alphabet[three & 63] : '=',
		};

		buf_append(out, four, sizeof(four));
	}
}

static int value_of(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' ? 62 : c == '/' ? 63 : -1;
}

/* Four characters, of which the last `padding` are "=". */
static bool read_four(const char *text, size_t padding, struct buf *out)
{
	uint32_t three = 0;

	for (size_t i = 0; i < 4; i++) {
		const int value = i < 4 - padding ? value_of(text[i]) : 0;

		if (value < 0)
			return false;
		three = three << 6 | (uint32_t)value;
	}
	const char bytes[3] = { (char)(three >> 16), (char)(three >> 8), (char)three };

	buf_append(out, bytes, 3 - padding);
	return true;
}

bool base64_read(struct span text, struct buf *out)
{
	const size_t before = out->len;
	size_t padding = 0;
	bool sound = text.len % 4 == 0;

	while (sound && padding < 2 && padding < text.len &&
	       text.ptr[text.len - 1 - padding] == '=')
		padding++;
	for (size_t at = 0; sound && at < text.len; at += 4)
		sound = read_four(text.ptr + at, at + 4 == text.len ? padding : 0, out);
	if (sound && buf_status(out) == STATUS_OK)
		return true;
	if (out->ptr) {
		out->len = before;
		out->ptr[before] = '\0';
	}
	return false;
}

#include "base/codec.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/utf8.h"

enum { NUMBER_BITS = 64 };

static void write_number(struct buf *out, uint64_t number)
{
	while (number >= 0x80) {
		buf_append_char(out, (char)(0x80 | (number & 0x7F)));
		number >>= 7;
	}
	buf_append_char(out, (char)number);
}

static uint64_t read_number(struct codec *codec)
{
	uint64_t number = 0;

	for (unsigned shift = 0; shift < NUMBER_BITS && codec->in.len > 0; shift += 7) {
		const unsigned char byte = (unsigned char)codec->in.ptr[0];

		codec->in.ptr++;
		codec->in.len--;
		if ((shift == 63 && byte > 1) || (shift > 0 && byte == 0))
			break;
		number |= (uint64_t)(byte & 0x7F) << shift;
		if (byte < 0x80)
			return number;
	}
	codec->broken = true;
	return 0;
}

uint64_t codec_number(struct codec *codec, uint64_t number, uint64_t most)
{
	if (codec->out) {
		assert(number <= most);
		write_number(codec->out, number);
		return number;
	}
	number = codec->broken ? 0 : read_number(codec);
	if (number > most)
		codec->broken = true;
	return codec->broken ? 0 : number;
}

void codec_count(struct codec *codec, size_t *count, size_t most)
{
	*count = (size_t)codec_number(codec, *count, most);
}

void codec_flag(struct codec *codec, bool *flag)
{
	*flag = codec_number(codec, *flag, 1) != 0;
}

void codec_real(struct codec *codec, double *real)
{
	uint64_t bits;

	memcpy(&bits, real, sizeof(bits));
	bits = codec_number(codec, bits, UINT64_MAX);
	memcpy(real, &bits, sizeof(*real));
	if (!codec->out && !isfinite(*real)) {
		codec->broken = true;
		*real = 0;
	}
}

void codec_bytes(struct codec *codec, struct span *bytes, size_t most)
{
	const size_t len = (size_t)codec_number(codec, bytes->len, most);

	if (codec->out) {
		buf_append(codec->out, bytes->ptr, len);
		return;
	}
	if (codec->in.len < len)
		codec->broken = true;
	*bytes = (struct span){ codec->in.ptr, codec->broken ? 0 : len };
	codec->in.ptr += bytes->len;
	codec->in.len -= bytes->len;
}

void codec_text(struct codec *codec, char *text, size_t size)
{
	struct span bytes = { text, codec->out ? strlen(text) : 0 };

	codec_bytes(codec, &bytes, size - 1);
	if (codec->out)
		return;
	if (memchr(bytes.ptr, '\0', bytes.len) || !utf8_valid(bytes))
		codec->broken = true;
	if (codec->broken)
		return;
	memcpy(text, bytes.ptr, bytes.len);
	text[bytes.len] = '\0';
}

bool codec_ended(const struct codec *codec)
{
	return !codec->broken && codec->in.len == 0;
}

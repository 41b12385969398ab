/*
 * Codec: values as bytes, written and read by the same code: a visit of a value appends it, or
 * reads and checks it. The first value that does not fit marks the codec as broken, and nothing is
 * read after it.
 *
 * A number is written in groups of seven bits, the lowest first, the eighth bit set in all but the
 * last (LEB128), in its shortest form; a text as its length and its bytes.
 */
#ifndef DAYI_BASE_CODEC_H
#define DAYI_BASE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/span.h"

struct codec {
	struct buf *out; /* NULL: reading */
	struct span in;  /* what is left of it */
	bool broken;
};

/* Returns the number; one that is read is at most `most`, and 0 once the codec is broken. */
uint64_t codec_number(struct codec *codec, uint64_t number, uint64_t most);
void codec_count(struct codec *codec, size_t *count, size_t most);
void codec_flag(struct codec *codec, bool *flag);

/* A finite number, by its bits. */
void codec_real(struct codec *codec, double *real);

/* A terminated text that fits into `size`; one that is read is UTF-8 without a zero byte. */
void codec_text(struct codec *codec, char *text, size_t size);

/* Any bytes, `most` at most; what is read is borrowed from the input. */
void codec_bytes(struct codec *codec, struct span *bytes, size_t most);

/* All was read, and every value fitted. */
bool codec_ended(const struct codec *codec);

#endif

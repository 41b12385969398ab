#include "host/net/gunzip.h"

#include <limits.h>
#define ZLIB_CONST
#include <zlib.h>

enum { GZIP_WINDOW = 15 + 16 }; /* zlib: the largest window, and a gzip head instead of zlib's */

static enum status inflate_all(z_stream *stream)
{
	switch (inflate(stream, Z_FINISH)) {
	case Z_STREAM_END:
		return stream->avail_in == 0 && stream->avail_out == 0 ? STATUS_OK : STATUS_INVALID;
	case Z_MEM_ERROR:
		return STATUS_NO_MEMORY;
	default:
		return STATUS_INVALID;
	}
}

enum status gunzip(struct span packed, char *out, size_t size)
{
	z_stream stream = { .next_in = (const unsigned char *)packed.ptr,
		            .next_out = (unsigned char *)out };
	enum status status;

	if (packed.len > UINT_MAX || size > UINT_MAX)
		return STATUS_INVALID;
	stream.avail_in = (unsigned)packed.len;
	stream.avail_out = (unsigned)size;
	if (inflateInit2(&stream, GZIP_WINDOW) != Z_OK)
		return STATUS_NO_MEMORY;
	status = inflate_all(&stream);
	inflateEnd(&stream);
	return status;
}

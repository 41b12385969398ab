#include "engine/text/encoding.h"

#include <string.h>

#include <unicode/ucnv.h>

#include "base/utf8.h"

enum { CHUNK = 1 << 14 };

static bool begins_with(struct span text, const char *bytes, size_t len)
{
	return text.len >= len && memcmp(text.ptr, bytes, len) == 0;
}

/* From one converter to the other, a chunk at a time; false where a byte means nothing. */
static enum status convert(UConverter *from, UConverter *to, struct span input, struct buf *out)
{
	const char *source = input.ptr, *const end = input.ptr + input.len;
	UChar pivot[CHUNK], *pivot_source = pivot, *pivot_target = pivot;
	UErrorCode error = U_BUFFER_OVERFLOW_ERROR;

	for (bool first = true; error == U_BUFFER_OVERFLOW_ERROR; first = false) {
		char chunk[CHUNK], *target = chunk;

		error = U_ZERO_ERROR;
		ucnv_convertEx(to, from, &target, chunk + CHUNK, &source, end, pivot, &pivot_source,
		               &pivot_target, pivot + CHUNK, first, true, &error);
		if (U_FAILURE(error) && error != U_BUFFER_OVERFLOW_ERROR)
			return error == U_MEMORY_ALLOCATION_ERROR ? STATUS_NO_MEMORY
			                                          : STATUS_INVALID;
		buf_append(out, chunk, (size_t)(target - chunk));
		if (buf_status(out) != STATUS_OK)
			return buf_status(out);
	}
	return STATUS_OK;
}

static enum status convert_from(const char *name, struct span input, struct buf *out)
{
	UErrorCode error = U_ZERO_ERROR;
	UConverter *from = ucnv_open(name, &error), *to = ucnv_open("UTF-8", &error);
	enum status status = STATUS_NO_MEMORY;

	if (U_SUCCESS(error))
		ucnv_setToUCallBack(from, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &error);
	if (U_SUCCESS(error))
		status = convert(from, to, input, out);
	ucnv_close(from);
	ucnv_close(to);
	return status;
}

/* Text in UTF-8 in which a byte is broken: most of what is above ASCII still reads as UTF-8. */
static bool is_broken_utf8(struct span input)
{
	size_t offset = 0, good = 0, bad = 0;

	while (offset < input.len) {
		const size_t before = offset;
		const bool ascii = (unsigned char)input.ptr[offset] < 0x80;

		(void)utf8_next(input, &offset);
		good += !ascii && offset - before > 1;
		bad += !ascii && offset - before == 1;
	}
	return good > bad;
}

enum status encoding_read(struct span input, struct buf *out, struct span *text, const char **name)
{
	enum status status;

	*name = NULL;
	*text = input;
	if (begins_with(input, "\xef\xbb\xbf", 3)) {
		*text = (struct span){ input.ptr + 3, input.len - 3 };
		return utf8_valid(*text) ? STATUS_OK : STATUS_INVALID;
	}
	if (begins_with(input, "\xff\xfe", 2) || begins_with(input, "\xfe\xff", 2))
		*name = "UTF-16";
	else if (utf8_valid(input))
		return STATUS_OK;
	else if (is_broken_utf8(input))
		return STATUS_INVALID;
	else
		*name = "GB18030";
	status = convert_from(*name, input, out);
	if (status != STATUS_OK) {
		*name = NULL;
		return status;
	}
	*text = buf_span(out);
	return STATUS_OK;
}

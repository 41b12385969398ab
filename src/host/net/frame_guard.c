#include "host/net/frame_guard.h"

#include <assert.h>
#include <string.h>

#include "base/utf8.h"

enum {
	OPCODE_CONTINUATION = 0,
	OPCODE_CLOSE = 8,
	OPCODE_CONTROL = 8,
	MASK_BYTES = 4,
	CONTROL_MOST = 125
};

/* RFC 6455, 7.4, and IANA's registry: 1012 to 1014 came later. */
static bool code_may_be_sent(unsigned code)
{
	if (code < 1000 || code > 4999)
		return false;
	return code >= 3000 || (code <= 1014 && code != 1004 && code != 1005 && code != 1006);
}

/* Judges the complete payload of a close frame, which follows its mask. */
static int judge_close(const unsigned char *mask, size_t size)
{
	char text[CONTROL_MOST];

	if (size == 0)
		return 0;
	for (size_t i = 0; i < size; i++)
		text[i] = (char)(mask[MASK_BYTES + i] ^ mask[i % MASK_BYTES]);
	if (size == 1 ||
	    !code_may_be_sent((unsigned)(unsigned char)text[0] << 8 | (unsigned char)text[1]))
		return FRAME_PROTOCOL_ERROR;
	return utf8_valid((struct span){ text + 2, size - 2 }) ? 0 : FRAME_INVALID_PAYLOAD;
}

/* The length of the payload from the bytes after the first two. */
static uint64_t long_length(const unsigned char *bytes, size_t count)
{
	uint64_t length = 0;

	for (size_t i = 0; i < count; i++)
		length = length << 8 | bytes[i];
	return length;
}

/* RFC 6455, 5.2, 5.4 and 5.5: whether a frame that begins so may come now. */
static bool may_come(const struct frame_guard *guard, unsigned first, unsigned second)
{
	const unsigned opcode = first & 0x0fU;
	const bool control = opcode & OPCODE_CONTROL;

	if ((first & 0x70U) || (opcode & 0x07U) > 2 || !(second & 0x80U))
		return false;
	if (control)
		return (first & 0x80U) && (second & 0x7fU) <= CONTROL_MOST;
	return guard->within == (opcode == OPCODE_CONTINUATION);
}

/*
 * The frame that begins at `bytes`. 0 with *head 0: it cannot be judged yet; else *head bytes and
 * *payload more belong to it.
 */
static int judge_frame(const struct frame_guard *guard, const unsigned char *bytes, size_t len,
                       size_t *head, uint64_t *payload)
{
	const size_t size = len > 1 ? bytes[1] & 0x7fU : 0;
	const size_t more = size == 127 ? 8 : size == 126 ? 2 : 0;
	const bool close = len > 0 && (bytes[0] & 0x0fU) == OPCODE_CLOSE;

	*head = 0;
	if (len < 2)
		return 0;
	if (!may_come(guard, bytes[0], bytes[1]))
		return FRAME_PROTOCOL_ERROR;
	if (len < 2 + more + MASK_BYTES + (close ? size : 0))
		return 0;
	*payload = more ? long_length(bytes + 2, more) : size;
	if (*payload >> 63)
		return FRAME_PROTOCOL_ERROR;
	*head = 2 + more + MASK_BYTES;
	if (*payload > guard->most)
		return FRAME_TOO_LARGE;
	return close ? judge_close(bytes + 2, size) : 0;
}

static void enter_frame(struct frame_guard *guard, unsigned first)
{
	if (!(first & OPCODE_CONTROL))
		guard->within = !(first & 0x80U);
	if ((first & 0x0fU) == OPCODE_CLOSE)
		guard->closed = true;
}

size_t frame_guard_resume(struct frame_guard *guard, unsigned char carry[FRAME_CARRY])
{
	const size_t carried = guard->carried;

	assert(carried <= sizeof(guard->carry) && (carried == 0 || guard->left == 0));
	memcpy(carry, guard->carry, carried);
	guard->carried = 0;
	return carried;
}

int frame_guard_walk(struct frame_guard *guard, const unsigned char *bytes, size_t len,
                     size_t *pass)
{
	size_t at = 0;
	int verdict = 0;

	for (;;) {
		const size_t here = len - at;
		const size_t skipped = guard->left < here ? (size_t)guard->left : here;
		size_t head;
		int code;

		at += skipped;
		guard->left -= skipped;
		if (verdict == 0)
			*pass = at;
		if (at == len)
			return verdict;
		code = judge_frame(guard, bytes + at, len - at, &head, &guard->left);
		if (code != 0 && code != FRAME_TOO_LARGE) {
			guard->left = 0;
			return verdict ? verdict : code;
		}
		if (head == 0) {
			assert(len - at < sizeof(guard->carry));
			guard->carried = len - at;
			memcpy(guard->carry, bytes + at, guard->carried);
			return verdict;
		}
		if (code != 0)
			verdict = code;
		enter_frame(guard, bytes[at]);
		at += head;
	}
}

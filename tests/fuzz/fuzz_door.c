/*
 * What a client may send first: the input as the head of a request, and as frames. However they are
 * cut in pieces, the same is found.
 */
#include <string.h>

#include "fuzz.h"
#include "host/net/frame_guard.h"
#include "host/net/http_head.h"

enum { PIECES = 7, INPUT_MOST = HTTP_HEAD_MOST };

static void check_request(const struct http_request *request)
{
	char plain[HTTP_PLAIN_SIZE], text[64];
	struct http_request again;
	size_t len = http_head_write(request, plain);

	REQUIRE(http_head_length((struct span){ plain, len }, 0) == len);
	http_head_read((struct span){ plain, len }, &again);
	if (request->refusal == REFUSAL_NONE) {
		REQUIRE(again.refusal == REFUSAL_NONE);
		REQUIRE(again.has_body == request->has_body);
		REQUIRE(again.body_length == request->body_length);
		REQUIRE(again.upgrade == request->upgrade);
	}
	REQUIRE(request->path.len == 0 || request->path.ptr[0] == '/');
	REQUIRE(http_request_query(request, "q", text, sizeof(text)).len <= sizeof(text));
	(void)http_request_bearer(request);
	(void)http_request_is_last(request);
	(void)http_accepts(request->accept_encoding, "gzip");
}

static void read_head(const char *bytes, size_t size)
{
	const size_t whole = http_head_length((struct span){ bytes, size }, 0);
	struct http_request request;
	size_t found = 0;

	for (size_t here = 0, before = 0; here < size && found == 0; before = here) {
		here = here + PIECES < size ? here + PIECES : size;
		found = http_head_length((struct span){ bytes, here }, before);
	}
	REQUIRE(found == whole);
	http_head_read((struct span){ bytes, whole ? whole : size }, &request);
	check_request(&request);
}

static int walk(const unsigned char *bytes, size_t size, size_t piece, size_t *passed)
{
	static unsigned char buffer[FRAME_CARRY + INPUT_MOST];
	struct frame_guard guard = { .most = 1024 };
	int code = 0;

	*passed = 0;
	for (size_t at = 0; at < size && code == 0; at += piece) {
		const size_t carried = frame_guard_resume(&guard, buffer);
		const size_t more = size - at < piece ? size - at : piece;
		size_t pass = 0;

		memcpy(buffer + carried, bytes + at, more);
		code = frame_guard_walk(&guard, buffer, carried + more, &pass);
		REQUIRE(pass <= carried + more);
		*passed += pass;
	}
	return code;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t whole, pieces;
	char *copy;

	if (size == 0 || size > INPUT_MOST)
		return 0;
	/* Of exactly that size, so that a byte too far is noticed. */
	copy = malloc(size);
	REQUIRE(copy);
	memcpy(copy, data, size);
	read_head(copy, size);
	REQUIRE(walk(data, size, size, &whole) == walk(data, size, PIECES, &pieces));
	REQUIRE(whole == pieces);
	free(copy);
	return 0;
}

/*
 * What a language model answers: whatever it is, sentences come out of it that are valid UTF-8, or
 * a reason.
 */
#include "base/utf8.h"
#include "fuzz.h"
#include "office/authoring/suggest_endpoint.h"

enum { CEILING = 8 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span wordings[ENDPOINT_WORDINGS_MOST];
	struct arena *arena = NULL;
	const char *problem;
	size_t count;
	enum status status;

	REQUIRE(arena_create(&arena, CEILING) == STATUS_OK);
	status = endpoint_read((struct span){ (const char *)data, size }, arena, wordings, &count,
	                       &problem);
	REQUIRE(status == STATUS_OK || status == STATUS_INVALID);
	REQUIRE((status == STATUS_OK) == (count > 0 && problem[0] == '\0'));
	for (size_t i = 0; i < count; i++)
		REQUIRE(wordings[i].len > 0 && utf8_valid(wordings[i]));
	arena_destroy(arena);
	return 0;
}

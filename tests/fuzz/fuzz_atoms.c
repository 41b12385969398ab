/*
 * The SQL of a pick, read into atoms: whatever it is, it is counted, and points into the text.
 */
#include <string.h>

#include "engine/diagnose/atoms.h"
#include "fuzz.h"

enum { SQL_MOST = 4000, ARENA_BYTES = 16 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char sql[SQL_MOST + 1];
	struct relations *relations = NULL;
	struct arena *arena = NULL;
	struct atoms atoms;
	size_t unread = 0;
	if (size > SQL_MOST)
		return 0;
	if (size)
		memcpy(sql, data, size);
	sql[size] = '\0';
	REQUIRE(relations_create_default(&relations) == STATUS_OK);
	REQUIRE(arena_create(&arena, ARENA_BYTES) == STATUS_OK);
	const enum status status = atoms_read(sql, relations, arena, &atoms);
	REQUIRE(status == STATUS_OK || status == STATUS_NO_MEMORY);
	for (size_t i = 0; status == STATUS_OK && i < atoms.count; i++) {
		const struct atom *atom = &atoms.items[i];
		unread += atom->kind == ATOM_UNREAD;
		REQUIRE(atom->source.ptr >= sql);
		REQUIRE(atom->source.ptr + atom->source.len <= sql + size);
	}
	REQUIRE(status != STATUS_OK || unread == atoms.unread);
	arena_destroy(arena);
	relations_release(relations);
	return 0;
}

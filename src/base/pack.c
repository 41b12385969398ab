#include "base/pack.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { WORD = 8, FIRST_ROOM = 1 << 16 };

static const uint64_t slot_bit = UINT64_C(1) << 63; /* of a target that is a slot's number */

_Static_assert(sizeof(void *) == WORD, "pointers are packed as words of 8 bytes");

struct pack {
	char *bytes;
	size_t size, room, ceiling;
	uint32_t *pointers;
	size_t pointer_count, pointer_room;
	size_t slot_count;
	size_t empty; /* the place of "" */
	enum status status;
};

enum status pack_create(struct pack **out, size_t ceiling)
{
	struct pack *pack = calloc(1, sizeof(*pack));
	*out = pack;
	if (!pack)
		return STATUS_NO_MEMORY;
	pack->ceiling = ceiling;
	pack->status = STATUS_OK;
	/* The first word is nowhere. */
	pack->size = WORD;
	pack->room = FIRST_ROOM;
	pack->bytes = calloc(1, pack->room);
	if (pack->bytes)
		return STATUS_OK;
	free(pack);
	*out = NULL;
	return STATUS_NO_MEMORY;
}

void pack_destroy(struct pack *pack)
{
	if (!pack)
		return;
	free(pack->bytes);
	free(pack->pointers);
	free(pack);
}

static bool make_room(struct pack *pack, size_t more)
{
	if (pack->status != STATUS_OK)
		return false;
	if (more > pack->ceiling || pack->size > pack->ceiling - more) {
		pack->status = STATUS_LIMIT;
		return false;
	}
	size_t room = pack->room;
	while (room - pack->size < more)
		room *= 2;
	if (room == pack->room)
		return true;
	char *bytes = realloc(pack->bytes, room);
	if (!bytes) {
		pack->status = STATUS_NO_MEMORY;
		return false;
	}
	memset(bytes + pack->room, 0, room - pack->room);
	pack->bytes = bytes;
	pack->room = room;
	return true;
}

/* What is free is zero. */
static size_t append(struct pack *pack, const void *bytes, size_t size)
{
	const size_t place = pack->size;
	if (bytes)
		memcpy(pack->bytes + place, bytes, size);
	pack->size += size;
	return place;
}

size_t pack_add(struct pack *pack, const void *bytes, size_t size)
{
	if (size == 0 || !make_room(pack, size + WORD))
		return 0;
	pack->size = (pack->size + WORD - 1) / WORD * WORD;
	return append(pack, bytes, size);
}

size_t pack_text(struct pack *pack, const char *text)
{
	if (!text)
		return 0;
	if (!text[0] && pack->empty)
		return pack->empty;
	const size_t size = strlen(text) + 1;
	if (!make_room(pack, size))
		return 0;
	const size_t place = append(pack, text, size);
	if (size == 1)
		pack->empty = place;
	return place;
}

static void point(struct pack *pack, size_t place, uint64_t target)
{
	if (pack->status != STATUS_OK)
		return;
	assert(place % WORD == 0 && place + WORD <= pack->size && place / WORD <= UINT32_MAX);
	if (pack->pointer_count == pack->pointer_room) {
		const size_t room = pack->pointer_room ? pack->pointer_room * 2 : 1024;
		uint32_t *pointers = reallocarray(pack->pointers, room, sizeof(*pointers));
		if (!pointers) {
			pack->status = STATUS_NO_MEMORY;
			return;
		}
		pack->pointers = pointers;
		pack->pointer_room = room;
	}
	pack->pointers[pack->pointer_count++] = (uint32_t)(place / WORD);
	memcpy(pack->bytes + place, &target, WORD);
}

void pack_point(struct pack *pack, size_t place, size_t target)
{
	static const uint64_t null = 0;
	if (target != 0)
		point(pack, place, target);
	else
		pack_set(pack, place, &null, WORD);
}

size_t pack_target(const struct pack *pack, size_t place)
{
	uint64_t target = 0;
	if (pack->status == STATUS_OK)
		memcpy(&target, pack->bytes + place, WORD);
	return (size_t)target;
}

void pack_point_again(struct pack *pack, size_t place, size_t other)
{
	pack_point(pack, place, pack_target(pack, other));
}

void pack_set(struct pack *pack, size_t place, const void *bytes, size_t size)
{
	if (pack->status != STATUS_OK)
		return;
	assert(place + size <= pack->size);
	memcpy(pack->bytes + place, bytes, size);
}

size_t pack_slots(struct pack *pack, size_t count)
{
	const size_t first = pack->slot_count;
	pack->slot_count += count;
	return first;
}

void pack_point_to_slot(struct pack *pack, size_t place, size_t slot)
{
	point(pack, place, slot_bit | slot);
}

void pack_settle(struct pack *pack, uint64_t base, uint64_t slots)
{
	for (size_t i = 0; i < pack->pointer_count; i++) {
		char *at = pack->bytes + (size_t)pack->pointers[i] * WORD;
		uint64_t target;
		memcpy(&target, at, WORD);
		target = target & slot_bit ? slots + (target & ~slot_bit) * WORD : base + target;
		memcpy(at, &target, WORD);
	}
}

enum status pack_status(const struct pack *pack)
{
	return pack->status;
}

struct packed pack_packed(const struct pack *pack)
{
	return (struct packed){ pack->bytes, pack->size, pack->pointers, pack->pointer_count,
		                pack->slot_count };
}

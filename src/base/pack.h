/*
 * Pack: values that point to one another, laid out in one block, so that the block can be written
 * to a file and mapped by any process (image_file.h).
 *
 * A place is an offset in the block; 0 is nowhere, as NULL is. Pointers in what is added are set
 * with pack_point(), every one, or the block would hold addresses of the process that made it.
 * Slots are words behind the block that each process fills for itself.
 *
 * Out of memory sticks: see pack_status(). One thread at a time.
 */
#ifndef DAYI_BASE_PACK_H
#define DAYI_BASE_PACK_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct pack;

/* `ceiling` bytes at most. Owned by the caller. */
MUST_CHECK enum status pack_create(struct pack **out, size_t ceiling);
/* Takes NULL. */
void pack_destroy(struct pack *pack);

/* Copies the bytes, aligned to 8; `bytes` NULL: zeros. Returns their place; 0 where size is 0. */
size_t pack_add(struct pack *pack, const void *bytes, size_t size);

/* A terminated copy. NULL goes nowhere; "" is one for all. */
size_t pack_text(struct pack *pack, const char *text);

/* The pointer at `place` points to `target`; nowhere: it is NULL. */
void pack_point(struct pack *pack, size_t place, size_t target);
/* Where the pointer at `place` points to; and: it points where the one at `other` does. */
size_t pack_target(const struct pack *pack, size_t place);
void pack_point_again(struct pack *pack, size_t place, size_t other);

/* Writes over what is there. */
void pack_set(struct pack *pack, size_t place, const void *bytes, size_t size);

/* So many more slots; returns the number of the first. And a pointer to one. */
size_t pack_slots(struct pack *pack, size_t count);
void pack_point_to_slot(struct pack *pack, size_t place, size_t slot);

/*
 * Makes each pointer the address that it has where the block lies at `base` and the slots at
 * `slots`. Once, when all is packed.
 */
void pack_settle(struct pack *pack, uint64_t base, uint64_t slots);

enum status pack_status(const struct pack *pack);

/* What was packed, for whoever writes it. Borrowed. */
struct packed {
	const char *bytes;
	size_t size;
	const uint32_t *pointers; /* where pointers stand, in words of 8 bytes */
	size_t pointer_count;
	size_t slot_count;
};
struct packed pack_packed(const struct pack *pack);

#endif

/*
 * Characters: roughly which ones a text holds, so that a pattern that needs others need not be
 * looked for in it. What is there is never said to be missing.
 */
#ifndef DAYI_KNOWLEDGE_CHARACTERS_H
#define DAYI_KNOWLEDGE_CHARACTERS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum {
	CHARACTERS_WORDS = 8,
	CHARACTER_OTHER = 0x80, /* neither ASCII nor Han nor Chinese punctuation */
	CHARACTER_HAN_FIRST = 0x3400,
	CHARACTER_HAN_LAST = 0x9fff,
	CHARACTER_HAN_MORE_FIRST = 0x20000,
	CHARACTER_HAN_MORE_LAST = 0x3ffff,
};

/* A bit for all code points that leave the same remainder. */
struct characters {
	uint64_t bits[CHARACTERS_WORDS];
};

/*
 * Letters that differ in case become one; what may have a case beyond ASCII is coarsely one
 * character, CHARACTER_OTHER.
 */
uint32_t character_fold(uint32_t point);

/* Of a UTF-8 text, folded. One that holds CHARACTER_OTHER is taken to hold everything. */
struct characters characters_of(struct span text);

/* Adds code points as they are, `last` among them: fold them before. */
void characters_add(struct characters *characters, uint32_t first, uint32_t last);

void characters_join(struct characters *characters, const struct characters *others);

/* How many bits are set. */
unsigned characters_count(const struct characters *characters);

bool characters_meet(const struct characters *a, const struct characters *b);

#endif

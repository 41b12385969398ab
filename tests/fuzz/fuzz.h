/*
 * Fuzz: what the targets share. Each target is one function, called with one input after another.
 */
#ifndef DAYI_TESTS_FUZZ_H
#define DAYI_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* libFuzzer's entry; returns 0. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/*
 * libFuzzer calls it first, where a target has it: what takes long to make is made here, or it
 * would count as the time of the first input. Returns 0.
 */
int LLVMFuzzerInitialize(int *argc, char ***argv);

/* A promise of the code under test; a broken one ends the program. */
#define REQUIRE(condition) ((condition) ? (void)0 : fuzz_stop(__FILE__, __LINE__, #condition))

static inline _Noreturn void fuzz_stop(const char *file, int line, const char *condition)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
	abort();
}

#endif

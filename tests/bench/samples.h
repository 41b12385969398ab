/*
 * Samples: measured times and what is told about them; and the memory of a process.
 */
#ifndef DAYI_TESTS_BENCH_SAMPLES_H
#define DAYI_TESTS_BENCH_SAMPLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct samples {
	int64_t *values_ns;
	size_t count, capacity;
};

/* Room for `capacity` samples; false without memory. */
bool samples_init(struct samples *samples, size_t capacity);
void samples_deinit(struct samples *samples);

/* A sample above the capacity is left out. */
void samples_add(struct samples *samples, int64_t value_ns);

/* By nearest rank, in microseconds; 0 where there are no samples. Sorts the samples. */
double samples_percentile_us(struct samples *samples, double percent);

int64_t now_ns(void);

/* VmRSS in MiB; 0 where it cannot be read. */
double resident_mib(pid_t pid);

#endif

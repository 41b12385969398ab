#include "samples.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

bool samples_init(struct samples *samples, size_t capacity)
{
	samples->values_ns = calloc(capacity ? capacity : 1, sizeof(*samples->values_ns));
	samples->count = 0;
	samples->capacity = samples->values_ns ? capacity : 0;
	return samples->values_ns;
}

void samples_deinit(struct samples *samples)
{
	free(samples->values_ns);
}

void samples_add(struct samples *samples, int64_t value_ns)
{
	if (samples->count < samples->capacity)
		samples->values_ns[samples->count++] = value_ns;
}

static int by_value(const void *a, const void *b)
{
	const int64_t left = *(const int64_t *)a;
	const int64_t right = *(const int64_t *)b;
	return (left > right) - (left < right);
}

double samples_percentile_us(struct samples *samples, double percent)
{
	if (samples->count == 0)
		return 0;
	qsort(samples->values_ns, samples->count, sizeof(*samples->values_ns), by_value);
	const double rank = ceil(percent / 100 * (double)samples->count);
	const size_t index = rank < 1 ? 0 : (size_t)rank - 1;
	return (double)samples->values_ns[index] / 1e3;
}

int64_t now_ns(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

double resident_mib(pid_t pid)
{
	char line[256];
	long kib = 0;
	snprintf(line, sizeof(line), "/proc/%ld/status", (long)pid);
	FILE *status = fopen(line, "r");
	if (!status)
		return 0;
	while (kib == 0 && fgets(line, sizeof(line), status))
		if (strncmp(line, "VmRSS:", 6) == 0)
			kib = strtol(line + 6, NULL, 10);
	fclose(status);
	return (double)kib / 1024;
}

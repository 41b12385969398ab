/*
 * Frames: the `ask` frames of a file of questions, one JSON object a line with the member "q".
 */
#ifndef DAYI_TESTS_BENCH_FRAMES_H
#define DAYI_TESTS_BENCH_FRAMES_H

#include <stddef.h>

enum { FRAMES_MOST = 1000, FRAME_BYTES_MOST = 8 * 1024 };

struct frames {
	char *texts[FRAMES_MOST];
	size_t lengths[FRAMES_MOST];
	size_t count;
};

/* At most FRAMES_MOST of them. NULL, or what is wrong with the file. */
const char *frames_read(struct frames *frames, const char *file);
void frames_deinit(struct frames *frames);

#endif

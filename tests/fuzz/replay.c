/*
 * Replays inputs: every file named, and every file in the folders named.
 */
#include <stdbool.h>
#include <string.h>

#include "base/file.h"
#include "fuzz.h"

enum { INPUT_CEILING = 16 << 20, NAMES_CEILING = 64 << 20 };

static bool replay_file(const char *path)
{
	struct buf input;
	buf_init(&input, INPUT_CEILING);
	const enum status status = file_read(path, &input);
	/* An exact copy, so that a read past the end is seen. */
	uint8_t *copy = malloc(input.len ? input.len : 1);
	if (status == STATUS_OK && copy) {
		if (input.len)
			memcpy(copy, input.ptr, input.len);
		LLVMFuzzerTestOneInput(copy, input.len);
	} else {
		fprintf(stderr, "%s: %s\n", path, status_text(status));
	}
	free(copy);
	buf_deinit(&input);
	return status == STATUS_OK && copy;
}

/* How many inputs it held; 0 for what cannot be read. */
static unsigned replay(const char *path, struct arena *arena)
{
	struct file_list list;
	unsigned count = 0;
	if (file_kind(path) != FILE_FOLDER)
		return replay_file(path);
	if (file_list(path, arena, &list) != STATUS_OK)
		return 0;
	for (size_t i = 0; i < list.count; i++) {
		const char *file = file_join(arena, path, list.names[i]);
		if (file && file_kind(file) == FILE_REGULAR)
			count += replay_file(file);
	}
	return count;
}

int main(int argc, char **argv)
{
	struct arena *arena = NULL;
	unsigned total = 0;
	bool complete = argc > 1;
	if (arena_create(&arena, NAMES_CEILING) != STATUS_OK)
		return EXIT_FAILURE;
	for (int i = 1; i < argc; i++) {
		const unsigned count = replay(argv[i], arena);
		if (count == 0) {
			fprintf(stderr, "%s: no input\n", argv[i]);
			complete = false;
		}
		total += count;
	}
	arena_destroy(arena);
	printf("%u inputs\n", total);
	return complete ? EXIT_SUCCESS : EXIT_FAILURE;
}

/*
 * Source: where the files of a knowledge folder come from: the disk, or the program itself. Private
 * to knowledge/.
 */
#ifndef DAYI_KNOWLEDGE_SOURCE_H
#define DAYI_KNOWLEDGE_SOURCE_H

#include "base/embedded.h"
#include "base/file.h"

/*
 * The names of embedded files are paths within their folder, which paths below begin with:
 * anguan/01-batch.json of the folder "knowledge" is knowledge/anguan/01-batch.json.
 */
struct source {
	const char *folder;
	const struct embedded_file *files; /* NULL: on the disk */
	size_t count;
};

/* As file_kind(), file_read() and file_list(), for paths that begin with the folder. */
enum file_kind source_kind(const struct source *source, const char *path);
MUST_CHECK enum status source_read(const struct source *source, const char *path, struct buf *out);
MUST_CHECK enum status source_list(const struct source *source, const char *path,
                                   struct arena *arena, struct file_list *out);

#endif

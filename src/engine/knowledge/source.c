#include "engine/knowledge/source.h"

#include <errno.h>
#include <string.h>

/* The rest of `path` after `folder` and a slash; "" for the folder itself, NULL outside of it. */
static const char *within(const char *folder, const char *path)
{
	const size_t len = strlen(folder);

	if (strncmp(path, folder, len) != 0 || (path[len] != '\0' && path[len] != '/'))
		return NULL;
	return path[len] == '/' ? path + len + 1 : path + len;
}

/* The rest of the file's name below `path`; "" for `path` itself, NULL if it is elsewhere. */
static const char *below(const struct source *source, size_t file, const char *path)
{
	const char *own = within(source->folder, path);
	const char *name = source->files[file].name;

	if (!own)
		return NULL;
	return *own ? within(own, name) : name;
}

enum file_kind source_kind(const struct source *source, const char *path)
{
	if (!source->files)
		return file_kind(path);
	for (size_t i = 0; i < source->count; i++) {
		const char *rest = below(source, i, path);

		if (rest)
			return *rest ? FILE_FOLDER : FILE_REGULAR;
	}
	return FILE_NONE;
}

enum status source_read(const struct source *source, const char *path, struct buf *out)
{
	if (!source->files)
		return file_read(path, out);
	for (size_t i = 0; i < source->count; i++) {
		const char *rest = below(source, i, path);

		if (rest && !*rest) {
			const struct span content = source->files[i].content;

			buf_append(out, content.ptr, content.len);
			return buf_status(out);
		}
	}
	errno = ENOENT;
	return STATUS_NOT_FOUND;
}

enum status source_list(const struct source *source, const char *path, struct arena *arena,
                        struct file_list *out)
{
	if (!source->files)
		return file_list(path, arena, out);
	*out = (struct file_list){ .names = arena_array(arena, source->count + 1,
		                                        sizeof(*out->names)) };
	if (!out->names)
		return STATUS_NO_MEMORY;
	/* Files are sorted, so those of one folder follow each other. */
	for (size_t i = 0; i < source->count; i++) {
		const char *rest = below(source, i, path);
		struct span name = { rest, rest ? strcspn(rest, "/") : 0 };

		if (name.len == 0 ||
		    (out->count > 0 && span_equal(span_of(out->names[out->count - 1]), name)))
			continue;
		out->names[out->count] = arena_copy(arena, name);
		if (!out->names[out->count])
			return STATUS_NO_MEMORY;
		out->count++;
	}
	if (out->count > 0)
		return STATUS_OK;
	errno = ENOENT;
	return STATUS_NOT_FOUND;
}

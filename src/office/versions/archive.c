/*
 * How an archive is laid out: the first line, then for each file: the length of its path, the path,
 * the length of its content, the content. Lengths are 8 bytes, big-endian. A path is relative, its
 * parts are parted by "/".
 */
#include "office/versions/archive.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/file.h"

static const char first_line[] = "dayi folder 1\n";

enum { LEVELS_MOST = 16, PATH_MOST = 1024, LENGTH_BYTES = 8 };
static const size_t names_most = (size_t)256 << 20;

/* --- packing --- */

static void append_length(struct buf *out, uint64_t length)
{
	for (int shift = 56; shift >= 0; shift -= 8)
		buf_append_char(out, (char)(unsigned char)(length >> shift));
}

static void append_field(struct buf *out, struct span bytes)
{
	append_length(out, bytes.len);
	buf_append(out, bytes.ptr, bytes.len);
}

/* `name`: the path within the folder. */
static enum status pack_file(const char *path, const char *name, struct buf *out)
{
	struct buf content;
	enum status status;

	buf_init(&content, ARCHIVE_BYTES_MOST);
	status = file_read(path, &content);
	if (status == STATUS_OK) {
		append_field(out, span_of(name));
		append_field(out, buf_span(&content));
		status = buf_status(out);
	}
	buf_deinit(&content);
	return status;
}

static enum status pack_folder(const char *folder, const char *within, int level,
                               struct arena *arena, struct buf *out)
{
	struct file_list list;
	enum status status = file_list(folder, arena, &list);

	if (status == STATUS_OK && level > LEVELS_MOST)
		status = STATUS_LIMIT;
	for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
		const char *path = file_join(arena, folder, list.names[i]);
		const char *name =
		        *within ? file_join(arena, within, list.names[i]) : list.names[i];

		if (!path || !name)
			return STATUS_NO_MEMORY;
		if (strlen(name) > PATH_MOST)
			return STATUS_LIMIT;
		if (file_kind(path) == FILE_FOLDER)
			status = pack_folder(path, name, level + 1, arena, out);
		else if (file_kind(path) == FILE_REGULAR)
			status = pack_file(path, name, out);
	}
	return status;
}

enum status archive_pack(const char *folder, struct buf *out)
{
	struct arena *arena = NULL;
	enum status status = arena_create(&arena, names_most);

	buf_append_text(out, first_line);
	if (status == STATUS_OK)
		status = pack_folder(folder, "", 1, arena, out);
	arena_destroy(arena);
	return status;
}

enum status archive_hash(struct span bytes, char hex[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	digest_add(digest, bytes);
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	return status;
}

/* --- unpacking --- */

/* Takes a length and as many bytes from the front. */
static bool take_field(struct span *rest, struct span *out)
{
	uint64_t length = 0;

	if (rest->len < LENGTH_BYTES)
		return false;
	for (size_t i = 0; i < LENGTH_BYTES; i++)
		length = length << 8 | (unsigned char)rest->ptr[i];
	rest->ptr += LENGTH_BYTES;
	rest->len -= LENGTH_BYTES;
	if (length > rest->len)
		return false;
	*out = (struct span){ rest->ptr, (size_t)length };
	rest->ptr += length;
	rest->len -= (size_t)length;
	return true;
}

/* Of parts that are neither empty nor begin with a dot: it leads nowhere but into the folder. */
static bool is_inside(struct span name)
{
	bool starts = true;

	for (size_t i = 0; i < name.len; i++) {
		const char c = name.ptr[i];

		if (c == '\0' || (starts && (c == '/' || c == '.')))
			return false;
		starts = c == '/';
	}
	return name.len > 0 && name.len <= PATH_MOST && !starts;
}

/* The next file of what is left. */
static bool take_file(struct span *rest, struct span *name, struct span *content)
{
	return take_field(rest, name) && take_field(rest, content) && is_inside(*name);
}

/* Takes the first line from the front. */
static bool take_head(struct span *rest)
{
	const size_t head = strlen(first_line);

	if (rest->len < head || memcmp(rest->ptr, first_line, head) != 0)
		return false;
	rest->ptr += head;
	rest->len -= head;
	return true;
}

enum status archive_list(struct span bytes, struct arena *arena, struct embedded_file **out,
                         size_t *count)
{
	struct span rest = bytes, name, content;
	size_t files = 0;

	*count = 0;
	if (!take_head(&rest))
		return STATUS_INVALID;
	for (struct span left = rest; left.len > 0; files++)
		if (!take_file(&left, &name, &content))
			return STATUS_INVALID;
	*out = arena_array(arena, files + 1, sizeof(**out));
	if (!*out)
		return STATUS_NO_MEMORY;
	while (rest.len > 0 && take_file(&rest, &name, &content)) {
		const char *own = arena_copy(arena, name);

		if (!own)
			return STATUS_NO_MEMORY;
		(*out)[(*count)++] = (struct embedded_file){ own, content };
	}
	return STATUS_OK;
}

enum status archive_write(const struct embedded_file *files, size_t count, struct buf *out)
{
	buf_append_text(out, first_line);
	for (size_t i = 0; i < count; i++) {
		append_field(out, span_of(files[i].name));
		append_field(out, files[i].content);
	}
	return buf_status(out);
}

int archive_order(const void *a, const void *b)
{
	const char *one = ((const struct embedded_file *)a)->name;
	const char *other = ((const struct embedded_file *)b)->name;

	for (; *one && *one == *other; one++)
		other++;
	if (*one == *other)
		return 0;
	/* "a/x" is in "a", which stands before "a-b". */
	if (*one == '/' || *other == '/')
		return *one == '\0' ? -1 : *other == '\0' ? 1 : *one == '/' ? -1 : 1;
	return (unsigned char)*one < (unsigned char)*other ? -1 : 1;
}

/* Not synced: whoever uses the folder later looks whether it has the hash. */
static enum status write_file(const char *path, struct span content)
{
	FILE *file = fopen(path, "wbx");
	bool written;

	if (!file)
		return errno == EEXIST ? STATUS_INVALID : STATUS_IO;
	written = fwrite(content.ptr, 1, content.len, file) == content.len;
	return fclose(file) == 0 && written ? STATUS_OK : STATUS_IO;
}

static enum status unpack_file(const char *folder, struct span name, struct span content)
{
	char path[PATH_MOST * 5];
	const int len = snprintf(path, sizeof(path), "%s/%.*s", folder, (int)name.len, name.ptr);
	char *slash;
	enum status status = STATUS_OK;

	if (len < 0 || (size_t)len >= sizeof(path))
		return STATUS_LIMIT;
	slash = strrchr(path, '/');
	if (slash > path + strlen(folder)) {
		*slash = '\0';
		status = file_make_folder(path);
		*slash = '/';
	}
	return status == STATUS_OK ? write_file(path, content) : status;
}

enum status archive_unpack(struct span bytes, const char *folder)
{
	struct span rest = bytes, name, content;
	enum status status = STATUS_OK;

	if (!take_head(&rest))
		return STATUS_INVALID;
	if (mkdir(folder, 0700) != 0)
		return STATUS_IO;
	while (status == STATUS_OK && rest.len > 0) {
		if (!take_file(&rest, &name, &content))
			return STATUS_INVALID;
		status = unpack_file(folder, name, content);
	}
	return status;
}

/* --- from one to another --- */

static const struct embedded_file *file_in(const struct embedded_file *files, size_t count,
                                           const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(files[i].name, name) == 0)
			return &files[i];
	return NULL;
}

static enum status write_one(const char *folder, const struct embedded_file *file)
{
	char path[PATH_MOST * 5];
	char *slash;
	enum status status = STATUS_OK;

	if (snprintf(path, sizeof(path), "%s/%s", folder, file->name) >= (int)sizeof(path))
		return STATUS_LIMIT;
	slash = strrchr(path, '/');
	*slash = '\0';
	status = file_make_folder(path);
	*slash = '/';
	return status == STATUS_OK ? file_write(path, file->content) : status;
}

static enum status remove_one(const char *folder, const char *name)
{
	char path[PATH_MOST * 5];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= (int)sizeof(path))
		return STATUS_LIMIT;
	file_remove_tree(path);
	return file_kind(path) == FILE_NONE ? STATUS_OK : STATUS_IO;
}

enum status archive_change(const char *folder, struct span from, struct span to)
{
	struct embedded_file *old, *new;
	size_t old_count, new_count;
	struct arena *arena = NULL;
	enum status status = arena_create(&arena, ARCHIVE_BYTES_MOST);

	if (status == STATUS_OK)
		status = archive_list(from, arena, &old, &old_count);
	if (status == STATUS_OK)
		status = archive_list(to, arena, &new, &new_count);
	for (size_t i = 0; status == STATUS_OK && i < new_count; i++) {
		const struct embedded_file *was = file_in(old, old_count, new[i].name);

		if (!was || !span_equal(was->content, new[i].content))
			status = write_one(folder, &new[i]);
	}
	for (size_t i = 0; status == STATUS_OK && i < old_count; i++)
		if (!file_in(new, new_count, old[i].name))
			status = remove_one(folder, old[i].name);
	arena_destroy(arena);
	return status;
}

/*
 * How it works: files_load() reads the packed forms, then the page, into one table that is sorted
 * by path. Each file is matched with its packed forms. Where its gzip form unpacks to the same
 * bytes, the plain ones are freed: they are three quarters of the memory, and no browser of today
 * asks for them. files_content() makes them again for a client that does.
 */
#include "host/net/files.h"

#include <assert.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/digest.h"
#include "base/file.h"
#include "host/net/gunzip.h"

enum { FILES_MOST = 4096, LEVELS_MOST = 8, HASH_LEAST = 8, PATH_SIZE = 1024 };
static const size_t bytes_most = (size_t)64 * 1024 * 1024;
/* Where the packed forms are kept; every path on the web begins with a slash. */
static const char packed_root[] = "packed:";

struct item {
	struct page_file file; /* the first member: callers' pointers lead to the item */
	char *content;         /* a block of its own; NULL while it is only kept packed */
};

struct files {
	struct arena *arena; /* the paths */
	struct item *items;  /* by path */
	size_t count;
	size_t bytes; /* read so far */
};

static const struct {
	const char *ending;
	const char *type;
} types[] = {
	{ ".html", "text/html; charset=utf-8" },
	{ ".css", "text/css; charset=utf-8" },
	{ ".js", "text/javascript; charset=utf-8" },
	{ ".mjs", "text/javascript; charset=utf-8" },
	{ ".json", "application/json" },
	{ ".webmanifest", "application/manifest+json" },
	{ ".map", "application/json" },
	{ ".svg", "image/svg+xml" },
	{ ".png", "image/png" },
	{ ".jpg", "image/jpeg" },
	{ ".gif", "image/gif" },
	{ ".webp", "image/webp" },
	{ ".ico", "image/x-icon" },
	{ ".woff", "font/woff" },
	{ ".woff2", "font/woff2" },
	{ ".txt", "text/plain; charset=utf-8" },
};

static const char *type_of(const char *path)
{
	size_t len = strlen(path);

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		size_t ending = strlen(types[i].ending);

		if (len >= ending && strcasecmp(path + len - ending, types[i].ending) == 0)
			return types[i].type;
	}
	return "application/octet-stream";
}

enum status etag_make(struct span content, char etag[ETAG_SIZE])
{
	char hex[DIGEST_HEX_SIZE];
	struct digest *digest;
	enum status status = digest_create(&digest);

	if (status != STATUS_OK)
		return status;
	digest_add(digest, content);
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	if (status == STATUS_OK)
		snprintf(etag, ETAG_SIZE, "\"%.16s\"", hex);
	return status;
}

bool files_name_has_hash(const char *path)
{
	static const char *const folders[] = { "/assets/", "/console/assets/" };
	static const char base64url[] =
	        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	const char *name = strrchr(path, '/');
	const char *at = name ? strchr(name, '.') : NULL;
	bool in_assets = false;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++)
		in_assets = in_assets || strncmp(path, folders[i], strlen(folders[i])) == 0;
	if (!at || !in_assets)
		return false;
	/* The last part between two dots; those of app.HASH.js.map are two. */
	for (; at; at = strchr(at + 1, '.')) {
		const size_t len = strspn(at + 1, base64url);

		if (at > name + 1 && len >= HASH_LEAST && at[1 + len] == '.' &&
		    strcspn(at + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789") < len)
			return true;
	}
	return false;
}

/* The document that a frame shows, and what a portal's page loads for the button. */
static bool is_shared(const struct page_file *file)
{
	static const char widget[] = "/widget";

	return strncmp(file->type, "text/html", 9) == 0 ||
	       strncmp(strrchr(file->path, '/'), widget, sizeof(widget) - 1) == 0;
}

static enum status keep(struct files *files, const char *path, struct span content)
{
	struct item *item = &files->items[files->count];

	assert(files->bytes <= bytes_most);
	if (content.len > bytes_most - files->bytes)
		return STATUS_LIMIT;
	item->content = malloc(content.len + 1);
	if (!item->content)
		return STATUS_NO_MEMORY;
	if (content.len > 0)
		memcpy(item->content, content.ptr, content.len);
	files->bytes += content.len;
	files->count++;
	item->file.path = path;
	item->file.type = type_of(path);
	item->file.immutable = files_name_has_hash(path);
	item->file.shared = is_shared(&item->file);
	item->file.size = content.len;
	return etag_make(content, item->file.etag);
}

static enum status read_file(struct files *files, const char *on_disk, const char *path)
{
	enum status status;
	struct buf content;

	if (files->count == FILES_MOST)
		return STATUS_LIMIT;
	buf_init(&content, bytes_most);
	status = file_read(on_disk, &content);
	if (status == STATUS_OK)
		status = keep(files, path, buf_span(&content));
	buf_deinit(&content);
	return status;
}

/* `path` is the folder's path on the web, without a slash at its end. */
static enum status read_folder(struct files *files, const char *on_disk, const char *path,
                               int level)
{
	struct file_list list;
	enum status status = file_list(on_disk, files->arena, &list);

	if (status == STATUS_OK && level > LEVELS_MOST)
		status = STATUS_LIMIT;
	for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
		const char *name = list.names[i];
		const char *inner = file_join(files->arena, on_disk, name);
		const char *inner_path = arena_format(files->arena, "%s/%s", path, name);

		if (!inner || !inner_path)
			return STATUS_LIMIT;
		switch (file_kind(inner)) {
		case FILE_REGULAR:
			status = read_file(files, inner, inner_path);
			break;
		case FILE_FOLDER:
			status = read_folder(files, inner, inner_path, level + 1);
			break;
		case FILE_NONE:
		case FILE_OTHER:
			break;
		}
	}
	return status;
}

static int compare_paths(const void *a, const void *b)
{
	const struct item *left = a;
	const struct item *right = b;

	return strcmp(left->file.path, right->file.path);
}

static const struct page_file *find(const struct files *files, const char *path)
{
	const struct item wanted = { .file.path = path };
	const struct item *item =
	        bsearch(&wanted, files->items, files->count, sizeof(*files->items), compare_paths);

	return item ? &item->file : NULL;
}

/* The file of that name, made as printf() would; a name that is too long has none. */
__attribute__((format(printf, 2, 3))) static const struct page_file *named(
        const struct files *files, const char *format, ...)
{
	char name[PATH_SIZE];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(name, sizeof(name), format, args);
	va_end(args);
	return len > 0 && len < PATH_SIZE ? find(files, name) : NULL;
}

/* Beside the file, or by the hash of its content: its ETag without the quotes. */
static const struct page_file *packed(const struct files *files, const struct page_file *file,
                                      const char *ending)
{
	const struct page_file *beside = named(files, "%s%s", file->path, ending);

	return beside ? beside
	              : named(files, "%s/%.*s%s", packed_root, ETAG_SIZE - 3, file->etag + 1,
	                      ending);
}

static struct item *item_of(struct files *files, const struct page_file *file)
{
	return &files->items[(const struct item *)file - files->items];
}

/* The plain content, from the gzip form. *out is the caller's to free; NULL after a failure. */
static enum status unpack(struct files *files, const struct page_file *file, char **out)
{
	struct span packed;
	char *content = malloc(file->size + 1);
	enum status status = content ? files_content(files, file->gzip, &packed) : STATUS_NO_MEMORY;

	if (status == STATUS_OK)
		status = gunzip(packed, content, file->size);
	if (status != STATUS_OK) {
		free(content);
		content = NULL;
	}
	*out = content;
	return status;
}

enum status files_content(struct files *files, const struct page_file *file, struct span *out)
{
	struct item *item = item_of(files, file);
	enum status status = item->content ? STATUS_OK : unpack(files, file, &item->content);

	if (status == STATUS_OK)
		*out = (struct span){ item->content, file->size };
	return status;
}

/* Keeps the item packed only, or without a gzip form where that holds something else. */
static enum status drop_plain(struct files *files, struct item *item)
{
	char *unpacked;
	enum status status = unpack(files, &item->file, &unpacked);

	if (status == STATUS_OK && memcmp(unpacked, item->content, item->file.size) == 0) {
		free(item->content);
		item->content = NULL;
	} else if (status == STATUS_OK || status == STATUS_INVALID) {
		item->file.gzip = NULL;
		status = STATUS_OK;
	}
	free(unpacked);
	return status;
}

static enum status match_packed(struct files *files)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < files->count && status == STATUS_OK; i++) {
		struct item *item = &files->items[i];

		if (*item->file.path != '/') /* a packed form has none itself: no circles */
			continue;
		item->file.gzip = packed(files, &item->file, ".gz");
		item->file.brotli = packed(files, &item->file, ".br");
		if (item->file.gzip)
			status = drop_plain(files, item);
	}
	return status;
}

enum status files_load(const char *folder, const char *packed_folder, struct files **out)
{
	struct files *files = calloc(1, sizeof(*files));
	enum status status;

	if (!files)
		return STATUS_NO_MEMORY;
	files->items = calloc(FILES_MOST, sizeof(*files->items));
	status = files->items ? arena_create(&files->arena, bytes_most) : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = read_folder(files, folder, "", 1);
	if (status == STATUS_OK && packed_folder && file_kind(packed_folder) == FILE_FOLDER)
		status = read_folder(files, packed_folder, packed_root, 1);
	if (status == STATUS_OK) {
		qsort(files->items, files->count, sizeof(*files->items), compare_paths);
		status = match_packed(files);
	}
	if (status != STATUS_OK) {
		files_destroy(files);
		return status;
	}
	*out = files;
	return STATUS_OK;
}

void files_destroy(struct files *files)
{
	if (!files)
		return;
	for (size_t i = 0; i < files->count; i++)
		free(files->items[i].content);
	arena_destroy(files->arena);
	free(files->items);
	free(files);
}

size_t files_count(const struct files *files)
{
	return files->count;
}

const struct page_file *files_find(const struct files *files, struct span path)
{
	static const char index[] = "index.html";
	char text[PATH_SIZE];

	if (!files || path.len == 0 || *path.ptr != '/' ||
	    path.len + sizeof(index) > sizeof(text) || memchr(path.ptr, '\0', path.len))
		return NULL;
	memcpy(text, path.ptr, path.len);
	text[path.len] = '\0';
	if (text[path.len - 1] == '/')
		memcpy(text + path.len, index, sizeof(index));
	return find(files, text);
}

bool etag_matches(struct span if_none_match, const char *etag)
{
	size_t len = strlen(etag);

	if (if_none_match.len == 1 && *if_none_match.ptr == '*')
		return true;
	for (size_t at = 0; at + len <= if_none_match.len; at++)
		if (memcmp(if_none_match.ptr + at, etag, len) == 0)
			return true;
	return false;
}

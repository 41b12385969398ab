/*
 * Making: every item is written into FOLDER.part, the manifest last, and the folder is renamed.
 *
 * Restoring: every item is staged beside its place, as PLACE.restoring. Only when all are there,
 * each old one is renamed to PLACE.before-STAMP and the new one takes its name. A failure in
 * between leaves both, under names that say what they are.
 */
#include "office/backup/backup.h"

#include <assert.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "office/backup/manifest.h"
#include "office/versions/archive.h"
#include "store/copy.h"
#include "store/dump.h"

enum {
	PATH_SIZE = 4096,
	FILE_CEILING = 1 << 20, /* of a key or of settings */
	ITEMS_MOST = 64,
	PAGE_BYTES = 4096, /* of a SQLite file */
};

static bool join(char path[PATH_SIZE], const char *folder, const char *name)
{
	const int len = snprintf(path, PATH_SIZE, "%s/%s", folder, name);

	return len > 0 && len < PATH_SIZE;
}

static bool extend(char path[PATH_SIZE], const char *place, const char *end)
{
	const int len = snprintf(path, PATH_SIZE, "%s%s", place, end);

	return len > 0 && len < PATH_SIZE;
}

char *backup_path(struct arena *arena, const char *folder, const struct backup_item *item)
{
	return file_join(arena, folder, item->name);
}

static enum status complain(struct faults *faults, const struct backup_item *item,
                            enum status status, const char *problem)
{
	faults_add(faults, FAULT_ERROR, item->kind == BACKUP_SERVER ? item->name : item->place, 0,
	           NULL, "%s", problem && problem[0] ? problem : file_failure(status));
	return status;
}

static bool is_missing(const struct backup_item *item)
{
	if (item->place[0] == '\0')
		return true;
	return item->kind != BACKUP_SERVER && file_kind(item->place) == FILE_NONE;
}

/* --- making --- */

static enum status copy_file(const char *from, const char *to)
{
	struct buf bytes;
	enum status status;

	buf_init(&bytes, FILE_CEILING);
	status = file_read(from, &bytes);
	if (status == STATUS_OK)
		status = file_make_private(to, buf_span(&bytes));
	if (bytes.len > 0)
		explicit_bzero(bytes.ptr, bytes.len);
	buf_deinit(&bytes);
	return status;
}

static enum status pack_folder(const char *from, const char *to)
{
	struct buf bytes;
	enum status status;

	buf_init(&bytes, ARCHIVE_BYTES_MOST);
	status = archive_pack(from, &bytes);
	if (status == STATUS_OK)
		status = file_make_private(to, buf_span(&bytes));
	buf_deinit(&bytes);
	return status;
}

static enum status write_item(const struct backup_item *item, const char *path, int64_t busy_ms,
                              struct faults *faults)
{
	char problem[STORE_PROBLEM_SIZE] = "";
	enum status status = STATUS_INTERNAL;

	switch (item->kind) {
	case BACKUP_DATABASE:
		status = store_copy(item->place, path, busy_ms, problem);
		break;
	case BACKUP_SERVER:
		status = store_dump(item->place, path, problem);
		break;
	case BACKUP_FILE:
		status = copy_file(item->place, path);
		break;
	case BACKUP_FOLDER:
		status = pack_folder(item->place, path);
		break;
	}
	return status == STATUS_OK ? status : complain(faults, item, status, problem);
}

static enum status write_items(const char *part, struct backup_item *items, size_t count,
                               int64_t busy_ms, struct manifest *manifest, struct faults *faults)
{
	enum status status = STATUS_OK;
	char path[PATH_SIZE];

	for (size_t i = 0; status == STATUS_OK && i < count; i++) {
		struct manifest_file *file = &manifest->files[manifest->count];

		items[i].there = !is_missing(&items[i]);
		if (!items[i].there)
			continue;
		if (!join(path, part, items[i].name))
			return STATUS_LIMIT;
		status = write_item(&items[i], path, busy_ms, faults);
		file->name = items[i].name;
		file->kind = items[i].kind;
		if (status == STATUS_OK)
			status = manifest_measure(path, file);
		manifest->count++;
	}
	return status;
}

enum status backup_make(const char *folder, const struct backup_head *head,
                        struct backup_item *items, size_t count, int64_t busy_ms,
                        struct faults *faults)
{
	struct manifest_file files[ITEMS_MOST];
	struct manifest manifest = { .head = *head, .files = files };
	char part[PATH_SIZE], path[PATH_SIZE];
	enum status status;

	assert(count <= ITEMS_MOST);
	if (!extend(part, folder, ".part") || !join(path, part, MANIFEST_NAME))
		return STATUS_LIMIT;
	if (file_kind(folder) != FILE_NONE) {
		faults_add(faults, FAULT_ERROR, folder, 0, NULL, "is there already");
		return STATUS_INVALID;
	}
	/* Of one that was broken off. */
	file_remove_tree(part);
	status = file_make_private_folder_of(path);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, part, 0, NULL, "%s", file_failure(status));
	if (status == STATUS_OK)
		status = write_items(part, items, count, busy_ms, &manifest, faults);
	if (status == STATUS_OK)
		status = manifest_write(path, &manifest);
	if (status == STATUS_OK && rename(part, folder) != 0) {
		faults_add(faults, FAULT_ERROR, folder, 0, NULL, "%s", file_reason(errno));
		status = STATUS_IO;
	}
	if (status == STATUS_OK)
		return file_sync_folder_of(folder);
	file_remove_tree(part);
	return status;
}

/* --- checking --- */

static struct backup_item *find_item(struct backup_item *items, size_t count,
                                     const struct manifest_file *file)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(items[i].name, file->name) == 0 && items[i].kind == file->kind)
			return &items[i];
	return NULL;
}

/* A single page has no table: nothing was written into that database yet. */
static void check_schema(const char *path, const struct manifest_file *file,
                         const struct store_schema *schema, struct faults *faults)
{
	const struct store_settings settings = { .url = path, .read_only = true };
	char problem[STORE_PROBLEM_SIZE] = "";
	struct store *store = NULL;
	enum status status;

	if (!schema || file->bytes <= PAGE_BYTES)
		return;
	status = store_open(&store, &settings, schema, problem);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "%s",
		           problem[0] ? problem : status_text(status));
	else if (store_version(store) > schema->version)
		faults_add(faults, FAULT_ERROR, path, 0, NULL,
		           "made by a later version of Dayi: restore it with that one");
	store_close(store);
}

struct dump_check {
	const char *path;
	const struct store_schema *const *schemas;
	struct faults *faults;
};

static void check_version(void *context, const char *name, int version)
{
	const struct dump_check *check = context;

	for (const struct store_schema *const *at = check->schemas; at && *at; at++)
		if (strcmp((*at)->table, name) == 0 && version > (*at)->version)
			faults_add(check->faults, FAULT_ERROR, check->path, 0, name,
			           "made by a later version of Dayi: restore it with that one");
}

static void check_dump(const char *path, const struct backup_item *item, struct faults *faults)
{
	struct dump_check check = { path, item->schemas, faults };
	char problem[STORE_PROBLEM_SIZE] = "";
	const enum status status = store_dump_versions(path, check_version, &check, problem);

	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "%s",
		           problem[0] ? problem : status_text(status));
}

static enum status check_file(const char *folder, const struct manifest_file *file,
                              struct backup_item *item, struct faults *faults)
{
	struct manifest_file is = { 0 };
	char path[PATH_SIZE];
	enum status status;

	if (!join(path, folder, file->name))
		return STATUS_LIMIT;
	status = manifest_measure(path, &is);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "%s", file_failure(status));
	else if (is.bytes != file->bytes || !digest_equal(is.hash, file->hash))
		faults_add(faults, FAULT_ERROR, path, 0, NULL,
		           "is not what was backed up: its SHA-256 is another");
	else if (!item)
		faults_add(faults, FAULT_ERROR, path, 0, NULL,
		           "has no place in these settings: a database file where they name a "
		           "PostgreSQL, or the other way round");
	else
		item->there = true;
	if (item && item->there && item->kind == BACKUP_SERVER)
		check_dump(path, item, faults);
	else if (item && item->there)
		check_schema(path, file, item->schema, faults);
	return status == STATUS_NOT_FOUND ? STATUS_OK : status;
}

enum status backup_check(const char *folder, struct arena *arena, struct backup_head *head,
                         struct backup_item *items, size_t count, struct faults *faults)
{
	const size_t before = faults_count(faults, FAULT_ERROR);
	struct manifest manifest;
	char path[PATH_SIZE];
	enum status status;

	if (!join(path, folder, MANIFEST_NAME))
		return STATUS_LIMIT;
	status = manifest_read(path, arena, faults, &manifest);
	*head = manifest.head;
	for (size_t i = 0; status == STATUS_OK && i < manifest.count; i++)
		status = check_file(folder, &manifest.files[i],
		                    find_item(items, count, &manifest.files[i]), faults);
	if (status == STATUS_OK && faults_count(faults, FAULT_ERROR) > before)
		status = STATUS_INVALID;
	return status;
}

/* --- restoring --- */

static void check_server(const struct backup_item *item, struct faults *faults)
{
	char problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	const enum status status = store_undump_ready(item->place, problem);

	if (status == STATUS_BUSY)
		faults_add(faults, FAULT_ERROR, store_name(item->place, name), 0, NULL,
		           "a program of Dayi is connected to it: stop the server first");
	else if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, store_name(item->place, name), 0, NULL, "%s",
		           problem[0] ? problem : status_text(status));
}

static void check_place(const struct backup_item *item, bool replace, struct faults *faults)
{
	if (item->place[0] == '\0')
		faults_add(faults, FAULT_ERROR, item->name, 0, NULL,
		           "has no place in these settings");
	else if (item->kind == BACKUP_DATABASE && store_in_use(item->place))
		faults_add(faults, FAULT_ERROR, item->place, 0, NULL,
		           "a program has it open: stop the server first");
	else if (item->kind == BACKUP_SERVER)
		check_server(item, faults);
	else if (!replace && file_kind(item->place) != FILE_NONE)
		faults_add(faults, FAULT_ERROR, item->place, 0, NULL,
		           "is there already: --replace keeps it under another name");
}

static enum status unpack_folder(const char *from, const char *to)
{
	struct buf bytes;
	enum status status;

	buf_init(&bytes, ARCHIVE_BYTES_MOST);
	status = file_read(from, &bytes);
	if (status == STATUS_OK)
		status = archive_unpack(buf_span(&bytes), to);
	buf_deinit(&bytes);
	return status;
}

static enum status stage(const char *folder, const struct backup_item *item, struct faults *faults)
{
	char from[PATH_SIZE], to[PATH_SIZE], problem[STORE_PROBLEM_SIZE] = "";
	enum status status;

	if (!join(from, folder, item->name) || !extend(to, item->place, ".restoring"))
		return STATUS_LIMIT;
	file_remove_tree(to);
	status = file_make_private_folder_of(to);
	if (status == STATUS_OK && item->kind == BACKUP_DATABASE)
		status = store_copy(from, to, 0, problem);
	else if (status == STATUS_OK && item->kind == BACKUP_FILE)
		status = copy_file(from, to);
	else if (status == STATUS_OK)
		status = unpack_folder(from, to);
	return status == STATUS_OK ? status : complain(faults, item, status, problem);
}

/* Nothing under the old name is no fault. */
static int put_aside(const char *place, const char *end, const char *stamp)
{
	char from[PATH_SIZE], to[PATH_SIZE];

	if (!extend(from, place, end) || !extend(to, place, ".before-") ||
	    !extend(to + strlen(to), stamp, end))
		return ENAMETOOLONG;
	return rename(from, to) == 0 || errno == ENOENT ? 0 : errno;
}

/* A -wal that a killed server has left belongs to the old file. */
static enum status exchange(const struct backup_item *item, const char *stamp,
                            struct faults *faults)
{
	char staged[PATH_SIZE];
	int failure = put_aside(item->place, "", stamp);

	if (failure == 0 && item->kind == BACKUP_DATABASE)
		failure = put_aside(item->place, "-wal", stamp);
	if (failure == 0 && item->kind == BACKUP_DATABASE)
		failure = put_aside(item->place, "-shm", stamp);
	if (failure == 0 && !extend(staged, item->place, ".restoring"))
		failure = ENAMETOOLONG;
	if (failure == 0 && rename(staged, item->place) != 0)
		failure = errno;
	if (failure == 0)
		return file_sync_folder_of(item->place);
	return complain(faults, item, STATUS_IO, file_reason(failure));
}

static void remove_staged(const struct backup_item *items, size_t count)
{
	char staged[PATH_SIZE];

	for (size_t i = 0; i < count; i++)
		if (items[i].there && extend(staged, items[i].place, ".restoring"))
			file_remove_tree(staged);
}

static enum status restore_server(const char *folder, const struct backup_item *item,
                                  struct faults *faults)
{
	char path[PATH_SIZE], problem[STORE_PROBLEM_SIZE] = "";
	enum status status;

	if (!join(path, folder, item->name))
		return STATUS_LIMIT;
	status = store_undump(item->place, path, problem);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, item->name, 0, NULL,
		           "the files are restored, the database is as it was: %s", problem);
	return status;
}

enum status backup_restore(const char *folder, const char *stamp, bool replace,
                           const struct backup_item *items, size_t count, struct faults *faults)
{
	const size_t before = faults_count(faults, FAULT_ERROR);
	enum status status = STATUS_OK;

	for (size_t i = 0; i < count; i++)
		if (items[i].there)
			check_place(&items[i], replace, faults);
	if (faults_count(faults, FAULT_ERROR) > before)
		return STATUS_INVALID;
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		if (items[i].there && items[i].kind != BACKUP_SERVER)
			status = stage(folder, &items[i], faults);
	if (status != STATUS_OK) {
		remove_staged(items, count);
		return status;
	}
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		if (items[i].there && items[i].kind != BACKUP_SERVER)
			status = exchange(&items[i], stamp, faults);
	for (size_t i = 0; status == STATUS_OK && i < count; i++)
		if (items[i].there && items[i].kind == BACKUP_SERVER)
			status = restore_server(folder, &items[i], faults);
	return status;
}

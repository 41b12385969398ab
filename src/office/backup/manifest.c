#include "office/backup/manifest.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"

enum {
	FORMAT = 1,
	MANIFEST_CEILING = 1 << 20,
	MANIFEST_DEPTH = 8,
	PIECE_BYTES = 64 * 1024,
	FILES_MOST = 256,
};

static const char *const kind_names[BACKUP_KINDS] = {
	[BACKUP_DATABASE] = "database",
	[BACKUP_SERVER] = "postgresql",
	[BACKUP_FILE] = "file",
	[BACKUP_FOLDER] = "folder",
};

static enum status measure(FILE *stream, struct digest *digest, struct manifest_file *file)
{
	char piece[PIECE_BYTES];
	size_t got;

	file->bytes = 0;
	do {
		got = fread(piece, 1, sizeof(piece), stream);
		digest_add(digest, (struct span){ piece, got });
		file->bytes += (int64_t)got;
	} while (got > 0);
	return ferror(stream) ? STATUS_IO : STATUS_OK;
}

enum status manifest_measure(const char *path, struct manifest_file *file)
{
	struct digest *digest = NULL;
	FILE *stream = fopen(path, "rbe");
	enum status status;

	if (!stream)
		return STATUS_NOT_FOUND;
	status = digest_create(&digest);
	if (status == STATUS_OK)
		status = measure(stream, digest, file);
	if (status == STATUS_OK)
		status = digest_finish(digest, file->hash);
	digest_destroy(digest);
	fclose(stream);
	return status;
}

static cJSON *file_object(const struct manifest_file *file)
{
	cJSON *object = cJSON_CreateObject();

	cJSON_AddStringToObject(object, "name", file->name);
	cJSON_AddStringToObject(object, "kind", kind_names[file->kind]);
	cJSON_AddNumberToObject(object, "bytes", (double)file->bytes);
	cJSON_AddStringToObject(object, "sha256", file->hash);
	return object;
}

enum status manifest_write(const char *path, const struct manifest *manifest)
{
	cJSON *object = cJSON_CreateObject(), *files;
	enum status status = STATUS_NO_MEMORY;
	char *text;

	cJSON_AddNumberToObject(object, "dayi_backup", FORMAT);
	cJSON_AddStringToObject(object, "made", manifest->head.made);
	cJSON_AddStringToObject(object, "program", manifest->head.program);
	files = cJSON_AddArrayToObject(object, "files");
	for (size_t i = 0; i < manifest->count; i++)
		cJSON_AddItemToArray(files, file_object(&manifest->files[i]));
	text = cJSON_Print(object);
	if (text)
		status = file_make_private(path, span_of(text));
	cJSON_free(text);
	cJSON_Delete(object);
	return status;
}

static bool read_kind(const char *name, enum backup_kind *out)
{
	for (int kind = 0; name && kind < BACKUP_KINDS; kind++)
		if (strcmp(kind_names[kind], name) == 0) {
			*out = (enum backup_kind)kind;
			return true;
		}
	return false;
}

/* A name leads nowhere but into the backup. */
static bool is_name(const char *name)
{
	return name && name[0] != '\0' && name[0] != '.' && strlen(name) < 64 &&
	       name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789.-")] == '\0';
}

static bool read_file(const cJSON *object, struct arena *arena, struct manifest_file *out)
{
	const char *name = json_string(object, "name", NULL);
	const char *hash = json_string(object, "sha256", NULL);
	const cJSON *bytes = cJSON_GetObjectItemCaseSensitive(object, "bytes");

	if (!is_name(name) || !read_kind(json_string(object, "kind", NULL), &out->kind) || !hash ||
	    strlen(hash) != DIGEST_HEX_SIZE - 1 || !cJSON_IsNumber(bytes))
		return false;
	out->name = arena_copy(arena, span_of(name));
	out->bytes = (int64_t)bytes->valuedouble;
	memcpy(out->hash, hash, DIGEST_HEX_SIZE);
	return out->name != NULL;
}

static enum status read_all(const cJSON *object, struct arena *arena, struct manifest *out)
{
	const cJSON *files = cJSON_GetObjectItemCaseSensitive(object, "files"), *one;
	const cJSON *format = cJSON_GetObjectItemCaseSensitive(object, "dayi_backup");
	const char *made = json_string(object, "made", NULL);
	const char *program = json_string(object, "program", NULL);
	const int count = cJSON_GetArraySize(files);

	if (!cJSON_IsNumber(format) || format->valueint != FORMAT || !cJSON_IsArray(files) ||
	    !made || !program || count > FILES_MOST)
		return STATUS_INVALID;
	out->head.made = arena_copy(arena, span_of(made));
	out->head.program = arena_copy(arena, span_of(program));
	out->files = arena_array(arena, (size_t)count + 1, sizeof(*out->files));
	if (!out->head.made || !out->head.program || !out->files)
		return STATUS_NO_MEMORY;
	cJSON_ArrayForEach (one, files)
		if (!read_file(one, arena, &out->files[out->count++]))
			return STATUS_INVALID;
	return STATUS_OK;
}

enum status manifest_read(const char *path, struct arena *arena, struct faults *faults,
                          struct manifest *out)
{
	const struct json_limits limits = { MANIFEST_CEILING, MANIFEST_DEPTH };
	cJSON *object = NULL;
	struct buf text;
	enum status status;

	*out = (struct manifest){ 0 };
	buf_init(&text, MANIFEST_CEILING);
	status = file_read(path, &text);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "%s", file_failure(status));
	if (status == STATUS_OK)
		status = json_parse(&object, buf_span(&text), limits, path, faults);
	if (status == STATUS_OK) {
		status = read_all(object, arena, out);
		if (status == STATUS_INVALID)
			faults_add(faults, FAULT_ERROR, path, 0, NULL,
			           "is no list of a backup that this version can read");
	}
	cJSON_Delete(object);
	buf_deinit(&text);
	return status;
}

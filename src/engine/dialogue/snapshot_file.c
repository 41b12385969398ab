#include "engine/dialogue/snapshot_file.h"

#include <dlfcn.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "engine/match/index_file.h"

enum {
	PROGRAM_CEILING = 1 << 30,
	NAMES_CEILING = 16 << 20,
	PATH_SIZE = 4096,
	NAME_DIGITS = 32, /* of a hash, in a file's name */
	IMAGES_KEPT = 4,
	NOTES_KEPT = 32,
	NOTE_CEILING = 256,
};

static const char image_ending[] = ".index";
static const char note_ending[] = ".seen";

/* --- names --- */

void snapshot_place_init(struct snapshot_place *place, const char *folder,
                         const struct match_settings *settings)
{
	*place = (struct snapshot_place){ .folder = folder, .settings = settings };
	if (!settings->index_folder || !settings->index_folder[0] || settings->without != 0)
		return;
	if (folder_print_take(folder, &place->print) != STATUS_OK)
		place->print.hex[0] = '\0';
}

/* A matcher with parts left out (an ablation) is not kept. */
bool snapshot_place_keeps(const struct snapshot_place *place, const struct knowledge *knowledge)
{
	const struct match_settings *settings = place->settings;
	return settings->index_folder && settings->index_folder[0] && settings->without == 0 &&
	       knowledge->answer_count >= SNAPSHOT_KEPT_FROM;
}

static enum status add_file(struct digest *digest, const char *path)
{
	struct buf program;
	buf_init(&program, PROGRAM_CEILING);
	const enum status status = file_read(path, &program);
	if (status == STATUS_OK)
		digest_add_field(digest, buf_span(&program));
	buf_deinit(&program);
	return status;
}

/* The shared library that this code is part of, as it was loaded; "" in a program. */
static const char *own_library(void)
{
	struct link_map *map = NULL;
	Dl_info about;
	return dladdr1(image_ending, &about, (void **)&map, RTLD_DL_LINKMAP) != 0 && map
	               ? map->l_name
	               : "";
}

/*
 * Of the program that runs, or of libdayi in another program's process: other code may cut or weigh
 * otherwise. A change of a library that is loaded with it and reads text (ICU) comes with another
 * name of that library, and so with another program.
 */
static enum status add_program(struct digest *digest)
{
	const char *library = own_library();
	return add_file(digest, *library ? library : "/proc/self/exe");
}

static void add_settings(struct digest *digest, const struct match_settings *settings)
{
	const double numbers[] = { settings->answer_at, settings->choose_at, settings->clear_by,
		                   (double)settings->candidates };
	digest_add_field(digest, (struct span){ (const char *)numbers, sizeof(numbers) });
}

static enum status make_stamp(const struct snapshot_place *place, const char *version,
                              char stamp[DIGEST_HEX_SIZE])
{
	struct digest *digest = NULL;
	enum status status = digest_create(&digest);
	if (status != STATUS_OK)
		return status;
	status = add_program(digest);
	if (status == STATUS_OK) {
		digest_add_field(digest, span_of(version));
		digest_add_field(digest, span_of(place->folder)); /* faults name it */
		digest_add_field(digest, span_of(index_library()));
		add_settings(digest, place->settings);
		status = digest_finish(digest, stamp);
	}
	digest_destroy(digest);
	return status;
}

static bool make_path(const struct snapshot_place *place, const char *hash, const char *ending,
                      char path[PATH_SIZE])
{
	return snprintf(path, PATH_SIZE, "%s/%.*s%s", place->settings->index_folder, NAME_DIGITS,
	                hash, ending) < PATH_SIZE;
}

/* --- notes --- */

/* The note: which version the folder had when it had its print. */
static enum status make_note(const struct snapshot_place *place, const char *version,
                             struct buf *out)
{
	struct digest *digest = NULL;
	char hex[DIGEST_HEX_SIZE];
	enum status status = digest_create(&digest);
	if (status != STATUS_OK)
		return status;
	digest_add_field(digest, span_of(place->print.hex));
	digest_add_field(digest, span_of(version));
	status = digest_finish(digest, hex);
	digest_destroy(digest);
	BUF_JOIN(out, version, " ", hex, "\n");
	return status == STATUS_OK ? buf_status(out) : status;
}

static bool is_own_file(const char *path)
{
	struct stat about;
	return lstat(path, &about) == 0 && S_ISREG(about.st_mode) && about.st_uid == geteuid();
}

enum status snapshot_file_version(const struct snapshot_place *place,
                                  char version[KNOWLEDGE_VERSION_SIZE])
{
	char path[PATH_SIZE];
	struct buf note, right;
	if (!place->print.hex[0] || !make_path(place, place->print.hex, note_ending, path) ||
	    !is_own_file(path))
		return STATUS_NOT_FOUND;
	buf_init(&note, NOTE_CEILING);
	buf_init(&right, NOTE_CEILING);
	enum status status = file_read(path, &note);
	if (status == STATUS_OK && note.len >= KNOWLEDGE_VERSION_SIZE) {
		memcpy(version, note.ptr, KNOWLEDGE_VERSION_SIZE - 1);
		version[KNOWLEDGE_VERSION_SIZE - 1] = '\0';
		status = make_note(place, version, &right);
	}
	if (status != STATUS_OK || note.len != right.len ||
	    memcmp(note.ptr, right.ptr, note.len) != 0) {
		unlink(path);
		status = STATUS_NOT_FOUND;
	}
	buf_deinit(&note);
	buf_deinit(&right);
	return status;
}

void snapshot_file_note(const struct snapshot_place *place, const char *version)
{
	char path[PATH_SIZE];
	struct folder_print now;
	struct buf note;
	if (!place->print.hex[0] || !folder_print_is_settled(&place->print) ||
	    folder_print_take(place->folder, &now) != STATUS_OK ||
	    strcmp(now.hex, place->print.hex) != 0 ||
	    !make_path(place, place->print.hex, note_ending, path))
		return;
	buf_init(&note, NOTE_CEILING);
	/* Without the note the next start reads the folder again. */
	if (make_note(place, version, &note) == STATUS_OK &&
	    file_make_private(path, buf_span(&note)) != STATUS_OK)
		unlink(path);
	buf_deinit(&note);
}

/* --- old files --- */

struct old_file {
	char *path;
	struct timespec written;
};

static int newest_first(const void *a, const void *b)
{
	const struct old_file *left = a;
	const struct old_file *right = b;
	if (left->written.tv_sec != right->written.tv_sec)
		return left->written.tv_sec > right->written.tv_sec ? -1 : 1;
	return left->written.tv_nsec > right->written.tv_nsec   ? -1
	       : left->written.tv_nsec < right->written.tv_nsec ? 1
	                                                        : strcmp(left->path, right->path);
}

static bool is_named_as_ours(const char *name, const char *ending)
{
	return strspn(name, "0123456789abcdef") == NAME_DIGITS &&
	       strncmp(name + NAME_DIGITS, ending, strlen(ending)) == 0;
}

/* Removes all but the newest few, and what a writer that died left behind. */
static void remove_old(const char *folder, const char *ending, size_t most)
{
	struct file_list files = { 0 };
	struct arena *arena = NULL;
	struct old_file *old = NULL;
	size_t count = 0;
	if (arena_create(&arena, NAMES_CEILING) != STATUS_OK)
		return;
	if (file_list(folder, arena, &files) == STATUS_OK)
		old = arena_array(arena, files.count + 1, sizeof(*old));
	for (size_t i = 0; old && i < files.count; i++) {
		struct stat about;
		char *path = file_join(arena, folder, files.names[i]);
		if (path && is_named_as_ours(files.names[i], ending) && lstat(path, &about) == 0 &&
		    S_ISREG(about.st_mode))
			old[count++] = (struct old_file){ path, about.st_mtim };
	}
	if (count > most) {
		qsort(old, count, sizeof(*old), newest_first);
		for (size_t i = most; i < count; i++)
			unlink(old[i].path);
	}
	arena_destroy(arena);
}

/* --- images --- */

enum status snapshot_file_open(const struct snapshot_place *place, const char *version,
                               struct faults *faults, struct image_file **out)
{
	char stamp[DIGEST_HEX_SIZE], path[PATH_SIZE];
	*out = NULL;
	enum status status = make_stamp(place, version, stamp);
	if (status == STATUS_OK)
		status = make_path(place, stamp, image_ending, path)
		                 ? image_file_open(path, stamp, out)
		                 : STATUS_NOT_FOUND;
	if (status == STATUS_INVALID)
		faults_add(faults, FAULT_NOTE, path, 0, NULL,
		           "this index is damaged and is made anew");
	return status;
}

enum status snapshot_file_write(const struct snapshot_place *place, const char *version,
                                struct image_draft *draft, struct faults *faults)
{
	char stamp[DIGEST_HEX_SIZE], path[PATH_SIZE];
	enum status status = make_stamp(place, version, stamp);
	if (status == STATUS_OK && !make_path(place, stamp, image_ending, path))
		status = STATUS_LIMIT;
	if (status != STATUS_OK)
		return status;
	status = file_make_private_folder_of(path);
	if (status == STATUS_OK)
		status = image_file_write(path, stamp, draft);
	if (status != STATUS_OK) {
		faults_add(faults, FAULT_WARNING, path, 0, NULL,
		           "the index cannot be written (%s): it stays in memory, and the next "
		           "start makes it again",
		           file_failure(status));
		return status;
	}
	remove_old(place->settings->index_folder, image_ending, IMAGES_KEPT);
	remove_old(place->settings->index_folder, note_ending, NOTES_KEPT);
	return STATUS_OK;
}

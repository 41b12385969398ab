#include "base/key_file.h"

#include <sys/random.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/hex.h"

enum { RANDOM_BYTES = 32 };

enum status key_file_make(const char *path)
{
	unsigned char bytes[RANDOM_BYTES];
	char text[2 * RANDOM_BYTES + 1];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return STATUS_INTERNAL;
	hex_write(bytes, sizeof(bytes), text);
	text[2 * RANDOM_BYTES] = '\n';
	return file_make_private(path, (struct span){ text, sizeof(text) });
}

static void warn_of_mode(const char *path, enum key_kind kind, struct faults *faults)
{
	struct stat about;

	if (stat(path, &about) != 0)
		return;
	if (kind != KEY_PUBLIC && (about.st_mode & 077) != 0)
		faults_add(faults, FAULT_WARNING, path, 0, NULL,
		           "others may read this key (mode %03o); chmod 600 keeps it secret",
		           (unsigned)about.st_mode & 0777);
	if (kind == KEY_PUBLIC && (about.st_mode & 022) != 0)
		faults_add(faults, FAULT_WARNING, path, 0, NULL,
		           "others may write this key (mode %03o); chmod 644 stops that",
		           (unsigned)about.st_mode & 0777);
}

static void cut_line_end(struct buf *key)
{
	while (key->len > 0 && (key->ptr[key->len - 1] == '\n' || key->ptr[key->len - 1] == '\r')) {
		key->len--;
		key->ptr[key->len] = '\0';
	}
}

enum status key_file_read(const char *path, enum key_kind kind, struct buf *out,
                          struct faults *faults)
{
	const size_t before = out->len;
	enum status status = file_read(path, out);

	if (status != STATUS_OK) {
		faults_add(faults, FAULT_ERROR, path, 0, NULL, "the key cannot be read: %s",
		           file_failure(status));
		return status;
	}
	if (kind != KEY_PUBLIC)
		cut_line_end(out);
	if (kind == KEY_SECRET && out->len - before < KEY_FILE_LEAST) {
		faults_add(faults, FAULT_ERROR, path, 0, NULL,
		           "a secret of less than %d bytes can be guessed", KEY_FILE_LEAST);
		return STATUS_INVALID;
	}
	if (kind == KEY_GIVEN &&
	    (out->len == before || memchr(out->ptr + before, '\n', out->len - before))) {
		faults_add(faults, FAULT_ERROR, path, 0, NULL,
		           "it must hold the secret of the platform, on one line");
		return STATUS_INVALID;
	}
	warn_of_mode(path, kind, faults);
	return STATUS_OK;
}

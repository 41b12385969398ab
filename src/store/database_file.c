#include "store/database_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/language.h"

static const char *const endings[DATABASE_FILES] = { "", "-wal", "-shm" };

static bool name_of(const char *file, size_t i, char name[PATH_MAX])
{
	const int len = snprintf(name, PATH_MAX, "%s%s", file, endings[i]);

	return len > 0 && len < PATH_MAX;
}

static bool look_at(const char *file, size_t i, struct stat *about)
{
	char name[PATH_MAX];

	return name_of(file, i, name) && stat(name, about) == 0;
}

/*
 * A copy that came back, or an earlier version, may have left a file that everybody can read. The
 * group keeps what it has: a backup may depend on it. By name, for a descriptor of our own would
 * drop SQLite's locks. A file of another user stays as it is, for only they can change it.
 */
static void close_to_others(const char *file)
{
	char name[PATH_MAX];
	struct stat about;

	for (size_t i = 0; i < DATABASE_FILES; i++)
		if (look_at(file, i, &about) && S_ISREG(about.st_mode) &&
		    (about.st_mode & 07) != 0 && about.st_uid == geteuid() &&
		    name_of(file, i, name))
			(void)chmod(name, about.st_mode & 0770);
}

/*
 * SQLite would make it readable for all; its -wal and -shm take over the mode of the file. Only a
 * file that this call makes is ever opened here: O_EXCL.
 */
enum status database_file_make(const char *file, char problem[STORE_PROBLEM_SIZE])
{
	struct stat about;
	int fd;

	if (stat(file, &about) == 0) {
		close_to_others(file);
		return STATUS_OK;
	}
	if (file_make_private_folder_of(file) != STATUS_OK) {
		snprintf(problem, STORE_PROBLEM_SIZE, _("its folder cannot be made: %s"),
		         file_reason(errno));
		return STATUS_IO;
	}
	fd = open(file, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0) {
		close(fd);
		return STATUS_OK;
	}
	/* Another process was faster, or it is a link that leads nowhere. */
	if (errno == EEXIST && stat(file, &about) == 0)
		return STATUS_OK;
	snprintf(problem, STORE_PROBLEM_SIZE, _("the file cannot be made or opened: %s"),
	         file_reason(errno));
	return STATUS_IO;
}

struct database_files database_files_note(const char *file)
{
	struct database_files noted = { 0 };
	struct stat about;

	for (size_t i = 0; i < DATABASE_FILES; i++) {
		if (!look_at(file, i, &about))
			continue;
		noted.files[i].there = true;
		noted.files[i].device = about.st_dev;
		noted.files[i].inode = about.st_ino;
	}
	return noted;
}

static bool is_noted(const char *file, const struct database_files *noted, size_t i)
{
	struct stat about;

	return noted->files[i].there && look_at(file, i, &about) &&
	       about.st_dev == noted->files[i].device && about.st_ino == noted->files[i].inode;
}

bool database_files_unchanged(const char *file, const struct database_files *noted)
{
	for (size_t i = 0; i < DATABASE_FILES; i++)
		if (noted->files[i].there && !is_noted(file, noted, i))
			return false;
	return true;
}

bool database_file_unchanged(const char *file, const struct database_files *noted)
{
	return is_noted(file, noted, 0);
}

void database_files_remove_companions(const char *file, const struct database_files *noted)
{
	char name[PATH_MAX];

	for (size_t i = 1; i < DATABASE_FILES; i++)
		if (is_noted(file, noted, i) && name_of(file, i, name))
			unlink(name);
}

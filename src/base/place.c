#include "base/place.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

static const char state_here[] = "var";
static const char state_installed[] = "/var/lib/dayi";

const struct place_folder place_knowledge = { "knowledge", "knowledge" };
const struct place_folder place_page = { "web/dist", "web" };

/* False where it was cut. */
static bool join(const char *folder, const char *name, char path[PLACE_SIZE])
{
	return snprintf(path, PLACE_SIZE, "%s/%s", folder, name) < PLACE_SIZE;
}

/* The whole target of a link, as a text. */
static bool read_link(const char *link, char target[PLACE_SIZE])
{
	const ssize_t len = readlink(link, target, PLACE_SIZE - 1);

	if (len <= 0)
		return false;
	target[len] = '\0';
	return true;
}

/* PREFIX/bin/dayi -> PREFIX/FOLDER/NAME */
static bool in_prefix(const char *folder, const char *name, char path[PLACE_SIZE])
{
	char program[PLACE_SIZE];

	if (!read_link("/proc/self/exe", program))
		return false;
	for (int i = 0; i < 2; i++) {
		char *slash = strrchr(program, '/');

		if (!slash)
			return false;
		*slash = '\0';
	}
	return snprintf(path, PLACE_SIZE, "%s/%s/%s", program, folder, name) < PLACE_SIZE;
}

const char *place_shared(const char *name, char path[PLACE_SIZE])
{
	return in_prefix("share/dayi", name, path) ? path : NULL;
}

const char *place_find(const struct place_folder *folder, char path[PLACE_SIZE])
{
	if (file_kind(folder->here) == FILE_FOLDER)
		return folder->here;
	if (place_shared(folder->shared, path) && file_kind(path) == FILE_FOLDER)
		return path;
	return folder->here;
}

static bool at_root(void)
{
	char folder[PLACE_SIZE];

	return getcwd(folder, sizeof(folder)) && strcmp(folder, "/") == 0;
}

/* "/" has a var that is not ours. */
static bool is_here(void)
{
	return file_kind(place_knowledge.here) == FILE_FOLDER ||
	       (file_kind(state_here) == FILE_FOLDER && !at_root());
}

/*
 * A build has a link in var/dayi, whose target is made when something is first written; an
 * installation with a prefix of its own has var/lib/dayi.
 */
static bool is_beside(char folder[PLACE_SIZE])
{
	char target[PLACE_SIZE];

	if (in_prefix("var", "lib/dayi", folder) && file_kind(folder) == FILE_FOLDER)
		return true;
	if (!in_prefix("var", "dayi", folder))
		return false;
	if (read_link(folder, target) && target[0] == '/')
		memcpy(folder, target, sizeof(target));
	else if (file_kind(folder) != FILE_FOLDER)
		return false;
	return true;
}

const char *place_state(const char *name, char path[PLACE_SIZE])
{
	char beside[PLACE_SIZE];
	const char *folder = state_here;

	if (is_here())
		folder = state_here;
	else if (is_beside(beside))
		folder = beside;
	else if (at_root() || file_kind(state_installed) == FILE_FOLDER)
		folder = state_installed;
	if (!join(folder, name, path))
		snprintf(path, PLACE_SIZE, "%s/%s", state_here, name);
	return path;
}

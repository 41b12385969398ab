/*
 * Place: where the program finds its files, from whatever folder it is started.
 *
 * A folder that the user did not name is looked for in the working folder first, then beside the
 * program: with the executable in PREFIX/bin, in PREFIX/share/dayi and PREFIX/var/lib/dayi. A build
 * lays out its own folder in the same way, with PREFIX/var/dayi.
 */
#ifndef DAYI_BASE_PLACE_H
#define DAYI_BASE_PLACE_H

enum { PLACE_SIZE = 4096 };

/* A folder that comes with the program. */
struct place_folder {
	const char *here;   /* in the working folder: "web/dist" */
	const char *shared; /* in PREFIX/share/dayi: "web" */
};

extern const struct place_folder place_knowledge, place_page;

/* PREFIX/share/dayi/NAME into `path`, which it returns; NULL where /proc does not tell PREFIX. */
const char *place_shared(const char *name, char path[PLACE_SIZE]);

/*
 * The folder here where it is there, else the one beside the program where that is there; else the
 * one here, so that what is said of its absence names what was wanted. Borrowed from `folder` or
 * `path`.
 */
const char *place_find(const struct place_folder *folder, char path[PLACE_SIZE]);

/*
 * The file NAME of what the program writes, into `path`, which it returns. The folder is, the
 * first of: `var` here, where the working folder has a knowledge folder or, unless it is /, a
 * folder var; PREFIX/var/lib/dayi or PREFIX/var/dayi, where it is there; /var/lib/dayi, where it is
 * there or the working folder is /; `var` here.
 */
const char *place_state(const char *name, char path[PLACE_SIZE]);

#endif

/*
 * Files: the static page, read into memory once. A path is looked up in a table of what was read,
 * so no path can lead out of the folder. A file with a gzip form is kept in its packed forms only;
 * the first client that takes neither has it unpacked, and it is kept from then on. One thread.
 */
#ifndef DAYI_NET_FILES_H
#define DAYI_NET_FILES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "base/status.h"

enum { ETAG_SIZE = 19 }; /* 16 hex digits in quotes */

struct page_file {
	const char *path; /* "/assets/chat.js" */
	const char *type; /* of the content */
	char etag[ETAG_SIZE];
	size_t size;    /* of the content, in bytes */
	bool immutable; /* its name holds a hash of it */
	bool shared;    /* pages of other origins load it: documents, and the widget's files */
	const struct page_file *gzip, *brotli; /* the same packed; or NULL */
};

struct files;

/*
 * Reads the folder and what is below it; hidden files are left out. A file's packed forms lie
 * beside it (chat.js.gz, chat.js.br), or else in the folder `packed`, under the hash in its ETag
 * (5694d08a2e53ffca.gz); `packed` may be NULL or missing. A gzip form that does not unpack to the
 * file is not one of it. STATUS_NOT_FOUND when there is no such folder, STATUS_LIMIT above 64 MiB,
 * 4096 files or 8 levels.
 */
MUST_CHECK enum status files_load(const char *folder, const char *packed, struct files **out);
void files_destroy(struct files *files);

/* The packed forms count, too. */
size_t files_count(const struct files *files);

/*
 * Whether a file under /assets/ or /console/assets/ is called name.HASH.ending, HASH being eight or
 * more hexadecimal digits or characters of base64url, a digit or a capital among them: no word is
 * taken for one.
 */
bool files_name_has_hash(const char *path);

/* "/" and "/x/" give their index.html. NULL where there is none, and for NULL files. */
const struct page_file *files_find(const struct files *files, struct span path);

/* Borrowed until files_destroy(); `file` is one of `files`. STATUS_NO_MEMORY. */
MUST_CHECK enum status files_content(struct files *files, const struct page_file *file,
                                     struct span *out);

/* The beginning of the content's SHA-256, in quotes. */
MUST_CHECK enum status etag_make(struct span content, char etag[ETAG_SIZE]);

/* Whether a request's If-None-Match (RFC 9110, 13.1.2) names this ETag. */
bool etag_matches(struct span if_none_match, const char *etag);

#endif

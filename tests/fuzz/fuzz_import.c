/*
 * An FAQ in one of the forms that offices keep it in. The first line names the form: jsonl, csv,
 * text, yaml, docx, xlsx, or any, where the program looks. What was imported must load, and, in the
 * form of an export, export → import → export must give the same bytes.
 */
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"
#include "office/exchange/exchange.h"

enum { EXPORT_CEILING = 64 << 20, PATH_SIZE = 128, FOLDERS_OPEN = 8 };

static int remove_one(const char *path, const struct stat *about, int kind, struct FTW *walk)
{
	(void)about;
	(void)kind;
	(void)walk;
	return remove(path);
}

static void remove_folder(const char *folder)
{
	if (access(folder, F_OK) == 0)
		REQUIRE(nftw(folder, remove_one, FOLDERS_OPEN, FTW_DEPTH | FTW_PHYS) == 0);
}

/* A name of a folder in memory that is not there. */
static void name_folder(char path[PATH_SIZE], const char *which)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(path, PATH_SIZE, "%s/dayi-fuzz-%ld-%s", base, (long)getpid(), which);
	remove_folder(path);
}

/* Imports into `folder` and exports from it; false when the input has a fault. */
static bool pass_through(struct span input, enum exchange_format format,
                         enum exchange_format exported, const char *folder, struct buf *out)
{
	struct knowledge *knowledge = NULL;
	struct exchange_counts counts = { 0 };
	const struct exchange_options options = { .format = format, .folder = folder };
	const enum status status = exchange_import(input, "input", &options, NULL, &counts);
	if (status != STATUS_OK) {
		REQUIRE(status == STATUS_INVALID || status == STATUS_LIMIT);
		REQUIRE(access(folder, F_OK) != 0);
		return false;
	}
	REQUIRE(knowledge_load(folder, NULL, &knowledge) == STATUS_OK);
	REQUIRE(knowledge->answer_count == counts.entries);
	REQUIRE(exchange_export(knowledge, exported, out, NULL) == STATUS_OK);
	knowledge_destroy(knowledge);
	return true;
}

/* What was exported changes nothing where it came from. */
static void come_back(struct span exported, enum exchange_format format, const char *folder)
{
	const struct exchange_options options = { .format = format, .folder = folder };
	struct exchange_counts counts = { 0 };
	REQUIRE(exchange_import(exported, "exported", &options, NULL, &counts) == STATUS_OK);
	REQUIRE(counts.kept == counts.entries);
	REQUIRE(counts.changed == 0 && counts.added == 0 && counts.removed == 0);
}

static void import(struct span input, enum exchange_format format)
{
	const enum exchange_format exported = format <= EXCHANGE_TEXT ? format : EXCHANGE_JSONL;
	char first_folder[PATH_SIZE], second_folder[PATH_SIZE];
	struct buf first, second;
	buf_init(&first, EXPORT_CEILING);
	buf_init(&second, EXPORT_CEILING);
	name_folder(first_folder, "first");
	name_folder(second_folder, "second");
	if (pass_through(input, format, exported, first_folder, &first)) {
		REQUIRE(pass_through(buf_span(&first), exported, exported, second_folder, &second));
		REQUIRE(span_equal(buf_span(&first), buf_span(&second)));
		come_back(buf_span(&first), exported, first_folder);
	}
	remove_folder(first_folder);
	remove_folder(second_folder);
	buf_deinit(&first);
	buf_deinit(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *line_end = size ? memchr(data, '\n', size) : NULL;
	enum exchange_format format;
	char name[8] = "";
	if (!line_end || (size_t)(line_end - data) >= sizeof(name))
		return 0;
	memcpy(name, data, (size_t)(line_end - data));
	format = EXCHANGE_ANY;
	if (strcmp(name, "any") != 0 && !exchange_input_named(name, &format))
		return 0;
	const uint8_t *rest = line_end + 1;
	import((struct span){ (const char *)rest, size - (size_t)(rest - data) }, format);
	return 0;
}

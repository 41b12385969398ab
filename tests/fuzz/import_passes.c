#include "import_passes.h"

#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/file.h"
#include "engine/knowledge/knowledge.h"
#include "fuzz.h"

enum { EXPORT_CEILING = 64 << 20, PATH_SIZE = 128 };

/* A name of a folder in memory that is not there. */
static void name_folder(char path[PATH_SIZE], const char *which)
{
	const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	snprintf(path, PATH_SIZE, "%s/dayi-fuzz-%ld-%s", base, (long)getpid(), which);
	file_remove_tree(path);
}

/* Whether the export says of no text and no number that its form cannot carry it. */
static bool is_whole(const struct faults *faults)
{
	for (size_t i = 0; i < faults_kept(faults); i++) {
		const struct fault *fault = faults_at(faults, i);
		if (fault->level > FAULT_NOTE ||
		    (fault->field && strcmp(fault->field, "number") == 0))
			return false;
	}
	return true;
}

/* Imports into `folder` and exports from it, `whole` or not; false when the input has a fault. */
static bool pass_through(struct span input, enum exchange_format format,
                         enum exchange_format exported, const char *folder, struct buf *out,
                         bool *whole)
{
	struct faults *faults = NULL;
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
	REQUIRE(faults_create(&faults) == STATUS_OK);
	REQUIRE(exchange_export(knowledge, exported, out, faults) == STATUS_OK);
	*whole = is_whole(faults);
	faults_destroy(faults);
	knowledge_destroy(knowledge);
	return true;
}

/* What was exported whole changes nothing where it came from. */
static void come_back(struct span exported, enum exchange_format format, const char *folder)
{
	const struct exchange_options options = { .format = format, .folder = folder };
	struct exchange_counts counts = { 0 };
	REQUIRE(exchange_import(exported, "exported", &options, NULL, &counts) == STATUS_OK);
	REQUIRE(counts.kept == counts.entries);
	REQUIRE(counts.changed == 0 && counts.added == 0 && counts.removed == 0);
}

void import_passes(struct span input, enum exchange_format format, enum exchange_format exported)
{
	char first_folder[PATH_SIZE], second_folder[PATH_SIZE];
	struct buf first, second;
	bool whole;
	buf_init(&first, EXPORT_CEILING);
	buf_init(&second, EXPORT_CEILING);
	name_folder(first_folder, "first");
	name_folder(second_folder, "second");
	if (pass_through(input, format, exported, first_folder, &first, &whole)) {
		const bool comes_back = whole;
		REQUIRE(pass_through(buf_span(&first), exported, exported, second_folder, &second,
		                     &whole));
		REQUIRE(span_equal(buf_span(&first), buf_span(&second)));
		if (comes_back)
			come_back(buf_span(&first), exported, first_folder);
	}
	file_remove_tree(first_folder);
	file_remove_tree(second_folder);
	buf_deinit(&first);
	buf_deinit(&second);
}

/* ------------------------------------------------------------------ containers */

static void append_number(struct buf *out, uint32_t number, int bytes)
{
	for (int i = 0; i < bytes; i++)
		buf_append_char(out, (char)(number >> (8 * i) & 0xff));
}

static uint32_t crc_of(struct span bytes)
{
	uint32_t crc = 0xffffffff;
	for (size_t i = 0; i < bytes.len; i++) {
		crc ^= (unsigned char)bytes.ptr[i];
		for (int bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return ~crc;
}

/* What the local header and the directory have in common (APPNOTE.TXT 4.4.2 to 4.4.11). */
static void append_about(struct buf *out, const char *name, struct span bytes)
{
	append_number(out, 20, 2); /* version needed */
	append_number(out, 0, 4);  /* flags; stored */
	append_number(out, 0x00210000, 4);
	append_number(out, crc_of(bytes), 4);
	append_number(out, (uint32_t)bytes.len, 4);
	append_number(out, (uint32_t)bytes.len, 4);
	append_number(out, (uint32_t)strlen(name), 2);
	append_number(out, 0, 2); /* extra field */
}

static void append_container(struct buf *out, const char *const *names, const struct span *parts,
                             size_t count)
{
	uint32_t at[IMPORT_PARTS_MOST];
	REQUIRE(count <= IMPORT_PARTS_MOST);
	for (size_t i = 0; i < count; i++) {
		at[i] = (uint32_t)out->len;
		buf_append_text(out, "PK\x03\x04");
		append_about(out, names[i], parts[i]);
		buf_append_text(out, names[i]);
		buf_append(out, parts[i].ptr, parts[i].len);
	}
	const uint32_t directory = (uint32_t)out->len;
	for (size_t i = 0; i < count; i++) {
		buf_append_text(out, "PK\x01\x02");
		append_number(out, 20, 2); /* made by */
		append_about(out, names[i], parts[i]);
		append_number(out, 0, 4); /* comment, disk */
		append_number(out, 0, 2); /* internal attributes */
		append_number(out, 0, 4);
		append_number(out, at[i], 4);
		buf_append_text(out, names[i]);
	}
	const uint32_t size = (uint32_t)out->len - directory;
	buf_append_text(out, "PK\x05\x06");
	append_number(out, 0, 4); /* disks */
	append_number(out, (uint32_t)count, 2);
	append_number(out, (uint32_t)count, 2);
	append_number(out, size, 4);
	append_number(out, directory, 4);
	append_number(out, 0, 2); /* comment */
	REQUIRE(buf_status(out) == STATUS_OK);
}

void import_passes_parts(struct span input, enum exchange_format format, const char *const *names,
                         size_t most)
{
	struct span parts[IMPORT_PARTS_MOST];
	size_t count = 0;
	struct buf container;
	if (input.len >= 2 && memcmp(input.ptr, "PK", 2) == 0) {
		import_passes(input, format, EXCHANGE_JSONL);
		return;
	}
	while (count < most) {
		const char *end = input.len ? memchr(input.ptr, IMPORT_PART_END, input.len) : NULL;
		const size_t len = end ? (size_t)(end - input.ptr) : input.len;
		parts[count++] = (struct span){ input.ptr, len };
		if (!end)
			break;
		input = (struct span){ end + 1, input.len - len - 1 };
	}
	buf_init(&container, EXPORT_CEILING);
	append_container(&container, names, parts, count);
	import_passes(buf_span(&container), format, EXCHANGE_JSONL);
	buf_deinit(&container);
}

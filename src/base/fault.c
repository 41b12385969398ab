#include "base/fault.h"

#include <assert.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/language.h"
#include "base/utf8.h"

enum {
	KEPT_MOST = 1000,
	TEXT_MOST = 1024, /* of a file name, a field or a reason */
	LEVELS = FAULT_ERROR + 1,
};

struct faults {
	struct arena *arena;
	struct fault *kept;
	size_t count;
	size_t capacity;
	size_t added[LEVELS];
};

enum status faults_create(struct faults **out)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	enum status status;

	if (!faults)
		return STATUS_NO_MEMORY;
	status = arena_create(&faults->arena, (size_t)KEPT_MOST * 3 * (TEXT_MOST + 1));
	if (status != STATUS_OK) {
		free(faults);
		return status;
	}
	*out = faults;
	return STATUS_OK;
}

void faults_destroy(struct faults *faults)
{
	if (!faults)
		return;
	arena_destroy(faults->arena);
	free(faults->kept);
	free(faults);
}

/* The length to cut to without splitting a character. */
static size_t cut_length(struct span text, size_t most)
{
	size_t end = most;

	if (text.len <= most)
		return text.len;
	while (end > 0 && ((unsigned char)text.ptr[end] & 0xc0) == 0x80)
		end--;
	return end;
}

static bool copy_text(struct faults *faults, const char *string, const char **out)
{
	struct span text = { string, 0 };

	*out = NULL;
	if (!string)
		return true;
	text.len = strnlen(string, TEXT_MOST + 1);
	text.len = cut_length(text, TEXT_MOST);
	*out = arena_copy(faults->arena, text);
	return *out != NULL;
}

static bool make_room(struct faults *faults)
{
	size_t capacity = faults->capacity ? faults->capacity * 2 : 8;
	struct fault *kept;

	assert(faults->count <= faults->capacity);
	assert(faults->capacity <= KEPT_MOST);
	if (faults->count < faults->capacity)
		return true;
	if (faults->count >= KEPT_MOST)
		return false;
	if (capacity > KEPT_MOST)
		capacity = KEPT_MOST;
	kept = realloc(faults->kept, capacity * sizeof(*kept));
	if (!kept)
		return false;
	faults->kept = kept;
	faults->capacity = capacity;
	return true;
}

/* The empty msgid would give the catalogue's header. */
static const char *translated(const char *text)
{
	return *text ? _(text) : text;
}

void faults_add(struct faults *faults, enum fault_level level, const char *file, unsigned line,
                const char *field, const char *format, ...)
{
	struct fault fault = { .level = level, .line = line };
	char reason[TEXT_MOST + 1];
	va_list args;

	assert((unsigned)level < LEVELS);
	if (!faults)
		return;
	faults->added[level]++;
	if (!make_room(faults))
		return;
	va_start(args, format);
	if (strcmp(format, "%s") == 0)
		snprintf(reason, sizeof(reason), "%s", translated(va_arg(args, const char *)));
	else
		vsnprintf(reason, sizeof(reason), translated(format), args);
	va_end(args);
	if (!copy_text(faults, file, &fault.file) || !copy_text(faults, field, &fault.field) ||
	    !copy_text(faults, reason, &fault.reason))
		return;
	assert(faults->count < faults->capacity);
	faults->kept[faults->count] = fault;
	faults->count++;
}

size_t faults_count(const struct faults *faults, enum fault_level at_least)
{
	size_t count = 0;

	for (unsigned level = at_least; faults && level < LEVELS; level++)
		count += faults->added[level];
	return count;
}

size_t faults_kept(const struct faults *faults)
{
	return faults ? faults->count : 0;
}

const struct fault *faults_at(const struct faults *faults, size_t index)
{
	return faults && index < faults->count ? &faults->kept[index] : NULL;
}

/* A fault without a file comes first, one without a line last in its file. */
static bool stands_behind(const struct fault *fault, const struct fault *other)
{
	const int files = strcmp(fault->file ? fault->file : "", other->file ? other->file : "");

	if (files != 0)
		return files > 0;
	return fault->line != other->line && other->line > 0 &&
	       (fault->line == 0 || fault->line > other->line);
}

void faults_sort(struct faults *faults)
{
	for (size_t i = 1; i < faults->count; i++) {
		const struct fault fault = faults->kept[i];
		size_t at = i;

		for (; at > 0 && stands_behind(&faults->kept[at - 1], &fault); at--)
			faults->kept[at] = faults->kept[at - 1];
		faults->kept[at] = fault;
	}
}

/* A line under construction, cut to its size. */
struct line {
	char *text;
	size_t size;
	size_t len;
	bool full;
};

static void add_piece(struct line *line, struct span piece)
{
	if (line->full || piece.len >= line->size - line->len) {
		line->full = true;
		return;
	}
	memcpy(line->text + line->len, piece.ptr, piece.len);
	line->len += piece.len;
	assert(line->len < line->size);
	line->text[line->len] = '\0';
}

/* Character by character: what is a control character or ill-formed shows as \xNN. */
static void add_text(struct line *line, const char *string)
{
	struct span text = span_of(string);
	size_t next = 0;

	for (size_t at = 0; at < text.len && !line->full; at = next) {
		uint32_t point = utf8_next(text, &next);
		bool ill_formed = point == 0xfffd && next - at == 1;
		char escape[8];

		if (!ill_formed && point >= 0x20 && (point < 0x7f || point > 0x9f)) {
			add_piece(line, (struct span){ text.ptr + at, next - at });
			continue;
		}
		for (size_t i = at; i < next; i++) {
			snprintf(escape, sizeof(escape), "\\x%02X", (unsigned char)text.ptr[i]);
			add_piece(line, span_of(escape));
		}
	}
}

const char *fault_format(const struct fault *fault, char *text, size_t size)
{
	struct line line = { .text = text, .size = size };
	char number[16];

	if (size == 0)
		return text;
	text[0] = '\0';
	if (fault->file) {
		add_text(&line, fault->file);
		if (fault->line > 0) {
			snprintf(number, sizeof(number), ":%u", fault->line);
			add_text(&line, number);
		}
		add_text(&line, ": ");
	}
	if (fault->level == FAULT_WARNING)
		add_text(&line, _("warning: "));
	else if (fault->level == FAULT_NOTE)
		add_text(&line, _("note: "));
	if (fault->field) {
		add_text(&line, fault->field);
		add_text(&line, ": ");
	}
	add_text(&line, fault->reason);
	return text;
}

void faults_print(const struct faults *faults, FILE *stream)
{
	size_t added = faults_count(faults, FAULT_NOTE);
	char line[4 * TEXT_MOST];

	for (size_t i = 0; i < faults_kept(faults); i++)
		fprintf(stream, "%s\n", fault_format(&faults->kept[i], line, sizeof(line)));
	if (added > faults_kept(faults))
		fprintf(stream, _("and %zu more\n"), added - faults_kept(faults));
}

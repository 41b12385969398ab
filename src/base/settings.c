/*
 * inih parses the file; read_line() stands between the two. inih neither counts lines for its
 * handler nor reports more than the first bad line, and it splits a line that is too long. So
 * read_line() hands it one checked line at a time, and an empty one in place of a comment or a
 * faulty line. handle_value() then finds the key in the table and stores the value where the
 * table's offset says. `seen` remembers the line of each key, so that a second one is refused.
 */
#include "base/settings.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ini.h>

#include "base/file.h"
#include "base/language.h"
#include "base/near.h"
#include "base/utf8.h"

enum {
	KEY_SIZE = 128, /* inih hands out at most 49 bytes each of section and name */
	REASON_SIZE = 256,
};

static const char blanks[] = " \t\r\n\v\f";

/* The place that a value of the table goes to. */
struct target {
	const struct setting *table;
	size_t count;
	char *fields;
	struct arena *arena;
};

/* STATUS_INVALID comes with a reason. */
struct complaint {
	char reason[REASON_SIZE];
};

static const char *type_name(enum setting_type type)
{
	switch (type) {
	case SETTING_TEXT:
		return _("text");
	case SETTING_NUMBER:
		return _("whole number");
	case SETTING_RATIO:
		return _("number");
	case SETTING_FLAG:
		return _("yes or no");
	case SETTING_LIST:
		return _("list");
	}
	return _("unknown");
}

static enum status check_range(const struct setting *setting, double value,
                               struct complaint *complaint)
{
	assert(setting->least <= setting->most);
	if (value >= setting->least && value <= setting->most)
		return STATUS_OK;
	snprintf(complaint->reason, sizeof(complaint->reason), _("must be from %.15g to %.15g%s%s"),
	         setting->least, setting->most, setting->unit ? " " : "",
	         setting->unit ? setting->unit : "");
	return STATUS_INVALID;
}

static enum status set_number(const struct setting *setting, const char *value, void *field,
                              struct complaint *complaint)
{
	enum status status;
	long long number;
	char *end;

	errno = 0;
	number = strtoll(value, &end, 10);
	if (*value == '\0' || value[strspn(value, "-0123456789")] != '\0' || *end != '\0') {
		snprintf(complaint->reason, sizeof(complaint->reason), "%s",
		         _("must be a whole number"));
		return STATUS_INVALID;
	}
	if (errno == ERANGE)
		status = check_range(setting, NAN, complaint);
	else
		status = check_range(setting, (double)number, complaint);
	if (status == STATUS_OK)
		*(int64_t *)field = number;
	return status;
}

static enum status set_ratio(const struct setting *setting, const char *value, void *field,
                             struct complaint *complaint)
{
	enum status status;
	double number;
	char *end;

	number = strtod(value, &end);
	/* strtod() also takes "nan", "inf" and hexadecimal numbers. */
	if (*value == '\0' || value[strspn(value, "-.eE0123456789")] != '\0' || *end != '\0') {
		snprintf(complaint->reason, sizeof(complaint->reason), "%s",
		         _("must be a number such as 0.5"));
		return STATUS_INVALID;
	}
	status = check_range(setting, number, complaint);
	if (status == STATUS_OK)
		*(double *)field = number;
	return status;
}

static enum status set_flag(const char *value, void *field, struct complaint *complaint)
{
	static const char *const words[][2] = {
		{ "no", "yes" }, { "false", "true" }, { "off", "on" }, { "0", "1" }
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (int truth = 0; truth < 2; truth++) {
			if (strcasecmp(value, words[i][truth]) == 0) {
				*(bool *)field = truth == 1;
				return STATUS_OK;
			}
		}
	}
	snprintf(complaint->reason, sizeof(complaint->reason), "%s", _("must be yes or no"));
	return STATUS_INVALID;
}

static enum status set_text(struct arena *arena, const char *value, void *field)
{
	const char *copy = arena_copy(arena, span_of(value));

	if (!copy)
		return STATUS_NO_MEMORY;
	*(const char **)field = copy;
	return STATUS_OK;
}

static size_t next_item(const char **at)
{
	static const char parting[] = ", \t\r\n\v\f";

	*at += strspn(*at, parting);
	return strcspn(*at, parting);
}

/* Adds to the `kept` items that the list has already. */
static enum status set_list(struct arena *arena, const char *value, size_t kept, void *field)
{
	struct setting_list *list = field;
	size_t count = kept;
	const char *at = value;
	const char **items;
	size_t len;

	assert(kept <= list->count);
	for (len = next_item(&at); len > 0; len = next_item(&at)) {
		at += len;
		count++;
	}
	items = arena_array(arena, count, sizeof(*items));
	if (!items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < kept; i++)
		items[i] = list->items[i];
	at = value;
	for (size_t i = kept; i < count; i++) {
		len = next_item(&at);
		items[i] = arena_copy(arena, (struct span){ at, len });
		if (!items[i])
			return STATUS_NO_MEMORY;
		at += len;
	}
	*list = (struct setting_list){ items, count };
	return STATUS_OK;
}

static enum status set_value(const struct target *target, const struct setting *setting,
                             const char *value, struct complaint *complaint)
{
	void *field = target->fields + setting->offset;

	switch (setting->type) {
	case SETTING_TEXT:
		return set_text(target->arena, value, field);
	case SETTING_NUMBER:
		return set_number(setting, value, field, complaint);
	case SETTING_RATIO:
		return set_ratio(setting, value, field, complaint);
	case SETTING_FLAG:
		return set_flag(value, field, complaint);
	case SETTING_LIST:
		return set_list(target->arena, value, 0, field);
	}
	return STATUS_INTERNAL;
}

enum status settings_defaults(const struct setting *table, size_t count, void *target,
                              struct arena *arena)
{
	const struct target into = { table, count, target, arena };
	struct complaint complaint;

	for (size_t i = 0; i < count; i++) {
		const char *preset = table[i].preset ? table[i].preset : "";
		enum status status = set_value(&into, &table[i], preset, &complaint);

		if (status != STATUS_OK)
			return status == STATUS_NO_MEMORY ? status : STATUS_INTERNAL;
	}
	return STATUS_OK;
}

/* What comes after the section. */
static const char *name_of(const char *key)
{
	const char *dot = strchr(key, '.');

	return dot ? dot + 1 : key;
}

/* Of keys of one section only the names are compared: the section says nothing of them. */
static const char *nearest_key(const struct target *target, const char *key)
{
	struct near near = { .wrong = key };
	const size_t section = (size_t)(name_of(key) - key);
	const char *named = NULL;

	/* The right name in a wrong section is a near miss, too: in the nearest one. */
	for (size_t i = target->count; i-- > 0;) {
		if (strcmp(name_of(key), name_of(target->table[i].key)) != 0)
			continue;
		named = target->table[i].key;
		near_try(&near, named);
	}
	if (named)
		return near.best ? near.best : named;
	near.wrong = name_of(key);
	for (size_t i = 0; i < target->count; i++)
		if (strncmp(target->table[i].key, key, section) == 0)
			near_try(&near, name_of(target->table[i].key));
	if (near.best) {
		for (size_t i = 0; i < target->count; i++)
			if (name_of(target->table[i].key) == near.best)
				return target->table[i].key;
	}
	near = (struct near){ .wrong = key };
	for (size_t i = 0; i < target->count; i++)
		if (strncmp(target->table[i].key, key, section) != 0)
			near_try(&near, target->table[i].key);
	return near.best;
}

/* One run over a file. */
struct reading {
	struct target target;
	const char *path;
	struct faults *faults;
	FILE *stream;
	char *text; /* the line as it is in the file */
	size_t size;
	unsigned line;      /* number of that line */
	bool expects_value; /* the line should give a value and has not yet */
	bool continues;     /* the line is indented */
	unsigned *seen;     /* line that gave the key, for each of the table; 0: none */
	enum status status;
};

static void refuse(struct reading *reading, const char *field, const char *reason)
{
	faults_add(reading->faults, FAULT_ERROR, reading->path, reading->line, field, "%s", reason);
	if (reading->status == STATUS_OK)
		reading->status = STATUS_INVALID;
}

static void refuse_unknown(struct reading *reading, const char *key)
{
	const char *nearest = nearest_key(&reading->target, key);
	char reason[REASON_SIZE];

	if (nearest)
		snprintf(reason, sizeof(reason), _("no such setting; is %s meant?"), nearest);
	else
		snprintf(reason, sizeof(reason), "%s", _("no such setting"));
	refuse(reading, key, reason);
}

static void take_value(struct reading *reading, size_t index, const char *value)
{
	const struct setting *setting = &reading->target.table[index];
	void *field = reading->target.fields + setting->offset;
	struct complaint complaint;
	enum status status;

	assert(index < reading->target.count);
	assert(reading->line > 0);
	if (reading->continues && reading->seen[index] > 0 && setting->type == SETTING_LIST) {
		status = set_list(reading->target.arena, value,
		                  ((struct setting_list *)field)->count, field);
	} else if (reading->continues && reading->seen[index] > 0) {
		refuse(reading, setting->key,
		       "only a list goes on in an indented line; begin a key at the line's start");
		return;
	} else if (reading->seen[index] > 0) {
		snprintf(complaint.reason, sizeof(complaint.reason),
		         _("is given already in line %u"), reading->seen[index]);
		refuse(reading, setting->key, complaint.reason);
		return;
	} else {
		reading->seen[index] = reading->line;
		status = set_value(&reading->target, setting, value, &complaint);
	}
	if (status == STATUS_INVALID)
		refuse(reading, setting->key, complaint.reason);
	else if (status != STATUS_OK)
		reading->status = status;
}

/* Called by inih for each value; not zero: go on. */
static int handle_value(void *context, const char *section, const char *name, const char *value)
{
	struct reading *reading = context;
	char key[KEY_SIZE];

	reading->expects_value = false;
	snprintf(key, sizeof(key), "%s%s%s", section, *section ? "." : "", name);
	for (size_t i = 0; i < reading->target.count; i++) {
		if (strcmp(reading->target.table[i].key, key) == 0) {
			take_value(reading, i, value);
			return 1;
		}
	}
	refuse_unknown(reading, key);
	return 1;
}

/* inih would cut the value here without a word. */
static bool has_late_comment(const char *text)
{
	for (const char *at = strchr(text, ';'); at; at = strchr(at + 1, ';')) {
		if (at > text && strchr(blanks, at[-1]))
			return true;
	}
	return false;
}

/* inih would pass over it without a word. */
static bool has_tail_after_section(const char *text)
{
	const char *start = text + strspn(text, blanks);
	const char *end = *start == '[' ? strchr(start, ']') : NULL;

	return end && end[1 + strspn(end + 1, blanks)] != '\0';
}

/* False when the line must not reach inih; what is wrong with it is then said. */
static bool check_line(struct reading *reading, size_t len, int size)
{
	struct span line = { reading->text, len };
	char reason[REASON_SIZE];

	if (!utf8_valid(line) || memchr(line.ptr, '\0', line.len)) {
		refuse(reading, NULL, "not a line of UTF-8 text");
		return false;
	}
	if (len >= (size_t)size) {
		snprintf(reason, sizeof(reason), _("longer than %d bytes"), size - 2);
		refuse(reading, NULL, reason);
		return false;
	}
	if (has_late_comment(reading->text)) {
		refuse(reading, NULL, "a comment must stand in a line of its own");
		return false;
	}
	if (has_tail_after_section(reading->text)) {
		refuse(reading, NULL, "nothing may follow [section] in its line");
		return false;
	}
	return true;
}

/* Gives inih the next line of the file, or an empty one in place of a faulty line. */
static char *read_line(char *into, int size, void *context)
{
	struct reading *reading = context;
	const char *start;
	ssize_t len;

	if (reading->expects_value)
		refuse(reading, NULL, "neither [section] nor key = value");
	reading->expects_value = false;
	len = getline(&reading->text, &reading->size, reading->stream);
	if (len < 0)
		return NULL;
	reading->line++;
	if (reading->line == 1 && len >= 3 && memcmp(reading->text, "\xef\xbb\xbf", 3) == 0) {
		memmove(reading->text, reading->text + 3, (size_t)len - 3 + 1);
		len -= 3;
	}
	start = reading->text + strspn(reading->text, blanks);
	if (*start == ';' || *start == '#' || !check_line(reading, (size_t)len, size)) {
		memcpy(into, "\n", 2);
		return into;
	}
	assert(len < size); /* check_line() refused longer ones */
	reading->continues = start > reading->text;
	reading->expects_value = *start != '\0' && (*start != '[' || !strchr(start, ']'));
	memcpy(into, reading->text, (size_t)len + 1);
	return into;
}

static enum status read_stream(struct reading *reading)
{
	int result = ini_parse_stream(read_line, reading, handle_value, reading);

	if (result == -2)
		return STATUS_NO_MEMORY;
	if (ferror(reading->stream)) {
		refuse(reading, NULL, "cannot be read");
		return STATUS_IO;
	}
	return reading->status;
}

enum status settings_read(const struct setting *table, size_t count, void *target,
                          struct arena *arena, const char *path, unsigned *lines,
                          struct faults *faults)
{
	struct reading reading = { .target = { table, count, target, arena },
		                   .path = path,
		                   .faults = faults };
	enum status status = STATUS_NO_MEMORY;

	reading.stream = fopen(path, "re");
	if (!reading.stream) {
		status = errno == ENOENT || errno == ENOTDIR ? STATUS_NOT_FOUND : STATUS_IO;
		if (status == STATUS_NOT_FOUND)
			faults_add(faults, FAULT_ERROR, path, 0, NULL, "no such file");
		else
			faults_add(faults, FAULT_ERROR, path, 0, NULL, "cannot be opened: %s",
			           file_reason(errno));
		return status;
	}
	reading.seen = calloc(count ? count : 1, sizeof(*reading.seen));
	if (reading.seen)
		status = read_stream(&reading);
	if (reading.seen && lines)
		memcpy(lines, reading.seen, count * sizeof(*lines));
	free(reading.seen);
	free(reading.text);
	fclose(reading.stream);
	return status;
}

static void print_range(const struct setting *setting, FILE *stream)
{
	if (setting->type == SETTING_NUMBER || setting->type == SETTING_RATIO)
		fprintf(stream, _("%.15g to %.15g"), setting->least, setting->most);
}

static void print_file(const struct setting *table, size_t count, FILE *stream)
{
	struct span section = { "", 0 };

	for (size_t i = 0; i < count; i++) {
		const struct setting *setting = &table[i];
		const char *dot = strchr(setting->key, '.');
		struct span own = { setting->key, dot ? (size_t)(dot - setting->key) : 0 };

		if (i > 0)
			fputc('\n', stream);
		if (!span_equal(own, section)) {
			fprintf(stream, "[%.*s]\n", SPAN_ARGS(own));
			section = own;
		}
		fprintf(stream, "# %s\n# %s", _(setting->help), type_name(setting->type));
		if (setting->type == SETTING_NUMBER || setting->type == SETTING_RATIO)
			fputs(", ", stream);
		print_range(setting, stream);
		fprintf(stream, "%s%s\n%s =", setting->unit ? " " : "",
		        setting->unit ? setting->unit : "", dot ? dot + 1 : setting->key);
		if (setting->preset && *setting->preset)
			fprintf(stream, " %s", setting->preset);
		fputc('\n', stream);
	}
}

/* A bar would end the cell. */
static void print_cell(const char *text, FILE *stream)
{
	for (; text && *text; text++) {
		if (*text == '|')
			fputc('\\', stream);
		fputc(*text, stream);
	}
}

static void print_table(const struct setting *table, size_t count, FILE *stream)
{
	fputs(_("| Key | Type | Default | Range | Meaning |"), stream);
	fputs("\n|---|---|---|---|---|\n", stream);
	for (size_t i = 0; i < count; i++) {
		const struct setting *setting = &table[i];
		bool quoted = setting->preset && *setting->preset;

		fprintf(stream, "| `%s` | %s | ", setting->key, type_name(setting->type));
		fputs(quoted ? "`" : "", stream);
		print_cell(setting->preset, stream);
		fputs(quoted ? "` | " : " | ", stream);
		print_range(setting, stream);
		fprintf(stream, "%s%s | ", setting->unit ? " " : "",
		        setting->unit ? setting->unit : "");
		print_cell(_(setting->help), stream);
		fputs(" |\n", stream);
	}
}

void settings_print(const struct setting *table, size_t count, bool markdown, FILE *stream)
{
	if (markdown)
		print_table(table, count, stream);
	else
		print_file(table, count, stream);
}

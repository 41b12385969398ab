/*
 * word/numbering.xml: an instance (num) names a definition (abstractNum) with up to nine levels,
 * and may begin anew (lvlOverride). Instances of one definition count on together. word/styles.xml:
 * a style may carry a list, the level of a heading and bold letters, and be based on another one.
 */
#include "office/exchange/docx_numbering.h"

#include <stdlib.h>
#include <string.h>

#include "office/exchange/exchange_text.h"

enum {
	LEVELS = 9,
	LISTS_MOST = 512,
	STYLES_MOST = 512,
	STYLE_SIZE = 64,
	BASES_MOST = 10, /* styles that one is based on */
	LABEL_SIZE = 64,
	NO_HEADING = 9, /* the outline level of plain text */
	NUMBER_MOST = 9999,
	HEADINGS = 6,
};

struct level {
	char format[24], label[LABEL_SIZE];
	int start;
	bool legal; /* numbers of all levels in it are decimal */
};

struct list {
	int id;
	struct level levels[LEVELS];
	int counts[LEVELS];
};

struct instance {
	int id, list;
	int starts[LEVELS]; /* -1: not set; used up by the first paragraph */
};

struct style {
	char id[STYLE_SIZE], based_on[STYLE_SIZE];
	struct docx_form form, whole; /* its own, and with those it is based on */
	bool is_default;
};

struct docx_numbering {
	struct list lists[LISTS_MOST];
	struct instance instances[LISTS_MOST];
	struct style styles[STYLES_MOST];
	size_t list_count, instance_count, style_count;
	int level;            /* while a part is read */
	bool in_style, skips; /* skips: a list beyond LISTS_MOST is at hand */
};

int docx_number(const char *text)
{
	const long value = text ? strtol(text, NULL, 10) : -1;

	return value >= 0 && value <= 1 << 30 ? (int)value : -1;
}

/* ------------------------------------------------------------------ reading */

static void read_level(struct level *level, const char *element, const char *value)
{
	if (strcmp(element, "isLgl") == 0)
		level->legal = docx_is_on(value);
	if (!value)
		return;
	if (strcmp(element, "start") == 0)
		level->start = docx_number(value);
	else if (strcmp(element, "numFmt") == 0)
		text_copy_cut(level->format, sizeof(level->format), value);
	else if (strcmp(element, "lvlText") == 0)
		text_copy_cut(level->label, sizeof(level->label), value);
}

static struct instance *add_instance(struct docx_numbering *numbering, int id)
{
	struct instance *instance = &numbering->instances[numbering->instance_count++];

	instance->id = id;
	for (int i = 0; i < LEVELS; i++)
		instance->starts[i] = -1;
	return instance;
}

static enum status numbering_start(void *context, const char *element, const char **attributes)
{
	struct docx_numbering *numbering = context;
	struct instance *instance = numbering->instance_count > 0
	                                    ? &numbering->instances[numbering->instance_count - 1]
	                                    : NULL;
	struct list *list =
	        numbering->list_count > 0 ? &numbering->lists[numbering->list_count - 1] : NULL;
	const char *value = xml_attribute(attributes, "val");

	if (strcmp(element, "abstractNum") == 0 || strcmp(element, "num") == 0)
		numbering->skips = (element[0] == 'a' ? numbering->list_count
		                                      : numbering->instance_count) == LISTS_MOST;
	if (numbering->skips)
		return STATUS_OK;
	if (strcmp(element, "abstractNum") == 0) {
		numbering->lists[numbering->list_count++].id =
		        docx_number(xml_attribute(attributes, "abstractNumId"));
		numbering->level = -1;
	} else if (strcmp(element, "num") == 0) {
		(void)add_instance(numbering, docx_number(xml_attribute(attributes, "numId")));
		numbering->level = -1;
	} else if (strcmp(element, "abstractNumId") == 0 && instance) {
		instance->list = docx_number(value);
	} else if (strcmp(element, "lvl") == 0 || strcmp(element, "lvlOverride") == 0) {
		numbering->level = docx_number(xml_attribute(attributes, "ilvl"));
	} else if (numbering->level < 0 || numbering->level >= LEVELS) {
		; /* of no level */
	} else if (instance && value && strcmp(element, "startOverride") == 0) {
		instance->starts[numbering->level] = docx_number(value);
	} else if (list && !instance) {
		read_level(&list->levels[numbering->level], element, value);
	}
	return STATUS_OK;
}

/* “heading 2”, “标题 2” */
static int heading_of(const char *name)
{
	const char *digit = name + strlen(name);

	if (digit == name || digit[-1] < '1' || digit[-1] > '0' + HEADINGS ||
	    (strncmp(name, "heading", 7) != 0 && strncmp(name, "Heading", 7) != 0 &&
	     strncmp(name, "标题", strlen("标题")) != 0))
		return -1;
	return digit[-1] - '0';
}

bool docx_is_on(const char *value)
{
	return !value || (strcmp(value, "0") != 0 && strcmp(value, "false") != 0 &&
	                  strcmp(value, "off") != 0);
}

int docx_heading(const char *outline_level, int otherwise)
{
	const int level = docx_number(outline_level);

	if (level < 0 || level > NO_HEADING)
		return otherwise;
	return level == NO_HEADING ? 0 : level + 1;
}

static void read_style(struct style *style, const char *element, const char *value)
{
	if (strcmp(element, "b") == 0)
		style->form.bold = docx_is_on(value);
	if (!value)
		return;
	if (strcmp(element, "name") == 0 && heading_of(value) > 0)
		style->form.heading = heading_of(value);
	else if (strcmp(element, "basedOn") == 0)
		text_copy_cut(style->based_on, sizeof(style->based_on), value);
	else if (strcmp(element, "numId") == 0)
		style->form.list = docx_number(value);
	else if (strcmp(element, "ilvl") == 0)
		style->form.level = docx_number(value);
	else if (strcmp(element, "outlineLvl") == 0)
		style->form.heading = docx_heading(value, style->form.heading);
}

static enum status styles_start(void *context, const char *element, const char **attributes)
{
	struct docx_numbering *numbering = context;

	if (strcmp(element, "style") == 0) {
		const char *id = xml_attribute(attributes, "styleId");
		const char *type = xml_attribute(attributes, "type");
		const char *is_default = xml_attribute(attributes, "default");
		struct style *style;

		numbering->in_style = id && (!type || strcmp(type, "paragraph") == 0) &&
		                      numbering->style_count < STYLES_MOST;
		if (!numbering->in_style)
			return STATUS_OK;
		style = &numbering->styles[numbering->style_count++];
		text_copy_cut(style->id, sizeof(style->id), id);
		style->is_default = is_default && docx_is_on(is_default);
		style->form = (struct docx_form){ -1, -1, -1, -1 };
	} else if (numbering->in_style) {
		read_style(&numbering->styles[numbering->style_count - 1], element,
		           xml_attribute(attributes, "val"));
	}
	return STATUS_OK;
}

void docx_numbering_destroy(struct docx_numbering *numbering)
{
	free(numbering);
}

/* ------------------------------------------------------------------ styles */

static const struct style *find_style(const struct docx_numbering *numbering, const char *id)
{
	for (size_t i = 0; i < numbering->style_count; i++)
		if (id ? strcmp(numbering->styles[i].id, id) == 0 : numbering->styles[i].is_default)
			return &numbering->styles[i];
	return NULL;
}

static struct docx_form whole_form(const struct docx_numbering *numbering,
                                   const struct style *style)
{
	struct docx_form form = { -1, -1, -1, -1 };

	for (int i = 0; style && i < BASES_MOST; i++) {
		form.list = form.list < 0 ? style->form.list : form.list;
		form.level = form.level < 0 ? style->form.level : form.level;
		form.heading = form.heading < 0 ? style->form.heading : form.heading;
		form.bold = form.bold < 0 ? style->form.bold : form.bold;
		style = style->based_on[0] ? find_style(numbering, style->based_on) : NULL;
	}
	return form;
}

struct docx_form docx_style(const struct docx_numbering *numbering, const char *id)
{
	const struct style *style = find_style(numbering, id && id[0] ? id : NULL);

	return style ? style->whole : (struct docx_form){ -1, -1, -1, -1 };
}

enum status docx_numbering_read(struct container *container, struct docx_numbering **out)
{
	struct docx_numbering *numbering = calloc(1, sizeof(*numbering));
	const struct xml_reader lists = { numbering_start, NULL, NULL, numbering };
	const struct xml_reader styles = { styles_start, NULL, NULL, numbering };
	enum status status = STATUS_OK;

	*out = numbering;
	if (!numbering)
		return STATUS_NO_MEMORY;
	numbering->level = -1;
	if (container_has(container, "word/numbering.xml"))
		status = container_read(container, "word/numbering.xml", &lists);
	if (status == STATUS_OK && container_has(container, "word/styles.xml"))
		status = container_read(container, "word/styles.xml", &styles);
	for (size_t i = 0; i < numbering->style_count; i++)
		numbering->styles[i].whole = whole_form(numbering, &numbering->styles[i]);
	return status;
}

/* ------------------------------------------------------------------ labels */

static void append_chinese(int number, struct buf *out)
{
	static const char *const digits[] = { "",   "一", "二", "三", "四",
		                              "五", "六", "七", "八", "九" };

	if (number >= 100) {
		buf_append_format(out, "%d", number);
		return;
	}
	if (number >= 20)
		buf_append_text(out, digits[number / 10]);
	if (number >= 10)
		buf_append_text(out, "十");
	buf_append_text(out, digits[number % 10]);
}

static void append_number(const char *format, int number, struct buf *out)
{
	if (strstr(format, "hinese") || strcmp(format, "japaneseCounting") == 0 ||
	    strcmp(format, "ideographDigital") == 0)
		append_chinese(number, out);
	else if (strstr(format, "EnclosedCircle") && number >= 1 && number <= 20)
		buf_append_code_point(out, 0x2460 + (uint32_t)number - 1);
	else if (strcmp(format, "lowerLetter") == 0 && number <= 26)
		buf_append_char(out, (char)('a' + number - 1));
	else if (strcmp(format, "upperLetter") == 0 && number <= 26)
		buf_append_char(out, (char)('A' + number - 1));
	else
		buf_append_format(out, "%d", number);
}

static struct instance *find_instance(struct docx_numbering *numbering, int id)
{
	for (size_t i = 0; i < numbering->instance_count; i++)
		if (numbering->instances[i].id == id)
			return &numbering->instances[i];
	return NULL;
}

static struct list *find_list(struct docx_numbering *numbering, const struct instance *instance)
{
	for (size_t i = 0; instance && i < numbering->list_count; i++)
		if (numbering->lists[i].id == instance->list)
			return &numbering->lists[i];
	return NULL;
}

static void count(struct list *list, struct instance *instance, int at)
{
	const int start = list->levels[at].start > 0 ? list->levels[at].start : 1;

	if (instance->starts[at] > 0) {
		list->counts[at] = instance->starts[at];
		instance->starts[at] = -1;
	} else if (list->counts[at] == 0) {
		list->counts[at] = start;
	} else if (list->counts[at] < NUMBER_MOST) {
		list->counts[at]++;
	}
	for (int i = at + 1; i < LEVELS; i++)
		list->counts[i] = 0;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool begins_with_digit(struct span text)
{
	return text.len > 0 && is_digit(text.ptr[0]);
}

/* A level's label, “第%1章”, with the numbers that its levels have come to. */
static void append_counted(const struct list *list, const struct level *level, struct buf *out)
{
	for (const char *c = level->label; *c; c++) {
		const int other = c[0] == '%' && c[1] >= '1' && c[1] <= '9' ? c[1] - '1' : -1;

		if (other < 0) {
			buf_append_char(out, *c);
			continue;
		}
		append_number(level->legal ? "decimal" : list->levels[other].format,
		              list->counts[other] > 0 ? list->counts[other] : 1, out);
		c++;
	}
}

/* Word sets a tab behind a number, which parts it from one in the text: 12. and 24小时. */
static bool runs_into(struct span label, struct span text)
{
	const char last = label.len > 0 ? label.ptr[label.len - 1] : ' ';

	return is_digit(last) || (last == '.' && begins_with_digit(text));
}

void docx_append_label(struct docx_numbering *numbering, struct docx_form form, struct span text,
                       struct buf *out)
{
	struct instance *instance = find_instance(numbering, form.list);
	struct list *list = find_list(numbering, instance);
	const int at = form.level < 0 ? 0 : form.level;
	const struct level *level;
	const size_t before = out->len;

	if (!list || at >= LEVELS)
		return;
	level = &list->levels[at];
	count(list, instance, at);
	if (strcmp(level->format, "bullet") == 0 || strcmp(level->format, "none") == 0)
		return;
	append_counted(list, level, out);
	if (runs_into((struct span){ buf_text(out) + before, out->len - before }, text))
		buf_append_char(out, ' ');
}

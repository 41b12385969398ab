#include "office/exchange/xlsx_styles.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/grow.h"

enum { STYLES_MOST = 65536, FORMATS_MOST = 4096 }; /* Excel takes 64,000 styles */

struct format {
	unsigned long id;
	struct number_format *shown;
};

struct xlsx_styles {
	struct format *formats; /* the first one is General */
	size_t format_count, format_capacity;
	uint16_t *styles; /* the place of the format of each */
	size_t style_count, style_capacity;
	bool in_cells;
};

/*
 * ECMA-376 part 1, 18.8.30: the codes of ids that no workbook needs to tell, as Chinese Excel has
 * them (5 to 8, 14, 22, 37 to 44 are those of the place).
 */
static const struct {
	unsigned long first, last;
	const char *code;
} built_in[] = {
	{ 0, 0, "General" },
	{ 1, 1, "0" },
	{ 2, 2, "0.00" },
	{ 3, 3, "#,##0" },
	{ 4, 4, "#,##0.00" },
	{ 5, 6, "¥#,##0;¥-#,##0" },
	{ 7, 8, "¥#,##0.00;¥-#,##0.00" },
	{ 9, 9, "0%" },
	{ 10, 10, "0.00%" },
	{ 11, 11, "0.00E+00" },
	{ 12, 12, "# ?/?" },
	{ 13, 13, "# ?\?/?\?" },
	{ 14, 14, "yyyy/m/d" },
	{ 15, 15, "d-mmm-yy" },
	{ 16, 16, "d-mmm" },
	{ 17, 17, "mmm-yy" },
	{ 18, 18, "h:mm AM/PM" },
	{ 19, 19, "h:mm:ss AM/PM" },
	{ 20, 20, "h:mm" },
	{ 21, 21, "h:mm:ss" },
	{ 22, 22, "yyyy/m/d h:mm" },
	{ 27, 27, "yyyy年m月" },
	{ 28, 29, "m月d日" },
	{ 30, 30, "m-d-yy" },
	{ 31, 31, "yyyy年m月d日" },
	{ 32, 32, "h时mm分" },
	{ 33, 33, "h时mm分ss秒" },
	{ 34, 34, "上午/下午h时mm分" },
	{ 35, 35, "上午/下午h时mm分ss秒" },
	{ 36, 36, "yyyy年m月" },
	{ 37, 38, "#,##0;-#,##0" },
	{ 39, 40, "#,##0.00;-#,##0.00" },
	{ 41, 41, "#,##0;-#,##0;-" },
	{ 42, 42, "¥#,##0;¥-#,##0;¥-" },
	{ 43, 43, "#,##0.00;-#,##0.00;-" },
	{ 44, 44, "¥#,##0.00;¥-#,##0.00;¥-" },
	{ 45, 45, "mm:ss" },
	{ 46, 46, "[h]:mm:ss" },
	{ 47, 47, "mm:ss.0" },
	{ 48, 48, "##0.0E+0" },
	{ 49, 49, "@" },
	{ 50, 50, "yyyy年m月" },
	{ 51, 51, "m月d日" },
	{ 52, 52, "yyyy年m月" },
	{ 53, 54, "m月d日" },
	{ 55, 55, "上午/下午h时mm分" },
	{ 56, 56, "上午/下午h时mm分ss秒" },
	{ 57, 57, "yyyy年m月" },
	{ 58, 58, "m月d日" },
};

static enum status add_format(struct xlsx_styles *styles, unsigned long id, const char *code)
{
	struct format *formats = grow(styles->formats, styles->format_count,
	                              &styles->format_capacity, sizeof(*formats), 16);

	if (!formats)
		return STATUS_NO_MEMORY;
	styles->formats = formats;
	if (styles->format_count == FORMATS_MOST)
		return STATUS_LIMIT;
	formats[styles->format_count].id = id;
	return number_format_create(&formats[styles->format_count++].shown, span_of(code));
}

/* A workbook's own format goes before one that is built in. */
static size_t find_format(const struct xlsx_styles *styles, unsigned long id)
{
	size_t i = 0;

	while (i < styles->format_count && styles->formats[i].id != id)
		i++;
	return i;
}

/* Formats that are built in are added once a style has them; an id without a code is its code. */
static enum status add_style(struct xlsx_styles *styles, unsigned long id)
{
	const size_t format = find_format(styles, id);
	uint16_t *places = grow(styles->styles, styles->style_count, &styles->style_capacity,
	                        sizeof(*places), 64);
	char unknown[32];
	const char *code = unknown;

	if (!places)
		return STATUS_NO_MEMORY;
	styles->styles = places;
	if (styles->style_count == STYLES_MOST)
		return STATUS_LIMIT;
	places[styles->style_count++] = (uint16_t)format;
	if (format < styles->format_count)
		return STATUS_OK;
	snprintf(unknown, sizeof(unknown), "id %lu", id);
	for (size_t i = 0; i < sizeof(built_in) / sizeof(built_in[0]); i++)
		if (id >= built_in[i].first && id <= built_in[i].last)
			code = built_in[i].code;
	return add_format(styles, id, code);
}

static enum status styles_start(void *context, const char *element, const char **attributes)
{
	struct xlsx_styles *styles = context;
	const char *id = xml_attribute(attributes, "numFmtId");
	const char *code = xml_attribute(attributes, "formatCode");
	const unsigned long number = id ? strtoul(id, NULL, 10) : 0;

	styles->in_cells |= strcmp(element, "cellXfs") == 0;
	if (strcmp(element, "numFmt") == 0 && code && number > 0)
		return add_format(styles, number, code);
	if (strcmp(element, "xf") == 0 && styles->in_cells)
		return add_style(styles, number);
	return STATUS_OK;
}

static enum status styles_end(void *context, const char *element)
{
	struct xlsx_styles *styles = context;

	if (strcmp(element, "cellXfs") == 0)
		styles->in_cells = false;
	return STATUS_OK;
}

enum status xlsx_styles_read(struct container *container, struct xlsx_styles **out)
{
	static const char part[] = "xl/styles.xml";
	struct xlsx_styles *styles = calloc(1, sizeof(*styles));
	const struct xml_reader reader = { styles_start, styles_end, NULL, styles };
	enum status status;

	*out = styles;
	if (!styles)
		return STATUS_NO_MEMORY;
	status = add_format(styles, 0, "General");
	if (status == STATUS_OK && container_has(container, part))
		status = container_read(container, part, &reader);
	return status;
}

void xlsx_styles_destroy(struct xlsx_styles *styles)
{
	if (!styles)
		return;
	for (size_t i = 0; i < styles->format_count; i++)
		number_format_destroy(styles->formats[i].shown);
	free(styles->formats);
	free(styles->styles);
	free(styles);
}

const struct number_format *xlsx_styles_format(const struct xlsx_styles *styles, size_t style)
{
	const size_t format = style < styles->style_count ? styles->styles[style] : 0;

	return styles->formats[format].shown;
}

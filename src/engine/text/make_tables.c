/*
 * make_tables FILE: writes the C source of the tables in text_tables.h.
 *
 * Runs at build time. What each code point becomes is, in this order: NFKC with case folding
 * (Unicode's nfkc_cf), traditional to simplified Chinese, one shape for each kind of quote,
 * bracket, dash and stop.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uchar.h>

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>
#include <unicode/utrans.h>

#include "engine/text/text_tables.h"

enum {
	POINT_COUNT = 0x110000,
	EXPANSION_MOST = 31,     /* what an entry's length can say */
	EXPANSIONS_MOST = 65536, /* code points of all expansions */
	SYLLABLES_MOST = 1024,
	TRANSLITERATION_MOST = 1 << 20, /* UTF-16 units */
};

struct tables {
	const UNormalizer2 *nfkc_cf;
	const UNormalizer2 *nfd;
	uint32_t simplified[POINT_COUNT]; /* 0 = stays */
	uint32_t unified[POINT_COUNT];    /* 0 = stays */
	text_entry entries[POINT_COUNT];
	uint32_t expansions[EXPANSIONS_MOST];
	uint32_t expansion_count;
	char readings[TEXT_PINYIN_END - TEXT_PINYIN_FIRST][TEXT_SYLLABLE_MOST + 1];
	char syllables[SYLLABLES_MOST][TEXT_SYLLABLE_MOST + 1];
	uint16_t syllable_count;
};

/* Characters that are also correct in simplified Chinese stay as they are. */
static const char32_t kept[] = U"乾俱吒夥姊摺箝苎藉著跤阪";

/* Pairs that ICU's transliterator lacks. Radicals come out of PDF files in place of characters. */
static const char32_t more_simplified[] = U"衞卫麪面峯峰榦干旣既甦苏幷并妳你"
                                          U"⺠民⻄西⻅见⻆角⻉贝⻋车⻓长⻔门⻘青⻙韦⻚页"
                                          U"⻛风⻜飞⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻨麦⻩黄⻬齐"
                                          U"⻮齿⻰龙⻳龟";

/* The first of each list replaces the others, after nfkc_cf. */
static const char32_t *const shapes[] = {
	U"\"“”„‟「」『』〝〞〟", U"'‘’‚‛`",    U"(❨⦅",       U")❩⦆", U"[〔【〖〘〚",
	U"]〕】〗〙〛",          U"<《〈⟨⟪«‹", U">》〉⟩⟫»›", U",、", U".。",
	U"-‐‒–—―−─ー⁃⸺⸻",        U"·•‧∙⋅・",
};

/* Better readings than ICU's for offices: 延长, 多长; 重新, 重复; 嗯 is no syllable. */
static const struct {
	char32_t point;
	const char *reading;
} better_readings[] = {
	{ U'长', "chang" },
	{ U'長', "chang" },
	{ U'重', "chong" },
	{ U'嗯', "en" },
};

static void die(const char *why)
{
	fprintf(stderr, "make_tables: %s\n", why);
	exit(EXIT_FAILURE);
}

static void must(UErrorCode error, const char *what)
{
	if (U_FAILURE(error)) {
		fprintf(stderr, "make_tables: %s: %s\n", what, u_errorName(error));
		exit(EXIT_FAILURE);
	}
}

static UChar32 next_utf16(const UChar *text, int32_t *at)
{
	UChar unit = text[(*at)++];

	if (!U16_IS_LEAD(unit))
		return unit;
	return U16_GET_SUPPLEMENTARY(unit, text[(*at)++]);
}

static bool is_han(UChar32 point)
{
	UErrorCode error = U_ZERO_ERROR;

	if (point == 0x3007)
		return true;
	return uscript_getScript(point, &error) == USCRIPT_HAN && U_SUCCESS(error) &&
	       u_charType(point) == U_OTHER_LETTER;
}

static enum text_class class_of(UChar32 point)
{
	if (is_han(point))
		return TEXT_HAN;
	if (u_isUWhiteSpace(point))
		return TEXT_BLANK;
	switch (u_charType(point)) {
	case U_UPPERCASE_LETTER:
	case U_LOWERCASE_LETTER:
	case U_TITLECASE_LETTER:
	case U_MODIFIER_LETTER:
	case U_OTHER_LETTER:
	case U_DECIMAL_DIGIT_NUMBER:
	case U_LETTER_NUMBER:
	case U_OTHER_NUMBER:
		return TEXT_WORD;
	case U_NON_SPACING_MARK:
		return TEXT_MARK;
	default:
		return TEXT_OTHER;
	}
}

static bool is_dropped(UChar32 point)
{
	if (u_isUWhiteSpace(point))
		return false;
	switch (u_charType(point)) {
	case U_CONTROL_CHAR:
	case U_FORMAT_CHAR:
	case U_PRIVATE_USE_CHAR:
	case U_SURROGATE:
	case U_ENCLOSING_MARK: /* the square of a keycap emoji */
		return true;
	default:
		return u_hasBinaryProperty(point, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
	}
}

/* Transliterates all points of `from` in one run, separated by blanks. Free the result. */
static UChar *transliterate(const char *name, const uint32_t *from, size_t count)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar id[64];
	UChar *text = calloc(TRANSLITERATION_MOST, sizeof *text);
	UTransliterator *rules;
	int32_t length = 0, limit;

	if (!text)
		die("no memory");
	for (size_t i = 0; i < count; i++) {
		U16_APPEND_UNSAFE(text, length, from[i]);
		text[length++] = ' ';
	}
	limit = length;
	u_uastrcpy(id, name);
	rules = utrans_openU(id, -1, UTRANS_FORWARD, NULL, -1, NULL, &error);
	must(error, name);
	utrans_transUChars(rules, text, &length, TRANSLITERATION_MOST - 1, 0, &limit, &error);
	must(error, name);
	text[length] = 0;
	utrans_close(rules);
	return text;
}

static void add_simplified(struct tables *t)
{
	uint32_t *han = calloc(POINT_COUNT, sizeof *han);
	size_t count = 0;
	UChar *text;
	int32_t at = 0;

	if (!han)
		die("no memory");
	for (UChar32 c = 0x3400; c < POINT_COUNT; c++)
		if (is_han(c))
			han[count++] = (uint32_t)c;
	text = transliterate("Traditional-Simplified", han, count);
	for (size_t i = 0; i < count; i++) {
		UChar32 point = next_utf16(text, &at);

		if ((uint32_t)point != han[i])
			t->simplified[han[i]] = (uint32_t)point;
		if (text[at++] != ' ')
			die("a Han character became several");
	}
	for (const char32_t *pair = more_simplified; *pair; pair += 2)
		t->simplified[pair[0]] = pair[1];
	for (const char32_t *point = kept; *point; point++)
		t->simplified[*point] = 0;
	free(text);
	free(han);
}

static void add_shapes(struct tables *t)
{
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
		for (const char32_t *point = shapes[i] + 1; *point; point++)
			t->unified[*point] = shapes[i][0];
}

/* The mapping after nfkc_cf. False if the point vanishes. */
static bool final_point(const struct tables *t, UChar32 from, uint32_t *out)
{
	uint32_t point = (uint32_t)from;

	if (is_dropped(from))
		return false;
	for (int steps = 0; t->simplified[point] != 0; steps++) {
		point = t->simplified[point];
		if (steps > 3)
			die("simplified characters go round in a ring");
	}
	if (t->unified[point] != 0)
		point = t->unified[point];
	if (u_isUWhiteSpace((UChar32)point))
		point = ' ';
	*out = point;
	return true;
}

static text_entry make_entry(struct tables *t, UChar32 from)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar source[2], folded[64];
	uint32_t points[EXPANSION_MOST];
	uint32_t count = 0;
	int32_t source_length = 0, folded_length, at = 0;
	text_entry entry = 0;

	if (from >= 0xD800 && from <= 0xDFFF)
		return 0;
	U16_APPEND_UNSAFE(source, source_length, from);
	folded_length = unorm2_normalize(t->nfkc_cf, source, source_length, folded, 64, &error);
	must(error, "nfkc_cf");
	while (at < folded_length) {
		UChar32 point = next_utf16(folded, &at);

		if (count == EXPANSION_MOST)
			die("an expansion is too long");
		if (final_point(t, point, &points[count]))
			count++;
	}
	if (!unorm2_hasBoundaryBefore(t->nfkc_cf, from))
		entry |= TEXT_ENTRY_COMBINES;
	entry |= count << 21;
	if (count == 0)
		return entry;
	if (count > 1) {
		if (t->expansion_count + count > EXPANSIONS_MOST)
			die("too many expansions");
		memcpy(t->expansions + t->expansion_count, points, count * sizeof *points);
		entry |= t->expansion_count;
		t->expansion_count += count;
		return entry;
	}
	entry |= (text_entry)class_of((UChar32)points[0]) << 26;
	return entry | (points[0] == (uint32_t)from ? TEXT_ENTRY_SAME : points[0]);
}

/* Normalised text must not change when it is normalised again. */
static void check_entries(const struct tables *t)
{
	for (uint32_t c = 0; c < POINT_COUNT; c++) {
		text_entry entry = t->entries[c];
		uint32_t length = text_entry_length(entry);

		for (uint32_t i = 0; i < length; i++) {
			uint32_t to = length == 1 ? text_entry_point(entry, c)
			                          : t->expansions[text_entry_value(entry) + i];

			if ((t->entries[to] & TEXT_ENTRY_SAME) == 0) {
				fprintf(stderr, "U+%04X becomes U+%04X, which does not stay\n", c,
				        to);
				exit(EXIT_FAILURE);
			}
		}
	}
}

/* The letters of a reading without its tone, ü as v; empty if it is no syllable. */
static void plain_reading(const struct tables *t, const UChar *toned, int32_t length, char *out)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar apart[64];
	int32_t count = unorm2_normalize(t->nfd, toned, length, apart, 64, &error);
	size_t n = 0;

	must(error, "nfd");
	out[0] = '\0';
	for (int32_t i = 0; i < count; i++) {
		if (apart[i] == 0x0308 && n > 0 && out[n - 1] == 'u') {
			out[n - 1] = 'v';
		} else if (apart[i] >= 'a' && apart[i] <= 'z' && n < TEXT_SYLLABLE_MOST) {
			out[n++] = (char)apart[i];
		} else if (u_charType(apart[i]) != U_NON_SPACING_MARK) {
			n = 0;
			break;
		}
	}
	out[n] = '\0';
	/* "m" and "hng" would let pinyin_split() take anything for pinyin. */
	if (!strpbrk(out, "aeiouv"))
		out[0] = '\0';
}

static int compare_syllables(const void *a, const void *b)
{
	return strcmp(a, b);
}

static void add_readings(struct tables *t)
{
	uint32_t from[TEXT_PINYIN_END - TEXT_PINYIN_FIRST];
	size_t count = 0;
	UChar *text, *at;

	for (uint32_t c = TEXT_PINYIN_FIRST; c < TEXT_PINYIN_END; c++)
		if (is_han((UChar32)c))
			from[count++] = c;
	text = transliterate("Han-Latin", from, count);
	at = text;
	for (size_t i = 0; i < count; i++) {
		UChar *end = u_strchr(at, ' ');

		if (!end)
			die("Han-Latin lost a blank");
		plain_reading(t, at, (int32_t)(end - at), t->readings[from[i] - TEXT_PINYIN_FIRST]);
		at = end + 1;
	}
	free(text);
	for (size_t i = 0; i < sizeof better_readings / sizeof *better_readings; i++)
		snprintf(t->readings[better_readings[i].point - TEXT_PINYIN_FIRST],
		         sizeof t->readings[0], "%s", better_readings[i].reading);
}

static void add_syllables(struct tables *t)
{
	for (uint32_t c = 0; c < TEXT_PINYIN_END - TEXT_PINYIN_FIRST; c++) {
		const char *reading = t->readings[c];
		bool known = reading[0] == '\0';

		for (uint16_t i = 0; i < t->syllable_count && !known; i++)
			known = strcmp(t->syllables[i], reading) == 0;
		if (known)
			continue;
		if (t->syllable_count == SYLLABLES_MOST)
			die("too many syllables");
		snprintf(t->syllables[t->syllable_count++], sizeof t->syllables[0], "%s", reading);
	}
	qsort(t->syllables, t->syllable_count, sizeof *t->syllables, compare_syllables);
}

static unsigned syllable_number(const struct tables *t, const char *reading)
{
	const char(*found)[TEXT_SYLLABLE_MOST + 1];

	if (reading[0] == '\0')
		return 0;
	found = bsearch(reading, t->syllables, t->syllable_count, sizeof *t->syllables,
	                compare_syllables);
	if (!found)
		die("a reading is no syllable");
	return (unsigned)(found - t->syllables) + 1;
}

static void write_entries(const struct tables *t, FILE *file)
{
	uint16_t *blocks = calloc(TEXT_BLOCK_COUNT, sizeof *blocks);
	uint32_t *stored = calloc(TEXT_BLOCK_COUNT, sizeof *stored);
	uint16_t count = 0;

	if (!blocks || !stored)
		die("no memory");
	fputs("const text_entry text_entries[] = {", file);
	for (uint32_t b = 0; b < TEXT_BLOCK_COUNT; b++) {
		const text_entry *block = t->entries + (size_t)b * TEXT_BLOCK_SIZE;
		uint16_t same = 0;

		while (same < count && memcmp(t->entries + (size_t)stored[same] * TEXT_BLOCK_SIZE,
		                              block, TEXT_BLOCK_SIZE * sizeof *block) != 0)
			same++;
		blocks[b] = same;
		if (same < count)
			continue;
		stored[count++] = b;
		for (uint32_t i = 0; i < TEXT_BLOCK_SIZE; i++)
			fprintf(file, "%s0x%X,", i % 8 == 0 ? "\n" : "", block[i]);
	}
	fputs("\n};\n\nconst uint16_t text_blocks[TEXT_BLOCK_COUNT] = {", file);
	for (uint32_t b = 0; b < TEXT_BLOCK_COUNT; b++)
		fprintf(file, "%s%u,", b % 16 == 0 ? "\n" : "", blocks[b]);
	fputs("\n};\n\nconst uint32_t text_expansions[] = {", file);
	for (uint32_t i = 0; i < t->expansion_count; i++)
		fprintf(file, "%s0x%X,", i % 8 == 0 ? "\n" : "", t->expansions[i]);
	fputs("\n};\n\n", file);
	free(blocks);
	free(stored);
}

static void write_pinyin(const struct tables *t, FILE *file)
{
	fputs("const uint16_t text_pinyin[TEXT_PINYIN_END - TEXT_PINYIN_FIRST] = {", file);
	for (uint32_t i = 0; i < TEXT_PINYIN_END - TEXT_PINYIN_FIRST; i++)
		fprintf(file, "%s%u,", i % 16 == 0 ? "\n" : "", syllable_number(t, t->readings[i]));
	fputs("\n};\n\nconst char text_syllables[][TEXT_SYLLABLE_MOST + 1] = {", file);
	for (uint32_t i = 0; i < t->syllable_count; i++)
		fprintf(file, "%s\"%s\",", i % 8 == 0 ? "\n" : "", t->syllables[i]);
	fprintf(file, "\n};\n\nconst uint16_t text_syllable_count = %u;\n", t->syllable_count);
}

int main(int argc, char **argv)
{
	UErrorCode error = U_ZERO_ERROR;
	struct tables *t = calloc(1, sizeof *t);
	FILE *file;

	if (argc != 2)
		die("usage: make_tables FILE");
	if (!t)
		die("no memory");
	t->nfkc_cf = unorm2_getNFKCCasefoldInstance(&error);
	t->nfd = unorm2_getNFDInstance(&error);
	must(error, "normaliser");
	add_simplified(t);
	add_shapes(t);
	for (UChar32 c = 0; c < POINT_COUNT; c++)
		t->entries[c] = make_entry(t, c);
	check_entries(t);
	add_readings(t);
	add_syllables(t);

	file = fopen(argv[1], "w");
	if (!file)
		die("cannot write the file");
	fputs("/* Written by make_tables. */\n#include \"engine/text/text_tables.h\"\n\n", file);
	write_entries(t, file);
	write_pinyin(t, file);
	if (ferror(file) != 0 || fclose(file) != 0)
		die("cannot write the file");
	free(t);
	return EXIT_SUCCESS;
}

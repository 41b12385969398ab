#include "base/xml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const struct xml_limits limits = { .bytes = 4096, .depth = 8 };

/* Reads a and b of the text; b holds eight bytes at most. */
static enum status read_two(const char *text, struct xml_field fields[2])
{
	fields[0] = (struct xml_field){ .name = "a" };
	fields[1] = (struct xml_field){ .name = "b" };
	buf_init(&fields[0].text, 1024);
	buf_init(&fields[1].text, 8);
	return xml_read_fields(span_of(text), limits, fields, 2);
}

static void release(struct xml_field fields[2])
{
	buf_deinit(&fields[0].text);
	buf_deinit(&fields[1].text);
}

static void expect(const char *text, const char *a, const char *b)
{
	struct xml_field fields[2];

	assert_int_equal(read_two(text, fields), STATUS_OK);
	assert_int_equal(fields[0].found, a != NULL);
	assert_int_equal(fields[1].found, b != NULL);
	assert_string_equal(buf_text(&fields[0].text), a ? a : "");
	assert_string_equal(buf_text(&fields[1].text), b ? b : "");
	release(fields);
}

static void expect_status(const char *text, enum status status)
{
	struct xml_field fields[2];

	assert_int_equal(read_two(text, fields), status);
	release(fields);
}

static void children_of_the_root_are_read(void **state)
{
	(void)state;
	expect("<xml><a>1</a><b><![CDATA[2]]></b></xml>", "1", "2");
	expect("<?xml version=\"1.0\"?>\n<xml>\n <b/> <c><a>no</a></c></xml>", NULL, "");
	expect("<xml><a>x<![CDATA[]]]]><![CDATA[>]]>&amp;&lt;&#20013;</a></xml>", "x]]>&<中", NULL);
	expect("<a>1</a>", NULL, NULL); /* the root is none */
}

static void a_field_that_comes_twice_holds_an_element_or_is_too_long_is_refused(void **state)
{
	(void)state;
	expect_status("<xml><a>1</a><a>2</a></xml>", STATUS_INVALID);
	expect_status("<xml><a>1<i/></a></xml>", STATUS_INVALID);
	expect_status("<xml><b>123456789</b></xml>", STATUS_LIMIT);
}

static void what_is_not_well_formed_is_refused(void **state)
{
	static const char *const wrong[] = {
		"",
		"   ",
		"xml",
		"<xml>",
		"<xml></xml>x",
		"<xml><a></xml></a>",
		"<xml><a>&nbsp;</a></xml>",
		"<xml><a>\xff</a></xml>",
		"<xml a=1/>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		expect_status(wrong[i], STATUS_INVALID);
}

/* A billion laughs, an external entity, a doctype alone. */
static void a_document_type_is_refused_before_anything_expands(void **state)
{
	(void)state;
	expect_status("<!DOCTYPE x [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">"
	              "<!ENTITY c \"&b;&b;&b;&b;\">]><xml><a>&c;</a></xml>",
	              STATUS_INVALID);
	expect_status("<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"
	              "<xml><a>&a;</a></xml>",
	              STATUS_INVALID);
	expect_status("<!DOCTYPE xml><xml/>", STATUS_INVALID);
}

static void what_is_too_deep_or_too_long_is_refused(void **state)
{
	static char text[5000];
	size_t len = 0;

	(void)state;
	expect_status("<c><c><c><c><c><c><c><c></c></c></c></c></c></c></c></c>", STATUS_OK);
	expect_status("<c><c><c><c><c><c><c><c><c></c></c></c></c></c></c></c></c></c>",
	              STATUS_INVALID);
	len += (size_t)snprintf(text, sizeof(text), "<xml>");
	memset(text + len, ' ', 4092);
	len += 4092;
	(void)snprintf(text + len, sizeof(text) - len, "</xml>");
	expect_status(text, STATUS_LIMIT);
}

static void another_encoding_becomes_utf8(void **state)
{
	static const char utf16[] = "\xff\xfe<\0x\0>\0<\0a\0>\0\x2d\x4e<\0/\0a\0>\0<\0/\0x\0>\0";
	struct xml_field field = { .name = "a" };

	(void)state;
	buf_init(&field.text, 64);
	assert_int_equal(
	        xml_read_fields((struct span){ utf16, sizeof(utf16) - 1 }, limits, &field, 1),
	        STATUS_OK);
	assert_string_equal(buf_text(&field.text), "中");
	buf_deinit(&field.text);
}

/* Written, it reads as it was; a control character is gone. */
static void cdata_holds_any_text(void **state)
{
	static const struct {
		const char *text, *read;
	} texts[] = { { "", "" },
		      { "a]]>b<&>\n中", "a]]>b<&>\n中" },
		      { "]]]]>]]>", "]]]]>]]>" },
		      { "]\x01]>x\x1f", "]]>x" } };
	struct buf out;

	(void)state;
	buf_init(&out, 256);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		buf_clear(&out);
		buf_append_text(&out, "<xml><a>");
		xml_append_cdata(&out, span_of(texts[i].text));
		buf_append_text(&out, "</a></xml>");
		expect(buf_text(&out), texts[i].read, NULL);
	}
	buf_deinit(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(children_of_the_root_are_read),
		cmocka_unit_test(
		        a_field_that_comes_twice_holds_an_element_or_is_too_long_is_refused),
		cmocka_unit_test(what_is_not_well_formed_is_refused),
		cmocka_unit_test(a_document_type_is_refused_before_anything_expands),
		cmocka_unit_test(what_is_too_deep_or_too_long_is_refused),
		cmocka_unit_test(cdata_holds_any_text),
		cmocka_unit_test(another_encoding_becomes_utf8),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

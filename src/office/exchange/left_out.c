#include "office/exchange/left_out.h"

#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "office/exchange/document_words.h"
#include "office/exchange/exchange_text.h"
#include "office/exchange/outline.h"

enum {
	LINE_CHARACTERS = 200, /* of a line that a dry run shows */
	SHOWN_MOST = 2000,
	PHONE_DIGITS_LEAST = 7,
	PHONE_DIGITS_MOST = 14,
	LOCAL_DIGITS_MOST = 8,
	MOBILE_DIGITS = 11,     /* of a person, who need not be who answers the public */
	CONTACT_NAME_MOST = 20, /* characters */
	LINE_MOST = 400,        /* bytes of a line in which contacts are looked for */
};

/* ------------------------------------------------------------------ contacts */

static void keep_contact(struct import *import, const char *kind, struct span label,
                         struct span value)
{
	struct arena *arena = import->reader.memory->arena;
	struct import_contact *contact;

	for (size_t i = 0; i < import->contact_count; i++)
		if (span_equal(span_of(import->contacts[i].value), value))
			return;
	if (import->contact_count == IMPORT_CONTACTS_MOST)
		return;
	contact = &import->contacts[import->contact_count];
	*contact =
	        (struct import_contact){ kind, arena_copy(arena, label), arena_copy(arena, value) };
	if (contact->label && contact->value)
		import->contact_count++;
	else
		import->reader.status = STATUS_NO_MEMORY;
}

/*
 * What stands before the number, from the last mark or blank on, if it names a way to reach. In a
 * list of contacts, whatever stands there does.
 */
static struct span label_before(struct span head, bool listed)
{
	static const char *const parting[] = { "，", "；", "。", "、", " ",
		                               "\t", "　", ",",  ";",  NULL };
	struct span label;

	while (text_ends_with(head, ":") || text_ends_with(head, "：") || text_ends_with(head, " "))
		head.len -= text_ends_with(head, "：") ? strlen("：") : 1;
	label = head;
	for (size_t i = 0; i < head.len; i++) {
		struct span rest = { head.ptr + i, head.len - i };

		if (text_skip_one(&rest, parting))
			label = rest;
	}
	if (label.len > 0 && utf8_length(label) <= CONTACT_NAME_MOST &&
	    (listed || text_ends_with_one(label, words_contact_label)))
		return label;
	return span_of(words_contact_phone[0]);
}

/*
 * 网站标识码：3418000012, 京ICP备11000000号: the number has a name that is no way to reach, which
 * stands right before it, or 号 behind it.
 */
static bool is_of_other_kind(struct span head, struct span behind)
{
	struct span name = text_trim(head);

	if (text_skip_one(&behind, words_number_behind))
		return true;
	if (!text_ends_with(name, ":") && !text_ends_with(name, "："))
		return false;
	name.len -= text_ends_with(name, ":") ? 1 : strlen("：");
	name = text_trim(name);
	return text_ends_with_one(name, words_number_name) &&
	       !text_ends_with_one(name, words_number_phone);
}

/* The digits from the start on, with - between. */
static size_t number_length(struct span text, size_t *digits)
{
	size_t len = 0;

	*digits = 0;
	while (len < text.len) {
		const bool digit = text.ptr[len] >= '0' && text.ptr[len] <= '9';
		const bool dash = text.ptr[len] == '-' && len + 1 < text.len &&
		                  text.ptr[len + 1] >= '0' && text.ptr[len + 1] <= '9';

		if (!digit && !dash)
			break;
		*digits += digit;
		len++;
	}
	return len;
}

/* A number with an area code, or with as many digits as one without. */
static bool is_phone(struct span number, size_t digits)
{
	const bool local = number.ptr[0] != '0' || digits > LOCAL_DIGITS_MOST;

	return digits >= PHONE_DIGITS_LEAST && digits <= PHONE_DIGITS_MOST && local &&
	       !(digits == MOBILE_DIGITS && number.ptr[0] == '1') &&
	       !(number.len == strlen("2026-01-01") && number.ptr[4] == '-' &&
	         number.ptr[7] == '-');
}

/* 总服务台：, not 文学院 孙老师, which is a person. */
static bool is_name_of_place(struct span head)
{
	static const char *const blanks[] = { " ", "\t", "　", NULL };

	head = text_trim(head);
	return (text_ends_with(head, "：") || text_ends_with(head, ":")) &&
	       !text_holds_one(head, blanks);
}

static void find_contacts(struct import *import, struct span line, bool listed)
{
	const bool labelled = text_holds_one(line, words_contact_label);

	if (line.len > LINE_MOST || !(listed || labelled))
		return;
	for (size_t i = 0; i < line.len; i++) {
		const struct span rest = { line.ptr + i, line.len - i };
		size_t digits;
		const size_t len = number_length(rest, &digits);
		const struct span number = { rest.ptr, len };

		if (len == 0)
			continue;
		if (is_phone(number, digits) &&
		    !is_of_other_kind((struct span){ line.ptr, i },
		                      (struct span){ rest.ptr + len, rest.len - len }) &&
		    (labelled || is_name_of_place((struct span){ line.ptr, i })))
			keep_contact(import, "phone",
			             label_before((struct span){ line.ptr, i }, listed), number);
		i += len - 1;
	}
}

/* ------------------------------------------------------------------ lines */

static void show(struct import *import, unsigned line, struct span text)
{
	struct buf *out = import->outline;

	if (!out || !import->dry_run || import->shown_left_out++ >= SHOWN_MOST)
		return;
	if (line > 0)
		buf_append_format(out, _("  left out, line %u: "), line);
	else
		buf_append_text(out, _("  left out: "));
	outline_words(text, LINE_CHARACTERS, out);
	buf_append_char(out, '\n');
}

static void take(struct import *import, unsigned line, struct span text, bool listed)
{
	while (text.len > 0) {
		const char *stop = memchr(text.ptr, '\n', text.len);
		const size_t len = stop ? (size_t)(stop - text.ptr) : text.len;
		const struct span one = text_trim((struct span){ text.ptr, len });

		if (one.len > 0) {
			show(import, line, one);
			find_contacts(import, one, listed);
		}
		text = (struct span){ text.ptr + len, text.len - len };
		(void)text_skip(&text, "\n");
	}
}

void left_out_take(struct import *import, unsigned line, struct span text)
{
	take(import, line, text, false);
}

void left_out_take_contact(struct import *import, unsigned line, struct span text)
{
	take(import, line, text, true);
}

void left_out_tell(struct import *import, enum fault_level level, unsigned line, const char *kind,
                   struct span first, size_t count)
{
	if (count == 0)
		return;
	first = text_sample(first);
	if (count == 1)
		import_fault(import, level, line, NULL, "%s: “%.*s”", kind, SPAN_ARGS(first));
	else
		import_fault(import, level, line, NULL,
		             _N("%s: “%.*s” and %zu line more", "%s: “%.*s” and %zu lines more",
		                count - 1),
		             kind, SPAN_ARGS(first), count - 1);
}

#include "office/exchange/docx_links.h"

#include <string.h>
#include <strings.h>

#include "base/language.h"
#include "office/exchange/document_marks.h"
#include "office/exchange/exchange_text.h"

enum { ADDRESS_MOST = 4096, INSTRUCTION_MOST = 1 << 14 };

static enum status relations_start(void *context, const char *element, const char **attributes)
{
	struct docx_links *links = context;
	const char *id = xml_attribute(attributes, "Id");
	const char *type = xml_attribute(attributes, "Type");
	const char *target = xml_attribute(attributes, "Target");
	char *key, *address;

	if (strcmp(element, "Relationship") != 0 || !id || !type || !target ||
	    links->count == DOCX_LINKS_MOST || !text_ends_with(span_of(type), "/hyperlink"))
		return STATUS_OK;
	key = arena_copy(links->arena, span_of(id));
	address = arena_copy(links->arena, span_of(target));
	if (!key || !address)
		return STATUS_NO_MEMORY;
	links->addresses[links->count] = address;
	if (table_add(&links->ids, key, links->count) == TABLE_NONE)
		links->count++;
	return STATUS_OK;
}

enum status docx_links_init(struct docx_links *links, struct arena *arena,
                            struct container *container)
{
	static const char relations[] = "word/_rels/document.xml.rels";
	const struct xml_reader reader = { relations_start, NULL, NULL, links };
	enum status status;

	*links = (struct docx_links){ .arena = arena };
	buf_init(&links->address, PART_BYTES_MOST);
	buf_init(&links->instruction, PART_BYTES_MOST);
	buf_init(&links->first_unkept, PART_BYTES_MOST);
	if (!container_has(container, relations))
		return STATUS_OK;
	status = table_init(&links->ids, arena, DOCX_LINKS_MOST);
	return status == STATUS_OK ? container_read(container, relations, &reader) : status;
}

void docx_links_deinit(struct docx_links *links)
{
	buf_deinit(&links->address);
	buf_deinit(&links->instruction);
	buf_deinit(&links->first_unkept);
}

enum status docx_links_status(const struct docx_links *links)
{
	const struct buf *const bufs[] = { &links->address, &links->instruction,
		                           &links->first_unkept };

	for (size_t i = 0; i < sizeof(bufs) / sizeof(bufs[0]); i++)
		if (buf_status(bufs[i]) != STATUS_OK)
			return buf_status(bufs[i]);
	return STATUS_OK;
}

/* ------------------------------------------------------------------ beginning */

/* A link to a place of the document itself has no address. */
static void open_link(struct docx_links *links, struct span address, struct span anchor, size_t at)
{
	if (links->open > 0 || address.len == 0 || address.len > ADDRESS_MOST)
		return;
	links->open = links->depth;
	links->start = at;
	buf_clear(&links->address);
	buf_append(&links->address, address.ptr, address.len);
	if (anchor.len > 0 && anchor.len <= ADDRESS_MOST &&
	    !memchr(address.ptr, '#', address.len)) {
		buf_append_char(&links->address, '#');
		buf_append(&links->address, anchor.ptr, anchor.len);
	}
}

void docx_links_begin(struct docx_links *links, const char *relation, const char *anchor, size_t at)
{
	const int64_t index = relation ? table_find(&links->ids, relation) : TABLE_NONE;

	links->depth++;
	if (index != TABLE_NONE)
		open_link(links, span_of(links->addresses[index]), span_of(anchor ? anchor : ""),
		          at);
}

void docx_links_begin_field(struct docx_links *links)
{
	links->depth++;
	links->in_instruction = true;
	buf_clear(&links->instruction);
}

/* The next word of an instruction, or what stands in quotes. */
static struct span next_word(struct span *rest)
{
	struct span word;
	const char *end;

	*rest = text_trim(*rest);
	word = (struct span){ rest->ptr, 0 };
	if (rest->len > 0 && rest->ptr[0] == '"') {
		end = memchr(rest->ptr + 1, '"', rest->len - 1);
		word = (struct span){ rest->ptr + 1,
			              end ? (size_t)(end - rest->ptr) - 1 : rest->len - 1 };
		end = end ? end + 1 : rest->ptr + rest->len;
	} else {
		while (word.len < rest->len && !memchr(" \t\r\n", word.ptr[word.len], 4))
			word.len++;
		end = word.ptr + word.len;
	}
	*rest = (struct span){ end, rest->len - (size_t)(end - rest->ptr) };
	return word;
}

/* HYPERLINK "http://…" \l "place" \o "what is shown over it" */
static void read_instruction(struct docx_links *links, struct span rest, size_t at)
{
	struct span word = next_word(&rest), address = { "", 0 }, anchor = { "", 0 };

	if (word.len != strlen("HYPERLINK") || strncasecmp(word.ptr, "HYPERLINK", word.len) != 0)
		return;
	for (rest = text_trim(rest); rest.len > 0; rest = text_trim(rest)) {
		const bool is_switch = rest.ptr[0] == '\\' && rest.len > 1;
		const char which = is_switch ? rest.ptr[1] : '\0';

		word = next_word(&rest);
		if (which == 'l' || which == 'o' || which == 't')
			word = next_word(&rest);
		if (which == 'l')
			anchor = word;
		else if (!is_switch && address.len == 0)
			address = word;
	}
	open_link(links, address, anchor, at);
}

void docx_links_end_instruction(struct docx_links *links, size_t at)
{
	if (!links->in_instruction)
		return;
	links->in_instruction = false;
	if (links->instruction.len <= INSTRUCTION_MOST)
		read_instruction(links, buf_span(&links->instruction), at);
}

void docx_links_begin_simple(struct docx_links *links, const char *instruction, size_t at)
{
	links->depth++;
	if (instruction && strlen(instruction) <= INSTRUCTION_MOST)
		read_instruction(links, span_of(instruction), at);
}

/* ------------------------------------------------------------------ ending */

static bool begins_with(struct span text, const char *start)
{
	return text.len > strlen(start) && strncasecmp(text.ptr, start, strlen(start)) == 0;
}

/* Takes off what a reader does not type. False: no address that a reader can open. */
static bool is_address(struct span *shown, struct span *core)
{
	static const char mail[] = "mailto:";
	static const char *const schemes[] = { "http://", "https://", "ftp://" };
	const char *query;

	*shown = text_trim(*shown);
	if (begins_with(*shown, mail)) {
		shown->ptr += strlen(mail);
		shown->len -= strlen(mail);
		query = memchr(shown->ptr, '?', shown->len);
		shown->len = query ? (size_t)(query - shown->ptr) : shown->len;
		*core = *shown;
		return shown->len > 0;
	}
	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (!begins_with(*shown, schemes[i]))
			continue;
		*core = (struct span){ shown->ptr + strlen(schemes[i]),
			               shown->len - strlen(schemes[i]) };
		core->len -= core->ptr[core->len - 1] == '/' && core->len > 1;
		return true;
	}
	return false;
}

static void close_link(struct docx_links *links, struct buf *paragraph)
{
	const size_t start = links->start < paragraph->len ? links->start : paragraph->len;
	const struct span text =
	        text_trim((struct span){ buf_text(paragraph) + start, paragraph->len - start });
	struct span shown = buf_span(&links->address), core;

	links->open = 0;
	if (text.len == 0)
		return;
	/* A question that is a link as a whole leads to its page: its words are no part of it. */
	if (!is_address(&shown, &core) || (start == 0 && asks_plainly(text))) {
		if (links->unkept++ == 0)
			buf_append(&links->first_unkept, shown.ptr, shown.len);
		return;
	}
	/* Word makes a link of each address that is typed. */
	if (memmem(text.ptr, text.len, core.ptr, core.len))
		return;
	buf_append_text(paragraph, "（");
	buf_append(paragraph, shown.ptr, shown.len);
	buf_append_text(paragraph, "）");
}

void docx_links_end(struct docx_links *links, struct buf *paragraph)
{
	links->in_instruction = false;
	if (links->depth == 0)
		return;
	if (links->open == links->depth)
		close_link(links, paragraph);
	links->depth--;
}

void docx_links_end_paragraph(struct docx_links *links, struct buf *paragraph)
{
	if (links->open > 0)
		close_link(links, paragraph);
}

void docx_links_tell(struct docx_links *links, struct import *import)
{
	if (links->unkept > 0)
		import_fault(import, FAULT_WARNING, 0, NULL,
		             _N("the address of %zu link is left out: “%.*s”",
		                "the addresses of %zu links are left out, the first one “%.*s”",
		                links->unkept),
		             links->unkept, SPAN_ARGS(buf_span(&links->first_unkept)));
}

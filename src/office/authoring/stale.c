#include "office/authoring/stale.h"

#include <string.h>
#include <strings.h>

#include "base/span.h"
#include "engine/knowledge/table.h"

/* --- days --- */

static int64_t days_since(const char *day, const char *today)
{
	struct day then, now;

	if (!day[0] || !day_read(day, &then) || !day_read(today, &now))
		return 0;
	return day_number(now) - day_number(then);
}

/* The last day on which a rule of the case holds; "" where one holds without end, or has none. */
static const char *last_day(const struct entry_case *of)
{
	const char *last = "";

	for (size_t i = 0; i < of->pick_count; i++) {
		const char *until = of->picks[i].until;

		if (!until || !until[0])
			return "";
		if (strcmp(until, last) > 0)
			last = until;
	}
	return last;
}

void stale_find(const struct knowledge *knowledge, const char today[DAY_SIZE],
                void (*found)(void *context, const struct stale *stale), void *context)
{
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		struct stale stale = { .entry = entry, .day = entry->review_by };

		stale.days = days_since(stale.day, today);
		if (stale.days > 0)
			found(context, &stale);
		for (size_t c = 0; c < entry->judged_count; c++) {
			stale.of = &entry->judged[c];
			stale.day = last_day(stale.of);
			stale.days = days_since(stale.day, today);
			if (stale.days > 0)
				found(context, &stale);
		}
	}
}

/* --- links --- */

struct links {
	struct arena *arena;
	struct stale_link *items;
	size_t count, more;
	struct table urls;
};

/* What RFC 3986 allows in an address. */
static bool is_of_url(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7f && !strchr("\"<>\\^`{|}", c);
}

/* Marks of the sentence, and brackets that were opened before it. */
static size_t without_marks(struct span url)
{
	while (url.len > 0 && strchr(".,;:!?'*)]", url.ptr[url.len - 1])) {
		const bool closes = url.ptr[url.len - 1] == ')' && memchr(url.ptr, '(', url.len);

		if (closes)
			break;
		url.len--;
	}
	return url.len;
}

static size_t scheme_of(struct span text)
{
	static const char *const schemes[] = { "https://", "http://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		const size_t len = strlen(schemes[i]);

		if (text.len > len && strncasecmp(text.ptr, schemes[i], len) == 0)
			return len;
	}
	return 0;
}

/* Whose link it is may name it several times. */
static enum status add_entry(struct links *links, struct stale_link *link,
                             const struct entry *entry)
{
	const struct entry **entries;

	if (link->entry_count > 0 && link->entries[link->entry_count - 1] == entry)
		return STATUS_OK;
	/* Room for twice as many, whenever the number is a power of two. */
	if ((link->entry_count & (link->entry_count - 1)) == 0) {
		entries = arena_array(links->arena, link->entry_count ? 2 * link->entry_count : 1,
		                      sizeof(*entries));
		if (!entries)
			return STATUS_NO_MEMORY;
		if (link->entry_count > 0)
			memcpy(entries, link->entries, link->entry_count * sizeof(*entries));
		link->entries = entries;
	}
	link->entries[link->entry_count++] = entry;
	return STATUS_OK;
}

static enum status add_link(struct links *links, struct span url, const struct entry *entry)
{
	const char *text = arena_copy(links->arena, url);
	int64_t at;

	if (!text)
		return STATUS_NO_MEMORY;
	at = table_find(&links->urls, text);
	if (at == TABLE_NONE && links->count == STALE_LINKS_MOST) {
		links->more++;
		return STATUS_OK;
	}
	if (at == TABLE_NONE) {
		at = (int64_t)links->count;
		links->items[links->count++] = (struct stale_link){ .url = text };
		(void)table_add(&links->urls, text, (size_t)at);
	}
	return add_entry(links, &links->items[at], entry);
}

static enum status add_links_of(struct links *links, const char *string, const struct entry *entry)
{
	struct span rest = span_of(string ? string : "");
	enum status status = STATUS_OK;

	while (rest.len > 0 && status == STATUS_OK) {
		const size_t scheme = scheme_of(rest);
		struct span url = { rest.ptr, scheme };

		while (scheme > 0 && url.len < rest.len && is_of_url(url.ptr[url.len]))
			url.len++;
		url.len = scheme > 0 ? without_marks(url) : 0;
		if (url.len > scheme && url.len <= STALE_URL_BYTES)
			status = add_link(links, url, entry);
		url.len = url.len > 0 ? url.len : 1;
		rest = (struct span){ rest.ptr + url.len, rest.len - url.len };
	}
	return status;
}

static enum status add_entry_links(struct links *links, const struct entry *entry)
{
	enum status status = add_links_of(links, entry->question, entry);

	if (status == STATUS_OK)
		status = add_links_of(links, entry->answer, entry);
	if (status == STATUS_OK)
		status = add_links_of(links, entry->internal, entry);
	for (size_t i = 0; i < entry->case_count && status == STATUS_OK; i++) {
		status = add_links_of(links, entry->cases[i].situation, entry);
		if (status == STATUS_OK)
			status = add_links_of(links, entry->cases[i].advice, entry);
	}
	return status;
}

enum status stale_links(const struct knowledge *knowledge, struct arena *arena,
                        struct stale_link **out, size_t *count, size_t *more)
{
	struct links links = { .arena = arena };
	enum status status = table_init(&links.urls, arena, STALE_LINKS_MOST + 1);

	links.items = arena_array(arena, STALE_LINKS_MOST, sizeof(*links.items));
	if (status == STATUS_OK && !links.items)
		status = STATUS_NO_MEMORY;
	for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i++)
		status = add_entry_links(&links, &knowledge->entries[i]);
	*out = links.items;
	*count = links.count;
	*more = links.more;
	return status;
}

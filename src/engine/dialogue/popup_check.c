#include "engine/dialogue/popup_check.h"

#include <string.h>

#include "engine/match/marks.h"
#include "engine/match/matcher.h"
#include "engine/match/prompts.h"

enum {
	NAMED_MOST = 5,
	NAMES_CEILING = 4096,
	POPUP_LEAST = 4,     /* code points; a shorter one is a button */
	PROMPTS_MOST = 4000, /* a larger folder has editors that know */
	PROMPTS_CEILING = 4 << 20,
};

struct search {
	const struct snapshot *snapshot;
	struct arena *arena;
	struct buf prompts; /* all of them, normalised, a line each */
	struct buf names;
	size_t found;
};

static enum status gather_prompts(struct search *search)
{
	const struct knowledge *knowledge = search->snapshot->knowledge;
	size_t count = 0;
	for (size_t i = 0; i < knowledge->answer_count; i++) {
		const struct strings *prompts = &knowledge->entries[i].prompts;
		for (size_t p = 0; p < prompts->count; p++, count++) {
			struct text text;
			if (count >= PROMPTS_MOST)
				return STATUS_LIMIT;
			arena_reset(search->arena);
			const enum status status =
			        normalise(search->snapshot->normaliser, span_of(prompts->items[p]),
			                  search->arena, &text);
			if (status != STATUS_OK)
				return status;
			buf_append(&search->prompts, text.utf8.ptr, text.utf8.len);
			buf_append_char(&search->prompts, '\n');
		}
	}
	return buf_status(&search->prompts);
}

static bool is_known(const struct search *search, struct span popup)
{
	struct span rest = buf_span(&search->prompts);
	while (rest.len > 0) {
		const char *end = memchr(rest.ptr, '\n', rest.len);
		const size_t len = (size_t)(end - rest.ptr);
		if (memmem(rest.ptr, len, popup.ptr, popup.len) ||
		    memmem(popup.ptr, popup.len, rest.ptr, len))
			return true;
		rest = (struct span){ end + 1, rest.len - len - 1 };
	}
	return false;
}

/* Within the text, from code point `start` to `end`; its input is quoted as it stands. */
static void take_popup(struct search *search, const struct text *text, size_t start, size_t end,
                       const struct entry *entry)
{
	struct buf popup;
	if (end - start < POPUP_LEAST)
		return;
	buf_init(&popup, NAMES_CEILING);
	for (size_t i = start; i < end; i++)
		buf_append_code_point(&popup, text->points[i]);
	if (buf_status(&popup) == STATUS_OK && !is_known(search, buf_span(&popup))) {
		const size_t from = text->origins[start], to = text->origins[end];
		if (search->found++ < NAMED_MOST)
			buf_append_format(&search->names, "%s%s: “%.*s”",
			                  search->found > 1 ? "; " : "", entry->id,
			                  (int)(to - from), text->input.ptr + from);
	}
	buf_deinit(&popup);
}

static enum status search_text(struct search *search, const struct entry *entry, const char *string)
{
	struct text text;
	const struct marks *marks = matcher_marks(search->snapshot->matcher);
	size_t start, end;
	if (!string || !string[0])
		return STATUS_OK;
	arena_reset(search->arena);
	const enum status status =
	        normalise(search->snapshot->normaliser, span_of(string), search->arena, &text);
	while (status == STATUS_OK && prompts_quoted(marks, &text, false, &start, &end)) {
		take_popup(search, &text, start, end, entry);
		/* Behind the closing quote. */
		text.points += end + 1;
		text.origins += end + 1;
		text.count -= end + 1;
	}
	return status;
}

static enum status search_entry(struct search *search, const struct entry *entry)
{
	enum status status = search_text(search, entry, entry->question);
	if (status == STATUS_OK)
		status = search_text(search, entry, entry->answer);
	for (size_t i = 0; i < entry->case_count && status == STATUS_OK; i++) {
		status = search_text(search, entry, entry->cases[i].situation);
		if (status == STATUS_OK)
			status = search_text(search, entry, entry->cases[i].advice);
	}
	return status;
}

enum status popups_check(const struct snapshot *snapshot, struct arena *arena,
                         struct faults *faults)
{
	const struct knowledge *knowledge = snapshot->knowledge;
	struct search search = { .snapshot = snapshot, .arena = arena };
	buf_init(&search.prompts, PROMPTS_CEILING);
	buf_init(&search.names, NAMES_CEILING);
	enum status status = gather_prompts(&search);
	for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i++)
		status = search_entry(&search, &knowledge->entries[i]);
	if (status == STATUS_OK && search.found > 0)
		faults_add(faults, FAULT_NOTE, NULL, 0, NULL,
		           "popups that texts quote and that no entry has among its `prompts`: %zu "
		           "(%s%s); an entry that has them is found by a pasted popup",
		           search.found, buf_text(&search.names),
		           search.found > NAMED_MOST ? "; …" : "");
	buf_deinit(&search.prompts);
	buf_deinit(&search.names);
	/* Too many prompts: it is a hint, and no fault. */
	return status == STATUS_LIMIT ? STATUS_OK : status;
}

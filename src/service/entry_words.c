#include "service/entry_words.h"

#include <string.h>

#include "base/json.h"
#include "service/state.h"

static void add_member(struct buf *out, const char *key, const char *value)
{
	BUF_JOIN(out, ",\"", key, "\":");
	json_append_string(out, value);
}

static void write_words(const struct entry *entry, struct buf *out)
{
	buf_append_format(out, "{\"number\":%d", entry->number);
	add_member(out, "question", entry->question);
	add_member(out, "answer", entry->answer);
	buf_append_text(out, ",\"cases\":[");
	for (size_t i = 0; i < entry->case_count; i++) {
		const struct entry_case *one = &entry->cases[i];

		buf_append_text(out, i > 0 ? ",{\"id\":" : "{\"id\":");
		json_append_string(out, one->id);
		add_member(out, "label", one->label);
		add_member(out, "situation", one->situation);
		add_member(out, "advice", one->advice);
		buf_append_char(out, '}');
	}
	buf_append_text(out, "]}");
}

/* FNV-1a, with a zero byte behind. */
static uint64_t hash_on(uint64_t hash, const char *text)
{
	do
		hash = (hash ^ (unsigned char)*text) * 0x100000001b3U;
	while (*text++);
	return hash;
}

/* One that shares a place with another is kept again now and then, which changes nothing. */
static bool is_noted(struct service *service, const char *knowledge, const char *entry)
{
	const uint64_t hash = hash_on(hash_on(0xcbf29ce484222325U, knowledge), entry) | 1;
	uint64_t *place = &service->texts_noted[(hash >> 1) % TEXTS_NOTED];
	const bool noted = *place == hash;

	*place = hash;
	return noted;
}

void entry_words_add(struct service *service, const struct reply *reply, struct buf *words,
                     struct journal_turn *turn)
{
	const bool answered = reply->answer_count > 0;
	const struct match_candidate *items = answered ? reply->answers : reply->choices;
	const size_t count = answered ? reply->answer_count : reply->choice_count;
	size_t starts[JOURNAL_TEXTS_MOST] = { 0 };

	for (size_t i = 0; i < count && turn->text_count < JOURNAL_TEXTS_MOST; i++) {
		const struct entry *entry = items[i].entry;

		if (is_noted(service, reply->knowledge->version, entry->id))
			continue;
		starts[turn->text_count] = words->len;
		turn->texts[turn->text_count++].entry = span_of(entry->id);
		write_words(entry, words);
	}
	if (buf_status(words) != STATUS_OK)
		turn->text_count = 0;
	for (size_t i = 0; i < turn->text_count; i++) {
		const size_t end = i + 1 < turn->text_count ? starts[i + 1] : words->len;

		turn->texts[i].words = (struct span){ words->ptr + starts[i], end - starts[i] };
	}
}

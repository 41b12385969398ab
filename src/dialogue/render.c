#include "dialogue/render.h"

#include "base/buf.h"
#include "base/utf8.h"

enum {
	TEXT_CEILING = 256 << 10,
	EXCERPT_MOST = 40, /* code points of an answer that stand for its missing question */
};

static void add_case(const struct entry_case *one, struct buf *out)
{
	buf_append_format(out, "\n%s：%s", one->label, one->situation);
	if (one->advice[0])
		buf_append_format(out, "\n建议：%s", one->advice);
}

static void add_source(const struct entry *entry, struct buf *out)
{
	if (!entry->document[0])
		return;
	buf_append_format(out, "\n（依据：%s", entry->document);
	if (entry->item)
		buf_append_format(out, "第%d条", entry->item);
	if (entry->reviewed[0])
		buf_append_format(out, "，%s核对", entry->reviewed);
	buf_append_text(out, "）");
}

static void add_contacts(const struct office *office, struct buf *out)
{
	for (size_t i = 0; i < office->contact_count; i++) {
		const struct contact *contact = &office->contacts[i];
		if (strcmp(contact->kind, "phone") != 0 && strcmp(contact->kind, "qq") != 0)
			continue;
		buf_append_format(out, "\n%s：%s", contact->label, contact->value);
	}
}

/* An entry without number and question has no title: its answer stands alone. */
static void add_title(const struct entry *entry, struct buf *out)
{
	if (!entry->number && !entry->question[0])
		return;
	buf_append_text(out, "【");
	if (entry->number)
		buf_append_format(out, "第%d条 ", entry->number);
	buf_append_format(out, "%s】", entry->question);
}

/* A new line, unless nothing was written since `start`. */
static void add_break(size_t start, struct buf *out)
{
	if (out->len > start)
		buf_append_char(out, '\n');
}

static void add_answer(const struct match_candidate *answer, const struct office *office,
                       struct buf *out)
{
	const struct entry *entry = answer->entry;
	const size_t start = out->len;
	add_title(entry, out);
	if (answer->named_case) {
		add_break(start, out);
		buf_append_format(out, "按您说的，可先看%s。", answer->named_case->label);
	}
	if (entry->answer[0]) {
		add_break(start, out);
		buf_append_text(out, entry->answer);
	}
	for (size_t i = 0; i < entry->case_count; i++)
		add_case(&entry->cases[i], out);
	if (!entry->answer[0] && entry->case_count == 0) {
		buf_append_format(out, "\n%s", office_text(office, "no_answer"));
		add_contacts(office, out);
	}
	add_source(entry, out);
}

static void add_choice(const struct entry *entry, size_t number, struct buf *out)
{
	const struct span answer = span_of(entry->answer);
	const size_t shown = utf8_prefix(answer, EXCERPT_MOST);
	if (entry->question[0])
		buf_append_format(out, "\n%zu. %s", number, entry->question);
	else
		buf_append_format(out, "\n%zu. %.*s%s", number, (int)shown, answer.ptr,
		                  shown < answer.len ? "……" : "");
}

static void add_choices(const struct reply *reply, const struct office *office, struct buf *out)
{
	buf_append_text(out, office_text(office, "choose"));
	for (size_t i = 0; i < reply->choice_count; i++)
		add_choice(reply->choices[i].entry, i + 1, out);
	buf_append_format(out, "\n%s", office_text(office, "choose_how"));
}

/* The office's sentence for a reply that has no entry of its own. */
static const char *sentence_key(const struct reply *reply)
{
	if (reply->reason && strcmp(reply->reason, "empty") == 0)
		return "empty";
	if (reply->reason && strcmp(reply->reason, "fruitless") == 0)
		return "fruitless";
	return reply->outcome == OUTCOME_HANDOFF ? "handoff" : "decline";
}

static void add_topic(const struct reply *reply, const struct knowledge *knowledge, struct buf *out)
{
	const struct entry *topic = reply->topic ? knowledge_find(knowledge, reply->topic) : NULL;
	const bool own_words = topic && topic->answer[0];
	buf_append_text(out, own_words ? topic->answer
	                               : office_text(&knowledge->office, sentence_key(reply)));
	/* A reply of its own that already names the telephone needs no second one. */
	if (reply->outcome == OUTCOME_DECLINE || reply->outcome == OUTCOME_HANDOFF)
		for (size_t i = 0; i < knowledge->office.contact_count; i++)
			if (strstr(buf_text(out), knowledge->office.contacts[i].value))
				return;
	if (reply->outcome != OUTCOME_SMALLTALK)
		add_contacts(&knowledge->office, out);
}

const char *render_text(const struct reply *reply, const struct knowledge *knowledge,
                        struct arena *arena)
{
	struct buf out;
	buf_init(&out, TEXT_CEILING);
	for (size_t i = 0; i < reply->answer_count; i++) {
		if (i > 0)
			buf_append_text(&out, "\n\n");
		add_answer(&reply->answers[i], &knowledge->office, &out);
	}
	if (reply->outcome == OUTCOME_CHOOSE)
		add_choices(reply, &knowledge->office, &out);
	else if (reply->outcome != OUTCOME_ANSWER)
		add_topic(reply, knowledge, &out);
	const char *text = buf_status(&out) == STATUS_OK ? arena_copy(arena, buf_span(&out)) : NULL;
	buf_deinit(&out);
	return text;
}

/*
 * How it works: a reply becomes the plain text that a channel without buttons shows. Answers come
 * first, each with the case that applies ahead of its other cases (add_lead()); then the next
 * question with its numbered options; then numbered choices, or, in a reply without an answer, the
 * sentence for its outcome and whom to ask. An office may replace the built-in sentences
 * (office_text()).
 */
#include "engine/dialogue/render.h"

#include "base/buf.h"
#include "base/utf8.h"

enum {
	TEXT_CEILING = 256 << 10,
	EXCERPT_MOST = 40, /* code points of an answer that stand for its missing question */
};

const char *render_verdict(enum verdict verdict, const struct office *office)
{
	return office_text(office, verdict_name(verdict));
}

static void add_change(const struct case_verdict *verdict, const struct office *office,
                       struct buf *out)
{
	if (verdict->changes_on)
		BUF_JOIN(out, "从", verdict->changes_on, "起，这一条会变为",
		         render_verdict(verdict->changes_to, office), "。");
}

/* `verdict` is NULL if the case was not judged. */
static void add_case(const struct entry_case *one, const struct case_verdict *verdict,
                     const struct office *office, struct buf *out)
{
	BUF_JOIN(out, "\n", one->label);
	if (verdict)
		BUF_JOIN(out, "（", render_verdict(verdict->verdict, office), "）");
	BUF_JOIN(out, "：", one->situation);
	if (one->advice[0])
		BUF_JOIN(out, "\n建议：", one->advice);
	if (verdict && verdict->verdict == VERDICT_EXCLUDED && verdict->because[0]) {
		BUF_JOIN(out, "\n（", verdict->because);
		add_change(verdict, office, out);
		buf_append_text(out, "）");
	}
}

static void add_detail(const char *key, const char *value, const struct office *office,
                       const char **parting, struct buf *out)
{
	if (!value || !value[0])
		return;
	BUF_JOIN(out, *parting, office_text(office, key), value);
	*parting = "；";
}

void render_step(const struct step *step, const char *indent, const struct office *office,
                 struct buf *out)
{
	const char *parting = indent;
	if (step->derived)
		buf_append_text(out, office_text(office, "to_do_derived"));
	buf_append_text(out, step->todo->what);
	add_detail("to_do_who", step->todo->who, office, &parting, out);
	add_detail("to_do_where", step->todo->where, office, &parting, out);
	add_detail("to_do_from", step->from, office, &parting, out);
	add_detail("to_do_until", step->until, office, &parting, out);
}

static void add_steps(const struct case_verdict *verdict, const struct office *office,
                      struct buf *out)
{
	if (verdict->step_count > 0)
		BUF_JOIN(out, "\n", office_text(office, "to_do"));
	for (size_t i = 0; i < verdict->step_count; i++) {
		buf_append_text(out, "\n· ");
		render_step(&verdict->steps[i], "\n  ", office, out);
	}
}

/*
 * The head of a verdict. It names the case if the FAQ lists it or there are several claims; for a
 * single claim the sentence is enough.
 */
static void add_verdict(const struct diagnosis *diagnosis, const struct case_verdict *one,
                        const struct office *office, struct buf *out)
{
	const char *verdict = render_verdict(one->verdict, office);
	if (diagnosis->entry->case_count > 0)
		BUF_JOIN(out, "\n▶ ", verdict, one->of->label);
	else if (diagnosis->case_count > 1)
		BUF_JOIN(out, "\n▶ ", one->of->label, "（", verdict, "）");
	else
		BUF_JOIN(out, "\n▶ ", office_text(office, "result"));
	if (one->because[0])
		BUF_JOIN(out, "：", one->because);
	else if (diagnosis->case_count == 1)
		BUF_JOIN(out, "：", verdict);
	add_change(one, office, out);
}

static bool is_spoken_to(const struct contact *contact)
{
	static const char *const kinds[] = { "phone", "qq", "wechat" };
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(contact->kind, kinds[i]) == 0)
			return true;
	return false;
}

/*
 * Lists the contacts to speak to. `all`, or having none of those, lists every contact with address
 * and hours. Contacts of the kind `failed` are left out, unless that is NULL.
 */
static void add_contacts(const struct office *office, bool all, const char *failed, struct buf *out)
{
	size_t spoken_to = 0;
	for (size_t i = 0; i < office->contact_count; i++)
		spoken_to += is_spoken_to(&office->contacts[i]);
	for (size_t i = 0; i < office->contact_count; i++) {
		const struct contact *contact = &office->contacts[i];
		if (failed && strcmp(contact->kind, failed) == 0)
			continue;
		if (all || spoken_to == 0 || is_spoken_to(contact))
			BUF_JOIN(out, "\n", contact->label, "：", contact->value);
	}
}

static bool names_contact(const char *text, const struct office *office)
{
	for (size_t i = 0; i < office->contact_count; i++)
		if (strstr(text, office->contacts[i].value))
			return true;
	return false;
}

/* Built-in sentences refer to contacts; this says so if the office has none. */
static void add_lack_of_contacts(const char *key, const struct office *office, struct buf *out)
{
	if (office->contact_count == 0 && !office_own_text(office, key))
		BUF_JOIN(out, "\n", office_text(office, "no_contact"));
}

/* The sentence of that key, followed by the contacts unless it names one itself. */
static void add_referral(const char *key, const struct office *office, struct buf *out)
{
	const char *sentence = office_text(office, key);
	BUF_JOIN(out, "\n", sentence);
	if (!names_contact(sentence, office))
		add_contacts(office, false, NULL, out);
	add_lack_of_contacts(key, office, out);
}

static bool all_excluded(const struct diagnosis *diagnosis)
{
	size_t excluded = 0;
	for (size_t i = 0; i < diagnosis->case_count; i++)
		excluded += diagnosis->cases[i].verdict == VERDICT_EXCLUDED;
	return diagnosis->case_count > 0 && excluded == diagnosis->case_count;
}

static bool has_words(const struct entry *entry)
{
	return entry->answer[0] || entry->case_count > 0;
}

static void add_instead(const struct entry *entry, const struct office *office, struct buf *out)
{
	BUF_JOIN(out, "\n", office_text(office, "instead"));
	if (entry->number)
		buf_append_format(out, "第%d条", entry->number);
	BUF_JOIN(out, "“", entry->question, "”");
}

/* The case that applies, why, and what to do; if none does, what is known. */
static void add_lead(const struct diagnosis *diagnosis, const struct office *office, bool thorough,
                     struct buf *out)
{
	const bool printed = diagnosis->entry->case_count > 0;
	const bool none = all_excluded(diagnosis);
	if (none)
		BUF_JOIN(out, "\n", office_text(office, "check_none"));
	for (size_t i = 0; i < diagnosis->case_count; i++) {
		const struct case_verdict *one = &diagnosis->cases[i];
		if (one->verdict != VERDICT_APPLIES &&
		    (printed || (one->verdict == VERDICT_UNKNOWN && !one->because[0])))
			continue;
		add_verdict(diagnosis, one, office, out);
		add_steps(one, office, out);
		if (one->instead)
			add_instead(one->instead, office, out);
	}
	/* Without words of the FAQ, the text below says whom to ask. */
	if (none && has_words(diagnosis->entry))
		add_referral("check_none_how", office, out);
	else if (!none && !diagnosis->lead && thorough)
		add_referral("check_open", office, out);
}

static void add_source(const struct entry *entry, struct buf *out)
{
	if (!entry->document[0])
		return;
	BUF_JOIN(out, "\n（依据：", entry->document);
	if (entry->item)
		buf_append_format(out, "第%d条", entry->item);
	if (entry->reviewed[0])
		BUF_JOIN(out, "，", entry->reviewed, "核对");
	buf_append_text(out, "）");
}

/* An entry without number and question has no title. */
static void add_title(const struct entry *entry, struct buf *out)
{
	if (!entry->number && !entry->question[0])
		return;
	buf_append_text(out, "【");
	if (entry->number)
		buf_append_format(out, "第%d条 ", entry->number);
	BUF_JOIN(out, entry->question, "】");
}

/* A new line, unless nothing was written since `start`. */
static void add_break(size_t start, struct buf *out)
{
	if (out->len > start)
		buf_append_char(out, '\n');
}

/* Whether any case is more than unknown. */
static bool tells_something(const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (diagnosis->cases[i].verdict != VERDICT_UNKNOWN ||
		    diagnosis->cases[i].because[0])
			return true;
	return false;
}

/* Whether the steps of the verdicts say whom to ask already. */
static bool has_steps(const struct diagnosis *diagnosis)
{
	return diagnosis->lead && diagnosis->lead->step_count > 0;
}

static void add_answer(const struct reply *reply, size_t index, const struct office *office,
                       struct buf *out)
{
	const struct match_candidate *answer = &reply->answers[index];
	const struct diagnosis *diagnosis = &reply->diagnoses[index];
	const struct entry *entry = answer->entry;
	const bool judged = tells_something(diagnosis);
	const bool none = all_excluded(diagnosis);
	const bool pointed_at = answer->by == MATCH_BY_CHOICE;
	const size_t start = out->len;
	add_title(entry, out);
	if (judged || reply->check_ended)
		add_lead(diagnosis, office, reply->check_ended, out);
	if (answer->named_case && (pointed_at || (!diagnosis->lead && !none)) &&
	    reply_case(reply, index)) {
		add_break(start, out);
		buf_append_format(out, "%s%s。",
		                  office_text(office, pointed_at ? "asked_case" : "named_case"),
		                  answer->named_case->label);
	}
	/* The general answer does not fit a person to whom no case applies. */
	if (none && has_words(entry))
		BUF_JOIN(out, "\n", office_text(office, "in_general"));
	if (entry->answer[0]) {
		add_break(start, out);
		buf_append_text(out, entry->answer);
	}
	for (size_t i = 0; i < entry->case_count; i++)
		add_case(&entry->cases[i], judged ? &diagnosis->cases[i] : NULL, office, out);
	if (!has_words(entry) && !has_steps(diagnosis))
		add_referral("no_answer", office, out);
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
	const bool single = reply->choice_count == 1;
	if (reply->reason)
		BUF_JOIN(out, office_text(office, reply->reason), "\n");
	buf_append_text(out, office_text(office, single ? "choose_one" : "choose"));
	for (size_t i = 0; i < reply->choice_count; i++)
		add_choice(reply->choices[i].entry, i + 1, out);
	BUF_JOIN(out, "\n", office_text(office, single ? "choose_one_how" : "choose_how"));
	if (reply->offers_person)
		BUF_JOIN(out, "\n", office_text(office, "choose_person"));
}

/* The question, its reason, and its numbered options. */
static void add_question(const struct reply *reply, const struct office *office, struct buf *out)
{
	const struct question *next = reply->next;
	if (reply->offers_check) {
		BUF_JOIN(out, "\n\n", next->text, office_text(office, "check_begin"));
		if (reply->may_sign_in)
			buf_append_text(out, office_text(office, "check_sign_in"));
		return;
	}
	if (out->len > 0)
		buf_append_text(out, "\n\n");
	if (reply->reason)
		BUF_JOIN(out, office_text(office, reply->reason), "\n");
	/* The question that tells siblings apart is not numbered: it is no part of a self-check. */
	if (reply->next_number > 0)
		buf_append_format(out, "问题%zu：", reply->next_number);
	BUF_JOIN(out, next->text, "\n（", next->why, "）");
	for (size_t i = 0; i < next->option_count; i++)
		buf_append_format(out, "\n%zu. %s", i + 1, next->options[i].label);
	BUF_JOIN(out, "\n",
	         office_text(office, reply->next_number > 0 ? "check_how" : "apart_how"));
	if (reply->next_number == 0 && reply->may_sign_in)
		buf_append_text(out, office_text(office, "check_sign_in"));
}

/* The office's sentence for a reply that has no entry of its own. */
static const char *sentence_key(const struct reply *reply, const struct office *office)
{
	if (reply->reason && office_text(office, reply->reason)[0])
		return reply->reason;
	return reply->outcome == OUTCOME_HANDOFF ? "handoff" : "decline";
}

/* What the receipt was given for, if this conversation knows, and what it is good for. */
static void add_receipt(const struct reply *reply, const struct office *office, struct buf *out)
{
	const struct entry *entry = reply->receipt_of;
	buf_append_text(out, office_text(office, reply->reason));
	if (entry && entry->question[0])
		BUF_JOIN(out, "当时问的是：", entry->question);
	BUF_JOIN(out, "\n", office_text(office, "receipt_use"));
}

static bool is_receipt(const struct reply *reply)
{
	return reply->reason && (strcmp(reply->reason, "receipt_here") == 0 ||
	                         strcmp(reply->reason, "receipt_elsewhere") == 0);
}

static size_t cases_in(const struct entry *entry)
{
	return entry->case_count > 0 ? entry->case_count : entry->judged_count;
}

/* The kind of contact that the person tried in vain, or NULL. */
static const char *failed_kind(const struct reply *reply)
{
	if (reply->reason && strcmp(reply->reason, "phone_failed") == 0)
		return "phone";
	return reply->reason && strcmp(reply->reason, "group_failed") == 0 ? "qq" : NULL;
}

static void add_topic(const struct reply *reply, const struct knowledge *knowledge, struct buf *out)
{
	const struct entry *topic = reply->topic ? knowledge_find(knowledge, reply->topic) : NULL;
	const bool own_words = topic && topic->answer[0];
	if (reply->numbered > 0)
		buf_append_format(out, "常见问题一共%zu条。", reply->numbered);
	if (reply->pointed_at)
		buf_append_format(out, "这一条只有%zu种情形，", cases_in(reply->pointed_at));
	buf_append_text(out, own_words ? topic->answer
	                               : office_text(&knowledge->office,
	                                             sentence_key(reply, &knowledge->office)));
	if (reply->outcome == OUTCOME_SMALLTALK)
		return;
	/* The text may name the telephone already. */
	if (!names_contact(buf_text(out), &knowledge->office))
		add_contacts(&knowledge->office, reply->outcome == OUTCOME_HANDOFF && !topic,
		             failed_kind(reply), out);
	if (!own_words)
		add_lack_of_contacts(sentence_key(reply, &knowledge->office), &knowledge->office,
		                     out);
}

const char *render_text(const struct reply *reply, const struct knowledge *knowledge,
                        struct arena *arena)
{
	struct buf out;
	buf_init(&out, TEXT_CEILING);
	if (reply->no_record && reply->outcome == OUTCOME_ANSWER)
		buf_append_format(&out, "%s\n", office_text(&knowledge->office, "no_record"));
	/* During a self-check the person has read the entry: show the question only. */
	for (size_t i = 0; i < reply->answer_count && reply->outcome != OUTCOME_ASK; i++) {
		if (i > 0)
			buf_append_text(&out, "\n\n");
		add_answer(reply, i, &knowledge->office, &out);
	}
	if (reply->next)
		add_question(reply, &knowledge->office, &out);
	if (reply->check_ended && reply->told)
		buf_append_format(&out, "\n\n%s", office_text(&knowledge->office, "check_again"));
	if (reply->outcome == OUTCOME_CHOOSE)
		add_choices(reply, &knowledge->office, &out);
	else if (is_receipt(reply))
		add_receipt(reply, &knowledge->office, &out);
	else if (reply->outcome != OUTCOME_ANSWER && reply->outcome != OUTCOME_ASK)
		add_topic(reply, knowledge, &out);
	const char *text = buf_status(&out) == STATUS_OK ? arena_copy(arena, buf_span(&out)) : NULL;
	buf_deinit(&out);
	return text;
}

#include "engine/dialogue/script.h"

#include "engine/dialogue/operator_words.h"
#include "engine/dialogue/render.h"

/* Relations and columns that the rules read, as labels. */
static void add_look_ups(const struct relations *relations, const struct reads *reads,
                         const struct office *office, struct buf *out)
{
	int number = 0;
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++) {
		const struct relation_shape *shape = relation_shape(relations, i);
		if (!reads->columns[i])
			continue;
		if (number == 0)
			buf_append_format(out, "\n%s", office_text(office, "script_look_up"));
		buf_append_format(out, "\n  %d. %s：", ++number, shape->label);
		const char *parting = "";
		for (size_t c = 0; c < shape->column_count; c++) {
			if (!(reads->columns[i] & (1U << c)))
				continue;
			buf_append_format(out, "%s%s", parting, shape->columns[c].label);
			parting = "、";
		}
	}
	if (number == 0)
		buf_append_format(out, "\n%s", office_text(office, "script_no_look_up"));
}

static void add_questions(const struct entry *entry, const struct office *office, struct buf *out)
{
	buf_append_format(
	        out, "\n%s",
	        office_text(office, entry->question_count ? "script_ask" : "script_no_ask"));
	for (size_t i = 0; i < entry->question_count; i++) {
		const struct question *question = &entry->questions[i];
		buf_append_format(out, "\n  %zu. %s（%s）", i + 1, question->text, question->why);
		for (size_t o = 0; o < question->option_count; o++)
			buf_append_format(out, "\n     □ %s", question->options[o].label);
	}
}

static void add_line(const char *key, const char *text, const struct office *office,
                     struct buf *out)
{
	if (text[0])
		buf_append_format(out, "\n     %s%s", office_text(office, key), text);
}

static void add_step(const struct step *step, const struct office *office, struct buf *out)
{
	buf_append_format(out, "\n     %s", office_text(office, "script_to_do"));
	render_step(step, "\n       ", office, out);
}

/* The steps of a case that applies; else all steps, so that the operator sees what may come. */
static void add_steps(const struct entry *entry, const struct case_verdict *verdict,
                      const struct office *office, struct buf *out)
{
	for (size_t i = 0; i < verdict->step_count; i++)
		add_step(&verdict->steps[i], office, out);
	if (verdict->verdict == VERDICT_APPLIES)
		return;
	for (size_t i = 0; i < verdict->of->todo_count; i++)
		add_step(
		        &(struct step){
		                .todo = &verdict->of->todo[i],
		                .derived = !entry_prints(entry, verdict->of->todo[i].what),
		        },
		        office, out);
}

static void add_case(const struct entry *entry, const struct case_verdict *verdict, bool decided,
                     const struct office *office, struct buf *out)
{
	const struct entry_case *one = verdict->of;
	buf_append_format(out, "\n  %s", one->label);
	if (decided)
		buf_append_format(out, "（%s）", render_verdict(verdict->verdict, office));
	if (one->situation[0])
		buf_append_format(out, "：%s", one->situation);
	if (decided && verdict->because[0]) {
		BUF_JOIN(out, "\n     ", office_text(office, "result"), "：");
		operator_words(office, verdict->because, out);
	}
	add_line("script_read", one->advice, office, out);
	add_steps(entry, verdict, office, out);
}

/* The answer of an entry without 情形, or the sentence that replaces a missing one. */
static void add_answer(const struct entry *entry, const struct office *office, struct buf *out)
{
	if (entry->case_count > 0)
		return;
	buf_append_format(out, "\n  %s%s", office_text(office, "script_read"),
	                  entry->answer[0] ? entry->answer : office_text(office, "no_answer"));
}

/* The judged cases, or for an entry without rules those of the FAQ. */
static void add_cases(const struct diagnosis *diagnosis, const struct office *office,
                      struct buf *out)
{
	const struct entry *entry = diagnosis->entry;
	bool decided = false;
	for (size_t i = 0; i < diagnosis->case_count; i++)
		decided = decided || diagnosis->cases[i].verdict != VERDICT_UNKNOWN;
	for (size_t i = 0; i < diagnosis->case_count; i++)
		add_case(entry, &diagnosis->cases[i], decided, office, out);
	for (size_t i = 0; diagnosis->case_count == 0 && i < entry->case_count; i++)
		add_case(entry, &(struct case_verdict){ .of = &entry->cases[i] }, false, office,
		         out);
}

void script_write(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
                  struct buf *out)
{
	const struct entry *entry = diagnosis->entry;
	const struct office *office = &snapshot->knowledge->office;
	const struct reads reads = diagnoser_reads(snapshot->diagnoser, entry);
	buf_append_text(out, office_text(office, "script_title"));
	if (entry->number)
		buf_append_format(out, "第%d条 ", entry->number);
	buf_append_text(out, entry->question);
	add_look_ups(diagnoser_relations(snapshot->diagnoser), &reads, office, out);
	add_questions(entry, office, out);
	buf_append_format(out, "\n%s", office_text(office, "script_cases"));
	add_cases(diagnosis, office, out);
	add_answer(entry, office, out);
}

enum status script_write_unknown(const struct snapshot *snapshot, const struct entry *entry,
                                 struct arena *arena, struct buf *out)
{
	struct case_verdict *cases = arena_array(arena, entry->judged_count + 1, sizeof(*cases));
	if (!cases)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < entry->judged_count; i++)
		cases[i] = (struct case_verdict){ .of = &entry->judged[i], .because = "" };
	script_write(snapshot,
	             &(struct diagnosis){
	                     .entry = entry, .cases = cases, .case_count = entry->judged_count },
	             out);
	return buf_status(out);
}

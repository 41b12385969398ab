#include "dialogue/script.h"

/* Relations and columns that the rules read, as labels. */
static void add_look_ups(const struct reads *reads, struct buf *out)
{
	int number = 0;
	for (int i = 0; i < RELATION_RECORDED; i++) {
		const struct relation_shape *shape = relation_shape((enum relation)i);
		if (!reads->columns[i])
			continue;
		if (number == 0)
			buf_append_text(out, "\n一、先查记录");
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
		buf_append_text(out, "\n一、不用查记录");
}

static void add_questions(const struct entry *entry, struct buf *out)
{
	buf_append_text(out, entry->question_count ? "\n二、记录定不了的，依次问对方"
	                                           : "\n二、没有要问对方的");
	for (size_t i = 0; i < entry->question_count; i++) {
		const struct question *question = &entry->questions[i];
		buf_append_format(out, "\n  %zu. %s（%s）", i + 1, question->text, question->why);
		for (size_t o = 0; o < question->option_count; o++)
			buf_append_format(out, "\n     □ %s", question->options[o].label);
	}
}

static void add_verdict(const struct case_verdict *verdict, struct buf *out)
{
	static const char *const words[] = { "还不能判断", "符合", "不符合" };
	buf_append_format(out, " 【%s】%s", words[verdict->verdict], verdict->because);
}

static void add_cases(const struct diagnosis *diagnosis, bool decided, struct buf *out)
{
	buf_append_text(out, "\n三、按结果答复");
	for (size_t i = 0; i < diagnosis->case_count; i++) {
		const struct entry_case *one = diagnosis->cases[i].of;
		buf_append_format(out, "\n  %s", one->label);
		if (one->situation[0])
			buf_append_format(out, "：%s", one->situation);
		if (decided)
			add_verdict(&diagnosis->cases[i], out);
		if (one->advice[0])
			buf_append_format(out, "\n     照读：%s", one->advice);
		for (size_t t = 0; t < one->todo_count; t++)
			buf_append_format(out, "\n     办理：%s（由%s办理%s%s）", one->todo[t].what,
			                  one->todo[t].who, one->todo[t].where[0] ? "；" : "",
			                  one->todo[t].where);
	}
	if (diagnosis->entry->case_count == 0 && diagnosis->entry->answer[0])
		buf_append_format(out, "\n  照读：%s", diagnosis->entry->answer);
}

void script_write(const struct snapshot *snapshot, const struct diagnosis *diagnosis,
                  struct buf *out)
{
	const struct entry *entry = diagnosis->entry;
	const struct reads reads = diagnoser_reads(snapshot->diagnoser, entry);
	bool decided = false;
	for (size_t i = 0; i < diagnosis->case_count; i++)
		decided = decided || diagnosis->cases[i].verdict != VERDICT_UNKNOWN;
	buf_append_text(out, "电话口径：");
	if (entry->number)
		buf_append_format(out, "第%d条 ", entry->number);
	buf_append_text(out, entry->question);
	add_look_ups(&reads, out);
	add_questions(entry, out);
	add_cases(diagnosis, decided, out);
}

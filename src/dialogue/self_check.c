#include "dialogue/self_check.h"

#include <stdio.h>
#include <string.h>

#include "dialogue/selection.h"

enum {
	LABEL_TYPED_MOST = 256, /* bytes: a longer message is no answer by its words */
	SHORT_MOST = 8,         /* Han, letters and digits of a message that may be a failed one */
};

/* One message at work. */
struct reading {
	struct self_check *check;
	struct told *told;
	const struct snapshot *snapshot;
	struct arena *arena;
	const struct text *text;
	const struct entry *entry;      /* what the self-check is about, else the last answer */
	const struct question *pending; /* asked and not answered yet, or NULL */
	struct selection selection;
	struct check_move *move;
};

static void begin(struct self_check *check, const struct entry *entry)
{
	snprintf(check->entry, sizeof(check->entry), "%s", entry->id);
	check->running = true;
	check->begins = true;
}

static void go_on(struct reading *reading, const struct question *again)
{
	*reading->move = (struct check_move){ CHECK_ON, reading->entry, again };
}

static bool begins_with(struct span text, struct span start)
{
	return start.len <= text.len && memcmp(text.ptr, start.ptr, start.len) == 0;
}

/* 对的。 -> 对 */
static struct span without_tail(struct span words)
{
	static const char *const tails[] = { "的", "了", "吧", "啊", "呢", ".", "!", "," };
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		const struct span tail = span_of(tails[i]);
		if (words.len > tail.len &&
		    memcmp(words.ptr + words.len - tail.len, tail.ptr, tail.len) == 0) {
			words.len -= tail.len;
			i = (size_t)-1;
		}
	}
	return words;
}

/* The option that is called so, or the only one whose label begins so: 没有 for 没有弹窗. */
static const struct question_option *option_called(const struct question *question,
                                                   const struct text *labels, struct span words)
{
	const struct question_option *found = NULL;
	size_t count = 0;
	for (size_t i = 0; i < question->option_count; i++) {
		if (span_equal(labels[i].utf8, words))
			return &question->options[i];
		if (words.len > 0 && begins_with(labels[i].utf8, words)) {
			found = &question->options[i];
			count++;
		}
	}
	return count == 1 ? found : NULL;
}

static enum status option_in_words(const struct reading *reading,
                                   const struct question_option **out)
{
	const struct question *question = reading->pending;
	struct text *labels =
	        arena_array(reading->arena, question->option_count + 1, sizeof(*labels));
	if (!labels)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < question->option_count; i++) {
		const enum status status =
		        normalise(reading->snapshot->normaliser,
		                  span_of(question->options[i].label), reading->arena, &labels[i]);
		if (status != STATUS_OK)
			return status;
	}
	*out = option_called(question, labels, reading->text->utf8);
	if (!*out)
		*out = option_called(question, labels, without_tail(reading->text->utf8));
	return STATUS_OK;
}

static void answer(struct reading *reading, const char *value, bool leaves_open)
{
	reading->check->stays_open = leaves_open;
	told_say(reading->told, reading->pending->fact, value);
	reading->check->fact[0] = '\0';
	reading->check->running = true;
	go_on(reading, NULL);
}

/* Under an answer the number may also be that of one of its cases, or no choice at all. */
static bool is_beyond(const struct reading *reading, int number)
{
	return (size_t)number > reading->entry->case_count && number <= SELECTION_BARE_MOST;
}

/* Whoever tries to answer takes part. */
static void ask_again(struct reading *reading)
{
	reading->check->running = true;
	*reading->move =
	        (struct check_move){ CHECK_NO_SUCH_OPTION, reading->entry, reading->pending };
}

/* An answer to what was asked, or a skipping of it. */
static enum status take_answer(struct reading *reading)
{
	const struct question *question = reading->pending;
	const struct question_option *option = NULL;
	const int number = reading->selection.number;
	enum status status = STATUS_OK;
	if (reading->selection.kind == SELECTION_ITEM) {
		if ((size_t)number <= question->option_count)
			option = &question->options[number - 1];
		else if (reading->check->running || is_beyond(reading, number))
			ask_again(reading);
	} else if (reading->text->utf8.len <= LABEL_TYPED_MOST) {
		status = option_in_words(reading, &option);
	}
	if (option)
		answer(reading, option->value, option->leaves_open);
	else if (status == STATUS_OK && reading->selection.kind == SELECTION_SKIP)
		answer(reading, "", false);
	return status;
}

/* To the question before the one that waits, or to the one that was named. */
static void go_back(struct reading *reading)
{
	const size_t waiting = told_number(reading->told, reading->entry, reading->check->fact);
	const size_t number = reading->selection.kind == SELECTION_BACK
	                              ? waiting - 1
	                              : (size_t)reading->selection.number;
	const struct question *again = told_reopen(reading->told, reading->entry, number);
	if (!again)
		again = reading->pending;
	if (!again) {
		reading->move->kind = CHECK_NOTHING;
		return;
	}
	/* What the self-check found out since it began stays found out. */
	if (strcmp(reading->check->entry, reading->entry->id) != 0)
		begin(reading->check, reading->entry);
	reading->check->running = true;
	go_on(reading, again);
}

static void take_word(struct reading *reading, const struct entry *last)
{
	switch (reading->selection.kind) {
	case SELECTION_START:
		reading->entry = last;
		if (!last || last->question_count == 0) {
			reading->move->kind = CHECK_NOTHING;
			return;
		}
		begin(reading->check, last);
		go_on(reading, NULL);
		return;
	case SELECTION_STOP:
		reading->move->kind = reading->entry ? CHECK_STOPPED : CHECK_NOTHING;
		self_check_leave(reading->check);
		return;
	case SELECTION_BACK:
	case SELECTION_CHANGE:
		if (reading->entry)
			go_back(reading);
		else
			reading->move->kind = CHECK_NOTHING;
		return;
	default:
		return;
	}
}

/* 对, 没核对: few words say of themselves what they are about. */
static bool may_be_an_answer(const struct reading *reading)
{
	size_t count = 0;
	for (size_t i = 0; i < reading->text->count; i++)
		count += code_point_is_han(reading->text->points[i]) ||
		         code_point_is_word(reading->text->points[i]);
	return count <= SHORT_MOST && reading->selection.kind != SELECTION_COURTESY &&
	       reading->selection.kind != SELECTION_HANDOFF;
}

enum status self_check_read(struct self_check *check, struct told *told,
                            const struct snapshot *snapshot, struct arena *arena,
                            const struct text *text, const struct entry *last,
                            struct check_move *out)
{
	const struct entry *about =
	        check->entry[0] ? knowledge_find(snapshot->knowledge, check->entry) : NULL;
	struct reading reading = {
		.check = check,
		.told = told,
		.snapshot = snapshot,
		.arena = arena,
		.text = text,
		.entry = about ? about : last,
		.pending = about && check->fact[0] ? entry_question(about, check->fact) : NULL,
		.selection = selection_read(text),
		.move = out,
	};
	enum status status = STATUS_OK;
	*out = (struct check_move){ .kind = CHECK_NO_MOVE };
	if (reading.pending)
		status = take_answer(&reading);
	if (status == STATUS_OK && out->kind == CHECK_NO_MOVE)
		take_word(&reading, last);
	if (status != STATUS_OK || out->kind != CHECK_NO_MOVE)
		return status;
	if (reading.pending && check->running && may_be_an_answer(&reading))
		*out = (struct check_move){ CHECK_UNCLEAR, reading.entry, reading.pending };
	else
		self_check_pause(check);
	return status;
}

void self_check_pause(struct self_check *check)
{
	check->running = false;
}

void self_check_leave(struct self_check *check)
{
	*check = (struct self_check){ 0 };
}

static uint64_t applying(const struct diagnosis *diagnosis)
{
	uint64_t cases = 0;
	for (size_t i = 0; i < diagnosis->case_count && i < 64; i++)
		if (diagnosis->cases[i].verdict == VERDICT_APPLIES)
			cases |= UINT64_C(1) << i;
	return cases;
}

const struct question *self_check_next(struct self_check *check, const struct diagnosis *diagnosis,
                                       const struct question *again, bool unasked)
{
	const uint64_t now = applying(diagnosis);
	if (check->begins || check->stays_open || strcmp(check->entry, diagnosis->entry->id) != 0)
		check->before = now;
	check->begins = check->stays_open = false;
	const bool brought_out = (now & ~check->before) != 0;
	const struct question *next = again;
	if (!next && (check->running ? !brought_out : unasked && !now))
		next = diagnosis->question;
	snprintf(check->entry, sizeof(check->entry), "%s", diagnosis->entry->id);
	snprintf(check->fact, sizeof(check->fact), "%s", next ? next->fact : "");
	check->running = check->running && next;
	return next;
}

#include "office/journal/transcript.h"

static const char latest[] =
        "SELECT at, receipt, question, outcome, reason, topic, entries, knowledge FROM turn"
        " WHERE session = $1 ORDER BY at DESC, id DESC LIMIT 201";

struct reading {
	struct arena *arena;
	struct transcript *transcript;
	struct journal_turn *turns; /* room for one more than are given */
	bool failed;
};

/* NULL stays. */
static const char *keep_text(struct reading *reading, const struct cell *column)
{
	const char *text = cell_as_text(column);
	const char *copy = text ? arena_copy(reading->arena, span_of(text)) : NULL;

	reading->failed = reading->failed || (text && !copy);
	return copy;
}

static struct span keep_span(struct reading *reading, const struct cell *column)
{
	const struct span text = cell_as_span(column);
	const char *copy = arena_copy(reading->arena, text);

	reading->failed = reading->failed || !copy;
	return (struct span){ copy ? copy : "", copy ? text.len : 0 };
}

/* The last first: they are put behind each other from the end. */
static enum status take_turn(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	const size_t at = reading->transcript->count++;
	struct journal_turn *turn = &reading->turns[TRANSCRIPT_MOST - at];

	*turn = (struct journal_turn){
		.at_ms = cell_as_integer(&columns[0]),
		.receipt = keep_text(reading, &columns[1]),
		.question = keep_span(reading, &columns[2]),
		.outcome = keep_text(reading, &columns[3]),
		.reason = keep_text(reading, &columns[4]),
		.topic = keep_text(reading, &columns[5]),
		.entries = keep_span(reading, &columns[6]),
		.knowledge = keep_text(reading, &columns[7]),
	};
	return reading->failed ? STATUS_NO_MEMORY : STATUS_OK;
}

enum status journal_read_transcript(const char *file, int64_t busy_ms, const char *session,
                                    struct arena *arena, struct transcript *out)
{
	const struct store_settings settings = { .url = file,
		                                 .busy_ms = busy_ms,
		                                 .read_only = true };
	const struct cell value = cell_text(session);
	struct reading reading = { .arena = arena, .transcript = out };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;
	struct tx *tx;
	enum status status;

	*out = (struct transcript){ .count = 0 };
	reading.turns = arena_array(arena, TRANSCRIPT_MOST + 1, sizeof(*reading.turns));
	if (!reading.turns)
		return STATUS_NO_MEMORY;
	status = store_open(&store, &settings, &journal_schema, problem);
	if (status != STATUS_OK)
		return status;
	status = store_begin(store, TX_READ, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, tx_query(tx, latest, &value, 1, take_turn, &reading, NULL));
	store_close(store);
	out->more = out->count > TRANSCRIPT_MOST;
	out->turns = &reading.turns[TRANSCRIPT_MOST + 1 - out->count];
	if (out->more) {
		out->turns++;
		out->count--;
	}
	return status;
}

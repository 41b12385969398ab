#include "office/journal/day.h"

#include "office/journal/rows.h"

static const char outcomes[] = "SELECT " ROWS_OUTCOME ", count(*) FROM turn WHERE at >= $1"
                               " GROUP BY came ORDER BY count(*) DESC, came LIMIT 16";

static const char declined[] =
        "SELECT question, max(reason), max(topic), count(*), max(at) FROM turn"
        " WHERE at >= $1 AND " ROWS_NOT_ANSWERED " GROUP BY question"
        " ORDER BY count(*) DESC, max(at) DESC LIMIT 500";

static const char disliked[] =
        "SELECT t.entries, t.question, r.reason FROM rating r JOIN turn t ON t.receipt = r.receipt"
        " WHERE r.at >= $1 AND r.value = 'down' ORDER BY r.at DESC LIMIT 500";

enum { DAY_MS = 86400000, CHINA_MS = 8 * 3600000 };

int64_t day_begin(int64_t wall_ms)
{
	return wall_ms - (wall_ms + CHINA_MS) % DAY_MS;
}

struct reading {
	struct arena *arena;
	struct journal_day *day;
};

static enum status keep_span(struct reading *reading, struct span text, struct span *out)
{
	const char *copy = arena_copy(reading->arena, text);

	*out = (struct span){ copy ? copy : "", copy ? text.len : 0 };
	return copy ? STATUS_OK : STATUS_NO_MEMORY;
}

/* NULL stays. */
static enum status keep_text(struct reading *reading, const char *text, const char **out)
{
	*out = text ? arena_copy(reading->arena, span_of(text)) : NULL;
	return text && !*out ? STATUS_NO_MEMORY : STATUS_OK;
}

static enum status take_outcome(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	struct journal_day *day = reading->day;

	if (day->outcome_count == DAY_OUTCOMES_MOST)
		return STATUS_OK;
	day->outcomes[day->outcome_count].count = cell_as_integer(&columns[1]);
	return keep_text(reading, cell_as_text(&columns[0]),
	                 &day->outcomes[day->outcome_count++].name);
}

static enum status take_declined(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	struct day_declined *one = &reading->day->declined[reading->day->declined_count];
	enum status status = keep_span(reading, cell_as_span(&columns[0]), &one->question);

	if (status == STATUS_OK)
		status = keep_text(reading, cell_as_text(&columns[1]), &one->reason);
	if (status == STATUS_OK)
		status = keep_text(reading, cell_as_text(&columns[2]), &one->topic);
	one->count = cell_as_integer(&columns[3]);
	one->last_ms = cell_as_integer(&columns[4]);
	reading->day->declined_count++;
	return status;
}

static enum status take_disliked(void *context, const struct cell *columns)
{
	struct reading *reading = context;
	struct day_disliked *one = &reading->day->disliked[reading->day->disliked_count];
	enum status status = keep_span(reading, cell_as_span(&columns[0]), &one->entries);

	if (status == STATUS_OK)
		status = keep_span(reading, cell_as_span(&columns[1]), &one->question);
	if (status == STATUS_OK)
		status = keep_span(reading, cell_as_span(&columns[2]), &one->reason);
	reading->day->disliked_count++;
	return status;
}

static enum status read_all(struct store *store, int64_t since_ms, struct reading *reading)
{
	const struct cell since = cell_integer(since_ms);
	struct tx *tx;
	enum status status = store_begin(store, TX_READ, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_query(tx, outcomes, &since, 1, take_outcome, reading, NULL);
	if (status == STATUS_OK)
		status = tx_query(tx, declined, &since, 1, take_declined, reading, NULL);
	if (status == STATUS_OK)
		status = tx_query(tx, disliked, &since, 1, take_disliked, reading, NULL);
	return tx_end(tx, status);
}

enum status journal_read_day(const char *file, int64_t busy_ms, int64_t since_ms,
                             struct arena *arena, struct journal_day *out)
{
	const struct store_settings settings = { .url = file,
		                                 .busy_ms = busy_ms,
		                                 .read_only = true };
	struct reading reading = { arena, out };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;
	enum status status;

	*out = (struct journal_day){
		.declined = arena_array(arena, DAY_DECLINED_MOST, sizeof(*out->declined)),
		.disliked = arena_array(arena, DAY_DISLIKED_MOST, sizeof(*out->disliked)),
	};
	if (!out->declined || !out->disliked)
		return STATUS_NO_MEMORY;
	status = store_open(&store, &settings, &journal_schema, problem);
	if (status != STATUS_OK)
		return status;
	status = store_version(store) < JOURNAL_WITH_RATINGS ? STATUS_INVALID
	                                                     : read_all(store, since_ms, &reading);
	store_close(store);
	return status;
}

struct counting {
	void (*count)(void *context, const char *channel, int64_t today, int64_t last_ms);
	void *context;
};

static enum status take_channel(void *context, const struct cell *columns)
{
	const struct counting *counting = context;

	counting->count(counting->context, cell_as_text(&columns[0]), cell_as_integer(&columns[1]),
	                cell_as_integer(&columns[2]));
	return STATUS_OK;
}

enum status journal_count_channels(const struct journal_settings *settings, int64_t since_ms,
                                   int64_t today_ms,
                                   void (*count)(void *context, const char *channel, int64_t today,
                                                 int64_t last_ms),
                                   void *context)
{
	static const char sql[] =
	        "SELECT channel, CAST(sum(CASE WHEN at >= $2 THEN 1 ELSE 0 END) AS BIGINT), max(at)"
	        " FROM turn WHERE at >= $1 GROUP BY channel";
	const struct store_settings store = { .url = settings->file,
		                              .busy_ms = settings->busy_ms,
		                              .read_only = true };
	const struct cell values[] = { cell_integer(since_ms), cell_integer(today_ms) };
	struct counting counting = { count, context };
	char problem[STORE_PROBLEM_SIZE];
	struct store *opened;
	struct tx *tx;
	enum status status = store_open(&opened, &store, &journal_schema, problem);

	if (status == STATUS_OK)
		status = store_begin(opened, TX_READ, &tx);
	if (status == STATUS_OK)
		status = tx_end(tx, tx_query(tx, sql, values, 2, take_channel, &counting, NULL));
	store_close(opened);
	return status;
}

#include "office/sessions/session_lanes.h"

#include <stdio.h>
#include <string.h>

#include "office/sessions/session_rows.h"

enum { SCRATCH_MOST = 10 << 20 };

void session_lanes_init(struct session_lanes *lanes, const char *url, int64_t busy_ms,
                        struct log *log)
{
	lanes->url = url;
	lanes->busy_ms = busy_ms;
	lanes->log = log;
	for (size_t i = 0; i < SESSION_LANES; i++) {
		buf_init(&lanes->all[i].scratch[0], SCRATCH_MOST);
		buf_init(&lanes->all[i].scratch[1], SCRATCH_MOST);
	}
}

void session_lanes_deinit(struct session_lanes *lanes)
{
	for (size_t i = 0; i < SESSION_LANES; i++) {
		store_close(lanes->all[i].file);
		buf_deinit(&lanes->all[i].scratch[0]);
		buf_deinit(&lanes->all[i].scratch[1]);
	}
}

static enum status open_file(struct session_lanes *lanes, struct session_lane *lane)
{
	const struct store_settings settings = { .url = lanes->url, .busy_ms = lanes->busy_ms };
	const enum status status =
	        store_open(&lane->file, &settings, &session_schema, lane->problem);

	if (status == STATUS_OK && lane == &lanes->all[0])
		lanes->openings++;
	return status == STATUS_INVALID ? STATUS_IO : status;
}

enum status session_lanes_open(struct session_lanes *lanes)
{
	return open_file(lanes, &lanes->all[0]);
}

/* A shared one is never moved. */
static enum status ensure_file(struct session_lanes *lanes, struct session_lane *lane)
{
	enum status status;

	if (lane->file && store_in_place(lane->file))
		return STATUS_OK;
	if (lane->file) {
		log_event(lanes->log, LOG_ERROR, "sessions_moved", LOG_TEXT("file", lanes->url),
		          LOG_TEXT("hint", "it was renamed, removed or exchanged while it was "
		                           "written, and is opened anew under its name"));
		status = store_settle(lane->file);
		if (status == STATUS_BUSY)
			return status;
		store_close(lane->file);
		lane->file = NULL;
	}
	return open_file(lanes, lane);
}

static void note_problem(struct session_lane *lane)
{
	snprintf(lane->problem, sizeof(lane->problem), "%s", store_problem(lane->file));
}

enum status session_lanes_begin(struct session_lanes *lanes, unsigned at, enum tx_kind kind,
                                struct tx **tx)
{
	struct session_lane *lane = &lanes->all[at];
	enum status status = ensure_file(lanes, lane);

	if (status != STATUS_OK)
		return status;
	status = store_begin(lane->file, kind, tx);
	if (status != STATUS_OK)
		note_problem(lane);
	return status;
}

enum status session_lanes_end(struct session_lanes *lanes, unsigned at, struct tx *tx,
                              enum status status)
{
	status = tx_end(tx, status);
	if (status != STATUS_OK)
		note_problem(&lanes->all[at]);
	return status;
}

static void wipe(struct session_lane *lane)
{
	for (size_t i = 0; i < 2; i++)
		if (lane->scratch[i].ptr)
			explicit_bzero(lane->scratch[i].ptr, lane->scratch[i].capacity);
}

void session_lanes_note(struct session_lanes *lanes, unsigned at, enum status status)
{
	struct session_lane *lane = &lanes->all[at];
	const bool failing = status != STATUS_OK;
	const bool failed = atomic_exchange(&lanes->failing, failing);

	if (failing && !failed)
		log_event(lanes->log, LOG_ERROR, "sessions_write_failed",
		          LOG_TEXT("status", status_text(status)),
		          LOG_TEXT("reason", lane->problem),
		          LOG_TEXT("hint", "conversations go on in memory; what is not written "
		                           "by then is lost with the process"));
	if (!failing && failed)
		log_event(lanes->log, LOG_INFO, "sessions_recovered");
	wipe(lane);
}

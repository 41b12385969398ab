#include "store/link.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>

int64_t link_left_ms(const struct link *link, int64_t deadline_us)
{
	const int64_t left_us = deadline_us - clock_monotonic_us(&link->clock);

	return left_us > 0 ? (left_us + 999) / 1000 : 0;
}

enum link_reply link_wait(struct link *link, short events, int other, int64_t deadline_us)
{
	for (;;) {
		struct pollfd descriptors[] = { { PQsocket(link->conn), events, 0 },
			                        { other, POLLIN, 0 } };
		const int64_t left_ms = link_left_ms(link, deadline_us);
		int ready;

		if (descriptors[0].fd < 0)
			return LINK_LOST;
		if (left_ms == 0)
			return LINK_LATE;
		ready = poll(descriptors, 2, left_ms < INT32_MAX ? (int)left_ms : INT32_MAX);
		if (ready > 0)
			return descriptors[1].revents ? LINK_ERROR : LINK_GOOD;
		if (ready < 0 && errno != EINTR)
			return LINK_LOST;
	}
}

static enum link_reply flush(struct link *link, int64_t deadline_us)
{
	for (;;) {
		const int left = PQflush(link->conn);
		enum link_reply reply;

		if (left <= 0)
			return left == 0 ? LINK_GOOD : LINK_LOST;
		reply = link_wait(link, POLLIN | POLLOUT, -1, deadline_us);
		if (reply != LINK_GOOD)
			return reply;
		if (!PQconsumeInput(link->conn))
			return LINK_LOST;
	}
}

static enum link_reply next_result(struct link *link, int64_t deadline_us, PGresult **out)
{
	while (PQisBusy(link->conn)) {
		const enum link_reply reply = link_wait(link, POLLIN, -1, deadline_us);

		if (reply != LINK_GOOD)
			return reply;
		if (!PQconsumeInput(link->conn))
			return LINK_LOST;
	}
	*out = PQgetResult(link->conn);
	return LINK_GOOD;
}

const char *link_sqlstate(const PGresult *result)
{
	const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;

	return sqlstate ? sqlstate : "";
}

/* 57P01 and its like: the server is being shut down. 25P03: the transaction was idle too long. */
static enum link_reply reply_of(const struct link *link, const PGresult *result)
{
	const ExecStatusType status = PQresultStatus(result);
	const char *sqlstate = link_sqlstate(result);

	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return LINK_GOOD;
	if (strncmp(sqlstate, "57P", 3) == 0 || strcmp(sqlstate, "25P03") == 0)
		return LINK_LOST;
	return PQstatus(link->conn) == CONNECTION_BAD ? LINK_LOST : LINK_ERROR;
}

enum link_reply link_receive(struct link *link, int sent, int64_t deadline_us, PGresult **out)
{
	PGresult *kept = NULL, *result = NULL;
	enum link_reply worst = LINK_GOOD;
	enum link_reply reply = sent ? flush(link, deadline_us) : LINK_LOST;

	while (reply == LINK_GOOD) {
		reply = next_result(link, deadline_us, &result);
		if (reply != LINK_GOOD || !result)
			break;
		if (worst != LINK_GOOD) {
			PQclear(result);
			continue;
		}
		PQclear(kept);
		kept = result;
		worst = reply_of(link, kept);
	}
	*out = kept;
	assert(kept || worst == LINK_GOOD);
	if (reply != LINK_GOOD)
		return worst == LINK_LOST ? LINK_LOST : reply;
	return kept ? worst : LINK_LOST;
}

enum link_reply link_command(struct link *link, const char *sql, int64_t deadline_us)
{
	PGresult *result = NULL;
	const enum link_reply reply =
	        link_receive(link, PQsendQuery(link->conn, sql), deadline_us, &result);

	PQclear(result);
	return reply;
}

/* Notices may quote data, and libpq would print them. */
static void drop_notice(void *context, const PGresult *result)
{
	(void)context;
	(void)result;
}

static enum link_reply shake_hands(struct link *link, int64_t deadline_us)
{
	PostgresPollingStatusType state = PGRES_POLLING_WRITING;

	if (PQstatus(link->conn) == CONNECTION_BAD)
		return LINK_LOST;
	while (state == PGRES_POLLING_WRITING || state == PGRES_POLLING_READING) {
		const enum link_reply reply = link_wait(
		        link, state == PGRES_POLLING_WRITING ? POLLOUT : POLLIN, -1, deadline_us);

		if (reply != LINK_GOOD)
			return reply;
		state = PQconnectPoll(link->conn);
	}
	return state == PGRES_POLLING_OK ? LINK_GOOD : LINK_LOST;
}

enum link_reply link_open(struct link *link, const char *conninfo, const char *setup,
                          int64_t deadline_us)
{
	/*
	 * What the string says goes before what stands in front of it. A server whose machine is
	 * gone is noticed in a minute, also by a listener, which only waits.
	 */
	const char *const keys[] = { "keepalives_idle",           "keepalives_interval",
		                     "keepalives_count",          "dbname",
		                     "fallback_application_name", NULL };
	const char *const values[] = { "30", "10", "3", conninfo, "dayi", NULL };
	enum link_reply reply;

	assert(!link->conn);
	link->conn = PQconnectStartParams(keys, values, 1);
	if (!link->conn)
		return LINK_LOST;
	PQsetNoticeReceiver(link->conn, drop_notice, NULL);
	reply = shake_hands(link, deadline_us);
	if (reply != LINK_GOOD)
		return reply;
	if (PQsetnonblocking(link->conn, 1) != 0)
		return LINK_LOST;
	reply = link_command(link, "SET client_encoding TO 'UTF8'; SET DateStyle TO 'ISO'",
	                     deadline_us);
	if (reply == LINK_GOOD && setup)
		reply = link_command(link, setup, deadline_us);
	return reply;
}

void link_close(struct link *link)
{
	PQfinish(link->conn);
	link->conn = NULL;
}

void link_words(const struct link *link, char *out, size_t size)
{
	snprintf(out, size, "%s", link->conn ? PQerrorMessage(link->conn) : "out of memory");
	out[strcspn(out, "\n")] = '\0';
}

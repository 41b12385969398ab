/*
 * Backend: what store.c and the databases behind it share. Private to store/.
 */
#ifndef DAYI_STORE_BACKEND_H
#define DAYI_STORE_BACKEND_H

#include "store/store.h"

struct tx {
	struct store *store;
	bool open;
};

/* The arguments of tx_run() and tx_query(). */
struct query {
	const char *sql;
	const struct cell *values;
	size_t count;
	row_visitor visit; /* or NULL */
	void *context;
	size_t seen, changed; /* set by the backend */
};

/* `place` is the URL without its "sqlite:". Errors as store.h tells. */
struct store_backend {
	enum status (*open)(struct store **out, const char *place,
	                    const struct store_settings *settings,
	                    const struct store_schema *schema, char problem[STORE_PROBLEM_SIZE]);
	void (*close)(struct store *store);
	const char *(*problem)(const struct store *store);
	bool (*in_place)(const struct store *store);
	enum status (*settle)(struct store *store);
	enum status (*begin)(struct store *store, enum tx_kind kind);
	enum status (*end)(struct store *store, enum status status); /* STATUS_OK: commit */
	enum status (*run)(struct store *store, struct query *query);
	enum status (*lease)(struct tx *tx, const char *name, int64_t ttl_ms, bool *got);
	enum status (*now)(struct tx *tx, int64_t *ms);
	enum status (*hint)(struct tx *tx, const char *name, const char *about);
};

/* Each backend's own struct begins with it. */
struct store {
	const struct store_backend *backend;
	struct tx tx;
	int version;
	int64_t holder; /* of leases: random */
};

extern const struct store_backend store_over_sqlite, store_over_postgres;

/* Sets the common part of a zeroed store. False if there are no random numbers. */
MUST_CHECK bool store_prepare(struct store *store, const struct store_backend *backend);

/* NULL: libpq can read it. */
const char *postgres_conninfo_problem(const char *conninfo);

/* As store_name(), for PostgreSQL. */
void postgres_name(const char *conninfo, char name[STORE_NAME_SIZE]);

/* As store_listen(), for PostgreSQL. */
struct ear;
MUST_CHECK enum status ear_open(struct ear **out, const char *conninfo, const char *name,
                                char problem[STORE_PROBLEM_SIZE]);
void ear_close(struct ear *ear);

/* Waits until the hint came (true), `wake` can be read, or the time is over. */
bool ear_wait(struct ear *ear, int wake, int64_t most_ms);

/* As hints_take(). */
bool ear_take(struct ear *ear, char about[HINT_ABOUT_SIZE]);

#endif

/*
 * A real PostgreSQL for tests, in a scratch folder and on a socket there.
 */
#ifndef DAYI_TESTS_POSTGRES_H
#define DAYI_TESTS_POSTGRES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum { PATH_SIZE = 128 };

struct scratch_folder {
	char folder[64];
};

void scratch_make(struct scratch_folder *scratch);
void scratch_remove(struct scratch_folder *scratch);
/* folder/name into `path`; returns it. */
const char *scratch_path(const struct scratch_folder *scratch, const char *name,
                         char path[PATH_SIZE]);

/* Nobody listens on its socket until it was started; started again, it has what it had. */
struct postgres {
	struct scratch_folder scratch;
	pid_t pid;
	char conninfo[PATH_SIZE];
};

/* Whether this machine has its programs; and the pooler, PgBouncer. */
bool postgres_is_there(void);
bool pooler_is_there(void);

void postgres_make(struct postgres *postgres);
void postgres_start(struct postgres *postgres);
/* At once, as a crash would. */
void postgres_stop(struct postgres *postgres);
void postgres_remove(struct postgres *postgres);
void postgres_run(const struct postgres *postgres, const char *sql);

/*
 * A pooler before it, which lends its sessions for the length of a transaction; its process and
 * what is connected to it with. `postgres_stop()` does not stop it.
 */
pid_t pooler_start(const struct postgres *postgres, char conninfo[PATH_SIZE]);
void pooler_stop(pid_t pid);

/* The first value of the first row, "" where there is none; borrowed until the next call. */
const char *postgres_ask(const struct postgres *postgres, const char *sql, char *value,
                         size_t size);

#endif

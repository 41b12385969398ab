/*
 * Status codes: what a function that can fail returns.
 *
 * Details that a person can act on (which file, which member, why) travel apart, in a
 * struct faults (fault.h); a status says only which way the caller must go.
 */
#ifndef DAYI_BASE_STATUS_H
#define DAYI_BASE_STATUS_H

#define MUST_CHECK                      __attribute__((warn_unused_result))
#define PRINTF_LIKE(format_at, args_at) __attribute__((format(printf, format_at, args_at)))

enum status {
	STATUS_OK = 0,
	STATUS_NO_MEMORY, /* allocation failed */
	STATUS_IO,        /* the system refused a read, a write or a socket */
	STATUS_INVALID,   /* input breaks a rule; faults say where */
	STATUS_LIMIT,     /* input or work exceeds a ceiling */
	STATUS_NOT_FOUND, /* no such thing */
	STATUS_BUSY,      /* a bounded queue is full; try later */
	STATUS_CLOSED,    /* the other side has ended */
	STATUS_INTERNAL,  /* a library failed in a way its manual does not foresee */
};

/* A short English phrase for logs. Never NULL; the string is static. */
const char *status_text(enum status status);

#endif

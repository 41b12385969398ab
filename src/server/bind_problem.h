/*
 * Bind problem: why an address can not be listened on, in words. The library only logs a number.
 */
#ifndef DAYI_SERVER_BIND_PROBLEM_H
#define DAYI_SERVER_BIND_PROBLEM_H

#include <stdint.h>

/* Tries it once more and says what hinders and what to do; `host` is a literal address. Static. */
const char *bind_problem(const char *host, uint16_t port);

#endif

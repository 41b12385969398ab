/*
 * Console settings: what the configuration says of the console. They stand by themselves because
 * the chats go by them too, below the console.
 */
#ifndef DAYI_SERVICE_CONSOLE_SETTINGS_H
#define DAYI_SERVICE_CONSOLE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "office/identity/accounts.h"
#include "office/journal/audit.h"

/* Texts are borrowed. */
struct console_settings {
	bool enabled;
	struct accounts_settings accounts;
	struct audit_settings audit;
	bool chats; /* whether who asks for a person waits for an operator */
	bool links; /* whether links are tried on demand */
	struct console_model {
		const char *url; /* "": there is none */
		const char *name, *key_file, *ca_file;
		int64_t timeout_s;
	} model;                  /* that writes wordings for editors */
	int64_t chat_days;        /* how long a case without events is kept */
	const char *hours;        /* in which operators answer: see hours.h */
	int64_t failures, lock_s; /* of an address, or for a name */
	size_t keys;              /* of both that are remembered */
};

#endif

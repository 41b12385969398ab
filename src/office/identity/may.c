#include "office/identity/may.h"

#include <assert.h>
#include <string.h>

/* Whose it must be. */
enum whose { ANYBODYS, OWN, ANOTHERS };

enum {
	STAFF = ROLE_OPERATOR | ROLE_EDITOR | ROLE_REVIEWER | ROLE_ADMINISTRATOR,
	AUTHORS = ROLE_EDITOR | ROLE_REVIEWER | ROLE_ADMINISTRATOR,
	DECIDERS = ROLE_REVIEWER | ROLE_ADMINISTRATOR,
};

static const struct {
	const char *name;
	unsigned roles; /* any of them will do */
	enum whose whose;
} table[ACTION_COUNT] = {
	[ACTION_OWN_ACCOUNT] = { "own_account", STAFF, OWN },
	[ACTION_LOOK_UP] = { "look_up", STAFF, ANYBODYS },
	[ACTION_READ_RECEIPT] = { "read_receipt", STAFF, ANYBODYS },
	[ACTION_READ_RECORD] = { "read_record", ROLE_OPERATOR, ANYBODYS },
	[ACTION_HOLD_CHAT] = { "hold_chat", ROLE_OPERATOR, ANYBODYS },
	[ACTION_READ_ASKED] = { "read_asked", STAFF, ANYBODYS },
	[ACTION_SEE_TODAY] = { "see_today", STAFF, ANYBODYS },
	[ACTION_READ_DRAFT] = { "read_draft", AUTHORS, ANYBODYS },
	[ACTION_EDIT_DRAFT] = { "edit_draft", ROLE_EDITOR, ANYBODYS },
	/* Nobody approves their own words. */
	[ACTION_REVIEW_DRAFT] = { "review_draft", DECIDERS, ANOTHERS },
	[ACTION_PUBLISH] = { "publish", DECIDERS, ANYBODYS },
	[ACTION_SWITCH_CHANNEL] = { "switch_channel", ROLE_REVIEWER | ROLE_ADMINISTRATOR,
	                            ANYBODYS },
	[ACTION_MANAGE_ACCOUNTS] = { "manage_accounts", ROLE_ADMINISTRATOR, ANYBODYS },
	[ACTION_READ_AUDIT] = { "read_audit", ROLE_ADMINISTRATOR, ANYBODYS },
};

static const char *const role_names[ROLE_COUNT] = {
	"applicant", "operator", "editor", "reviewer", "administrator",
};

bool may(const struct principal *principal, enum action action, const struct resource *resource)
{
	bool own;

	assert((unsigned)action < ACTION_COUNT);
	assert(table[action].roles != 0); /* each action has its row */
	if (!(principal->roles & table[action].roles))
		return false;
	if (!resource || table[action].whose == ANYBODYS)
		return true;
	own = principal->account && resource->owner &&
	      strcmp(principal->account, resource->owner) == 0;
	return table[action].whose == OWN ? own : !own;
}

const char *action_name(enum action action)
{
	assert((unsigned)action < ACTION_COUNT);
	return table[action].name;
}

const char *role_name(size_t index)
{
	assert(index < ROLE_COUNT);
	return role_names[index];
}

static unsigned role_named(const char *name, size_t len)
{
	for (size_t i = 1; i < ROLE_COUNT; i++)
		if (strlen(role_names[i]) == len && memcmp(role_names[i], name, len) == 0)
			return 1U << i;
	return 0;
}

unsigned roles_read(const char *names)
{
	unsigned roles = 0;

	for (;;) {
		const size_t len = strcspn(names, ",");
		const unsigned role = role_named(names, len);

		if (!role)
			return 0;
		roles |= role;
		if (names[len] == '\0')
			return roles;
		names += len + 1;
	}
}

#include "service/console/errand.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/receipt.h"
#include "service/console/desk.h"
#include "service/console/receipt_view.h"
#include "service/console/today.h"

static const struct errand_rule rules[CONSOLE_KIND_COUNT] = {
	[CONSOLE_SIGN_IN] = { .audited = "@sign_in" },
	[CONSOLE_SIGN_IN_BY_LINK] = { .audited = "@sign_in_by_link" },
	[CONSOLE_SIGN_OUT] = { true, ACTION_OWN_ACCOUNT, true, false, "@sign_out" },
	[CONSOLE_ME] = { true, ACTION_OWN_ACCOUNT, false, false, NULL },
	[CONSOLE_WHO] = { true, ACTION_OWN_ACCOUNT, false, false, NULL },
	[CONSOLE_SESSIONS] = { true, ACTION_OWN_ACCOUNT, false, false, NULL },
	[CONSOLE_END_SESSION] = { true, ACTION_OWN_ACCOUNT, true, true, "@session_ended" },
	[CONSOLE_PASSWORD] = { true, ACTION_OWN_ACCOUNT, true, true, "@password" },
	[CONSOLE_TOTP_BEGIN] = { true, ACTION_OWN_ACCOUNT, true, true, "@totp_begun" },
	[CONSOLE_TOTP_CONFIRM] = { true, ACTION_OWN_ACCOUNT, true, true, "@totp_confirmed" },
	[CONSOLE_TOTP_REMOVE] = { true, ACTION_OWN_ACCOUNT, true, true, "@totp_removed" },
	[CONSOLE_LOOK_UP] = { true, ACTION_LOOK_UP, false, true, NULL },
	[CONSOLE_SHOW] = { true, ACTION_LOOK_UP, false, true, NULL },
	[CONSOLE_RECEIPT] = { true, ACTION_READ_RECEIPT, false, true, "@receipt_read" },
	/* Audited by the records, as every reading of one. */
	[CONSOLE_PERSON] = { true, ACTION_READ_RECORD, true, true, NULL },
	[CONSOLE_PERSON_SAID] = { true, ACTION_READ_RECORD, true, true, NULL },
	[CONSOLE_PERSON_REVEAL] = { true, ACTION_READ_RECORD, true, true, "@person_reveal" },
	[CONSOLE_TODAY] = { true, ACTION_SEE_TODAY, false, true, NULL },
	[CONSOLE_TYPING] = { true, ACTION_HOLD_CHAT, true, false, NULL },
	[CONSOLE_CHANNELS] = { true, ACTION_SWITCH_CHANNEL, false, true, NULL },
	[CONSOLE_SWITCH] = { true, ACTION_SWITCH_CHANNEL, true, true, "@channel" },
	[CONSOLE_NOTICE] = { true, ACTION_SWITCH_CHANNEL, true, true, "@notice_up" },
	[CONSOLE_NOTICE_END] = { true, ACTION_SWITCH_CHANNEL, true, true, "@notice_down" },
	[CONSOLE_QUEUE] = { true, ACTION_HOLD_CHAT, false, false, NULL },
	[CONSOLE_TAKE] = { true, ACTION_HOLD_CHAT, true, true, "@chat_taken" },
	[CONSOLE_SAY] = { true, ACTION_HOLD_CHAT, true, true, NULL },
	[CONSOLE_HAND_BACK] = { true, ACTION_HOLD_CHAT, true, true, "@chat_handed_back" },
	[CONSOLE_CLOSE] = { true, ACTION_HOLD_CHAT, true, true, "@chat_closed" },
	[CONSOLE_TRANSCRIPT] = { true, ACTION_HOLD_CHAT, false, true, "@transcript_read" },
	[CONSOLE_COLLEAGUES] = { true, ACTION_HOLD_CHAT, false, true, NULL },
	[CONSOLE_CALL_BACKS] = { true, ACTION_HOLD_CHAT, false, true, NULL },
	[CONSOLE_CALL_NUMBER] = { true, ACTION_HOLD_CHAT, true, true, "@call_back_number" },
	[CONSOLE_CALL_CLOSE] = { true, ACTION_HOLD_CHAT, true, true, "@call_back_closed" },
	[CONSOLE_AUTHORING] = { true, ACTION_READ_DRAFT, false, true, NULL },
	[CONSOLE_FORM] = { true, ACTION_READ_DRAFT, false, true, NULL },
	[CONSOLE_HISTORY] = { true, ACTION_READ_DRAFT, false, true, NULL },
	[CONSOLE_SAVE] = { true, ACTION_EDIT_DRAFT, true, true, "@draft_saved" },
	[CONSOLE_DELETE] = { true, ACTION_EDIT_DRAFT, true, true, "@draft_deleted" },
	[CONSOLE_DISCARD] = { true, ACTION_EDIT_DRAFT, true, true, "@draft_discarded" },
	[CONSOLE_CHECK] = { true, ACTION_READ_DRAFT, true, true, NULL },
	[CONSOLE_PREVIEW] = { true, ACTION_READ_DRAFT, true, true, NULL },
	[CONSOLE_TRY] = { true, ACTION_READ_DRAFT, true, true, NULL },
	[CONSOLE_DRAFT_GATE] = { true, ACTION_READ_DRAFT, true, true, NULL },
	[CONSOLE_REPLAY] = { true, ACTION_READ_DRAFT, true, true, NULL },
	[CONSOLE_REPLAYED] = { true, ACTION_READ_DRAFT, false, false, NULL },
	[CONSOLE_SUBMIT] = { true, ACTION_EDIT_DRAFT, true, true, "@draft_submitted" },
	[CONSOLE_DECIDE] = { true, ACTION_REVIEW_DRAFT, true, true, "@draft_decided" },
	[CONSOLE_PUBLISH] = { true, ACTION_PUBLISH, true, true, "@published" },
	[CONSOLE_ROLL_BACK] = { true, ACTION_PUBLISH, true, true, "@rolled_back" },
	[CONSOLE_VERSION] = { true, ACTION_READ_DRAFT, false, true, NULL },
	[CONSOLE_VERSIONS] = { true, ACTION_READ_DRAFT, false, true, NULL },
	[CONSOLE_IMPORT_LOOK] = { true, ACTION_EDIT_DRAFT, true, true, NULL },
	[CONSOLE_IMPORT_TAKE] = { true, ACTION_EDIT_DRAFT, true, true, "@imported" },
	[CONSOLE_EXPORT] = { true, ACTION_READ_DRAFT, false, true, "@exported" },
	[CONSOLE_SUGGEST] = { true, ACTION_READ_DRAFT, true, true, "@suggestions_begun" },
	[CONSOLE_SUGGESTED] = { true, ACTION_READ_DRAFT, false, true, NULL },
	[CONSOLE_SUGGEST_TAKE] = { true, ACTION_EDIT_DRAFT, true, true, "@suggestion_taken" },
	[CONSOLE_SUGGEST_DISMISS] = { true, ACTION_EDIT_DRAFT, true, true,
	                              "@suggestion_dismissed" },
	[CONSOLE_SUGGEST_RESTORE] = { true, ACTION_EDIT_DRAFT, true, true,
	                              "@suggestions_restored" },
	[CONSOLE_LINKS] = { true, ACTION_READ_DRAFT, true, true, "@links_checked" },
	[CONSOLE_STALE] = { true, ACTION_READ_DRAFT, false, true, NULL },
	[CONSOLE_ASKED] = { true, ACTION_READ_ASKED, false, true, NULL },
	/* A page does these by itself, whether somebody sits there or not. */
	[CONSOLE_BEAT] = { true, ACTION_HOLD_CHAT, true, false, NULL },
	[CONSOLE_EVENTS] = { true, ACTION_HOLD_CHAT, false, false, NULL },
};

const struct errand_rule *errand_rule(enum console_kind kind)
{
	assert((unsigned)kind < CONSOLE_KIND_COUNT);
	return &rules[kind];
}

void errand_destroy(struct errand *errand)
{
	if (!errand)
		return;
	receipt_view_destroy(errand->found);
	today_destroy(errand->today);
	desk_destroy(errand->desk);
	free(errand->bulletin);
	writing_destroy(errand->writing);
	asking_destroy(errand->asking);
	explicit_bzero(errand, sizeof(*errand));
	free(errand);
}

static bool copy_text(const char *text, char *to, size_t size)
{
	if (!text)
		return true;
	return (size_t)snprintf(to, size, "%s", text) < size;
}

static bool copy_ask(struct errand *errand, const struct console_ask *ask)
{
	errand->kind = ask->kind;
	errand->from = ask->from;
	errand->browser = ask->browser;
	errand->has_token = ask->token != NULL;
	errand->has_code = ask->code != NULL;
	errand->by = ask->by;
	errand->has_value = ask->value != NULL;
	errand->on = ask->on;
	errand->notice.from_ms = ask->from_ms;
	errand->notice.until_ms = ask->until_ms;
	errand->origin_len = ask->origin.len < ORIGIN_BYTES ? ask->origin.len : ORIGIN_BYTES;
	if (errand->origin_len > 0)
		memcpy(errand->origin, ask->origin.ptr, errand->origin_len);
	return copy_text(ask->token, errand->token, sizeof(errand->token)) &&
	       copy_text(ask->csrf, errand->csrf, sizeof(errand->csrf)) &&
	       copy_text(ask->address, errand->address, sizeof(errand->address)) &&
	       copy_text(ask->name, errand->name, sizeof(errand->name)) &&
	       copy_text(ask->password, errand->password, sizeof(errand->password)) &&
	       copy_text(ask->code, errand->code, sizeof(errand->code)) &&
	       copy_text(ask->link, errand->link, sizeof(errand->link)) &&
	       copy_text(ask->session, errand->session_id, sizeof(errand->session_id)) &&
	       copy_text(ask->new_password, errand->new_password, sizeof(errand->new_password)) &&
	       copy_text(ask->query, errand->query, sizeof(errand->query)) &&
	       copy_text(ask->entry, errand->entry, sizeof(errand->entry)) &&
	       copy_text(ask->value, errand->value, sizeof(errand->value)) &&
	       copy_text(ask->company, errand->company, sizeof(errand->company)) &&
	       copy_text(ask->reason, errand->reason, sizeof(errand->reason)) &&
	       copy_text(ask->chat, errand->chat, sizeof(errand->chat)) &&
	       copy_text(ask->channel, errand->channel, sizeof(errand->channel)) &&
	       copy_text(ask->notice, errand->notice.text, sizeof(errand->notice.text)) &&
	       copy_text(ask->fact, errand->fact, sizeof(errand->fact)) &&
	       copy_text(ask->field, errand->field, sizeof(errand->field));
}

enum refusal errand_create(struct errand **out, struct service *service,
                           const struct console_ask *ask)
{
	struct errand *errand = calloc(1, sizeof(*errand));
	enum refusal refusal = REFUSAL_NONE;

	*out = NULL;
	if (!errand)
		return REFUSAL_INTERNAL;
	errand->service = service;
	if (!copy_ask(errand, ask))
		refusal = REFUSAL_BAD_MEMBER;
	else if (ask->receipt && !receipt_parse(ask->receipt, errand->receipt))
		refusal = REFUSAL_NO_RECEIPT;
	else if (errand_is_of_chats(ask->kind))
		refusal = desk_create(&errand->desk, ask);
	else if (errand_is_of_drafts(ask->kind))
		refusal = writing_create(&errand->writing, service, ask);
	else if (ask->kind == CONSOLE_ASKED)
		refusal = asking_create(&errand->asking, service, ask);
	if (refusal == REFUSAL_NONE)
		*out = errand;
	else
		errand_destroy(errand);
	return refusal;
}

struct console *errand_console(const struct errand *errand)
{
	return errand->service->console;
}

enum { ABOUT_CHARS_MOST = 128 };

static const char behind_reason[] = ", console, from ";

void errand_write_why(const struct errand *errand, char why[WHY_BYTES])
{
	const char *about = errand->receipt[0]       ? errand->receipt
	                    : errand->desk           ? desk_chat(errand->desk)
	                    : errand->writing        ? writing_about(errand->writing)
	                    : errand->channel[0]     ? errand->channel
	                    : errand->notice.text[0] ? errand->notice.text
	                                             : errand->field;
	const char *reason = errand->writing ? writing_why(errand->writing) : errand->reason;
	/* A notice may be longer than there is room for. */
	const int len = (int)utf8_prefix(span_of(about), ABOUT_CHARS_MOST);

	snprintf(why, WHY_BYTES, "%s%s%s%s%s%s%.*s", reason,
	         reason[0] ? behind_reason : behind_reason + 2, errand->address,
	         errand->browser ? ", " : "", errand->browser ? errand->browser : "",
	         about[0] ? ", " : "", len, about);
}

/* The last one: a reason may say the same words. */
void errand_cut_reason(char *why)
{
	char *end = NULL;

	for (char *at = strstr(why, behind_reason); at; at = strstr(at + 1, behind_reason))
		end = at;
	if (end)
		*end = '\0';
}

bool errand_is_of_channels(enum console_kind kind)
{
	return kind >= CONSOLE_CHANNELS && kind <= CONSOLE_NOTICE_END;
}

bool errand_is_of_chats(enum console_kind kind)
{
	return kind >= CONSOLE_QUEUE && kind <= CONSOLE_EVENTS;
}

bool errand_is_of_me(enum console_kind kind)
{
	return kind == CONSOLE_ME || kind == CONSOLE_WHO;
}

bool errand_is_of_drafts(enum console_kind kind)
{
	return kind >= CONSOLE_AUTHORING && kind <= CONSOLE_STALE;
}

bool errand_is_look_up(const struct errand *errand)
{
	return errand->kind == CONSOLE_LOOK_UP || errand->kind == CONSOLE_SHOW;
}

bool errand_is_of_person(const struct errand *errand)
{
	return errand->kind == CONSOLE_PERSON || errand->kind == CONSOLE_PERSON_SAID;
}

#include "service/console/errand_tell.h"

#include <string.h>

#include "service/console/desk.h"
#include "service/console/errand.h"
#include "service/console/receipt_view.h"
#include "service/console/today.h"

void errand_refuse(struct errand *errand)
{
	struct service *service = errand->service;
	const struct outgoing outgoing = {
		.kind = OUTGOING_REFUSAL,
		.refusal = errand->refusal,
		.retry_s = errand->attempt.wait_s,
	};

	metrics_refuse(service->tools.metrics, errand->refusal);
	service_send(service, errand->from, &outgoing);
}

void errand_tell_nobody(struct service *service, struct return_address to)
{
	const struct console_answer nobody = { .kind = CONSOLE_WHO };
	const struct outgoing outgoing = { .kind = OUTGOING_CONSOLE, .console = &nobody };

	service_send(service, to, &outgoing);
}

static void send_answer(struct errand *errand, const struct console_answer *answer)
{
	const struct outgoing outgoing = { .kind = OUTGOING_CONSOLE, .console = answer };

	service_send(errand->service, errand->from, &outgoing);
}

static size_t name_roles(unsigned roles, const char *names[ROLE_COUNT])
{
	size_t count = 0;

	for (size_t i = 0; i < ROLE_COUNT; i++)
		if (roles & 1U << i)
			names[count++] = role_name(i);
	return count;
}

static size_t name_actions(const struct account *account, const char *names[ACTION_COUNT])
{
	const struct principal who = { account->id, account->roles };
	size_t count = 0;

	for (int action = 0; action < ACTION_COUNT; action++)
		if (may(&who, (enum action)action, NULL))
			names[count++] = action_name((enum action)action);
	return count;
}

static enum status tell_me(struct errand *errand)
{
	const struct service *service = errand->service;
	const struct accounts *accounts = errand_console(errand)->lanes[0];
	const int64_t now_ms = service_wall_ms(service);
	const char *roles[ROLE_COUNT], *actions[ACTION_COUNT];
	char csrf[DIGEST_HEX_SIZE];
	const enum status status = account_csrf(errand->token, csrf);
	const struct console_me me = {
		.name = errand->account.name,
		.roles = roles,
		.role_count = name_roles(errand->account.roles, roles),
		.actions = actions,
		.action_count = name_actions(&errand->account, actions),
		.password = errand->account.has_password,
		.totp = errand->account.has_totp,
		.records = records_there(service->records),
		.csrf = csrf,
		.idle_s = (accounts_idle_end(accounts, &errand->session) - now_ms) / 1000,
		.expires_s = (accounts_last_end(accounts, &errand->session) - now_ms) / 1000,
		.office = service_knowledge(service)->office.name,
		.knowledge = service_knowledge(service)->version,
	};
	const struct console_answer answer = { .kind = errand->kind, .me = &me };

	if (status == STATUS_OK)
		send_answer(errand, &answer);
	explicit_bzero(csrf, sizeof(csrf));
	return status;
}

/* By the words of errand->query, or the entry errand->entry. */
static enum status tell_found(struct errand *errand)
{
	struct console_answer answer = {
		.kind = errand->kind,
		.knowledge = service_knowledge(errand->service),
		.typed = span_of(errand->query),
	};
	struct lookup_answer found;
	struct lookup_entry shown;
	enum status status;

	if (errand->kind == CONSOLE_LOOK_UP) {
		status = service_look_up(errand->service, answer.typed, &found);
		answer.found = &found;
	} else {
		status = service_show(errand->service, errand->entry, &shown);
		answer.shown = &shown;
	}
	if (status == STATUS_NOT_FOUND || status == STATUS_LIMIT) {
		errand->refusal = status == STATUS_LIMIT ? REFUSAL_BAD_QUERY : REFUSAL_NOT_FOUND;
		return STATUS_OK;
	}
	if (status == STATUS_OK)
		send_answer(errand, &answer);
	return status;
}

static enum status tell_receipt(struct errand *errand)
{
	const struct console_answer answer = { .kind = CONSOLE_RECEIPT, .receipt = errand->found };
	const enum status status = receipt_view_complete(errand->found, errand->service);

	if (status == STATUS_OK)
		send_answer(errand, &answer);
	return status;
}

static enum status tell_today(struct errand *errand)
{
	const struct console_answer answer = { .kind = CONSOLE_TODAY, .today = errand->today };
	const enum status status = today_complete(errand->today, errand->service);

	if (status == STATUS_OK)
		send_answer(errand, &answer);
	return status;
}

/* The person who is open in the session, judged. */
static enum status tell_person(struct errand *errand)
{
	struct person_view view;
	const struct console_answer answer = { .kind = errand->kind, .person = &view };

	errand->refusal =
	        person_look(errand->service, errand->session.id, errand->service->arena, &view);
	if (errand->refusal == REFUSAL_NONE)
		send_answer(errand, &answer);
	return STATUS_OK;
}

static enum status tell_channels(struct errand *errand)
{
	const struct console_answer answer = { .kind = errand->kind, .bulletin = errand->bulletin };

	send_answer(errand, &answer);
	return STATUS_OK;
}

static uint64_t typing_in(const struct errand *errand, const struct desk_view *view)
{
	uint64_t typing = 0;

	for (size_t i = 0; i < view->held_count && i < 64; i++)
		if (chats_is_typing(errand->service, view->held[i].conversation, 0))
			typing |= UINT64_C(1) << i;
	return typing;
}

static enum status tell_desk(struct errand *errand)
{
	struct desk_view view = *desk_view(errand->desk);
	const struct console_answer answer = { .kind = errand->kind,
		                               .knowledge = service_knowledge(errand->service),
		                               .desk = &view };

	view.typing = typing_in(errand, &view);
	desk_note(errand->desk, errand->service);
	send_answer(errand, &answer);
	return STATUS_OK;
}

static enum status tell_outcome(struct errand *errand)
{
	struct console_answer answer = {
		.kind = errand->kind,
		.sessions = errand->sessions,
		.session_count = errand->session_count,
		.token = errand->new_token[0] ? errand->new_token : NULL,
		.field = errand->field,
		.value = errand->revealed,
	};
	struct buf uri;
	enum status status = STATUS_OK;

	if (errand->kind == CONSOLE_SIGN_OUT)
		answer.token = "";
	buf_init(&uri, 1024);
	if (errand->kind == CONSOLE_TOTP_BEGIN) {
		totp_uri_write("Dayi", errand->account.name, errand->secret, &uri);
		status = buf_status(&uri);
		answer.secret = errand->secret;
		answer.uri = buf_text(&uri);
	}
	if (status == STATUS_OK)
		send_answer(errand, &answer);
	buf_deinit(&uri);
	return status;
}

static enum status tell_writing(struct errand *errand)
{
	const struct console_answer answer = { .kind = errand->kind,
		                               .written = writing_answer(errand->writing),
		                               .format = writing_format(errand->writing) };

	send_answer(errand, &answer);
	return STATUS_OK;
}

static enum status tell_asking(struct errand *errand)
{
	struct console_answer answer = { .kind = errand->kind };

	answer.written = asking_answer(errand->asking, &answer.csv);
	send_answer(errand, &answer);
	return STATUS_OK;
}

enum status errand_tell(struct errand *errand)
{
	return errand_is_of_me(errand->kind) ? tell_me(errand)
	       : errand_is_look_up(errand)   ? tell_found(errand)
	       : errand_is_of_person(errand) ? tell_person(errand)
	       : errand->today               ? tell_today(errand)
	       : errand->bulletin            ? tell_channels(errand)
	       : errand->desk                ? tell_desk(errand)
	       : errand->writing             ? tell_writing(errand)
	       : errand->asking              ? tell_asking(errand)
	       : errand->found               ? tell_receipt(errand)
	                                     : tell_outcome(errand);
}

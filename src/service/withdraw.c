#include "service/withdraw.h"

#include <string.h>

#include "engine/dialogue/reply.h"
#include "engine/text/identify.h"
#include "service/answer.h"

/* Each in its usual spelling, with a check digit that may be wrong. */
static bool finds_id_number(const struct service *service, struct span text)
{
	struct identifier_list found;

	if (identify(text, service->arena, &found) != STATUS_OK)
		return true;
	for (size_t i = 0; i < found.count; i++)
		if (found.items[i].kind == IDENTIFIER_ID_NUMBER ||
		    found.items[i].kind == IDENTIFIER_ID_NUMBER_15)
			return true;
	return false;
}

/* In any separators, with words or 年月日 between its parts: as far as it is masked elsewhere. */
static bool spells_id_number(const struct service *service, struct span text)
{
	struct privacy_masked masked;

	return privacy_mask(service->snapshot->privacy, text, NULL, service->arena, &masked) !=
	               STATUS_OK ||
	       masked.id_number;
}

bool withdraw_is_due(struct service *service, struct span text)
{
	arena_reset(service->arena);
	return finds_id_number(service, text) || spells_id_number(service, text);
}

struct span withdraw_reply(struct service *service, struct span text)
{
	const struct knowledge *knowledge = service->snapshot->knowledge;
	const struct private_links *links = &service->private_links;
	const char *advice = office_text(&knowledge->office, "group_id_number");
	struct buf words;
	struct reply reply;
	struct span object;

	buf_init(&words, strlen(advice) + PRIVATE_LINE_MOST);
	buf_append_text(&words, advice);
	if (links->write)
		links->write(links->context, text, &words);
	reply_refuse(&reply, OUTCOME_DECLINE, "withdraw",
	             buf_status(&words) == STATUS_OK ? buf_text(&words) : advice);
	reply.knowledge = knowledge;
	metrics_turn(service->tools.metrics, reply.outcome, reply.took_us);
	object = answer_write(service, &reply);
	buf_deinit(&words);
	return object;
}

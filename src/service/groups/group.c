/*
 * How it works: a channel opens a door and hands its messages to group_take() (group_gather.c),
 * which makes questions of them (group_question.c). group_ask.c claims a question in the store and
 * asks the service, and group_send.c hands the answer to the channel; where several processes
 * answer, group_turn.c sees to it that one does at a time. A person in a group, on a platform, is
 * one conversation; its name is a keyed hash, so every replica has the same, and no id of a
 * platform is kept.
 *
 * This file opens and closes: the doors, their switches, and the whole.
 */
#include "service/groups/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "base/seal.h"
#include "service/groups/group_parts.h"
#include "service/groups/group_recent.h"
#include "service/state.h"

enum {
	EXPECTED = 1024, /* questions at once */
	BUCKETS_MOST = 50000,
};

bool group_derive(const struct group_door *door, const char *purpose, const char *const *fields,
                  size_t count, char out[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status;

	if (digest_create_keyed(&digest, span_of(door->groups->secret)) != STATUS_OK)
		return false;
	digest_add_field(digest, span_of(purpose));
	digest_add_field(digest, span_of(door->kind->name));
	for (size_t i = 0; i < count; i++)
		digest_add_field(digest, span_of(fields[i] ? fields[i] : ""));
	status = digest_finish(digest, out);
	digest_destroy(digest);
	return status == STATUS_OK;
}

const char *groups_text(const struct groups *groups, const char *key)
{
	return office_text(&service_knowledge(groups->tools.service)->office, key);
}

/* --- doors --- */

static struct group_door *find_door(const struct groups *groups, const char *name)
{
	struct group_door *door = groups->doors;

	while (door && strcmp(door->kind->name, name) != 0)
		door = door->next;
	return door;
}

enum status group_open(struct groups *groups, const struct group_kind *kind, void *context,
                       struct group_door **out)
{
	struct group_door *door;

	*out = NULL;
	if (kind->part_chars == 0 || kind->part_bytes == 0 || kind->parts_most == 0 ||
	    kind->parts_most > GROUP_PARTS_MOST || kind->answer_ms < 0 ||
	    strlen(kind->name) >= GROUP_NAME_SIZE || find_door(groups, kind->name))
		return STATUS_INVALID;
	door = calloc(1, sizeof(*door));
	if (!door)
		return STATUS_NO_MEMORY;
	door->groups = groups;
	door->kind = kind;
	door->context = context;
	door->channel = (struct channel){ .name = kind->name,
		                          .abilities = CHANNEL_GATHERS,
		                          .send = question_take_outgoing };
	door->off = group_keep_is_off(groups->keep, kind->name);
	door->next = groups->doors;
	groups->doors = door;
	if (door->off)
		log_event(groups->tools.log, LOG_WARN, "channel_off",
		          LOG_TEXT("channel", kind->name));
	*out = door;
	return STATUS_OK;
}

void group_close(struct group_door *door)
{
	struct group_door **at;
	struct group_ask *question;

	if (!door)
		return;
	question = door->groups->questions;
	while (question) {
		struct group_ask *next = question->next;

		if (question->door == door) {
			/* The line's channel goes with the door. */
			service_close(door->groups->tools.service, question->line);
			question->line = (struct return_address){ 0 };
			question->door = NULL;
			question_free(question);
		}
		question = next;
	}
	group_forget_ways(door);
	at = &door->groups->doors;
	while (*at != door)
		at = &(*at)->next;
	*at = door->next;
	free(door);
}

bool group_shares(const struct group_door *door)
{
	return door->groups->settings.shared;
}

bool group_is_on(const struct group_door *door)
{
	return !door->off && !door->groups->stopped;
}

size_t group_under_way(const struct group_door *door)
{
	size_t count = 0;

	for (const struct group_ask *at = door->groups->questions; at; at = at->next)
		count += at->door == door && !at->told;
	return count;
}

/* --- the switch --- */

static void set_switch(struct group_door *door, bool off)
{
	if (door->off == off)
		return;
	door->off = off;
	log_event(door->groups->tools.log, LOG_WARN, off ? "channel_off" : "channel_on",
	          LOG_TEXT("channel", door->kind->name), LOG_TEXT("by", "store"));
}

/* Once: by then the doors are open. */
static void name_unknown_channels(struct groups *groups)
{
	const char *channel;

	for (size_t i = 0; !groups->checked; i++) {
		channel = group_rules_channel(groups->rules, i);
		groups->checked = !channel;
		if (channel && !find_door(groups, channel))
			log_event(groups->tools.log, LOG_WARN, "groups_of_no_channel",
			          LOG_TEXT("channel", channel),
			          LOG_TEXT("file", groups->settings.file));
	}
}

static void take_switches(void *context)
{
	struct groups *groups = context;

	for (struct group_door *door = groups->doors; door; door = door->next)
		set_switch(door, group_keep_is_off(groups->keep, door->kind->name));
	name_unknown_channels(groups);
	groups_take_orders(groups);
}

void groups_look(struct groups *groups)
{
	if (groups && !groups->stopped)
		group_keep_look(groups->keep);
}

/* --- making and ending --- */

struct job_limits groups_job_limits(const struct groups_settings *settings)
{
	(void)settings;
	/* One transaction at a time, which takes all that waits. */
	return (struct job_limits){ 1, 2 };
}

enum status groups_check(const struct groups_settings *settings, struct faults *faults)
{
	struct group_rules *rules;
	const enum status status = group_rules_load(&rules, settings->file, faults);

	group_rules_destroy(rules);
	return status;
}

static enum status load_rules(struct groups *groups)
{
	char text[512];
	struct faults *faults;
	struct group_rules *rules = NULL;
	enum status status = faults_create(&faults);

	if (status != STATUS_OK)
		return status;
	status = group_rules_load(&rules, groups->settings.file, faults);
	for (size_t i = 0; i < faults_kept(faults); i++)
		log_event(
		        groups->tools.log, LOG_ERROR, "groups_refused",
		        LOG_TEXT("reason", fault_format(faults_at(faults, i), text, sizeof(text))));
	faults_destroy(faults);
	if (status != STATUS_OK)
		return status == STATUS_NO_MEMORY ? status : STATUS_INVALID;
	group_rules_destroy(groups->rules);
	groups->rules = rules;
	return STATUS_OK;
}

/* No rule is kept from one call to the next. */
void groups_reload(struct groups *groups)
{
	if (!groups || groups->stopped || groups->settings.file[0] == '\0')
		return;
	if (load_rules(groups) != STATUS_OK)
		return;
	groups->checked = false;
	log_event(groups->tools.log, LOG_INFO, "groups_loaded",
	          LOG_TEXT("file", groups->settings.file));
}

/* The same after a restart, and on every replica, where sessions are kept. */
static enum status make_secret(struct groups *groups)
{
	struct session_store *store = groups->tools.service->store;
	unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];

	if (store)
		return session_store_derive(store, "groups", groups->secret);
	if (!groups->tools.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), groups->secret);
	return STATUS_OK;
}

/* What other processes know it by, and what they open its parked answers with. */
static enum status prepare_sharing(struct groups *groups)
{
	unsigned char bytes[(DIGEST_HEX_SIZE - 1) / 2];

	groups->settings.shared = groups->settings.shared && groups->tools.service->store;
	if (!groups->settings.shared)
		return STATUS_OK;
	if (!groups->tools.random(bytes, sizeof(bytes)))
		return STATUS_IO;
	hex_write(bytes, sizeof(bytes), groups->holder);
	return seal_create(&groups->seal, span_of(groups->secret));
}

static enum status create_tables(struct groups *groups)
{
	uint64_t seeds[5];
	enum status status;

	if (!groups->tools.random(seeds, sizeof(seeds)))
		return STATUS_IO;
	status = recent_create(&groups->recent, seeds[0]);
	if (status == STATUS_OK)
		status = hash_init(&groups->by_conversation, EXPECTED, seeds[2]);
	if (status == STATUS_OK)
		status = hash_init(&groups->by_chat, EXPECTED, seeds[3]);
	if (status == STATUS_OK)
		status = hash_init(&groups->by_id, EXPECTED, seeds[4]);
	if (status == STATUS_OK)
		status = group_limits_create(&groups->limits, BUCKETS_MOST, seeds[1]);
	return status;
}

enum status groups_create(struct groups **out, const struct groups_settings *settings,
                          const struct groups_tools *tools)
{
	const struct group_keep_tools keep_tools = { tools->loop, tools->jobs, tools->log,
		                                     tools->clock };
	struct groups *groups = calloc(1, sizeof(*groups));
	enum status status;

	*out = groups;
	if (!groups)
		return STATUS_NO_MEMORY;
	groups->settings = *settings;
	groups->tools = *tools;
	groups->end = &groups->questions;
	groups->ready.end = &groups->ready.first;
	groups->replied.end = &groups->replied.first;
	groups->ready_call = (struct loop_call){ .run = questions_take_ready, .context = groups };
	groups->replied_call =
	        (struct loop_call){ .run = questions_take_replies, .context = groups };
	const struct group_keep_settings keep = { .store = settings->store,
		                                  .busy_ms = settings->busy_ms,
		                                  .holder = groups->holder,
		                                  .looked = take_switches,
		                                  .context = groups };

	status = load_rules(groups);
	if (status == STATUS_OK)
		status = make_secret(groups);
	if (status == STATUS_OK)
		status = prepare_sharing(groups);
	if (status == STATUS_OK)
		status = create_tables(groups);
	if (status == STATUS_OK)
		status = group_keep_open(&groups->keep, &keep, &keep_tools);
	if (status == STATUS_OK)
		tools->service->private_links =
		        (struct private_links){ groups_write_private_line, groups };
	return status;
}

void groups_stop(struct groups *groups)
{
	if (!groups || groups->stopped)
		return;
	groups->stopped = true;
	groups->tools.service->private_links = (struct private_links){ 0 };
	for (struct group_ask *at = groups->questions; at; at = at->next) {
		timer_cancel(at->timer);
		timer_cancel(at->deadline);
		at->timer = at->deadline = NULL;
		if (at->state != QUESTION_SENT)
			at->state = QUESTION_OVER;
		at->told = true;
	}
	if (groups->holder[0])
		group_keep_end_turn(groups->keep, "");
	group_keep_stop(groups->keep);
}

void groups_destroy(struct groups *groups)
{
	struct group_ask *question;
	struct group_door *door;

	if (!groups)
		return;
	groups->stopped = true;
	groups->tools.service->private_links = (struct private_links){ 0 };
	question = groups->questions;
	while (question) {
		struct group_ask *next = question->next;

		question_free(question);
		question = next;
	}
	door = groups->doors;
	while (door) {
		struct group_door *next = door->next;

		group_close(door);
		door = next;
	}
	group_keep_close(groups->keep);
	groups_forget_ways(groups);
	seal_destroy(groups->seal);
	group_limits_destroy(groups->limits);
	group_rules_destroy(groups->rules);
	recent_destroy(groups->recent);
	hash_deinit(&groups->by_conversation);
	hash_deinit(&groups->by_chat);
	hash_deinit(&groups->by_id);
	free(groups);
}

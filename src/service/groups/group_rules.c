/*
 * How it works: every line of the file becomes a row: a channel, a group or a person or "*" for all
 * of them, and what it sets. Once all are read, what a row leaves open is taken from the "*" row of
 * its channel and kind, and then from the defaults. A channel with rows of a kind, and no "*" among
 * them, has an allow-list: whoever is not in it is not answered.
 */
#include "service/groups/group_rules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/json.h"
#include "base/language.h"
#include "service/bulletin.h"

enum { FILE_MOST = 4 << 20, LINE_MOST = 4096, ROWS_MOST = 20000, OPEN = -1, NAME_SIZE = 129 };

static const int64_t china_ms = INT64_C(8) * 3600 * 1000, day_ms = INT64_C(86400000);

struct rule_row {
	char channel[33];
	char id[NAME_SIZE]; /* "*": all the others */
	bool single;        /* of persons' single chats */
	unsigned line;
	struct group_rule rule;
};

struct group_rules {
	struct rule_row *rows; /* sorted */
	size_t count;
};

static const struct group_rule usual = {
	.manner = GROUP_ASKED,
	.confidence = 0.95,
	.all = { 120, 0 },
	.one_person = { 20, 0 },
};

static const struct group_rule not_listed = { .manner = GROUP_NEVER };

static const struct json_member members[] = {
	{ "channel", JSON_STRING, true, false },
	{ "group", JSON_STRING, false, false },
	{ "person", JSON_STRING, false, false },
	{ "answer", JSON_STRING, false, false },
	{ "confidence", JSON_NUMBER, false, false },
	{ "quiet", JSON_STRING, false, false },
	{ "per_minute", JSON_NUMBER, false, false },
	{ "per_day", JSON_NUMBER, false, false },
	{ "person_per_minute", JSON_NUMBER, false, false },
	{ "person_per_day", JSON_NUMBER, false, false },
	{ "note", JSON_STRING, false, false },
};

/* --- reading a line --- */

static void refuse(const struct json_place *place, const char *field, const char *reason)
{
	json_fault(place, FAULT_ERROR, field, "%s", reason);
}

static enum group_manner read_manner(const cJSON *object, const struct json_place *place)
{
	const char *text = json_string(object, "answer", NULL);

	if (!text)
		return GROUP_MANNERS; /* left open */
	if (strcmp(text, "never") == 0)
		return GROUP_NEVER;
	if (strcmp(text, "asked") == 0)
		return GROUP_ASKED;
	if (strcmp(text, "unasked") != 0)
		refuse(place, "answer", N_("must be never, asked or unasked"));
	return GROUP_UNASKED;
}

static bool read_clock(const char *text, int *minutes)
{
	for (size_t i = 0; i < 5; i++)
		if (i == 2 ? text[i] != ':' : text[i] < '0' || text[i] > '9')
			return false;
	const int hours = (text[0] - '0') * 10 + text[1] - '0';
	const int rest = (text[3] - '0') * 10 + text[4] - '0';

	*minutes = hours * 60 + rest;
	return rest < 60 && *minutes <= 24 * 60;
}

static void read_quiet(const cJSON *object, const struct json_place *place, struct group_rule *rule)
{
	const char *text = json_string(object, "quiet", NULL);

	rule->quiet_from = rule->quiet_to = OPEN;
	if (!text)
		return;
	if (text[0] == '\0') {
		rule->quiet_from = rule->quiet_to = 0;
		return;
	}
	if (strlen(text) != 11 || text[5] != '-' || !read_clock(text, &rule->quiet_from) ||
	    !read_clock(text + 6, &rule->quiet_to))
		refuse(place, "quiet", N_("must be hours such as 22:00-08:00, or empty"));
}

static int64_t read_count(const cJSON *object, const struct json_place *place, const char *name)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);
	const double value = item ? item->valuedouble : OPEN;

	if (!item)
		return OPEN;
	if (value < 0 || value > 1e6 || value != floor(value))
		refuse(place, name, N_("must be a whole number from 0 to 1000000"));
	return (int64_t)value;
}

static double read_confidence(const cJSON *object, const struct json_place *place)
{
	const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, "confidence");

	if (!item)
		return OPEN;
	if (item->valuedouble < 0.5 || item->valuedouble > 1)
		refuse(place, "confidence", N_("must be a number from 0.5 to 1"));
	return item->valuedouble;
}

/* The web and programs have no groups. */
static bool is_platform(const char *channel)
{
	return bulletin_channel_named(channel) < BULLETIN_CHANNELS && strcmp(channel, "web") != 0 &&
	       strcmp(channel, "http") != 0;
}

static void read_names(const cJSON *object, const struct json_place *place, struct rule_row *row)
{
	const char *channel = json_string(object, "channel", "");
	const char *group = json_string(object, "group", NULL);
	const char *person = json_string(object, "person", NULL);
	const char *id = group ? group : person ? person : "";

	if (!is_platform(channel))
		refuse(place, "channel",
		       N_("must be onebot, wecom_bot, wecom_app, dingtalk or feishu"));
	if (!group == !person)
		refuse(place, "group", N_("one of group and person must be given"));
	else if (id[0] == '\0' || strlen(id) >= sizeof(row->id))
		refuse(place, group ? "group" : "person",
		       N_("must be an id of the platform, as text, or \"*\""));
	row->single = !group;
	snprintf(row->channel, sizeof(row->channel), "%s", channel);
	snprintf(row->id, sizeof(row->id), "%s", id);
}

static void read_row(const cJSON *object, const struct json_place *place, struct rule_row *row)
{
	struct group_rule *rule = &row->rule;

	*row = (struct rule_row){ .line = place->line };
	if (json_check_object(object, members, sizeof(members) / sizeof(members[0]), place) !=
	    STATUS_OK)
		return;
	read_names(object, place, row);
	rule->manner = read_manner(object, place);
	rule->confidence = read_confidence(object, place);
	read_quiet(object, place, rule);
	rule->all.per_minute = read_count(object, place, "per_minute");
	rule->all.per_day = read_count(object, place, "per_day");
	rule->one_person.per_minute = read_count(object, place, "person_per_minute");
	rule->one_person.per_day = read_count(object, place, "person_per_day");
}

/* --- the file --- */

static int compare(const void *a, const void *b)
{
	const struct rule_row *left = a, *right = b;
	int order = strcmp(left->channel, right->channel);

	if (order == 0)
		order = (int)left->single - (int)right->single;
	return order != 0 ? order : strcmp(left->id, right->id);
}

/* Of two that are the same, the one of the earlier line is first. */
static int compare_with_lines(const void *a, const void *b)
{
	const struct rule_row *left = a, *right = b;
	const int order = compare(a, b);

	return order != 0 ? order : (left->line > right->line) - (left->line < right->line);
}

static const struct rule_row *find_row(const struct group_rules *rules, const char *channel,
                                       bool single, const char *id)
{
	struct rule_row key = { .single = single };

	if (rules->count == 0 || strlen(channel) >= sizeof(key.channel) ||
	    strlen(id) >= sizeof(key.id))
		return NULL;
	snprintf(key.channel, sizeof(key.channel), "%s", channel);
	snprintf(key.id, sizeof(key.id), "%s", id);
	return bsearch(&key, rules->rows, rules->count, sizeof(key), compare);
}

static struct rule_row *add_row(struct group_rules *rules)
{
	struct rule_row *rows;

	if ((rules->count & (rules->count - 1)) == 0) {
		const size_t room = rules->count ? rules->count * 2 : 1;

		rows = realloc(rules->rows, room * sizeof(*rows));
		if (!rows)
			return NULL;
		rules->rows = rows;
	}
	return &rules->rows[rules->count++];
}

static enum status read_line(struct group_rules *rules, struct span line,
                             const struct json_place *place)
{
	const struct json_limits limits = { LINE_MOST, 4 };
	struct rule_row *row;
	cJSON *object = NULL;
	enum status status;

	while (line.len > 0 && strchr(" \t\r", line.ptr[0]) && line.ptr[0] != '\0') {
		line.ptr++;
		line.len--;
	}
	if (line.len == 0 || line.ptr[0] == '#')
		return STATUS_OK;
	status = json_parse(&object, line, limits, NULL, NULL);
	if (status == STATUS_NO_MEMORY)
		return status;
	if (status != STATUS_OK || !cJSON_IsObject(object)) {
		json_fault(place, FAULT_ERROR, NULL, "%s",
		           N_("must be one JSON object, of 4096 bytes at most"));
		cJSON_Delete(object);
		return STATUS_OK;
	}
	row = rules->count < ROWS_MOST ? add_row(rules) : NULL;
	if (row)
		read_row(object, place, row);
	cJSON_Delete(object);
	return row ? STATUS_OK : STATUS_NO_MEMORY;
}

static enum status read_lines(struct group_rules *rules, struct span text, const char *file,
                              struct faults *faults)
{
	struct json_place place = { .file = file, .path = "", .faults = faults };
	enum status status = STATUS_OK;

	while (status == STATUS_OK && text.len > 0) {
		const char *end = memchr(text.ptr, '\n', text.len);
		const size_t len = end ? (size_t)(end - text.ptr) : text.len;

		place.line++;
		status = read_line(rules, (struct span){ text.ptr, len }, &place);
		text.ptr += len + (end != NULL);
		text.len -= len + (end != NULL);
	}
	return status;
}

static void find_doubles(const struct group_rules *rules, const char *file, struct faults *faults)
{
	for (size_t i = 1; i < rules->count; i++)
		if (compare(&rules->rows[i - 1], &rules->rows[i]) == 0)
			faults_add(faults, FAULT_ERROR, file, rules->rows[i].line,
			           rules->rows[i].id, N_("stands in line %u, too"),
			           rules->rows[i - 1].line);
}

static int64_t either(int64_t own, int64_t others)
{
	return own == OPEN ? others : own;
}

static void fill(struct group_rule *rule, const struct group_rule *from)
{
	if (rule->manner == GROUP_MANNERS)
		rule->manner = from->manner;
	if (rule->confidence < 0)
		rule->confidence = from->confidence;
	if (rule->quiet_from == OPEN) {
		rule->quiet_from = from->quiet_from;
		rule->quiet_to = from->quiet_to;
	}
	rule->all.per_minute = either(rule->all.per_minute, from->all.per_minute);
	rule->all.per_day = either(rule->all.per_day, from->all.per_day);
	rule->one_person.per_minute =
	        either(rule->one_person.per_minute, from->one_person.per_minute);
	rule->one_person.per_day = either(rule->one_person.per_day, from->one_person.per_day);
}

static void fill_all(struct group_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		struct rule_row *row = &rules->rows[i];
		const struct rule_row *star = find_row(rules, row->channel, row->single, "*");

		if (star && star != row)
			fill(&row->rule, &star->rule);
		fill(&row->rule, &usual);
	}
}

static enum status load(struct group_rules *rules, const char *file, struct faults *faults)
{
	const size_t before = faults_count(faults, FAULT_ERROR);
	struct buf text;
	enum status status;

	buf_init(&text, FILE_MOST);
	status = file_read(file, &text);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "%s", file_failure(status));
	else
		status = read_lines(rules, buf_span(&text), file, faults);
	if (status == STATUS_OK && rules->count > 0) {
		qsort(rules->rows, rules->count, sizeof(*rules->rows), compare_with_lines);
		find_doubles(rules, file, faults);
	}
	if (status == STATUS_OK && faults_count(faults, FAULT_ERROR) > before)
		status = STATUS_INVALID;
	if (status == STATUS_OK)
		fill_all(rules);
	buf_deinit(&text);
	return status;
}

enum status group_rules_load(struct group_rules **out, const char *file, struct faults *faults)
{
	struct group_rules *rules = calloc(1, sizeof(*rules));
	enum status status = rules ? STATUS_OK : STATUS_NO_MEMORY;

	*out = NULL;
	if (rules && file && file[0] != '\0')
		status = load(rules, file, faults);
	if (status == STATUS_OK)
		*out = rules;
	else
		group_rules_destroy(rules);
	return status;
}

void group_rules_destroy(struct group_rules *rules)
{
	if (!rules)
		return;
	free(rules->rows);
	free(rules);
}

/* --- asking --- */

static bool has_rows(const struct group_rules *rules, const char *channel, bool single)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->rows[i].single == single && strcmp(rules->rows[i].channel, channel) == 0)
			return true;
	return false;
}

const struct group_rule *group_rules_find(const struct group_rules *rules, const char *channel,
                                          const char *chat, const char *person)
{
	const bool single = !chat;
	const struct rule_row *row = find_row(rules, channel, single, single ? person : chat);

	if (!row)
		row = find_row(rules, channel, single, "*");
	if (row)
		return &row->rule;
	return has_rows(rules, channel, single) ? &not_listed : &usual;
}

const char *group_rules_channel(const struct group_rules *rules, size_t index)
{
	for (size_t i = 0; i < rules->count; i++) {
		if (i > 0 && strcmp(rules->rows[i].channel, rules->rows[i - 1].channel) == 0)
			continue;
		if (index-- == 0)
			return rules->rows[i].channel;
	}
	return NULL;
}

bool group_rule_is_quiet(const struct group_rule *rule, int64_t wall_ms)
{
	const int64_t minute = (wall_ms + china_ms) % day_ms / 60000;

	if (rule->quiet_from <= rule->quiet_to)
		return minute >= rule->quiet_from && minute < rule->quiet_to;
	return minute >= rule->quiet_from || minute < rule->quiet_to;
}

int64_t group_rules_day(int64_t wall_ms)
{
	return (wall_ms + china_ms) / day_ms;
}

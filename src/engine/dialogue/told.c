#include "engine/dialogue/told.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static size_t find_said(const struct told *told, const char *fact)
{
	size_t at = 0;
	assert(told->said_count <= TOLD_SAID_MOST);
	while (at < told->said_count && strcmp(told->said[at].fact, fact) != 0)
		at++;
	return at;
}

void told_say(struct told *told, const char *fact, const char *value)
{
	size_t at = find_said(told, fact);
	if (at == TOLD_SAID_MOST) {
		at--;
		memmove(&told->said[0], &told->said[1], at * sizeof(told->said[0]));
	} else if (at == told->said_count) {
		told->said_count++;
	}
	snprintf(told->said[at].fact, sizeof(told->said[at].fact), "%s", fact);
	snprintf(told->said[at].value, sizeof(told->said[at].value), "%s", value);
	told->said[at].open = false;
}

size_t told_number(const struct told *told, const struct entry *entry, const char *fact)
{
	const size_t end = find_said(told, fact);
	size_t number = 1;
	for (size_t i = 0; i < end; i++)
		number += entry_question(entry, told->said[i].fact) != NULL;
	return number;
}

const struct question *told_reopen(struct told *told, const struct entry *entry, size_t number)
{
	for (size_t i = 0; i < told->said_count; i++) {
		const struct question *question = entry_question(entry, told->said[i].fact);
		if (!question || told_number(told, entry, question->fact) != number)
			continue;
		told->said[i].open = true;
		return question;
	}
	return NULL;
}

const char *told_label(const struct told *told, const struct question *question)
{
	const size_t at = find_said(told, question->fact);
	if (at == told->said_count || told->said[at].open)
		return NULL;
	for (size_t i = 0; i < question->option_count; i++)
		if (strcmp(question->options[i].value, told->said[at].value) == 0)
			return question->options[i].label;
	return "";
}

const char *told_value(const struct told *told, const char *fact)
{
	const size_t at = find_said(told, fact);
	return at < told->said_count && !told->said[at].open ? told->said[at].value : NULL;
}

static void remove_typed(struct told *told, size_t at)
{
	assert(at < told->typed_count);
	told->typed_count--;
	memmove(&told->typed[at], &told->typed[at + 1],
	        (told->typed_count - at) * sizeof(told->typed[0]));
}

static size_t find_typed(const struct told *told, const struct identifier *one)
{
	size_t at = 0;
	while (at < told->typed_count && !(told->typed[at].kind == one->kind &&
	                                   span_equal(span_of(told->typed[at].value), one->value)))
		at++;
	return at;
}

bool told_about(const struct told *told, const struct entry *entry)
{
	for (size_t i = 0; i < told->said_count; i++)
		if (entry_question(entry, told->said[i].fact))
			return true;
	return false;
}

void told_type(struct told *told, const struct identifier_list *found)
{
	for (size_t i = 0; i < found->count; i++) {
		const struct identifier *one = &found->items[i];
		const size_t before = find_typed(told, one);
		if (one->value.len >= TOLD_TYPED_SIZE)
			continue;
		if (before < told->typed_count)
			remove_typed(told, before);
		else if (told->typed_count == TOLD_TYPED_MOST)
			remove_typed(told, 0);
		const size_t at = told->typed_count++;
		told->typed[at].kind = one->kind;
		told->typed[at].valid = one->fault == IDENTIFIER_SOUND;
		memcpy(told->typed[at].value, one->value.ptr, one->value.len);
		told->typed[at].value[one->value.len] = '\0';
	}
}

void told_date(struct told *told, const struct date *date, struct span value)
{
	const char *of = date->of ? date->of : "";
	size_t at = 0;
	if (value.len >= TOLD_TYPED_SIZE || strlen(of) >= QUESTION_FACT_SIZE)
		return;
	while (at < told->date_count && strcmp(told->dates[at].of, of) != 0)
		at++;
	if (at == told->date_count && at == TOLD_DATES_MOST)
		at = 0;
	if (at < told->date_count) {
		told->date_count--;
		memmove(&told->dates[at], &told->dates[at + 1],
		        (told->date_count - at) * sizeof(told->dates[0]));
	}
	assert(told->date_count < TOLD_DATES_MOST);
	at = told->date_count++;
	memcpy(told->dates[at].value, value.ptr, value.len);
	told->dates[at].value[value.len] = '\0';
	snprintf(told->dates[at].of, sizeof(told->dates[at].of), "%s", of);
	day_write(date->from, told->dates[at].from);
	day_write(date->to, told->dates[at].to);
}

static size_t find_heard(const struct told *told, const char *fact)
{
	size_t at = 0;
	while (at < told->heard_count && strcmp(told->heard[at].fact, fact) != 0)
		at++;
	return at;
}

void told_hear(struct told *told, const char *fact, const char *value)
{
	size_t at = find_heard(told, fact);
	if (at == TOLD_HEARD_MOST)
		at = 0;
	else if (at == told->heard_count)
		told->heard_count++;
	snprintf(told->heard[at].fact, sizeof(told->heard[at].fact), "%s", fact);
	snprintf(told->heard[at].value, sizeof(told->heard[at].value), "%s", value);
}

const char *told_heard(const struct told *told, const char *fact)
{
	const size_t at = find_heard(told, fact);
	return at < told->heard_count ? told->heard[at].value : NULL;
}

static enum status add_dates(const struct told *told, struct facts *facts)
{
	enum status status = STATUS_OK;
	for (size_t i = 0; i < told->date_count && status == STATUS_OK; i++) {
		const char *of = told->dates[i].of;
		const char *row[RELATION_COLUMNS_MOST] = { "date",
			                                   told->dates[i].value,
			                                   "1",
			                                   of[0] ? of : NULL,
			                                   told->dates[i].from,
			                                   told->dates[i].to };
		status = facts_add_row(facts, RELATION_TYPED, row);
	}
	return status;
}

static enum status add_rows(const struct told *told, const char *browser, const char *channel,
                            struct facts *facts)
{
	enum status status = STATUS_OK;
	facts_open(facts, RELATION_SAID);
	for (size_t i = 0; i < told->said_count && status == STATUS_OK; i++) {
		const char *value = told->said[i].value;
		if (told->said[i].open)
			continue;
		const char *row[] = { told->said[i].fact, value[0] ? value : NULL };
		status = facts_add_row(facts, RELATION_SAID, row);
	}
	facts_open(facts, RELATION_TYPED);
	for (size_t i = 0; i < told->typed_count && status == STATUS_OK; i++) {
		const char *row[RELATION_COLUMNS_MOST] = { identifier_name(told->typed[i].kind),
			                                   told->typed[i].value,
			                                   told->typed[i].valid ? "1" : "0" };
		status = facts_add_row(facts, RELATION_TYPED, row);
	}
	if (status == STATUS_OK)
		status = add_dates(told, facts);
	if (status == STATUS_OK && browser) {
		const char *row[] = { browser, channel };
		status = facts_add_row(facts, RELATION_CLIENT, row);
	}
	return status;
}

enum status told_facts(const struct told *told, struct relations *relations, const char *browser,
                       const char *channel, struct facts **out)
{
	enum status status = facts_create(relations, out);
	if (status == STATUS_OK)
		status = add_rows(told, browser, channel, *out);
	if (status != STATUS_OK) {
		facts_destroy(*out);
		*out = NULL;
	}
	return status;
}

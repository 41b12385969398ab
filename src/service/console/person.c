/*
 * How it works. persons is a list of who is open, by the session of the console. person_open()
 * turns an ask into a request of the records' pool, which audits it and reads in its threads; where
 * an ask finds one person, that one's record is requested next; where it finds several, they are
 * kept for the operator to choose. person_look() then judges every entry that has rules with the
 * service's own scratch, for the record and for what the caller has said so far.
 */
#include "service/console/person.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/dialogue/operator_words.h"
#include "engine/text/identify.h"
#include "service/state.h"

enum {
	PERSONS_MOST = 256,  /* the one that was longest unused goes */
	NAME_CHARACTERS = 1, /* of a private value that stay */
	BECAUSE_CEILING = 1 << 16,
	JUDGING_US_MOST = 200000, /* the loop waits meanwhile */
	WHO_SIZE = 128,
	WHY_SIZE = 640,
};

struct person {
	struct person *next;
	char session[ACCOUNT_SESSION_ID_SIZE];
	int64_t used_us;
	char id_number[RECORD_ID_SIZE]; /* "": several were found */
	char reason[PERSON_REASON_SIZE];
	int64_t read_at_ms;
	struct facts *record; /* NULL: several were found */
	struct record_report report;
	struct record_found found;
	struct told told;
};

struct persons {
	struct person *first; /* the last used one */
	size_t count;
};

const char *person_by_name(enum person_by by)
{
	static const char *const names[PERSON_BY_COUNT] = { "id_number", "certificate_number",
		                                            "name_company", "found" };

	assert((unsigned)by < PERSON_BY_COUNT);
	return names[by];
}

/* --- who is open --- */

enum status persons_create(struct persons **out)
{
	*out = calloc(1, sizeof(**out));
	return *out ? STATUS_OK : STATUS_NO_MEMORY;
}

static void end_person(struct person *person)
{
	facts_destroy(person->record);
	explicit_bzero(person, sizeof(*person));
	free(person);
}

/* Takes it out of the list, which `at` points into. */
static struct person *unlink_person(struct persons *persons, struct person **at)
{
	struct person *person = *at;

	*at = person->next;
	assert(persons->count > 0);
	persons->count--;
	return person;
}

void persons_destroy(struct persons *persons)
{
	if (!persons)
		return;
	while (persons->first)
		end_person(unlink_person(persons, &persons->first));
	free(persons);
}

static struct person **place_of(struct persons *persons, const char *session)
{
	struct person **at = &persons->first;

	while (*at && strcmp((*at)->session, session) != 0)
		at = &(*at)->next;
	return at;
}

void person_forget(struct persons *persons, const char *session)
{
	struct person **at = place_of(persons, session);

	if (*at)
		end_person(unlink_person(persons, at));
}

void persons_sweep(struct persons *persons, int64_t now_us, int64_t idle_us)
{
	struct person **at = &persons->first;

	while (*at)
		if (now_us - (*at)->used_us >= idle_us)
			end_person(unlink_person(persons, at));
		else
			at = &(*at)->next;
}

/* NULL where none is open. It becomes the last used one. */
static struct person *find_person(struct service *service, const char *session)
{
	struct persons *persons = service->persons;
	struct person **at = place_of(persons, session);
	struct person *person;

	if (!*at)
		return NULL;
	person = unlink_person(persons, at);
	person->next = persons->first;
	persons->first = person;
	persons->count++;
	person->used_us = service_now_us(service);
	return person;
}

/* In place of the one that was open in the session; NULL without memory. */
static struct person *add_person(struct service *service, const char *session)
{
	struct persons *persons = service->persons;
	struct person *person = calloc(1, sizeof(*person));

	person_forget(persons, session);
	if (!person)
		return NULL;
	if (persons->count == PERSONS_MOST) {
		struct person **at = &persons->first;

		while ((*at)->next)
			at = &(*at)->next;
		end_person(unlink_person(persons, at));
	}
	snprintf(person->session, sizeof(person->session), "%s", session);
	person->used_us = service_now_us(service);
	person->next = persons->first;
	persons->first = person;
	persons->count++;
	return person;
}

/* --- opening one --- */

/* An ask that waits for the records. */
struct opening {
	struct service *service;
	char session[ACCOUNT_SESSION_ID_SIZE];
	char id_number[RECORD_ID_SIZE];
	char who[WHO_SIZE], why[WHY_SIZE];
	char reason[PERSON_REASON_SIZE];
	person_done done;
	void *context;
};

static void end_opening(struct opening *opening, enum refusal refusal)
{
	opening->done(opening->context, refusal);
	explicit_bzero(opening, sizeof(*opening));
	free(opening);
}

static void take_record(void *context, const struct record_result *result);

static enum refusal refusal_of(enum status status)
{
	return status == STATUS_OK     ? REFUSAL_NONE
	       : status == STATUS_BUSY ? REFUSAL_RECORDS_AWAY
	                               : REFUSAL_INTERNAL;
}

static enum refusal request_record(struct opening *opening)
{
	struct relations *relations = service_relations(opening->service);
	const struct record_request request = {
		.id_number = opening->id_number,
		.among = relations,
		.relations = relations_recorded(relations),
		.who = opening->who,
		.why = opening->why,
		.done = take_record,
		.context = opening,
	};

	return refusal_of(records_ask(opening->service->records, &request));
}

static bool was_read(const struct record_result *result)
{
	for (size_t i = RELATION_RECORDED; i < RELATIONS_MOST; i++)
		if (result->report.relations[i] == RECORD_READ)
			return true;
	return false;
}

static void take_record(void *context, const struct record_result *result)
{
	struct opening *opening = context;
	struct service *service = opening->service;
	enum refusal refusal = was_read(result) ? REFUSAL_NONE : REFUSAL_RECORDS_AWAY;
	struct person *person = NULL;

	if (service->stopped)
		refusal = REFUSAL_DRAINING;
	if (refusal == REFUSAL_NONE) {
		person = add_person(service, opening->session);
		refusal = person ? REFUSAL_NONE : REFUSAL_INTERNAL;
	}
	if (person) {
		memcpy(person->id_number, opening->id_number, sizeof(person->id_number));
		memcpy(person->reason, opening->reason, sizeof(person->reason));
		person->read_at_ms = service_wall_ms(service);
		person->record = result->facts;
		person->report = result->report;
	} else {
		facts_destroy(result->facts);
	}
	end_opening(opening, refusal);
}

/* Several: they are kept, and nothing is read. */
static enum refusal keep_found(struct opening *opening, const struct record_found *found)
{
	struct person *person = add_person(opening->service, opening->session);

	if (!person)
		return REFUSAL_INTERNAL;
	person->found = *found;
	memcpy(person->reason, opening->reason, sizeof(person->reason));
	return REFUSAL_NONE;
}

static void take_found(void *context, const struct record_result *result)
{
	struct opening *opening = context;
	const struct record_found *found = result->found;
	enum refusal refusal;

	facts_destroy(result->facts);
	if (opening->service->stopped) {
		refusal = REFUSAL_DRAINING;
	} else if (found->outcome != RECORD_READ) {
		refusal = found->outcome == RECORD_NOT_MAPPED ? REFUSAL_NO_RECORDS
		                                              : REFUSAL_RECORDS_AWAY;
	} else if (found->count == 0) {
		refusal = REFUSAL_NOBODY;
	} else if (found->count > 1 || found->more) {
		refusal = keep_found(opening, found);
	} else {
		memcpy(opening->id_number, found->people[0].id_number, sizeof(opening->id_number));
		refusal = request_record(opening);
		if (refusal == REFUSAL_NONE)
			return;
	}
	end_opening(opening, refusal);
}

/* The one identifier of that kind that the text is; NULL where it is none. */
static const char *read_identifier(struct service *service, const char *typed,
                                   enum identifier_kind kind, bool sound)
{
	struct identifier_list found;

	arena_reset(service->arena);
	if (identify(span_of(typed), service->arena, &found) != STATUS_OK || found.count != 1 ||
	    found.items[0].kind != kind || (sound && found.items[0].fault != IDENTIFIER_SOUND))
		return NULL;
	return found.items[0].canonical;
}

/* Without blanks at both ends; a certificate number with the brackets of the printed one. */
static void write_value(struct service *service, enum person_by by, const char *typed,
                        char out[PERSON_VALUE_SIZE])
{
	const char *canonical =
	        by == PERSON_BY_CERTIFICATE
	                ? read_identifier(service, typed, IDENTIFIER_CERTIFICATE_NUMBER, false)
	                : NULL;
	const char *from = canonical ? canonical : typed;
	size_t len = 0;

	from += strspn(from, " \t\r\n");
	for (; *from && len + 4 < PERSON_VALUE_SIZE; from++)
		if (canonical && (*from == '(' || *from == ')'))
			len += (size_t)snprintf(out + len, PERSON_VALUE_SIZE - len, "%s",
			                        *from == '(' ? "（" : "）");
		else
			out[len++] = *from;
	while (len > 0 && strchr(" \t\r\n", out[len - 1]))
		len--;
	out[len] = '\0';
}

static enum refusal request_find(struct opening *opening, const struct person_ask *ask)
{
	char value[PERSON_VALUE_SIZE], company[PERSON_VALUE_SIZE] = "";
	struct record_request request = {
		.finds = true,
		.find = ask->by == PERSON_BY_CERTIFICATE ? RECORD_FIND_CERTIFICATE
		                                         : RECORD_FIND_COMPANY,
		.values = { value, company },
		.among = service_relations(opening->service),
		.who = opening->who,
		.why = opening->why,
		.done = take_found,
		.context = opening,
	};

	write_value(opening->service, ask->by, ask->value, value);
	if (ask->company)
		write_value(opening->service, ask->by, ask->company, company);
	if (!value[0] || (ask->by == PERSON_BY_COMPANY && !company[0]))
		return REFUSAL_BAD_MEMBER;
	return refusal_of(records_ask(opening->service->records, &request));
}

static enum refusal choose_found(struct opening *opening, const struct person_ask *ask)
{
	const struct person *person = find_person(opening->service, ask->session);
	const long number = strtol(ask->value, NULL, 10);

	if (!person || number < 1 || (size_t)number > person->found.count)
		return REFUSAL_NO_PERSON;
	memcpy(opening->id_number, person->found.people[number - 1].id_number,
	       sizeof(opening->id_number));
	return request_record(opening);
}

static enum refusal open_by(struct opening *opening, const struct person_ask *ask)
{
	const char *id_number;

	switch (ask->by) {
	case PERSON_BY_ID_NUMBER:
		id_number =
		        read_identifier(opening->service, ask->value, IDENTIFIER_ID_NUMBER, true);
		if (!id_number)
			return REFUSAL_ID_NUMBER;
		snprintf(opening->id_number, sizeof(opening->id_number), "%s", id_number);
		return request_record(opening);
	case PERSON_BY_FOUND:
		return choose_found(opening, ask);
	default:
		return request_find(opening, ask);
	}
}

enum refusal person_open(struct service *service, const struct person_ask *ask, person_done done,
                         void *context)
{
	struct opening *opening;
	enum refusal refusal;

	if (!records_there(service->records))
		return REFUSAL_NO_RECORDS;
	opening = calloc(1, sizeof(*opening));
	if (!opening)
		return REFUSAL_INTERNAL;
	opening->service = service;
	opening->done = done;
	opening->context = context;
	snprintf(opening->session, sizeof(opening->session), "%s", ask->session);
	snprintf(opening->who, sizeof(opening->who), "%s", ask->who);
	snprintf(opening->why, sizeof(opening->why), "%s", ask->why);
	snprintf(opening->reason, sizeof(opening->reason), "%s", ask->reason);
	refusal = open_by(opening, ask);
	if (refusal == REFUSAL_NONE)
		return refusal;
	explicit_bzero(opening, sizeof(*opening));
	free(opening);
	return refusal;
}

/* --- looking at it --- */

/* A name keeps its first character. */
static const char *hide(const char *value, struct arena *arena)
{
	const struct span text = span_of(value);
	const size_t kept = utf8_prefix(text, NAME_CHARACTERS);
	const char *hidden;
	struct buf out;
	size_t at = kept;

	buf_init(&out, BECAUSE_CEILING);
	buf_append(&out, value, kept);
	while (at < text.len) {
		const struct span rest = { value + at, text.len - at };

		at += utf8_prefix(rest, 1);
		buf_append_char(&out, '*');
		if (utf8_prefix(rest, 1) == 0)
			break;
	}
	hidden = buf_status(&out) == STATUS_OK ? arena_copy(arena, buf_span(&out)) : NULL;
	buf_deinit(&out);
	return hidden ? hidden : "";
}

/* `value` itself where it has none; "" without memory. */
static const char *mask_identifiers(const char *value, struct arena *arena)
{
	struct identifier_list found;
	const char *masked = NULL;
	struct buf out;

	if (identify(span_of(value), arena, &found) != STATUS_OK)
		return "";
	if (found.count == 0)
		return value;
	buf_init(&out, BECAUSE_CEILING);
	mask(span_of(value), &found, &out);
	if (buf_status(&out) == STATUS_OK)
		masked = arena_copy(arena, buf_span(&out));
	buf_deinit(&out);
	return masked ? masked : "";
}

const char *person_shown(const struct column *column, const char *value, struct arena *arena,
                         bool *masked)
{
	assert(value);
	const char *shown =
	        column && column->hidden ? hide(value, arena) : mask_identifiers(value, arena);

	*masked = strcmp(shown, value) != 0;
	return shown;
}

static enum status write_because(const struct service *service, struct arena *arena,
                                 struct person_entry *entry)
{
	const struct diagnosis *diagnosis = &entry->diagnosis;
	const char **because = arena_array(arena, diagnosis->case_count + 1, sizeof(*because));
	enum status status = because ? STATUS_OK : STATUS_NO_MEMORY;
	struct buf out;

	buf_init(&out, BECAUSE_CEILING);
	for (size_t i = 0; status == STATUS_OK && i < diagnosis->case_count; i++) {
		const char *sentence;

		buf_clear(&out);
		operator_words(&service->snapshot->knowledge->office, diagnosis->cases[i].because,
		               &out);
		status = buf_status(&out);
		sentence = status == STATUS_OK ? arena_copy(arena, buf_span(&out)) : NULL;
		because[i] = sentence ? mask_identifiers(sentence, arena) : "";
	}
	buf_deinit(&out);
	entry->because = because;
	return status;
}

static bool is_open(const struct diagnosis *diagnosis)
{
	for (size_t i = 0; i < diagnosis->case_count; i++)
		if (diagnosis->cases[i].verdict == VERDICT_UNKNOWN)
			return true;
	return false;
}

/* Questions of one fact are one: the caller is asked once. */
static void gather_question(struct person_view *view, struct person_question *questions,
                            const struct diagnosis *diagnosis)
{
	const struct question *question = diagnosis->question;

	if (!question || !is_open(diagnosis))
		return;
	for (size_t i = 0; i < view->question_count; i++)
		if (strcmp(questions[i].question->fact, question->fact) == 0) {
			questions[i].entries++;
			return;
		}
	questions[view->question_count++] = (struct person_question){ .question = question,
		                                                      .entry = diagnosis->entry,
		                                                      .entries = 1 };
}

static enum status judge_all(struct service *service, const struct person *person,
                             const struct facts *told, struct person_view *view)
{
	const struct snapshot *snapshot = service->snapshot;
	const struct knowledge *knowledge = snapshot->knowledge;
	const int64_t until_us = service_now_us(service) + JUDGING_US_MOST;
	struct person_entry *entries =
	        arena_array(view->arena, PERSON_ENTRIES_MOST, sizeof(*entries));
	struct person_question *questions =
	        arena_array(view->arena, PERSON_ENTRIES_MOST, sizeof(*questions));
	enum status status = entries && questions ? STATUS_OK : STATUS_NO_MEMORY;

	for (size_t i = 0; status == STATUS_OK && i < knowledge->entry_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		struct person_entry *one = &entries[view->entry_count];

		if (!diagnoser_judges(snapshot->diagnoser, entry))
			continue;
		if (view->entry_count == PERSON_ENTRIES_MOST ||
		    service_now_us(service) >= until_us) {
			view->more = true;
			break;
		}
		status = diagnoser_run(service->scratch->diagnosis, entry, person->record, told,
		                       view->today, view->arena, &one->diagnosis);
		if (status == STATUS_OK)
			status = write_because(service, view->arena, one);
		if (status == STATUS_OK)
			gather_question(view, questions, &one->diagnosis);
		view->entry_count++;
	}
	view->entries = entries;
	view->questions = questions;
	return status;
}

static bool has_rows(const struct facts *record)
{
	for (size_t i = RELATION_RECORDED; i < relations_count(facts_relations(record)); i++)
		if (facts_rows(record, i) > 0)
			return true;
	return false;
}

enum refusal person_look(struct service *service, const char *session, struct arena *arena,
                         struct person_view *out)
{
	struct person *person = find_person(service, session);
	struct facts *told = NULL;
	enum status status;

	if (!person)
		return REFUSAL_NO_PERSON;
	arena_reset(arena);
	*out = (struct person_view){
		.reason = person->reason,
		.arena = arena,
		.told = &person->told,
		.knowledge = service->snapshot->knowledge,
	};
	if (!person->record) {
		out->found = &person->found;
		return REFUSAL_NONE;
	}
	/* It was read for knowledge whose relations may have meant something else. */
	if (!relations_same(facts_relations(person->record), service_relations(service))) {
		person_forget(service->persons, session);
		return REFUSAL_NO_PERSON;
	}
	out->id_number = person->id_number;
	out->read_at_ms = person->read_at_ms;
	out->record = person->record;
	out->report = &person->report;
	out->known = has_rows(person->record);
	day_in_china(service_wall_ms(service), out->today);
	status = told_facts(&person->told, service_relations(service), NULL, NULL, &told);
	if (status == STATUS_OK)
		status = judge_all(service, person, told, out);
	facts_destroy(told);
	return status == STATUS_OK ? REFUSAL_NONE : REFUSAL_INTERNAL;
}

/* --- what the caller says --- */

static bool is_answer(const struct question *question, const char *value)
{
	if (!value || !value[0])
		return true;
	for (size_t i = 0; i < question->option_count; i++)
		if (strcmp(question->options[i].value, value) == 0)
			return true;
	return false;
}

static void take_back(struct told *told, const char *fact)
{
	size_t kept = 0;

	for (size_t i = 0; i < told->said_count; i++)
		if (strcmp(told->said[i].fact, fact) != 0)
			told->said[kept++] = told->said[i];
	told->said_count = kept;
}

enum refusal person_say(struct service *service, const char *session, const char *fact,
                        const char *value)
{
	const struct knowledge *knowledge = service->snapshot->knowledge;
	struct person *person = find_person(service, session);

	if (!person || !person->record)
		return REFUSAL_NO_PERSON;
	for (size_t i = 0; i < knowledge->entry_count; i++) {
		const struct question *question = entry_question(&knowledge->entries[i], fact);

		if (!question || !is_answer(question, value))
			continue;
		if (value)
			told_say(&person->told, fact, value);
		else
			take_back(&person->told, fact);
		return REFUSAL_NONE;
	}
	return REFUSAL_NO_FIELD;
}

/* --- showing what is masked --- */

/* The next part of a path; empty behind the last. */
static struct span next_part(struct span *rest)
{
	const char *end = rest->len > 0 ? memchr(rest->ptr, '/', rest->len) : NULL;
	const struct span part = { rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len };

	rest->ptr += part.len + (end != NULL);
	rest->len -= part.len + (end != NULL);
	return part;
}

static bool read_number(struct span text, size_t *out)
{
	*out = 0;
	if (text.len == 0 || text.len > 4)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*out = *out * 10 + (size_t)(text.ptr[i] - '0');
	}
	return true;
}

static const char *value_of(const struct facts *record, struct span path)
{
	const struct relations *relations = facts_relations(record);
	const size_t relation = relation_named(relations, next_part(&path));
	const struct relation_shape *shape;
	size_t row, column;

	if (relation < RELATION_RECORDED || relation >= relations_count(relations))
		return NULL;
	shape = relation_shape(relations, relation);
	if (!read_number(next_part(&path), &row))
		return NULL;
	column = column_named(shape, next_part(&path));
	if (path.len > 0 || row >= facts_rows(record, relation) || column >= shape->column_count)
		return NULL;
	return facts_value(record, relation, row, column);
}

enum refusal person_field(struct service *service, const char *session, const char *field,
                          const char **id_number, const char **value)
{
	struct person *person = find_person(service, session);
	struct span path = span_of(field);
	size_t number;

	if (!person)
		return REFUSAL_NO_PERSON;
	*id_number = person->id_number;
	if (!person->record) {
		const bool of_found = span_equal(next_part(&path), span_of("found"));

		if (!of_found || !read_number(path, &number) || number < 1 ||
		    number > person->found.count)
			return REFUSAL_NO_FIELD;
		*id_number = *value = person->found.people[number - 1].id_number;
		return REFUSAL_NONE;
	}
	*value = strcmp(field, "id_number") == 0 ? person->id_number
	                                         : value_of(person->record, path);
	return *value ? REFUSAL_NONE : REFUSAL_NO_FIELD;
}

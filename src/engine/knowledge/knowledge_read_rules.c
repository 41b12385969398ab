/*
 * How it works: reads the parts of the knowledge that judge a record, member by member, from tables
 * of members (base/json.h): the rules of the cases, the questions that only the person can answer,
 * the sample records that must keep their verdicts, and the accepted findings of the atlas.
 */
#include "engine/knowledge/knowledge_read_rules.h"

#include <stdio.h>

enum {
	WORDS_OF_OPTION_MOST = 200,
	RANGE_MOST = 1000000,
	SINCE_MOST = 4,
	YEARS_MOST = 200,
};

static struct todo read_todo(struct reader *reader, const struct json_place *outer,
                             const cJSON *object, size_t index)
{
	static const struct json_member members[] = {
		{ "what", JSON_STRING, true, false },   { "who", JSON_STRING, true, false },
		{ "where", JSON_STRING, false, false }, { "if", JSON_STRING, false, false },
		{ "from", JSON_STRING, false, false },  { "until", JSON_STRING, false, false },
	};
	char path[2 * FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);

	snprintf(path, sizeof(path), "%s%stodo[%zu]", outer->path, outer->path[0] ? "." : "",
	         index);
	check_object(object, members, COUNT(members), &place);
	return (struct todo){
		.what = read_word(reader, &place, object, "what", ANSWER_MOST),
		.who = read_word(reader, &place, object, "who", NAME_MOST),
		.where = read_text(reader, &place, object, "where", NAME_MOST),
		.condition = read_word(reader, &place, object, "if", RULE_BYTES_MOST),
		.from = read_word(reader, &place, object, "from", RULE_BYTES_MOST),
		.until = read_word(reader, &place, object, "until", RULE_BYTES_MOST),
	};
}

static struct pick read_pick(struct reader *reader, const struct json_place *place,
                             const cJSON *object)
{
	const struct pick pick = {
		.select = read_word(reader, place, object, "pick", RULE_BYTES_MOST),
		.because = read_word(reader, place, object, "because", RULE_BYTES_MOST),
		.because_not = read_word(reader, place, object, "because_not", RULE_BYTES_MOST),
		.because_unknown =
		        read_word(reader, place, object, "because_unknown", RULE_BYTES_MOST),
		.from = read_date(reader, place, object, "from"),
		.until = read_date(reader, place, object, "until"),
	};
	if (pick.from[0] && pick.until[0] && strcmp(pick.from, pick.until) > 0)
		json_fault(place, FAULT_ERROR, "until", "must not be before `from`");
	return pick;
}

static struct pick read_other_pick(struct reader *reader, const struct json_place *outer,
                                   const cJSON *object, size_t index)
{
	static const struct json_member members[] = { PICK_MEMBERS };
	char path[2 * FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);

	snprintf(path, sizeof(path), "%s.otherwise[%zu]", outer->path, index);
	check_object(object, members, COUNT(members), &place);
	if (cJSON_IsObject(object) && !member(object, "pick"))
		json_fault(&place, FAULT_ERROR, "pick", "is missing");
	return read_pick(reader, &place, object);
}

static void read_picks(struct reader *reader, const struct json_place *place, const cJSON *object,
                       struct entry_case *out)
{
	size_t count;
	const cJSON *item = open_list(place, object, "otherwise", PICKS_MOST - 1, &count);
	struct pick *picks = give(reader, count + 1, sizeof(*picks));

	if (!picks || !member(object, "pick"))
		return;
	picks[out->pick_count++] = read_pick(reader, place, object);
	for (size_t i = 0; item; item = item->next, i++)
		picks[out->pick_count++] = read_other_pick(reader, place, item, i);
	out->picks = picks;
}

static void read_instead(struct reader *reader, const struct json_place *outer, const cJSON *object,
                         struct entry_case *out)
{
	static const struct json_member members[] = {
		{ "entry", JSON_STRING, true, false },
		{ "if", JSON_STRING, false, false },
	};
	const cJSON *instead = member(object, "instead");
	char path[2 * FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);

	if (!instead)
		return;
	snprintf(path, sizeof(path), "%s.instead", outer->path);
	check_object(instead, members, COUNT(members), &place);
	out->instead = read_word(reader, &place, instead, "entry", ID_BYTES_MOST);
	out->instead_if = read_word(reader, &place, instead, "if", RULE_BYTES_MOST);
}

void read_rule(struct reader *reader, const struct json_place *place, const cJSON *object,
               struct entry_case *out)
{
	static const char *const parts[] = { "because",   "because_not", "because_unknown",
		                             "otherwise", "instead",     "todo",
		                             "from",      "until" };
	size_t count;
	const cJSON *item = open_list(place, object, "todo", STEPS_MOST, &count);
	struct todo *todo = item ? give(reader, count, sizeof(*todo)) : NULL;

	read_picks(reader, place, object, out);
	read_instead(reader, place, object, out);
	for (; todo && item; item = item->next, out->todo_count++)
		todo[out->todo_count] = read_todo(reader, place, item, out->todo_count);
	out->todo = todo;
	if (member(object, "when")) {
		json_fault(
		        place, FAULT_ERROR, "when",
		        "is the old form of a rule: write \"pick\", a SELECT of the one row that "
		        "decides (SELECT condition AS verdict, columns for the sentences FROM "
		        "relation ORDER BY first_true(verdict) LIMIT 1), and what the person said "
		        "as \"otherwise\"; see docs/diagnosis.md");
		return;
	}
	for (size_t i = 0; i < COUNT(parts) && !member(object, "pick"); i++)
		if (member(object, parts[i])) {
			json_fault(place, FAULT_ERROR, "pick", "is missing: %s belongs to a rule",
			           parts[i]);
			return;
		}
}

/* A conversation remembers these ids, so their length is limited. */
static const char *read_id_like(struct reader *reader, const struct json_place *place,
                                const cJSON *object, const char *name)
{
	if (strlen(json_string(object, name, "")) >= QUESTION_FACT_SIZE)
		json_fault(place, FAULT_ERROR, name, "must not be longer than %d bytes",
		           QUESTION_FACT_SIZE - 1);
	return read_word(reader, place, object, name, QUESTION_FACT_SIZE);
}

/* [66, 120]: the range of a number in an answer, both ends included. */
static void read_range(const struct json_place *place, const cJSON *object,
                       struct question_option *out)
{
	const cJSON *range = member(object, "range");
	const cJSON *least = cJSON_GetArrayItem(range, 0), *most = cJSON_GetArrayItem(range, 1);

	if (!range)
		return;
	if (cJSON_GetArraySize(range) != 2 || !cJSON_IsNumber(least) || !cJSON_IsNumber(most) ||
	    least->valueint < 0 || most->valueint > RANGE_MOST ||
	    least->valueint > most->valueint) {
		json_fault(place, FAULT_ERROR, "range",
		           "must be the least and the most, two whole numbers from 0 to %d",
		           RANGE_MOST);
		return;
	}
	out->has_range = true;
	out->least = least->valueint;
	out->most = most->valueint;
}

/* [{"of": "考试", "years": 2}] */
static void read_since(struct reader *reader, const struct json_place *outer, const cJSON *object,
                       struct question_option *out)
{
	static const struct json_member members[] = {
		{ "of", JSON_STRING, true, false },
		{ "years", JSON_NUMBER, true, false },
	};
	size_t count;
	const cJSON *item = open_list(outer, object, "since", SINCE_MOST, &count);

	out->since = item ? give(reader, count, sizeof(*out->since)) : NULL;
	for (; out->since && item; item = item->next) {
		char path[2 * FIELD_SIZE] = "";
		const struct json_place place = place_in(outer, path);
		const cJSON *years = member(item, "years");
		struct question_since *since = &out->since[out->since_count];

		snprintf(path, sizeof(path), "%s.since[%zu]", outer->path, out->since_count++);
		check_object(item, members, COUNT(members), &place);
		since->of = read_id_like(reader, &place, item, "of");
		since->years = cJSON_IsNumber(years) ? years->valueint : 0;
		if (cJSON_IsNumber(years) && (since->years < 1 || since->years > YEARS_MOST))
			json_fault(&place, FAULT_ERROR, "years",
			           "must be a whole number from 1 to %d", YEARS_MOST);
	}
}

static enum side read_side(const struct json_place *place, const cJSON *object)
{
	const char *lies = json_string(object, "lies", "");

	if (strcmp(lies, "ahead") == 0)
		return SIDE_AHEAD;
	if (strcmp(lies, "behind") == 0)
		return SIDE_BEHIND;
	if (member(object, "lies"))
		json_fault(place, FAULT_ERROR, "lies", "must be ahead or behind");
	return SIDE_NONE;
}

void read_apart(struct reader *reader, const struct json_place *outer, const cJSON *object,
                struct entry *out)
{
	static const struct json_member members[] = {
		{ "fact", JSON_STRING, true, false },
		{ "is", JSON_STRING, true, false },
		{ "words", JSON_ARRAY, false, false },
		{ "date", JSON_OBJECT, false, false },
	};
	static const struct json_member date_members[] = {
		{ "of", JSON_STRING, true, false },
		{ "lies", JSON_STRING, true, false },
	};
	const cJSON *apart = member(object, "apart"), *date = member(apart, "date");
	const struct json_place place = place_in(outer, "apart");
	const struct json_place date_place = place_in(outer, "apart.date");

	if (!cJSON_IsObject(apart))
		return;
	check_object(apart, members, COUNT(members), &place);
	out->apart.fact = read_id_like(reader, &place, apart, "fact");
	out->apart.is = read_id_like(reader, &place, apart, "is");
	out->apart.words = read_patterns(reader, &place, apart, "words");
	if (!cJSON_IsObject(date))
		return;
	check_object(date, date_members, COUNT(date_members), &date_place);
	out->apart.of = read_id_like(reader, &date_place, date, "of");
	out->apart.lies = read_side(&date_place, date);
}

static struct question_option read_option(struct reader *reader, const struct json_place *outer,
                                          const cJSON *object, size_t index)
{
	static const struct json_member members[] = {
		{ "label", JSON_STRING, true, false },
		{ "value", JSON_STRING, true, false },
		{ "patterns", JSON_ARRAY, false, false },
		{ "leaves_open", JSON_BOOL, false, false },
		{ "words", JSON_ARRAY, false, false },
		{ "range", JSON_ARRAY, false, false },
		{ "since", JSON_ARRAY, false, false },
		{ "yields", JSON_BOOL, false, false },
		{ "mixes", JSON_BOOL, false, false },
	};
	char path[2 * FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);
	struct question_option out;

	snprintf(path, sizeof(path), "%s.options[%zu]", outer->path, index);
	check_object(object, members, COUNT(members), &place);
	out = (struct question_option){
		.label = read_word(reader, &place, object, "label", LABEL_MOST),
		.value = read_id_like(reader, &place, object, "value"),
		.patterns = read_patterns(reader, &place, object, "patterns"),
		.leaves_open = cJSON_IsTrue(member(object, "leaves_open")),
		.yields = cJSON_IsTrue(member(object, "yields")),
		.mixes = cJSON_IsTrue(member(object, "mixes")),
		.words = read_strings(reader, &place, object, "words", WORDS_OF_OPTION_MOST,
		                      LABEL_MOST),
	};
	read_range(&place, object, &out);
	read_since(reader, &place, object, &out);
	return out;
}

static void read_question(struct reader *reader, const struct json_place *outer,
                          const cJSON *object, size_t index, struct question *out)
{
	static const struct json_member members[] = {
		{ "fact", JSON_STRING, true, false },  { "question", JSON_STRING, true, false },
		{ "why", JSON_STRING, true, false },   { "options", JSON_ARRAY, true, false },
		{ "about", JSON_ARRAY, false, false },
	};
	char path[FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);
	struct question_option *options;
	const cJSON *item;
	size_t count;

	snprintf(path, sizeof(path), "ask[%zu]", index);
	check_object(object, members, COUNT(members), &place);
	out->fact = read_id_like(reader, &place, object, "fact");
	out->text = read_word(reader, &place, object, "question", QUESTION_MOST);
	out->why = read_word(reader, &place, object, "why", QUESTION_MOST);
	out->about =
	        read_strings(reader, &place, object, "about", WORDS_OF_OPTION_MOST, LABEL_MOST);
	item = open_list(&place, object, "options", OPTIONS_MOST, &count);
	options = item ? give(reader, count, sizeof(*options)) : NULL;
	for (; options && item; item = item->next, out->option_count++)
		options[out->option_count] = read_option(reader, &place, item, out->option_count);
	out->options = options;
	if (cJSON_IsArray(member(object, "options")) && count < 2)
		json_fault(&place, FAULT_ERROR, "options", "needs two at least");
}

static void read_questions(struct reader *reader, const struct json_place *place,
                           const cJSON *object, struct entry *out)
{
	size_t count;
	const cJSON *item = open_list(place, object, "ask", QUESTIONS_MOST, &count);
	struct question *questions = item ? give(reader, count, sizeof(*questions)) : NULL;

	for (; questions && item; item = item->next, out->question_count++)
		read_question(reader, place, item, out->question_count,
		              &questions[out->question_count]);
	out->questions = questions;
	for (size_t i = 1; questions && i < out->question_count; i++) {
		for (size_t k = 0; k < i; k++) {
			char field[FIELD_SIZE];

			snprintf(field, sizeof(field), "ask[%zu].fact", i);
			if (strcmp(questions[i].fact, questions[k].fact) == 0)
				json_fault(place, FAULT_ERROR, field,
				           "\"%s\" is asked already: ask[%zu]", questions[i].fact,
				           k);
		}
	}
}

static const char *claim_id(struct reader *reader, size_t index)
{
	char id[FIELD_SIZE];

	snprintf(id, sizeof(id), "%zu", index + 1);
	return copy(reader, id);
}

static struct entry_case read_claim(struct reader *reader, const struct json_place *outer,
                                    const cJSON *object, size_t index)
{
	static const struct json_member members[] = {
		{ "claim", JSON_STRING, true, false },
		RULE_MEMBERS,
	};
	char path[FIELD_SIZE] = "";
	struct json_place place = place_in(outer, path);
	struct entry_case out = empty_case();

	snprintf(path, sizeof(path), "diagnosis[%zu]", index);
	check_object(object, members, COUNT(members), &place);
	out.id = claim_id(reader, index);
	out.label = read_word(reader, &place, object, "claim", LABEL_MOST);
	read_rule(reader, &place, object, &out);
	return out;
}

static const struct entry_case *read_diagnosis(struct reader *reader,
                                               const struct json_place *place, const cJSON *object,
                                               size_t *count)
{
	const cJSON *item = open_list(place, object, "diagnosis", CASES_MOST, count);
	struct entry_case *out = item ? give(reader, *count, sizeof(*out)) : NULL;

	for (size_t i = 0; out && item; item = item->next, i++)
		out[i] = read_claim(reader, place, item, i);
	return out;
}

void read_judged(struct reader *reader, const struct json_place *place, const cJSON *object,
                 struct entry *out)
{
	size_t count;
	const struct entry_case *diagnosis = read_diagnosis(reader, place, object, &count);
	bool ruled = false;

	for (size_t i = 0; i < out->case_count; i++)
		ruled = ruled || out->cases[i].pick_count > 0;
	if (diagnosis && out->case_count > 0)
		json_fault(place, FAULT_ERROR, "diagnosis",
		           "is for an entry without cases: give each case its own `pick`");
	if (ruled || diagnosis) {
		out->judged = ruled ? out->cases : diagnosis;
		out->judged_count = ruled ? out->case_count : count;
	}
	read_questions(reader, place, object, out);
	if (out->question_count > 0 && out->judged_count == 0 && !out->apart.fact[0])
		json_fault(place, FAULT_ERROR, "ask", "no rule of this entry can use an answer");
}

static void read_expected(struct reader *reader, const struct json_place *outer,
                          const cJSON *object, struct sample_record *out)
{
	const struct json_place place = place_in(outer, "expect");
	struct expectation *expected =
	        give(reader, (size_t)cJSON_GetArraySize(object) + 1, sizeof(*expected));
	const cJSON *item;

	if (!cJSON_IsObject(object))
		return;
	cJSON_ArrayForEach (item, object) {
		const char *verdict = cJSON_IsString(item) ? item->valuestring : "";

		if (strcmp(verdict, "applies") != 0 && strcmp(verdict, "excluded") != 0 &&
		    strcmp(verdict, "unknown") != 0)
			json_fault(&place, FAULT_ERROR, item->string,
			           "must be applies, excluded or unknown");
		else if (expected)
			expected[out->expected_count++] = (struct expectation){
				copy(reader, item->string),
				copy(reader, verdict),
			};
	}
	out->expected = expected;
	if (!object->child)
		json_fault(outer, FAULT_ERROR, "expect", "needs one case at least");
}

void read_record(struct reader *reader, const cJSON *object, const char *file, unsigned line,
                 struct sample_record *out)
{
	static const struct json_member members[] = {
		{ "entry", JSON_STRING, true, false }, { "today", JSON_STRING, true, false },
		{ "facts", JSON_OBJECT, true, false }, { "expect", JSON_OBJECT, true, false },
		{ "note", JSON_STRING, false, false },
	};
	const struct json_place place = { file, line, "", reader->faults };
	char *facts;

	*out = (struct sample_record){ .file = file, .line = line };
	check_object(object, members, COUNT(members), &place);
	if (!cJSON_IsObject(object)) {
		out->entry = out->today = out->facts = "";
		return;
	}
	facts = cJSON_PrintUnformatted(member(object, "facts"));
	if (!facts && member(object, "facts"))
		reader->status = STATUS_NO_MEMORY;
	out->entry = read_word(reader, &place, object, "entry", ID_BYTES_MOST);
	out->today = read_date(reader, &place, object, "today");
	out->facts = copy(reader, facts ? facts : "");
	check_length(&place, "note", json_string(object, "note", ""), NOTE_MOST);
	read_expected(reader, &place, member(object, "expect"), out);
	cJSON_free(facts);
}

void read_accepted(struct reader *reader, const cJSON *object, const char *file, unsigned line,
                   struct accepted *out)
{
	static const struct json_member members[] = {
		{ "entry", JSON_STRING, true, false },
		{ "finding", JSON_STRING, true, false },
		{ "cases", JSON_ARRAY, false, false },
		{ "why", JSON_STRING, true, false },
	};
	static const char *const findings[] = { "overlap",      "gap",          "open",
		                                "unsettled",    "null-decides", "never-applies",
		                                "same-sentence" };
	const struct json_place place = { file, line, "", reader->faults };
	bool known = false;

	*out = (struct accepted){
		.entry = "", .finding = "", .why = "", .file = file, .line = line
	};
	check_object(object, members, COUNT(members), &place);
	if (!cJSON_IsObject(object))
		return;
	out->entry = read_word(reader, &place, object, "entry", ID_BYTES_MOST);
	out->finding = read_word(reader, &place, object, "finding", NAME_MOST);
	out->cases = read_strings(reader, &place, object, "cases", 2, CASE_ID_BYTES_MOST);
	out->why = read_word(reader, &place, object, "why", NOTE_MOST);
	for (size_t i = 0; i < COUNT(findings); i++)
		known = known || strcmp(findings[i], out->finding) == 0;
	if (!known)
		json_fault(&place, FAULT_ERROR, "finding",
		           "must be overlap, gap, open, unsettled, null-decides, never-applies "
		           "or same-sentence");
}

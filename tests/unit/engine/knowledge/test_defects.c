#include "knowledge_fixture.h"

/*
 * Every folder of tests/fixtures/knowledge-broken is named by its one defect. What is expected
 * here is the place of the defect, written down by hand from the fixture, and the words that a
 * person needs to mend it.
 */
struct defect {
	const char *name;
	const char *place; /* file, line and field as the fault prints them, from the fixture on */
	const char *words;
};

static const struct defect defects[] = {
	{ "accepted-of-no-entry", "/accepted.jsonl:2: entry: ", "no entry \"two\"" },
	{ "accepted-of-unjudged-case", "/accepted.jsonl:2: cases: ", "no case \"3\"" },
	{ "accepted-unknown-finding", "/accepted.jsonl:2: finding: ", "must be overlap, gap" },
	{ "apart-from-nobody", "/faq/01.json: apart.fact: ", "no other entry of the collection" },
	{ "apart-is-no-option", "/faq/02.json: apart.is: ", "no option of the question" },
	{ "apart-is-taken", "/faq/02.json: apart.is: ", "\"no\" is that of \"one\" already" },
	{ "apart-lies-nowhere", "/faq/01.json: apart.date.lies: ", "must be ahead or behind" },
	{ "apart-nobody-asks", "/faq/01.json: apart.fact: ", "nobody asks for \"ended\"" },
	{ "bad-date", "/faq/01.json: reviewed: ", "must be a date" },
	{ "bad-number", "/faq/01.json: number: ", "whole number" },
	{ "case-says-nothing", "/faq/01.json: cases[0]: ", "situation or an advice" },
	{ "class-of-patterns", "/lexicon.json: classes.延续[1]: ", "has a ?" },
	{ "class-with-odd-name", "/lexicon.json: classes.快 到期: ", "letters, digits or Han" },
	{ "class-without-words", "/lexicon.json: classes.快到期: ", "list of words" },
	{ "classes-too-long", "/lexicon.json: classes: ", "4080 characters" },
	{ "confusable-of-two", "/lexicon.json: confusables[0].right: ", "one character" },
	{ "contact-url-runs-code", "/office.json: contacts[1].value: ", "http:// or https://" },
	{ "contact-url-without-scheme",
	  "/office.json: contacts[0].value: ", "http:// or https://" },
	{ "control-character-in-id", "/faq/01.json: id: ", "line break" },
	{ "diagnosis-beside-cases", "/faq/01.json: diagnosis: ", "without cases" },
	{ "duplicate-case-id", "/faq/01.json: cases[1].id: ", "\"1\" is taken already: cases[0]" },
	{ "duplicate-id", "/faq/02.json: id: ", "duplicate-id/faq/01.json" },
	{ "duplicate-id-of-referral", "/referrals.json: referrals[1].id: ", "faq/01.json" },
	{ "duplicate-number",
	  "/faq/02.json: number: ", "7 is already the number of \"证书过期还可以延续吗？\"" },
	{ "empty-alternate", "/faq/01.json: also[1]: ", "must not be empty" },
	{ "empty-sentence", "/office.json: decline: ", "must not be empty" },
	{ "empty-variant", "/lexicon.json: synonyms[0].variants[1]: ", "must not be empty" },
	{ "fault-in-line", "/faq/entries.jsonl:2: reviewed: ", "must be a date" },
	{ "golden-case-without-entry", "/golden.json: golden[1].case: ", "needs its entry" },
	{ "golden-entry-and-outcome",
	  "/golden.json: golden[1]: ", "either an entry or an outcome" },
	{ "golden-unknown-case", "/golden.json: golden[1].case: ", "no case \"2\"" },
	{ "golden-unknown-entry", "/golden.json: golden[1].entry: ", "no entry \"two\"" },
	{ "golden-unknown-outcome", "/golden.json: golden[1].outcome: ", "must be decline" },
	{ "long-alternate", "/faq/01.json: also[1]: ", "1001 characters" },
	{ "long-answer", "/faq/01.json: answer: ", "20001 characters" },
	{ "long-id", "/faq/01.json: id: ", "129 bytes" },
	{ "long-question", "/faq/01.json: question: ", "1001 characters" },
	{ "malformed-json", "/faq/01.json:3: ", "colon" },
	{ "malformed-line", "/faq/entries.jsonl:3: ", "not JSON near" },
	{ "malformed-utf8", "/faq/01.json:3: ", "not UTF-8" },
	{ "member-twice", "/faq/01.json: id: ", "twice" },
	{ "missing-id", "/faq/01.json: id: ", "is missing" },
	{ "missing-word", "/lexicon.json: english[0].word: ", "is missing" },
	{ "nested-too-deep", "/faq/01.json: also[0]", "too deep" },
	{ "no-entries", ": ", "no entries here" },
	{ "no-question-no-answer", "/faq/01.json: ", "needs a question or an answer" },
	{ "not-an-object", "/faq/01.json: ", "must be an object" },
	{ "pattern-backtracks", "/faq/01.json: patterns[0]: ", "too slow" },
	{ "pattern-does-not-compile", "/faq/01.json: patterns[1]: ", "(after character 5)" },
	{ "pattern-is-slow", "/faq/01.json: warning: patterns[0]: ", "slow" },
	{ "pattern-matches-empty", "/faq/01.json: patterns[0]: ", "empty text" },
	{ "question-asked-twice", "/faq/01.json: ask[1].fact: ", "asked already: ask[0]" },
	{ "question-with-one-option", "/faq/01.json: ask[0].options: ", "two at least" },
	{ "question-without-rules", "/faq/01.json: ask: ", "no rule" },
	{ "record-expects-nothing", "/records.jsonl:2: expect: ", "one case at least" },
	{ "record-of-no-entry", "/records.jsonl:2: entry: ", "no entry \"two\"" },
	{ "record-of-unjudged-case", "/records.jsonl:2: expect.3: ", "no case \"3\"" },
	{ "record-of-unjudged-entry", "/records.jsonl:1: entry: ", "has no rules" },
	{ "record-unknown-member", "/records.jsonl:2: expected: ", "no such member" },
	{ "record-with-unknown-verdict", "/records.jsonl:2: expect.1: ", "must be applies" },
	{ "record-without-day", "/records.jsonl:2: today: ", "must be a date" },
	{ "referral-without-reply", "/referrals.json: referrals[0].reply: ", "is missing" },
	{ "rule-of-the-old-form", "/faq/01.json: cases[1].when: ", "write \"pick\"" },
	{ "rule-without-pick", "/faq/01.json: cases[1].pick: ", "is missing" },
	{ "shared-prompt", "/faq/02.json: prompts[1]: ", "is a prompt of \"first\" already" },
	{ "since-no-years", "/faq/01.json: ask[0].options[1].since[0].years: ", "from 1 to 200" },
	{ "source-without-document", "/faq/01.json: source.document: ", "is missing" },
	{ "step-without-who", "/faq/01.json: cases[0].todo[0].who: ", "is missing" },
	{ "synonym-of-two-classes",
	  "/lexicon.json: synonyms[0].variants[1]: ", "more than one word class" },
	{ "too-many-patterns", "/faq/01.json: patterns: ", "101 items" },
	{ "unknown-class",
	  "/faq/01.json: patterns[1]: ", "no word class <延序>; lexicon.json has 延续" },
	{ "unknown-class-in-alternate", "/faq/01.json: also[1]: ", "no word class <延序>" },
	{ "unknown-class-in-synonym",
	  "/lexicon.json: synonyms[0].variants[1]: ", "no word class <延序>" },
	{ "unknown-contact-kind", "/office.json: contacts[0].kind: ", "must be phone" },
	{ "unknown-cue", "/lexicon.json: cues.yess: ", "no such cue" },
	{ "unknown-date-cue", "/lexicon.json: date_cues.past: ", "no such cue" },
	{ "unknown-file", "/lexcon.json: warning: ", "not read" },
	{ "unknown-member", "/faq/01.json: answr: ", "no such member is known; is answer meant?" },
	{ "unknown-related", "/faq/01.json: related[0]: ", "no entry \"two\"" },
	{ "unknown-sentence", "/office.json: warning: texts.welcom: ", "no such sentence" },
	{ "unknown-talk-outcome", "/smalltalk.json: smalltalk[0].outcome: ", "must be smalltalk" },
	{ "wrong-type", "/faq/01.json: also: ", "must be an array" },
	{ "wrong-type-in-case", "/faq/01.json: cases[1].advice: ", "must be a string" },
};

enum { DEFECT_COUNT = sizeof(defects) / sizeof(defects[0]) };

static void check_defect(const struct defect *defect)
{
	struct place place = { .faults = NULL };
	struct knowledge *knowledge = NULL;
	bool warning = strstr(defect->place, "warning: ") != NULL;
	char folder[400], start[600];
	enum status status;

	snprintf(folder, sizeof(folder), FIXTURES "/knowledge-broken/%s", defect->name);
	snprintf(start, sizeof(start), "%s%s", folder, defect->place);
	assert_int_equal(faults_create(&place.faults), STATUS_OK);
	status = knowledge_load(folder, place.faults, &knowledge);
	if (faults_kept(place.faults) != 1 ||
	    strncmp(fault_text(&place, 0), start, strlen(start)) != 0 ||
	    !strstr(fault_text(&place, 0) + strlen(start), defect->words)) {
		print_error("%s: expected one fault, %s ... %s\n", defect->name, start,
		            defect->words);
		faults_print(place.faults, stderr);
		fail();
	}
	assert_int_equal(status, warning ? STATUS_OK : STATUS_INVALID);
	assert_true((knowledge != NULL) == warning);
	knowledge_destroy(knowledge);
	faults_destroy(place.faults);
}

static void every_fixture_has_exactly_the_fault_it_is_named_after(void **state)
{
	(void)state;
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		check_defect(&defects[i]);
}

static void every_fixture_is_in_the_table(void **state)
{
	struct file_list fixtures;
	struct arena *arena = NULL;

	(void)state;
	assert_int_equal(arena_create(&arena, 1 << 20), STATUS_OK);
	assert_int_equal(file_list(FIXTURES "/knowledge-broken", arena, &fixtures), STATUS_OK);
	assert_int_equal(fixtures.count, DEFECT_COUNT);
	for (size_t i = 0; i < DEFECT_COUNT; i++)
		assert_string_equal(fixtures.names[i], defects[i].name);
	arena_destroy(arena);
}

static void all_faults_of_a_folder_are_told_in_one_run(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge = NULL;

	write_text("k/a/1.json", "{\"id\":\"one\",\"question\":\"a\",\"also\":[\"\",3],\"x\":1}");
	write_text("k/a/2.json", "{\"id\":\"one\",\"answer\":\"a\",\"reviewed\":\"never\"}");
	write_text("k/a/3.json", "{");
	write_text("k/b/1.jsonl", "{\"id\":\"two\"}\n[\n{\"id\":\"two\",\"question\":\"a\"}\n");
	write_text("k/golden.json", "{\"golden\":[{\"q\":\"\",\"entry\":\"three\"}]}");
	assert_int_equal(knowledge_load("k", place->faults, &knowledge), STATUS_INVALID);
	assert_null(knowledge);
	assert_true(has_fault(place, "k/a/1.json: x: no such member"));
	assert_true(has_fault(place, "k/a/1.json: also[0]: must not be empty"));
	assert_true(has_fault(place, "k/a/1.json: also[1]: must be a string"));
	assert_true(
	        has_fault(place, "k/a/2.json: id: \"one\" is already the id of \"a\": k/a/1.json"));
	assert_true(has_fault(place, "k/a/2.json: reviewed: "));
	assert_true(has_fault(place, "k/a/3.json:1: "));
	assert_true(has_fault(place, "k/b/1.jsonl:1: needs a question or an answer"));
	assert_true(has_fault(place, "k/b/1.jsonl:2: "));
	assert_true(has_fault(place, "k/b/1.jsonl:3: id: \"two\" is taken already: "
	                             "k/b/1.jsonl, line 1"));
	assert_true(has_fault(place, "k/golden.json: golden[0].q: must not be empty"));
	assert_true(has_fault(place, "k/golden.json: golden[0].entry: there is no entry"));
	assert_int_equal(faults_kept(place->faults), 11);
}

static void a_folder_that_is_not_there_is_told(void **state)
{
	struct place *place = *state;
	struct knowledge *knowledge = NULL;

	assert_int_equal(knowledge_load("nowhere", place->faults, &knowledge), STATUS_NOT_FOUND);
	assert_string_equal(fault_text(place, 0), "nowhere: there is no such folder");
}

static void faults_need_no_collector(void **state)
{
	struct knowledge *knowledge = NULL;

	(void)state;
	assert_int_equal(knowledge_load(FIXTURES "/knowledge-broken/bad-date", NULL, &knowledge),
	                 STATUS_INVALID);
	assert_null(knowledge);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fixture_has_exactly_the_fault_it_is_named_after),
		cmocka_unit_test(every_fixture_is_in_the_table),
		cmocka_unit_test_setup_teardown(all_faults_of_a_folder_are_told_in_one_run, enter,
		                                leave),
		cmocka_unit_test_setup_teardown(a_folder_that_is_not_there_is_told, enter, leave),
		cmocka_unit_test(faults_need_no_collector),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

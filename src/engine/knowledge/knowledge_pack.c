/*
 * How it works. Every struct of knowledge.h is copied into the pack, and then each of its pointers
 * is set to the place of its target in the pack. A pointer that is forgotten here would refer to
 * memory of the process that wrote the file. So check the sizes below with every new member; a test
 * packs a folder twice, from two places in memory, and compares the bytes.
 *
 * A list of patterns points to slots of the pack. Each process fills them with the patterns that it
 * decodes.
 */
#include "engine/knowledge/knowledge_pack.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "engine/knowledge/read.h"

_Static_assert(sizeof(struct entry) == 352, "put_entry() sets every pointer");
_Static_assert(sizeof(struct entry_case) == 128, "put_case() sets every pointer");
_Static_assert(sizeof(struct question) == 56, "put_questions() sets every pointer");
_Static_assert(sizeof(struct question_option) == 88, "put_questions() sets every pointer");
_Static_assert(sizeof(struct pick) == 48, "put_picks() sets every pointer");
_Static_assert(sizeof(struct todo) == 48, "put_todo() sets every pointer");
_Static_assert(sizeof(struct lexicon) == 1208, "put_lexicon() sets every pointer");
_Static_assert(sizeof(struct office) == 72, "put_office() sets every pointer");
_Static_assert(sizeof(struct golden) == 40, "put_golden() sets every pointer");
_Static_assert(sizeof(struct sample_record) == 56, "put_samples() sets every pointer");
_Static_assert(sizeof(struct accepted) == 56, "put_accepted() sets every pointer");
_Static_assert(sizeof(struct knowledge) == 1440, "knowledge_keep() sets every pointer");

/* A text that many successive values share. */
struct shared {
	const char *text;
	size_t place;
};

struct packing {
	struct pack *pack;
	const struct pattern **patterns; /* by slot */
	size_t pattern_count, pattern_room;
	struct shared collection, file;
	size_t *ids; /* by entry: where its id was packed */
	enum status status;
};

/* The place of a member of the struct at `place`. */
#define AT(type, member) (place + offsetof(type, member))

static void put_text(struct packing *packing, size_t place, const char *text)
{
	pack_point(packing->pack, place, pack_text(packing->pack, text));
}

static void put_shared(struct packing *packing, size_t place, const char *text,
                       struct shared *shared)
{
	if (!text || text != shared->text)
		*shared = (struct shared){ text, pack_text(packing->pack, text) };
	pack_point(packing->pack, place, shared->place);
}

/* Copies an array, and sets the pointer to it. */
static size_t put_array(struct packing *packing, size_t place, const void *items, size_t count,
                        size_t size)
{
	const size_t array = pack_add(packing->pack, items, count * size);
	pack_point(packing->pack, place, array);
	return array;
}

static void put_strings(struct packing *packing, size_t place, const struct strings *strings)
{
	const size_t items = put_array(packing, AT(struct strings, items), strings->items,
	                               strings->count, sizeof(*strings->items));
	for (size_t i = 0; i < strings->count; i++)
		put_text(packing, items + i * sizeof(*strings->items), strings->items[i]);
}

/* Packs a list that may be the same as another one of the entry. */
static void put_strings_or(struct packing *packing, size_t place, const struct strings *strings,
                           size_t other_place, const struct strings *other)
{
	if (strings->items != other->items || strings->count == 0)
		put_strings(packing, place, strings);
	else
		pack_point_again(packing->pack, AT(struct strings, items),
		                 other_place + offsetof(struct strings, items));
}

static bool make_room_for_patterns(struct packing *packing, size_t count)
{
	size_t room = packing->pattern_room ? packing->pattern_room : 64;
	while (room < packing->pattern_count + count)
		room *= 2;
	const struct pattern **patterns =
	        reallocarray(packing->patterns, room, sizeof(const struct pattern *));
	if (!patterns) {
		packing->status = STATUS_NO_MEMORY;
		return false;
	}
	packing->patterns = patterns;
	packing->pattern_room = room;
	return true;
}

static void put_patterns(struct packing *packing, size_t place, const struct pattern_list *list)
{
	pack_point(packing->pack, AT(struct pattern_list, items), 0);
	if (list->count == 0 || !make_room_for_patterns(packing, list->count))
		return;
	pack_point_to_slot(packing->pack, AT(struct pattern_list, items),
	                   pack_slots(packing->pack, list->count));
	for (size_t i = 0; i < list->count; i++)
		packing->patterns[packing->pattern_count++] = list->items[i];
}

static void put_picks(struct packing *packing, size_t place, const struct pick *picks, size_t count)
{
	place = put_array(packing, place, picks, count, sizeof(*picks));
	for (size_t i = 0; i < count; i++, place += sizeof(*picks)) {
		put_text(packing, AT(struct pick, select), picks[i].select);
		put_text(packing, AT(struct pick, because), picks[i].because);
		put_text(packing, AT(struct pick, because_not), picks[i].because_not);
		put_text(packing, AT(struct pick, because_unknown), picks[i].because_unknown);
		put_text(packing, AT(struct pick, from), picks[i].from);
		put_text(packing, AT(struct pick, until), picks[i].until);
	}
}

static void put_todo(struct packing *packing, size_t place, const struct todo *todo, size_t count)
{
	place = put_array(packing, place, todo, count, sizeof(*todo));
	for (size_t i = 0; i < count; i++, place += sizeof(*todo)) {
		put_text(packing, AT(struct todo, what), todo[i].what);
		put_text(packing, AT(struct todo, who), todo[i].who);
		put_text(packing, AT(struct todo, where), todo[i].where);
		put_text(packing, AT(struct todo, condition), todo[i].condition);
		put_text(packing, AT(struct todo, from), todo[i].from);
		put_text(packing, AT(struct todo, until), todo[i].until);
	}
}

static void put_case(struct packing *packing, size_t place, const struct entry_case *one)
{
	put_text(packing, AT(struct entry_case, id), one->id);
	put_text(packing, AT(struct entry_case, label), one->label);
	put_text(packing, AT(struct entry_case, situation), one->situation);
	put_text(packing, AT(struct entry_case, advice), one->advice);
	put_strings(packing, AT(struct entry_case, also), &one->also);
	put_strings_or(packing, AT(struct entry_case, also_written), &one->also_written,
	               AT(struct entry_case, also), &one->also);
	put_patterns(packing, AT(struct entry_case, patterns), &one->patterns);
	put_picks(packing, AT(struct entry_case, picks), one->picks, one->pick_count);
	put_text(packing, AT(struct entry_case, instead), one->instead);
	put_text(packing, AT(struct entry_case, instead_if), one->instead_if);
	put_todo(packing, AT(struct entry_case, todo), one->todo, one->todo_count);
}

/* Returns the place of the first. */
static size_t put_cases(struct packing *packing, size_t place, const struct entry_case *cases,
                        size_t count)
{
	const size_t first = put_array(packing, place, cases, count, sizeof(*cases));
	for (size_t i = 0; i < count; i++)
		put_case(packing, first + i * sizeof(*cases), &cases[i]);
	return first;
}

static void put_since(struct packing *packing, size_t place, const struct question_since *since,
                      size_t count)
{
	place = put_array(packing, place, since, count, sizeof(*since));
	for (size_t i = 0; i < count; i++, place += sizeof(*since))
		put_text(packing, AT(struct question_since, of), since[i].of);
}

static void put_options(struct packing *packing, size_t place, const struct question *question)
{
	const struct question_option *options = question->options;
	place = put_array(packing, place, options, question->option_count, sizeof(*options));
	for (size_t i = 0; i < question->option_count; i++, place += sizeof(*options)) {
		put_text(packing, AT(struct question_option, label), options[i].label);
		put_text(packing, AT(struct question_option, value), options[i].value);
		put_strings(packing, AT(struct question_option, words), &options[i].words);
		put_since(packing, AT(struct question_option, since), options[i].since,
		          options[i].since_count);
		put_patterns(packing, AT(struct question_option, patterns), &options[i].patterns);
	}
}

static void put_questions(struct packing *packing, size_t place, const struct question *questions,
                          size_t count)
{
	place = put_array(packing, place, questions, count, sizeof(*questions));
	for (size_t i = 0; i < count; i++, place += sizeof(*questions)) {
		put_text(packing, AT(struct question, fact), questions[i].fact);
		put_text(packing, AT(struct question, text), questions[i].text);
		put_text(packing, AT(struct question, why), questions[i].why);
		put_strings(packing, AT(struct question, about), &questions[i].about);
		put_options(packing, AT(struct question, options), &questions[i]);
	}
}

static void put_entry(struct packing *packing, size_t place, const struct entry *entry)
{
	put_text(packing, AT(struct entry, id), entry->id);
	put_shared(packing, AT(struct entry, collection), entry->collection, &packing->collection);
	put_text(packing, AT(struct entry, question), entry->question);
	put_text(packing, AT(struct entry, answer), entry->answer);
	put_strings(packing, AT(struct entry, prompts), &entry->prompts);
	put_patterns(packing, AT(struct entry, patterns), &entry->patterns);
	put_patterns(packing, AT(struct entry, unless), &entry->unless);
	put_strings(packing, AT(struct entry, also), &entry->also);
	put_strings(packing, AT(struct entry, negatives), &entry->negatives);
	put_strings_or(packing, AT(struct entry, also_written), &entry->also_written,
	               AT(struct entry, also), &entry->also);
	put_strings_or(packing, AT(struct entry, negatives_written), &entry->negatives_written,
	               AT(struct entry, negatives), &entry->negatives);
	const size_t cases =
	        put_cases(packing, AT(struct entry, cases), entry->cases, entry->case_count);
	if (entry->judged == entry->cases)
		pack_point(packing->pack, AT(struct entry, judged), cases);
	else
		(void)put_cases(packing, AT(struct entry, judged), entry->judged,
		                entry->judged_count);
	put_questions(packing, AT(struct entry, questions), entry->questions,
	              entry->question_count);
	put_text(packing, AT(struct entry, apart.fact), entry->apart.fact);
	put_text(packing, AT(struct entry, apart.is), entry->apart.is);
	put_patterns(packing, AT(struct entry, apart.words), &entry->apart.words);
	put_text(packing, AT(struct entry, apart.of), entry->apart.of);
	put_text(packing, AT(struct entry, note), entry->note);
	put_text(packing, AT(struct entry, internal), entry->internal);
	put_strings(packing, AT(struct entry, related), &entry->related);
	put_text(packing, AT(struct entry, document), entry->document);
	put_text(packing, AT(struct entry, reviewed), entry->reviewed);
	put_text(packing, AT(struct entry, owner), entry->owner);
	put_text(packing, AT(struct entry, review_by), entry->review_by);
	put_shared(packing, AT(struct entry, file), entry->file, &packing->file);
}

static void put_pairs(struct packing *packing, size_t place, const struct word_pair *pairs,
                      size_t count)
{
	place = put_array(packing, place, pairs, count, sizeof(*pairs));
	for (size_t i = 0; i < count; i++, place += sizeof(*pairs)) {
		put_text(packing, AT(struct word_pair, left), pairs[i].left);
		put_text(packing, AT(struct word_pair, right), pairs[i].right);
	}
}

static void put_classes(struct packing *packing, size_t place, const struct word_classes *classes)
{
	const struct word_class *items = classes->items;
	place = put_array(packing, AT(struct word_classes, items), items, classes->count,
	                  sizeof(*items));
	for (size_t i = 0; i < classes->count; i++, place += sizeof(*items)) {
		put_text(packing, AT(struct word_class, name), items[i].name);
		put_strings(packing, AT(struct word_class, words), &items[i].words);
		put_text(packing, AT(struct word_class, group), items[i].group);
	}
}

static void put_synonyms(struct packing *packing, size_t place, const struct synonym *synonyms,
                         size_t count)
{
	place = put_array(packing, place, synonyms, count, sizeof(*synonyms));
	for (size_t i = 0; i < count; i++, place += sizeof(*synonyms)) {
		put_text(packing, AT(struct synonym, word), synonyms[i].word);
		put_strings(packing, AT(struct synonym, variants), &synonyms[i].variants);
	}
}

static void put_opposites(struct packing *packing, size_t place, const struct opposite *opposites,
                          size_t count)
{
	place = put_array(packing, place, opposites, count, sizeof(*opposites));
	for (size_t i = 0; i < count; i++, place += sizeof(*opposites)) {
		put_patterns(packing, AT(struct opposite, said), &opposites[i].said);
		put_patterns(packing, AT(struct opposite, denies), &opposites[i].denies);
	}
}

static void put_dates(struct packing *packing, size_t place, const struct date_words *dates,
                      size_t count)
{
	place = put_array(packing, place, dates, count, sizeof(*dates));
	for (size_t i = 0; i < count; i++, place += sizeof(*dates)) {
		put_text(packing, AT(struct date_words, of), dates[i].of);
		put_strings(packing, AT(struct date_words, words), &dates[i].words);
		put_strings(packing, AT(struct date_words, past), &dates[i].past);
	}
}

static void put_lexicon(struct packing *packing, size_t place, const struct lexicon *lexicon)
{
	put_classes(packing, AT(struct lexicon, classes), &lexicon->classes);
	put_synonyms(packing, AT(struct lexicon, synonyms), lexicon->synonyms,
	             lexicon->synonym_count);
	put_strings(packing, AT(struct lexicon, fillers), &lexicon->fillers);
	put_pairs(packing, AT(struct lexicon, confusables), lexicon->confusables,
	          lexicon->confusable_count);
	put_pairs(packing, AT(struct lexicon, english), lexicon->english, lexicon->english_count);
	put_patterns(packing, AT(struct lexicon, denials), &lexicon->denials);
	for (size_t i = 0; i < CUE_COUNT; i++)
		put_strings(packing, AT(struct lexicon, cues) + i * sizeof(struct strings),
		            &lexicon->cues[i]);
	put_opposites(packing, AT(struct lexicon, opposites), lexicon->opposites,
	              lexicon->opposite_count);
	put_dates(packing, AT(struct lexicon, dates), lexicon->dates, lexicon->date_count);
	for (size_t i = 0; i < DATE_CUE_COUNT; i++)
		put_strings(packing, AT(struct lexicon, date_cues) + i * sizeof(struct strings),
		            &lexicon->date_cues[i]);
}

static void put_contacts(struct packing *packing, size_t place, const struct contact *contacts,
                         size_t count)
{
	place = put_array(packing, place, contacts, count, sizeof(*contacts));
	for (size_t i = 0; i < count; i++, place += sizeof(*contacts)) {
		put_text(packing, AT(struct contact, kind), contacts[i].kind);
		put_text(packing, AT(struct contact, label), contacts[i].label);
		put_text(packing, AT(struct contact, value), contacts[i].value);
	}
}

static void put_office(struct packing *packing, size_t place, const struct office *office)
{
	put_text(packing, AT(struct office, name), office->name);
	put_text(packing, AT(struct office, system), office->system);
	put_text(packing, AT(struct office, title), office->title);
	put_strings(packing, AT(struct office, examples), &office->examples);
	put_contacts(packing, AT(struct office, contacts), office->contacts, office->contact_count);
	put_pairs(packing, AT(struct office, texts), office->texts, office->text_count);
}

static void put_golden(struct packing *packing, size_t place, const struct golden *golden,
                       size_t count)
{
	place = put_array(packing, place, golden, count, sizeof(*golden));
	for (size_t i = 0; i < count; i++, place += sizeof(*golden)) {
		put_text(packing, AT(struct golden, question), golden[i].question);
		put_text(packing, AT(struct golden, entry), golden[i].entry);
		put_text(packing, AT(struct golden, case_id), golden[i].case_id);
		put_text(packing, AT(struct golden, outcome), golden[i].outcome);
	}
}

static void put_expected(struct packing *packing, size_t place, const struct sample_record *sample)
{
	const struct expectation *expected = sample->expected;
	place = put_array(packing, place, expected, sample->expected_count, sizeof(*expected));
	for (size_t i = 0; i < sample->expected_count; i++, place += sizeof(*expected)) {
		put_text(packing, AT(struct expectation, case_id), expected[i].case_id);
		put_text(packing, AT(struct expectation, verdict), expected[i].verdict);
	}
}

static void put_samples(struct packing *packing, size_t place, const struct sample_record *samples,
                        size_t count)
{
	place = put_array(packing, place, samples, count, sizeof(*samples));
	for (size_t i = 0; i < count; i++, place += sizeof(*samples)) {
		put_text(packing, AT(struct sample_record, entry), samples[i].entry);
		put_text(packing, AT(struct sample_record, today), samples[i].today);
		put_text(packing, AT(struct sample_record, facts), samples[i].facts);
		put_expected(packing, AT(struct sample_record, expected), &samples[i]);
		put_shared(packing, AT(struct sample_record, file), samples[i].file,
		           &packing->file);
	}
}

static void put_accepted(struct packing *packing, size_t place, const struct accepted *accepted,
                         size_t count)
{
	place = put_array(packing, place, accepted, count, sizeof(*accepted));
	for (size_t i = 0; i < count; i++, place += sizeof(*accepted)) {
		put_text(packing, AT(struct accepted, entry), accepted[i].entry);
		put_text(packing, AT(struct accepted, finding), accepted[i].finding);
		put_strings(packing, AT(struct accepted, cases), &accepted[i].cases);
		put_text(packing, AT(struct accepted, why), accepted[i].why);
		put_shared(packing, AT(struct accepted, file), accepted[i].file, &packing->file);
	}
}

/* Whether the entry has more than a question and an answer. */
static bool is_rich(const struct entry *entry)
{
	bool rich = entry->prompts.count > 0 || entry->patterns.count > 0 ||
	            entry->unless.count > 0 || entry->question_count > 0 ||
	            entry->judged_count > 0 || (entry->apart.fact && entry->apart.fact[0]);
	for (size_t i = 0; i < entry->case_count; i++)
		rich = rich || entry->cases[i].patterns.count > 0 || entry->cases[i].also.count > 0;
	return rich;
}

static void put_rich(struct packing *packing, size_t root, const struct knowledge *knowledge)
{
	const size_t place = root;
	uint32_t *rich = calloc(knowledge->entry_count + 1, sizeof(*rich));
	size_t count = 0;
	if (!rich) {
		packing->status = STATUS_NO_MEMORY;
		return;
	}
	for (size_t i = 0; i < knowledge->entry_count; i++)
		if (is_rich(&knowledge->entries[i]))
			rich[count++] = (uint32_t)i;
	/* One more than needed, so that an empty list exists as well. */
	(void)put_array(packing, AT(struct knowledge, rich), rich, count + 1, sizeof(*rich));
	pack_set(packing->pack, AT(struct knowledge, rich_count), &count, sizeof(count));
	free(rich);
}

/* Packs the table of ids, whose keys are the packed ids. Returns its place. */
static size_t put_ids(struct packing *packing, const struct knowledge *knowledge)
{
	const struct table *ids = &knowledge->memory->ids;
	const size_t table = pack_add(packing->pack, ids, sizeof(*ids));
	size_t place = put_array(packing, table + offsetof(struct table, slots), ids->slots,
	                         ids->capacity, sizeof(*ids->slots));
	for (size_t i = 0; i < ids->capacity; i++, place += sizeof(*ids->slots))
		pack_point(packing->pack, AT(struct table_slot, key),
		           ids->slots[i].key ? packing->ids[ids->slots[i].value] : 0);
	return table;
}

static void put_entries(struct packing *packing, size_t place, const struct knowledge *knowledge)
{
	const struct entry *entries = knowledge->entries;
	place = put_array(packing, place, entries, knowledge->entry_count, sizeof(*entries));
	for (size_t i = 0; i < knowledge->entry_count; i++, place += sizeof(*entries)) {
		put_entry(packing, place, &entries[i]);
		packing->ids[i] = pack_target(packing->pack, AT(struct entry, id));
	}
}

static size_t put_knowledge(struct packing *packing, const struct knowledge *knowledge)
{
	const size_t place = pack_add(packing->pack, knowledge, sizeof(*knowledge));
	put_entries(packing, AT(struct knowledge, entries), knowledge);
	put_lexicon(packing, AT(struct knowledge, lexicon), &knowledge->lexicon);
	put_text(packing, AT(struct knowledge, office_file), knowledge->office_file);
	put_text(packing, AT(struct knowledge, golden_file), knowledge->golden_file);
	put_office(packing, AT(struct knowledge, office), &knowledge->office);
	put_golden(packing, AT(struct knowledge, golden), knowledge->golden,
	           knowledge->golden_count);
	put_samples(packing, AT(struct knowledge, samples), knowledge->samples,
	            knowledge->sample_count);
	put_accepted(packing, AT(struct knowledge, accepted), knowledge->accepted,
	             knowledge->accepted_count);
	put_text(packing, AT(struct knowledge, relations_file), knowledge->relations_file);
	(void)put_array(packing, AT(struct knowledge, relations.ptr), knowledge->relations.ptr,
	                knowledge->relations.len, 1);
	put_rich(packing, place, knowledge);
	pack_point(packing->pack, AT(struct knowledge, memory), 0);
	return place;
}

enum status knowledge_keep(const struct knowledge *knowledge, struct image_draft *draft)
{
	struct packing packing = { .pack = draft->pack, .status = STATUS_OK };
	struct {
		uint64_t knowledge, ids, patterns;
	} places;
	packing.ids = calloc(knowledge->entry_count + 1, sizeof(*packing.ids));
	if (!packing.ids)
		return STATUS_NO_MEMORY;
	places.knowledge = put_knowledge(&packing, knowledge);
	places.ids = put_ids(&packing, knowledge);
	enum status status = packing.status;
	size_t patterns = 0;
	if (status == STATUS_OK)
		status = patterns_keep(packing.patterns, packing.pattern_count, draft->pack,
		                       &patterns);
	places.patterns = patterns;
	if (status == STATUS_OK)
		status = pack_status(draft->pack);
	if (status == STATUS_OK)
		status = image_draft_copy(draft, "knowledge", &places, sizeof(places));
	free(packing.ids);
	free(packing.patterns);
	return status;
}

size_t knowledge_kept_prompt(const struct image_draft *draft, const struct knowledge *knowledge,
                             uint32_t row, const char *text)
{
	const struct strings *prompts = &knowledge->entries[row].prompts;
	const struct pack *pack = draft->pack;
	const uint64_t *places = NULL;
	for (size_t i = 0; i < draft->count && !places; i++)
		if (strcmp(draft->sections[i].name, "knowledge") == 0)
			places = draft->sections[i].items;
	if (!places)
		return 0;
	const size_t entries =
	        pack_target(pack, (size_t)places[0] + offsetof(struct knowledge, entries));
	const size_t items = pack_target(pack, entries + row * sizeof(struct entry) +
	                                               offsetof(struct entry, prompts.items));
	for (size_t i = 0; i < prompts->count; i++)
		if (prompts->items[i] == text)
			return pack_target(pack, items + i * sizeof(*prompts->items));
	return 0;
}

/* --- reading --- */

static enum status adopt_patterns(const struct image_file *file, size_t place,
                                  struct knowledge_memory *memory)
{
	size_t slot_count;
	struct pattern **slots = (struct pattern **)image_file_slots(file, &slot_count);
	return patterns_adopt(image_file_packed(file, place, PATTERNS_KEPT_SIZE), slots, slot_count,
	                      &memory->adopted);
}

enum status knowledge_adopt(const struct image_file *file, struct knowledge **out)
{
	const uint64_t *places = image_file_array(file, "knowledge", sizeof(*places), 3);
	*out = NULL;
	if (!places)
		return STATUS_INVALID;
	const struct knowledge *kept =
	        image_file_packed(file, (size_t)places[0], sizeof(struct knowledge));
	const struct table *ids = image_file_packed(file, (size_t)places[1], sizeof(*ids));
	if (!kept || !ids)
		return STATUS_INVALID;
	struct knowledge *knowledge = malloc(sizeof(*knowledge));
	struct knowledge_memory *memory = calloc(1, sizeof(*memory));
	if (!knowledge || !memory) {
		free(knowledge);
		free(memory);
		return STATUS_NO_MEMORY;
	}
	*knowledge = *kept;
	knowledge->memory = memory;
	memory->ids = *ids;
	const enum status status = adopt_patterns(file, (size_t)places[2], memory);
	if (status == STATUS_OK)
		*out = knowledge;
	else
		knowledge_destroy(knowledge);
	return status;
}

/*
 * The command opens the knowledge as every command does, gathers the facts (a JSON file, or a
 * record source), runs one diagnosis, and prints it as a reply, as JSON, or as an operator's
 * script. A record is read only after the reading has been committed to the audit.
 */
#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/day.h"
#include "base/file.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/script.h"
#include "office/journal/audit.h"
#include "office/records/source.h"

enum {
	KEY_FACTS = 0x100,
	KEY_TODAY,
	KEY_JSON,
	KEY_SCRIPT,
	KEY_RECORDS,
	KEY_ID_NUMBER,
	KEY_AUDIT,
	KEY_AUDIT_KEY,
	KEY_REASON,
	LOOK_UP_MS = 10000,
	AUDIT_BUSY_MS = 5000,
	WHO_BYTES = 64,
	FACTS_BYTES = 8 << 20,
	OUTPUT_CEILING = 4 << 20,
};

struct options {
	const char *config, *knowledge, *facts, *entry;
	const char *records;           /* a record source instead of facts */
	char *id_number;               /* as records have it: a final X is a capital */
	const char *audit, *audit_key; /* of reading it */
	const char *reason;            /* must be given */
	char today[DAY_SIZE];
	bool json, script;
};

static const struct argp_option option_table[] = {
	SETTINGS_OPTION,
	{ "knowledge", 'k', "DIR", 0,
	  N_("Knowledge folder (default: knowledge, else the one beside the program)"), 0 },
	{ "entry", 'e', "ID|NUMBER", 0, N_("The entry whose cases are judged"), 0 },
	{ "facts", KEY_FACTS, "FILE", 0, N_("Facts as JSON: an object of relation -> rows"), 0 },
	{ "records", KEY_RECORDS, "FILE", 0,
	  N_("Read the facts from this SQLite file of records (dayi records import)"), 0 },
	{ "id-number", KEY_ID_NUMBER, "N", 0, N_("With --records: whose record"), 0 },
	{ "reason", KEY_REASON, "TEXT", 0,
	  N_("With --records: why it is read, for the audit; it must be given"), 0 },
	{ "audit", KEY_AUDIT, "FILE", 0,
	  N_("With --records: the audit that the reading is written to (default: var/audit.db)"),
	  0 },
	{ "audit-key", KEY_AUDIT_KEY, "FILE", 0, N_("Its key (default: var/audit.key)"), 0 },
	{ "today", KEY_TODAY, "YYYY-MM-DD", 0, N_("The day to judge on (default: today in China)"),
	  0 },
	{ "json", KEY_JSON, NULL, 0, N_("Print the reply object instead of its text"), 0 },
	{ "script", KEY_SCRIPT, NULL, 0,
	  N_("Print what an operator looks up and asks, in which order"), 0 },
	{ 0 },
};

static bool is_blank(const char *text)
{
	return text[strspn(text, " \t\r\n")] == '\0';
}

/* What belongs together, and what does not. */
static void check_options(const struct options *options, struct argp_state *state)
{
	if (!options->entry)
		argp_error(state, "%s", _("--entry is missing: --entry 7, or --entry ID"));
	if (!options->records != !options->id_number)
		argp_error(state, "%s", _("--records and --id-number belong together"));
	if (options->records && (!options->reason || is_blank(options->reason)))
		argp_error(state, "%s",
		           _("--reason is missing: why is this person's record read? It is "
		             "written down in the audit, such as --reason '来电 1123 "
		             "咨询成绩'"));
	if (!options->records && options->reason)
		argp_error(state, "%s", _("--reason belongs to --records"));
	if (options->records && options->facts)
		argp_error(state, "%s", _("the facts come from --facts or from --records"));
}

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case 'k':
		options->knowledge = value;
		return 0;
	case 'e':
		options->entry = value;
		return 0;
	case KEY_FACTS:
		options->facts = value;
		return 0;
	case KEY_RECORDS:
		options->records = value;
		return 0;
	case KEY_ID_NUMBER:
		options->id_number = value;
		if (*value && value[strlen(value) - 1] == 'x')
			value[strlen(value) - 1] = 'X';
		return 0;
	case KEY_REASON:
		options->reason = value;
		return 0;
	case KEY_AUDIT:
		options->audit = value;
		return 0;
	case KEY_AUDIT_KEY:
		options->audit_key = value;
		return 0;
	case KEY_TODAY:
		read_today(value, options->today, state);
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case KEY_SCRIPT:
		options->script = true;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, _("too many arguments: %s"), value);
		return 0;
	case ARGP_KEY_END:
		check_options(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.doc = N_("Tells which cases of an entry apply to an applicant, why, and what to do.\v"
	          "A relation that FILE does not name is unknown; an empty list is known to be "
	          "empty. Without --facts nothing is known."),
};

static enum status read_facts(const char *file, struct faults *faults, struct facts *facts)
{
	struct buf text;
	buf_init(&text, FACTS_BYTES);
	enum status status = file_read(file, &text);
	if (status == STATUS_OK)
		status = facts_read_json(facts, buf_span(&text), file, faults);
	else
		faults_add(faults, FAULT_ERROR, file, 0, NULL, "cannot be read: %s",
		           file_failure(status));
	buf_deinit(&text);
	return status;
}

/* Records in the audit who reads whose record, before anything is read. */
static enum status audit_reading(const struct engine *engine, const struct options *options,
                                 const struct relations *among, struct faults *faults)
{
	const struct audit_settings settings = { options->audit, options->audit_key,
		                                 AUDIT_BUSY_MS };
	char who[WHO_BYTES], relations[RELATIONS_TEXT_SIZE];
	struct audit *audit = NULL;
	snprintf(who, sizeof(who), "operator:uid-%u", (unsigned)getuid());
	(void)record_relations_text(among, relations_recorded(among), relations);
	struct privacy_masked reason;
	enum status status = privacy_mask(engine->snapshot->privacy, span_of(options->reason), NULL,
	                                  engine->arena, &reason);
	if (status != STATUS_OK)
		return status;
	/* Masked or not, the text is terminated. */
	const struct audit_entry entry = { clock_wall_ms(&engine->clock), who, options->id_number,
		                           relations, reason.text.ptr };
	status = audit_open(&audit, &settings, faults);
	if (status == STATUS_OK) {
		status = audit_append(audit, &entry);
		if (status != STATUS_OK)
			faults_add(faults, FAULT_ERROR, options->audit, 0, NULL,
			           "the reading cannot be written down, so nothing is read: %s",
			           status_text(status));
	}
	audit_close(audit);
	return status;
}

/*
 * A mistyped ID number also gives verdicts: those of a person without a record. So say that nothing
 * was found.
 */
static void report_missing(const struct record_report *report, const struct facts *facts,
                           const char *file, struct faults *faults)
{
	const struct relations *relations = facts_relations(facts);
	size_t rows = 0;
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++) {
		rows += facts_rows(facts, i);
		if (report->relations[i] != RECORD_READ)
			faults_add(faults, FAULT_WARNING, file, 0,
			           relation_shape(relations, i)->name, "stays unknown: %s",
			           _(record_outcome_text(report->relations[i])));
	}
	if (report->unusable > 0)
		faults_add(faults, FAULT_WARNING, file, 0, NULL,
		           _N("%u value of another form, or no word, of its column is unknown",
		              "%u values of another form, or no word, of their column are unknown",
		              report->unusable),
		           report->unusable);
	if (rows == 0)
		faults_add(faults, FAULT_WARNING, file, 0, NULL,
		           "holds nothing about this ID number: is it the right one?");
}

static enum status read_record(const struct engine *engine, const struct options *options,
                               struct faults *faults, struct facts *facts)
{
	const struct record_settings settings = { .kind = "sqlite", .file = options->records };
	struct relations *relations = facts_relations(facts);
	struct record_source *source = NULL;
	struct record_report report;
	if (file_kind(options->records) != FILE_REGULAR) {
		faults_add(faults, FAULT_ERROR, options->records, 0, NULL, "there is no such file");
		return STATUS_NOT_FOUND;
	}
	enum status status = audit_reading(engine, options, relations, faults);
	if (status == STATUS_OK)
		status = record_source_create(&source, &settings, relations, NULL, engine->clock,
		                              faults);
	if (status != STATUS_OK)
		return status;
	record_source_read(source, options->id_number, relations_recorded(relations),
	                   clock_monotonic_us(&engine->clock) + LOOK_UP_MS * INT64_C(1000), facts,
	                   &report);
	report_missing(&report, facts, options->records, faults);
	record_source_destroy(source);
	return STATUS_OK;
}

static enum status print(struct engine *engine, const struct options *options,
                         const struct entry *entry, const struct facts *facts)
{
	struct reply reply;
	struct buf out;
	buf_init(&out, OUTPUT_CEILING);
	enum status status = turn_diagnose(engine->scratch, entry, facts, facts, options->today,
	                                   engine->arena, &reply);
	const struct reply_extras extras = { .today = options->today };
	if (status == STATUS_OK && options->script)
		script_write(engine->snapshot, &reply.diagnoses[0], &out);
	else if (status == STATUS_OK && options->json)
		status = reply_write_json(&reply, &extras, &out);
	else if (status == STATUS_OK)
		buf_append_text(&out, reply.text);
	if (status == STATUS_OK)
		status = buf_status(&out);
	if (status == STATUS_OK)
		puts(buf_text(&out));
	if (status == STATUS_OK && reply.diagnoses[0].failure)
		fprintf(stderr, _("dayi diagnose: a rule failed: %s\n"),
		        reply.diagnoses[0].failure);
	buf_deinit(&out);
	return status;
}

static int diagnose(struct engine *engine, struct options *options, struct faults *faults)
{
	const struct entry *entry = engine_find_entry(engine, options->entry);
	struct facts *facts = NULL;
	if (!entry) {
		fprintf(stderr, _("dayi diagnose: %s: no such entry; give its id or number\n"),
		        options->entry);
		return EXIT_USAGE;
	}
	if (!options->today[0])
		day_in_china(clock_wall_ms(&engine->clock), options->today);
	enum status status = facts_create(diagnoser_relations(engine->snapshot->diagnoser), &facts);
	if (status == STATUS_OK && options->facts)
		status = read_facts(options->facts, faults, facts);
	if (status == STATUS_OK && options->records)
		status = read_record(engine, options, faults, facts);
	faults_print(faults, stderr);
	if (status == STATUS_OK) {
		status = print(engine, options, entry, facts);
		if (status != STATUS_OK)
			(void)engine_fail(_("diagnosing"), status);
	}
	facts_destroy(facts);
	return exit_of(status);
}

int cli_diagnose(int argc, char **argv)
{
	struct options options = { 0 };
	char audit[PLACE_SIZE], key[PLACE_SIZE];
	struct named_settings named = { 0 };
	struct engine engine = { 0 };
	struct faults *faults = NULL;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) != 0)
		return EXIT_USAGE;
	if (faults_create(&faults) != STATUS_OK)
		return engine_fail(_("starting"), STATUS_NO_MEMORY);
	int result = engine_open_named(&engine, &named, options.config, options.knowledge);
	if (!options.audit)
		options.audit =
		        named.given ? named.config.audit.file : place_state("audit.db", audit);
	if (!options.audit_key)
		options.audit_key =
		        named.given ? named.config.audit.key_file : place_state("audit.key", key);
	if (result == EXIT_DONE)
		result = diagnose(&engine, &options, faults);
	engine_close(&engine);
	faults_destroy(faults);
	named_settings_close(&named);
	return result;
}

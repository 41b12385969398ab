#include <argp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "engine/dialogue/receipt.h"
#include "office/journal/lookup.h"
#include "store/store.h"

enum { KEY_JSON = 0x100, BUSY_MS = 5000, TEXT_MOST = 256 };

struct options {
	const char *journal, *knowledge, *config;
	char receipt[RECEIPT_SIZE];
	bool json;
};

static const struct argp_option option_table[] = {
	{ "journal", 'j', "FILE", 0,
	  N_("The journal, or the URL of the PostgreSQL that holds it (default: var/journal.db, "
	     "else the one beside the program)"),
	  0 },
	{ "knowledge", 'k', "DIR", 0,
	  N_("Knowledge folder (default: knowledge, else the one beside the program)"), 0 },
	SETTINGS_OPTION,
	{ "json", KEY_JSON, NULL, 0, N_("Print an object a line instead"), 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'j':
		options->journal = value;
		return 0;
	case 'k':
		options->knowledge = value;
		return 0;
	case 'c':
		options->config = value;
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			argp_error(state, "%s", _("one receipt at a time"));
		if (!receipt_parse(value, options->receipt))
			argp_error(state, _("not a receipt such as A7KQ-2M9X: %s"), value);
		return 0;
	case ARGP_KEY_NO_ARGS:
		argp_error(state, "%s", _("no receipt: dayi receipt A7KQ-2M9X"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.args_doc = "XXXX-XXXX",
	.doc = N_("Shows what was answered under a receipt (凭证号): the question as it is kept, "
	          "with personal data masked, the entry, the case, when, and by which version of "
	          "the knowledge.\v"
	          "The journal is only read, also while a server writes it. Exit status 1 when "
	          "nothing was answered under that receipt."),
};

/* What to print, and from what. */
struct show {
	const struct options *options;
	const struct knowledge *knowledge; /* NULL: could not be read */
};

/* Codes of the journal, which are translated for people. */
static const char *const codes[] = {
	N_("answer"),  N_("choose"), N_("ask"),  N_("decline"), N_("smalltalk"),
	N_("handoff"), N_("web"),    N_("http"), N_("up"),      N_("down"),
};

static const char *in_words(const char *code)
{
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (strcmp(codes[i], code) == 0)
			return _(codes[i]);
	return code;
}

static void print_time(int64_t at_ms)
{
	char text[CHINA_TIME_SIZE];

	china_time_write(at_ms, text);
	printf(_("when:      %s\n"), text);
}

/* The next word, separated by blanks. */
static struct span next_word(struct span *rest)
{
	const char *end = memchr(rest->ptr, ' ', rest->len);
	const struct span word = { rest->ptr, end ? (size_t)(end - rest->ptr) : rest->len };

	rest->ptr += word.len + (end != NULL);
	rest->len -= word.len + (end != NULL);
	return word;
}

static void print_entries(const struct show *show, const struct journal_turn *turn)
{
	struct span entries = turn->entries, cases = turn->cases;

	while (entries.len > 0) {
		const struct span id = next_word(&entries), one = next_word(&cases);
		const struct entry *entry = NULL;
		char text[TEXT_MOST];

		snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(id));
		if (show->knowledge)
			entry = knowledge_find(show->knowledge, text);
		printf(strcmp(turn->outcome, "answer") == 0 ? _("answered:  %s")
		                                            : _("offered:   %s"),
		       text);
		if (entry && entry->number > 0)
			printf(_(" (no. %d)"), entry->number);
		if (entry && entry->question[0])
			printf(" %s", entry->question);
		if (one.len > 0 && !span_equal(one, span_of("-")))
			printf(_("; case %.*s"), SPAN_ARGS(one));
		putchar('\n');
	}
}

static void print_knowledge(const struct show *show, const struct journal_turn *turn)
{
	const bool same = show->knowledge && strcmp(show->knowledge->version, turn->knowledge) == 0;

	printf(_("knowledge: %s\n"), turn->knowledge);
	if (show->knowledge && !same)
		printf(_("           %s is another version (%s): numbers and questions above are "
		         "those of that one. It has changed since, or another folder is meant: "
		         "--knowledge or --config\n"),
		       show->options->knowledge, show->knowledge->version);
}

static void print_turn(const struct show *show, const struct journal_turn *turn,
                       const struct journal_rating *rating)
{
	printf(_("receipt:   %s\n"), turn->receipt);
	print_time(turn->at_ms);
	printf(_("channel:   %s\n"), in_words(turn->channel));
	printf(_("question:  "));
	print_plain(turn->question);
	putchar('\n');
	printf(_("outcome:   %s"), in_words(turn->outcome));
	if (turn->reason)
		printf(" (%s)", turn->reason);
	if (turn->topic)
		printf(" %s", turn->topic);
	putchar('\n');
	print_entries(show, turn);
	if (turn->entries.len > 0)
		printf(_("confidence: %.2f\n"), turn->confidence);
	print_knowledge(show, turn);
	if (!rating->value)
		return;
	printf(_("rated:     %s "), in_words(rating->value));
	print_plain(rating->reason);
	putchar('\n');
}

static void add_span(cJSON *object, const char *name, struct span text)
{
	char *copy = strndup(text.ptr, text.len);

	cJSON_AddItemToObject(object, name,
	                      copy && text.len > 0 ? cJSON_CreateString(copy) : cJSON_CreateNull());
	free(copy);
}

static void add_text(cJSON *object, const char *name, const char *text)
{
	add_span(object, name, span_of(text ? text : ""));
}

static void print_json(const struct journal_turn *turn, const struct journal_rating *rating)
{
	cJSON *object = cJSON_CreateObject();
	char *text;

	add_text(object, "receipt", turn->receipt);
	cJSON_AddNumberToObject(object, "at_ms", (double)turn->at_ms);
	add_text(object, "channel", turn->channel);
	add_span(object, "question", turn->question);
	add_text(object, "outcome", turn->outcome);
	add_text(object, "reason", turn->reason);
	add_text(object, "topic", turn->topic);
	add_span(object, "entries", turn->entries);
	add_span(object, "cases", turn->cases);
	add_span(object, "verdicts", turn->verdicts);
	cJSON_AddNumberToObject(object, "confidence", turn->confidence);
	add_text(object, "knowledge", turn->knowledge);
	add_text(object, "rating", rating->value);
	add_span(object, "rating_reason", rating->reason);
	text = cJSON_PrintUnformatted(object);
	if (text)
		puts(text);
	cJSON_free(text);
	cJSON_Delete(object);
}

static void show_turn(void *context, const struct journal_turn *turn,
                      const struct journal_rating *rating)
{
	const struct show *show = context;

	if (show->options->json)
		print_json(turn, rating);
	else
		print_turn(show, turn, rating);
}

int cli_receipt(int argc, char **argv)
{
	struct options options = { 0 };
	struct named_settings named;
	char journal[PLACE_SIZE], folder[PLACE_SIZE], problem[STORE_PROBLEM_SIZE];
	char name[STORE_NAME_SIZE];
	struct knowledge *knowledge = NULL;
	struct show show = { &options, NULL };
	enum status status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	status = named_settings_open(&named, options.config);
	if (status != STATUS_OK)
		goto cleanup;
	if (!options.journal)
		options.journal = named.given ? named.config.journal.file
		                              : place_state("journal.db", journal);
	if (!options.knowledge && !options.json)
		status = named_knowledge(&named, &options.knowledge);
	if (status != STATUS_OK)
		goto cleanup;
	if (!options.knowledge)
		options.knowledge = place_find(&place_knowledge, folder);
	/* Without the knowledge, only ids are shown. */
	if (!options.json && knowledge_load(options.knowledge, NULL, &knowledge) != STATUS_OK)
		knowledge = NULL;
	show.knowledge = knowledge;
	status = journal_look_up(options.journal, BUSY_MS, options.receipt, show_turn, &show,
	                         problem);
	if (problem[0])
		fprintf(stderr, "dayi receipt: %s: %s\n", store_name(options.journal, name),
		        problem);
	else if (status == STATUS_NOT_FOUND)
		fprintf(stderr, _("dayi receipt: nothing was answered under %s in %s\n"),
		        options.receipt, store_name(options.journal, name));
cleanup:
	knowledge_destroy(knowledge);
	named_settings_close(&named);
	return exit_of(status);
}

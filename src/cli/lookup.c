#include <argp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/language.h"
#include "channels/lookup_json.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "service/lookup.h"

enum { KEY_JSON = 0x100, OUTPUT_CEILING = 4 << 20 };

struct options {
	const char *knowledge, *config, *entry;
	bool json;
	struct buf text;
};

static const struct argp_option option_table[] = {
	{ "knowledge", 'k', "DIR", 0,
	  N_("Knowledge folder (default: knowledge, else the one beside the program)"), 0 },
	SETTINGS_OPTION,
	{ "entry", 'e', "ID|NUMBER", 0,
	  N_("Instead of a search, this entry with its copies and script, as JSON"), 0 },
	{ "json", KEY_JSON, NULL, 0, N_("Print what the console is sent"), 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'k':
		options->knowledge = value;
		return 0;
	case 'c':
		options->config = value;
		return 0;
	case 'e':
		options->entry = value;
		return 0;
	case KEY_JSON:
		options->json = true;
		return 0;
	case ARGP_KEY_ARG:
		if (state->arg_num > 0)
			buf_append_char(&options->text, ' ');
		buf_append_text(&options->text, value);
		return 0;
	case ARGP_KEY_END:
		if (!options->entry && state->arg_num == 0)
			argp_error(state, "%s", _("nothing to look up: dayi lookup wbj"));
		if (options->entry && state->arg_num > 0)
			argp_error(state, "%s", _("--entry is no search"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = option_table,
	.parser = parse,
	.args_doc = "TEXT...",
	.doc = N_(
	        "Searches the entries as an operator does on the console: by words and their "
	        "beginnings, pinyin, initials, entry number (7, 第7条情形2) and popup text.\v"
	        "What matched stands between [ and ]. Internal notes are searched and shown: this "
	        "command is for the office."),
};

/* A line of its own. */
static void print_pieces(const char *before, const struct lookup_pieces *pieces)
{
	fputs(before, stdout);
	for (size_t i = 0; i < pieces->count; i++) {
		if (i % 2 == 1)
			putchar('[');
		print_plain(span_of(pieces->items[i]));
		if (i % 2 == 1)
			putchar(']');
	}
	putchar('\n');
}

static const char *why_in_words(enum lookup_why why)
{
	static const char *const words[] = {
		[LOOKUP_BY_NUMBER] = N_("its number"),
		[LOOKUP_BY_PROMPT] = N_("popup"),
		[LOOKUP_BY_PATTERN] = N_("pattern"),
		[LOOKUP_BY_SEARCH] = N_("the question's words"),
		[LOOKUP_BY_WORDS] = N_("words"),
		[LOOKUP_BY_PINYIN] = N_("pinyin"),
		[LOOKUP_BY_INITIALS] = N_("initials"),
	};
	return _(words[why]);
}

static const char *part_in_words(enum lookup_part part)
{
	static const char *const words[LOOKUP_PART_COUNT] = {
		[LOOKUP_QUESTION] = N_("question"),      [LOOKUP_PROMPT] = N_("popup"),
		[LOOKUP_ALSO] = N_("alternate"),         [LOOKUP_SITUATION] = N_("situation"),
		[LOOKUP_ADVICE] = N_("advice"),          [LOOKUP_ANSWER] = N_("its answer"),
		[LOOKUP_INTERNAL] = N_("for operators"), [LOOKUP_NOTE] = N_("editor's note"),
	};
	return _(words[part]);
}

static void print_result(const struct lookup_result *result)
{
	char number[16] = "–";
	if (result->entry->number > 0)
		snprintf(number, sizeof(number), "%d", result->entry->number);
	printf("%4s  ", number);
	print_pieces("", &result->question);
	printf("      %s", why_in_words(result->why));
	if (result->confidence >= 0)
		printf(_("; confidence %.2f"), result->confidence);
	if (result->named_case)
		printf("; %s", result->named_case->label);
	putchar('\n');
	if (result->text.count == 0)
		return;
	printf("      %s%s%s", result->of ? result->of->label : "", result->of ? " " : "",
	       part_in_words(result->part));
	print_pieces(": ", &result->text);
}

static void print_answer(const struct lookup_answer *answer)
{
	if (answer->receipt[0])
		printf(_("a receipt: dayi receipt %s\n"), answer->receipt);
	for (size_t i = 0; i < answer->count; i++)
		print_result(&answer->results[i]);
}

static enum status look_up(struct engine *engine, const struct options *options, struct buf *out)
{
	struct lookup_answer answer;
	const struct span typed = buf_span(&options->text);
	enum status status = lookup_run(engine->scratch, typed, engine->arena, &answer);
	if (status == STATUS_OK && options->json)
		status = lookup_write_answer(engine->snapshot->knowledge, typed, &answer, out);
	else if (status == STATUS_OK && answer.count == 0 && !answer.receipt[0])
		status = STATUS_NOT_FOUND;
	else if (status == STATUS_OK)
		print_answer(&answer);
	if (status == STATUS_NOT_FOUND)
		fprintf(stderr, "%s\n", _("dayi lookup: nothing found"));
	return status;
}

static enum status show_entry(struct engine *engine, const char *name, struct buf *out)
{
	const struct entry *entry = engine_find_entry(engine, name);
	if (!entry) {
		fprintf(stderr, _("dayi lookup: %s: no such entry; give its id or number\n"), name);
		return STATUS_NOT_FOUND;
	}
	struct lookup_entry shown;
	const enum status status = lookup_show(engine->snapshot, entry->id, engine->arena, &shown);
	return status == STATUS_OK ? lookup_write_entry(&shown, out) : status;
}

int cli_lookup(int argc, char **argv)
{
	struct options options = { 0 };
	struct named_settings named = { 0 };
	struct engine engine = { 0 };
	struct buf out;
	buf_init(&options.text, LOOKUP_TYPED_MOST + 1);
	buf_init(&out, OUTPUT_CEILING);
	int result = EXIT_USAGE;
	if (argp_parse(&argp, argc, argv, 0, NULL, &options) == 0)
		result = engine_open_named(&engine, &named, options.config, options.knowledge);
	if (result == EXIT_DONE) {
		const enum status status = options.entry ? show_entry(&engine, options.entry, &out)
		                                         : look_up(&engine, &options, &out);
		if (status == STATUS_OK && out.len > 0)
			puts(buf_text(&out));
		else if (status != STATUS_OK && status != STATUS_NOT_FOUND)
			(void)engine_fail(_("looking up"), status);
		result = exit_of(status);
	}
	engine_close(&engine);
	named_settings_close(&named);
	buf_deinit(&options.text);
	buf_deinit(&out);
	return result;
}

#include "cli/cli.h"

#include <argp.h>
#include <malloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/fault.h"
#include "base/language.h"
#include "base/log.h"
#include "cli/engine.h"
#include "host/config/config.h"
#include "host/net/ip.h"
#include "host/net/origin_hint.h"
#include "host/serve/server.h"
#include "store/store.h"

enum {
	KEY_CHECK = 256,
	KEY_PRINT,
	ARENA_BYTES = 1024 * 1024,
	BLOCK_BYTES = 32 * 1024, /* from which on a block is mapped by itself */
};

struct options {
	const char *config;
	const char *knowledge;
	long port; /* -1: as configured */
	bool check;
	bool print, print_markdown;
};

static const struct argp_option argp_options[] = {
	{ "config", 'c', "FILE", 0, N_("Read the settings from FILE"), 0 },
	{ "knowledge", 'k', "DIR", 0, N_("Serve this knowledge folder"), 0 },
	{ "port", 'p', "N", 0, N_("Listen on this port; 0 takes any free one"), 0 },
	{ "check-config", KEY_CHECK, NULL, 0,
	  N_("Check the settings, print the address of the page, and end"), 0 },
	{ "print-config", KEY_PRINT, "markdown", OPTION_ARG_OPTIONAL,
	  N_("Print a commented file with every setting and its default, or a Markdown table of "
	     "them, "
	     "and end"),
	  0 },
	{ 0 },
};

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case 'k':
		options->knowledge = value;
		return 0;
	case 'p':
		if (!read_number(value, 0, 65535, &options->port))
			argp_error(state, _("not a port: %s"), value);
		return 0;
	case KEY_CHECK:
		options->check = true;
		return 0;
	case KEY_PRINT:
		options->print = true;
		options->print_markdown = value && strcmp(value, "markdown") == 0;
		if (value && !options->print_markdown)
			argp_error(state, "%s", _("--print-config takes nothing or =markdown"));
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s", _("too many arguments"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.doc = N_("Serve the chat page, the WebSocket and the HTTP interface.\v"
	          "SIGHUP reloads the knowledge; SIGTERM lets the conversations end; a second one "
	          "ends "
	          "at once."),
};

/* Reports all faults in one run, by line: of the file, of its values, and of what they name. */
static enum status load(const struct options *options, struct arena *arena, struct faults *faults,
                        struct config *config)
{
	const struct config_given given = { options->config, options->knowledge, options->port };
	enum status status = config_load(&given, arena, faults, config);
	enum status files;

	if (status != STATUS_OK && status != STATUS_INVALID)
		return status;
	if (config_check(config, faults) != STATUS_OK)
		status = STATUS_INVALID;
	files = config_check_files(config, faults);
	if (status == STATUS_OK)
		status = files;
	/* A start tries it by itself. */
	if (status == STATUS_OK && options->check)
		status = config_check_reach(config, faults);
	faults_sort(faults);
	return status;
}

/* Prints the address of the page. For a wildcard it is this machine's own; port 0 has none. */
static void print_address(const struct config *config)
{
	const char *host = config->server.host;
	struct ip ip;

	if (config->server.port == 0)
		return;
	if (ip_parse(span_of(host), &ip) && ip_is_any(&ip))
		host = "127.0.0.1";
	printf(strchr(host, ':') ? "http://[%s]:%ld/\n" : "http://%s:%ld/\n", host,
	       (long)config->server.port);
}

/* Says what to list under http.origins if other computers cannot ask yet. */
static void print_origin_hint(const struct config *config)
{
	const struct origin_policy policy = { .listed = config->http.origins,
		                              .host = config->server.host,
		                              .port = (int)config->server.port };
	char list[ORIGIN_HINT_SIZE];
	const char *hint = origin_hint(&policy, list);

	if (hint)
		printf("%s\n[http]\norigins = %s\n", hint, list);
}

/* A source that is away keeps no server from starting, so it is not tried. */
static void print_not_tried(const struct config *config)
{
	if (strcmp(config->record.kind, "postgresql") == 0)
		puts(_("not tried: whether record.connect can be reached"));
}

static enum status serve(const struct config *config)
{
	const struct clock clock = clock_system();
	struct log *log;
	enum status status = log_create(&log, stderr, config_log_level(config), clock);

	if (status != STATUS_OK)
		return status;
	status = server_run(config, log, clock);
	log_destroy(log);
	return status;
}

static enum status run(const struct options *options)
{
	struct arena *arena = NULL;
	struct faults *faults = NULL;
	struct config config;
	enum status status = arena_create(&arena, ARENA_BYTES);

	if (status == STATUS_OK)
		status = faults_create(&faults);
	if (status == STATUS_OK) {
		status = load(options, arena, faults, &config);
		faults_print(faults, stderr);
	}
	if (status == STATUS_OK && options->check) {
		puts(_("configuration is sound"));
		print_address(&config);
		print_origin_hint(&config);
		print_not_tried(&config);
	} else if (status == STATUS_OK) {
		status = serve(&config);
	}
	faults_destroy(faults);
	arena_destroy(arena);
	return status;
}

static void print_config(bool markdown)
{
	size_t count;
	const struct setting *table = config_table(&count);

	settings_print(table, count, markdown, stdout);
}

int cli_serve(int argc, char **argv)
{
	struct options options = { .port = -1 };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	if (options.print) {
		print_config(options.print_markdown);
		return EXIT_DONE;
	}
	store_take_pages_singly();
	/*
	 * A block of the heap takes up pages that were used before, even for a table that stays
	 * empty; a mapped one takes up only what is written. glibc would raise this limit when the
	 * first large block is freed.
	 */
	(void)mallopt(M_MMAP_THRESHOLD, BLOCK_BYTES);
	return exit_of(run(&options));
}

/*
 * How it works: `dayi key` opens the store of keys beside the accounts, does one thing in it, and
 * writes that to the audit. The server reads the keys anew every few seconds. A new key is printed
 * once and kept as a hash.
 */
#include <argp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "host/config/config.h"
#include "office/identity/key.h"
#include "office/journal/audit.h"

enum { OPTION_DAYS = 256, OPTION_RATE, DAYS_MOST = 36500, RATE_USUAL = 10 };

static const size_t arena_bytes = (size_t)1024 * 1024;

struct key_action;

struct options {
	const char *config, *name, *scopes;
	const struct key_action *action;
	long days; /* 0: no end */
	long rate;
};

struct work {
	const struct options *options;
	const struct config *config;
	struct keys_store *store;
	int64_t now_ms;
};

static enum status add(struct work *work);
static enum status list(struct work *work);
static enum status revoke_key(struct work *work);

static const struct key_action {
	const char *name;
	enum status (*run)(struct work *work);
	int arguments;
	const char *audited; /* NULL: it changes nothing */
} actions[] = {
	{ "add", add, 2, "@key_added" },
	{ "list", list, 0, NULL },
	{ "revoke", revoke_key, 1, "@key_revoked" },
};
enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

/* --- the command line --- */

static const struct argp_option argp_options[] = {
	{ "config", 'c', "FILE", 0, N_("Read the settings from FILE, as `dayi serve` does"), 0 },
	{ "days", OPTION_DAYS, "N", 0, N_("add: the key ends after N days (default: it does not)"),
	  0 },
	{ "rate", OPTION_RATE, "N", 0, N_("add: messages a second that it may send (default 10)"),
	  0 },
	{ 0 },
};

static void take_argument(struct options *options, const char *value, struct argp_state *state)
{
	if (state->arg_num == 0) {
		for (size_t i = 0; i < ACTIONS; i++)
			if (strcmp(value, actions[i].name) == 0)
				options->action = &actions[i];
		if (!options->action)
			argp_error(state, _("no such action: %s"), value);
	} else if ((int)state->arg_num > options->action->arguments) {
		argp_error(state, "%s", _("too many arguments"));
	} else if (state->arg_num == 1) {
		options->name = value;
	} else {
		options->scopes = value;
	}
}

static void check_arguments(const struct options *options, struct argp_state *state)
{
	if (!options->action)
		argp_error(state, "%s", _("an action is missing, such as add or list"));
	else if (options->action->arguments > 0 &&
	         (!options->name || !key_name_is_fit(options->name)))
		argp_error(state, "%s",
		           _("the name of the key is missing or wrong: 1 to 32 of a-z, 0-9, - and "
		             "_, a letter or digit first"));
	else if (options->action->arguments > 1 &&
	         (!options->scopes || !key_scopes_read(options->scopes)))
		argp_error(state, "%s",
		           _("the scopes are missing or wrong: ask, group, events, separated by "
		             "commas"));
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case OPTION_DAYS:
		if (!read_number(value, 1, DAYS_MOST, &options->days))
			argp_error(state, _("not a number of days: %s"), value);
		return 0;
	case OPTION_RATE:
		if (!read_number(value, 1, KEY_RATE_MOST, &options->rate))
			argp_error(state, _("not a rate: %s"), value);
		return 0;
	case ARGP_KEY_ARG:
		take_argument(options, value, state);
		return 0;
	case ARGP_KEY_END:
		check_arguments(options, state);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = N_("add NAME SCOPES\nlist\nrevoke NAME"),
	.doc = N_(
	        "Make, list and revoke the keys of programs that ask over the HTTP interface.\v"
	        "SCOPES are ask (for one person), group (where others read along) and events (what "
	        "an operator says), separated by commas. add prints the key, which is shown only "
	        "this once. A running server knows of a change within ten seconds. Everything but "
	        "list is written to the audit."),
};

/* --- the actions --- */

static enum status complain(const char *what)
{
	fprintf(stderr, "dayi key: %s\n", what);
	return STATUS_INVALID;
}

static bool random_bytes(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static enum status add(struct work *work)
{
	const struct options *options = work->options;
	struct key key = {
		.scopes = key_scopes_read(options->scopes),
		.rate = options->rate,
		.made_ms = work->now_ms,
		.until_ms = options->days ? work->now_ms + options->days * INT64_C(86400000) : 0,
	};
	char token[KEY_TOKEN_SIZE];
	enum status status;

	(void)snprintf(key.name, sizeof(key.name), "%s", options->name);
	status = keys_add(work->store, &key, random_bytes, token);
	if (status == STATUS_INVALID)
		return complain(_("there is a key of that name; revoke it first"));
	if (status == STATUS_OK) {
		puts(token);
		fputs(_("The key is shown only this once. It counts within ten seconds.\n"),
		      stderr);
	}
	explicit_bzero(token, sizeof(token));
	return status;
}

static void print_day(int64_t at_ms)
{
	char day[DAY_SIZE];

	day_in_china(at_ms, day);
	fputs(day, stdout);
}

struct printing {
	int64_t now_ms;
	size_t count;
};

static enum status print_key(void *context, const struct key *key)
{
	struct printing *printing = context;
	bool first = true;

	printf("%s\t", key->name);
	for (size_t i = 0; i < KEY_SCOPES; i++) {
		if (!(key->scopes & 1U << i))
			continue;
		printf("%s%s", first ? "" : ",", key_scope_name(i));
		first = false;
	}
	putchar('\t');
	printf(_("%lld/s"), (long long)key->rate);
	putchar('\t');
	print_day(key->made_ms);
	putchar('\t');
	if (key->until_ms != 0)
		print_day(key->until_ms);
	puts(key->until_ms == 0                  ? _("no end")
	     : key->until_ms <= printing->now_ms ? _(" (ended)")
	                                         : "");
	printing->count++;
	return STATUS_OK;
}

static enum status list(struct work *work)
{
	struct printing printing = { .now_ms = work->now_ms };
	enum status status = STATUS_OK;

	fputs(_("name\tscopes\trate\tmade\tends\n"), stderr);
	if (work->store)
		status = keys_list(work->store, print_key, &printing);

	if (status == STATUS_OK)
		fprintf(stderr, _N("%zu key\n", "%zu keys\n", printing.count), printing.count);
	return status;
}

static enum status revoke_key(struct work *work)
{
	const enum status status =
	        work->store ? keys_revoke(work->store, work->options->name) : STATUS_NOT_FOUND;

	return status == STATUS_NOT_FOUND ? complain(_("there is no key of that name")) : status;
}

/* --- all of it --- */

/* Only `add` makes a store. */
static enum status open_store(struct work *work)
{
	char url[PLACE_SIZE], problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	struct store_settings settings = {
		.url = url,
		.busy_ms = work->config->console.busy_ms,
		.read_only = work->options->action->run == list,
	};
	enum status status;

	if (!keys_store_url(work->config->console.store, url))
		return STATUS_LIMIT;
	status = keys_store_open(&work->store, &settings, problem);
	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status != STATUS_OK)
		fprintf(stderr, "dayi key: %s: %s\n", store_name(url, name), problem);
	return status;
}

static enum status write_audit(const struct work *work, struct audit *audit)
{
	const struct options *options = work->options;
	char who[48], why[192], name[STORE_NAME_SIZE];
	const struct audit_entry entry = {
		.at_ms = work->now_ms,
		.who = who,
		.id_number = options->name,
		.relations = options->action->audited,
		.why = why,
	};
	enum status status;

	(void)snprintf(who, sizeof(who), "operator:uid-%u", (unsigned)getuid());
	(void)snprintf(why, sizeof(why), "dayi key: %s%s%s", options->name,
	               options->scopes ? ", " : "", options->scopes ? options->scopes : "");
	status = audit_append(audit, &entry);
	if (status != STATUS_OK)
		fprintf(stderr, "dayi key: %s: %s\n", store_name(work->config->audit.file, name),
		        status_text(status));
	return status;
}

static enum status act(void *context, const struct config *config, struct arena *arena,
                       struct faults *faults)
{
	struct work *work = context;
	const struct key_action *action = work->options->action;
	struct audit *audit = NULL;
	enum status status;

	(void)arena;
	work->config = config;
	status = open_store(work);
	if (status == STATUS_OK && action->audited)
		status = audit_open(&audit, &work->config->audit, faults);
	if (status == STATUS_OK)
		status = action->run(work);
	if (status == STATUS_OK && action->audited)
		status = write_audit(work, audit);
	audit_close(audit);
	keys_store_close(work->store);
	return status;
}

static enum status run(const struct options *options)
{
	const struct clock clock = clock_system();
	struct work work = { .options = options, .now_ms = clock_wall_ms(&clock) };
	const struct with_settings with = { .file = options->config,
		                            .arena_bytes = arena_bytes,
		                            .doing = _("keys"),
		                            .invalid_is_told = true,
		                            .act = act,
		                            .context = &work };

	return with_settings(&with);
}

int cli_key(int argc, char **argv)
{
	struct options options = { .rate = RATE_USUAL };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	return exit_of(run(&options));
}

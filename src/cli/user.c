/*
 * How it works: the configuration says where accounts and audit are, as for `dayi serve`. An action
 * is a row of a table: what it needs, what it does, and the name of its row in the audit, which is
 * opened first, so that nothing is done that cannot be audited. A password is read from the
 * terminal without showing it, twice, or else as one line of standard input; never from the command
 * line, which other users of the machine can see.
 */
#include <argp.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "host/config/config.h"
#include "host/net/ip.h"
#include "office/identity/account_locks.h"
#include "office/identity/accounts.h"
#include "office/identity/may.h"
#include "office/journal/audit.h"

enum { KEY_NO_PASSWORD = 256, ARENA_BYTES = 1024 * 1024, LINE_BYTES = 4096 };

struct user_action;

struct options {
	const char *config;
	long port; /* -1: as configured */
	const struct user_action *action;
	const char *name;
	const char *roles;
	bool no_password;
};

/* What an action works with. */
struct work {
	const struct options *options;
	const struct config *config;
	struct accounts *accounts;
	struct audit *audit;
	struct account account; /* that is named; of `add`, the new one */
	int64_t now_ms;
	unsigned roles;
};

static enum status add(struct work *work);
static enum status list(struct work *work);
static enum status set_password(struct work *work);
static enum status set_roles(struct work *work);
static enum status disable(struct work *work);
static enum status enable(struct work *work);
static enum status remove_account(struct work *work);
static enum status make_link(struct work *work);
static enum status reset_totp(struct work *work);
static enum status unlock(struct work *work);

static const struct user_action {
	const char *name;
	enum status (*run)(struct work *work);
	bool named;    /* of one account */
	bool roles;    /* takes them */
	bool existing; /* the account must be there */
	const char *audited;
} actions[] = {
	{ "add", add, true, true, false, "@account_added" },
	{ "list", list, false, false, false, NULL },
	{ "passwd", set_password, true, false, true, "@account_password" },
	{ "roles", set_roles, true, true, true, "@account_roles" },
	{ "disable", disable, true, false, true, "@account_disabled" },
	{ "enable", enable, true, false, true, "@account_enabled" },
	{ "remove", remove_account, true, false, true, "@account_removed" },
	{ "link", make_link, true, false, true, "@account_link" },
	{ "totp-reset", reset_totp, true, false, true, "@account_totp_reset" },
	{ "unlock", unlock, true, false, false, "@account_unlocked" },
};
enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

/* --- the command line --- */

static const struct argp_option argp_options[] = {
	{ "config", 'c', "FILE", 0, N_("Read the settings from FILE, as `dayi serve` does"), 0 },
	{ "port", 'p', "N", 0,
	  N_("link: the port that the server listens on, if not as configured"), 0 },
	{ "no-password", KEY_NO_PASSWORD, NULL, 0,
	  N_("add: set none; a link signs in until the person sets one"), 0 },
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
	} else if (state->arg_num == 1 && options->action->named) {
		options->name = value;
	} else if (state->arg_num == 2 && options->action->roles) {
		options->roles = value;
	} else {
		argp_error(state, "%s", _("too many arguments"));
	}
}

static void check_arguments(const struct options *options, struct argp_state *state)
{
	if (!options->action)
		argp_error(state, "%s", _("an action is missing, such as add or list"));
	else if (options->action->named && !options->name)
		argp_error(state, "%s", _("the name of the account is missing"));
	else if (options->action->roles && (!options->roles || !roles_read(options->roles)))
		argp_error(state, "%s",
		           _("the roles are missing or wrong: operator, editor, reviewer, "
		             "administrator, separated by commas"));
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case 'c':
		options->config = value;
		return 0;
	case 'p':
		if (!read_number(value, 1, 65535, &options->port))
			argp_error(state, _("not a port: %s"), value);
		return 0;
	case KEY_NO_PASSWORD:
		options->no_password = true;
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
	.args_doc = N_("add NAME ROLES\nlist\npasswd NAME\nroles NAME ROLES\ndisable NAME\n"
	               "enable NAME\nremove NAME\nlink NAME\ntotp-reset NAME\nunlock NAME|ADDRESS"),
	.doc = N_("Make and change the accounts of those who sign in to the console.\v"
	          "ROLES are operator, editor, reviewer and administrator, separated by commas. A "
	          "password is asked for at the terminal, or read as one line of standard input. "
	          "unlock forgets the failed sign-ins that lock a name or an IP address. "
	          "Everything but list is written to the audit; the server need not be stopped."),
};

/* --- a password --- */

/* A line without its end. False at the end of the input, and where it is too long. */
static bool read_line(char line[LINE_BYTES])
{
	size_t len;

	if (!fgets(line, LINE_BYTES, stdin))
		return false;
	len = strcspn(line, "\r\n");
	if (line[len] == '\0' && !feof(stdin))
		return false;
	line[len] = '\0';
	return true;
}

/* Signals wait meanwhile, so that no terminal is left that does not show what is typed. */
static bool read_hidden(const char *prompt, char line[LINE_BYTES])
{
	struct termios shown, hidden;
	sigset_t all, before;
	bool read = false;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return false;
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	fputs(prompt, stderr);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0) {
		read = read_line(line);
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
		fputc('\n', stderr);
	}
	sigprocmask(SIG_SETMASK, &before, NULL);
	return read;
}

static enum status complain(const char *what)
{
	fprintf(stderr, "dayi user: %s\n", what);
	return STATUS_INVALID;
}

static enum status read_password(const char *name, char password[LINE_BYTES])
{
	char again[LINE_BYTES] = "";
	enum status status = STATUS_OK;

	if (!isatty(STDIN_FILENO)) {
		if (!read_line(password))
			status = complain(_("no password: one line of standard input is expected"));
	} else if (!read_hidden(_("Password: "), password) ||
	           !read_hidden(_("Once more: "), again)) {
		status = complain(_("no password was read"));
	} else if (strcmp(password, again) != 0) {
		status = complain(_("the two are not the same"));
	}
	explicit_bzero(again, sizeof(again));
	if (status == STATUS_OK && !password_is_fit(span_of(password), span_of(name)))
		status = complain(_("the password is too simple: 10 characters at least, not one "
		                    "alone over and over, and without the account's name"));
	return status;
}

/* --- the actions --- */

static enum status set_new_password(struct work *work)
{
	char password[LINE_BYTES];
	enum status status = read_password(work->account.name, password);

	if (status == STATUS_OK)
		status = accounts_set_password(work->accounts, work->account.id, span_of(password));
	explicit_bzero(password, sizeof(password));
	return status;
}

/* Where operators open the console: the first address configured, else this machine's own. */
static void print_console(const struct work *work, FILE *to)
{
	const struct config *config = work->config;
	const char *host = config->server.host;
	const long port = work->options->port > 0 ? work->options->port : (long)config->server.port;
	struct ip ip;

	if (config->console.origins.count > 0) {
		fputs(config->console.origins.items[0], to);
		return;
	}
	if (ip_parse(span_of(host), &ip) && ip_is_any(&ip))
		host = "127.0.0.1";
	fprintf(to, strchr(host, ':') ? "http://[%s]:%ld" : "http://%s:%ld", host, port);
}

/* On standard error, as what list says of its count. */
static void say_added(const struct work *work)
{
	const bool open = work->config->console.enabled;

	fprintf(stderr, _("The account %s was made."), work->account.name);
	if (!open) {
		fprintf(stderr, " %s\n", _("Nobody can sign in yet: console.enabled is no."));
		return;
	}
	if (work->options->no_password)
		fprintf(stderr, _(" A link signs in: dayi user link %s."), work->account.name);
	fputs(_(" The console: "), stderr);
	print_console(work, stderr);
	fputs("/console/\n", stderr);
}

/* The password first: an account whose password was refused is not left behind. */
static enum status add(struct work *work)
{
	const struct span name = span_of(work->options->name);
	char password[LINE_BYTES] = "";
	enum status status = STATUS_OK;

	if (!account_name_is_fit(name))
		return complain(_("a name has 1 to 64 bytes, no control characters and no blank at "
		                  "its ends"));
	if (accounts_find(work->accounts, name, &work->account) == STATUS_OK)
		return complain(_("there is an account of that name"));
	if (!work->options->no_password)
		status = read_password(work->options->name, password);
	if (status == STATUS_OK)
		status = accounts_add(work->accounts, name, work->roles, work->now_ms,
		                      &work->account);
	if (status == STATUS_OK && !work->options->no_password)
		status = accounts_set_password(work->accounts, work->account.id, span_of(password));
	explicit_bzero(password, sizeof(password));
	if (status == STATUS_OK)
		say_added(work);
	return status;
}

static enum status print_account(void *context, const struct account *account)
{
	size_t *count = context;
	char day[DAY_SIZE];
	bool first = true;

	day_in_china(account->made_ms, day);
	print_plain(span_of(account->name));
	putchar('\t');
	for (size_t i = 0; i < ROLE_COUNT; i++) {
		if (!(account->roles & 1U << i))
			continue;
		printf("%s%s", first ? "" : ",", role_name(i));
		first = false;
	}
	printf("\t%s\t%s\t%s\t%s\n", account->disabled ? _("disabled") : _("enabled"),
	       account->has_password ? _("password") : _("no password"),
	       account->has_totp ? _("second step") : _("no second step"), day);
	*count += 1;
	return STATUS_OK;
}

static enum status list(struct work *work)
{
	size_t count = 0;
	const enum status status = accounts_list(work->accounts, print_account, &count);

	if (status == STATUS_OK)
		fprintf(stderr, _N("%zu account\n", "%zu accounts\n", count), count);
	return status;
}

static enum status set_password(struct work *work)
{
	return set_new_password(work);
}

static enum status set_roles(struct work *work)
{
	return accounts_set_roles(work->accounts, work->account.id, work->roles);
}

static enum status disable(struct work *work)
{
	return accounts_disable(work->accounts, work->account.id, true);
}

static enum status enable(struct work *work)
{
	return accounts_disable(work->accounts, work->account.id, false);
}

static enum status remove_account(struct work *work)
{
	return accounts_remove(work->accounts, work->account.id);
}

static enum status reset_totp(struct work *work)
{
	return accounts_reset_totp(work->accounts, work->account.id);
}

/* An address as the server counts it: of IPv6 the /64. Anything else is a name, of an account or
 * not. */
static enum status unlock(struct work *work)
{
	const struct span given = span_of(work->options->name);
	const struct span none = { NULL, 0 };
	struct ip ip;
	const bool is_address = ip_parse(given, &ip);
	bool found;
	enum status status;

	if (is_address)
		ip = ip_group(&ip);
	status = account_locks_lift(
	        work->accounts,
	        is_address ? (struct span){ (const char *)ip.bytes, sizeof(ip.bytes) } : none,
	        is_address ? none : given, &found);
	if (status == STATUS_OK)
		fprintf(stderr, "%s\n",
		        found ? _("Its failed sign-ins are forgotten.")
		              : _("No failed sign-ins were counted of it."));
	return status;
}

static enum status make_link(struct work *work)
{
	char token[ACCOUNT_TOKEN_SIZE];
	enum status status;

	if (!work->config->console.enabled)
		return complain(_("nobody can sign in: console.enabled is no"));
	status = accounts_make_link(work->accounts, work->account.id, work->now_ms, token);
	if (status != STATUS_OK)
		return status;
	print_console(work, stdout);
	printf("/console/#link=%s\n", token);
	fprintf(stderr, _("It signs in once, within %lld minutes.\n"),
	        (long long)(work->config->console.link_s + 59) / 60);
	explicit_bzero(token, sizeof(token));
	return STATUS_OK;
}

/* --- all of it --- */

static bool random_bytes(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static enum status open_accounts(struct work *work)
{
	const struct config *config = work->config;
	const struct accounts_settings settings = {
		.store = { .url = config->console.store, .busy_ms = config->console.busy_ms },
		.key_file = config->console.key_file,
		.cost = config->console.cost,
		.idle_s = config->console.idle_s,
		.longest_s = config->console.longest_s,
		.link_s = config->console.link_s,
		.random = random_bytes,
	};
	char problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	const enum status status = accounts_open(&work->accounts, &settings, problem);

	if (status != STATUS_OK)
		fprintf(stderr, "dayi user: %s: %s\n", store_name(settings.store.url, name),
		        problem);
	return status;
}

static enum status write_audit(const struct work *work)
{
	const struct options *options = work->options;
	const char *whom = work->account.name[0] ? work->account.name : options->name;
	char who[48], why[192], name[STORE_NAME_SIZE];
	const struct audit_entry entry = {
		.at_ms = work->now_ms,
		.who = who,
		.id_number = whom,
		.relations = options->action->audited,
		.why = why,
	};
	enum status status;

	snprintf(who, sizeof(who), "operator:uid-%u", (unsigned)getuid());
	snprintf(why, sizeof(why), "dayi user: %s%s%s", whom, options->roles ? ", " : "",
	         options->roles ? options->roles : "");
	status = audit_append(work->audit, &entry);
	if (status != STATUS_OK)
		fprintf(stderr, "dayi user: %s: %s\n", store_name(work->config->audit.file, name),
		        status_text(status));
	return status;
}

static enum status act(void *context, const struct config *config, struct arena *arena,
                       struct faults *faults)
{
	struct work *work = context;
	const struct user_action *action = work->options->action;
	enum status status;

	(void)arena;
	work->config = config;
	status = open_accounts(work);
	if (status == STATUS_OK && action->audited)
		status = audit_open(&work->audit, &work->config->audit, faults);
	if (status == STATUS_OK && action->existing) {
		status =
		        accounts_find(work->accounts, span_of(work->options->name), &work->account);
		if (status == STATUS_NOT_FOUND)
			status = complain(_("there is no account of that name"));
	}
	if (status == STATUS_OK)
		status = action->run(work);
	if (status == STATUS_OK && action->audited)
		status = write_audit(work);
	audit_close(work->audit);
	accounts_close(work->accounts);
	return status;
}

static enum status run(const struct options *options)
{
	const struct clock clock = clock_system();
	struct work work = { .options = options, .now_ms = clock_wall_ms(&clock) };
	const struct with_settings with = { .file = options->config,
		                            .arena_bytes = ARENA_BYTES,
		                            .doing = _("accounts"),
		                            .invalid_is_told = true,
		                            .act = act,
		                            .context = &work };

	work.roles = options->roles ? roles_read(options->roles) : 0;
	return with_settings(&with);
}

int cli_user(int argc, char **argv)
{
	struct options options = { .port = -1 };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	return exit_of(run(&options));
}

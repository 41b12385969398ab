/*
 * How it works: `dayi channel` needs no door of its own into a running server. The switches lie in
 * groups.store, which the server reads twice a second; what it counts is in its /metrics, which
 * this machine may read; what is configured, in the configuration. So the switch works where the
 * server hangs or is down, too. What is to be sent is an order in the store, which a server that is
 * connected to the platform takes; it notes there what came of it.
 */
#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/clock.h"
#include "base/language.h"
#include "base/utf8.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "host/config/config.h"
#include "host/net/ip.h"
#include "office/groups/group_rows.h"
#include "office/journal/audit.h"
#include "service/bulletin.h"

enum { METRICS_MOST = 1 << 20, PATIENCE_S = 5, SERIES_SIZE = 128 };
enum { OPTION_GROUP = 256, OPTION_PERSON, OPTION_BOT };
enum { LOOK_MS = 200, OUTCOME_S = 150, ID_DIGITS = 19, TEXT_CHARS = 1000 };

_Static_assert((int)OUTCOME_S < (int)GROUP_ORDER_KEPT_S,
               "an order is there while its outcome is awaited");

static const size_t arena_bytes = (size_t)1024 * 1024;

struct channel_action;

struct options {
	const char *config, *name, *group, *person, *bot, *text;
	const struct channel_action *action;
	long port; /* -1: as configured */
};

struct work {
	const struct options *options;
	const struct config *config;
	struct faults *faults;
	struct store *store; /* NULL: there is none so far */
	struct group_switches off;
	struct buf metrics; /* of the server; empty where it does not answer */
	int64_t now_ms;
	bool unsent; /* what was to be sent was not, or nobody knows */
};

static enum status list(struct work *work);
static enum status test(struct work *work);
static enum status send_text(struct work *work);
static enum status switch_on(struct work *work);
static enum status switch_off(struct work *work);

static const struct channel_action {
	const char *name;
	enum status (*run)(struct work *work);
	bool named, counts, says; /* takes a name; reads what the server counts; takes a text */
	const char *audited;
} actions[] = {
	{ "list", list, false, true, false, NULL },
	{ "test", test, true, true, false, NULL },
	{ "send", send_text, true, false, true, "@channel_send" },
	{ "on", switch_on, true, false, false, "@channel_on" },
	{ "off", switch_off, true, false, false, "@channel_off" },
};
enum { ACTIONS = sizeof(actions) / sizeof(actions[0]) };

/* --- what is configured --- */

static bool is_channel(const char *name)
{
	return bulletin_channel_named(name) < BULLETIN_CHANNELS;
}

/* --- the command line --- */

static const struct argp_option argp_options[] = {
	{ "config", 'c', "FILE", 0, N_("Read the settings from FILE, as `dayi serve` does"), 0 },
	{ "port", 'p', "N", 0, N_("The port that the server listens on, if not as configured"), 0 },
	{ "group", OPTION_GROUP, "ID", 0, N_("send: the group's number"), 0 },
	{ "person", OPTION_PERSON, "ID", 0, N_("send: the number of a person, for a single chat"),
	  0 },
	{ "bot", OPTION_BOT, "ID", 0, N_("send: from that account, where several are connected"),
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
	} else if (state->arg_num == 1 && options->action->named) {
		options->name = value;
	} else if (state->arg_num == 2 && options->action->says) {
		options->text = value;
	} else {
		argp_error(state, "%s", _("too many arguments"));
	}
}

/* Numbers, as OneBot has them: in a frame they stand without quotes. */
static bool is_number(const char *id)
{
	const size_t len = strspn(id, "0123456789");

	return len > 0 && len <= ID_DIGITS && id[len] == '\0' && id[0] != '0';
}

static void check_sending(const struct options *options, struct argp_state *state)
{
	const char *const ids[] = { options->group, options->person, options->bot };
	const struct span text = span_of(options->text ? options->text : "");

	if (strcmp(options->name, "onebot") != 0)
		argp_error(state, "%s",
		           _("send: this platform only lets a bot answer; onebot it is"));
	if (!options->group == !options->person)
		argp_error(state, "%s", _("send: either --group or --person must be given"));
	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		if (ids[i] && !is_number(ids[i]))
			argp_error(state, _("not a number of OneBot: %s"), ids[i]);
	if (text.len == 0 || !utf8_valid(text) || utf8_length(text) > TEXT_CHARS)
		argp_error(state, _("send: a text of 1 to %d characters is wanted"), TEXT_CHARS);
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case OPTION_GROUP:
		options->group = value;
		return 0;
	case OPTION_PERSON:
		options->person = value;
		return 0;
	case OPTION_BOT:
		options->bot = value;
		return 0;
	case 'c':
		options->config = value;
		return 0;
	case 'p':
		if (!read_number(value, 1, 65535, &options->port))
			argp_error(state, _("not a port: %s"), value);
		return 0;
	case ARGP_KEY_ARG:
		take_argument(options, value, state);
		return 0;
	case ARGP_KEY_END:
		if (!options->action)
			argp_error(state, "%s", _("an action is missing, such as list or off"));
		else if (options->action->named && (!options->name || !is_channel(options->name)))
			argp_error(state, "%s",
			           _("the channel is missing or wrong: web, http, onebot, "
			             "wecom_bot, wecom_app, dingtalk or feishu"));
		else if (options->action->says)
			check_sending(options, state);
		else if (options->group || options->person || options->bot)
			argp_error(state, "%s", _("--group, --person and --bot belong to send"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.args_doc = N_("list\ntest NAME\nsend onebot --group ID TEXT\non NAME\noff NAME"),
	.doc = N_("Show the channels, try one to a group chat, or switch one off and on.\v"
	          "list prints, for each: its name, whether it is configured, on or off, and what "
	          "the "
	          "server has counted since its start (messages, answers sent, failed, of unknown "
	          "outcome; - where it does not answer). test says what of a channel is in order, "
	          "and "
	          "sends nothing. send says a text in a group, or to a person, and tells what came "
	          "of it: a server must run and be connected to the platform. off and on count "
	          "within a second on every machine that shares the "
	          "store, also while the server is down, and are written to the audit."),
};

/* --- what the server counts --- */

static int connect_to(const char *host, const char *port)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM,
		                        .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV };
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	struct addrinfo *found = NULL;
	int fd = -1;

	if (getaddrinfo(host, port, &hints, &found) != 0)
		return -1;
	fd = socket(found->ai_family, found->ai_socktype | SOCK_CLOEXEC, 0);
	if (fd >= 0 && (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
	                setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience)) != 0 ||
	                connect(fd, found->ai_addr, found->ai_addrlen) != 0)) {
		close(fd);
		fd = -1;
	}
	freeaddrinfo(found);
	return fd;
}

/* Leaves it empty where nothing answers, or another program does. */
static void read_metrics(struct work *work)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n";
	const struct config *config = work->config;
	const char *host = config->server.host;
	char port[8], bytes[4096];
	struct ip ip;
	ssize_t got;
	int fd;

	(void)snprintf(port, sizeof(port), "%ld",
	               work->options->port > 0 ? work->options->port : (long)config->server.port);
	if (ip_parse(span_of(host), &ip) && ip_is_any(&ip))
		host = "127.0.0.1";
	fd = connect_to(host, port);
	if (fd < 0)
		return;
	if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) == (ssize_t)sizeof(request) - 1)
		while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0 &&
		       work->metrics.status == STATUS_OK)
			buf_append(&work->metrics, bytes, (size_t)got);
	close(fd);
	if (!strstr(buf_text(&work->metrics), "dayi_turns_total"))
		buf_clear(&work->metrics);
}

/* The value of a series of the channel; -1: there is none. `more`: further labels, or "". */
static long long counted(const struct work *work, const char *series, const char *channel,
                         const char *more)
{
	char head[SERIES_SIZE];
	const char *at;

	(void)snprintf(head, sizeof(head), "\ndayi_channel_%s{channel=\"%s\"%s} ", series, channel,
	               more);
	at = strstr(buf_text(&work->metrics), head);
	return at ? strtoll(at + strlen(head), NULL, 10) : -1;
}

/* --- the actions --- */

static bool is_off(const struct work *work, const char *name)
{
	for (size_t i = 0; i < work->off.count; i++)
		if (strcmp(work->off.off[i].channel, name) == 0)
			return true;
	return false;
}

static void print_count(long long count)
{
	if (count < 0)
		fputs("\t-", stdout);
	else
		printf("\t%lld", count);
}

static enum status list(struct work *work)
{
	bool others = false;

	fputs(_("channel\tset up\tswitch\treceived\tsent\tfailed\tunknown\n"), stderr);
	for (size_t i = 0; i < BULLETIN_CHANNELS; i++) {
		const char *name = bulletin_channel(i);
		/* The server that runs may have other settings than this command was given. */
		const bool serves = counted(work, "on", name, "") == 1;
		const bool set_up = serves || config_has_channel(work->config, name);

		others = others || (serves && !config_has_channel(work->config, name));
		printf("%s\t%s\t%s", name, set_up ? _("configured") : _("not configured"),
		       is_off(work, name) ? _("off")
		       : set_up           ? _("on")
		                          : "-");
		print_count(counted(work, "messages_total", name, ""));
		print_count(counted(work, "sent_total", name, ",outcome=\"sent\""));
		print_count(counted(work, "sent_total", name, ",outcome=\"failed\""));
		print_count(counted(work, "sent_total", name, ",outcome=\"unknown\""));
		putchar('\n');
	}
	if (others)
		fputs(_("The server that runs has other settings than this command read: "
		        "--config\n"),
		      stderr);
	return STATUS_OK;
}

static bool say(bool good, const char *what)
{
	printf("%s\t%s\n", good ? _("ok") : _("NOT OK"), what);
	return good;
}

/* What only a platform of group chats has. */
static bool test_platform(const struct work *work, const char *name)
{
	bool good = say(counted(work, "on", name, "") == 1, _("the server serves the channel"));

	/* Events may come by HTTP POST, without any connection. */
	if (counted(work, "connected", name, "") >= 0)
		good = say(counted(work, "connected", name, "") > 0,
		           _("an account of the platform is connected")) &&
		       good;
	return say(counted(work, "messages_total", name, "") > 0,
	           _("the platform has handed over a message since the start")) &&
	       good;
}

static enum status test(struct work *work)
{
	const char *name = work->options->name;
	const bool sound = config_check(work->config, work->faults) == STATUS_OK &&
	                   config_check_files(work->config, work->faults) == STATUS_OK;
	bool good = say(sound, _("the configuration has no faults"));

	good = say(config_has_channel(work->config, name), _("the channel is configured")) && good;
	good = say(!is_off(work, name), _("the channel is switched on")) && good;
	good = say(work->metrics.len > 0, _("the server answers on this machine")) && good;
	if (strcmp(name, "web") != 0 && strcmp(name, "http") != 0)
		good = test_platform(work, name) && good;
	return good ? STATUS_OK : STATUS_INVALID;
}

/* --- sending --- */

static enum status give_order(struct work *work, int64_t *id)
{
	const struct options *options = work->options;
	struct group_order order = {
		.channel = span_of(options->name),
		.bot = span_of(options->bot ? options->bot : ""),
		.chat = span_of(options->group ? options->group : ""),
		.person = span_of(options->person ? options->person : ""),
		.text = span_of(options->text),
	};
	struct tx *tx;
	int64_t now_ms;
	enum status status = store_begin(work->store, TX_WRITE, &tx);

	if (status != STATUS_OK)
		return status;
	status = tx_now(tx, &now_ms);
	if (status == STATUS_OK)
		status = group_row_order(tx, &order, now_ms);
	*id = order.id;
	return tx_end(tx, status);
}

static enum status look_at_order(struct work *work, int64_t id, enum group_order_state *state)
{
	struct tx *tx;
	const enum status status = store_begin(work->store, TX_READ, &tx);

	return status == STATUS_OK ? tx_end(tx, group_row_order_look(tx, id, state)) : status;
}

/* *removed is false where a server has taken it in the meantime. */
static enum status remove_order(struct work *work, int64_t id, bool waiting, bool *removed)
{
	struct tx *tx;
	const enum status status = store_begin(work->store, TX_WRITE, &tx);

	return status == STATUS_OK ? tx_end(tx, group_row_order_remove(tx, id, waiting, removed))
	                           : status;
}

static enum status await_order(struct work *work, int64_t id, enum group_order_state *state)
{
	const struct timespec pause = { .tv_nsec = LOOK_MS * 1000000L };
	enum status status = STATUS_OK;
	bool removed = false;

	*state = GROUP_ORDER_WAITS;
	for (int waited_ms = 0; waited_ms < OUTCOME_S * 1000 && status == STATUS_OK;
	     waited_ms += LOOK_MS) {
		status = look_at_order(work, id, state);
		if (status != STATUS_OK || *state > GROUP_ORDER_TAKEN)
			break;
		if (*state == GROUP_ORDER_WAITS && waited_ms >= GROUP_ORDER_S * 1000)
			status = remove_order(work, id, true, &removed);
		if (removed)
			return status;
		(void)nanosleep(&pause, NULL);
	}
	if (*state == GROUP_ORDER_TAKEN)
		*state = GROUP_ORDER_UNKNOWN;
	return status == STATUS_OK ? remove_order(work, id, false, &removed) : status;
}

static enum status send_text(struct work *work)
{
	static const char *const outcomes[GROUP_ORDER_STATES] = {
		[GROUP_ORDER_WAITS] =
		        N_("not sent: no server is connected to that account (or to several: "
		           "--bot)"),
		[GROUP_ORDER_TAKEN] = "",
		[GROUP_ORDER_SENT] = N_("sent"),
		[GROUP_ORDER_FAILED] = N_("not sent: the platform refused it"),
		[GROUP_ORDER_UNKNOWN] = N_("it may have been sent: the platform did not say"),
		[GROUP_ORDER_OFF] = N_("not sent: the channel is switched off"),
	};
	enum group_order_state state = GROUP_ORDER_WAITS;
	int64_t id;
	enum status status = STATUS_OK;

	if (is_off(work, work->options->name))
		state = GROUP_ORDER_OFF;
	else
		status = give_order(work, &id);
	if (status == STATUS_OK && state != GROUP_ORDER_OFF)
		status = await_order(work, id, &state);
	if (status != STATUS_OK)
		return status;
	printf("%s\n", _(outcomes[state]));
	work->unsent = state != GROUP_ORDER_SENT;
	return STATUS_OK;
}

static enum status switch_it(struct work *work, bool on)
{
	struct tx *tx;
	char by[32];
	enum status status = store_begin(work->store, TX_WRITE, &tx);

	(void)snprintf(by, sizeof(by), "operator:uid-%u", (unsigned)getuid());
	if (status != STATUS_OK)
		return status;
	return tx_end(tx, group_row_switch(tx, work->options->name, on, by, work->now_ms));
}

static enum status switch_on(struct work *work)
{
	return switch_it(work, true);
}

static enum status switch_off(struct work *work)
{
	return switch_it(work, false);
}

/* --- all of it --- */

/* Looking makes no store. */
static enum status open_store(struct work *work)
{
	const struct store_settings settings = {
		.url = work->config->groups.store,
		.busy_ms = work->config->groups.busy_ms,
		.read_only = !work->options->action->audited,
	};
	char problem[STORE_PROBLEM_SIZE], name[STORE_NAME_SIZE];
	struct tx *tx;
	enum status status = store_open(&work->store, &settings, &groups_schema, problem);

	if (status == STATUS_NOT_FOUND)
		return STATUS_OK;
	if (status != STATUS_OK) {
		fprintf(stderr, "dayi channel: %s: %s\n", store_name(settings.url, name), problem);
		return status;
	}
	status = store_begin(work->store, TX_READ, &tx);
	return status == STATUS_OK ? tx_end(tx, group_row_switches(tx, &work->off)) : status;
}

static enum status write_audit(const struct work *work, struct audit *audit)
{
	const struct options *options = work->options;
	char who[48], why[64];
	const struct audit_entry entry = {
		.at_ms = work->now_ms,
		.who = who,
		.id_number = options->name,
		.relations = options->action->audited,
		.why = why,
	};

	(void)snprintf(who, sizeof(who), "operator:uid-%u", (unsigned)getuid());
	(void)snprintf(why, sizeof(why), "dayi channel: %s%s%s", options->name,
	               options->group    ? " group "
	               : options->person ? " person "
	                                 : "",
	               options->group    ? options->group
	               : options->person ? options->person
	                                 : "");
	return audit_append(audit, &entry);
}

static enum status act(void *context, const struct config *config, struct arena *arena,
                       struct faults *faults)
{
	struct work *work = context;
	const struct channel_action *action = work->options->action;
	struct audit *audit = NULL;
	enum status status;

	(void)arena;
	work->config = config;
	work->faults = faults;
	status = open_store(work);
	if (status == STATUS_OK && action->audited)
		status = audit_open(&audit, &work->config->audit, work->faults);
	if (status == STATUS_OK && action->counts)
		read_metrics(work);
	/* Before it is done: what was sent and then failed stands there, too. */
	if (status == STATUS_OK && action->audited)
		status = write_audit(work, audit);
	if (status == STATUS_OK)
		status = action->run(work);
	audit_close(audit);
	store_close(work->store);
	return status == STATUS_OK && work->unsent ? STATUS_INVALID : status;
}

static enum status run(const struct options *options)
{
	const struct clock clock = clock_system();
	struct work work = { .options = options, .now_ms = clock_wall_ms(&clock) };
	const struct with_settings with = { .file = options->config,
		                            .arena_bytes = arena_bytes,
		                            .doing = _("channels"),
		                            .invalid_is_told = true,
		                            .act = act,
		                            .context = &work };
	enum status status;

	buf_init(&work.metrics, METRICS_MOST);
	status = with_settings(&with);
	buf_deinit(&work.metrics);
	return status;
}

int cli_channel(int argc, char **argv)
{
	struct options options = { .port = -1 };

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	return exit_of(run(&options));
}

#include <argp.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/core_dumps.h"
#include "base/language.h"
#include "base/place.h"
#include "cli/cli.h"

/*
 * libpq and libcurl load GnuTLS along with libldap, and its constructor takes 1 MiB. GnuTLS asks
 * for this function first: with 1 it is initialised only when one of them uses it
 * (docs/decisions/0032-memory-at-start.md).
 */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the name is GnuTLS's */
__attribute__((visibility("default"))) int _gnutls_global_init_skip(void);
int _gnutls_global_init_skip(void)
{
	return 1;
}
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

static const struct command {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *help;
} commands[] = {
	{ "ask", cli_ask, N_("answer a question, or a file of them with --batch") },
	{ "atlas", cli_atlas, N_("try the rules on every record that they can tell apart") },
	{ "audit", cli_audit, N_("check the audit of record reads, or list it") },
	{ "backup", cli_backup, N_("copy all that is kept into a folder, while serving") },
	{ "channel", cli_channel, N_("show the channels to group chats, or switch one off") },
	{ "check", cli_check, N_("validate a knowledge folder and rehearse its questions") },
	{ "diagnose", cli_diagnose, N_("tell which cases of an entry apply to an applicant") },
	{ "diff", cli_diff, N_("tell which questions another folder answers otherwise") },
	{ "draft", cli_draft, N_("bring the drafts of the console into a folder, and back") },
	{ "eval", cli_eval, N_("score labelled questions") },
	{ "export", cli_export,
	  N_("write a knowledge folder as JSONL, CSV or a numbered document") },
	{ "import", cli_import,
	  N_("make a knowledge folder from text, Markdown, HTML, Word, Excel, CSV, JSON or YAML") },
	{ "key", cli_key, N_("make and revoke the keys of programs that ask") },
	{ "lookup", cli_lookup, N_("search the entries as an operator does") },
	{ "publish", cli_publish, N_("store a version of the knowledge for all replicas") },
	{ "receipt", cli_receipt, N_("show what was answered under a receipt") },
	{ "records", cli_records, N_("make the embedded database of records from CSV files") },
	{ "restore", cli_restore, N_("check a backup, and put it back") },
	{ "serve", cli_serve, N_("serve the chat page, the WebSocket and the HTTP interface") },
	{ "suggest", cli_suggest, N_("draft alternates out of what people asked") },
	{ "token", cli_token, N_("print a signed token, for trials of the sign-in") },
	{ "user", cli_user, N_("make and change the accounts of the operators' console") },
};
enum { COMMAND_COUNT = sizeof(commands) / sizeof(commands[0]) };

static void print_help(FILE *stream)
{
	fputs(_("Usage: dayi COMMAND [OPTION...]\n"
	        "Answers questions from an office's own FAQ, word for word.\n\n"),
	      stream);
	for (int i = 0; i < COMMAND_COUNT; i++)
		fprintf(stream, "  %-8s %s\n", commands[i].name, _(commands[i].help));
	fputs(_("\n'dayi COMMAND --help' tells more. 'dayi --version' prints the version.\n"),
	      stream);
}

/* argp names the program by argv[0] in its messages: "dayi ask", not "ask". */
static int run(const struct command *command, int argc, char **argv)
{
	char name[32];
	snprintf(name, sizeof(name), "dayi %s", command->name);
	argv[0] = name;
	argp_err_exit_status = EXIT_USAGE;
	/* Records and questions must not get into a core dump. `serve` logs a failure itself. */
	if (core_dumps_off() != STATUS_OK && command->run != cli_serve)
		perror("dayi: core dumps cannot be switched off");
	const int result = command->run(argc, argv);
	if (fflush(stdout) == 0 && !ferror(stdout))
		return result;
	perror(_("dayi: standard output"));
	return EXIT_MACHINE;
}

int main(int argc, char **argv)
{
	char path[PLACE_SIZE];
	const char *catalogues = place_shared("locale", path);

	setlocale(LC_CTYPE, "C.UTF-8");
	if (catalogues)
		language_open(catalogues);
	if (argc < 2) {
		print_help(stderr);
		return EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0) {
		print_help(stdout);
		return EXIT_DONE;
	}
	if (strcmp(argv[1], "--version") == 0) {
		puts("dayi " DAYI_VERSION);
		return EXIT_DONE;
	}
	for (int i = 0; i < COMMAND_COUNT; i++)
		if (strcmp(argv[1], commands[i].name) == 0)
			return run(&commands[i], argc - 1, argv + 1);
	fprintf(stderr, _("dayi: no such command: %s\n\n"), argv[1]);
	print_help(stderr);
	return EXIT_USAGE;
}

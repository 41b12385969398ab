/*
 * The command line: one function a sub-command, each in a file of its name.
 *
 * argv[0] is the sub-command's full name ("dayi ask"). Exit status: 0 done, 1 the input has faults
 * (they are on standard error), 2 wrong usage, 3 the machine failed.
 */
#ifndef DAYI_CLI_CLI_H
#define DAYI_CLI_CLI_H

enum { EXIT_DONE = 0, EXIT_FAULTS = 1, EXIT_USAGE = 2, EXIT_MACHINE = 3 };

int cli_ask(int argc, char **argv);
int cli_atlas(int argc, char **argv);
int cli_audit(int argc, char **argv);
int cli_backup(int argc, char **argv);
int cli_channel(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_diagnose(int argc, char **argv);
int cli_diff(int argc, char **argv);
int cli_draft(int argc, char **argv);
int cli_eval(int argc, char **argv);
int cli_export(int argc, char **argv);
int cli_import(int argc, char **argv);
int cli_key(int argc, char **argv);
int cli_lookup(int argc, char **argv);
int cli_publish(int argc, char **argv);
int cli_receipt(int argc, char **argv);
int cli_records(int argc, char **argv);
int cli_restore(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_suggest(int argc, char **argv);
int cli_token(int argc, char **argv);
int cli_user(int argc, char **argv);

#endif

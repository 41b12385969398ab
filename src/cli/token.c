#include <argp.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/key_file.h"
#include "base/language.h"
#include "cli/cli.h"
#include "cli/engine.h"
#include "cli/with_settings.h"
#include "office/identity/token.h"

enum {
	KEY_ID_NUMBER = 256,
	KEY_NAME,
	KEY_VALID_FOR,
	KEY_ALGORITHM,
	KEY_ISSUER,
	KEY_AUDIENCE,
	VALID_MOST_S = 86400
};

struct options {
	struct token_settings settings;
	struct identity identity;
	const char *config;
	long valid_s;
};

static const struct argp_option argp_options[] = {
	{ "id-number", KEY_ID_NUMBER, "N", 0, N_("The applicant's ID number, 18 digits"), 0 },
	{ "name", KEY_NAME, "NAME", 0, N_("The applicant's name"), 0 },
	{ "valid-for", KEY_VALID_FOR, "SECONDS", 0, N_("From now; 600 where it is not given"), 0 },
	{ "key", 'k', "FILE", 0,
	  N_("Secret for HS256, else a private key in PEM; token.key of the "
	     "server's default where it is not given, made when it is missing"),
	  0 },
	SETTINGS_OPTION,
	{ "algorithm", KEY_ALGORITHM, "A", 0, N_("HS256 (default), RS256 or ES256"), 0 },
	{ "issuer", KEY_ISSUER, "I", 0, N_("Who signs; portal where it is not given"), 0 },
	{ "audience", KEY_AUDIENCE, "A", 0, N_("For whom; dayi where it is not given"), 0 },
	{ 0 },
};

static void copy_text(char *to, size_t size, const char *text, struct argp_state *state)
{
	if ((size_t)snprintf(to, size, "%s", text) >= size)
		argp_error(state, _("longer than %zu bytes: %s"), size - 1, text);
}

static error_t parse_option(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;

	switch (key) {
	case KEY_ID_NUMBER:
		copy_text(options->identity.id_number, IDENTITY_ID_SIZE, value, state);
		return 0;
	case KEY_NAME:
		copy_text(options->identity.name, IDENTITY_NAME_SIZE, value, state);
		return 0;
	case KEY_VALID_FOR:
		if (!read_number(value, 1, VALID_MOST_S, &options->valid_s))
			argp_error(state, _("--valid-for takes 1 to %d seconds"), VALID_MOST_S);
		return 0;
	case 'k':
		options->settings.key_file = value;
		return 0;
	case 'c':
		options->config = value;
		return 0;
	case KEY_ALGORITHM:
		options->settings.algorithm = value;
		return 0;
	case KEY_ISSUER:
		options->settings.issuer = value;
		return 0;
	case KEY_AUDIENCE:
		options->settings.audience = value;
		return 0;
	case ARGP_KEY_ARG:
		argp_error(state, "%s", _("too many arguments"));
		return 0;
	case ARGP_KEY_END:
		if (options->identity.id_number[0] == '\0')
			argp_error(state, "%s", _("--id-number is missing"));
		if (!options->settings.key_file && options->settings.algorithm &&
		    strcmp(options->settings.algorithm, "HS256") != 0)
			argp_error(state, "%s",
			           _("--key is needed with another algorithm than HS256"));
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

static const struct argp argp = {
	.options = argp_options,
	.parser = parse_option,
	.doc = N_(
	        "Print a signed token that names an applicant, for trials.\v"
	        "Whoever has the token is taken for the applicant until it expires. What stands on "
	        "a command line can be seen by other users of the machine."),
};

/* What no option gives: as the settings have it, else as the server's defaults are. */
static void fill_in(struct token_settings *settings, const struct named_settings *named)
{
	const struct token_settings usual = { .algorithm = "HS256",
		                              .issuer = "portal",
		                              .audience = "dayi",
		                              .id_claim = "sub",
		                              .name_claim = "name" };
	const struct token_settings *from = named->given ? &named->config.sign_in : &usual;

	if (!settings->algorithm)
		settings->algorithm = from->algorithm;
	if (!settings->issuer)
		settings->issuer = from->issuer;
	if (!settings->audience)
		settings->audience = from->audience;
	settings->id_claim = from->id_claim;
	settings->name_claim = from->name_claim;
}

/* Finds the secret of HS256, and makes it if there is none, for a first trial. With another
 * algorithm the server has only the key that checks. */
static enum status make_key(struct token_settings *settings, const struct named_settings *named,
                            char path[PLACE_SIZE], struct faults *faults)
{
	enum status status;

	if (strcmp(settings->algorithm, "HS256") != 0) {
		faults_add(faults, FAULT_ERROR, named->config.source, 0, "sign_in.algorithm",
		           "--key is needed with another algorithm than HS256");
		return STATUS_INVALID;
	}
	settings->key_file =
	        named->given ? named->config.sign_in.key_file : place_state("token.key", path);
	status = key_file_make(settings->key_file);
	if (status != STATUS_OK)
		faults_add(faults, FAULT_ERROR, settings->key_file, 0, NULL, "cannot be made: %s",
		           file_failure(status));
	return status;
}

static enum status print_token(struct options *options, const struct named_settings *named,
                               struct faults *faults)
{
	const struct clock clock = clock_system();
	enum status status = STATUS_OK;
	char path[PLACE_SIZE];
	struct buf token;

	buf_init(&token, TOKEN_BYTES);
	fill_in(&options->settings, named);
	if (!options->settings.key_file)
		status = make_key(&options->settings, named, path, faults);
	if (status == STATUS_OK)
		status = token_sign(&options->settings, &options->identity, &clock,
		                    options->valid_s, &token, faults);
	if (status == STATUS_OK)
		puts(buf_text(&token));
	buf_deinit(&token);
	return status;
}

int cli_token(int argc, char **argv)
{
	struct options options = { .valid_s = 600 };
	struct named_settings named;
	struct faults *faults = NULL;
	enum status status;

	argp_parse(&argp, argc, argv, 0, NULL, &options);
	status = named_settings_open(&named, options.config);
	if (status == STATUS_OK) {
		status = faults_create(&faults);
		if (status == STATUS_OK)
			status = print_token(&options, &named, faults);
		faults_print(faults, stderr);
		if (status != STATUS_OK && faults_count(faults, FAULT_ERROR) == 0)
			(void)engine_fail(_("signing"), status);
	}
	faults_destroy(faults);
	named_settings_close(&named);
	return exit_of(status);
}

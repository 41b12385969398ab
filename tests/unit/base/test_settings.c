#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/settings.h"

struct sample {
	const char *address;
	int64_t port;
	double share;
	bool verbose;
	struct setting_list origins;
};

static const struct setting table[] = {
	{ .key = "server.address",
	  .type = SETTING_TEXT,
	  .offset = offsetof(struct sample, address),
	  .preset = "127.0.0.1",
	  .help = "Where to listen." },
	{ .key = "server.port",
	  .type = SETTING_NUMBER,
	  .offset = offsetof(struct sample, port),
	  .least = 1,
	  .most = 65535,
	  .preset = "8080",
	  .help = "Port." },
	{ .key = "match.share",
	  .type = SETTING_RATIO,
	  .offset = offsetof(struct sample, share),
	  .least = 0,
	  .most = 1,
	  .preset = "0.25",
	  .unit = "of all",
	  .help = "A|B." },
	{ .key = "match.verbose",
	  .type = SETTING_FLAG,
	  .offset = offsetof(struct sample, verbose),
	  .preset = "no",
	  .help = "Talk." },
	{ .key = "match.origins",
	  .type = SETTING_LIST,
	  .offset = offsetof(struct sample, origins),
	  .help = "Who may come." },
};

enum { COUNT = sizeof(table) / sizeof(table[0]) };

struct fixture {
	struct sample sample;
	struct arena *arena;
	struct faults *faults;
};

static int begin(void **state)
{
	struct fixture *fixture = calloc(1, sizeof(*fixture));

	*state = fixture;
	if (arena_create(&fixture->arena, 1 << 16) != STATUS_OK ||
	    faults_create(&fixture->faults) != STATUS_OK)
		return -1;
	return settings_defaults(table, COUNT, &fixture->sample, fixture->arena) == STATUS_OK ? 0
	                                                                                      : -1;
}

static int end(void **state)
{
	struct fixture *fixture = *state;

	arena_destroy(fixture->arena);
	faults_destroy(fixture->faults);
	free(fixture);
	return 0;
}

static enum status read_bytes(struct fixture *fixture, struct span text)
{
	char path[] = DAYI_BINARY_DIR "/test_settings.XXXXXX";
	int fd = mkstemp(path);
	enum status status;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text.ptr, text.len), text.len);
	close(fd);
	status = settings_read(table, COUNT, &fixture->sample, fixture->arena, path, NULL,
	                       fixture->faults);
	unlink(path);
	return status;
}

static void accept(struct fixture *fixture, const char *text)
{
	char line[300];

	if (read_bytes(fixture, span_of(text)) != STATUS_OK)
		fail_msg("%s", fault_format(faults_at(fixture->faults, 0), line, sizeof(line)));
	assert_int_equal(faults_count(fixture->faults, FAULT_NOTE), 0);
}

/* The faults without the name of the file, one a line. */
static void refuse_bytes(struct fixture *fixture, struct span text, const char *expected)
{
	char printed[4096] = "";
	size_t len = 0;

	assert_int_equal(read_bytes(fixture, text), STATUS_INVALID);
	for (size_t i = 0; i < faults_kept(fixture->faults); i++) {
		struct fault fault = *faults_at(fixture->faults, i);
		char line[512];

		fault.file = "f";
		len += (size_t)snprintf(printed + len, sizeof(printed) - len, "%s\n",
		                        fault_format(&fault, line, sizeof(line)));
	}
	assert_string_equal(printed, expected);
}

static void refuse(struct fixture *fixture, const char *text, const char *expected)
{
	refuse_bytes(fixture, span_of(text), expected);
}

static void presets_fill_every_field(void **state)
{
	const struct fixture *fixture = *state;

	assert_string_equal(fixture->sample.address, "127.0.0.1");
	assert_int_equal(fixture->sample.port, 8080);
	assert_true(fixture->sample.share == 0.25);
	assert_false(fixture->sample.verbose);
	assert_int_equal(fixture->sample.origins.count, 0);
}

static void a_preset_that_breaks_its_range_is_noticed(void **state)
{
	struct fixture *fixture = *state;
	struct setting wrong = table[1];

	wrong.preset = "0";
	assert_int_equal(settings_defaults(&wrong, 1, &fixture->sample, fixture->arena),
	                 STATUS_INTERNAL);
}

static void a_file_overrides_what_it_names(void **state)
{
	struct fixture *fixture = *state;

	accept(fixture, "\xef\xbb\xbf# comment\n"
	                "; another\n\n"
	                "[server]\r\n"
	                "port = 65535\r\n"
	                "[match]\n"
	                "share=1e-1\n"
	                "verbose: yes\n"
	                "origins = https://a.example,\thttps://b.example , c;d\n");
	assert_string_equal(fixture->sample.address, "127.0.0.1");
	assert_int_equal(fixture->sample.port, 65535);
	assert_true(fixture->sample.share == 0.1);
	assert_true(fixture->sample.verbose);
	assert_int_equal(fixture->sample.origins.count, 3);
	assert_string_equal(fixture->sample.origins.items[0], "https://a.example");
	assert_string_equal(fixture->sample.origins.items[1], "https://b.example");
	assert_string_equal(fixture->sample.origins.items[2], "c;d");
}

static void a_text_is_taken_as_it_stands_and_may_be_empty(void **state)
{
	struct fixture *fixture = *state;

	accept(fixture, "[server]\naddress =  a = \"b\" 答疑 #x  \n");
	assert_string_equal(fixture->sample.address, "a = \"b\" 答疑 #x");
	accept(fixture, "[server]\naddress =\n");
	assert_string_equal(fixture->sample.address, "");
}

static void a_list_goes_on_in_indented_lines(void **state)
{
	struct fixture *fixture = *state;

	accept(fixture, "[match]\norigins = a, b\n  c\n\n\td e\nverbose = on\n");
	assert_int_equal(fixture->sample.origins.count, 5);
	assert_string_equal(fixture->sample.origins.items[0], "a");
	assert_string_equal(fixture->sample.origins.items[2], "c");
	assert_string_equal(fixture->sample.origins.items[4], "e");
	assert_true(fixture->sample.verbose);
}

static void flags_have_four_spellings(void **state)
{
	static const char *const yes[] = { "yes", "true", "on", "1", "Yes" };
	static const char *const no[] = { "no", "false", "off", "0", "OFF" };
	struct fixture *fixture = *state;
	char text[64];

	for (size_t i = 0; i < 5; i++) {
		snprintf(text, sizeof(text), "[match]\nverbose = %s\n", yes[i]);
		accept(fixture, text);
		assert_true(fixture->sample.verbose);
		snprintf(text, sizeof(text), "[match]\nverbose = %s\n", no[i]);
		accept(fixture, text);
		assert_false(fixture->sample.verbose);
	}
}

static void an_unknown_key_is_refused_with_the_nearest_one(void **state)
{
	refuse(*state, "[server]\nprot = 1\n[sever]\nport = 2\n[x]\nzzzzzzzzzzzzzzzz = 1\n",
	       "f:2: server.prot: no such setting; is server.port meant?\n"
	       "f:4: sever.port: no such setting; is server.port meant?\n"
	       "f:6: x.zzzzzzzzzzzzzzzz: no such setting\n");
}

static void a_key_given_twice_is_refused(void **state)
{
	struct fixture *fixture = *state;

	refuse(fixture, "[server]\nport = 1\n[match]\n[server]\nport = 2\n",
	       "f:5: server.port: is given already in line 2\n");
	assert_int_equal(fixture->sample.port, 1);
}

static void every_wrong_value_is_reported_and_not_stored(void **state)
{
	struct fixture *fixture = *state;

	refuse(fixture, "[server]\nport = 0\n[match]\nshare = 1.01\nverbose = maybe\naddress = x\n",
	       "f:2: server.port: must be from 1 to 65535\n"
	       "f:4: match.share: must be from 0 to 1 of all\n"
	       "f:5: match.verbose: must be yes or no\n"
	       "f:6: match.address: no such setting; is server.address meant?\n");
	assert_int_equal(fixture->sample.port, 8080);
	assert_true(fixture->sample.share == 0.25);
}

static void a_number_must_be_one_from_end_to_end(void **state)
{
	static const char *const numbers[] = { "",    "8080x", "0x50", "+1", "1.0",
		                               "1 2", "--1",   "1e3",  "-" };
	static const char *const ratios[] = {
		"", "nan", "inf", "0x1p-1", "0.5%", "0,5", "1e", "+1"
	};
	struct fixture *fixture = *state;
	char text[64];

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		snprintf(text, sizeof(text), "[server]\nport = %s\n", numbers[i]);
		assert_int_equal(read_bytes(fixture, span_of(text)), STATUS_INVALID);
	}
	for (size_t i = 0; i < sizeof(ratios) / sizeof(ratios[0]); i++) {
		snprintf(text, sizeof(text), "[match]\nshare = %s\n", ratios[i]);
		assert_int_equal(read_bytes(fixture, span_of(text)), STATUS_INVALID);
	}
	assert_int_equal(read_bytes(fixture, span_of("[server]\nport = 99999999999999999999\n")),
	                 STATUS_INVALID);
	assert_int_equal(fixture->sample.port, 8080);
}

static void every_malformed_line_is_reported(void **state)
{
	refuse(*state, "[server\nport = 1\n\nnothing\n[match]\nverbose",
	       "f:1: neither [section] nor key = value\n"
	       "f:2: port: no such setting; is server.port meant?\n"
	       "f:4: neither [section] nor key = value\n"
	       "f:6: neither [section] nor key = value\n");
}

static void what_follows_a_section_in_its_line_is_refused(void **state)
{
	refuse(*state, "[server] \n[match] share = 0.5\n",
	       "f:2: nothing may follow [section] in its line\n");
}

static void a_comment_behind_a_value_is_refused(void **state)
{
	refuse(*state, "[server]\naddress = a ; b\n",
	       "f:2: a comment must stand in a line of its own\n");
}

static void an_indented_key_is_not_taken_for_more_of_the_last_value(void **state)
{
	struct fixture *fixture = *state;

	refuse(fixture, "[server]\n  port = 1\n  address = x\n",
	       "f:3: server.port: only a list goes on in an indented line; "
	       "begin a key at the line's start\n");
	assert_string_equal(fixture->sample.address, "127.0.0.1");
}

static void a_line_too_long_for_the_parser_is_refused_not_parted(void **state)
{
	struct fixture *fixture = *state;
	char text[1000];
	char filler[900];

	memset(filler, 'a', sizeof(filler));
	/* "address = " has 10 bytes: 188 more are 198. */
	snprintf(text, sizeof(text), "[server]\naddress = %.188s\n", filler);
	accept(fixture, text);
	assert_int_equal(strlen(fixture->sample.address), 188);
	snprintf(text, sizeof(text), "# %.500s\n[server]\naddress = %.189s\nport = 7\n", filler,
	         filler);
	refuse(fixture, text, "f:3: longer than 198 bytes\n");
	assert_int_equal(fixture->sample.port, 7);
}

static void bytes_that_are_no_text_are_refused(void **state)
{
	refuse_bytes(*state, (struct span){ "[server]\naddress = \xb4\xf0\naddress = a\0b\n", 36 },
	             "f:2: not a line of UTF-8 text\n"
	             "f:3: not a line of UTF-8 text\n");
}

static void a_missing_file_is_not_found(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(settings_read(table, COUNT, &fixture->sample, fixture->arena,
	                               DAYI_BINARY_DIR "/no-such.ini", NULL, fixture->faults),
	                 STATUS_NOT_FOUND);
	assert_int_equal(faults_count(fixture->faults, FAULT_ERROR), 1);
	assert_int_equal(settings_read(table, COUNT, &fixture->sample, fixture->arena,
	                               DAYI_BINARY_DIR, NULL, fixture->faults),
	                 STATUS_IO);
}

static void a_full_arena_is_out_of_memory(void **state)
{
	struct fixture *fixture = *state;
	struct arena *small = NULL;

	assert_int_equal(arena_create(&small, 5), STATUS_OK);
	assert_int_equal(settings_defaults(table, COUNT, &fixture->sample, small),
	                 STATUS_NO_MEMORY);
	arena_destroy(small);
}

static char *printed(bool markdown)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	settings_print(table, COUNT, markdown, stream);
	fclose(stream);
	return text;
}

static void the_printed_file_holds_every_key_and_reads_back(void **state)
{
	struct fixture *fixture = *state;
	char *text = printed(false);

	assert_string_equal(text, "[server]\n"
	                          "# Where to listen.\n# text\naddress = 127.0.0.1\n\n"
	                          "# Port.\n# whole number, 1 to 65535\nport = 8080\n\n"
	                          "[match]\n"
	                          "# A|B.\n# number, 0 to 1 of all\nshare = 0.25\n\n"
	                          "# Talk.\n# yes or no\nverbose = no\n\n"
	                          "# Who may come.\n# list\norigins =\n");
	fixture->sample = (struct sample){ 0 };
	accept(fixture, text);
	assert_int_equal(fixture->sample.port, 8080);
	assert_string_equal(fixture->sample.address, "127.0.0.1");
	free(text);
}

static void the_printed_table_is_markdown(void **state)
{
	char *text = printed(true);

	(void)state;
	assert_string_equal(text,
	                    "| Key | Type | Default | Range | Meaning |\n"
	                    "|---|---|---|---|---|\n"
	                    "| `server.address` | text | `127.0.0.1` |  | Where to listen. |\n"
	                    "| `server.port` | whole number | `8080` | 1 to 65535 | Port. |\n"
	                    "| `match.share` | number | `0.25` | 0 to 1 of all | A\\|B. |\n"
	                    "| `match.verbose` | yes or no | `no` |  | Talk. |\n"
	                    "| `match.origins` | list |  |  | Who may come. |\n");
	free(text);
}

#define FRESH(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FRESH(presets_fill_every_field),
		FRESH(a_preset_that_breaks_its_range_is_noticed),
		FRESH(a_file_overrides_what_it_names),
		FRESH(a_text_is_taken_as_it_stands_and_may_be_empty),
		FRESH(a_list_goes_on_in_indented_lines),
		FRESH(flags_have_four_spellings),
		FRESH(an_unknown_key_is_refused_with_the_nearest_one),
		FRESH(a_key_given_twice_is_refused),
		FRESH(every_wrong_value_is_reported_and_not_stored),
		FRESH(a_number_must_be_one_from_end_to_end),
		FRESH(every_malformed_line_is_reported),
		FRESH(what_follows_a_section_in_its_line_is_refused),
		FRESH(a_comment_behind_a_value_is_refused),
		FRESH(an_indented_key_is_not_taken_for_more_of_the_last_value),
		FRESH(a_line_too_long_for_the_parser_is_refused_not_parted),
		FRESH(bytes_that_are_no_text_are_refused),
		FRESH(a_missing_file_is_not_found),
		FRESH(a_full_arena_is_out_of_memory),
		FRESH(the_printed_file_holds_every_key_and_reads_back),
		FRESH(the_printed_table_is_markdown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

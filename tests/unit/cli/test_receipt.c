#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/cli.h"
#include "office/journal/rows.h"

#define RECEIPT "A7KQ-2M9X"

struct place {
	char folder[64];
	char file[80];
	char *text; /* what was printed */
};

static int enter(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	assert_non_null(place);
	snprintf(place->folder, sizeof(place->folder), "/tmp/dayi-cli-receipt-XXXXXX");
	assert_non_null(mkdtemp(place->folder));
	snprintf(place->file, sizeof(place->file), "%s/j.db", place->folder);
	*state = place;
	return 0;
}

static int leave(void **state)
{
	static const char *const ends[] = { "", "-wal", "-shm" };
	struct place *place = *state;
	char path[96];

	for (size_t i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s%s", place->file, ends[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(place->folder), 0);
	free(place->text);
	free(place);
	return 0;
}

static void write_turn(const struct place *place, const char *question, const char *reason)
{
	char problem[STORE_PROBLEM_SIZE];
	const struct row turn = { .kind = ROW_TURN,
		                  .turn = { .receipt = RECEIPT,
		                            .channel = "web",
		                            .session = "",
		                            .question = span_of(question),
		                            .outcome = "decline",
		                            .knowledge = "4f2a" } };
	const struct row rating = {
		.kind = ROW_RATING,
		.rating = { .receipt = RECEIPT, .value = "down", .reason = span_of(reason) }
	};
	const struct row *const rows[] = { &turn, &rating };
	const struct store_settings settings = { .url = place->file, .busy_ms = 50 };
	struct store *store = NULL;

	assert_int_equal(store_open(&store, &settings, &journal_schema, problem), STATUS_OK);
	assert_int_equal(rows_write(store, rows, 2), STATUS_OK);
	store_close(store);
}

static int run(struct place *place)
{
	const char *const given[] = { "dayi receipt", "--journal",    place->file,
		                      "--knowledge",  "/nonexistent", RECEIPT };
	enum { COUNT = sizeof(given) / sizeof(given[0]) };
	FILE *const usual = stdout;
	char *words[COUNT + 1] = { NULL };
	size_t size;
	int result;

	for (int i = 0; i < COUNT; i++)
		words[i] = strdup(given[i]);
	stdout = open_memstream(&place->text, &size);
	result = cli_receipt(COUNT, words);
	fclose(stdout);
	stdout = usual;
	for (int i = 0; i < COUNT; i++)
		free(words[i]);
	return result;
}

/* Anybody can ask anything: a question must not move the cursor of the clerk who looks it up. */
static void what_people_wrote_stays_on_its_line_and_says_nothing_to_the_terminal(void **state)
{
	struct place *place = *state;

	write_turn(place, "证书\x1b[2J\noutcome:   answer\xc2\x9b", "a\rb");
	assert_int_equal(run(place), EXIT_DONE);
	assert_non_null(strstr(place->text, "\nquestion:  证书?[2J?outcome:   answer?\n"));
	assert_non_null(strstr(place->text, "\nrated:     down a?b\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
		        what_people_wrote_stays_on_its_line_and_says_nothing_to_the_terminal, enter,
		        leave),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

/*
 * export → import → export over folders of eight kinds (fixtures/exchange/folders), in every form
 * that is written: the same bytes. JSON lines and CSV must also keep every member.
 */
#include "knowledge_fixture.h"

#include "office/exchange/exchange.h"

static const enum exchange_format formats[] = { EXCHANGE_JSONL, EXCHANGE_CSV, EXCHANGE_TEXT,
	                                        EXCHANGE_XLSX, EXCHANGE_DOCX };

/* To be freed. */
static struct buf export_of(struct place *place, const char *folder, enum exchange_format format)
{
	struct knowledge *knowledge = load(place, folder);
	struct buf out;

	buf_init(&out, 16 << 20);
	assert_int_equal(exchange_export(knowledge, format, &out, place->faults), STATUS_OK);
	knowledge_destroy(knowledge);
	return out;
}

/* What no form of lines can carry is not there: alternates, patterns, notes. */
static bool is_of_lines(enum exchange_format format)
{
	return format == EXCHANGE_TEXT || format == EXCHANGE_DOCX;
}

static void assert_same(const struct buf *one, const struct buf *other)
{
	assert_int_equal(one->len, other->len);
	assert_memory_equal(buf_text(one), buf_text(other), one->len);
}

static void import_into(struct place *place, struct span text, enum exchange_format format,
                        const char *folder, struct exchange_counts *counts)
{
	const struct exchange_options options = { .format = format, .folder = folder };
	const enum status status =
	        exchange_import(text, "exported", &options, place->faults, counts);

	if (status != STATUS_OK)
		faults_print(place->faults, stderr);
	assert_int_equal(status, STATUS_OK);
}

static void pass_through(struct place *place, const char *folder, enum exchange_format format,
                         size_t entries)
{
	struct exchange_counts counts = { 0 };
	struct buf first = export_of(place, folder, format);
	struct buf rows = export_of(place, folder, EXCHANGE_JSONL);
	struct buf second, rows_again;
	char command[600];

	import_into(place, buf_span(&first), format, "again", &counts);
	assert_int_equal(counts.entries, entries);
	second = export_of(place, "again", format);
	assert_same(&first, &second);
	rows_again = export_of(place, "again", EXCHANGE_JSONL);
	if (!is_of_lines(format))
		assert_same(&rows, &rows_again);
	/* What it came from has all of it already, numbers that were left out among them. */
	import_into(place, buf_span(&second), format, "again", &counts);
	assert_int_equal(counts.kept, entries);
	assert_int_equal(counts.added + counts.changed + counts.removed, 0);
	snprintf(command, sizeof(command), "cp -r '%s' origin", folder);
	assert_int_equal(system(command), 0);
	import_into(place, buf_span(&first), format, "origin", &counts);
	if (!is_of_lines(format))
		assert_int_equal(counts.kept, entries);
	file_remove_tree("origin");
	file_remove_tree("again");
	buf_deinit(&first);
	buf_deinit(&second);
	buf_deinit(&rows);
	buf_deinit(&rows_again);
}

static void a_folder_of_any_kind_comes_back_byte_for_byte(void **state)
{
	static const struct {
		const char *name;
		size_t entries;
	} folders[] = {
		{ "bare", 4 }, { "blank", 3 },  { "chapters", 4 },  { "html", 2 },
		{ "long", 2 }, { "popups", 2 }, { "referrals", 2 }, { "tables", 2 },
	};
	struct place *place = *state;

	for (size_t i = 0; i < sizeof(folders) / sizeof(folders[0]); i++) {
		char folder[512];

		snprintf(folder, sizeof(folder), FIXTURES "/exchange/folders/%s", folders[i].name);
		for (size_t f = 0; f < sizeof(formats) / sizeof(formats[0]); f++)
			pass_through(place, folder, formats[f], folders[i].entries);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_folder_of_any_kind_comes_back_byte_for_byte,
		                                enter, leave),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

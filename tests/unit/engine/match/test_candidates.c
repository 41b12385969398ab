#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/match/candidates.h"
#include "engine/text/tokens.h"

enum { ROWS_MOST = 256 };

struct rows {
	uint32_t items[ROWS_MOST];
	size_t count;
};

struct tables {
	void *bytes;
	size_t size;
	struct candidates *reader;
};

static const char *const rows[] = {
	"证书过期\n怎么延续",
	"上传照片 IE11",
	"错误45009 证书",
	"批量申请",
};

static int set_up(void **state)
{
	static struct tables tables;
	struct candidates_builder *builder = NULL;
	assert_int_equal(candidates_builder_create(&builder), STATUS_OK);
	for (uint32_t row = 0; row < sizeof(rows) / sizeof(rows[0]); row++)
		assert_int_equal(candidates_add_row(builder, row, span_of(rows[row])), STATUS_OK);
	assert_int_equal(candidates_add_best(builder, 2, span_of("证书 书 ")), STATUS_OK);
	assert_int_equal(candidates_finish(builder, &tables.bytes, &tables.size), STATUS_OK);
	candidates_builder_destroy(builder);
	assert_int_equal(candidates_open(tables.bytes, tables.size, &tables.reader), STATUS_OK);
	*state = &tables;
	return 0;
}

static int tear_down(void **state)
{
	struct tables *tables = *state;
	candidates_close(tables->reader);
	free(tables->bytes);
	return 0;
}

static void take(void *context, uint32_t row)
{
	struct rows *found = context;
	assert_true(found->count < ROWS_MOST);
	found->items[found->count++] = row;
}

static struct rows find_keys(struct tables *tables, enum candidates_table table,
                             const uint64_t *keys, size_t count)
{
	struct rows found = { .count = 0 };
	assert_int_equal(candidates_find(tables->reader, table, keys, count, take, &found),
	                 STATUS_OK);
	return found;
}

static struct rows find(struct tables *tables, enum candidates_table table, uint64_t key)
{
	return find_keys(tables, table, &key, 1);
}

/* The key of a word that is not Han. */
static uint64_t key_of(const char *word)
{
	struct arena *arena = NULL;
	struct token_list tokens;
	uint32_t points[16];
	size_t count = 0;
	for (; word[count]; count++)
		points[count] = (unsigned char)word[count];
	assert_int_equal(arena_create(&arena, 1 << 16), STATUS_OK);
	assert_int_equal(tokens_of(points, count, NULL, arena, &tokens), STATUS_OK);
	assert_int_equal(tokens.count, 1);
	const uint64_t key = tokens.items[0].key;
	arena_destroy(arena);
	return key;
}

static void a_row_is_found_by_a_character_a_pair_a_word_and_a_number(void **state)
{
	struct rows found = find(*state, CANDIDATES_WORDS, token_key_unigram(0x4E66)); /* 书 */
	assert_int_equal(found.count, 2);
	assert_int_equal(found.items[0], 0);
	assert_int_equal(found.items[1], 2);
	found = find(*state, CANDIDATES_WORDS, token_key_bigram(0x6279, 0x91CF)); /* 批量 */
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0], 3);
	found = find(*state, CANDIDATES_WORDS, key_of("45009"));
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0], 2);
	found = find(*state, CANDIDATES_WORDS, key_of("IE"));
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0], 1);
}

static void what_a_line_feed_parts_is_no_pair(void **state)
{
	/* 期怎 would be, of 过期 and 怎么. */
	assert_int_equal(find(*state, CANDIDATES_WORDS, token_key_bigram(0x671F, 0x600E)).count, 0);
}

static void a_row_that_has_several_of_the_grams_is_given_once_and_rows_rise(void **state)
{
	const uint64_t keys[] = { token_key_unigram(0x6279), token_key_unigram(0x4E66),
		                  token_key_unigram(0x8BC1), key_of("45009") };
	const struct rows found = find_keys(*state, CANDIDATES_WORDS, keys, 4); /* 批 书 证 */
	assert_int_equal(found.count, 3);
	assert_int_equal(found.items[0], 0);
	assert_int_equal(found.items[1], 2);
	assert_int_equal(found.items[2], 3);
}

static void the_best_rows_are_a_table_of_their_own(void **state)
{
	const struct rows found =
	        find(*state, CANDIDATES_BEST, token_key_bigram(0x8BC1, 0x4E66)); /* 证书 */
	assert_int_equal(found.count, 1);
	assert_int_equal(found.items[0], 2);
	assert_int_equal(find(*state, CANDIDATES_BEST, token_key_unigram(0x8BC1)).count, 0);
}

static void more_grams_than_are_asked_for_are_left_out(void **state)
{
	uint64_t keys[CANDIDATES_GRAMS_MOST + 1];
	for (size_t i = 0; i < CANDIDATES_GRAMS_MOST; i++)
		keys[i] = token_key_bigram(0x20000U + (uint32_t)i, 0x2A6D6); /* four bytes each */
	keys[CANDIDATES_GRAMS_MOST] = token_key_unigram(0x4E66);
	assert_int_equal(find_keys(*state, CANDIDATES_WORDS, keys, CANDIDATES_GRAMS_MOST + 1).count,
	                 0);
	keys[0] = token_key_unigram(0x4E66);
	assert_int_equal(find_keys(*state, CANDIDATES_WORDS, keys, CANDIDATES_GRAMS_MOST + 1).count,
	                 2);
}

static void several_readers_share_the_bytes_and_never_change_them(void **state)
{
	struct tables *tables = *state;
	struct tables other = *tables;
	void *before = malloc(tables->size);
	assert_non_null(before);
	memcpy(before, tables->bytes, tables->size);
	assert_int_equal(candidates_open(tables->bytes, tables->size, &other.reader), STATUS_OK);
	assert_int_equal(find(&other, CANDIDATES_WORDS, token_key_unigram(0x4E66)).count, 2);
	assert_int_equal(find(tables, CANDIDATES_WORDS, token_key_unigram(0x4E66)).count, 2);
	candidates_close(other.reader);
	assert_int_equal(find(tables, CANDIDATES_WORDS, token_key_unigram(0x4E66)).count, 2);
	assert_memory_equal(before, tables->bytes, tables->size);
	free(before);
}

/* Every byte in turn, and every length in steps: an error or some rows, never a crash. */
static void damaged_tables_are_survived(void **state)
{
	const struct tables *tables = *state;
	unsigned char *damaged = malloc(tables->size);
	const uint64_t keys[] = { token_key_unigram(0x4E66), token_key_unigram(0x8BC1) };
	assert_non_null(damaged);
	for (size_t at = 0; at < 2 * tables->size; at += 37) {
		const size_t size = at < tables->size ? tables->size : at - tables->size;
		struct candidates *reader = NULL;
		struct rows found = { .count = 0 };
		memcpy(damaged, tables->bytes, tables->size);
		if (at < tables->size)
			damaged[at] ^= 0x5A;
		enum status status = candidates_open(damaged, size, &reader);
		if (status == STATUS_OK)
			status = candidates_find(reader, CANDIDATES_WORDS, keys, 2, take, &found);
		assert_true(status == STATUS_OK || status == STATUS_INTERNAL);
		candidates_close(reader);
	}
	free(damaged);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_is_found_by_a_character_a_pair_a_word_and_a_number),
		cmocka_unit_test(what_a_line_feed_parts_is_no_pair),
		cmocka_unit_test(a_row_that_has_several_of_the_grams_is_given_once_and_rows_rise),
		cmocka_unit_test(the_best_rows_are_a_table_of_their_own),
		cmocka_unit_test(more_grams_than_are_asked_for_are_left_out),
		cmocka_unit_test(several_readers_share_the_bytes_and_never_change_them),
		cmocka_unit_test(damaged_tables_are_survived),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

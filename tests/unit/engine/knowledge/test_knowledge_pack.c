#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "engine/knowledge/knowledge_pack.h"

enum { PATH_SIZE = 128, PACK_MOST = 64 << 20 };

static const char stamp[DIGEST_HEX_SIZE] =
        "a123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static struct knowledge *load(void)
{
	struct knowledge *knowledge = NULL;
	assert_int_equal(knowledge_load(DAYI_SOURCE_DIR "/knowledge", NULL, &knowledge), STATUS_OK);
	return knowledge;
}

static void draft_of(const struct knowledge *knowledge, struct image_draft *draft)
{
	*draft = (struct image_draft){ .count = 0 };
	assert_int_equal(pack_create(&draft->pack, PACK_MOST), STATUS_OK);
	assert_int_equal(knowledge_keep(knowledge, draft), STATUS_OK);
}

static void forget(struct image_draft *draft)
{
	pack_destroy(draft->pack);
	image_draft_deinit(draft);
}

static void assert_same(const struct image_draft *one, const struct image_draft *other, size_t end)
{
	const struct packed a = pack_packed(one->pack), b = pack_packed(other->pack);
	assert_int_equal(a.size, b.size);
	assert_int_equal(a.pointer_count, b.pointer_count);
	assert_int_equal(a.slot_count, b.slot_count);
	assert_memory_equal(a.pointers, b.pointers, a.pointer_count * sizeof(*a.pointers));
	for (size_t at = 0; at < a.size && at < end; at++)
		if (a.bytes[at] != b.bytes[at])
			fail_msg("byte %zu of %zu differs", at, a.size);
}

/* A pointer that was not set, or memory that nobody filled, would differ. */
static void the_same_folder_gives_the_same_bytes_wherever_it_lies_in_memory(void **state)
{
	(void)state;
	struct image_draft one, other;
	struct knowledge *first = load(), *second = load();
	draft_of(first, &one);
	draft_of(second, &other);
	assert_ptr_not_equal(first->entries, second->entries);
	assert_same(&one, &other, SIZE_MAX);
	forget(&one);
	forget(&other);
	knowledge_destroy(first);
	knowledge_destroy(second);
}

struct kept {
	char path[PATH_SIZE];
	struct image_file *file;
	struct knowledge *knowledge;
};

static void keep(const struct knowledge *knowledge, struct kept *kept)
{
	struct image_draft draft;
	snprintf(kept->path, sizeof(kept->path), "/tmp/dayi-pack-XXXXXX");
	const int fd = mkstemp(kept->path);
	assert_true(fd >= 0);
	close(fd);
	draft_of(knowledge, &draft);
	assert_int_equal(image_file_write(kept->path, stamp, &draft), STATUS_OK);
	forget(&draft);
	assert_int_equal(image_file_open(kept->path, stamp, &kept->file), STATUS_OK);
	assert_int_equal(knowledge_adopt(kept->file, &kept->knowledge), STATUS_OK);
}

static void let_go(struct kept *kept)
{
	knowledge_destroy(kept->knowledge);
	image_file_close(kept->file);
	unlink(kept->path);
}

/* Where PCRE2's part begins, in which it marks what was decoded. */
static size_t codes_at(const struct image_draft *draft)
{
	const uint64_t *places = draft->sections[0].items;
	assert_string_equal(draft->sections[0].name, "knowledge");
	return pack_target(draft->pack, (size_t)places[2] + 2 * sizeof(void *));
}

/* Whatever can be reached from the knowledge is packed: to pack it again gives the same. */
static void what_is_taken_from_a_file_is_all_that_was_put_into_it(void **state)
{
	(void)state;
	struct image_draft one, other;
	struct knowledge *knowledge = load();
	struct kept kept;
	keep(knowledge, &kept);
	draft_of(knowledge, &one);
	draft_of(kept.knowledge, &other);
	assert_int_equal(codes_at(&one), codes_at(&other));
	assert_true(codes_at(&one) > 0);
	assert_same(&one, &other, codes_at(&one));
	forget(&one);
	forget(&other);
	assert_string_equal(kept.knowledge->version, knowledge->version);
	for (size_t i = 0; i < knowledge->entry_count; i++) {
		const struct entry *entry = &kept.knowledge->entries[i];
		assert_string_equal(entry->id, knowledge->entries[i].id);
		assert_string_equal(entry->answer, knowledge->entries[i].answer);
		assert_ptr_equal(knowledge_find(kept.knowledge, entry->id), entry);
	}
	let_go(&kept);
	knowledge_destroy(knowledge);
}

static void find_all(const struct pattern_list *own, const struct pattern_list *kept,
                     struct pattern_scratch *scratch, struct span text, size_t *found)
{
	assert_int_equal(own->count, kept->count);
	for (size_t i = 0; i < own->count; i++) {
		size_t start = 0, end = 0, kept_start = 0, kept_end = 0;
		const bool there = pattern_find(own->items[i], scratch, text, &start, &end);
		assert_int_equal(
		        pattern_find(kept->items[i], scratch, text, &kept_start, &kept_end), there);
		assert_int_equal(start, kept_start);
		assert_int_equal(end, kept_end);
		assert_string_equal(pattern_source(own->items[i]), pattern_source(kept->items[i]));
		assert_int_equal(pattern_number(own->items[i]), pattern_number(kept->items[i]));
		const struct pattern_literals *literals = pattern_literals(own->items[i]);
		assert_int_equal(literals->count, pattern_literals(kept->items[i])->count);
		for (size_t s = 0; s < literals->count; s++)
			assert_string_equal(literals->sets[s].words,
			                    pattern_literals(kept->items[i])->sets[s].words);
		*found += there;
	}
}

static void patterns_find_the_same(void **state)
{
	(void)state;
	struct knowledge *knowledge = load();
	struct pattern_scratch *scratch = NULL;
	struct kept kept;
	size_t found = 0;
	assert_int_equal(pattern_scratch_create(&scratch), STATUS_OK);
	keep(knowledge, &kept);
	for (size_t i = 0; i < knowledge->entry_count; i++) {
		const struct entry *entry = &knowledge->entries[i];
		for (size_t k = 0; k < knowledge->entry_count; k++)
			find_all(&entry->patterns, &kept.knowledge->entries[i].patterns, scratch,
			         span_of(knowledge->entries[k].question), &found);
	}
	assert_true(found > 0);
	pattern_scratch_destroy(scratch);
	let_go(&kept);
	knowledge_destroy(knowledge);
}

static void a_file_without_knowledge_gives_none(void **state)
{
	(void)state;
	struct image_draft draft = { .count = 0 };
	struct knowledge *knowledge = NULL;
	struct image_file *file = NULL;
	char path[] = "/tmp/dayi-pack-XXXXXX";
	const int fd = mkstemp(path);
	assert_true(fd >= 0);
	close(fd);
	image_draft_add(&draft, "other", "x", 1, 1);
	assert_int_equal(image_file_write(path, stamp, &draft), STATUS_OK);
	assert_int_equal(image_file_open(path, stamp, &file), STATUS_OK);
	assert_int_equal(knowledge_adopt(file, &knowledge), STATUS_INVALID);
	assert_null(knowledge);
	image_file_close(file);
	image_draft_deinit(&draft);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_same_folder_gives_the_same_bytes_wherever_it_lies_in_memory),
		cmocka_unit_test(what_is_taken_from_a_file_is_all_that_was_put_into_it),
		cmocka_unit_test(patterns_find_the_same),
		cmocka_unit_test(a_file_without_knowledge_gives_none),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}

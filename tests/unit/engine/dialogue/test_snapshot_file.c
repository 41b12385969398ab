#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "engine/dialogue/conversation.h"
#include "engine/dialogue/snapshot_file.h"

enum { ENTRIES = SNAPSHOT_KEPT_FROM, PATH_SIZE = 512, ASKED_OF = 97, SEED = 7 };

/* A large folder, and where its file is to be kept. */
struct large {
	char root[PATH_SIZE / 4], folder[PATH_SIZE / 2], index[PATH_SIZE / 2];
	struct normaliser *normaliser;
	struct match_settings settings;
	struct arena *arena;
	struct snapshot *own; /* built in memory */
};

static void write_text(const char *folder, const char *name, const char *text)
{
	char path[PATH_SIZE * 2];
	snprintf(path, sizeof(path), "%s/%s", folder, name);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

static void write_entries(const char *folder, size_t count)
{
	static const char *const what[] = { "身份证", "驾驶证", "居住证", "毕业证", "营业执照" };
	static const char *const how[] = { "怎么补办", "多久能取", "在哪里查询", "为什么被退回" };
	char path[PATH_SIZE];
	snprintf(path, sizeof(path), "%s/all/entries.jsonl", folder);
	FILE *file = fopen(path, "w");
	assert_non_null(file);
	for (size_t i = 0; i < count; i++) {
		fprintf(file,
		        "{\"id\":\"e%zu\",\"number\":%zu,\"question\":\"%s第%zu号%s\","
		        "\"also\":[\"%zu号的%s%s呢\"],\"answer\":\"请到%zu号窗口，电话0371-%"
		        "08zu。\"",
		        i, i + 1, what[i % 5], i, how[i % 4], i, what[i % 5], how[(i + 1) % 4], i,
		        60000000 + i);
		if (i % 50 == 0)
			fprintf(file, ",\"prompts\":[\"系统提示第%zu号业务暂停办理\"]", i);
		if (i % 70 == 0)
			fprintf(file, ",\"patterns\":[\"错误代码.{0,3}E%zuX\"]", i);
		fputs("}\n", file);
	}
	assert_int_equal(fclose(file), 0);
}

static void make_folder(struct large *large)
{
	char path[PATH_SIZE];
	snprintf(large->root, sizeof(large->root), "/tmp/dayi-snapshot-XXXXXX");
	assert_non_null(mkdtemp(large->root));
	snprintf(large->folder, sizeof(large->folder), "%s/knowledge", large->root);
	snprintf(large->index, sizeof(large->index), "%s/index", large->root);
	snprintf(path, sizeof(path), "%s/all", large->folder);
	assert_int_equal(file_make_folder(path), STATUS_OK);
	write_entries(large->folder, ENTRIES);
	write_text(large->folder, "office.json", "{\"name\":\"某局\",\"title\":\"问答\"}");
	write_text(large->folder, "unknown.json", "{}"); /* a warning */
	write_text(large->folder, "smalltalk.json",
	           "{\"smalltalk\":[{\"id\":\"thanks\",\"outcome\":\"smalltalk\","
	           "\"patterns\":[\"^谢谢\"],\"also\":[\"谢谢你\"],\"reply\":\"不客气。\"}]}");
}

static struct snapshot *build(struct large *large, struct faults *faults)
{
	struct snapshot *snapshot = NULL;
	const enum status status = snapshot_build(large->folder, large->normaliser,
	                                          &large->settings, faults, &snapshot);
	if (faults && status != STATUS_OK)
		faults_print(faults, stderr);
	assert_int_equal(status, STATUS_OK);
	return snapshot;
}

static int set_up(void **state)
{
	struct large *large = calloc(1, sizeof(*large));
	struct faults *faults = NULL;
	assert_non_null(large);
	*state = large;
	make_folder(large);
	assert_int_equal(normaliser_create(&large->normaliser), STATUS_OK);
	assert_int_equal(arena_create(&large->arena, 64 << 20), STATUS_OK);
	assert_int_equal(faults_create(&faults), STATUS_OK);
	large->settings = match_settings_default();
	large->own = build(large, faults);
	assert_null(large->own->file);
	faults_destroy(faults);
	large->settings.index_folder = large->index;
	return 0;
}

static size_t files_named(const struct large *large, const char *ending, char path[PATH_SIZE])
{
	struct file_list files = { 0 };
	size_t count = 0;
	arena_reset(large->arena);
	if (file_list(large->index, large->arena, &files) != STATUS_OK)
		return 0;
	for (size_t i = 0; i < files.count; i++)
		if (strstr(files.names[i], ending)) {
			snprintf(path, PATH_SIZE, "%s/%s", large->index, files.names[i]);
			count++;
		}
	return count;
}

static void forget_files(const struct large *large)
{
	char path[PATH_SIZE];
	while (files_named(large, "", path) > 0)
		assert_int_equal(unlink(path), 0);
}

static void remove_tree(const struct large *large)
{
	char command[PATH_SIZE];
	snprintf(command, sizeof(command), "rm -r '%s'", large->root);
	assert_int_equal(system(command), 0);
}

static int tear_down(void **state)
{
	struct large *large = *state;
	if (!large)
		return 0;
	snapshot_destroy(large->own);
	normaliser_destroy(large->normaliser);
	arena_destroy(large->arena);
	remove_tree(large);
	free(large);
	return 0;
}

/* The reply without what is of the moment, and the ranking. */
static void reply_of(struct large *large, const struct snapshot *snapshot, const char *question,
                     struct buf *out)
{
	struct conversation *conversation = NULL;
	struct clock clock = clock_computing();
	struct scratch *scratch = NULL;
	struct reply reply;
	const struct turn_input input = { span_of(question), NULL, &clock, large->arena };
	const struct reply_extras extras = { .ranking_top = 10 };
	buf_init(out, 1 << 20);
	arena_reset(large->arena);
	assert_int_equal(conversation_create(&conversation, SEED), STATUS_OK);
	assert_int_equal(scratch_create(snapshot, &scratch), STATUS_OK);
	assert_int_equal(turn_take(snapshot, scratch, conversation, &input, &reply), STATUS_OK);
	reply.took_us = 0;
	reply.receipt[0] = '\0';
	assert_int_equal(reply_write_json(&reply, &extras, out), STATUS_OK);
	conversation_destroy(conversation);
	scratch_destroy(scratch);
}

static void assert_same_reply(struct large *large, struct snapshot *snapshot, const char *question)
{
	struct buf own, kept;
	reply_of(large, large->own, question, &own);
	reply_of(large, snapshot, question, &kept);
	assert_string_equal(buf_text(&kept), buf_text(&own));
	buf_deinit(&own);
	buf_deinit(&kept);
}

static void assert_same_answers(struct large *large, struct snapshot *snapshot)
{
	static const char *const others[] = {
		"怎么补办",
		"系统提示第100号业务暂停办理怎么回事",
		"弹出错误代码：E140X，前面还有错误代码E70X",
		"错误代码 e210x",
		"谢谢",
		"你好",
		"天气怎么样",
		"我的电话是0371-60000012，帮我查查营业执照第4号",
		"身份证第5号怎么补办，驾驶证第1号多久能取？",
		"第77条",
		"shenfenzheng",
	};
	char question[QUESTION_FACT_SIZE * 4];
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_same_reply(large, snapshot, others[i]);
	for (size_t i = 0; i < ENTRIES; i += ASKED_OF) {
		const struct entry *entry = &large->own->knowledge->entries[i];
		snprintf(question, sizeof(question), "请问%s啊", entry->also.items[0]);
		assert_same_reply(large, snapshot, question);
	}
	assert_string_equal(snapshot->knowledge->version, large->own->knowledge->version);
	for (size_t i = 0; i < EXAMPLES_MOST; i++) {
		assert_int_equal(!snapshot->meant[i], !large->own->meant[i]);
		if (snapshot->meant[i])
			assert_string_equal(snapshot->meant[i]->id, large->own->meant[i]->id);
	}
}

static void a_file_answers_as_the_folder_does(void **state)
{
	struct large *large = *state;
	char path[PATH_SIZE];
	struct snapshot *first = build(large, NULL);
	assert_non_null(first->file);
	assert_int_equal(files_named(large, ".index", path), 1);
	assert_same_answers(large, first);
	struct snapshot *second = build(large, NULL); /* the first still has the file's address */
	assert_false(image_file_is_in_place(first->file) && image_file_is_in_place(second->file));
	assert_same_answers(large, second);
	assert_same_answers(large, first);
	snapshot_destroy(first);
	assert_same_answers(large, second);
	snapshot_destroy(second); /* its file is left to the tests below */
}

/* As if the folder had been as it is for a while. */
static void note_as_settled(struct large *large, const char *version)
{
	struct snapshot_place place;
	snapshot_place_init(&place, large->folder, &large->settings);
	assert_int_not_equal(place.print.hex[0], '\0');
	place.print.taken_s = place.print.changed_s + 60;
	snapshot_file_note(&place, version);
}

static bool is_known(const struct large *large)
{
	struct snapshot_place place;
	char version[KNOWLEDGE_VERSION_SIZE];
	snapshot_place_init(&place, large->folder, &large->settings);
	return snapshot_file_version(&place, version) == STATUS_OK;
}

static size_t inode_of(const char *path)
{
	struct stat about;
	assert_int_equal(stat(path, &about), 0);
	return (size_t)about.st_ino;
}

static void a_folder_that_is_as_it_was_is_not_read_again(void **state)
{
	struct large *large = *state;
	char path[PATH_SIZE];
	note_as_settled(large, large->own->knowledge->version);
	assert_true(is_known(large));
	assert_int_equal(files_named(large, ".index", path), 1);
	const size_t inode = inode_of(path);
	struct faults *faults = NULL;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	struct snapshot *snapshot = build(large, faults);
	assert_same_answers(large, snapshot);
	assert_int_equal(inode_of(path), inode);
	/* What was doubtful of the folder is said again. */
	assert_int_equal(faults_kept(faults), 1);
	assert_int_equal(faults_at(faults, 0)->level, FAULT_WARNING);
	assert_non_null(strstr(faults_at(faults, 0)->file, "unknown.json"));
	faults_destroy(faults);
	snapshot_destroy(snapshot);
}

/* Only the version's start is read where the folder was noted: to note a wrong one shows that. */
static void a_note_that_is_damaged_is_not_believed(void **state)
{
	struct large *large = *state;
	char path[PATH_SIZE];
	note_as_settled(large, large->own->knowledge->version);
	assert_int_equal(files_named(large, ".seen", path), 1);
	FILE *file = fopen(path, "r+");
	assert_non_null(file);
	assert_int_equal(fputc(large->own->knowledge->version[0] == '0' ? '1' : '0', file),
	                 large->own->knowledge->version[0] == '0' ? '1' : '0');
	assert_int_equal(fclose(file), 0);
	assert_false(is_known(large));
	assert_int_equal(files_named(large, ".seen", path), 0);
}

static void a_folder_that_changed_is_read(void **state)
{
	struct large *large = *state;
	note_as_settled(large, large->own->knowledge->version);
	write_entries(large->folder, ENTRIES + 1);
	assert_false(is_known(large));
	struct snapshot *snapshot = build(large, NULL);
	assert_int_equal(snapshot->knowledge->answer_count, ENTRIES + 1);
	assert_string_not_equal(snapshot->knowledge->version, large->own->knowledge->version);
	snapshot_destroy(snapshot);
	write_entries(large->folder, ENTRIES);
	forget_files(large);
}

static void damage(const char *path, long at, bool cut)
{
	if (cut) {
		assert_int_equal(truncate(path, at), 0);
		return;
	}
	FILE *file = fopen(path, "r+b");
	assert_non_null(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	const int byte = fgetc(file);
	assert_int_equal(fseek(file, at, SEEK_SET), 0);
	assert_int_equal(fputc(byte ^ 1, file), byte ^ 1);
	assert_int_equal(fclose(file), 0);
}

static void a_damaged_file_is_made_anew_and_that_is_said(void **state)
{
	struct large *large = *state;
	char path[PATH_SIZE];
	struct stat about;
	note_as_settled(large, large->own->knowledge->version);
	for (long part = 1; part < 3; part++) {
		struct faults *faults = NULL;
		assert_int_equal(faults_create(&faults), STATUS_OK);
		assert_int_equal(files_named(large, ".index", path), 1);
		assert_int_equal(stat(path, &about), 0);
		damage(path, about.st_size * part / 3, part % 2);
		struct snapshot *snapshot = build(large, faults);
		size_t said = 0;
		for (size_t i = 0; i < faults_kept(faults); i++)
			said += strcmp(faults_at(faults, i)->file, path) == 0;
		assert_int_equal(said, 1);
		assert_non_null(snapshot->file);
		assert_same_reply(large, snapshot, "身份证第5号怎么补办");
		snapshot_destroy(snapshot);
		faults_destroy(faults);
	}
}

static void other_settings_have_another_file_and_only_the_newest_are_kept(void **state)
{
	struct large *large = *state;
	char path[PATH_SIZE];
	for (int i = 0; i < 6; i++) {
		snprintf(path, sizeof(path), "%s/%032d.index", large->index, i);
		assert_int_equal(file_write(path, span_of("old")), STATUS_OK);
	}
	large->settings.candidates = 300;
	snapshot_destroy(build(large, NULL));
	assert_int_equal(files_named(large, ".index", path), 4);
	assert_int_equal(files_named(large, "0000000000000000000000000000000", path), 3);
	struct snapshot *snapshot = build(large, NULL);
	assert_non_null(snapshot->file);
	snapshot_destroy(snapshot);
	large->settings.candidates = 0;
	forget_files(large);
}

static void several_that_build_at_once_leave_one_whole_file(void **state)
{
	struct large *large = *state;
	char path[PATH_SIZE];
	pid_t children[2];
	for (int i = 0; i < 2; i++) {
		children[i] = fork();
		assert_true(children[i] >= 0);
		if (children[i] == 0) {
			struct snapshot *snapshot = NULL;
			const enum status status =
			        snapshot_build(large->folder, large->normaliser, &large->settings,
			                       NULL, &snapshot);
			_exit(status == STATUS_OK && snapshot->file ? 0 : 1);
		}
	}
	for (int i = 0; i < 2; i++) {
		int result;
		assert_int_equal(waitpid(children[i], &result, 0), children[i]);
		assert_int_equal(result, 0);
	}
	assert_int_equal(files_named(large, ".index", path), 1);
	struct snapshot *snapshot = build(large, NULL);
	assert_non_null(snapshot->file);
	snapshot_destroy(snapshot);
	forget_files(large);
}

static void where_nothing_can_be_written_it_serves_from_memory(void **state)
{
	struct large *large = *state;
	struct faults *faults = NULL;
	assert_int_equal(faults_create(&faults), STATUS_OK);
	large->settings.index_folder = "/dev/null/index";
	struct snapshot *snapshot = build(large, faults);
	assert_null(snapshot->file);
	assert_same_reply(large, snapshot, "身份证第5号怎么补办");
	assert_int_equal(faults_count(faults, FAULT_WARNING), 2); /* with the one of the folder */
	snapshot_destroy(snapshot);
	faults_destroy(faults);
	large->settings.index_folder = large->index;
}

static void a_small_folder_leaves_no_file(void **state)
{
	struct large *large = *state;
	char path[PATH_SIZE];
	struct snapshot *snapshot = NULL;
	assert_int_equal(snapshot_build(SMALL_KNOWLEDGE, large->normaliser, &large->settings, NULL,
	                                &snapshot),
	                 STATUS_OK);
	assert_null(snapshot->file);
	assert_non_null(snapshot->parts);
	snapshot_destroy(snapshot);
	assert_int_equal(files_named(large, "", path), 0);
}

/* In this order: the first leaves its file to those behind it. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_answers_as_the_folder_does),
		cmocka_unit_test(a_folder_that_is_as_it_was_is_not_read_again),
		cmocka_unit_test(a_note_that_is_damaged_is_not_believed),
		cmocka_unit_test(a_damaged_file_is_made_anew_and_that_is_said),
		cmocka_unit_test(other_settings_have_another_file_and_only_the_newest_are_kept),
		cmocka_unit_test(a_folder_that_changed_is_read),
		cmocka_unit_test(several_that_build_at_once_leave_one_whole_file),
		cmocka_unit_test(where_nothing_can_be_written_it_serves_from_memory),
		cmocka_unit_test(a_small_folder_leaves_no_file),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}

#include "host/config/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static int make_arena(void **state)
{
	struct arena *arena = NULL;

	assert_int_equal(arena_create(&arena, 65536), STATUS_OK);
	*state = arena;
	return 0;
}

static int remove_arena(void **state)
{
	arena_destroy(*state);
	return 0;
}

/* Whose knowledge folder is found first. */
static int stand_in_source(void **state)
{
	(void)state;
	return chdir(DAYI_SOURCE_DIR);
}

static struct config defaults(struct arena *arena)
{
	struct config config;

	assert_int_equal(config_load(&(struct config_given){ .port = -1 }, arena, NULL, &config),
	                 STATUS_OK);
	return config;
}

/* The one fault that the check finds. */
static void expect_fault(const struct config *config, const char *field)
{
	struct faults *faults = NULL;

	assert_int_equal(faults_create(&faults), STATUS_OK);
	assert_int_equal(config_check(config, faults), STATUS_INVALID);
	assert_int_equal(faults_kept(faults), 1);
	assert_string_equal(faults_at(faults, 0)->field, field);
	faults_destroy(faults);
}

static void the_defaults_are_sound_and_serve_this_machine_only(void **state)
{
	const struct config config = defaults(*state);

	assert_int_equal(config_check(&config, NULL), STATUS_OK);
	assert_string_equal(config.server.host, "127.0.0.1");
	assert_int_equal(config.server.port, 8080);
	assert_string_equal(config.knowledge.folder, "knowledge");
	assert_string_equal(config.web.folder, "web/dist");
	assert_string_equal(config.journal.file, "var/journal.db");
	assert_int_equal(config.http.origins.count, 0);
	assert_true(config.http.without_origin);
	assert_int_equal(config_log_level(&config), LOG_INFO);
}

static void the_matching_has_the_engines_own_defaults(void **state)
{
	const struct config config = defaults(*state);
	const struct match_settings own = match_settings_default();

	assert_float_equal(config.match.answer_at, own.answer_at, 1e-9);
	assert_float_equal(config.match.choose_at, own.choose_at, 1e-9);
	assert_float_equal(config.match.clear_by, own.clear_by, 1e-9);
	assert_int_equal(config.match.candidates, own.candidates);
}

static void each_key_is_in_the_table_once(void **state)
{
	size_t count;
	const struct setting *table = config_table(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		assert_non_null(table[i].help);
		for (size_t j = 0; j < i; j++) {
			assert_string_not_equal(table[i].key, table[j].key);
			assert_int_not_equal(table[i].offset, table[j].offset);
		}
	}
}

static void what_makes_no_sense_is_a_fault_that_names_the_key(void **state)
{
	const char *const origins[] = { "https://good.example", "portal.example.cn" };
	const char *const embedders[] = { "https://a.example; script-src *" };
	const char *const proxies[] = { "10.0.0.0/40" };
	const struct config sound = defaults(*state);
	struct config config = sound;

	config.server.host = "localhost";
	expect_fault(&config, "server.host");
	config = sound;
	config.log_level = "loud";
	expect_fault(&config, "log.level");
	config = sound;
	config.knowledge.folder = "";
	expect_fault(&config, "knowledge.folder");
	config = sound;
	config.knowledge.golden = "ask";
	expect_fault(&config, "knowledge.golden");
	config = sound;
	config.knowledge.from = "database";
	expect_fault(&config, "knowledge.from");
	config = sound;
	config.knowledge.from = "store"; /* of none */
	expect_fault(&config, "knowledge.from");
	config.store.url = "host=10.0.0.5 dbname=dayi";
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
	config = sound;
	config.store.url = "var/dayi.db";
	expect_fault(&config, "store.url");
	config.store.url = "postgres://u:geheim@[/dayi";
	expect_fault(&config, "store.url");
	config = sound;
	config.web.embed_origins = (struct setting_list){ embedders, 1 };
	expect_fault(&config, "web.embed_origins");
	config = sound;
	config.match.choose_at = config.match.answer_at + 0.01;
	expect_fault(&config, "match.choose_at");
	config = sound;
	config.http.origins = (struct setting_list){ origins, 2 };
	expect_fault(&config, "http.origins");
	config = sound;
	config.http.trusted_proxies = (struct setting_list){ proxies, 1 };
	expect_fault(&config, "http.trusted_proxies");
}

static void no_two_settings_name_the_same_state_file(void **state)
{
	struct config config = defaults(*state);

	config.audit.key_file = "var/journal.db";
	expect_fault(&config, "audit.key_file");
	config = defaults(*state);
	config.record.file = config.audit.file;
	expect_fault(&config, "record.file");
	config = defaults(*state);
	config.journal.file = config.record.mapping = "";
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
}

static void the_level_of_the_log_is_read_by_name(void **state)
{
	struct config config = defaults(*state);

	config.log_level = "debug";
	assert_int_equal(config_log_level(&config), LOG_DEBUG);
	config.log_level = "error";
	assert_int_equal(config_log_level(&config), LOG_ERROR);
}

/* The file of these lines, read and checked; the faults are the caller's to destroy. */
static enum status read_lines(struct arena *arena, const char *lines, struct config *config,
                              char path[64], struct faults **faults)
{
	const struct config_given given = { .file = path, .port = -1 };
	enum status loaded, checked;
	FILE *stream;

	snprintf(path, 64, "/tmp/dayi-config-XXXXXX");
	stream = fdopen(mkstemp(path), "w");
	assert_non_null(stream);
	fputs(lines, stream);
	fclose(stream);
	assert_int_equal(faults_create(faults), STATUS_OK);
	loaded = config_load(&given, arena, *faults, config);
	checked = config_check(config, *faults);
	if (config_check_files(config, *faults) != STATUS_OK)
		checked = STATUS_INVALID;
	unlink(path);
	return loaded != STATUS_OK ? loaded : checked;
}

static void a_store_takes_the_place_of_the_files_of_journal_and_audit(void **state)
{
	static const char url[] = "host=/run/postgresql dbname=dayi";
	struct faults *faults = NULL;
	struct config config;
	char path[64];

	(void)read_lines(*state,
	                 "[store]\nurl = host=/run/postgresql dbname=dayi\n[knowledge]\nfrom = "
	                 "store\nfolder = /no/such/folder\n",
	                 &config, path, &faults);
	assert_int_equal(faults_count(faults, FAULT_ERROR), 0);
	assert_string_equal(config.journal.file, url);
	assert_string_equal(config.audit.file, url);
	faults_destroy(faults);
	(void)read_lines(*state, "[store]\nurl = service=dayi\n[journal]\nfile =\n", &config, path,
	                 &faults);
	assert_string_equal(config.journal.file, "");
	assert_string_equal(config.audit.file, "service=dayi");
	faults_destroy(faults);
}

static void every_kind_of_fault_is_told_in_one_run_with_its_line(void **state)
{
	static const struct {
		unsigned line;
		const char *field;
	} expected[] = {
		{ 2, "server.prot" },   { 4, "limits.connections" }, { 6, "log.level" },
		{ 12, "http.origins" }, { 14, "record.source" },     { 8, "knowledge.folder" },
		{ 10, "web.folder" },
	};
	const size_t count = sizeof(expected) / sizeof(expected[0]);
	struct faults *faults = NULL;
	struct config config;
	char path[64];

	assert_int_equal(
	        read_lines(*state,
	                   "[server]\nprot = 1\n[limits]\nconnections = many\n[log]\nlevel = loud\n"
	                   "[knowledge]\nfolder = /no/such/folder\n[web]\nfolder = /no/such/page\n"
	                   "[http]\norigins = portal.example.cn\n[record]\nsource = oracle\n",
	                   &config, path, &faults),
	        STATUS_INVALID);
	assert_int_equal(faults_kept(faults), count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(faults_at(faults, i)->file, path);
		assert_int_equal(faults_at(faults, i)->line, expected[i].line);
		assert_string_equal(faults_at(faults, i)->field, expected[i].field);
	}
	faults_destroy(faults);
}

static void files_that_others_bring_must_be_there_and_be_sound(void **state)
{
	struct faults *faults = NULL;
	struct config config;
	char path[64];

	assert_int_equal(
	        read_lines(*state,
	                   "[web]\nfolder =\n[sign_in]\nalgorithm = RS256\n"
	                   "key_file = /no/such/key\n[record]\nmapping = /no/such/mapping\n",
	                   &config, path, &faults),
	        STATUS_INVALID);
	assert_int_equal(faults_kept(faults), 2);
	assert_string_equal(faults_at(faults, 0)->file, "/no/such/mapping");
	assert_string_equal(faults_at(faults, 1)->file, "/no/such/key");
	faults_destroy(faults);
}

/* What is written follows the knowledge: here, where that is named or here. */
static void a_folder_that_is_named_keeps_what_is_written_here(void **state)
{
	const struct config_given given = { .knowledge = "/srv/faq", .port = 81 };
	struct config config;

	assert_int_equal(chdir("/"), 0);
	assert_int_equal(config_load(&given, *state, NULL, &config), STATUS_OK);
	assert_string_equal(config.knowledge.folder, "/srv/faq");
	assert_string_equal(config.journal.file, "var/journal.db");
	assert_int_equal(config.server.port, 81);
	config = defaults(*state);
	assert_string_equal(config.knowledge.folder, DAYI_BINARY_DIR "/share/dayi/knowledge");
	assert_string_equal(config.journal.file, DAYI_SOURCE_DIR "/var/journal.db");
	assert_string_equal(config.audit.key_file, DAYI_SOURCE_DIR "/var/audit.key");
	assert_int_equal(chdir(DAYI_SOURCE_DIR), 0);
}

/* Of a second server on one machine nothing lies where the first one's does. */
static void one_setting_moves_all_that_is_written(void **state)
{
	char path[] = "/tmp/dayi-config-XXXXXX";
	const int fd = mkstemp(path);
	FILE *stream = fdopen(fd, "w");
	struct config config;
	size_t count;
	const struct setting *table = config_table(&count);

	assert_non_null(stream);
	fputs("[server]\nvar = my-var\n[journal]\nfile = elsewhere.db\n", stream);
	fclose(stream);
	for (int own = 0; own < 2; own++) {
		const struct config_given given = { .file = path,
			                            .knowledge = own ? "my-knowledge" : NULL,
			                            .port = -1 };

		assert_int_equal(config_load(&given, *state, NULL, &config), STATUS_OK);
		assert_string_equal(config.journal.file, "elsewhere.db");
		for (size_t i = 0; i < count; i++) {
			const char *const *value =
			        (const void *)((const char *)&config + table[i].offset);
			char moved[64];

			if (strncmp(table[i].preset, "var/", 4) != 0 ||
			    strcmp(table[i].key, "journal.file") == 0)
				continue;
			assert_int_equal(table[i].type, SETTING_TEXT);
			snprintf(moved, sizeof(moved), "my-%s", table[i].preset);
			assert_string_equal(*value, moved);
		}
		assert_int_equal(config_check(&config, NULL), STATUS_OK);
	}
	unlink(path);
	config.server.var = "";
	expect_fault(&config, "server.var");
}

static void a_printed_configuration_reads_back_as_the_defaults(void **state)
{
	char path[] = "/tmp/dayi-config-XXXXXX";
	const int fd = mkstemp(path);
	FILE *stream = fdopen(fd, "w");
	struct config config;
	size_t count;
	const struct setting *table = config_table(&count);

	assert_non_null(stream);
	settings_print(table, count, false, stream);
	fclose(stream);
	assert_int_equal(config_load(&(struct config_given){ .file = path, .port = -1 }, *state,
	                             NULL, &config),
	                 STATUS_OK);
	assert_int_equal(config.limits.connections, 4096);
	assert_int_equal(config.web.embed_origins.count, 0);
	unlink(path);
}

static void the_console_is_reached_by_https_unless_the_office_says_otherwise(void **state)
{
	const char *const plain[] = { "http://10.0.0.5:8080" };
	const char *const sound[] = { "https://faq.example.cn", "http://127.0.0.1:8080",
		                      "http://localhost", "http://[::1]:8080" };
	const char *const like[] = { "http://localhost.example.cn" };
	struct config config = defaults(*state);

	assert_true(config.console.enabled);
	assert_int_equal(config.console.origins.count, 0);
	config.console.origins = (struct setting_list){ sound, 4 };
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
	config.console.origins = (struct setting_list){ like, 1 };
	expect_fault(&config, "console.origins");
	config.console.origins = (struct setting_list){ plain, 1 };
	expect_fault(&config, "console.origins");
	config.console.plain_http = true;
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
}

static void a_session_is_not_idle_for_longer_than_it_lasts(void **state)
{
	struct config config = defaults(*state);

	config.console.idle_s = 3601;
	config.console.longest_s = 3600;
	expect_fault(&config, "console.idle_s");
}

/* Open ports of such programs were taken over in numbers: NapCatQQ#1228. */
static void programs_beyond_this_machine_need_a_token(void **state)
{
	static const char *const proxies[] = { "10.0.0.1" };
	struct config config = defaults(*state);

	config.onebot.path = "/onebot/v11/ws";
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
	config.server.host = "::1";
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
	config.http.trusted_proxies = (struct setting_list){ proxies, 1 };
	expect_fault(&config, "onebot.path");
	config.http.trusted_proxies.count = 0;
	config.server.host = "0.0.0.0";
	expect_fault(&config, "onebot.path");
	config.onebot.token_file = "var/onebot.token";
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
	config.onebot.path = "onebot";
	expect_fault(&config, "onebot.path");
}

static void a_socket_that_is_opened_is_named_by_address(void **state)
{
	static const struct {
		const char *url, *host, *path; /* host NULL: refused */
		int port;
	} cases[] = {
		{ "ws://127.0.0.1:6700/", "127.0.0.1", "/", 6700 },
		{ "ws://10.0.0.5", "10.0.0.5", "/", 80 },
		{ "ws://10.0.0.5/a?b=c", "10.0.0.5", "/a?b=c", 80 },
		{ "ws://[::1]:3001/onebot", "::1", "/onebot", 3001 },
		{ "ws://[::1]", "::1", "/", 80 },
		{ "", NULL, NULL, 0 },
		{ "wss://127.0.0.1/", NULL, NULL, 0 },
		{ "wss://[::1]/", NULL, NULL, 0 },
		{ "ws://localhost:3001/", "localhost", "/", 3001 },
		{ "wss://bot.example", "bot.example", "/", 443 },
		{ "wss://bot-1.example:8443/a", "bot-1.example", "/a", 8443 },
		{ "ws://256.0.0.1/", NULL, NULL, 0 },
		{ "ws://bot..example/", NULL, NULL, 0 },
		{ "ws://-bot.example/", NULL, NULL, 0 },
		{ "ws://bot_1.example/", NULL, NULL, 0 },
		{ "ws://user@bot.example/", NULL, NULL, 0 },
		{ "ws://bot.example./", NULL, NULL, 0 },
		{ "http://bot.example/", NULL, NULL, 0 },
		{ "ws://127.0.0.1:0/", NULL, NULL, 0 },
		{ "ws://127.0.0.1:65536/", NULL, NULL, 0 },
		{ "ws://127.0.0.1:12345678901234567890/", NULL, NULL, 0 },
		{ "ws://127.0.0.1:/", NULL, NULL, 0 },
		{ "ws://127.0.0.1:1x/", NULL, NULL, 0 },
		{ "ws://[::1/", NULL, NULL, 0 },
		{ "ws://[::1]x/", NULL, NULL, 0 },
		{ "ws:///", NULL, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config_socket socket;

		if (config_socket_read(cases[i].url, &socket) != (cases[i].host != NULL))
			fail_msg("%s: taken otherwise", cases[i].url);
		if (!cases[i].host)
			continue;
		assert_string_equal(socket.host, cases[i].host);
		assert_string_equal(socket.path, cases[i].path);
		assert_int_equal(socket.port, cases[i].port);
	}
}

static void what_only_sends_answers_needs_a_way_for_questions(void **state)
{
	struct config config = defaults(*state);

	config.onebot.api = "http://127.0.0.1:3000";
	expect_fault(&config, "onebot.api");
	config.onebot.connect = "ws://127.0.0.1:3001/";
	assert_int_equal(config_check(&config, NULL), STATUS_OK);
	config.onebot.api = "127.0.0.1:3000";
	expect_fault(&config, "onebot.api");
	config.onebot.api = "";
	config.onebot.connect = "wss://127.0.0.1:3001/";
	expect_fault(&config, "onebot.connect");
}

int main(void)
{
#define WITH_ARENA(test_) cmocka_unit_test_setup_teardown(test_, make_arena, remove_arena)
	const struct CMUnitTest tests[] = {
		WITH_ARENA(the_defaults_are_sound_and_serve_this_machine_only),
		WITH_ARENA(the_matching_has_the_engines_own_defaults),
		cmocka_unit_test(each_key_is_in_the_table_once),
		WITH_ARENA(what_makes_no_sense_is_a_fault_that_names_the_key),
		WITH_ARENA(the_console_is_reached_by_https_unless_the_office_says_otherwise),
		WITH_ARENA(a_session_is_not_idle_for_longer_than_it_lasts),
		WITH_ARENA(programs_beyond_this_machine_need_a_token),
		cmocka_unit_test(a_socket_that_is_opened_is_named_by_address),
		WITH_ARENA(what_only_sends_answers_needs_a_way_for_questions),
		WITH_ARENA(no_two_settings_name_the_same_state_file),
		WITH_ARENA(the_level_of_the_log_is_read_by_name),
		WITH_ARENA(one_setting_moves_all_that_is_written),
		WITH_ARENA(a_store_takes_the_place_of_the_files_of_journal_and_audit),
		WITH_ARENA(every_kind_of_fault_is_told_in_one_run_with_its_line),
		WITH_ARENA(files_that_others_bring_must_be_there_and_be_sound),
		WITH_ARENA(a_folder_that_is_named_keeps_what_is_written_here),
		WITH_ARENA(a_printed_configuration_reads_back_as_the_defaults),
	};

	return cmocka_run_group_tests(tests, stand_in_source, NULL);
}

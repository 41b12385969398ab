#include "host/net/files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

enum { PATH_SIZE = 256 };

/* printf code | gzip -9 --no-name */
static const char code_gz[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x4b\xce"
                              "\x4f\x49\x05\x00\x98\x30\x15\x77\x04\x00\x00\x00";
static const struct span code_packed = { code_gz, sizeof(code_gz) - 1 };

static void write_bytes(const char *folder, const char *name, struct span content)
{
	char path[PATH_SIZE];
	FILE *stream;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	stream = fopen(path, "w");
	assert_non_null(stream);
	assert_int_equal(fwrite(content.ptr, 1, content.len, stream), content.len);
	fclose(stream);
}

static void write_file(const char *folder, const char *name, const char *content)
{
	write_bytes(folder, name, span_of(content));
}

static int make_folder(void **state)
{
	static const char pattern[] = "/tmp/dayi-files-XXXXXX";
	char *folder = malloc(sizeof(pattern));
	char inner[PATH_SIZE];

	assert_non_null(folder);
	memcpy(folder, pattern, sizeof(pattern));
	assert_non_null(mkdtemp(folder));
	snprintf(inner, sizeof(inner), "%s/inner", folder);
	assert_int_equal(mkdir(inner, 0700), 0);
	write_file(folder, "index.html", "home");
	write_file(folder, "chat.js", "code");
	write_file(folder, "PHOTO.PNG", "png");
	write_file(folder, "other.xyz", "?");
	write_file(folder, ".secret", "no");
	write_file(folder, "empty.css", "");
	write_file(folder, "inner/index.html", "inner");
	*state = folder;
	return 0;
}

static int remove_folder(void **state)
{
	const char *const names[] = { "index.html",
		                      "chat.js",
		                      "PHOTO.PNG",
		                      "other.xyz",
		                      ".secret",
		                      "widget.js",
		                      "chat.js.gz",
		                      "inner/index.html.br",
		                      "empty.css",
		                      "inner/index.html",
		                      "inner/5694d08a2e53ffca.br",
		                      "inner/5694d08a2e53ffca.gz",
		                      "inner/0123456789abcdef.gz",
		                      "inner" };
	char path[PATH_SIZE];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", (const char *)*state, names[i]);
		(void)remove(path);
	}
	rmdir(*state);
	free(*state);
	return 0;
}

static struct files *loaded(void **state)
{
	struct files *files = NULL;

	assert_int_equal(files_load(*state, NULL, &files), STATUS_OK);
	return files;
}

static void expect_content(struct files *files, const struct page_file *file, struct span content)
{
	struct span found;

	assert_non_null(file);
	assert_int_equal(file->size, content.len);
	assert_int_equal(files_content(files, file, &found), STATUS_OK);
	assert_true(span_equal(found, content));
}

static void expect_file(struct files *files, const char *path, const char *type,
                        const char *content)
{
	const struct page_file *file = files_find(files, span_of(path));

	assert_non_null(file);
	assert_string_equal(file->type, type);
	expect_content(files, file, span_of(content));
}

static void files_are_found_by_their_path_on_the_web(void **state)
{
	struct files *files = loaded(state);

	assert_int_equal(files_count(files), 6);
	expect_file(files, "/", "text/html; charset=utf-8", "home");
	expect_file(files, "/index.html", "text/html; charset=utf-8", "home");
	expect_file(files, "/chat.js", "text/javascript; charset=utf-8", "code");
	expect_file(files, "/PHOTO.PNG", "image/png", "png");
	expect_file(files, "/other.xyz", "application/octet-stream", "?");
	expect_file(files, "/empty.css", "text/css; charset=utf-8", "");
	expect_file(files, "/inner/", "text/html; charset=utf-8", "inner");
	files_destroy(files);
}

static void nothing_else_is_found(void **state)
{
	const char *const paths[] = { "",         "/inner", "/.secret",          "/../etc/passwd",
		                      "chat.js",  "//",     "/inner/../chat.js", "/chat.js/",
		                      "/CHAT.JS", "/./",    "/inner/../../x",    "/index.htm" };
	struct files *files = loaded(state);

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_null(files_find(files, span_of(paths[i])));
	assert_null(files_find(files, (struct span){ "/chat.js\0x", 10 }));
	assert_null(files_find(NULL, span_of("/")));
	files_destroy(files);
}

static void a_path_longer_than_any_file_is_not_found(void **state)
{
	static char path[5000];
	struct files *files = loaded(state);

	memset(path, '/', sizeof(path));
	assert_null(files_find(files, (struct span){ path, sizeof(path) }));
	files_destroy(files);
}

static void a_missing_folder_is_told(void **state)
{
	struct files *files = NULL;

	(void)state;
	assert_int_equal(files_load("/tmp/dayi-none-such", NULL, &files), STATUS_NOT_FOUND);
}

/* SHA-256 of "code", from sha256sum. */
static void the_etag_is_the_begin_of_the_contents_hash(void **state)
{
	struct files *files = loaded(state);

	assert_string_equal(files_find(files, span_of("/chat.js"))->etag, "\"5694d08a2e53ffca\"");
	files_destroy(files);
}

static void a_hash_in_a_name_under_assets_is_known(void **state)
{
	const char *const hashed[] = {
		"/assets/chat.3f9a0c21.js",           "/assets/chat.DkR_x-2b.css",
		"/assets/a/b.0123456789abcdef.woff2", "/assets/chat.3f9a0c21.js.map",
		"/assets/chat.3f9a0c21.js.gz",        "/assets/chat.min.BbCcDdEe.js",
		"/console/assets/console.3f9a0c21.js"
	};
	const char *const plain[] = { "/chat.3f9a0c21.js",
		                      "/assets/chat.js",
		                      "/assets/chat.production.js",
		                      "/assets/chat.3f9a0c2.js",
		                      "/assets/3f9a0c21.js",
		                      "/assets/.3f9a0c21.js",
		                      "/assets/chat.3f9a0c21",
		                      "/assets/chat.3f9a 0c21.js",
		                      "/assets.3f9a0c21.js",
		                      "/console/console.3f9a0c21.js",
		                      "/index.html" };

	(void)state;
	for (size_t i = 0; i < sizeof(hashed) / sizeof(hashed[0]); i++)
		if (!files_name_has_hash(hashed[i]))
			fail_msg("%s", hashed[i]);
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (files_name_has_hash(plain[i]))
			fail_msg("%s", plain[i]);
}

static void what_lies_packed_beside_a_file_is_found_with_it(void **state)
{
	struct files *files;
	const struct page_file *file;

	write_bytes(*state, "chat.js.gz", code_packed);
	write_file(*state, "inner/index.html.br", "packed too");
	files = loaded(state);
	file = files_find(files, span_of("/chat.js"));
	expect_content(files, file->gzip, code_packed);
	assert_null(file->brotli);
	assert_string_not_equal(file->etag, file->gzip->etag);
	file = files_find(files, span_of("/inner/"));
	assert_null(file->gzip);
	expect_content(files, file->brotli, span_of("packed too"));
	files_destroy(files);
}

static void a_file_is_the_same_whether_it_was_kept_or_is_unpacked(void **state)
{
	struct files *files;

	write_bytes(*state, "chat.js.gz", code_packed);
	files = loaded(state);
	assert_non_null(files_find(files, span_of("/chat.js"))->gzip);
	for (int i = 0; i < 2; i++)
		expect_file(files, "/chat.js", "text/javascript; charset=utf-8", "code");
	assert_string_equal(files_find(files, span_of("/chat.js"))->etag, "\"5694d08a2e53ffca\"");
	files_destroy(files);
}

static void a_gzip_form_of_something_else_is_not_sent_for_the_file(void **state)
{
	struct span cut = code_packed;
	struct files *files;

	cut.len--;
	write_file(*state, "chat.js", "node"); /* as long as what is packed */
	write_bytes(*state, "chat.js.gz", code_packed);
	files = loaded(state);
	assert_null(files_find(files, span_of("/chat.js"))->gzip);
	expect_file(files, "/chat.js", "text/javascript; charset=utf-8", "node");
	files_destroy(files);
	write_file(*state, "chat.js", "code");
	write_bytes(*state, "chat.js.gz", cut);
	files = loaded(state);
	assert_null(files_find(files, span_of("/chat.js"))->gzip);
	expect_file(files, "/chat.js", "text/javascript; charset=utf-8", "code");
	files_destroy(files);
}

/* As the build names them: 5694d08a2e53ffca is the SHA-256 of "code". */
static void a_packed_form_elsewhere_is_found_by_the_hash_of_what_it_holds(void **state)
{
	struct files *files = NULL;
	const struct page_file *file;
	char packed[PATH_SIZE];

	snprintf(packed, sizeof(packed), "%s/inner", (const char *)*state);
	write_file(*state, "inner/5694d08a2e53ffca.br", "a brotli");
	write_bytes(*state, "inner/5694d08a2e53ffca.gz", code_packed);
	write_file(*state, "inner/0123456789abcdef.gz", "of another file");
	assert_int_equal(files_load(*state, packed, &files), STATUS_OK);
	file = files_find(files, span_of("/chat.js"));
	assert_non_null(file);
	expect_content(files, file->brotli, span_of("a brotli"));
	expect_content(files, file->gzip, code_packed);
	expect_content(files, file, span_of("code"));
	assert_null(files_find(files, span_of("/index.html"))->gzip);
	assert_null(files_find(files, span_of("packed:/5694d08a2e53ffca.br")));
	files_destroy(files);
}

static void without_the_folder_of_packed_forms_the_page_is_served_as_it_is(void **state)
{
	struct files *files = NULL;

	assert_int_equal(files_load(*state, "/tmp/dayi-none-such", &files), STATUS_OK);
	expect_file(files, "/chat.js", "text/javascript; charset=utf-8", "code");
	assert_null(files_find(files, span_of("/chat.js"))->brotli);
	files_destroy(files);
}

static void documents_and_the_widget_are_for_pages_of_other_origins_too(void **state)
{
	struct files *files;

	write_file(*state, "widget.js", "button");
	files = loaded(state);
	assert_true(files_find(files, span_of("/"))->shared);
	assert_true(files_find(files, span_of("/widget.js"))->shared);
	assert_false(files_find(files, span_of("/chat.js"))->shared);
	assert_false(files_find(files, span_of("/PHOTO.PNG"))->shared);
	files_destroy(files);
}

static void if_none_match_is_a_list_or_a_star(void **state)
{
	(void)state;
	assert_true(etag_matches(span_of("\"a\""), "\"a\""));
	assert_true(etag_matches(span_of("\"b\", \"a\""), "\"a\""));
	assert_true(etag_matches(span_of("W/\"a\""), "\"a\""));
	assert_true(etag_matches(span_of("*"), "\"a\""));
	assert_false(etag_matches(span_of(""), "\"a\""));
	assert_false(etag_matches(span_of("\"aa\""), "\"a\""));
	assert_false(etag_matches(span_of("a"), "\"a\""));
}

int main(void)
{
#define IN_FOLDER(test_) cmocka_unit_test_setup_teardown(test_, make_folder, remove_folder)
	const struct CMUnitTest tests[] = {
		IN_FOLDER(files_are_found_by_their_path_on_the_web),
		IN_FOLDER(nothing_else_is_found),
		IN_FOLDER(a_path_longer_than_any_file_is_not_found),
		cmocka_unit_test(a_missing_folder_is_told),
		IN_FOLDER(the_etag_is_the_begin_of_the_contents_hash),
		cmocka_unit_test(a_hash_in_a_name_under_assets_is_known),
		IN_FOLDER(what_lies_packed_beside_a_file_is_found_with_it),
		IN_FOLDER(a_file_is_the_same_whether_it_was_kept_or_is_unpacked),
		IN_FOLDER(a_gzip_form_of_something_else_is_not_sent_for_the_file),
		IN_FOLDER(a_packed_form_elsewhere_is_found_by_the_hash_of_what_it_holds),
		IN_FOLDER(without_the_folder_of_packed_forms_the_page_is_served_as_it_is),
		IN_FOLDER(documents_and_the_widget_are_for_pages_of_other_origins_too),
		cmocka_unit_test(if_none_match_is_a_list_or_a_star),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

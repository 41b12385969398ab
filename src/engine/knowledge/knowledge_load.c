/*
 * How it works: run() reads a folder file by file. The lexicon comes first, because its word
 * classes may occur in all other files (take_lexicon()); then the files beside the collections
 * (take_shared()) and the collections (take_collection()). Faults are collected, so that one run
 * reports them all. The entries are then copied into one array (settle_entries()) and checked as a
 * whole. The version is a hash of all files that were read.
 */
#include "engine/knowledge/knowledge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/file.h"
#include "base/utf8.h"
#include "engine/knowledge/read.h"
#include "engine/knowledge/source.h"

enum {
	COLLECTION_BYTES_MOST = 1 << 30,
	NAMES_MOST = 2000 * 1024 * 1024, /* bytes of lists of files */
};

static const char lexicon_name[] = "lexicon.json";

/* One run of knowledge_load(). */
struct load {
	struct source source;
	struct knowledge *knowledge;
	struct reader reader;
	struct digest *digest;
	struct buf text; /* of the file at hand */
	struct entry_list entries;
	struct sample_record *samples; /* room for one a line of their file */
	struct accepted *accepted;
	struct arena *scratch; /* lists of names */
	struct buf lexicon;    /* its text: it is read before all others, see take_lexicon() */
};

static bool ends_with(const char *name, const char *end)
{
	size_t len = strlen(name), end_len = strlen(end);

	return len > end_len && strcmp(name + len - end_len, end) == 0;
}

/* Reads the file into `text`, or adds a fault. */
static enum status read_file(struct load *load, const char *path, size_t most, struct buf *text)
{
	enum status status;

	buf_deinit(text);
	buf_init(text, most);
	status = source_read(&load->source, path, text);
	if (status == STATUS_LIMIT)
		faults_add(load->reader.faults, FAULT_ERROR, path, 0, NULL,
		           "is larger than %zu KiB", most / 1024);
	else if (status == STATUS_IO || status == STATUS_NOT_FOUND)
		faults_add(load->reader.faults, FAULT_ERROR, path, 0, NULL, "cannot be read: %s",
		           file_failure(status));
	return status;
}

static void add_to_version(struct load *load, const char *name, const struct buf *text)
{
	char size[32];

	snprintf(size, sizeof(size), "%zu", text->len);
	digest_add(load->digest, (struct span){ name, strlen(name) + 1 });
	digest_add(load->digest, (struct span){ size, strlen(size) + 1 });
	digest_add(load->digest, buf_span(text));
}

/* Reads the file into load->text and into the version. */
static enum status take_file(struct load *load, const char *path, const char *name, size_t most)
{
	const enum status status = read_file(load, path, most, &load->text);

	if (status == STATUS_OK)
		add_to_version(load, name, &load->text);
	return status;
}

/* The file's JSON, or NULL: with a fault, or with the reader's status. */
static cJSON *take_json(struct load *load, const char *path, const char *name, size_t most)
{
	const struct json_limits limits = { most, ENTRY_DEPTH_MOST };
	enum status status = take_file(load, path, name, most);
	cJSON *value = NULL;

	if (status == STATUS_OK)
		status = json_parse(&value, buf_span(&load->text), limits, path,
		                    load->reader.faults);
	if (status == STATUS_NO_MEMORY)
		load->reader.status = status;
	return value;
}

static void add_entry(struct load *load, const cJSON *object, const char *path, unsigned line,
                      const char *collection)
{
	struct entry entry;

	read_entry(&load->reader, object, path, line, collection, &entry);
	if (load->reader.status == STATUS_OK)
		load->reader.status = entry_list_add(&load->entries, &entry);
}

static bool is_blank(struct span line)
{
	for (size_t i = 0; i < line.len; i++) {
		if (!memchr(" \t\r", line.ptr[i], 3))
			return false;
	}
	return true;
}

static void add_record(struct load *load, const cJSON *object, const char *path, unsigned line)
{
	read_record(&load->reader, object, path, line,
	            &load->samples[load->knowledge->sample_count++]);
}

static void add_accepted(struct load *load, const cJSON *object, const char *path, unsigned line)
{
	read_accepted(&load->reader, object, path, line,
	              &load->accepted[load->knowledge->accepted_count++]);
}

static size_t count_lines(const struct buf *text)
{
	size_t lines = 1;

	for (size_t i = 0; i < text->len; i++)
		lines += text->ptr[i] == '\n';
	return lines;
}

static void make_room_for_records(struct load *load)
{
	load->samples = arena_array(load->knowledge->memory->arena, count_lines(&load->text),
	                            sizeof(*load->samples));
	load->knowledge->samples = load->samples;
	if (!load->samples)
		load->reader.status = STATUS_NO_MEMORY;
}

static void make_room_for_accepted(struct load *load)
{
	load->accepted = arena_array(load->knowledge->memory->arena, count_lines(&load->text),
	                             sizeof(*load->accepted));
	load->knowledge->accepted = load->accepted;
	if (!load->accepted)
		load->reader.status = STATUS_NO_MEMORY;
}

/* What a line of a file holds. */
enum lines { LINES_ENTRIES, LINES_RECORDS, LINES_ACCEPTED };

/* `collection`: of entries, else NULL. */
static void take_lines(struct load *load, const char *path, const char *name, enum lines kind,
                       const char *collection)
{
	const char *at, *end;
	enum status status =
	        take_file(load, path, name, collection ? COLLECTION_BYTES_MOST : SHARED_BYTES_MOST);

	if (status != STATUS_OK) {
		if (status == STATUS_NO_MEMORY)
			load->reader.status = status;
		return;
	}
	if (kind == LINES_RECORDS)
		make_room_for_records(load);
	else if (kind == LINES_ACCEPTED)
		make_room_for_accepted(load);
	at = buf_text(&load->text);
	end = at + load->text.len;
	for (unsigned number = 1; at < end && load->reader.status == STATUS_OK; number++) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct span line = { at, (size_t)((stop ? stop : end) - at) };
		cJSON *object;

		at += line.len + 1;
		if (is_blank(line))
			continue;
		object = read_line_json(&load->reader, line, path, number);
		if (object && kind == LINES_ENTRIES)
			add_entry(load, object, path, number, collection);
		else if (object && kind == LINES_RECORDS)
			add_record(load, object, path, number);
		else if (object)
			add_accepted(load, object, path, number);
		cJSON_Delete(object);
	}
	buf_deinit(&load->text); /* do not hold a collection of a gigabyte twice */
}

static void take_entry_file(struct load *load, const char *path, const char *name,
                            const char *collection)
{
	cJSON *object = take_json(load, path, name, ENTRY_BYTES_MOST);

	if (object)
		add_entry(load, object, path, 0, collection);
	cJSON_Delete(object);
}

static void take_member_of_collection(struct load *load, const char *folder, const char *collection,
                                      const char *file)
{
	struct arena *arena = load->knowledge->memory->arena;
	char *path = file_join(arena, folder, file);
	char *name = file_join(load->scratch, collection, file);
	bool json = ends_with(file, ".json"), jsonl = ends_with(file, ".jsonl");

	if (!path || !name)
		load->reader.status = STATUS_NO_MEMORY;
	else if (source_kind(&load->source, path) == FILE_FOLDER)
		faults_add(load->reader.faults, FAULT_WARNING, path, 0, NULL,
		           "a folder inside a collection is not read");
	else if ((json || jsonl) && source_kind(&load->source, path) != FILE_REGULAR)
		faults_add(load->reader.faults, FAULT_ERROR, path, 0, NULL, "cannot be read");
	else if (json)
		take_entry_file(load, path, name, collection);
	else if (jsonl)
		take_lines(load, path, name, LINES_ENTRIES, collection);
}

static void take_collection(struct load *load, const char *path, const char *name)
{
	struct arena *arena = load->knowledge->memory->arena;
	const char *collection = arena_copy(arena, span_of(name));
	struct file_list files;
	enum status status;

	if (!utf8_valid(span_of(name))) {
		faults_add(load->reader.faults, FAULT_ERROR, path, 0, NULL,
		           "the folder's name is not UTF-8");
		return;
	}
	status = collection ? source_list(&load->source, path, load->scratch, &files)
	                    : STATUS_NO_MEMORY;
	if (status == STATUS_NO_MEMORY)
		load->reader.status = status;
	else if (status != STATUS_OK)
		faults_add(load->reader.faults, FAULT_ERROR, path, 0, NULL,
		           "the folder cannot be read: %s", file_failure(status));
	for (size_t i = 0; status == STATUS_OK && i < files.count; i++) {
		if (load->reader.status != STATUS_OK)
			return;
		take_member_of_collection(load, path, collection, files.names[i]);
	}
}

static void read_golden_file(struct load *load, const cJSON *object, const char *path)
{
	struct golden *items = NULL;

	read_golden(&load->reader, object, path, &items, &load->knowledge->golden_count);
	load->knowledge->golden = items;
}

/* Checked by its own reader, which belongs to engine/facts. */
static void take_relations(struct load *load, const char *path, const char *name)
{
	enum status status = take_file(load, path, name, SHARED_BYTES_MOST);
	struct knowledge *knowledge = load->knowledge;
	const char *text;

	if (status == STATUS_NO_MEMORY)
		load->reader.status = status;
	if (status != STATUS_OK)
		return;
	text = arena_copy(knowledge->memory->arena, buf_span(&load->text));
	if (!text)
		load->reader.status = STATUS_NO_MEMORY;
	knowledge->relations = (struct span){ text, load->text.len };
	knowledge->relations_file = path;
}

/* Read first: patterns and alternates of all other files may name its word classes. */
static void take_lexicon(struct load *load, const char *folder)
{
	const struct json_limits limits = { SHARED_BYTES_MOST, ENTRY_DEPTH_MOST };
	const char *path = file_join(load->knowledge->memory->arena, folder, lexicon_name);
	enum status status = path ? STATUS_OK : STATUS_NO_MEMORY;
	cJSON *object = NULL;

	if (status == STATUS_OK && source_kind(&load->source, path) != FILE_REGULAR)
		return;
	if (status == STATUS_OK)
		status = read_file(load, path, SHARED_BYTES_MOST, &load->lexicon);
	if (status == STATUS_OK)
		status = json_parse(&object, buf_span(&load->lexicon), limits, path,
		                    load->reader.faults);
	if (status == STATUS_OK)
		read_lexicon(&load->reader, object, path, &load->knowledge->lexicon);
	if (status == STATUS_NO_MEMORY)
		load->reader.status = status;
	cJSON_Delete(object);
}

/* Takes a file beside the collections. False for any other name. */
static bool take_shared(struct load *load, const char *path, const char *name)
{
	static const char *const names[] = { "office.json", "referrals.json", "smalltalk.json",
		                             "golden.json" };
	size_t which = 0;
	cJSON *object;

	if (strcmp(name, "records.jsonl") == 0) {
		take_lines(load, path, name, LINES_RECORDS, NULL);
		return true;
	}
	if (strcmp(name, "accepted.jsonl") == 0) {
		take_lines(load, path, name, LINES_ACCEPTED, NULL);
		return true;
	}
	if (strcmp(name, lexicon_name) == 0) {
		add_to_version(load, name, &load->lexicon);
		return true;
	}
	if (strcmp(name, "relations.json") == 0) {
		take_relations(load, path, name);
		return true;
	}
	while (which < sizeof(names) / sizeof(names[0]) && strcmp(names[which], name) != 0)
		which++;
	if (which == sizeof(names) / sizeof(names[0]))
		return false;
	object = take_json(load, path, name, SHARED_BYTES_MOST);
	if (!object)
		return true;
	if (which == 0)
		read_office(&load->reader, object, path, &load->knowledge->office);
	else if (which == 1)
		read_referrals(&load->reader, object, path, &load->entries);
	else if (which == 2)
		read_smalltalk(&load->reader, object, path, &load->entries);
	else
		read_golden_file(load, object, path);
	cJSON_Delete(object);
	return true;
}

static void take_name(struct load *load, const char *folder, const char *name)
{
	char *path = file_join(load->knowledge->memory->arena, folder, name);
	enum file_kind kind;

	if (!path) {
		load->reader.status = STATUS_NO_MEMORY;
		return;
	}
	kind = source_kind(&load->source, path);
	if (kind == FILE_FOLDER && strcmp(name, "schema") != 0)
		take_collection(load, path, name);
	else if (kind == FILE_REGULAR && !take_shared(load, path, name) &&
	         (ends_with(name, ".json") || ends_with(name, ".jsonl")))
		faults_add(load->reader.faults, FAULT_WARNING, path, 0, NULL,
		           "no such file is known here and it is not read; entries belong in a "
		           "folder of their own");
}

static enum status take_folder(struct load *load, const char *folder)
{
	struct file_list files;
	enum status status = source_list(&load->source, folder, load->scratch, &files);

	if (status == STATUS_NOT_FOUND)
		faults_add(load->reader.faults, FAULT_ERROR, folder, 0, NULL,
		           "there is no such folder");
	else if (status == STATUS_IO)
		faults_add(load->reader.faults, FAULT_ERROR, folder, 0, NULL,
		           "the folder cannot be read: %s", file_failure(status));
	if (status == STATUS_OK)
		take_lexicon(load, folder);
	for (size_t i = 0; status == STATUS_OK && i < files.count; i++) {
		take_name(load, folder, files.names[i]);
		status = load->reader.status;
	}
	return status;
}

/* Copies the entries into the arena: answers, referrals, then the rest. */
static enum status settle_entries(struct load *load)
{
	struct knowledge *knowledge = load->knowledge;
	const struct entry_list *list = &load->entries;
	struct entry *entries =
	        arena_array(knowledge->memory->arena, list->count, sizeof(*entries));

	if (!entries)
		return STATUS_NO_MEMORY;
	for (int rank = 0; rank < 3; rank++) {
		for (size_t i = 0; i < list->count; i++) {
			enum entry_kind kind = list->items[i].kind;
			int own = kind == ENTRY_ANSWER ? 0 : kind == ENTRY_REFERRAL ? 1 : 2;

			if (own != rank)
				continue;
			entries[knowledge->entry_count] = list->items[i];
			knowledge->entry_count++;
			knowledge->answer_count += rank == 0;
		}
	}
	knowledge->entries = entries;
	return STATUS_OK;
}

static enum status settle_version(struct load *load)
{
	char hex[DIGEST_HEX_SIZE];
	enum status status = digest_finish(load->digest, hex);

	if (status == STATUS_OK)
		memcpy(load->knowledge->version, hex, KNOWLEDGE_VERSION_SIZE - 1);
	return status;
}

static bool has_file(struct load *load, const char *folder, const char *name)
{
	const char *path = file_join(load->scratch, folder, name);

	return path && source_kind(&load->source, path) == FILE_REGULAR;
}

/* The parent of the folder, as the user would write it. */
static const char *parent_of(struct load *load, const char *folder)
{
	size_t len = strlen(folder), name;

	while (len > 1 && folder[len - 1] == '/')
		len--;
	for (name = len; name > 0 && folder[name - 1] != '/';)
		name--;
	if (len - name <= 2 && strspn(folder + name, ".") >= len - name)
		return len == 1 && folder[0] == '.' ? ".." : file_join(load->scratch, folder, "..");
	while (name > 1 && folder[name - 1] == '/')
		name--;
	return name == 0 ? "." : arena_copy(load->scratch, (struct span){ folder, name });
}

/* The usual mistake is to name a collection instead of the folder. */
static enum status refuse_empty(struct load *load, const char *folder)
{
	const char *parent = parent_of(load, folder);

	if (!parent)
		return STATUS_NO_MEMORY;
	if (has_file(load, parent, "office.json"))
		faults_add(load->reader.faults, FAULT_ERROR, folder, 0, NULL,
		           "no entries here: the knowledge folder is the one above, %s", parent);
	else
		faults_add(load->reader.faults, FAULT_ERROR, folder, 0, NULL,
		           "no entries here: a knowledge folder has them in folders of its own; "
		           "dayi import makes one");
	return STATUS_INVALID;
}

static enum status name_files(struct load *load, const char *folder)
{
	struct arena *arena = load->knowledge->memory->arena;

	load->knowledge->office_file = file_join(arena, folder, "office.json");
	load->knowledge->golden_file = file_join(arena, folder, "golden.json");
	return load->knowledge->office_file && load->knowledge->golden_file ? STATUS_OK
	                                                                    : STATUS_NO_MEMORY;
}

static enum status run(struct load *load)
{
	const char *folder = load->source.folder;
	struct faults *faults = load->reader.faults;
	const size_t before = faults_count(faults, FAULT_ERROR);
	enum status status = name_files(load, folder);

	if (status == STATUS_OK)
		status = take_folder(load, folder);
	if (status == STATUS_OK)
		status = settle_entries(load);
	if (status == STATUS_OK)
		status = check_entries(load->knowledge->memory, load->knowledge->entries,
		                       load->knowledge->entry_count, faults);
	if (status != STATUS_OK)
		return status;
	if (load->knowledge->answer_count == 0 && faults_count(faults, FAULT_ERROR) == before)
		status = refuse_empty(load, folder);
	if (status != STATUS_OK)
		return status;
	check_golden(load->knowledge, load->knowledge->golden_file, faults);
	check_records(load->knowledge, faults);
	check_accepted(load->knowledge, faults);
	if (faults_count(faults, FAULT_ERROR) > before)
		return STATUS_INVALID;
	return settle_version(load);
}

static enum status begin(struct load *load, const struct source *source, struct faults *faults)
{
	enum status status;

	*load = (struct load){ .source = *source, .reader = { .faults = faults, .also = "also" } };
	load->knowledge = calloc(1, sizeof(*load->knowledge));
	if (!load->knowledge)
		return STATUS_NO_MEMORY;
	load->knowledge->office = (struct office){ .name = "", .system = "", .title = "" };
	status = knowledge_memory_create(&load->knowledge->memory);
	load->reader.memory = load->knowledge->memory;
	if (status == STATUS_OK)
		status = arena_create(&load->scratch, NAMES_MOST);
	if (status == STATUS_OK)
		status = digest_create(&load->digest);
	return status;
}

static enum status load_from(const struct source *source, struct faults *faults,
                             struct knowledge **out)
{
	struct faults *own = NULL;
	struct load load;
	enum status status = STATUS_OK;

	*out = NULL;
	if (!faults) {
		status = faults_create(&own);
		faults = own;
	}
	if (status != STATUS_OK)
		return status;
	status = begin(&load, source, faults);
	if (status == STATUS_OK)
		status = run(&load);
	if (status == STATUS_OK)
		*out = load.knowledge;
	else
		knowledge_destroy(load.knowledge);
	buf_deinit(&load.text);
	buf_deinit(&load.lexicon);
	entry_list_deinit(&load.entries);
	digest_destroy(load.digest);
	arena_destroy(load.scratch);
	faults_destroy(own);
	return status;
}

enum status knowledge_load(const char *folder, struct faults *faults, struct knowledge **out)
{
	return load_from(&(struct source){ .folder = folder }, faults, out);
}

enum status knowledge_load_embedded(const struct embedded_file *files, size_t count,
                                    struct faults *faults, struct knowledge **out)
{
	return load_from(&(struct source){ "knowledge", files, count }, faults, out);
}

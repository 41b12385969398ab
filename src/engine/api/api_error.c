#include "engine/api/api.h"

#include <stdlib.h>
#include <string.h>

#include "engine/api/catalogue.h"

enum { TEXT_CEILING = 16 << 20, LINE_SIZE = 4096 };

struct dayi_error {
	dayi_code code;
	bool is_static;
	const char *text, *remedy;
	struct arena *arena; /* of the texts */
	dayi_fault *faults;
	size_t fault_count;
};

/* What is given where there is no memory for an error. */
static const struct dayi_error no_memory[] = {
	[DAYI_ENGLISH] = { .code = DAYI_NO_MEMORY,
	                   .is_static = true,
	                   .text = "out of memory",
	                   .remedy = "Give the process more memory, or answer fewer at a time." },
	[DAYI_CHINESE] = { .code = DAYI_NO_MEMORY,
	                   .is_static = true,
	                   .text = "内存不足",
	                   .remedy = "请给进程更多内存，或者减少同时处理的问题。" },
};

/* --- the language of a call --- */

static struct reader_language reader_of(dayi_language language)
{
	return (struct reader_language){ .own = true,
		                         .catalogue = language == DAYI_CHINESE
		                                              ? library_catalogue[0].content
		                                              : (struct span){ 0 } };
}

struct api_call api_begin(dayi_error **error, dayi_language language)
{
	if (error)
		*error = NULL;
	return (struct api_call){ error, language, language_use(reader_of(language)) };
}

void api_speak(struct api_call *call, dayi_language language)
{
	call->language = language;
	(void)language_use(reader_of(language));
}

static dayi_code finish(const struct api_call *call, dayi_code code)
{
	(void)language_use(call->before);
	return code;
}

/* --- codes --- */

static dayi_code code_of(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return DAYI_OK;
	case STATUS_NO_MEMORY:
		return DAYI_NO_MEMORY;
	case STATUS_IO:
		return DAYI_IO;
	case STATUS_INVALID:
		return DAYI_INVALID;
	case STATUS_LIMIT:
		return DAYI_LIMIT;
	case STATUS_NOT_FOUND:
		return DAYI_NOT_FOUND;
	case STATUS_BUSY:
	case STATUS_CLOSED:
	case STATUS_INTERNAL:
		break;
	}
	return DAYI_INTERNAL;
}

static const struct {
	const char *name, *remedy;
} codes[] = {
	[DAYI_OK] = { "ok", "" },
	[DAYI_INVALID] = { "invalid",
	                   N_("Correct what the faults name, and try again; dayi check FOLDER "
	                      "lists the faults of a knowledge folder.") },
	[DAYI_NOT_FOUND] = { "not_found", N_("Check the name, and that it can be reached.") },
	[DAYI_IO] = { "io",
	              N_("Check that the process may read the file and that the disk works.") },
	[DAYI_LIMIT] = { "limit", N_("Give less at a time.") },
	[DAYI_NO_MEMORY] = { "no_memory", "" },
	[DAYI_MISUSE] = { "misuse", N_("Correct the calling program; dayi.h tells the rule.") },
	[DAYI_INTERNAL] = { "internal",
	                    N_("Try again; report it with the version of libdayi if it stays.") },
};

/* --- making one --- */

static const char *copy(struct dayi_error *error, const char *text)
{
	return text ? arena_copy(error->arena, span_of(text)) : NULL;
}

static int64_t level_of(enum fault_level level)
{
	return level == FAULT_ERROR     ? DAYI_LEVEL_ERROR
	       : level == FAULT_WARNING ? DAYI_LEVEL_WARNING
	                                : DAYI_LEVEL_INFO;
}

static bool copy_faults(struct dayi_error *error, const struct faults *faults)
{
	const size_t count = faults_kept(faults);

	error->faults = arena_array(error->arena, count ? count : 1, sizeof(*error->faults));
	if (!error->faults)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct fault *fault = faults_at(faults, i);

		error->faults[i] = (dayi_fault){ .size = sizeof(dayi_fault),
			                         .level = level_of(fault->level),
			                         .file = copy(error, fault->file),
			                         .line = fault->line,
			                         .member = copy(error, fault->field),
			                         .text = copy(error, fault->reason) };
		if (!error->faults[i].text)
			return false;
	}
	error->fault_count = count;
	return true;
}

/* The first fault that is an error. */
static const struct fault *first_error(const struct faults *faults)
{
	for (size_t i = 0; i < faults_kept(faults); i++)
		if (faults_at(faults, i)->level == FAULT_ERROR)
			return faults_at(faults, i);
	return NULL;
}

static bool fill(struct dayi_error *error, const struct faults *faults, const char *file,
                 const char *text)
{
	const struct fault *first = first_error(faults);
	char line[LINE_SIZE];

	if (first)
		error->text = copy(error, fault_format(first, line, sizeof(line)));
	else
		error->text =
		        file ? arena_format(error->arena, "%s: %s", file, text) : copy(error, text);
	error->remedy =
	        codes[error->code].remedy[0] ? copy(error, _(codes[error->code].remedy)) : "";
	return error->text && error->remedy && copy_faults(error, faults);
}

static struct dayi_error *make(dayi_code code, const struct faults *faults, const char *file,
                               const char *text)
{
	struct dayi_error *error = calloc(1, sizeof(*error));

	if (!error)
		return NULL;
	error->code = code;
	if (arena_create(&error->arena, TEXT_CEILING) == STATUS_OK &&
	    fill(error, faults, file, text))
		return error;
	dayi_error_free(error);
	return NULL;
}

/* The one that is always there is not changed by anybody: its freeing does nothing. */
static struct dayi_error *fallback(dayi_language language)
{
	union {
		const struct dayi_error *kept;
		struct dayi_error *given;
	} error = { .kept = &no_memory[language == DAYI_CHINESE ? DAYI_CHINESE : DAYI_ENGLISH] };

	return error.given;
}

static dayi_code fail(const struct api_call *call, dayi_code code, const struct faults *faults,
                      const char *file, const char *text)
{
	struct dayi_error *error = NULL;

	if (call->error) {
		if (code != DAYI_NO_MEMORY)
			error = make(code, faults, file, text);
		*call->error = error ? error : fallback(call->language);
	}
	return finish(call, code);
}

dayi_code api_end(const struct api_call *call, enum status status, const struct faults *faults,
                  const char *file)
{
	return status == STATUS_OK ? finish(call, DAYI_OK)
	                           : fail(call, code_of(status), faults, file, status_text(status));
}

dayi_code api_misuse(const struct api_call *call, const char *rule)
{
	return fail(call, DAYI_MISUSE, NULL, NULL, _(rule));
}

/* --- reading one --- */

dayi_code dayi_error_code(const dayi_error *error)
{
	return error ? error->code : DAYI_OK;
}

const char *dayi_error_name(const dayi_error *error)
{
	return codes[dayi_error_code(error)].name;
}

const char *dayi_error_text(const dayi_error *error)
{
	return error ? error->text : "";
}

const char *dayi_error_remedy(const dayi_error *error)
{
	return error ? error->remedy : "";
}

size_t dayi_error_fault_count(const dayi_error *error)
{
	return error ? error->fault_count : 0;
}

dayi_code dayi_error_fault(const dayi_error *error, size_t index, dayi_fault *out)
{
	if (!out)
		return DAYI_MISUSE;
	if (index >= dayi_error_fault_count(error))
		return DAYI_NOT_FOUND;
	return options_give(out, &error->faults[index], sizeof(*out)) ? DAYI_OK : DAYI_MISUSE;
}

void dayi_error_free(dayi_error *error)
{
	if (!error || error->is_static)
		return;
	arena_destroy(error->arena);
	free(error);
}

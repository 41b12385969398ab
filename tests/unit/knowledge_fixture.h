/* What the tests of knowledge and exchange share. */
#ifndef DAYI_TESTS_KNOWLEDGE_FIXTURE_H
#define DAYI_TESTS_KNOWLEDGE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/file.h"
#include "engine/knowledge/knowledge.h"

#define FIXTURES DAYI_SOURCE_DIR "/tests/fixtures"

/* Each test works in a folder of its own, which is the process's while it runs. */
struct place {
	char folder[256];
	struct faults *faults;
};

static inline int enter(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	snprintf(place->folder, sizeof(place->folder), "%s/test_knowledge.XXXXXX", DAYI_BINARY_DIR);
	if (!mkdtemp(place->folder) || chdir(place->folder) != 0)
		return -1;
	*state = place;
	return faults_create(&place->faults) == STATUS_OK ? 0 : -1;
}

static inline int leave(void **state)
{
	struct place *place = *state;
	char command[300];
	int result;

	snprintf(command, sizeof(command), "rm -rf '%s'", place->folder);
	result = chdir("/");
	if (result == 0)
		result = system(command);
	faults_destroy(place->faults);
	free(place);
	return result;
}

static inline void write_text(const char *path, const char *text)
{
	char folder[256];

	snprintf(folder, sizeof(folder), "%s", path);
	if (strrchr(folder, '/')) {
		*strrchr(folder, '/') = '\0';
		assert_int_equal(file_make_folder(folder), STATUS_OK);
	}
	assert_int_equal(file_write(path, span_of(text)), STATUS_OK);
}

/* The kept fault as it prints, or "" when there are not so many. */
static inline const char *fault_text(struct place *place, size_t index)
{
	static char line[1200];

	if (index >= faults_kept(place->faults))
		return "";
	return fault_format(faults_at(place->faults, index), line, sizeof(line));
}

static inline bool has_fault(struct place *place, const char *part)
{
	for (size_t i = 0; i < faults_kept(place->faults); i++) {
		if (strstr(fault_text(place, i), part))
			return true;
	}
	return false;
}

static inline struct knowledge *load(struct place *place, const char *folder)
{
	struct knowledge *knowledge = NULL;
	enum status status = knowledge_load(folder, place->faults, &knowledge);

	if (status != STATUS_OK)
		faults_print(place->faults, stderr);
	assert_int_equal(status, STATUS_OK);
	return knowledge;
}

#endif

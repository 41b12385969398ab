#include "base/core_dumps.h"

#include <sys/prctl.h>
#include <sys/resource.h>

enum status core_dumps_off(void)
{
	const struct rlimit none = { 0, 0 };

	/* A core_pattern that is a pipe ignores the limit, but not that a process is undumpable. */
	if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return STATUS_IO;
	return STATUS_OK;
}

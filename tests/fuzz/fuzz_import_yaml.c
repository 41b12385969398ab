/* YAML. */
#include "fuzz.h"
#include "import_passes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	import_passes((struct span){ (const char *)data, size }, EXCHANGE_YAML, EXCHANGE_JSONL);
	return 0;
}

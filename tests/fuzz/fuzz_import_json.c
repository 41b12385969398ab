/* JSON, or an object a line. */
#include "fuzz.h"
#include "import_passes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* An input of odd length is one of which the program must find out what it is. */
	import_passes((struct span){ (const char *)data, size },
	              size % 2 ? EXCHANGE_ANY : EXCHANGE_JSONL, EXCHANGE_JSONL);
	return 0;
}

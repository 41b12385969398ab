/* CSV or TSV. */
#include "fuzz.h"
#include "import_passes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	/* An input of odd length is one of which the program must find out what it is. */
	import_passes((struct span){ (const char *)data, size },
	              size % 2 ? EXCHANGE_ANY : EXCHANGE_CSV, EXCHANGE_CSV);
	return 0;
}

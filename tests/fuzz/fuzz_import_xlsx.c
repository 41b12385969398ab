/* The first sheet, the strings and the styles of a file of Excel. */
#include "fuzz.h"
#include "import_passes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "xl/workbook.xml", "xl/worksheets/sheet1.xml",
		                             "xl/sharedStrings.xml", "xl/styles.xml" };
	import_passes_parts((struct span){ (const char *)data, size }, EXCHANGE_XLSX, names, 4);
	return 0;
}

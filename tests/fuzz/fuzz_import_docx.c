/* The text and the lists of a file of Word. */
#include "fuzz.h"
#include "import_passes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "word/document.xml", "word/numbering.xml",
		                             "word/styles.xml", "word/_rels/document.xml.rels" };
	import_passes_parts((struct span){ (const char *)data, size }, EXCHANGE_DOCX, names, 4);
	return 0;
}

/*
 * Refused file: files of other kinds that people take for documents, such as a PDF or a picture,
 * and what to do with each. Pure; any thread. Private to exchange/.
 */
#ifndef DAYI_EXCHANGE_REFUSED_FILE_H
#define DAYI_EXCHANGE_REFUSED_FILE_H

#include "base/span.h"
#include "office/exchange/container.h"

/*
 * What the file is and how its text can be had, for a fault, not yet translated; NULL where it may
 * be a document.
 */
const char *refused_file(struct span bytes);

/* The same of a zip file that is neither a .docx nor an .xlsx. */
const char *refused_container(const struct container *container);

#endif

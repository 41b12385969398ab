/*
 * Number: a number as people and JSON write it, without an exponent.
 *
 * Threads: any, there is no state.
 */
#ifndef DAYI_BASE_NUMBER_H
#define DAYI_BASE_NUMBER_H

#include <stdbool.h>

enum { NUMBER_TEXT_SIZE = 64 /* bytes, with the NUL */ };

/*
 * Writes 90, 87.5, 0.00001: up to 15 digits that count. False, with "" written, where the number is
 * not finite, or so large or so near to 0 that it would not fit.
 */
bool number_write(double number, char out[NUMBER_TEXT_SIZE]);

#endif

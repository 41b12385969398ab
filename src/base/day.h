/*
 * Day: days of the Gregorian calendar, as texts YYYY-MM-DD, which compare as the days do.
 */
#ifndef DAYI_BASE_DAY_H
#define DAYI_BASE_DAY_H

#include <stdbool.h>
#include <stdint.h>

enum { DAY_SIZE = 11, /* of the text, with terminator */ DAY_LAST_YEAR = 9999 };

struct day {
	int year, month, day;
};

/* Whether the calendar has it; from year 1 to DAY_LAST_YEAR. */
bool day_exists(struct day day);

/* False, with *out untouched, for another form, and for a day that does not exist. */
bool day_read(const char *text, struct day *out);
bool day_valid(const char *text);

/* In its form, whether it exists or not. */
void day_write(struct day day, char text[DAY_SIZE]);

/* Counts up by one a day. */
int64_t day_number(struct day day);

#endif

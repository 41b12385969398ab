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

/* So many days later, or before. What is outside of the calendar does not exist. */
struct day day_shift(struct day day, int64_t by);

/* The same day so many years later; 1 March for a 29 February that is not there. Likewise. */
struct day day_years_after(struct day day, int64_t years);

/* Counts up by one a day. */
int64_t day_number(struct day day);

#endif

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

/* Whether the calendar has this day; from year 1 to DAY_LAST_YEAR. */
bool day_exists(struct day day);

/* Returns false and leaves *out alone for another form, and for a day that does not exist. */
bool day_read(const char *text, struct day *out);
bool day_valid(const char *text);

/* Writes YYYY-MM-DD, whether the day exists or not. */
void day_write(struct day day, char text[DAY_SIZE]);

/* The day `by` days later, or earlier. A day outside of the calendar does not exist. */
struct day day_shift(struct day day, int64_t by);

/*
 * The same day `years` years later; 1 March for a 29 February that does not exist then.
 * Likewise.
 */
struct day day_years_after(struct day day, int64_t years);

/* A number for each day; the next day has the next number. */
int64_t day_number(struct day day);

#endif

#include "base/day.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool day_exists(struct day day)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	if (day.year < 1 || day.year > DAY_LAST_YEAR || day.month < 1 || day.month > 12)
		return false;
	return day.day >= 1 &&
	       day.day <= days[day.month - 1] + (day.month == 2 && is_leap(day.year));
}

/* `count` digits as a number; -1 where one of them is none. */
static int digits(const char *text, size_t count)
{
	int number = 0;

	for (size_t i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return -1;
		number = number * 10 + (text[i] - '0');
	}
	return number;
}

bool day_read(const char *text, struct day *out)
{
	struct day day;

	if (strlen(text) != DAY_SIZE - 1 || text[4] != '-' || text[7] != '-')
		return false;
	day = (struct day){ digits(text, 4), digits(text + 5, 2), digits(text + 8, 2) };
	if (!day_exists(day))
		return false;
	*out = day;
	return true;
}

bool day_valid(const char *text)
{
	struct day day;

	return day_read(text, &day);
}

void day_write(struct day day, char text[DAY_SIZE])
{
	snprintf(text, DAY_SIZE, "%04u-%02u-%02u", (unsigned)day.year % 10000,
	         (unsigned)day.month % 100, (unsigned)day.day % 100);
}

struct day day_years_after(struct day day, int64_t years)
{
	struct day then = { 0, day.month, day.day };

	if (years < -DAY_LAST_YEAR || years > DAY_LAST_YEAR)
		return then;
	then.year = day.year + (int)years;
	if (day.month == 2 && day.day == 29 && !day_exists(then))
		then = (struct day){ then.year, 3, 1 };
	return then;
}

/* From 1 March of year 0: every leap day ends a year. */
int64_t day_number(struct day day)
{
	const int64_t year = day.month > 2 ? day.year : day.year - 1;
	const int64_t month = (day.month + 9) % 12;

	return 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day.day;
}

/* The day of that day_number(), which is 1 or more. */
static struct day day_of(int64_t number)
{
	enum { CYCLE = 146097, CENTURY = 36524, LEAP_CYCLE = 1461 };
	assert(number >= 1);
	const int64_t cycle = (number - 1) / CYCLE;
	int64_t rest = (number - 1) % CYCLE;
	/* The last day of a cycle, and of four years, is a leap day: it begins no other century. */
	const int64_t century = rest / CENTURY < 4 ? rest / CENTURY : 3;

	rest -= century * CENTURY;
	const int64_t leap = rest / LEAP_CYCLE;

	rest -= leap * LEAP_CYCLE;
	const int64_t single = rest / 365 < 4 ? rest / 365 : 3;

	rest -= single * 365;
	const int64_t month = (5 * rest + 2) / 153; /* from March */
	assert(month < 12);
	const int64_t year = 400 * cycle + 100 * century + 4 * leap + single + (month >= 10);

	return (struct day){ .year = (int)year,
		             .month = (int)(month < 10 ? month + 3 : month - 9),
		             .day = (int)(rest - (153 * month + 2) / 5 + 1) };
}

struct day day_shift(struct day day, int64_t by)
{
	const int64_t first = day_number((struct day){ 1, 1, 1 });
	const int64_t last = day_number((struct day){ DAY_LAST_YEAR, 12, 31 });
	const int64_t number = day_number(day);

	if (by < first - number || by > last - number)
		return (struct day){ 0, 0, 0 };
	const struct day then = day_of(number + by);

	assert(day_number(then) == number + by);
	return then;
}

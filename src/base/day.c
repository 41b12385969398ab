#include "base/day.h"

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

static struct day step(struct day day, int by)
{
	day.day += by;
	if (day_exists(day))
		return day;
	day.month += by;
	day.day = by > 0 ? 1 : 31;
	if (day.month < 1 || day.month > 12) {
		day.year += by;
		day.month = by > 0 ? 1 : 12;
	}
	while (!day_exists(day) && day.day > 1)
		day.day--;
	return day;
}

struct day day_shift(struct day day, int64_t by)
{
	for (; by > 0 && day.year <= DAY_LAST_YEAR; by--)
		day = step(day, 1);
	for (; by < 0 && day.year > 0; by++)
		day = step(day, -1);
	return day;
}

struct day day_years_after(struct day day, int64_t years)
{
	struct day then = { day.year + (int)years, day.month, day.day };

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

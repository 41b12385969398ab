#include "base/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 15, EXPONENT_MOST = 30 };

bool number_write(double number, char out[NUMBER_TEXT_SIZE])
{
	char scientific[NUMBER_TEXT_SIZE];
	out[0] = '\0';
	if (!isfinite(number))
		return false;
	snprintf(scientific, sizeof(scientific), "%.*e", DIGITS - 1, number);
	const char *exponent = strchr(scientific, 'e');
	const long power = exponent ? strtol(exponent + 1, NULL, 10) : 0;
	if (labs(power) > EXPONENT_MOST)
		return false;
	const int places = power < DIGITS ? DIGITS - 1 - (int)power : 0;
	snprintf(out, NUMBER_TEXT_SIZE, "%.*f", places, number);
	if (places > 0) {
		size_t len = strlen(out);
		while (len > 0 && out[len - 1] == '0')
			len--;
		out[len - (len > 0 && out[len - 1] == '.')] = '\0';
	}
	if (strcmp(out, "-0") == 0)
		memcpy(out, "0", sizeof("0"));
	return true;
}

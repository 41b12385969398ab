#include "engine/dialogue/receipt.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

_Static_assert(RECEIPT_SIZE == 4 + 1 + 4 + 1, "two halves, a dash and the terminator");

enum {
	HALF = 4,
	PARTING_MOST = 3, /* points between the halves */
	REST_MOST = 24,   /* points around a receipt that is called one */
	TYPED_MOST = 64,  /* bytes */
};

void receipts_add(struct receipts *receipts, const char *receipt, const char *entry)
{
	struct receipt_of *item = &receipts->items[receipts->next];

	assert(receipts->next < RECEIPTS_KEPT);
	receipts->next = (receipts->next + 1) % RECEIPTS_KEPT;
	snprintf(item->receipt, sizeof(item->receipt), "%s", receipt);
	snprintf(item->entry, sizeof(item->entry), "%s", entry);
}

const struct receipt_of *receipts_find(const struct receipts *receipts, const char *receipt)
{
	for (size_t i = 0; i < RECEIPTS_KEPT; i++)
		if (strcmp(receipts->items[i].receipt, receipt) == 0)
			return &receipts->items[i];
	return NULL;
}

static bool is_digit(uint32_t point)
{
	return point >= '0' && point <= '9';
}

/* The digit of Crockford's base 32 for a lower-case letter or digit, or 0. */
static char digit_of(uint32_t point)
{
	if (is_digit(point))
		return (char)point;
	if (point == 'o')
		return '0';
	if (point == 'i' || point == 'l')
		return '1';
	if (point >= 'a' && point <= 'z' && point != 'u')
		return (char)(point - 'a' + 'A');
	return '\0';
}

static bool is_misread(uint32_t point)
{
	return point == 'o' || point == 'i' || point == 'l';
}

/* A possible receipt at one place of a message. */
struct found {
	char receipt[RECEIPT_SIZE];
	size_t start, end; /* points */
	bool dashed;
	unsigned digits;
	bool misread; /* a letter stands for a digit */
};

static bool take_half(const struct text *message, size_t *at, char *to, struct found *found)
{
	for (int i = 0; i < HALF; i++, *at += 1) {
		const uint32_t point = *at < message->count ? message->points[*at] : 0;

		to[i] = digit_of(point);
		if (!to[i])
			return false;
		found->digits += is_digit(point);
		found->misread |= is_misread(point);
	}
	return true;
}

static bool find_at(const struct text *message, size_t start, struct found *found)
{
	size_t at = start;

	*found = (struct found){ .start = start };
	if (!take_half(message, &at, found->receipt, found))
		return false;
	for (int i = 0; i < PARTING_MOST && at < message->count; i++) {
		if (message->points[at] != ' ' && message->points[at] != '-')
			break;
		found->dashed |= message->points[at] == '-';
		at++;
	}
	found->receipt[HALF] = '-';
	if (!take_half(message, &at, found->receipt + HALF + 1, found))
		return false;
	found->end = at;
	/* A receipt is not part of a longer number or word. */
	return (start == 0 || !code_point_is_word(message->points[start - 1])) &&
	       (at == message->count || !code_point_is_word(message->points[at]));
}

/* Whether only punctuation surrounds it. */
static bool stands_alone(const struct text *message, const struct found *found)
{
	for (size_t i = 0; i < message->count; i++) {
		const uint32_t point = message->points[i];

		if (i >= found->start && i < found->end)
			continue;
		if (code_point_is_han(point) || code_point_is_word(point))
			return false;
	}
	return true;
}

static bool is_called_receipt(const struct text *message)
{
	static const char *const names[] = { "凭证", "回执", "受理号", "答复号", "receipt" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strstr(message->utf8.ptr, names[i]))
			return true;
	return false;
}

/* A telephone number is all digits; a word of English has none. */
static bool looks_like_one(const struct found *found)
{
	if (found->digits == 2 * HALF)
		return false;
	if (found->digits > 0)
		return true;
	return found->dashed && !found->misread;
}

bool receipt_read(const struct text *message, char receipt[RECEIPT_SIZE])
{
	const bool called = is_called_receipt(message);
	struct found found;

	if (message->count > 2 * HALF + PARTING_MOST + REST_MOST)
		return false;
	for (size_t start = 0; start < message->count; start++) {
		if (!find_at(message, start, &found))
			continue;
		if (!called && !(stands_alone(message, &found) && looks_like_one(&found)))
			continue;
		memcpy(receipt, found.receipt, RECEIPT_SIZE);
		return true;
	}
	return false;
}

/* Folds full-width forms (U+FF01 to U+FF5E) itself. */
bool receipt_parse(const char *typed, char receipt[RECEIPT_SIZE])
{
	const struct span text = span_of(typed);
	size_t next = 0, count = 0;

	if (text.len > TYPED_MOST)
		return false;
	for (size_t at = 0; at < text.len; at = next) {
		uint32_t point = utf8_next(text, &next);

		if (point >= 0xff01 && point <= 0xff5e)
			point -= 0xff01 - 0x21;
		if (point >= 'A' && point <= 'Z')
			point += 'a' - 'A';
		if (point == ' ' || point == 0x3000 || point == '-' || point == 0x2014 ||
		    point == 0x2013 || point == 0x2212)
			continue;
		if (count == 2 * HALF || !digit_of(point))
			return false;
		receipt[count + (count >= HALF)] = digit_of(point);
		count++;
	}
	receipt[HALF] = '-';
	receipt[RECEIPT_SIZE - 1] = '\0';
	return count == 2 * HALF;
}

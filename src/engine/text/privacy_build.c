#include <stdlib.h>
#include <string.h>

#include "engine/text/privacy_parts.h"
#include "engine/text/privacy_spelled.h"
#include "engine/text/privacy_view.h"

enum {
	PRINTED_CEILING = 256 << 20, /* a folder of 100,000 entries prints some 12 MiB */
	PUBLIC_MOST = 256,
	PUBLIC_LEAST = 7, /* digits of a number that the office prints */
	LOCAL_DIGITS = 8, /* of a telephone without its area code */
};

static enum status find_starts(struct privacy_starts **out)
{
	const char **patterns = calloc(privacy_rule_count, sizeof(*patterns));
	if (!patterns)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < privacy_rule_count; i++)
		patterns[i] = privacy_rules[i].pattern;
	const enum status status = privacy_starts_create(out, patterns, privacy_rule_count);
	free(patterns);
	return status;
}

static enum status compile(struct privacy *privacy)
{
	const uint32_t usual = PCRE2_UTF | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C;
	privacy->codes = calloc(privacy_rule_count, sizeof(*privacy->codes));
	privacy->after_masked = calloc(privacy_rule_count, sizeof(*privacy->after_masked));
	if (!privacy->codes || !privacy->after_masked)
		return STATUS_NO_MEMORY;
	const enum status status = find_starts(&privacy->starts);
	if (status != STATUS_OK)
		return status;
	for (size_t i = 0; i < privacy_rule_count; i++) {
		const uint32_t options =
		        usual | (privacy_is_by_digits(&privacy_rules[i]) ||
		                                 privacy_is_by_letters(&privacy_rules[i]) ||
		                                 privacy_starts_known(privacy->starts, i)
		                         ? PCRE2_USE_OFFSET_LIMIT
		                         : 0);
		PCRE2_SIZE offset;
		int error;
		privacy->codes[i] =
		        pcre2_compile((PCRE2_SPTR)privacy_rules[i].pattern +
		                              privacy_starts_skip(privacy->starts, i),
		                      PCRE2_ZERO_TERMINATED, options, &error, &offset, NULL);
		if (!privacy->codes[i])
			return STATUS_INTERNAL;
		privacy->after_masked[i] = strstr(privacy_rules[i].pattern, "\\x02") != NULL;
		/* Without JIT it is slower and finds the same. */
		(void)pcre2_jit_compile(privacy->codes[i], PCRE2_JIT_COMPLETE);
	}
	return STATUS_OK;
}

static void add_number(struct privacy *privacy, const char *prefix, const char *digits)
{
	char number[PRIVACY_NUMBER_SIZE] = { 0 };
	if (strlen(prefix) + strlen(digits) >= sizeof(number) || strlen(digits) < PUBLIC_LEAST ||
	    privacy->number_count == PUBLIC_MOST)
		return;
	memcpy(number, prefix, strlen(prefix) + 1);
	memcpy(number + strlen(prefix), digits, strlen(digits) + 1);
	for (size_t i = 0; i < privacy->number_count; i++)
		if (strcmp(privacy->numbers[i], number) == 0)
			return;
	memcpy(privacy->numbers[privacy->number_count++], number, sizeof(number));
}

/* As printed, and a telephone also without its area code and with that of the country. */
static void add_numbers(struct privacy *privacy, const char *text)
{
	for (const char *at = text; *at;) {
		const char *end = at, *next = at;
		struct privacy_spelled s;
		if (!privacy_is_digit(*at)) {
			at++;
			continue;
		}
		for (; privacy_is_digit(*next) || (privacy_is_between(*next) && next - end < 2);
		     next++)
			if (privacy_is_digit(*next))
				end = next + 1;
		privacy_spell(at, (size_t)(end - at), &s);
		if (s.count < PRIVACY_NUMBER_SIZE)
			add_number(privacy, "", s.digits);
		if (s.digits[0] == '0' && s.count >= 11 && s.count <= 12) {
			add_number(privacy, "", s.digits + s.count - LOCAL_DIGITS);
			add_number(privacy, "86", s.digits + 1);
			add_number(privacy, "86", s.digits);
		}
		at = next;
	}
}

/* With its rules, and knowing nothing that is printed. */
static enum status begin(struct privacy **out)
{
	struct privacy *privacy = calloc(1, sizeof(*privacy));
	*out = privacy;
	if (!privacy)
		return STATUS_NO_MEMORY;
	buf_init(&privacy->own, PRINTED_CEILING);
	privacy->numbers = calloc(PUBLIC_MOST, sizeof(*privacy->numbers));
	const enum status status = privacy->numbers ? compile(privacy) : STATUS_NO_MEMORY;
	if (status != STATUS_OK) {
		privacy_destroy(privacy);
		*out = NULL;
	}
	return status;
}

void privacy_keep(const struct privacy *privacy, struct image_draft *draft)
{
	image_draft_add(draft, "privacy.numbers", privacy->numbers, privacy->number_count,
	                sizeof(*privacy->numbers));
	image_draft_add(draft, "privacy.printed", privacy->printed.ptr, privacy->printed.len, 1);
}

enum status privacy_adopt(const struct image_file *file, struct privacy **out)
{
	size_t number_count, length;
	const void *numbers =
	        image_file_items(file, "privacy.numbers", PRIVACY_NUMBER_SIZE, &number_count);
	const char *printed = image_file_items(file, "privacy.printed", 1, &length);
	*out = NULL;
	if (!numbers || !printed || number_count > PUBLIC_MOST)
		return STATUS_INVALID;
	const enum status status = begin(out);
	if (status != STATUS_OK)
		return status;
	memcpy((*out)->numbers, numbers, number_count * PRIVACY_NUMBER_SIZE);
	(*out)->number_count = number_count;
	(*out)->printed = (struct span){ printed, length };
	return STATUS_OK;
}

enum status privacy_create(struct privacy **out, const struct span *printed, size_t count)
{
	struct privacy *privacy = NULL;
	struct arena *arena = NULL;
	*out = NULL;
	enum status status = begin(&privacy);
	if (status != STATUS_OK)
		return status;
	status = arena_create(&arena, 64 << 20);
	for (size_t i = 0; i < count && status == STATUS_OK; i++) {
		struct privacy_view view;
		arena_reset(arena);
		status = privacy_view(printed[i], arena, &view);
		if (status != STATUS_OK)
			break;
		add_numbers(privacy, view.bytes);
		buf_append(&privacy->own, view.bytes, view.length);
		buf_append_char(&privacy->own, '\n');
		status = buf_status(&privacy->own);
	}
	privacy->printed = buf_span(&privacy->own);
	arena_destroy(arena);
	if (status != STATUS_OK) {
		privacy_destroy(privacy);
		return status;
	}
	*out = privacy;
	return STATUS_OK;
}

void privacy_destroy(struct privacy *privacy)
{
	if (!privacy)
		return;
	for (size_t i = 0; privacy->codes && i < privacy_rule_count; i++)
		pcre2_code_free(privacy->codes[i]);
	free(privacy->codes);
	free(privacy->after_masked);
	privacy_starts_destroy(privacy->starts);
	free(privacy->numbers);
	buf_deinit(&privacy->own);
	free(privacy);
}

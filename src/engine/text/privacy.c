/*
 * How it works: privacy_view() writes the text in a plain form with a map back. The office's own
 * numbers are blotted out in it, then each rule takes what it finds, in order. The taken stretches,
 * mapped back, are what is replaced in the text. A rule that gives up masks the whole text.
 *
 * Most rules are about numbers, others about Latin names. They are looked for where digits, or
 * letters and digits, are near (measure()), which in a long text is a small part of it.
 */
#include "engine/text/privacy.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "engine/text/check_digit.h"
#include "engine/text/identify.h"
#include "engine/text/privacy_parts.h"
#include "engine/text/privacy_spelled.h"
#include "engine/text/privacy_stars.h"
#include "engine/text/privacy_view.h"

enum {
	INPUT_MOST = 64 << 10,
	OUTPUT_CEILING = 4 * INPUT_MOST,
	PUBLIC_LOOKS_MOST = 32, /* through all that is printed, for one text */
	ID_PARTS_MOST = 5,
	BASE64_MOST = 8192,
	MATCH_STEPS = 2000000,
	KEPT = 1,
	MASKED = 2,
	BARRIER = 3, /* public; kept, and no part of anything */
};

/*
 * Bytes of the view in which a match may begin that has a digit or letter in it: [start, last]. All
 * digits of a match are in one zone.
 */
struct zone {
	size_t start, last;
	size_t count; /* of the characters that make it one */
};

struct zones {
	struct zone *items;
	size_t count;
	size_t reach; /* characters before a digit or letter */
};

struct stretch {
	size_t start, end; /* bytes of the view */
	enum privacy_style style;
};

struct pass {
	const struct privacy *privacy;
	struct arena *arena;
	struct privacy_view view;
	char *original; /* the view before anything was taken */
	pcre2_match_data *data;
	pcre2_match_context *context;
	struct stretch *items;
	size_t count, capacity;
	struct zones by_digits, by_close_digits, by_letters;
	struct privacy_places places;
	size_t digits, plain;
	size_t close, run; /* the most of the text, as of a rule */
	bool masked;       /* a rule took something to be masked */
	bool id_number;    /* a rule for ID numbers did */
	size_t looks;      /* for what is public */
	int depth;
	bool gave_up;
};

/* A password or an account: not a word of the sentence. */
static bool is_code(const char *text, size_t length, char before)
{
	bool mark = strchr(":=\"'", before) && before;
	for (size_t i = 0; i < length; i++)
		mark = mark || privacy_is_digit(text[i]) || text[i] == '_' || text[i] == '-';
	return mark;
}

static bool has_capital_within(const char *text, size_t length)
{
	for (size_t i = 1; i < length; i++)
		if (text[i] >= 'A' && text[i] <= 'Z' && text[i - 1] >= 'a' && text[i - 1] <= 'z')
			return true;
	return false;
}

/*
 * Looks through all that the office prints, which may take longer than all rules together: whatever
 * comes after the first few is masked, public or not.
 */
static bool is_public(struct pass *pass, const char *text, size_t length)
{
	const struct privacy *privacy = pass->privacy;
	if (pass->looks == PUBLIC_LOOKS_MOST)
		return false;
	pass->looks++;
	return privacy->printed.len >= length &&
	       memmem(privacy->printed.ptr, privacy->printed.len, text, length) != NULL;
}

/* Base64. */

static int base64_value(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (privacy_is_digit(c))
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static size_t base64_decode(const char *text, size_t length, char *out)
{
	uint32_t bits = 0;
	unsigned filled = 0;
	size_t n = 0;
	for (size_t i = 0; i < length && base64_value(text[i]) >= 0; i++) {
		bits = bits << 6 | (uint32_t)base64_value(text[i]);
		filled += 6;
		if (filled >= 8) {
			filled -= 8;
			out[n++] = (char)(bits >> filled & 0xFF);
		}
	}
	return n;
}

static enum status run(struct pass *pass, struct span text, const struct privacy_tail *tail);

/* True when the decoded text has something personal in it. */
static bool hides_personal(struct pass *pass, const char *text, size_t length)
{
	struct pass inner = {
		.privacy = pass->privacy, .arena = pass->arena, .looks = pass->looks, .depth = 1
	};
	bool letters = false;
	for (size_t i = 0; i < length; i++)
		letters = letters || (privacy_is_alnum(text[i]) && !privacy_is_digit(text[i]));
	if (!letters || pass->depth > 0 || length > BASE64_MOST)
		return false;
	char *decoded = arena_room(pass->arena, length + 1, 1);
	if (!decoded)
		return true;
	const struct span span = { decoded, base64_decode(text, length, decoded) };
	if (!utf8_valid(span))
		return false;
	const enum status status = run(&inner, span, NULL);
	pass->looks = inner.looks;
	if (status != STATUS_OK || inner.gave_up)
		return true;
	for (size_t i = 0; i < inner.count; i++)
		if (inner.items[i].style != PRIVACY_KEEP)
			return true;
	return false;
}

/* Tests of a number, however it is spelled. */
static bool passes_spelled(enum privacy_test test, const char *text, size_t length)
{
	struct privacy_spelled s;
	privacy_spell(text, length, &s);
	switch (test) {
	case PRIVACY_ID_NUMBER:
		return spelled_is_birth(&s);
	case PRIVACY_ID_PARTS:
		return spelled_is_birth(&s) && s.group_count <= ID_PARTS_MOST;
	case PRIVACY_GROUPS:
		return spelled_is_grouped(&s);
	case PRIVACY_CARD:
		return spelled_is_grouped(&s) && spelled_is_card(&s);
	case PRIVACY_VERSION:
		return spelled_is_version(&s);
	case PRIVACY_NO_LIST:
		return !spelled_is_list(&s);
	default:
		return true;
	}
}

static bool passes(struct pass *pass, enum privacy_test test, size_t start, size_t end)
{
	const char *text = pass->view.bytes + start;
	const size_t length = end - start;
	switch (test) {
	case PRIVACY_ANY:
	case PRIVACY_WORD:
		return true;
	case PRIVACY_CODE:
	case PRIVACY_WORD_CODE:
		return is_code(text, length, start > 0 ? text[-1] : '\0');
	case PRIVACY_ACCOUNT:
		return has_capital_within(text, length) ||
		       is_code(text, length, start > 0 ? text[-1] : '\0');
	case PRIVACY_BASE64:
		return hides_personal(pass, text, length);
	case PRIVACY_PUBLIC:
		return !is_public(pass, text, length);
	case PRIVACY_CREDIT_CODE:
		return credit_code_check((struct span){ text, length });
	case PRIVACY_ID_NUMBER:
	case PRIVACY_ID_PARTS:
	case PRIVACY_GROUPS:
	case PRIVACY_CARD:
	case PRIVACY_VERSION:
	case PRIVACY_NO_LIST:
		return passes_spelled(test, text, length);
	}
	return true;
}

static enum status take(struct pass *pass, size_t start, size_t end, enum privacy_style style,
                        char blot)
{
	if (pass->count == pass->capacity) {
		const size_t capacity = pass->capacity == 0 ? 8 : pass->capacity * 2;
		struct stretch *items = arena_room(pass->arena, capacity, sizeof(*items));
		if (!items)
			return STATUS_NO_MEMORY;
		if (pass->count > 0)
			memcpy(items, pass->items, pass->count * sizeof(*items));
		pass->items = items;
		pass->capacity = capacity;
	}
	pass->items[pass->count++] = (struct stretch){ start, end, style };
	pass->masked = pass->masked || blot == MASKED;
	memset(pass->view.bytes + start, blot, end - start);
	return STATUS_OK;
}

static size_t next_character(const struct pass *pass, size_t at)
{
	do
		at++;
	while (at < pass->view.length && (pass->view.bytes[at] & 0xC0) == 0x80);
	return at;
}

static size_t characters_before(const struct pass *pass, size_t at, size_t count)
{
	const char *bytes = pass->view.bytes;
	for (; count > 0 && at > 0; count--)
		do
			at--;
		while (at > 0 && (bytes[at] & 0xC0) == 0x80);
	return at;
}

/* Empty, for all of a text. */
static enum status begin_zones(struct pass *pass, size_t reach, struct zones *out)
{
	/* Between two zones stand more than `reach` characters. */
	*out = (struct zones){ .reach = reach };
	out->items = arena_room(pass->arena, pass->view.length / reach + 2, sizeof(*out->items));
	return out->items ? STATUS_OK : STATUS_NO_MEMORY;
}

/* Adds what stands before the character at `at`; zones that meet are one. */
static void add_to_zones(const struct pass *pass, size_t at, struct zones *zones)
{
	assert(zones->items);
	struct zone *before = zones->count ? &zones->items[zones->count - 1] : NULL;
	const size_t start = before && at <= before->last + zones->reach
	                             ? before->start
	                             : characters_before(pass, at, zones->reach);
	if (before && start <= before->last) {
		before->last = at;
		before->count++;
	} else {
		zones->items[zones->count++] = (struct zone){ start, at, 1 };
	}
}

/* Digits with few characters between two of them. */
struct chain {
	size_t start, length;
	size_t apart; /* characters since the last one */
};

/* Digits that stand alone or in twos and threes are no part of a number that `close` means. */
static void take_digit(struct pass *pass, size_t at, struct chain *chain)
{
	if (chain->length == 0 || chain->apart > PRIVACY_CLOSE)
		*chain = (struct chain){ .start = at };
	chain->length++;
	chain->apart = 0;
	pass->digits++;
	pass->close = chain->length > pass->close ? chain->length : pass->close;
	add_to_zones(pass, at, &pass->by_digits);
	if (chain->length < PRIVACY_CLOSE_LEAST)
		return;
	for (size_t i = chain->length == PRIVACY_CLOSE_LEAST ? chain->start : at; i <= at; i++)
		if (privacy_is_digit(pass->view.bytes[i]))
			add_to_zones(pass, i, &pass->by_close_digits);
}

/* What rules ask of the text before they are tried, and where. */
static enum status measure(struct pass *pass)
{
	const char *bytes = pass->view.bytes;
	struct chain chain = { .length = 0 };
	size_t run = 0;
	enum status status = begin_zones(pass, PRIVACY_REACH, &pass->by_digits);
	if (status == STATUS_OK)
		status = begin_zones(pass, PRIVACY_REACH, &pass->by_close_digits);
	if (status == STATUS_OK)
		status = begin_zones(pass, PRIVACY_LETTERS_REACH, &pass->by_letters);
	for (size_t at = 0; at < pass->view.length && status == STATUS_OK; at++) {
		const bool plain = bytes[at] > ' ' && bytes[at] < 0x7F;
		pass->plain += plain;
		run = plain ? run + 1 : 0;
		pass->run = run > pass->run ? run : pass->run;
		if (privacy_is_alnum(bytes[at]))
			add_to_zones(pass, at, &pass->by_letters);
		if (privacy_is_digit(bytes[at]))
			take_digit(pass, at, &chain);
		else
			chain.apart += (bytes[at] & 0xC0) != 0x80;
	}
	return status;
}

/* What the rule finds that begins in the zone, from *at on. */
static enum status apply_in(struct pass *pass, size_t rule, size_t last, size_t *at)
{
	const enum privacy_style style = privacy_rules[rule].style;
	const char blot = style == PRIVACY_KEEP ? KEPT : MASKED;
	const bool at_places = privacy_starts_known(pass->privacy->starts, rule);
	while (*at <= last) {
		if (at_places) {
			const size_t place = privacy_places_next(&pass->places, rule, *at);
			if (place > last)
				return STATUS_OK;
			*at = place;
			pcre2_set_offset_limit(pass->context, place);
		}
		const int result = pcre2_match(pass->privacy->codes[rule],
		                               (PCRE2_SPTR)pass->view.bytes, pass->view.length, *at,
		                               PCRE2_NO_UTF_CHECK, pass->data, pass->context);
		if (at_places && result == PCRE2_ERROR_NOMATCH) {
			++*at;
			continue;
		}
		if (result < 0) {
			pass->gave_up = pass->gave_up || result != PCRE2_ERROR_NOMATCH;
			return STATUS_OK;
		}
		const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pass->data);
		if (ends[1] <= ends[0] ||
		    !passes(pass, privacy_rules[rule].test, ends[0], ends[1])) {
			*at = next_character(pass, ends[0]);
			continue;
		}
		*at = ends[1];
		pass->id_number = pass->id_number || privacy_rules[rule].id_number;
		const enum status status = take(pass, ends[0], ends[1], style, blot);
		if (status != STATUS_OK)
			return status;
	}
	return STATUS_OK;
}

/* The digits that a zone needs. Behind something masked, the masked ones count, wherever. */
static size_t least_digits(const struct pass *pass, size_t rule)
{
	if (pass->privacy->after_masked[rule])
		return 0;
	return privacy_rules[rule].close > 0 ? privacy_rules[rule].close
	                                     : privacy_rules[rule].digits;
}

static enum status apply(struct pass *pass, size_t rule)
{
	enum status status = STATUS_OK;
	size_t at = 0;
	const size_t least = least_digits(pass, rule);
	const struct zones *zones = privacy_rules[rule].close > 0 ? &pass->by_close_digits
	                            : privacy_is_by_digits(&privacy_rules[rule]) ? &pass->by_digits
	                            : privacy_is_by_letters(&privacy_rules[rule])
	                                    ? &pass->by_letters
	                                    : NULL;
	privacy_places_rewind(&pass->places);
	if (!zones) {
		pcre2_set_offset_limit(pass->context, PCRE2_UNSET);
		return apply_in(pass, rule, pass->view.length, &at);
	}
	for (size_t i = 0; i < zones->count && status == STATUS_OK; i++) {
		const struct zone *zone = &zones->items[i];
		if (zone->count < least)
			continue;
		at = at > zone->start ? at : zone->start;
		pcre2_set_offset_limit(pass->context, zone->last);
		status = apply_in(pass, rule, zone->last, &at);
	}
	return status;
}

static bool has_one(const struct pass *pass, const char *texts)
{
	while (*texts) {
		const size_t length = strcspn(texts, "|");
		if (privacy_places_may_have(&pass->places, (struct span){ texts, length }) &&
		    memmem(pass->view.bytes, pass->view.length, texts, length))
			return true;
		texts += length + (texts[length] == '|');
	}
	return false;
}

/* Whether the text has what every match of the rule needs. */
static bool may_apply(const struct pass *pass, size_t rule)
{
	const struct privacy_rule *needs = &privacy_rules[rule];
	return pass->digits >= needs->digits && pass->plain >= needs->plain &&
	       pass->close >= needs->close && pass->run >= needs->run &&
	       (pass->masked || !pass->privacy->after_masked[rule]) &&
	       (!needs->needs || has_one(pass, needs->needs));
}

/* The office's own numbers. */

/* Where the number, with separators or without, ends that begins at `at`; `at` where it does not.
 */
static size_t number_end(const struct pass *pass, size_t at, const char *number)
{
	const char *bytes = pass->view.bytes;
	size_t next = at, gap = 0;
	for (; *number; next++) {
		if (bytes[next] == *number) {
			number++;
			gap = 0;
		} else if (next == at || gap == 2 || !privacy_is_between(bytes[next])) {
			return at;
		} else {
			gap++;
		}
	}
	return privacy_is_digit(bytes[next]) ? at : next;
}

static enum status take_public(struct pass *pass)
{
	for (size_t at = 0; at < pass->view.length; at++) {
		if (!privacy_is_digit(pass->view.bytes[at]) ||
		    (at > 0 && privacy_is_digit(pass->view.bytes[at - 1])))
			continue;
		for (size_t i = 0; i < pass->privacy->number_count; i++) {
			const size_t end = number_end(pass, at, pass->privacy->numbers[i]);
			if (end == at)
				continue;
			const enum status status = take(pass, at, end, PRIVACY_KEEP, BARRIER);
			if (status != STATUS_OK)
				return status;
			break;
		}
	}
	return STATUS_OK;
}

/* Two messages. */

static bool completes(const char *before, const struct privacy_spelled *here)
{
	struct privacy_spelled both;
	const size_t first = strlen(before);
	char joined[PRIVACY_TAIL_SIZE + PRIVACY_SPELLED_MOST + 1];
	if (first < 2 || here->count < 2)
		return false;
	memcpy(joined, before, first);
	memcpy(joined + first, here->digits, here->count + 1);
	privacy_spell(joined, first + here->count, &both);
	if (both.count >= 14 && both.count <= 19 && spelled_is_birth(&both))
		return true;
	if (both.count == 11 && both.digits[0] == '1' && both.digits[1] >= '3')
		return true;
	return both.count >= 16 && both.count <= 19 && spelled_is_card(&both);
}

/* The first number of the message belongs to the last one of the message before. */
static enum status take_continued(struct pass *pass, const struct privacy_tail *tail)
{
	struct privacy_spelled here;
	size_t start = 0, end, last;
	while (start < pass->view.length && !privacy_is_digit(pass->view.bytes[start]))
		start++;
	for (end = last = start; end < pass->view.length && end - last <= 2; end++)
		if (privacy_is_digit(pass->view.bytes[end]))
			last = end + 1;
		else if (!strchr(" -.,xX", pass->view.bytes[end]))
			break;
	if (last < pass->view.length && strchr("xX", pass->view.bytes[last]) && last > start)
		last++;
	if (start > 24 || last <= start)
		return STATUS_OK;
	privacy_spell(pass->view.bytes + start, last - start, &here);
	if (here.count + strlen(tail->digits) > PRIVACY_SPELLED_MOST ||
	    !completes(tail->digits, &here))
		return STATUS_OK;
	return take(pass, start, last, PRIVACY_WHOLE, MASKED);
}

static void keep_tail(const struct pass *pass, struct privacy_tail *tail)
{
	struct privacy_spelled s;
	size_t end = pass->view.length, start;
	char digits[2 * PRIVACY_TAIL_SIZE + 1] = "";
	const char *bytes = pass->original;
	while (end > 0 && pass->view.length - end < 4 && !privacy_is_digit(bytes[end - 1]))
		end--;
	start = end;
	while (start > 0 && end - start < PRIVACY_TAIL_SIZE &&
	       (privacy_is_digit(bytes[start - 1]) || privacy_is_between(bytes[start - 1])))
		start--;
	/* A message of digits alone goes on with what was there. */
	const bool goes_on = start == 0 && end > 0;
	privacy_spell(bytes + start, end - start, &s);
	if (goes_on)
		memcpy(digits, tail->digits, strlen(tail->digits) + 1);
	memset(tail, 0, sizeof(*tail));
	if (s.count == 0 || pass->view.bytes[start] == BARRIER)
		return;
	if (strlen(digits) + s.count >= PRIVACY_TAIL_SIZE)
		digits[0] = '\0';
	if (strlen(digits) + s.count >= PRIVACY_TAIL_SIZE)
		return;
	memcpy(tail->digits, digits, strlen(digits));
	memcpy(tail->digits + strlen(digits), s.digits, s.count);
}

static enum status run(struct pass *pass, struct span text, const struct privacy_tail *tail)
{
	enum status status = privacy_view(text, pass->arena, &pass->view);
	if (status != STATUS_OK)
		return status;
	pass->original = arena_room(pass->arena, pass->view.length + 1, 1);
	pass->data = pcre2_match_data_create(4, NULL);
	pass->context = pcre2_match_context_create(NULL);
	if (!pass->original || !pass->data || !pass->context) {
		status = STATUS_NO_MEMORY;
		goto cleanup;
	}
	pcre2_set_match_limit(pass->context, MATCH_STEPS);
	memcpy(pass->original, pass->view.bytes, pass->view.length + 1);
	status = take_public(pass);
	if (status == STATUS_OK && tail && tail->digits[0])
		status = take_continued(pass, tail);
	if (status == STATUS_OK)
		status = measure(pass);
	if (status == STATUS_OK)
		status = privacy_places_find(pass->privacy->starts,
		                             (struct span){ pass->view.bytes, pass->view.length },
		                             pass->arena, &pass->places);
	for (size_t i = 0; i < privacy_rule_count && status == STATUS_OK && !pass->gave_up; i++)
		if (may_apply(pass, i))
			status = apply(pass, i);
cleanup:
	pcre2_match_data_free(pass->data);
	pcre2_match_context_free(pass->context);
	pass->data = NULL;
	pass->context = NULL;
	return status;
}

/* Writing. */

static int by_start(const void *a, const void *b)
{
	const struct stretch *left = a, *right = b;
	return left->start < right->start ? -1 : left->start > right->start;
}

static enum status write_masked(struct pass *pass, struct span text, struct privacy_masked *out)
{
	struct buf masked;
	size_t at = 0;
	buf_init(&masked, OUTPUT_CEILING);
	if (pass->count > 0)
		qsort(pass->items, pass->count, sizeof(*pass->items), by_start);
	for (size_t i = 0; i < pass->count; i++) {
		const struct stretch *item = &pass->items[i];
		const size_t from = privacy_origin_of(&pass->view, item->start)->from;
		const size_t to = privacy_origin_of(&pass->view, item->end - 1)->to;
		const char *viewed = pass->original + item->start;
		const size_t length = item->end - item->start;
		/* Two may share a character that stands for several (㏒). */
		if (item->style == PRIVACY_KEEP || to <= at)
			continue;
		if (from > at)
			buf_append(&masked, text.ptr + at, from - at);
		privacy_write_stars((struct span){ viewed, length }, item->style, &masked);
		at = to;
		out->masked = true;
	}
	if (out->masked)
		buf_append(&masked, text.ptr + at, text.len - at);
	enum status status = buf_status(&masked);
	if (out->masked && status == STATUS_OK) {
		const char *copy = arena_copy(pass->arena, buf_span(&masked));
		out->text = (struct span){ copy ? copy : "", copy ? masked.len : 0 };
		status = copy ? STATUS_OK : STATUS_NO_MEMORY;
	}
	buf_deinit(&masked);
	return status;
}

/*
 * Certificate numbers of a class that are damaged enough for the rules above, and that identify()
 * reads all the same. One without a class may be a document's: 豫建安〔2024〕125号.
 */
static enum status mask_certificates(const struct identifier_list *found, struct arena *arena,
                                     struct privacy_masked *out)
{
	struct identifier_list certificates = { .count = 0 };
	struct buf text;
	if (found->count == 0)
		return STATUS_OK;
	certificates.items = arena_array(arena, found->count, sizeof(*certificates.items));
	if (!certificates.items)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < found->count; i++)
		if (found->items[i].kind == IDENTIFIER_CERTIFICATE_NUMBER &&
		    strpbrk(found->items[i].canonical, "ABC"))
			certificates.items[certificates.count++] = found->items[i];
	if (certificates.count == 0)
		return STATUS_OK;
	buf_init(&text, 2 * INPUT_MOST);
	mask(out->text, &certificates, &text);
	enum status status = buf_status(&text);
	const char *copy = status == STATUS_OK ? arena_copy(arena, buf_span(&text)) : NULL;
	if (status == STATUS_OK && !copy)
		status = STATUS_NO_MEMORY;
	if (status == STATUS_OK) {
		out->text = (struct span){ copy, text.len };
		out->masked = true;
	}
	buf_deinit(&text);
	return status;
}

enum status privacy_mask(const struct privacy *privacy, struct span text, struct privacy_tail *tail,
                         struct arena *arena, struct privacy_masked *out)
{
	return privacy_mask_identified(privacy, text, NULL, tail, arena, out);
}

enum status privacy_mask_identified(const struct privacy *privacy, struct span text,
                                    const struct identifier_list *found, struct privacy_tail *tail,
                                    struct arena *arena, struct privacy_masked *out)
{
	struct identifier_list again;
	struct pass pass = { .privacy = privacy, .arena = arena };
	*out = (struct privacy_masked){ .text = text };
	if (text.len > INPUT_MOST)
		return STATUS_LIMIT;
	const enum status status = run(&pass, text, tail);
	if (status != STATUS_OK)
		return status;
	if (tail)
		keep_tail(&pass, tail);
	out->id_number = pass.id_number;
	if (pass.gave_up) {
		out->text = span_of("***");
		out->masked = true;
		return STATUS_OK;
	}
	enum status written = write_masked(&pass, text, out);
	if (written == STATUS_OK && (!found || out->masked)) {
		written = identify(out->text, arena, &again);
		found = &again;
	}
	return written == STATUS_OK ? mask_certificates(found, arena, out) : written;
}

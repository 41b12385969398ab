/*
 * How it works: a pattern is compiled as it is, or in a faster form (pattern_gaps.h). Trials
 * measure its worst cost (pattern_trial.h), and its source is read for the words that it needs
 * (pattern_literals.h). If it begins with a word, it is searched only at the places of that word,
 * with an offset limit that lets a match begin nowhere else. A search takes its cost from the
 * budget before it runs.
 */
#include "engine/knowledge/pattern.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/language.h"
#include "base/utf8.h"
#include "engine/knowledge/pattern_gaps.h"
#include "engine/knowledge/pattern_trial.h"

enum {
	SOURCE_BYTES_MOST = 8192,
	COMPILED_CEILING = 4 * SOURCE_BYTES_MOST,
	NEST_MOST = 100,

	/* Of every search: a turn can pay for one such. */
	STEPS_OF_A_SEARCH = 150000,
	SLACK = 4,        /* of that many times what the trials took */
	BYTES_A_STEP = 2, /* that are passed over to find a place to begin at */
	STEPS_OF_A_CALL = 20,
	STEPS_USUAL = 8,   /* from one place: most end soon */
	WAYS_USUAL = 100,  /* that a first attempt may try from one place */
	STARTS_MANY = 200, /* places from which on it may try fewer */
	WAYS_OF_MANY = 25,
	DEPTH_MOST = 20000,
	HEAP_KIB_MOST = 8192,
	JIT_STACK_FIRST = 32 * 1024,
	JIT_STACK_MOST = 512 * 1024,
};

struct pattern {
	pcre2_code *code;
	char *source;
	struct pattern_literals literals;
	uint32_t ways; /* from one place, at most, in the trials */
	uint32_t number;
};

/* What patterns_keep() packs. */
struct kept_patterns {
	const struct pattern *patterns; /* without their code */
	uint64_t count;
	const uint8_t *codes; /* as PCRE2 serialises them */
	uint64_t code_count;
};
_Static_assert(sizeof(struct kept_patterns) == PATTERNS_KEPT_SIZE, "as the header says");
_Static_assert(sizeof(struct pattern) == 160, "keep_pattern() sets every pointer");

struct adopted_patterns {
	struct pattern *patterns;
	size_t count;
};

struct pattern_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack;      /* NULL where JIT is not available */
	const struct pattern *muted; /* or NULL */
	unsigned long limit_hits;
};

static enum status refuse(struct pattern_fault *fault, size_t offset, const char *reason)
{
	snprintf(fault->reason, sizeof(fault->reason), "%s", reason);
	fault->offset = offset;
	return STATUS_INVALID;
}

static enum status compile(struct span source, struct pattern_fault *fault, pcre2_code **out)
{
	const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C |
	                         PCRE2_USE_OFFSET_LIMIT;
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);
	PCRE2_SIZE offset = 0;
	int error = 0;

	if (!context)
		return STATUS_NO_MEMORY;
	pcre2_set_parens_nest_limit(context, NEST_MOST);
	*out = pcre2_compile((PCRE2_SPTR)source.ptr, source.len, options, &error, &offset, context);
	pcre2_compile_context_free(context);
	if (*out)
		return STATUS_OK;
	if (error == PCRE2_ERROR_HEAP_FAILED || error == PCRE2_ERROR_NOMEMORY)
		return STATUS_NO_MEMORY;
	pcre2_get_error_message(error, (PCRE2_UCHAR *)fault->reason, sizeof(fault->reason));
	fault->offset = offset;
	fault->by_pcre2 = true;
	return STATUS_INVALID;
}

/* Compiles the pattern as it is, or in the faster form. */
static enum status compile_best(struct span source, struct pattern_fault *fault, pcre2_code **out)
{
	struct buf better;
	buf_init(&better, COMPILED_CEILING);
	const bool rewritten = pattern_gaps_rewrite(source, &better);
	enum status status = buf_status(&better);
	if (status == STATUS_OK || !rewritten)
		status = compile(rewritten ? buf_span(&better) : source, fault, out);
	buf_deinit(&better);
	return status;
}

static bool is_limit(int result)
{
	return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
	       result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT;
}

/* The checks that a compiled pattern has to pass. */
static enum status examine(const pcre2_code *code, struct span source, uint32_t *ways,
                           struct pattern_fault *fault)
{
	enum trial_result result;
	const enum status status = pattern_try(code, source, &result, ways);
	if (status != STATUS_OK)
		return status;
	fault->of_the_whole = true;
	switch (result) {
	case TRIAL_EMPTY:
		return refuse(fault, 0, N_("matches an empty text, so it would match every text"));
	case TRIAL_LOST:
		return refuse(fault, 0, N_("calls itself without an end"));
	case TRIAL_SLOW:
		return refuse(fault, 0,
		              N_("too slow: in a long text of its own words it tries very many "
		                 "ways; use fewer or shorter gaps, and in a repeated group no "
		                 "other quantifier"));
	case TRIAL_PASSED:
		break;
	}
	if (*ways > PATTERN_WAYS_MANY) {
		snprintf(fault->reason, sizeof(fault->reason),
		         N_("slow: a long message may be answered without it; use fewer or shorter "
		            "gaps"));
		fault->doubtful = true;
	}
	return STATUS_OK;
}

/* Owns the code if it succeeds. */
static enum status pattern_create(const char *source, pcre2_code *code, struct pattern **out)
{
	struct pattern *pattern = calloc(1, sizeof(*pattern));

	if (!pattern)
		return STATUS_NO_MEMORY;
	pattern->source = strdup(source);
	if (!pattern->source ||
	    pattern_literals_of(span_of(source), &pattern->literals) != STATUS_OK) {
		pattern_destroy(pattern);
		return STATUS_NO_MEMORY;
	}
	pattern->code = code;
	*out = pattern;
	return STATUS_OK;
}

static bool begins_with_a_word(const struct pattern_literals *literals)
{
	for (size_t i = 0; i < literals->count; i++)
		if (literals->sets[i].leads)
			return true;
	return false;
}

enum status pattern_compile(const char *source, struct pattern_fault *fault, struct pattern **out)
{
	const struct span text = span_of(source);
	pcre2_code *code = NULL;
	uint32_t ways = 0;
	enum status status;

	*fault = (struct pattern_fault){ 0 };
	*out = NULL;
	if (text.len == 0)
		return refuse(fault, 0, "must not be empty");
	if (text.len > SOURCE_BYTES_MOST)
		return refuse(fault, SOURCE_BYTES_MOST, "is longer than 8192 bytes");
	if (!utf8_valid(text))
		return refuse(fault, utf8_fault_at(text), "is not UTF-8");
	status = compile_best(text, fault, &code);
	if (status == STATUS_OK)
		status = examine(code, text, &ways, fault);
	if (status == STATUS_OK)
		status = pattern_create(source, code, out);
	if (status != STATUS_OK) {
		pcre2_code_free(code);
		return status;
	}
	(*out)->ways = ways;
	/* Without JIT, or where it cannot take the pattern, the interpreter does the work. */
	(void)pcre2_jit_compile(code, PCRE2_JIT_COMPLETE);
	return STATUS_OK;
}

void pattern_destroy(struct pattern *pattern)
{
	if (!pattern)
		return;
	pcre2_code_free(pattern->code);
	pattern_literals_deinit(&pattern->literals);
	free(pattern->source);
	free(pattern);
}

void pattern_scratch_mute(struct pattern_scratch *scratch, const struct pattern *muted)
{
	scratch->muted = muted;
}

const char *pattern_source(const struct pattern *pattern)
{
	return pattern->source;
}

enum status pattern_written(struct pattern *pattern, const char *source)
{
	char *copy = strdup(source);

	if (!copy)
		return STATUS_NO_MEMORY;
	free(pattern->source);
	pattern->source = copy;
	return STATUS_OK;
}

enum status pattern_scratch_create(struct pattern_scratch **out)
{
	struct pattern_scratch *scratch = calloc(1, sizeof(*scratch));

	if (!scratch)
		return STATUS_NO_MEMORY;
	scratch->data = pcre2_match_data_create(1, NULL);
	scratch->context = pcre2_match_context_create(NULL);
	if (!scratch->data || !scratch->context) {
		pattern_scratch_destroy(scratch);
		return STATUS_NO_MEMORY;
	}
	scratch->stack = pcre2_jit_stack_create(JIT_STACK_FIRST, JIT_STACK_MOST, NULL);
	if (scratch->stack)
		pcre2_jit_stack_assign(scratch->context, NULL, scratch->stack);
	pcre2_set_depth_limit(scratch->context, DEPTH_MOST);
	pcre2_set_heap_limit(scratch->context, HEAP_KIB_MOST);
	*out = scratch;
	return STATUS_OK;
}

void pattern_scratch_destroy(struct pattern_scratch *scratch)
{
	if (!scratch)
		return;
	pcre2_jit_stack_free(scratch->stack);
	pcre2_match_context_free(scratch->context);
	pcre2_match_data_free(scratch->data);
	free(scratch);
}

/* PCRE2 counts anew from each place. */
static int match(const pcre2_code *code, struct pattern_scratch *scratch, struct span text,
                 size_t from, uint32_t ways)
{
	const char *subject = text.ptr ? text.ptr : "";

	pcre2_set_match_limit(scratch->context, ways);
	const int result = pcre2_jit_match(code, (PCRE2_SPTR)subject, text.len, from,
	                                   PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
	if (result != PCRE2_ERROR_JIT_BADOPTION)
		return result;
	/* Not compiled by JIT: this machine has none. */
	return pcre2_match(code, (PCRE2_SPTR)subject, text.len, from, PCRE2_NO_UTF_CHECK,
	                   scratch->data, scratch->context);
}

/*
 * Few patterns go far from their start, so the first attempt is short and cheap. If it does not
 * suffice, the second one pays for the cost of the trials at each of the `starts` places.
 */
static int attempt(const struct pattern *pattern, struct pattern_scratch *scratch,
                   struct pattern_search *search, size_t from, size_t starts)
{
	const pcre2_code *code = pattern->code;
	assert(starts > 0);
	const uint32_t enough = SLACK * pattern->ways + WAYS_USUAL;
	const uint64_t share = search->budget->left / starts;
	int result = match(code, scratch, search->text, from,
	                   starts > STARTS_MANY ? WAYS_OF_MANY : WAYS_USUAL);

	if (is_limit(result) && budget_take(search->budget, starts * pattern->ways)) {
		result = match(code, scratch, search->text, from,
		               share < enough ? (uint32_t)share : enough);
		search->slow = is_limit(result) && share >= enough;
	}
	scratch->limit_hits += is_limit(result);
	return result;
}

static int search_places(const struct pattern *pattern, struct pattern_scratch *scratch,
                         struct pattern_search *search)
{
	int result = PCRE2_ERROR_NOMATCH;

	for (size_t i = 0; i < search->starts && result < 0 && !search->slow; i++) {
		if (!budget_take(search->budget, STEPS_OF_A_CALL + STEPS_USUAL))
			break;
		pcre2_set_offset_limit(scratch->context, search->places[i]);
		result = attempt(pattern, scratch, search, search->places[i], 1);
	}
	return result;
}

static int search_all(const struct pattern *pattern, struct pattern_scratch *scratch,
                      struct pattern_search *search)
{
	const size_t starts = search->starts > 0 ? search->starts : 1;

	if (!budget_take(search->budget,
	                 STEPS_OF_A_CALL + search->text.len / BYTES_A_STEP + starts * STEPS_USUAL))
		return PCRE2_ERROR_NOMATCH;
	pcre2_set_offset_limit(scratch->context, PCRE2_UNSET);
	return attempt(pattern, scratch, search, 0, starts);
}

bool pattern_search(const struct pattern *pattern, struct pattern_scratch *scratch,
                    struct pattern_search *search)
{
	const PCRE2_SIZE *found;
	const bool by_places = search->places && begins_with_a_word(&pattern->literals) &&
	                       search->starts * STEPS_OF_A_CALL < search->text.len / BYTES_A_STEP;

	assert(search->budget);
	search->slow = false;
	if (pattern == scratch->muted)
		return false;
	const int result = by_places ? search_places(pattern, scratch, search)
	                             : search_all(pattern, scratch, search);
	if (result < 0)
		return false;
	found = pcre2_get_ovector_pointer(scratch->data);
	search->start = found[0];
	search->end = found[1] < found[0] ? found[0] : found[1]; /* \K can reverse them */
	return true;
}

bool pattern_find(const struct pattern *pattern, struct pattern_scratch *scratch, struct span text,
                  size_t *start, size_t *end)
{
	struct budget budget = { STEPS_OF_A_SEARCH, 0 };
	/* About three bytes are a character. */
	struct pattern_search search = { .text = text,
		                         .starts = text.len / 3 + 1,
		                         .budget = &budget };

	if (!pattern_search(pattern, scratch, &search))
		return false;
	*start = search.start;
	*end = search.end;
	return true;
}

const struct pattern_literals *pattern_literals(const struct pattern *pattern)
{
	return &pattern->literals;
}

void pattern_set_number(struct pattern *pattern, uint32_t number)
{
	pattern->number = number;
}

uint32_t pattern_number(const struct pattern *pattern)
{
	return pattern->number;
}

unsigned long pattern_scratch_limit_hits(const struct pattern_scratch *scratch)
{
	return scratch->limit_hits;
}

/* --- in an image file --- */

static void keep_pattern(const struct pattern *pattern, struct pack *pack, size_t place)
{
	const struct pattern_literals *literals = &pattern->literals;
	pack_point(pack, place + offsetof(struct pattern, code), 0);
	pack_point(pack, place + offsetof(struct pattern, source),
	           pack_text(pack, pattern->source));
	place += offsetof(struct pattern, literals.sets);
	for (size_t i = 0; i < LITERAL_SETS_MOST; i++, place += sizeof(struct literal_set)) {
		const char *words = i < literals->count ? literals->sets[i].words : NULL;
		size_t length = 0;
		for (size_t word = 0; words && word < literals->sets[i].count; word++)
			length += strlen(words + length) + 1;
		pack_point(pack, place + offsetof(struct literal_set, words),
		           pack_add(pack, words, length));
	}
}

static enum status keep_codes(const struct pattern *const *patterns, size_t count,
                              struct pack *pack, size_t *place, uint64_t *code_count)
{
	const pcre2_code **codes = calloc(count + 1, sizeof(const pcre2_code *));
	uint8_t *bytes = NULL;
	PCRE2_SIZE size = 0;
	int32_t codes_found = 0;
	*place = 0;
	if (!codes)
		return STATUS_NO_MEMORY;
	for (size_t i = 0; i < count; i++)
		codes[codes_found++] = patterns[i]->code;
	const int32_t kept =
	        codes_found == 0 ? 0
	                         : pcre2_serialize_encode(codes, codes_found, &bytes, &size, NULL);
	if (kept == codes_found && bytes)
		*place = pack_add(pack, bytes, size);
	*code_count = (uint64_t)codes_found;
	pcre2_serialize_free(bytes);
	free(codes);
	return kept == codes_found            ? STATUS_OK
	       : kept == PCRE2_ERROR_NOMEMORY ? STATUS_NO_MEMORY
	                                      : STATUS_INTERNAL;
}

enum status patterns_keep(const struct pattern *const *patterns, size_t count, struct pack *pack,
                          size_t *place)
{
	struct kept_patterns kept = { .count = count };
	size_t codes;
	*place = pack_add(pack, NULL, sizeof(kept));
	const size_t array = pack_add(pack, NULL, count * sizeof(struct pattern));
	for (size_t i = 0; i < count; i++) {
		pack_set(pack, array + i * sizeof(struct pattern), patterns[i],
		         sizeof(struct pattern));
		keep_pattern(patterns[i], pack, array + i * sizeof(struct pattern));
	}
	const enum status status = keep_codes(patterns, count, pack, &codes, &kept.code_count);
	pack_set(pack, *place, &kept, sizeof(kept));
	pack_point(pack, *place + offsetof(struct kept_patterns, patterns), array);
	pack_point(pack, *place + offsetof(struct kept_patterns, codes), codes);
	return status == STATUS_OK ? pack_status(pack) : status;
}

/* Gives each pattern its code, with JIT as in pattern_compile(). False if there are too few. */
static bool take_codes(struct adopted_patterns *adopted, pcre2_code **codes, size_t count)
{
	size_t taken = 0;
	for (; taken < adopted->count && taken < count; taken++)
		adopted->patterns[taken].code = codes[taken];
	for (size_t i = 0; i < taken; i++)
		(void)pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE);
	for (size_t i = taken; i < count; i++)
		pcre2_code_free(codes[i]);
	return taken == count && (count == 0 || adopted->patterns[adopted->count - 1].code);
}

static enum status decode(const struct kept_patterns *kept, struct adopted_patterns *adopted)
{
	pcre2_code **codes = calloc((size_t)kept->code_count + 1, sizeof(*codes));
	if (!codes)
		return STATUS_NO_MEMORY;
	const int32_t count = (int32_t)kept->code_count;
	const int32_t decoded =
	        count == 0 ? 0 : pcre2_serialize_decode(codes, count, kept->codes, NULL);
	enum status status = decoded == PCRE2_ERROR_NOMEMORY ? STATUS_NO_MEMORY : STATUS_INVALID;
	if (decoded == count && take_codes(adopted, codes, (size_t)count))
		status = STATUS_OK;
	free(codes);
	return status;
}

enum status patterns_adopt(const void *bytes, struct pattern **slots, size_t count,
                           struct adopted_patterns **out)
{
	const struct kept_patterns *kept = bytes;
	*out = NULL;
	if (!kept || kept->count != count || kept->code_count > INT32_MAX)
		return STATUS_INVALID;
	struct adopted_patterns *adopted = calloc(1, sizeof(*adopted));
	if (!adopted)
		return STATUS_NO_MEMORY;
	*out = adopted;
	adopted->patterns = calloc(count + 1, sizeof(*adopted->patterns));
	if (!adopted->patterns)
		return STATUS_NO_MEMORY;
	adopted->count = count;
	for (size_t i = 0; i < count; i++) {
		adopted->patterns[i] = kept->patterns[i];
		slots[i] = &adopted->patterns[i];
	}
	return decode(kept, adopted);
}

void patterns_release(struct adopted_patterns *adopted)
{
	if (!adopted)
		return;
	for (size_t i = 0; i < adopted->count; i++) {
		pcre2_code_free(adopted->patterns[i].code);
	}
	free(adopted->patterns);
	free(adopted);
}

#include "engine/knowledge/pattern_trial.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

enum {
	TEXT_POINTS = 4000, /* of a trial's text: the longest message */
	SHORT_POINTS = 600, /* the same where no quantifier is without bound */
	TEXT_BYTES = 4 * TEXT_POINTS + 1024,
	RUNS_MOST = 16,
	RUN_SIZE = 40,
	WAYS_LEAST = 64,
	DEPTH_MOST = 20000,
	HEAP_KIB_MOST = 8192,
};

/* Plain texts in the pattern: the first and the last ones. */
struct runs {
	char items[RUNS_MOST][RUN_SIZE];
	size_t count, seen;
	size_t len; /* of the run at hand */
};

struct trial {
	const pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	struct runs runs;
	size_t points; /* of a text */
	uint32_t ways;
	enum trial_result result;
	char text[TEXT_BYTES];
};

/* ------------------------------------------------------------------ the pattern's own words */

static size_t slot_of(const struct runs *runs)
{
	/* The first half stays, the second half is a ring of the last ones. */
	return runs->seen < RUNS_MOST ? runs->seen : RUNS_MOST / 2 + runs->seen % (RUNS_MOST / 2);
}

static void end_run(struct runs *runs)
{
	if (runs->len == 0)
		return;
	runs->items[slot_of(runs)][runs->len] = '\0';
	runs->seen++;
	runs->count = runs->seen < RUNS_MOST ? runs->seen : RUNS_MOST;
	runs->len = 0;
}

static void add_to_run(struct runs *runs, const char *bytes, size_t len)
{
	assert(len < RUN_SIZE);
	if (runs->len + len >= RUN_SIZE)
		end_run(runs);
	memcpy(runs->items[slot_of(runs)] + runs->len, bytes, len);
	runs->len += len;
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c);
}

/* The length of a mark that opens a group or repeats something. */
static size_t mark_at(struct span source, size_t at)
{
	size_t end = at + 1;
	if (source.ptr[at] == '(' && end < source.len && source.ptr[end] == '?') {
		while (end < source.len && !is_one_of(source.ptr[end], ":=!>)|"))
			end++;
		end += end < source.len;
	}
	if (source.ptr[at] == '{')
		while (end < source.len && is_one_of(source.ptr[end], "0123456789,}"))
			end++;
	return end - at;
}

/*
 * The words only serve for trials, so they are read roughly: plain characters anywhere, members of
 * classes included.
 */
static void read_runs(struct span source, struct runs *runs)
{
	bool quoted = false;
	for (size_t at = 0; at < source.len;) {
		const char c = source.ptr[at];
		const size_t start = at;
		if (c == '\\' && at + 1 < source.len && (unsigned char)source.ptr[at + 1] < 0x80) {
			const char escaped = source.ptr[at + 1];
			const bool is_letter = (escaped | 0x20) >= 'a' && (escaped | 0x20) <= 'z';
			at += 2;
			if (is_letter)
				end_run(runs);
			else
				add_to_run(runs, &escaped, 1);
			quoted = escaped == 'Q' || (quoted && escaped != 'E');
			continue;
		}
		/* A mark that is quoted, or the only member of a class. */
		if ((quoted || (at > 0 && source.ptr[at - 1] == '[')) && is_one_of(c, "(.*+?|$")) {
			add_to_run(runs, &c, 1);
			at++;
			continue;
		}
		if (is_one_of(c, "()[]{}.*+?|^$-")) {
			at += mark_at(source, at);
			end_run(runs);
			continue;
		}
		(void)utf8_next(source, &at);
		add_to_run(runs, source.ptr + start, at - start);
	}
	end_run(runs);
}

/* ------------------------------------------------------------------ the trials */

static bool is_limit(int result)
{
	return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
	       result == PCRE2_ERROR_HEAPLIMIT;
}

/* From the text's first character only. */
static void run(struct trial *trial, size_t len)
{
	int result = PCRE2_ERROR_MATCHLIMIT;
	while (trial->result == TRIAL_PASSED) {
		pcre2_set_match_limit(trial->context, trial->ways);
		result = pcre2_match(trial->code, (PCRE2_SPTR)trial->text, len, 0,
		                     PCRE2_ANCHORED | PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT,
		                     trial->data, trial->context);
		if (!is_limit(result))
			break;
		if (trial->ways >= PATTERN_WAYS_MOST || result != PCRE2_ERROR_MATCHLIMIT)
			trial->result = TRIAL_SLOW;
		trial->ways *= 2;
	}
	if (result < 0 && result != PCRE2_ERROR_NOMATCH && !is_limit(result))
		trial->result = TRIAL_LOST;
}

static size_t append(struct trial *trial, size_t len, const char *run)
{
	const size_t more = strlen(run);
	if (len + more >= TEXT_BYTES)
		return len;
	memcpy(trial->text + len, run, more);
	return len + more;
}

/*
 * An odd character after the text prevents a match, so that every way has to be tried. The last
 * word follows it: otherwise PCRE2 would notice at once that it is missing.
 */
static void run_to_end(struct trial *trial, size_t len)
{
	const struct runs *runs = &trial->runs;
	trial->text[len++] = '\n';
	if (runs->count > 0) {
		const size_t last = (runs->seen - 1 < RUNS_MOST)
		                            ? runs->seen - 1
		                            : RUNS_MOST / 2 + (runs->seen - 1) % (RUNS_MOST / 2);
		len = append(trial, len, runs->items[last]);
	}
	run(trial, len);
}

static size_t points_of(const char *run)
{
	return utf8_length(span_of(run));
}

/* The runs before `index` once if `led`, then that one over and over. */
static void repeat_run(struct trial *trial, size_t index, bool led)
{
	size_t len = 0, points = 0;
	for (size_t i = 0; led && i < index; i++)
		len = append(trial, len, trial->runs.items[i]);
	const size_t more = points_of(trial->runs.items[index]);
	for (; points < trial->points; points += more)
		len = append(trial, len, trial->runs.items[index]);
	run_to_end(trial, len);
}

/* The first `count` runs in turn. */
static void repeat_runs(struct trial *trial, size_t count)
{
	size_t len = 0, points = 0;
	for (size_t i = 0; points < trial->points; i++) {
		const char *run = trial->runs.items[i % count];
		len = append(trial, len, run);
		points += points_of(run);
	}
	run_to_end(trial, len);
}

static void repeat_text(struct trial *trial, const char *text)
{
	size_t len = 0;
	for (size_t i = 0; i < trial->points; i++)
		len = append(trial, len, text);
	run_to_end(trial, len);
}

/* Without a quantifier, a pattern has no more ways than alternatives. */
static bool has_quantifier(struct span source)
{
	for (size_t i = 0; i < source.len; i++)
		if (is_one_of(source.ptr[i], "*+{") ||
		    (source.ptr[i] == '?' && i > 0 && source.ptr[i - 1] != '('))
			return true;
	return false;
}

static bool has_endless(struct span source)
{
	return memchr(source.ptr, '*', source.len) || memchr(source.ptr, '+', source.len) ||
	       memmem(source.ptr, source.len, ",}", 2);
}

static void try_texts(struct trial *trial)
{
	/* A normalised text has no two blanks in a row. */
	static const char *const general[] = { "a", "1", "a ", "证", "," };
	for (size_t i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		repeat_text(trial, general[i]);
	for (size_t i = 0; i < trial->runs.count; i++) {
		repeat_run(trial, i, false);
		if (i > 0)
			repeat_run(trial, i, true);
		if (i > 0)
			repeat_runs(trial, i + 1);
	}
}

enum status pattern_try(const pcre2_code *code, struct span source, enum trial_result *result,
                        uint32_t *ways)
{
	struct trial *trial = calloc(1, sizeof(*trial));
	enum status status = STATUS_NO_MEMORY;
	if (!trial)
		return status;
	trial->code = code;
	trial->ways = WAYS_LEAST;
	trial->data = pcre2_match_data_create(1, NULL);
	trial->context = pcre2_match_context_create(NULL);
	if (!trial->data || !trial->context)
		goto cleanup;
	pcre2_set_depth_limit(trial->context, DEPTH_MOST);
	pcre2_set_heap_limit(trial->context, HEAP_KIB_MOST);
	pcre2_set_match_limit(trial->context, PATTERN_WAYS_MOST);
	if (pcre2_match(code, (PCRE2_SPTR) "", 0, 0, PCRE2_NO_JIT, trial->data, trial->context) >=
	    0) {
		trial->result = TRIAL_EMPTY;
	} else if (has_quantifier(source) || memmem(source.ptr, source.len, "(?", 2)) {
		read_runs(source, &trial->runs);
		trial->points = has_endless(source) ? TEXT_POINTS : SHORT_POINTS;
		try_texts(trial);
	}
	*result = trial->result;
	*ways = trial->ways;
	status = STATUS_OK;
cleanup:
	pcre2_match_context_free(trial->context);
	pcre2_match_data_free(trial->data);
	free(trial);
	return status;
}

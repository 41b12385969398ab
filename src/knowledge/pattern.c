#include "knowledge/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "base/language.h"
#include "base/utf8.h"
#include "knowledge/pattern_shape.h"

enum {
	SOURCE_BYTES_MOST = 8192,
	NEST_MOST = 100,

	/* Of every match. A question has some hundred characters: sound patterns need far less. */
	MATCH_MOST = 300000,
	DEPTH_MOST = 20000,
	HEAP_KIB_MOST = 8192,
	JIT_STACK_FIRST = 32 * 1024,
	JIT_STACK_MOST = 512 * 1024,

	/* Of the trial. */
	TRIAL_SHORT = 40, /* bytes: only exponential growth reaches a limit here */
	TRIAL_LONG = 1000,
	TRIAL_SHORT_STEPS = 1000000,
	TRIAL_LONG_STEPS = MATCH_MOST,
};

struct pattern {
	pcre2_code *code;
	char *source;
	struct pattern_literals literals;
	uint32_t number;
	bool muted;
};

struct pattern_scratch {
	pcre2_match_data *data;
	pcre2_match_context *context;
	pcre2_jit_stack *stack; /* NULL where JIT is not available */
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
	const uint32_t options = PCRE2_UTF | PCRE2_UCP | PCRE2_CASELESS | PCRE2_NEVER_BACKSLASH_C;
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
	return STATUS_INVALID;
}

static bool is_limit(int result)
{
	return result == PCRE2_ERROR_MATCHLIMIT || result == PCRE2_ERROR_DEPTHLIMIT ||
	       result == PCRE2_ERROR_HEAPLIMIT || result == PCRE2_ERROR_JIT_STACKLIMIT;
}

/*
 * A trial: the pattern runs, interpreted, on texts made of its own words, each of them repeated,
 * with what stands before it in the pattern in front or not. An odd character behind keeps the
 * whole from matching, so that every way has to be gone; the pattern's last word behind that is
 * there because PCRE2 would else see at once that it is missing.
 */
struct trial {
	const pcre2_code *code;
	pcre2_match_data *data;
	pcre2_match_context *context;
	char text[TRIAL_LONG + (SHAPE_RUNS_MOST + 2) * SHAPE_RUN_SIZE];
};

static bool trial_hits(struct trial *trial, size_t len, uint32_t steps, uint32_t options)
{
	pcre2_set_match_limit(trial->context, steps);
	return is_limit(pcre2_match(trial->code, (PCRE2_SPTR)trial->text, len, 0,
	                            options | PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, trial->data,
	                            trial->context));
}

/* Runs before `index` once when `led`, then the run `index` up to `most` bytes, then the end. */
static size_t compose(struct trial *trial, const struct pattern_shape *shape, size_t index,
                      bool led, size_t most)
{
	const char *run = shape->runs[index], *last = shape->last_run;
	size_t run_len = strlen(run), len = 0;

	for (size_t i = 0; led && i < index; i++) {
		memcpy(trial->text + len, shape->runs[i], strlen(shape->runs[i]));
		len += strlen(shape->runs[i]);
	}
	for (size_t start = len; len == start || len - start + run_len <= most; len += run_len)
		memcpy(trial->text + len, run, run_len);
	trial->text[len] = '\x01';
	memcpy(trial->text + len + 1, last, strlen(last));
	return len + 1 + strlen(last);
}

static enum status try_run(struct trial *trial, const struct pattern_shape *shape, size_t index,
                           struct pattern_fault *fault)
{
	for (int led = 0; led < 2; led++) {
		size_t len = compose(trial, shape, index, led == 1, TRIAL_SHORT);

		if (trial_hits(trial, len, TRIAL_SHORT_STEPS, 0)) {
			if (shape->repeats_group)
				return refuse(fault, 0,
				              "takes exponential time on a text of 40 characters");
			fault->doubtful = true;
		}
		len = compose(trial, shape, index, led == 1, TRIAL_LONG);
		/* The text repeats itself, so one place to start from stands for all. */
		if (!fault->doubtful && trial_hits(trial, len, TRIAL_LONG_STEPS, PCRE2_ANCHORED))
			fault->doubtful = true;
	}
	if (fault->doubtful && !fault->reason[0])
		snprintf(
		        fault->reason, sizeof(fault->reason),
		        N_("slow on long texts: it may reach the limit of steps and not be found"));
	return STATUS_OK;
}

static enum status try_runs(struct trial *trial, const struct pattern_shape *shape,
                            struct pattern_fault *fault)
{
	enum status status = STATUS_OK;

	for (size_t i = 0; i < shape->run_count && status == STATUS_OK; i++)
		status = try_run(trial, shape, i, fault);
	return status;
}

static enum status try_out(const pcre2_code *code, const struct pattern_shape *shape,
                           struct pattern_fault *fault)
{
	enum status status = STATUS_OK;
	struct trial trial = { .code = code };

	trial.data = pcre2_match_data_create(1, NULL);
	trial.context = pcre2_match_context_create(NULL);
	if (!trial.data || !trial.context) {
		status = STATUS_NO_MEMORY;
		goto cleanup;
	}
	pcre2_set_depth_limit(trial.context, DEPTH_MOST);
	pcre2_set_heap_limit(trial.context, HEAP_KIB_MOST);
	if (pcre2_match(code, (PCRE2_SPTR) "", 0, 0, PCRE2_NO_JIT, trial.data, trial.context) >= 0)
		status = refuse(fault, 0, "matches an empty text, so it would match every text");
	else if (shape->variable_most > 1 || shape->repeats_group)
		status = try_runs(&trial, shape, fault);
cleanup:
	pcre2_match_context_free(trial.context);
	pcre2_match_data_free(trial.data);
	return status;
}

/* All that a compiled pattern has to stand. */
static enum status examine(const pcre2_code *code, const struct pattern_shape *shape,
                           struct pattern_fault *fault)
{
	if (shape->refused)
		return refuse(fault, shape->refused_at, shape->refused);
	if (shape->doubtful) {
		snprintf(fault->reason, sizeof(fault->reason), "%s", shape->doubtful);
		fault->doubtful = true;
	}
	return try_out(code, shape, fault);
}

/* Takes the code over where it succeeds. */
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

enum status pattern_compile(const char *source, struct pattern_fault *fault, struct pattern **out)
{
	const struct span text = span_of(source);
	struct pattern_shape shape;
	pcre2_code *code = NULL;
	enum status status;

	*fault = (struct pattern_fault){ 0 };
	*out = NULL;
	if (text.len == 0)
		return refuse(fault, 0, "must not be empty");
	if (text.len > SOURCE_BYTES_MOST)
		return refuse(fault, SOURCE_BYTES_MOST, "is longer than 8192 bytes");
	if (!utf8_valid(text))
		return refuse(fault, utf8_fault_at(text), "is not UTF-8");
	status = compile(text, fault, &code);
	if (status == STATUS_OK) {
		pattern_shape_of(text, &shape);
		status = examine(code, &shape, fault);
	}
	if (status == STATUS_OK)
		status = pattern_create(source, code, out);
	if (status != STATUS_OK) {
		pcre2_code_free(code);
		return status;
	}
	/* Without JIT, or where it can not take the pattern, the interpreter does the work. */
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

void pattern_mute(struct pattern *pattern, bool muted)
{
	pattern->muted = muted;
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
	pcre2_set_match_limit(scratch->context, MATCH_MOST);
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

bool pattern_find(const struct pattern *pattern, struct pattern_scratch *scratch, struct span text,
                  size_t *start, size_t *end)
{
	const char *subject = text.ptr ? text.ptr : "";
	const PCRE2_SIZE *found;
	if (pattern->muted)
		return false;
	int result = pcre2_jit_match(pattern->code, (PCRE2_SPTR)subject, text.len, 0,
	                             PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);

	if (result == PCRE2_ERROR_JIT_BADOPTION) /* not compiled by JIT: this machine has none */
		result = pcre2_match(pattern->code, (PCRE2_SPTR)subject, text.len, 0,
		                     PCRE2_NO_UTF_CHECK, scratch->data, scratch->context);
	if (is_limit(result))
		scratch->limit_hits++;
	if (result < 0)
		return false;
	found = pcre2_get_ovector_pointer(scratch->data);
	*start = found[0];
	*end = found[1] < found[0] ? found[0] : found[1]; /* \K can turn them round */
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

/*
 * Processor time of an operator's look-up: a knowledge folder is loaded, and every question of it,
 * up to a number of them, is typed into the box: its first characters one after the other, two
 * words out of its middle, the same as initials of pinyin, its number. One line of key=value a kind
 * on standard output; `slowest` names the text that took longest.
 *
 *   bench_lookup KNOWLEDGE [QUESTIONS [ROUNDS]]
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/utf8.h"
#include "engine/dialogue/snapshot.h"
#include "samples.h"
#include "service/lookup.h"

enum {
	TURN_CEILING = 64 << 20,
	QUESTIONS_USUAL = 200,
	TYPED_MOST = 8, /* characters of a beginning; those of the middle are four */
	TEXT_SIZE = 512,
};

enum kind { BEGINNINGS, WORDS, INITIALS, NUMBERS, KIND_COUNT };

struct bench {
	struct normaliser *normaliser;
	struct snapshot *snapshot;
	struct scratch *scratch;
	struct arena *arena;
	struct samples samples[KIND_COUNT];
	int64_t slowest_ns[KIND_COUNT];
	char slowest[KIND_COUNT][TEXT_SIZE];
	size_t found[KIND_COUNT];
};

static int64_t processor_ns(void)
{
	struct timespec now;
	return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0
	               ? (int64_t)now.tv_sec * 1000000000 + now.tv_nsec
	               : 0;
}

static enum status look_up(struct bench *bench, enum kind kind, struct span typed)
{
	struct lookup_answer answer;
	arena_reset(bench->arena);
	const int64_t start = processor_ns();
	const enum status status = lookup_run(bench->scratch, typed, bench->arena, &answer);
	const int64_t took = processor_ns() - start;
	samples_add(&bench->samples[kind], took);
	bench->found[kind] += answer.count;
	if (took > bench->slowest_ns[kind]) {
		bench->slowest_ns[kind] = took;
		snprintf(bench->slowest[kind], TEXT_SIZE, "%.*s", SPAN_ARGS(typed));
	}
	return status;
}

/* The bytes of the first so many characters, and of those behind them. */
static struct span cut(struct span text, size_t from, size_t count)
{
	const size_t begin = utf8_prefix(text, from);
	const struct span rest = { text.ptr + begin, text.len - begin };
	return (struct span){ rest.ptr, utf8_prefix(rest, count) };
}

static enum status type_initials(struct bench *bench, struct span words)
{
	struct text text;
	char letters[TEXT_SIZE];
	size_t count = 0;
	arena_reset(bench->arena);
	const enum status status = normalise(bench->normaliser, words, bench->arena, &text);
	for (size_t i = 0; status == STATUS_OK && i < text.count && count < TYPED_MOST; i++) {
		const char *pinyin = pinyin_of(text.points[i]);
		if (pinyin)
			letters[count++] = pinyin[0];
	}
	return status == STATUS_OK && count > 0
	               ? look_up(bench, INITIALS, (struct span){ letters, count })
	               : status;
}

static enum status type_question(struct bench *bench, const struct entry *entry)
{
	const struct span question = span_of(entry->question);
	const size_t points = utf8_length(question), middle = points > 8 ? points / 2 - 2 : 0;
	const struct span one = cut(question, middle, 2), other = cut(question, middle + 2, 2);
	char typed[TEXT_SIZE];
	enum status status = STATUS_OK;
	for (size_t count = 1; count <= TYPED_MOST && count <= points && status == STATUS_OK;
	     count++)
		status = look_up(bench, BEGINNINGS, cut(question, 0, count));
	snprintf(typed, sizeof(typed), "%.*s %.*s", SPAN_ARGS(one), SPAN_ARGS(other));
	if (status == STATUS_OK)
		status = look_up(bench, WORDS, span_of(typed));
	if (status == STATUS_OK)
		status = type_initials(bench, cut(question, middle, 4));
	snprintf(typed, sizeof(typed), "%d", entry->number);
	return status == STATUS_OK && entry->number > 0 ? look_up(bench, NUMBERS, span_of(typed))
	                                                : status;
}

static enum status measure(struct bench *bench, size_t questions, size_t rounds)
{
	const struct knowledge *knowledge = bench->snapshot->knowledge;
	const size_t every =
	        knowledge->answer_count > questions ? knowledge->answer_count / questions : 1;
	enum status status = STATUS_OK;
	for (size_t round = 0; round < rounds; round++)
		for (size_t i = 0; i < knowledge->answer_count && status == STATUS_OK; i += every)
			status = type_question(bench, &knowledge->entries[i]);
	return status;
}

static void print(struct bench *bench)
{
	static const char *const names[] = { "beginnings", "words", "initials", "numbers" };
	for (int kind = 0; kind < KIND_COUNT; kind++) {
		struct samples *samples = &bench->samples[kind];
		if (samples->count > 0)
			printf("typed=%s entries=%zu lookups=%zu found=%.1f p50_us=%.0f"
			       " p99_us=%.0f max_us=%.0f slowest=\"%s\"\n",
			       names[kind], bench->snapshot->knowledge->answer_count,
			       samples->count, (double)bench->found[kind] / (double)samples->count,
			       samples_percentile_us(samples, 50),
			       samples_percentile_us(samples, 99),
			       samples_percentile_us(samples, 100), bench->slowest[kind]);
	}
}

int main(int argc, char **argv)
{
	static struct bench bench;
	const size_t questions = argc > 2 ? strtoul(argv[2], NULL, 10) : QUESTIONS_USUAL;
	const size_t rounds = argc > 3 ? strtoul(argv[3], NULL, 10) : 3;
	if (argc < 2 || questions == 0 || rounds == 0) {
		fprintf(stderr, "Usage: bench_lookup KNOWLEDGE [QUESTIONS [ROUNDS]]\n");
		return EXIT_FAILURE;
	}
	enum status status = normaliser_create(&bench.normaliser);
	if (status == STATUS_OK)
		status = arena_create(&bench.arena, TURN_CEILING);
	for (int kind = 0; kind < KIND_COUNT && status == STATUS_OK; kind++)
		if (!samples_init(&bench.samples[kind], 2 * (questions + 1) * TYPED_MOST * rounds))
			status = STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = snapshot_build(argv[1], bench.normaliser, NULL, NULL, &bench.snapshot);
	if (status == STATUS_OK)
		status = scratch_create(bench.snapshot, &bench.scratch);
	if (status == STATUS_OK)
		status = measure(&bench, questions, rounds);
	if (status == STATUS_OK)
		print(&bench);
	else
		fprintf(stderr, "bench_lookup: %s\n", status_text(status));
	for (int kind = 0; kind < KIND_COUNT; kind++)
		samples_deinit(&bench.samples[kind]);
	scratch_destroy(bench.scratch);
	snapshot_destroy(bench.snapshot);
	normaliser_destroy(bench.normaliser);
	arena_destroy(bench.arena);
	return status == STATUS_OK ? EXIT_SUCCESS : EXIT_FAILURE;
}

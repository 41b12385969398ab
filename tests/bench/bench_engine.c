/*
 * Engine time per question: a knowledge folder is loaded, a file of questions asked of it, each in
 * a conversation of its own. One line of key=value on standard output. With --threads, how many
 * times the answers of one thread several give, each with a scratch of its own: `ratio` by the
 * clock, which other programs disturb, `processor_ratio` by the time that the threads had a
 * processor; the second is what quiet processors would give where nobody had to wait (`waits`).
 */
#include <argp.h>
#include <limits.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "engine/dialogue/conversation.h"
#include "long_messages.h"
#include "samples.h"

enum {
	FILE_CEILING = 1 << 30,
	LINE_BYTES_MOST = 1 << 20,
	LINE_DEPTH_MOST = 16,
	TURN_CEILING = 64 << 20,
	NUMBER_SIZE = 16,
	LONG_POINTS = 3900, /* code points of a long message; a turn takes 4,000 */
	LONG_CEILING = 1 << 20,
	THREADS_MOST = 64,
};

struct options {
	const char *knowledge, *questions, *ranking, *index;
	long candidates, most, rounds, long_messages, threads;
};

struct bench_question {
	struct span text;
	cJSON *row;
};

struct bench {
	struct options options;
	struct normaliser *normaliser;
	struct snapshot *snapshot;
	struct scratch *scratch;
	struct arena *arena;
	struct clock clock;
	struct bench_question *questions;
	size_t count;
	double load_ms, resident;
};

static int fail(const char *doing, enum status status)
{
	fprintf(stderr, "bench_engine: %s: %s\n", doing, status_text(status));
	return EXIT_FAILURE;
}

static enum status load(struct bench *bench)
{
	struct match_settings settings = match_settings_default();
	struct faults *faults = NULL;
	if (bench->options.candidates > 0)
		settings.candidates = bench->options.candidates;
	settings.index_folder = bench->options.index;
	const int64_t start = now_ns();
	enum status status = faults_create(&faults);
	if (status == STATUS_OK)
		status = normaliser_create(&bench->normaliser);
	if (status == STATUS_OK)
		status = snapshot_build(bench->options.knowledge, bench->normaliser, &settings,
		                        faults, &bench->snapshot);
	if (status == STATUS_OK)
		status = scratch_create(bench->snapshot, &bench->scratch);
	bench->load_ms = (double)(now_ns() - start) / 1e6;
	bench->resident = resident_mib(getpid());
	if (status != STATUS_OK)
		faults_print(faults, stderr);
	faults_destroy(faults);
	return status;
}

static size_t count_lines(struct span text)
{
	size_t lines = 0;
	for (size_t i = 0; i < text.len; i++)
		lines += text.ptr[i] == '\n';
	return lines;
}

/* Keeps the question of one line. */
static enum status take_line(struct bench *bench, struct span line)
{
	const struct json_limits limits = { LINE_BYTES_MOST, LINE_DEPTH_MOST };
	struct bench_question *question = &bench->questions[bench->count];
	const enum status status =
	        json_parse(&question->row, line, limits, bench->options.questions, NULL);
	if (status != STATUS_OK)
		return status;
	bench->count++;
	question->text =
	        span_of(json_string(question->row, "q", json_string(question->row, "query", NULL)));
	return question->text.ptr ? STATUS_OK : STATUS_INVALID;
}

/* At most options.most of the file's questions, evenly spread. */
static enum status read_questions(struct bench *bench)
{
	struct buf text;
	buf_init(&text, FILE_CEILING);
	enum status status = file_read(bench->options.questions, &text);
	const size_t lines = count_lines(buf_span(&text));
	const size_t most = bench->options.most > 0 ? (size_t)bench->options.most : 1;
	const size_t every = lines > most ? (lines + most - 1) / most : 1;
	bench->questions = calloc(lines + 1, sizeof(*bench->questions));
	if (!bench->questions)
		status = STATUS_NO_MEMORY;
	struct span rest = buf_span(&text);
	for (size_t i = 0; i < lines && status == STATUS_OK; i++) {
		const char *end = memchr(rest.ptr, '\n', rest.len);
		const struct span line = { rest.ptr, (size_t)(end - rest.ptr) };
		if (line.len > 0 && i % every == 0)
			status = take_line(bench, line);
		rest.ptr += line.len + 1;
		rest.len -= line.len + 1;
	}
	buf_deinit(&text);
	return status == STATUS_OK && bench->count == 0 ? STATUS_INVALID : status;
}

static enum status ask_with(const struct bench *bench, struct scratch *scratch, struct arena *arena,
                            struct span text, struct reply *reply, int64_t *took)
{
	struct conversation *conversation = NULL;
	const struct turn_input input = { text, NULL, &bench->clock, arena };
	arena_reset(arena);
	enum status status = conversation_create(&conversation, 0);
	const int64_t start = now_ns();
	if (status == STATUS_OK)
		status = turn_take(bench->snapshot, scratch, conversation, &input, reply);
	*took = now_ns() - start;
	conversation_destroy(conversation);
	return status;
}

static enum status ask(struct bench *bench, struct span text, struct reply *reply, int64_t *took)
{
	return ask_with(bench, bench->scratch, bench->arena, text, reply, took);
}

static bool names(const cJSON *expected, const struct entry *entry)
{
	char number[NUMBER_SIZE];
	snprintf(number, sizeof(number), "%d", entry->number);
	const cJSON *item;
	cJSON_ArrayForEach (item, expected)
		if (cJSON_IsString(item) && (strcmp(item->valuestring, entry->id) == 0 ||
		                             strcmp(item->valuestring, number) == 0))
			return true;
	return false;
}

/*
 * Asks everything once, unmeasured: to warm up, to write the best entry of each question to
 * options.ranking, and to count how often it is an expected one.
 */
static enum status rehearse(struct bench *bench, size_t *labelled, size_t *right)
{
	FILE *ranking = bench->options.ranking ? fopen(bench->options.ranking, "w") : NULL;
	enum status status = bench->options.ranking && !ranking ? STATUS_IO : STATUS_OK;
	for (size_t i = 0; i < bench->count && status == STATUS_OK; i++) {
		const struct bench_question *question = &bench->questions[i];
		const cJSON *expected = cJSON_GetObjectItem(question->row, "relevant");
		struct reply reply;
		int64_t took;
		status = ask(bench, question->text, &reply, &took);
		if (status != STATUS_OK)
			break;
		const struct entry *best = reply.ranking_count ? reply.ranking[0].entry : NULL;
		if (!expected)
			expected = cJSON_GetObjectItem(question->row, "expect");
		if (cJSON_GetArraySize(expected) > 0) {
			(*labelled)++;
			*right += best && names(expected, best);
		}
		if (ranking)
			fprintf(ranking, "%s\n", best ? best->id : "-");
	}
	if (ranking && fclose(ranking) != 0)
		status = STATUS_IO;
	return status;
}

static enum status measure(struct bench *bench, struct samples *samples)
{
	enum status status = STATUS_OK;
	for (long round = 0; round < bench->options.rounds; round++) {
		for (size_t i = 0; i < bench->count && status == STATUS_OK; i++) {
			struct reply reply;
			int64_t took;
			status = ask(bench, bench->questions[i].text, &reply, &took);
			samples_add(samples, took);
		}
	}
	return status;
}

static int64_t processor_ns(void)
{
	struct timespec now;
	return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now) == 0
	               ? (int64_t)now.tv_sec * 1000000000 + now.tv_nsec
	               : 0;
}

/* Processor time of the slowest long message, each taken at its fastest of all rounds. */
static enum status measure_long(struct bench *bench, int64_t *slowest_ns)
{
	struct buf message;
	enum status status = STATUS_OK;
	*slowest_ns = 0;
	buf_init(&message, LONG_CEILING);
	for (long i = 0; i < bench->options.long_messages && status == STATUS_OK; i++) {
		int64_t fastest = INT64_MAX;
		buf_clear(&message);
		long_message(bench->snapshot->knowledge, (uint32_t)i, LONG_POINTS, &message);
		status = buf_status(&message);
		for (long round = 0; round < bench->options.rounds && status == STATUS_OK;
		     round++) {
			struct reply reply;
			int64_t took;
			const int64_t start = processor_ns();
			status = ask(bench, buf_span(&message), &reply, &took);
			took = processor_ns() - start;
			fastest = took < fastest ? took : fastest;
		}
		*slowest_ns = fastest > *slowest_ns ? fastest : *slowest_ns;
	}
	buf_deinit(&message);
	return status;
}

/* --- several threads --- */

struct worker {
	pthread_t thread;
	const struct bench *bench;
	struct scratch *scratch;
	struct arena *arena;
	enum status status;
	int64_t processor_ns; /* of the last pass */
	long waits;           /* in it: how often the thread gave its processor up */
};

/* Of several passes, the best. */
struct rate {
	double wall;      /* answers a second */
	double processor; /* the same of one thread, in the time that it had a processor */
	long waits;       /* the fewest */
};

static long waits_so_far(void)
{
	struct rusage usage;
	return getrusage(RUSAGE_THREAD, &usage) == 0 ? usage.ru_nvcsw : 0;
}

/* Every question once. */
static void *work(void *context)
{
	struct worker *worker = context;
	const struct bench *bench = worker->bench;
	const int64_t start = processor_ns();
	const long waits = waits_so_far();
	for (size_t i = 0; i < bench->count && worker->status == STATUS_OK; i++) {
		struct reply reply;
		int64_t took;
		worker->status = ask_with(bench, worker->scratch, worker->arena,
		                          bench->questions[i].text, &reply, &took);
	}
	worker->processor_ns = processor_ns() - start;
	worker->waits = waits_so_far() - waits;
	return NULL;
}

/* So many of the workers together. */
static enum status measure_rate(struct worker *workers, long count, struct rate *best)
{
	const int64_t start = now_ns();
	enum status status = STATUS_OK;
	long begun = 0, waits = 0;
	int64_t spent = 0;
	while (begun < count &&
	       pthread_create(&workers[begun].thread, NULL, work, &workers[begun]) == 0)
		begun++;
	for (long i = 0; i < begun; i++) {
		(void)pthread_join(workers[i].thread, NULL);
		if (workers[i].status != STATUS_OK)
			status = workers[i].status;
		spent += workers[i].processor_ns;
		waits += workers[i].waits;
	}
	const double answers = (double)count * (double)workers[0].bench->count * 1e9;
	best->wall = fmax(best->wall, answers / (double)(now_ns() - start));
	best->processor = fmax(best->processor, answers / (double)spent);
	best->waits = waits < best->waits ? waits : best->waits;
	return begun == count ? status : STATUS_LIMIT;
}

/* One and several in turn. */
static enum status measure_threads(const struct bench *bench, struct rate *one, struct rate *all)
{
	struct worker workers[THREADS_MOST] = { 0 };
	const long count = bench->options.threads;
	enum status status = STATUS_OK;
	*one = *all = (struct rate){ .waits = LONG_MAX };
	for (long i = 0; i < count && status == STATUS_OK; i++) {
		workers[i].bench = bench;
		status = scratch_create(bench->snapshot, &workers[i].scratch);
		if (status == STATUS_OK)
			status = arena_create(&workers[i].arena, TURN_CEILING);
	}
	struct rate warm_up = { 0 };
	if (status == STATUS_OK)
		status = measure_rate(workers, count, &warm_up);
	for (long round = 0; round < bench->options.rounds && status == STATUS_OK; round++) {
		status = measure_rate(workers, 1, one);
		if (status == STATUS_OK)
			status = measure_rate(workers, count, all);
	}
	for (long i = 0; i < count; i++) {
		scratch_destroy(workers[i].scratch);
		arena_destroy(workers[i].arena);
	}
	return status;
}

static int run(struct bench *bench)
{
	struct samples samples = { 0 };
	size_t labelled = 0, right = 0;
	int64_t slowest_ns = 0;
	struct rate one, all;
	enum status status = arena_create(&bench->arena, TURN_CEILING);
	if (status == STATUS_OK)
		status = load(bench);
	if (status != STATUS_OK)
		return fail(bench->options.knowledge, status);
	status = read_questions(bench);
	if (status != STATUS_OK)
		return fail(bench->options.questions, status);
	if (!samples_init(&samples, bench->count * (size_t)bench->options.rounds))
		return fail("measuring", STATUS_NO_MEMORY);
	status = rehearse(bench, &labelled, &right);
	if (status == STATUS_OK)
		status = measure(bench, &samples);
	if (status == STATUS_OK)
		status = measure_long(bench, &slowest_ns);
	if (status == STATUS_OK && bench->options.threads > 0)
		status = measure_threads(bench, &one, &all);
	if (status != STATUS_OK)
		return fail("asking", status);
	printf("entries=%zu load_ms=%.1f rss_mib=%.1f questions=%zu p50_us=%.1f p99_us=%.1f",
	       bench->snapshot->knowledge->answer_count, bench->load_ms, bench->resident,
	       bench->count, samples_percentile_us(&samples, 50),
	       samples_percentile_us(&samples, 99));
	if (labelled > 0)
		printf(" top1=%.4f", (double)right / (double)labelled);
	if (bench->options.long_messages > 0)
		printf(" long=%ld slowest_us=%.1f", bench->options.long_messages,
		       (double)slowest_ns / 1000);
	if (bench->options.threads > 0)
		printf(" threads=%ld one_per_s=%.0f all_per_s=%.0f ratio=%.2f"
		       " processor_ratio=%.2f waits=%ld",
		       bench->options.threads, one.wall, all.wall, all.wall / one.wall,
		       (double)bench->options.threads * all.processor / one.processor, all.waits);
	putchar('\n');
	samples_deinit(&samples);
	return EXIT_SUCCESS;
}

static const struct argp_option option_table[] = {
	{ "knowledge", 'k', "DIR", 0, "Knowledge folder", 0 },
	{ "questions", 'q', "FILE", 0, "Lines {\"q\"...} or {\"query\"...}, labels beside them",
	  0 },
	{ "candidates", 'c', "N", 0, "Entries that a question's rare words may find", 0 },
	{ "index", 'i', "DIR", 0, "Folder of index files (none)", 0 },
	{ "most", 'm', "N", 0, "Ask at most N of the questions, evenly spread (2000)", 0 },
	{ "ranking", 'o', "FILE", 0, "Write the best entry of each question, a line each", 0 },
	{ "rounds", 'r', "N", 0, "Measured passes over the questions (3)", 0 },
	{ "threads", 't', "N", 0, "Ask with N threads at once as well, and with one", 0 },
	{ "long", 'l', "N", 0, "Ask N long messages of the folder's own words as well", 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'k':
		options->knowledge = value;
		return 0;
	case 'q':
		options->questions = value;
		return 0;
	case 'i':
		options->index = value;
		return 0;
	case 'o':
		options->ranking = value;
		return 0;
	case 'c':
		options->candidates = strtol(value, NULL, 10);
		return 0;
	case 'l':
		options->long_messages = strtol(value, NULL, 10);
		return 0;
	case 'm':
		options->most = strtol(value, NULL, 10);
		return 0;
	case 'r':
		options->rounds = strtol(value, NULL, 10);
		return 0;
	case 't':
		options->threads = strtol(value, NULL, 10);
		return 0;
	case ARGP_KEY_END:
		if (!options->knowledge || !options->questions || options->most < 1 ||
		    options->rounds < 1)
			argp_error(state, "--knowledge and --questions are needed");
		if (options->threads < 0 || options->threads > THREADS_MOST)
			argp_error(state, "--threads takes 1 to %d", THREADS_MOST);
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse, NULL, NULL, NULL, NULL, NULL };
	struct bench bench = { .options = { .most = 2000, .rounds = 3 }, .clock = clock_system() };
	if (argp_parse(&argp, argc, argv, 0, NULL, &bench.options) != 0)
		return EXIT_FAILURE;
	const int result = run(&bench);
	for (size_t i = 0; i < bench.count; i++)
		cJSON_Delete(bench.questions[i].row);
	free(bench.questions);
	scratch_destroy(bench.scratch);
	snapshot_destroy(bench.snapshot);
	normaliser_destroy(bench.normaliser);
	arena_destroy(bench.arena);
	return result;
}

/*
 * bench_threads KNOWLEDGE QUESTIONS [ROUNDS]: how many questions one thread answers in a second
 * through libdayi, and how many two do together from the same model. QUESTIONS is a file of lines
 * of JSON with "q". One line of key=value on standard output; status 1 where two answer less
 * than 1.8 times what one does.
 *
 * One and two are measured in turns and the best turn of each counts, so that a machine that is
 * busy with other things slows both. `blocked` is how often a thread of two gave up the processor
 * by itself, as it does at a lock, for each thousand answers.
 */
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <dayi.h>

#include "base/file.h"
#include "base/json.h"
#include "samples.h"

enum { THREADS = 2, TURNS = 5, FILE_CEILING = 64 << 20, LINE_DEPTH_MOST = 16 };

static const double wanted = 1.8;

struct questions {
	char **texts;
	size_t count;
};

struct worker {
	dayi_engine *engine;
	const struct questions *questions;
	long rounds;
	long blocked;
	double cpu_s; /* of the thread */
	bool failed;
};

static double seconds_of(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) +
	       (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static bool read_questions(const char *path, struct questions *out)
{
	const struct json_limits limits = { FILE_CEILING, LINE_DEPTH_MOST };
	struct buf file;
	buf_init(&file, FILE_CEILING);
	if (file_read(path, &file) != STATUS_OK)
		return false;
	out->texts = calloc(file.len + 1, sizeof(*out->texts));
	for (char *line = out->texts ? file.ptr : NULL; line && *line;) {
		char *end = strchrnul(line, '\n');
		cJSON *row = NULL;
		if (json_parse(&row, (struct span){ line, (size_t)(end - line) }, limits, path,
		               NULL) == STATUS_OK &&
		    json_string(row, "q", NULL)) {
			out->texts[out->count] = strdup(json_string(row, "q", ""));
			out->count += out->texts[out->count] != NULL;
		}
		cJSON_Delete(row);
		line = *end ? end + 1 : end;
	}
	buf_deinit(&file);
	return out->count > 0;
}

static void *answer(void *context)
{
	struct worker *worker = context;
	const struct questions *questions = worker->questions;
	struct rusage before, after;
	getrusage(RUSAGE_THREAD, &before);
	for (size_t i = 0; i < (size_t)worker->rounds * questions->count && !worker->failed; i++) {
		const char *question = questions->texts[i % questions->count];
		dayi_conversation *conversation = NULL;
		dayi_reply *reply = NULL;
		worker->failed = dayi_conversation_open(&conversation, NULL) != DAYI_OK ||
		                 dayi_ask(&reply, worker->engine, conversation, question,
		                          strlen(question), NULL, NULL, NULL) != DAYI_OK;
		dayi_reply_free(reply);
		dayi_conversation_free(conversation);
	}
	getrusage(RUSAGE_THREAD, &after);
	worker->blocked = after.ru_nvcsw - before.ru_nvcsw;
	worker->cpu_s = seconds_of(&after) - seconds_of(&before);
	return NULL;
}

/* Answers in a second of `count` threads together; 0 on failure. */
static double measure(struct worker *workers, int count)
{
	pthread_t threads[THREADS];
	bool failed = false;
	const int64_t from = now_ns();
	for (int i = 0; i < count; i++)
		if (pthread_create(&threads[i], NULL, answer, &workers[i]) != 0)
			abort();
	for (int i = 0; i < count; i++) {
		pthread_join(threads[i], NULL);
		failed = failed || workers[i].failed;
	}
	const double answers =
	        (double)workers[0].rounds * (double)workers[0].questions->count * count;
	return failed ? 0 : answers * 1e9 / (double)(now_ns() - from);
}

/* 0: there is none yet. */
static double least(double so_far, double value)
{
	return so_far > 0 && so_far < value ? so_far : value;
}

/* Measures and tells; the exit status. */
static int run(const char *folder, const struct questions *questions, long rounds)
{
	struct worker workers[THREADS] = { { .failed = false } };
	double one = 0, two = 0, blocked = 0, cpu_one = 0, cpu_two = 0;
	dayi_model *model = NULL;
	dayi_model_options options = DAYI_INIT(dayi_model_options);
	options.folder = folder;
	bool opened = dayi_model_open(&model, &options, NULL) == DAYI_OK;
	for (int i = 0; i < THREADS && opened; i++) {
		workers[i].questions = questions;
		workers[i].rounds = rounds;
		opened = dayi_engine_open(&workers[i].engine, model, NULL) == DAYI_OK;
	}
	for (int turn = 0; turn < TURNS && opened; turn++) {
		const double alone = measure(workers, 1);
		cpu_one = least(cpu_one, workers[0].cpu_s);
		const double both = measure(workers, THREADS);
		cpu_two = least(cpu_two, (workers[0].cpu_s + workers[1].cpu_s) / THREADS);
		one = alone > one ? alone : one;
		if (both > two) {
			two = both;
			blocked = (double)(workers[0].blocked + workers[1].blocked) * 1000 /
			          ((double)rounds * (double)questions->count * THREADS);
		}
	}
	for (int i = 0; i < THREADS; i++)
		dayi_engine_free(workers[i].engine);
	dayi_model_free(model);
	if (one <= 0 || cpu_two <= 0)
		return 2;
	printf("questions=%zu one_per_s=%.0f two_per_s=%.0f ratio=%.2f cpu_ratio=%.2f "
	       "blocked=%.1f\n",
	       questions->count, one, two, two / one, THREADS * cpu_one / cpu_two, blocked);
	return two >= wanted * one || THREADS * cpu_one >= wanted * cpu_two ? EXIT_SUCCESS
	                                                                    : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	struct questions questions = { .count = 0 };
	const long rounds = argc > 3 ? strtol(argv[3], NULL, 10) : 4;
	int status = 2;
	if (argc >= 3 && rounds > 0 && read_questions(argv[2], &questions))
		status = run(argv[1], &questions, rounds);
	else
		fputs("bench_threads KNOWLEDGE QUESTIONS [ROUNDS]\n", stderr);
	for (size_t i = 0; i < questions.count; i++)
		free(questions.texts[i]);
	free(questions.texts);
	return status;
}

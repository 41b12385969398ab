/*
 * bench_gate LIVE DRAFT QUESTIONS COUNT: how long the gate (office/authoring/gate.h) takes for
 * COUNT recorded questions: once with nothing kept of the live model, once with all of it, and once
 * for the last tenth of them, as while somebody types. Then, for comparison, once with one thread.
 * QUESTIONS is a file of lines of JSON with "q"; what people ask is made of it by variation. One
 * line of key=value on standard output.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/file.h"
#include "base/json.h"
#include "base/utf8.h"
#include "office/authoring/gate.h"
#include "samples.h"

enum { FILE_CEILING = 64 << 20, LINE_DEPTH_MOST = 16, TEXT_SIZE = 4096, SET_MOST = 1 << 20 };

struct questions {
	char **texts;
	size_t count;
};

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

static uint32_t next_random(uint32_t *state, uint32_t below)
{
	*state = *state * 1664525U + 1013904223U;
	return (*state >> 8) % below;
}

/* A question as somebody else would put it: with or without words around it, a character less. */
static void vary(const char *question, uint32_t *random, char text[TEXT_SIZE])
{
	static const char *const before[] = { "", "", "你好，", "请问", "老师，", "急！" };
	static const char *const after[] = { "", "", "？", "怎么办", "，谢谢", "，在线等" };
	const struct span whole = span_of(question);
	size_t len = (size_t)snprintf(text, TEXT_SIZE, "%s", before[next_random(random, 6)]);
	size_t cut = whole.len, skip = 0;
	if (whole.len > 24 && next_random(random, 2) == 0) {
		cut = utf8_prefix(whole, next_random(random, (uint32_t)whole.len / 3));
		skip = utf8_prefix((struct span){ whole.ptr + cut, whole.len - cut }, 1);
	}
	(void)snprintf(text + len, TEXT_SIZE - len, "%.*s%s%s", (int)cut, question,
	               question + cut + skip, after[next_random(random, 6)]);
}

static struct question_set *make_set(const struct questions *questions, size_t count,
                                     const struct snapshot *live, const struct snapshot *draft)
{
	struct question_set *set;
	uint32_t random = 17;
	char text[TEXT_SIZE];
	if (question_set_create(&set, SET_MOST) != STATUS_OK ||
	    question_set_add_entries(set, live->knowledge) != STATUS_OK ||
	    question_set_add_entries(set, draft->knowledge) != STATUS_OK)
		abort();
	for (size_t i = 0; i < count; i++) {
		vary(questions->texts[next_random(&random, (uint32_t)questions->count)], &random,
		     text);
		if (question_set_add(set, span_of(text), 1, false) != STATUS_OK)
			abort();
	}
	return set;
}

struct measure {
	double ms, cpu_ms; /* of all threads together */
	size_t different, changed, kept;
};

static double cpu_ms(void)
{
	struct timespec now;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1000 + (double)now.tv_nsec / 1e6;
}

static struct measure run(struct gate *gate, const struct questions *questions, size_t count,
                          unsigned threads, const struct snapshot *live,
                          const struct snapshot *draft)
{
	const struct clock clock = clock_system();
	struct gate_progress progress = { 0 };
	struct question_set *set = make_set(questions, count, live, draft);
	struct gate_result result;
	struct gate_ask ask = { .live = live,
		                .draft = draft,
		                .clock = &clock,
		                .questions = set,
		                .team = { threads, false },
		                .changes_most = 200,
		                .progress = &progress };
	struct measure measure;
	const double from = cpu_ms();
	if (gate_run(gate, &ask, &result) != STATUS_OK)
		abort();
	measure = (struct measure){ (double)result.took_us / 1000, cpu_ms() - from,
		                    result.all.questions, result.change_count + result.more,
		                    result.kept };
	gate_result_free(&result);
	question_set_destroy(set);
	return measure;
}

static struct snapshot *build(const char *folder, const struct normaliser *normaliser)
{
	const struct match_settings settings = match_settings_default();
	struct snapshot *snapshot = NULL;
	if (snapshot_build(folder, normaliser, &settings, NULL, &snapshot) != STATUS_OK)
		fprintf(stderr, "bench_gate: %s cannot be loaded\n", folder);
	return snapshot;
}

int main(int argc, char **argv)
{
	struct questions questions = { .count = 0 };
	struct normaliser *normaliser;
	struct gate *gate;
	if (argc != 5 || !read_questions(argv[3], &questions)) {
		fprintf(stderr, "usage: bench_gate LIVE DRAFT QUESTIONS COUNT\n");
		free(questions.texts);
		return 1;
	}
	const size_t count = strtoul(argv[4], NULL, 10);
	if (normaliser_create(&normaliser) != STATUS_OK ||
	    gate_create(&gate, SET_MOST) != STATUS_OK)
		abort();
	struct snapshot *live = build(argv[1], normaliser), *draft = build(argv[2], normaliser);
	if (!live || !draft)
		abort();
	const unsigned all = team_processors();
	const struct measure first = run(gate, &questions, count, all, live, draft);
	const struct measure again = run(gate, &questions, count, all, live, draft);
	const struct measure typing = run(gate, &questions, count / 10, all, live, draft);
	const struct measure alone = run(NULL, &questions, count, 1, live, draft);
	printf("questions=%zu different=%zu changed=%zu threads=%u first_ms=%.0f first_cpu_ms=%.0f "
	       "again_ms=%.0f again_cpu_ms=%.0f kept=%zu typing=%zu typing_ms=%.0f "
	       "typing_cpu_ms=%.0f one_thread_ms=%.0f one_thread_cpu_ms=%.0f\n",
	       count, first.different, first.changed, all, first.ms, first.cpu_ms, again.ms,
	       again.cpu_ms, again.kept, count / 10, typing.ms, typing.cpu_ms, alone.ms,
	       alone.cpu_ms);
	snapshot_destroy(live);
	snapshot_destroy(draft);
	gate_destroy(gate);
	normaliser_destroy(normaliser);
	for (size_t i = 0; i < questions.count; i++)
		free(questions.texts[i]);
	free(questions.texts);
	return 0;
}

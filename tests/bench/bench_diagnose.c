/*
 * Judges every judged entry for invented applicants of whom everything is known, and prints a line
 * of key=value an entry and one over all: times of one diagnosis, from the facts to the verdicts,
 * reasons, steps and next question.
 *
 *   bench_diagnose KNOWLEDGE RECORDS.jsonl ROUNDS
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "base/file.h"
#include "engine/diagnose/diagnosis.h"
#include "samples.h"

enum { FILE_BYTES = 16 << 20, PEOPLE_MOST = 1000, ARENA_BYTES = 8 << 20 };

struct bench {
	struct knowledge *knowledge;
	struct diagnoser *diagnoser;
	struct diagnosis_scratch *scratch;
	struct arena *arena;
	struct facts *people[PEOPLE_MOST];
	size_t count;
};

static bool knows_everything(const struct facts *facts)
{
	for (size_t i = RELATION_RECORDED; i < relations_count(facts_relations(facts)); i++)
		if (!facts_present(facts, i))
			return false;
	return true;
}

static enum status add_person(struct bench *bench, const cJSON *row)
{
	char *json = cJSON_PrintUnformatted(cJSON_GetObjectItem(row, "facts"));
	struct facts *facts = NULL;
	enum status status = json ? facts_create(diagnoser_relations(bench->diagnoser), &facts)
	                          : STATUS_NO_MEMORY;
	if (status == STATUS_OK)
		status = facts_read_json(facts, span_of(json), "records", NULL);
	free(json);
	if (status == STATUS_OK && bench->count < PEOPLE_MOST && knows_everything(facts))
		bench->people[bench->count++] = facts;
	else
		facts_destroy(facts);
	return status;
}

static enum status read_people(struct bench *bench, const char *file)
{
	struct buf text;
	char *rest = NULL;
	buf_init(&text, FILE_BYTES);
	enum status status = file_read(file, &text);
	char *line = status == STATUS_OK ? strtok_r(text.ptr, "\n", &rest) : NULL;
	while (line && status == STATUS_OK) {
		cJSON *row = cJSON_Parse(line);
		status = row ? add_person(bench, row) : STATUS_INVALID;
		cJSON_Delete(row);
		line = strtok_r(NULL, "\n", &rest);
	}
	buf_deinit(&text);
	return status;
}

static enum status judge_all(struct bench *bench, const struct entry *entry,
                             struct samples *samples, struct samples *all)
{
	for (size_t i = 0; i < bench->count; i++) {
		struct diagnosis diagnosis;
		arena_reset(bench->arena);
		const int64_t start_ns = now_ns();
		const enum status status =
		        diagnoser_run(bench->scratch, entry, bench->people[i], bench->people[i],
		                      "2026-11-25", bench->arena, &diagnosis);
		if (status != STATUS_OK)
			return status;
		const int64_t took_ns = now_ns() - start_ns;
		samples_add(samples, took_ns);
		samples_add(all, took_ns);
	}
	return STATUS_OK;
}

static void print_line(const char *name, size_t cases, struct samples *samples)
{
	printf("entry=%s cases=%zu diagnoses=%zu p50_us=%.1f p99_us=%.1f\n", name, cases,
	       samples->count, samples_percentile_us(samples, 50),
	       samples_percentile_us(samples, 99));
}

static enum status measure(struct bench *bench, size_t rounds)
{
	const size_t each = bench->count * rounds;
	struct samples all;
	enum status status = STATUS_OK;
	if (!samples_init(&all, each * bench->knowledge->answer_count))
		return STATUS_NO_MEMORY;
	for (size_t e = 0; e < bench->knowledge->answer_count && status == STATUS_OK; e++) {
		const struct entry *entry = &bench->knowledge->entries[e];
		struct samples samples;
		if (!diagnoser_judges(bench->diagnoser, entry))
			continue;
		if (!samples_init(&samples, each))
			status = STATUS_NO_MEMORY;
		for (size_t i = 0; i < rounds && status == STATUS_OK; i++)
			status = judge_all(bench, entry, &samples, &all);
		if (status == STATUS_OK)
			print_line(entry->id, entry->judged_count, &samples);
		samples_deinit(&samples);
	}
	if (status == STATUS_OK)
		print_line("all", 0, &all);
	samples_deinit(&all);
	return status;
}

static enum status run(struct bench *bench, char **argv)
{
	const struct clock clock = clock_system();
	enum status status = knowledge_load(argv[1], NULL, &bench->knowledge);
	if (status == STATUS_OK)
		status = diagnoser_create(bench->knowledge, &clock, NULL, &bench->diagnoser);
	if (status == STATUS_OK)
		status = diagnosis_scratch_create(bench->diagnoser, &bench->scratch);
	if (status == STATUS_OK)
		status = arena_create(&bench->arena, ARENA_BYTES);
	if (status == STATUS_OK)
		status = read_people(bench, argv[2]);
	if (status == STATUS_OK)
		status = measure(bench, strtoul(argv[3], NULL, 10));
	return status;
}

int main(int argc, char **argv)
{
	struct bench bench = { 0 };
	if (argc != 4) {
		fputs("usage: bench_diagnose KNOWLEDGE RECORDS.jsonl ROUNDS\n", stderr);
		return 2;
	}
	const enum status status = run(&bench, argv);
	for (size_t i = 0; i < bench.count; i++)
		facts_destroy(bench.people[i]);
	diagnosis_scratch_destroy(bench.scratch);
	diagnoser_destroy(bench.diagnoser);
	knowledge_destroy(bench.knowledge);
	arena_destroy(bench.arena);
	if (status != STATUS_OK)
		fprintf(stderr, "bench_diagnose: %s\n", status_text(status));
	return status == STATUS_OK ? 0 : 1;
}

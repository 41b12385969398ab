/*
 * Writes a synthetic knowledge folder of N entries and a file with a held-out query for each:
 *
 *   bench_generate N FOLDER QUERIES
 *
 * Words are drawn from a vocabulary with Zipf's frequencies; an entry is about three of them and is
 * asked in three forms, the query in a fourth, with a word left out or a strange one put in. The
 * same N gives the same bytes on every machine.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/utf8.h"

enum {
	WORDS = 12000,
	CHARACTERS_MOST = 600,
	WORD_SIZE = 16,
	SENTENCE_SIZE = 256,
	TOPIC = 3, /* words that an entry is about */
	ANSWER_WORDS = 12,
	PATH_SIZE = 4096,
};

/* Five hundred frequent characters, from the most frequent on. */
static const char characters[] =
        "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工"
        "也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小"
        "物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形"
        "相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建"
        "月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长"
        "求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战"
        "先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受"
        "联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议"
        "声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且"
        "究观越织装影算低持音众书布复容儿须际商非验连断深难近矿千周委素技备半办青省列习响约支"
        "般史感劳便团往酸历市克何除消构府称太准精值号率族维划选标写存候毛亲快效斯院查江型眼王"
        "按格养易置派层片始却专状育厂京识适属圆包火住调满县局照参红细引听该铁价严";

struct generator {
	uint64_t state;
	size_t character_start[CHARACTERS_MOST + 1];
	size_t character_count;
	char words[WORDS][WORD_SIZE];
	double up_to[WORDS]; /* cumulative frequency, 1 at the end */
};

/* splitmix64 (Steele, Lea and Flood 2014). */
static uint64_t draw(struct generator *generator)
{
	uint64_t z = generator->state += 0x9e3779b97f4a7c15U;
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

static double draw_unit(struct generator *generator)
{
	return (double)(draw(generator) >> 11) / 9007199254740992.0;
}

static size_t draw_below(struct generator *generator, size_t end)
{
	return (size_t)(draw(generator) % end);
}

static size_t draw_word(struct generator *generator)
{
	const double at = draw_unit(generator);
	size_t low = 0, high = WORDS - 1;
	while (low < high) {
		const size_t middle = (low + high) / 2;
		if (generator->up_to[middle] < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static void make_word(struct generator *generator, char word[WORD_SIZE])
{
	const size_t length = draw_below(generator, 4) == 0 ? 3 : 2;
	size_t used = 0;
	for (size_t i = 0; i < length; i++) {
		/* The square leans towards the front of the list. */
		const double lean = draw_unit(generator);
		const size_t which = (size_t)(lean * lean * (double)generator->character_count);
		const size_t start = generator->character_start[which];
		const size_t bytes = generator->character_start[which + 1] - start;
		memcpy(word + used, characters + start, bytes);
		used += bytes;
	}
	word[used] = '\0';
}

static void prepare(struct generator *generator)
{
	const struct span text = { characters, sizeof(characters) - 1 };
	size_t offset = 0;
	double sum = 0;
	while (offset < text.len && generator->character_count < CHARACTERS_MOST) {
		generator->character_start[generator->character_count++] = offset;
		(void)utf8_next(text, &offset);
	}
	generator->character_start[generator->character_count] = offset;
	for (size_t i = 0; i < WORDS; i++) {
		make_word(generator, generator->words[i]);
		sum += 1 / ((double)i + 2.7); /* Zipf and Mandelbrot */
		generator->up_to[i] = sum;
	}
	for (size_t i = 0; i < WORDS; i++)
		generator->up_to[i] /= sum;
}

/* One way to ask about three things. */
static void ask(const char *first, const char *second, const char *third, size_t form,
                char sentence[SENTENCE_SIZE])
{
	switch (form) {
	case 0:
		snprintf(sentence, SENTENCE_SIZE, "%s的%s%s怎么办理？", first, second, third);
		break;
	case 1:
		snprintf(sentence, SENTENCE_SIZE, "%s%s需要什么%s", second, third, first);
		break;
	case 2:
		snprintf(sentence, SENTENCE_SIZE, "为什么%s%s不能%s", first, third, second);
		break;
	case 3:
		snprintf(sentence, SENTENCE_SIZE, "申请%s时提示没有%s%s咋办", third, first, second);
		break;
	default:
		snprintf(sentence, SENTENCE_SIZE, "请问%s%s和%s在哪里查询", first, second, third);
		break;
	}
}

enum { FORMS = 5 };

static void write_entry(struct generator *generator, size_t number, const char *const topic[TOPIC],
                        FILE *entries)
{
	const size_t form = draw_below(generator, FORMS);
	char sentence[SENTENCE_SIZE];
	ask(topic[0], topic[1], topic[2], form, sentence);
	fprintf(entries, "{\"id\":\"s%06zu\",\"question\":\"%s\",\"also\":[\"", number, sentence);
	ask(topic[1], topic[0], topic[2], (form + 1) % FORMS, sentence);
	fprintf(entries, "%s\",\"", sentence);
	/* The second alternate calls one of the three by another word. */
	ask(topic[0], generator->words[draw_word(generator)], topic[2], (form + 2) % FORMS,
	    sentence);
	fprintf(entries, "%s\"],\"answer\":\"", sentence);
	for (size_t i = 0; i < ANSWER_WORDS; i++)
		fputs(generator->words[draw_word(generator)], entries);
	fputs("。\"}\n", entries);
}

static void write_query(struct generator *generator, size_t number, const char *const topic[TOPIC],
                        FILE *queries)
{
	const char *said[TOPIC] = { topic[0], topic[1], topic[2] };
	char sentence[SENTENCE_SIZE];
	const size_t what = draw_below(generator, 3);
	if (what == 1)
		said[draw_below(generator, TOPIC)] = "";
	if (what == 2)
		said[draw_below(generator, TOPIC)] = generator->words[draw_word(generator)];
	ask(said[2], said[0], said[1], draw_below(generator, FORMS), sentence);
	fprintf(queries, "{\"query\":\"%s\",\"relevant\":[\"s%06zu\"]}\n", sentence, number);
}

static int write_all(struct generator *generator, size_t count, FILE *entries, FILE *queries)
{
	for (size_t number = 1; number <= count; number++) {
		const char *topic[TOPIC];
		for (size_t i = 0; i < TOPIC; i++)
			topic[i] = generator->words[draw_word(generator)];
		write_entry(generator, number, topic, entries);
		write_query(generator, number, topic, queries);
	}
	const int failed = ferror(entries) || ferror(queries);
	return fclose(entries) | fclose(queries) | failed;
}

int main(int argc, char **argv)
{
	static struct generator generator = { .state = 20261124 };
	char path[PATH_SIZE];
	if (argc != 4) {
		fprintf(stderr, "usage: bench_generate N FOLDER QUERIES\n");
		return EXIT_FAILURE;
	}
	const size_t count = strtoul(argv[1], NULL, 10);
	snprintf(path, sizeof(path), "%s/synthetic", argv[2]);
	if (file_make_folder(path) != STATUS_OK) {
		fprintf(stderr, "bench_generate: %s cannot be made\n", path);
		return EXIT_FAILURE;
	}
	snprintf(path, sizeof(path), "%s/synthetic/entries.jsonl", argv[2]);
	FILE *entries = fopen(path, "w");
	FILE *queries = fopen(argv[3], "w");
	if (!entries || !queries) {
		perror("bench_generate");
		return EXIT_FAILURE;
	}
	prepare(&generator);
	if (write_all(&generator, count, entries, queries) != 0) {
		perror("bench_generate");
		return EXIT_FAILURE;
	}
	return EXIT_SUCCESS;
}

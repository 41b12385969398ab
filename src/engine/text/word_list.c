#include "engine/text/word_list.h"

bool stands_before(struct span text, size_t end, const char *word)
{
	const size_t length = strlen(word);
	return length <= end && memcmp(text.ptr + end - length, word, length) == 0;
}

const char *one_at(const char *const *words, struct span text, size_t at)
{
	while (*words && !stands_at(text, at, *words))
		words++;
	return *words;
}

const char *one_before(const char *const *words, struct span text, size_t end)
{
	while (*words && !stands_before(text, end, *words))
		words++;
	return *words;
}

bool one_in(const char *const *words, struct span text)
{
	while (*words && !memmem(text.ptr, text.len, *words, strlen(*words)))
		words++;
	return *words != NULL;
}

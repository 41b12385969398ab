#include "engine/match/confidence.h"

#include <math.h>

static const struct match_evidence weight = {
	.score = 0.45F,
	.similarity = 1.5F,
	.habits = 0.2F,
	.coverage = 0.5F,
	.prompt = 1.0F,
	.pattern = 1.25F,
	.exact = 2.0F,
};
static const float bias = -2.85F;

double confidence_strength(const struct match_evidence *evidence)
{
	return (double)(bias + weight.score * evidence->score * sqrtf(evidence->coverage) +
	                weight.similarity * evidence->similarity +
	                weight.habits * evidence->habits + weight.coverage * evidence->coverage +
	                weight.prompt * evidence->prompt + weight.pattern * evidence->pattern +
	                weight.exact * evidence->exact);
}

double confidence_of(double strength)
{
	return 1.0 / (1.0 + exp(-strength));
}

double confidence_of_sentences(void)
{
	return (double)(weight.similarity + weight.exact);
}

double confidence_of_patterns(void)
{
	return (double)weight.pattern;
}

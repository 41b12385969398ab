#include "match/confidence.h"

#include <math.h>

static const struct match_evidence weight = {
	.score = 0.30F,
	.lead = 0.60F,
	.similarity = 4.0F,
	.negative = -2.5F,
	.coverage = 3.0F,
	.prompt = 5.0F,
	.pattern = 3.0F,
};
static const float bias = -6.5F;

float confidence_strength(const struct match_evidence *evidence)
{
	return bias + weight.score * evidence->score + weight.lead * evidence->lead +
	       weight.similarity * evidence->similarity + weight.negative * evidence->negative +
	       weight.coverage * evidence->coverage + weight.prompt * evidence->prompt +
	       weight.pattern * evidence->pattern;
}

double confidence_of(float strength)
{
	return 1.0 / (1.0 + exp(-(double)strength));
}

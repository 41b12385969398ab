#include "engine/match/index_make.h"

#include "engine/match/calibrate.h"
#include "engine/match/learn.h"

enum status index_make(const struct knowledge *knowledge, const struct normaliser *normaliser,
                       const struct rewriter *rewriter, const struct match_settings *settings,
                       struct index **out)
{
	enum status status = index_build(knowledge, normaliser, rewriter, out);
	if (status != STATUS_OK)
		return status;
	if (!(settings->without & PART_LEARNT))
		status = learn(*out);
	if (status == STATUS_OK)
		status = habits_build(*out, !(settings->without & PART_HABITS));
	if (status == STATUS_OK)
		status = index_seal(*out, normaliser);
	(*out)->calibration = calibration_usual();
	if (status != STATUS_OK) {
		index_destroy(*out);
		*out = NULL;
	}
	return status;
}

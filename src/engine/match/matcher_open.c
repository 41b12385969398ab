#include "engine/match/matcher_open.h"

#include "engine/match/index_file.h"
#include "engine/match/rewrite.h"

enum status matcher_open(const struct knowledge *knowledge, const struct normaliser *normaliser,
                         const struct match_settings *settings, struct matcher **out)
{
	const struct match_settings usual = match_settings_default();
	const struct match_settings *const own = settings ? settings : &usual;
	struct rewriter *rewriter = NULL;
	struct index *index = NULL;
	*out = NULL;
	enum status status =
	        rewriter_create(knowledge, normaliser, !(own->without & PART_GENERIC), &rewriter);
	if (status == STATUS_OK)
		status = index_open(knowledge, normaliser, rewriter, own, &index);
	if (status == STATUS_OK)
		return matcher_create(knowledge, normaliser, own, rewriter, index, out);
	rewriter_destroy(rewriter);
	return status;
}

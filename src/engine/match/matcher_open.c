#include "engine/match/matcher_open.h"

#include "engine/match/habits.h"
#include "engine/match/index_file.h"
#include "engine/match/index_make.h"
#include "engine/match/lookup_table.h"
#include "engine/match/rehearsal.h"
#include "engine/match/rewrite.h"

/* Makes the index, rehearses it, and makes the table that operators search. */
static enum status make_index(const struct knowledge *knowledge,
                              const struct normaliser *normaliser, const struct rewriter *rewriter,
                              const struct match_settings *settings, struct index **out)
{
	struct match_settings own = *settings;
	if (!habits_tell(knowledge))
		own.without |= PART_HABITS;
	enum status status = index_make(knowledge, normaliser, rewriter, &own, out);
	if (status == STATUS_OK && match_given_up(settings))
		status = STATUS_CLOSED;
	if (status == STATUS_OK && !(settings->without & PART_CALIBRATION))
		status = rehearse(knowledge, normaliser, &own, &(*out)->calibration);
	if (status == STATUS_OK)
		status = lookup_table_build(knowledge, normaliser, &(*out)->lookup,
		                            &(*out)->lookup_size);
	if (status != STATUS_OK) {
		index_destroy(*out);
		*out = NULL;
	}
	return status;
}

enum status matcher_open(const struct knowledge *knowledge, const struct normaliser *normaliser,
                         const struct match_settings *settings, const struct image_file *kept,
                         struct matcher **out)
{
	const struct match_settings usual = match_settings_default();
	const struct match_settings *const own = settings ? settings : &usual;
	struct rewriter *rewriter = NULL;
	struct index *index = NULL;
	*out = NULL;
	enum status status =
	        rewriter_create(knowledge, normaliser, !(own->without & PART_GENERIC), &rewriter);
	if (status == STATUS_OK)
		status = kept ? index_adopt(kept, knowledge, &index)
		              : make_index(knowledge, normaliser, rewriter, own, &index);
	if (status == STATUS_OK)
		return matcher_create(knowledge, normaliser, own, rewriter, index, kept, out);
	rewriter_destroy(rewriter);
	return status;
}

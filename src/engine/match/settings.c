#include "engine/match/settings.h"

#include <string.h>

struct match_settings match_settings_default(void)
{
	return (struct match_settings){
		.answer_at = 0.68, .choose_at = 0.20, .clear_by = 0.9, .candidates = 0
	};
}

unsigned match_part_named(const char *name)
{
	static const char *const names[] = {
		"learnt",      "generic", "sentences", "prompts", "patterns", "slots",
		"calibration", "clear",   "popup",     "denials", "clauses",  "commas",
		"last_clause", "subject", "quoted",    "aspects", "habits",
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return 1U << i;
	return 0;
}

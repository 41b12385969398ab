#include <stdlib.h>

#include <cjson/cJSON.h>

#include "base/language.h"
#include "engine/diagnose/atlas.h"

static const struct kind {
	const char *name;
	bool defect;
	const char *words; /* for people; %s: the case, %s: the other */
} kinds[] = {
	[FINDING_OVERLAP] = { "overlap", false, N_("%s and %s apply at once") },
	[FINDING_GAP] = { "gap", false, N_("everything is known, and every case is excluded") },
	[FINDING_OPEN] = { "open", false,
	                   N_("everything is known and answered, none applies, and %s stays "
	                      "unknown") },
	[FINDING_NEVER_APPLIES] = { "never-applies", true, N_("%s never applies") },
	[FINDING_NEVER_DECIDED] = { "never-decided", true, N_("%s stays unknown for ever") },
	[FINDING_UNSETTLED] = { "unsettled", false,
	                        N_("%s is decided, and open again when more is known") },
	[FINDING_NULL_DECIDES] = { "null-decides", true,
	                           N_("%s takes what is unknown for an answer") },
	[FINDING_NO_SENTENCE] = { "no-sentence", true, N_("%s is decided without a sentence") },
	[FINDING_SAME_SENTENCE] = { "same-sentence", true,
	                            N_("%s says the same for two verdicts") },
	[FINDING_FOREIGN_DATE] = { "foreign-date", true,
	                           N_("%s names a day that is not in the row that decided") },
	[FINDING_FAILS] = { "fails", true, N_("a rule of %s fails") },
};

const char *finding_name(enum finding_kind kind)
{
	return kinds[kind].name;
}

bool finding_is_defect(enum finding_kind kind)
{
	return kinds[kind].defect;
}

void finding_write(const struct atlas *atlas, const struct finding *finding, struct buf *out)
{
	const char *cases[] = { atlas->entry->judged[finding->first].id,
		                atlas->entry->judged[finding->second].id };
	size_t next = 0;
	for (const char *at = _(kinds[finding->kind].words); *at; at++) {
		if (at[0] != '%') {
			buf_append_char(out, *at);
			continue;
		}
		if (next < sizeof(cases) / sizeof(cases[0]))
			buf_append_format(out, _("case %s"), cases[next++]);
		at++;
	}
	if (finding->told[0])
		buf_append_format(out, _(": %s"), finding->told);
}

void atlas_write_text(const struct atlas *atlas, struct buf *out)
{
	const char *proof = _("complete");
	if (atlas->unread > 0)
		proof = _("not proven: an atom was not read");
	else if (!atlas_is_complete(atlas) && atlas->case_pairs)
		proof = _("not proven: some case was tried pairwise");
	else if (!atlas_is_complete(atlas))
		proof = _("not proven: the cases together were tried pairwise");
	buf_append_format(out, _("%d %s: %zu of %zu atoms read, %zu records judged; %s\n"),
	                  atlas->entry->number, atlas->entry->id, atlas->atoms - atlas->unread,
	                  atlas->atoms, atlas->tried, proof);
	for (size_t i = 0; i < atlas->finding_count; i++) {
		const struct finding *finding = &atlas->findings[i];
		buf_append_format(out, "  %s: ", finding_name(finding->kind));
		finding_write(atlas, finding, out);
		buf_append_char(out, '\n');
		if (finding->witness[0])
			buf_append_format(out, "    %s\n", finding->witness);
		if (finding->accepted)
			buf_append_format(out, _("    accepted: %s\n"), finding->accepted);
	}
}

static cJSON *finding_as_json(const struct atlas *atlas, const struct finding *finding)
{
	cJSON *object = cJSON_CreateObject(), *cases = cJSON_CreateArray();
	const bool all = finding->kind == FINDING_GAP;
	cJSON_AddStringToObject(object, "finding", finding_name(finding->kind));
	cJSON_AddBoolToObject(object, "defect", finding_is_defect(finding->kind));
	if (!all)
		cJSON_AddItemToArray(cases,
		                     cJSON_CreateString(atlas->entry->judged[finding->first].id));
	if (finding->kind == FINDING_OVERLAP)
		cJSON_AddItemToArray(cases,
		                     cJSON_CreateString(atlas->entry->judged[finding->second].id));
	cJSON_AddItemToObject(object, "cases", cases);
	if (finding->detail[0])
		cJSON_AddStringToObject(object, "detail", finding->detail);
	if (finding->witness[0])
		cJSON_AddItemToObject(object, "facts", cJSON_Parse(finding->witness));
	if (finding->accepted)
		cJSON_AddStringToObject(object, "accepted", finding->accepted);
	return object;
}

enum status atlas_write_json(const struct atlas *atlas, struct buf *out)
{
	cJSON *object = cJSON_CreateObject(), *findings = cJSON_CreateArray();
	cJSON_AddStringToObject(object, "entry", atlas->entry->id);
	cJSON_AddNumberToObject(object, "number", atlas->entry->number);
	cJSON_AddNumberToObject(object, "atoms", (double)atlas->atoms);
	cJSON_AddNumberToObject(object, "unread", (double)atlas->unread);
	cJSON_AddNumberToObject(object, "records", (double)atlas->tried);
	cJSON_AddBoolToObject(object, "complete", atlas_is_complete(atlas));
	cJSON_AddBoolToObject(object, "cases_pairwise", atlas->case_pairs);
	cJSON_AddBoolToObject(object, "pairwise", atlas->pairs);
	for (size_t i = 0; i < atlas->finding_count; i++)
		cJSON_AddItemToArray(findings, finding_as_json(atlas, &atlas->findings[i]));
	cJSON_AddItemToObject(object, "findings", findings);
	char *text = cJSON_PrintUnformatted(object);
	if (text)
		buf_append_text(out, text);
	cJSON_free(text);
	cJSON_Delete(object);
	return text ? buf_status(out) : STATUS_NO_MEMORY;
}

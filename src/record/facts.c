#include "record/facts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/day.h"
#include "base/json.h"
#include "base/language.h"

enum {
	FACTS_BYTES_MOST = 8 << 20,
	JSON_DEPTH_MOST = 4,
	NUMBER_SIZE = 32,
	PATH_SIZE = 96,
};
static const double NUMBER_MOST = 999999999999999;

static const struct column applicant[] = {
	{ "id_number", "登记的身份证号", COLUMN_TEXT },
	{ "name", "姓名", COLUMN_TEXT },
	{ "blacklisted", "是否列入黑名单", COLUMN_FLAG },
	{ "blacklist_reason", "列入黑名单的原因", COLUMN_TEXT },
};
static const struct column certificate[] = {
	{ "number", "证书编号", COLUMN_TEXT },
	{ "category", "类别", COLUMN_TEXT },
	{ "id_number", "证书上的身份证号", COLUMN_TEXT },
	{ "employer", "聘用企业", COLUMN_TEXT },
	{ "employer_code", "聘用企业的信用代码", COLUMN_TEXT },
	{ "issued_on", "发证日期", COLUMN_DATE },
	{ "expires_on", "有效期至", COLUMN_DATE },
	{ "status", "状态", COLUMN_TEXT },
	{ "former_number", "更换前的编号", COLUMN_TEXT },
};
static const struct column exam[] = {
	{ "kind", "成绩类别", COLUMN_TEXT },
	{ "id_number", "考试登记的身份证号", COLUMN_TEXT },
	{ "result", "结果", COLUMN_TEXT },
	{ "taken_on", "成绩日期", COLUMN_DATE },
};
static const struct column application[] = {
	{ "number", "申请编号", COLUMN_TEXT },
	{ "matter", "事项", COLUMN_TEXT },
	{ "company", "申报单位", COLUMN_TEXT },
	{ "company_code", "申报单位的信用代码", COLUMN_TEXT },
	{ "submitted_on", "提交日期", COLUMN_DATE },
	{ "status", "状态", COLUMN_TEXT },
	{ "closed_on", "办结日期", COLUMN_DATE },
};
static const struct column company[] = {
	{ "name", "企业名称", COLUMN_TEXT },
	{ "code", "统一社会信用代码", COLUMN_TEXT },
	{ "org_code", "旧组织机构代码", COLUMN_TEXT },
	{ "filed_under", "系统留存的代码", COLUMN_TEXT },
};
static const struct column qualification[] = {
	{ "kind", "资质类别", COLUMN_TEXT },
	{ "legacy", "是否旧版", COLUMN_FLAG },
	{ "holder", "资质上的企业名称", COLUMN_TEXT },
};
static const struct column constructor[] = {
	{ "level", "级别", COLUMN_TEXT },
	{ "id_number", "建造师库里的身份证号", COLUMN_TEXT },
	{ "birth_date", "出生日期", COLUMN_DATE },
	{ "company", "注册单位", COLUMN_TEXT },
	{ "status", "状态", COLUMN_TEXT },
	{ "expires_on", "有效期至", COLUMN_DATE },
};
static const struct column said[] = {
	{ "fact", "问题", COLUMN_TEXT },
	{ "value", "回答", COLUMN_TEXT },
};
static const struct column typed[] = {
	{ "kind", "种类", COLUMN_TEXT },
	{ "value", "原样", COLUMN_TEXT },
	{ "valid", "是否有效", COLUMN_FLAG },
};
static const struct column client[] = {
	{ "browser", "浏览器", COLUMN_TEXT },
	{ "channel", "渠道", COLUMN_TEXT },
};

#define SHAPE(name_, label_)                                                                       \
	{                                                                                          \
		.name = #name_, .label = (label_), .columns = (name_),                             \
		.column_count = sizeof(name_) / sizeof((name_)[0])                                 \
	}

static const struct relation_shape shapes[RELATION_COUNT] = {
	[RELATION_APPLICANT] = SHAPE(applicant, "个人登记信息"),
	[RELATION_CERTIFICATE] = SHAPE(certificate, "安管证书"),
	[RELATION_EXAM] = SHAPE(exam, "成绩"),
	[RELATION_APPLICATION] = SHAPE(application, "申请事项"),
	[RELATION_COMPANY] = SHAPE(company, "申报企业信息"),
	[RELATION_QUALIFICATION] = SHAPE(qualification, "企业资质"),
	[RELATION_CONSTRUCTOR] = SHAPE(constructor, "建造师信息"),
	[RELATION_SAID] = SHAPE(said, "您的回答"),
	[RELATION_TYPED] = SHAPE(typed, "您输入的号码"),
	[RELATION_CLIENT] = SHAPE(client, "您用的浏览器"),
};

const struct relation_shape *relation_shape(enum relation relation)
{
	return &shapes[relation];
}

enum relation relation_named(struct span name)
{
	size_t at = 0;
	while (at < RELATION_COUNT && !span_equal(span_of(shapes[at].name), name))
		at++;
	return (enum relation)at;
}

size_t column_named(enum relation relation, struct span name)
{
	const struct relation_shape *shape = &shapes[relation];
	size_t at = 0;
	while (at < shape->column_count && !span_equal(span_of(shape->columns[at].name), name))
		at++;
	return at;
}

struct row {
	const char *values[RELATION_COLUMNS_MOST];
};

struct facts {
	struct arena *arena;
	struct {
		bool present;
		struct row *rows; /* from the arena; a larger array replaces a full one */
		size_t count, capacity;
	} relations[RELATION_COUNT];
};

enum status facts_create(struct facts **out)
{
	struct facts *facts = calloc(1, sizeof(*facts));
	*out = facts;
	if (!facts)
		return STATUS_NO_MEMORY;
	const enum status status = arena_create(&facts->arena, FACTS_BYTES_MOST);
	if (status != STATUS_OK) {
		free(facts);
		*out = NULL;
	}
	return status;
}

void facts_destroy(struct facts *facts)
{
	if (!facts)
		return;
	arena_destroy(facts->arena);
	free(facts);
}

void facts_open(struct facts *facts, enum relation relation)
{
	facts->relations[relation].present = true;
	facts->relations[relation].count = 0;
}

void facts_forget(struct facts *facts, enum relation relation)
{
	facts->relations[relation].present = false;
	facts->relations[relation].count = 0;
}

bool column_accepts(const struct column *column, const char *text)
{
	switch (column->type) {
	case COLUMN_DATE:
		return day_valid(text);
	case COLUMN_FLAG:
		return strcmp(text, "0") == 0 || strcmp(text, "1") == 0;
	default:
		return true;
	}
}

static enum status make_room(struct facts *facts, enum relation relation)
{
	const size_t count = facts->relations[relation].count;
	if (count < facts->relations[relation].capacity)
		return STATUS_OK;
	if (count == FACTS_ROWS_MOST)
		return STATUS_LIMIT;
	const size_t capacity = count ? 2 * count : 4;
	struct row *rows = arena_array(facts->arena, capacity, sizeof(*rows));
	if (!rows)
		return STATUS_NO_MEMORY;
	if (count)
		memcpy(rows, facts->relations[relation].rows, count * sizeof(*rows));
	facts->relations[relation].rows = rows;
	facts->relations[relation].capacity =
	        capacity < FACTS_ROWS_MOST ? capacity : FACTS_ROWS_MOST;
	return STATUS_OK;
}

enum status facts_add_row(struct facts *facts, enum relation relation, const char *const *values)
{
	const enum status status = make_room(facts, relation);
	if (status != STATUS_OK)
		return status;
	struct row *row = &facts->relations[relation].rows[facts->relations[relation].count];
	*row = (struct row){ { NULL } };
	for (size_t i = 0; i < shapes[relation].column_count; i++) {
		if (!values[i] || !column_accepts(&shapes[relation].columns[i], values[i]))
			continue;
		row->values[i] = arena_copy(facts->arena, span_of(values[i]));
		if (!row->values[i])
			return STATUS_NO_MEMORY;
	}
	facts->relations[relation].present = true;
	facts->relations[relation].count++;
	return STATUS_OK;
}

bool facts_present(const struct facts *facts, enum relation relation)
{
	return facts->relations[relation].present;
}

size_t facts_rows(const struct facts *facts, enum relation relation)
{
	return facts->relations[relation].count;
}

const char *facts_value(const struct facts *facts, enum relation relation, size_t row,
                        size_t column)
{
	return facts->relations[relation].rows[row].values[column];
}

/* --- from JSON --- */

struct json_reading {
	struct facts *facts;
	const char *file;
	struct faults *faults;
	bool sound;
	enum status status; /* what is no fault of the text */
};

static void complain(struct json_reading *reading, const char *path, const char *reason)
{
	reading->sound = false;
	faults_add(reading->faults, FAULT_ERROR, reading->file, 0, path, "%s", reason);
}

/* The value as text, in `number` where it is one; NULL with *fits false where it can be none. */
static const char *text_of(const cJSON *item, char number[NUMBER_SIZE], bool *fits)
{
	*fits = true;
	if (cJSON_IsString(item))
		return item->valuestring;
	if (cJSON_IsNumber(item)) {
		/* Larger ones have lost digits: an ID number must be written as a text. */
		*fits = fabs(item->valuedouble) <= NUMBER_MOST;
		snprintf(number, NUMBER_SIZE, "%.17g", item->valuedouble);
		return *fits ? number : NULL;
	}
	if (cJSON_IsBool(item))
		return cJSON_IsTrue(item) ? "1" : "0";
	*fits = cJSON_IsNull(item);
	return NULL;
}

static void read_value(struct json_reading *reading, enum relation relation, const char *row_path,
                       const cJSON *item, const char **values, char numbers[][NUMBER_SIZE])
{
	char path[2 * PATH_SIZE];
	const size_t column = column_named(relation, span_of(item->string));
	snprintf(path, sizeof(path), "%s.%.64s", row_path, item->string);
	if (column == shapes[relation].column_count) {
		complain(reading, path, "there is no such column in this relation");
		return;
	}
	bool fits;
	values[column] = text_of(item, numbers[column], &fits);
	if (!fits)
		complain(reading, path,
		         "must be a text, a number of 15 digits at most, true, false or null");
	else if (values[column] &&
	         !column_accepts(&shapes[relation].columns[column], values[column]))
		complain(reading, path,
		         shapes[relation].columns[column].type == COLUMN_DATE
		                 ? N_("must be a day such as 2026-11-23, or null")
		                 : N_("must be 0 or 1, or null"));
}

static void read_row(struct json_reading *reading, enum relation relation, size_t index,
                     const cJSON *row)
{
	char path[PATH_SIZE];
	char numbers[RELATION_COLUMNS_MOST][NUMBER_SIZE];
	const char *values[RELATION_COLUMNS_MOST] = { NULL };
	snprintf(path, sizeof(path), "%s[%zu]", shapes[relation].name, index);
	if (!cJSON_IsObject(row)) {
		complain(reading, path, "must be an object: a value a column");
		return;
	}
	const cJSON *item;
	cJSON_ArrayForEach (item, row)
		read_value(reading, relation, path, item, values, numbers);
	const enum status status = facts_add_row(reading->facts, relation, values);
	if (status == STATUS_LIMIT)
		complain(reading, path, "more rows than a relation may have");
	else if (status != STATUS_OK)
		reading->status = status;
}

static void read_relation(struct json_reading *reading, const cJSON *rows)
{
	const enum relation relation = relation_named(span_of(rows->string));
	if (relation == RELATION_COUNT) {
		complain(reading, rows->string, "there is no such relation");
		return;
	}
	if (cJSON_IsNull(rows))
		return;
	if (!cJSON_IsArray(rows)) {
		complain(reading, rows->string, "must be a list of rows, or null where unknown");
		return;
	}
	facts_open(reading->facts, relation);
	size_t index = 0;
	const cJSON *row;
	cJSON_ArrayForEach (row, rows)
		read_row(reading, relation, index++, row);
}

enum status facts_read_json(struct facts *facts, struct span json, const char *file,
                            struct faults *faults)
{
	const struct json_limits limits = { FACTS_BYTES_MOST, JSON_DEPTH_MOST };
	struct json_reading reading = { facts, file, faults, true, STATUS_OK };
	cJSON *root = NULL;
	const enum status status = json_parse(&root, json, limits, file, faults);
	if (status != STATUS_OK)
		return status;
	if (!cJSON_IsObject(root))
		complain(&reading, NULL, "must be an object: a list of rows a relation");
	const cJSON *relation;
	cJSON_ArrayForEach (relation, root)
		read_relation(&reading, relation);
	cJSON_Delete(root);
	if (reading.status != STATUS_OK)
		return reading.status;
	return reading.sound ? STATUS_OK : STATUS_INVALID;
}

#include "office/records/import_applicants.h"

#include "base/buf.h"

enum {
	APPLICANTS_LEAST = 3, /* of a relation, to be compared with the others */
	SQL_MOST = 4096,
	FIELD_SIZE = 64,
};

static enum status count_ids(sqlite3 *db, const char *sql, size_t *out)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(db, sql, -1, &statement, NULL);
	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*out = (size_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return import_status_of(result);
}

/* How many applicants each relation has rows of; 0 where it has no table. */
static enum status count_applicants(sqlite3 *db, const struct relations *relations,
                                    size_t ids[RELATIONS_MOST])
{
	enum status status = STATUS_OK;
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++) {
		const char *name = relation_shape(relations, i)->name;
		char sql[FIELD_SIZE * 2];
		if (sqlite3_table_column_metadata(db, NULL, name, NULL, NULL, NULL, NULL, NULL,
		                                  NULL) != SQLITE_OK)
			continue;
		snprintf(sql, sizeof(sql), "SELECT count(DISTINCT " RELATION_KEY ") FROM %s", name);
		status = count_ids(db, sql, &ids[i]);
		if (status != STATUS_OK)
			break;
	}
	return status;
}

/* Of the relation's applicants those that no other relation knows. */
static enum status count_strangers(sqlite3 *db, const struct relations *relations, size_t relation,
                                   const size_t *ids, size_t *out)
{
	struct buf sql;
	buf_init(&sql, SQL_MOST);
	buf_append_format(&sql, "SELECT count(DISTINCT " RELATION_KEY ") FROM %s AS own WHERE 1",
	                  relation_shape(relations, relation)->name);
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++)
		if (i != relation && ids[i] > 0)
			buf_append_format(&sql,
			                  " AND NOT EXISTS (SELECT 1 FROM %s AS other WHERE "
			                  "other." RELATION_KEY " = own." RELATION_KEY ")",
			                  relation_shape(relations, i)->name);
	enum status status = buf_status(&sql);
	if (status == STATUS_OK)
		status = count_ids(db, buf_text(&sql), out);
	buf_deinit(&sql);
	return status;
}

/* The largest relation may hold people whom no other relation has; a smaller one hardly does. */
static bool has_larger(const size_t ids[RELATIONS_MOST], size_t relation)
{
	for (size_t i = 0; i < RELATIONS_MOST; i++)
		if (i != relation && ids[i] >= ids[relation])
			return true;
	return false;
}

enum status import_compare_applicants(sqlite3 *db, const struct relations *relations,
                                      const char *folder, struct faults *faults)
{
	size_t ids[RELATIONS_MOST] = { 0 };
	enum status status = count_applicants(db, relations, ids);
	for (size_t i = RELATION_RECORDED; i < relations_count(relations); i++) {
		size_t strangers = 0;
		if (status != STATUS_OK || ids[i] < APPLICANTS_LEAST || !has_larger(ids, i))
			continue;
		status = count_strangers(db, relations, i, ids, &strangers);
		if (2 * strangers > ids[i])
			faults_add(faults, FAULT_WARNING, folder, 0,
			           relation_shape(relations, i)->name,
			           "%zu of its %zu applicants stand in no other file: is %s the "
			           "number "
			           "under which they sign in, with all its digits?",
			           strangers, ids[i], RELATION_KEY);
	}
	return status;
}

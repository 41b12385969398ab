#include "engine/diagnose/sql_names.h"

#include <strings.h>

struct column_ref no_column(void)
{
	return (struct column_ref){ RELATIONS_MOST, RELATION_COLUMNS_MOST };
}

size_t select_column(const struct select *select, const char *name)
{
	size_t i = 0;
	while (i < select->column_count && strcasecmp(select->columns[i].name, name) != 0)
		i++;
	return i;
}

static bool look_in(const struct relations *relations, const struct source *source,
                    const struct scope *scope, const struct node *node, struct meaning *out)
{
	*out = (struct meaning){ .column = no_column(), .scope = *scope };
	if (source->select) {
		out->select = source->select;
		out->index = select_column(source->select, node->text);
		return out->index < source->select->column_count;
	}
	const size_t relation = relation_named(relations, span_of(source->relation));
	if (relation == relations_count(relations))
		return false;
	const struct relation_shape *shape = relation_shape(relations, relation);
	out->column = (struct column_ref){ relation, column_named(shape, span_of(node->text)) };
	return out->column.column < shape->column_count;
}

bool name_resolve(const struct relations *relations, const struct scope *scope,
                  const struct node *node, struct meaning *out)
{
	for (; scope; scope = scope->parent)
		for (size_t i = 0; i < scope->select->source_count; i++) {
			const struct source *source = &scope->select->sources[i];
			if (node->qualifier[0] && strcasecmp(node->qualifier, source->alias) != 0)
				continue;
			if (look_in(relations, source, scope, node, out))
				return true;
		}
	return false;
}

bool node_is_call(const struct node *node, const char *name)
{
	return node->kind == NODE_CALL && strcasecmp(node->text, name) == 0;
}

bool node_is_one_of(const struct node *node, const char *const *names)
{
	for (; *names; names++)
		if (node_is_call(node, *names))
			return true;
	return false;
}

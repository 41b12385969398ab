/*
 * How it works. merge_value() goes down the three values together. Where one side left a value as
 * it was, the other side's is taken. Where both changed it, objects are merged by member, lists of
 * objects with ids (or another key, id_of()) by id, lists of texts as sets; everything else is a
 * conflict. A list keeps the order of the side that changed it, theirs where both did.
 *
 * merge_changes() goes down two values the same way, and names what differs.
 */
#include "office/authoring/merge.h"

#include <stdio.h>
#include <string.h>

enum { DEPTH_MOST = 32, MEMBER_BYTES = 4096 };

/* What the values are: all that are there must be. */
enum shape { SHAPE_OTHER, SHAPE_OBJECT, SHAPE_KEYED, SHAPE_TEXTS };

/* Where a value is, up to the whole: `name` of the object above, or of the list above the item
 * whose member `key` is `name`. */
struct place {
	const struct place *above; /* NULL: of the whole */
	const char *key;           /* NULL: a member */
	const char *name;
};

struct merge {
	cJSON *conflicts;
	enum status status;
	bool known; /* what both began with */
};

/*
 * Which member an item is known by: an id, or one that no other item has in the files of a folder.
 * Of {phrase, word} it is the phrase, as words are shared; of opposites the first that is said.
 * NULL: none.
 */
static const char *key_of(const cJSON *item)
{
	static const char *const names[] = {
		"id", "q", "phrase", "word", "right", "value", "said"
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (cJSON_GetObjectItemCaseSensitive(item, names[i]))
			return names[i];
	return NULL;
}

/* NULL where the member is neither a text nor a list that begins with one. */
static const char *id_of(const cJSON *item)
{
	const char *key = key_of(item);
	const cJSON *value = key ? cJSON_GetObjectItemCaseSensitive(item, key) : NULL;

	return cJSON_GetStringValue(cJSON_IsArray(value) ? cJSON_GetArrayItem(value, 0) : value);
}

static cJSON *member(const cJSON *object, const char *name)
{
	return cJSON_GetObjectItemCaseSensitive(object, name);
}

static const cJSON *item_with(const cJSON *list, const char *id)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, list)
		if (id_of(item) && strcmp(id_of(item), id) == 0)
			return item;
	return NULL;
}

static bool has_text(const cJSON *list, const char *text)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, list)
		if (strcmp(item->valuestring, text) == 0)
			return true;
	return false;
}

static bool is_keyed(const cJSON *list)
{
	const cJSON *item;

	if (!cJSON_IsArray(list))
		return false;
	cJSON_ArrayForEach (item, list)
		if (!cJSON_IsObject(item) || !id_of(item) || item_with(list, id_of(item)) != item)
			return false;
	return true;
}

static bool is_texts(const cJSON *list)
{
	const cJSON *item;

	if (!cJSON_IsArray(list))
		return false;
	cJSON_ArrayForEach (item, list)
		if (!cJSON_IsString(item))
			return false;
	return true;
}

static bool all(bool (*is)(const cJSON *value), const cJSON *const *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (values[i] && !is(values[i]))
			return false;
	return true;
}

static bool is_object(const cJSON *value)
{
	return cJSON_IsObject(value);
}

/* An empty list is both; of texts it does no harm. */
static enum shape shape_of(const cJSON *const *values, size_t count)
{
	if (all(is_object, values, count))
		return SHAPE_OBJECT;
	if (all(is_texts, values, count))
		return SHAPE_TEXTS;
	return all(is_keyed, values, count) ? SHAPE_KEYED : SHAPE_OTHER;
}

/* Of the same number of items; members in any order, which mostly is the same. */
static bool same_items(const cJSON *a, const cJSON *b)
{
	const bool named = cJSON_IsObject(a);
	const cJSON *item, *beside = b->child;

	cJSON_ArrayForEach (item, a) {
		const cJSON *other = beside;

		if (named && strcmp(item->string, beside->string) != 0)
			other = member(b, item->string);
		if (!merge_same(item, other))
			return false;
		beside = beside->next;
	}
	return true;
}

/* cJSON_Compare() goes down twice at each object: of nested ones it does not come to an end. */
bool merge_same(const cJSON *a, const cJSON *b)
{
	if (!a || !b)
		return a == b;
	if (cJSON_IsObject(a) ? !cJSON_IsObject(b) : cJSON_IsArray(a) != cJSON_IsArray(b))
		return false;
	if (!cJSON_IsObject(a) && !cJSON_IsArray(a))
		return cJSON_Compare(a, b, true);
	return cJSON_GetArraySize(a) == cJSON_GetArraySize(b) && same_items(a, b);
}

static cJSON *copy(struct merge *merge, const cJSON *value)
{
	cJSON *own = value ? cJSON_Duplicate(value, true) : NULL;

	if (value && !own)
		merge->status = STATUS_NO_MEMORY;
	return own;
}

static void put(enum status *status, cJSON *object, const char *name, cJSON *value)
{
	if (value && !cJSON_AddItemToObject(object, name, value)) {
		cJSON_Delete(value);
		*status = STATUS_NO_MEMORY;
	}
}

/* The same as null where there is none. */
static void put_copy(enum status *status, cJSON *object, const char *name, const cJSON *value)
{
	cJSON *own = value ? cJSON_Duplicate(value, true) : cJSON_CreateNull();

	if (!own)
		*status = STATUS_NO_MEMORY;
	put(status, object, name, own);
}

static void append(enum status *status, cJSON *list, cJSON *value)
{
	if (value && !cJSON_AddItemToArray(list, value)) {
		cJSON_Delete(value);
		*status = STATUS_NO_MEMORY;
	}
}

/* --- where something differs --- */

/* "cases[2].advice", for people to read; cut where it is too long. */
static size_t write_member(const struct place *place, char out[MEMBER_BYTES])
{
	size_t len = place->above ? write_member(place->above, out) : 0;
	int more;

	if (!place->above)
		out[0] = '\0';
	if (!place->name || len >= MEMBER_BYTES - 1)
		return len;
	more = snprintf(out + len, MEMBER_BYTES - len, "%s%s%s",
	                place->key ? "["
	                : len > 0  ? "."
	                           : "",
	                place->name, place->key ? "]" : "");
	if (more < 0)
		return len;
	return (size_t)more < MEMBER_BYTES - len ? len + (size_t)more : MEMBER_BYTES - 1;
}

/* A text for each member, an object {key: name} for each item, from the outside. */
static void append_steps(enum status *status, cJSON *path, const struct place *place)
{
	cJSON *step;

	if (!place->above)
		return;
	append_steps(status, path, place->above);
	step = place->key ? cJSON_CreateObject() : cJSON_CreateString(place->name);
	if (!step || (place->key && !cJSON_AddStringToObject(step, place->key, place->name)))
		*status = STATUS_NO_MEMORY;
	append(status, path, step);
}

/* {member, path}, to which the values are added; NULL without memory. */
static cJSON *new_finding(enum status *status, const struct place *place)
{
	char member[MEMBER_BYTES];
	cJSON *one = cJSON_CreateObject(), *path;

	(void)write_member(place, member);
	path = one && cJSON_AddStringToObject(one, "member", member)
	               ? cJSON_AddArrayToObject(one, "path")
	               : NULL;
	if (!path) {
		cJSON_Delete(one);
		*status = STATUS_NO_MEMORY;
		return NULL;
	}
	append_steps(status, path, place);
	return one;
}

static void add_conflict(struct merge *merge, const struct place *place, const cJSON *base,
                         const cJSON *yours, const cJSON *theirs)
{
	cJSON *one = new_finding(&merge->status, place);

	if (!one)
		return;
	put_copy(&merge->status, one, "base", base);
	put_copy(&merge->status, one, "yours", yours);
	put_copy(&merge->status, one, "theirs", theirs);
	append(&merge->status, merge->conflicts, one);
}

/* --- merging --- */

static cJSON *merge_value(struct merge *merge, const struct place *place, unsigned depth,
                          const cJSON *base, const cJSON *yours, const cJSON *theirs);

static cJSON *merge_objects(struct merge *merge, const struct place *place, unsigned depth,
                            const cJSON *base, const cJSON *yours, const cJSON *theirs)
{
	cJSON *out = cJSON_CreateObject();
	const cJSON *item;

	cJSON_ArrayForEach (item, theirs) {
		const struct place at = { place, NULL, item->string };

		put(&merge->status, out, item->string,
		    merge_value(merge, &at, depth + 1, member(base, item->string),
		                member(yours, item->string), item));
	}
	cJSON_ArrayForEach (item, yours) {
		if (member(theirs, item->string))
			continue;
		const struct place at = { place, NULL, item->string };

		put(&merge->status, out, item->string,
		    merge_value(merge, &at, depth + 1, member(base, item->string), item, NULL));
	}
	return out;
}

/* Whether those of `list` that are in `base` stand in its order. */
static bool keeps_order(const cJSON *base, const cJSON *list, bool texts)
{
	const cJSON *at = base ? base->child : NULL, *item;

	cJSON_ArrayForEach (item, list) {
		if (texts ? !has_text(base, item->valuestring) : !item_with(base, id_of(item)))
			continue;
		while (at && (texts ? strcmp(at->valuestring, item->valuestring)
		                    : strcmp(id_of(at), id_of(item))) != 0)
			at = at->next;
		if (!at)
			return false;
	}
	return true;
}

static cJSON *merge_keyed(struct merge *merge, const struct place *place, unsigned depth,
                          const cJSON *base, const cJSON *yours, const cJSON *theirs)
{
	const bool by_yours = keeps_order(base, theirs, false);
	const cJSON *first = by_yours ? yours : theirs, *second = by_yours ? theirs : yours;
	cJSON *out = cJSON_CreateArray();

	for (int side = 0; side < 2; side++) {
		const cJSON *list = side == 0 ? first : second, *item;

		cJSON_ArrayForEach (item, list) {
			const char *id = id_of(item);

			if (side == 1 && item_with(first, id))
				continue;
			const struct place at = { place, key_of(item), id };
			append(&merge->status, out,
			       merge_value(merge, &at, depth + 1, item_with(base, id),
			                   item_with(yours, id), item_with(theirs, id)));
		}
	}
	return out;
}

static cJSON *merge_texts(struct merge *merge, const cJSON *base, const cJSON *yours,
                          const cJSON *theirs)
{
	const bool by_yours = keeps_order(base, theirs, true);
	const cJSON *first = by_yours ? yours : theirs, *second = by_yours ? theirs : yours;
	cJSON *out = cJSON_CreateArray();

	for (int side = 0; side < 2; side++) {
		const cJSON *list = side == 0 ? first : second, *item;
		const cJSON *other = side == 0 ? second : first;

		cJSON_ArrayForEach (item, list) {
			const char *text = item->valuestring;

			/* In both, or new in one of them; not what the other one took away. */
			if (has_text(out, text) || (!has_text(other, text) && has_text(base, text)))
				continue;
			append(&merge->status, out, copy(merge, item));
		}
	}
	return out;
}

static cJSON *merge_value(struct merge *merge, const struct place *place, unsigned depth,
                          const cJSON *base, const cJSON *yours, const cJSON *theirs)
{
	const cJSON *const values[] = { base, yours, theirs };
	const enum shape shape = yours && theirs ? shape_of(values, 3) : SHAPE_OTHER;

	if (depth > DEPTH_MOST) {
		merge->status = STATUS_LIMIT;
		return NULL;
	}
	if (merge_same(yours, theirs))
		return copy(merge, yours);
	if (merge->known && merge_same(base, yours))
		return copy(merge, theirs);
	if (merge->known && merge_same(base, theirs))
		return copy(merge, yours);
	if (shape == SHAPE_OBJECT)
		return merge_objects(merge, place, depth, base, yours, theirs);
	if (shape == SHAPE_KEYED)
		return merge_keyed(merge, place, depth, base, yours, theirs);
	if (shape == SHAPE_TEXTS && merge->known)
		return merge_texts(merge, base, yours, theirs);
	add_conflict(merge, place, base, yours, theirs);
	return copy(merge, yours);
}

enum status merge_three(const cJSON *base, const cJSON *yours, const cJSON *theirs,
                        cJSON *conflicts, cJSON **out)
{
	struct merge merge = { .conflicts = conflicts, .known = base != NULL };
	const struct place whole = { NULL, NULL, NULL };

	*out = merge_value(&merge, &whole, 0, base, yours, theirs);
	if (merge.status != STATUS_OK) {
		cJSON_Delete(*out);
		*out = NULL;
	}
	return merge.status;
}

/* --- what differs --- */

static void add_change(enum status *status, cJSON *changes, const struct place *place,
                       const cJSON *before, const cJSON *after)
{
	cJSON *one = new_finding(status, place);

	if (!one)
		return;
	put_copy(status, one, "before", before);
	put_copy(status, one, "after", after);
	append(status, changes, one);
}

static void compare(enum status *status, cJSON *changes, const struct place *place, unsigned depth,
                    const cJSON *before, const cJSON *after);

static void compare_objects(enum status *status, cJSON *changes, const struct place *place,
                            unsigned depth, const cJSON *before, const cJSON *after)
{
	const cJSON *item;

	cJSON_ArrayForEach (item, before) {
		const struct place at = { place, NULL, item->string };

		compare(status, changes, &at, depth + 1, item, member(after, item->string));
	}
	cJSON_ArrayForEach (item, after) {
		if (member(before, item->string))
			continue;
		const struct place at = { place, NULL, item->string };

		compare(status, changes, &at, depth + 1, NULL, item);
	}
}

static void compare_keyed(enum status *status, cJSON *changes, const struct place *place,
                          unsigned depth, const cJSON *before, const cJSON *after)
{
	const int count = cJSON_GetArraySize(changes);
	const cJSON *item;

	cJSON_ArrayForEach (item, before) {
		const struct place at = { place, key_of(item), id_of(item) };

		compare(status, changes, &at, depth + 1, item, item_with(after, id_of(item)));
	}
	cJSON_ArrayForEach (item, after) {
		if (item_with(before, id_of(item)))
			continue;
		const struct place at = { place, key_of(item), id_of(item) };

		compare(status, changes, &at, depth + 1, NULL, item);
	}
	/* In another order only. */
	if (cJSON_GetArraySize(changes) == count)
		add_change(status, changes, place, before, after);
}

static void compare(enum status *status, cJSON *changes, const struct place *place, unsigned depth,
                    const cJSON *before, const cJSON *after)
{
	const cJSON *const values[] = { before, after };
	const enum shape shape = before && after ? shape_of(values, 2) : SHAPE_OTHER;

	if (merge_same(before, after))
		return;
	if (depth > DEPTH_MOST || shape == SHAPE_TEXTS || shape == SHAPE_OTHER)
		add_change(status, changes, place, before, after);
	else if (shape == SHAPE_OBJECT)
		compare_objects(status, changes, place, depth, before, after);
	else
		compare_keyed(status, changes, place, depth, before, after);
}

enum status merge_changes(const cJSON *before, const cJSON *after, cJSON *changes)
{
	enum status status = STATUS_OK;
	const struct place whole = { NULL, NULL, NULL };
	cJSON *none = cJSON_CreateObject();

	if (!none)
		return STATUS_NO_MEMORY;
	compare(&status, changes, &whole, 0, before ? before : none, after ? after : none);
	cJSON_Delete(none);
	return status;
}

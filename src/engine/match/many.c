#include "engine/match/many.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	ROOT = 0,
	SLOTS_FIRST = 128, /* twice the nodes */
	NODES_FIRST = 64,
};

static const uint32_t no_id = UINT32_MAX;

/* A prefix of one of the texts. Its parent comes before it. */
struct node {
	uint32_t parent, point;
	uint32_t depth;
	uint32_t id;      /* of the text that ends here, or no_id */
	uint32_t suffix;  /* the longest other prefix that it ends in */
	uint32_t shorter; /* the longest such one where a text ends; ROOT: none */
};

struct many {
	struct node *nodes;
	uint32_t node_count, node_room;
	uint32_t *slots; /* open addressing by (parent, point); 0: free, as the root is no child */
	uint32_t slot_mask;
	uint32_t id_count;
	bool borrowed; /* nodes and slots lie in an image file */
};

static uint32_t hash_of(uint32_t parent, uint32_t point)
{
	const uint64_t key = ((uint64_t)parent << 21 | point) * UINT64_C(0x9e3779b97f4a7c15);
	return (uint32_t)(key >> 32);
}

static uint32_t *slot_of(const struct many *many, uint32_t parent, uint32_t point)
{
	uint32_t at = hash_of(parent, point) & many->slot_mask;
	while (many->slots[at] != 0 && (many->nodes[many->slots[at]].parent != parent ||
	                                many->nodes[many->slots[at]].point != point))
		at = (at + 1) & many->slot_mask;
	return &many->slots[at];
}

enum status many_create(struct many **out)
{
	struct many *many = calloc(1, sizeof(*many));
	*out = many;
	if (!many)
		return STATUS_NO_MEMORY;
	many->nodes = calloc(NODES_FIRST, sizeof(*many->nodes));
	many->slots = calloc(SLOTS_FIRST, sizeof(*many->slots));
	if (!many->nodes || !many->slots) {
		many_destroy(many);
		*out = NULL;
		return STATUS_NO_MEMORY;
	}
	many->node_room = NODES_FIRST;
	many->slot_mask = SLOTS_FIRST - 1;
	many->node_count = 1;
	many->nodes[ROOT].id = no_id;
	return STATUS_OK;
}

void many_destroy(struct many *many)
{
	if (!many)
		return;
	if (!many->borrowed) {
		free(many->nodes);
		free(many->slots);
	}
	free(many);
}

void many_keep(const struct many *many, const char *nodes_name, const char *slots_name,
               struct image_draft *draft)
{
	image_draft_add(draft, nodes_name, many->nodes, many->node_count, sizeof(*many->nodes));
	image_draft_add(draft, slots_name, many->slots, (size_t)many->slot_mask + 1,
	                sizeof(*many->slots));
}

enum status many_adopt(const struct image_file *file, const char *nodes_name,
                       const char *slots_name, uint32_t count, struct many **out)
{
	size_t node_count, slot_count;
	const void *nodes = image_file_items(file, nodes_name, sizeof(struct node), &node_count);
	const void *slots = image_file_items(file, slots_name, sizeof(uint32_t), &slot_count);
	*out = NULL;
	if (!nodes || !slots || node_count == 0 || slot_count <= node_count ||
	    (slot_count & (slot_count - 1)) != 0)
		return STATUS_INVALID;
	struct many *many = calloc(1, sizeof(*many));
	if (!many)
		return STATUS_NO_MEMORY;
	*many = (struct many){ .nodes = (void *)(uintptr_t)nodes,
		               .node_count = (uint32_t)node_count,
		               .node_room = (uint32_t)node_count,
		               .slots = (void *)(uintptr_t)slots,
		               .slot_mask = (uint32_t)slot_count - 1,
		               .id_count = count,
		               .borrowed = true };
	*out = many;
	return STATUS_OK;
}

/* Keeps the slots at most half full. */
static enum status make_room(struct many *many)
{
	if (many->node_count < many->node_room)
		return STATUS_OK;
	const uint32_t room = many->node_room * 2;
	struct node *nodes = reallocarray(many->nodes, room, sizeof(*nodes));
	if (!nodes)
		return STATUS_NO_MEMORY;
	many->nodes = nodes;
	uint32_t *slots = calloc((size_t)room * 2, sizeof(*slots));
	if (!slots)
		return STATUS_NO_MEMORY;
	free(many->slots);
	many->slots = slots;
	many->slot_mask = room * 2 - 1;
	many->node_room = room;
	for (uint32_t i = 1; i < many->node_count; i++)
		*slot_of(many, nodes[i].parent, nodes[i].point) = i;
	return STATUS_OK;
}

enum status many_add(struct many *many, const uint32_t *points, size_t count, uint32_t *id)
{
	uint32_t at = ROOT;
	assert(!many->borrowed && count > 0);
	for (size_t i = 0; i < count; i++) {
		uint32_t *slot = slot_of(many, at, points[i]);
		if (*slot == 0) {
			const enum status status = make_room(many);
			if (status != STATUS_OK)
				return status;
			slot = slot_of(many, at, points[i]);
			many->nodes[many->node_count] = (struct node){ .parent = at,
				                                       .point = points[i],
				                                       .depth = (uint32_t)i + 1,
				                                       .id = no_id };
			*slot = many->node_count++;
		}
		at = *slot;
	}
	if (many->nodes[at].id == no_id)
		many->nodes[at].id = many->id_count++;
	*id = many->nodes[at].id;
	return STATUS_OK;
}

/* The longest prefix that the text at `from` followed by `point` ends in. */
static uint32_t step(const struct many *many, uint32_t from, uint32_t point)
{
	for (;; from = many->nodes[from].suffix) {
		const uint32_t next = *slot_of(many, from, point);
		if (next != 0 || from == ROOT)
			return next;
	}
}

static void settle_node(struct many *many, uint32_t at)
{
	struct node *node = &many->nodes[at];
	assert(node->parent < at); /* so it is settled already */
	node->suffix = node->parent == ROOT
	                       ? ROOT
	                       : step(many, many->nodes[node->parent].suffix, node->point);
	const struct node *suffix = &many->nodes[node->suffix];
	node->shorter = suffix->id != no_id ? node->suffix : suffix->shorter;
}

/* Shorter prefixes come first: the suffix of a longer one is one of them. */
enum status many_settle(struct many *many)
{
	uint32_t deepest = 0;
	for (uint32_t i = 1; i < many->node_count; i++)
		if (many->nodes[i].depth > deepest)
			deepest = many->nodes[i].depth;
	uint32_t *first = calloc((size_t)deepest + 2, sizeof(*first));
	uint32_t *order = calloc(many->node_count, sizeof(*order));
	if (first && order) {
		for (uint32_t i = 1; i < many->node_count; i++)
			first[many->nodes[i].depth + 1]++;
		for (uint32_t d = 1; d <= deepest + 1; d++)
			first[d] += first[d - 1];
		for (uint32_t i = 1; i < many->node_count; i++)
			order[first[many->nodes[i].depth]++] = i;
		for (uint32_t i = 0; i + 1 < many->node_count; i++)
			settle_node(many, order[i]);
	}
	const enum status status = first && order ? STATUS_OK : STATUS_NO_MEMORY;
	free(first);
	free(order);
	return status;
}

uint32_t many_count(const struct many *many)
{
	return many->id_count;
}

void many_find(const struct many *many, const uint32_t *points, size_t count, many_found *found,
               void *context)
{
	uint32_t at = ROOT;
	for (size_t i = 0; i < count; i++) {
		at = step(many, at, points[i]);
		uint32_t hit = many->nodes[at].id != no_id ? at : many->nodes[at].shorter;
		for (; hit != ROOT; hit = many->nodes[hit].shorter)
			found(context, many->nodes[hit].id, i + 1);
	}
}

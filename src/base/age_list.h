/*
 * Age list: items in the order in which they were last used, for whatever must make room.
 * Intrusive: the link is a member of the item, which the list does not own. One thread.
 */
#ifndef DAYI_BASE_AGE_LIST_H
#define DAYI_BASE_AGE_LIST_H

#include <assert.h>
#include <stddef.h>

struct age_link {
	struct age_link *newer, *older;
};

/* All zero: empty. */
struct age_list {
	struct age_link *newest, *oldest;
};

/* The item that a link is a member of; NULL for NULL. */
#define age_item(link_, type_, member_)                                                            \
	((link_) ? (type_ *)(void *)((char *)(link_)-offsetof(type_, member_)) : NULL)

/* As just used. `link` must be in no list. */
static inline void age_list_add(struct age_list *list, struct age_link *link)
{
	assert(list->newest != link);
	link->newer = NULL;
	link->older = list->newest;
	if (list->newest)
		list->newest->newer = link;
	else
		list->oldest = link;
	list->newest = link;
}

/* `link` must be in this list. */
static inline void age_list_remove(struct age_list *list, struct age_link *link)
{
	assert(link->newer || list->newest == link);
	assert(link->older || list->oldest == link);
	if (link->newer)
		link->newer->older = link->older;
	else
		list->newest = link->older;
	if (link->older)
		link->older->newer = link->newer;
	else
		list->oldest = link->newer;
	link->newer = link->older = NULL;
}

/* It was used now. */
static inline void age_list_touch(struct age_list *list, struct age_link *link)
{
	age_list_remove(list, link);
	age_list_add(list, link);
}

#endif

#include "host/net/browser.h"

#include <stdbool.h>

static bool holds(struct span text, const char *word)
{
	return text.len > 0 && memmem(text.ptr, text.len, word, strlen(word));
}

const char *browser_name(struct span user_agent)
{
	/* In order: each claims to be those after it, too. */
	static const struct {
		const char *sign;
		const char *name;
	} signs[] = {
		{ "Mobile", NULL },        { "Android", NULL },        { "iPhone", NULL },
		{ "iPad", NULL },          { "MicroMessenger", NULL }, { "Trident/7", "IE11" },
		{ "MSIE", "IE" },          { "Trident/", "IE" },       { "Edg/", "Edge" },
		{ "Edge/", "Edge" },       { "Firefox/", "Firefox" },  { "Chrome/", "Chrome" },
		{ "Chromium/", "Chrome" }, { "Safari/", "Safari" },
	};
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (holds(user_agent, signs[i].sign))
			return signs[i].name;
	return NULL;
}

/*
 * Browser: what a User-Agent says about the browser on somebody's desk, as the facts name it.
 */
#ifndef DAYI_NET_BROWSER_H
#define DAYI_NET_BROWSER_H

#include "base/span.h"

/*
 * "IE11", "IE", "Edge", "Firefox", "Chrome", "Safari"; NULL for a telephone, a program, and
 * whatever else says nothing about the browser in which a person fills in the office's forms.
 * Static.
 */
const char *browser_name(struct span user_agent);

#endif

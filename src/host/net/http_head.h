/*
 * HTTP head: request line and header fields, read strictly after RFC 9112 and 9110, and written
 * again as libwebsockets is to read them. Its own parser (4.1) takes the line behind a field whose
 * name begins like one that it knows for a part of that name, so it never sees what a client wrote.
 * Pure.
 */
#ifndef DAYI_NET_HTTP_HEAD_H
#define DAYI_NET_HTTP_HEAD_H

#include "host/net/http_request.h"

enum {
	HTTP_HEAD_MOST = 16 * 1024,
	HTTP_PLAIN_SIZE = 512, /* what http_head_write() needs at most */
};

/*
 * The length of the head that `bytes` begin with, its empty line included; 0 while that is not
 * there. What was looked at before, `searched` bytes, is not looked at again.
 */
size_t http_head_length(struct span bytes, size_t searched);

/* `head` is borrowed: the request points into it. What is wrong with it is out->refusal. */
void http_head_read(struct span head, struct http_request *out);

/*
 * What the library needs to know of it: a GET, a POST with the length of its body, or an upgrade
 * to the chat. Of a request with a refusal, a GET. Returns the length.
 */
size_t http_head_write(const struct http_request *request, char text[HTTP_PLAIN_SIZE]);

#endif

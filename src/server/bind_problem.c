#include "server/bind_problem.h"

#include <errno.h>
#include <netdb.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/language.h"

/* The errno of binding to it, or 0. A port that is only waiting to be free again is no hindrance.
 */
static int try_to_bind(const struct addrinfo *address)
{
	const int yes = 1;
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int error = 0;

	if (fd < 0)
		return errno;
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	if (bind(fd, address->ai_addr, address->ai_addrlen) != 0 || listen(fd, 1) != 0)
		error = errno;
	close(fd);
	return error;
}

static const char *words_for(int error)
{
	switch (error) {
	case EADDRINUSE:
		return _("another program has this port; stop it, or choose another port with "
		         "server.port or --port");
	case EACCES:
		return _("this user may not listen on this port; choose one from 1024 on with "
		         "server.port or --port");
	case EADDRNOTAVAIL:
		return _("this machine has no such address; set server.host to one that it has");
	default:
		return _("it can not be listened on; the line of libwebsockets above tells more");
	}
}

const char *bind_problem(const char *host, uint16_t port)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
		                        .ai_socktype = SOCK_STREAM };
	struct addrinfo *address = NULL;
	char service[8];
	int error;

	snprintf(service, sizeof(service), "%u", (unsigned)port);
	if (getaddrinfo(host, service, &hints, &address) != 0)
		return words_for(EADDRNOTAVAIL);
	error = try_to_bind(address);
	freeaddrinfo(address);
	return words_for(error);
}

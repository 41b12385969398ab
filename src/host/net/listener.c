#include "host/net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/language.h"

enum {
	AT_ONCE_MOST = 64, /* connections taken in before the others have their turn */
	PAUSE_US = 100000, /* after which a full table of files is looked at again */
	TOLD_EVERY_US = 60 * 1000000,
};

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
		return _("the system refuses to listen on it");
	}
}

static bool prepare(int fd, const struct addrinfo *address)
{
	const int yes = 1, no = 0;

	/* Do not fail on a port that is still in TIME_WAIT. */
	(void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes));
	/* `::` is every address of both kinds. */
	if (address->ai_family == AF_INET6)
		(void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof(no));
	return bind(fd, address->ai_addr, address->ai_addrlen) == 0 && listen(fd, SOMAXCONN) == 0;
}

static uint16_t port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} own = { .v6 = { 0 } };
	socklen_t len = sizeof(own);

	if (getsockname(fd, &own.any, &len) != 0)
		return 0;
	return ntohs(own.any.sa_family == AF_INET6 ? own.v6.sin6_port : own.v4.sin_port);
}

static int open_spare(void)
{
	return open("/dev/null", O_RDONLY | O_CLOEXEC);
}

enum status listener_open(struct listener *listener, const char *host, uint16_t port,
                          const char **reason)
{
	const struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_PASSIVE,
		                        .ai_socktype = SOCK_STREAM };
	struct addrinfo *address = NULL;
	char service[8];

	listener->fd = -1;
	listener->spare = open_spare();
	snprintf(service, sizeof(service), "%u", (unsigned)port);
	if (getaddrinfo(host, service, &hints, &address) != 0) {
		*reason = words_for(EADDRNOTAVAIL);
		return STATUS_IO;
	}
	listener->fd = socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (listener->fd < 0 || !prepare(listener->fd, address)) {
		*reason = words_for(errno);
		freeaddrinfo(address);
		return STATUS_IO;
	}
	freeaddrinfo(address);
	listener->port = port_of(listener->fd);
	return STATUS_OK;
}

enum status listener_start(struct listener *listener, struct lws_vhost *vhost)
{
	const lws_sock_file_fd_type fd = { .filefd = listener->fd };

	listener->vhost = vhost;
	listener->wsi = lws_adopt_descriptor_vhost(vhost, LWS_ADOPT_RAW_FILE_DESC, fd,
	                                           LISTENER_PROTOCOL, NULL);
	if (!listener->wsi)
		return STATUS_NO_MEMORY;
	/* Opaque user data is for connections. */
	lws_set_wsi_user(listener->wsi, listener);
	return STATUS_OK;
}

void listener_close(struct listener *listener)
{
	lws_sul_cancel(&listener->pause);
	/* The library closes the socket once it has it. */
	if (listener->fd >= 0 && !listener->wsi)
		close(listener->fd);
	if (listener->spare >= 0)
		close(listener->spare);
	listener->fd = listener->spare = -1;
}

static void go_on(lws_sorted_usec_list_t *sul)
{
	struct listener *listener = lws_container_of(sul, struct listener, pause);

	lws_rx_flow_control(listener->wsi, 1);
}

/* Meanwhile the others are served, and some will close. */
static void pause_listening(struct listener *listener)
{
	lws_rx_flow_control(listener->wsi, 0);
	lws_sul_schedule(lws_get_context(listener->wsi), 0, &listener->pause, go_on, PAUSE_US);
}

static void say_full(int fd)
{
	static const char answer[] = "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n"
	                             "Retry-After: 5\r\nConnection: close\r\n\r\n";
	char request[4096];

	/* Unread bytes would turn the close into a reset, which can overtake the answer. */
	(void)recv(fd, request, sizeof(request), MSG_DONTWAIT);
	(void)send(fd, answer, sizeof(answer) - 1, MSG_DONTWAIT | MSG_NOSIGNAL);
	(void)shutdown(fd, SHUT_WR);
}

/* No descriptor is left, in this process or in the system. */
static void turn_away(struct listener *listener, int error)
{
	int fd;

	if (lws_now_usecs() >= listener->told_again_us) {
		log_event(listener->log, LOG_WARN, "no_descriptor",
		          LOG_TEXT("reason", strerror(error)),
		          LOG_TEXT("hint", _("clients are told 503; lower limits.connections or "
		                             "allow more open files")));
		listener->told_again_us = lws_now_usecs() + TOLD_EVERY_US;
	}
	if (listener->spare >= 0)
		close(listener->spare);
	fd = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (fd >= 0) {
		say_full(fd);
		close(fd);
	}
	listener->spare = open_spare();
	if (fd < 0 || listener->spare < 0)
		pause_listening(listener);
}

static void take_in(struct listener *listener, int fd, const struct sockaddr *peer)
{
	const int yes = 1;

	if (!listener->admit(listener->context, peer)) {
		close(fd);
		return;
	}
	(void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	/* If it fails, the library has closed the socket. */
	(void)lws_adopt_socket_vhost(listener->vhost, fd);
}

static void take_all(struct listener *listener)
{
	struct sockaddr_storage peer;

	for (int i = 0; i < AT_ONCE_MOST; i++) {
		socklen_t len = sizeof(peer);
		const int fd = accept4(listener->fd, (struct sockaddr *)&peer, &len,
		                       SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd >= 0) {
			take_in(listener, fd, (const struct sockaddr *)&peer);
		} else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
		           errno == ENOMEM) {
			turn_away(listener, errno);
			return;
		} else if (errno != EINTR && errno != ECONNABORTED) {
			return;
		}
	}
}

int handle_listener(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in,
                    size_t len)
{
	struct listener *listener = user;

	(void)wsi;
	(void)in;
	(void)len;
	if (reason == LWS_CALLBACK_RAW_RX_FILE && listener)
		take_all(listener);
	return 0;
}

/*
 * How it works. The library calls recv() with its own buffer of 16 KiB. For a socket with a door,
 * recv() below fills that buffer according to the door's state.
 *
 * DOOR_HEAD looks at what has come (MSG_PEEK), takes from the socket up to the end of the head and
 * no further, and, when the head is whole, puts a plain one into the buffer in its place. So the
 * library never holds more than one request, the rest waits in the kernel, and the loop is woken
 * for it again. DOOR_BODY takes no more than the body either. In DOOR_ANSWER nothing is taken: the
 * library is told that there is nothing (EAGAIN). DOOR_FRAMES takes what there is, and passes on
 * what the guard has judged; DOOR_CLOSING walks on over it to the close frame.
 *
 * The library polls level-triggered, and what waits in a socket would wake the loop again and again
 * while an answer is under way. So SO_RCVLOWAT is raised meanwhile: the kernel then reports the end
 * of the stream, which says that nobody waits for the answer, and more than a usual request. It is
 * raised by little, for the kernel makes the socket's buffer twice as large. A client that sends
 * more all the same is not polled any more. That stops the library's writing, too, so it ends when
 * the answer is ready; whoever presses on then, and does not read, is cut off: door_is_pressed().
 *
 * The end of the stream alone does not say that the client is gone: it may have ended its side and
 * wait for its answer. It is sent an interim response (102; RFC 9110 lets a client of HTTP/1.1
 * expect any), and looked at a few times: the system of one that has closed resets the connection
 * for it. One that still stands is answered. A client of HTTP/1.0 counts as gone.
 */
#include "host/net/door.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <libwebsockets.h>

#include "channels/message.h"

enum {
	HEAD_CEILING = HTTP_HEAD_MOST + 1,
	HELD_BYTES = HTTP_HEAD_MOST,
	PROBE_LEAST_US =
	        50000, /* until it is looked whether a probe was refused; then twice that */
	PROBE_MOST_US = 2000000,
	LOOK_US = 1000000, /* how often it is looked whether who waits is still there */
};

/*
 * recv() has no context, so this table has to be static. Other threads have no table, and so the
 * recv() of the system.
 */
static _Thread_local struct {
	struct door **by_fd;
	size_t count;
} doors; /* NOLINT(cppcoreguidelines-avoid-non-const-global-variables) */

enum status doors_open(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return STATUS_IO;
	doors.by_fd = calloc(limit.rlim_cur, sizeof(*doors.by_fd));
	doors.count = doors.by_fd ? limit.rlim_cur : 0;
	return doors.by_fd ? STATUS_OK : STATUS_NO_MEMORY;
}

void doors_close(void)
{
	free(doors.by_fd);
	doors.by_fd = NULL;
	doors.count = 0;
}

enum status door_open(struct door *door, struct lws *wsi)
{
	const int fd = lws_get_socket_fd(wsi);

	*door = (struct door){ .wsi = wsi, .fd = -1, .frames.most = MESSAGE_BYTES };
	buf_init(&door->head, HEAD_CEILING);
	if (fd < 0 || (size_t)fd >= doors.count)
		return STATUS_LIMIT;
	assert(!doors.by_fd[fd]);
	door->fd = fd;
	doors.by_fd[fd] = door;
	return STATUS_OK;
}

static void forget_request(struct door *door)
{
	free(door->request);
	door->request = NULL;
	buf_deinit(&door->head);
	buf_init(&door->head, HEAD_CEILING);
}

void door_close(struct door *door)
{
	lws_sul_cancel(&door->probe);
	if (door->fd >= 0)
		doors.by_fd[door->fd] = NULL;
	door->fd = -1;
	forget_request(door);
}

static void wake_from(const struct door *door, int bytes)
{
	/* If it fails, the loop only wakes once too often. */
	(void)setsockopt(door->fd, SOL_SOCKET, SO_RCVLOWAT, &bytes, sizeof(bytes));
}

void door_hold(struct door *door)
{
	if (door->held)
		return;
	door->held = true;
	wake_from(door, HELD_BYTES);
}

static void stop_polling(struct door *door)
{
	if (door->unpolled)
		return;
	door->unpolled = true;
	lws_rx_flow_control(door->wsi, 0);
}

static void go_on_polling(struct door *door)
{
	if (!door->unpolled)
		return;
	door->unpolled = false;
	lws_rx_flow_control(door->wsi, 1);
}

static void look_again(lws_sorted_usec_list_t *probe);

static void look_later(struct door *door, int64_t us)
{
	lws_sul_schedule(lws_get_context(door->wsi), 0, &door->probe, look_again, us);
}

/*
 * Whether somebody may still wait for the answer, once the stream has ended. Not polled any more
 * until the answer is ready, but for a few looks.
 */
static bool is_awaited(struct door *door)
{
	static const char word[] = "HTTP/1.1 102 Processing\r\n\r\n";
	const ssize_t len = sizeof(word) - 1;
	int error = 0;
	socklen_t size = sizeof(error);

	if (door->state != DOOR_ANSWER || !door->request || door->request->old)
		return false;
	if (getsockopt(door->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
		return false;
	if (door->probe_us == 0 &&
	    send(door->fd, word, (size_t)len, MSG_DONTWAIT | MSG_NOSIGNAL) != len)
		return false;
	door->probe_us = door->probe_us == 0 ? PROBE_LEAST_US : door->probe_us * 2;
	if (door->probe_us <= PROBE_MOST_US)
		look_later(door, door->probe_us);
	stop_polling(door);
	return true;
}

static ssize_t system_recv(int fd, void *bytes, size_t len, int flags)
{
	return recvfrom(fd, bytes, len, flags, NULL, NULL);
}

/* Of a socket that the library does not read. */
static void look_at_waiting(struct door *door)
{
	char byte;
	const ssize_t here = system_recv(door->fd, &byte, 1, MSG_PEEK);
	const bool gone = here == 0  ? !is_awaited(door)
	                  : here < 0 ? errno != EAGAIN && errno != EINTR
	                             : false;

	if (gone)
		lws_set_timeout(door->wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_ASYNC);
	else if (here != 0)
		look_later(door, LOOK_US);
}

/* Wakes the loop, which looks at the socket again; or looks at it where the library does not. */
static void look_again(lws_sorted_usec_list_t *probe)
{
	struct door *door = lws_container_of(probe, struct door, probe);

	if (door->unread)
		look_at_waiting(door);
	else
		go_on_polling(door);
}

void door_wait(struct door *door)
{
	door->unread = true;
	stop_polling(door);
	look_later(door, LOOK_US);
}

static void release(struct door *door)
{
	go_on_polling(door);
	if (!door->held)
		return;
	door->held = false;
	wake_from(door, 1);
}

void door_answer(struct door *door)
{
	door->answer_ready = true;
	door->unread = false;
	go_on_polling(door);
}

bool door_is_pressed(struct door *door)
{
	struct pollfd polled = { .fd = door->fd, .events = POLLIN };

	door_hold(door);
	return poll(&polled, 1, 0) == 1;
}

void door_next(struct door *door)
{
	door_finish(door, DOOR_HEAD);
}

void door_finish(struct door *door, enum door_state state)
{
	forget_request(door);
	door->state = state;
	door->answer_ready = false;
	release(door);
}

static ssize_t nothing_yet(void)
{
	errno = EAGAIN;
	return -1;
}

/* The head is whole, or longer than it may be. */
static ssize_t hand_on(struct door *door, char *bytes, bool whole)
{
	char plain[HTTP_PLAIN_SIZE];
	struct http_request *request = malloc(sizeof(*request));
	size_t plain_len;

	if (!request) {
		errno = ENOMEM;
		return -1;
	}
	http_head_read(buf_span(&door->head), request);
	if (!whole)
		request->refusal = REFUSAL_HEAD_TOO_LARGE;
	door->request = request;
	door->body_left = request->has_body ? request->body_length : 0;
	door->state = request->refusal != REFUSAL_NONE ? DOOR_SHUT
	              : request->upgrade               ? DOOR_FRAMES
	              : door->body_left > 0            ? DOOR_BODY
	                                               : DOOR_ANSWER;
	plain_len = http_head_write(request, plain);
	memcpy(bytes, plain, plain_len);
	return (ssize_t)plain_len;
}

static ssize_t receive_head(struct door *door, char *bytes, size_t len)
{
	const size_t before = door->head.len;
	const size_t room = HTTP_HEAD_MOST - before;
	const ssize_t here = system_recv(door->fd, bytes, len < room ? len : room, MSG_PEEK);
	size_t end, taken;

	assert(len >= HTTP_PLAIN_SIZE);
	if (here <= 0)
		return here;
	buf_append(&door->head, bytes, (size_t)here);
	if (buf_status(&door->head) != STATUS_OK) {
		errno = ENOMEM;
		return -1;
	}
	end = http_head_length(buf_span(&door->head), before);
	taken = end > 0 ? end - before : (size_t)here;
	if (system_recv(door->fd, bytes, taken, 0) != (ssize_t)taken) {
		errno = EIO;
		return -1;
	}
	if (end > 0)
		door->head.len = end;
	else if (door->head.len < HTTP_HEAD_MOST)
		return nothing_yet();
	return hand_on(door, bytes, end > 0);
}

static ssize_t receive_body(struct door *door, char *bytes, size_t len)
{
	const ssize_t got =
	        system_recv(door->fd, bytes, len < door->body_left ? len : door->body_left, 0);

	if (got > 0)
		door->body_left -= (size_t)got;
	if (door->body_left == 0)
		door->state = DOOR_ANSWER;
	return got;
}

static ssize_t receive_nothing(struct door *door)
{
	char byte;
	const ssize_t here = system_recv(door->fd, &byte, 1, MSG_PEEK);

	if (here < 0 || (here == 0 && !door->answer_ready && !is_awaited(door)))
		return here;
	if (door->held && !door->answer_ready)
		stop_polling(door);
	door_hold(door);
	return nothing_yet();
}

static ssize_t receive_frames(struct door *door, unsigned char *bytes, size_t len)
{
	unsigned char carry[FRAME_CARRY];
	const size_t carried = frame_guard_resume(&door->frames, carry);
	ssize_t got;
	size_t pass = 0;

	assert(len > carried);
	memcpy(bytes, carry, carried);
	got = system_recv(door->fd, bytes + carried, len - carried, 0);
	if (got <= 0) {
		/* Nothing came: carry the same bytes again. */
		(void)frame_guard_walk(&door->frames, bytes, carried, &pass);
		return got;
	}
	door->violation = frame_guard_walk(&door->frames, bytes, carried + (size_t)got, &pass);
	if (door->violation != 0) {
		door->state = door->violation == FRAME_TOO_LARGE ? DOOR_CLOSING : DOOR_SHUT;
		/* WRITEABLE closes it, after the replies to what came before. */
		lws_callback_on_writable(door->wsi);
	}
	return pass > 0 ? (ssize_t)pass : nothing_yet();
}

/*
 * The library may be in the middle of a message when it closes, and further bytes would make it
 * drop the connection before its own close frame is sent. So they are discarded, and the client's
 * close frame appears as the end of the stream.
 */
static ssize_t receive_close(struct door *door, unsigned char *bytes, size_t len)
{
	const int violation = door->violation;
	const ssize_t got = receive_frames(door, bytes, len);

	if (violation != 0)
		door->violation = violation;
	if (got == 0 || door->frames.closed)
		return 0;
	return got > 0 ? nothing_yet() : got;
}

static ssize_t throw_away(struct door *door, char *bytes, size_t len)
{
	const ssize_t got = system_recv(door->fd, bytes, len, 0);

	return got > 0 ? nothing_yet() : got;
}

/* In place of the C library's: see above. */
/* NOLINTNEXTLINE(readability-inconsistent-declaration-parameter-name): theirs begin with __ */
__attribute__((visibility("default"))) ssize_t recv(int fd, void *bytes, size_t len, int flags)
{
	struct door *door = fd >= 0 && (size_t)fd < doors.count ? doors.by_fd[fd] : NULL;

	if (!door)
		return system_recv(fd, bytes, len, flags);
	switch (door->state) {
	case DOOR_HEAD:
		return receive_head(door, bytes, len);
	case DOOR_BODY:
		return receive_body(door, bytes, len);
	case DOOR_ANSWER:
		return receive_nothing(door);
	case DOOR_FRAMES:
		return receive_frames(door, bytes, len);
	case DOOR_CLOSING:
		return receive_close(door, bytes, len);
	default:
		return throw_away(door, bytes, len);
	}
}

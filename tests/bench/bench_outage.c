/*
 * What plain answers cost while the source of the records is down: many signed-in chats ask at a
 * steady pace, in turn what no record decides and what one does; then the source is killed and they
 * go on. Only plain answers are measured. One line of key=value.
 *
 * Bare sockets and epoll: a thousand connections must cost next to nothing here, or the client
 * would be measured.
 */
#include <argp.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "frames.h"
#include "samples.h"

enum {
	TOKENS_CEILING = 1 << 20,
	MESSAGE_BYTES_MOST = 256 * 1024,
	PIECE_BYTES = 64 * 1024,
	EVENTS_MOST = 64,
	PATIENCE_S = 60,
	HEAD_BYTES = 14, /* of a frame, at most */
};

static const int64_t second_ns = 1000000000;

enum phase { PHASE_WARM, PHASE_BEFORE, PHASE_AFTER, PHASES };

struct options {
	const char *plain, *record, *tokens;
	int port;
	long pid; /* of the source, 0: nothing is killed */
	size_t connections, per_second, seconds;
};

struct connection {
	int fd;
	bool under_way;
	size_t message; /* which one that is */
	int64_t sent_ns;
	struct buf in;
};

struct client {
	struct options options;
	int epoll;
	struct connection *connections;
	struct frames plain, record;
	struct buf tokens;
	const char *next_token;
	size_t open, next, begun, answered, wrong;
	int64_t begun_ns;
	struct samples samples[PHASES];
	const char *failed; /* why it ends early */
};

static void fail(struct client *client, const char *why)
{
	if (!client->failed)
		client->failed = why;
}

/* --- WebSocket, as far as it is needed --- */

static bool send_all(int fd, const char *bytes, size_t length)
{
	return send(fd, bytes, length, MSG_NOSIGNAL) == (ssize_t)length;
}

/* A mask of zeros is a mask. */
static bool send_text(int fd, const char *text, size_t length)
{
	unsigned char frame[HEAD_BYTES + FRAME_BYTES_MOST] = { 0x81 };
	size_t head = 2;
	if (length < 126) {
		frame[1] = (unsigned char)(0x80 | length);
	} else {
		frame[1] = 0x80 | 126;
		frame[2] = (unsigned char)(length >> 8);
		frame[3] = (unsigned char)length;
		head = 4;
	}
	head += 4;
	memcpy(frame + head, text, length);
	return send_all(fd, (const char *)frame, head + length);
}

/* The payload of a whole frame at the beginning of `in`; *whole: bytes of it all, 0 where more must
 * come. */
static struct span first_frame(const struct buf *in, size_t *whole)
{
	const unsigned char *bytes = (const unsigned char *)in->ptr;
	size_t head = 2, length = in->len >= 2 ? bytes[1] & 0x7f : 0;
	*whole = 0;
	if (length == 126)
		head = 4;
	else if (length == 127)
		head = 10;
	if (in->len < head)
		return (struct span){ NULL, 0 };
	if (head > 2)
		length = 0;
	for (size_t i = 2; i < head; i++)
		length = length << 8 | bytes[i];
	if (in->len < head + length)
		return (struct span){ NULL, 0 };
	*whole = head + length;
	return (struct span){ in->ptr + head, length };
}

static void drop(struct buf *in, size_t count)
{
	memmove(in->ptr, in->ptr + count, in->len - count);
	in->len -= count;
}

static bool receive_more(struct connection *connection)
{
	char piece[PIECE_BYTES];
	const ssize_t got = recv(connection->fd, piece, sizeof(piece), 0);
	if (got <= 0)
		return false;
	buf_append(&connection->in, piece, (size_t)got);
	return buf_status(&connection->in) == STATUS_OK;
}

/* --- opening --- */

static bool upgrade(struct connection *connection)
{
	static const char request[] = "GET /chat HTTP/1.1\r\nHost: 127.0.0.1\r\n"
	                              "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	                              "Sec-WebSocket-Version: 13\r\n"
	                              "Sec-WebSocket-Protocol: dayi.chat.v1\r\n\r\n";
	const char *end = NULL;
	if (!send_all(connection->fd, request, sizeof(request) - 1))
		return false;
	while (!end) {
		if (!receive_more(connection))
			return false;
		end = memmem(connection->in.ptr, connection->in.len, "\r\n\r\n", 4);
	}
	if (strncmp(connection->in.ptr, "HTTP/1.1 101", 12) != 0)
		return false;
	drop(&connection->in, (size_t)(end + 4 - connection->in.ptr));
	return true;
}

/* The tokens are used in turn, again from the first when all were. */
static bool say_hello(struct client *client, const struct connection *connection)
{
	char text[FRAME_BYTES_MOST];
	const char *end = strchrnul(client->next_token, '\n');
	const int length = snprintf(text, sizeof(text), "{\"type\":\"hello\",\"token\":\"%.*s\"}",
	                            (int)(end - client->next_token), client->next_token);
	client->next_token = end[0] && end[1] ? end + 1 : buf_text(&client->tokens);
	return send_text(connection->fd, text, (size_t)length);
}

static bool is_welcomed(struct connection *connection)
{
	size_t whole = 0;
	struct span welcome = { NULL, 0 };
	while (whole == 0) {
		if (!receive_more(connection))
			return false;
		welcome = first_frame(&connection->in, &whole);
	}
	const bool signed_in = memmem(welcome.ptr, welcome.len, "\"signed_in\":true", 16);
	drop(&connection->in, whole);
	return signed_in;
}

static bool open_one(struct client *client, struct connection *connection)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
		                             .sin_port = htons((uint16_t)client->options.port),
		                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct epoll_event event = { .events = EPOLLIN, .data.ptr = connection };
	buf_init(&connection->in, MESSAGE_BYTES_MOST);
	connection->fd = socket(AF_INET, SOCK_STREAM, 0);
	return connect(connection->fd, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	       upgrade(connection) && say_hello(client, connection) && is_welcomed(connection) &&
	       epoll_ctl(client->epoll, EPOLL_CTL_ADD, connection->fd, &event) == 0;
}

static void open_all(struct client *client)
{
	while (client->open < client->options.connections && !client->failed) {
		if (open_one(client, &client->connections[client->open]))
			client->open++;
		else
			fail(client, "a connection or its token was refused");
	}
}

/* --- the plan: message i is due at its time, and every other one needs a record --- */

static size_t wanted(const struct client *client)
{
	return client->options.per_second * client->options.seconds * PHASES;
}

static int64_t due_ns(const struct client *client, size_t message)
{
	return client->begun_ns +
	       (int64_t)message * second_ns / (int64_t)client->options.per_second;
}

static enum phase phase_of(const struct client *client, size_t message)
{
	return (enum phase)(message / (client->options.per_second * client->options.seconds));
}

static bool is_plain(size_t message)
{
	return message % 2 == 0;
}

/* NULL where every connection still waits for an answer. */
static struct connection *next_idle(struct client *client)
{
	for (size_t i = 0; i < client->options.connections; i++) {
		struct connection *at = &client->connections[client->next];
		client->next = (client->next + 1) % client->options.connections;
		if (!at->under_way)
			return at;
	}
	return NULL;
}

static void send_next(struct client *client, struct connection *connection)
{
	const size_t message = client->begun++;
	const struct frames *frames = is_plain(message) ? &client->plain : &client->record;
	const size_t which = message / 2 % frames->count;
	connection->under_way = true;
	connection->message = message;
	connection->sent_ns = now_ns();
	if (!send_text(connection->fd, frames->texts[which], frames->lengths[which]))
		fail(client, "a connection takes nothing more");
}

static void kill_source(struct client *client)
{
	if (client->options.pid && kill((pid_t)client->options.pid, SIGQUIT) != 0)
		fail(client, "the source cannot be killed");
	client->options.pid = 0;
}

static void send_due(struct client *client)
{
	while (client->begun < wanted(client) && due_ns(client, client->begun) <= now_ns()) {
		struct connection *connection = next_idle(client);
		if (!connection) {
			fail(client, "every chat waits for an answer: ask fewer messages a second");
			return;
		}
		if (phase_of(client, client->begun) == PHASE_AFTER)
			kill_source(client);
		send_next(client, connection);
	}
}

/* --- replies --- */

static bool contains(struct span text, const char *what)
{
	return memmem(text.ptr, text.len, what, strlen(what));
}

static void take_reply(struct client *client, struct connection *connection, struct span reply)
{
	client->wrong += !connection->under_way || !contains(reply, "\"type\":\"reply\"") ||
	                 contains(reply, "\"outcome\":\"busy\"") ||
	                 contains(reply, "\"outcome\":\"error\"");
	if (is_plain(connection->message))
		samples_add(&client->samples[phase_of(client, connection->message)],
		            now_ns() - connection->sent_ns);
	connection->under_way = false;
	client->answered++;
}

static void receive(struct client *client, struct connection *connection)
{
	static const unsigned char text_frame =
	        0x81; /* others are pings: the next ask tells enough */
	size_t whole;
	if (!receive_more(connection))
		fail(client, "a connection was closed by the server");
	struct span payload = first_frame(&connection->in, &whole);
	while (whole > 0) {
		if ((unsigned char)connection->in.ptr[0] == text_frame)
			take_reply(client, connection, payload);
		drop(&connection->in, whole);
		payload = first_frame(&connection->in, &whole);
	}
}

static void drive(struct client *client)
{
	struct epoll_event events[EVENTS_MOST];
	const size_t most_s = client->options.seconds * PHASES + PATIENCE_S;
	client->begun_ns = now_ns();
	while (client->answered < wanted(client) && !client->failed) {
		send_due(client);
		const int count = epoll_wait(client->epoll, events, EVENTS_MOST, 1);
		for (int i = 0; i < count; i++)
			receive(client, events[i].data.ptr);
		if (now_ns() > client->begun_ns + (int64_t)most_s * second_ns)
			fail(client, "it took a minute too long");
	}
}

static bool start(struct client *client)
{
	bool room = true;
	for (int i = 0; i < PHASES; i++)
		room = samples_init(&client->samples[i], wanted(client) / PHASES) && room;
	client->connections = calloc(client->options.connections, sizeof(*client->connections));
	client->epoll = epoll_create1(0);
	return room && client->connections && client->epoll >= 0;
}

static void read_files(struct client *client)
{
	buf_init(&client->tokens, TOKENS_CEILING);
	client->failed = frames_read(&client->plain, client->options.plain);
	if (!client->failed)
		client->failed = frames_read(&client->record, client->options.record);
	if (!client->failed && file_read(client->options.tokens, &client->tokens) != STATUS_OK)
		client->failed = "the tokens cannot be read";
	client->next_token = buf_text(&client->tokens);
}

static void finish(struct client *client)
{
	for (size_t i = 0; client->connections && i < client->options.connections; i++)
		if (client->connections[i].fd > 0) {
			close(client->connections[i].fd);
			buf_deinit(&client->connections[i].in);
		}
	frames_deinit(&client->plain);
	frames_deinit(&client->record);
	buf_deinit(&client->tokens);
	free(client->connections);
	for (int i = 0; i < PHASES; i++)
		samples_deinit(&client->samples[i]);
}

static int report(struct client *client)
{
	if (!client->failed && client->wrong > 0)
		client->failed = "replies were not what was expected";
	if (client->failed) {
		fprintf(stderr, "bench_outage: %s (%zu open, %zu of %zu answered, %zu wrong)\n",
		        client->failed, client->open, client->answered, wanted(client),
		        client->wrong);
		return EXIT_FAILURE;
	}
	struct samples *before = &client->samples[PHASE_BEFORE];
	struct samples *after = &client->samples[PHASE_AFTER];
	const double p99_before = samples_percentile_us(before, 99);
	const double p99_after = samples_percentile_us(after, 99);
	printf("connections=%zu per_s=%zu p50_before_us=%.0f p50_after_us=%.0f p99_before_us=%.0f "
	       "p99_after_us=%.0f ratio=%.2f\n",
	       client->options.connections, client->options.per_second,
	       samples_percentile_us(before, 50), samples_percentile_us(after, 50), p99_before,
	       p99_after, p99_after / p99_before);
	return EXIT_SUCCESS;
}

static const struct argp_option option_table[] = {
	{ "port", 'p', "PORT", 0, "Port on 127.0.0.1", 0 },
	{ "connections", 'n', "N", 0, "Connections (1000)", 0 },
	{ "per-second", 'r', "N", 0, "Messages a second in all (1000)", 0 },
	{ "seconds", 's', "N", 0, "Of each phase: warming up, before, after (10)", 0 },
	{ "plain", 'q', "FILE", 0, "Lines {\"q\":...} that no record decides", 0 },
	{ "record", 'd', "FILE", 0, "Lines {\"q\":...} that a record decides", 0 },
	{ "tokens", 't', "FILE", 0, "A token a line", 0 },
	{ "kill", 'k', "PID", 0, "Of the source, killed after the second phase", 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'p':
		options->port = (int)strtol(value, NULL, 10);
		return 0;
	case 'n':
		options->connections = strtoul(value, NULL, 10);
		return 0;
	case 'r':
		options->per_second = strtoul(value, NULL, 10);
		return 0;
	case 's':
		options->seconds = strtoul(value, NULL, 10);
		return 0;
	case 'q':
		options->plain = value;
		return 0;
	case 'd':
		options->record = value;
		return 0;
	case 't':
		options->tokens = value;
		return 0;
	case 'k':
		options->pid = strtol(value, NULL, 10);
		return 0;
	case ARGP_KEY_END:
		if (!options->port || !options->plain || !options->record || !options->tokens ||
		    !options->connections || !options->per_second || !options->seconds)
			argp_error(state, "--port, --plain, --record and --tokens are needed");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse, NULL, NULL, NULL, NULL, NULL };
	struct client client = { .options = {
		                         .connections = 1000, .per_second = 1000, .seconds = 10 } };
	if (argp_parse(&argp, argc, argv, 0, NULL, &client.options) != 0)
		return EXIT_FAILURE;
	read_files(&client);
	if (!start(&client))
		fail(&client, "there is not enough memory");
	if (!client.failed)
		open_all(&client);
	if (!client.failed)
		drive(&client);
	const int result = report(&client);
	finish(&client);
	return result;
}

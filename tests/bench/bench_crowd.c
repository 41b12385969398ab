/*
 * What one chat waits while others are there: thousands that say nothing, or a few of another
 * address that send the dearest messages as fast as they may. One line of key=value.
 *
 * Bare blocking sockets; each of the busy chats has a thread.
 */
#include <argp.h>
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/fault.h"
#include "base/json.h"
#include "engine/knowledge/knowledge.h"
#include "long_messages.h"
#include "samples.h"

enum {
	PATIENCE_S = 60,
	MESSAGE_MOST = 16 * 1024,
	REPLY_MOST = 256 * 1024,
	BUSY_MOST = 64,
	PAUSE_MS = 20,        /* between two asks of the one that is measured */
	BUSY_PAUSE_MS = 1000, /* what a polite client waits after a refusal */
};

struct options {
	const char *knowledge;
	int port;
	long pid;
	size_t idle, busy, length, asks, pause_ms;
};

struct crowd {
	struct options options;
	struct knowledge *knowledge;
	int *idle;
	atomic_bool over;
	atomic_size_t answered, refused; /* of the busy ones */
};

/* --- WebSocket, as far as it is needed --- */

static bool read_all(int fd, unsigned char *bytes, size_t length)
{
	while (length > 0) {
		const ssize_t got = recv(fd, bytes, length, 0);
		if (got <= 0)
			return false;
		bytes += got;
		length -= (size_t)got;
	}
	return true;
}

/* The payload of the next frame, a NUL behind it; false where none comes. */
static bool read_frame(int fd, unsigned char *payload)
{
	unsigned char head[10];
	size_t length, more = 0;
	if (!read_all(fd, head, 2))
		return false;
	length = head[1] & 0x7f;
	if (length == 126)
		more = 2;
	else if (length == 127)
		more = 8;
	if (!read_all(fd, head + 2, more))
		return false;
	if (more > 0)
		length = 0;
	for (size_t i = 0; i < more; i++)
		length = length << 8 | head[2 + i];
	if (length >= REPLY_MOST || !read_all(fd, payload, length))
		return false;
	payload[length] = '\0';
	return true;
}

/* A mask of zeros is a mask. */
static bool send_text(int fd, const char *text, size_t length)
{
	unsigned char frame[8 + MESSAGE_MOST] = { 0x81, 0x80 | 126, (unsigned char)(length >> 8),
		                                  (unsigned char)length };
	const size_t head = length < 126 ? 6 : 8;
	if (length > MESSAGE_MOST)
		return false;
	if (length < 126) {
		frame[1] = (unsigned char)(0x80 | length);
		frame[2] = frame[3] = 0;
	}
	memcpy(frame + head, text, length);
	return send(fd, frame, head + length, MSG_NOSIGNAL) == (ssize_t)(head + length);
}

/* A chat from 127.0.0.HOST, or -1. */
static int open_chat(int port, int host)
{
	static const char request[] = "GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
	                              "Connection: Upgrade\r\n"
	                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
	                              "Sec-WebSocket-Version: 13\r\n"
	                              "Sec-WebSocket-Protocol: dayi.chat.v1\r\n\r\n";
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	const struct sockaddr_in from = {
		.sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK - 1 + (uint32_t)host) }
	};
	struct sockaddr_in to = { .sin_family = AF_INET,
		                  .sin_port = htons((uint16_t)port),
		                  .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const int fd = socket(AF_INET, SOCK_STREAM, 0);
	const int yes = 1;
	unsigned char byte;
	unsigned ends = 0;
	if (fd < 0)
		return -1;
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &yes, sizeof(yes));
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
	if (bind(fd, (const struct sockaddr *)&from, sizeof(from)) != 0 ||
	    connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0 ||
	    send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) != sizeof(request) - 1) {
		close(fd);
		return -1;
	}
	/* The head of the answer, without a byte of what follows. */
	while (ends < 4 && read_all(fd, &byte, 1))
		ends = byte == "\r\n\r\n"[ends] ? ends + 1 : byte == '\r';
	if (ends == 4)
		return fd;
	close(fd);
	return -1;
}

static void pause_ms(long ms)
{
	const struct timespec pause = { .tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000 };
	nanosleep(&pause, NULL);
}

/* --- those who are measured against --- */

static bool send_dear(const struct crowd *crowd, int fd, uint32_t number)
{
	struct buf message;
	cJSON *frame = cJSON_CreateObject();
	char *text;
	buf_init(&message, MESSAGE_MOST);
	long_message(crowd->knowledge, number, crowd->options.length, &message);
	cJSON_AddStringToObject(frame, "type", "ask");
	cJSON_AddStringToObject(frame, "text", buf_text(&message));
	text = cJSON_PrintUnformatted(frame);
	const bool sent = text && send_text(fd, text, strlen(text));
	cJSON_free(text);
	cJSON_Delete(frame);
	buf_deinit(&message);
	return sent;
}

static void *be_busy(void *context)
{
	struct crowd *crowd = context;
	unsigned char *reply = malloc(REPLY_MOST);
	const int fd = open_chat(crowd->options.port, 2);
	uint32_t number = (uint32_t)fd * 1000;
	while (reply && fd >= 0 && !crowd->over) {
		if (!send_dear(crowd, fd, number) || !read_frame(fd, reply))
			break;
		if (strstr((char *)reply, "\"outcome\":\"busy\"")) {
			crowd->refused++;
			pause_ms(BUSY_PAUSE_MS);
		} else {
			crowd->answered++;
			number++;
		}
	}
	if (fd >= 0)
		close(fd);
	free(reply);
	return NULL;
}

static bool open_idle(struct crowd *crowd)
{
	crowd->idle = calloc(crowd->options.idle + 1, sizeof(*crowd->idle));
	for (size_t i = 0; crowd->idle && i < crowd->options.idle; i++) {
		crowd->idle[i] = open_chat(crowd->options.port, 2);
		if (crowd->idle[i] < 0) {
			fprintf(stderr, "bench_crowd: chat %zu was not opened\n", i + 1);
			return false;
		}
	}
	return crowd->idle;
}

/* --- the one that is measured --- */

static bool ask(struct crowd *crowd, struct samples *samples)
{
	static const char frame[] =
	        "{\"type\":\"ask\",\"text\":\"您尚有未办结的申请事项，请等待办结后再进行申报\"}";
	unsigned char *reply = malloc(REPLY_MOST);
	const int fd = open_chat(crowd->options.port, 1);
	bool sound = reply && fd >= 0;
	for (size_t i = 0; i < crowd->options.asks && sound; i++) {
		const int64_t sent_ns = now_ns();
		sound = send_text(fd, frame, sizeof(frame) - 1) && read_frame(fd, reply) &&
		        strstr((char *)reply, "\"outcome\":\"answer\"");
		samples_add(samples, now_ns() - sent_ns);
		pause_ms((long)crowd->options.pause_ms);
	}
	if (!sound)
		fprintf(stderr, "bench_crowd: no answer: %.300s\n", reply ? (char *)reply : "");
	if (fd >= 0)
		close(fd);
	free(reply);
	return sound;
}

static bool measure(struct crowd *crowd)
{
	const struct options *options = &crowd->options;
	const double before = options->pid ? resident_mib((pid_t)options->pid) : 0;
	const int64_t begun_ns = now_ns();
	pthread_t threads[BUSY_MOST] = { 0 };
	struct samples samples = { 0 };
	double open_s, idle_kib;
	bool sound = samples_init(&samples, options->asks) && open_idle(crowd);
	open_s = (double)(now_ns() - begun_ns) / 1e9;
	idle_kib = options->idle && options->pid ? (resident_mib((pid_t)options->pid) - before) *
	                                                   1024 / (double)options->idle
	                                         : 0;
	for (size_t i = 0; i < options->busy; i++)
		if (pthread_create(&threads[i], NULL, be_busy, crowd) != 0)
			abort();
	sound = sound && ask(crowd, &samples);
	crowd->over = true;
	for (size_t i = 0; i < options->busy; i++)
		pthread_join(threads[i], NULL);
	if (sound)
		printf("idle=%zu open_s=%.2f idle_kib=%.2f busy=%zu busy_answered=%zu "
		       "busy_refused=%zu p50_us=%.0f p99_us=%.0f\n",
		       options->idle, open_s, idle_kib, options->busy, (size_t)crowd->answered,
		       (size_t)crowd->refused, samples_percentile_us(&samples, 50),
		       samples_percentile_us(&samples, 99));
	samples_deinit(&samples);
	free(crowd->idle);
	return sound;
}

static const struct argp_option option_table[] = {
	{ "port", 'p', "PORT", 0, "Port on 127.0.0.1", 0 },
	{ "pid", 'P', "PID", 0, "The server's, for its memory", 0 },
	{ "idle", 'i', "N", 0, "Chats of 127.0.0.2 that say nothing (0)", 0 },
	{ "busy", 'b', "N", 0, "Chats of 127.0.0.2 that send dear messages (0)", 0 },
	{ "length", 'l', "N", 0, "Characters of such a message (3900)", 0 },
	{ "asks", 'n', "N", 0, "Asks that are measured (500)", 0 },
	{ "pause", 'w', "MS", 0, "Between two of them (20)", 0 },
	{ "knowledge", 'k', "DIR", 0, "Folder whose words they are made of", 0 },
	{ 0 },
};

static error_t parse(int key, char *value, struct argp_state *state)
{
	struct options *options = state->input;
	switch (key) {
	case 'p':
		options->port = (int)strtol(value, NULL, 10);
		return 0;
	case 'P':
		options->pid = strtol(value, NULL, 10);
		return 0;
	case 'i':
		options->idle = strtoul(value, NULL, 10);
		return 0;
	case 'b':
		options->busy = strtoul(value, NULL, 10);
		return 0;
	case 'l':
		options->length = strtoul(value, NULL, 10);
		return 0;
	case 'n':
		options->asks = strtoul(value, NULL, 10);
		return 0;
	case 'w':
		options->pause_ms = strtoul(value, NULL, 10);
		return 0;
	case 'k':
		options->knowledge = value;
		return 0;
	case ARGP_KEY_END:
		if (!options->port || options->busy > BUSY_MOST || !options->asks ||
		    (options->busy && !options->knowledge))
			argp_error(state, "--port is needed, and --knowledge for --busy");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

int main(int argc, char **argv)
{
	static const struct argp argp = { option_table, parse, NULL, NULL, NULL, NULL, NULL };
	struct crowd crowd = { .options = { .length = 3900, .asks = 500, .pause_ms = PAUSE_MS } };
	struct faults *faults = NULL;
	bool sound = true;
	if (argp_parse(&argp, argc, argv, 0, NULL, &crowd.options) != 0)
		return EXIT_FAILURE;
	if (crowd.options.knowledge)
		sound = faults_create(&faults) == STATUS_OK &&
		        knowledge_load(crowd.options.knowledge, faults, &crowd.knowledge) ==
		                STATUS_OK;
	sound = sound && measure(&crowd);
	knowledge_destroy(crowd.knowledge);
	faults_destroy(faults);
	return sound ? EXIT_SUCCESS : EXIT_FAILURE;
}

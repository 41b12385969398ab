/*
 * Starts a server and asks it over HTTP until it answers: the time from exec to the first answer,
 * and its resident memory then. One line of key=value.
 *
 *   bench_start PORT PROGRAM [ARGUMENT...]
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "samples.h"

enum { PATIENCE_S = 120, ANSWER_SIZE = 64 * 1024, HEAD_SIZE = 256, PAUSE_NS = 500000 };

static const char body[] = "{\"text\":\"您尚有未办结的申请事项，请等待办结后再进行申报\"}";

static bool write_all(int socket, const char *bytes, size_t length)
{
	while (length > 0) {
		const ssize_t written = send(socket, bytes, length, MSG_NOSIGNAL);
		if (written <= 0)
			return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

/* Whether what the server sends before it closes or falls silent holds a reply. */
static bool read_answer(int socket)
{
	char answer[ANSWER_SIZE + 1];
	size_t length = 0;
	while (length < ANSWER_SIZE) {
		const ssize_t got = recv(socket, answer + length, ANSWER_SIZE - length, 0);
		if (got <= 0)
			break;
		length += (size_t)got;
		answer[length] = '\0';
		if (strstr(answer, "\"outcome\":\""))
			return true;
	}
	return false;
}

static bool ask(uint16_t port)
{
	const struct sockaddr_in address = { .sin_family = AF_INET,
		                             .sin_port = htons(port),
		                             .sin_addr = { htonl(INADDR_LOOPBACK) } };
	const struct timeval patience = { .tv_sec = 1 };
	char head[HEAD_SIZE];
	const int length = snprintf(head, sizeof(head),
	                            "POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1:%u\r\n"
	                            "Content-Type: application/json\r\nContent-Length: %zu\r\n"
	                            "Connection: close\r\n\r\n",
	                            port, sizeof(body) - 1);
	const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (client < 0)
		return false;
	setsockopt(client, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	const bool answered =
	        connect(client, (const struct sockaddr *)&address, sizeof(address)) == 0 &&
	        write_all(client, head, (size_t)length) &&
	        write_all(client, body, sizeof(body) - 1) && read_answer(client);
	close(client);
	return answered;
}

static int end(pid_t server, int result)
{
	int status;
	kill(server, SIGTERM);
	waitpid(server, &status, 0);
	return result;
}

int main(int argc, char **argv)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };
	if (argc < 3) {
		fprintf(stderr, "usage: bench_start PORT PROGRAM [ARGUMENT...]\n");
		return EXIT_FAILURE;
	}
	const uint16_t port = (uint16_t)strtoul(argv[1], NULL, 10);
	const int64_t start = now_ns();
	const int64_t deadline = start + (int64_t)PATIENCE_S * 1000000000;
	const pid_t server = fork();
	if (server < 0)
		return EXIT_FAILURE;
	if (server == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(EXIT_FAILURE);
	}
	while (!ask(port)) {
		if (now_ns() > deadline || waitpid(server, NULL, WNOHANG) == server) {
			fprintf(stderr, "bench_start: no answer\n");
			return now_ns() > deadline ? end(server, EXIT_FAILURE) : EXIT_FAILURE;
		}
		nanosleep(&pause, NULL);
	}
	printf("first_answer_ms=%.1f rss_mib=%.1f\n", (double)(now_ns() - start) / 1e6,
	       resident_mib(server));
	return end(server, EXIT_SUCCESS);
}

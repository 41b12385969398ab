#include "host/serve/handle_onebot_parts.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { ANSWER_BYTES = 64 * 1024, URL_SIZE = 1024, POSTS_MOST = 1024 };

/* An answer on its way: its parts one after the other. */
struct post {
	struct onebot *onebot;
	uint64_t id;
	char self[ONEBOT_ID_SIZE];
	struct onebot_send to;
	char *text;
	size_t *ends;
	size_t part_count, done;
};

static void free_post(struct post *post)
{
	free(post->text);
	free(post->ends);
	free(post);
}

static void finish(struct post *post, enum onebot_outcome outcome)
{
	assert(post->onebot->posts > 0);
	post->onebot->posts--;
	onebot_tell_sent(post->onebot, post->id, post->done, outcome);
	free_post(post);
}

/* Not once the channel is off. */
static bool is_wanted(void *context)
{
	const struct post *post = context;

	return group_is_on(post->onebot->door);
}

static enum status send_part(struct post *post);

static void on_answer(void *context, const struct fetch_answer *answer)
{
	struct post *post = context;
	struct onebot *onebot = post->onebot;
	enum onebot_outcome outcome = ONEBOT_UNKNOWN;
	struct onebot_id message;
	int retcode;

	if (answer->outcome == FETCH_NOT_SENT)
		outcome = is_wanted(post) ? ONEBOT_FAILED : ONEBOT_UNREACHED;
	else if (answer->outcome == FETCH_ANSWERED)
		outcome = onebot_http_outcome(answer->status, answer->body, &retcode, &message);
	if (outcome == ONEBOT_DONE) {
		onebot_bots_remember(onebot->bots, post->self, &message);
		post->done++;
	}
	if (outcome == ONEBOT_DONE && post->done < post->part_count && !onebot->stopped) {
		const bool wanted = is_wanted(post);

		if (wanted && send_part(post) == STATUS_OK)
			return;
		outcome = wanted ? ONEBOT_FAILED : ONEBOT_UNREACHED;
	}
	finish(post, outcome);
}

static enum status send_part(struct post *post)
{
	const struct onebot *onebot = post->onebot;
	const struct config *config = onebot->server->config;
	const size_t start = post->done > 0 ? post->ends[post->done - 1] : 0;
	struct fetch_header headers[2] = { { "Content-Type", "application/json" } };
	char url[URL_SIZE], token[HTTP_FIELD_MOST + 16];
	struct onebot_send send = post->to;
	struct buf body;
	enum status status;

	if (post->done > 0) {
		send.quoted = (struct onebot_id){ 0 };
		send.at = false;
	}
	send.text = (struct span){ post->text + start, post->ends[post->done] - start };
	snprintf(url, sizeof(url), "%s%s", config->onebot.api, onebot_send_path(&send));
	snprintf(token, sizeof(token), "Bearer %s", buf_text(&onebot->token));
	headers[1] = (struct fetch_header){ "Authorization", token };
	buf_init(&body, ONEBOT_FRAME_BYTES);
	status = onebot_write_parameters(&send, &body);
	const struct fetch_request request = {
		.what = "onebot",
		.url = url,
		.headers = headers,
		.header_count = onebot->token.len > 0 ? 2 : 1,
		.body = buf_span(&body),
		.deadline_ms = config->onebot.action_s * 1000,
		.answer_most = ANSWER_BYTES,
		.wanted = is_wanted,
	};

	if (status == STATUS_OK)
		status = fetch_add(onebot->server->fetcher, &request, on_answer, post);
	buf_deinit(&body);
	return status;
}

static enum status copy_parts(struct post *post, const struct onebot_answer *answer)
{
	size_t len = 0;

	for (size_t i = 0; i < answer->part_count; i++)
		len += answer->parts[i].len;
	post->text = malloc(len + 1);
	post->ends = calloc(answer->part_count, sizeof(*post->ends));
	if (!post->text || !post->ends)
		return STATUS_NO_MEMORY;
	len = 0;
	for (size_t i = 0; i < answer->part_count; i++) {
		if (answer->parts[i].len > 0)
			memcpy(post->text + len, answer->parts[i].ptr, answer->parts[i].len);
		len += answer->parts[i].len;
		post->ends[i] = len;
	}
	post->part_count = answer->part_count;
	return STATUS_OK;
}

enum status onebot_api_send(struct onebot *onebot, const struct onebot_answer *answer)
{
	struct post *post;
	enum status status;

	if (onebot->posts >= POSTS_MOST)
		return STATUS_LIMIT;
	post = calloc(1, sizeof(*post));
	if (!post)
		return STATUS_NO_MEMORY;
	post->onebot = onebot;
	post->id = answer->id;
	post->to = answer->to;
	snprintf(post->self, sizeof(post->self), "%s", answer->self);
	status = copy_parts(post, answer);
	if (status == STATUS_OK)
		status = send_part(post);
	if (status == STATUS_OK)
		onebot->posts++;
	else
		free_post(post);
	return status;
}

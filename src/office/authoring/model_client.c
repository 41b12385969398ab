#include "office/authoring/model_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/key_file.h"
#include "base/language.h"
#include "office/authoring/suggest_endpoint.h"
#include "run/fetching.h"

enum { KEY_MOST = 4096, HEADER_SIZE = KEY_MOST + 16, PROBLEM_SIZE = 160, HTTP_OK = 200 };

struct model_client {
	struct model_settings settings;
	char url[FETCH_URL_MOST + 1];
	char authorization[HEADER_SIZE]; /* "" without a key */
	struct fetching *fetching;
	/* The request under way: */
	struct buf *answer;
	bool done;
	enum status status;
	char problem[PROBLEM_SIZE];
};

static enum status read_key(struct model_client *client, struct faults *faults)
{
	struct buf key;
	enum status status = STATUS_OK;

	buf_init(&key, KEY_MOST);
	if (client->settings.key_file[0])
		status = key_file_read(client->settings.key_file, KEY_GIVEN, &key, faults);
	if (status == STATUS_OK && key.len > 0)
		snprintf(client->authorization, sizeof(client->authorization), "Bearer %s",
		         buf_text(&key));
	buf_wipe(&key);
	return status == STATUS_OK || status == STATUS_NO_MEMORY ? status : STATUS_INVALID;
}

enum status model_open(struct model_client **out, const struct model_settings *settings,
                       struct faults *faults)
{
	const struct fetch_settings fetches = { .lanes = 1,
		                                .most = 1,
		                                .ca_file = settings->ca_file };
	struct model_client *client = calloc(1, sizeof(*client));
	const size_t len = strlen(settings->url);
	enum status status;

	*out = NULL;
	if (!client)
		return STATUS_NO_MEMORY;
	client->settings = *settings;
	snprintf(client->url, sizeof(client->url), "%s%schat/completions", settings->url,
	         len > 0 && settings->url[len - 1] == '/' ? "" : "/");
	status = read_key(client, faults);
	if (status == STATUS_OK)
		status = fetching_open(&client->fetching, &fetches);
	if (status == STATUS_OK)
		*out = client;
	else
		model_close(client);
	return status;
}

void model_close(struct model_client *client)
{
	if (!client)
		return;
	fetching_close(client->fetching);
	explicit_bzero(client->authorization, sizeof(client->authorization));
	free(client);
}

static void take_answer(void *context, const struct fetch_answer *answer)
{
	struct model_client *client = context;

	client->done = true;
	client->status = STATUS_INVALID;
	if (!client->answer)
		return;
	if (answer->outcome != FETCH_ANSWERED) {
		snprintf(client->problem, sizeof(client->problem), _("no answer: %s"),
		         answer->reason);
	} else if (answer->status != HTTP_OK) {
		snprintf(client->problem, sizeof(client->problem), _("it answers with status %d"),
		         answer->status);
	} else {
		buf_append(client->answer, answer->body.ptr, answer->body.len);
		client->status = buf_status(client->answer);
	}
}

enum status model_ask(struct model_client *client, struct span body, struct buf *answer,
                      const char **problem)
{
	const struct fetch_header headers[] = { { "Content-Type", "application/json" },
		                                { "Authorization", client->authorization } };
	const struct fetch_request request = {
		.what = "suggest",
		.url = client->url,
		.headers = headers,
		.header_count = client->authorization[0] ? 2 : 1,
		.body = body,
		.deadline_ms = client->settings.timeout_s * 1000,
		.answer_most = ENDPOINT_ANSWER_MOST,
	};
	enum status status;

	client->answer = answer;
	client->done = false;
	*problem = client->problem;
	status = fetch_add(fetching_fetcher(client->fetching), &request, take_answer, client);
	if (status == STATUS_INVALID)
		snprintf(client->problem, sizeof(client->problem), "%s",
		         _("the request cannot be sent: see suggest.url"));
	if (status != STATUS_OK)
		return status;
	/* One that is given up is broken off by model_close(). */
	if (fetching_wait(client->fetching, &client->done, client->settings.ended))
		return client->status;
	client->answer = NULL;
	return STATUS_CLOSED;
}

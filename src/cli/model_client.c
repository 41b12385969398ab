#include "cli/model_client.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/key_file.h"
#include "base/language.h"
#include "office/authoring/suggest_endpoint.h"
#include "run/fetch.h"

enum {
	KEY_MOST = 4096,
	HEADER_SIZE = KEY_MOST + 16,
	POSTS_MOST = 8,
	PROBLEM_SIZE = 160,
	HTTP_OK = 200
};

struct model_client {
	struct model_settings settings;
	char url[FETCH_URL_MOST + 1];
	char authorization[HEADER_SIZE]; /* "" without a key */
	pthread_mutex_t mutex;
	pthread_cond_t woken;
	bool awake; /* the loop wants to run */
	struct clock clock;
	struct loop *loop;
	struct jobs *jobs;
	struct log *log;
	struct fetcher *fetcher;
	/* The request under way: */
	struct buf *answer;
	bool done;
	enum status status;
	char problem[PROBLEM_SIZE];
};

static void wake(void *context)
{
	struct model_client *client = context;

	pthread_mutex_lock(&client->mutex);
	client->awake = true;
	pthread_cond_signal(&client->woken);
	pthread_mutex_unlock(&client->mutex);
}

/* A request has a deadline of its own, and nothing else here waits for a time. */
static void await(struct model_client *client)
{
	pthread_mutex_lock(&client->mutex);
	while (!client->awake)
		pthread_cond_wait(&client->woken, &client->mutex);
	client->awake = false;
	pthread_mutex_unlock(&client->mutex);
	loop_run(client->loop);
}

static enum status read_key(struct model_client *client)
{
	struct faults *faults = NULL;
	struct buf key;
	enum status status = faults_create(&faults);

	buf_init(&key, KEY_MOST);
	if (status == STATUS_OK && client->settings.key_file[0])
		status = key_file_read(client->settings.key_file, KEY_GIVEN, &key, faults);
	faults_print(faults, stderr);
	if (status == STATUS_OK && key.len > 0)
		snprintf(client->authorization, sizeof(client->authorization), "Bearer %s",
		         buf_text(&key));
	buf_wipe(&key);
	faults_destroy(faults);
	return status == STATUS_OK || status == STATUS_NO_MEMORY ? status : STATUS_INVALID;
}

static enum status begin(struct model_client *client)
{
	const struct loop_driver driver = { .wake = wake, .context = client };
	const struct fetch_settings fetching = { .lanes = 1,
		                                 .most = 1,
		                                 .ca_file = client->settings.ca_file };
	struct job_limits limits[JOB_CLASSES] = { 0 };
	enum status status = read_key(client);

	fetcher_job_limits(&fetching, limits);
	if (status == STATUS_OK)
		status = log_create(&client->log, stderr, LOG_ERROR, client->clock);
	if (status == STATUS_OK)
		status = loop_create(&client->loop, &driver, client->clock, POSTS_MOST);
	if (status == STATUS_OK)
		status = jobs_create(&client->jobs, client->loop, limits);
	if (status == STATUS_OK)
		status = fetcher_create(&client->fetcher, client->loop, client->jobs, client->log,
		                        client->clock, &fetching);
	return status;
}

enum status model_open(struct model_client **out, const struct model_settings *settings)
{
	struct model_client *client = calloc(1, sizeof(*client));
	const size_t len = strlen(settings->url);
	enum status status;

	*out = client;
	if (!client)
		return STATUS_NO_MEMORY;
	client->settings = *settings;
	client->clock = clock_system();
	snprintf(client->url, sizeof(client->url), "%s%schat/completions", settings->url,
	         len > 0 && settings->url[len - 1] == '/' ? "" : "/");
	if (pthread_mutex_init(&client->mutex, NULL) != 0 ||
	    pthread_cond_init(&client->woken, NULL) != 0) {
		free(client);
		*out = NULL;
		return STATUS_NO_MEMORY;
	}
	status = begin(client);
	if (status == STATUS_OK)
		return STATUS_OK;
	model_close(client);
	*out = NULL;
	return status;
}

void model_close(struct model_client *client)
{
	if (!client)
		return;
	fetcher_stop(client->fetcher);
	if (client->jobs)
		jobs_stop(client->jobs);
	if (client->loop)
		loop_run(client->loop);
	fetcher_destroy(client->fetcher);
	jobs_destroy(client->jobs);
	loop_destroy(client->loop);
	log_destroy(client->log);
	pthread_cond_destroy(&client->woken);
	pthread_mutex_destroy(&client->mutex);
	explicit_bzero(client->authorization, sizeof(client->authorization));
	free(client);
}

static void take_answer(void *context, const struct fetch_answer *answer)
{
	struct model_client *client = context;

	client->done = true;
	client->status = STATUS_INVALID;
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
	status = fetch_add(client->fetcher, &request, take_answer, client);
	if (status == STATUS_INVALID)
		snprintf(client->problem, sizeof(client->problem), "%s",
		         _("the request cannot be sent: see suggest.url"));
	if (status != STATUS_OK)
		return status;
	while (!client->done)
		await(client);
	return client->status;
}

#include "service/groups/setting.h"

#include <sys/random.h>

#include "office/groups/group_rows.h"

static void copy_text(char *to, size_t size, const char *text)
{
	snprintf(to, size, "%s", text ? text : "");
}

static void write_down(void *context, const struct group_answer *answer)
{
	struct platform *platform = context;
	size_t len = 0;

	assert_true(platform->count < SAID_MOST);
	struct said *said = &platform->said[platform->count++];

	*said = (struct said){ .kind = answer->kind,
		               .id = answer->id,
		               .part_count = answer->part_count,
		               .markdown = answer->markdown,
		               .late = answer->late,
		               .again = answer->again,
		               .single = !answer->chat,
		               .option_count = answer->option_count };
	snprintf(said->address, sizeof(said->address), "%.*s", SPAN_ARGS(answer->address));
	copy_text(said->chat, sizeof(said->chat), answer->chat);
	copy_text(said->person, sizeof(said->person), answer->person);
	copy_text(said->mention, sizeof(said->mention), answer->mention);
	copy_text(said->quote, sizeof(said->quote), answer->quote);
	copy_text(said->link, sizeof(said->link), answer->link_url);
	for (size_t i = 0; i < answer->part_count; i++)
		len += (size_t)snprintf(said->text + len, sizeof(said->text) - len, "%s%.*s",
		                        i > 0 ? "\f" : "", SPAN_ARGS(answer->parts[i]));
	assert_true(len < sizeof(said->text));
	if (platform->reports && answer->id != 0)
		group_sent(platform->door, answer->id,
		           platform->outcome == GROUP_SENT ? answer->part_count
		                                           : platform->parts_sent,
		           platform->outcome);
}

static bool fill_random(void *bytes, size_t len)
{
	return getrandom(bytes, len, 0) == (ssize_t)len;
}

static void start_service(struct setting *setting)
{
	struct job_limits limits[JOB_CLASSES];

	service_job_limits(&setting->settings, limits);
	limits[JOB_GROUPS] = groups_job_limits(&setting->groups_settings);
	limits[JOB_GROUPS].most = TESTS_MOST;
	assert_int_equal(jobs_create(&setting->jobs, setting->fake.loop, limits), STATUS_OK);
	const struct service_tools tools = { .loop = setting->fake.loop,
		                             .jobs = setting->jobs,
		                             .metrics = &setting->metrics,
		                             .clock = fake_loop_clock(&setting->fake),
		                             .random = fill_random };

	assert_int_equal(service_create(&setting->service, &setting->settings, &tools), STATUS_OK);
}

void start(struct setting *setting)
{
	if (!setting->service)
		start_service(setting);
	const struct groups_tools tools = { .service = setting->service,
		                            .loop = setting->fake.loop,
		                            .jobs = setting->jobs,
		                            .log = setting->log,
		                            .clock = fake_loop_clock(&setting->fake),
		                            .random = fill_random };

	assert_int_equal(groups_create(&setting->groups, &setting->groups_settings, &tools),
	                 STATUS_OK);
	setting->platform.reports = true;
	setting->platform.outcome = GROUP_SENT;
	assert_int_equal(group_open(setting->groups, &setting->platform.kind, &setting->platform,
	                            &setting->platform.door),
	                 STATUS_OK);
}

static void stop_groups(struct setting *setting)
{
	if (!setting->groups)
		return;
	groups_stop(setting->groups);
	assert_true(setting->over_count < TESTS_MOST);
	setting->over[setting->over_count++] = setting->groups;
	setting->groups = NULL;
}

static void stop(struct setting *setting)
{
	stop_groups(setting);
	if (!setting->service)
		return;
	service_stop(setting->service);
	fake_loop_stop_jobs(&setting->fake, setting->jobs);
	while (setting->over_count > 0)
		groups_destroy(setting->over[--setting->over_count]);
	service_destroy(setting->service);
	jobs_destroy(setting->jobs);
	setting->service = NULL;
	log_destroy(setting->log);
	setting->log = NULL;
}

int set_up_all(void **state)
{
	struct setting *setting = calloc(1, sizeof(*setting));

	assert_non_null(setting);
	scratch_make(&setting->scratch);
	import_samples(scratch_path(&setting->scratch, "records.db", setting->records));
	setting->settings = (struct service_settings){
		.knowledge = { .folder = DAYI_SOURCE_DIR "/knowledge",
		               .match = match_settings_default(),
		               .golden_level = FAULT_WARNING },
		.journal = { .file = scratch_path(&setting->scratch, "journal.db",
		                                  setting->journal),
		             .queue = 1000,
		             .batch_rows = 100,
		             .busy_ms = 20 },
		.records = { .record = { .kind = "sqlite",
		                         .file = setting->records,
		                         .mapping = "",
		                         .conninfo = "",
		                         .deadline_ms = 20000,
		                         .threads = 1,
		                         .queue = 16,
		                         .retry_ms = 2000 },
		             .sign_in = { .algorithm = "HS256",
		                          .key_file = scratch_path(&setting->scratch, "token.key",
		                                                   setting->token_key),
		                          .issuer = "portal",
		                          .audience = "dayi",
		                          .id_claim = "sub",
		                          .name_claim = "name",
		                          .leeway_s = 30,
		                          .longest_s = 3600 },
		             .audit = { .file = scratch_path(&setting->scratch, "audit.db",
		                                             setting->audit),
		                        .key_file = scratch_path(&setting->scratch, "audit.key",
		                                                 setting->audit_key),
		                        .busy_ms = 2000 } },
		.record_keep_s = 300,
		.sessions = { .kept = 1000, .bytes = 8 << 20, .keep_us = INT64_C(1800000000) },
		.store = { .file = scratch_path(&setting->scratch, "sessions.db",
		                                setting->sessions),
		           .key_file = scratch_path(&setting->scratch, "session.key",
		                                    setting->session_key),
		           .busy_ms = 2000 },
	};
	fake_loop_make(&setting->fake);
	*state = setting;
	return 0;
}

int tear_down_all(void **state)
{
	struct setting *setting = *state;

	stop(setting);
	while (setting->other_count > 0)
		free(setting->others[--setting->other_count]);
	fake_loop_end(&setting->fake);
	scratch_remove(&setting->scratch);
	free(setting);
	return 0;
}

int set_up(void **state)
{
	struct setting *setting = *state;
	char name[32];

	setting->tests++;
	snprintf(name, sizeof(name), "groups%u.db", setting->tests);
	snprintf(setting->self, sizeof(setting->self), "1000%u", setting->tests);
	memset(&setting->metrics, 0, sizeof(setting->metrics));
	/* Later in each test, as it is for what they share, at the same time of the day. */
	setting->fake.now_us = (START_S + INT64_C(86400) * setting->tests) * INT64_C(1000000);
	setting->next_message = 0;
	memset(&setting->platform, 0, sizeof(setting->platform));
	setting->groups_settings = (struct groups_settings){
		.store = scratch_path(&setting->scratch, name, setting->store),
		.busy_ms = 2000,
		.file = "",
		.public_url = BASE,
		.gather_ms = GATHER_MS,
	};
	setting->platform.kind = (struct group_kind){
		.name = "onebot",
		.abilities = GROUP_MENTIONS | GROUP_QUOTES,
		.part_chars = 800,
		.part_bytes = 4000,
		.parts_most = 3,
		.send = write_down,
	};
	return 0;
}

int set_up_started(void **state)
{
	set_up(state);
	start(*state);
	return 0;
}

int tear_down(void **state)
{
	stop_groups(*state);
	return 0;
}

void restart(struct setting *setting)
{
	stop(setting);
	fake_loop_end(&setting->fake);
	const int64_t now_us = setting->fake.now_us;

	fake_loop_make(&setting->fake);
	setting->fake.now_us = now_us;
	start(setting);
}

void types(struct setting *setting, const struct typed *typed)
{
	char id[32], text[4096], address[64];
	const struct group_message message = {
		.self = setting->self,
		.chat = typed->chat,
		.person = typed->person,
		.id = typed->id ? typed->id : id,
		.text = { text, strlen(typed->text) },
		.spoken_to = !typed->unspoken,
		.address = { address, strlen(typed->person) + 3 },
	};

	snprintf(id, sizeof(id), "m%u", ++setting->next_message);
	snprintf(text, sizeof(text), "%s", typed->text);
	snprintf(address, sizeof(address), "to %s", typed->person);
	group_take(setting->platform.door, &message);
	memset(text, 'x', sizeof(text));
	memset(address, 'x', sizeof(address));
}

void says(struct setting *setting, const char *person, const char *text)
{
	const struct typed typed = { "g1", person, NULL, text, false };

	types(setting, &typed);
}

void mentions_nobody(struct setting *setting, const char *person, const char *text)
{
	const struct typed typed = { "g1", person, NULL, text, true };

	types(setting, &typed);
}

static struct platform *awaited;
static size_t awaited_count;

static bool has_come(void *context)
{
	(void)context;
	return awaited->count >= awaited_count;
}

void await_said(struct setting *setting, size_t count)
{
	awaited = &setting->platform;
	awaited_count = count;
	assert_true(fake_loop_until(&setting->fake, has_come, NULL));
	assert_int_equal(setting->platform.count, count);
}

void gather(struct setting *setting)
{
	fake_loop_run(&setting->fake, GATHER_MS);
}

const struct said *last(const struct setting *setting)
{
	assert_true(setting->platform.count > 0);
	return &setting->platform.said[setting->platform.count - 1];
}

const struct said *answer_to(struct setting *setting, const char *person, const char *text)
{
	const size_t before = setting->platform.count;

	says(setting, person, text);
	gather(setting);
	await_said(setting, before + 1);
	return last(setting);
}

struct switched {
	const struct group_door *door;
	bool on;
};

static bool is_switched(void *context)
{
	const struct switched *switched = context;

	return group_is_on(switched->door) == switched->on;
}

void switch_channel(struct setting *setting, bool on)
{
	const struct store_settings settings = { .url = setting->store, .busy_ms = 5000 };
	struct switched switched = { setting->platform.door, on };
	char problem[STORE_PROBLEM_SIZE];
	struct store *store;
	struct tx *tx;

	assert_int_equal(store_open(&store, &settings, &groups_schema, problem), STATUS_OK);
	assert_int_equal(store_begin(store, TX_WRITE, &tx), STATUS_OK);
	assert_int_equal(tx_end(tx, group_row_switch(tx, "onebot", on, "wang", 1)), STATUS_OK);
	store_close(store);
	groups_look(setting->groups);
	assert_true(fake_loop_until(&setting->fake, is_switched, &switched));
}

bool holds(const struct said *said, const char *text)
{
	return strstr(said->text, text) != NULL;
}

void write_rules(struct setting *setting, const char *text)
{
	scratch_write(&setting->scratch, "rules.jsonl", text);
	setting->groups_settings.file =
	        scratch_path(&setting->scratch, "rules.jsonl", setting->rules);
}

struct platform *start_other(struct setting *setting, struct groups **groups)
{
	struct platform *other = calloc(1, sizeof(*other));
	const struct groups_tools tools = { .service = setting->service,
		                            .loop = setting->fake.loop,
		                            .jobs = setting->jobs,
		                            .clock = fake_loop_clock(&setting->fake),
		                            .random = fill_random };

	assert_non_null(other);
	other->kind = setting->platform.kind;
	other->reports = true;
	other->outcome = GROUP_SENT;
	assert_int_equal(groups_create(groups, &setting->groups_settings, &tools), STATUS_OK);
	assert_int_equal(group_open(*groups, &other->kind, other, &other->door), STATUS_OK);
	return other;
}

void end_other(struct setting *setting, struct platform *other, struct groups *groups)
{
	groups_stop(groups);
	assert_true(setting->over_count < TESTS_MOST && setting->other_count < TESTS_MOST);
	setting->over[setting->over_count++] = groups;
	setting->others[setting->other_count++] = other;
}

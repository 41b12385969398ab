#include "server/identify.h"

#include <stdlib.h>

#include "base/digest.h"
#include "channels/chat.h"
#include "channels/message.h"
#include "engine/text/identify.h"
#include "office/identity/lockout.h"
#include "server/chat_line.h"
#include "service/records.h"

enum { NUMBER_BYTES = 64 };

/* What a person must know, as the record has it. */
static const struct proof {
	const char *relation, *column;
} proofs[] = { { "applicant", "name" }, { "certificate", "number" } };

static const char said_yes[] = "核对一致，可以按您的记录解答了。";
static const char said_no[] = "核对不上。请检查身份证号、姓名和证书编号，或到办事大厅登录。";
static const char locked_out[] = "核对失败的次数太多，请过一段时间再试，或到办事大厅登录。";
static const char not_now[] = "暂时核对不了，请稍后再试。";
static const char switched_off[] = "这里不能这样核对身份，请到办事大厅登录。";

/* One that waits for the record. */
struct identification {
	struct server *server;
	struct connection *connection; /* NULL: it has ended */
	char id[MESSAGE_ID_BYTES + 1]; /* of the frame; "" without */
	char id_number[IDENTITY_ID_SIZE];
	char name[IDENTITY_NAME_SIZE];
	char certificate_number[NUMBER_BYTES];
	char person[DIGEST_HEX_SIZE]; /* keyed hash of the ID number */
	struct identification *next;
};

static int answer(struct connection *connection, const char *id, bool signed_in, const char *text)
{
	const struct chat_identified frame = {
		.to = id && id[0] ? id : NULL,
		.session = connection->session ? connection->session->id : NULL,
		.signed_in = signed_in,
		.text = text,
	};
	struct server *server = connection->server;

	buf_clear(&server->reply);
	if (chat_write_identified(&frame, &server->reply) != STATUS_OK)
		return -1;
	return chat_send_reply(connection);
}

static struct span address_key(const struct connection *connection)
{
	const struct ip *ip = connection->address ? &connection->address->ip : &connection->peer;

	return (struct span){ (const char *)ip->bytes, sizeof(ip->bytes) };
}

static enum status hash_person(const struct server *server, const char *id_number,
                               char person[DIGEST_HEX_SIZE])
{
	const struct span key = { (const char *)server->person_key, sizeof(server->person_key) };
	struct digest *digest;
	enum status status = digest_create_keyed(&digest, key);

	if (status != STATUS_OK)
		return status;
	digest_add(digest, span_of(id_number));
	status = digest_finish(digest, person);
	digest_destroy(digest);
	return status;
}

/* The ID number as records have it: 18 digits, the X in upper case. */
static bool read_id_number(const struct connection *connection, const char *typed,
                           char id_number[IDENTITY_ID_SIZE])
{
	struct server *server = connection->server;
	struct identifier_list found;

	arena_reset(server->arena);
	if (identify(span_of(typed), server->arena, &found) != STATUS_OK || found.count != 1 ||
	    found.items[0].kind != IDENTIFIER_ID_NUMBER || found.items[0].fault != IDENTIFIER_SOUND)
		return false;
	snprintf(id_number, IDENTITY_ID_SIZE, "%s", found.items[0].canonical);
	return true;
}

static bool fits_into(const char *text, size_t size)
{
	return text[0] != '\0' && strlen(text) < size;
}

/* NULL with *refusal where it can not even be tried. */
static struct identification *prepare(struct connection *connection,
                                      const struct identify_claim *claim, const char **refusal)
{
	struct identification *new = calloc(1, sizeof(*new));

	*refusal = not_now;
	if (!new)
		return NULL;
	new->server = connection->server;
	new->connection = connection;
	if (claim->id)
		snprintf(new->id, sizeof(new->id), "%s", claim->id);
	if (!read_id_number(connection, claim->id_number, new->id_number) ||
	    !fits_into(claim->name, sizeof(new->name)) ||
	    !fits_into(claim->certificate_number, sizeof(new->certificate_number))) {
		*refusal = said_no;
		free(new);
		return NULL;
	}
	snprintf(new->name, sizeof(new->name), "%s", claim->name);
	snprintf(new->certificate_number, sizeof(new->certificate_number), "%s",
	         claim->certificate_number);
	if (hash_person(connection->server, new->id_number, new->person) == STATUS_OK)
		return new;
	free(new);
	return NULL;
}

/* False when one of them is locked out. */
static bool may_try(const struct identification *one, int64_t now_us)
{
	struct lockout *lockout = one->connection->server->lockout;

	return lockout_attempt(lockout, address_key(one->connection), now_us) == 0 &&
	       lockout_attempt(lockout, span_of(one->person), now_us) == 0;
}

/* Nobody's fault, so nobody's attempt. */
static void take_back(const struct identification *one)
{
	struct lockout *lockout = one->connection->server->lockout;

	lockout_withdraw(lockout, address_key(one->connection));
	lockout_withdraw(lockout, span_of(one->person));
}

/* The relations that the proofs stand in; 0 where the office has not all of them. */
static unsigned wanted(const struct relations *relations)
{
	unsigned mask = 0;

	for (size_t i = 0; i < sizeof(proofs) / sizeof(proofs[0]); i++) {
		const size_t at = relation_named(relations, span_of(proofs[i].relation));

		if (at == relations_count(relations))
			return 0;
		const struct relation_shape *shape = relation_shape(relations, at);

		if (column_named(shape, span_of(proofs[i].column)) == shape->column_count)
			return 0;
		mask |= RELATION_BIT(at);
	}
	return mask;
}

static void take_record(void *context, const struct record_result *result);

static bool look_up(struct server *server, struct identification *one)
{
	const struct record_request request = {
		.id_number = one->id_number,
		.among = server_relations(server),
		.relations = wanted(server_relations(server)),
		.who = "somebody", /* nobody knows yet who it is */
		.why = "self-identification",
		.done = take_record,
		.context = one,
	};

	return records_ask(server->records, &request) == STATUS_OK;
}

int identify_take(struct connection *connection, const struct identify_claim *claim)
{
	struct server *server = connection->server;
	const char *refusal;
	struct identification *new;

	if (!server->config->self.allowed || !records_readable(server->records) ||
	    !wanted(server_relations(server)))
		return answer(connection, claim->id, false, switched_off);
	new = prepare(connection, claim, &refusal);
	if (!new)
		return answer(connection, claim->id, false, refusal);
	if (!may_try(new, server_now_us(server))) {
		free(new);
		return answer(connection, claim->id, false, locked_out);
	}
	if (!look_up(server, new)) {
		take_back(new);
		free(new);
		return answer(connection, claim->id, false, not_now);
	}
	new->next = server->identifications;
	server->identifications = new;
	return 0;
}

static bool holds(const struct facts *facts, const struct proof *proof, const char *value)
{
	const struct relations *relations = facts_relations(facts);
	const size_t relation = relation_named(relations, span_of(proof->relation));
	const size_t at = column_named(relation_shape(relations, relation), span_of(proof->column));

	for (size_t row = 0; row < facts_rows(facts, relation); row++) {
		const char *known = facts_value(facts, relation, row, at);

		if (known && strcmp(known, value) == 0)
			return true;
	}
	return false;
}

static bool fits(const struct identification *one, const struct facts *facts)
{
	const bool name = holds(facts, &proofs[0], one->name);
	const bool number = holds(facts, &proofs[1], one->certificate_number);

	return name && number;
}

static int sign_in(const struct identification *one)
{
	struct connection *connection = one->connection;
	struct server *server = connection->server;
	struct identity identity = {
		.until_s = clock_wall_ms(&server->clock) / 1000 + server->config->sign_in.longest_s,
	};

	memcpy(identity.id_number, one->id_number, sizeof(identity.id_number));
	memcpy(identity.name, one->name, sizeof(identity.name));
	lockout_withdraw(server->lockout, address_key(connection));
	lockout_forget(server->lockout, span_of(one->person));
	if (!chat_bind(connection, &identity))
		return answer(connection, one->id, false, not_now);
	return answer(connection, one->id, true, said_yes);
}

static int conclude(const struct identification *one, const struct record_result *result)
{
	const unsigned mask = wanted(facts_relations(result->facts));

	for (size_t i = RELATION_RECORDED; i < RELATIONS_MOST; i++)
		if ((mask & RELATION_BIT(i)) && result->report.relations[i] != RECORD_READ) {
			take_back(one);
			return answer(one->connection, one->id, false, not_now);
		}
	return fits(one, result->facts) ? sign_in(one)
	                                : answer(one->connection, one->id, false, said_no);
}

static void take_record(void *context, const struct record_result *result)
{
	struct identification *one = context;
	struct server *server = one->server;
	struct identification **at = &server->identifications;

	while (*at != one)
		at = &(*at)->next;
	*at = one->next;
	if (one->connection && !server->stopped && conclude(one, result) != 0)
		lws_set_timeout(one->connection->wsi, PENDING_TIMEOUT_USER_REASON_BASE,
		                LWS_TO_KILL_ASYNC);
	facts_destroy(result->facts);
	free(one);
}

void identify_forget(struct server *server, const struct connection *connection)
{
	for (struct identification *one = server->identifications; one; one = one->next)
		if (one->connection == connection)
			one->connection = NULL;
}

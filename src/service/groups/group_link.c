#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hex.h"
#include "engine/dialogue/receipt.h"
#include "service/groups/group_parts.h"
#include "service/state.h"

enum { TOKEN_BYTES_OF_LINK = 16, TOKEN_LEN = 2 * TOKEN_BYTES_OF_LINK };

struct span groups_base(const struct groups *groups)
{
	struct span base = span_of(groups->settings.public_url);

	while (base.len > 0 && base.ptr[base.len - 1] == '/')
		base.len--;
	return base;
}

/* --- making one --- */

static bool hash_token(const char *token, char hash[DIGEST_HEX_SIZE])
{
	struct digest *digest;
	enum status status;

	if (digest_create(&digest) != STATUS_OK)
		return false;
	digest_add(digest, span_of(token));
	status = digest_finish(digest, hash);
	digest_destroy(digest);
	return status == STATUS_OK;
}

/* The question, as far as it may be carried over. */
static bool mask_question(const struct groups *groups, struct span question, struct buf *out)
{
	struct service *service = groups->tools.service;
	struct privacy_masked masked;

	if (privacy_mask(service->snapshot->privacy, question, NULL, service->arena, &masked) !=
	    STATUS_OK)
		return false;
	buf_append(out, masked.text.ptr, masked.text.len);
	return buf_status(out) == STATUS_OK;
}

/* What is asked there: `chosen`, or else `typed`, masked. */
static void write_link(struct groups *groups, const char *chosen, struct span typed,
                       char tail[GROUP_TAIL_SIZE])
{
	const struct span base = groups_base(groups);
	char token[TOKEN_LEN + 1], hash[DIGEST_HEX_SIZE];
	unsigned char bytes[TOKEN_BYTES_OF_LINK];
	struct buf masked;

	tail[0] = '\0';
	buf_init(&masked, (size_t)GROUP_TEXT_MOST * 2);
	buf_append_text(&masked, chosen);
	if (base.len > 0 && groups->tools.random(bytes, sizeof(bytes)) &&
	    (chosen[0] || mask_question(groups, typed, &masked))) {
		hex_write(bytes, sizeof(bytes), token);
		if (hash_token(token, hash)) {
			group_keep_link(groups->keep, hash, buf_text(&masked),
			                GROUP_LINK_MINUTES * INT64_C(60000));
			snprintf(tail, GROUP_TAIL_SIZE, "%s%.*s/p/%s",
			         groups_text(groups, "group_private"), SPAN_ARGS(base), token);
		}
	}
	buf_deinit(&masked);
}

void question_write_link(const struct group_ask *question, const char *chosen,
                         char tail[GROUP_TAIL_SIZE])
{
	write_link(question->groups, chosen, buf_span(&question->text), tail);
}

void groups_write_private_line(void *context, struct span question, struct buf *out)
{
	struct groups *groups = context;
	char tail[GROUP_TAIL_SIZE] = "";

	if (!groups->stopped)
		write_link(groups, "", question, tail);
	if (tail[0])
		BUF_JOIN(out, "\n", tail);
}

/* --- what is behind one --- */

struct finding {
	group_found done;
	void *context;
};

static void tell(void *context, const struct group_kept *kept)
{
	const struct finding finding = *(struct finding *)context;

	free(context);
	finding.done(finding.context, kept->status, kept->text);
}

typedef enum status (*keep_function)(struct group_keep *keep, const char *key, group_keep_done done,
                                     void *context);

static enum status find(struct groups *groups, keep_function look, const char *key,
                        group_found done, void *context)
{
	struct finding *finding = malloc(sizeof(*finding));
	enum status status = STATUS_BUSY;

	if (!finding)
		return STATUS_BUSY;
	*finding = (struct finding){ done, context };
	if (!groups->stopped)
		status = look(groups->keep, key, tell, finding);
	if (status != STATUS_OK)
		free(finding);
	return status;
}

enum status groups_find_answer(struct groups *groups, struct span receipt, group_found done,
                               void *context)
{
	char text[RECEIPT_SIZE];

	if (receipt.len + 1 != RECEIPT_SIZE)
		return STATUS_NOT_FOUND;
	snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(receipt));
	if (strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") + 1 != RECEIPT_SIZE)
		return STATUS_NOT_FOUND;
	return find(groups, group_keep_find_answer, text, done, context);
}

static enum status find_link(struct groups *groups, keep_function look, struct span token,
                             group_found done, void *context)
{
	char text[TOKEN_LEN + 1], hash[DIGEST_HEX_SIZE];

	if (token.len != TOKEN_LEN)
		return STATUS_NOT_FOUND;
	snprintf(text, sizeof(text), "%.*s", SPAN_ARGS(token));
	if (strspn(text, "0123456789abcdef") != TOKEN_LEN || !hash_token(text, hash))
		return STATUS_NOT_FOUND;
	return find(groups, look, hash, done, context);
}

enum status groups_look_link(struct groups *groups, struct span token, group_found done,
                             void *context)
{
	return find_link(groups, group_keep_look_link, token, done, context);
}

enum status groups_take_link(struct groups *groups, struct span token, group_found done,
                             void *context)
{
	return find_link(groups, group_keep_take_link, token, done, context);
}

#include "office/sessions/session_image.h"

#include <string.h>

static struct span copy_span(struct arena *arena, struct span bytes)
{
	return (struct span){ arena_copy(arena, bytes), bytes.len };
}

static size_t count_bits(uint32_t bits)
{
	size_t count = 0;

	for (; bits; bits &= bits - 1)
		count++;
	return count;
}

static enum status copy_kept(struct arena *arena, const struct session *session,
                             struct session_image *image)
{
	size_t next = 0;

	image->kept = arena_array(arena, count_bits(image->places) + 1, sizeof(*image->kept));
	if (!image->kept)
		return STATUS_NO_MEMORY;
	for (size_t place = 0; place < SESSION_REPLIES; place++) {
		struct kept *copy = &image->kept[next];

		if (!(image->places & UINT32_C(1) << place))
			continue;
		next++;
		if (!session_kept_at(session, place, copy))
			continue;
		copy->ask_id = copy_span(arena, copy->ask_id);
		copy->reply = copy_span(arena, copy->reply);
		if (!copy->ask_id.ptr || !copy->reply.ptr)
			return STATUS_NO_MEMORY;
	}
	return STATUS_OK;
}

enum status session_image_take(const struct session *session, const struct knowledge *knowledge,
                               struct arena *arena, struct session_image *image)
{
	struct buf state;
	enum status status;

	*image = (struct session_image){ .n = session->row.n + 1,
		                         .used_us = session->used_us,
		                         .places = session->row.replies };
	memcpy(image->id, session->id, sizeof(image->id));
	buf_init(&state, SESSION_STATE_MOST);
	status = session_row_name(session->id, image->name);
	if (status == STATUS_OK)
		status = session_state_write(session, knowledge, &state);
	if (status == STATUS_OK) {
		image->state = copy_span(arena, buf_span(&state));
		status = image->state.ptr ? copy_kept(arena, session, image) : STATUS_NO_MEMORY;
	}
	buf_deinit(&state);
	return status;
}

#include "base/buf.h"
#include "service/groups/group_parts.h"

static const char *const reasons[GROUP_REASONS] = {
	[GROUP_NOT_SPOKEN_TO] = "not_spoken_to",
	[GROUP_REPEATED] = "repeated",
	[GROUP_JOINED] = "joined",
	[GROUP_NOT_ALLOWED] = "not_allowed",
	[GROUP_QUIET] = "quiet",
	[GROUP_OFF] = "off",
	[GROUP_OVER_LIMIT] = "over_limit",
	[GROUP_UNSURE] = "unsure",
	[GROUP_UNFIT] = "unfit",
	[GROUP_EXPIRED] = "expired",
	[GROUP_BUSY] = "busy",
};

static void write_head(struct buf *out, const char *name, const char *type, const char *help)
{
	buf_append_format(out, "# HELP dayi_channel_%s %s\n# TYPE dayi_channel_%s %s\n", name, help,
	                  name, type);
}

static void write_count(struct buf *out, const char *name, const struct group_door *door,
                        const char *label, const char *value, uint64_t count)
{
	buf_append_format(out, "dayi_channel_%s{channel=\"%s\"", name, door->kind->name);
	if (label)
		buf_append_format(out, ",%s=\"%s\"", label, value);
	buf_append_format(out, "} %llu\n", (unsigned long long)count);
}

static void write_silences(const struct groups *groups, struct buf *out)
{
	write_head(out, "silent_total", "counter", "Messages that nothing was said to, by reason.");
	for (const struct group_door *door = groups->doors; door; door = door->next)
		for (size_t i = 0; i < GROUP_REASONS; i++)
			write_count(out, "silent_total", door, "reason", reasons[i],
			            door->counts.silent[i]);
}

static void write_outcomes(const struct groups *groups, struct buf *out)
{
	static const char *const names[] = { "sent", "failed", "unknown" };

	write_head(out, "sent_total", "counter", "Answers handed to the platform, by outcome.");
	for (const struct group_door *door = groups->doors; door; door = door->next)
		for (size_t i = 0; i <= GROUP_UNKNOWN; i++)
			write_count(out, "sent_total", door, "outcome", names[i],
			            door->counts.outcomes[i]);
}

/* Of channels over whose connections accounts came, since the start. */
static void write_connected(const struct groups *groups, struct buf *out)
{
	write_head(out, "connected", "gauge",
	           "Accounts that can be sent to over a connection at this moment.");
	for (const struct group_door *door = groups->doors; door; door = door->next)
		if (group_has_connected(door))
			write_count(out, "connected", door, NULL, NULL, group_connected(door));
}

void groups_write_metrics(const struct groups *groups, struct buf *out)
{
	const struct group_door *door;

	if (!groups || !groups->doors)
		return;
	write_head(out, "on", "gauge", "Whether the channel is switched on.");
	for (door = groups->doors; door; door = door->next)
		write_count(out, "on", door, NULL, NULL, !door->off);
	write_connected(groups, out);
	write_head(out, "messages_total", "counter", "Messages that the platform handed over.");
	for (door = groups->doors; door; door = door->next)
		write_count(out, "messages_total", door, NULL, NULL, door->counts.taken);
	write_head(out, "said_total", "counter", "What was said, by kind.");
	for (door = groups->doors; door; door = door->next) {
		write_count(out, "said_total", door, "kind", "answer", door->counts.answered);
		write_count(out, "said_total", door, "kind", "notice", door->counts.noticed);
		write_count(out, "said_total", door, "kind", "wait", door->counts.waited);
		write_count(out, "said_total", door, "kind", "again", door->counts.again);
	}
	write_silences(groups, out);
	write_outcomes(groups, out);
	buf_append_format(out,
	                  "# HELP dayi_group_store_failures_total Attempts to use the group store "
	                  "that failed.\n# TYPE dayi_group_store_failures_total counter\n"
	                  "dayi_group_store_failures_total %llu\n",
	                  (unsigned long long)group_keep_failures(groups->keep));
}

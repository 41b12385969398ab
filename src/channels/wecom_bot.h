/*
 * WeCom 智能机器人: a bot in groups and single chats. JSON within the envelope of wecom.h. An
 * answer is a stream: finished at once, or begun, after which the platform asks for the rest.
 */
#ifndef DAYI_CHANNELS_WECOM_BOT_H
#define DAYI_CHANNELS_WECOM_BOT_H

#include "channels/bot.h"
#include "channels/wecom.h"

/*
 * Reads the body of a request and what it hides. `name` is the bot's, as its at is written; ""
 * where it is not known: an at that the message begins with then ends at the first white space.
 * bot_message_deinit() in either case. Once the envelope is proven, what is not understood is
 * BOT_IGNORE.
 */
MUST_CHECK enum refusal wecom_bot_read(const struct wecom_keys *keys,
                                       const struct wecom_signed *with, int64_t now_s,
                                       struct span body, const char *name, struct bot_message *out);

/* Appends the whole response: a stream's content (Markdown), whether it is the last of it. */
MUST_CHECK enum status wecom_bot_write(const struct wecom_sealing *sealing, const char *stream,
                                       bool last, struct span content, struct buf *out);

/* Appends the whole response that welcomes: to BOT_ENTER alone, no other takes a plain text. */
MUST_CHECK enum status wecom_bot_write_welcome(const struct wecom_sealing *sealing,
                                               const char *text, struct buf *out);

#endif

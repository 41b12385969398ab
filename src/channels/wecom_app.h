/*
 * WeCom 自建应用: single chats with an application of the enterprise. XML within the envelope of
 * wecom.h; the answer goes into the response.
 */
#ifndef DAYI_CHANNELS_WECOM_APP_H
#define DAYI_CHANNELS_WECOM_APP_H

#include "channels/bot.h"
#include "channels/wecom.h"

/* As wecom_bot_read(). `self` of the message is the id of the application. */
MUST_CHECK enum refusal wecom_app_read(const struct wecom_keys *keys,
                                       const struct wecom_signed *with, int64_t now_s,
                                       struct span body, struct bot_message *out);

/* Appends the whole response: a plain text to the person. */
MUST_CHECK enum status wecom_app_write(const struct wecom_sealing *sealing, const char *person,
                                       struct span text, struct buf *out);

#endif

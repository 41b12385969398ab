/*
 * Config, check: what its checks share, and those of WeCom, DingTalk and Feishu
 * (config_vendors.c). Private to config/.
 */
#ifndef DAYI_CONFIG_CONFIG_CHECK_H
#define DAYI_CONFIG_CONFIG_CHECK_H

#include "host/config/config.h"

/* A fault with the line of that key. */
void config_refuse(struct faults *faults, const struct config *config, const char *key,
                   const char *value, const char *reason);

/* That `key` is not given, at the line of the setting that needs it. */
void config_refuse_missing(struct faults *faults, const struct config *config, const char *by,
                           const char *key);

/* The level of that name; false, and LOG_INFO: there is none. */
bool config_level_find(const char *name, enum log_level *out);

void config_check_vendors(const struct config *config, struct faults *faults);

/* Checks that their secrets are there and of the right kind. */
void config_check_vendor_files(const struct config *config, struct faults *faults);

#endif

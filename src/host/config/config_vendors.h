/*
 * Config, vendors: what must be right about the settings of WeCom, DingTalk and Feishu. Private to
 * config/.
 */
#ifndef DAYI_CONFIG_CONFIG_VENDORS_H
#define DAYI_CONFIG_CONFIG_VENDORS_H

#include "host/config/config.h"

/* A fault with the line of that key. */
void config_refuse(struct faults *faults, const struct config *config, const char *key,
                   const char *value, const char *reason);

void config_check_vendors(const struct config *config, struct faults *faults);

/* Checks that their secrets are there and of the right kind. */
void config_check_vendor_files(const struct config *config, struct faults *faults);

#endif

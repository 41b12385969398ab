#include "base/status.h"

#include "base/language.h"

const char *status_text(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return _("ok");
	case STATUS_NO_MEMORY:
		return _("out of memory");
	case STATUS_IO:
		return _("input or output failed");
	case STATUS_INVALID:
		return _("invalid");
	case STATUS_LIMIT:
		return _("limit exceeded");
	case STATUS_NOT_FOUND:
		return _("not found");
	case STATUS_BUSY:
		return _("busy");
	case STATUS_CLOSED:
		return _("closed");
	case STATUS_INTERNAL:
		return _("internal error");
	}
	return _("unknown status");
}

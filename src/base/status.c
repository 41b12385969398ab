#include "base/status.h"

const char *status_text(enum status status)
{
	switch (status) {
	case STATUS_OK:
		return "ok";
	case STATUS_NO_MEMORY:
		return "out of memory";
	case STATUS_IO:
		return "input or output failed";
	case STATUS_INVALID:
		return "invalid";
	case STATUS_LIMIT:
		return "limit exceeded";
	case STATUS_NOT_FOUND:
		return "not found";
	case STATUS_BUSY:
		return "busy";
	case STATUS_CLOSED:
		return "closed";
	case STATUS_INTERNAL:
		return "internal error";
	}
	return "unknown status";
}

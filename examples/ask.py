"""python3 ask.py 照片传不上去咋办 [FOLDER]: libdayi through ctypes. DAYI_LIBRARY names the library."""
import ctypes
import json
import os
import sys

dayi = ctypes.CDLL(os.environ.get("DAYI_LIBRARY", "libdayi.so.0"))
handle = ctypes.c_void_p
for name in ("dayi_error_text", "dayi_reply_json"):
    getattr(dayi, name).restype = ctypes.c_char_p
    getattr(dayi, name).argtypes = [handle]


class ModelOptions(ctypes.Structure):
    """Its size may be smaller than the library's: what is missing has its default."""
    _fields_ = [("size", ctypes.c_size_t), ("folder", ctypes.c_char_p)]


def opened(function, *arguments):
    """Calls function(T **out, …, dayi_error **error); gives what it opened."""
    out, error = handle(), handle()
    if function(ctypes.byref(out), *arguments, ctypes.byref(error)) != 0:
        raise RuntimeError(dayi.dayi_error_text(error).decode())
    return out


message = (sys.argv[1] if len(sys.argv) > 1 else "证书即将到期可以申请延续吗？").encode()
options = ModelOptions(ctypes.sizeof(ModelOptions), sys.argv[2].encode() if len(sys.argv) > 2 else None)
model = opened(dayi.dayi_model_open, ctypes.byref(options))
engine = opened(dayi.dayi_engine_open, model)
conversation = opened(dayi.dayi_conversation_open)
reply = opened(dayi.dayi_ask, engine, conversation, message, ctypes.c_size_t(len(message)), None, None)
print(json.loads(dayi.dayi_reply_json(reply))["text"])
for free, what in (("reply", reply), ("conversation", conversation), ("engine", engine), ("model", model)):
    getattr(dayi, "dayi_" + free + "_free")(what)

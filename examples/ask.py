"""python3 ask.py 照片传不上去咋办 [FOLDER]: libdayi through ctypes. DAYI_LIBRARY names the library."""
import ctypes
import json
import os
import sys

dayi = ctypes.CDLL(os.environ.get("DAYI_LIBRARY", "libdayi.so.0"))
for name in ("dayi_error_text", "dayi_reply_json"):
    getattr(dayi, name).restype = ctypes.c_char_p

class ModelOptions(ctypes.Structure):  # as many members as are set here: the others have defaults
    _fields_ = [("size", ctypes.c_size_t), ("folder", ctypes.c_char_p)]

def opened(name, *arguments):  # calls dayi_NAME(T **out, …, dayi_error **error)
    out, error = ctypes.c_void_p(), ctypes.c_void_p()
    if getattr(dayi, "dayi_" + name)(ctypes.byref(out), *arguments, ctypes.byref(error)):
        sys.exit(dayi.dayi_error_text(error).decode())
    return out

message, folder = (sys.argv[1:] + [None, None])[:2]
options = ModelOptions(ctypes.sizeof(ModelOptions), folder.encode() if folder else None)
model = opened("model_open", ctypes.byref(options))
engine = opened("engine_open", model)
conversation = opened("conversation_open")
text = (message or "证书即将到期可以申请延续吗？").encode()
reply = opened("ask", engine, conversation, text, ctypes.c_size_t(len(text)), None, None)
print(json.loads(dayi.dayi_reply_json(reply))["text"])
for free, what in ("reply", reply), ("conversation", conversation), ("engine", engine), ("model", model):
    getattr(dayi, "dayi_%s_free" % free)(what)

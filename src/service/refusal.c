#include "service/refusal.h"

#include <assert.h>
#include <string.h>

static const struct {
	const char *code;
	enum outcome outcome;
	int http_status;
	const char *text;
} table[REFUSAL_COUNT] = {
	[REFUSAL_NONE] = { "", OUTCOME_ERROR, 200, "" },
	[REFUSAL_TOO_LONG] = { "too_long", OUTCOME_ERROR, 413,
	                       "消息太长：最多 4000 个字。请分开提问，每次问一个问题。" },
	[REFUSAL_TOO_LARGE] = { "too_large", OUTCOME_ERROR, 413, "消息太大：最多 16 KiB。" },
	[REFUSAL_NOT_UTF8] = { "not_utf8", OUTCOME_ERROR, 400, "消息不是有效的 UTF-8 文本。" },
	[REFUSAL_BINARY] = { "binary", OUTCOME_ERROR, 400,
	                     "这里只接收文本消息，不接收文件、图片等二进制内容。" },
	[REFUSAL_NOT_JSON] = { "not_json", OUTCOME_ERROR, 400, "消息不是有效的 JSON 对象。" },
	[REFUSAL_TOO_DEEP] = { "too_deep", OUTCOME_ERROR, 400, "JSON 嵌套过深：最多 16 层。" },
	[REFUSAL_UNKNOWN_TYPE] = { "unknown_type", OUTCOME_ERROR, 400,
	                           "不认识的消息类型：type 应为 hello、ask、rate、identify 或 "
	                           "call_back。" },
	[REFUSAL_BAD_MEMBER] = { "bad_member", OUTCOME_ERROR, 400,
	                         "消息缺少必需的成员，或某个成员的类型不对。" },
	[REFUSAL_RECEIPT] = { "unknown_receipt", OUTCOME_ERROR, 404,
	                      "找不到这条答复，可能是隔得太久了，没法评价。" },
	[REFUSAL_RATE] = { "rate", OUTCOME_BUSY, 429, "提问太快了，请稍等片刻再问。" },
	[REFUSAL_QUEUE_FULL] = { "queue_full", OUTCOME_BUSY, 503,
	                         "前面的答复还没有送达，请稍等片刻再问。" },
	[REFUSAL_SLOW_READER] = { "slow_reader", OUTCOME_BUSY, 503,
	                          "待送达的答复太多，连接已关闭，请重新连接。" },
	[REFUSAL_CONNECTIONS] = { "connections", OUTCOME_BUSY, 503,
	                          "当前咨询人数较多，请稍后再试。" },
	[REFUSAL_ADDRESS_CONNECTIONS] = { "address_connections", OUTCOME_BUSY, 429,
	                                  "您所在的网络打开的连接太多，请关闭一些页面后再试。" },
	[REFUSAL_BAD_REQUEST] = { "bad_request", OUTCOME_ERROR, 400, "请求有误，无法处理。" },
	[REFUSAL_FRAME] = { "frame", OUTCOME_ERROR, 400, "不是有效的 WebSocket 帧。" },
	[REFUSAL_HEAD_TOO_LARGE] = { "head_too_large", OUTCOME_ERROR, 431,
	                             "请求头太大：最多 16 KiB。" },
	[REFUSAL_FILE_TOO_LARGE] = { "file_too_large", OUTCOME_ERROR, 413,
	                             "文件太大：最多 8 MiB，一次最多 1000 条。" },
	[REFUSAL_LIVE_MOVED] = { "live_moved", OUTCOME_ERROR, 409,
	                         "正在使用的内容刚刚更新过，请重新预览后再导入。" },
	[REFUSAL_BAD_QUERY] = { "bad_query", OUTCOME_ERROR, 400,
	                        "缺少参数 q（已输入的文字），或 q 太长（最多 1000 字节）。" },
	[REFUSAL_ORIGIN] = { "origin", OUTCOME_ERROR, 403,
	                     "不允许从该网站访问。请管理员在配置 http.origins 中登记来源网址。" },
	[REFUSAL_NOT_FOUND] = { "not_found", OUTCOME_ERROR, 404, "没有这个地址。" },
	[REFUSAL_LOOPBACK] = { "loopback", OUTCOME_ERROR, 403,
	                       "这里只对本机开放。请管理员在配置 http.metrics_open 中放开。" },
	[REFUSAL_NO_TOKEN] = { "no_token", OUTCOME_ERROR, 401, "需要访问令牌或签名。" },
	[REFUSAL_METHOD] = { "method", OUTCOME_ERROR, 405, "该地址不支持这种请求方法。" },
	[REFUSAL_NO_LENGTH] = { "no_length", OUTCOME_ERROR, 411,
	                        "请求必须带有 Content-Length，不支持分块传输。" },
	[REFUSAL_MEDIA_TYPE] = { "media_type", OUTCOME_ERROR, 415,
	                         "请求的 Content-Type 应为 application/json。" },
	[REFUSAL_UPGRADE] = { "upgrade", OUTCOME_ERROR, 426, "该地址只接受 WebSocket 连接。" },
	[REFUSAL_SUBPROTOCOL] = { "subprotocol", OUTCOME_ERROR, 400,
	                          "WebSocket 子协议应为 dayi.chat.v1。" },
	[REFUSAL_TOKEN] = { "token", OUTCOME_ERROR, 401,
	                    "登录凭证无效或已过期，请回到办事大厅重新打开本页。" },
	[REFUSAL_KEY] = { "key", OUTCOME_ERROR, 401,
	                  "缺少访问密钥，或密钥无效。刚新建的密钥要等十秒才能用。" },
	[REFUSAL_SCOPE] = { "scope", OUTCOME_ERROR, 403, "这把访问密钥没有这项权限。" },
	[REFUSAL_UNPROVEN] = { "unproven", OUTCOME_ERROR, 403, "无法确认这个请求来自聊天平台。" },
	[REFUSAL_SIGNED_OUT] = { "signed_out", OUTCOME_ERROR, 401,
	                         "没有登录，或登录已失效，请登录。" },
	[REFUSAL_SIGN_IN] = { "sign_in", OUTCOME_ERROR, 401,
	                      "用户名、密码或验证码不对，或账号已停用。" },
	[REFUSAL_CODE_NEEDED] = { "code_needed", OUTCOME_ERROR, 401,
	                          "请再输入身份验证器上的六位验证码。" },
	[REFUSAL_LINK] = { "link", OUTCOME_ERROR, 401,
	                   "登录链接无效、已过期或已用过，请管理员重新生成。" },
	[REFUSAL_LOCKED] = { "locked", OUTCOME_BUSY, 429, "失败的次数太多，请过一段时间再试。" },
	[REFUSAL_PASSWORDS_BUSY] = { "passwords_busy", OUTCOME_BUSY, 503,
	                             "现在登录的人太多，请稍等片刻再试。" },
	[REFUSAL_MAY_NOT] = { "may_not", OUTCOME_ERROR, 403, "您的角色没有这项权限。" },
	[REFUSAL_CSRF] = { "csrf", OUTCOME_ERROR, 403, "页面已失效，请刷新后再试。" },
	[REFUSAL_PASSWORD] = { "password", OUTCOME_ERROR, 400, "现在的密码不对。" },
	[REFUSAL_WEAK] = { "weak", OUTCOME_ERROR, 400,
	                   "新密码太简单：至少 10 个字符，不能全是同一个字符，不能含有用户名。" },
	[REFUSAL_CODE] = { "code", OUTCOME_ERROR, 400, "验证码不对，或已经用过，请等下一个。" },
	[REFUSAL_NO_RECEIPT] = { "no_such_receipt", OUTCOME_ERROR, 404,
	                         "没有这个凭证号的答复记录。" },
	[REFUSAL_RECEIPT_UNWRITTEN] = { "receipt_unwritten", OUTCOME_BUSY, 503,
	                                "暂时查不到这个凭证号：最近的答复还没有存好。"
	                                "如果号码是刚给出的，请稍后再查。" },
	[REFUSAL_REASON] = { "reason", OUTCOME_ERROR, 400,
	                     "请写明查询原因（2 到 100 个字），例如：来电 1123 咨询成绩。" },
	[REFUSAL_ID_NUMBER] = { "id_number", OUTCOME_ERROR, 400,
	                        "不是正确的 18 位身份证号，请核对后再输入。" },
	[REFUSAL_NO_RECORDS] = { "no_records", OUTCOME_ERROR, 404,
	                         "没有接入档案，或档案源没有配置这种查找方式。" },
	[REFUSAL_RECORDS_AWAY] = { "records_away", OUTCOME_BUSY, 503,
	                           "档案现在读不到，请稍后再试。" },
	[REFUSAL_NOBODY] = { "nobody", OUTCOME_ERROR, 404, "没有找到符合的人，请核对后再查。" },
	[REFUSAL_NO_PERSON] = { "no_person", OUTCOME_ERROR, 404,
	                        "没有打开的个人档案，或已经关闭，请重新查询。" },
	[REFUSAL_NO_FIELD] = { "no_field", OUTCOME_ERROR, 404, "档案里没有这一项。" },
	[REFUSAL_NO_SESSION] = { "no_such_session", OUTCOME_ERROR, 404,
	                         "没有这次登录，可能已经退出。" },
	[REFUSAL_NO_CHAT] = { "no_chat", OUTCOME_ERROR, 404, "现在没有等待人工答复的咨询。" },
	[REFUSAL_NOT_HELD] = { "not_held", OUTCOME_ERROR, 409,
	                       "这个咨询已不在您手上：可能连接中断太久，或已转给别人。" },
	[REFUSAL_COLLEAGUE_AWAY] = { "colleague_away", OUTCOME_ERROR, 409,
	                             "这位同事现在不在线，请另选一位，或转回排队。" },
	[REFUSAL_NOT_ASKED] = { "not_asked", OUTCOME_ERROR, 404,
	                        "这次咨询还没有要求转人工，请先输入“转人工”。" },
	[REFUSAL_BAD_NUMBER] = { "bad_number", OUTCOME_ERROR, 400,
	                         "电话号码不对，请检查后再留（7 到 15 位数字）。" },
	[REFUSAL_NO_DRAFT] = { "no_draft", OUTCOME_ERROR, 404,
	                       "这一条没有草稿，可能刚刚发布或放弃了。" },
	[REFUSAL_DRAFT_MOVED] = { "draft_moved", OUTCOME_ERROR, 409,
	                          "草稿刚被别人改过或处理过，请重新打开后再试。" },
	[REFUSAL_DRAFT_STATE] = { "draft_state", OUTCOME_ERROR, 409,
	                          "草稿的状态不对：先提交审核，审核通过后才能发布。" },
	[REFUSAL_OWN_DRAFT] = { "own_draft", OUTCOME_ERROR, 403,
	                        "自己改过的草稿要由另一个人审核。" },
	[REFUSAL_INVALID_DRAFT] = { "invalid_draft", OUTCOME_ERROR, 409,
	                            "草稿还有错误，请按检查结果改好后再试。" },
	[REFUSAL_NUMBER_TAKEN] = { "number_taken", OUTCOME_ERROR, 409,
	                           "编号已有别的条目在用：编号一起变动的草稿，要都审核通过后一起发"
	                           "布"
	                           "。" },
	[REFUSAL_LOST_GOLDEN] = { "lost_golden", OUTCOME_ERROR, 409,
	                          "有必须保持的问题（或示例登记信息）会得到不同的答复，不能发布"
	                          "。" },
	[REFUSAL_CONFLICT] = { "conflict", OUTCOME_ERROR, 409,
	                       "这一条在草稿之后又发布过不同的改动，请打开草稿处理冲突。" },
	[REFUSAL_ENTRY_TAKEN] = { "entry_taken", OUTCOME_ERROR, 409,
	                          "这个标识已有条目在用，请换一个。" },
	[REFUSAL_NOT_TAKEN] = { "not_taken", OUTCOME_ERROR, 409,
	                        "新版本没有发布成功，仍用原来的版本。原因见服务器日志。" },
	[REFUSAL_NO_PUBLISHING] = { "no_publishing", OUTCOME_ERROR, 409,
	                            "这里不能发布：多台机器时请把 knowledge.from 设为 store。" },
	[REFUSAL_PUBLISHING] = { "publishing", OUTCOME_BUSY, 503,
	                         "正在发布另一个版本，请稍后再试。" },
	[REFUSAL_NO_VERSION] = { "no_such_version", OUTCOME_ERROR, 404, "没有这个版本。" },
	[REFUSAL_OTHER_FAQ] = { "other_faq", OUTCOME_ERROR, 409,
	                        "正在使用的问答和已存的版本没有一条相同，是另一套问答，不能发布或换"
	                        "回。" },
	[REFUSAL_CONSOLE_REMOTE] = { "console_remote", OUTCOME_ERROR, 403,
	                             "工作台只对本机开放。请管理员在配置 console.origins 中登记"
	                             "工作台的网址。" },
	[REFUSAL_CONSOLE_ORIGIN] = { "console_origin", OUTCOME_ERROR, 403,
	                             "不允许从这个网址使用工作台。请管理员在配置 console.origins 中"
	                             "登记工作台的网址。" },
	[REFUSAL_DRAINING] = { "draining", OUTCOME_BUSY, 503, "服务正在重启，请稍后再试。" },
	/* Nothing to try again soon: a page tells it as it stands. */
	[REFUSAL_CHANNEL_OFF] = { "channel_off", OUTCOME_ERROR, 403,
	                          "自动答疑暂停服务，请拨打办公电话咨询，或到办事窗口办理。" },
	[REFUSAL_BEHIND] = { "behind", OUTCOME_BUSY, 503, "知识正在更新，请稍后再试。" },
	[REFUSAL_NOT_KEPT] = { "not_kept", OUTCOME_BUSY, 503, "评价暂时没能记下，请稍后再试。" },
	[REFUSAL_INTERNAL] = { "internal", OUTCOME_ERROR, 500,
	                       "服务出了故障，请稍后再试，或拨打办公电话咨询。" },
};

const char *refusal_code(enum refusal refusal)
{
	assert((unsigned)refusal < REFUSAL_COUNT);
	return table[refusal].code;
}

const char *refusal_text(enum refusal refusal)
{
	assert((unsigned)refusal < REFUSAL_COUNT);
	return table[refusal].text;
}

int refusal_http_status(enum refusal refusal)
{
	assert((unsigned)refusal < REFUSAL_COUNT);
	assert(table[refusal].http_status >= 200); /* each refusal has its row */
	return table[refusal].http_status;
}

enum refusal refusal_of_code(const char *code)
{
	for (int i = REFUSAL_NONE + 1; code && i < REFUSAL_COUNT; i++)
		if (strcmp(table[i].code, code) == 0)
			return (enum refusal)i;
	return REFUSAL_NONE;
}

void refusal_reply(enum refusal refusal, struct reply *out)
{
	assert(refusal != REFUSAL_NONE);
	reply_refuse(out, table[refusal].outcome, table[refusal].code, table[refusal].text);
}

enum status refusal_write(enum refusal refusal, struct buf *out)
{
	struct reply reply;

	refusal_reply(refusal, &reply);
	return reply_write_json(&reply, NULL, out);
}

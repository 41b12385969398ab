/*
 * WeCom, DingTalk and Feishu as a server meets them: their requests, sealed and signed with the vendors' own library
 * where there is one, and their API on the loopback.
 */
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const http = require('node:http');
const wecom = require('@wecom/crypto');

const KEY = 'jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C';
const TOKEN = 'QDG6eK';
const CORP = 'wx5823bf96d3bd56c7';
const DINGTALK = 'this is secret';
const FEISHU = { app: 'cli_a1', secret: 'app secret', key: 'test key', token: 'verification', bot: 'ou_bot' };

let ids = 0;
const fresh = (name) => `${name}-${process.pid}-${ids += 1}`;

function post(server, where, body, headers = {}) {
	return server.fetch(where, { method: 'POST', body, headers: { 'Content-Type': 'application/json', ...headers } });
}

/* A server on the loopback that plays a platform's API; `respond(request)` gives [status, object]. */
async function api(respond) {
	const seen = [];
	const listening = http.createServer((request, response) => {
		let body = '';
		request.on('data', (data) => { body += data; });
		request.on('end', () => {
			const one = { method: request.method, url: request.url, headers: request.headers, body: JSON.parse(body) };
			seen.push(one);
			const [status, object] = respond(one, seen);
			response.writeHead(status, { 'Content-Type': 'application/json' });
			response.end(JSON.stringify(object));
		});
	});
	await new Promise((resolve) => listening.listen(0, '127.0.0.1', resolve));
	return { seen, url: `http://127.0.0.1:${listening.address().port}`,
		close: () => { listening.close(); listening.closeAllConnections(); } };
}

/* --- WeCom --- */

const seconds = () => String(Math.floor(Date.now() / 1000));

function query(encrypted, { timestamp = seconds(), nonce = 'n1', signature } = {}) {
	return `msg_signature=${signature ?? wecom.getSignature(TOKEN, timestamp, nonce, encrypted)}&timestamp=${timestamp}&nonce=${nonce}`;
}

/* Sends a message as the platform does, and gives the plain text of the response, or "". */
async function wecomBot(server, message, over = {}) {
	const encrypted = wecom.encrypt(KEY, typeof message === 'string' ? message : JSON.stringify(message), '');
	const response = await post(server, `/wecom/bot?${query(encrypted, over)}`, JSON.stringify({ encrypt: encrypted }));
	if (response.status !== 200)
		return response;
	const text = await response.text();
	if (!text)
		return '';
	const body = JSON.parse(text);
	assert.deepStrictEqual(Object.keys(body).sort(), ['encrypt', 'msgsignature', 'nonce', 'timestamp']);
	assert.strictEqual(body.msgsignature, wecom.getSignature(TOKEN, body.timestamp, body.nonce, body.encrypt));
	const opened = wecom.decrypt(KEY, body.encrypt);
	assert.strictEqual(opened.id, '');
	return JSON.parse(opened.message);
}

function said(text, { id = fresh('m'), chat = 'CHAT', person = 'user' } = {}) {
	return { msgid: id, aibotid: 'BOT', ...(chat ? { chatid: chat, chattype: 'group' } : { chattype: 'single' }),
		from: { userid: person }, response_url: 'x', msgtype: 'text', text: { content: text } };
}

const cdata = (xml, name) => new RegExp(`<${name}><!\\[CDATA\\[([^]*?)\\]\\]></${name}>`).exec(xml)?.[1];

/* A message to the application, and what sends it. */
const appSaid = (text, { id = fresh('7'), type = 'text' } = {}) => `<xml><ToUserName><![CDATA[${CORP}]]></ToUserName><FromUserName><![CDATA[zhangsan]]></FromUserName>`
	+ `<CreateTime>${seconds()}</CreateTime><MsgType><![CDATA[${type}]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId><AgentID>218</AgentID></xml>`;
const wecomApp = (server, plain, { receiver = CORP, ...over } = {}) => {
	const encrypted = wecom.encrypt(KEY, plain, receiver);
	return post(server, `/wecom/app?${query(encrypted, over)}`,
		`<xml><ToUserName><![CDATA[${CORP}]]></ToUserName><AgentID><![CDATA[218]]></AgentID><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`, { 'Content-Type': 'text/xml' });
};

/* --- DingTalk --- */

function dingtalkHeaders(timestamp = String(Date.now())) {
	return { timestamp, sign: crypto.createHmac('sha256', DINGTALK).update(`${timestamp}\n${DINGTALK}`).digest('base64') };
}

const dingtalkSaid = (text, { id = fresh('msg'), person = 'user123', ...more } = {}) => JSON.stringify({ conversationId: 'cid1', chatbotUserId: '$:LWCP_v1:$C',
	msgId: id, senderNick: '杨xx', senderStaffId: person, conversationType: '2', senderId: '$:LWCP_v1:$F', isInAtList: true,
	text: { content: ` ${text}` }, msgtype: 'text', ...more });

/* --- Feishu --- */

function feishuSealed(object, { key = FEISHU.key, timestamp = seconds(), signature } = {}) {
	const iv = crypto.randomBytes(16);
	const cipher = crypto.createCipheriv('aes-256-cbc', crypto.createHash('sha256').update(key).digest(), iv);
	const body = JSON.stringify({ encrypt: Buffer.concat([iv, cipher.update(JSON.stringify(object)), cipher.final()]).toString('base64') });
	return { body, headers: { 'X-Lark-Request-Timestamp': timestamp, 'X-Lark-Request-Nonce': 'n',
		'X-Lark-Signature': signature ?? crypto.createHash('sha256').update(`${timestamp}n${key}${body}`).digest('hex') } };
}

function feishuSaid(text, { id = fresh('om_'), person = 'ou_u', chat = 'group', at = FEISHU.bot, token = FEISHU.token, parent } = {}) {
	return { schema: '2.0', header: { event_id: fresh('e'), event_type: 'im.message.receive_v1', create_time: '1608725989000', token, app_id: FEISHU.app, tenant_key: 't' },
		event: { sender: { sender_id: { open_id: person }, sender_type: 'user' }, message: { message_id: id, ...(parent ? { root_id: parent, parent_id: parent } : {}), chat_id: 'oc_1', chat_type: chat, message_type: 'text',
			content: JSON.stringify({ text: at ? `@_user_1 ${text}` : text }), mentions: at ? [{ key: '@_user_1', id: { open_id: at }, name: 'Bot' }] : [] } } };
}

const feishuSettings = (url) => ({ feishu: { path: '/hooks/feishu', app_id: FEISHU.app, bot_id: FEISHU.bot, secret_file: 'secret',
	encrypt_key_file: 'key', token_file: 'token', api: url } });
const feishuFiles = { secret: FEISHU.secret, key: FEISHU.key, token: FEISHU.token };

module.exports = {
	CORP, DINGTALK, FEISHU, KEY, TOKEN, api, appSaid, cdata, dingtalkHeaders, dingtalkSaid, feishuFiles, feishuSaid, feishuSealed, feishuSettings,
	fresh, post, query, said, seconds, wecomApp, wecomBot,
};

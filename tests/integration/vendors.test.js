/*
 * WeCom, DingTalk and Feishu over real HTTP: a platform's requests are made here, with the vendors'
 * own library where there is one, and its API is a server on the loopback.
 */
'use strict';

const { test, describe, before, after } = require('node:test');
const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const wecom = require('@wecom/crypto');
const { Server, stopCleanly, until } = require('./harness.js');
const {
	CORP, DINGTALK, FEISHU, KEY, TOKEN, api, appSaid, cdata, dingtalkHeaders, dingtalkSaid, feishuFiles, feishuSaid, feishuSealed, feishuSettings,
	fresh, post, query, said, seconds, wecomApp, wecomBot,
} = require('./platforms.js');
const { remember } = require('../started.js');

const BATCH = '安管人员考核事项可以多人批量申请吗？';
const ANSWER = /批量/;
const REFUSED = 'refused\n';

/* A server with these channels; `files` are secrets, made in its folder. */
async function start(settings, files) {
	const server = new Server({ settings: { groups: { gather_ms: 0 }, ...settings } });
	for (const [name, text] of Object.entries(files))
		fs.writeFileSync(path.join(server.folder, name), `${text}\n`, { mode: 0o600 });
	await server.start();
	return server;
}

async function refused(response, status = 403) {
	assert.strictEqual(response.status, status);
	assert.strictEqual(await response.text(), REFUSED);
}

/* --- WeCom --- */

describe('a bot of WeCom', () => {
	let server;
	before(async () => {
		server = await start({ wecom_bot: { path: '/wecom/bot', token_file: 'token', key_file: 'key' } }, { token: TOKEN, key: KEY });
	});
	after(() => stopCleanly(server));

	test('its address is checked: what is hidden is sent back as it is', async () => {
		const hidden = wecom.encrypt(KEY, '1616140317555161061', '');
		const response = await server.fetch(`/wecom/bot?${query(hidden)}&echostr=${encodeURIComponent(hidden)}`);
		assert.strictEqual(response.status, 200);
		assert.strictEqual(await response.text(), '1616140317555161061');
		await refused(await server.fetch(`/wecom/bot?${query(hidden, { nonce: 'n2', signature: '0' })}&echostr=${encodeURIComponent(hidden)}`));
		await refused(await server.fetch('/wecom/bot'), 400);
	});

	test('a question in a group and one in a single chat are answered as a finished stream', async () => {
		for (const chat of ['CHAT', null]) {
			const answer = await wecomBot(server, said(chat ? `@答疑 ${BATCH}` : BATCH, { chat }));
			assert.strictEqual(answer.msgtype, 'stream');
			assert.strictEqual(answer.stream.finish, true);
			assert.match(answer.stream.id, /^[0-9a-f]{32}$/);
			assert.match(answer.stream.content, ANSWER);
		}
	});

	test('a message that is sent again gets the answer again, and counts once', async () => {
		const message = said(`@答疑 ${BATCH}`, { person: fresh('u') });
		const first = await wecomBot(server, message);
		const turns = () => server.metric('dayi_turns_total{outcome="answer"}');
		const before = await turns();
		assert.ok(before > 0);
		const second = await wecomBot(server, message);
		assert.strictEqual(second.stream.content, first.stream.content);
		assert.strictEqual(await turns(), before);
	});

	test('who opens the chat is welcomed, and other events get an empty response', async () => {
		const greeting = await wecomBot(server, { msgid: fresh('m'), aibotid: 'BOT', from: { userid: 'u' }, msgtype: 'event', event: { eventtype: 'enter_chat' } });
		assert.strictEqual(greeting.msgtype, 'text');
		assert.ok(greeting.text.content.length > 0);
		assert.strictEqual(await wecomBot(server, { msgtype: 'event', event: { eventtype: 'feedback_event' } }), '');
		assert.strictEqual(await wecomBot(server, 'no JSON'), '');
	});

	test('a stream that nobody knows ends', async () => {
		const answer = await wecomBot(server, { msgtype: 'stream', stream: { id: 'unknown' } });
		assert.strictEqual(answer.stream.finish, true);
		assert.ok(answer.stream.content);
	});

	test('whatever is wrong is refused with the same few bytes', async () => {
		const message = JSON.stringify(said(BATCH));
		await refused(await wecomBot(server, message, { signature: '477715d11cdb4164915debcba66cb864d751f3e6' }));
		await refused(await wecomBot(server, message, { timestamp: String(Number(seconds()) - 4000) }));
		await refused(await wecomBot(server, message, { timestamp: String(Number(seconds()) + 4000) }));
		const other = wecom.encrypt(KEY, message, CORP);
		await refused(await post(server, `/wecom/bot?${query(other)}`, JSON.stringify({ encrypt: other })));
		const broken = crypto.randomBytes(64).toString('base64');
		await refused(await post(server, `/wecom/bot?${query(broken)}`, JSON.stringify({ encrypt: broken })));
		for (const body of ['{', '[]', '{}', '{"encrypt":7}', ''])
			await refused(await post(server, `/wecom/bot?${query('x')}`, body), 400);
		await refused(await post(server, '/wecom/bot', JSON.stringify({ encrypt: 'x' })), 400);
		await refused(await server.fetch('/wecom/bot', { method: 'DELETE' }), 405);
		await refused(await post(server, `/wecom/bot?${query('x')}`, 'x'.repeat(70000)), 413);
		assert.match((await wecomBot(server, said(`@答疑 ${BATCH}`))).stream.content, ANSWER);
	});
});

/* A writer holds the store of the groups; `release` lets it go. */
async function holdStore(server) {
	const file = path.join(server.folder, 'var/groups.db');
	await until(() => fs.existsSync(file), 'the store of the groups');
	const holder = spawn('sqlite3', [file]);
	remember(holder);
	let told = '';
	holder.stdout.on('data', (data) => { told += data; });
	holder.stdin.write('.timeout 5000\nBEGIN EXCLUSIVE;\nSELECT \'held\';\n');
	await until(() => told.includes('held'), 'the lock');
	return { release: () => new Promise((resolve) => { holder.once('exit', resolve); holder.stdin.end('ROLLBACK;\n'); }) };
}

describe('an application of WeCom', () => {
	let server;
	before(async () => {
		server = await start({ wecom_app: { path: '/wecom/app', token_file: 'token', key_file: 'key', corp_id: CORP } }, { token: TOKEN, key: KEY });
	});
	after(() => stopCleanly(server));

	test('a question is answered in the response, sealed for the enterprise', async () => {
		const response = await wecomApp(server, appSaid(BATCH));
		assert.strictEqual(response.status, 200);
		const body = await response.text();
		const encrypted = cdata(body, 'Encrypt');
		assert.strictEqual(cdata(body, 'MsgSignature'),
			wecom.getSignature(TOKEN, /<TimeStamp>(\d+)</.exec(body)[1], cdata(body, 'Nonce'), encrypted));
		const { message, id } = wecom.decrypt(KEY, encrypted);
		assert.strictEqual(id, CORP);
		assert.strictEqual(cdata(message, 'ToUserName'), 'zhangsan');
		assert.strictEqual(cdata(message, 'FromUserName'), CORP);
		assert.strictEqual(cdata(message, 'MsgType'), 'text');
		assert.match(cdata(message, 'Content'), ANSWER);
		assert.ok(Buffer.byteLength(cdata(message, 'Content')) <= 2048);
	});

	test('events get an empty response', async () => {
		const response = await wecomApp(server, '<xml><FromUserName>u</FromUserName><MsgType>event</MsgType><Event>subscribe</Event></xml>');
		assert.strictEqual(response.status, 200);
		assert.strictEqual(await response.text(), '');
	});

	test('a bomb, another enterprise and a wrong signature are refused', async () => {
		const bomb = '<!DOCTYPE x [<!ENTITY a "haha"><!ENTITY b "&a;&a;&a;&a;">]><xml><Encrypt>&b;</Encrypt></xml>';
		await refused(await post(server, `/wecom/app?${query('x')}`, bomb, { 'Content-Type': 'text/xml' }), 400);
		await refused(await wecomApp(server, appSaid(BATCH), { receiver: 'wx0' }));
		await refused(await wecomApp(server, appSaid(BATCH), { signature: '0'.repeat(40) }));
		assert.strictEqual(await (await wecomApp(server, bomb)).text(), ''); // within a sealed message: no answer
	});
});

/* --- DingTalk --- */

describe('DingTalk', () => {
	let server;
	before(async () => {
		server = await start({ dingtalk: { path: '/hooks/dingtalk', secret_file: 'secret' } }, { secret: DINGTALK });
	});
	after(() => stopCleanly(server));

	test('a question in a group is answered in the response, and the asker is called', async () => {
		const answer = await (await post(server, '/hooks/dingtalk', dingtalkSaid(BATCH), dingtalkHeaders())).json();
		assert.strictEqual(answer.msgtype, 'markdown');
		assert.ok(answer.markdown.title);
		assert.match(answer.markdown.text, /^@user123\n\n/);
		assert.match(answer.markdown.text, ANSWER);
		assert.deepStrictEqual(answer.at, { atUserIds: ['user123'], isAtAll: false });
	});

	test('nobody is called in a single chat', async () => {
		const answer = await (await post(server, '/hooks/dingtalk', dingtalkSaid(BATCH, { conversationType: '1' }), dingtalkHeaders())).json();
		assert.match(answer.markdown.text, ANSWER);
		assert.strictEqual(answer.at, undefined);
	});

	test('who is not spoken to says nothing', async () => {
		const answer = await (await post(server, '/hooks/dingtalk', dingtalkSaid(BATCH, { isInAtList: false }), dingtalkHeaders())).json();
		assert.deepStrictEqual(answer, { msgtype: 'empty' });
	});

	test('whatever is wrong is refused with the same few bytes', async () => {
		const body = dingtalkSaid(BATCH);
		await refused(await post(server, '/hooks/dingtalk', body), 400);
		await refused(await post(server, '/hooks/dingtalk', body, { ...dingtalkHeaders(), sign: 'hmPWwU+7lVdm3ZZz0r9tSfx0L4Q26jWOZr9+Gs6EZQM=' }));
		await refused(await post(server, '/hooks/dingtalk', body, dingtalkHeaders(String(Date.now() - 3700000))));
		await refused(await post(server, '/hooks/dingtalk', body, dingtalkHeaders('1577262236757')));
		await refused(await post(server, '/hooks/dingtalk', '{', dingtalkHeaders()), 400);
		await refused(await server.fetch('/hooks/dingtalk'), 405);
	});

	/* The signature does not cover the body, and may be replayed for an hour: the message counts once. */
	test('a replayed request gives no second answer of another kind', async () => {
		const headers = dingtalkHeaders(), body = dingtalkSaid(BATCH, { person: fresh('u') });
		const first = await (await post(server, '/hooks/dingtalk', body, headers)).json();
		assert.deepStrictEqual(await (await post(server, '/hooks/dingtalk', body, headers)).json(), first);
	});
});

test('DingTalk is answered at the address of the conversation, where that lies where it is allowed', async () => {
	const robot = await api(() => [200, { errcode: 0, errmsg: 'ok' }]);
	const server = await start({ dingtalk: { path: '/hooks/dingtalk', secret_file: 'secret', answer: 'webhook', webhook: `${robot.url}/robot/` } }, { secret: DINGTALK });
	try {
		const webhook = (url, until_ms) => ({ sessionWebhook: url, sessionWebhookExpiredTime: until_ms });
		const ask = async (more) => (await post(server, '/hooks/dingtalk', dingtalkSaid(BATCH, { person: fresh('u'), ...more }), dingtalkHeaders())).json();
		assert.deepStrictEqual(await ask(webhook('http://127.0.0.1:1/robot/x', Date.now() + 60000)), { msgtype: 'empty' });
		await server.logged(/answer_unsent channel="dingtalk"/);
		assert.deepStrictEqual(await ask(webhook(`${robot.url}/robot/late`, Date.now() - 1000)), { msgtype: 'empty' });
		assert.deepStrictEqual(await ask(webhook(`${robot.url}/robot/sendBySession?session=a1`, Date.now() + 60000)), { msgtype: 'empty' });
		await until(() => robot.seen.length > 0, 'an answer');
		assert.strictEqual(robot.seen[0].url, '/robot/sendBySession?session=a1');
		assert.match(robot.seen[0].body.markdown.text, ANSWER);
		assert.strictEqual(robot.seen.length, 1);
	} finally {
		await stopCleanly(server);
		robot.close();
	}
});

/* The message may have come, for what answers stands before DingTalk. */
test('what a proxy answers in the place of DingTalk is not taken for a refusal, and not sent again', async () => {
	const robot = await api(() => [504, { message: 'Gateway Time-out' }]);
	const server = await start({ dingtalk: { path: '/hooks/dingtalk', secret_file: 'secret', answer: 'webhook', webhook: `${robot.url}/robot/` } }, { secret: DINGTALK });
	try {
		await post(server, '/hooks/dingtalk', dingtalkSaid(BATCH, { person: fresh('u'),
			sessionWebhook: `${robot.url}/robot/x`, sessionWebhookExpiredTime: Date.now() + 60000 }), dingtalkHeaders());
		await server.logged(/answer_unsent channel="dingtalk" outcome="unknown"/);
		assert.strictEqual(robot.seen.length, 1);
	} finally {
		await stopCleanly(server);
		robot.close();
	}
});

/* Nothing can be claimed while another writer holds the store: every platform gets its response in time all the same. */
test('a slow answer is announced in time, and comes behind', { skip: spawnSync('sqlite3', ['-version']).error && 'there is no sqlite3' }, async () => {
	const robot = await api(() => [200, { errcode: 0, errmsg: 'ok' }]);
	const server = await start({ wecom_bot: { path: '/wecom/bot', token_file: 'token', key_file: 'key' },
		wecom_app: { path: '/wecom/app', token_file: 'token', key_file: 'key', corp_id: CORP },
		dingtalk: { path: '/hooks/dingtalk', secret_file: 'secret', webhook: `${robot.url}/robot/` },
		groups: { gather_ms: 0, busy_ms: 20000 } }, { token: TOKEN, key: KEY, secret: DINGTALK });
	const within = async (ms, response) => {
		const begun = Date.now();
		const got = await response;
		assert.ok(Date.now() - begun < ms, `the platform gives up after ${ms} ms`);
		return got;
	};
	try {
		const store = await holdStore(server);
		const [bot, app, dingtalk] = await Promise.all([
			within(5000, wecomBot(server, said(`@答疑 ${BATCH}`))),
			within(5000, wecomApp(server, appSaid(BATCH)).then((response) => response.text())),
			within(3000, post(server, '/hooks/dingtalk', dingtalkSaid(BATCH, { sessionWebhook: `${robot.url}/robot/x`,
				sessionWebhookExpiredTime: Date.now() + 60000 }), dingtalkHeaders()).then((response) => response.json())),
		]);
		assert.strictEqual(bot.stream.finish, false);
		assert.ok(bot.stream.content);
		assert.doesNotMatch(bot.stream.content, ANSWER);
		assert.doesNotMatch(cdata(wecom.decrypt(KEY, cdata(app, 'Encrypt')).message, 'Content'), ANSWER);
		assert.strictEqual(dingtalk.msgtype, 'text');
		assert.doesNotMatch(dingtalk.text.content, ANSWER);
		const poll = () => wecomBot(server, { msgtype: 'stream', stream: { id: bot.stream.id } });
		assert.strictEqual((await poll()).stream.finish, false);
		assert.strictEqual(robot.seen.length, 0);
		await store.release();
		const last = await until(async () => {
			const now = await poll();
			return now.stream.finish && now;
		}, 'the rest of the stream');
		assert.strictEqual(last.stream.id, bot.stream.id);
		assert.match(last.stream.content, ANSWER);
		assert.strictEqual((await poll()).stream.content, last.stream.content);
		await until(() => robot.seen.length > 0, 'the late answer');
		assert.match(robot.seen[0].body.markdown.text, ANSWER);
	} finally {
		await stopCleanly(server);
		robot.close();
	}
});

/* --- Feishu --- */

describe('Feishu', () => {
	let server, cloud, tokens = 0, refuseToken = false, refuseReply = false;
	before(async () => {
		cloud = await api((request) => {
			if (request.url === '/open-apis/auth/v3/tenant_access_token/internal') {
				assert.deepStrictEqual(request.body, { app_id: FEISHU.app, app_secret: FEISHU.secret });
				return [200, { code: 0, msg: 'ok', tenant_access_token: `t-${tokens += 1}`, expire: 7200 }];
			}
			if (refuseToken && request.headers.authorization === 'Bearer t-1')
				return [400, { code: 99991663, msg: 'Invalid access token' }];
			return refuseReply ? [400, { code: 230002, msg: 'bot is not in the chat' }] : [200, { code: 0, msg: 'success', data: { message_id: 'om_answer' } }];
		});
		server = await start(feishuSettings(cloud.url), feishuFiles);
	});
	after(async () => {
		await stopCleanly(server);
		cloud.close();
	});

	const send = ({ body, headers }) => post(server, '/hooks/feishu', body, headers);
	const replies = () => cloud.seen.filter((one) => /\/reply$/.test(one.url));
	/* The reply to a message, once it was sent. */
	const replyTo = (id) => until(() => replies().find((one) => one.url === `/open-apis/im/v1/messages/${id}/reply`), `a reply to ${id}`);
	const pieces = (reply) => JSON.parse(reply.body.content).zh_cn.content[0];

	test('its address is checked, plain and encrypted', async () => {
		const challenge = { challenge: 'ajls384kdjx98XX', token: FEISHU.token, type: 'url_verification' };
		for (const one of [{ body: JSON.stringify(challenge), headers: {} }, { ...feishuSealed(challenge), headers: {} }]) {
			const response = await send(one);
			assert.strictEqual(response.status, 200);
			assert.deepStrictEqual(await response.json(), { challenge: 'ajls384kdjx98XX' });
		}
		await refused(await send({ body: JSON.stringify({ ...challenge, token: 'x' }), headers: {} }));
	});

	test('a question is answered by the API, with one token for all', async () => {
		for (const chat of ['group', 'p2p']) {
			const id = fresh('om_');
			const response = await send(feishuSealed(feishuSaid(BATCH, { id, chat, at: chat === 'group' && FEISHU.bot })));
			assert.strictEqual(response.status, 200);
			assert.deepStrictEqual(await response.json(), {});
			const reply = await replyTo(id);
			assert.strictEqual(reply.headers.authorization, 'Bearer t-1');
			assert.strictEqual(reply.body.msg_type, 'post');
			assert.ok(reply.body.uuid.length > 0 && reply.body.uuid.length <= 50);
			assert.match(pieces(reply).at(-1).text, ANSWER);
			assert.deepStrictEqual(pieces(reply)[0], chat === 'group' ? { tag: 'at', user_id: 'ou_u' } : pieces(reply).at(-1));
		}
		assert.strictEqual(tokens, 1);
	});

	test('a message that comes again, and one to somebody else, get no reply', async () => {
		const id = fresh('om_');
		const message = feishuSaid(BATCH, { id, person: fresh('ou_') });
		await send(feishuSealed(message));
		await replyTo(id);
		const before = replies().length;
		assert.strictEqual((await send(feishuSealed(message))).status, 200);
		assert.strictEqual((await send(feishuSealed(feishuSaid(BATCH, { at: 'ou_other' })))).status, 200);
		const last = fresh('om_');
		await send(feishuSealed(feishuSaid(BATCH, { id: last, person: fresh('ou_') })));
		await replyTo(last);
		assert.strictEqual(replies().length, before + 1);
	});

	test('a reply to what it said is to it, a reply to somebody else is not', async () => {
		const aside = fresh('om_'), id = fresh('om_');
		await send(feishuSealed(feishuSaid(BATCH, { id: aside, person: fresh('ou_'), at: null, parent: 'om_another' })));
		await send(feishuSealed(feishuSaid(BATCH, { id, person: fresh('ou_'), at: null, parent: 'om_answer' })));
		await replyTo(id);
		assert.ok(!replies().some((one) => one.url.includes(aside)));
	});

	test('a token that does not count any more is asked for once again', async () => {
		refuseToken = true;
		const id = fresh('om_');
		await send(feishuSealed(feishuSaid(BATCH, { id, person: fresh('ou_') })));
		await until(() => replies().some((one) => one.url.includes(id) && one.headers.authorization === 'Bearer t-2'), 'a reply with the new token');
		assert.strictEqual(tokens, 2);
	});

	test('what the platform refuses is tried once more, and logged', async () => {
		refuseReply = true;
		const id = fresh('om_');
		await send(feishuSealed(feishuSaid(BATCH, { id, person: fresh('ou_') })));
		await server.logged(/answer_unsent channel="feishu" outcome="failed"/);
		refuseReply = false;
		assert.ok(replies().filter((one) => one.url.includes(id)).length <= 2);
	});

	test('whatever is wrong is refused with the same few bytes', async () => {
		await refused(await send(feishuSealed(feishuSaid(BATCH), { signature: '0'.repeat(64) })));
		await refused(await send(feishuSealed(feishuSaid(BATCH), { timestamp: String(Number(seconds()) - 4000) })));
		await refused(await send(feishuSealed(feishuSaid(BATCH), { key: 'test kex' })));
		await refused(await send(feishuSealed(feishuSaid(BATCH, { token: 'x' }))));
		await refused(await send({ body: JSON.stringify(feishuSaid(BATCH)), headers: {} }));
		await refused(await send({ ...feishuSealed(feishuSaid(BATCH)), headers: {} }));
		await refused(await send({ body: '{', headers: {} }), 400);
		await refused(await server.fetch('/hooks/feishu'), 405);
	});

	test('no secret is in the log', () => {
		for (const secret of [FEISHU.secret, FEISHU.key, 't-1', 't-2'])
			assert.ok(!server.log.includes(secret), secret);
	});
});

/* Two processes over one store, and so a process that began anew. */
test('what one process has answered another does not answer again', async () => {
	const cloud = await api((request) => (/token/.test(request.url) ? [200, { code: 0, tenant_access_token: 't-1', expire: 7200 }] : [200, { code: 0, data: {} }]));
	const first = await start(feishuSettings(cloud.url), feishuFiles);
	const second = await start({ ...feishuSettings(cloud.url), groups: { gather_ms: 0, store: path.join(first.folder, 'var/groups.db') },
		session: { key_file: path.join(first.folder, 'var/session.key') } }, feishuFiles);
	try {
		const replies = () => cloud.seen.filter((one) => /reply$/.test(one.url)).map((one) => one.url.split('/').at(-2));
		const send = async (server, message) => {
			const { body, headers } = feishuSealed(message);
			assert.strictEqual((await post(server, '/hooks/feishu', body, headers)).status, 200);
		};
		const asked = feishuSaid(BATCH, { id: 'om_once' });
		await send(first, asked);
		await until(() => replies().length === 1, 'the answer');
		await send(second, asked);
		await send(second, feishuSaid(BATCH, { id: 'om_last', person: 'ou_v' }));
		await until(() => replies().includes('om_last'), 'the answer to another message');
		assert.deepStrictEqual(replies(), ['om_once', 'om_last']);
	} finally {
		await stopCleanly(second);
		await stopCleanly(first);
		cloud.close();
	}
});

/* --- configuration --- */

function check(settings, files = {}) {
	const server = new Server({ settings });
	try {
		for (const [name, text] of Object.entries(files))
			fs.writeFileSync(path.join(server.folder, name), text, { mode: 0o600 });
		const run = spawnSync(path.resolve(process.env.DAYI_BIN), ['serve', '--config', server.config, '--check-config'],
			{ cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
		return { status: run.status, text: run.stdout + run.stderr, line: (key) => fs.readFileSync(server.config, 'utf8').split('\n').findIndex((one) => one.startsWith(`${key} =`)) + 1 };
	} finally {
		fs.rmSync(server.folder, { recursive: true, force: true });
	}
}

test('what does not make sense is told, by its key', () => {
	const wrong = [
		[{ wecom_bot: { path: '/chat', token_file: 'token', key_file: 'key' } }, /wecom_bot\.path: \/chat: is a path of this server's own/],
		[{ wecom_bot: { path: 'wecom', token_file: 'token', key_file: 'key' } }, /dayi\.ini:\d+: wecom_bot\.path: wecom: must be a path/],
		[{ wecom_bot: { path: '/x', token_file: 'token', key_file: 'key' }, dingtalk: { path: '/x', secret_file: 'token' } }, /dingtalk\.path: \/x: must be another path/],
		[{ wecom_bot: { path: '/x', token_file: 'token' } }, /dayi\.ini:\d+: wecom_bot\.key_file: the channel is on and needs this/],
		[{ wecom_bot: { path: '/x', token_file: 'token', key_file: 'short' } }, /wecom_bot\.key_file: short: must hold an EncodingAESKey/],
		[{ wecom_bot: { path: '/x', token_file: 'nowhere', key_file: 'key' } }, /dayi\.ini:\d+: wecom_bot\.token_file: nowhere: the channel is on and needs this\nnowhere: the key cannot be read/],
		[{ wecom_app: { path: '/x', token_file: 'token', key_file: 'key' } }, /dayi\.ini:\d+: wecom_app\.corp_id: the channel is on and needs this/],
		[{ dingtalk: { path: '/x', secret_file: 'token', answer: 'webhook' } }, /dingtalk\.answer: webhook: needs dingtalk\.webhook/],
		[{ dingtalk: { path: '/x', secret_file: 'token', answer: 'mail' } }, /dingtalk\.answer: mail: must be response or webhook/],
		[{ dingtalk: { path: '/x', secret_file: 'token', webhook: 'http://oapi.dingtalk.com/robot/' } }, /dingtalk\.webhook: .*must begin with https/],
		[{ dingtalk: { path: '/x', secret_file: 'token', webhook: 'https://oapi.dingtalk.com' } }, /dingtalk\.webhook: .*end with \//],
		[{ feishu: { ...feishuSettings('http://open.feishu.cn').feishu } }, /feishu\.api: .*must begin with https/],
	];
	const files = { token: `${TOKEN}\n`, key: `${KEY}\n`, short: 'abc\n', secret: 's\n' };
	for (const [settings, pattern] of wrong) {
		const { status, text } = check(settings, files);
		assert.notStrictEqual(status, 0, JSON.stringify(settings));
		assert.match(text, pattern);
	}
	const sound = check({ wecom_bot: { path: '/x', token_file: 'token', key_file: 'key' } }, files);
	assert.strictEqual(sound.status, 0, sound.text);
});

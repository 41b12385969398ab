/* The kill switch of each channel and the emergency notice: from the console and the prompt, on every replica, audited. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { WebSocket } = require('ws');
const { Server, until } = require('./harness');
const { Operator, addUser, outcome } = require('./operator');
const {
	CORP, DINGTALK, FEISHU, KEY, TOKEN, api, appSaid, dingtalkHeaders, dingtalkSaid, feishuFiles, feishuSaid, feishuSealed, feishuSettings, fresh, post, said,
	wecomApp, wecomBot,
} = require('./platforms');
const { Postgres } = require('./records');

const PATH = '/onebot/v11/ws';
const SELF = 10001000;
const TEXT = '系统今晚22点至24点升级，期间不能提交申请。';
const CHEAP = { hash_mib: 8, hash_passes: 1 };
const SETTINGS = { console: CHEAP, onebot: { path: PATH }, groups: { gather_ms: 0 } };

async function start(t, settings = {}) {
	const server = await Server.start({ settings: { ...SETTINGS, ...settings } });
	t.after(() => server.stop());
	addUser(server, 'guan', 'administrator');
	return { server, admin: await Operator.signedIn(server, 'guan') };
}

const json = async (response) => {
	assert.equal(response.status, 200, await response.clone().text());
	return response.json();
};

const dayi = (server, ...args) => {
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), [...args, '--config', server.config], { cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, timeout: 60000 });
	assert.equal(run.status, 0, run.stderr);
	return run.stdout;
};

const audited = (server, file = 'var/audit.db') => spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', 'list', '--file', file, '--key', 'var/audit.key'],
	{ cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout;

const turn = (operator, channel, on) => operator.post('channels/switch', { channel, on }).then(json);
const channelOf = (bulletin, name) => bulletin.channels.find(({ channel }) => channel === name);
const asked = async (server) => outcome(await server.ask({ text: '安管人员考核事项可以多人批量申请吗' }));

/* A program that holds a QQ account: what it is told to send. */
async function peerOf(t, server) {
	const socket = new WebSocket(`ws://127.0.0.1:${server.port}${PATH}`, { perMessageDeflate: false, headers: { 'X-Self-ID': String(SELF), 'X-Client-Role': 'Universal' } });
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	t.after(() => socket.terminate());
	const peer = { said: [], asked: 0 };
	socket.on('message', (data) => {
		const action = JSON.parse(data);
		if (action.action.startsWith('send_'))
			peer.said.push(JSON.stringify(action.params.message));
		socket.send(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 500 + peer.said.length }, echo: action.echo }));
	});
	peer.ask = () => socket.send(JSON.stringify({
		time: Math.floor(Date.now() / 1000), self_id: SELF, post_type: 'message', message_type: 'group', sub_type: 'normal', message_id: ++peer.asked,
		group_id: 1, user_id: 20002000, message: [{ type: 'at', data: { qq: String(SELF) } }, { type: 'text', data: { text: ' 照片传不上去' } }],
		raw_message: '', font: 0, sender: { user_id: 20002000 } }));
	return peer;
}

test('a channel that is switched off answers nobody, and is seen with who did it', async (t) => {
	const { server, admin } = await start(t);
	assert.equal((await asked(server)).status, 200);
	await until(async () => channelOf(await json(await admin.get('channels')), 'http').today === 1, 'the turn in the journal');
	const chat = await server.chat();
	await chat.hello();
	let asks = 0;
	const ask = () => chat.ask('安管人员考核事项可以多人批量申请吗', `a${++asks}`);
	const off = channelOf(await turn(admin, 'http', false), 'http');
	assert.equal(off.on, false);
	assert.equal(off.by, 'guan');
	assert.ok(Math.abs(Date.parse(off.since) - Date.now()) < 600000);
	await until(async () => (await asked(server)).reason === 'channel_off', 'the switch');
	assert.deepEqual(await asked(server), { status: 403, reason: 'channel_off' });
	assert.equal((await ask()).outcome, 'answer', 'the page is another channel');
	await turn(admin, 'web', false);
	await until(async () => (await ask()).reason === 'channel_off', 'the switch');
	await turn(admin, 'http', true);
	await turn(admin, 'web', true);
	await until(async () => (await asked(server)).status === 200, 'that it is on');
	await until(async () => (await ask()).outcome === 'answer', 'that it is on');
	const rows = audited(server);
	assert.match(rows, /account:guan\t@channel_off\tconsole, from 127\.0\.0\.1.*, http/);
	assert.match(rows, /account:guan\t@channel_on\tconsole, from 127\.0\.0\.1.*, web/);
});

test('a program is switched as http, whatever its key is called', async (t) => {
	const { server, admin } = await start(t);
	const names = ['feishu', 'web', 'onebot', 'kiosk'];
	const keys = names.map((name) => dayi(server, 'key', 'add', name, 'ask').trim());
	const answers = () => Promise.all(keys.map(async (key) => outcome(await server.ask({ text: '安管人员考核事项可以多人批量申请吗' }, { 'X-Api-Key': key }))));
	await until(async () => (await answers()).every(({ status }) => status === 200), 'the keys to count');
	await turn(admin, 'http', false);
	await until(async () => (await asked(server)).reason === 'channel_off', 'the switch');
	assert.deepEqual(await answers(), names.map(() => ({ status: 403, reason: 'channel_off' })));
	await turn(admin, 'http', true);
	await turn(admin, 'web', false);
	await until(async () => (await asked(server)).status === 200, 'that it is on');
	assert.deepEqual((await answers()).map(({ status }) => status), names.map(() => 200));
	const counted = () => spawnSync('sqlite3', [server.journalFile, 'SELECT DISTINCT channel FROM turn ORDER BY channel'], { encoding: 'utf8' }).stdout.trim().split('\n');
	await until(() => counted().length === 5, 'the turns in the journal');
	assert.deepEqual(counted(), ['http', 'key:feishu', 'key:onebot', 'key:web', 'kiosk']);
});

test('a store that cannot be opened at the start is opened later', async (t) => {
	const server = new Server({ settings: { groups: { store: 'later/groups.db' } } });
	fs.writeFileSync(path.join(server.folder, 'later'), '');
	await server.start();
	t.after(() => server.stop());
	assert.equal((await asked(server)).status, 200);
	await until(() => server.log.includes('bulletin_closed'), 'a word in the log');
	fs.rmSync(path.join(server.folder, 'later'));
	fs.mkdirSync(path.join(server.folder, 'later'), { mode: 0o700 });
	dayi(server, 'channel', 'off', 'http');
	await until(async () => (await asked(server)).reason === 'channel_off', 'the switch');
});

test('a platform of group chats is silenced from the console, and at the prompt', async (t) => {
	const { server, admin } = await start(t);
	const peer = await peerOf(t, server);
	peer.ask();
	await until(() => peer.said.length === 1, 'an answer');
	assert.deepEqual((await json(await admin.get('channels'))).channels.filter(({ configured }) => configured).map(({ channel }) => channel), ['web', 'http', 'onebot']);
	await turn(admin, 'onebot', false);
	await until(async () => (await server.metric('dayi_channel_on{channel="onebot"}')) === 0, 'the switch');
	peer.ask();
	await until(async () => (await server.metric('dayi_channel_silent_total{channel="onebot",reason="off"}')) === 1, 'silence');
	assert.equal(peer.said.length, 1);
	dayi(server, 'channel', 'on', 'onebot');
	await until(async () => (await server.metric('dayi_channel_on{channel="onebot"}')) === 1, 'the switch');
	dayi(server, 'channel', 'off', 'web');
	await until(async () => channelOf(await json(await admin.get('channels')), 'web').on === false, 'the switch');
	assert.match(channelOf(await json(await admin.get('channels')), 'web').by, /^operator:uid-/);
});

test('a notice stands in every chat and before answers in groups, until it is over', async (t) => {
	const { server, admin } = await start(t);
	const peer = await peerOf(t, server);
	const chat = await server.chat();
	assert.equal((await chat.hello()).notice, undefined);
	assert.equal((await (await server.ask({ text: '安管人员考核事项可以多人批量申请吗' })).json()).notice, undefined);
	const { notice } = await json(await admin.post('notice', { text: TEXT, until: new Date(Date.now() + 3600000).toISOString() }));
	assert.equal(notice.text, TEXT);
	assert.equal(notice.by, 'guan');
	assert.equal(notice.shown, true);
	assert.equal((await chat.next((frame) => frame.type === 'notice')).notice.text, TEXT);
	assert.equal((await (await server.chat()).hello()).notice.text, TEXT);
	assert.equal((await (await server.ask({ text: '安管人员考核事项可以多人批量申请吗' })).json()).notice.text, TEXT);
	assert.equal((await (await server.fetch('/api/v1/office')).json()).notice.text, TEXT);
	peer.ask();
	await until(() => peer.said.length === 1, 'an answer');
	assert.match(peer.said[0], new RegExp(`【通知】${TEXT}`));
	await json(await admin.post('notice/end'));
	assert.equal((await chat.next((frame) => frame.type === 'notice')).notice, null);
	assert.equal((await (await server.fetch('/api/v1/office')).json()).notice, null);
	const rows = audited(server);
	assert.match(rows, new RegExp(`account:guan\t@notice_up\tconsole, from 127\\.0\\.0\\.1.*, ${TEXT}`));
	assert.match(rows, /account:guan\t@notice_down\t/);
});

test('a notice waits for its time, and goes by itself', async (t) => {
	const { server, admin } = await start(t);
	const chat = await server.chat();
	await chat.hello();
	const in_ms = (ms) => new Date(Math.ceil((Date.now() + ms) / 1000) * 1000).toISOString();
	const planned = await json(await admin.post('notice', { text: '明天停机', from: in_ms(3600000), until: in_ms(7200000) }));
	assert.equal(planned.notice.shown, false);
	assert.equal((await (await server.fetch('/api/v1/office')).json()).notice, null);
	await json(await admin.post('notice', { text: TEXT, from: in_ms(1000), until: in_ms(3000) }));
	assert.equal((await chat.next((frame) => frame.type === 'notice')).notice.text, TEXT);
	assert.equal((await chat.next((frame) => frame.type === 'notice')).notice, null);
	assert.equal((await json(await admin.get('channels'))).notice, null);
});

test('what is no notice and no channel is refused', async (t) => {
	const { admin } = await start(t);
	for (const body of [{}, { text: '' }, { text: '\u3000 ' }, { text: 5 }, { text: 'a\nb' }, { text: '长'.repeat(201) }, { text: 'a', from: 'tomorrow' },
		{ text: 'a', until: '2026-11-30' }, { text: 'a', until: '2026-02-30T00:00:00Z' }, { text: 'a', from: '2030-01-02T00:00:00Z', until: '2030-01-01T00:00:00Z' }, { text: 'a', until: '2026-01-01T25:00:00Z' }])
		assert.deepEqual(await outcome(await admin.post('notice', body)), { status: 400, reason: 'bad_member' }, JSON.stringify(body));
	for (const body of [{}, { channel: 'qq', on: true }, { channel: 'web' }, { channel: 'web', on: 'no' }])
		assert.deepEqual(await outcome(await admin.post('channels/switch', body)), { status: 400, reason: 'bad_member' }, JSON.stringify(body));
	assert.equal((await json(await admin.post('notice', { text: '😀'.repeat(200) }))).notice.text, '😀'.repeat(200));
});

test('what is switched at one replica holds at the other, and at one that begins', async (t) => {
	const postgres = await Postgres.start(t);
	const settings = { ...SETTINGS, store: { url: postgres.connect }, record: { source: 'none' } };
	const { server: first, admin } = await start(t, settings);
	const second = new Server({ settings });
	t.after(() => second.stop());
	fs.cpSync(path.join(first.folder, 'var'), path.join(second.folder, 'var'), { recursive: true });
	await second.start();
	const chat = await second.chat();
	await chat.hello();
	await json(await admin.post('notice', { text: TEXT }));
	assert.equal((await chat.next((frame) => frame.type === 'notice')).notice.text, TEXT);
	await turn(admin, 'http', false);
	await turn(admin, 'onebot', false);
	await until(async () => (await asked(second)).reason === 'channel_off', 'the switch');
	await until(async () => (await second.metric('dayi_channel_on{channel="onebot"}')) === 0, 'the switch');
	const third = new Server({ settings });
	t.after(() => third.stop());
	fs.cpSync(path.join(first.folder, 'var'), path.join(third.folder, 'var'), { recursive: true });
	await third.start();
	assert.deepEqual(await asked(third), { status: 403, reason: 'channel_off' }, 'from the first moment');
	assert.equal((await (await third.fetch('/api/v1/office')).json()).notice.text, TEXT);
	assert.match(audited(first, postgres.connect), /@channel_off/);
});

const BATCH = '安管人员考核事项可以多人批量申请吗';

/* Whether a server answers in each channel; every question is another person's. */
const answers = {
	http: async (server) => (await asked(server)).reason !== 'channel_off',
	async web(server) {
		const chat = await server.chat();
		await chat.hello();
		const reply = await chat.ask(BATCH, fresh('a'));
		await chat.close();
		return reply.reason !== 'channel_off';
	},
	async onebot(server, { peers }) {
		const peer = peers.get(server), before = peer.said.length, off = 'dayi_channel_silent_total{channel="onebot",reason="off"}';
		const silent = await server.metric(off);
		peer.ask();
		return until(async () => (peer.said.length > before && 'answered') || ((await server.metric(off)) > silent && 'silent'), 'an answer or silence')
			.then((what) => what === 'answered');
	},
	wecom_bot: async (server) => (await wecomBot(server, said(`@答疑 ${BATCH}`, { person: fresh('u') }))) !== '',
	wecom_app: async (server) => (await (await wecomApp(server, appSaid(BATCH))).text()) !== '',
	dingtalk: async (server) => (await (await post(server, '/hooks/dingtalk', dingtalkSaid(BATCH, { person: fresh('u') }), dingtalkHeaders())).json()).msgtype !== 'empty',
	async feishu(server, { cloud }) {
		const id = fresh('om_'), off = 'dayi_channel_silent_total{channel="feishu",reason="off"}', silent = await server.metric(off);
		const { body, headers } = feishuSealed(feishuSaid(BATCH, { id, person: fresh('ou_') }));
		await post(server, '/hooks/feishu', body, headers);
		return until(async () => (cloud.seen.some((one) => one.url.includes(`/${id}/reply`)) && 'answered') || ((await server.metric(off)) > silent && 'silent'), 'a reply or silence')
			.then((what) => what === 'answered');
	},
};

test('each channel is silenced at the prompt on every replica, and speaks again on every one', async (t) => {
	const cloud = await api((request) => (/token/.test(request.url) ? [200, { code: 0, tenant_access_token: 't-1', expire: 7200 }] : [200, { code: 0, data: { message_id: fresh('om_') } }]));
	t.after(() => cloud.close());
	const postgres = await Postgres.start(t);
	const settings = { ...SETTINGS, store: { url: postgres.connect }, record: { source: 'none' },
		wecom_bot: { path: '/wecom/bot', token_file: 'w.token', key_file: 'w.key' }, wecom_app: { path: '/wecom/app', token_file: 'w.token', key_file: 'w.key', corp_id: CORP },
		dingtalk: { path: '/hooks/dingtalk', secret_file: 'dingtalk' }, ...feishuSettings(cloud.url) };
	const servers = [new Server({ settings }), new Server({ settings })];
	const peers = new Map();
	for (const server of servers) {
		t.after(() => server.stop());
		for (const [name, text] of Object.entries({ 'w.token': TOKEN, 'w.key': KEY, dingtalk: DINGTALK, ...feishuFiles }))
			fs.writeFileSync(path.join(server.folder, name), `${text}\n`, { mode: 0o600 });
		if (server !== servers[0])
			fs.cpSync(path.join(servers[0].folder, 'var'), path.join(server.folder, 'var'), { recursive: true });
		await server.start();
		peers.set(server, await peerOf(t, server));
		peers.get(server).asked = 1000 * peers.size; // the same id is the same message
	}
	const spoken = async (names) => Object.fromEntries(await Promise.all(names.flatMap((name) => servers.map(async (server, i) => [`${name} ${i}`, await answers[name](server, { peers, cloud })]))));
	const names = Object.keys(answers);
	const all = (value) => Object.fromEntries(names.flatMap((name) => servers.map((server, i) => [`${name} ${i}`, value])));
	assert.deepEqual(await spoken(names), all(true));
	for (const [to, turned] of [['off', false], ['on', true]]) {
		for (const [i, name] of names.entries())
			dayi(servers[i % 2], 'channel', to, name);
		await until(async () => Object.values(await spoken(['http', 'web'])).every((one) => one === turned), 'the switches of the web');
		await until(async () => (await Promise.all(servers.flatMap((server) => names.slice(2).map((name) => server.metric(`dayi_channel_on{channel="${name}"}`))))).every((one) => one === Number(turned)), 'the switches of the platforms');
		assert.deepEqual(await spoken(names), all(turned), to);
		const rows = spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', 'list', '--file', postgres.connect, '--key', 'var/audit.key'], { cwd: servers[0].folder, encoding: 'utf8' }).stdout;
		for (const name of names)
			assert.match(rows, new RegExp(`@channel_${to}\t.*${name}`), `${to} ${name}`);
	}
	for (const server of servers)
		assert.equal(server.result, undefined, 'none began anew');
});

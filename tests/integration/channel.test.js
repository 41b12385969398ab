/* `dayi channel`: what a channel has done, and the switch that silences it while the server runs. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const path = require('node:path');
const { spawn, spawnSync } = require('node:child_process');
const { WebSocket } = require('ws');
const { Server, until } = require('./harness');
const { Peer } = require('../onebot-peer');

const PATH = '/onebot/v11/ws';
const SELF = 10001000;

function channel(server, ...args) {
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), ['channel', ...args, '--config', server.config, '--port', String(server.port)],
		{ cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' }, timeout: 60000 });
	return { code: run.status, out: run.stdout, err: run.stderr };
}

const row = (listed, name) => listed.out.split('\n').map((line) => line.split('\t')).find(([first]) => first === name);

/* A program that holds a QQ account; counts what it is told to send. */
async function connect(t, server) {
	const socket = new WebSocket(`ws://127.0.0.1:${server.port}${PATH}`, { perMessageDeflate: false, headers: { 'X-Self-ID': String(SELF), 'X-Client-Role': 'Universal' } });
	await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
	t.after(() => socket.terminate());
	const peer = { sent: 0, asked: 0, close: () => socket.close() };
	socket.on('message', (data) => {
		const action = JSON.parse(data);
		if (action.action.startsWith('send_'))
			peer.sent++;
		socket.send(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 500 + peer.sent }, echo: action.echo }));
	});
	peer.ask = () => socket.send(JSON.stringify({
		time: Math.floor(Date.now() / 1000), self_id: SELF, post_type: 'message', message_type: 'group', sub_type: 'normal', message_id: ++peer.asked,
		group_id: 1, user_id: 20002000, message: [{ type: 'at', data: { qq: String(SELF) } }, { type: 'text', data: { text: ' 照片传不上去' } }],
		raw_message: '', font: 0, sender: { user_id: 20002000 } }));
	return peer;
}

test('a channel is shown, tried, and switched off and on beside the running server', async (t) => {
	const server = await Server.start({ settings: { onebot: { path: PATH }, groups: { gather_ms: 0 } } });
	t.after(() => server.stop());
	assert.deepEqual(row(channel(server, 'list'), 'onebot'), ['onebot', 'configured', 'on', '0', '0', '0', '0']);
	assert.deepEqual(row(channel(server, 'list'), 'feishu'), ['feishu', 'not configured', '-', '-', '-', '-', '-']);
	assert.equal(channel(server, 'test', 'onebot').code, 1, 'nothing came from the platform yet');
	const peer = await connect(t, server);
	peer.ask();
	await until(() => peer.sent === 1, 'the answer');
	await until(() => row(channel(server, 'list'), 'onebot')[4] === '1', 'the count');
	const tried = channel(server, 'test', 'onebot');
	assert.equal(tried.code, 0, tried.out + tried.err);
	assert.doesNotMatch(tried.out, /NOT OK/);
	assert.match(tried.out, /ok\tan account of the platform is connected/);
	for (const name of ['web', 'http'])
		assert.equal(channel(server, 'test', name).code, 0, 'what has no platform');
	assert.equal(channel(server, 'off', 'onebot').code, 0);
	await until(async () => (await server.metric('dayi_channel_on{channel="onebot"}')) === 0, 'the server to hear of it');
	peer.ask();
	await until(async () => (await server.metric('dayi_channel_silent_total{channel="onebot",reason="off"}')) === 1, 'silence');
	assert.equal(peer.sent, 1);
	const off = channel(server, 'test', 'onebot');
	assert.equal(off.code, 1);
	assert.match(off.out, /NOT OK\tthe channel is switched on/);
	assert.equal(row(channel(server, 'list'), 'onebot')[2], 'off');
	assert.equal(channel(server, 'on', 'onebot').code, 0);
	await until(async () => (await server.metric('dayi_channel_on{channel="onebot"}')) === 1, 'the server to hear of it');
	peer.ask();
	await until(() => peer.sent === 2, 'the answer');
	peer.close();
	await until(async () => (await server.metric('dayi_channel_connected{channel="onebot"}')) === 0, 'that it is gone');
	const gone = channel(server, 'test', 'onebot');
	assert.equal(gone.code, 1);
	assert.match(gone.out, /NOT OK\tan account of the platform is connected/);
	const audit = spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', 'list'], { cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout;
	assert.match(audit, /@channel_off/);
	assert.match(audit, /@channel_on/);
});

test('without a server the switch is there, and the counts are not', async (t) => {
	const server = new Server({ settings: { onebot: { path: PATH } } });
	t.after(() => { server.ended = Promise.resolve(); return server.stop(); });
	server.port = 1;
	assert.equal(channel(server, 'off', 'onebot').code, 0);
	assert.deepEqual(row(channel(server, 'list'), 'onebot'), ['onebot', 'configured', 'off', '-', '-', '-', '-']);
	assert.match(channel(server, 'test', 'onebot').out, /NOT OK\tthe server answers on this machine/);
	for (const args of [['off'], ['off', 'qq'], ['drop', 'onebot'], ['list', 'onebot'], []])
		assert.equal(channel(server, ...args).code, 2, args.join(' '));
});

/* Beside the peer, which has to answer meanwhile. */
async function send(server, ...args) {
	const child = spawn(path.resolve(process.env.DAYI_BIN), ['channel', 'send', 'onebot', ...args, '--config', server.config], { cwd: server.folder, env: { ...process.env, LC_ALL: 'C' } });
	let out = '';
	child.stdout.on('data', (data) => { out += data; });
	const code = await new Promise((resolve) => child.once('close', resolve));
	return { code, out };
}

test('an operator says a text in a group, and hears what came of it', async (t) => {
	const server = await Server.start({ settings: { onebot: { path: PATH } } });
	t.after(() => server.stop());
	const peer = new Peer({ url: `ws://127.0.0.1:${server.port}${PATH}`, sends: ['ok', 'failed', '1200', 'ok'] });
	t.after(() => peer.close());
	await peer.connect();
	const text = '系统今晚22点维护，预计一小时。';
	assert.deepEqual(await send(server, '--group', '1092242364', text), { code: 0, out: 'sent\n' });
	const [said] = peer.said;
	assert.equal(said.action, 'send_group_msg');
	assert.equal(String(said.group), '1092242364');
	assert.equal(said.text, text);
	assert.equal(said.quotes, undefined);
	assert.deepEqual(said.raw.message, [{ type: 'text', data: { text } }], 'it calls nobody by @');
	assert.deepEqual(await send(server, '--group', '1', text), { code: 1, out: 'not sent: the platform refused it\n' });
	assert.deepEqual(await send(server, '--person', '20002000', text), { code: 1, out: 'it may have been sent: the platform did not say\n' });
	assert.equal(peer.said[2].action, 'send_private_msg');
	assert.equal(peer.said.length, 3, 'nothing is sent twice');
	assert.equal(channel(server, 'off', 'onebot').code, 0);
	assert.deepEqual(await send(server, '--group', '1', text), { code: 1, out: 'not sent: the channel is switched off\n' });
	assert.equal(peer.said.length, 3);
	const audit = spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', 'list'], { cwd: server.folder, encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } }).stdout;
	assert.match(audit, /@channel_send/);
	for (const args of [['onebot', text], ['onebot', '--group', '1'], ['onebot', '--group', '1', '--person', '2', text], ['onebot', '--group', '1,"a":2', text], ['feishu', '--group', '1', text], ['onebot', '--group', '1', 'x'.repeat(1001)]])
		assert.equal(channel(server, 'send', ...args).code, 2, args.join(' '));
	assert.equal(channel(server, 'off', 'onebot', '--group', '1').code, 2);
});

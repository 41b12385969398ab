'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { Server, stubbornClient, until, pause } = require('./harness.js');

const QUESTION = '能不能批量申请';

for (const signal of ['SIGTERM', 'SIGINT']) {
	test(`${signal} tells each chat, closes it with 1001 and ends with 0`, async () => {
		const server = await Server.start();
		const chats = [await server.chat(), await server.chat()];
		await chats[0].ask(QUESTION);
		server.signal(signal);
		for (const chat of chats) {
			const bye = await chat.next();
			assert.equal(bye.type, 'bye');
			assert.match(bye.text, /\p{Script=Han}/u);
			assert.equal((await chat.closed).code, 1001);
		}
		assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
		await server.stop();
	});
}

/* 20 numbers out of 60,000 that are mostly alike do not come by chance. */
test('each bye names its own time to stay away, within server.reconnect_s', async () => {
	for (const most_s of [60, 0]) {
		const server = await Server.start({ settings: { server: { reconnect_s: most_s } } });
		const chats = await Promise.all(Array.from({ length: 20 }, () => server.chat()));
		server.signal('SIGTERM');
		const times = await Promise.all(chats.map(async (chat) => (await chat.next()).reconnect_after_ms));
		assert.ok(times.every((ms) => Number.isInteger(ms) && ms >= 0 && ms <= most_s * 1000), String(times));
		assert.ok(most_s === 0 || new Set(times).size > 10, String(times));
		assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
		await server.stop();
	}
});

/* The program uses it within itself, and whoever rotates logs may send it to all. */
test('SIGUSR2 from outside changes nothing: SIGTERM still ends it', async () => {
	const server = await Server.start();
	server.signal('SIGUSR2');
	await pause(100);
	assert.equal((await server.fetch('/healthz')).status, 200);
	server.signal('SIGHUP');
	await server.logged(/reload_asked/);
	server.signal('SIGTERM');
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
	await server.stop();
});

test('while it drains it is healthy but not ready, and takes neither upgrades nor questions', async () => {
	const server = await Server.start({ settings: { server: { drain_s: 20 } } });
	const stubborn = await stubbornClient(server);
	server.signal('SIGTERM');
	await server.logged(/draining/);
	assert.equal((await server.fetch('/healthz')).status, 200);
	const ready = await server.fetch('/readyz');
	assert.equal(ready.status, 503);
	assert.equal((await ready.json()).reason, 'draining');
	assert.equal((await server.ask({ text: QUESTION })).status, 503);
	await assert.rejects(server.chat(), (error) => {
		assert.equal(error.status, 503);
		assert.equal(JSON.parse(error.body).outcome, 'busy');
		return true;
	});
	stubborn.destroy();
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
	await server.stop();
});

test('the deadline ends a drain that a client holds up', async () => {
	const server = await Server.start({ settings: { server: { drain_s: 1 } } });
	const stubborn = await stubbornClient(server);
	const start = Date.now();
	server.signal('SIGTERM');
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
	assert.ok(Date.now() - start >= 900);
	assert.match(server.log, /drain_deadline chats=1/);
	stubborn.destroy();
	await server.stop();
});

test('a second signal ends it at once', async () => {
	const server = await Server.start({ settings: { server: { drain_s: 60 } } });
	const stubborn = await stubbornClient(server);
	server.signal('SIGTERM');
	await server.logged(/draining/);
	await pause(100);
	server.signal('SIGTERM');
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
	assert.match(server.log, /stopped_at_once/);
	stubborn.destroy();
	await server.stop();
});

test('the replies of the last moment are delivered before the bye', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	for (let i = 0; i < 10; i++)
		chat.send({ type: 'ask', id: String(i), text: QUESTION });
	await chat.next();
	server.signal('SIGTERM');
	await chat.closed;
	const frames = chat.inbox.map((frame) => frame.type);
	assert.equal(frames.pop(), 'bye');
	assert.ok(frames.every((type) => type === 'reply'));
	await server.ended;
	await server.stop();
});

test('a wrong configuration is told with its line, and the exit status is 1', async () => {
	const { spawnSync } = require('node:child_process');
	const server = new Server({ settings: { server: { prot: 1 }, limits: { connections: 'many' } } });
	const run = spawnSync(process.env.DAYI_BIN, ['serve', '--check-config', '--config', server.config], { encoding: 'utf8' });
	assert.equal(run.status, 1);
	assert.match(run.stderr, /dayi\.ini:\d+: .*server\.prot: no such setting; is server\.port meant\?/);
	assert.match(run.stderr, /dayi\.ini:\d+: .*limits\.connections: must be a whole number/);
	await server.stop();
});

test('an address that this machine does not have is told, too', async () => {
	const { spawnSync } = require('node:child_process');
	const server = new Server({ settings: { server: { host: '192.0.2.1' } } }); // RFC 5737: nobody has it
	const run = spawnSync(process.env.DAYI_BIN, ['serve', '--config', server.config], { encoding: 'utf8' });
	assert.equal(run.status, 3, run.stderr);
	assert.match(run.stderr, /error listen_failed .*no such address; set server\.host/);
	await server.stop();
});

test('a port that is taken is told, and the exit status is 3', async () => {
	const { spawnSync } = require('node:child_process');
	const server = await Server.start();
	const run = spawnSync(process.env.DAYI_BIN, ['serve', '--config', server.config, '--port', String(server.port)],
		{ encoding: 'utf8' });
	assert.equal(run.status, 3, run.stderr);
	assert.match(run.stderr, /error listen_failed .*another program has this port; .*--port/);
	await until(() => server.fetch('/healthz'), 'the first server');
	await server.stop();
});

/* What the page offers: the questions that are answered most often. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, stopCleanly, until } = require('./harness.js');
const { startAgain } = require('./again.js');

const AFTER = '证书过期还可以延续吗？';
const BEFORE = '证书即将到期可以申请延续吗？';

async function askTimes(server, text, times) {
	for (let i = 0; i < times; i++)
		assert.equal((await (await server.ask({ text })).json()).outcome, 'answer');
}

const office = async (server) => (await server.fetch('/api/v1/office')).json();

test('what is answered most often is popular, in the words of the FAQ only', async () => {
	const server = await Server.start();
	const { examples, popular } = await office(server);
	assert.deepEqual(popular.slice(0, examples.length), examples, 'nothing was asked yet');
	const etag = (await server.fetch('/api/v1/office')).headers.get('etag');
	await askTimes(server, '证过期了还能办延续吗', 4);
	await askTimes(server, BEFORE, 3);
	await askTimes(server, '能不能批量申请', 2);
	const now = await server.fetch('/api/v1/office', { headers: { 'If-None-Match': etag } });
	assert.equal(now.status, 200);
	const told = (await now.json()).popular;
	assert.deepEqual(told.slice(0, 2), [AFTER, BEFORE]);
	assert.ok(told.length <= 12);
	assert.equal(new Set(told).size, told.length);
	assert.ok(examples.every((example) => told.includes(example)), 'the examples follow');
	assert.ok(!JSON.stringify(told).includes('证过期了'));
	await stopCleanly(server);
});

test('an entry is offered once, by its question or by an example that means it', async () => {
	const server = new Server();
	/* An alternate of what is asked, and an example of an entry that nobody asked for. */
	fs.writeFileSync(path.join(server.knowledge, 'office.json'),
		JSON.stringify({ examples: ['证过期了还能办延续吗', BEFORE] }));
	await server.start();
	const { popular } = await office(server);
	assert.deepEqual(popular.slice(0, 2), ['证过期了还能办延续吗', BEFORE]);
	assert.ok(!popular.includes(AFTER));
	assert.equal(popular.length, 6, 'each entry of the folder once');
	await askTimes(server, AFTER, 3);
	const now = (await office(server)).popular;
	assert.deepEqual(now.slice(0, 2), [AFTER, BEFORE]);
	assert.ok(!now.includes('证过期了还能办延续吗'));
	await stopCleanly(server);
});

test('a repeated ask is no second hit', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	for (let i = 0; i < 5; i++)
		await chat.ask(AFTER, 'same');
	const { examples, popular } = await office(server);
	assert.deepEqual(popular.slice(0, examples.length), examples);
	await chat.close();
	await stopCleanly(server);
});

test('what was popular stays so over a reload and over a restart', async () => {
	const server = await Server.start();
	await askTimes(server, AFTER, 3);
	fs.writeFileSync(path.join(server.knowledge, 'office.json'), JSON.stringify({ examples: [BEFORE] }));
	server.signal('SIGHUP');
	await until(() => server.metric('dayi_reloads_total{result="ok"}'), 'the reload');
	assert.deepEqual((await office(server)).popular.slice(0, 2), [AFTER, BEFORE]);
	server.signal('SIGTERM');
	await server.ended;
	await startAgain(server);
	assert.deepEqual((await office(server)).popular.slice(0, 2), [AFTER, BEFORE]);
	await stopCleanly(server);
});

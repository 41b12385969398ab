/* What an administrator is told of pages that may not ask. Which pages may ask is in http.test.js. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { Server } = require('./harness');

test('a refused chat names its origin in the log, and says what to do', async (t) => {
	const server = await Server.start({ settings: { http: { origins: 'https://faq.example' } } });
	t.after(() => server.stop());
	const origin = `http://127.0.0.1:${server.port}`;
	await assert.rejects(server.chat({ origin }), (error) => error.status === 403);
	const [line] = await server.logged(/.*origin_refused.*\n/);
	assert.ok(line.includes(`origin="${origin}"`), line);
	assert.match(line, /warn origin_refused .*hint="[^"]*http\.origins/);
	const response = await server.ask({ text: '照片' }, { Origin: 'https://evil.example' });
	assert.equal(response.status, 403);
	assert.equal(server.log.match(/origin_refused/g).length, 1, 'one line a minute');
});

test('a server that only this machine reaches says nothing of origins at its start', async (t) => {
	const server = await Server.start();
	t.after(() => server.stop());
	assert.doesNotMatch(server.log, /origins_not_listed/);
});

'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, stopCleanly } = require('./harness.js');

const LARGE = 'x'.repeat(3 * 1024 * 1024) + 'end';
const PAGE = {
	'index.html': '<!doctype html><title>答疑</title>',
	'chat.js': '"use strict";',
	'chat.css': 'body{}',
	'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg"/>',
	'large.txt': LARGE,
	'empty.txt': '',
	'inner/index.html': 'inner',
	'.hidden': 'no',
};

let server;
before(async () => { server = await Server.start({ page: PAGE }); });
after(() => stopCleanly(server));

const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

test('files are served with their types', async () => {
	for (const [where, type, content] of [['/', 'text/html; charset=utf-8', PAGE['index.html']],
		['/index.html', 'text/html; charset=utf-8', PAGE['index.html']],
		['/chat.js?v=1', 'text/javascript; charset=utf-8', PAGE['chat.js']],
		['/chat.css', 'text/css; charset=utf-8', PAGE['chat.css']],
		['/icon.svg', 'image/svg+xml', PAGE['icon.svg']],
		['/empty.txt', 'text/plain; charset=utf-8', ''],
		['/inner/', 'text/html; charset=utf-8', 'inner']]) {
		const response = await server.fetch(where);
		assert.equal(response.status, 200, where);
		assert.equal(response.headers.get('content-type'), type);
		assert.equal(await response.text(), content);
	}
});

test('the page comes with headers that keep foreign code and frames out', async () => {
	const { headers } = await server.fetch('/');
	const policy = headers.get('content-security-policy');
	assert.match(policy, /default-src 'self'/);
	assert.match(policy, /connect-src 'self'/);
	assert.match(policy, /frame-ancestors 'self'/);
	assert.doesNotMatch(policy, /unsafe|ws:|\*/);
	assert.equal(headers.get('x-content-type-options'), 'nosniff');
	assert.equal(headers.get('referrer-policy'), 'no-referrer');
	assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
});

test('who may frame the page is configured', async () => {
	const framed = await Server.start({ settings: { web: { frame_ancestors: "'self' https://portal.example.cn" } } });
	const { headers } = await framed.fetch('/');
	assert.match(headers.get('content-security-policy'), /frame-ancestors 'self' https:\/\/portal\.example\.cn$/);
	assert.equal(headers.get('x-frame-options'), null);
	await stopCleanly(framed);
});

test('an ETag saves the second transfer', async () => {
	const first = await server.fetch('/chat.js');
	const etag = first.headers.get('etag');
	assert.match(etag, /^"[0-9a-f]{16}"$/);
	for (const value of [etag, `"other", ${etag}`, `W/${etag}`, '*']) {
		const again = await server.fetch('/chat.js', { headers: { 'If-None-Match': value } });
		assert.equal(again.status, 304, value);
		assert.equal(again.headers.get('etag'), etag);
		assert.equal(await again.text(), '');
	}
	assert.equal((await server.fetch('/chat.js', { headers: { 'If-None-Match': '"other"' } })).status, 200);
});

test('no path leads out of the folder', async () => {
	fs.writeFileSync(path.join(server.folder, 'secret.txt'), 'secret');
	fs.symlinkSync(path.join(server.folder, 'secret.txt'), path.join(server.web, 'link-made-later.txt'));
	for (const where of ['/../secret.txt', '/..%2fsecret.txt', '/%2e%2e/secret.txt', '/%2e%2e%2fsecret.txt',
		'/inner/../../secret.txt', '/inner/%2e%2e/%2e%2e/secret.txt', '//secret.txt', '/..\\secret.txt', '/....//secret.txt',
		'/%252e%252e/secret.txt', '/%c0%ae%c0%ae/secret.txt', '/link-made-later.txt', '/.hidden', '/inner/../.hidden',
		'/../../../../../../etc/passwd', '/../dayi.ini', '/inner', '/index.html/', '/index.html%00.js']) {
		const answer = await server.raw(`GET ${where} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
		assert.doesNotMatch(answer, /secret|root:|\[server\]/, where);
		assert.ok(!answer || [403, 404].includes(statusOf(answer)), `${where}: ${answer.slice(0, 30)}`);
	}
	const inside = await server.raw('GET /inner/../chat.js HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
	assert.equal(statusOf(inside), 200);
});

test('a large file arrives whole, also several times on one connection', async () => {
	for (let i = 0; i < 3; i++)
		assert.equal(await (await server.fetch('/large.txt')).text(), LARGE);
});

test('a client that leaves in the middle of a large file does no harm', async () => {
	for (let i = 0; i < 5; i++) {
		const stop = new AbortController();
		const response = await server.fetch('/large.txt', { signal: stop.signal });
		await response.body.getReader().read();
		stop.abort();
	}
	assert.equal((await server.fetch('/')).status, 200);
});

test('without a page folder there is no page, and the interface works', async () => {
	const bare = await Server.start({ settings: { web: { folder: '' } } });
	assert.equal((await bare.fetch('/')).status, 404);
	assert.equal((await bare.ask({ text: '能不能批量申请' })).status, 200);
	await stopCleanly(bare);
});

'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { brotliDecompressSync, gunzipSync, gzipSync } = require('node:zlib');
const { ROOT, Server, stopCleanly } = require('./harness.js');

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
	'widget.js': 'button',
	'assets/widget.3f9a0c21.js': 'panel',
	'packed.js': 'unpacked',
	'packed.js.gz': gzipSync('unpacked'),
	'packed.js.br': 'a brotli',
	'module.mjs': 'export {};',
	'font.woff2': 'font',
	'icon.ico': 'icon',
	'icon.png': 'png',
	'data.json': '{}',
	'app.webmanifest': '{}',
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
		['/module.mjs', 'text/javascript; charset=utf-8', PAGE['module.mjs']],
		['/font.woff2', 'font/woff2', PAGE['font.woff2']],
		['/icon.ico', 'image/x-icon', PAGE['icon.ico']],
		['/icon.png', 'image/png', PAGE['icon.png']],
		['/data.json', 'application/json', PAGE['data.json']],
		['/app.webmanifest', 'application/manifest+json', PAGE['app.webmanifest']],
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
	const policy = Object.fromEntries(headers.get('content-security-policy').split('; ').map((one) => {
		const [name, ...sources] = one.split(' ');
		return [name, sources.join(' ')];
	}));
	assert.deepEqual(policy, {
		'default-src': "'none'",
		'script-src': "'self'",
		'style-src': "'self'",
		'img-src': "'self' data:",
		'font-src': "'self'",
		'manifest-src': "'self'",
		'connect-src': `'self' ws://127.0.0.1:${server.port}`,
		'base-uri': "'none'",
		'form-action': "'none'",
		'frame-ancestors': "'self'",
	});
	assert.equal(headers.get('x-content-type-options'), 'nosniff');
	assert.equal(headers.get('referrer-policy'), 'no-referrer');
	assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN');
	assert.match(headers.get('permissions-policy'), /microphone=\(\)/);
});

test('every response keeps others out, and refuses to be guessed at', async () => {
	for (const where of ['/', '/chat.js', '/none', '/healthz', '/metrics', '/api/v1/office', '/api/v1/ask', '/chat']) {
		const { headers } = await server.fetch(where);
		assert.match(headers.get('content-security-policy'), /^default-src 'none'; .*frame-ancestors '(self|none)'$/, where);
		assert.equal(headers.get('x-content-type-options'), 'nosniff', where);
		assert.equal(headers.get('referrer-policy'), 'no-referrer', where);
		assert.equal(headers.get('cross-origin-resource-policy'), where === '/' ? 'cross-origin' : 'same-origin', where);
	}
});

/* What a browser says of another host than the server's own is not believed, and never said again. */
test('the policy names the WebSocket of hosts whose pages may chat, and of no others', async () => {
	const head = (host) => server.raw(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
	assert.match(await head(`localhost:${server.port}`), /connect-src 'self' ws:\/\/localhost:\d+;/);
	for (const host of ['evil.example', `evil.example:${server.port}`, `127.0.0.1:${server.port};`, "'unsafe-inline'", '*'])
		assert.match(await head(host), /connect-src 'self';/, host);
	const listed = await Server.start({ page: PAGE, settings: { http: { origins: 'https://faq.example.cn, https://portal.example.cn' } } });
	const answer = await listed.raw('GET / HTTP/1.1\r\nHost: faq.example.cn\r\nConnection: close\r\n\r\n');
	assert.match(answer, /connect-src 'self' wss:\/\/faq\.example\.cn;/);
	await stopCleanly(listed);
});

test('who may frame the page is configured, and the page is told', async () => {
	const framed = await Server.start({ page: PAGE, settings: { web: { embed_origins: 'https://portal.example.cn, http://10.0.0.5:81' } } });
	const { headers } = await framed.fetch('/');
	assert.match(headers.get('content-security-policy'), /frame-ancestors 'self' https:\/\/portal\.example\.cn http:\/\/10\.0\.0\.5:81$/);
	assert.equal(headers.get('x-frame-options'), null);
	assert.deepEqual((await (await framed.fetch('/api/v1/office')).json()).embed_origins,
		['https://portal.example.cn', 'http://10.0.0.5:81']);
	assert.deepEqual((await (await server.fetch('/api/v1/office')).json()).embed_origins, []);
	await stopCleanly(framed);
});

test('an origin that is none is refused before the start', async () => {
	const { spawnSync } = require('node:child_process');
	for (const origin of ['portal.example.cn', 'https://portal.example.cn/', '*', "'self'", 'https://a.example; script-src *']) {
		const wrong = new Server({ settings: { web: { embed_origins: origin } } });
		const run = spawnSync(process.env.DAYI_BIN, ['serve', '--check-config', '--config', wrong.config], { encoding: 'utf8' });
		assert.equal(run.status, 1, origin);
		assert.match(run.stderr, /web\.embed_origins: .*must be scheme:\/\/host/);
		await wrong.stop();
	}
});

test('a portal loads the widget from here, and nothing else that is not the page', async () => {
	for (const [where, policy] of [['/widget.js', 'cross-origin'], ['/assets/widget.3f9a0c21.js', 'cross-origin'],
		['/', 'cross-origin'], ['/chat.js', 'same-origin'], ['/icon.svg', 'same-origin']])
		assert.equal((await server.fetch(where)).headers.get('cross-origin-resource-policy'), policy, where);
});

test('a name with a hash is kept for a year, any other is asked for again', async () => {
	for (const [where, caching] of [['/assets/widget.3f9a0c21.js', 'public, max-age=31536000, immutable'],
		['/', 'no-cache'], ['/chat.js', 'no-cache'], ['/widget.js', 'no-cache'], ['/api/v1/office', 'no-cache'], ['/healthz', 'no-store']]) {
		const response = await server.fetch(where);
		assert.equal(response.headers.get('cache-control'), caching, where);
		assert.equal(response.headers.has('etag'), caching !== 'no-store', where);
	}
});

test('a packed file goes to clients that take it, under an ETag of its own', async () => {
	const raw = (accept, more = '') => server.raw(`GET /packed.js HTTP/1.1\r\nHost: x\r\n${accept}${more}Connection: close\r\n\r\n`);
	const etagOf = (answer) => /\r\nETag: (\S+)/.exec(answer)[1];
	const plain = await raw('');
	const gzip = await raw('Accept-Encoding: deflate, GZIP;q=0.8\r\n');
	const brotli = await raw('Accept-Encoding: gzip, deflate, br\r\n');
	for (const [answer, content, encoding] of [[plain, PAGE['packed.js'], undefined],
		[await raw('Accept-Encoding: gzip;q=0, br;q=0\r\n'), PAGE['packed.js'], undefined],
		[gzip, PAGE['packed.js.gz'], 'gzip'], [brotli, PAGE['packed.js.br'], 'br']]) {
		assert.equal(statusOf(answer), 200);
		assert.ok(answer.endsWith(`\r\n\r\n${content.toString('latin1')}`), answer);
		assert.equal(/\r\nContent-Encoding: (\S+)/.exec(answer)?.[1], encoding);
		assert.match(answer, /\r\nContent-Type: text\/javascript; charset=utf-8\r\n/);
		assert.match(answer, /\r\nVary: Accept-Encoding\r\n/);
	}
	assert.equal(new Set([plain, gzip, brotli].map(etagOf)).size, 3);
	const same = await raw('Accept-Encoding: gzip\r\n', `If-None-Match: ${etagOf(gzip)}\r\n`);
	assert.equal(statusOf(same), 304);
	assert.equal(statusOf(await raw('', `If-None-Match: ${etagOf(gzip)}\r\n`)), 200);
	assert.doesNotMatch(await server.raw('GET /chat.js HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n'), /Vary|Content-Encoding/);
});

/* The build packs it; nothing packed is committed. */
test('every text of the page that comes with the program goes out packed', async () => {
	const folder = path.join(ROOT, 'web/dist');
	const built = await Server.start({ settings: { web: { folder } } });
	const names = fs.readdirSync(folder, { recursive: true }).filter((name) => fs.statSync(path.join(folder, name)).isFile());
	assert.ok(names.includes('index.html') && names.includes('widget.js'), String(names));
	for (const name of names)
		for (const [encoding, unpack] of [['br', brotliDecompressSync], ['gzip', gunzipSync]]) {
			const answer = await built.raw(`GET /${name} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: ${encoding}\r\nConnection: close\r\n\r\n`);
			assert.match(answer, new RegExp(`\r\nContent-Encoding: ${encoding}\r\n`), name);
			const body = Buffer.from(answer.slice(answer.indexOf('\r\n\r\n') + 4), 'latin1');
			assert.ok(unpack(body).equals(fs.readFileSync(path.join(folder, name))), name);
		}
	await stopCleanly(built);
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

test('a person at an unknown address is shown the way back, and a program gets JSON', async () => {
	const page = await server.fetch('/no-such-page', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
	assert.equal(page.status, 404);
	assert.equal(page.headers.get('content-type'), 'text/html; charset=utf-8');
	assert.match(await page.text(), /没有这个网页.*<a href="\/">/s);
	const other = await server.fetch('/no-such-page', { headers: { accept: 'application/json' } });
	assert.equal(other.status, 404);
	assert.match(other.headers.get('content-type'), /^application\/json/);
});

test('without a page folder there is no page, and the interface works', async () => {
	const bare = await Server.start({ settings: { web: { folder: '' } } });
	assert.equal((await bare.fetch('/')).status, 404);
	assert.equal((await bare.ask({ text: '能不能批量申请' })).status, 200);
	await stopCleanly(bare);
});

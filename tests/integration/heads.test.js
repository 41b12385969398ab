/* RFC 9112, RFC 9110 and RFC 6455 by bytes on a bare socket: what a request's head must be, and what it may not hide. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const net = require('node:net');
const { Server, stopCleanly } = require('./harness.js');

const EVIL = 'http://evil.example';
const UPGRADE = 'Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: dayi.chat.v1\r\n';
const KEY = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n';
const VERSION = 'Sec-WebSocket-Version: 13\r\n';

/* The names that libwebsockets 4.1.6 knows (lib/roles/http/lextable-strings.h). */
const KNOWN = ['host', 'connection', 'upgrade', 'origin', 'sec-websocket-draft', 'sec-websocket-extensions', 'sec-websocket-key1',
	'sec-websocket-key2', 'sec-websocket-protocol', 'sec-websocket-accept', 'sec-websocket-nonce', 'http2-settings', 'accept',
	'access-control-request-headers', 'if-modified-since', 'if-none-match', 'accept-encoding', 'accept-language', 'pragma',
	'cache-control', 'authorization', 'cookie', 'content-length', 'content-type', 'date', 'range', 'referer', 'sec-websocket-key',
	'sec-websocket-version', 'sec-websocket-origin', 'accept-charset', 'accept-ranges', 'access-control-allow-origin', 'age', 'allow',
	'content-disposition', 'content-encoding', 'content-language', 'content-location', 'content-range', 'etag', 'expect', 'expires',
	'from', 'if-match', 'if-range', 'if-unmodified-since', 'last-modified', 'link', 'location', 'max-forwards', 'proxy-authenticate',
	'proxy-authorization', 'refresh', 'retry-after', 'server', 'set-cookie', 'strict-transport-security', 'transfer-encoding',
	'user-agent', 'vary', 'via', 'www-authenticate', 'patch', 'put', 'delete', 'uri-args', 'proxy', 'x-real-ip', 'x-forwarded-for',
	'connect', 'head', 'te', 'replay-nonce', 'x-auth-token', 'get', 'post', 'options'];

let server;
before(async () => { server = await Server.start({ settings: { limits: { connections_per_address: 1000 } } }); });
after(() => stopCleanly(server));

const statuses = (answer) => [...answer.matchAll(/HTTP\/1\.[01] (\d+) /g)].map((found) => Number(found[1]));

/* The status of one request whose connection ends by itself or by `Connection: close`. */
async function status(head) {
	const answer = await server.raw(head);
	assert.doesNotMatch(answer, /<html|<body/i, 'the page of a library');
	return statuses(answer)[0];
}

const get = (target, fields = 'Host: x\r\n', version = '1.1') => `GET ${target} HTTP/${version}\r\n${fields}Connection: close\r\n\r\n`;

test('a name that begins like one that the library knows hides no line behind it', async () => {
	for (const name of KNOWN) {
		const names = Array.from(name, (letter, at) => name.slice(0, at)).slice(1).flatMap((prefix) => [prefix, `${prefix}x`, prefix.toUpperCase()])
			.concat(`${name}x`, `${name}-`).filter((one) => !KNOWN.includes(one.toLowerCase()));
		const requests = names.map((one) => `GET /api/v1/office HTTP/1.1\r\nHost: x\r\n${one}: b\r\nOrigin: ${EVIL}\r\n\r\n` +
			`GET /healthz HTTP/1.1\r\nHost: x\r\n${one}: t\r\n\r\n`);
		const answer = await server.raw(requests.join('') + get('/nowhere'));
		assert.deepEqual(statuses(answer), names.flatMap(() => [403, 200]).concat(404), name);
	}
});

test('such a name does not let a page of another origin into the chat', async () => {
	for (const name of ['X-A', 'X-Auth', 'Connect', 'Sec-', 'Sec-WebSocket', 'Con', 'Upgrad', 'O', 'H']) {
		const answer = await server.raw(`GET /chat HTTP/1.1\r\n${UPGRADE}${VERSION}${KEY}${name}: b\r\nOrigin: ${EVIL}\r\n\r\n`);
		assert.deepEqual(statuses(answer), [403], name);
		assert.equal(await status(get('/healthz', `Host: x\r\n${name}: b\r\n`)), 200);
	}
});

test('such a name hides no length of a body', async () => {
	const body = '{"text":"能不能批量申请"}';
	for (const name of ['X-A', 'Content', 'Content-', 'Con', 'X-Auth']) {
		const ask = `POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${name}: b\r\n` +
			`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
		assert.deepEqual(statuses(await server.raw(ask + ask + get('/healthz'))), [200, 200, 200], name);
	}
});

test('Host must be there once, but for HTTP/1.0', async () => {
	assert.equal(await status(get('/healthz', '')), 400);
	assert.equal(await status(get('/healthz', 'Host: x\r\nHost: x\r\n')), 400);
	assert.equal(await status(get('/healthz', 'Host: x\r\nhost: y\r\n')), 400);
	assert.equal(await status(get('/healthz', 'Host: x y\r\n')), 400);
	assert.equal(await status(get('/healthz', '', '1.0')), 200);
	assert.equal(await status(get('/healthz', 'Host:\r\n')), 200);
});

test('the absolute form is taken', async () => {
	assert.equal(await status(get('http://other.example/healthz')), 200);
	assert.equal(await status(get('http://other.example:8080/nowhere')), 404);
	assert.equal(await status(get('http://other.example')), 200);
	assert.equal(await status(get('http:///healthz')), 400);
	assert.equal(await status(get('ftp://other.example/')), 400);
});

test('what is wrong with a request is said in our own form', async () => {
	const cases = [['GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad_request'], ['GET  / HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'bad_request'],
		['\0\r\n\r\n', 400, 'bad_request'], ['GET / HTTP/1.1\r\nHost: x\r\nA: \0\r\n\r\n', 400, 'bad_request'],
		['GET / HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n', 400, 'bad_request'], ['GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c\r\n\r\n', 400, 'bad_request'],
		['GET / HTTP/3.0\r\nHost: x\r\n\r\n', 400, 'bad_request'], ['GET /\r\n\r\n', 400, 'bad_request'],
		['BREW / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 405, 'method'],
		['TRACE / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 405, 'method'],
		['CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n', 405, 'method'],
		[`GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20000)}\r\n\r\n`, 431, 'head_too_large'],
		[`GET /${'a'.repeat(20000)} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'head_too_large']];
	for (const [bytes, expected, reason] of cases) {
		const answer = await server.raw(bytes);
		assert.deepEqual(statuses(answer), [expected], bytes.slice(0, 40));
		assert.equal(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))).reason, reason);
	}
});

test('heads up to 16 KiB are read, as browsers with many cookies send them', async () => {
	assert.equal(await status(get('/healthz', `Host: x\r\nCookie: a=${'b'.repeat(15000)}\r\n`)), 200);
	assert.equal(await status(get('/healthz', `Host: x\r\n${'Cookie: a=b\r\n'.repeat(1000)}`)), 200);
});

test('a percent sign that escapes nothing stands for itself in a query', async () => {
	for (const query of ['q=50%', 'q=50%25', 'q=%', 'q=%e', 'a=%&q=%E5%9B%BE']) {
		const answer = await server.raw(get(`/api/v1/suggest?${query}`));
		assert.deepEqual(statuses(answer), [200], query);
		assert.ok(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))), query);
	}
	assert.equal(await status(get('/api/v1/suggest?q=a%00b')), 400);
});

test('a head that comes byte by byte is read', async () => {
	const socket = net.connect({ port: server.port, host: '127.0.0.1', noDelay: true });
	let got = '';
	socket.on('data', (data) => { got += data; });
	for (const byte of `\r\n${get('/healthz')}`)
		await new Promise((resolve) => socket.write(byte, () => setImmediate(resolve)));
	await new Promise((resolve) => socket.once('close', resolve));
	assert.deepEqual(statuses(got), [200]);
});

test('who waits for 100 (Continue) gets it, or the answer', async () => {
	const body = '{"text":"能不能批量申请"}';
	const ask = (more) => `POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nConnection: close\r\n` +
		`Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n${more}\r\n`;
	const socket = net.connect(server.port, '127.0.0.1');
	let got = '';
	socket.on('data', (data) => {
		if (!got)
			socket.write(body);
		got += data;
	});
	socket.write(ask(''));
	await new Promise((resolve) => socket.once('close', resolve));
	assert.deepEqual(statuses(got), [100, 200]);
	assert.deepEqual(statuses(await server.raw(ask(`Origin: ${EVIL}\r\n`))), [403]);
	assert.deepEqual(statuses(await server.raw(ask('') + body)), [100, 200], 'who does not wait, too');
});

test('an HTTP/1.0 client may keep its connection', async () => {
	const keep = 'GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n';
	const answer = await server.raw(`${keep}${keep}GET /healthz HTTP/1.0\r\n\r\n${keep}`);
	assert.deepEqual(statuses(answer), [200, 200, 200]);
	assert.equal(answer.match(/\r\nConnection: keep-alive\r\n/g).length, 2);
	assert.equal(answer.match(/\r\nConnection: close\r\n/g).length, 1);
});

test('an upgrade needs version 13 and a key of 16 bytes', async () => {
	const upgrade = (fields) => server.raw(`GET /chat HTTP/1.1\r\n${UPGRADE}${fields}\r\n`);
	for (const version of ['', 'Sec-WebSocket-Version: 8\r\n', 'Sec-WebSocket-Version: 14\r\n', 'Sec-WebSocket-Version: x\r\n']) {
		const answer = await upgrade(KEY + version);
		assert.deepEqual(statuses(answer), [426], version);
		assert.match(answer, /\r\nSec-WebSocket-Version: 13\r\n/);
		assert.match(answer, /\r\nUpgrade: websocket\r\n/);
		assert.match(answer, /\r\nConnection: Upgrade, close\r\n/);
	}
	for (const key of ['', 'Sec-WebSocket-Key: c2hvcnQ=\r\n', 'Sec-WebSocket-Key: \r\n', KEY + KEY,
		'Sec-WebSocket-Key: ************************\r\n', `Sec-WebSocket-Key: ${'A'.repeat(200)}\r\n`])
		assert.deepEqual(statuses(await upgrade(VERSION + key)), [400], key);
	assert.deepEqual(statuses(await server.raw(`GET /chat HTTP/1.0\r\n${UPGRADE}${VERSION}${KEY}\r\n`)), [426]);
});

test('a sound upgrade is answered as RFC 6455 says, however its head is written', async () => {
	for (const fields of [UPGRADE + VERSION + KEY, (UPGRADE + VERSION + KEY).replace(/: /g, ':').replace('Upgrade:w', 'uPGRADE:\tW'),
		UPGRADE.replace('Connection: Upgrade', 'Connection: keep-alive, upgrade') + VERSION + KEY, `X-A: b\r\n${UPGRADE}${VERSION}X-Auth: t\r\n${KEY}`]) {
		const socket = net.connect(server.port, '127.0.0.1');
		socket.write(`GET /chat HTTP/1.1\r\n${fields}\r\n`);
		const answer = String(await new Promise((resolve) => socket.once('data', resolve)));
		socket.destroy();
		assert.deepEqual(statuses(answer), [101]);
		assert.match(answer, /\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/i); // RFC 6455, 1.3
	}
});

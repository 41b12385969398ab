'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { Server, UNSURE, stopCleanly, until } = require('./harness.js');

const QUESTION = '能不能批量申请';
const JSON_TYPE = 'Content-Type: application/json\r\n';

let server;
before(async () => { server = await Server.start(); });
after(() => stopCleanly(server));

const statusOf = (answer) => Number(/^HTTP\/1\.1 (\d+) /.exec(answer)?.[1]);

function post(fields, body = '', where = '/api/v1/ask') {
	return server.raw(`POST ${where} HTTP/1.1\r\nHost: x\r\n${fields}Connection: close\r\n\r\n${body}`);
}

test('an ask is answered with a reply object', async () => {
	const response = await server.ask({ text: QUESTION });
	assert.equal(response.status, 200);
	assert.match(response.headers.get('content-type'), /^application\/json/);
	assert.equal(response.headers.get('cache-control'), 'no-store');
	assert.equal(response.headers.get('x-content-type-options'), 'nosniff');
	const reply = await response.json();
	assert.equal(reply.outcome, 'answer');
	assert.equal(reply.answers[0].number, 1);
	assert.equal(reply.answers[0].answer, '不可以。必须一人一事项分别申请。');
	assert.match(reply.session, /^[0-9a-f]{32}$/);
});

test('a session goes on from one request to the next, and each request without one is fresh', async () => {
	const unsure = await Server.start({ settings: UNSURE });
	const offered = await (await unsure.ask({ text: '证书延续' })).json();
	assert.equal(offered.outcome, 'choose');
	const chosen = await (await unsure.ask({ text: '1', session: offered.session })).json();
	assert.equal(chosen.session, offered.session);
	assert.equal(chosen.outcome, 'answer');
	assert.equal(chosen.answers[0].entry, offered.choices[0].entry);
	const fresh = await (await unsure.ask({ text: '第一个' })).json();
	assert.notEqual(fresh.session, offered.session);
	assert.notEqual(fresh.outcome, 'answer');
	const unknown = await (await unsure.ask({ text: QUESTION, session: '0'.repeat(32) })).json();
	assert.match(unknown.session, /^[0-9a-f]{32}$/);
	assert.notEqual(unknown.session, '0'.repeat(32));
	await stopCleanly(unsure);
});

test('suggestions are at most five standard questions', async () => {
	const response = await server.fetch(`/api/v1/suggest?q=${encodeURIComponent('延续')}`);
	assert.equal(response.status, 200);
	const suggestions = await response.json();
	assert.ok(suggestions.length >= 1 && suggestions.length <= 5);
	for (const one of suggestions)
		assert.deepEqual(Object.keys(one), ['entry', 'number', 'question']);
	assert.ok(suggestions.some((one) => one.question === '证书即将到期可以申请延续吗？'));
});

test('initials and half-typed pinyin suggest the question whose popup they stand in', async () => {
	for (const typed of ['wbj', 'weibanj']) {
		const [first] = await (await server.fetch(`/api/v1/suggest?q=${typed}`)).json();
		assert.match(first.question, /未办结/);
	}
});

test('suggestions need a question that is UTF-8 and not too long', async () => {
	for (const query of ['', '?x=1', `?q=${'a'.repeat(2000)}`]) {
		const response = await server.fetch(`/api/v1/suggest${query}`);
		assert.equal(response.status, 400);
		const refusal = await response.json();
		assert.equal(refusal.reason, 'bad_query');
		assert.match(refusal.text, /参数 q/);
	}
	assert.equal((await server.fetch('/api/v1/suggest?q=%FF%FE')).status, 400);
	for (const longest of ['a'.repeat(1000), '批'.repeat(333)])
		assert.equal((await server.fetch(`/api/v1/suggest?q=${encodeURIComponent(longest)}`)).status, 200);
});

test('the office is told for the page, and again only when the knowledge has changed', async () => {
	const first = await server.fetch('/api/v1/office');
	assert.equal(first.status, 200);
	assert.equal(first.headers.get('cache-control'), 'no-cache');
	const office = await first.json();
	const { knowledge } = await (await server.ask({ text: QUESTION })).json();
	assert.equal(office.knowledge, knowledge);
	assert.equal(office.title, '常见问题答疑');
	assert.deepEqual(office.contacts, [{ kind: 'phone', label: '电话', value: '0371-00000000' }]);
	assert.equal(office.examples[0], '安管人员考核事项可以多人批量申请吗？');
	const etag = first.headers.get('etag');
	assert.match(etag, /^"[0-9a-f]{16}"$/);
	const again = await server.fetch('/api/v1/office', { headers: { 'If-None-Match': etag } });
	assert.equal(again.status, 304);
	assert.equal(again.headers.get('etag'), etag);
	fs.writeFileSync(path.join(server.knowledge, 'office.json'),
		JSON.stringify({ title: '某办答疑', examples: [QUESTION] }));
	server.signal('SIGHUP');
	await until(() => server.metric('dayi_reloads_total{result="ok"}'), 'the reload');
	const then = await server.fetch('/api/v1/office', { headers: { 'If-None-Match': etag } });
	assert.equal(then.status, 200);
	assert.notEqual(then.headers.get('etag'), etag);
	const changed = await then.json();
	assert.equal(changed.title, '某办答疑');
	assert.deepEqual(changed.examples, [QUESTION]);
	assert.deepEqual(changed.contacts, []);
});

test('all entries are told by number, and again only when the knowledge has changed', async () => {
	const first = await server.fetch('/api/v1/entries');
	assert.equal(first.status, 200);
	const { total, entries, knowledge } = await first.json();
	assert.equal(total, entries.length);
	assert.deepEqual(entries.map(({ number }) => number), [1, 2, 4, 10, 11, 13]);
	assert.deepEqual(entries[0], { entry: 'batch', number: 1, question: '安管人员考核事项可以多人批量申请吗？' });
	assert.equal(knowledge, (await (await server.ask({ text: QUESTION })).json()).knowledge);
	const etag = first.headers.get('etag');
	assert.equal((await server.fetch('/api/v1/entries', { headers: { 'If-None-Match': etag } })).status, 304);
	assert.equal((await server.fetch('/api/v1/entries', { headers: { Origin: 'https://evil.example' } })).status, 403);
});

test('bad bodies are refused with a reply object that says why', async () => {
	const cases = [
		['', 400, 'not_json'], ['{', 400, 'not_json'], ['[]', 400, 'not_json'],
		['{}', 400, 'bad_member'], ['{"text":5}', 400, 'bad_member'],
		['{"text":"a","session":5}', 400, 'bad_member'],
		['{"text":"a","x":' + '['.repeat(17) + ']'.repeat(17) + '}', 400, 'too_deep'],
		[JSON.stringify({ text: '批'.repeat(4001) }), 413, 'too_long'],
		['{"text":"' + 'a'.repeat(16 * 1024) + '"}', 413, 'too_large'],
	];
	for (const [body, status, reason] of cases) {
		const response = await server.ask(body);
		assert.equal(response.status, status, body.slice(0, 80));
		const reply = await response.json();
		assert.equal(reply.outcome, 'error');
		assert.equal(reply.reason, reason);
		assert.match(reply.text, /\p{Script=Han}/u);
	}
	const bytes = await fetch(`${server.url}/api/v1/ask`, { method: 'POST',
		headers: { 'Content-Type': 'application/json' }, body: Buffer.from([0x7b, 0xff, 0x7d]) });
	assert.equal(bytes.status, 400);
	assert.equal((await bytes.json()).reason, 'not_utf8');
});

test('a body of 100 KiB and of 2 MiB is refused with 413', async () => {
	for (const size of [100 * 1024, 2 * 1024 * 1024]) {
		const answer = await post(`${JSON_TYPE}Content-Length: ${size}\r\n`,
			size < 1024 * 1024 ? 'x'.repeat(size) : '');
		assert.equal(statusOf(answer), 413);
	}
});

test('another content type is refused with 415', async () => {
	for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])
		assert.equal(statusOf(await post(`Content-Type: ${type}\r\nContent-Length: 2\r\n`, '{}')), 415);
	const response = await server.ask({ text: QUESTION }, { 'Content-Type': 'Application/JSON; charset=utf-8' });
	assert.equal(response.status, 200);
});

test('a POST without a length, chunked, or with both is refused with 411 and ends the connection', async () => {
	assert.equal(statusOf(await post(JSON_TYPE)), 411);
	assert.equal(statusOf(await post(`${JSON_TYPE}Transfer-Encoding: chunked\r\n`, '2\r\n{}\r\n0\r\n\r\n')), 411);
	const smuggled = await server.raw(`POST /api/v1/ask HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}Content-Length: 2\r\n` +
		'Transfer-Encoding: chunked\r\n\r\n{}GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
	assert.equal(statusOf(smuggled), 411);
	assert.equal(smuggled.match(/HTTP\/1\.1/g).length, 1);
});

test('a length that is no number is refused with 400 and ends the connection', async () => {
	for (const length of ['-5', '+5', '5, 5', '0x5', '5 5', 'five', '99999999999999999999', '']) {
		const answer = await server.raw(`POST /api/v1/ask HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}` +
			`Content-Length: ${length}\r\n\r\n{"text":"a"}`);
		assert.ok([400, 411].includes(statusOf(answer)), `${length}: ${answer.slice(0, 40)}`);
	}
	const twice = await server.raw(`POST /api/v1/ask HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}Content-Length: 2\r\n` +
		'Content-Length: 3\r\n\r\n{}');
	assert.equal(statusOf(twice), 400);
});

test('a POST of length 0 is answered', async () => {
	const answer = await post(`${JSON_TYPE}Content-Length: 0\r\n`);
	assert.equal(statusOf(answer), 400);
	assert.match(answer, /not_json/);
});

test('a GET with a body is refused', async () => {
	const answer = await server.raw('GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello');
	assert.equal(statusOf(answer), 400);
});

test('a wrong method gets 405 with what is allowed', async () => {
	for (const [method, where, allow] of [['GET', '/api/v1/ask', 'POST, OPTIONS'], ['POST', '/healthz', 'GET, HEAD'],
		['PUT', '/api/v1/ask', 'POST, OPTIONS'], ['DELETE', '/', 'GET, HEAD'],
		['POST', '/api/v1/suggest', 'GET, HEAD, OPTIONS'], ['PATCH', '/metrics', 'GET, HEAD']]) {
		const response = await server.fetch(where, { method, body: method === 'GET' ? undefined : 'x' });
		assert.equal(response.status, 405, `${method} ${where}`);
		assert.equal(response.headers.get('allow'), allow);
		assert.equal((await response.json()).reason, 'method');
	}
});

test('a HEAD gives the head of a GET and no content', async () => {
	for (const where of ['/healthz', '/readyz', '/', '/metrics', '/nowhere']) {
		const got = await server.fetch(where);
		const head = await server.fetch(where, { method: 'HEAD' });
		assert.equal(head.status, got.status);
		assert.equal(await head.text(), '');
		if (where !== '/metrics')
			assert.equal(head.headers.get('content-length'), String(Buffer.byteLength(await got.text())));
	}
});

test('several requests on one connection are answered one after the other', async () => {
	const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
	const request = (method, where, body) => new Promise((resolve, reject) => {
		const headers = body ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) } : {};
		http.request(server.url + where, { method, agent, headers }, (response) => {
			const port = response.socket.localPort;
			response.resume();
			response.on('end', () => resolve([response.statusCode, port]));
		}).on('error', reject).end(body);
	});
	const body = JSON.stringify({ text: QUESTION });
	const answers = [];
	for (let i = 0; i < 20; i++) {
		answers.push(await request('POST', '/api/v1/ask', body));
		answers.push(await request('GET', '/healthz'));
		answers.push(await request('POST', '/healthz', 'x'));
	}
	assert.deepEqual(answers.map(([status]) => status), Array(20).fill([200, 200, 405]).flat());
	assert.equal(new Set(answers.map(([, port]) => port)).size, 1);
	agent.destroy();
});

test('requests sent ahead are answered in order', async () => {
	const body = JSON.stringify({ text: QUESTION });
	const last = 'Connection: close\r\n\r\n';
	const ask = `POST /api/v1/ask HTTP/1.1\r\nHost: x\r\n${JSON_TYPE}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
	const get = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
	const missing = 'GET /missing HTTP/1.1\r\nHost: x\r\n\r\n';
	const end = `GET /healthz HTTP/1.1\r\nHost: x\r\n${last}`;
	for (const [requests, statuses] of [[[ask, get, ask, missing, ask, ask, end], '200 200 200 404 200 200 200'],
		[[get, ask, missing, get, end, ask], '200 200 404 200 200'], [[get, 'x y z\r\n\r\n', get], '200 400']]) {
		for (const bytes of [requests.join(''), '\r\n' + requests.join('\r\n')]) {
			const answer = await server.raw(bytes);
			assert.equal([...answer.matchAll(/HTTP\/1\.1 (\d+) /g)].map((found) => found[1]).join(' '), statuses);
		}
	}
});

test('an HTTP/1.0 request is answered and the connection ends', async () => {
	const answer = await server.raw('GET /healthz HTTP/1.0\r\n\r\n');
	assert.equal(statusOf(answer), 200);
	assert.match(answer, /\{"status":"ok"\}$/);
});

test('heads that are too large, malformed or cut off do no harm', async () => {
	const heads = [
		`GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(100000)}\r\n\r\n`,
		`GET /${'a'.repeat(20000)} HTTP/1.1\r\nHost: x\r\n\r\n`,
		`GET / HTTP/1.1\r\n${'A: b\r\n'.repeat(5000)}\r\n`,
		'GET / HTTP/1.1\r\nContent-Le', 'GET', '\r\n\r\n', '\0\0\0\0', 'FOO / HTTP/1.1\r\n\r\n',
		'GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /%0 HTTP/1.1\r\nHost: x\r\n\r\n', 'GET /a%00b HTTP/1.1\r\n\r\n',
		'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\nhello',
		'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n\r\n',
		'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
		'GET / HTTP/1.1\r\nHost: x\r\nUpgrade: foo\r\nConnection: Upgrade\r\n\r\nGET / HTTP/1.1\r\nUpgrade: foo\r\n\r\n',
		'GET http://127.0.0.1/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
	];
	for (const head of heads) {
		const answer = await server.raw(head, { end: true });
		assert.doesNotMatch(answer, /^HTTP\/1\.1 5/, head.slice(0, 60));
	}
	assert.equal((await server.fetch('/healthz')).status, 200);
});

test('an Origin that is not listed is kept out of the interface and the chat', async () => {
	for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1', `http://127.0.0.1.evil.example:${server.port}`]) {
		const response = await server.ask({ text: QUESTION }, { Origin: origin });
		assert.equal(response.status, 403);
		assert.equal((await response.json()).reason, 'origin');
		assert.equal(response.headers.get('access-control-allow-origin'), null);
		await assert.rejects(server.chat({ origin }), (error) => error.status === 403);
	}
});

test('pages of the server itself may use it, under both names of the loopback', async () => {
	for (const origin of [`http://127.0.0.1:${server.port}`, `http://localhost:${server.port}`]) {
		const response = await server.ask({ text: QUESTION }, { Origin: origin });
		assert.equal(response.status, 200);
		assert.equal(response.headers.get('access-control-allow-origin'), null);
		await (await server.chat({ origin })).close();
	}
});

test('listed origins get CORS headers, and the list replaces the default', async () => {
	const origin = 'https://portal.example.cn';
	const listed = await Server.start({ settings: { http: { origins: `${origin}, http://other.example:8000`, without_origin: 'no' } } });
	const preflight = await listed.fetch('/api/v1/ask', { method: 'OPTIONS',
		headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' } });
	assert.equal(preflight.status, 204);
	assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
	assert.match(preflight.headers.get('access-control-allow-methods'), /POST/);
	const response = await listed.ask({ text: QUESTION }, { Origin: origin });
	assert.equal(response.status, 200);
	assert.equal(response.headers.get('access-control-allow-origin'), origin);
	assert.match(response.headers.get('vary'), /Origin/);
	await (await listed.chat({ origin })).close();
	assert.equal((await listed.ask({ text: QUESTION }, { Origin: listed.url })).status, 403);
	assert.equal((await listed.ask({ text: QUESTION })).status, 403);
	const office = await listed.fetch('/api/v1/office', { headers: { Origin: origin } });
	assert.equal(office.headers.get('access-control-allow-origin'), origin);
	assert.equal((await listed.fetch('/api/v1/office')).status, 200, 'a browser sends no Origin for the own page');
	assert.equal((await listed.fetch('/api/v1/office', { headers: { Origin: 'https://evil.example' } })).status, 403);
	await assert.rejects(listed.chat(), (error) => error.status === 403);
	await stopCleanly(listed);
});

test('an upgrade elsewhere, without the subprotocol or to another protocol is refused', async () => {
	await assert.rejects(server.chat({ where: '/other' }), (error) => error.status === 404);
	await assert.rejects(server.chat({ subprotocol: 'http' }), (error) => error.status === 400);
	await assert.rejects(server.chat({ subprotocol: [] }), (error) => {
		assert.equal(error.status, 400);
		assert.equal(JSON.parse(error.body).reason, 'subprotocol');
		return true;
	});
	const plain = await server.fetch('/chat');
	assert.equal(plain.status, 426);
	assert.equal((await plain.json()).reason, 'upgrade');
	const both = await server.chat({ subprotocol: ['other.v9', 'dayi.chat.v1'] });
	assert.equal(both.socket.protocol, 'dayi.chat.v1');
	await both.close();
});

test('X-Forwarded-For counts from a trusted proxy only', async () => {
	const limits = { rate_per_address: 1, burst_per_address: 1 };
	const from = (address) => ({ 'X-Forwarded-For': address });
	const open = await Server.start({ settings: { limits } });
	assert.equal((await open.ask({ text: QUESTION }, from('1.2.3.4'))).status, 200);
	assert.equal((await open.ask({ text: QUESTION }, from('5.6.7.8'))).status, 429);
	await stopCleanly(open);
	const behind = await Server.start({ settings: {
		limits: { ...limits, connections_per_address: 2 }, http: { trusted_proxies: '127.0.0.0/8' } } });
	assert.equal((await behind.ask({ text: QUESTION }, from('1.2.3.4'))).status, 200);
	assert.equal((await behind.ask({ text: QUESTION }, from('9.9.9.9, 1.2.3.4'))).status, 429);
	assert.equal((await behind.ask({ text: QUESTION }, from('5.6.7.8'))).status, 200);
	const chats = [];
	for (const address of ['1.1.1.1', '1.1.1.1', '2.2.2.2', '2001:db8::1'])
		chats.push(await behind.chat({ headers: from(address) }));
	await assert.rejects(behind.chat({ headers: from('1.1.1.1') }), (error) => error.status === 429);
	for (const chat of chats)
		await chat.close();
	await stopCleanly(behind);
});

test('the metrics are in the format of Prometheus and count what happened', async () => {
	const turns = await server.metric('dayi_turns_total{outcome="answer"}');
	const seconds = await server.metric('dayi_turn_seconds_count');
	await server.ask({ text: QUESTION });
	assert.equal(await server.metric('dayi_turns_total{outcome="answer"}'), turns + 1);
	assert.equal(await server.metric('dayi_turn_seconds_count'), seconds + 1);
	assert.equal(await server.metric('dayi_turn_seconds_bucket{le="+Inf"}'), seconds + 1);
	const response = await server.fetch('/metrics');
	assert.match(response.headers.get('content-type'), /^text\/plain; version=0\.0\.4/);
	const series = new Set();
	for (const line of (await response.text()).trimEnd().split('\n')) {
		assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"\})? [0-9.]+)$/);
		if (!line.startsWith('#')) {
			assert.ok(!series.has(line.split(' ')[0]), `twice: ${line}`);
			series.add(line.split(' ')[0]);
		}
	}
	const version = [...series].find((name) => name.startsWith('dayi_knowledge_info'));
	assert.match(version, /version="[0-9a-f]{16}"/);
	assert.equal(await server.metric('dayi_knowledge_entries'), 6);
});

test('the metrics are for this machine, unless they are opened', async () => {
	const from = (...addresses) => ({ headers: { 'X-Forwarded-For': addresses.join(', ') } });
	assert.equal((await server.fetch('/metrics')).status, 200);
	assert.equal((await server.fetch('/metrics', from('127.0.0.1'))).status, 403, 'a proxy that is not trusted passed it on');
	assert.equal((await server.fetch('/healthz', from('1.2.3.4'))).status, 200);
	const behind = await Server.start({ settings: { http: { trusted_proxies: '127.0.0.0/8' } } });
	assert.equal((await behind.fetch('/metrics')).status, 200, 'the proxy itself');
	const refused = await behind.fetch('/metrics', from('127.0.0.1', '1.2.3.4'));
	assert.equal(refused.status, 403);
	assert.equal((await refused.json()).reason, 'loopback');
	await stopCleanly(behind);
	const open = await Server.start({ settings: { http: { metrics_open: 'yes', trusted_proxies: '127.0.0.0/8' } } });
	assert.equal((await open.fetch('/metrics', from('1.2.3.4'))).status, 200);
	await stopCleanly(open);
});

test('it is healthy and ready', async () => {
	assert.deepEqual(await (await server.fetch('/healthz')).json(), { status: 'ok' });
	assert.deepEqual(await (await server.fetch('/readyz')).json(), { status: 'ready' });
});

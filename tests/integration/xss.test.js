/* Whatever is typed, rated, signed or written into the knowledge comes back as JSON, or not at all. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const { Server, stopCleanly } = require('./harness.js');
const { chatOf, sign, startWithRecords } = require('./records.js');
const { STRINGS, SUBJECTS, questionOf, writeKnowledge } = require('./xss.js');

const JSON_TYPE = 'application/json; charset=utf-8';
const QUESTION = '苹果怎么保存';

let server; // with these strings in its knowledge
let clean; // and without
before(async () => {
	server = new Server();
	writeKnowledge(server.knowledge);
	await server.start();
	clean = await Server.start();
});
after(async () => {
	await stopCleanly(server);
	await stopCleanly(clean);
});

/* No page, no header that says what was sent, and a body that holds angle brackets in strings only. */
async function expectJson(response, what) {
	const body = await response.text();
	assert.equal(response.headers.get('content-type'), JSON_TYPE, what);
	assert.equal(response.headers.get('x-content-type-options'), 'nosniff', what);
	assert.match(response.headers.get('content-security-policy'), /^default-src 'none'; frame-ancestors 'none'$/, what);
	for (const [name, value] of response.headers)
		assert.doesNotMatch(`${name}: ${value}`, /xss|evil|<|set-cookie/i, what);
	return body ? JSON.parse(body) : undefined;
}

const post = (where, body, to = server) => to.fetch(where, {
	method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});

/* The strings of a value that hold `part`. */
function stringsWith(value, part) {
	if (typeof value === 'string')
		return value.includes(part) ? [value] : [];
	return value && typeof value === 'object' ? Object.values(value).flatMap((inner) => stringsWith(inner, part)) : [];
}

test('there are fifty of them, all different', () => {
	assert.equal(STRINGS.length, 50);
	assert.equal(new Set(STRINGS).size, 50);
	assert.equal(new Set(SUBJECTS).size, 50);
});

test('as a question over HTTP, it is answered with JSON and not said again', async () => {
	for (const string of STRINGS) {
		const reply = await expectJson(await post('/api/v1/ask', { text: `${string} 今天下雨吗` }, clean), string);
		assert.equal(reply.outcome, 'decline', string);
		assert.deepEqual(stringsWith(reply, 'xss'), [], string);
	}
});

test('as a question over the chat, and as the id of one', async () => {
	const chat = await clean.chat();
	for (const string of STRINGS) {
		const id = Buffer.from(string).subarray(0, 64).toString().replace(/\ufffd/g, '');
		const reply = await chat.ask(`${string} 今天下雨吗`, id);
		assert.equal(reply.type, 'reply');
		assert.equal(reply.to, id, 'the id comes back as it was');
		assert.deepEqual(stringsWith({ ...reply, to: '' }, 'xss'), [], string);
	}
	await chat.close();
});

test('as what is typed, as a session and in every other member', async () => {
	for (const string of STRINGS) {
		await expectJson(await server.fetch(`/api/v1/suggest?q=${encodeURIComponent(string)}`), string);
		const reply = await expectJson(await post('/api/v1/ask', { text: QUESTION, session: string }), string);
		assert.match(reply.session, /^[0-9a-f]{32}$/);
		await expectJson(await post('/api/v1/ask', { [string]: string }), string);
		await expectJson(await post('/api/v1/rate', { session: string, receipt: string, value: string }), string);
		const chat = await server.chat();
		assert.match((await chat.hello(string)).session, /^[0-9a-f]{32}$/);
		for (const frame of [{ type: string }, { type: 'ask', text: { [string]: string } }, { type: 'rate', receipt: string, value: 'up' }])
			assert.deepEqual(stringsWith(await chat.answerTo(frame), 'xss'), []);
		await chat.close();
	}
});

test('as the reason of a rating, it is taken and not said again', async () => {
	const chat = await server.chat();
	const { session } = await chat.hello();
	const { receipt } = await chat.ask(QUESTION);
	for (const string of STRINGS) {
		assert.deepEqual(await chat.answerTo({ type: 'rate', receipt, value: 'down', reason: string }), { type: 'rated', receipt });
		const told = await expectJson(await post('/api/v1/rate', { session, receipt, value: 'down', reason: string }), string);
		assert.deepEqual(told, { receipt });
	}
	await chat.close();
});

test('in the knowledge, it comes as the text that it is, in strings of JSON', async () => {
	const chat = await server.chat();
	for (let i = 0; i < STRINGS.length; i++) {
		const answerOf = (reply) => reply.answers.find((answer) => answer.entry === `hostile-${i + 1}`);
		const overHttp = answerOf(await expectJson(await post('/api/v1/ask', { text: questionOf(i) }), STRINGS[i]));
		const overChat = answerOf(await chat.ask(questionOf(i), String(i)));
		for (const answer of [overHttp, overChat]) {
			assert.equal(answer.answer, `${SUBJECTS[i]}放好。${STRINGS[i]}`);
			assert.equal(answer.cases[0].situation, STRINGS[i]);
			assert.equal(answer.source.document, STRINGS[i]);
			assert.equal(answer.related[0].question, questionOf((i + 1) % STRINGS.length));
		}
	}
	await chat.close();
});

test('in the office, it comes as the text that it is, in strings of JSON', async () => {
	const office = await expectJson(await server.fetch('/api/v1/office'), 'office');
	assert.equal(office.title, STRINGS[3]);
	assert.equal(office.welcome, STRINGS[17]);
	assert.equal(office.contacts[0].label, STRINGS[12]);
	assert.ok(office.examples.includes(STRINGS[0]));
});

test('in a path, a query or a header, it is refused with JSON and never said again', async () => {
	for (const string of STRINGS) {
		const inUrl = encodeURIComponent(string);
		const inHeader = string.replace(/[^ -~]/g, '');
		for (const where of [`/${inUrl}`, `/assets/${inUrl}.js`, `/api/v1/${inUrl}`, `/api/v1/suggest?${inUrl}`]) {
			const response = await server.fetch(where);
			assert.ok([400, 404].includes(response.status), where);
			assert.deepEqual(stringsWith(await expectJson(response, where), 'xss'), [], where);
		}
		for (const field of ['Host', 'Origin', 'Referer', 'User-Agent', 'Accept-Encoding', 'If-None-Match', 'X-Forwarded-For', 'Authorization']) {
			const host = field === 'Host' ? '' : 'Host: x\r\n';
			for (const where of ['/', '/api/v1/office']) {
				const answer = await server.raw(`GET ${where} HTTP/1.1\r\n${host}${field}: ${inHeader}\r\nConnection: close\r\n\r\n`);
				assert.doesNotMatch(answer.split('\r\n\r\n')[0], /xss|evil|<|set-cookie/i, `${field}: ${inHeader}`);
			}
		}
	}
});

test('as the name in a token, it is nobody\'s business but the record\'s', async (t) => {
	const signedIn = await startWithRecords(t);
	for (const string of STRINGS) {
		const token = sign(signedIn, '尤超壬', { name: string });
		const chat = await signedIn.chat();
		const welcome = await chat.hello(undefined, token);
		assert.deepEqual(stringsWith([welcome, await chat.ask('获取不到成绩')], 'xss'), [], string);
		await chat.close();
		const response = await signedIn.fetch('/api/v1/ask', {
			method: 'POST', headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
			body: JSON.stringify({ text: '获取不到成绩' }),
		});
		assert.deepEqual(stringsWith(await expectJson(response, string), 'xss'), [], string);
	}
	const plain = await chatOf(signedIn, '尤超壬');
	assert.equal(plain.welcome.signed_in, true, 'the token itself is sound');
	await plain.close();
});

'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const { Server, stopCleanly, until, pause } = require('./harness.js');

const QUESTION = '能不能批量申请';

let server;
before(async () => { server = await Server.start(); });
after(() => stopCleanly(server));

/* Opens one connection a time; the frame is refused harmlessly and an ask after it is answered. */
async function survives(frame, reason, check = () => {}) {
	const chat = await server.chat();
	const before = await server.metric(`dayi_refusals_total{reason="${reason}"}`);
	const error = await chat.answerTo(frame);
	assert.equal(error.type, 'error');
	assert.equal(error.reason, reason);
	assert.match(error.text, /\p{Script=Han}/u);
	check(error);
	assert.equal((await chat.ask(QUESTION, 'after')).outcome, 'answer');
	assert.equal(await server.metric(`dayi_refusals_total{reason="${reason}"}`), before + 1);
	await chat.close();
}

test('a text over 4,000 characters is refused with a reply; one of 4,000 is not', async () => {
	const chat = await server.chat();
	const fits = await chat.ask('批量'.repeat(2000), 'fits');
	assert.notEqual(fits.outcome, 'error');
	const reply = await chat.ask('批'.repeat(4001), 'long');
	assert.equal(reply.type, 'reply');
	assert.equal(reply.to, 'long');
	assert.equal(reply.outcome, 'error');
	assert.equal(reply.reason, 'too_long');
	assert.match(reply.text, /\p{Script=Han}/u);
	assert.deepEqual(reply.answers, []);
	assert.equal((await chat.ask(QUESTION, 'after')).outcome, 'answer');
	await chat.close();
});

test('a message over 16 KiB closes the connection with 1009', async () => {
	const chat = await server.chat();
	chat.send('{"type":"ask","text":"' + 'a'.repeat(16 * 1024));
	const end = await chat.closed;
	assert.equal(end.code, 1009);
	assert.match(end.reason, /16/);
});

test('a message over 16 KiB in fragments closes with 1009 before all of it is sent', async () => {
	const chat = await server.chat();
	for (let i = 0; i < 40 && !chat.end; i++) {
		chat.socket.send('x'.repeat(1000), { fin: false });
		await pause(1);
	}
	assert.equal((await chat.closed).code, 1009);
});

test('a message of exactly 16 KiB is read', async () => {
	const chat = await server.chat();
	const head = '{"type":"ask","id":"1","text":"能不能批量申请"';
	const size = Buffer.byteLength(head) + 1;
	const reply = await chat.answerTo(`${head}${' '.repeat(16 * 1024 - size)}}`);
	assert.equal(reply.outcome, 'answer');
	await chat.close();
});

test('invalid UTF-8 closes the connection with 1007', async () => {
	for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe6, 0x89]]) {
		const chat = await server.chat();
		chat.socket.send(Buffer.from(bytes), { binary: false });
		assert.equal((await chat.closed).code, 1007);
	}
});

test('a character cut off before an empty last fragment closes with 1007', async () => {
	const chat = await server.chat();
	chat.socket.send(Buffer.from([0x22, 0xe6, 0x89]), { binary: false, fin: false });
	chat.socket.send(Buffer.alloc(0), { binary: false, fin: true });
	assert.equal((await chat.closed).code, 1007);
});

test('a binary frame is refused and the connection lives', () => survives(Buffer.from('{}'), 'binary'));

test('a frame that is no JSON is refused and the connection lives', async () => {
	for (const text of ['', '你好', '{', '{"type":"ask","text":"a"} x', '{"a":1,"a":2}', '[]', '"ask"', 'null', '1'])
		await survives(text, 'not_json');
});

test('a frame of an unknown type is refused and the connection lives', async () => {
	await survives({ type: 'sing', id: '9' }, 'unknown_type', (error) => assert.equal(error.to, '9'));
	await survives({ type: '' }, 'unknown_type');
});

test('a member that is missing or of the wrong type is refused and the connection lives', async () => {
	for (const frame of [{}, { type: 1 }, { type: null }, { type: 'ask' }, { type: 'ask', text: 1 },
		{ type: 'ask', text: null }, { type: 'ask', text: ['a'] }, { type: 'ask', id: 1, text: 'a' },
		{ type: 'ask', id: '', text: 'a' }, { type: 'ask', id: 'x'.repeat(65), text: 'a' },
		{ type: 'hello', resume: 5 }, { type: 'hello', token: {} }])
		await survives(frame, 'bad_member');
	await survives({ type: 'ask', id: '7' }, 'bad_member', (error) => assert.equal(error.to, '7'));
});

test('JSON nested more than 16 deep is refused and the connection lives', async () => {
	await survives('['.repeat(17) + ']'.repeat(17), 'too_deep');
	await survives('['.repeat(8000) + ']'.repeat(8000), 'too_deep');
	await survives(`{"type":"ask","text":"a","x":${'['.repeat(16)}${']'.repeat(16)}}`, 'too_deep');
	const chat = await server.chat();
	const reply = await chat.answerTo(`{"type":"ask","text":"${QUESTION}","x":${'['.repeat(15)}${']'.repeat(15)}}`);
	assert.equal(reply.outcome, 'answer');
	await chat.close();
});

test('who sends nothing but faults is cut off with 1008', async () => {
	const chat = await server.chat();
	for (let i = 0; i < 100 && !chat.end; i++)
		chat.send('x');
	assert.equal((await chat.closed).code, 1008);
});

test('a connection that asks too fast is told so, and is served again later', async () => {
	const slow = await Server.start({ settings: { limits: { rate_per_connection: 2, burst_per_connection: 3 } } });
	const chat = await slow.chat();
	for (let i = 0; i < 3; i++)
		assert.equal((await chat.ask(QUESTION, String(i))).outcome, 'answer');
	const reply = await chat.ask(QUESTION, 'fast');
	assert.equal(reply.to, 'fast');
	assert.equal(reply.outcome, 'busy');
	assert.equal(reply.reason, 'rate');
	await pause(700);
	assert.equal((await chat.ask(QUESTION, 'fast')).outcome, 'answer');
	assert.ok(await slow.metric('dayi_refusals_total{reason="rate"}') >= 1);
	await chat.close();
	await stopCleanly(slow);
});

test('the rate of an address counts over its connections and over HTTP', async () => {
	const slow = await Server.start({ settings: { limits: { rate_per_address: 1, burst_per_address: 4 } } });
	const chats = [await slow.chat(), await slow.chat()];
	for (const chat of chats)
		for (const id of ['1', '2'])
			assert.equal((await chat.ask(QUESTION, id)).outcome, 'answer');
	assert.equal((await chats[0].ask(QUESTION, '3')).reason, 'rate');
	const response = await slow.ask({ text: QUESTION });
	assert.equal(response.status, 429);
	assert.ok(Number(response.headers.get('retry-after')) > 0);
	assert.equal((await response.json()).reason, 'rate');
	for (const chat of chats)
		await chat.close();
	await stopCleanly(slow);
});

test('connections of one address are limited: upgrades and requests get 429', async () => {
	const few = await Server.start({ settings: { limits: { connections_per_address: 3 } } });
	const chats = [await few.chat(), await few.chat(), await few.chat()];
	await assert.rejects(few.chat(), (error) => {
		assert.equal(error.status, 429);
		assert.equal(JSON.parse(error.body).reason, 'address_connections');
		return true;
	});
	assert.equal((await few.ask({ text: QUESTION })).status, 429);
	await chats.pop().close();
	await until(() => few.chat().then((chat) => chats.push(chat), () => false), 'a place that came free');
	for (const chat of chats)
		await chat.close();
	await stopCleanly(few);
});

test('connections in all are limited: upgrades and requests get 503', async () => {
	const few = await Server.start({ settings: { limits: { connections: 2 } } });
	const chats = [await few.chat(), await few.chat()];
	await assert.rejects(few.chat(), (error) => {
		assert.equal(error.status, 503);
		assert.equal(JSON.parse(error.body).reason, 'connections');
		assert.match(JSON.parse(error.body).text, /\p{Script=Han}/u);
		return true;
	});
	for (const chat of chats)
		await chat.close();
	await stopCleanly(few);
});

test('a reader that does not read is told to wait and then cut off; the others are served', async () => {
	const tight = await Server.start({ settings: { limits: { outbox_frames: 8, outbox_bytes: 65536 } } });
	const slow = await tight.chat();
	const other = await tight.chat();
	slow.socket.pause();
	const frame = JSON.stringify({ type: 'ask', text: '提示无企业信息，旧版劳务资质怎么办' });
	await until(async () => {
		for (let i = 0; i < 500 && slow.socket.readyState === 1; i++)
			slow.socket.send(frame);
		return await tight.metric('dayi_refusals_total{reason="slow_reader"}') > 0;
	}, 'the slow reader to be cut off', 60000);
	assert.ok(await tight.metric('dayi_refusals_total{reason="queue_full"}') > 0);
	assert.equal((await other.ask(QUESTION)).outcome, 'answer');
	slow.socket.resume();
	slow.socket.terminate();
	await other.close();
	await stopCleanly(tight);
});

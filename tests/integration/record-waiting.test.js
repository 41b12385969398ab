'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { pause, stopCleanly, ticks, until } = require('./harness.js');
const { Postgres, allUnknown, bearer, chatOf, lockAudit, now, sign, startWithRecords, verdicts } = require('./records.js');

const NO_RESULT = '获取不到成绩'; // entry 7
const PLAIN = '安管人员考核事项可以多人批量申请吗'; // entry 1, which no record decides
const UNREAD = '您的部分记录暂时查不了';
const WHO = '尤超壬'; // 7 (2) applies: samples/README.md
const THEIRS = { 1: 'excluded', 2: 'applies', 3: 'excluded' };
const PATIENT = { record: { deadline_ms: 20000 }, audit: { busy_ms: 20000 } };

const lookedUp = (server, count) => until(
	async () => await server.metric('dayi_record_lookups_total') >= count, `${count} look-ups`);
const waiting = (server, count) => until(
	async () => await server.metric('dayi_asks_waiting') === count, `${count} asks that wait`);

/* A server in which asks that need a record wait until the lock is released. */
async function startLocked(t, settings = {}) {
	const server = await startWithRecords(t, { settings: { ...PATIENT, ...settings } });
	const lock = await lockAudit(server);
	t.after(() => lock.release());
	return { server, lock };
}

test('asks are answered in the order in which they came, while others\' plain ones go on', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, WHO);
	const other = await chatOf(server, '何等子');
	chat.send({ type: 'ask', id: 'before', text: PLAIN });
	chat.send({ type: 'ask', id: 'waits', text: NO_RESULT });
	chat.send({ type: 'ask', id: 'behind', text: PLAIN });
	chat.send({ type: 'ask', id: 'after', text: '情形2' });
	assert.equal((await chat.next()).to, 'before');
	await lookedUp(server, 1);
	for (let i = 0; i < 20; i++)
		assert.equal((await other.ask(PLAIN, `plain${i}`)).answers[0].number, 1);
	await waiting(server, 3);
	assert.deepEqual(chat.inbox, []);
	await lock.release();
	const replies = [await chat.next(), await chat.next(), await chat.next()];
	assert.deepEqual(replies.map((reply) => reply.to), ['waits', 'behind', 'after']);
	assert.deepEqual(verdicts(replies[0]), THEIRS);
	assert.equal(replies[1].answers[0].number, 1);
	await stopCleanly(server);
});

test('the same id while its ask waits and afterwards is one turn, and one reply each time', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, WHO);
	for (let i = 0; i < 3; i++)
		chat.send({ type: 'ask', id: 'once', text: NO_RESULT });
	await lookedUp(server, 1);
	await lock.release();
	const replies = [await chat.next(), await chat.next(), await chat.next(), await chat.ask(NO_RESULT, 'once')];
	assert.deepEqual(verdicts(replies[0]), THEIRS);
	for (const reply of replies)
		assert.deepEqual(reply, replies[0]);
	assert.equal(await server.metric('dayi_turns_total{outcome="answer"}'), 1);
	assert.equal(await server.metric('dayi_repeated_asks_total'), 3);
	await stopCleanly(server);
});

test('an ask whose connection ended while it waited is answered once after a resume', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, WHO);
	chat.send({ type: 'ask', id: 'once', text: NO_RESULT });
	await lookedUp(server, 1);
	chat.socket.terminate();
	await until(async () => await server.metric('dayi_chats') === 0, 'the end of the connection');
	const again = await server.chat();
	const welcome = await again.hello(chat.welcome.session, sign(server, WHO));
	assert.deepEqual([welcome.resumed, welcome.signed_in], [true, true]);
	again.send({ type: 'ask', id: 'once', text: NO_RESULT });
	await waiting(server, 1);
	assert.deepEqual(again.inbox, []);
	await lock.release();
	assert.deepEqual(verdicts(await again.next()), THEIRS);
	assert.equal(await server.metric('dayi_turns_total{outcome="answer"}'), 1);
	assert.equal(await server.metric('dayi_record_lookups_total'), 1);
	await stopCleanly(server);
});

test('asks of a second page in the same session do not hang on the first page', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, WHO);
	const second = await server.chat();
	await second.hello(chat.welcome.session);
	chat.send({ type: 'ask', id: 'first', text: NO_RESULT });
	await lookedUp(server, 1);
	second.send({ type: 'ask', id: 'second', text: NO_RESULT });
	await waiting(server, 2);
	chat.socket.terminate();
	await until(async () => await server.metric('dayi_chats') === 1, 'the end of the first');
	await lock.release();
	const reply = await second.next();
	assert.equal(reply.to, 'second');
	assert.deepEqual(verdicts(reply), THEIRS);
	await stopCleanly(server);
});

test('a session may have eight asks waiting; more are told to come back', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, WHO);
	for (let i = 1; i <= 10; i++)
		chat.send({ type: 'ask', id: String(i), text: i === 1 ? NO_RESULT : PLAIN });
	for (const id of ['9', '10']) {
		const reply = await chat.next();
		assert.deepEqual([reply.to, reply.outcome, reply.reason], [id, 'busy', 'queue_full']);
	}
	const over = await server.ask({ text: PLAIN, session: chat.welcome.session });
	assert.equal(over.status, 503);
	await lock.release();
	for (let i = 1; i <= 8; i++)
		assert.equal((await chat.next()).to, String(i));
	assert.equal((await chat.ask(PLAIN, '9')).outcome, 'answer');
	await stopCleanly(server);
});

test('where too many look-ups are under way, the answer comes without the record and says so', async (t) => {
	const { server, lock } = await startLocked(t, { record: { ...PATIENT.record, queue: 1, retry_ms: 100 } });
	const first = await chatOf(server, '何等子');
	const chat = await chatOf(server, WHO);
	first.send({ type: 'ask', id: '1', text: NO_RESULT });
	await lookedUp(server, 1);
	const reply = await chat.ask(NO_RESULT, '1');
	assert.ok(allUnknown(reply));
	assert.ok(reply.text.includes(UNREAD), reply.text);
	const over = await (await server.ask({ text: NO_RESULT }, bearer(sign(server, WHO)))).json();
	assert.ok(allUnknown(over));
	assert.ok(await server.metric('dayi_record_lookups_refused_total') >= 2);
	await lock.release();
	assert.equal(verdicts(await first.next())[2], 'applies');
	let id = 1;
	await until(async () => verdicts(await chat.ask(NO_RESULT, String(++id)))[2] === 'applies', 'the record, later');
	await stopCleanly(server);
});

test('an ask over HTTP waits, too, and others of its session behind it', async (t) => {
	const { server, lock } = await startLocked(t);
	const { session } = await (await server.ask({ text: PLAIN }, bearer(sign(server, WHO)))).json();
	const order = [];
	const ask = async (text) => {
		const reply = await (await server.ask({ text, session })).json();
		order.push(text);
		return reply;
	};
	const waits = ask(NO_RESULT);
	await lookedUp(server, 1);
	const behind = ask(PLAIN);
	await waiting(server, 2);
	assert.deepEqual(order, []);
	await lock.release();
	assert.deepEqual(verdicts(await waits), THEIRS);
	assert.equal((await behind).session, session);
	assert.equal(await server.metric('dayi_turns_total{outcome="answer"}'), 3);
	await stopCleanly(server);
});

test('a request that is given up while it waits leaves nothing behind', async (t) => {
	const { server, lock } = await startLocked(t);
	const given = new AbortController();
	const request = fetch(`${server.url}/api/v1/ask`, {
		method: 'POST',
		headers: { 'Content-Type': 'application/json', ...bearer(sign(server, WHO)) },
		body: JSON.stringify({ text: NO_RESULT }),
		signal: given.signal,
	});
	await lookedUp(server, 1);
	given.abort();
	await assert.rejects(request);
	await pause(500); // only what is sent to it tells that it has not just ended its side
	await lock.release();
	await until(async () => await server.metric('dayi_record_relations_total{outcome="read"}') > 0, 'the record');
	assert.equal(await server.metric('dayi_turns_total{outcome="answer"}'), 0);
	await stopCleanly(server);
});

/* Ends its side as soon as the ask is sent, as a shell's `nc -N` does. */
test('a client that ends its side while its request waits is answered, and keeps nothing busy', async (t) => {
	const { server, lock } = await startLocked(t);
	const body = JSON.stringify({ text: NO_RESULT });
	const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
	let answer = '';
	socket.setEncoding('utf8');
	socket.on('data', (data) => { answer += data; });
	socket.end('POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
		`Authorization: ${bearer(sign(server, WHO)).Authorization}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	await lookedUp(server, 1);
	await pause(1000);
	const start = ticks(server.child.pid);
	await pause(1000);
	assert.ok(ticks(server.child.pid) - start < 15, 'it has nothing to do, of 100 ticks');
	assert.equal(answer, 'HTTP/1.1 102 Processing\r\n\r\n');
	await lock.release();
	await new Promise((resolve) => socket.once('close', resolve));
	assert.match(answer, /Processing\r\n\r\nHTTP\/1\.1 200 [^]*?"outcome":"answer"/);
	await stopCleanly(server);
});

test('requests sent behind one that waits keep nothing busy, and are answered after it', async (t) => {
	const { server, lock } = await startLocked(t);
	const body = JSON.stringify({ text: NO_RESULT });
	const small = 'GET /healthz HTTP/1.1\r\nHost: x\r\n';
	const count = 3000;
	const socket = net.connect(server.port, '127.0.0.1');
	let answer = '';
	socket.setEncoding('utf8');
	socket.on('data', (data) => { answer += data; });
	socket.write('POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
		`Authorization: ${bearer(sign(server, WHO)).Authorization}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
	await lookedUp(server, 1);
	socket.write(`${`${small}\r\n`.repeat(count)}${small}Connection: close\r\n\r\n`);
	await pause(500);
	const start = ticks(server.child.pid);
	await pause(1000);
	assert.ok(ticks(server.child.pid) - start < 15, 'it has nothing to do, of 100 ticks');
	assert.equal(answer, '');
	await lock.release();
	await new Promise((resolve) => socket.once('close', resolve));
	assert.match(answer, /^HTTP\/1\.1 200 [^]*?"outcome":"answer"/);
	assert.equal(answer.split('{"status":"ok"}').length - 1, count + 1);
	await stopCleanly(server);
});

test('a token that ends while an ask waits opens no record', async (t) => {
	const { server, lock } = await startLocked(t, { sign_in: { leeway_s: 0 } });
	const chat = await server.chat();
	const exp = now() + 3;
	assert.equal((await chat.hello(undefined, sign(server, WHO, { exp }))).signed_in, true);
	chat.send({ type: 'ask', id: '1', text: NO_RESULT });
	await lookedUp(server, 1);
	await until(() => now() > exp, 'the end of the token');
	await lock.release();
	assert.ok(allUnknown(await chat.next()));
	await stopCleanly(server);
});

test('whoever signs in as somebody else meanwhile does not get the reply that waits', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, WHO);
	chat.send({ type: 'ask', id: 'theirs', text: NO_RESULT });
	await lookedUp(server, 1);
	const welcome = await chat.hello(undefined, sign(server, '何等子'));
	assert.deepEqual([welcome.signed_in, welcome.session === chat.welcome.session], [true, false]);
	await lock.release();
	const reply = await chat.next();
	assert.deepEqual([reply.to, reply.outcome], ['theirs', 'busy']);
	assert.equal(verdicts(await chat.ask(NO_RESULT, 'own'))[2], 'applies');
	await stopCleanly(server);
});

test('knowledge that is loaded while asks wait answers them', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, WHO);
	chat.send({ type: 'ask', id: '1', text: NO_RESULT });
	await lookedUp(server, 1);
	const file = path.join(server.knowledge, 'anguan/07-exam-result-missing.json');
	fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace('"请排查以下情况："', '"请逐项排查："'));
	server.signal('SIGHUP');
	await until(async () => await server.metric('dayi_reloads_total{result="ok"}') === 1, 'the reload');
	await lock.release();
	const reply = await chat.next();
	assert.notEqual(reply.knowledge, chat.welcome.knowledge);
	assert.equal(reply.answers[0].answer, '请逐项排查：');
	assert.deepEqual(verdicts(reply), THEIRS);
	await stopCleanly(server);
});

test('rules that are loaded while asks wait have the relations read that they need', async (t) => {
	const { server, lock } = await startLocked(t);
	const chat = await chatOf(server, '施老寅');
	chat.send({ type: 'ask', id: '1', text: NO_RESULT });
	await lookedUp(server, 1);
	const file = path.join(server.knowledge, 'anguan/07-exam-result-missing.json');
	const entry = JSON.parse(fs.readFileSync(file, 'utf8'));
	entry.cases[2] = { ...entry.cases[2], pick: 'SELECT filed_under = \'code\' AS verdict FROM company ORDER BY first_true(verdict) LIMIT 1',
		because: '\'有效。\'', because_not: '\'无效。\'', otherwise: [] };
	fs.writeFileSync(file, JSON.stringify(entry));
	fs.rmSync(path.join(server.knowledge, 'records.jsonl')); // they keep the verdicts of the rule as it was
	server.signal('SIGHUP');
	await until(async () => await server.metric('dayi_reloads_total{result="ok"}') === 1, 'the reload');
	await lock.release();
	assert.equal(verdicts(await chat.next())[3], 'applies');
	assert.equal(await server.metric('dayi_record_lookups_total'), 2);
	await stopCleanly(server);
});

test('SIGTERM lets asks that wait be answered before the farewell', async (t) => {
	const { server, lock } = await startLocked(t, { server: { drain_s: 20 } });
	const chat = await chatOf(server, WHO);
	const idle = await server.chat();
	const request = server.ask({ text: NO_RESULT }, bearer(sign(server, '何等子')));
	chat.send({ type: 'ask', id: '1', text: NO_RESULT });
	chat.send({ type: 'ask', id: '2', text: PLAIN });
	await lookedUp(server, 2);
	server.signal('SIGTERM');
	assert.equal((await idle.next()).type, 'bye');
	assert.equal((await chat.ask(PLAIN, '3')).reason, 'draining');
	await lock.release();
	const first = await chat.next();
	assert.deepEqual(verdicts(first), THEIRS);
	assert.deepEqual([first.to, (await chat.next()).to, (await chat.next()).type], ['1', '2', 'bye']);
	assert.equal((await chat.closed).code, 1001);
	assert.equal((await request).status, 200);
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
});

test('the end of a drain does not wait for asks that still wait', async (t) => {
	const { server, lock } = await startLocked(t, { server: { drain_s: 1 } });
	const chat = await chatOf(server, WHO);
	chat.send({ type: 'ask', id: '1', text: NO_RESULT });
	await lookedUp(server, 1);
	server.signal('SIGTERM');
	await server.logged(/drain_deadline/);
	await lock.release();
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
	await chat.closed;
});

test('a table that is locked makes its relation unknown by the deadline, and is tried again later', async (t) => {
	const postgres = await Postgres.start(t);
	const server = await startWithRecords(t, {
		settings: { record: { source: 'postgresql', connect: postgres.connect, deadline_ms: 400, retry_ms: 300 } },
	});
	const chat = await chatOf(server, WHO);
	const lock = await postgres.lock('exam');
	const reply = await chat.ask(NO_RESULT, '0');
	assert.deepEqual([verdicts(reply)[1], verdicts(reply)[2]], ['unknown', 'unknown']);
	assert.ok(reply.text.includes(UNREAD), reply.text);
	await lock.release();
	let id = 0;
	await until(async () => verdicts(await chat.ask(NO_RESULT, String(++id)))[2] === 'applies', 'the record, later');
	await stopCleanly(server);
});

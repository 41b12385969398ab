'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const { Server, UNSURE, stopCleanly, pause } = require('./harness.js');

const POPUP = '您尚有未办结的申请事项，请等待办结后再进行申报';
const POPUP_ANSWER = '每一个身份证号对应一个申请事项，只有该事项办结后才能申请其它事项。';

let server;
before(async () => { server = await Server.start(); });
after(() => stopCleanly(server));

test('a hello is welcomed with a session that nobody can guess', async () => {
	const one = await server.chat();
	const other = await server.chat();
	const welcome = await one.hello();
	assert.equal(welcome.type, 'welcome');
	assert.match(welcome.session, /^[0-9a-f]{32}$/);
	assert.equal(welcome.resumed, false);
	assert.match(welcome.knowledge, /^[0-9a-f]{16}$/);
	assert.notEqual((await other.hello()).session, welcome.session);
	await one.close();
	await other.close();
});

test('an ask needs no hello, and its reply names it and gives the answer word for word', async () => {
	const chat = await server.chat();
	const reply = await chat.ask(`系统弹窗：${POPUP}`, 'q-1');
	assert.equal(reply.type, 'reply');
	assert.equal(reply.to, 'q-1');
	assert.equal(reply.outcome, 'answer');
	assert.equal(reply.answers[0].number, 2);
	assert.equal(reply.answers[0].answer, POPUP_ANSWER);
	assert.match(reply.receipt, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
	assert.equal(reply.knowledge, (await chat.hello()).knowledge);
	await chat.close();
});

test('an ask without an id is answered, without a "to"', async () => {
	const chat = await server.chat();
	const reply = await chat.answerTo({ type: 'ask', text: POPUP });
	assert.equal(reply.outcome, 'answer');
	assert.equal('to' in reply, false);
	await chat.close();
});

test('the same id sent again gets the same reply, on this connection and after a resume', async () => {
	const chat = await server.chat();
	const { session } = await chat.hello();
	const first = await chat.ask(POPUP, 'once');
	assert.deepEqual(await chat.ask(POPUP, 'once'), first);
	chat.socket.terminate();
	await chat.closed;
	const again = await server.chat();
	const welcome = await again.hello(session);
	assert.equal(welcome.session, session);
	assert.equal(welcome.resumed, true);
	assert.deepEqual(await again.ask(POPUP, 'once'), first);
	const other = await again.ask(POPUP, 'twice');
	assert.notEqual(other.receipt, first.receipt);
	await again.close();
});

test('the last 32 replies of a session are kept, and no more', async () => {
	const chat = await server.chat();
	const first = await chat.ask(POPUP, 'id-0');
	for (let i = 1; i < 32; i++)
		await chat.ask(POPUP, `id-${i}`);
	assert.equal((await chat.ask(POPUP, 'id-0')).receipt, first.receipt);
	await chat.ask(POPUP, 'id-32');
	assert.notEqual((await chat.ask(POPUP, 'id-0')).receipt, first.receipt);
	await chat.close();
});

test('an id of one session says nothing in another', async () => {
	const one = await server.chat();
	const other = await server.chat();
	const first = await one.ask(POPUP, 'shared');
	assert.notEqual((await other.ask(POPUP, 'shared')).receipt, first.receipt);
	await one.close();
	await other.close();
});

test('a conversation goes on after a resume: what was offered can still be chosen', async () => {
	const unsure = await Server.start({ settings: UNSURE });
	const chat = await unsure.chat();
	const { session } = await chat.hello();
	const offered = await chat.ask('证书延续');
	assert.equal(offered.outcome, 'choose');
	await chat.close();
	const again = await unsure.chat();
	assert.equal((await again.hello(session)).resumed, true);
	const chosen = await again.ask('2', '2');
	assert.equal(chosen.outcome, 'answer');
	assert.equal(chosen.answers[0].entry, offered.choices[1].entry);
	assert.equal(chosen.answers[0].by, 'choice');
	await again.close();
	await stopCleanly(unsure);
});

test('an unknown or malformed session is not resumed; a new one is given', async () => {
	const chat = await server.chat();
	for (const resume of ['0'.repeat(32), 'x', '../../etc/passwd', 'f'.repeat(1000)]) {
		const welcome = await chat.hello(resume);
		assert.equal(welcome.type, 'welcome');
		assert.equal(welcome.resumed, false);
		assert.notEqual(welcome.session, resume);
	}
	await chat.close();
});

test('a session that was silent for too long is gone', async () => {
	const short = await Server.start({ settings: { session: { keep_s: 1 } } });
	const chat = await short.chat();
	const { session } = await chat.hello();
	await chat.close();
	await pause(2500);
	const again = await short.chat();
	assert.equal((await again.hello(session)).resumed, false);
	await again.close();
	await stopCleanly(short);
});

test('sessions are bounded: the one silent for longest makes room', async () => {
	const few = await Server.start({ settings: { session: { kept: 3 } } });
	const sessions = [];
	for (let i = 0; i < 4; i++) {
		const chat = await few.chat();
		sessions.push((await chat.hello()).session);
		await chat.close();
	}
	const chat = await few.chat();
	assert.equal((await chat.hello(sessions[3])).resumed, true);
	assert.equal((await chat.hello(sessions[1])).resumed, true);
	assert.equal((await chat.hello(sessions[0])).resumed, false);
	assert.equal(await few.metric('dayi_sessions'), 3);
	await chat.close();
	await stopCleanly(few);
});

test('a message in fragments, with a ping between them and a character cut in two, is one message', async () => {
	const chat = await server.chat();
	const bytes = Buffer.from(JSON.stringify({ type: 'ask', id: 'parts', text: POPUP }));
	const pongs = new Promise((resolve) => chat.socket.once('pong', (data) => resolve(String(data))));
	let at = 0;
	for (const cut of [10, 41, 42, 43, bytes.length - 1]) {
		chat.socket.send(bytes.subarray(at, cut), { fin: false, binary: false });
		at = cut;
		if (cut === 42)
			chat.socket.ping('between');
	}
	chat.socket.send(bytes.subarray(at), { fin: true, binary: false });
	const reply = await chat.next();
	assert.equal(reply.to, 'parts');
	assert.equal(reply.outcome, 'answer');
	assert.equal(await pongs, 'between');
	await chat.close();
});

test('a message longer than one piece of the library is taken whole', async () => {
	const chat = await server.chat();
	const reply = await chat.ask(`${POPUP}${'。'.repeat(3900)}`, 'long');
	assert.equal(reply.outcome, 'answer');
	assert.equal(reply.answers[0].number, 2);
	await chat.close();
});

test('many asks sent at once are answered in order', async () => {
	const chat = await server.chat();
	const count = 20;
	for (let i = 0; i < count; i++)
		chat.send({ type: 'ask', id: String(i), text: POPUP });
	for (let i = 0; i < count; i++)
		assert.equal((await chat.next()).to, String(i));
	await chat.close();
});

test('a ping from the server comes when the client is silent', async () => {
	const pinging = await Server.start({ settings: { server: { ping_s: 5 } } });
	const chat = await pinging.chat();
	await Promise.race([
		new Promise((resolve) => chat.socket.once('ping', resolve)),
		pause(12000).then(() => assert.fail('no ping')),
	]);
	assert.equal((await chat.ask(POPUP)).outcome, 'answer');
	await chat.close();
	await stopCleanly(pinging);
});

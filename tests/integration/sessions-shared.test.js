/* Two servers over one PostgreSQL: a conversation that began on one goes on at the other. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, UNSURE, stopCleanly, until } = require('./harness.js');
const { FULL, Postgres, idOf } = require('./records.js');

/* As many servers, that share the database and the key. */
async function startSeveral(t, count, { settings = {}, source = 'none', ...options } = {}) {
	const postgres = await Postgres.start(t);
	const record = source === 'none' ? { source } : { source, connect: postgres.connect };
	const shared = { store: { url: postgres.connect }, record, ...settings };
	const servers = [];
	for (let i = 0; i < count; i++) {
		const server = new Server({ settings: shared, ...options });
		if (i > 0) {
			fs.mkdirSync(path.join(server.folder, 'var'));
			for (const name of ['session.key', 'audit.key', 'token.key'])
				if (fs.existsSync(path.join(servers[0].folder, 'var', name)))
					fs.copyFileSync(path.join(servers[0].folder, 'var', name), path.join(server.folder, 'var', name));
		}
		t.after(() => server.stop());
		servers.push(await server.start());
	}
	return { postgres, servers };
}

async function resumed(server, session) {
	const chat = await server.chat();
	assert.equal((await chat.hello(session)).resumed, true);
	return chat;
}

const askAt = async (server, session, text, id) => (await server.ask({ text, session, ...(id && { id }) })).json();
const plain = ({ receipt, took_us, session, to, ...reply }) => reply; // eslint-disable-line no-unused-vars

test('choices that one server offered are taken at the other, and the same id gets the same reply at both', async (t) => {
	const { servers: [a, b] } = await startSeveral(t, 2, { settings: UNSURE });
	const chat = await a.chat();
	const { session } = await chat.hello();
	const offered = await chat.ask('证书延续', 'a');
	assert.equal(offered.outcome, 'choose');
	const there = await resumed(b, session);
	assert.deepEqual(await there.ask('证书延续', 'a'), offered);
	const chosen = await there.ask('2', 'b');
	assert.equal(chosen.answers[0].entry, offered.choices[1].entry);
	/* The first one still has its line: what it knows is of yesterday. */
	assert.deepEqual(await chat.ask('2', 'b'), chosen);
	const again = await chat.ask('第一个', 'c');
	assert.deepEqual([again.outcome, again.answers[0].entry], ['answer', offered.choices[0].entry]);
	assert.equal((await askAt(b, session, '第一个', 'c')).receipt, again.receipt);
	await chat.close();
	await there.close();
	await stopCleanly(a);
	await stopCleanly(b);
});

test('a self-check over HTTP goes on at whichever server is asked, as at a single one', async (t) => {
	const { servers: [a, b] } = await startSeveral(t, 2, { knowledge: FULL });
	const says = ['获取不到成绩', '自查', '合格，也没超过保留期限', '核对过，没有错', '上一题', '有错', '第一个'];
	const single = [];
	let session;
	for (const text of says) {
		const reply = await askAt(a, session, text);
		session = reply.session;
		single.push(plain(reply));
	}
	session = undefined;
	for (const [i, text] of says.entries()) {
		const reply = await askAt([a, b][i % 2], session, text);
		assert.ok(!session || reply.session === session);
		session = reply.session;
		assert.deepEqual(plain(reply), single[i]);
	}
	await stopCleanly(a);
	await stopCleanly(b);
});

test('asks that reach both servers at once are each answered once', async (t) => {
	const { servers } = await startSeveral(t, 2, {});
	const { session } = await askAt(servers[0], undefined, '能不能批量申请');
	const chats = [await resumed(servers[0], session), await resumed(servers[1], session)];
	const receipts = new Map();
	for (let round = 0; round < 10; round++) {
		const replies = await Promise.all(chats.map((chat, i) => chat.ask('能不能批量申请', `${round}.${i}`)));
		for (const reply of replies) {
			assert.equal(reply.outcome, 'answer');
			receipts.set(reply.to, reply.receipt);
		}
	}
	assert.equal(new Set(receipts.values()).size, 20);
	for (const [id, receipt] of receipts)
		for (const server of servers)
			assert.equal((await askAt(server, session, '能不能批量申请', id)).receipt, receipt, id);
	for (const chat of chats)
		await chat.close();
	for (const server of servers)
		await stopCleanly(server);
});

test('a server that is killed loses nothing that it had answered', async (t) => {
	const { servers: [a, b] } = await startSeveral(t, 2, { settings: UNSURE });
	const chat = await a.chat();
	const { session } = await chat.hello();
	const offered = await chat.ask('证书延续', 'a');
	a.signal('SIGKILL');
	const there = await resumed(b, session);
	assert.deepEqual(await there.ask('证书延续', 'a'), offered);
	assert.equal((await there.ask('2', 'b')).answers[0].entry, offered.choices[1].entry);
	await there.close();
	await stopCleanly(b);
});

test('without the database answers go on from memory, and what was said then is kept when it is back', async (t) => {
	const { postgres, servers: [a, b] } = await startSeveral(t, 2, { settings: UNSURE });
	const chat = await a.chat();
	const { session } = await chat.hello();
	await chat.ask('能不能批量申请', '0');
	await postgres.crash();
	const offered = await chat.ask('证书延续', 'a');
	assert.equal(offered.outcome, 'choose');
	await postgres.run();
	await until(async () => await a.metric('dayi_sessions_unwritten') === 0, 'what waits');
	const there = await until(async () => {
		const one = await b.chat();
		if ((await one.hello(session)).resumed)
			return one;
		await one.close();
		return null;
	}, 'the session at the other server');
	assert.deepEqual(await there.ask('证书延续', 'a'), offered);
	await there.close();
	await chat.close();
	await stopCleanly(a);
	await stopCleanly(b);
});

test('whoever guesses at one server is locked out at the other', async (t) => {
	const { postgres, servers: [a, b] } = await startSeveral(t, 2, {
		knowledge: FULL, source: 'postgresql', settings: { sign_in: { self: 'yes', self_failures: 2 } },
	});
	const guess = async (server, name) => {
		const chat = await server.chat();
		await chat.hello();
		const { text } = await chat.answerTo({ type: 'identify', id_number: idOf('张安一'), name, certificate_number: '豫建安B（2023）9900001' });
		await chat.close();
		return text;
	};
	assert.match(await guess(a, '张三'), /核对不上/);
	assert.match(await guess(b, '张四'), /核对不上/);
	await until(() => postgres.execute('SELECT count(*) FROM lockout').includes('2'), 'the counts');
	assert.match(await guess(a, '张五'), /次数太多/);
	assert.match(await guess(b, '张安一'), /次数太多/);
	assert.ok(!postgres.execute('SELECT * FROM lockout').includes('127.0.0.1'));
	await stopCleanly(a);
	await stopCleanly(b);
});

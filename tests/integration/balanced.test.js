/* Two servers behind HAProxy: whoever talks to the balancer cannot tell them from one. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { ROOT, UNSURE, pause, stopCleanly, stubbornClient, until } = require('./harness.js');
const { FULL, dayi, idOf, sign, verdicts } = require('./records.js');
const { NO_HAPROXY, startBalanced } = require('./balanced.js');

const SMALL = path.join(ROOT, 'tests/fixtures/knowledge-small');
const QUESTION = '能不能批量申请';
const OLD = '不可以。必须一人一事项分别申请。';
const NEW = '可以。自本年起可以批量申请。';
const options = { skip: NO_HAPROXY };

const count = (postgres, sql) => Number(postgres.execute(`\\t\n\\a\n${sql};`));
const plain = ({ receipt, took_us, session, to, ...reply }) => reply; // eslint-disable-line no-unused-vars
const turnsOf = async (server) => (await (await server.fetch('/metrics')).text())
	.split('\n').filter((line) => line.startsWith('dayi_turns_total')).reduce((sum, line) => sum + Number(line.split(' ').pop()), 0);

/* Otherwise the test would have shown nothing of two. */
async function bothAnswered(servers) {
	for (const server of servers)
		assert.ok(await turnsOf(server) > 0, 'each has answered something');
}

async function resumed(balancer, session) {
	const chat = await balancer.chat();
	assert.equal((await chat.hello(session)).resumed, true);
	return chat;
}

const askOver = async (site, session, text, id) => {
	const response = await site.ask({ text, session, ...(id && { id }) });
	const body = await response.text();
	assert.equal(response.status, 200, body);
	return JSON.parse(body);
};

test('choices are taken and replies are kept, over whichever line the next message comes', options, async (t) => {
	const { servers, balancer } = await startBalanced(t, 2, { settings: UNSURE });
	let chat = await balancer.chat();
	const { session } = await chat.hello();
	const said = []; // [text, id, reply]
	const say = async (text, id) => {
		said.push([text, id, await chat.ask(text, id)]);
		await chat.close();
		chat = await resumed(balancer, session); // the next one's turn
		return said.at(-1)[2];
	};
	const offered = await say('证书延续', 'a');
	assert.equal(offered.outcome, 'choose');
	assert.equal((await say('2', 'b')).answers[0].entry, offered.choices[1].entry);
	assert.equal((await say('第一个', 'c')).answers[0].entry, offered.choices[0].entry);
	for (let round = 0; round < 2; round++) {
		for (const [text, id, reply] of said) {
			assert.deepEqual(await chat.ask(text, id), reply);
			assert.equal((await askOver(balancer, session, text, id)).receipt, reply.receipt);
		}
		await chat.close();
		chat = await resumed(balancer, session);
	}
	await chat.close();
	await bothAnswered(servers);
	await Promise.all(servers.map(stopCleanly));
});

test('a self-check over HTTP goes on at whichever server is next, as at a single one', options, async (t) => {
	const { servers, balancer } = await startBalanced(t, 2, { knowledge: FULL });
	const says = ['获取不到成绩', '自查', '合格，也没超过保留期限', '核对过，没有错', '上一题', '有错', '第一个'];
	const talk = async (site) => {
		const replies = [];
		let session;
		for (const text of says) {
			const reply = await askOver(site, session, text);
			assert.ok(!session || reply.session === session);
			session = reply.session;
			replies.push(plain(reply));
		}
		return replies;
	};
	assert.deepEqual(await talk(balancer), await talk(servers[0]));
	await bothAnswered(servers);
	await Promise.all(servers.map(stopCleanly));
});

test('journal, audit, ratings and lock-outs are common', options, async (t) => {
	const { postgres, servers, balancer } = await startBalanced(t, 2, {
		knowledge: FULL, source: 'postgresql', settings: { sign_in: { self: 'yes', self_failures: 2 } },
	});
	const receipts = [];
	for (let i = 0; i < 4; i++) {
		const chat = await balancer.chat();
		const welcome = await chat.hello(undefined, sign(servers[0], '尤超壬'));
		assert.equal(welcome.signed_in, true);
		const reply = await chat.ask('获取不到成绩');
		assert.equal(verdicts(reply)['2'], 'applies');
		receipts.push(reply.receipt);
		await chat.close();
		const again = await balancer.chat();
		await again.hello(welcome.session);
		assert.equal((await again.answerTo({ type: 'rate', receipt: reply.receipt, value: 'up' })).type, 'rated');
		await again.close();
		await balancer.fetch('/healthz'); // so that the next chat comes to the other one
	}
	await until(() => count(postgres, 'SELECT count(*) FROM turn') === 4, 'the turns');
	assert.equal(count(postgres, 'SELECT count(*) FROM rating'), 4);
	for (const [i, receipt] of receipts.entries()) {
		const shown = dayi(servers[i % 2], ['receipt', '--journal', postgres.connect, '--json', receipt]);
		assert.equal(JSON.parse(shown.stdout).receipt, receipt);
	}
	const sound = dayi(servers[1], ['audit', 'verify', '--file', postgres.connect]);
	assert.match(sound.stdout, /: 4 rows; nothing was changed/, sound.stdout + sound.stderr);
	await bothAnswered(servers);

	const guess = async (name) => {
		const chat = await balancer.chat();
		await chat.hello();
		const { text } = await chat.answerTo({ type: 'identify', id_number: idOf('张安一'), name, certificate_number: '豫建安B（2023）9900001' });
		await chat.close();
		return text;
	};
	assert.match(await guess('张三'), /核对不上/);
	assert.match(await guess('张四'), /核对不上/);
	for (const name of ['张五', '张安一', '张六'])
		assert.match(await guess(name), /次数太多/);
	await Promise.all(servers.map(stopCleanly));
});

/* --- publishing --- */

function dayiPublish(postgres, folder, ...more) {
	const child = spawn(path.resolve(process.env.DAYI_BIN), ['publish', '--store', postgres.connect, ...more, folder],
		{ stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' } });
	let said = '';
	for (const stream of [child.stdout, child.stderr])
		stream.on('data', (data) => { said += data; });
	return new Promise((resolve) => child.once('close', (status) => resolve({ status, said })));
}

function folderWith(t, change) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-publish-'));
	t.after(() => fs.rmSync(folder, { recursive: true, force: true }));
	fs.cpSync(SMALL, folder, { recursive: true });
	const file = path.join(folder, 'anguan/01-batch.json');
	fs.writeFileSync(file, change(fs.readFileSync(file, 'utf8')));
	return folder;
}

/* Asks until `done`; gives how often each answer came. */
async function answersWhile(balancer, done) {
	const answers = new Map();
	let over = false;
	done.finally(() => { over = true; });
	while (!over) {
		const reply = await askOver(balancer, undefined, QUESTION);
		const answer = reply.answers?.[0]?.answer || reply.outcome;
		answers.set(answer, (answers.get(answer) || 0) + 1);
		await pause(20);
	}
	return answers;
}

test('a version is taken by both or by none, and nobody is refused meanwhile', options, async (t) => {
	const { postgres, servers, balancer } = await startBalanced(t, 2, {
		settings: { knowledge: { from: 'store', folder: '/no/such/folder' } },
		async prepare(database) {
			const { status, said } = await dayiPublish(database, SMALL);
			assert.equal(status, 0, said);
		},
	});

	const broken = dayiPublish(postgres, folderWith(t, (text) => text.replace('"answer"', '"anwser"')), '--unchecked');
	assert.deepEqual([...(await answersWhile(balancer, broken)).keys()], [OLD]);
	const { status, said } = await broken;
	assert.equal(status, 1, said);
	assert.match(said, /refused it/);

	const sound = dayiPublish(postgres, folderWith(t, (text) => text.replace(OLD, NEW)));
	const answers = await answersWhile(balancer, sound);
	assert.ok(answers.has(OLD), 'it is answered while it is published');
	answers.delete(OLD);
	answers.delete(NEW);
	assert.equal(answers.size, 0);
	assert.match((await sound).said, /is served by 2 replicas/);
	for (const server of servers) {
		await until(async () => (await askOver(server, undefined, QUESTION)).answers[0].answer === NEW, 'the new answer');
		assert.equal(await server.metric('dayi_reloads_total{result="ok"}'), 1);
	}
	assert.deepEqual([...(await answersWhile(balancer, pause(500))).keys()], [NEW]);
	await Promise.all(servers.map(stopCleanly));
});

/* --- one goes --- */

test('one that drains is not noticed: its chats go on at the other, and no question is refused', options, async (t) => {
	const { servers, balancer } = await startBalanced(t, 2, { settings: { ...UNSURE, server: { reconnect_s: 1 } } });
	const chats = [];
	for (let i = 0; i < 4; i++) {
		const chat = await balancer.chat();
		const { session } = await chat.hello();
		chats.push({ chat, session, offered: await chat.ask('证书延续', 'a') });
	}
	const [draining] = servers;
	const stubborn = await stubbornClient(draining); // it drains for as long as it may
	draining.signal('SIGTERM');
	await draining.logged(/draining/);
	for (let i = 0; i < 4; i++)
		await (await balancer.chat()).close();
	const answers = await answersWhile(balancer, draining.ended);
	stubborn.destroy();
	assert.deepEqual([...answers.keys()], ['choose']);
	assert.deepEqual(await draining.ended, { code: 0, signal: null }, draining.log);
	const moved = [];
	await until(() => chats.filter(({ chat }) => chat.end).length === 2, 'the two chats of the one that went');
	for (const one of chats.filter(({ chat }) => chat.end)) {
		const bye = one.chat.inbox.shift();
		assert.equal(bye.type, 'bye');
		assert.ok(bye.reconnect_after_ms <= 1000);
		assert.equal(one.chat.end.code, 1001);
		const there = await resumed(balancer, one.session);
		assert.deepEqual(await there.ask('证书延续', 'a'), one.offered);
		assert.equal((await there.ask('2', 'b')).answers[0].entry, one.offered.choices[1].entry);
		moved.push(there);
	}
	for (const { chat } of chats.filter((one) => !one.chat.end))
		await chat.close();
	for (const chat of moved)
		await chat.close();
	await stopCleanly(servers[1]);
});

test('one that is killed: the other has what was answered, and whoever was asking asks again', options, async (t) => {
	const { servers, balancer } = await startBalanced(t, 2, { settings: UNSURE });
	const talks = [];
	for (let i = 0; i < 4; i++) {
		const chat = await balancer.chat();
		const { session } = await chat.hello();
		talks.push({ chat, session, offered: await chat.ask('证书延续', 'a') });
	}
	for (const { chat } of talks)
		chat.send({ type: 'ask', id: 'b', text: '2' });
	servers[0].signal('SIGKILL');
	await servers[0].ended;
	for (const { chat, session, offered } of talks) {
		await until(() => chat.inbox.length > 0 || chat.end, 'a reply or the end');
		const before = chat.inbox.find((frame) => frame.to === 'b');
		const there = await resumed(balancer, session);
		assert.deepEqual(await there.ask('证书延续', 'a'), offered);
		const chosen = await there.ask('2', 'b');
		assert.equal(chosen.answers[0].entry, offered.choices[1].entry);
		assert.ok(!before || before.receipt === chosen.receipt, 'the same reply, not a second one');
		await there.close();
		await chat.close();
	}
	await stopCleanly(servers[1]);
});

/* --- PostgreSQL goes --- */

test('without PostgreSQL plain answers go on, and what can not be kept or read is refused in words', options, async (t) => {
	const { postgres, servers: [a, b], balancer } = await startBalanced(t, 2, {
		knowledge: FULL, source: 'postgresql', settings: { sign_in: { self: 'yes' } },
	});
	const chat = await a.chat();
	const { session } = await chat.hello();
	const first = await chat.ask('获取不到成绩', '1');
	const signed = await a.chat();
	await signed.hello(undefined, sign(a, '尤超壬'));
	assert.equal(verdicts(await signed.ask('获取不到成绩', '1'))['2'], 'applies');
	await postgres.crash();

	for (let i = 0; i < 4; i++)
		assert.equal((await askOver(balancer, undefined, QUESTION)).outcome, 'answer');
	assert.equal((await chat.ask('自查', '2')).outcome, 'ask', 'over its own line it goes on');
	assert.equal(verdicts(await signed.ask('获取不到成绩', '2'))['2'], 'applies', 'the record is in memory');

	const there = await b.chat();
	const anew = await there.hello(session);
	assert.equal(anew.resumed, false);
	assert.notEqual(anew.session, session);
	assert.notEqual((await askOver(b, session, QUESTION)).session, session);
	const claim = { type: 'identify', id_number: idOf('张安一'), name: '张安一', certificate_number: '豫建安B（2023）9900001' };
	const { signed_in, text } = await there.answerTo(claim);
	assert.deepEqual([signed_in, text], [false, '暂时核对不了，请稍后再试。']);
	const stranger = await b.chat();
	assert.equal((await stranger.hello(undefined, sign(a, '尤超壬'))).signed_in, true);
	assert.deepEqual([...new Set(Object.values(verdicts(await stranger.ask('获取不到成绩'))))], ['unknown']);

	assert.deepEqual(await chat.answerTo({ type: 'rate', receipt: first.receipt, value: 'up' }),
		{ type: 'error', reason: 'not_kept', text: '评价暂时没能记下，请稍后再试。' });
	const rated = await balancer.fetch('/api/v1/rate', {
		method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ receipt: first.receipt, value: 'up', session }),
	});
	assert.deepEqual([rated.status, (await rated.json()).reason], [503, 'not_kept']);
	for (const args of [['receipt', '--journal', postgres.connect, first.receipt], ['publish', '--store', postgres.connect, 'knowledge']]) {
		const run = dayi(a, args);
		assert.equal(run.status, 3, run.stderr);
	}

	await postgres.run();
	await until(async () => await a.metric('dayi_sessions_unwritten') === 0, 'what waits');
	const back = await until(async () => {
		const one = await b.chat();
		if ((await one.hello(session)).resumed)
			return one;
		await one.close();
		return null;
	}, 'the conversation at the other machine');
	assert.equal((await back.ask('获取不到成绩', '1')).receipt, first.receipt);
	for (const one of [chat, signed, there, stranger, back])
		await one.close();
	await Promise.all([a, b].map(stopCleanly));
});

'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { stopCleanly, until } = require('./harness.js');
const { Postgres, chatOf, dayi, people, sign, startWithRecords, verdicts } = require('./records.js');

const CHATS = 1000;
const OPENED_AT_ONCE = 50;
const PLAIN = ['安管人员考核事项可以多人批量申请吗', '照片传不上去']; // entries 1 and 9, which no record decides
const RECORD = ['获取不到成绩', '尚有未办结的申请事项', '获取的企业信息是旧企业信息？']; // entries 7, 2 and 5
const ASKS = [PLAIN[0], RECORD[0], PLAIN[1], RECORD[1], PLAIN[0], RECORD[2], RECORD[0]];
const MOST_MS = 120000;

/* samples/README.md: whose case is which, on any later day. */
const KNOWN = [
	['尤超壬', 0, '2'], ['秦挂辛', 0, '2'], ['何等子', 0, '2'], ['朱错庚', 0, '1'], ['赵办四', 1, '1'],
	['褚混甲', 2, '1'], ['蒋旧丙', 2, '3'],
];

/* What each of them is told while the source is up: { person: { question: verdicts } }. */
async function calmVerdicts(server) {
	const calm = {};
	for (const name of people.keys()) {
		const chat = await chatOf(server, name);
		calm[name] = {};
		for (const [at, question] of RECORD.entries())
			calm[name][question] = verdicts(await chat.ask(question, String(at)));
		await chat.close();
	}
	for (const [name, at, id] of KNOWN)
		assert.equal(calm[name][RECORD[at]][id], 'applies', name);
	return calm;
}

async function openChats(server) {
	const names = [...people.keys()];
	const chats = [];
	while (chats.length < CHATS)
		chats.push(...await Promise.all(Array.from({ length: OPENED_AT_ONCE }, async (_, i) => {
			const name = names[(chats.length + i) % names.length];
			const chat = await server.chat();
			chat.send({ type: 'hello', token: sign(server, name) });
			return Object.assign(chat, { name, replies: new Map(), told: 0 });
		})));
	for (const chat of chats)
		assert.equal((await chat.next()).signed_in, true);
	return chats;
}

/* Every other chat asks all at once, the others one after the other. Counts replies in `progress`. */
function converse(chats, progress) {
	const send = (chat, at) => chat.send({ type: 'ask', id: String(at), text: ASKS[at] });
	for (const [number, chat] of chats.entries()) {
		const atOnce = number % 2 === 0;
		chat.socket.removeAllListeners('message');
		chat.socket.on('message', (data) => {
			const reply = JSON.parse(data);
			progress.replies++;
			chat.told++;
			chat.replies.set(reply.to, reply);
			if (!atOnce && chat.told < ASKS.length)
				send(chat, chat.told);
		});
		for (let at = 0; at < (atOnce ? ASKS.length : 1); at++)
			send(chat, at);
	}
}

function expectRight(chats, calm) {
	const seen = { known: 0, unknown: 0 };
	for (const chat of chats) {
		assert.deepEqual([chat.told, [...chat.replies.keys()].sort()], [ASKS.length, ASKS.map((_, at) => String(at))]);
		for (const [at, question] of ASKS.entries()) {
			const reply = chat.replies.get(String(at));
			assert.equal(reply.outcome, 'answer', reply.text);
			if (PLAIN.includes(question)) {
				assert.equal(reply.answers[0].number, question === PLAIN[0] ? 1 : 9);
				continue;
			}
			for (const [id, verdict] of Object.entries(verdicts(reply))) {
				if (verdict !== 'unknown')
					assert.equal(verdict, calm[chat.name][question][id], `${chat.name}: ${question} (${id})`);
				seen[verdict === 'unknown' ? 'unknown' : 'known']++;
			}
		}
	}
	return seen;
}

test('PostgreSQL crashes amid 1,000 chats: no wrong verdict, no lost reply, and plain answers still come', async (t) => {
	const postgres = await Postgres.start(t);
	const server = await startWithRecords(t, {
		settings: {
			record: { source: 'postgresql', connect: postgres.connect, retry_ms: 500 },
			limits: { connections_per_address: CHATS + 100 },
			server: { drain_s: 30 },
		},
	});
	const calm = await calmVerdicts(server);
	const chats = await openChats(server);
	const progress = { replies: 0 };
	converse(chats, progress);
	await until(() => progress.replies > CHATS * 3, 'the middle of the conversations', MOST_MS);
	await postgres.crash();
	assert.ok(progress.replies < CHATS * ASKS.length, 'it was not in the middle');
	await until(() => progress.replies >= CHATS * ASKS.length, 'every reply', MOST_MS);
	const seen = expectRight(chats, calm);
	assert.ok(seen.known > 0 && seen.unknown > 0, JSON.stringify(seen));
	assert.ok(await server.metric('dayi_record_relations_total{outcome="unreachable"}') > 0);
	await postgres.run();
	const chat = await chatOf(server, '尤超壬');
	let id = 0;
	await until(async () => verdicts(await chat.ask(RECORD[0], String(++id)))[2] === 'applies', 'the record, later');
	assert.equal(dayi(server, ['audit', 'verify']).status, 0);
	await stopCleanly(server);
});

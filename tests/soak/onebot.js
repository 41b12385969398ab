/*
 * Many groups ask over OneBot while the peer reconnects. script/soak runs it; no part of `npm test`, which has a
 * short form (integration/onebot-peer.test.js).
 *
 *   node soak/onebot.js one [GROUPS MESSAGES RECONNECTS]      one server: each question answered exactly once, none
 *                                                              unasked, in the order of its group; the page is asked
 *                                                              meanwhile, and its times are told
 *   node soak/onebot.js two [GROUPS MESSAGES RECONNECTS]      two servers over one PostgreSQL: a peer that is connected
 *                                                              to both and tells both everything, and then one that
 *                                                              goes from one to the other and tells the last events again
 *   node soak/onebot.js page [PAIRS [WORD]]                    the page's p99 while groups ask and their peer is well, dead,
 *                                                              slow, refuses or is held back, in proportion to the p99
 *                                                              just before: the middle one of PAIRS pairs of 3 s; only
 *                                                              the peers that WORD describes
 *
 * 200 groups, 50 messages each and 20 reconnects, unless others are given.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Worker, isMainThread, parentPort, workerData } = require('node:worker_threads');
const { Server, pause, stopCleanly } = require('../integration/harness.js');
const { FULL, Postgres } = require('../integration/records.js');
const { Peer, load } = require('../onebot-peer');

const [PART, GROUPS = 200, MESSAGES = 50, RECONNECTS = 20] = [process.argv[2], ...process.argv.slice(3).map(Number)];
const PATH = '/onebot/v11/ws';
const TOKEN = 'a-token-of-thirty-two-characters';
const QUESTIONS = ['能不能批量申请', '照片传不上去咋办', '获取不到成绩', '证书过期了还能延续吗', '今天天气怎么样'];
const WITHIN_MS = 300000;

const text = (group, n) => QUESTIONS[(group + n) % QUESTIONS.length];
const quantile = (times, q) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;

/* What a test hands to helpers that tidy up after it. */
class Run {
	#ends = [];

	after(end) {
		this.#ends.unshift(end);
	}

	async end() {
		for (const end of this.#ends)
			await end();
	}
}

/* `like`: a server whose keys this one is to have as well. */
async function startServer(run, { settings = {}, like } = {}) {
	const server = new Server({ knowledge: FULL, settings: {
		onebot: { path: PATH, token_file: 'token' }, groups: { gather_ms: 0, file: 'groups.jsonl' }, ...settings,
	} });
	run.after(() => server.stop());
	fs.writeFileSync(path.join(server.folder, 'token'), `${TOKEN}\n`, { mode: 0o600 });
	fs.writeFileSync(path.join(server.folder, 'groups.jsonl'), `${JSON.stringify({ channel: 'onebot', group: '*', per_minute: 100000, person_per_minute: 100000 })}\n`);
	if (like)
		fs.cpSync(path.join(like.folder, 'var'), path.join(server.folder, 'var'), { recursive: true, filter: (from) => !/\.(db|db-wal|db-shm)$/.test(from) });
	return server.start();
}

const addressOf = (server) => `ws://127.0.0.1:${server.port}${PATH}`;

async function connect(run, server, switches = {}) {
	const peer = new Peer({ url: addressOf(server), token: TOKEN, ...switches });
	run.after(() => peer.close());
	return peer.connect();
}

/* The page's share of the time: asks until it is told to end, one question after the other. */
async function askUntilTold({ url }) {
	const times = [];
	let over = false;
	parentPort.once('message', () => { over = true; });
	while (!over) {
		const began = process.hrtime.bigint();
		const response = await fetch(`${url}/api/v1/ask`, {
			method: 'POST', headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ text: QUESTIONS[times.length % QUESTIONS.length] }),
		});
		const reply = await response.json();
		times.push(Number(process.hrtime.bigint() - began) / 1e6);
		assert.ok(reply.outcome, JSON.stringify(reply));
		await pause(10);
	}
	parentPort.postMessage(times.slice(1)); // the first one connects
}

/* In a thread of its own: what the peer does here must not count as the server's. */
function askMeanwhile(server, state) {
	return new Promise((resolve, reject) => {
		const page = new Worker(__filename, { workerData: { url: server.url } });
		const watch = setInterval(() => state.over && page.postMessage('over'), 10);
		const end = (how) => (value) => {
			clearInterval(watch);
			how(value);
		};
		page.once('message', end(resolve));
		page.once('error', end(reject));
	});
}

const told = (times) => `${times.length} asked, p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms`;

function judge(name, got) {
	console.log(`${name}: ${Object.entries(got).map(([key, value]) => `${key} ${value}`).join(', ')}`);
	const bad = { lost: got.lost, doubled: got.doubled, unasked: got.unasked, disordered: got.disordered };
	assert.deepEqual(bad, { lost: 0, doubled: 0, unasked: 0, disordered: 0 }, name);
	assert.equal(got.answered, GROUPS * MESSAGES);
	assert.equal(got.renewed, RECONNECTS);
}

const MOST = 2000; // questions without an answer: a server holds 8192 messages, and lets what is above them go by

const whole = { groups: GROUPS, messages: MESSAGES, reconnects: RECONNECTS, text, most: MOST, within: WITHIN_MS, settle: 3000, how: { late: -1 } };

async function one(run) {
	const server = await startServer(run);
	const alone = { over: false };
	setTimeout(() => { alone.over = true; }, 3000);
	console.log(`the page alone: ${told(await askMeanwhile(server, alone))}`);
	for (const [name, switches, more] of [
		['a peer that leaves and comes back', {}, {}],
		['a peer that tells the last events again', { repeat: 500 }, {}],
		['a peer that answers actions after a second', { delay: 1000 }, {}],
	]) {
		const peer = await connect(run, server, switches);
		const state = { over: false };
		const page = askMeanwhile(server, state);
		const got = await load([peer], { ...whole, ...more });
		state.over = true;
		judge(name, got);
		console.log(`  the page meanwhile: ${told(await page)}`);
		await peer.close();
	}
	await stopCleanly(server);
}

async function two(run) {
	const postgres = await Postgres.start(run);
	const settings = { store: { url: postgres.connect } };
	const first = await startServer(run, { settings });
	const second = await startServer(run, { settings, like: first });
	const both = [await connect(run, first), await connect(run, second)];
	judge('a peer that is connected to both', await load(both, { ...whole, mirror: true }));
	await Promise.all(both.map((peer) => peer.close()));
	const traveller = await connect(run, first, { repeat: 500 });
	/* Implementations dial again after 3 s. */
	judge('a peer that goes from one to the other', await load([traveller], { ...whole, addresses: [first, second].map(addressOf), how: { late: -1, away: 3000 } }));
	await traveller.close();
	for (const server of [first, second])
		await stopCleanly(server);
}

const WINDOW_MS = 3000;
const MOST_TIMES = 1.2;

async function window(server, during) {
	const state = { over: false };
	const page = askMeanwhile(server, state);
	await during(Date.now() + WINDOW_MS);
	state.over = true;
	return quantile(await page, 0.99);
}

/* Fifty groups, each of which asks once in half a second; or all of them every quarter of it, in a burst. */
const crowd = (peer, burst) => async (end) => {
	for (let n = 0; Date.now() < end; n++) {
		for (let group = 1; group <= 50; group++)
			if (burst ? n % 5 === 0 : group % 10 === n % 10)
				peer.say({ group, user: 100000 + group * 1000 + n, at: true, text: text(group, n) });
		await pause(50);
	}
};

async function page(run) {
	const server = await startServer(run, { settings: { onebot: { path: PATH, token_file: 'token', action_s: 30 } } });
	const pairs = Number(process.argv[3] ?? 7);
	const bad = [];
	for (const [name, switches, burst] of [
		['all is well', {}], ['a burst of questions', {}, true], ['the peer answers no action', { sends: ['silent'] }],
		['the peer answers actions after two seconds', { delay: 2000 }], ['the peer refuses', { sends: ['failed'] }],
		['the peer is risk-controlled: it refuses after five seconds', { sends: ['risk'], riskMs: 5000 }],
	].filter(([name]) => name.includes(process.argv[4] ?? ''))) {
		const peer = await connect(run, server, switches);
		const ratios = [];
		const alone = [];
		for (let i = 0; i < pairs; i++) {
			alone.push(await window(server, (end) => pause(end - Date.now())));
			ratios.push(await window(server, crowd(peer, burst)) / alone[i]);
			await pause(500);
		}
		const middle = quantile(ratios, 0.5);
		console.log(`${name}: the page's p99 is ${middle.toFixed(2)} times that without (${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}), which is ${quantile(alone, 0.5).toFixed(1)} ms`);
		if (middle > MOST_TIMES)
			bad.push(name);
		await peer.close();
	}
	await stopCleanly(server);
	assert.deepEqual(bad, []);
}

async function main() {
	const part = { one, two, page }[PART];
	if (!part) {
		console.error('node soak/onebot.js one|two [GROUPS MESSAGES RECONNECTS], or page [PAIRS [WORD]]');
		process.exit(2);
	}
	const run = new Run();
	try {
		await part(run);
	} finally {
		await run.end();
	}
}

if (isMainThread)
	main().then(() => process.exit(0), (error) => {
		console.error(error);
		process.exit(1);
	});
else
	askUntilTold(workerData);

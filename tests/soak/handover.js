/*
 * Hand-overs, long. script/soak runs it; no part of `npm test`.
 *
 *   node soak/handover.js cuts              one server: the line of the applicant, that of the operator, and the server
 *                                           itself, cut at each of the 39 acts of a scripted hand-over in turn
 *   node soak/handover.js shared            the same with two servers over one PostgreSQL: a line goes on at either
 *   node soak/handover.js kills [ROUNDS]    kill -9 in the middle of 1,000 writes, 50 times unless another number is
 *                                           named: what was acknowledged is there, once
 *   node soak/handover.js load [SECONDS]    30 operators, 300 chats that wait, 20 messages a second from either side to
 *                                           the other: how long one takes; and plain answers beside it and without it
 *   node soak/handover.js plain SECONDS PORT    for load: how long plain answers take
 *
 * Lost, doubled and out of order must be 0: it ends with 1 where they are not. Times are told, and nothing is asserted
 * of them: they are the machine's as well.
 */
'use strict';

const assert = require('node:assert');
const { spawn } = require('node:child_process');
const { once } = require('node:events');
const { startAgain } = require('../integration/again.js');
const { Chat, pause, until } = require('../integration/harness.js');
const { ACTS, Applicant, Page, chatOf, cutAt, killAt, runScript, startPages, startPair } = require('../integration/handover-sides.js');
const { addUser, staffed, startConsole } = require('../integration/operator.js');
const { forget, remember } = require('../started.js');

const [PART, NUMBER] = [process.argv[2], Number(process.argv[3])];
const WRITES = 1000;
const WRITERS = 20;
const OPERATORS = 30;
const WAITING = 300;
const A_SECOND = 20; // messages of applicants, and as many of operators

/* What helpers are told to tidy up is done in the end. */
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

const quantile = (times, q) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;
const told = (times) => `p50 ${quantile(times, 0.5).toFixed(1)} ms, p99 ${quantile(times, 0.99).toFixed(1)} ms, most ${quantile(times, 1).toFixed(1)} ms of ${times.length}`;

/* --- cuts --- */

async function cutEverywhere(server, pages) {
	for (let cut = 0; cut < ACTS; cut++)
		for (const side of ['applicant', 'operator'])
			await runScript(server, pages, (at, applicant) => cutAt(pages, side, cut, at, applicant))
				.catch((error) => { throw new Error(`${side} at act ${cut}: ${error.message}`); });
	return `${ACTS} acts, each with the line of either side cut: 0 lost, 0 doubled`;
}

async function killEverywhere(server, pages, victim) {
	for (let cut = 1; cut < ACTS; cut++)
		await runScript(server, pages, (at) => killAt(victim(cut), cut, at))
			.catch((error) => { throw new Error(`killed at act ${cut}: ${error.message}`); });
	return `${ACTS - 1} acts, each with a server killed and started again: 0 lost, 0 doubled`;
}

async function cuts(run) {
	const server = await startConsole();
	run.after(() => server.stop());
	const pages = await startPages(() => server, run);
	console.log(await cutEverywhere(() => server, pages));
	console.log(await killEverywhere(() => server, pages, () => server));
}

async function shared(run) {
	const servers = await startPair(run);
	let turn = 0;
	const either = () => {
		const alive = servers.filter((server) => !server.result);
		return alive[turn++ % alive.length];
	};
	const pages = await startPages(either, run);
	console.log(await cutEverywhere(either, pages));
	console.log(await killEverywhere(either, pages, (cut) => servers[cut % 2]));
}

/* --- kill -9 in the middle of writes --- */

/* Says numbers in one chat until the server is gone; which were acknowledged. */
async function write(operator, { chat, epoch }, from, acknowledged) {
	for (let i = from; i < from + WRITES / WRITERS; i++) {
		const response = await operator.post('say', { chat, epoch, id: `w${i}`, text: `第${i}句` }).catch(() => undefined);
		if (!response)
			return;
		assert.equal(response.status, 200);
		acknowledged.add(`第${i}句`);
	}
}

async function kills(run) {
	const server = await startConsole();
	run.after(() => server.stop());
	addUser(server, 'wang', 'operator');
	await staffed(server);
	const rounds = NUMBER || 50;
	let written = 0;
	for (let round = 0; round < rounds; round++) {
		const page = await Page.signedIn(() => server, 'wang');
		const applicant = await new Applicant(() => server).begin();
		await applicant.ask('转人工', 'a');
		const chat = chatOf(applicant.session);
		const epoch = await page.take(chat);
		const acknowledged = new Set();
		const writers = Array.from({ length: WRITERS }, (_, i) => write(page.operator, { chat, epoch }, i * WRITES / WRITERS, acknowledged));
		await until(() => acknowledged.size > 50 + Math.random() * 700, 'so many writes');
		server.signal('SIGKILL');
		await server.ended;
		await Promise.all(writers);
		applicant.end();
		await startAgain(server);
		const events = [];
		for (;;) {
			const got = await (await server.fetch(`/api/v1/events?session=${applicant.session}&after=${events.length}&place=1`)).json();
			events.push(...got.events);
			if (events.length >= got.last)
				break;
		}
		assert.deepEqual(events.map((event) => event.n), events.map((_, i) => i + 1), 'no gap');
		const said = events.filter((event) => event.kind === 'said').map((event) => event.text);
		assert.equal(new Set(said).size, said.length, 'none twice');
		for (const text of acknowledged)
			assert.ok(said.includes(text), `${text} was acknowledged and is lost in round ${round}`);
		written += acknowledged.size;
		await page.leave('close', { chat, epoch, outcome: 'solved' });
		await page.end();
	}
	console.log(`${rounds} kills in the middle of ${WRITES} writes: ${written} acknowledged, 0 lost, 0 doubled`);
}

/* --- load --- */

/* In a process of its own: what this one has to do for 330 sides is no part of an answer's time. */
async function plainAnswers(server, seconds) {
	const child = spawn(process.execPath, [__filename, 'plain', String(seconds), String(server.port)], { stdio: ['ignore', 'pipe', 'inherit'] });
	let told = '';
	remember(child);
	child.stdout.on('data', (data) => { told += data; });
	await new Promise((resolve) => child.once('close', resolve));
	forget(child);
	return JSON.parse(told);
}

async function plain() {
	const times = [];
	const chat = await Chat.open({ port: Number(process.argv[4]) });
	for (let i = 0; i < NUMBER * 20; i++) {
		const begin = performance.now();
		const answered = once(chat.socket, 'message');
		chat.send({ type: 'ask', id: `p${i}`, text: '能不能批量申请' });
		await answered;
		times.push(performance.now() - begin);
		await pause(50);
	}
	await chat.close();
	console.log(JSON.stringify(times));
}

async function load(run) {
	const seconds = NUMBER || 60;
	const server = await startConsole({ limits: { connections: 2000, connections_per_address: 2000 } });
	run.after(() => server.stop());
	console.log(`plain answers alone: ${told(await plainAnswers(server, 10))}`);

	const pages = [];
	for (let i = 0; i < OPERATORS; i++)
		addUser(server, `operator${i}`, 'operator');
	await staffed(server);
	for (let i = 0; i < OPERATORS; i++)
		pages.push(await Page.signedIn(() => server, `operator${i}`));
	const applicants = [];
	for (let i = 0; i < OPERATORS + WAITING; i++) {
		const applicant = await new Applicant(() => server).begin();
		await applicant.ask('转人工', 'a');
		applicants.push(applicant);
	}
	const pairs = [];
	for (let i = 0; i < OPERATORS; i++) {
		const chat = chatOf(applicants[i].session);
		pairs.push({ applicant: applicants[i], page: pages[i], chat, epoch: await pages[i].take(chat) });
	}
	await until(() => pairs.every(({ page, chat }) => page.chats.get(chat)), 'all pages');
	await until(() => applicants.at(-1).state.place === WAITING, 'the last place in the queue');

	const out = [], back = [];
	const begun = new Map();
	for (const { applicant, page, chat } of pairs) {
		/* When a text has come to the other side. */
		const note = (list, events) => ({ push: (event) => {
			Array.prototype.push.call(events, event);
			if (begun.has(event.text))
				list.push(performance.now() - begun.get(event.text));
			return events.length;
		} });
		applicant.events.push = note(back, applicant.events).push;
		page.all.get(chat).push = note(out, page.all.get(chat)).push;
	}
	const plain = plainAnswers(server, seconds);
	for (let i = 0; i < seconds * A_SECOND; i++) {
		const { applicant, page, chat, epoch } = pairs[i % OPERATORS];
		begun.set(`申请人${i}`, performance.now());
		void applicant.ask(`申请人${i}`, `m${i}`);
		await pause(500 / A_SECOND);
		begun.set(`工作人员${i}`, performance.now());
		void page.say(chat, epoch, `w${i}`, `工作人员${i}`);
		await pause(500 / A_SECOND);
	}
	const beside = await plain;
	/* One's own text comes back to who sent it, too. */
	await until(() => out.length >= 2 * seconds * A_SECOND && back.length >= 2 * seconds * A_SECOND, 'the last messages');
	console.log(`${OPERATORS} operators, ${WAITING} chats that wait, ${2 * A_SECOND} messages a second for ${seconds} s`);
	console.log(`to the operators, and back to who typed: ${told(out)}`);
	console.log(`to the applicants, and back to who typed: ${told(back)}`);
	console.log(`plain answers meanwhile: ${told(beside)}`);
	for (const applicant of applicants)
		applicant.end();
	await Promise.all(pages.map((page) => page.end()));
}

async function main() {
	const parts = { cuts, shared, kills, load, plain };
	const run = new Run();

	assert.ok(parts[PART], `the part is one of: ${Object.keys(parts).join(', ')}`);
	try {
		await parts[PART](run);
	} finally {
		await run.end();
	}
}

main().then(() => process.exit(0), (error) => {
	console.error(error);
	process.exit(1);
});

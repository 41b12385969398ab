/*
 * Three servers over one PostgreSQL behind HAProxy, and 100 chats that talk to them. script/soak runs it; no part
 * of `npm test`.
 *
 *   node soak/replicas.js kills SECONDS    every 10 s one server is killed and started again; every second one hangs
 *                                          for a second before
 *   node soak/replicas.js outage SECONDS   PostgreSQL is killed, and started again after that time
 *
 * Each chat says what one of some scripts has, over and over, each time in a conversation of its own: plain
 * questions, choices, a self-check. It behaves as docs/asyncapi.yaml wants a client: what has no reply is sent again
 * under its id over a new line. Counted are:
 *
 *   lost      asks without a reply, conversations that no server knew although something was answered in them
 *   doubled   ids that got a second reply, at once or when they are sent again later
 *   wrong     replies that are not those that a single server gave to the same script
 *
 * All three must be 0, and each receipt that was given out must be in the journal. Times are told, and nothing is asserted of them: they are the machine's as well.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { Server, pause, stopCleanly, until } = require('../integration/harness.js');
const { startAgain } = require('../integration/again.js');
const { FULL } = require('../integration/records.js');
const { NO_HAPROXY, startBalanced } = require('../integration/balanced.js');

const [PART, SECONDS] = [process.argv[2], Number(process.argv[3])];
const CHATS = Number(process.env.DAYI_SOAK_CHATS || 100);
const KILL_EVERY_MS = 10000;
const HANG_MS = 1000;
const THINK_MS = 1000; // between a reply and the next question, half to one and a half times as long
const SILENCE_MOST_MS = 15000; // as web/src/connection.ts
const AGAIN_MS = 300;
const AGAIN_AT_A_TIME = 20;
const END_MOST_MS = 120000;

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

const plain = ({ receipt, took_us, session, to, type, ...reply }) => reply; // eslint-disable-line no-unused-vars
const think = () => pause(THINK_MS * (0.5 + Math.random()));
const quantile = (times, q) => [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * q))] ?? 0;

/* --- what is said, and what a single server replies to it --- */

const SELF_CHECK = ['获取不到成绩', '自查', '合格，也没超过保留期限', '核对过，没有错', '上一题', '有错', '第一个'];

async function replay(server, says) {
	const chat = await server.chat();
	await chat.hello();
	const replies = [];
	for (const [i, text] of says.entries())
		replies.push(plain(await chat.ask(text, `${i}`)));
	await chat.close();
	return replies;
}

/* [{ says, expected }]: the self-check, some questions that get choices, and some that get answers. */
async function makeScripts() {
	const single = await Server.start({ knowledge: FULL });
	const questions = fs.readFileSync(path.join(__dirname, '../questions/own.jsonl'), 'utf8')
		.split('\n').filter(Boolean).map((line) => JSON.parse(line).q);
	const choosing = [];
	const answered = [];
	for (const text of questions.slice(0, 300)) {
		const { outcome } = await (await single.ask({ text })).json();
		if (outcome === 'choose')
			choosing.push([text, '2', '第一个']);
		else if (outcome === 'answer')
			answered.push(text);
	}
	const scripts = [SELF_CHECK, ...choosing.slice(0, 4)];
	for (let i = 0; i + 5 <= answered.length && scripts.length < 12; i += 5)
		scripts.push(answered.slice(i, i + 5));
	assert.ok(choosing.length >= 2 && scripts.length > 6, 'too little to say');
	const made = [];
	for (const says of scripts)
		made.push({ says, expected: await replay(single, says) });
	await stopCleanly(single);
	return made;
}

/* --- who talks --- */

class Tally {
	asked = 0;
	replies = 0;
	lost = 0;
	doubled = 0;
	wrong = 0;
	brokenLines = 0;
	silences = 0;
	receipts = new Set();
	times = { before: [], away: [], after: [] }; // ms from an ask to its reply, by the phase of the run
	takeOvers = []; // ms from the break of a line to the reply that was waited for over it
	phase = 'before';
	over = false;
	examples = [];

	fault(kind, ...what) {
		this[kind]++;
		if (this.examples.length < 20)
			this.examples.push([kind, ...what]);
	}
}

/* One conversation, over as many lines as it takes. */
class Talk {
	constructor(site, tally) {
		Object.assign(this, { site, tally, kept: [] });
	}

	/* Gives whether a line is there. */
	async #connect() {
		try {
			this.chat = await this.site.chat();
			const welcome = await this.chat.hello(this.session);
			if (welcome.type !== 'welcome')
				throw new Error(welcome.reason);
			if (this.session && !welcome.resumed && this.kept.length > 0)
				this.tally.fault('lost', 'conversation', this.session);
			this.session = welcome.session;
			return true;
		} catch {
			this.drop();
			await pause(AGAIN_MS * (0.5 + Math.random()));
			return false;
		}
	}

	drop() {
		this.chat?.socket.terminate();
		this.chat = null;
	}

	/* The reply to this id over this line, or null where it broke, or where the server is busy. */
	async #replyTo(id) {
		const { chat } = this;
		const end = Date.now() + SILENCE_MOST_MS;
		for (;;) {
			const frame = chat.inbox.shift();
			if (frame?.to === id && frame.outcome !== 'busy' && frame.type === 'reply')
				return frame;
			if (frame?.to === id) {
				await pause(AGAIN_MS);
				return null;
			}
			if (frame && frame.type === 'reply')
				this.#late(frame);
			if (!frame && chat.end) {
				this.tally.brokenLines++;
				this.drop();
				return null;
			}
			if (Date.now() > end) {
				this.tally.silences++;
				this.drop();
				return null;
			}
			if (!frame)
				await pause(2);
		}
	}

	/* A reply to what had one already. */
	#late(frame) {
		const before = this.kept.find((one) => one.id === frame.to);
		if (before && before.receipt !== frame.receipt)
			this.tally.fault('doubled', frame.to, before.receipt, frame.receipt);
	}

	/* Until it has its reply; null where the run ends first. */
	async exchange(id, text) {
		const give_up = Date.now() + END_MOST_MS;
		let broken;
		for (;;) {
			if (this.chat || await this.#connect()) {
				this.chat.send({ type: 'ask', id, text });
				const reply = await this.#replyTo(id);
				if (reply && broken)
					this.tally.takeOvers.push(Date.now() - broken);
				if (reply)
					return reply;
			}
			broken ??= Date.now();
			if (Date.now() > give_up)
				return null;
		}
	}

	async say(id, text, expected) {
		const { tally } = this;
		const { phase } = tally;
		const begun = performance.now();
		tally.asked++;
		const reply = await this.exchange(id, text);
		if (!reply) {
			tally.fault('lost', 'ask', text);
			return;
		}
		tally.replies++;
		if (phase === tally.phase)
			tally.times[phase].push(performance.now() - begun);
		tally.receipts.add(reply.receipt);
		this.kept.push({ id, text, receipt: reply.receipt, phase });
		try {
			assert.deepStrictEqual(plain(reply), expected);
		} catch {
			tally.fault('wrong', text, JSON.stringify(plain(reply)), JSON.stringify(expected));
		}
	}

	/* Over a new line each id gets the reply that it had. */
	async sayAgain() {
		this.drop();
		for (const { id, text, receipt, phase } of this.kept) {
			const reply = await this.exchange(id, text);
			if (!reply)
				this.tally.fault('lost', 'ask sent again', text);
			else if (reply.receipt !== receipt)
				this.tally.fault('doubled', phase, this.session, id, text, receipt, reply.receipt);
		}
		this.drop();
	}
}

/* Until the run is over. `left`: talks that are said again at its end, where PostgreSQL is away meanwhile. */
async function keepTalking(site, tally, scripts, first, left) {
	await pause(Math.random() * THINK_MS * 3);
	for (let i = first; !tally.over; i++) {
		const { says, expected } = scripts[i % scripts.length];
		const talk = new Talk(site, tally);
		for (const [at, text] of says.entries()) {
			if (tally.over)
				break;
			await talk.say(`${at}`, text, expected[at]);
			await think();
		}
		if (left) {
			talk.drop();
			left.push(talk);
		} else {
			await talk.sayAgain();
		}
	}
}

/* --- the runs --- */

const journalReceipts = (postgres) => postgres.execute('\\t\n\\a\nSELECT receipt FROM turn;').split('\n').filter(Boolean);
const total = async (servers, series) => (await Promise.all(servers.map((server) => server.metric(series)))).reduce((sum, one) => sum + one, 0);
const settled = (servers) => until(async () => await total(servers, 'dayi_sessions_unwritten') === 0 && await total(servers, 'dayi_journal_queue') === 0,
	'all that waits to be written', END_MOST_MS);

/* The rows of the journal, each receipt that was given out among them. */
async function countTurns(postgres, servers, tally) {
	await settled(servers);
	const rows = journalReceipts(postgres);
	const kept = new Set(rows);
	assert.equal(kept.size, rows.length, 'a receipt stands twice in the journal');
	const missing = [...tally.receipts].filter((receipt) => !kept.has(receipt)).length;
	assert.equal(missing, 0, 'a receipt that was given out is not in the journal');
	return rows.length;
}

const sums = ({ asked, replies, lost, doubled, wrong, brokenLines, silences }) =>
	`asked=${asked} replies=${replies} lost=${lost} doubled=${doubled} wrong=${wrong} broken_lines=${brokenLines} silences=${silences}`;

/* Three that serve what was published to them, so each has a lease. */
function startThree(run) {
	return startBalanced(run, 3, {
		/* All kept replies are asked for again at the end: none may have made room for others. */
		settings: { knowledge: { from: 'store', folder: '/no/such/folder' }, session: { memory_mib: 1024 } },
		async prepare(postgres) {
			const published = spawnSync(path.resolve(process.env.DAYI_BIN), ['publish', '--store', postgres.connect, FULL], { encoding: 'utf8' });
			assert.equal(published.status, 0, published.stderr);
		},
	});
}

/* Each is ready and holds a lease, without anybody's help. */
async function allBack(postgres, servers) {
	for (const server of servers)
		await until(async () => (await server.fetch('/readyz')).status === 200, 'a server that is ready', END_MOST_MS);
	await until(() => postgres.execute('\\t\n\\a\nSELECT count(*) FROM replica WHERE until > extract(epoch FROM now()) * 1000;').trim() === `${servers.length}`,
		'a lease of each', END_MOST_MS);
}

async function kills(run, scripts) {
	const { postgres, servers, balancer } = await startThree(run);
	const tally = new Tally();
	const talking = Array.from({ length: CHATS }, (_, i) => keepTalking(balancer, tally, scripts, i));
	const end = Date.now() + SECONDS * 1000;
	let killed = 0;
	for (; Date.now() + KILL_EVERY_MS < end; killed++) {
		await pause(KILL_EVERY_MS);
		const server = servers[killed % servers.length];
		if (killed % 2 === 1) { // so that there are questions in it
			server.signal('SIGSTOP');
			await pause(HANG_MS);
		}
		server.signal('SIGKILL');
		await server.ended;
		await startAgain(server);
	}
	await pause(Math.max(0, end - Date.now()));
	tally.over = true;
	await Promise.all(talking);
	await allBack(postgres, servers);
	const rows = await countTurns(postgres, servers, tally);
	console.log(`kills: seconds=${SECONDS} chats=${CHATS} killed=${killed} ${sums(tally)}`);
	console.log(`kills: take_overs=${tally.takeOvers.length} median_ms=${quantile(tally.takeOvers, 0.5)} most_ms=${quantile(tally.takeOvers, 1)} lease_ms=5000 ` +
		`journal_rows=${rows}`);
	await Promise.all(servers.map(stopCleanly));
	return tally;
}

async function outage(run, scripts) {
	const { postgres, servers, balancer } = await startThree(run);
	const tally = new Tally();
	const left = [];
	const talking = Array.from({ length: CHATS }, (_, i) => keepTalking(balancer, tally, scripts, i, left));
	await pause(3 * THINK_MS);
	tally.times.before = []; // while they came
	await pause(SECONDS * 1000);
	await postgres.crash();
	tally.phase = 'away';
	await pause(SECONDS * 1000);
	const ready = await Promise.all(servers.map(async (server) => (await server.fetch('/readyz')).status));
	tally.phase = 'after';
	await postgres.run();
	await pause(SECONDS * 1000);
	tally.over = true;
	await Promise.all(talking);
	await allBack(postgres, servers);
	const rows = await countTurns(postgres, servers, tally);
	const again = left.filter((talk) => talk.kept.length > 0);
	await Promise.all(Array.from({ length: AGAIN_AT_A_TIME }, async () => {
		while (again.length > 0)
			await again.pop().sayAgain();
	}));
	const p99 = Object.fromEntries(Object.entries(tally.times).map(([phase, times]) => [phase, quantile(times, 0.99)]));
	console.log(`outage: seconds=${SECONDS} chats=${CHATS} ${sums(tally)} journal_rows=${rows}`);
	console.log(`outage: replies before=${tally.times.before.length} away=${tally.times.away.length} after=${tally.times.after.length} ` +
		`p99_ms before=${p99.before.toFixed(1)} away=${p99.away.toFixed(1)} after=${p99.after.toFixed(1)} ratio=${(p99.away / p99.before).toFixed(2)} ready=${ready}`);
	assert.deepEqual(ready, [200, 200, 200]);
	await Promise.all(servers.map(stopCleanly));
	return tally;
}

async function main() {
	const parts = { kills, outage };
	assert.ok(parts[PART] && SECONDS > 0, 'node soak/replicas.js kills|outage SECONDS');
	if (NO_HAPROXY) {
		console.log(NO_HAPROXY);
		process.exit(1);
	}
	const run = new Run();
	try {
		const tally = await parts[PART](run, await makeScripts());
		assert.deepEqual([tally.lost, tally.doubled, tally.wrong], [0, 0, 0], tally.examples.map(String).join('\n'));
	} finally {
		await run.end();
	}
}

main().catch((error) => {
	console.error(error);
	process.exit(1);
});

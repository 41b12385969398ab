/*
 * The two sides of a hand-over, as their pages behave (docs/handover.md): each keeps the number of the last event that
 * it has, connects again by itself, and sends again what was not acknowledged. A line can be cut at any moment.
 */
'use strict';

const assert = require('node:assert');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { Chat, Server, pause, until } = require('./harness.js');
const { startAgain } = require('./again.js');
const { Operator, addUser, staffed } = require('./operator.js');
const { Postgres } = require('./records.js');

const AGAIN_MS = 20;
const ANSWER_MOST_MS = 60000;
const BEAT_MS = 2000;

/* What an operator knows a conversation by. */
const chatOf = (session) => crypto.createHash('sha256').update(session).digest('hex');

/* Adds to what a side has: nothing may be missing, nothing may come twice. */
function take(events, event) {
	assert.equal(event.n, (events.at(-1)?.n ?? 0) + 1, `${JSON.stringify(event)} behind ${JSON.stringify(events.at(-1))}`);
	events.push(event);
}

class Applicant {
	constructor(server) {
		this.server = server;
		this.events = [];
		this.states = [];
		this.waiting = new Map(); // id: { frame, done }
	}

	async begin() {
		await this.connect();
		return this;
	}

	/* Until it is there, or nobody waits for it any more. */
	async connect() {
		while (!this.ended) {
			const chat = await Chat.open(this.server()).catch(() => undefined);
			const welcome = chat && await this.#greet(chat);
			if (welcome) {
				/* Before its first reply another replica does not know it; what was asked is asked again. */
				if (this.answered)
					assert.equal(welcome.session, this.session, 'the conversation goes on');
				else if (welcome.session !== this.session)
					this.events.length = 0;
				this.session = welcome.session;
				return;
			}
			await pause(AGAIN_MS);
		}
	}

	/* undefined: the line broke before. */
	async #greet(chat) {
		let welcomed;
		const welcome = new Promise((resolve) => { welcomed = resolve; });
		this.line = chat;
		chat.inbox.push = (frame) => {
			if (this.line !== chat)
				return;
			if (frame.type === 'welcome')
				welcomed(frame);
			this.#receive(frame);
		};
		chat.closed.then(() => {
			welcomed(undefined);
			if (this.line === chat && !this.ended)
				this.connect();
		});
		chat.send({ type: 'hello', resume: this.session, after: this.events.at(-1)?.n ?? 0 });
		const got = await welcome;
		for (const { frame } of this.waiting.values())
			if (got)
				chat.send(frame);
		return got;
	}

	#receive(frame) {
		if (frame.type === 'event')
			take(this.events, frame);
		else if (frame.type === 'state')
			this.states.push(frame);
		else if (frame.type === 'typing')
			this.typing = (this.typing ?? 0) + 1;
		else if (frame.type === 'reply' && frame.outcome !== 'busy')
			this.waiting.get(frame.to)?.done(frame);
	}

	/* Its reply, however often it has to be sent. */
	async ask(text, id) {
		const frame = { type: 'ask', id, text };
		const reply = new Promise((resolve) => this.waiting.set(id, { frame, done: resolve }));
		this.line.send(frame);
		const got = await reply;
		this.waiting.delete(id);
		this.answered = true;
		return got;
	}

	cut() {
		this.line.socket.terminate();
	}

	get state() {
		return this.states.at(-1);
	}

	end() {
		this.ended = true;
		this.line?.socket.terminate();
	}
}

/* An operator's page. `server` gives whichever it reaches. */
class Page {
	static async signedIn(server, name) {
		const page = new Page();
		page.server = server;
		page.operator = await Operator.signedIn(server(), name);
		page.chats = new Map(); // chat: { epoch, events }
		page.all = new Map(); // chat: what was received, in the order in which it came
		page.listening = page.#listen();
		page.beating = page.#beat();
		return page;
	}

	/* The response; undefined where the line broke or the server is away. */
	async request(method, where, body) {
		const server = this.server();
		const operator = new Operator(server);
		operator.cookie = this.operator.cookie;
		operator.csrf = this.operator.csrf;
		this.cutter ??= new AbortController();
		const signal = AbortSignal.any([this.cutter.signal, AbortSignal.timeout(30000)]);
		operator.server = { fetch: (path, options) => server.fetch(path, { ...options, signal }) };
		try {
			const response = await operator.request(method, where, body);
			const text = await response.text();
			return { status: response.status, body: text ? JSON.parse(text) : undefined };
		} catch {
			return undefined;
		}
	}

	/* Again and again until the server has answered it. */
	async post(where, body) {
		const end = Date.now() + ANSWER_MOST_MS;
		for (;;) {
			const got = await this.request('POST', where, body);
			if (got && got.status < 429)
				return got;
			assert.ok(Date.now() < end, `no answer to ${where}: ${JSON.stringify(got)}`);
			await pause(AGAIN_MS);
		}
	}

	async #listen() {
		let waiting = 0;
		while (!this.ended) {
			const after = [...this.chats].map(([chat, { last }]) => `${chat}.${last}`).join(',');
			const got = await this.request('GET', `events?waiting=${waiting}&after=${after}`);
			if (got?.status === 200) {
				waiting = got.body.waiting;
				this.#receive(got.body.chats);
			} else {
				await pause(AGAIN_MS);
			}
		}
	}

	#receive(chats) {
		const before = this.chats;
		this.chats = new Map();
		for (const { chat, epoch, events } of chats) {
			const known = before.get(chat) ?? { last: 0 };
			/* One that comes back is told from its beginning. */
			if (!before.has(chat))
				this.all.set(chat, []);
			for (const event of events)
				take(this.all.get(chat), event);
			this.chats.set(chat, { epoch, last: events.at(-1)?.n ?? known.last });
		}
	}

	async #beat() {
		while (!this.ended) {
			await this.request('POST', 'heartbeat', {});
			for (let waited = 0; waited < BEAT_MS && !this.ended; waited += 100)
				await pause(100);
		}
	}

	/* The epoch under which they hold it. Where the answer was lost they look at what they hold. */
	async take(chat) {
		const end = Date.now() + ANSWER_MOST_MS;
		for (;;) {
			const got = await this.request('POST', 'take', { chat });
			if (got?.status === 200)
				return got.body.epoch;
			const queue = await this.request('GET', 'queue');
			const held = queue?.status === 200 && queue.body.held.find((one) => one.chat === chat);
			if (held)
				return held.epoch;
			assert.ok(Date.now() < end, `no chat to take: ${JSON.stringify(got)}`);
			await pause(AGAIN_MS);
		}
	}

	async say(chat, epoch, id, text) {
		const got = await this.post('say', { chat, epoch, id, text });
		assert.equal(got.status, 200, JSON.stringify(got.body));
	}

	/* What was done already is not held any more. */
	async leave(where, body) {
		const got = await this.post(where, body);
		assert.ok(got.status === 200 || got.body.reason === 'not_held', JSON.stringify(got.body));
	}

	cut() {
		this.cutter?.abort();
		this.cutter = undefined;
	}

	async end() {
		this.ended = true;
		this.cut();
		await Promise.all([this.listening, this.beating]);
	}
}

/* --- forty events --- */

const ACTS = 39;
const EVENTS = ACTS + 1; // asking for a person makes two

/* Who does it and what: wang answers until the case is handed back to the queue, li then. */
function actAt(at) {
	const who = at < 20 ? 'wang' : 'li';
	if (at === 0)
		return { side: 'applicant', kind: 'asked', text: '转人工', asks: true };
	if (at === 2 || at === 20)
		return { side: who, kind: 'taken', text: '' };
	if (at === 19)
		return { side: who, kind: 'to_queue', text: '' };
	if (at === ACTS - 1)
		return { side: who, kind: 'ended', text: 'solved' };
	return at === 1 || at % 3 === 0 ? { side: 'applicant', kind: 'asked', text: `申请人说第${at}句` } : { side: who, kind: 'said', text: `工作人员说第${at}句` };
}

async function act(at, applicant, page, held) {
	const { side, kind, text } = actAt(at);
	const chat = chatOf(applicant.session);

	if (side === 'applicant') {
		await applicant.ask(text, `a${at}`);
		/* Another replica hears of it a moment later. */
		if (at === 0)
			await until(() => applicant.state?.state === 'waiting', 'a place in the queue');
	} else if (kind === 'taken')
		held.epoch = await page.take(chat);
	else if (kind === 'said')
		await page.say(chat, held.epoch, `w${at}`, text);
	else if (kind === 'to_queue')
		await page.leave('hand-back', { chat, epoch: held.epoch, to: 'queue' });
	else
		await page.leave('close', { chat, epoch: held.epoch, outcome: text });
}

function expectedEvents() {
	const events = [];
	for (let at = 0; at < ACTS; at++) {
		const { side, kind, text, asks } = actAt(at);
		events.push([kind, side === 'applicant' ? '' : side, text]);
		if (asks)
			events.push(['queued', '', '']);
	}
	return events.map((event, i) => [i + 1, ...event]);
}

const plain = (events) => events.map(({ n, kind, from, text }) => [n, kind, from, text]);

/*
 * One scripted hand-over in a conversation of its own. `meanwhile(at)` happens while act `at` is under way, such as
 * a cut. Both sides must have all of it then, in order.
 */
async function runScript(server, pages, meanwhile) {
	const applicant = await new Applicant(server).begin();
	const held = {};
	const expected = expectedEvents();

	try {
		for (let at = 0; at < ACTS; at++) {
			const doing = act(at, applicant, pages[at < 20 ? 'wang' : 'li'], held);
			await Promise.all([doing, meanwhile(at, applicant)]);
		}
		const chat = chatOf(applicant.session);
		await until(() => applicant.events.length >= EVENTS, 'all events at the applicant');
		assert.deepEqual(plain(applicant.events), expected);
		await until(() => applicant.state.state === 'closed', 'the state that it is closed');
		assert.equal(applicant.state.outcome, 'solved');
		/* What the holder of the time has received; the last one tells them that they hold it no more. */
		const wang = plain(pages.wang.all.get(chat) ?? []);
		const li = plain(pages.li.all.get(chat) ?? []);
		assert.deepEqual(wang, expected.slice(0, wang.length));
		assert.deepEqual(li, expected.slice(0, li.length));
		for (const page of Object.values(pages))
			assert.ok(!page.chats.get(chat) || await until(() => !page.chats.get(chat), 'a page that lets go of it'));
		return { wang: wang.length, li: li.length };
	} finally {
		applicant.end();
	}
}

/* The line of one side, while act `cut` is under way. */
function cutAt(pages, side, cut, at, applicant) {
	if (at === cut)
		(side === 'applicant' ? applicant : pages[at < 20 ? 'wang' : 'li']).cut();
}

/* The server, in the middle of act `cut`. A conversation is on the disk within a second after its last reply. */
async function killAt(server, cut, at) {
	if (at === cut - 1)
		await pause(1000);
	if (at !== cut)
		return;
	server.signal('SIGKILL');
	await server.ended;
	await startAgain(server);
}

/* Pages of wang and li, whose accounts are made; `server` gives the one that they reach. */
async function startPages(server, t) {
	const pages = {};
	for (const name of ['wang', 'li']) {
		addUser(server(), name, 'operator');
		await staffed(server());
		pages[name] = await Page.signedIn(server, name);
		t.after(() => pages[name].end());
	}
	return pages;
}

/* Two servers over one PostgreSQL. */
async function startPair(t) {
	const postgres = await Postgres.start(t);
	const settings = { store: { url: postgres.connect }, record: { source: 'none' }, console: { chats: 'yes', hash_mib: 8, hash_passes: 1 } };
	const first = await Server.start({ settings });
	t.after(() => first.stop());
	const second = new Server({ settings });
	t.after(() => second.stop());
	fs.cpSync(path.join(first.folder, 'var'), path.join(second.folder, 'var'), { recursive: true });
	return [first, await second.start()];
}

module.exports = { ACTS, Applicant, Page, actAt, chatOf, cutAt, killAt, runScript, startPages, startPair };

/*
 * The conformance run: each point is a connection of its own with some switches, and says what a bot does there.
 * `must` points decide over the exit status, `should` points are told.
 *
 * What the run has to know of the bot (`bot`): ask, a text that it answers when it is spoken to; answer, a pattern of
 * that answer; group, in which it may speak; within, how long it may take; quiet, how long we listen where it must
 * say nothing. Each question comes from a person of its own, so that state and limits by person play no part.
 */
'use strict';

const { Peer, pause } = require('./peer.js');
const forms = require('./forms.js');

class Skip extends Error {}

class Trial {
	#peers = [];

	constructor(base, bot) {
		this.base = base;
		this.bot = bot;
	}

	/* A connected peer. A bot that the point before has killed may be starting again. */
	async peer(switches = {}) {
		const end = Date.now() + this.bot.within;
		for (;;) {
			const peer = this.make(switches);
			try {
				await peer.connect({ within: this.bot.within });
				return peer;
			} catch (error) {
				if (error.code !== 'ECONNREFUSED' || Date.now() > end)
					throw error;
				await pause(100);
			}
		}
	}

	make(switches = {}) {
		const peer = new Peer({ ...this.base, ...switches });
		this.#peers.push(peer);
		return peer;
	}

	dials() {
		if (!['reverse', 'split'].includes(this.base.transport ?? 'reverse'))
			throw new Skip('only where the peer dials');
	}

	ask(peer, more = {}) {
		const asked = peer.say({ group: this.bot.group, at: true, text: this.bot.ask, ...more });
		if (!asked.sent)
			throw new Error('there is no connection');
		return asked;
	}

	/* Waits for the answer, and that it is one. */
	async answered(peer, asked) {
		const said = await peer.answerTo(asked, { within: this.bot.within });
		if (!this.bot.answer.test(said.text))
			throw new Error(`the answer is ${JSON.stringify(said.text)}`);
		return said;
	}

	async works(peer, more) {
		return this.answered(peer, this.ask(peer, more));
	}

	/* One answer, and not another one; `most` 2 lets a bot try again once. */
	async once(peer, asked, most = 1) {
		const said = await this.answered(peer, asked);
		await pause(this.bot.quiet);
		const all = peer.answersTo(asked);
		if (all.length > most)
			throw new Error(`${all.length} answers to one message`);
		return said;
	}

	async silent(peer, what) {
		const from = peer.said.length;
		what();
		await pause(this.bot.quiet);
		if (peer.said.length > from)
			throw new Error(`it said ${JSON.stringify(peer.said[from].text)}`);
		await this.works(peer); // it was not deaf
	}

	/* A failed dial, with the status that it must have. */
	async refused(switches) {
		try {
			await this.peer(switches);
		} catch (error) {
			if (error.status === 401 || error.status === 403)
				return;
			throw new Error(`it was not refused before the upgrade: ${error.message}`);
		}
		throw new Error('it was let in');
	}

	async end() {
		await Promise.all(this.#peers.map((peer) => peer.close()));
		this.#peers = [];
	}
}

const POINTS = [];
const point = (id, level, title, run) => POINTS.push({ id, level, title, run });
const must = (id, title, run) => point(id, 'must', title, run);
const should = (id, title, run) => point(id, 'should', title, run);
const PRIVATE = { group: undefined, at: false };
const works = (switches, more) => async (t) => t.works(await t.peer(switches), more);

/* --- when it speaks --- */
must('group.at', 'answers in a group when it is spoken to, once', async (t) => {
	const peer = await t.peer();
	await t.once(peer, t.ask(peer));
});
should('private', 'answers in private', works({}, PRIVATE));
should('group.unasked', 'keeps silent when it is not spoken to', async (t) => {
	const peer = await t.peer();
	await t.silent(peer, () => t.ask(peer, { at: false }));
});
must('group.at-other', 'keeps silent when somebody else is spoken to', async (t) => {
	const peer = await t.peer();
	await t.silent(peer, () => t.ask(peer, { at: '987654321' }));
});
should('group.at-all', 'keeps silent when everybody is spoken to', async (t) => {
	const peer = await t.peer();
	await t.silent(peer, () => t.ask(peer, { at: false, all: true }));
});
must('own.user', 'does not answer messages of its own account', async (t) => {
	const peer = await t.peer();
	await t.silent(peer, () => t.ask(peer, { user: forms.selfOf(peer.settled, peer.settled.selfId), over: { user_id: forms.selfOf(peer.settled, peer.settled.selfId) } }));
});
must('own.sent', 'does not answer message_sent events', async (t) => {
	const peer = await t.peer({ messageSent: true });
	await t.once(peer, t.ask(peer));
	await t.silent(peer, () => t.ask(peer, { over: { post_type: 'message_sent' } }));
});
must('notices', 'does not answer notices, requests and unknown events, and goes on', async (t) => {
	const peer = await t.peer({ notices: true });
	const from = peer.said.length;
	await t.once(peer, t.ask(peer));
	if (peer.said.length - from !== 1)
		throw new Error(`it said ${peer.said.length - from} messages instead of one`);
});
should('anonymous', 'answers an anonymous member without calling them by @', async (t) => {
	const peer = await t.peer({ anonymous: true });
	const asked = t.ask(peer, { user: 80000000 });
	const said = await t.answered(peer, asked);
	if (said.ats.length)
		throw new Error('it called an anonymous member by @');
});

/* --- whose answer it is --- */
should('reply.quotes', 'quotes the message that it answers', async (t) => {
	const said = await t.works(await t.peer());
	if (said.quotes === undefined)
		throw new Error('nothing is quoted');
});
should('reply.at', 'calls the asker by @', async (t) => {
	const peer = await t.peer();
	const asked = t.ask(peer);
	const said = await t.answered(peer, asked);
	if (!said.ats.includes(String(asked.user)))
		throw new Error(`@ of ${JSON.stringify(said.ats)}`);
});
must('reply.place', 'answers two people in two groups each where they asked', async (t) => {
	const peer = await t.peer();
	const asked = [t.ask(peer, { group: t.bot.group }), t.ask(peer, { group: t.bot.group2 })];
	for (const one of asked)
		await t.once(peer, one);
});
should('reply.order', 'keeps the order of five people in one group', async (t) => {
	const peer = await t.peer();
	const from = peer.said.length;
	const asked = Array.from({ length: 5 }, () => t.ask(peer));
	for (const one of asked)
		await t.answered(peer, one);
	const order = peer.said.slice(from).map((said) => String(said.quotes));
	if (order.join() !== asked.map((one) => String(one.id)).join())
		throw new Error(`quoted: ${order.join(' ')}`);
});

/* --- how it is written --- */
for (const [format, about] of [['array', 'an array'], ['string', 'a CQ string'], ['raw', 'null, with raw_message alone']])
	point(`format.${format}`, format === 'raw' ? 'should' : 'must', `reads a message that is ${about}`, works({ format }));
must('format.object', 'reads a message that is one segment', works({ format: 'object' }, PRIVATE));
must('format.escapes', 'reads CQ escapes in one pass', async (t) => {
	const peer = await t.peer({ format: 'string' });
	await t.silent(peer, () => t.ask(peer, { at: false, text: `[CQ:at,qq=${peer.settled.atId}] ${t.bot.ask}` }));
	await t.silent(peer, () => t.ask(peer, { at: false, text: `&#91;CQ:at,qq=${peer.settled.atId}&#93; ${t.bot.ask}` }));
});
for (const form of ['spec', 'oicq', 'onebots', 'napcat', 'go-cqhttp'])
	must(`form.${form}`, `works with what ${form} sends`, works({ form, atId: undefined, headerSelfId: undefined }));
for (const [ids, about] of [['number', 'numbers'], ['string', 'strings'], ['big', 'numbers beyond 32 bits'], ['big-string', 'strings beyond 32 bits']])
	must(`ids.${ids}`, `takes user and group ids that are ${about}, and sends them back as they came`, async (t) => {
		const peer = await t.peer({ ids });
		const asked = t.ask(peer);
		const said = await t.answered(peer, asked);
		const back = said.raw.group_id ?? said.raw.context?.group_id;
		if (back !== asked.group)
			throw new Error(`group_id ${JSON.stringify(asked.group)} came back as ${JSON.stringify(back)}`);
	});
for (const messageIds of ['number', 'string', 'base64', 'text', 'negative', 'big'])
	must(`message-ids.${messageIds}`, `quotes a message id of the kind ${messageIds}`, async (t) => {
		const peer = await t.peer({ messageIds });
		const said = await t.works(peer);
		if (said.quotes === undefined)
			throw new Skip('it quotes nothing');
	});

/* --- connections --- */
const needsToken = (t) => {
	t.dials();
	if (!t.base.token)
		throw new Skip('no --token');
};
must('token.missing', 'refuses a connection without the token before the upgrade', async (t) => {
	needsToken(t);
	await t.refused({ tokenIn: 'none' });
});
must('token.empty', 'refuses an empty bearer token', async (t) => {
	needsToken(t);
	await t.refused({ tokenIn: 'none', emptyBearer: true });
});
must('token.wrong', 'refuses a wrong token', async (t) => {
	needsToken(t);
	await t.refused({ token: `${t.base.token}x` });
	await t.refused({ token: t.base.token.slice(0, -1) });
});
must('token.query', 'takes the token from the query alone', async (t) => {
	needsToken(t);
	await t.works(await t.peer({ tokenIn: 'query' }));
});
must('token.query-empty-bearer', 'takes the token from the query beside an empty bearer header', async (t) => {
	needsToken(t);
	await t.works(await t.peer({ tokenIn: 'query', emptyBearer: true }));
});
must('signature', 'refuses a POST with a wrong signature, and one with none', async (t) => {
	if (t.base.transport !== 'http' || !t.base.secret)
		throw new Skip('only over http, with --secret');
	for (const signature of ['wrong', 'none']) {
		const peer = await t.peer({ signature });
		t.ask(peer);
		await pause(t.bot.quiet);
		if (peer.said.length)
			throw new Error('it answered');
		if (!peer.posts.length || peer.posts.some((post) => post.status < 400))
			throw new Error(`statuses ${peer.posts.map((post) => post.status)}`);
		await peer.close();
	}
});
must('deflate', 'takes a peer that offers permessage-deflate', works({ deflate: true }));
must('lifecycle.none', 'works when lifecycle never comes', works({ lifecycle: 'none' }));
must('lifecycle.enable', 'works when lifecycle "enable" comes too', works({ lifecycle: 'connect+enable' }));
must('heartbeat.none', 'works when no heartbeat comes', works({ heartbeat: 0 }));
must('heartbeat.status', 'works when heartbeats carry no status', async (t) => {
	const peer = await t.peer({ heartbeat: 50, scale: 1, heartbeatStatus: false });
	await pause(200);
	await t.works(peer);
});
must('selves', 'works when self_id, X-Self-ID and at.qq are three texts', works({ threeSelves: true }));
must('split', 'works over two sockets, and sends no action over Event', async (t) => {
	t.dials();
	const peer = await t.peer({ transport: 'split' });
	await t.works(peer);
	const astray = peer.faults.find((fault) => fault.what.includes('Event'));
	if (astray)
		throw new Error(`${astray.what}: ${astray.about}`);
});

/* --- reconnects --- */
must('reconnect', 'answers after a reconnect', async (t) => {
	t.dials();
	const peer = await t.peer();
	await t.works(peer);
	await peer.renew({ late: -1 });
	await t.works(peer);
});
must('reconnect.abrupt', 'answers after a connection that broke', async (t) => {
	t.dials();
	const peer = await t.peer();
	await peer.renew({ late: -1, abrupt: true });
	await t.works(peer);
});
must('reconnect.late-close', 'keeps the new connection when the old one closes late, 10 of 10', async (t) => {
	t.dials();
	const peer = await t.peer();
	for (let i = 0; i < 10; i++) {
		const closed = peer.closes.length;
		await peer.renew({ late: 1 });
		while (peer.closes.length === closed)
			await pause(5);
		await pause(20);
		await t.works(peer);
	}
});
must('duplicates', 'answers once when an event comes again after a reconnect', async (t) => {
	t.dials();
	const peer = await t.peer({ repeat: 3 });
	const asked = t.ask(peer);
	await t.answered(peer, asked);
	await peer.renew({ late: -1 });
	await t.once(peer, asked);
	await t.works(peer);
});

/* --- what becomes of an answer --- */
for (const [outcome, about] of [['1200', 'retcode 1200, delivered'], ['1200-lost', 'retcode 1200, not delivered'], ['async', 'status async'],
	['silent', 'no answer to the action']])
	must(`sends.${outcome}`, `does not send again after ${about}, and goes on`, async (t) => {
		const peer = await t.peer({ sends: [outcome, 'ok'] });
		await t.once(peer, t.ask(peer));
		await t.works(peer);
	});
must('sends.failed', 'goes on after a refusal, and tries at most once more', async (t) => {
	const peer = await t.peer({ sends: ['failed', 'failed', 'ok'] });
	await t.once(peer, t.ask(peer), 2);
	peer.set({ sends: ['ok'] });
	await t.works(peer);
});
must('sends.risk', 'goes on while risk control keeps an answer waiting, and tries at most once more', async (t) => {
	const peer = await t.peer({ sends: ['risk', 'ok'] });
	const first = t.ask(peer);
	await t.answered(peer, first);
	await t.works(peer); // before the refusal
	await pause(peer.settled.riskMs * peer.settled.scale);
	await t.once(peer, first, 2);
});
must('echo.drop', 'does not send again when the echo is missing, and goes on', async (t) => {
	const peer = await t.peer({ echo: 'drop' });
	await t.once(peer, t.ask(peer));
	await t.works(peer);
});
must('slow', 'goes on when actions are answered slowly', async (t) => {
	const peer = await t.peer({ delay: 500, scale: 1 });
	const asked = [t.ask(peer), t.ask(peer), t.ask(peer)];
	for (const one of asked)
		await t.once(peer, one);
});
must('half-dead', 'takes a new connection after a half-dead one', async (t) => {
	t.dials();
	const peer = await t.peer({ halfDead: true });
	t.ask(peer);
	await pause(t.bot.quiet);
	peer.set({ halfDead: false });
	await peer.renew({ late: -1 });
	await t.works(peer);
});
should('half-dead.found', 'leaves a half-dead link by itself (needs --probe-within)', async (t) => {
	t.dials();
	if (!t.bot.probeWithin)
		throw new Skip('no --probe-within');
	const peer = await t.peer({ halfDead: true });
	t.ask(peer);
	const end = Date.now() + t.bot.probeWithin;
	while (!peer.closes.length && Date.now() < end)
		await pause(20);
	if (!peer.closes.length)
		throw new Error(`still open after ${t.bot.probeWithin} ms`);
});

/* --- what nobody should send --- */
must('malformed', 'survives malformed frames (a close is well; another connection must work)', async (t) => {
	const peer = await t.peer({ reconnect: 20, scale: 1 });
	for (const frame of forms.malformedFrames(peer.settled)) {
		if (!peer.frame(frame))
			await peer.connected(t.bot.within);
		await pause(5);
	}
	await pause(50);
	await peer.connected(t.bot.within);
	if (peer.said.length)
		throw new Error(`it said ${JSON.stringify(peer.said[0].text)}`);
	await t.works(peer);
	if (peer.misses.some((error) => error.code === 'ECONNREFUSED'))
		throw new Error('for a while nobody listened: it died, and was started again');
});

/* Gives { totals, points: [{ id, level, title, result, detail, ms }] }; `told` hears of each. */
async function check(base, bot, { only = () => true, told = () => {} } = {}) {
	const settled = { within: 10000, quiet: 700, group: 1, group2: bot.group ?? 1, answer: /./su, ...bot };
	const points = [];
	for (const { id, level, title, run } of POINTS.filter((one) => only(one.id))) {
		const trial = new Trial(base, settled);
		const began = Date.now();
		const done = { id, level, title, result: 'pass', ms: 0 };
		try {
			await run(trial);
		} catch (error) {
			done.result = error instanceof Skip ? 'skip' : 'fail';
			done.detail = error.message;
		} finally {
			await trial.end();
		}
		done.ms = Date.now() - began;
		points.push(done);
		told(done);
	}
	const count = (result, level) => points.filter((one) => one.result === result && (!level || one.level === level)).length;
	return { totals: { pass: count('pass'), fail: count('fail'), failed_must: count('fail', 'must'), skip: count('skip') }, points };
}

module.exports = { POINTS, check };

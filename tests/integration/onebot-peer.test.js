/*
 * The server against tests/onebot-peer: every deviation of real OneBot v11 implementations, connections that break
 * while many groups ask, and peers that are dead, slow or refuse.
 */
'use strict';

const { test, describe, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, freePort, stopCleanly, until } = require('./harness.js');
const { onebotFault } = require('./framed.js');
const { Peer, check, load } = require('../onebot-peer');

const PATH = '/onebot/v11/ws';
const TOKEN = 'a-token-of-thirty-two-characters';
const QUESTION = '能不能批量申请';
const ANSWER = /必须一人一事项分别申请/;
const ALIASES = ['100010002'];
const BOT = { ask: QUESTION, answer: ANSWER, group: 1, group2: 2, within: 20000, quiet: 60 };

/* `settings` by section; `groups` are the lines of groups.file. */
async function startServer({ onebot = {}, groups = {}, lines = [], ...others } = {}) {
	const server = new Server({ settings: {
		onebot: { path: PATH, token_file: 'token', action_s: 1, aliases: ALIASES.join(' '), ...onebot },
		groups: { gather_ms: 0, file: 'groups.jsonl', ...groups }, ...others,
	} });
	fs.writeFileSync(path.join(server.folder, 'token'), `${TOKEN}\n`, { mode: 0o600 });
	const generous = { channel: 'onebot', group: '*', per_minute: 100000, person_per_minute: 100000 };
	fs.writeFileSync(path.join(server.folder, 'groups.jsonl'), [generous, { ...generous, group: undefined, person: '*', per_minute: undefined }, ...lines]
		.map((line) => `${JSON.stringify(line)}\n`).join(''));
	return server.start();
}

const address = (server) => ({ url: `ws://127.0.0.1:${server.port}${PATH}`, token: TOKEN });

async function connect(t, server, switches = {}) {
	const peer = new Peer({ ...address(server), ...switches });
	peer.on('called', (frame) => assert.equal(onebotFault(frame), null));
	t.after(() => peer.close());
	return peer.connect();
}

const say = (peer, more = {}) => peer.say({ group: 1, at: true, text: QUESTION, ...more });

/* Whatever was to be said before in that group has been said when this is answered: answers keep their order. */
async function fence(peer, group = 9) {
	const said = await peer.answerTo(say(peer, { group }), { within: 20000 });
	assert.match(said.text, ANSWER);
}

async function answeredOnce(peer, asked) {
	assert.match((await peer.answerTo(asked, { within: 20000 })).text, ANSWER);
	await fence(peer, asked.group);
	assert.equal(peer.answersTo(asked).length, 1);
}

/* The web answers, whatever becomes of the groups. */
async function webAnswers(server) {
	const reply = await (await server.ask({ text: QUESTION })).json();
	assert.match(reply.answers[0].answer, ANSWER);
}

describe('the conformance run', () => {
	let server;
	before(async () => { server = await startServer(); });
	after(() => stopCleanly(server));

	test('every point is passed over reverse WebSocket', async () => {
		const { points } = await check({ ...address(server), scale: 0.05 }, BOT);
		assert.deepEqual(points.filter((point) => point.result === 'fail').map((point) => [point.id, point.detail]), []);
		assert.deepEqual(points.filter((point) => point.result === 'skip').map((point) => point.id), ['signature', 'half-dead.found']);
	});
});

describe('other ways to the peer', () => {
	test('over HTTP POST with quick operations', async () => {
		const server = await startServer({ onebot: { secret_file: 'secret' } });
		const secret = await until(() => fs.existsSync(path.join(server.folder, 'secret')) && fs.readFileSync(path.join(server.folder, 'secret'), 'utf8').trim(), 'the secret');
		const base = { transport: 'http', url: `http://127.0.0.1:${server.port}${PATH}`, secret };
		const { points } = await check(base, BOT, { only: (id) => /^(group|private|own|notices|anonymous|format|form|ids|message-ids|signature|malformed|reply\.(quotes|at|place))/.test(id) });
		assert.deepEqual(points.filter((point) => point.result !== 'pass').map((point) => [point.id, point.detail]), []);
		await stopCleanly(server);
	});

	test('over HTTP POST with answers by the HTTP API', async (t) => {
		const port = await freePort();
		const server = await startServer({ onebot: { secret_file: 'secret', api: `http://127.0.0.1:${port}` } });
		const secret = fs.readFileSync(path.join(server.folder, 'secret'), 'utf8').trim();
		const peer = new Peer({ transport: 'http', url: `http://127.0.0.1:${server.port}${PATH}`, secret, port, token: TOKEN });
		t.after(() => peer.close());
		await peer.connect();
		const asked = say(peer);
		await answeredOnce(peer, asked);
		assert.equal(peer.said[0].action, 'send_group_msg');
		await stopCleanly(server);
	});

	for (const refuse of ['401', '1002'])
		test(`over forward WebSocket, dialling again after every close (a wrong token: ${refuse})`, async (t) => {
			const port = await freePort();
			const switches = { transport: 'forward', port, token: TOKEN, refuse };
			const first = new Peer(switches);
			await first.connect({ wait: false });
			const server = await startServer({ onebot: { connect: `ws://127.0.0.1:${port}/` } });
			await first.connected(30000);
			await answeredOnce(first, say(first));
			await first.close(); // nobody listens for a while
			await webAnswers(server);
			const strange = new Peer({ ...switches, token: `${TOKEN}x` });
			await strange.connect({ wait: false });
			await until(() => strange.refused > 0, 'a dial with the wrong token', 60000);
			assert.equal(strange.connections, 0);
			await strange.close();
			const second = new Peer(switches);
			t.after(() => second.close());
			await second.connect({ wait: false });
			await second.connected(60000);
			await answeredOnce(second, say(second));
			await second.renew(); // the peer closes
			const before = second.connections;
			await until(() => second.connections > before, 'another dial', 60000);
			await answeredOnce(second, say(second));
			await stopCleanly(server);
		});
});

describe('connections that break while many ask', () => {
	const some = { groups: 20, messages: 10, reconnects: 5, text: () => QUESTION, repeat: 5, within: 15000 };
	const all = { asked: 200, answered: 200, lost: 0, renewed: 5, doubled: 0, unasked: 0, disordered: 0 };
	/* Of two sockets that are open at a time, either may be read first. */
	const expected = (got, how) => (how.late < 0 ? all : { ...all, disordered: got.disordered });
	let server;
	before(async () => { server = await startServer(); });
	after(() => stopCleanly(server));

	for (const [name, switches, how] of [
		['the peer leaves and comes back', {}, { late: -1 }],
		['the old socket closes late', {}, { late: 30 }],
		['the last events come again', { repeat: 30 }, { late: -1 }],
		['over a split pair of sockets', { transport: 'split' }, { late: -1 }],
		['with a peer that answers no action', { sends: ['silent'] }, { late: -1 }],
		['with a peer that answers slowly', { delay: 50 }, { late: -1 }],
	])
		test(`each question is answered once, none unasked, in order: ${name}`, async (t) => {
			const peer = await connect(t, server, switches);
			const got = await load([peer], { ...some, how });
			assert.deepEqual(got, expected(got, how));
		});

	test('nothing is answered twice or unasked when connections break without a word', async (t) => {
		const peer = await connect(t, server, { repeat: 20 });
		/* The server may still read the old socket when the new one is there: no order is promised. */
		const { doubled, unasked } = await load([peer], { ...some, how: { abrupt: true }, within: 1500 });
		assert.deepEqual({ doubled, unasked }, { doubled: 0, unasked: 0 });
		await fence(peer);
	});
});

describe('peers that are dead, slow, refuse or are risk-controlled', () => {
	const unknown = (server) => (server.log.match(/onebot_unsent outcome="unknown"/g) ?? []).length;
	let server;
	before(async () => { server = await startServer(); });
	after(() => stopCleanly(server));

	for (const outcome of ['1200', '1200-lost', 'async', 'silent', 'silent-lost'])
		test(`what came of an answer is not known: it is not sent again (${outcome})`, async (t) => {
			const peer = await connect(t, server, { sends: [outcome, 'ok'], repeat: 10 });
			const before = unknown(server);
			const asked = say(peer);
			await peer.answerTo(asked);
			await until(() => unknown(server) === before + 1, 'the outcome in the log'); // of silence: after action_s
			await peer.renew({ late: -1 }); // the event comes again, too
			await answeredOnce(peer, asked);
			assert.equal(peer.said.length, 2); // and the fence
		});

	test('an answer that is refused is not sent again: why it was refused is not told', async (t) => {
		const peer = await connect(t, server, { sends: ['failed'] });
		const asked = [1, 2, 3].map((group) => say(peer, { group }));
		for (const one of asked)
			await peer.answerTo(one);
		await webAnswers(server);
		peer.set({ sends: ['ok'] });
		for (const { group } of asked)
			await fence(peer, group);
		assert.deepEqual(peer.said.map((said) => said.group).sort(), [1, 1, 2, 2, 3, 3]);
	});

	test('risk control refuses after a while: other groups and the web are answered meanwhile', async (t) => {
		const server = await startServer({ onebot: { action_s: 30 } });
		const peer = await connect(t, server, { sends: ['risk', 'ok'], riskMs: 2000 });
		const refused = new Promise((resolve) => setTimeout(resolve, peer.settled.riskMs));
		let over = false;
		refused.then(() => { over = true; });
		const first = say(peer);
		await peer.answerTo(first);
		await fence(peer);
		await webAnswers(server);
		assert.equal(over, false, 'the refusal was waited for');
		await refused;
		await fence(peer, 1);
		assert.deepEqual(peer.said.map((said) => said.group), [1, 9, 1]);
		await stopCleanly(server);
	});

	test('what was asked before the peer went away is answered when it is back, once', async (t) => {
		const server = await startServer({ groups: { gather_ms: 500 } });
		const peer = await connect(t, server, { repeat: 10 });
		const asked = [1, 2, 3].map((group) => say(peer, { group }));
		await fence(peer); // read, and gathered for half a second
		const more = [1, 2, 3].map((group) => say(peer, { group }));
		await peer.renew({ late: -1 });
		for (const one of [...asked, ...more])
			await peer.answerTo(one);
		for (const { group } of asked)
			await fence(peer, group);
		assert.deepEqual([...asked, ...more].map((one) => peer.answersTo(one).length), [1, 1, 1, 1, 1, 1]);
		await stopCleanly(server);
	});

	test('a half-dead link holds nobody up, and another one is answered over', async (t) => {
		const dead = await connect(t, server, { halfDead: true, heartbeat: 100 });
		for (let group = 1; group <= 20; group++)
			say(dead, { group });
		await until(() => dead.said.length > 0, 'an attempt');
		await webAnswers(server);
		const other = await connect(t, server, { selfId: '20002' }); // another account
		await answeredOnce(other, say(other));
		await until(() => dead.said.length === 20, 'all attempts');
		assert.equal(new Set(dead.said.map((said) => said.group)).size, 20);
		dead.set({ halfDead: false });
		await dead.renew({ late: -1 });
		await answeredOnce(dead, say(dead, { group: 100 }));
		assert.equal(dead.said.filter((said) => said.group <= 20).length, 20);
	});

	test('a reconnect every 50 ms keeps nobody from an answer', async (t) => {
		const peer = await connect(t, server, { reconnectEvery: 50, lateClose: 10 });
		while (peer.connections < 7) {
			let asked;
			await until(() => (asked = say(peer)).sent, 'a connection'); // none while it dials
			await peer.answerTo(asked);
			assert.equal(peer.answersTo(asked).length, 1);
		}
	});
});

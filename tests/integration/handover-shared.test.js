/* A hand-over over two servers and one PostgreSQL, one of which is killed in the middle. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { startAgain } = require('./again.js');
const { stopCleanly, until } = require('./harness.js');
const { Applicant, actAt, chatOf, cutAt, runScript, startPages, startPair } = require('./handover-sides.js');
const { Operator, addUser, outcome, staffed } = require('./operator.js');

const ROUNDS = 18;

function at(server, operator) {
	const other = new Operator(server);
	other.cookie = operator.cookie;
	other.csrf = operator.csrf;
	return other;
}

test('both sides read all of it in order, whichever server they reach, and after one was killed', async (t) => {
	const servers = await startPair(t);
	addUser(servers[0], 'wang', 'operator');
	await Promise.all(servers.map(staffed));
	const wang = await Operator.signedIn(servers[0], 'wang');
	let session;
	const ask = async (server, text, id) => {
		const reply = await (await server.ask({ text, id, session })).json();
		session = reply.session;
		return reply;
	};
	const say = (server, id, text, chat, epoch) => at(server, wang).post('say', { chat, epoch, id, text });

	assert.equal((await ask(servers[0], '转人工', 'a')).outcome, 'handoff');
	const taken = await until(async () => {
		const response = await at(servers[1], wang).post('take');
		return response.status === 200 && response.json();
	}, 'the case in the other server\'s queue');
	const { chat, epoch } = taken;
	assert.deepEqual(await outcome(await at(servers[0], wang).post('take')), { status: 404, reason: 'no_chat' });
	const expected = [];
	await until(async () => (await at(servers[0], wang).post('heartbeat')).status === 204
		&& (await ask(servers[0], '在吗', `before ${Date.now()}`)).reason === 'passed_on', 'the case known to the first server');

	const seen = async (server) => (await (await server.fetch(`/api/v1/events?session=${session}&after=0`)).json()).events;
	const began = (await seen(servers[0])).length;
	for (let i = 0; i < ROUNDS; i++) {
		if (i === ROUNDS / 2) {
			servers[0].signal('SIGKILL');
			await servers[0].ended;
		}
		const [here, there] = i < ROUNDS / 2 ? [servers[i % 2], servers[(i + 1) % 2]] : [servers[1], servers[1]];
		/* Each is sent once more elsewhere, as by who did not hear that it was taken. */
		for (const server of [here, there])
			assert.equal((await ask(server, `申请人${i}`, `a${i}`)).reason, 'passed_on');
		for (const server of [there, here])
			assert.equal((await say(server, `w${i}`, `工作人员${i}`, chat, epoch)).status, 200);
		expected.push(`申请人${i}`, `工作人员${i}`);
		assert.equal((await at(servers[1], wang).post('heartbeat')).status, 204);
	}
	const events = await seen(servers[1]);
	assert.deepEqual(events.map((event) => event.n), events.map((_, i) => i + 1));
	assert.deepEqual(events.slice(began).map((event) => event.text), expected);
	assert.deepEqual(events.slice(0, 3).map((event) => event.kind), ['asked', 'queued', 'taken']);
	const { chats } = await (await at(servers[1], wang).get('events')).json();
	assert.deepEqual(chats[0].events.map((event) => event.n), events.map((event) => event.n));
	assert.equal(chats[0].with, 'wang');
	await stopCleanly(servers[1]);
});

test('nothing is lost or doubled when a line is cut and goes on at the other server, or that is killed', async (t) => {
	const servers = await startPair(t);
	let turn = 0;
	const either = () => servers[turn++ % 2].result ? servers[turn++ % 2] : servers[(turn - 1) % 2];
	const pages = await startPages(either, t);
	for (const cut of [1, 10, 19, 20, 33])
		for (const side of ['applicant', 'operator'])
			await t.test(`${side} at act ${cut} (${actAt(cut).kind})`, () => runScript(either, pages, (at, applicant) => cutAt(pages, side, cut, at, applicant)));
	await t.test('a server that is killed at act 12', () => runScript(either, pages, async (at) => {
		if (at !== 12)
			return;
		servers[0].signal('SIGKILL');
		await servers[0].ended;
		await startAgain(servers[0]);
	}));
});

test('that either side is typing is seen by the other one at the other server', async (t) => {
	const servers = await startPair(t);
	addUser(servers[0], 'wang', 'operator');
	await Promise.all(servers.map(staffed));
	const wang = at(servers[1], await Operator.signedIn(servers[0], 'wang'));
	const applicant = await new Applicant(() => servers[0]).begin();
	t.after(() => applicant.end());
	await applicant.ask('转人工', 'a');
	const chat = chatOf(applicant.session);
	await until(async () => (await wang.post('take', { chat })).status === 200, 'the case in the other server\'s queue');
	await until(() => applicant.state.state === 'with', 'the operator');
	await until(async () => {
		await wang.post('typing', { chat });
		return applicant.typing > 0;
	}, 'that the operator is typing');
	await until(async () => {
		applicant.line.send({ type: 'typing' });
		const { chats } = await (await wang.get(`events?after=${chat}.0`)).json();
		return chats.some((row) => row.chat === chat && row.typing);
	}, 'that the applicant is typing');
});

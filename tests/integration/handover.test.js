/* 转人工: an applicant and operators, over HTTP, through a restart of the server. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const { Operator, addUser, outcome, startConsole } = require('./operator');

let server;
before(async () => {
	server = await startConsole();
	addUser(server, 'wang', 'operator');
	addUser(server, 'li', 'operator');
});
after(() => server.stop());

class Applicant {
	constructor() {
		this.asked = 0;
		this.last = 0;
		this.events = [];
	}

	async ask(text, id = `a${++this.asked}`) {
		const response = await server.fetch('/api/v1/ask', {
			method: 'POST', headers: { 'Content-Type': 'application/json' },
			body: JSON.stringify({ text, id, session: this.session }),
		});
		assert.equal(response.status, 200);
		const reply = await response.json();
		this.session = reply.session;
		return reply;
	}

	/* What there is behind the last one that is known; waits for it. */
	async read() {
		const response = await server.fetch(`/api/v1/events?session=${this.session}&after=${this.last}`);
		assert.equal(response.status, 200);
		const got = await response.json();
		this.events.push(...got.events);
		this.last = this.events.at(-1)?.n ?? 0;
		return got;
	}

	/* Until so many events are there, in a bounded number of polls. */
	async readTo(n) {
		for (let i = 0; i < 50 && this.last < n; i++)
			await this.read();
		assert.deepEqual(this.events.map((event) => event.n), Array.from({ length: n }, (_, i) => i + 1));
	}
}

/* Under another port. */
async function restart() {
	server.signal('SIGTERM');
	assert.deepEqual(await server.ended, { code: 0, signal: null });
	server.result = undefined;
	server.log = '';
	await server.start();
}

const json = async (response) => {
	assert.equal(response.status, 200, await response.clone().text());
	return response.json();
};

test('who asks for a person is taken by an operator, and both read each other', async () => {
	const applicant = new Applicant();
	assert.equal((await applicant.ask('转人工')).outcome, 'handoff');
	assert.equal((await applicant.read()).state, 'waiting');
	assert.deepEqual(applicant.events.map((event) => event.kind), ['asked', 'queued']);

	const wang = await Operator.signedIn(server, 'wang');
	const waiting = (await json(await wang.get('queue'))).waiting;
	assert.equal(waiting.length, 1);
	assert.equal(waiting[0].place, 1);
	assert.notEqual(waiting[0].chat, applicant.session, 'an operator does not learn the name that opens the conversation');
	const { chat, epoch } = await json(await wang.post('take'));
	assert.equal(chat, waiting[0].chat);

	const reply = await applicant.ask('我的身份证号是410102199003074557');
	assert.deepEqual([reply.outcome, reply.reason], ['handoff', 'passed_on']);
	assert.match(reply.text, /wang/);
	await applicant.ask('我的身份证号是410102199003074557', 'a2'); // its answer was lost
	const seen = (await json(await wang.get('events'))).chats[0];
	assert.deepEqual(seen.events.map((event) => event.kind), ['asked', 'queued', 'taken', 'asked']);
	assert.equal(seen.events[3].text, '我的身份证号是410102199003074557');
	const again = (await json(await wang.get(`events?after=${chat}.4`))).chats[0];
	assert.deepEqual(again.events, []);
	const masked = (await json(await wang.get('events'))).chats[0].events[3];
	assert.doesNotMatch(masked.text, /410102199003074557/);

	await applicant.readTo(4);
	const poll = applicant.readTo(5);
	await json(await wang.post('say', { chat, epoch, id: 'w1', text: '请稍等' }));
	await json(await wang.post('say', { chat, epoch, id: 'w1', text: '请稍等' }));
	await poll;
	assert.deepEqual([applicant.events[4].kind, applicant.events[4].from, applicant.events[4].text], ['said', 'wang', '请稍等']);

	const li = await Operator.signedIn(server, 'li');
	assert.deepEqual(await outcome(await li.post('say', { chat, epoch, id: 'l1', text: '我来' })), { status: 409, reason: 'not_held' });
	await json(await wang.post('hand-back', { chat, epoch, to: 'colleague', colleague: 'li' }));
	assert.deepEqual(await outcome(await wang.post('take')), { status: 404, reason: 'no_chat' });
	const taken = await json(await li.post('take'));
	assert.deepEqual(await outcome(await wang.post('say', { chat, epoch, id: 'w2', text: '还有' })), { status: 409, reason: 'not_held' });

	/* Who held it holds it after a restart, and nothing is gone. */
	await restart();
	li.headers.Origin = server.url;
	await json(await li.post('say', { chat, epoch: taken.epoch, id: 'l2', text: '您好' }));
	assert.equal((await applicant.ask('好的')).reason, 'passed_on');
	await json(await li.post('close', { chat, epoch: taken.epoch, outcome: 'solved' }));
	await applicant.readTo(10);
	assert.deepEqual(applicant.events.slice(5).map((event) => event.kind), ['to_colleague', 'taken', 'said', 'asked', 'ended']);
	assert.notEqual((await applicant.ask('你好')).reason, 'passed_on', 'the robot answers again');
});

test('an operator hears of who waits and of what is typed while nothing else is asked', async () => {
	const applicant = new Applicant();
	const li = await Operator.signedIn(server, 'li');
	const heard = li.get('events?waiting=0');
	await applicant.ask('转人工');
	assert.equal((await json(await heard)).waiting, 1);
	const { chat, epoch } = await json(await li.post('take'));
	const { chats } = await json(await li.get('events?waiting=0'));
	assert.deepEqual(chats.map((one) => [one.chat, one.last]), [[chat, 3]]);
	const typed = li.get(`events?waiting=0&after=${chat}.3`);
	await applicant.ask('在吗');
	assert.deepEqual((await json(await typed)).chats[0].events.map((event) => event.text), ['在吗']);
	await json(await li.post('close', { chat, epoch, outcome: 'left' }));
});

test('who waits for events is answered when the server ends', async () => {
	const applicant = new Applicant();
	const li = await Operator.signedIn(server, 'li');
	await applicant.ask('转人工');
	await applicant.readTo(2);
	const { chat, epoch } = await json(await li.post('take'));
	await applicant.readTo(3);
	const waiting = [applicant.read(), li.get(`events?waiting=0&after=${chat}.3`).then(json)];
	await restart();
	li.headers.Origin = server.url;
	assert.deepEqual((await Promise.all(waiting)).map((one) => (one.events ?? one.chats[0].events).length), [0, 0]);
	await json(await li.post('close', { chat, epoch, outcome: 'left' }));
});

test('a conversation that nobody was asked to answer has no events', async () => {
	const response = await server.fetch('/api/v1/events?session=0123456789abcdef0123456789abcdef&after=0');
	assert.deepEqual(await json(response), { state: 'bot', with: '', place: 0, last: 0, events: [] });
	for (const query of ['', '?after=0', '?session=a&after=-1', '?session=a&after=x'])
		assert.equal((await server.fetch(`/api/v1/events${query}`)).status, 400, query);
});

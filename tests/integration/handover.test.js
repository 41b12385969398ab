/* 转人工: an applicant and operators, over HTTP, through a restart of the server. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { pause, ticks, until } = require('./harness');
const { Operator, addUser, outcome, staffed, startConsole } = require('./operator');
const { Applicant: Follower, chatOf } = require('./handover-sides');

let server;
before(async () => {
	server = await startConsole({ limits: { connections_per_address: 3000 } });
	addUser(server, 'wang', 'operator');
	addUser(server, 'li', 'operator');
	await staffed(server);
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
	const to = { chat, epoch, to: 'colleague', colleague: 'li' };
	assert.deepEqual(await outcome(await wang.post('hand-back', to)), { status: 409, reason: 'colleague_away' });
	assert.equal((await li.post('heartbeat')).status, 204);
	assert.deepEqual((await json(await wang.get('colleagues'))).colleagues, [{ name: 'li', held: 0 }]);
	await json(await wang.post('hand-back', to));
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
	await pause(300); // they are to be there before it ends
	await restart();
	li.headers.Origin = server.url;
	assert.deepEqual((await Promise.all(waiting)).map((one) => (one.events ?? one.chats[0].events).length), [0, 0]);
	await json(await li.post('close', { chat, epoch, outcome: 'left' }));
});

test('a conversation that nobody was asked to answer has no events', async () => {
	const response = await server.fetch('/api/v1/events?session=0123456789abcdef0123456789abcdef&after=0');
	const answered = await json(response);
	assert.deepEqual(answered, { state: 'bot', with: '', place: 0, last: 0, outcome: '', open: true, on_duty: answered.on_duty, hours: '', call_back: 'none', events: [] });
	for (const query of ['', '?after=0', '?session=a&after=-1', '?session=a&after=x'])
		assert.equal((await server.fetch(`/api/v1/events${query}`)).status, 400, query);
});

/* Takes and closes the one that waits. */
async function close() {
	const wang = await Operator.signedIn(server, 'wang');
	const { chat, epoch } = await json(await wang.post('take'));
	await json(await wang.post('close', { chat, epoch, outcome: 'left' }));
}

/* So many polls of a case that waits, each on a connection of its own. */
async function pollsOf(t, count) {
	const applicant = new Applicant();
	await applicant.ask('转人工');
	await applicant.readTo(2);
	const path = `/api/v1/events?session=${applicant.session}&after=2`;
	const sockets = Array.from({ length: count }, () => net.connect(server.port, '127.0.0.1'));
	t.after(() => sockets.forEach((socket) => socket.destroy()));
	for (const socket of sockets) {
		socket.on('error', () => {});
		socket.write(`GET ${path} HTTP/1.1\r\nHost: ${new URL(server.url).host}\r\n\r\n`);
	}
	return { sockets, path };
}

test('a poll whose client is gone keeps nothing busy, and its connection ends', async (t) => {
	for (const how of ['destroy', 'resetAndDestroy']) {
		const before = await server.metric('dayi_connections');
		const { sockets } = await pollsOf(t, 3);
		await until(async () => await server.metric('dayi_connections') >= before + 3, 'their connections');
		await pause(500);
		sockets.forEach((socket) => socket[how]());
		const start = ticks(server.child.pid);
		await pause(1000);
		assert.ok(ticks(server.child.pid) - start < 15, 'it has nothing to do, of 100 ticks');
		await until(async () => await server.metric('dayi_connections') <= before, 'they are gone', 8000);
		await close();
	}
});

test('polls whose clients are gone do not keep others from waiting', async (t) => {
	const { sockets, path } = await pollsOf(t, 2100);
	/* With another place than it has a poll is answered at once. */
	const isFull = async () => (await server.fetch(`${path}&place=99`)).status !== 200;
	await pause(1000);
	await until(isFull, 'as many polls as may wait');
	sockets.forEach((socket) => socket.resetAndDestroy());
	await until(async () => !(await isFull()), 'room for others', 10000);
	await close();
});

/* One that is asked over the WebSocket, and follows. */
const begin = (t) => {
	const follower = new Follower(() => server);
	t.after(() => follower.end());
	return follower.begin();
};

test('what is typed right behind the wish for a person reaches the operator', async (t) => {
	const follower = await begin(t);
	await Promise.all([follower.ask('转人工', 'a'), follower.ask('照片传不上去', 'b'), follower.ask('急', 'c')]);
	await until(() => follower.events.length === 4, 'all of it');
	assert.deepEqual(follower.events.map((event) => event.id), ['a', undefined, 'b', 'c']);
	const wang = await Operator.signedIn(server, 'wang');
	const chat = chatOf(follower.session);
	const { epoch } = await json(await wang.post('take', { chat }));
	await json(await wang.post('close', { chat, epoch, outcome: 'solved' }));
});

test('the applicant sees their place, who speaks, that the operator drops out, and what came of it', async (t) => {
	const first = await begin(t);
	const second = await begin(t);
	const wang = await Operator.signedIn(server, 'wang');
	assert.equal((await wang.post('heartbeat')).status, 204);
	await until(() => first.state && first.state.on_duty, 'how it stands');
	assert.deepEqual(first.state, { type: 'state', state: 'bot', with: '', place: 0, last: 0, outcome: '', open: true, on_duty: true, hours: '', call_back: 'none' });
	const reply = await first.ask('转人工', 'a');
	assert.match(reply.text, /^已为您转人工/);
	await until(() => first.state.place === 1, 'the first place');
	await second.ask('转人工', 'a');
	await until(() => second.state.place === 2, 'the second place');
	await json(await wang.post('take', { chat: chatOf(first.session) }));
	await until(() => first.state.with === 'wang', 'who speaks');
	/* Nothing of the second one's own has happened. */
	await until(() => second.state.place === 1, 'a place that moves up');
	assert.equal(second.events.length, 2);

	/* Nobody beats for wang: after ten seconds the chat waits again. */
	await until(() => first.state.state === 'waiting', 'the chat that waits again');
	assert.deepEqual([first.events.at(-1).kind, first.events.at(-1).from], ['dropped', 'wang']);
	assert.equal(first.state.place, 1, 'it keeps its place');
	assert.equal(second.state.place, 2);

	const li = await Operator.signedIn(server, 'li');
	for (const one of [first, second]) {
		const { epoch } = await json(await li.post('take', { chat: chatOf(one.session) }));
		await json(await li.post('close', { chat: chatOf(one.session), epoch, outcome: 'unsolved' }));
		await until(() => one.state.state === 'closed', 'its end');
		assert.equal(one.state.outcome, 'unsolved');
	}
});

test('the operator reads the conversation from its first message, and nothing of a chat that is over', async (t) => {
	const follower = await begin(t);
	await follower.ask('能不能批量申请', 'q');
	await follower.ask('我的身份证号是410102199003074557', 'i');
	await follower.ask('转人工', 'a');
	await until(() => follower.events.length === 2, 'the case');
	const wang = await Operator.signedIn(server, 'wang');
	const chat = chatOf(follower.session);
	const read = await json(await wang.get(`transcript?chat=${chat}`));
	assert.equal(read.turns.length, 3);
	assert.equal(read.turns[0].answers.length, 1);
	assert.ok(read.turns[0].answers[0].question && read.turns[0].receipt);
	assert.doesNotMatch(JSON.stringify(read), /410102199003074557/);
	assert.match(read.turns[2].question, /转人工/);
	assert.deepEqual(read.events.map((event) => event.kind), ['asked', 'queued']);
	const { epoch } = await json(await wang.post('take', { chat }));
	await json(await wang.post('close', { chat, epoch, outcome: 'left' }));
	assert.deepEqual(await outcome(await wang.get(`transcript?chat=${chat}`)), { status: 404, reason: 'no_chat' });
});

test('many events come in order to a page that was away', async (t) => {
	const follower = await begin(t);
	await follower.ask('转人工', 'a');
	const wang = await Operator.signedIn(server, 'wang');
	const chat = chatOf(follower.session);
	const { epoch } = await until(async () => {
		const response = await wang.post('take', { chat });
		return response.status === 200 && response.json();
	}, 'the case');
	follower.end();
	for (let i = 0; i < 100; i++)
		assert.equal((await wang.post('say', { chat, epoch, id: `w${i}`, text: `第${i}句` })).status, 200);
	const again = new Follower(() => server);
	t.after(() => again.end());
	again.session = follower.session;
	await again.begin();
	await until(() => again.events.length === 103, 'all of them');
	assert.deepEqual(again.events.slice(3).map((event) => event.text), Array.from({ length: 100 }, (_, i) => `第${i}句`));
	await json(await wang.post('close', { chat, epoch, outcome: 'solved' }));
});

test('either side sees that the other is typing, while they talk, and nothing of it is kept', async (t) => {
	const follower = await begin(t);
	const wang = await Operator.signedIn(server, 'wang');
	const li = await Operator.signedIn(server, 'li');
	await follower.ask('转人工', 'a');
	await until(() => follower.events.length === 2, 'the case');
	const chat = chatOf(follower.session);
	assert.deepEqual(await outcome(await wang.post('typing', { chat })), { status: 409, reason: 'not_held' }, 'not before it is taken');
	const { epoch } = await json(await wang.post('take', { chat }));
	await until(() => follower.state.state === 'with', 'the operator');
	await until(() => follower.events.length === 3, 'that it was taken');
	const rows = async (query) => (await json(await wang.get(`events?${query}after=${chat}.3`))).chats.filter((row) => row.chat === chat);
	assert.deepEqual((await rows('')).map(({ typing }) => typing), [false]);
	const next = rows('waiting=0&');
	await pause(200);
	for (let i = 0; i < 20; i++)
		follower.line.send({ type: 'typing' });
	const [row] = await next;
	assert.equal(row.typing, true, 'the poll is answered at once');
	assert.deepEqual(row.events, []);
	const began = Date.now();
	assert.equal((await wang.post('typing', { chat })).status, 204);
	await until(() => follower.typing === 1, 'the frame');
	for (let i = 0; i < 5; i++)
		assert.equal((await wang.post('typing', { chat })).status, 204);
	assert.deepEqual(await outcome(await li.post('typing', { chat })), { status: 409, reason: 'not_held' }, 'nobody else');
	assert.equal((await json(await wang.post('say', { chat, epoch, id: 's', text: '您好' }))).last, 4, 'typing is no event');
	await until(() => follower.events.length === 4, 'what was said');
	assert.ok(follower.typing <= 1 + Math.floor((Date.now() - began) / 2000), 'not told again within two seconds');
	await json(await wang.post('close', { chat, epoch, outcome: 'solved' }));
});

test('who asks for a call-back is called once, and their number is nowhere in the clear', async (t) => {
	const follower = await begin(t);
	const wang = await Operator.signedIn(server, 'wang');
	const leave = (body) => server.fetch('/api/v1/call-back', {
		method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
	}).then(outcome);
	const number = '139-1357-2468';
	assert.deepEqual(await leave({ session: follower.session, number }), { status: 404, reason: 'not_asked' });
	await follower.ask('转人工', 'a');
	await until(() => follower.events.length === 2, 'the case');
	assert.deepEqual(await leave({ session: follower.session, number: '12' }), { status: 400, reason: 'bad_number' });
	assert.deepEqual(await leave({ session: follower.session }), { status: 400, reason: 'bad_member' });
	follower.line.send({ type: 'call_back', id: '7', number, text: '身份证410102199003074557的证书' });
	await until(() => follower.state.call_back === 'open', 'that it is kept');
	assert.doesNotMatch(JSON.stringify(follower.events), /13913572468|139-1357-2468|410102199003074557/);

	const chat = chatOf(follower.session);
	const { call_backs: listed } = await json(await wang.get('call-backs'));
	assert.deepEqual(listed.map((one) => one.chat), [chat]);
	assert.doesNotMatch(JSON.stringify(listed), /1357|410102199003074557/);
	assert.equal((await json(await wang.get('queue'))).call_backs, 1);
	assert.deepEqual(await json(await wang.post('call-backs/number', { chat })), { chat, number });
	for (const name of fs.readdirSync(path.join(server.folder, 'var')))
		assert.ok(!fs.readFileSync(path.join(server.folder, 'var', name)).includes(number), name);
	await json(await wang.post('call-backs/close', { chat, outcome: 'reached' }));
	await until(() => follower.state.call_back === 'closed', 'that it is done');
	assert.deepEqual(follower.events.slice(2).map(({ kind, from, text }) => [kind, from, kind === 'called_back' ? text : '']),
		[['call_back', '', ''], ['called_back', 'wang', 'reached']]);
	assert.deepEqual(await outcome(await wang.post('call-backs/number', { chat })), { status: 404, reason: 'no_chat' });

	const audit = spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', 'list', '--file', 'var/audit.db', '--key', 'var/audit.key'],
		{ cwd: server.folder, env: { ...process.env, LC_ALL: 'C' }, encoding: 'utf8' });
	for (const what of ['@chat_taken', '@chat_handed_back', '@chat_closed', '@transcript_read', '@call_back_number', '@call_back_closed'])
		assert.match(audit.stdout, new RegExp(`account:wang.*${what}`), audit.stdout + audit.stderr);
	assert.doesNotMatch(audit.stdout, /1357/);
});

test('outside working hours it is said when operators answer, and nobody begins to wait', async (t) => {
	/* One minute of a day that it is not today, in China. */
	const today = new Date(Date.now() + 8 * 3600000).getUTCDay() || 7;
	const day = today % 7 + 1;
	const closed = await startConsole({ console: { hours: `${day} 23:58-23:59; ${day} 0:00-0:01` } });
	t.after(() => closed.stop());
	addUser(closed, 'wang', 'operator');
	await staffed(closed);
	const follower = new Follower(() => closed);
	t.after(() => follower.end());
	await follower.begin();
	await until(() => follower.state, 'how it stands');
	assert.equal(follower.state.open, false);
	assert.match(follower.state.hours, /^周. 23:58-23:59；周. 0:00-0:01$/);
	const reply = await follower.ask('转人工', 'a');
	assert.equal(reply.outcome, 'handoff');
	assert.match(reply.text, /^现在不是人工服务时间.*0:00-0:01。\n[^]*留下电话/);
	await until(() => follower.events.length === 2, 'that it is told');
	assert.deepEqual(follower.events.map((event) => event.kind), ['asked', 'off_hours']);
	assert.equal(follower.state.state, 'bot');
	follower.line.send({ type: 'call_back', id: '7', number: '0371-65250866' });
	await until(() => follower.state.call_back === 'open', 'the call-back');
	assert.notEqual((await follower.ask('你好', 'b')).reason, 'passed_on');
});

test('as long as no account may answer, nobody is told to wait', async (t) => {
	const nobody = await startConsole();
	t.after(() => nobody.stop());
	addUser(nobody, 'zhao', 'editor');
	const follower = new Follower(() => nobody);
	t.after(() => follower.end());
	await follower.begin();
	await until(() => follower.state, 'how it stands');
	assert.equal(follower.state.open, false);
	const reply = await follower.ask('转人工', 'a');
	assert.equal(reply.outcome, 'handoff');
	assert.doesNotMatch(reply.text, /已为您转人工|人工服务时间/);
	const { state, last } = await (await nobody.fetch(`/api/v1/events?session=${follower.session}&after=0`)).json();
	assert.deepEqual([state, last], ['bot', 0]);

	addUser(nobody, 'wang', 'operator');
	await staffed(nobody);
	const { text } = await follower.ask('转人工', 'b');
	assert.match(text, /^现在没有工作人员在线/, 'an account alone is nobody');
	assert.match(text, /可以在这里留下电话/);
	assert.doesNotMatch(text, /请稍等/);
	await until(() => follower.state.state === 'waiting', 'it waits all the same');
	assert.equal(follower.state.on_duty, false);

	const wang = await Operator.signedIn(nobody, 'wang');
	assert.equal((await wang.post('heartbeat')).status, 204);
	await until(() => follower.state.on_duty, 'somebody is there');
	assert.match((await follower.ask('转人工', 'c')).text, /^您已在排队[^\n]*$/);
	const other = new Follower(() => nobody);
	t.after(() => other.end());
	await other.begin();
	assert.match((await other.ask('转人工', 'a')).text, /^已为您转人工[^\n]*$/, 'and nothing else');

	/* Three rounds without an answer offer a person; nobody waits who did not ask for one. */
	const third = new Follower(() => nobody);
	t.after(() => third.end());
	await third.begin();
	for (const [id, question] of ['公积金怎么提取', '医保卡丢了怎么办', '驾照怎么换'].entries())
		await third.ask(question, `m${id}`);
	const offer = await third.ask('护照在哪里办', 'm3');
	assert.deepEqual(third.events, []);
	assert.doesNotMatch(offer.text, /已为您转人工/);
});

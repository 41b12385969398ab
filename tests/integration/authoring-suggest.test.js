/* Suggestions in the console: alternates out of what people asked and chose, taken into a draft. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { stopCleanly, until } = require('./harness');
const { lockAudit } = require('./records');
const { Operator, addUser, outcome, startConsole } = require('./operator');

/* Of knowledge-small, 可以多人批量申请吗: a way to say it that shares some words with the entry. */
const ASKED = '十几个工人考核想凑一块儿报';
const ENTRY = 'batch';

/* A way to say it that nobody wrote; the stub of a model has it. */
const WRITTEN = '十几个工人考核凑一块儿报行不行';

let server, stub;
const bodies = []; // that the stub got
const who = {};

function startStub() {
	return new Promise((resolve) => {
		const started = http.createServer((request, response) => {
			let body = '';
			request.on('data', (data) => { body += data; });
			request.on('end', () => {
				bodies.push({ url: request.url, key: request.headers.authorization, body: JSON.parse(body) });
				response.writeHead(200, { 'Content-Type': 'application/json' })
					.end(JSON.stringify({ choices: [{ message: { content: JSON.stringify([WRITTEN, 'http://evil.example 点这里']) } }] }));
			});
		}).listen(0, '127.0.0.1', () => resolve(started));
	});
}

before(async () => {
	stub = await startStub();
	server = await startConsole({ suggest: { url: `http://127.0.0.1:${stub.address().port}/v1`, model: 'small', timeout_s: 5 } });
	for (const [name, roles] of [['li', 'editor'], ['zhao', 'reviewer'], ['op', 'operator']]) {
		addUser(server, name, roles);
		who[name] = await Operator.signedIn(server, name);
	}
});
after(async () => {
	stub.close();
	stub.closeAllConnections();
	await stopCleanly(server);
});

async function ok(response) {
	const text = await response.text();
	assert.equal(response.status, 200, text);
	return JSON.parse(text);
}
const post = async (of, what, body) => ok(await of.post(`authoring/${what}`, body));
const suggested = async (of) => ok(await of.get('authoring/suggested'));
const say = async (text, session) => (await server.ask(session ? { text, session } : { text })).json();

async function ended(of) {
	await until(async () => (await suggested(of)).state !== 'running', 'the suggestions');
	return suggested(of);
}

/* People chose the entry from the list that the question got, three times. */
async function peopleChoose() {
	for (let i = 0; i < 3; i++) {
		const reply = await say(`老师，${ASKED}，谢谢`);
		assert.equal(reply.outcome, 'choose', JSON.stringify(reply.text));
		await say(reply.choices.find(({ entry }) => entry === ENTRY).question, reply.session);
	}
	for (let i = 0; i < 3; i++)
		await say('食堂几点开饭');
	await until(async () => {
		const { outcomes } = await ok(await who.li.get('asked/outcomes'));
		return outcomes.reduce((sum, { count }) => sum + count, 0) === 9;
	}, 'the journal');
}

test('before the first run there is nothing to tell', async () => {
	assert.deepEqual(await suggested(who.zhao), { state: 'none', done: 0, total: 0, model: true, at: null, by: null, result: null });
});

test('a run whose ask could not be audited is over, and the next one runs', async () => {
	const lock = await lockAudit(server);
	const { status } = await outcome(await who.li.post('authoring/suggest', {}));
	await lock.release();
	assert.ok(status >= 500, String(status));
	await until(async () => (await suggested(who.zhao)).state === 'failed', 'the run to be given up');
	assert.equal((await post(who.li, 'suggest', {})).state, 'running');
	assert.equal((await ended(who.li)).state, 'done');
});

test('what people chose becomes a proposal, and one call puts it into a draft; a second one changes nothing', async () => {
	await peopleChoose();
	const begun = await post(who.zhao, 'suggest', {});
	assert.deepEqual([begun.state, begun.by, begun.result], ['running', 'zhao', null]);
	const { state, by, result } = await ended(who.li);
	assert.deepEqual([state, by], ['done', 'zhao']);
	assert.deepEqual([result.current, result.days, result.chosen], [true, 90, 1]);
	assert.deepEqual(result.proposals.map(({ entry, alternate, from, taken }) => [entry, alternate, from, taken]), [[ENTRY, ASKED, 'journal', false]]);
	assert.deepEqual(result.groups.map(({ question, asked }) => [question, asked]), [['食堂几点开饭', 3]]);

	const form = await ok(await who.li.get(`authoring/entries/${ENTRY}`));
	const saved = await post(who.li, 'suggest/take', { entry: ENTRY, alternates: [ASKED], why: '大家这么问' });
	assert.deepEqual([saved.saved, saved.valid, saved.conflicts], [true, true, []]);
	assert.deepEqual(saved.members, { ...form.members, also: [...(form.members.also ?? []), ASKED] });
	assert.equal((await suggested(who.li)).result.proposals[0].taken, true);
	const again = await post(who.li, 'suggest/take', { entry: ENTRY, alternates: [ASKED] });
	assert.deepEqual([again.saved, again.revision], [true, saved.revision]);
	const { events } = await ok(await who.li.get(`authoring/history/${ENTRY}`));
	assert.deepEqual(events.map(({ what, why }) => [what, why]), [['saved', '大家这么问']]);
});

test('an alternate is added to a draft that is there, whatever else it changed', async () => {
	const form = await ok(await who.li.get(`authoring/entries/${ENTRY}`));
	await post(who.li, 'save', { entry: ENTRY, revision: form.revision, live_hash: form.live_hash, members: { ...form.members, note: '我的备注' } });
	const saved = await post(who.li, 'suggest/take', { entry: ENTRY, alternates: ['一帮人能一起办吗', ASKED] });
	assert.deepEqual([saved.members.note, saved.members.also.slice(-2).sort()], ['我的备注', ['一帮人能一起办吗', ASKED].sort()]);
});

test('what one editor does not want is shown to nobody, nor proposed again, until all of that is taken back', async () => {
	await post(who.li, 'discard', { entry: ENTRY, revision: (await ok(await who.li.get(`authoring/entries/${ENTRY}`))).revision });
	const flags = ({ proposals, dismissed }) => [proposals.map(({ alternate, dismissed: not }) => [alternate, not]), dismissed];
	assert.deepEqual(flags((await suggested(who.zhao)).result), [[[ASKED, false]], 0]);
	for (let twice = 0; twice < 2; twice++) {
		const told = await post(who.li, 'suggest/dismiss', { entry: ENTRY, alternates: [ASKED] });
		assert.deepEqual(flags(told.result), [[[ASKED, true]], 1]);
	}
	assert.deepEqual(flags((await suggested(who.zhao)).result), [[[ASKED, true]], 1]);
	await post(who.zhao, 'suggest', {});
	assert.deepEqual(flags((await ended(who.zhao)).result), [[], 1]);
	assert.deepEqual(await outcome(await who.zhao.post('authoring/suggest/dismiss', { entry: ENTRY, alternates: ['甲'] })), { status: 403, reason: 'may_not' });
	assert.deepEqual(await outcome(await who.zhao.post('authoring/suggest/restore', {})), { status: 403, reason: 'may_not' });
	assert.equal((await outcome(await who.li.post('authoring/suggest/dismiss', { entry: ENTRY }))).status, 400);
	assert.equal((await outcome(await who.li.post('authoring/suggest/dismiss', { entry: 'no-such-entry', alternates: ['甲'] }))).status, 404);
});

test('an editor has the model of the office write wordings for an entry; they are tried as any other', async () => {
	assert.equal(bodies.length, 0); // nobody wished it so far
	const begun = await post(who.li, 'suggest', { model: true, entry: ENTRY });
	assert.equal(begun.state, 'running');
	const { result } = await ended(who.li);
	assert.deepEqual([result.model, result.model_problem], [true, null]);
	assert.deepEqual(result.proposals.map(({ entry, alternate, from, asked }) => [entry, alternate, from, asked]), [[ENTRY, WRITTEN, 'model', 0]]);
	assert.deepEqual([bodies.length, bodies[0].url, bodies[0].body.model], [1, '/v1/chat/completions', 'small']);
	assert.match(bodies[0].body.messages[1].content, new RegExp(ASKED));
	for (const body of [{ model: 'yes' }, { entry: ENTRY }, { model: true, entry: '' }])
		assert.equal((await outcome(await who.li.post('authoring/suggest', body))).status, 400, JSON.stringify(body));
	await post(who.li, 'suggest/restore', {});
	await post(who.li, 'suggest', {});
	assert.deepEqual((await ended(who.li)).result.proposals.map(({ alternate }) => alternate), [ASKED]);
	assert.equal(bodies.length, 1);
});

test('a model that does not answer is left out and told, and answers go on meanwhile', async () => {
	stub.removeAllListeners('request');
	stub.on('request', () => {}); // never
	await post(who.li, 'suggest', { model: true });
	await until(() => stub._connections > 0, 'the question to the model'); // eslint-disable-line no-underscore-dangle
	assert.equal((await say('能不能批量申请')).outcome, 'answer');
	assert.equal((await suggested(who.li)).state, 'running');
	const { state, result } = await ended(who.li);
	assert.equal(state, 'done');
	assert.match(result.model_problem, /没有回答|no answer/);
	assert.deepEqual(result.proposals.map(({ alternate }) => alternate), [ASKED]);
	stub.closeAllConnections();
});

test('without a model none can be asked', async () => {
	const plain = await startConsole();
	addUser(plain, 'li', 'editor');
	const li = await Operator.signedIn(plain, 'li');
	assert.equal((await suggested(li)).model, false);
	assert.deepEqual(await outcome(await li.post('authoring/suggest', { model: true })), { status: 404, reason: 'not_found' });
	await stopCleanly(plain);
});

test('after another version is live they are told to be of an older one', async () => {
	const file = fs.readdirSync(path.join(server.knowledge, 'anguan')).map((name) => path.join(server.knowledge, 'anguan', name))[0];
	const text = fs.readFileSync(file, 'utf8');
	fs.writeFileSync(file, `${text}\n`);
	assert.equal((await suggested(who.li)).result.current, false);
	fs.writeFileSync(file, text);
	assert.equal((await suggested(who.li)).result.current, true);
});

test('only editors take, and only into an entry that is there', async () => {
	const refused = async (of, body) => outcome(await of.post('authoring/suggest/take', body));
	assert.deepEqual(await refused(who.zhao, { entry: ENTRY, alternates: ['甲'] }), { status: 403, reason: 'may_not' });
	assert.deepEqual(await refused(who.li, { entry: 'nobody', alternates: ['甲'] }), { status: 404, reason: 'not_found' });
	assert.deepEqual(await refused(who.li, { entry: 'lexicon.json', alternates: ['甲'] }), { status: 400, reason: 'bad_member' });
	for (const body of [{ entry: ENTRY }, { entry: ENTRY, alternates: [] }, { entry: ENTRY, alternates: [7] }, { entry: ENTRY, alternates: ['甲\n乙'] },
		{ entry: ENTRY, alternates: ['甲'.repeat(400)] }, { entry: ENTRY, alternates: Array(65).fill('甲') }])
		assert.equal((await refused(who.li, body)).status, 400, JSON.stringify(body).slice(0, 80));
	assert.equal((await outcome(await who.op.post('authoring/suggest', {}))).status, 403);
	for (const days of [0, 36501, '7', 1.5])
		assert.equal((await outcome(await who.li.post('authoring/suggest', { days }))).status, 400, String(days));
});

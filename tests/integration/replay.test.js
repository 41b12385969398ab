/* The gate over what people asked: a draft is replayed in the background, and the newest run wins. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { Server, until } = require('./harness');
const { Operator, addUser, outcome, startConsole } = require('./operator');
const { Postgres } = require('./records.js');

const CHEAP = { hash_mib: 8, hash_passes: 1 };
const ASKED = '上一个还没办完能再报吗';

async function form(operator, entry) {
	const response = await operator.get(`authoring/entries/${entry}`);
	assert.equal(response.status, 200);
	return (await response.json()).members;
}

async function begin(operator, body) {
	const response = await operator.post('authoring/replay', body);
	assert.equal(response.status, 200, JSON.stringify(body));
	return response.json();
}

async function look(operator) {
	const response = await operator.get('authoring/replayed');
	assert.equal(response.status, 200);
	return response.json();
}

const over = (operator) => until(async () => {
	const run = await look(operator);
	return run.state !== 'running' && run;
}, 'the end of the replay');

async function replay(operator, body) {
	await begin(operator, body);
	const run = await over(operator);
	assert.equal(run.state, 'done');
	assert.equal(run.done, run.total);
	return run.result;
}

/* Two editors, and a question that was asked three times. */
async function prepare(server) {
	for (const name of ['li', 'wang'])
		addUser(server, name, 'editor');
	for (let i = 0; i < 3; i++)
		assert.equal((await (await server.ask({ text: `${ASKED}，电话13812345678` })).json()).outcome, 'answer');
	const operator = await Operator.signedIn(server, 'li');
	await until(async () => await server.metric('dayi_journal_written_total') >= 3, 'the journal');
	return operator;
}

async function replayTraffic(server) {
	const operator = await prepare(server);
	assert.deepEqual(await look(operator), { state: 'none', done: 0, total: 0, result: null });
	const members = await form(operator, 'unfinished');

	const lost = await replay(operator, { entry: 'unfinished', members: { ...members, also: [] } });
	const change = lost.changes.find(({ question }) => question.startsWith(ASKED) && question !== ASKED);
	assert.deepEqual([change.kind, change.asked, change.golden], ['lost', 3, false]);
	assert.deepEqual(change.before.answers.map(({ entry }) => entry), ['unfinished']);
	assert.deepEqual(change.after.answers, []);
	assert.deepEqual(change.cause, { entry: 'unfinished', member: 'alternate', text: ASKED, change: 'removed' });
	assert.equal(lost.kinds.lost.asked, 3);
	assert.deepEqual([lost.chooses_alike, lost.trivial], [false, false]);
	assert.ok(!JSON.stringify(lost).includes('13812345678'), 'masked');

	// Without traffic the sentences of the knowledge are tried alone.
	const sentences = await replay(operator, { entry: 'unfinished', members: { ...members, also: [] }, latest: 0 });
	assert.equal(sentences.asked, 0);
	assert.ok(sentences.kinds.lost.questions >= 1);

	const comma = await replay(operator, { entry: 'unfinished', members: { ...members, answer: members.answer.replace('，', '、') } });
	assert.deepEqual([comma.trivial, comma.chooses_alike, comma.passed, comma.lost], [true, true, true, 0]);
	const words = await replay(operator, { entry: 'unfinished', members: { ...members, answer: '办结以后才能再报。' } });
	assert.deepEqual([words.trivial, words.chooses_alike], [false, true]);
	assert.ok(words.changes.every(({ kind }) => kind === 'words'));
	const nothing = await replay(operator, {});
	assert.deepEqual([nothing.changes, nothing.live === nothing.draft], [[], true]);

	assert.equal((await look(await Operator.signedIn(server, 'wang'))).state, 'none', 'of somebody else');
}

test('what people asked is replayed on a draft, weighted, over SQLite', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	await replayTraffic(server);
});

test('what people asked is replayed on a draft, weighted, over PostgreSQL', async (t) => {
	const postgres = await Postgres.start(t);
	const server = await Server.start({ settings: { store: { url: postgres.connect }, record: { source: 'none' }, console: CHEAP } });
	t.after(() => server.stop());
	await replayTraffic(server);
});

test('of several runs of one account the newest is told, whatever became of the others', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	const operator = await prepare(server);
	const members = await form(operator, 'unfinished');
	for (let i = 0; i < 5; i++)
		await begin(operator, { entry: 'unfinished', members: { ...members, also: i < 4 ? members.also : [] } });
	const run = await over(operator);
	assert.equal(run.state, 'done');
	assert.equal(run.result.kinds.lost.asked, 3, 'of the last one');
});

test('what cannot answer is refused, and so is what is no body', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'editor', 'editor');
	const operator = await Operator.signedIn(server, 'editor');
	const members = await form(operator, 'unfinished');
	assert.deepEqual(await outcome(await operator.post('authoring/replay', { entry: 'unfinished', members: { ...members, patterns: ['('] } })), { status: 409, reason: 'invalid_draft' });
	assert.deepEqual(await outcome(await operator.post('authoring/replay', { entry: 'none' })), { status: 404, reason: 'not_found' });
	for (const latest of [-1, 1.5, 1000001, '7'])
		assert.deepEqual(await outcome(await operator.post('authoring/replay', { latest })), { status: 400, reason: 'bad_member' }, String(latest));
	assert.deepEqual(await outcome(await operator.post('authoring/replay', {}, { 'X-CSRF-Token': null })), { status: 403, reason: 'csrf' });
	assert.equal((await look(operator)).state, 'none');
});

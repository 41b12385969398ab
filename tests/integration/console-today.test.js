/* Today on one page: what was declined, what did not help, how the sources are. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const { until } = require('./harness');
const { Operator, addUser, startConsole } = require('./operator');
const { idOf, startWithRecords } = require('./records');

const CHEAP = { hash_mib: 8, hash_passes: 1 };

async function today(operator) {
	const response = await operator.get('today');
	assert.equal(response.status, 200);
	return response.json();
}

test('what was declined is grouped, masked, the most frequent first, and what did not help is named', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'editor', 'editor');
	const operator = await Operator.signedIn(server, 'editor');
	assert.deepEqual((({ declined, disliked, outcomes }) => ({ declined, disliked, outcomes }))(await today(operator)), { declined: [], disliked: [], outcomes: {} });
	for (const text of ['哪里可以买到飞机票？', '哪里可以买到飞机票', '哪里可以买到飞机票?', '宠物医院几点开门，我的电话13812345678'])
		assert.equal((await (await server.ask({ text })).json()).outcome, 'decline', text);
	const reply = await (await server.ask({ text: '证书过期还可以延续吗？' })).json();
	assert.equal(reply.outcome, 'answer');
	const rated = await server.fetch('/api/v1/rate', { method: 'POST', headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ session: reply.session, receipt: reply.receipt, value: 'down', reason: '<b>看不懂</b>' }) });
	assert.equal(rated.status, 200, await rated.text());
	const day = await until(async () => {
		const one = await today(operator);
		return one.outcomes.decline === 4 && one.disliked.length > 0 && one;
	}, 'the journal');
	assert.deepEqual(day.declined.map(({ count }) => count), [3, 1]);
	assert.match(day.declined[0].question, /^哪里可以买到飞机票/);
	assert.doesNotMatch(JSON.stringify(day), /13812345678/);
	assert.equal(day.declined_more, 0);
	assert.deepEqual(day.disliked, [{ entry: reply.answers[0].entry, number: reply.answers[0].number, question: reply.answers[0].question, count: 1, reasons: ['<b>看不懂</b>'] }]);
	assert.equal(day.outcomes.answer, 1);
	assert.equal(day.knowledge.version, reply.knowledge);
	assert.equal(day.records, null);
	assert.equal(day.journal.readable, true);
	// Midnight in China is 16:00 UTC.
	assert.match(day.since, /T16:00:00Z$/);
});

test('the sources are told from', async (t) => {
	const server = await startWithRecords(t, { settings: { console: CHEAP } });
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	assert.deepEqual((await today(operator)).records, { read: 0, slow: 0, failed: 0, resting: 0, waiting: 0 });
	await operator.post('person', { by: 'id_number', value: idOf('王考三'), reason: '来电咨询' });
	assert.equal((await today(operator)).records.read, 7, 'relations');
});

test('without a journal the rest is told', async (t) => {
	const server = await startConsole({ journal: { file: '' } });
	t.after(() => server.stop());
	addUser(server, 'operator', 'operator');
	const day = await today(await Operator.signedIn(server, 'operator'));
	assert.equal(day.journal, null);
	assert.deepEqual(day.declined, []);
});

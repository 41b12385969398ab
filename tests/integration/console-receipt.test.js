/* A receipt in the console: what was shown, and what the same question gives today. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { chatOf } = require('./handover-sides');
const { Operator, addUser, outcome, staffed, startConsole } = require('./operator');
const { bearer, dayi, holding, startWithRecords, tokenOf, verdicts } = require('./records');

/* At once: what the journal has not committed yet is waited for by the server. */
async function lookUp(operator, receipt) {
	const response = await operator.get(`receipts/${receipt}`);
	assert.equal(response.status, 200, receipt);
	return response.json();
}

/* By itself the journal would be written after a minute. */
test('a receipt is found, and a chat is read to its last message, as soon as the applicant has the reply', async (t) => {
	const server = await startConsole({ journal: { batch_ms: 60000 } });
	t.after(() => server.stop());
	addUser(server, 'operator', 'operator');
	await staffed(server);
	const operator = await Operator.signedIn(server, 'operator');
	const reply = await (await server.ask({ text: '证书过期还可以延续吗？' })).json();
	assert.match((await lookUp(operator, reply.receipt)).turns[0].question, /证书过期/);
	await server.ask({ text: '转人工', session: reply.session });
	const response = await operator.get(`transcript?chat=${chatOf(reply.session)}`);
	assert.equal(response.status, 200);
	assert.deepEqual((await response.json()).turns.map(({ question }) => question), ['证书过期还可以延续吗？', '转人工']);
});

test('while the journal can not be written, a receipt that it may not have yet is not said to be none', async (t) => {
	const server = await startConsole({ journal: { busy_ms: 50 } });
	t.after(() => server.stop());
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	const kept = await (await server.ask({ text: '证书过期还可以延续吗？' })).json();
	await lookUp(operator, kept.receipt);
	const lock = await holding('sqlite3', ['-bail', server.journalFile], 'BEGIN IMMEDIATE;', '.shell');
	const reply = await (await server.ask({ text: '能不能批量申请' })).json();
	assert.deepEqual(await outcome(await operator.get(`receipts/${reply.receipt}`)), { status: 503, reason: 'receipt_unwritten' });
	await lookUp(operator, kept.receipt);
	await lock.release();
	await server.logged(/info journal_recovered/);
	assert.match((await lookUp(operator, reply.receipt)).turns[0].question, /批量申请/);
});

test('an operator sees what was answered, masked, and that today it is the same', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	const reply = await (await server.ask({ text: '我是11010519491231002X，证书过期还可以延续吗？' })).json();
	const found = await lookUp(operator, reply.receipt);
	assert.equal(found.receipt, reply.receipt);
	assert.equal(found.turns.length, 1);
	const [turn] = found.turns;
	assert.match(turn.question, /证书过期还可以延续吗/);
	assert.doesNotMatch(JSON.stringify(found), /11010519491231002X/);
	assert.equal(turn.channel, 'http');
	assert.equal(turn.outcome, 'answer');
	assert.equal(turn.knowledge, reply.knowledge);
	assert.equal(turn.same_knowledge, true);
	assert.deepEqual(turn.entries.map(({ entry, number, question }) => ({ entry, number, question })),
		reply.answers.map(({ entry, number, question }) => ({ entry, number, question })));
	assert.equal(turn.rating, null);
	assert.ok(Math.abs(Date.parse(turn.at) - Date.now()) < 600000);
	assert.equal(turn.today.outcome, 'answer');
	assert.equal(turn.today.answers[0].answer, reply.answers[0].answer);
	assert.equal(turn.today.receipt, null, 'nobody was given the answer of today');
	// As somebody hears it on the telephone.
	for (const typed of [reply.receipt.toLowerCase(), reply.receipt.replace('-', '')])
		assert.equal((await operator.get(`receipts/${typed}`)).status, 200, typed);
	for (const none of ['ZZZZ-ZZZZ', 'x', '%27%20OR%201=1', 'A'.repeat(300)])
		assert.deepEqual(await outcome(await operator.get(`receipts/${none}`)), { status: 404, reason: 'no_such_receipt' }, none);
	const { stdout } = dayi(server, ['audit', 'list', '--file', 'var/audit.db', '--key', 'var/audit.key']);
	assert.match(stdout, new RegExp(`account:operator\t@receipt_read\tconsole, from 127\\.0\\.0\\.1.*, ${reply.receipt}`));
});

test('after a change of the knowledge both are seen side by side', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	const reply = await (await server.ask({ text: '证书过期还可以延续吗？' })).json();
	await server.fetch('/api/v1/rate', { method: 'POST', headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ session: reply.session, receipt: reply.receipt, value: 'down', reason: '看不懂' }) });
	const file = path.join(server.knowledge, 'anguan/11-after.json');
	fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(/("answer": ")[^"]*/, '$1今天起的新答复。'));
	server.signal('SIGHUP');
	await server.logged(/info reloaded /);
	const [turn] = (await lookUp(operator, reply.receipt)).turns;
	assert.equal(turn.same_knowledge, false);
	assert.equal(turn.knowledge, reply.knowledge);
	assert.notEqual(turn.today.knowledge, reply.knowledge);
	assert.equal(turn.today.answers[0].answer, '今天起的新答复。');
	const { shown } = turn.entries[0];
	assert.equal(shown.answer, reply.answers[0].answer, 'to the letter what was shown then');
	assert.notEqual(shown.answer, '今天起的新答复。');
	assert.equal(shown.question, reply.answers[0].question);
	assert.deepEqual(turn.rating, { value: 'down', reason: '看不懂' });
});

test('the verdicts are those that the person was told, and nothing of the record stands beside them', async (t) => {
	const server = await startWithRecords(t, { settings: { console: { hash_mib: 8, hash_passes: 1 } } });
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	const name = '尤超壬';
	const reply = await (await server.ask({ text: '考试成绩查不到怎么办' }, bearer(tokenOf(server, name)))).json();
	const told = verdicts(reply);
	assert.ok(Object.values(told).some((verdict) => verdict !== 'unknown'), 'the record decided something');
	const found = await lookUp(operator, reply.receipt);
	const [turn] = found.turns;
	assert.deepEqual(Object.fromEntries(turn.entries[0].verdicts.map((one) => [one.case, one.verdict])), told);
	assert.equal(turn.entries[0].case, reply.answers[0].case);
	assert.deepEqual(turn.entries[0].shown.cases.map(({ id, situation, advice }) => ({ id, situation, advice })),
		reply.answers[0].cases.map(({ id, situation, advice }) => ({ id, situation, advice })));
	assert.ok(Object.values(verdicts(turn.today)).every((verdict) => verdict === 'unknown'), 'today is asked by nobody');
	for (const { because } of reply.answers[0].cases)
		assert.ok(!because || !JSON.stringify(found).includes(because), because);
	assert.ok(!JSON.stringify(found).includes(name));
});

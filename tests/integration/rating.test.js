/* What people say of the answers that they got. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, stopCleanly, until } = require('./harness.js');

const QUESTION = '能不能批量申请';
const ID_NUMBER = '11010519491231002X'; // the example of GB 11643-1999

let server;
before(async () => { server = await Server.start(); });
after(() => stopCleanly(server));

const rate = (body) => server.fetch('/api/v1/rate', {
	method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body),
});
const ups = () => server.metric('dayi_ratings_total{value="up"}');
const downs = () => server.metric('dayi_ratings_total{value="down"}');

/* All that stands in the journal's files, once all that waits is written. */
async function journalBytes() {
	await until(async () => await server.metric('dayi_journal_queue') === 0, 'an empty queue');
	const folder = path.dirname(server.journalFile);
	return fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).join('\n');
}

const inJournal = (text) => until(async () => (await journalBytes()).includes(text), `${text} in the journal`);

test('an answer is rated over the chat, and the frame is told', async () => {
	const chat = await server.chat();
	const { receipt } = await chat.ask(QUESTION);
	const before = await ups();
	assert.deepEqual(await chat.answerTo({ type: 'rate', id: 'r1', receipt, value: 'up' }), { type: 'rated', to: 'r1', receipt });
	assert.deepEqual(await chat.answerTo({ type: 'rate', receipt, value: 'up' }), { type: 'rated', receipt });
	assert.equal(await ups(), before + 1, 'the same rating counts once');
	await chat.close();
});

test('a rating can be changed, and the reason is kept', async () => {
	const chat = await server.chat();
	const { receipt } = await chat.ask(QUESTION);
	const before = { up: await ups(), down: await downs() };
	await chat.answerTo({ type: 'rate', receipt, value: 'up' });
	await chat.answerTo({ type: 'rate', receipt, value: 'down', reason: '答非所问' });
	assert.deepEqual({ up: await ups(), down: await downs() }, { up: before.up + 1, down: before.down + 1 });
	await inJournal('答非所问');
	await chat.close();
});

test('an answer is rated over HTTP with the session that got it', async () => {
	const { session, receipt } = await (await server.ask({ text: QUESTION })).json();
	const response = await rate({ session, receipt, value: 'down', reason: '没解决' });
	assert.equal(response.status, 200);
	assert.deepEqual(await response.json(), { receipt });
	await inJournal('没解决');
});

test('one session over two ways: what the chat answered is rated over HTTP', async () => {
	const chat = await server.chat();
	const { session } = await chat.hello();
	const { receipt } = await chat.ask(QUESTION);
	assert.equal((await rate({ session, receipt, value: 'up' })).status, 200);
	await chat.close();
});

test('nobody rates for others, nor what was never answered', async () => {
	const chat = await server.chat();
	const other = await server.chat();
	const { session } = await other.hello();
	const { receipt } = await chat.ask(QUESTION);
	const before = await ups();
	for (const value of [receipt, 'AAAA-AAAA', '', 'x'.repeat(2000)]) {
		const told = await other.answerTo({ type: 'rate', id: '7', receipt: value, value: 'up' });
		assert.deepEqual([told.type, told.reason, told.to], ['error', 'unknown_receipt', '7']);
		assert.match(told.text, /\p{Script=Han}/u);
		const response = await rate({ session, receipt: value, value: 'up' });
		assert.equal(response.status, 404);
		assert.equal((await response.json()).reason, 'unknown_receipt');
	}
	assert.equal((await rate({ session: '0'.repeat(32), receipt, value: 'up' })).status, 404);
	assert.equal(await ups(), before);
	await chat.close();
	await other.close();
});

test('what was refused was no answer, so it cannot be rated', async () => {
	const chat = await server.chat();
	const { receipt } = await chat.ask('长'.repeat(4001));
	assert.equal((await chat.answerTo({ type: 'rate', receipt, value: 'up' })).reason, 'unknown_receipt');
	await chat.close();
});

test('a wrong rating is refused', async () => {
	const { session, receipt } = await (await server.ask({ text: QUESTION })).json();
	const chat = await server.chat();
	await chat.hello(session);
	for (const wrong of [{}, { receipt }, { value: 'up' }, { receipt, value: 'sideways' }, { receipt, value: 1 },
		{ receipt, value: 'up', reason: 1 }, { receipt: 1, value: 'up' }]) {
		assert.equal((await chat.answerTo({ type: 'rate', ...wrong })).reason, 'bad_member', JSON.stringify(wrong));
		assert.equal((await rate({ session, ...wrong })).status, 400, JSON.stringify(wrong));
	}
	assert.equal((await rate({ receipt, value: 'up' })).status, 400, 'without a session');
	assert.equal((await server.fetch('/api/v1/rate')).status, 405);
	assert.equal((await server.fetch('/api/v1/rate', { method: 'POST', body: '{}' })).status, 415);
	await chat.close();
});

test('what identifies somebody is masked in a reason, and a long one is cut', async () => {
	const chat = await server.chat();
	const { receipt } = await chat.ask(QUESTION);
	/* The number stands where the cut would part it. */
	const reason = `${'怨'.repeat(190)}${ID_NUMBER}${'末'.repeat(100)}`;
	assert.equal((await chat.answerTo({ type: 'rate', receipt, value: 'down', reason })).type, 'rated');
	await inJournal(`${'怨'.repeat(190)}110*******`);
	const kept = await journalBytes();
	assert.ok(!kept.includes('19491231'));
	assert.ok(!kept.includes('末'));
	await chat.close();
});

test('ratings are limited like messages', async () => {
	const slow = await Server.start({ settings: { limits: { rate_per_connection: 1, burst_per_connection: 3 } } });
	const chat = await slow.chat();
	const { receipt } = await chat.ask(QUESTION);
	const seen = [];
	for (let i = 0; i < 6; i++)
		seen.push(await chat.answerTo({ type: 'rate', id: String(i), receipt, value: 'up' }));
	const refused = seen.find((frame) => frame.type === 'error');
	assert.equal(refused.reason, 'rate');
	assert.match(refused.to, /^[0-5]$/);
	await chat.close();
	await stopCleanly(slow);
});

test('without a journal an answer can be rated all the same', async () => {
	const bare = await Server.start({ settings: { journal: { file: '' } } });
	const chat = await bare.chat();
	const { receipt } = await chat.ask(QUESTION);
	assert.equal((await chat.answerTo({ type: 'rate', receipt, value: 'up' })).type, 'rated');
	assert.equal(await bare.metric('dayi_ratings_total{value="up"}'), 1);
	await chat.close();
	await stopCleanly(bare);
});

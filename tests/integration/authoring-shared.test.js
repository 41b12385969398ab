/* Drafts and publishing where several machines share one PostgreSQL. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { Server, stopCleanly, until } = require('./harness.js');
const { Operator, addUser, outcome } = require('./operator.js');
const { Postgres } = require('./records.js');

const SMALL = path.resolve(__dirname, '../fixtures/knowledge-small');
const QUESTION = '能不能批量申请';
const OLD = '不可以。必须一人一事项分别申请。';
const NEW = '可以。自本年起可以批量申请。';

function publishFolder(postgres) {
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), ['publish', '--store', postgres.connect, SMALL],
		{ encoding: 'utf8', timeout: 60000, env: { ...process.env, LC_ALL: 'C' } });
	assert.equal(run.status, 0, run.stderr);
}

/* The second one gets the keys that the first has made. */
async function startPair(t, knowledge, console = {}) {
	const postgres = await Postgres.start(t);
	const settings = { store: { url: postgres.connect }, record: { source: 'none' }, console: { hash_mib: 8, hash_passes: 1, ...console }, knowledge };
	if (knowledge.from === 'store')
		publishFolder(postgres);
	const first = await Server.start({ settings });
	t.after(() => first.stop());
	const second = new Server({ settings });
	t.after(() => second.stop());
	fs.cpSync(path.join(first.folder, 'var'), path.join(second.folder, 'var'), { recursive: true });
	return { postgres, servers: [first, await second.start()] };
}

async function answers(servers) {
	const replies = await Promise.all(servers.map(async (server) => (await server.ask({ text: QUESTION })).json()));
	return [...new Set(replies.map((reply) => reply.answers[0].answer))].join(' | ');
}

async function ok(response) {
	const text = await response.text();
	assert.equal(response.status, 200, text);
	return JSON.parse(text);
}

async function approved(editor, reviewer, answer) {
	const form = await ok(await editor.get('authoring/entries/batch'));
	const saved = await ok(await editor.post('authoring/save', {
		entry: 'batch', revision: form.revision, live_hash: form.live_hash, members: { ...form.members, answer },
	}));
	const draft = { entry: 'batch', revision: saved.revision };
	await ok(await editor.post('authoring/submit', draft));
	await ok(await reviewer.post('authoring/decide', { ...draft, decision: 'approve' }));
	return draft;
}

test('a draft that one machine saved is published by another, on all of them, and rolled back', async (t) => {
	const { postgres, servers } = await startPair(t, { from: 'store', folder: '/no/such/folder' });
	const [first, second] = servers;
	addUser(first, 'li', 'editor');
	addUser(first, 'zhao', 'reviewer');
	const editor = await Operator.signedIn(first, 'li');
	const reviewer = await Operator.signedIn(second, 'zhao');
	for (const server of servers)
		await until(async () => (await server.fetch('/readyz')).status === 200, 'a replica that is ready');
	assert.equal((await ok(await editor.get('authoring'))).from, 'store');
	await approved(editor, reviewer, NEW);
	const { version } = await ok(await reviewer.post('authoring/publish', { why: '放开' }));
	assert.equal(version, 2);
	await until(async () => await answers(servers) === NEW, 'the new answer of both');
	assert.equal(postgres.execute('\\t\n\\a\nSELECT version, who, why FROM knowledge_move ORDER BY number DESC LIMIT 1;'), '2|zhao|放开\n');
	assert.equal((await ok(await editor.get('authoring/entries/batch'))).draft, null);
	assert.equal((await ok(await reviewer.post('authoring/roll-back', {}))).version, 1);
	await until(async () => await answers(servers) === OLD, 'the old answer of both');
	// A folder that is published beside goes into the same history.
	publishFolder(postgres);
	const { moves } = await ok(await editor.get('authoring/versions'));
	assert.deepEqual(moves.map((move) => move.version), [1, 1, 2, 1]);
	await Promise.all(servers.map(stopCleanly));
});

test('machines with a folder each do not publish', async (t) => {
	const { servers: [first] } = await startPair(t, {});
	addUser(first, 'li', 'editor');
	addUser(first, 'zhao', 'reviewer');
	const editor = await Operator.signedIn(first, 'li');
	const reviewer = await Operator.signedIn(first, 'zhao');
	assert.equal((await ok(await editor.get('authoring'))).publishing, false);
	await approved(editor, reviewer, NEW);
	assert.deepEqual(await outcome(await reviewer.post('authoring/publish')), { status: 409, reason: 'no_publishing' });
	assert.equal(await answers([first]), OLD);
});

test('what one machine found in the background, links and suggestions, every one tells', async (t) => {
	const { servers: [first, second] } = await startPair(t, { from: 'store' }, { links: 'yes' });
	addUser(first, 'li', 'editor');
	const [here, there] = [await Operator.signedIn(first, 'li'), await Operator.signedIn(second, 'li')];
	assert.equal((await ok(await there.get('authoring/stale'))).links_checked, null);
	await ok(await here.post('authoring/links', {}));
	await until(async () => (await ok(await there.get('authoring/stale'))).links_checked !== null, 'the links');
	assert.equal((await ok(await there.get('authoring/stale'))).links_under_way, false);

	assert.equal((await ok(await there.get('authoring/suggested'))).state, 'none');
	await ok(await here.post('authoring/suggest', { days: 7 }));
	assert.notEqual((await ok(await there.get('authoring/suggested'))).state, 'none');
	await until(async () => (await ok(await there.get('authoring/suggested'))).state === 'done', 'the suggestions');
	const { by, result } = await ok(await there.get('authoring/suggested'));
	assert.deepEqual([by, result.days, result.current, result.proposals], ['li', 7, true, []]);
});

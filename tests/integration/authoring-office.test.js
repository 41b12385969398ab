/* Golden questions, word classes and small talk as drafts: saved, checked, reviewed and published as entries are. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { stopCleanly } = require('./harness');
const { Operator, addUser, outcome, startConsole } = require('./operator');

let server;
const who = {};

before(async () => {
	server = await startConsole();
	for (const [name, roles] of [['li', 'editor'], ['wang', 'editor'], ['zhao', 'reviewer'], ['both', 'editor,reviewer']]) {
		addUser(server, name, roles);
		who[name] = await Operator.signedIn(server, name);
	}
});
after(() => stopCleanly(server));

async function ok(response) {
	const text = await response.text();
	assert.equal(response.status, 200, text);
	return JSON.parse(text);
}
const form = async (of, entry) => ok(await of.get(`authoring/entries/${entry}`));
const post = async (of, what, body) => ok(await of.post(`authoring/${what}`, body));
const refused = async (of, what, body) => outcome(await of.post(`authoring/${what}`, body));
const save = (of, loaded, members) => post(of, 'save', { entry: loaded.entry, revision: loaded.revision, live_hash: loaded.live_hash, members });
const live = (file) => fs.readFileSync(path.join(server.knowledge, file), 'utf8');
const printed = (object) => `${JSON.stringify(object, null, 2)}\n`;

async function publish(saved) {
	await post(who.li, 'submit', { entry: saved.entry, revision: saved.revision });
	await post(who.zhao, 'decide', { entry: saved.entry, revision: saved.revision, decision: 'approve' });
	return post(who.zhao, 'publish', { entries: [saved.entry] });
}

async function discard(entry) {
	const { revision } = await form(who.li, entry);
	if (revision)
		await post(who.li, 'discard', { entry, revision });
}

test('the list names the files, those that are not there yet as well', async () => {
	const { files, entries } = await ok(await who.zhao.get('authoring'));
	assert.deepEqual(files.map(({ entry, kind, live: there, draft }) => [entry, kind, there, draft]), [
		['golden.json', 'file', false, null], ['lexicon.json', 'file', true, null], ['office.json', 'file', true, null], ['smalltalk.json', 'file', true, null]]);
	assert.ok(entries.every(({ kind }) => kind !== 'file'));
	const loaded = await form(who.zhao, 'lexicon.json');
	assert.deepEqual(loaded.members, JSON.parse(live('lexicon.json')));
});

test('a draft of the kind file has the name of one', async () => {
	const loaded = await form(who.li, 'lexicon.json');
	for (const [entry, status] of [['lexicon.json', 200], ['batch', 400], ['other.json', 400]])
		assert.equal((await who.li.post('authoring/check', { entry, kind: 'file', members: loaded.members })).status, status, entry);
});

test('golden questions are made by a save, published, and hold from then on', async () => {
	const golden = { golden: [{ q: '证书过期还可以延续吗', entry: 'renew-late' }] };
	const { entries } = await ok(await who.li.get('authoring'));
	golden.golden[0].entry = (await server.ask({ text: golden.golden[0].q }).then((response) => response.json())).answers[0].entry;
	assert.ok(entries.some(({ entry }) => entry === golden.golden[0].entry));
	const saved = await save(who.li, await form(who.li, 'golden.json'), golden);
	assert.deepEqual([saved.saved, saved.valid], [true, true], JSON.stringify(saved.faults));
	await publish(saved);
	assert.equal(live('golden.json'), printed(golden));
	// One that nobody answers is refused, and named.
	const wrong = await save(who.li, await form(who.li, 'golden.json'), { golden: [...golden.golden, { q: '食堂几点开饭', entry: golden.golden[0].entry }] });
	assert.equal(wrong.valid, false);
	assert.ok(wrong.faults.some(({ level, entry, member }) => level === 'error' && entry === 'golden.json' && member.startsWith('golden[1]')), JSON.stringify(wrong.faults));
	await post(who.li, 'submit', { entry: 'golden.json', revision: wrong.revision });
	assert.deepEqual(await refused(who.zhao, 'decide', { entry: 'golden.json', revision: wrong.revision, decision: 'approve' }), { status: 409, reason: 'lost_golden' });
	await discard('golden.json');
	// And a change of the entry that loses it does not pass.
	const loaded = await form(who.li, golden.golden[0].entry);
	const gate = await post(who.li, 'gate', { entry: loaded.entry, members: { ...loaded.members, question: '停车场怎么走', also: [], prompts: [], patterns: [], cases: loaded.members.cases } });
	assert.equal(gate.passed, false);
	assert.ok(gate.golden.length > 0);
});

test('a fault of the lexicon is kept with its place, and a word class of a draft serves the patterns', async () => {
	const loaded = await form(who.li, 'lexicon.json');
	const broken = await save(who.li, loaded, { ...loaded.members, synonyms: [...loaded.members.synonyms, { word: '成绩', variants: '分数' }] });
	assert.equal(broken.valid, false);
	const at = `synonyms[${loaded.members.synonyms.length}]`;
	assert.ok(broken.faults.some(({ level, entry, member }) => level === 'error' && entry === 'lexicon.json' && member.startsWith(at)), JSON.stringify(broken.faults));
	assert.deepEqual(await refused(who.li, 'preview', { entry: 'lexicon.json', text: '批量' }), { status: 409, reason: 'invalid_draft' });
	const mended = await save(who.li, await form(who.li, 'lexicon.json'), { ...loaded.members, classes: { 伙伴: ['工友', '同事'] } });
	assert.equal(mended.valid, true, JSON.stringify(mended.faults));
	await publish(mended);
	assert.deepEqual(JSON.parse(live('lexicon.json')).classes, { 伙伴: ['工友', '同事'] });
	const { word_classes } = await ok(await who.li.get('authoring'));
	assert.deepEqual(word_classes, [{ name: '伙伴', words: ['工友', '同事'] }]);
	// Live has the class now: an entry's pattern may use it.
	const entry = await form(who.li, 'batch');
	const checked = await post(who.li, 'check', { entry: 'batch', members: { ...entry.members, patterns: ['和<伙伴>一起申请'] } });
	assert.equal(checked.valid, true, JSON.stringify(checked.faults));
});

test('two editors of small talk are merged by its items', async () => {
	const first = await form(who.li, 'smalltalk.json'), second = await form(who.wang, 'smalltalk.json');
	const change = (members, at, also) => ({ ...members, smalltalk: members.smalltalk.map((item, i) => (i === at ? { ...item, also: [...item.also, also] } : item)) });
	await save(who.li, first, change(first.members, 0, '恁好呀'));
	const merged = await save(who.wang, second, change(second.members, 1, '多谢恁'));
	assert.deepEqual([merged.saved, merged.merged, merged.conflicts], [true, true, []]);
	assert.deepEqual([merged.members.smalltalk[0].also.at(-1), merged.members.smalltalk[1].also.at(-1)], ['恁好呀', '多谢恁']);
	await discard('smalltalk.json');
});

test('a file is not deleted, and nobody approves one of their own, however small the change', async () => {
	const { revision } = await form(who.li, 'office.json');
	assert.deepEqual(await refused(who.li, 'delete', { entry: 'office.json', revision }), { status: 400, reason: 'bad_member' });
	const loaded = await form(who.both, 'golden.json');
	const saved = await save(who.both, loaded, { golden: [] });
	await post(who.both, 'submit', { entry: 'golden.json', revision: saved.revision });
	assert.deepEqual(await refused(who.both, 'decide', { entry: 'golden.json', revision: saved.revision, decision: 'approve' }), { status: 403, reason: 'own_draft' });
	await discard('golden.json');
});

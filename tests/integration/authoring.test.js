/* Drafts, merging, review, publishing and rolling back, through the console's interface. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { stopCleanly, until } = require('./harness');
const { Operator, addUser, outcome, startConsole } = require('./operator');

const ENTRY = 'batch';
const FILE = 'anguan/01-batch.json';

let server, id;
const who = {};

before(async () => {
	server = await startConsole();
	for (const [name, roles] of [['li', 'editor'], ['wang', 'editor'], ['zhao', 'reviewer'], ['both', 'editor,reviewer'], ['boss', 'administrator'], ['op', 'operator']])
		addUser(server, name, roles);
	for (const name of ['li', 'wang', 'zhao', 'both', 'boss', 'op'])
		who[name] = await Operator.signedIn(server, name);
	id = JSON.parse(fs.readFileSync(path.join(server.knowledge, FILE), 'utf8')).id;
});
after(() => stopCleanly(server));

async function ok(response) {
	const text = await response.text();
	assert.equal(response.status, 200, text);
	return JSON.parse(text);
}
const form = async (of, entry = id) => ok(await of.get(`authoring/entries/${entry}`));
const post = async (of, what, body) => ok(await of.post(`authoring/${what}`, body));
const refused = async (of, what, body) => outcome(await of.post(`authoring/${what}`, body));
const save = (of, loaded, change, more = {}) => post(of, 'save', {
	entry: loaded.entry, revision: loaded.revision, live_hash: loaded.live_hash, members: { ...loaded.members, ...change }, ...more,
});
const step = ({ entry, revision }, more = {}) => ({ entry, revision, ...more });
const live = () => fs.readFileSync(path.join(server.knowledge, FILE), 'utf8');

async function dropAll() {
	const { entries } = await ok(await who.li.get('authoring'));
	for (const { entry, draft } of entries.filter((one) => one.draft))
		await post(who.li, 'discard', { entry, revision: draft.revision });
}

async function publish(change, why) {
	const saved = await save(who.li, await form(who.li), change);
	assert.equal(saved.saved, true);
	await post(who.li, 'submit', step(saved));
	await post(who.zhao, 'decide', step(saved, { decision: 'approve' }));
	return post(who.zhao, 'publish', { entries: [id], why });
}

test('the list has every entry, and a form all of its members', async () => {
	const list = await ok(await who.zhao.get('authoring'));
	const own = list.entries.find(({ entry }) => entry === id);
	assert.equal(own.draft, null);
	assert.equal(own.live, true);
	assert.equal(own.collection, 'anguan');
	assert.deepEqual(list.collections, ['anguan']);
	assert.equal(list.publishing, true);
	const loaded = await form(who.zhao);
	assert.deepEqual(loaded.members, JSON.parse(live()));
	assert.deepEqual([loaded.revision, loaded.changes, loaded.conflicts], [0, [], []]);
	assert.deepEqual(await outcome(await who.li.get('authoring/entries/no-such-entry')), { status: 404, reason: 'not_found' });
});

test('what two editors changed in different members is merged', async () => {
	await dropAll();
	const [first, second] = [await form(who.li), await form(who.wang)];
	const also = [...(first.members.also ?? []), '一次能报好几个人吗'];
	await save(who.li, first, { also });
	const merged = await save(who.wang, second, { note: '王：核对过' });
	assert.deepEqual([merged.saved, merged.merged], [true, true]);
	assert.deepEqual(merged.members.also, also);
	assert.equal(merged.members.note, '王：核对过');
	const now = await form(who.li);
	assert.deepEqual(now.draft.authors, ['li', 'wang']);
	assert.deepEqual(now.changes.map(({ member }) => member).sort(), ['also', 'note']);
	const { events } = await ok(await who.li.get(`authoring/history/${id}`));
	assert.deepEqual(events.slice(0, 2).map(({ who: name, what }) => [name, what]), [['wang', 'merged'], ['li', 'saved']]);
	assert.deepEqual(events[1].changes.map(({ member }) => member), ['also']);
});

test('both adding an alternate keeps both; both changing the answer is a conflict that shows both sides, and is settled', async () => {
	await dropAll();
	const [first, second] = [await form(who.li), await form(who.wang)];
	const before = first.members.answer;
	const saved = await save(who.li, first, { answer: '甲', also: [...(first.members.also ?? []), '甲问'] });
	const conflict = await save(who.wang, second, { answer: '乙', also: [...(second.members.also ?? []), '乙问'] });
	assert.equal(conflict.saved, false);
	assert.deepEqual(conflict.conflicts, [{ member: 'answer', path: ['answer'], base: before, yours: '乙', theirs: '甲' }]);
	assert.equal(conflict.revision, saved.revision);
	assert.equal((await form(who.li)).members.answer, '甲', 'nothing was written');
	const settled = await post(who.wang, 'save', {
		entry: id, revision: conflict.revision, live_hash: conflict.live_hash, members: { ...conflict.members, answer: '甲和乙' },
	});
	assert.deepEqual([settled.saved, settled.members.answer], [true, '甲和乙']);
	assert.deepEqual(settled.members.also.slice(-2).sort(), ['乙问', '甲问']);
});

test('an invalid draft is kept, its faults are told by member, and it is not published', async () => {
	await dropAll();
	const saved = await save(who.li, await form(who.li), { patterns: ['(未闭合'], cases: 'none' });
	assert.deepEqual([saved.saved, saved.valid], [true, false]);
	assert.ok(saved.faults.some(({ level, entry, member }) => level === 'error' && entry === id && member === 'patterns[0]'), JSON.stringify(saved.faults));
	const kept = await form(who.wang);
	assert.equal(kept.draft.valid, false);
	assert.deepEqual(kept.members.patterns, ['(未闭合']);
	const checked = await post(who.zhao, 'check', { entry: id });
	assert.equal(checked.valid, false);
	assert.deepEqual(await refused(who.li, 'preview', { entry: id, text: '批量' }), { status: 409, reason: 'invalid_draft' });
	await post(who.li, 'submit', step(saved));
	assert.deepEqual(await refused(who.zhao, 'decide', step(saved, { decision: 'approve' })), { status: 409, reason: 'invalid_draft' });
	assert.deepEqual(await refused(who.zhao, 'publish', { entries: [id] }), { status: 409, reason: 'draft_state' });
	const back = await post(who.zhao, 'decide', step(saved, { decision: 'refuse', why: '请改正' }));
	assert.equal(back.draft.state, 'draft');
});

test('a preview asks what is typed, unsaved, and says what spoke for it', async () => {
	await dropAll();
	const { members } = await form(who.li);
	const text = '几十号人要一个一个报吗';
	const typed = await post(who.li, 'preview', { text, entry: id, members: { ...members, also: [...(members.also ?? []), text] } });
	assert.equal(typed.reply.outcome, 'answer');
	assert.equal(typed.reply.answers[0].entry, id);
	assert.equal(typed.why.ranking[0].spoke, text);
	assert.notEqual(typed.live.outcome, 'answer');
	assert.equal(typed.kind, 'gained');
	assert.equal((await form(who.li)).draft, null, 'nothing was saved');
});

test('nobody approves their own words; another one does', async () => {
	await dropAll();
	const saved = await save(who.both, await form(who.both), { also: ['许多人一起报可以吗'] });
	assert.deepEqual(await refused(who.both, 'decide', step(saved, { decision: 'approve' })), { status: 409, reason: 'draft_state' });
	await post(who.both, 'submit', step(saved));
	assert.deepEqual(await refused(who.both, 'decide', step(saved, { decision: 'approve' })), { status: 403, reason: 'own_draft' });
	// Nor by another session of theirs, nor after a colleague saved last.
	const second = await Operator.signedIn(server, 'both');
	assert.deepEqual(await refused(second, 'decide', step(saved, { decision: 'approve' })), { status: 403, reason: 'own_draft' });
	const joint = await save(who.li, await form(who.li), { note: '同事也改了' });
	await post(who.li, 'submit', step(joint));
	for (const one of [who.both, second])
		assert.deepEqual(await refused(one, 'decide', step(joint, { decision: 'approve' })), { status: 403, reason: 'own_draft' });
	const approved = await post(who.boss, 'decide', step(joint, { decision: 'approve' }));
	assert.equal(approved.draft.state, 'approved');
	// A change of it has to be reviewed again.
	const again = await save(who.li, await form(who.li), { note: '再改' });
	assert.equal((await form(who.li)).draft.state, 'draft');
	assert.deepEqual(await refused(who.zhao, 'publish', {}), { status: 409, reason: 'draft_state' });
	assert.deepEqual(await refused(who.zhao, 'decide', step(saved, { decision: 'approve' })), { status: 409, reason: 'draft_moved' });
	assert.ok(again.revision > saved.revision);
});

test('a change of which nobody reads a word may be approved alone, and is marked; another wording may not', async () => {
	await dropAll();
	const saved = await save(who.both, await form(who.both), { note: '只是备注' });
	const gate = await post(who.both, 'gate', { entry: id });
	assert.deepEqual([gate.passed, gate.chooses_alike, gate.trivial, gate.lost], [true, true, true, 0]);
	await post(who.both, 'submit', step(saved));
	assert.equal((await post(who.both, 'decide', step(saved, { decision: 'approve' }))).draft.state, 'approved');
	const { events } = await ok(await who.both.get(`authoring/history/${id}`));
	assert.deepEqual([events[0].what, events[0].alone], ['approved', true]);
	// Another word that people read is none: the same entry is chosen, and yet somebody has to look at it.
	const worded = await save(who.both, await form(who.both), { answer: '可以批量申请。' });
	const other = await post(who.both, 'gate', { entry: id });
	assert.deepEqual([other.passed, other.chooses_alike, other.trivial], [true, true, false]);
	await post(who.both, 'submit', step(worded));
	assert.deepEqual(await refused(who.both, 'decide', step(worded, { decision: 'approve' })), { status: 403, reason: 'own_draft' });
});

test('a published answer is seen by an open chat within a second, and rolled back in one call; other files keep their bytes', async () => {
	await dropAll();
	const chat = await server.chat();
	const question = JSON.parse(live()).question;
	const files = () => Object.fromEntries(fs.readdirSync(server.knowledge, { recursive: true })
		.filter((name) => fs.statSync(path.join(server.knowledge, name)).isFile())
		.map((name) => [name, fs.readFileSync(path.join(server.knowledge, name), 'latin1')]));
	const before = files();
	let asked = 0;
	const answer = async () => (await chat.ask(question, `q${asked++}`)).answers[0].answer;
	const old = await answer();
	const published = await publish({ answer: '新的答复，一字不差。' }, '改了答复');
	assert.deepEqual(published.entries, [id]);
	assert.match(published.hash, /^[0-9a-f]{64}$/);
	await until(async () => await answer() === '新的答复，一字不差。', 'the new answer');
	const changed = files();
	assert.equal(changed[FILE], Buffer.from(`${JSON.stringify({ ...JSON.parse(live()), answer: '新的答复，一字不差。' }, null, 2)}\n`).toString('latin1'));
	assert.deepEqual({ ...changed, [FILE]: before[FILE] }, before);
	assert.equal((await form(who.li)).draft, null);

	const { moves, live: hash } = await ok(await who.li.get('authoring/versions'));
	assert.equal(moves[0].hash, hash);
	assert.deepEqual([moves[0].who, moves[0].why, moves[0].live, moves[1].live], ['zhao', '改了答复', true, false]);
	const back = await post(who.zhao, 'roll-back', {});
	assert.equal(back.version, moves[1].version);
	await until(async () => await answer() === old, 'the old answer');
	assert.deepEqual(files(), before);
	assert.deepEqual(await refused(who.zhao, 'roll-back', { version: 999 }), { status: 404, reason: 'no_such_version' });
	await chat.close();
});

/* A change of the store that makes it refuse something. */
function sqlite(name, sql) {
	const run = spawnSync('sqlite3', ['-bail', '-cmd', '.timeout 10000', path.join(server.folder, 'var', name), sql], { encoding: 'utf8' });
	assert.equal(run.status, 0, run.stderr);
	return run.stdout.trim();
}

test('where the version cannot be stored the folder is set back; a draft that cannot be ended undoes nothing', async () => {
	await dropAll();
	const before = live();
	const saved = await save(who.li, await form(who.li), { answer: '不入库的答复。' });
	await post(who.li, 'submit', step(saved));
	await post(who.zhao, 'decide', step(saved, { decision: 'approve' }));
	sqlite('versions.db', "CREATE TRIGGER broken BEFORE INSERT ON knowledge_version BEGIN SELECT RAISE(ABORT, 'broken'); END");
	assert.deepEqual(await refused(who.zhao, 'publish', { entries: [id], why: '试' }), { status: 409, reason: 'not_taken' });
	sqlite('versions.db', 'DROP TRIGGER broken');
	assert.equal(live(), before);
	assert.equal((await form(who.li)).draft.state, 'approved');

	sqlite('drafts.db', "CREATE TRIGGER broken BEFORE INSERT ON draft_event WHEN NEW.what = 'published' BEGIN SELECT RAISE(ABORT, 'broken'); END");
	const published = await post(who.zhao, 'publish', { entries: [id], why: '试' });
	sqlite('drafts.db', 'DROP TRIGGER broken');
	assert.deepEqual(published.entries, [id]);
	assert.equal(JSON.parse(live()).answer, '不入库的答复。');
	await server.logged(/draft_not_ended/, 'the draft that stays');
	const stays = await form(who.li);
	assert.deepEqual([stays.draft.state, stays.changes, stays.conflicts], ['approved', [], []]);
	await post(who.zhao, 'roll-back', {});
	assert.equal(live(), before);
});

test('a store that fails while a version is offered is asked again', async () => {
	await dropAll();
	const before = live();
	const saved = await save(who.li, await form(who.li), { answer: '又一个答复。' });
	await post(who.li, 'submit', step(saved));
	await post(who.zhao, 'decide', step(saved, { decision: 'approve' }));
	sqlite('versions.db', "CREATE TRIGGER broken BEFORE INSERT ON knowledge_move BEGIN SELECT RAISE(ABORT, 'broken'); END");
	const publishing = post(who.zhao, 'publish', { entries: [id], why: '试' });
	await until(() => sqlite('versions.db', 'SELECT offered FROM knowledge_pointer') !== '0', 'the offer');
	sqlite('versions.db', 'DROP TRIGGER broken');
	assert.deepEqual((await publishing).entries, [id]);
	await post(who.zhao, 'roll-back', {});
	assert.equal(live(), before);
});

test('a version of another FAQ, which shares no entry with what is live, is not rolled back to', async () => {
	await dropAll();
	await publish({ note: '一个版本' }, '有一版');
	const files = fs.readdirSync(server.knowledge, { recursive: true })
		.map((name) => path.join(server.knowledge, name))
		.filter((name) => path.dirname(name) !== server.knowledge && name.endsWith('.json') && !name.includes('schema'))
		.map((name) => [name, fs.readFileSync(name, 'utf8')]);
	const rename = (count) => {
		for (const [name, text] of files.slice(0, count))
			fs.writeFileSync(name, text.replace(/"id": "/, '"id": "elsewhere-'));
	};
	const setBack = () => files.forEach(([name, text]) => fs.writeFileSync(name, text));
	assert.ok(files.length > 1);
	rename(files.length);
	const { moves } = await ok(await who.zhao.get('authoring/versions'));
	assert.deepEqual(await outcome(await who.zhao.get(`authoring/versions/${moves[0].version}`)), { status: 409, reason: 'other_faq' });
	for (const body of [{}, { version: moves[0].version }])
		assert.deepEqual(await refused(who.zhao, 'roll-back', body), { status: 409, reason: 'other_faq' });
	assert.deepEqual(await refused(who.zhao, 'publish', {}), { status: 409, reason: 'other_faq' });
	assert.match(fs.readFileSync(files[0][0], 'utf8'), /"id": "elsewhere-/);
	// One that it has in common is enough: a FAQ changes over the years.
	setBack();
	rename(files.length - 1);
	assert.equal((await post(who.zhao, 'roll-back', {})).version, moves[0].version);
	assert.deepEqual(files.map(([name]) => fs.readFileSync(name, 'utf8')), files.map(([, text]) => text));
});

test('a second roll-back leads further back, not to what was rolled back from, and the first version has none before it', async () => {
	await dropAll();
	const versions = async () => (await ok(await who.zhao.get('authoring/versions'))).moves;
	const first = (await versions())[0].version;
	for (const note of ['甲', '乙'])
		await publish({ note: `退回用的${note}` }, note);
	const [second, third] = [(await versions())[1].version, (await versions())[0].version];
	assert.ok(first < second && second < third);
	assert.equal((await post(who.zhao, 'roll-back', {})).version, second);
	assert.equal((await post(who.zhao, 'roll-back', {})).version, first);
	await publish({ note: '退回用的丙' }, '丙');
	assert.equal((await post(who.zhao, 'roll-back', {})).version, first);
	for (let at = first; at > 1;) {
		const response = await who.zhao.post('authoring/roll-back', {});
		if (response.status === 404)
			break;
		const { version } = await ok(response);
		assert.ok(version < at);
		at = version;
	}
	assert.deepEqual(await refused(who.zhao, 'roll-back', {}), { status: 404, reason: 'no_such_version' });
	await post(who.zhao, 'roll-back', { version: first });
});

test('a roll-back is told in the history of the entries that it changes, and of no other', async () => {
	await dropAll();
	const eventsOf = async (entry) => (await ok(await who.li.get(`authoring/history/${entry}`))).events;
	const other = (await ok(await who.li.get('authoring'))).entries.map(({ entry }) => entry).find((one) => one !== id);
	await publish({ answer: '改过的答复。' }, '改答复');
	const others = await eventsOf(other);
	const { hash } = await post(who.zhao, 'roll-back', { why: '改错了' });
	const [latest, before] = await eventsOf(id);
	assert.deepEqual([latest.what, latest.who, latest.why, latest.version], ['rolled_back', 'zhao', '改错了', hash]);
	assert.ok(Math.abs(Date.parse(latest.at) - Date.now()) < 120000);
	assert.equal(before.what, 'published');
	assert.deepEqual(await eventsOf(other), others);
});

test('a lost golden question blocks', async () => {
	await dropAll();
	const golden = path.join(server.knowledge, 'golden.json');
	const was = fs.existsSync(golden) ? fs.readFileSync(golden) : null;
	const question = JSON.parse(live()).question;
	fs.writeFileSync(golden, JSON.stringify({ golden: [{ q: question, entry: id }] }, null, 2));
	const saved = await save(who.li, await form(who.li), { question: '完全是另一件事：食堂几点开门', also: [], prompts: [], patterns: [] });
	await post(who.li, 'submit', step(saved));
	assert.deepEqual(await refused(who.zhao, 'decide', step(saved, { decision: 'approve' })), { status: 409, reason: 'lost_golden' });
	if (was)
		fs.writeFileSync(golden, was);
	else
		fs.rmSync(golden);
});

test('a new entry, a new referral and a deleted one go live and come back', async () => {
	await dropAll();
	const fresh = { id: 'canteen', question: '食堂几点开门？', answer: '早上七点。' };
	const referral = { id: 'parking', topic: '停车', also: ['车停哪里'], reply: '停车请问物业。' };
	const added = [
		await post(who.li, 'save', { entry: 'canteen', revision: 0, live_hash: null, members: fresh, kind: 'answer', collection: 'anguan' }),
		await post(who.li, 'save', { entry: 'parking', revision: 0, live_hash: null, members: referral, kind: 'referral' }),
	];
	assert.deepEqual(added.map(({ saved, valid, faults }) => [saved, valid, faults]), [[true, true, []], [true, true, []]]);
	assert.deepEqual(await refused(who.wang, 'save', { entry: 'canteen', revision: 0, members: fresh }), { status: 409, reason: 'entry_taken' });
	for (const one of added) {
		await post(who.li, 'submit', step(one));
		await post(who.zhao, 'decide', step(one, { decision: 'approve' }));
	}
	await post(who.zhao, 'publish', {});
	assert.deepEqual(JSON.parse(fs.readFileSync(path.join(server.knowledge, 'anguan/canteen.json'), 'utf8')), fresh);
	const loaded = await form(who.li, 'canteen');
	assert.equal(loaded.live, true);
	const deleted = await post(who.li, 'delete', { entry: 'canteen', revision: 0, why: '没人问' });
	assert.equal(deleted.draft.change, 'deleted');
	const now = { entry: 'canteen', revision: deleted.draft.revision };
	await post(who.li, 'submit', now);
	await post(who.zhao, 'decide', { ...now, decision: 'approve' });
	await post(who.zhao, 'publish', { entries: ['canteen'] });
	assert.ok(!fs.existsSync(path.join(server.knowledge, 'anguan/canteen.json')));
	assert.deepEqual(await outcome(await who.li.get('authoring/entries/canteen')), { status: 404, reason: 'not_found' });
});

test('a change of the folder is merged into a draft, and stands against it where both changed the same', async () => {
	await dropAll();
	const was = live();
	const saved = await save(who.li, await form(who.li), { note: '草稿', internal: '内部' });
	fs.writeFileSync(path.join(server.knowledge, FILE), `${JSON.stringify({ ...JSON.parse(was), reviewed: '2026-11-30' }, null, 2)}\n`);
	const merged = await form(who.li);
	assert.deepEqual([merged.members.reviewed, merged.members.note, merged.conflicts], ['2026-11-30', '草稿', []]);
	fs.writeFileSync(path.join(server.knowledge, FILE), `${JSON.stringify({ ...JSON.parse(was), note: '文件夹' }, null, 2)}\n`);
	const against = await form(who.li);
	assert.deepEqual(against.conflicts.map(({ member, yours, theirs }) => [member, yours, theirs]), [['note', '草稿', '文件夹']]);
	await post(who.li, 'submit', step(saved));
	assert.deepEqual(await refused(who.zhao, 'decide', step(saved, { decision: 'approve' })), { status: 409, reason: 'conflict' });
	const settled = await save(who.li, against, { note: '文件夹，也是草稿' });
	assert.equal(settled.saved, true);
	assert.deepEqual((await form(who.li)).conflicts, []);
	fs.writeFileSync(path.join(server.knowledge, FILE), was);
});

test('a version tells what rolling back to it would change, and nothing does change', async () => {
	await dropAll();
	const first = (await publish({ note: '一个起点' }, '起点')).version;
	const effect = (version) => who.li.get(`authoring/versions/${version}`);
	assert.deepEqual((({ entries, more, files }) => ({ entries, more, files }))(await ok(await effect(first))), { entries: [], more: 0, files: [] });

	/* Since then: one text is another, an entry came, one went, and so did a file that no draft is of. */
	const { question, number } = JSON.parse(live());
	const gone = (await ok(await who.li.get('authoring'))).entries.find((one) => one.kind === 'answer' && one.entry !== id);
	const list = fs.readdirSync(server.knowledge, { recursive: true }).map((name) => path.join(server.knowledge, name));
	const goneFile = list.find((name) => name.endsWith('.json') && !name.includes('schema') && JSON.parse(fs.readFileSync(name, 'utf8')).id === gone.entry);
	const kept = fs.readFileSync(goneFile, 'utf8'), was = live();
	fs.rmSync(goneFile);
	fs.writeFileSync(path.join(server.knowledge, FILE), `${JSON.stringify({ ...JSON.parse(was), note: '另一个备注' }, null, 2)}\n`);
	fs.writeFileSync(path.join(server.knowledge, 'anguan/came.json'), JSON.stringify({ id: 'came', question: '来了一条？', answer: '来了。' }));
	fs.writeFileSync(path.join(server.knowledge, 'README.txt'), '旁边的文件');
	const told = await ok(await effect(first));
	const brief = told.entries.map((one) => [one.entry, one.change, one.question]).sort();
	assert.deepEqual(brief, [['came', 'deleted', '来了一条？'], [gone.entry, 'new', gone.question], [id, 'changed', question]].sort());
	const changed = told.entries.find(({ entry }) => entry === id);
	assert.equal(changed.number, number);
	assert.deepEqual(changed.changes.map(({ member, before, after }) => [member, before, after]), [['note', '另一个备注', '一个起点']]);
	assert.deepEqual(told.files, ['README.txt']);
	assert.ok(fs.existsSync(path.join(server.knowledge, 'anguan/came.json')));

	fs.rmSync(path.join(server.knowledge, 'anguan/came.json'));
	fs.rmSync(path.join(server.knowledge, 'README.txt'));
	fs.writeFileSync(goneFile, kept);
	fs.writeFileSync(path.join(server.knowledge, FILE), was);
	for (const version of ['999', '0', '-1', '1x', 'x', '99999999999999999999'])
		assert.deepEqual(await outcome(await effect(version)), { status: 404, reason: 'no_such_version' }, version);
});

test('who is no author reads no draft', async () => {
	for (const where of ['authoring', `authoring/entries/${id}`, `authoring/history/${id}`, 'authoring/versions', 'authoring/versions/1'])
		assert.deepEqual(await outcome(await who.op.get(where)), { status: 403, reason: 'may_not' }, where);
	const loaded = await form(who.zhao);
	assert.deepEqual(await refused(who.zhao, 'save', { entry: id, revision: 0, live_hash: loaded.live_hash, members: loaded.members }), { status: 403, reason: 'may_not' });
	assert.deepEqual(await refused(who.li, 'publish', {}), { status: 403, reason: 'may_not' });
});

/* `dayi draft` beside the running server, with its configuration. */
function dayiDraft(...args) {
	return spawnSync(path.resolve(process.env.DAYI_BIN), ['draft', ...args, '--config', server.config],
		{ cwd: server.folder, env: { ...process.env, LC_ALL: 'C' }, encoding: 'utf8', timeout: 60000 });
}

test('drafts go into a working copy and come back, and nothing else is touched', async () => {
	await dropAll();
	const copy = path.join(server.folder, 'copy');
	fs.cpSync(server.knowledge, copy, { recursive: true });
	fs.writeFileSync(path.join(copy, 'README'), 'own');
	const { members } = await form(who.li);
	await save(who.li, await form(who.li), { note: '给 git 的备注' });
	const exported = dayiDraft('export', copy);
	assert.deepEqual([exported.status, exported.stdout], [0, '1 draft exported\n'], exported.stderr);
	assert.equal(fs.readFileSync(path.join(copy, FILE), 'utf8'), `${JSON.stringify({ ...members, note: '给 git 的备注' }, null, 2)}\n`);
	for (const name of fs.readdirSync(server.knowledge, { recursive: true }))
		if (name !== FILE && fs.statSync(path.join(server.knowledge, name)).isFile())
			assert.deepEqual(fs.readFileSync(path.join(copy, name)), fs.readFileSync(path.join(server.knowledge, name)), name);
	assert.match(dayiDraft('list').stdout, new RegExp(`^${id}\tdraft\tli\n$`));

	// As it was exported it is no change.
	assert.equal(dayiDraft('import', copy).stdout, '0 drafts saved\n');
	fs.writeFileSync(path.join(copy, FILE), `${JSON.stringify({ ...members, also: [...members.also, '来自 git 的问法'] }, null, 2)}\n`);
	fs.rmSync(path.join(copy, 'anguan/02-unfinished.json'));
	const imported = dayiDraft('import', '--why', '来自 git', copy);
	assert.deepEqual([imported.status, imported.stdout], [0, '2 drafts saved\n'], imported.stderr);
	const both = await form(who.li);
	assert.deepEqual([both.members.note, both.members.also.at(-1)], ['给 git 的备注', '来自 git 的问法']);
	assert.equal((await form(who.li, 'unfinished')).draft.change, 'deleted');
	fs.writeFileSync(path.join(copy, FILE), `${JSON.stringify({ ...members, note: '另一句' }, null, 2)}\n`);
	const against = dayiDraft('import', copy);
	assert.equal(against.status, 1);
	assert.match(against.stderr, new RegExp(`dayi draft: ${id}: it contradicts the draft`));
	await dropAll();
});

test('rules are tried on a record that is given', async () => {
	const { members } = await form(who.li);
	const pick = (years) => ({
		...members, answer: '请核对。',
		cases: [{ id: '1', situation: '证书过期。', advice: '请延续。', because: "'有效期至' || expires_on || '。'",
			pick: `SELECT years_after(expires_on, ${years}) < today() AS verdict, expires_on FROM certificate LIMIT 1` }],
	});
	const facts = { certificate: [{ number: 'x', category: 'A', expires_on: '2026-01-01', status: '有效' }] };
	const verdicts = async (years, of = facts) => (await post(who.zhao, 'try', { entry: id, members: pick(years), facts: of, today: '2026-11-30' }))
		.records.flatMap(({ cases }) => cases.map(({ verdict, because, live: was }) => [verdict, because, was]));
	assert.deepEqual(await verdicts(0), [['applies', '有效期至2026-01-01。', null]]);
	assert.deepEqual((await verdicts(1)).map(([verdict]) => verdict), ['excluded']);
	assert.deepEqual((await verdicts(0, {})).map(([verdict]) => verdict), ['unknown']);
	assert.deepEqual(await refused(who.li, 'try', { entry: id, members: pick(0), facts: { nothing: [] } }), { status: 400, reason: 'bad_member' });
	assert.deepEqual(await refused(who.li, 'try', { entry: id, members: { ...pick(0), cases: [{ ...pick(0).cases[0], pick: 'DROP TABLE x' }] } }),
		{ status: 409, reason: 'invalid_draft' });
});

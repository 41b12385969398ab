/* Documents and tables in and out through the console: what they are read as, drafts made of them, what is refused. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { once } = require('node:events');
const { stopCleanly, until } = require('./harness');
const { Operator, addUser, outcome, startConsole } = require('./operator');

const FILE = { 'Content-Type': 'application/octet-stream' };
const DOCUMENT = '停车问答\n1、月卡怎么办？\n答：带行驶证到窗口。\n2、能退吗？\n答：能。\n第 1 页\n3、能退吗？\n答：不能。\n';

let server, li, zhao;
before(async () => {
	server = await startConsole({ console: { links: 'yes' } });
	for (const [name, roles] of [['li', 'editor'], ['zhao', 'reviewer']])
		addUser(server, name, roles);
	[li, zhao] = [await Operator.signedIn(server, 'li'), await Operator.signedIn(server, 'zhao')];
});
after(() => stopCleanly(server));

async function ok(response) {
	const text = await response.text();
	assert.equal(response.status, 200, text);
	return JSON.parse(text);
}
const look = async (text, query = '') => ok(await li.post(`authoring/import${query}`, text, FILE));
const drafts = async () => (await ok(await li.get('authoring'))).entries.filter(({ draft }) => draft);
const short = (entries) => entries.map(({ entry, change, line, same_as: same }) => [entry, change, line, same].join(' '));

test('a document is shown as it is read, and nothing is written', async () => {
	const seen = await look(DOCUMENT, `?name=${encodeURIComponent('停车.txt')}`);
	assert.deepEqual([seen.readable, seen.format, seen.taken, seen.more], [true, 'text', 0, 0]);
	assert.match(seen.outline, /停车\.txt: 问题有编号，如“1、”；答案有标记；共 3 条/);
	// The numbers 1 to 3 are taken, so it is a document of its own.
	assert.deepEqual(short(seen.entries.filter(({ change }) => change !== 'missing')), [
		'item-01 new 2 ', 'item-02 new 4 ', 'item-03 new 7 item-02',
	]);
	assert.deepEqual(seen.entries.slice(0, 3).map(({ question, answer, collection }) => [question, answer, collection]), [
		['月卡怎么办？', '带行驶证到窗口。', 'imported'], ['能退吗？', '能。', 'imported'], ['能退吗？', '不能。', 'imported'],
	]);
	assert.equal(seen.entries[2].same_in_file, true);
	assert.equal(seen.counts.duplicates, 1);
	assert.ok(seen.faults.some(({ level, line, text }) => level === 'note' && line === 6 && /页码，没有导入/.test(text)), JSON.stringify(seen.faults));
	assert.deepEqual(await drafts(), []);
	assert.ok(!fs.existsSync(path.join(server.knowledge, 'imported')));
});

test('a table that was written out comes back without a change; a changed answer is one', async () => {
	const response = await li.get('authoring/export?format=csv');
	const table = await response.text();
	assert.equal(response.status, 200);
	assert.equal(response.headers.get('content-type'), 'text/csv; charset=utf-8');
	assert.equal(response.headers.get('content-disposition'), 'attachment; filename="dayi-faq.csv"');
	const same = await look(table, '?name=t.csv');
	assert.equal(same.counts.same, same.entries.length);
	assert.deepEqual([same.counts.new, same.counts.changed, same.counts.missing], [0, 0, 0]);
	const [id] = same.entries.map(({ entry }) => entry);
	const changed = await look(`id,answer\n${id},改过的答复\n`, '?format=csv');
	assert.deepEqual([changed.counts.changed, changed.counts.new], [1, 0]);
	const [one] = changed.entries;
	assert.deepEqual(one.changes.map(({ member, after }) => [member, after]), [['answer', '改过的答复']]);
});

test('JSON lines, text, a workbook and a document are written, too, and what is no format is refused', async () => {
	for (const [format, type] of [['jsonl', 'application/jsonl'], ['text', 'text/plain'], ['xlsx', 'application/vnd.openxmlformats'], ['docx', 'application/vnd.openxmlformats']]) {
		const response = await zhao.get(`authoring/export?format=${format}`);
		assert.equal(response.status, 200);
		assert.ok(response.headers.get('content-type').startsWith(type));
		const seen = await look(Buffer.from(await response.arrayBuffer()), `?format=${format}`);
		assert.deepEqual([seen.readable, seen.counts.new, seen.counts.changed], [true, 0, 0], format);
	}
	for (const query of ['', '?format=yaml', '?format=CSV', '?format='])
		assert.deepEqual(await outcome(await zhao.get(`authoring/export${query}`)), { status: 400, reason: 'bad_member' });
});

test('what is taken becomes drafts, once; who has one already keeps it', async () => {
	const { live } = await look(DOCUMENT);
	const taken = await ok(await li.post(`authoring/import/take?name=p.txt&live=${live}`, DOCUMENT, FILE));
	assert.equal(taken.taken, 3);
	const made = await drafts();
	assert.deepEqual(made.map(({ entry, draft }) => [entry, draft.state, draft.change, draft.by]), [
		['item-01', 'draft', 'new', 'li'], ['item-02', 'draft', 'new', 'li'], ['item-03', 'draft', 'new', 'li'],
	]);
	const form = await ok(await zhao.get('authoring/entries/item-01'));
	assert.deepEqual([form.members.question, form.members.answer, form.collection], ['月卡怎么办？', '带行驶证到窗口。', 'imported']);
	const { events } = await ok(await zhao.get('authoring/history/item-01'));
	assert.deepEqual(events.map(({ what, why }) => [what, why]), [['saved', '导入 p.txt']]);
	const again = await ok(await li.post(`authoring/import/take?live=${live}`, DOCUMENT, FILE));
	assert.deepEqual([again.taken, again.counts.drafts], [0, 3]);
	assert.ok(again.entries.slice(0, 3).every(({ draft }) => draft));
	const { stdout } = spawnSync(path.resolve(process.env.DAYI_BIN), ['audit', 'list', '--file', 'var/audit.db', '--key', 'var/audit.key'], { cwd: server.folder, encoding: 'utf8' });
	assert.match(stdout, /account:li\t@imported\tconsole, from 127\.0\.0\.1.*p\.txt/);
	assert.match(stdout, /account:li\t@exported\t.*csv/);
	for (const { entry, draft } of made)
		await ok(await li.post('authoring/discard', { entry, revision: draft.revision }));
	assert.deepEqual(await outcome(await li.post(`authoring/import/take?live=${'0'.repeat(64)}`, DOCUMENT, FILE)), { status: 409, reason: 'live_moved' });
	assert.deepEqual(await outcome(await li.post('authoring/import/take', DOCUMENT, FILE)), { status: 409, reason: 'live_moved' });
	assert.deepEqual(await drafts(), []);
});

test('a file with faults is told with its lines, and nothing is made of it', async () => {
	const broken = await look('{"question":"甲","answer":"乙"}\n{"question":', '?name=x.jsonl');
	assert.equal(broken.readable, false);
	assert.deepEqual(broken.entries, []);
	assert.ok(broken.faults.some(({ level, line }) => level === 'error' && line === 2), JSON.stringify(broken.faults));
	assert.equal((await look('PK\x03\x04 no zip')).readable, false);
	assert.equal((await look('')).readable, false);
	const wrong = await look('{"question":"甲","answer":"乙"}\n', '?format=csv');
	assert.match(wrong.faults[0].text, /看起来是 jsonl/);
});

test('what is no file, too long, or of somebody who is not signed in is refused', async () => {
	assert.deepEqual(await outcome(await li.post('authoring/import', '{}')), { status: 415, reason: 'media_type' });
	assert.deepEqual(await outcome(await li.post('authoring/import?format=exe', 'x', FILE)), { status: 400, reason: 'bad_member' });
	assert.deepEqual(await outcome(await li.post('authoring/import?name=a%0Ab', 'x', FILE)), { status: 400, reason: 'bad_member' });
	assert.deepEqual(await outcome(await li.post('authoring/import', 'x', { ...FILE, 'X-CSRF-Token': null })), { status: 403, reason: 'csrf' });
	assert.deepEqual(await outcome(await new Operator(server).post('authoring/import', 'x', FILE)), { status: 401, reason: 'signed_out' });
	const long = await li.post('authoring/import', 'x'.repeat(8 * 1024 * 1024 + 1), FILE).catch((error) => error);
	// The answer may be lost where the body is still on its way: then the connection is.
	if (!(long instanceof Error))
		assert.deepEqual(await outcome(long), { status: 413, reason: 'file_too_large' });
	const most = `1、甲？\n答：${'乙'.repeat(1000)}\n`.repeat(1) + '\n'.repeat(2 * 1024 * 1024);
	assert.equal((await look(most)).readable, false, 'two million lines are no document');
	assert.equal((await look(DOCUMENT)).readable, true, 'and all goes on');
});

test('what is to be looked at again is listed: overdue, soon, links', async () => {
	const file = path.join(server.knowledge, 'anguan/01-batch.json');
	const kept = fs.readFileSync(file, 'utf8');
	const entry = JSON.parse(kept);
	const before = await ok(await zhao.get('authoring/stale'));
	assert.deepEqual([before.overdue, before.due, before.rules], [[], [], []]);
	const today = new Date(`${before.today}T00:00:00Z`);
	const soon = new Date(today.getTime() + 30 * 86400000).toISOString().slice(0, 10);
	try {
		fs.writeFileSync(file, JSON.stringify({ ...entry, owner: '登记科', review_by: '2020-01-01', internal: '见 https://example.org/办法' }));
		const after = await ok(await zhao.get('authoring/stale'));
		assert.deepEqual(after.overdue.map(({ entry: id, owner, review_by: day }) => [id, owner, day]), [[entry.id, '登记科', '2020-01-01']]);
		assert.equal(after.overdue[0].days, (today - Date.UTC(2020, 0, 1)) / 86400000);
		assert.deepEqual([after.unowned, after.undated], [before.unowned - 1, before.undated - 1]);
		assert.deepEqual(after.links.find(({ url }) => url === 'https://example.org/').entries, [entry.id]);
		fs.writeFileSync(file, JSON.stringify({ ...entry, review_by: soon }));
		assert.deepEqual((await ok(await zhao.get('authoring/stale'))).due.map(({ owner, days }) => [owner, days]), [[null, -30]]);
	} finally {
		fs.writeFileSync(file, kept);
	}
});

test('links are tried on demand, and what came of it is listed', async (t) => {
	const office = http.createServer((request, response) => response.writeHead(request.url === '/there' ? 200 : 404).end());
	office.listen(0, '127.0.0.1');
	await once(office, 'listening');
	t.after(() => office.close());
	const url = `http://127.0.0.1:${office.address().port}`;
	const file = path.join(server.knowledge, 'anguan/01-batch.json');
	const kept = fs.readFileSync(file, 'utf8');
	fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(kept), internal: `${url}/there ${url}/gone http://127.0.0.1:1/` }));
	try {
		const ours = async () => {
			const { links, links_checked: checked, links_under_way: busy } = await ok(await zhao.get('authoring/stale'));
			return { links: links.filter(({ url: one }) => one.startsWith('http://127')).map(({ state, status }) => [state, status]), done: checked !== null && !busy };
		};
		assert.deepEqual(await ours(), { links: [[null, null], [null, null], [null, null]], done: false });
		assert.equal((await ok(await zhao.post('authoring/links'))).links, 3);
		await until(async () => (await ours()).done, 'all links to be tried');
		assert.deepEqual((await ours()).links, [['fine', 200], ['broken', 404], ['silent', null]]);
	} finally {
		fs.writeFileSync(file, kept);
	}
});

test('a question that is inserted moves the numbers behind it: each draft is approved, and all go live together', async () => {
	const first = '门票问答\n1、怎么买票？\n答：在窗口买。\n2、老人免费吗？\n答：七十岁以上免费。\n3、几点关门？\n答：下午五点。\n4、能带狗吗？\n答：不能。\n';
	const inserted = first.replace('4、', '5、').replace('3、', '4、').replace('2、', '3、').replace('3、老人', '2、学生票多少钱？\n答：半价。\n3、老人');
	const take = async (text) => {
		const { live } = await look(text);
		await ok(await li.post(`authoring/import/take?name=p.txt&live=${live}`, text, FILE));
		const made = await drafts();
		for (const { entry, draft } of made)
			await ok(await li.post('authoring/submit', { entry, revision: draft.revision }));
		return made.map(({ entry }) => entry);
	};
	const approve = async () => {
		for (const { entry, draft } of await drafts())
			await ok(await zhao.post('authoring/decide', { entry, revision: draft.revision, decision: 'approve' }));
	};
	const publish = (entries) => zhao.post('authoring/publish', { entries, why: '新版' });
	const made = await take(first);
	await approve();
	await ok(await publish(made));
	await until(async () => (await look(first)).counts.new === 0, 'the first version');
	const moved = await take(inserted);
	assert.equal(moved.length, 4);
	const forms = await Promise.all(moved.map(async (entry) => ok(await zhao.post('authoring/check', { entry }))));
	assert.deepEqual(forms.map(({ valid }) => valid), [true, true, true, true]);
	await approve();
	for (const entry of moved.filter((one) => one !== 'item-04'))
		assert.deepEqual(await outcome(await publish([entry])), { status: 409, reason: 'number_taken' }, entry);
	await ok(await publish(moved));
	await until(async () => (await look(inserted)).counts.same >= 5, 'the second version');
	assert.deepEqual(await drafts(), []);
	const numbers = (await look(inserted)).entries.filter(({ collection }) => collection === 'imported');
	assert.deepEqual(numbers.map(({ change }) => change), Array(5).fill('same'));
});

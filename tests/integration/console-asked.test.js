/* What people asked, for those who keep the knowledge good: groups, new popups, choices, hits, outcomes. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { ROOT, Server, until } = require('./harness');
const { Operator, addUser, outcome, startConsole } = require('./operator');
const { Postgres } = require('./records.js');

const VIEWS = ['questions', 'popups', 'choices', 'entries', 'outcomes'];
const CHEAP = { hash_mib: 8, hash_passes: 1 };

async function view(operator, name, query = '') {
	const response = await operator.get(`asked/${name}${query}`);
	assert.equal(response.status, 200, `${name}${query}`);
	return response.json();
}

async function ask(server, text, session) {
	const response = await server.ask({ text, session });
	assert.equal(response.status, 200);
	return response.json();
}

/* Until the journal has so many turns. */
function written(operator, turns) {
	return until(async () => {
		const { outcomes } = await view(operator, 'outcomes');
		return outcomes.reduce((sum, { count }) => sum + count, 0) === turns;
	}, 'the journal');
}

async function rate(server, reply, value, reason) {
	const rated = await server.fetch('/api/v1/rate', { method: 'POST', headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ session: reply.session, receipt: reply.receipt, value, reason }) });
	assert.equal(rated.status, 200, await rated.text());
}

async function tellAll(server) {
	addUser(server, 'editor', 'editor');
	const operator = await Operator.signedIn(server, 'editor');
	for (const text of ['食堂里能不能刷医保卡付饭钱', '食堂里能不能刷医保卡付饭钱？', '请问食堂里能不能刷医保卡付饭钱', '宠物医院几点开门'])
		assert.equal((await ask(server, text)).outcome, 'decline', text);
	for (const text of ['弹出提示“量子校验模块未装载成功”', '点登录，提示“量子校验模块未装载成功”', '提示“您尚有未办结的申请事项，请等待办结后再进行申报”'])
		await ask(server, text);
	const answered = await ask(server, '证书过期还可以延续吗？');
	assert.equal(answered.outcome, 'answer');
	await rate(server, answered, 'down', '看不懂');
	await written(operator, 8);

	const { groups, days, looked_at } = await view(operator, 'questions');
	assert.equal(days.length, 30);
	const [most] = groups;
	assert.match(most.question, /食堂里能不能刷医保卡付饭钱/);
	assert.deepEqual([most.count, most.unanswered, most.disliked, most.wording_count], [3, 3, 0, 3]);
	assert.equal(most.counts.reduce((sum, count) => sum + count, 0), 3);
	const disliked = groups.find((group) => group.disliked > 0);
	assert.deepEqual([disliked.question, disliked.count, disliked.reasons], ['证书过期还可以延续吗？', 1, ['看不懂']]);
	assert.deepEqual(disliked.entries, [{ entry: answered.answers[0].entry, number: answered.answers[0].number, question: answered.answers[0].question, count: 1 }]);
	assert.equal(looked_at, groups.reduce((sum, group) => sum + group.wording_count, 0));

	assert.deepEqual((await view(operator, 'questions', '?kind=disliked')).groups.map(({ question }) => question), ['证书过期还可以延续吗？']);
	assert.deepEqual((await view(operator, 'questions', `?q=${encodeURIComponent('宠物医院')}`)).groups.map(({ question }) => question), ['宠物医院几点开门']);
	assert.deepEqual((await view(operator, 'questions', `?q=${encodeURIComponent('没有人问过')}`)).groups, []);

	// The other one that was quoted is a popup that an entry has.
	const { popups } = await view(operator, 'popups');
	assert.deepEqual(popups.map(({ text, count }) => [text, count]), [['量子校验模块未装载成功', 2]]);

	const { entries } = await view(operator, 'entries', '?days=1');
	assert.equal(entries.length, 6, 'every entry of the small folder, given or not');
	const hit = entries.find(({ entry }) => entry === answered.answers[0].entry);
	assert.deepEqual([hit.answered, hit.down, hit.up, hit.counts], [1, 1, 0, [1]]);
	assert.ok(entries.filter(({ answered: times, offered }) => times + offered === 0).length >= 3);

	const { outcomes } = await view(operator, 'outcomes', '?days=2');
	const declined = outcomes.find((one) => one.outcome === 'decline');
	assert.deepEqual([declined.channel, declined.counts.length], ['http', 2]);
}

test('what was asked is told in five views, over SQLite', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	await tellAll(server);
});

test('what was asked is told in five views, over PostgreSQL', async (t) => {
	const postgres = await Postgres.start(t);
	const server = await Server.start({ settings: { store: { url: postgres.connect }, record: { source: 'none' }, console: CHEAP } });
	t.after(() => server.stop());
	await tellAll(server);
});

test('a popup that is told without quotes, in the words of a folder too, is a new popup', async (t) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-asked-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	fs.cpSync(path.join(ROOT, 'tests/fixtures/knowledge-small'), folder, { recursive: true });
	const file = path.join(folder, 'lexicon.json');
	fs.writeFileSync(file, JSON.stringify({ ...JSON.parse(fs.readFileSync(file)), cues: { shows: ['蹦字'] } }));
	const server = await startConsole({}, { knowledge: folder });
	t.after(() => server.stop());
	addUser(server, 'editor', 'editor');
	const operator = await Operator.signedIn(server, 'editor');
	for (const text of ['点登录，弹窗报错量子校验模块未装载成功', '对话框蹦字磁带仓门没有关严'])
		await ask(server, text);
	await written(operator, 2);
	const { popups } = await view(operator, 'popups');
	assert.deepEqual(popups.map(({ text, count }) => [text, count]).sort(), [['磁带仓门没有关严', 1], ['量子校验模块未装载成功', 1]].sort());
});

test('what was chosen from a list is told', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'operator', 'operator');
	const operator = await Operator.signedIn(server, 'operator');
	let list, turns = 0;
	for (const text of ['证书', '延续', '信息取不到', '提示错误']) {
		list = await ask(server, text);
		turns++;
		if (list.outcome === 'choose')
			break;
	}
	assert.equal(list.outcome, 'choose', 'one of these is answered with a list');
	const chosen = await ask(server, '2', list.session);
	assert.equal(chosen.answers[0].entry, list.choices[1].entry);
	await written(operator, turns + 1);
	const { choices } = await view(operator, 'choices');
	assert.equal(choices.length, 1);
	assert.deepEqual(choices[0].chosen.map(({ entry, count }) => [entry, count]), [[list.choices[1].entry, 1]]);
	const { entries } = await view(operator, 'entries');
	assert.equal(entries.find(({ entry }) => entry === list.choices[1].entry).chosen, 1);
});

test('no answer holds what identifies a person', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'editor', 'editor');
	const operator = await Operator.signedIn(server, 'editor');
	const secrets = ['11010519491231002X', '13812345678', '李建国'];
	for (const text of ['宠物医院几点开门，身份证号11010519491231002X', '宠物医院几点开门，我叫李建国，电话13812345678', '提示“姓名：李建国，身份证号11010519491231002X，不在白名单内，请联系13812345678”'])
		await ask(server, `姓名：李建国 ${text}`);
	await written(operator, 3);
	for (const name of VIEWS)
		for (const format of ['json', 'csv']) {
			const response = await operator.get(`asked/${name}?format=${format}`);
			const text = await response.text();
			assert.equal(response.status, 200);
			for (const secret of secrets)
				assert.ok(!text.includes(secret), `${secret} in ${name} as ${format}: ${text}`);
		}
});

test('a file for a spreadsheet has a mark, heads, and no formula', async (t) => {
	const server = await startConsole();
	t.after(() => server.stop());
	addUser(server, 'editor', 'editor');
	const operator = await Operator.signedIn(server, 'editor');
	await ask(server, '=HYPERLINK("http://x","宠物医院几点开门")');
	await written(operator, 1);
	const response = await operator.get('asked/questions?format=csv');
	assert.match(response.headers.get('content-type'), /^text\/csv/);
	const bytes = Buffer.from(await response.arrayBuffer());
	assert.deepEqual([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf]);
	const lines = bytes.toString('utf8').slice(1).trimEnd().split('\r\n');
	assert.equal(lines.length, 2);
	assert.match(lines[1], /^"'=HYPERLINK/);
});

test('what is no view, day or word is refused', async (t) => {
	const server = await startConsole({ journal: { file: '' } });
	t.after(() => server.stop());
	addUser(server, 'editor', 'editor');
	const operator = await Operator.signedIn(server, 'editor');
	for (const name of VIEWS) {
		const told = await view(operator, name, '?days=366');
		assert.equal(told.journal, false, 'there is no journal');
		assert.equal(told.days.length, 366);
	}
	assert.equal((await operator.get('asked/nothing')).status, 404);
	for (const query of ['days=0', 'days=367', 'days=x', 'days=', 'kind=all', 'format=xlsx'])
		assert.deepEqual(await outcome(await operator.get(`asked/questions?${query}`)), { status: 400, reason: 'bad_query' }, query);
	assert.deepEqual(await outcome(await operator.get('asked/questions?q=%FF')), { status: 400, reason: 'not_utf8' });
});

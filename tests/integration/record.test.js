'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, pause, stopCleanly, until } = require('./harness.js');
const {
	FULL, SAMPLES, Postgres, allUnknown, bearer, caseOf, chatOf, idOf, importSamples, now, sign, startWithRecords, tokenOf, verdicts,
} = require('./records.js');

const NO_RESULT = '获取不到成绩'; // entry 7
const UNFINISHED = '尚有未办结的申请事项'; // entry 2
const UNREAD = '您的部分记录暂时查不了';
const OFFER = '登录办事大厅后再问';
const REFUSED = /^登录(?:已过期|信息无法确认)，请回到办事大厅/;

/* What samples/README.md says of them, the FAQ's entry 7 and its rules; true on any later day, too. */
const EXPECTED = [
	{
		name: '尤超壬', lead: '2', because: /^您的首次取证成绩（2023-05-06）已满2年，于2025-05-06作废。$/,
		todo: '重新参加考试。', verdicts: { 1: 'excluded', 2: 'applies', 3: 'excluded' },
	},
	{
		name: '秦挂辛', lead: '2', because: /^您的首次取证成绩（2026-06-06）不合格。$/,
		todo: '重新参加考试。', verdicts: { 1: 'excluded', 2: 'applies', 3: 'excluded' },
	},
	{
		name: '何等子', lead: '2', because: /^没有查到您的成绩，可能尚未同步。$/,
		todo: '与培训机构核实考试成绩或继续教育审核结果，或访问“成绩查询”链接查询成绩。',
		verdicts: { 1: 'unknown', 2: 'applies', 3: 'excluded' },
	},
	{
		name: '朱错庚', lead: '1', because: /^考试登记的身份证号是.+，安管系统登记的是.+，两处不一致。$/,
		todo: '向当地考试组织机构核实身份证号。有误的向当地考试组织机构反映情况。',
	},
];

function expectVerdict(reply, expected) {
	assert.equal(reply.outcome, 'answer');
	assert.equal(reply.answers[0].number, 7);
	assert.equal(reply.answers[0].case, expected.lead);
	assert.equal(caseOf(reply, expected.lead).verdict, 'applies');
	assert.match(caseOf(reply, expected.lead).because, expected.because);
	assert.equal(caseOf(reply, expected.lead).todo[0].what, expected.todo);
	if (expected.verdicts)
		assert.deepEqual(verdicts(reply), expected.verdicts);
}

const bodyOf = async (response) => response.json();

test('whoever signs in learns which case is theirs, why, and what to do', async (t) => {
	const server = await startWithRecords(t);
	for (const expected of EXPECTED) {
		const chat = await server.chat();
		const welcome = await chat.hello(undefined, tokenOf(server, expected.name));
		assert.equal(welcome.signed_in, true);
		assert.equal('sign_in' in welcome, false);
		expectVerdict(await chat.ask(NO_RESULT), expected);
		await chat.close();
	}
	await stopCleanly(server);
});

test('the same over HTTP with the token in Authorization, and its session goes on without', async (t) => {
	const server = await startWithRecords(t);
	for (const expected of EXPECTED) {
		const response = await server.ask({ text: NO_RESULT }, bearer(tokenOf(server, expected.name)));
		assert.equal(response.status, 200);
		const reply = await bodyOf(response);
		expectVerdict(reply, expected);
		expectVerdict(await bodyOf(await server.ask({ text: NO_RESULT, session: reply.session })), expected);
	}
	await stopCleanly(server);
});

test('a question that needs other relations has them read, too', async (t) => {
	const server = await startWithRecords(t);
	const chat = await chatOf(server, '赵办四');
	assert.equal((await chat.ask(NO_RESULT, '1')).text.includes(UNREAD), false);
	const reply = await chat.ask(UNFINISHED, '2');
	assert.equal(reply.answers[0].number, 2);
	assert.deepEqual(verdicts(reply), { 1: 'applies' });
	assert.match(caseOf(reply, '1').because, /2026-10-08/);
	assert.equal(reply.text.includes(UNREAD), false);
	await chat.close();
	await stopCleanly(server);
});

test('without a token no record is read, whatever ID number is typed', async (t) => {
	const server = await startWithRecords(t);
	const chat = await chatOf(server, null);
	const replies = [
		await chat.ask(`${NO_RESULT}，我的身份证号是${idOf('尤超壬')}`, '1'),
		await chat.ask(NO_RESULT, '2'),
		await bodyOf(await server.ask({ text: `${NO_RESULT} ${idOf('尤超壬')} 尤超壬` })),
	];
	for (const reply of replies) {
		assert.equal(reply.answers[0].number, 7);
		assert.ok(allUnknown(reply), JSON.stringify(verdicts(reply)));
		assert.ok(reply.text.includes(OFFER), reply.text);
	}
	assert.equal(await server.metric('dayi_record_lookups_total'), 0);
	await chat.close();
	await stopCleanly(server);
});

test('a token that does not count is refused with a sentence, over HTTP with 401', async (t) => {
	const server = await startWithRecords(t);
	const good = sign(server, '尤超壬');
	const [head, claims] = good.split('.');
	const at = now();
	const refused = {
		'expired': sign(server, '尤超壬', { iat: at - 700, exp: at - 100 }),
		'of another audience': sign(server, '尤超壬', { aud: 'another' }),
		'of another issuer': sign(server, '尤超壬', { iss: 'another' }),
		'not valid yet': sign(server, '尤超壬', { nbf: at + 300 }),
		'without an expiry': sign(server, '尤超壬', { exp: undefined }),
		'without a signature': `${sign(server, '尤超壬', {}, { alg: 'none' }).split('.', 2).join('.')}.`,
		'of another algorithm': sign(server, '尤超壬', {}, { alg: 'HS512' }),
		'signed with another key': `${head}.${claims}.${Buffer.alloc(32, 7).toString('base64url')}`,
		'over-long': sign(server, '尤超壬', { more: 'x'.repeat(4096) }),
		'no token at all': '尤超壬',
	};
	for (const [what, token] of Object.entries(refused)) {
		const chat = await server.chat();
		const welcome = await chat.hello(undefined, token);
		assert.equal(welcome.signed_in, false, what);
		assert.match(welcome.sign_in, REFUSED, what);
		assert.ok(allUnknown(await chat.ask(NO_RESULT)), what);
		await chat.close();
		if (/^[\x21-\x7e]+$/.test(token)) {
			const response = await server.ask({ text: NO_RESULT }, bearer(token));
			assert.equal(response.status, 401, what);
			const reply = await bodyOf(response);
			assert.equal(reply.outcome, 'error', what);
			assert.equal(reply.reason, 'token', what);
			assert.deepEqual(reply.answers, [], what);
		}
	}
	const count = Object.keys(refused).length;
	assert.equal(await server.metric('dayi_tokens_total{result="refused"}'), 2 * count - 1);
	assert.equal(await server.metric('dayi_record_lookups_total'), 0);
	await stopCleanly(server);
});

test('somebody else in the same or a resumed session inherits nothing of what was said or read', async (t) => {
	const server = await startWithRecords(t);
	const chat = await chatOf(server, '尤超壬');
	const first = await chat.ask(NO_RESULT, 'same-id');
	for (const other of [chat, await server.chat()]) {
		const welcome = await other.hello(chat.welcome.session, sign(server, '何等子'));
		assert.equal(welcome.signed_in, true);
		assert.equal(welcome.resumed, false);
		assert.notEqual(welcome.session, chat.welcome.session);
		/* "情形2" alone would mean the entry that the one before had asked about. */
		assert.equal((await other.ask('情形2', 'follow')).answers.length, 0);
		const reply = await other.ask(NO_RESULT, 'same-id');
		assert.notEqual(reply.receipt, first.receipt);
		expectVerdict(reply, EXPECTED[2]);
		await other.close();
	}
	const over = await bodyOf(await server.ask({ text: NO_RESULT, session: chat.welcome.session },
		bearer(sign(server, '何等子'))));
	assert.notEqual(over.session, chat.welcome.session);
	expectVerdict(over, EXPECTED[2]);
	await stopCleanly(server);
});

test('the same person signs in again with another token and goes on', async (t) => {
	const server = await startWithRecords(t);
	const chat = await chatOf(server, '尤超壬');
	await chat.ask(NO_RESULT, '1');
	const again = await server.chat();
	const welcome = await again.hello(chat.welcome.session, sign(server, '尤超壬', { exp: now() + 60 }));
	assert.deepEqual([welcome.signed_in, welcome.resumed], [true, true]);
	const reply = await again.ask('情形2', '2');
	assert.equal(reply.answers[0].number, 7);
	assert.equal(verdicts(reply)[2], 'applies');
	await chat.close();
	await again.close();
	await stopCleanly(server);
});

test('a record is used no longer than the token counts, and the session stays its owner\'s', async (t) => {
	const server = await startWithRecords(t, { settings: { sign_in: { leeway_s: 0 } } });
	const chat = await server.chat();
	const exp = now() + 3;
	const { session, signed_in: signedIn } = await chat.hello(undefined, sign(server, '尤超壬', { exp }));
	assert.equal(signedIn, true);
	expectVerdict(await chat.ask(NO_RESULT, '1'), EXPECTED[0]);
	await until(() => Date.now() >= (exp + 1) * 1000, 'the end of the token');
	const reply = await chat.ask(NO_RESULT, '2');
	assert.ok(allUnknown(reply), JSON.stringify(verdicts(reply)));
	assert.ok(reply.text.includes(OFFER));
	assert.equal((await chat.hello(session)).signed_in, false);
	const other = await server.chat();
	const welcome = await other.hello(session, sign(server, '何等子'));
	assert.equal(welcome.signed_in, true);
	assert.notEqual(welcome.session, session);
	const owner = await server.chat();
	const back = await owner.hello(session, sign(server, '尤超壬'));
	assert.deepEqual([back.signed_in, back.session], [true, session]);
	expectVerdict(await owner.ask(NO_RESULT, '3'), EXPECTED[0]);
	for (const one of [chat, other, owner])
		await one.close();
	await stopCleanly(server);
});

test('a refused token signs its session out', async (t) => {
	const server = await startWithRecords(t);
	const chat = await chatOf(server, '尤超壬');
	expectVerdict(await chat.ask(NO_RESULT, '1'), EXPECTED[0]);
	const again = await server.chat();
	const welcome = await again.hello(chat.welcome.session, sign(server, '尤超壬', { aud: 'another' }));
	assert.deepEqual([welcome.signed_in, welcome.resumed], [false, true]);
	assert.match(welcome.sign_in, REFUSED);
	assert.ok(allUnknown(await again.ask(NO_RESULT, '2')));
	await chat.close();
	await again.close();
	await stopCleanly(server);
});

test('without the file of the records the service answers, and nobody can sign in', async (t) => {
	const server = new Server({ knowledge: FULL });
	t.after(() => server.stop());
	await server.start();
	await server.logged(/warn no_records file="var\/records\.db"/);
	fs.writeFileSync(path.join(server.folder, 'var/token.key'), 'k'.repeat(64));
	const token = sign(server, '尤超壬');
	const chat = await server.chat();
	const welcome = await chat.hello(undefined, token);
	assert.equal(welcome.signed_in, false);
	assert.match(welcome.sign_in, REFUSED);
	const reply = await chat.ask(NO_RESULT);
	assert.ok(allUnknown(reply));
	assert.equal(reply.text.includes(OFFER), false);
	assert.equal((await server.ask({ text: NO_RESULT }, bearer(token))).status, 401);
	await chat.close();
	await stopCleanly(server);
});

test('a file of records that is replaced while the service runs is read from the next look-up on', async (t) => {
	const server = await startWithRecords(t, { settings: { record: { keep_s: 1 } } });
	const chat = await chatOf(server, '尤超壬');
	expectVerdict(await chat.ask(NO_RESULT, '1'), EXPECTED[0]);
	const folder = path.join(server.folder, 'samples');
	const exams = path.join(folder, 'exam.csv');
	fs.cpSync(SAMPLES, folder, { recursive: true });
	fs.writeFileSync(exams, fs.readFileSync(exams, 'utf8').replace('2023-05-06', '2023-05-31'));
	importSamples(server, folder);
	await pause(1100);
	assert.equal(caseOf(await chat.ask(NO_RESULT, '2'), '2').because, '您的首次取证成绩（2023-05-31）已满2年，于2025-05-31作废。');
	assert.equal(await server.metric('dayi_record_lookups_total'), 2);
	await chat.close();
	await stopCleanly(server);
});

/* An office's own tables: other names, numbers for words, a key of their own. */
const OWN_TABLES = `
	CREATE SCHEMA ry; CREATE SCHEMA ks;
	CREATE TABLE ry.jbxx (id int PRIMARY KEY, sfzh char(18), xm text, sfhmd int, hmdyy text);
	CREATE TABLE ks.cj (ryid int, lx char(2), sfzh text, jg text, ksrq timestamp);
	INSERT INTO ry.jbxx SELECT row_number() OVER (), id_number, name, blacklisted::int, blacklist_reason FROM applicant;
	INSERT INTO ks.cj SELECT p.id, CASE kind WHEN '首次取证' THEN 'CS' ELSE 'JX' END, e.id_number, e.result, e.taken_on
		FROM exam e JOIN ry.jbxx p ON p.sfzh = e.applicant_id;`;
const OWN_MAPPING = {
	relations: {
		applicant: 'SELECT sfzh AS id_number, xm AS name, sfhmd AS blacklisted, hmdyy AS blacklist_reason FROM ry.jbxx WHERE sfzh = $1',
		exam: `SELECT CASE lx WHEN 'CS' THEN '首次取证' ELSE '继续教育' END AS kind, sfzh AS id_number, jg AS result,
			to_char(ksrq, 'YYYY-MM-DD') AS taken_on FROM ks.cj WHERE ryid = (SELECT id FROM ry.jbxx WHERE sfzh = $1)`,
	},
};

test('an office\'s own PostgreSQL tables serve by a mapping, and what is not mapped stays unknown', async (t) => {
	const postgres = await Postgres.start(t);
	postgres.execute(OWN_TABLES);
	const server = new Server({
		knowledge: FULL,
		settings: { record: { source: 'postgresql', connect: postgres.connect, mapping: 'mapping.json' } },
	});
	t.after(() => server.stop());
	fs.writeFileSync(path.join(server.folder, 'mapping.json'), JSON.stringify(OWN_MAPPING));
	await server.start();
	for (const expected of EXPECTED) {
		const chat = await chatOf(server, expected.name);
		const reply = await chat.ask(NO_RESULT, '1');
		expectVerdict(reply, expected);
		/* Certificates and constructors, which could confirm the exam's number, are not mapped. */
		assert.equal(reply.text.includes(UNREAD), Object.values(verdicts(reply)).includes('unknown'));
		const other = await chat.ask(UNFINISHED, '2');
		assert.deepEqual(verdicts(other), { 1: 'unknown' });
		assert.ok(other.text.includes(UNREAD), other.text);
		await chat.close();
	}
	await stopCleanly(server);
});

'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { Server, pause, stopCleanly, until } = require('./harness.js');
const {
	FULL, Postgres, RELATIONS, allUnknown, bearer, chatOf, dayi, idOf, importSamples, lockAudit, now, people, sampleRows, sign,
	startWithRecords, verdicts,
} = require('./records.js');

const NO_RESULT = '获取不到成绩';
const PLAIN = '安管人员考核事项可以多人批量申请吗';
const UNREAD = '您的部分记录暂时查不了';
const QUESTIONS = fs.readdirSync(path.join(FULL, 'anguan'))
	.map((name) => JSON.parse(fs.readFileSync(path.join(FULL, 'anguan', name), 'utf8')).question);
const SECRET_COLUMNS = [
	'applicant_id', 'id_number', 'name', 'number', 'former_number', 'employer', 'employer_code', 'company', 'company_code',
	'code', 'org_code', 'holder',
];

/* Every name, ID number, certificate number, company and application number of the samples. */
const secrets = new Set(RELATIONS.flatMap((relation) => sampleRows(relation)
	.flatMap((row) => SECRET_COLUMNS.map((column) => row[column]))).filter(Boolean));

/* All that the server wrote: every file of its folder but those that it was given. */
function written(server) {
	const given = new Set(['knowledge', 'web', 'dayi.ini', 'mapping.json', 'var/records.db', 'var/token.key']);
	const found = new Map([['log', server.log]]);
	for (const name of fs.readdirSync(server.folder, { recursive: true })) {
		const file = path.join(server.folder, name);
		if (!given.has(name) && !given.has(name.split(path.sep)[0]) && fs.statSync(file).isFile())
			found.set(name, fs.readFileSync(file, 'utf8'));
	}
	return found;
}

function expectNoSecret(texts) {
	for (const [where, text] of texts)
		for (const secret of secrets)
			assert.ok(!text.includes(secret), `${secret} stands in ${where}`);
}

/* Looks into everything while the server runs, with its WAL files, and when it has ended. */
async function expectNothingKept(server, more = new Map()) {
	const turns = await until(async () => {
		const count = await server.metric('dayi_turns_total{outcome="answer"}');
		return await server.metric('dayi_journal_written_total') >= count && count;
	}, 'the journal');
	assert.ok(turns > 0);
	const running = written(server);
	for (const name of ['log', 'var/journal.db-wal', 'var/audit.db'])
		assert.ok(running.get(name)?.length > 0, `nothing in ${name}`);
	more.set('/metrics', await (await server.fetch('/metrics')).text());
	expectNoSecret([...running, ...more]);
	server.signal('SIGTERM');
	assert.deepEqual(await server.ended, { code: 0, signal: null }, server.log);
	expectNoSecret(written(server));
}

/* Whoever it is asks all there is to ask, over WebSocket and over HTTP. */
async function converse(server, name) {
	const chat = await chatOf(server, name);
	let at = 0;
	for (const question of [...QUESTIONS, '开始自查', '1', '情形2'])
		assert.equal((await chat.ask(question, String(at++))).type, 'reply');
	assert.equal((await chat.ask(`${NO_RESULT}，身份证号${idOf(name)}`, 'own number')).masked, true);
	for (const { number } of sampleRows('certificate').filter((row) => row.applicant_id === idOf(name)))
		assert.equal((await chat.ask(`${NO_RESULT}，证书编号${number}`, 'own certificate')).masked, true);
	await chat.close();
	let session;
	for (const text of QUESTIONS)
		({ session } = await (await server.ask({ text, session }, session ? {} : bearer(sign(server, name)))).json());
}

/* What is refused says nothing of who asked, either. */
async function refusals(server, name) {
	const token = sign(server, name, { name });
	const expired = sign(server, name, { name, iat: now() - 700, exp: now() - 600 });
	const own = `${idOf(name)} ${name}`;
	const responses = [
		await server.ask({ text: own }, bearer(expired)),
		await server.ask({ text: own }, bearer(`${token}x`)),
		await server.ask({ text: `${own}${'长'.repeat(4001)}` }, bearer(token)),
		await server.ask(`{"text":"${own}"`, bearer(token)),
		await server.ask({ text: 7, own }, bearer(token)),
		await server.fetch(`/api/v1/nothing/${idOf(name)}`, { headers: bearer(token) }),
		await server.fetch(`/api/v1/suggest?q=${idOf(name)}`, { headers: bearer(token) }),
	];
	const chat = await server.chat();
	const frames = [await chat.hello(undefined, expired)];
	for (const bad of [`{"type":"ask","text":"${own}"`, { type: own, text: own }, { type: 'ask', text: 7, id: own.slice(0, 30) }]) {
		const { to, ...rest } = await chat.answerTo(bad); // the asker's own id
		assert.ok(!to || own.startsWith(to));
		frames.push(rest);
	}
	await chat.close();
	const bodies = await Promise.all(responses.map(async (one) => [`the body of ${one.status}`, await one.text()]));
	return new Map([...bodies, ['frames', JSON.stringify(frames)]]);
}

const debug = { log: { level: 'debug' } };

test('nothing of a record is kept or told to anybody else, whoever asks whatever', async (t) => {
	assert.ok(secrets.size > 100);
	const server = await startWithRecords(t, { settings: debug });
	for (const name of people.keys())
		await converse(server, name);
	const more = new Map();
	for (const name of ['沈误丁', '杨换己'])
		for (const [where, text] of await refusals(server, name))
			more.set(`${where} for ${name}`, text);
	await expectNothingKept(server, more);
});

test('nothing of a record is kept when a rule fails over it', async (t) => {
	const server = new Server({ knowledge: FULL, settings: debug });
	t.after(() => server.stop());
	const file = path.join(server.knowledge, 'anguan/07-exam-result-missing.json');
	const entry = JSON.parse(fs.readFileSync(file, 'utf8'));
	entry.cases[0].pick = "SELECT abs(-9223372036854775807 - (name = '尤超壬')) AS verdict, name FROM applicant";
	entry.cases[0].because = entry.cases[0].because_not = 'name';
	delete entry.cases[0].otherwise;
	entry.cases[1].because = 'taken_on || abs(-9223372036854775807 - missing - 1)';
	fs.writeFileSync(file, JSON.stringify(entry));
	fs.rmSync(path.join(server.knowledge, 'records.jsonl')); // they would show the fault at start
	importSamples(server);
	await server.start();
	const chat = await chatOf(server, '尤超壬');
	const reply = await chat.ask(NO_RESULT);
	assert.deepEqual([verdicts(reply)[1], verdicts(reply)[3]], ['unknown', 'excluded']);
	await server.logged(/error rule_failed entry="exam-result-missing" rule="cases\[0\]\.pick: /);
	assert.ok(await server.metric('dayi_rule_failures_total') >= 1);
	await chat.close();
	await expectNothingKept(server);
});

/* PostgreSQL's own words for these quote what it found there. */
const BAD_MAPPING = {
	relations: {
		applicant: 'SELECT id_number, name AS blacklisted FROM applicant WHERE applicant_id = $1',
		exam: 'SELECT name::int AS kind FROM exam JOIN applicant USING (applicant_id) WHERE applicant_id = $1',
		certificate: 'SELECT number::date AS expires_on FROM certificate WHERE applicant_id = $1',
		company: 'SELECT nam FROM company WHERE applicant_id = $1',
	},
};

test('nothing of a record is kept when a mapping does not fit or the source goes down', async (t) => {
	const postgres = await Postgres.start(t);
	const server = new Server({
		knowledge: FULL,
		settings: {
			...debug,
			record: { source: 'postgresql', connect: postgres.connect, mapping: 'mapping.json', retry_ms: 100, keep_s: 1 },
		},
	});
	t.after(() => server.stop());
	fs.writeFileSync(path.join(server.folder, 'mapping.json'), JSON.stringify(BAD_MAPPING));
	await server.start();
	for (const name of ['尤超壬', '沈误丁', '孙聘五'])
		await converse(server, name);
	for (const event of ['record_relation_failed', 'record_value_unusable'])
		await server.logged(new RegExp(event));
	await postgres.crash();
	await pause(1000); // what was read is no longer kept
	for (const name of ['杨换己', '沈误丁'])
		await converse(server, name);
	await server.logged(/record_source_unreachable/);
	await expectNothingKept(server);
});

/* --- the audit --- */

function auditRows(server, name) {
	const run = dayi(server, ['audit', 'list', ...(name ? ['--id-number', idOf(name)] : [])]);
	assert.equal(run.status, 0, run.stderr);
	return run.stdout.split('\n').filter(Boolean).map((line) => line.split('\t'));
}

function expectSound(server) {
	const run = dayi(server, ['audit', 'verify']);
	assert.equal(run.status, 0, run.stdout + run.stderr);
}

test('every reading has a row of its own, with whom it is about, why, and which relations', async (t) => {
	const server = await startWithRecords(t);
	const names = [...people.keys()].slice(0, 12);
	await Promise.all(names.map((name) => converse(server, name)));
	assert.equal(auditRows(server).length, await server.metric('dayi_record_lookups_total'));
	assert.equal(await server.metric('dayi_record_relations_total{outcome="forbidden"}'), 0);
	for (const name of people.keys()) {
		const rows = auditRows(server, name);
		assert.equal(rows.length > 0, names.includes(name), name);
		for (const [, , who, relations, why] of rows) {
			assert.deepEqual([who, why], ['applicant', 'chat']);
			assert.ok(relations.split(' ').every((one) => RELATIONS.includes(one)), relations);
		}
	}
	expectSound(server);
	await stopCleanly(server);
});

test('the row is on the disk before the facts are used: a reply is never ahead of it', async (t) => {
	const server = await startWithRecords(t);
	const lock = await lockAudit(server);
	const chat = await chatOf(server, '尤超壬');
	chat.send({ type: 'ask', id: '1', text: NO_RESULT });
	await until(async () => await server.metric('dayi_asks_waiting') === 1, 'the ask to wait');
	await pause(200);
	assert.equal(await server.metric('dayi_record_relations_total{outcome="read"}'), 0);
	assert.deepEqual(chat.inbox, []);
	await lock.release();
	assert.equal(verdicts(await chat.next())[2], 'applies');
	server.signal('SIGKILL');
	await server.ended;
	assert.deepEqual(auditRows(server, '尤超壬').map((row) => row[3]), ['applicant certificate exam constructor']);
	expectSound(server);
});

test('without the audit no record is used, the reply says so, and all else is answered', async (t) => {
	const server = await startWithRecords(t, { settings: { audit: { busy_ms: 100 }, record: { retry_ms: 200 } } });
	const lock = await lockAudit(server);
	const chat = await chatOf(server, '尤超壬');
	const reply = await chat.ask(NO_RESULT, '1');
	assert.equal(reply.outcome, 'answer');
	assert.ok(allUnknown(reply));
	assert.ok(reply.text.includes(UNREAD), reply.text);
	const over = await (await server.ask({ text: NO_RESULT }, bearer(sign(server, '吕黑丑')))).json();
	assert.ok(allUnknown(over) && over.text.includes(UNREAD));
	assert.equal((await chat.ask(PLAIN, '2')).answers[0].number, 1);
	assert.ok(await server.metric('dayi_record_relations_total{outcome="forbidden"}') >= 4);
	assert.equal(await server.metric('dayi_record_relations_total{outcome="read"}'), 0);
	await server.logged(/error audit_failed/);
	await lock.release();
	let id = 2;
	await until(async () => verdicts(await chat.ask(NO_RESULT, String(++id)))[2] === 'applies', 'the record, later');
	assert.equal(auditRows(server).length, 1);
	expectSound(server);
	await stopCleanly(server);
});

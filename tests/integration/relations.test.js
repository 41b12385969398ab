/* A record source for an office whose relations are its own, and for knowledge whose relations change. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { ROOT, Server, stopCleanly, until } = require('./harness.js');
const { caseOf, chatOf, dayi, idOf, verdicts } = require('./records.js');

const OWN = path.join(ROOT, 'tests/fixtures/knowledge-own-relations');
const READER = '张安一';
const QUESTION = '书借不出来怎么办？';
const MAPPING = {
	account: 'SELECT zt AS status FROM zh WHERE sfz = ?1',
	debt: 'SELECT lb AS kind, fq AS paid FROM qf WHERE sfz = ?1',
	loan: 'SELECT sm AS title, yh AS due_on, zt AS state FROM jy WHERE sfz = ?1',
};

/* The office's register, in words of its own; 挂失 is none that its relations.json knows. */
function makeRegister(server) {
	fs.mkdirSync(path.join(server.folder, 'var'), { recursive: true });
	const id = idOf(READER);
	const made = spawnSync('sqlite3', ['-bail', path.join(server.folder, 'var/register.db')], {
		encoding: 'utf8', input: `CREATE TABLE zh (sfz, zt); CREATE TABLE qf (sfz, lb, fq); CREATE TABLE jy (sfz, sm, yh, zt);
			INSERT INTO zh VALUES ('${id}', '挂失'); INSERT INTO qf VALUES ('${id}', '罚款', '未付');`,
	});
	assert.equal(made.status, 0, made.stderr);
	fs.writeFileSync(path.join(server.folder, 'mapping.json'), JSON.stringify({ relations: MAPPING }));
}

async function startWithRegister(t) {
	const server = new Server({
		knowledge: OWN,
		settings: { record: { source: 'sqlite', file: 'var/register.db', mapping: 'mapping.json' } },
	});
	t.after(() => server.stop());
	makeRegister(server);
	return server.start();
}

async function reload(server, change) {
	const file = path.join(server.knowledge, 'relations.json');
	const relations = JSON.parse(fs.readFileSync(file, 'utf8'));
	change(relations.relations);
	fs.writeFileSync(file, JSON.stringify(relations));
	const before = await server.metric('dayi_reloads_total{result="ok"}');
	server.signal('SIGHUP');
	await until(async () => await server.metric('dayi_reloads_total{result="ok"}') > before, 'the reload');
}

test('an office with relations of its own gets verdicts from its records, and the audit names what was read', async (t) => {
	const server = await startWithRegister(t);
	const chat = await chatOf(server, READER);
	const reply = await chat.ask(QUESTION, 'q1');
	assert.deepEqual(verdicts(reply), { 1: 'unknown', 2: 'applies', 3: 'excluded' });
	assert.equal(caseOf(reply, '2').because, '您有没付清的款项。');
	assert.equal(await server.metric('dayi_record_values_unusable_total'), 1);
	await server.logged(/record_value_unusable relation="account" column="status" reason="unknown_word"/);
	assert.doesNotMatch(server.log, /挂失/);
	assert.match(dayi(server, ['audit', 'list']).stdout, /account debt loan/);
	await chat.close();
	await stopCleanly(server);
});

test('a word that the office adds counts from the reload on, for whoever was signed in before, too', async (t) => {
	const server = await startWithRegister(t);
	const chat = await chatOf(server, READER);
	assert.equal(verdicts(await chat.ask(QUESTION, 'q2'))[1], 'unknown');
	await reload(server, ({ account }) => account.columns.status.words['停用'].push('挂失'));
	assert.equal(verdicts(await chat.ask(QUESTION, 'q3'))[1], 'applies');
	await chat.close();
	await stopCleanly(server);
});

test('a relation that is added or moved is read by the mapping there is', async (t) => {
	const server = await startWithRegister(t);
	const chat = await chatOf(server, READER);
	assert.deepEqual(verdicts(await chat.ask(QUESTION, 'q4')), { 1: 'unknown', 2: 'applies', 3: 'excluded' });
	await reload(server, (relations) => {
		const { account, debt, loan } = relations;
		for (const name of Object.keys(relations))
			delete relations[name];
		Object.assign(relations, {
			loan, seat: { label: '座位', columns: { number: { label: '座位号' } } }, debt, account,
		});
		account.columns.status.words['停用'].push('挂失');
	});
	assert.deepEqual(verdicts(await chat.ask(QUESTION, 'q5')), { 1: 'applies', 2: 'applies', 3: 'excluded' });
	await chat.close();
	await stopCleanly(server);
});

test('a mapping that does not fit the relations any more leaves everything unknown, and the log says so', async (t) => {
	const server = await startWithRegister(t);
	const chat = await chatOf(server, READER);
	const rules = path.join(server.knowledge, 'lending/01-borrow.json');
	fs.writeFileSync(rules, fs.readFileSync(rules, 'utf8').replace('FROM account', 'FROM card'));
	fs.rmSync(path.join(server.knowledge, 'records.jsonl'));
	await reload(server, (relations) => {
		relations.card = relations.account;
		delete relations.account;
	});
	assert.deepEqual(verdicts(await chat.ask(QUESTION, 'q6')), { 1: 'unknown', 2: 'unknown', 3: 'unknown' });
	await server.logged(/record_mapping_unfit fault="mapping\.json: relations\.account: there is no such relation/);
	await chat.close();
	await stopCleanly(server);
});

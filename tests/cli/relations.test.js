/* An office whose relations are its own: account, debt and loan instead of the shipped ones. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');

const OWN = path.join(ROOT, 'tests/fixtures/knowledge-own-relations');
const READER = '419900198603120010';
const IN_DEBT = {
	account: [{ status: '正常' }],
	debt: [{ kind: '罚款', paid: '未付' }],
	loan: [],
};

function write(folder, name, content) {
	const file = path.join(folder, name);
	fs.writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
	return file;
}

function verdicts(run) {
	assert.equal(run.code, EXIT.done, run.err);
	return Object.fromEntries(JSON.parse(run.out).cases.map((one) => [one.id, one.verdict]));
}

function diagnose(t, facts, knowledge = OWN) {
	const file = write(temporary(t), 'facts.json', facts);
	const run = dayi(['diagnose', '--knowledge', knowledge, '--entry', '1', '--today', '2026-11-25', '--json', '--facts', file]);
	return { ...run, err: run.err.replaceAll(file, 'facts.json') };
}

/* The office's folder with other relations, as `change` leaves them. */
function changed(t, change) {
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(OWN, folder, { recursive: true });
	const file = path.join(folder, 'relations.json');
	const relations = JSON.parse(fs.readFileSync(file, 'utf8'));
	change(relations.relations);
	fs.writeFileSync(file, JSON.stringify(relations));
	return folder;
}

test('rules are judged over the relations that the office declares', (t) => {
	assert.equal(dayi(['check', OWN]).code, EXIT.done);
	assert.deepEqual(verdicts(diagnose(t, IN_DEBT)), { 1: 'excluded', 2: 'applies', 3: 'excluded' });
	const shipped = diagnose(t, { exam: [] });
	assert.equal(shipped.code, EXIT.faults);
	assert.match(shipped.err, /^facts\.json: exam: there is no relation "exam"; there are said, typed, client, account, debt, loan$/m);
});

test('a word that no rule knows leaves its case unknown, and is said with its place and the words there are', (t) => {
	const run = diagnose(t, { ...IN_DEBT, account: [{ status: '挂失' }] });
	assert.deepEqual(verdicts(run), { 1: 'unknown', 2: 'applies', 3: 'excluded' });
	assert.equal(run.err, 'facts.json: warning: account[0].status: is none of 正常, 停用: taken as unknown\n');
	assert.equal(verdicts(diagnose(t, { ...IN_DEBT, account: [{ status: '' }] }))[1], 'unknown');
});

test('the office says what a word of its register stands for', (t) => {
	const folder = changed(t, ({ account }) => account.columns.status.words['停用'].push('挂失'));
	const run = diagnose(t, { ...IN_DEBT, account: [{ status: '挂失' }] }, folder);
	assert.equal(run.err, '');
	assert.equal(verdicts(run)[1], 'applies');
});

const OWES = {
	id: 'owes', number: 2, question: '欠费多少会停借？', answer: '欠费满100元停借。',
	diagnosis: [{
		claim: '欠费满100元',
		pick: 'SELECT amount >= 100 AS verdict, amount FROM debt ORDER BY first_true(verdict) LIMIT 1',
		because: "'您欠费' || amount || '元。'", because_not: "'您欠费' || amount || '元，不到100元。'",
	}],
};

function withAmounts(t, type) {
	const folder = changed(t, ({ debt }) => { debt.columns.amount = { label: '金额', ...(type && { type }) }; });
	write(path.join(folder, 'lending'), '02-owes.json', OWES);
	return folder;
}

test('a number compares as a number, and what is none is unknown', (t) => {
	const folder = withAmounts(t, 'number');
	const owes = (...amounts) => {
		const file = write(temporary(t), 'facts.json', { debt: amounts.map((amount) => ({ amount })) });
		const run = dayi(['diagnose', '--knowledge', folder, '--entry', '2', '--today', '2026-11-25', '--json', '--facts', file]);
		assert.equal(run.code, EXIT.done, run.err);
		const [one] = JSON.parse(run.out).answers[0].cases;
		return [one.verdict, one.because, run.err.replaceAll(file, 'facts.json')];
	};
	assert.deepEqual(owes('100'), ['applies', '您欠费100元。', '']);
	assert.deepEqual(owes(100), ['applies', '您欠费100元。', '']);
	assert.deepEqual(owes('9'), ['excluded', '您欠费9元，不到100元。', '']);
	assert.deepEqual(owes('99.50'), ['excluded', '您欠费99.5元，不到100元。', '']);
	assert.equal(owes('0100.0')[0], 'applies');
	for (const whole of ['１００', ' 100 ', '　１００．０'])
		assert.deepEqual(owes(whole), ['applies', '您欠费100元。', ''], whole);
	assert.deepEqual([owes(0.00001)[0], owes(0.00001)[2]], ['excluded', '']);
	for (const odd of ['待定', '100元', '1e3', '1,000', '99 100'])
		assert.deepEqual([owes(odd)[0], owes(odd)[2]],
			['unknown', 'facts.json: warning: debt[0].amount: is no number such as 90 or 87.5: taken as unknown\n'], odd);
	assert.equal(owes('待定', '120')[0], 'applies');
	assert.equal(owes('待定', '20')[0], 'unknown');
	const atlas = dayi(['atlas', '2', '--knowledge', folder]);
	assert.match(atlas.out, /1 of 1 atoms read, .*; complete/);
});

/* The atlas of one rule over debts with an amount and a day on which they were paid. */
function atlasOf(t, condition, ...args) {
	const folder = changed(t, ({ debt }) => {
		debt.columns.amount = { label: '金额', type: 'number' };
		debt.columns.paid_on = { label: '付清日期', type: 'date', past: true };
	});
	write(path.join(folder, 'lending'), '02-owes.json', { ...OWES, diagnosis: [{
		claim: '欠费', because: "'是。'", because_not: "'不是。'",
		pick: `SELECT ${condition} AS verdict FROM debt ORDER BY first_true(verdict) LIMIT 1`,
	}] });
	return { folder, ...dayi(['atlas', '2', '--knowledge', folder, '--today', '2026-11-25', ...args]) };
}

test('the atlas tries what lies between two numbers, and days that are past', (t) => {
	for (const condition of ['amount > 60 AND amount < 61', 'amount > 60 AND amount < 60.001', 'amount < -1',
		'amount > -2 AND amount < -1', "paid_on < '2027-01-01'", "paid_on >= '2020-01-01' AND paid_on < '2027-01-01'"]) {
		const run = atlasOf(t, condition);
		assert.doesNotMatch(run.out, /never-applies|never-decided/, condition);
		assert.equal(run.code, EXIT.done, `${condition}: ${run.out}`);
		assert.match(run.out, /complete/, condition);
	}
	/* Nothing lies between them; a past day never lies ahead. */
	assert.match(atlasOf(t, 'amount > 61 AND amount < 60').out, /never-applies/);
	assert.match(atlasOf(t, "paid_on > '2027-01-01'").out, /never-applies/);
});

test('the lines that the atlas prints are read as they are', (t) => {
	for (const condition of ['amount > 0.00001', 'amount < 1000000000000', 'amount > -0.000001']) {
		const { out, folder } = atlasOf(t, condition, '--cover');
		assert.match(out, /"amount":/, condition);
		assert.doesNotMatch(out, /"amount":-?[0-9.]*e/, condition);
		fs.appendFileSync(path.join(folder, 'records.jsonl'), `\n${out.trim()}\n`);
		const check = dayi(['check', folder]);
		assert.doesNotMatch(check.err, /records\.jsonl/, condition);
	}
});

test('true is no number', (t) => {
	const folder = withAmounts(t, 'number');
	const file = write(temporary(t), 'facts.json', { debt: [{ amount: true }] });
	const run = dayi(['diagnose', '--knowledge', folder, '--entry', '2', '--facts', file]);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /debt\[0\]\.amount: must be a text, a number of 15 digits at most, or null/);
});

test('a rule that takes a text for a number keeps the folder from being used', (t) => {
	const run = dayi(['check', withAmounts(t)]);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /02-owes\.json: diagnosis\[0\]\.pick: amount >= 100: takes a text for a number, .*"type": "number"/);
});

test('what is no number is imported as unknown', (t) => {
	const csv = temporary(t);
	const file = path.join(temporary(t), 'records.db');
	write(csv, 'debt.csv', `applicant_id,amount\n${READER},待定\n${READER},12.5\n`);
	const run = dayi(['records', 'import', '--knowledge', withAmounts(t, 'number'), '--out', file, csv]);
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.err, /debt\.csv:2: warning: amount: 待定 is no number such as 90 or 87\.5: stored as unknown/);
	assert.match(run.out, /2 rows/);
});

test('a fault of relations.json, and a rule that reads what it does not declare, keep the folder from being used', (t) => {
	const faulty = dayi(['check', changed(t, ({ account }) => { account.columns.status.type = 'word'; })]);
	assert.equal(faulty.code, EXIT.faults);
	assert.match(faulty.err, /relations\.json: relations\.account\.columns\.status\.type: must be text, date, flag or number/);
	const renamed = dayi(['check', changed(t, (relations) => {
		relations.debts = relations.debt;
		delete relations.debt;
	})]);
	assert.equal(renamed.code, EXIT.faults);
	assert.match(renamed.err, /01-borrow\.json: cases\[1\]\.pick: SQLite says: no such table: debt; the relations are account, loan, debts/);
});

test('a sample record with a word that no rule knows is a warning of check', (t) => {
	const folder = changed(t, () => {});
	fs.appendFileSync(path.join(folder, 'records.jsonl'), `${JSON.stringify({
		entry: 'borrow', today: '2026-11-25', facts: { account: [{ status: '挂失' }] }, expect: { 1: 'unknown' },
	})}\n`);
	const run = dayi(['check', folder]);
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.err, /records\.jsonl:5: warning: facts\.account\[0\]\.status: is none of 正常, 停用/);
});

test('its records are imported from files that bear the names of its relations', (t) => {
	const folder = temporary(t);
	const csv = path.join(folder, 'csv');
	const file = path.join(folder, 'records.db');
	fs.mkdirSync(csv);
	write(csv, 'account.csv', `applicant_id,status\n${READER},已停用（挂失）\n`);
	write(csv, 'debt.csv', `applicant_id,kind,paid\n${READER},滞纳金,已付\n${READER},复印费,未付\n`);
	write(csv, 'loan.csv', 'applicant_id,title,due_on,state\n');
	const run = dayi(['records', 'import', '--knowledge', OWN, '--out', file, csv]);
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.out, /3 rows of 3 relations/);
	assert.match(run.err, /debt\.csv:3: warning: kind: 复印费 is none of 滞纳金, 赔书款: stored as unknown/);
	const judged = dayi(['diagnose', '--knowledge', OWN, '--entry', '1', '--json', '--today', '2026-11-25',
		'--records', file, '--id-number', READER, '--reason', 'test',
		'--audit', path.join(folder, 'audit.db'), '--audit-key', path.join(folder, 'audit.key')]);
	assert.deepEqual(verdicts(judged), { 1: 'applies', 2: 'applies', 3: 'excluded' });
	const audit = dayi(['audit', 'list', '--file', path.join(folder, 'audit.db'), '--key', path.join(folder, 'audit.key')]);
	assert.match(audit.out, /account debt loan/);
	write(csv, 'exam.csv', 'applicant_id\n');
	const refused = dayi(['records', 'import', '--knowledge', OWN, '--out', file, csv]);
	assert.equal(refused.code, EXIT.faults);
	assert.match(refused.err, /exam\.csv: there is no relation "exam"; there are account, debt, loan/);
});

test('an import without a knowledge folder here knows the shipped relations; one that is named must be there', (t) => {
	const csv = temporary(t);
	write(csv, 'exam.csv', `applicant_id,result\n${READER},及格\n`);
	const run = dayi(['records', 'import', '--knowledge', path.join(csv, 'none'), '--out', path.join(csv, 'x.db'), csv]);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /none: there is no such folder/);
	assert.equal(dayi(['records', 'import', '--out', path.join(csv, 'x.db'), csv]).code, EXIT.done);
});

/* `dayi diagnose`: the verdicts on one entry from a file of facts. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');

/* First taken on 6 May 2023, so kept up to and including 5 May 2025. */
const PASSED = {
	applicant: [{ id_number: '11010519491231002X', blacklisted: 0 }],
	exam: [{ kind: '首次取证', id_number: '11010519491231002X', result: '合格', taken_on: '2023-05-06' }],
};

function diagnose(t, args, facts) {
	if (facts === undefined)
		return dayi(['diagnose', ...args]);
	const file = path.join(temporary(t), 'facts.json');
	fs.writeFileSync(file, typeof facts === 'string' ? facts : JSON.stringify(facts));
	const run = dayi(['diagnose', ...args, '--facts', file]);
	return { ...run, err: run.err.replaceAll(file, 'facts.json') };
}

function verdicts(t, args, facts) {
	const run = diagnose(t, ['--json', ...args], facts);
	assert.equal(run.code, EXIT.done, run.err);
	return Object.fromEntries(JSON.parse(run.out).cases.map((one) => [one.id, one.verdict]));
}

test('the verdicts are of the day that is given, to the day', (t) => {
	const on = (day) => verdicts(t, ['--entry', '7', '--today', day], PASSED);
	assert.deepEqual(on('2025-05-05'), { 1: 'excluded', 2: 'excluded', 3: 'excluded' });
	assert.deepEqual(on('2025-05-06'), { 1: 'excluded', 2: 'applies', 3: 'excluded' });
});

test('an entry is named by its number or its id', (t) => {
	const args = ['--today', '2025-05-06'];
	assert.deepEqual(verdicts(t, ['--entry', 'exam-result-missing', ...args], PASSED),
		verdicts(t, ['--entry', '7', ...args], PASSED));
});

test('without facts nothing is known, and a relation left out is not an empty one', (t) => {
	assert.deepEqual(verdicts(t, ['--entry', '7']), { 1: 'unknown', 2: 'unknown', 3: 'unknown' });
	assert.equal(verdicts(t, ['--entry', '7'], { exam: [] })[2], 'applies');
	assert.equal(verdicts(t, ['--entry', '7'], { exam: null })[2], 'unknown');
});

test('what was said, typed and used counts as in a conversation', (t) => {
	assert.equal(verdicts(t, ['--entry', '7'], { said: [{ fact: 'score', value: 'failed' }] })[2], 'applies');
	assert.equal(verdicts(t, ['--entry', '6'],
		{ typed: [{ kind: 'id_number', value: '110105194912310020', valid: 0 }] })[1], 'applies');
	assert.equal(verdicts(t, ['--entry', '4'], { said: [{ fact: 'popup', value: 'yes' }] })[1], 'excluded');
	assert.equal(verdicts(t, ['--entry', '4'], { client: [{ browser: 'Chrome' }] })[1], 'unknown');
});

test('the reply object tells entry, day, cases with what to do, and the next question', (t) => {
	const { out } = diagnose(t, ['--json', '--entry', '7', '--today', '2025-05-06'], PASSED);
	const reply = JSON.parse(out);
	assert.equal(out.trim().split('\n').length, 1);
	assert.equal(reply.outcome, 'answer');
	assert.equal(reply.entry, 'exam-result-missing');
	assert.equal(reply.number, 7);
	assert.equal(reply.today, '2025-05-06');
	assert.deepEqual(reply.cases, reply.answers[0].cases);
	assert.equal(reply.answers[0].case, '2');
	assert.equal(reply.next, null);
	assert.deepEqual(reply.cases[1], {
		id: '2',
		label: '情形2',
		situation: '成绩不合格，或成绩超出有效期，或尚未同步成绩数据。',
		advice: reply.cases[1].advice,
		verdict: 'applies',
		because: '您的首次取证成绩（2023-05-06）已满2年，于2025-05-06作废。',
		todo: [{ what: '重新参加考试。', who: '本人', where: '', from: null, until: null }],
	});
	assert.deepEqual(reply.cases[0].todo, []);

	const open = JSON.parse(diagnose(t, ['--json', '--entry', '9']).out);
	assert.deepEqual(open.next, {
		fact: 'ie11',
		question: '您上传照片时用的是IE11浏览器吗？',
		why: '这个系统上传照片要用IE11浏览器。',
		options: [{ label: '不是', value: 'no' }, { label: '是IE11', value: 'yes' }],
		number: 1,
	});
});

test('a step has the last day on which it can be done', (t) => {
	const { out } = diagnose(t, ['--json', '--entry', '10', '--today', '2026-11-25'],
		{ certificate: [{ category: 'B', status: '有效', expires_on: '2026-11-25' }] });
	const [only] = JSON.parse(out).cases;
	assert.equal(only.verdict, 'applies');
	assert.match(only.because, /今天是最后一天/);
	assert.equal(only.todo[0].until, '2026-11-25');
});

test('as text the case that applies stands before the office\'s words, and each case has its verdict', (t) => {
	const { out } = diagnose(t, ['--entry', '7', '--today', '2025-05-06'], PASSED);
	const places = ['【第7条', '▶ 符合情形2：您的首次取证成绩', '接下来：', '办理人：本人', '请排查以下情况：',
		'情形1（不符合）：', '情形2（符合）：', '情形3（不符合）：', '（依据：'].map((part) => out.indexOf(part));
	assert.ok(places.every((place, i) => place >= 0 && place > (places[i - 1] ?? -1)), out);
});

test('every fault of the facts is named by relation, row and column', (t) => {
	const run = diagnose(t, ['--entry', '7'], {
		exam: [{ kind: '首次取证' }, { taken_on: '2026-02-30' }],
		certificate: [{ status: {} }],
		applicant: [{ blacklisted: 2, shoe_size: 1 }],
		holidays: [],
		company: {},
		application: [7],
	});
	assert.equal(run.code, EXIT.faults);
	assert.equal(run.out, '');
	assert.deepEqual(run.err.trim().split('\n').map((line) => line.split(': ').slice(0, 2).join(' ')), [
		'facts.json exam[1].taken_on',
		'facts.json certificate[0].status',
		'facts.json applicant[0].blacklisted',
		'facts.json applicant[0].shoe_size',
		'facts.json holidays',
		'facts.json company',
		'facts.json application[0]',
	]);
});

test('a file of facts that is none is refused', (t) => {
	for (const text of ['', '{"exam":', '[]', '"exam"']) {
		const run = diagnose(t, ['--entry', '7'], text);
		assert.equal(run.code, EXIT.faults, text);
		assert.match(run.err, /^facts\.json/);
	}
	const missing = dayi(['diagnose', '--entry', '7', '--facts', path.join(temporary(t), 'none.json')]);
	assert.equal(missing.code, EXIT.faults);
	assert.match(missing.err, /none\.json: cannot be read: no such file or folder/);
});

test('an unknown entry, no entry and a day that does not exist are wrong usage', (t) => {
	for (const args of [['--entry', '99'], ['--entry', '0'], ['--entry', 'no-such'], [], ['--entry', '7', '--today', '2026-02-30'],
		['--entry', '7', '--today', 'today'], ['--entry', '7', 'more']])
		assert.equal(diagnose(t, args).code, EXIT.usage, args.join(' '));
	assert.match(diagnose(t, ['--entry', '99']).err, /99: no such entry/);
});

test('the script tells what to look up, what to ask and what each finding means', (t) => {
	const { code, out } = diagnose(t, ['--script', '--entry', '7']);
	assert.equal(code, EXIT.done);
	const places = ['电话口径：第7条', '一、先查记录', '个人登记信息：登记的身份证号', '成绩：成绩类别、考试登记的身份证号、结果、成绩日期',
		'二、记录定不了的，依次问对方', '1. 您的成绩是什么情况？', '□ 合格，也没超过保留期限', '三、按结果答复', '情形1：', '照读：', '下一步：',
		'办理人：'].map((part) => out.indexOf(part));
	assert.ok(places.every((place, i) => place >= 0 && place > (places[i - 1] ?? -1)), out);
	assert.doesNotMatch(out, /符合/);
});

test('with facts the script has the verdicts and the days', (t) => {
	const { out } = diagnose(t, ['--script', '--entry', '7', '--today', '2025-05-06'], PASSED);
	assert.match(out, /情形1（不符合）：.*\n +核对结果：考试登记的身份证号与安管系统登记的一致（110\*+2X）。/);
	assert.match(out, /情形2（符合）：.*\n +核对结果：申请人的首次取证成绩（2023-05-06）已满2年，于2025-05-06作废。/);
	const renewal = diagnose(t, ['--script', '--entry', '10', '--today', '2026-11-24'],
		{ certificate: [{ category: 'B', status: '有效', expires_on: '2026-11-25' }] });
	assert.match(renewal.out, /最晚办理日期：2026-11-25/);
});

test('an entry without rules has its answer read out and nothing judged', (t) => {
	assert.deepEqual(verdicts(t, ['--entry', '1']), {});
	assert.match(diagnose(t, ['--script', '--entry', '1']).out, /一、不用查记录\n二、没有要问对方的\n三、按结果答复\n +照读：不可以。/);
	const small = diagnose(t, ['--script', '--entry', '4', '--knowledge', 'tests/fixtures/knowledge-small']);
	assert.match(small.out, /情形4：企业为旧版劳务类资质。/);
});

test('a record is found under a small x, too, and a number of nobody is pointed out', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'records.db');
	fs.writeFileSync(path.join(folder, 'exam.csv'),
		'applicant_id,kind,result,taken_on\n11010519491231002X,首次取证,不合格,2023-05-06\n');
	assert.equal(dayi(['records', 'import', '--out', file, folder]).code, EXIT.done);
	const of = (number) => dayi(['diagnose', '--entry', '7', '--json', '--records', file, '--id-number', number,
		'--reason', '来电咨询', '--audit', path.join(folder, 'audit.db'), '--audit-key', path.join(folder, 'audit.key')]);
	const known = of('11010519491231002x');
	assert.equal(known.code, EXIT.done, known.err);
	assert.match(JSON.parse(known.out).cases[1].because, /2023-05-06/);
	assert.doesNotMatch(known.err, /holds nothing/);
	assert.match(of('419900198603120010').err, /holds nothing about this ID number/);
});

test('a record is not read without a reason, and the reason stands in the audit', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'records.db');
	const audit = path.join(folder, 'audit.db');
	const key = path.join(folder, 'audit.key');
	assert.equal(dayi(['records', 'import', '--out', file, 'samples/records']).code, EXIT.done);
	const read = (...reason) => dayi(['diagnose', '--entry', '7', '--records', file, '--id-number', '419900198612010198',
		'--audit', audit, '--audit-key', key, ...reason]);
	for (const reason of [[], ['--reason', ''], ['--reason', ' \t ']]) {
		const refused = read(...reason);
		assert.equal(refused.code, EXIT.usage);
		assert.match(refused.err, /--reason is missing/);
		assert.equal(refused.out, '');
	}
	assert.ok(!fs.existsSync(audit), 'nothing was read, so nothing is written down');
	assert.equal(read('--reason', '来电 1123 咨询成绩').code, EXIT.done);
	const list = dayi(['audit', 'list', '--file', audit, '--key', key]);
	assert.equal(list.out.trim().split('\n').length, 1);
	assert.match(list.out, /来电 1123 咨询成绩/);
});

test('a reason is for a record: with facts it is refused', (t) => {
	const run = diagnose(t, ['--entry', '7', '--reason', 'x'], PASSED);
	assert.equal(run.code, EXIT.usage);
	assert.match(run.err, /--reason belongs to --records/);
});

function changes(t, entry, facts, today = '2026-11-25') {
	const run = diagnose(t, ['--json', '--entry', entry, '--today', today], facts);
	return JSON.parse(run.out).cases.map((one) => one.changes ?? null);
}

test('what could not be looked up is not said to be not found', (t) => {
	const texts = (entry, facts) => {
		const run = diagnose(t, ['--json', '--entry', entry, '--today', '2026-11-25'], facts);
		return Object.fromEntries(JSON.parse(run.out).cases.map((one) => [one.id, one.because]));
	};
	assert.equal(texts('11', { applicant: [] })[1], '暂时查不了安管证书，无法判断。');
	assert.equal(texts('11', { certificate: [] })[1], '没有查到您的安管证书。');
	/* Of two relations only the empty one was looked up in vain. */
	assert.equal(texts('5', { certificate: [] })[2], '没有查到您的安管证书。');
	assert.equal(texts('5', { qualification: [] })[2], '平台上没有查到企业的资质。');
	assert.match(texts('8', { certificate: [] })[4], /^没有查到您的安管B证；/);
	assert.match(texts('8', { constructor: [] })[4], /^没有查到您的建造师信息；/);
	assert.match(texts('8', { certificate: [], constructor: [] })[4], /^没有查到您的安管B证和建造师信息；/);
});

test('the sentence says which number is the odd one', (t) => {
	const text = (entry, id, own, exam, b, constructor) => {
		const run = diagnose(t, ['--json', '--entry', entry, '--today', '2026-11-25'], {
			applicant: [{ id_number: own }], exam: [{ id_number: exam }],
			certificate: [{ category: 'B', id_number: b, status: '有效' }], constructor: [{ id_number: constructor }],
		});
		return JSON.parse(run.out).cases.find((one) => one.id === id).because;
	};
	const [one, other, unsound] = ['419900198001010017', '419900199102020024', '419900198001010010'];
	assert.match(text('7', '1', other, one, one, one), /与安管证书、建造师登记的一致，不一样的是安管系统登记的身份证号。$/);
	assert.match(text('7', '1', unsound, other, one, one), /^考试登记的身份证号是.*，与安管证书、建造师登记的不一致。$/);
	assert.match(text('8', '5', other, one, one, one), /与考试、建造师登记的一致，不一样的是安管系统登记的身份证号。$/);
	assert.match(text('8', '5', unsound, one, other, one), /，?与考试、建造师登记的不一致。$/);
});

test('an old organisation code on the certificate is said to be the same company', (t) => {
	const run = diagnose(t, ['--json', '--entry', '3', '--today', '2026-11-25'], {
		certificate: [{ category: 'C1', employer: '河南云溪建筑劳务有限公司', employer_code: 'MA9L1A2C-6', status: '有效' }],
		company: [{ name: '河南云溪建筑工程有限公司', code: '91419900MA9L1A2C6N' }],
	});
	assert.match(JSON.parse(run.out).cases[0].because, /（证书上的代码是它的旧组织机构代码），证书上的企业信息还没有变更。$/);
});

test('a decided case names the nearest day on which a date of the record turns it', (t) => {
	/* Valid on its last day, expired on the next. */
	const certificate = [{ category: 'C1', status: '有效', expires_on: '2026-12-05' }];
	assert.deepEqual(changes(t, '10', { certificate }), [{ on: '2026-12-06', verdict: 'excluded' }]);
	assert.deepEqual(changes(t, '11', { certificate }), [{ on: '2026-12-06', verdict: 'applies' }]);
	const run = diagnose(t, ['--entry', '10', '--today', '2026-11-25'], { certificate });
	assert.match(run.out, /从2026-12-06起，这一条会变为不符合。/);
	/* Kept two years; 29 February becomes 1 March; a later exam that holds longer keeps the case away. */
	const first = { kind: '首次取证', result: '合格' };
	assert.deepEqual(changes(t, '7', { exam: [{ ...first, taken_on: '2024-12-01' }] })[1],
		{ on: '2026-12-01', verdict: 'applies' });
	assert.deepEqual(changes(t, '7', { exam: [{ ...first, taken_on: '2024-02-29' }] }, '2026-02-27')[1],
		{ on: '2026-03-01', verdict: 'applies' });
	assert.deepEqual(changes(t, '7', { exam: [{ ...first, taken_on: '2024-12-01' }, { ...first, taken_on: '2025-03-01' }] })[1],
		{ on: '2027-03-01', verdict: 'applies' });
	/* Nothing changes by itself that has expired, or that nobody looked up. */
	assert.deepEqual(changes(t, '10', { certificate: [{ ...certificate[0], expires_on: '2026-11-24' }] }), [null]);
	assert.deepEqual(changes(t, '10', { said: [{ fact: 'expired', value: 'no' }] }), [null]);
});

test('a pick counts from its first day until its last, and the day that is given chooses', (t) => {
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(path.join(ROOT, 'knowledge'), folder, { recursive: true });
	const file = path.join(folder, 'anguan/07-exam-result-missing.json');
	const entry = JSON.parse(fs.readFileSync(file, 'utf8'));
	const [, second] = entry.cases;
	second.until = '2026-12-31';
	second.otherwise.unshift({ pick: "SELECT result = '不合格' AS verdict FROM exam ORDER BY first_true(verdict) LIMIT 1",
		because: "'新规定：成绩不合格。'", because_not: "'新规定：成绩长期有效。'", from: '2027-01-01' });
	fs.writeFileSync(file, JSON.stringify(entry));
	const exam = [{ kind: '首次取证', result: '合格', taken_on: '2020-05-06' }];
	const on = (today) => {
		const run = diagnose(t, ['--json', '--entry', '7', '--knowledge', folder, '--today', today], { exam });
		return JSON.parse(run.out).cases[1];
	};
	assert.equal(on('2026-12-31').verdict, 'applies');
	assert.equal(on('2027-01-01').verdict, 'excluded');
	assert.equal(on('2027-01-01').because, '新规定：成绩长期有效。');
	assert.deepEqual(on('2026-12-31').changes, { on: '2027-01-01', verdict: 'excluded' });
	second.otherwise[0].until = '2026-12-31';
	fs.writeFileSync(file, JSON.stringify(entry));
	const run = dayi(['check', folder]);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /cases\[1\]\.otherwise\[0\]\.until: must not be before `from`/);
});

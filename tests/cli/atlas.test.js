/* `dayi atlas`: what the rules of the shipped FAQ say about every record that they can tell apart. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');

const DAY = ['--today', '2026-11-25'];
const LESS = ['--most', '5000'];

function atlas(args) {
	const run = dayi(['atlas', '--json', ...DAY, ...args]);
	return { ...run, entries: run.out.trim().split('\n').map((line) => JSON.parse(line)) };
}

function verdicts(t, entry, facts) {
	const file = path.join(temporary(t), 'facts.json');
	fs.writeFileSync(file, JSON.stringify(facts));
	const run = dayi(['diagnose', '--json', '--entry', entry, '--facts', file, ...DAY]);
	assert.equal(run.code, EXIT.done, run.err);
	return Object.fromEntries(JSON.parse(run.out).cases.map((one) => [one.id, one.verdict]));
}

test('of the shipped FAQ the atoms are read, every case is reached, and every finding is accepted', (t) => {
	const { code, entries } = atlas(LESS);
	assert.equal(code, EXIT.done);
	assert.equal(entries.length, 12);
	const sum = (member) => entries.reduce((total, one) => total + one[member], 0);
	assert.ok(sum('atoms') > 100);
	assert.ok(sum('unread') <= 0.05 * sum('atoms'), `${sum('unread')} of ${sum('atoms')} not read`);
	for (const { entry, findings } of entries)
		for (const finding of findings) {
			assert.ok(finding.accepted, `${entry}: ${JSON.stringify(finding)}`);
			assert.ok(!['never-applies', 'never-decided', 'no-sentence', 'same-sentence', 'foreign-date',
				'fails'].includes(finding.finding), `${entry}: ${JSON.stringify(finding)}`);
		}
	/* On its record an overlap, or a gap, is what it says. */
	for (const { entry, findings } of entries) {
		const gap = findings.find((one) => one.finding === 'gap');
		const overlap = findings.findLast((one) => one.finding === 'overlap');
		assert.ok(Object.values(verdicts(t, entry, gap.facts)).every((one) => one === 'excluded'), entry);
		const both = overlap ? verdicts(t, entry, overlap.facts) : {};
		for (const id of overlap?.cases ?? [])
			assert.equal(both[id], 'applies', JSON.stringify(overlap.facts));
	}
});

test('everything that was accepted is still found', () => {
	const key = ({ finding, cases = [] }) => [finding, ...cases].join(' ');
	const found = (args) => Object.fromEntries(atlas(args).entries.map(({ entry, findings }) => [entry, findings.map(key)]));
	const quick = found(LESS);
	const whole = {};
	const lines = fs.readFileSync(path.join(ROOT, 'knowledge/accepted.jsonl'), 'utf8').trim().split('\n');
	for (const one of lines.map((line) => JSON.parse(line))) {
		/* What few records show needs more of them. */
		if (!quick[one.entry].includes(key(one)))
			whole[one.entry] ??= found([one.entry])[one.entry];
		assert.ok((whole[one.entry] ?? quick[one.entry]).includes(key(one)), `${one.entry} ${key(one)}`);
	}
});

test('one entry is named by number or id, and the report says what was tried', () => {
	const run = dayi(['atlas', '10', ...DAY]);
	assert.equal(run.code, EXIT.done, run.err);
	assert.match(run.out, /^10 renew-before-expiry: 11 of 11 atoms read, [0-9]+ records judged; complete$/m);
	assert.match(run.out, /^ {2}gap: everything is known, and every case is excluded$/m);
	assert.equal(dayi(['atlas', 'renew-before-expiry', ...DAY]).out, run.out);
	assert.equal(dayi(['atlas', '1']).code, EXIT.usage);
});

test('the report is Chinese where the locale is, and JSON is the same', (t) => {
	const env = { LC_ALL: 'zh_CN.UTF-8' };
	const chinese = (args) => dayi(['atlas', ...DAY, ...LESS, ...args], '', { env });
	assert.match(chinese(['2']).out, /^2 unfinished-application：原子条件读懂 ([0-9]+)\/\1 个，试了 [0-9]+ 条记录；已试全$/m);
	assert.match(chinese(['10']).out, /^10 renew-before-expiry：.*\n {2}gap: 什么都清楚，但每种情形都不符合$/m);
	const report = chinese([]).out;
	assert.match(report, /^ {2}overlap: 情形1和情形2同时符合$/m);
	assert.match(report, /^ {2}null-decides: 情形1把未知的内容当成了答案：certificate\[0\]\.employer_code 未知时判为不符合，它为“[0-9A-Z]+”时则不是$/m);
	assert.doesNotMatch(report, /[a-z]{2,} [a-z]{2,} [a-z]{2,}/);
	assert.equal(chinese(['--json', '10']).out, dayi(['atlas', '--json', ...DAY, ...LESS, '10']).out);
	assert.equal(chinese(['--json', '3']).out, dayi(['atlas', '--json', ...DAY, ...LESS, '3']).out);
	assert.match(chinese(['--cover', '10']).err, /^判定点 [0-9]+ 个/m);
});

test('a rule that takes the unknown for an answer is a fault, in the atlas and in the check', (t) => {
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(path.join(ROOT, 'knowledge'), folder, { recursive: true });
	const file = path.join(folder, 'anguan/13-result-lookup.json');
	const entry = JSON.parse(fs.readFileSync(file, 'utf8'));
	entry.diagnosis[0].pick = entry.diagnosis[0].pick.replace("status = '办结' AS", "closed_on < '2026-01-01' OR status = '办结' IS TRUE AS");
	fs.writeFileSync(file, JSON.stringify(entry));
	const run = dayi(['atlas', '13', '--knowledge', folder, ...DAY]);
	assert.equal(run.code, EXIT.faults, run.out);
	assert.match(run.out, /null-decides: case 1 .* while application\[0\]\.status is unknown/);
	fs.rmSync(path.join(folder, 'records.jsonl')); // one of them keeps the verdict of the rule as it was
	const check = dayi(['check', folder]);
	assert.match(check.err, /13-result-lookup\.json: warning: diagnosis: the atlas finds that case 1 /);
	assert.match(check.out, /^atlas: atoms read: [0-9]+ of [0-9]+; entries tried completely: [0-9]+ of 12;/m);
});

test('the lines that records.jsonl lacks can be pasted: they keep their verdicts, and none is missing then', (t) => {
	const folder = path.join(temporary(t), 'knowledge');
	fs.cpSync(path.join(ROOT, 'knowledge'), folder, { recursive: true });
	const cover = () => dayi(['atlas', '--cover', '--knowledge', folder, ...DAY]);
	const lacking = cover();
	assert.equal(lacking.code, EXIT.done);
	assert.ok(lacking.out.split('\n').length > 1);
	fs.appendFileSync(path.join(folder, 'records.jsonl'), lacking.out);
	const check = dayi(['check', folder]);
	assert.equal(check.code, EXIT.done, check.err);
	const full = cover();
	assert.equal(full.out, '');
	assert.match(full.err, /the lines show 0 more/);
});

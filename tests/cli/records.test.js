'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { EXIT, ROOT, dayi } = require('./dayi');

const SAMPLES = path.join(ROOT, 'samples/records');

const records = (...args) => dayi(['records', ...args]);

function temporary(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-records-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	return folder;
}

test('the samples become a database that only its owner can read', (t) => {
	const file = path.join(temporary(t), 'records.db');
	const run = records('import', '--out', file, SAMPLES);
	assert.equal(run.code, EXIT.done, run.err);
	assert.equal(run.err, '');
	assert.match(run.out, /rows of 7 relations/);
	assert.equal(fs.statSync(file).mode & 0o777, 0o600);
	assert.equal(fs.readFileSync(file).toString('latin1', 0, 15), 'SQLite format 3');
});

test('a faulty file ends with 1, names every bad row, and leaves the database as it was', (t) => {
	const folder = temporary(t);
	const file = path.join(folder, 'records.db');
	assert.equal(records('import', '--out', file, SAMPLES).code, EXIT.done);
	const before = fs.readFileSync(file);
	fs.writeFileSync(
		path.join(folder, 'exam.csv'),
		'applicant_id,taken_on\n419900198603120010,2023-02-29\n419900198603120010,2023-02-28\n,2023-02-28\n',
	);
	const run = records('import', '--out', file, folder);
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /exam\.csv:2: taken_on: /);
	assert.match(run.err, /exam\.csv:4: applicant_id: /);
	assert.doesNotMatch(run.err, /exam\.csv:3/);
	assert.match(run.err, /nothing written/);
	assert.deepEqual(fs.readFileSync(file), before);
	assert.deepEqual(fs.readdirSync(folder).sort(), ['exam.csv', 'records.db']);
});

test('a folder that is not there is a fault of the input, one that cannot be written to of the machine', (t) => {
	const folder = temporary(t);
	assert.equal(records('import', '--out', path.join(folder, 'x.db'), path.join(folder, 'none')).code, EXIT.faults);
	const run = records('import', '--out', '/proc/none/x.db', SAMPLES);
	assert.equal(run.code, EXIT.machine);
	assert.match(run.err, /proc\/none\/x\.db: cannot be written/);
});

test('headings and names that an office may write are told what they should be', (t) => {
	const folder = temporary(t);
	const write = (name, text) => fs.writeFileSync(path.join(folder, name), text);
	const run = () => records('import', '--out', path.join(folder, 'r.db'), folder).err;
	write('exam.csv', '身份证号,成绩类别,reslut\n');
	assert.match(run(), /exam\.csv:1: column 1: there is no column "身份证号" in this relation; there are applicant_id, /);
	assert.match(run(), /exam\.csv:1: column 3: there is no column "reslut" .*; is result meant\?/);
	for (const mark of [';', '\t', '；']) {
		write('exam.csv', `applicant_id${mark}result\n419900198603120010${mark}合格\n`);
		const lines = run().trim().split('\n');
		assert.match(lines[0], new RegExp(`exam\\.csv:1: the cells are parted by ${mark === '\t' ? 'Tab' : mark}, not by commas`));
		assert.equal(lines.length, 2);
	}
	write('exam.csv', 'PK\x03\x04\x14\x00');
	assert.match(run(), /exam\.csv: this is an Excel file, not CSV: in Excel save it as "CSV UTF-8"/);
	fs.unlinkSync(path.join(folder, 'exam.csv'));
	write('Exam.CSV', 'applicant_id\n');
	assert.match(run(), /^\S*Exam\.CSV: capitals count in a file's name: call it exam\.csv\ndayi records import: nothing written/);
});

test('wrong usage ends with 2', () => {
	for (const args of [[], ['import'], ['import', SAMPLES], ['export', '--out', 'x', SAMPLES]])
		assert.equal(records(...args).code, EXIT.usage, args.join(' '));
});

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

test('a folder that is not there is a fault of the input, one that can not be written to of the machine', (t) => {
	const folder = temporary(t);
	assert.equal(records('import', '--out', path.join(folder, 'x.db'), path.join(folder, 'none')).code, EXIT.faults);
	const run = records('import', '--out', '/proc/none/x.db', SAMPLES);
	assert.equal(run.code, EXIT.machine);
	assert.match(run.err, /proc\/none\/x\.db: can not be written/);
});

test('wrong usage ends with 2', () => {
	for (const args of [[], ['import'], ['import', SAMPLES], ['export', '--out', 'x', SAMPLES]])
		assert.equal(records(...args).code, EXIT.usage, args.join(' '));
});

/* `--config` of the commands that look at what `dayi serve` keeps or answers by. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');

// The example of GB 11643-1999.
const ID = '11010519491231002X';

/* Settings whose folder, keys and audit are not the usual ones. */
function office(t) {
	const folder = temporary(t);
	const entries = path.join(folder, 'mine', 'library');
	fs.mkdirSync(entries, { recursive: true });
	fs.mkdirSync(path.join(folder, 'var'));
	fs.writeFileSync(path.join(entries, '01.json'), JSON.stringify({
		id: 'renew', number: 1, question: '借的书可以续借吗？', answer: '可以续借一次。',
	}));
	fs.writeFileSync(path.join(folder, 'my.ini'), `[knowledge]
folder = mine
[sign_in]
key_file = mine.key
issuer = library
[audit]
file = mine-audit.db
key_file = mine-audit.key
[journal]
file = mine-journal.db
`);
	return { folder, run: (...args) => dayi([...args, '--config', 'my.ini'], '', { cwd: folder }) };
}

test('ask, lookup, check and diff take the folder of the settings, unless one is named', (t) => {
	const { folder, run } = office(t);
	assert.match(run('ask', '借的书可以续借吗').out, /可以续借一次/);
	assert.match(run('lookup', '续借').out, /续借/);
	assert.match(run('check').out, /^mine: .*1 entry/m);
	assert.match(run('diff', 'mine').out, /./);
	assert.equal(run('diff', 'mine').code, EXIT.done);
	assert.equal(dayi(['diff', 'mine'], '', { cwd: folder }).code, EXIT.usage);
	const named = run('lookup', '--knowledge', path.join(ROOT, 'knowledge'), '--entry', '2');
	assert.match(named.out, /未办结/);
});

test('a token is as the settings want it', (t) => {
	const { folder, run } = office(t);
	const { code, out, err } = run('token', '--id-number', ID);
	assert.equal(code, EXIT.done, err);
	assert.equal(JSON.parse(Buffer.from(out.split('.')[1], 'base64url')).iss, 'library');
	assert.ok(fs.existsSync(path.join(folder, 'mine.key')));
	fs.appendFileSync(path.join(folder, 'my.ini'), '[sign_in]\nalgorithm = RS256\n');
	const other = run('token', '--id-number', ID);
	assert.equal(other.code, EXIT.faults);
	assert.match(other.err, /--key is needed/);
});

test('audit and receipt read the files of the settings, and faults of settings end them all', (t) => {
	const { folder, run } = office(t);
	assert.match(run('audit', 'list').err, /mine-audit\.db/);
	assert.match(run('receipt', 'A7KQ-2M9X').err, /mine-journal\.db/);
	fs.writeFileSync(path.join(folder, 'my.ini'), '[jornal]\nfile = x\n');
	for (const args of [['ask', '问'], ['lookup', '问'], ['check'], ['diff', 'mine'], ['token', '--id-number', ID], ['audit', 'list'], ['receipt', 'A7KQ-2M9X']]) {
		const { code, out, err } = run(...args);
		assert.equal(code, EXIT.faults, args[0]);
		assert.equal(out, '', args[0]);
		assert.match(err, /my\.ini:2: .*is journal\.file meant\?/, args[0]);
	}
});

/* `dayi key`: the keys of programs that ask over the HTTP interface. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, dayi, temporary } = require('./dayi');

function place(t) {
	const folder = temporary(t);
	fs.mkdirSync(path.join(folder, 'var'));
	fs.writeFileSync(path.join(folder, 'dayi.ini'), '[log]\nlevel = info\n');
	return { folder, key: (args) => dayi(['key', ...args, '--config', 'dayi.ini'], '', { cwd: folder }) };
}

test('a key is printed once, listed without its secret, and revoked', (t) => {
	const { folder, key } = place(t);
	assert.equal(key(['list']).out, '', 'before one was made');
	assert.ok(!fs.existsSync(path.join(folder, 'var/keys.db')), 'a list makes no file');
	const made = key(['add', 'qq-bot', 'ask,group', '--rate', '20', '--days', '30']);
	assert.equal(made.code, EXIT.done, made.err);
	assert.match(made.out, /^dayi_[0-9a-f]{64}\n$/);
	assert.equal(key(['add', 'portal', 'events']).code, EXIT.done);
	const listed = key(['list']).out;
	assert.match(listed, /^portal\tevents\t10\/s\t\d{4}-\d\d-\d\d\tno end\nqq-bot\task,group\t20\/s\t\d{4}-\d\d-\d\d\t\d{4}-\d\d-\d\d\n$/);
	for (const name of fs.readdirSync(path.join(folder, 'var'))) {
		const file = path.join(folder, 'var', name);
		assert.equal(fs.statSync(file).mode & 0o077, 0, `${name} is for its owner only`);
		assert.ok(!fs.readFileSync(file, 'latin1').includes(made.out.trim().slice(5)), name);
	}
	assert.equal(key(['add', 'qq-bot', 'ask']).code, EXIT.faults, 'the name is had');
	assert.equal(key(['revoke', 'qq-bot']).code, EXIT.done);
	assert.equal(key(['revoke', 'qq-bot']).code, EXIT.faults);
	assert.doesNotMatch(key(['list']).out, /qq-bot/);
	const audit = dayi(['audit', 'list'], '', { cwd: folder }).out;
	assert.match(audit, /@key_added/);
	assert.match(audit, /@key_revoked/);
});

test('names, scopes and numbers that are none are refused', (t) => {
	const { key } = place(t);
	for (const args of [['add'], ['add', 'a'], ['add', 'a', 'all'], ['add', 'a', 'ask,'], ['add', 'A', 'ask'], ['add', 'a b', 'ask'],
		['add', 'a', 'ask', '--rate', '0'], ['add', 'a', 'ask', '--days', '0'], ['add', 'a', 'ask', 'b'], ['list', 'a'], ['revoke'], ['drop', 'a'], []])
		assert.equal(key(args).code, EXIT.usage, args.join(' '));
	assert.equal(key(['list']).out, '');
});

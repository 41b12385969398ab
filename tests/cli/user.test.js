/* `dayi user`: the accounts of those who sign in to the console. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, dayi, temporary } = require('./dayi');

const PASSWORD = 'correct horse battery';

/* A folder whose accounts and audit are its own, with cheap hashes. */
function place(t, more = '') {
	const folder = temporary(t);
	fs.mkdirSync(path.join(folder, 'var'));
	fs.writeFileSync(path.join(folder, 'dayi.ini'), `[console]\nhash_mib = 8\nhash_passes = 1\n${more}`);
	const user = (args, input = '') => dayi(['user', ...args, '--config', 'dayi.ini'], input, { cwd: folder });
	return { folder, user };
}

const rows = ({ out }) => out.trim().split('\n').map((line) => line.split('\t').slice(0, 5));

test('an account is made with a password from standard input', (t) => {
	const { folder, user } = place(t);
	const run = user(['add', '王晓', 'operator,administrator'], `${PASSWORD}\n`);
	assert.equal(run.code, EXIT.done, run.err);
	assert.equal(run.out, '');
	assert.deepEqual(rows(user(['list'])), [['王晓', 'operator,administrator', 'enabled', 'password', 'no second step']]);
	for (const name of fs.readdirSync(path.join(folder, 'var'))) {
		const file = path.join(folder, 'var', name);
		assert.equal(fs.statSync(file).mode & 0o077, 0, `${name} is for its owner only`);
		assert.ok(!fs.readFileSync(file, 'latin1').includes(PASSWORD), name);
	}
});

test('no password is taken from the command line, and none is there by default', (t) => {
	const { user } = place(t);
	assert.equal(user(['add', 'li', 'operator', PASSWORD]).code, EXIT.usage);
	assert.equal(user(['passwd', 'li', PASSWORD]).code, EXIT.usage);
	assert.doesNotMatch(dayi(['user', '--help']).out, /--password[ =]/);
	const none = user(['add', 'li', 'operator']);
	assert.equal(none.code, EXIT.faults);
	assert.match(none.err, /no password/);
	assert.equal(user(['list']).out, '', 'what was refused left nothing behind');
	assert.equal(user(['add', 'li', 'operator', '--no-password']).code, EXIT.done);
	assert.deepEqual(rows(user(['list'])), [['li', 'operator', 'enabled', 'no password', 'no second step']]);
});

test('a simple password is refused, and says why', (t) => {
	const { user } = place(t);
	for (const password of ['short', 'aaaaaaaaaaaaaa', 'liming-2026-xx', ''])
		assert.match(user(['add', 'LiMing', 'operator'], `${password}\n`).err, /the password is too simple: 10 characters/, password);
	assert.equal(user(['list']).out, '');
});

test('names and roles that are none are refused', (t) => {
	const { user } = place(t);
	for (const roles of ['boss', 'operator,', 'operator,boss', '', 'applicant'])
		assert.equal(user(['add', 'li', roles], `${PASSWORD}\n`).code, EXIT.usage, roles);
	for (const name of ['', ' li', 'a'.repeat(65), 'a\nb'])
		assert.equal(user(['add', name, 'operator'], `${PASSWORD}\n`).code, EXIT.faults, name);
	user(['add', 'Li', 'operator'], `${PASSWORD}\n`);
	assert.match(user(['add', 'lI', 'editor'], `${PASSWORD}\n`).err, /there is an account of that name/);
	for (const action of [['passwd', 'x'], ['roles', 'x', 'editor'], ['disable', 'x'], ['enable', 'x'], ['remove', 'x'], ['link', 'x'], ['totp-reset', 'x']])
		assert.match(user(action).err, /there is no account of that name/, action[0]);
	for (const args of [[], ['frob'], ['add'], ['add', 'li'], ['roles', 'Li'], ['list', 'x'], ['link']])
		assert.equal(user(args).code, EXIT.usage, args.join(' '));
});

test('roles, disabling and removing are seen in the list', (t) => {
	const { user } = place(t);
	user(['add', 'b', 'operator', '--no-password']);
	user(['add', 'a', 'editor', '--no-password']);
	user(['roles', 'a', 'reviewer,editor']);
	user(['disable', 'b']);
	user(['passwd', 'a'], `${PASSWORD}\n`);
	assert.deepEqual(rows(user(['list'])), [['a', 'editor,reviewer', 'enabled', 'password', 'no second step'],
		['b', 'operator', 'disabled', 'no password', 'no second step']]);
	user(['enable', 'b']);
	user(['remove', 'a']);
	assert.deepEqual(rows(user(['list'])), [['b', 'operator', 'enabled', 'no password', 'no second step']]);
});

test('a link names the console as operators reach it', (t) => {
	const local = place(t);
	local.user(['add', 'li', 'operator', '--no-password']);
	assert.match(local.user(['link', 'li']).out, /^http:\/\/127\.0\.0\.1:8080\/console\/#link=[0-9a-f]{64}\n$/);
	assert.match(local.user(['link', 'li', '--port', '9000']).out, /^http:\/\/127\.0\.0\.1:9000\/console\/#link=/);
	const open = place(t, 'origins = https://faq.example.cn\n');
	open.user(['add', 'li', 'operator', '--no-password']);
	assert.match(open.user(['link', 'li']).out, /^https:\/\/faq\.example\.cn\/console\/#link=/);
	const off = place(t, 'enabled = no\n');
	off.user(['add', 'li', 'operator', '--no-password']);
	assert.match(off.user(['link', 'li']).err, /console\.enabled is no/);
});

test('everything but the list is in the audit, and without one nothing is done', (t) => {
	const { folder, user } = place(t);
	user(['add', 'li', 'operator', '--no-password']);
	user(['roles', 'li', 'editor']);
	user(['link', 'li']);
	user(['disable', 'li']);
	user(['list']);
	const list = () => dayi(['audit', 'list'], '', { cwd: folder }).out.trim().split('\n').map((line) => line.split('\t').slice(3));
	assert.deepEqual(list(), [['@account_added', 'dayi user: li, operator'], ['@account_roles', 'dayi user: li, editor'],
		['@account_link', 'dayi user: li'], ['@account_disabled', 'dayi user: li']]);
	fs.renameSync(path.join(folder, 'var/audit.key'), path.join(folder, 'audit.key'));
	assert.equal(user(['enable', 'li']).code, EXIT.faults);
	assert.equal(rows(user(['list']))[0][2], 'disabled');
});

test('the settings of a console are checked', (t) => {
	const { folder } = place(t, 'origins = http://10.0.0.5:8080\nidle_s = 100\nlongest_s = 50\n');
	const run = dayi(['serve', '--check-config', '--config', 'dayi.ini'], '', { cwd: folder });
	assert.equal(run.code, EXIT.faults);
	assert.match(run.err, /dayi\.ini:4: console\.origins: http:\/\/10\.0\.0\.5:8080: must be https/);
	assert.match(run.err, /dayi\.ini:5: console\.idle_s: must not be above console\.longest_s/);
});

test('who was added, and where to sign in, is told', (t) => {
	const { user } = place(t);
	const { code, err } = user(['add', '王晓', 'operator', '--no-password']);
	assert.equal(code, EXIT.done);
	assert.match(err, /王晓.*dayi user link 王晓.*http:\/\/127\.0\.0\.1:8080\/console\/$/m);
	assert.match(user(['add', 'li', 'operator'], `${PASSWORD}\n`).err, /http:\/\/127\.0\.0\.1:8080\/console\/$/m);
});

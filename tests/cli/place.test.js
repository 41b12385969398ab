/* The program is started from any folder, and says which knowledge it took. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const path = require('node:path');
const { EXIT, ROOT, dayi, temporary } = require('./dayi');

const SMALL = path.join(ROOT, 'tests/fixtures/knowledge-small');
const SHARED = path.join(path.dirname(path.resolve(process.env.DAYI_BIN)), '../share/dayi/knowledge');

test('without a knowledge folder here, the one beside the program is taken, and said so', (t) => {
	for (const cwd of ['/', temporary(t)]) {
		const run = dayi(['ask', '证书过期还可以延续吗'], '', { cwd });
		assert.equal(run.code, EXIT.done, run.err);
		assert.match(run.out, /不可以，证书过期信息就不存在/);
		assert.equal(run.from, path.resolve(SHARED));
		assert.equal(run.err, '');
		assert.match(dayi(['check'], '', { cwd }).out, /\/share\/dayi\/knowledge: 0 errors, .*13 entries/);
	}
});

test('a knowledge folder here goes before it, and one that is named before both', (t) => {
	const cwd = temporary(t);
	fs.cpSync(SMALL, path.join(cwd, 'knowledge'), { recursive: true });
	const here = dayi(['export'], '', { cwd });
	assert.equal(here.from, 'knowledge');
	assert.equal(here.out.trim().split('\n').length, 6);
	const named = dayi(['export', SMALL], '', { cwd: '/' });
	assert.equal(named.from, undefined);
	assert.equal(named.err, '');
});

test('what programs read holds nothing of it', () => {
	const run = dayi(['ask', '--batch'], '{"q":"你好"}\n', { cwd: '/' });
	assert.equal(run.out.trim().split('\n').length, 1);
	assert.equal(JSON.parse(run.out).q, '你好');
});

test('a key of a trial is made where the server looks for it', (t) => {
	const cwd = temporary(t);
	fs.mkdirSync(path.join(cwd, 'var'));
	assert.equal(dayi(['token', '--id-number', '419900198612010198'], '', { cwd }).code, EXIT.done);
	assert.ok(fs.existsSync(path.join(cwd, 'var/token.key')));
});

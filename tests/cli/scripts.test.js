/* script/run and script/setup, as far as they go without building or installing. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const net = require('node:net');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { ROOT } = require('./dayi');

/* DAYI_SKIP_SETUP: nothing is installed, whatever goes wrong. */
function script(name, args, env = {}) {
	const run = spawnSync(path.join(ROOT, 'script', name), args,
		{ encoding: 'utf8', timeout: 20000, killSignal: 'SIGKILL', env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } });
	return { code: run.status, out: run.stdout, err: run.stderr };
}

test('--help says how a script is used, and does nothing else', () => {
	for (const name of ['run', 'setup']) {
		const run = script(name, ['--help'], { DAYI_SKIP_SETUP: '1' });
		assert.equal(run.code, 0, run.err);
		assert.match(run.out, new RegExp(`script/${name} \\[`));
		assert.doesNotMatch(run.out, /^==|^#/m);
	}
});

test('a group that is not known is an error', () => {
	const run = script('setup', ['tests']);
	assert.equal(run.code, 1);
	assert.match(run.err, /setup: no such group: tests\. There are build, test, lint and fuzz/);
	assert.match(script('setup', ['tests'], { LANG: 'zh_CN.UTF-8' }).err, /没有这一组：tests/);
});

test('a port that is taken is told before anything is built, and no address is named', async () => {
	const server = net.createServer().listen(0, '127.0.0.1');
	await new Promise((resolve) => server.once('listening', resolve));
	const { port } = server.address();
	for (const args of [['--port', `${port}`], [`--port=${port}`], ['-p', `${port}`], [`-p${port}`]]) {
		const run = script('run', args, { DAYI_SKIP_SETUP: '1' });
		assert.equal(run.code, 1, args.join(' '));
		assert.equal(run.out, '');
		assert.match(run.err, new RegExp(`port ${port} is taken by another program`));
	}
	server.close();
});

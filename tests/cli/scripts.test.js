/* script/run and script/setup, as far as they go without building or installing. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { ROOT, temporary } = require('./dayi');

/* DAYI_SKIP_SETUP: nothing is installed, whatever goes wrong. */
function script(name, args, env = {}) {
	const run = spawnSync(path.join(ROOT, 'script', name), args,
		{ encoding: 'utf8', timeout: 60000, killSignal: 'SIGKILL', env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env } });
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

/* Programs that go before those of the machine: nothing is installed, and the only package source refuses connections. */
function bareMachine(t) {
	const folder = temporary(t);
	for (const [name, text] of [
		['dpkg-query', 'exit 1'],
		['id', 'echo 0'],
		['apt-get', `echo "'http://127.0.0.1:1/debian/dists/bookworm/InRelease' InRelease 0"`],
	])
		fs.writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
	return { PATH: `${folder}:${process.env.PATH}` };
}

test('without a network a sentence says what to do, in the language of the locale', (t) => {
	const machine = bareMachine(t);
	const english = script('setup', [], machine);
	assert.equal(english.code, 1);
	assert.match(english.err, /no package source answers \(tried: http:\/\/127\.0\.0\.1:1\/debian\)\. Connect this machine to the network/);
	const chinese = script('setup', [], { ...machine, LANG: 'zh_CN.UTF-8' });
	assert.equal(chinese.code, 1);
	assert.match(chinese.err, /软件源都连不上.*请把这台机器连上网络/);
	assert.doesNotMatch(chinese.out + chinese.err, /package source|network|mirror/);
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

test('a wrong option is told before anything is set up, and every option of the program is known', () => {
	for (const args of [['--prot', '8081'], ['--port'], ['--port', 'x'], ['--p', '1'], ['-x'], ['frob']]) {
		const run = script('run', args, { DAYI_SKIP_SETUP: '1' });
		assert.equal(run.code, 1, args.join(' '));
		assert.equal(run.out, '');
		assert.match(run.err, /no such option|not a port/);
	}
	const run = fs.readFileSync(path.join(ROOT, 'script/run'), 'utf8');
	const help = spawnSync(path.resolve(process.env.DAYI_BIN), ['serve', '--help'], { encoding: 'utf8', env: {} }).stdout;
	for (const [, name, value] of help.matchAll(/--([a-z-]+)(\[?=)?/g))
		assert.ok(run.includes(`[${name}]=${value === '=' ? 1 : 0}`), name);
});

test('--help of run is Chinese where the locale is', () => {
	const { code, out } = script('run', ['--help'], { DAYI_SKIP_SETUP: '1', LANG: 'zh_CN.UTF-8' });
	assert.equal(code, 0);
	assert.match(out, /--port 8081（换端口）/);
	assert.doesNotMatch(out, /^#|Sets up/m);
});

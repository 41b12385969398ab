/* The program as a person runs it at the prompt. */
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const ROOT = path.join(__dirname, '../..');
const EXIT = { done: 0, faults: 1, usage: 2, machine: 3 };

/* Options: env (over none but PATH and HOME, in English), cwd. */
function dayi(args, input = '', options = {}) {
	const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...options.env };
	const run = spawnSync(path.resolve(process.env.DAYI_BIN), args,
		{ cwd: options.cwd || ROOT, env, input, encoding: 'utf8', timeout: 600000, killSignal: 'SIGKILL' });
	// A command that was given no knowledge folder begins by saying which it took.
	const [told, from] = /^dayi: the knowledge is taken from (.*)\n/.exec(run.stderr) || [''];
	return { code: run.status, out: run.stdout, err: run.stderr.slice(told.length), from };
}

/* A folder that goes when the test ends. */
function temporary(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-cli-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	return folder;
}

module.exports = { EXIT, ROOT, dayi, temporary };

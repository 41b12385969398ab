/* The program as a person runs it at the prompt. */
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');

const ROOT = path.join(__dirname, '../..');
const EXIT = { done: 0, faults: 1, usage: 2, machine: 3 };

function dayi(args, input = '') {
	const run = spawnSync(process.env.DAYI_BIN, args, { cwd: ROOT, input, encoding: 'utf8', timeout: 60000 });
	return { code: run.status, out: run.stdout, err: run.stderr };
}

/* A folder that goes when the test ends. */
function temporary(t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-cli-'));
	t.after(() => fs.rmSync(folder, { recursive: true }));
	return folder;
}

module.exports = { EXIT, ROOT, dayi, temporary };

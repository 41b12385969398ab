'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { spawnSync } = require('node:child_process');
const { until } = require('./harness.js');

const RUN_MOST_MS = 120000;

/* A test file whose test fails before it stops what it started; `hook` is the body of its last hook. */
const failing = (hook) => `
const { test, after } = require('node:test');
const { Server } = require(${JSON.stringify(path.join(__dirname, 'harness.js'))});
after(() => { ${hook} });
test('fails', async () => {
	const server = await Server.start();
	const chat = await server.chat();
	await chat.hello();
	require('node:fs').writeFileSync(__filename + '.json', JSON.stringify({ pid: server.child.pid, folder: server.folder }));
	throw new Error('on purpose');
});
`;

/* Nothing, too, where only its exit status is left of it, which nobody took. */
function commandOf(pid) {
	try {
		return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8');
	} catch {
		return '';
	}
}

for (const [name, hook] of [['', ''], [', and where a hook throws, too', 'throw new Error("hook");']])
	test(`a run ends where a test fails that has not stopped its server yet${name}`, async (t) => {
		const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-started-'));
		t.after(() => fs.rmSync(folder, { recursive: true }));
		const file = path.join(folder, 'fails.test.js');
		fs.writeFileSync(file, failing(hook));
		const { NODE_TEST_CONTEXT: _, ...env } = process.env; // else it would report to this very run
		const run = spawnSync(process.execPath, ['--test', file],
			{ env: { ...env, DAYI_BIN: path.resolve(process.env.DAYI_BIN) }, encoding: 'utf8', timeout: RUN_MOST_MS, killSignal: 'SIGKILL' });
		assert.deepEqual([run.status, run.signal], [1, null], run.stdout);
		assert.match(run.stdout, /on purpose/);
		const left = JSON.parse(fs.readFileSync(`${file}.json`, 'utf8'));
		await until(() => commandOf(left.pid) === '', 'the end of the server');
		assert.equal(fs.existsSync(left.folder), false);
	});

/* What happens where a process may open few files: `ulimit -n 64`. */
'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { Server, pause, stopCleanly, ticks, until } = require('./harness.js');

const ASKED = 60; // connections, more than 64 descriptors hold

/* The same program with that limit; the harness starts what DAYI_BIN names. */
async function startWith(limit, t) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-files-'));
	const usual = process.env.DAYI_BIN;
	const script = path.join(folder, 'dayi');
	t.after(() => fs.rmSync(folder, { recursive: true }));
	fs.writeFileSync(script, `#!/bin/sh\nulimit -n ${limit}\nexec ${path.resolve(usual)} "$@"\n`, { mode: 0o755 });
	process.env.DAYI_BIN = script;
	try {
		return await Server.start();
	} finally {
		process.env.DAYI_BIN = usual;
	}
}

/* A connection that is kept; `answer` grows. */
function connect(port) {
	const line = { answer: '' };
	line.socket = net.connect(port, '127.0.0.1');
	line.socket.on('data', (data) => { line.answer += data; });
	line.socket.on('error', () => {});
	line.closed = new Promise((resolve) => line.socket.once('close', resolve));
	line.socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n');
	return line;
}

test('with 64 descriptors there are fewer connections; the others get 503, nothing spins, and chats go on', async (t) => {
	const server = await startWith(64, t);
	const [, most] = await server.logged(/ few_open_files .*connections=(\d+)/);
	assert.ok(most >= 4 && most < 60, `${most} connections`);
	const chat = await server.chat();
	const lines = Array.from({ length: ASKED }, () => connect(server.port));
	await until(() => lines.every((line) => line.answer || line.socket.destroyed), 'what becomes of each');
	const served = lines.filter((line) => line.answer.startsWith('HTTP/1.1 200'));
	const refused = lines.filter((line) => line.answer.startsWith('HTTP/1.1 503'));
	assert.ok(served.length > 0 && served.length < most, `${served.length} served of ${most}`);
	assert.ok(refused.length > 0);
	const before = ticks(server.child.pid);
	await pause(1000);
	assert.ok(ticks(server.child.pid) - before < 30, 'it has nothing to do, of 100 ticks');
	assert.equal((await chat.ask('能不能批量申请')).outcome, 'answer');
	for (const line of lines)
		line.socket.destroy();
	await until(async () => (await server.raw('GET /healthz HTTP/1.0\r\n\r\n')).startsWith('HTTP/1.1 200'), 'room again');
	await chat.close();
	await stopCleanly(server);
});

test('with no descriptor left a client is told 503, nothing spins, and it goes on when there are some', async (t) => {
	const server = await Server.start();
	const { pid } = server.child;
	const limits = (most) => {
		try {
			require('node:child_process').execFileSync('prlimit', ['--pid', String(pid), `--nofile=${most}:`], { stdio: 'ignore' });
			return true;
		} catch {
			return false;
		}
	};
	const chat = await server.chat();
	await chat.ask('能不能批量申请');
	const open = new Set(fs.readdirSync(`/proc/${pid}/fd`).map(Number));
	let free = 0;
	while (open.has(free))
		free++;
	if (!limits(free)) {
		t.skip('there is no prlimit to take its descriptors away');
		await stopCleanly(server);
		return;
	}
	const lines = Array.from({ length: 20 }, () => connect(server.port));
	await Promise.all(lines.map((line) => line.closed));
	assert.ok(lines.some((line) => line.answer.startsWith('HTTP/1.1 503')), lines.map((line) => line.answer.slice(0, 20)).join());
	assert.match(server.log, / warn no_descriptor /);
	const before = ticks(pid);
	await pause(1000);
	assert.ok(ticks(pid) - before < 30, 'it has nothing to do, of 100 ticks');
	assert.equal((await chat.ask('能不能批量申请')).outcome, 'answer');
	assert.ok(limits(1000));
	assert.equal((await server.fetch('/healthz')).status, 200);
	await chat.close();
	await stopCleanly(server);
});

'use strict';

const { test } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { execFileSync } = require('node:child_process');
const { Server, stopCleanly } = require('./harness.js');

const PLUGIN = 'libwebsockets-evlib_ev.so';

function findPlugin() {
	return fs.readdirSync('/usr/lib').map((folder) => path.join('/usr/lib', folder, PLUGIN)).find((file) => fs.existsSync(file));
}

/* The same program where the plugin cannot be seen; null where that cannot be arranged here. */
function programWithout(plugin, folder) {
	const script = path.join(folder, 'dayi');
	/* The library leaks 48 bytes over a plugin that it cannot load. */
	fs.writeFileSync(script, `#!/bin/sh\nASAN_OPTIONS="$ASAN_OPTIONS:detect_leaks=0" exec unshare -rm sh -c 'mount --bind /dev/null ${plugin} && exec "$0" "$@"' ` +
		`${path.resolve(process.env.DAYI_BIN)} "$@"\n`, { mode: 0o755 });
	try {
		execFileSync(script, ['--version'], { stdio: 'ignore' });
		return script;
	} catch {
		return null;
	}
}

async function chatReloadAndStop(server) {
	const chat = await server.chat();
	assert.equal((await chat.ask('能不能批量申请')).outcome, 'answer');
	server.signal('SIGHUP');
	await server.logged(/ reloaded /);
	assert.equal((await chat.ask('能不能批量申请', '2')).outcome, 'answer');
	const stopped = stopCleanly(server);
	assert.equal((await chat.next()).type, 'bye');
	assert.equal((await chat.closed).code, 1001);
	await stopped;
}

test('the loop runs on libev; chats, a reload from another thread and the drain work', async (t) => {
	if (!findPlugin()) {
		t.skip(`${PLUGIN} is not installed`);
		return;
	}
	const server = await Server.start();
	assert.doesNotMatch(server.log, /slow_loop/);
	/* poll has no such descriptor. */
	const kinds = fs.readdirSync(`/proc/${server.child.pid}/fd`).map((fd) => {
		try {
			return fs.readlinkSync(`/proc/${server.child.pid}/fd/${fd}`);
		} catch {
			return '';
		}
	});
	assert.ok(kinds.includes('anon_inode:[eventpoll]'), kinds.join(' '));
	await chatReloadAndStop(server);
});

test('without the plugin it runs on poll and says so once', async (t) => {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-loop-'));
	const plugin = findPlugin();
	const program = plugin ? programWithout(plugin, folder) : process.env.DAYI_BIN;
	const usual = process.env.DAYI_BIN;
	t.after(() => fs.rmSync(folder, { recursive: true }));
	if (!program) {
		t.skip('this user may not hide the plugin from the program (unshare -rm)');
		return;
	}
	process.env.DAYI_BIN = program;
	try {
		const server = await Server.start();
		assert.equal(server.log.match(/ warn slow_loop /g)?.length, 1, server.log);
		assert.doesNotMatch(server.log, / libwebsockets message=/);
		await chatReloadAndStop(server);
	} finally {
		process.env.DAYI_BIN = usual;
	}
});

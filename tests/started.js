/*
 * What the tests started: it ends with them, whatever failed. A test that ends early stops nothing
 * itself, and `node --test` waits for as long as a process or a connection is left (Node 18 has no
 * --test-force-exit).
 *
 * When the tests of a file are over, the file's own hooks run first, and then what they left is
 * killed. Hooks that come after one that throws are not run: so what is left keeps Node from its
 * end no more before the first hook, and is killed when Node exits.
 */
'use strict';

const fs = require('node:fs');
const { after } = require('node:test');

const left = new Map(); // process -> its folder, or undefined
const lines = new Set(); // WebSockets
let over = false;

function letGo(child) {
	for (const one of [child, ...child.stdio])
		one?.unref?.();
}

/* `folder` is removed with it, where nobody called forget() before. */
function remember(child, folder) {
	left.set(child, folder);
	if (over)
		letGo(child);
}

/* It ended, and its folder is the caller's again. */
function forget(child) {
	left.delete(child);
}

/* The connection that a test keeps to what it started. */
function rememberLine(socket) {
	lines.add(socket);
	socket.once('close', () => lines.delete(socket));
}

function killLeft() {
	for (const [child, folder] of left) {
		child.kill('SIGKILL');
		if (folder)
			fs.rmSync(folder, { recursive: true, force: true });
	}
	left.clear();
}

/* The tests are over: what follows are the hooks of the file. */
function beginEnd() {
	over = true;
	for (const socket of lines)
		socket.terminate();
	for (const child of left.keys())
		letGo(child);
}

process.on('exit', killLeft);
/* Tools that are no tests start servers, too: with a hook of its own, Node would take them for tests. */
if (require.main?.filename.endsWith('.test.js')) {
	after(beginEnd);
	process.nextTick(() => after(killLeft)); // behind those of the file
}

module.exports = { forget, remember, rememberLine };

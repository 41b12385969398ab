/* A client that does not read its answer: whatever it does meanwhile, the server soon has nothing to do, and keeps little of it. */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const { Server, pause, stopCleanly, ticks, until } = require('./harness.js');

const LARGE = 'x'.repeat(24 * 1024 * 1024); // more than the buffers of two sockets hold
const REQUEST = 'GET /large.js HTTP/1.1\r\nHost: x\r\n\r\n';

let server;
before(async () => { server = await Server.start({ page: { 'index.html': '<!doctype html>', 'large.js': LARGE } }); });
after(() => stopCleanly(server));

/* A connection on which nothing is read, once the answer has come to a standstill. */
async function connect() {
	const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
	socket.on('error', () => {});
	socket.pause();
	await new Promise((resolve) => socket.once('connect', resolve));
	socket.write(REQUEST);
	await pause(500);
	return socket;
}

async function isIdle() {
	const start = ticks(server.child.pid);
	await pause(500);
	return ticks(server.child.pid) - start < 8;
}

async function comesToRest() {
	await until(isIdle, 'nothing to do');
	assert.equal((await server.fetch('/healthz')).status, 200);
}

/* Bytes that the kernel holds for the server, in all of its sockets. */
function held() {
	const port = `:${server.port.toString(16).toUpperCase().padStart(4, '0')}`;
	return fs.readFileSync('/proc/net/tcp', 'utf8').split('\n').map((line) => line.trim().split(/\s+/))
		.filter((fields) => fields[1] && fields[1].endsWith(port) && fields[3] === '01')
		.reduce((sum, fields) => sum + parseInt(fields[4].split(':')[1], 16), 0);
}

test('one that has ended its side', async () => {
	const socket = await connect();
	socket.end();
	await comesToRest();
	socket.destroy();
});

test('one that sends more and more requests', async () => {
	const socket = await connect();
	let most = 0;
	socket.write(REQUEST.repeat(800000));
	await until(async () => {
		most = Math.max(most, held());
		return most > 16 * 1024 && isIdle();
	}, 'nothing to do');
	assert.ok(most < 1024 * 1024, `${most} bytes wait`);
	assert.equal((await server.fetch('/healthz')).status, 200);
	socket.destroy();
});

test('what waited is served once the answer was read', async () => {
	const socket = await connect();
	const small = 'GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n';
	let tail = '';
	socket.write(small.repeat(300));
	await pause(1500);
	assert.ok(await isIdle());
	socket.on('data', (data) => { tail = (tail + data.toString('latin1')).slice(-200000); });
	socket.resume();
	socket.end('GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
	await new Promise((resolve) => socket.once('close', resolve));
	assert.equal(tail.split('{"status":"ok"}').length - 1, 301);
});

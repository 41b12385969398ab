'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const net = require('node:net');
const { Server, stopCleanly } = require('./harness.js');

const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
	'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: dayi.chat.v1\r\n\r\n';
const ROUNDS = Number(process.env.DAYI_HOSTILE_ROUNDS || 10000); // script/soak throws more
const PER_CONNECTION = 50;
const PARALLEL = 16;
const MOST_MS = 600000; // what hangs is ended; a slow machine is none of that

let server;
before(async () => { server = await Server.start(); });
after(() => stopCleanly(server));

/* The same bytes in every run: xorshift32. */
function generator(seed) {
	let state = seed;
	return (below) => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return (state >>> 0) % below;
	};
}

const randomBytes = (random, most) => Buffer.from(Array.from({ length: random(most) }, () => random(256)));

/* A frame of a client, masked with zeros. */
function frame(payload, opcode = 1, fin = true) {
	const head = payload.length < 126 ? [payload.length | 0x80] : [126 | 0x80, payload.length >> 8, payload.length & 255];
	return Buffer.concat([Buffer.from([(fin ? 0x80 : 0) | opcode, ...head, 0, 0, 0, 0]), payload]);
}

/* Bytes go in; whatever comes back is read until the end. Resolves when the socket is gone. */
function throwAt(chunks) {
	return new Promise((resolve) => {
		const socket = net.connect(server.port, '127.0.0.1', () => {
			for (const chunk of chunks)
				socket.write(chunk);
			socket.end();
		});
		socket.on('data', () => {});
		socket.on('error', () => {});
		socket.on('close', resolve);
		socket.setTimeout(30000, () => socket.destroy());
	});
}

/* `make` gives what one connection is to be thrown at. */
async function bombard(connections, make) {
	let left = connections;
	await Promise.all(Array.from({ length: PARALLEL }, async () => {
		while (left-- > 0)
			await throwAt(make());
	}));
	const chat = await server.chat();
	assert.equal((await chat.ask('能不能批量申请')).outcome, 'answer');
	await chat.close();
}

test(`${ROUNDS} random texts in sound frames`, { timeout: MOST_MS }, async () => {
	const random = generator(1);
	const words = ['{', '}', '[', ']', '"', ':', ',', '"type"', '"ask"', '"hello"', '"text"', '"id"', '"resume"', 'null', '1e9',
		'"能不能批量申请"', '\\u0000', '\\ud800', ' ', '\u{10ffff}', '410101199001011234'];
	const text = () => Buffer.from(Array.from({ length: random(20) }, () => words[random(words.length)]).join(''));
	await bombard(ROUNDS / PER_CONNECTION,
		() => [UPGRADE, ...Array.from({ length: PER_CONNECTION }, () => frame(text()))]);
});

test(`${ROUNDS} random byte strings in frames of any kind`, { timeout: MOST_MS }, async () => {
	const random = generator(2);
	await bombard(ROUNDS / 10, () => [UPGRADE,
		...Array.from({ length: 10 }, () => frame(randomBytes(random, 300), random(16), random(4) > 0))]);
});

test('random bytes in place of frames', { timeout: MOST_MS }, async () => {
	const random = generator(3);
	await bombard(1000, () => [UPGRADE, randomBytes(random, 2000)]);
});

test('frames cut off at every place', { timeout: MOST_MS }, async () => {
	const sound = frame(Buffer.from(JSON.stringify({ type: 'ask', id: '1', text: '能不能批量申请' })));
	let at = 0;
	await bombard(sound.length, () => [UPGRADE, sound, sound.subarray(0, at++)]);
});

test('random bytes in place of requests, and requests with random bytes in them', { timeout: MOST_MS }, async () => {
	const random = generator(4);
	const request = Buffer.from('POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n' +
		'Content-Length: 16\r\n\r\n{"text":"批量"}');
	const spoilt = () => {
		const copy = Buffer.from(request);
		for (let i = 0; i < 3; i++)
			copy[random(copy.length)] = random(256);
		return copy;
	};
	await bombard(1000, () => (random(2) ? [randomBytes(random, 1000)] : [spoilt(), spoilt()]));
});

test('frames that lie about their length', { timeout: MOST_MS }, async () => {
	const heads = [[0x81, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0], [0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
		[0x81, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0], [0x89, 0xfe, 4, 0, 0, 0, 0, 0], [0x81, 0x7f, 0, 0, 0, 0, 0, 0, 0, 1, 65],
		[0x01, 0x80, 0, 0, 0, 0, 0x01, 0x80, 0, 0, 0, 0], [0x80, 0x80, 0, 0, 0, 0], [0xf1, 0x80, 0, 0, 0, 0], [0x88, 0x81, 0, 0, 0, 0, 3]];
	let at = 0;
	await bombard(heads.length * 20, () => [UPGRADE, Buffer.from(heads[at++ % heads.length]), Buffer.alloc(3000, 0x20)]);
});

test('connections that say nothing are cut off and hold up nobody', { timeout: MOST_MS }, async () => {
	const silent = await Promise.all(Array.from({ length: 20 }, () => new Promise((resolve) => {
		const socket = net.connect(server.port, '127.0.0.1', () => resolve(socket));
		socket.on('error', () => {});
		socket.write('GET / HT');
	})));
	const ends = silent.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
	for (const socket of silent)
		socket.resume();
	assert.equal((await server.fetch('/healthz')).status, 200);
	await Promise.all(ends);
});

test('a body that comes byte by byte is cut off', { timeout: MOST_MS }, async () => {
	const socket = net.connect(server.port, '127.0.0.1');
	socket.on('error', () => {});
	socket.resume();
	socket.write('POST /api/v1/ask HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000\r\n\r\n{');
	const drip = setInterval(() => socket.write(' '), 500);
	/* The whole body would take 5,000 s. */
	await new Promise((resolve) => socket.once('close', resolve));
	clearInterval(drip);
});

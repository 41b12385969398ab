/*
 * RFC 6455's frames by bytes on a bare socket, in the groups of the Autobahn test suite: 1 framing,
 * 2 pings and pongs, 3 reserved bits, 4 opcodes, 5 fragmentation, 6 UTF-8, 7 closing, 9 sizes, 10
 * one frame in small pieces. The service answers no message with itself, so what is sent is no
 * JSON, or an ask, and what counts is whether an answer comes or the code of the close.
 */
'use strict';

const { test, before, after } = require('node:test');
const assert = require('node:assert');
const net = require('node:net');
const { Server, stopCleanly, until } = require('./harness.js');

const UPGRADE = 'GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
	'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: dayi.chat.v1\r\n\r\n';
const CONTINUATION = 0, TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10;
const MOST_MS = 55000;

let server;
before(async () => { server = await Server.start({ settings: { limits: { connections_per_address: 1000, burst_per_connection: 1000 } } }); });
after(() => stopCleanly(server));

/* One frame of a client. Options: fin, rsv, mask (null: none), size (as the head says it). */
function frame(opcode, payload = '', { fin = true, rsv = 0, mask = [0x12, 0x34, 0x56, 0x78], size } = {}) {
	const bytes = Buffer.from(payload);
	const length = size ?? bytes.length;
	const head = [(fin ? 0x80 : 0) | rsv << 4 | opcode];
	const masked = mask ? 0x80 : 0;
	if (length < 126) {
		head.push(masked | length);
	} else if (length < 65536) {
		head.push(masked | 126, length >> 8, length & 255);
	} else {
		head.push(masked | 127, 0, 0, 0, 0, length >>> 24, length >> 16 & 255, length >> 8 & 255, length & 255);
	}
	if (!mask)
		return Buffer.concat([Buffer.from(head), bytes]);
	return Buffer.concat([Buffer.from([...head, ...mask]), bytes.map((byte, at) => byte ^ mask[at & 3])]);
}

const ask = (text = '能不能批量申请', id = '1') => JSON.stringify({ type: 'ask', id, text });
const closeWith = (code, reason = '') => frame(CLOSE, Buffer.concat([Buffer.from([code >> 8, code & 255]), Buffer.from(reason)]));

/* A connection: frames of the server wait in `inbox`; `closed` resolves when the socket is gone. */
class Line {
	static async open() {
		const line = new Line();
		await new Promise((resolve) => line.socket.once('connect', resolve));
		line.socket.write(UPGRADE);
		await until(() => line.open, 'the upgrade');
		return line;
	}

	constructor() {
		this.socket = net.connect({ port: server.port, host: '127.0.0.1', noDelay: true });
		this.bytes = Buffer.alloc(0);
		this.inbox = [];
		this.socket.on('error', () => {});
		this.socket.on('data', (data) => { this.#take(data); });
		this.closed = new Promise((resolve) => this.socket.once('close', resolve));
	}

	#take(data) {
		this.bytes = Buffer.concat([this.bytes, data]);
		if (!this.open) {
			const end = this.bytes.indexOf('\r\n\r\n');
			if (end < 0)
				return;
			assert.match(String(this.bytes), /^HTTP\/1\.1 101 /);
			this.open = true;
			this.bytes = this.bytes.subarray(end + 4);
		}
		while (this.#takeFrame())
			continue;
	}

	#takeFrame() {
		const { bytes } = this;
		if (bytes.length < 2)
			return false;
		let size = bytes[1], head = 2;
		if (size === 126) {
			size = bytes.length < 4 ? Infinity : bytes.readUInt16BE(2);
			head = 4;
		} else if (size === 127) {
			size = bytes.length < 10 ? Infinity : Number(bytes.readBigUInt64BE(2));
			head = 10;
		}
		if (bytes.length < head + size)
			return false;
		assert.ok(bytes[0] & 0x80 && !(bytes[0] & 0x70), 'a server frame is whole and has no reserved bits');
		this.inbox.push({ opcode: bytes[0] & 15, payload: bytes.subarray(head, head + size) });
		this.bytes = bytes.subarray(head + size);
		return true;
	}

	send(...frames) {
		this.socket.write(Buffer.concat(frames));
	}

	async next() {
		await until(() => this.inbox.length > 0 || this.socket.destroyed, 'a frame');
		assert.ok(this.inbox.length > 0, 'closed instead of a frame');
		return this.inbox.shift();
	}

	async reply() {
		const { opcode, payload } = await this.next();
		assert.equal(opcode, TEXT);
		return JSON.parse(payload);
	}

	/* The code that it is closed with; null for a close frame without one. Answers before it are passed over. */
	async closeCode() {
		for (;;) {
			const { opcode, payload } = await this.next();
			if (opcode !== CLOSE)
				continue;
			this.send(payload.length ? closeWith(payload.readUInt16BE(0)) : frame(CLOSE));
			this.socket.end();
			await this.closed;
			return payload.length ? payload.readUInt16BE(0) : null;
		}
	}

	/* It is alive, answers an ask, and ends as it should. */
	async finish() {
		this.send(frame(TEXT, ask('能不能批量申请', 'last')));
		for (let reply = {}; reply.to !== 'last';) {
			const { opcode, payload } = await this.next();
			assert.notEqual(opcode, CLOSE);
			reply = opcode === TEXT ? JSON.parse(payload) : {};
			assert.ok(reply.to !== 'last' || reply.outcome === 'answer');
		}
		this.send(closeWith(1000));
		assert.equal(await this.closeCode(), 1000);
	}
}

/* `cases`: [name, frames]; each on a connection of its own, whole and cut into single bytes. */
async function fails(code, cases) {
	await Promise.all(cases.flatMap(([name, ...frames]) => [false, true].map(async (cut) => {
		const line = await Line.open();
		const bytes = Buffer.concat(frames);
		const where = `${name}${cut ? ', byte by byte' : ''}`;
		if (cut && bytes.length < 300) {
			for (const byte of bytes)
				await new Promise((resolve) => line.socket.write(Buffer.from([byte]), () => setImmediate(resolve)));
		} else {
			line.send(bytes);
		}
		const got = await line.closeCode().catch((error) => error.message);
		assert.equal(got, code, `${where}: ${got}`);
	})));
}

async function succeeds(cases) {
	await Promise.all(cases.map(async ([, ...frames]) => {
		const line = await Line.open();
		line.send(...frames);
		await line.finish();
	}));
}

test('1: text and binary frames of every size are taken', { timeout: MOST_MS }, async () => {
	const sizes = [0, 1, 125, 126, 127, 128, 4000, 16384];
	await succeeds(sizes.flatMap((size) => [[`text ${size}`, frame(TEXT, '*'.repeat(size))], [`binary ${size}`, frame(BINARY, Buffer.alloc(size, 0xfe))]]));
});

test('2: a ping is answered with its payload, an unasked pong is not', { timeout: MOST_MS }, async () => {
	for (const payload of ['', 'Hello', Buffer.from([0, 255, 254, 253]), Buffer.alloc(125, 0xfe)]) {
		const line = await Line.open();
		line.send(frame(PONG, 'unasked'), frame(PING, payload));
		const pong = await line.next();
		assert.equal(pong.opcode, PONG);
		assert.deepEqual(pong.payload, Buffer.from(payload));
		for (let i = 0; i < 10; i++) {
			line.send(frame(PING, `payload-${i}`));
			assert.equal(String((await line.next()).payload), `payload-${i}`);
		}
		await line.finish();
	}
});

test('2: a ping of more than 125 bytes fails with 1002', { timeout: MOST_MS }, () => fails(1002, [
	['ping of 126', frame(PING, Buffer.alloc(126))], ['pong of 126', frame(PONG, Buffer.alloc(126))], ['ping of 70000', frame(PING, Buffer.alloc(70000))]]));

test('3: reserved bits fail with 1002', { timeout: MOST_MS }, () => fails(1002, [1, 2, 3, 4, 5, 6, 7].flatMap((rsv) => [
	[`text, rsv ${rsv}`, frame(TEXT, 'Hello', { rsv })], [`ping, rsv ${rsv}`, frame(PING, '', { rsv })],
	[`after a message, rsv ${rsv}`, frame(TEXT, ask()), frame(BINARY, 'x', { rsv })], [`close, rsv ${rsv}`, frame(CLOSE, '', { rsv })]])));

test('4: reserved opcodes fail with 1002', { timeout: MOST_MS }, () => fails(1002, [3, 4, 5, 6, 7, 11, 12, 13, 14, 15].flatMap((opcode) => [
	[`opcode ${opcode}`, frame(opcode)], [`opcode ${opcode} with a payload`, frame(opcode, 'x')],
	[`opcode ${opcode} after a message`, frame(TEXT, ask()), frame(opcode, 'x'), frame(PING)]])));

test('5: fragments that are no message fail with 1002', { timeout: MOST_MS }, () => fails(1002, [
	['a ping in fragments', frame(PING, 'a', { fin: false }), frame(CONTINUATION, 'b')],
	['a pong in fragments', frame(PONG, 'a', { fin: false }), frame(CONTINUATION, 'b')],
	['a continuation of nothing', frame(CONTINUATION, 'a'), frame(TEXT, 'b')],
	['one that goes on, of nothing', frame(CONTINUATION, 'a', { fin: false }), frame(TEXT, 'b')],
	['a message within a message', frame(TEXT, 'a', { fin: false }), frame(TEXT, 'b')],
	['another within it', frame(TEXT, 'a', { fin: false }), frame(BINARY, 'b', { fin: false })],
	['a continuation after the end', frame(TEXT, 'a', { fin: false }), frame(CONTINUATION, 'b'), frame(CONTINUATION, 'c')]]));

test('5: fragments with pings between them are a message', { timeout: MOST_MS }, async () => {
	const line = await Line.open();
	const bytes = Buffer.from(ask());
	line.send(frame(TEXT, bytes.subarray(0, 20), { fin: false }), frame(PING, 'between'), frame(CONTINUATION, bytes.subarray(20, 33), { fin: false }),
		frame(CONTINUATION, '', { fin: false }), frame(CONTINUATION, bytes.subarray(33)));
	const got = [await line.next(), await line.next()];
	assert.deepEqual(got.map(({ opcode }) => opcode).sort(), [TEXT, PONG]);
	assert.equal(JSON.parse(got.find(({ opcode }) => opcode === TEXT).payload).outcome, 'answer');
	await line.finish();
});

/* Markus Kuhn's and Autobahn's: overlong, surrogates, above U+10FFFF, lonely and missing bytes. */
const BROKEN = ['cebae1bdb9cf83cebcceb5eda080656469746564', 'f888808080', 'fc8480808080', 'f7bfbfbf', 'fbbfbfbfbf', 'fdbfbfbfbfbf', 'f4908080',
	'80', 'bf', '8081', 'c0', 'c080', 'c1bf', 'e080af', 'e08080', 'f08080af', 'f0808080', 'e0', 'e080', 'ed9f', 'eda080', 'edadbf', 'edae80', 'edafbf',
	'edb080', 'edbe80', 'edbfbf', 'eda080edb080', 'edafbfedbfbf', 'fe', 'ff', 'fefeffff', 'f8', 'fc', 'f4bfbfbf', 'c3', 'e4b8'];
const WHOLE = ['cebae1bdb9cf83cebcceb5', '00', 'c280', 'e0a080', 'f0908080', '7f', 'dfbf', 'efbfbf', 'f48fbfbf', 'ed9fbf', 'ee8080', 'efbfbd', 'efbfbe', 'f09fbfbe'];

test('6: text that is no UTF-8 fails with 1007, however it is cut', { timeout: MOST_MS }, () => fails(1007, BROKEN.flatMap((hex) => {
	const bytes = Buffer.from(hex, 'hex');
	return [[hex, frame(TEXT, bytes)], [`${hex} in fragments`, frame(TEXT, bytes.subarray(0, 1), { fin: false }), frame(CONTINUATION, bytes.subarray(1))],
		[`${hex} behind a text`, frame(TEXT, 'Hello-', { fin: false }), frame(CONTINUATION, bytes, { fin: false }), frame(CONTINUATION)]];
})));

test('6: text that is UTF-8 is taken, however it is cut', { timeout: MOST_MS }, () => succeeds(WHOLE.flatMap((hex) => {
	const bytes = Buffer.from(hex, 'hex');
	const pieces = [...bytes].map((byte, at) => frame(at ? CONTINUATION : TEXT, Buffer.from([byte]), { fin: at === bytes.length - 1 }));
	return [[hex, frame(TEXT, bytes)], [`${hex} in fragments`, ...pieces]];
})));

test('7: a close is answered with its code, and what comes behind it is not read', { timeout: MOST_MS }, async () => {
	for (const [sent, expected] of [[frame(CLOSE), null], ...[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999].map((code) => [closeWith(code), code]),
		[closeWith(1000, 'Bye'), 1000], [closeWith(1000, '*'.repeat(123)), 1000], [closeWith(1000, '再见'), 1000]]) {
		const line = await Line.open();
		line.send(sent, frame(PING, 'late'), frame(TEXT, ask()));
		const first = await line.next();
		assert.equal(first.opcode, CLOSE);
		assert.equal(first.payload.length >= 2 ? first.payload.readUInt16BE(0) : null, expected);
		await line.closed;
		assert.equal(line.inbox.length, 0);
	}
});

test('7: a close that may not be sent fails with 1002', { timeout: MOST_MS }, () => fails(1002, [
	...[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535].map((code) => [`code ${code}`, closeWith(code)]),
	['one byte', frame(CLOSE, 'a')], ['a reason of 124 bytes', closeWith(1000, '*'.repeat(124))], ['in fragments', frame(CLOSE, '', { fin: false })]]));

test('7: a close whose reason is no UTF-8 fails with 1007', { timeout: MOST_MS }, () => fails(1007,
	BROKEN.map((hex) => [hex, closeWith(1000, Buffer.from(hex, 'hex'))])));

test('an unmasked frame fails with 1002, and what came before it is answered', { timeout: MOST_MS }, async () => {
	const mask = null;
	await fails(1002, [['text', frame(TEXT, ask(), { mask })], ['empty', frame(TEXT, '', { mask })], ['ping', frame(PING, '', { mask })],
		['close', frame(CLOSE, Buffer.from([3, 232]), { mask })], ['long', frame(TEXT, '*'.repeat(300), { mask })],
		['a continuation', frame(TEXT, 'a', { fin: false }), frame(CONTINUATION, 'b', { mask })]]);
	const line = await Line.open();
	line.send(frame(TEXT, ask()), frame(TEXT, ask('能不能批量申请', '2'), { mask }), frame(TEXT, ask('能不能批量申请', '3')));
	assert.equal((await line.reply()).to, '1');
	assert.equal(await line.closeCode(), 1002);
});

/* There is a ceiling here: 16 KiB a message. */
test('9: messages above the ceiling fail with 1009, whole and in fragments; those below are taken', { timeout: MOST_MS }, async () => {
	const fragments = (total, size) => Array.from({ length: total / size }, (unused, at) =>
		frame(at ? CONTINUATION : TEXT, '*'.repeat(size), { fin: (at + 1) * size === total }));
	await fails(1009, [['64 KiB', frame(TEXT, '*'.repeat(65536))], ['1 MiB, announced', frame(TEXT, '', { size: 1 << 20 })],
		['16 MiB, announced, binary', frame(BINARY, '', { size: 1 << 24 })], ['64 KiB in fragments', ...fragments(65536, 64)], ['of 1 KiB', ...fragments(65536, 1024)]]);
	await succeeds([64, 256, 1024, 4096].map((size) => [`16 KiB in fragments of ${size}`, ...fragments(16384, size)]));
});

test('9: bytes of a length above 2^63 fail with 1002', { timeout: MOST_MS }, () => fails(1002,
	[['top bit', Buffer.from([0x81, 0xff, 0x80, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0])]]));

test('10: a message is read in whatever pieces the network brings it', { timeout: MOST_MS }, async () => {
	const line = await Line.open();
	const bytes = Buffer.concat([frame(TEXT, ask()), frame(PING, 'p'), frame(TEXT, ask('能不能批量申请', '2'))]);
	for (let at = 0; at < bytes.length; at += 13)
		await new Promise((resolve) => line.socket.write(bytes.subarray(at, at + 13), () => setImmediate(resolve)));
	await line.finish();
});

/*
 * A slow line to a server on this machine: what is connected to comes after the round-trip time,
 * through a bottleneck that all connections share, and grows per connection as TCP's slow start
 * lets it. Unlike the throttling of a browser's tools it holds for WebSockets, too.
 */
'use strict';

const net = require('node:net');

const SEGMENT = 1460;
const HEADERS = 40; // of IP and TCP, on every segment
const FIRST_WINDOW = 10 * SEGMENT; // RFC 6928

/* One direction of the bottleneck. */
class Bottleneck {
	constructor(bitsPerSecond) {
		this.bytesPerMs = bitsPerSecond / 8000;
		this.free = 0;
	}

	/* When the last of the bytes will have left it. */
	pass(bytes) {
		this.free = Math.max(this.free, performance.now()) + bytes / this.bytesPerMs;
		return this.free;
	}
}

const later = (at, what) => setTimeout(what, Math.max(0, at - performance.now()));

function segments(data) {
	const all = [];
	for (let at = 0; at < data.length; at += SEGMENT)
		all.push(data.subarray(at, at + SEGMENT));
	return all;
}

/* What one side of a connection sends, with the window that the other side's acknowledgements open. */
function sender(line, bottleneck, from, to, opened) {
	const queue = [];
	let window = FIRST_WINDOW;
	let flying = 0;
	let open = false;
	let ended = false;

	function pump() {
		if (!open)
			return;
		while (queue.length && flying + queue[0].length <= window)
			send(queue.shift());
		if (ended && !queue.length && !flying)
			to.end();
	}

	function send(segment) {
		const arrives = bottleneck.pass(segment.length + HEADERS) + line.rttMs / 2;
		flying += segment.length;
		later(arrives, () => to.writable && to.write(segment));
		later(arrives + line.rttMs / 2, () => {
			flying -= segment.length;
			window += segment.length;
			pump();
		});
	}

	later(opened, () => {
		open = true;
		pump();
	});
	from.on('data', (data) => {
		queue.push(...segments(data));
		pump();
	});
	from.on('end', () => {
		ended = true;
		pump();
	});
	from.on('error', () => to.destroy());
}

/*
 * line: { rttMs, down, up }, the latter two in bits a second. The port of the server is set before
 * anybody connects. `bytes` counts what went down and up.
 */
async function startProxy(line) {
	const down = new Bottleneck(line.down);
	const up = new Bottleneck(line.up);
	const proxy = { port: 0, bytes: { down: 0, up: 0 }, connections: 0 };
	const listener = net.createServer({ allowHalfOpen: true }, (client) => {
		const server = net.connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true });
		const opened = performance.now() + line.rttMs; // the client may send when its SYN was answered
		proxy.connections++;
		client.setNoDelay(true);
		server.setNoDelay(true);
		client.on('data', (data) => { proxy.bytes.up += data.length; });
		server.on('data', (data) => { proxy.bytes.down += data.length; });
		sender(line, up, client, server, opened);
		sender(line, down, server, client, opened);
	});
	await new Promise((resolve) => listener.listen(0, '127.0.0.1', resolve));
	proxy.origin = `http://127.0.0.1:${listener.address().port}`;
	proxy.stop = () => listener.close();
	return proxy;
}

module.exports = { startProxy };

/*
 * Starts the program named by DAYI_BIN on a free port of 127.0.0.1, with a folder of its own, and
 * talks to it: WebSocket, fetch, and bytes on a bare socket.
 */
'use strict';

const assert = require('node:assert');
const fs = require('node:fs');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { spawn } = require('node:child_process');
const { WebSocket } = require('ws');
const { chatFault } = require('./framed');
const { check } = require('./described.js');
const { forget, remember, rememberLine } = require('../started.js');

const ROOT = path.resolve(__dirname, '../..');
const SMALL = path.join(ROOT, 'tests/fixtures/knowledge-small');
const SUBPROTOCOL = 'dayi.chat.v1';
const UNSURE = { match: { answer_at: 1, choose_at: 0 } }; // what is not sure at all is offered as a choice
const START_MOST_MS = 60000; // a build with sanitizers on a busy machine
const WAIT_MOST_MS = 60000;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/* Asks `probe` again and again until it gives something. */
async function until(probe, what, most = WAIT_MOST_MS) {
	const end = Date.now() + most;
	for (;;) {
		const found = await probe();
		if (found)
			return found;
		assert.ok(Date.now() < end, `waited in vain for: ${what}`);
		await pause(20);
	}
}

/* { limits: { connections: 3 } } as the lines of a configuration file. */
function configText(settings) {
	return Object.entries(settings).map(([section, keys]) => [`[${section}]`,
		...Object.entries(keys).map(([key, value]) => `${key} = ${value}`)].join('\n')).join('\n\n') + '\n';
}

function merge(base, over) {
	const merged = { ...base };
	for (const [section, keys] of Object.entries(over))
		merged[section] = { ...base[section], ...keys };
	return merged;
}

/* Below those that the system gives to whoever connects: one that is free now stays so while its server is down. */
async function freePort() {
	for (;;) {
		const probe = net.createServer();
		const port = 10000 + Math.floor(Math.random() * 22000);
		const free = await new Promise((resolve) => probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true)));
		if (!free)
			continue;
		await new Promise((resolve) => probe.close(resolve));
		return port;
	}
}

/* What is asked at `port` of 127.0.0.1, which the class sets: a server, or what stands before it. */
class Site {
	get url() {
		return `http://127.0.0.1:${this.port}`;
	}

	/* Every response is held against docs/openapi.yaml. */
	async fetch(where, options = {}) {
		return check(options.method || 'GET', where, await fetch(this.url + where, options));
	}

	/* POST /api/v1/ask. */
	ask(body, headers = {}) {
		return this.fetch('/api/v1/ask', {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', ...headers },
			body: typeof body === 'string' ? body : JSON.stringify(body),
		});
	}

	chat(options = {}) {
		return Chat.open(this, options);
	}
}

/*
 * A running server. Its folder holds the configuration, a copy of a knowledge folder (a small one
 * unless `knowledge` names another), a page and the journal. Options: settings (over the ones
 * below), page ({name: content}).
 */
class Server extends Site {
	static async start(options = {}) {
		return new Server(options).start();
	}

	/* For a server whose folder was changed before. */
	async start() {
		try {
			await this.#run();
		} catch (error) {
			await this.stop();
			throw error;
		}
		return this;
	}

	constructor({ settings = {}, knowledge = SMALL,
		page = { 'index.html': '<!doctype html><title>答疑</title>' } } = {}) {
		super();
		assert.ok(process.env.DAYI_BIN, 'DAYI_BIN must name the dayi program');
		this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'dayi-integration-'));
		this.knowledge = path.join(this.folder, 'knowledge');
		this.journalFile = path.join(this.folder, 'var/journal.db');
		this.log = '';
		fs.cpSync(knowledge, this.knowledge, { recursive: true });
		this.web = path.join(this.folder, 'web');
		for (const [name, content] of Object.entries(page)) {
			fs.mkdirSync(path.dirname(path.join(this.web, name)), { recursive: true });
			fs.writeFileSync(path.join(this.web, name), content);
		}
		const defaults = {
			server: { host: '127.0.0.1', port: 0, drain_s: 5 },
			knowledge: { folder: this.knowledge },
			web: { folder: this.web },
			journal: { file: this.journalFile, batch_ms: 20 },
			reload: { watch_s: 0 },
			limits: { rate_per_connection: 0, rate_per_address: 0 },
		};
		this.config = path.join(this.folder, 'dayi.ini');
		fs.writeFileSync(this.config, configText(merge(defaults, settings)));
	}

	async #run() {
		this.child = spawn(path.resolve(process.env.DAYI_BIN), ['serve', '--config', this.config], { cwd: this.folder, env: { ...process.env, LC_ALL: 'C' } });
		const { child } = this;
		remember(child, this.folder);
		this.ended = new Promise((resolve) => child.once('exit', (code, signal) => {
			forget(child);
			this.result = { code, signal };
			resolve(this.result);
		}));
		for (const stream of [this.child.stdout, this.child.stderr])
			stream.on('data', (data) => { this.log += data; });
		const found = await until(() => {
			assert.ok(!this.result, `the server ended with ${JSON.stringify(this.result)}:\n${this.log}`);
			return /listening port=(\d+)/.exec(this.log);
		}, 'the port in the log', START_MOST_MS);
		this.port = Number(found[1]);
	}

	signal(name) {
		this.child.kill(name);
	}

	/* Ends it and says how it ended; every trace of it goes. */
	async stop() {
		if (this.child && !this.result)
			this.child.kill('SIGTERM');
		const stuck = this.child && setTimeout(() => this.child.kill('SIGKILL'), WAIT_MOST_MS);
		const result = await this.ended;
		clearTimeout(stuck);
		fs.rmSync(this.folder, { recursive: true, force: true });
		return result;
	}

	logged(pattern, what = `${pattern} in the log`) {
		return until(() => pattern.exec(this.log), what);
	}

	/* The value of one series, such as dayi_refusals_total{reason="rate"}. */
	async metric(series) {
		const text = await (await this.fetch('/metrics')).text();
		const line = text.split('\n').find((one) => one.startsWith(`${series} `));
		assert.ok(line, `${series} is not among the metrics:\n${text}`);
		return Number(line.slice(series.length + 1));
	}

	/* Sends bytes on a bare socket; gives what came back until the other side closed. */
	raw(bytes, { end = false, most = WAIT_MOST_MS } = {}) {
		return new Promise((resolve, reject) => {
			const socket = net.connect(this.port, '127.0.0.1');
			const timer = setTimeout(() => {
				socket.destroy();
				reject(new Error(`no end of the answer to ${JSON.stringify(String(bytes).slice(0, 200))}`));
			}, most);
			let got = '';
			socket.setEncoding('latin1');
			socket.on('connect', () => (end ? socket.end(bytes) : socket.write(bytes)));
			socket.on('data', (data) => { got += data; });
			socket.on('error', () => {}); // a reset after the answer is an end, too
			socket.on('close', () => {
				clearTimeout(timer);
				resolve(got);
			});
		});
	}
}

/* One chat connection; frames wait in `inbox` until next() takes them. */
class Chat {
	static open(server, { origin, headers, subprotocol = SUBPROTOCOL, where = '/chat' } = {}) {
		return new Promise((resolve, reject) => {
			const socket = new WebSocket(`ws://127.0.0.1:${server.port}${where}`, subprotocol,
				{ origin, headers, perMessageDeflate: false });
			socket.once('open', () => resolve(new Chat(socket)));
			socket.once('error', reject);
			socket.once('unexpected-response', (request, response) => {
				let body = '';
				response.setEncoding('utf8');
				response.on('data', (data) => { body += data; });
				response.on('close', () => {
					const error = new Error(`refused with ${response.statusCode}`);
					reject(Object.assign(error, { status: response.statusCode, body, headers: response.headers }));
				});
			});
		});
	}

	constructor(socket) {
		this.socket = socket;
		rememberLine(socket);
		this.inbox = [];
		socket.on('message', (data, binary) => {
			const frame = binary ? data : JSON.parse(data);
			if (socket.protocol === 'dayi.chat.v1')
				assert.equal(chatFault(frame), null);
			this.inbox.push(frame);
		});
		socket.on('error', () => {});
		this.closed = new Promise((resolve) => socket.once('close',
			(code, reason) => { this.end = { code, reason: String(reason) }; resolve(this.end); }));
	}

	send(frame) {
		this.socket.send(typeof frame === 'object' && !Buffer.isBuffer(frame) ? JSON.stringify(frame) : frame);
	}

	async next() {
		await until(() => {
			assert.ok(this.inbox.length || !this.end, `closed with ${JSON.stringify(this.end)} instead of a frame`);
			return this.inbox.length > 0;
		}, 'a frame');
		return this.inbox.shift();
	}

	async ask(text, id = '1') {
		this.send({ type: 'ask', id, text });
		return this.next();
	}

	async hello(resume, token) {
		this.send({ type: 'hello', resume, token });
		return this.next();
	}

	/* What this frame is answered with. */
	async answerTo(frame) {
		this.send(frame);
		return this.next();
	}

	async close() {
		this.socket.close();
		await this.closed;
	}
}

/* A client that answers no close frame keeps the drain from ending. */
async function stubbornClient(server) {
	const socket = net.connect(server.port, '127.0.0.1');
	socket.on('error', () => {});
	socket.write('GET /chat HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
		'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: dayi.chat.v1\r\n\r\n');
	await new Promise((resolve) => socket.once('data', resolve));
	return socket;
}

/* Processor time that a process took so far, in hundredths of a second. */
function ticks(pid) {
	const fields = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
	return Number(fields[11]) + Number(fields[12]);
}

/* Ends with an exit status of 0, which a sanitizer's complaint would spoil. */
async function stopCleanly(server) {
	const result = await server.stop();
	assert.deepEqual(result, { code: 0, signal: null }, server.log);
}

module.exports = { ROOT, Site, Server, Chat, UNSURE, freePort, pause, stubbornClient, until, ticks, stopCleanly };

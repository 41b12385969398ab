/*
 * The four ways to a bot. Each has open(), event(data), renew(how) and close(), and tells its owner:
 *
 *   opened(role)            a connection is there (again)
 *   closed(role, code)      it is gone; what follows is the link's own business
 *   missed(error)           dialling again failed; it will be tried once more
 *   refused(status)         forward: a bot came with a wrong token, or none
 *   frame(bytes, answer)    the bot sent bytes; answer(text) goes back over the same connection
 *   quick(event, operation) http: what a POST was answered with
 *   call(action, params)    http: an action at our server; gives { body, after, http }
 *   ready(send, role)       a connection is open and may be sent events: lifecycle and heartbeats begin
 */
'use strict';

const crypto = require('node:crypto');
const http = require('node:http');
const https = require('node:https');
const { WebSocket, WebSocketServer } = require('ws');

const MAX_PAYLOAD = 50 * 1024 * 1024;
const BODY_MOST = 1024 * 1024;

function put(socket, data) {
	if (socket.readyState !== WebSocket.OPEN)
		return false;
	socket.send(data, { binary: Buffer.isBuffer(data) && !data.asText });
	return true;
}

/* Reverse WebSocket: we dial, with one socket or with two. */
class Dialled {
	#s;
	#owner;
	#lines = new Map(); // role -> the socket that counts
	#all = new Set();
	#timers = new Set();
	#stopped = false;

	constructor(settled, owner) {
		this.#s = settled;
		this.#owner = owner;
		this.roles = settled.transport === 'split' ? ['API', 'Event'] : ['Universal'];
	}

	#later(run, ms) {
		const timer = setTimeout(() => {
			this.#timers.delete(timer);
			run();
		}, ms);
		this.#timers.add(timer);
	}

	#address(role) {
		const s = this.#s;
		const url = new URL(role === 'API' && s.apiUrl ? s.apiUrl : s.url);
		if (s.token && ['query', 'both'].includes(s.tokenIn))
			url.searchParams.set('access_token', s.token);
		return url;
	}

	/* Rejects with `status` where the bot refuses the upgrade. */
	#dial(role) {
		const s = this.#s;
		const inHeader = s.token && ['header', 'both'].includes(s.tokenIn);
		const headers = { 'X-Self-ID': s.headerSelfId, 'X-Client-Role': role, 'User-Agent': 'OneBot' };
		if (inHeader || s.emptyBearer)
			headers.Authorization = `Bearer ${inHeader ? s.token : ''}`;
		return new Promise((resolve, reject) => {
			const socket = new WebSocket(this.#address(role), { headers, perMessageDeflate: s.deflate, handshakeTimeout: s.handshakeMs, maxPayload: MAX_PAYLOAD });
			this.#all.add(socket);
			let taken = false;
			socket.once('open', () => {
				taken = true;
				this.#lines.set(role, socket);
				this.#owner.opened(role);
				if (role !== 'API')
					this.#owner.ready((data) => put(socket, data), role);
				resolve(socket);
			});
			socket.on('unexpected-response', (request, response) => {
				response.resume();
				request.destroy();
				reject(Object.assign(new Error(`the bot refused the connection with ${response.statusCode}`), { status: response.statusCode }));
			});
			socket.on('message', (data) => this.#owner.frame(data, (text) => put(socket, text), role));
			socket.on('error', reject);
			socket.on('close', (code, reason) => {
				this.#all.delete(socket);
				reject(new Error(`closed with ${code} before it was open`));
				if (taken)
					this.#owner.closed(role, code, String(reason));
				if (this.#lines.get(role) !== socket)
					return; // an old one, which another has replaced
				this.#lines.delete(role);
				this.#again(role);
			});
		});
	}

	#again(role) {
		if (this.#stopped || this.#s.reconnect < 0)
			return;
		this.#later(() => this.#dial(role).catch((error) => {
			this.#owner.missed(error);
			this.#again(role);
		}), this.#s.reconnect * this.#s.scale);
	}

	async open() {
		await Promise.all(this.roles.map((role) => this.#dial(role)));
		if (this.#s.reconnectEvery > 0)
			this.#leaveLater();
	}

	#leaveLater() {
		this.#later(() => this.renew().catch(() => {}).then(() => this.#stopped || this.#leaveLater()), this.#s.reconnectEvery * this.#s.scale);
	}

	event(data) {
		const socket = this.#lines.get('Event') ?? this.#lines.get('Universal');
		return socket !== undefined && put(socket, data);
	}

	/*
	 * Leaves and dials at once. late: ms from the new socket to the close of the old; abrupt: without a close frame;
	 * away: with late < 0, ms from the close of the old to the dial.
	 */
	async renew({ late = this.#s.lateClose, abrupt = false, away = 0 } = {}) {
		const old = [...this.#lines.entries()];
		const leave = async (socket) => {
			const gone = new Promise((resolve) => socket.readyState === WebSocket.CLOSED ? resolve() : socket.once('close', resolve));
			if (abrupt)
				socket.terminate();
			else
				socket.close(1000);
			await gone;
		};
		for (const [role] of old)
			this.#lines.delete(role);
		if (late < 0)
			await Promise.all(old.map(([, socket]) => leave(socket)));
		if (away > 0)
			await new Promise((resolve) => this.#later(resolve, away));
		await Promise.all(this.roles.map((role) => this.#dial(role).catch((error) => {
			this.#again(role);
			throw error;
		})));
		if (late >= 0)
			for (const [, socket] of old)
				this.#later(() => leave(socket), late * this.#s.scale);
	}

	async close() {
		this.#stopped = true;
		this.#timers.forEach(clearTimeout);
		const gone = [...this.#all].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
		for (const socket of this.#all) {
			socket.on('error', () => {});
			if (socket.readyState === WebSocket.OPEN)
				socket.close(1000);
			else
				socket.terminate();
			setTimeout(() => socket.terminate(), 1000).unref();
		}
		await Promise.all(gone);
	}
}

/* What both servers judge a caller by: 0 is well, else 401 (no token) or 403 (a wrong one). */
function judge(settled, request) {
	if (!settled.token)
		return 0;
	const given = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1] ??
		new URL(request.url, 'http://x').searchParams.get('access_token');
	return given === null ? 401 : given === settled.token ? 0 : 403;
}

function listen(server, settled) {
	return new Promise((resolve, reject) => {
		server.once('error', reject);
		server.listen(settled.port, settled.host, () => resolve(server.address().port));
	});
}

/* Forward WebSocket: the bot dials us, at /, /api and /event. */
class Listening {
	#s;
	#owner;
	#server = http.createServer((request, response) => response.writeHead(404).end());
	#sockets = new Map(); // socket -> role

	constructor(settled, owner) {
		this.#s = settled;
		this.#owner = owner;
	}

	async open() {
		const upgrade = new WebSocketServer({ noServer: true, perMessageDeflate: this.#s.deflate, maxPayload: MAX_PAYLOAD });
		this.#server.on('upgrade', (request, socket, head) => {
			const wrong = judge(this.#s, request);
			if (wrong)
				this.#owner.refused(wrong);
			if (wrong && this.#s.refuse === '401') {
				socket.end(`HTTP/1.1 ${wrong} ${http.STATUS_CODES[wrong]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
				return;
			}
			upgrade.handleUpgrade(request, socket, head, (line) => {
				if (wrong)
					line.close(1002);
				else
					this.#take(line, new URL(request.url, 'http://x').pathname);
			});
		});
		this.port = await listen(this.#server, this.#s);
	}

	#take(socket, where) {
		const role = /^\/api\/?$/.test(where) ? 'API' : /^\/event\/?$/.test(where) ? 'Event' : 'Universal';
		this.#sockets.set(socket, role);
		this.#owner.opened(role);
		if (role !== 'API')
			this.#owner.ready((data) => put(socket, data), role);
		socket.on('message', (data) => this.#owner.frame(data, (text) => put(socket, text), role));
		socket.on('error', () => {});
		socket.on('close', (code, reason) => {
			this.#sockets.delete(socket);
			this.#owner.closed(role, code, String(reason));
		});
	}

	event(data) {
		return [...this.#sockets].filter(([socket, role]) => role !== 'API' && put(socket, data)).length > 0;
	}

	/* The bot alone can dial: we only close. */
	async renew({ abrupt = false } = {}) {
		for (const socket of this.#sockets.keys())
			if (abrupt)
				socket.terminate();
			else
				socket.close(1000);
	}

	async close() {
		await this.renew();
		for (const socket of this.#sockets.keys())
			socket.terminate();
		await new Promise((resolve) => this.#server.close(resolve)); // an error, where it is closed already, is well
	}
}

/* Events by HTTP POST, actions at an HTTP server of ours. */
class Posting {
	#s;
	#owner;
	#server = http.createServer((request, response) => this.#serve(request, response));
	#agent;

	constructor(settled, owner) {
		this.#s = settled;
		this.#owner = owner;
		this.#agent = new (settled.url.startsWith('https') ? https : http).Agent({ keepAlive: true, maxSockets: 64 });
	}

	async open() {
		this.port = await listen(this.#server, this.#s);
		this.#owner.opened('HTTP');
		this.#owner.ready((data) => this.event(data), 'HTTP');
	}

	event(data) {
		this.#post(Buffer.isBuffer(data) ? data : Buffer.from(data));
		return true;
	}

	#post(body) {
		const s = this.#s;
		const headers = { 'Content-Type': 'application/json', 'Content-Length': body.length, 'X-Self-ID': s.headerSelfId, 'User-Agent': 'OneBot' };
		if (s.secret && s.signature !== 'none')
			headers['X-Signature'] = `sha1=${crypto.createHmac('sha1', s.signature === 'wrong' ? `${s.secret}x` : s.secret).update(body).digest('hex')}`;
		const request = (s.url.startsWith('https') ? https : http).request(s.url, { method: 'POST', headers, agent: this.#agent }, (response) => {
			const parts = [];
			response.on('data', (part) => parts.push(part));
			response.on('end', () => {
				const text = Buffer.concat(parts).toString();
				this.#owner.posted(response.statusCode, text);
				if (response.statusCode === 200 && text.trim())
					this.#owner.quick(body.toString(), text);
			});
		});
		request.on('error', (error) => this.#owner.posted(0, error.message));
		request.end(body);
	}

	async #serve(request, response) {
		const done = (status, body) => response.writeHead(status, { 'Content-Type': 'application/json' }).end(body === undefined ? '' : JSON.stringify(body));
		const wrong = judge(this.#s, request);
		const parts = [];
		let size = 0;
		for await (const part of request) {
			size += part.length;
			if (size <= BODY_MOST)
				parts.push(part);
		}
		if (wrong)
			return done(wrong);
		const url = new URL(request.url, 'http://x');
		url.searchParams.delete('access_token');
		let params = Object.fromEntries(url.searchParams);
		const type = (request.headers['content-type'] ?? '').split(';')[0].trim();
		const body = Buffer.concat(parts).toString();
		if (request.method === 'POST' && body) {
			if (type === 'application/x-www-form-urlencoded')
				params = { ...params, ...Object.fromEntries(new URLSearchParams(body)) };
			else if (type !== 'application/json')
				return done(406);
			else
				try {
					params = { ...params, ...JSON.parse(body) };
				} catch {
					return done(400);
				}
		}
		const result = this.#owner.call(url.pathname.slice(1), params);
		if (result.body === null)
			return undefined; // the request hangs, as with an implementation that has died
		return setTimeout(() => (result.http === 200 ? done(200, result.body) : done(result.http)), result.after);
	}

	async renew() {}

	async close() {
		this.#agent.destroy();
		this.#server.closeAllConnections?.();
		await new Promise((resolve) => this.#server.close(resolve)); // an error, where it is closed already, is well
	}
}

function linkOf(settled, owner) {
	const Link = { reverse: Dialled, split: Dialled, forward: Listening, http: Posting }[settled.transport];
	return new Link(settled, owner);
}

module.exports = { linkOf };

#!/usr/bin/env node
/*
 * A small bot that behaves: it answers "ping" with "pong" when it is spoken to. It shows what the points of the
 * conformance run want, and the peer's own tests spoil it, one habit at a time (`habits`), to see that each is found.
 *
 *   node example-bot.js PORT [TOKEN]      reverse WebSocket at any path
 */
'use strict';

const crypto = require('node:crypto');
const http = require('node:http');
const { WebSocketServer } = require('ws');
const cq = require('./cq.js');

const KEPT = 1000;

class Bot {
	#server;
	#lines = new Map(); // X-Self-ID -> { role: socket }
	#sockets = new Set();
	#ids = new Set();
	#echo = 0;

	/* habits: { token, secret, … } and what it does wrong: see the uses of `#habits`. */
	constructor(habits = {}) {
		this.habits = habits;
		this.#server = http.createServer((request, response) => this.#post(request, response));
		const upgrade = new WebSocketServer({ noServer: true, maxPayload: 1 << 20, perMessageDeflate: Boolean(habits.deflate) });
		this.#server.on('upgrade', (request, socket, head) => {
			if (!habits.letsAnyoneIn && !this.#knows(request)) {
				socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
				return;
			}
			upgrade.handleUpgrade(request, socket, head, (line) => this.#take(line, request));
		});
	}

	listen(port = 0) {
		return new Promise((resolve) => this.#server.listen(port, '127.0.0.1', () => {
			this.port = this.#server.address().port;
			resolve(this);
		}));
	}

	close() {
		this.#sockets.forEach((socket) => socket.terminate());
		this.#server.closeAllConnections();
		return new Promise((resolve) => this.#server.close(resolve));
	}

	#knows(request) {
		const { token } = this.habits;
		const header = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
		return !token || (header ?? new URL(request.url, 'http://x').searchParams.get('access_token')) === token;
	}

	#take(socket, request) {
		const self = request.headers['x-self-id'];
		const role = request.headers['x-client-role'];
		const roles = this.#lines.get(self) ?? {};
		roles[role] = socket;
		this.#lines.set(self, roles);
		this.#sockets.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => {
			this.#sockets.delete(socket);
			if (roles[role] === socket || this.habits.forgetsTheNewOne)
				delete roles[role];
		});
		socket.on('message', (data) => this.#frame(String(data), self));
	}

	#send(self, action, params) {
		const { API, Universal, Event } = this.#lines.get(self) ?? {};
		const socket = (this.habits.actsOnEvent ? Event : undefined) ?? API ?? Universal;
		socket?.send(JSON.stringify({ action, params, echo: ++this.#echo }));
		this.lastSent = { self, action, params };
	}

	#frame(text, self) {
		let event;
		try {
			event = JSON.parse(text);
		} catch (error) {
			if (this.habits.diesOfBadFrames)
				this.close();
			return;
		}
		if (event?.post_type === undefined) {
			const unsure = event?.status && event.status !== 'ok';
			if (unsure && this.habits.sendsAgain && this.lastSent)
				this.#send(this.lastSent.self, this.lastSent.action, this.lastSent.params);
			return;
		}
		const reply = this.#replyTo(event, self);
		if (reply)
			this.#send(self, event.message_type === 'group' ? 'send_group_msg' : 'send_private_msg',
				{ ...(event.message_type === 'group' ? { group_id: this.#back(event.group_id) } : { user_id: event.user_id }), message: reply });
	}

	#back(id) {
		return this.habits.numbersOnly ? Number(id) : id;
	}

	/* Segments, or nothing. */
	#replyTo(event, self) {
		const { habits } = this;
		if (event.post_type !== 'message' && !(habits.answersItself && event.post_type === 'message_sent'))
			return undefined;
		if (!['number', 'string'].includes(typeof event.message_id) || event.sub_type === 'notice' || String(event.user_id) === String(event.self_id))
			return undefined;
		let segments;
		try {
			const message = event.message ?? event.raw_message ?? '';
			segments = cq.read(habits.unescapesFirst && typeof message === 'string' ? cq.unescape(message) : message);
		} catch {
			return undefined;
		}
		const names = [self, String(event.self_id), habits.alias];
		const called = segments.some((one) => one.type === 'at' && names.includes(String(one.data?.qq)));
		if (event.message_type === 'group' && !called && !habits.answersAll)
			return undefined;
		if (cq.textOf(segments).trim() !== 'ping')
			return undefined;
		if (this.#ids.has(`${self} ${event.message_id}`) && !habits.forgetsIds)
			return undefined;
		this.#ids.add(`${self} ${event.message_id}`);
		if (this.#ids.size > KEPT)
			this.#ids.delete(this.#ids.values().next().value);
		return [
			...(habits.quotesNothing ? [] : [{ type: 'reply', data: { id: String(event.message_id) } }]),
			...(event.message_type === 'group' && !event.anonymous ? [{ type: 'at', data: { qq: String(event.user_id) } }] : []),
			{ type: 'text', data: { text: ' pong' } },
		];
	}

	async #post(request, response) {
		const parts = [];
		for await (const part of request)
			parts.push(part);
		const body = Buffer.concat(parts);
		const { secret } = this.habits;
		const wanted = secret && `sha1=${crypto.createHmac('sha1', secret).update(body).digest('hex')}`;
		if (wanted && request.headers['x-signature'] !== wanted && !this.habits.letsAnyoneIn) {
			response.writeHead(request.headers['x-signature'] ? 403 : 401).end();
			return;
		}
		let event = {};
		try {
			event = JSON.parse(body);
		} catch {
			response.writeHead(400).end();
			return;
		}
		const reply = this.#replyTo(event ?? {}, request.headers['x-self-id']);
		if (reply)
			response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ reply, at_sender: false }));
		else
			response.writeHead(204).end();
	}
}

module.exports = { Bot };

if (require.main === module)
	new Bot({ token: process.argv[3], alias: '100010002' }).listen(Number(process.argv[2] || 0))
		.then((bot) => process.stdout.write(`listening on ws://127.0.0.1:${bot.port}/\n`));

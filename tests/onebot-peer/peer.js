/*
 * The peer: an account, a way to the bot, and what goes wrong between them.
 *
 *   const peer = new Peer({ url: 'ws://127.0.0.1:8080/onebot', token: 't' });   switches: switches.js
 *   await peer.connect();
 *   const asked = peer.say({ group: 1, user: 2, at: true, text: 'a question' });
 *   const answer = await peer.answerTo(asked);      { text, ats, quotes, group, … }
 *   await peer.close();
 *
 * `said` is everything that the bot tried to say, in order, with `delivered`; `actions` every action that it asked
 * for; `faults` what it sent against the specification. Events: 'said', 'action', 'opened', 'closed', 'fault'.
 */
'use strict';

const { EventEmitter, once } = require('node:events');
const { Account } = require('./account.js');
const forms = require('./forms.js');
const { linkOf } = require('./links.js');
const { settle } = require('./switches.js');

const WITHIN_MS = 60000;

const now = () => Math.floor(Date.now() / 1000);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

class Peer extends EventEmitter {
	#account;
	#link;
	#beats = new Map(); // role -> timer of its heartbeats
	#answers = new Set(); // timers of answers that are due
	#sent = []; // the last events, for `repeat`
	#malformed = 0; // which one is next
	#users = 0;
	#open = new Map(); // role -> how many connections
	said = [];
	actions = [];
	faults = [];
	posts = []; // http: { status, text } of each POST
	connections = 0;
	closes = []; // { role, code, reason }
	refused = 0; // bots with a wrong token
	misses = []; // errors of dialling again

	constructor(given = {}) {
		super();
		this.setMaxListeners(0);
		this.settled = settle(given);
		this.#account = new Account(this.settled, (said) => this.#heard(said));
		this.#link = linkOf(this.settled, {
			opened: (role) => this.#opened(role),
			closed: (role, code, reason) => this.#closed(role, code, reason),
			refused: () => this.refused++,
			missed: (error) => this.misses.push(error),
			ready: (send, role) => this.#begin(send, role),
			frame: (data, answer, role) => this.#frame(data, answer, role),
			posted: (status, text) => this.#posted(status, text),
			quick: (event, operation) => this.#quick(event, operation),
			call: (action, params) => this.#act(action, params, 'HTTP'),
		});
	}

	/* Where the bot finds us: forward and http. */
	get port() {
		return this.#link.port;
	}

	/* Changes switches while it runs; those of a connection count from the next one on. */
	set(given) {
		settle(given);
		Object.assign(this.settled, given, given.sends ? { sends: [].concat(given.sends).map(String) } : {});
	}

	/* reverse, split: resolves when the bot took us. forward: when a bot came, or only when we listen (wait: false). */
	async connect({ wait = true, within = WITHIN_MS } = {}) {
		await this.#link.open();
		if (wait)
			await this.connected(within);
		return this;
	}

	async connected(within = WITHIN_MS) {
		if (this.#open.size > 0)
			return;
		const ended = new AbortController();
		const timer = setTimeout(() => ended.abort(), within);
		try {
			await once(this, 'opened', { signal: ended.signal });
		} catch {
			throw new Error(`no connection within ${within} ms`);
		} finally {
			clearTimeout(timer);
		}
	}

	#opened(role) {
		this.connections++;
		this.#open.set(role, (this.#open.get(role) ?? 0) + 1);
		this.emit('opened', role);
	}

	#closed(role, code, reason) {
		this.closes.push({ role, code, reason });
		const left = (this.#open.get(role) ?? 1) - 1;
		if (left > 0)
			this.#open.set(role, left);
		else
			this.#open.delete(role);
		this.emit('closed', { role, code, reason });
	}

	/* A connection for events begins: lifecycle, heartbeats, and what is told twice. */
	#begin(send, role) {
		const s = this.settled;
		const tell = (event) => send(JSON.stringify(event));
		if (s.lifecycle !== 'none')
			tell(forms.lifecycle(s, role === 'HTTP' ? 'enable' : 'connect', now()));
		if (s.lifecycle === 'connect+enable' && role !== 'HTTP')
			tell(forms.lifecycle(s, 'enable', now()));
		if (this.connections > 1)
			for (const text of s.repeat > 0 ? this.#sent.slice(-s.repeat) : [])
				send(text);
		clearInterval(this.#beats.get(role));
		if (s.heartbeat > 0) {
			const interval = s.heartbeat * s.scale;
			this.#beats.set(role, setInterval(() => tell(forms.heartbeat(s, interval, now())), interval).unref());
		}
	}

	/* --- from the bot --- */

	#fault(what, about) {
		this.faults.push({ what, about });
		this.emit('fault', { what, about });
	}

	#frame(data, answer, role) {
		let call;
		try {
			call = JSON.parse(String(data));
		} catch {
			this.#fault('a frame that is not JSON', String(data).slice(0, 200));
			answer(JSON.stringify({ status: 'failed', retcode: 1400, data: null }));
			return;
		}
		if (!call || typeof call !== 'object' || typeof call.action !== 'string') {
			this.#fault('a frame without an action', String(data).slice(0, 200));
			answer(JSON.stringify({ status: 'failed', retcode: 1400, data: null, ...(call && 'echo' in Object(call) ? { echo: call.echo } : {}) }));
			return;
		}
		this.emit('called', call);
		if (role === 'Event')
			this.#fault('an action over the Event connection', call.action);
		const { body, after } = this.#act(call.action, call.params, role);
		if (body === null)
			return;
		const { echo } = this.settled;
		const full = { ...body, ...('echo' in call && echo !== 'drop' ? { echo: echo === 'text' ? JSON.stringify(call.echo) : call.echo } : {}) };
		if (after <= 0) {
			answer(JSON.stringify(full));
			return;
		}
		const timer = setTimeout(() => {
			this.#answers.delete(timer);
			answer(JSON.stringify(full));
		}, after);
		this.#answers.add(timer);
	}

	#act(action, params, role) {
		const result = this.#account.act(action, params);
		const about = { action, params, role, answer: result.body };
		this.actions.push(about);
		this.emit('action', about);
		return result;
	}

	#posted(status, text) {
		this.posts.push({ status, text });
		this.emit('posted', { status, text });
	}

	#quick(event, text) {
		let operation;
		try {
			operation = JSON.parse(text);
		} catch {
			this.#fault('an answer to a POST that is not JSON', text.slice(0, 200));
			return;
		}
		if (operation?.reply !== undefined)
			this.#act('.handle_quick_operation', { context: JSON.parse(event), operation }, 'quick');
	}

	#heard(said) {
		this.said.push(said);
		this.emit('said', said);
		if (this.settled.messageSent && said.delivered)
			this.#tell({ ...forms.messageEvent(this.settled, { messageId: said.id, group: said.group, user: forms.selfOf(this.settled, this.settled.selfId),
				segments: said.segments, time: said.time }), post_type: 'message_sent', ...(said.group === undefined ? { target_id: said.user } : {}) });
	}

	/* --- to the bot --- */

	#tell(event) {
		return this.#link.event(JSON.stringify(event));
	}

	/* A frame as it is: text, or bytes. False where there is no connection. */
	frame(data) {
		return this.#link.event(data);
	}

	event(event) {
		const s = this.settled;
		return this.#tell({ time: now(), self_id: forms.selfOf(s, s.selfId), ...event });
	}

	/* Somebody who said nothing yet. */
	newUser() {
		return 20000 + Math.floor(Date.now() / 1000) % 1000000 * 1000 + this.#users++ % 1000;
	}

	/*
	 * A person says something: { group?, user?, text?, at?, all?, quote?, message?, subType?, anonymous?, id?, raw? }.
	 * Small numbers become ids as the switches want them. Gives { id, group, user, text, sent, event }.
	 */
	say({ group, user = this.newUser(), text, at = false, all = false, quote, message, subType, anonymous, id, over = {} }) {
		const s = this.settled;
		const who = forms.idOf(s, user);
		const where = group === undefined ? undefined : forms.idOf(s, group);
		const segments = message ?? [
			...(quote === undefined ? [] : [{ type: 'reply', data: { id: quote } }]),
			...(all ? [{ type: 'at', data: { qq: 'all' } }] : []),
			...(at ? [{ type: 'at', data: { qq: at === true ? s.atId : at } }] : []),
			{ type: 'text', data: { text: `${at || all ? ' ' : ''}${text ?? ''}` } },
		];
		const messageId = id ?? this.#account.newId();
		const time = now();
		const event = { ...forms.messageEvent(s, { messageId, group: where, user: who, segments, subType,
			anonymous: anonymous ?? (s.anonymous && where !== undefined), time }), ...over };
		this.#account.keep({ id: messageId, segments, mine: false, group: where, user: who, time });
		if (s.malformed) {
			const frames = forms.malformedFrames(s);
			this.frame(frames[this.#malformed++ % frames.length]);
		}
		if (s.notices)
			for (const one of forms.noise(s, { group: where, user: who, segments, time, messageId: this.#account.newId() }))
				this.#tell(one);
		const line = JSON.stringify(event);
		this.#sent.push(line);
		if (this.#sent.length > 1000)
			this.#sent.splice(0, 500);
		return { id: messageId, group: where, user: who, text, sent: this.#link.event(line), from: this.said.length, event };
	}

	/* The same event once more, as after a reconnect. */
	again(asked) {
		return this.#tell(asked.event);
	}

	/* --- what came --- */

	/* The first thing from `from` on that the bot said and `wanted` takes. */
	async next(wanted = () => true, { from = 0, within = WITHIN_MS, what = 'an answer' } = {}) {
		const end = Date.now() + within;
		for (;;) {
			const found = this.said.slice(from).find(wanted);
			if (found)
				return found;
			const left = end - Date.now();
			if (left <= 0)
				throw new Error(`waited ${within} ms in vain for ${what}`);
			await this.#change(left);
		}
	}

	#change(most) {
		return new Promise((resolve) => {
			const done = () => {
				clearTimeout(timer);
				this.off('said', done);
				resolve();
			};
			const timer = setTimeout(done, most);
			this.on('said', done);
		});
	}

	/* Does `said` answer `asked`? By the quoted message; where nothing is quoted, by the place and the person. */
	static answers(asked, said) {
		if (said.quotes !== undefined)
			return String(said.quotes) === String(asked.id);
		if (asked.group === undefined)
			return said.group === undefined && String(said.user) === String(asked.user);
		return String(said.group) === String(asked.group) && (said.ats.length === 0 || said.ats.includes(String(asked.user)));
	}

	answersTo(asked) {
		return this.said.slice(asked.from).filter((said) => Peer.answers(asked, said));
	}

	answerTo(asked, { within = WITHIN_MS } = {}) {
		return this.next((said) => Peer.answers(asked, said), { from: asked.from, within, what: `an answer to ${JSON.stringify(asked.text)}` });
	}

	/* What the bot says within `ms`. */
	async during(ms) {
		const from = this.said.length;
		await pause(ms);
		return this.said.slice(from);
	}

	renew(how) {
		return this.#link.renew(how);
	}

	async close() {
		for (const timer of this.#beats.values())
			clearInterval(timer);
		this.#answers.forEach(clearTimeout);
		await this.#link.close();
	}
}

module.exports = { Peer, pause };

/*
 * The line to the server: WebSocket (dayi.chat.v1), or HTTP: at once where the browser has no
 * WebSocket, after three refusals, and while the first welcome is late, as behind a proxy that
 * forwards nothing. What was given to ask() is kept until its reply comes, and sent again under the
 * same id over a new line, or after a pause where the server is busy.
 */

import type { HandoverEvent, HandoverState } from './handover';
import type { Exchange, Request } from './http';
import type { Notice, Rating, Reply, Welcome } from './protocol';

export type Line = 'connecting' | 'broken' | 'open' | 'http';

export interface Ask {
	id: string;
	text: string;
}

export interface Listener {
	line(line: Line): void;
	welcome(welcome: Welcome): void;
	notice(notice: Notice | null): void;
	session(session: string): void; // over HTTP, where nobody says welcome
	/* The server is busy: what was asked waits, and is sent again by itself; or does so no more. */
	held(held: boolean): void;
	reply(id: string, reply: Reply): void;
	/* Of the person at the office who answers. */
	state(state: HandoverState): void;
	event(event: HandoverEvent): void;
	lastEvent(): number; // that is known
	typing(): void; // who answers
	lineLost(): void; // neither comes any more
}

export interface World {
	/* May throw: there is no WebSocket, or a policy forbids it. */
	openSocket(): WebSocket;
	request: Request;
	random(): number;
}

export interface Connection {
	/* At once: over HTTP, in the time that opening the WebSocket takes. */
	ask(ask: Ask, atOnce?: boolean): void;
	/* Whether the server noted it. */
	rate(receipt: string, value: Rating, reason?: string): Promise<boolean>;
	/* What an operator said behind `after`, once there is something; or nothing, after a while. */
	events(after: number, place: number): Promise<Exchange>;
	callBack(number: string, text: string): Promise<Exchange>;
	lookedAt(): Promise<Exchange>;
	/* The person is typing; told where the line is open. */
	typing(): void;
	signIn(token: string): void;
	/* Forgets the token, the session and what is not answered yet, and begins anew. */
	reset(): void;
	/* Does not wait for the next attempt: the network or the person came back. */
	hurry(): void;
	/* The device says that it has no network: nobody needs to find that out by waiting. */
	giveUp(): void;
}

interface Waiting extends Ask {
	tries: number;
	refusals: number; // in a row, because the server was busy
	sent: 'no' | 'socket' | 'post'; // how it is on its way
}

interface Message {
	type: string;
	to?: string;
	receipt?: string;
	text?: string;
	reconnect_after_ms?: number;
}

interface Rated {
	receipt: string;
	done(noted: boolean): void;
}

const TRIES_BEFORE_HTTP = 3;
const WELCOME_MOST_MS = 3000; // after this the questions go over HTTP
const TRIES_MOST = 5; // of one question: more would only break the line again
const REFUSALS_MOST = 6; // a minute or so; after that the person decides
const BUSY_FIRST_MS = 1000;
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 30000;
const SILENCE_MOST_MS = 15000; // a reply takes milliseconds: after this the line is dead
const EVENTS_MOST_MS = 30000; // the server holds a poll for 20 s
const TRY_LATER = [429, 502, 503, 504]; // also of a proxy whose server is being started anew

function backoff(first: number, failures: number): number {
	return Math.min(BACKOFF_MOST_MS, first * Math.pow(2, failures));
}

export function socketUrl(page: { protocol: string; host: string; pathname: string }): string {
	const folder = page.pathname.replace(/[^/]*$/, '');
	return `${page.protocol === 'https:' ? 'wss' : 'ws'}://${page.host}${folder}chat`;
}

export function connect(world: World, listener: Listener, resumed?: string, resumedToken?: string): Connection {
	let session = resumed;
	let token = resumedToken;
	let socket: WebSocket | null = null;
	let silent: WebSocket | null = null; // open; hello waits for the session of what is being posted
	let greeted = false; // the line is open, and hello was said on it
	let ready = false; // the server said welcome
	let failures = 0; // attempts in a row that opened no WebSocket
	let farewell: number | null = null; // the server said bye, and how many ms to stay away
	let retryTimer: ReturnType<typeof setTimeout> | undefined;
	let silenceTimer: ReturnType<typeof setTimeout> | undefined;
	let heldTimer: ReturnType<typeof setTimeout> | undefined; // while it runs nothing is asked
	let waiting: Waiting[] = [];
	let ratings: Rated[] = [];

	/* ---- Asking ---- */

	function answered(id: string, reply: Reply): void {
		if (!waiting.some((one) => one.id === id))
			return;
		waiting = waiting.filter((one) => one.id !== id);
		listener.reply(id, reply);
	}

	function deliver(item: Waiting): void {
		if (heldTimer || item.sent !== 'no')
			return;
		if (ready && socket)
			sendOver(socket, item);
		else if (failures >= TRIES_BEFORE_HTTP)
			deliverOverHttp(item);
	}

	/* One at a time: the order of the questions stays, and the first brings the session of the others. */
	function deliverOverHttp(item: Waiting): void {
		if (waiting.some((one) => one.sent === 'post'))
			return;
		if (socket && greeted && !session)
			lost(socket); // its welcome would begin another session; then everything is delivered
		else
			post(item);
	}

	function deliverAll(): void {
		waiting.slice().forEach(deliver);
	}

	function sendOver(open: WebSocket, item: Waiting): void {
		if (++item.tries > TRIES_MOST) {
			answered(item.id, { outcome: 'error' });
			return;
		}
		item.sent = 'socket';
		open.send(JSON.stringify({ type: 'ask', id: item.id, text: item.text }));
		expectWord(open);
	}

	/* Without an answer it stays, and the next attempt sends it again. */
	function post(item: Waiting): void {
		item.sent = 'post';
		world.request('POST', 'api/v1/ask', { text: item.text, session, id: item.id }, token).then(({ status, body, retryAfterMs }) => {
			if (waiting.indexOf(item) < 0)
				return; // of a conversation that was reset
			const reply = body as (Reply & { session?: string; notice?: Notice }) | null;
			listener.line('http');
			if (reply && reply.outcome)
				listener.notice(reply.notice || null);
			if (reply && reply.session) {
				session = reply.session;
				listener.session(session);
			}
			if (TRY_LATER.indexOf(status) >= 0)
				refused(item.id, reply, retryAfterMs);
			else
				answered(item.id, reply && reply.outcome ? reply : { outcome: 'error' });
			greetSilent();
			deliverAll();
		}, () => {
			if (waiting.indexOf(item) < 0)
				return;
			item.sent = 'no';
			if (ready)
				deliverAll();
			else
				listener.line('broken');
			greetSilent();
		});
	}

	/* ---- A busy server ---- */

	/* Everything waits for the one that was refused, so that the order of the questions stays. */
	function refused(id: string, reply: Reply | null, retryAfterMs = 0): void {
		const item = waiting.filter((one) => one.id === id)[0];
		if (!item)
			return;
		item.sent = 'no';
		item.tries = 0;
		if (++item.refusals > REFUSALS_MOST)
			answered(id, reply && reply.outcome ? reply : { outcome: 'busy' });
		if (waiting.length > 0)
			hold(Math.max(retryAfterMs, backoff(BUSY_FIRST_MS, item.refusals - 1)));
	}

	/* Never earlier than the server said; not all of the refused at once. */
	function hold(least: number): void {
		clearTimeout(heldTimer);
		heldTimer = setTimeout(() => {
			release();
			deliverAll();
		}, least * (1 + world.random() / 2));
		listener.held(true);
	}

	function release(): void {
		if (!heldTimer)
			return;
		clearTimeout(heldTimer);
		heldTimer = undefined;
		listener.held(false);
	}

	/* ---- Rating ---- */

	function rated(which: (one: Rated) => boolean, noted: boolean): void {
		const found = ratings.filter(which);
		ratings = ratings.filter((one) => !which(one));
		found.forEach((one) => one.done(noted));
	}

	function rate(receipt: string, value: Rating, reason?: string): Promise<boolean> {
		const rating = { receipt, value, ...(reason ? { reason } : {}) };
		if (!ready || !socket)
			return world.request('POST', 'api/v1/rate', rating, token).then(({ status }) => status < 300, () => false);
		const open = socket;
		return new Promise((resolve) => {
			ratings.push({ receipt, done: resolve });
			open.send(JSON.stringify({ type: 'rate', ...rating }));
			expectWord(open);
		});
	}

	/* ---- The WebSocket ---- */

	/* A line that should speak and does not is given up: a sleeping phone leaves such lines behind. */
	function expectWord(from: WebSocket): void {
		clearTimeout(silenceTimer);
		silenceTimer = setTimeout(() => lost(from), SILENCE_MOST_MS);
	}

	function open(): void {
		clearTimeout(retryTimer);
		farewell = null;
		if (failures < TRIES_BEFORE_HTTP)
			listener.line(failures ? 'broken' : 'connecting');
		const opening = newSocket();
		if (!opening)
			return;
		socket = opening;
		opening.onopen = () => greet(opening);
		opening.onmessage = (event) => {
			if (opening === socket)
				handle(JSON.parse(event.data as string) as Message);
		};
		opening.onclose = () => lost(opening);
		if (failures < TRIES_BEFORE_HTTP)
			expectWelcome(opening);
		else
			expectWord(opening);
	}

	function newSocket(): WebSocket | null {
		try {
			return world.openSocket();
		} catch {
			failures = Math.max(failures + 1, TRIES_BEFORE_HTTP);
			turnToHttp();
			openLater();
			return null;
		}
	}

	function expectWelcome(from: WebSocket): void {
		clearTimeout(silenceTimer);
		silenceTimer = setTimeout(() => keptWaiting(from), WELCOME_MOST_MS);
	}

	/* One that was greeted is given up. One that is still opening may yet serve, over a slow network. */
	function keptWaiting(from: WebSocket): void {
		failures = TRIES_BEFORE_HTTP;
		if (greeted) {
			lost(from);
			return;
		}
		expectWord(from);
		turnToHttp();
	}

	function greet(on: WebSocket): void {
		if (waiting.some((one) => one.sent === 'post')) {
			silent = on;
			return;
		}
		silent = null;
		greeted = true;
		on.send(JSON.stringify({ type: 'hello', resume: session, token, after: listener.lastEvent() }));
	}

	function greetSilent(): void {
		if (silent && silent === socket)
			greet(silent);
	}

	function handle(message: Message): void {
		if (message.type === 'welcome')
			welcome(message as unknown as Welcome);
		else if (message.type === 'reply' && message.to)
			replied(message.to, message as unknown as Reply);
		else if (message.type === 'rated')
			rated((one) => one.receipt === message.receipt, true);
		else if (message.type === 'error')
			complained(message);
		else if (message.type === 'bye')
			farewell = message.reconnect_after_ms || 0;
		else
			told(message);
		if (ready && ratings.length === 0 && !waiting.some((one) => one.sent === 'socket'))
			clearTimeout(silenceTimer);
	}

	/* By itself, whatever was asked. */
	function told(message: Message): void {
		if (message.type === 'state')
			listener.state(message as unknown as HandoverState);
		else if (message.type === 'event')
			listener.event(message as unknown as HandoverEvent);
		else if (message.type === 'typing')
			listener.typing();
		else if (message.type === 'notice')
			listener.notice((message as unknown as { notice: Notice | null }).notice);
	}

	function replied(id: string, reply: Reply): void {
		if (reply.outcome === 'busy')
			refused(id, reply);
		else
			answered(id, reply);
	}

	function complained({ to, text }: Message): void {
		if (to)
			answered(to, { outcome: 'error', ...(text ? { text } : {}) });
		else if (!ready && socket)
			lost(socket); // not even hello was taken: there is no room, or too much came at once
		else
			rated(() => true, false);
	}

	function welcome(message: Welcome): void {
		session = message.session;
		ready = true;
		failures = 0;
		listener.welcome(message);
		listener.line('open');
		deliverAll();
	}

	function lost(which: WebSocket): void {
		if (which !== socket)
			return;
		socket = null;
		greeted = false;
		ready = false;
		failures = farewell === null ? failures + 1 : 0;
		clearTimeout(silenceTimer);
		which.close();
		rated(() => true, false);
		listener.lineLost();
		waiting.forEach((one) => { one.sent = one.sent === 'post' ? 'post' : 'no'; });
		if (farewell !== null)
			listener.line('connecting');
		else if (failures < TRIES_BEFORE_HTTP)
			listener.line('broken');
		else
			turnToHttp();
		openLater();
	}

	/* After a bye only who waits for a reply comes back before the time that it named. */
	function openLater(): void {
		clearTimeout(retryTimer);
		retryTimer = setTimeout(open, farewell !== null && waiting.length === 0
			? farewell
			: backoff(BACKOFF_FIRST_MS, failures) * (0.5 + world.random() / 2));
	}

	function turnToHttp(): void {
		deliverAll();
		world.request('GET', 'healthz').then(
			() => !ready && listener.line('http'),
			() => !ready && listener.line('broken'));
	}

	open();
	return {
		ask(ask, atOnce = false) {
			const item: Waiting = { ...ask, tries: 0, refusals: 0, sent: 'no' };
			waiting.push(item);
			if (atOnce && !greeted)
				post(item);
			else
				deliver(item);
			if (farewell !== null && !socket)
				open();
		},
		rate,
		events: (after, place) => world.request('GET', `api/v1/events?session=${encodeURIComponent(session || '')}&after=${after}&place=${place}`, undefined, token, EVENTS_MOST_MS),
		callBack: (number, text) => world.request('POST', 'api/v1/call-back', { session, number, ...(text ? { text } : {}) }, token),
		typing() {
			if (ready && socket)
				socket.send('{"type":"typing"}');
		},
		lookedAt: () => world.request('GET', 'api/v1/looked-at', undefined, token),
		signIn(given) {
			token = given;
			if (greeted && socket)
				greet(socket);
		},
		reset() {
			const old = socket;
			token = undefined;
			session = undefined;
			waiting = [];
			release();
			rated(() => true, false);
			socket = null;
			greeted = false;
			ready = false;
			if (old)
				old.close();
			open();
		},
		hurry() {
			if (!socket)
				open();
		},
		giveUp() {
			if (socket)
				lost(socket);
		},
	};
}

/*
 * The line to the server: WebSocket (dayi.chat.v1), or HTTP where none can be opened. What was
 * given to ask() is kept until its reply comes, and sent again under the same id over a new line.
 */

import type { Request } from './http';
import type { Rating, Reply, Welcome } from './protocol';

export type Line = 'connecting' | 'broken' | 'open' | 'http';

export interface Ask {
	id: string;
	text: string;
}

export interface Listener {
	line(line: Line): void;
	welcome(welcome: Welcome): void;
	session(session: string): void; // over HTTP, where nobody says welcome
	reply(id: string, reply: Reply): void;
}

export interface World {
	openSocket(): WebSocket;
	request: Request;
	random(): number;
}

export interface Connection {
	/* At once: over HTTP, in the time that opening the WebSocket takes. */
	ask(ask: Ask, atOnce?: boolean): void;
	/* Whether the server noted it. */
	rate(receipt: string, value: Rating, reason?: string): Promise<boolean>;
	signIn(token: string): void;
	/* Forgets the token, the session and what is not answered yet, and begins anew. */
	reset(): void;
	/* Does not wait for the next attempt: the network or the person came back. */
	hurry(): void;
}

interface Waiting extends Ask {
	tries: number;
	posting: boolean;
}

interface Message {
	type: string;
	to?: string;
	receipt?: string;
	text?: string;
}

interface Rated {
	receipt: string;
	done(noted: boolean): void;
}

const TRIES_BEFORE_HTTP = 3;
const TRIES_MOST = 5; // of one question: more would only break the line again
const BACKOFF_FIRST_MS = 500;
const BACKOFF_MOST_MS = 30000;
const SILENCE_MOST_MS = 15000; // a reply takes milliseconds: after this the line is dead

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
	let retryTimer: ReturnType<typeof setTimeout> | undefined;
	let silenceTimer: ReturnType<typeof setTimeout> | undefined;
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
		if (item.posting)
			return;
		if (ready && socket)
			sendOver(socket, item);
		else if (failures >= TRIES_BEFORE_HTTP)
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
		open.send(JSON.stringify({ type: 'ask', id: item.id, text: item.text }));
		expectWord(open);
	}

	/* Without an answer it stays, and the next attempt sends it again. */
	function post(item: Waiting): void {
		item.posting = true;
		world.request('POST', 'api/v1/ask', { text: item.text, session, id: item.id }, token).then(({ body }) => {
			if (waiting.indexOf(item) < 0)
				return; // of a conversation that was reset
			const reply = body as (Reply & { session?: string }) | null;
			listener.line('http');
			if (reply && reply.session) {
				session = reply.session;
				listener.session(session);
			}
			answered(item.id, reply && reply.outcome ? reply : { outcome: 'error' });
			greetSilent();
		}, () => {
			item.posting = false;
			if (ready)
				deliver(item);
			else
				listener.line('broken');
			greetSilent();
		});
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
		if (failures < TRIES_BEFORE_HTTP)
			listener.line(failures ? 'broken' : 'connecting');
		const opening = world.openSocket();
		socket = opening;
		opening.onopen = () => greet(opening);
		opening.onmessage = (event) => {
			if (opening === socket)
				handle(JSON.parse(event.data as string) as Message);
		};
		opening.onclose = () => lost(opening);
		expectWord(opening);
	}

	function greet(on: WebSocket): void {
		if (waiting.some((one) => one.posting)) {
			silent = on;
			return;
		}
		silent = null;
		greeted = true;
		on.send(JSON.stringify({ type: 'hello', resume: session, token }));
	}

	function greetSilent(): void {
		if (silent && silent === socket)
			greet(silent);
	}

	function handle(message: Message): void {
		if (message.type === 'welcome')
			welcome(message as unknown as Welcome);
		else if (message.type === 'reply' && message.to)
			answered(message.to, message as unknown as Reply);
		else if (message.type === 'rated')
			rated((one) => one.receipt === message.receipt, true);
		else if (message.type === 'error' && message.to)
			answered(message.to, { outcome: 'error', ...(message.text ? { text: message.text } : {}) });
		else if (message.type === 'error')
			rated(() => true, false);
		if (waiting.length === 0 && ratings.length === 0)
			clearTimeout(silenceTimer);
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
		failures++;
		clearTimeout(silenceTimer);
		which.close();
		rated(() => true, false);
		if (failures < TRIES_BEFORE_HTTP)
			listener.line('broken');
		else
			turnToHttp();
		const most = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * Math.pow(2, failures));
		retryTimer = setTimeout(open, most * (0.5 + world.random() / 2));
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
			const item = { ...ask, tries: 0, posting: false };
			waiting.push(item);
			if (atOnce && !greeted)
				post(item);
			else
				deliver(item);
		},
		rate,
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
	};
}

/* Requests to the console's own server. The session is a cookie that no script can read. */

import type { CallBackRow, ChatRow, ChatsApi, Colleague, EventsAnswer, Queue, Transcript } from './chats-protocol';
import type { By, People, Person, Today } from './person-protocol';
import type { Entry, Found, Me, Receipt } from './protocol';

const MOST_MS = 15000;
const EVENTS_MOST_MS = 30000; // the server holds the request for 20 s

/* What came of a request that got no 2xx. Status 0: no answer came. */
export class Refusal extends Error {
	constructor(readonly status: number, readonly reason: string, readonly words: string, readonly retryAfterMs: number) {
		super(reason);
	}
}

function member(body: unknown, name: string): string {
	const value = body && typeof body === 'object' ? (body as Record<string, unknown>)[name] : undefined;
	return typeof value === 'string' ? value : '';
}

async function bodyOf(response: Response): Promise<unknown> {
	try {
		return await response.json() as unknown;
	} catch {
		return null;
	}
}

export async function send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, csrf = '', mostMs = MOST_MS): Promise<unknown> {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), mostMs);
	const headers: Record<string, string> = {};
	if (body !== undefined)
		headers['Content-Type'] = body instanceof Blob ? 'application/octet-stream' : 'application/json';
	if (csrf)
		headers['X-CSRF-Token'] = csrf;
	let response;
	try {
		response = await fetch(`api/v1/${path}`, {
			method, headers, signal: stop.signal, credentials: 'same-origin', cache: 'no-store',
			...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
		});
	} catch {
		throw new Refusal(0, 'no_answer', '', 0);
	} finally {
		clearTimeout(timer);
	}
	const read = response.status === 204 ? null : await bodyOf(response);
	if (!response.ok)
		throw new Refusal(response.status, member(read, 'reason'), member(read, 'text'), (Number(response.headers.get('Retry-After')) || 0) * 1000);
	return read;
}

/* What a board of chats asks (board.ts). */
export function deskOf(csrf: string): ChatsApi {
	return {
		events: (after, waiting) => send('GET', `events?${waiting === null ? '' : `waiting=${waiting}&`}after=${after}`, undefined, '', EVENTS_MOST_MS) as Promise<EventsAnswer>,
		queue: () => send('GET', 'queue') as Promise<Queue>,
		take: (chat) => send('POST', 'take', chat ? { chat } : {}, csrf) as Promise<ChatRow>,
		say: (chat, epoch, id, text) => send('POST', 'say', { chat, epoch, id, text }, csrf) as Promise<ChatRow>,
		handBack: (chat, epoch, to, colleague) => send('POST', 'hand-back', { chat, epoch, to, ...(colleague ? { colleague } : {}) }, csrf) as Promise<ChatRow>,
		close: (chat, epoch, outcome) => send('POST', 'close', { chat, epoch, outcome }, csrf) as Promise<ChatRow>,
		typing: (chat) => send('POST', 'typing', { chat }, csrf),
		beat: () => send('POST', 'heartbeat', {}, csrf),
		transcript: (chat) => send('GET', `transcript?chat=${chat}`) as Promise<Transcript>,
		colleagues: () => send('GET', 'colleagues') as Promise<{ colleagues: Colleague[] }>,
		callBacks: () => send('GET', 'call-backs') as Promise<{ call_backs: CallBackRow[] }>,
		callBackNumber: (chat) => send('POST', 'call-backs/number', { chat }, csrf) as Promise<{ number: string }>,
		closeCallBack: (chat, outcome) => send('POST', 'call-backs/close', { chat, outcome }, csrf),
	};
}

export const api = {
	who: () => send('GET', 'who') as Promise<Me | null>,
	lookUp: (text: string) => send('GET', `lookup?q=${encodeURIComponent(text)}`) as Promise<Found>,
	entry: (id: string) => send('GET', `entries/${encodeURIComponent(id)}`) as Promise<Entry>,
	receipt: (receipt: string) => send('GET', `receipts/${encodeURIComponent(receipt)}`) as Promise<Receipt>,
	person: (ask: { by: By; value: string; company?: string; reason: string }, csrf: string) => send('POST', 'person', ask, csrf) as Promise<Person | People>,
	said: (said: { fact: string; value: string | null }, csrf: string) => send('POST', 'person/said', said, csrf) as Promise<Person>,
	reveal: (ask: { field: string; reason: string }, csrf: string) => send('POST', 'person/reveal', ask, csrf) as Promise<{ field: string; value: string }>,
	today: () => send('GET', 'today') as Promise<Today>,
	signIn: (name: string, password: string, totp: string) => send('POST', 'sign-in', totp ? { name, password, totp } : { name, password }),
	signInByLink: (token: string) => send('POST', 'sign-in/link', { token }),
	signOut: (csrf: string) => send('POST', 'sign-out', {}, csrf),
};

export type Api = typeof api;

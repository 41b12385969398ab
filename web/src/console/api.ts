/* Requests to the console's own server. The session is a cookie that no script can read. */

import type { By, People, Person, Today } from './person-protocol';
import type { Entry, Found, Me, Receipt } from './protocol';

const MOST_MS = 15000;

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

export async function send(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown, csrf = ''): Promise<unknown> {
	const stop = new AbortController();
	const timer = setTimeout(() => stop.abort(), MOST_MS);
	const headers: Record<string, string> = {};
	if (body !== undefined)
		headers['Content-Type'] = 'application/json';
	if (csrf)
		headers['X-CSRF-Token'] = csrf;
	let response;
	try {
		response = await fetch(`api/v1/${path}`, {
			method, headers, signal: stop.signal, credentials: 'same-origin', cache: 'no-store',
			...(body === undefined ? {} : { body: JSON.stringify(body) }),
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

export const api = {
	me: () => send('GET', 'me') as Promise<Me>,
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

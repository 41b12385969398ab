/*
 * Asks for what is wanted last: one request at a time, and when it is back the newest wish, if that
 * is another one. Nothing waits for a timer, and no answer to an older wish comes after a newer one.
 */

import { Refusal } from './api';

const AGAIN_MS = 300;
const AGAIN_MOST = 3; // times, where the server is busy

export interface Latest {
	want(key: string): void;
	forget(): void; // what is still to come is not told any more
}

const refusalOf = (error: unknown) => (error instanceof Refusal ? error : new Refusal(0, 'no_answer', '', 0));

/* Asks again where the server is busy, as long as the answer is wanted. Only for what changes nothing there. */
export async function patient<T>(ask: () => Promise<T>, wanted = () => true): Promise<T> {
	for (let tries = 0; ; tries++) {
		try {
			return await ask();
		} catch (error) {
			const refusal = refusalOf(error);
			const busy = refusal.status === 429 || refusal.status === 503;
			if (!busy || tries === AGAIN_MOST || !wanted())
				throw refusal;
			await new Promise((resolve) => { setTimeout(resolve, Math.max(refusal.retryAfterMs, AGAIN_MS)); });
			if (!wanted())
				throw refusal;
		}
	}
}

export function latest<T>(ask: (key: string) => Promise<T>, tell: (key: string, answer: T) => void, fail: (error: Refusal) => void): Latest {
	let wanted: string | null = null;
	let asking = false;
	let era = 0;

	async function once(key: string, mine: number): Promise<void> {
		try {
			const answer = await patient(() => ask(key), () => mine === era && wanted === null);
			if (mine === era)
				tell(key, answer);
		} catch (error) {
			if (mine === era && wanted === null)
				fail(refusalOf(error));
		}
	}

	async function run(): Promise<void> {
		asking = true;
		while (wanted !== null) {
			const key = wanted;
			wanted = null;
			await once(key, era);
		}
		asking = false;
	}

	return {
		want(key) {
			wanted = key;
			if (!asking)
				void run();
		},
		forget() {
			wanted = null;
			era++;
		},
	};
}

/* A token lives for minutes: another is asked for before it ends, and once when it was refused. */

import type { State } from './conversation';

export interface Renewal {
	given(token: string): void;
	changed(state: State): void;
}

const LATEST = 0.75; // of a token's life
const TIMER_MOST_MS = 0x7fffffff; // a longer timer would run out at once

/* Seconds from its making to its end; 0 where it does not say. The clock of this computer may be wrong. */
export function lifeOf(token: string): number {
	try {
		const part = (token.split('.')[1] || '').replace(/-/g, '+').replace(/_/g, '/');
		const { iat, exp } = JSON.parse(atob(part)) as { iat?: unknown; exp?: unknown };
		const from = typeof iat === 'number' ? iat : Date.now() / 1000;
		return typeof exp === 'number' && exp > from ? exp - from : 0;
	} catch {
		return 0;
	}
}

export function renew(want: () => void): Renewal {
	let timer: ReturnType<typeof setTimeout> | undefined;
	let wanted = false; // since a token was last taken
	return {
		given(token) {
			clearTimeout(timer);
			const life = lifeOf(token);
			if (life)
				timer = setTimeout(want, Math.min(life * LATEST * 1000, TIMER_MOST_MS));
		},
		changed({ signedIn, refused }) {
			if (signedIn)
				wanted = false;
			if (!refused || wanted)
				return;
			wanted = true;
			want();
		},
	};
}

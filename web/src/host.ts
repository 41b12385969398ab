/* The page around this one: a portal of the same origin, or one that shows it in a frame. */

import type { Office } from './protocol';

export interface SignIn {
	signIn(token: string): void;
	signOut(): void;
}

/*
 * Own pages may sign in at once. The page that holds the frame may when the office lists its
 * origin, which is known only once the office has answered; its message waits until then.
 */
export function listenForToken(office: Promise<Office | null>, to: SignIn): void {
	function take(data: { token?: unknown }): void {
		if (typeof data.token === 'string' && data.token)
			to.signIn(data.token);
		else
			to.signOut();
	}
	window.addEventListener('message', (event) => {
		const data = event.data as { type?: unknown; token?: unknown } | null;
		if (!data || data.type !== 'dayi-token')
			return;
		if (event.origin === originOf(location))
			take(data);
		else if (window.parent !== window && event.source === window.parent)
			void office.then((known) => {
				if (known && (known.embed_origins || []).indexOf(event.origin) >= 0)
					take(data);
			});
	});
	/* Says nothing but that it listens; the parent's origin is not known yet. */
	if (window.parent !== window)
		window.parent.postMessage({ type: 'dayi-ready' }, '*');
}

function originOf(place: Location): string {
	return place.origin || `${place.protocol}//${place.host}`;
}

/* `?q=` opens the page with a question. It is taken out of the address, so that a reload does not ask again. */
export function takeOpeningQuestion(): string {
	const found = /[?&]q=([^&#]*)/.exec(location.search);
	if (!found)
		return '';
	const rest = location.search.replace(found[0], '').replace(/^&/, '?');
	history.replaceState(null, '', location.pathname + rest + location.hash);
	try {
		return decodeURIComponent((found[1] || '').replace(/\+/g, ' ')).trim();
	} catch {
		return '';
	}
}

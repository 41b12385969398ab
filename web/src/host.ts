/* The page around this one: a portal of the same origin, or one that shows it in a frame. */

import type { Office } from './protocol';

export interface HostListener {
	signIn(token: string): void;
	signOut(): void;
	ask(text: string): void;
	/* The keyboard comes into the page. */
	enter(): void;
	/* A widget holds the frame: the page draws the bar with the button that closes. */
	widget(title: string): void;
}

export type Notice = 'dayi-shown' | 'dayi-reply' | 'dayi-close' | 'dayi-token-wanted';

export interface Host {
	/* To the page that holds the frame, once it has shown that it may; else to nobody. */
	say(notice: Notice): void;
}

interface Told {
	type?: unknown;
	token?: unknown;
	text?: unknown;
	title?: unknown;
}

/* What is no text is none. */
function textOf(value: unknown): string {
	return typeof value === 'string' ? value.trim() : '';
}

function pass(told: Told, to: HostListener): void {
	const token = textOf(told.token);
	const text = textOf(told.text);
	if (told.type === 'dayi-token' && token)
		to.signIn(token);
	else if (told.type === 'dayi-token')
		to.signOut();
	else if (told.type === 'dayi-ask' && text)
		to.ask(text);
	else if (told.type === 'dayi-focus')
		to.enter();
	else if (told.type === 'dayi-widget')
		to.widget(textOf(told.title));
}

/*
 * Pages of the own origin are believed at once. The page that holds the frame is when the office
 * lists its origin, which is known only once the office has answered; its messages wait until then.
 */
export function listenToHost(office: Promise<Office>, to: HostListener): Host {
	let believed = ''; // origin of the page that holds the frame
	const framed = window.parent !== window;

	function take(event: MessageEvent): void {
		if (framed && event.source === window.parent)
			believed = event.origin;
		pass(event.data as Told, to);
	}

	window.addEventListener('message', (event) => {
		const told = event.data as Told | null;
		if (!told || typeof told.type !== 'string' || told.type.indexOf('dayi-') !== 0)
			return;
		if (event.origin === originOf(location))
			take(event);
		else if (framed && event.source === window.parent)
			void office.then((known) => {
				if ((known.embed_origins || []).indexOf(event.origin) >= 0)
					take(event);
			});
	});
	/* Says nothing but that it listens; the parent's origin is not known yet. */
	if (framed)
		window.parent.postMessage({ type: 'dayi-ready' }, '*');
	return {
		say(notice) {
			if (believed)
				window.parent.postMessage({ type: notice }, believed);
		},
	};
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

/*
 * The line to the chat in the frame (docs/embedding.md). It says that it listens; then it is told
 * that it stands in a widget, and says when it has drawn its own bar with the button that closes.
 */

export interface Chat {
	address: string;
	origin: string;
}

/* Nothing heard yet; nothing heard for too long; there; there, with its own bar. */
export type Stage = 'loading' | 'silent' | 'there' | 'whole';

export function isThere(stage: Stage): boolean {
	return stage === 'there' || stage === 'whole';
}

export interface Listener {
	stage(stage: Stage): void;
	said(type: string): void;
}

export interface Message {
	type: string;
	token?: string;
	text?: string;
	title?: string;
}

export interface Line {
	load(): void;
	/* To the chat's origin alone, and only once it listens; whether it does. */
	say(message: Message): boolean;
	listens(): boolean;
	stage(): Stage;
}

const SILENCE_MOST_MS = 12000;
const SILENCE_AFTER_LOAD_MS = 3000; // its scripts have run by then: the browser refused to show it
const BAR_MOST_MS = 3000;

export function isFromChat(event: { source: unknown; origin: string }, frame: unknown, origin: string): boolean {
	return !!frame && event.source === frame && event.origin === origin;
}

function typeOf(data: unknown): string {
	const type = data && (data as { type?: unknown }).type;
	return typeof type === 'string' ? type : '';
}

export function openLine(frame: HTMLIFrameElement, chat: Chat, title: string, listener: Listener): Line {
	let stage: Stage = 'loading';
	let heard = false;
	let timer: ReturnType<typeof setTimeout> | undefined;

	function become(next: Stage): void {
		clearTimeout(timer);
		stage = next;
		listener.stage(next);
	}

	function becomeAfter(ms: number, next: Stage): void {
		clearTimeout(timer);
		timer = setTimeout(() => become(next), ms);
	}

	function say(message: Message): boolean {
		if (!heard || !frame.contentWindow)
			return false;
		frame.contentWindow.postMessage(message, chat.origin);
		return true;
	}

	/* Its own bar takes the place of the widget's; should it never come, two bars are better than none. */
	function greet(): void {
		heard = true;
		say({ type: 'dayi-widget', title });
		if (stage !== 'whole')
			becomeAfter(BAR_MOST_MS, 'there');
		listener.said('dayi-ready');
	}

	window.addEventListener('message', (event) => {
		if (!isFromChat(event, frame.contentWindow, chat.origin))
			return;
		const type = typeOf(event.data);
		if (type === 'dayi-ready')
			greet();
		else if (type === 'dayi-shown')
			become('whole');
		else
			listener.said(type);
	});
	frame.addEventListener('load', () => {
		if (!heard)
			becomeAfter(SILENCE_AFTER_LOAD_MS, 'silent');
	});
	return {
		load() {
			heard = false;
			become('loading');
			becomeAfter(SILENCE_MOST_MS, 'silent');
			frame.src = chat.address;
		},
		say,
		listens: () => heard,
		stage: () => stage,
	};
}

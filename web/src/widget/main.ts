/*
 * The widget: a button on the portal's page that opens the chat. One script in ES5 for everybody,
 * with nothing that IE11 lacks, as there are no polyfills on the portal's page.
 */

import { isThere, openLine, type Chat } from './line';
import { recall, remember } from './memory';
import { originOf } from './origin';
import { readSettings, type Settings } from './settings';
import { fetchToken, type Give } from './token';
import { createView } from './view';

/* `window.Dayi`: all that the portal's page sees of this script. */
interface Dayi {
	/* The portal may set it, before or after the script: called whenever the chat wants a token. */
	onToken?: (give: Give) => void;
	open?: (question?: string) => void;
	close?: () => void;
}

const TOKEN_MOST_MS = 4000; // the portal's word on who is signed in; after that the question is asked without

const QUERY_MOST = 850; // characters in an address, of which a server takes 8 KiB

const NAME = /\/widget\.js(?:[?#]|$)/;

function warn(text: string): void {
	if (window.console)
		console.warn(`Dayi: ${text}`);
}

/* IE11 has no document.currentScript, but names the script in the stack of what was thrown. */
function addressInStack(): string {
	try {
		throw new Error();
	} catch (error) {
		const found = /https?:\/\/[^\s()]*\/widget\.js[^\s():]*/.exec(String((error as Error).stack));
		return found ? found[0] : '';
	}
}

function ownScript(): HTMLScriptElement | null {
	if (document.currentScript)
		return document.currentScript as HTMLScriptElement;
	const address = addressInStack();
	const scripts: HTMLScriptElement[] = [].slice.call(document.getElementsByTagName('script'));
	const named = scripts.filter((script) => (address ? script.src === address : NAME.test(script.src)));
	return named[named.length - 1] || null;
}

function absolute(address: string): string {
	const link = document.createElement('a');
	link.href = address;
	return link.href;
}

/* The portal may set the function when the chat has already asked for a token in vain. */
function hearOfOnToken(dayi: Dayi, ask: () => unknown): void {
	let onToken = dayi.onToken;
	Object.defineProperty(dayi, 'onToken', {
		get: () => onToken,
		set(given: Dayi['onToken']) {
			onToken = given;
			ask();
		},
	});
}

function start(settings: Settings, chat: Chat, dayi: Dayi): void {
	const memory = recall();
	let loaded = false;
	let tokenTimer: ReturnType<typeof setTimeout> | undefined; // while it runs nothing is asked
	let question = memory.asked === settings.question ? '' : settings.question;

	const view = createView(settings, chat.address, { toggle: () => (memory.open ? close() : open()), close, enter });
	const line = openLine(view.frame, chat, settings.named ? settings.title : '', {
		stage(stage) {
			/* The frame is seen before the bar goes, so that the focus can move from one to the other. */
			if (isThere(stage)) {
				view.setStage('there');
				if (view.hasFocusBesideFrame())
					enter();
			}
			view.setStage(stage);
			if (stage === 'silent')
				warn(`${chat.address} does not answer. If it opens in a window of its own, the browser refuses the frame: `
					+ `add ${originOf(location.href)} to web.embed_origins of its server.`);
		},
		said(type) {
			if (type === 'dayi-ready' || type === 'dayi-token-wanted')
				askToken();
			else if (type === 'dayi-close')
				close();
			else if (type === 'dayi-reply' && !memory.open)
				setUnread(memory.unread + 1);
		},
	});

	function give(token: string): void {
		if (line.say({ type: 'dayi-token', token: String(token || '') }))
			askNow();
	}

	/* What is asked meanwhile waits, so that it is answered to whoever is signed in. */
	function askToken(): void {
		clearTimeout(tokenTimer);
		tokenTimer = setTimeout(askNow, TOKEN_MOST_MS);
		if (typeof dayi.onToken === 'function')
			dayi.onToken(give);
		else if (settings.tokenUrl)
			fetchToken(settings.tokenUrl, give, warn);
		else
			askNow();
	}

	function askNow(): void {
		clearTimeout(tokenTimer);
		tokenTimer = undefined;
		ask();
	}

	/* The opening question once in a tab; the portal's own as often as it likes. */
	function ask(): void {
		if (!tokenTimer && question && line.say({ type: 'dayi-ask', text: question }))
			setAsked();
	}

	function setAsked(): void {
		if (question === settings.question) {
			memory.asked = question;
			remember(memory);
		}
		question = '';
	}

	function setUnread(count: number): void {
		memory.unread = count;
		remember(memory);
		view.setUnread(count);
	}

	/* To the chat's field, or to the widget's own bar while there is no chat. */
	function enter(): void {
		if (!isThere(line.stage())) {
			view.focusBar();
			return;
		}
		view.focusFrame();
		line.say({ type: 'dayi-focus' });
	}

	function show(): void {
		memory.open = true;
		setUnread(0);
		view.setOpen(true);
		if (loaded && line.stage() !== 'silent')
			return;
		loaded = true;
		line.load();
		view.attachFrame();
	}

	/* Where the panel could not be read, a page of its own; the panel, if the browser forbids that. */
	function open(): void {
		const opened = !memory.open && view.isCramped() && window.open(chat.address
			+ (question && question.length < QUERY_MOST ? `?q=${encodeURIComponent(question)}` : ''));
		if (opened) {
			opened.opener = null;
			setAsked();
			return;
		}
		show();
		enter();
	}

	function close(): void {
		const held = view.hasFocus();
		memory.open = false;
		remember(memory);
		view.setOpen(false);
		if (held)
			view.focusButton();
	}

	dayi.open = (asked) => {
		question = asked ? String(asked) : question;
		open();
		ask();
	};
	dayi.close = close;
	hearOfOnToken(dayi, () => line.listens() && askToken());
	view.setUnread(memory.unread);
	if (memory.open)
		show();
}

function begin(): void {
	const script = ownScript();
	const origin = script ? originOf(script.src) : '';
	if (!script || !origin) {
		warn('include widget.js by a <script src="https://…/widget.js"> element of its own.');
		return;
	}
	const page = window as { Dayi?: Dayi };
	const dayi = page.Dayi && typeof page.Dayi === 'object' ? page.Dayi : {};
	if (dayi.close) {
		warn('included twice.');
		return;
	}
	dayi.close = () => undefined;
	page.Dayi = dayi;
	const settings = readSettings({
		attribute: (name) => script.getAttribute(name), absolute, origin: originOf(location.href), warn,
	});
	const chat = { address: script.src.replace(/widget\.js(?:[?#].*)?$/, ''), origin };
	if (document.body)
		start(settings, chat, dayi);
	else
		document.addEventListener('DOMContentLoaded', () => start(settings, chat, dayi));
}

begin();

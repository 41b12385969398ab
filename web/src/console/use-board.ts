/* The board of who is signed in, and what calls for attention; both end with the session. */

import { useEffect, useState } from 'preact/hooks';
import { deskOf, type Refusal } from './api';
import { openAttention, type Attention } from './attention';
import { openBoard, unseen, type Board, type Drafts, type State } from './board';
import type { ChatsApi } from './chats-protocol';
import type { Me } from './protocol';
import { WORDS } from './words';

const DRAFT = 'dayi-draft-';

/* Of this tab, over a reload. */
const drafts: Drafts = {
	get(chat) {
		try {
			return sessionStorage.getItem(DRAFT + chat) ?? '';
		} catch {
			return '';
		}
	},
	set(chat, text) {
		try {
			if (text)
				sessionStorage.setItem(DRAFT + chat, text);
			else
				sessionStorage.removeItem(DRAFT + chat);
		} catch {
			/* Forbidden or full: it is on the page. */
		}
	},
};

/* The next one at this computer finds none of them. */
export function forgetDrafts(): void {
	try {
		for (const key of Object.keys(sessionStorage))
			if (key.startsWith(DRAFT))
				sessionStorage.removeItem(key);
	} catch {
		/* Then there are none. */
	}
}

export interface Chats {
	desk: ChatsApi;
	board: Board;
	attention: Attention;
	state: State;
	returned: { chat: string; refusal: Refusal } | null;
}

export function waitingFor({ waiting, held }: State): number {
	return waiting + held.filter((one) => unseen(one) > 0).length;
}

/* Null: this account answers no chats, or the service has none. */
export function useBoard(me: Me | null, expired: () => void): Chats | null {
	const [chats, setChats] = useState<Chats | null>(null);
	const csrf = me?.may.includes('hold_chat') ? me.csrf : '';

	useEffect(() => {
		if (!csrf)
			return undefined;
		const desk = deskOf(csrf);
		const attention = openAttention(WORDS.title);
		let returned: Chats['returned'] = null;
		const board = openBoard(desk, {
			changed() {
				const state = board.state();
				attention.count(waitingFor(state));
				setChats(state.line === 'off' ? null : { desk, board, attention, state, returned });
			},
			arrived: (what) => attention.call(what),
			returned(chat, refusal) {
				returned = { chat, refusal };
			},
			expired,
		}, drafts, () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`);
		setChats({ desk, board, attention, state: board.state(), returned });
		window.addEventListener('online', board.hurry);
		document.addEventListener('visibilitychange', board.hurry);
		return () => {
			window.removeEventListener('online', board.hurry);
			document.removeEventListener('visibilitychange', board.hurry);
			board.stop();
			attention.stop();
			setChats(null);
		};
	}, [csrf]);

	return chats;
}

/*
 * The conversation as the page shows it: turns, which of them can still be tapped, who is signed
 * in, how the line is. It outlives a reload in the tab's session storage, and ends with the tab.
 */

import type { Ask, Connection, Line, Listener } from './connection';
import { followHandover, isServed, type Desk, type HandoverEvent } from './handover';
import { HIDDEN, withoutNumbers } from './masking';
import type { Looks, Notice, Rating, Reply, Welcome } from './protocol';

export interface Rated {
	value: Rating;
	reason?: string;
	state: 'sending' | 'noted' | 'failed';
}

/* Of an operator, or of the case that they answer. */
export interface Heard extends HandoverEvent {
	restored: boolean; // as of a turn
}

export interface Turn {
	id: string;
	text: string; // as shown: masked, once the server answered
	tapped: boolean;
	restored: boolean; // shown before the reload: not to be read out again
	reply: Reply | null;
	taken?: string; // the label of the button that was tapped here
	rated?: Rated;
	heard?: Heard[]; // behind this turn, before the next
}

export interface State {
	turns: Turn[];
	live: string | null; // the turn whose buttons the conversation still waits for
	line: Line;
	held: boolean; // the server is busy: what is not answered is sent again by itself
	lost: boolean; // the server knows no more what was said, so that nothing can be tapped
	signedIn: boolean;
	refused: string; // what the server said to a token that it did not take
	knowledge: string | undefined;
	notice: Notice | null | undefined; // of the office to everybody; undefined: nobody said yet
	dropped: number; // turns before the first one that a reload did not keep
	desk: Desk | null; // of the person at the office who answers, or is to
	typing: boolean; // that person, now
}

export interface Conversation {
	state(): State;
	onChange(listener: () => void): void;
	ask(text: string): void;
	/* Does not wait until the line is open. */
	askAtOnce(text: string): void;
	/* What a button of a turn says for the person. */
	tap(turn: Turn, label: string): void;
	rate(turn: Turn, value: Rating, reason?: string): void;
	signIn(token: string): void;
	/* On a shared computer the next person must find nothing of what was said by whoever was signed in. */
	signOut(): void;
	/* Of who would rather be called back. What came of it: empty, or a reason. */
	leaveNumber(number: string, text: string): Promise<string>;
	/* The person types something to who answers. */
	typing(): void;
	/* Who has looked at the record of whom is signed in; or why that is not known. */
	lookedAt(): Promise<Looks | 'expired' | 'failed'>;
	/* What a copied tab has in common with the first one. */
	name(): string;
	/* Another tab goes on with it: this one shows what was said, and begins a conversation of its own. */
	part(): void;
	hurry(): void;
	giveUp(): void;
	/* The page goes away or comes back. */
	leave(): void;
	stay(): void;
}

export interface Storage {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

interface Kept {
	session: string | undefined;
	prefix: string;
	asked: number;
	live: string | null;
	turns: Turn[];
	left: boolean;
	owned: boolean; // somebody was signed in
	dropped?: number;
	desk?: Desk | null;
}

export type Connect = (listener: Listener, session?: string, token?: string) => Connection;

export const KEY = 'dayi-conversation';
export const TOKEN_KEY = 'dayi-token'; // of a trial; a portal page gives its token anew
const TYPING_MS = 6000; // that the other side is shown to be typing
const TYPING_LEAST_MS = 2500;
const TURNS_MOST = 200; // kept over a reload; fewer where the storage has no room

/*
 * The server masks what it answers. What it refused or passed on to a person, nothing masked: the
 * page hides numbers in what it keeps of that.
 */
function toKeep(turn: Turn): Turn {
	const { reply } = turn;
	const unmasked = !!reply && !reply.masked && (reply.outcome === 'busy' || reply.outcome === 'error' || wasPassedOn(turn));
	return unmasked ? { ...turn, text: withoutNumbers(turn.text) } : turn;
}

/* Of an ask that went to the operator: it says nothing that the page does not show. */
export function wasPassedOn({ reply }: Turn): boolean {
	return !!reply && reply.reason === 'passed_on';
}

/* What was said to the person so far. */
export function wordsFor(turns: Turn[]): number {
	return turns.reduce((sum, turn) => sum + (turn.reply && !wasPassedOn(turn) ? 1 : 0)
		+ (turn.heard || []).filter(({ kind }) => kind === 'said').length, 0);
}

/* A refusal or a word of thanks leaves what was asked before it as it was. */
function movesOn(reply: Reply): boolean {
	return ['busy', 'error', 'smalltalk'].indexOf(reply.outcome) < 0 || reply.reason === 'check_stopped';
}

function newPrefix(): string {
	return Math.random().toString(36).slice(2, 10) + Date.now().toString(36);
}

function asRestored(turn: Turn): Turn {
	const { heard } = turn;
	return { ...turn, restored: true, ...(heard ? { heard: heard.map((one) => ({ ...one, restored: true })) } : {}) };
}

/*
 * What this tab said before its reload. A tab that was copied mostly finds what the first one did
 * not leave yet: it shows that, but begins a conversation of its own. Of a tab in the background,
 * which a phone may end without a word, it finds what was left: then tabs.ts keeps the two apart.
 */
function restore(storage: Storage): Kept {
	const fresh: Kept = { session: undefined, prefix: newPrefix(), asked: 0, live: null, turns: [], left: false, owned: false };
	try {
		const kept = JSON.parse(storage.getItem(KEY) || 'null') as Kept | null;
		if (!kept)
			return fresh;
		const turns = kept.turns.map(asRestored);
		return kept.left ? { ...kept, turns, left: false }
			: { ...fresh, owned: kept.owned, dropped: kept.dropped || 0, turns: turns.filter((turn) => turn.reply) };
	} catch {
		return fresh;
	}
}

export function converse(open: Connect, storage: Storage, isTrial: () => boolean): Conversation {
	const kept = restore(storage);
	const listeners: (() => void)[] = [];
	let session = kept.session;
	let asked = kept.asked;
	let left = false;
	let owned = kept.owned;
	let typingTimer: ReturnType<typeof setTimeout> | undefined;
	let typedAt = 0;
	let signingIn = false; // where somebody was signed in already
	let room = TURNS_MOST; // of turns in the storage
	let state: State = {
		turns: kept.turns, live: kept.live, line: 'connecting', held: false, lost: false, signedIn: false, refused: '', knowledge: undefined, notice: undefined,
		dropped: kept.dropped || 0, desk: kept.desk || null, typing: false,
	};

	/* Full or forbidden storage ends nothing but what a reload can show. */
	function tryToKeep(turns: Turn[]): boolean {
		const dropped = state.dropped + state.turns.length - turns.length;
		const all: Kept = { session, prefix: kept.prefix, asked, live: state.live, turns: turns.map(toKeep), left, owned, dropped, desk: state.desk };
		try {
			if (state.turns.length)
				storage.setItem(KEY, JSON.stringify(all));
			else
				storage.removeItem(KEY);
			return true;
		} catch {
			return false;
		}
	}

	function keep(): void {
		let count = Math.min(room, state.turns.length);
		while (!tryToKeep(state.turns.slice(state.turns.length - count)) && count > 0) {
			count = Math.floor(count * 0.75);
			room = count;
		}
	}

	function change(part: Partial<State>): void {
		state = { ...state, ...part };
		keep();
		listeners.forEach((listener) => listener());
	}

	function withTurn(id: string | null, part: (turn: Turn) => Partial<Turn>): Turn[] {
		return state.turns.map((turn) => (turn.id === id ? { ...turn, ...part(turn) } : turn));
	}

	function untaken(turn: Turn): Turn {
		const { taken: _, ...rest } = turn;
		return rest;
	}

	const follower = followHandover((after, place) => connection.events(after, place), hear);
	const listener: Listener = {
		line: (line) => change({ line }),
		session(given) {
			session = given;
			keep();
		},
		welcome(welcome: Welcome) {
			const lost = session !== welcome.session;
			const another = signingIn && lost; // the server gives each person a session of their own
			session = welcome.session;
			signingIn = false;
			owned = owned || welcome.signed_in === true;
			if (lost)
				follower.stop();
			if (welcome.sign_in)
				storage.removeItem(TOKEN_KEY);
			change({
				turns: another ? [] : state.turns,
				dropped: another ? 0 : state.dropped,
				live: lost ? null : state.live,
				lost: lost ? state.live !== null : state.lost,
				signedIn: welcome.signed_in === true,
				refused: welcome.sign_in || '',
				knowledge: welcome.knowledge,
				notice: welcome.notice || null,
				desk: lost ? null : state.desk,
			});
		},
		held: (held) => change({ held }),
		notice: (notice) => change({ notice }),
		state: follower.state,
		event: follower.event,
		lastEvent: () => (state.desk ? state.desk.last : 0),
		typing() {
			clearTimeout(typingTimer);
			typingTimer = setTimeout(() => change({ typing: false }), TYPING_MS);
			change({ typing: true });
		},
		lineLost: follower.lineLost,
		reply(id, reply) {
			const turns = withTurn(id, (turn) => ({ reply, text: reply.masked ? reply.asked || HIDDEN : turn.text }));
			if (movesOn(reply))
				change({ turns, live: id, lost: false });
			else
				change({ turns: turns.map((turn) => (turn.id === state.live ? untaken(turn) : turn)) });
			if (reply.outcome === 'handoff')
				follower.follow(state.desk ? state.desk.last : 0);
		},
	};

	const token = isTrial() ? storage.getItem(TOKEN_KEY) || undefined : undefined;
	const connection = open(listener, session, token);

	/* What the applicant typed stands there already. It belongs behind what was said last. */
	function hear(desk: Desk, events: HandoverEvent[]): void {
		const last = state.turns[state.turns.length - 1];
		const heard = events.filter(({ kind }) => kind !== 'asked').map((one) => ({ ...one, restored: false }));
		if (heard.length > 0)
			clearTimeout(typingTimer);
		change({
			desk,
			typing: state.typing && heard.length === 0 && desk.stage === 'with',
			turns: last && heard.length > 0 ? withTurn(last.id, (turn) => ({ heard: (turn.heard || []).concat(heard) })) : state.turns,
		});
	}


	function send(text: string, tapped: boolean, atOnce = false): void {
		const ask: Ask = { id: `${kept.prefix}-${++asked}`, text };
		change({ lost: false, turns: state.turns.concat({ ...ask, tapped, restored: false, reply: null }) });
		connection.ask(ask, atOnce);
	}

	function noteRating(id: string, rated: Rated): void {
		change({ turns: withTurn(id, () => ({ rated })) });
	}

	keep();
	if (state.desk && isServed(state.desk))
		follower.follow(state.desk.last);
	state.turns.filter((turn) => !turn.reply).forEach(({ id, text }) => connection.ask({ id, text }));
	return {
		state: () => state,
		onChange(added) {
			listeners.push(added);
		},
		ask: (text) => send(text, false),
		askAtOnce: (text) => send(text, false, true),
		tap(turn, label) {
			change({ turns: withTurn(turn.id, () => ({ taken: label })) });
			send(label, true);
		},
		rate(turn, value, reason) {
			if (!turn.reply || !turn.reply.receipt)
				return;
			const rated = { value, ...(reason ? { reason } : {}) };
			noteRating(turn.id, { ...rated, state: 'sending' });
			void connection.rate(turn.reply.receipt, value, reason)
				.then((noted) => noteRating(turn.id, { ...rated, state: noted ? 'noted' : 'failed' }));
		},
		signIn(given) {
			if (isTrial())
				storage.setItem(TOKEN_KEY, given);
			signingIn = owned;
			owned = true;
			connection.signIn(given);
		},
		signOut() {
			if (!owned)
				return;
			owned = false;
			storage.removeItem(TOKEN_KEY);
			session = undefined;
			follower.stop();
			change({ turns: [], dropped: 0, live: null, lost: false, signedIn: false, refused: '', desk: null });
			connection.reset();
		},
		leaveNumber: (number, text) => connection.callBack(number, text).then(({ status, body }): string => {
			const said = body as { reason?: string } | null;
			if (status >= 300)
				return (said && said.reason) || 'failed';
			if (state.desk)
				change({ desk: { ...state.desk, callBack: 'open' } });
			follower.follow(state.desk ? state.desk.last : 0);
			return '';
		}, () => 'failed'),
		typing() {
			if (!state.desk || state.desk.stage !== 'with' || Date.now() - typedAt < TYPING_LEAST_MS)
				return;
			typedAt = Date.now();
			connection.typing();
		},
		lookedAt: () => connection.lookedAt().then(({ status, body }) => (
			status === 200 && body ? body as Looks : status === 401 ? 'expired' : 'failed'), () => 'failed' as const),
		name: () => kept.prefix,
		part() {
			kept.prefix = newPrefix();
			session = undefined;
			follower.stop();
			change({ turns: state.turns.filter((turn) => turn.reply), live: null, lost: false, signedIn: false, refused: '', desk: null });
			connection.reset();
		},
		hurry() {
			connection.hurry();
			follower.hurry();
		},
		giveUp: () => connection.giveUp(),
		leave() {
			left = true;
			keep();
		},
		stay() {
			left = false;
			keep();
		},
	};
}


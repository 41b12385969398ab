/*
 * The board: the chats that this operator holds, as the server has them, and who waits. One request
 * for events is always under way; it names the last event that is known of each chat, so that after
 * a lost line all of them go on where they stopped, and an event that comes twice counts once.
 *
 * What is typed waits in its chat until the server has it, and is sent again under the same id. One
 * that the server refuses, because the chat is in other hands by now, goes back into the draft.
 *
 * A heartbeat keeps what is held. It is timed from the answer to the one before it: browsers hold
 * back timers of pages in the background that only ever wait for each other.
 */

import { Refusal } from './api';
import type { ChatEvent, ChatOutcome, ChatRow, ChatsApi, EventsAnswer, HandBackTo, RobotTurn } from './chats-protocol';

const BEAT_MS = 3000;
const BEAT_AGAIN_MS = 500; // one that failed: the lease is running out
const PAUSE_FIRST_MS = 500;
const PAUSE_MOST_MS = 5000; // half of the lease: with luck nothing is lost
const ANSWER_LEAST_MS = 300;
const TYPING_MS = 6000; // that the applicant is shown to be typing
const TYPING_LEAST_MS = 2500;
const QUEUE_MS = 10000; // those who waited longer may have given up

export interface Typed {
	id: string;
	text: string;
	n: number; // of the last event when it was written down; 0: it is not yet
}

export interface Held {
	chat: string;
	epoch: number;
	since: string;
	last: number; // event that is known
	events: ChatEvent[];
	before: RobotTurn[]; // what the robot was asked
	more: boolean; // there is more of that
	typed: Typed[]; // that is not among the events yet
	draft: string;
	seen: number; // event
	typing: boolean; // the applicant
	gone: boolean; // it is in other hands
}

export interface State {
	line: 'opening' | 'open' | 'broken' | 'off';
	waiting: number;
	queue: ChatRow[];
	callBacks: number;
	held: Held[];
}

export interface Board {
	state(): State;
	/* The next, or this one; its name, or null. Fails with a Refusal. */
	take(chat?: string): Promise<string | null>;
	say(chat: string, text: string): void;
	draft(chat: string, text: string): void;
	see(chat: string): void;
	handBack(chat: string, to: HandBackTo, colleague?: string): Promise<void>;
	close(chat: string, outcome: ChatOutcome): Promise<void>;
	/* Of one that is gone. */
	forget(chat: string): void;
	/* Reads anew who waits, and how many are to be called. */
	look(): void;
	/* Does not wait for the next attempt. */
	hurry(): void;
	stop(): void;
}

export interface Listener {
	changed(): void;
	/* Somebody began to wait, or typed something. */
	arrived(what: 'waiting' | 'message', chat: string): void;
	/* What was typed is in the draft again: it is too long, say. */
	returned(chat: string, refusal: Refusal): void;
	expired(): void;
}

export interface Drafts {
	get(chat: string): string;
	set(chat: string, text: string): void;
}

function refusalOf(error: unknown): Refusal {
	return error instanceof Refusal ? error : new Refusal(0, 'no_answer', '', 0);
}

function isPassing({ status }: Refusal): boolean {
	return status === 0 || status === 429 || status >= 500;
}

/* What the events tell of what was typed: it is among them. */
function untold(typed: Typed[], events: ChatEvent[], last: number): Typed[] {
	return typed.filter(({ id, n }) => !(n > 0 && n <= last) && !events.some((event) => event.id === id));
}

export function fromApplicant({ kind }: ChatEvent): boolean {
	return kind === 'asked';
}

export function unseen(held: Held): number {
	return held.events.filter((event) => event.n > held.seen && fromApplicant(event)).length;
}

export function openBoard(api: ChatsApi, listener: Listener, drafts: Drafts, newId: () => string): Board {
	let state: State = { line: 'opening', waiting: 0, queue: [], callBacks: 0, held: [] };
	let known: number | null = null; // how many wait, as the server was told
	let stopped = false;
	let failures = 0;
	let wake: (() => void) | null = null; // ends the pause
	let beatTimer: ReturnType<typeof setTimeout> | undefined;
	let queueTimer: ReturnType<typeof setTimeout> | undefined;
	let taken: string[] = []; // since the request under way began, which may not know of them,
	let left: string[] = []; // and may know of these yet
	let typedAt = 0;
	const typingTimers: Record<string, ReturnType<typeof setTimeout>> = {};
	const sending: Record<string, boolean> = {};

	function change(part: Partial<State>): void {
		state = { ...state, ...part };
		listener.changed();
	}

	function find(chat: string): Held | undefined {
		return state.held.find((held) => held.chat === chat);
	}

	function alter(chat: string, part: (held: Held) => Partial<Held>): void {
		change({ held: state.held.map((held) => (held.chat === chat ? { ...held, ...part(held) } : held)) });
	}

	function pause(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}

	/* True where it is over for all of the board. */
	function isOver(refusal: Refusal): boolean {
		if (refusal.status !== 401 || stopped)
			return stopped;
		stop();
		listener.expired();
		return true;
	}

	/* ---- What is held ---- */

	function fresh(row: ChatRow): Held {
		return {
			chat: row.chat, epoch: row.epoch, since: row.since, last: 0, events: [], before: [], more: false,
			typed: [], draft: drafts.get(row.chat), seen: 0, typing: false, gone: false,
		};
	}

	function merged(row: ChatRow & { events: ChatEvent[] }): Held {
		const old = find(row.chat) ?? fresh(row);
		const news = row.events.filter(({ n }) => n > old.last);
		const last = news.at(-1)?.n ?? old.last;
		return {
			...old, epoch: row.epoch, last, events: old.events.concat(news), typed: untold(old.typed, news, last),
			typing: showTyping(row, news), gone: false,
		};
	}

	/* Until some seconds have passed, or what was typed is there. */
	function showTyping({ chat, typing }: ChatRow, news: ChatEvent[]): boolean {
		if (news.some(fromApplicant) || !typing)
			return false;
		clearTimeout(typingTimers[chat]);
		typingTimers[chat] = setTimeout(() => alter(chat, () => ({ typing: false })), TYPING_MS);
		return true;
	}

	/* One that is not among them any more is in other hands; what was closed here is away already. */
	function hear(answer: EventsAnswer): void {
		const held = answer.chats.filter(({ chat }) => !left.includes(chat)).map(merged);
		const kept = state.held.filter(({ chat }) => !held.some((one) => one.chat === chat))
			.map((one) => (taken.includes(one.chat) ? one : giveBack({ ...one, gone: true })));
		const order = (one: Held) => { const at = state.held.findIndex(({ chat }) => chat === one.chat); return at < 0 ? Infinity : at; };
		const before = state.held;
		const all = [...held, ...kept].sort((a, b) => order(a) - order(b) || Date.parse(a.since) - Date.parse(b.since));
		const more = answer.waiting > state.waiting;
		change({ line: 'open', waiting: answer.waiting, callBacks: answer.call_backs ?? 0, held: all });
		for (const one of held) {
			const old = before.find(({ chat }) => chat === one.chat);
			if (!old)
				void readBefore(one.chat);
			else if (one.events.some((event) => event.n > old.last && fromApplicant(event)))
				listener.arrived('message', one.chat);
		}
		if (more)
			listener.arrived('waiting', '');
		if (known !== answer.waiting || more)
			void readQueue();
		known = answer.waiting;
	}

	/* What was not sent can not be any more. */
	function giveBack(held: Held): Held {
		if (held.typed.length === 0)
			return held;
		const draft = [...held.typed.map(({ text }) => text), held.draft].filter(Boolean).join('\n');
		drafts.set(held.chat, draft);
		return { ...held, typed: [], draft };
	}

	async function readBefore(chat: string): Promise<void> {
		try {
			const { turns, more } = await api.transcript(chat);
			alter(chat, () => ({ before: turns, more }));
		} catch {
			/* The events have what was typed since a person was asked for. */
		}
	}

	async function readQueue(): Promise<void> {
		clearTimeout(queueTimer);
		try {
			const { waiting, call_backs: callBacks = 0 } = await api.queue();
			change({ queue: waiting, callBacks });
		} catch (error) {
			if (isOver(refusalOf(error)))
				return;
		}
		clearTimeout(queueTimer);
		if (!stopped && state.queue.length > 0)
			queueTimer = setTimeout(() => void readQueue(), QUEUE_MS);
	}

	/* ---- The line ---- */

	async function listen(): Promise<void> {
		while (!stopped) {
			const began = Date.now();
			const after = state.held.filter(({ gone }) => !gone).map(({ chat, last }) => `${chat}.${last}`).join(',');
			taken = [];
			left = [];
			try {
				const answer = await api.events(after, state.line === 'open' ? known : null);
				if (stopped)
					return;
				failures = 0;
				hear(answer);
				await pause(Math.max(0, ANSWER_LEAST_MS - (Date.now() - began)));
			} catch (error) {
				const refusal = refusalOf(error);
				if (isOver(refusal))
					return;
				if (refusal.status === 404) {
					stop();
					change({ line: 'off' });
					return;
				}
				change({ line: 'broken' });
				await pause(Math.max(refusal.retryAfterMs, Math.min(PAUSE_MOST_MS, PAUSE_FIRST_MS * 2 ** failures++)));
			}
		}
	}

	/* Also while nothing is held: who sends it is on duty. */
	async function beat(): Promise<void> {
		if (stopped)
			return;
		let next = BEAT_MS;
		try {
			await api.beat();
		} catch (error) {
			const refusal = refusalOf(error);
			if (isOver(refusal))
				return;
			next = Math.max(refusal.retryAfterMs, BEAT_AGAIN_MS);
		}
		beatTimer = setTimeout(() => void beat(), next);
	}

	function stop(): void {
		stopped = true;
		clearTimeout(beatTimer);
		clearTimeout(queueTimer);
		Object.values(typingTimers).forEach(clearTimeout);
		wake?.();
	}

	/* ---- Saying ---- */

	/* One at a time, so that their order stays. False: it waits no more, or for another attempt. */
	async function sendOne(held: Held, item: Typed): Promise<void> {
		try {
			const { last } = await api.say(held.chat, held.epoch, item.id, item.text);
			alter(held.chat, (now) => ({ typed: untold(now.typed.map((one) => (one.id === item.id ? { ...one, n: last } : one)), [], now.last) }));
		} catch (error) {
			const refusal = refusalOf(error);
			if (isOver(refusal))
				return;
			if (isPassing(refusal)) {
				await new Promise((resolve) => { setTimeout(resolve, Math.max(refusal.retryAfterMs, 2 * PAUSE_FIRST_MS)); });
				return;
			}
			alter(held.chat, (now) => giveBack({ ...now, gone: now.gone || refusal.status === 409 || refusal.status === 404 }));
			listener.returned(held.chat, refusal);
		}
	}

	async function sendAll(chat: string): Promise<void> {
		if (sending[chat])
			return;
		sending[chat] = true;
		for (;;) {
			const held = find(chat);
			const item = held?.typed.find(({ n }) => n === 0);
			if (stopped || !held || held.gone || !item)
				break;
			await sendOne(held, item);
		}
		sending[chat] = false;
	}

	/* It leaves the board at once, and comes back where the server refuses. */
	async function leave(chat: string, how: (held: Held) => Promise<unknown>): Promise<void> {
		const held = find(chat);
		if (!held)
			return;
		try {
			await how(held);
		} catch (error) {
			const refusal = refusalOf(error);
			if (!isOver(refusal) && (refusal.status === 409 || refusal.status === 404) && refusal.reason !== 'colleague_away')
				alter(chat, (now) => giveBack({ ...now, gone: true }));
			throw refusal;
		}
		forget(chat);
	}

	function forget(chat: string): void {
		left.push(chat);
		drafts.set(chat, '');
		change({ held: state.held.filter((held) => held.chat !== chat) });
	}

	void listen();
	void beat();
	return {
		state: () => state,
		async take(chat) {
			try {
				const row = await api.take(chat);
				taken.push(row.chat);
				left = left.filter((one) => one !== row.chat);
				const old = find(row.chat);
				if (!old)
					change({ held: [...state.held, fresh(row)], queue: state.queue.filter((one) => one.chat !== row.chat) });
				else
					alter(row.chat, () => ({ epoch: row.epoch, gone: false }));
				if (!old)
					void readBefore(row.chat);
				return row.chat;
			} catch (error) {
				const refusal = refusalOf(error);
				if (isOver(refusal))
					return null;
				void readQueue();
				throw refusal;
			}
		},
		say(chat, text) {
			alter(chat, ({ typed }) => ({ typed: [...typed, { id: newId(), text, n: 0 }], draft: '' }));
			drafts.set(chat, '');
			void sendAll(chat);
		},
		draft(chat, text) {
			if (text && Date.now() - typedAt > TYPING_LEAST_MS) {
				typedAt = Date.now();
				void api.typing(chat).catch(() => undefined);
			}
			drafts.set(chat, text);
			alter(chat, () => ({ draft: text }));
		},
		see(chat) {
			const held = find(chat);
			if (held && held.seen < held.last)
				alter(chat, () => ({ seen: held.last }));
		},
		handBack: (chat, to, colleague) => leave(chat, ({ epoch }) => api.handBack(chat, epoch, to, colleague)),
		close: (chat, outcome) => leave(chat, ({ epoch }) => api.close(chat, epoch, outcome)),
		forget,
		look: () => void readQueue(),
		hurry() {
			wake?.();
		},
		stop,
	};
}

/* ---- What is shown of a chat ---- */

export type Line =
	| { kind: 'asked'; at: string; text: string; key: string }
	| { kind: 'said'; at: string; text: string; from: string; key: string }
	| { kind: 'robot'; at: string; turn: RobotTurn; key: string }
	| { kind: 'told'; at: string; event: ChatEvent; key: string };

const SAME_MS = 5000; // a question to the robot that was written down for the operator as well

function lineOf(event: ChatEvent): Line {
	const key = `e${event.n}`;
	if (event.kind === 'asked')
		return { kind: 'asked', at: event.at, text: event.text, key };
	return event.kind === 'said' ? { kind: 'said', at: event.at, text: event.text, from: event.from, key } : { kind: 'told', at: event.at, event, key };
}

/* The journal's text is masked; the event's may not be. */
function isSame({ question, at }: RobotTurn, event: ChatEvent): boolean {
	let from = 0;
	return event.kind === 'asked' && Math.abs(Date.parse(event.at) - Date.parse(at)) <= SAME_MS && question.split(/\*+/).every((piece) => {
		const place = event.text.indexOf(piece, from);
		from = place + piece.length;
		return place >= 0;
	});
}

/* Which event each question to the robot is, or -1; both are in their order. */
function pairs(before: RobotTurn[], events: ChatEvent[]): number[] {
	const found = before.map(() => -1);
	let next = 0;
	for (const [index, event] of events.entries()) {
		const place = before.findIndex((turn, at) => at >= next && isSame(turn, event));
		if (place >= 0) {
			found[place] = index;
			next = place + 1;
		}
	}
	return found;
}

/*
 * From the first message on: what the robot was asked and answered, and what happened since a person
 * was asked for. The journal's times are whole seconds, so what was written down twice tells the order.
 */
export function timeline(before: RobotTurn[], events: ChatEvent[]): Line[] {
	const twins = pairs(before, events);
	const lines: Line[] = [];
	let told = 0; // events
	const tell = (to: number) => {
		for (; told < to; told++)
			lines.push(lineOf(events[told] as ChatEvent));
	};
	for (const [index, turn] of before.entries()) {
		const twin = twins[index] ?? -1;
		if (twin >= 0) {
			tell(twin + 1);
		} else {
			const bound = twins.slice(index).find((one) => one >= 0) ?? events.length;
			const later = events.findIndex(({ at }, place) => place >= told && (told > 0 ? Date.parse(at) > Date.parse(turn.at) : Date.parse(at) >= Date.parse(turn.at)));
			tell(Math.min(bound, later < 0 ? events.length : later));
			lines.push({ kind: 'asked', at: turn.at, text: turn.question, key: `q${index}` });
		}
		if (turn.outcome !== 'handoff')
			lines.push({ kind: 'robot', at: turn.at, turn, key: `r${index}` });
	}
	tell(events.length);
	return lines;
}

/*
 * 转人工, as the applicant sees it: what an operator says, and what becomes of the case. Events are
 * numbered without a gap. They come over the WebSocket; where there is none they are asked for
 * behind the last that is known, which waits at the server until there is one. So nothing is lost
 * or shown twice, whatever became of the line or the page meanwhile. docs/handover.md tells the rest.
 */

import type { Exchange } from './http';

export type Stage = 'bot' | 'waiting' | 'with' | 'closed';

export interface Desk {
	stage: Stage;
	with: string; // who answers; empty where nobody does
	place: number; // in the queue, from 1; 0: unknown, or none
	last: number; // event that is known
	hours: string; // when somebody answers; empty: always, or it is not known
	open: boolean; // somebody answers now
	onDuty: boolean; // somebody is there
	callBack: 'off' | 'none' | 'open' | 'closed'; // off: there is no such thing
}

export interface HandoverEvent {
	n: number;
	kind: string;
	from: string;
	text: string;
}

/* As the server says it. */
export interface HandoverState {
	state: Stage;
	with?: string;
	place?: number;
	last?: number;
	hours?: string;
	open?: boolean;
	on_duty?: boolean;
	call_back?: Desk['callBack'];
}

export interface Follower {
	/* A person is to answer, or may be: until nobody is, events are asked for. */
	follow(last: number): void;
	/* Over the WebSocket. From the first state on, until the line is lost, all comes there. */
	state(state: HandoverState): void;
	event(event: HandoverEvent): void;
	lineLost(): void;
	/* Does not wait for the next attempt. */
	hurry(): void;
	stop(): void;
	last(): number;
}

const PAUSE_FIRST_MS = 1000;
const PAUSE_MOST_MS = 15000;
const ANSWER_LEAST_MS = 1000; // a server that is about to end answers at once, with nothing
const STALE_MS = 25000; // a poll that should have been answered: the device slept
const TRY_LATER = [429, 500, 502, 503, 504];

export function isServed(desk: Desk | null): boolean {
	return !!desk && (desk.stage === 'waiting' || desk.stage === 'with');
}

type News = HandoverState & { events: HandoverEvent[] };

function newsIn(body: unknown): News | null {
	const news = body as News | null;
	return news && news.state && news.events ? news : null;
}

function deskOf(state: HandoverState, last: number): Desk {
	return {
		stage: state.state, with: state.with || '', place: state.place || 0, last,
		hours: state.hours || '', open: state.open !== false, onDuty: state.on_duty !== false,
		callBack: state.call_back || 'off',
	};
}

export function followHandover(poll: (after: number, place: number) => Promise<Exchange>, tell: (desk: Desk, events: HandoverEvent[]) => void): Follower {
	let era = 0; // of the poll whose answer counts
	let following = false;
	let pushed = false; // all comes over the WebSocket
	let last = 0;
	let desk: Desk | null = null;
	let failures = 0;
	let askedAt = 0;
	let timer: ReturnType<typeof setTimeout> | undefined;

	function pause(): void {
		era++;
		clearTimeout(timer);
		timer = undefined;
	}

	function later(ms: number): void {
		clearTimeout(timer);
		timer = setTimeout(ask, ms);
	}

	function failed(retryAfterMs = 0): void {
		later(Math.max(retryAfterMs, Math.min(PAUSE_MOST_MS, PAUSE_FIRST_MS * Math.pow(2, failures++))));
	}

	function hear(state: HandoverState, events: HandoverEvent[]): boolean {
		const news = events.filter(({ n }) => n > last);
		const newest = news[news.length - 1];
		last = newest ? newest.n : last;
		desk = deskOf(state, last);
		following = isServed(desk) || last < (state.last || 0);
		tell(desk, news);
		return !!newest;
	}

	function ask(): void {
		pause();
		const mine = era;
		askedAt = Date.now();
		poll(last, desk ? desk.place : 0).then(({ status, body, retryAfterMs }) => {
			if (mine !== era)
				return;
			const news = status === 200 ? newsIn(body) : null;
			if (news) {
				failures = 0;
				const more = hear(news, news.events);
				if (following)
					later(more ? 0 : Math.max(0, ANSWER_LEAST_MS - (Date.now() - askedAt)));
			} else if (TRY_LATER.indexOf(status) >= 0) {
				failed(retryAfterMs);
			} else {
				hear({ state: 'bot' }, []); // it is not ours, or there is nothing of the kind
			}
		}, () => mine === era && failed());
	}

	return {
		follow(known) {
			last = Math.max(last, known);
			if (following && timer === undefined)
				return;
			following = true;
			failures = 0;
			if (!pushed)
				ask();
		},
		state(state) {
			pushed = true;
			pause();
			hear(state, []);
		},
		event(event) {
			if (event.n <= last)
				return;
			last = event.n;
			desk = { ...(desk || deskOf({ state: 'bot' }, last)), last };
			tell(desk, [event]);
		},
		lineLost() {
			pushed = false;
			if (following)
				ask();
		},
		hurry() {
			if (following && !pushed && (timer !== undefined || Date.now() - askedAt > STALE_MS))
				ask();
		},
		stop() {
			following = false;
			pushed = false;
			pause();
			last = 0;
			desk = null;
		},
		last: () => last,
	};
}

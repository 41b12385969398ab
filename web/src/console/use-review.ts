/*
 * What a reviewer does: looks at the first draft that waits, approves or refuses it, publishes what
 * is approved, and rolls back. Each is one key.
 */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import { authoringOf, versionBefore, type DraftState, type Event, type Form, type Listed, type Listing, type Versions } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { titleOf } from './file-words';
import { patient } from './latest';
import type { Me } from './protocol';
import { keyOf, reviewActionOf, type Keys, type ReviewAction } from './shortcuts';

export interface ReviewProps {
	me: Me;
	keys: Keys;
	hidden: boolean;
	expired(): void;
}

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && /^(input|textarea|select)$/.test(target.localName);
}

/* A key by itself, pressed once, where nobody types. */
function isPlain(event: KeyboardEvent): boolean {
	return !isTyping(event.target) && !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing && !event.repeat;
}

function approvedWords({ draft }: Listed, mine: boolean, key: string): string {
	return mine && draft?.state === 'approved' ? AUTHORING.approvedAlone(key) : AUTHORING.approved(key);
}

/* Of those in the queue the one of this id; without it, the first that waits, else the first that is approved. */
function nextOf(entries: Listed[], entry?: string | null): Listed | undefined {
	const queue = entries.filter(({ draft }) => draft && draft.state !== 'draft');
	if (entry !== undefined)
		return queue.find((one) => one.entry === entry);
	return queue.find(({ draft }) => draft?.state === 'review') ?? queue[0];
}

const ENDS = ['published', 'discarded']; // of a draft
const WROTE = ['saved', 'merged', 'deleted', 'submitted'];

/* Why the draft was written, the latest first: since the one before it ended, each reason once. */
export function reasonsOf(events: Event[]): Event[] {
	const end = events.findIndex(({ what }) => ENDS.includes(what));
	const own = events.slice(0, end < 0 ? events.length : end).filter(({ what, why }) => WROTE.includes(what) && why);
	return own.filter(({ who, why }, at) => own.findIndex((one) => one.who === who && one.why === why) === at);
}

const allOf = ({ entries, files }: Listing) => [...entries, ...files];
export const nameOf = (one: Listed) => `${AUTHORING.number(one.number)}${titleOf(one)}`;

export function useReview({ me, keys, hidden, expired }: ReviewProps) {
	const api = useMemo(() => authoringOf(me.csrf), [me.csrf]);
	const [listing, setListing] = useState<Listing | null>(null);
	const [versions, setVersions] = useState<Versions | null>(null);
	const [open, setOpen] = useState<string | null>(null);
	const [form, setForm] = useState<Form | null>(null);
	const [reasons, setReasons] = useState<Event[]>([]); // of the draft that is open
	const [refusing, setRefusing] = useState(false);
	const [backTo, setBackTo] = useState<number | null>(null); // the version that is asked about
	const [said, say] = useState('');
	const [busy, setBusy] = useState(false);
	const actNow = useRef(act);
	actNow.current = act;
	const state = useRef({ hidden, open });
	state.current = { hidden, open };

	const inState = (wanted: DraftState) => listing && allOf(listing).filter(({ draft }) => draft?.state === wanted) || [];
	const [waiting, ready] = [inState('review'), inState('approved')];
	const queue = [...waiting, ...ready];
	const one = queue.find(({ entry }) => entry === open);
	const mayReview = me.may.includes('review_draft');
	const mayPublish = me.may.includes('publish');
	const canDecide = mayReview && one?.draft?.state === 'review';
	const next = waiting[(waiting.findIndex(({ entry }) => entry === open) + 1) % Math.max(1, waiting.length)];
	const other = next?.entry === open ? undefined : next;

	function fail(error: unknown) {
		const refusal = error instanceof Refusal ? error : new Refusal(0, 'no_answer', '', 0);
		if (refusal.status === 401)
			expired();
		else
			say(AUTHORING.refusals[refusal.reason] ?? AUTHORING.refused_);
	}

	/* The first that waits is open, unless another one is. */
	async function look() {
		try {
			const [read, served] = await Promise.all([patient(() => api.list()), patient(() => api.versions())]);
			setListing(read);
			setVersions(served);
			if (!nextOf(allOf(read), state.current.open))
				await show(nextOf(allOf(read))?.entry ?? null);
		} catch (error) {
			fail(error);
		}
	}

	async function show(entry: string | null) {
		setOpen(entry);
		state.current.open = entry;
		setForm(null);
		setReasons([]);
		if (entry === null)
			return;
		try {
			const [read, { events }] = await Promise.all([patient(() => api.form(entry)), patient(() => api.history(entry))]);
			if (state.current.open !== entry)
				return;
			setForm(read);
			setReasons(reasonsOf(events));
		} catch (error) {
			if (state.current.open === entry)
				fail(error);
		}
	}

	useEffect(() => {
		if (hidden)
			return;
		say('');
		void look();
	}, [hidden]);

	async function doing(what: () => Promise<string>) {
		if (busy)
			return;
		setBusy(true);
		try {
			const done = await what();
			await look();
			say(done);
		} catch (error) {
			fail(error);
			if (error instanceof Refusal && error.status === 409)
				void look();
		} finally {
			setBusy(false);
		}
	}

	function decide(decision: 'approve' | 'refuse', why: string) {
		const draft = one?.draft;
		if (!draft || !canDecide)
			return;
		void doing(async () => {
			const answer = await api.decide({ entry: one.entry, revision: draft.revision, decision, why });
			return decision === 'refuse' ? AUTHORING.refused : approvedWords(answer, draft.mine, keys.publish.toUpperCase());
		});
	}

	function publish() {
		if (!mayPublish || ready.length === 0)
			return;
		say(AUTHORING.publishing);
		void doing(async () => AUTHORING.published((await api.publish(ready.map(({ entry }) => entry), AUTHORING.publishWhy(ready.map(nameOf)))).version));
	}

	function askRollBack(version: number) {
		if (mayPublish && !busy && versions)
			setBackTo(version);
	}

	function rollBack(version: number) {
		setBackTo(null);
		say(AUTHORING.publishing);
		void doing(async () => AUTHORING.rolledBack((await api.rollBack(version, AUTHORING.rollBackTo(version))).version));
	}

	/* To the one that is told, whatever somebody else publishes meanwhile. */
	function rollBackOne() {
		if (!mayPublish || !versions || versions.moves.length === 0)
			return;
		const before = versionBefore(versions);
		if (before === null)
			say(AUTHORING.noVersionBefore);
		else
			askRollBack(before);
	}

	function showNext() {
		if (!other)
			return;
		say('');
		void show(other.entry);
	}

	function act(action: ReviewAction | 'next') {
		switch (action) {
		case 'next':
			return showNext();
		case 'approve':
			return decide('approve', '');
		case 'refuse':
			return canDecide ? setRefusing(true) : undefined;
		case 'publish':
			return publish();
		case 'rollBack':
			return rollBackOne();
		}
	}

	useLayoutEffect(() => {
		function onKey(event: KeyboardEvent) {
			const action = keys.next === keyOf(event.key) ? 'next' : reviewActionOf(keys, event.key);
			if (state.current.hidden || !action || !isPlain(event) || document.querySelector('dialog[open]'))
				return;
			event.preventDefault();
			actNow.current(action);
		}
		document.addEventListener('keydown', onKey);
		return () => document.removeEventListener('keydown', onKey);
	}, [keys]);

	return { listing, versions, open, form, reasons, refusing, setRefusing, said, busy, waiting, ready, queue, one, mayPublish, canDecide, next: other, showNext, look, show, decide, publish, api, backTo, setBackTo, askRollBack, rollBack, rollBackOne };
}

export type Review = ReturnType<typeof useReview>;

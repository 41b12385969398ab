/*
 * The chats that people answer: who waits and which chats one holds on the left, the one that is
 * open in the middle, canned answers on the right. Letters are shortcuts where nobody types, and
 * with Alt everywhere.
 */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Api, Refusal } from './api';
import type { Attention } from './attention';
import { unseen, type Board, type Held, type State } from './board';
import { CallBacks } from './CallBacks';
import { Canned } from './Canned';
import { OUTCOMES, type ChatOutcome, type ChatRow, type ChatsApi } from './chats-protocol';
import { CHATS, spanOf } from './chats-words';
import { Choose, type Choice } from './Choose';
import { Key } from './parts';
import { chatActionOf, keyWithAlt, type ChatAction, type Keys } from './shortcuts';
import { Talk } from './Talk';
import { WORDS } from './words';

const TICK_MS = 1000;
const SAID_MS = 6000;

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && /^(input|textarea|select)$/.test(target.localName);
}

function useNow(running: boolean): number {
	const [now, setNow] = useState(Date.now());
	useEffect(() => {
		if (!running)
			return undefined;
		setNow(Date.now());
		const timer = setInterval(() => setNow(Date.now()), TICK_MS);
		return () => clearInterval(timer);
	}, [running]);
	return now;
}

function Waiting({ row, now, take }: { row: ChatRow; now: number; take(): void }) {
	return (
		<li class="chat">
			<span><b>{CHATS.label(row.chat)}</b> <span class="of">{CHATS.waited(spanOf(now - Date.parse(row.since)))}</span>
				{row.for && <span class="of"> {CHATS.forColleague(row.for)}</span>}</span>
			<button type="button" class="button small" aria-label={CHATS.takeThis(CHATS.label(row.chat))} onClick={take}>{CHATS.takeOne}</button>
		</li>
	);
}

function Queue({ state: { line, waiting, queue }, shortcut, hidden, take }: { state: State; shortcut: string; hidden: boolean; take(chat?: string): void }) {
	const now = useNow(!hidden && queue.length > 0);
	const more = waiting - queue.length;
	return (
		<>
			{line === 'broken' && <p class="notice" role="alert">{CHATS.broken}</p>}
			{line === 'opening' && <p class="hint">{CHATS.opening}</p>}
			<h2 tabIndex={-1}>{CHATS.queue(waiting)}</h2>
			<button type="button" class="button primary" onClick={() => take()}><Key name={shortcut} /> {CHATS.take}</button>
			{waiting === 0 && <p class="hint">{CHATS.queueNone}</p>}
			<ul>{queue.map((row) => <Waiting key={row.chat} row={row} now={now} take={() => take(row.chat)} />)}</ul>
			{more > 0 && queue.length > 0 && <p class="hint">{CHATS.queueMore(more)}</p>}
		</>
	);
}

function lastWords({ events, typed }: Held): string {
	const typing = typed.at(-1);
	return typing ? typing.text : [...events].reverse().find(({ kind }) => kind === 'asked' || kind === 'said')?.text ?? '';
}

function Mine({ held, index, current, open }: { held: Held; index: number; current: boolean; open(): void }) {
	const count = unseen(held);
	return (
		<li>
			<button type="button" class={current ? 'button chat-button current' : 'button chat-button'} aria-current={current ? 'true' : undefined} onClick={open}>
				<span class="head">{index < 9 && <kbd>{index + 1}</kbd>} <b>{CHATS.label(held.chat)}</b>
					{held.gone && <span class="said">{CHATS.lost}</span>}
					{count > 0 && <span class="badge" aria-label={CHATS.unseen(count)}>{count}</span>}</span>
				<span class="text">{lastWords(held)}</span>
			</button>
		</li>
	);
}

function Signals({ attention }: { attention: Attention }) {
	const [, renew] = useState(0);
	const again = () => renew((n) => n + 1);
	const notices = attention.notices();
	return (
		<p class="signals">
			<button type="button" class="button small" aria-pressed={attention.sound()} onClick={() => { attention.setSound(!attention.sound()); again(); }}>
				{CHATS.sound}：{attention.sound() ? CHATS.on : CHATS.off}
			</button>
			{notices === 'default' && <button type="button" class="button small" onClick={() => void attention.askForNotices().then(again)}>{CHATS.notifyAsk}</button>}
			{notices === 'granted' && <span class="hint">{CHATS.notify}：{CHATS.on}</span>}
			{notices === 'denied' && <span class="hint" title={CHATS.notifyDenied}>{CHATS.notify}：{CHATS.off}</span>}
		</p>
	);
}

/* From a chat that is alone in a narrow window to the others, of which it is told how many want something. */
function Fronts({ state, open, toQueue, toCanned }: { state: State; open: string; toQueue(): void; toCanned(): void }) {
	const others = state.waiting + state.held.filter((one) => one.chat !== open && unseen(one) > 0).length;
	return (
		<p class="fronts">
			<button type="button" class="button small" onClick={toQueue}>{CHATS.toQueue} {others > 0 && <span class="badge" aria-label={CHATS.badge(others)}>{others}</span>}</button>
			<button type="button" class="button small" onClick={toCanned}>{CHATS.toCanned}</button>
		</p>
	);
}

/* What is in front of an eye is seen. */
function useSeen(board: Board, state: State, chat: string | null): void {
	useEffect(() => {
		const looked = () => { if (chat && document.visibilityState === 'visible') board.see(chat); };
		looked();
		document.addEventListener('visibilitychange', looked);
		return () => document.removeEventListener('visibilitychange', looked);
	}, [chat, state]);
}

function wordsOf(refusal: Refusal): string {
	return refusal.reason === 'colleague_away' ? CHATS.colleagueAway : refusal.words || WORDS.refusals[refusal.reason] || CHATS.notDone;
}

interface Props {
	api: Api;
	desk: ChatsApi;
	board: Board;
	state: State;
	attention: Attention;
	me: string;
	keys: Keys;
	hidden: boolean;
	returned: { chat: string; refusal: Refusal } | null; // what could not be sent
	expired(): void;
}

/* What a narrow window shows; a wide one shows all three. */
type Front = 'queue' | 'talk' | 'canned';

type Asking = { what: 'end' } | { what: 'colleague'; choices: Choice[] | null };

export function ChatsView({ api, desk, board, state, attention, me, keys, hidden, returned, expired }: Props) {
	const [open, setOpen] = useState<string | null>(null); // chat
	const [calls, setCalls] = useState(false); // the call-backs are open
	const [asking, setAsking] = useState<Asking | null>(null);
	const [said, say] = useState('');
	const [front, setFront] = useState<Front>('queue');
	const place = useRef<HTMLElement>(null);
	const draft = useRef<HTMLTextAreaElement>(null);
	const search = useRef<HTMLInputElement>(null);
	const held = state.held.find(({ chat }) => chat === open);
	const onKeyNow = useRef(onKey);
	onKeyNow.current = onKey;

	useEffect(() => {
		const timer = setTimeout(() => say(''), SAID_MS);
		return () => clearTimeout(timer);
	}, [said]);

	/* One that is open is always there; the first one otherwise. */
	useEffect(() => {
		if (!held)
			setOpen(state.held[0]?.chat ?? null);
	}, [held, state.held]);

	useSeen(board, state, hidden || calls ? null : open);

	useEffect(() => {
		if (returned)
			say(returned.refusal.reason === 'too_long' ? CHATS.tooLong : CHATS.returned);
	}, [returned]);

	useLayoutEffect(() => {
		const listener = (event: KeyboardEvent) => onKeyNow.current(event);
		if (hidden)
			return undefined;
		document.addEventListener('keydown', listener);
		return () => document.removeEventListener('keydown', listener);
	}, [hidden]);

	useLayoutEffect(() => {
		if (!hidden)
			draft.current?.focus();
	}, [hidden, open]);

	/* What has gone from a narrow window no longer has the keys. */
	useLayoutEffect(() => {
		if (hidden || (document.activeElement && document.activeElement !== document.body))
			return;
		if (front === 'canned')
			search.current?.focus();
		else if (front === 'talk')
			draft.current?.focus();
		else
			place.current?.querySelector('h2')?.focus();
	}, [front]);

	useEffect(() => {
		if (!held && !calls)
			setFront('queue');
	}, [!held, calls]);

	function fail(refusal: Refusal) {
		if (refusal.status === 401)
			expired();
		else
			say(wordsOf(refusal));
	}

	function show(chat: string) {
		setCalls(false);
		setOpen(chat);
		setFront('talk');
		draft.current?.focus();
	}

	function toCanned() {
		setFront('canned');
		search.current?.focus();
	}

	function toTalk() {
		setFront('talk');
		draft.current?.focus();
	}

	function showCalls(shown: boolean) {
		setCalls(shown);
		setFront(shown ? 'talk' : 'queue');
	}

	async function take(chat?: string) {
		try {
			const taken = await board.take(chat);
			if (!taken)
				return;
			show(taken);
			say(CHATS.taken(CHATS.label(taken)));
		} catch (error) {
			fail(error as Refusal);
		}
	}

	async function leave(how: (chat: string) => Promise<void>, done: string) {
		setAsking(null);
		if (!open)
			return;
		try {
			await how(open);
			say(done);
		} catch (error) {
			fail(error as Refusal);
		}
	}

	async function askForColleague() {
		setAsking({ what: 'colleague', choices: null });
		try {
			const { colleagues } = await desk.colleagues();
			setAsking({ what: 'colleague', choices: colleagues.map(({ name, held: count }) => ({ value: name, words: name, note: CHATS.colleagueHeld(count) })) });
		} catch (error) {
			setAsking(null);
			fail(error as Refusal);
		}
	}

	function next() {
		const index = state.held.findIndex(({ chat }) => chat === open);
		const wanted = state.held.find((one) => one.chat !== open && unseen(one) > 0) ?? state.held[(index + 1) % state.held.length];
		if (wanted)
			show(wanted.chat);
	}

	function act(action: ChatAction) {
		if (action === 'take')
			return void take();
		if (action === 'next')
			return next();
		if (action === 'canned')
			return toCanned();
		if (!held || held.gone || calls)
			return undefined;
		switch (action) {
		case 'robot':
			return void leave((chat) => board.handBack(chat, 'bot'), CHATS.handed.bot ?? '');
		case 'queue':
			return void leave((chat) => board.handBack(chat, 'queue'), CHATS.handed.queue ?? '');
		case 'colleague':
			return void askForColleague();
		case 'end':
			return setAsking({ what: 'end' });
		}
	}

	function onKey(event: KeyboardEvent) {
		const typing = isTyping(event.target);
		if (event.ctrlKey || event.metaKey || event.isComposing || (typing && !event.altKey) || document.querySelector('dialog[open]'))
			return;
		const key = event.altKey ? keyWithAlt(event) : event.key;
		const action = chatActionOf(keys, key);
		const chat = /^[1-9]$/.test(key) ? state.held[Number(key) - 1]?.chat : undefined;
		if (!action && !chat)
			return;
		event.preventDefault();
		if (chat)
			show(chat);
		else if (action)
			act(action);
	}

	function put(text: string, what: string) {
		if (!held)
			return;
		board.draft(held.chat, held.draft.trim() ? `${held.draft.trimEnd()}\n${text}` : text);
		say(CHATS.put(what));
	}

	return (
		<main class={`chats front-${front}`} hidden={hidden}>
			<section class="queue" ref={place} aria-label={CHATS.queue(state.waiting)}>
				<Queue state={state} shortcut={keys.take} hidden={hidden} take={(chat) => void take(chat)} />
				<h2>{CHATS.mine(state.held.length)}</h2>
				{state.held.length === 0 && <p class="hint">{CHATS.mineNone}</p>}
				<ul>{state.held.map((one, index) => <Mine key={one.chat} held={one} index={index} current={one.chat === open && !calls} open={() => show(one.chat)} />)}</ul>
				<button type="button" class="button" aria-pressed={calls} onClick={() => showCalls(!calls)}>{CHATS.callBacks(state.callBacks)}</button>
				<Signals attention={attention} />
			</section>
			<section class="talk" aria-label={CHATS.talk}>
				{calls ? <CallBacks desk={desk} count={state.callBacks} back={() => showCalls(false)} fail={fail} say={say} changed={board.look} />
					: held ? (
						<>
							<Fronts state={state} open={held.chat} toQueue={() => setFront('queue')} toCanned={toCanned} />
							<Talk held={held} me={me} keys={keys} field={draft} act={act} draft={(text) => board.draft(held.chat, text)}
								say={(text) => board.say(held.chat, text)} takeBack={() => void take(held.chat)} forget={() => board.forget(held.chat)} />
						</>
					) : <p class="nothing">{CHATS.none}</p>}
			</section>
			<Canned api={api} shortcut={keys.canned} field={search} disabled={!held || calls} put={put} back={toTalk} say={say} expired={expired} />
			<p class={said ? 'toast' : 'toast silent'} role="status" id="chats-said">{said}</p>
			{asking?.what === 'end' && (
				<Choose title={CHATS.endTitle} notice={held?.draft.trim() ? CHATS.draftLost : ''} choices={OUTCOMES.map((value) => ({ value, words: CHATS.outcomes[value] }))}
					choose={(value) => void leave((chat) => board.close(chat, value as ChatOutcome), CHATS.ended(CHATS.outcomes[value as ChatOutcome]))} close={() => setAsking(null)} />
			)}
			{asking?.what === 'colleague' && (
				<Choose title={CHATS.colleagueTitle} choices={asking.choices} none={CHATS.colleagueNone}
					choose={(name) => void leave((chat) => board.handBack(chat, 'colleague', name), CHATS.handedTo(name))} close={() => setAsking(null)} />
			)}
		</main>
	);
}

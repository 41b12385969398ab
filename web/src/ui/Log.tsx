/* The conversation: what was shown before a reload, and what is said now. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { wasPassedOn, type Heard, type State, type Turn } from '../conversation';
import { Card } from './Card';
import { CallBack, HeardView } from './Desk';
import { usePage } from './page';
import { lowerEdge, scroller } from './place';

/* Why there is no reply yet. A reply takes milliseconds, so that looking it up need not be read out. */
type Delay = 'none' | 'offline' | 'held';

function Waiting({ delay }: { delay: Delay }) {
	const { words } = usePage();
	return delay === 'none' ? <p class="waiting" aria-hidden>{words.waiting}</p>
		: <p class="waiting">{delay === 'held' ? words.held : words.unsent}</p>;
}

/* Whoever reads something else meanwhile is not torn away from it by a reply. */
interface Reader {
	elsewhere: boolean;
	missed(id: string): void; // of the element
}

interface TurnProps {
	turn: Turn;
	live: boolean;
	delay: Delay;
	reader: Reader;
}

function isBelow(node: Element): boolean {
	return node.getBoundingClientRect().top > lowerEdge();
}

/* The question to the top, so that a long answer is read from its beginning; where it leaves little room, the answer. */
function reveal(question: HTMLElement, card: HTMLElement | null): void {
	const frame = scroller();
	const room = frame ? lowerEdge() - frame.getBoundingClientRect().top : Infinity;
	(card && question.offsetHeight > room / 2 ? card : question).scrollIntoView({ block: 'start' });
}

const QUESTION_MOST = 160; // characters and
const LINES_MOST = 6; // lines: a longer question is folded to
const QUESTION_SHOWN = 80;
const LINES_SHOWN = 4;

function beginningOf(text: string): string {
	const characters = Array.from(text);
	const lines = text.split('\n');
	if (characters.length <= QUESTION_MOST && lines.length <= LINES_MOST)
		return text;
	return Array.from(lines.slice(0, LINES_SHOWN).join('\n')).slice(0, QUESTION_SHOWN).join('');
}

function QuestionText({ text }: { text: string }) {
	const { words } = usePage();
	const [open, setOpen] = useState(false);
	const beginning = beginningOf(text);
	return beginning === text ? <>{text}</> : (
		<>
			{beginning}
			<span class="rest" hidden={!open}>{text.slice(beginning.length)}</span>
			{!open && <span class="cut">……</span>}
			<button type="button" class="button plain fold-button" aria-expanded={open}
				onClick={() => setOpen(!open)}>{open ? words.close : words.wholeQuestion}</button>
		</>
	);
}

function TurnView({ turn, live, delay, reader }: TurnProps) {
	const { words, conversation } = usePage();
	const question = useRef<HTMLParagraphElement>(null);
	const card = useRef<HTMLElement>(null);
	const { reply } = turn;
	const shown = useRef(turn.restored && !!reply);

	useLayoutEffect(() => {
		if (shown.current || !question.current)
			return;
		/* The button that had the focus is gone. */
		if (reply && card.current && turn.tapped && document.activeElement !== document.getElementById('message'))
			card.current.focus({ preventScroll: true });
		shown.current = !!reply;
		if (!reply)
			reader.elsewhere = false;
		if (!reader.elsewhere)
			reveal(question.current, card.current);
		else if (card.current && isBelow(card.current))
			reader.missed(`turn-${turn.id}`);
	}, [reply]);

	/* Why it takes so long may need more lines than that it is looked up. */
	useLayoutEffect(() => {
		if (!reply && !reader.elsewhere && question.current)
			question.current.scrollIntoView({ block: 'start' });
	}, [delay]);

	const talk = { turn, live, say: (label: string) => conversation.tap(turn, label) };
	return (
		<>
			<p class="mine" id={`turn-${turn.id}`} ref={question}><span class="hidden-label">{words.youSaid}</span><QuestionText text={turn.text} /></p>
			{reply
				? wasPassedOn(turn) ? <p class="passed-on">{words.passedOn}</p>
					: <article class={`card ${reply.outcome}`} tabIndex={-1} ref={card}><Card reply={reply} talk={talk} /></article>
				: <Waiting delay={delay} />}
			{heardIn(turn, turn.restored).map((event) => <HeardView key={event.n} event={event} came={came(reader)} />)}
		</>
	);
}

/* What came after a reload belongs to the last turn before it, but is read out as it comes. */
function heardIn(turn: Turn, restored: boolean): Heard[] {
	return (turn.heard || []).filter((event) => event.restored === restored);
}

function came(reader: Reader): (node: HTMLElement) => void {
	return (node) => {
		if (!reader.elsewhere)
			node.scrollIntoView({ block: 'nearest' });
		else if (isBelow(node))
			reader.missed(node.id);
	};
}

interface LogProps {
	state: State;
	/* Whether the card above has its full height. */
	settled: boolean;
}

const MOVES = ['wheel', 'touchmove', 'keydown', 'mousedown'];

function useReader(missed: Reader['missed']): Reader {
	const reader = useRef<Reader>({ elsewhere: false, missed });
	useEffect(() => {
		const frame = document.getElementById('scroll');
		MOVES.forEach((move) => frame && frame.addEventListener(move, () => { reader.current.elsewhere = true; }));
	}, []);
	return reader.current;
}

function Newer({ id, done }: { id: string; done(): void }) {
	const { words } = usePage();
	const place = document.getElementById(id);
	function show() {
		if (place)
			place.scrollIntoView({ block: 'start' });
		done();
	}
	/* Whoever goes there without it needs it no more. */
	useEffect(() => {
		const card = /^turn-/.test(id) ? place && place.nextElementSibling : place;
		const moved = () => { if (!card || !isBelow(card)) done(); };
		window.addEventListener('scroll', moved, true);
		return () => window.removeEventListener('scroll', moved, true);
	}, [id]);
	return <button type="button" class="button primary newer" onClick={show}>{words.newer}</button>;
}

export function Log({ state: { turns, live, line, held, lost, dropped, desk }, settled }: LogProps) {
	const { words } = usePage();
	const end = useRef<HTMLDivElement>(null);
	const delay = line === 'broken' || line === 'connecting' ? 'offline' : held ? 'held' : 'none';
	const [missed, setMissed] = useState<string | null>(null);
	const reader = useReader(setMissed);
	const views = (restored: boolean) => turns.filter((turn) => turn.restored === restored).map((turn) => (
		<TurnView key={turn.id} turn={turn} live={turn.id === live} delay={delay} reader={reader} />
	));

	useEffect(() => {
		if (turns.some((turn) => !turn.restored))
			return;
		const last = end.current && end.current.querySelectorAll('.mine');
		const node = last && last[last.length - 1];
		if (node)
			node.scrollIntoView({ block: 'start', behavior: 'instant' });
	}, [settled]);

	const before = views(true);
	const late = turns.filter(({ restored }) => restored).reduce<Heard[]>((all, turn) => all.concat(heardIn(turn, false)), []);
	const happened = turns.reduce<Heard[]>((all, turn) => all.concat(turn.heard || []), []).filter(({ kind }) => kind !== 'said');
	const latest = happened[happened.length - 1];
	return (
		<>
			{before.length > 0 && dropped > 0 && <p class="label dropped" id="dropped">{words.keptOnly(before.length, dropped)}</p>}
			{before.length > 0 && <div class="log" id="history" role="group" aria-label={words.history} ref={end}>{before}</div>}
			<div class="log" id="log" role="log" aria-live="polite" aria-label={words.log}>
				{late.map((event) => <HeardView key={event.n} event={event} came={came(reader)} />)}
				{views(false)}
				{lost && <p class="notice">{words.lost}</p>}
			</div>
			<CallBack desk={desk} offered={!!latest && /^(off_hours|given_up)$/.test(latest.kind)} />
			{missed && <Newer id={missed} done={() => setMissed(null)} />}
		</>
	);
}

/* The conversation: what was shown before a reload, and what is said now. */

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { State, Turn } from '../conversation';
import { Card } from './Card';
import { usePage } from './page';

/* Why there is no reply yet. A reply takes milliseconds, so that looking it up need not be read out. */
type Delay = 'none' | 'offline' | 'held';

function Waiting({ delay }: { delay: Delay }) {
	const { words } = usePage();
	return delay === 'none' ? <p class="waiting" aria-hidden>{words.waiting}</p>
		: <p class="waiting">{delay === 'held' ? words.held : words.unsent}</p>;
}

interface TurnProps {
	turn: Turn;
	live: boolean;
	delay: Delay;
}

function TurnView({ turn, live, delay }: TurnProps) {
	const { words, conversation } = usePage();
	const question = useRef<HTMLParagraphElement>(null);
	const card = useRef<HTMLElement>(null);
	const { reply } = turn;
	const shown = useRef(turn.restored && !!reply);

	/* The question to the top, so that a long answer is read from its beginning. */
	useLayoutEffect(() => {
		if (shown.current || !question.current)
			return;
		/* The button that had the focus is gone. */
		if (reply && card.current && turn.tapped && document.activeElement !== document.getElementById('message'))
			card.current.focus({ preventScroll: true });
		shown.current = !!reply;
		question.current.scrollIntoView({ block: 'start' });
	}, [reply]);

	const talk = { turn, live, say: (label: string) => conversation.tap(turn, label) };
	return (
		<>
			<p class="mine" ref={question}><span class="hidden-label">{words.youSaid}</span>{turn.text}</p>
			{reply
				? <article class={`card ${reply.outcome}`} tabIndex={-1} ref={card}><Card reply={reply} talk={talk} /></article>
				: <Waiting delay={delay} />}
		</>
	);
}

interface LogProps {
	state: State;
	/* Whether the card above has its full height. */
	settled: boolean;
}

export function Log({ state: { turns, live, line, held }, settled }: LogProps) {
	const { words } = usePage();
	const end = useRef<HTMLDivElement>(null);
	const delay = line === 'broken' || line === 'connecting' ? 'offline' : held ? 'held' : 'none';
	const views = (restored: boolean) => turns.filter((turn) => turn.restored === restored).map((turn) => (
		<TurnView key={turn.id} turn={turn} live={turn.id === live} delay={delay} />
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
	return (
		<>
			{before.length > 0 && <div class="log" id="history" role="group" aria-label={words.history} ref={end}>{before}</div>}
			<div class="log" id="log" role="log" aria-live="polite" aria-label={words.log}>{views(false)}</div>
		</>
	);
}

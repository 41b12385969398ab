/* The conversation: what was shown before a reload, and what is said now. */

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { State, Turn } from '../conversation';
import { Card } from './Card';
import { usePage } from './page';

function Waiting({ offline }: { offline: boolean }) {
	const { words } = usePage();
	return offline ? <p class="waiting">{words.unsent}</p>
		: <p class="waiting" aria-hidden>{words.waiting}</p>;
}

interface TurnProps {
	turn: Turn;
	live: boolean;
	offline: boolean;
}

function TurnView({ turn, live, offline }: TurnProps) {
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
				: <Waiting offline={offline} />}
		</>
	);
}

interface LogProps {
	state: State;
	/* Whether the card above has its full height. */
	settled: boolean;
}

export function Log({ state: { turns, live, line }, settled }: LogProps) {
	const { words } = usePage();
	const end = useRef<HTMLDivElement>(null);
	const offline = line === 'broken' || line === 'connecting';
	const views = (restored: boolean) => turns.filter((turn) => turn.restored === restored).map((turn) => (
		<TurnView key={turn.id} turn={turn} live={turn.id === live} offline={offline} />
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

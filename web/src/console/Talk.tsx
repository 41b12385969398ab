/* One chat: what was said from the first message on, and the box that answers. */

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { timeline, type Held, type Line } from './board';
import { CHATS } from './chats-words';
import { Key } from './parts';
import type { ChatAction, Keys } from './shortcuts';
import { clockOf } from '../time';

const MOST_BYTES = 4096; // of what is said, as the server counts them

export function bytesOver(text: string): number {
	return Math.max(0, new TextEncoder().encode(text).length - MOST_BYTES);
}

function told({ kind, from, text }: Extract<Line, { kind: 'told' }>['event']): string {
	const words = CHATS.happened[kind] ?? kind;
	if (kind === 'ended')
		return `${from} ${words}：${CHATS.outcomes[text as keyof typeof CHATS.outcomes] ?? text}`;
	return `${from ? `${from} ` : ''}${words}${kind === 'to_colleague' && text ? ` ${text}` : ''}`;
}

function LineView({ line, me }: { line: Line; me: string }) {
	const time = <time dateTime={line.at}>{clockOf(line.at)}</time>;
	switch (line.kind) {
	case 'asked':
		return <li class="line asked"><p class="of">{CHATS.applicant} {time}</p><p class="words">{line.text}</p></li>;
	case 'said':
		return <li class="line answered"><p class="of">{line.from === me ? CHATS.me : line.from} {time}</p><p class="words">{line.text}</p></li>;
	case 'robot':
		return (
			<li class="line by-robot">
				<p class="of">{CHATS.robot} {time}</p>
				<p>{CHATS.robotSaid[line.turn.outcome] ?? line.turn.outcome}{line.turn.answers.map(({ entry, question }) => <span key={entry} class="entry-name">{question || entry}</span>)}</p>
			</li>
		);
	case 'told':
		return <li class="line told">{clockOf(line.at)} {told(line.event)}</li>;
	}
}

/* The end stays in sight for who looks at it. */
function Transcript({ held, me }: { held: Held; me: string }) {
	const frame = useRef<HTMLDivElement>(null);
	const atEnd = useRef(true);
	const lines = timeline(held.before, held.events);
	useLayoutEffect(() => { atEnd.current = true; }, [held.chat]);
	useLayoutEffect(() => {
		if (frame.current && atEnd.current)
			frame.current.scrollTop = frame.current.scrollHeight;
	}, [held.chat, lines.length, held.typed.length, held.typing, held.gone]);
	/* Also when the draft grows and takes its room. */
	useEffect(() => {
		const node = frame.current;
		if (!node)
			return undefined;
		const observer = new ResizeObserver(() => {
			if (atEnd.current)
				node.scrollTop = node.scrollHeight;
		});
		observer.observe(node);
		return () => observer.disconnect();
	}, []);
	return (
		<div class="transcript" ref={frame} tabIndex={0} role="log" aria-label={CHATS.log}
			onScroll={({ currentTarget: node }) => { atEnd.current = node.scrollHeight - node.scrollTop - node.clientHeight < 40; }}>
			{held.more && <p class="hint">{CHATS.earlier}</p>}
			<ol>
				{lines.map((line) => <LineView key={line.key} line={line} me={me} />)}
				{held.typed.map(({ id, text }) => <li key={id} class="line answered unsent"><p class="of">{CHATS.sending}</p><p class="words">{text}</p></li>)}
			</ol>
			{held.typing && !held.gone && <p class="hint">{CHATS.typing}</p>}
		</div>
	);
}

interface Props {
	held: Held;
	me: string;
	keys: Keys;
	field: RefObject<HTMLTextAreaElement>;
	act(action: ChatAction): void;
	draft(text: string): void;
	say(text: string): void;
	takeBack(): void;
	forget(): void;
}

export function Talk({ held, me, keys, field, act, draft, say, takeBack, forget }: Props) {
	const over = bytesOver(held.draft);
	const head = useRef<HTMLHeadingElement>(null);

	function submit() {
		const text = held.draft.trim();
		if (text && !over && !held.gone)
			say(text);
	}

	function onKey(event: KeyboardEvent) {
		if (event.key !== 'Enter' || event.shiftKey || event.altKey || event.isComposing)
			return;
		event.preventDefault();
		submit();
	}

	/* It grows with what is typed, up to a part of the window. */
	useLayoutEffect(() => {
		const node = field.current;
		if (!node)
			return;
		node.rows = Math.min(8, Math.max(2, node.value.split('\n').length + Math.floor(node.value.length / 45)));
	}, [held.draft, held.chat]);

	useLayoutEffect(() => {
		if (held.gone && document.activeElement === document.body)
			head.current?.focus();
	}, [held.gone]);

	const actions: [ChatAction, string][] = [['robot', CHATS.robotBack], ['queue', CHATS.queueBack], ['colleague', CHATS.colleague], ['end', CHATS.end]];
	return (
		<>
			<div class="talk-head">
				<h2 ref={head} tabIndex={-1}>{CHATS.label(held.chat)}</h2>
				{!held.gone && actions.map(([action, words]) => (
					<button key={action} type="button" class="button small" onClick={() => act(action)}><Key name={keys[action]} /> {words}</button>
				))}
			</div>
			<Transcript held={held} me={me} />
			{held.gone && (
				<div class="notice" role="alert">
					<p>{CHATS.gone}</p>
					<p class="options">
						<button type="button" class="button small" onClick={takeBack}>{CHATS.takeBack}</button>
						<button type="button" class="button small" onClick={forget}>{CHATS.forget}</button>
					</p>
				</div>
			)}
			<form class="reply" onSubmit={(event) => { event.preventDefault(); submit(); }}>
				<label for="draft" class="search-label">{CHATS.draft}</label>
				<textarea id="draft" ref={field} class="field" rows={2} value={held.draft} placeholder={CHATS.draft} aria-describedby="draft-hint"
					onInput={(event) => draft(event.currentTarget.value)} onKeyDown={onKey} />
				<div class="reply-foot">
					<span id="draft-hint" class={over ? 'said' : 'hint'}>{over ? CHATS.over(Math.ceil(over / 3)) : CHATS.draftHint}</span>
					<button type="submit" class="button primary" disabled={!!over || held.gone || !held.draft.trim()}>{CHATS.send}</button>
				</div>
			</form>
		</>
	);
}

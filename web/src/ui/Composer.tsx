/* The field: what is typed, what may be meant by it, and how the line is. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { holdsFileOnly } from '../clipboard';
import { request } from '../http';
import { askForSuggestions, mayBeSuggested } from '../office';
import type { Line } from '../connection';
import { charactersLeft, type Suggestion } from '../protocol';
import type { Size } from '../settings';
import { hasKeyboardOfItsOwn } from '../viewport';
import { OFFICE_LANGUAGE, usePage } from './page';
import { scroller } from './place';

const COUNTER_BELOW = 400; // characters left: before that nobody needs the counter
const PAUSE_MS = 250; // of typing, before something is suggested
const COMPOSING = 229; // what older engines report while an input method composes

interface Suggesting {
	suggestions: Suggestion[];
	active: number; // -1: none
	typed(text: string): void;
	move(by: number): void;
	dropLast(): void;
	close(): void;
}

function useSuggestions(): Suggesting {
	const [suggestions, setSuggestions] = useState<Suggestion[]>([]);
	const [active, setActive] = useState(-1);
	const timer = useRef<ReturnType<typeof setTimeout>>();
	const latest = useRef(0);
	function close() {
		latest.current++;
		clearTimeout(timer.current);
		setSuggestions([]);
		setActive(-1);
	}
	function typed(text: string) {
		close();
		const mine = latest.current;
		if (!mayBeSuggested(text))
			return;
		timer.current = setTimeout(() => {
			void askForSuggestions(request, text).then((found) => mine === latest.current && setSuggestions(found));
		}, PAUSE_MS);
	}
	function move(by: number) {
		const places = suggestions.length + 1; // the field itself is one of them
		setActive((active + 1 + by + places) % places - 1);
	}
	const dropLast = () => setSuggestions(suggestions.slice(0, -1));
	return { suggestions, active, typed, move, dropLast, close };
}

const optionId = (index: number) => `suggestion-${index}`;

interface ListProps {
	suggesting: Suggesting;
	pick(question: string): void;
}

/* As many as have room above the field: with large letters or over a keyboard on the screen there is little. */
function SuggestionList({ suggesting: { suggestions, active, dropLast }, pick }: ListProps) {
	const { words } = usePage();
	const list = useRef<HTMLUListElement>(null);
	useLayoutEffect(() => {
		if (list.current && suggestions.length > 1 && list.current.getBoundingClientRect().top < 0)
			dropLast();
	}, [suggestions]);
	return (
		<ul class="suggestions" id="suggestions" ref={list} role="listbox" aria-label={words.suggestions} hidden={suggestions.length === 0}>
			{suggestions.map(({ entry, question }, index) => (
				/* The focus stays in the field. */
				<li key={entry} id={optionId(index)} role="option" aria-selected={index === active} lang={OFFICE_LANGUAGE}
					class={index === active ? 'suggestion active' : 'suggestion'}
					onMouseDown={(event) => event.preventDefault()} onClick={() => pick(question)}>{question}</li>
			))}
		</ul>
	);
}

function Counter({ left }: { left: number }) {
	const { words } = usePage();
	const text = left < 0 ? words.over(-left) : left <= COUNTER_BELOW ? words.left(left) : '';
	return <span class={left < 0 ? 'counter over' : 'counter'} id="counter">{text}</span>;
}

function lineWords(line: Line, words: { connecting: string; broken: string }): string {
	return line === 'connecting' ? words.connecting : line === 'broken' ? words.broken : '';
}

interface Props {
	line: Line;
	served: boolean; // what is sent goes to a person
	draft: string; // stands in the field at first
	size: Size; // of the text
}

export function Composer({ line, served, draft, size }: Props) {
	const { words, conversation, announce } = usePage();
	const field = useRef<HTMLTextAreaElement>(null);
	const composing = useRef(false);
	const [left, setLeft] = useState(charactersLeft(draft));
	const [picture, setPicture] = useState(false);
	const suggesting = useSuggestions();
	const { suggestions, active } = suggesting;

	useEffect(() => {
		if (suggestions.length)
			announce(words.suggested(suggestions.length));
	}, [suggestions]);

	useEffect(() => {
		if (left < 0)
			announce(words.over(-left));
	}, [left < 0]);

	useLayoutEffect(fit, [words, size]);

	/* Dropped anywhere else a file would be opened in the place of the page. */
	useEffect(() => {
		document.addEventListener('dragover', (event) => holdsFileOnly(event.dataTransfer) && event.preventDefault());
		document.addEventListener('drop', (event) => onFile(event, event.dataTransfer));
	}, []);

	/* The element has no property for these events, so that Preact does not know their names. */
	useEffect(() => {
		const node = field.current;
		if (!node)
			return;
		node.addEventListener('compositionstart', () => { composing.current = true; });
		node.addEventListener('compositionend', () => {
			composing.current = false;
			changed();
		});
	}, []);

	function fit() {
		if (!field.current)
			return;
		field.current.style.height = 'auto';
		field.current.style.height = `${field.current.scrollHeight + 2}px`;
	}

	function changed() {
		if (!field.current)
			return;
		fit();
		setLeft(charactersLeft(field.current.value));
		setPicture(false);
		if (field.current.value)
			conversation.typing();
		if (composing.current || served)
			suggesting.close();
		else
			suggesting.typed(field.current.value);
	}

	function say(text: string) {
		if (!field.current)
			return;
		field.current.value = '';
		changed();
		conversation.ask(text);
		if (hasKeyboardOfItsOwn())
			field.current.focus();
		else
			field.current.blur();
	}

	function submit() {
		const text = field.current ? field.current.value.trim() : '';
		if (text && charactersLeft(text) >= 0)
			say(text);
	}

	function onEnter(event: KeyboardEvent) {
		if (event.shiftKey)
			return;
		event.preventDefault();
		const chosen = suggestions[active];
		if (chosen)
			say(chosen.question);
		else
			submit();
	}

	/* While an input method composes, the keys belong to it. IE11 has names of its own for some. */
	function onKey(event: KeyboardEvent) {
		if (event.isComposing || composing.current || event.keyCode === COMPOSING)
			return;
		const arrow = { ArrowDown: 1, Down: 1, ArrowUp: -1, Up: -1 }[event.key];
		if (event.key === 'Enter') {
			onEnter(event);
		} else if (suggestions.length && arrow) {
			event.preventDefault();
			suggesting.move(arrow);
		} else if (suggestions.length && (event.key === 'Escape' || event.key === 'Esc')) {
			event.stopPropagation();
			suggesting.close();
		}
	}

	function toTop() {
		const frame = scroller();
		const title = document.getElementById('title');
		if (frame)
			frame.scrollTop = 0;
		if (title)
			title.focus({ preventScroll: true });
	}

	/* Where the picture would be read, once something can. */
	function onFile(event: Event, data: DataTransfer | null) {
		if (!holdsFileOnly(data))
			return;
		event.preventDefault();
		setPicture(true);
	}

	return (
		<form class={left <= COUNTER_BELOW ? 'composer counting' : 'composer'} id="composer" aria-label={words.composer}
			onSubmit={(event) => { event.preventDefault(); submit(); }}>
			<div class="column">
				<p class="status" id="status" role="status">{lineWords(line, words)}</p>
				<p class="status" id="picture" role="status">{picture ? words.picture : ''}</p>
				<div class="suggesting">
					<SuggestionList suggesting={suggesting} pick={say} />
				</div>
				<div class="entry">
					<button type="button" class="button quiet to-top" aria-label={words.toTop} title={words.toTop} onClick={toTop}>
						<span aria-hidden>↑</span>
					</button>
					<label class="hidden-label" for="message">{words.message}</label>
					<textarea id="message" ref={field} rows={1} defaultValue={draft} enterkeyhint="send" autocomplete="off"
						placeholder={served ? words.staffPlaceholder : words.placeholder} aria-describedby="privacy counter"
						aria-autocomplete="list" aria-controls="suggestions" aria-haspopup="listbox"
						aria-activedescendant={active >= 0 ? optionId(active) : undefined}
						onInput={changed} onKeyDown={onKey} onBlur={suggesting.close}
						onPaste={(event) => onFile(event, event.clipboardData)} />
					<button type="submit" class="button primary" id="send" disabled={left < 0}>{words.send}</button>
				</div>
				<p class="fine"><span id="privacy">{words.privacy}</span><Counter left={left} /></p>
			</div>
		</form>
	);
}

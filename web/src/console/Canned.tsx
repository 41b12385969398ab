/* Canned answers: entries, found by any word, put into the draft one behind the other. */

import type { RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Api, Refusal } from './api';
import { CHATS } from './chats-words';
import { latest } from './latest';
import { headWords, Marked } from './parts';
import type { Case, Entry, Found, Result } from './protocol';
import { WORDS } from './words';

interface Props {
	api: Api;
	shortcut: string;
	field: RefObject<HTMLInputElement>;
	disabled: boolean; // there is no draft
	put(text: string, what: string): void;
	back(): void;
	say(words: string): void;
	expired(): void;
}

function pickedOf(entry: Entry | null, result: Result | undefined): Case | undefined {
	return entry?.cases.find(({ id }) => id === result?.case);
}

function nameOf(entry: Entry, picked: Case | undefined): string {
	return headWords(entry) + (picked ? picked.label : '');
}

interface PreviewProps {
	entry: Entry;
	picked: Case | undefined;
	disabled: boolean;
	insert(words: string, what: string): void;
}

function Preview({ entry, picked, disabled, insert }: PreviewProps) {
	return (
		<div class="preview">
			<p class="of">{nameOf(entry, picked)}</p>
			<p class="lines" tabIndex={0} role="group" aria-label={CHATS.preview}>{(picked ?? entry).short}</p>
			<p class="options">
				<button type="button" class="button small" disabled={disabled} onClick={() => insert((picked ?? entry).short, nameOf(entry, picked))}><kbd>{CHATS.enter}</kbd> {CHATS.insert}</button>
				{entry.cases.length > 0 && <span class="of">{CHATS.cannedCases}</span>}
				{entry.cases.map((one) => (
					<button key={one.id} type="button" class="button small" disabled={disabled}
						onClick={() => insert(one.short, nameOf(entry, one))}>{one.label}</button>
				))}
			</p>
		</div>
	);
}

export function Canned({ api, shortcut, field, disabled, put, back, say, expired }: Props) {
	const [text, setText] = useState('');
	const [found, setFound] = useState<Found | null>(null);
	const [answered, setAnswered] = useState(''); // the text that `found` is of
	const [active, setActive] = useState(0);
	const [entry, setEntry] = useState<Entry | null>(null);
	const wanted = useRef(''); // entry
	const pressed = useRef(false); // Enter, before the answer was there
	const results = found?.results ?? [];
	const result = results[active];
	const shown = result && entry?.entry === result.entry ? entry : null;
	const picked = pickedOf(shown, result);

	function fail(refusal: Refusal) {
		if (refusal.status === 401)
			expired();
		else
			say(refusal.status === 429 ? WORDS.slow : WORDS.failed);
	}

	const asking = useMemo(() => latest(api.lookUp, (asked: string, answer: Found) => {
		setFound(answer);
		setAnswered(asked);
		setActive(0);
	}, fail), []);
	const fetching = useMemo(() => latest(api.entry, (id: string, answer: Entry) => {
		if (wanted.current === id)
			setEntry(answer);
	}, fail), []);

	useEffect(() => {
		wanted.current = result?.entry ?? '';
		if (result)
			fetching.want(result.entry);
		else
			fetching.forget();
	}, [result?.entry]);

	/* What was pressed while it was on its way. */
	useEffect(() => {
		if (pressed.current && answered === text.trim())
			enter();
	}, [shown, answered]);

	function typed(value: string) {
		setText(value);
		pressed.current = false;
		if (value.trim()) {
			asking.want(value.trim());
			return;
		}
		asking.forget();
		setFound(null);
	}

	function insert(words: string, what: string) {
		if (disabled || !words)
			return;
		put(words, what);
		field.current?.select();
	}

	function enter() {
		pressed.current = !shown || answered !== text.trim();
		if (shown && !pressed.current)
			insert((picked ?? shown).short, nameOf(shown, picked));
	}

	function onKey(event: KeyboardEvent) {
		const count = results.length;
		const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey)
			return;
		if (by && count) {
			event.preventDefault();
			setActive((active + by + count) % count);
		} else if (event.key === 'Enter') {
			event.preventDefault();
			enter();
		} else if (event.key === 'Escape') {
			event.preventDefault();
			back();
		}
	}


	return (
		<section class="canned" aria-label={CHATS.canned}>
			<p class="fronts"><button type="button" class="button small" onClick={back}>{CHATS.toTalk}</button></p>
			<label for="canned">{CHATS.cannedLabel} <kbd>Alt+{shortcut.toUpperCase()}</kbd></label>
			<input id="canned" ref={field} class="field" type="text" role="combobox" autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={300}
				placeholder={CHATS.cannedPlaceholder} value={text} aria-expanded={results.length > 0} aria-controls="canned-results" aria-autocomplete="list"
				aria-activedescendant={results.length > 0 ? `canned-${active}` : undefined}
				onInput={(event) => typed(event.currentTarget.value)} onKeyDown={onKey} />
			{results.length === 0 && <p class="hint">{found ? WORDS.nothing : CHATS.cannedHint}</p>}
			<ul id="canned-results" class="results" role="listbox" aria-label={CHATS.cannedResults} hidden={results.length === 0}>
				{results.map((one, index) => (
					<li key={one.entry} id={`canned-${index}`} role="option" aria-selected={index === active} class={index === active ? 'result active' : 'result'}
						onClick={() => { setActive(index); field.current?.focus(); }}>
						<span class="of">{headWords(one)}</span>
						<Marked pieces={one.question} />
					</li>
				))}
			</ul>
			{shown && <Preview entry={shown} picked={picked} disabled={disabled} insert={insert} />}
		</section>
	);
}

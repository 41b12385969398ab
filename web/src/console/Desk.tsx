/*
 * The desk: the search box, what it found, and the entry that is open. The focus is either in the
 * box, where letters are typed, or beside it, where they are shortcuts. What is pressed before the
 * server has answered is done when it has.
 */

import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { copyText } from '../clipboard';
import { AccountButton } from './Account';
import type { Api, Refusal } from './api';
import { EntryView } from './EntryView';
import { Help } from './Help';
import { latest } from './latest';
import type { Entry, Found, Me, Receipt, Result } from './protocol';
import { ReceiptView } from './ReceiptView';
import { ResultList } from './Results';
import { actionOf, type DeskAction, type Keys } from './shortcuts';
import { WORDS } from './words';

interface Props {
	api: Api;
	me: Me;
	renew(): void; // `me` is not what it was
	keys: Keys;
	changeKeys(keys: Keys): void;
	chats: boolean; // there are any
	hidden: boolean; // another view is shown
	views: ComponentChildren; // the ways to it
	children: ComponentChildren; // it
	signOut(): void;
	expired(): void;
}

interface Shown {
	entry: Entry | null; // that of the selected result, once it is here
	chosen: string | null; // id of the 情形 whose copies are made; null: all
	part: number; // of the text messages, that was copied last; 0: none
	script: boolean;
}

const SAID_MS = 6000;
const NOTHING: Shown = { entry: null, chosen: null, part: 0, script: false };

function isTyping(target: EventTarget | null): boolean {
	return target instanceof HTMLElement && /^(input|textarea|select)$/.test(target.localName);
}

export function copiesOf({ entry, chosen }: Shown) {
	return entry && (entry.cases.find(({ id }) => id === chosen) || entry);
}

export function Desk({ api, me, keys, changeKeys, chats, hidden, views, children, renew, signOut, expired }: Props) {
	const [text, setText] = useState('');
	const [found, setFound] = useState<Found | null>(null);
	const [answered, setAnswered] = useState(''); // the text that `found` is of
	const [active, setActive] = useState(0);
	const [kept, setShown] = useState<Shown>(NOTHING);
	const [receipt, setReceipt] = useState<Receipt | null>(null);
	const [open, setOpen] = useState(false); // the entry has the keys
	const [said, say] = useState('');
	const [counted, count] = useState(''); // for who listens: who sees, sees the list
	const [help, setHelp] = useState(false);
	const box = useRef<HTMLInputElement>(null);
	const place = useRef<HTMLElement>(null);
	const todo = useRef<string[]>([]); // keys pressed too early
	const result: Result | undefined = found?.results[active];
	const shown = result && kept.entry?.entry === result.entry ? kept : NOTHING;
	const ready = answered === text.trim() && !!shown.entry; // what is shown is what was typed
	const state = useRef({ found, active, text, open });
	state.current = { found, active, text, open };
	const onKeyNow = useRef(onKey);
	onKeyNow.current = onKeyAnywhere;

	function fail(refusal: Refusal) {
		if (refusal.status === 401)
			expired();
		else
			say(refusal.status === 429 ? WORDS.slow : WORDS.refusals[refusal.reason] || WORDS.failed);
	}

	const asking = useMemo(() => latest(api.lookUp, (asked: string, answer: Found) => {
		if (asked !== state.current.text.trim())
			return;
		setFound(answer);
		setAnswered(asked);
		setActive(0);
		if (state.current.open && answer.kind === 'receipt')
			void showReceipt(answer.receipt ?? '');
		else if (state.current.open && answer.results.length === 0)
			toBox();
		count(answer.kind === 'receipt' ? WORDS.receipt(answer.receipt ?? '') : WORDS.found(answer.results.length));
	}, fail), []);
	const fetching = useMemo(() => latest(api.entry, (id: string, entry: Entry) => {
		const { found: now, active: at } = state.current;
		const result = now?.results[at];
		if (!result || result.entry !== id)
			return;
		/* One that is fetched for the next letter, too, stays as it is shown. */
		setShown((now) => (now.entry?.entry === id ? { ...now, entry } : { ...NOTHING, entry, chosen: result.case }));
	}, fail), []);

	useEffect(() => {
		const timer = setTimeout(() => say(''), SAID_MS);
		return () => clearTimeout(timer);
	}, [said]);

	useLayoutEffect(() => {
		setShown(NOTHING);
		setReceipt(null);
		if (result)
			fetching.want(result.entry);
		else
			fetching.forget();
	}, [found, active]);

	/* What was pressed while the entry was on its way. */
	useLayoutEffect(() => {
		const pressed = ready && open ? todo.current.shift() : undefined;
		if (pressed)
			press(pressed);
	}, [shown, ready, open]);

	useLayoutEffect(() => {
		const listener = (event: KeyboardEvent) => onKeyNow.current(event);
		document.addEventListener('keydown', listener);
		return () => document.removeEventListener('keydown', listener);
	}, []);

	/* With the view, not after it has been painted: the next key belongs to it. */
	useLayoutEffect(() => {
		if (!hidden)
			box.current?.focus();
	}, [hidden]);

	function typed(value: string) {
		setText(value);
		todo.current = [];
		say('');
		count('');
		if (value.trim()) {
			asking.want(value.trim());
			return;
		}
		asking.forget();
		setFound(null);
		setAnswered('');
	}

	function toBox() {
		setOpen(false);
		todo.current = [];
		box.current?.focus();
		box.current?.select();
	}

	/* Only when it is asked for: each look is a row of the audit. */
	async function showReceipt(number: string) {
		try {
			setReceipt(await api.receipt(number));
		} catch (error) {
			const refusal = error as Refusal;
			toBox();
			if (refusal.status === 404)
				say(WORDS.noReceipt);
			else
				fail(refusal);
		}
	}

	function enter() {
		const there = answered === text.trim();
		if (!text.trim() || (there && !result && !found?.receipt))
			return;
		if (there && found?.receipt)
			void showReceipt(found.receipt);
		setOpen(true);
		place.current?.focus();
	}

	function select(index: number) {
		setActive(index);
		setOpen(true);
		place.current?.focus();
	}

	function move(by: number) {
		const count = found?.results.length ?? 0;
		if (count)
			setActive((active + by + count) % count);
	}

	async function copy(words: string, done: string) {
		say('');
		say(await copyText(words) ? done : WORDS.copyFailed);
		if (!isTyping(document.activeElement))
			place.current?.focus({ preventScroll: true });
	}

	function copySms() {
		const sms = copiesOf(shown)?.sms ?? [];
		const part = shown.part >= sms.length ? 1 : shown.part + 1;
		const words = sms[part - 1];
		if (words === undefined) {
			say(WORDS.noSms);
			return;
		}
		setShown({ ...shown, part });
		void copy(words, WORDS.copiedPart(part, sms.length, keys.sms.toUpperCase()));
	}

	function choose(id: string) {
		setShown({ ...shown, chosen: shown.chosen === id ? null : id, part: 0 });
	}

	function toggleScript() {
		if (shown.entry?.script)
			setShown({ ...shown, script: !shown.script });
		else
			say(WORDS.noScript);
	}

	function act(action: DeskAction) {
		const copies = copiesOf(shown);
		switch (action) {
		case 'search':
			return toBox();
		case 'help':
			return setHelp(true);
		case 'short':
			return copies ? void copy(copies.short, WORDS.copied.short) : undefined;
		case 'full':
			return shown.entry ? void copy(shown.entry.full, WORDS.copied.full) : undefined;
		case 'sms':
			return copySms();
		case 'script':
			return toggleScript();
		case 'account':
			return undefined; // AccountButton hears it in every view
		}
	}

	/* With the entry there. */
	function press(key: string) {
		const action = actionOf(keys, key);
		const one = /^[1-9]$/.test(key) ? shown.entry?.cases[Number(key) - 1] : undefined;
		if (one)
			choose(one.id);
		else if (action)
			act(action);
	}

	function onKeyInBox(event: KeyboardEvent) {
		const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
		if (event.isComposing)
			return;
		if (by) {
			event.preventDefault();
			move(by);
		} else if (event.key === 'Enter') {
			event.preventDefault();
			enter();
		} else if (event.key === 'Escape') {
			typed('');
		} else if (!text && actionOf(keys, event.key) === 'help') {
			event.preventDefault();
			setHelp(true);
		}
	}

	function onKey(event: KeyboardEvent) {
		if (help || isTyping(event.target) || event.ctrlKey || event.altKey || event.metaKey || event.isComposing)
			return;
		const action = actionOf(keys, event.key);
		if (event.key === 'Escape') {
			toBox();
		} else if (action === 'search' || action === 'help') {
			event.preventDefault();
			act(action);
		} else if (open && (action || /^[1-9]$/.test(event.key))) {
			event.preventDefault();
			if (ready)
				press(event.key);
			else
				todo.current.push(event.key);
		}
	}

	/* In the other views, which have keys of their own. */
	function onKeyElsewhere(event: KeyboardEvent) {
		if (actionOf(keys, event.key) === 'help' && !isTyping(event.target) && !event.ctrlKey && !event.metaKey && !document.querySelector('dialog[open]'))
			setHelp(true);
	}

	function onKeyAnywhere(event: KeyboardEvent) {
		if (hidden)
			onKeyElsewhere(event);
		else
			onKey(event);
	}

	const listed = (found?.results.length ?? 0) > 0;
	return (
		<>
			<header class="top">
				<h1>{WORDS.title}</h1>
				{views}
				<p class="office">{me.office}</p>
				<AccountButton me={me} shortcut={keys.account} renew={renew} expired={expired} />
				<button type="button" class="button keys" onClick={() => setHelp(true)}>{WORDS.shortcuts} <kbd>{keys.help}</kbd></button>
				<button type="button" class="button" onClick={signOut}>{WORDS.signOut}</button>
			</header>
			<main class={open ? 'desk opened' : 'desk'} hidden={hidden}>
				<section class="find" aria-label={WORDS.search}>
					<label for="search" class="search-label">{WORDS.search}</label>
					<input id="search" ref={box} class="field" type="text" role="combobox" autocomplete="off" autocapitalize="none" spellcheck={false} maxLength={300}
						placeholder={WORDS.placeholder} value={text} aria-expanded={listed} aria-controls="results" aria-autocomplete="list"
						aria-activedescendant={listed ? `result-${active}` : undefined}
						onInput={(event) => typed(event.currentTarget.value)} onKeyDown={onKeyInBox} onFocus={() => setOpen(false)} />
					<ResultList found={found} active={active} text={text} select={select} />
				</section>
				<article class="entry" ref={place} tabIndex={0} aria-label={WORDS.open} aria-busy={!!result && !shown.entry}>
					{receipt ? <ReceiptView receipt={receipt} back={toBox} />
						: <EntryView result={result} shown={shown} keys={keys} choose={choose} act={act} back={toBox} found={found} />}
				</article>
			</main>
			{children}
			<p class="search-label" role="status" id="counted">{counted}</p>
			<p class={said ? 'toast' : 'toast silent'} role="status" id="said">{said}</p>
			{help && <Help keys={keys} chats={chats} review={me.may.includes('review_draft')} change={changeKeys} close={() => setHelp(false)} />}
		</>
	);
}

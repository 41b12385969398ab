/* Always in the same place: the office's name, larger text, settings, 转人工; below it signing in. */

import { useEffect, useRef, useState } from 'preact/hooks';
import type { State } from '../conversation';
import { isServed } from '../handover';
import { COMMANDS } from '../protocol';
import { canBeDark, SIZES, type Language, type Settings, type Theme } from '../settings';
import { LookedAt } from './LookedAt';
import { OFFICE_LANGUAGE, usePage } from './page';

interface PickProps<T extends string> {
	id: string;
	title: string;
	values: readonly T[];
	names: Record<T, string>;
	picked: T;
	languages?: boolean;
	onPick(value: T): void;
}

function Pick<T extends string>({ id, title, values, names, picked, languages = false, onPick }: PickProps<T>) {
	return (
		<div class="pick" role="group" aria-labelledby={id}>
			<span id={id} class="label">{title}</span>
			{values.map((value) => (
				<button key={value} type="button" class="button quiet" aria-pressed={value === picked}
					lang={languages ? value : undefined} onClick={() => onPick(value)}>{names[value]}</button>
			))}
		</div>
	);
}

interface SettingsProps {
	settings: Settings;
	change(settings: Settings): void;
}

const THEMES: readonly Theme[] = ['auto', 'light', 'dark'];
const LANGUAGES: readonly Language[] = ['zh-CN', 'en'];
const LANGUAGE_NAMES: Record<Language, string> = { 'zh-CN': '中文', en: 'English' };

function SettingsPanel({ settings, change, close }: SettingsProps & { close(): void }) {
	const { words } = usePage();
	function onKey(event: KeyboardEvent) {
		if (event.key !== 'Escape' && event.key !== 'Esc')
			return;
		event.preventDefault();
		close();
	}
	return (
		<section class="settings" id="settings" aria-label={words.settings}
			onKeyDown={onKey}>
			<div class="column">
				<Pick id="pick-size" title={words.size} values={SIZES} names={words.sizes} picked={settings.size}
					onPick={(size) => change({ ...settings, size })} />
				{canBeDark() && (
					<Pick id="pick-theme" title={words.theme} values={THEMES} names={words.themes} picked={settings.theme}
						onPick={(theme) => change({ ...settings, theme })} />
				)}
				<Pick id="pick-language" title={words.language} values={LANGUAGES} names={LANGUAGE_NAMES} languages
					picked={settings.language} onPick={(language) => change({ ...settings, language })} />
				<div class="pick">
					<a class="button quiet" href="accessibility.html" target="_blank" rel="noopener">{words.accessibility}</a>
					<button type="button" class="button quiet" onClick={close}>{words.close}</button>
				</div>
			</div>
		</section>
	);
}

function Trial({ signedIn }: { signedIn: boolean }) {
	const { words, conversation } = usePage();
	const field = useRef<HTMLInputElement>(null);
	function submit(event: Event) {
		event.preventDefault();
		const given = field.current ? field.current.value.trim() : '';
		if (field.current)
			field.current.value = '';
		if (given)
			conversation.signIn(given);
	}
	return (
		<form class="trial" id="trial" aria-label={words.trial} onSubmit={submit}>
			<div class="column">
				{signedIn ? (
					<div class="signed-in" id="signed-in">
						<span>{words.canCheck}</span>
						<button type="button" class="button" id="sign-out" onClick={() => conversation.signOut()}>{words.signOut}</button>
					</div>
				) : (
					<div id="token-field">
						<label for="token">{words.token}</label>
						<div class="entry">
							<input id="token" ref={field} type="text" autocomplete="off" autocapitalize="off" spellcheck={false} />
							<button type="submit" class="button">{words.signIn}</button>
						</div>
					</div>
				)}
			</div>
		</form>
	);
}

interface TopBarProps extends SettingsProps {
	title: string | null;
	close: (() => void) | null; // of the widget that the page stands in
	state: State;
	trial: boolean;
}

export function TopBar({ title, close: closeWidget, state, trial, settings, change }: TopBarProps) {
	const { words, conversation } = usePage();
	const [open, setOpen] = useState(false);
	const [looking, look] = useState(false);
	const opener = useRef<HTMLButtonElement>(null);
	const looksOpener = useRef<HTMLButtonElement>(null);
	const large = settings.size !== 'normal';
	const served = isServed(state.desk);
	const stage = state.desk && state.desk.stage;
	function close() {
		setOpen(false);
		if (opener.current)
			opener.current.focus();
	}
	function stopLooking() {
		look(false);
		if (looksOpener.current)
			looksOpener.current.focus();
	}
	/* The next person finds nothing of it. */
	useEffect(() => look(false), [state.signedIn]);
	return (
		<>
			<header class="top">
				<div class="column top-row">
					<div class="top-title">
						<h1 id="title" tabIndex={-1} lang={title ? OFFICE_LANGUAGE : undefined}>{title || words.title}</h1>
						<p class="account" id="account" role="status">{state.signedIn ? words.signedIn : ''}</p>
						{state.signedIn && (
							<button type="button" class="button plain looks-open" ref={looksOpener} aria-expanded={looking} aria-controls="looked-at"
								onClick={() => look(!looking)}>{words.lookedAt}</button>
						)}
					</div>
					{closeWidget && <button type="button" class="button quiet" id="close" onClick={closeWidget}>{words.closeWidget}</button>}
					<div class="top-buttons">
						<button type="button" class="button quiet" id="large" aria-pressed={large}
							onClick={() => change({ ...settings, size: large ? 'normal' : 'large' })}>{words.large}</button>
						<button type="button" class="button quiet" ref={opener} aria-expanded={open} aria-controls="settings"
							onClick={() => setOpen(!open)}>{words.settings}</button>
						<button type="button" class="button" id="handoff" aria-disabled={served}
							onClick={() => served || conversation.ask(COMMANDS.handOver)}>{stage === 'with' ? words.serving : stage === 'waiting' ? words.queuing : words.handOver}</button>
					</div>
				</div>
			</header>
			{open && <SettingsPanel settings={settings} change={change} close={close} />}
			{looking && state.signedIn && <LookedAt close={stopLooking} />}
			{trial && <Trial signedIn={state.signedIn} />}
			<div class="refused" id="refused" role="status">{state.refused && <p class="column">{state.refused}</p>}</div>
		</>
	);
}

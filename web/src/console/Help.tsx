/* All keys, and how to change them. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Key } from './parts';
import { changeKey, CHAT_ACTIONS, DESK_ACTIONS, REVIEW_ACTIONS, USUAL_KEYS, type Action, type Keys } from './shortcuts';
import { WORDS } from './words';

interface Props {
	keys: Keys;
	chats: boolean; // there are any
	review: boolean; // one may
	change(keys: Keys): void;
	close(): void;
}

export function Help({ keys, chats, review, change, close }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [changing, setChanging] = useState<Action | null>(null);
	const [said, say] = useState('');

	/* Where the focus was, it is again when the dialog closes. */
	useLayoutEffect(() => {
		const before = document.activeElement;
		const node = dialog.current;
		node?.showModal();
		return () => {
			node?.close(); // as long as it is open, nothing outside takes the focus
			if (before instanceof HTMLElement)
				before.focus();
		};
	}, []);

	function onKey(event: KeyboardEvent) {
		if (!changing || event.ctrlKey || event.altKey || event.metaKey || /^(Tab|Shift)$/.test(event.key))
			return;
		event.preventDefault();
		event.stopPropagation();
		if (event.key === 'Escape') {
			setChanging(null);
			return;
		}
		const [changed, how] = changeKey(keys, changing, event.key);
		if (how !== 'changed') {
			say(WORDS[how]);
			return;
		}
		say(WORDS.changed(WORDS.actions[changing], changed[changing].toUpperCase()));
		change(changed);
		setChanging(null);
	}

	function onCancel(event: Event) {
		event.preventDefault();
		if (changing)
			setChanging(null);
		else
			close();
	}

	const row = (action: Action) => (
		<tr key={action}>
			<td>{changing === action ? <b>{WORDS.press}</b> : <Key name={keys[action]} />}</td>
			<td>{WORDS.actions[action]}</td>
			<td>
				<button type="button" class="button small" aria-label={WORDS.changing(WORDS.actions[action])} aria-pressed={changing === action}
					onClick={() => { say(''); setChanging(action); }}>{WORDS.change}</button>
			</td>
		</tr>
	);

	return (
		<dialog class="help" ref={dialog} aria-labelledby="help-title" onCancel={onCancel} onKeyDown={onKey}>
			<h2 id="help-title">{WORDS.shortcuts}</h2>
			<p class="hint">{WORDS.shortcutsHint}</p>
			<table>
				<thead><tr><th scope="col">{WORDS.key}</th><th scope="col">{WORDS.does}</th><td /></tr></thead>
				<tbody>
					{WORDS.fixed.map(([key, does]) => <tr key={key}><td><kbd>{key}</kbd></td><td>{does}</td><td /></tr>)}
					<tr><th scope="colgroup" colSpan={3}>{WORDS.keysOfDesk}</th></tr>
					{DESK_ACTIONS.map(row)}
					{chats && <tr><th scope="colgroup" colSpan={3}>{WORDS.keysOfChats}</th></tr>}
					{chats && CHAT_ACTIONS.map(row)}
					{review && <tr><th scope="colgroup" colSpan={3}>{WORDS.keysOfReview}</th></tr>}
					{review && REVIEW_ACTIONS.map(row)}
				</tbody>
			</table>
			<p class="said" role="status">{said}</p>
			<p class="buttons">
				<button type="button" class="button" onClick={() => { change({ ...USUAL_KEYS }); say(''); }}>{WORDS.usual}</button>
				<button type="button" class="button primary" onClick={close}>{WORDS.close}</button>
			</p>
		</dialog>
	);
}

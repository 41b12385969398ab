/* All keys, and how to change them. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Key } from './parts';
import { ACTIONS, changeKey, USUAL_KEYS, type Action, type Keys } from './shortcuts';
import { WORDS } from './words';

interface Props {
	keys: Keys;
	change(keys: Keys): void;
	close(): void;
}

export function Help({ keys, change, close }: Props) {
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

	return (
		<dialog class="help" ref={dialog} aria-labelledby="help-title" onCancel={onCancel} onKeyDown={onKey}>
			<h2 id="help-title">{WORDS.shortcuts}</h2>
			<p class="hint">{WORDS.shortcutsHint}</p>
			<table>
				<thead><tr><th scope="col">{WORDS.key}</th><th scope="col">{WORDS.does}</th><td /></tr></thead>
				<tbody>
					{WORDS.fixed.map(([key, does]) => <tr key={key}><td><kbd>{key}</kbd></td><td>{does}</td><td /></tr>)}
					{ACTIONS.map((action) => (
						<tr key={action}>
							<td>{changing === action ? <b>{WORDS.press}</b> : <Key name={keys[action]} />}</td>
							<td>{WORDS.actions[action]}</td>
							<td>
								<button type="button" class="button small" aria-label={WORDS.changing(WORDS.actions[action])} aria-pressed={changing === action}
									onClick={() => { say(''); setChanging(action); }}>{WORDS.change}</button>
							</td>
						</tr>
					))}
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

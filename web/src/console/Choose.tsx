/* A dialog whose choices are made with a digit. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { CHATS } from './chats-words';

export interface Choice {
	value: string;
	words: string;
	note?: string;
}

interface Props {
	title: string;
	notice?: string;
	choices: Choice[] | null; // not known yet
	none?: string;
	choose(value: string): void;
	close(): void;
}

export function Choose({ title, notice, choices, none, choose, close }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);

	/* Where the focus was, it is again when the dialog closes. */
	useLayoutEffect(() => {
		const before = document.activeElement;
		const node = dialog.current;
		node?.showModal();
		return () => {
			node?.close();
			if (before instanceof HTMLElement)
				before.focus();
		};
	}, []);

	function onKey(event: KeyboardEvent) {
		const choice = /^[1-9]$/.test(event.key) ? choices?.[Number(event.key) - 1] : undefined;
		if (!choice || event.ctrlKey || event.metaKey)
			return;
		event.preventDefault();
		event.stopPropagation();
		choose(choice.value);
	}

	return (
		<dialog class="help" ref={dialog} aria-labelledby="choose-title" onKeyDown={onKey} onCancel={(event) => { event.preventDefault(); close(); }}>
			<h2 id="choose-title">{title}</h2>
			<p class="hint">{CHATS.endHint}</p>
			{notice && <p class="notice">{notice}</p>}
			{!choices && <p class="hint">{CHATS.reading}</p>}
			{choices?.length === 0 && <p class="hint">{none}</p>}
			<ul class="choices">
				{choices?.map(({ value, words, note }, index) => (
					<li key={value}>
						<button type="button" class="button" onClick={() => choose(value)}>{index < 9 && <kbd>{index + 1}</kbd>} {words}{note && <span class="hint"> {note}</span>}</button>
					</li>
				))}
			</ul>
			<p class="buttons"><button type="button" class="button" onClick={close}>{CHATS.cancel}</button></p>
		</dialog>
	);
}

/* Asks why a masked value is to be shown. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { PERSON } from './person-words';

export interface Masked {
	field: string;
	label: string;
}

interface Props {
	masked: Masked;
	reason: string; // why the record was read, to begin with
	reveal(reason: string): void;
	close(): void;
}

export function Reveal({ masked, reason, reveal, close }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [why, setWhy] = useState(reason);

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

	return (
		<dialog class="help" ref={dialog} aria-labelledby="reveal-title" onCancel={(event) => { event.preventDefault(); close(); }}>
			<form onSubmit={(event) => { event.preventDefault(); reveal(why); }}>
				<h2 id="reveal-title">{PERSON.revealTitle(masked.label)}</h2>
				<p class="hint">{PERSON.revealHint}</p>
				<label for="reveal-reason">{PERSON.reason}</label>
				<input id="reveal-reason" class="field" required minLength={2} maxLength={100} autocomplete="off" value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
				<p class="buttons">
					<button type="button" class="button" onClick={close}>{PERSON.cancel}</button>
					<button type="submit" class="button primary">{PERSON.show}</button>
				</p>
			</form>
		</dialog>
	);
}

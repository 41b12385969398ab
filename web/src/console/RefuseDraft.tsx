/* Asks what is to be changed in a draft that is refused. */

import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { AUTHORING } from './authoring-words';

interface Props {
	name: string;
	refuse(why: string): void;
	close(): void;
}

export function RefuseDraft({ name, refuse, close }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [why, setWhy] = useState('');

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
		<dialog class="help" ref={dialog} aria-labelledby="refuse-title" onCancel={(event) => { event.preventDefault(); close(); }}>
			<form onSubmit={(event) => { event.preventDefault(); refuse(why.trim()); }}>
				<h2 id="refuse-title">{AUTHORING.refuseTitle}</h2>
				<p class="hint">{name}</p>
				<label for="refuse-why">{AUTHORING.refuseWhy}</label>
				<input id="refuse-why" class="field" required minLength={2} maxLength={120} autocomplete="off" aria-describedby="refuse-hint" value={why} onInput={(event) => setWhy(event.currentTarget.value)} />
				<p class="hint" id="refuse-hint">{AUTHORING.refuseWhyHint}</p>
				<p class="buttons">
					<button type="button" class="button" onClick={close}>{AUTHORING.cancel}</button>
					<button type="submit" class="button primary">{AUTHORING.refuse}</button>
				</p>
			</form>
		</dialog>
	);
}

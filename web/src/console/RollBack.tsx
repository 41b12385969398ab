/* Asks before an earlier version goes live again, and tells what it changes, entry by entry. */

import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { Refusal } from './api';
import { undoneBy, type Authoring, type Effect, type Versions } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { Changes } from './Diff';
import { titleOf } from './file-words';

interface Props {
	api: Authoring;
	versions: Versions;
	version: number;
	rollBack(): void;
	close(): void;
	expired(): void;
}

export function RollBack({ api, versions, version, rollBack, close, expired }: Props) {
	const dialog = useRef<HTMLDialogElement>(null);
	const [effect, setEffect] = useState<Effect | null>(null);
	const [said, say] = useState('');
	const undone = undoneBy(versions, version);
	const byHand = !versions.moves.some(({ live }) => live);

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

	useEffect(() => {
		let gone = false;
		api.version(version).then((read) => gone || setEffect(read), (error: unknown) => {
			const refusal = error instanceof Refusal ? error : new Refusal(0, 'no_answer', '', 0);
			if (refusal.status === 401)
				expired();
			else if (!gone)
				say(AUTHORING.refusals[refusal.reason] ?? AUTHORING.effectUnread);
		});
		return () => { gone = true; };
	}, [version]);

	return (
		<dialog class="help roll-back" ref={dialog} aria-labelledby="roll-back-title" onCancel={(event) => { event.preventDefault(); close(); }}>
			<form onSubmit={(event) => { event.preventDefault(); rollBack(); }}>
				<h2 id="roll-back-title">{AUTHORING.rollBackTo(version)}</h2>
				<p>{AUTHORING.rollBackAll(version)}{byHand && AUTHORING.byHandGone}</p>
				<section class="effect" aria-label={AUTHORING.effect} aria-live="polite">
					{effect ? <EffectOf effect={effect} /> : <p class={said ? 'said' : 'hint'}>{said || AUTHORING.reading}</p>}
				</section>
				{undone.length > 0 && (
					<details>
						<summary>{AUTHORING.undoneTitle(undone.length)}</summary>
						<ol class="plain-lines">{undone.map((move) => <li key={move.move}>{AUTHORING.undone(move.version, move.why)}</li>)}</ol>
					</details>
				)}
				<p class="buttons">
					<button type="button" class="button" onClick={close}>{AUTHORING.cancel}</button>
					<button type="submit" class="button primary" autofocus>{AUTHORING.rollBackTo(version)}</button>
				</p>
			</form>
		</dialog>
	);
}

function EffectOf({ effect: { entries, more, files } }: { effect: Effect }) {
	if (entries.length + files.length === 0)
		return <p class="hint">{AUTHORING.effectNone}</p>;
	return (
		<>
			{entries.length > 0 && <p>{AUTHORING.effectEntries(entries.length + more)}</p>}
			<ul class="plain-lines">
				{entries.map((one) => (
					<li key={one.entry}>
						<details>
							<summary>{AUTHORING.number(one.number)} {titleOf(one)} <span class="tag">{AUTHORING.effectOf[one.change]}</span></summary>
							<Changes changes={one.changes} />
						</details>
					</li>
				))}
			</ul>
			{more > 0 && <p class="hint">{AUTHORING.effectMore(more)}</p>}
			{files.length > 0 && <p>{AUTHORING.effectFiles(files)}</p>}
		</>
	);
}

/* A list of short texts, one a line; word classes of the lexicon can be put into patterns from a list. */

import { useRef, useState } from 'preact/hooks';
import type { WordClass } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { itemsOf, linesOf, type Fault } from './entry-form';
import { FormField, idOf } from './FormField';

interface Props {
	path: string;
	label: string;
	hint?: string;
	items: string[];
	classes?: WordClass[];
	faults: Fault[];
	change(items: string[]): void;
}

export function LinesField({ path, label, hint, items, classes, faults, change }: Props) {
	/* What is typed, as long as it means these items: a blank line at the end is nothing that goes away under the cursor. */
	const [typed, setTyped] = useState(() => linesOf(items));
	const lines = JSON.stringify(itemsOf(typed)) === JSON.stringify(items) ? typed : linesOf(items);
	const place = useRef<HTMLTextAreaElement>(null);

	function type(value: string) {
		setTyped(value);
		change(itemsOf(value));
	}

	function put(name: string) {
		const node = place.current;
		if (!node || !name)
			return;
		node.focus();
		node.setRangeText(`<${name}>`, node.selectionStart, node.selectionEnd, 'end');
		type(node.value);
	}

	return (
		<FormField path={path} label={label} hint={hint} count={items.length} faults={faults}>
			{(field) => (
				<>
					<textarea {...field} ref={place} class={classes ? 'field code' : 'field'} rows={Math.min(8, Math.max(2, items.length + 1))} spellcheck={false}
						value={lines} onInput={(event) => type(event.currentTarget.value)} />
					{classes && classes.length > 0 && <ClassPicker path={path} classes={classes} put={put} />}
				</>
			)}
		</FormField>
	);
}

function ClassPicker({ path, classes, put }: { path: string; classes: WordClass[]; put(name: string): void }) {
	const [name, setName] = useState('');
	const chosen = classes.find((one) => one.name === name);
	return (
		<div class="class-picker">
			<label for={`${idOf(path)}-class`}>{AUTHORING.wordClass}</label>
			<select id={`${idOf(path)}-class`} class="field" value={name} onChange={(event) => setName(event.currentTarget.value)}>
				<option value="">{AUTHORING.chooseClass}</option>
				{classes.map((one) => <option key={one.name} value={one.name}>{one.name}</option>)}
			</select>
			<button type="button" class="button" disabled={!chosen} onClick={() => put(name)}>{AUTHORING.putClass}</button>
			{chosen && <p class="hint">{AUTHORING.classHas(chosen.words)}</p>}
		</div>
	);
}

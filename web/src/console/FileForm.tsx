/*
 * A file of the office as a form: golden questions, lexicon, small talk, what the office says. It is
 * made of the file itself, and of what its schema allows (file-form.ts): texts are fields, lists of
 * texts are lines, lists of objects are items that can be found, added and removed. What has no such
 * shape is there as JSON.
 */

import { useRef, useState } from 'preact/hooks';
import type { Listed } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import type { Edit } from './edits';
import type { Fault, Raw } from './entry-form';
import { emptyItem, holds, isOpen, namesOf, objectIn, shapeOf, shownOf, valueOf, withKnown, type Known } from './file-form';
import { FILE, KINDS } from './file-words';
import { FormField, idOf, TextField } from './FormField';
import { LinesField } from './LinesField';
import { useFocus } from './use-focus';

const SHOWN_MOST = 30; // items of a list at a time
const SHORT = 60; // characters that stand on one line

interface Common {
	entries: Listed[];
	faults: Fault[];
}

interface ValueProps extends Common {
	path: string;
	name: string;
	within?: string; // the member above
	known?: Known | undefined;
	value: unknown;
	set(value: unknown): void;
}

const OUTCOMES = ['decline', 'smalltalk', 'handoff', 'choose'];

/* What stands for an entry, or is one of a few values, is chosen by its name. */
const CHOSEN: Record<string, (entries: Listed[]) => [string, string][]> = {
	kind: () => Object.entries(KINDS),
	entry: (entries) => entries.filter(({ kind }) => kind !== 'file').map(({ entry, number, question }) => [entry, `${AUTHORING.number(number)} ${question}`]),
	outcome: () => OUTCOMES.map((outcome) => [outcome, AUTHORING.outcomes[outcome] ?? outcome]),
};

function ChosenField({ path, name, within, value, entries, faults, set }: ValueProps) {
	const known = FILE.own(CHOSEN, name)?.(entries) ?? [];
	return (
		<FormField path={path} label={FILE.nameOf(name, within)} faults={faults}>
			{(field) => (
				<select {...field} class="field" value={String(value)} onChange={(event) => set(event.currentTarget.value)}>
					{!known.some(([one]) => one === value) && <option value={String(value)}>{String(value) || FILE.noEntry}</option>}
					{known.map(([one, words]) => <option key={one} value={one}>{words}</option>)}
				</select>
			)}
		</FormField>
	);
}

function Value(props: ValueProps) {
	const { path, name, within, value, known, faults, set } = props;
	switch (shapeOf(value, known)) {
	case 'text': {
		const text = String(value);
		if (within !== 'texts' && FILE.own(CHOSEN, name))
			return <ChosenField {...props} />;
		return <TextField path={path} label={FILE.nameOf(name, within)} rows={known?.long || text.length >= SHORT || text.includes('\n') ? 3 : 0} value={text} faults={faults} change={set} />;
	}
	case 'lines':
		return <LinesField path={path} label={FILE.nameOf(name, within)} hint={FILE.perLine} items={value as string[]} faults={faults} change={set} />;
	case 'object':
		return <Members {...props} object={value as Raw} />;
	case 'list':
		return <Items {...props} list={value as Raw[]} />;
	case 'other':
		return null; // below, as JSON
	}
}

/* ---- Objects ---- */

function Members({ path, name, within, object, known, set, ...common }: Omit<ValueProps, 'value'> & { object: Raw }) {
	const members = known?.members;
	const open = !members && (isOpen(object) || (!!known && namesOf(object).length === 0));
	const [added, setAdded] = useState('');
	const id = `${idOf(path)}-added`;
	const wanted = added.trim();
	const there = FILE.own(object, wanted) !== undefined;
	const body = useRef<HTMLDetailsElement>(null);
	const focusOn = useFocus();

	function add() {
		if (!wanted || there)
			return;
		set({ ...object, [wanted]: known || shapeOf(Object.values(object)[0]) === 'lines' ? [] : '' });
		setAdded('');
		focusOn(() => document.getElementById(idOf(`${path}.${wanted}`)));
	}

	/* The focus goes to what stands next. */
	function remove(one: string, at: number) {
		set(Object.fromEntries(Object.entries(object).filter(([other]) => other !== one)));
		focusOn(() => body.current?.querySelectorAll<HTMLElement>('.file-item > .button')[Math.max(0, Math.min(at, namesOf(object).length - 2))] ?? document.getElementById(id));
	}

	return (
		<details ref={body} class="rules">
			<summary>{FILE.nameOf(name, within)} <span class="of">{FILE.count(namesOf(object).length)}</span></summary>
			{shownOf(object, members).map((one, at) => (
				<div key={one} class="file-item">
					<Value {...common} path={`${path}.${one}`} name={one} within={name} known={members?.[one]} value={valueOf(object, one, members?.[one])} set={(value) => set(withKnown(object, one, value, members ?? {}))} />
					{open && <button type="button" class="button small" aria-label={FILE.removeOf(FILE.nameOf(one, name))} onClick={() => remove(one, at)}>{FILE.remove}</button>}
				</div>
			))}
			{open && (
				<p class="options">
					<label for={id}>{FILE.newName}</label>
					<input id={id} class="field short" type="text" autocomplete="off" maxLength={100} value={added} onInput={(event) => setAdded(event.currentTarget.value)} />
					<button type="button" class="button" aria-label={FILE.addTo(name)} aria-disabled={!wanted || there} onClick={add}>{FILE.add}</button>
				</p>
			)}
		</details>
	);
}

/* ---- Lists of objects ---- */

/* Of each item one that stays with it while others come and go before it. */
function useKeys(count: number) {
	const kept = useRef({ next: 0, keys: [] as number[] }).current;
	if (kept.keys.length !== count)
		kept.keys = Array.from({ length: count }, () => kept.next++);
	return {
		keys: kept.keys,
		addFirst: () => { kept.keys = [kept.next++, ...kept.keys]; },
		remove: (at: number) => { kept.keys = kept.keys.filter((_key, other) => other !== at); },
	};
}

function Items({ path, name, list, known, set, ...common }: Omit<ValueProps, 'value'> & { list: Raw[] }) {
	const [words, setWords] = useState('');
	const found = list.map((item, index) => ({ item, index })).filter(({ item }) => holds(item, words.trim()));
	const shown = found.slice(0, SHOWN_MOST);
	const id = `${idOf(path)}-find`;
	const keys = useKeys(list.length);
	const body = useRef<HTMLOListElement>(null);
	const addButton = useRef<HTMLButtonElement>(null);
	const focusOn = useFocus();

	function add() {
		setWords('');
		keys.addFirst();
		set([emptyItem(list, known), ...list]);
		focusOn(() => (body.current?.children.length ? body.current.children[0]?.querySelector<HTMLElement>('input, textarea, select') : null));
	}

	/* The focus goes to what stands next. */
	function remove(index: number, at: number) {
		keys.remove(index);
		set(list.filter((_other, other) => other !== index));
		focusOn(() => body.current?.children[Math.max(0, Math.min(at, body.current.children.length - 1))]?.querySelector<HTMLElement>('input, textarea, select') ?? addButton.current);
	}

	return (
		<fieldset class="cases-form">
			<legend>{FILE.nameOf(name)}</legend>
			{list.length > SHOWN_MOST && (
				<p class="options">
					<label for={id}>{FILE.find}</label>
					<input id={id} class="field short" type="search" autocomplete="off" maxLength={100} value={words} onInput={(event) => setWords(event.currentTarget.value)} />
				</p>
			)}
			<p class="hint" role="status">{FILE.shown(shown.length, list.length)}</p>
			<p><button ref={addButton} type="button" class="button" aria-label={FILE.addTo(name)} onClick={add}>{FILE.add}</button></p>
			<ol ref={body}>
				{shown.map(({ item, index }, at) => (
					<li key={keys.keys[index]} class="file-item" aria-label={FILE.item(name, index + 1)}>
						<div class="side-by-side">
							{namesOf(item).map((one) => (
								<Value key={one} {...common} path={`${path}[${index}].${one}`} name={one} within={name} value={item[one]}
									set={(value) => set(list.map((other, at) => (at === index ? { ...other, [one]: value } : other)))} />
							))}
						</div>
						<button type="button" class="button small" aria-label={FILE.removeOf(FILE.item(name, index + 1))} onClick={() => remove(index, at)}>{FILE.remove}</button>
					</li>
				))}
			</ol>
		</fieldset>
	);
}

/* ---- All of it ---- */

function WholeFile({ members, change }: { members: Raw; change(members: Raw): void }) {
	const [open, setOpen] = useState(false); // a long text is only made where somebody looks at it
	const whole = open ? JSON.stringify(members, null, 2) : '';
	const [typed, setTyped] = useState({ text: '', whole: '' });
	const text = typed.whole === whole ? typed.text : whole;
	const bad = open && objectIn(text) === null;
	return (
		<details class="rules" onToggle={(event) => setOpen(event.currentTarget.open)}>
			<summary>{FILE.json}</summary>
			{open && (
				<TextField path="rest" label={FILE.json} hint={FILE.jsonHint} value={text} rows={16} code faults={bad ? [{ level: 'error', entry: null, member: 'rest', text: FILE.jsonBad }] : []}
					change={(value) => {
						const changed = objectIn(value);
						setTyped({ text: value, whole: JSON.stringify(changed ?? members, null, 2) });
						if (changed)
							change(changed);
					}} />
			)}
		</details>
	);
}

export function FileForm({ edit, entries, faults, change }: Common & { edit: Edit; change(members: Raw): void }) {
	const { members } = edit;
	const known = FILE.known(edit.entry);
	return (
		<div class="form">
			<p class="hint">{FILE.hintOf(edit.entry)}</p>
			{shownOf(members, known).map((name) => (
				<Value key={name} path={name} name={name} known={known[name]} value={valueOf(members, name, known[name])} entries={entries} faults={faults} set={(value) => change(withKnown(members, name, value, known))} />
			))}
			<WholeFile members={members} change={change} />
		</div>
	);
}

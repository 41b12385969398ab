/* An entry as a form works on it: the object of its file, in which whatever the form does not show stays as it is. */

import type { Path } from './authoring-protocol';

export type Raw = Record<string, unknown>;

/* In the order of knowledge/schema/entry.schema.json: a new member takes its place. */
const ORDER = ['$schema', 'id', 'number', 'question', 'prompts', 'patterns', 'unless', 'also', 'not', 'answer', 'cases', 'diagnosis', 'ask', 'apart',
	'note', 'internal', 'related', 'source', 'owner', 'reviewed', 'review_by'];
const CASE_ORDER = ['id', 'label', 'situation', 'advice', 'also', 'patterns', 'pick', 'because', 'because_not', 'because_unknown', 'from', 'until',
	'otherwise', 'instead', 'todo'];
/* These are written even where they are empty. */
const KEPT = new Set(['id', 'question', 'answer', 'situation', 'advice']);

function isObject(value: unknown): value is Raw {
	return !!value && typeof value === 'object' && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
	return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function withMember(object: Raw, name: string, value: unknown, order: string[]): Raw {
	const { [name]: _gone, ...others } = object;
	if (isEmpty(value) && !KEPT.has(name))
		return others;
	return placed({ ...object, [name]: value ?? '' }, name in object ? null : name, order);
}

/* With its new member (null: it has none) in its place. */
export function placed(object: Raw, name: string | null, order: string[]): Raw {
	if (name === null)
		return object;
	const { [name]: value, ...others } = object;
	const place = order.indexOf(name);
	const before = Object.entries(others).filter(([other]) => order.indexOf(other) <= place && order.includes(other));
	const behind = Object.entries(others).filter(([other]) => order.indexOf(other) > place || !order.includes(other));
	return Object.fromEntries([...before, [name, value], ...behind]);
}

export function setMember(entry: Raw, name: string, value: unknown): Raw {
	return withMember(entry, name, value, ORDER);
}

export function textOf(object: Raw, name: string): string {
	const value = object[name];
	return typeof value === 'string' ? value : '';
}

export function listOf(object: Raw, name: string): string[] {
	const value = object[name];
	return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}

export function casesOf(entry: Raw): Raw[] {
	const value = entry['cases'];
	return Array.isArray(value) ? value.filter(isObject) : [];
}

/* ---- Lists as lines of a text ---- */

const BREAK = '\u21b5'; // stands for a line break within an item

export function linesOf(items: string[]): string {
	return items.map((item) => item.replace(/\n/g, BREAK)).join('\n');
}

/* Blank lines count for nothing, and what stands there twice for one. */
export function itemsOf(lines: string): string[] {
	const items = lines.split('\n').map((line) => line.trim().replace(new RegExp(BREAK, 'g'), '\n')).filter(Boolean);
	return [...new Set(items)];
}

/* ---- Cases ---- */

function labelled(index: number): string {
	return `情形${index}`;
}

/* Numbered as the others are; an id that was given out is never given out again. */
export function addCase(entry: Raw): Raw {
	const cases = casesOf(entry);
	const ids = cases.map((one) => Number(textOf(one, 'id'))).filter((id) => Number.isInteger(id));
	const id = Math.max(0, ...ids) + 1;
	return setMember(entry, 'cases', [...cases, { id: String(id), label: labelled(id), situation: '', advice: '' }]);
}

export function removeCase(entry: Raw, index: number): Raw {
	return setMember(entry, 'cases', casesOf(entry).filter((_, at) => at !== index));
}

export function moveCase(entry: Raw, index: number, by: -1 | 1): Raw {
	const cases = [...casesOf(entry)];
	const [one] = cases.splice(index, 1);
	if (one)
		cases.splice(index + by, 0, one);
	return setMember(entry, 'cases', cases);
}

export function setInCase(entry: Raw, index: number, name: string, value: unknown): Raw {
	return setMember(entry, 'cases', casesOf(entry).map((one, at) => (at === index ? withMember(one, name, value, CASE_ORDER) : one)));
}

/* ---- The rest, as JSON ---- */

const IN_FORM = new Set(['$schema', 'id', 'number', 'question', 'prompts', 'patterns', 'unless', 'also', 'not', 'answer', 'cases', 'note', 'internal',
	'owner', 'reviewed', 'review_by']);

export function restOf(entry: Raw): Raw {
	return Object.fromEntries(Object.entries(entry).filter(([name]) => !IN_FORM.has(name)));
}

/* Null where the text is no object, or names what the form has. */
export function withRest(entry: Raw, text: string): Raw | null {
	let rest: unknown;
	try {
		rest = JSON.parse(text.trim() || '{}');
	} catch {
		return null;
	}
	if (!isObject(rest) || Object.keys(rest).some((name) => IN_FORM.has(name)))
		return null;
	let changed = Object.fromEntries(Object.entries(entry).filter(([name]) => IN_FORM.has(name) || name in rest));
	for (const [name, value] of Object.entries(rest))
		changed = setMember(changed, name, value);
	return changed;
}

/* ---- Faults ---- */

export interface Fault {
	level: 'error' | 'warning' | 'note';
	entry: string | null; // null: of another file
	member: string; // "cases[1].pick", counted from 0; empty: of the whole
	text: string;
}

export interface FieldFault {
	level: Fault['level'];
	line: number | null; // of a list, from 1
	text: string;
}

/* Those of a field, or of an item or member of it. */
export function faultsAt(faults: Fault[], field: string): FieldFault[] {
	return faults.filter(({ member }) => member === field || member.startsWith(`${field}[`) || member.startsWith(`${field}.`))
		.map(({ level, member, text }) => {
			const item = /^\[(\d+)\]/.exec(member.slice(field.length));
			return { level, line: item ? Number(item[1]) + 1 : null, text };
		});
}

/* Those that stand beside no field of the form. */
export function faultsElsewhere(faults: Fault[], entry: string, fields: string[]): Fault[] {
	return faults.filter((fault) => fault.entry !== entry || !fields.some((field) => faultsAt([fault], field).length > 0));
}

/* ---- Members by their path ---- */

function withItem(list: unknown[], [key, id]: [string, string], change: (item: unknown) => unknown): unknown[] {
	const known = (one: unknown) => Array.isArray(one) ? one[0] as unknown : one;
	const at = list.findIndex((item) => isObject(item) && known(item[key]) === id);
	const all = at < 0 ? [...list, change({ [key]: id })] : list.map((item, index) => (index === at ? change(item) : item));
	return all.filter((item) => item !== undefined && item !== null);
}

function changedAt(now: unknown, path: Path, value: unknown): unknown {
	const [step, ...rest] = path;
	if (step === undefined)
		return value;
	if (typeof step !== 'string') {
		const [named] = Object.entries(step);
		return named ? withItem(Array.isArray(now) ? now as unknown[] : [], named, (item) => changedAt(item, rest, value)) : now;
	}
	const object = isObject(now) ? now : {};
	const changed = changedAt(object[step], rest, value);
	if (changed === null || changed === undefined)
		return Object.fromEntries(Object.entries(object).filter(([other]) => other !== step));
	return { ...object, [step]: changed };
}

/* ["cases", {"id": "2"}, "advice"] leads to the advice of the case with the id 2. Null and undefined: it is to be gone. */
export function withValueAt(object: Raw, path: Path, value: unknown): Raw {
	const changed = changedAt(object, path, value);
	return isObject(changed) ? changed : {};
}

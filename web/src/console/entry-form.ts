/* An entry as a form works on it: the object of its file, in which whatever the form does not show stays as it is. */

export type Raw = Record<string, unknown>;

/* In the order of knowledge/schema/entry.schema.json: a new member takes its place. */
const ORDER = ['$schema', 'id', 'number', 'question', 'prompts', 'patterns', 'unless', 'also', 'not', 'answer', 'cases', 'diagnosis', 'ask', 'apart',
	'note', 'internal', 'related', 'source', 'owner', 'reviewed', 'review_by'];
const CASE_ORDER = ['id', 'label', 'situation', 'advice', 'also', 'patterns', 'pick', 'because', 'because_not', 'because_unknown', 'from', 'until',
	'otherwise', 'instead', 'todo'];
/* These are written even where they are empty. */
const KEPT = new Set(['id', 'question', 'answer', 'situation', 'advice']);

function isEmpty(value: unknown): boolean {
	return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function withMember(object: Raw, name: string, value: unknown, order: string[]): Raw {
	const { [name]: _gone, ...others } = object;
	if (isEmpty(value) && !KEPT.has(name))
		return others;
	const changed = { ...object, [name]: value ?? '' };
	if (name in object)
		return changed;
	const place = order.indexOf(name);
	const before = Object.entries(object).filter(([other]) => order.indexOf(other) <= place && order.includes(other));
	const behind = Object.entries(object).filter(([other]) => order.indexOf(other) > place || !order.includes(other));
	return Object.fromEntries([...before, [name, changed[name]], ...behind]);
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
	return Array.isArray(value) ? value.filter((one): one is Raw => !!one && typeof one === 'object' && !Array.isArray(one)) : [];
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
	if (!rest || typeof rest !== 'object' || Array.isArray(rest) || Object.keys(rest).some((name) => IN_FORM.has(name)))
		return null;
	let changed = Object.fromEntries(Object.entries(entry).filter(([name]) => IN_FORM.has(name) || name in rest));
	for (const [name, value] of Object.entries(rest))
		changed = setMember(changed, name, value);
	return changed;
}

/* ---- Faults ---- */

export interface Fault {
	field: string; // "cases[1].pick"; empty: of the whole entry
	text: string;
}

/* Those of a field, or of an item or member of it; `of` names the line where it is one of a list. */
export function faultsAt(faults: Fault[], field: string): { line: number | null; text: string }[] {
	return faults.filter((fault) => fault.field === field || fault.field.startsWith(`${field}[`) || fault.field.startsWith(`${field}.`))
		.map((fault) => {
			const item = /^\[(\d+)\]/.exec(fault.field.slice(field.length));
			return { line: item ? Number(item[1]) + 1 : null, text: fault.text };
		});
}

/* Those that stand beside no field of the form. */
export function faultsElsewhere(faults: Fault[], fields: string[]): Fault[] {
	return faults.filter((fault) => !fields.some((field) => faultsAt([fault], field).length > 0));
}

/*
 * A file of the office (golden.json, lexicon.json …) as its form works on it: by the shapes of its
 * values, and of what is absent or empty by what the schema of the file (knowledge/schema) says.
 */

import { placed, type Raw } from './entry-form';

export type Shape = 'text' | 'lines' | 'object' | 'list' | 'other';

/* A member that the file may have. */
export interface Known {
	shape: Shape;
	long?: boolean; // a text of several lines
	item?: Raw; // one more of a list
	members?: KnownMembers; // of an object; without: of any name, all lists of texts
	optional?: boolean; // left out where it is empty
}

export type KnownMembers = Record<string, Known>;

const alike = (names: string[], known: Known): KnownMembers => Object.fromEntries(names.map((name) => [name, known]));

/* The kinds of words beside a date. */
const DATE_CUES = ['ahead', 'behind', 'asked', 'supposed', 'span_ahead', 'span_behind'];

/* What the schema of the file has, in its order; `texts` and `cues`: the names of those. */
export function knownOf(file: string, texts: string[], cues: string[]): KnownMembers {
	const files: Record<string, KnownMembers> = {
		'golden.json': { golden: { shape: 'list', item: { q: '', entry: '' } } },
		'lexicon.json': {
			classes: { shape: 'object', optional: true },
			synonyms: { shape: 'list', item: { word: '', variants: [] }, optional: true },
			fillers: { shape: 'lines', optional: true },
			confusables: { shape: 'list', item: { right: '', wrong: [] }, optional: true },
			denials: { shape: 'lines', optional: true },
			cues: { shape: 'object', members: alike(cues, { shape: 'lines', optional: true }), optional: true },
			opposites: { shape: 'list', item: { said: '', denies: [] }, optional: true },
			english: { shape: 'list', item: { phrase: '', word: '' }, optional: true },
			dates: { shape: 'list', item: { of: '', words: [], past: [] }, optional: true },
			date_cues: { shape: 'object', members: alike(DATE_CUES, { shape: 'lines', optional: true }), optional: true },
		},
		'smalltalk.json': { smalltalk: { shape: 'list', item: { id: '', outcome: 'smalltalk', also: [], reply: '' } } },
		'office.json': {
			name: { shape: 'text' },
			system: { shape: 'text', optional: true },
			title: { shape: 'text', optional: true },
			welcome: { shape: 'text', long: true, optional: true },
			examples: { shape: 'lines', optional: true },
			contacts: { shape: 'list', item: { kind: 'phone', label: '', value: '' } },
			texts: { shape: 'object', members: alike(texts, { shape: 'text', optional: true }), optional: true },
		},
	};
	return Object.prototype.hasOwnProperty.call(files, file) ? files[file] ?? {} : {};
}

const EMPTY: Record<Shape, unknown> = { text: '', lines: [], list: [], object: {}, other: null };

/* What the form shows of a member: what is there, or nothing in the shape that it would have. */
export function valueOf(object: Raw, name: string, known: Known | undefined): unknown {
	return object[name] === undefined && known ? EMPTY[known.shape] : object[name];
}

function isNothing(value: unknown): boolean {
	return value === '' || (!!value && typeof value === 'object' && Object.keys(value).length === 0);
}

/* A member that may be left out is, where nothing is in it; a new one takes its place among the others. */
export function withKnown(object: Raw, name: string, value: unknown, known: KnownMembers): Raw {
	if (known[name]?.optional && isNothing(value)) {
		const { [name]: _gone, ...others } = object;
		return others;
	}
	return placed({ ...object, [name]: value }, name in object ? null : name, ['$schema', ...Object.keys(known)]);
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isObject = (value: unknown): value is Raw => !!value && typeof value === 'object' && !Array.isArray(value);

/* An empty list tells nothing of what may be in it. */
export function shapeOf(value: unknown, known?: Known): Shape {
	if (known && Array.isArray(value) && value.length === 0 && (known.shape === 'lines' || known.shape === 'list'))
		return known.shape;
	if (typeof value === 'string')
		return 'text';
	if (isTexts(value))
		return 'lines';
	if (isObject(value))
		return 'object';
	return Array.isArray(value) && value.every(isObject) ? 'list' : 'other';
}

/* Those that a person edits: which schema the file follows is nobody's business here. */
export function namesOf(object: Raw): string[] {
	return Object.keys(object).filter((name) => name !== '$schema');
}

/* Its values are all lists of texts, or all texts, so that one more may have any name. */
export function isOpen(object: Raw): boolean {
	const shapes = new Set(namesOf(object).map((name) => shapeOf(object[name])));
	return shapes.size === 1 && (shapes.has('lines') || shapes.has('text'));
}

/* Those that may be there, in the order of the schema, and whatever else is. */
export function shownOf(object: Raw, known: KnownMembers = {}): string[] {
	return [...Object.keys(known), ...namesOf(object).filter((name) => !(name in known))];
}

/* One more of a list: what most others have, empty; the first one is as the schema says. */
export function emptyItem(list: Raw[], known?: Known): Raw {
	const [first] = list;
	if (known?.item && !first)
		return { ...known.item };
	const names = first ? namesOf(first).filter((name) => 2 * list.filter((one) => name in one).length >= list.length) : [];
	return Object.fromEntries(names.map((name) => [name, isTexts(first?.[name]) ? [] : '']));
}

export function holds(value: unknown, words: string): boolean {
	return !words || JSON.stringify(value).toLowerCase().includes(words.toLowerCase());
}

/* Null where the text is no JSON object. */
export function objectIn(text: string): Raw | null {
	try {
		const read = JSON.parse(text) as unknown;
		return isObject(read) ? read : null;
	} catch {
		return null;
	}
}

/* A file of the office (golden.json, lexicon.json …) as its form works on it: by the shapes of its values, not by their names. */

import type { Raw } from './entry-form';

export type Shape = 'text' | 'lines' | 'object' | 'list' | 'other';

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isObject = (value: unknown): value is Raw => !!value && typeof value === 'object' && !Array.isArray(value);

export function shapeOf(value: unknown): Shape {
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

/* One more of a list: what most others have, empty. */
export function emptyItem(list: Raw[]): Raw {
	const [first] = list;
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

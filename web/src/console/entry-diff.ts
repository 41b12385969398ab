/* What is different between two of an entry: member by member, and within a text by characters. */

import type { Raw } from './entry-form';

export interface Change {
	path: string; // "cases[2].advice", by the id of the case
	before: unknown; // undefined: it was not there
	after: unknown; // undefined: it is gone
}

export interface Piece {
	kind: 'same' | 'old' | 'new';
	text: string;
}

function isObject(value: unknown): value is Raw {
	return !!value && typeof value === 'object' && !Array.isArray(value);
}

function same(one: unknown, other: unknown): boolean {
	return JSON.stringify(one) === JSON.stringify(other);
}

/* Objects with an id in a list, by it: a case that only moved is no change of its members. */
function byId(value: unknown): Map<string, Raw> | null {
	if (!Array.isArray(value) || value.length === 0 || !value.every((one) => isObject(one) && typeof one['id'] === 'string'))
		return null;
	return new Map(value.map((one: Raw) => [one['id'] as string, one]));
}

function changesOfList(path: string, before: Map<string, Raw>, after: Map<string, Raw>): Change[] {
	const changes: Change[] = [];
	for (const id of new Set([...before.keys(), ...after.keys()])) {
		const [old, now] = [before.get(id), after.get(id)];
		if (old && now)
			changes.push(...changesBetween(old, now, `${path}[${id}].`));
		else
			changes.push({ path: `${path}[${id}]`, before: old, after: now });
	}
	const kept = (from: Map<string, Raw>, other: Map<string, Raw>) => [...from.keys()].filter((id) => other.has(id));
	if (!same(kept(before, after), kept(after, before)))
		changes.push({ path: `${path}#`, before: [...before.keys()], after: [...after.keys()] });
	return changes;
}

export function changesBetween(before: Raw, after: Raw, path = ''): Change[] {
	const changes: Change[] = [];
	for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
		const [old, now] = [before[name], after[name]];
		if (same(old, now))
			continue;
		const lists = [byId(old), byId(now)] as const;
		if (lists[0] && lists[1])
			changes.push(...changesOfList(`${path}${name}`, lists[0], lists[1]));
		else
			changes.push({ path: `${path}${name}`, before: old, after: now });
	}
	return changes;
}

/* What is only in the one, and only in the other, of two lists of texts. */
export function itemsBetween(before: string[], after: string[]): { gone: string[]; added: string[] } {
	return { gone: before.filter((item) => !after.includes(item)), added: after.filter((item) => !before.includes(item)) };
}

const MOST_CELLS = 4000000;

function joined(pieces: Piece[], kind: Piece['kind'], text: string) {
	const last = pieces[pieces.length - 1];
	if (!text)
		return;
	if (last?.kind === kind)
		last.text += text;
	else
		pieces.push({ kind, text });
}

/* The longest common subsequence of the middle parts, by a table; parts too long for one are replaced as a whole. */
function middle(pieces: Piece[], old: string[], now: string[]) {
	const wide = now.length + 1;
	if (old.length * wide > MOST_CELLS) {
		joined(pieces, 'old', old.join(''));
		joined(pieces, 'new', now.join(''));
		return;
	}
	const table = new Uint16Array((old.length + 1) * wide);
	const at = (i: number, j: number) => table[i * wide + j] ?? 0;
	for (let i = old.length - 1; i >= 0; i--)
		for (let j = now.length - 1; j >= 0; j--)
			table[i * wide + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
	let [i, j] = [0, 0];
	while (i < old.length || j < now.length)
		if (i < old.length && j < now.length && old[i] === now[j]) {
			joined(pieces, 'same', old[i] ?? '');
			i++;
			j++;
		} else if (j === now.length || (i < old.length && at(i + 1, j) >= at(i, j + 1))) {
			joined(pieces, 'old', old[i++] ?? '');
		} else {
			joined(pieces, 'new', now[j++] ?? '');
		}
}

export function piecesBetween(before: string, after: string): Piece[] {
	const [old, now] = [[...before], [...after]];
	let begin = 0;
	while (begin < old.length && begin < now.length && old[begin] === now[begin])
		begin++;
	let end = 0;
	while (end < old.length - begin && end < now.length - begin && old[old.length - 1 - end] === now[now.length - 1 - end])
		end++;
	const pieces: Piece[] = [];
	joined(pieces, 'same', old.slice(0, begin).join(''));
	middle(pieces, old.slice(begin, old.length - end), now.slice(begin, now.length - end));
	joined(pieces, 'same', old.slice(old.length - end).join(''));
	return pieces;
}

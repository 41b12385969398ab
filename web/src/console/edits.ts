/* What was typed into entries and not saved: kept while another one is looked at, over a reload, and where a session ends. */

import type { EntryKind, Form } from './authoring-protocol';
import type { Raw } from './entry-form';

export interface Edit {
	entry: string;
	kind: EntryKind;
	collection: string | null;
	revision: number;
	live_hash: string | null;
	members: Raw;
	why: string;
	added: boolean; // it is new, and was never saved
}

export type Edits = Record<string, Edit>;

/* What sign-out forgets begins so: use-board.ts. */
const keyOf = (name: string) => `dayi-draft-edits-${name}`;

export function readEdits(name: string): Edits {
	try {
		const kept = JSON.parse(sessionStorage.getItem(keyOf(name)) || '{}') as unknown;
		return kept && typeof kept === 'object' ? kept as Edits : {};
	} catch {
		return {};
	}
}

export function keepEdits(name: string, edits: Edits): void {
	try {
		if (Object.keys(edits).length)
			sessionStorage.setItem(keyOf(name), JSON.stringify(edits));
		else
			sessionStorage.removeItem(keyOf(name));
	} catch {
		/* Forbidden or full: it is on the page. */
	}
}

export function editOf(form: Form): Edit {
	const { entry, kind, collection, revision, live_hash, members } = form;
	return { entry, kind, collection, revision, live_hash, members, why: '', added: false };
}

/* An id that nobody uses, in the way of those that are there. */
export function freeId(taken: string[], kind: EntryKind, number: number): string {
	const stem = kind === 'answer' ? 'entry' : 'topic';
	let at = number;
	while (taken.includes(`${stem}-${at}`))
		at++;
	return `${stem}-${at}`;
}

export function newEdit(kind: EntryKind, collection: string | null, taken: string[], numbers: number[]): Edit {
	const next = Math.max(0, ...numbers) + 1;
	const entry = freeId(taken, kind, kind === 'answer' ? next : 1);
	const members: Raw = kind === 'answer'
		? { $schema: '../schema/entry.schema.json', id: entry, number: next, question: '', answer: '' }
		: { id: entry, topic: '', also: [], reply: '' };
	return { entry, kind, collection, revision: 0, live_hash: null, members, why: '', added: true };
}

/* What was typed into entries and not saved: kept while another one is looked at, over a reload, and where a session ends. */

import type { EntryKind, Form, Listed } from './authoring-protocol';
import { listOf, setMember, textOf, type Raw } from './entry-form';

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

/* Of a file that is not there yet. */
const STARTS: Record<string, Raw> = {
	'golden.json': { $schema: 'schema/golden.schema.json', golden: [{ q: '', entry: '' }] },
};

export function editOf(form: Form): Edit {
	const { entry, kind, collection, revision, live_hash, members } = form;
	return { entry, kind, collection, revision, live_hash, members: members ?? STARTS[entry] ?? {}, why: '', added: false };
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

/* With an id and a number that nobody has by now, where somebody else was quicker; null where a person chose the id. */
export function renumbered(edit: Edit, taken: string[], numbers: number[]): Edit | null {
	if (!/^(entry|topic)-\d+$/.test(edit.entry))
		return null;
	const { number } = edit.members;
	const next = typeof number === 'number' && numbers.includes(number) ? Math.max(...numbers) + 1 : number;
	const entry = freeId(taken, edit.kind, typeof next === 'number' ? next : 1);
	return { ...edit, entry, members: { ...edit.members, id: entry, ...(typeof next === 'number' ? { number: next } : {}) } };
}

/* Question and popup into an entry, each once. */
export function withTexts(members: Raw, texts: string[], prompts: string[]): Raw {
	const joined = (name: string, added: string[]) => {
		const items = listOf(members, name);
		return [...items, ...added.filter((text) => text && !items.includes(text))];
	};
	const also = setMember(members, 'also', joined('also', texts.filter((text) => text !== textOf(members, 'question'))));
	return prompts.length ? setMember(also, 'prompts', joined('prompts', prompts)) : also;
}

/* As the list has one that was never saved. */
export function listed(edit: Edit): Listed {
	const { entry, kind, collection, members } = edit;
	const number = members['number'];
	return {
		entry, kind, collection, number: typeof number === 'number' ? number : null, question: textOf(members, kind === 'answer' ? 'question' : 'topic'),
		owner: null, review_by: null, live: false, draft: null,
	};
}

/* What people asked, as the server says it: docs/openapi.yaml. Texts are masked there. */

import { send } from './api';

export interface AskedEntry {
	entry: string;
	number: number | null;
	question: string | null; // null: the knowledge has no such entry any more
	count: number;
}

export interface AskedGroup {
	question: string;
	count: number;
	unanswered: number;
	disliked: number;
	first: string;
	last: string;
	counts: number[];
	wordings: { question: string; count: number }[];
	wording_count: number;
	popup: string | null;
	entries: AskedEntry[];
	reasons: string[];
}

export interface AskedQuestions {
	days: string[];
	journal: boolean; // false: none is kept, and there is nothing to tell
	looked_at: number;
	cut: boolean;
	groups: AskedGroup[];
	more: number;
}

export interface AskedPopups {
	days: string[];
	journal: boolean;
	popups: { text: string; count: number; first: string; last: string; counts: number[]; question: string }[];
	more: number;
}

export interface AskedChoices {
	days: string[];
	journal: boolean;
	choices: { question: string; count: number; chosen: AskedEntry[] }[];
	more: number;
}

export interface AskedEntries {
	days: string[];
	journal: boolean;
	entries: {
		entry: string; number: number | null; question: string | null; answered: number; offered: number; chosen: number; up: number; down: number;
		last: string | null; counts: number[];
	}[];
}

export interface AskedOutcomes {
	days: string[];
	journal: boolean;
	outcomes: { channel: string; outcome: string; count: number; counts: number[] }[];
}

export type AskedKind = '' | 'unanswered' | 'disliked';
export const LISTS = ['questions', 'popups', 'choices', 'entries', 'outcomes'] as const;
export type AskedList = (typeof LISTS)[number];

export interface AskedFilter {
	days: number;
	kind: AskedKind; // of `questions` only, as the next
	q: string;
}

export function askedPath(list: AskedList, { days, kind, q }: AskedFilter, format?: 'csv'): string {
	const search = new URLSearchParams({ days: String(days) });
	if (list === 'questions' && kind)
		search.set('kind', kind);
	if (list === 'questions' && q)
		search.set('q', q);
	if (format)
		search.set('format', format);
	return `asked/${list}?${search.toString()}`;
}

export const asked = {
	questions: (filter: AskedFilter) => send('GET', askedPath('questions', filter)) as Promise<AskedQuestions>,
	popups: (filter: AskedFilter) => send('GET', askedPath('popups', filter)) as Promise<AskedPopups>,
	choices: (filter: AskedFilter) => send('GET', askedPath('choices', filter)) as Promise<AskedChoices>,
	entries: (filter: AskedFilter) => send('GET', askedPath('entries', filter)) as Promise<AskedEntries>,
	outcomes: (filter: AskedFilter) => send('GET', askedPath('outcomes', filter)) as Promise<AskedOutcomes>,
};

/* Drafts, review and publishing, as the server says it: docs/openapi.yaml and docs/authoring.md. */

import { send } from './api';
import type { Fault, Raw } from './entry-form';
import type { Verdict } from './protocol';

export type EntryKind = 'answer' | 'referral' | 'file';
export type DraftState = 'draft' | 'review' | 'approved';

export interface Draft {
	state: DraftState;
	change: 'new' | 'changed' | 'deleted';
	revision: number;
	by: string;
	authors: string[];
	at: string;
	valid: boolean;
	mine: boolean;
}

export interface Listed {
	entry: string;
	kind: EntryKind;
	number: number | null;
	collection: string | null;
	question: string;
	owner: string | null;
	review_by: string | null;
	live: boolean;
	draft: Draft | null;
}

export interface WordClass {
	name: string;
	words: string[];
}

export interface Listing {
	live: string;
	version: number | null;
	from: 'folder' | 'store';
	publishing: boolean;
	entries: Listed[];
	files: Listed[]; // of the office; `entry` is their name
	collections: string[];
	word_classes: WordClass[];
}

/* Members by their name, items of lists by the member that tells them apart: ["golden", {"q": "…"}, "entry"]. */
export type Path = (string | Record<string, string>)[];

export interface Change {
	member: string; // the path as a text, which only tells one from the other
	path: Path;
	before: unknown; // null: it is not there
	after: unknown;
}

export interface Conflict {
	member: string;
	path: Path;
	base: unknown;
	yours: unknown;
	theirs: unknown;
}

export interface Form extends Listed {
	revision: number; // 0: there is no draft
	live_hash: string | null;
	members: Raw | null; // of a file that is not there
	live_members: Raw | null;
	changes: Change[];
	conflicts: Conflict[];
}

export interface Event {
	number: number;
	at: string;
	who: string;
	what: 'saved' | 'merged' | 'deleted' | 'discarded' | 'submitted' | 'approved' | 'refused' | 'published' | 'rolled_back';
	revision: number;
	why: string;
	alone: boolean;
	version: string | null;
	changes: Change[];
}

export interface Save {
	entry: string;
	revision: number;
	live_hash: string | null;
	members: Raw;
	why: string;
	kind?: EntryKind;
	collection?: string | null;
}

export interface Saved {
	saved: boolean;
	merged: boolean;
	entry: string;
	revision: number;
	live_hash: string | null;
	members: Raw;
	valid: boolean;
	faults: Fault[];
	conflicts: Conflict[];
}

export interface Checked {
	valid: boolean;
	faults: Fault[];
}

/* Unsaved members of an entry, its saved draft, or all drafts. */
export interface Trial {
	entry?: string;
	members?: Raw;
	kind?: EntryKind;
	collection?: string | null;
}

/* Of a reply, what a preview shows. */
export interface PreviewReply {
	outcome: string;
	text: string;
	answers: { entry: string; number: number | null; question: string; case: string | null; confidence: number; by: string }[];
	choices: { entry: string; number: number | null; question: string; confidence: number }[];
}

export interface Preview {
	reply: PreviewReply;
	why: { ranking: { entry: string; number: number | null; question: string; confidence: number; by: string; spoke: string | null }[] };
	live: PreviewReply;
	kind: 'none' | 'words' | 'offered' | 'gained' | 'case' | 'entry' | 'lost';
}

export interface Tried {
	records: { name: string; cases: { id: string; label: string; verdict: Verdict; because: string; live: Verdict | null }[] }[];
}

export interface Moved {
	version: number;
	hash: string;
	entries: string[];
}

export interface Versions {
	live: string;
	moves: { move: number; version: number; hash: string; at: string; who: string; why: string; live: boolean; kept: boolean }[]; // kept: its files are still there
}

/* What rolling back to a version would change. */
export interface Effect {
	version: number;
	hash: string;
	live: string;
	entries: { entry: string; kind: EntryKind; number: number | null; question: string; change: 'new' | 'changed' | 'deleted'; changes: Change[] }[];
	more: number; // that are not listed
	files: string[]; // that hold no entry
}

/*
 * Where rolling back leads: to the version that was live when the one that is live first came; where
 * the folder was changed by hand, to the last one. Null: there is none. The server does the same.
 */
export function versionBefore({ moves }: Versions): number | null {
	const [last] = moves;
	if (!last || !last.live)
		return last?.version ?? null;
	const came = moves.map(({ version }) => version).lastIndexOf(last.version);
	const before = moves[came + 1]?.version ?? null;
	return before !== null && before < last.version ? before : null;
}

/* A version that was live before goes live again. */
export function isRollBack({ moves }: Versions, move: Versions['moves'][number]): boolean {
	return moves.some((one) => one.move < move.move && one.version === move.version);
}

/*
 * The versions that what is live is made of and that other one is not, each as it went live first,
 * the latest first. A version is made of the one that was live when it came.
 */
export function undoneBy({ moves }: Versions, version: number): Versions['moves'] {
	const undone: Versions['moves'] = [];
	let at = moves.length > 0 ? came(moves, moves[0]?.version ?? 0) : -1;
	while (at >= 0 && at < moves.length) {
		const move = moves[at];
		if (!move || move.version <= version)
			break;
		undone.push(move);
		at = came(moves, moves[at + 1]?.version ?? 0);
	}
	return undone;
}

/* Where it went live first; the latest moves stand first. */
const came = (moves: Versions['moves'], version: number) => moves.map((move) => move.version).lastIndexOf(version);

/* What a file was read as. */
export interface Imported {
	live: string;
	readable: boolean;
	format: string;
	outline: string;
	counts: { same: number; new: number; changed: number; missing: number; duplicates: number; drafts: number };
	taken: number;
	entries: {
		entry: string; change: 'same' | 'new' | 'changed' | 'missing'; collection: string; line: number | null; question: string; answer: string | null;
		same_as: string | null; same_in_file: boolean; draft: boolean; changes: Change[];
	}[];
	more: number;
	faults: { level: Fault['level']; line: number | null; member: string; text: string }[];
}

export interface Due {
	entry: string;
	number?: number | null;
	question: string;
	owner: string | null;
	review_by: string;
	days: number;
}

export interface Stale {
	today: string;
	overdue: Due[];
	due: Due[];
	rules: { entry: string; question: string; case: string; until: string; days: number }[];
	unowned: number;
	undated: number;
	links: Link[];
	links_more: number;
	links_checked: string | null;
	links_under_way: boolean;
}

/* An address that the texts name. */
export interface Link {
	url: string;
	state: 'fine' | 'broken' | 'silent' | null; // null: nobody tried
	status: number | null;
	reason: string;
	entries: string[];
}

/* A run of `dayi suggest` on the server. */
export interface Suggested {
	state: 'none' | 'running' | 'done' | 'failed';
	done: number;
	total: number; // 0: not known
	model: boolean; // one can be asked
	at: string | null;
	by: string | null;
	result: SuggestedResult | null;
}

export interface Proposal {
	entry: string;
	number: number | null;
	question: string;
	alternate: string;
	from: 'journal' | 'model';
	asked: number;
	helped: number;
	taken: boolean;
	dismissed: boolean; // by somebody of the office
}

export interface SuggestedResult {
	current: boolean; // it is for the version that is live
	days: number;
	dismissed: number; // of all runs
	model_problem: string | null; // why it was left out
	proposals: Proposal[];
	groups: { question: string; wordings: number; asked: number; guess: string | null }[];
	questions: number;
	chosen: number;
	alike: number;
	cut: boolean;
	asked: number;
	helped_before: number;
	helped: number;
}

export interface Step {
	entry: string;
	revision: number;
	why?: string;
}

const PREVIEW_MOST_MS = 30000; // a large folder is loaded first
const PUBLISH_MOST_MS = 60000;
const named = (id: string) => encodeURIComponent(id);

export function authoringOf(csrf: string) {
	const post = (path: string, body: unknown, mostMs?: number) => send('POST', `authoring/${path}`, body, csrf, mostMs);
	return {
		list: () => send('GET', 'authoring') as Promise<Listing>,
		form: (id: string) => send('GET', `authoring/entries/${named(id)}`) as Promise<Form>,
		history: (id: string) => send('GET', `authoring/history/${named(id)}`) as Promise<{ events: Event[] }>,
		stale: () => send('GET', 'authoring/stale') as Promise<Stale>,
		checkLinks: () => post('links', {}) as Promise<{ links: number }>,
		suggested: () => send('GET', 'authoring/suggested') as Promise<Suggested>,
		suggest: (days: number, model?: { entry?: string }) => post('suggest', model ? { days, model: true, ...model } : { days }) as Promise<Suggested>,
		dismissSuggested: (entry: string, alternates: string[]) => post('suggest/dismiss', { entry, alternates }) as Promise<Suggested>,
		restoreSuggested: () => post('suggest/restore', {}) as Promise<Suggested>,
		takeSuggested: (entry: string, alternates: string[], why: string) => post('suggest/take', { entry, alternates, why }, PUBLISH_MOST_MS) as Promise<Saved>,
		readFile: (file: File) => send('POST', `authoring/import?name=${named(file.name)}`, file, csrf, PUBLISH_MOST_MS) as Promise<Imported>,
		takeFile: (file: File, live: string) => send('POST', `authoring/import/take?name=${named(file.name)}&live=${named(live)}`, file, csrf, PUBLISH_MOST_MS) as Promise<Imported>,
		versions: () => send('GET', 'authoring/versions') as Promise<Versions>,
		version: (version: number) => send('GET', `authoring/versions/${version}`) as Promise<Effect>,
		save: (save: Save) => post('save', save, PUBLISH_MOST_MS) as Promise<Saved>,
		remove: (step: Step) => post('delete', step) as Promise<Listed>,
		discard: (step: Step) => post('discard', step) as Promise<Listed>,
		submit: (step: Step) => post('submit', step, PUBLISH_MOST_MS) as Promise<Listed>,
		decide: (step: Step & { decision: 'approve' | 'refuse' }) => post('decide', step, PUBLISH_MOST_MS) as Promise<Listed>,
		publish: (entries: string[], why: string) => post('publish', { entries, why }, PUBLISH_MOST_MS) as Promise<Moved>,
		rollBack: (version: number | null, why: string) => post('roll-back', version === null ? { why } : { version, why }, PUBLISH_MOST_MS) as Promise<Moved>,
		check: (trial: Trial) => post('check', trial, PREVIEW_MOST_MS) as Promise<Checked>,
		preview: (trial: Trial & { text: string }) => post('preview', trial, PREVIEW_MOST_MS) as Promise<Preview>,
		tryRules: (trial: { entry: string; members?: Raw; facts?: unknown }) => post('try', trial, PREVIEW_MOST_MS) as Promise<Tried>,
	};
}

export type Authoring = ReturnType<typeof authoringOf>;

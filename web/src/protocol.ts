/* What the server says: docs/openapi.yaml and docs/asyncapi.yaml. Later versions may add members. */

export type Verdict = 'applies' | 'excluded' | 'unknown';

export interface Step {
	what: string;
	who?: string;
	where?: string;
	from?: string | null;
	until?: string | null;
	derived?: boolean; // not in the entry's own words
}

export interface Case {
	id: string;
	label?: string;
	situation?: string;
	advice?: string;
	verdict?: Verdict;
	because?: string;
	todo?: Step[];
	changes?: { on: string; verdict: Verdict };
	instead?: Suggestion; // the entry about those whom this case excludes
}

export interface Said {
	fact: string;
	question: string;
	answer: string | null; // of an option; nothing where it was skipped
}

export interface Source {
	document?: string | null;
	item?: number | null;
	reviewed?: string | null;
}

/* An id alone names an entry without saying what it asks. */
export type Related = string | { entry: string; question: string };

export interface Answer {
	entry: string;
	number?: number | null;
	question?: string;
	by?: string;
	case?: string | null;
	answer?: string;
	cases?: Case[];
	said?: Said[];
	source?: Source;
	related?: Related[];
}

export interface Choice {
	entry?: string;
	question: string;
}

export interface Question {
	fact: string;
	question: string;
	why?: string;
	options?: { label: string; value: string }[];
	number?: number | null;
}

export type Outcome = 'answer' | 'choose' | 'ask' | 'decline' | 'smalltalk' | 'handoff' | 'busy' | 'error';

export interface Reply {
	outcome: Outcome;
	reason?: string;
	answers?: Answer[];
	choices?: Choice[];
	next?: Question | null;
	text?: string;
	masked?: boolean;
	asked?: string; // the question, where something in it was masked
	receipt?: string | null;
}

/* What the office tells everybody for a while. */
export interface Notice {
	text: string;
	until: string | null;
}

/* Who at the office has looked at the record: the latest first. */
export interface Looks {
	looks: { at: string; who: string | null; why: string }[];
	more: boolean;
}

export interface Welcome {
	session: string;
	knowledge?: string;
	signed_in?: boolean;
	/* What the server says to a token that it did not take. */
	sign_in?: string;
	notice?: Notice | null;
}

export type Rating = 'up' | 'down';

export interface Contact {
	kind: string;
	label: string;
	value: string;
}

export interface Office {
	title: string;
	welcome: string;
	contacts: Contact[];
	examples: string[];
	popular?: string[];
	embed_origins?: string[];
	knowledge?: string;
	notice?: Notice | null;
}

export interface Suggestion {
	entry: string;
	question: string;
	number?: number | null;
}

export interface Entries {
	total: number;
	entries: Suggestion[]; // not all where there are very many
}

/* These are understood by the server in Chinese, whatever language the page speaks. */
export const COMMANDS = {
	handOver: '转人工',
	none: '都不是',
	skip: '跳过',
	back: '上一题',
	change: (number: number) => `改第${number}题`,
};

export const REASONS = ['答非所问', '看不懂', '没解决', '已过期'] as const;

const MESSAGE_MOST = 4000; // code points of what is sent, as the server counts them

export function charactersLeft(text: string): number {
	return MESSAGE_MOST - Array.from(text.trim()).length;
}

/* What the server says of a person and of the day: docs/openapi.yaml. */

export type By = 'id_number' | 'certificate_number' | 'name_company' | 'found';
export type Verdict = 'applies' | 'excluded' | 'unknown';

interface Head {
	entry: string;
	number: number | null;
	question: string;
}

export interface Step {
	what: string;
	who: string | null;
	where: string | null;
	from: string | null;
	until: string | null;
}

export interface JudgedCase {
	case: string;
	label: string;
	situation: string | null;
	verdict: Verdict;
	because: string | null;
	steps: Step[];
	instead: Head | null;
	changes_on: string | null;
	changes_to: Verdict | null;
}

export interface Judged extends Head {
	lead: string | null;
	failed: boolean;
	cases: JudgedCase[];
}

export interface Ask {
	fact: string;
	text: string;
	why: string | null;
	entries: number;
	of: Head;
	options: { value: string; label: string }[];
}

export interface Cell {
	column: string;
	label: string;
	flag?: boolean; // the value is 0 or 1
	value: string | null;
	masked: boolean;
}

export interface Facts {
	relation: string;
	label: string;
	outcome: string;
	rows: Cell[][];
}

export interface Person {
	id_number: string;
	reason: string;
	read_at: string;
	known: boolean;
	more: boolean;
	entries: Judged[];
	ask: Ask[];
	said: { fact: string; value: string; text: string | null; label: string | null }[];
	facts: Facts[];
}

export interface People {
	found: { id_number: string; name: string | null; company: string | null }[];
	more: boolean;
}

export interface Today {
	since: string;
	outcomes: Record<string, number>;
	declined: { question: string; reason: string | null; topic: string | null; count: number; last: string }[];
	declined_more: number;
	disliked: { entry: string; number: number | null; question: string | null; count: number; reasons: string[] }[];
	knowledge: { version: string; entries: number; loaded: string };
	records: { read: number; slow: number; failed: number; resting: number; waiting: number } | null;
	journal: { readable: boolean; waiting: number; dropped: number; lost: number } | null;
	waiting: { asks: number; sessions: number };
}

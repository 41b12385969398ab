/* What the server says to the console: docs/openapi.yaml. */

/* The first piece is plain, the next matched, and so on in turn. */
export type Pieces = string[];

export interface Head {
	entry: string;
	kind: 'answer' | 'referral';
	number: number | null;
}

export interface Candidate extends Head {
	question: string;
	confidence: number | null;
}

export type Why = 'number' | 'prompt' | 'pattern' | 'search' | 'words' | 'pinyin' | 'initials';
export type Part = 'question' | 'prompt' | 'also' | 'situation' | 'advice' | 'answer' | 'internal' | 'note';

export interface Result extends Head {
	question: Pieces;
	case: string | null;
	why: Why;
	confidence: number | null;
	spoke: string | null;
	part: Part;
	label: string | null;
	text: Pieces;
}

export interface Found {
	q: string;
	kind: 'entries' | 'receipt';
	receipt: string | null;
	knowledge: string;
	robot: { outcome: 'answer' | 'choose' | 'decline'; best: Candidate | null; runner_up: Candidate | null; topic: string | null };
	results: Result[];
}

export interface Copies {
	short: string;
	sms: string[];
}

export interface Case extends Copies {
	id: string;
	label: string;
	situation: string;
	advice: string;
}

export interface Entry extends Head, Copies {
	question: string;
	answer: string;
	prompts: string[];
	cases: Case[];
	internal: string | null;
	note: string | null;
	document: string | null;
	item: number | null;
	reviewed: string | null;
	knowledge: string;
	full: string;
	script: string | null;
}

export interface Me {
	name: string;
	may: string[];
	csrf: string;
	password: boolean; // it has one
	totp: boolean; // it has a second step
	records: boolean; // there are any to look a person up in
	office: string;
}

export type Verdict = 'applies' | 'excluded' | 'unknown';

/* One answer under a receipt, as the journal keeps it, and what the same question gives today. */
/* The words of an entry in the version that answered. */
export interface Shown {
	number: number;
	question: string;
	answer: string;
	cases: { id: string; label: string; situation: string; advice: string }[];
}

export interface Turn {
	at: string;
	channel: string;
	question: string;
	outcome: string;
	knowledge: string;
	same_knowledge: boolean;
	entries: { entry: string; number: number | null; question: string | null; case: string | null; verdicts: { case: string; verdict: Verdict }[]; shown: Shown | null }[];
	rating: { value: 'up' | 'down'; reason?: string } | null;
	today: { outcome: string; answers: { entry: string; number: number | null; question: string }[]; text: string };
}

export interface Receipt {
	receipt: string;
	turns: Turn[];
}

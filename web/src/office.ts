import type { Request } from './http';
import type { Contact, Entries, Office, Suggestion } from './protocol';

/* Null where the server does not say: the page can be used without it. */
function askForOffice(request: Request): Promise<Office | null> {
	return request('GET', 'api/v1/office').then(({ status, body }) =>
		(status === 200 && body ? body as Office : null), () => null);
}

export interface OfficeSource {
	/* The first time what was asked for at the start already. */
	ask(): Promise<Office | null>;
	/* Once the server has said it; it may be too busy at first. */
	known: Promise<Office>;
}

export function officeOf(request: Request): OfficeSource {
	let know: (office: Office) => void = () => undefined;
	const known = new Promise<Office>((resolve) => { know = resolve; });
	const ask = () => askForOffice(request).then((office) => {
		if (office)
			know(office);
		return office;
	});
	let early: Promise<Office | null> | null = ask();
	return {
		known,
		ask() {
			const asked = early || ask();
			early = null;
			return asked;
		},
	};
}

const SPOKEN_TO = ['phone', 'qq', 'wechat'];

/* Those to speak to; where there is none such, what there is. */
export function spokenTo(contacts: Contact[]): Contact[] {
	const found = contacts.filter(({ kind }) => SPOKEN_TO.indexOf(kind) >= 0);
	return found.length > 0 ? found : contacts;
}

/* By real hits where the server knows them. */
export function questionsOf(office: Office): string[] {
	return office.popular && office.popular.length ? office.popular : office.examples || [];
}

/* The `turn`th batch; the last one is filled up from the beginning. */
export function batch(questions: string[], turn: number, size: number): string[] {
	if (questions.length <= size)
		return questions;
	const start = turn * size % questions.length;
	return questions.concat(questions).slice(start, start + size);
}

/* Null where the server does not say. */
export function askForEntries(request: Request): Promise<Entries | null> {
	return request('GET', 'api/v1/entries').then(({ status, body }) =>
		(status === 200 && body ? body as Entries : null), () => null);
}

/* A number names the entries that begin with it; of words every character must be there, in any order. */
export function filterEntries(entries: Suggestion[], typed: string): Suggestion[] {
	const wanted = typed.replace(/\s+/g, '').toLowerCase();
	if (/^\d+$/.test(wanted) && entries.some(({ number }) => String(number).indexOf(wanted) === 0))
		return entries.filter(({ number }) => String(number).indexOf(wanted) === 0);
	return entries.filter(({ question }) => {
		const text = question.toLowerCase();
		return wanted.split('').every((character) => text.indexOf(character) >= 0);
	});
}

const SUGGEST_FROM = 2; // characters: one says nothing
const SUGGEST_MOST = 20; // more is a sentence or something pasted
const SUGGESTIONS_MOST = 5;

export function mayBeSuggested(text: string): boolean {
	const length = Array.from(text.trim()).length;
	return length >= SUGGEST_FROM && length <= SUGGEST_MOST && !/[\r\n]/.test(text);
}

export function askForSuggestions(request: Request, text: string): Promise<Suggestion[]> {
	return request('GET', `api/v1/suggest?q=${encodeURIComponent(text.trim())}`).then(({ status, body }) =>
		(status === 200 && Array.isArray(body) ? (body as Suggestion[]).slice(0, SUGGESTIONS_MOST) : []), () => []);
}

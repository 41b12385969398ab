/* What an answer says of its cases: which lead, which are printed, what stays open. */

import { spokenTo } from './office';
import type { Answer, Case, Contact, Question, Reply, Step, Verdict } from './protocol';
import type { Words } from './words';

export interface Reading {
	answer: Answer;
	cases: Case[];
	printed: boolean; // the office wrote 情形
	judged: boolean; // something is known of the person
	none: boolean; // and excludes everything
	leads: Case[];
	claims: Case[]; // judged without having been printed
	named: Case | undefined; // the message itself gave it away, and nothing better is known
}

export function verdictOf(one: Case): Verdict {
	return one.verdict === 'applies' || one.verdict === 'excluded' ? one.verdict : 'unknown';
}

export function labelOf(one: Case): string {
	return one.label || `情形${one.id}`;
}

/* The day on which time alone turns the verdict. */
export function changeWords({ changes }: Case, words: Words): string {
	return changes ? words.changes(changes.on, words.verdicts[changes.verdict]) : '';
}

export function isOffer(next: Question | null | undefined): boolean {
	return !!next && next.fact === 'self_check';
}

export function read(answer: Answer): Reading {
	const cases = answer.cases || [];
	const printed = cases.some((one) => !!one.situation);
	const judged = (answer.said || []).length > 0
		|| cases.some((one) => verdictOf(one) !== 'unknown' || !!one.because);
	return {
		answer, cases, printed, judged,
		none: cases.length > 0 && cases.every((one) => verdictOf(one) === 'excluded'),
		leads: cases.filter((one) => verdictOf(one) === 'applies'),
		claims: printed || !judged ? [] : cases.filter((one) => verdictOf(one) !== 'applies'),
		named: judged ? undefined : cases.filter((one) => one.id === answer.case)[0],
	};
}

export function count(cases: Case[], verdict: Verdict): number {
	return cases.filter((one) => verdictOf(one) === verdict).length;
}

/* What is to be said where it stays open which case applies; `asking`: a question about it is not answered yet. */
export function undecidedWords({ leads, printed, judged, none }: Reading, asking: boolean, words: Words): string {
	return !printed || !judged || none || leads.length > 0 || asking ? '' : words.open;
}

/* What stands before the office's words, where something is known of the person. */
export function originalWords({ leads, claims, printed, none }: Reading, words: Words): string {
	if (none)
		return words.inGeneral;
	return !printed && (leads.length > 0 || claims.length > 0) ? words.original : '';
}

/* The person pointed at the case, or what was said resembles it. */
export function pointerWords({ answer, named }: Reading, words: Words): string {
	if (!named)
		return '';
	return answer.by === 'choice' ? words.pointedAt(labelOf(named)) : words.likely(labelOf(named));
}

export function factsOf(step: Step, words: Words): [string, string][] {
	const when = [step.from && words.from(step.from), step.until && words.until(step.until)];
	const facts: [string, string | undefined][] = [
		[words.who, step.who],
		[words.where, step.where],
		[words.when, when.filter(Boolean).join(words.comma)],
	];
	return facts.filter((fact): fact is [string, string] => !!fact[1]);
}

/* Only a Windows computer has Internet Explorer. */
const COMPUTER_ONLY = /\bIE ?\d*(?![A-Za-z])|Internet Explorer/i;

export function asksForComputer(text: string | null | undefined): boolean {
	return !!text && COMPUTER_ONLY.test(text);
}

/* All that an answer tells to do. */
export function textsOf({ answer, cases = [] }: Answer): (string | undefined)[] {
	const texts = cases.map((one) => [one.situation, one.advice, one.because, ...(one.todo || []).map((step) => step.what)]);
	return texts.reduce((all, more) => all.concat(more), [answer]);
}

/* ---- As text ---- */

function lines(parts: (string | false | null | undefined)[]): string {
	return parts.filter(Boolean).join('\n');
}

function changeText(one: Case, words: Words): string {
	const { instead } = one;
	return lines([
		changeWords(one, words),
		instead && instead.question && words.instead + [instead.number && words.item(instead.number), instead.question].filter(Boolean).join(' '),
	]);
}

function caseText(one: Case, judged: boolean, words: Words): string {
	const head = labelOf(one) + (judged ? `（${words.verdicts[verdictOf(one)]}）` : '');
	return lines([
		[head, one.situation].filter(Boolean).join('：'),
		judged && one.because && words.because + one.because,
		judged && changeText(one, words),
		one.advice && words.advice + one.advice,
	]);
}

function stepText(step: Step, number: string, words: Words): string {
	return lines([number + (step.derived ? words.derivedStep : '') + step.what, ...factsOf(step, words).map((fact) => fact.join(' '))]);
}

function leadText(one: Case, words: Words): string {
	const steps = one.todo || [];
	const next = steps.length > 0
		? steps.map((step, index) => stepText(step, steps.length > 1 ? `${index + 1}. ` : '', words))
		: [one.advice];
	return lines([words.fits, [labelOf(one), one.situation].filter(Boolean).join('：'), one.because, changeText(one, words),
		next.some(Boolean) && words.nextSteps, ...next]);
}

function casesText(reading: Reading, words: Words): string {
	const { cases, judged, named } = reading;
	const others = cases.filter((one) => one !== named).map((one) => caseText(one, judged, words));
	return lines(named
		? [pointerWords(reading, words), caseText(named, false, words), others.length > 0 && words.others, ...others]
		: others);
}

function askText(contacts: Contact[], words: Words): string {
	return lines(contacts.length > 0
		? [words.askContacts, ...spokenTo(contacts).map(({ label, value }) => `${label} ${value}`)]
		: [words.askHandOver]);
}

function answerText(answer: Answer, asking: boolean, contacts: Contact[], words: Words): string {
	const reading = read(answer);
	const { leads, claims, printed } = reading;
	const none = reading.none && !asking;
	const title = [answer.number && words.item(answer.number), answer.question].filter(Boolean).join(' ');
	const verdict = [
		none && words.noneFits,
		...leads.map((one) => leadText(one, words)),
		...claims.map((one) => caseText(one, true, words)),
		none && askText(contacts, words),
		undecidedWords(reading, asking, words),
	].filter(Boolean);
	const original = [answer.answer, printed && casesText(reading, words)].filter(Boolean);
	if (verdict.length === 0)
		return lines([title, ...original]);
	const before = original.length > 0 && originalWords(reading, words);
	return [title, ...verdict, lines([before, ...original])].filter(Boolean).join('\n\n');
}

/* What 复制 puts on the clipboard, in the order of the page: verdict, the office's words, receipt. */
export function textOf(reply: Reply, contacts: Contact[], words: Words): string {
	const asking = !!reply.next && !isOffer(reply.next);
	const answers = (reply.answers || []).map((answer) => answerText(answer, asking, contacts, words));
	const parts = answers.length ? answers : [reply.text || ''];
	return [...parts, ...(reply.receipt ? [words.receipt(reply.receipt)] : [])].join('\n\n');
}

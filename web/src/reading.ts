/* What an answer says of its cases: which lead, which are printed, what stays open. */

import type { Answer, Case, Question, Reply, Verdict } from './protocol';

export interface Reading {
	answer: Answer;
	cases: Case[];
	printed: boolean; // the office wrote 情形
	judged: boolean; // something is known of the person
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
		leads: cases.filter((one) => verdictOf(one) === 'applies'),
		claims: printed || !judged ? [] : cases.filter((one) => verdictOf(one) !== 'applies'),
		named: judged ? undefined : cases.filter((one) => one.id === answer.case)[0],
	};
}

export function count(cases: Case[], verdict: Verdict): number {
	return cases.filter((one) => verdictOf(one) === verdict).length;
}

function caseText(one: Case): string {
	const { situation, advice } = one;
	return [`${labelOf(one)}：${situation || ''}`, advice && `建议：${advice}`].filter(Boolean).join('\n');
}

function answerText(answer: Answer): string {
	const { cases, printed } = read(answer);
	const title = [answer.number && `第${answer.number}条`, answer.question].filter(Boolean).join(' ');
	return [title, answer.answer, ...(printed ? cases.map(caseText) : [])].filter(Boolean).join('\n');
}

/* What 复制 puts on the clipboard: the office's words and the receipt. */
export function textOf(reply: Reply): string {
	const answers = (reply.answers || []).map(answerText);
	const parts = answers.length ? answers : [reply.text || ''];
	return [...parts, ...(reply.receipt ? [`凭证号 ${reply.receipt}`] : [])].join('\n\n');
}

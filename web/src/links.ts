/* Text in pieces: what stands as it is, and what is an address or a telephone number. */

import type { Contact } from './protocol';

export interface Piece {
	text: string;
	href?: string;
}

/*
 * Web addresses end at the first character that is not ASCII, Chinese punctuation included. A
 * number without its parts set off may be anything, unless it is a mobile telephone's.
 */
const LINKS = /https?:\/\/[\w.~:/?#@!$&*+,;=%-]+|(?:\b0\d{2,3}[-－— ]|[(（]0\d{2,3}[)）][-－ ]?)\d{7,8}\b|\b(?:400[- ]?\d{3}[- ]?\d{4}|1[3-9]\d{9})\b/g;
const NUMBER = /^[+\d][\d()（）－— -]{2,24}$/;

function dial(number: string): string {
	return `tel:${number.replace(/[^\d+]+/g, '-').replace(/^-|-$/g, '')}`;
}

/* Where the office itself says what it is, short numbers and Chinese addresses are links too. */
export function contactHref({ kind, value }: Contact): string | undefined {
	if (kind === 'url')
		return /^https?:\/\/[^\s]+$/.test(value) ? value : undefined;
	return kind === 'phone' && NUMBER.test(value) ? dial(value) : undefined;
}

export function pieces(text: string): Piece[] {
	const found: Piece[] = [];
	let end = 0;
	text.replace(LINKS, (match: string, start: number) => {
		const target = match.replace(/[.,;:!?]+$/, '');
		if (start > end)
			found.push({ text: text.slice(end, start) });
		found.push({ text: target, href: /^http/.test(target) ? target : dial(target) });
		end = start + target.length;
		return match;
	});
	if (end < text.length)
		found.push({ text: text.slice(end) });
	return found;
}

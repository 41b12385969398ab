/* Text in pieces: what stands as it is, and what is an address or a telephone number. */

export interface Piece {
	text: string;
	href?: string;
}

/* Web addresses end at the first character that is not ASCII, Chinese punctuation included. */
const LINKS = /https?:\/\/[\w.~:/?#@!$&*+,;=%-]+|\b(?:0\d{2,3}-\d{7,8}|400-?\d{3}-?\d{4}|1[3-9]\d{9})\b/g;

export function pieces(text: string): Piece[] {
	const found: Piece[] = [];
	let end = 0;
	text.replace(LINKS, (match: string, start: number) => {
		const target = match.replace(/[.,;:!?]+$/, '');
		if (start > end)
			found.push({ text: text.slice(end, start) });
		found.push({ text: target, href: /^http/.test(target) ? target : `tel:${target}` });
		end = start + target.length;
		return match;
	});
	if (end < text.length)
		found.push({ text: text.slice(end) });
	return found;
}

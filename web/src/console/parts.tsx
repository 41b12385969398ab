/* Small parts that others are made of. Text only ever enters the page as text. */

import type { Head, Pieces } from './protocol';
import { WORDS } from './words';

/* Every second piece is what matched. */
export function Marked({ pieces }: { pieces: Pieces }) {
	return <>{pieces.map((piece, index) => (index % 2 === 1 ? <mark key={index}>{piece}</mark> : piece))}</>;
}

export function headWords({ kind, number }: Head): string {
	return kind === 'referral' ? WORDS.referral : WORDS.number(number);
}

export function Key({ name }: { name: string }) {
	return <kbd>{name.toUpperCase()}</kbd>;
}

/* What is different between two texts, by characters, and between two lists of texts, by items. */

export interface Piece {
	kind: 'same' | 'old' | 'new';
	text: string;
}

/* What is only in the one, and only in the other. */
export function itemsBetween(before: string[], after: string[]): { gone: string[]; added: string[] } {
	return { gone: before.filter((item) => !after.includes(item)), added: after.filter((item) => !before.includes(item)) };
}

const MOST_CELLS = 4000000;

function joined(pieces: Piece[], kind: Piece['kind'], text: string) {
	const last = pieces[pieces.length - 1];
	if (!text)
		return;
	if (last?.kind === kind)
		last.text += text;
	else
		pieces.push({ kind, text });
}

/* How long the longest common subsequence of what stands behind is, for each place in both. */
function lengths(old: string[], now: string[]): (i: number, j: number) => number {
	const wide = now.length + 1;
	const table = new Uint16Array((old.length + 1) * wide);
	const at = (i: number, j: number) => table[i * wide + j] ?? 0;
	for (let i = old.length - 1; i >= 0; i--)
		for (let j = now.length - 1; j >= 0; j--)
			table[i * wide + j] = old[i] === now[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
	return at;
}

/* Parts that are too long for a table are replaced as a whole. */
function middle(pieces: Piece[], old: string[], now: string[]) {
	let [i, j] = [0, 0];
	if (old.length * (now.length + 1) <= MOST_CELLS) {
		const at = lengths(old, now);
		while (i < old.length && j < now.length)
			if (old[i] === now[j]) {
				joined(pieces, 'same', old[i] ?? '');
				i++;
				j++;
			} else if (at(i + 1, j) >= at(i, j + 1)) {
				joined(pieces, 'old', old[i++] ?? '');
			} else {
				joined(pieces, 'new', now[j++] ?? '');
			}
	}
	joined(pieces, 'old', old.slice(i).join(''));
	joined(pieces, 'new', now.slice(j).join(''));
}

export function piecesBetween(before: string, after: string): Piece[] {
	const [old, now] = [[...before], [...after]];
	let begin = 0;
	while (begin < old.length && begin < now.length && old[begin] === now[begin])
		begin++;
	let end = 0;
	while (end < old.length - begin && end < now.length - begin && old[old.length - 1 - end] === now[now.length - 1 - end])
		end++;
	const pieces: Piece[] = [];
	joined(pieces, 'same', old.slice(0, begin).join(''));
	middle(pieces, old.slice(begin, old.length - end), now.slice(begin, now.length - end));
	joined(pieces, 'same', old.slice(old.length - end).join(''));
	return pieces;
}

/* What has changed in an entry, as a reviewer reads it: what went struck through, what came underlined, both also said in words. */

import type { Change, Path } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { itemsBetween, piecesBetween } from './entry-diff';
import type { Raw } from './entry-form';

export function PiecesOf({ before, after }: { before: string; after: string }) {
	return (
		<p class="diff-text">
			{piecesBetween(before, after).map(({ kind, text }, index) => (
				kind === 'same' ? <span key={index}>{text}</span>
					: kind === 'old' ? <del key={index}><span class="search-label">{AUTHORING.gone}</span>{text}</del>
						: <ins key={index}><span class="search-label">{AUTHORING.added}</span>{text}</ins>
			))}
		</p>
	);
}

const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
const isObject = (value: unknown): value is Raw => !!value && typeof value === 'object' && !Array.isArray(value);

/* As one reads it: members by their names, an item of a list after the other. */
export function written(value: unknown, path: Path = []): string {
	if (Array.isArray(value))
		return value.map((one) => written(one, path)).join(value.some(isObject) ? '\n\n' : '\n');
	if (isObject(value))
		return Object.entries(value).filter(([name]) => name !== 'id' || !('label' in value)).map(([name, one]) => {
			const text = written(one, [...path, name]);
			return `${AUTHORING.pathWords([...path, name], path.length)}：${text.includes('\n') ? '\n' : ''}${text}`;
		}).join('\n');
	return value === undefined || value === null ? '' : typeof value === 'string' ? AUTHORING.valueWords(nameIn(path), value) : JSON.stringify(value);
}

/* Of the member that it is the value of. */
const nameIn = (path: Path) => path.filter((step) => typeof step === 'string').pop() ?? '';

function ListDiff({ before, after }: { before: string[]; after: string[] }) {
	const { gone, added } = itemsBetween(before, after);
	return (
		<ul class="diff-list">
			{gone.map((item) => <li key={`-${item}`}><del><span class="search-label">{AUTHORING.gone}</span>{item}</del></li>)}
			{added.map((item) => <li key={`+${item}`}><ins><span class="search-label">{AUTHORING.added}</span>{item}</ins></li>)}
			{gone.length + added.length === 0 && <li class="hint">{AUTHORING.onlyOrder}</li>}
		</ul>
	);
}

function OneChange({ change }: { change: Change }) {
	const [before, after] = [change.before ?? (isTexts(change.after) ? [] : null), change.after ?? (isTexts(change.before) ? [] : null)];
	return (
		<div class="change">
			<dt>{AUTHORING.pathWords(change.path)}</dt>
			<dd>{isTexts(before) && isTexts(after) ? <ListDiff before={before} after={after} /> : <PiecesOf before={written(before, change.path)} after={written(after, change.path)} />}</dd>
		</div>
	);
}

export function Changes({ changes: all }: { changes: Change[] }) {
	const changes = all.filter(({ path }) => path[0] !== '$schema'); // which editors of files use
	return changes.length === 0 ? <p class="hint">{AUTHORING.noChange}</p>
		: <dl class="diff">{changes.map((change) => <OneChange key={change.member} change={change} />)}</dl>;
}

/* All that the entry says, as its file has it, in the order of its members. */
export function Whole({ members }: { members: Raw }) {
	return (
		<dl class="diff">
			{Object.entries(members).filter(([name]) => name !== '$schema').map(([name, value]) => (
				<div class="change" key={name}>
					<dt>{AUTHORING.pathWords([name])}</dt>
					<dd><p class="diff-text">{written(value, [name])}</p></dd>
				</div>
			))}
		</dl>
	);
}

/* All entries and topics, with what stands unsaved, waits or is faulty; found by number, words or owner. */

import { useState } from 'preact/hooks';
import type { Draft, Listed } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { titleOf } from './file-words';
import { PickList } from './PickList';

interface Props {
	entries: Listed[];
	unsaved: string[];
	open: string | null;
	pick(entry: Listed): void;
}

/* The last who did something to it is none of its authors: a reviewer refused it. */
export function isSentBack({ state, by, authors }: Draft): boolean {
	return state === 'draft' && !authors.includes(by);
}

export function stateWords({ draft, kind }: Listed, unsaved: boolean): string {
	return [
		unsaved && AUTHORING.unsaved,
		draft && draft.change !== 'changed' && AUTHORING.changes[draft.change],
		draft && (isSentBack(draft) ? AUTHORING.sentBack : AUTHORING.states[draft.state]),
		draft && !draft.valid && AUTHORING.faulty,
		!draft && kind === 'referral' && AUTHORING.referral,
		!draft && kind === 'file' && AUTHORING.ofOffice,
	].filter(Boolean).join(' · ');
}

function fits(one: Listed, words: string[]): boolean {
	const text = [AUTHORING.number(one.number), one.number, titleOf(one), one.owner, one.entry].join(' ').toLowerCase();
	return words.every((word) => text.includes(word) || (/^\d+$/.test(word) && String(one.number) === word));
}

function belongs(one: Listed, show: string, unsaved: string[]): boolean {
	return show === 'all' || one.kind === show || (show === 'drafts' && !!one.draft) || (show === 'unsaved' && unsaved.includes(one.entry));
}

export function EntryList({ entries, unsaved, open, pick }: Props) {
	const [text, setText] = useState('');
	const [show, setShow] = useState('all');
	const words = text.trim().toLowerCase().split(/\s+/).filter(Boolean);
	const found = entries.filter((one) => belongs(one, show, unsaved) && fits(one, words));
	return (
		<>
			<label for="edit-find">{AUTHORING.find}</label>
			<input id="edit-find" class="field" type="search" autocomplete="off" maxLength={100} placeholder={AUTHORING.findHint} value={text} onInput={(event) => setText(event.currentTarget.value)}
				onKeyDown={(event) => {
					const [first] = found;
					if (event.key === 'Enter' && !event.isComposing && first && words.length)
						pick(first);
					else if (event.key === 'ArrowDown')
						document.getElementById('edit-entries')?.focus();
					else
						return;
					event.preventDefault();
				}} />
			<label for="edit-show" class="search-label">{AUTHORING.show}</label>
			<select id="edit-show" class="field" value={show} onChange={(event) => setShow(event.currentTarget.value)}>
				{Object.entries(AUTHORING.filters).map(([value, name]) => <option key={value} value={value}>{name}</option>)}
			</select>
			{found.length === 0 && <p class="hint">{AUTHORING.nothingFound}</p>}
			<PickList id="edit-entries" label={AUTHORING.list} items={found} keyOf={({ entry }) => entry} open={open} pick={pick}>
				{(one) => (
					<>
						<span class="head"><b>{AUTHORING.number(one.number)}</b> <span class="why">{stateWords(one, unsaved.includes(one.entry))}</span></span>
						<span class="name">{titleOf(one)}</span>
					</>
				)}
			</PickList>
		</>
	);
}

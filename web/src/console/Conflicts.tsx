/* Two changed the same: each member with both sides, of which one is chosen. */

import { useState } from 'preact/hooks';
import type { Conflict } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { withValueAt, type Raw } from './entry-form';

interface Props {
	conflicts: Conflict[];
	members: Raw; // what both agree on
	settle(members: Raw): void;
}

const written = (value: unknown) => (value === null || value === undefined ? AUTHORING.absent
	: typeof value === 'string' ? value || AUTHORING.absent
		: Array.isArray(value) && value.every((one) => typeof one === 'string') ? value.join('\n') : JSON.stringify(value, null, 2));

export function Conflicts({ conflicts, members, settle }: Props) {
	const [theirs, setTheirs] = useState<string[]>([]); // members of which the other side is taken

	function choose(member: string, other: boolean) {
		setTheirs(other ? [...theirs, member] : theirs.filter((one) => one !== member));
	}

	function save() {
		settle(conflicts.reduce((all, one) => withValueAt(all, one.member, theirs.includes(one.member) ? one.theirs : one.yours), members));
	}

	return (
		<section class="conflicts" aria-labelledby="conflicts-title">
			<h3 id="conflicts-title" tabIndex={-1}>{AUTHORING.conflictTitle}</h3>
			<p class="hint">{AUTHORING.conflictHint}</p>
			{conflicts.map((one) => {
				const what = AUTHORING.pathWords(one.member);
				return (
					<fieldset key={one.member}>
						<legend>{AUTHORING.conflictOf(what)}</legend>
						<p class="hint">{AUTHORING.base}：{written(one.base)}</p>
						<div class="side-by-side">
							{([[false, AUTHORING.yours, one.yours], [true, AUTHORING.theirs, one.theirs]] as [boolean, string, unknown][]).map(([other, name, value]) => (
								<label key={name} class="side">
									<input type="radio" name={`conflict-${one.member}`} checked={theirs.includes(one.member) === other} onChange={() => choose(one.member, other)} />
									{' '}<b>{name}</b>
									<span class="side-text">{written(value)}</span>
								</label>
							))}
						</div>
					</fieldset>
				);
			})}
			<p class="buttons"><button type="button" class="button primary" onClick={save}>{AUTHORING.settle}</button></p>
		</section>
	);
}

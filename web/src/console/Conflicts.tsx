/* Two changed the same: each member with both sides, of which one is chosen. */

import { useState } from 'preact/hooks';
import type { Conflict, Path } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { written } from './Diff';
import { withValueAt, type Raw } from './entry-form';

interface Props {
	conflicts: Conflict[];
	members: Raw; // what both agree on
	settle(members: Raw): void;
}

const shown = (path: Path, value: unknown) => written(value, path) || AUTHORING.absent;
const keyOf = ({ path }: Conflict) => JSON.stringify(path);

export function Conflicts({ conflicts, members, settle }: Props) {
	const [theirs, setTheirs] = useState<string[]>([]); // those of which the other side is taken

	function choose(key: string, other: boolean) {
		setTheirs(other ? [...theirs, key] : theirs.filter((one) => one !== key));
	}

	function save() {
		settle(conflicts.reduce((all, one) => withValueAt(all, one.path, theirs.includes(keyOf(one)) ? one.theirs : one.yours), members));
	}

	return (
		<section class="conflicts" aria-labelledby="conflicts-title">
			<h3 id="conflicts-title" tabIndex={-1}>{AUTHORING.conflictTitle}</h3>
			<p class="hint">{AUTHORING.conflictHint}</p>
			{conflicts.map((one) => {
				const what = AUTHORING.pathWords(one.path);
				return (
					<fieldset key={keyOf(one)}>
						<legend>{AUTHORING.conflictOf(what)}</legend>
						<p class="hint">{AUTHORING.base}：{shown(one.path, one.base)}</p>
						<div class="side-by-side">
							{([[false, AUTHORING.yours, one.yours], [true, AUTHORING.theirs, one.theirs]] as [boolean, string, unknown][]).map(([other, name, value]) => (
								<label key={name} class="side">
									<input type="radio" name={`conflict-${keyOf(one)}`} checked={theirs.includes(keyOf(one)) === other} onChange={() => choose(keyOf(one), other)} />
									{' '}<b>{name}</b>
									<span class="side-text">{shown(one.path, value)}</span>
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

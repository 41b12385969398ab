/* What may become of a question that was not answered: a part of an entry, a new one, or a referral. */

import type { AskedEntry } from './asked-protocol';
import { ASKED } from './asked-words';

/* What is to be made of a question, in the editor. */
export type Wish =
	| { kind: 'belongs'; entry: string; texts: string[]; prompts: string[]; count: number }
	| { kind: 'choose'; texts: string[]; prompts: string[]; count: number }
	| { kind: 'new'; texts: string[]; prompts: string[]; count: number }
	| { kind: 'referral'; texts: string[]; count: number };

export function Fates({ texts, prompts, count, entries, edit }: { texts: string[]; prompts: string[]; count: number; entries: AskedEntry[]; edit: ((wish: Wish) => void) | null }) {
	if (!edit)
		return null;
	return (
		<section aria-labelledby="fates" class="fates">
			<h3 id="fates">{ASKED.what}</h3>
			<div class="options">
				{entries.filter(({ question }) => question !== null).map(({ entry, number, question }) => (
					<button key={entry} type="button" class="button" title={question ?? ''} onClick={() => edit({ kind: 'belongs', entry, texts, prompts, count })}>{ASKED.belongs(number, question ?? '')}</button>
				))}
				<button type="button" class="button" onClick={() => edit({ kind: 'choose', texts, prompts, count })}>{ASKED.belongsOther}</button>
				<button type="button" class="button" onClick={() => edit({ kind: 'new', texts, prompts, count })}>{ASKED.isNew}</button>
				<button type="button" class="button" onClick={() => edit({ kind: 'referral', texts, count })}>{ASKED.notOurs}</button>
			</div>
			<ul class="hint">
				<li>{ASKED.belongsOther.replace('……', '')}：{ASKED.belongsHint}</li>
				<li>{ASKED.isNew}：{ASKED.isNewHint}</li>
				<li>{ASKED.notOurs}：{ASKED.notOursHint}</li>
			</ul>
		</section>
	);
}

/* What was shown under a receipt, beside what the same question gives today. */

import type { Receipt, Turn } from './protocol';
import { minuteOf } from '../time';
import { WORDS } from './words';

const titleOf = (number: number | null, question: string | null, entry: string) => `${WORDS.number(number)} ${question ?? entry}`.trim();

function TurnView({ turn }: { turn: Turn }) {
	return (
		<section class="turn">
			<p class="of">{WORDS.at(minuteOf(turn.at), WORDS.channels[turn.channel] ?? turn.channel)}</p>
			<h3>{WORDS.asked}</h3>
			<p class="asked">{turn.question}</p>
			<h3>{WORDS.shownThen}：{WORDS.outcomes[turn.outcome] ?? turn.outcome}</h3>
			{!turn.same_knowledge && <p class="hint">{WORDS.changedSince}</p>}
			<ul>
				{turn.entries.map(({ entry, number, question, case: id, verdicts }) => (
					<li key={entry}>
						{titleOf(number, question, entry)}{id && ` · ${WORDS.caseOf(id)}`}
						{verdicts.length > 0 && <span class="of"> {verdicts.map((one) => `${WORDS.caseOf(one.case)}${WORDS.verdicts[one.verdict] ?? one.verdict}`).join('，')}</span>}
					</li>
				))}
			</ul>
			{turn.rating && <p class="of">{WORDS.rated(turn.rating.value, turn.rating.reason)}</p>}
			<h3>{WORDS.today}：{WORDS.outcomes[turn.today.outcome] ?? turn.today.outcome}</h3>
			<ul>{turn.today.answers.map(({ entry, number, question }) => <li key={entry}>{titleOf(number, question, entry)}</li>)}</ul>
			<p class="lines">{turn.today.text}</p>
		</section>
	);
}

export function ReceiptView({ receipt, back }: { receipt: Receipt; back(): void }) {
	return (
		<>
			<button type="button" class="button back" onClick={back}>{WORDS.back} <kbd>Esc</kbd></button>
			<h2>{WORDS.receipt(receipt.receipt)}</h2>
			{receipt.turns.map((turn) => <TurnView key={turn.at} turn={turn} />)}
		</>
	);
}

/* What was shown under a receipt, beside what the same question gives today. */

import { channelName } from './channel-name';
import type { Receipt, Turn } from './protocol';
import { minuteOf } from '../time';
import { WORDS } from './words';

type Kept = Turn['entries'][number];

const titleOf = (number: number | null, question: string | null, entry: string) => `${WORDS.number(number)} ${question ?? entry}`.trim();

/* The office's words, and of each 情形 what was said of it. */
function Then({ kept, whole }: { kept: Kept; whole: boolean }) {
	const { shown, verdicts, case: lead } = kept;
	const verdictOf = (id: string) => verdicts.find((one) => one.case === id)?.verdict;
	return (
		<li>
			<b>{shown ? titleOf(shown.number, shown.question || null, kept.entry) : titleOf(kept.number, kept.question, kept.entry)}</b>{lead && ` · ${WORDS.caseOf(lead)}`}
			{!shown && verdicts.length > 0 && <span class="of"> {verdicts.map((one) => `${WORDS.caseOf(one.case)}${WORDS.verdicts[one.verdict] ?? one.verdict}`).join('，')}</span>}
			{shown && whole && (
				<>
					{shown.answer && <p class="lines">{shown.answer}</p>}
					{shown.cases.map((one) => {
						const verdict = verdictOf(one.id);
						return (
							<p key={one.id} class="lines">
								<b>{one.label}</b>{verdict && <span class="of">（{WORDS.verdicts[verdict] ?? verdict}）</span>} {one.situation}{one.advice && `\n${WORDS.adviceOf}${one.advice}`}
							</p>
						);
					})}
				</>
			)}
		</li>
	);
}

function TurnView({ turn }: { turn: Turn }) {
	return (
		<section class="turn">
			<p class="of">{WORDS.at(minuteOf(turn.at), channelName(turn.channel))}</p>
			<h3>{WORDS.asked}</h3>
			<p class="asked">{turn.question}</p>
			<p class="hint">{turn.same_knowledge ? WORDS.sameSince : turn.entries.some(({ shown }) => shown) ? WORDS.changedShown : WORDS.changedSince}</p>
			<div class="then-and-now">
				<div>
					<h3>{WORDS.shownThen}：{WORDS.outcomes[turn.outcome] ?? turn.outcome}</h3>
					<ul>{turn.entries.map((kept) => <Then key={kept.entry} kept={kept} whole={turn.outcome !== 'choose'} />)}</ul>
					{turn.rating && <p class="of">{WORDS.rated(turn.rating.value, turn.rating.reason)}</p>}
				</div>
				<div>
					<h3>{WORDS.today}：{WORDS.outcomes[turn.today.outcome] ?? turn.today.outcome}</h3>
					<ul>{turn.today.answers.map(({ entry, number, question }) => <li key={entry}><b>{titleOf(number, question, entry)}</b></li>)}</ul>
					<p class="lines">{turn.today.text}</p>
				</div>
			</div>
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

/* What was chosen from lists, how often each entry was used, and how turns ended, as tables and charts. */

import { useMemo, useState } from 'preact/hooks';
import { channelName } from './channel-name';
import { dayOf } from '../time';
import type { AskedChoices, AskedEntries, AskedOutcomes } from './asked-protocol';
import { ASKED } from './asked-words';
import { Chart, type Line } from './Chart';
import { PERSON } from './person-words';

export function Choices({ read }: { read: AskedChoices }) {
	return (
		<table class="table">
			<thead><tr><th scope="col">{ASKED.question}</th><th scope="col">{ASKED.chosenFrom}</th></tr></thead>
			<tbody>
				{read.choices.map(({ question, chosen }) => (
					<tr key={question}>
						<th scope="row">{question}</th>
						<td><ul>{chosen.map((one) => <li key={one.entry}><span class="of">{ASKED.times(one.count)}</span> {ASKED.number(one.number)} {one.question ?? `${one.entry}${ASKED.gone}`}</li>)}</ul></td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

const USAGE = [ASKED.answered, ASKED.offered, ASKED.chosen, ASKED.up, ASKED.down];

export function Entries({ read }: { read: AskedEntries }) {
	return (
		<table class="table usage">
			<caption class="hint">{ASKED.entries}</caption>
			<thead>
				<tr><th scope="col">{ASKED.entry}</th>{USAGE.map((name) => <th key={name} scope="col">{name}</th>)}<th scope="col">{ASKED.last}</th></tr>
			</thead>
			<tbody>
				{read.entries.map((one) => (
					<tr key={one.entry}>
						<th scope="row">{ASKED.number(one.number)} {one.question ?? `${one.entry}${ASKED.gone}`}</th>
						{[one.answered, one.offered, one.chosen, one.up, one.down].map((count, index) => <td key={index} class={count ? '' : 'hint'} data-label={USAGE[index]}>{count}</td>)}
						<td data-label={ASKED.last}>{one.last ? dayOf(one.last) : one.answered + one.offered + one.chosen === 0 ? <span class="said">{ASKED.never}</span> : ''}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}

const SHOWN_OUTCOMES = ['answer', 'choose', 'decline'];
const outcomeName = (outcome: string) => PERSON.outcomeNames[outcome] ?? outcome;

/* Three outcomes have a line of their own, the others share one. */
function linesOfOutcomes({ days, outcomes }: AskedOutcomes, channel: string): Line[] {
	const sum = (fits: (outcome: string) => boolean) => days.map((_day, index) => outcomes
		.filter((row) => (!channel || row.channel === channel) && fits(row.outcome))
		.reduce((all, row) => all + (row.counts[index] ?? 0), 0));
	return [...SHOWN_OUTCOMES.map((outcome) => ({ name: outcomeName(outcome), counts: sum((one) => one === outcome) })),
		{ name: ASKED.other, counts: sum((one) => !SHOWN_OUTCOMES.includes(one)) }];
}

export function Outcomes({ read }: { read: AskedOutcomes }) {
	const [channel, setChannel] = useState('');
	const channels = [...new Set(read.outcomes.map((row) => row.channel))];
	const lines = useMemo(() => linesOfOutcomes(read, channel), [read, channel]);
	return (
		<>
			{channels.length > 1 && (
				<p><label for="asked-channel">{ASKED.channel}</label>{' '}
					<select id="asked-channel" class="field short" value={channel} onChange={(event) => setChannel(event.currentTarget.value)}>
						<option value="">{ASKED.channels['all']}</option>
						{channels.map((one) => <option key={one} value={one}>{channelName(one)}</option>)}
					</select>
				</p>
			)}
			<Chart title={ASKED.outcomeCounts} days={read.days} lines={lines} />
			<table class="table">
				<thead><tr><th scope="col">{ASKED.channel}</th><th scope="col">{ASKED.outcome}</th><th scope="col">{ASKED.total}</th></tr></thead>
				<tbody>{read.outcomes.map((row) => <tr key={`${row.channel} ${row.outcome}`}><th scope="row">{channelName(row.channel)}</th><td>{outcomeName(row.outcome)}</td><td>{row.count}</td></tr>)}</tbody>
			</table>
		</>
	);
}

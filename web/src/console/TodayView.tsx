/* What happened today and how the sources are, on one screen. */

import { useEffect, useState } from 'preact/hooks';
import type { Api, Refusal } from './api';
import type { State } from './board';
import type { Today } from './person-protocol';
import { PERSON } from './person-words';
import { clockOf, timeOf } from '../time';

interface Props {
	api: Api;
	chats: { state: State } | null; // null: one holds none
	hidden: boolean;
	expired(): void;
}

function sources({ knowledge, records, journal, waiting }: Today): [string, string, boolean][] {
	return [
		[PERSON.knowledge, PERSON.knowledgeIs(knowledge.version, knowledge.entries, timeOf(knowledge.loaded)), false],
		[PERSON.records, records ? PERSON.recordsAre(records.read, records.slow, records.failed) : PERSON.recordsNone, !!records && records.slow + records.failed > 0],
		[PERSON.journal, !journal ? PERSON.journalNone : journal.readable ? PERSON.journalIs(journal.waiting, journal.lost + journal.dropped) : PERSON.journalBad,
			!!journal && (!journal.readable || journal.lost + journal.dropped > 0)],
		[PERSON.sessions, PERSON.sessionsAre(waiting.sessions, waiting.asks), false],
	];
}

/* What waits now, before what was today. */
function Waiting({ board }: { board: State }) {
	return (
		<>
			<div class={board.waiting ? 'wanted' : ''}><dt>{PERSON.waitingChats}</dt><dd>{board.waiting}</dd></div>
			<div class={board.callBacks ? 'wanted' : ''}><dt>{PERSON.waitingCalls}</dt><dd>{board.callBacks}</dd></div>
		</>
	);
}

function Figures({ day, board }: { day: Today; board: State | null }) {
	const all = Object.values(day.outcomes).reduce((sum, count) => sum + count, 0);
	return (
		<dl class="figures">
			{board && <Waiting board={board} />}
			<div><dt>{PERSON.asked}</dt><dd>{all}</dd></div>
			{Object.entries(day.outcomes).map(([name, count]) => (
				<div key={name}><dt>{PERSON.outcomeNames[name] || name}</dt><dd>{count}</dd></div>
			))}
		</dl>
	);
}

export function TodayView({ api, chats, hidden, expired }: Props) {
	const [day, setDay] = useState<Today | null>(null);
	const [said, say] = useState('');

	async function look() {
		try {
			setDay(await api.today());
			say('');
		} catch (error) {
			const refusal = error as Refusal;
			if (refusal.status === 401)
				expired();
			else
				say(refusal.words || PERSON.notRead);
		}
	}

	useEffect(() => {
		if (!hidden)
			void look();
	}, [hidden]);

	return (
		<main class="today" hidden={hidden}>
			<p class="today-head">
				<b>{day && PERSON.since(timeOf(day.since))}</b>{' '}
				<button type="button" class="button small" onClick={() => void look()}>{PERSON.refresh}</button>
				<span class="said" role="status">{said}</span>
			</p>
			{day && (
				<>
					<Figures day={day} board={chats && chats.state} />
					<div class="columns">
						<section aria-labelledby="declined">
							<h2 id="declined">{PERSON.declined}</h2>
							<div class="scroll" tabIndex={0} role="group" aria-labelledby="declined">
								{day.declined.length === 0 && <p class="hint">{PERSON.declinedNone}</p>}
								<ol>
									{day.declined.map((one) => (
										<li key={one.question}><span class="of">{PERSON.times(one.count)} {clockOf(one.last)}</span> {one.question}</li>
									))}
								</ol>
								{day.declined_more > 0 && <p class="hint">{PERSON.declinedMore(day.declined_more)}</p>}
							</div>
						</section>
						<section aria-labelledby="disliked">
							<h2 id="disliked">{PERSON.disliked}</h2>
							<div class="scroll" tabIndex={0} role="group" aria-labelledby="disliked">
								{day.disliked.length === 0 && <p class="hint">{PERSON.dislikedNone}</p>}
								<ol>
									{day.disliked.map((one) => (
										<li key={one.entry}>
											<span class="of">{PERSON.times(one.count)}</span> {PERSON.number(one.number)} {one.question ?? `${one.entry}${PERSON.gone}`}
											{one.reasons.map((reason) => <p key={reason} class="hint">{reason}</p>)}
										</li>
									))}
								</ol>
							</div>
						</section>
					</div>
					<section class="sources" aria-labelledby="sources">
						<h2 id="sources">{PERSON.sources}</h2>
						<dl>{sources(day).map(([name, words, bad]) => <div key={name}><dt>{name}</dt><dd class={bad ? 'said' : ''}>{words}</dd></div>)}</dl>
					</section>
				</>
			)}
		</main>
	);
}

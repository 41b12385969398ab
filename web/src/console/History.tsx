/* What was done to an entry, by whom, when and why; what was saved then, beside what is live now. */

import { useEffect, useState } from 'preact/hooks';
import { Refusal } from './api';
import type { Authoring, Event } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { Changes } from './Diff';
import { minuteOf } from '../time';

const SAVES = ['saved', 'merged'];

export function History({ api, entry, expired }: { api: Authoring; entry: string; expired(): void }) {
	const [events, setEvents] = useState<Event[] | null>(null);
	const [said, say] = useState('');

	useEffect(() => {
		let gone = false;
		api.history(entry).then((read) => { if (!gone) setEvents(read.events); }, (error: unknown) => {
			const refusal = error as Refusal;
			if (gone)
				return;
			if (refusal.status === 401)
				expired();
			else
				say(AUTHORING.notRead);
		});
		return () => { gone = true; };
	}, [entry]);

	return (
		<section aria-labelledby="history-title" class="history">
			<h3 id="history-title">{AUTHORING.history}</h3>
			<p class="said" role="status">{said}</p>
			{!events && !said && <p class="hint">{AUTHORING.reading}</p>}
			{events?.length === 0 && <p class="hint">{AUTHORING.historyNone}</p>}
			<ol>
				{events?.map((one) => (
					<li key={one.number}>
						<p><b>{AUTHORING.events[one.what] ?? one.what}</b> <span class="of">{one.who}，{minuteOf(one.at)}</span>{one.alone && <span class="tag">{AUTHORING.alone}</span>}</p>
						{one.why && <p>{one.why}</p>}
						{one.version && <p class="hint">{AUTHORING.versionOf(one.version)}</p>}
						{SAVES.includes(one.what) && (one.changes.length === 0 ? <p class="hint">{AUTHORING.sameAsLive}</p> : (
							<details>
								<summary>{AUTHORING.againstLive}{one.changes.map(({ path }) => AUTHORING.pathWords(path)).join('、')}</summary>
								<Changes changes={one.changes} />
							</details>
						))}
					</li>
				))}
			</ol>
		</section>
	);
}

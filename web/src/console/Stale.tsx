/* What of that which is live somebody should look at again. */

import { useEffect, useState } from 'preact/hooks';
import type { Due, Stale as StaleRead } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import type { Editor } from './use-editor';

function Dues({ title, list, open }: { title: string; list: Due[]; open(entry: string): void }) {
	return (
		<section>
			<h3>{title} <span class="of">{list.length}</span></h3>
			{list.length === 0 && <p class="hint">{AUTHORING.staleNone}</p>}
			<ul class="plain-lines">
				{list.map((one) => (
					<li key={one.entry}>
						{one.question} <span class="of">{one.review_by}，{AUTHORING.staleDays(one.days)}，{AUTHORING.staleOwner(one.owner)}</span>{' '}
						<button type="button" class="button small" aria-label={`${AUTHORING.open}：${one.question}`} onClick={() => open(one.entry)}>{AUTHORING.open}</button>
					</li>
				))}
			</ul>
		</section>
	);
}

export function Stale({ editor }: { editor: Editor }) {
	const [read, setRead] = useState<StaleRead | null>(null);

	useEffect(() => {
		editor.api.stale().then(setRead, editor.fail);
	}, []);

	return (
		<section aria-labelledby="stale-title">
			<h2 id="stale-title">{AUTHORING.stale}</h2>
			{!read && <p class="hint">{AUTHORING.reading}</p>}
			{read && (
				<>
					<Dues title={AUTHORING.staleOverdue} list={read.overdue} open={editor.openEntry} />
					<Dues title={AUTHORING.staleDue} list={read.due} open={editor.openEntry} />
					<section>
						<h3>{AUTHORING.staleRules} <span class="of">{read.rules.length}</span></h3>
						{read.rules.length === 0 && <p class="hint">{AUTHORING.staleNone}</p>}
						<ul class="plain-lines">
							{read.rules.map((one) => (
								<li key={`${one.entry} ${one.case}`}>
									{one.question} <span class="of">{AUTHORING.caseNamed(one.case)}，{one.until}，{AUTHORING.staleDays(one.days)}</span>{' '}
									<button type="button" class="button small" aria-label={`${AUTHORING.open}：${one.question}`} onClick={() => editor.openEntry(one.entry)}>{AUTHORING.open}</button>
								</li>
							))}
						</ul>
					</section>
					<p class="hint">{AUTHORING.staleUndated(read.unowned, read.undated)}</p>
				</>
			)}
		</section>
	);
}

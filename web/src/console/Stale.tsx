/* What of that which is live somebody should look at again. */

import { useEffect, useState } from 'preact/hooks';
import { Refusal } from './api';
import type { Due, Link, Stale as StaleRead } from './authoring-protocol';
import { AUTHORING } from './authoring-words';
import { patient } from './latest';
import { minuteOf } from '../time';
import type { Editor } from './use-editor';

const LOOK_MS = 5000; // all that is listed is read again

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

const ofState = (state: Link['state']) => AUTHORING.linkStates[state ?? ''];

/* Those that do not answer first, then those that nobody tried. */
function Links({ read, editor, check }: { read: StaleRead; editor: Editor; check(): void }) {
	const worst = (one: Link) => ['broken', 'silent', null, 'fine'].indexOf(one.state);
	const links = [...read.links].sort((one, other) => worst(one) - worst(other));
	return (
		<section>
			<h3>{AUTHORING.links} <span class="of">{links.length + read.links_more}</span></h3>
			<p class="hint">{AUTHORING.linksHint}{read.links_checked && AUTHORING.linksChecked(minuteOf(read.links_checked))}</p>
			{links.length === 0 ? <p class="hint">{AUTHORING.linksNone}</p> : editor.mayEdit && (
				<p><button type="button" class="button" aria-disabled={read.links_under_way} onClick={() => { if (!read.links_under_way) check(); }}>{AUTHORING.linksCheck}</button>{' '}
					<span role="status" class="hint">{read.links_under_way && AUTHORING.linksChecking}</span></p>
			)}
			<ul class="plain-lines">
				{links.map((one) => (
					<li key={one.url}>
						<span class={one.state === 'broken' || one.state === 'silent' ? 'tag bad' : 'tag'}>{ofState(one.state)}{one.status !== null && one.state !== 'fine' && AUTHORING.linkStatus(one.status)}</span> {one.url}{' '}
						{one.entries.map((id) => {
							const entry = editor.entries.find((other) => other.entry === id);
							const name = entry ? AUTHORING.number(entry.number) || entry.question : id;
							return <button key={id} type="button" class="button small" aria-label={`${AUTHORING.open}：${name}`} onClick={() => editor.openEntry(id)}>{name}</button>;
						})}
					</li>
				))}
			</ul>
			{read.links_more > 0 && <p class="hint">{AUTHORING.linksMore(read.links_more)}</p>}
		</section>
	);
}

export function Stale({ editor }: { editor: Editor }) {
	const [read, setRead] = useState<StaleRead | null>(null);

	async function look() {
		try {
			setRead(await patient(() => editor.api.stale()));
		} catch (error) {
			editor.fail(error);
		}
	}

	async function check() {
		try {
			await editor.api.checkLinks();
			await look();
		} catch (error) {
			if (error instanceof Refusal && error.status === 404)
				editor.say(AUTHORING.linksOff);
			else
				editor.fail(error);
		}
	}

	useEffect(() => { void look(); }, []);

	/* As long as they are being tried. */
	useEffect(() => {
		if (!read?.links_under_way)
			return undefined;
		const timer = setTimeout(() => void look(), LOOK_MS);
		return () => clearTimeout(timer);
	}, [read]);

	return (
		<section aria-labelledby="stale-title">
			<h2 id="stale-title">{AUTHORING.desks.stale}</h2>
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
					<Links read={read} editor={editor} check={() => void check()} />
				</>
			)}
		</section>
	);
}
